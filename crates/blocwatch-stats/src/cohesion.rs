//! How much a group of states votes as one, against random groups of the same size, and who departs from its line.
//!
//! - agreement index of a roll call = (max − ½(Y + N + A − max)) / (Y + N + A) over the members' yes, no and abstain (Hix, Noury & Roland
//!   2005): 1 if all cast the same vote, 0 if they split evenly in three; of a session, the mean over roll calls on which at least two
//!   members voted;
//! - Rice index = |Y − N| / (Y + N): abstentions left out (Rice 1925);
//! - the group's line on a roll call is the vote that most of its voting members cast, where that is a large enough part of them; a member
//!   that votes otherwise departs from it.
//!
//! Random groups are the first k states of random orders, so that one order serves all sizes.

use crate::agreement::{ABSTAIN, NO, SessionVotes, YES, session};
use crate::parallel;
use crate::random::Random;

/// Agreement index of one roll call; `None` without a vote.
///
/// ```
/// use blocwatch_stats::cohesion::agreement_index;
/// assert_eq!(agreement_index([6, 0, 0]), Some(1.0));
/// assert_eq!(agreement_index([2, 2, 2]), Some(0.0));
/// assert_eq!(agreement_index([3, 3, 0]), Some(0.25));
/// assert_eq!(agreement_index([0, 0, 0]), None);
/// ```
pub fn agreement_index(counts: [u32; 3]) -> Option<f64> {
    let all: u32 = counts.iter().sum();
    let most = counts.into_iter().max().unwrap_or(0);
    (all > 0).then(|| (f64::from(most) - 0.5 * f64::from(all - most)) / f64::from(all))
}

/// Rice index of one roll call from counts of yes, abstain and no; `None` where nobody voted yes or no.
pub fn rice(counts: [u32; 3]) -> Option<f64> {
    let all = counts[0] + counts[2];
    (all > 0).then(|| f64::from(counts[0].abs_diff(counts[2])) / f64::from(all))
}

/// A session and the groups to look at in it.
#[derive(Debug, Clone)]
pub struct Sitting {
    /// The votes.
    pub votes: SessionVotes,
    /// States from which random groups are drawn, and with which members are compared; positions in `votes`.
    pub pool: Vec<usize>,
    /// Members of each group, positions in `votes`; those that never voted are passed over.
    pub groups: Vec<Vec<usize>>,
    /// Number of the stream of random orders.
    pub stream: u64,
}

/// What random groups of a size reach: the mean over draws, and the bounds between which nine of ten lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// Mean over draws.
    pub mean: f64,
    /// 5th percentile.
    pub low: f64,
    /// 95th percentile.
    pub high: f64,
    /// (1 + draws that reach at least what the group does) / (1 + draws).
    pub p: f64,
}

/// How cohesively a group voted in a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cohesion {
    /// Members that cast at least one vote.
    pub members: u32,
    /// Roll calls on which at least two of them voted.
    pub rollcalls: u32,
    /// Mean agreement index.
    pub index: Option<f64>,
    /// Mean Rice index over the roll calls on which it is defined.
    pub rice: Option<f64>,
    /// Mean kappa of pairs of members with enough common roll calls.
    pub kappa_inside: Option<f64>,
    /// Mean kappa of members with states of the pool that are none.
    pub kappa_outside: Option<f64>,
    /// Random groups' agreement index.
    pub index_chance: Option<Chance>,
    /// Random groups' kappa inside.
    pub kappa_chance: Option<Chance>,
}

/// Codes state by state: 0 where there is no vote.
fn codes(votes: &SessionVotes) -> Vec<u8> {
    let m = votes.rollcalls();
    (0..votes.states() * m).map(|i| votes.get(i / m, i % m).unwrap_or(0)).collect()
}

/// Kappa with squared distance of all pairs with at least `least` common roll calls; NaN elsewhere.
pub(crate) fn kappas(votes: &SessionVotes, least: u32) -> Vec<f64> {
    let n = votes.states();
    let mut out = vec![f64::NAN; n * n];
    for pair in session(votes) {
        if let Some(kappa) = pair.kappa.filter(|_| pair.rollcalls >= least) {
            let (a, b) = (pair.a as usize, pair.b as usize);
            out[a * n + b] = kappa;
            out[b * n + a] = kappa;
        }
    }
    out
}

/// Counts of yes, abstain and no by roll call, members added one by one.
struct Counts {
    yes: Vec<u16>,
    abstain: Vec<u16>,
    no: Vec<u16>,
}

impl Counts {
    fn new(m: usize) -> Self {
        Self { yes: vec![0; m], abstain: vec![0; m], no: vec![0; m] }
    }

    fn clear(&mut self) {
        for counts in [&mut self.yes, &mut self.abstain, &mut self.no] {
            counts.fill(0);
        }
    }

    fn add(&mut self, row: &[u8]) {
        for (counts, wanted) in [(&mut self.yes, YES), (&mut self.abstain, ABSTAIN), (&mut self.no, NO)] {
            for (count, code) in counts.iter_mut().zip(row) {
                *count += u16::from(*code == wanted);
            }
        }
    }

    fn rollcalls(&self) -> impl Iterator<Item = [u32; 3]> + '_ {
        let counts = self.yes.iter().zip(&self.abstain).zip(&self.no).map(|((y, a), n)| [*y, *a, *n].map(u32::from));
        counts.filter(|c| c.iter().sum::<u32>() >= 2)
    }

    /// Mean agreement index over roll calls with two votes and more; `parts[k]` is 1/k.
    fn index(&self, parts: &[f64]) -> Option<f64> {
        let (mut n, mut sum) = (0u32, 0.0);
        for ((y, a), no) in self.yes.iter().zip(&self.abstain).zip(&self.no) {
            let all = y + a + no;
            if all >= 2 {
                n += 1;
                sum += f64::from(*y.max(a).max(no)) * parts[usize::from(all)];
            }
        }
        // (max − ½(all − max)) / all = 1½ max/all − ½
        (n > 0).then(|| 1.5 * sum / f64::from(n) - 0.5)
    }

    /// Roll calls with two votes and more, their mean agreement index and mean Rice index.
    fn indices(&self) -> (u32, Option<f64>, Option<f64>) {
        let indices = mean(self.rollcalls().filter_map(agreement_index));
        (self.rollcalls().count() as u32, indices, mean(self.rollcalls().filter_map(rice)))
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.filter(|v| !v.is_nan()).fold((0.0, 0u32), |(s, n), v| (s + v, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

/// Cohesion of every group of every sitting, on all cores. `least` is the number of common roll calls below which a pair has no kappa.
pub fn cohesion(sittings: &[Sitting], draws: u32, least: u32, seed: u64) -> Vec<Vec<Cohesion>> {
    parallel::map(sittings.len(), || (), |(), i| of_sitting(&sittings[i], draws, least, seed))
}

fn of_sitting(sitting: &Sitting, draws: u32, least: u32, seed: u64) -> Vec<Cohesion> {
    let (n, m) = (sitting.votes.states(), sitting.votes.rollcalls());
    let codes = codes(&sitting.votes);
    let row = |s: usize| &codes[s * m..(s + 1) * m];
    let kappas = kappas(&sitting.votes, least);
    let kappa = kappas.as_slice();
    let voted: Vec<bool> = (0..n).map(|s| row(s).iter().any(|c| *c != 0)).collect();
    let pool: Vec<usize> = sitting.pool.iter().copied().filter(|s| voted[*s]).collect();
    let groups: Vec<Vec<usize>> = sitting.groups.iter().map(|g| g.iter().copied().filter(|s| voted[*s]).collect()).collect();
    let mut sizes: Vec<usize> = groups.iter().map(Vec::len).filter(|k| (2..pool.len()).contains(k)).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let chance = random_groups(&pool, &sizes, m, row, kappa, n, draws, Random::stream(seed, sitting.stream).bits());
    groups
        .iter()
        .map(|members| {
            let mut counts = Counts::new(m);
            members.iter().for_each(|s| counts.add(row(*s)));
            let (rollcalls, index, rice) = counts.indices();
            let inside = mean(pairs(members).map(|(a, b)| kappa[a * n + b]));
            let others = pool.iter().filter(|s| !members.contains(s));
            let outside = mean(others.flat_map(|o| members.iter().map(move |s| kappa[s * n + o])));
            let drawn = sizes.binary_search(&members.len()).ok().map(|at| &chance[at]);
            Cohesion {
                members: members.len() as u32,
                rollcalls,
                index: index.filter(|_| members.len() > 1),
                rice: rice.filter(|_| members.len() > 1),
                kappa_inside: inside,
                kappa_outside: outside,
                index_chance: index.zip(drawn).and_then(|(v, d)| against(v, &d.0)),
                kappa_chance: inside.zip(drawn).and_then(|(v, d)| against(v, &d.1)),
            }
        })
        .collect()
}

fn pairs(members: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    members.iter().enumerate().flat_map(move |(i, a)| members[i + 1..].iter().map(move |b| (*a, *b)))
}

/// For each size, what each draw reaches: agreement index and kappa inside, sorted.
#[expect(clippy::too_many_arguments, reason = "one caller, in this file")]
fn random_groups<'a>(
    pool: &[usize],
    sizes: &[usize],
    m: usize,
    row: impl Fn(usize) -> &'a [u8],
    kappa: &[f64],
    n: usize,
    draws: u32,
    seed: u64,
) -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut out: Vec<(Vec<f64>, Vec<f64>)> = vec![(Vec::new(), Vec::new()); sizes.len()];
    let largest = sizes.last().copied().unwrap_or(0);
    let mut order = pool.to_vec();
    let mut random = Random::new(seed);
    let mut counts = Counts::new(m);
    let parts: Vec<f64> = (0..=largest).map(|k| 1.0 / k as f64).collect();
    for _ in 0..if sizes.is_empty() { 0 } else { draws } {
        random.choose_front(&mut order, largest);
        counts.clear();
        let (mut sum, mut known, mut next) = (0.0, 0u32, 0);
        for (k, s) in order[..largest].iter().enumerate() {
            counts.add(row(*s));
            for other in &order[..k] {
                let value = kappa[s * n + other];
                if !value.is_nan() {
                    sum += value;
                    known += 1;
                }
            }
            if sizes[next] == k + 1 {
                out[next].0.extend(counts.index(&parts));
                out[next].1.extend((known > 0).then(|| sum / f64::from(known)));
                next += 1;
            }
        }
    }
    for (index, inside) in &mut out {
        index.sort_unstable_by(f64::total_cmp);
        inside.sort_unstable_by(f64::total_cmp);
    }
    out
}

fn against(value: f64, drawn: &[f64]) -> Option<Chance> {
    let n = drawn.len();
    let at = |q: f64| drawn.get(((n as f64 - 1.0) * q).round() as usize).copied();
    // what is equal but for rounding counts as reached
    let reach = drawn.iter().filter(|d| **d >= value - 1e-12).count();
    Some(Chance { mean: mean(drawn.iter().copied())?, low: at(0.05)?, high: at(0.95)?, p: (1 + reach) as f64 / (1 + n) as f64 })
}

/// A group's line on one roll call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The vote most members cast.
    pub vote: u8,
    /// How many cast it.
    pub with: u32,
    /// How many voted.
    pub voting: u32,
}

/// The line of a group, from counts of yes, abstain and no: the vote of most members, where no other has as many, at least `least` of them
/// voted, and the part that cast it is at least `share` of them.
pub fn line(counts: [u32; 3], least: u32, share: f64) -> Option<Line> {
    let voting: u32 = counts.iter().sum();
    let with = counts.into_iter().max()?;
    let alone = counts.iter().filter(|c| **c == with).count() == 1;
    let vote = [YES, ABSTAIN, NO][counts.iter().position(|c| *c == with)?];
    (alone && voting >= least.max(1) && f64::from(with) >= share * f64::from(voting) - 1e-9).then_some(Line { vote, with, voting })
}

/// How surprising a departure is, in bits, when a state departed `departures` times out of `chances` other occasions: −log₂ of the chance by
/// the rule of succession, (departures + 1) / (chances + 2). One bit is a coin; a state that never departed in 98 cases gives 6.6.
///
/// ```
/// use blocwatch_stats::cohesion::surprise;
/// assert_eq!(surprise(0, 0), 1.0);
/// assert!((surprise(0, 98) - 6.643_856).abs() < 1e-6);
/// ```
pub fn surprise(departures: u32, chances: u32) -> f64 {
    -((f64::from(departures) + 1.0) / (f64::from(chances) + 2.0)).log2()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sitting(states: usize, codes: &[u8], groups: Vec<Vec<usize>>) -> Sitting {
        let votes = SessionVotes::from_codes(states, codes.len() / states, codes);
        Sitting { votes, pool: (0..states).collect(), groups, stream: 0 }
    }

    proptest! {
        #[test]
        fn indices_lie_between_nought_and_one(counts in prop::array::uniform3(0u32..50)) {
            let all: u32 = counts.iter().sum();
            let index = agreement_index(counts);
            prop_assert_eq!(index.is_some(), all > 0);
            if let Some(v) = index {
                prop_assert!((-1e-12..=1.0).contains(&v));
                prop_assert_eq!(v == 1.0, counts.iter().filter(|c| **c > 0).count() == 1);
            }
            if let Some(v) = rice(counts) {
                prop_assert!((0.0..=1.0).contains(&v));
            }
            if let Some(l) = line(counts, 1, 0.5) {
                prop_assert!(l.with * 2 >= l.voting && counts[usize::from(l.vote - 1)] == l.with);
            }
        }

        #[test]
        fn a_group_of_all_is_the_whole_and_has_no_outside(codes in prop::collection::vec(prop::sample::select(vec![0u8, 1, 2, 3]), 6 * 20)) {
            let got = cohesion(&[sitting(6, &codes, vec![(0..6).collect(), vec![1, 4]])], 20, 1, 1);
            prop_assert_eq!(got[0][0].kappa_outside, None);
            prop_assert_eq!(got[0][0].index_chance, None);
            let two = got[0][1];
            let both: Vec<f64> = (0..20)
                .filter(|r| codes[20 + r] != 0 && codes[80 + r] != 0)
                .map(|r| if codes[20 + r] == codes[80 + r] { 1.0 } else { 0.25 })
                .collect();
            prop_assert_eq!(two.rollcalls as usize, both.len());
            match two.index {
                Some(v) => prop_assert!((v - both.iter().sum::<f64>() / both.len() as f64).abs() < 1e-12),
                None => prop_assert!(both.is_empty() || two.members < 2),
            }
        }
    }

    #[test]
    fn planted_cohesion_is_found_and_none_is_not() {
        let (states, m) = (40, 60);
        let mut random = Random::new(4);
        let mut codes: Vec<u8> = (0..states * m).map(|_| 1 + random.below(3) as u8).collect();
        // the first eight follow the first, but for one vote in ten
        for s in 1..8 {
            for r in 0..m {
                if random.below(10) > 0 {
                    codes[s * m + r] = codes[r];
                }
            }
        }
        let got = cohesion(&[sitting(states, &codes, vec![(0..8).collect(), (20..28).collect()])], 400, 10, 1);
        let [planted, none] = [got[0][0], got[0][1]];
        assert!(planted.index.unwrap() > 0.8 && planted.kappa_inside.unwrap() > 0.7, "{planted:?}");
        assert!(planted.index_chance.unwrap().p < 0.01 && planted.kappa_chance.unwrap().p < 0.01);
        assert!(none.index_chance.unwrap().p > 0.05 && none.kappa_chance.unwrap().p > 0.05, "{none:?}");
        assert!(planted.kappa_outside.unwrap().abs() < 0.1);
        let chance = none.index_chance.unwrap();
        assert!(chance.low <= chance.mean && chance.mean <= chance.high);
    }

    #[test]
    fn a_line_needs_enough_members_and_a_clear_majority() {
        assert_eq!(line([6, 1, 1], 5, 2.0 / 3.0), Some(Line { vote: YES, with: 6, voting: 8 }));
        assert_eq!(line([4, 2, 2], 5, 2.0 / 3.0), None);
        assert_eq!(line([0, 4, 0], 5, 2.0 / 3.0), None);
        assert_eq!(line([0, 4, 2], 5, 2.0 / 3.0), Some(Line { vote: ABSTAIN, with: 4, voting: 6 }));
        assert_eq!(line([4, 0, 4], 5, 0.5), None);
        assert_eq!(line([0, 0, 0], 0, 0.5), None);
    }
}
