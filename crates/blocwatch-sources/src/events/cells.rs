//! Records of a month, each event once, counted by pair of states, code and roles.

use std::collections::BTreeMap;

use blocwatch_core::events::Role;

use super::gather::Gathered;
use super::record::{NO_GOLDSTEIN, Record, parts, unpack_roles};
use crate::error::Result;

/// Events of one source in one month that have the same states, code and roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Position of the source in [`super::SOURCES`].
    pub source: u8,
    /// Gleditsch-Ward numbers of the acting and the receiving state.
    pub actors: (u16, u16),
    /// The event code as [`super::code_text`] reads it; sorts as the text does.
    pub code: u16,
    /// Both roles, as [`Cell::roles`] reads them.
    pub(crate) packed_roles: u8,
    /// Events: reports with the same day, states, code and text count once.
    pub events: u32,
    /// Reports.
    pub reports: u32,
    /// Days of the month with such an event, one bit each from the first on.
    pub days: u32,
    /// Sum of the Goldstein values of the events, in parts of one ([`super::GOLDSTEIN_PARTS`]).
    pub goldstein: i64,
    /// Events with a Goldstein value.
    pub scored: u32,
    /// Number of the file of the first report.
    pub file: u32,
    /// Its line.
    pub line: u32,
}

impl Cell {
    /// Roles of the acting and the receiving side.
    pub fn roles(&self) -> (Role, Role) {
        unpack_roles(self.packed_roles)
    }

    /// Adds what another cell counts; the earlier report stays the first. Months must not be mixed: `days` are days of one.
    pub fn merge(&mut self, other: &Self) {
        self.events += other.events;
        self.reports += other.reports;
        self.days |= other.days;
        self.goldstein += other.goldstein;
        self.scored += other.scored;
        if (other.file, other.line) < (self.file, self.line) {
            (self.file, self.line) = (other.file, other.line);
        }
    }

    fn order(&self) -> (u8, (u16, u16), u16, u8) {
        (self.source, self.actors, self.code, self.packed_roles)
    }
}

/// The cells of a month, sorted by source, states, code and roles. `again` counts by file the rows that report an event that another row
/// reports. At most `most` records are held at once.
pub(super) fn of_month(gathered: &Gathered, month: u16, most: usize, again: &mut BTreeMap<u32, u64>) -> Result<Vec<Cell>> {
    let count = gathered.count(month);
    // reports of one event have one cell, so cells can be worked on in turns
    let turns = count.div_ceil(most.max(1)).max(1) as u64;
    let mut out = Vec::new();
    for turn in 0..turns {
        let mut records: Vec<Record> = Vec::with_capacity(if turns == 1 { count } else { most });
        let of_turn = |r: &Record| turns == 1 || (r.cell().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % turns == turn;
        gathered.each(month, |r| {
            if of_turn(&r) {
                records.push(r);
            }
        })?;
        records.sort_unstable();
        for cell in records.chunk_by(|a, b| a.cell() == b.cell()) {
            let from = out.len();
            for reports in cell.chunk_by(|a, b| (a.key, a.text) == (b.key, b.text)) {
                let (first, others) = (&reports[0], &reports[1..]);
                for r in others.iter().filter(|r| r.head) {
                    *again.entry(r.file).or_default() += 1;
                }
                let one = one(first, reports.len());
                match out[from..].iter_mut().find(|c: &&mut Cell| c.packed_roles == one.packed_roles) {
                    Some(cell) => cell.merge(&one),
                    None => out.push(one),
                }
            }
        }
    }
    out.sort_unstable_by_key(Cell::order);
    Ok(out)
}

fn one(first: &Record, reports: usize) -> Cell {
    let (source, actors, code) = parts(first.cell());
    let scored = first.goldstein != NO_GOLDSTEIN;
    Cell {
        source,
        actors,
        code,
        packed_roles: first.roles,
        events: 1,
        reports: u32::try_from(reports).unwrap_or(u32::MAX),
        days: 1 << (first.day().max(1) - 1),
        goldstein: if scored { first.goldstein.into() } else { 0 },
        scored: scored.into(),
        file: first.file,
        line: first.line,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::gather::Gatherer;
    use super::super::record::month_number;
    use super::*;
    use proptest::prelude::*;

    type Made = (u16, u16, u16, u8, u64, u8, bool);

    fn records(made: &[Made]) -> Vec<Record> {
        let one = |(i, (a, b, code, day, text, roles, scored)): (usize, &Made)| Record {
            key: Record::key(1, (*a, *b), *code, *day),
            text: [*text, 7],
            file: i as u32 % 3,
            line: i as u32,
            goldstein: if *scored { i32::from(*code) * 100 } else { NO_GOLDSTEIN },
            roles: *roles,
            head: true,
        };
        made.iter().enumerate().map(one).collect()
    }

    proptest! {
        #[test]
        fn every_event_counts_once_however_little_memory_there_is(
            made in prop::collection::vec((1u16..4, 1u16..4, 1u16..4, 1u8..32, 0u64..3, 0u8..2, any::<bool>()), 0..150), most in 1usize..40)
        {
            let folder = tempfile::TempDir::new().unwrap();
            let mut gatherers = vec![Gatherer::new(10, folder.path()), Gatherer::new(1000, folder.path())];
            for (i, r) in records(&made).into_iter().enumerate() {
                gatherers[i % 2].take(2020, 1, r);
            }
            let gathered = Gathered::new(gatherers).unwrap();
            let mut again = BTreeMap::new();
            let cells = of_month(&gathered, month_number(2020, 1).unwrap(), most, &mut again).unwrap();
            // the same, the plain way
            let mut seen: BTreeMap<(u64, u64), Record> = BTreeMap::new();
            let mut reports: BTreeMap<(u64, u64), u32> = BTreeMap::new();
            for r in records(&made) {
                *reports.entry((r.key, r.text[0])).or_default() += 1;
                seen.entry((r.key, r.text[0])).and_modify(|f| if (r.file, r.line) < (f.file, f.line) { *f = r }).or_insert(r);
            }
            type Sum = (u32, u32, BTreeSet<u8>, i64);
            let mut plain: BTreeMap<(u64, u8), Sum> = BTreeMap::new();
            for (at, r) in &seen {
                let sum = plain.entry((r.cell(), r.roles)).or_default();
                sum.0 += 1;
                sum.1 += reports[at];
                sum.2.insert(r.day());
                sum.3 += if r.goldstein == NO_GOLDSTEIN { 0 } else { i64::from(r.goldstein) };
            }
            prop_assert_eq!(cells.len(), plain.len());
            for (cell, ((key, roles), sum)) in cells.iter().zip(&plain) {
                prop_assert_eq!((cell.source, cell.actors, cell.code), parts(*key));
                prop_assert_eq!(cell.packed_roles, *roles);
                prop_assert_eq!((cell.events, cell.reports, cell.goldstein), (sum.0, sum.1, sum.3));
                prop_assert_eq!(cell.days.count_ones() as usize, sum.2.len());
            }
            prop_assert_eq!(again.values().sum::<u64>() as usize, made.len() - seen.len());
            prop_assert!(cells.windows(2).all(|p| p[0].order() < p[1].order()));
        }
    }
}
