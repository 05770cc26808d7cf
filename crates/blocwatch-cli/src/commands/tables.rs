//! `tables`: what every table and column means.

use anyhow::{Result, bail};
use blocwatch_analysis::steps;
use blocwatch_core::table::TableSpec;

use crate::app::App;
use crate::output;

/// Arguments of `tables`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  blocwatch tables\n  blocwatch tables composition_org_year\n  blocwatch tables --json")]
pub(crate) struct Args {
    /// Only these tables, with all their columns
    names: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// The SQL functions instead
    #[arg(long)]
    functions: bool,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        if self.functions {
            let mut table = output::plain_table(["function".to_owned(), "returns".to_owned()]);
            for f in blocwatch_engine::functions::FUNCTIONS {
                table.add_row([f.usage, f.doc]);
            }
            return output::write(None, output::trimmed(&table).as_bytes());
        }
        let mut chosen: Vec<&'static TableSpec> = Vec::new();
        for name in &self.names {
            let Some(spec) = steps::table(name) else {
                let all: Vec<&str> = steps::tables().iter().map(|t| t.name).collect();
                let near = blocwatch_core::name::nearest(name, all, 3);
                bail!("there is no table '{name}'{}", blocwatch_core::name::did_you_mean(&near));
            };
            chosen.push(spec);
        }
        if self.json {
            let list = if chosen.is_empty() { steps::tables() } else { chosen };
            let text = serde_json::to_string_pretty(&list)? + "\n";
            return output::write(None, text.as_bytes());
        }
        let rows = app.observatory().ok().map(|o| o.manifest.tables).unwrap_or_default();
        if chosen.is_empty() {
            let mut table = output::plain_table(["table", "rows", "one row is", "what it says"].map(str::to_owned));
            for spec in steps::tables() {
                let n = rows.get(spec.name).map_or_else(|| "not built".to_owned(), |t| t.rows.to_string());
                table.add_row([spec.name, &n, spec.unit.as_str(), spec.doc]);
            }
            return output::write(None, output::trimmed(&table).as_bytes());
        }
        let mut text = String::new();
        for spec in chosen {
            text.push_str(&describe(spec));
        }
        output::write(None, text.as_bytes())
    }
}

fn describe(spec: &TableSpec) -> String {
    let mut text = format!("{}\n{}\nOne row is one {}; key: {}.\n\n", spec.name, spec.doc, spec.unit.as_str(), spec.keys.join(", "));
    let mut table = output::plain_table(["column", "type", "null", "unit", "meaning"].map(str::to_owned));
    for c in spec.columns {
        let kind = format!("{:?}", c.kind).to_lowercase();
        table.add_row([c.name, &kind, if c.nullable { "yes" } else { "" }, c.unit, c.doc]);
    }
    text.push_str(&output::trimmed(&table));
    if steps::harmonise::is_harmonised(spec.name) {
        text.push_str("\nA null is a value that the publisher does not give; the table coverage says what the source covers.\n");
    }
    text.push('\n');
    text
}
