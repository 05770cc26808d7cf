//! SIPRI Arms Transfers: volume of arms transfers (trend-indicator values) by supplier, recipient and year, in two public editions.
//!
//! Suppliers and recipients that are no states (rebel groups, organisations, unknown parties, territories) stay as actors without a
//! number, also where an edition writes the number of the state in which a group fights. Non-goals: deals, weapons, prices.

mod tables;

use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;

use crate::cover::Cover;
use crate::error::Result;
use crate::flat::{Flat, Value, in_system, number};
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::tabular::{Bad, Row, Sheet};
use crate::{Held, Meta, Reading, Shape, Source, open_held};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("sipri_arms", include_str!("source.toml")));

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

impl Source for SipriArms {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn tables(&self) -> &'static [TableSpec] {
        tables::TABLES
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states);
        let mut accounts = Vec::new();
        let mut transfers = Flat::new(&tables::TABLES[0]);
        let mut cover = Cover::new("sipri_arms", "arms_dyad_year");
        for held in crate::of_role(files, "dyad_year") {
            let edition = EDITIONS.iter().find(|e| e.id == held.file.shape).unwrap_or(&EDITIONS[0]);
            let file = accounts.len();
            let account = open_held(self, held, notices, |sheet, _, notices| {
                read_transfers(sheet, file, edition, &mut resolver, &mut transfers, notices)
            })?;
            accounts.push(account);
            cover.note_all(states, edition.years.0, edition.years.1);
        }
        transfers.settle(&mut accounts, "");
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover.finish(states, "a pair without a row has no transfer that the publisher found; edition dodl begins in 1970");
        Ok(Reading { tables: vec![("arms_dyad_year", transfers.batch()?)], accounts, coverage })
    }
}

/// What a party is and, where it is a state, its key.
fn party(row: &Row<'_>, name: &str, code: usize, year: i32, resolver: &mut Resolver<'_>) -> Result<(&'static str, Option<Key>), Bad> {
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
    let key = match row.whole(code)? {
        Some(c) => u16::try_from(c).ok().and_then(|c| resolver.cow(c, year)),
        None => resolver.name(name, year, &META.lookups),
    };
    key.map(|k| (if k.gwcode < 1000 { "state" } else { "territory" }, Some(k)))
        .ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {year}")))
}

fn read_transfers(
    sheet: Sheet<'_>,
    file: usize,
    edition: &'static Edition,
    resolver: &mut Resolver<'_>,
    transfers: &mut Flat,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let [supplier, recipient] = [sheet.required(edition.parties[0])?, sheet.required(edition.parties[1])?];
    let [code1, code2] = [sheet.required(edition.codes[0])?, sheet.required(edition.codes[1])?];
    let (year, value) = (sheet.required("year")?, sheet.required("value")?);
    sheet.each(notices, |row, tally| {
        let y = row.year(year)?;
        let (from, to) = (row.verbatim(supplier), row.verbatim(recipient));
        if from.is_empty() || to.is_empty() {
            return Err(row.not_a("missing value", if from.is_empty() { supplier } else { recipient }));
        }
        let (kind1, key1) = party(row, &from, code1, y, resolver)?;
        let (kind2, key2) = party(row, &to, code2, y, resolver)?;
        let tiv = row.decimal(value)?;
        if tiv.is_some_and(|v| v < 0.0) {
            return Err(row.not_a("number out of range", value));
        }
        let published = |at| Ok::<Value, Bad>(row.whole(at)?.map_or(Value::Null, Value::Int));
        let cells = vec![
            Value::text(from),
            Value::text(to),
            Value::Int(i64::from(y)),
            Value::Word(edition.id),
            Value::Word(kind1),
            Value::Word(kind2),
            number(key1),
            number(key2),
            tiv.map_or(Value::Null, Value::Num),
            in_system(key1),
            in_system(key2),
            published(code1)?,
            published(code2)?,
        ];
        transfers.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}
