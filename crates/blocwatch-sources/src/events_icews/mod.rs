//! Coded events of the Integrated Crisis Early Warning System, as deposited by year.
//!
//! The publisher does not say which events stand in the lead of their text: all count. Sectors of actors are read for the role alone.
//! Non-goals: names of actors, texts, places.

use blocwatch_core::Notices;
use blocwatch_core::events::Scheme;
use blocwatch_core::state::States;

use crate::error::Result;
use crate::events::{self, Coder, Desk, Event, Fate, NO_GOLDSTEIN, Rule};
use crate::probe::Version;
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

static DECLARATION: Declaration = Declaration::new("events_icews", include_str!("source.toml"), &[], SHAPES);

/// The source `events_icews`.
pub(crate) struct EventsIcews;

/// How its rows are coded.
pub(crate) struct Coding;

static SHAPES: &[Shape] = &[Shape {
    role: "events",
    id: "icews",
    required: &["Event ID", "Event Date", "Source Country", "CAMEO Code", "Intensity", "Target Country"],
    without: &[],
    known: &[
        "Source Name",
        "Source Sectors",
        "Event Text",
        "Target Name",
        "Target Sectors",
        "Story ID",
        "Sentence Number",
        "Publisher",
        "City",
        "District",
        "Province",
        "Country",
        "Latitude",
        "Longitude",
    ],
    tell_unknown: true,
    version: Version::Fixed(""),
}];

impl Source for EventsIcews {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, _: &[Held], _: &States, _: &mut Notices) -> Result<Reading> {
        Ok(Reading { tables: Vec::new(), accounts: Vec::new(), coverage: Vec::new() })
    }
}

const ASKS: &[&str] =
    &["Event Date", "Source Country", "Target Country", "CAMEO Code", "Intensity", "Source Sectors", "Target Sectors", "Story ID"];

impl Coder for Coding {
    fn scheme(&self) -> Scheme {
        Scheme::Cameo
    }

    fn asks(&self) -> &'static [&'static str] {
        ASKS
    }

    fn code(&self, cells: &[&[u8]], desk: &mut Desk<'_, '_>) -> Result<Fate, Bad> {
        let &[date, country1, country2, code, intensity, sectors1, sectors2, story] = cells else {
            return Err(Bad::new("wrong number of fields", ""));
        };
        let not_a = |fault: &str, cell: &[u8]| Bad::new(fault, format!("'{}'", String::from_utf8_lossy(cell)));
        let day = events::day(date).ok_or_else(|| not_a("not a date in column 'Event Date'", date))?;
        desk.note(day)?;
        if country1.is_empty() || country2.is_empty() {
            return Ok(Fate::Dropped(Rule::NoCountry));
        }
        if country1 == country2 {
            return Ok(Fate::Dropped(Rule::OneCountry));
        }
        let number = events::cameo(code).ok_or_else(|| not_a("no CAMEO code in column 'CAMEO Code'", code))?;
        let goldstein = match intensity {
            b"" => NO_GOLDSTEIN,
            text => events::goldstein(text).ok_or_else(|| not_a("not a number from -10 to 10 in column 'Intensity'", text))?,
        };
        let (Some(state1), Some(state2)) = (desk.country_named(country1, day.0), desk.country_named(country2, day.0)) else {
            return Ok(Fate::Dropped(Rule::NoState));
        };
        if state1 == state2 {
            return Ok(Fate::Dropped(Rule::OneCountry));
        }
        let roles = (desk.role_named(sectors1), desk.role_named(sectors2));
        desk.take((state1, state2), &Event { day, code: number, roles, goldstein, text: story }, true);
        Ok(Fate::Kept)
    }
}
