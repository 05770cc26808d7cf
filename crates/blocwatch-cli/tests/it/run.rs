//! A tiny vocabulary: a home, a run of the program in it, what it printed, and the rows of a query.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use blocwatch_engine::session::ViewSpec;
use blocwatch_publish::brief;
use serde_json::Value;
use tempfile::TempDir;

/// A home folder and the program that works in it.
#[derive(Debug)]
pub(crate) struct Home {
    path: PathBuf,
    _temporary: Option<TempDir>,
}

impl Home {
    /// An empty one, gone at the end of the test.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { path: folder.path().join("home"), _temporary: Some(folder) }
    }

    /// One that has built the embedded default.
    pub(crate) fn built() -> Self {
        let home = Self::new();
        home.run(["build"]).ok();
        home
    }

    pub(crate) fn at(path: PathBuf) -> Self {
        Self { path, _temporary: None }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of the observatory in use.
    pub(crate) fn observatory(&self) -> PathBuf {
        let key = fs::read_to_string(self.path.join("current")).unwrap();
        self.path.join("observatories").join(key.trim())
    }

    pub(crate) fn manifest(&self) -> Value {
        serde_json::from_slice(&fs::read(self.observatory().join("manifest.json")).unwrap()).unwrap()
    }

    /// The program with a clean environment, in a folder that holds nothing.
    pub(crate) fn command<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_blocwatch"));
        command.env_clear().env("BLOCWATCH_HOME", &self.path).env("COLUMNS", "100");
        command.current_dir(env!("CARGO_TARGET_TMPDIR")).args(args).stdin(Stdio::null());
        command
    }

    pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    /// The rows of a query, by column.
    pub(crate) fn rows(&self, sql: &str) -> Vec<Row> {
        let ran = self.run(["query", sql, "--format", "json"]).ok();
        serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// The only row of a query.
    pub(crate) fn row(&self, sql: &str) -> Row {
        let mut rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "{sql}");
        rows.remove(0)
    }

    /// The last observatory is whole and answers.
    pub(crate) fn is_whole(&self, when: &str) {
        let verified = self.run(["verify"]);
        assert_eq!(verified.code, 0, "verify {when}: {}{}", verified.out, verified.err);
        let states = self.rows("SELECT count(*) AS n FROM state");
        assert!(states[0]["n"].as_u64().unwrap() > 200, "query {when}");
    }
}

/// One row of a query.
pub(crate) type Row = serde_json::Map<String, Value>;

/// A cell as a number, `None` for null.
pub(crate) fn number(row: &Row, column: &str) -> Option<f64> {
    match row.get(column).unwrap_or_else(|| panic!("no column '{column}' in {row:?}")) {
        Value::Null => None,
        value => Some(value.as_f64().unwrap_or_else(|| panic!("'{column}' is no number in {row:?}"))),
    }
}

/// A cell as a whole number.
pub(crate) fn whole(row: &Row, column: &str) -> i64 {
    row[column].as_i64().unwrap_or_else(|| panic!("'{column}' is no whole number in {row:?}"))
}

/// A cell as text.
pub(crate) fn text<'a>(row: &'a Row, column: &str) -> &'a str {
    row[column].as_str().unwrap_or_else(|| panic!("'{column}' is no text in {row:?}"))
}

/// Equal to six decimals, and null where the reference has none.
pub(crate) fn same(got: Option<f64>, expected: Option<f64>) -> bool {
    match (got, expected) {
        (Some(got), Some(expected)) => (got - expected).abs() < 1e-6,
        (got, expected) => got.is_none() && expected.is_none(),
    }
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Clean, whatever it printed.
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// Failed, with nothing on standard output and one line on standard error that holds all of `parts`; returns that line.
    pub(crate) fn refused(self, parts: &[&str]) -> String {
        assert_eq!(self.code, 2, "{}{}", self.out, self.err);
        assert_eq!(self.out, "", "a failed command has no result");
        let line = self.err.trim_end().to_owned();
        assert!(!line.contains('\n'), "more than one line: {line}");
        let message = line.strip_prefix("blocwatch: ").unwrap_or_else(|| panic!("the program does not say who it is: {line}"));
        assert!(!message.starts_with(char::is_uppercase), "begins with a capital: {line}");
        for part in parts {
            assert!(line.contains(part), "'{part}' is not in: {line}");
        }
        line
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Every file below a folder with its bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    paths(folder).into_iter().map(|p| (p.clone(), fs::read(folder.join(p)).unwrap())).collect()
}

/// Every file below a folder.
pub(crate) fn paths(folder: &Path) -> BTreeSet<PathBuf> {
    let mut out = BTreeSet::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                out.insert(path.strip_prefix(folder).unwrap().to_path_buf());
            }
        }
    }
    out
}

/// Two folders hold the same files with the same bytes.
pub(crate) fn assert_same_files(a: &Path, b: &Path) {
    let (left, right) = (files(a), files(b));
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>(), "{} and {}", a.display(), b.display());
    let differing: Vec<&PathBuf> = left.iter().filter(|(name, bytes)| right[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(differing.is_empty(), "{} and {} differ in {differing:?}", a.display(), b.display());
}

/// Copies a folder with all below it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// A file with one bit changed in its middle.
pub(crate) fn flip_a_bit(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// What the queries of briefs name.
pub(crate) fn views() -> Vec<ViewSpec> {
    brief::views().into_iter().map(|v| ViewSpec { name: v.name, sql: v.sql, keys: v.keys }).collect()
}

/// The made-up sample files of the sources, in the publishers' formats.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../blocwatch-sources/src")
}
