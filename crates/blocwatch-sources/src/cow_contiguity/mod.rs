//! Correlates of War, direct contiguity v3.2: which states border on each other by land, river or up to 400 miles of water, from when
//! to when.
//!
//! A relation in a year follows from the spell that the year lies in. Non-goals: contiguity through dependencies, distances.

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col};

use crate::columns::LINE;
use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Record, Rows, day};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `cow_contiguity`.
pub(crate) struct CowContiguity;

static SHAPES: &[Shape] = &[
    Shape {
        role: "spells",
        id: "peacesciencer",
        required: &["ccode1", "ccode2", "conttype", "stdate", "enddate"],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("v3.2"),
    },
    Shape {
        role: "spells",
        id: "contdir",
        required: &["statelno", "statehno", "conttype", "begin", "end"],
        without: &[],
        known: &["dyad", "statelab", "statehab", "notes", "version"],
        tell_unknown: true,
        version: Version::Fixed("v3.2"),
    },
];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "contiguity_dyad_spell",
    unit: Unit::Entry,
    keys: &["ccode1", "ccode2", "from", "edition"],
    columns: &[
        col("ccode1", Kind::I32, "-", "Correlates of War number of the first state as published"),
        col("ccode2", Kind::I32, "-", "Correlates of War number of the second state as published"),
        col("from", Kind::Text, "date", "First day of the month in which the relation began"),
        col(
            "edition",
            Kind::Text,
            "-",
            "Public form: peacesciencer, in which each pair stands both ways, or contdir, in which it stands once",
        ),
        col("to", Kind::Text, "date", "First day of the month in which it ended, or of the last month of the data"),
        col("year_from", Kind::I32, "year", "Year in which it began"),
        col("year_to", Kind::I32, "year", "Year in which it ended, or the last year of the data"),
        col(
            "conttype",
            Kind::I32,
            "1 land or river; water up to 2 12 miles, 3 24 miles, 4 150 miles, 5 400 miles; 0 farther apart",
            "Kind of contiguity; not an ordered scale",
        ),
        col("gwcode1", Kind::U16, "-", "Gleditsch-Ward number of the first state as of the year in which it began"),
        col("gwcode2", Kind::U16, "-", "Gleditsch-Ward number of the second state as of the year in which it began"),
        col("in_system1", Kind::Bool, "-", "Whether the first number is in the Gleditsch-Ward system in the year in which it began"),
        col("in_system2", Kind::Bool, "-", "Whether the second number is in the Gleditsch-Ward system in the year in which it began"),
        LINE,
    ],
    doc: "Spells of direct contiguity. Inside the coverage a pair without a spell in a year is more than 400 miles of water apart. \
          Numbers are those of the beginning: join a year by ccode.",
}];

static DECLARATION: Declaration = Declaration::new("cow_contiguity", include_str!("source.toml"), TABLES, SHAPES);

impl Source for CowContiguity {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let (mut spells, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        spells.read((self, files, "spells"), &mut accounts, notices, |record, take| {
            let own = record.shape == "contdir";
            let [first, second, from, to] =
                if own { ["statelno", "statehno", "begin", "end"] } else { ["ccode1", "ccode2", "stdate", "enddate"] };
            let [code1, code2] = [record.code(first)?, record.code(second)?];
            let ((year_from, from), (year_to, to)) = (month(record, from)?, month(record, to)?);
            if from > to {
                return Err(record.not_a("end before the beginning", if own { "end" } else { "enddate" }));
            }
            let kind = record.need("conttype")?;
            if !(0..=5).contains(&kind) {
                return Err(record.not_a("number out of range", "conttype"));
            }
            let [one, two] = [resolver.known_cow(code1, year_from)?, resolver.known_cow(code2, year_from)?];
            if one.gwcode == two.gwcode {
                return Err(Bad::new("a state with itself", format!("ccode {code1} and {code2} in {year_from}")));
            }
            take.keep(vec![
                code1.into(),
                code2.into(),
                from.into(),
                to.into(),
                year_from.into(),
                year_to.into(),
                kind.into(),
                one.gwcode.into(),
                two.gwcode.into(),
                one.in_system.into(),
                two.in_system.into(),
            ]);
            Ok(())
        })?;
        let mut cover = Cover::new("cow_contiguity", "contiguity_dyad_spell");
        if let (Some((first, _)), Some((_, last))) = (spells.range("year_from"), spells.range("year_to")) {
            cover.note_all(states, first, last);
        }
        let coverage = cover.finish(states, "a pair without a spell in the year is more than 400 miles of water apart");
        crate::reading([&mut spells], "", accounts, coverage, notices)
    }
}

/// The month of a cell, `192001` or its first day, as year and first day.
fn month(record: &Record<'_>, column: &'static str) -> Result<(i32, String), Bad> {
    let text = record.need_text(column)?;
    let text = if text.len() == 6 { format!("{text}01") } else { text };
    day(&text).ok_or_else(|| record.not_a("not a month", column))
}
