//! The way back from tables of measures. What belongs here: one arm for each table; a measure whose rows need more than a condition keeps
//! it in its own file (`threat_response::behind`).

use std::collections::BTreeMap;

use super::upstream::quote;
use crate::findings::Trace;
use crate::measures::threats::components::COMPONENTS;
use crate::measures::{capture, dissent, threat_response};

/// The rows from which a row of a measure was made; none for tables that are the end of the walk.
pub(super) fn upstream(table: &str, row: &BTreeMap<&str, &str>) -> Vec<Trace> {
    let get = |k: &str| row.get(k).copied().unwrap_or("NULL");
    let text = |k: &str| quote(row.get(k).copied().unwrap_or(""));
    match table {
        "episode" => vec![Trace::new(
            "episode_state_year",
            format!("country_text_id = {} AND year BETWEEN {} AND {}", text("country_text_id"), get("pre_ep_year"), get("end_year")),
        )],
        "threat_state_year" => vec![Trace::new(
            "threat_component_state_year",
            format!("gwcode = {} AND year = {} AND threat = {}", get("gwcode"), get("year"), text("threat")),
        )],
        "threat_component_state_year" => COMPONENTS
            .iter()
            .filter(|c| row.get("component") == Some(&c.id))
            .map(|c| c.behind(get("gwcode"), get("year")))
            .map(|(table, rows)| Trace::new(table, rows))
            .collect(),
        "situation_rollcall" => vec![Trace::new("rollcall", format!("rcid = {}", get("rcid")))],
        "threat_response_lag" => vec![
            Trace::new("threat_state_year", format!("threat = {} AND value IS NOT NULL", text("threat"))),
            Trace::new("response_state_year", format!("indicator = {}", text("indicator"))),
        ],
        "response_state_year" => threat_response::behind(row.get("indicator").copied().unwrap_or(""), get("gwcode"), get("year"))
            .map(|(table, rows)| Trace::new(table, rows))
            .into_iter()
            .collect(),
        "composition_org_year" | "composition_org_state_year" => vec![
            Trace::new("membership_org_state_year", format!("org = {} AND year = {} AND status = 1", text("org"), get("year"))),
            Trace::new(
                "regime_state_year",
                format!(
                    "year = {1} AND gwcode IN (SELECT gwcode FROM membership_org_state_year WHERE org = {0} AND year = {1} AND status = 1)",
                    text("org"),
                    get("year")
                ),
            ),
        ],
        "agreement_dyad_session_issue" => vec![Trace::new(
            "vote",
            format!(
                "session = {0} AND gwcode IN ({1}, {2}) AND rcid IN (SELECT r.rcid FROM rollcall r JOIN unga_issue i ON i.edition = r.edition \
                 AND i.rcid = r.rcid WHERE r.session = {0} AND i.short_name = {3})",
                get("session"),
                get("gwcode1"),
                get("gwcode2"),
                text("issue")
            ),
        )],
        "cohesion_org_session"
        | "departure_org_state_session"
        | "voting_bloc_state_session"
        | "voting_bloc_session"
        | "dissent_state_rollcall" => dissent::behind(table, row),
        "joint_membership_dyad_year" => vec![Trace::new(
            "igo_state_year",
            format!(
                "year = {0} AND status IN (1, 2) AND gwcode IN ({1}, {2}) AND org IN (SELECT a.org FROM igo_state_year a JOIN igo_state_year b \
                 ON b.org = a.org AND b.year = a.year WHERE a.year = {0} AND a.gwcode = {1} AND b.gwcode = {2} AND a.status IN (1, 2) \
                 AND b.status IN (1, 2))",
                get("year"),
                get("gwcode1"),
                get("gwcode2")
            ),
        )],
        "turnover_org_state_year" => vec![Trace::new(
            "membership_claim_org_state_year",
            format!(
                "source = 'cow_igo' AND org = {} AND gwcode = {} AND year BETWEEN {} - 1 AND {}",
                text("org"),
                get("gwcode"),
                get("year"),
                get("year")
            ),
        )],
        "turnover_around_change" => vec![Trace::new(
            "turnover_org_state_year",
            format!(
                "change = {} AND relative_year = {} AND event = {} AND {}",
                text("change"),
                get("relative_year"),
                text("event"),
                match row.get("majority") {
                    Some(&"autocratic") => "majority_autocratic",
                    Some(&"other") => "NOT majority_autocratic",
                    _ => "majority_autocratic IS NULL",
                }
            ),
        )],
        "capture_org_year" if row.get("seats_from") == Some(&"recorded-votes") => {
            vec![Trace::new("hrc_position", format!("year = {} AND body LIKE '%Human Rights Council%'", get("year")))]
        }
        "capture_org_year" => vec![
            Trace::new("membership_org_state_year", format!("org = {} AND year = {} AND status = 1", text("org"), get("year"))),
            Trace::new(
                "case",
                format!(
                    "year_from <= {} AND kind = 'collaboration' AND tactic IN ({}) AND case_id IN (SELECT case_id FROM case_party WHERE \
                     role = 'venue' AND actor_kind = 'organisation' AND actor = {})",
                    get("year"),
                    capture::CAPTURE_TACTICS,
                    text("org")
                ),
            ),
        ],
        "vitality_org_year" => vec![Trace::new(
            "igo_year",
            format!("year = {} AND org = (SELECT coalesce(cow_igo, org) FROM organisation WHERE org = {})", get("year"), text("org")),
        )],
        _ => Vec::new(),
    }
}
