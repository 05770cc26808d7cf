//! All votes of all sessions as one record of bit sets, and the similarity of every pair in every session from it.
//!
//! The record of a state is one run of words for yes, one for no and one for having voted; a session begins at a word of its own, so that
//! a pair is compared session by session in one pass over memory. Pairs come out by first state, second state and session, which is the
//! order of the table, so that nothing is sorted afterwards. Definitions are those of [`crate::agreement`].

use crate::agreement::{ABSTAIN, Agreement, NO, Row, SessionVotes, YES, count, measures};
use crate::parallel;

/// The words of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first: usize,
    words: usize,
    rollcalls: usize,
}

/// The votes of some states in some sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteRecord {
    states: usize,
    sessions: Vec<Span>,
    words: usize,
    /// Per state `words` of yes, `words` of no, `words` of voted.
    bits: Vec<u64>,
}

/// Two states that both voted in a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionPair {
    /// Position of the session.
    pub session: u32,
    /// First state.
    pub a: u32,
    /// Second state; always after the first.
    pub b: u32,
    /// How similar they vote; `None` where they never voted on the same roll call.
    pub similarity: Option<Agreement>,
}

impl VoteRecord {
    /// A record without votes: so many states, and for each session so many roll calls.
    pub fn new(states: usize, rollcalls: &[usize]) -> Self {
        let mut words = 0;
        let sessions = rollcalls
            .iter()
            .map(|&rollcalls| {
                let span = Span { first: words, words: rollcalls.div_ceil(64), rollcalls };
                words += span.words;
                span
            })
            .collect();
        Self { states, sessions, words, bits: vec![0; states * 3 * words] }
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Number of sessions.
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    /// Records a vote; a code that is neither yes, abstain nor no is none, and leaves what was there.
    ///
    /// # Panics
    /// If the state, the session or the roll call is out of range.
    pub fn set(&mut self, state: usize, session: usize, rollcall: usize, code: u8) {
        let span = self.sessions[session];
        assert!(state < self.states && rollcall < span.rollcalls, "state {state} or roll call {rollcall} out of range");
        let start = state * 3 * self.words + span.first + rollcall / 64;
        let bit = 1u64 << (rollcall % 64);
        let sets: [bool; 3] = match code {
            YES => [true, false, true],
            NO => [false, true, true],
            ABSTAIN => [false, false, true],
            _ => return,
        };
        for (set, on) in sets.into_iter().enumerate() {
            let word = &mut self.bits[start + set * self.words];
            if on { *word |= bit } else { *word &= !bit }
        }
    }

    /// Makes the votes on unanimous roll calls (all who voted cast the same vote) missing.
    pub fn drop_unanimous(&mut self) {
        let stride = 3 * self.words;
        for word in 0..self.words {
            let (mut yes, mut no, mut abstain) = (0, 0, 0);
            for state in 0..self.states {
                let [y, n, v] = [0, 1, 2].map(|set| self.bits[state * stride + set * self.words + word]);
                yes |= y;
                no |= n;
                abstain |= v & !y & !n;
            }
            let contested = (yes & no) | (yes & abstain) | (no & abstain);
            for set in 0..self.states * 3 {
                self.bits[set * self.words + word] &= contested;
            }
        }
    }

    /// One session alone, with all states of the record.
    pub fn session(&self, session: usize) -> SessionVotes {
        let span = self.sessions[session];
        let mut out = SessionVotes::new(self.states, span.rollcalls);
        for state in 0..self.states {
            let row = self.row(state, span);
            out.fill(state, row);
        }
        out
    }

    /// For each state in turn, its pairs with each later state in all sessions in which both voted: what `begin` makes
    /// is handed to `add` with the pairs with one later state at a time, ordered by that state and by session, and to `end` after the last.
    /// States are shared out over all cores; results stand in the order of states.
    pub fn by_first<S, T: Send>(
        &self,
        begin: impl Fn() -> S + Sync,
        add: impl Fn(&mut S, &[SessionPair]) + Sync,
        end: impl Fn(S) -> T + Sync,
    ) -> Vec<T> {
        let present: Vec<Vec<bool>> =
            (0..self.states).map(|s| self.sessions.iter().map(|span| self.row(s, *span).voted.iter().any(|w| *w != 0)).collect()).collect();
        // the pairs of two states stay in the processor's own cache
        parallel::map(self.states, Vec::new, |pairs: &mut Vec<SessionPair>, a| {
            let mut state = begin();
            for b in a + 1..self.states {
                pairs.clear();
                for (session, span) in self.sessions.iter().enumerate() {
                    if !present[a][session] || !present[b][session] {
                        continue;
                    }
                    let counts = count(self.row(a, *span), self.row(b, *span));
                    let similarity = (counts.n > 0).then(|| measures(a as u32, b as u32, counts));
                    pairs.push(SessionPair { session: session as u32, a: a as u32, b: b as u32, similarity });
                }
                add(&mut state, pairs);
            }
            end(state)
        })
    }

    fn row(&self, state: usize, span: Span) -> Row<'_> {
        let of = |set: usize| {
            let start = (state * 3 + set) * self.words + span.first;
            &self.bits[start..start + span.words]
        };
        Row { yes: of(0), no: of(1), voted: of(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement;
    use proptest::prelude::*;

    const STATES: usize = 5;

    fn made() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let session = (1usize..140).prop_flat_map(|m| prop::collection::vec(prop::sample::select(vec![1u8, 1, 2, 3, 8, 9, 0]), STATES * m));
        prop::collection::vec(session, 1..5)
    }

    fn record(sessions: &[Vec<u8>]) -> VoteRecord {
        let rollcalls: Vec<usize> = sessions.iter().map(|s| s.len() / STATES).collect();
        let mut record = VoteRecord::new(STATES, &rollcalls);
        for (s, codes) in sessions.iter().enumerate() {
            for (i, code) in codes.iter().enumerate() {
                record.set(i / rollcalls[s], s, i % rollcalls[s], *code);
            }
        }
        record
    }

    proptest! {
        #[test]
        fn the_record_says_what_its_sessions_say(sessions in made(), contested: bool) {
            let mut all = record(&sessions);
            if contested {
                all.drop_unanimous();
            }
            let pairs: Vec<SessionPair> = all.by_first(Vec::new, |all: &mut Vec<_>, pairs| all.extend_from_slice(pairs), |all| all).concat();
            prop_assert!(pairs.windows(2).all(|w| (w[0].a, w[0].b, w[0].session) < (w[1].a, w[1].b, w[1].session)));
            for (s, codes) in sessions.iter().enumerate() {
                let mut one = SessionVotes::from_codes(STATES, codes.len() / STATES, codes);
                if contested {
                    one = one.without_unanimous();
                }
                prop_assert_eq!(&all.session(s), &one);
                let here: Vec<&SessionPair> = pairs.iter().filter(|p| p.session as usize == s).collect();
                let overlapping: Vec<_> = here.iter().filter_map(|p| p.similarity).collect();
                prop_assert_eq!(overlapping, agreement::session(&one));
                // the others both voted, but never on the same roll call
                let voted = |state: usize| (0..one.rollcalls()).any(|r| one.get(state, r).is_some());
                let both = (0..STATES).flat_map(|a| (a + 1..STATES).map(move |b| (a, b))).filter(|(a, b)| voted(*a) && voted(*b)).count();
                prop_assert_eq!(here.len(), both);
            }
        }
    }
}
