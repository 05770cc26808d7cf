//! Votes in the General Assembly: with whom a state votes alike beyond chance, and how that moved.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::coverage::Knowledge;

use super::desk::{Desk, UNGA};
use super::sql::{ENOUGH, FIRST_SESSION, is_state};
use super::{Query, StateRef, say};
use crate::chart::{Chart, Lines, Plot, Point, Series};
use crate::doc::{Block, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

const TOP: usize = 10;
const BOTTOM: usize = 3;
/// Sessions over which a change is shown.
pub(super) const SPAN: i32 = 10;
/// Partners with enough common roll calls that a session must have to be ranked.
const PARTNERS: usize = 20;
/// Drawn beside the closest two: Russia, China, the United States.
const ALWAYS: [i64; 3] = [365, 710, 2];

/// One pair in one session.
#[derive(Debug, Clone)]
pub(super) struct Vote<'a> {
    pub(super) partner: i64,
    pub(super) name: &'a str,
    pub(super) session: i32,
    pub(super) rollcalls: f64,
    pub(super) agreement: Option<f64>,
    pub(super) kappa: Option<f64>,
    pub(super) edition: &'a str,
}

/// All pairs of a state since the first session shown.
pub(super) fn query(state: &StateRef) -> Query {
    let one = is_state(state, "a.gwcode1", "a.year");
    let two = is_state(state, "a.gwcode2", "a.year");
    Query::new(
        "votes",
        format!(
            "WITH b AS (SELECT CASE WHEN {one} THEN a.gwcode2 ELSE a.gwcode1 END AS partner, a.session, a.year, a.rollcalls, a.agreement, \
             a.kappa \
             FROM brief_agreement a WHERE ({one} OR {two})) \
             SELECT b.partner, state_name(b.partner, b.year) AS name, b.session, b.rollcalls, b.agreement, b.kappa, e.edition \
             FROM b LEFT JOIN brief_edition e ON e.session = b.session"
        ),
    )
}

/// The rows of the query `votes`.
pub(super) fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Vote<'a>>> {
    let f = desk.frame("votes");
    let (partner, name, session, rollcalls) = (f.col("partner")?, f.col("name")?, f.col("session")?, f.col("rollcalls")?);
    let (agreement, kappa, edition) = (f.col("agreement")?, f.col("kappa")?, f.col("edition")?);
    let mut out: Vec<Vote<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Vote {
                partner: partner.int(i)?,
                name: name.text(i)?,
                session: session.year(i)?,
                rollcalls: rollcalls.num(i)?,
                agreement: agreement.num(i),
                kappa: kappa.num(i),
                edition: edition.word(i),
            })
        })
        .collect();
    out.sort_by_key(|v| (v.session, v.partner));
    Ok(out)
}

/// The note on votes of the given editions.
pub(super) fn note(desk: &mut Desk<'_>, editions: &BTreeSet<&str>) -> NoteId {
    let named: Vec<&str> = editions.iter().copied().filter(|e| !e.is_empty()).collect();
    desk.note_with(UNGA, "agreement_dyad_session", |n| {
        if !named.is_empty() {
            n.locator = format!("{} {}", say::plural(named.len() as u64, "edition", "editions"), say::list(&named));
        }
        "Kappa is Cohen's with squared distance over yes, abstain, no; absence is left out".clone_into(&mut n.remark);
    })
}

/// What must be said where sessions that are compared come from editions that do not hold the same votes: the library's has adopted
/// resolutions only, the others (all of one family) have every roll call.
pub(super) fn edition_warning(before: &str, now: &str, id: NoteId) -> Option<Block> {
    let known = !before.is_empty() && !now.is_empty();
    (known && (before == "undl") != (now == "undl")).then(|| {
        Block::callout(
            CalloutKind::Gap,
            Text::plain(format!(
                "The sessions compared come from different editions of the roll calls ({before} before, {now} now); the edition undl \
                 holds adopted resolutions only. A part of any change between them can be a change of what is recorded, not of how \
                 states vote."
            ))
            .note(id),
        )
    })
}

/// The section on the votes of a state.
pub(super) fn section(desk: &mut Desk<'_>, name: &str) -> Result<Section> {
    let votes = read(desk)?;
    let mut section = Section::new("votes", "Votes in the General Assembly").intro(
        "Voting alike is not acting together. Kappa is agreement beyond what two states' own habits of voting would give by chance: one \
         is full agreement, zero is chance, below zero is opposition. Raw agreement is shown for recognition only.",
    );
    let mut per_session: BTreeMap<i32, usize> = BTreeMap::new();
    for v in votes.iter().filter(|v| v.kappa.is_some()) {
        *per_session.entry(v.session).or_default() += 1;
    }
    let ranked = per_session.iter().rev().find(|(_, n)| **n >= PARTNERS).map(|(s, n)| (*s, *n));
    let Some((last, partners)) = ranked.or_else(|| per_session.iter().next_back().map(|(s, n)| (*s, *n))) else {
        let why = if desk.held(UNGA) {
            format!("No session since {} has enough common roll calls of {name} with any other state.", FIRST_SESSION + 1945)
        } else {
            format!("No vote is held, so nothing can be said of how {name} votes.")
        };
        let id = desk.own_note("coverage", "");
        return Ok(section.block(Block::callout(CalloutKind::Gap, Text::plain(why).note(id))));
    };
    let editions: BTreeSet<&str> = votes.iter().map(|v| v.edition).collect();
    let id = note(desk, &editions);
    let mut now: Vec<&Vote<'_>> = votes.iter().filter(|v| v.session == last && v.kappa.is_some()).collect();
    now.sort_by(|a, b| b.kappa.unwrap_or(-1.0).total_cmp(&a.kappa.unwrap_or(-1.0)).then_with(|| a.name.cmp(b.name)));
    let before: BTreeMap<i64, &Vote<'_>> = votes.iter().filter(|v| v.session == last - SPAN).map(|v| (v.partner, v)).collect();
    section = section.block(
        Text::plain(format!("In session {last}, which opened in {}, ", last + 1945))
            .number(say::count(partners), 0)
            .then(format!(" states had at least {ENOUGH} roll calls in common with {name} and a defined kappa."))
            .note(id),
    );
    section = section.block(table(name, last, &now, &before, id));
    let (then_edition, now_edition) = (before.values().next().map_or("", |v| v.edition), now.first().map_or("", |v| v.edition));
    section.blocks.extend(edition_warning(then_edition, now_edition, id));
    Ok(section.block(chart(name, &votes, &now, id)))
}

fn table(name: &str, last: i32, now: &[&Vote<'_>], before: &BTreeMap<i64, &Vote<'_>>, id: NoteId) -> Table {
    let columns = vec![
        Column::text("State"),
        Column::number("Common roll calls", "number"),
        Column::number("Agreement", "share of them"),
        Column::number("Kappa", "−1 to 1"),
        Column::number("Change of kappa", format!("against session {}", last - SPAN)),
    ];
    let split = now.len() > TOP + BOTTOM;
    let caption = if split {
        format!("The {TOP} states that voted most like {name} in session {last}, and the {BOTTOM} that voted least like it")
    } else {
        format!("States by how much they voted like {name} in session {last}")
    };
    let mut table = Table::new(Text::plain(caption).note(id), columns);
    let shown = now.iter().enumerate().filter(|(i, _)| !split || *i < TOP || *i >= now.len() - BOTTOM);
    for (i, v) in shown {
        if split && i == now.len() - BOTTOM {
            table.rows.push([Cell::text("…")].into_iter().chain((0..4).map(|_| Cell::text(""))).collect());
        }
        let change = before.get(&v.partner).and_then(|b| Some(v.kappa? - b.kappa?));
        table.rows.push(vec![
            Cell::text(v.name),
            Cell::number(v.rollcalls, 0),
            v.agreement.map_or(Cell::missing(Knowledge::Missing), |a| Cell::share(a, 1)),
            Cell::number_or(v.kappa, 2, Knowledge::Missing),
            Cell::number_or(change, 2, Knowledge::NotCovered),
        ]);
    }
    table
}

fn chart(name: &str, votes: &[Vote<'_>], now: &[&Vote<'_>], id: NoteId) -> Chart {
    let mut drawn: Vec<(i64, &str)> = now.iter().take(2).map(|v| (v.partner, v.name)).collect();
    for code in ALWAYS {
        let newest = votes.iter().rev().find(|v| v.partner == code);
        if let Some(v) = newest.filter(|v| drawn.iter().all(|d| d.0 != v.partner)) {
            drawn.push((v.partner, v.name));
        }
    }
    let mut ends = Vec::new();
    let series: Vec<Series> = drawn
        .iter()
        .map(|(code, partner)| {
            let points: Vec<Point> = votes.iter().filter(|v| v.partner == *code).map(|v| Point::new(v.session, v.kappa)).collect();
            let valued: Vec<&Point> = points.iter().filter(|p| p.value.is_some()).collect();
            if let (Some(a), Some(b)) = (valued.first(), valued.last()) {
                let text = |p: &Point| p.value.map_or_else(String::new, say::two);
                ends.push(format!("{partner}: {} in session {}, {} in session {}", text(a), a.x, text(b), b.x));
            }
            Series::new(*partner, points)
        })
        .collect();
    Chart::new(
        format!("Kappa of {name} with {}", say::list(&drawn.iter().map(|d| d.1).collect::<Vec<_>>())),
        format!("{}.", ends.join("; ")),
        Text::plain(format!(
            "The two closest partners of the last session and, for comparison, Russia, China and the United States where they are \
             others. Sessions with fewer than {ENOUGH} common roll calls are left out."
        ))
        .note(id),
        Plot::Lines(Lines { series, x_name: "Session".to_owned(), unit: "Kappa, −1 to 1".to_owned(), decimals: 2, range: None }),
    )
}
