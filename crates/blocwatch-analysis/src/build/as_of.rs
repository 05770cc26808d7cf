//! What a build as of a day may read: files that had been published by then, and records that rest on works of that time.
//!
//! A file's day of publication is what its source states for its version (`published` in `source.toml`), or its version if that is a
//! day. A file of which nothing is known is left out: a panel that claims to show what could be known may not guess. Every version that
//! lies in the snapshot store may speak, not only the one in use, so that an older version takes the place of a newer one.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::casebook::Casebook;
use blocwatch_core::notice::{Notices, Severity};
use blocwatch_sources::Held;
use blocwatch_sources::store::Store;
use chrono::NaiveDate;

use crate::error::Result;

/// Parts of `knowledge/` that the day bounds. The lists of states and the vocabulary are definitions, not observations.
pub(super) const BOUNDED: &[&str] = &["cases", "organisations", "interruptions", "works", "regimes"];

/// The files that may speak on a day, of those in the store; `current` are those in use.
pub(super) fn cut(current: BTreeMap<String, Vec<Held>>, store: &Store, day: NaiveDate) -> Result<(BTreeMap<String, Vec<Held>>, Notices)> {
    let mut notices = Notices::new();
    let mut all: BTreeMap<String, Vec<Held>> = BTreeMap::new();
    for file in store.all()? {
        all.entry(file.file.source.clone()).or_default().push(file);
    }
    let (mut unknown, mut later, mut incomplete) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut out = BTreeMap::new();
    for source in blocwatch_sources::registry() {
        let meta = source.meta();
        let in_use = current.get(&meta.id).map_or(&[][..], Vec::as_slice);
        // of each role and shape the version published last before the day; among equals the one in use
        let mut best: BTreeMap<(String, String), (NaiveDate, bool, Held)> = BTreeMap::new();
        for held in all.remove(&meta.id).unwrap_or_default() {
            let used = in_use.contains(&held);
            let name = || format!("{} ({})", held.file.name, meta.id);
            let Some(published) = meta.published(&held.file).map(|d| d.last_day()) else {
                if used {
                    unknown.insert(name());
                }
                continue;
            };
            if published > day {
                if used {
                    later.insert(format!("{} ({}, {published})", held.file.name, meta.id));
                }
                continue;
            }
            let slot = (held.file.role.clone(), held.file.shape.clone());
            if best.get(&slot).is_none_or(|(p, u, _)| (*p, *u) < (published, used)) {
                best.insert(slot, (published, used, held));
            }
        }
        let mut files: Vec<Held> = best.into_values().map(|(_, _, held)| held).collect();
        let lacking = meta.files.iter().filter(|f| f.required).find(|f| !files.iter().any(|h| h.file.role == f.role));
        if let Some(lacking) = lacking.filter(|_| !files.is_empty()) {
            incomplete.insert(format!("{} (no {})", meta.id, lacking.role));
            files.clear();
        }
        out.insert(meta.id.clone(), files);
    }
    let mut tell = |severity, code: &str, what: String, list: &BTreeSet<String>, next: &str| {
        if !list.is_empty() {
            let names: Vec<&str> = list.iter().map(String::as_str).collect();
            notices.add(severity, code, format!("{what}: {}", names.join(", ")), "", next);
        }
    };
    tell(
        Severity::Warning,
        "as-of-unknown",
        format!("as of {day}: {} files are left out, since it is not known when they were published", unknown.len()),
        &unknown,
        "a source's metadata can state the day for each version",
    );
    tell(Severity::Info, "as-of-later", format!("as of {day}: {} files had not been published yet", later.len()), &later, "");
    tell(
        Severity::Info,
        "as-of-incomplete",
        format!("as of {day}: {} sources are left out, since a file that they cannot do without is", incomplete.len()),
        &incomplete,
        "",
    );
    let (_, left) = Casebook::embedded()?.as_of(day);
    notices.add(
        Severity::Info,
        "as-of-casebook",
        format!(
            "as of {day}: {} cases, {} organisations, {} membership spells and {} interruptions of the casebook are left out, since a \
             work that they rest on had not been published, or has no known day",
            left.cases, left.organisations, left.memberships, left.interruptions
        ),
        "",
        "",
    );
    Ok((out, notices))
}
