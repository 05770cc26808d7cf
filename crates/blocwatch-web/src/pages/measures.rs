//! Every measure: definition, parameters, interval, citations and where its numbers are.

use blocwatch_analysis::measures::ALL;
use serde::Serialize;
use serde_json::json;

use crate::error::Result;
use crate::links;
use crate::server::Ask;
use crate::site::Site;

#[derive(Serialize)]
struct Shown {
    name: &'static str,
    title: &'static str,
    paragraphs: Vec<String>,
    interval: &'static str,
    citations: &'static [&'static str],
    parameters: Vec<(&'static str, &'static str)>,
    tables: Vec<(String, &'static str)>,
    example: String,
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let mut measures = Vec::new();
    for m in ALL {
        measures.push(Shown {
            name: m.name,
            title: m.title,
            paragraphs: m.doc.split("\n\n").map(str::to_owned).collect(),
            interval: m.interval,
            citations: m.citations,
            parameters: m.parameters.iter().map(|p| (p.name, p.doc)).collect(),
            tables: m.outputs.iter().map(|t| (links::table(t.name), t.name)).collect(),
            example: (m.example)()?,
        });
    }
    site.render(ask, "measures.html", json!({"here": "/measures", "measures": measures}))
}
