//! Reading the result of a query by column name. A result that is not there reads as one without rows.

use std::ops::Range;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};

use crate::error::{PublishError, Result};

/// The result of one query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    name: &'static str,
    batch: Option<&'a RecordBatch>,
}

impl<'a> Frame<'a> {
    /// The result of the query `name`, if there is one.
    pub(super) fn new(name: &'static str, batch: Option<&'a RecordBatch>) -> Self {
        Self { name, batch: batch.filter(|b| b.num_rows() > 0) }
    }

    /// Its rows.
    pub(super) fn rows(&self) -> Range<usize> {
        0..self.batch.map_or(0, RecordBatch::num_rows)
    }

    /// A column.
    ///
    /// # Errors
    /// The result has rows but no such column.
    pub(super) fn col(&self, column: &str) -> Result<Col<'a>> {
        let Some(batch) = self.batch else { return Ok(Col(None)) };
        match batch.column_by_name(column) {
            Some(array) => Ok(Col(Some(array.as_ref()))),
            None => {
                let schema = batch.schema();
                let near = blocwatch_core::name::nearest(column, schema.fields().iter().map(|f| f.name().as_str()), 2);
                Err(PublishError::Column {
                    column: column.to_owned(),
                    message: format!("the query '{}' has none of that name{}", self.name, blocwatch_core::name::did_you_mean(&near)),
                })
            }
        }
    }
}

/// One column. A value of another type than the one asked for reads as no value.
#[derive(Clone, Copy)]
pub(super) struct Col<'a>(Option<&'a dyn Array>);

impl<'a> Col<'a> {
    fn array(&self, row: usize) -> Option<&'a dyn Array> {
        self.0.filter(|a| row < a.len() && !a.is_null(row))
    }

    /// Text; empty text is no value.
    pub(super) fn text(&self, row: usize) -> Option<&'a str> {
        let array = self.array(row)?;
        let text = match array.data_type() {
            DataType::Utf8 => array.as_string::<i32>().value(row),
            DataType::LargeUtf8 => array.as_string::<i64>().value(row),
            DataType::Utf8View => array.as_string_view().value(row),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// Text, or nothing.
    pub(super) fn word(&self, row: usize) -> &'a str {
        self.text(row).unwrap_or_default()
    }

    /// A whole number.
    pub(super) fn int(&self, row: usize) -> Option<i64> {
        let array = self.array(row)?;
        Some(match array.data_type() {
            DataType::Int8 => array.as_primitive::<Int8Type>().value(row).into(),
            DataType::Int16 => array.as_primitive::<Int16Type>().value(row).into(),
            DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
            DataType::Int64 => array.as_primitive::<Int64Type>().value(row),
            DataType::UInt8 => array.as_primitive::<UInt8Type>().value(row).into(),
            DataType::UInt16 => array.as_primitive::<UInt16Type>().value(row).into(),
            DataType::UInt32 => array.as_primitive::<UInt32Type>().value(row).into(),
            DataType::UInt64 => i64::try_from(array.as_primitive::<UInt64Type>().value(row)).ok()?,
            _ => return None,
        })
    }

    /// A year or session.
    pub(super) fn year(&self, row: usize) -> Option<i32> {
        self.int(row).and_then(|v| i32::try_from(v).ok())
    }

    /// A number that is finite.
    pub(super) fn num(&self, row: usize) -> Option<f64> {
        let array = self.array(row)?;
        let value = match array.data_type() {
            DataType::Float32 => f64::from(array.as_primitive::<Float32Type>().value(row)),
            DataType::Float64 => array.as_primitive::<Float64Type>().value(row),
            _ => self.int(row)? as f64,
        };
        value.is_finite().then_some(value)
    }

    /// A truth value.
    pub(super) fn yes(&self, row: usize) -> Option<bool> {
        let array = self.array(row)?;
        (*array.data_type() == DataType::Boolean).then(|| array.as_boolean().value(row))
    }
}
