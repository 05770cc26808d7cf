//! Alliance Treaty Obligations and Provisions v5.1: which state is allied to which, with what obligations, 1815 to 2018.
//!
//! Non-goals: the state-year and phase files (they follow from these), strength of alliances, alliances after 2018.

mod tables;

use blocwatch_core::Notices;
use blocwatch_core::state::States;

use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

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
        let [mut dyads, mut members, mut alliances] = [0, 1, 2].map(|i| Rows::new(&tables::TABLES[i]));
        let obligations = published(&tables::TABLES[0].columns[4..9], &[]);
        dyads.read((self, files, "dyad_year"), &mut accounts, notices, |record, take| {
            let (c1, c2, year) = (record.code("ccode1")?, record.code("ccode2")?, record.year("year")?);
            let (one, two) = (resolver.known_cow(c1, year)?, resolver.known_cow(c2, year)?);
            if one.gwcode == two.gwcode {
                return Err(Bad::new("a state with itself", format!("ccode {c1} and {c2} in {year}")));
            }
            let mut values = vec![one.gwcode.into(), two.gwcode.into(), year.into()];
            record.read(&obligations, &mut values)?;
            values.extend([one.in_system.into(), two.in_system.into(), c1.into(), c2.into()]);
            let rank = u8::from(!resolver.is_seat(one, c1, year)) + u8::from(!resolver.is_seat(two, c2, year));
            take.keep_ranked(values, rank);
            Ok(())
        })?;
        let mut cover = Cover::new("atop", "alliance_dyad_year");
        if !accounts.is_empty() {
            cover.note_years(states, YEARS, dyads.range("year"));
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
        crate::reading([&mut dyads, &mut members, &mut alliances], SEAT, accounts, coverage, notices)
    }
}
