//! The description of the interface, OpenAPI 3.1.

use serde_json::{Value, json};

use super::formats;
use crate::error::Result;
use crate::search::KINDS;
use crate::server::{Answer, Ask};
use crate::site::Site;

fn text(name: &str, place: &str, required: bool, says: &str) -> Value {
    json!({"name": name, "in": place, "required": required, "description": says, "schema": {"type": "string"}})
}

fn number(name: &str, says: &str, least: i64, most: i64, default: i64) -> Value {
    let schema = json!({"type": "integer", "minimum": least, "maximum": most, "default": default});
    json!({"name": name, "in": "query", "required": false, "description": says, "schema": schema})
}

fn choice(name: &str, says: &str, words: &[&str]) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": says, "schema": {"type": "string", "enum": words}})
}

fn get(id: &str, summary: &str, parameters: Vec<Value>, kinds: &[&str]) -> Value {
    let content: serde_json::Map<String, Value> = kinds.iter().map(|k| ((*k).to_owned(), json!({}))).collect();
    let problem = |says: &str| json!({"description": says, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}});
    json!({"get": {
        "operationId": id, "summary": summary, "parameters": parameters,
        "responses": {
            "200": {"description": "the answer", "content": content},
            "304": {"description": "unchanged since the entity tag that was sent"},
            "400": problem("a parameter that is not understood; the detail says which and what it may be"),
            "404": problem("nothing of that name; the detail names the nearest"),
            "422": problem("more than the server gives at once"),
            "503": {"description": "too many requests at once; come back after the seconds in Retry-After"},
        },
    }})
}

/// The description.
pub(super) fn description(version: &str) -> Value {
    let json_kind: &[&str] = &["application/json"];
    let row_kinds: &[&str] = &["application/json", "text/csv", "application/vnd.apache.parquet"];
    let limit = || number("limit", "rows at the most", 1, 100_000, 1_000);
    let format = || choice("format", "format of the rows", formats::FORMATS);
    let since = || number("since", "year with which 'what is new' begins", 1800, 2200, 2020);
    let query = |name: &str, says: &str| text(name, "query", false, says);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Blocwatch", "version": version,
            "summary": "The open observatory of authoritarian collaboration: tables, cases, briefs.",
            "license": {"name": "Apache-2.0 (program), CC BY 4.0 (casebook), publishers' licences for their data"},
        },
        "paths": {
            "/api/v1": get("root", "What is here, and from which observatory", vec![], json_kind),
            "/api/v1/openapi.json": get("description", "This description", vec![], json_kind),
            "/api/v1/tables": get("tables", "All tables", vec![], json_kind),
            "/api/v1/tables/{name}": get("table", "One table with all columns, units and what null means", vec![text("name", "path", true, "name of the table")], json_kind),
            "/api/v1/tables/{name}/rows": get("rows", "Rows of a table, sorted by its keys; the header Link names the next page", vec![
                text("name", "path", true, "name of the table"),
                query("state", "a state by any name or code"), query("partner", "the other state of a pair"), query("org", "id of an organisation"),
                query("years", "years, as 2000:2020"), query("where", "conditions parted by semicolons, as layer=arms;weight>=3"),
                query("columns", "columns, names or patterns parted by commas"), limit(),
                number("offset", "rows to leave out first", 0, i64::from(u32::MAX), 0), format(),
            ], row_kinds),
            "/api/v1/query": get("query", "One SELECT over all tables: read-only, ten seconds, bounded in memory and rows", vec![text("sql", "query", true, "the query"), limit(), format()], row_kinds),
            "/api/v1/search": get("search", "What a name may mean and which texts hold the words, allowing for misspelling; words within quotation marks stand next to each other in texts", vec![text("q", "query", true, "what to look for"), choice("kind", "only of this kind", KINDS), number("limit", "results at the most", 1, 200, 20)], json_kind),
            "/api/v1/suggest": get("suggest", "Names that what has been typed so far may become, the likeliest first", vec![text("q", "query", true, "what has been typed")], json_kind),
            "/api/v1/cases": get("cases", "All records of the casebook with parties, grades and sources", vec![], json_kind),
            "/api/v1/cases/{id}": get("case", "One record", vec![text("id", "path", true, "id of the record")], json_kind),
            "/api/v1/briefs/{subject}": get("brief", "A brief on a state, an organisation, a pair (RUS-BLR) or a region, as a document", vec![text("subject", "path", true, "the subject"), since()], json_kind),
            "/api/v1/charts/{subject}/{chart}": get("chart", "The numbers of a chart of a brief", vec![text("subject", "path", true, "the subject"), text("chart", "path", true, "chart-1 is the first"), since()], &["text/csv"]),
            "/api/v1/figures/ideal-points": get("ideal_points", "Ideal points of states by session, with 90 % intervals", vec![query("states", "ids of states parted by commas, six at the most")], &["text/csv"]),
            "/api/v1/figures/matrix": get("matrix", "Coded cases by threat and year", vec![query("actor", "a state or an organisation that is a party"), query("role", "in this role"), query("from", "first year"), query("to", "last year")], &["text/csv"]),
            "/feed.xml": get("feed", "Findings of change as an Atom feed", vec![], &["application/atom+xml"]),
        },
        "components": {"schemas": {"Problem": {
            "type": "object", "required": ["title", "status", "detail"],
            "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
        }}},
    })
}

/// The description as an answer.
pub(super) fn answer(site: &Site, _: &Ask) -> Result<Answer> {
    formats::json(&description(&site.observatory.manifest.blocwatch))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_description_and_the_routes_are_the_same() {
        let described = description("0");
        let paths = described["paths"].as_object().expect("paths");
        let here: BTreeSet<&str> = super::super::ROUTES.iter().map(|r| r.path).collect();
        assert_eq!(paths.keys().map(String::as_str).collect::<BTreeSet<_>>(), here);
        for route in super::super::ROUTES {
            let named: BTreeSet<&str> = paths[route.path]["get"]["parameters"]
                .as_array()
                .expect("parameters")
                .iter()
                .filter(|p| p["in"] == "query")
                .filter_map(|p| p["name"].as_str())
                .collect();
            assert_eq!(named, route.allowed.iter().copied().collect::<BTreeSet<_>>(), "{}", route.path);
        }
    }
}
