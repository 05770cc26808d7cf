//! How sure an edge of influence is: the same adopters with their times in another order.
//!
//! In each draw the times of every cascade are shuffled over its adopters. Who adopts what stays, so that those who adopt much, and pairs
//! who adopt the same, have as many chances in a draw as in the data; only who comes when is random. An edge is compared by what it would
//! gain as the first of the network, which does not depend on what else was found.
//!
//! Every possible edge is a test. `p_family` is the probability that *any* of them stands out as much in a draw (the greatest z, Westfall
//! & Young 1993), so that a network can be read edge by edge.

use std::collections::BTreeMap;

use super::netinf::{LN_TIED, LN_UNTIED};
use super::{Cascades, Delay, DiffusionError};
use crate::parallel;
use crate::random::Random;

/// One possible edge against shuffled times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// Who is followed.
    pub parent: u32,
    /// Who follows.
    pub child: u32,
    /// Cascades in which both adopt.
    pub shared: u32,
    /// Cascades in which the child adopts after the parent.
    pub possible: u32,
    /// Gain as the first edge of the network.
    pub gain: f64,
    /// Mean gain in the draws, the data counted as one of them.
    pub mean: f64,
    /// Gain less its mean in the draws, over their standard deviation; `None` where draws do not vary.
    pub z: Option<f64>,
    /// Share of draws that gain as much, the data counted as one of them.
    pub p: f64,
    /// Share of draws in which any tested edge has as great a z, the data counted as one of them; `None` as `z`.
    pub p_family: Option<f64>,
}

/// Every pair of nodes that share at least `least` cascades, in both directions, ascending by (child, parent). Draws are numbered streams
/// of the seed: the result does not depend on the number of threads.
///
/// # Errors
/// [`DiffusionError::Delay`].
pub fn permuted(cascades: &Cascades, delay: Delay, least: u32, draws: u32, seed: u64) -> Result<Vec<Tested>, DiffusionError> {
    delay.check()?;
    let mut shared: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for at in 0..cascades.len() {
        let (nodes, _) = cascades.adopters(at);
        for a in nodes {
            for b in nodes.iter().filter(|b| *b != a) {
                *shared.entry((*a, *b)).or_insert(0) += 1;
            }
        }
    }
    shared.retain(|_, n| *n >= least.max(1));
    let tested: Vec<(u32, u32)> = shared.keys().copied().collect();
    let places: Vec<Vec<Option<u32>>> = (0..cascades.len())
        .map(|at| {
            let (nodes, _) = cascades.adopters(at);
            let place = |child, parent| tested.binary_search(&(child, parent)).ok().map(|p| p as u32);
            nodes.iter().flat_map(|child| nodes.iter().map(move |parent| place(*child, *parent))).collect()
        })
        .collect();
    let gains = |times: &[f64]| gains_of(cascades, &places, tested.len(), delay, times);
    let observed = gains(&cascades.time);
    let drawn: Vec<Vec<f64>> = parallel::map(
        draws as usize,
        || (),
        |(), draw| {
            let mut random = Random::stream(seed, draw as u64);
            let mut times = cascades.time.clone();
            for at in 0..cascades.len() {
                random.shuffle(&mut times[cascades.start[at]..cascades.start[at + 1]]);
            }
            gains(&times)
        },
    );
    // the data are one of the draws here too: only then is their z as any other's, and the family-wise p exact
    let n = f64::from(draws) + 1.0;
    let moments: Vec<(f64, f64)> = (0..tested.len())
        .map(|e| {
            let all = || drawn.iter().map(|d| d[e]).chain(std::iter::once(observed[e]));
            let mean = all().sum::<f64>() / n;
            (mean, (all().map(|g| (g - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
        })
        .collect();
    // sums in another order differ in the last digits: what is equal but for them counts as equal
    let z = |gain: f64, e: usize| (moments[e].1 > 1e-9 * (1.0 + moments[e].0)).then(|| (gain - moments[e].0) / moments[e].1);
    let mut greatest: Vec<f64> =
        drawn.iter().map(|d| (0..tested.len()).filter_map(|e| z(d[e], e)).fold(f64::NEG_INFINITY, f64::max)).collect();
    greatest.sort_by(f64::total_cmp);
    let mut possible = vec![0u32; tested.len()];
    for (at, places) in places.iter().enumerate() {
        let (nodes, times) = cascades.adopters(at);
        for (cell, place) in places.iter().enumerate() {
            if let Some(place) = place.filter(|_| times[cell % nodes.len()] < times[cell / nodes.len()]) {
                possible[place as usize] += 1;
            }
        }
    }
    Ok(tested
        .iter()
        .enumerate()
        .map(|(e, key)| {
            let gain = observed[e];
            let as_much = drawn.iter().filter(|d| d[e] >= gain - 1e-9 * (1.0 + gain)).count();
            let z = z(gain, e);
            let family = z.map(|z| greatest.len() - greatest.partition_point(|g| *g < z - 1e-9));
            let share = |count: usize| (count as f64 + 1.0) / n;
            Tested {
                parent: key.1,
                child: key.0,
                shared: shared.get(key).copied().unwrap_or(0),
                possible: possible[e],
                gain,
                mean: moments[e].0,
                z,
                p: share(as_much),
                p_family: family.map(share),
            }
        })
        .collect())
}

/// What each tested pair would gain as the first edge, if the adoptions of `cascades` were at `times`. `places` has for each cascade the
/// tested pair of every child and parent, child by child.
fn gains_of(cascades: &Cascades, places: &[Vec<Option<u32>>], tested: usize, delay: Delay, times: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; tested];
    let mut density = Vec::new();
    for (at, places) in places.iter().enumerate() {
        let times = &times[cascades.start[at]..cascades.start[at + 1]];
        for (time, places) in times.iter().zip(places.chunks_exact(times.len())) {
            density.clear();
            density.extend(times.iter().map(|t| if t < time { delay.ln_shape(time - t) } else { f64::NEG_INFINITY }));
            let best = density.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if best == f64::NEG_INFINITY {
                continue;
            }
            for (density, place) in density.iter().zip(places) {
                if let Some(place) = place {
                    out[*place as usize] += (LN_TIED + density - LN_UNTIED - best).max(0.0);
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::Adoption;
    use crate::diffusion::netinf::{Stop, netinf};
    use proptest::prelude::*;

    /// Cascades on a planted network: each adopter infects those that follow it with a probability, after an exponential delay.
    fn planted(nodes: u32, edges: &[(u32, u32)], cascades: u32, seed: u64) -> Cascades {
        let mut rows = Vec::new();
        for cascade in 0..cascades {
            let mut random = Random::stream(seed, u64::from(cascade));
            let mut times = vec![f64::INFINITY; nodes as usize];
            times[random.below(nodes) as usize] = 0.0;
            let mut done = vec![false; nodes as usize];
            loop {
                let next =
                    (0..nodes as usize).filter(|n| !done[*n] && times[*n].is_finite()).min_by(|a, b| times[*a].total_cmp(&times[*b]));
                let Some(from) = next else { break };
                done[from] = true;
                for (_, to) in edges.iter().filter(|(u, _)| *u as usize == from) {
                    let delay = -libm::log(1.0 - random.uniform());
                    if random.uniform() < 0.7 {
                        times[*to as usize] = times[*to as usize].min(times[from] + delay);
                    }
                }
            }
            rows.extend((0..nodes).filter(|n| done[*n as usize]).map(|node| Adoption { cascade, node, time: times[node as usize] }));
        }
        Cascades::new(nodes, rows).unwrap()
    }

    const RING: [(u32, u32); 12] = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9), (9, 0), (2, 7), (5, 1)];

    #[test]
    fn a_planted_network_is_found() {
        let cascades = planted(10, &RING, 300, 1);
        let delay = Delay::Exponential { rate: 1.0 };
        let mut found: Vec<(u32, u32)> =
            netinf(&cascades, delay, Stop::Edges(RING.len())).unwrap().iter().map(|e| (e.parent, e.child)).collect();
        found.sort_unstable();
        let mut expected = RING.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected);
        let sure = permuted(&cascades, delay, 3, 199, 1).unwrap();
        for t in &sure {
            if RING.contains(&(t.parent, t.child)) {
                assert!(t.p_family.is_some_and(|p| p <= 0.01), "{t:?}");
            }
        }
    }

    #[test]
    fn nothing_is_found_where_times_are_random() {
        let delay = Delay::Exponential { rate: 1.0 };
        let (mut families, mut rejected, mut tests) = (0, 0, 0);
        for seed in 0..40 {
            let mut random = Random::new(1000 + seed);
            let shuffled = planted(10, &RING, 60, seed).with_times(|times| random.shuffle(times));
            let found = permuted(&shuffled, delay, 3, 99, seed).unwrap();
            families += u32::from(found.iter().any(|t| t.p_family.is_some_and(|p| p <= 0.05)));
            rejected += found.iter().filter(|t| t.p <= 0.05).count();
            tests += found.len();
        }
        // 5 % of 40 families is 2; more than 6 has a probability below .004
        assert!(families <= 6, "{families} of 40 families have an edge at .05");
        let share = rejected as f64 / tests as f64;
        assert!((0.03..0.065).contains(&share), "{share} of single tests at .05");
    }

    proptest! {
        #[test]
        fn shuffling_keeps_who_adopts_and_when_somebody_does(
            rows in prop::collection::btree_map((0u32..5, 0u32..6), 0u8..9, 0..20), seed in 0u64..99,
        ) {
            let cascades = Cascades::new(6, rows.iter().map(|((cascade, node), t)| Adoption {
                cascade: *cascade, node: *node, time: f64::from(*t),
            })).unwrap();
            let mut random = Random::new(seed);
            let other = cascades.with_times(|times| random.shuffle(times));
            prop_assert_eq!(other.len(), cascades.len());
            for at in 0..cascades.len() {
                let sorted = |c: &Cascades| {
                    let (nodes, times) = c.adopters(at);
                    let mut nodes = nodes.to_vec();
                    nodes.sort_unstable();
                    (nodes, times.to_vec())
                };
                prop_assert_eq!(sorted(&cascades), sorted(&other));
            }
        }
    }
}
