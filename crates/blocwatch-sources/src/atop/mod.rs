//! Alliance Treaty Obligations and Provisions v5.1: which state is allied to which, with what obligations, 1815 to 2018.
//!
//! Non-goals: the state-year and phase files (they follow from these), strength of alliances, alliances after 2018.

mod tables;

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
use crate::tabular::{Bad, Sheet};
use crate::{Held, Meta, Reading, Shape, Source, open_held};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("atop", include_str!("source.toml")));

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
        known: &[],
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
        known: &[],
        tell_unknown: false,
        version: Version::Fixed("v5.1"),
    },
];

/// Years of the publisher's dyad-years.
const YEARS: (i32, i32) = (1815, 2018);

const SEAT: &str = "two Correlates of War numbers are one state at the end of the year: the number in force then is kept";

impl Source for Atop {
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
        let mut resolver = Resolver::new(states);
        let mut accounts = Vec::new();
        let mut dyads = Flat::new(&tables::TABLES[0]);
        let mut members = Flat::new(&tables::TABLES[1]);
        let mut alliances = Flat::new(&tables::TABLES[2]);
        for held in crate::of_role(files, "dyad_year") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| read_dyads(sheet, file, &mut resolver, &mut dyads, notices))?);
        }
        let mut cover = Cover::new("atop", "alliance_dyad_year");
        if !accounts.is_empty() {
            cover.note_all(states, YEARS.0, YEARS.1);
        }
        for held in crate::of_role(files, "member") {
            let file = accounts.len();
            accounts
                .push(open_held(self, held, notices, |sheet, _, notices| read_members(sheet, file, &mut resolver, &mut members, notices))?);
        }
        for held in crate::of_role(files, "alliance") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| read_alliances(sheet, file, &mut alliances, notices))?);
        }
        dyads.settle(&mut accounts, SEAT);
        members.settle(&mut accounts, SEAT);
        alliances.settle(&mut accounts, SEAT);
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover.finish(states, "a pair without a row has no alliance that the project knows of");
        let tables = vec![("alliance_dyad_year", dyads.batch()?), ("alliance_member", members.batch()?), ("alliance", alliances.batch()?)];
        Ok(Reading { tables, accounts, coverage })
    }
}

fn state(resolver: &mut Resolver<'_>, code: u16, year: i32) -> Result<Key, Bad> {
    resolver.cow(code, year).ok_or_else(|| Bad::new("unknown state", format!("ccode {code} in {year}")))
}

fn read_dyads(sheet: Sheet<'_>, file: usize, resolver: &mut Resolver<'_>, dyads: &mut Flat, notices: &mut Notices) -> Result<RowAccount> {
    let (ccode1, ccode2, year) = (sheet.required("ccode1")?, sheet.required("ccode2")?, sheet.required("year")?);
    let obligations = Published::of(&sheet, &tables::TABLES[0].columns[4..9], &[]);
    sheet.each(notices, |row, tally| {
        let (c1, c2, y): (u16, u16, i32) = (row.need(ccode1)?, row.need(ccode2)?, row.year(year)?);
        let (one, two) = (state(resolver, c1, y)?, state(resolver, c2, y)?);
        if one.gwcode == two.gwcode {
            return Err(Bad::new("a state with itself", format!("ccode {c1} and {c2} in {y}")));
        }
        let mut cells = vec![number(Some(one)), number(Some(two)), Value::Int(i64::from(y)), Value::Word("dyad")];
        obligations.read(row, &mut cells)?;
        cells.extend([in_system(Some(one)), in_system(Some(two)), Value::Int(i64::from(c1)), Value::Int(i64::from(c2))]);
        let rank = u8::from(!resolver.is_seat(one, c1, y)) + u8::from(!resolver.is_seat(two, c2, y));
        dyads.push(cells, rank, file, row.line);
        tally.keep(1);
        Ok(())
    })
}

fn read_members(
    sheet: Sheet<'_>,
    file: usize,
    resolver: &mut Resolver<'_>,
    members: &mut Flat,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let (member, entered) = (sheet.required("member")?, sheet.required("yrent")?);
    let cowsys = sheet.column("cowsys");
    let columns = tables::TABLES[1].columns;
    let (keys, entry) = (Published::of(&sheet, &columns[..4], &[]), Published::of(&sheet, &columns[5..7], &[]));
    let rest = Published::of(&sheet, &columns[8..columns.len() - 2], &[]);
    sheet.each(notices, |row, tally| {
        let (code, year): (u16, i32) = (row.need(member)?, row.year(entered)?);
        // some members are no states of the list of numbers, and the publisher says so
        let listed = cowsys.map_or(Ok(None), |at| row.whole(at))? != Some(0);
        let key = resolver.cow(code, year);
        if key.is_none() && listed {
            return Err(Bad::new("unknown state", format!("member {code} in {year}")));
        }
        let mut cells = Vec::new();
        keys.read(row, &mut cells)?;
        cells.push(Value::Word("member"));
        entry.read(row, &mut cells)?;
        cells.push(number(key));
        rest.read(row, &mut cells)?;
        cells.push(in_system(key));
        members.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}

fn read_alliances(sheet: Sheet<'_>, file: usize, alliances: &mut Flat, notices: &mut Notices) -> Result<RowAccount> {
    let columns = tables::TABLES[2].columns;
    let (id, rest) = (Published::of(&sheet, &columns[..1], &[]), Published::of(&sheet, &columns[2..columns.len() - 1], &[]));
    sheet.each(notices, |row, tally| {
        let mut cells = Vec::new();
        id.read(row, &mut cells)?;
        cells.push(Value::Word("alliance"));
        rest.read(row, &mut cells)?;
        alliances.push(cells, 0, file, row.line);
        tally.keep(1);
        Ok(())
    })
}
