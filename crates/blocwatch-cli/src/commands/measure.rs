//! `measure`: a measure's numbers, with its usual parameters or others.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use arrow::array::RecordBatch;
use blocwatch_analysis::measures::{self, Measure, REGIME, Settings, Takes};
use blocwatch_analysis::steps::states::LAST_YEAR;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;
use blocwatch_engine::Session;

use crate::app::App;
use crate::output::{self, Format};

/// Arguments of `measure`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch measure\n  blocwatch measure composition --explain\n  blocwatch measure composition --org SCO --years 2001:2024\n  blocwatch measure composition --org ASEAN --regime bmr --set majority=two-thirds"
)]
pub(crate) struct Args {
    /// The measure; without one, all are listed
    name: Option<String>,
    /// Only rows of this state; twice for a pair
    #[arg(long, value_name = "STATE")]
    state: Vec<String>,
    /// Only rows of this organisation
    #[arg(long, value_name = "ORG")]
    org: Option<String>,
    /// Only these years, as in 1990:2024 or 2010
    #[arg(long, value_name = "A:B")]
    years: Option<Years>,
    /// Set a parameter; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// The regime measure that decides which states are autocracies, with a cut if another than usual is meant: bmr, polyarchy:0.42
    #[arg(long, value_name = "NAME[:CUT]")]
    regime: Option<String>,
    /// Another table of the measure than its first
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// Say what it measures, how, from what and after whom, instead of its numbers
    #[arg(long)]
    explain: bool,
    /// The measures with their parameters as JSON
    #[arg(long)]
    json: bool,
    /// How to write the result [default: by the ending of FILE, else table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A span of years, both ends included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Years {
    from: i32,
    to: i32,
}

impl std::str::FromStr for Years {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let year = |t: &str| t.trim().parse::<i32>().map_err(|_| format!("'{t}' is no year; write 1990:2024 or 2010"));
        let (from, to) = match text.split_once(':') {
            Some((a, b)) => (if a.is_empty() { i32::MIN } else { year(a)? }, if b.is_empty() { i32::MAX } else { year(b)? }),
            None => (year(text)?, year(text)?),
        };
        if from > to {
            return Err(format!("{from} comes after {to}; write the earlier year first"));
        }
        Ok(Self { from, to })
    }
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        if self.json {
            let list: Vec<serde_json::Value> = measures::ALL.iter().map(|m| as_json(m)).collect::<Result<_>>()?;
            return output::write(self.output.as_deref(), (serde_json::to_string_pretty(&list)? + "\n").as_bytes());
        }
        let Some(name) = &self.name else {
            let mut table = output::plain_table(["measure", "what it is", "parameters"].map(str::to_owned));
            for m in measures::ALL {
                let parameters: Vec<&str> = m.parameters.iter().map(|p| p.name).collect();
                table.add_row([m.name, m.title, &parameters.join(", ")]);
            }
            return output::write(None, output::trimmed(&table).as_bytes());
        };
        let measure = measures::by_name(name)?;
        if self.explain {
            return output::write(self.output.as_deref(), explain(measure)?.as_bytes());
        }
        let settings = self.settings(measure)?;
        let spec = self.spec(measure)?;
        let observatory = app.observatory()?;
        let session = app.session(&observatory)?;
        let from = if settings.changed().is_empty() {
            spec.name.to_owned()
        } else {
            app.say(&format!("{} with {}", measure.name, settings.changed().join(" ")));
            let mut computed = measures::compute(&session, measure, &settings)?;
            app.tell_all(std::mem::take(&mut computed.report.notices));
            let batch = computed.tables.remove(spec.name).with_context(|| format!("{} yields no table {}", measure.name, spec.name))?;
            session.register_batch("measured", batch)?;
            "measured".to_owned()
        };
        let batch = self.rows(&session, spec, &from)?;
        if batch.num_rows() == 0 {
            app.say("no rows; `blocwatch query \"SELECT * FROM coverage\"` says what the sources cover");
        }
        output::write_batches(&[batch], self.format, self.output.as_deref())
    }

    fn settings(&self, measure: &Measure) -> Result<Settings> {
        let mut settings = Settings::defaults(measure.parameters);
        for pair in &self.set {
            let Some((key, value)) = pair.split_once('=') else { bail!("--set takes KEY=VALUE, not '{pair}'") };
            settings.set(measure.parameters, key.trim(), value.trim())?;
        }
        if let Some(regime) = &self.regime {
            if !measure.parameters.iter().any(|p| p.takes == Takes::Regime) {
                bail!("{} has no regime in it, so --regime would change nothing", measure.name);
            }
            settings.set(measure.parameters, REGIME.name, regime)?;
        }
        Ok(settings)
    }

    fn spec(&self, measure: &Measure) -> Result<&'static TableSpec> {
        let Some(asked) = &self.table else {
            return measure.outputs.first().copied().with_context(|| format!("{} makes no table", measure.name));
        };
        measure.outputs.iter().copied().find(|t| t.name == asked).with_context(|| {
            let names: Vec<&str> = measure.outputs.iter().map(|t| t.name).collect();
            format!("{} makes no table '{asked}'; it makes {}", measure.name, names.join(", "))
        })
    }

    fn rows(&self, session: &Session, spec: &TableSpec, from: &str) -> Result<RecordBatch> {
        let has = |name: &str| spec.columns.iter().any(|c| c.name == name);
        let mut conditions: Vec<String> = Vec::new();
        if !self.state.is_empty() {
            let states = States::embedded()?;
            let mut numbers: Vec<String> = Vec::new();
            for text in &self.state {
                let state = match states.by_id(&text.to_uppercase()) {
                    Some(state) => state,
                    None => states.resolve(text, LAST_YEAR)?,
                };
                numbers.push(state.key_at(LAST_YEAR).to_string());
            }
            let list = numbers.join(", ");
            conditions.push(match (has("gwcode"), has("gwcode1"), numbers.len()) {
                (true, ..) => format!("gwcode IN ({list})"),
                (_, true, 1) => format!("(gwcode1 IN ({list}) OR gwcode2 IN ({list}))"),
                (_, true, _) => format!("(gwcode1 IN ({list}) AND gwcode2 IN ({list}))"),
                _ => bail!("rows of {} are not about single states; leave --state out", spec.name),
            });
        }
        if let Some(org) = &self.org {
            if !has("org") {
                bail!("rows of {} are not about organisations; leave --org out", spec.name);
            }
            conditions.push(format!("org = '{}'", org.replace('\'', "''")));
        }
        if let Some(years) = self.years {
            if !has("year") {
                bail!("rows of {} have no year; leave --years out", spec.name);
            }
            conditions.push(format!("year BETWEEN {} AND {}", years.from, years.to));
        }
        let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        Ok(session.query_one(&format!("SELECT * FROM \"{from}\"{filter} ORDER BY {}", spec.keys.join(", ")))?)
    }
}

/// What a parameter takes, in words, with its default.
fn takes(takes: Takes) -> String {
    match takes {
        Takes::Number { default, least, most } => format!("{least} to {most}, default {default}"),
        Takes::Count { default, least, most } => format!("whole number {least} to {most}, default {default}"),
        Takes::Choice(words) => format!("{}; default {}", words.join(" or "), words.first().copied().unwrap_or("")),
        Takes::Flag(default) => format!("yes or no, default {}", if default { "yes" } else { "no" }),
        Takes::Regime => "regime measure, default row".to_owned(),
        Takes::Text => "text, default none".to_owned(),
    }
}

fn explain(m: &Measure) -> Result<String> {
    let mut out = format!("# {}\n\n`blocwatch measure {}`\n\n{}\n\n", m.title, m.name, m.doc);
    out.push_str(&format!("**Interval.** {}\n\n", m.interval));
    let tables: Vec<String> = m.outputs.iter().map(|t| format!("`{}` (one row is one {})", t.name, t.unit.as_str())).collect();
    out.push_str(&format!("**Tables.** {}.\n\n", tables.join(", ")));
    let inputs: Vec<String> = m
        .inputs
        .iter()
        .map(|i| match i {
            blocwatch_analysis::step::Input::Table(t) => format!("`{t}`"),
            other => format!("{other:?}"),
        })
        .collect();
    out.push_str(&format!("**Reads.** {}.\n\n", inputs.join(", ")));
    if m.parameters.is_empty() {
        out.push_str("**Parameters.** None.\n\n");
    } else {
        out.push_str("| parameter | takes | what it does |\n| --- | --- | --- |\n");
        for p in m.parameters {
            out.push_str(&format!("| `{}` | {} | {} |\n", p.name, takes(p.takes), p.doc));
        }
        out.push('\n');
    }
    out.push_str(&format!("**Worked example.** {}\n\n**After.**\n\n", (m.example)()?));
    for c in m.citations {
        out.push_str(&format!("- {c}\n"));
    }
    Ok(out)
}

fn as_json(m: &Measure) -> Result<serde_json::Value> {
    let parameters: Vec<serde_json::Value> =
        m.parameters.iter().map(|p| serde_json::json!({"name": p.name, "takes": takes(p.takes), "doc": p.doc})).collect();
    let tables: Vec<&str> = m.outputs.iter().map(|t| t.name).collect();
    Ok(serde_json::json!({
        "name": m.name, "title": m.title, "parameters": parameters, "tables": tables, "page": explain(m)?,
    }))
}
