//! A query session. The same plans and functions run in this process or where another context sends them ([`Session::over`]): this
//! crate knows DataFusion and no cluster.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use arrow::array::RecordBatch;
use blocwatch_core::name;
use datafusion::common::{DataFusionError, SchemaError};
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use tokio::runtime::Runtime;

use crate::error::{EngineError, Result};
use crate::functions;
use crate::held::Held;
use crate::observatory::Observatory;
use crate::table;

/// Limits of a session.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Memory that queries may hold, in bytes.
    pub memory_bytes: usize,
    /// Threads and partitions.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: 768 * 1024 * 1024, threads: std::thread::available_parallelism().map_or(2, usize::from) }
    }
}

/// The settings of a session, wherever its plans run.
pub fn settings(limits: Limits) -> SessionConfig {
    let mut config = SessionConfig::new().with_target_partitions(limits.threads).with_information_schema(false);
    let options = config.options_mut();
    // plain strings everywhere: our code reads the arrays, and a file read back has the type it was written with
    options.execution.parquet.schema_force_view_types = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    config
}

/// A session over some tables. Queries read; nothing that a query says can write, create or reach the network.
pub struct Session {
    pub(crate) context: SessionContext,
    pub(crate) runtime: Runtime,
    known: Mutex<Known>,
    views: BTreeMap<&'static str, View>,
    /// Results of queries that many ask alike ([`Session::query_kept`]).
    kept: Mutex<BTreeMap<String, RecordBatch>>,
    /// Whether views and small tables are held in memory ([`Session::with_views`]).
    holds: bool,
    /// Whether its queries are strangers' ([`Session::for_strangers`]).
    pub(crate) strangers: bool,
}

/// What several queries need of the whole observatory, under a name.
#[derive(Debug, Clone)]
pub struct ViewSpec {
    /// Its name in queries.
    pub name: &'static str,
    /// What it selects. It may name tables and other views.
    pub sql: String,
    /// Columns by which rows are looked up, where it is held.
    pub keys: &'static [&'static str],
}

/// A view that is made when a query first names it.
#[derive(Debug)]
struct View {
    spec: ViewSpec,
    /// Whether its rows are made once and held with an index; otherwise each query that names it works it out.
    held: bool,
    made: OnceLock<std::result::Result<(), String>>,
}

/// Tables of an observatory that no query has named yet: opening all of them takes longer than most queries.
#[derive(Debug, Default)]
struct Known {
    waiting: BTreeMap<String, PathBuf>,
    /// Tables whose files are missing or damaged; only a query that names one fails.
    damaged: Vec<String>,
}

impl Session {
    /// A session without tables, whose plans run in this process.
    ///
    /// # Errors
    /// The thread pool cannot be started.
    pub fn new(limits: Limits) -> Result<Self> {
        let environment = RuntimeEnvBuilder::new()
            .with_memory_limit(limits.memory_bytes, 1.0)
            .build_arc()
            .map_err(|e| EngineError::Engine(e.to_string()))?;
        Self::over(SessionContext::new_with_config_rt(settings(limits), environment), limits)
    }

    /// A session without tables, whose plans run where the context sends them. The context has to be made with [`settings`].
    ///
    /// # Errors
    /// The thread pool cannot be started.
    pub fn over(context: SessionContext, limits: Limits) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(limits.threads)
            // plans are walked by recursion; only what is used takes memory
            .thread_stack_size(16 << 20)
            // sockets and timers for a context that sends plans elsewhere; where tokio is built without them this enables nothing
            .enable_all()
            .build()
            .map_err(|e| EngineError::Engine(format!("cannot start the thread pool: {e}")))?;
        for function in functions::all() {
            context.register_udf(function);
        }
        Ok(Self {
            context,
            runtime,
            known: Mutex::default(),
            views: BTreeMap::new(),
            kept: Mutex::default(),
            holds: false,
            strangers: false,
        })
    }

    /// A session in this process over all tables of an observatory.
    ///
    /// # Errors
    /// The thread pool cannot be started.
    pub fn open(observatory: &Observatory, limits: Limits) -> Result<Self> {
        Ok(Self::new(limits)?.with_tables_of(observatory))
    }

    /// Adds all tables of an observatory, each of which is opened when a query first names it. A table whose file is missing or damaged
    /// does not keep the others from being asked.
    #[must_use]
    pub fn with_tables_of(self, observatory: &Observatory) -> Self {
        for name in observatory.manifest.tables.keys() {
            match observatory.in_memory(name) {
                Some(batch) => {
                    if self.register_batch(name, batch.clone()).is_err() {
                        self.known().damaged.push(name.clone());
                    }
                }
                None => {
                    self.known().waiting.insert(name.clone(), observatory.table_path(name));
                }
            }
        }
        self
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds views. Where they are `held`, each is worked out once, when a query first names it, and stays in memory with an index by its
    /// keys, as do small tables: for a server that answers many questions of one observatory. Otherwise each query works out what it names.
    #[must_use]
    pub fn with_views(mut self, views: Vec<ViewSpec>, held: bool) -> Self {
        self.holds = held;
        if held {
            self.context = planned_lightly(&self.context);
        }
        self.views = views.into_iter().map(|spec| (spec.name, View { spec, held, made: OnceLock::new() })).collect();
        self
    }

    /// Makes all views now, so that no query waits for one. A view whose tables are missing is passed over: a query that names it says why.
    pub fn make_views(&self) {
        for view in self.views.values() {
            // what fails is kept, and told to whoever names the view
            drop(self.make_view(view));
        }
    }

    fn make_view(&self, view: &View) -> Result<()> {
        let make = || -> Result<()> {
            if view.held {
                return self.register_held(view.spec.name, &self.query_one(&view.spec.sql)?, view.spec.keys);
            }
            self.open_named(&view.spec.sql)?;
            let failed = |e: DataFusionError| self.explain(&e, &view.spec.sql);
            self.runtime.block_on(async {
                let frame = self.context.sql(&view.spec.sql).await.map_err(failed)?;
                self.context.register_table(view.spec.name, frame.into_view()).map_err(failed)?;
                Ok(())
            })
        };
        view.made.get_or_init(|| make().map_err(|e| e.to_string())).clone().map_err(EngineError::Query)
    }

    /// Opens the tables and makes the views that a query may name: every word of it that is the name of one.
    pub(crate) fn open_named(&self, sql: &str) -> Result<()> {
        let words = || sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
        // a view opens its own tables, so that nothing is locked here
        for view in words().filter_map(|w| self.views.get(w)) {
            self.make_view(view)?;
        }
        // held while tables are opened, so that of two queries at once neither runs ahead of the other's tables
        let mut known = self.known();
        if known.waiting.is_empty() {
            return Ok(());
        }
        for word in words() {
            if let Some((name, path)) = known.waiting.remove_entry(word).or_else(|| known.waiting.remove_entry(&word.to_lowercase()))
                && !(self.holds && self.hold_small(&name, &path))
                && self.register_file(&name, &path).is_err()
            {
                known.damaged.push(name);
            }
        }
        Ok(())
    }

    /// Holds the table of a small file in memory; whether it did.
    fn hold_small(&self, name: &str, path: &Path) -> bool {
        if !std::fs::metadata(path).is_ok_and(|m| m.len() <= SMALL.0) {
            return false;
        }
        let held = table::read_parquet(path).ok().filter(|batch| batch.get_array_memory_size() <= SMALL.1);
        held.is_some_and(|batch| self.register_held(name, &batch, LOOKED_UP).is_ok())
    }

    /// Holds a batch as a table with an index over some of its columns ([`Held::new`]).
    ///
    /// # Errors
    /// A table of that name is there.
    pub fn register_held(&self, name: &str, batch: &RecordBatch, keys: &[&str]) -> Result<()> {
        let held = Arc::new(Held::new(batch, keys)?);
        self.context.register_table(name, held).map_err(|e| EngineError::Engine(format!("table {name}: {}", plain(&e))))?;
        Ok(())
    }

    /// Makes a Parquet file a table.
    ///
    /// # Errors
    /// The file is missing or broken.
    pub fn register_file(&self, name: &str, path: &Path) -> Result<()> {
        let path = path.to_str().ok_or_else(|| EngineError::Engine(format!("the path {} is not valid UTF-8", path.display())))?;
        self.runtime
            .block_on(self.context.register_parquet(name, path, ParquetReadOptions::default()))
            .map_err(|e| EngineError::Engine(format!("table {name}: {}", plain(&e))))
    }

    /// Makes a batch a table, for as long as the session lives.
    ///
    /// # Errors
    /// A table of that name is there.
    pub fn register_batch(&self, name: &str, batch: RecordBatch) -> Result<()> {
        self.context.register_batch(name, batch).map_err(|e| EngineError::Engine(format!("table {name}: {}", plain(&e))))?;
        Ok(())
    }

    /// Names of the tables, sorted.
    pub fn tables(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.context.catalog("datafusion").and_then(|c| c.schema("public")).map(|s| s.table_names()).unwrap_or_default();
        names.extend(self.known().waiting.keys().cloned());
        names.sort();
        names
    }

    /// Runs one SELECT. The batches come in the order the query asks for; without ORDER BY no order is promised.
    ///
    /// # Errors
    /// [`EngineError::Query`] for what the person asking can mend, with the nearest table or column; [`EngineError::Engine`] otherwise.
    pub fn query(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        refuse_writing(sql)?;
        self.open_named(sql)?;
        let read_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        self.runtime.block_on(async {
            let frame = self.context.sql_with_options(sql, read_only).await.map_err(|e| self.explain(&e, sql))?;
            let schema = Arc::clone(frame.schema().inner());
            let mut batches = frame.collect().await.map_err(|e| self.explain(&e, sql))?;
            if batches.is_empty() {
                batches.push(RecordBatch::new_empty(schema));
            }
            Ok(batches)
        })
    }

    /// Runs one SELECT and joins its batches into one.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn query_one(&self, sql: &str) -> Result<RecordBatch> {
        let batches = self.query(sql)?;
        let Some(first) = batches.first() else { return Err(EngineError::Engine("no result".into())) };
        Ok(arrow::compute::concat_batches(&first.schema(), &batches)?)
    }

    /// As [`Session::query_one`], and the result is kept for as long as the session: for the few queries that every page asks alike.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub fn query_kept(&self, sql: &str) -> Result<RecordBatch> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(batch) = kept().get(sql) {
            return Ok(batch.clone());
        }
        let batch = self.query_one(sql)?;
        let mut kept = kept();
        if kept.len() < KEPT {
            kept.insert(sql.to_owned(), batch.clone());
        }
        Ok(batch)
    }

    /// Runs several SELECTs at once, as [`Session::query_one`] each, in the order given.
    ///
    /// # Errors
    /// The first that fails, in that order.
    pub fn query_many(&self, queries: &[&str]) -> Result<Vec<RecordBatch>> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mut done = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                match queries.get(i) {
                    Some(sql) => done.push((i, self.query_one(sql))),
                    None => return done,
                }
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(queries.len());
        let mut all: Vec<(usize, Result<RecordBatch>)> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            running.into_iter().flat_map(|t| t.join().unwrap_or_default()).collect()
        });
        all.sort_by_key(|(i, _)| *i);
        if all.len() != queries.len() {
            return Err(EngineError::Engine("a query stopped unexpectedly".to_owned()));
        }
        all.into_iter().map(|(_, result)| result).collect()
    }

    pub(crate) fn explain(&self, error: &DataFusionError, sql: &str) -> EngineError {
        EngineError::Query(match error.find_root() {
            DataFusionError::SchemaError(detail, _) => explain_schema(detail),
            DataFusionError::SQL(detail, _) => format!("cannot read the query: {}{}", sentence(&detail.to_string()), reserved_word(sql)),
            DataFusionError::Plan(text) => self.explain_plan(text),
            DataFusionError::NotImplemented(text) if text.contains("single SQL statement") => "write one query at a time".to_owned(),
            DataFusionError::NotImplemented(text) if ["INSERT", "UPDATE", "DELETE", "MERGE"].iter().any(|w| text.contains(w)) => {
                READ_ONLY.to_owned()
            }
            DataFusionError::ResourcesExhausted(text) => {
                format!("the query needs more memory than it may use; select fewer rows or columns ({})", sentence(text))
            }
            DataFusionError::ParquetError(text) => {
                format!(
                    "a table's file is damaged ({}); run `blocwatch verify`, then `blocwatch build --force all`",
                    sentence(&text.to_string())
                )
            }
            DataFusionError::ArrowError(text, _) => sentence(&text.to_string()),
            DataFusionError::NotImplemented(text) | DataFusionError::Execution(text) | DataFusionError::Configuration(text) => {
                sentence(text)
            }
            other => return EngineError::Engine(sentence(&plain(other))),
        })
    }

    fn explain_plan(&self, text: &str) -> String {
        let missing =
            text.strip_prefix("table '").and_then(|rest| rest.strip_suffix("' not found")).and_then(|full| full.rsplit('.').next());
        if let Some(table) = missing {
            if self.known().damaged.iter().any(|d| d == table) {
                return format!("the file of table {table} is missing or damaged; run `blocwatch build --force all`");
            }
            let tables = self.tables();
            let near = name::nearest(table, tables.iter().map(String::as_str), 3);
            let hint = if near.is_empty() { "; `blocwatch tables` lists them all".to_owned() } else { name::did_you_mean(&near) };
            return format!("there is no table '{table}'{hint}");
        }
        if ["DDL", "DML", "Statement"].iter().any(|kind| text.contains(&format!("{kind} not supported"))) {
            return READ_ONLY.to_owned();
        }
        if let Some(rest) = text.strip_prefix("Invalid function '") {
            let asked = rest.split('\'').next().unwrap_or("");
            let near = text.split("Did you mean '").nth(1).and_then(|t| t.split('\'').next());
            let hint = near.map_or_else(|| "; `blocwatch tables --functions` lists ours".to_owned(), |n| name::did_you_mean(&[n]));
            return format!("there is no function '{asked}'{hint}");
        }
        sentence(text)
    }
}

/// The same context for small queries over rows at hand: looks at a plan that cost more than they save there are left out.
fn planned_lightly(context: &SessionContext) -> SessionContext {
    let state = context.state();
    let rules = state.physical_optimizers().iter().filter(|rule| !UNNEEDED.contains(&rule.name())).cloned().collect();
    let mut config = state.config().clone();
    config.options_mut().optimizer.max_passes = 1;
    SessionContext::new_with_state(
        SessionStateBuilder::new_from_existing(state).with_config(config).with_physical_optimizer_rules(rules).build(),
    )
}

/// Rules that narrow or merge steps of a plan and change no result.
const UNNEEDED: &[&str] = &["ProjectionPushdown", "CombinePartialFinalAggregate"];
/// A table is small up to so many bytes as a file, and as it lies in memory.
const SMALL: (u64, usize) = (600 * 1024, 8 << 20);
/// Columns by which rows of small tables are looked up, where a table has them.
const LOOKED_UP: &[&str] = &["gwcode", "gwcode1", "gwcode2", "org", "state", "case_id", "actor", "subject", "frame"];
/// Results kept at the most.
const KEPT: usize = 64;

const READ_ONLY: &str = "only queries that read are allowed; begin with SELECT or WITH";

/// A message of the engine in our form: one line, lower case, no final stop.
fn sentence(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("").trim_end_matches('.');
    let mut letters = line.chars();
    match (letters.next(), letters.clone().next()) {
        // an abbreviation at the beginning stays as it is
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => line.to_owned(),
    }
}

/// Only reading is allowed; the planner's own refusal speaks of its inner names.
pub(crate) fn refuse_writing(sql: &str) -> Result<()> {
    let mut rest = sql.trim_start();
    loop {
        let next = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else if let Some(inner) = rest.strip_prefix('(') {
            inner
        } else {
            break;
        };
        rest = next.trim_start();
    }
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).collect();
    if rest.is_empty() {
        return Err(EngineError::Query("the query is empty; write a SELECT".to_owned()));
    }
    if word.is_empty() || ["SELECT", "WITH", "EXPLAIN", "VALUES"].iter().any(|w| word.eq_ignore_ascii_case(w)) {
        return Ok(());
    }
    Err(EngineError::Query(READ_ONLY.to_owned()))
}

/// The table `case` bears the name of an SQL keyword.
fn reserved_word(sql: &str) -> &'static str {
    let lower = sql.to_lowercase();
    let named = ["from case", "join case"].iter().any(|w| lower.contains(w));
    if named { "; the table's name is an SQL word: write it \"case\", in double quotes" } else { "" }
}

fn explain_schema(error: &SchemaError) -> String {
    match error {
        SchemaError::FieldNotFound { field, valid_fields } => {
            let names: Vec<&str> = valid_fields.iter().map(|f| f.name.as_str()).collect();
            let near = name::nearest(&field.name, names.iter().copied(), 3);
            let hint = if names.is_empty() {
                String::new()
            } else if near.is_empty() {
                format!("; the columns are {}", names.join(", "))
            } else {
                name::did_you_mean(&near)
            };
            format!("there is no column '{}'{hint}", field.name)
        }
        SchemaError::AmbiguousReference { field } => {
            format!("the column '{0}' stands in more than one table; write it with its table, as in a.{0}", field.name)
        }
        other => sentence(&other.to_string()),
    }
}

fn plain(error: &DataFusionError) -> String {
    error.strip_backtrace()
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("tables", &self.tables()).finish()
    }
}
