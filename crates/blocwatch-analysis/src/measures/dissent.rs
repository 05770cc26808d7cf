//! Who breaks ranks: votes of members against the line of their group, and how unusual that is for them: `dissent_state_rollcall`,
//! `departure_org_state_session`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Kind, TableSpec, Unit, col};
use blocwatch_stats::agreement::{NO, YES};
use blocwatch_stats::cohesion::{Line, line, surprise};

use crate::error::Result;
use crate::findings::Trace;
use crate::frame::{At, Columns, Rows};
use crate::measures::similarity::ballots::{self, Choice, Record};
use crate::measures::voting_groups::{self, GROUPS, Groups, MEMBERS};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Output};

/// Departures, one by one.
pub const DISSENT: TableSpec = TableSpec {
    name: "dissent_state_rollcall",
    unit: Unit::Entry,
    keys: &["session", "rcid", "org", "gwcode"],
    columns: &[
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("rcid", Kind::I32, "roll-call id", "roll call, as in the table rollcall"),
        col("org", Kind::Text, "id", "group: organisation, autocracies or democracies, or LMG:2005"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "member that departed from the group's line"),
        col("year", Kind::I32, "year", "session + 1945"),
        col("vote", Kind::I32, "code", "its vote: 1 yes, 2 abstain, 3 no"),
        col("line", Kind::I32, "code", "the group's line: 1 yes, 2 abstain, 3 no"),
        col("with_line", Kind::U32, "states", "members that voted with the line"),
        col("voting", Kind::U32, "states", "members that voted"),
        col("opposed", Kind::Bool, "true/false", "whether it voted yes against no or no against yes, rather than to or from an abstention"),
        col(
            "departures",
            Kind::U32,
            "roll calls",
            "other departures of the state from the group's line in this and the four sessions before",
        ),
        col("chances", Kind::U32, "roll calls", "other roll calls of these sessions on which the group had a line and the state voted"),
        col("surprise", Kind::F64, "bits", "-log2 of (departures + 1) / (chances + 2): one bit is a coin, six bits once in 64"),
    ],
    doc: "Votes by which members departed from the line of their group, and how seldom they do so.",
};

/// Departures, counted.
pub const DEPARTURE: TableSpec = TableSpec {
    name: "departure_org_state_session",
    unit: Unit::Entry,
    keys: &["org", "gwcode", "session"],
    columns: &[
        col("org", Kind::Text, "id", "group"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "member"),
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("year", Kind::I32, "year", "session + 1945"),
        col("chances", Kind::U32, "roll calls", "roll calls on which the group had a line and the member voted"),
        col("departures", Kind::U32, "roll calls", "of these, votes against the line"),
        col("opposed", Kind::U32, "roll calls", "of these, yes against no or no against yes"),
    ],
    doc: "How often each member of a group departs from the group's line, by session.",
};

const SHARE: Parameter = Parameter {
    name: "share",
    takes: Takes::Number { default: 2.0 / 3.0, least: 0.5, most: 1.0 },
    doc: "Part of the voting members that must cast the same vote for the group to have a line.",
};
const VOTING: Parameter = Parameter {
    name: "voting",
    takes: Takes::Count { default: 5, least: 3, most: 200 },
    doc: "Members that must vote on a roll call for the group to have a line.",
};
const SINCE: Parameter = Parameter {
    name: "since",
    takes: Takes::Count { default: 45, least: 1, most: 255 },
    doc: "First session whose departures are listed one by one (45 opened in 1990); counts by session go back to the first.",
};
/// Sessions over which the habit of a state is counted, its own included.
const WINDOW: u16 = 5;

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "dissent",
    title: "Who breaks ranks in the General Assembly",
    doc: "A group (an organisation by its members of the year, or a regime) has a line on a roll call where at least five members voted and at \
          least two thirds of them cast the same vote. A member that votes otherwise departs from it; it opposes it if one says yes and the \
          other no. Absence is no departure, though it can be meant as one.\n\n\
          Departures are ranked by surprise: how seldom the state departs from this group, counted over the other roll calls of the session and \
          of the four before, as -log2((departures + 1)/(chances + 2)). One bit is a coin; a state that never departed in 98 cases gives 6.6. \
          The number says how unusual a vote is for that state, not why it was cast, and not that a line had been agreed: a majority of \
          members is not an instruction. In small groups the state's own vote is part of the line.",
    citations: &[
        "Hix, S., Noury, A. & Roland, G. (2005). Power to the parties: Cohesion and competition in the European Parliament, 1979-2001. British Journal of Political Science 35(2).",
        "Shannon, C. E. (1948). A mathematical theory of communication. Bell System Technical Journal 27.",
    ],
    interval: "None: departures are counts. The rule of succession keeps a state with few votes from looking certain.",
    version: 1,
    parameters: &[REGIME, GROUPS, MEMBERS, ballots::PARTS, ballots::IMPORTANT, ballots::ISSUE, SHARE, VOTING, SINCE],
    inputs: &[
        ballots::INPUTS[0],
        ballots::INPUTS[1],
        ballots::INPUTS[2],
        ballots::INPUTS[3],
        voting_groups::INPUTS[0],
        voting_groups::INPUTS[1],
        voting_groups::INPUTS[2],
    ],
    outputs: &[&DISSENT, &DEPARTURE],
    run,
    example,
    variants: &[
        ("a line of half", &[("share", "0.5")]),
        ("a line of nine in ten", &[("share", "0.9")]),
        ("without parts", &[("parts", "no")]),
    ],
    headline,
};

/// The rows from which a row of the tables on groups and blocs was made: votes, and who was a member.
pub(crate) fn behind(table: &str, row: &BTreeMap<&str, &str>) -> Vec<Trace> {
    let get = |k: &str| row.get(k).copied().unwrap_or("NULL");
    let quoted = |k: &str| format!("'{}'", row.get(k).copied().unwrap_or("").replace('\'', "''"));
    let (session, year) = (get("session"), get("year"));
    let members = match row.get("org").copied() {
        None => None,
        Some("autocracies" | "democracies") => {
            let which = if get("org") == "autocracies" { "" } else { "NOT " };
            let rows = format!("regime = 'row' AND year = {year} AND {which}autocracy");
            Some(("regime_measure_state_year", rows))
        }
        Some("LMG:2005") => Some(("membership_org_state_year", "org = 'LMG' AND year = 2005 AND status = 1".to_owned())),
        Some(_) => Some(("membership_org_state_year", format!("org = {} AND year = {year} AND status = 1", quoted("org")))),
    };
    let of_state = row.get("gwcode").map_or_else(String::new, |g| format!(" AND gwcode = {g}"));
    let of_call = row.get("rcid").map_or_else(String::new, |r| format!(" AND rcid = {r}"));
    let of_group = match &members {
        Some((from, rows)) if !row.contains_key("gwcode") => format!(" AND gwcode IN (SELECT gwcode FROM {from} WHERE {rows})"),
        _ => String::new(),
    };
    let of_issue = match row.get("issue") {
        Some(issue) if *issue != "all" => format!(
            " AND rcid IN (SELECT r.rcid FROM rollcall r JOIN unga_issue i ON i.edition = r.edition AND i.rcid = r.rcid \
             WHERE r.session = {session} AND i.short_name = {})",
            quoted("issue")
        ),
        _ => String::new(),
    };
    let mut out = Vec::new();
    if table == "dissent_state_rollcall" {
        out.push(Trace::new("rollcall", format!("session = {session} AND rcid = {}", get("rcid"))));
        if let Some((from, rows)) = &members {
            // the line is what the members did
            out.push(Trace::new("vote", format!("session = {session}{of_call} AND gwcode IN (SELECT gwcode FROM {from} WHERE {rows})")));
        }
    } else {
        out.push(Trace::new("vote", format!("session = {session} AND vote IN (1, 2, 3){of_state}{of_call}{of_group}{of_issue}")));
    }
    out.extend(members.map(|(from, rows)| Trace::new(from, format!("{rows}{of_state}"))));
    out
}

/// A vote against a line.
struct Departure {
    call: u32,
    org: usize,
    state: usize,
    vote: u8,
    line: Line,
}

impl Departure {
    fn opposed(&self) -> bool {
        matches!((self.vote, self.line.vote), (YES, NO) | (NO, YES))
    }
}

/// What a member did in one session.
#[derive(Default, Clone, Copy)]
struct Habit {
    chances: u32,
    departures: u32,
    opposed: u32,
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let (share, voting) = (settings.number(SHARE.name)?, settings.count(VOTING.name)?);
    let since = settings.count(SINCE.name)?;
    let issue = settings.choice(ballots::ISSUE.name)?;
    let choice = Choice {
        important: settings.flag(ballots::IMPORTANT.name)?,
        parts: settings.flag(ballots::PARTS.name)?,
        issue: blocwatch_sources::ballots::ISSUES.iter().position(|i| *i == issue),
        ..Choice::ALL
    };
    let held = ballots::from_tables(context)?;
    let groups = Groups::read(context, settings)?;
    let record = ballots::record(&held, choice);
    let mut names: Vec<String> = Vec::new();
    let mut number: BTreeMap<String, usize> = BTreeMap::new();
    let mut habits: BTreeMap<(usize, usize, u16), Habit> = BTreeMap::new();
    let mut departures: Vec<(u16, Departure)> = Vec::new();
    for s in 0..record.sessions.len() {
        let pool = voting_groups::voting(&record, s);
        for (org, members) in groups.of_session(&record, s, &pool) {
            let at = *number.entry(org.clone()).or_insert_with(|| {
                names.push(org);
                names.len() - 1
            });
            departures.extend(of_group(&record, s, at, &members, voting, share, &mut habits).into_iter().map(|d| (record.sessions[s], d)));
        }
    }
    let mut rows = Rows::new(&DISSENT);
    for (session, d) in departures.iter().filter(|(s, _)| u32::from(*s) >= since) {
        let window = (session.saturating_sub(WINDOW - 1)..=*session).filter_map(|s| habits.get(&(d.org, d.state, s)));
        let (others, chances) = window.fold((0, 0), |(d, c), h| (d + h.departures, c + h.chances));
        let (others, chances) = (others - 1, chances - 1);
        rows.push([
            (*session).into(),
            held.calls[d.call as usize].rcid.into(),
            names[d.org].as_str().into(),
            record.states[d.state].into(),
            (i32::from(*session) + 1945).into(),
            i32::from(d.vote).into(),
            i32::from(d.line.vote).into(),
            d.line.with.into(),
            d.line.voting.into(),
            d.opposed().into(),
            others.into(),
            chances.into(),
            surprise(others, chances).into(),
        ])?;
    }
    let mut counts = Rows::new(&DEPARTURE);
    for ((org, state, session), h) in &habits {
        counts.push([
            names[*org].as_str().into(),
            record.states[*state].into(),
            (*session).into(),
            (i32::from(*session) + 1945).into(),
            h.chances.into(),
            h.departures.into(),
            h.opposed.into(),
        ])?;
    }
    Ok(Output::table(&DISSENT, rows.finish()?).and(&DEPARTURE, counts.finish()?))
}

/// The departures from one group's line in one session; what each member did is added to `habits`.
fn of_group(
    record: &Record,
    session: usize,
    org: usize,
    members: &[usize],
    least: u32,
    share: f64,
    habits: &mut BTreeMap<(usize, usize, u16), Habit>,
) -> Vec<Departure> {
    let votes = record.votes.session(session);
    let mut mine = vec![Habit::default(); members.len()];
    let mut out = Vec::new();
    for (r, call) in record.calls[session].iter().enumerate() {
        let codes: Vec<Option<u8>> = members.iter().map(|s| votes.get(*s, r)).collect();
        let mut counts = [0; 3];
        for code in codes.iter().flatten() {
            counts[usize::from(code - 1)] += 1;
        }
        let Some(line) = line(counts, least, share) else { continue };
        for ((state, code), habit) in members.iter().zip(&codes).zip(&mut mine) {
            let Some(vote) = *code else { continue };
            habit.chances += 1;
            if vote != line.vote {
                let departure = Departure { call: *call, org, state: *state, vote, line };
                habit.departures += 1;
                habit.opposed += u32::from(departure.opposed());
                out.push(departure);
            }
        }
    }
    for (state, habit) in members.iter().zip(mine).filter(|(_, h)| h.chances > 0) {
        habits.insert((org, *state, record.sessions[session]), habit);
    }
    out
}

/// Departures per chance of groups that a reader knows, over the last ten sessions held.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(DEPARTURE.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (org, session, chances, departures) = (c.text("org")?, c.u16("session")?, c.u32("chances")?, c.u32("departures")?);
    let last = (0..batch.num_rows()).filter_map(|i| session.at(i)).max().unwrap_or(0);
    let mut out = Vec::new();
    for asked in ["SCO", "CSTO", "EU", "NATO", "autocracies", "democracies"] {
        let (mut n, mut d) = (0_u64, 0_u64);
        for i in (0..batch.num_rows()).filter(|i| org.value(*i) == asked && session.value(*i) + 10 > last) {
            n += u64::from(chances.value(i));
            d += u64::from(departures.value(i));
        }
        out.push(Headline::run(
            format!("departures of members from the line of {asked}, last ten sessions"),
            (n > 0).then(|| d as f64 / n as f64),
        ));
    }
    Ok(out)
}

fn example() -> Result<String> {
    let held = line([6, 1, 1], 5, 2.0 / 3.0);
    let (with, voting) = held.map_or((0, 0), |l| (l.with, l.voting));
    Ok(format!(
        "Of eight members six vote yes, one abstains and one votes no: {with} of {voting} are more than two thirds, so the line is yes. The one \
         that abstained departs from it and the one that voted no opposes it. If the latter departed on 3 of 120 other roll calls, the surprise \
         is -log2(4/122) = {:.2} bits; if on 60 of 120, it is -log2(61/122) = {:.2}.",
        surprise(3, 120),
        surprise(60, 120)
    ))
}
