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
