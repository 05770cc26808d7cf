//! The build: keys, staleness, parallel execution, and publication by renaming a finished folder into place.
//!
//! A step's key is the digest of its name, version, parameters, the digest of the code, and the keys (or digests) of its inputs. The
//! result of a step lies in `<home>/store/<step>/<key>/`; an observatory links the tables of its steps. A build that is killed at any
//! moment leaves `<home>/current` pointing at the last whole observatory.

mod as_of;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use blocwatch_core::notice::{Notice, Notices};
use blocwatch_core::table::TableSpec;
use blocwatch_engine::observatory::{self, Manifest, Observatory, TableEntry};
use blocwatch_engine::session::Limits;
use blocwatch_engine::{Session, atomic, table};
use blocwatch_sources::{Held, store::Store};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::error::{AnalysisError, Result};
use crate::step::{Context, Input, Knowledge, Output, Step, StepReport, Tables, fingerprint};
use crate::steps;

/// Digest of the code that makes tables.
pub const CODE: &str = env!("BLOCWATCH_CODE");

/// How many observatories are kept, the one in use included.
const KEPT: usize = 3;

/// What a build is asked to do.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only these steps and what they need; empty means all. A partial build publishes nothing.
    pub only: Vec<String>,
    /// Steps to run although they are fresh; `all` means every step.
    pub force: Vec<String>,
    /// Say what would run, run nothing.
    pub dry_run: bool,
    /// Build only from what had been published by this day: an observatory of its own, which does not become the one in use.
    pub as_of: Option<NaiveDate>,
    /// Threads of the build and limits of its session.
    pub limits: Limits,
    /// Where the steps' queries run: a session without tables; one in this process if none is given.
    pub session: Option<Arc<Session>>,
}

/// What the outside learns while a build runs.
pub trait Progress: Sync {
    /// The plan is made: this many steps will run, this many are fresh.
    fn planned(&self, stale: usize, fresh: usize);
    /// A step begins.
    fn begin(&self, step: &str);
    /// A step has ended.
    fn end(&self, step: &str, rows: u64, took: Duration);
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepOutcome {
    /// Name.
    pub step: String,
    /// Key.
    pub key: String,
    /// Whether it ran (or would run).
    pub ran: bool,
    /// Rows of its tables.
    pub rows: u64,
    /// Time it took, in milliseconds; 0 if it did not run.
    pub milliseconds: u64,
}

/// The result of a build.
#[derive(Debug)]
pub struct Built {
    /// The published observatory; `None` for a dry run or a partial build.
    pub observatory: Option<Observatory>,
    /// Whether it was already there.
    pub unchanged: bool,
    /// Steps in the order of the graph.
    pub steps: Vec<StepOutcome>,
    /// All notices, sorted.
    pub notices: Vec<Notice>,
}

#[derive(Clone, Serialize, Deserialize)]
struct StepFile {
    tables: BTreeMap<String, TableEntry>,
    report: StepReport,
}

struct Planned {
    step: &'static Step,
    key: String,
    folder: PathBuf,
    /// The result that lies in the store; `None` if the step has to run.
    fresh: Option<StepFile>,
    needs: BTreeSet<usize>,
}

impl Planned {
    fn stale(&self) -> bool {
        self.fresh.is_none()
    }
}

/// Builds an observatory from what is held below `home`.
///
/// # Errors
/// The first step that fails; nothing is published then, and the observatory in use stays in use.
pub fn build(home: &Path, options: &Options, progress: &dyn Progress) -> Result<Built> {
    fs::create_dir_all(home).map_err(blocwatch_engine::EngineError::file("cannot create the home folder", home))?;
    let store = Store::open(home)?;
    let (held, left_out) = held_files(&store, options.as_of)?;
    let plan = plan(home, &held, options)?;
    let stale = plan.iter().filter(|p| p.stale()).count();
    progress.planned(stale, plan.len() - stale);
    if options.dry_run {
        let steps = plan.iter().map(|p| outcome(p, 0, 0)).collect();
        return Ok(Built { observatory: None, unchanged: stale == 0, steps, notices: Vec::new() });
    }
    let _lock = lock(home)?;
    let folder = home.join("store");
    for p in &plan {
        atomic::sweep(&folder.join(p.step.name));
    }
    for folder in [observatory::folder(home), home.join("timings"), home.to_path_buf()] {
        atomic::sweep(&folder);
    }
    let took = if stale == 0 { BTreeMap::new() } else { execute(&plan, &held, options, progress)? };
    publish(home, &plan, &held, options, &took, left_out)
}

fn outcome(p: &Planned, rows: u64, milliseconds: u64) -> StepOutcome {
    StepOutcome { step: p.step.name.to_owned(), key: p.key.clone(), ran: p.stale(), rows, milliseconds }
}

/// The files that a build reads, and what it leaves out because of its day.
fn held_files(store: &Store, as_of: Option<NaiveDate>) -> Result<(BTreeMap<String, Vec<Held>>, Notices)> {
    let mut held = BTreeMap::new();
    for source in blocwatch_sources::registry() {
        let id = &source.meta().id;
        held.insert(id.clone(), store.current(id)?);
    }
    match as_of {
        Some(day) => as_of::cut(held, store, day),
        None => Ok((held, Notices::new())),
    }
}

fn lock(home: &Path) -> Result<File> {
    let path = home.join("lock");
    let file = File::create(&path).map_err(blocwatch_engine::EngineError::file("cannot create", &path))?;
    // the lock ends with the process, however it ends
    file.try_lock().map_err(|_| AnalysisError::Locked(home.display().to_string()))?;
    Ok(file)
}

fn plan(home: &Path, held: &BTreeMap<String, Vec<Held>>, options: &Options) -> Result<Vec<Planned>> {
    let all = steps::all();
    let maker = |name: &str| all.iter().position(|s| s.outputs.iter().any(|t| t.name == name));
    let by_name = |name: &str| all.iter().position(|s| s.name == name);
    for asked in options.only.iter().chain(options.force.iter().filter(|f| *f != "all")) {
        if by_name(asked).is_none() && maker(asked).is_none() {
            let near = blocwatch_core::name::nearest(asked, all.iter().map(|s| s.name), 3);
            let hint = blocwatch_core::name::did_you_mean(&near);
            return Err(AnalysisError::Unknown(format!("there is no step '{asked}'{hint}")));
        }
    }
    let knowledge = knowledge_digests();
    let mut planned: Vec<Planned> = Vec::new();
    // `all` lists steps in an order in which inputs come first; the tests check it
    for step in all {
        let mut needs = BTreeSet::new();
        let mut parts = vec![step.name.to_owned(), step.version.to_string(), CODE.to_owned()];
        for input in &step.inputs {
            parts.push(match input {
                Input::Table(name) => {
                    let i = maker(name).ok_or_else(|| AnalysisError::Defect(format!("no step makes {name}")))?;
                    needs.insert(i);
                    format!("table {name} {}", planned.get(i).map_or("", |p| p.key.as_str()))
                }
                Input::Accounts(name) => {
                    let i = by_name(name).ok_or_else(|| AnalysisError::Defect(format!("no step {name}")))?;
                    needs.insert(i);
                    format!("accounts {name} {}", planned.get(i).map_or("", |p| p.key.as_str()))
                }
                Input::Source(id) => {
                    let files = held.get(*id).map_or(&[][..], Vec::as_slice);
                    format!("source {id} {}", fingerprint(files).join(" "))
                }
                Input::Knowledge(part) => {
                    let day = options.as_of.filter(|_| as_of::BOUNDED.contains(part)).map(|d| format!(" as of {d}")).unwrap_or_default();
                    format!("knowledge {part} {}{day}", knowledge.get(*part).map_or("", String::as_str))
                }
            });
        }
        let key = atomic::digest_bytes(parts.join("\n").as_bytes())[..32].to_owned();
        let folder = home.join("store").join(step.name).join(&key);
        let forced = options.force.iter().any(|f| f == "all" || f == step.name || step.outputs.iter().any(|t| t.name == f));
        let fresh = if forced { None } else { whole(&folder) };
        planned.push(Planned { step, key, folder, fresh, needs });
    }
    if !options.only.is_empty() {
        let mut wanted: BTreeSet<usize> = options.only.iter().filter_map(|n| by_name(n).or_else(|| maker(n))).collect();
        for i in (0..planned.len()).rev() {
            if wanted.contains(&i) {
                wanted.extend(planned[i].needs.iter().copied());
            }
        }
        let mut kept = BTreeMap::new();
        let mut out = Vec::new();
        for (i, mut p) in planned.into_iter().enumerate() {
            if wanted.contains(&i) {
                kept.insert(i, out.len());
                p.needs = p.needs.iter().filter_map(|n| kept.get(n).copied()).collect();
                out.push(p);
            }
        }
        return Ok(out);
    }
    Ok(planned)
}

/// Digest of each folder or file of `knowledge/` that steps may declare.
pub(crate) fn knowledge_digests() -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for part in ["cases", "organisations", "interruptions", "works", "states", "regimes", "events", "frames", "taxonomy.toml"] {
        let mut text = String::new();
        if part.contains('.') {
            text.push_str(blocwatch_core::knowledge::text(part).unwrap_or(""));
        } else {
            for (path, body) in blocwatch_core::knowledge::files(part, "") {
                text.push_str(&path);
                text.push('\n');
                text.push_str(body);
            }
        }
        out.insert(part.to_owned(), atomic::digest_bytes(text.as_bytes()));
    }
    out
}

#[derive(Default)]
struct Running {
    started: BTreeSet<usize>,
    done: BTreeSet<usize>,
    reports: BTreeMap<usize, Arc<StepReport>>,
    took: BTreeMap<String, (u64, u64)>,
    failed: Option<AnalysisError>,
}

fn execute(
    plan: &[Planned],
    held: &BTreeMap<String, Vec<Held>>,
    options: &Options,
    progress: &dyn Progress,
) -> Result<BTreeMap<String, (u64, u64)>> {
    let session = match &options.session {
        Some(session) => Arc::clone(session),
        None => Arc::new(Session::new(options.limits)?),
    };
    let knowledge = Knowledge::new(options.as_of);
    let state = Mutex::new(Running::default());
    let wake = Condvar::new();
    // a fresh step is done before it starts; its tables are registered when a stale step asks for them
    let wanted: BTreeSet<usize> = plan.iter().filter(|p| p.stale()).flat_map(|p| p.needs.iter().copied()).collect();
    {
        let mut s = state.lock().unwrap_or_else(PoisonError::into_inner);
        for (i, p, file) in plan.iter().enumerate().filter_map(|(i, p)| p.fresh.as_ref().map(|f| (i, p, f))) {
            s.started.insert(i);
            s.done.insert(i);
            if wanted.contains(&i) {
                for name in file.tables.keys() {
                    session.register_file(name, &p.folder.join(format!("{name}.parquet")))?;
                }
                s.reports.insert(i, Arc::new(file.report.clone()));
            }
        }
    }
    let work = || {
        loop {
            let next = {
                let mut s = state.lock().unwrap_or_else(PoisonError::into_inner);
                loop {
                    if s.failed.is_some() || s.done.len() == plan.len() {
                        return;
                    }
                    let ready = (0..plan.len()).find(|i| !s.started.contains(i) && plan[*i].needs.iter().all(|n| s.done.contains(n)));
                    if let Some(i) = ready {
                        s.started.insert(i);
                        let reports = plan[i]
                            .needs
                            .iter()
                            .filter_map(|n| s.reports.get(n).map(|r| (plan[*n].step.name.to_owned(), Arc::clone(r))))
                            .collect();
                        break Some((i, reports));
                    }
                    s = wake.wait(s).unwrap_or_else(PoisonError::into_inner);
                }
            };
            let Some((i, reports)) = next else { return };
            let p = &plan[i];
            progress.begin(p.step.name);
            let begun = Instant::now();
            let run = || {
                let scratch = atomic::scratch(p.folder.parent().unwrap_or(&p.folder))?;
                let (session, knowledge, limits) = (&session, &knowledge, options.limits);
                let tables = Tables::Session(session);
                run_step(p, session, &Context { step: p.step, tables, held, reports, knowledge, limits, scratch: scratch.path() })
            };
            // a step that panics fails the build instead of leaving the other thread waiting for it
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
                .unwrap_or_else(|_| Err(AnalysisError::Defect("the step panicked".to_owned())));
            let mut s = state.lock().unwrap_or_else(PoisonError::into_inner);
            match result {
                Ok((report, rows)) => {
                    let took = begun.elapsed();
                    progress.end(p.step.name, rows, took);
                    s.took.insert(p.step.name.to_owned(), (rows, u64::try_from(took.as_millis()).unwrap_or(u64::MAX)));
                    s.reports.insert(i, Arc::new(report));
                    s.done.insert(i);
                }
                Err(e) => {
                    if s.failed.is_none() {
                        s.failed = Some(AnalysisError::Step { step: p.step.name.to_owned(), source: Box::new(e) });
                    }
                }
            }
            drop(s);
            wake.notify_all();
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..options.limits.threads.max(1) {
            scope.spawn(work);
        }
    });
    let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    match state.failed {
        Some(e) => Err(e),
        None => Ok(state.took),
    }
}

fn run_step(p: &Planned, session: &Session, context: &Context<'_>) -> Result<(StepReport, u64)> {
    let Output { mut tables, mut written, report } = (p.step.run)(context)?;
    report.check()?;
    let mut finished: Vec<(&'static TableSpec, Made)> = Vec::new();
    for spec in p.step.outputs.iter().copied() {
        let made = match (tables.remove(spec.name), written.remove(spec.name)) {
            (Some(batch), _) => Made::Batch(table::conform(spec, &[batch])?),
            (None, Some(path)) => Made::File(path),
            (None, None) => return Err(AnalysisError::Defect(format!("{} was not made", spec.name))),
        };
        finished.push((spec, made));
    }
    if let Some(extra) = tables.keys().chain(written.keys()).next() {
        return Err(AnalysisError::Defect(format!("{extra} is made but not declared")));
    }
    if p.folder.exists() {
        // forced: the place is named by the key, so the new bytes must take it
        fs::remove_dir_all(&p.folder).map_err(blocwatch_engine::EngineError::file("cannot replace", &p.folder))?;
    }
    let mut entries = BTreeMap::new();
    atomic::write_folder(&p.folder, |folder| {
        for (spec, made) in finished {
            let path = folder.join(format!("{}.parquet", spec.name));
            let rows = match made {
                Made::Batch(batch) => table::write_parquet(&path, &batch).map(|()| batch.num_rows() as u64)?,
                Made::File(from) => {
                    fs::rename(&from, &path).map_err(blocwatch_engine::EngineError::file("cannot move", &from))?;
                    table::count_rows(&path)?
                }
            };
            let bytes = fs::metadata(&path).map_err(blocwatch_engine::EngineError::file("cannot read", &path))?.len();
            entries.insert(
                spec.name.to_owned(),
                TableEntry { step: p.step.name.to_owned(), key: p.key.clone(), rows, bytes, sha256: atomic::digest_file(&path)? },
            );
        }
        let file = StepFile { tables: entries.clone(), report: report.clone() };
        let json = serde_json::to_vec_pretty(&file).map_err(|e| blocwatch_engine::EngineError::Engine(e.to_string()))?;
        atomic::write_file(&folder.join("step.json"), &json)
    })?;
    // read back from disk by whoever needs it: memory holds only what is being worked on
    for spec in &p.step.outputs {
        session.register_file(spec.name, &p.folder.join(format!("{}.parquet", spec.name)))?;
    }
    Ok((report, entries.values().map(|e| e.rows).sum()))
}

/// A table on its way into the store.
enum Made {
    Batch(arrow::array::RecordBatch),
    /// Written by the step.
    File(PathBuf),
}

/// A step's result if it is all there: its report, and every table with the size that the report states.
fn whole(folder: &Path) -> Option<StepFile> {
    read_step(folder).ok().filter(|file| sizes_match(&file.tables, |name| folder.join(format!("{name}.parquet"))))
}

fn sizes_match(tables: &BTreeMap<String, TableEntry>, path: impl Fn(&str) -> PathBuf) -> bool {
    tables.iter().all(|(name, entry)| fs::metadata(path(name)).is_ok_and(|m| m.len() == entry.bytes))
}

fn read_step(folder: &Path) -> Result<StepFile> {
    let path = folder.join("step.json");
    let text = fs::read_to_string(&path).map_err(blocwatch_engine::EngineError::file("cannot read", &path))?;
    serde_json::from_str(&text)
        .map_err(|e| AnalysisError::Unknown(format!("{} cannot be read ({e}); run `blocwatch build --force all`", path.display())))
}

fn publish(
    home: &Path,
    plan: &[Planned],
    held: &BTreeMap<String, Vec<Held>>,
    options: &Options,
    took: &BTreeMap<String, (u64, u64)>,
    left_out: Notices,
) -> Result<Built> {
    let mut tables = BTreeMap::new();
    let mut accounts = BTreeMap::new();
    let mut notices = left_out;
    let mut outcomes = Vec::new();
    for p in plan {
        let file = match &p.fresh {
            Some(file) => file.clone(),
            None => read_step(&p.folder)?,
        };
        let rows = file.tables.values().map(|t| t.rows).sum();
        outcomes.push(outcome(p, rows, took.get(p.step.name).map_or(0, |t| t.1)));
        tables.extend(file.tables);
        if !file.report.accounts.is_empty() {
            accounts.insert(p.step.name.to_owned(), file.report.accounts);
        }
        notices.extend(file.report.notices);
    }
    let notices = notices.into_sorted();
    if !options.only.is_empty() {
        return Ok(Built { observatory: None, unchanged: took.is_empty(), steps: outcomes, notices });
    }
    let digest = knowledge_digests();
    let snapshots: Vec<_> = held.values().flatten().map(|h| h.file.clone()).collect();
    let mut parts: Vec<String> = plan.iter().map(|p| p.key.clone()).collect();
    parts.push(serde_json::to_string(&snapshots).map_err(|e| AnalysisError::Defect(e.to_string()))?);
    parts.extend(options.as_of.map(|day| format!("as of {day}")));
    let key = atomic::digest_bytes(parts.join("\n").as_bytes())[..32].to_owned();
    let manifest = Manifest {
        format: 1,
        blocwatch: env!("CARGO_PKG_VERSION").to_owned(),
        code: CODE.to_owned(),
        knowledge: atomic::digest_bytes(format!("{digest:?}").as_bytes()),
        key: key.clone(),
        as_of: options.as_of.map(|day| day.to_string()),
        snapshots,
        tables,
        accounts,
        notices: notices.clone(),
    };
    let path = observatory::folder(home).join(&key);
    let bytes = observatory::manifest_bytes(&manifest)?;
    // the same key means the same bytes: a whole observatory is left in place, only a damaged one is replaced
    let before = fs::read(path.join("manifest.json")).ok();
    let touched = !took.is_empty() || !options.force.is_empty();
    let same = before.as_deref() == Some(bytes.as_slice()) && !(touched && Observatory::open(&path).is_ok_and(|o| !o.verify().is_empty()));
    if !same {
        if path.exists() {
            fs::remove_dir_all(&path).map_err(blocwatch_engine::EngineError::file("cannot replace", &path))?;
        }
        atomic::write_folder(&path, |folder| {
            let into = folder.join("tables");
            fs::create_dir(&into).map_err(blocwatch_engine::EngineError::file("cannot create", &into))?;
            for p in plan {
                for spec in &p.step.outputs {
                    let name = format!("{}.parquet", spec.name);
                    link_or_copy(&p.folder.join(&name), &into.join(&name))?;
                }
            }
            atomic::write_file(&folder.join("manifest.json"), &bytes)
        })?;
    }
    let observatory = Observatory::at(path, manifest);
    let in_use = fs::read_to_string(home.join("current")).unwrap_or_default();
    if in_use.trim() != key && options.as_of.is_none() {
        observatory.make_current(home)?;
    }
    if !took.is_empty() {
        let timings = serde_json::to_vec_pretty(&outcomes).map_err(|e| AnalysisError::Defect(e.to_string()))?;
        atomic::write_file(&home.join("timings").join(format!("{key}.json")), &timings)?;
        let wanted: Vec<&str> = [key.as_str(), in_use.trim()].into_iter().filter(|k| !k.is_empty()).collect();
        prune(home, &wanted);
    }
    Ok(Built { observatory: Some(observatory), unchanged: same && took.is_empty(), steps: outcomes, notices })
}

fn link_or_copy(from: &Path, to: &Path) -> blocwatch_engine::Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map(drop).map_err(blocwatch_engine::EngineError::file("cannot copy to", to))
}

/// Removes observatories beyond the last few and step results that none of the kept ones uses. Best effort: what cannot be removed
/// now is removed by a later build.
fn prune(home: &Path, wanted: &[&str]) {
    let Ok(entries) = fs::read_dir(observatory::folder(home)) else { return };
    let mut found: Vec<(std::time::SystemTime, PathBuf)> = entries
        .flatten()
        .filter_map(|e| Some((e.metadata().ok()?.modified().ok()?, e.path())))
        .filter(|(_, p)| p.is_dir() && !wanted.iter().any(|key| p.ends_with(key)))
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    let mut keys = BTreeSet::new();
    let keep = |path: &Path, keys: &mut BTreeSet<String>| {
        if let Ok(o) = Observatory::open(path) {
            keys.extend(o.manifest.tables.values().map(|t| t.key.clone()));
        }
    };
    for key in wanted {
        keep(&observatory::folder(home).join(key), &mut keys);
    }
    for (i, (_, path)) in found.iter().enumerate() {
        if i + 1 < KEPT {
            keep(path, &mut keys);
        } else {
            drop(fs::remove_dir_all(path));
        }
    }
    let Ok(stored) = fs::read_dir(home.join("store")) else { return };
    for step in stored.flatten() {
        let Ok(results) = fs::read_dir(step.path()) else { continue };
        for result in results.flatten() {
            if !keys.contains(result.file_name().to_string_lossy().as_ref()) {
                drop(fs::remove_dir_all(result.path()));
            }
        }
    }
}
