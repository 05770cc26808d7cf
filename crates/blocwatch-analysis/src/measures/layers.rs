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
    /// The collaborative response of the matrix that ties in it stand for, if they stand for one.
    pub(crate) response: Option<&'static str>,
    /// Whether ties of several years are added up.
    flow: bool,
    nodes: Nodes,
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
    networks_of(context, settings, settings.count(WINDOW.name)?)
}

fn networks_of(context: &Context<'_>, settings: &Settings, window: u32) -> Result<Vec<Network>> {
    let (asked, since) = (settings.choice(LAYER.name)?, i32::try_from(settings.count("since")?).unwrap_or(i32::MAX));
    let window = i32::try_from(window).unwrap_or(i32::MAX);
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
        let batch = context.sql(&format!("SELECT * FROM ({}) WHERE year >= {from} ORDER BY year, a, b", layer.sql()))?;
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

/// A layer over some years: a network of mean ties among the states that were in the layer in more than half of the years.
pub(crate) struct Period {
    /// First and last of its years, whether or not the layer has them all.
    pub(crate) years: (i32, i32),
    /// The years that the layer has.
    pub(crate) held: Vec<i32>,
    /// The network; its year is the last.
    pub(crate) network: Network,
    /// In the layer [`SHARED`], who was in what in more than half of the years: its ties count these.
    pub(crate) memberships: Option<Memberships>,
}

/// The layers that the settings ask for over periods of `length` years, the last of which is divisible by `length` (less a year, so that
/// periods of ten years are decades: 1990 to 1999). A tie is the mean over the years in which the pair has a value. Since two states that
/// are both there in more than half of the years meet in one at least, no pair is without a value for want of a common year.
pub(crate) fn periods(context: &Context<'_>, settings: &Settings, length: u32) -> Result<Vec<Period>> {
    let networks = networks_of(context, settings, 1)?;
    let joined = joined(context, &networks)?;
    let length = i32::try_from(length).unwrap_or(i32::MAX);
    let mut out = Vec::new();
    for group in networks.chunk_by(|a, b| a.layer == b.layer && a.year.div_euclid(length) == b.year.div_euclid(length)) {
        let (layer, first) = (group[0].layer, group[0].year.div_euclid(length) * length);
        let mut there: BTreeMap<u16, usize> = BTreeMap::new();
        group.iter().flat_map(|n| &n.states).for_each(|s| *there.entry(*s).or_default() += 1);
        let states: Vec<u16> = there.into_iter().filter(|(_, years)| 2 * years > group.len()).map(|(s, _)| s).collect();
        let at = |state: u16| states.binary_search(&state).ok().map(|p| p as u32);
        let memberships = (layer.id == SHARED).then(|| majority(group, &joined, &states));
        let ties = if let Some(m) = &memberships {
            m.pairs(&[]).map(|p| (p.a, p.b, f64::from(p.joint))).collect()
        } else {
            let mut sums: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
            for network in group {
                for (a, b, tie) in &network.ties {
                    if let (Some(a), Some(b)) = (at(network.states[*a as usize]), at(network.states[*b as usize])) {
                        let sum = sums.entry((a, b)).or_default();
                        *sum = (sum.0 + tie, sum.1 + 1.0);
                    }
                }
            }
            // where no tie is a zero, the mean is over the years in which both states were there
            let met = |a: u32, b: u32| {
                let both = |n: &&Network| [a, b].iter().all(|s| n.states.binary_search(&states[*s as usize]).is_ok());
                group.iter().filter(both).count() as f64
            };
            sums.into_iter().map(|((a, b), (sum, n))| (a, b, sum / if layer.nodes == Nodes::System { met(a, b) } else { n })).collect()
        };
        out.push(Period {
            years: (first, first + length - 1),
            held: group.iter().map(|n| n.year).collect(),
            network: Network { layer, year: group[group.len() - 1].year, states, ties },
            memberships,
        });
    }
    Ok(out)
}

/// Who was in what in more than half of some years.
fn majority(years: &[Network], joined: &BTreeMap<i32, Vec<(u32, u16)>>, states: &[u16]) -> Memberships {
    let mut count: BTreeMap<(u32, u16), usize> = BTreeMap::new();
    years.iter().filter_map(|n| joined.get(&n.year)).flatten().for_each(|key| *count.entry(*key).or_default() += 1);
    of(count.into_iter().filter(|(_, n)| 2 * n > years.len()).map(|(key, _)| key).collect(), states)
}

/// Who belongs to which organisations of COW IGO, by year; the states are those of the layer [`SHARED`] in the year.
pub(crate) fn memberships(context: &Context<'_>, networks: &[Network]) -> Result<BTreeMap<i32, Memberships>> {
    let states: BTreeMap<i32, &[u16]> = networks.iter().filter(|n| n.layer.id == SHARED).map(|n| (n.year, n.states.as_slice())).collect();
    Ok(joined(context, networks)?.into_iter().map(|(year, joined)| (year, of(joined, states[&year]))).collect())
}

/// Memberships of some states, from numbers of organisations and states.
fn of(joined: Vec<(u32, u16)>, states: &[u16]) -> Memberships {
    let joined: Vec<(u32, usize)> = joined.into_iter().filter_map(|(org, state)| Some((org, states.binary_search(&state).ok()?))).collect();
    let orgs: BTreeSet<u32> = joined.iter().map(|j| j.0).collect();
    let orgs: BTreeMap<u32, usize> = orgs.into_iter().zip(0..).collect();
    let mut out = Memberships::new(states.len(), orgs.len());
    joined.into_iter().for_each(|(org, state)| out.join(state, orgs[&org]));
    out
}

/// Pairs of organisation (numbered by its name) and member, in the years of the layer [`SHARED`].
fn joined(context: &Context<'_>, networks: &[Network]) -> Result<BTreeMap<i32, Vec<(u32, u16)>>> {
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
