//! The first page: what this is, what is under way, where to look.

use blocwatch_analysis::frame::{At, Columns};
use serde::Serialize;
use serde_json::json;

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

/// How many states stand in each category of regime in the last year.
#[derive(Serialize)]
struct Class {
    class: u8,
    n: i64,
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
    let (year, classes) = regimes(site)?;
    let recent = if site.has("finding") { recent(site)? } else { Vec::new() };
    let grid = matrix::grid(site, &matrix::Filter::default());
    site.render(ask, "home.html", json!({"here": "/", "counts": counts, "year": year, "classes": classes, "recent": recent, "grid": grid}))
}

/// The latest findings that speak of a change, a few of each kind, so that no kind hides the others.
fn recent(site: &Site) -> Result<Vec<Change>> {
    let mut out = Vec::new();
    for kind in ["autocratization-under-way", "democratization-under-way", "regime-change", "org-majority-change"] {
        out.extend(changes::find(site, &format!("kind = '{kind}'"), 4, 0)?);
    }
    Ok(out)
}

fn regimes(site: &Site) -> Result<(Option<i32>, Vec<Class>)> {
    if !site.has("regime_state_year") {
        return Ok((None, Vec::new()));
    }
    let batch = site.session.query_one(
        "SELECT year, v2x_regime, count(*) AS n FROM regime_state_year \
         WHERE v2x_regime IS NOT NULL AND year = (SELECT max(year) FROM regime_state_year WHERE v2x_regime IS NOT NULL) \
         GROUP BY year, v2x_regime ORDER BY v2x_regime",
    )?;
    let c = Columns(&batch);
    let year = if batch.num_rows() > 0 { c.i32("year")?.at(0) } else { None };
    let mut classes: Vec<Class> = (0..4).map(|class| Class { class, n: 0 }).collect();
    for row in 0..batch.num_rows() {
        let (class, n) = (whole(&batch, "v2x_regime", row), whole(&batch, "n", row));
        if let Some(found) = classes.iter_mut().find(|c| i64::from(c.class) == class) {
            found.n = n;
        }
    }
    Ok((year, classes))
}

/// A whole number of any type, as counts and categories come.
fn whole(batch: &arrow::array::RecordBatch, column: &str, row: usize) -> i64 {
    super::tables::cell(batch, column, row).parse().unwrap_or(0)
}

/// The page of the subject of a finding.
pub(super) fn subject_href(kind: &str, id: &str) -> String {
    links::subject(kind, id)
}
