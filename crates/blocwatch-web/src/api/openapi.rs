//! The description of the interface, OpenAPI 3.1: addresses, parameters with examples, answers and errors. Shapes of answers are in `schemas`.

use serde_json::{Value, json};

use super::{formats, schemas};
use crate::error::Result;
use crate::search::KINDS;
use crate::server::{Answer, Ask};
use crate::site::Site;

fn text(name: &str, place: &str, required: bool, says: &str, example: &str) -> Value {
    json!({"name": name, "in": place, "required": required, "description": says, "schema": {"type": "string", "minLength": 1, "maxLength": 8192}, "example": example})
}

fn path(name: &str, says: &str, example: &str) -> Value {
    text(name, "path", true, says, example)
}

fn query(name: &str, says: &str, example: &str) -> Value {
    text(name, "query", false, says, example)
}

fn number(name: &str, says: &str, least: i64, most: i64, default: i64) -> Value {
    let schema = json!({"type": "integer", "minimum": least, "maximum": most, "default": default});
    json!({"name": name, "in": "query", "required": false, "description": says, "schema": schema})
}

fn choice(name: &str, says: &str, words: &[&str]) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": says, "schema": {"type": "string", "enum": words}})
}

/// What an address answers with: media type and shape.
type Kinds<'a> = &'a [(&'a str, Value)];

fn get(id: &str, summary: &str, parameters: Vec<Value>, kinds: Kinds<'_>) -> Value {
    let content: serde_json::Map<String, Value> = kinds.iter().map(|(k, schema)| ((*k).to_owned(), json!({"schema": schema}))).collect();
    let problem = |name: &str| json!({"$ref": format!("#/components/responses/{name}")});
    json!({"get": {
        "operationId": id, "summary": summary, "parameters": parameters,
        "responses": {
            "200": {"description": "the answer", "headers": {"ETag": {"schema": {"type": "string"}}, "Link": {"schema": {"type": "string"}, "description": "RFC 8288: self, service-desc, and where they apply describedby, prev, next"}}, "content": content},
            "304": {"description": "unchanged since the entity tag that was sent in If-None-Match"},
            "400": problem("Bad"), "404": problem("NotFound"), "405": problem("Method"), "421": problem("Misdirected"), "422": problem("TooMuch"),
            "429": problem("TooOften"), "431": {"description": "the address and the headers are longer than 32 KiB together; the connection is closed"}, "500": problem("Broken"), "503": problem("Busy"), "504": problem("TooLong"),
        },
    }})
}

fn shape(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The description.
pub(crate) fn description(version: &str) -> Value {
    let of = |name: &str| [("application/json", shape(name))];
    let file = json!({"type": "string", "format": "binary"});
    let rows = [("application/json", shape("Rows")), ("text/csv", json!({"type": "string"})), ("application/vnd.apache.parquet", file)];
    let csv = [("text/csv", json!({"type": "string"}))];
    let limit = |most: i64, default: i64| number("limit", "entries at the most", 1, most, default);
    let offset = || number("offset", "entries to leave out first", 0, i64::from(u32::MAX), 0);
    let format = || choice("format", "format of the rows", formats::FORMATS);
    let since = || number("since", "year with which 'what is new' begins", 1800, 2200, 2020);
    let table = || path("name", "name of the table", "state_year");
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Blocwatch", "version": version,
            "summary": "The open observatory of authoritarian collaboration: tables, cases, briefs.",
            "description": "Read-only. Lists come a page at a time by `limit` and `offset`, and the header Link names the pages before and after. Errors are application/problem+json (RFC 9457). Answers carry an ETag. Null, zero and a missing row are three different things: the table `coverage` says which spans a source covers.",
            "license": {"name": "Apache-2.0 (program), CC BY 4.0 (casebook), publishers' licences for their data"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/api/v1": get("root", "What is here, and from which observatory", vec![], &of("Root")),
            "/api/v1/openapi.json": get("description", "This description", vec![], &[("application/json", json!({"type": "object"}))]),
            "/api/v1/tables": get("tables", "All tables", vec![], &of("Tables")),
            "/api/v1/tables/{name}": get("table", "One table with all columns, units and what null means", vec![table()], &of("Table")),
            "/api/v1/tables/{name}/rows": get("rows", "Rows of a table, sorted by its keys", vec![
                table(),
                query("state", "a state by any name or code", "KGZ"), query("partner", "the other state of a pair; for tables of pairs", "RUS"),
                query("org", "id of an organisation; for tables of organisations", "SCO"),
                query("years", "years, as 2000:2020; for tables by year", "2000:2020"),
                query("where", "conditions parted by semicolons, as layer=arms;weight>=3", "year>=2010"),
                query("columns", "columns, names or patterns parted by commas", "gwcode,year"),
                limit(100_000, 1_000), offset(), format(),
            ], &rows),
            "/api/v1/query": get("query", "One SELECT over all tables: read-only, ten seconds, bounded in memory, bytes, rows and depth", vec![text("sql", "query", true, "the query", "SELECT org, year, share_autocracies FROM composition_org_year WHERE org = 'SCO' ORDER BY year"), limit(100_000, 1_000), format()], &rows),
            "/api/v1/search": get("search", "What a name may mean and which texts hold the words, allowing for misspelling; words within quotation marks stand next to each other in texts", vec![text("q", "query", true, "what to look for", "kirgizstan"), choice("kind", "only of this kind", KINDS), limit(200, 20)], &of("Found")),
            "/api/v1/suggest": get("suggest", "Names that what has been typed so far may become, the likeliest first", vec![text("q", "query", true, "what has been typed", "kyrg")], &of("Suggested")),
            "/api/v1/cases": get("cases", "Records of the casebook with parties, grades and sources", vec![limit(1_000, 1_000), offset()], &of("Cases")),
            "/api/v1/cases/{id}": get("case", "One record", vec![path("id", "id of the record", "kgz-2024-foreign-representatives-law")], &of("Case")),
            "/api/v1/briefs/{subject}": get("brief", "A brief on a state, an organisation, a pair (RUS-BLR) or a region, as a document", vec![path("subject", "the subject", "SCO"), since()], &of("Brief")),
            "/api/v1/charts/{subject}/{chart}": get("chart", "The numbers of a chart of a brief", vec![path("subject", "the subject", "KGZ"), path("chart", "chart-1 is the first", "chart-1"), since()], &csv),
            "/api/v1/figures/ideal-points": get("ideal_points", "Ideal points of states by session, with 90 % intervals", vec![query("states", "ids of states parted by commas, six at the most", "RUS,USA")], &csv),
            "/api/v1/figures/matrix": get("matrix", "Coded cases by threat and year", vec![query("actor", "a state or an organisation that is a party", "RUS"), query("role", "in this role", "sponsor"), query("from", "first year", "1990"), query("to", "last year", "2024")], &csv),
            "/api/v1/figures/frame": get("frame", "The curves of a counter-norm in speeches: by regime, by organisation", vec![text("frame", "query", true, "id of the counter-norm", "multipolarity"), number("chart", "1: by regime, 2: by organisation", 1, 9, 1)], &csv),
            "/api/v1/figures/phrase": get("phrase", "The curves of a phrase that spread: speeches, states that took it up", vec![text("phrase", "query", true, "its words as the page has them", "multipolar world order"), number("chart", "1: speeches by year, 2: states by regime", 1, 9, 1)], &csv),
            "/feed.xml": get("feed", "Findings of change as an Atom feed", vec![], &[("application/atom+xml", json!({"type": "string"}))]),
        },
        "components": {"schemas": schemas::all(), "responses": {
            "Bad": problem("a parameter that is not understood; the detail says which and what it may be"),
            "NotFound": problem("nothing of that name; the detail names the nearest"),
            "Method": problem("only GET and HEAD are answered"),
            "Misdirected": problem("the server listens on its own machine only, and was asked under another name"),
            "TooMuch": problem("more than the server gives at once, or a query that took too long"),
            "TooOften": problem("too many requests from one address; come back after the seconds in Retry-After"),
            "Broken": problem("a mistake of the server, or a damaged observatory"),
            "Busy": problem("too many requests at once; come back after the seconds in Retry-After"),
            "TooLong": problem("the answer took longer than the server waits"),
        }},
    })
}

fn problem(says: &str) -> Value {
    json!({"description": says, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}})
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

    #[test]
    fn every_reference_leads_somewhere() {
        let described = description("0");
        let text = described.to_string();
        for part in text.split("\"$ref\":\"#").skip(1) {
            let pointer = part.split('"').next().expect("a pointer");
            assert!(described.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
