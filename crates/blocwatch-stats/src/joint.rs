//! Joint memberships: how many organisations two states share, for all pairs of a year, by intersecting bit sets.

/// Members of organisations in one year: one bit set of organisations per state.
#[derive(Debug, Clone, Default)]
pub struct Memberships {
    states: usize,
    words: usize,
    bits: Vec<u64>,
}

impl Memberships {
    /// No memberships yet of `states` states in `organisations` organisations.
    pub fn new(states: usize, organisations: usize) -> Self {
        let words = organisations.div_ceil(64);
        Self { states, words, bits: vec![0; states * words] }
    }

    /// Makes a state a member.
    ///
    /// # Panics
    /// If the state or organisation is out of range.
    pub fn join(&mut self, state: usize, organisation: usize) {
        assert!(state < self.states && organisation / 64 < self.words, "state {state} or organisation {organisation} out of range");
        self.bits[state * self.words + organisation / 64] |= 1 << (organisation % 64);
    }

    fn row(&self, state: usize) -> &[u64] {
        &self.bits[state * self.words..(state + 1) * self.words]
    }

    /// For every pair `a < b` in order: organisations both belong to, and how many of these are among `marked` (a bit set over
    /// organisations; empty for none). A pair that shares nothing has a zero, which is a zero.
    ///
    /// ```
    /// use blocwatch_stats::joint::Memberships;
    /// let mut m = Memberships::new(3, 70);
    /// for (state, org) in [(0, 1), (0, 69), (1, 1), (1, 69), (2, 2)] {
    ///     m.join(state, org);
    /// }
    /// let marked = [1 << 1, 0];
    /// assert_eq!(m.pairs(&marked).collect::<Vec<_>>(), [(0, 1, 2, 1), (0, 2, 0, 0), (1, 2, 0, 0)]);
    /// ```
    pub fn pairs(&self, marked: &[u64]) -> impl Iterator<Item = (u32, u32, u32, u32)> {
        (0..self.states).flat_map(move |a| {
            (a + 1..self.states).map(move |b| {
                let (mut all, mut among) = (0, 0);
                for (w, (x, y)) in self.row(a).iter().zip(self.row(b)).enumerate() {
                    let both = x & y;
                    all += both.count_ones();
                    among += (both & marked.get(w).copied().unwrap_or(0)).count_ones();
                }
                (a as u32, b as u32, all, among)
            })
        })
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
            for (a, b, all, among) in got {
                let both: Vec<_> = sets[a as usize].intersection(&sets[b as usize]).collect();
                prop_assert_eq!(all as usize, both.len());
                prop_assert_eq!(among as usize, both.iter().filter(|o| marked.contains(o)).count());
            }
        }
    }
}
