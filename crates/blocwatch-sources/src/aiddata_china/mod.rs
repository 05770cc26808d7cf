//! AidData on China's official finance and public diplomacy: amounts by recipient and year, projects, visits and institutes.
//!
//! The sender is always China (Gleditsch-Ward number 710). Titles, descriptions, agencies, places, sources and contacts are dropped at
//! the edge. Non-goals: adding up projects across editions, which overlap.

mod tables;

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;

use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

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
        known: &[
            "usd_defl_2014",
            "status",
            "flow",
            "intent",
            "amount",
            "currency",
            "usd_current",
            "crs_sector_code",
            "crs_sector_name",
            "loan_type",
            "interest_rate",
            "maturity",
            "grace_period",
            "grant_element",
            "line_of_credit",
            "is_cofinanced",
            "year_uncertain",
        ],
        tell_unknown: false,
        version: Version::Fixed("v1.0"),
    },
    Shape {
        role: "project",
        id: "financial_diplomacy",
        required: &["project_id", "category", "umbrella_project", "year", "recipient_condensed", "recipient_cow_code", "flow_class"],
        without: &[],
        known: &[
            "recommended_for_research",
            "usd_defl",
            "status",
            "flow",
            "intent",
            "amount",
            "currency",
            "usd_current",
            "crs_sector_code",
            "crs_sector_name",
            "loan_type",
            "interest_rate",
            "maturity",
            "grace_period",
            "grant_element",
            "line_of_credit",
            "is_cofinanced",
            "year_uncertain",
        ],
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

static DECLARATION: Declaration = Declaration::new("aiddata_china", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for AiddataChina {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let [mut finance, mut projects, mut diplomacy] = [0, 1, 2].map(|i| Rows::new(&tables::TABLES[i]));
        let mut covers = tables::TABLES.iter().map(|t| Cover::new("aiddata_china", t.name)).collect::<Vec<_>>();
        let columns = tables::TABLES[0].columns;
        let rest = published(&columns[3..columns.len() - 3], &[]);
        finance.read((self, files, "finance_state_year"), &mut accounts, notices, |record, take| {
            let (code, year) = (record.code("ccode")?, record.year("year")?);
            let key = resolver.known_cow(code, year)?;
            let mut values = vec![key.gwcode.into(), year.into()];
            record.read(&rest, &mut values)?;
            // the sums leave out what is not known: all of them zero means records without an amount
            let mut sum = 0.0;
            for column in ["oof_amt", "oda_amt", "vof_amt"] {
                sum += record.decimal(column)?.unwrap_or(0.0);
            }
            values.extend([key.in_system.into(), code.into()]);
            take.keep(values);
            covers[0].note(key.gwcode, year, if sum > 0.0 { Knowledge::Covered } else { Knowledge::Missing });
            Ok(())
        })?;
        let columns = tables::TABLES[1].columns;
        // two editions, which name two columns differently
        let rest = |umbrella, deflated| published(&columns[6..columns.len() - 2], &[("umbrella", umbrella), ("usd_defl", deflated)]);
        let editions = [rest("umbrella", "usd_defl_2014"), rest("umbrella_project", "usd_defl")];
        projects.read((self, files, "project"), &mut accounts, notices, |record, take| {
            let diplomacy = record.shape == "financial_diplomacy";
            let (id, year, name) = (record.need("project_id")?, record.year("year")?, record.verbatim("recipient_condensed"));
            let (kind, key) = if name.ends_with(REGION) {
                ("region", None)
            } else {
                let key = match record.integer("recipient_cow_code")? {
                    Some(code) => u16::try_from(code).ok().and_then(|c| resolver.cow(c, year)),
                    None => resolver.name(&name, year),
                };
                let key = key.ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {year}")))?;
                (key.kind(), Some(key))
            };
            let mut values = vec![id.into(), name.into(), Value::word(kind), Value::number(key), year.into()];
            record.read(&editions[usize::from(diplomacy)], &mut values)?;
            values.push(Value::in_system(key));
            take.keep(values);
            if let Some(code) = key.map(|k| k.gwcode) {
                for year in FIRST..=if diplomacy { 2017 } else { 2014 } {
                    if resolver.gw(code, year).is_some_and(|k| k.in_system) {
                        covers[1].note(code, year, Knowledge::Covered);
                    }
                }
            }
            Ok(())
        })?;
        let columns = tables::TABLES[2].columns;
        let rest = published(&columns[4..columns.len() - 2], &[]);
        diplomacy.read((self, files, "diplomacy_state_year"), &mut accounts, notices, |record, take| {
            let (name, year) = (record.verbatim("receiving_country"), record.year("year")?);
            let key = resolver.known(&[&name], year)?;
            let mut values = vec![key.gwcode.into(), year.into(), name.into()];
            record.read(&rest, &mut values)?;
            values.push(key.in_system.into());
            take.keep(values);
            covers[2].note(key.gwcode, year, Knowledge::Covered);
            Ok(())
        })?;
        let note = "recipients with a row; of projects in all years of the edition";
        let coverage = covers.into_iter().flat_map(|cover| cover.finish(states, note)).collect();
        crate::reading([&mut finance, &mut projects, &mut diplomacy], "", accounts, coverage, notices)
    }
}
