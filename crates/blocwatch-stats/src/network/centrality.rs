//! Who is tied to whom, how much, and who stands between: degree, strength, betweenness, eigenvector, PageRank, reciprocity,
//! participation in layers.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::Graph;
use crate::parallel;

/// Ties of one node.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ties {
    /// Neighbours it has ties to.
    pub degree_out: u32,
    /// Neighbours that have ties to it; equal to `degree_out` in an undirected graph.
    pub degree_in: u32,
    /// Sum of the weights that go out, in the unit of the layer.
    pub strength_out: f64,
    /// Sum of the weights that come in.
    pub strength_in: f64,
}

/// Degree and strength of every node.
pub fn ties(graph: &Graph) -> Vec<Ties> {
    let sum = |near: &[(u32, f64)]| near.iter().map(|n| n.1).sum::<f64>();
    let of = |v| {
        let (out, into) = (graph.neighbours(v), graph.sources(v));
        Ties { degree_out: out.len() as u32, degree_in: into.len() as u32, strength_out: sum(out), strength_in: sum(into) }
    };
    (0..graph.nodes()).map(of).collect()
}

/// Degree and strength of every node by the group of the partner: node by node, one entry for each of `groups` groups. `group` gives
/// each node's group; partners in none (`None`) are in no entry, so that entries need not add up to [`ties`].
///
/// # Panics
/// If `group` has not one entry for each node, or names a group that is not below `groups`.
pub fn ties_by_group(graph: &Graph, group: &[Option<usize>], groups: usize) -> Vec<Vec<Ties>> {
    assert_eq!(group.len(), graph.nodes(), "one group, or none, for each node");
    let of = |v| {
        let mut by = vec![Ties::default(); groups];
        for &(u, weight) in graph.neighbours(v) {
            if let Some(g) = group[u as usize] {
                by[g].degree_out += 1;
                by[g].strength_out += weight;
            }
        }
        for &(u, weight) in graph.sources(v) {
            if let Some(g) = group[u as usize] {
                by[g].degree_in += 1;
                by[g].strength_in += weight;
            }
        }
        by
    };
    (0..graph.nodes()).map(of).collect()
}

/// What the length of an edge is, for shortest paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Every edge is one step.
    Steps,
    /// 1 / weight: strong ties are short.
    Inverse,
}

/// Paths whose lengths differ by less than this share are equally short; sums of 1/weight round.
const SAME_LENGTH: f64 = 1e-10;

/// Sources searched as one item of work. Fixed, so that the order of addition does not depend on the number of threads.
const SOURCES: usize = 16;

/// Betweenness of every node: over all pairs of others, the share of shortest paths that pass through it (Brandes 2001). Each pair
/// counts once in an undirected graph, each ordered pair in a directed one; not normalised.
///
/// ```
/// use blocwatch_stats::network::{Graph, centrality};
/// let path = Graph::undirected(3, [(0, 1, 1.0), (1, 2, 1.0)]).unwrap();
/// assert_eq!(centrality::betweenness(&path, centrality::Length::Steps), [0.0, 1.0, 0.0]);
/// ```
pub fn betweenness(graph: &Graph, length: Length) -> Vec<f64> {
    let n = graph.nodes();
    let out = Arcs::new(n, length, |v| graph.neighbours(v));
    let into = graph.is_directed().then(|| Arcs::new(n, length, |v| graph.sources(v)));
    let into = into.as_ref().unwrap_or(&out);
    let parts = parallel::map(
        n.div_ceil(SOURCES),
        || Search::new(n),
        |search, part| {
            let mut between = vec![0.0; n];
            for source in part * SOURCES..((part + 1) * SOURCES).min(n) {
                match length {
                    Length::Steps => search.breadth_first(&out, source),
                    Length::Inverse => search.dijkstra(&out, source),
                }
                search.accumulate(into, &mut between);
            }
            between
        },
    );
    let mut out = vec![0.0; n];
    for part in parts {
        out.iter_mut().zip(part).for_each(|(o, p)| *o += p);
    }
    if !graph.is_directed() {
        out.iter_mut().for_each(|b| *b /= 2.0);
    }
    out
}

/// Neighbours and lengths side by side, those of node v at `start[v]..start[v + 1]`.
struct Arcs {
    start: Vec<u32>,
    to: Vec<u32>,
    length: Vec<f64>,
}

impl Arcs {
    fn new<'a>(nodes: usize, length: Length, near: impl Fn(usize) -> &'a [(u32, f64)]) -> Self {
        let mut out = Self { start: vec![0], to: Vec::new(), length: Vec::new() };
        for v in 0..nodes {
            out.to.extend(near(v).iter().map(|n| n.0));
            out.length.extend(near(v).iter().map(|n| if length == Length::Steps { 1.0 } else { 1.0 / n.1 }));
            out.start.push(out.to.len() as u32);
        }
        out
    }

    fn of(&self, node: usize) -> (&[u32], &[f64]) {
        let range = self.start[node] as usize..self.start[node + 1] as usize;
        (&self.to[range.clone()], &self.length[range])
    }
}

/// Shortest paths from one source.
struct Search {
    /// Nodes reached, by distance.
    order: Vec<u32>,
    distance: Vec<f64>,
    /// Number of shortest paths from the source.
    paths: Vec<f64>,
    settled: Vec<bool>,
    queue: BinaryHeap<Reached>,
    dependency: Vec<f64>,
}

/// A node in the queue, nearest first, then by number.
#[derive(PartialEq)]
struct Reached(f64, u32);

impl Eq for Reached {}

impl Ord for Reached {
    fn cmp(&self, other: &Self) -> Ordering {
        other.0.total_cmp(&self.0).then(other.1.cmp(&self.1))
    }
}

impl PartialOrd for Reached {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Search {
    fn new(n: usize) -> Self {
        Self {
            order: Vec::with_capacity(n),
            distance: vec![f64::INFINITY; n],
            paths: vec![0.0; n],
            settled: vec![false; n],
            queue: BinaryHeap::new(),
            dependency: vec![0.0; n],
        }
    }

    fn start(&mut self, source: usize) {
        self.order.clear();
        self.distance.fill(f64::INFINITY);
        self.paths.fill(0.0);
        self.dependency.fill(0.0);
        self.distance[source] = 0.0;
        self.paths[source] = 1.0;
    }

    fn breadth_first(&mut self, arcs: &Arcs, source: usize) {
        self.start(source);
        self.order.push(source as u32);
        let mut head = 0;
        while head < self.order.len() {
            let v = self.order[head] as usize;
            head += 1;
            let (next, paths) = (self.distance[v] + 1.0, self.paths[v]);
            for &u in arcs.of(v).0 {
                let to = u as usize;
                if self.distance[to] == f64::INFINITY {
                    self.distance[to] = next;
                    self.order.push(u);
                }
                // no branch, here and below: whether a neighbour lies a step further on cannot be foreseen
                self.paths[to] += if self.distance[to] == next { paths } else { 0.0 };
            }
        }
    }

    fn dijkstra(&mut self, arcs: &Arcs, source: usize) {
        self.start(source);
        self.settled.fill(false);
        self.queue.push(Reached(0.0, source as u32));
        while let Some(Reached(_, v)) = self.queue.pop() {
            let at = v as usize;
            if std::mem::replace(&mut self.settled[at], true) {
                continue;
            }
            self.order.push(v);
            let (near, lengths) = arcs.of(at);
            for (&u, length) in near.iter().zip(lengths) {
                let (to, reached) = (u as usize, self.distance[at] + length);
                let known = self.distance[to];
                if same_length(reached, known) {
                    // a settled node equally far lies no step further on
                    if !self.settled[to] {
                        self.paths[to] += self.paths[at];
                    }
                } else if reached < known {
                    self.distance[to] = reached;
                    self.paths[to] = self.paths[at];
                    self.queue.push(Reached(reached, u));
                }
            }
        }
    }

    /// Hands the dependency of every node back to those before it on shortest paths from the source (Brandes).
    fn accumulate(&mut self, into: &Arcs, between: &mut [f64]) {
        for &v in self.order[1..].iter().rev() {
            let v = v as usize;
            let through = (1.0 + self.dependency[v]) / self.paths[v];
            between[v] += self.dependency[v];
            let (near, lengths) = into.of(v);
            for (&u, length) in near.iter().zip(lengths) {
                let u = u as usize;
                let before = same_length(self.distance[u] + length, self.distance[v]);
                self.dependency[u] += if before { self.paths[u] * through } else { 0.0 };
            }
        }
    }
}

/// Whether two distances, of which one at least is finite, are equal but for rounding.
fn same_length(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_LENGTH * a.min(b)
}

/// Rounds after which an iteration that has not settled gives up.
const ROUNDS: usize = 100_000;

/// Eigenvector centrality of an undirected graph: a node is central as its neighbours are (Bonacich 1972), by weights; the greatest value
/// is 1. `None` without a tie, or where the iteration does not settle; and with direction, where chains without returned ties leave
/// hardly anybody a value: use [`pagerank`] there.
pub fn eigenvector(graph: &Graph) -> Option<Vec<f64>> {
    if graph.is_directed() || graph.edges().is_empty() {
        return None;
    }
    let mut x = vec![1.0; graph.nodes()];
    for _ in 0..ROUNDS {
        // adding x itself shifts the spectrum, so that bipartite graphs settle too
        let mut next: Vec<f64> =
            (0..x.len()).map(|v| x[v] + graph.neighbours(v).iter().map(|&(u, w)| w * x[u as usize]).sum::<f64>()).collect();
        let greatest = next.iter().copied().fold(0.0, f64::max);
        next.iter_mut().for_each(|v| *v /= greatest);
        let moved = next.iter().zip(&x).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        x = next;
        if moved < 1e-14 {
            return Some(x);
        }
    }
    None
}

/// PageRank by weights (Brin & Page 1998): where a walk is found that follows ties with probability `damping`, else starts anew
/// anywhere; from a node without ties out it always starts anew. Sums to 1.
pub fn pagerank(graph: &Graph, damping: f64) -> Vec<f64> {
    let n = graph.nodes();
    let strength: Vec<f64> = ties(graph).iter().map(|t| t.strength_out).collect();
    let mut x = vec![1.0 / n as f64; n];
    for _ in 0..ROUNDS {
        let stuck: f64 = (0..n).filter(|v| strength[*v] == 0.0).map(|v| x[v]).sum();
        let anew = (1.0 - damping + damping * stuck) / n as f64;
        let from = |v| graph.sources(v).iter().map(|&(u, w)| x[u as usize] * w / strength[u as usize]).sum::<f64>();
        let next: Vec<f64> = (0..n).map(|v| anew + damping * from(v)).collect();
        let moved: f64 = next.iter().zip(&x).map(|(a, b)| (a - b).abs()).sum();
        x = next;
        if moved < 1e-15 * n as f64 {
            break;
        }
    }
    x
}

/// How far ties of a directed graph are returned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reciprocity {
    /// Share of ties that are returned, whatever the weights.
    pub ties: f64,
    /// Share of the weight that is returned: Σ min(w_ij, w_ji) / Σ w_ij (Squartini et al. 2013).
    pub weight: f64,
}

/// Reciprocity of a directed graph; `None` if it is undirected or has no tie.
pub fn reciprocity(graph: &Graph) -> Option<Reciprocity> {
    if !graph.is_directed() || graph.edges().is_empty() {
        return None;
    }
    let (mut returned, mut weight) = (0usize, 0.0);
    for edge in graph.edges() {
        let back = graph.neighbours(edge.b as usize);
        if let Ok(at) = back.binary_search_by_key(&edge.a, |n| n.0) {
            returned += 1;
            weight += edge.weight.min(back[at].1);
        }
    }
    Some(Reciprocity { ties: returned as f64 / graph.edges().len() as f64, weight: weight / graph.total() })
}

/// Participation of a node in L layers: P = L/(L−1) · (1 − Σ (s_l / s)²), 0 if all its strength is in one layer, 1 if it is spread
/// evenly (Battiston, Nicosia & Latora 2014). `None` for fewer than two layers or no tie in any. Strengths must be comparable, such as
/// shares of each layer's total.
///
/// ```
/// use blocwatch_stats::network::centrality::participation;
/// assert_eq!(participation(&[1.0, 1.0]), Some(1.0));
/// assert_eq!(participation(&[3.0, 0.0, 0.0]), Some(0.0));
/// assert_eq!(participation(&[0.0, 0.0]), None);
/// ```
pub fn participation(strength: &[f64]) -> Option<f64> {
    let layers = strength.len() as f64;
    let total: f64 = strength.iter().sum();
    (strength.len() > 1 && total > 0.0).then(|| layers / (layers - 1.0) * (1.0 - strength.iter().map(|s| (s / total).powi(2)).sum::<f64>()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{digraphs, graphs, karate};
    use super::*;
    use proptest::prelude::*;

    /// Betweenness by its definition: all simple paths between all pairs.
    fn naive(graph: &Graph, length: Length) -> Vec<f64> {
        fn paths(graph: &Graph, length: Length, path: &mut Vec<usize>, so_far: f64, target: usize, found: &mut Vec<(f64, Vec<usize>)>) {
            let at = *path.last().unwrap();
            if at == target {
                found.push((so_far, path.clone()));
                return;
            }
            for &(u, w) in graph.neighbours(at) {
                if !path.contains(&(u as usize)) {
                    path.push(u as usize);
                    let step = if length == Length::Steps { 1.0 } else { 1.0 / w };
                    paths(graph, length, path, so_far + step, target, found);
                    path.pop();
                }
            }
        }
        let n = graph.nodes();
        let mut out = vec![0.0; n];
        for s in 0..n {
            for t in 0..n {
                if s == t || (!graph.is_directed() && t < s) {
                    continue;
                }
                let mut found = Vec::new();
                paths(graph, length, &mut vec![s], 0.0, t, &mut found);
                let least = found.iter().map(|f| f.0).fold(f64::INFINITY, f64::min);
                let shortest: Vec<_> = found.iter().filter(|f| f.0 < least + 1e-9).collect();
                for (_, path) in &shortest {
                    for v in &path[1..path.len() - 1] {
                        out[*v] += 1.0 / shortest.len() as f64;
                    }
                }
            }
        }
        out
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-9)
    }

    proptest! {
        #[test]
        fn betweenness_is_its_definition(g in graphs(6), d in digraphs(5)) {
            for length in [Length::Steps, Length::Inverse] {
                prop_assert!(close(&betweenness(&g, length), &naive(&g, length)));
                prop_assert!(close(&betweenness(&d, length), &naive(&d, length)));
            }
        }

        #[test]
        fn pagerank_is_a_distribution_that_stays_put(g in digraphs(9)) {
            let rank = pagerank(&g, 0.85);
            prop_assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            prop_assert!(rank.iter().all(|r| *r > 0.0));
        }

        #[test]
        fn eigenvector_is_one(g in graphs(9)) {
            if let Some(x) = eigenvector(&g) {
                let ax: Vec<f64> = (0..g.nodes()).map(|v| g.neighbours(v).iter().map(|&(u, w)| w * x[u as usize]).sum()).collect();
                let top = (0..x.len()).max_by(|a, b| x[*a].total_cmp(&x[*b])).unwrap();
                prop_assert!((x[top] - 1.0).abs() < 1e-12);
                prop_assert!(ax.iter().zip(&x).all(|(a, x)| (a - ax[top] * x).abs() < 1e-6));
            } else {
                prop_assert!(g.edges().is_empty());
            }
        }

        #[test]
        fn groups_add_up(g in digraphs(9), group in prop::collection::vec(0usize..3, 9)) {
            let group: Vec<Option<usize>> = group[..g.nodes()].iter().map(|g| Some(*g)).collect();
            for (all, by) in ties(&g).iter().zip(ties_by_group(&g, &group, 3)) {
                prop_assert_eq!(all.degree_out, by.iter().map(|t| t.degree_out).sum::<u32>());
                prop_assert_eq!(all.degree_in, by.iter().map(|t| t.degree_in).sum::<u32>());
                prop_assert!((all.strength_out - by.iter().map(|t| t.strength_out).sum::<f64>()).abs() < 1e-9);
                prop_assert!((all.strength_in - by.iter().map(|t| t.strength_in).sum::<f64>()).abs() < 1e-9);
            }
        }

        #[test]
        fn participation_lies_between_none_and_all(s in prop::collection::vec(0.0f64..10.0, 2..8)) {
            if let Some(p) = participation(&s) {
                prop_assert!((-1e-12..=1.0 + 1e-12).contains(&p));
            }
        }
    }

    #[test]
    fn karate_club() {
        // known values: Freeman's betweenness of the two leaders, normalised .437635 and .304075 over 33·32/2 pairs
        let b = betweenness(&karate(), Length::Steps);
        assert!((b[0] / 528.0 - 0.437_635_28).abs() < 1e-8 && (b[33] / 528.0 - 0.304_074_976).abs() < 1e-8);
    }

    #[test]
    fn returned_ties() {
        let g = Graph::directed(3, [(0, 1, 4.0), (1, 0, 1.0), (1, 2, 3.0)]).unwrap();
        assert_eq!(reciprocity(&g), Some(Reciprocity { ties: 2.0 / 3.0, weight: 0.25 }));
        assert_eq!(reciprocity(&Graph::directed(2, []).unwrap()), None);
        assert_eq!(reciprocity(&karate()), None);
    }
}
