//! Tables for a panel straight from publishers' files, without a store and without an observatory on disk.
//!
//! The steps are those of the build, run in memory: the same readers with their accounts, the same rows. Only those run that the columns
//! asked for need, and of a step that can make some columns from less ([`Part`]) only that. What comes of it is an [`Observatory`] in
//! memory, from which a panel is made as from any other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use arrow::array::RecordBatch;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::notice::{Notices, Severity};
use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::table::TableSpec;
use blocwatch_engine::observatory::Manifest;
use blocwatch_engine::session::Limits;
use blocwatch_engine::{Observatory, atomic};
use blocwatch_sources::{Held, Source, fetch};

use super::catalogue::{self, Catalogue, defaults};
use super::held::{self, PANEL_COLUMN};
use super::joins::{Absent, Join};
use super::{Request, Unit};
use crate::build::{CODE, knowledge_digests};
use crate::error::{AnalysisError, Result};
use crate::measures::PARTS;
use crate::step::{Context, Input, Knowledge, Memory, Output, Part, Step, StepReport, Tables, fingerprint};
use crate::steps::membership::ORGANISATION;
use crate::steps::{self, accounts};

/// Columns of tables, by table.
type Named = BTreeMap<&'static str, BTreeSet<&'static str>>;

/// Makes the tables that the columns of a request need, from the files among `places` (files, or folders with all below them). `today` is
/// the day on which the files are read, `YYYY-MM-DD`.
///
/// # Errors
/// No file of a source that a column needs; whatever the readers and steps meet.
pub fn make(places: &[PathBuf], request: &Request, today: &str, limits: Limits, notices: &mut Notices) -> Result<Observatory> {
    let catalogue = Catalogue::blank(request.unit, request.directed)?;
    let patterns: Vec<String> = if request.columns.is_empty() {
        defaults(request.unit).iter().map(|p| (*p).to_owned()).collect()
    } else {
        request.columns.iter().cloned().chain(request.layers.iter().map(|layer| format!("tie.{layer}"))).collect()
    };
    let mut asked = Named::new();
    for (table, columns) in patterns.iter().flat_map(|p| catalogue.named(p)) {
        asked.entry(table).or_default().extend(columns);
    }
    if request.unit == Unit::OrgYear {
        // which organisations there are in which years is what any of these tables says
        for (spec, _) in catalogue::joins(request.unit) {
            asked.entry(spec.name).or_default();
        }
        asked.entry(ORGANISATION.name).or_default();
    }
    let plan = Plan::of(&asked);
    let sources = plan.sources();
    let (files, left_alone) = fetch::in_place(places, &sources, today, notices)?;
    let mut held: BTreeMap<String, Vec<Held>> = sources.iter().map(|s| (s.meta().id.clone(), Vec::new())).collect();
    for file in files {
        held.entry(file.file.source.clone()).or_default().push(file);
    }
    if !request.columns.is_empty() {
        lacking(&catalogue, &request.columns, &held, &left_alone)?;
    }
    // a file that was named and is of no use is worth a word; those of a folder are not
    for (path, why) in left_alone.iter().filter(|(path, _)| places.contains(path)) {
        let what = format!("not read: {why}, or no column asked for needs it");
        notices.add(Severity::Warning, "file-not-used", what, path.display().to_string(), "see `blocwatch sources`");
    }
    let made = plan.run(&held, limits)?;
    made.observatory(&asked, held, notices)
}

/// The sources that would help and were not found, where a pattern has no table with a file.
fn lacking(catalogue: &Catalogue, patterns: &[String], held: &BTreeMap<String, Vec<Held>>, left_alone: &[(PathBuf, String)]) -> Result<()> {
    for pattern in patterns {
        let tables: Vec<Vec<&'static str>> =
            catalogue.named(pattern).iter().map(|(table, columns)| super::describe::sources_of_columns(table, columns)).collect();
        let there = |id: &&str| held.get(*id).is_some_and(|files| !files.is_empty());
        if tables.is_empty() || tables.iter().any(|ids| ids.is_empty() || ids.iter().any(there)) {
            continue;
        }
        let wanted: BTreeSet<&str> = tables.into_iter().flatten().collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        // a file that is nearly one of them
        let near = left_alone.iter().find(|(_, why)| wanted.iter().any(|id| why.contains(id)));
        let hint = near.map(|(path, why)| format!("; {}: {why}", path.display())).unwrap_or_default();
        return Err(AnalysisError::Unknown(format!(
            "'{pattern}' needs a file of {}, and none is among the files given; see `blocwatch sources` for their names{hint}",
            wanted.join(" or ")
        )));
    }
    Ok(())
}

/// Steps to be run, inputs first.
struct Plan {
    steps: Vec<Step>,
    /// For each step those that it waits for.
    needs: Vec<BTreeSet<usize>>,
}

impl Plan {
    fn of(asked: &Named) -> Self {
        let all = steps::all();
        let maker = |table: &str| all.iter().find(|s| s.outputs.iter().any(|t| t.name == table));
        let enough = |table: &str, columns: &BTreeSet<&str>| -> Option<&'static Part> {
            PARTS.iter().copied().find(|p| p.table.name == table && columns.iter().all(|c| p.columns.contains(c)))
        };
        let mut parts: BTreeMap<&str, &'static Part> = BTreeMap::new();
        let mut whole: BTreeSet<&str> = BTreeSet::new();
        let mut todo: Vec<Input> = Vec::new();
        for (&table, columns) in asked {
            match enough(table, columns) {
                Some(part) => {
                    parts.insert(table, part);
                    todo.extend(part.inputs);
                }
                None => todo.push(Input::Table(table)),
            }
        }
        while let Some(input) = todo.pop() {
            let step = match input {
                Input::Table(table) => maker(table),
                Input::Accounts(name) => all.iter().find(|s| s.name == name),
                Input::Source(_) | Input::Knowledge(_) => continue,
            };
            let Some(step) = step else { continue };
            if whole.insert(step.name) {
                todo.extend(&step.inputs);
            }
        }
        let mut out: Vec<Step> = Vec::new();
        for step in all {
            if whole.contains(step.name) {
                out.push(step.clone());
            } else if let Some(part) = step.outputs.iter().find_map(|t| parts.get(t.name)) {
                out.push(Step { inputs: part.inputs.to_vec(), outputs: vec![part.table], run: part.run, ..step.clone() });
            }
        }
        let made_by = |input: &Input| match input {
            Input::Table(table) => out.iter().position(|s| s.outputs.iter().any(|t| t.name == *table)),
            Input::Accounts(name) => out.iter().position(|s| s.name == *name),
            Input::Source(_) | Input::Knowledge(_) => None,
        };
        let needs = out.iter().map(|s| s.inputs.iter().filter_map(made_by).collect()).collect();
        Self { steps: out, needs }
    }

    fn sources(&self) -> Vec<&'static dyn Source> {
        let wanted: BTreeSet<&str> =
            self.steps.iter().flat_map(|s| &s.inputs).filter_map(|i| if let Input::Source(id) = i { Some(*id) } else { None }).collect();
        blocwatch_sources::registry().iter().copied().filter(|s| wanted.contains(s.meta().id.as_str())).collect()
    }

    /// Runs the steps, as many at once as there are threads. What comes of it does not depend on who came first.
    fn run(self, held: &BTreeMap<String, Vec<Held>>, limits: Limits) -> Result<Made> {
        let memory = Memory::default();
        let knowledge = Knowledge::default();
        // the largest files first: they decide how long all of it takes
        let weight = |s: &Step| -> u64 {
            let files = |i: &Input| if let Input::Source(id) = i { held.get(*id).map_or(&[][..], Vec::as_slice) } else { &[][..] };
            s.inputs.iter().flat_map(files).map(|h| h.file.bytes).sum()
        };
        let mut order: Vec<usize> = (0..self.steps.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(weight(&self.steps[*i])));
        let state = Mutex::new(Running::default());
        let wake = Condvar::new();
        let work = || {
            loop {
                let mut s = state.lock().unwrap_or_else(PoisonError::into_inner);
                let i = loop {
                    if s.failed.is_some() || s.started.len() == self.steps.len() {
                        return;
                    }
                    let ready = order.iter().find(|i| !s.started.contains(*i) && self.needs[**i].iter().all(|n| s.done.contains_key(n)));
                    match ready {
                        Some(i) => break *i,
                        None => s = wake.wait(s).unwrap_or_else(PoisonError::into_inner),
                    }
                };
                s.started.insert(i);
                let reports = self.needs[i].iter().map(|n| (self.steps[*n].name.to_owned(), Arc::clone(&s.done[n]))).collect();
                drop(s);
                let step = &self.steps[i];
                let run = || -> Result<Output> {
                    let tables = Tables::Memory(&memory);
                    let scratch = if step.inputs.iter().any(|i| matches!(i, Input::Source(_))) { Some(scratch()?) } else { None };
                    let scratch = scratch.as_ref().map_or(Path::new(""), |s| s.path());
                    let mut output = (step.run)(&Context { step, tables, held, reports, knowledge: &knowledge, limits, scratch })?;
                    output.report.check()?;
                    for (name, path) in std::mem::take(&mut output.written) {
                        output.tables.insert(name, blocwatch_engine::table::read_parquet(&path)?);
                    }
                    for spec in &step.outputs {
                        if let Some(batch) = output.tables.get_mut(spec.name) {
                            declared(spec, batch)?;
                        }
                    }
                    Ok(output)
                };
                // a step that panics fails the work instead of leaving the other thread waiting for it
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run))
                    .unwrap_or_else(|_| Err(AnalysisError::Defect("the step panicked".to_owned())));
                let mut s = state.lock().unwrap_or_else(PoisonError::into_inner);
                match result {
                    Ok(output) => {
                        memory.batches.lock().unwrap_or_else(PoisonError::into_inner).extend(output.tables);
                        s.done.insert(i, Arc::new(output.report));
                    }
                    Err(e) => {
                        let failed = AnalysisError::Step { step: step.name.to_owned(), source: Box::new(e) };
                        s.failed = s.failed.take().or(Some(failed));
                    }
                }
                drop(s);
                wake.notify_all();
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..limits.threads.max(1) {
                scope.spawn(work);
            }
            work();
        });
        let state = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(e) = state.failed {
            return Err(e);
        }
        let reports = state.done.into_iter().map(|(i, report)| (self.steps[i].name.to_owned(), report)).collect();
        Ok(Made { tables: memory.batches.into_inner().unwrap_or_else(PoisonError::into_inner), reports })
    }
}

/// Gives the columns of a table the types it declares, as writing it would. A table made in part has a part of its columns, and it is not
/// sorted: that would cost more than the rest.
fn declared(spec: &TableSpec, batch: &mut RecordBatch) -> Result<()> {
    let whole = blocwatch_engine::table::schema(spec);
    let (mut at, mut columns, mut changed) = (Vec::new(), Vec::new(), false);
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        let Ok(i) = whole.index_of(field.name()) else { return Ok(()) };
        let wanted = whole.field(i).data_type();
        changed |= column.data_type() != wanted;
        columns.push(if column.data_type() == wanted { Arc::clone(column) } else { arrow::compute::cast(column, wanted)? });
        at.push(i);
    }
    if changed {
        *batch = RecordBatch::try_new(Arc::new(whole.project(&at)?), columns)?;
    }
    Ok(())
}

/// A folder for what a step cannot hold.
fn scratch() -> Result<tempfile::TempDir> {
    let folder = std::env::temp_dir();
    Ok(tempfile::TempDir::new().map_err(blocwatch_engine::EngineError::file("cannot create a folder in", &folder))?)
}

#[derive(Default)]
struct Running {
    started: BTreeSet<usize>,
    done: BTreeMap<usize, Arc<StepReport>>,
    failed: Option<AnalysisError>,
}

/// What the steps made.
struct Made {
    tables: BTreeMap<&'static str, RecordBatch>,
    reports: BTreeMap<String, Arc<StepReport>>,
}

impl Made {
    /// The tables that were asked for, with what a panel wants to know of them.
    fn observatory(mut self, asked: &Named, held: BTreeMap<String, Vec<Held>>, notices: &mut Notices) -> Result<Observatory> {
        let mut tables: BTreeMap<String, RecordBatch> = BTreeMap::new();
        let mut zeros = false;
        for table in asked.keys() {
            if let Some(batch) = self.tables.remove(table) {
                zeros |= steps::table(table).and_then(Join::of).is_some_and(|j| j.absent == Absent::Zero);
                tables.insert((*table).to_owned(), batch);
            }
        }
        let named = asked.keys().filter_map(|t| Some((*t, tables.get(*t)?)));
        let columns = held::panel_column(named)?;
        tables.insert(PANEL_COLUMN.name.to_owned(), columns);
        if zeros {
            let absent = |id: &str| held.get(id).is_none_or(Vec::is_empty);
            tables.insert(accounts::COVERAGE.name.to_owned(), accounts::coverage(&self.reports, absent)?);
        }
        let mut said = Notices::new();
        let mut rows: BTreeMap<String, Vec<RowAccount>> = BTreeMap::new();
        for (name, report) in &self.reports {
            said.extend(report.notices.clone());
            if !report.accounts.is_empty() {
                rows.insert(name.clone(), report.accounts.clone());
            }
        }
        let said = said.into_sorted();
        said.iter().for_each(|n| notices.push(n.clone()));
        let files: Vec<Held> = held.into_values().flatten().collect();
        let knowledge = atomic::digest_bytes(format!("{:?}", knowledge_digests()).as_bytes());
        let named = format!("{CODE} {knowledge} {} {asked:?}", fingerprint(&files).join(" "));
        let snapshots: Vec<SnapshotFile> = files.into_iter().map(|h| h.file).collect();
        let manifest = Manifest {
            format: 1,
            blocwatch: env!("CARGO_PKG_VERSION").to_owned(),
            code: CODE.to_owned(),
            knowledge,
            // no observatory that is built has this key
            key: atomic::digest_bytes(named.as_bytes())[..32].to_owned(),
            as_of: None,
            snapshots,
            tables: BTreeMap::new(),
            accounts: rows,
            notices: said,
        };
        Ok(Observatory::of_tables(manifest, tables))
    }
}
