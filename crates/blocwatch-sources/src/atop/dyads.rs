//! The dyad-years: a quarter of a million rows, kept in a layout of their own because cells as values would take ten times the memory.

use std::cmp::Ordering;

use arrow::record_batch::RecordBatch;
use blocwatch_core::accounting::RowAccount;

use super::{SEAT, tables};
use crate::Held;
use crate::error::Result;
use crate::frame;
use crate::resolve::Resolver;
use crate::tabular::sheet::quarantine_kept;
use crate::tabular::{Bad, Row, Sheet};

/// Columns of obligations in the table, in its order.
const OBLIGATIONS: std::ops::Range<usize> = 4..9;
const N: usize = OBLIGATIONS.end - OBLIGATIONS.start;

#[derive(Clone, Copy)]
struct Dyad {
    gwcode: [u16; 2],
    ccode: [u16; 2],
    year: i32,
    obligations: [i32; N],
    /// Which of them are there, one bit each.
    there: u8,
    in_system: [bool; 2],
    /// How many of the two numbers are not in force at the end of the year.
    rank: u8,
    file: u8,
    line: u32,
}

impl Dyad {
    fn key(&self) -> (u16, u16, i32) {
        (self.gwcode[0], self.gwcode[1], self.year)
    }
}

/// All dyad-years read so far.
#[derive(Default)]
pub(super) struct Dyads {
    rows: Vec<Dyad>,
}

impl Dyads {
    /// Reads one file; `file` is the number of its account.
    pub(super) fn read(
        &mut self,
        sheet: Sheet<'_>,
        file: usize,
        resolver: &mut Resolver<'_>,
        notices: &mut blocwatch_core::Notices,
    ) -> Result<RowAccount> {
        let (one, two, year) = (sheet.required("ccode1")?, sheet.required("ccode2")?, sheet.required("year")?);
        let columns = &tables::TABLES[0].columns[OBLIGATIONS];
        let places: Vec<usize> = columns.iter().map(|c| sheet.required(c.name)).collect::<Result<_>>()?;
        let file = u8::try_from(file).unwrap_or(u8::MAX);
        sheet.each(notices, |row, tally| {
            self.rows.push(dyad(row, (one, two, year), &places, file, resolver)?);
            tally.keep(1);
            Ok(())
        })
    }

    /// First and last year.
    pub(super) fn years(&self) -> Option<(i32, i32)> {
        let years = || self.rows.iter().map(|r| r.year);
        Some((years().min()?, years().max()?))
    }

    /// Sorts by key. Of two rows of a key the one with more numbers in force stays and the other is dropped by a declared rule; of rows
    /// that are alike in this the first in the file stays and the others go to quarantine.
    pub(super) fn settle(&mut self, accounts: &mut [RowAccount], held: &[&Held]) {
        let order = |a: &Dyad, b: &Dyad| -> Ordering { (a.key(), a.rank, a.file, a.line).cmp(&(b.key(), b.rank, b.file, b.line)) };
        // the publisher's own order is nearly this one
        self.rows.sort_by(order);
        let mut last: Option<Dyad> = None;
        self.rows.retain(|row| {
            let Some(first) = last.filter(|first| first.key() == row.key()) else {
                last = Some(*row);
                return true;
            };
            let account = &mut accounts[usize::from(row.file)];
            if row.rank > first.rank {
                account.kept -= 1;
                *account.dropped.entry(SEAT.to_owned()).or_default() += 1;
            } else {
                quarantine_kept(account, u64::from(row.line), "same key as an earlier row", || {
                    let (one, two, year) = row.key();
                    let edition = &held[usize::from(row.file)].file.shape;
                    format!("line {} has the same key as line {}: {one}, {two}, {year}, {edition}", row.line, first.line)
                });
            }
            false
        });
    }

    /// The table.
    pub(super) fn batch(&self, held: &[&Held]) -> Result<(&'static str, RecordBatch)> {
        let spec = &tables::TABLES[0];
        let rows = || self.rows.iter();
        let mut columns = vec![
            frame::u16s(rows().map(|r| r.gwcode[0])),
            frame::u16s(rows().map(|r| r.gwcode[1])),
            frame::i32s(rows().map(|r| r.year)),
            frame::texts(rows().map(|r| &held[usize::from(r.file)].file.shape)),
        ];
        columns.extend((0..N).map(|i| frame::i32s_or_null(rows().map(move |r| (r.there >> i & 1 == 1).then_some(r.obligations[i])))));
        columns.extend([
            frame::bools(rows().map(|r| r.in_system[0])),
            frame::bools(rows().map(|r| r.in_system[1])),
            frame::i32s(rows().map(|r| i32::from(r.ccode[0]))),
            frame::i32s(rows().map(|r| i32::from(r.ccode[1]))),
            frame::u32s(rows().map(|r| r.line)),
        ]);
        Ok((spec.name, frame::batch(spec, columns)?))
    }
}

fn dyad(
    row: &Row<'_>,
    (one, two, year): (usize, usize, usize),
    places: &[usize],
    file: u8,
    resolver: &mut Resolver<'_>,
) -> std::result::Result<Dyad, Bad> {
    let (c1, c2, year): (u16, u16, i32) = (row.need(one)?, row.need(two)?, row.year(year)?);
    let (a, b) = (resolver.known_cow(c1, year)?, resolver.known_cow(c2, year)?);
    if a.gwcode == b.gwcode {
        return Err(Bad::new("a state with itself", format!("ccode {c1} and {c2} in {year}")));
    }
    let (mut obligations, mut there) = ([0; N], 0);
    for (i, place) in places.iter().enumerate() {
        if let Some(value) = row.whole(*place)? {
            obligations[i] = i32::try_from(value).map_err(|_| row.not_a("number out of range", *place))?;
            there |= 1 << i;
        }
    }
    Ok(Dyad {
        gwcode: [a.gwcode, b.gwcode],
        ccode: [c1, c2],
        year,
        obligations,
        there,
        in_system: [a.in_system, b.in_system],
        rank: u8::from(!resolver.is_seat(c1, year)) + u8::from(!resolver.is_seat(c2, year)),
        file,
        line: row.line,
    })
}
