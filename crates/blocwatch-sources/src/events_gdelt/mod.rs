//! Events of the GDELT Project in the formats 1 (58 columns) and 2 (61 columns).
//!
//! The publisher's files carry no header; the files read here have one, with the published names. Non-goals: tone, mentions, places
//! below the country, the volume of news.

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{TableSpec, Unit};

use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::Rows;
use crate::{Declaration, Held, Reading, Shape, Source, events};

/// The source `events_gdelt`.
pub(crate) struct EventsGdelt;

const COLUMNS: &[&str] = &[
    "GLOBALEVENTID",
    "SQLDATE",
    "Actor1CountryCode",
    "Actor2CountryCode",
    "IsRootEvent",
    "EventCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "NumMentions",
    "ActionGeo_CountryCode",
];

static SHAPES: &[Shape] = &[
    Shape {
        role: "events",
        id: "v1",
        required: COLUMNS,
        without: &["Actor1Geo_ADM2Code"],
        known: &[],
        // some twenty columns per actor and place are left aside on purpose
        tell_unknown: false,
        version: Version::Fixed(""),
    },
    Shape {
        role: "events",
        id: "v2",
        required: &[
            "GLOBALEVENTID",
            "SQLDATE",
            "Actor1CountryCode",
            "Actor2CountryCode",
            "IsRootEvent",
            "EventCode",
            "EventRootCode",
            "QuadClass",
            "GoldsteinScale",
            "NumMentions",
            "Actor1Geo_ADM2Code",
            "ActionGeo_CountryCode",
        ],
        without: &[],
        known: &[],
        tell_unknown: false,
        version: Version::Fixed(""),
    },
];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "gdelt_event",
    unit: Unit::Entry,
    keys: &["event_id", "edition"],
    columns: events::COLUMNS,
    doc: "Machine-coded events of single days. Codes of actors' countries are CAMEO's, resolved as of the year; codes of places are FIPS.",
}];

static DECLARATION: Declaration = Declaration::new("events_gdelt", include_str!("source.toml"), TABLES, SHAPES);

impl Source for EventsGdelt {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut list, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        list.read((self, files, "events"), &mut accounts, notices, |record, take| {
            let (year, date) = record.day("SQLDATE")?;
            let code = record.verbatim("EventCode");
            let root = events::root(&code).ok_or_else(|| record.not_a("no CAMEO code", "EventCode"))?;
            if record.verbatim("EventRootCode") != root {
                return Err(record.not_a("root of another code", "EventRootCode"));
            }
            let quad = record.need("QuadClass")?;
            if !(1..=4).contains(&quad) {
                return Err(record.not_a("unknown class", "QuadClass"));
            }
            let [gw1, in1, country1, null1] = events::actor(&resolver, &record.verbatim("Actor1CountryCode"), year)?;
            let [gw2, in2, country2, null2] = events::actor(&resolver, &record.verbatim("Actor2CountryCode"), year)?;
            // NA is the Netherlands Antilles in FIPS
            let place = Some(record.verbatim("ActionGeo_CountryCode")).filter(|p| !p.is_empty());
            let values = vec![
                record.need("GLOBALEVENTID")?.into(),
                date.into(),
                year.into(),
                gw1,
                gw2,
                in1,
                in2,
                country1,
                country2,
                null1,
                null2,
                code.as_str().into(),
                root.into(),
                quad.into(),
                record.decimal("GoldsteinScale")?.into(),
                record.flag("IsRootEvent")?.into(),
                record.whole("NumMentions")?.into(),
                place.into(),
            ];
            take.keep(values);
            Ok(())
        })?;
        let coverage = events::uncovered("events_gdelt", "gdelt_event", &list);
        let batch = list.finish(&mut accounts)?;
        crate::tell_quarantined(&accounts, notices);
        Ok(Reading { tables: vec![("gdelt_event", batch)], accounts, coverage })
    }
}
