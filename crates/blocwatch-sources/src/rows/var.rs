//! Published variables: columns that go into a table as they are, each with the range or the words that it may hold.

use blocwatch_core::table::{Column, Kind, opt};

use super::Value;
use super::record::Record;
use crate::tabular::{Bad, cell};

/// A published variable.
#[derive(Clone, Copy)]
pub(crate) struct Var {
    /// Its column of the table.
    pub column: Column,
    /// Its name in the file.
    pub published: &'static str,
    check: Check,
}

#[derive(Clone, Copy)]
enum Check {
    /// What it says, also where this looks like a missing value.
    Verbatim,
    Text,
    /// Words of a closed list; anything else is a fault, never a default.
    Word(&'static [&'static str]),
    Whole(i64, i64, &'static [i32]),
    /// A whole number, perhaps with its label behind a hyphen.
    Labelled(i64, i64),
    Decimal(f64, f64),
    YesNo,
}

const fn var(name: &'static str, kind: Kind, check: Check, unit: &'static str, doc: &'static str) -> Var {
    Var { column: opt(name, kind, unit, doc), published: name, check }
}

/// The state as the file names it.
pub(crate) const fn unit(name: &'static str, doc: &'static str) -> Var {
    var(name, Kind::Text, Check::Verbatim, "-", doc)
}

/// A published text.
pub(crate) const fn text(name: &'static str, doc: &'static str) -> Var {
    var(name, Kind::Text, Check::Text, "-", doc)
}

/// A published category out of a closed list.
pub(crate) const fn word(name: &'static str, words: &'static [&'static str], unit: &'static str, doc: &'static str) -> Var {
    var(name, Kind::Text, Check::Word(words), unit, doc)
}

/// A whole number within a range.
pub(crate) const fn whole(name: &'static str, range: (i32, i32), unit: &'static str, doc: &'static str) -> Var {
    coded(name, range, &[], unit, doc)
}

/// A whole number within a range, or one of the publisher's codes outside it.
pub(crate) const fn coded(name: &'static str, (from, to): (i32, i32), also: &'static [i32], unit: &'static str, doc: &'static str) -> Var {
    var(name, Kind::I32, Check::Whole(from as i64, to as i64, also), unit, doc)
}

/// A whole number within a range that some forms write with its label, `1-democracy`.
pub(crate) const fn labelled(name: &'static str, (from, to): (i32, i32), unit: &'static str, doc: &'static str) -> Var {
    var(name, Kind::I32, Check::Labelled(from as i64, to as i64), unit, doc)
}

/// A published 0 or 1.
pub(crate) const fn flag(name: &'static str, doc: &'static str) -> Var {
    whole(name, (0, 1), "0 no, 1 yes", doc)
}

/// A number within a range.
pub(crate) const fn decimal(name: &'static str, (from, to): (f64, f64), unit: &'static str, doc: &'static str) -> Var {
    var(name, Kind::F64, Check::Decimal(from, to), unit, doc)
}

/// A published `True` or `False`.
pub(crate) const fn truth(name: &'static str, doc: &'static str) -> Var {
    var(name, Kind::Bool, Check::YesNo, "-", doc)
}

/// Declared columns as variables that may hold whatever their kind can; `renamed` gives (declared, published) where the two differ.
pub(crate) fn published(columns: &[Column], renamed: &[(&str, &'static str)]) -> Vec<Var> {
    let one = |column: &Column| {
        let published = renamed.iter().find(|(ours, _)| *ours == column.name).map_or(column.name, |(_, theirs)| *theirs);
        let check = match column.kind {
            Kind::U16 => Check::Whole(0, u16::MAX as i64, &[]),
            Kind::U32 => Check::Whole(0, u32::MAX as i64, &[]),
            Kind::I32 => Check::Whole(i32::MIN as i64, i32::MAX as i64, &[]),
            Kind::F64 => Check::Decimal(f64::MIN, f64::MAX),
            Kind::Text => Check::Text,
            Kind::Bool => Check::YesNo,
        };
        Var { column: *column, published, check }
    };
    columns.iter().map(one).collect()
}

impl Var {
    /// The published name where it cannot be a column name here.
    pub(crate) const fn published_as(mut self, name: &'static str) -> Self {
        self.published = name;
        self
    }

    /// Whether it is the state as the file names it.
    pub(crate) const fn is_unit(&self) -> bool {
        matches!(self.check, Check::Verbatim)
    }

    pub(super) fn read(&self, record: &Record<'_>) -> Result<Value, Bad> {
        let name = self.published;
        let value = match self.check {
            Check::Verbatim => record.verbatim(name).into(),
            Check::Text => record.text(name).into(),
            Check::Word(words) => match record.text(name) {
                None => Value::Null,
                Some(t) => words.iter().find(|w| **w == t).map(|w| Value::word(w)).ok_or_else(|| record.not_a("unknown label", name))?,
            },
            Check::Whole(from, to, also) => match record.integer(name)? {
                Some(n) if (from..=to).contains(&n) || also.iter().any(|a| i64::from(*a) == n) => n.into(),
                Some(_) => return Err(record.not_a("number out of range", name)),
                None => Value::Null,
            },
            Check::Labelled(from, to) => match record.text(name) {
                None => Value::Null,
                Some(text) => {
                    let number = text.split_once('-').map_or(text.as_str(), |(number, _)| number);
                    let number = cell::whole(number.as_bytes()).ok_or_else(|| record.not_a("not a whole number", name))?;
                    (from..=to).contains(&number).then(|| number.into()).ok_or_else(|| record.not_a("number out of range", name))?
                }
            },
            Check::Decimal(from, to) => match record.decimal(name)? {
                Some(x) if !(from..=to).contains(&x) => return Err(record.not_a("number out of range", name)),
                x => x.into(),
            },
            Check::YesNo => match record.verbatim(name).as_str() {
                "1" | "1.0" | "True" | "TRUE" | "true" => true.into(),
                "0" | "0.0" | "False" | "FALSE" | "false" => false.into(),
                _ if record.text(name).is_none() => Value::Null,
                _ => return Err(record.not_a("neither yes nor no", name)),
            },
        };
        match value {
            Value::Null if !self.column.nullable => Err(record.not_a("missing value", name)),
            value => Ok(value),
        }
    }
}
