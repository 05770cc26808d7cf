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
pub(crate) enum Nodes {
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
    /// The collaborative response of the matrix that ties in it stand for, if they stand for one.
    pub(crate) response: Option<&'static str>,
    /// Whether ties of several years are added up.
    flow: bool,
    pub(super) nodes: Nodes,
    table: &'static str,
    /// The column of the table that weighs a tie.
    weight: &'static str,
    /// Which of its rows are ties of the layer.
    rows: &'static str,
}

impl Layer {
    /// A SELECT of `a`, `b`, `year`, `weight`.
    pub(crate) fn sql(&self) -> String {
        format!("SELECT gwcode1 AS a, gwcode2 AS b, year, {} AS weight FROM {} WHERE {}", self.weight, self.table, self.rows)
    }
}

/// The rows behind a layer in some years, as table and condition: of all states, of one or of two; none for a layer that is not here.
pub(crate) fn behind(layer: &str, (from, to): (&str, &str), states: &[&str]) -> Option<(&'static str, String)> {
    let layer = LAYERS.iter().find(|l| l.id == layer)?;
    let whom = match states {
        [] => String::new(),
        [one] => format!(" AND (gwcode1 = {one} OR gwcode2 = {one})"),
        [a, b, ..] => format!(" AND ((gwcode1 = {a} AND gwcode2 = {b}) OR (gwcode1 = {b} AND gwcode2 = {a}))"),
    };
    Some((layer.table, format!("year BETWEEN {from} AND {to}{whom} AND {}", layer.rows)))
}

/// The first year that a network of a year is made of, with the window that the tables of the observatory have.
pub(crate) fn first_year(layer: &str, year: &str) -> String {
    let flow = LAYERS.iter().any(|l| l.id == layer && l.flow);
    if flow { format!("{year} - {}", DEFAULT_WINDOW - 1) } else { year.to_owned() }
}

/// All of them. Of several editions the one with the longest run speaks.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        id: "vote-kappa",
        directed: false,
        response: Some("collective-legitimation"),
        flow: false,
        nodes: Nodes::Paired,
        table: "agreement_dyad_session",
        weight: "kappa",
        rows: "in_system AND rollcalls >= 10 AND kappa IS NOT NULL",
    },
    Layer {
        id: SHARED,
        directed: false,
        response: None,
        flow: false,
        nodes: Nodes::Paired,
        table: "joint_membership_dyad_year",
        weight: "CAST(joint AS DOUBLE)",
        rows: "joint >= 0",
    },
    Layer {
        id: "arms",
        directed: true,
        response: Some("security-assistance"),
        flow: true,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        weight: "weight",
        rows: "layer = 'arms' AND edition = '360info'",
    },
    Layer {
        id: "defence-agreement",
        directed: true,
        response: Some("security-assistance"),
        flow: false,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        weight: "weight",
        rows: "layer = 'defence-agreement' AND in_system",
    },
    Layer {
        id: "exercise",
        directed: false,
        response: Some("security-assistance"),
        flow: true,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        weight: "weight",
        rows: "layer = 'exercise' AND edition = 'mme'",
    },
    Layer {
        id: "treaty",
        directed: false,
        response: None,
        flow: true,
        nodes: Nodes::System,
        table: "tie_dyad_year",
        weight: "weight",
        rows: "layer = 'treaty' AND edition = 'DESTA'",
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

/// Years of the window by default: tables of the observatory are made with it, and the way back from them counts on it.
const DEFAULT_WINDOW: u32 = 5;

/// The window of layers in which things happen.
pub(crate) const WINDOW: Parameter = Parameter {
    name: "window",
    takes: Takes::Count { default: DEFAULT_WINDOW, least: 1, most: 20 },
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
    pub(super) ties: Vec<(u32, u32, f64)>,
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
        let mut known = vec![false; states * states];
        for (a, b, tie) in &self.ties {
            if let (Some(x), Some(y)) = (place[*a as usize], place[*b as usize]) {
                dyads.add(x, y, *tie);
                known[x * states + y] = true;
            }
        }
        if self.has_zeros() {
            for x in 0..states {
                for y in 0..states {
                    if x != y && (self.layer.directed || x < y) && !known[x * states + y] {
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

/// The ties of the layers that the settings ask for, as the tables have them.
pub(crate) struct Loaded {
    since: i32,
    /// States of the system, sorted, by year.
    system: BTreeMap<i32, Vec<u16>>,
    layers: Vec<(&'static Layer, BTreeMap<i32, Vec<(u16, u16, f64)>>)>,
}

/// Reads the layers that the settings ask for ([`LAYER`], [`SINCE`] and, where there is one, [`WINDOW`]).
pub(crate) fn load(context: &Context<'_>, settings: &Settings) -> Result<Loaded> {
    let (asked, since) = (settings.choice(LAYER.name)?, i32::try_from(settings.count("since")?).unwrap_or(i32::MAX));
    let window = i32::try_from(settings.count(WINDOW.name)?).unwrap_or(i32::MAX);
    let batch = context.sql("SELECT gwcode, year FROM state_year ORDER BY year, gwcode")?;
    let c = Columns(&batch);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let mut system: BTreeMap<i32, Vec<u16>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        system.entry(year.value(i)).or_default().push(gwcode.value(i));
    }
    let mut layers = Vec::new();
    for layer in LAYERS.iter().filter(|l| asked == "all" || asked == l.id) {
        let from = if layer.flow { since - window + 1 } else { since };
        let batch = context.sql(&format!("SELECT * FROM ({}) WHERE year >= {from}", layer.sql()))?;
        let c = Columns(&batch);
        let (a, b, year, weight) = (c.u16("a")?, c.u16("b")?, c.i32("year")?, c.f64("weight")?);
        let mut years: BTreeMap<i32, Vec<(u16, u16, f64)>> = BTreeMap::new();
        for i in 0..batch.num_rows() {
            years.entry(year.value(i)).or_default().push((a.value(i), b.value(i), weight.value(i)));
        }
        // rows come in any order; a pair stands once in a year
        years.values_mut().for_each(|ties| ties.sort_unstable_by_key(|t| (t.0, t.1)));
        layers.push((layer, years));
    }
    Ok(Loaded { since, system, layers })
}

/// The networks that the settings ask for, by layer and year.
pub(crate) fn networks(context: &Context<'_>, settings: &Settings) -> Result<Vec<Network>> {
    Ok(load(context, settings)?.networks(settings.count(WINDOW.name)?))
}

impl Loaded {
    /// The networks of every layer and year, flows added up over `window` years.
    pub(crate) fn networks(&self, window: u32) -> Vec<Network> {
        let window = i32::try_from(window).unwrap_or(i32::MAX);
        let mut out = Vec::new();
        for &(layer, ref years) in &self.layers {
            let (Some((&first, _)), Some((&last, _))) = (years.first_key_value(), years.last_key_value()) else { continue };
            for year in first.max(self.since)..=last {
                let summed: Vec<(u16, u16, f64)>;
                let ties = if layer.flow && window > 1 {
                    if year - window + 1 < first {
                        continue;
                    }
                    let mut sums: BTreeMap<(u16, u16), f64> = BTreeMap::new();
                    for (a, b, weight) in years.range(year - window + 1..=year).flat_map(|y| y.1) {
                        *sums.entry((*a, *b)).or_insert(0.0) += weight;
                    }
                    summed = sums.into_iter().map(|((a, b), w)| (a, b, w)).collect();
                    summed.as_slice()
                } else {
                    match years.get(&year) {
                        Some(ties) => ties.as_slice(),
                        // a year of a flow without a tie is a year of zeros
                        None if layer.flow => &[],
                        None => continue,
                    }
                };
                let states: Vec<u16> = match layer.nodes {
                    Nodes::System => self.system.get(&year).cloned().unwrap_or_default(),
                    Nodes::Paired => ties.iter().flat_map(|(a, b, _)| [*a, *b]).collect::<BTreeSet<_>>().into_iter().collect(),
                };
                let at = |state: u16| states.binary_search(&state).ok().map(|p| p as u32);
                let ties = ties.iter().filter_map(|(a, b, w)| Some((at(*a)?, at(*b)?, *w))).collect();
                out.push(Network { layer, year, states, ties });
            }
        }
        out
    }
}

/// Who belongs to which organisations of COW IGO, by year; the states are those of the layer [`SHARED`] in the year.
pub(crate) fn memberships(context: &Context<'_>, networks: &[Network]) -> Result<BTreeMap<i32, Memberships>> {
    let states: BTreeMap<i32, &[u16]> = networks.iter().filter(|n| n.layer.id == SHARED).map(|n| (n.year, n.states.as_slice())).collect();
    Ok(joined(context, networks)?.into_iter().map(|(year, joined)| (year, members(joined, states[&year]))).collect())
}

/// Memberships of some states, from numbers of organisations and states.
pub(super) fn members(joined: Vec<(u32, u16)>, states: &[u16]) -> Memberships {
    let joined: Vec<(u32, usize)> = joined.into_iter().filter_map(|(org, state)| Some((org, states.binary_search(&state).ok()?))).collect();
    let orgs: BTreeSet<u32> = joined.iter().map(|j| j.0).collect();
    let orgs: BTreeMap<u32, usize> = orgs.into_iter().zip(0..).collect();
    let mut out = Memberships::new(states.len(), orgs.len());
    joined.into_iter().for_each(|(org, state)| out.join(state, orgs[&org]));
    out
}

/// Pairs of organisation (numbered by its name) and member, in the years of the layer [`SHARED`].
pub(super) fn joined(context: &Context<'_>, networks: &[Network]) -> Result<BTreeMap<i32, Vec<(u32, u16)>>> {
    let years: BTreeSet<i32> = networks.iter().filter(|n| n.layer.id == SHARED).map(|n| n.year).collect();
    let Some(first) = years.first() else { return Ok(BTreeMap::new()) };
    let batch = context.sql(&format!(
        "SELECT DISTINCT year, org, gwcode FROM igo_state_year WHERE status IN (1, 2) AND year >= {first} ORDER BY org, year, gwcode"
    ))?;
    let c = Columns(&batch);
    let (year, org, gwcode) = (c.i32("year")?, c.text("org")?, c.u16("gwcode")?);
    let (mut out, mut number): (BTreeMap<i32, Vec<(u32, u16)>>, u32) = (BTreeMap::new(), 0);
    for i in 0..batch.num_rows() {
        number += u32::from(i > 0 && org.value(i) != org.value(i - 1));
        if years.contains(&year.value(i)) {
            out.entry(year.value(i)).or_default().push((number, gwcode.value(i)));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_read_what_is_declared_and_can_be_asked_for() {
        let Takes::Choice(words) = LAYER.takes else { panic!("a choice") };
        assert_eq!(words[1..], LAYERS.iter().map(|l| l.id).collect::<Vec<_>>()[..]);
        for layer in LAYERS {
            assert!(INPUTS.contains(&Input::Table(layer.table)), "{}", layer.id);
            assert!(LAYER_COLUMN.doc.contains(layer.id), "{}", layer.id);
        }
    }
}
