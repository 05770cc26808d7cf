//! `compare`: passages that texts share, in a folder, an archive or a table, or between two sets of them. Needs no observatory.
//!
//! [`work`] reads and compares and keeps what a run has done; [`write`](mod@write) prints tables, CSV and JSON; [`view`] shows a pair side
//! by side, in the terminal and as a page; [`ledger`] keeps matches of texts of two states for the observatory.

mod ledger;
mod view;
mod work;
mod write;

use std::path::PathBuf;

use anyhow::{Result, bail};
use blocwatch_texts::across::Evidence;
use blocwatch_texts::read::{About, Columns, Limits, Options};
use blocwatch_texts::reuse::{self, Corpus, Settings};

use crate::app::App;
use crate::output;

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch compare laws/                                    every text of a folder with every other\n  blocwatch compare laws/ --format html -o laws.html         a page with passages side by side\n  blocwatch compare ours.docx --against laws.zip             one draft against a collection\n  blocwatch compare speeches.parquet --author-column iso3 --top 50 --format csv\n  blocwatch compare laws/ --pair rus-2012.pdf kgz-2024.html  one pair, side by side in the terminal\n  blocwatch compare ru.txt en.txt --across                   two languages, by numbers, articles and legal terms\n  blocwatch compare laws/ --about laws.csv --ledger          keep matches between states\n\nReads plain text, HTML, PDF, Word, OpenDocument, Markdown, and tables as CSV, JSON, JSON lines and Parquet; folders, zip, tar and gzip.\nA run that was cut off goes on where it was; the same inputs are not compared twice (see --work)."
)]
pub(crate) struct Args {
    /// Files, folders, archives or tables of texts
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Compare PATHs with these texts only, not among themselves
    #[arg(long, value_name = "PATH", num_args = 1..)]
    against: Vec<PathBuf>,
    /// How to write the result [default: by the ending of FILE, else table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show the strongest N pairs only
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Show pairs of at least this score, in bits of evidence [default: by the number of texts, 6 for up to 360 and 24 for 8,200 or more]
    #[arg(long, value_name = "BITS", value_parser = least_score)]
    min_score: Option<f64>,
    /// Show one pair, by path or the end of a path
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    pair: Option<Vec<String>>,
    /// Show the passages of the strongest N pairs side by side below the table
    #[arg(long, value_name = "N")]
    show: Option<usize>,
    /// Set texts of different languages against each other by numbers, articles, names and legal terms (weaker evidence)
    #[arg(long)]
    across: bool,
    /// A local command that reads lines and writes each in English, $BLOCWATCH_FROM naming the language; implies --across
    #[arg(long, value_name = "COMMAND")]
    translate_with: Option<String>,
    /// A file of vectors in one space for all languages, `word v1 v2 …` or `sha256-of-sentence v1 v2 …`; implies --across
    #[arg(long, value_name = "FILE", conflicts_with = "translate_with")]
    embeddings: Option<PathBuf>,
    /// Do not compare texts of one author with each other
    #[arg(long)]
    between_authors: bool,
    /// The folder that holds a text is its author, where the text names none
    #[arg(long)]
    author_from_folder: bool,
    /// Text read by machine with errors in most words: compare characters instead of words
    #[arg(long)]
    scans: bool,
    /// Texts that are models for others (a model law, a treaty): what matches them is adoption of a named text; by path or its end
    #[arg(long, value_name = "PATH")]
    model: Vec<String>,
    /// A table that says whose texts they are and of when: CSV with text (a path or its end), state, date, title, language, address
    #[arg(long, value_name = "FILE")]
    about: Option<PathBuf>,
    /// Keep matches between texts of two states as machine-found, for the next build; says what the texts are [default: laws]
    #[arg(long, value_enum, value_name = "TEXTS", num_args = 0..=1, default_missing_value = "laws", require_equals = true, conflicts_with = "pair")]
    ledger: Option<ledger::Texts>,
    #[command(flatten)]
    columns: ColumnArgs,
    /// The most MiB that one document may have
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    max_mib: u64,
    /// The most MiB of memory for sorting before data goes to disk
    #[arg(long, value_name = "MIB", default_value_t = 1024)]
    memory_mib: usize,
    /// Folder for what a run has read and found, so that it can go on [default: HOME/compare]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
}

/// Columns of tables of texts; found by their usual names otherwise.
#[derive(Debug, clap::Args)]
struct ColumnArgs {
    /// Column of the text in tables [default: text, body, content, speech …]
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,
    /// Column that tells rows apart [default: id …]
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// Column of the title
    #[arg(long, value_name = "NAME")]
    title_column: Option<String>,
    /// Column of the author, speaker or state [default: author, country, iso3 …]
    #[arg(long, visible_alias = "as-author", value_name = "NAME")]
    author_column: Option<String>,
    /// Column of the date or year
    #[arg(long, value_name = "NAME")]
    date_column: Option<String>,
    /// Column of the language
    #[arg(long, value_name = "NAME")]
    language_column: Option<String>,
    /// Column of the address
    #[arg(long, value_name = "NAME")]
    url_column: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table for reading
    Table,
    /// One line for each pair
    Csv,
    /// Pairs with their passages, and every text with what is known of it
    Json,
    /// A self-contained page, passages side by side
    Html,
}

/// Pairs on a page when --top does not say how many: more would make it too heavy for a telephone.
const PAIRS_ON_A_PAGE: usize = 20;

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let format = self.format()?;
        let how = work::How {
            paths: &self.paths,
            against: &self.against,
            options: self.options()?,
            about: self.about.as_deref(),
            settings: self.settings(),
            models: &self.model,
            across: self.across(),
            folder: self.work.clone().unwrap_or_else(|| app.home().join("compare")),
        };
        let mut run = work::run(app, &how)?;
        app.tell_all(run.report.notices());
        let corpus = &run.corpus;
        for name in how.options.about.names() {
            if let Err(e) = work::find(corpus, name) {
                app.say(&format!("--about: {e}"));
            }
        }
        // anchors and vectors are not measured in bits
        let in_bits = |m: &work::Match| matches!(m.evidence, Evidence::Words | Evidence::Translation);
        run.matches.retain(|m| !in_bits(m) || self.min_score.is_none_or(|least| m.pair.score >= least));
        if let Some(pair) = &self.pair {
            let (a, b) = (self.find(corpus, &pair[0])?, self.find(corpus, &pair[1])?);
            run.matches.retain(|m| (m.pair.a, m.pair.b) == (a.min(b), a.max(b)));
            if run.matches.is_empty() {
                app.say(&format!("no passage was found in both '{}' and '{}'", corpus.id(a), corpus.id(b)));
            }
        }
        if let Some(texts) = self.ledger {
            ledger::take(app, &run, texts, &self.compared())?;
        }
        // a table and a page show passages; pairs whose evidence lies in stretches too short to list are for CSV and JSON
        let all = run.matches.len();
        if matches!(format, Format::Table | Format::Html) {
            run.matches.retain(|m| !m.pair.passages.is_empty());
        }
        let weak = all - run.matches.len();
        let found = run.matches.len();
        let shown = self.top.or((format == Format::Html).then_some(PAIRS_ON_A_PAGE)).unwrap_or(usize::MAX).min(found);
        run.matches.truncate(shown);
        let text = match format {
            Format::Json => write::json(&run)?,
            Format::Csv => write::csv(&run)?,
            Format::Html => view::page(&run, found, &self.describe())?,
            Format::Table => {
                let show = self.show.unwrap_or(usize::from(self.pair.is_some() || (run.corpus.len() == 2 && found == 1)));
                let mut text = write::table(&run);
                for m in run.matches.iter().take(show) {
                    text.push_str(&view::terminal(&run, m, self.output.is_none())?);
                }
                text
            }
        };
        output::write(self.output.as_deref(), text.as_bytes())?;
        let refused = run.report.refused();
        app.say(&format!(
            "{} compared, {found} {} found{}{}",
            count(run.corpus.len(), "text", "texts"),
            if found == 1 { "pair" } else { "pairs" },
            if weak > 0 { format!(", and {weak} without a passage long enough to show (--format csv or json)") } else { String::new() }
                + &if shown < found { format!(", {shown} shown") } else { String::new() },
            if refused > 0 { format!("; {} not read", count(refused, "input", "inputs")) } else { String::new() },
        ));
        Ok(())
    }

    fn format(&self) -> Result<Format> {
        let ending = self.output.as_deref().and_then(|f| f.extension()).and_then(|e| e.to_str());
        Ok(match (self.format, ending) {
            (Some(f), _) => f,
            (None, Some("html" | "htm")) => Format::Html,
            (None, Some("json")) => Format::Json,
            (None, Some("csv")) => Format::Csv,
            (None, Some("txt") | None) => Format::Table,
            (None, Some(other)) => {
                bail!("a comparison is written as .html, .json, .csv or .txt, not .{other}; name the file so or add --format")
            }
        })
    }

    /// The paths as given: the name under which a comparison keeps its matches.
    fn compared(&self) -> String {
        let list = |paths: &[PathBuf]| paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" ");
        if self.against.is_empty() { list(&self.paths) } else { format!("{} --against {}", list(&self.paths), list(&self.against)) }
    }

    fn options(&self) -> Result<Options> {
        let c = &self.columns;
        let about = self.about.as_deref().map(About::read).transpose().map_err(anyhow::Error::msg)?.unwrap_or_default();
        Ok(Options {
            about,
            columns: Columns {
                id: c.id_column.clone(),
                text: c.text_column.clone(),
                title: c.title_column.clone(),
                author: c.author_column.clone(),
                date: c.date_column.clone(),
                language: c.language_column.clone(),
                address: c.url_column.clone(),
            },
            limits: Limits { document: self.max_mib.max(1) << 20, ..Limits::default() },
            author_from_folder: self.author_from_folder,
        })
    }

    fn settings(&self) -> Settings {
        let settings = if self.scans { Settings::for_scans() } else { Settings::default() };
        // 0 leaves the choice to the engine, which knows how many texts there are
        let min_score = self.min_score.unwrap_or(0.0);
        Settings { within_author: !self.between_authors, memory: self.memory_mib.max(16) << 20, min_score, ..settings }
    }

    fn across(&self) -> work::Across {
        match (&self.translate_with, &self.embeddings) {
            (Some(command), _) => work::Across::Translation(command.clone()),
            (_, Some(file)) => work::Across::Embeddings(file.clone()),
            _ if self.across => work::Across::Anchors,
            _ => work::Across::No,
        }
    }

    /// The document that a path, or the end of one, names.
    fn find(&self, corpus: &impl Corpus, name: &str) -> Result<usize> {
        work::find(corpus, name)
    }

    /// The settings in words, for a page.
    fn describe(&self) -> String {
        let s = self.settings();
        let unit = match s.unit {
            reuse::Unit::Words => "words",
            reuse::Unit::Characters => "characters",
        };
        let length = if s.ngram == 0 { "a few".to_owned() } else { s.ngram.to_string() };
        let mut text = format!("sequences of {length} {unit}, passages of at least {} characters", s.min_characters);
        if !s.within_author {
            text.push_str(", texts of one author not compared with each other");
        }
        match self.min_score {
            Some(least) => text.push_str(&format!(", pairs of at least {least} bits")),
            None => text.push_str(", pairs of enough evidence for the number of texts"),
        }
        text
    }
}

/// Bits above 0.
fn least_score(given: &str) -> Result<f64, String> {
    let bits = given.parse::<f64>().ok().filter(|b| b.is_finite() && *b > 0.0);
    bits.ok_or_else(|| "give a number of bits above 0, or leave it out".to_owned())
}

/// `1 text`, `2 texts`.
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
