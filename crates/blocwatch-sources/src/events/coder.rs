//! What a publisher's row becomes: the part that differs between publishers, and the desk at which it is done.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use blocwatch_core::events::{EventCodes, Role, Scheme};
use blocwatch_core::state::States;

use super::Actors;
use super::gather::Gatherer;
use super::record::{FIRST_YEAR, MONTHS, Record, fingerprint, letters, pack_roles};
use crate::meta::Lookup;
use crate::resolve::Resolver;
use crate::tabular::Bad;

/// How rows of one publisher are coded.
pub(crate) trait Coder: Sync {
    /// Scheme of its event codes.
    fn scheme(&self) -> Scheme;

    /// Columns that it looks at, by name. One that a file does not have is empty in every row.
    fn asks(&self) -> &'static [&'static str];

    /// Columns of a shape whose files have no row of names, in order; `None` for a shape with one.
    fn names(&self, _shape: &str) -> Option<&'static [&'static str]> {
        None
    }

    /// How many of the last columns of [`Coder::names`] a file may lack.
    fn may_lack(&self, _shape: &str) -> usize {
        0
    }

    /// The names of a file's columns, mended where the publisher's own are wrong.
    fn mend(&self, names: Vec<String>) -> Vec<String> {
        names
    }

    /// Codes a row; `cells` are in the order of [`Coder::asks`].
    fn code(&self, cells: &[&[u8]], desk: &mut Desk<'_, '_>) -> Result<Fate, Bad>;
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Kept,
    Dropped(Rule),
}

/// Rules by which rows are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Rule {
    Empty,
    NotRoot,
    NotOfItsDay,
    NoCountry,
    OneCountry,
    NoState,
}

impl Rule {
    pub(crate) const ALL: [Self; 6] = [Self::Empty, Self::NotRoot, Self::NotOfItsDay, Self::NoCountry, Self::OneCountry, Self::NoState];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty row",
            Self::NotRoot => "not in the lead of its text",
            Self::NotOfItsDay => "planned, imagined, denied or long past",
            Self::NoCountry => "an actor without a country",
            Self::OneCountry => "both actors of one country",
            Self::NoState => "an actor whose country is no state",
        }
    }
}

/// The rule for rows that report an event that another row reports.
pub(crate) const AGAIN: &str = "another report of the same event";

/// A country as it is counted: a Gleditsch-Ward number, or a number of letters where codes are counted as they are.
const NO_STATE: u16 = 0;
const UNKNOWN: u16 = u16::MAX;

/// States behind codes and names of countries, as of a year.
pub(crate) struct Countries<'a> {
    resolver: Resolver<'a>,
    states: &'a States,
    /// Codes of CAMEO that are no ISO codes.
    lookups: Vec<Lookup>,
    actors: Actors,
    /// States behind three letters, by year, filled when a year is first asked for.
    years: Vec<OnceLock<Box<[u16]>>>,
    codes: &'static EventCodes,
}

impl<'a> Countries<'a> {
    pub(crate) fn new(states: &'a States, codes: &'static EventCodes, actors: Actors) -> Self {
        let own = codes.actors.iter().filter(|a| a.kind == "state");
        let lookups = own.map(|a| Lookup { raw: a.code.clone(), state: a.state.clone(), reason: a.name.clone() }).collect();
        Self { resolver: Resolver::new(states, &[]), states, lookups, actors, years: vec![OnceLock::new(); MONTHS / 12], codes }
    }

    fn of_letters(&self, number: u16, year: i32) -> u16 {
        if self.actors == Actors::Codes {
            return number;
        }
        let year_at = usize::try_from(year - FIRST_YEAR).unwrap_or(usize::MAX);
        let Some(table) = self.years.get(year_at) else { return UNKNOWN };
        table.get_or_init(|| self.table(year)).get(usize::from(number)).copied().unwrap_or(UNKNOWN)
    }

    fn table(&self, year: i32) -> Box<[u16]> {
        let mut table = vec![UNKNOWN; 26 * 26 * 26 + 1].into_boxed_slice();
        let mut set = |code: &str, to: u16| {
            if let Some(slot) = letters(code.as_bytes()).and_then(|n| table.get_mut(usize::from(n))) {
                *slot = to;
            }
        };
        let own = self.lookups.iter().map(|l| l.raw.as_str());
        let iso = self.states.iter().flat_map(|s| std::iter::once(s.id.as_str()).chain(s.iso3.as_deref()));
        for code in iso.chain(own) {
            if let Some(key) = self.resolver.name_among(&self.lookups, code, year) {
                set(code, key.gwcode);
            }
        }
        for a in self.codes.actors.iter().filter(|a| a.kind != "state") {
            set(&a.code, NO_STATE);
        }
        table
    }
}

/// Roles of publishers' codes.
pub(crate) struct RoleTable {
    letters: [Box<[u8]>; 2],
    words: HashMap<&'static str, Role>,
}

impl RoleTable {
    pub(crate) fn new(codes: &'static EventCodes) -> Self {
        let of = |scheme: &str| {
            let mut table = vec![Role::Other as u8; 26 * 26 * 26 + 1].into_boxed_slice();
            for r in codes.roles.iter().filter(|r| r.scheme == scheme) {
                if let Some(slot) = letters(r.code.as_bytes()).and_then(|n| table.get_mut(usize::from(n))) {
                    *slot = r.role as u8;
                }
            }
            table
        };
        let words = codes.roles.iter().filter(|r| r.scheme == "icews").map(|r| (r.code.as_str(), r.role)).collect();
        Self { letters: [of("cameo"), of("plover")], words }
    }

    fn of_letters(&self, scheme: Scheme, code: &[u8]) -> Role {
        if code.is_empty() {
            return Role::None;
        }
        let role = letters(code).and_then(|n| self.letters[scheme as usize].get(usize::from(n))).copied();
        role.and_then(|r| Role::ALL.get(usize::from(r)).copied()).unwrap_or(Role::Other)
    }
}

/// What a thread knows beside what it gathers.
pub(crate) struct Worker {
    pub gatherer: Gatherer,
    /// Names that were looked up.
    names: HashMap<(i32, Box<[u8]>), u16>,
    /// Looks for the rows of one cell instead of gathering.
    pub search: Option<Search>,
}

/// A search for reports of certain events.
pub(crate) struct Search {
    /// Whether a record, of a year and month, is wanted.
    pub wanted: Box<dyn Fn(i32, u8, &Record) -> bool + Send>,
    /// Whether the row at hand is.
    pub hit: bool,
}

impl Worker {
    pub(crate) fn new(gatherer: Gatherer) -> Self {
        Self { gatherer, names: HashMap::new(), search: None }
    }
}

/// The row at hand, and where its records go.
pub(crate) struct Desk<'a, 'w> {
    pub worker: &'w mut Worker,
    pub countries: &'w Countries<'a>,
    pub roles: &'w RoleTable,
    pub codes: &'static EventCodes,
    pub lookups: &'w [Lookup],
    pub source: u8,
    pub file: u32,
    pub line: u32,
}

/// An event of the row at hand.
pub(crate) struct Event<'c> {
    pub day: (i32, u8, u8),
    pub code: u16,
    pub roles: (Role, Role),
    pub goldstein: i32,
    /// What names the text that reports it; empty where the publisher names none.
    pub text: &'c [u8],
}

impl Desk<'_, '_> {
    /// Notes that the row stands for an event of a day.
    pub(crate) fn note(&mut self, day: (i32, u8, u8)) -> Result<(), Bad> {
        let known = self.worker.gatherer.note(self.source, day);
        known.then_some(()).ok_or_else(|| Bad::new("year out of range", format!("'{}'", day.0)))
    }

    /// The state behind a three-letter code in a year; `None` where the code names none. A code that nothing knows is noted.
    pub(crate) fn country(&mut self, code: &[u8], year: i32) -> Option<u16> {
        let state = letters(code).map_or(UNKNOWN, |n| self.countries.of_letters(n, year));
        self.known(code, state)
    }

    /// The state behind a name in a year, likewise.
    pub(crate) fn country_named(&mut self, name: &[u8], year: i32) -> Option<u16> {
        let state = match self.worker.names.get(&(year, Box::from(name))) {
            Some(state) => *state,
            None => {
                let text = String::from_utf8_lossy(name);
                let state = self.countries.resolver.name_among(self.lookups, &text, year).map_or(UNKNOWN, |key| key.gwcode);
                self.worker.names.insert((year, Box::from(name)), state);
                state
            }
        };
        self.known(name, state)
    }

    fn known(&mut self, code: &[u8], state: u16) -> Option<u16> {
        if state == UNKNOWN {
            let shown = String::from_utf8_lossy(&code[..code.len().min(40)]).into_owned();
            *self.worker.gatherer.unknown.entry(shown).or_default() += 1;
        }
        (state != NO_STATE && state != UNKNOWN).then_some(state)
    }

    /// The role that speaks among the codes of one actor.
    pub(crate) fn role(&self, scheme: Scheme, codes: &[&[u8]]) -> Role {
        codes.iter().map(|c| self.roles.of_letters(scheme, c)).min_by_key(|r| r.rank()).unwrap_or(Role::None)
    }

    /// The role that speaks among sectors named in words, joined by commas.
    pub(crate) fn role_named(&self, sectors: &[u8]) -> Role {
        let sectors: Cow<'_, str> = String::from_utf8_lossy(sectors);
        let words = sectors.split(',').map(str::trim).filter(|w| !w.is_empty());
        words.map(|w| self.roles.words.get(w).copied().unwrap_or(Role::Other)).min_by_key(|r| r.rank()).unwrap_or(Role::None)
    }

    /// Takes an event between two states. Only the first of a row is its `head`.
    pub(crate) fn take(&mut self, actors: (u16, u16), event: &Event<'_>, head: bool) {
        let (year, month, day) = event.day;
        let record = Record {
            key: Record::key(self.source, actors, event.code, day),
            text: fingerprint(event.text),
            file: self.file,
            line: self.line,
            goldstein: event.goldstein,
            roles: pack_roles(event.roles.0, event.roles.1),
            head,
        };
        match &mut self.worker.search {
            None => self.worker.gatherer.take(year, month, record),
            Some(search) => search.hit |= (search.wanted)(year, month, &record),
        }
    }
}
