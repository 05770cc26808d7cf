//! `measure`: a measure's numbers, with its usual parameters or others.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use arrow::array::{BooleanArray, RecordBatch};
use blocwatch_analysis::frame::Columns;
use blocwatch_analysis::measures::{self, Measure, REGIME, Settings, Takes, similarity};
use blocwatch_analysis::step::Input;
use blocwatch_analysis::steps::states::LAST_YEAR;
use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;
use blocwatch_engine::Session;
use blocwatch_sources::ballots;

use crate::app::App;
use crate::output::{self, Format};

/// Arguments of `measure`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch measure\n  blocwatch measure composition --explain\n  blocwatch measure composition --org SCO --years 2001:2024\n  blocwatch measure composition --org ASEAN --regime bmr --set majority=two-thirds\n  blocwatch measure similarity --state RUS --state CHN --set issue=hr\n  blocwatch measure similarity --from voeten_votes.csv.gz voeten_rollcalls.csv.gz -o similarity.parquet"
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
    /// Read votes straight from a publisher's files (votes, roll calls, issues) instead of an observatory; similarity only
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
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
        if !self.from.is_empty() {
            return self.straight(app, measure, spec, &settings);
        }
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
        let batch = self.rows(&session, measure, spec, &from)?;
        if batch.num_rows() == 0 {
            app.say("no rows; `blocwatch query \"SELECT * FROM coverage\"` says what the sources cover");
        }
        output::write_measured(batch, self.format, self.output.as_deref())
    }

    /// The numbers of a publisher's files, computed without an observatory.
    fn straight(&self, app: &App, measure: &Measure, spec: &TableSpec, settings: &Settings) -> Result<()> {
        if measure.name != similarity::MEASURE.name {
            bail!("--from reads votes, which {} does not measure; leave it out, or ask for similarity", measure.name);
        }
        let mut notices = Notices::new();
        let read = ballots::read(&self.from, States::embedded()?, &mut notices);
        app.tell_all(notices);
        let read = read?;
        let batches = if spec.name == similarity::AGREEMENT.name {
            similarity::overall(&read, settings)?
        } else {
            vec![similarity::by_issue(&read, settings)?]
        };
        let states = self.states()?;
        let batches = batches.iter().map(|b| self.chosen(b, spec, &states)).collect::<Result<Vec<_>>>()?;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        app.say(&format!(
            "{} votes on {} roll calls (edition {}), {rows} rows",
            read.votes.iter().filter(|v| v.vote <= 3).count(),
            read.calls.len(),
            read.edition
        ));
        output::write_batches(&batches, self.format, self.output.as_deref())
    }

    /// The rows of a batch that are asked for by state and years.
    fn chosen(&self, batch: &RecordBatch, spec: &TableSpec, states: &[u16]) -> Result<RecordBatch> {
        if states.is_empty() && self.years.is_none() && self.org.is_none() {
            return Ok(batch.clone());
        }
        if self.org.is_some() || (self.years.is_some() && !spec.columns.iter().any(|c| c.name == "year")) {
            bail!("rows of {} have no organisation or no year; leave --org and --years out", spec.name);
        }
        let columns = Columns(batch);
        let (one, two) = (columns.u16("gwcode1")?, columns.u16("gwcode2")?);
        let year = self.years.map(|_| columns.i32("year")).transpose()?;
        let keep: BooleanArray = (0..batch.num_rows())
            .map(|i| {
                let (a, b) = (states.contains(&one.value(i)), states.contains(&two.value(i)));
                let fits = states.is_empty() || if self.state.len() == 1 { a || b } else { a && b };
                let in_time = self.years.zip(year).is_none_or(|(span, year)| (span.from..=span.to).contains(&year.value(i)));
                Some(fits && in_time)
            })
            .collect();
        Ok(arrow::compute::filter_record_batch(batch, &keep)?)
    }

    /// All numbers that the states asked for ever had.
    fn states(&self) -> Result<Vec<u16>> {
        let states = States::embedded()?;
        let mut numbers = Vec::new();
        for text in &self.state {
            let state = match states.by_id(&text.to_uppercase()) {
                Some(state) => state,
                None => states.resolve(text, LAST_YEAR)?,
            };
            numbers.extend(state.keys());
        }
        Ok(numbers)
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

    fn rows(&self, session: &Session, measure: &Measure, spec: &TableSpec, from: &str) -> Result<RecordBatch> {
        let has = |name: &str| spec.columns.iter().any(|c| c.name == name);
        // what to ask instead: another table of the measure that has the column, if there is one
        let instead = |columns: &[&str], option: &str| {
            let with = |t: &&&TableSpec| t.columns.iter().any(|c| columns.contains(&c.name));
            measure.outputs.iter().find(with).map_or_else(|| format!("leave {option} out"), |t| format!("add --table {}", t.name))
        };
        let mut conditions: Vec<String> = Vec::new();
        if !self.state.is_empty() {
            let numbers: Vec<String> = self.states()?.iter().map(u16::to_string).collect();
            let list = numbers.join(", ");
            conditions.push(match (has("gwcode"), has("gwcode1"), self.state.len()) {
                (true, ..) => format!("gwcode IN ({list})"),
                (_, true, 1) => format!("(gwcode1 IN ({list}) OR gwcode2 IN ({list}))"),
                (_, true, _) => format!("(gwcode1 IN ({list}) AND gwcode2 IN ({list}))"),
                _ => bail!("rows of {} are not about single states; {}", spec.name, instead(&["gwcode", "gwcode1"], "--state")),
            });
        }
        if let Some(org) = &self.org {
            if !has("org") {
                bail!("rows of {} are not about organisations; {}", spec.name, instead(&["org"], "--org"));
            }
            conditions.push(format!("org = '{}'", org.replace('\'', "''")));
        }
        if let Some(years) = self.years {
            if !has("year") {
                bail!("rows of {} have no year; {}", spec.name, instead(&["year"], "--years"));
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

/// An input in words.
fn reads(input: &Input) -> String {
    match input {
        Input::Table(table) => format!("`{table}`"),
        Input::Accounts(source) => format!("what the source `{source}` covers"),
        Input::Knowledge(part) => format!("`knowledge/{part}`"),
        Input::Source(source) => format!("the files of `{source}`"),
    }
}

fn explain(m: &Measure) -> Result<String> {
    let mut out = format!("# {}\n\n`blocwatch measure {}`\n\n{}\n\n", m.title, m.name, m.doc);
    out.push_str(&format!("**Interval.** {}\n\n", m.interval));
    out.push_str("**Tables.**\n\n");
    for t in m.outputs {
        out.push_str(&format!("- `{}` (by {}): {}\n", t.name, t.keys.join(", "), t.doc));
    }
    out.push('\n');
    let inputs: Vec<String> = m.inputs.iter().map(reads).collect();
    out.push_str(&format!("**Reads.** {}.\n\n", inputs.join(", ")));
    if let Some(first) = m.outputs.first() {
        out.push_str(&format!("| column of `{}` | unit | what it is, and when it is null |\n| --- | --- | --- |\n", first.name));
        for c in first.columns {
            out.push_str(&format!("| `{}` | {} | {} |\n", c.name, c.unit, c.doc));
        }
        out.push('\n');
    }
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
