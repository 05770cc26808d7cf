//! Roll calls and their issues, from their own files or from the first vote of each roll call.

use std::collections::HashMap;

use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::time::{FuzzyDate, Precision};

use super::ballots::{self, Call};
use super::{EDITIONS, tables};
use crate::error::Result;
use crate::frame;
use crate::tabular::{Bad, Row, Sheet, sheet::quarantine_kept};

/// Voeten's issue codes with the names that the package unvotes gives them.
const ISSUES: [(&str, &str); 6] = [
    ("co", "Colonialism"),
    ("di", "Arms control and disarmament"),
    ("ec", "Economic development"),
    ("hr", "Human rights"),
    ("me", "Palestinian conflict"),
    ("nu", "Nuclear weapons and nuclear material"),
];

/// One roll call.
#[derive(Debug, Clone, Default)]
pub(super) struct Rollcall {
    pub edition: u8,
    pub rcid: i32,
    pub session: u16,
    pub session_label: String,
    pub date: Option<String>,
    pub year: i32,
    pub unres: Option<String>,
    pub importantvote: Option<i32>,
    pub amend: Option<i32>,
    pub para: Option<i32>,
    pub short: Option<String>,
    pub descr: Option<String>,
    pub line: u32,
    pub file: usize,
}

struct Issue {
    edition: u8,
    rcid: i32,
    short_name: String,
    issue: String,
    line: u32,
    /// The issues file; `None` where the issue stands in the roll call's own row, which has its account already.
    file: Option<usize>,
}

/// All roll calls read so far.
#[derive(Default)]
pub(super) struct Rollcalls {
    list: Vec<Rollcall>,
    index: HashMap<(u8, i32), usize>,
    issues: Vec<Issue>,
    doubles: Vec<(usize, u32, u32, i32)>,
}

/// Columns of a roll call in the forms that go back to Voeten's data.
pub(super) struct Columns {
    rcid: usize,
    session: usize,
    date: usize,
    unres: usize,
    others: [Option<usize>; 5],
    issues: [Option<usize>; 6],
}

impl Columns {
    pub(super) fn of(sheet: &Sheet<'_>) -> Result<Self> {
        Ok(Self {
            rcid: sheet.required("rcid")?,
            session: sheet.required("session")?,
            date: sheet.required("date")?,
            unres: sheet.required("unres")?,
            others: ["importantvote", "amend", "para", "short", "descr"].map(|n| sheet.header().position(n)),
            issues: ISSUES.map(|(code, _)| sheet.column(code)),
        })
    }

    pub(super) fn rcid(&self, row: &Row<'_>) -> Result<i32, Bad> {
        row.need(self.rcid)
    }

    /// The roll call of a row, and the positions of its issues in [`ISSUES`].
    pub(super) fn rollcall(&self, row: &Row<'_>, edition: u8, file: usize) -> Result<(Rollcall, Vec<usize>), Bad> {
        let session: u16 = row.need(self.session)?;
        if !(1..=255).contains(&session) {
            return Err(row.not_a("number out of range", self.session));
        }
        let date = date(row, self.date)?;
        let flag = |place: Option<usize>| match place.map(|at| row.whole(at)).transpose()?.flatten() {
            None => Ok(None),
            Some(v @ 0..=1) => Ok(Some(v as i32)),
            Some(_) => Err(place.map_or_else(|| Bad::new("not 0 or 1", ""), |at| row.not_a("not 0 or 1", at))),
        };
        let text = |place: Option<usize>| place.and_then(|at| row.text(at)).map(|t| t.into_owned());
        let [importantvote, amend, para, short, descr] = self.others;
        let mut issues = Vec::new();
        for (i, place) in self.issues.iter().enumerate() {
            if flag(*place)? == Some(1) {
                issues.push(i);
            }
        }
        let call = Rollcall {
            edition,
            rcid: self.rcid(row)?,
            session,
            session_label: session.to_string(),
            year: year_of(date.as_deref(), session),
            date,
            unres: text(Some(self.unres)),
            importantvote: flag(importantvote)?,
            amend: flag(amend)?,
            para: flag(para)?,
            short: text(short),
            descr: text(descr),
            line: row.line,
            file,
        };
        Ok((call, issues))
    }
}

impl Rollcalls {
    /// Whether an edition has any roll call.
    pub(super) fn has(&self, edition: u8) -> bool {
        self.list.iter().any(|c| c.edition == edition)
    }

    pub(super) fn get(&self, edition: u8, rcid: i32) -> Option<&Rollcall> {
        self.index.get(&(edition, rcid)).map(|&i| &self.list[i])
    }

    /// The roll calls of one edition, by number, as ballots name them. Those of several would mix.
    pub(super) fn calls(&self) -> Vec<Call> {
        let mut out: Vec<Call> = self
            .list
            .iter()
            .map(|c| Call {
                rcid: c.rcid,
                session: c.session,
                date: c.date.clone(),
                year: c.year,
                important: c.importantvote.map(|v| v == 1),
                part: ballots::part(c.amend.map(|v| v == 1), c.para.map(|v| v == 1)),
                issues: 0,
            })
            .collect();
        for issue in &self.issues {
            let at = self.index.get(&(issue.edition, issue.rcid));
            if let (Some(&call), Some(bit)) = (at, ballots::ISSUES.iter().position(|code| *code == issue.short_name)) {
                out[call].issues |= 1 << bit;
            }
        }
        out
    }

    /// Adds a roll call; a second one with the same number is noted and later quarantined.
    pub(super) fn add(&mut self, call: Rollcall, issues: &[usize]) {
        let at = self.list.len();
        match self.index.entry((call.edition, call.rcid)) {
            std::collections::hash_map::Entry::Occupied(first) => {
                self.doubles.push((call.file, call.line, self.list[*first.get()].line, call.rcid));
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(at);
                for &i in issues {
                    let (code, name) = ISSUES[i];
                    self.add_issue(&call, code, name);
                }
                self.list.push(call);
            }
        }
    }

    /// Adds an issue that stands in the roll call's own row.
    pub(super) fn add_issue(&mut self, call: &Rollcall, short_name: &str, issue: &str) {
        self.issues.push(Issue {
            edition: call.edition,
            rcid: call.rcid,
            short_name: short_name.to_owned(),
            issue: issue.to_owned(),
            line: call.line,
            file: None,
        });
    }

    pub(super) fn read(&mut self, sheet: Sheet<'_>, edition: u8, file: usize, notices: &mut Notices) -> Result<RowAccount> {
        let columns = Columns::of(&sheet)?;
        sheet.each(notices, |row, tally| {
            let (call, issues) = columns.rollcall(row, edition, file)?;
            self.add(call, &issues);
            tally.keep(1);
            Ok(())
        })
    }

    pub(super) fn read_issues(&mut self, sheet: Sheet<'_>, edition: u8, file: usize, notices: &mut Notices) -> Result<RowAccount> {
        let (rcid, short_name, issue) = (sheet.required("rcid")?, sheet.required("short_name")?, sheet.required("issue")?);
        sheet.each(notices, |row, tally| {
            let named = |at| row.text(at).map(|t| t.into_owned()).ok_or_else(|| row.not_a("missing value", at));
            let rcid = row.need(rcid)?;
            self.issues.push(Issue {
                edition,
                rcid,
                short_name: named(short_name)?,
                issue: named(issue)?,
                line: row.line,
                file: Some(file),
            });
            tally.keep(1);
            Ok(())
        })
    }

    pub(super) fn sort_without_doubles(&mut self, accounts: &mut [RowAccount]) {
        for (file, line, first, rcid) in std::mem::take(&mut self.doubles) {
            quarantine_kept(&mut accounts[file], u64::from(line), "same roll call as an earlier row", || {
                format!("line {line} has the same key as line {first}: rcid {rcid}")
            });
        }
        self.list.sort_by_key(|c| (c.edition, c.rcid));
        self.index = self.list.iter().enumerate().map(|(i, c)| ((c.edition, c.rcid), i)).collect();
        self.issues.sort_by(|a, b| (key(a), a.line).cmp(&(key(b), b.line)));
        let mut kept: Vec<Issue> = Vec::with_capacity(self.issues.len());
        for issue in std::mem::take(&mut self.issues) {
            match kept.last() {
                Some(first) if key(first) == key(&issue) => {
                    if let Some(file) = issue.file {
                        quarantine_kept(
                            &mut accounts[file],
                            u64::from(issue.line),
                            "same issue of the same roll call as an earlier row",
                            || {
                                format!(
                                    "line {} has the same key as line {}: rcid {}, {}",
                                    issue.line, first.line, issue.rcid, issue.short_name
                                )
                            },
                        );
                    }
                }
                _ => kept.push(issue),
            }
        }
        self.issues = kept;
    }

    pub(super) fn batch(&self) -> Result<RecordBatch> {
        let rows = || self.list.iter();
        frame::batch(
            &tables::TABLES[0],
            vec![
                frame::texts(rows().map(|c| EDITIONS[usize::from(c.edition)])),
                frame::i32s(rows().map(|c| c.rcid)),
                frame::u16s(rows().map(|c| c.session)),
                frame::texts(rows().map(|c| &c.session_label)),
                frame::texts_or_null(rows().map(|c| c.date.as_deref())),
                frame::i32s(rows().map(|c| c.year)),
                frame::texts_or_null(rows().map(|c| c.unres.as_deref())),
                frame::i32s_or_null(rows().map(|c| c.importantvote)),
                frame::i32s_or_null(rows().map(|c| c.amend)),
                frame::i32s_or_null(rows().map(|c| c.para)),
                frame::texts_or_null(rows().map(|c| c.short.as_deref())),
                frame::texts_or_null(rows().map(|c| c.descr.as_deref())),
                frame::u32s(rows().map(|c| c.line)),
            ],
        )
    }

    pub(super) fn issue_batch(&self) -> Result<RecordBatch> {
        let rows = || self.issues.iter();
        frame::batch(
            &tables::TABLES[2],
            vec![
                frame::texts(rows().map(|i| EDITIONS[usize::from(i.edition)])),
                frame::i32s(rows().map(|i| i.rcid)),
                frame::texts(rows().map(|i| &i.short_name)),
                frame::texts(rows().map(|i| &i.issue)),
                frame::u32s(rows().map(|i| i.line)),
            ],
        )
    }
}

fn key(issue: &Issue) -> (u8, i32, &str, &str) {
    (issue.edition, issue.rcid, &issue.short_name, &issue.issue)
}

/// A day as `YYYY-MM-DD`; `None` where missing. A time of day after it is cut off.
pub(super) fn date(row: &Row<'_>, column: usize) -> Result<Option<String>, Bad> {
    let Some(text) = row.text(column) else { return Ok(None) };
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    match FuzzyDate::parse(day) {
        Ok(d) if d.precision() == Precision::Day && !d.approximate() && d.year() >= 1945 => Ok(Some(day.to_owned())),
        _ => Err(row.not_a("not a date", column)),
    }
}

/// Calendar year of a vote; where the day is not known, the year in which the session opened.
pub(super) fn year_of(date: Option<&str>, session: u16) -> i32 {
    date.and_then(|d| d.get(..4)).and_then(|y| y.parse().ok()).unwrap_or(i32::from(session) + 1945)
}
