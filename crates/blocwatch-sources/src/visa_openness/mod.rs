//! What a holder of one passport needs to enter another country: the Passport Index as one snapshot.
//!
//! Non-goals: history, what is asked at the border, indices of openness.

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;
use crate::cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::Rows;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `visa_openness`.
pub(crate) struct VisaOpenness;

const COLUMNS: &[&str] = &["Passport", "Destination", "Requirement"];
const OWN: &str = "-1: the passport's own country";

/// The year of the snapshot, 12 January 2025.
const YEAR: i32 = 2025;

static SHAPES: &[Shape] = &[Shape {
    role: "requirements",
    id: "tidy_iso3",
    required: COLUMNS,
    without: &[],
    known: &[],
    tell_unknown: true,
    version: Version::Fixed("2025-01-12"),
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "visa_dyad",
    unit: Unit::DirectedDyadYear,
    keys: &["gwcode1", "gwcode2", "year", "edition"],
    columns: &[
        col("gwcode1", Kind::U16, "-", "Gleditsch-Ward number of the passport's country as of the year"),
        col("gwcode2", Kind::U16, "-", "Gleditsch-Ward number of the destination as of the year"),
        col("year", Kind::I32, "year", "Year of the snapshot (12 January 2025)"),
        col("Passport", Kind::Text, "-", "Passport as published, ISO alpha-3"),
        col("Destination", Kind::Text, "-", "Destination as published, ISO alpha-3"),
        col(
            "Requirement",
            Kind::Text,
            "visa required, e-visa, eta, visa on arrival, visa free, no admission, or days",
            "Requirement as published",
        ),
        opt("days", Kind::I32, "days", "Days without a visa; null where the requirement is no number"),
        col("in_system1", Kind::Bool, "-", "Whether gwcode1 is in the Gleditsch-Ward system in the year"),
        col("in_system2", Kind::Bool, "-", "Whether gwcode2 is in the Gleditsch-Ward system in the year"),
        col("edition", Kind::Text, "-", "Published form: tidy_iso3"),
        LINE,
    ],
    doc: "Requirements of entry between 199 passports and destinations on one day. A country's own passport has no row.",
}];

const WORDS: &[&str] = &["visa required", "e-visa", "eta", "visa on arrival", "visa free", "no admission"];

static DECLARATION: Declaration = Declaration::new("visa_openness", include_str!("source.toml"), TABLES, SHAPES);

impl Source for VisaOpenness {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut list, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        list.read((self, files, "requirements"), &mut accounts, notices, |record, take| {
            let [passport, destination] = ["Passport", "Destination"].map(|c| record.verbatim(c));
            let requirement = record.need_text("Requirement")?;
            if passport == destination && requirement == "-1" {
                take.drop_by(OWN, 1);
                return Ok(());
            }
            let days = requirement.parse::<i32>().ok().filter(|d| (1..=366).contains(d));
            if days.is_none() && !WORDS.contains(&requirement.as_str()) {
                return Err(record.not_a("unknown requirement", "Requirement"));
            }
            let one = resolver.known(&[&passport], YEAR)?;
            let two = resolver.known(&[&destination], YEAR)?;
            take.keep(vec![
                one.gwcode.into(),
                two.gwcode.into(),
                YEAR.into(),
                passport.into(),
                destination.into(),
                requirement.into(),
                days.into(),
                one.in_system.into(),
                two.in_system.into(),
            ]);
            Ok(())
        })?;
        let coverage = cover::span("visa_openness", "visa_dyad", list.range("year"), Knowledge::Covered, "one day, 12 January 2025");
        crate::reading([&mut list], "", accounts, coverage, notices)
    }
}
