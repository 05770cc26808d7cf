//! Reading and comparing, with a folder that keeps what was done: a run that was cut off goes on, a finished one is not done again.
//!
//! The folder of a run is named by the digests of its inputs, its settings and the build of the program. It holds the texts as read
//! (`texts.bin`, `documents.jsonl`), how far reading has come (`reading.json`) and what was found (`found.json`, written last and whole).

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use blocwatch_texts::across;
use blocwatch_texts::document::Document;
use blocwatch_texts::read::{self, Input, Options, Reader, Report};
use blocwatch_texts::reuse::{self, Corpus, Settings};
use blocwatch_texts::store::{self, Store, Writer};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};

use crate::app::App;

/// Whether and how texts of different languages are set against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Across {
    No,
    Anchors,
    Translation(String),
    Embeddings(PathBuf),
}

/// What a run is about.
pub(crate) struct How<'a> {
    pub(crate) paths: &'a [PathBuf],
    pub(crate) against: &'a [PathBuf],
    pub(crate) options: Options,
    /// The table that says what texts are, which is no text itself.
    pub(crate) about: Option<&'a Path>,
    pub(crate) settings: Settings,
    pub(crate) models: &'a [String],
    pub(crate) across: Across,
    pub(crate) folder: PathBuf,
}

/// A pair and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Match {
    pub(crate) evidence: across::Evidence,
    pub(crate) pair: reuse::Pair,
}

/// What was found, as kept in the folder.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Found {
    matches: Vec<Match>,
    /// How many texts carry each cluster.
    clusters: Vec<usize>,
    counts: reuse::Counts,
}

/// A finished run.
pub(crate) struct Run {
    pub(crate) corpus: Store,
    /// Strongest first.
    pub(crate) matches: Vec<Match>,
    pub(crate) clusters: Vec<usize>,
    pub(crate) counts: reuse::Counts,
    pub(crate) report: Report,
}

/// Texts of up to this size in all are held in memory while they are compared.
const HOLD: u64 = 512 << 20;
/// Reading notes how far it is every so many bytes of text.
const NOTE_EVERY: u64 = 32 << 20;

pub(crate) fn run(app: &App, how: &How<'_>) -> Result<Run> {
    let mut report = Report::default();
    let mut inputs = read::inputs(how.paths, &mut report).map_err(anyhow::Error::msg)?;
    let about = how.about.and_then(|p| std::fs::canonicalize(p).ok());
    let is_text = |i: &Input| about.is_none() || std::fs::canonicalize(&i.path).ok() != about;
    inputs.retain(is_text);
    let queries = inputs.len();
    if !how.against.is_empty() {
        let list = read::inputs(how.against, &mut report).map_err(anyhow::Error::msg)?;
        let known: std::collections::BTreeSet<PathBuf> = inputs.iter().filter_map(|i| std::fs::canonicalize(&i.path).ok()).collect();
        // a draft that also lies in the collection is compared with the others there, not with itself
        inputs.extend(list.into_iter().filter(is_text).filter(|i| std::fs::canonicalize(&i.path).map_or(true, |p| !known.contains(&p))));
    }
    let bar = bar(app, inputs.iter().map(|i| i.size).sum(), "looking at");
    let mut digests = Vec::with_capacity(inputs.len());
    for input in &inputs {
        // what cannot be opened is named when it is read
        digests.push(read::digest(&input.path).unwrap_or_default());
        bar.inc(input.size);
    }
    bar.finish_and_clear();
    let reading = format!("{:?} {queries}", how.options);
    let names: Vec<String> = inputs.iter().map(|i| i.path.display().to_string()).collect();
    let listed = || names.iter().zip(&digests).map(|(n, d)| (n.as_str(), d.as_str()));
    let texts = how.folder.join(store::key(listed(), &reading));
    let comparing = format!("{:?} {:?} {:?} {queries} {}", comparable(&how.settings), how.models, how.across, !how.against.is_empty());
    let found_at = texts.join(format!("found-{}.json", store::key([], &comparing)));
    std::fs::create_dir_all(&texts)
        .with_context(|| format!("cannot write the folder of this run; name another with --work: {}", texts.display()))?;
    // two runs on the same texts do not write over each other
    let lock = File::create(texts.join("lock")).with_context(|| format!("cannot write the folder of this run: {}", texts.display()))?;
    if lock.try_lock().is_err() {
        app.say("another run works on the same texts; waiting for it");
        lock.lock().context("cannot wait for the other run")?;
    }
    let state = read_texts(app, how, &inputs, &digests, queries, &texts, report)?;
    let corpus = Store::open(&texts, HOLD)
        .with_context(|| format!("what an earlier run has read is damaged; remove the folder: {}", texts.display()))?;
    let mut found = match std::fs::read(&found_at).ok().and_then(|b| serde_json::from_slice::<Found>(&b).ok()) {
        Some(found) => found,
        None => {
            let found = compare(app, how, &corpus, state.queries, &texts)?;
            let kept = serde_json::to_vec(&found)?;
            blocwatch_engine::atomic::write_file(&found_at, &kept)?;
            // read back, so that the first run prints the same digits as the ones after it
            serde_json::from_slice(&kept)?
        }
    };
    found.matches.sort_by(|x, y| y.pair.score.total_cmp(&x.pair.score).then((x.pair.a, x.pair.b).cmp(&(y.pair.a, y.pair.b))));
    Ok(Run { corpus, matches: found.matches, clusters: found.clusters, counts: found.counts, report: state.report })
}

/// What of the settings changes the result; the rest only says how it is computed.
fn comparable(s: &Settings) -> Settings {
    Settings { memory: 0, scratch: None, threads: 0, ..s.clone() }
}

/// How far reading has come.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    /// The next input.
    next: usize,
    done: bool,
    texts: u64,
    list: u64,
    /// Documents of the first set, when two are compared.
    queries: usize,
    report: Report,
}

fn read_texts(
    app: &App,
    how: &How<'_>,
    inputs: &[Input],
    digests: &[String],
    queries: usize,
    folder: &Path,
    report: Report,
) -> Result<State> {
    let at = folder.join("reading.json");
    let mut state = match std::fs::read(&at).ok().and_then(|b| serde_json::from_slice::<State>(&b).ok()) {
        Some(state) => state,
        None => State { report, ..State::default() },
    };
    if state.done {
        return Ok(state);
    }
    let fail = || format!("cannot keep what is read; free space or name another folder with --work: {}", folder.display());
    let mut writer = if state.next > 0 {
        app.say(&format!("going on after {} of {} inputs", state.next, inputs.len()));
        Writer::resume(folder, state.texts, state.list).with_context(fail)?
    } else {
        Writer::create(folder).with_context(fail)?
    };
    let bar = bar(app, inputs.iter().map(|i| i.size).sum(), "reading");
    let mut noted = 0;
    for (i, (input, digest)) in inputs.iter().zip(digests).enumerate() {
        if i == queries && i >= state.next {
            state.queries = usize::try_from(state.report.documents)?;
        }
        if i < state.next {
            bar.inc(input.size);
            continue;
        }
        let mut sink = |d: Document| writer.push(d);
        Reader::new(&how.options, &mut state.report, &mut sink).read(input, digest).with_context(fail)?;
        bar.inc(input.size);
        if state.report.bytes - noted >= NOTE_EVERY {
            noted = state.report.bytes;
            state.next = i + 1;
            (state.texts, state.list) = writer.flush().with_context(fail)?;
            blocwatch_engine::atomic::write_file(&at, &serde_json::to_vec(&state)?)?;
        }
    }
    bar.finish_and_clear();
    if queries >= inputs.len() {
        state.queries = usize::try_from(state.report.documents)?;
    }
    state.next = inputs.len();
    state.done = true;
    (state.texts, state.list) = writer.flush().with_context(fail)?;
    blocwatch_engine::atomic::write_file(&at, &serde_json::to_vec(&state)?)?;
    Ok(state)
}

fn compare(app: &App, how: &How<'_>, corpus: &Store, queries: usize, folder: &Path) -> Result<Found> {
    if corpus.len() < 2 {
        return Ok(Found::default());
    }
    let two_sets = !how.against.is_empty();
    let keep = |p: &reuse::Pair| !two_sets || (p.a < queries && p.b >= queries);
    let models = how.models.iter().map(|m| find(corpus, m)).collect::<Result<Vec<usize>>>()?;
    let settings = Settings { models, scratch: Some(folder.to_path_buf()), first_set: two_sets.then_some(queries), ..how.settings.clone() };
    let bar = bar(app, 1, "comparing");
    bar.set_style(ProgressStyle::with_template("{msg} {bar:30} {percent}% {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar()));
    let progress = |p: reuse::Progress| {
        let stage = match p.stage {
            reuse::Stage::Reading => "reading words",
            reuse::Stage::Sorting => "sorting",
            reuse::Stage::Aligning => "aligning",
            reuse::Stage::Judging => "judging",
        };
        bar.set_message(stage);
        bar.set_length(p.total as u64);
        bar.set_position(p.done as u64);
    };
    let comparison = reuse::compare(corpus, &settings, &progress)?;
    let clusters =
        comparison.clusters.iter().map(|c| c.members.iter().map(|m| m.document).collect::<std::collections::BTreeSet<_>>().len()).collect();
    let mut matches: Vec<Match> =
        comparison.pairs.into_iter().filter(keep).map(|pair| Match { evidence: across::Evidence::Words, pair }).collect();
    let across = match &how.across {
        Across::No => None,
        Across::Anchors => Some((across::Evidence::Anchors, across::by_anchors(corpus, &progress)?)),
        Across::Translation(command) => Some((
            across::Evidence::Translation,
            across::by_translation(corpus, &|language, lines| translate(command, language, lines), &settings, &progress)?,
        )),
        Across::Embeddings(file) => Some((across::Evidence::Embeddings, across::by_vectors(corpus, file, &progress)?)),
    };
    if let Some((evidence, pairs)) = across {
        let known: std::collections::BTreeSet<(usize, usize)> = matches.iter().map(|m| (m.pair.a, m.pair.b)).collect();
        matches.extend(pairs.into_iter().filter(keep).filter(|p| !known.contains(&(p.a, p.b))).map(|pair| Match { evidence, pair }));
    }
    bar.finish_and_clear();
    Ok(Found { matches, clusters, counts: comparison.counts })
}

/// Has the user's command translate lines of a language: one line in, one line out. The language stands in `BLOCWATCH_FROM`.
fn translate(command: &str, language: &str, lines: &[String]) -> Result<Vec<String>, String> {
    let fail = |what: String| format!("the command given with --translate-with {what}: {command}");
    let mut child = Command::new("sh")
        .args(["-c", command])
        .env("BLOCWATCH_FROM", language)
        .env("BLOCWATCH_TO", "en")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| fail(format!("cannot be started ({e})")))?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let read = std::thread::scope(|scope| {
        scope.spawn(move || {
            // a command that stops reading ends with an error of its own, or with too few lines
            if let Some(mut input) = input {
                for line in lines {
                    if writeln!(input, "{line}").is_err() {
                        return;
                    }
                }
            }
        });
        output.map(|o| BufReader::new(o).lines().collect::<Result<Vec<String>, _>>())
    });
    let status = child.wait().map_err(|e| fail(format!("cannot be waited for ({e})")))?;
    if !status.success() {
        return Err(fail(format!("ended with {status}")));
    }
    read.transpose().map_err(|e| fail(format!("wrote what is no text ({e})")))?.ok_or_else(|| fail("wrote nothing".to_owned()))
}

/// The document that a path, or the end of one, names.
pub(crate) fn find(corpus: &impl Corpus, name: &str) -> Result<usize> {
    let ids = || (0..corpus.len()).map(|i| (i, corpus.id(i)));
    if let Some((i, _)) = ids().find(|(_, id)| *id == name) {
        return Ok(i);
    }
    let ends: Vec<(usize, &str)> =
        ids().filter(|(_, id)| id.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '#', '\\']))).collect();
    match ends[..] {
        [(i, _)] => Ok(i),
        [] => {
            let near = ids().map(|(_, id)| (strsim::jaro_winkler(id.rsplit(['/', '#']).next().unwrap_or(id), name), id));
            let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(s, _)| *s > 0.7);
            bail!("no text is called '{name}'{}", near.map(|(_, id)| format!("; did you mean '{id}'?")).unwrap_or_default())
        }
        [(_, first), (_, second), ..] => bail!("'{name}' may be '{first}' or '{second}'; give more of the path"),
    }
}

fn bar(app: &App, length: u64, what: &'static str) -> ProgressBar {
    let target = if app.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    bar.set_style(
        ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes} {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.set_message(what);
    bar
}
