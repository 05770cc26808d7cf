//! Results as CSV, JSON and Parquet. Nulls are empty in CSV and `null` in JSON, never 0.

use std::io::Write;
use std::path::Path;

use arrow::array::RecordBatch;

use crate::error::Result;
use crate::table;

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
