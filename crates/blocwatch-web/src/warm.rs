//! Pages that are made before anybody asks: those that people ask first, in the background, while nobody waits for anything.
//!
//! A brief is dozens of queries. With the pages on disk ([`crate::made`]) this happens once for an observatory.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use crate::links;
use crate::locale::ENGLISH;
use crate::server::{self, Ask, route_of};
use crate::site::Site;

/// Between looks at whether somebody waits.
const LOOK: Duration = Duration::from_millis(50);
/// After the start, so that the first visitor has the machine alone.
const AFTER: Duration = Duration::from_secs(1);

/// Begins. It ends with the site.
pub(crate) fn begin(site: &Arc<Site>) {
    let site = Arc::downgrade(site);
    // detached: a page half made when the server stops is no page
    std::thread::spawn(move || {
        std::thread::sleep(AFTER);
        work(&site);
    });
}

fn work(site: &Weak<Site>) {
    let Some(first) = site.upgrade() else { return };
    first.session.make_views();
    let all = addresses(&first);
    drop(first);
    for address in all {
        loop {
            match site.upgrade() {
                None => return,
                Some(site) if site.is_idle() => break,
                Some(_) => std::thread::sleep(LOOK),
            }
        }
        let Some(site) = site.upgrade() else { return };
        let Ok((route, ask)) = Ask::of(&address, ENGLISH) else { continue };
        let ask = Ask { copy: false, ..ask };
        if !site.made.has(&server::key(&ask, false)) {
            let begun = Instant::now();
            // a page that breaks says so to whoever asks for it
            drop(server::made(&site, route, &ask, false));
            // no more than half of one core
            std::thread::sleep(begun.elapsed());
        }
    }
}

/// What is made, in order: the menu, states, organisations that the casebook describes, regions, frames, and the other organisations.
fn addresses(site: &Site) -> Vec<String> {
    let menu =
        ["/", "/matrix", "/states", "/organisations", "/cases", "/interruptions", "/votes", "/network", "/texts", "/changes", "/data"];
    let mut out: Vec<String> = menu.map(str::to_owned).into();
    out.extend(site.states.iter().filter(|s| s.exists_in(blocwatch_analysis::steps::states::LAST_YEAR)).map(|s| links::state(&s.id)));
    out.extend(site.book.organisations.iter().map(|o| links::organisation(&o.id)));
    let mut regions: Vec<&str> = site.states.iter().map(|s| s.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    out.extend(regions.into_iter().map(links::region));
    let column = |sql: &str, name: &str, href: fn(&str) -> String| -> Vec<String> {
        let rows = site.session.query_one(sql);
        rows.map(|b| (0..b.num_rows()).map(|i| href(&crate::pages::cell(&b, name, i))).collect()).unwrap_or_default()
    };
    if site.has("frame_lexicon") {
        out.extend(column("SELECT frame FROM frame_lexicon ORDER BY frame", "frame", links::frame));
    }
    out.extend(column("SELECT DISTINCT org FROM composition_org_year ORDER BY org", "org", links::organisation));
    // an organisation stands in both lists
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|address| route_of(address).is_some() && seen.insert(address.clone()));
    out
}
