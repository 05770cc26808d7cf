//! Direct national elections by state and year (NELDA), and world totals of observed elections, as aggregated by Our World in Data.
//!
//! A state-year without a row had no election or is not in NELDA; the file does not tell which. Non-goals: single elections, results,
//! fairness.

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{GWCODE, IN_SYSTEM, LINE, YEAR};
use crate::cover::{self, Cover};
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::Rows;
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `elections`.
pub(crate) struct Elections;

const ELECTIONS: &str = "Number of direct national elections";
/// Published columns of the two forms, in table order; the second form has only the first two.
const OBSERVED: [&[&str]; 2] = [
    &[
        "Percent of elections observed and criticized (Hyde and Marinov (2012))",
        "Percent of elections observed and not criticized (Hyde and Marinov (2012))",
        "Number of international elections not observed (Hyde and Marinov (2012))",
        "Number of international elections observed and criticized (Hyde and Marinov (2012))",
        "Number of international elections observed and not critcized (Hyde and Marinov (2012))",
    ],
    &["Percent of elections observed and criticized (Hyde (2011))", "Percent of elections observed and not criticized (Hyde (2011))"],
];
const WORLD: &str = "World: an aggregate of the rows";

static SHAPES: &[Shape] = &[
    Shape {
        role: "counts",
        id: "nelda",
        required: &["Entity", "Year", ELECTIONS],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("2015"),
    },
    Shape {
        role: "observed",
        id: "hyde_marinov",
        required: &["Entity", "Year", OBSERVED[0][0], OBSERVED[0][1], OBSERVED[0][2], OBSERVED[0][3], OBSERVED[0][4]],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("2012"),
    },
    Shape {
        role: "observed",
        id: "hyde",
        required: &["Entity", "Year", OBSERVED[1][0], OBSERVED[1][1]],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("2011"),
    },
];

static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "elections_state_year",
        unit: Unit::StateYear,
        keys: &["gwcode", "year", "edition"],
        columns: &[
            GWCODE,
            YEAR,
            opt("direct_national_elections", Kind::I32, "elections", "`Number of direct national elections`; null where none is given"),
            IN_SYSTEM,
            col("entity", Kind::Text, "-", "State as published"),
            col("edition", Kind::Text, "-", "Published form: nelda"),
            LINE,
        ],
        doc: "State-years with a direct national election. The file has no zeros: a state-year without a row may be uncoded.",
    },
    TableSpec {
        name: "observed_elections_year",
        unit: Unit::Entry,
        keys: &["year", "edition"],
        columns: &[
            YEAR,
            opt("percent_observed_criticized", Kind::F64, "percent (0-100)", "Observed and criticised; null where none is given"),
            opt("percent_observed_not_criticized", Kind::F64, "percent (0-100)", "Observed and not criticised; null where none is given"),
            opt("not_observed", Kind::I32, "elections", "Not observed; null in the edition hyde and where none is given"),
            opt("observed_criticized", Kind::I32, "elections", "Observed and criticised; null in the edition hyde and where none is given"),
            opt(
                "observed_not_criticized",
                Kind::I32,
                "elections",
                "Observed and not criticised; null in the edition hyde and where none is given",
            ),
            col("edition", Kind::Text, "-", "Published form: hyde_marinov or hyde"),
            LINE,
        ],
        doc: "World totals of national elections with and without international observers, in two studies side by side.",
    },
];

static DECLARATION: Declaration = Declaration::new("elections", include_str!("source.toml"), TABLES, SHAPES);

impl Source for Elections {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let (mut counts, mut observed) = (Rows::new(&TABLES[0]), Rows::new(&TABLES[1]));
        counts.read((self, files, "counts"), &mut accounts, notices, |record, take| {
            let (entity, year) = (record.need_text("Entity")?, record.year("Year")?);
            if entity == "World" {
                take.drop_by(WORLD, 1);
                return Ok(());
            }
            let key = resolver.known(&[&entity], year)?;
            take.keep(vec![key.gwcode.into(), year.into(), record.whole(ELECTIONS)?.into(), key.in_system.into(), entity.into()]);
            Ok(())
        })?;
        observed.read((self, files, "observed"), &mut accounts, notices, |record, take| {
            if record.verbatim("Entity") != "World" {
                return Err(Bad::new("not the world", record.verbatim("Entity")));
            }
            let form = OBSERVED[usize::from(record.shape == "hyde")];
            let number = |i: usize| form.get(i).map_or(Ok(None), |c| record.whole(c));
            take.keep(vec![
                record.year("Year")?.into(),
                record.decimal(form[0])?.into(),
                record.decimal(form[1])?.into(),
                number(2)?.into(),
                number(3)?.into(),
                number(4)?.into(),
            ]);
            Ok(())
        })?;
        let mut cover = Cover::new("elections", "elections_state_year");
        for (gwcode, year) in counts.pairs("gwcode", "year") {
            cover.note(gwcode, year, Knowledge::Covered);
        }
        let mut coverage = cover.finish(states, "only years with an election have a row");
        coverage.extend(cover::span("elections", "observed_elections_year", observed.range("year"), Knowledge::Covered, ""));
        crate::reading([&mut counts, &mut observed], "", accounts, coverage, notices)
    }
}
