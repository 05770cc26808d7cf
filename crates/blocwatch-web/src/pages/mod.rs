//! The pages, one file each, and where they are. A page is a function from what was asked to HTML; it asks tables and people's files, and
//! renders a template of `templates/`.
//!
//! To add a page: a file, a template, a line in [`ROUTES`] and, if it stands in the menu, one in `templates/base.html`.

mod about;
mod api;
mod cases;
mod changes;
mod data;
mod dataset;
mod home;
mod interruptions;
mod matrix;
mod measures;
mod network;
mod query;
mod search;
mod side_by_side;
mod subjects;
mod tables;
mod text_charts;
mod texts;
mod votes;

use crate::error::Result;
use crate::server::PageRoute;
use crate::site::Site;

pub(crate) use matrix::{FILTERS as MATRIX_FILTERS, trend as matrix_trend};
pub(crate) use tables::{cell, known as known_table, select as select_rows};
pub(crate) use text_charts::{frame as frame_charts, frame_name, numbered as numbered_chart, phrase as phrase_charts};
pub(crate) use votes::ideal_points;

/// A code in words: `tie-trend` is `Tie trend`.
fn in_words(code: &str) -> String {
    let mut text = code.replace('-', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// The latest findings that speak of a change.
pub(crate) fn latest_changes(site: &Site, most: i64) -> Result<Vec<changes::Change>> {
    if !site.has("finding") {
        return Ok(Vec::new());
    }
    let kinds = "'autocratization-under-way', 'democratization-under-way', 'regime-change', 'org-majority-change', 'vote-shift'";
    changes::find(site, &format!("kind IN ({kinds})"), most, 0)
}

/// All pages.
pub(crate) const ROUTES: &[PageRoute] = &[
    PageRoute { path: "/", allowed: &["year"], make: home::page },
    PageRoute { path: "/matrix", allowed: matrix::FILTERS, make: matrix::page },
    PageRoute { path: "/states", allowed: &[], make: subjects::states },
    PageRoute { path: "/organisations", allowed: &[], make: subjects::organisations },
    PageRoute { path: "/state/{id}", allowed: &["since"], make: subjects::state },
    PageRoute { path: "/organisation/{id}", allowed: &["since"], make: subjects::organisation },
    PageRoute { path: "/pair/{a}/{b}", allowed: &["since"], make: subjects::pair },
    PageRoute { path: "/region/{name}", allowed: &["since"], make: subjects::region },
    PageRoute { path: "/cases", allowed: cases::FILTERS, make: cases::list },
    PageRoute { path: "/case/{id}", allowed: &[], make: cases::one },
    PageRoute { path: "/interruptions", allowed: &["response", "tactic", "kind"], make: interruptions::list },
    PageRoute { path: "/interruption/{id}", allowed: &[], make: interruptions::one },
    PageRoute { path: "/votes", allowed: &["q", "session", "states"], make: votes::page },
    PageRoute { path: "/network", allowed: network::FILTERS, make: network::page },
    PageRoute { path: "/rollcall/{session}/{rcid}", allowed: &[], make: subjects::rollcall },
    PageRoute { path: "/changes", allowed: &["kind", "state", "from", "page"], make: changes::page },
    PageRoute { path: "/data", allowed: &[], make: data::page },
    PageRoute { path: "/table/{name}", allowed: tables::FILTERS, make: tables::page },
    PageRoute { path: "/api", allowed: &[], make: api::page },
    PageRoute { path: "/query", allowed: &["sql"], make: query::page },
    PageRoute { path: "/measures", allowed: &[], make: measures::page },
    PageRoute { path: "/texts", allowed: &[], make: texts::overview },
    PageRoute { path: "/texts/frame/{id}", allowed: &[], make: texts::frame },
    PageRoute { path: "/texts/phrase", allowed: &["phrase", "q", "state", "sort", "page"], make: texts::phrases },
    PageRoute { path: "/texts/speech/{id}", allowed: &[], make: texts::speech },
    PageRoute { path: "/texts/compare", allowed: &["a", "b"], make: side_by_side::page },
    PageRoute { path: "/search", allowed: &["q", "kind", "page"], make: search::page },
    PageRoute { path: "/about", allowed: &[], make: about::page },
];
