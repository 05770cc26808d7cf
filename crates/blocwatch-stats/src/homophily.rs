//! Do states of one kind tie to one another more than to others: T = mean tie among the pairs of the group − mean of all other pairs.
//!
//! Three questions are kept apart. Is T more than a group drawn at random has? [`permuted`] shuffles the labels over the states (QAP,
//! Hubert 1987; Krackhardt 1988), within strata such as regions if asked. Is it more than follows from how many ties each state has?
//! [`degree_preserving`] and [`membership_preserving`] shuffle the ties. How large is it, how sure? [`observed`] gives T in the unit of
//! the ties, in standard deviations, and with an interval over states.
//!
//! A pair whose tie is undefined is left out of every mean; it is not a zero.

use crate::network::Graph;
use crate::network::null::{self, Switching};
use crate::network::projection::Configuration;
use crate::parallel;
use crate::random::Random;

/// Ties of all pairs of states, defined or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Dyads {
    states: usize,
    /// For each pair, both ways round: the sum of its ties and how many are defined (0, 1, or 2 where ties have a direction).
    cells: Vec<[f64; 2]>,
}

impl Dyads {
    /// Nothing is defined.
    pub fn new(states: usize) -> Self {
        Self { states, cells: vec![[0.0, 0.0]; states * states] }
    }

    /// Adds a defined tie of a pair. Where ties have a direction, call it once for each; where not, once for the pair.
    ///
    /// # Panics
    /// If a state is out of range, the states are one, or the tie is not finite.
    pub fn add(&mut self, a: usize, b: usize, tie: f64) {
        assert!(a < self.states && b < self.states && a != b, "states {a} and {b} are no pair of {} states", self.states);
        assert!(tie.is_finite(), "the tie {tie} of {a} and {b} is no number; an undefined tie is not added");
        for at in [a * self.states + b, b * self.states + a] {
            self.cells[at][0] += tie;
            self.cells[at][1] += 1.0;
        }
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    fn row(&self, state: usize) -> &[[f64; 2]] {
        &self.cells[state * self.states..(state + 1) * self.states]
    }

    /// Sum and number of the ties among some states.
    fn among(&self, states: &[u32]) -> [f64; 2] {
        let mut total = [0.0, 0.0];
        for (i, a) in states.iter().enumerate() {
            let row = self.row(*a as usize);
            for b in &states[i + 1..] {
                let cell = row[*b as usize];
                total[0] += cell[0];
                total[1] += cell[1];
            }
        }
        total
    }

    /// Sum and number of the ties of each state.
    fn of_each(&self) -> Vec<[f64; 2]> {
        let sum = |row: &[[f64; 2]]| row.iter().fold([0.0, 0.0], |s, c| [s[0] + c[0], s[1] + c[1]]);
        (0..self.states).map(|a| sum(self.row(a))).collect()
    }

    /// Sum and number of all ties.
    fn all(&self) -> [f64; 2] {
        let mut total = [0.0, 0.0];
        for a in 0..self.states {
            for cell in &self.row(a)[a + 1..] {
                total[0] += cell[0];
                total[1] += cell[1];
            }
        }
        total
    }
}

/// Mean among the group less mean of the others, from sums and numbers; `None` if either has no tie.
fn difference(within: [f64; 2], all: [f64; 2]) -> Option<f64> {
    let others = [all[0] - within[0], all[1] - within[1]];
    (within[1] > 0.0 && others[1] > 0.0).then(|| within[0] / within[1] - others[0] / others[1])
}

/// Why T is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// No pair within the group has a defined tie.
    NoPairWithin,
    /// No other pair has one.
    NoOtherPair,
}

impl Absent {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoPairWithin => "no_pair_within",
            Self::NoOtherPair => "no_other_pair",
        }
    }
}

/// T and what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homophily {
    /// Defined ties among the group.
    pub ties_within: u32,
    /// Other defined ties.
    pub ties_other: u32,
    /// Mean tie among the group.
    pub within: f64,
    /// Mean tie among the states outside the group; `None` without a pair.
    pub outside: Option<f64>,
    /// Mean tie between the group and the others.
    pub between: Option<f64>,
    /// T, in the unit of the ties.
    pub t: f64,
    /// T in standard deviations of all ties; `None` if they do not vary.
    pub effect: Option<f64>,
    /// Standard error of T over states (jackknife: each state left out in turn), which errs to the large side; `None` if T is undefined
    /// without some state.
    pub error: Option<f64>,
}

impl Homophily {
    /// The 95 % interval of T, from its error and the normal distribution.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.error.map(|e| (self.t - 1.959_963_985 * e, self.t + 1.959_963_985 * e))
    }
}

/// T of a group.
///
/// # Errors
/// Why it is undefined.
///
/// # Panics
/// If `member` has not one entry for each state.
///
/// ```
/// use blocwatch_stats::homophily::{Dyads, observed};
/// let mut ties = Dyads::new(4);
/// for (a, b, tie) in [(0, 1, 0.9), (0, 2, 0.1), (1, 2, 0.3), (2, 3, 0.5)] {
///     ties.add(a, b, tie);
/// }
/// let h = observed(&ties, &[true, true, false, false]).unwrap();
/// assert_eq!((h.ties_within, h.ties_other), (1, 3));
/// assert!((h.t - 0.6).abs() < 1e-12);
/// ```
pub fn observed(dyads: &Dyads, member: &[bool]) -> Result<Homophily, Absent> {
    assert_eq!(member.len(), dyads.states, "one entry for each state");
    let n = dyads.states;
    let (within, all) = (dyads.among(&group(member)), dyads.all());
    if within[1] == 0.0 {
        return Err(Absent::NoPairWithin);
    }
    let t = difference(within, all).ok_or(Absent::NoOtherPair)?;
    let outside = dyads.among(&group(&member.iter().map(|m| !m).collect::<Vec<_>>()));
    let between = [all[0] - within[0] - outside[0], all[1] - within[1] - outside[1]];
    let mean = |part: [f64; 2]| (part[1] > 0.0).then(|| part[0] / part[1]);

    // a pair with two ties counts as two of its mean, so that differences between directions are not taken for differences between pairs
    let centre = all[0] / all[1];
    let squares: f64 = (0..n)
        .flat_map(|a| dyads.row(a)[a + 1..].iter())
        .filter(|c| c[1] > 0.0)
        .map(|c| c[1] * (c[0] / c[1] - centre) * (c[0] / c[1] - centre))
        .sum();
    let sd = (squares / (all[1] - 1.0).max(1.0)).sqrt();

    let without: Option<Vec<f64>> = (0..n)
        .filter(|v| dyads.row(*v).iter().any(|c| c[1] > 0.0))
        .map(|v| {
            let (mut own, mut own_within) = ([0.0, 0.0], [0.0, 0.0]);
            for (u, cell) in dyads.row(v).iter().enumerate() {
                own = [own[0] + cell[0], own[1] + cell[1]];
                if member[v] && member[u] {
                    own_within = [own_within[0] + cell[0], own_within[1] + cell[1]];
                }
            }
            difference([within[0] - own_within[0], within[1] - own_within[1]], [all[0] - own[0], all[1] - own[1]])
        })
        .collect();
    Ok(Homophily {
        ties_within: within[1] as u32,
        ties_other: (all[1] - within[1]) as u32,
        within: within[0] / within[1],
        outside: mean(outside),
        between: mean(between),
        t,
        effect: (sd > 1e-12 * centre.abs()).then(|| t / sd),
        error: without.map(|t| jackknife(&t)),
    })
}

/// Standard error from the values without each unit: sqrt((n−1)/n Σ (t_i − mean)²). On average no smaller than the true one (Efron &
/// Stein 1981), ties of one state being alike or not.
fn jackknife(without: &[f64]) -> f64 {
    let n = without.len() as f64;
    let mean = without.iter().sum::<f64>() / n;
    ((n - 1.0) / n * without.iter().map(|t| (t - mean) * (t - mean)).sum::<f64>()).sqrt()
}

fn group(member: &[bool]) -> Vec<u32> {
    (0..member.len() as u32).filter(|i| member[*i as usize]).collect()
}

/// T of `draws` random groups: labels are shuffled over states, within each stratum if strata are given, so that every stratum keeps its
/// number of members. Draws in which T is undefined are left out.
///
/// # Panics
/// If `member` or `strata` has not one entry for each state.
pub fn permuted(dyads: &Dyads, member: &[bool], strata: Option<&[u32]>, draws: u32, seed: u64) -> Vec<f64> {
    assert_eq!(member.len(), dyads.states, "one entry for each state");
    assert!(strata.is_none_or(|s| s.len() == dyads.states), "one stratum for each state");
    let all = dyads.all();
    let pools: Vec<(Vec<u32>, usize)> = match strata {
        None => vec![((0..member.len() as u32).collect(), member.iter().filter(|m| **m).count())],
        Some(strata) => {
            let mut by: std::collections::BTreeMap<u32, (Vec<u32>, usize)> = std::collections::BTreeMap::new();
            for (state, (stratum, member)) in strata.iter().zip(member).enumerate() {
                let pool = by.entry(*stratum).or_default();
                pool.0.push(state as u32);
                pool.1 += usize::from(*member);
            }
            by.into_values().collect()
        }
    };
    // a group of more than half is found by those outside it, who have fewer pairs: all ties, less those that have an end outside
    let members: usize = pools.iter().map(|p| p.1).sum();
    let turned = 2 * members > dyads.states;
    let pools: Vec<(Vec<u32>, usize)> = pools
        .into_iter()
        .map(|(states, members)| {
            let n = states.len();
            (states, if turned { n - members } else { members })
        })
        .collect();
    let of_each = dyads.of_each();
    let within = |drawn: &[u32]| {
        let among = dyads.among(drawn);
        if !turned {
            return among;
        }
        let ends = drawn.iter().fold([0.0, 0.0], |s, v| [s[0] + of_each[*v as usize][0], s[1] + of_each[*v as usize][1]]);
        [all[0] - ends[0] + among[0], all[1] - ends[1] + among[1]]
    };
    // draws are handed out in blocks, since one takes microseconds
    const BLOCK: usize = 32;
    let blocks = parallel::map(
        (draws as usize).div_ceil(BLOCK),
        || (pools.clone(), Vec::new()),
        |(scratch, drawn), block| {
            let mut out = Vec::with_capacity(BLOCK);
            for draw in block * BLOCK..((block + 1) * BLOCK).min(draws as usize) {
                let mut random = Random::stream(seed, draw as u64);
                drawn.clear();
                for ((states, members), start) in scratch.iter_mut().zip(&pools) {
                    states.copy_from_slice(&start.0);
                    random.choose_front(states, *members);
                    drawn.extend_from_slice(&states[..*members]);
                }
                out.extend(difference(within(drawn), all));
            }
            out
        },
    );
    blocks.into_iter().flatten().collect()
}

/// T of networks in which every state keeps its number of ties and ties are otherwise random; each weight stays with its edge. Pairs
/// without an edge count as 0. Undefined draws are left out, which here is all or none.
///
/// # Panics
/// If `member` has not one entry for each node.
pub fn degree_preserving(graph: &Graph, member: &[bool], how: Switching) -> Vec<f64> {
    assert_eq!(member.len(), graph.nodes(), "one entry for each node");
    let weight: Vec<f64> = graph.edges().iter().map(|e| e.weight).collect();
    let total: f64 = weight.iter().sum();
    let directions = if graph.is_directed() { 1.0 } else { 0.5 };
    let pairs = |n: usize| directions * (n * n.saturating_sub(1)) as f64;
    let (inside, all) = (pairs(member.iter().filter(|m| **m).count()), pairs(member.len()));
    let draws = null::degree_preserving(graph, how, |ends| {
        let within = ends.iter().zip(&weight).filter(|((a, b), _)| member[*a as usize] && member[*b as usize]).map(|(_, w)| w).sum();
        difference([within, inside], [total, all])
    });
    draws.into_iter().flatten().collect()
}

/// T of shared counts (states by the organisations they share) when memberships are drawn from the configuration model, in which every
/// state joins as many and every organisation has as many members as observed, on average. Undefined draws are left out.
///
/// # Panics
/// If `member` has not one entry for each row.
pub fn membership_preserving(model: &Configuration, member: &[bool], draws: u32, seed: u64) -> Vec<f64> {
    let pairs = |n: f64| n * (n - 1.0) / 2.0;
    let (inside, all) = (pairs(member.iter().filter(|m| **m).count() as f64), pairs(member.len() as f64));
    let drawn = parallel::map(
        draws as usize,
        || (),
        |(), draw| {
            // an organisation with k members gives k(k−1)/2 pairs one shared body
            let [within, total] = model
                .draw_sizes(member, &mut Random::stream(seed, draw as u64))
                .into_iter()
                .fold([0.0, 0.0], |[within, total], (of_group, of_all)| {
                    [within + pairs(f64::from(of_group)), total + pairs(f64::from(of_all))]
                });
            difference([within, inside], [total, all])
        },
    );
    drawn.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::joint::Memberships;
    use crate::network::null::against;
    use proptest::prelude::*;

    /// States with inclinations of their own, `more` added to ties among the group.
    fn made(states: usize, more: f64, own: f64, random: &mut Random) -> (Dyads, Vec<bool>) {
        let mut member: Vec<bool> = (0..states).map(|i| i * 5 < states * 2).collect();
        random.shuffle(&mut member);
        let lean: Vec<f64> = (0..states).map(|_| own * random.normal()).collect();
        let mut dyads = Dyads::new(states);
        for a in 0..states {
            for b in a + 1..states {
                dyads.add(a, b, lean[a] + lean[b] + random.normal() + if member[a] && member[b] { more } else { 0.0 });
            }
        }
        (dyads, member)
    }

    proptest! {
        #[test]
        fn t_is_its_definition(cells in prop::collection::vec(prop::option::of(-5.0f64..5.0), 21), member in prop::collection::vec(any::<bool>(), 7)) {
            let mut dyads = Dyads::new(7);
            let (mut within, mut other) = (vec![], vec![]);
            for ((a, b), tie) in (0..7).flat_map(|a| (a + 1..7).map(move |b| (a, b))).zip(cells) {
                if let Some(tie) = tie {
                    dyads.add(a, b, tie);
                    if member[a] && member[b] { within.push(tie) } else { other.push(tie) }
                }
            }
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            match observed(&dyads, &member) {
                Ok(h) => {
                    prop_assert!((h.t - (mean(&within) - mean(&other))).abs() < 1e-9);
                    prop_assert_eq!((h.ties_within as usize, h.ties_other as usize), (within.len(), other.len()));
                    let parts = f64::from(h.ties_other) * mean(&other);
                    let count = |m: bool| (0..7).flat_map(|a| (a + 1..7).map(move |b| (a, b))).filter(|(a, b)| dyads.row(*a)[*b][1] > 0.0 && (member[*a] != member[*b]) == m && !(member[*a] && member[*b])).count() as f64;
                    prop_assert!((count(true) * h.between.unwrap_or(0.0) + count(false) * h.outside.unwrap_or(0.0) - parts).abs() < 1e-9);
                }
                Err(Absent::NoPairWithin) => prop_assert!(within.is_empty()),
                Err(Absent::NoOtherPair) => prop_assert!(other.is_empty()),
            }
        }

        #[test]
        fn shuffling_keeps_each_stratum_s_members(member in prop::collection::vec(any::<bool>(), 12), seed: u64) {
            // ties that tell the stratum: with one stratum per state nothing can move
            let mut dyads = Dyads::new(12);
            for (a, b) in (0..12).flat_map(|a| (a + 1..12).map(move |b| (a, b))) {
                dyads.add(a, b, ((a * 31 + b * 17) % 11) as f64);
            }
            let own: Vec<u32> = (0..12).collect();
            if let Ok(h) = observed(&dyads, &member) {
                prop_assert!(permuted(&dyads, &member, Some(&own), 5, seed).iter().all(|t| (t - h.t).abs() < 1e-12));
                prop_assert_eq!(permuted(&dyads, &member, None, 40, seed), permuted(&dyads, &member, Some(&[0; 12]), 40, seed));
            }
        }
    }

    #[test]
    fn without_homophily_p_is_uniform() {
        let mut random = Random::new(1);
        let mut bins = [0u32; 10];
        for seed in 0..500 {
            let (dyads, member) = made(25, 0.0, 1.0, &mut random);
            let p = against(observed(&dyads, &member).unwrap().t, &permuted(&dyads, &member, None, 199, seed)).unwrap().p;
            bins[((p * 10.0).ceil() as usize - 1).min(9)] += 1;
        }
        let chi2: f64 = bins.iter().map(|b| (f64::from(*b) - 50.0).powi(2) / 50.0).sum();
        assert!(chi2 < 27.9, "chi-square {chi2} on 9 degrees of freedom (p < .001): {bins:?}");
    }

    #[test]
    fn planted_homophily_is_found_and_its_interval_covers_it() {
        let mut random = Random::new(2);
        for (own, more, least, most) in [(0.0, 1.0, 0.94, 1.0), (0.7, 1.5, 0.90, 0.99)] {
            let (mut found, mut covered) = (0, 0);
            for seed in 0..300 {
                let (dyads, member) = made(40, more, own, &mut random);
                let h = observed(&dyads, &member).unwrap();
                found += u32::from(against(h.t, &permuted(&dyads, &member, None, 199, seed)).unwrap().p <= 0.01);
                let (low, high) = h.interval().unwrap();
                covered += u32::from(low <= more && more <= high);
            }
            let (found, covered) = (f64::from(found) / 300.0, f64::from(covered) / 300.0);
            assert!(found > 0.9, "ties leaning {own}: found in {found}");
            assert!((least..=most).contains(&covered), "ties leaning {own}: covered in {covered}");
        }
    }

    #[test]
    fn regions_explain_what_they_explain() {
        // ties follow regions, and so do regimes: homophily overall, none within regions
        let mut random = Random::new(3);
        let (mut overall, mut within) = (0, 0);
        for seed in 0..100 {
            let region: Vec<u32> = (0..40).map(|i| i / 20).collect();
            let member: Vec<bool> = region.iter().map(|r| random.uniform() < if *r == 0 { 0.8 } else { 0.2 }).collect();
            let mut dyads = Dyads::new(40);
            for (a, b) in (0..40).flat_map(|a| (a + 1..40).map(move |b| (a, b))) {
                dyads.add(a, b, random.normal() + if region[a] == region[b] { 1.0 } else { 0.0 });
            }
            let t = observed(&dyads, &member).unwrap().t;
            overall += u32::from(against(t, &permuted(&dyads, &member, None, 199, seed)).unwrap().p <= 0.05);
            within += u32::from(against(t, &permuted(&dyads, &member, Some(&region), 199, seed)).unwrap().p <= 0.05);
        }
        assert!(overall >= 75 && within <= 12, "{overall} overall, {within} within regions");
    }

    #[test]
    fn degrees_explain_what_they_explain() {
        // members have many ties to everybody: homophily against shuffled labels, none against shuffled ties
        let mut random = Random::new(4);
        let (mut labels, mut degrees, mut planted) = (0, 0, 0);
        for seed in 0..60 {
            let member: Vec<bool> = (0..40).map(|i| i < 15).collect();
            let make = |more: f64, random: &mut Random| {
                let ties = (0..40u32).flat_map(|a| (a + 1..40).map(move |b| (a, b))).filter(|(a, b)| {
                    let lean = |v: u32| if v < 15 { 0.0 } else { -1.2 };
                    let inside = if *b < 15 { more } else { 0.0 };
                    random.uniform() < 1.0 / (1.0 + (-lean(*a) - lean(*b) - inside).exp())
                });
                Graph::undirected(40, ties.map(|(a, b)| (a, b, 1.0))).unwrap()
            };
            let p = |graph: &Graph| {
                let mut dyads = Dyads::new(40);
                for (a, b) in (0..40u32).flat_map(|a| (a + 1..40).map(move |b| (a, b))) {
                    dyads.add(a as usize, b as usize, f64::from(u8::from(graph.neighbours(a as usize).iter().any(|n| n.0 == b))));
                }
                let t = observed(&dyads, &member).unwrap().t;
                let switched = degree_preserving(graph, &member, Switching { draws: 199, trials_per_edge: 10, seed });
                (against(t, &permuted(&dyads, &member, None, 199, seed)).unwrap().p, against(t, &switched).unwrap().p)
            };
            let (by_label, by_degree) = p(&make(0.0, &mut random));
            labels += u32::from(by_label <= 0.05);
            degrees += u32::from(by_degree <= 0.05);
            planted += u32::from(p(&make(2.0, &mut random)).1 <= 0.05);
        }
        assert!(labels >= 57 && degrees <= 8 && planted >= 55, "{labels} by label, {degrees} by degree, {planted} planted of 60");
    }

    #[test]
    fn joining_much_explains_shared_memberships() {
        let mut random = Random::new(5);
        let member: Vec<bool> = (0..30).map(|i| i < 12).collect();
        let mut p = |club: f64| {
            let mut m = Memberships::new(30, 80);
            for r in 0..30 {
                for c in 0..80 {
                    let lean = if r < 12 { 0.5 } else { 0.2 };
                    let drawn_in = if c < 25 { if r < 12 { club } else { -club / 4.0 } } else { 0.0 };
                    if random.uniform() < lean + drawn_in {
                        m.join(r, c);
                    }
                }
            }
            let mut dyads = Dyads::new(30);
            m.pairs(&[]).for_each(|p| dyads.add(p.a as usize, p.b as usize, f64::from(p.joint)));
            let t = observed(&dyads, &member).unwrap().t;
            let draws = membership_preserving(&Configuration::fit(&m).unwrap(), &member, 199, 1);
            (against(t, &permuted(&dyads, &member, None, 199, 1)).unwrap().p, against(t, &draws).unwrap())
        };
        let (by_label, by_degree) = p(0.0);
        assert!(by_label <= 0.01 && by_degree.p > 0.05, "{by_label} {by_degree:?}");
        let (_, planted) = p(0.45);
        assert!(planted.p <= 0.05, "{planted:?}");
    }

    #[test]
    fn what_is_undefined_says_why() {
        let mut dyads = Dyads::new(3);
        assert_eq!(observed(&dyads, &[true, true, false]), Err(Absent::NoPairWithin));
        dyads.add(0, 1, 1.0);
        assert_eq!(observed(&dyads, &[true, true, false]), Err(Absent::NoOtherPair));
        dyads.add(1, 2, 1.0);
        let h = observed(&dyads, &[true, true, false]).unwrap();
        assert_eq!((h.t, h.effect, h.error, h.outside, h.between), (0.0, None, None, None, Some(1.0)));
    }
}
