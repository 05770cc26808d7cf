//! China Global Investment Tracker: large Chinese investments and construction contracts by state, 2005 to 2018.
//!
//! Companies on both sides are dropped, as some are persons. Non-goals: small deals, finance by the state (`aiddata_china`).

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

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("china_investment", include_str!("source.toml")));

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
        opt("in_system", Kind::Bool, "-", "Whether the number is in the Gleditsch-Ward system in the year"),
        col("source_row", Kind::U32, "line", "Line of the unpacked file on which the row starts; the header is line 1"),
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

impl Source for ChinaInvestment {
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
        let mut deals = Flat::new(&TABLES[0]);
        let mut cover = Cover::new("china_investment", "china_investment_deal");
        for held in crate::of_role(files, "deal") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| read_deals(sheet, file, &resolver, &mut deals, notices))?);
            cover.note_all(states, YEARS.0, YEARS.1);
        }
        deals.settle(&mut accounts, "");
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover.finish(states, "deals of about 100 million dollars and more; 2018 is not complete");
        Ok(Reading { tables: vec![("china_investment_deal", deals.batch()?)], accounts, coverage })
    }
}

fn read_deals(sheet: Sheet<'_>, file: usize, resolver: &Resolver<'_>, out: &mut Flat, notices: &mut Notices) -> Result<RowAccount> {
    let (country, year) = (sheet.required("Country")?, sheet.required("Year")?);
    let columns = TABLES[0].columns;
    let rest = Published::of(&sheet, &columns[6..columns.len() - 2], RENAMED);
    sheet.each(notices, |row, tally| {
        let (name, y) = (row.verbatim(country), row.year(year)?);
        let key = resolver.name(&name, y, &META.lookups);
        if key.is_none() && !TERRITORIES.contains(&name.as_ref()) {
            return Err(Bad::new("unknown state", format!("'{name}' in {y}")));
        }
        let kind = if key.is_some_and(|k| k.gwcode < 1000) { "state" } else { "territory" };
        let mut cells = vec![
            Value::Int(i64::from(row.line)),
            Value::Word("aei"),
            Value::text(name),
            Value::Word(kind),
            number(key),
            Value::Int(i64::from(y)),
        ];
        rest.read(row, &mut cells)?;
        cells.push(in_system(key));
        out.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}
