//! Global Sanctions Data Base, release 4: cases of sanctions with senders, targets, instruments, aims and outcome, 1949 to 2023.
//!
//! A case names one or several targets and senders, states or not. It becomes a case, its parties, and dyad-years for pairs in which both
//! are named as states. Non-goals: members of sender organisations (join memberships), severity.

mod parties;
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
use crate::tabular::Sheet;
use crate::{Held, Meta, Reading, Shape, Source, open_held};
use parties::Party;

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("gsdb_sanctions", include_str!("source.toml")));

/// The source `gsdb_sanctions`.
pub(crate) struct GsdbSanctions;

static SHAPES: &[Shape] = &[Shape {
    role: "case",
    id: "v4",
    required: &["case_id", "sanctioned_state", "sanctioning_state", "begin", "end", "trade", "objective", "success"],
    without: &[],
    known: &["descr_trade", "arms", "military", "financial", "travel", "other", "target_mult", "sender_mult"],
    tell_unknown: true,
    version: Version::Fixed("v4"),
}];

/// Years of the publisher's cases.
const YEARS: (i32, i32) = (1949, 2023);

impl Source for GsdbSanctions {
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
        let mut out =
            Out { cases: Flat::new(&tables::TABLES[0]), parties: Flat::new(&tables::TABLES[1]), dyads: Flat::new(&tables::TABLES[2]) };
        let mut cover = Cover::new("gsdb_sanctions", "sanction_party");
        for held in crate::of_role(files, "case") {
            let file = accounts.len();
            accounts.push(open_held(self, held, notices, |sheet, _, notices| read_cases(sheet, file, &resolver, &mut out, notices))?);
            cover.note_all(states, YEARS.0, YEARS.1);
        }
        let refused = out.cases.settle(&mut accounts, "");
        for parts in [&mut out.parties, &mut out.dyads] {
            parts.leave_out(&refused);
            parts.settle_parts();
        }
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover
            .finish(states, "a state without a row was no target or sender in its own name; members of sender organisations are not named");
        let tables = vec![
            ("sanction_case", out.cases.batch()?),
            ("sanction_party", out.parties.batch()?),
            ("sanction_dyad_year", out.dyads.batch()?),
        ];
        Ok(Reading { tables, accounts, coverage })
    }
}

struct Out {
    cases: Flat,
    parties: Flat,
    dyads: Flat,
}

fn read_cases(sheet: Sheet<'_>, file: usize, resolver: &Resolver<'_>, out: &mut Out, notices: &mut Notices) -> Result<RowAccount> {
    let (case, begin, end) = (sheet.required("case_id")?, sheet.required("begin")?, sheet.required("end")?);
    let (target, sender) = (sheet.required("sanctioned_state")?, sheet.required("sanctioning_state")?);
    let columns = tables::TABLES[0].columns;
    let rest = Published::of(&sheet, &columns[2..columns.len() - 1], &[]);
    let instruments = Published::of(&sheet, &tables::TABLES[2].columns[5..11], &[]);
    sheet.each(notices, |row, tally| {
        let id = Value::Int(i64::from(row.need::<i32>(case)?));
        let (from, to) = (row.year(begin)?, row.year(end)?);
        if to < from {
            return Err(row.not_a("end before the beginning", end));
        }
        let targets = parties::list(&row.verbatim(target), from, resolver, &META.lookups)?;
        let senders = parties::list(&row.verbatim(sender), from, resolver, &META.lookups)?;
        let mut cells = vec![id.clone(), Value::Word("v4")];
        rest.read(row, &mut cells)?;
        let mut flags = Vec::new();
        instruments.read(row, &mut flags)?;
        out.cases.push(cells, 0, file, row.line);
        for (role, list) in [("target", &targets), ("sender", &senders)] {
            for Party { name, kind, key } in list {
                let cells = vec![
                    id.clone(),
                    Value::Word(role),
                    Value::text(name.as_str()),
                    Value::Word("v4"),
                    Value::Word(kind),
                    number(*key),
                    in_system(*key),
                ];
                out.parties.push(cells, 0, file, row.line);
            }
        }
        for year in from..=to {
            let of_year = |p: &Party| -> Option<Key> { p.key.map(|k| resolver.name(&p.name, year, &META.lookups).unwrap_or(k)) };
            for one in senders.iter().filter_map(of_year) {
                for two in targets.iter().filter_map(of_year).filter(|two| two.gwcode != one.gwcode) {
                    let mut cells = vec![number(Some(one)), number(Some(two)), Value::Int(i64::from(year)), id.clone(), Value::Word("v4")];
                    cells.extend(flags.iter().cloned());
                    cells.extend([in_system(Some(one)), in_system(Some(two))]);
                    out.dyads.push(cells, 0, file, row.line);
                }
            }
        }
        tally.keep(1);
        Ok(())
    })
}
