//! From the matches of a pair of documents to its passages, in word numbers.

use std::sync::atomic::{AtomicU8, Ordering};

use super::align::{Run, Sides, Work, stretches, through};
use super::chain::{chains, runs};
use super::score::Spread;

/// Bits of a chain's exact runs, weighted, below which it is not worth aligning.
const SEED_BITS: f32 = 6.0;

/// A passage in word numbers of both documents, ends excluded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) a: std::ops::Range<u32>,
    pub(super) b: std::ops::Range<u32>,
    pub(super) score: f32,
    pub(super) weight: f32,
    pub(super) aligned: u32,
    pub(super) identical: u32,
}

impl Found {
    /// Evidence after the discount for formulas.
    pub(super) fn evidence(&self) -> f64 {
        f64::from(self.score) * f64::from(self.weight)
    }
}

/// What a pair is looked at with.
pub(super) struct Pairing<'a> {
    pub(super) sides: Sides<'a>,
    /// How many authors use the n-gram at each word of `a`.
    pub(super) authors: &'a [AtomicU8],
    pub(super) spread: Spread,
    pub(super) ngram: u32,
    pub(super) gap: u32,
    /// Least evidence of a passage.
    pub(super) least: f64,
}

/// Memory that is used again for each pair.
#[derive(Default)]
pub(super) struct Scratchpad {
    work: Work,
    runs: Vec<Run>,
    pub(super) matches: Vec<(u32, u32)>,
}

impl Pairing<'_> {
    /// The passages of the pair whose matches are in `pad`, by their place in `a`.
    pub(super) fn passages(&self, pad: &mut Scratchpad) -> Vec<Found> {
        runs(&mut pad.matches, self.ngram, &mut pad.runs);
        let mut out: Vec<Found> = Vec::new();
        for chain in chains(&pad.runs, self.gap) {
            if chain.iter().map(|run| self.run_bits(run)).sum::<f32>() < SEED_BITS * self.sides.scale.max(0.2) {
                continue;
            }
            let pairs = through(&self.sides, &chain, &mut pad.work);
            for (range, score) in stretches(&self.sides, &pairs, self.gap) {
                if let Some(found) = self.found(&pairs[range], score).filter(|f| f.evidence() >= self.least) {
                    out.push(found);
                }
            }
        }
        // a chain may go over ground that a better one has covered
        out.sort_by(|x, y| y.evidence().total_cmp(&x.evidence()).then(x.a.start.cmp(&y.a.start)).then(x.b.start.cmp(&y.b.start)));
        let mut kept: Vec<Found> = Vec::new();
        for found in out {
            let covered = |k: &Found| overlap(&k.a, &found.a) * 2 > found.a.len() && overlap(&k.b, &found.b) * 2 > found.b.len();
            if !kept.iter().any(covered) {
                kept.push(found);
            }
        }
        kept.sort_by_key(|f| (f.a.start, f.b.start, f.a.end));
        kept
    }

    /// Bits of a run of equal words, each weighted by the rarest n-gram that it stands in.
    fn run_bits(&self, run: &Run) -> f32 {
        let top = (run.length + 1).saturating_sub(self.ngram);
        let mean = (0..top).map(|k| self.weight_at(run.a + k)).sum::<f32>() / top.max(1) as f32;
        (run.a..run.a + run.length).map(|i| self.sides.gain[i as usize]).sum::<f32>() * if top == 0 { 1.0 } else { mean }
    }

    /// Weight of the n-gram that begins at a word of `a`.
    fn weight_at(&self, a: u32) -> f32 {
        self.spread.weight(self.authors[a as usize].load(Ordering::Relaxed))
    }

    /// A stretch of an alignment as a passage. Its weight is the mean over whole n-grams of equal words, by the bits they begin with.
    fn found(&self, pairs: &[(u32, u32)], score: f32) -> Option<Found> {
        let (&(a, b), &(last_a, last_b)) = (pairs.first()?, pairs.last()?);
        let (mut weighted, mut bits) = (0.0f32, 0.0f32);
        let n = self.ngram as usize;
        let mut in_row = 0u32;
        for (i, &(x, y)) in pairs.iter().enumerate() {
            in_row = if i > 0 && pairs[i - 1].0 + 1 == x && pairs[i - 1].1 + 1 == y { in_row + 1 } else { 1 };
            if in_row >= self.ngram {
                let first = pairs[i + 1 - n].0;
                let gain: f32 = (first..=x).map(|k| self.sides.gain[k as usize]).sum();
                weighted += gain * self.weight_at(first);
                bits += gain;
            }
        }
        if bits <= 0.0 {
            return None;
        }
        let columns: u32 = pairs.windows(2).map(|w| (w[1].0 - w[0].0).max(w[1].1 - w[0].1)).sum::<u32>() + 1;
        Some(Found { a: a..last_a + 1, b: b..last_b + 1, score, weight: weighted / bits, aligned: columns, identical: pairs.len() as u32 })
    }
}

/// Words that two ranges share.
pub(super) fn overlap(x: &std::ops::Range<u32>, y: &std::ops::Range<u32>) -> usize {
    x.end.min(y.end).saturating_sub(x.start.max(y.start)) as usize
}
