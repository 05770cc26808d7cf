//! Search over names of everything.

use serde_json::json;

use crate::error::Result;
use crate::server::Ask;
use crate::site::Site;

/// Kinds of what can be found, as in the index.
pub(crate) const KINDS: &[&str] = &["state", "organisation", "region", "case", "interruption", "table"];
/// Hits shown.
const MOST: usize = 60;

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let kind = ask.params.choice("kind", KINDS)?;
    let q = ask.params.one("q").unwrap_or_default();
    let (found, loosely) = site.index.find(q, kind, MOST);
    site.render(ask, "search.html", json!({"here": "/search", "q": q, "kind": kind, "kinds": KINDS, "found": found, "loosely": loosely}))
}
