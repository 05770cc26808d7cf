//! Texts of different languages set against each other: a weaker class of evidence than shared words, and marked so.
//!
//! Three ways. [`by_anchors`] needs nothing but the texts: numbers, legal terms of a small glossary, and names and words that sound alike
//! once transliterated are anchors; articles or sentences that share rare anchors in the same order are set against each other.
//! [`by_translation`] has a command of the user's translate and then compares words as within one language. [`by_vectors`] holds sentences
//! near in a space of meaning that the user supplies.
//!
//! What belongs here: candidates, anchors, monotone alignment. What does not: running the user's command, which the caller does.

mod align;
mod anchors;
mod glossary;
mod translation;
mod vectors;

use serde::{Deserialize, Serialize};

use crate::reuse::{Corpus, Direction, Pair};
pub use anchors::by_anchors;
pub use translation::{Translate, by_translation};
pub use vectors::by_vectors;

/// What a pair rests on, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The same words in one language.
    Words,
    /// The same words after a program translated one text or both.
    Translation,
    /// Numbers, names and legal terms that answer each other in order.
    Anchors,
    /// Sentences near in a space of meaning.
    Embeddings,
}

impl Evidence {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Translation => "translation",
            Self::Anchors => "anchors",
            Self::Embeddings => "embeddings",
        }
    }
}

/// A text's language, for texts that can be set against others; texts whose language is not told cannot.
fn language<C: Corpus + ?Sized>(corpus: &C, document: usize) -> Option<&str> {
    corpus.meta(document).language.as_deref()
}

/// Who may have taken from whom, by date alone.
fn direction<C: Corpus + ?Sized>(corpus: &C, a: usize, b: usize) -> Option<Direction> {
    let (da, db) = (corpus.meta(a).date?, corpus.meta(b).date?);
    if da.approximate() || db.approximate() {
        None
    } else if da.last_day() < db.first_day() {
        Some(Direction::FromAToB)
    } else if db.last_day() < da.first_day() {
        Some(Direction::FromBToA)
    } else {
        None
    }
}

/// Puts a pair in the order that readers expect: by number of `a`, then `b`.
fn sorted(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.sort_by_key(|p| (p.a, p.b));
    pairs
}

#[cfg(test)]
mod tests;
