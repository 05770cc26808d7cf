//! Search in a copy: a list from A to Z that needs nothing, and above it a field for browsers that run scripts.
//!
//! Opened from a folder, a browser reads neither modules nor data files, so the index is a plain script.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use blocwatch_core::name;
use serde_json::json;

use super::crawl::Crawled;
use super::data::Data;
use super::names::{MISSING, Names, SEARCH};
use super::{page, write};
use crate::error::{Result, WebError};
use crate::links::decode;
use crate::locale::Lang;
use crate::server::Ask;
use crate::site::Site;

/// Kinds that the list shows, by the first part of their address; the script finds all.
const LISTED: &[&str] = &["state", "organisation", "region", "case", "interruption", "table"];
const SCRIPT: &str = include_str!("search.js");

/// Other names by which a page is found.
fn aliases(site: &Site, kind: &str, id: &str) -> Vec<String> {
    match kind {
        "state" => site.states.by_id(id).map(|s| s.aliases.clone()).unwrap_or_default(),
        "organisation" => site.book.organisation(id).map(|o| o.aliases.clone()).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Writes the page of search, its index and its script, and the page for what is not in the copy.
pub(super) fn pages(site: &Site, lang: Lang, root: &Path, crawled: &Crawled, names: &Names, data: Data) -> Result<()> {
    let mut index = Vec::new();
    let mut lists: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
    for (address, title) in crawled.pages.iter().filter(|(a, _)| !a.contains('?')) {
        let mut parts = address.split('/').skip(1);
        let (Some(kind), Some(id), Some(file)) = (parts.next(), parts.next(), names.get(address)) else { continue };
        let id = decode(id);
        let mut all: BTreeSet<String> = aliases(site, kind, &id).iter().map(|a| name::fold(a)).collect();
        all.insert(name::fold(title));
        all.insert(name::fold(&id));
        index.push(json!([title, kind, file, all.into_iter().collect::<Vec<_>>().join("|")]));
        if let Some(kind) = LISTED.iter().find(|k| **k == kind) {
            lists.entry(kind).or_default().push((title.clone(), address.clone()));
        }
    }
    for list in lists.values_mut() {
        list.sort_by_cached_key(|(title, address)| (name::fold(title), address.clone()));
    }
    let index = serde_json::to_string(&index).map_err(|e| WebError::Broken(e.to_string()))?;
    write(root, "static/search-index.js", format!("globalThis.blocwatchIndex={index};\n").as_bytes())?;
    write(root, "static/search.js", SCRIPT.as_bytes())?;
    let groups: Vec<_> = LISTED.iter().filter_map(|k| lists.get(k).map(|l| (k, l))).collect();
    let ask = Ask { copy: true, ..Ask::bare(lang) };
    for (template, file) in [("copy_search.html", SEARCH), ("copy_missing.html", MISSING)] {
        let html = site.render(&ask, template, json!({"here": "", "groups": groups}))?;
        let html = page::adapt(&html, "/search", file, names, data, &mut BTreeSet::new());
        write(root, file, html.as_bytes())?;
    }
    Ok(())
}
