//! Measures: numbers that an expert can ask for by name, with parameters. One file each.
//!
//! A measure names its inputs, parameters, unit, interval and citation. With its default parameters it is a step of the build like any
//! other, and its tables lie in the observatory; with others it is computed on the spot from the tables of an observatory
//! ([`compute`]). What belongs in a measure's file: the declaration, the reading of input tables, the call of a kernel, the making of
//! rows. What does not: arithmetic (`blocwatch-stats`), sentences (`findings`).
//!
//! To add a measure: a file with a [`Measure`] and one line in [`ALL`]; tests of its numbers beside the published ones.

pub mod backbone;
pub mod capture;
pub mod cohesion;
pub mod community;
pub mod composition;
pub mod dependence;
pub mod diffusion;
pub mod dissent;
pub mod echo;
pub mod episodes;
pub mod frames;
pub mod homophily;
pub mod idealpoint;
pub(crate) mod layers;
pub mod network;
mod periods;
mod settings;
pub mod shared_organisations;
pub mod similarity;
mod speeches;
pub mod substitution;
pub mod threat_response;
pub mod threats;
pub mod trend;
pub mod turnover;
pub mod voting_blocs;
mod voting_groups;

use std::collections::BTreeMap;
use std::sync::Arc;

use blocwatch_core::coverage::{CoverageSpan, Knowledge as Covered};
use blocwatch_core::name;
use blocwatch_core::table::TableSpec;
use blocwatch_engine::Session;
use blocwatch_engine::session::Limits;

pub use settings::{Parameter, REGIME, Settings, Takes};

use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns};
use crate::step::{Context, Input, Knowledge, Output, Part, Step, StepReport, Tables};

/// A measure.
pub struct Measure {
    /// Name on the command line and of the step, in words with hyphens.
    pub name: &'static str,
    /// What it is, in a few words, for a heading.
    pub title: &'static str,
    /// What it measures and how, what it does not say, in paragraphs of Markdown.
    pub doc: &'static str,
    /// Where the method comes from: full citations.
    pub citations: &'static [&'static str],
    /// What interval or test accompanies the number, or why there is none.
    pub interval: &'static str,
    /// Raised when the meaning of the output changes.
    pub version: u32,
    /// What can be set.
    pub parameters: &'static [Parameter],
    /// Tables and knowledge that it reads, and steps whose coverage it needs. Never a source: a measure must be computable from an
    /// observatory alone.
    pub inputs: &'static [Input],
    /// Tables that it makes; the first is the one shown.
    pub outputs: &'static [&'static TableSpec],
    /// The work.
    pub run: fn(&Context<'_>, &Settings) -> Result<Output>,
    /// A small example that can be followed by hand, computed by the kernel when the page is written.
    pub example: fn() -> Result<String>,
    /// Other settings under which a sceptic would ask to see it, each as a label and what it sets.
    pub variants: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// The numbers by which [`sensitivity`] compares runs.
    pub headline: fn(&Output) -> Result<Vec<Headline>>,
}

/// A number by which runs of a measure under other settings are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline {
    /// What the number is.
    pub quantity: String,
    /// The number.
    pub value: Of,
}

/// A number once, or year by year.
#[derive(Debug, Clone, PartialEq)]
pub enum Of {
    /// One number for the whole run; `None` where the run does not define it.
    Run(Option<f64>),
    /// A number for each year that says enough. Regime measures end in different years, and in their last ones may rate a single state:
    /// runs are compared in the last year that both have, and a measure puts a year in only where at least half is rated.
    Years(BTreeMap<i32, f64>),
}

impl Headline {
    fn run(quantity: impl Into<String>, value: Option<f64>) -> Self {
        Self { quantity: quantity.into(), value: Of::Run(value) }
    }

    fn years(quantity: impl Into<String>, values: impl IntoIterator<Item = (i32, f64)>) -> Self {
        Self { quantity: quantity.into(), value: Of::Years(values.into_iter().collect()) }
    }

    /// From year, number rated and value, of the years in which at least half as many are rated as in the best: where a regime measure ends it
    /// rates fewer and fewer, and a year in which it rates one or two says nothing.
    fn rated(quantity: impl Into<String>, rows: impl Iterator<Item = (i32, u32, Option<f64>)> + Clone) -> Self {
        let most = rows.clone().map(|(_, rated, _)| rated).max().unwrap_or(0);
        Self::years(quantity, rows.filter(|(_, rated, _)| 2 * rated >= most).filter_map(|(year, _, value)| Some((year, value?))))
    }
}

impl std::fmt::Debug for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Measure").field("name", &self.name).finish_non_exhaustive()
    }
}

/// All measures, those first on which others rest.
pub const ALL: &[&Measure] = &[
    &similarity::MEASURE,
    &cohesion::MEASURE,
    &voting_blocs::MEASURE,
    &dissent::MEASURE,
    &composition::MEASURE,
    &shared_organisations::MEASURE,
    &turnover::MEASURE,
    &capture::MEASURE,
    &episodes::MEASURE,
    &threats::MEASURE,
    &threat_response::MEASURE,
    &network::MEASURE,
    &homophily::MEASURE,
    &backbone::MEASURE,
    &community::MEASURE,
    &idealpoint::MEASURE,
    &dependence::MEASURE,
    &substitution::MEASURE,
    &trend::MEASURE,
    &frames::MEASURE,
    &diffusion::MEASURE,
    &echo::MEASURE,
];

/// Columns of measures that can be made from less than the measure needs.
pub(crate) static PARTS: &[&Part] = &[&shared_organisations::COUNTS];

/// The measure with a name.
///
/// # Errors
/// [`AnalysisError::Unknown`] with the nearest name.
pub fn by_name(asked: &str) -> Result<&'static Measure> {
    ALL.iter().copied().find(|m| m.name == asked).ok_or_else(|| {
        let near = name::nearest(asked, ALL.iter().map(|m| m.name), 3);
        let hint = if near.is_empty() { "; `blocwatch measure` lists them".to_owned() } else { name::did_you_mean(&near) };
        AnalysisError::Unknown(format!("there is no measure '{asked}'{hint}"))
    })
}

/// The measures as steps of the build, with default parameters.
pub fn steps() -> Vec<Step> {
    ALL.iter().copied().map(step_of).collect()
}

fn step_of(measure: &'static Measure) -> Step {
    Step {
        name: measure.name,
        version: measure.version,
        inputs: measure.inputs.to_vec(),
        outputs: measure.outputs.to_vec(),
        run: |context| {
            let measure = by_name(context.step.name)?;
            (measure.run)(context, &Settings::defaults(measure.parameters))
        },
    }
}

/// Computes a measure from the tables of an observatory, with any settings.
///
/// # Errors
/// Whatever the measure meets; a table that the observatory lacks.
pub fn compute(session: &Session, measure: &'static Measure, settings: &Settings) -> Result<Output> {
    let (step, held, knowledge) = (step_of(measure), BTreeMap::new(), Knowledge::default());
    let mut reports = BTreeMap::new();
    for input in measure.inputs {
        if let Input::Accounts(source) = input {
            reports.insert((*source).to_owned(), Arc::new(StepReport { coverage: coverage(session, source)?, ..StepReport::default() }));
        }
    }
    let limits = Limits::default();
    // a measure writes nothing: what it makes is handed back
    let scratch = std::path::Path::new("");
    let tables = Tables::Session(session);
    let context = Context { step: &step, tables, held: &held, reports, knowledge: &knowledge, limits, scratch };
    (measure.run)(&context, settings)
}

/// What an observatory says a source covers: the build hands a step the report of the step that read it, which says the same.
fn coverage(session: &Session, source: &str) -> Result<Vec<CoverageSpan>> {
    let batch = session.query_one(&format!(
        "SELECT \"table\", gwcode, year_from, year_to FROM coverage WHERE source = '{source}' AND state_of_knowledge = '{}'",
        Covered::Covered.as_str()
    ))?;
    let c = Columns(&batch);
    let (table, gwcode, from, to) = (c.text("table")?, c.u16("gwcode")?, c.i32("year_from")?, c.i32("year_to")?);
    Ok((0..batch.num_rows())
        .map(|i| CoverageSpan {
            source: source.to_owned(),
            table: table.value(i).to_owned(),
            gwcode: gwcode.at(i),
            year_from: from.value(i),
            year_to: to.value(i),
            knowledge: Covered::Covered,
            note: String::new(),
        })
        .collect())
}

/// One number of one run of [`sensitivity`].
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The run, in words.
    pub run: String,
    /// What was set, `name=value`.
    pub set: String,
    /// What the number is.
    pub quantity: String,
    /// The year of both numbers; `None` where they are not of a year, or where no year has both.
    pub year: Option<i32>,
    /// The number; `None` where the run does not define it.
    pub value: Option<f64>,
    /// The same number of the default run, in the same year.
    pub default: Option<f64>,
}

/// Runs a measure under its variants, and with each regime measure where it takes one, and reads its headline numbers. Numbers by year are
/// read in the last year that the run and the default run both have.
///
/// # Errors
/// As [`compute`].
pub fn sensitivity(session: &Session, measure: &'static Measure) -> Result<Vec<Reading>> {
    let mut runs: Vec<(String, Vec<(&str, String)>)> = vec![("default".to_owned(), Vec::new())];
    for (label, set) in measure.variants {
        runs.push(((*label).to_owned(), set.iter().map(|(k, v)| (*k, (*v).to_owned())).collect()));
    }
    if measure.parameters.iter().any(|p| p.takes == Takes::Regime) {
        for m in &crate::steps::regime_measure::ALL[1..] {
            let set = vec![(REGIME.name, m.id.to_owned())];
            // a variant may have asked the same
            if runs.iter().all(|(_, other)| *other != set) {
                runs.push((m.name.to_owned(), set));
            }
        }
    }
    let mut readings = Vec::new();
    let mut default: BTreeMap<String, Of> = BTreeMap::new();
    for (label, set) in runs {
        let mut settings = Settings::defaults(measure.parameters);
        for (key, value) in &set {
            settings.set(measure.parameters, key, value)?;
        }
        let output = compute(session, measure, &settings)?;
        for Headline { quantity, value } in (measure.headline)(&output)? {
            if label == "default" {
                default.insert(quantity.clone(), value.clone());
            }
            let (year, value, base) = beside(&value, default.get(&quantity));
            readings.push(Reading { run: label.clone(), set: settings.changed().join(" "), quantity, year, value, default: base });
        }
    }
    // what moves is read quantity by quantity
    let order: Vec<String> = readings.iter().filter(|r| r.run == "default").map(|r| r.quantity.clone()).collect();
    readings.sort_by_key(|r| order.iter().position(|q| *q == r.quantity));
    Ok(readings)
}

/// A number beside that of the default run, with the year that both are of.
fn beside(value: &Of, default: Option<&Of>) -> (Option<i32>, Option<f64>, Option<f64>) {
    match (value, default) {
        (Of::Run(value), Some(Of::Run(base))) => (None, *value, *base),
        (Of::Run(value), _) => (None, *value, None),
        (Of::Years(values), Some(Of::Years(base))) => {
            let both = values.iter().rev().find_map(|(y, v)| base.get(y).map(|b| (*y, *v, *b)));
            both.map_or((None, None, None), |(year, value, base)| (Some(year), Some(value), Some(base)))
        }
        (Of::Years(values), _) => values.last_key_value().map_or((None, None, None), |(y, v)| (Some(*y), Some(*v), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_compared_in_the_last_year_that_both_have() {
        let of = |values: &[(i32, f64)]| Of::Years(values.iter().copied().collect());
        let default = of(&[(2018, 0.1), (2019, 0.2), (2024, 0.3)]);
        assert_eq!(beside(&of(&[(2010, 0.4), (2018, 0.5), (2020, 1.0)]), Some(&default)), (Some(2018), Some(0.5), Some(0.1)));
        assert_eq!(beside(&default, Some(&default)), (Some(2024), Some(0.3), Some(0.3)));
        assert_eq!(beside(&of(&[(1950, 0.4)]), Some(&default)), (None, None, None), "no year in common is no number");
        assert_eq!(beside(&of(&[(1950, 0.4)]), None), (Some(1950), Some(0.4), None), "a quantity that only the variant has");
        assert_eq!(beside(&Of::Run(Some(2.0)), Some(&Of::Run(None))), (None, Some(2.0), None));
    }

    #[test]
    fn every_measure_is_documented_and_its_variants_can_be_set() {
        for m in ALL {
            assert!(m.doc.ends_with('.') && !m.citations.is_empty() && !m.interval.is_empty(), "{}", m.name);
            assert!(m.inputs.iter().all(|i| !matches!(i, Input::Source(_))), "{}: computable from tables", m.name);
            for (label, set) in m.variants {
                let mut settings = Settings::defaults(m.parameters);
                for (key, value) in *set {
                    settings.set(m.parameters, key, value).unwrap_or_else(|e| panic!("{} {label}: {e}", m.name));
                }
            }
            let example = (m.example)().expect("the example can be computed");
            assert!(example.len() > 80, "{}", m.name);
        }
    }
}
