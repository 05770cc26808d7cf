//! `why`: from a finding, a case or any row to the rows it rests on.

use anyhow::Result;
use blocwatch_analysis::why::{Node, Walker};
use blocwatch_core::casebook::Casebook;

use crate::app::App;
use crate::output;

/// Arguments of `why`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch why regime-category.KGZ.2024\n  blocwatch why \"composition_org_year:org = 'SCO' AND year = 2024\"\n  blocwatch why operation-condor --json"
)]
pub(crate) struct Args {
    /// Id of a finding or case, or TABLE:CONDITION
    id: String,
    /// Rows shown for each condition; the rest is counted
    #[arg(long, default_value_t = 12, value_name = "N")]
    rows: usize,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let observatory = app.observatory()?;
        let session = app.session(&observatory)?;
        let book = Casebook::embedded()?;
        let store = app.store()?;
        let walker = Walker::new(&session, &observatory, &book, &store, self.rows.max(1))?;
        let nodes = walker.why(&self.id)?;
        if self.json {
            return output::write(None, (serde_json::to_string_pretty(&nodes)? + "\n").as_bytes());
        }
        let mut text = String::new();
        for node in &nodes {
            print(node, 0, &mut text);
        }
        output::write(None, text.as_bytes())
    }
}

/// A node and all below it, indented.
pub(super) fn print(node: &Node, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let row: Vec<String> = node.row.iter().map(|(k, v)| format!("{k}={}", v.replace('\n', " "))).collect();
    out.push_str(&format!("{pad}{}\n", node.place));
    if !row.is_empty() {
        out.push_str(&format!("{pad}  {}\n", row.join("  ")));
    }
    for note in &node.notes {
        out.push_str(&format!("{pad}  [{note}]\n"));
    }
    for from in &node.from {
        print(from, depth + 1, out);
    }
    if node.left_out > 0 {
        out.push_str(&format!("{pad}… {} more rows of {}; --rows N shows more\n", node.left_out, node.place));
    }
}
