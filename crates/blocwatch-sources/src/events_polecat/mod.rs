//! Coded events of POLECAT in the PLOVER scheme, by week or, packed, by year.
//!
//! An actor may be several countries: every acting country is paired with every receiving one. Rows without a recipient (a summit whose
//! participants are all actors) are pairs of nobody and left out, as the manual warns of the flood that pairing them all would be. Non-goals:
//! names and titles of actors, stories, places.

use blocwatch_core::Notices;
use blocwatch_core::events::Scheme;
use blocwatch_core::state::States;

use crate::error::Result;
use crate::events::{self, Coder, Desk, Event, Fate, NO_GOLDSTEIN, Rule};
use crate::probe::Version;
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

static DECLARATION: Declaration = Declaration::new("events_polecat", include_str!("source.toml"), &[], SHAPES);

/// The source `events_polecat`.
pub(crate) struct EventsPolecat;

/// How its rows are coded.
pub(crate) struct Coding;

/// The published columns, in order.
const COLUMNS: [&str; 40] = [
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
];

static SHAPES: &[Shape] = &[Shape {
    role: "events",
    id: "polecat",
    required: &["Event ID", "Event Date", "Event Type", "Event Mode", "Contexts", "Actor Country", "Recipient Country"],
    without: &[],
    known: &COLUMNS,
    tell_unknown: false,
    version: Version::Fixed(""),
}];

impl Source for EventsPolecat {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, _: &[Held], _: &States, _: &mut Notices) -> Result<Reading> {
        Ok(Reading { tables: Vec::new(), accounts: Vec::new(), coverage: Vec::new() })
    }
}

const ASKS: &[&str] = &[
    "Event Date",
    "Event Type",
    "Event Mode",
    "Contexts",
    "Actor Country",
    "Recipient Country",
    "Primary Actor Sector",
    "Primary Recipient Sector",
    "Event ID",
    "Intensity",
    // the same column in later files
    "Event Intensity",
];

/// Contexts that say that nothing happened on the day.
const NOT_OF_ITS_DAY: [&[u8]; 4] = [b"future", b"historical", b"hypothetical", b"negation"];

/// Parts of a cell that holds several values; the publisher writes `None` for none.
fn parts(cell: &[u8]) -> impl Iterator<Item = &[u8]> {
    cell.split(|b| matches!(b, b';' | b',')).map(|p| p.trim_ascii()).filter(|p| !p.is_empty() && *p != b"None")
}

impl Coder for Coding {
    fn scheme(&self) -> Scheme {
        Scheme::Plover
    }

    fn asks(&self) -> &'static [&'static str] {
        ASKS
    }

    fn mend(&self, names: Vec<String>) -> Vec<String> {
        // some weeks have columns in the row of names that no other row has
        if names.iter().any(|n| n == "Headline") { COLUMNS.iter().map(|c| (*c).to_owned()).collect() } else { names }
    }

    fn code(&self, cells: &[&[u8]], desk: &mut Desk<'_, '_>) -> Result<Fate, Bad> {
        let &[date, event_type, mode, contexts, actors, recipients, sector1, sector2, id, ref intensities @ ..] = cells else {
            return Err(Bad::new("wrong number of fields", ""));
        };
        let not_a = |fault: &str, cell: &[u8]| Bad::new(fault, format!("'{}'", String::from_utf8_lossy(cell)));
        let day = events::day(date).ok_or_else(|| not_a("not a date in column 'Event Date'", date))?;
        if parts(contexts).any(|c| NOT_OF_ITS_DAY.iter().any(|n| c.eq_ignore_ascii_case(n))) {
            return Ok(Fate::Dropped(Rule::NotOfItsDay));
        }
        let word = std::str::from_utf8(event_type).unwrap_or_default();
        let mode = parts(mode).next().and_then(|m| std::str::from_utf8(m).ok()).unwrap_or_default();
        let known = |mode: &str| desk.codes.plover.iter().position(|p| p.event_type == word && p.mode == mode);
        let code = known(mode).or_else(|| known("")).and_then(|at| u16::try_from(at).ok());
        let code = code.ok_or_else(|| not_a("no PLOVER type in column 'Event Type'", event_type))?;
        let goldstein = match intensities.iter().copied().find(|i| !i.is_empty() && *i != b"None") {
            None => NO_GOLDSTEIN,
            Some(text) => events::goldstein(text).ok_or_else(|| not_a("not a number from -10 to 10 in column 'Intensity'", text))?,
        };
        desk.note(day)?;
        if parts(actors).next().is_none() || parts(recipients).next().is_none() {
            return Ok(Fate::Dropped(Rule::NoCountry));
        }
        let mut states = |list: &[u8]| parts(list).filter_map(|c| desk.country(c, day.0)).collect::<Vec<u16>>();
        let (mut acting, mut receiving) = (states(actors), states(recipients));
        if acting.is_empty() || receiving.is_empty() {
            return Ok(Fate::Dropped(Rule::NoState));
        }
        for list in [&mut acting, &mut receiving] {
            list.sort_unstable();
            list.dedup();
        }
        let role = |cell: &[u8]| desk.role(Scheme::Plover, &parts(cell).collect::<Vec<_>>());
        let event = Event { day, code, roles: (role(sector1), role(sector2)), goldstein, text: id };
        let mut head = true;
        for a in &acting {
            for b in receiving.iter().filter(|b| *b != a) {
                desk.take((*a, *b), &event, head);
                head = false;
            }
        }
        Ok(if head { Fate::Dropped(Rule::OneCountry) } else { Fate::Kept })
    }
}
