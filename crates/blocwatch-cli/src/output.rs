//! Where words go: results to standard output or a file written whole, everything else to standard error.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use comfy_table::{CellAlignment, ContentArrangement, Table};

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table for reading
    Table,
    /// Comma-separated values with a header
    Csv,
    /// A JSON array of objects
    Json,
    /// A Parquet file (needs -o)
    Parquet,
}

/// Width of tables where there is no terminal to ask.
const PAGE: u16 = 132;
/// Rows that a table for reading shows; more belong in a file.
const MOST_ROWS: usize = 500;

pub(crate) fn to_stderr(text: &str) {
    // nothing can be done about a closed standard error
    drop(writeln!(io::stderr(), "{text}"));
}

pub(crate) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Writes a result to standard output or, whole or not at all, to a file.
pub(crate) fn write(file: Option<&Path>, bytes: &[u8]) -> Result<()> {
    match file {
        Some(path) => blocwatch_engine::atomic::write_file(path, bytes).map_err(Into::into),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(bytes).and_then(|()| out.flush()).context("cannot write to standard output")
        }
    }
}

/// Has a file filled under a temporary name beside its place and moves it there, whole or not at all.
pub(crate) fn write_whole(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let temp = blocwatch_engine::atomic::temporary(folder)?;
    fill(temp.path())?;
    temp.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// Whether an error is only that the reader of our output went away.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}

/// The format asked for, else that of the ending of the file, else a table.
fn format_of(format: Option<Format>, file: Option<&Path>) -> Format {
    let ending = file.and_then(|f| f.extension()).and_then(|e| e.to_str()).map(str::to_lowercase);
    format.unwrap_or(match ending.as_deref() {
        Some("csv") => Format::Csv,
        Some("json") => Format::Json,
        Some("parquet") => Format::Parquet,
        _ => Format::Table,
    })
}

/// Columns of measured tables that say where a row comes from; a table for people does without them.
const PROVENANCE: &[&str] = &["in_system", "edition", "version", "source_row"];

/// As [`write_batches`]; in a table for people computed numbers have five significant digits, and columns without any value or about
/// provenance are left out and counted. Files of data keep all.
pub(crate) fn write_measured(batch: RecordBatch, format: Option<Format>, file: Option<&Path>) -> Result<()> {
    if !matches!(format_of(format, file), Format::Table) {
        return write_batches(&[batch], format, file);
    }
    let shown: Vec<usize> = (0..batch.num_columns())
        .filter(|&i| {
            let empty = batch.num_rows() > 0 && batch.column(i).null_count() == batch.num_rows();
            !empty && !PROVENANCE.contains(&batch.schema().field(i).name().as_str())
        })
        .collect();
    let left = batch.num_columns() - shown.len();
    let mut text = table(&[rounded(&batch.project(&shown)?)?])?;
    if left > 0 {
        let columns = if left == 1 { "column" } else { "columns" };
        text.push_str(&format!(
            "… {left} more {columns}, without a value in these rows or about provenance; --format csv or -o FILE has all\n"
        ));
    }
    write(file, text.as_bytes())
}

fn rounded(batch: &RecordBatch) -> Result<RecordBatch> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
        let column: ArrayRef = match column.as_any().downcast_ref::<Float64Array>() {
            Some(numbers) => Arc::new(numbers.iter().map(|n| n.map(five_digits)).collect::<StringArray>()),
            None => Arc::clone(column),
        };
        (field.name().clone(), column, true)
    });
    Ok(RecordBatch::try_from_iter_with_nullable(columns.collect::<Vec<_>>())?)
}

/// A number with five significant digits, or as a whole number from 10,000 on.
fn five_digits(value: f64) -> String {
    if value.abs() >= 10_000.0 {
        return format!("{value:.0}");
    }
    let rounded = format!("{value:.4e}").parse::<f64>().unwrap_or(value);
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

/// Writes batches in a format; `file` decides the format by its ending where none is asked for.
pub(crate) fn write_batches(batches: &[RecordBatch], format: Option<Format>, file: Option<&Path>) -> Result<()> {
    let format = format_of(format, file);
    let mut bytes = Vec::new();
    match format {
        Format::Csv => blocwatch_engine::export::csv(&mut bytes, batches)?,
        Format::Json => blocwatch_engine::export::json(&mut bytes, batches)?,
        Format::Table => bytes = table(batches)?.into_bytes(),
        Format::Parquet => {
            let path = file.context("a Parquet file needs a name: add -o FILE")?;
            return write_whole(path, |temp| Ok(blocwatch_engine::export::parquet(temp, batches)?));
        }
    }
    write(file, &bytes)
}

/// A table for reading: numbers to the right, nulls as an empty cell marked with a middle dot.
pub(crate) fn table(batches: &[RecordBatch]) -> Result<String> {
    let Some(first) = batches.first() else { return Ok(String::new()) };
    let total: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let options = FormatOptions::default().with_null("·");
    let mut table = plain_table(first.schema().fields().iter().map(|f| f.name().clone()));
    // a row of a result is one line, however long
    table.set_content_arrangement(ContentArrangement::Disabled);
    let mut shown = 0;
    for batch in batches {
        let columns =
            batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &options)).collect::<std::result::Result<Vec<_>, _>>()?;
        for i in 0..batch.num_rows().min(MOST_ROWS - shown) {
            table.add_row(columns.iter().map(|c| short(&c.value(i).to_string())));
            shown += 1;
        }
        if shown == MOST_ROWS {
            break;
        }
    }
    for (i, field) in first.schema().fields().iter().enumerate() {
        if field.data_type().is_numeric()
            && let Some(column) = table.column_mut(i)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = trimmed(&table);
    if total > shown {
        text.push_str(&format!("… {} more rows; use --format csv or -o FILE for all\n", total - shown));
    }
    Ok(text)
}

/// A table without lines, as wide as the terminal allows; long texts wrap. Where there is no terminal, [`PAGE`] is the width.
pub(crate) fn plain_table(head: impl IntoIterator<Item = String>) -> Table {
    let mut table = Table::new();
    table.load_preset("     ──            ").set_content_arrangement(ContentArrangement::Dynamic);
    if !io::stdout().is_terminal() {
        table.set_width(PAGE);
    }
    table.set_header(head.into_iter().collect::<Vec<_>>());
    table
}

/// A table as text without spaces at the ends of lines.
pub(crate) fn trimmed(table: &Table) -> String {
    let mut text: String = table.lines().map(|l| l.trim_end().to_owned() + "\n").collect();
    text = text.lines().map(|l| l.strip_prefix(' ').unwrap_or(l).to_owned() + "\n").collect();
    text
}

// long text is for the other formats
fn short(text: &str) -> String {
    let one_line = text.replace(['\n', '\r'], " ");
    if one_line.chars().count() <= 120 {
        return one_line;
    }
    one_line.chars().take(119).chain(['…']).collect()
}
