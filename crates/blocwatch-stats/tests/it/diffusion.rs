//! NetInf against the example of the R package NetworkInference, gain by gain.
//!
//! The other reference, policies of US states, has no cascades here: `../shared/reference` holds only rows of its result.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use blocwatch_stats::diffusion::netinf::{Stop, netinf};
use blocwatch_stats::diffusion::permuted::permuted;
use blocwatch_stats::diffusion::{Adoption, Cascades, Delay};

use crate::shared;

fn example() -> Option<Cascades> {
    let rows = shared::rows("reference/netinf_example_cascades.csv")?;
    let adoptions: Vec<Adoption> = rows
        .iter()
        .map(|r| Adoption {
            cascade: r.text("cascade").parse().unwrap(),
            node: r.text("node").parse().unwrap(),
            time: r.number("time").unwrap(),
        })
        .collect();
    Some(Cascades::new(32, adoptions).unwrap())
}

#[test]
fn all_edges_of_the_example_in_order() {
    let Some(cascades) = example() else { return };
    let Some(expected) = shared::rows("reference/netinf_example_25edges.csv") else { return };
    let network = netinf(&cascades, Delay::Exponential { rate: 1.0 }, Stop::Edges(25)).unwrap();
    assert_eq!((cascades.len(), network.len(), expected.len()), (54, 25, 25));
    for (edge, row) in network.iter().zip(&expected) {
        assert_eq!(
            (edge.parent.to_string().as_str(), edge.child.to_string().as_str()),
            (row.text("origin_node"), row.text("destination_node"))
        );
        let gain = row.number("improvement").unwrap();
        assert!((edge.gain - gain).abs() < 1e-9, "{edge:?}: gain is not {gain}");
    }
    // p of the first edge, before the package's scores drift; it takes the normal distribution from a table good to 7e-8
    assert!((network[0].p - expected[0].number("p_value").unwrap()).abs() < 7.5e-8, "{}", network[0].p);
    // and the later ones differ by no more than the drift (METHODS, section 5)
    for (edge, row) in network.iter().zip(&expected) {
        assert!((edge.p - row.number("p_value").unwrap()).abs() < 1.2e-3, "{edge:?}");
    }
    let all = netinf(&cascades, Delay::Exponential { rate: 1.0 }, Stop::Edges(10_000)).unwrap();
    let possible: usize = all.len();
    assert!(possible < 543, "of the 543 possible edges some never gain");
    let stopped = netinf(&cascades, Delay::Exponential { rate: 1.0 }, Stop::Vuong { level: 1e-3, most: 10_000 }).unwrap();
    assert!(stopped.iter().all(|e| e.p < 1e-3) && stopped.len() < 25 && stopped[..] == network[..stopped.len()]);
}

#[test]
fn edges_of_the_example_stand_out_from_shuffled_times() {
    let Some(cascades) = example() else { return };
    let delay = Delay::Exponential { rate: 1.0 };
    let tested: BTreeMap<(u32, u32), _> =
        permuted(&cascades, delay, 3, 199, 1).unwrap().into_iter().map(|t| ((t.parent, t.child), t)).collect();
    let network = netinf(&cascades, delay, Stop::Edges(25)).unwrap();
    let sure = network.iter().filter(|e| tested.get(&(e.parent, e.child)).is_some_and(|t| t.p_family.is_some_and(|p| p <= 0.05))).count();
    // each against the greatest of hundreds of possible edges
    assert!(sure >= 5, "{sure} of 25");
}
