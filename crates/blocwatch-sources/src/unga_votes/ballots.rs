//! Roll calls and votes of one edition in memory, straight from the publisher's files, for work that needs no observatory.
//!
//! Voeten's votes are three plain columns of numbers and are read by [`super::plain`] where nothing in the file is unusual; whatever is
//! unusual, and every other edition, goes through the tolerant reader, which says what it could not use. Both give the same ballots.

use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, BooleanArray, Int32Array, StringArray, UInt16Array};
use arrow::datatypes::{Int32Type, UInt16Type};
use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::state::States;

use super::{DECLARATION, EDITIONS, UngaVotes, plain, rollcalls, tables, votes};
use crate::error::{Result, SourceError};
use crate::probe::{Probe, Recognised};
use crate::resolve::Resolver;
use crate::tabular::unpack;
use crate::{Held, Source, open_held, probe};

/// One roll call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// Number in its edition.
    pub rcid: i32,
    /// Regular session.
    pub session: u16,
    /// Day of the vote, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Calendar year of the vote; the year in which the session opened where the day is not known.
    pub year: i32,
    /// Named as important by the US Department of State; `None` where not coded.
    pub important: Option<bool>,
    /// A vote on a paragraph or an amendment; `None` where neither is coded.
    pub part: Option<bool>,
    /// Issues, one bit for each of [`ISSUES`].
    pub issues: u8,
}

/// Codes of issues, in the order of the bits of [`Call::issues`].
pub const ISSUES: [&str; 6] = ["co", "di", "ec", "hr", "me", "nu"];

/// One vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ballot {
    /// Position of the roll call.
    pub call: u32,
    /// Gleditsch-Ward number as of the year of the vote.
    pub gwcode: u16,
    /// 1 yes, 2 abstain, 3 no, 8 absent.
    pub vote: u8,
    /// Whether the number is in the state system in the year.
    pub in_system: bool,
}

/// The votes of one edition.
#[derive(Debug, Clone, Default)]
pub struct Ballots {
    /// Edition: `unvotes`, `voeten`, `complete` or `undl`.
    pub edition: &'static str,
    /// Roll calls, by number.
    pub calls: Vec<Call>,
    /// Votes in no particular order, one for each state and roll call; those marked "not a member" are left out.
    pub votes: Vec<Ballot>,
    /// One account for each file.
    pub accounts: Vec<RowAccount>,
}

/// Reads the files of one edition.
///
/// # Errors
/// A file that is none of the General Assembly's, files of several editions, a file that needs another one, and whatever reading meets.
pub fn read(paths: &[PathBuf], states: &States, notices: &mut Notices) -> Result<Ballots> {
    let mut held: Vec<Held> = Vec::new();
    for path in paths {
        held.extend(recognised(path)?);
    }
    held.sort_by(|a, b| (&a.file.role, &a.file.name).cmp(&(&b.file.role, &b.file.name)));
    let Some(first) = held.first() else {
        return Err(SourceError::MissingFile {
            source_id: "unga_votes",
            role: "votes".to_owned(),
            why: ", and no file was named".to_owned(),
        });
    };
    if let Some(other) = held.iter().find(|h| h.file.shape != first.file.shape) {
        return Err(SourceError::Columns {
            message: format!(
                "{} is of the edition '{}' and {} of the edition '{}', which number roll calls differently; name the files of one edition",
                first.file.name, first.file.shape, other.file.name, other.file.shape
            ),
            path: other.path.clone(),
        });
    }
    for role in ["rollcalls", "votes"] {
        let several: Vec<&str> = held.iter().filter(|h| h.file.role == role).map(|h| h.file.name.as_str()).collect();
        if let [_, second, ..] = several.as_slice() {
            return Err(SourceError::Columns {
                message: format!("{} are both files of {role}; name one", several.join(" and ")),
                path: PathBuf::from(second),
            });
        }
    }
    if !held.iter().any(|h| h.file.role == "votes") {
        return Err(SourceError::MissingFile {
            source_id: "unga_votes",
            role: "votes".to_owned(),
            why: format!(" beside {}", first.file.name),
        });
    }
    if let [calls, votes] = held.as_slice()
        && calls.file.shape == "voeten"
        && let Some(ballots) = quick(calls, votes, states, notices)?
    {
        return Ok(ballots);
    }
    tolerant(&held, states, notices)
}

/// What a file is to this source, by name and header, or by its header alone: a file that is named on the command line needs no
/// publisher's name.
fn recognised(path: &Path) -> Result<Vec<Held>> {
    let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let heads = unpack::heads(path)?;
    let found: Vec<Recognised> = heads
        .iter()
        .filter_map(|h| {
            let probe = Probe { name: &name, member: h.member.as_deref(), head: &h.bytes };
            UngaVotes.recognise(&probe).or_else(|| probe::by_header(DECLARATION.shapes, &probe))
        })
        .collect();
    if found.is_empty() {
        let head = heads.first().map(|h| h.bytes.as_slice()).unwrap_or_default();
        let why = UngaVotes.why_not(&Probe { name: &name, member: None, head });
        return Err(SourceError::Columns {
            message: why.unwrap_or_else(|| {
                "its columns are none of the forms in which the General Assembly's votes are published; `blocwatch sources unga_votes` lists \
                 them"
                    .to_owned()
            }),
            path: path.to_owned(),
        });
    }
    let bytes = std::fs::metadata(path).map_err(SourceError::io("read the file", path))?.len();
    let one = |r: Recognised| Held {
        file: SnapshotFile {
            source: "unga_votes".to_owned(),
            role: r.role.to_owned(),
            shape: r.shape.to_owned(),
            name: name.clone(),
            sha256: String::new(),
            bytes,
            version: r.version,
            origin: path.display().to_string(),
            accessed: String::new(),
            licence: String::new(),
        },
        path: path.to_owned(),
    };
    Ok(found.into_iter().map(one).collect())
}

/// Voeten's two files, if every row of the votes is plain and usable; else `None`.
fn quick(calls: &Held, votes: &Held, states: &States, notices: &mut Notices) -> Result<Option<Ballots>> {
    let edition = "voeten";
    let number = EDITIONS.iter().position(|e| *e == edition).unwrap_or(0) as u8;
    let mut kept = Notices::default();
    // the roll calls are read while the votes are unpacked, and rows become ballots while others are unpacked
    let read = std::thread::scope(|scope| {
        let (send, parts) = std::sync::mpsc::channel();
        let rows = scope.spawn(move || plain::read(&votes.path, &send));
        let mut list = rollcalls::Rollcalls::default();
        let mut accounts = vec![open_held(&UngaVotes, calls, &mut kept, |sheet, _, notices| list.read(sheet, number, 0, notices))?];
        list.sort_without_doubles(&mut accounts);
        let calls = list.calls();
        let Some(mut resolving) = plain::Resolving::new(&calls, Resolver::new(states, &UngaVotes.meta().lookups)) else {
            return Ok(None);
        };
        let usable = parts.into_iter().all(|part| resolving.take(&part).is_some());
        let whole = rows.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let plain::Resolving { ballots, rows, .. } = resolving;
        Ok((usable && whole).then_some((calls, ballots, rows, accounts)))
    })?;
    let Some((calls, ballots, n, mut accounts)) = read else { return Ok(None) };
    notices.extend(kept);
    crate::tell_quarantined(&accounts, notices);
    crate::check_expected(&UngaVotes, votes, n, notices);
    accounts.push(RowAccount { rows_in: n, kept: n, ..RowAccount::new(&votes.file.name) });
    Ok(Some(Ballots { edition, calls, votes: ballots, accounts }))
}

/// Any edition, through the reader of the source.
fn tolerant(held: &[Held], states: &States, notices: &mut Notices) -> Result<Ballots> {
    let edition = EDITIONS.into_iter().find(|e| held.iter().any(|h| h.file.shape == *e)).unwrap_or_default();
    let reading = UngaVotes.read(held, states, notices)?;
    let mut batches = reading.tables.iter().map(|(_, b)| b);
    let (Some(rollcall), Some(vote), Some(issue)) = (batches.next(), batches.next(), batches.next()) else {
        return Err(SourceError::Frame { table: "unga_vote", cause: "the source yields other tables".to_owned() });
    };
    let (calls, votes) = from_tables(rollcall, vote, issue)?;
    Ok(Ballots { edition, calls, votes, accounts: reading.accounts })
}

/// Roll calls and votes of one edition from the harmonised tables `unga_rollcall`, `unga_vote` and `unga_issue`.
fn from_tables(rollcall: &RecordBatch, vote: &RecordBatch, issue: &RecordBatch) -> Result<(Vec<Call>, Vec<Ballot>)> {
    let (rcid, session, year) = (i32s(rollcall, "rcid")?, u16s(rollcall, "session")?, i32s(rollcall, "year")?);
    let (date, important) = (texts(rollcall, "date")?, i32s(rollcall, "importantvote")?);
    let (amend, para) = (i32s(rollcall, "amend")?, i32s(rollcall, "para")?);
    let flag = |column: &Int32Array, i: usize| column.is_valid(i).then(|| column.value(i) == 1);
    let mut calls: Vec<Call> = (0..rollcall.num_rows())
        .map(|i| Call {
            rcid: rcid.value(i),
            session: session.value(i),
            date: date.is_valid(i).then(|| date.value(i).to_owned()),
            year: year.value(i),
            important: flag(important, i),
            part: part(flag(amend, i), flag(para, i)),
            issues: 0,
        })
        .collect();
    let at = |calls: &[Call], rcid: i32| calls.binary_search_by_key(&rcid, |c| c.rcid).ok();
    let (of, code) = (i32s(issue, "rcid")?, texts(issue, "short_name")?);
    for i in 0..issue.num_rows() {
        if let (Some(call), Some(bit)) = (at(&calls, of.value(i)), ISSUES.iter().position(|c| *c == code.value(i))) {
            calls[call].issues |= 1 << bit;
        }
    }
    let (of, gwcode, cast) = (i32s(vote, "rcid")?, u16s(vote, "gwcode")?, i32s(vote, "vote")?);
    let in_system: &BooleanArray = column(vote, "in_system")?.as_boolean();
    let mut last = None;
    let mut votes = Vec::with_capacity(vote.num_rows());
    for i in 0..vote.num_rows() {
        let rcid = of.value(i);
        let call = match last {
            Some((same, call)) if same == rcid => call,
            _ => match at(&calls, rcid) {
                Some(call) => call as u32,
                None => continue,
            },
        };
        last = Some((rcid, call));
        let code = cast.value(i) as u8;
        if code != votes::NOT_A_MEMBER {
            votes.push(Ballot { call, gwcode: gwcode.value(i), vote: code, in_system: in_system.value(i) });
        }
    }
    Ok((calls, votes))
}

/// Whether a roll call was on a part of a text only.
pub(super) fn part(amend: Option<bool>, para: Option<bool>) -> Option<bool> {
    match (amend, para) {
        (None, None) => None,
        (a, b) => Some(a == Some(true) || b == Some(true)),
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a dyn Array> {
    batch
        .column_by_name(name)
        .map(|c| c.as_ref())
        .ok_or_else(|| SourceError::Frame { table: tables::TABLES[0].name, cause: format!("no column {name}") })
}

fn i32s<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a Int32Array> {
    Ok(column(batch, name)?.as_primitive::<Int32Type>())
}

fn u16s<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a UInt16Array> {
    Ok(column(batch, name)?.as_primitive::<UInt16Type>())
}

fn texts<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray> {
    Ok(column(batch, name)?.as_string::<i32>())
}
