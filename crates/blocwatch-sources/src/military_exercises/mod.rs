//! Military exercises of several states: Multinational Military Exercises v7 (1980-2010) and Joint Military Exercises v3 (to 2010).
//!
//! Names of exercises, places and descriptions stay in the publisher's files. Non-goals: joining the two lists.

mod tables;

use std::collections::BTreeMap;

use blocwatch_core::Notices;
use blocwatch_core::state::States;

use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Record, Rows, Value, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `military_exercises`.
pub(crate) struct MilitaryExercises;

static SHAPES: &[Shape] = &[
    Shape {
        role: "participant_year",
        id: "mme",
        required: &["MMEID", "gwcode", "country", "year", "s.year", "e.year"],
        without: &[],
        known: &[
            "Ex_Name",
            "Series_Name",
            "CPX",
            "Air",
            "Land",
            "Sea",
            "Amphibious",
            "Cyber",
            "Warfighting",
            "Peacekeeping",
            "Humanitarian",
            "participant_count",
        ],
        tell_unknown: true,
        version: Version::Fixed("v7"),
    },
    Shape {
        role: "participant",
        id: "jme",
        required: &["exercise_row", "s.year", "state"],
        without: &["Exercise Name"],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("v3"),
    },
    Shape {
        role: "exercise",
        id: "mme",
        required: &["MMEID", "s.year", "s.month", "s.day", "e.year", "StateA"],
        without: &[],
        known: &["e.month", "e.day", "CPX", "Air", "Land", "Sea", "Amphibious", "Cyber", "Warfighting", "Peacekeeping", "Humanitarian"],
        tell_unknown: false,
        version: Version::Fixed("v7"),
    },
    Shape {
        role: "exercise",
        id: "jme",
        required: &["exercise_row", "s.year", "s.month", "s.day", "e.year", "JME Type"],
        without: &[],
        known: &["e.month", "e.day"],
        tell_unknown: false,
        version: Version::Fixed("v3"),
    },
];

/// Years in which the first list looked for exercises.
const MME_YEARS: (i32, i32) = (1980, 2010);

/// Year as of which participants of exercises without a date get their number: the last of the list.
const UNDATED: i32 = 2010;

/// Participants that are no states.
const NO_STATES: &[(&str, &str)] = &[
    ("-9", "unknown"),
    ("8 NATO members", "group of states"),
    ("Baltic States", "group of states"),
    ("NATO", "organisation"),
    ("Bermuda", "territory"),
    ("BMU", "territory"),
    ("Netherlands Antilles", "territory"),
    ("New Caledonia", "territory"),
];

const REPEATED: &str = "a participant that the publisher names twice for one exercise and year";

static DECLARATION: Declaration = Declaration::new("military_exercises", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for MilitaryExercises {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let [mut years, mut participants, mut exercises] = [0, 1, 2].map(|i| Rows::new(&tables::TABLES[i]));
        let columns = tables::TABLES[0].columns;
        let rest = published(&columns[8..columns.len() - 2], &[("e_year", "e.year"), ("gwcode_published", "gwcode")]);
        let mut seen = BTreeMap::new();
        years.read((self, files, "participant_year"), &mut accounts, notices, |record, take| {
            let [exercise, name] = ["MMEID", "country"].map(|c| record.verbatim(c));
            if exercise.is_empty() || name.is_empty() {
                return Err(record.not_a("missing value", if exercise.is_empty() { "MMEID" } else { "country" }));
            }
            let (start, year) = (record.year("s.year")?, record.year("year")?);
            let (kind, key) = match no_state(&name) {
                Some(kind) => (kind, None),
                None => {
                    let by_number = record.integer("gwcode")?.and_then(|c| u16::try_from(c).ok()).and_then(|c| resolver.gw(c, year));
                    // a number that is not in force in the year (817 for Vietnam) says less than the name
                    let key = by_number.filter(|k| k.in_system).or_else(|| resolver.name(&name, year)).or(by_number);
                    let key = key.ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {year}")))?;
                    (key.kind(), Some(key))
                }
            };
            let (nth, rank) = occurrence(&mut seen, (take.place.file, format!("{exercise}/{start}/{name}/{year}")), kind);
            let mut values =
                vec![exercise.into(), start.into(), name.into(), year.into(), nth.into(), Value::word(kind), Value::number(key)];
            record.read(&rest, &mut values)?;
            values.push(Value::in_system(key));
            take.keep_ranked(values, rank);
            Ok(())
        })?;
        let mut cover = Cover::new("military_exercises", "exercise_state_year");
        if !accounts.is_empty() {
            cover.note_years(states, MME_YEARS, years.range("year"));
        }
        participants.read((self, files, "participant"), &mut accounts, notices, |record, take| {
            let exercise = record.need("exercise_row")?;
            let year = record.text("s.year").map(|_| record.year("s.year")).transpose()?;
            let name = record.verbatim("state");
            // codes are written in either case
            let name = if name.len() == 3 { name.to_ascii_uppercase() } else { name };
            if name.is_empty() {
                return Err(record.not_a("missing value", "state"));
            }
            let (kind, key) = match no_state(&name) {
                Some(kind) => (kind, None),
                None => {
                    let key = resolver.known(&[&name], year.unwrap_or(UNDATED))?;
                    (key.kind(), Some(key))
                }
            };
            let (nth, rank) = occurrence(&mut seen, (take.place.file, format!("{exercise}/{name}")), kind);
            let values = vec![
                exercise.to_string().into(),
                name.into(),
                nth.into(),
                Value::word(kind),
                Value::number(key),
                year.into(),
                Value::in_system(key.filter(|_| year.is_some())),
            ];
            take.keep_ranked(values, rank);
            Ok(())
        })?;
        let columns = tables::TABLES[2].columns;
        let rest = published(&columns[9..columns.len() - 1], &[("jme_type", "JME Type")]);
        exercises.read((self, files, "exercise"), &mut accounts, notices, |record, take| {
            let id = if record.shape == "jme" { "exercise_row" } else { "MMEID" };
            let exercise = record.verbatim(id);
            if exercise.is_empty() {
                return Err(record.not_a("missing value", id));
            }
            let mut values = vec![exercise.as_str().into(), Value::Null];
            for column in ["s.year", "s.month", "s.day", "e.year", "e.month", "e.day"] {
                values.push(date_part(record, column)?);
            }
            record.read(&rest, &mut values)?;
            values[1] = occurrence(&mut seen, (take.place.file, exercise), "unknown").0.into();
            take.keep(values);
            Ok(())
        })?;
        let coverage = cover.finish(states, "exercises that newspapers reported; a state without a row took part in none of them");
        crate::reading([&mut years, &mut participants, &mut exercises], REPEATED, accounts, coverage, notices)
    }
}

fn no_state(name: &str) -> Option<&'static str> {
    NO_STATES.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
}

/// Numbers unknown participants of one exercise one by one; a named one is always the first of itself.
fn occurrence(seen: &mut BTreeMap<(usize, String), i64>, key: (usize, String), kind: &str) -> (i64, u8) {
    let count = seen.entry(key).or_insert(0);
    *count += 1;
    if kind == "unknown" { (*count, 0) } else { (1, u8::from(*count > 1)) }
}

/// A part of a date; the publishers write `xx` and `-9` where they do not know it.
fn date_part(record: &Record<'_>, column: &'static str) -> Result<Value, Bad> {
    match record.seen(column).to_ascii_lowercase().as_str() {
        "xx" | "xxxx" | "-9" => Ok(Value::Null),
        _ => Ok(record.integer(column)?.into()),
    }
}
