//! `state` and `state_year`: the list of states and the frame of state-years, Gleditsch & Ward (1999) with later releases.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_core::time::Year;

use crate::error::Result;
use crate::frame::Rows;
use crate::step::{Context, Input, Output, Step};

/// First year of the list.
pub const FIRST_YEAR: Year = 1816;
/// Last year of the frame: the list has no end, the frame must have one that does not move with the clock.
pub const LAST_YEAR: Year = 2025;

/// States and territories as entries.
pub const STATE: TableSpec = TableSpec {
    name: "state",
    unit: Unit::Entry,
    keys: &["state"],
    columns: &[
        col("state", Kind::Text, "id", "stable id: ISO 3166-1 alpha-3, or a three-letter id of ours for states that are gone"),
        col("name", Kind::Text, "-", "plain English name"),
        col("region", Kind::Text, "-", "political region"),
        opt("iso3", Kind::Text, "ISO 3166", "alpha-3 code; null where there never was one"),
        opt(
            "gwcode",
            Kind::U16,
            "Gleditsch-Ward number",
            "latest number, or the number of a territory; null never occurs for states of the list",
        ),
        opt("ccode", Kind::U16, "COW number", "latest Correlates of War number; null where that list has none"),
        opt("from_year", Kind::I32, "year", "first year in the Gleditsch-Ward system; null for territories"),
        opt("to_year", Kind::I32, "year", "last year in the system; null while it exists and for territories"),
        col("territory", Kind::Bool, "true/false", "whether it is never in the Gleditsch-Ward list"),
        col("microstate", Kind::Bool, "true/false", "whether it is on that list's microstate part"),
    ],
    doc: "States and territories with their codes, one row per entry as people speak of it.",
};

/// The frame of state-years.
pub const STATE_YEAR: TableSpec = TableSpec {
    name: "state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state number, the join key"),
        col("year", Kind::I32, "year", "calendar year"),
        opt(
            "ccode",
            Kind::U16,
            "COW number",
            "Correlates of War number on the last day the state existed in the year; null if that list does not have it then",
        ),
        opt("iso3", Kind::Text, "ISO 3166", "alpha-3 code; null where there never was one"),
        opt("vdem_id", Kind::Text, "V-Dem text id", "V-Dem unit that speaks of the state in the year; null where V-Dem codes none"),
        col("name", Kind::Text, "-", "English name of the entry in force at the end of the year"),
        col("state", Kind::Text, "id", "id of that entry in the table state"),
        col("region", Kind::Text, "-", "political region"),
        col("microstate", Kind::Bool, "true/false", "whether it is on the list's microstate part"),
    ],
    doc: "Every state of the Gleditsch-Ward list in every year in which it existed on at least one day, 1816 to 2025.",
};

/// The step.
pub fn step() -> Step {
    Step { name: "states", version: 1, inputs: vec![Input::Knowledge("states")], outputs: vec![&STATE, &STATE_YEAR], run }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let states = context.states()?;
    let mut list = Rows::new(&STATE);
    for s in states.iter() {
        let last = s.gw.iter().max_by_key(|c| c.to);
        let first = s.gw.iter().min_by_key(|c| c.from);
        list.push([
            s.id.as_str().into(),
            s.name.as_str().into(),
            s.region.as_str().into(),
            s.iso3.clone().into(),
            last.map(|c| c.code).or(s.unit_code).into(),
            s.cow.iter().max_by_key(|c| c.to).map(|c| c.code).into(),
            first.map(|c| c.first_year()).into(),
            last.and_then(|c| c.last_year()).into(),
            s.territory.into(),
            s.microstate.into(),
        ])?;
    }
    let mut frame = Rows::new(&STATE_YEAR);
    for row in states.state_years(FIRST_YEAR, LAST_YEAR) {
        frame.push([
            row.gwcode.into(),
            row.year.into(),
            row.state.cow_in(row.year).into(),
            row.state.iso3.clone().into(),
            row.state.vdem_in(row.year).map(|v| v.id.clone()).into(),
            row.state.name.as_str().into(),
            row.state.id.as_str().into(),
            row.state.region.as_str().into(),
            row.state.microstate.into(),
        ])?;
    }
    Ok(Output::table(&STATE, list.finish()?).and(&STATE_YEAR, frame.finish()?))
}
