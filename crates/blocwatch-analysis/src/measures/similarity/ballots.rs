//! Which roll calls and votes a measure of votes works on, from an observatory's tables or straight from a publisher's files.
//!
//! What belongs here: the choice of roll calls, what an absence counts as, which seat is which state. What does not: any number made of
//! votes.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_sources::ballots::{Ballot, Ballots, Call, ISSUES};
use blocwatch_stats::votes::VoteRecord;

use crate::error::Result;
use crate::frame::{At, Columns};
use crate::measures::{Parameter, Settings, Takes};
use crate::step::{Context, Input};

/// Tables from which [`from_tables`] reads.
pub(crate) const INPUTS: [Input; 4] =
    [Input::Table("vote"), Input::Table("rollcall"), Input::Table("unga_rollcall"), Input::Table("unga_issue")];

const ABSTAIN: u8 = blocwatch_stats::agreement::ABSTAIN;
const ABSENT: u8 = 8;

/// Parameters of [`Choice`].
pub(crate) const UNANIMOUS: Parameter = Parameter {
    name: "unanimous",
    takes: Takes::Flag(true),
    doc: "Whether roll calls on which all who voted cast the same vote are kept.",
};
pub(crate) const IMPORTANT: Parameter = Parameter {
    name: "important",
    takes: Takes::Flag(false),
    doc: "Only roll calls that the US Department of State named as important; none where the edition does not say.",
};
pub(crate) const PARTS: Parameter = Parameter {
    name: "parts",
    takes: Takes::Flag(true),
    doc: "Whether votes on paragraphs and amendments are kept; where neither is coded, all are.",
};
pub(crate) const ISSUE: Parameter = Parameter {
    name: "issue",
    takes: Takes::Choice(&["all", "co", "di", "ec", "hr", "me", "nu"]),
    doc: "Only roll calls of an issue area by the publisher's codes: colonialism, disarmament, economic development, human rights, the \
          Palestinian conflict, nuclear weapons.",
};
pub(crate) const ABSENT_AS: Parameter = Parameter {
    name: "absent",
    takes: Takes::Choice(&["missing", "abstain"]),
    doc: "What an absence is: no vote, or an abstention (absences are recorded by the editions voeten, complete and undl only).",
};
pub(crate) const SEATS: Parameter = Parameter {
    name: "seats",
    takes: Takes::Choice(&["recorded", "states"]),
    doc: "Every seat as recorded, or votes cast for a state only: no Ukraine and Belarus before 1991, no India in 1946, no People's \
          Republic before 15 November 1971, the Republic of China as China until 7 December 1949.",
};

/// Which votes count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) unanimous: bool,
    pub(crate) important: bool,
    pub(crate) parts: bool,
    /// Position in [`ISSUES`].
    pub(crate) issue: Option<usize>,
    pub(crate) absent_abstains: bool,
    pub(crate) states_only: bool,
}

impl Choice {
    /// All votes yes, no and abstain, as recorded.
    pub(crate) const ALL: Self =
        Self { unanimous: true, important: false, parts: true, issue: None, absent_abstains: false, states_only: false };

    pub(crate) fn of(settings: &Settings) -> Result<Self> {
        let issue = settings.choice(ISSUE.name)?;
        Ok(Self {
            unanimous: settings.flag(UNANIMOUS.name)?,
            important: settings.flag(IMPORTANT.name)?,
            parts: settings.flag(PARTS.name)?,
            issue: ISSUES.iter().position(|i| *i == issue),
            absent_abstains: settings.choice(ABSENT_AS.name)? == "abstain",
            states_only: settings.choice(SEATS.name)? == "states",
        })
    }

    fn takes(self, call: &Call) -> bool {
        (!self.important || call.important == Some(true))
            && (self.parts || call.part != Some(true))
            && self.issue.is_none_or(|i| call.issues & (1 << i) != 0)
    }

    /// The code that counts, if any.
    fn code(self, vote: u8) -> Option<u8> {
        match vote {
            1..=3 => Some(vote),
            ABSENT if self.absent_abstains => Some(ABSTAIN),
            _ => None,
        }
    }
}

/// The votes of an observatory, one edition for each session.
pub(crate) fn from_tables(context: &Context<'_>) -> Result<Ballots> {
    let batch = context.sql(
        "SELECT r.session, r.rcid, r.date, r.year, r.importantvote, u.amend, u.para FROM rollcall r \
         LEFT JOIN unga_rollcall u ON u.edition = r.edition AND u.rcid = r.rcid ORDER BY r.session, r.rcid",
    )?;
    let c = Columns(&batch);
    let (session, rcid, date, year) = (c.u16("session")?, c.i32("rcid")?, c.text("date")?, c.i32("year")?);
    let (important, amend, para) = (c.bool("importantvote")?, c.i32("amend")?, c.i32("para")?);
    let mut calls: Vec<Call> = (0..batch.num_rows())
        .map(|i| Call {
            rcid: rcid.value(i),
            session: session.value(i),
            date: date.at(i).map(str::to_owned),
            year: year.value(i),
            important: important.at(i),
            part: match (amend.at(i), para.at(i)) {
                (None, None) => None,
                (a, b) => Some(a == Some(1) || b == Some(1)),
            },
            issues: 0,
        })
        .collect();
    let place: BTreeMap<(u16, i32), u32> = calls.iter().enumerate().map(|(i, c)| ((c.session, c.rcid), i as u32)).collect();
    let batch = context
        .sql("SELECT r.session, r.rcid, i.short_name FROM unga_issue i JOIN rollcall r ON r.edition = i.edition AND r.rcid = i.rcid")?;
    let c = Columns(&batch);
    let (session, rcid, code) = (c.u16("session")?, c.i32("rcid")?, c.text("short_name")?);
    for i in 0..batch.num_rows() {
        if let (Some(at), Some(bit)) = (place.get(&(session.value(i), rcid.value(i))), ISSUES.iter().position(|c| *c == code.value(i))) {
            calls[*at as usize].issues |= 1 << bit;
        }
    }
    let batch = context.sql("SELECT session, rcid, gwcode, vote, in_system FROM vote WHERE vote IN (1, 2, 3, 8)")?;
    let c = Columns(&batch);
    let (session, rcid, gwcode) = (c.u16("session")?, c.i32("rcid")?, c.u16("gwcode")?);
    let (vote, in_system) = (c.i32("vote")?, c.bool("in_system")?);
    let mut votes = Vec::with_capacity(batch.num_rows());
    // votes on one roll call mostly follow each other
    let mut last: Option<((u16, i32), u32)> = None;
    for i in 0..batch.num_rows() {
        let key = (session.value(i), rcid.value(i));
        let call = match last.filter(|l| l.0 == key) {
            Some(l) => l.1,
            None => match place.get(&key) {
                Some(call) => *call,
                None => continue,
            },
        };
        last = Some((key, call));
        let code = u8::try_from(vote.value(i)).unwrap_or(0);
        votes.push(Ballot { call, gwcode: gwcode.value(i), vote: code, in_system: in_system.value(i) });
    }
    Ok(Ballots { edition: "", calls, votes, accounts: Vec::new() })
}

/// Votes as bit sets, with what stands at each position.
pub(crate) struct Record {
    /// Sessions, in order.
    pub(crate) sessions: Vec<u16>,
    /// Gleditsch-Ward numbers, in order.
    pub(crate) states: Vec<u16>,
    /// Positions in the ballots' calls of the roll calls of each session.
    pub(crate) calls: Vec<Vec<u32>>,
    pub(crate) votes: VoteRecord,
    /// For each session and state, whether the state was in the system throughout its votes.
    in_system: Vec<bool>,
}

impl Record {
    pub(crate) fn in_system(&self, session: usize, state: usize) -> bool {
        self.in_system[session * self.states.len() + state]
    }
}

/// A seat that passes from one number to another within a session counts under the number with which the session opened, so that one seat
/// is not two members: Serbia took over the seat of Serbia and Montenegro in June 2006, during session 60.
const PASSED_ON: [(u16, u16, u16); 1] = [(60, 340, 345)];
/// The seat of China, the Republic of China as China before it was Taiwan, and the last day and session of that.
const CHINA: (u16, u16, &str, u16) = (710, 713, "1949-12-07", 4);
/// The first day on which the People's Republic sat in the Assembly.
const SEATED: &str = "1971-11-15";

/// The state for which a vote counts; `None` where it counts for none.
fn seat(choice: Choice, call: &Call, ballot: &Ballot) -> Option<u16> {
    if let Some((_, _, first)) = PASSED_ON.iter().find(|(session, later, _)| *later == ballot.gwcode && *session == call.session) {
        return Some(*first);
    }
    if !choice.states_only {
        return Some(ballot.gwcode);
    }
    let day = call.date.as_deref();
    let (china, taiwan, last, session) = CHINA;
    if ballot.gwcode == taiwan && day.map_or(call.session < session, |d| d <= last) {
        return Some(china);
    }
    if ballot.gwcode == china && (22..=26).contains(&call.session) && day.is_some_and(|d| d < SEATED) {
        return None;
    }
    ballot.in_system.then_some(ballot.gwcode)
}

/// The votes that count, as bit sets. Sessions without a roll call that counts are left out.
pub(crate) fn record(ballots: &Ballots, choice: Choice) -> Record {
    let mut by_session: BTreeMap<u16, Vec<u32>> = BTreeMap::new();
    for (i, call) in ballots.calls.iter().enumerate().filter(|(_, c)| choice.takes(c)) {
        by_session.entry(call.session).or_default().push(i as u32);
    }
    let sessions: Vec<u16> = by_session.keys().copied().collect();
    let calls: Vec<Vec<u32>> = by_session.into_values().collect();
    // where each roll call stands: session and position in it
    let mut place: Vec<Option<(u32, u32)>> = vec![None; ballots.calls.len()];
    for (s, list) in calls.iter().enumerate() {
        for (r, call) in list.iter().enumerate() {
            place[*call as usize] = Some((s as u32, r as u32));
        }
    }
    let mut known = vec![false; usize::from(u16::MAX) + 1];
    let counted = |b: &Ballot| -> Option<(u32, u32, u16, u8)> {
        let (s, r) = place[b.call as usize]?;
        let code = choice.code(b.vote)?;
        Some((s, r, seat(choice, &ballots.calls[b.call as usize], b)?, code))
    };
    for b in &ballots.votes {
        if let Some((.., state, _)) = counted(b) {
            known[usize::from(state)] = true;
        }
    }
    let states: Vec<u16> = (0..=u16::MAX).filter(|g| known[usize::from(*g)]).collect();
    let mut position = vec![0u32; usize::from(u16::MAX) + 1];
    for (i, g) in states.iter().enumerate() {
        position[usize::from(*g)] = i as u32;
    }
    let mut votes = VoteRecord::new(states.len(), &calls.iter().map(Vec::len).collect::<Vec<_>>());
    let mut in_system = vec![true; sessions.len() * states.len()];
    for b in &ballots.votes {
        if let Some((s, r, state, code)) = counted(b) {
            let at = position[usize::from(state)] as usize;
            votes.set(at, s as usize, r as usize, code);
            if !b.in_system && state == b.gwcode {
                in_system[s as usize * states.len() + at] = false;
            }
        }
    }
    if !choice.unanimous {
        votes.drop_unanimous();
    }
    Record { sessions, states, calls, votes, in_system }
}

/// The issues that any roll call has, by position in [`ISSUES`].
pub(crate) fn issues(ballots: &Ballots) -> BTreeSet<usize> {
    let all = ballots.calls.iter().fold(0, |all, c| all | c.issues);
    (0..ISSUES.len()).filter(|i| all & (1 << i) != 0).collect()
}
