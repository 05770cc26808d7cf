//! A text with what is known about it.

use blocwatch_core::time::FuzzyDate;
use serde::{Deserialize, Serialize};

/// One text to be compared.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Unique name: the input path; within an archive or a table, the path, `#`, and the member or the row's id.
    pub id: String,
    /// The words, as characters; offsets of passages are byte offsets into this string.
    pub text: String,
    /// What is known about it.
    pub meta: Meta,
}

/// What is known about a text. Nothing is guessed but the language and the encoding, and each says so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Meta {
    /// Title.
    pub title: Option<String>,
    /// Who speaks or enacts: a state or a body. Texts of one author are not independent of each other.
    pub author: Option<String>,
    /// When it was adopted, spoken or published, as precisely as known.
    pub date: Option<FuzzyDate>,
    /// Language, ISO 639-1.
    pub language: Option<String>,
    /// Whether the language was detected rather than given.
    pub language_detected: bool,
    /// Address where it was published.
    pub address: Option<String>,
    /// SHA-256 of the input file, in hexadecimal.
    pub sha256: String,
    /// How the file was read: `plain text`, `html`, `pdf`, `docx`, `markdown`, `csv` …
    pub format: String,
    /// The encoding of the characters where it was assumed rather than stated by the file, else empty.
    pub encoding_assumed: String,
}
