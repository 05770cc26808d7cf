//! Text reuse: which documents share passages, where, how strongly, and how sure that is.
//!
//! What belongs here: tokens, candidates by shared n-grams, alignment, passages, their clusters, scores and the null they are judged
//! by. What does not: formats, languages and where a document came from (`crate::read`), and pages that show a pair.
//!
//! The way of a comparison: tokens → n-grams sorted by hash and joined (index) → for each pair of documents chains of shared
//! n-grams (chain) → word alignment between and beyond them (align) → passages and their evidence (score) → chance
//! (judge) → clusters (cluster) → kinds (kinds). Results depend on the documents and the [`Settings`] alone, not on threads, memory or spill.

pub mod align;
mod chain;
mod cluster;
mod engine;
mod formulas;
mod index;
mod judge;
mod kinds;
mod passages;
mod place;
mod score;
mod store;
pub mod tokens;

use std::borrow::Cow;
use std::ops::Range;
use std::path::PathBuf;

use crate::document::{Document, Meta};

pub use engine::compare;

/// What may stop a comparison.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Settings that cannot be used together or lie outside their range.
    #[error("{0}")]
    Settings(String),
    /// A document that can no longer be read, or is too long to be addressed (4 GiB of text).
    #[error("document '{id}': {message}")]
    Document {
        /// Its id.
        id: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// A file of the scratch folder that could not be written or read.
    #[error("scratch folder {}: {source}; free space there or name another folder", folder.display())]
    Scratch {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Result of this module.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The documents to compare. Texts are asked for by number, more than once, from several threads; a corpus that is larger than memory
/// reads them from its files each time.
pub trait Corpus: Sync {
    /// Number of documents.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The text of a document; the same at every call.
    ///
    /// # Errors
    /// If it can no longer be read.
    fn text(&self, document: usize) -> Result<Cow<'_, str>>;
    /// What is known about a document.
    fn meta(&self, document: usize) -> &Meta;
    /// The unique name of a document.
    fn id(&self, document: usize) -> &str;
}

impl Corpus for [Document] {
    fn len(&self) -> usize {
        <[Document]>::len(self)
    }
    fn text(&self, document: usize) -> Result<Cow<'_, str>> {
        Ok(Cow::Borrowed(&self[document].text))
    }
    fn meta(&self, document: usize) -> &Meta {
        &self[document].meta
    }
    fn id(&self, document: usize) -> &str {
        &self[document].id
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Words; each character of Han, kana and other scripts written without spaces is a word.
    Words,
    /// Letters and digits one by one, for texts read by machine with errors in most words. Ten characters stand for one word.
    Characters,
}

/// How documents are compared. Every field has a default that suits laws and speeches.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is compared.
    pub unit: Unit,
    /// Length of an n-gram in units, 2 to 64; 0 for one that suits the corpus: 3 words below 2²⁰ words in all, 4 below 2²², else 5; 25
    /// characters.
    pub ngram: usize,
    /// An n-gram found in more documents than this proposes only neighbouring pairs, so that work stays linear and copies by the
    /// thousand still form one cluster.
    pub max_documents: usize,
    /// Least length of a passage in characters, in both documents.
    pub min_characters: usize,
    /// Two stretches further apart than this many characters are two passages.
    pub max_gap_characters: usize,
    /// Least evidence of a pair, in bits ([`Pair::score`]); 0 for one that suits the number of documents, 6 for a few and 24 for 10,000.
    pub min_score: f64,
    /// Whether documents of one author are compared with each other.
    pub within_author: bool,
    /// If some, documents before this number are compared with those from it on only, and neither set among itself; chance is then
    /// judged among these pairs.
    pub first_set: Option<usize>,
    /// Numbers of the documents known to be models: what matches them is quotation or adoption of a named text.
    pub models: Vec<usize>,
    /// Bytes of working memory before n-grams spill to disk. The result and about 6 bytes per word come on top.
    pub memory: usize,
    /// Folder for spilled data; the system's temporary folder if none. What is written is removed at the end.
    pub scratch: Option<PathBuf>,
    /// Threads; all cores if 0. The result is the same for any number.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            unit: Unit::Words,
            ngram: 0,
            max_documents: 100,
            min_characters: 50,
            max_gap_characters: 600,
            min_score: 0.0,
            within_author: true,
            first_set: None,
            models: Vec::new(),
            memory: 1 << 30,
            scratch: None,
            threads: 0,
        }
    }
}

impl Settings {
    /// Settings for text read by machine: characters, 25 at a time.
    pub fn for_scans() -> Self {
        Self { unit: Unit::Characters, ..Self::default() }
    }
}

/// A stage of the work, for a display of progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading words.
    Reading,
    /// Sorting n-grams.
    Sorting,
    /// Aligning pairs.
    Aligning,
    /// Judging pairs.
    Judging,
}

/// How far a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The stage.
    pub stage: Stage,
    /// Parts done.
    pub done: usize,
    /// Parts in all.
    pub total: usize,
}

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// Pairs of documents that share passages or many short stretches, ordered by `a`, then `b`.
    pub pairs: Vec<Pair>,
    /// Groups of documents with the same words in the same order, each in rising order, of two members or more. Pairs with a member of
    /// a group of more than 32 are given for its first document only; smaller groups have all their pairs in `pairs`.
    pub duplicates: Vec<Vec<usize>>,
    /// Stretches of text that return in several documents, as numbered by [`Passage::cluster`].
    pub clusters: Vec<Cluster>,
    /// What was counted on the way.
    pub counts: Counts,
}

/// Two documents that share words beyond chance.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Pair {
    /// Number of the first document; less than `b`.
    pub a: usize,
    /// Number of the second document.
    pub b: usize,
    /// Evidence in bits: the sum over shared stretches of [`Passage::score`] times the root of [`Passage::weight`]. Of those too weak to be
    /// listed as passages, what they have beyond what chance gives two documents of these lengths counts, so that it depends on which pairs
    /// are compared.
    pub score: f64,
    /// Chance that two unrelated documents of these lengths share a stretch as telling as the best one of this pair. `None` where no null
    /// can be built.
    pub p: Option<f64>,
    /// Benjamini–Hochberg false-discovery rate of `p` among all pairs that could have been found, not only those that were.
    pub q: Option<f64>,
    /// Share of the words of `a` that lie in passages shared with `b`, 0 to 1.
    pub coverage_a: f64,
    /// Share of the words of `b` that lie in passages shared with `a`, 0 to 1.
    pub coverage_b: f64,
    /// Who may have taken from whom, by date alone; `None` if a date is missing or the dates overlap.
    pub direction: Option<Direction>,
    /// What most of the shared words are; boilerplate if no passage is listed.
    pub kind: Kind,
    /// The passages that are long and telling enough to be shown (20 bits after the discount), by their place in `a`; none if the two only
    /// share many short stretches.
    pub passages: Vec<Passage>,
}

/// Which of two documents is the earlier one. An inference from dates: the later may have copied from the earlier or both from a third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Direction {
    /// `a` is earlier than `b` in every reading of their dates.
    FromAToB,
    /// `b` is earlier than `a` in every reading of their dates.
    FromBToA,
}

/// A passage found in two documents.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Passage {
    /// Bytes in the text of the first document; begin and end lie on character boundaries at the ends of words.
    pub a: Range<usize>,
    /// Bytes in the text of the second document.
    pub b: Range<usize>,
    /// Evidence in bits: how much less likely the shared words are by chance than as a copy, less what differs.
    pub score: f64,
    /// Pairs of words set against each other, equal or not, and words of one side alone: the length of the alignment.
    pub aligned: u32,
    /// Words that are equal in both.
    pub identical: u32,
    /// 0 (formula used everywhere) to 1 (words of no one else): how rare the shared n-grams are among unrelated authors.
    pub weight: f64,
    /// Number of its cluster in [`Comparison::clusters`].
    pub cluster: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a passage is, so far as the corpus can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Kind {
    /// Shared words that no third document in the corpus explains.
    Copy,
    /// An earlier document of the corpus shares it with both: no sign of copying from each other.
    CommonAncestor,
    /// Words set in quotation marks or introduced as a citation, or taken from a model text.
    Quotation,
    /// A formula that many unrelated authors use.
    Boilerplate,
}

impl Kind {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::CommonAncestor => "common ancestor",
            Self::Quotation => "quotation",
            Self::Boilerplate => "boilerplate",
        }
    }
}

/// A stretch of text that returns in several documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its places, by document and position; places of one document do not overlap.
    pub members: Vec<Place>,
    /// The member that is earlier than all others by date, as index into `members`; `None` where dates leave it open.
    pub earliest: Option<usize>,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Number of the document.
    pub document: usize,
    /// Bytes in its text.
    pub bytes: Range<usize>,
}

/// What was counted on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    /// Documents with at least one word.
    pub documents: usize,
    /// Words (or characters, as [`Settings::unit`] says).
    pub words: u64,
    /// Documents that repeat another one word for word.
    pub duplicates: usize,
    /// Distinct n-grams found in two documents or more.
    pub shared_ngrams: u64,
    /// Of these, those in more than [`Settings::max_documents`].
    pub frequent_ngrams: u64,
    /// Pairs of documents that were aligned.
    pub aligned_pairs: u64,
    /// Bytes written to the scratch folder.
    pub spilled_bytes: u64,
}
