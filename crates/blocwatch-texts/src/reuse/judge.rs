//! How sure a pair is.
//!
//! What belongs here: the null of unrelated pairs. What does not: finding, and what a passage is (`kinds`).
//!
//! The null: the greatest evidence that two unrelated texts share by chance has an extreme-value distribution whose tail falls as
//! exp(−λ·score) and grows with the product of their lengths (Karlin & Altschul 1990). λ and the rate are fitted to the corpus' own weak
//! passages between authors (the first [`WINDOW`] bits above the least that is listed), nearly all of which are chance; where some are not, λ comes out too small and p
//! too large, which is the safe side. In a corpus with few of them the fit leans on what General Debate speeches show.

/// Bits above the least evidence of a passage from which it may well be a copy.
const WINDOW: f64 = 20.0;
/// λ per bit where nothing is known, and with how many passages' weight.
const PRIOR_LAMBDA: f64 = 0.2;
const PRIOR_WEIGHT: f64 = 20.0;
/// Passages of 5 bits or more per pair of words where nothing is known.
const PRIOR_RATE: f64 = 1e-8;

/// What is kept of weak passages.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weak {
    /// The least evidence that is counted.
    low: f64,
    /// How many there are in the window above it.
    count: u64,
    /// Their bits above the least, in parts of 1,024, so that the order of adding does not matter.
    excess: u64,
}

impl Weak {
    pub(super) fn new(low: f64) -> Self {
        Self { low, count: 0, excess: 0 }
    }

    /// Counts a passage between two authors.
    pub(super) fn count(&mut self, evidence: f64) {
        let excess = evidence - self.low;
        if (0.0..WINDOW).contains(&excess) {
            self.count += 1;
            self.excess += (excess * 1024.0).round() as u64;
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.excess += other.excess;
    }
}

/// The null of one corpus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Null {
    low: f64,
    lambda: f64,
    /// Passages of at least `low` bits that chance gives per pair of words.
    rate: f64,
}

impl Null {
    /// Fits the null to weak passages found among so many pairs of words.
    pub(super) fn fit(weak: &Weak, word_pairs: f64) -> Self {
        let (inside, sum) = (weak.count as f64, weak.excess as f64 / 1024.0);
        // an exponential cut off at the window's end: its mean gives λ, by bisection as there is no closed form
        let target = (sum + PRIOR_WEIGHT * mean_excess(PRIOR_LAMBDA, WINDOW)) / (inside + PRIOR_WEIGHT);
        let (mut low, mut high) = (0.01f64, 3.0f64);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if mean_excess(middle, WINDOW) > target { low = middle } else { high = middle }
        }
        let lambda = (low + high) / 2.0;
        let all = inside / (1.0 - (-lambda * WINDOW).exp());
        let prior_pairs = PRIOR_WEIGHT / (PRIOR_RATE * (-PRIOR_LAMBDA * (weak.low - 5.0)).exp());
        Self { low: weak.low, lambda, rate: (all + PRIOR_WEIGHT) / (word_pairs + prior_pairs) }
    }

    /// Bits that two unrelated documents of so many words have by chance in weak passages: those of at least the least evidence that was
    /// counted, and less than `below`.
    pub(super) fn expected(&self, below: f64, words_a: usize, words_b: usize) -> f64 {
        let mean = |from: f64| (from + 1.0 / self.lambda) * (-self.lambda * (from - self.low)).exp();
        words_a as f64 * words_b as f64 * self.rate * (mean(self.low) - mean(below.max(self.low)))
    }

    /// Chance that two unrelated documents of so many words share a passage of at least this evidence.
    pub(super) fn p(&self, evidence: f64, words_a: usize, words_b: usize) -> f64 {
        let expected = words_a as f64 * words_b as f64 * self.rate * (-self.lambda * (evidence - self.low)).exp();
        // exact where 1 − exp(−x) would lose x
        (-(-expected).exp_m1()).clamp(f64::MIN_POSITIVE, 1.0)
    }
}

/// Mean of an exponential of rate `lambda` below `window`.
fn mean_excess(lambda: f64, window: f64) -> f64 {
    1.0 / lambda - window / (lambda * window).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_null_finds_the_rate_it_was_made_with() {
        const LOW: f64 = 7.0;
        let mut weak = Weak::new(LOW);
        for i in 0..100_000 {
            // quantiles of an exponential of rate 0.4 above the threshold
            weak.count(LOW - (1.0 - (f64::from(i) + 0.5) / 100_000.0).ln() / 0.4);
        }
        let null = Null::fit(&weak, 1e12);
        assert!((null.lambda - 0.4).abs() < 0.002, "{null:?}");
        assert!((null.rate / 1e-7 - 1.0).abs() < 0.02, "{null:?}");
        let bits: f64 = (0..100_000).map(|i| LOW - (1.0 - (f64::from(i) + 0.5) / 100_000.0).ln() / 0.4).filter(|b| *b < 20.0).sum();
        assert!((null.expected(20.0, 1_000_000, 1_000_000) / bits - 1.0).abs() < 0.02, "{null:?}");
        assert_eq!(null.expected(LOW - 1.0, 1_000, 1_000), 0.0);
        // half of all pairs as long as these have one at least this strong
        let median = LOW + ((1e-7 * 1e6 * 1e6 / 2f64.ln()).ln()) / 0.4;
        assert!((null.p(median, 1_000_000, 1_000_000) - 0.5).abs() < 0.03);
    }
}
