//! Tables in the making: records become rows of [`Value`]s, sorted by key, with at most one row of a key.
//!
//! For sources whose tables are small enough to hold every cell as a value; the big tables of votes and memberships keep their own
//! layouts. The columns `edition` and `source_row` are filled in from the file. Non-goals: what the columns mean, states.

mod record;
mod value;
mod var;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::take;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::table::TableSpec;

use crate::error::{Result, SourceError};
use crate::frame;
use crate::tabular::Bad;
use crate::tabular::sheet::{quarantine_kept, tell_absent};
use crate::{Held, Source, open_held};

use record::Places;
pub(crate) use record::{Record, Take, day};
pub(crate) use value::Value;
pub(crate) use var::{Var, coded, decimal, flag, labelled, published, text, truth, unit, whole, word};

/// Where a row was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Shape of the file, which becomes the edition.
    pub shape: &'static str,
    /// Number of its account.
    pub file: usize,
    /// Line on which the record starts.
    pub line: u32,
}

/// One row.
pub(crate) struct Entry {
    /// All cells, in the order of the declaration.
    pub values: Vec<Value>,
    /// Where it was read.
    pub place: Place,
    rank: u8,
}

/// The rows of one table.
pub(crate) struct Rows {
    spec: &'static TableSpec,
    keys: Vec<usize>,
    edition: Option<usize>,
    per_record: u64,
    list: Vec<Entry>,
}

impl Rows {
    pub(crate) fn new(spec: &'static TableSpec) -> Self {
        let at = |name: &str| spec.columns.iter().position(|c| c.name == name);
        debug_assert_eq!(at("source_row"), Some(spec.columns.len() - 1), "{}", spec.name);
        let keys = spec.keys.iter().filter_map(|k| at(k)).collect();
        Self { spec, keys, edition: at("edition"), per_record: 1, list: Vec::new() }
    }

    /// Says that one record counts as `n` rows in the account.
    pub(crate) fn counting_each_as(mut self, n: u64) -> Self {
        self.per_record = n;
        self
    }

    /// Reads every file of a role, in a fixed order. `each` makes rows of a record or says why it cannot be used.
    pub(crate) fn read(
        &mut self,
        (source, files, role): (&dyn Source, &[Held], &str),
        accounts: &mut Vec<RowAccount>,
        notices: &mut Notices,
        mut each: impl FnMut(&Record<'_>, &mut Take<'_>) -> Result<(), Bad>,
    ) -> Result<()> {
        for held in crate::of_role(files, role) {
            let file = accounts.len();
            let account = open_held(source, held, notices, |mut sheet, shape, notices| {
                sheet.count_each_as(self.per_record);
                let header = sheet.header().clone();
                let find = |name: &str| header.position(name);
                let places = Places::new(&find);
                let account = sheet.each(notices, |row, tally| {
                    let place = Place { shape: shape.id, file, line: row.line };
                    each(&Record { row, places: &places, shape: shape.id }, &mut Take { rows: self, tally, place })
                })?;
                tell_absent(&header, shape, &places.absent(), &account.file, notices);
                Ok(account)
            })?;
            accounts.push(account);
        }
        Ok(())
    }

    /// Adds a row of the values of all columns but `edition` and `source_row`; of rows with one key the lowest `rank` stays.
    pub(crate) fn push(&mut self, mut values: Vec<Value>, rank: u8, place: Place) {
        if let Some(at) = self.edition {
            values.insert(at, Value::word(place.shape));
        }
        values.push(place.line.into());
        debug_assert_eq!(values.len(), self.spec.columns.len(), "{}", self.spec.name);
        self.list.push(Entry { values, rank, place });
    }

    /// The rows so far, as they were read or settled.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.list
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

    /// Leaves out rows by a declared rule after all are read.
    pub(crate) fn drop_where(&mut self, accounts: &mut [RowAccount], rule: &str, goes: impl Fn(&Entry) -> bool) {
        self.list.retain(|e| {
            let goes = goes(e);
            if goes {
                drop_kept(&mut accounts[e.place.file], rule);
            }
            !goes
        });
    }

    /// Leaves out the rows of records that were quarantined in another table.
    pub(crate) fn leave_out(&mut self, refused: &BTreeSet<(usize, u32)>) {
        self.list.retain(|e| !refused.contains(&(e.place.file, e.place.line)));
    }

    /// Sorts by key. Of the rows of a key the first by `order`, then file and line, stays. One behind it is dropped by the rule that
    /// `rule` names for the two, else quarantined, with its key shown where `tell` says so.
    ///
    /// Returns file and line of what was quarantined.
    pub(crate) fn settle_by(
        &mut self,
        accounts: &mut [RowAccount],
        tell: bool,
        order: impl Fn(&Entry, &Entry) -> Ordering,
        rule: impl Fn(&Entry, &Entry) -> Option<&'static str>,
    ) -> BTreeSet<(usize, u32)> {
        let keys = self.keys.clone();
        let by_key =
            |a: &Entry, b: &Entry| keys.iter().map(|&k| a.values[k].compare(&b.values[k])).find(|o| o.is_ne()).unwrap_or(Ordering::Equal);
        let by_place = |a: &Entry, b: &Entry| (a.place.file, a.place.line).cmp(&(b.place.file, b.place.line));
        self.list.sort_by(|a, b| by_key(a, b).then_with(|| order(a, b)).then_with(|| by_place(a, b)));
        let mut refused = BTreeSet::new();
        let mut kept: Vec<Entry> = Vec::with_capacity(self.list.len());
        for row in std::mem::take(&mut self.list) {
            let Some(first) = kept.last().filter(|first| by_key(first, &row).is_eq()) else {
                kept.push(row);
                continue;
            };
            let (account, line) = (&mut accounts[row.place.file], row.place.line);
            match rule(first, &row) {
                Some(rule) => drop_kept(account, rule),
                None => {
                    refused.insert((row.place.file, line));
                    quarantine_kept(account, u64::from(line), "same key as an earlier row", || {
                        let key: Vec<String> = keys.iter().filter(|_| tell).map(|&k| row.values[k].shown()).collect();
                        let key = if tell { format!(": {}", key.join(", ")) } else { String::new() };
                        format!("line {line} has the same key as line {}{key}", first.place.line)
                    });
                }
            }
        }
        self.list = kept;
        refused
    }

    /// Sorts by key. A second row of a key is dropped by `rule` where it ranks behind the first, else quarantined.
    ///
    /// Returns file and line of what was quarantined.
    pub(crate) fn settle(&mut self, accounts: &mut [RowAccount], rule: &'static str) -> BTreeSet<(usize, u32)> {
        self.settle_by(accounts, true, |a, b| a.rank.cmp(&b.rank), |first, row| (row.rank > first.rank).then_some(rule))
    }

    /// Sorts by key where the publisher repeats a row for every combination of something that is kept elsewhere: rows that say the same
    /// are dropped by `rule`, rows of one key that differ are quarantined.
    pub(crate) fn settle_combinations(&mut self, accounts: &mut [RowAccount], rule: &'static str) -> BTreeSet<(usize, u32)> {
        self.list.sort_by_key(|e| (e.place.file, e.place.line));
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let line = self.spec.columns.len() - 1;
        for at in 0..self.list.len() {
            let key: Vec<String> = self.keys.iter().map(|&k| format!("{:?}", self.list[at].values[k])).collect();
            let first = *first.entry(key.join("\u{1f}")).or_insert(at);
            // a combination ranks behind the row that it repeats
            self.list[at].rank = u8::from(first != at && self.list[first].values[..line] == self.list[at].values[..line]);
        }
        self.settle(accounts, rule)
    }

    /// Sorts a table of parts, in which one record has several rows, and leaves out repetitions: the record is accounted for elsewhere.
    pub(crate) fn settle_parts(&mut self) {
        let files = self.list.iter().map(|e| e.place.file).max().map_or(0, |f| f + 1);
        let mut ignored = vec![RowAccount::default(); files];
        for entry in &self.list {
            ignored[entry.place.file].keep();
        }
        let _ = self.settle(&mut ignored, "");
    }

    /// The table as a batch, its rows as they are now.
    pub(crate) fn batch(&self) -> Result<RecordBatch> {
        let column = |at: usize| value::array(self.spec.columns[at].kind, self.list.iter().map(|e| &e.values[at]));
        frame::batch(self.spec, (0..self.spec.columns.len()).map(column).collect())
    }

    /// The same where the rows hold only the numbers of the texts of one column.
    ///
    /// Texts that are in the order of the rows already are not copied.
    pub(crate) fn batch_with(&self, column: &str, texts: ArrayRef) -> Result<RecordBatch> {
        let column = |at: usize| {
            let declared = &self.spec.columns[at];
            let values = self.list.iter().map(|e| &e.values[at]);
            if declared.name != column {
                return Ok(value::array(declared.kind, values));
            }
            let numbers = UInt32Array::from_iter(values.map(|v| v.int().and_then(|i| u32::try_from(i).ok())));
            let in_order = numbers.len() == texts.len() && numbers.iter().zip(0..).all(|(n, i)| n == Some(i));
            if in_order { Ok(ArrayRef::clone(&texts)) } else { take(&texts, &numbers, None) }
        };
        let columns: std::result::Result<Vec<ArrayRef>, ArrowError> = (0..self.spec.columns.len()).map(column).collect();
        frame::batch(self.spec, columns.map_err(|e| SourceError::Frame { table: self.spec.name, cause: e.to_string() })?)
    }

    /// The same beside the table's name.
    pub(crate) fn named_batch(&self) -> Result<(&'static str, RecordBatch)> {
        Ok((self.spec.name, self.batch()?))
    }

    /// Sorts by key, moves rows whose key an earlier row has into quarantine, and makes the batch.
    pub(crate) fn finish(mut self, accounts: &mut [RowAccount]) -> Result<RecordBatch> {
        self.settle_by(accounts, false, |_, _| Ordering::Equal, |_, _| None);
        self.batch()
    }
}

/// Counts a row that was kept as dropped by a rule.
fn drop_kept(account: &mut RowAccount, rule: &str) {
    account.kept -= 1;
    *account.dropped.entry(rule.to_owned()).or_default() += 1;
}
