//! From Arrow batches to table rows: the one place of this crate that reads Arrow.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use blocwatch_core::coverage::Knowledge;

use crate::error::{PublishError, Result};
use crate::note::NoteId;
use crate::table::Cell;
use crate::text::Figure;

/// Takes one column of a batch into a table.
#[derive(Debug, Clone, Copy)]
pub struct Pick<'a> {
    /// Name of the column in the batch.
    pub column: &'a str,
    /// Decimals to print, for numbers.
    pub decimals: u8,
    /// Print as a percentage.
    pub share: bool,
    /// What a null of this column means.
    pub null: Knowledge,
    /// The note of every cell.
    pub note: Option<NoteId>,
    /// Columns with the lower and the upper bound.
    pub interval: Option<(&'a str, &'a str)>,
}

impl<'a> Pick<'a> {
    /// A column with `decimals` decimals whose nulls mean `null`.
    pub const fn new(column: &'a str, decimals: u8, null: Knowledge) -> Self {
        Self { column, decimals, share: false, null, note: None, interval: None }
    }
}

/// The rows of batches as cells, one per pick, in the order of the batches.
///
/// # Errors
/// A column that a batch does not have, or whose type is neither a number, text nor a truth value.
pub fn rows(batches: &[RecordBatch], picks: &[Pick<'_>]) -> Result<Vec<Vec<Cell>>> {
    let mut out = Vec::new();
    for batch in batches {
        let arrays = picks
            .iter()
            .map(|p| {
                let bounds = p.interval.map(|(l, h)| Ok::<_, PublishError>((column(batch, l)?, column(batch, h)?))).transpose()?;
                Ok((column(batch, p.column)?, bounds))
            })
            .collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            let cells = picks.iter().zip(&arrays).map(|(pick, (array, bounds))| {
                let mut cell = cell(*array, row, pick)?;
                if let Some((low, high)) = bounds
                    && let (Some(low), Some(high)) = (number(*low, row), number(*high, row))
                {
                    cell = cell.between(low, high);
                }
                Ok(match pick.note {
                    Some(id) => cell.note(id),
                    None => cell,
                })
            });
            out.push(cells.collect::<Result<Vec<_>>>()?);
        }
    }
    Ok(out)
}

fn column<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b dyn Array> {
    batch.column_by_name(name).map(AsRef::as_ref).ok_or_else(|| {
        let schema = batch.schema();
        let near = blocwatch_core::name::nearest(name, schema.fields().iter().map(|f| f.name().as_str()), 2);
        PublishError::Column {
            column: name.to_owned(),
            message: format!("there is none of that name{}", blocwatch_core::name::did_you_mean(&near)),
        }
    })
}

fn cell(array: &dyn Array, row: usize, pick: &Pick<'_>) -> Result<Cell> {
    if array.is_null(row) || *array.data_type() == DataType::Null {
        return Ok(Cell::missing(pick.null));
    }
    if let Some(value) = number(array, row) {
        return Ok(Cell::figure(if pick.share { Figure::share(value, pick.decimals) } else { Figure::new(value, pick.decimals) }));
    }
    match array.data_type() {
        DataType::Utf8 => Ok(Cell::text(array.as_string::<i32>().value(row))),
        DataType::LargeUtf8 => Ok(Cell::text(array.as_string::<i64>().value(row))),
        DataType::Utf8View => Ok(Cell::text(array.as_string_view().value(row))),
        DataType::Boolean => Ok(Cell::text(if array.as_boolean().value(row) { "yes" } else { "no" })),
        other => Err(PublishError::Column { column: pick.column.to_owned(), message: format!("its type {other} does not print") }),
    }
}

/// The number in a row of a numeric array; `None` for nulls and other types. Counts beyond 2^53 lose their last digits.
fn number(array: &dyn Array, row: usize) -> Option<f64> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Int8 => f64::from(array.as_primitive::<Int8Type>().value(row)),
        DataType::Int16 => f64::from(array.as_primitive::<Int16Type>().value(row)),
        DataType::Int32 => f64::from(array.as_primitive::<Int32Type>().value(row)),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row) as f64,
        DataType::UInt8 => f64::from(array.as_primitive::<UInt8Type>().value(row)),
        DataType::UInt16 => f64::from(array.as_primitive::<UInt16Type>().value(row)),
        DataType::UInt32 => f64::from(array.as_primitive::<UInt32Type>().value(row)),
        DataType::UInt64 => array.as_primitive::<UInt64Type>().value(row) as f64,
        DataType::Float32 => f64::from(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row),
        _ => return None,
    })
}
