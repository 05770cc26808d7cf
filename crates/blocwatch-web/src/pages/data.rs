//! Data and methods: sources with licence, version and coverage, tables, and how to cite.

use serde::Serialize;
use serde_json::json;

use crate::error::Result;
use crate::links;
use crate::server::Ask;
use crate::site::Site;

#[derive(Serialize)]
struct Source<'a> {
    id: &'a str,
    name: &'a str,
    what: &'a str,
    publisher: &'a str,
    homepage: &'a str,
    licence: &'a str,
    licence_url: &'a str,
    years: &'a str,
    citation: String,
    personal: &'a str,
    /// Files held: name, version, digest and day of access.
    held: Vec<(String, String, String, String)>,
    /// Rows read, kept, dropped by rule, quarantined.
    rows: Option<(u64, u64, u64, u64)>,
}

#[derive(Serialize)]
struct Table {
    href: String,
    name: &'static str,
    doc: &'static str,
    unit: String,
    rows: Option<u64>,
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let m = &site.observatory.manifest;
    let mut sources = Vec::new();
    for source in blocwatch_sources::registry() {
        let meta = source.meta();
        let held: Vec<(String, String, String, String)> = m
            .snapshots
            .iter()
            .filter(|s| s.source == meta.id)
            .map(|s| (s.name.clone(), s.version.clone(), s.sha256.chars().take(12).collect(), s.accessed.clone()))
            .collect();
        let rows = m.accounts.get(&meta.id).map(|all| {
            all.iter().fold((0, 0, 0, 0), |t, a| (t.0 + a.rows_in, t.1 + a.kept, t.2 + a.dropped_total(), t.3 + a.quarantined_total()))
        });
        sources.push(Source {
            id: &meta.id,
            name: &meta.name,
            what: &meta.what,
            publisher: &meta.publisher,
            homepage: &meta.homepage,
            licence: &meta.licence,
            licence_url: &meta.licence_url,
            years: &meta.years,
            citation: meta.citation.to_string(),
            personal: &meta.personal_note,
            held,
            rows,
        });
    }
    sources.sort_by_key(|s| (s.held.is_empty(), s.name.to_lowercase()));
    let tables: Vec<Table> = blocwatch_analysis::steps::tables()
        .into_iter()
        .filter(|t| m.tables.contains_key(t.name))
        .map(|t| Table {
            href: links::table(t.name),
            name: t.name,
            doc: t.doc,
            unit: t.unit.as_str().to_owned(),
            rows: m.tables.get(t.name).map(|e| e.rows),
        })
        .collect();
    let notices: Vec<String> = m.notices.iter().map(ToString::to_string).collect();
    let held = sources.iter().filter(|s| !s.held.is_empty()).count();
    site.render(
        ask,
        "data.html",
        json!({"here": "/data", "sources": sources, "tables": tables, "notices": notices, "held": held, "key": m.key, "as_of": m.as_of, "dataset": super::dataset::block(&super::dataset::catalog(site))}),
    )
}
