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

/// A BibTeX entry. Empty parts are left out. Authors are separated by `and`; an institution, or a list written in another way, is kept
/// whole. Ends with an empty line.
pub fn bibtex(id: &str, authors: &str, year: Option<i32>, title: &str, outlet: &str, doi: &str, url: &str) -> String {
    let year = year.map(|y| y.to_string()).unwrap_or_default();
    let one_person = authors.matches(',').count() == 1;
    let authors = if authors.contains(" and ") || one_person { escape(authors) } else { format!("{{{}}}", escape(authors)) };
    let mut out = format!("@misc{{{id},\n  author = {{{authors}}},\n  title = {{{{{}}}}},\n", escape(title));
    for (field, text) in [("howpublished", escape(outlet)), ("year", year), ("doi", doi.to_owned()), ("url", url.to_owned())] {
        if !text.is_empty() {
            out.push_str(&format!("  {field} = {{{text}}},\n"));
        }
    }
    out.push_str("}\n\n");
    out
}

/// Characters that TeX reads as commands.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '&' | '%' | '#' | '_' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
