//! Networks to compare with: random ones in which every node keeps its degree, and how much ties follow a label.

use super::Graph;
use crate::parallel;
use crate::random::Random;

/// Newman's assortativity of an undirected graph by label (Newman 2003): (tr e − Σ a²)/(1 − Σ a²), 1 if ties join only equal labels, 0 if
/// labels do not matter. Weights are ignored. `None` without ties, or if all ends have one label.
///
/// # Panics
/// If `label` has not one entry for each node.
pub fn assortativity(graph: &Graph, label: &[u32]) -> Option<f64> {
    assert_eq!(label.len(), graph.nodes(), "one label for each node");
    let ends = graph.edges().iter().map(|e| (e.a, e.b));
    Labels::new(label).assortativity(ends, graph.edges().len())
}

/// Labels in the form the many evaluations of a null need.
struct Labels<'a> {
    label: &'a [u32],
    labels: usize,
}

impl<'a> Labels<'a> {
    fn new(label: &'a [u32]) -> Self {
        Self { label, labels: label.iter().max().map_or(0, |l| *l as usize + 1) }
    }

    fn assortativity(&self, ends: impl Iterator<Item = (u32, u32)>, edges: usize) -> Option<f64> {
        let mut of_label = vec![0u64; self.labels];
        let mut same = 0u64;
        for (a, b) in ends {
            let (a, b) = (self.label[a as usize], self.label[b as usize]);
            of_label[a as usize] += 1;
            of_label[b as usize] += 1;
            same += u64::from(a == b);
        }
        let m = edges as f64;
        let chance: f64 = of_label.iter().map(|l| (*l as f64 / (2.0 * m)).powi(2)).sum();
        // 1 less the square of a share that is 1
        (edges > 0 && of_label.iter().filter(|l| **l > 0).count() > 1).then(|| (same as f64 / m - chance) / (1.0 - chance))
    }
}

/// How a null is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switching {
    /// Networks drawn.
    pub draws: u32,
    /// Attempted switches for each network and edge. Attempts that would make a loop or a double tie count, and change nothing, which is
    /// what makes all networks with these degrees equally likely; 10 is usual.
    pub trials_per_edge: u32,
    /// Seed; each draw is a stream of its own.
    pub seed: u64,
}

/// Draws networks with the degrees of this one (in and out, if it is directed) by switching edges a–b, c–d to a–d, c–b, each draw
/// starting anew from this network, and returns the value of `measure` on each. `measure` is handed the edges, in the order of
/// [`Graph::edges`], so that a weight stays with its edge.
///
/// Degrees explain much of who is tied to whom: what a network does beyond these draws is not explained by how many ties each has.
pub fn degree_preserving<T: Send>(graph: &Graph, how: Switching, measure: impl Fn(&[(u32, u32)]) -> T + Sync) -> Vec<T> {
    let start: Vec<(u32, u32)> = graph.edges().iter().map(|e| (e.a, e.b)).collect();
    let known = Joined::new(graph);
    let trials = u64::from(how.trials_per_edge) * start.len() as u64;
    parallel::map(
        how.draws as usize,
        || (start.clone(), known.clone()),
        |(ends, joined), draw| {
            ends.copy_from_slice(&start);
            joined.bits.copy_from_slice(&known.bits);
            let mut random = Random::stream(how.seed, draw as u64);
            if start.len() > 1 {
                (0..trials).for_each(|_| switch(ends, joined, &mut random));
            }
            measure(ends)
        },
    )
}

/// [`assortativity`] of degree-preserving networks.
///
/// # Panics
/// If `label` has not one entry for each node.
pub fn assortativity_null(graph: &Graph, label: &[u32], how: Switching) -> Vec<Option<f64>> {
    assert_eq!(label.len(), graph.nodes(), "one label for each node");
    let labels = Labels::new(label);
    degree_preserving(graph, how, |ends| labels.assortativity(ends.iter().copied(), ends.len()))
}

/// Which nodes are joined, as bits; both directions of an undirected edge.
#[derive(Clone)]
struct Joined {
    words: usize,
    bits: Vec<u64>,
    directed: bool,
}

impl Joined {
    fn new(graph: &Graph) -> Self {
        let words = graph.nodes().div_ceil(64);
        let mut out = Self { words, bits: vec![0; words * graph.nodes()], directed: graph.is_directed() };
        graph.edges().iter().for_each(|e| out.flip(e.a, e.b));
        out
    }

    fn has(&self, a: u32, b: u32) -> bool {
        self.bits[a as usize * self.words + b as usize / 64] >> (b % 64) & 1 == 1
    }

    fn flip(&mut self, a: u32, b: u32) {
        self.bits[a as usize * self.words + b as usize / 64] ^= 1 << (b % 64);
        if !self.directed {
            self.bits[b as usize * self.words + a as usize / 64] ^= 1 << (a % 64);
        }
    }
}

/// One attempt.
fn switch(ends: &mut [(u32, u32)], joined: &mut Joined, random: &mut Random) {
    let edges = ends.len() as u32;
    let first = random.below(edges) as usize;
    // another edge: the last one stands in for the first
    let mut second = random.below(edges - 1) as usize;
    if second >= first {
        second += 1;
    }
    let (a, b) = ends[first];
    let (mut c, mut d) = ends[second];
    if !joined.directed && random.bits() >> 63 == 1 {
        std::mem::swap(&mut c, &mut d);
    }
    // four tests without branches, since none of them can be foreseen
    if (a == d) | (c == b) | joined.has(a, d) | joined.has(c, b) {
        return;
    }
    joined.flip(a, b);
    joined.flip(c, d);
    joined.flip(a, d);
    joined.flip(c, b);
    ends[first] = (a, d);
    ends[second] = (c, b);
}

/// Where an observed value lies among the draws of a null.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Against {
    /// Mean of the draws.
    pub mean: f64,
    /// Their standard deviation (n − 1).
    pub sd: f64,
    /// (observed − mean)/sd; `None` if the draws do not vary.
    pub z: Option<f64>,
    /// (1 + draws at least as great)/(1 + draws): one-sided, for values greater than chance.
    pub p: f64,
}

/// Compares an observed value with draws of a null; `None` with fewer than two draws. Draws that differ from the observed value by
/// rounding alone count as equal to it.
///
/// ```
/// use blocwatch_stats::network::null::against;
/// let a = against(3.0, &[1.0, 2.0, 3.0]).unwrap();
/// assert_eq!((a.mean, a.z, a.p), (2.0, Some(1.0), 0.5));
/// ```
pub fn against(observed: f64, draws: &[f64]) -> Option<Against> {
    if draws.len() < 2 {
        return None;
    }
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let sd = (draws.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    let rounding = 1e-12 * observed.abs().max(draws.iter().map(|d| d.abs()).fold(0.0, f64::max));
    let reached = draws.iter().filter(|d| **d >= observed - rounding).count();
    Some(Against { mean, sd, z: (sd > rounding).then(|| (observed - mean) / sd), p: (1 + reached) as f64 / (n + 1.0) })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{digraphs, graphs, karate};
    use super::*;
    use proptest::prelude::*;

    fn degrees(n: usize, ends: &[(u32, u32)]) -> (Vec<u32>, Vec<u32>) {
        let (mut out, mut into) = (vec![0; n], vec![0; n]);
        for (a, b) in ends {
            out[*a as usize] += 1;
            into[*b as usize] += 1;
        }
        (out, into)
    }

    proptest! {
        #[test]
        fn degrees_stay_and_the_graph_stays_simple(g in graphs(10), d in digraphs(8), seed: u64) {
            let how = Switching { draws: 3, trials_per_edge: 10, seed };
            for graph in [g, d] {
                let n = graph.nodes();
                let own: Vec<_> = graph.edges().iter().map(|e| (e.a, e.b)).collect();
                for ends in degree_preserving(&graph, how, <[_]>::to_vec) {
                    let both = |(out, into): (Vec<u32>, Vec<u32>)| -> Vec<u32> { out.iter().zip(into).map(|(o, i)| o + i).collect() };
                    prop_assert_eq!(both(degrees(n, &ends)), both(degrees(n, &own)));
                    if graph.is_directed() {
                        prop_assert_eq!(degrees(n, &ends), degrees(n, &own));
                        prop_assert!(Graph::directed(n, ends.iter().map(|(a, b)| (*a, *b, 1.0))).is_ok());
                    } else {
                        prop_assert!(Graph::undirected(n, ends.iter().map(|(a, b)| (*a, *b, 1.0))).is_ok());
                    }
                }
                prop_assert_eq!(degree_preserving(&graph, how, <[_]>::to_vec), degree_preserving(&graph, how, <[_]>::to_vec));
            }
        }

        #[test]
        fn assortativity_is_its_definition(g in graphs(9), label in prop::collection::vec(0u32..3, 9)) {
            let label = &label[..g.nodes()];
            let mut e = [[0.0; 3]; 3];
            for edge in g.edges() {
                let (a, b) = (label[edge.a as usize] as usize, label[edge.b as usize] as usize);
                e[a][b] += 0.5 / g.edges().len() as f64;
                e[b][a] += 0.5 / g.edges().len() as f64;
            }
            let trace = e[0][0] + e[1][1] + e[2][2];
            let squares: f64 = e.iter().map(|row| row.iter().sum::<f64>().powi(2)).sum();
            match assortativity(&g, label) {
                Some(r) => prop_assert!((r - (trace - squares) / (1.0 - squares)).abs() < 1e-9),
                None => prop_assert!(g.edges().is_empty() || (1.0 - squares).abs() < 1e-12),
            }
        }
    }

    #[test]
    fn every_network_with_the_degrees_is_as_likely() {
        // six nodes of degree 1: fifteen ways to pair them
        let g = Graph::undirected(6, [(0, 1, 1.0), (2, 3, 1.0), (4, 5, 1.0)]).unwrap();
        let mut counts = std::collections::BTreeMap::new();
        for mut ends in degree_preserving(&g, Switching { draws: 30_000, trials_per_edge: 20, seed: 4 }, <[_]>::to_vec) {
            ends.iter_mut().for_each(|e| *e = (e.0.min(e.1), e.0.max(e.1)));
            ends.sort_unstable();
            *counts.entry(ends).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 15);
        let chi2: f64 = counts.values().map(|c| (f64::from(*c) - 2_000.0).powi(2) / 2_000.0).sum();
        assert!(chi2 < 36.1, "chi-square {chi2} on 14 degrees of freedom (p < .001)");
    }

    #[test]
    fn labels_that_split_the_graph_are_assortative() {
        let g = karate();
        let sides: Vec<u32> =
            super::super::community::leiden(&g, super::super::community::Objective::Modularity(1.0), 1).unwrap().community;
        let observed = assortativity(&g, &sides).unwrap();
        let draws: Vec<f64> = assortativity_null(&g, &sides, Switching { draws: 500, trials_per_edge: 10, seed: 1 })
            .into_iter()
            .map(Option::unwrap)
            .collect();
        let a = against(observed, &draws).unwrap();
        assert!(a.p < 0.01 && a.z.unwrap() > 5.0 && a.mean.abs() < 0.1, "{a:?}");
        assert_eq!(assortativity(&g, &[1; 34]), None);
        assert_eq!(against(1.0, &[1.0]), None);
        assert_eq!(against(2.0, &[1.0, 1.0]).unwrap().z, None);
    }
}
