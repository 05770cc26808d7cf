//! From columns of values to an Arrow batch that fits its declaration.
//!
//! Field metadata carries each column's unit and meaning, so that no later step has to know the source. Non-goals: writing files.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, StringArray, UInt16Array, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use blocwatch_core::table::{Kind, TableSpec};

use crate::error::{Result, SourceError};

/// The Arrow schema of a declaration; `unit` and `doc` of each column are field metadata, the table's unit is schema metadata.
pub fn schema(spec: &TableSpec) -> SchemaRef {
    let fields: Vec<Field> = spec
        .columns
        .iter()
        .map(|c| {
            let data_type = match c.kind {
                Kind::U16 => DataType::UInt16,
                Kind::U32 => DataType::UInt32,
                Kind::I32 => DataType::Int32,
                Kind::F64 => DataType::Float64,
                Kind::Text => DataType::Utf8,
                Kind::Bool => DataType::Boolean,
            };
            let metadata = HashMap::from([("unit".to_owned(), c.unit.to_owned()), ("doc".to_owned(), c.doc.to_owned())]);
            Field::new(c.name, data_type, c.nullable).with_metadata(metadata)
        })
        .collect();
    let metadata = HashMap::from([("unit".to_owned(), spec.unit.as_str().to_owned())]);
    Arc::new(Schema::new_with_metadata(fields, metadata))
}

/// A batch from columns in the order of the declaration.
pub(crate) fn batch(spec: &TableSpec, columns: Vec<ArrayRef>) -> Result<RecordBatch> {
    RecordBatch::try_new(schema(spec), columns).map_err(|e| SourceError::Frame { table: spec.name, cause: e.to_string() })
}

pub(crate) fn u16s(values: impl IntoIterator<Item = u16>) -> ArrayRef {
    Arc::new(UInt16Array::from_iter_values(values))
}

pub(crate) fn u32s(values: impl IntoIterator<Item = u32>) -> ArrayRef {
    Arc::new(UInt32Array::from_iter_values(values))
}

pub(crate) fn i32s(values: impl IntoIterator<Item = i32>) -> ArrayRef {
    Arc::new(Int32Array::from_iter_values(values))
}

pub(crate) fn i32s_or_null(values: impl IntoIterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<Int32Array>())
}

pub(crate) fn f64s_or_null(values: impl IntoIterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<Float64Array>())
}

pub(crate) fn bools(values: impl IntoIterator<Item = bool>) -> ArrayRef {
    Arc::new(values.into_iter().map(Some).collect::<BooleanArray>())
}

pub(crate) fn texts<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

pub(crate) fn texts_or_null<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<StringArray>())
}
