//! Alliance Treaty Obligations and Provisions v5.1: which state is allied to which, with what obligations, 1815 to 2018.
//!
//! Non-goals: the state-year and phase files (they follow from these), strength of alliances, alliances after 2018.

mod dyads;
mod tables;

use blocwatch_core::Notices;
use blocwatch_core::state::States;

use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source, open_held};
use dyads::Dyads;

/// The source `atop`.
pub(crate) struct Atop;

static SHAPES: &[Shape] = &[
    Shape {
        role: "dyad_year",
        id: "dyad",
        required: &["ccode1", "ccode2", "year", "atop_defense", "atop_offense", "atop_neutral", "atop_nonagg", "atop_consul"],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("v5.1"),
    },
    Shape {
        role: "member",
        id: "member",
        required: &["atopid", "member", "yrent", "yrexit", "phase", "defense"],
        without: &[],
        known: &["cowsys", "moent", "dayent", "moexit", "dayexit", "bilat", "offense", "neutral", "nonagg", "consul"],
        // some eighty further provisions
        tell_unknown: false,
        version: Version::Fixed("v5.1"),
    },
    Shape {
        role: "alliance",
        id: "alliance",
        required: &["atopid", "begyr", "endyr", "mem1", "defense"],
        // the file of phases
        without: &["phase"],
        known: &[
            "begmo", "begday", "endmo", "endday", "bilat", "maxphase", "wartime", "pubsecr", "offense", "neutral", "nonagg", "consul",
            "asymm", "milcon", "milaid", "intcom", "organ1", "base", "ecaid", "interv",
        ],
        tell_unknown: false,
        version: Version::Fixed("v5.1"),
    },
];

/// Years of the publisher's dyad-years.
const YEARS: (i32, i32) = (1815, 2018);

const SEAT: &str = "two Correlates of War numbers are one state at the end of the year: the number in force then is kept";

static DECLARATION: Declaration = Declaration::new("atop", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for Atop {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let [mut members, mut alliances] = [1, 2].map(|i| Rows::new(&tables::TABLES[i]));
        let mut dyads = Dyads::default();
        let held = crate::of_role(files, "dyad_year");
        for (file, h) in held.iter().enumerate() {
            accounts.push(open_held(self, h, notices, |sheet, _, notices| dyads.read(sheet, file, &mut resolver, notices))?);
        }
        let mut cover = Cover::new("atop", "alliance_dyad_year");
        if !accounts.is_empty() {
            cover.note_years(states, YEARS, dyads.years());
        }
        let columns = tables::TABLES[1].columns;
        let (id, entry) = (published(&columns[..4], &[]), published(&columns[5..7], &[]));
        let rest = published(&columns[8..columns.len() - 2], &[]);
        members.read((self, files, "member"), &mut accounts, notices, |record, take| {
            let (code, year) = (record.code("member")?, record.year("yrent")?);
            // some members are no states of the list of numbers, and the publisher says so
            let listed = record.integer("cowsys")? != Some(0);
            let key = resolver.cow(code, year);
            if key.is_none() && listed {
                return Err(Bad::new("unknown state", format!("member {code} in {year}")));
            }
            let mut values = Vec::new();
            record.read(&id, &mut values)?;
            record.read(&entry, &mut values)?;
            values.push(Value::number(key));
            record.read(&rest, &mut values)?;
            values.push(Value::in_system(key));
            take.keep(values);
            Ok(())
        })?;
        let columns = tables::TABLES[2].columns;
        let (id, rest) = (published(&columns[..1], &[]), published(&columns[2..columns.len() - 1], &[]));
        alliances.read((self, files, "alliance"), &mut accounts, notices, |record, take| {
            let mut values = Vec::new();
            record.read(&id, &mut values)?;
            record.read(&rest, &mut values)?;
            take.keep(values);
            Ok(())
        })?;
        let coverage = cover.finish(states, "a pair without a row has no alliance that the project knows of");
        dyads.settle(&mut accounts, &held);
        let mut reading = crate::reading([&mut members, &mut alliances], SEAT, accounts, coverage, notices)?;
        reading.tables.insert(0, dyads.batch(&held)?);
        Ok(reading)
    }
}
