//! `event_tactic_dyad_year`: coded events read as tactics of the matrix, by the mapping in `knowledge/events/tactics.csv`.
//!
//! An event is a report; a rule says which tactic it would be if it were true, and for which share of such events that is known to be so.
//! What no rule fits is in no row. Ties and briefs read this table; nothing here is added up over sources.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::events::{EventCodes, Role, Rule, Scheme};
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns, Rows};
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const EVENT_TACTIC_DYAD_YEAR: TableSpec = TableSpec {
    name: "event_tactic_dyad_year",
    unit: Unit::DirectedDyadYear,
    keys: &["gwcode1", "gwcode2", "year", "tactic", "source"],
    columns: &[
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state that acts"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state that receives"),
        col("year", Kind::I32, "year", "calendar year"),
        col("tactic", Kind::Text, "code", "tactic of the matrix"),
        col("source", Kind::Text, "source id", "whose coding; sources are never added up"),
        col("response", Kind::Text, "code", "response that the tactic belongs to"),
        col("channel", Kind::Text, "code", "channel, or channels joined by a comma where rules differ"),
        col("events", Kind::U32, "events", "events that a rule of the tactic fits"),
        col("reports", Kind::U32, "reports", "rows of the publisher's files behind them"),
        opt(
            "share_right",
            Kind::F64,
            "share 0-1",
            "share of such events that a published comparison found to be what they are coded as, weighted by events; null where none is known for some of them",
        ),
        col("rules", Kind::Text, "-", "ids of the rules, joined by a comma"),
        col("mapping_version", Kind::Text, "-", "version of the mapping"),
    ],
    doc: "Coded events between states read as tactics, under the condition that both sides have the regimes and roles that the rule asks for. Upper bounds of what machines report, not findings of fact.",
};

/// The step.
pub fn step() -> Step {
    Step {
        name: "event_tactic_dyad_year",
        version: 1,
        inputs: vec![
            Input::Table("event_code_dyad_year"),
            Input::Table("regime_state_year"),
            Input::Knowledge("events"),
            Input::Knowledge("taxonomy.toml"),
        ],
        outputs: vec![&EVENT_TACTIC_DYAD_YEAR],
        run,
    }
}

#[derive(Default)]
struct Sum<'r> {
    events: u64,
    reports: u64,
    /// Events that are expected to be right, as far as every rule says so.
    right: f64,
    unknown: bool,
    rules: BTreeSet<&'r str>,
    channels: BTreeSet<&'r str>,
}

fn run(context: &Context<'_>) -> Result<Output> {
    let codes = EventCodes::embedded()?;
    let taxonomy = context.taxonomy()?;
    // only codes that some rule begins with are read: most events are no tactic
    let wanted: BTreeSet<String> =
        codes.rules.iter().map(|r| format!("(e.scheme = '{}' AND e.event_code LIKE '{}%')", r.scheme.as_str(), r.code)).collect();
    let wanted = if wanted.is_empty() { "FALSE".to_owned() } else { wanted.into_iter().collect::<Vec<_>>().join(" OR ") };
    let batch = context.sql(&format!(
        "SELECT e.gwcode1, e.gwcode2, e.year, e.source, e.scheme, e.event_code, e.role1, e.role2, e.events, e.reports, \
         a.autocracy AS autocracy1, b.autocracy AS autocracy2 FROM event_code_dyad_year e \
         LEFT JOIN regime_state_year a ON a.gwcode = e.gwcode1 AND a.year = e.year \
         LEFT JOIN regime_state_year b ON b.gwcode = e.gwcode2 AND b.year = e.year \
         WHERE {wanted}"
    ))?;
    let c = Columns(&batch);
    let (gwcode1, gwcode2, year) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.i32("year")?);
    let (source, scheme, code) = (c.text("source")?, c.text("scheme")?, c.text("event_code")?);
    let roles = [c.text("role1")?, c.text("role2")?];
    let (events, reports) = (c.u32("events")?, c.u32("reports")?);
    let autocracies = [c.bool("autocracy1")?, c.bool("autocracy2")?];
    let mut sums: BTreeMap<(u16, u16, i32, &str, &str), Sum<'_>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let of_scheme = if scheme.value(i) == Scheme::Cameo.as_str() { Scheme::Cameo } else { Scheme::Plover };
        let role = |at: usize| Role::parse(roles[at].value(i)).unwrap_or(Role::Other);
        let rated = |at: usize| autocracies[at].at(i);
        let rule: Option<&Rule> = codes.rule(of_scheme, code.value(i), (role(0), role(1)), (rated(0), rated(1)));
        let Some(rule) = rule else { continue };
        let sum = sums.entry((gwcode1.value(i), gwcode2.value(i), year.value(i), &rule.tactic, source.value(i))).or_default();
        sum.events += u64::from(events.value(i));
        sum.reports += u64::from(reports.value(i));
        match rule.share_right {
            Some(share) => sum.right += share * f64::from(events.value(i)),
            None => sum.unknown = true,
        }
        sum.rules.insert(&rule.rule);
        sum.channels.insert(&rule.channel);
    }
    let mut table = Rows::new(&EVENT_TACTIC_DYAD_YEAR);
    for ((gwcode1, gwcode2, year, tactic, source), sum) in sums {
        let response = taxonomy.term("tactic", tactic).map(|t| t.parent.as_str());
        let response = response.ok_or_else(|| AnalysisError::Defect(format!("the mapping of events names the tactic '{tactic}'")))?;
        let joined = |words: &BTreeSet<&str>| words.iter().copied().collect::<Vec<_>>().join(", ");
        let whole = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        table.push([
            gwcode1.into(),
            gwcode2.into(),
            year.into(),
            tactic.into(),
            source.into(),
            response.into(),
            joined(&sum.channels).into(),
            whole(sum.events).into(),
            whole(sum.reports).into(),
            (!sum.unknown && sum.events > 0).then(|| sum.right / sum.events as f64).into(),
            joined(&sum.rules).into(),
            codes.mapping().into(),
        ])?;
    }
    Ok(Output::table(&EVENT_TACTIC_DYAD_YEAR, table.finish()?))
}
