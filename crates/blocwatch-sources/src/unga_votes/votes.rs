//! Votes: 16 bytes each while reading, as there are millions.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;

use super::rollcalls::{Rollcall, Rollcalls};
use super::{EDITIONS, tables};
use crate::cover::Cover;
use crate::error::Result;
use crate::frame;
use crate::resolve::{Key, Resolver};
use crate::tabular::{Bad, Sheet, sheet::quarantine_kept};

/// Published vote codes.
pub(super) const YES: u8 = 1;
pub(super) const ABSTAIN: u8 = 2;
pub(super) const NO: u8 = 3;
pub(super) const ABSENT: u8 = 8;
pub(super) const NOT_A_MEMBER: u8 = 9;

#[derive(Clone, Copy)]
struct Vote {
    /// Edition, roll call and state in one number that sorts like the key.
    key: u64,
    line: u32,
    file: u8,
    vote: u8,
    in_system: bool,
}

impl Vote {
    fn edition(self) -> u8 {
        (self.key >> 48) as u8
    }

    fn rcid(self) -> i32 {
        // roll calls are checked to be positive
        ((self.key >> 16) & 0xffff_ffff) as u32 as i32
    }

    fn gwcode(self) -> u16 {
        self.key as u16
    }
}

/// All votes read so far.
#[derive(Default)]
pub(super) struct Votes {
    list: Vec<Vote>,
}

/// Finds the roll call of a vote; votes on one roll call mostly follow each other.
struct Finder<'a> {
    calls: &'a Rollcalls,
    edition: u8,
    last: Option<&'a Rollcall>,
}

impl<'a> Finder<'a> {
    fn find(&mut self, rcid: i32) -> Result<&'a Rollcall, Bad> {
        if let Some(call) = self.last.filter(|c| c.rcid == rcid) {
            return Ok(call);
        }
        let call =
            self.calls.get(self.edition, rcid).ok_or_else(|| Bad::new("roll call not in the rollcalls file", format!("rcid {rcid}")))?;
        self.last = Some(call);
        Ok(call)
    }
}

/// Keys of states by published name, remembered for the year at hand.
pub(super) struct Names<'a> {
    resolver: &'a Resolver<'a>,
    known: HashMap<Vec<u8>, (i32, Option<Key>)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(resolver: &'a Resolver<'a>) -> Self {
        Self { resolver, known: HashMap::new() }
    }

    /// The key that the first resolvable of `names` has in a year. `id` are the bytes by which the answer is remembered.
    pub(super) fn key(&mut self, id: &[u8], year: i32, names: impl FnOnce() -> Vec<String>) -> Result<Key, Bad> {
        let remembered = self.known.get(id).filter(|(y, _)| *y == year).map(|(_, k)| *k);
        let key = match remembered {
            Some(key) => key,
            None => {
                let key = names().iter().filter(|n| !n.is_empty()).find_map(|n| self.resolver.name(n, year));
                self.known.insert(id.to_vec(), (year, key));
                key
            }
        };
        key.ok_or_else(|| {
            let text = String::from_utf8_lossy(id);
            let near = self.resolver.states().nearest(&text, 1);
            Bad::new("unknown state", format!("'{text}' in {year}{}", blocwatch_core::name::did_you_mean(&near)))
        })
    }
}

impl Votes {
    /// Adds a vote.
    pub(super) fn add(&mut self, edition: u8, rcid: i32, key: Key, vote: u8, file: usize, line: u32) -> Result<(), Bad> {
        let rc = u32::try_from(rcid).map_err(|_| Bad::new("number out of range in column 'rcid'", format!("'{rcid}'")))?;
        let sort = u64::from(edition) << 48 | u64::from(rc) << 16 | u64::from(key.gwcode);
        self.list.push(Vote { key: sort, line, file: file.min(255) as u8, vote, in_system: key.in_system });
        Ok(())
    }

    /// Votes by COW number: `rcid, ccode, vote`.
    pub(super) fn read_coded(
        &mut self,
        sheet: Sheet<'_>,
        edition: u8,
        file: usize,
        calls: &Rollcalls,
        resolver: &mut Resolver<'_>,
        notices: &mut Notices,
    ) -> Result<RowAccount> {
        let (rcid, ccode, vote) = (sheet.required("rcid")?, sheet.required("ccode")?, sheet.required("vote")?);
        let mut finder = Finder { calls, edition, last: None };
        sheet.each(notices, |row, tally| {
            let call = finder.find(row.need(rcid)?)?;
            let code: u16 = row.need(ccode)?;
            let key = resolver.cow(code, call.year).ok_or_else(|| Bad::new("unknown state", format!("ccode {code} in {}", call.year)))?;
            let vote = numeric_vote(row.need(vote)?).ok_or_else(|| row.not_a("unknown vote code", vote))?;
            self.add(edition, call.rcid, key, vote, file, row.line)?;
            tally.keep(1);
            Ok(())
        })
    }

    /// Votes by name: `rcid, country, country_code, vote`.
    pub(super) fn read_named(
        &mut self,
        sheet: Sheet<'_>,
        edition: u8,
        file: usize,
        calls: &Rollcalls,
        resolver: &Resolver<'_>,
        notices: &mut Notices,
    ) -> Result<RowAccount> {
        let (rcid, country, code, vote) =
            (sheet.required("rcid")?, sheet.required("country")?, sheet.required("country_code")?, sheet.required("vote")?);
        let mut finder = Finder { calls, edition, last: None };
        let mut names = Names::new(resolver);
        sheet.each(notices, |row, tally| {
            let call = finder.find(row.need(rcid)?)?;
            // the code is only asked where the name is not known: NA is Namibia here, and Yugoslavia's code outlives it
            let asked = || vec![row.verbatim(country).into_owned(), row.verbatim(code).into_owned()];
            let key = names.key(row.bytes(country), call.year, asked)?;
            let vote = match row.bytes(vote) {
                b"yes" => YES,
                b"abstain" => ABSTAIN,
                b"no" => NO,
                _ => return Err(row.not_a("unknown vote code", vote)),
            };
            self.add(edition, call.rcid, key, vote, file, row.line)?;
            tally.keep(1);
            Ok(())
        })
    }

    pub(super) fn sort_without_doubles(&mut self, accounts: &mut [RowAccount]) {
        self.list.sort_unstable_by_key(|v| (v.key, v.file, v.line));
        let mut last: Option<Vote> = None;
        self.list.retain(|v| match last {
            Some(first) if first.key == v.key => {
                quarantine_kept(
                    &mut accounts[usize::from(v.file)],
                    u64::from(v.line),
                    "same roll call and state as an earlier row",
                    || format!("line {} has the same key as line {}: rcid {}, gwcode {}", v.line, first.line, v.rcid(), v.gwcode()),
                );
                false
            }
            _ => {
                last = Some(*v);
                true
            }
        });
    }

    /// A state-year is covered where some edition has a vote or an absence of a member.
    pub(super) fn coverage(&self, calls: &Rollcalls, states: &States) -> Vec<CoverageSpan> {
        let mut cover = Cover::new("unga_votes", "unga_vote");
        let mut noted = vec![false; usize::from(u16::MAX) + 1];
        let mut year = i32::MIN;
        self.for_each_call(calls, |call, votes| {
            if call.year != year {
                noted.fill(false);
                year = call.year;
            }
            for v in votes.iter().filter(|v| v.vote != NOT_A_MEMBER) {
                let seen = &mut noted[usize::from(v.gwcode())];
                if !*seen {
                    *seen = true;
                    cover.note(v.gwcode(), year, Knowledge::Covered);
                }
            }
        });
        cover.finish(states, "")
    }

    pub(super) fn batch(&self, calls: &Rollcalls) -> Result<RecordBatch> {
        let mut sessions: Vec<u16> = Vec::with_capacity(self.list.len());
        self.for_each_call(calls, |call, votes| sessions.extend(std::iter::repeat_n(call.session, votes.len())));
        let rows = || self.list.iter();
        frame::batch(
            &tables::TABLES[1],
            vec![
                frame::texts(rows().map(|v| EDITIONS[usize::from(v.edition())])),
                frame::i32s(rows().map(|v| v.rcid())),
                frame::u16s(sessions),
                frame::u16s(rows().map(|v| v.gwcode())),
                frame::i32s(rows().map(|v| i32::from(v.vote))),
                frame::bools(rows().map(|v| v.in_system)),
                frame::u32s(rows().map(|v| v.line)),
            ],
        )
    }

    fn for_each_call(&self, calls: &Rollcalls, mut each: impl FnMut(&Rollcall, &[Vote])) {
        for votes in self.list.chunk_by(|a, b| a.key >> 16 == b.key >> 16) {
            if let Some(call) = votes.first().and_then(|v| calls.get(v.edition(), v.rcid())) {
                each(call, votes);
            }
        }
    }
}

/// Voeten's codes, and nothing else.
pub(super) fn numeric_vote(code: u8) -> Option<u8> {
    matches!(code, YES | ABSTAIN | NO | ABSENT | NOT_A_MEMBER).then_some(code)
}
