//! Repeated resolutions: which roll call is a repetition of which earlier one.

use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;

use super::tables;
use crate::error::Result;
use crate::frame;
use crate::tabular::{Bad, Sheet, sheet::quarantine_kept};

struct Match {
    rcid1: i32,
    rcid2: i32,
    line: u32,
    file: usize,
}

/// All matches read so far.
#[derive(Default)]
pub(super) struct Matches {
    list: Vec<Match>,
}

impl Matches {
    /// `rcid1, rcid2`: the second roll call repeats the first.
    pub(super) fn read(&mut self, sheet: Sheet<'_>, file: usize, notices: &mut Notices) -> Result<RowAccount> {
        let (one, two) = (sheet.required("rcid1")?, sheet.required("rcid2")?);
        sheet.each(notices, |row, tally| {
            let (rcid1, rcid2): (i32, i32) = (row.need(one)?, row.need(two)?);
            if rcid1 == rcid2 {
                return Err(Bad::new("a roll call that repeats itself", format!("rcid {rcid1}")));
            }
            self.list.push(Match { rcid1, rcid2, line: row.line, file });
            tally.keep(1);
            Ok(())
        })
    }

    pub(super) fn sort_without_doubles(&mut self, accounts: &mut [RowAccount]) {
        self.list.sort_by_key(|m| (m.rcid1, m.rcid2, m.file, m.line));
        let mut last: Option<(i32, i32, u32)> = None;
        self.list.retain(|m| match last {
            Some((one, two, first)) if (one, two) == (m.rcid1, m.rcid2) => {
                quarantine_kept(&mut accounts[m.file], u64::from(m.line), "same match as an earlier row", || {
                    format!("line {} has the same key as line {first}: rcid {one} and {two}", m.line)
                });
                false
            }
            _ => {
                last = Some((m.rcid1, m.rcid2, m.line));
                true
            }
        });
    }

    pub(super) fn batch(&self) -> Result<RecordBatch> {
        let rows = || self.list.iter();
        frame::batch(
            &tables::TABLES[3],
            vec![
                // the roll calls have Voeten's numbers
                frame::texts(rows().map(|_| "voeten")),
                frame::i32s(rows().map(|m| m.rcid1)),
                frame::i32s(rows().map(|m| m.rcid2)),
                frame::u32s(rows().map(|m| m.line)),
            ],
        )
    }
}
