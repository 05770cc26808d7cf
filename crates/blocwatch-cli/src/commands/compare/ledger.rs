//! `compare --ledger`: matches of texts of two states, kept as a source of the observatory.
//!
//! The file of the source `text_matches` holds what the last comparison of each set of paths found; a comparison replaces its own rows and
//! leaves those of others. What enters is counted here and said; what a match is worth is decided by the step `machine_tie`.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_sources::{MATCH_COLUMNS, fetch};
use blocwatch_texts::document::Meta;
use blocwatch_texts::read::digest_of;
use blocwatch_texts::reuse::{Corpus, Direction, Passage};
use blocwatch_texts::segment::{article_at, articles};

use super::work::{Match, Run};
use super::{count, view};
use crate::app::App;

/// The source that holds matches.
const SOURCE: &str = "text_matches";
/// Name of its file.
const FILE: &str = "text_matches.csv";
/// Characters of a passage that are kept: enough to recognise it; the texts themselves stay where they are.
const WORDS: usize = 300;

/// What texts are, which says what copying them would be an instance of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Texts {
    /// Laws, bills and decrees: law-copying
    Laws,
    /// Speeches, resolutions and declarations of states: norm-promotion
    Speeches,
    /// Statements of the organs of an organisation, by the state of whoever spoke: organisation-propaganda
    Statements,
}

impl Texts {
    fn tactic(self) -> &'static str {
        match self {
            Self::Laws => "law-copying",
            Self::Speeches => "norm-promotion",
            Self::Statements => "organisation-propaganda",
        }
    }
}

/// Why pairs do not enter.
#[derive(Debug, Default)]
struct Left {
    no_state: usize,
    no_date: usize,
    one_state: usize,
    no_passage: usize,
}

/// One row of the file, by column.
type Row = BTreeMap<String, String>;

/// Takes the matches of a run into the store. `compared` is how the run is named: its paths as given.
pub(super) fn take(app: &App, run: &Run, texts: Texts, compared: &str) -> Result<()> {
    let states = States::embedded()?;
    let mut left = Left::default();
    let mut mine: BTreeMap<String, Row> = BTreeMap::new();
    for m in &run.matches {
        if let Some(row) = row(run, m, texts, compared, states, &mut left)? {
            // texts that lie twice in the folder are one match
            mine.entry(row.get("match_id").cloned().unwrap_or_default()).or_insert(row);
        }
    }
    let entered = mine.len();
    let store = app.store()?;
    let mut rows = mine;
    let mut others = 0;
    for held in store.current(SOURCE)? {
        for row in read(&held.path)? {
            let id = row.get("match_id").cloned().unwrap_or_default();
            let own = row.get("compared").is_some_and(|c| c == compared) && row.get("tactic").is_some_and(|t| t == texts.tactic());
            if !own && !rows.contains_key(&id) {
                others += 1;
                rows.insert(id, row);
            }
        }
    }
    let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
    let bytes = written(&rows)?;
    // the snapshot records the folder's name as where the file is from
    let from = folder.path().join("compare --ledger");
    blocwatch_engine::atomic::write_file(&from.join(FILE), &bytes)?;
    let source = blocwatch_sources::by_id(SOURCE).context("the source of matches is not known")?;
    let mut notices = Notices::new();
    fetch::from_folder(&store, &from, &[source], &app.today(), &fetch::Silent, &mut notices)?;
    app.tell_all(notices);
    let mut why: Vec<String> = Vec::new();
    for (n, says) in [
        (left.no_state, "whose texts do not both name a state"),
        (left.no_date, "with a text without a date"),
        (left.one_state, "within one state"),
        (left.no_passage, "without a passage long enough to show"),
    ] {
        if n > 0 {
            why.push(format!("{n} {says}"));
        }
    }
    let others = if others > 0 { format!(", beside {others} of other comparisons") } else { String::new() };
    let not = if why.is_empty() { String::new() } else { format!("; left out: {}", why.join(", ")) };
    let hint = if left.no_state + left.no_date > 0 { "; --about FILE says whose texts they are and of when" } else { "" };
    app.say(&format!(
        "{} kept as machine-found{others}{not}{hint}; `blocwatch build` brings them into the ledger",
        count(entered, "match", "matches")
    ));
    Ok(())
}

/// The row of a match, if it names two states and two dates.
fn row(run: &Run, m: &Match, texts: Texts, compared: &str, states: &States, left: &mut Left) -> Result<Option<Row>> {
    let corpus = &run.corpus;
    let of = |d: usize| -> Result<_, bool> {
        let meta = corpus.meta(d);
        let date = meta.date.ok_or(meta.author.is_none())?;
        let state = meta.author.as_deref().and_then(|a| states.by_name(a.trim(), date.year())).ok_or(true)?;
        Ok((state.id.as_str(), date))
    };
    let (one, two) = match (of(m.pair.a), of(m.pair.b)) {
        (Ok(one), Ok(two)) => (one, two),
        (one, two) => {
            let no_state = one.err() == Some(true) || two.err() == Some(true);
            *(if no_state { &mut left.no_state } else { &mut left.no_date }) += 1;
            return Ok(None);
        }
    };
    if one.0 == two.0 {
        left.one_state += 1;
        return Ok(None);
    }
    let Some(best) = m.pair.passages.iter().max_by(|x, y| x.score.total_cmp(&y.score)) else {
        left.no_passage += 1;
        return Ok(None);
    };
    let (ta, tb) = (corpus.text(m.pair.a)?, corpus.text(m.pair.b)?);
    let (da, db) = (digest_of(&ta), digest_of(&tb));
    // the earlier one first; where dates leave it open, by digest, so that the order of reading does not matter
    let turned = match m.pair.direction {
        Some(Direction::FromAToB) => false,
        Some(Direction::FromBToA) => true,
        None => da > db,
    };
    let range = |p: &Passage, second: bool| if second { p.b.clone() } else { p.a.clone() };
    let side = |second: bool| {
        let (d, text, digest, state) = if second { (m.pair.b, &tb, &db, two) } else { (m.pair.a, &ta, &da, one) };
        (d, text, digest, state, range(best, second), if second { m.pair.coverage_b } else { m.pair.coverage_a })
    };
    let number = |x: f64| if x != 0.0 && x.abs() < 1e-6 { format!("{x:e}") } else { x.to_string() };
    let sides = [side(turned), side(!turned)];
    let (low, high) = if sides[0].2 < sides[1].2 { (sides[0].2, sides[1].2) } else { (sides[1].2, sides[0].2) };
    let id = digest_of(&format!("{} {low} {high}", texts.tactic()));
    let mut row = Row::new();
    let mut put = |name: String, value: String| {
        row.insert(name, value);
    };
    put("match_id".into(), id[..12].to_owned());
    put("tactic".into(), texts.tactic().to_owned());
    put("order".into(), if m.pair.direction.is_some() { "a before b" } else { "open" }.to_owned());
    put("evidence".into(), m.evidence.name().to_owned());
    put("kind".into(), m.pair.kind.name().to_owned());
    put("score".into(), number(m.pair.score));
    put("p".into(), m.pair.p.map(number).unwrap_or_default());
    put("q".into(), m.pair.q.map(number).unwrap_or_default());
    put("passages".into(), m.pair.passages.len().to_string());
    put("texts".into(), corpus.len().to_string());
    put("compared".into(), compared.to_owned());
    put("program".into(), concat!("blocwatch ", env!("CARGO_PKG_VERSION")).to_owned());
    for (letter, (d, text, digest, (state, date), bytes, coverage)) in ["a", "b"].into_iter().zip(sides) {
        let meta: &Meta = corpus.meta(d);
        let article = article_at(&articles(text), bytes.start).map(|a| a.label.clone()).unwrap_or_default();
        for (name, value) in [
            ("coverage", number(coverage)),
            ("state", state.to_owned()),
            ("date", date.to_string()),
            ("text", plain(corpus.id(d))),
            ("title", plain(meta.title.as_deref().unwrap_or_default())),
            ("language", meta.language.clone().unwrap_or_default()),
            ("address", plain(meta.address.as_deref().unwrap_or_default())),
            ("file_sha256", meta.sha256.clone()),
            ("text_sha256", digest.clone()),
            ("article", plain(&article)),
            ("words", shortened(&text[bytes])),
        ] {
            put(format!("{name}_{letter}"), value);
        }
    }
    Ok(Some(row))
}

/// Text of others on one line, without what steers a terminal.
fn plain(text: &str) -> String {
    view::printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of a passage.
fn shortened(text: &str) -> String {
    let text = plain(text);
    match text.char_indices().nth(WORDS) {
        Some((end, _)) => format!("{} …", text[..end].trim_end()),
        None => text,
    }
}

/// The rows of a file that is held.
fn read(path: &std::path::Path) -> Result<Vec<Row>> {
    let fail = || format!("cannot read the matches that are held: {}", path.display());
    let mut table = csv::Reader::from_path(path).with_context(fail)?;
    let header: Vec<String> = table.headers().with_context(fail)?.iter().map(str::to_owned).collect();
    let one = |record: csv::Result<csv::StringRecord>| -> Result<Row> {
        Ok(header.iter().cloned().zip(record.with_context(fail)?.iter().map(str::to_owned)).collect())
    };
    table.records().map(one).collect()
}

/// The file: rows by id, columns as the source declares them.
fn written(rows: &BTreeMap<String, Row>) -> Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(MATCH_COLUMNS)?;
    for row in rows.values() {
        debug_assert!(row.keys().all(|k| MATCH_COLUMNS.contains(&k.as_str())), "a column that the source does not declare");
        out.write_record(MATCH_COLUMNS.iter().map(|c| row.get(*c).map_or("", String::as_str)))?;
    }
    out.into_inner().context("cannot write the matches")
}
