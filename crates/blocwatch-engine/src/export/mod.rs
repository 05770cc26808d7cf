//! Results as files. Nulls are empty in CSV, `null` in JSON and `.` in Stata, never 0.
//!
//! Here: results of queries as CSV, JSON and Parquet. In the files beside: wide tables ([`Wide`](crate::wide::Wide)) as Parquet, Arrow,
//! Stata and CSV, with their codebook, alone or as a data package.

pub mod arrow_file;
pub mod codebook;
pub mod dta;
pub mod package;
pub mod wide_parquet;

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};

use crate::error::{EngineError, Result};
use crate::wide::Wide;
use crate::{parallel, table};

/// CSV with a header row, RFC 4180 quoting, full precision.
///
/// # Errors
/// The writer fails.
pub fn csv(out: impl Write, batches: &[RecordBatch]) -> Result<()> {
    let mut writer = arrow::csv::WriterBuilder::new().with_header(true).build(out);
    for batch in batches {
        writer.write(batch)?;
    }
    Ok(())
}

/// One line of CSV (RFC 4180), for tables of words.
pub fn csv_line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|c| if c.contains([',', '"', '\n', '\r']) { format!("\"{}\"", c.replace('"', "\"\"")) } else { c });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

/// A wide table as CSV, batch after batch. Batches are formatted side by side and written in order.
///
/// # Errors
/// The writer fails, or a source of values does.
pub fn wide_csv(mut out: impl Write, wide: &Wide<'_>) -> Result<()> {
    let opened = wide.open()?;
    csv(&mut out, &[RecordBatch::new_empty(Arc::clone(opened.schema()))])?;
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    for first in (0..opened.count()).step_by(at_once) {
        let texts = parallel::each(at_once.min(opened.count() - first), |i| {
            let batch = opened.batch(first + i)?;
            let mut bytes = Vec::new();
            let mut writer = arrow::csv::WriterBuilder::new().with_header(false).build(&mut bytes);
            writer.write(&batch)?;
            drop(writer);
            Ok(bytes)
        })?;
        for text in texts {
            out.write_all(&text).map_err(|e| arrow::error::ArrowError::IoError(e.to_string(), e))?;
        }
    }
    Ok(())
}

/// A JSON array of objects; nulls are written, not left out.
///
/// # Errors
/// The writer fails.
pub fn json(mut out: impl Write, batches: &[RecordBatch]) -> Result<()> {
    let mut writer = arrow::json::WriterBuilder::new().with_explicit_nulls(true).build::<_, arrow::json::writer::JsonArray>(&mut out);
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    // a closed pipe shows at the next write; the newline is part of the result
    out.write_all(b"\n").map_err(|e| arrow::error::ArrowError::IoError(e.to_string(), e))?;
    Ok(())
}

/// One Parquet file from batches that follow each other, columns encoded side by side. The same batches give the same bytes, whatever the
/// number of cores. Unlike a table of an observatory it is not flushed to disk before it is named: who exports it can export it again.
///
/// # Errors
/// The file cannot be written.
pub fn parquet(path: &Path, batches: &[RecordBatch]) -> Result<()> {
    let Some(first) = batches.first() else { return Ok(()) };
    let schema = first.schema();
    let (mut writer, factory) = table::writer(path, Arc::clone(&schema))?.into_serialized_writer()?;
    let groups = row_groups(batches);
    let mut tasks: Vec<Column<'_>> = Vec::new();
    for (i, group) in groups.iter().enumerate() {
        let columns = factory.create_column_writers(i)?;
        if columns.len() != schema.fields().len() {
            // nested columns have several parts each; no table of ours has one
            let batch = arrow::compute::concat_batches(&schema, batches)?;
            return table::write_parquet(path, &batch);
        }
        tasks.extend(columns.into_iter().enumerate().map(|(at, writer)| Column { group, at, writer: Mutex::new(Some(writer)) }));
    }
    let mut chunks = parallel::each(tasks.len(), |i| tasks[i].encoded(&schema))?.into_iter();
    for _ in &groups {
        let mut group = writer.next_row_group()?;
        for chunk in chunks.by_ref().take(schema.fields().len()) {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

/// One column of one row group on its way into a file.
struct Column<'a> {
    group: &'a [RecordBatch],
    at: usize,
    /// Taken by whoever encodes it.
    writer: Mutex<Option<ArrowColumnWriter>>,
}

impl Column<'_> {
    fn encoded(&self, schema: &Schema) -> Result<ArrowColumnChunk> {
        let taken = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut writer = taken.ok_or_else(|| EngineError::Shape {
            table: "export".to_owned(),
            what: format!("column {} was to be written twice", schema.field(self.at).name()),
        })?;
        for batch in self.group {
            for leaf in compute_leaves(schema.field(self.at), batch.column(self.at))? {
                writer.write(&leaf)?;
            }
        }
        Ok(writer.close()?)
    }
}

/// Batches in groups of at most [`GROUP`] rows, without empty ones.
fn row_groups(batches: &[RecordBatch]) -> Vec<Vec<RecordBatch>> {
    let mut out: Vec<Vec<RecordBatch>> = Vec::new();
    let mut room = 0;
    for batch in batches {
        let mut from = 0;
        while from < batch.num_rows() {
            if room == 0 {
                out.push(Vec::new());
                room = GROUP;
            }
            let n = room.min(batch.num_rows() - from);
            if let Some(last) = out.last_mut() {
                last.push(batch.slice(from, n));
            }
            from += n;
            room -= n;
        }
    }
    out
}

/// Rows of a row group.
const GROUP: usize = 128 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float64Array, Int32Array, StringArray};
    use arrow::datatypes::{DataType, Field};

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a table of the test has no declaration")]
    fn a_file_in_row_groups_has_the_same_rows_and_bytes() {
        let fields = [("n", DataType::Int32), ("x", DataType::Float64), ("word", DataType::Utf8)];
        let schema = Arc::new(Schema::new(fields.map(|(name, kind)| Field::new(name, kind, true)).to_vec()));
        let part = |from: i32, n: i32| {
            let rows = from..from + n;
            RecordBatch::try_new(
                Arc::clone(&schema),
                vec![
                    Arc::new(rows.clone().collect::<Int32Array>()),
                    Arc::new(rows.clone().map(|i| (i % 7 > 0).then(|| f64::from(i % 100) / 3.0)).collect::<Float64Array>()),
                    Arc::new(rows.map(|i| (i % 5 == 0).then(|| format!("w{}", i % 11))).collect::<StringArray>()),
                ],
            )
            .unwrap()
        };
        let folder = tempfile::TempDir::new().unwrap();
        let (a, b) = (folder.path().join("a.parquet"), folder.path().join("b.parquet"));
        let batches = [part(0, 3), part(3, 200_000), part(200_003, 0), part(200_003, 100_000)];
        parquet(&a, &batches).unwrap();
        let whole = arrow::compute::concat_batches(&schema, &batches).unwrap();
        parquet(&b, std::slice::from_ref(&whole)).unwrap();
        assert_eq!(table::read_parquet(&a).unwrap(), whole);
        assert_eq!(table::read_parquet(&b).unwrap(), whole);
        parquet(&b, &batches).unwrap();
        assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap());
        parquet(&b, &[part(0, 0)]).unwrap();
        assert_eq!(table::read_parquet(&b).unwrap().num_rows(), 0);
    }
}
