//! `case_count`: how many coded cases there are, by cell of the matrix, actor, organisation and period.
//!
//! Counts of records say what has been coded, not how often something happens: the casebook is no census. A case without a date
//! counts under the period `undated`, never under a guess.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const CASE_COUNT: TableSpec = TableSpec {
    name: "case_count",
    unit: Unit::Entry,
    keys: &["actor_kind", "actor", "kind", "response", "tactic", "period"],
    columns: &[
        col("actor_kind", Kind::Text, "-", "state, organisation, or all for the whole casebook"),
        col("actor", Kind::Text, "id", "state or organisation id, or all"),
        col("kind", Kind::Text, "code", "kind of record"),
        col("response", Kind::Text, "code", "response, or none on records without one"),
        col("tactic", Kind::Text, "code", "tactic, or none on records without one"),
        col("period", Kind::Text, "decade", "decade in which it began (1990s), or undated"),
        opt("threat", Kind::Text, "code", "threat; null on records without one"),
        col("cases", Kind::U32, "cases", "distinct cases"),
        col("claims", Kind::U32, "cases", "of them alleged, self-claimed or disputed"),
    ],
    doc: "Counts of coded cases by matrix cell, actor and decade. Counts say what is coded, not how often it happens.",
};

/// The step.
pub fn step() -> Step {
    Step { name: "case_count", version: 1, inputs: vec![Input::Table("case"), Input::Table("case_party")], outputs: vec![&CASE_COUNT], run }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let batch = context.sql(
        "WITH coded AS (SELECT case_id, kind, coalesce(response, 'none') AS response, coalesce(tactic, 'none') AS tactic, threat, \
           CASE WHEN year_from IS NULL THEN 'undated' ELSE concat(CAST(year_from / 10 AS VARCHAR), '0s') END AS period, \
           claim IN ('alleged', 'self-claimed', 'disputed') AS claimed FROM \"case\"), \
         named AS (SELECT DISTINCT c.*, p.actor_kind, p.actor FROM coded c JOIN case_party p ON p.case_id = c.case_id \
           WHERE p.actor_kind IN ('state', 'organisation') \
           UNION ALL SELECT c.*, 'all' AS actor_kind, 'all' AS actor FROM coded c) \
         SELECT actor_kind, actor, kind, response, tactic, period, max(threat) AS threat, count(DISTINCT case_id) AS cases, \
           count(DISTINCT CASE WHEN claimed THEN case_id END) AS claims \
         FROM named GROUP BY actor_kind, actor, kind, response, tactic, period",
    )?;
    Ok(Output::table(&CASE_COUNT, batch))
}
