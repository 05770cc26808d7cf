//! China Global Investment Tracker: large Chinese investments and construction contracts by state, 2005 to 2018.
//!
//! Companies on both sides are dropped, as some are persons. Non-goals: small deals, finance by the state (`aiddata_china`).

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{IN_SYSTEM_OR_NULL, LINE};
use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::rows::{Rows, Value, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `china_investment`.
pub(crate) struct ChinaInvestment;

static SHAPES: &[Shape] = &[Shape {
    role: "deal",
    id: "aei",
    required: &["Year", "Month", "Quantity in Millions", "Sector", "Country", "Region"],
    without: &[],
    known: &["Chinese Entity", "Share size", "Transaction Party", "Subsector", "BRI"],
    tell_unknown: true,
    version: Version::Fixed("2018"),
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "china_investment_deal",
    unit: Unit::Entry,
    keys: &["deal", "edition"],
    columns: &[
        col("deal", Kind::I32, "-", "Line of the deal in the file; the publisher gives no number"),
        col("edition", Kind::Text, "-", "Public form: aei"),
        col("country", Kind::Text, "-", "State as published (Country)"),
        col("kind", Kind::Text, "state, territory", "What it is"),
        opt("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year; null for a territory without one"),
        col("year", Kind::I32, "year", "Year of the deal"),
        opt("month", Kind::Text, "-", "Month of the deal"),
        opt("quantity_in_millions", Kind::F64, "million US dollars", "Size of the deal (Quantity in Millions)"),
        opt(
            "share_size",
            Kind::Text,
            "share (0-1) or percentages",
            "Share bought, as published; null where it is no purchase (Share size)",
        ),
        opt("sector", Kind::Text, "-", "Sector"),
        opt("subsector", Kind::Text, "-", "Part of the sector"),
        opt("region", Kind::Text, "-", "Region as published"),
        opt("bri", Kind::Bool, "-", "Whether the publisher counts it to the Belt and Road Initiative (BRI)"),
        IN_SYSTEM_OR_NULL,
        LINE,
    ],
    doc: "Chinese investments and construction contracts of about 100 million dollars and more. Smaller ones are not in it.",
}];

/// Published names of columns.
const RENAMED: &[(&str, &str)] = &[
    ("month", "Month"),
    ("quantity_in_millions", "Quantity in Millions"),
    ("share_size", "Share size"),
    ("sector", "Sector"),
    ("subsector", "Subsector"),
    ("region", "Region"),
    ("bri", "BRI"),
];

/// Years of the deals.
const YEARS: (i32, i32) = (2005, 2018);

/// Territories that the table of states does not have.
const TERRITORIES: &[&str] = &["British Virgin Islands"];

static DECLARATION: Declaration = Declaration::new("china_investment", include_str!("source.toml"), TABLES, SHAPES);

impl Source for ChinaInvestment {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut deals, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        let columns = TABLES[0].columns;
        let rest = published(&columns[6..columns.len() - 2], RENAMED);
        deals.read((self, files, "deal"), &mut accounts, notices, |record, take| {
            let (name, year) = (record.verbatim("Country"), record.year("Year")?);
            let key = resolver.name(&name, year);
            if key.is_none() && !TERRITORIES.contains(&name.as_str()) {
                return Err(Bad::new("unknown state", format!("'{name}' in {year}")));
            }
            let kind = key.map_or("territory", Key::kind);
            let mut values = vec![take.place.line.into(), name.into(), Value::word(kind), Value::number(key), year.into()];
            record.read(&rest, &mut values)?;
            values.push(Value::in_system(key));
            take.keep(values);
            Ok(())
        })?;
        let mut cover = Cover::new("china_investment", "china_investment_deal");
        if !accounts.is_empty() {
            cover.note_years(states, YEARS, deals.range("year"));
        }
        let coverage = cover.finish(states, "deals of about 100 million dollars and more; 2018 is not complete");
        crate::reading([&mut deals], "", accounts, coverage, notices)
    }
}
