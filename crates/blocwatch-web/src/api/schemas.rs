//! Shapes of the answers, JSON Schema as OpenAPI 3.1 takes it. `make test-api` holds the answers to them.

use serde_json::{Map, Value, json};

fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn maybe(kind: &str) -> Value {
    json!({"type": [kind, "null"]})
}

fn list(of: &Value) -> Value {
    json!({"type": "array", "items": of})
}

fn of(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// All shapes by name.
pub(super) fn all() -> Value {
    let whole = json!({"type": "integer"});
    let count = json!({"type": "integer", "minimum": 0});
    let mut out = Map::new();
    let mut add = |name: &str, shape: Value| drop(out.insert(name.to_owned(), shape));
    let problem = json!({"type": text(), "title": text(), "status": whole, "detail": text()});
    add("Problem", object(&["type", "title", "status", "detail"], problem));
    let root = json!({
        "observatory": {"type": "string", "description": "key of the observatory: the same files give the same key"}, "program": text(), "as_of": maybe("string"),
        "paths": list(&text()), "description": text(), "page": text(), "tables": count, "snapshots": count,
    });
    add("Root", object(&["observatory", "program", "paths", "description", "tables", "snapshots"], root));
    let entry = json!({"name": text(), "unit": {"type": "string", "description": "what one row is"}, "doc": text(), "keys": list(&text()), "rows": count, "sha256": text()});
    add("TableEntry", object(&["name", "unit", "doc", "keys", "rows", "sha256"], entry));
    add("Tables", object(&["tables"], json!({"tables": list(&of("TableEntry"))})));
    let column = json!({"name": text(), "kind": text(), "unit": text(), "doc": text(), "nullable": {"type": "boolean"}});
    add("Column", object(&["name", "doc"], column));
    let table = json!({"name": text(), "unit": text(), "doc": text(), "keys": list(&text()), "columns": list(&of("Column")), "rows": maybe("integer"), "sha256": maybe("string"), "data": text()});
    add("Table", object(&["name", "unit", "doc", "keys", "columns", "data"], table));
    let cell = json!({"type": ["string", "number", "boolean", "null", "array", "object"]});
    add("Rows", json!({"type": "array", "items": {"type": "object", "additionalProperties": cell}}));
    let found = json!({"kind": text(), "id": text(), "title": text(), "about": text(), "href": text()});
    add("Hit", object(&["kind", "id", "title", "href"], found));
    let texts = json!({"type": ["object", "null"], "required": ["hits", "found"], "properties": {"hits": list(&json!({"type": "object"})), "found": count}});
    let found =
        json!({"query": text(), "misspelt": {"type": "boolean"}, "results": list(&of("Hit")), "texts": texts, "texts_state": text()});
    add("Found", object(&["query", "misspelt", "results", "texts_state"], found));
    let name = object(&["title", "kind", "href"], json!({"title": text(), "kind": text(), "href": text()}));
    add(
        "Suggested",
        object(
            &["query", "misspelt", "suggestions"],
            json!({"query": text(), "misspelt": {"type": "boolean"}, "suggestions": list(&name)}),
        ),
    );
    let party = json!({"role": text(), "kind": text(), "actor": text(), "of": text()});
    add("Party", object(&["role", "kind", "actor"], party));
    let source = json!({"work": text(), "at": text(), "via": text(), "cite": maybe("string")});
    add("Source", object(&["work"], source));
    add("Correction", object(&["date", "says", "work"], json!({"date": json!({}), "says": text(), "work": text()})));
    let mut case = Map::new();
    let words =
        "id kind title statement channel threat response tactic date_note claim grade note outcome interruption finding page licence";
    for name in words.split(' ') {
        case.insert(name.to_owned(), text());
    }
    for name in ["from", "to"] {
        case.insert(name.to_owned(), json!({"description": "a year, month or day; null where the record gives none"}));
    }
    case.insert("parties".to_owned(), list(&of("Party")));
    case.insert("sources".to_owned(), list(&of("Source")));
    case.insert("corrections".to_owned(), list(&of("Correction")));
    add(
        "Case",
        object(
            &["id", "kind", "title", "statement", "claim", "grade", "parties", "sources", "corrections", "page", "licence"],
            Value::Object(case),
        ),
    );
    add("Cases", object(&["cases", "total"], json!({"cases": list(&of("Case")), "total": count})));
    add(
        "Brief",
        json!({"type": "object", "required": ["kind", "title"], "properties": {"kind": text(), "title": text()}, "description": "the document that the page of the subject is made from: sections, tables, charts, notes and their sources"}),
    );
    Value::Object(out)
}
