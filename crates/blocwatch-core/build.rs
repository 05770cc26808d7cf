//! Refuses to build a binary whose vocabulary does not hold together, and re-embeds `knowledge/` when any file in it changes.
//!
//! `include_dir!` does not see new or changed files on stable Rust; the folder named below does. The rest of `knowledge/` is the
//! business of `blocwatch casebook check`: a mistake in one case must not keep anybody from building.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".to_owned());
    let knowledge = Path::new(&root).join("../../knowledge");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", knowledge.display());
    let path = knowledge.join("taxonomy.toml");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) => {
            println!("cargo::warning=knowledge/taxonomy.toml cannot be read ({e}); the binary will know no codes");
            return ExitCode::SUCCESS;
        }
    };
    let problems = problems(&text);
    for problem in &problems {
        println!("cargo::error=knowledge/taxonomy.toml: {problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is wrong with the vocabulary, each with the id and what to do.
fn problems(text: &str) -> Vec<String> {
    let file: toml::Table = match toml::from_str(text) {
        Ok(file) => file,
        Err(e) => return vec![format!("does not parse; {}", e.to_string().replace('\n', " "))],
    };
    let mut out = Vec::new();
    for (list, parents) in [
        ("channel", None),
        ("threat", None),
        ("response", Some("threat")),
        ("tactic", Some("response")),
        ("role", None),
        ("kind", None),
        ("party_kind", None),
        ("claim", None),
        ("interruption_kind", None),
        ("outcome", None),
        ("admiralty_source", None),
        ("admiralty_information", None),
    ] {
        let mut seen = BTreeSet::new();
        if terms(&file, list).next().is_none() {
            out.push(format!("the list '{list}' is empty; write at least one [[{list}]]"));
        }
        for term in terms(&file, list) {
            let field = |key: &str| term.get(key).and_then(toml::Value::as_str).unwrap_or("").trim();
            let id = field("id");
            if id.is_empty() {
                out.push(format!("a [[{list}]] named '{}' has no id; give it one", field("name")));
            } else if !seen.insert(id) {
                out.push(format!("the {list} '{id}' stands twice; rename or remove one"));
            }
            for key in ["name", "definition"] {
                if field(key).is_empty() {
                    out.push(format!("the {list} '{id}' has no {key}; write one"));
                }
            }
            if let Some(parents) = parents
                && !terms(&file, parents).any(|p| p.get("id").and_then(toml::Value::as_str) == Some(field(parents)))
            {
                out.push(format!(
                    "the {list} '{id}' names the {parents} '{}', which does not exist; write the id of a [[{parents}]]",
                    field(parents)
                ));
            }
        }
    }
    out
}

fn terms<'a>(file: &'a toml::Table, list: &str) -> impl Iterator<Item = &'a toml::Table> {
    file.get(list).and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_table)
}
