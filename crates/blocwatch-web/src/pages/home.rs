//! The first page: what this is, what is under way, where to look.

use serde::Serialize;
use serde_json::json;

use crate::atlas::Atlas;
use crate::error::Result;
use crate::links;
use crate::pages::changes::{self, Change};
use crate::pages::matrix;
use crate::server::Ask;
use crate::site::Site;

/// A count with where it leads.
#[derive(Serialize)]
struct Count {
    n: usize,
    /// Key of the message.
    what: &'static str,
    href: &'static str,
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let count = |n, what, href| Count { n, what, href };
    let counts = [
        count(site.book.cases.iter().filter(|c| c.kind == "collaboration").count(), "home-cases", "/cases?kind=collaboration"),
        count(site.book.interruptions.len(), "home-interruptions", "/interruptions"),
        count(site.search.names.count("state"), "home-states", "/states"),
        count(site.search.names.count("organisation"), "home-organisations", "/organisations"),
        count(site.observatory.manifest.tables.len(), "home-tables", "/data"),
    ];
    let atlas = Atlas::read(site)?;
    let year = match &atlas {
        Some(a) => {
            Some(ask.params.number("year", a.years.0.into(), a.years.1.into())?.and_then(|y| i32::try_from(y).ok()).unwrap_or(a.years.1))
        }
        None => None,
    };
    let groups = atlas.as_ref().zip(year).map(|(a, y)| a.groups(y));
    let recent = if site.has("finding") { recent(site)? } else { Vec::new() };
    let grid = matrix::grid(site, &matrix::Filter::default());
    let values = json!({"here": "/", "counts": counts, "year": year, "groups": groups, "atlas": atlas, "recent": recent, "grid": grid});
    site.render(ask, "home.html", values)
}

/// The latest findings that speak of a change, a few of each kind, so that no kind hides the others.
fn recent(site: &Site) -> Result<Vec<Change>> {
    let mut out = Vec::new();
    for kind in ["autocratization-under-way", "democratization-under-way", "regime-change", "org-majority-change"] {
        out.extend(changes::find(site, &format!("kind = '{kind}'"), 4, 0)?);
    }
    Ok(out)
}

/// The page of the subject of a finding.
pub(super) fn subject_href(kind: &str, id: &str) -> String {
    links::subject(kind, id)
}
