//! `sources`: what is known, held, missing or stale, with licence and citation, and what it unlocks.

use anyhow::Result;
use blocwatch_sources::{Held, Source};

use super::fetch::by_id;
use crate::app::App;
use crate::output;

/// Arguments of `sources`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  blocwatch sources\n  blocwatch sources vdem")]
pub(crate) struct Args {
    /// Only these, in full
    ids: Vec<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let store = app.store()?;
        let chosen: Vec<&'static dyn Source> = if self.ids.is_empty() {
            blocwatch_sources::registry().to_vec()
        } else {
            self.ids.iter().map(|id| by_id(id)).collect::<Result<_>>()?
        };
        let today = app.today();
        let mut rows = Vec::new();
        for source in chosen {
            let held = store.current(&source.meta().id)?;
            let state = standing(source, &held, &today);
            rows.push((source, held, state));
        }
        if self.json {
            let list: Vec<serde_json::Value> = rows
                .iter()
                .map(|(s, held, state)| {
                    let files: Vec<_> = held.iter().map(|h| &h.file).collect();
                    serde_json::json!({ "meta": s.meta(), "held": files, "standing": state })
                })
                .collect();
            return output::write(None, (serde_json::to_string_pretty(&list)? + "\n").as_bytes());
        }
        let mut text = String::new();
        if self.ids.is_empty() {
            let mut table =
                output::plain_table(["source", "standing", "files", "version", "years", "licence", "unlocks"].map(str::to_owned));
            for (source, held, state) in &rows {
                let m = source.meta();
                table.add_row([&m.id, state, &held.len().to_string(), &versions(held), &m.years, &m.licence, &m.unlocks.join(", ")]);
            }
            text.push_str(&output::trimmed(&table));
            text.push_str("\n`blocwatch sources ID` shows one in full; `blocwatch fetch ID` takes it from its publisher.\n");
        } else {
            for (source, held, state) in &rows {
                text.push_str(&describe(*source, held, state));
            }
        }
        output::write(None, text.as_bytes())
    }
}

/// `missing`, `held`, `incomplete: …` or `stale since …`.
fn standing(source: &dyn Source, held: &[Held], today: &str) -> String {
    let meta = source.meta();
    let Some(newest) = held.iter().map(|h| h.file.accessed.as_str()).max() else { return "missing".to_owned() };
    let mut lacking: Vec<&str> = meta.files.iter().filter(|f| f.required).map(|f| f.role.as_str()).collect();
    lacking.sort_unstable();
    lacking.dedup();
    lacking.retain(|role| !held.iter().any(|h| h.file.role == *role));
    if !lacking.is_empty() {
        return format!("incomplete: no {}", lacking.join(", "));
    }
    match due(newest, meta.update_rhythm_months) {
        Some(due) if meta.update_rhythm_months > 0 && due.as_str() < today => format!("stale since {due}"),
        _ => "held".to_owned(),
    }
}

/// The day on which a newer version may be expected.
fn due(accessed: &str, months: u32) -> Option<String> {
    let day = chrono::NaiveDate::parse_from_str(accessed, "%Y-%m-%d").ok()?;
    Some(day.checked_add_months(chrono::Months::new(months))?.format("%Y-%m-%d").to_string())
}

fn versions(held: &[Held]) -> String {
    let mut all: Vec<&str> = held.iter().map(|h| h.file.version.as_str()).filter(|v| !v.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all.join(", ")
}

fn describe(source: &dyn Source, held: &[Held], state: &str) -> String {
    let m = source.meta();
    let mut out = format!(
        "{} ({})\n  {}\n  standing       {state}\n  publisher      {}\n  homepage       {}\n  years          {}\n  unit           {}\n  licence        {} {}\n  passing on     {}\n  persons        {}\n  cite           {}\n  unlocks        {}\n",
        m.id,
        m.name,
        m.what,
        m.publisher,
        m.homepage,
        m.years,
        m.unit,
        m.licence,
        m.licence_url,
        m.redistribution,
        m.personal_note,
        m.citation,
        m.unlocks.join(", ")
    );
    for f in &m.files {
        let how = if f.urls.is_empty() { f.manual.clone() } else { f.urls.join(" or ") };
        out.push_str(&format!("  file           {} ({}): {}\n                 {how}\n", f.role, f.shape, f.names.join(", ")));
    }
    for h in held {
        let f = &h.file;
        out.push_str(&format!(
            "  held           {} as {} ({}), {} bytes, sha256 {}, taken {} from {}\n",
            f.name, f.role, f.shape, f.bytes, f.sha256, f.accessed, f.origin
        ));
    }
    out.push('\n');
    out
}
