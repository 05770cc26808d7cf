//! From the matches of a pair of documents to its passages, in word numbers.

use std::sync::atomic::{AtomicU8, Ordering};

use super::align::{Run, Sides, Work, stretches, through};
use super::chain::{chains, runs};
use super::score::Spread;

/// Share of the least evidence that a chain's exact runs must have for it to be worth aligning.
const SEED_SHARE: f32 = 0.6;

/// Words of the longest formulas: a preamble, an opening of a speech.
const FORMULA: f32 = 150.0;
/// Passages before one, by their beginnings, that may cover it.
const NEAR: usize = 32;

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

    /// What it adds to the evidence of its pair. The discount is milder than for a passage by itself: what a formula is by itself may
    /// together with others be the vocabulary of one subject.
    pub(super) fn share(&self) -> f64 {
        f64::from(self.score) * f64::from(self.weight).sqrt()
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
    /// Evidence of the weakest stretch that counts, in bits.
    pub(super) floor: f64,
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
            let exact: u32 = chain.iter().map(|run| run.length).sum();
            if chain.iter().map(|run| self.run_bits(run, exact)).sum::<f32>() < self.floor as f32 * SEED_SHARE {
                continue;
            }
            let pairs = through(&self.sides, &chain, &mut pad.work);
            for (range, score) in stretches(&self.sides, &pairs, self.gap) {
                if let Some(found) = self.found(&pairs[range], score).filter(|f| f.share() >= self.floor) {
                    out.push(found);
                }
            }
        }
        // a chain may go over ground that a better one has covered; such passages begin near each other
        out.sort_by_key(|f| (f.a.start, f.b.start, f.a.end, f.b.end));
        let covers = |k: &Found, f: &Found| {
            k.evidence() >= f.evidence() && overlap(&k.a, &f.a) * 2 > f.a.len() && overlap(&k.b, &f.b) * 2 > f.b.len()
        };
        let mut kept: Vec<Found> = Vec::new();
        for found in out {
            let from = kept.len().saturating_sub(NEAR);
            if !kept[from..].iter().any(|k| covers(k, &found)) {
                let mut i = from;
                while i < kept.len() {
                    if covers(&found, &kept[i]) {
                        kept.remove(i);
                    } else {
                        i += 1;
                    }
                }
                kept.push(found);
            }
        }
        kept
    }

    /// The whole of both documents, which are equal, as one passage.
    pub(super) fn whole(&self) -> Option<Found> {
        let pairs: Vec<(u32, u32)> = (0..self.sides.a.len() as u32).map(|i| (i, i)).collect();
        let score = self.sides.gain.iter().sum();
        self.found(&pairs, score)
    }

    /// Bits of a run of equal words at the mean weight of its n-grams, as part of a chain of so many.
    fn run_bits(&self, run: &Run, exact: u32) -> f32 {
        let top = (run.length + 1).saturating_sub(self.ngram);
        let mean = (0..top).map(|k| self.weight_at(run.a + k)).sum::<f32>() / top.max(1) as f32;
        (run.a..run.a + run.length).map(|i| self.sides.gain[i as usize]).sum::<f32>()
            * if top == 0 { 1.0 } else { no_formula(mean, exact).sqrt() }
    }

    /// How many authors use the n-gram that begins at a word of `a`.
    fn authors_at(&self, a: u32) -> u8 {
        self.authors[a as usize].load(Ordering::Relaxed)
    }

    /// Weight of the n-gram that begins at a word of `a`.
    fn weight_at(&self, a: u32) -> f32 {
        self.spread.weight(self.authors_at(a))
    }

    /// A stretch of an alignment as a passage. To its score comes what the order of equal words tells beyond the words, less one n-gram that
    /// chance gives. Its weight is the mean over whole n-grams of equal words, by the bits they begin with.
    fn found(&self, pairs: &[(u32, u32)], score: f32) -> Option<Found> {
        let (&(a, b), &(last_a, last_b)) = (pairs.first()?, pairs.last()?);
        let (mut weighted, mut bits, mut order) = (0.0f32, 0.0f32, 0.0f32);
        let n = self.ngram as usize;
        for row in pairs.chunk_by(|x, y| x.0 + 1 == y.0 && x.1 + 1 == y.1).filter(|row| row.len() >= n) {
            let gain: Vec<f32> = row.iter().map(|(x, _)| self.sides.gain[*x as usize]).collect();
            // what each word tells as part of the rarest n-gram with it
            let mut as_part = vec![0.0f32; row.len()];
            for (i, (first, _)) in row[..=row.len() - n].iter().enumerate() {
                let of_words: f32 = gain[i..i + n].iter().sum();
                weighted += of_words * self.weight_at(*first);
                bits += of_words;
                let part = self.spread.bits(self.authors_at(*first)) / n as f32;
                as_part[i..i + n].iter_mut().for_each(|bits| *bits = bits.max(part));
            }
            let more: f32 = as_part.iter().zip(&gain).filter(|(_, gain)| **gain > 0.0).map(|(part, gain)| (part - gain).max(0.0)).sum();
            order += (more - self.spread.bits(2)).max(0.0);
        }
        // a stretch without a whole n-gram is too short to be anyone's formula
        let telling = pairs.iter().filter(|(x, _)| self.sides.gain[*x as usize] > 0.0).count() as u32;
        let weight = if bits > 0.0 { no_formula(weighted / bits, telling) } else { 1.0 };
        let columns: u32 = pairs.windows(2).map(|w| (w[1].0 - w[0].0).max(w[1].1 - w[0].1)).sum::<u32>() + 1;
        Some(Found { a: a..last_a + 1, b: b..last_b + 1, score: score + order, weight, aligned: columns, identical: pairs.len() as u32 })
    }
}

/// The weight of a passage of so many equal words whose n-grams have a mean weight: formulas are short, so that what is longer than
/// [`FORMULA`] words counts more and more, and in full from three times that, however many have copied it.
fn no_formula(weight: f32, equal: u32) -> f32 {
    let beyond = (equal as f32 / FORMULA - 1.0) / 2.0;
    weight + (1.0 - weight) * beyond.clamp(0.0, 1.0)
}

/// Words that two ranges share.
pub(super) fn overlap(x: &std::ops::Range<u32>, y: &std::ops::Range<u32>) -> usize {
    x.end.min(y.end).saturating_sub(x.start.max(y.start)) as usize
}
