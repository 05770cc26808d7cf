//! Findings: a sentence with a number, its interval and the rows it rests on. One file per kind.
//!
//! A finding states what the data hold and never why; words of likelihood and of confidence do not share a sentence. Its `trace` names
//! the rows, from which `why` walks to the publisher's file.
//!
//! To add a kind: a file with its `find` function and one line in [`KINDS`].

mod collaboration;
mod dependence;
mod episodes;
mod frames;
mod idealpoint;
mod memberships;
mod org_composition;
mod profile;
mod regime;
mod threat;
mod trend;
mod votes;
mod voting;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use serde::{Deserialize, Serialize};

use crate::error::{AnalysisError, Result};
use crate::frame::Rows;
use crate::step::{Context, Input, Output, Step};

/// Findings.
pub const FINDING: TableSpec = TableSpec {
    name: "finding",
    unit: Unit::Finding,
    keys: &["finding_id"],
    columns: &[
        col("finding_id", Kind::Text, "id", "kind.subject.period; stable as long as the kind is"),
        col("subject", Kind::Text, "id", "state, organisation, pair of states joined by a hyphen, layer of ties, or comparison"),
        col("subject_kind", Kind::Text, "-", "state, organisation, pair, layer or comparison"),
        col("kind", Kind::Text, "code", "kind of finding"),
        col("period", Kind::Text, "-", "year, years or session it speaks of"),
        opt("year", Kind::I32, "year", "last year it speaks of; null where it speaks of no year"),
        opt("value", Kind::F64, "see unit", "the number; null where the finding is a change of category"),
        opt("low", Kind::F64, "see unit", "lower end of its interval; null where the source has none"),
        opt("high", Kind::F64, "see unit", "upper end of its interval; null where the source has none"),
        col("unit", Kind::Text, "-", "unit of the number"),
        col("statement", Kind::Text, "-", "the sentence"),
        col("trace", Kind::Text, "JSON", "rows it rests on: a list of tables and conditions"),
    ],
    doc: "What the tables say about each state, organisation and pair, and about all states together, as sentences with a trace to their rows.",
};

/// Rows of a table that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// Table.
    pub table: String,
    /// SQL condition over its columns.
    pub rows: String,
}

impl Trace {
    /// Rows of a table that meet a condition.
    pub fn new(table: &str, rows: impl Into<String>) -> Self {
        Self { table: table.to_owned(), rows: rows.into() }
    }
}

/// One finding on its way into the table.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Kind.
    pub kind: &'static str,
    /// Subject id.
    pub subject: String,
    /// `state`, `organisation`, `pair`, `layer` (of ties) or `comparison`.
    pub subject_kind: &'static str,
    /// Period in words.
    pub period: String,
    /// Last year spoken of.
    pub year: Option<i32>,
    /// The number.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
    /// Unit of the number.
    pub unit: &'static str,
    /// The sentence.
    pub statement: String,
    /// Rows it rests on.
    pub trace: Vec<Trace>,
}

type Find = fn(&Context<'_>, &mut Vec<Finding>) -> Result<()>;

/// All kinds.
const KINDS: &[Find] = &[
    regime::find,
    episodes::find,
    memberships::find,
    org_composition::find,
    votes::find,
    voting::find,
    idealpoint::find,
    profile::find,
    frames::find,
    dependence::find,
    trend::find,
    threat::find,
    collaboration::find,
];

/// The step.
pub fn step() -> Step {
    let tables = [
        "state_year",
        "state",
        "regime_state_year",
        "episode",
        "organisation",
        "membership_org_state_year",
        "composition_org_year",
        "agreement_dyad_session",
        "cohesion_org_session",
        "dissent_state_rollcall",
        "voting_bloc_session",
        "voting_bloc_state_session",
        "rollcall",
        "idealpoint_state_session",
        "idealpoint_draw",
        "case",
        "case_party",
        "dependence_state_year",
        "trend_dyad",
        "threat_state_year",
        "homophily_layer_period",
        "substitution_trigger",
        "frame_state",
        "frame_lexicon",
    ];
    let mut inputs: Vec<Input> = tables.map(Input::Table).to_vec();
    inputs.push(Input::Knowledge("states"));
    Step { name: "finding", version: 2, inputs, outputs: vec![&FINDING], run }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let mut all = Vec::new();
    for find in KINDS {
        find(context, &mut all)?;
    }
    let mut table = Rows::new(&FINDING);
    for f in all {
        let id = format!("{}.{}.{}", f.kind, f.subject, f.period.replace(' ', "-"));
        let trace = serde_json::to_string(&f.trace).map_err(|e| AnalysisError::Defect(e.to_string()))?;
        table.push([
            id.into(),
            f.subject.into(),
            f.subject_kind.into(),
            f.kind.into(),
            f.period.into(),
            f.year.into(),
            f.value.into(),
            f.interval.map(|i| i.0).into(),
            f.interval.map(|i| i.1).into(),
            f.unit.into(),
            f.statement.into(),
            trace.into(),
        ])?;
    }
    Ok(Output::table(&FINDING, table.finish()?))
}

/// A number with two decimals and a proper minus sign; what rounds to zero has none.
fn two(value: f64) -> String {
    let text = format!("{value:.2}");
    if text == "-0.00" { "0.00".to_owned() } else { text.replace('-', "\u{2212}") }
}

/// A share as whole percent.
fn percent(share: f64) -> String {
    format!("{:.0}", 100.0 * share)
}
