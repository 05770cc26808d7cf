//! A query in a form, with its result. Read-only and bounded.

use serde_json::json;

use crate::error::{Result, WebError};
use crate::pages::tables::Grid;
use crate::server::Ask;
use crate::site::Site;

/// Rows shown.
const MOST: usize = 500;
/// What stands in the form at first.
const EXAMPLE: &str =
    "SELECT org, year, share_autocracies, p_majority_autocratic\nFROM composition_org_year\nWHERE org = 'SCO'\nORDER BY year";

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let sql = ask.params.one("sql");
    let (mut grid, mut cut, mut wrong) = (None, false, None);
    if let Some(sql) = sql {
        match site.ask(sql, MOST) {
            Ok(found) => {
                cut = found.cut;
                grid = Some(Grid::new(&found.batches));
            }
            Err(e @ (WebError::Bad(_) | WebError::TooMuch(_))) => wrong = Some(e.to_string()),
            Err(e) => return Err(e),
        }
    }
    let values = json!({"here": "/data", "sql": sql.unwrap_or(EXAMPLE), "asked": sql.is_some(), "grid": grid, "cut": cut, "wrong": wrong, "most": MOST});
    site.render(ask, "query.html", values)
}
