//! Coded events of the Integrated Crisis Early Warning System, as deposited by year.
//!
//! Non-goals: names and sectors of actors, texts, places below the country.

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{TableSpec, Unit};

use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value};
use crate::{Declaration, Held, Reading, Shape, Source, events};

/// The source `events_icews`.
pub(crate) struct EventsIcews;

const COLUMNS: &[&str] = &["Event ID", "Event Date", "Source Country", "CAMEO Code", "Intensity", "Target Country"];

static SHAPES: &[Shape] = &[Shape {
    role: "events",
    id: "icews",
    required: COLUMNS,
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

static TABLES: &[TableSpec] = &[TableSpec {
    name: "icews_event",
    unit: Unit::Entry,
    keys: &["event_id", "edition"],
    columns: events::COLUMNS,
    doc: "Machine-coded events of single days. Countries are named by the publisher; goldstein is the publisher's `Intensity`; quad_class, \
          is_root, num_mentions and action_geo_fips are null throughout.",
}];

static DECLARATION: Declaration = Declaration::new("events_icews", include_str!("source.toml"), TABLES, SHAPES);

impl Source for EventsIcews {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut list, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        list.read((self, files, "events"), &mut accounts, notices, |record, take| {
            let (year, date) = record.day("Event Date")?;
            let code = record.verbatim("CAMEO Code");
            let root = events::root(&code).ok_or_else(|| record.not_a("no CAMEO code", "CAMEO Code"))?;
            let [gw1, in1, country1, null1] = events::actor(&resolver, &record.verbatim("Source Country"), year)?;
            let [gw2, in2, country2, null2] = events::actor(&resolver, &record.verbatim("Target Country"), year)?;
            let values = vec![
                record.need("Event ID")?.into(),
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
                Value::Null,
                record.decimal("Intensity")?.into(),
                Value::Null,
                Value::Null,
                Value::Null,
            ];
            take.keep(values);
            Ok(())
        })?;
        let coverage = events::uncovered("events_icews", "icews_event", &list);
        let batch = list.finish(&mut accounts)?;
        crate::tell_quarantined(&accounts, notices);
        Ok(Reading { tables: vec![("icews_event", batch)], accounts, coverage })
    }
}
