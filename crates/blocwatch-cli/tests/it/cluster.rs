//! The design scales out: a scheduler and two executors as processes of their own on this machine, and the same tables and rows as without.
//!
//! Only with the feature `cluster` (`make test-cluster`). A query that has to run there is a line in [`QUERIES`]; steps are there by
//! themselves, since a build on the cluster has to make their tables. What does not run there is in [`ELSEWHERE`] and [`HERE_ONLY`].

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, SortField};
use blocwatch_core::state::States;
use blocwatch_engine::functions::FUNCTIONS;
use blocwatch_engine::session::Limits;
use blocwatch_engine::{Observatory, Session, functions};
use blocwatch_publish::brief::{self, StateRef, Subject};
use blocwatch_publish::doc::AsOf;
use tempfile::TempDir;

use crate::real;
use crate::run::{Home, assert_same_files, paths, samples, views};

/// How long a process may take to say its address, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

/// As many parts as the two executors run tasks at a time.
const PARTITIONS: usize = 4;

/// What people ask of the tables, each in the shape of some plan: a join of every kind, a window, a set, a subquery, a long result.
const QUERIES: &[(&str, &str)] = &[
    (
        "a panel of pairs and years",
        "SELECT a.gwcode AS gwcode1, b.gwcode AS gwcode2, a.year, a.v2x_polyarchy AS p1, b.v2x_polyarchy AS p2, j.joint, t.dyads, v.kappa \
         FROM regime_state_year a JOIN regime_state_year b ON b.year = a.year AND a.gwcode < b.gwcode \
         LEFT JOIN joint_membership_dyad_year j ON j.gwcode1 = a.gwcode AND j.gwcode2 = b.gwcode AND j.year = a.year \
         LEFT JOIN (SELECT gwcode1, gwcode2, year, count(*) AS dyads FROM tie_dyad_year WHERE layer = 'alliance' GROUP BY gwcode1, gwcode2, \
         year) t ON t.gwcode1 = a.gwcode AND t.gwcode2 = b.gwcode AND t.year = a.year \
         LEFT JOIN agreement_dyad_session v ON v.gwcode1 = a.gwcode AND v.gwcode2 = b.gwcode AND v.year = a.year WHERE a.year >= 1990",
    ),
    (
        "ties by layer",
        "SELECT layer, source, year, count(*) AS n, min(weight) AS low, max(weight) AS high FROM tie_dyad_year GROUP BY layer, source, year",
    ),
    (
        "partners of a state",
        "SELECT t.layer, t.gwcode2, state_name(t.gwcode2, t.year) AS name, regime_label(r.v2x_regime) AS regime FROM tie_dyad_year t \
         JOIN regime_state_year r ON r.gwcode = t.gwcode2 AND r.year = t.year WHERE t.gwcode1 = 365 AND t.year = 2010",
    ),
    (
        "agreement by regime",
        "SELECT s.session, regime_label(a.v2x_regime) AS one, regime_label(b.v2x_regime) AS other, count(s.kappa) AS pairs, min(s.kappa) AS \
         low, max(s.kappa) AS high FROM agreement_dyad_session s JOIN regime_state_year a ON a.gwcode = s.gwcode1 AND a.year = s.year \
         JOIN regime_state_year b ON b.gwcode = s.gwcode2 AND b.year = s.year GROUP BY s.session, a.v2x_regime, b.v2x_regime",
    ),
    (
        "change of a year",
        "SELECT gwcode, year, v2x_polyarchy - lag(v2x_polyarchy) OVER (PARTITION BY gwcode ORDER BY year) AS change FROM regime_state_year",
    ),
    (
        "latest row",
        "SELECT gwcode, year, v2x_regime FROM regime_state_year QUALIFY row_number() OVER (PARTITION BY gwcode ORDER BY year DESC) = 1",
    ),
    (
        "above the mean of the year",
        "SELECT gwcode, year FROM regime_state_year r WHERE v2x_polyarchy > (SELECT max(v2x_polyarchy) / 2 FROM regime_state_year x WHERE x.year = r.year)",
    ),
    (
        "never closed",
        "SELECT DISTINCT gwcode FROM state_year WHERE gwcode NOT IN (SELECT gwcode FROM regime_state_year WHERE v2x_regime = 0)",
    ),
    (
        "not rated",
        "SELECT s.gwcode, s.year FROM state_year s LEFT ANTI JOIN regime_state_year r ON r.gwcode = s.gwcode AND r.year = s.year",
    ),
    (
        "in either",
        "SELECT coalesce(s.gwcode, r.gwcode) AS gwcode, s.year AS here, r.year AS there FROM state_year s FULL JOIN regime_state_year r ON r.gwcode = s.gwcode AND r.year = s.year",
    ),
    (
        "one side without a row",
        "SELECT coalesce(a.year, b.year) AS year, count(*) AS n FROM (SELECT DISTINCT year, gwcode FROM state_year WHERE gwcode = 0) a \
         FULL JOIN (SELECT DISTINCT year, gwcode FROM state_year) b ON b.year = a.year AND b.gwcode = a.gwcode GROUP BY coalesce(a.year, b.year)",
    ),
    ("union", "SELECT gwcode FROM state_year UNION SELECT gwcode1 FROM tie_dyad_year UNION SELECT gwcode2 FROM tie_dyad_year"),
    (
        "members in a line",
        "SELECT org, year, string_agg(iso3(gwcode, year), ' ' ORDER BY gwcode) AS members FROM membership_org_state_year GROUP BY org, year",
    ),
    ("median", "SELECT year, count(DISTINCT gwcode) AS n, median(v2x_polyarchy) AS middle FROM regime_state_year GROUP BY year"),
    (
        "totals of every kind",
        "SELECT layer, source, count(*) AS n, grouping(source) AS total FROM tie_dyad_year GROUP BY GROUPING SETS ((layer), (layer, source), ())",
    ),
    ("no table", "SELECT state_name(g, y) AS name FROM (VALUES (2, 2000), (365, 1950), (9999, 2000)) AS t(g, y)"),
    ("no row", "SELECT gwcode, year FROM state_year WHERE year = 1"),
    ("all of a long table", "SELECT * FROM tie_dyad_year"),
];

/// What the cluster refuses or answers otherwise, with a part of the reason: a line that begins to work has to go.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "a query that calls itself",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n",
        "Unsupported plan node, name: [RecursiveQueryExec]",
    ),
    ("a function that makes a table", "SELECT * FROM generate_series(1, 5)", "Error serializing custom table"),
    ("a table that is held in memory only", "SELECT * FROM held", "Error serializing custom table"),
    (
        "an estimate, which depends on how rows are cut",
        "SELECT approx_percentile_cont(0.37) WITHIN GROUP (ORDER BY year) AS p FROM state_year",
        "another answer",
    ),
    ("how a query is run", "EXPLAIN SELECT 1", "another answer"),
    // a step that needs it joins on each year instead
    (
        "an outer join on a range, whose other side is empty for some rows",
        "SELECT s.gwcode, s.year, CAST(count(DISTINCT c.case_id) AS DOUBLE) AS value FROM state_year s LEFT JOIN (SELECT p.gwcode, k.case_id, \
         k.\"begin\", k.\"end\" FROM sanction_party p JOIN sanction_case k ON k.case_id = p.case_id AND k.edition = p.edition \
         WHERE p.role = 'target' AND p.gwcode IS NOT NULL AND (k.objective LIKE '%democracy%' OR k.objective LIKE '%human_rights%')) c \
         ON c.gwcode = s.gwcode AND c.\"begin\" <= s.year AND c.\"end\" >= s.year \
         WHERE s.year BETWEEN (SELECT min(\"begin\") FROM sanction_case) AND (SELECT max(\"end\") FROM sanction_case) \
         GROUP BY s.gwcode, s.year",
        "is declared as non-nullable",
    ),
];

/// Commands whose queries stay in this process: either too small to leave it, or dense work on columns (panels, networks, measures).
const HERE_ONLY: &[&str] = &[
    "sources",
    "fetch",
    "measure",
    "sensitivity",
    "panel",
    "tables",
    "brief",
    "compare",
    "serve",
    "publish",
    "why",
    "cite",
    "verify",
    "casebook",
    "completions",
];

/// A scheduler and two executors, gone at the end of the test.
struct Cluster {
    scheduler: Process,
    executors: Vec<Executor>,
}

struct Executor {
    process: Process,
    /// Holds what its tasks hand to others.
    work: TempDir,
}

impl Cluster {
    fn start() -> Self {
        let scheduler = Process::start(&["scheduler", "--listen", "127.0.0.1:0"]);
        let executors = [(); 2].map(|()| {
            let work = TempDir::new().unwrap();
            let folder = work.path().to_str().unwrap().to_owned();
            Executor { process: Process::start(&["executor", "--scheduler", &scheduler.address, "--tasks", "2", "--work", &folder]), work }
        });
        Self { scheduler, executors: executors.into() }
    }

    fn url(&self) -> &str {
        &self.scheduler.address
    }

    /// A session on the cluster over the observatory of a home.
    fn session(&self, home: &Home) -> Session {
        let observatory = Observatory::open(&home.observatory()).unwrap();
        blocwatch_cluster::session::connect(self.url(), PARTITIONS, Limits::default())
            .unwrap()
            .with_tables_of(&observatory)
            .with_views(views(), false)
    }

    /// Both executors have made something for others.
    fn both_worked(&self) {
        for (i, executor) in self.executors.iter().enumerate() {
            assert!(!paths(executor.work.path()).is_empty(), "executor {i} has done nothing");
        }
    }
}

/// A process of a cluster. It ends with this value and, since its standard input ends then, with the process of the test.
struct Process {
    child: Child,
    address: String,
}

impl Process {
    fn start(args: &[&str]) -> Self {
        let mut command = Home::new().command(["cluster"].iter().chain(args).chain(&["--until-eof"]));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let mut this = Self { child, address: String::new() };
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            drop(BufReader::new(out).read_line(&mut line));
            drop(tell.send(line));
        });
        this.address = told.recv_timeout(PATIENCE).unwrap().trim().to_owned();
        assert!(this.address.starts_with("http://127.0.0.1:"), "{args:?} says '{}'", this.address);
        this
    }

    /// Closes its standard input and waits for its end.
    fn end(&mut self) {
        drop(self.child.stdin.take());
        let begun = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "a process does not end with its standard input");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// A home with the observatory of the made-up samples of all sources.
fn sampled(build: &[&str]) -> Home {
    let home = Home::new();
    home.run(["fetch", "--all", "--from", samples().to_str().unwrap()]).ok();
    home.run(["build"].iter().chain(build)).ok();
    home
}

fn local(home: &Home) -> Session {
    Session::open(&Observatory::open(&home.observatory()).unwrap(), Limits::default()).unwrap().with_views(views(), false)
}

/// Where two results differ: `None` if they have the same columns and, sorted by all of them, the same rows.
fn difference(here: &RecordBatch, there: &RecordBatch) -> Option<String> {
    let columns = |b: &RecordBatch| b.schema().fields().iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect::<Vec<_>>();
    if columns(here) != columns(there) {
        return Some(format!("columns {:?} and {:?}", columns(here), columns(there)));
    }
    let fields = here.schema().fields().iter().map(|f| SortField::new(f.data_type().clone())).collect();
    let converter = RowConverter::new(fields).unwrap();
    let [one, other] = [here, there].map(|batch| {
        let mut rows: Vec<OwnedRow> = converter.convert_columns(batch.columns()).unwrap().iter().map(|r| r.owned()).collect();
        rows.sort();
        rows
    });
    let show = |row: Option<&OwnedRow>| {
        let Some(row) = row else { return "no row".to_owned() };
        let columns = converter.convert_rows([row.row()]).unwrap();
        columns.iter().map(|c| arrow::util::display::array_value_to_string(c, 0).unwrap()).collect::<Vec<_>>().join(", ")
    };
    let first = (0..one.len().max(other.len())).find(|i| one.get(*i) != other.get(*i))?;
    Some(format!("row {first}: ({}) and ({}), of {} and {} rows", show(one.get(first)), show(other.get(first)), one.len(), other.len()))
}

/// Every query that has to run on a cluster, with a name: ours, one for each SQL function, and those of four briefs.
fn queries() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = QUERIES.iter().map(|(name, sql)| ((*name).to_owned(), (*sql).to_owned())).collect();
    let documented: Vec<&str> = FUNCTIONS.iter().filter_map(|f| f.usage.split('(').next()).collect();
    assert_eq!(documented, functions::all().iter().map(|f| f.name().to_owned()).collect::<Vec<_>>(), "each function is asked");
    for function in FUNCTIONS {
        // on the columns of a join, so that an executor has to call it and the planner cannot
        let (name, arguments) = function.usage.split_once('(').unwrap();
        let arguments = arguments.replace("gwcode", "s.gwcode").replace("ccode", "s.ccode").replace("year", "s.year");
        let sql = format!(
            "SELECT s.gwcode, s.year, {name}({arguments} AS value FROM (SELECT gwcode, year, ccode FROM state_year) s \
             JOIN (SELECT gwcode AS g, year AS y, v2x_regime FROM regime_state_year) r ON r.g = s.gwcode AND r.y = s.year"
        );
        all.push((function.usage.to_owned(), sql));
    }
    let states = States::embedded().unwrap();
    let state = |gwcode: u16| {
        let state = states.by_gw(gwcode, 2010).unwrap();
        StateRef { id: state.id.clone(), name: state.name.clone(), gwcode }
    };
    for subject in [
        Subject::State(state(703)),
        Subject::Organisation { id: "SCO".to_owned(), name: "Shanghai Cooperation Organization".to_owned() },
        Subject::Pair(state(365), state(370)),
        Subject::Region { name: "Central Asia".to_owned() },
    ] {
        let name = format!("{subject:?}");
        let as_of = AsOf::default();
        let request = brief::Request { subject, since: 2020, as_of, sources: Default::default() };
        all.extend(brief::queries(&request).into_iter().map(|q| (format!("{} of the brief on {name}", q.name), q.sql)));
    }
    all
}

/// Every query gives the same rows on the cluster.
fn same_answers(home: &Home) {
    let cluster = Cluster::start();
    let (here, there) = (local(home), cluster.session(home));
    let mut wrong = Vec::new();
    let mut rows = 0;
    for (name, sql) in queries() {
        let expected = here.query_one(&sql).unwrap_or_else(|e| panic!("{name}: {e}: {sql}"));
        rows += expected.num_rows();
        match there.query_one(&sql) {
            Ok(got) => wrong.extend(difference(&expected, &got).map(|d| format!("{name}: {d}"))),
            Err(e) => wrong.push(format!("{name}: {e}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows > 10_000, "{rows}");
    cluster.both_worked();
}

#[test]
fn queries_give_the_same_rows() {
    same_answers(&sampled(&[]));
}

#[test]
fn published_queries_give_the_same_rows() {
    let Some(home) = real::home() else { return };
    same_answers(home);
}

/// Every step, its queries run on the cluster, makes the same tables byte for byte.
fn same_tables(home: &Home, build: impl FnOnce(&[&str]) -> Home) {
    let cluster = Cluster::start();
    let other = build(&["--cluster", cluster.url(), "--partitions", &PARTITIONS.to_string()]);
    assert!(home.manifest()["tables"]["tie_dyad_year"]["rows"].as_u64().unwrap() > 0);
    assert_same_files(&home.observatory().join("tables"), &other.observatory().join("tables"));
    cluster.both_worked();
    // and so the panel from them
    let panel = |home: &Home| home.run(["panel", "dyad-year", "--years", "2008:2010", "--columns", "joint", "tie.*"]).ok().out;
    assert!(panel(home) == panel(&other), "panels differ");
}

#[test]
fn steps_make_the_same_tables() {
    same_tables(&sampled(&[]), sampled);
}

#[test]
fn published_steps_make_the_same_tables() {
    let (Some(home), Some(data)) = (real::home(), real::data()) else { return };
    same_tables(home, |build| {
        let other = Home::new();
        other.run(["fetch", "--all", "--from", data.to_str().unwrap()]).ok();
        other.run(["build"].iter().chain(build)).ok();
        other
    });
}

/// A panel of pairs as `panel` makes it in this process, and as one plan on the cluster.
#[test]
fn published_panel_is_the_same_as_one_plan() {
    let Some(home) = real::home() else { return };
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("panel.parquet");
    // years in which no state took another's place, so that states of one year have a day in common
    let args = ["panel", "dyad-year", "--undirected", "--years", "2008:2010", "--columns", "v2x_polyarchy", "joint", "kappa", "-o"];
    home.run(args.iter().copied().chain([file.to_str().unwrap()])).ok();
    let here = local(home);
    here.register_file("panel", &file).unwrap();
    let columns = "gwcode1, gwcode2, year, v2x_polyarchy1, v2x_polyarchy2, joint, kappa";
    let expected = here.query_one(&format!("SELECT {columns} FROM panel")).unwrap();
    let sql = format!(
        "SELECT {columns} FROM (SELECT a.gwcode AS gwcode1, b.gwcode AS gwcode2, a.year, r.v2x_polyarchy AS v2x_polyarchy1, \
         q.v2x_polyarchy AS v2x_polyarchy2, j.joint, v.kappa FROM state_year a JOIN state_year b ON b.year = a.year AND b.gwcode > a.gwcode \
         LEFT JOIN regime_state_year r ON r.gwcode = a.gwcode AND r.year = a.year LEFT JOIN regime_state_year q ON q.gwcode = b.gwcode AND \
         q.year = b.year LEFT JOIN joint_membership_dyad_year j ON j.gwcode1 = a.gwcode AND j.gwcode2 = b.gwcode AND j.year = a.year \
         LEFT JOIN agreement_dyad_session v ON v.gwcode1 = a.gwcode AND v.gwcode2 = b.gwcode AND v.year = a.year \
         WHERE a.year BETWEEN 2008 AND 2010)"
    );
    let cluster = Cluster::start();
    let got = cluster.session(home).query_one(&sql).unwrap();
    assert!(expected.num_rows() > 50_000, "{}", expected.num_rows());
    assert_eq!(difference(&expected, &got), None);
    cluster.both_worked();
}

#[test]
fn what_does_not_run_distributed() {
    let home = sampled(&[]);
    let cluster = Cluster::start();
    let (here, there) = (local(&home), cluster.session(&home));
    for session in [&here, &there] {
        session.register_batch("held", here.query_one("SELECT gwcode FROM state_year WHERE year = 2000").unwrap()).unwrap();
    }
    let mut wrong = Vec::new();
    for (name, sql, reason) in ELSEWHERE {
        let expected = here.query_one(sql).unwrap_or_else(|e| panic!("{name}: {e}"));
        let found = match there.query_one(sql) {
            Ok(got) => difference(&expected, &got).map_or_else(|| "it runs".to_owned(), |d| format!("another answer: {d}")),
            Err(e) => e.to_string(),
        };
        if !found.contains(reason) {
            wrong.push(format!("{name}: expected '{reason}', found '{found}'"));
        }
    }
    // a plan that is refused does not keep the next from being run
    assert_eq!(difference(&here.query_one("SELECT * FROM state").unwrap(), &there.query_one("SELECT * FROM state").unwrap()), None);

    let help = home.run(["--help"]).ok().out;
    let commands = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let commands: Vec<&str> = commands.filter_map(|l| l.split_whitespace().next()).filter(|c| !["help", "cluster"].contains(c)).collect();
    let here_only: Vec<&str> = commands.into_iter().filter(|c| !home.run([c, "--help"]).ok().out.contains("--cluster <URL>")).collect();
    if here_only != HERE_ONLY {
        wrong.push(format!("commands without --cluster: {here_only:?}"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_executor_that_is_lost_takes_no_answer_along() {
    let home = Home::built();
    let mut cluster = Cluster::start();
    let (here, there) = (local(&home), cluster.session(&home));
    let (_, sql) = QUERIES.iter().find(|(name, _)| *name == "in either").unwrap();
    let expected = here.query_one(sql).unwrap();
    assert_eq!(difference(&expected, &there.query_one(sql).unwrap()), None);
    // killed, without a word to the scheduler
    cluster.executors.pop();
    assert_eq!(difference(&expected, &there.query_one(sql).unwrap()), None);
}

#[test]
fn processes_end_with_whoever_started_them() {
    let home = Home::built();
    let mut cluster = Cluster::start();
    cluster.session(&home).query("SELECT DISTINCT gwcode FROM state_year").unwrap();
    for executor in &mut cluster.executors {
        assert_eq!(fs::read_dir(executor.work.path()).unwrap().count(), 1, "a folder of its own");
        executor.process.end();
        assert_eq!(fs::read_dir(executor.work.path()).unwrap().count(), 0, "what it made is removed");
    }
    cluster.scheduler.end();
}

#[test]
fn the_program_asks_a_cluster() {
    let home = Home::built();
    let cluster = Cluster::start();
    let sql = "SELECT gwcode, year, state_name(gwcode, year) AS name FROM state_year WHERE year > 2000 ORDER BY year DESC, gwcode";
    let here = home.run(["query", sql, "--format", "csv"]).ok().out;
    assert_eq!(here, home.run(["query", sql, "--format", "csv", "--cluster", cluster.url()]).ok().out);
    assert!(here.lines().count() > 3000);

    let at = ["--cluster", cluster.url()];
    let ask = |sql: &'static str| home.run(["query", sql].iter().chain(&at));
    ask("SELECT * FROM regime_stat_year").refused(&["no table 'regime_stat_year'", "'regime_state_year'"]);
    ask("DROP TABLE state").refused(&["only queries that read are allowed"]);
    ask("COPY state TO '/tmp/state.csv'").refused(&["only queries that read are allowed"]);
    assert_eq!(ask("SELECT 1 / (gwcode - gwcode) FROM state_year").code, 2);
    // and is still there
    ask("SELECT count(*) FROM state_year").ok();
}

#[test]
fn a_cluster_that_is_not_there_is_named() {
    let home = Home::built();
    home.run(["query", "SELECT 1", "--cluster", "somewhere"]).refused(&["'somewhere' is no address of a scheduler", "http://HOST:PORT"]);
    let gone = Process::start(&["scheduler", "--listen", "127.0.0.1:0"]).address.clone();
    let next = "blocwatch cluster scheduler";
    home.run(["query", "SELECT 1", "--cluster", &gone]).refused(&[&gone, "no scheduler answers", next]);
    home.run(["build", "--cluster", &gone]).refused(&[&gone, "no scheduler answers", next]);
    home.run(["cluster", "executor", "--scheduler", &gone]).refused(&[&gone, "no scheduler answers", next]);
    // without passwords a cluster does not listen on a network unless told that the network is trusted
    for args in [&["scheduler", "--listen", "0.0.0.0:0"][..], &["executor", "--scheduler", &gone, "--listen", "[::]:0"]] {
        home.run(["cluster"].iter().chain(args)).refused(&["no passwords", "--trusted-network"]);
    }
    // a port that is taken
    let there = Process::start(&["scheduler", "--listen", "127.0.0.1:0"]);
    let address = there.address.strip_prefix("http://").unwrap();
    home.run(["cluster", "scheduler", "--listen", address]).refused(&["cannot listen on", address]);
}
