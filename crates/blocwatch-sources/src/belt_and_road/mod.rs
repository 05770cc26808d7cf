//! States of the Belt and Road Initiative, as a public project lists them: without dates of signature.
//!
//! Non-goals: when a state joined, what the initiative builds there.

use blocwatch_core::Notices;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, OPEN_END, Reading, Shape, Source};

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
        LINE,
    ],
    doc: "Undated list of states said to take part. It says nothing about when, and absence is not evidence.",
}];

/// Year as of which codes are read: the list has no dates.
const AS_OF: i32 = 2024;

static DECLARATION: Declaration = Declaration::new("belt_and_road", include_str!("source.toml"), TABLES, SHAPES);

impl Source for BeltAndRoad {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut list, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        let rest = published(&TABLES[0].columns[3..6], &[]);
        list.read((self, files, "states"), &mut accounts, notices, |record, take| {
            let name = record.verbatim("cameoCode");
            let key = resolver.name(&name, AS_OF).ok_or_else(|| Bad::new("unknown state", format!("'{name}'")))?;
            let mut values = vec![name.into(), key.gwcode.into()];
            record.read(&rest, &mut values)?;
            take.keep(values);
            Ok(())
        })?;
        let undated = CoverageSpan {
            source: "belt_and_road".to_owned(),
            table: "belt_and_road_state".to_owned(),
            gwcode: None,
            year_from: 2013,
            year_to: OPEN_END,
            knowledge: Knowledge::NotCovered,
            note: "the list has no dates: nothing can be said about a year".to_owned(),
        };
        let coverage = if accounts.is_empty() { Vec::new() } else { vec![undated] };
        crate::reading([&mut list], "", accounts, coverage, notices)
    }
}
