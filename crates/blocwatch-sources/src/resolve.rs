//! From a publisher's codes to table keys, once per code and year.
//!
//! The key is [`State::key_at`] of the year; `in_system` says whether that number is in the Gleditsch-Ward system in the year. A
//! year stands for its 31 December. Two rules of this crate come on top of the table of states:
//!
//! - *seats*: a source that speaks of Russia in 1950 or of Yugoslavia in 2010 means the state that then held the number, so a named
//!   state that is not in force at the end of the year is followed through its Correlates of War number to the one that is;
//! - *edges*: a code outside its dated spans (Ukraine's seat before 1991, a V-Dem year younger than the table) takes the nearest span.

use std::collections::HashMap;

use blocwatch_core::state::{State, States};
use blocwatch_core::time::{Year, last_day_of};

use foldhash::fast::FixedState;

use crate::meta::Lookup;
use crate::tabular::Bad;

/// The key of a state in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    /// Gleditsch-Ward number, or the number of a territory.
    pub gwcode: u16,
    /// Whether the number is in the system in the year.
    pub in_system: bool,
}

impl Key {
    /// What has the number: a state or a territory.
    pub(crate) fn kind(self) -> &'static str {
        if self.gwcode < 1000 { "state" } else { "territory" }
    }
}

/// Resolves codes against the table of states, remembering what it found.
pub(crate) struct Resolver<'a> {
    states: &'a States,
    lookups: &'a [Lookup],
    by_cow: HashMap<(u16, Year), Option<Key>, FixedState>,
    /// What was looked up last: rows of one state and year stand together.
    last_cow: Option<((u16, Year), Option<Key>)>,
    seats: HashMap<(u16, Year), bool, FixedState>,
    by_vdem: HashMap<u16, Vec<(Year, Year, &'a State)>>,
}

impl<'a> Resolver<'a> {
    /// Of a source whose own codes and labels are `lookups`.
    pub(crate) fn new(states: &'a States, lookups: &'a [Lookup]) -> Self {
        let mut by_vdem: HashMap<u16, Vec<(Year, Year, &State)>> = HashMap::new();
        for state in states.iter() {
            for v in &state.vdem {
                by_vdem.entry(v.code).or_default().push((v.from, v.to, state));
            }
        }
        Self { states, lookups, by_cow: HashMap::default(), last_cow: None, seats: HashMap::default(), by_vdem }
    }

    /// The table of states.
    pub(crate) fn states(&self) -> &'a States {
        self.states
    }

    /// By Correlates of War number.
    pub(crate) fn cow(&mut self, code: u16, year: Year) -> Option<Key> {
        if let Some((asked, found)) = self.last_cow
            && asked == (code, year)
        {
            return found;
        }
        let found =
            *self.by_cow.entry((code, year)).or_insert_with(|| self.states.by_cow_nearest(code, year).map(|s| key(self.states, s, year)));
        self.last_cow = Some(((code, year), found));
        found
    }

    /// By a Correlates of War number that some state must have.
    pub(crate) fn known_cow(&mut self, code: u16, year: Year) -> Result<Key, Bad> {
        self.cow(code, year).ok_or_else(|| Bad::new("unknown state", format!("ccode {code} in {year}")))
    }

    /// Whether a Correlates of War number is the one of a state at the end of a year, where two of its numbers meet in one year.
    pub(crate) fn is_seat(&mut self, code: u16, year: Year) -> bool {
        if let Some(found) = self.seats.get(&(code, year)) {
            return *found;
        }
        let state = self.cow(code, year).and_then(|key| self.states.by_key(key.gwcode, year));
        let found = state.and_then(|s| s.cow_in(year)) == Some(code);
        self.seats.insert((code, year), found);
        found
    }

    /// By V-Dem `country_id`.
    pub(crate) fn vdem(&self, country_id: u16, year: Year) -> Option<Key> {
        let spans = self.by_vdem.get(&country_id)?;
        let distance = |(from, to): (Year, Year)| if year < from { from - year } else { (year - to).max(0) };
        let (_, _, state) = spans.iter().min_by_key(|(from, to, _)| distance((*from, *to)))?;
        Some(key(self.states, state, year))
    }

    /// By Gleditsch-Ward number.
    pub(crate) fn gw(&self, code: u16, year: Year) -> Option<Key> {
        self.states.by_key(code, year)?;
        Some(Key { gwcode: code, in_system: self.states.by_gw(code, year).is_some() })
    }

    /// By a name or ISO code, the source's own first.
    pub(crate) fn name(&self, text: &str, year: Year) -> Option<Key> {
        self.name_among(self.lookups, text, year)
    }

    /// The same with other codes and labels than the source's: where several sources share one resolver.
    pub(crate) fn name_among(&self, lookups: &[Lookup], text: &str, year: Year) -> Option<Key> {
        let state = match lookups.iter().find(|l| l.raw.eq_ignore_ascii_case(text)) {
            Some(lookup) => self.states.by_id(&lookup.state)?,
            None => self.states.by_name(text, year)?,
        };
        Some(self.seat(state, year))
    }

    /// Whether the source has its own meaning for a code or label, written exactly so.
    pub(crate) fn has_lookup(&self, raw: &str) -> bool {
        self.lookups.iter().any(|l| l.raw == raw)
    }

    /// By the first of several names that some state has; one must.
    pub(crate) fn known(&self, names: &[&str], year: Year) -> Result<Key, Bad> {
        let found = names.iter().filter(|n| !n.is_empty()).find_map(|n| self.name(n, year));
        found.ok_or_else(|| Bad::new("unknown state", format!("'{}' in {year}", names.join("', '"))))
    }

    fn seat(&self, state: &State, year: Year) -> Key {
        let day = last_day_of(year);
        let stands = state.territory || state.gw_on(day).is_some() || state.cow_on(day).is_some();
        let holder = (!stands).then(|| state.cow.iter().find_map(|span| self.states.by_cow(span.code, year))).flatten();
        key(self.states, holder.unwrap_or(state), year)
    }
}

fn key(states: &States, state: &State, year: Year) -> Key {
    let gwcode = state.key_at(year);
    Key { gwcode, in_system: states.by_gw(gwcode, year).is_some() }
}
