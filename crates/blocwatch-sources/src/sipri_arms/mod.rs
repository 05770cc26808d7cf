//! SIPRI Arms Transfers: volume of arms transfers (trend-indicator values) by supplier, recipient and year, in two public editions.
//!
//! Suppliers and recipients that are no states (rebel groups, organisations, unknown parties, territories) stay as actors without a
//! number, also where an edition writes the number of the state in which a group fights. Non-goals: deals, weapons, prices.

mod tables;

use std::collections::BTreeMap;

use blocwatch_core::Notices;
use blocwatch_core::state::States;

use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::rows::{Record, Rows, Value};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `sipri_arms`.
pub(crate) struct SipriArms;

static SHAPES: &[Shape] = &[
    Shape {
        role: "dyad_year",
        id: "360info",
        required: &["supplier", "recipient", "year", "value", "supplier_cown", "recipient_cown"],
        without: &[],
        known: &["lon_supplier", "lat_supplier", "lon_recipient", "lat_recipient"],
        tell_unknown: true,
        version: Version::Fixed("2022"),
    },
    Shape {
        role: "dyad_year",
        id: "dodl",
        required: &["year", "sender", "ccode1", "receiver", "ccode2", "value"],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("2025"),
    },
];

/// Names, number columns and years of an edition.
struct Edition {
    id: &'static str,
    parties: [&'static str; 2],
    codes: [&'static str; 2],
    years: (i32, i32),
}

static EDITIONS: &[Edition] = &[
    Edition { id: "360info", parties: ["supplier", "recipient"], codes: ["supplier_cown", "recipient_cown"], years: (1950, 2021) },
    Edition { id: "dodl", parties: ["sender", "receiver"], codes: ["ccode1", "ccode2"], years: (1970, 2014) },
];

/// Parties without a star that are no states of any list, and what they are.
const NO_STATES: &[(&str, &str)] = &[
    ("Aruba", "territory"),
    ("Biafra", "territory"),
    ("Katanga", "territory"),
    ("Northern Cyprus", "territory"),
    ("Libya GNC", "armed group"),
];

static DECLARATION: Declaration = Declaration::new("sipri_arms", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for SipriArms {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let (mut transfers, mut accounts) = (Rows::new(&tables::TABLES[0]), Vec::new());
        let mut cover = Cover::new("sipri_arms", "arms_dyad_year");
        let mut last_years: BTreeMap<&str, i32> = BTreeMap::new();
        let edition = |shape: &str| EDITIONS.iter().find(|e| e.id == shape).unwrap_or(&EDITIONS[0]);
        transfers.read((self, files, "dyad_year"), &mut accounts, notices, |record, take| {
            let Edition { parties, codes, .. } = edition(record.shape);
            let year = record.year("year")?;
            let [from, to] = parties.map(|p| record.verbatim(p));
            if from.is_empty() || to.is_empty() {
                return Err(record.not_a("missing value", parties[usize::from(!from.is_empty())]));
            }
            let (kind1, key1) = party(record, &from, codes[0], year, &mut resolver)?;
            let (kind2, key2) = party(record, &to, codes[1], year, &mut resolver)?;
            let tiv = record.decimal("value")?;
            if tiv.is_some_and(|v| v < 0.0) {
                return Err(record.not_a("number out of range", "value"));
            }
            let last = last_years.entry(record.shape).or_insert(year);
            *last = year.max(*last);
            take.keep(vec![
                from.into(),
                to.into(),
                year.into(),
                Value::word(kind1),
                Value::word(kind2),
                Value::number(key1),
                Value::number(key2),
                tiv.into(),
                Value::in_system(key1),
                Value::in_system(key2),
                record.integer(codes[0])?.into(),
                record.integer(codes[1])?.into(),
            ]);
            Ok(())
        })?;
        for held in crate::of_role(files, "dyad_year") {
            let edition = edition(&held.file.shape);
            let last = last_years.get(edition.id).map(|last| (edition.years.0, *last));
            cover.note_years(states, edition.years, last);
        }
        let coverage = cover.finish(states, "a pair without a row has no transfer that the publisher found; edition dodl begins in 1970");
        crate::reading([&mut transfers], "", accounts, coverage, notices)
    }
}

/// What a party is and, where it is a state, its key.
fn party(
    record: &Record<'_>,
    name: &str,
    code: &'static str,
    year: i32,
    resolver: &mut Resolver<'_>,
) -> Result<(&'static str, Option<Key>), Bad> {
    if let Some((_, kind)) = NO_STATES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
        return Ok((kind, None));
    }
    let lower = name.to_ascii_lowercase();
    if lower.starts_with("unknown ") {
        return Ok(("unknown", None));
    }
    if name.ends_with("**") {
        return Ok(("organisation", None));
    }
    if name.ends_with('*') {
        return Ok(("armed group", None));
    }
    let key = match record.integer(code)? {
        Some(c) => u16::try_from(c).ok().and_then(|c| resolver.cow(c, year)),
        None => resolver.name(name, year),
    };
    key.map(|k| (k.kind(), Some(k))).ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {year}")))
}
