//! What a step is: declared inputs, declared output tables, a version and a function. Nothing undeclared can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow::array::RecordBatch;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::casebook::{Casebook, RegimeSpell};
use blocwatch_core::coverage::CoverageSpan;
use blocwatch_core::notice::Notices;
use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;
use blocwatch_core::taxonomy::Taxonomy;
use blocwatch_engine::Session;
use blocwatch_engine::session::Limits;
use blocwatch_sources::Held;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::error::{AnalysisError, Result};

/// What a step reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// A table made by another step.
    Table(&'static str),
    /// The files held of a source.
    Source(&'static str),
    /// A folder or file of `knowledge/`.
    Knowledge(&'static str),
    /// What the steps that made the named tables said about coverage and row accounts.
    Accounts(&'static str),
}

/// One step of the graph.
#[derive(Clone)]
pub struct Step {
    /// Unique name, usually that of its main table.
    pub name: &'static str,
    /// Raised when the meaning of the output changes; part of the key together with the digest of the code.
    pub version: u32,
    /// Everything it reads.
    pub inputs: Vec<Input>,
    /// Tables it makes.
    pub outputs: Vec<&'static TableSpec>,
    /// The work.
    pub run: fn(&Context<'_>) -> Result<Output>,
}

/// Some columns of a table that need less than all of it does: made alone where nobody asks for the others.
pub(crate) struct Part {
    /// The table; its step makes these columns too, with the same values.
    pub(crate) table: &'static TableSpec,
    /// The columns beside the keys.
    pub(crate) columns: &'static [&'static str],
    /// What they need.
    pub(crate) inputs: &'static [Input],
    /// The work: a batch of keys and columns, in the order of the table.
    pub(crate) run: fn(&Context<'_>) -> Result<Output>,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Step").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a step yields beside its tables; kept with them so that a rebuild that skips the step still knows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct StepReport {
    /// Row accounts of source files.
    pub accounts: Vec<RowAccount>,
    /// Coverage.
    pub coverage: Vec<CoverageSpan>,
    /// Notices.
    pub notices: Notices,
}

impl StepReport {
    /// Whether every row of every file is accounted for.
    ///
    /// # Errors
    /// [`AnalysisError::Defect`] naming the first file of which some row is not.
    pub(crate) fn check(&self) -> Result<()> {
        match self.accounts.iter().find(|a| !a.balances()) {
            Some(account) => Err(AnalysisError::Defect(format!("the row account of {} does not balance", account.file))),
            None => Ok(()),
        }
    }
}

/// The result of a step.
#[derive(Debug, Default)]
pub struct Output {
    /// One batch for each declared output that was not written by the step itself, by table name.
    pub tables: BTreeMap<&'static str, RecordBatch>,
    /// Tables too large to be held, which the step has written below [`Context::scratch`] with a [`blocwatch_engine::table::TableWriter`].
    pub written: BTreeMap<&'static str, PathBuf>,
    /// The rest.
    pub report: StepReport,
}

impl Output {
    /// A result of one table.
    pub fn table(spec: &'static TableSpec, batch: RecordBatch) -> Self {
        Self { tables: BTreeMap::from([(spec.name, batch)]), ..Self::default() }
    }

    /// Adds a table.
    #[must_use]
    pub fn and(mut self, spec: &'static TableSpec, batch: RecordBatch) -> Self {
        self.tables.insert(spec.name, batch);
        self
    }
}

/// What a running step may see.
pub struct Context<'a> {
    pub(crate) step: &'a Step,
    pub(crate) tables: Tables<'a>,
    pub(crate) held: &'a BTreeMap<String, Vec<Held>>,
    pub(crate) reports: BTreeMap<String, Arc<StepReport>>,
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) limits: Limits,
    pub(crate) scratch: &'a Path,
}

/// Where a step finds the tables that it reads.
#[derive(Clone, Copy)]
pub(crate) enum Tables<'a> {
    /// In a session, which reads their files.
    Session(&'a Session),
    /// In memory, where they are made for one purpose.
    Memory(&'a Memory),
}

/// Tables in memory, and a session over them for the steps that ask in SQL: opened only if one does.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) batches: Mutex<BTreeMap<&'static str, RecordBatch>>,
    session: OnceLock<Session>,
    registered: Mutex<BTreeSet<&'static str>>,
}

impl Memory {
    /// Runs a SELECT over the tables `names`.
    fn query(&self, sql: &str, names: &[&'static str], limits: Limits) -> Result<RecordBatch> {
        if self.session.get().is_none() {
            // another step may have been first; both are without tables
            drop(self.session.set(Session::new(limits)?));
        }
        let session = self.session.get().ok_or_else(|| AnalysisError::Defect("session vanished".to_owned()))?;
        {
            let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
            let mut registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner);
            for name in names {
                if let Some(batch) = batches.get(name).filter(|_| registered.insert(*name)) {
                    session.register_batch(name, batch.clone())?;
                }
            }
        }
        Ok(session.query_one(sql)?)
    }

    /// A whole table.
    pub(crate) fn get(&self, name: &str) -> Option<RecordBatch> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}

/// The people's files, read once per build.
#[derive(Debug, Default)]
pub struct Knowledge {
    casebook: OnceLock<Casebook>,
    /// The day as of which they are read.
    as_of: Option<NaiveDate>,
}

impl Knowledge {
    /// The people's files as they could have been written on a day; `None` is today.
    pub(crate) fn new(as_of: Option<NaiveDate>) -> Self {
        Self { casebook: OnceLock::new(), as_of }
    }

    /// The casebook, read at first use.
    ///
    /// # Errors
    /// A file that does not parse.
    pub fn casebook(&self) -> Result<&Casebook> {
        if self.casebook.get().is_none() {
            let whole = Casebook::embedded()?;
            let book = match self.as_of {
                Some(day) => whole.as_of(day).0,
                None => whole,
            };
            // another step may have been first; both read the same bytes
            drop(self.casebook.set(book));
        }
        self.casebook.get().ok_or_else(|| AnalysisError::Defect("casebook vanished".to_owned()))
    }
}

impl Context<'_> {
    fn declared(&self, wanted: impl Fn(&Input) -> bool, what: &str) -> Result<()> {
        if self.step.inputs.iter().any(wanted) {
            Ok(())
        } else {
            Err(AnalysisError::Defect(format!("step {} reads {what} without declaring it", self.step.name)))
        }
    }

    /// Runs a SELECT over the declared input tables.
    ///
    /// # Errors
    /// A query that fails, or that names a table which the step does not declare.
    pub fn sql(&self, sql: &str) -> Result<RecordBatch> {
        // what stands after FROM and JOIN is a table of ours, or a name that the query itself defines
        let words: Vec<&str> = sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
        let mut named = Vec::new();
        for pair in words.windows(2).filter(|p| p[0] == "FROM" || p[0] == "JOIN") {
            if let Some(table) = crate::steps::table(pair[1]) {
                self.declared(|i| *i == Input::Table(table.name), table.name)?;
                named.push(table.name);
            }
        }
        match self.tables {
            Tables::Session(session) => Ok(session.query_one(sql)?),
            Tables::Memory(memory) => memory.query(sql, &named, self.limits),
        }
    }

    /// Some columns of a declared table. Rows come in no promised order.
    ///
    /// # Errors
    /// A table that the step does not declare, or that has no such column.
    pub fn table(&self, name: &'static str, columns: &[&str]) -> Result<RecordBatch> {
        self.declared(|i| *i == Input::Table(name), name)?;
        match self.tables {
            Tables::Session(session) => Ok(session.query_one(&format!("SELECT {} FROM {name}", columns.join(", ")))?),
            Tables::Memory(memory) => {
                let batch = memory.get(name).ok_or_else(|| AnalysisError::Defect(format!("{name} was not made")))?;
                let schema = batch.schema();
                let places = columns.iter().map(|c| schema.index_of(c)).collect::<std::result::Result<Vec<usize>, _>>()?;
                Ok(batch.project(&places)?)
            }
        }
    }

    /// The files held of a declared source; empty if none is.
    ///
    /// # Errors
    /// The source is not declared as an input.
    pub fn held(&self, source: &str) -> Result<&[Held]> {
        self.declared(|i| matches!(i, Input::Source(s) if *s == source), source)?;
        Ok(self.held.get(source).map_or(&[], Vec::as_slice))
    }

    /// The states.
    ///
    /// # Errors
    /// The embedded table does not parse.
    pub fn states(&self) -> Result<&'static States> {
        Ok(States::embedded()?)
    }

    /// The vocabulary.
    ///
    /// # Errors
    /// The embedded file does not parse.
    pub fn taxonomy(&self) -> Result<&'static Taxonomy> {
        Ok(Taxonomy::embedded()?)
    }

    /// The casebook.
    ///
    /// # Errors
    /// An embedded file does not parse.
    pub fn casebook(&self) -> Result<&Casebook> {
        self.knowledge.casebook()
    }

    /// The starter spells of regimes, for which the rest of the casebook need not be read.
    ///
    /// # Errors
    /// As [`Context::casebook`].
    pub fn regimes(&self) -> Result<Vec<RegimeSpell>> {
        match self.knowledge.as_of {
            None => Ok(Casebook::embedded_part(&["regimes"])?.regimes),
            Some(_) => Ok(self.casebook()?.regimes.clone()),
        }
    }

    /// A folder of the step's own, removed when it is done.
    pub fn scratch(&self) -> &Path {
        self.scratch
    }

    /// How much memory and how many threads a step may use.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Reports of the steps declared by [`Input::Accounts`], by step name.
    pub fn reports(&self) -> &BTreeMap<String, Arc<StepReport>> {
        &self.reports
    }
}

/// The files of a source as they go into a key: role, shape and digest.
pub(crate) fn fingerprint(files: &[Held]) -> Vec<String> {
    let one = |f: &SnapshotFile| format!("{}/{}/{}/{}", f.role, f.shape, f.name, f.sha256);
    let mut all: Vec<String> = files.iter().map(|h| one(&h.file)).collect();
    all.sort();
    all
}
