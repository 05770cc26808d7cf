//! The design scales out: a scheduler and two executors as processes of their own on this machine, and the same tables and rows as without.
//!
//! Only with the feature `cluster` (`make test-cluster`). A plan that has to run there is a line in [`PLANS`].

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, SortField};
use blocwatch_engine::session::Limits;
use blocwatch_engine::{Observatory, Session, functions};
use tempfile::TempDir;

use crate::real;
use crate::run::{Home, assert_same_files, paths, samples};

/// How long a process may take to say its address, and the executors to take their first tasks.
const PATIENCE: Duration = Duration::from_secs(60);

/// A scheduler and two executors, gone at the end of the test.
struct Cluster {
    url: String,
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
        let home = Home::new();
        let scheduler = Process::start(&home, &["scheduler", "--listen", "127.0.0.1:0"]);
        let url = scheduler.address.clone();
        let executors = [(); 2].map(|()| {
            let work = TempDir::new().unwrap();
            let folder = work.path().to_str().unwrap().to_owned();
            Executor { process: Process::start(&home, &["executor", "--scheduler", &url, "--tasks", "2", "--work", &folder]), work }
        });
        Self { url, scheduler, executors: executors.into() }
    }

    fn session(&self, home: &Home) -> Session {
        let observatory = Observatory::open(&home.observatory()).unwrap();
        blocwatch_cluster::session::connect(&self.url, Limits::default()).unwrap().with_tables_of(&observatory)
    }

    /// How many files each executor has made for others.
    fn work(&self) -> Vec<usize> {
        self.executors.iter().map(|e| paths(e.work.path()).len()).collect()
    }
}

/// A process of a cluster. It ends with this value and, since its standard input ends then, with the process of the test.
struct Process {
    child: Child,
    address: String,
}

impl Process {
    fn start(home: &Home, args: &[&str]) -> Self {
        let mut command: Command = home.command(["cluster"].iter().chain(args).chain(&["--until-eof"]));
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
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn local(home: &Home) -> Session {
    Session::open(&Observatory::open(&home.observatory()).unwrap(), Limits::default()).unwrap()
}

/// The rows of two results, each sorted by all columns.
fn sorted(one: &RecordBatch, other: &RecordBatch) -> [Vec<OwnedRow>; 2] {
    let fields = one.schema().fields().iter().map(|f| SortField::new(f.data_type().clone())).collect();
    let converter = RowConverter::new(fields).unwrap();
    [one, other].map(|batch| {
        let mut rows: Vec<OwnedRow> = converter.convert_columns(batch.columns()).unwrap().iter().map(|r| r.owned()).collect();
        rows.sort();
        rows
    })
}

#[test]
fn probe() {
    let home = Home::new();
    home.run(["fetch", "--all", "--from", samples().to_str().unwrap()]).ok();
    home.run(["build"]).ok();
    let cluster = Cluster::start();
    let (here, there) = (local(&home), cluster.session(&home));
    for sql in std::fs::read_to_string("/tmp/h-cluster/plans.sql").unwrap().split(";\n").filter(|s| !s.trim().is_empty()) {
        let begun = Instant::now();
        let a = here.query_one(sql);
        let t1 = begun.elapsed();
        let begun = Instant::now();
        let b = there.query_one(sql);
        let t2 = begun.elapsed();
        let verdict = match (&a, &b) {
            (Ok(a), Ok(b)) => {
                let types =
                    |x: &RecordBatch| x.schema().fields().iter().map(|f| format!("{} {}", f.name(), f.data_type())).collect::<Vec<_>>();
                if types(a) != types(b) {
                    format!("TYPES {:?} {:?}", types(a), types(b))
                } else {
                    let [x, y] = sorted(a, b);
                    if x == y { format!("same {}", a.num_rows()) } else { format!("DIFFERENT {} {}", a.num_rows(), b.num_rows()) }
                }
            }
            (a, b) => format!("{:?} | {:?}", a.as_ref().err(), b.as_ref().err()),
        };
        eprintln!("{t1:?} {t2:?} {:?} {verdict}: {}", cluster.work(), sql.trim());
    }
    panic!();
}

#[test]
fn probe_build() {
    let home = Home::new();
    home.run(["fetch", "--all", "--from", samples().to_str().unwrap()]).ok();
    home.run(["build"]).ok();
    let cluster = Cluster::start();
    let other = Home::new();
    other.run(["fetch", "--all", "--from", samples().to_str().unwrap()]).ok();
    let begun = Instant::now();
    other.run(["build", "--cluster", &cluster.url]).ok();
    eprintln!("{:?} {:?}", begun.elapsed(), cluster.work());
    assert_same_files(&home.observatory().join("tables"), &other.observatory().join("tables"));
}

#[test]
fn published_probe() {
    let Some(home) = real::home() else { return };
    let cluster = Cluster::start();
    let other = Home::new();
    other.run(["fetch", "--all", "--from", real::data().unwrap().to_str().unwrap()]).ok();
    let begun = Instant::now();
    other.run(["build", "--cluster", &cluster.url]).ok();
    eprintln!("{:?} {:?}", begun.elapsed(), cluster.work());
    assert_same_files(&home.observatory().join("tables"), &other.observatory().join("tables"));
}
