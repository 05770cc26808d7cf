//! Plain tables: one row per record, cells in the order of the table's declaration, sorted by its keys without doubles.
//!
//! For sources whose columns go into a table as published. Non-goals: what the columns mean, states, cells that become rows.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, StringArray, UInt16Array, UInt32Array};
use arrow::record_batch::RecordBatch;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::table::{Column, Kind, TableSpec};

use crate::error::Result;
use crate::frame;
use crate::resolve::Key;
use crate::tabular::sheet::quarantine_kept;
use crate::tabular::{Bad, Row, Sheet};

/// A cell of a plain table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// No value.
    Null,
    /// A whole number.
    Int(i64),
    /// A number.
    Num(f64),
    /// Yes or no.
    Bool(bool),
    /// A word of ours.
    Word(&'static str),
    /// Text of the publisher.
    Text(String),
}

impl Value {
    /// The text of a cell that is there.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn as_int(&self) -> Option<i64> {
        if let Self::Int(i) = self { Some(*i) } else { None }
    }

    fn as_str(&self) -> Option<&str> {
        match self {
            Self::Word(w) => Some(w),
            Self::Text(t) => Some(t),
            _ => None,
        }
    }

    /// For messages about keys.
    fn shown(&self) -> String {
        match self {
            Self::Int(i) => i.to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self.as_int(), other.as_int()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => self.as_str().cmp(&other.as_str()),
        }
    }
}

/// Number and flag of a state that may be none.
pub(crate) fn number(key: Option<Key>) -> Value {
    key.map_or(Value::Null, |k| Value::Int(i64::from(k.gwcode)))
}

/// Whether a state that may be none is in the system.
pub(crate) fn in_system(key: Option<Key>) -> Value {
    key.map_or(Value::Null, |k| Value::Bool(k.in_system))
}

struct FlatRow {
    cells: Vec<Value>,
    rank: u8,
    file: usize,
    line: u32,
}

/// A table in the making. The last declared column is `source_row`, which is filled in.
pub(crate) struct Flat {
    spec: &'static TableSpec,
    keys: Vec<usize>,
    rows: Vec<FlatRow>,
}

impl Flat {
    pub(crate) fn new(spec: &'static TableSpec) -> Self {
        let keys = spec.keys.iter().filter_map(|k| spec.columns.iter().position(|c| c.name == *k)).collect();
        Self { spec, keys, rows: Vec::new() }
    }

    /// Adds a row of the `file`-th account; of rows with one key the lowest `rank` stays.
    pub(crate) fn push(&mut self, cells: Vec<Value>, rank: u8, file: usize, line: u32) {
        debug_assert_eq!(cells.len() + 1, self.spec.columns.len(), "{}", self.spec.name);
        self.rows.push(FlatRow { cells, rank, file, line });
    }

    /// Sorts by key. A second row of a key is dropped by `rule` where it ranks behind the first, else quarantined.
    ///
    /// Returns file and line of what was quarantined.
    pub(crate) fn settle(&mut self, accounts: &mut [RowAccount], rule: &'static str) -> BTreeSet<(usize, u32)> {
        let mut refused = BTreeSet::new();
        let order = |a: &FlatRow, b: &FlatRow| {
            let by_key = self.keys.iter().map(|&k| a.cells[k].compare(&b.cells[k])).find(|o| o.is_ne());
            by_key.unwrap_or(Ordering::Equal)
        };
        self.rows.sort_by(|a, b| order(a, b).then((a.rank, a.file, a.line).cmp(&(b.rank, b.file, b.line))));
        let mut kept: Vec<FlatRow> = Vec::with_capacity(self.rows.len());
        for row in std::mem::take(&mut self.rows) {
            match kept.last() {
                Some(first) if self.keys.iter().all(|&k| first.cells[k].compare(&row.cells[k]).is_eq()) => {
                    let account = &mut accounts[row.file];
                    if row.rank > first.rank {
                        account.kept -= 1;
                        *account.dropped.entry(rule.to_owned()).or_default() += 1;
                    } else {
                        refused.insert((row.file, row.line));
                        quarantine_kept(account, u64::from(row.line), "same key as an earlier row", || {
                            let key: Vec<String> = self.keys.iter().map(|&k| row.cells[k].shown()).collect();
                            format!("line {} has the same key as line {}: {}", row.line, first.line, key.join(", "))
                        });
                    }
                }
                _ => kept.push(row),
            }
        }
        self.rows = kept;
        refused
    }

    /// Leaves out the rows of records that were quarantined in another table.
    pub(crate) fn leave_out(&mut self, refused: &BTreeSet<(usize, u32)>) {
        self.rows.retain(|r| !refused.contains(&(r.file, r.line)));
    }

    /// Sorts by key where the publisher repeats a row for every combination of something that is kept elsewhere: equal rows are
    /// dropped by `rule`, rows of one key that differ are quarantined.
    pub(crate) fn settle_combinations(&mut self, accounts: &mut [RowAccount], rule: &'static str) -> BTreeSet<(usize, u32)> {
        self.rows.sort_by_key(|r| (r.file, r.line));
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        for at in 0..self.rows.len() {
            let key: Vec<String> = self.keys.iter().map(|&k| format!("{:?}", self.rows[at].cells[k])).collect();
            let first = *first.entry(key.join("\u{1f}")).or_insert(at);
            // a combination ranks behind the row that it repeats
            self.rows[at].rank = u8::from(first != at && self.rows[first].cells == self.rows[at].cells);
        }
        self.settle(accounts, rule)
    }

    /// Sorts a table of parts, in which one record has several rows, and leaves out repetitions: the record is accounted for elsewhere.
    pub(crate) fn settle_parts(&mut self) {
        let mut ignored: BTreeMap<usize, RowAccount> = BTreeMap::new();
        let files = self.rows.iter().map(|r| r.file).max().map_or(0, |f| f + 1);
        for row in &self.rows {
            ignored.entry(row.file).or_insert_with(|| RowAccount::new("")).keep();
        }
        let mut accounts: Vec<RowAccount> = (0..files).map(|f| ignored.remove(&f).unwrap_or_default()).collect();
        let _ = self.settle(&mut accounts, "");
    }

    /// The table as a batch.
    pub(crate) fn batch(&self) -> Result<RecordBatch> {
        let last = self.spec.columns.len() - 1;
        let mut columns: Vec<ArrayRef> = (0..last).map(|i| self.array(i)).collect();
        columns.push(frame::u32s(self.rows.iter().map(|r| r.line)));
        frame::batch(self.spec, columns)
    }

    fn array(&self, at: usize) -> ArrayRef {
        let cells = || self.rows.iter().map(move |r| &r.cells[at]);
        match self.spec.columns[at].kind {
            Kind::U16 => Arc::new(cells().map(|v| v.as_int().and_then(|i| u16::try_from(i).ok())).collect::<UInt16Array>()),
            Kind::U32 => Arc::new(cells().map(|v| v.as_int().and_then(|i| u32::try_from(i).ok())).collect::<UInt32Array>()),
            Kind::I32 => Arc::new(cells().map(|v| v.as_int().and_then(|i| i32::try_from(i).ok())).collect::<Int32Array>()),
            Kind::F64 => Arc::new(cells().map(|v| if let Value::Num(n) = v { Some(*n) } else { None }).collect::<Float64Array>()),
            Kind::Bool => Arc::new(cells().map(|v| if let Value::Bool(b) = v { Some(*b) } else { None }).collect::<BooleanArray>()),
            Kind::Text => Arc::new(cells().map(Value::as_str).collect::<StringArray>()),
        }
    }
}

/// Columns that go into a table as published.
pub(crate) struct Published {
    places: Vec<(Option<usize>, Column)>,
}

impl Published {
    /// Finds the declared `columns`; `renamed` gives (declared, published) where a published name is no plain word.
    pub(crate) fn of(sheet: &Sheet<'_>, columns: &[Column], renamed: &[(&str, &str)]) -> Self {
        let published = |name: &'static str| renamed.iter().find(|(ours, _)| *ours == name).map_or(name, |(_, theirs)| *theirs);
        Self { places: columns.iter().map(|c| (sheet.column(published(c.name)), *c)).collect() }
    }

    /// Reads them from a row, in order.
    pub(crate) fn read(&self, row: &Row<'_>, cells: &mut Vec<Value>) -> Result<(), Bad> {
        for (place, column) in &self.places {
            let value = match place {
                Some(at) => read_cell(row, *at, column.kind)?,
                None => Value::Null,
            };
            if value == Value::Null && !column.nullable {
                return Err(place.map_or_else(|| Bad::new("missing column", column.name), |at| row.not_a("missing value", at)));
            }
            cells.push(value);
        }
        Ok(())
    }
}

fn read_cell(row: &Row<'_>, at: usize, kind: Kind) -> Result<Value, Bad> {
    let within = |least: i64, most: i64| match row.whole(at)? {
        None => Ok(Value::Null),
        Some(i) if (least..=most).contains(&i) => Ok(Value::Int(i)),
        Some(_) => Err(row.not_a("number out of range", at)),
    };
    match kind {
        Kind::U16 => within(0, i64::from(u16::MAX)),
        Kind::U32 => within(0, i64::from(u32::MAX)),
        Kind::I32 => within(i64::from(i32::MIN), i64::from(i32::MAX)),
        Kind::F64 => Ok(row.decimal(at)?.map_or(Value::Null, Value::Num)),
        Kind::Text => Ok(row.text(at).map_or(Value::Null, Value::text)),
        Kind::Bool => match row.bytes(at) {
            b"1" | b"1.0" | b"True" | b"TRUE" | b"true" => Ok(Value::Bool(true)),
            b"0" | b"0.0" | b"False" | b"FALSE" | b"false" => Ok(Value::Bool(false)),
            _ if row.text(at).is_none() => Ok(Value::Null),
            _ => Err(row.not_a("neither yes nor no", at)),
        },
    }
}
