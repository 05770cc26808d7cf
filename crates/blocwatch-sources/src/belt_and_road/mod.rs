//! States of the Belt and Road Initiative, as a public project lists them: without dates of signature.
//!
//! Non-goals: when a state joined, what the initiative builds there.

use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::flat::{Flat, Published, Value, number};
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::tabular::{Bad, Sheet};
use crate::{Held, Meta, OPEN_END, Reading, Shape, Source, open_held};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("belt_and_road", include_str!("source.toml")));

/// The source `belt_and_road`.
pub(crate) struct BeltAndRoad;

static SHAPES: &[Shape] = &[Shape {
    role: "states",
    id: "list",
    required: &["cameoCode", "isoCode", "nameEn", "isCoreCountry"],
    without: &[],
    known: &["nameCn", "region", "latitude", "longitude"],
    tell_unknown: true,
    version: Version::Fixed(""),
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "belt_and_road_state",
    unit: Unit::Entry,
    keys: &["cameoCode", "edition"],
    columns: &[
        col("cameoCode", Kind::Text, "-", "Three-letter code as published"),
        col("edition", Kind::Text, "-", "Public form: list"),
        col("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of 2024, or the number of a territory"),
        opt("nameEn", Kind::Text, "-", "English name as published"),
        opt("region", Kind::Text, "-", "Region as published"),
        opt("isCoreCountry", Kind::Bool, "-", "Whether the list calls it the core (China)"),
        col("source_row", Kind::U32, "line", "Line of the unpacked file on which the row starts; the header is line 1"),
    ],
    doc: "Undated list of states said to take part. It says nothing about when, and absence is not evidence.",
}];

/// Year as of which codes are read: the list has no dates.
const AS_OF: i32 = 2024;

impl Source for BeltAndRoad {
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
        let resolver = Resolver::new(states);
        let mut accounts = Vec::new();
        let mut coverage = Vec::new();
        let mut list = Flat::new(&TABLES[0]);
        for held in crate::of_role(files, "states") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| read_list(sheet, file, &resolver, &mut list, notices))?);
            coverage = vec![CoverageSpan {
                source: "belt_and_road".to_owned(),
                table: "belt_and_road_state".to_owned(),
                gwcode: None,
                year_from: 2013,
                year_to: OPEN_END,
                knowledge: Knowledge::NotCovered,
                note: "the list has no dates: nothing can be said about a year".to_owned(),
            }];
        }
        list.settle(&mut accounts, "");
        crate::tell_quarantined(&accounts, notices);
        Ok(Reading { tables: vec![("belt_and_road_state", list.batch()?)], accounts, coverage })
    }
}

fn read_list(sheet: Sheet<'_>, file: usize, resolver: &Resolver<'_>, out: &mut Flat, notices: &mut Notices) -> Result<RowAccount> {
    let code = sheet.required("cameoCode")?;
    let rest = Published::of(&sheet, &TABLES[0].columns[3..6], &[]);
    sheet.each(notices, |row, tally| {
        let name = row.verbatim(code);
        let key = resolver.name(&name, AS_OF, &META.lookups).ok_or_else(|| Bad::new("unknown state", format!("'{name}'")))?;
        let mut cells = vec![Value::text(name), Value::Word("list"), number(Some(key))];
        rest.read(row, &mut cells)?;
        out.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}
