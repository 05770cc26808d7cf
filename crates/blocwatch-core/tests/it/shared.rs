//! Data and reference numbers beside the workspace (`../shared`), for replication tests of any crate: include this file by path.
//!
//! A test whose files are absent says so on standard error and passes on a laptop; under `CI=true` it fails, so that a replication
//! cannot be lost unseen.

#![allow(dead_code, reason = "not every crate that includes this file needs all of it")]
#![expect(clippy::print_stderr, reason = "a skipped test has to be seen")]

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file or folder below `../shared`; `None`, with a line that says so, where it is not there.
///
/// # Panics
/// Under `CI=true`, where it is not there.
pub(crate) fn path(below: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(below);
    if shared.exists() {
        return Some(shared);
    }
    let message = format!("SKIPPED: {below} is not below ../shared beside the workspace; this replication was not run");
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{message}");
    eprintln!("{message}");
    None
}

/// A file below `../shared`, unpacked if its name ends in `.gz`.
pub(crate) fn open(below: &str) -> Option<Box<dyn Read>> {
    let path = path(below)?;
    let file = File::open(&path).unwrap_or_else(|e| panic!("cannot open {}: {e}", path.display()));
    Some(if below.ends_with(".gz") { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// The rows of a CSV file below `../shared`, each cell under the name of its column.
pub(crate) fn rows(below: &str) -> Option<Vec<Row>> {
    let mut reader = csv::Reader::from_reader(open(below)?);
    let header: std::rc::Rc<csv::StringRecord> = std::rc::Rc::new(reader.headers().cloned().unwrap_or_else(|e| panic!("{below}: {e}")));
    let rows = reader.records().map(|r| Row { header: header.clone(), cells: r.unwrap_or_else(|e| panic!("{below}: {e}")) });
    Some(rows.collect())
}

/// One row of a CSV file.
pub(crate) struct Row {
    header: std::rc::Rc<csv::StringRecord>,
    cells: csv::StringRecord,
}

impl Row {
    /// The cell of a column.
    pub(crate) fn text(&self, column: &str) -> &str {
        let at = self.header.iter().position(|h| h == column).unwrap_or_else(|| panic!("no column '{column}' in {:?}", self.header));
        &self.cells[at]
    }

    /// The cell of a column as a number; `None` if empty or `NA`.
    pub(crate) fn number(&self, column: &str) -> Option<f64> {
        match self.text(column) {
            "" | "NA" | "nan" => None,
            text => Some(text.parse().unwrap_or_else(|_| panic!("column '{column}' holds '{text}', not a number"))),
        }
    }
}
