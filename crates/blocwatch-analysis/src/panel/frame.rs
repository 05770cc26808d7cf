//! The frame of a panel: which units it has in which years or months, before anything is known of them.
//!
//! A state is in a period if it is in the state system on at least one day of it. A pair is in a period if both are in the system on at
//! least one *same* day of it. The German Democratic Republic (to 2 October 1990) and Namibia (from 21 March 1990) are a pair in 1990;
//! the Republic of Vietnam (to 30 April 1975) and Suriname (from 25 November 1975) never are. No state is paired with itself.
//!
//! # Against the field's packages
//! - `peacesciencer` removes the pairs that share a year and no day after it made them; this frame never makes them. Tools that compare
//!   years only (a join on the year) keep them: 918,345 pairs of Correlates of War in 1816-2014, of which 30 have no day in common, and
//!   924,524 of Gleditsch and Ward without microstates, of which 19 have none.
//! - The Gleditsch-Ward list here has the microstates of Gleditsch and Ward's own list (Monaco, Tonga, …), as the R package `states` and
//!   recent releases of `isard` do; `peacesciencer::gw_states` has not. [`Request::microstates`](super::Request) leaves them out.
//! - Both lists stand open at their last edition; states standing then are in the system to the last year of the frame.

use std::collections::BTreeMap;

use blocwatch_core::state::{CodeSpan, State, States};
use blocwatch_core::time::{Year, Years};
use chrono::{Datelike, NaiveDate};

use super::System;
use crate::steps::states::{FIRST_YEAR, LAST_YEAR};

/// One state in one period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StateRow {
    /// Position in [`StateFrame::members`].
    pub(crate) member: u32,
    /// Year, or `12 * year + month - 1` in a frame of months.
    pub(crate) time: i32,
    /// The entry that the number means on its last day in the period.
    pub(crate) state: &'static State,
    /// The Gleditsch-Ward number; `None` where that list does not have the state then.
    pub(crate) gwcode: Option<u16>,
    /// The Correlates of War number; `None` where that list does not have it.
    pub(crate) ccode: Option<u16>,
    /// The number under which tables keep the state in the year.
    pub(crate) key: u16,
}

/// All states of a system in all periods, sorted by number and time.
#[derive(Debug)]
pub(crate) struct StateFrame {
    /// Numbers of the system, ascending.
    pub(crate) members: Vec<u16>,
    pub(crate) rows: Vec<StateRow>,
    /// Whether a period is a month.
    pub(crate) monthly: bool,
    years: Years,
    spans: Vec<Vec<CodeSpan>>,
    /// First row of each member, and the number of rows at the end.
    first: Vec<usize>,
}

impl StateFrame {
    /// The frame of a system over some years.
    pub(crate) fn new(states: &'static States, system: System, years: Years, monthly: bool, microstates: bool) -> Self {
        let mut by_code: BTreeMap<u16, Vec<CodeSpan>> = BTreeMap::new();
        for state in states.iter().filter(|s| microstates || !s.microstate) {
            let list = match system {
                System::Gw => &state.gw,
                System::Cow => &state.cow,
            };
            for span in list {
                by_code.entry(span.code).or_default().push(*span);
            }
        }
        let years = Years { from: years.from.max(FIRST_YEAR), to: years.to.min(LAST_YEAR) };
        let mut frame = Self { members: Vec::new(), rows: Vec::new(), monthly, years, spans: Vec::new(), first: Vec::new() };
        for (code, mut spans) in by_code {
            spans.sort_by_key(|s| s.from);
            let member = frame.members.len() as u32;
            frame.first.push(frame.rows.len());
            for time in times(&spans, monthly, years) {
                let Some(day) = last_day(&spans, time, monthly) else { continue };
                let found = match system {
                    System::Gw => states.by_gw_on(code, day),
                    System::Cow => states.by_cow_on(code, day),
                };
                let Some(state) = found else { continue };
                let year = year_of(time, monthly);
                // in a year that a number shares with its successor, the day decides before the year does
                let (gw, cow) = (state.gw_on(day).or_else(|| state.gw_in(year)), state.cow_on(day).or_else(|| state.cow_in(year)));
                let (gwcode, ccode) = match system {
                    System::Gw => (Some(code), if monthly { cow } else { state.cow_in(year) }),
                    System::Cow => (gw, Some(code)),
                };
                let key = gwcode.unwrap_or_else(|| state.key_at(year));
                frame.rows.push(StateRow { member, time, state, gwcode, ccode, key });
            }
            frame.members.push(code);
            frame.spans.push(spans);
        }
        frame.first.push(frame.rows.len());
        frame
    }

    /// First and last time that a frame of these years can have.
    fn bounds(&self) -> (i32, i32) {
        if self.monthly { (self.years.from * 12, self.years.to * 12 + 11) } else { (self.years.from, self.years.to) }
    }

    /// The year of a time.
    pub(crate) fn year(&self, time: i32) -> Year {
        year_of(time, self.monthly)
    }

    /// The row of a member at a time.
    pub(crate) fn row(&self, member: u32, time: i32) -> Option<usize> {
        let (from, to) = (*self.first.get(member as usize)?, *self.first.get(member as usize + 1)?);
        self.rows[from..to].binary_search_by_key(&time, |r| r.time).ok().map(|i| from + i)
    }
}

fn year_of(time: i32, monthly: bool) -> Year {
    if monthly { time.div_euclid(12) } else { time }
}

fn time_of(day: NaiveDate, monthly: bool) -> i32 {
    if monthly { day.year() * 12 + day.month0() as i32 } else { day.year() }
}

/// The times at which some spans have a day, ascending, each once.
fn times(spans: &[CodeSpan], monthly: bool, years: Years) -> Vec<i32> {
    let (first, last) = if monthly { (years.from * 12, years.to * 12 + 11) } else { (years.from, years.to) };
    let mut out: Vec<i32> =
        spans.iter().flat_map(|s| first.max(time_of(s.from, monthly))..=last.min(time_of(s.to.min(far()), monthly))).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// A day beyond every frame, so that an open end does not overflow.
fn far() -> NaiveDate {
    NaiveDate::from_ymd_opt(LAST_YEAR + 1, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// The last day of some spans in a period.
fn last_day(spans: &[CodeSpan], time: i32, monthly: bool) -> Option<NaiveDate> {
    let (first, next) = if monthly {
        let month = |t: i32| NaiveDate::from_ymd_opt(t.div_euclid(12), t.rem_euclid(12) as u32 + 1, 1);
        (month(time)?, month(time + 1)?)
    } else {
        (NaiveDate::from_ymd_opt(time, 1, 1)?, NaiveDate::from_ymd_opt(time + 1, 1, 1)?)
    };
    let end = next.pred_opt()?;
    spans.iter().filter(|s| s.from <= end && s.to >= first).map(|s| s.to.min(end)).max()
}

/// A pair in neighbouring periods.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PairRun {
    pub(crate) time: i32,
    pub(crate) length: u32,
    /// Its first row in the panel.
    pub(crate) row: u32,
    /// Rows of the two in the frame of states.
    pub(crate) sides: [u32; 2],
}

/// All pairs in all periods, sorted by first number, second number and time.
#[derive(Debug)]
pub(crate) struct PairFrame {
    pub(crate) runs: Vec<PairRun>,
    pub(crate) rows: usize,
    pub(crate) directed: bool,
    /// For each pair (first times number of members plus second) its first run.
    first: Vec<u32>,
    members: usize,
}

impl PairFrame {
    /// All pairs of a frame of states.
    pub(crate) fn new(states: &StateFrame, directed: bool) -> Self {
        let n = states.members.len();
        let mut frame = Self { runs: Vec::new(), rows: 0, directed, first: Vec::with_capacity(n * n + 1), members: n };
        let mut common = Vec::new();
        for one in 0..n {
            for two in 0..n {
                frame.first.push(frame.runs.len() as u32);
                if one == two || (!directed && one > two) {
                    continue;
                }
                frame.add(states, one, two, &mut common);
            }
        }
        frame.first.push(frame.runs.len() as u32);
        frame
    }

    /// Adds the runs of a pair; `common` is room for the times that the two have in common, used again for every pair.
    fn add(&mut self, states: &StateFrame, one: usize, two: usize, common: &mut Vec<(i32, i32)>) {
        common.clear();
        let (first, last) = states.bounds();
        for a in &states.spans[one] {
            for b in &states.spans[two] {
                let (from, to) = (a.from.max(b.from), a.to.min(b.to));
                if from <= to {
                    let (from, to) = (time_of(from, states.monthly), time_of(to.min(far()), states.monthly));
                    common.push((from.max(first), to.min(last)));
                }
            }
        }
        common.sort_unstable();
        let mut open: Option<(i32, i32)> = None;
        for &(from, to) in common.iter().filter(|(from, to)| from <= to) {
            match &mut open {
                // two spans may meet in one period, or in neighbouring ones
                Some((_, end)) if from <= *end + 1 => *end = to.max(*end),
                _ => {
                    self.close(states, (one, two), open.replace((from, to)));
                }
            }
        }
        self.close(states, (one, two), open);
    }

    fn close(&mut self, states: &StateFrame, (one, two): (usize, usize), times: Option<(i32, i32)>) {
        let Some((from, to)) = times else { return };
        let sides = |time| Some([states.row(one as u32, time)? as u32, states.row(two as u32, time)? as u32]);
        let Some((time, sides)) = (from..=to).find_map(|time| Some((time, sides(time)?))) else { return };
        let length = (to - time + 1) as u32;
        self.runs.push(PairRun { time, length, row: self.rows as u32, sides });
        self.rows += length as usize;
    }

    /// The row of an ordered pair of members at a time.
    pub(crate) fn row(&self, one: u32, two: u32, time: i32) -> Option<usize> {
        let pair = one as usize * self.members + two as usize;
        let runs = &self.runs[self.first[pair] as usize..self.first[pair + 1] as usize];
        let run = runs.iter().find(|r| r.time <= time && time < r.time + r.length as i32)?;
        Some(run.row as usize + (time - run.time) as usize)
    }
}
