//! Records of a table, whatever its form: delimited text, one JSON object per line, or Parquet.
//!
//! Every form is turned into fields of bytes under one row of names, so that readers see no difference. Non-goals: what a field means.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::DataType;
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::fields::{Delimited, Fields};
use super::sheet::Bad;
use super::unpack;
use crate::error::{Result, SourceError};

/// Rows of a Parquet file that are decoded at a time; long texts make the batches large enough.
const ROWS: usize = 256;

/// The forms of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Delimited,
    JsonLines,
    Parquet,
}

/// A record that could be read, or a place where one should be.
pub(super) struct Step {
    /// Line on which it starts; in Parquet the number of the row, from 1.
    pub line: u64,
    /// Why it is no record.
    pub fault: Option<Bad>,
}

/// A stream of records.
pub(super) enum Records<'a> {
    Delimited {
        reader: Box<Delimited<'a>>,
        /// Whether carriage returns alone end lines, so that records are counted instead.
        returns: bool,
        /// Rows up to and with the header.
        skip: u64,
        read: u64,
    },
    JsonLines {
        reader: BufReader<Box<dyn Read + 'a>>,
        names: Vec<String>,
        line: u64,
    },
    Parquet {
        reader: ParquetRecordBatchReader,
        batch: RecordBatch,
        next: usize,
        row: u64,
    },
}

impl<'a> Records<'a> {
    pub(super) fn delimited(stream: Box<dyn Read + 'a>, delimiter: u8, returns: bool, skip: u64) -> Self {
        Self::Delimited { reader: Box::new(Delimited::new(stream, delimiter)), returns, skip, read: 0 }
    }

    pub(super) fn json_lines(stream: Box<dyn Read + 'a>, names: Vec<String>) -> Self {
        Self::JsonLines { reader: BufReader::with_capacity(128 * 1024, stream), names, line: 0 }
    }

    pub(super) fn parquet(path: &Path) -> Result<Self> {
        let builder = parquet(path)?;
        let batch = RecordBatch::new_empty(builder.schema().clone());
        let reader = guarded(path, || builder.with_batch_size(ROWS).build())?;
        Ok(Self::Parquet { reader, batch, next: 0, row: 0 })
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Delimited { .. } => Kind::Delimited,
            Self::JsonLines { .. } => Kind::JsonLines,
            Self::Parquet { .. } => Kind::Parquet,
        }
    }

    /// Reads the next record into `record`; `None` at the end.
    pub(super) fn next(&mut self, record: &mut Fields, path: &Path, packed: &'static str) -> Result<Option<Step>> {
        match self {
            Self::Delimited { reader, returns, skip, read } => loop {
                let Some(line) = reader.next(record).map_err(|e| failed(&e, path, packed, *read))? else { return Ok(None) };
                *read += 1;
                if *read <= *skip {
                    continue;
                }
                return Ok(Some(Step { line: if *returns { *read } else { line }, fault: None }));
            },
            Self::JsonLines { reader, names, line } => {
                let mut text = Vec::new();
                loop {
                    text.clear();
                    let n = reader.read_until(b'\n', &mut text).map_err(|e| unpack::broken(path, packed, &e))?;
                    if n == 0 {
                        return Ok(None);
                    }
                    *line += 1;
                    if !text.trim_ascii().is_empty() {
                        break;
                    }
                }
                record.clear();
                let fault = match object(&text) {
                    Some(object) => {
                        names.iter().for_each(|name| record.push_field(json_text(object.get(name)).as_bytes()));
                        None
                    }
                    None => {
                        record.push_field(text.trim_ascii());
                        Some(Bad::new("not a JSON object", ""))
                    }
                };
                Ok(Some(Step { line: *line, fault }))
            }
            Self::Parquet { reader, batch, next, row } => {
                while *next == batch.num_rows() {
                    match guarded(path, || reader.next().transpose())? {
                        None => return Ok(None),
                        Some(more) => (*batch, *next) = (more, 0),
                    }
                }
                record.clear();
                for column in batch.columns() {
                    push_cell(record, column, *next).map_err(|e| unpack::broken_parquet(path, &e))?;
                }
                *next += 1;
                *row += 1;
                Ok(Some(Step { line: *row, fault: None }))
            }
        }
    }
}

fn failed(error: &std::io::Error, path: &Path, packed: &'static str, records: u64) -> SourceError {
    match unpack::broken(path, packed, error) {
        SourceError::Broken { what, path } => SourceError::Broken { what: format!("{what} (after {records} rows)"), path },
        other => other,
    }
}

/// Opens a Parquet file. What its writer says about types of its own is ignored: texts are texts.
pub(super) fn parquet(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let file = File::open(path).map_err(SourceError::io("open the file", path))?;
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    guarded(path, || ParquetRecordBatchReaderBuilder::try_new_with_options(file, options))
}

/// Reading of Parquet panics where a damaged file contradicts itself: such a file is as broken as one that says so.
fn guarded<T, E: std::fmt::Display>(path: &Path, read: impl FnOnce() -> std::result::Result<T, E>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|e| unpack::broken_parquet(path, &e)),
        Err(_) => Err(unpack::broken_parquet(path, &"it contradicts itself")),
    }
}

/// The fields of one row of a Parquet file, by its number from 1; `None` where it has no such row.
pub(crate) fn parquet_row(path: &Path, row: u64) -> Result<Option<Vec<String>>> {
    let builder = parquet(path)?;
    let Some(before) = usize::try_from(row).ok().and_then(|r| r.checked_sub(1)) else { return Ok(None) };
    let mut reader = guarded(path, || builder.with_offset(before).with_limit(1).with_batch_size(1).build())?;
    let Some(batch) = guarded(path, || reader.next().transpose())? else { return Ok(None) };
    let mut record = Fields::default();
    for column in batch.columns() {
        push_cell(&mut record, column, 0).map_err(|e| unpack::broken_parquet(path, &e))?;
    }
    Ok(Some(record.iter().map(|f| String::from_utf8_lossy(f.trim_ascii()).into_owned()).collect()))
}

fn push_cell(record: &mut Fields, column: &dyn Array, row: usize) -> std::result::Result<(), arrow::error::ArrowError> {
    match column.data_type() {
        _ if column.is_null(row) => record.push_field(b""),
        DataType::Utf8 => record.push_field(column.as_string::<i32>().value(row).as_bytes()),
        DataType::Binary => record.push_field(column.as_binary::<i32>().value(row)),
        _ => record.push_field(array_value_to_string(column, row)?.as_bytes()),
    }
    Ok(())
}

/// A line as a JSON object.
pub(crate) fn object(line: &[u8]) -> Option<serde_json::Map<String, serde_json::Value>> {
    serde_json::from_slice(line).ok()
}

/// A value as a field: texts without quotes, null as nothing, the rest as JSON writes it.
pub(crate) fn json_text(value: Option<&serde_json::Value>) -> String {
    match value {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// Names in the beginning of a file of JSON objects, in the order in which they appear; `None` where most lines are no objects. The last
/// line may end within an object.
pub(super) fn json_names(head: &[u8]) -> Option<Vec<String>> {
    let is_object = |line: &&[u8]| line.strip_prefix(b"{").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    let lines = || head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_start).filter(|line| !line.is_empty());
    let objects = lines().filter(is_object).count();
    if 2 * objects <= lines().count() {
        return None;
    }
    let mut names: Vec<String> = Vec::new();
    lines().filter(is_object).for_each(|line| keys(line, &mut names));
    (!names.is_empty()).then_some(names)
}

/// Adds the keys of an object that may end early, where they are not there yet.
fn keys(object: &[u8], names: &mut Vec<String>) {
    let (mut depth, mut at) = (0usize, 0);
    while at < object.len() {
        match object[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let mut end = at + 1;
                while end < object.len() && object[end] != b'"' {
                    end += if object[end] == b'\\' { 2 } else { 1 };
                }
                let rest = object.get(end + 1..).unwrap_or_default();
                if depth == 1
                    && rest.trim_ascii_start().starts_with(b":")
                    && let Ok(name) = serde_json::from_slice::<String>(&object[at..=end])
                    && !names.contains(&name)
                {
                    names.push(name);
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
}

/// The row of names of a table that is no delimited text, as a line of such text.
pub(super) fn names_line(names: &[String]) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    // writing into memory does not fail
    let _ = out.write_record(names);
    out.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_keys_of_the_outermost_objects() {
        let names = |text: &str| json_names(text.as_bytes()).unwrap_or_default().join(" ");
        assert_eq!(names("{\"a\": 1, \"b\": {\"c\": 2}, \"d\": [\"e\", \"f:\"]}\n{\"a\":2,\"g\":\"say \\\"h\\\": i\"}"), "a b d g");
        assert_eq!(names("the end of a broken line\"}\n{\"a\": 1}\n\n{\"a\": 2, \"b\": 3}\n"), "a b");
        // a text that is longer than what is looked at
        assert_eq!(names("{\"id\": \"x\", \"text\": \"Article 1"), "id text");
        for text in ["", "{", "{}", "[1]", "a,b\n1,2", "{a,b}", "a,b\n{\"c\": 1}"] {
            assert_eq!(json_names(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_have_names_or_not(bytes in prop::collection::vec(prop::sample::select(&b"{}[]\"\\:, ab\n\xff"[..]), 0..64)) {
            let _ = (json_names(&bytes), object(&bytes));
        }
    }
}
