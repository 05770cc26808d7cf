//! What equal words tell, in bits.
//!
//! What belongs here: how common words and n-grams are, and the evidence that follows from it. What does not: alignment, chance.
//!
//! A word that both documents have tells log₂(1 / share of *other* documents that have it). The share is estimated from the corpus
//! without the pair itself, on top of [`PRIOR`] imagined documents in which a word of so many letters is as common as such words
//! generally are (Zipf's law of abbreviation: frequent words are short, in every language studied: Bentz & Ferrer-i-Cancho 2016), so that
//! two documents alone can be compared too.

/// Imagined documents behind the prior share of a word.
const PRIOR: f64 = 10.0;
/// Bits of prior rarity per letter, and the most.
const BITS_PER_LETTER: f64 = 1.0;
const MOST_PRIOR_BITS: f64 = 10.0;
/// The most that one word can tell.
const MOST_BITS: f64 = 14.0;
/// Least gain of a pair of equal words: the order of words tells something even where the words do not, as in a corpus in which all have
/// copied the same law.
const LEAST_BITS: f32 = 0.5;

/// In how many documents each word stands.
pub(super) struct Background {
    slots: Vec<Slot>,
    used: usize,
    documents: u32,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    id: u32,
    /// 0: the slot is free.
    documents: u32,
    letters: u8,
    bits: f32,
}

impl Background {
    pub(super) fn new() -> Self {
        Self { slots: vec![Slot::default(); 1 << 12], used: 0, documents: 0 }
    }

    /// Counts a document by its distinct words, each with its letters.
    pub(super) fn count(&mut self, distinct: &[(u32, u8)]) {
        self.documents += 1;
        for &(id, letters) in distinct {
            if self.used * 2 >= self.slots.len() {
                self.grow();
            }
            let at = self.find(id);
            let slot = &mut self.slots[at];
            if slot.documents == 0 {
                self.used += 1;
                (slot.id, slot.letters) = (id, letters);
            }
            slot.documents += 1;
        }
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![Slot::default(); old.len() * 2];
        for slot in old.into_iter().filter(|s| s.documents > 0) {
            let at = self.find(slot.id);
            self.slots[at] = slot;
        }
    }

    /// The slot of a word, or the free one where it belongs.
    fn find(&self, id: u32) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (id as usize).wrapping_mul(0x9e37_79b1) >> 7 & mask;
        while self.slots[at].documents > 0 && self.slots[at].id != id {
            at = (at + 1) & mask;
        }
        at
    }

    /// Works out the bits of all words, once all documents are counted.
    pub(super) fn finish(&mut self) {
        let others = f64::from(self.documents.saturating_sub(2));
        for slot in self.slots.iter_mut().filter(|s| s.documents > 0) {
            let prior = (BITS_PER_LETTER * f64::from(slot.letters)).min(MOST_PRIOR_BITS);
            let with = f64::from(slot.documents.saturating_sub(2));
            let share = (with + PRIOR * (-prior).exp2()) / (others + PRIOR);
            slot.bits = (-share.log2()).clamp(0.0, MOST_BITS) as f32;
        }
    }

    /// What a match of this word tells.
    pub(super) fn bits(&self, id: u32) -> f32 {
        self.slots[self.find(id)].bits.max(LEAST_BITS)
    }
}

/// How much an n-gram used by so many authors counts: 1 if only the pair has it, 0 if everyone has, and in between the square of its
/// rarity among authors, in bits, as a share of the greatest one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    most: f64,
}

impl Spread {
    /// For a corpus of so many authors.
    pub(super) fn among(authors: usize) -> Self {
        // of 255 authors or more the index knows no more; few authors say little about what is common
        Self { most: (authors.clamp(32, 255) as f64 / 2.0).log2() }
    }

    /// How rare an n-gram of so many authors is: 1 if only the pair has it, 0 if everyone has.
    fn rarity(self, authors: u8) -> f64 {
        (1.0 - (f64::from(authors.max(2)) / 2.0).log2() / self.most).max(0.0)
    }

    /// What it tells, in bits.
    pub(super) fn bits(self, authors: u8) -> f32 {
        (self.most * self.rarity(authors)) as f32
    }

    pub(super) fn weight(self, authors: u8) -> f32 {
        self.rarity(authors).powi(2) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_tell_more_and_the_pair_itself_does_not_count() {
        let mut background = Background::new();
        for d in 0..1000u32 {
            let mut words = vec![(1, 3), (100 + d % 10, 8)];
            if d < 2 {
                words.push((7, 8));
            }
            background.count(&words);
        }
        background.finish();
        assert_eq!(background.bits(1), LEAST_BITS);
        assert!((background.bits(105) - 3.36).abs() < 0.1, "{}", background.bits(105));
        assert!((background.bits(7) - MOST_BITS as f32).abs() < 0.1, "{}", background.bits(7));
        let mut two = Background::new();
        (0..2).for_each(|_| two.count(&[(1, 3), (2, 9)]));
        two.finish();
        assert!((two.bits(1) - 3.0).abs() < 1e-3 && (two.bits(2) - 9.0).abs() < 1e-3);
    }

    #[test]
    fn many_words_keep_their_counts() {
        let mut background = Background::new();
        let words: Vec<(u32, u8)> = (0..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761), 5)).collect();
        (0..3).for_each(|_| background.count(&words));
        assert!(words.iter().all(|(id, _)| background.slots[background.find(*id)].documents == 3));
    }

    #[test]
    fn what_everyone_says_weighs_nothing() {
        let spread = Spread::among(200);
        assert_eq!(spread.weight(2), 1.0);
        assert!((spread.weight(20) - 0.25).abs() < 0.01);
        assert!(spread.weight(200) < 1e-6);
        assert_eq!(Spread::among(2).weight(2), 1.0);
    }
}
