//! Global Sanctions Data Base, release 4: cases of sanctions with senders, targets, instruments, aims and outcome, 1949 to 2023.
//!
//! A case names one or several targets and senders, states or not. It becomes a case, its parties, and dyad-years for pairs in which both
//! are named as states. Non-goals: members of sender organisations (join memberships), severity.

mod parties;
mod tables;

use blocwatch_core::Notices;
use blocwatch_core::state::States;

use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::rows::{Rows, Value, published};
use crate::{Declaration, Held, Reading, Shape, Source};
use parties::Party;

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

static DECLARATION: Declaration = Declaration::new("gsdb_sanctions", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for GsdbSanctions {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let [mut cases, mut parties, mut dyads] = [0, 1, 2].map(|i| Rows::new(&tables::TABLES[i]));
        let columns = tables::TABLES[0].columns;
        let rest = published(&columns[2..columns.len() - 1], &[]);
        let instruments = published(&tables::TABLES[2].columns[5..11], &[]);
        cases.read((self, files, "case"), &mut accounts, notices, |record, take| {
            let id = record.need("case_id")?;
            let (from, to) = (record.year("begin")?, record.year("end")?);
            if to < from {
                return Err(record.not_a("end before the beginning", "end"));
            }
            let targets = parties::list(&record.seen("sanctioned_state"), from, &resolver)?;
            let senders = parties::list(&record.seen("sanctioning_state"), from, &resolver)?;
            let mut values = vec![id.into()];
            record.read(&rest, &mut values)?;
            let mut flags = Vec::new();
            record.read(&instruments, &mut flags)?;
            take.keep(values);
            for (role, list) in [("target", &targets), ("sender", &senders)] {
                for Party { name, kind, key } in list {
                    let (key, in_system) = (Value::number(*key), Value::in_system(*key));
                    parties.push(
                        vec![id.into(), Value::word(role), name.as_str().into(), Value::word(kind), key, in_system],
                        0,
                        take.place,
                    );
                }
            }
            for year in from..=to {
                let of_year = |p: &Party| -> Option<Key> { p.key.map(|k| resolver.name(&p.name, year).unwrap_or(k)) };
                for one in senders.iter().filter_map(of_year) {
                    for two in targets.iter().filter_map(of_year).filter(|two| two.gwcode != one.gwcode) {
                        let mut values = vec![one.gwcode.into(), two.gwcode.into(), year.into(), id.into()];
                        values.extend(flags.iter().cloned());
                        values.extend([one.in_system.into(), two.in_system.into()]);
                        dyads.push(values, 0, take.place);
                    }
                }
            }
            Ok(())
        })?;
        let mut cover = Cover::new("gsdb_sanctions", "sanction_party");
        if !accounts.is_empty() {
            cover.note_years(states, YEARS, cases.range("end"));
        }
        let refused = cases.settle(&mut accounts, "");
        for parts in [&mut parties, &mut dyads] {
            parts.leave_out(&refused);
            parts.settle_parts();
        }
        crate::tell_quarantined(&accounts, notices);
        let coverage = cover
            .finish(states, "a state without a row was no target or sender in its own name; members of sender organisations are not named");
        Ok(Reading { tables: vec![cases.named_batch()?, parties.named_batch()?, dyads.named_batch()?], accounts, coverage })
    }
}
