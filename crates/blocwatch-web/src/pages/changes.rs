//! What changed: findings as sentences, newest first, by kind and by state.

use blocwatch_analysis::frame::{At, Columns};
use serde::Serialize;
use serde_json::json;

use crate::error::{Result, WebError};
use crate::pages::home::subject_href;
use crate::server::Ask;
use crate::site::Site;

/// Findings on a page.
const ON_A_PAGE: i64 = 50;

/// A finding as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Change {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) period: String,
    pub(crate) statement: String,
    pub(crate) href: String,
}

/// A kind in words.
pub(super) fn label(kind: &str) -> String {
    let mut text = kind.replace('-', " ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Findings that meet a condition, newest first.
pub(crate) fn find(site: &Site, condition: &str, most: i64, skip: i64) -> Result<Vec<Change>> {
    let batch = site.session.query_one(&format!(
        "SELECT finding_id, kind, period, statement, subject, subject_kind FROM finding WHERE {condition} \
         ORDER BY year DESC NULLS LAST, abs(value) DESC NULLS LAST, finding_id LIMIT {most} OFFSET {skip}"
    ))?;
    let c = Columns(&batch);
    let (id, kind, period) = (c.text("finding_id")?, c.text("kind")?, c.text("period")?);
    let (statement, subject, of) = (c.text("statement")?, c.text("subject")?, c.text("subject_kind")?);
    let text = |a: &arrow::array::StringArray, i| a.at(i).unwrap_or_default().to_owned();
    Ok((0..batch.num_rows())
        .map(|i| Change {
            id: text(id, i),
            kind: text(kind, i),
            label: label(kind.value(i)),
            period: text(period, i),
            statement: text(statement, i),
            href: subject_href(of.value(i), subject.value(i)),
        })
        .collect())
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    if !site.has("finding") {
        return Err(WebError::NotFound("this observatory has no findings; run `blocwatch build`".to_owned()));
    }
    let kinds = site.session.query_one("SELECT kind, count(*) AS n FROM finding GROUP BY kind ORDER BY kind")?;
    let names = Columns(&kinds).text("kind")?;
    let known: Vec<&str> = (0..kinds.num_rows()).map(|i| names.value(i)).collect();
    let kind = ask.params.choice("kind", &known)?;
    let from = ask.params.number("from", 1800, 2200)?;
    let number = ask.params.number("page", 1, 10_000)?.unwrap_or(1);
    let state = match ask.params.one("state") {
        Some(typed) => {
            Some(site.states.resolve(typed, blocwatch_analysis::steps::states::LAST_YEAR).map_err(|e| WebError::Bad(e.to_string()))?)
        }
        None => None,
    };
    let mut conditions = vec!["true".to_owned()];
    conditions.extend(kind.map(|k| format!("kind = '{k}'")));
    conditions.extend(from.map(|y| format!("year >= {y}")));
    conditions.extend(state.map(|s| format!("(subject = '{0}' OR subject LIKE '{0}-%' OR subject LIKE '%-{0}')", s.id)));
    let condition = conditions.join(" AND ");
    let total = site.session.query_one(&format!("SELECT count(*) AS n FROM finding WHERE {condition}"))?;
    let total: i64 = super::tables::cell(&total, "n", 0).parse().unwrap_or(0);
    let found = find(site, &condition, ON_A_PAGE, (number - 1) * ON_A_PAGE)?;
    let options: Vec<(String, String)> = known.iter().map(|k| ((*k).to_owned(), label(k))).collect();
    let pages = (total + ON_A_PAGE - 1) / ON_A_PAGE;
    let link = |n: i64| {
        let mut query: Vec<String> = Vec::new();
        for (key, value) in
            [("kind", kind.map(str::to_owned)), ("state", state.map(|s| s.id.clone())), ("from", from.map(|f| f.to_string()))]
        {
            query.extend(value.map(|v| format!("{key}={}", crate::links::encode(&v))));
        }
        query.push(format!("page={n}"));
        format!("/changes?{}", query.join("&"))
    };
    let before = (number > 1).then(|| link(number - 1));
    let after = (number < pages).then(|| link(number + 1));
    let asked = json!({"kind": kind, "from": from, "state": state.map(|s| s.name.as_str())});
    site.render(ask, "changes.html", json!({"here": "/changes", "found": found, "options": options, "asked": asked, "total": total, "number": number, "pages": pages, "before": before, "after": after}))
}
