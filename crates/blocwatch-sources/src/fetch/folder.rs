//! Fetching from a folder: a download folder, a stick, a shared data folder.

use std::fs;
use std::path::{Path, PathBuf};

use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::{Notices, Severity};

use super::{Progress, Report, adds_up, adopt, record, roles_of, version_key, why_not};
use crate::Held;
use crate::error::{Result, SourceError};
use crate::probe::Recognised;
use crate::store::{Added, Store, digest, safe_name};
use crate::tabular::unpack;
use crate::{Source, registry};

/// A file that a source recognised.
struct Candidate {
    source: &'static dyn Source,
    path: PathBuf,
    name: String,
    bytes: u64,
    found: Recognised,
}

/// Takes every file below `folder` that one of the sources `only` (all sources if empty) recognises by name and header.
///
/// `today` is written as the day of access, `YYYY-MM-DD`. Of several files of one role and shape the highest version is taken, then the
/// largest, then the first by path; all of them where the source says that they add up. Files are copied; the folder is not changed.
///
/// # Errors
/// Where the folder or the store cannot be read or written. A single file that cannot be read is left alone, with a notice.
pub fn from_folder(
    store: &Store,
    folder: &Path,
    only: &[&'static dyn Source],
    today: &str,
    progress: &dyn Progress,
    notices: &mut Notices,
) -> Result<Report> {
    let mut report = Report::default();
    let mut candidates: Vec<Candidate> = Vec::new();
    let asked: Vec<&'static dyn Source> = if only.is_empty() { registry().to_vec() } else { only.to_vec() };
    for path in files_below(folder, Some(store.root()))? {
        match candidates_of(&path, &asked, notices) {
            Ok(mut found) => candidates.append(&mut found),
            Err(why) => report.left_alone.push((path, why)),
        }
    }
    let chosen = choose(candidates, &mut report.left_alone);
    let mut i = 0;
    while i < chosen.len() {
        // one file may be several things (an archive with several tables): it is copied once
        let n = chosen[i..].iter().take_while(|c| c.path == chosen[i].path && same(c.source, chosen[i].source)).count();
        take(store, folder, &chosen[i..i + n], today, progress, notices, &mut report)?;
        i += n;
    }
    if report.taken.is_empty() && report.unchanged.is_empty() {
        notices.add(
            Severity::Error,
            "nothing-recognised",
            format!("none of {} files belongs to a source that was asked for", report.left_alone.len()),
            folder.display().to_string(),
            "see `blocwatch sources` for the files each source comes in and their names",
        );
    }
    adopt(store, &asked, report, notices)
}

/// The files among `places` (files, or folders with all below them) that the sources `only` recognise, where they lie: nothing is copied
/// and no store is needed. Of several files of one role and shape one is chosen as [`from_folder`] does. `today` is the day of access.
///
/// Beside the files, those that were left alone, with the reason, sorted by path.
///
/// # Errors
/// A place that cannot be read.
pub fn in_place(
    places: &[PathBuf],
    only: &[&'static dyn Source],
    today: &str,
    notices: &mut Notices,
) -> Result<(Vec<Held>, Vec<(PathBuf, String)>)> {
    let mut left_alone = Vec::new();
    let mut candidates: Vec<Candidate> = Vec::new();
    for place in places {
        for path in files_below(place, None)? {
            // reading a file whole comes later and tells what is broken; here its name and its first rows are enough
            match recognised(&path, only, unpack::heads, notices) {
                Ok(mut found) => candidates.append(&mut found),
                Err(why) => left_alone.push((path, why)),
            }
        }
    }
    let mut files = Vec::new();
    for c in choose(candidates, &mut left_alone) {
        let (sha256, bytes) = digest(&c.path)?;
        let file = record(c.source, &c.found, &c.name, &sha256, bytes, &c.name, today);
        files.push(Held { file, path: c.path });
    }
    left_alone.sort();
    Ok((files, left_alone))
}

fn same(a: &dyn Source, b: &dyn Source) -> bool {
    a.meta().id == b.meta().id
}

/// What a file is to the sources asked for, or why it is left alone.
fn candidates_of(path: &Path, asked: &[&'static dyn Source], notices: &mut Notices) -> std::result::Result<Vec<Candidate>, String> {
    recognised(path, asked, unpack::whole_heads, notices)
}

/// The same where `look` says how much of a file that some source waits for is read.
fn recognised(
    path: &Path,
    asked: &[&'static dyn Source],
    look: impl FnOnce(&Path) -> Result<Vec<unpack::Head>>,
    notices: &mut Notices,
) -> std::result::Result<Vec<Candidate>, String> {
    let Some(name) = path.file_name().and_then(|n| n.to_str()) else { return Err("its name is not UTF-8".to_owned()) };
    let bytes = fs::metadata(path).map_err(|e| format!("cannot be read ({e})"))?.len();
    if bytes == 0 {
        return Err("empty file".to_owned());
    }
    // reading all of a file that no source waits for would only take time
    let awaited = asked.iter().any(|s| s.meta().named(name).next().is_some());
    let heads = match if awaited { look(path) } else { unpack::heads(path) } {
        Ok(heads) => heads,
        Err(e) => {
            if awaited {
                notices.add(Severity::Error, "unreadable-file", e.to_string(), name, "");
            }
            return Err(e.to_string());
        }
    };
    for source in asked {
        let found = roles_of(*source, name, &heads);
        if !found.is_empty() {
            let one = |found| Candidate { source: *source, path: path.to_owned(), name: safe_name(name), bytes, found };
            return Ok(found.into_iter().map(one).collect());
        }
    }
    if let Some(why) = asked.iter().find_map(|s| why_not(*s, name, &heads)) {
        return Err(why);
    }
    let other = registry().iter().find(|s| !roles_of(**s, name, &heads).is_empty());
    Err(other.map_or_else(|| "no source knows it".to_owned(), |s| format!("belongs to {}, which was not asked for", s.meta().id)))
}

/// The best candidate of each role and shape, or all where they add up, sorted so that the parts of one file follow each other.
fn choose(mut candidates: Vec<Candidate>, left_alone: &mut Vec<(PathBuf, String)>) -> Vec<Candidate> {
    let slot = |c: &Candidate| (c.source.meta().id.clone(), c.found.role, c.found.shape);
    candidates.sort_by(|a, b| {
        let best_first =
            || (version_key(&b.found.version), b.bytes).cmp(&(version_key(&a.found.version), a.bytes)).then_with(|| a.path.cmp(&b.path));
        slot(a).cmp(&slot(b)).then_with(best_first)
    });
    let mut chosen: Vec<Candidate> = Vec::new();
    for c in candidates {
        match chosen.last() {
            Some(best) if slot(best) == slot(&c) && !adds_up(c.source, c.found.role, c.found.shape) => {
                let why = format!("{} is used for {} ({}) instead", best.path.display(), c.source.meta().id, c.found.role);
                left_alone.push((c.path, why));
            }
            _ => chosen.push(c),
        }
    }
    chosen.sort_by(|a, b| (&a.source.meta().id, &a.path, &a.found).cmp(&(&b.source.meta().id, &b.path, &b.found)));
    chosen
}

fn take(
    store: &Store,
    folder: &Path,
    parts: &[Candidate],
    today: &str,
    progress: &dyn Progress,
    notices: &mut Notices,
    report: &mut Report,
) -> Result<()> {
    let Some(first) = parts.first() else { return Ok(()) };
    progress.begin(&first.name, Some(first.bytes));
    let staged = store.stage(&first.path, |n| progress.advance(n));
    progress.end();
    let staged = staged?;
    // from the folder's own name on: where it lies on someone's disk is nobody's business, and stores are passed on
    let below = folder.parent().and_then(|p| first.path.strip_prefix(p).ok()).unwrap_or(&first.path);
    let origin = below.display().to_string();
    let records: Vec<SnapshotFile> =
        parts.iter().map(|c| record(c.source, &c.found, &c.name, &staged.sha256, staged.bytes, &origin, today)).collect();
    match store.add(&staged, &records, notices)? {
        Added::New => report.taken.extend(records),
        Added::Unchanged => report.unchanged.extend(store.recorded(&records)?),
    }
    Ok(())
}

/// Files below a folder, sorted; hidden ones and the store's own are passed over. Links to folders are not followed.
fn files_below(folder: &Path, store: Option<&Path>) -> Result<Vec<PathBuf>> {
    fn walk(folder: &Path, store: Option<&Path>, out: &mut Vec<PathBuf>) -> Result<()> {
        if store.is_some_and(|store| folder.canonicalize().is_ok_and(|f| f == store)) {
            return Ok(());
        }
        for entry in fs::read_dir(folder).map_err(SourceError::io("list the folder", folder))? {
            let entry = entry.map_err(SourceError::io("list the folder", folder))?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => walk(&path, store, out)?,
                _ if path.is_file() => out.push(path),
                _ => {}
            }
        }
        Ok(())
    }
    let store = store.map(|store| store.canonicalize().unwrap_or_else(|_| store.to_owned()));
    let mut out = Vec::new();
    if folder.is_file() {
        out.push(folder.to_owned());
    } else {
        walk(folder, store.as_deref(), &mut out)?;
    }
    out.sort();
    Ok(out)
}
