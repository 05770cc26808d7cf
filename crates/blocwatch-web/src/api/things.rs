//! What is not rows: the list of what is here, declarations of tables, names, cases, briefs.

use blocwatch_core::casebook::Case;
use blocwatch_core::name;
use serde_json::{Value, json};

use super::formats;
use crate::error::{Result, WebError};
use crate::pages::known_table;
use crate::params::short;
use crate::search::{Hits, KINDS, Ready};
use crate::server::{Answer, Ask};
use crate::site::Site;

/// Where everything is, and which observatory answers.
pub(super) fn root(site: &Site, _: &Ask) -> Result<Answer> {
    let m = &site.observatory.manifest;
    let paths: Vec<&str> = super::ROUTES.iter().map(|r| r.path).collect();
    formats::json(&json!({
        "observatory": m.key, "program": format!("blocwatch {}", m.blocwatch), "as_of": m.as_of, "paths": paths,
        "description": "/api/v1/openapi.json", "tables": m.tables.len(), "snapshots": m.snapshots.len(),
    }))
}

/// All tables with what they are.
pub(super) fn tables(site: &Site, _: &Ask) -> Result<Answer> {
    let entries: Vec<Value> = blocwatch_analysis::steps::tables()
        .into_iter()
        .filter_map(|t| site.observatory.manifest.tables.get(t.name).map(|e| (t, e)))
        .map(|(t, e)| json!({"name": t.name, "unit": t.unit.as_str(), "doc": t.doc, "keys": t.keys, "rows": e.rows, "sha256": e.sha256}))
        .collect();
    formats::json(&json!({ "tables": entries }))
}

/// One table with its columns.
pub(super) fn table(site: &Site, ask: &Ask) -> Result<Answer> {
    let table = known_table(site, ask.first())?;
    let entry = site.observatory.manifest.tables.get(table.name);
    formats::json(&json!({
        "name": table.name, "unit": table.unit.as_str(), "doc": table.doc, "keys": table.keys, "columns": table.columns,
        "rows": entry.map(|e| e.rows), "sha256": entry.map(|e| e.sha256.clone()),
        "data": format!("/api/v1/tables/{}/rows", table.name),
    }))
}

/// What a name may mean, and which texts hold the words.
pub(super) fn search(site: &Site, ask: &Ask) -> Result<Answer> {
    let kind = ask.params.choice("kind", KINDS)?;
    let most = ask.params.number("limit", 1, 200)?.unwrap_or(20);
    let q = ask.params.one("q").ok_or_else(|| WebError::Bad("add the parameter 'q' with what to look for".to_owned()))?;
    let most = usize::try_from(most).unwrap_or(20);
    let (found, loosely) = site.search.names.find(q, kind, most);
    let (texts, state): (Option<Hits>, &str) = match site.search.texts() {
        Ready::Yes(texts) if kind.is_none_or(|k| k == "text") => (Some(texts.find(q, None, most, 0)?), "searched"),
        Ready::Yes(_) => (None, "not asked for"),
        Ready::Soon => (None, "being indexed for the first time"),
        Ready::Nothing => (None, "none in this observatory"),
        Ready::Failed(_) => (None, "could not be indexed"),
    };
    formats::json(&json!({ "query": q, "misspelt": loosely, "results": found, "texts": texts, "texts_state": state }))
}

/// Names that what has been typed may become.
pub(super) fn suggest(site: &Site, ask: &Ask) -> Result<Answer> {
    let q = ask.params.one("q").ok_or_else(|| WebError::Bad("add the parameter 'q' with what has been typed".to_owned()))?;
    let (found, loosely) = site.search.names.find(q, None, 8);
    let suggestions: Vec<Value> = found.iter().map(|e| json!({"title": e.title, "kind": e.kind, "href": e.href})).collect();
    formats::json(&json!({ "query": q, "misspelt": loosely, "suggestions": suggestions }))
}

fn case_json(site: &Site, c: &Case) -> Value {
    let parties: Vec<Value> = c.party.iter().map(|p| json!({"role": p.role, "kind": p.kind, "actor": p.actor, "of": p.of})).collect();
    let sources: Vec<Value> = c
        .source
        .iter()
        .map(|s| json!({"work": s.work, "at": s.at, "via": s.via, "cite": site.book.work(&s.work).map(blocwatch_core::casebook::Work::cite)}))
        .collect();
    let corrections: Vec<Value> = c.correction.iter().map(|k| json!({"date": k.date, "says": k.says, "work": k.work})).collect();
    json!({
        "id": c.id, "kind": c.kind, "title": c.title, "statement": c.statement, "channel": c.channel, "threat": c.threat,
        "response": c.response, "tactic": c.tactic, "from": c.from, "to": c.to, "date_note": c.date_note, "claim": c.claim, "grade": c.grade,
        "parties": parties, "sources": sources, "corrections": corrections, "note": c.note, "outcome": c.outcome,
        "interruption": c.interruption, "finding": c.finding, "page": crate::links::case(&c.id), "licence": "CC BY 4.0",
    })
}

/// All records of the casebook.
pub(super) fn cases(site: &Site, _: &Ask) -> Result<Answer> {
    let all: Vec<Value> = site.book.cases.iter().map(|c| case_json(site, c)).collect();
    formats::json(&json!({ "cases": all }))
}

/// One record.
pub(super) fn case(site: &Site, ask: &Ask) -> Result<Answer> {
    let id = ask.first();
    let found = site.book.case(id).ok_or_else(|| {
        let near = name::nearest(id, site.book.cases.iter().map(|c| c.id.as_str()), 3);
        WebError::NotFound(format!("there is no case '{}'{}", short(id), name::did_you_mean(&near)))
    })?;
    formats::json(&case_json(site, found))
}

/// A brief as its document model.
pub(super) fn brief(site: &Site, ask: &Ask) -> Result<Answer> {
    let since = ask.params.number("since", 1800, 2200)?.unwrap_or(2020);
    formats::json(&site.brief(ask.first(), i32::try_from(since).unwrap_or(2020))?)
}
