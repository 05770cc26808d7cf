//! `panel`: one row per unit and period, with columns of any table, in the formats of statistics programs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use blocwatch_analysis::build::{Options, build};
use blocwatch_analysis::panel::catalogue::Catalogue;
use blocwatch_analysis::panel::{self, Panel, Request, System, Unit, from_files};
use blocwatch_analysis::why::Walker;
use blocwatch_core::Notices;
use blocwatch_core::casebook::Casebook;
use blocwatch_core::time::Years;
use blocwatch_engine::Observatory;
use blocwatch_engine::export::{arrow_file, csv_line, dta, package, wide_csv};
use blocwatch_engine::session::Limits;

use crate::app::App;
use crate::output;
use crate::progress::Bars;

/// Arguments of `panel`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Units: state-year, dyad-year, org-year, dyad-month.

Columns go by name or pattern: 'v2x_*', joint, 'alliance.*' (all columns of a table), 'v2x_civlib@demspaces' (another
edition), v2x_polyarchy1 (of the first state only); '*' is everything. In a panel of pairs a column of states has two
forms, ending in 1 and 2. Without --columns there is a default set; keys and state numbers are always there.

Examples:
  blocwatch panel dyad-year --years 1990:2020 -o dyads.parquet
  blocwatch panel dyad-year --undirected --system cow --columns joint 'alliance.*' 'v2x_polyarchy' -o dyads.dta
  blocwatch panel state-year --years 2000: --columns 'v2x_*' polity2 fh_total > states.csv
  blocwatch panel org-year --package igo-panel
  blocwatch panel state-year --as-of 2024-12-31 -o known-then.csv
  blocwatch panel dyad-year --from ~/Downloads --undirected --columns joint 'atop_*' v2x_polyarchy -o dyads.parquet
  blocwatch panel dyad-year --list --columns 'v2x_*'
  blocwatch panel dyad-year --why \"gwcode1=365,gwcode2=710,year=2010,column=joint\"")]
pub(crate) struct Args {
    /// What one row is
    unit: String,
    /// Years: 2005, 1990:2024, 1990: or :2024 [default: all]
    #[arg(long, value_name = "A:B", allow_hyphen_values = true)]
    years: Option<String>,
    /// Columns, by name or pattern [default: a default set]
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    columns: Vec<String>,
    /// Layers of ties to add as columns of a panel of pairs
    #[arg(long, value_name = "LAYER", num_args = 1..)]
    layers: Vec<String>,
    /// The list of states
    #[arg(long, value_enum, default_value_t = List::Gw)]
    system: List,
    /// One row for each pair, the lower number first, instead of both orders
    #[arg(long)]
    undirected: bool,
    /// Leave out the microstates of Gleditsch and Ward's list
    #[arg(long)]
    without_microstates: bool,
    /// Use only what had been published by this day, in an observatory of its own
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<chrono::NaiveDate>,
    /// Take the columns from publishers' files as they lie in these files or folders, without an observatory: only what the columns need
    /// is read
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with_all = ["as_of", "why"])]
    from: Vec<PathBuf>,
    /// List the columns instead, with their tables, years and meaning
    #[arg(long, conflicts_with_all = ["output", "package", "why"])]
    list: bool,
    /// Say where a cell comes from instead: its keys and its column
    #[arg(long, value_name = "CELL", conflicts_with_all = ["output", "package"])]
    why: Option<String>,
    /// How to write the panel [default: by the ending of FILE, else csv]
    #[arg(long, value_enum, conflicts_with = "package")]
    format: Option<Format>,
    /// Write to this file; a codebook is put beside .csv and .dta
    #[arg(short, long, value_name = "FILE", conflicts_with = "package")]
    output: Option<PathBuf>,
    /// Write a Frictionless data package (data, codebook, references) into this new folder
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum List {
    /// Gleditsch and Ward, with its microstates
    Gw,
    /// Correlates of War
    Cow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Comma-separated values, with a codebook beside the file
    Csv,
    /// Parquet
    Parquet,
    /// Arrow (IPC file, Feather 2)
    Arrow,
    /// Stata 14 and later, with labels and a codebook beside the file
    Dta,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let request = self.request()?;
        let format = self.format()?;
        let mut notices = Notices::new();
        let observatory = match self.as_of {
            _ if !self.from.is_empty() => from_files::make(&self.from, &request, &app.today(), Limits::default(), &mut notices)?,
            Some(day) => as_of(app, day)?,
            None => app.observatory()?,
        };
        if let Some(cell) = &self.why {
            return why(app, &observatory, &request, cell);
        }
        if self.list {
            return list(&observatory, &request, self.format);
        }
        let panel = panel::make(&observatory, &request, &mut notices)?;
        app.tell_all(notices);
        if let Some(folder) = &self.package {
            package::write(folder, &panel.wide, &panel.codebook)?;
            app.say(&format!("{}: {}", folder.display(), size(&panel)));
            return Ok(());
        }
        let Some(path) = &self.output else {
            if format != Format::Csv {
                bail!("a file of this format needs a name: add -o FILE");
            }
            let mut out = BufWriter::new(std::io::stdout().lock());
            wide_csv(&mut out, &panel.wide)?;
            return out.flush().context("cannot write to standard output");
        };
        output::write_whole(path, |temp| {
            let file = File::create(temp).with_context(|| format!("cannot write {}", temp.display()))?;
            let out = |file| BufWriter::with_capacity(1 << 20, file);
            match format {
                Format::Csv => wide_csv(out(file), &panel.wide)?,
                Format::Parquet => panel.parquet(file)?,
                Format::Arrow => arrow_file::write(out(file), &panel.wide)?,
                Format::Dta => dta::write(out(file), &panel.wide, &panel.codebook)?,
            }
            Ok(())
        })?;
        if matches!(format, Format::Csv | Format::Dta) {
            output::write(Some(&beside(path, "codebook.csv")), &panel.codebook.csv()?)?;
            output::write(Some(&beside(path, "codebook.md")), panel.codebook.markdown().as_bytes())?;
        }
        app.say(&format!("{}: {}", path.display(), size(&panel)));
        Ok(())
    }

    fn request(&self) -> Result<Request> {
        let unit = Unit::parse(&self.unit)?;
        if self.undirected && !unit.is_dyadic() {
            bail!("--undirected is about pairs; a {} has no direction", unit.as_str());
        }
        if !self.layers.is_empty() && !unit.is_dyadic() {
            bail!("--layers is about ties of pairs; use it with dyad-year");
        }
        Ok(Request {
            unit,
            system: match self.system {
                List::Gw => System::Gw,
                List::Cow => System::Cow,
            },
            directed: !self.undirected,
            microstates: !self.without_microstates,
            years: self.years.as_deref().map_or(Ok(Years::ALL), Years::parse)?,
            columns: self.columns.clone(),
            layers: self.layers.clone(),
        })
    }

    fn format(&self) -> Result<Format> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let ending = self.output.as_deref().and_then(|f| f.extension()).and_then(|e| e.to_str()).map(str::to_lowercase);
        Ok(match ending.as_deref() {
            Some("csv") => Format::Csv,
            Some("parquet") => Format::Parquet,
            Some("arrow" | "feather" | "ipc") => Format::Arrow,
            Some("dta") => Format::Dta,
            Some(other) => bail!("a panel is written as .csv, .parquet, .arrow or .dta, not .{other}; name the file so or add --format"),
            None if self.output.is_some() => bail!("the file has no ending that tells its format; add --format csv, parquet, arrow or dta"),
            None => Format::Csv,
        })
    }
}

/// The place of a companion: `dyads.csv` has its codebook in `dyads.codebook.csv`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    path.with_extension(ending)
}

fn size(panel: &Panel) -> String {
    format!("{} rows, {} columns", panel.wide.rows, panel.codebook.variables.len())
}

/// The observatory of what had been published by a day, built if it is not there. The one in use stays in use.
fn as_of(app: &App, day: chrono::NaiveDate) -> Result<Observatory> {
    let bars = Bars::new(app);
    let built = build(app.home(), &Options { as_of: Some(day), ..Options::default() }, &bars);
    bars.clear();
    let built = built?;
    // what is left out is said every time, what readers have to say once
    let told: Vec<_> = built.notices.iter().filter(|n| !built.unchanged || n.code.starts_with("as-of")).cloned().collect();
    app.tell(&told);
    built.observatory.context("nothing was built")
}

/// Where a cell comes from: its value, the row of the table, and on to the publisher's row.
fn why(app: &App, observatory: &Observatory, request: &Request, cell: &str) -> Result<()> {
    let answer = panel::cell::find(observatory, request, cell)?;
    let mut text = format!("{} = {}\n", answer.name, answer.value.as_deref().unwrap_or("·"));
    for line in &answer.said {
        text.push_str(&format!("  {line}\n"));
    }
    let session = app.session(observatory)?;
    let book = Casebook::embedded()?;
    let store = app.store()?;
    let walker = Walker::new(&session, observatory, &book, &store, 12)?;
    for trace in &answer.rows {
        for node in walker.why(&format!("{}:{}", trace.table, trace.rows))? {
            super::why::print(&node, 1, &mut text);
        }
    }
    output::write(None, text.as_bytes())
}

/// The columns that a panel can have, or those that were asked for.
fn list(observatory: &Observatory, request: &Request, format: Option<Format>) -> Result<()> {
    let catalogue = Catalogue::of(observatory, request.unit, request.directed)?;
    let asked = !request.columns.is_empty() || !request.layers.is_empty();
    let chosen = if asked { catalogue.select(request, &mut Notices::new())? } else { catalogue.all() };
    // the forms of one column are one line
    let mut forms: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for choice in &chosen {
        forms.entry(choice.entry).or_default().push(catalogue.shown(*choice));
    }
    let head = ["column", "table", "edition", "years", "values", "source", "unit", "what it says"];
    let mut rows: Vec<[String; 8]> = Vec::new();
    for (entry, names) in forms {
        let entry = &catalogue.entries[entry];
        let years = entry.years.map_or_else(String::new, |(from, to)| if from == to { from.to_string() } else { format!("{from}-{to}") });
        let values = match entry.values {
            0 => "not held".to_owned(),
            u64::MAX => String::new(),
            n => n.to_string(),
        };
        let source = panel::describe::sources_of(entry.table).join(", ");
        let (unit, doc) = (entry.column.unit.to_owned(), entry.column.doc.to_owned());
        rows.push([names.join(", "), entry.table.to_owned(), entry.variant.clone(), years, values, source, unit, doc]);
    }
    if format == Some(Format::Csv) {
        let mut text = csv_line(head.iter().map(|h| (*h).to_owned()));
        rows.into_iter().for_each(|row| text.push_str(&csv_line(row.into_iter())));
        return output::write(None, text.as_bytes());
    }
    let mut table = output::plain_table(["column", "from", "years", "what it says"].map(str::to_owned));
    for [name, from, edition, years, values, source, unit, doc] in rows {
        let from = [from, edition, source].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("; ");
        let years = if years.is_empty() { values } else { years };
        let unit = if unit == "-" { String::new() } else { format!(" [{unit}]") };
        table.add_row([name, from, years, format!("{doc}{unit}")]);
    }
    output::write(None, output::trimmed(&table).as_bytes())
}
