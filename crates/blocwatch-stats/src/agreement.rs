//! Similarity of votes for all pairs of states in one session: agreement, S, kappa and pi.
//!
//! Votes are yes, abstain, no, in this order; everything else (absent, not a member) is missing, and a pair is compared over the roll
//! calls on which both voted. With n common votes, a 3×3 table of counts `n_ab`, margins `r_a` and `c_b`, and the distance between
//! two votes either absolute (|a−b|, at most 2) or squared (at most 4):
//!
//! - agreement = share of roll calls with the same vote;
//! - S = 1 − 2·(mean distance)/(greatest distance) (Signorino & Ritter 1999);
//! - kappa = 1 − (mean distance)/(distance expected from the two margins) (Cohen 1968);
//! - pi = 1 − (mean distance)/(distance expected from the pooled margin) (Scott 1955).
//!
//! Kappa and pi take out what two states would share by chance (Häge 2011); they are `None` where that expectation is zero, that is
//! where both states cast one and the same vote throughout. Short sessions say little: callers decide below how many roll calls a
//! pair is left out.
//!
//! Counts are integers until the last division, so a result does not depend on the order of roll calls.

use crate::parallel;

/// Code of a yes.
pub const YES: u8 = 1;
/// Code of an abstention.
pub const ABSTAIN: u8 = 2;
/// Code of a no.
pub const NO: u8 = 3;

/// The votes of one session as bit sets: for each state one for yes, one for no and one for having voted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionVotes {
    states: usize,
    rollcalls: usize,
    words: usize,
    /// Per state `words` of yes, `words` of no, `words` of voted.
    bits: Vec<u64>,
}

/// One state's bit sets.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) yes: &'a [u64],
    pub(crate) no: &'a [u64],
    pub(crate) voted: &'a [u64],
}

impl SessionVotes {
    /// A session without votes, to be filled by [`SessionVotes::set`].
    pub fn new(states: usize, rollcalls: usize) -> Self {
        let words = rollcalls.div_ceil(64);
        Self { states, rollcalls, words, bits: vec![0; states * 3 * words] }
    }

    /// A session from codes, state by state (`codes[state * rollcalls + rollcall]`).
    ///
    /// # Panics
    /// If `codes` does not hold `states * rollcalls` codes.
    ///
    /// ```
    /// use blocwatch_stats::agreement::{SessionVotes, session};
    /// let votes = SessionVotes::from_codes(2, 4, &[1, 1, 3, 2, /* second state */ 1, 3, 3, 8]);
    /// let pair = &session(&votes)[0];
    /// assert_eq!(pair.rollcalls, 3);
    /// assert!((pair.agreement - 2.0 / 3.0).abs() < 1e-12);
    /// ```
    pub fn from_codes(states: usize, rollcalls: usize, codes: &[u8]) -> Self {
        assert_eq!(codes.len(), states * rollcalls, "one code for each state and roll call");
        let mut votes = Self::new(states, rollcalls);
        for (i, &code) in codes.iter().enumerate() {
            votes.set(i / rollcalls, i % rollcalls, code);
        }
        votes
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Number of roll calls.
    pub fn rollcalls(&self) -> usize {
        self.rollcalls
    }

    /// Records a vote; a code that is neither yes, abstain nor no makes it missing. A later vote replaces an earlier one.
    ///
    /// # Panics
    /// If the state or the roll call is out of range.
    pub fn set(&mut self, state: usize, rollcall: usize, code: u8) {
        assert!(state < self.states && rollcall < self.rollcalls, "state {state} or roll call {rollcall} out of range");
        let start = state * 3 * self.words + rollcall / 64;
        let bit = 1u64 << (rollcall % 64);
        for (set, on) in [code == YES, code == NO, matches!(code, YES | ABSTAIN | NO)].into_iter().enumerate() {
            let word = &mut self.bits[start + set * self.words];
            if on { *word |= bit } else { *word &= !bit }
        }
    }

    /// The vote of a state on a roll call; `None` if missing.
    pub fn get(&self, state: usize, rollcall: usize) -> Option<u8> {
        let row = self.row(state);
        let on = |set: &[u64]| set[rollcall / 64] >> (rollcall % 64) & 1 == 1;
        if !on(row.voted) {
            None
        } else if on(row.yes) {
            Some(YES)
        } else if on(row.no) {
            Some(NO)
        } else {
            Some(ABSTAIN)
        }
    }

    /// The same session with the votes on unanimous roll calls (all who voted cast the same vote) made missing.
    pub fn without_unanimous(&self) -> Self {
        let mut out = self.clone();
        for word in 0..self.words {
            let (mut yes, mut no, mut abstain) = (0, 0, 0);
            for state in 0..self.states {
                let row = self.row(state);
                yes |= row.yes[word];
                no |= row.no[word];
                abstain |= row.voted[word] & !row.yes[word] & !row.no[word];
            }
            let contested = (yes & no) | (yes & abstain) | (no & abstain);
            for set in 0..self.states * 3 {
                out.bits[set * self.words + word] &= contested;
            }
        }
        out
    }

    /// Sets all votes of a state at once.
    pub(crate) fn fill(&mut self, state: usize, row: Row<'_>) {
        let start = state * 3 * self.words;
        for (set, bits) in [row.yes, row.no, row.voted].into_iter().enumerate() {
            self.bits[start + set * self.words..][..self.words].copy_from_slice(bits);
        }
    }

    fn row(&self, state: usize) -> Row<'_> {
        let all = &self.bits[state * 3 * self.words..(state + 1) * 3 * self.words];
        let (yes, rest) = all.split_at(self.words);
        let (no, voted) = rest.split_at(self.words);
        Row { yes, no, voted }
    }
}

/// The similarity of two states' votes in one session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// First state, by its position in the session.
    pub a: u32,
    /// Second state; always after the first.
    pub b: u32,
    /// Roll calls on which both voted; at least 1.
    pub rollcalls: u32,
    /// Share of them with the same vote, 0 to 1.
    pub agreement: f64,
    /// S with squared distance, −1 to 1.
    pub s: f64,
    /// S with absolute distance, −1 to 1. (1 + S_abs)/2 is Voeten's dyadic score.
    pub s_abs: f64,
    /// Kappa with squared distance, at most 1; `None` where no disagreement is expected by chance.
    pub kappa: Option<f64>,
    /// Kappa with absolute distance.
    pub kappa_abs: Option<f64>,
    /// Pi with squared distance.
    pub pi: Option<f64>,
    /// Pi with absolute distance.
    pub pi_abs: Option<f64>,
}

/// What the measures need of the 3×3 table of a pair.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) n: u32,
    same: u32,
    /// Yes against no, either way.
    opposite: u32,
    yes_a: u32,
    no_a: u32,
    yes_b: u32,
    no_b: u32,
}

/// All pairs of one session with at least one common roll call, ordered by `a`, then `b`.
pub fn session(votes: &SessionVotes) -> Vec<Agreement> {
    let mut out = Vec::with_capacity(votes.states * votes.states.saturating_sub(1) / 2);
    for a in 0..votes.states {
        let row = votes.row(a);
        for b in a + 1..votes.states {
            let counts = count(row, votes.row(b));
            if counts.n > 0 {
                out.push(measures(a as u32, b as u32, counts));
            }
        }
    }
    out
}

/// [`session`] for many sessions, on all cores. The results stand in the order of the sessions.
pub fn sessions(votes: &[SessionVotes]) -> Vec<Vec<Agreement>> {
    parallel::map(votes.len(), || (), |(), i| session(&votes[i]))
}

pub(crate) fn count(a: Row<'_>, b: Row<'_>) -> Counts {
    let mut c = Counts::default();
    for w in 0..a.voted.len() {
        let (ya, na, va) = (a.yes[w], a.no[w], a.voted[w]);
        let (yb, nb, vb) = (b.yes[w], b.no[w], b.voted[w]);
        let both = va & vb;
        let differ = (ya ^ yb) | (na ^ nb);
        c.n += both.count_ones();
        c.same += (both & !differ).count_ones();
        c.opposite += (ya & nb | na & yb).count_ones();
        c.yes_a += (ya & vb).count_ones();
        c.no_a += (na & vb).count_ones();
        c.yes_b += (yb & va).count_ones();
        c.no_b += (nb & va).count_ones();
    }
    c
}

pub(crate) fn measures(a: u32, b: u32, c: Counts) -> Agreement {
    let n = f64::from(c.n);
    // distance summed over roll calls: 1 to a neighbour, 2 (absolute) or 4 (squared) from yes to no
    let near = c.n - c.same - c.opposite;
    let far = c.opposite;
    let (absolute, squared) = (f64::from(near + 2 * far), f64::from(near + 4 * far));
    let margin_a = [c.yes_a, c.n - c.yes_a - c.no_a, c.no_a].map(u64::from);
    let margin_b = [c.yes_b, c.n - c.yes_b - c.no_b, c.no_b].map(u64::from);
    let pooled = [0, 1, 2].map(|i| margin_a[i] + margin_b[i]);
    // n² times the expected distance; the pooled margin counts every roll call twice, hence 4
    let chance = |x: [u64; 3], y: [u64; 3]| {
        let near = (x[0] + x[2]) * y[1] + x[1] * (y[0] + y[2]);
        let far = x[0] * y[2] + x[2] * y[0];
        ((near + 2 * far) as f64, (near + 4 * far) as f64)
    };
    let (margins_abs, margins_sq) = chance(margin_a, margin_b);
    let (pooled_abs, pooled_sq) = chance(pooled, pooled);
    let corrected = |observed: f64, expected: f64| (expected > 0.0).then(|| 1.0 - observed * n / expected);
    Agreement {
        a,
        b,
        rollcalls: c.n,
        agreement: f64::from(c.same) / n,
        s: 1.0 - squared / (2.0 * n),
        s_abs: 1.0 - absolute / n,
        kappa: corrected(squared, margins_sq),
        kappa_abs: corrected(absolute, margins_abs),
        pi: corrected(4.0 * squared, pooled_sq),
        pi_abs: corrected(4.0 * absolute, pooled_abs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definitions, word for word, on one pair of codes.
    fn naive(x: &[u8], y: &[u8]) -> Option<Agreement> {
        let pairs: Vec<(f64, f64)> = x
            .iter()
            .zip(y)
            .filter(|(a, b)| (1..=3).contains(*a) && (1..=3).contains(*b))
            .map(|(a, b)| (f64::from(*a), f64::from(*b)))
            .collect();
        let n = pairs.len() as f64;
        if pairs.is_empty() {
            return None;
        }
        let share = |f: &dyn Fn(&(f64, f64)) -> bool| pairs.iter().filter(|p| f(p)).count() as f64 / n;
        let votes = [1.0, 2.0, 3.0];
        let corrected = |d: &dyn Fn(f64, f64) -> f64, pool: bool| {
            let observed = pairs.iter().map(|(a, b)| d(*a, *b)).sum::<f64>() / n;
            let mut expected = 0.0;
            for u in votes {
                for v in votes {
                    let (a, b) = (share(&|p| p.0 == u), share(&|p| p.1 == v));
                    let (qu, qv) = ((a + share(&|p| p.1 == u)) / 2.0, (b + share(&|p| p.0 == v)) / 2.0);
                    expected += d(u, v) * if pool { qu * qv } else { a * b };
                }
            }
            (expected > 1e-12).then(|| 1.0 - observed / expected)
        };
        let (abs, sq) = (|a: f64, b: f64| (a - b).abs(), |a: f64, b: f64| (a - b) * (a - b));
        let mean = |d: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|(a, b)| d(*a, *b)).sum::<f64>() / n;
        Some(Agreement {
            a: 0,
            b: 1,
            rollcalls: pairs.len() as u32,
            agreement: share(&|p| p.0 == p.1),
            s: 1.0 - 2.0 * mean(&sq) / 4.0,
            s_abs: 1.0 - 2.0 * mean(&abs) / 2.0,
            kappa: corrected(&sq, false),
            kappa_abs: corrected(&abs, false),
            pi: corrected(&sq, true),
            pi_abs: corrected(&abs, true),
        })
    }

    fn near(a: Option<f64>, b: Option<f64>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a.is_none() && b.is_none(),
        }
    }

    fn alike(p: &Agreement, q: &Agreement) -> bool {
        p.rollcalls == q.rollcalls
            && near(Some(p.agreement), Some(q.agreement))
            && near(Some(p.s), Some(q.s))
            && near(Some(p.s_abs), Some(q.s_abs))
            && near(p.kappa, q.kappa)
            && near(p.kappa_abs, q.kappa_abs)
            && near(p.pi, q.pi)
            && near(p.pi_abs, q.pi_abs)
    }

    fn codes() -> impl Strategy<Value = (usize, Vec<u8>)> {
        (1usize..150).prop_flat_map(|m| (Just(m), prop::collection::vec(prop::sample::select(vec![1u8, 1, 2, 3, 3, 8, 9, 0]), 3 * m)))
    }

    proptest! {
        #[test]
        fn the_kernel_equals_the_definitions((m, codes) in codes()) {
            let got = session(&SessionVotes::from_codes(3, m, &codes));
            let mut expected = Vec::new();
            for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                if let Some(pair) = naive(&codes[a * m..(a + 1) * m], &codes[b * m..(b + 1) * m]) {
                    expected.push((a as u32, b as u32, pair));
                }
            }
            prop_assert_eq!(got.len(), expected.len());
            for (g, (a, b, e)) in got.iter().zip(&expected) {
                prop_assert_eq!((g.a, g.b), (*a, *b));
                prop_assert!(alike(g, e), "{g:?} is not {e:?}");
            }
        }

        #[test]
        fn similarity_is_symmetric_and_in_range((m, codes) in codes()) {
            let swapped: Vec<u8> = [&codes[m..2 * m], &codes[..m]].concat();
            let here = session(&SessionVotes::from_codes(2, m, &codes[..2 * m]));
            let there = session(&SessionVotes::from_codes(2, m, &swapped));
            prop_assert_eq!(&here, &there);
            for p in here {
                prop_assert!((0.0..=1.0).contains(&p.agreement));
                prop_assert!((-1.0..=1.0).contains(&p.s) && (-1.0..=1.0).contains(&p.s_abs));
                for c in [p.kappa, p.kappa_abs, p.pi, p.pi_abs].into_iter().flatten() {
                    prop_assert!((-1.0 - 1e-12..=1.0).contains(&c), "{c}");
                }
                prop_assert_eq!(p.kappa.is_none(), p.pi.is_none());
            }
        }

        #[test]
        fn the_order_of_rollcalls_changes_nothing((m, codes) in codes(), seed: u64) {
            let order: Vec<usize> = {
                let mut order: Vec<usize> = (0..m).collect();
                order.sort_by_key(|i| (*i as u64 + 1).wrapping_mul(seed | 1).rotate_left(17));
                order
            };
            let shuffled: Vec<u8> = (0..3).flat_map(|s| order.iter().map(move |r| (s, *r))).map(|(s, r)| codes[s * m + r]).collect();
            prop_assert_eq!(session(&SessionVotes::from_codes(3, m, &codes)), session(&SessionVotes::from_codes(3, m, &shuffled)));
        }

        #[test]
        fn who_votes_alike_has_kappa_one((m, codes) in codes()) {
            let twice: Vec<u8> = [&codes[..m], &codes[..m]].concat();
            for p in session(&SessionVotes::from_codes(2, m, &twice)) {
                let votes: Vec<u8> = codes[..m].iter().copied().filter(|c| (1..=3).contains(c)).collect();
                let constant = votes.windows(2).all(|w| w[0] == w[1]);
                prop_assert_eq!((p.agreement, p.s, p.s_abs), (1.0, 1.0, 1.0));
                prop_assert_eq!((p.kappa, p.pi), if constant { (None, None) } else { (Some(1.0), Some(1.0)) });
            }
        }

        #[test]
        fn dropping_unanimous_rollcalls_drops_only_those((m, codes) in codes()) {
            let all = SessionVotes::from_codes(3, m, &codes);
            let contested = all.without_unanimous();
            for r in 0..m {
                let votes: Vec<u8> = (0..3).filter_map(|s| all.get(s, r)).collect();
                let unanimous = votes.windows(2).all(|w| w[0] == w[1]);
                for s in 0..3 {
                    prop_assert_eq!(contested.get(s, r), if unanimous { None } else { all.get(s, r) });
                }
            }
        }
    }

    #[test]
    fn sessions_come_back_in_their_order() {
        let many: Vec<SessionVotes> =
            (1..40).map(|m| SessionVotes::from_codes(5, m, &(0..5 * m).map(|i| (i * 7 % 5) as u8).collect::<Vec<_>>())).collect();
        let one_by_one: Vec<_> = many.iter().map(session).collect();
        assert_eq!(sessions(&many), one_by_one);
        assert!(sessions(&[]).is_empty());
        assert!(session(&SessionVotes::new(0, 0)).is_empty());
        assert!(session(&SessionVotes::new(3, 10)).is_empty());
    }

    #[test]
    fn a_later_vote_replaces_an_earlier_one() {
        let mut votes = SessionVotes::new(1, 70);
        for code in [1, 2, 3, 8] {
            votes.set(0, 69, code);
            assert_eq!(votes.get(0, 69), (code <= 3).then_some(code));
        }
    }
}
