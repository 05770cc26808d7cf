//! Nuclear cooperation agreements (Fuhrmann): which state agreed with which on peaceful nuclear help, 1951 to 2003.
//!
//! Non-goals: agreements after 2003, deliveries, what the agreements led to.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::cover::Cover;
use crate::error::Result;
use crate::flat::{Flat, Published, Value, in_system, number};
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::tabular::{Bad, Sheet};
use crate::{Held, Meta, Reading, Shape, Source, open_held};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("nuclear_cooperation", include_str!("source.toml")));

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
        col("source_row", Kind::U32, "line", "Line of the unpacked file on which the row starts; the header is line 1"),
    ],
    doc: "Bilateral agreements on civil nuclear cooperation, one row each, in the order of states as published. Some stand in both orders.",
}];

/// Years of the agreements at hand.
const YEARS: (i32, i32) = (1951, 2003);

impl Source for NuclearCooperation {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn tables(&self) -> &'static [TableSpec] {
        TABLES
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states);
        let mut accounts = Vec::new();
        let mut agreements = Flat::new(&TABLES[0]);
        let mut cover = Cover::new("nuclear_cooperation", "nuclear_agreement_dyad_year");
        for held in crate::of_role(files, "agreement") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| {
                read_agreements(sheet, file, &mut resolver, &mut agreements, notices)
            })?);
            cover.note_all(states, YEARS.0, YEARS.1);
        }
        agreements.settle(&mut accounts, "");
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover.finish(states, "a pair without a row signed no agreement that the author found");
        Ok(Reading { tables: vec![("nuclear_agreement_dyad_year", agreements.batch()?)], accounts, coverage })
    }
}

fn read_agreements(
    sheet: Sheet<'_>,
    file: usize,
    resolver: &mut Resolver<'_>,
    out: &mut Flat,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let (ccode1, ccode2, year) = (sheet.required("ccode1")?, sheet.required("ccode2")?, sheet.required("year")?);
    let kind = sheet.required("nca_type")?;
    let rest = Published::of(&sheet, &TABLES[0].columns[6..9], &[]);
    let mut seen: BTreeMap<(u16, u16, i32, i32), i64> = BTreeMap::new();
    sheet.each(notices, |row, tally| {
        let (c1, c2, y, kind): (u16, u16, i32, i32) = (row.need(ccode1)?, row.need(ccode2)?, row.year(year)?, row.need(kind)?);
        let mut state = |code| resolver.cow(code, y).ok_or_else(|| Bad::new("unknown state", format!("ccode {code} in {y}")));
        let (one, two) = (state(c1)?, state(c2)?);
        let mut published = Vec::new();
        rest.read(row, &mut published)?;
        let count = seen.entry((one.gwcode, two.gwcode, y, kind)).or_insert(0);
        *count += 1;
        let mut cells = vec![
            number(Some(one)),
            number(Some(two)),
            Value::Int(i64::from(y)),
            Value::Int(i64::from(kind)),
            Value::Int(*count),
            Value::Word("nca"),
        ];
        cells.append(&mut published);
        cells.extend([in_system(Some(one)), in_system(Some(two)), Value::Int(i64::from(c1)), Value::Int(i64::from(c2))]);
        out.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}
