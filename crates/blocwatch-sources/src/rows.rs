//! Tables of simple sources: one function per record, rows collected by their declaration, sorted by key, doubles quarantined.
//!
//! For sources whose tables are small enough to hold every cell as a [`Value`]; the big tables of votes and memberships keep their own
//! layouts. Every declaration read here ends in the columns `edition` and `source_row`, which are filled in from the file.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, StringArray, UInt16Array, UInt32Array};
use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::table::{Kind, TableSpec};

use crate::error::Result;
use crate::frame;
use crate::resolve::{Key, Resolver};
use crate::tabular::{Bad, Row, Tally, sheet::quarantine_kept};
use crate::{Held, Meta, OPEN_END, Source, open_held};

/// One cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// No value.
    Null,
    /// Number of any integer column.
    Int(i64),
    /// Number of a float column.
    Float(f64),
    /// Text.
    Text(String),
    /// True or false.
    Flag(bool),
}

impl Value {
    fn int(&self) -> Option<i64> {
        match self {
            Self::Int(v) => Some(*v),
            _ => None,
        }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            _ => Ordering::Equal,
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

value_from!(u16 => Int, u32 => Int, i32 => Int, i64 => Int, f64 => Float, bool => Flag, &str => Text, String => Text, Cow<'_, str> => Text);

struct Entry {
    values: Vec<Value>,
    file: usize,
    line: u32,
}

/// The rows of one table.
pub(crate) struct Rows {
    spec: &'static TableSpec,
    keys: Vec<usize>,
    list: Vec<Entry>,
}

/// What the function of a record may do with it.
pub(crate) struct Take<'t> {
    rows: &'t mut Rows,
    tally: &'t mut Tally,
    shape: &'static str,
    file: usize,
    line: u32,
}

impl Take<'_> {
    /// Makes a row of the values of all columns but `edition` and `source_row`.
    pub(crate) fn keep(&mut self, mut values: Vec<Value>) {
        values.push(self.shape.into());
        values.push(self.line.into());
        self.rows.list.push(Entry { values, file: self.file, line: self.line });
        self.tally.keep(1);
    }

    /// Leaves out `n` rows by a declared rule.
    pub(crate) fn drop_by(&mut self, rule: &'static str, n: u64) {
        self.tally.drop_by(rule, n);
    }
}

/// One record, its cells under the names of their columns. A column that the file does not have is missing in every record.
pub(crate) struct Record<'r> {
    row: &'r Row<'r>,
    places: &'r [(&'static str, Option<usize>)],
    /// Shape of the file.
    pub shape: &'static str,
}

impl Record<'_> {
    fn at(&self, name: &str) -> Option<usize> {
        self.places.iter().find(|(n, _)| *n == name).and_then(|(_, at)| *at)
    }

    /// A cell as text; `None` where the publisher marks it as missing.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.at(name).and_then(|at| self.row.text(at)).map(Cow::into_owned)
    }

    /// A cell as text, whatever it says; empty where there is none.
    pub(crate) fn verbatim(&self, name: &str) -> String {
        self.at(name).map(|at| self.row.verbatim(at).into_owned()).unwrap_or_default()
    }

    /// Text that must be there.
    pub(crate) fn need_text(&self, name: &str) -> Result<String, Bad> {
        self.text(name).ok_or_else(|| self.not_a("missing value", name))
    }

    /// A whole number of a 32-bit column; `None` where missing.
    pub(crate) fn whole(&self, name: &str) -> Result<Option<i32>, Bad> {
        let Some(at) = self.at(name) else { return Ok(None) };
        let value = self.row.whole(at)?.map(i32::try_from).transpose();
        value.map_err(|_| self.row.not_a("number out of range", at))
    }

    /// A whole number that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<i32, Bad> {
        self.whole(name)?.ok_or_else(|| self.not_a("missing value", name))
    }

    /// A year that must be there, between 1700 and 2200.
    pub(crate) fn year(&self, name: &str) -> Result<i32, Bad> {
        self.at(name).map_or_else(|| Err(self.not_a("missing value", name)), |at| self.row.year(at))
    }

    /// A number; `None` where missing.
    pub(crate) fn decimal(&self, name: &str) -> Result<Option<f64>, Bad> {
        self.at(name).map_or(Ok(None), |at| self.row.decimal(at))
    }

    /// 0 or 1; `None` where missing.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Bad> {
        match self.whole(name)? {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(_) => Err(self.not_a("neither 0 nor 1", name)),
        }
    }

    /// A day that must be there, `2018-06-01` or `20180601`, as year and ISO date.
    pub(crate) fn day(&self, name: &str) -> Result<(i32, String), Bad> {
        let text = self.need_text(name)?;
        day(&text).ok_or_else(|| self.not_a("not a date", name))
    }

    /// A fault of one cell.
    pub(crate) fn not_a(&self, fault: &str, name: &str) -> Bad {
        match self.at(name) {
            Some(at) => self.row.not_a(fault, at),
            None => Bad::new(format!("{fault} in column '{name}'"), ""),
        }
    }
}

/// A day of the calendar as year and ISO date.
pub(crate) fn day(text: &str) -> Option<(i32, String)> {
    let compact = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let text = if compact { format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]) } else { text.to_owned() };
    let date = blocwatch_core::time::FuzzyDate::parse(&text).ok()?;
    (date.precision() == blocwatch_core::time::Precision::Day && !date.approximate()).then(|| (date.year(), text))
}

/// The key that the first resolvable of the names has in a year.
pub(crate) fn state(resolver: &Resolver<'_>, meta: &Meta, names: &[&str], year: i32) -> Result<Key, Bad> {
    let found = names.iter().filter(|n| !n.is_empty()).find_map(|n| resolver.name(n, year, &meta.lookups));
    found.ok_or_else(|| Bad::new("unknown state", format!("'{}' in {year}", names.join("', '"))))
}

/// One span on a table as a whole, and censorship after it.
pub(crate) fn span(source: &str, table: &str, years: Option<(i32, i32)>, knowledge: Knowledge, note: &str) -> Vec<CoverageSpan> {
    let Some((from, to)) = years else { return Vec::new() };
    let one = |year_from, year_to, knowledge, note: String| CoverageSpan {
        source: source.to_owned(),
        table: table.to_owned(),
        gwcode: None,
        year_from,
        year_to,
        knowledge,
        note,
    };
    vec![one(from, to, knowledge, note.to_owned()), one(to + 1, OPEN_END, Knowledge::Censored, format!("the files at hand end in {to}"))]
}

impl Rows {
    pub(crate) fn new(spec: &'static TableSpec) -> Self {
        let keys = spec.keys.iter().filter_map(|k| spec.columns.iter().position(|c| c.name == *k)).collect();
        Self { spec, keys, list: Vec::new() }
    }

    /// Reads every file of a role, in a fixed order; `columns` are the columns that `each` asks for.
    pub(crate) fn read(
        &mut self,
        (source, files, role): (&dyn Source, &[Held], &str),
        columns: &[&'static str],
        accounts: &mut Vec<RowAccount>,
        notices: &mut Notices,
        mut each: impl FnMut(&Record<'_>, &mut Take<'_>) -> Result<(), Bad>,
    ) -> Result<()> {
        for held in crate::of_role(files, role) {
            let file = accounts.len();
            let account = open_held(source, held, notices, |mut sheet, shape, notices| {
                if shape.id == "wide" {
                    sheet.count_each_as(3);
                }
                let places: Vec<(&'static str, Option<usize>)> = columns.iter().map(|c| (*c, sheet.column(c))).collect();
                sheet.each(notices, |row, tally| {
                    let record = Record { row, places: &places, shape: shape.id };
                    each(&record, &mut Take { rows: self, tally, shape: shape.id, file, line: row.line })
                })
            })?;
            accounts.push(account);
        }
        Ok(())
    }

    /// First and last value of an integer column.
    pub(crate) fn range(&self, column: &str) -> Option<(i32, i32)> {
        let at = self.spec.columns.iter().position(|c| c.name == column)?;
        let values = || self.list.iter().filter_map(|e| e.values[at].int()).filter_map(|v| i32::try_from(v).ok());
        Some((values().min()?, values().max()?))
    }

    /// The values of two integer columns where both are there.
    pub(crate) fn pairs(&self, first: &str, second: &str) -> Vec<(u16, i32)> {
        let at = |name: &str| self.spec.columns.iter().position(|c| c.name == name);
        let (Some(a), Some(b)) = (at(first), at(second)) else { return Vec::new() };
        let one = |e: &Entry| Some((u16::try_from(e.values[a].int()?).ok()?, i32::try_from(e.values[b].int()?).ok()?));
        self.list.iter().filter_map(one).collect()
    }

    /// Sorts by key, moves rows whose key an earlier row has into quarantine, and makes the batch.
    pub(crate) fn finish(mut self, accounts: &mut [RowAccount]) -> Result<RecordBatch> {
        let keys = std::mem::take(&mut self.keys);
        let by_key =
            |a: &Entry, b: &Entry| keys.iter().map(|&k| a.values[k].cmp(&b.values[k])).find(|o| o.is_ne()).unwrap_or(Ordering::Equal);
        self.list.sort_by(|a, b| by_key(a, b).then((a.file, a.line).cmp(&(b.file, b.line))));
        let mut kept: Vec<Entry> = Vec::with_capacity(self.list.len());
        for entry in self.list {
            match kept.last() {
                Some(first) if by_key(first, &entry).is_eq() => {
                    let (line, first) = (entry.line, first.line);
                    let text = || format!("line {line} has the same key as line {first}");
                    quarantine_kept(&mut accounts[entry.file], u64::from(line), "same key as an earlier row", text);
                }
                _ => kept.push(entry),
            }
        }
        let columns = self.spec.columns.iter().enumerate().map(|(at, column)| array(column.kind, kept.iter().map(move |e| &e.values[at])));
        frame::batch(self.spec, columns.collect())
    }
}

fn array<'v>(kind: Kind, values: impl Iterator<Item = &'v Value>) -> ArrayRef {
    match kind {
        Kind::U16 => Arc::new(values.map(|v| v.int().and_then(|v| u16::try_from(v).ok())).collect::<UInt16Array>()),
        Kind::U32 => Arc::new(values.map(|v| v.int().and_then(|v| u32::try_from(v).ok())).collect::<UInt32Array>()),
        Kind::I32 => Arc::new(values.map(|v| v.int().and_then(|v| i32::try_from(v).ok())).collect::<Int32Array>()),
        Kind::F64 => {
            let number = |v: &Value| match v {
                Value::Float(x) => Some(*x),
                _ => None,
            };
            Arc::new(values.map(number).collect::<Float64Array>())
        }
        Kind::Text => {
            let text = |v: &'v Value| match v {
                Value::Text(t) => Some(t.as_str()),
                _ => None,
            };
            Arc::new(values.map(text).collect::<StringArray>())
        }
        Kind::Bool => {
            let flag = |v: &Value| match v {
                Value::Flag(b) => Some(*b),
                _ => None,
            };
            Arc::new(values.map(flag).collect::<BooleanArray>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_and_nothing_else() {
        assert_eq!(day("20180601").unwrap(), (2018, "2018-06-01".to_owned()));
        assert_eq!(day("2018-06-01").unwrap().0, 2018);
        for text in ["2018", "2018-06", "~2018-06-01", "20180631", "201806011", "abcdefgh", "ééee"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
