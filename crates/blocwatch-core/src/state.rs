//! States and territories: Gleditsch-Ward numbers with validity dates, and the crosswalk to COW, ISO 3166, V-Dem and names.
//!
//! The join key everywhere is the Gleditsch-Ward number `gwcode`, always resolved with a date. One number may belong to several
//! entries at different times (365 is the USSR to 1991 and Russia after), and one entry may carry several numbers (Germany is 255 to
//! 1945 and 260 from 1949). A **year** stands for its 31 December, or for the state's last day if it ended in that year.
//!
//! Units that the list of states does not contain in a given year (colonies, territories such as Palestine or Hong Kong, Soviet
//! Ukraine's seat in the General Assembly) still have a key ([`State::key_at`]) so that no source row is lost; they are marked as
//! not in the system ([`State::in_system`]).
//!
//! Sources: Gleditsch & Ward (1999) list of independent states; Correlates of War state system membership (2017); ISO 3166;
//! V-Dem v15 country ids; names from Unicode CLDR. The table itself is `knowledge/states/states.toml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::error::{CoreError, Result};
use crate::name;
use crate::time::{End, FuzzyDate, Year, last_day_of};

/// A number of a state list with the days on which it is valid, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeSpan {
    /// The number.
    pub code: u16,
    /// First day.
    pub from: NaiveDate,
    /// Last day; `NaiveDate::MAX` while open.
    pub to: NaiveDate,
}

impl CodeSpan {
    /// Whether the span contains a day.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether the span has a day in a year.
    pub fn touches(&self, year: Year) -> bool {
        self.from.year() <= year && year <= self.to.year()
    }

    /// First year in which the number is valid on some day.
    pub fn first_year(&self) -> Year {
        self.from.year()
    }

    /// Last year in which it is valid on some day; `None` while open.
    pub fn last_year(&self) -> Option<Year> {
        (self.to != NaiveDate::MAX).then(|| self.to.year())
    }

    fn distance(&self, day: NaiveDate) -> i64 {
        if day < self.from {
            (self.from - day).num_days()
        } else if day > self.to {
            (day - self.to).num_days()
        } else {
            0
        }
    }
}

/// A V-Dem unit that speaks of this state in a span of years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VdemSpan {
    /// `country_id`.
    pub code: u16,
    /// `country_text_id`.
    pub id: String,
    /// First year, inclusive.
    pub from: Year,
    /// Last year, inclusive; `Year::MAX` while open.
    pub to: Year,
}

/// One state or territory as people speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Stable id: ISO 3166-1 alpha-3, or a three-letter id of ours for states that are gone.
    pub id: String,
    /// ISO 3166-1 alpha-2, if any.
    pub iso2: Option<String>,
    /// ISO 3166-1 (or 3166-3) alpha-3, if any.
    pub iso3: Option<String>,
    /// Plain English name.
    pub name: String,
    /// Political region.
    pub region: String,
    /// Gleditsch-Ward numbers.
    pub gw: Vec<CodeSpan>,
    /// Correlates of War numbers.
    pub cow: Vec<CodeSpan>,
    /// V-Dem units.
    pub vdem: Vec<VdemSpan>,
    /// Whether the unit is never in the Gleditsch-Ward list.
    pub territory: bool,
    /// The key of a territory; see the file's comment.
    pub unit_code: Option<u16>,
    /// On the Gleditsch-Ward list of microstates.
    pub microstate: bool,
    /// Ids of states it followed.
    pub predecessor: Vec<String>,
    /// Ids of states that followed it.
    pub successor: Vec<String>,
    /// Other names, any language.
    pub aliases: Vec<String>,
}

impl State {
    /// The Gleditsch-Ward number on a day; `None` if it is not in the system then.
    pub fn gw_on(&self, day: NaiveDate) -> Option<u16> {
        self.gw.iter().find(|s| s.contains(day)).map(|s| s.code)
    }

    /// The Correlates of War number on a day.
    pub fn cow_on(&self, day: NaiveDate) -> Option<u16> {
        self.cow.iter().find(|s| s.contains(day)).map(|s| s.code)
    }

    /// The Gleditsch-Ward number in a year: on 31 December, or on the state's last day in that year.
    pub fn gw_in(&self, year: Year) -> Option<u16> {
        code_in(&self.gw, year)
    }

    /// The Correlates of War number in a year, by the same rule.
    pub fn cow_in(&self, year: Year) -> Option<u16> {
        code_in(&self.cow, year)
    }

    /// The V-Dem text id that speaks of this state in a year.
    pub fn vdem_in(&self, year: Year) -> Option<&VdemSpan> {
        self.vdem.iter().find(|v| v.from <= year && year <= v.to)
    }

    /// Whether the state is in the Gleditsch-Ward system on any day of a year.
    pub fn in_system(&self, year: Year) -> bool {
        self.gw.iter().any(|s| s.touches(year))
    }

    /// The key under which rows of a year are kept: the number in force, else the nearest number in time, else the territory's.
    pub fn key_at(&self, year: Year) -> u16 {
        let day = last_day_of(year);
        self.gw_in(year).or_else(|| self.gw.iter().min_by_key(|s| s.distance(day)).map(|s| s.code)).or(self.unit_code).unwrap_or(0)
    }

    /// Every key that rows of the state may stand under, in the order of time: Germany's are 255 and 260.
    pub fn keys(&self) -> Vec<u16> {
        let mut keys: Vec<u16> = Vec::new();
        for code in self.gw.iter().map(|s| s.code).chain(self.gw.is_empty().then_some(self.unit_code).flatten()) {
            if !keys.contains(&code) {
                keys.push(code);
            }
        }
        keys
    }

    /// Whether the state (or territory) exists on any day of a year; territories have no dates and always do.
    pub fn exists_in(&self, year: Year) -> bool {
        self.territory || self.in_system(year) || self.cow.iter().any(|s| s.touches(year))
    }
}

fn code_in(spans: &[CodeSpan], year: Year) -> Option<u16> {
    let day = last_day_of(year);
    spans
        .iter()
        .find(|s| s.contains(day))
        // ended within the year: its last day counts
        .or_else(|| spans.iter().filter(|s| s.touches(year)).max_by_key(|s| s.to))
        .map(|s| s.code)
}

/// One row of the frame `state_year`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateYear<'a> {
    /// Gleditsch-Ward number.
    pub gwcode: u16,
    /// Year.
    pub year: Year,
    /// The entry that the number means in that year.
    pub state: &'a State,
}

/// The table of states with its indices.
#[derive(Debug)]
pub struct States {
    list: Vec<State>,
    ambiguous: BTreeMap<String, Vec<String>>,
    by_id: HashMap<String, usize>,
    by_gw: HashMap<u16, Vec<usize>>,
    by_cow: HashMap<u16, Vec<usize>>,
    by_vdem: HashMap<u16, Vec<usize>>,
    by_unit: HashMap<u16, usize>,
    by_name: HashMap<String, Vec<usize>>,
}

static EMBEDDED: LazyLock<std::result::Result<States, String>> = LazyLock::new(|| {
    crate::knowledge::text("states/states.toml").map_err(|e| e.to_string()).and_then(|t| States::parse(t).map_err(|e| e.to_string()))
});

impl States {
    /// The embedded table. It is parsed once; the build script and the tests check that it parses.
    pub fn embedded() -> Result<&'static States> {
        EMBEDDED.as_ref().map_err(|message| CoreError::Knowledge {
            file: "states/states.toml".to_owned(),
            line: None,
            message: message.clone(),
        })
    }

    /// Reads a table in the format of `knowledge/states/states.toml`.
    pub fn parse(text: &str) -> Result<States> {
        let fail = |message: String, line: Option<usize>| CoreError::Knowledge { file: "states/states.toml".to_owned(), line, message };
        let raw: RawFile = toml::from_str(text).map_err(|e| {
            let line = e.span().map(|s| text[..s.start].matches('\n').count() + 1);
            fail(e.message().to_owned(), line)
        })?;
        let list: Vec<State> = raw.state.into_iter().map(RawState::finish).collect();
        let mut states = States {
            ambiguous: raw.ambiguous.into_iter().map(|(k, v)| (name::fold(&k), v)).collect(),
            by_id: HashMap::new(),
            by_gw: HashMap::new(),
            by_cow: HashMap::new(),
            by_vdem: HashMap::new(),
            by_unit: HashMap::new(),
            by_name: HashMap::new(),
            list,
        };
        for (i, s) in states.list.iter().enumerate() {
            if states.by_id.insert(s.id.clone(), i).is_some() {
                return Err(fail(format!("the id '{}' stands twice", s.id), None));
            }
            push_unique(&mut states.by_gw, s.gw.iter().map(|c| c.code), i);
            push_unique(&mut states.by_cow, s.cow.iter().map(|c| c.code), i);
            push_unique(&mut states.by_vdem, s.vdem.iter().map(|v| v.code), i);
            if let Some(code) = s.unit_code {
                states.by_unit.insert(code, i);
            }
            let names = std::iter::once(&s.name)
                .chain(&s.aliases)
                .chain(std::iter::once(&s.id))
                .chain(&s.iso2)
                .chain(&s.iso3)
                .map(|n| name::fold(n))
                .filter(|n| !n.is_empty());
            push_unique(&mut states.by_name, names, i);
        }
        Ok(states)
    }

    /// All entries, sorted by id.
    pub fn iter(&self) -> impl Iterator<Item = &State> {
        self.list.iter()
    }

    /// The entry with an id (`KGZ`, `SUN`).
    pub fn by_id(&self, id: &str) -> Option<&State> {
        self.by_id.get(id).map(|&i| &self.list[i])
    }

    /// The entry that a Gleditsch-Ward number means on a day.
    pub fn by_gw_on(&self, code: u16, day: NaiveDate) -> Option<&State> {
        self.candidates(&self.by_gw, code).find(|s| s.gw.iter().any(|c| c.code == code && c.contains(day)))
    }

    /// The entry that a Gleditsch-Ward number means in a year (31 December, or the last day in it).
    pub fn by_gw(&self, code: u16, year: Year) -> Option<&State> {
        best_in(self.candidates(&self.by_gw, code), |s| &s.gw, code, year)
    }

    /// The entry that a Correlates of War number means on a day.
    pub fn by_cow_on(&self, code: u16, day: NaiveDate) -> Option<&State> {
        self.candidates(&self.by_cow, code).find(|s| s.cow.iter().any(|c| c.code == code && c.contains(day)))
    }

    /// The entry that a Correlates of War number means in a year.
    pub fn by_cow(&self, code: u16, year: Year) -> Option<&State> {
        best_in(self.candidates(&self.by_cow, code), |s| &s.cow, code, year)
    }

    /// The entry whose Correlates of War span for a number lies nearest to a year: for source rows that precede or outlast the list
    /// (Ukraine's seat in the General Assembly before 1991). Callers mark such rows as not in the system.
    pub fn by_cow_nearest(&self, code: u16, year: Year) -> Option<&State> {
        self.by_cow(code, year).or_else(|| {
            let day = last_day_of(year);
            self.candidates(&self.by_cow, code)
                .min_by_key(|s| s.cow.iter().filter(|c| c.code == code).map(|c| c.distance(day)).min().unwrap_or(i64::MAX))
                .or_else(|| self.by_unit.get(&code).map(|&i| &self.list[i]))
        })
    }

    /// The entry that a V-Dem `country_id` speaks of in a year.
    pub fn by_vdem(&self, country_id: u16, year: Year) -> Option<&State> {
        self.candidates(&self.by_vdem, country_id).find(|s| s.vdem.iter().any(|v| v.code == country_id && v.from <= year && year <= v.to))
    }

    /// The entry behind a table key in a year: a Gleditsch-Ward number (nearest span if the state is not in the system then) or
    /// the number of a territory.
    pub fn by_key(&self, key: u16, year: Year) -> Option<&State> {
        self.by_gw(key, year)
            .or_else(|| {
                let day = last_day_of(year);
                self.candidates(&self.by_gw, key)
                    .min_by_key(|s| s.gw.iter().filter(|c| c.code == key).map(|c| c.distance(day)).min().unwrap_or(i64::MAX))
            })
            .or_else(|| self.by_unit.get(&key).map(|&i| &self.list[i]))
    }

    /// The entry that a name or code of any kind means in a year. Exact after folding; no guessing.
    pub fn by_name(&self, text: &str, year: Year) -> Option<&State> {
        let hits = self.by_name.get(&name::fold(text))?;
        match hits.as_slice() {
            [] => None,
            [one] => Some(&self.list[*one]),
            many => {
                // two entries may share a name in the year of a change; the one in force at its end has it (Russia in 1991)
                let day = last_day_of(year);
                let only = |test: &dyn Fn(&State) -> bool| {
                    let mut hits = many.iter().map(|&i| &self.list[i]).filter(|s| test(s));
                    match (hits.next(), hits.next()) {
                        (Some(one), None) => Some(one),
                        _ => None,
                    }
                };
                only(&|s| s.exists_in(year)).or_else(|| only(&|s| s.gw_on(day).is_some() || s.cow_on(day).is_some()))
            }
        }
    }

    /// What a person typed, resolved generously as of a year: id, ISO code, name in many languages, or a Gleditsch-Ward number with
    /// `gw:365` or a COW number with `cow:255`.
    ///
    /// # Errors
    /// [`CoreError::UnknownState`] with the nearest names.
    pub fn resolve(&self, text: &str, year: Year) -> Result<&State> {
        let typed = text.trim();
        let by_number = |rest: &str, f: &dyn Fn(u16) -> Option<usize>| rest.trim().parse().ok().and_then(f);
        let position = |s: &State| self.by_id.get(&s.id).copied();
        let numbered = typed
            .strip_prefix("gw:")
            .and_then(|r| by_number(r, &|c| self.by_key(c, year).and_then(position)))
            .or_else(|| typed.strip_prefix("cow:").and_then(|r| by_number(r, &|c| self.by_cow(c, year).and_then(position))));
        if let Some(i) = numbered {
            return Ok(&self.list[i]);
        }
        if let Some(state) = self.by_name(typed, year) {
            return Ok(state);
        }
        let folded = name::fold(typed);
        let several = self
            .ambiguous
            .get(&folded)
            .cloned()
            .or_else(|| self.by_name.get(&folded).map(|many| many.iter().map(|&i| self.list[i].id.clone()).collect()));
        if let Some(ids) = several {
            let named: Vec<String> =
                ids.iter().map(|id| self.by_id(id).map_or_else(|| id.clone(), |s| format!("{id} ({})", s.name))).collect();
            return Err(CoreError::UnknownState {
                message: format!("'{typed}' can mean several states: {}; name one by its code", named.join(", ")),
                nearest: ids,
            });
        }
        let nearest = self.nearest(typed, 3);
        Err(CoreError::UnknownState { message: format!("no state is called '{typed}'{}", name::did_you_mean(&nearest)), nearest })
    }

    /// The nearest English names to what was typed, in any language it was typed in, best first.
    pub fn nearest(&self, text: &str, most: usize) -> Vec<String> {
        let all = self.list.iter().flat_map(|s| std::iter::once(&s.name).chain(&s.aliases)).map(String::as_str);
        let mut out: Vec<String> = Vec::new();
        for hit in name::nearest(text, all, most * 4) {
            let Some(&i) = self.by_name.get(&name::fold(hit)).and_then(|v| v.first()) else { continue };
            let english = self.list[i].name.clone();
            if !out.contains(&english) {
                out.push(english);
            }
        }
        out.truncate(most);
        out
    }

    /// The frame of all states in the Gleditsch-Ward system with a day in each year of a range, sorted by number and year.
    pub fn state_years(&self, from: Year, to: Year) -> Vec<StateYear<'_>> {
        let mut out = Vec::new();
        for s in &self.list {
            for span in &s.gw {
                for year in from.max(span.from.year())..=to.min(span.to.year()) {
                    // one row per number and year: the entry in force at the year's end wins
                    if self.by_gw(span.code, year).is_some_and(|w| w.id == s.id) {
                        out.push(StateYear { gwcode: span.code, year, state: s });
                    }
                }
            }
        }
        out.sort_by_key(|r| (r.gwcode, r.year));
        out.dedup_by_key(|r| (r.gwcode, r.year));
        out
    }

    fn candidates<'a>(&'a self, index: &'a HashMap<u16, Vec<usize>>, code: u16) -> impl Iterator<Item = &'a State> {
        index.get(&code).into_iter().flatten().map(|&i| &self.list[i])
    }
}

fn best_in<'a>(
    candidates: impl Iterator<Item = &'a State>,
    spans: impl Fn(&State) -> &Vec<CodeSpan>,
    code: u16,
    year: Year,
) -> Option<&'a State> {
    // the span that contains 31 December, else the one that ended last within the year
    candidates
        .filter_map(|s| spans(s).iter().filter(|c| c.code == code && c.touches(year)).map(|c| c.to).max().map(|to| (to, s)))
        .max_by_key(|(to, _)| *to)
        .map(|(_, s)| s)
}

fn push_unique<K: std::hash::Hash + Eq>(index: &mut HashMap<K, Vec<usize>>, keys: impl Iterator<Item = K>, i: usize) {
    for key in keys {
        let list = index.entry(key).or_default();
        if !list.contains(&i) {
            list.push(i);
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    state: Vec<RawState>,
    #[serde(default)]
    ambiguous: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawState {
    id: String,
    iso2: Option<String>,
    iso3: Option<String>,
    name: String,
    region: String,
    #[serde(default)]
    gw: Vec<RawSpan>,
    #[serde(default)]
    cow: Vec<RawSpan>,
    #[serde(default)]
    vdem: Vec<RawVdem>,
    #[serde(default)]
    territory: bool,
    unit_code: Option<u16>,
    #[serde(default)]
    microstate: bool,
    #[serde(default)]
    predecessor: Vec<String>,
    #[serde(default)]
    successor: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpan {
    code: u16,
    from: FuzzyDate,
    to: End,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVdem {
    code: u16,
    id: String,
    from: Year,
    to: Year,
}

impl RawSpan {
    fn finish(self) -> CodeSpan {
        CodeSpan {
            code: self.code,
            from: self.from.first_day(),
            to: match self.to {
                End::At(d) => d.last_day(),
                End::Open => NaiveDate::MAX,
            },
        }
    }
}

impl RawState {
    fn finish(self) -> State {
        State {
            id: self.id,
            iso2: self.iso2,
            iso3: self.iso3,
            name: self.name,
            region: self.region,
            gw: self.gw.into_iter().map(RawSpan::finish).collect(),
            cow: self.cow.into_iter().map(RawSpan::finish).collect(),
            vdem: self.vdem.into_iter().map(|v| VdemSpan { code: v.code, id: v.id, from: v.from, to: v.to }).collect(),
            territory: self.territory,
            unit_code: self.unit_code,
            microstate: self.microstate,
            predecessor: self.predecessor,
            successor: self.successor,
            aliases: self.aliases,
        }
    }
}
