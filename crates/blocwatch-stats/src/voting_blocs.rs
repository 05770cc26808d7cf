//! Blocs in votes: who votes alike more than the votes' own margins explain.
//!
//! The null model keeps, exactly, how often each state votes yes, abstain and no and how many vote so on each roll call, and which state is
//! absent where; all else is shuffled (trades between two states, after the curveball algorithm of Strona et al. 2014 for more than two
//! categories). Under it some states still agree much, because most of the agenda is carried by most; what is left, kappa less its mean
//! under the null, is what a bloc is made of. Blocs are the partition with the greatest sum of that excess within them (a modularity whose
//! expectation comes from the null model of votes rather than of weights), found by Leiden; its quality is compared with what the same
//! search finds in votes drawn from the null.

use crate::agreement::SessionVotes;
use crate::cohesion::kappas;
use crate::network::Graph;
use crate::network::community::{Objective, Stability, leiden, stability};
use crate::parallel;
use crate::random::Random;

/// Trades for each state and draw; each shuffles one pair of states. Margins mix after a few (checked in the tests).
const TRADES: usize = 10;
/// Added to excesses, which lie in −2 to 2, so that weights are not negative; the Potts model takes it off again.
const SHIFT: f64 = 2.0;

/// How a search is done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// Draws from the null.
    pub draws: u32,
    /// Seeds of the search in the votes as they are.
    pub seeds: u32,
    /// Common roll calls below which a pair has no kappa and counts as neither alike nor unlike.
    pub least: u32,
    /// Excess of kappa that a pair must have to pull together; 0 is chance, more gives smaller blocs.
    pub threshold: f64,
    /// Seed.
    pub seed: u64,
}

/// The blocs of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Blocs {
    /// The partition with its stability over seeds.
    pub found: Stability,
    /// Sum of the excess within blocs over the number of pairs: kappa per pair.
    pub quality: f64,
    /// The same of the best partition in each draw from the null, sorted.
    pub null: Vec<f64>,
    /// For each state, the mean excess of kappa with the other members of its bloc; `None` if alone.
    pub excess: Vec<Option<f64>>,
}

impl Blocs {
    /// (1 + draws that reach the quality) / (1 + draws).
    pub fn p(&self) -> f64 {
        (1 + self.null.iter().filter(|q| **q >= self.quality - 1e-12).count()) as f64 / (1 + self.null.len()) as f64
    }
}

/// Shuffles the votes, keeping every margin.
fn shuffled(votes: &SessionVotes, random: &mut Random) -> SessionVotes {
    let (n, m) = (votes.states(), votes.rollcalls());
    let mut codes: Vec<u8> = (0..n * m).map(|i| votes.get(i / m, i % m).unwrap_or(0)).collect();
    if n > 1 {
        let mut kinds: [Vec<usize>; 9] = Default::default();
        for _ in 0..TRADES * n {
            let a = random.below(n as u32) as usize;
            let b = (a + 1 + random.below(n as u32 - 1) as usize) % n;
            trade(&mut codes, m, a, b, &mut kinds, random);
        }
    }
    SessionVotes::from_codes(n, m, &codes)
}

/// One trade between two states: where one voted x and the other y, and elsewhere the reverse, who voted which is drawn anew; and one cycle
/// of three (x against y, y against z, z against x) may turn, without which not all tables could be reached.
fn trade(codes: &mut [u8], m: usize, a: usize, b: usize, kinds: &mut [Vec<usize>; 9], random: &mut Random) {
    kinds.iter_mut().for_each(Vec::clear);
    for r in 0..m {
        let (x, y) = (codes[a * m + r], codes[b * m + r]);
        if x != 0 && y != 0 && x != y {
            kinds[usize::from(x - 1) * 3 + usize::from(y - 1)].push(r);
        }
    }
    let mut all: Vec<usize> = Vec::with_capacity(m);
    let mut put = |r: usize, x: usize, y: usize| {
        codes[a * m + r] = x as u8 + 1;
        codes[b * m + r] = y as u8 + 1;
    };
    for (x, y) in [(0, 1), (0, 2), (1, 2)] {
        let first = kinds[x * 3 + y].len();
        all.clear();
        all.extend(kinds[x * 3 + y].iter().chain(&kinds[y * 3 + x]));
        if first == 0 || first == all.len() {
            continue;
        }
        random.choose_front(all.as_mut_slice(), first);
        for (i, r) in all.iter().enumerate() {
            if i < first { put(*r, x, y) } else { put(*r, y, x) }
        }
        let (head, tail) = all.split_at(first);
        for (kind, part) in [(x * 3 + y, head), (y * 3 + x, tail)] {
            kinds[kind].clear();
            kinds[kind].extend_from_slice(part);
        }
    }
    let turn = random.below(2) == 0;
    let cycle = if turn { [(0, 1), (1, 2), (2, 0)] } else { [(1, 0), (2, 1), (0, 2)] };
    let there = cycle.map(|(x, y)| kinds[x * 3 + y].len());
    if there.iter().all(|k| *k > 0) {
        // as likely to turn back as to turn: Metropolis, since the number of cycles changes
        let back = cycle.map(|(x, y)| kinds[y * 3 + x].len() + 1);
        let ratio = there.iter().product::<usize>() as f64 / back.iter().product::<usize>() as f64;
        if random.uniform() < ratio {
            for (x, y) in cycle {
                let list = &kinds[x * 3 + y];
                put(list[random.below(list.len() as u32) as usize], y, x);
            }
        }
    }
}

/// The graph of excesses, shifted.
fn graph(excess: &[f64], n: usize) -> Option<Graph> {
    let pairs = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
    let weight = |a: usize, b: usize| if excess[a * n + b].is_nan() { SHIFT } else { excess[a * n + b] + SHIFT };
    Graph::undirected(n, pairs.map(|(a, b)| (a as u32, b as u32, weight(a, b))).filter(|t| t.2 > 0.0)).ok()
}

/// Sum of the excess over the threshold within blocs, per pair of states.
fn quality(excess: &[f64], n: usize, bloc: &[u32], threshold: f64) -> f64 {
    let mut sum = 0.0;
    for a in 0..n {
        for b in a + 1..n {
            if bloc[a] == bloc[b] && !excess[a * n + b].is_nan() {
                sum += excess[a * n + b] - threshold;
            }
        }
    }
    sum / (n * (n - 1) / 2) as f64
}

/// The blocs of one session's votes. `None` with fewer than three states, without a roll call or without draws.
pub fn blocs(votes: &SessionVotes, search: Search) -> Option<Blocs> {
    let n = votes.states();
    if n < 3 || votes.rollcalls() == 0 || search.draws < 2 {
        return None;
    }
    let observed = kappas(votes, search.least);
    let drawn: Vec<Vec<f64>> = parallel::map(
        search.draws as usize,
        || (),
        |(), i| kappas(&shuffled(votes, &mut Random::stream(search.seed, i as u64)), search.least),
    );
    let (mut sum, mut count) = (vec![0.0; n * n], vec![0.0; n * n]);
    for draw in &drawn {
        for ((s, c), k) in sum.iter_mut().zip(&mut count).zip(draw) {
            if !k.is_nan() {
                *s += k;
                *c += 1.0;
            }
        }
    }
    let objective = Objective::Potts(SHIFT + search.threshold);
    let less = |values: &[f64], own: bool| -> Vec<f64> {
        // a draw is compared with the others, as the votes are compared with draws that they are no part of
        values.iter().zip(sum.iter().zip(&count)).map(|(k, (s, c))| if own { k - (s - k) / (c - 1.0) } else { k - s / c }).collect()
    };
    let excess = less(&observed, false);
    let found = stability(&graph(&excess, n)?, objective, search.seed, search.seeds)?;
    let mut null: Vec<f64> = parallel::map(
        drawn.len(),
        || (),
        |(), i| {
            let excess = less(&drawn[i], true);
            let seed = Random::stream(search.seed, u64::from(search.draws) + i as u64).bits();
            let best = graph(&excess, n).and_then(|g| leiden(&g, objective, seed))?;
            Some(quality(&excess, n, &best.community, search.threshold))
        },
    )
    .into_iter()
    .collect::<Option<_>>()?;
    null.sort_unstable_by(f64::total_cmp);
    let own = &found.best.community;
    let with_own = (0..n)
        .map(|a| {
            let values: Vec<f64> =
                (0..n).filter(|b| *b != a && own[*b] == own[a]).map(|b| excess[a * n + b]).filter(|v| !v.is_nan()).collect();
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        })
        .collect();
    Some(Blocs { quality: quality(&excess, n, own, search.threshold), null, excess: with_own, found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SEARCH: Search = Search { draws: 40, seeds: 10, least: 10, threshold: 0.0, seed: 1 };

    fn margins(votes: &SessionVotes) -> Vec<[u32; 4]> {
        let (n, m) = (votes.states(), votes.rollcalls());
        let mut out = vec![[0; 4]; n + m];
        for s in 0..n {
            for r in 0..m {
                let code = usize::from(votes.get(s, r).unwrap_or(0));
                out[s][code] += 1;
                out[n + r][code] += 1;
            }
        }
        out
    }

    proptest! {
        #[test]
        fn shuffling_keeps_every_margin_and_every_absence(
            codes in prop::collection::vec(prop::sample::select(vec![0u8, 1, 1, 1, 2, 3]), 8 * 30),
            seed: u64,
        ) {
            let votes = SessionVotes::from_codes(8, 30, &codes);
            let other = shuffled(&votes, &mut Random::new(seed));
            prop_assert_eq!(margins(&votes), margins(&other));
            for (i, code) in codes.iter().enumerate() {
                prop_assert_eq!(other.get(i / 30, i % 30).is_none(), *code == 0);
            }
        }
    }

    /// Roll calls of different popularity; the last `planted` states follow a line of their own.
    fn made(n: usize, m: usize, planted: usize, seed: u64) -> SessionVotes {
        let mut random = Random::new(seed);
        let popular: Vec<f64> = (0..m).map(|_| 0.2 + 0.75 * random.uniform()).collect();
        let line: Vec<bool> = (0..m).map(|_| random.uniform() < 0.5).collect();
        let mut codes = vec![0u8; n * m];
        for s in 0..n {
            for r in 0..m {
                let yes = if s >= n - planted && random.uniform() < 0.8 { line[r] } else { random.uniform() < popular[r] };
                codes[s * m + r] = if yes { 1 } else { 2 + random.below(2) as u8 };
            }
        }
        SessionVotes::from_codes(n, m, &codes)
    }

    #[test]
    fn a_planted_bloc_is_found_though_the_agenda_is_one_sided() {
        let found = blocs(&made(40, 80, 12, 3), SEARCH).unwrap();
        let own = &found.found.best.community;
        assert!((28..40).all(|s| own[s] == own[28]), "{own:?}");
        // a state of noise can come near it
        assert!((0..28).filter(|s| own[*s] == own[28]).count() <= 2, "{own:?}");
        assert!(found.p() < 0.03 && found.quality > 1.5 * found.null[found.null.len() - 1], "{} {:?}", found.quality, found.null);
        assert!(found.excess[30].unwrap() > 0.2);
    }

    #[test]
    fn without_blocs_the_test_is_of_its_size() {
        // votes that differ in popularity and states that do not: no bloc, though all agree much
        let p: Vec<f64> =
            (0..40).map(|seed| blocs(&made(20, 60, 0, 100 + seed), Search { draws: 19, seeds: 3, ..SEARCH }).unwrap().p()).collect();
        let small = p.iter().filter(|p| **p <= 0.1 + 1e-9).count();
        assert!(small <= 10, "{small} of 40 at .1: {p:?}");
        assert!(p.iter().filter(|p| **p > 0.5).count() >= 8, "{p:?}");
    }

    #[test]
    fn the_chain_reaches_every_table_alike() {
        // two states, three roll calls, each category once on each side of a cycle: the margins leave exactly two tables
        let votes = SessionVotes::from_codes(2, 3, &[1, 2, 3, 2, 3, 1]);
        let mut turned = 0;
        for seed in 0..2000 {
            turned += u32::from(shuffled(&votes, &mut Random::stream(9, seed)).get(0, 0) == Some(2));
        }
        assert!((900..1100).contains(&turned), "{turned} of 2000");
    }

    #[test]
    fn too_little_gives_nothing() {
        assert_eq!(blocs(&SessionVotes::new(2, 5), SEARCH), None);
        assert_eq!(blocs(&SessionVotes::new(5, 0), SEARCH), None);
    }
}
