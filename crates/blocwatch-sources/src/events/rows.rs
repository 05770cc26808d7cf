//! Rows of tables without quotes: which fields of a line are asked for, and what became of the lines.
//!
//! What belongs here: where columns are, cutting a line into fields, counting what was kept and why not. What does not: what a field means
//! (`coder`), and where lines come from (`lines`).

use std::collections::BTreeMap;
use std::sync::Mutex;

use blocwatch_core::accounting::{QuarantinedRow, RowAccount};
use wide::u8x32;

use super::coder::{AGAIN, Coder, Rule};
use crate::tabular::{Bad, header};

/// Fields of a row that can be told apart.
pub(super) const FIELDS: usize = 128;

/// As many empty fields too many are tolerated at the end of a row.
const TABS: [u8; 16] = [b'\t'; 16];

/// Columns that a coder may ask for.
pub(super) const ASKED: usize = 16;

/// One table inside a file, as its lines are read.
pub(super) struct Job {
    pub(super) input: usize,
    pub(super) source: u8,
    /// File and member in one number.
    pub(super) file: u32,
    /// Lines above the first row.
    pub(super) skip: u32,
    /// Where the columns asked for are.
    places: Vec<Place>,
    /// Fields that have to be told apart from the beginning of a row.
    front: usize,
    /// Fewest and most fields of a row.
    width: (usize, usize),
    pub(super) names: Vec<String>,
    pub(super) tally: Mutex<Tally>,
}

/// Where a column is in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Nowhere,
    /// At a position.
    Front(usize),
    /// Behind all others: found from the end.
    Last,
}

impl Job {
    /// The table whose columns have these names, the last `may_lack` of which it may be without.
    pub(super) fn new(input: usize, source: u8, file: u32, skip: u32, names: Vec<String>, may_lack: usize, coder: &dyn Coder) -> Self {
        let head = header::Header { delimiter: b'\t', skipped: 0, names };
        // a row of names may end in empty ones, and other rows in as many empty fields
        let most = head.names.iter().rposition(|n| !n.is_empty()).map_or(0, |last| last + 1);
        let place = |column: &&str| match head.position(column) {
            None => Place::Nowhere,
            Some(at) if at + 1 == most => Place::Last,
            Some(at) if at < FIELDS => Place::Front(at),
            // no publisher has so many columns
            Some(_) => Place::Nowhere,
        };
        let places: Vec<Place> = coder.asks().iter().map(place).collect();
        let front = places.iter().filter_map(|p| if let Place::Front(at) = p { Some(at + 1) } else { None }).max().unwrap_or(0);
        let width = (most.saturating_sub(may_lack), most);
        Self { input, source, file, skip, places, front, width, names: head.names, tally: Mutex::default() }
    }

    /// Cuts a row into `fields` and puts the columns asked for into `cells`. Returns the row without empty fields too many at its end, of which
    /// as many as [`TABS`] are tolerated, or how many fields it has where that is no number of fields for this table.
    pub(super) fn cut<'t>(&self, row: &'t [u8], fields: &mut [&'t [u8]; FIELDS], cells: &mut [&'t [u8]; ASKED]) -> Result<&'t [u8], usize> {
        let mut row = row;
        // the fields before and including the last that is asked for; those behind it are only counted
        let (n, start) = front(row, &mut fields[..self.front]);
        let mut width = n + 1;
        if n < self.front {
            fields[n] = &row[start..];
        } else {
            width += memchr::memchr_iter(b'\t', &row[start..]).count();
        }
        let (least, most) = self.width;
        if width > most && width - most <= TABS.len() && row.ends_with(&TABS[..width - most]) {
            row = &row[..row.len() - (width - most)];
            width = most;
        }
        if !(least..=most).contains(&width) {
            return Err(width);
        }
        for (cell, place) in cells.iter_mut().zip(&self.places) {
            *cell = match *place {
                Place::Front(at) if at < width => fields[at],
                Place::Last if width == most => &row[memchr::memrchr(b'\t', row).map_or(0, |at| at + 1)..],
                _ => b"",
            };
        }
        Ok(row)
    }

    /// How many columns are asked for.
    pub(super) fn asked(&self) -> usize {
        self.places.len()
    }

    /// How many fields a row should have.
    pub(super) fn most(&self) -> usize {
        self.width.1
    }
}

/// The first fields of a row, as many as there is room for and a tab behind each. Returns how many there are and where the next begins.
fn front<'t>(row: &'t [u8], fields: &mut [&'t [u8]]) -> (usize, usize) {
    // a field has some six bytes: tabs are marked many bytes at a time, for a search that stops at each would mostly start and stop
    const AT_ONCE: usize = 32;
    let (mut n, mut start) = (0, 0);
    let (blocks, rest) = row.as_chunks::<AT_ONCE>();
    let mut last = [0; AT_ONCE];
    last[..rest.len()].copy_from_slice(rest);
    for (i, block) in blocks.iter().chain(std::iter::once(&last)).enumerate() {
        let mut tabs = u8x32::new(*block).simd_eq(u8x32::splat(b'\t')).to_bitmask();
        while tabs != 0 {
            if n == fields.len() {
                return (n, start);
            }
            let at = i * AT_ONCE + tabs.trailing_zeros() as usize;
            fields[n] = &row[start..at];
            (n, start) = (n + 1, at + 1);
            tabs &= tabs - 1;
        }
    }
    (n, start)
}

/// What became of the rows of a file.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) kept: u64,
    pub(super) dropped: [u64; Rule::ALL.len()],
    pub(super) quarantined: BTreeMap<String, u64>,
    pub(super) samples: Vec<QuarantinedRow>,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.kept += other.kept;
        for (n, more) in self.dropped.iter_mut().zip(other.dropped) {
            *n += more;
        }
        for (reason, n) in other.quarantined {
            *self.quarantined.entry(reason).or_default() += n;
        }
        self.samples.extend(other.samples);
        // the first rows of the file, whichever thread came first
        self.samples.sort_by_key(|s| s.line);
        self.samples.truncate(RowAccount::SAMPLES);
    }

    pub(super) fn quarantine(&mut self, line: u32, bad: Bad, text: impl FnOnce() -> String) {
        *self.quarantined.entry(bad.reason.clone()).or_default() += 1;
        if self.samples.len() < RowAccount::SAMPLES {
            let text = if bad.detail.is_empty() { text() } else { format!("{}: {}", bad.detail, text()) };
            self.samples.push(QuarantinedRow { line: line.into(), reason: bad.reason, text: text.chars().take(200).collect() });
        }
    }

    pub(super) fn into_account(self, name: &str, again: u64) -> RowAccount {
        let mut account = RowAccount::new(name);
        account.kept = self.kept.saturating_sub(again);
        let dropped = Rule::ALL.iter().map(|r| r.as_str()).zip(self.dropped).chain([(AGAIN, self.kept.min(again))]);
        account.dropped = dropped.filter(|(_, n)| *n > 0).map(|(rule, n)| (rule.to_owned(), n)).collect();
        account.quarantined = self.quarantined;
        account.samples = self.samples;
        account.rows_in = account.kept + account.dropped_total() + account.quarantined_total();
        account
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fields_are_what_stands_between_tabs(row in prop::collection::vec(prop_oneof![Just(b'\t'), any::<u8>()], 0..200), most in 0usize..40) {
            let mut fields = vec![&b""[..]; most];
            let (n, start) = front(&row, &mut fields);
            let all: Vec<&[u8]> = row.split(|b| *b == b'\t').collect();
            prop_assert_eq!(n, most.min(all.len() - 1));
            prop_assert_eq!(&fields[..n], &all[..n]);
            prop_assert_eq!(start, all[..n].iter().map(|f| f.len() + 1).sum::<usize>());
        }
    }
}
