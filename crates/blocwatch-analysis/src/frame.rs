//! Small helpers to read columns of a batch by name and to build batches row by row. No meaning lives here.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBuilder, Float64Array, Float64Builder, Int32Array, Int32Builder, RecordBatch,
    StringArray, StringBuilder, UInt16Array, UInt16Builder, UInt32Array, UInt32Builder,
};
use arrow::datatypes::{Float64Type, Int32Type, UInt16Type, UInt32Type};
use blocwatch_core::table::{Kind, TableSpec};

use crate::error::{AnalysisError, Result};

/// Typed access to the columns of a batch by name.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a>(pub &'a RecordBatch);

impl<'a> Columns<'a> {
    fn any(&self, name: &str) -> Result<&'a ArrayRef> {
        self.0.column_by_name(name).ok_or_else(|| AnalysisError::Defect(format!("no column {name}")))
    }

    fn wrong(name: &str) -> AnalysisError {
        AnalysisError::Defect(format!("column {name} has an unexpected type"))
    }

    /// A text column.
    pub fn text(&self, name: &str) -> Result<&'a StringArray> {
        self.any(name)?.as_string_opt::<i32>().ok_or_else(|| Self::wrong(name))
    }

    /// A column of 16-bit unsigned numbers.
    pub fn u16(&self, name: &str) -> Result<&'a UInt16Array> {
        self.any(name)?.as_primitive_opt::<UInt16Type>().ok_or_else(|| Self::wrong(name))
    }

    /// A column of 32-bit unsigned numbers.
    pub fn u32(&self, name: &str) -> Result<&'a UInt32Array> {
        self.any(name)?.as_primitive_opt::<UInt32Type>().ok_or_else(|| Self::wrong(name))
    }

    /// A column of 32-bit signed numbers.
    pub fn i32(&self, name: &str) -> Result<&'a Int32Array> {
        self.any(name)?.as_primitive_opt::<Int32Type>().ok_or_else(|| Self::wrong(name))
    }

    /// A column of 64-bit floats.
    pub fn f64(&self, name: &str) -> Result<&'a Float64Array> {
        self.any(name)?.as_primitive_opt::<Float64Type>().ok_or_else(|| Self::wrong(name))
    }

    /// A column of booleans.
    pub fn bool(&self, name: &str) -> Result<&'a BooleanArray> {
        self.any(name)?.as_boolean_opt().ok_or_else(|| Self::wrong(name))
    }
}

/// The value at a row, `None` where null.
pub trait At {
    /// Type of the value.
    type Out;
    /// The value at a row.
    fn at(&self, row: usize) -> Option<Self::Out>;
}

macro_rules! at {
    ($array:ty, $out:ty) => {
        impl At for $array {
            type Out = $out;
            fn at(&self, row: usize) -> Option<$out> {
                (!self.is_null(row)).then(|| self.value(row))
            }
        }
    };
}
at!(UInt16Array, u16);
at!(UInt32Array, u32);
at!(Int32Array, i32);
at!(Float64Array, f64);
at!(BooleanArray, bool);

impl<'a> At for &'a StringArray {
    type Out = &'a str;
    fn at(&self, row: usize) -> Option<&'a str> {
        (!self.is_null(row)).then(|| self.value(row))
    }
}

/// One value on its way into a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// 16-bit unsigned.
    U16(u16),
    /// 32-bit unsigned.
    U32(u32),
    /// 32-bit signed.
    I32(i32),
    /// 64-bit float.
    F64(f64),
    /// Text.
    Text(String),
    /// Boolean.
    Bool(bool),
}

macro_rules! into_value {
    ($t:ty, $variant:ident) => {
        impl From<$t> for Value {
            fn from(v: $t) -> Self {
                Self::$variant(v.into())
            }
        }
        impl From<Option<$t>> for Value {
            fn from(v: Option<$t>) -> Self {
                v.map_or(Self::Null, Self::from)
            }
        }
    };
}
into_value!(u16, U16);
into_value!(u32, U32);
into_value!(i32, I32);
into_value!(f64, F64);
into_value!(&str, Text);
into_value!(String, Text);
into_value!(bool, Bool);

enum Builder {
    U16(UInt16Builder),
    U32(UInt32Builder),
    I32(Int32Builder),
    F64(Float64Builder),
    Text(StringBuilder),
    Bool(BooleanBuilder),
}

/// Builds a declared table row by row. For tables of people's files and findings; large tables are built by columns or by plans.
pub struct Rows {
    spec: &'static TableSpec,
    builders: Vec<Builder>,
}

impl Rows {
    /// No rows yet.
    pub fn new(spec: &'static TableSpec) -> Self {
        let builders = spec
            .columns
            .iter()
            .map(|c| match c.kind {
                Kind::U16 => Builder::U16(UInt16Builder::new()),
                Kind::U32 => Builder::U32(UInt32Builder::new()),
                Kind::I32 => Builder::I32(Int32Builder::new()),
                Kind::F64 => Builder::F64(Float64Builder::new()),
                Kind::Text => Builder::Text(StringBuilder::new()),
                Kind::Bool => Builder::Bool(BooleanBuilder::new()),
            })
            .collect();
        Self { spec, builders }
    }

    /// Adds a row: one value for each declared column, in declared order.
    ///
    /// # Errors
    /// [`AnalysisError::Defect`] if number or type of values does not fit the declaration.
    pub fn push(&mut self, values: impl IntoIterator<Item = Value, IntoIter: ExactSizeIterator>) -> Result<()> {
        let values = values.into_iter();
        if values.len() != self.builders.len() {
            return Err(AnalysisError::Defect(format!("{}: {} values for {} columns", self.spec.name, values.len(), self.builders.len())));
        }
        for ((builder, value), column) in self.builders.iter_mut().zip(values).zip(self.spec.columns) {
            let fits = match (builder, value) {
                (Builder::U16(b), Value::U16(v)) => {
                    b.append_value(v);
                    true
                }
                (Builder::U32(b), Value::U32(v)) => {
                    b.append_value(v);
                    true
                }
                (Builder::I32(b), Value::I32(v)) => {
                    b.append_value(v);
                    true
                }
                (Builder::F64(b), Value::F64(v)) => {
                    b.append_value(v);
                    true
                }
                (Builder::Text(b), Value::Text(v)) => {
                    b.append_value(v);
                    true
                }
                (Builder::Bool(b), Value::Bool(v)) => {
                    b.append_value(v);
                    true
                }
                (b, Value::Null) if column.nullable => {
                    match b {
                        Builder::U16(b) => b.append_null(),
                        Builder::U32(b) => b.append_null(),
                        Builder::I32(b) => b.append_null(),
                        Builder::F64(b) => b.append_null(),
                        Builder::Text(b) => b.append_null(),
                        Builder::Bool(b) => b.append_null(),
                    }
                    true
                }
                _ => false,
            };
            if !fits {
                return Err(AnalysisError::Defect(format!(
                    "{}.{}: a value of another type or an undeclared null",
                    self.spec.name, column.name
                )));
            }
        }
        Ok(())
    }

    /// The finished table, sorted by its keys, which are checked to be unique.
    ///
    /// # Errors
    /// A key that stands twice.
    pub fn finish(self) -> Result<RecordBatch> {
        let columns: Vec<ArrayRef> = self
            .builders
            .into_iter()
            .map(|b| -> ArrayRef {
                match b {
                    Builder::U16(mut b) => Arc::new(b.finish()),
                    Builder::U32(mut b) => Arc::new(b.finish()),
                    Builder::I32(mut b) => Arc::new(b.finish()),
                    Builder::F64(mut b) => Arc::new(b.finish()),
                    Builder::Text(mut b) => Arc::new(b.finish()),
                    Builder::Bool(mut b) => Arc::new(b.finish()),
                }
            })
            .collect();
        let batch = RecordBatch::try_new(blocwatch_engine::table::schema(self.spec), columns)?;
        Ok(blocwatch_engine::table::conform(self.spec, &[batch])?)
    }
}
