//! Provenance: where a row came from, down to the row of the publisher's file.

use serde::{Deserialize, Serialize};

/// A citation with what is needed to find, check and credit the work.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Citation {
    /// Authors as the publisher asks to be cited.
    pub authors: String,
    /// Year of publication.
    pub year: i32,
    /// Title.
    pub title: String,
    /// Journal, publisher or project.
    pub outlet: String,
    /// DOI without resolver, if any.
    #[serde(default)]
    pub doi: String,
}

impl std::fmt::Display for Citation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}). {}. {}", self.authors, self.year, self.title, self.outlet)?;
        if !self.doi.is_empty() {
            write!(f, ". doi:{}", self.doi)?;
        }
        Ok(())
    }
}

/// One untouched file of a publisher, as it lies in the snapshot store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotFile {
    /// Source id.
    pub source: String,
    /// Which of the source's files it is (`votes`, `rollcalls`, …).
    pub role: String,
    /// The shape that was recognised (`unvotes`, `undl`, …).
    pub shape: String,
    /// File name as published.
    pub name: String,
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Version of the data, as the publisher or the file name states it; empty if unstated.
    #[serde(default)]
    pub version: String,
    /// Where it was taken from (an address or a path).
    pub origin: String,
    /// Day on which it was taken, `YYYY-MM-DD`.
    pub accessed: String,
    /// Licence, as the source's metadata states it.
    pub licence: String,
}
