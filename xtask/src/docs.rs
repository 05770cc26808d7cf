//! The reference pages in `docs/reference/`, written from what the built program says of itself.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

const PROGRAM: &str = "target/release/blocwatch";
const HEAD: &str = "<!-- Written by `cargo xtask docs`; edit the code it describes instead. -->\n\n";

/// Writes the pages, or compares them.
pub(crate) fn run(check: bool) -> Result<String> {
    let pages =
        [("tables.md", tables()?), ("sources.md", sources()?), ("cli.md", cli()?), ("matrix.md", matrix()?), ("measures.md", measures()?)];
    let folder = Path::new("docs/reference");
    let mut drifted = Vec::new();
    for (name, text) in &pages {
        let path = folder.join(name);
        if check {
            if std::fs::read_to_string(&path).unwrap_or_default() != *text {
                drifted.push(path.display().to_string());
            }
        } else {
            std::fs::create_dir_all(folder)?;
            #[expect(clippy::disallowed_methods, reason = "a page that can be written again at any time")]
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    if !drifted.is_empty() {
        bail!("out of date: {}; run `make docs`", drifted.join(", "));
    }
    Ok(format!("docs: {} pages {}", pages.len(), if check { "are up to date" } else { "written" }))
}

fn program(args: &[&str]) -> Result<String> {
    // a home of its own, so that what somebody holds does not show in the pages
    let output = Command::new(PROGRAM)
        .args(args)
        .env("BLOCWATCH_HOME", "target/docs-home")
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .output()
        .with_context(|| format!("cannot run {PROGRAM}; `make build` makes it"))?;
    if !output.status.success() {
        bail!("{PROGRAM} {} failed: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn tables() -> Result<String> {
    let all: Value = serde_json::from_str(&program(&["tables", "--json"])?)?;
    let mut out =
        format!("{HEAD}# Tables\n\nEvery table of an observatory. `blocwatch tables NAME` prints one; `blocwatch query` reads them.\n\n");
    for table in all.as_array().map_or(&[][..], Vec::as_slice) {
        let keys: Vec<&str> = list(table, "keys").iter().filter_map(Value::as_str).collect();
        writeln!(
            out,
            "## {}\n\n{}\n\nOne row is one {}; key: {}.\n",
            text(table, "name"),
            text(table, "doc"),
            text(table, "unit"),
            keys.join(", ")
        )?;
        out.push_str("| column | type | null | unit | meaning |\n| --- | --- | --- | --- | --- |\n");
        for c in list(table, "columns") {
            let null = if c.get("nullable").and_then(Value::as_bool) == Some(true) { "yes" } else { "" };
            writeln!(out, "| {} | {} | {null} | {} | {} |", text(c, "name"), text(c, "kind"), cell(text(c, "unit")), cell(text(c, "doc")))?;
        }
        out.push('\n');
    }
    Ok(out.trim_end().to_owned() + "\n")
}

fn sources() -> Result<String> {
    let all: Value = serde_json::from_str(&program(&["sources", "--json"])?)?;
    let mut out = format!("{HEAD}# Sources\n\nWhat `blocwatch fetch` can take, from whom, and under which licence.\n\n");
    for source in all.as_array().map_or(&[][..], Vec::as_slice) {
        let m = source.get("meta").unwrap_or(&Value::Null);
        let c = m.get("citation").unwrap_or(&Value::Null);
        writeln!(out, "## {}: {}\n\n{}\n", text(m, "id"), text(m, "name"), text(m, "what"))?;
        let year = c.get("year").and_then(Value::as_i64).unwrap_or(0);
        let doi = text(c, "doi");
        let doi = if doi.is_empty() { String::new() } else { format!(". doi:{doi}") };
        writeln!(out, "- publisher: {}, <{}>", text(m, "publisher"), text(m, "homepage"))?;
        writeln!(out, "- years {}; unit {}", text(m, "years"), text(m, "unit"))?;
        writeln!(out, "- licence: {}. {}", text(m, "licence"), text(m, "redistribution"))?;
        writeln!(out, "- persons: {}", text(m, "personal_note"))?;
        writeln!(out, "- cite: {} ({year}). {}. {}{doi}", text(c, "authors"), text(c, "title"), text(c, "outlet"))?;
        let unlocks: Vec<&str> = list(m, "unlocks").iter().filter_map(Value::as_str).collect();
        writeln!(out, "- unlocks: {}\n", unlocks.join(", "))?;
        out.push_str("| file | shape | names | how to get it |\n| --- | --- | --- | --- |\n");
        for f in list(m, "files") {
            let names: Vec<&str> = list(f, "names").iter().filter_map(Value::as_str).collect();
            let urls: Vec<&str> = list(f, "urls").iter().filter_map(Value::as_str).collect();
            let how = if urls.is_empty() { text(f, "manual").to_owned() } else { urls.join(", ") };
            writeln!(out, "| {} | {} | `{}` | {} |", text(f, "role"), text(f, "shape"), names.join("`, `"), cell(&how))?;
        }
        out.push('\n');
    }
    Ok(out.trim_end().to_owned() + "\n")
}

fn cli() -> Result<String> {
    let help = program(&["--help"])?;
    let mut out = format!("{HEAD}# Command line\n\n```text\n{}\n```\n\n", help.trim_end());
    for command in commands(&help) {
        let own = program(&[command, "--help"])?;
        let below = commands(&own);
        if below.is_empty() {
            writeln!(out, "## blocwatch {command}\n\n```text\n{}\n```\n", own.trim_end())?;
        }
        for sub in below {
            writeln!(out, "## blocwatch {command} {sub}\n\n```text\n{}\n```\n", program(&[command, sub, "--help"])?.trim_end())?;
        }
    }
    Ok(out.trim_end().to_owned() + "\n")
}

/// The commands that a help page lists, but for `help` itself.
fn commands(help: &str) -> Vec<&str> {
    let listed = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    // a line that goes on with the words of the one before is indented further
    let named = listed.filter(|l| l.starts_with("  ") && !l.starts_with("   ")).filter_map(|l| l.split_whitespace().next());
    named.filter(|c| *c != "help").collect()
}

fn measures() -> Result<String> {
    let all: Value = serde_json::from_str(&program(&["measure", "--json"])?)?;
    let mut out = format!(
        "{HEAD}# Measures\n\nEvery measure with its definition, parameters and a worked example. `blocwatch measure NAME` prints its numbers, \
         `blocwatch sensitivity NAME` how they move.\n\n"
    );
    for m in all.as_array().map_or(&[][..], Vec::as_slice) {
        // the page of one measure has a heading of the first rank; here it is one of many
        writeln!(out, "#{}\n", text(m, "page").trim_end())?;
    }
    Ok(out.trim_end().to_owned() + "\n")
}

fn matrix() -> Result<String> {
    let file = std::fs::read_to_string("knowledge/taxonomy.toml")?;
    let taxonomy: toml::Table = file.parse()?;
    let terms = |name: &str| taxonomy.get(name).and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let field = |t: &toml::Value, k: &str| t.get(k).and_then(toml::Value::as_str).unwrap_or("").trim().replace('\n', " ");
    let mut out = format!("{HEAD}# The matrix\n\nThe vocabulary by which cases are coded, with definitions.\n\n");
    for threat in terms("threat") {
        writeln!(out, "## Threat: {}\n\n{}\n", field(&threat, "name"), field(&threat, "definition"))?;
        for response in terms("response").iter().filter(|r| field(r, "threat") == field(&threat, "id")) {
            writeln!(
                out,
                "### Response: {} (`{}`)\n\n{}\n",
                field(response, "name"),
                field(response, "id"),
                field(response, "definition")
            )?;
            out.push_str("| tactic | what it is | includes | excludes |\n| --- | --- | --- | --- |\n");
            for t in terms("tactic").iter().filter(|t| field(t, "response") == field(response, "id")) {
                writeln!(
                    out,
                    "| {} (`{}`) | {} | {} | {} |",
                    cell(&field(t, "name")),
                    field(t, "id"),
                    cell(&field(t, "definition")),
                    cell(&field(t, "includes")),
                    cell(&field(t, "excludes"))
                )?;
            }
            out.push('\n');
        }
    }
    for (list, title) in [
        ("channel", "Channels"),
        ("role", "Roles of parties"),
        ("kind", "Kinds of record"),
        ("claim", "How a statement stands"),
        ("outcome", "Outcomes"),
        ("interruption_kind", "Kinds of interruption"),
        ("admiralty_source", "Reliability of the source"),
        ("admiralty_information", "Credibility of the information"),
    ] {
        writeln!(out, "## {title}\n\n| code | name | definition |\n| --- | --- | --- |")?;
        for t in terms(list) {
            writeln!(out, "| `{}` | {} | {} |", field(&t, "id"), cell(&field(&t, "name")), cell(&field(&t, "definition")))?;
        }
        out.push('\n');
    }
    Ok(out.trim_end().to_owned() + "\n")
}
