//! A source's metadata: what its `source.toml` says.
//!
//! Here: the types, their reading, and matching of file names. Not here: the shapes of files, which are code beside the reader
//! ([`crate::probe::Shape`]).

use std::collections::BTreeMap;

use blocwatch_core::provenance::{Citation, SnapshotFile};
use blocwatch_core::time::{FuzzyDate, Precision};
use serde::{Deserialize, Serialize};

/// Everything a person needs to know about a source before using it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// Stable id, the folder's name.
    pub id: String,
    /// Name as people cite it.
    pub name: String,
    /// Who publishes it.
    pub publisher: String,
    /// What it is, in one sentence.
    pub what: String,
    /// Where to read about it.
    pub homepage: String,
    /// Licence in a few words; begins with `unstated` where nobody states one.
    pub licence: String,
    /// Where the licence is written; empty where the publisher states it nowhere.
    #[serde(default)]
    pub licence_url: String,
    /// Whether files or derived tables may be passed on, and how.
    pub redistribution: String,
    /// Years covered, as `1816:2014` or `1946:`.
    pub years: String,
    /// Unit of analysis of the published file.
    pub unit: String,
    /// What having it makes possible: tables, briefs.
    pub unlocks: Vec<String>,
    /// How often a new version appears, months; 0 = no further versions are expected.
    pub update_rhythm_months: u32,
    /// Columns about persons that readers drop before anything is written; empty where there are none.
    pub personal_columns_dropped: Vec<String>,
    /// One sentence on persons in this source, also where there are none.
    pub personal_note: String,
    /// How to cite it.
    pub citation: Citation,
    /// The files it comes in.
    pub files: Vec<FileMeta>,
    /// Codes and labels that the general table of states does not resolve, each with its reason.
    #[serde(default)]
    pub lookups: Vec<Lookup>,
}

/// One file of a source in one of its published shapes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileMeta {
    /// What the file is for the source (`votes`, `rollcalls`).
    pub role: String,
    /// In which shape (`unvotes`, `undl`).
    pub shape: String,
    /// Tables that it feeds, where a source has several files in one shape; empty if it feeds whatever names its shape as edition.
    #[serde(default)]
    pub feeds: Vec<String>,
    /// File names as published; `*` stands for any run of characters, case does not matter.
    pub names: Vec<String>,
    /// Addresses to try, in order; may be empty.
    #[serde(default)]
    pub urls: Vec<String>,
    /// SHA-256 that the address must deliver, where the publisher pins a version; else empty.
    #[serde(default)]
    pub sha256: String,
    /// What a person has to do where the publisher has a form or a check; empty where the address just works.
    #[serde(default)]
    pub manual: String,
    /// Whether files of this shape add up: the publisher puts out one for each day or week, and a new one replaces none.
    #[serde(default)]
    pub accumulates: bool,
    /// Whether the source is unusable without some file of this role.
    #[serde(default)]
    pub required: bool,
    /// When each version was published, by the version as snapshots record it: a day, or a month or year if no more is known. Only where
    /// the publisher or a public record says so; a version that is itself a day needs no entry.
    #[serde(default)]
    pub published: BTreeMap<String, FuzzyDate>,
    /// Licence of this file in a few words, `unstated` where nobody states one; empty where the source's own holds.
    #[serde(default)]
    pub licence: String,
    /// Where it is written, or where the publisher's terms are; may be empty.
    #[serde(default)]
    pub licence_url: String,
    /// Data rows expected, from and to, inclusive: loose enough for growth, tight enough to catch a parser that has gone quiet.
    pub expected_rows: [u64; 2],
}

/// A code or label with the state it means, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// As published.
    pub raw: String,
    /// Id in the table of states.
    pub state: String,
    /// Why.
    pub reason: String,
}

impl Meta {
    /// Reads a `source.toml`. `id` is the folder's name, for the message.
    ///
    /// # Panics
    /// Where the embedded file is wrong: a defect that the test `every_source_is_documented` catches before a release.
    pub(crate) fn embedded(id: &str, text: &str) -> Self {
        match toml::from_str::<Self>(text) {
            Ok(meta) if meta.id == id => meta,
            Ok(meta) => panic!("{id}/source.toml says it is '{}'", meta.id),
            Err(e) => panic!("{id}/source.toml does not parse: {e}"),
        }
    }

    /// The file entry of a role and shape.
    pub fn file(&self, role: &str, shape: &str) -> Option<&FileMeta> {
        self.files.iter().find(|f| f.role == role && f.shape == shape)
    }

    /// When a file of the store was published; `None` where nothing is known of it.
    pub fn published(&self, file: &SnapshotFile) -> Option<FuzzyDate> {
        let stated = self.file(&file.role, &file.shape).and_then(|f| f.published.get(&file.version)).copied();
        stated.or_else(|| FuzzyDate::parse(&file.version).ok().filter(|d| d.precision() == Precision::Day))
    }

    /// Licence of a file and where it is written, its own or the source's.
    pub fn licence_of<'a>(&'a self, file: &'a FileMeta) -> (&'a str, &'a str) {
        if file.licence.is_empty() { (&self.licence, &self.licence_url) } else { (&file.licence, &file.licence_url) }
    }

    /// Licence of the file of a role and shape in a few words.
    pub(crate) fn licence_for(&self, role: &str, shape: &str) -> &str {
        self.file(role, shape).map_or(&self.licence, |file| self.licence_of(file).0)
    }

    /// Entries one of whose name patterns fits.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a FileMeta> {
        self.files.iter().filter(move |f| f.fits(name))
    }
}

impl FileMeta {
    /// Whether a file name fits one of the patterns.
    pub fn fits(&self, name: &str) -> bool {
        self.names.iter().any(|p| blocwatch_core::name::glob(p, name))
    }

    /// Names without a wildcard, and the last parts of the addresses: what a mirror can be asked for.
    pub fn published_names(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        let from_urls = self.urls.iter().filter_map(|u| u.rsplit('/').next()).filter(|n| !n.contains('?'));
        for name in self.names.iter().map(String::as_str).filter(|n| !n.contains('*')).chain(from_urls) {
            if !name.is_empty() && !out.contains(&name) {
                out.push(name);
            }
        }
        out
    }
}
