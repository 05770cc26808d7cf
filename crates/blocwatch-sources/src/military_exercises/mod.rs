//! Military exercises of several states: Multinational Military Exercises v7 (1980-2010) and Joint Military Exercises v3 (to 2010).
//!
//! Names of exercises, places and descriptions stay in the publisher's files. Non-goals: joining the two lists.

mod tables;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;

use crate::cover::Cover;
use crate::error::Result;
use crate::flat::{Flat, Published, Value, in_system, number};
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::tabular::{Bad, Row, Sheet};
use crate::{Held, Meta, Reading, Shape, Source, open_held};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("military_exercises", include_str!("source.toml")));

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
        known: &[],
        tell_unknown: false,
        version: Version::Fixed("v7"),
    },
    Shape {
        role: "exercise",
        id: "jme",
        required: &["exercise_row", "s.year", "s.month", "s.day", "e.year", "JME Type"],
        without: &[],
        known: &[],
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

impl Source for MilitaryExercises {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn tables(&self) -> &'static [TableSpec] {
        tables::TABLES
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states);
        let mut accounts = Vec::new();
        let [mut years, mut participants, mut exercises] = [0, 1, 2].map(|i| Flat::new(&tables::TABLES[i]));
        let mut cover = Cover::new("military_exercises", "exercise_state_year");
        for held in crate::of_role(files, "participant_year") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| read_mme(sheet, file, &resolver, &mut years, notices))?);
            cover.note_all(states, MME_YEARS.0, MME_YEARS.1);
        }
        for held in crate::of_role(files, "participant") {
            let file = accounts.len();
            accounts
                .push(open_held(self, held, notices, |sheet, _, notices| read_jme(sheet, file, &resolver, &mut participants, notices))?);
        }
        for held in crate::of_role(files, "exercise") {
            let file = accounts.len();
            let edition = if held.file.shape == "jme" { "jme" } else { "mme" };
            accounts
                .push(open_held(self, held, notices, |sheet, _, notices| read_exercises(sheet, edition, file, &mut exercises, notices))?);
        }
        for table in [&mut years, &mut participants, &mut exercises] {
            table.settle(&mut accounts, REPEATED);
        }
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover.finish(states, "exercises that newspapers reported; a state without a row took part in none of them");
        let tables = vec![
            ("exercise_state_year", years.batch()?),
            ("exercise_participant", participants.batch()?),
            ("exercise", exercises.batch()?),
        ];
        Ok(Reading { tables, accounts, coverage })
    }
}

fn kind_of(key: Key) -> &'static str {
    if key.gwcode < 1000 { "state" } else { "territory" }
}

fn no_state(name: &str) -> Option<&'static str> {
    NO_STATES.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind)
}

/// Numbers unknown participants of one exercise one by one; a named one is always the first of itself.
fn occurrence(seen: &mut BTreeMap<String, i64>, key: String, kind: &str) -> (i64, u8) {
    let count = seen.entry(key).or_insert(0);
    *count += 1;
    if kind == "unknown" { (*count, 0) } else { (1, u8::from(*count > 1)) }
}

fn read_mme(sheet: Sheet<'_>, file: usize, resolver: &Resolver<'_>, out: &mut Flat, notices: &mut Notices) -> Result<RowAccount> {
    let (id, country, gwcode) = (sheet.required("MMEID")?, sheet.required("country")?, sheet.required("gwcode")?);
    let (start, year) = (sheet.required("s.year")?, sheet.required("year")?);
    let columns = tables::TABLES[0].columns;
    let rest = Published::of(&sheet, &columns[8..columns.len() - 2], &[("e_year", "e.year"), ("gwcode_published", "gwcode")]);
    let mut seen = BTreeMap::new();
    sheet.each(notices, |row, tally| {
        let (exercise, name) = (row.verbatim(id), row.verbatim(country));
        if exercise.is_empty() || name.is_empty() {
            return Err(row.not_a("missing value", if exercise.is_empty() { id } else { country }));
        }
        let (s, y) = (row.year(start)?, row.year(year)?);
        let (kind, key) = match no_state(&name) {
            Some(kind) => (kind, None),
            None => {
                let by_number = row.whole(gwcode)?.and_then(|c| u16::try_from(c).ok()).and_then(|c| resolver.gw(c, y));
                // a number that is not in force in the year (817 for Vietnam) says less than the name
                let key = by_number.filter(|k| k.in_system).or_else(|| resolver.name(&name, y, &META.lookups)).or(by_number);
                let key = key.ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {y}")))?;
                (kind_of(key), Some(key))
            }
        };
        let (nth, rank) = occurrence(&mut seen, format!("{exercise}/{s}/{name}/{y}"), kind);
        let mut cells = vec![
            Value::text(exercise),
            Value::Int(i64::from(s)),
            Value::text(name),
            Value::Int(i64::from(y)),
            Value::Int(nth),
            Value::Word("mme"),
            Value::Word(kind),
            number(key),
        ];
        rest.read(row, &mut cells)?;
        cells.push(in_system(key));
        out.push(cells, rank, file, row.line);
        tally.keep(1);
        Ok(())
    })
}

fn read_jme(sheet: Sheet<'_>, file: usize, resolver: &Resolver<'_>, out: &mut Flat, notices: &mut Notices) -> Result<RowAccount> {
    let (id, start, state) = (sheet.required("exercise_row")?, sheet.required("s.year")?, sheet.required("state")?);
    let mut seen = BTreeMap::new();
    sheet.each(notices, |row, tally| {
        let exercise: i32 = row.need(id)?;
        let year = if row.text(start).is_some() { Some(row.year(start)?) } else { None };
        let name = row.verbatim(state);
        // codes are written in either case
        let name = if name.len() == 3 { name.to_ascii_uppercase() } else { name.into_owned() };
        if name.is_empty() {
            return Err(row.not_a("missing value", state));
        }
        let (kind, key) = match no_state(&name) {
            Some(kind) => (kind, None),
            None => {
                let key = resolver.name(&name, year.unwrap_or(UNDATED), &META.lookups);
                let key = key.ok_or_else(|| Bad::new("unknown state", format!("'{name}' in {}", year.unwrap_or(UNDATED))))?;
                (kind_of(key), Some(key))
            }
        };
        let (nth, rank) = occurrence(&mut seen, format!("{exercise}/{name}"), kind);
        let cells = vec![
            Value::text(exercise.to_string()),
            Value::text(name),
            Value::Int(nth),
            Value::Word("jme"),
            Value::Word(kind),
            number(key),
            year.map_or(Value::Null, |y| Value::Int(i64::from(y))),
            if year.is_some() { in_system(key) } else { Value::Null },
        ];
        out.push(cells, rank, file, row.line);
        tally.keep(1);
        Ok(())
    })
}

/// A part of a date; the publishers write `xx` and `-9` where they do not know it.
fn date_part(row: &Row<'_>, at: Option<usize>) -> Result<Value, Bad> {
    let Some(at) = at else { return Ok(Value::Null) };
    match row.bytes(at).to_ascii_lowercase().as_slice() {
        b"xx" | b"xxxx" | b"-9" => Ok(Value::Null),
        _ => Ok(row.whole(at)?.map_or(Value::Null, Value::Int)),
    }
}

fn read_exercises(sheet: Sheet<'_>, edition: &'static str, file: usize, out: &mut Flat, notices: &mut Notices) -> Result<RowAccount> {
    let id = sheet.required(if edition == "jme" { "exercise_row" } else { "MMEID" })?;
    let dates = ["s.year", "s.month", "s.day", "e.year", "e.month", "e.day"].map(|c| sheet.column(c));
    let columns = tables::TABLES[2].columns;
    let rest = Published::of(&sheet, &columns[9..columns.len() - 1], &[("jme_type", "JME Type")]);
    let mut seen: BTreeMap<String, i64> = BTreeMap::new();
    sheet.each(notices, |row, tally| {
        let exercise = row.verbatim(id).into_owned();
        if exercise.is_empty() {
            return Err(row.not_a("missing value", id));
        }
        let mut cells = vec![Value::text(exercise.as_str()), Value::Null, Value::Word(edition)];
        for at in dates {
            cells.push(date_part(row, at)?);
        }
        rest.read(row, &mut cells)?;
        let count = seen.entry(exercise).or_insert(0);
        *count += 1;
        cells[1] = Value::Int(*count);
        out.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}
