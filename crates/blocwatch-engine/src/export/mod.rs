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
use std::sync::Arc;

use arrow::array::RecordBatch;

use crate::error::Result;
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

/// One Parquet file.
///
/// # Errors
/// The file cannot be written.
pub fn parquet(path: &Path, batches: &[RecordBatch]) -> Result<()> {
    let Some(first) = batches.first() else { return Ok(()) };
    let batch = arrow::compute::concat_batches(&first.schema(), batches)?;
    table::write_parquet(path, &batch)
}
