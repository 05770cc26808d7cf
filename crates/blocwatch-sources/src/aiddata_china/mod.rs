//! AidData on China's official finance and public diplomacy: amounts by recipient and year, projects, visits and institutes.
//!
//! The sender is always China (Gleditsch-Ward number 710). Titles, descriptions, agencies, places, sources and contacts are dropped at
//! the edge. Non-goals: adding up projects across editions, which overlap.

mod tables;

use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;

use crate::cover::Cover;
use crate::error::Result;
use crate::flat::{Flat, Published, Value, in_system, number};
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::tabular::{Bad, Sheet};
use crate::{Held, Meta, Reading, Shape, Source, open_held};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("aiddata_china", include_str!("source.toml")));

/// The source `aiddata_china`.
pub(crate) struct AiddataChina;

static SHAPES: &[Shape] = &[
    Shape {
        role: "finance_state_year",
        id: "gcdf3",
        required: &["ccode", "year", "oof_amt", "oda_amt", "vof_amt"],
        without: &[],
        known: &["oof_adj", "oda_adj", "vof_adj"],
        tell_unknown: true,
        version: Version::Fixed("v3.0"),
    },
    Shape {
        role: "project",
        id: "official_finance",
        required: &[
            "project_id",
            "recommended_for_research",
            "umbrella",
            "year",
            "recipient_condensed",
            "recipient_cow_code",
            "flow_class",
        ],
        without: &[],
        known: &[],
        tell_unknown: false,
        version: Version::Fixed("v1.0"),
    },
    Shape {
        role: "project",
        id: "financial_diplomacy",
        required: &["project_id", "category", "umbrella_project", "year", "recipient_condensed", "recipient_cow_code", "flow_class"],
        without: &[],
        known: &[],
        tell_unknown: false,
        version: Version::Fixed("v2"),
    },
    Shape {
        role: "diplomacy_state_year",
        id: "public_diplomacy",
        required: &["receiving_country", "year", "confucius_institutes", "government_visits", "military_visits"],
        without: &[],
        known: &[
            "sister_cities_established",
            "total_elite_visits",
            "ambassador_op_eds",
            "journalist_visits",
            "media_partnerships",
            "outbound_chinese_students",
            "inbound_students_to_china",
        ],
        tell_unknown: true,
        version: Version::Fixed("v2"),
    },
];

/// First year of the projects.
const FIRST: i32 = 2000;

/// Ending of recipients that are regions.
const REGION: &str = ", regional";

impl Source for AiddataChina {
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
        let [mut finance, mut projects, mut diplomacy] = [0, 1, 2].map(|i| Flat::new(&tables::TABLES[i]));
        let mut covers = ["china_finance_state_year", "china_finance_project", "china_diplomacy_state_year"]
            .map(|table| Cover::new("aiddata_china", table));
        for held in crate::of_role(files, "finance_state_year") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| {
                read_finance(sheet, file, &mut resolver, &mut finance, &mut covers[0], notices)
            })?);
        }
        for held in crate::of_role(files, "project") {
            let file = accounts.len();
            let edition = if held.file.shape == "financial_diplomacy" { "financial_diplomacy" } else { "official_finance" };
            accounts.push(open_held(self, held, notices, |sheet, _, notices| {
                read_projects(sheet, edition, file, &mut resolver, &mut projects, &mut covers[1], notices)
            })?);
        }
        for held in crate::of_role(files, "diplomacy_state_year") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| {
                read_diplomacy(sheet, file, &resolver, &mut diplomacy, &mut covers[2], notices)
            })?);
        }
        for table in [&mut finance, &mut projects, &mut diplomacy] {
            table.settle(&mut accounts, "");
        }
        crate::tell_quarantined(&accounts, notices);
        let mut coverage = Vec::new();
        for cover in covers {
            coverage.append(&mut cover.finish(states, "recipients with a row; of projects in all years of the edition"));
        }
        let tables = vec![
            ("china_finance_state_year", finance.batch()?),
            ("china_finance_project", projects.batch()?),
            ("china_diplomacy_state_year", diplomacy.batch()?),
        ];
        Ok(Reading { tables, accounts, coverage })
    }
}

fn read_finance(
    sheet: Sheet<'_>,
    file: usize,
    resolver: &mut Resolver<'_>,
    out: &mut Flat,
    cover: &mut Cover,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let (ccode, year) = (sheet.required("ccode")?, sheet.required("year")?);
    let columns = tables::TABLES[0].columns;
    let rest = Published::of(&sheet, &columns[3..columns.len() - 3], &[]);
    sheet.each(notices, |row, tally| {
        let (code, y): (u16, i32) = (row.need(ccode)?, row.year(year)?);
        let key = resolver.cow(code, y).ok_or_else(|| Bad::new("unknown state", format!("ccode {code} in {y}")))?;
        let mut cells = vec![number(Some(key)), Value::Int(i64::from(y)), Value::Word("gcdf3")];
        rest.read(row, &mut cells)?;
        cells.extend([in_system(Some(key)), Value::Int(i64::from(code))]);
        out.push(cells, 0, file, row.line);
        cover.note(key.gwcode, y, Knowledge::Covered);
        tally.keep(1);
        Ok(())
    })
}

fn read_projects(
    sheet: Sheet<'_>,
    edition: &'static str,
    file: usize,
    resolver: &mut Resolver<'_>,
    out: &mut Flat,
    cover: &mut Cover,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let (id, year) = (sheet.required("project_id")?, sheet.required("year")?);
    let (recipient, ccode) = (sheet.required("recipient_condensed")?, sheet.required("recipient_cow_code")?);
    let last = if edition == "financial_diplomacy" { 2017 } else { 2014 };
    let columns = tables::TABLES[1].columns;
    let umbrella = if edition == "financial_diplomacy" { "umbrella_project" } else { "umbrella" };
    let deflated = if edition == "financial_diplomacy" { "usd_defl" } else { "usd_defl_2014" };
    let rest = Published::of(&sheet, &columns[6..columns.len() - 2], &[("umbrella", umbrella), ("usd_defl", deflated)]);
    sheet.each(notices, |row, tally| {
        let (id, y): (i32, i32) = (row.need(id)?, row.year(year)?);
        let name = row.verbatim(recipient);
        let (kind, key) = if name.ends_with(REGION) {
            ("region", None)
        } else {
            let key = match row.whole(ccode)? {
                Some(code) => u16::try_from(code).ok().and_then(|c| resolver.cow(c, y)),
                None => resolver.name(&name, y, &META.lookups),
            };
            let key = key.ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {y}")))?;
            (if key.gwcode < 1000 { "state" } else { "territory" }, Some(key))
        };
        let mut cells = vec![
            Value::Int(i64::from(id)),
            Value::Word(edition),
            Value::text(name),
            Value::Word(kind),
            number(key),
            Value::Int(i64::from(y)),
        ];
        rest.read(row, &mut cells)?;
        cells.push(in_system(key));
        if let Some(code) = key.map(|k| k.gwcode) {
            for y in FIRST..=last {
                if resolver.gw(code, y).is_some_and(|k| k.in_system) {
                    cover.note(code, y, Knowledge::Covered);
                }
            }
        }
        out.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}

fn read_diplomacy(
    sheet: Sheet<'_>,
    file: usize,
    resolver: &Resolver<'_>,
    out: &mut Flat,
    cover: &mut Cover,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let (country, year) = (sheet.required("receiving_country")?, sheet.required("year")?);
    let columns = tables::TABLES[2].columns;
    let rest = Published::of(&sheet, &columns[4..columns.len() - 2], &[]);
    sheet.each(notices, |row, tally| {
        let (name, y) = (row.verbatim(country), row.year(year)?);
        let key = resolver.name(&name, y, &META.lookups).ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {y}")))?;
        let mut cells = vec![number(Some(key)), Value::Int(i64::from(y)), Value::Word("public_diplomacy"), Value::text(name)];
        rest.read(row, &mut cells)?;
        cells.push(in_system(Some(key)));
        out.push(cells, 0, file, row.line);
        cover.note(key.gwcode, y, Knowledge::Covered);
        tally.keep(1);
        Ok(())
    })
}
