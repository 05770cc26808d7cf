//! The way back from tables of ties as networks: from a position, a test, a bloc, a dependence or a trend to the ties it was made from.
//!
//! The rows named here are those of the default parameters, with which the tables of an observatory are made.

use std::collections::BTreeMap;

use super::upstream::quote;
use crate::findings::Trace;
use crate::measures::{dependence, layers, substitution};

/// The rows from which a row was made; `None` for a table that is no network.
pub(super) fn upstream(table: &str, row: &BTreeMap<&str, &str>) -> Option<Vec<Trace>> {
    let get = |k: &str| row.get(k).copied().unwrap_or("NULL");
    let text = |k: &str| quote(row.get(k).copied().unwrap_or(""));
    let layer_year = || format!("layer = {} AND year = {}", text("layer"), get("year"));
    let ties = |years: (&str, &str), states: &[&str]| -> Vec<Trace> { all(layers::behind(get("layer"), years, states)) };
    let first = layers::first_year(get("layer"), get("year"));
    let window = (first.as_str(), get("year"));
    let year = (get("year"), get("year"));
    let rated = |years: (&str, &str)| {
        Trace::new("regime_measure_state_year", format!("regime = 'row' AND year BETWEEN {} AND {}", years.0, years.1))
    };
    Some(match table {
        "network_state_year" => ties(window, &[get("gwcode")]),
        "network_layer_year" => ties(window, &[]),
        "participation_state_year" => {
            vec![Trace::new("network_state_year", format!("gwcode = {} AND year = {}", get("gwcode"), get("year")))]
        }
        "homophily_layer_year" => with(ties(window, &[]), rated(year)),
        "homophily_layer_period" => {
            let years = (get("year_from"), get("year_to"));
            with(ties(years, &[]), rated(years))
        }
        "backbone_dyad_year" => ties(window, &[get("gwcode1"), get("gwcode2")]),
        "backbone_layer_year" => vec![Trace::new("backbone_dyad_year", layer_year())],
        "community_state_year" => {
            let of = get("gwcode");
            vec![Trace::new("backbone_dyad_year", format!("{} AND (gwcode1 = {of} OR gwcode2 = {of})", layer_year()))]
        }
        "community_layer_year" => vec![Trace::new("community_state_year", format!("{} AND community IS NOT NULL", layer_year()))],
        "dependence_state_year" => all(dependence::behind(get("kind"), get("years"), get("gwcode"), None, get("year"))),
        "dependence_dyad_year" => {
            all(dependence::behind(get("kind"), DEPENDENCE_WINDOW, get("gwcode2"), Some(get("gwcode1")), get("year")))
        }
        "substitution_trigger" => {
            vec![Trace::new("substitution_state_year", format!("trigger = {} AND flow = {}", text("trigger"), text("flow")))]
        }
        "substitution_state_year" => all(substitution::behind(get("trigger"), get("flow"), get("gwcode"), get("year"))),
        "trend_dyad" => ties((get("year_from"), get("year_to")), &[get("gwcode1"), get("gwcode2")]),
        "trend_group" => {
            let years = (get("year_from"), get("year_to"));
            with(ties(years, &[]), rated(years))
        }
        _ => return None,
    })
}

/// Years of arms, exercises and finance that the table of pairs adds up.
const DEPENDENCE_WINDOW: &str = "5";

fn all(rows: impl IntoIterator<Item = (&'static str, String)>) -> Vec<Trace> {
    rows.into_iter().map(|(table, rows)| Trace::new(table, rows)).collect()
}

fn with(mut traces: Vec<Trace>, one: Trace) -> Vec<Trace> {
    traces.push(one);
    traces
}
