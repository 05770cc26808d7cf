//! A result as a Frictionless data package: the data as CSV, its codebook, its references, and `datapackage.json`, which describes them.
//!
//! Specification: <https://specs.frictionlessdata.io/data-package/> and its parts on tabular resources and schemas, version 1.

use std::collections::BTreeSet;
use std::path::Path;

use blocwatch_core::table::Kind;
use serde_json::{Map, Value, json};

use super::codebook::{Codebook, Reference, Variable};
use super::wide_csv;
use crate::atomic;
use crate::error::{EngineError, Result};
use crate::wide::Wide;

/// Writes a package into a folder, which must not exist or be empty: whole or not at all.
///
/// # Errors
/// The folder holds something; the file system fails.
pub fn write(folder: &Path, wide: &Wide<'_>, book: &Codebook) -> Result<()> {
    if folder.is_dir() {
        let mut inside = std::fs::read_dir(folder).map_err(EngineError::file("cannot list the folder", folder))?;
        if inside.next().is_some() {
            return Err(EngineError::Query(format!("the folder {} is not empty; name a new one", folder.display())));
        }
        std::fs::remove_dir(folder).map_err(EngineError::file("cannot replace the folder", folder))?;
    }
    atomic::write_folder(folder, |folder| {
        let data = format!("{}.csv", book.name);
        let path = folder.join(&data);
        let file = std::fs::File::create(&path).map_err(EngineError::file("cannot create", &path))?;
        wide_csv(std::io::BufWriter::new(file), wide)?;
        atomic::write_file(&folder.join("codebook.csv"), &book.csv()?)?;
        atomic::write_file(&folder.join("codebook.md"), book.markdown().as_bytes())?;
        atomic::write_file(&folder.join("references.bib"), book.bibtex().as_bytes())?;
        let about = describe(folder, &data, book)?;
        let mut bytes = serde_json::to_vec_pretty(&about).map_err(|e| EngineError::Engine(e.to_string()))?;
        bytes.push(b'\n');
        atomic::write_file(&folder.join("datapackage.json"), &bytes)
    })
}

fn describe(folder: &Path, data: &str, book: &Codebook) -> Result<Value> {
    let mut resources = vec![json!({
        "name": book.name,
        "path": data,
        "title": book.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": book.variables.iter().map(field).collect::<Vec<_>>(),
            "missingValues": [""],
            "primaryKey": book.keys,
        },
    })];
    for (name, path, media) in [
        ("codebook", "codebook.csv", "text/csv"),
        ("codebook-text", "codebook.md", "text/markdown"),
        ("references", "references.bib", "application/x-bibtex"),
    ] {
        resources.push(json!({ "name": name, "path": path, "mediatype": media, "encoding": "utf-8" }));
    }
    for resource in &mut resources {
        let path = folder.join(resource["path"].as_str().unwrap_or_default());
        let size = std::fs::metadata(&path).map_err(EngineError::file("cannot read", &path))?.len();
        resource["bytes"] = size.into();
        resource["hash"] = format!("sha256:{}", atomic::digest_file(&path)?).into();
    }
    let mut about = json!({
        "profile": "data-package",
        "name": book.name,
        "title": book.title,
        "description": book.description,
        "version": book.blocwatch,
        "keywords": ["authoritarian collaboration", "international relations", "panel", book.unit],
        "contributors": [{ "title": "Blocwatch contributors", "role": "wrangler" }],
        "citation": book.citation(),
        "sources": book.references.iter().map(source).collect::<Vec<_>>(),
        "licenses": licences(&book.references),
        "resources": resources,
        "blocwatch": {
            "unit": book.unit,
            "state_system": book.state_system,
            "observatory": book.observatory,
            "as_of": book.as_of,
            "notes": book.notes,
        },
    });
    if book.references.iter().all(|r| r.licence.is_empty() && r.licence_url.is_empty())
        && let Some(map) = about.as_object_mut()
    {
        map.remove("licenses");
    }
    Ok(about)
}

fn field(v: &Variable) -> Value {
    let kind = match v.kind {
        Kind::U16 | Kind::U32 | Kind::I32 => "integer",
        Kind::F64 => "number",
        Kind::Text => "string",
        Kind::Bool => "boolean",
    };
    let mut out = json!({ "name": v.name, "type": kind, "title": v.name, "description": v.doc });
    let mut add = |key: &str, value: Value| {
        if let Some(map) = out.as_object_mut() {
            map.insert(key.to_owned(), value);
        }
    };
    if v.kind == Kind::Bool {
        add("trueValues", json!(["true"]));
        add("falseValues", json!(["false"]));
    }
    if !v.nullable {
        add("constraints", json!({ "required": true }));
    }
    let more = [("unit", &v.unit), ("null", &v.null), ("table", &v.table), ("column", &v.column), ("variant", &v.variant), ("why", &v.why)];
    let mut said = Map::new();
    for (key, text) in more.into_iter().filter(|(_, text)| !text.is_empty()) {
        said.insert(key.to_owned(), text.as_str().into());
    }
    if !v.labels.is_empty() {
        said.insert("labels".to_owned(), v.labels.iter().map(|(code, word)| json!({ "value": code, "label": word })).collect());
    }
    if !v.sources.is_empty() {
        said.insert("sources".to_owned(), json!(v.sources));
    }
    add("blocwatch", Value::Object(said));
    out
}

fn source(r: &Reference) -> Value {
    let mut out = Map::new();
    out.insert("title".to_owned(), r.cite().into());
    let doi = if r.doi.is_empty() { String::new() } else { format!("https://doi.org/{}", r.doi) };
    let more = [("name", &r.id), ("path", if doi.is_empty() { &r.url } else { &doi }), ("licence", &r.licence)];
    for (key, text) in more.into_iter().filter(|(_, text)| !text.is_empty()) {
        out.insert(key.to_owned(), text.as_str().into());
    }
    Value::Object(out)
}

/// The licences of all sources, each once. The data are a collection: each column stands under the licence of its sources.
fn licences(references: &[Reference]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for r in references.iter().filter(|r| !r.licence.is_empty()) {
        if seen.insert(&r.licence) {
            let mut licence = json!({ "name": name_of(&r.licence), "title": r.licence });
            if !r.licence_url.is_empty() {
                licence["path"] = r.licence_url.as_str().into();
            }
            out.push(licence);
        }
    }
    out
}

/// The identifier of an open licence, else a word of ours.
fn name_of(licence: &str) -> String {
    let known = [("CC BY-SA 4.0", "CC-BY-SA-4.0"), ("CC BY 4.0", "CC-BY-4.0"), ("CC0", "CC0-1.0"), ("MIT", "MIT")];
    known.iter().find(|(text, _)| licence.starts_with(text)).map_or_else(|| "other".to_owned(), |(_, id)| (*id).to_owned())
}
