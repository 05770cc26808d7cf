//! The way back, one step: which rows of which tables a row was made from. Here: findings, harmonised and joined tables. Tables of
//! measures are in `measures`, those of networks in `networks`, those of speeches and adoptions in `speeches`.

use std::collections::BTreeMap;

use blocwatch_core::events::{EventCodes, Role, Roles, Rule};

use super::{measures, networks, speeches};
use crate::error::{AnalysisError, Result};
use crate::findings::Trace;
use crate::steps::{regime_measure, ties};

/// The rows that a rule of the mapping from events to tactics speaks for: those it fits and no rule with a longer code does.
fn rule_rows(rule: &Rule, all: &[Rule]) -> String {
    let roles = |roles: Roles| {
        let words: Vec<String> = Role::ALL.into_iter().filter(|r| roles.contains(*r)).map(|r| quote(r.as_str())).collect();
        words.join(", ")
    };
    let fits = |r: &Rule| {
        let (scheme, code) = (quote(r.scheme.as_str()), quote(&format!("{}%", r.code)));
        format!("(scheme = {scheme} AND event_code LIKE {code} AND role1 IN ({}) AND role2 IN ({}))", roles(r.role1), roles(r.role2))
    };
    let longer = all.iter().filter(|r| r.code.len() > rule.code.len() && r.overlaps(rule));
    let others: Vec<String> = longer.map(|r| format!(" AND NOT {}", fits(r))).collect();
    format!("({}{})", fits(rule), others.concat())
}

pub(super) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The rows from which a row was made.
pub(super) fn upstream(table: &str, row: &BTreeMap<&str, &str>, trace: Option<&str>) -> Result<Vec<Trace>> {
    let get = |k: &str| row.get(k).copied().unwrap_or("NULL");
    let text = |k: &str| quote(row.get(k).copied().unwrap_or(""));
    let same_row = |t: &str| Trace::new(t, format!("edition = {} AND source_row = {}", text("edition"), get("source_row")));
    Ok(match table {
        "finding" => {
            serde_json::from_str(trace.unwrap_or("[]")).map_err(|e| AnalysisError::Defect(format!("a trace cannot be read: {e}")))?
        }
        "regime_state_year" if row.get("source") == Some(&"vdem") => {
            let mut t = same_row("vdem_state_year");
            t.rows.push_str(&format!(" AND gwcode = {} AND year = {}", get("gwcode"), get("year")));
            vec![t]
        }
        "episode_state_year" => {
            let mut t = same_row("vdem_state_year");
            t.rows.push_str(&format!(" AND gwcode = {} AND year = {}", get("gwcode"), get("year")));
            vec![t]
        }
        "membership_org_state_year" => vec![Trace::new(
            "membership_claim_org_state_year",
            format!("org = {} AND gwcode = {} AND year = {}", text("org"), get("gwcode"), get("year")),
        )],
        "membership_claim_org_state_year" if row.get("source") == Some(&"cow_igo") => vec![Trace::new(
            "igo_state_year",
            format!(
                "gwcode = {} AND year = {} AND org = (SELECT coalesce(cow_igo, org) FROM organisation WHERE org = {})",
                get("gwcode"),
                get("year"),
                text("org")
            ),
        )],
        "tie_dyad_year" => {
            let directed = row.get("directed") == Some(&"true");
            let of = |k: &str| row.get(k).copied().unwrap_or("");
            ties::layer_of(of("layer"), of("source"), of("unit"), directed)
                .into_iter()
                .map(|l| l.behind(get("gwcode1"), get("gwcode2"), get("year"), of("edition"), of("statement")))
                .map(|(table, rows)| Trace::new(table, rows))
                .collect()
        }
        "regime_measure_state_year" => regime_measure::ALL
            .iter()
            .filter(|m| row.get("regime") == Some(&m.id))
            .map(|m| Trace::new(m.table, format!("gwcode = {} AND year = {} AND {}", get("gwcode"), get("year"), m.rows)))
            .collect(),
        "agreement_dyad_session" => {
            vec![Trace::new("vote", format!("session = {} AND gwcode IN ({}, {})", get("session"), get("gwcode1"), get("gwcode2")))]
        }
        // a repeated resolution ties its voters' points in all its sessions; what is shown is the state's own votes
        "idealpoint_state_session" | "idealpoint_draw" => {
            vec![Trace::new("vote", format!("session = {} AND gwcode = {} AND vote IN (1, 2, 3)", get("session"), get("gwcode")))]
        }
        "event_tactic_dyad_year" => {
            let codes = EventCodes::embedded()?;
            let named: Vec<&str> = row.get("rules").copied().unwrap_or("").split(", ").collect();
            let rules = codes.rules.iter().filter(|r| named.contains(&r.rule.as_str())).map(|r| rule_rows(r, &codes.rules));
            let rules = rules.collect::<Vec<_>>().join(" OR ");
            vec![Trace::new(
                "event_code_dyad_year",
                format!(
                    "year = {} AND source = {} AND gwcode1 = {} AND gwcode2 = {} AND ({rules})",
                    get("year"),
                    text("source"),
                    get("gwcode1"),
                    get("gwcode2")
                ),
            )]
        }
        "event_balance_dyad_month" => vec![Trace::new(
            "event_dyad_month",
            format!(
                "year = {} AND month = {} AND source = {} AND gwcode1 = {} AND gwcode2 = {}",
                get("year"),
                get("month"),
                text("source"),
                get("gwcode1"),
                get("gwcode2")
            ),
        )],
        "event_month" => vec![Trace::new(
            "event_dyad_month",
            format!("year = {} AND month = {} AND source = {}", get("year"), get("month"), text("source")),
        )],
        "vote" => vec![same_row("unga_vote")],
        "rollcall" => vec![same_row("unga_rollcall")],
        "case_party" | "case_source" => vec![Trace::new("case", format!("case_id = {}", text("case_id")))],
        _ => networks::upstream(table, row).or_else(|| speeches::upstream(table, row)).unwrap_or_else(|| measures::upstream(table, row)),
    })
}
