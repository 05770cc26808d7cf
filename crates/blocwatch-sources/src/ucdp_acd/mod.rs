//! UCDP/PRIO Armed Conflict: conflicts with at least 25 battle deaths in a year, and the states on each side of them, 1946 to 2024.
//!
//! The public form has one row per combination of the states named; it becomes one row per conflict-year and one per state and side.
//! Rebel groups are not named in this form. Non-goals: battle deaths, places, names of actors.

mod tables;

use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;

use crate::cover::Cover;
use crate::error::Result;
use crate::flat::{Flat, Published, Value, in_system, number};
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::tabular::{Bad, Sheet};
use crate::{Held, Meta, Reading, Shape, Source, open_held};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("ucdp_acd", include_str!("source.toml")));

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

impl Source for UcdpAcd {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn tables(&self) -> &'static [TableSpec] {
        tables::TABLES
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states);
        let mut accounts = Vec::new();
        let mut conflicts = Flat::new(&tables::TABLES[0]);
        let mut sides = Flat::new(&tables::TABLES[1]);
        let mut cover = Cover::new("ucdp_acd", "conflict_state_year");
        for held in crate::of_role(files, "conflict_year") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| {
                read_conflicts(sheet, file, &resolver, &mut conflicts, &mut sides, notices)
            })?);
            cover.note_all(states, YEARS.0, YEARS.1);
        }
        let refused = conflicts.settle_combinations(&mut accounts, COMBINATION);
        sides.leave_out(&refused);
        sides.settle_parts();
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover.finish(states, "a state without a row was on no side of a conflict with 25 battle deaths in the year");
        Ok(Reading { tables: vec![("conflict_year", conflicts.batch()?), ("conflict_state_year", sides.batch()?)], accounts, coverage })
    }
}

fn read_conflicts(
    sheet: Sheet<'_>,
    file: usize,
    resolver: &Resolver<'_>,
    conflicts: &mut Flat,
    sides: &mut Flat,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let (conflict, year) = (sheet.required("conflict_id")?, sheet.required("year")?);
    let mut places = Vec::new();
    for (column, side) in SIDES {
        places.push((sheet.required(column)?, side));
    }
    let columns = tables::TABLES[0].columns;
    let rest = Published::of(&sheet, &columns[3..columns.len() - 1], &[]);
    sheet.each(notices, |row, tally| {
        let (id, y): (i32, i32) = (row.need(conflict)?, row.year(year)?);
        let key = [Value::Int(i64::from(id)), Value::Int(i64::from(y))];
        let mut parts = Vec::new();
        for &(at, side) in &places {
            let Some(code) = row.whole(at)? else { continue };
            let state = u16::try_from(code).ok().and_then(|c| resolver.gw(c, y));
            if state.is_none() && code != HYDERABAD {
                return Err(Bad::new("unknown state", format!("gwno {code} in {y}")));
            }
            let [id, y] = key.clone();
            parts.push(vec![id, y, Value::Int(code), Value::Word(side), Value::Word("states"), number(state), in_system(state)]);
        }
        let [id, y] = key;
        let mut cells = vec![id, y, Value::Word("states")];
        rest.read(row, &mut cells)?;
        conflicts.push(cells, 0, file, row.line);
        for part in parts {
            sides.push(part, 0, file, row.line);
        }
        tally.keep(1);
        Ok(())
    })
}
