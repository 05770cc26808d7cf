//! A tiny vocabulary: fetch a folder into a fresh store, read a source, look at columns.

use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Float64Type, Int32Type, UInt16Type, UInt32Type};
use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_sources::fetch::{Report, Silent, from_folder};
use blocwatch_sources::{Reading, Result, Source, Store, by_id};
use tempfile::TempDir;

pub(crate) const TODAY: &str = "2026-11-22";

pub(crate) fn states() -> &'static States {
    States::embedded().expect("the table of states parses")
}

pub(crate) fn source(id: &str) -> &'static dyn Source {
    by_id(id).unwrap_or_else(|| panic!("no source '{id}'"))
}

/// A store in a folder of its own, with what `only` recognises below `folder`.
pub(crate) struct Fetched {
    pub home: TempDir,
    pub store: Store,
    pub report: Report,
    pub notices: Notices,
}

pub(crate) fn fetch(folder: &Path, only: &[&str]) -> Fetched {
    let home = TempDir::new().unwrap();
    let store = Store::open(home.path()).unwrap();
    let mut notices = Notices::new();
    let only: Vec<_> = only.iter().map(|id| source(id)).collect();
    let report = from_folder(&store, folder, &only, TODAY, &Silent, &mut notices).unwrap();
    Fetched { home, store, report, notices }
}

impl Fetched {
    pub(crate) fn read(&self, id: &str) -> (Result<Reading>, Notices) {
        let mut notices = Notices::new();
        let files = self.store.current(id).unwrap();
        let reading = source(id).read(&files, states(), &mut notices);
        if let Ok(reading) = &reading {
            check(id, reading);
        }
        (reading, notices)
    }
}

/// What holds for every reading: accounts balance, tables fit their declaration and are sorted by key without doubles.
pub(crate) fn check(id: &str, reading: &Reading) {
    for account in &reading.accounts {
        assert!(account.balances(), "{account:?}");
    }
    let specs = source(id).tables();
    let names: Vec<&str> = reading.tables.iter().map(|(n, _)| *n).collect();
    assert_eq!(names, specs.iter().map(|s| s.name).collect::<Vec<_>>());
    for (spec, (name, batch)) in specs.iter().zip(&reading.tables) {
        assert_eq!(batch.schema(), blocwatch_sources::schema(spec), "{name}");
        let keys: Vec<usize> = spec.keys.iter().map(|k| batch.schema().index_of(k).unwrap()).collect();
        for row in 1..batch.num_rows() {
            let order = keys.iter().map(|&k| compare(batch, k, row - 1, row)).find(|o| o.is_ne());
            assert_eq!(order, Some(std::cmp::Ordering::Less), "{name}: rows {} and {row} are not in order", row - 1);
        }
    }
}

fn compare(batch: &RecordBatch, column: usize, a: usize, b: usize) -> std::cmp::Ordering {
    use arrow::datatypes::DataType as T;
    let array = batch.column(column);
    match array.data_type() {
        T::Utf8 => array.as_string::<i32>().value(a).cmp(array.as_string::<i32>().value(b)),
        T::UInt16 => array.as_primitive::<UInt16Type>().value(a).cmp(&array.as_primitive::<UInt16Type>().value(b)),
        T::UInt32 => array.as_primitive::<UInt32Type>().value(a).cmp(&array.as_primitive::<UInt32Type>().value(b)),
        T::Int32 => array.as_primitive::<Int32Type>().value(a).cmp(&array.as_primitive::<Int32Type>().value(b)),
        other => panic!("no key is of the type {other}"),
    }
}

pub(crate) fn table<'a>(reading: &'a Reading, name: &str) -> &'a RecordBatch {
    &reading.tables.iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("no table '{name}'")).1
}

/// A cell as text; nothing for null.
pub(crate) fn cell(batch: &RecordBatch, column: &str, row: usize) -> Option<String> {
    use arrow::datatypes::DataType as T;
    let array = batch.column_by_name(column).unwrap_or_else(|| panic!("no column '{column}'"));
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        T::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        T::UInt16 => array.as_primitive::<UInt16Type>().value(row).to_string(),
        T::UInt32 => array.as_primitive::<UInt32Type>().value(row).to_string(),
        T::Int32 => array.as_primitive::<Int32Type>().value(row).to_string(),
        T::Float64 => array.as_primitive::<Float64Type>().value(row).to_string(),
        T::Boolean => array.as_boolean().value(row).to_string(),
        other => panic!("no column is of the type {other}"),
    })
}

/// Rows of a batch for which all `(column, value)` hold, counted.
pub(crate) fn count(batch: &RecordBatch, wanted: &[(&str, &str)]) -> usize {
    let arrays: Vec<_> = wanted.iter().map(|(c, v)| (column_texts(batch, c), *v)).collect();
    (0..batch.num_rows()).filter(|&r| arrays.iter().all(|(texts, v)| texts(r).as_deref() == Some(*v))).count()
}

fn column_texts<'a>(batch: &'a RecordBatch, column: &'a str) -> impl Fn(usize) -> Option<String> + 'a {
    move |row| cell(batch, column, row)
}

/// The folder of a source's made-up files.
pub(crate) fn sample_folder(id: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(id).join("sample")
}

/// One made-up file of a role and shape, with the bytes it holds.
pub(crate) fn sample(id: &str, role: &str, shape: &str) -> (String, Vec<u8>) {
    let fetched = fetch(&sample_folder(id), &[id]);
    let held = fetched.store.current(id).unwrap();
    let held = held.iter().find(|h| (h.file.role.as_str(), h.file.shape.as_str()) == (role, shape));
    let held = held.unwrap_or_else(|| panic!("no sample of {id} is a '{role}' of the shape '{shape}'"));
    (held.file.name.clone(), std::fs::read(&held.path).unwrap())
}

/// A file as if it had been fetched as this role and shape, whatever it says.
pub(crate) fn held(path: &Path, id: &str, role: &str, shape: &str) -> blocwatch_sources::Held {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let text = |t: &str| t.to_owned();
    let file = blocwatch_core::provenance::SnapshotFile {
        source: text(id),
        role: text(role),
        shape: text(shape),
        name,
        sha256: "0".repeat(64),
        bytes: 0,
        version: String::new(),
        origin: String::new(),
        accessed: text(TODAY),
        licence: String::new(),
    };
    blocwatch_sources::Held { file, path: path.to_owned() }
}

/// A reading as text for review: every row with its values that are not null, accounts, coverage, notices.
pub(crate) fn show(reading: &Reading, notices: Notices) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for (name, batch) in &reading.tables {
        writeln!(out, "# {name}").unwrap();
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let cells: Vec<String> =
                schema.fields().iter().filter_map(|f| cell(batch, f.name(), row).map(|v| format!("{}={v}", f.name()))).collect();
            writeln!(out, "{}", cells.join(" ")).unwrap();
        }
    }
    writeln!(out, "# accounts").unwrap();
    for a in &reading.accounts {
        writeln!(out, "{}: {} in, {} kept", a.file, a.rows_in, a.kept).unwrap();
        for (rule, n) in &a.dropped {
            writeln!(out, "  {n} dropped: {rule}").unwrap();
        }
        for (reason, n) in &a.quarantined {
            writeln!(out, "  {n} quarantined: {reason}").unwrap();
        }
        for s in &a.samples {
            writeln!(out, "  line {}: {}: {}", s.line, s.reason, s.text).unwrap();
        }
    }
    writeln!(out, "# coverage (states of the sample)").unwrap();
    let states: std::collections::BTreeSet<u16> = reading
        .tables
        .iter()
        .filter_map(|(_, b)| b.column_by_name("gwcode").map(|c| c.as_primitive::<UInt16Type>().values().to_vec()))
        .flatten()
        .collect();
    for c in reading.coverage.iter().filter(|c| c.gwcode.is_none_or(|g| states.contains(&g))) {
        let who = c.gwcode.map_or("all".to_owned(), |g| g.to_string());
        writeln!(out, "{} {who} {}:{} {} {}", c.table, c.year_from, c.year_to, c.knowledge, c.note).unwrap();
    }
    writeln!(out, "# notices").unwrap();
    for n in notices.into_sorted() {
        writeln!(out, "{n}").unwrap();
    }
    out
}
