//! Votes in the General Assembly: roll calls by session and words; each opens its brief.

use blocwatch_analysis::frame::{At, Columns};
use serde::Serialize;
use serde_json::json;

use super::tables::cell;
use crate::error::{Result, WebError};
use crate::server::Ask;
use crate::site::Site;

/// Roll calls on a page.
const MOST: i64 = 200;

#[derive(Serialize)]
struct Row {
    href: String,
    date: String,
    symbol: String,
    about: String,
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    if !site.has("rollcall") {
        return Err(WebError::NotFound("this observatory has no roll calls: fetch the source unga_votes and build".to_owned()));
    }
    let sessions = site.session.query_one("SELECT session, count(*) AS n FROM rollcall GROUP BY session ORDER BY session DESC")?;
    let numbers = Columns(&sessions).u16("session")?;
    let known: Vec<u16> = (0..sessions.num_rows()).filter_map(|i| numbers.at(i)).collect();
    let session = ask.params.number("session", 1, 500)?;
    let words = ask.params.one("q");
    let mut conditions = Vec::new();
    match (session, words) {
        (Some(s), _) => conditions.push(format!("session = {s}")),
        (None, None) => conditions.extend(known.first().map(|s| format!("session = {s}"))),
        (None, Some(_)) => {}
    }
    for word in words.unwrap_or_default().split_whitespace() {
        let word = word.replace('\'', "''").replace(['%', '_', '\\'], "").to_lowercase();
        conditions.push(format!("(lower(descr) LIKE '%{word}%' OR lower(unres) LIKE '%{word}%')"));
    }
    let condition = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" AND ") };
    let batch = site.session.query_one(&format!(
        "SELECT session, rcid, date, unres, descr FROM rollcall WHERE {condition} ORDER BY session DESC, date DESC, rcid LIMIT {}",
        MOST + 1
    ))?;
    let cut = batch.num_rows() > 200;
    let rows: Vec<Row> = (0..batch.num_rows().min(200))
        .map(|i| Row {
            href: format!("/rollcall/{}/{}", cell(&batch, "session", i), cell(&batch, "rcid", i)),
            date: cell(&batch, "date", i),
            symbol: cell(&batch, "unres", i),
            about: cell(&batch, "descr", i),
        })
        .collect();
    let asked = session.or_else(|| if words.is_none() { known.first().map(|s| i64::from(*s)) } else { None });
    site.render(ask, "votes.html", json!({"here": "/votes", "rows": rows, "cut": cut, "sessions": known, "session": asked, "q": words}))
}
