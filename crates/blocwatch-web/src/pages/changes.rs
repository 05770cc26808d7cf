//! What changed: findings as sentences, by kind and by state; without a kind, the first of each kind, changes before what is so now.

use blocwatch_analysis::frame::{At, Columns};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Result, WebError};
use crate::links;
use crate::locale::Lang;
use crate::server::Ask;
use crate::site::Site;

/// Findings on a page.
const ON_A_PAGE: i64 = 50;
/// Findings of a kind where all kinds are shown.
const OF_A_KIND: i64 = 5;
/// Kinds that speak of a change, the widest first; the others say what is so.
const CHANGES: &[&str] = &[
    "autocratization-under-way",
    "democratization-under-way",
    "regime-change",
    "org-majority-change",
    "ideal-point-shift",
    "vote-shift",
    "org-cohesion-change",
    "tie-trend",
    "broke-ranks",
];

/// A finding as it is shown.
#[derive(Debug, Serialize)]
pub(crate) struct Change {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) label: String,
    /// Name of what it is about.
    pub(crate) about: String,
    pub(crate) period: String,
    pub(crate) statement: String,
    pub(crate) href: String,
}

/// Findings of one kind.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    pub(crate) kind: String,
    pub(crate) label: String,
    /// Whether it speaks of a change.
    pub(crate) change: bool,
    /// How many there are.
    pub(crate) n: i64,
    /// Where all of them are.
    pub(crate) href: String,
    pub(crate) found: Vec<Change>,
}

/// A kind in words of the interface.
pub(super) fn heading(lang: Lang, kind: &str) -> String {
    lang.text(&format!("finding-{kind}"), &[]).unwrap_or_else(|_| super::in_words(kind))
}

/// What a finding is about, by name: states, pairs and organisations are.
fn about(site: &Site, kind: &str, id: &str) -> String {
    let state = |id: &str| site.states.by_id(id).map_or_else(|| id.to_owned(), |s| s.name.clone());
    match kind {
        "state" => state(id),
        "pair" => id.split_once('-').map_or_else(|| id.to_owned(), |(a, b)| format!("{} – {}", state(a), state(b))),
        "organisation" => site.book.organisation(id).map_or_else(|| id.to_owned(), |o| o.name.clone()),
        _ => id.to_owned(),
    }
}

/// The order of findings: the newest first, of those the largest.
const ORDER: &str = "year DESC NULLS LAST, abs(value) DESC NULLS LAST, finding_id";

fn read(site: &Site, sql: &str) -> Result<Vec<Change>> {
    let batch = site.session.query_one(sql)?;
    let c = Columns(&batch);
    let (id, kind, period) = (c.text("finding_id")?, c.text("kind")?, c.text("period")?);
    let (statement, subject, of) = (c.text("statement")?, c.text("subject")?, c.text("subject_kind")?);
    let text = |a: &arrow::array::StringArray, i| a.at(i).unwrap_or_default().to_owned();
    Ok((0..batch.num_rows())
        .map(|i| Change {
            id: text(id, i),
            kind: text(kind, i),
            label: super::in_words(kind.value(i)),
            about: about(site, of.value(i), subject.value(i)),
            period: text(period, i),
            statement: text(statement, i),
            href: links::subject(of.value(i), subject.value(i)),
        })
        .collect())
}

/// Findings that meet a condition, newest first.
pub(crate) fn find(site: &Site, condition: &str, most: i64, skip: i64) -> Result<Vec<Change>> {
    read(
        site,
        &format!(
            "SELECT finding_id, kind, period, statement, subject, subject_kind FROM finding WHERE {condition} \
             ORDER BY {ORDER} LIMIT {most} OFFSET {skip}"
        ),
    )
}

/// The first findings of each kind that meet a condition, changes first.
pub(super) fn groups(site: &Site, lang: Lang, condition: &str, most: i64, tail: &str) -> Result<Vec<Group>> {
    let counts =
        site.session.query_one(&format!("SELECT kind, count(*) AS n FROM finding WHERE {condition} GROUP BY kind ORDER BY kind"))?;
    let kinds = Columns(&counts).text("kind")?;
    let place = |kind: &str| CHANGES.iter().position(|k| *k == kind).unwrap_or(CHANGES.len());
    let mut out: Vec<Group> = (0..counts.num_rows())
        .map(|i| {
            let kind = kinds.value(i).to_owned();
            Group {
                label: heading(lang, &kind),
                change: CHANGES.contains(&kind.as_str()),
                n: super::tables::cell(&counts, "n", i).parse().unwrap_or(0),
                href: format!("/changes?kind={}{tail}", links::encode(&kind)),
                kind,
                found: Vec::new(),
            }
        })
        .collect();
    out.sort_by(|a, b| place(&a.kind).cmp(&place(&b.kind)).then_with(|| a.kind.cmp(&b.kind)));
    let found = read(
        site,
        &format!(
            "SELECT finding_id, kind, period, statement, subject, subject_kind FROM \
             (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY {ORDER}) AS place FROM finding WHERE {condition}) AS f \
             WHERE place <= {most} ORDER BY kind, place"
        ),
    )?;
    for change in found {
        if let Some(group) = out.iter_mut().find(|g| g.kind == change.kind) {
            group.found.push(change);
        }
    }
    Ok(out)
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
    // without a kind, and not within a list of all: some of each
    let by_kind = kind.is_none() && ask.params.one("page").is_none();
    let mut tail = String::new();
    for (key, value) in [("state", state.map(|s| s.id.clone())), ("from", from.map(|f| f.to_string()))] {
        tail.extend(value.map(|v| format!("&{key}={}", links::encode(&v))));
    }
    let groups = if by_kind { groups(site, ask.lang, &condition, OF_A_KIND, &tail)? } else { Vec::new() };
    let found = if by_kind { Vec::new() } else { find(site, &condition, ON_A_PAGE, (number - 1) * ON_A_PAGE)? };
    let options: Vec<(String, String)> = known.iter().map(|k| ((*k).to_owned(), heading(ask.lang, k))).collect();
    let pages = (total + ON_A_PAGE - 1) / ON_A_PAGE;
    let link = |n: i64| {
        let kind = kind.map(|k| format!("&kind={}", links::encode(k))).unwrap_or_default();
        format!("/changes?page={n}{kind}{tail}")
    };
    let before = (number > 1).then(|| link(number - 1));
    let after = (number < pages).then(|| link(number + 1));
    let asked = json!({"kind": kind, "from": from, "state": state.map(|s| s.name.as_str())});
    let values: Value = json!({
        "here": "/changes", "found": found, "groups": groups, "by_kind": by_kind, "heading": kind.map(|k| heading(ask.lang, k)),
        "options": options, "asked": asked, "total": total, "number": number, "pages": pages, "before": before, "after": after,
        "all": link(1),
    });
    site.render(ask, "changes.html", values)
}
