//! Bringing files into the store: from a folder, from a mirror, from the publisher.
//!
//! Everything that comes in is recognised by name and header before it counts as a snapshot; of several files of one role and shape the
//! one with the highest version is used, unless the source says that they add up. Non-goals: reading rows, the clock (the caller says which day it is).

mod download;
mod folder;
#[cfg(test)]
mod tests;
mod web;

use std::path::PathBuf;

use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::{Notices, Severity};

pub use folder::{from_folder, in_place};
pub use web::{from_mirror, from_publisher};

use crate::error::Result;
use crate::probe::{Probe, Recognised};
use crate::tabular::unpack;
use crate::{Source, Store};

/// Tells a person how far a long step has come. All methods may be called from the thread that fetches.
pub trait Progress {
    /// A step begins; `bytes` is its size where known.
    fn begin(&self, what: &str, bytes: Option<u64>);
    /// So many more bytes are done.
    fn advance(&self, bytes: u64);
    /// The step is over.
    fn end(&self);
}

/// A progress that nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
}

/// What fetching did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Files that came in and are in use now.
    pub taken: Vec<SnapshotFile>,
    /// Files whose very bytes were held already.
    pub unchanged: Vec<SnapshotFile>,
    /// Files (or addresses) that were left alone, with the reason, sorted by path.
    pub left_alone: Vec<(PathBuf, String)>,
}

/// What a file on disk is for a source: usually one role, in an archive with several tables one for each.
fn roles_of(source: &dyn Source, name: &str, heads: &[unpack::Head]) -> Vec<Recognised> {
    let mut out: Vec<Recognised> = Vec::new();
    for head in heads {
        let probe = Probe { name, member: head.member.as_deref(), head: &head.bytes };
        if let Some(found) = source.recognise(&probe)
            && !out.iter().any(|r| (r.role, r.shape) == (found.role, found.shape))
        {
            out.push(found);
        }
    }
    out
}

/// Why a source does not take a file, if anything speaks for it.
fn why_not(source: &dyn Source, name: &str, heads: &[unpack::Head]) -> Option<String> {
    heads.iter().find_map(|head| source.why_not(&Probe { name, member: head.member.as_deref(), head: &head.bytes }))
}

/// A version as a list of its numbers, so that v9 < v15 and 2025-12-01 < 2026-02-06.
fn version_key(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect()
}

/// Whether files of a role and shape add up, so that a new one replaces none.
fn adds_up(source: &dyn Source, role: &str, shape: &str) -> bool {
    source.meta().file(role, shape).is_some_and(|f| f.accumulates)
}

/// Puts what was fetched into use, source by source, and sorts the report.
fn adopt(store: &Store, sources: &[&'static dyn Source], mut report: Report, notices: &mut Notices) -> Result<Report> {
    for source in sources {
        let id = &source.meta().id;
        let new: Vec<SnapshotFile> = report.taken.iter().chain(&report.unchanged).filter(|f| f.source == *id).cloned().collect();
        if new.is_empty() {
            continue;
        }
        let adds_up = |f: &SnapshotFile| adds_up(*source, &f.role, &f.shape);
        // a list that names a lost file is about to be replaced
        for old in store.current(id).unwrap_or_default().into_iter().filter(|old| !adds_up(&old.file)) {
            let same = new.iter().find(|f| (&f.role, &f.shape) == (&old.file.role, &old.file.shape));
            if let Some(f) = same.filter(|f| version_key(&f.version) < version_key(&old.file.version)) {
                let what =
                    format!("{} ({}) takes the place of {} ({}), which is newer", f.name, f.version, old.file.name, old.file.version);
                notices.add(Severity::Warning, "older-version", what, id.clone(), "fetch the newer file again to go back");
            }
        }
        store.use_files(id, &new, adds_up)?;
    }
    report.left_alone.sort();
    Ok(report)
}

/// The record of a file that came in.
fn record(source: &dyn Source, found: &Recognised, name: &str, sha256: &str, bytes: u64, origin: &str, today: &str) -> SnapshotFile {
    SnapshotFile {
        source: source.meta().id.clone(),
        role: found.role.to_owned(),
        shape: found.shape.to_owned(),
        name: name.to_owned(),
        sha256: sha256.to_owned(),
        bytes,
        version: found.version.clone(),
        origin: origin.to_owned(),
        accessed: today.to_owned(),
        licence: source.meta().licence_for(found.role, found.shape).to_owned(),
    }
}
