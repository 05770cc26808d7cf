//! Joint memberships: how many organisations two states share, for all pairs of a year, by intersecting bit sets.

/// Members of organisations in one year: one bit set of organisations per state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memberships {
    states: usize,
    organisations: usize,
    words: usize,
    bits: Vec<u64>,
}

impl Memberships {
    /// No memberships yet of `states` states in `organisations` organisations.
    pub fn new(states: usize, organisations: usize) -> Self {
        let words = organisations.div_ceil(64);
        Self { states, organisations, words, bits: vec![0; states * words] }
    }

    /// Makes a state a member.
    ///
    /// # Panics
    /// If the state or organisation is out of range.
    pub fn join(&mut self, state: usize, organisation: usize) {
        assert!(state < self.states && organisation < self.organisations, "state {state} or organisation {organisation} out of range");
        self.bits[state * self.words + organisation / 64] |= 1 << (organisation % 64);
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.states
    }

    /// Number of organisations.
    pub fn organisations(&self) -> usize {
        self.organisations
    }

    /// Whether a state is a member.
    pub fn is_in(&self, state: usize, organisation: usize) -> bool {
        self.row(state)[organisation / 64] >> (organisation % 64) & 1 == 1
    }

    /// How many organisations each state belongs to, and how many members each organisation has.
    pub fn degrees(&self) -> (Vec<u32>, Vec<u32>) {
        let members = (0..self.organisations).map(|o| (0..self.states).map(|s| u32::from(self.is_in(s, o))).sum());
        (self.sizes(), members.collect())
    }

    fn sizes(&self) -> Vec<u32> {
        (0..self.states).map(|s| self.row(s).iter().map(|w| w.count_ones()).sum()).collect()
    }

    fn row(&self, state: usize) -> &[u64] {
        &self.bits[state * self.words..(state + 1) * self.words]
    }

    /// For every pair `a < b` in order, what they share. A pair that shares nothing has a zero, which is a zero. `marked` is a bit set
    /// over organisations; empty for none.
    ///
    /// ```
    /// use blocwatch_stats::joint::{Memberships, Pair};
    /// let mut m = Memberships::new(3, 70);
    /// for (state, org) in [(0, 1), (0, 69), (1, 1), (1, 69), (2, 2)] {
    ///     m.join(state, org);
    /// }
    /// let pairs: Vec<Pair> = m.pairs(&[1 << 1, 0]).collect();
    /// assert_eq!(pairs[0], Pair { a: 0, b: 1, joint: 2, marked: 1, either: 2 });
    /// assert_eq!((pairs[1].joint, pairs[1].either), (0, 3));
    /// ```
    pub fn pairs(&self, marked: &[u64]) -> impl Iterator<Item = Pair> {
        let sizes: std::sync::Arc<[u32]> = self.sizes().into();
        (0..self.states).flat_map(move |a| {
            let sizes = std::sync::Arc::clone(&sizes);
            (a + 1..self.states).map(move |b| {
                let both = self.row(a).iter().zip(self.row(b)).map(|(x, y)| x & y);
                let joint = both.clone().map(u64::count_ones).sum::<u32>();
                // a pair that shares nothing shares nothing that is marked
                let among = if joint == 0 { 0 } else { both.zip(marked).map(|(b, m)| (b & m).count_ones()).sum() };
                Pair { a: a as u32, b: b as u32, joint, marked: among, either: sizes[a] + sizes[b] - joint }
            })
        })
    }
}

/// What two states share in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Position of the first state.
    pub a: u32,
    /// Position of the second, later in order.
    pub b: u32,
    /// Organisations to which both belong.
    pub joint: u32,
    /// Those of them that are marked.
    pub marked: u32,
    /// Organisations to which at least one belongs.
    pub either: u32,
}

impl Pair {
    /// Jaccard similarity, joint / either; `None` if neither belongs to anything.
    pub fn jaccard(&self) -> Option<f64> {
        (self.either > 0).then(|| f64::from(self.joint) / f64::from(self.either))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counts_equal_the_sets(joins in prop::collection::vec((0usize..6, 0usize..130), 0..200), marked in prop::collection::btree_set(0usize..130, 0..40)) {
            let mut m = Memberships::new(6, 130);
            let mut sets = vec![std::collections::BTreeSet::new(); 6];
            for (s, o) in &joins {
                m.join(*s, *o);
                sets[*s].insert(*o);
            }
            let mut bits = [0u64; 3];
            for o in &marked {
                bits[o / 64] |= 1 << (o % 64);
            }
            let got: Vec<_> = m.pairs(&bits).collect();
            prop_assert_eq!(got.len(), 15);
            for p in got {
                let both: Vec<_> = sets[p.a as usize].intersection(&sets[p.b as usize]).collect();
                prop_assert_eq!(p.joint as usize, both.len());
                prop_assert_eq!(p.marked as usize, both.iter().filter(|o| marked.contains(o)).count());
                prop_assert_eq!(p.either as usize, sets[p.a as usize].union(&sets[p.b as usize]).count());
                prop_assert!(p.jaccard().is_none_or(|j| (0.0..=1.0).contains(&j)));
            }
        }
    }
}
