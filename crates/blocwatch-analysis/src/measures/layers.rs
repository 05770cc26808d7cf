//! Layers of ties as networks by year: what the measures of networks work on.
//!
//! What belongs here: which tables make which network, which states are its nodes, and which of several editions speaks. What does not:
//! any measure of them. Layers in which one state alone gives (China's finance, visits to Washington) are no networks and are not here.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::table::{Column, Kind, col};
use blocwatch_stats::homophily::Dyads;
use blocwatch_stats::joint::Memberships;
use blocwatch_stats::network::Graph;

use crate::error::{AnalysisError, Result};
use crate::frame::Columns;
use crate::measures::{Parameter, Settings, Takes};
use crate::step::{Context, Input};

/// Which states a network has as nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nodes {
    /// All of the state system in the year: a pair without a tie has none.
    System,
    /// Those that stand in some pair of the table: a pair without a row has no value.
    Paired,
}

/// A layer as a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Layer {
    /// Id.
    pub(crate) id: &'static str,
    /// Whether ties have a direction.
    pub(crate) directed: bool,
    /// Whether ties of several years are added up.
    flow: bool,
    nodes: Nodes,
    table: &'static str,
    /// Columns and condition: `a`, `b`, `year`, `weight`.
    pub(crate) sql: &'static str,
}

/// All of them. Of several editions the one with the longest run speaks.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        id: "vote-kappa",
        directed: false,
        flow: false,
        nodes: Nodes::Paired,
        table: "agreement_dyad_session",
        sql: "SELECT gwcode1 AS a, gwcode2 AS b, year, kappa AS weight FROM agreement_dyad_session \
              WHERE in_system AND rollcalls >= 10 AND kappa IS NOT NULL",
    },
    Layer {
        id: SHARED,
        directed: false,
        flow: false,
        nodes: Nodes::Paired,
        table: "joint_membership_dyad_year",
        sql: "SELECT gwcode1 AS a, gwcode2 AS b, year, CAST(joint AS DOUBLE) AS weight FROM joint_membership_dyad_year",
    },
    Layer {
        id: "arms",
        directed: true,
        flow: true,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        sql: "SELECT gwcode1 AS a, gwcode2 AS b, year, weight FROM tie_dyad_year WHERE layer = 'arms' AND edition = '360info'",
    },
    Layer {
        id: "defence-agreement",
        directed: true,
        flow: false,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        sql: "SELECT gwcode1 AS a, gwcode2 AS b, year, weight FROM tie_dyad_year WHERE layer = 'defence-agreement' AND in_system",
    },
    Layer {
        id: "exercise",
        directed: false,
        flow: true,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        sql: "SELECT gwcode1 AS a, gwcode2 AS b, year, weight FROM tie_dyad_year WHERE layer = 'exercise' AND edition = 'mme'",
    },
    Layer {
        id: "treaty",
        directed: false,
        flow: true,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        sql: "SELECT gwcode1 AS a, gwcode2 AS b, year, weight FROM tie_dyad_year WHERE layer = 'treaty' AND edition = 'DESTA'",
    },
];

/// The layer that is a projection of memberships.
pub(crate) const SHARED: &str = "shared-organisation";

/// What the ids mean, for the column of every table that has them.
pub(crate) const LAYER_COLUMN: Column = col(
    "layer",
    Kind::Text,
    "id",
    "vote-kappa, shared-organisation, arms, defence-agreement, exercise or treaty; arms, exercise and treaty are sums over the window that ends in the year",
);

/// What a measure of all layers reads.
pub(crate) const INPUTS: [Input; 4] = [
    Input::Table("agreement_dyad_session"),
    Input::Table("joint_membership_dyad_year"),
    Input::Table("tie_dyad_year"),
    Input::Table("state_year"),
];

/// The layer to compute.
pub(crate) const LAYER: Parameter = Parameter {
    name: "layer",
    takes: Takes::Choice(&["all", "vote-kappa", SHARED, "arms", "defence-agreement", "exercise", "treaty"]),
    doc: "The layer of ties to compute, or all.",
};

/// The window of layers in which things happen.
pub(crate) const WINDOW: Parameter = Parameter {
    name: "window",
    takes: Takes::Count { default: 5, least: 1, most: 20 },
    doc: "Years that are added up in layers of what happens in a year (arms, exercise, treaty), the last included.",
};

/// The first year, by default the first of the United Nations.
pub(crate) const SINCE: Parameter = since(1946);

/// The first year, with another default.
pub(crate) const fn since(default: u32) -> Parameter {
    Parameter { name: "since", takes: Takes::Count { default, least: 1816, most: 2100 }, doc: "First year to compute." }
}

/// One layer in one year.
pub(crate) struct Network {
    /// The layer.
    pub(crate) layer: &'static Layer,
    /// The year, or the last of the window.
    pub(crate) year: i32,
    /// Its states, sorted; ties name them by position.
    pub(crate) states: Vec<u16>,
    /// Values of pairs: of all that are defined where pairs may be undefined, else of those with a tie.
    ties: Vec<(u32, u32, f64)>,
}

impl Network {
    /// The graph of positive ties.
    pub(crate) fn graph(&self) -> Result<Graph> {
        let ties = self.ties.iter().copied().filter(|t| t.2 > 0.0);
        let graph = if self.layer.directed { Graph::directed(self.states.len(), ties) } else { Graph::undirected(self.states.len(), ties) };
        graph.map_err(|e| AnalysisError::Defect(format!("{} {}: {e}", self.layer.id, self.year)))
    }

    /// Whether a pair without a tie has none, as opposed to no value.
    pub(crate) fn has_zeros(&self) -> bool {
        self.layer.nodes == Nodes::System
    }

    /// The ties of all pairs among some states (a position for each that takes part): zeros where no tie is a zero.
    pub(crate) fn dyads(&self, place: &[Option<usize>]) -> Dyads {
        let states = place.iter().flatten().count();
        let mut dyads = Dyads::new(states);
        let mut known = BTreeSet::new();
        for (a, b, tie) in &self.ties {
            if let (Some(x), Some(y)) = (place[*a as usize], place[*b as usize]) {
                dyads.add(x, y, *tie);
                known.insert((x, y));
            }
        }
        if self.has_zeros() {
            for x in 0..states {
                for y in 0..states {
                    if x != y && (self.layer.directed || x < y) && !known.contains(&(x, y)) {
                        dyads.add(x, y, 0.0);
                    }
                }
            }
        }
        dyads
    }

    /// For each state, what a map says of it in the year.
    pub(crate) fn rated<T: Copy>(&self, of: &BTreeMap<(u16, i32), T>) -> Vec<Option<T>> {
        self.states.iter().map(|s| of.get(&(*s, self.year)).copied()).collect()
    }
}

/// The networks that the settings ask for ([`LAYER`], [`SINCE`] and, where there is one, [`WINDOW`]), by layer and year.
pub(crate) fn networks(context: &Context<'_>, settings: &Settings) -> Result<Vec<Network>> {
    let (asked, since) = (settings.choice(LAYER.name)?, i32::try_from(settings.count("since")?).unwrap_or(i32::MAX));
    let window = i32::try_from(settings.count(WINDOW.name)?).unwrap_or(i32::MAX);
    let batch = context.sql("SELECT gwcode, year FROM state_year ORDER BY year, gwcode")?;
    let c = Columns(&batch);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let mut system: BTreeMap<i32, Vec<u16>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        system.entry(year.value(i)).or_default().push(gwcode.value(i));
    }
    let mut out = Vec::new();
    for layer in LAYERS.iter().filter(|l| asked == "all" || asked == l.id) {
        let mut years: BTreeMap<i32, Vec<(u16, u16, f64)>> = BTreeMap::new();
        let from = if layer.flow { since - window + 1 } else { since };
        let batch = context.sql(&format!("SELECT * FROM ({}) WHERE year >= {from} ORDER BY year, a, b", layer.sql))?;
        let c = Columns(&batch);
        let (a, b, year, weight) = (c.u16("a")?, c.u16("b")?, c.i32("year")?, c.f64("weight")?);
        for i in 0..batch.num_rows() {
            years.entry(year.value(i)).or_default().push((a.value(i), b.value(i), weight.value(i)));
        }
        let (Some((&first, _)), Some((&last, _))) = (years.first_key_value(), years.last_key_value()) else { continue };
        for year in first.max(since)..=last {
            let ties: BTreeMap<(u16, u16), f64> = if layer.flow {
                if year - window + 1 < first {
                    continue;
                }
                let mut sums = BTreeMap::new();
                for (a, b, weight) in years.range(year - window + 1..=year).flat_map(|y| y.1) {
                    *sums.entry((*a, *b)).or_insert(0.0) += weight;
                }
                sums
            } else {
                match years.get(&year) {
                    Some(ties) => ties.iter().map(|(a, b, w)| ((*a, *b), *w)).collect(),
                    None => continue,
                }
            };
            let states: Vec<u16> = match layer.nodes {
                Nodes::System => system.get(&year).cloned().unwrap_or_default(),
                Nodes::Paired => ties.keys().flat_map(|(a, b)| [*a, *b]).collect::<BTreeSet<_>>().into_iter().collect(),
            };
            let at = |state: u16| states.binary_search(&state).ok().map(|p| p as u32);
            let ties = ties.iter().filter_map(|((a, b), w)| Some((at(*a)?, at(*b)?, *w))).collect();
            out.push(Network { layer, year, states, ties });
        }
    }
    Ok(out)
}

/// Who belongs to which organisations of COW IGO, by year; the states are those of the layer [`SHARED`] in the year.
pub(crate) fn memberships(context: &Context<'_>, networks: &[Network]) -> Result<BTreeMap<i32, Memberships>> {
    let states: BTreeMap<i32, &[u16]> = networks.iter().filter(|n| n.layer.id == SHARED).map(|n| (n.year, n.states.as_slice())).collect();
    let Some((first, _)) = states.first_key_value() else { return Ok(BTreeMap::new()) };
    let batch = context.sql(&format!(
        "SELECT DISTINCT year, org, gwcode FROM igo_state_year WHERE status IN (1, 2) AND year >= {first} ORDER BY year, org, gwcode"
    ))?;
    let c = Columns(&batch);
    let (year, org, gwcode) = (c.i32("year")?, c.text("org")?, c.u16("gwcode")?);
    let mut joins: BTreeMap<i32, (BTreeMap<&str, usize>, Vec<(usize, usize)>)> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let Some(state) = states.get(&year.value(i)).and_then(|s| s.binary_search(&gwcode.value(i)).ok()) else { continue };
        let (orgs, joined) = joins.entry(year.value(i)).or_default();
        let next = orgs.len();
        joined.push((state, *orgs.entry(org.value(i)).or_insert(next)));
    }
    Ok(joins
        .into_iter()
        .map(|(year, (orgs, joined))| {
            let mut m = Memberships::new(states[&year].len(), orgs.len());
            joined.into_iter().for_each(|(state, org)| m.join(state, org));
            (year, m)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_read_what_is_declared_and_can_be_asked_for() {
        let Takes::Choice(words) = LAYER.takes else { panic!("a choice") };
        assert_eq!(words[1..], LAYERS.iter().map(|l| l.id).collect::<Vec<_>>()[..]);
        for layer in LAYERS {
            assert!(INPUTS.contains(&Input::Table(layer.table)) && layer.sql.contains(&format!("FROM {}", layer.table)), "{}", layer.id);
            assert!(LAYER_COLUMN.doc.contains(layer.id), "{}", layer.id);
        }
    }
}
