//! `casebook`: check people's files, or begin a new one.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use blocwatch_core::casebook::{Casebook, check, skeleton};
use blocwatch_core::notice::Severity;
use blocwatch_core::state::States;
use blocwatch_core::taxonomy::Taxonomy;

use crate::app::App;
use crate::output;

/// Arguments of `casebook`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Validate everything: schema, codes, dates against state existence, roles, citations, duplicates
    #[command(after_help = "Examples:\n  blocwatch casebook check\n  blocwatch casebook check path/to/knowledge")]
    Check {
        /// The folder `knowledge/` [default: ./knowledge if there is one, else the embedded files]
        folder: Option<PathBuf>,
        /// Print warnings, too
        #[arg(long)]
        warnings: bool,
    },
    /// Write a commented skeleton
    #[command(
        after_help = "Examples:\n  blocwatch casebook new case forced-return-aaa-bbb > knowledge/cases/collaborative-repression/forced-return-aaa-bbb.toml\n  blocwatch casebook new organisation XYZ\n  blocwatch casebook new case law-copying-aaa-bbb --from-match 0f3a9c2b71de"
    )]
    New {
        /// What to begin
        #[arg(value_enum)]
        what: What,
        /// Its id
        id: String,
        /// Write to this file, which must not exist, instead of standard output
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// Of a case: draft it from this match of two texts (match_id of the table text_match), for a person who has read both
        #[arg(long, value_name = "MATCH")]
        from_match: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    Case,
    Organisation,
    Interruption,
    Work,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        match &self.action {
            Action::Check { folder, warnings } => run_check(app, folder.as_deref(), *warnings),
            Action::New { what, id, output, from_match } => run_new(app, *what, id, output.as_deref(), from_match.as_deref()),
        }
    }
}

fn run_new(app: &App, what: What, id: &str, file: Option<&Path>, from_match: Option<&str>) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = match what {
        What::Organisation => id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
        What::Case | What::Interruption | What::Work => id.chars().all(plain),
    };
    if !fits || id.is_empty() || id.len() > 60 {
        bail!("'{id}' is no id: lower-case letters, digits and '-' (upper case for organisations), at most 60 characters");
    }
    let taxonomy = Taxonomy::embedded()?;
    let text = match (what, from_match) {
        (What::Case, Some(found)) => skeleton::case_from_match(id, &matched(app, found)?, taxonomy),
        (_, Some(_)) => bail!("--from-match drafts a case; write `blocwatch casebook new case {id} --from-match …`"),
        (What::Case, None) => skeleton::case(id, taxonomy),
        (What::Organisation, None) => skeleton::organisation(id),
        (What::Interruption, None) => skeleton::interruption(id, taxonomy),
        (What::Work, None) => skeleton::work(id),
    };
    if let Some(path) = file
        && path.exists()
    {
        bail!("{} is there already; choose another name or edit it", path.display());
    }
    output::write(file, text.as_bytes())
}

/// A match of the observatory in use, as the draft of a case needs it.
fn matched(app: &App, id: &str) -> Result<skeleton::Match> {
    let observatory = app.observatory()?;
    let session = app.session(&observatory)?;
    let unknown = || {
        format!(
            "there is no match '{id}'; `blocwatch query \"SELECT match_id, text_a, text_b FROM text_match\"` lists those that `compare --ledger` kept and a build has"
        )
    };
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        bail!(unknown());
    }
    let row = session.query_one(&format!("SELECT * FROM text_match WHERE match_id = '{id}'"))?;
    if row.num_rows() == 0 {
        bail!(unknown());
    }
    let cell = |column: &str| -> Result<String> {
        let values = row.column_by_name(column).with_context(|| format!("the table text_match has no column {column}; build again"))?;
        let shown = arrow::util::display::ArrayFormatter::try_new(values, &arrow::util::display::FormatOptions::default())?;
        Ok(shown.value(0).to_string())
    };
    let states = States::embedded()?;
    let side = |letter: &str| -> Result<skeleton::MatchedText> {
        let of = |name: &str| cell(&format!("{name}_{letter}"));
        let state = match (of("gwcode")?.parse(), of("year")?.parse()) {
            (Ok(gwcode), Ok(year)) => states.by_key(gwcode, year).map(|s| s.id.clone()),
            _ => None,
        };
        Ok(skeleton::MatchedText {
            state: state.unwrap_or_default(),
            date: of("date")?,
            title: of("title")?,
            name: of("text")?,
            address: of("address")?,
            sha256: of("file_sha256")?,
            article: of("article")?,
            words: of("words")?,
        })
    };
    let percent =
        |column: &str| -> Result<String> { Ok(cell(column)?.parse::<f64>().map_or("-".to_owned(), |x| format!("{:.0}%", x * 100.0))) };
    let q = match cell("q")?.parse::<f64>() {
        Ok(q) if q < 0.0001 => "below 0.0001".to_owned(),
        Ok(q) => format!("{q:.4}"),
        Err(_) => "not known".to_owned(),
    };
    let evidence = format!(
        "{:.0} bits of evidence from {}, most of it {}; {} of the first text and {} of the second in {} shared passages; false-discovery rate {q} among {} texts",
        cell("score")?.parse::<f64>().unwrap_or_default(),
        cell("evidence")?,
        cell("kind")?,
        percent("coverage_a")?,
        percent("coverage_b")?,
        cell("passages")?,
        cell("texts")?,
    );
    Ok(skeleton::Match {
        id: id.to_owned(),
        tactic: cell("tactic")?,
        in_order: cell("order")? != "open",
        evidence,
        texts: [side("a")?, side("b")?],
    })
}

fn run_check(app: &App, folder: Option<&Path>, warnings: bool) -> Result<()> {
    let here = Path::new("knowledge");
    let folder = folder.or_else(|| here.join("taxonomy.toml").is_file().then_some(here));
    let read = match folder {
        Some(folder) => read_folder(folder)?,
        None => Casebook::embedded_files().into_iter().map(|(p, t)| (p, t.to_owned())).collect(),
    };
    let text = |name: &str| read.iter().find(|(p, _)| p == name).map(|(_, t)| t.as_str());
    let taxonomy = match text("taxonomy.toml") {
        Some(t) => Taxonomy::parse(t)?,
        None => Taxonomy::embedded()?.clone(),
    };
    let parsed_states = text("states/states.toml").map(States::parse).transpose()?;
    let states = match &parsed_states {
        Some(s) => s,
        None => States::embedded()?,
    };
    let files: Vec<(String, &str)> = read.iter().map(|(p, t)| (p.clone(), t.as_str())).collect();
    let (book, broken) = Casebook::read(&files);
    let problems = check::check(&book, &taxonomy, states, &files);
    let mut out = String::new();
    for e in &broken {
        out.push_str(&format!("{e}\n"));
    }
    let (mut errors, mut soft) = (broken.len(), 0);
    for p in &problems {
        if p.severity == Severity::Error {
            errors += 1;
        } else {
            soft += 1;
        }
        if p.severity == Severity::Error || warnings {
            out.push_str(&format!("{p}\n"));
        }
    }
    output::write(None, out.as_bytes())?;
    let by_kind = |kind: &str| book.cases.iter().filter(|c| c.kind == kind).count();
    app.say(&format!(
        "{} cases ({} collaboration, {} interruption, {} reversal, {} effect, {} context), {} organisations, {} interruptions, {} works: {errors} errors, {soft} warnings",
        book.cases.len(),
        by_kind("collaboration"),
        by_kind("interruption"),
        by_kind("reversal"),
        by_kind("effect"),
        by_kind("context"),
        book.organisations.len(),
        book.interruptions.len(),
        book.works.len()
    ));
    if errors > 0 {
        bail!("the casebook has {errors} errors");
    }
    Ok(())
}

fn read_folder(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut out = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in std::fs::read_dir(&dir).with_context(|| format!("cannot read {}", dir.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                todo.push(path);
                continue;
            }
            let wanted = path.extension().is_some_and(|e| e == "toml" || e == "csv");
            if !wanted {
                continue;
            }
            let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {} as UTF-8 text", path.display()))?;
            let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            out.push((name, text));
        }
    }
    let parts = ["cases/", "organisations/", "interruptions/", "works/"];
    if !out.iter().any(|(p, _)| parts.iter().any(|part| p.starts_with(part))) {
        bail!("{} holds no people's files ({}); name the folder `knowledge/` of a checkout", folder.display(), parts.join(", "));
    }
    out.sort();
    Ok(out)
}
