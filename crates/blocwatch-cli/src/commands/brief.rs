//! `brief`: a brief on a state, an organisation, a pair of states, a region or a roll call.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, bail};
use blocwatch_analysis::steps::states::LAST_YEAR;
use blocwatch_analysis::steps::ties;
use blocwatch_analysis::subject::{self, Subject};
use blocwatch_core::casebook::Casebook;
use blocwatch_engine::session::{Limits, ViewSpec};
use blocwatch_engine::{Observatory, Session};
use blocwatch_publish::brief::{self, Request, SourceNote};
use blocwatch_publish::doc::{AsOf, Brief, SourceVersion};
use blocwatch_publish::{html, markdown};

use crate::app::App;
use crate::output;

/// Arguments of `brief`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch brief kyrgyzstan\n  blocwatch brief SCO -o sco.html\n  blocwatch brief RUS-BLR --since 2020\n  blocwatch brief \"South-East Asia\" --format html -o region.html\n  blocwatch brief A/RES/74/168\n  blocwatch brief rollcall:9145 -o vote.html"
)]
pub(crate) struct Args {
    /// A state (name in any common language, ISO code, gw:703), an organisation (SCO), a pair (RUS-BLR), a region, or a roll call of the
    /// General Assembly (A/RES/74/168, rollcall:9145)
    subject: String,
    /// Markdown, or HTML in one file [default: by the ending of FILE, else md]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// What counts as new: from this year on
    #[arg(long, value_name = "YEAR", default_value_t = 2020)]
    since: i32,
    /// Language of the brief
    #[arg(long, default_value = "en", value_name = "LANG")]
    lang: String,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Md,
    Html,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        if self.lang != "en" {
            bail!("briefs are written in English only so far; leave out --lang, or use --lang en");
        }
        let ending = self.output.as_deref().and_then(|f| f.extension()).and_then(|e| e.to_str());
        let format = match (self.format, ending) {
            (Some(f), _) => f,
            (None, Some("html" | "htm")) => Format::Html,
            (None, Some("md" | "markdown") | None) => Format::Md,
            (None, Some(other)) => bail!("a brief is written as .md or .html, not .{other}; name the file so or add --format"),
        };
        let observatory = app.observatory()?;
        // many small queries at once: one partition each costs less than splitting every one of them
        let session = Session::open(&observatory, Limits { threads: 1, ..Limits::default() })?.with_views(views(), false);
        let brief = compose(&session, &observatory, &Casebook::embedded()?, &self.subject, self.since)?;
        let text = match format {
            Format::Md => markdown::render(&brief)?,
            Format::Html => html::render(&brief)?,
        };
        output::write(self.output.as_deref(), text.as_bytes())?;
        if let Some(path) = &self.output {
            app.say(&format!("brief on {} written to {}", brief.title, path.display()));
        }
        Ok(())
    }
}

/// What briefs need of the whole observatory.
pub(crate) fn views() -> Vec<ViewSpec> {
    brief::views().into_iter().map(|v| ViewSpec { name: v.name, sql: v.sql, keys: v.keys }).collect()
}

/// The brief on a subject as a person types it. The session has [`views`]. `since` is the year with which "what is new" begins.
pub(crate) fn compose(session: &Session, observatory: &Observatory, book: &Casebook, typed: &str, since: i32) -> Result<Brief> {
    let list = session.query_kept("SELECT org, name FROM organisation ORDER BY org")?;
    let columns = blocwatch_analysis::frame::Columns(&list);
    let (ids, names) = (columns.text("org")?, columns.text("name")?);
    let organisations: Vec<(String, String)> = (0..list.num_rows()).map(|i| (ids.value(i).to_owned(), names.value(i).to_owned())).collect();
    let found = match subject::rollcall(session, typed)? {
        Some(found) => found,
        None => subject::resolve(typed, book, &organisations)?,
    };
    let mut request = request(&found, since, observatory, book);
    // of several files held, the note names the version that the regime categories were read from
    let used = session.query_kept("SELECT DISTINCT version FROM regime_state_year WHERE source = 'vdem' ORDER BY version")?;
    let used = blocwatch_analysis::frame::Columns(&used).text("version")?.iter().flatten().collect::<Vec<_>>().join(", ");
    if let Some(note) = request.sources.get_mut("vdem").filter(|_| !used.is_empty()) {
        note.version = used;
    }
    let queries = brief::queries(&request);
    let (common, own): (Vec<_>, Vec<_>) = queries.iter().partition(|q| q.common);
    let sql: Vec<&str> = own.iter().map(|q| q.sql.as_str()).collect();
    let mut batches: BTreeMap<&'static str, _> = own.iter().map(|q| q.name).zip(session.query_many(&sql)?).collect();
    for query in common {
        batches.insert(query.name, session.query_kept(&query.sql)?);
    }
    Ok(brief::compose(&request, &batches)?)
}

/// Sources that a brief draws on: regimes, organisations, votes, and the layers of ties; the others that are held are no part of what
/// it says.
fn used(source: &str) -> bool {
    ["vdem", "cow_igo", "unga_votes"].contains(&source) || ties::layers().iter().any(|l| l.source == source)
}

fn request(found: &Subject, since: i32, observatory: &Observatory, book: &Casebook) -> Request {
    let state =
        |s: &'static blocwatch_core::state::State| brief::StateRef { id: s.id.clone(), name: s.name.clone(), gwcode: s.key_at(LAST_YEAR) };
    let subject = match found {
        Subject::State(s) => brief::Subject::State(state(s)),
        Subject::Organisation { id, name } => brief::Subject::Organisation { id: id.clone(), name: name.clone() },
        Subject::Pair(a, b) => brief::Subject::Pair(state(a), state(b)),
        Subject::Region(name) => brief::Subject::Region { name: name.clone() },
        Subject::Rollcall { session, rcid } => brief::Subject::Rollcall(brief::RollcallRef { session: *session, rcid: *rcid }),
    };
    let m = &observatory.manifest;
    let mut sources = BTreeMap::new();
    let mut versions = Vec::new();
    // a roll call says nothing of ties
    let few = matches!(found, Subject::Rollcall { .. });
    let wanted = |id: &str| used(id) && (!few || ["vdem", "cow_igo", "unga_votes"].contains(&id));
    for source in blocwatch_sources::registry().iter().filter(|s| wanted(&s.meta().id)) {
        let meta = source.meta();
        let files: Vec<_> = m.snapshots.iter().filter(|s| s.source == meta.id).collect();
        let Some(first) = files.first() else { continue };
        let mut version: Vec<&str> = files.iter().map(|f| f.version.as_str()).filter(|v| !v.is_empty()).collect();
        version.sort_unstable();
        version.dedup();
        let version = version.join(", ");
        versions.push(SourceVersion {
            id: meta.id.clone(),
            name: meta.name.clone(),
            version: version.clone(),
            accessed: first.accessed.clone(),
            citation: meta.citation.to_string(),
            licence: meta.licence.clone(),
        });
        let sha256 = files.iter().map(|f| f.sha256[..12].to_owned()).collect::<Vec<_>>().join(", ");
        sources.insert(
            meta.id.clone(),
            SourceNote {
                citation: meta.citation.to_string(),
                version,
                licence: meta.licence.clone(),
                accessed: first.accessed.clone(),
                sha256,
            },
        );
    }
    let casebook = format!("Blocwatch casebook (knowledge {})", &m.knowledge[..12]);
    sources.insert(
        "casebook".to_owned(),
        SourceNote { citation: casebook.clone(), version: m.blocwatch.clone(), licence: "CC BY 4.0".to_owned(), ..SourceNote::default() },
    );
    versions.push(SourceVersion {
        id: "casebook".to_owned(),
        name: "Blocwatch casebook".to_owned(),
        version: m.blocwatch.clone(),
        accessed: String::new(),
        citation: casebook,
        licence: "CC BY 4.0".to_owned(),
    });
    if let Some(w) = book.work("coppedge-2025-vdem") {
        sources.insert(
            "starter".to_owned(),
            SourceNote {
                citation: format!("Starter spells carried over from: {}", w.cite()),
                version: "v15".to_owned(),
                licence: w.licence.clone(),
                ..SourceNote::default()
            },
        );
    }
    Request {
        subject,
        since,
        as_of: AsOf {
            observatory: m.key.clone(),
            data_until: String::new(),
            program: format!("blocwatch {}", m.blocwatch),
            sources: versions,
        },
        sources,
    }
}
