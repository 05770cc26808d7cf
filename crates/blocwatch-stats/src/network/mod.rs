//! Networks of states: the graph that the kernels of this folder work on.
//!
//! What belongs here: graphs on dense node numbers, their centralities, communities, backbones and null models. What does not: which
//! states and layers there are, and ties that are unknown: a pair without an edge is one known to have none, and callers leave out the
//! nodes that a source does not cover.

pub mod backbone;
pub mod centrality;
pub mod community;
pub mod null;
pub mod projection;

/// Why a list of edges is no graph.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NotAGraph {
    /// An edge names a node that is not there.
    #[error("edge {a}-{b} names a node that is not among the {nodes} of the graph")]
    NoSuchNode {
        /// One end.
        a: u32,
        /// The other end.
        b: u32,
        /// Number of nodes.
        nodes: usize,
    },
    /// An edge joins a node to itself.
    #[error("node {0} has an edge to itself; leave it out")]
    Loop(u32),
    /// A weight is zero, negative or not finite.
    #[error("edge {a}-{b} has the weight {weight}; a tie has a weight above 0, and no tie is no edge")]
    Weight {
        /// One end.
        a: u32,
        /// The other end.
        b: u32,
        /// Its weight.
        weight: f64,
    },
    /// Two edges join the same nodes (in the same direction, where there is one).
    #[error("edge {0}-{1} stands twice; add the weights before")]
    Twice(u32, u32),
}

/// A tie. In an undirected graph `a < b`; in a directed one it goes from `a` to `b`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Edge {
    /// One end, or where it goes out.
    pub a: u32,
    /// The other end, or where it goes in.
    pub b: u32,
    /// Above 0, in the unit of the layer.
    pub weight: f64,
}

/// Neighbours of every node in one run of memory: those of node v at `start[v]..start[v + 1]`, by number.
#[derive(Debug, Clone, PartialEq)]
struct Adjacency {
    start: Vec<u32>,
    near: Vec<(u32, f64)>,
}

impl Adjacency {
    fn new(nodes: usize, ends: impl Iterator<Item = (u32, u32, f64)> + Clone) -> Self {
        let mut start = vec![0u32; nodes + 1];
        for (from, ..) in ends.clone() {
            start[from as usize + 1] += 1;
        }
        for v in 0..nodes {
            start[v + 1] += start[v];
        }
        let mut at = start.clone();
        let mut near = vec![(0, 0.0); start[nodes] as usize];
        for (from, to, weight) in ends {
            let slot = &mut at[from as usize];
            near[*slot as usize] = (to, weight);
            *slot += 1;
        }
        for v in 0..nodes {
            near[start[v] as usize..start[v + 1] as usize].sort_unstable_by_key(|n| n.0);
        }
        Self { start, near }
    }

    fn of(&self, node: usize) -> &[(u32, f64)] {
        &self.near[self.start[node] as usize..self.start[node + 1] as usize]
    }
}

/// A simple weighted graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    nodes: usize,
    edges: Vec<Edge>,
    out: Adjacency,
    /// Only of a directed graph.
    into: Option<Adjacency>,
}

impl Graph {
    /// An undirected graph from pairs in any order, each with its weight.
    ///
    /// # Errors
    /// [`NotAGraph`]
    ///
    /// ```
    /// use blocwatch_stats::network::Graph;
    /// let path = Graph::undirected(3, [(1, 0, 1.0), (1, 2, 4.0)]).unwrap();
    /// assert_eq!(path.neighbours(1), [(0, 1.0), (2, 4.0)]);
    /// assert!(Graph::undirected(3, [(0, 1, 1.0), (1, 0, 2.0)]).is_err());
    /// ```
    pub fn undirected(nodes: usize, pairs: impl IntoIterator<Item = (u32, u32, f64)>) -> Result<Self, NotAGraph> {
        let edges = checked(nodes, pairs.into_iter().map(|(a, b, weight)| Edge { a: a.min(b), b: a.max(b), weight }))?;
        let out = Adjacency::new(nodes, edges.iter().flat_map(|e| [(e.a, e.b, e.weight), (e.b, e.a, e.weight)]));
        Ok(Self { nodes, edges, out, into: None })
    }

    /// A directed graph from ties (from, to, weight).
    ///
    /// # Errors
    /// [`NotAGraph`]
    pub fn directed(nodes: usize, ties: impl IntoIterator<Item = (u32, u32, f64)>) -> Result<Self, NotAGraph> {
        let edges = checked(nodes, ties.into_iter().map(|(a, b, weight)| Edge { a, b, weight }))?;
        let out = Adjacency::new(nodes, edges.iter().map(|e| (e.a, e.b, e.weight)));
        let into = Adjacency::new(nodes, edges.iter().map(|e| (e.b, e.a, e.weight)));
        Ok(Self { nodes, edges, out, into: Some(into) })
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The edges, sorted by their ends.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// Whether ties have a direction.
    pub fn is_directed(&self) -> bool {
        self.into.is_some()
    }

    /// The nodes a node has ties to, by number, with the weights. In an undirected graph these are all its neighbours.
    pub fn neighbours(&self, node: usize) -> &[(u32, f64)] {
        self.out.of(node)
    }

    /// The nodes that have ties to a node. In an undirected graph these are all its neighbours.
    pub fn sources(&self, node: usize) -> &[(u32, f64)] {
        self.into.as_ref().unwrap_or(&self.out).of(node)
    }

    /// Sum of the weights, each edge once.
    pub fn total(&self) -> f64 {
        self.edges.iter().map(|e| e.weight).sum()
    }

    /// The same nodes with those edges for which `keep` (by position in [`Graph::edges`]) is true.
    #[must_use]
    pub fn filtered(&self, keep: &[bool]) -> Self {
        let edges: Vec<Edge> = self.edges.iter().zip(keep).filter(|(_, k)| **k).map(|(e, _)| *e).collect();
        let kept = edges.iter().map(|e| (e.a, e.b, e.weight));
        let (out, into) = if self.is_directed() {
            (Adjacency::new(self.nodes, kept.clone()), Some(Adjacency::new(self.nodes, kept.map(|(a, b, w)| (b, a, w)))))
        } else {
            (Adjacency::new(self.nodes, kept.flat_map(|(a, b, w)| [(a, b, w), (b, a, w)])), None)
        };
        Self { nodes: self.nodes, edges, out, into }
    }
}

/// The edges sorted, or what is wrong with them.
fn checked(nodes: usize, edges: impl Iterator<Item = Edge>) -> Result<Vec<Edge>, NotAGraph> {
    let mut edges: Vec<Edge> = edges.collect();
    for &Edge { a, b, weight } in &edges {
        if a.max(b) as usize >= nodes {
            return Err(NotAGraph::NoSuchNode { a, b, nodes });
        }
        if a == b {
            return Err(NotAGraph::Loop(a));
        }
        if !(weight > 0.0 && weight.is_finite()) {
            return Err(NotAGraph::Weight { a, b, weight });
        }
    }
    edges.sort_unstable_by_key(|e| (e.a, e.b));
    match edges.windows(2).find(|w| (w[0].a, w[0].b) == (w[1].a, w[1].b)) {
        Some(twice) => Err(NotAGraph::Twice(twice[0].a, twice[0].b)),
        None => Ok(edges),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Undirected graphs of up to `most` nodes with weights of 1 to 5 halves.
    pub(crate) fn graphs(most: usize) -> impl Strategy<Value = Graph> {
        (1..=most).prop_flat_map(|n| {
            let pairs = n * (n - 1) / 2;
            (Just(n), prop::collection::vec(0u8..8, pairs)).prop_map(|(n, weights)| {
                let pairs = (0..n as u32).flat_map(|a| (a + 1..n as u32).map(move |b| (a, b)));
                let ties = pairs.zip(weights).filter(|(_, w)| *w > 2).map(|((a, b), w)| (a, b, f64::from(w - 2) / 2.0));
                Graph::undirected(n, ties).unwrap()
            })
        })
    }

    /// Directed graphs of up to `most` nodes.
    pub(crate) fn digraphs(most: usize) -> impl Strategy<Value = Graph> {
        (1..=most).prop_flat_map(|n| {
            (Just(n), prop::collection::vec(0u8..6, n * n)).prop_map(|(n, weights)| {
                let ties = (0..n * n).map(|i| ((i / n) as u32, (i % n) as u32, f64::from(weights[i]) - 2.0));
                Graph::directed(n, ties.filter(|(a, b, w)| a != b && *w > 0.0)).unwrap()
            })
        })
    }

    /// Zachary's karate club (1977), unweighted.
    pub(crate) fn karate() -> Graph {
        const EDGES: [(u32, u32); 78] = [
            (1, 2),
            (1, 3),
            (1, 4),
            (1, 5),
            (1, 6),
            (1, 7),
            (1, 8),
            (1, 9),
            (1, 11),
            (1, 12),
            (1, 13),
            (1, 14),
            (1, 18),
            (1, 20),
            (1, 22),
            (1, 32),
            (2, 3),
            (2, 4),
            (2, 8),
            (2, 14),
            (2, 18),
            (2, 20),
            (2, 22),
            (2, 31),
            (3, 4),
            (3, 8),
            (3, 9),
            (3, 10),
            (3, 14),
            (3, 28),
            (3, 29),
            (3, 33),
            (4, 8),
            (4, 13),
            (4, 14),
            (5, 7),
            (5, 11),
            (6, 7),
            (6, 11),
            (6, 17),
            (7, 17),
            (9, 31),
            (9, 33),
            (9, 34),
            (10, 34),
            (14, 34),
            (15, 33),
            (15, 34),
            (16, 33),
            (16, 34),
            (19, 33),
            (19, 34),
            (20, 34),
            (21, 33),
            (21, 34),
            (23, 33),
            (23, 34),
            (24, 26),
            (24, 28),
            (24, 30),
            (24, 33),
            (24, 34),
            (25, 26),
            (25, 28),
            (25, 32),
            (26, 32),
            (27, 30),
            (27, 34),
            (28, 34),
            (29, 32),
            (29, 34),
            (30, 33),
            (30, 34),
            (31, 33),
            (31, 34),
            (32, 33),
            (32, 34),
            (33, 34),
        ];
        Graph::undirected(34, EDGES.map(|(a, b)| (a - 1, b - 1, 1.0))).unwrap()
    }

    #[test]
    fn what_is_no_graph_is_refused() {
        let no = |edges: &[(u32, u32, f64)]| Graph::undirected(3, edges.iter().copied()).unwrap_err();
        assert_eq!(no(&[(0, 3, 1.0)]), NotAGraph::NoSuchNode { a: 0, b: 3, nodes: 3 });
        assert_eq!(no(&[(1, 1, 1.0)]), NotAGraph::Loop(1));
        assert_eq!(no(&[(0, 1, 0.0)]), NotAGraph::Weight { a: 0, b: 1, weight: 0.0 });
        assert!(matches!(no(&[(0, 1, f64::NAN)]), NotAGraph::Weight { .. }));
        assert!(matches!(no(&[(0, 1, f64::INFINITY)]), NotAGraph::Weight { .. }));
        assert_eq!(no(&[(0, 1, 1.0), (2, 0, 1.0), (1, 0, 1.0)]), NotAGraph::Twice(0, 1));
        assert!(Graph::directed(3, [(0, 1, 1.0), (1, 0, 1.0)]).is_ok());
        assert_eq!(Graph::undirected(0, []).unwrap().nodes(), 0);
    }

    proptest! {
        #[test]
        fn neighbours_and_edges_agree(g in digraphs(8)) {
            for v in 0..g.nodes() {
                let out: Vec<_> = g.edges().iter().filter(|e| e.a as usize == v).map(|e| (e.b, e.weight)).collect();
                let into: Vec<_> = g.edges().iter().filter(|e| e.b as usize == v).map(|e| (e.a, e.weight)).collect();
                prop_assert_eq!(g.neighbours(v), &out[..]);
                prop_assert_eq!(g.sources(v), &into[..]);
            }
            prop_assert_eq!(g.filtered(&vec![true; g.edges().len()]), g);
        }
    }
}
