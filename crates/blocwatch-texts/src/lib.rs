//! Texts: reading documents of any common format, and finding and scoring the passages that they share.
//!
//! What belongs here: [`document`] (what a text is to everything else), [`read`] (formats, encodings, archives and tables of texts),
//! [`reuse`] (candidates, alignment, passages, scores) and [`phrases`] (patterns of words, phrases that spread). What does not: tables of an observatory, the ledger, pages. `reuse` sees only
//! [`document::Document`] and never a file format; `read` knows nothing of comparison.

pub mod document;
pub mod phrases;
pub mod read;
pub mod reuse;
