//! The values of one column of a table over the units of a panel: rows of one unit put together, and zeros where silence means *none*.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Float64Builder, Int32Array, Int32Builder, RecordBatch, UInt16Array, UInt32Array,
};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use blocwatch_core::table::Column;
use blocwatch_engine::EngineError;
use blocwatch_engine::wide::{Coded, NULL, Of, distinct};

use super::join::Part;
use super::joins::{Fold, Join};
use crate::frame::At;

/// The values of a column over the rows of the frame of states or of the panel.
pub(super) fn values(batch: &RecordBatch, part: &Part, join: &Join, column: &'static Column) -> blocwatch_engine::Result<Coded> {
    let by_unit: ArrayRef = match (&part.groups, batch.column_by_name(column.name)) {
        (Some(groups), _) if join.count.is_some_and(|c| c.name == column.name) => {
            let mut n = vec![0_u32; part.units];
            groups.iter().for_each(|g| n[*g as usize] += 1);
            Arc::new(UInt32Array::from(n))
        }
        (groups, Some(array)) => {
            let array = if part.rows.len() == array.len() { Arc::clone(array) } else { take(array, &part.rows, None)? };
            match groups {
                Some(groups) => fold(&array, groups, part.units, join.fold)?,
                None => array,
            }
        }
        _ => return Err(EngineError::Shape { table: join.table.to_owned(), what: format!("column {} is missing", column.name) }),
    };
    let (mut values, codes) = distinct(&by_unit)?;
    let mut zero = NULL;
    if join.has_zeros(column.name)
        && part.segments.iter().any(|s| s.of == Of::Zero)
        && let Some((with, code)) = with_zero(&values)?
    {
        (values, zero) = (with, code);
    }
    Coded::of_segments(&values, &codes, zero, &part.segments)
}

/// Values with a zero among them, and its position; `None` for texts, which have none.
fn with_zero(values: &ArrayRef) -> blocwatch_engine::Result<Option<(ArrayRef, u32)>> {
    let zero: ArrayRef = match values.data_type() {
        DataType::Boolean => return Ok(Some((Arc::clone(values), 0))),
        DataType::Int32 => Arc::new(Int32Array::from(vec![0])),
        DataType::UInt32 => Arc::new(UInt32Array::from(vec![0])),
        DataType::UInt16 => Arc::new(UInt16Array::from(vec![0])),
        DataType::Float64 => Arc::new(Float64Array::from(vec![0.0])),
        _ => return Ok(None),
    };
    let found = match values.data_type() {
        DataType::Int32 => values.as_primitive::<Int32Type>().iter().position(|v| v == Some(0)),
        DataType::Float64 => values.as_primitive::<Float64Type>().iter().position(|v| v == Some(0.0)),
        _ => None,
    };
    Ok(Some(match found {
        Some(at) => (Arc::clone(values), at as u32),
        None => (concat(&[values.as_ref(), zero.as_ref()])?, values.len() as u32),
    }))
}

/// Several rows of one unit as one value; null where none of them has one.
fn fold(array: &ArrayRef, groups: &[u32], units: usize, fold: Fold) -> blocwatch_engine::Result<ArrayRef> {
    fn all<T: Copy>(n: usize, groups: &[u32], at: impl Fn(usize) -> Option<T>, join: impl Fn(T, T) -> T) -> Vec<Option<T>> {
        let mut out: Vec<Option<T>> = vec![None; n];
        for (i, group) in groups.iter().enumerate() {
            let slot = &mut out[*group as usize];
            *slot = match (*slot, at(i)) {
                (Some(a), Some(b)) => Some(join(a, b)),
                (a, b) => a.or(b),
            };
        }
        out
    }
    match array.data_type() {
        DataType::Int32 => {
            let values = array.as_primitive::<Int32Type>();
            let folded = all(units, groups, |i| values.at(i), |a, b| if fold == Fold::Sum { a + b } else { a.max(b) });
            let mut out = Int32Builder::with_capacity(units);
            folded.into_iter().for_each(|v| out.append_option(v));
            Ok(Arc::new(out.finish()))
        }
        DataType::Float64 => {
            let values = array.as_primitive::<Float64Type>();
            let folded = all(units, groups, |i| values.at(i), |a, b| if fold == Fold::Sum { a + b } else { a.max(b) });
            let mut out = Float64Builder::with_capacity(units);
            folded.into_iter().for_each(|v| out.append_option(v));
            Ok(Arc::new(out.finish()))
        }
        other => Err(EngineError::Engine(format!("rows of type {other} cannot be put together"))),
    }
}
