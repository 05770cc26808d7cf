//! Texts: reading documents of any common format, and finding and scoring the passages that they share.
//!
//! What belongs here: [`document`] (what a text is to everything else), [`read`] (formats, encodings, archives and tables of texts),
//! [`language`], [`normalise`] and [`segment`] (what is done to words, sentences and articles), [`side`] (two passages word by word),
//! [`store`] (texts on disk, so that a corpus may be larger than memory), [`reuse`] (candidates, alignment, passages, scores), [`across`]
//! (passages of two languages) and [`phrases`] (patterns of words, phrases that spread). What does not: tables of an observatory, the
//! ledger, pages. `reuse` sees only [`document::Document`] and never a file format; `read` knows nothing of comparison.

pub mod across;
pub mod document;
pub mod language;
pub mod normalise;
pub mod phrases;
pub mod read;
pub mod reuse;
pub mod segment;
pub mod side;
pub mod store;
