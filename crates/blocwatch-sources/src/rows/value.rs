//! One cell of a table, whatever its column holds, and columns of cells as Arrow arrays. Not here: how a cell is read from a file.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, StringArray, UInt16Array, UInt32Array};
use blocwatch_core::table::Kind;

use crate::resolve::Key;

/// One cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// No value.
    Null,
    /// Number of any integer column.
    Int(i64),
    /// Number of a float column.
    Float(f64),
    /// Text of the publisher, or a word of ours.
    Text(Cow<'static, str>),
    /// True or false.
    Flag(bool),
}

impl Value {
    /// A word of ours, which takes no memory of its own.
    pub(crate) const fn word(word: &'static str) -> Self {
        Self::Text(Cow::Borrowed(word))
    }

    /// Number of a state, which may be none.
    pub(crate) fn number(key: Option<Key>) -> Self {
        key.map(|k| k.gwcode).into()
    }

    /// Whether a state is in the system; null where there is none.
    pub(crate) fn in_system(key: Option<Key>) -> Self {
        key.map(|k| k.in_system).into()
    }

    pub(crate) fn int(&self) -> Option<i64> {
        if let Self::Int(i) = self { Some(*i) } else { None }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Text(t) = self { Some(t) } else { None }
    }

    fn float(&self) -> Option<f64> {
        if let Self::Float(x) = self { Some(*x) } else { None }
    }

    fn flag(&self) -> Option<bool> {
        if let Self::Flag(b) = self { Some(*b) } else { None }
    }

    /// For messages about keys.
    pub(super) fn shown(&self) -> String {
        self.int().map_or_else(|| self.text().unwrap_or_default().to_owned(), |i| i.to_string())
    }

    /// Order within a key column, which is of one kind and never a float.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            _ => self.text().cmp(&other.text()),
        }
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),*) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        })*
    };
}

value_from!(u16 => Int, u32 => Int, i32 => Int, i64 => Int, f64 => Float, bool => Flag, String => Text);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

/// Cells of one column as an array of its kind.
pub(super) fn array<'v>(kind: Kind, values: impl Iterator<Item = &'v Value>) -> ArrayRef {
    match kind {
        Kind::U16 => Arc::new(values.map(|v| v.int().and_then(|i| u16::try_from(i).ok())).collect::<UInt16Array>()),
        Kind::U32 => Arc::new(values.map(|v| v.int().and_then(|i| u32::try_from(i).ok())).collect::<UInt32Array>()),
        Kind::I32 => Arc::new(values.map(|v| v.int().and_then(|i| i32::try_from(i).ok())).collect::<Int32Array>()),
        Kind::F64 => Arc::new(values.map(Value::float).collect::<Float64Array>()),
        Kind::Text => Arc::new(values.map(Value::text).collect::<StringArray>()),
        Kind::Bool => Arc::new(values.map(Value::flag).collect::<BooleanArray>()),
    }
}
