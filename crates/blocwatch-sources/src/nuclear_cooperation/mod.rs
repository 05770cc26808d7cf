//! Nuclear cooperation agreements (Fuhrmann): which state agreed with which on peaceful nuclear help, 1951 to 2003.
//!
//! Non-goals: agreements after 2003, deliveries, what the agreements led to.

use std::collections::BTreeMap;

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;
use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, published};
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `nuclear_cooperation`.
pub(crate) struct NuclearCooperation;

static SHAPES: &[Shape] = &[Shape {
    role: "agreement",
    id: "nca",
    required: &["ccode1", "ccode2", "country1", "country2", "year", "nca", "nca_type"],
    without: &[],
    known: &[],
    tell_unknown: true,
    version: Version::Fixed("2012"),
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "nuclear_agreement_dyad_year",
    unit: Unit::DirectedDyadYear,
    keys: &["gwcode1", "gwcode2", "year", "nca_type", "occurrence", "edition"],
    columns: &[
        col("gwcode1", Kind::U16, "-", "Gleditsch-Ward number of the first state as of the year (the supplier, as published)"),
        col("gwcode2", Kind::U16, "-", "Gleditsch-Ward number of the second state as of the year"),
        col("year", Kind::I32, "year", "Year of signature"),
        col("nca_type", Kind::I32, "publisher's codes 1-7", "Type of the agreement"),
        col("occurrence", Kind::I32, "-", "Counts equal rows: several agreements of one type in a year"),
        col("edition", Kind::Text, "-", "Public form: nca"),
        opt("nca", Kind::I32, "1 yes", "There is an agreement"),
        opt("country1", Kind::Text, "-", "First state as published"),
        opt("country2", Kind::Text, "-", "Second state as published"),
        col("in_system1", Kind::Bool, "-", "Whether the first number is in the Gleditsch-Ward system in the year"),
        col("in_system2", Kind::Bool, "-", "Whether the second number is in the Gleditsch-Ward system in the year"),
        col("ccode1", Kind::I32, "-", "Correlates of War number of the first state as published"),
        col("ccode2", Kind::I32, "-", "Correlates of War number of the second state as published"),
        LINE,
    ],
    doc: "Bilateral agreements on civil nuclear cooperation, one row each, in the order of states as published. Some stand in both orders.",
}];

/// Years of the agreements at hand.
const YEARS: (i32, i32) = (1951, 2003);

static DECLARATION: Declaration = Declaration::new("nuclear_cooperation", include_str!("source.toml"), TABLES, SHAPES);

impl Source for NuclearCooperation {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let (mut agreements, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        let rest = published(&TABLES[0].columns[6..9], &[]);
        let mut seen: BTreeMap<(usize, u16, u16, i32, i32), i64> = BTreeMap::new();
        agreements.read((self, files, "agreement"), &mut accounts, notices, |record, take| {
            let (c1, c2, year) = (record.code("ccode1")?, record.code("ccode2")?, record.year("year")?);
            let kind = record.need("nca_type")?;
            let (one, two) = (resolver.known_cow(c1, year)?, resolver.known_cow(c2, year)?);
            let mut stated = Vec::new();
            record.read(&rest, &mut stated)?;
            let count = seen.entry((take.place.file, one.gwcode, two.gwcode, year, kind)).or_insert(0);
            *count += 1;
            let mut values = vec![one.gwcode.into(), two.gwcode.into(), year.into(), kind.into(), (*count).into()];
            values.append(&mut stated);
            values.extend([one.in_system.into(), two.in_system.into(), c1.into(), c2.into()]);
            take.keep(values);
            Ok(())
        })?;
        let mut cover = Cover::new("nuclear_cooperation", "nuclear_agreement_dyad_year");
        if !accounts.is_empty() {
            cover.note_years(states, YEARS, agreements.range("year"));
        }
        let coverage = cover.finish(states, "a pair without a row signed no agreement that the author found");
        crate::reading([&mut agreements], "", accounts, coverage, notices)
    }
}
