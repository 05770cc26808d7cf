//! The way back from what speeches say and from what states adopt: frames, echoes, influence, machine-found ties.

use std::collections::BTreeMap;

use super::upstream::quote;
use crate::findings::Trace;

/// The rows from which a row was made; `None` for tables that are not of this file.
pub(super) fn upstream(table: &str, row: &BTreeMap<&str, &str>) -> Option<Vec<Trace>> {
    let get = |k: &str| row.get(k).copied().unwrap_or("NULL");
    let text = |k: &str| quote(row.get(k).copied().unwrap_or(""));
    Some(match table {
        "frame_state" | "frame_state_year" => {
            let year = row.get("year").map(|y| format!(" AND year = {y}")).unwrap_or_default();
            vec![Trace::new("frame_mention", format!("frame = {} AND gwcode = {}{year}", text("frame"), get("gwcode")))]
        }
        "frame_mention" => vec![Trace::new("speech", format!("session = {} AND iso3 = {}", get("session"), text("iso3")))],
        "influence_edge" => vec![Trace::new(
            "adoption",
            format!(
                "kind = {0} AND gwcode IN ({1}, {2}) AND item IN (SELECT a.item FROM adoption a JOIN adoption b ON b.kind = a.kind AND b.item = \
                 a.item AND b.year > a.year WHERE a.kind = {0} AND a.gwcode = {1} AND b.gwcode = {2})",
                text("kind"),
                get("gwcode1"),
                get("gwcode2")
            ),
        )],
        "diffusion_hazard" => vec![Trace::new("adoption", format!("kind = {}", text("kind")))],
        "diffusion_layer" => vec![
            Trace::new(
                "tie_layer",
                format!(
                    "layer = {} AND source = {} AND edition = {} AND unit = {}",
                    text("layer"),
                    text("source"),
                    text("edition"),
                    text("series_unit")
                ),
            ),
            Trace::new("adoption", format!("kind = {}", text("kind"))),
        ],
        "adoption" => match row.get("kind") {
            Some(&"membership") => vec![Trace::new(
                "membership_org_state_year",
                format!("org = {} AND gwcode = {} AND year = {} AND status = 1", text("item"), get("gwcode"), get("year")),
            )],
            Some(&"treaty") => vec![Trace::new(
                "treaty_party",
                format!("\"treatyID\" = {} AND gwcode = {} AND year = {} AND edition = 'GGO'", text("item"), get("gwcode"), get("year")),
            )],
            Some(&"frame") => vec![Trace::new(
                "frame_mention",
                format!("frame = {} AND gwcode = {} AND year = {}", text("item"), get("gwcode"), get("year")),
            )],
            Some(&"practice") => vec![Trace::new(
                "case",
                format!(
                    "tactic = {} AND year_from = {} AND kind = 'collaboration' AND case_id IN (SELECT case_id FROM case_party WHERE gwcode = {})",
                    text("item"),
                    get("year"),
                    get("gwcode")
                ),
            )],
            _ => Vec::new(),
        },
        "echo_dyad" => vec![Trace::new(
            "echo_phrase_state",
            format!(
                "gwcode IN ({0}, {1}) AND phrase IN (SELECT a.phrase FROM echo_phrase_state a JOIN echo_phrase_state b ON b.phrase = a.phrase AND \
                 b.year > a.year WHERE a.gwcode = {0} AND b.gwcode = {1})",
                get("gwcode1"),
                get("gwcode2")
            ),
        )],
        "echo_phrase_state" => vec![Trace::new("speech", format!("gwcode = {} AND year = {}", get("gwcode"), get("year")))],
        "machine_tie" => {
            let pair = format!("gwcode1 = {} AND gwcode2 = {}", get("gwcode1"), get("gwcode2"));
            match row.get("basis") {
                Some(&"influence_edge") => vec![Trace::new("influence_edge", format!("{pair} AND kind = 'frame' AND period = 'all'"))],
                Some(&"text_match") => {
                    let of = |a: &str, b: &str| format!("(gwcode_a = {} AND gwcode_b = {})", get(a), get(b));
                    let (order, states) = match row.get("direction") {
                        Some(&"open") => ("open", format!("({} OR {})", of("gwcode1", "gwcode2"), of("gwcode2", "gwcode1"))),
                        _ => ("a before b", of("gwcode1", "gwcode2")),
                    };
                    let later = format!("CASE WHEN year_a > year_b THEN year_a ELSE year_b END = {}", get("year_from"));
                    let own = format!("tactic = {} AND \"order\" = {} AND {states} AND {later}", text("tactic"), quote(order));
                    vec![Trace::new("text_match", format!("{own} AND kind = 'copy' AND q <= 0.05"))]
                }
                _ => Vec::new(),
            }
        }
        _ => return None,
    })
}
