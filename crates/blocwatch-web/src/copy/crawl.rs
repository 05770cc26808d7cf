//! Which pages are in a copy: those that links lead to from `/`, within bounds.
//!
//! Left out are answers to free questions (queries, filters of tables, searches), whose number has no end: their links lead to a page that
//! says so. A choice from a list in a form is a link too.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use blocwatch_engine::{EngineError, parallel};

use super::{names, page, write};
use crate::error::{Result, WebError};
use crate::locale::{self, Lang};
use crate::server::{Ask, route_of};
use crate::site::Site;

/// Pages in a copy at the most.
const MOST: usize = 50_000;
/// Addresses whose parameters have no end.
const FREE: &[&str] = &["/query", "/search", "/table/"];
/// Parameters of links that are not followed: pages of a list beyond the first of a choice are, searches by words are not.
const WORDS: &[&str] = &["q", "sql", "where", "columns", "actor", "state", "partner", "org", "years", "a", "b"];

/// The session from which on roll calls are in the copy.
fn first_session(site: &Site, sessions: u16) -> Result<i64> {
    if !site.has("rollcall") {
        return Ok(0);
    }
    let last = site.session.query_one("SELECT max(session) AS last FROM rollcall")?;
    let last: i64 = crate::pages::cell(&last, "last", 0).parse().unwrap_or(0);
    Ok(last - i64::from(sessions) + 1)
}

/// Whether a link leads to a roll call before a session.
fn before(address: &str, first: i64) -> bool {
    let session = address.strip_prefix("/rollcall/").and_then(|rest| rest.split('/').next()).and_then(|s| s.parse::<i64>().ok());
    session.is_some_and(|s| s < first)
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Crawled {
    /// Title of each page by address.
    pub(super) pages: BTreeMap<String, String>,
    /// Links that lead to no page.
    pub(super) failed: usize,
}

/// Whether a link is followed.
pub(super) fn followed(address: &str) -> bool {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let page = route_of(path).is_some() && path != "/search" && path != "/query";
    let words = query.split('&').filter_map(|p| p.split('=').next()).any(|k| WORDS.contains(&k));
    // phrases by the thousand: the first page of them, and each phrase that a page names
    let phrases = path == "/texts/phrase" && !query.is_empty() && !query.starts_with("phrase=");
    // of networks, a layer each; years and cuts by the thousand need the server
    let networks = path == "/network" && !query.is_empty() && (!query.starts_with("layer=") || query.contains('&'));
    page && !phrases
        && !networks
        && locale::split(address).is_none()
        && !words
        && (query.is_empty() || !FREE.iter().any(|f| path.starts_with(f)))
}

/// Makes all pages, level by level; each lies in its file as the server would send it, to be finished when all are known.
pub(super) fn crawl(site: &Site, lang: Lang, sessions: u16, root: &Path, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Crawled> {
    let first = first_session(site, sessions)?;
    let mut out = Crawled::default();
    let mut seen: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    let mut level: Vec<String> = vec!["/".to_owned()];
    let done = AtomicUsize::new(0);
    while !level.is_empty() {
        let known = seen.len();
        let made = parallel::each(level.len(), |i| {
            let one = make(site, lang, root, &level[i]).map_err(|e| EngineError::Engine(format!("{}: {e}", level[i])));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, known);
            one
        })?;
        let mut next: BTreeSet<String> = BTreeSet::new();
        for (address, found) in level.iter().zip(made) {
            let Some(found) = found else {
                out.failed += 1;
                continue;
            };
            out.pages.insert(address.clone(), found.title);
            next.extend(found.links.into_iter().filter(|l| !seen.contains(l) && !before(l, first)));
        }
        if seen.len() + next.len() > MOST {
            return Err(WebError::TooMuch(format!("a copy would hold more than {MOST} pages")));
        }
        seen.extend(next.iter().cloned());
        level = next.into_iter().collect();
    }
    Ok(out)
}

struct Made {
    title: String,
    links: BTreeSet<String>,
}

/// Makes one page; `None` where the address leads nowhere, as a link to something that this observatory does not hold.
fn make(site: &Site, lang: Lang, root: &Path, address: &str) -> Result<Option<Made>> {
    let html = match Ask::of(address, lang).and_then(|(route, ask)| (route.make)(site, &ask)) {
        Ok(html) => html,
        Err(WebError::NotFound(_) | WebError::Bad(_)) if address != "/" => return Ok(None),
        Err(e) => return Err(e),
    };
    let mut links: BTreeSet<String> = page::addresses(&html).into_iter().collect();
    links.extend(page::choices(&html, address));
    if address.starts_with("/network?") || address.contains("page=") {
        // a pair's brief takes as long as twenty other pages: the pairs that findings of each kind name first have one, not all of thousands
        links.retain(|l| !l.starts_with("/pair/"));
    }
    write(root, &raw(address), html.as_bytes())?;
    Ok(Some(Made { title: page::title(&html), links: links.into_iter().filter(|l| followed(l)).collect() }))
}

/// Where a page lies until it is finished.
pub(super) fn raw(address: &str) -> String {
    format!("{}.raw", names::name(address))
}
