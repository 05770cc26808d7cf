//! Rows of tables and of queries, a page at a time.

use axum::http::{HeaderName, header};

use super::formats;
use crate::error::Result;
use crate::links::encode;
use crate::pages::{known_table, select_rows};
use crate::server::{Answer, Ask};
use crate::site::Site;

/// What rows of a table may be asked for.
pub(super) const TABLE: &[&str] = &["state", "partner", "org", "years", "where", "columns", "limit", "offset", "format"];
/// What a query may be asked for.
pub(super) const QUERY: &[&str] = &["sql", "limit", "format"];
/// Rows at once, by default and at the most.
const ROWS: (i64, i64) = (1_000, 100_000);

const CUT: HeaderName = HeaderName::from_static("x-more-rows");

fn bounds(ask: &Ask) -> Result<(usize, i64, &'static str)> {
    let limit = ask.params.number("limit", 1, ROWS.1)?.unwrap_or(ROWS.0);
    let offset = ask.params.number("offset", 0, i64::from(u32::MAX))?.unwrap_or(0);
    let format = ask.params.choice("format", formats::FORMATS)?.unwrap_or(formats::FORMATS[0]);
    Ok((usize::try_from(limit).unwrap_or(1), offset, format))
}

/// Rows of a table, sorted by its keys, with the address of the next page in `Link` where there is one.
pub(super) fn table(site: &Site, ask: &Ask) -> Result<Answer> {
    let table = known_table(site, ask.first())?;
    let (limit, offset, format) = bounds(ask)?;
    let sql = select_rows(site, table, &ask.params)?;
    let found = site.ask(&format!("{sql} LIMIT {} OFFSET {offset}", limit + 1), limit)?;
    let own = format!("/api/v1/tables/{}", encode(table.name));
    let mut address = format!("{own}/rows?");
    for key in TABLE.iter().filter(|k| !matches!(**k, "limit" | "offset")) {
        if let Some(value) = ask.params.one(key) {
            address.push_str(&format!("{key}={}&", encode(value)));
        }
    }
    let mut headers = vec![(CUT, found.cut.to_string()), (header::LINK, format!("<{own}>; rel=\"describedby\""))];
    headers.extend(formats::pages(&address, i64::try_from(limit).unwrap_or(1), offset, found.cut));
    formats::rows(&found.batches, format, table.name, headers)
}

/// The rows of one SELECT.
pub(super) fn query(site: &Site, ask: &Ask) -> Result<Answer> {
    let (limit, _, format) = bounds(ask)?;
    let sql = ask.params.one("sql").ok_or_else(|| crate::WebError::Bad("add the parameter 'sql' with one SELECT".to_owned()))?;
    let found = site.ask(sql, limit)?;
    formats::rows(&found.batches, format, "query", vec![(CUT, found.cut.to_string())])
}
