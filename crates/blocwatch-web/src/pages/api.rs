//! The interface for programs, for people to read: what its description says, with an example of each to open.

use serde::Serialize;
use serde_json::{Value, json};

use crate::error::Result;
use crate::links::encode;
use crate::server::Ask;
use crate::site::Site;

#[derive(Serialize)]
struct Shown {
    path: String,
    id: String,
    summary: String,
    /// `None` where this observatory holds nothing to show.
    example: Option<String>,
    parameters: Vec<Parameter>,
    kinds: Vec<String>,
}

#[derive(Serialize)]
struct Parameter {
    name: String,
    says: String,
    /// What it may be.
    may: String,
    required: bool,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What a parameter may be, in words.
fn may(schema: &Value) -> String {
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(text).collect::<Vec<_>>().join(", ");
    }
    match (schema["minimum"].as_i64(), schema["maximum"].as_i64(), schema["default"].as_i64()) {
        (Some(least), Some(most), Some(default)) => format!("{least} to {most}; {default}"),
        _ => String::new(),
    }
}

/// An address to open: the parts of the path, and what has to be given, by their examples.
fn example(path: &str, parameters: &[Value]) -> String {
    let mut out = path.to_owned();
    let mut query = Vec::new();
    for p in parameters {
        let (name, example) = (text(&p["name"]), encode(&text(&p["example"])));
        if p["in"] == "path" {
            out = out.replace(&format!("{{{name}}}"), &example);
        } else if p["required"] == true {
            query.push(format!("{name}={example}"));
        }
    }
    if query.is_empty() { out } else { format!("{out}?{}", query.join("&")) }
}

/// The phrase that the most states took up.
fn phrase(site: &Site) -> Result<Option<String>> {
    if !site.holds("echo_phrase") {
        return Ok(None);
    }
    let rows = site.session.query_one("SELECT phrase FROM echo_phrase ORDER BY speakers DESC, phrase LIMIT 1")?;
    Ok(Some(super::tables::cell(&rows, "phrase", 0)).filter(|p| !p.is_empty()))
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let described = crate::api::description(&site.observatory.manifest.blocwatch);
    let none = Vec::new();
    let mut shown = Vec::new();
    for (path, methods) in described["paths"].as_object().into_iter().flatten() {
        let get = &methods["get"];
        let parameters = get["parameters"].as_array().unwrap_or(&none);
        let example = match path.as_str() {
            // records that this observatory has
            "/api/v1/cases/{id}" => site.book.cases.first().map(|c| format!("/api/v1/cases/{}", encode(&c.id))),
            "/api/v1/figures/phrase" => phrase(site)?.map(|p| format!("{path}?phrase={}", encode(&p))),
            "/api/v1/figures/frame" if !site.holds("frame_year") => None,
            "/api/v1/figures/ideal-points" if !site.holds("idealpoint_state_session") => None,
            _ => Some(self::example(path, parameters)),
        };
        shown.push(Shown {
            path: path.clone(),
            id: text(&get["operationId"]),
            summary: text(&get["summary"]),
            example,
            parameters: parameters
                .iter()
                .map(|p| Parameter {
                    name: text(&p["name"]),
                    says: text(&p["description"]),
                    may: may(&p["schema"]),
                    required: p["required"] == true,
                })
                .collect(),
            kinds: get["responses"]["200"]["content"].as_object().into_iter().flatten().map(|(k, _)| k.clone()).collect(),
        });
    }
    site.render(ask, "api.html", json!({"here": "/api", "shown": shown, "says": described["info"]["description"]}))
}
