//! Which ties of a weighted network are more than noise: the disparity filter (Serrano, Boguñá & Vespignani 2009).
//!
//! For networks whose ties were observed as such. A network that is a projection (states by shared organisations) needs
//! [`super::projection`] instead: there many shared bodies follow from being in many bodies.

use super::Graph;
use super::centrality::ties;

/// The p-value of every edge, by position in [`Graph::edges`]: how likely one end's strength, broken at random into as many pieces as
/// it has ties, has a piece at least this large, (1 − w/s)^(k−1); the smaller of the two ends. In a directed graph the ends are the
/// sender's ties out and the receiver's ties in. An end with one tie says nothing and gives 1.
///
/// ```
/// use blocwatch_stats::network::{Graph, backbone};
/// let star = Graph::undirected(4, [(0, 1, 8.0), (0, 2, 1.0), (0, 3, 1.0)]).unwrap();
/// let p = backbone::disparity(&star);
/// assert!((p[0] - 0.04).abs() < 1e-12 && (p[1] - 0.81).abs() < 1e-12);
/// ```
pub fn disparity(graph: &Graph) -> Vec<f64> {
    let ties = ties(graph);
    let p = |weight: f64, strength: f64, degree: u32| (1.0 - weight / strength).max(0.0).powi(degree as i32 - 1);
    let of = |e: &super::Edge| {
        let (a, b) = (&ties[e.a as usize], &ties[e.b as usize]);
        p(e.weight, a.strength_out, a.degree_out).min(p(e.weight, b.strength_in, b.degree_in))
    };
    graph.edges().iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{digraphs, graphs};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_heavier_tie_of_a_node_is_never_less_significant(g in graphs(8), d in digraphs(8)) {
            for graph in [g, d] {
                let p = disparity(&graph);
                prop_assert_eq!(p.len(), graph.edges().len());
                prop_assert!(p.iter().all(|p| (0.0..=1.0).contains(p)));
                let ties = ties(&graph);
                for (e, p) in graph.edges().iter().zip(&p) {
                    if ties[e.a as usize].degree_out == 1 && ties[e.b as usize].degree_in == 1 {
                        prop_assert_eq!(*p, 1.0);
                    }
                }
            }
        }

        #[test]
        fn scaling_the_weights_changes_nothing(g in graphs(8), by in 0.01f64..100.0) {
            let scaled = Graph::undirected(g.nodes(), g.edges().iter().map(|e| (e.a, e.b, e.weight * by))).unwrap();
            for (p, q) in disparity(&g).iter().zip(disparity(&scaled)) {
                prop_assert!((p - q).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn random_pieces_are_significant_as_often_as_the_level_says() {
        // one hub whose strength is broken at random: the filter's own null, so its p-values are uniform
        let mut random = crate::random::Random::new(1);
        let (mut below, mut all) = (0, 0);
        for _ in 0..2_000 {
            let mut cuts: Vec<f64> = (0..9).map(|_| random.uniform()).collect();
            cuts.extend([0.0, 1.0]);
            cuts.sort_by(f64::total_cmp);
            let star = Graph::undirected(11, (1..11).map(|i| (0, i, cuts[i as usize] - cuts[i as usize - 1]))).unwrap();
            below += disparity(&star).iter().filter(|p| **p < 0.1).count();
            all += 10;
        }
        let share = f64::from(below as u32) / f64::from(all);
        assert!((share - 0.1).abs() < 0.01, "{share}");
    }
}
