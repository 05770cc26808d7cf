//! UCDP/PRIO Armed Conflict: conflicts with at least 25 battle deaths in a year, and the states on each side of them, 1946 to 2024.
//!
//! The public form has one row per combination of the states named; it becomes one row per conflict-year and one per state and side.
//! Rebel groups are not named in this form. Non-goals: battle deaths, places, names of actors.

mod tables;

use blocwatch_core::Notices;
use blocwatch_core::state::States;

use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `ucdp_acd`.
pub(crate) struct UcdpAcd;

static SHAPES: &[Shape] = &[Shape {
    role: "conflict_year",
    id: "states",
    required: &["conflict_id", "year", "gwno_a", "gwno_a_2nd", "gwno_b", "gwno_b_2nd", "intensity_level", "type_of_conflict"],
    without: &["side_a"],
    known: &["incompatibility", "start_date", "start_prec", "start_date2", "start_prec2", "ep_end", "ep_end_date"],
    tell_unknown: true,
    version: Version::Fixed("v25.1"),
}];

/// Columns with the number of a state, and the side on which it is.
const SIDES: [(&str, &str); 4] = [("gwno_a", "a"), ("gwno_a_2nd", "a_2nd"), ("gwno_b", "b"), ("gwno_b_2nd", "b_2nd")];

/// Years of the publisher's list.
const YEARS: (i32, i32) = (1946, 2024);

/// A princely state, annexed in 1948, which the publisher lists and the table of states does not.
const HYDERABAD: i64 = 751;

const COMBINATION: &str = "a further combination of states of a conflict-year: its states are in conflict_state_year";

static DECLARATION: Declaration = Declaration::new("ucdp_acd", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for UcdpAcd {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let [mut conflicts, mut sides] = [0, 1].map(|i| Rows::new(&tables::TABLES[i]));
        let columns = tables::TABLES[0].columns;
        let rest = published(&columns[3..columns.len() - 1], &[]);
        conflicts.read((self, files, "conflict_year"), &mut accounts, notices, |record, take| {
            let (id, year) = (record.need("conflict_id")?, record.year("year")?);
            let mut parts = Vec::new();
            for (column, side) in SIDES {
                let Some(code) = record.integer(column)? else { continue };
                let state = u16::try_from(code).ok().and_then(|c| resolver.gw(c, year));
                if state.is_none() && code != HYDERABAD {
                    return Err(Bad::new("unknown state", format!("gwno {code} in {year}")));
                }
                parts.push(vec![id.into(), year.into(), code.into(), Value::word(side), Value::number(state), Value::in_system(state)]);
            }
            let mut values = vec![id.into(), year.into()];
            record.read(&rest, &mut values)?;
            take.keep(values);
            parts.into_iter().for_each(|part| sides.push(part, 0, take.place));
            Ok(())
        })?;
        let mut cover = Cover::new("ucdp_acd", "conflict_state_year");
        if !accounts.is_empty() {
            cover.note_years(states, YEARS, conflicts.range("year"));
        }
        let refused = conflicts.settle_combinations(&mut accounts, COMBINATION);
        sides.leave_out(&refused);
        sides.settle_parts();
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover.finish(states, "a state without a row was on no side of a conflict with 25 battle deaths in the year");
        Ok(Reading { tables: vec![conflicts.named_batch()?, sides.named_batch()?], accounts, coverage })
    }
}
