//! The network of influence that explains cascades best: NetInf (Gomez-Rodriguez, Leskovec & Krause 2012), greedy with a lazy heap.
//!
//! Each adopter of a cascade but the first has one parent among those before it. An edge that is in the network passes an adoption on with
//! probability ½, one that is not with 10⁻¹⁰; either is multiplied by the density of the delay. The network begins empty; each turn adds
//! the edge by which the likelihood of all cascades grows most. Only edges into the same child lose by it, so that a gain once computed
//! is an upper bound, and the heap recomputes only what comes to its top.
//!
//! Adopters at the same time are no parents of each other. Of edges with the same gain the last in the order of (child, parent) is taken,
//! as the reference implementation (R package NetworkInference 1.2.5) does. Deviation from it: that package subtracts the penalty of
//! Vuong's test from the stored scores in place, so that its p-values drift after the first edge; here they do not. Its gains and order
//! are reproduced.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::{Cascades, Delay, DiffusionError};

/// ln ½: an edge of the network passes an adoption on.
pub(super) const LN_TIED: f64 = -std::f64::consts::LN_2;
/// ln 10⁻¹⁰: it is passed on though no edge is in the network.
pub(super) const LN_UNTIED: f64 = -10.0 * std::f64::consts::LN_10;

/// When the search stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// After this many edges, or when none gains.
    Edges(usize),
    /// Before the first edge whose p reaches this, at most after so many edges.
    Vuong {
        /// Level.
        level: f64,
        /// Most edges.
        most: usize,
    },
}

/// An edge of the network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// Who is followed.
    pub parent: u32,
    /// Who follows.
    pub child: u32,
    /// By how much the log-likelihood of all cascades grew when it was added.
    pub gain: f64,
    /// Cascades in which it explains the child better than what was there when it was added.
    pub support: u32,
    /// Cascades in which the child adopts after the parent.
    pub possible: u32,
    /// Probability of as much improvement over cascades if the network were as good without it (Vuong's test with a penalty of one
    /// parameter over all cascades), one-sided; 1 where the improvement does not vary.
    pub p: f64,
}

/// Adopters of all cascades who come after another, grouped by who they are, with all possible parents.
struct Pairs {
    /// Where the slots of each child begin, and one past the last. A slot is one adoption that has a possible parent.
    slots: Vec<usize>,
    /// Best log-score of a slot without any edge.
    untied: Vec<f64>,
    /// Possible edges, ascending by (child, parent).
    edges: Vec<(u32, u32)>,
    /// Where the entries of each edge begin, and one past the last.
    start: Vec<usize>,
    /// Slot and log-score with the edge, for each cascade in which the child adopts after the parent.
    entries: Vec<(u32, f64)>,
}

impl Pairs {
    fn new(cascades: &Cascades, delay: Delay) -> Self {
        // for each child: when it adopts, and the range of those who adopted before
        let mut of_child: Vec<Vec<(f64, usize, usize)>> = vec![Vec::new(); cascades.nodes as usize];
        for at in 0..cascades.len() {
            let (nodes, times) = cascades.adopters(at);
            let mut earlier = 0;
            for place in 0..nodes.len() {
                while times[earlier] < times[place] {
                    earlier += 1;
                }
                if earlier > 0 {
                    let from = cascades.start[at];
                    of_child[nodes[place] as usize].push((times[place], from, from + earlier));
                }
            }
        }
        let mut out = Self { slots: vec![0], untied: Vec::new(), edges: Vec::new(), start: vec![0], entries: Vec::new() };
        let mut found: Vec<(u32, u32, f64)> = Vec::new();
        for (child, slots) in of_child.iter().enumerate() {
            found.clear();
            for (time, from, to) in slots {
                let slot = out.untied.len() as u32;
                let mut best = f64::NEG_INFINITY;
                for place in *from..*to {
                    let density = delay.ln_density(time - cascades.time[place]);
                    best = best.max(LN_UNTIED + density);
                    found.push((cascades.node[place], slot, LN_TIED + density));
                }
                out.untied.push(best);
            }
            out.slots.push(out.untied.len());
            found.sort_by_key(|f| (f.0, f.1));
            for edge in found.chunk_by(|a, b| a.0 == b.0) {
                out.edges.push((child as u32, edge[0].0));
                out.entries.extend(edge.iter().map(|(_, slot, score)| (*slot, *score)));
                out.start.push(out.entries.len());
            }
        }
        out
    }

    fn of(&self, edge: usize) -> &[(u32, f64)] {
        &self.entries[self.start[edge]..self.start[edge + 1]]
    }

    /// Gain of an edge over given scores.
    fn gain(&self, edge: usize, scores: &[f64]) -> f64 {
        self.of(edge).iter().map(|(slot, tied)| (tied - scores[*slot as usize]).max(0.0)).sum()
    }

    /// Gain of an edge if it were the first.
    fn gain_alone(&self, edge: usize) -> f64 {
        self.gain(edge, &self.untied)
    }
}

/// A possible edge with the gain it had when `turn` edges into its child were in the network.
#[derive(Debug, PartialEq)]
struct Candidate {
    gain: f64,
    edge: usize,
    turn: u32,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.gain.total_cmp(&other.gain).then(self.edge.cmp(&other.edge))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The network, in the order in which edges were added.
///
/// # Errors
/// [`DiffusionError::Delay`].
///
/// ```
/// use blocwatch_stats::diffusion::{Adoption, Cascades, Delay, netinf::{Stop, netinf}};
/// // 1 follows 0 within a year, twice; 2 comes long after
/// let at = |cascade, node, time| Adoption { cascade, node, time };
/// let cascades = Cascades::new(3, [at(1, 0, 0.0), at(1, 1, 1.0), at(1, 2, 9.0), at(2, 0, 5.0), at(2, 1, 6.0)])?;
/// let network = netinf(&cascades, Delay::Exponential { rate: 1.0 }, Stop::Edges(1))?;
/// assert_eq!((network[0].parent, network[0].child, network[0].support), (0, 1, 2));
/// // each adoption is explained at ½ instead of 10⁻¹⁰
/// assert!((network[0].gain - 2.0 * (0.5f64 / 1e-10).ln()).abs() < 1e-12);
/// # Ok::<(), blocwatch_stats::diffusion::DiffusionError>(())
/// ```
pub fn netinf(cascades: &Cascades, delay: Delay, stop: Stop) -> Result<Vec<Edge>, DiffusionError> {
    delay.check()?;
    let pairs = Pairs::new(cascades, delay);
    let mut scores = pairs.untied.clone();
    let mut turns = vec![0u32; cascades.nodes as usize];
    let mut heap: BinaryHeap<Candidate> =
        (0..pairs.edges.len()).map(|edge| Candidate { gain: pairs.gain_alone(edge), edge, turn: 0 }).collect();
    let (level, most) = match stop {
        Stop::Edges(most) => (f64::INFINITY, most),
        Stop::Vuong { level, most } => (level, most),
    };
    let mut network = Vec::new();
    while network.len() < most {
        let Some(top) = heap.pop() else { break };
        let (child, parent) = pairs.edges[top.edge];
        let turn = turns[child as usize];
        if top.turn != turn {
            heap.push(Candidate { gain: pairs.gain(top.edge, &scores), edge: top.edge, turn });
            continue;
        }
        if top.gain <= 0.0 {
            break;
        }
        let entries = pairs.of(top.edge);
        let better = |(slot, tied): &(u32, f64)| (tied - scores[*slot as usize]).max(0.0);
        let p = vuong(entries.iter().map(better), cascades.len());
        if p >= level {
            break;
        }
        let support = entries.iter().filter(|e| better(e) > 0.0).count() as u32;
        network.push(Edge { parent, child, gain: top.gain, support, possible: entries.len() as u32, p });
        for (slot, tied) in entries {
            let score = &mut scores[*slot as usize];
            *score = score.max(*tied);
        }
        turns[child as usize] += 1;
    }
    Ok(network)
}

/// Vuong's test of improvements in some of `n` cascades (0 in all others) against a penalty of 1/n in each.
fn vuong(improvements: impl Iterator<Item = f64>, n: usize) -> f64 {
    let (mut sum, mut squares) = (0.0, 0.0);
    for d in improvements {
        sum += d;
        squares += d * d;
    }
    let n = n as f64;
    let variance = (squares - sum * sum / n) / (n - 1.0);
    // the penalty shifts the mean and not the variance
    let total = sum - 1.0;
    if variance.is_nan() || variance <= 0.0 {
        return 1.0;
    }
    libm::erfc(total / (variance * n).sqrt() / std::f64::consts::SQRT_2) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::Adoption;
    use proptest::prelude::*;

    fn cascades(nodes: u32, rows: &[(u32, u32, f64)]) -> Cascades {
        Cascades::new(nodes, rows.iter().map(|(cascade, node, time)| Adoption { cascade: *cascade, node: *node, time: *time })).unwrap()
    }

    /// The definition, without any shortcut.
    fn plainly(cascades: &Cascades, delay: Delay, most: usize) -> Vec<(u32, u32, f64)> {
        let density = |from: f64, to: f64| delay.ln_density(to - from);
        let slots: Vec<(usize, usize)> = (0..cascades.len())
            .flat_map(|c| (0..cascades.adopters(c).0.len()).map(move |i| (c, i)))
            .filter(|(c, i)| cascades.adopters(*c).1[*i] > cascades.adopters(*c).1[0])
            .collect();
        let earlier = |(c, i): (usize, usize)| {
            let (nodes, times) = cascades.adopters(c);
            (0..nodes.len()).filter(move |j| times[*j] < times[i]).map(move |j| (nodes[j], density(times[j], times[i])))
        };
        let mut score: Vec<f64> = slots.iter().map(|s| earlier(*s).map(|(_, d)| LN_UNTIED + d).fold(f64::NEG_INFINITY, f64::max)).collect();
        let mut out = Vec::new();
        while out.len() < most {
            let mut best: Option<(f64, u32, u32)> = None;
            for child in 0..cascades.nodes() {
                for parent in 0..cascades.nodes() {
                    let gain: f64 = slots
                        .iter()
                        .zip(&score)
                        .filter(|((c, i), _)| cascades.adopters(*c).0[*i] == child)
                        .flat_map(|(slot, old)| earlier(*slot).filter(|(n, _)| *n == parent).map(|(_, d)| (LN_TIED + d - *old).max(0.0)))
                        .sum();
                    if gain > 0.0 && best.is_none_or(|(b, ..)| gain >= b) {
                        best = Some((gain, child, parent));
                    }
                }
            }
            let Some((gain, child, parent)) = best else { break };
            out.push((parent, child, gain));
            for (slot, old) in slots.iter().zip(&mut score) {
                if cascades.adopters(slot.0).0[slot.1] == child {
                    for (n, d) in earlier(*slot) {
                        if n == parent {
                            *old = old.max(LN_TIED + d);
                        }
                    }
                }
            }
        }
        out
    }

    #[test]
    fn same_times_are_no_edge_and_nobody_has_none() {
        let delay = Delay::Exponential { rate: 1.0 };
        assert!(netinf(&cascades(2, &[]), delay, Stop::Edges(5)).unwrap().is_empty());
        assert!(netinf(&cascades(3, &[(1, 0, 4.0), (1, 1, 4.0), (2, 2, 1.0)]), delay, Stop::Edges(5)).unwrap().is_empty());
        let both_first = netinf(&cascades(3, &[(1, 0, 4.0), (1, 1, 4.0), (1, 2, 5.0)]), delay, Stop::Edges(5)).unwrap();
        // the same gain: the last in the order of (child, parent); the other then explains nothing more
        assert_eq!(both_first.iter().map(|e| (e.parent, e.child)).collect::<Vec<_>>(), [(1, 2)]);
        assert!(matches!(
            netinf(&cascades(2, &[]), Delay::Exponential { rate: -1.0 }, Stop::Edges(1)),
            Err(DiffusionError::Delay { name: "rate", .. })
        ));
    }

    #[test]
    fn one_cascade_is_no_test() {
        let network =
            netinf(&cascades(2, &[(1, 0, 1.0), (1, 1, 2.0)]), Delay::Exponential { rate: 1.0 }, Stop::Vuong { level: 0.1, most: 9 });
        assert!(network.unwrap().is_empty(), "a single cascade has no variance to test against");
    }

    proptest! {
        #[test]
        fn the_lazy_heap_takes_what_the_definition_takes(
            rows in prop::collection::btree_map((0u32..6, 0u32..7), 0u8..12, 0..30),
            which in 0usize..3,
        ) {
            let rows: Vec<(u32, u32, f64)> = rows.into_iter().map(|((c, n), t)| (c, n, f64::from(t))).collect();
            let cascades = cascades(7, &rows);
            let delay = [
                Delay::Exponential { rate: 0.4 }, Delay::Rayleigh { mode: 2.0 }, Delay::LogNormal { mean: 0.5, sd: 1.0 },
            ][which];
            let got = netinf(&cascades, delay, Stop::Edges(12)).unwrap();
            let expected = plainly(&cascades, delay, 12);
            prop_assert_eq!(got.len(), expected.len());
            for (e, (parent, child, gain)) in got.iter().zip(expected) {
                prop_assert_eq!((e.parent, e.child), (parent, child));
                prop_assert!((e.gain - gain).abs() < 1e-9, "{} is not {}", e.gain, gain);
                prop_assert!(e.support >= 1 && e.support <= e.possible && (0.0..=1.0).contains(&e.p));
            }
        }
    }
}
