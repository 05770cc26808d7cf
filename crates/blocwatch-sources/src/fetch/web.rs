//! Fetching over HTTP: from the publisher's addresses, or from a mirror.

use std::path::{Path, PathBuf};

use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::{Notices, Severity};

use super::download::{Downloader, Failure, Patience};
use super::{Progress, Report, adopt, record, roles_of, why_not};
use crate::error::{Result, SourceError};
use crate::meta::FileMeta;
use crate::store::{Added, Staged, Store, safe_name, short};
use crate::tabular::unpack;
use crate::{Source, registry};

/// Fetches a source from its publisher's addresses. Files behind a form or a human check are left alone, with what to do as a notice.
///
/// # Errors
/// Where nothing could be fetched and a host cannot be reached, or the store cannot be written. A single address that fails becomes an error-level
/// notice that says what to do by hand.
pub fn from_publisher(
    store: &Store,
    source: &'static dyn Source,
    today: &str,
    progress: &dyn Progress,
    notices: &mut Notices,
) -> Result<Report> {
    publisher(store, source, today, Patience::USUAL, progress, notices)
}

/// Fetches sources (all if `only` is empty) from below a base address: another store's `snapshots` folder, or a folder with files under
/// their published names, directly or in a folder per source.
///
/// # Errors
/// Where the mirror cannot be reached, or the store cannot be written.
pub fn from_mirror(
    store: &Store,
    base_url: &str,
    only: &[&'static dyn Source],
    today: &str,
    progress: &dyn Progress,
    notices: &mut Notices,
) -> Result<Report> {
    mirror(store, base_url, only, today, Patience::USUAL, progress, notices)
}

pub(super) fn publisher(
    store: &Store,
    source: &'static dyn Source,
    today: &str,
    patience: Patience,
    progress: &dyn Progress,
    notices: &mut Notices,
) -> Result<Report> {
    let downloader = Downloader::new(store, patience, progress);
    let mut report = Report::default();
    let mut offline: Option<SourceError> = None;
    let mut failures = Vec::new();
    for file in &source.meta().files {
        let mut failure = None;
        for url in &file.urls {
            match downloader.fetch(url, Some(file.sha256.as_str()).filter(|s| !s.is_empty())) {
                Ok(staged) => match bring_in(store, source, &staged, last_segment(url), url, today, notices, &mut report)? {
                    Ok(()) => {
                        failure = None;
                        break;
                    }
                    Err(why) => failure = Some((url.as_str(), why)),
                },
                Err(Failure::Unreachable(e)) => {
                    failure = Some((url.as_str(), e.to_string()));
                    offline.get_or_insert(e);
                }
                Err(Failure::Absent) => failure = Some((url.as_str(), "there is no file at this address any more (answer 404)".to_owned())),
                Err(Failure::Other(e)) => failure = Some((url.as_str(), e.to_string())),
            }
        }
        failures.push((file, failure));
    }
    // one host that is down is told beside the others; no host at all is the end
    if let Some(e) = offline
        && report.taken.is_empty()
        && report.unchanged.is_empty()
    {
        return Err(e);
    }
    for (file, failure) in failures {
        tell(source, file, failure, notices, &mut report);
    }
    adopt(store, &[source], report, notices)
}

/// Says what a person has to do where no address of a file worked.
fn tell(source: &dyn Source, file: &FileMeta, failure: Option<(&str, String)>, notices: &mut Notices, report: &mut Report) {
    let place = format!("{} ({})", source.meta().id, file.role);
    match failure {
        None if file.urls.is_empty() && !file.manual.is_empty() => {
            notices.add(
                Severity::Info,
                "by-hand",
                format!("the shape '{}' cannot be fetched by a program", file.shape),
                place,
                file.manual.clone(),
            );
        }
        None => {}
        Some((url, why)) => {
            let next = if file.manual.is_empty() { format!("see {}", source.meta().homepage) } else { file.manual.clone() };
            notices.add(Severity::Error, "not-fetched", why.clone(), place, next);
            report.left_alone.push((PathBuf::from(url), why));
        }
    }
}

pub(super) fn mirror(
    store: &Store,
    base_url: &str,
    only: &[&'static dyn Source],
    today: &str,
    patience: Patience,
    progress: &dyn Progress,
    notices: &mut Notices,
) -> Result<Report> {
    let base = base_url.trim_end_matches('/');
    let asked: Vec<&'static dyn Source> = if only.is_empty() { registry().to_vec() } else { only.to_vec() };
    let downloader = Downloader::new(store, patience, progress);
    let mut report = Report::default();
    for source in &asked {
        let wanted = match listed(&downloader, base, *source)? {
            Some(list) => list,
            None => by_name(base, *source),
        };
        for want in wanted {
            let mut why = "not on this mirror".to_owned();
            let mut done = false;
            for url in &want.urls {
                match downloader.fetch(url, want.sha256.as_deref()) {
                    Ok(staged) => match bring_in(store, *source, &staged, &want.name, url, today, notices, &mut report)? {
                        Ok(()) => {
                            done = true;
                            break;
                        }
                        Err(reason) => why = reason,
                    },
                    Err(Failure::Unreachable(e)) => return Err(e),
                    Err(Failure::Absent) => {}
                    Err(Failure::Other(e)) => {
                        why = e.to_string();
                        notices.add(Severity::Error, "not-fetched", why.clone(), source.meta().id.clone(), "ask whoever runs the mirror");
                    }
                }
            }
            if !done {
                report.left_alone.push((PathBuf::from(format!("{base}/{}", want.name)), why));
            }
        }
    }
    if report.taken.is_empty() && report.unchanged.is_empty() {
        notices.add(
            Severity::Error,
            "nothing-recognised",
            "the mirror has no file of a source that was asked for",
            base,
            "check the address",
        );
    }
    adopt(store, &asked, report, notices)
}

/// A file to ask a mirror for.
struct Wanted {
    name: String,
    urls: Vec<String>,
    sha256: Option<String>,
}

/// The files that another store lists as in use; `None` where the mirror is no store.
fn listed(downloader: &Downloader<'_>, base: &str, source: &dyn Source) -> Result<Option<Vec<Wanted>>> {
    let id = &source.meta().id;
    let staged = match downloader.fetch(&format!("{base}/{id}/current.json"), None) {
        Ok(staged) => staged,
        Err(Failure::Unreachable(e)) => return Err(e),
        Err(_) => return Ok(None),
    };
    let text = std::fs::read(&staged.path).map_err(SourceError::io("read the mirror's list", &staged.path));
    let _ = std::fs::remove_file(&staged.path);
    let Ok(files) = serde_json::from_slice::<Vec<SnapshotFile>>(&text?) else { return Ok(None) };
    let whole = |f: &SnapshotFile| f.sha256.len() == 64 && f.sha256.bytes().all(|b| b.is_ascii_hexdigit());
    let mut out: Vec<Wanted> = Vec::new();
    for f in files.iter().filter(|f| whole(f)) {
        // the digest decides; a name that could leave its folder is made harmless, and then is not found
        let name = safe_name(&f.name);
        if !out.iter().any(|w| w.sha256.as_deref() == Some(&f.sha256)) {
            out.push(Wanted {
                urls: vec![format!("{base}/{id}/{}/{}", short(&f.sha256), percent(&name))],
                name,
                sha256: Some(f.sha256.clone()),
            });
        }
    }
    Ok(Some(out))
}

/// Published names, tried directly below the base and in a folder per source.
fn by_name(base: &str, source: &dyn Source) -> Vec<Wanted> {
    let id = &source.meta().id;
    let names = source.meta().files.iter().flat_map(FileMeta::published_names);
    let mut out: Vec<Wanted> = Vec::new();
    for name in names {
        if !out.iter().any(|w| w.name == name) {
            let urls = vec![format!("{base}/{}", percent(name)), format!("{base}/{id}/{}", percent(name))];
            out.push(Wanted { name: name.to_owned(), urls, sha256: None });
        }
    }
    out
}

/// Recognises a staged file and brings it in, or says why it is not what was asked for.
#[expect(clippy::too_many_arguments, reason = "the parts of one record, passed once")]
fn bring_in(
    store: &Store,
    source: &'static dyn Source,
    staged: &Staged,
    name: &str,
    url: &str,
    today: &str,
    notices: &mut Notices,
    report: &mut Report,
) -> Result<std::result::Result<(), String>> {
    let name = safe_name(name);
    let refused = |why: String| {
        let _ = std::fs::remove_file(&staged.path);
        Ok(Err(why))
    };
    let heads = match unpack::whole_heads(&staged.path) {
        Ok(heads) => heads,
        Err(e) => return refused(e.to_string()),
    };
    let found = roles_of(source, &name, &heads);
    if found.is_empty() {
        let page = heads.iter().any(|h| h.bytes.trim_ascii_start().starts_with(b"<"));
        let why = why_not(source, &name, &heads).unwrap_or_else(|| "its columns are not known".to_owned());
        return refused(if page { "the address delivered a web page instead of data".to_owned() } else { why });
    }
    let records: Vec<SnapshotFile> = found.iter().map(|f| record(source, f, &name, &staged.sha256, staged.bytes, url, today)).collect();
    match store.add(staged, &records, notices)? {
        Added::New => report.taken.extend(records),
        Added::Unchanged => report.unchanged.extend(store.recorded(&records)?),
    }
    Ok(Ok(()))
}

fn last_segment(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    Path::new(path).file_name().and_then(|n| n.to_str()).unwrap_or("unnamed")
}

/// A name as part of an address.
fn percent(name: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b'+');
    name.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
