//! Coverage of a table, from what was read: which states in which years, and what silence means elsewhere.

use std::collections::BTreeMap;

use blocwatch_core::coverage::{CoverageSpan, Knowledge, spans};
use blocwatch_core::state::States;
use blocwatch_core::time::Year;

use crate::OPEN_END;

/// Collects what is known about state-years of one table.
pub(crate) struct Cover {
    source: &'static str,
    table: &'static str,
    seen: BTreeMap<(u16, Year), Knowledge>,
}

impl Cover {
    pub(crate) fn new(source: &'static str, table: &'static str) -> Self {
        Self { source, table, seen: BTreeMap::new() }
    }

    /// Notes a state-year; of two statements the more knowing one stays.
    pub(crate) fn note(&mut self, gwcode: u16, year: Year, knowledge: Knowledge) {
        let entry = self.seen.entry((gwcode, year)).or_insert(knowledge);
        *entry = (*entry).min(knowledge);
    }

    /// Notes all states in years in which the source means *none* where it says nothing: those of the Gleditsch-Ward system, and those that
    /// only the list of Correlates of War has in the year (Egypt before 1882), by whose numbers most such sources go.
    pub(crate) fn note_all(&mut self, states: &States, from: Year, to: Year) {
        for row in states.state_years(from, to) {
            self.note(row.gwcode, row.year, Knowledge::Covered);
        }
        for state in states.iter() {
            for year in (from..=to).filter(|y| state.cow_in(*y).is_some() && !state.in_system(*y)) {
                self.note(state.key_at(year), year, Knowledge::Covered);
            }
        }
    }

    /// The same for the years that a publisher looked at, as known when the reader was written, and for what a later edition has after
    /// them.
    pub(crate) fn note_years(&mut self, states: &States, (from, to): (Year, Year), read: Option<(Year, Year)>) {
        self.note_all(states, from, read.map_or(to, |(_, last)| last.max(to)));
    }

    /// The spans, sorted. State-years of the Gleditsch-Ward system between the first and the last year that were not noted are *not
    /// covered*; everything after the last year is *censored* until [`OPEN_END`].
    pub(crate) fn finish(mut self, states: &States, note: &str) -> Vec<CoverageSpan> {
        let covered = self.seen.iter().filter(|(_, k)| **k == Knowledge::Covered).map(|((_, year), _)| *year);
        let Some((first, last)) =
            covered.fold(None, |range: Option<(Year, Year)>, y| Some(range.map_or((y, y), |(a, b)| (a.min(y), b.max(y)))))
        else {
            return Vec::new();
        };
        for row in states.state_years(first, last) {
            self.seen.entry((row.gwcode, row.year)).or_insert(Knowledge::NotCovered);
        }
        let mut by_state: BTreeMap<u16, Vec<(Year, Knowledge)>> = BTreeMap::new();
        for ((gwcode, year), knowledge) in self.seen {
            by_state.entry(gwcode).or_default().push((year, knowledge));
        }
        let mut out = vec![CoverageSpan {
            source: self.source.to_owned(),
            table: self.table.to_owned(),
            gwcode: None,
            year_from: last + 1,
            year_to: OPEN_END,
            knowledge: Knowledge::Censored,
            note: format!("the files at hand end in {last}"),
        }];
        for (gwcode, years) in by_state {
            let mut own = spans(self.source, self.table, Some(gwcode), years, "");
            for span in own.iter_mut().filter(|s| s.knowledge == Knowledge::Covered) {
                note.clone_into(&mut span.note);
            }
            out.append(&mut own);
        }
        out
    }
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
