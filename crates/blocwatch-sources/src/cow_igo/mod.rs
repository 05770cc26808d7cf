//! Correlates of War, intergovernmental organisations v3: which state was in which organisation in which year, to 2014.
//!
//! Non-goals: successor organisations, memberships after 2014 (people's files), counting members.

mod meta_file;
mod tables;

use std::collections::{BTreeSet, HashMap};

use arrow::record_batch::RecordBatch;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;
use blocwatch_core::{Notices, Severity};
use foldhash::fast::FixedState;

use crate::cover::Cover;
use crate::error::Result;
use crate::frame;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::tabular::{Bad, Row, Sheet, Tally, cell, sheet::quarantine_kept};
use crate::{Declaration, Held, Reading, Shape, Source, open_held};

/// The source `cow_igo`.
pub(crate) struct CowIgo;

static SHAPES: &[Shape] = &[
    Shape {
        role: "state_year",
        id: "wide",
        // two organisations that every version has, so that another table by state and year is not taken for this one
        required: &["ccode", "year", "state", "UN", "ITU"],
        without: &[],
        known: &[],
        tell_unknown: false,
        version: Version::Fixed("v3"),
    },
    Shape {
        role: "state_year",
        id: "long",
        required: &["ccode", "year", "ioname", "status"],
        without: &[],
        known: &["state"],
        tell_unknown: true,
        version: Version::Fixed("v3"),
    },
    Shape {
        role: "organisation_year",
        id: "meta",
        required: &["ioname", "orgname", "year", "sdate", "political", "social", "economic"],
        without: &["ccode"],
        known: &[],
        // the publisher's file has one more column for every state
        tell_unknown: false,
        version: Version::Fixed("v3"),
    },
];

/// Columns of the wide file that are no organisations.
const NO_ORGANISATION: &[&str] = &["ccode", "year", "state", "stateabb", "statenme", "country", "version", ""];

const NOT_A_MEMBER: &str = "status 0: not a member";
const NOT_IN_EXISTENCE: &str = "status -1: the organisation does not exist in the year";
const NO_STATUS: &str = "empty cell";

#[derive(Clone, Copy)]
struct Member {
    gwcode: u16,
    ccode: u16,
    year: i32,
    org: u16,
    status: i8,
    in_system: bool,
    file: u8,
    line: u32,
}

/// Organisations by number in order of appearance.
#[derive(Default)]
struct Orgs {
    names: Vec<String>,
    by_name: HashMap<String, u16>,
    /// Cells as they are written, so that a name is looked at once.
    by_cell: HashMap<Box<[u8]>, u16, FixedState>,
}

impl Orgs {
    fn number(&mut self, published: &str) -> Option<u16> {
        let name = published.to_ascii_uppercase();
        if let Some(&n) = self.by_name.get(&name) {
            return Some(n);
        }
        let n = u16::try_from(self.names.len()).ok()?;
        self.names.push(name.clone());
        self.by_name.insert(name, n);
        Some(n)
    }

    /// The number of a cell that was looked at before.
    fn known(&self, cell: &[u8]) -> Option<u16> {
        self.by_cell.get(cell).copied()
    }

    /// Position of each number in alphabetical order.
    fn ranks(&self) -> Vec<u16> {
        let mut order: Vec<u16> = (0..self.names.len() as u16).collect();
        order.sort_by_key(|&n| &self.names[usize::from(n)]);
        let mut ranks = vec![0; order.len()];
        for (rank, n) in order.into_iter().enumerate() {
            ranks[usize::from(n)] = rank as u16;
        }
        ranks
    }
}

/// Everything read from state-year files so far.
#[derive(Default)]
struct Memberships {
    rows: Vec<Member>,
    orgs: Orgs,
    /// State-years that the files speak of, also where a state has no tie at all.
    coded: BTreeSet<(u16, i32)>,
    last: Option<(u16, i32)>,
}

impl Memberships {
    /// Notes a state-year; those of one stand together.
    fn note(&mut self, gwcode: u16, year: i32) {
        if self.last != Some((gwcode, year)) {
            self.last = Some((gwcode, year));
            self.coded.insert((gwcode, year));
        }
    }
}

static DECLARATION: Declaration = Declaration::new("cow_igo", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for CowIgo {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut held = crate::of_role(files, "state_year");
        if held.iter().any(|h| h.file.shape == "wide") {
            for other in held.iter().filter(|h| h.file.shape == "long") {
                notices.add(
                    Severity::Info,
                    "not-read",
                    "not read: the wide form of the same data is at hand and says more",
                    &other.file.name,
                    "",
                );
            }
            held.retain(|h| h.file.shape == "wide");
        }
        held.truncate(usize::from(u8::MAX));
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let mut all = Memberships::default();
        let mut accounts = Vec::new();
        for (i, h) in held.iter().enumerate() {
            let account = open_held(self, h, notices, |sheet, shape, notices| match shape.id {
                "wide" => read_wide(sheet, i as u8, &mut resolver, &mut all, notices),
                _ => read_long(sheet, i as u8, &mut resolver, &mut all, notices),
            })?;
            accounts.push(account);
        }
        sort_without_doubles(&mut all, &mut accounts);
        let mut cover = Cover::new("cow_igo", "membership_org_state_year");
        for (gwcode, year) in &all.coded {
            cover.note(*gwcode, *year, Knowledge::Covered);
        }
        let coverage =
            cover.finish(states, "before 1965 the publisher filled some organisations between five-year points: igo_year.imputed");
        let members = batch(&all, &held)?;
        let (organisations, mut meta_accounts) = meta_file::read(self, files, notices)?;
        accounts.append(&mut meta_accounts);
        crate::tell_quarantined(&accounts, notices);
        Ok(Reading { tables: vec![("igo_state_year", members), ("igo_year", organisations)], accounts, coverage })
    }
}

/// Published number, year and key of a row.
fn unit(row: &Row<'_>, (ccode, year): (usize, usize), resolver: &mut Resolver<'_>) -> Result<(u16, i32, Key), Bad> {
    let code: u16 = row.need(ccode)?;
    let when = row.year(year)?;
    let key = resolver.cow(code, when).ok_or_else(|| Bad::new("unknown state", format!("ccode {code} in {when}")))?;
    Ok((code, when, key))
}

fn read_wide(
    mut sheet: Sheet<'_>,
    file: u8,
    resolver: &mut Resolver<'_>,
    all: &mut Memberships,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let places = (sheet.required("ccode")?, sheet.required("year")?);
    let mut organisations: Vec<(usize, u16)> = Vec::new();
    for (i, name) in sheet.names().iter().enumerate() {
        if !NO_ORGANISATION.iter().any(|n| n.eq_ignore_ascii_case(name))
            && let Some(org) = all.orgs.number(name)
        {
            organisations.push((i, org));
        }
    }
    sheet.count_each_as(organisations.len() as u64);
    sheet.each(notices, |row, tally| {
        let (ccode, year, key) = unit(row, places, resolver)?;
        let before = all.rows.len();
        match read_cells(
            row,
            &organisations,
            all,
            Member { gwcode: key.gwcode, ccode, year, org: 0, status: 0, in_system: key.in_system, file, line: row.line },
        ) {
            Ok([none, absent, empty]) => {
                tally.keep((all.rows.len() - before) as u64);
                tally.drop_by(NOT_A_MEMBER, none);
                tally.drop_by(NOT_IN_EXISTENCE, absent);
                tally.drop_by(NO_STATUS, empty);
                all.coded.insert((key.gwcode, year));
                Ok(())
            }
            Err(bad) => {
                // one cell that cannot be read makes the whole record doubtful
                all.rows.truncate(before);
                Err(bad)
            }
        }
    })
}

/// Appends the memberships of one record; counts not a member, not in existence, empty.
fn read_cells(row: &Row<'_>, organisations: &[(usize, u16)], all: &mut Memberships, member: Member) -> Result<[u64; 3], Bad> {
    let mut counts = [0u64; 3];
    for &(column, org) in organisations {
        let status = match row.bytes(column) {
            b"-1" => {
                counts[1] += 1;
                continue;
            }
            b"0" => {
                counts[0] += 1;
                continue;
            }
            b"1" => 1,
            b"-9" => -9,
            other => match cell::whole(other) {
                Some(0) => {
                    counts[0] += 1;
                    continue;
                }
                Some(-1) => {
                    counts[1] += 1;
                    continue;
                }
                Some(s @ (1 | 2 | 3 | -9)) => s as i8,
                None if cell::is_missing(other) => {
                    counts[2] += 1;
                    continue;
                }
                _ => return Err(row.not_a("unknown membership status", column)),
            },
        };
        all.rows.push(Member { org, status, ..member });
    }
    Ok(counts)
}

fn read_long(sheet: Sheet<'_>, file: u8, resolver: &mut Resolver<'_>, all: &mut Memberships, notices: &mut Notices) -> Result<RowAccount> {
    let places = (sheet.required("ccode")?, sheet.required("year")?);
    let (ioname, status) = (sheet.required("ioname")?, sheet.required("status")?);
    sheet.each(notices, |row, tally: &mut Tally| {
        let (ccode, year, key) = unit(row, places, resolver)?;
        let cell = row.bytes(ioname);
        if cell.is_empty() {
            return Err(row.not_a("missing value", ioname));
        }
        match row.need::<i8>(status)? {
            0 => tally.drop_by(NOT_A_MEMBER, 1),
            -1 => tally.drop_by(NOT_IN_EXISTENCE, 1),
            s @ (1 | 2 | 3 | -9) => {
                let org = match all.orgs.known(cell) {
                    Some(org) => org,
                    None => {
                        let name = row.verbatim(ioname);
                        let org = all.orgs.number(&name).ok_or_else(|| Bad::new("too many organisations", name.as_ref()))?;
                        all.orgs.by_cell.insert(cell.into(), org);
                        org
                    }
                };
                all.rows.push(Member { gwcode: key.gwcode, ccode, year, org, status: s, in_system: key.in_system, file, line: row.line });
                tally.keep(1);
            }
            _ => return Err(row.not_a("unknown membership status", status)),
        }
        all.note(key.gwcode, year);
        Ok(())
    })
}

/// Rows with equal keys keep their order.
fn by_buckets(rows: &[Member], buckets: usize, key: impl Fn(&Member) -> usize) -> Vec<Member> {
    let mut next = vec![0usize; buckets + 1];
    rows.iter().for_each(|m| next[key(m) + 1] += 1);
    (1..next.len()).for_each(|i| next[i] += next[i - 1]);
    let Some(first) = rows.first() else { return Vec::new() };
    let mut out = vec![*first; rows.len()];
    for m in rows {
        let slot = &mut next[key(m)];
        out[*slot] = *m;
        *slot += 1;
    }
    out
}

fn sort_without_doubles(all: &mut Memberships, accounts: &mut [RowAccount]) {
    let ranks = all.orgs.ranks();
    let key = |m: &Member| (m.gwcode, m.year, ranks[usize::from(m.org)], m.file);
    // by year, then by state, then within a state-year: most files have its organisations in order already
    let years =
        all.rows.iter().map(|m| m.year).fold(None, |r: Option<(i32, i32)>, y| Some(r.map_or((y, y), |(a, b)| (a.min(y), b.max(y)))));
    if let Some((first, last)) = years {
        let by_year = by_buckets(&all.rows, (last - first + 1) as usize, |m| (m.year - first) as usize);
        all.rows = by_buckets(&by_year, usize::from(u16::MAX) + 1, |m| usize::from(m.gwcode));
        let one = |a: &Member, b: &Member| (a.gwcode, a.year) == (b.gwcode, b.year);
        for own in all.rows.chunk_by_mut(one).filter(|own| !own.is_sorted_by_key(|m| (key(m), m.line))) {
            own.sort_by_key(|m| (key(m), m.line));
        }
    }
    let mut last: Option<Member> = None;
    let names = &all.orgs.names;
    all.rows.retain(|m| match last {
        Some(first) if key(&first) == key(m) => {
            quarantine_kept(
                &mut accounts[usize::from(m.file)],
                u64::from(m.line),
                "same state, year and organisation as an earlier row",
                || {
                    format!(
                        "line {} has the same key as line {}: ccode {}, {}, {}",
                        m.line,
                        first.line,
                        m.ccode,
                        m.year,
                        names[usize::from(m.org)]
                    )
                },
            );
            false
        }
        _ => {
            last = Some(*m);
            true
        }
    });
}

fn batch(all: &Memberships, files: &[&Held]) -> Result<RecordBatch> {
    let rows = || all.rows.iter();
    frame::batch(
        &tables::TABLES[0],
        vec![
            frame::u16s(rows().map(|m| m.gwcode)),
            frame::i32s(rows().map(|m| m.year)),
            frame::texts(rows().map(|m| &all.orgs.names[usize::from(m.org)])),
            frame::i32s(rows().map(|m| i32::from(m.status))),
            frame::texts(rows().map(|m| &files[usize::from(m.file)].file.shape)),
            frame::bools(rows().map(|m| m.in_system)),
            frame::i32s(rows().map(|m| i32::from(m.ccode))),
            frame::u32s(rows().map(|m| m.line)),
        ],
    )
}
