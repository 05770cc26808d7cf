//! Random numbers that are the same on every machine: the one generator for whatever permutes, resamples or searches.
//!
//! What belongs here: a seeded generator (xoshiro256++, whose output its crate promises to keep) and the few draws the kernels need.
//! What does not: seeding from the machine or the clock. Each draw of a null takes a stream of its own, so that results do not depend
//! on how many threads share the work.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A seeded generator.
#[derive(Debug, Clone)]
pub struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// The generator of one numbered part (a draw, a run) of the work done under a seed. Streams of one seed are unrelated to one
    /// another and to [`Random::new`] of it.
    ///
    /// ```
    /// use blocwatch_stats::random::Random;
    /// let of = |seed, stream| Random::stream(seed, stream).below(1_000_000);
    /// assert_eq!(of(7, 1), of(7, 1));
    /// assert_ne!(of(7, 1), of(7, 2));
    /// ```
    pub fn stream(seed: u64, stream: u64) -> Self {
        // the generator's own seeding spreads the bits; the odd constant (2⁶⁴ over the golden ratio) keeps seed and stream apart
        Self::new(seed ^ stream.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `n`, each as likely as the others (Lemire 2019, without the bias).
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn below(&mut self, n: u32) -> u32 {
        assert!(n > 0, "no number lies below 0");
        let mut product = (self.bits() >> 32) * u64::from(n);
        if (product as u32) < n {
            let reject = n.wrapping_neg() % n;
            while (product as u32) < reject {
                product = (self.bits() >> 32) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    /// A number in 0 to 1, 1 excluded.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * f64::EPSILON / 2.0
    }

    /// A number of the standard normal distribution, by inverting its distribution function.
    pub fn normal(&mut self) -> f64 {
        // halfway between the steps of `uniform`, so that neither 0 nor 1 occurs
        let u = self.uniform() + f64::EPSILON / 4.0;
        -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * u)
    }

    /// Puts a random choice of `k` of the items in random order at the front.
    pub fn choose_front<T>(&mut self, items: &mut [T], k: usize) {
        let n = items.len();
        for i in 0..k.min(n.saturating_sub(1)) {
            items.swap(i, i + self.below((n - i) as u32) as usize);
        }
    }

    /// Puts the items in random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        self.choose_front(items, items.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_published_generator() {
        // the value guards published numbers: if the generator changed, every seeded result would
        let mut random = Random::new(1);
        let first: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        let mut again = Xoshiro256PlusPlus::seed_from_u64(1);
        assert_eq!(first, [again.next_u64(), again.next_u64(), again.next_u64()]);
        let mut known = Xoshiro256PlusPlus::from_seed({
            let mut seed = [0; 32];
            for (i, word) in [1u64, 2, 3, 4].into_iter().enumerate() {
                seed[i * 8..i * 8 + 8].copy_from_slice(&word.to_le_bytes());
            }
            seed
        });
        // the reference implementation of Blackman and Vigna from the state 1, 2, 3, 4
        assert_eq!([known.next_u64(), known.next_u64(), known.next_u64()], [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    #[test]
    fn every_number_below_is_as_likely() {
        let mut random = Random::new(3);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[random.below(7) as usize] += 1;
        }
        let chi2: f64 = counts.iter().map(|c| (f64::from(*c) - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(chi2 < 22.5, "chi-square {chi2} on 6 degrees of freedom (p < .001)");
        assert_eq!(random.below(1), 0);
    }

    #[test]
    fn every_order_is_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for draw in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            Random::stream(5, draw).shuffle(&mut items);
            *counts.entry(items).or_insert(0u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        let chi2: f64 = counts.values().map(|c| (f64::from(*c) - 1_000.0).powi(2) / 1_000.0).sum();
        assert!(chi2 < 49.7, "chi-square {chi2} on 23 degrees of freedom (p < .001)");
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut random = Random::new(11);
        let draws: Vec<f64> = (0..100_000).map(|_| random.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|d| d * d).sum::<f64>() / 1e5;
        let beyond = draws.iter().filter(|d| d.abs() > 1.959_964).count() as f64 / 1e5;
        assert!(mean.abs() < 0.015 && (variance - 1.0).abs() < 0.02 && (beyond - 0.05).abs() < 0.003, "{mean} {variance} {beyond}");
    }
}
