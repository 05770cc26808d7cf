//! Visits of leaders: foreign leaders to the United States, and China's leaders with other countries. Countries and dates, no names.
//!
//! Three files of three publishers become three tables. Non-goals: who travelled, what was said, visits between other states.

mod tables;

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;

use crate::cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::Rows;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `leader_visits`.
pub(crate) struct LeaderVisits;

const TO_US: &[&str] = &["id", "start_date", "end_date", "from_id", "from_country"];
const ENGAGEMENT: &[&str] = &["date", "year", "country", "travelled", "met"];
const BY_CHINA: &[&str] = &["Year", "Level", "Country"];

static SHAPES: &[Shape] = &[
    Shape {
        role: "to_us",
        id: "us_state",
        required: TO_US,
        without: &["leader"],
        known: &["visitor", "description"],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
    Shape {
        role: "engagements",
        id: "china_vitae",
        required: ENGAGEMENT,
        without: &[],
        known: &["leader"],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
    Shape {
        role: "by_china",
        id: "who_where_when",
        required: BY_CHINA,
        without: &[],
        known: &["Name", "Continent", "Developed country", "Communist country", "Developing country"],
        tell_unknown: true,
        version: Version::Fixed("1.1"),
    },
];

const NOT_LISTED: &str = "a place that the table of states does not list";

/// Hawaii was a kingdom to 1893, which neither list of states has; the others are territories of France.
const PLACES: &[&str] = &["Hawaii", "French Polynesia", "New Caledonia"];

/// Day from which the Republic of China is Taiwan in the lists of states.
const TAIWAN_FROM: &str = "1949-12-08";

static DECLARATION: Declaration = Declaration::new("leader_visits", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for LeaderVisits {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let [mut to_us, mut engagements, mut by_china] = [0, 1, 2].map(|i| Rows::new(&tables::TABLES[i]));
        to_us.read((self, files, "to_us"), &mut accounts, notices, |record, take| {
            let (year, start) = record.day("start_date")?;
            let end = record.text("end_date").map(|_| record.day("end_date")).transpose()?.map(|(_, day)| day);
            let country = record.need_text("from_country")?;
            if PLACES.contains(&country.as_str()) {
                take.drop_by(NOT_LISTED, 1);
                return Ok(());
            }
            let known_as = match country.as_str() {
                "China, Republic of" if start.as_str() < TAIWAN_FROM => "CHN",
                "China, Republic of" => "TWN",
                other => other,
            };
            let key = resolver.known(&[known_as], year)?;
            take.keep(vec![
                record.need("id")?.into(),
                key.gwcode.into(),
                year.into(),
                start.into(),
                end.into(),
                country.into(),
                key.in_system.into(),
            ]);
            Ok(())
        })?;
        engagements.read((self, files, "engagements"), &mut accounts, notices, |record, take| {
            let (year, date) = record.day("date")?;
            if record.year("year")? != year {
                return Err(record.not_a("year of another date", "year"));
            }
            let country = record.need_text("country")?;
            let key = resolver.known(&[&country], year)?;
            take.keep(vec![
                date.into(),
                key.gwcode.into(),
                year.into(),
                country.into(),
                record.flag("travelled")?.into(),
                record.flag("met")?.into(),
                key.in_system.into(),
            ]);
            Ok(())
        })?;
        by_china.read((self, files, "by_china"), &mut accounts, notices, |record, take| {
            let (year, country) = (record.year("Year")?, record.need_text("Country")?);
            let key = resolver.known(&[&country], year)?;
            take.keep(vec![year.into(), key.gwcode.into(), record.text("Level").into(), country.into(), key.in_system.into()]);
            Ok(())
        })?;
        let notes = [
            "visits of leaders to the United States as the Department of State lists them",
            "seven leaders of China whom the publisher followed, also meetings in China and elsewhere",
            "travels of China's highest leaders",
        ];
        let mut coverage = Vec::new();
        for ((list, spec), note) in [&to_us, &engagements, &by_china].into_iter().zip(tables::TABLES).zip(notes) {
            coverage.extend(cover::span("leader_visits", spec.name, list.range("year"), Knowledge::Covered, note));
        }
        crate::reading([&mut to_us, &mut engagements, &mut by_china], "", accounts, coverage, notices)
    }
}
