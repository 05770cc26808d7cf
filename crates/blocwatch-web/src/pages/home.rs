//! The first page: what this is, what is under way, where to look.

use serde::Serialize;
use serde_json::json;

use crate::atlas::Atlas;
use crate::error::Result;
use crate::pages::changes::{self, Group};
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
    let recent = if site.has("finding") { recent(site, ask)? } else { Vec::new() };
    let grid = matrix::grid(site, &matrix::Filter::default());
    let values = json!({"here": "/", "counts": counts, "year": year, "groups": groups, "atlas": atlas, "recent": recent, "grid": grid, "questions": questions(site, &recent)});
    site.render(ask, "home.html", values)
}

/// The latest findings of the kinds that most readers come for.
fn recent(site: &Site, ask: &Ask) -> Result<Vec<Group>> {
    let kinds = "'autocratization-under-way', 'democratization-under-way', 'regime-change', 'org-majority-change'";
    changes::groups(site, ask.lang, &format!("kind IN ({kinds})"), 3, "")
}

/// Questions that readers bring, each with the page that answers it: key of the message and address. A question whose answer this
/// observatory does not hold is left out.
fn questions(site: &Site, recent: &[Group]) -> Vec<(&'static str, &'static str)> {
    let state = |id| site.states.by_id(id).is_some();
    let tactic = |id| site.book.cases.iter().any(|c| c.tactic == id);
    let interrupted = |id: &str| site.book.interruptions.iter().any(|i| i.answers_tactics.iter().any(|t| t == id));
    let all = [
        ("home-q-memberships", "/state/KGZ#s-organisations", state("KGZ") && site.holds("composition_org_year")),
        ("home-q-majorities", "/organisations", site.holds("composition_org_year")),
        ("home-q-observers", "/cases?tactic=low-quality-observation", tactic("low-quality-observation")),
        ("home-q-laws", "/cases?tactic=law-copying", tactic("law-copying")),
        ("home-q-interrupted", "/interruptions?tactic=law-copying", interrupted("law-copying")),
        ("home-q-arms", "/state/ARM#s-standing", state("ARM") && site.holds("dependence_state_year")),
        (
            "home-q-xinjiang",
            "/case/joint-statement-xinjiang-unga-third-committee",
            site.book.case("joint-statement-xinjiang-unga-third-committee").is_some(),
        ),
        ("home-q-votes", "/pair/BLR/RUS#s-votes", state("BLR") && state("RUS") && site.holds("agreement_dyad_session")),
        ("home-q-words", "/texts/frame/multipolarity", site.holds("frame_year")),
        ("home-q-backsliding", "/changes?kind=autocratization-under-way", recent.iter().any(|g| g.kind == "autocratization-under-way")),
    ];
    all.into_iter().filter(|q| q.2).map(|q| (q.0, q.1)).collect()
}
