//! The brief on one roll call of the General Assembly: the result, who voted how by regime and by organisation, who broke ranks.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::coverage::Knowledge;

use super::desk::{Desk, UNGA};
use super::method::{self, Topic};
use super::{Query, RollcallRef, say};
use crate::doc::{Block, Brief, BriefKind, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// Departures listed.
const LISTED: usize = 25;
/// Voting members that an organisation must have to be listed.
const MEMBERS: usize = 3;

const YES: i64 = 1;
const ABSTAIN: i64 = 2;
const NO: i64 = 3;
const ABSENT: i64 = 8;

/// The queries of the brief.
pub(super) fn queries(of: &RollcallRef) -> Vec<Query> {
    let this = format!("r.session = {} AND r.rcid = {}", of.session, of.rcid);
    vec![
        Query::new(
            "rollcall",
            format!(
                "SELECT r.session, r.rcid, r.date, r.year, r.unres, r.importantvote, r.short, r.descr, r.edition, u.amend, u.para \
                 FROM rollcall r LEFT JOIN unga_rollcall u ON u.edition = r.edition AND u.rcid = r.rcid WHERE {this}"
            ),
        ),
        Query::new(
            "issues",
            format!(
                "SELECT DISTINCT i.issue FROM unga_issue i JOIN rollcall r ON r.edition = i.edition AND r.rcid = i.rcid WHERE {this} \
                 ORDER BY i.issue"
            ),
        ),
        Query::new(
            "ballots",
            format!(
                "WITH last AS (SELECT max(year) AS year FROM brief_regime WHERE v2x_regime IS NOT NULL) \
                 SELECT v.gwcode, state_name(v.gwcode, r.year) AS name, v.vote, v.in_system, g.v2x_regime, g.year AS rated, g.source, \
                 g.version FROM vote v JOIN rollcall r ON r.session = v.session AND r.rcid = v.rcid CROSS JOIN last l \
                 LEFT JOIN brief_regime g ON g.gwcode = v.gwcode AND g.year = CASE WHEN r.year > l.year THEN l.year ELSE r.year END \
                 WHERE {this} AND v.vote IN ({YES}, {ABSTAIN}, {NO}, {ABSENT})"
            ),
        ),
        Query::new(
            "caucuses",
            format!(
                "SELECT m.org, o.name, m.gwcode, m.source FROM brief_membership m JOIN organisation o ON o.org = m.org \
                 WHERE m.status = 1 AND m.year = {year} AND (o.source = 'casebook' OR m.org IN (SELECT org FROM cohesion_org_session \
                 WHERE session = {session}))",
                year = i32::from(of.session) + 1945,
                session = of.session
            ),
        ),
        Query::new(
            "dissent",
            format!(
                "SELECT d.org, o.name AS org_name, d.gwcode, state_name(d.gwcode, d.year) AS name, d.vote, d.line, d.with_line, d.voting, \
                 d.opposed, d.departures, d.chances, d.surprise FROM dissent_state_rollcall d LEFT JOIN organisation o ON o.org = d.org \
                 WHERE d.session = {} AND d.rcid = {}",
                of.session, of.rcid
            ),
        ),
        Query::new(
            "others",
            format!(
                "SELECT o.rcid, o.date, o.short, sum(CASE WHEN v.vote = {YES} THEN 1 ELSE 0 END) AS yes, \
                 sum(CASE WHEN v.vote = {NO} THEN 1 ELSE 0 END) AS no, sum(CASE WHEN v.vote = {ABSTAIN} THEN 1 ELSE 0 END) AS abstain \
                 FROM rollcall r JOIN rollcall o ON o.session = r.session AND o.unres = r.unres AND o.rcid <> r.rcid \
                 JOIN vote v ON v.session = o.session AND v.rcid = o.rcid WHERE {this} GROUP BY o.rcid, o.date, o.short ORDER BY o.rcid"
            ),
        ),
    ]
}

/// One state's vote.
struct Ballot<'a> {
    gwcode: i64,
    name: &'a str,
    vote: i64,
    class: Option<i64>,
}

fn read_ballots<'a>(desk: &Desk<'a>) -> Result<Vec<Ballot<'a>>> {
    let f = desk.frame("ballots");
    let (gwcode, name, vote, class) = (f.col("gwcode")?, f.col("name")?, f.col("vote")?, f.col("v2x_regime")?);
    let mut out: Vec<Ballot<'a>> = f
        .rows()
        .filter_map(|i| Some(Ballot { gwcode: gwcode.int(i)?, name: name.text(i)?, vote: vote.int(i)?, class: class.int(i) }))
        .collect();
    out.sort_by(|a, b| a.name.cmp(b.name).then(a.gwcode.cmp(&b.gwcode)));
    Ok(out)
}

/// Counts of yes, no, abstain, absent.
#[derive(Default, Clone, Copy)]
struct Counts([usize; 4]);

impl Counts {
    fn of<'b>(ballots: impl Iterator<Item = &'b Ballot<'b>>) -> Self {
        let mut out = Self::default();
        for b in ballots {
            let at = match b.vote {
                YES => 0,
                NO => 1,
                ABSTAIN => 2,
                _ => 3,
            };
            out.0[at] += 1;
        }
        out
    }

    fn voted(self) -> usize {
        self.0[..3].iter().sum()
    }

    /// Agreement index of Hix, Noury and Roland.
    fn index(self) -> Option<f64> {
        let (all, most) = (self.voted() as f64, self.0[..3].iter().max().copied().unwrap_or(0) as f64);
        (all >= 2.0).then(|| (most - 0.5 * (all - most)) / all)
    }
}

const fn word(vote: i64) -> &'static str {
    match vote {
        YES => "yes",
        ABSTAIN => "abstained",
        NO => "no",
        _ => "absent",
    }
}

/// The address at which the United Nations show a resolution, from a symbol as in `A/RES/74/208` or `R/74/208A`; `None` for other forms.
fn symbol(unres: &str) -> Option<String> {
    let rest = unres.strip_prefix("A/RES/").or_else(|| unres.strip_prefix("R/"))?;
    let mut parts = rest.split('/');
    let (session, number) = (parts.next()?, parts.next()?);
    let plain = session.bytes().all(|b| b.is_ascii_digit()) && number.bytes().all(|b| b.is_ascii_alphanumeric()) && parts.next().is_none();
    // before session 31 symbols had Roman numerals, and the numbers of a draft are no resolution
    let modern = session.parse::<u16>().is_ok_and(|s| s >= 31);
    (plain && modern).then(|| format!("A/RES/{session}/{number}"))
}

/// Composes the brief.
pub(super) fn compose(desk: &mut Desk<'_>, of: &RollcallRef) -> Result<Brief> {
    let f = desk.frame("rollcall");
    let (date, year, unres, important) = (f.col("date")?, f.col("year")?, f.col("unres")?, f.col("importantvote")?);
    let (short, descr, edition) = (f.col("short")?, f.col("descr")?, f.col("edition")?);
    let (amend, para) = (f.col("amend")?, f.col("para")?);
    let named = unres.text(0).map(|u| symbol(u).unwrap_or_else(|| u.to_owned()));
    let subject = descr.text(0).or(short.text(0)).map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
    let title = match (&named, &subject) {
        (Some(n), Some(s)) if s.chars().count() <= 160 => format!("{n}: {s}"),
        (Some(n), Some(_)) => match short.text(0) {
            Some(s) if s.chars().count() <= 160 => format!("{n}: {s}"),
            _ => n.clone(),
        },
        (Some(n), None) => n.clone(),
        (None, Some(s)) if s.chars().count() <= 160 => s.clone(),
        _ => format!("Roll call {}", of.rcid),
    };
    let mut brief = Brief::new(BriefKind::Rollcall, title);
    let day = date.text(0).map_or_else(|| year.year(0).map_or_else(String::new, |y| y.to_string()), say::date);
    brief.subtitle = format!("Roll call {} of the General Assembly, session {}, {day}", of.rcid, of.session);
    let id = desk.note_with(UNGA, "vote", |n| {
        n.locator = format!("edition {}, session {}, roll call {}", edition.word(0), of.session, of.rcid);
        "absence is left out of every share".clone_into(&mut n.remark);
    });
    let ballots = read_ballots(desk)?;
    if ballots.is_empty() {
        brief.lead.push(Text::plain("No vote is held for this roll call."));
        return Ok(brief);
    }
    let all = Counts::of(ballots.iter());
    brief.lead.push(result(all, id));
    brief.lead.extend(majority(all, id));
    brief.lead.extend(sides(desk, &ballots, id)?);
    brief.lead.extend(most_surprising(desk, id)?);
    let f = desk.frame("issues");
    let issue = f.col("issue")?;
    let issues: Vec<&str> = f.rows().filter_map(|i| issue.text(i)).collect();
    let mut about: Vec<String> = Vec::new();
    if !issues.is_empty() {
        about.push(format!("Coded as {}.", say::list(&issues).to_lowercase()));
    }
    match important.yes(0) {
        Some(true) => about.push("The US Department of State named it as important.".to_owned()),
        Some(false) => about.push("The US Department of State did not name it as important.".to_owned()),
        None => about.push("Whether the US Department of State named it as important is not coded.".to_owned()),
    }
    if amend.int(0) == Some(1) || para.int(0) == Some(1) {
        about.push("It was a vote on a part of a text (an amendment or a paragraph), not on the whole.".to_owned());
    }
    brief.lead.push(Text::plain(about.join(" ")).note(id));
    let mut section = Section::new("what", "What was voted on");
    if let Some(text) = &subject {
        section = section.block(Text::plain(format!("In the source's words: “{text}”")).note(id));
    }
    if let Some(symbol) = named.as_deref().filter(|n| n.starts_with("A/RES/")) {
        section = section.block(Text::plain("Text of the resolution: ").code(format!("https://undocs.org/en/{symbol}")).note(id));
    }
    section = others(desk, section, id)?;
    if !section.blocks.is_empty() {
        brief.sections.push(section);
    }
    brief.sections.push(regimes(desk, &ballots, all, id)?);
    brief.sections.push(organisations(desk, &ballots, id)?);
    brief.sections.push(dissent(desk, of, id)?);
    brief.sections.push(names(&ballots, id));
    brief.unknowns.push(Text::plain(
        "Why a state voted as it did, and whether it had agreed to with others, is not in a roll call: a group's line here is what most of \
         its members did.",
    ));
    if all.0[3] == 0 {
        brief.unknowns.push(Text::plain("This edition lists no absences: a state that is not named may have been absent or no member."));
    }
    brief.method_note = method::notes(&[Topic::Rollcall, Topic::Regime]);
    Ok(brief)
}

fn result(all: Counts, id: NoteId) -> Text {
    let mut text = Text::plain("Of ").number(say::count(all.voted()), 0).then(" states that voted, ");
    for (i, (n, words)) in [(all.0[0], " voted yes, "), (all.0[1], " voted no and "), (all.0[2], " abstained")].into_iter().enumerate() {
        text = if n == 0 && i < 2 { text.then("none") } else { text.number(say::count(n), 0) };
        text = text.then(words);
    }
    if all.0[3] > 0 {
        text = text.then("; ").number(say::count(all.0[3]), 0).then(if all.0[3] == 1 { " was absent" } else { " were absent" });
    }
    text.then(".").note(id)
}

/// Whether the yes votes are a majority, by the rule of those present and voting.
fn majority(all: Counts, id: NoteId) -> Option<Text> {
    let (yes, no) = (all.0[0], all.0[1]);
    if yes + no == 0 {
        return None;
    }
    let share = yes as f64 / (yes + no) as f64;
    let text = Text::plain("The yes votes are ").share(share, 1).then(" of those yes or no");
    Some(
        if yes * 3 >= 2 * (yes + no) {
            text.then(": enough to carry it, also where the Charter asks for two thirds (abstentions do not count as voting).")
        } else if yes > no {
            text.then(": more yes than no, which carries it unless the question counts as important and needs two thirds.")
        } else {
            text.then(": not a majority, so it was not carried.")
        }
        .note(id),
    )
}

/// How autocracies and democracies voted.
fn sides(desk: &mut Desk<'_>, ballots: &[Ballot<'_>], id: NoteId) -> Result<Option<Text>> {
    let Some(regime) = regime_note(desk)? else { return Ok(None) };
    let of = |classes: [i64; 2]| Counts::of(ballots.iter().filter(|b| b.class.is_some_and(|c| classes.contains(&c))));
    let said = |text: Text, c: Counts| {
        text.number(say::count(c.0[0]), 0)
            .then(" yes, ")
            .number(say::count(c.0[1]), 0)
            .then(" no and ")
            .number(say::count(c.0[2]), 0)
            .then(" abstained")
    };
    let text = said(Text::plain("Of the autocracies "), of([0, 1]));
    Ok(Some(said(text.then("; of the democracies "), of([2, 3])).then(".").note(id).note(regime)))
}

/// The note on the regime categories that rate the states; `None` where none is rated.
fn regime_note(desk: &mut Desk<'_>) -> Result<Option<NoteId>> {
    let f = desk.frame("ballots");
    let (source, version) = (f.col("source")?, f.col("version")?);
    let Some(row) = f.rows().find(|i| source.text(*i).is_some()) else { return Ok(None) };
    Ok(Some(desk.note_with(source.word(row), "regime_state_year", |n| version.word(row).clone_into(&mut n.version))))
}

/// The departure that is rarest for its state.
fn most_surprising(desk: &Desk<'_>, id: NoteId) -> Result<Option<Text>> {
    let f = desk.frame("dissent");
    let (org, name, vote, line) = (f.col("org")?, f.col("name")?, f.col("vote")?, f.col("line")?);
    let (with, voting, departures, chances) = (f.col("with_line")?, f.col("voting")?, f.col("departures")?, f.col("chances")?);
    let surprise = f.col("surprise")?;
    let key = |i: &usize| surprise.num(*i).unwrap_or(0.0);
    let most =
        f.rows().max_by(|a, b| key(a).total_cmp(&key(b)).then_with(|| (name.word(*b), org.word(*b)).cmp(&(name.word(*a), org.word(*a)))));
    let Some((i, departures, chances)) = most.and_then(|i| Some((i, departures.num(i)?, chances.num(i)?))) else { return Ok(None) };
    let (Some(with), Some(voting)) = (with.num(i), voting.num(i)) else { return Ok(None) };
    let did = |vote: Option<i64>| match vote {
        Some(YES) => "voted yes",
        Some(NO) => "voted no",
        _ => "abstained",
    };
    Ok(Some(
        Text::plain(format!("The rarest departure is that of {}, which {} where ", name.word(i), did(vote.int(i))))
            .number(with, 0)
            .then(" of ")
            .number(voting, 0)
            .then(format!(" voting members of {} {}; it departed from that line on ", group(org.word(i)), did(line.int(i))))
            .number(departures, 0)
            .then(" of ")
            .number(chances, 0)
            .then(" other occasions.")
            .note(id),
    ))
}

/// What a group is called in a table.
fn group(org: &str) -> &str {
    match org {
        "LMG:2005" => "the Like-Minded Group as listed in 2005",
        other => other,
    }
}

fn others(desk: &Desk<'_>, section: Section, id: NoteId) -> Result<Section> {
    let f = desk.frame("others");
    let (rcid, short) = (f.col("rcid")?, f.col("short")?);
    let counts = [f.col("yes")?, f.col("no")?, f.col("abstain")?];
    if f.rows().is_empty() {
        return Ok(section);
    }
    let columns = vec![
        Column::key("Roll call"),
        Column::text("On"),
        Column::number("Yes", "states"),
        Column::number("No", "states"),
        Column::number("Abstained", "states"),
    ];
    let mut table = Table::new(Text::plain("Other roll calls under the same symbol in the session").note(id), columns);
    for i in f.rows().take(LISTED) {
        let mut row = vec![
            Cell::text(rcid.int(i).map_or_else(String::new, |r| r.to_string())),
            Cell::text(short.text(i).unwrap_or("not said").to_owned()),
        ];
        row.extend(counts.iter().map(|c| Cell::number_or(c.num(i), 0, Knowledge::Missing)));
        table.rows.push(row);
    }
    Ok(section.block(table))
}

fn count_cells(c: Counts, absences: bool) -> Vec<Cell> {
    let mut cells: Vec<Cell> = c.0[..3].iter().map(|n| Cell::number(say::count(*n), 0)).collect();
    if absences {
        cells.push(Cell::number(say::count(c.0[3]), 0));
    }
    cells.push(match c.voted() {
        0 => Cell::missing(Knowledge::NotCovered),
        n => Cell::share(c.0[0] as f64 / n as f64, 0),
    });
    cells
}

fn count_columns(first: &str, absences: bool) -> Vec<Column> {
    let mut columns =
        vec![Column::text(first), Column::number("Yes", "states"), Column::number("No", "states"), Column::number("Abstained", "states")];
    if absences {
        columns.push(Column::number("Absent", "states"));
    }
    columns.push(Column::number("Yes", "% of votes cast"));
    columns
}

fn regimes(desk: &mut Desk<'_>, ballots: &[Ballot<'_>], all: Counts, id: NoteId) -> Result<Section> {
    let absences = all.0[3] > 0;
    let f = desk.frame("ballots");
    let rated = f.col("rated")?;
    let year = f.rows().filter_map(|i| rated.year(i)).max();
    let mut ids = vec![id];
    ids.extend(regime_note(desk)?);
    let caption = year.map_or_else(|| "Votes by regime".to_owned(), |y| format!("Votes by regime category of {y}"));
    let mut table = Table::new(Text::plain(caption).notes(ids), count_columns("Regime", absences));
    for class in [Some(0), Some(1), Some(2), Some(3), None] {
        let c = Counts::of(ballots.iter().filter(|b| b.class == class));
        if c.0.iter().sum::<usize>() > 0 {
            let mut row = vec![Cell::text(say::sentence_case(say::regime(class).unwrap_or("not rated")))];
            row.extend(count_cells(c, absences));
            table.rows.push(row);
        }
    }
    let mut row = vec![Cell::text("All")];
    row.extend(count_cells(all, absences));
    table.rows.push(row);
    Ok(Section::new("regimes", "By regime")
        .intro("A category is not a caucus: states of one regime vote apart, and alike without a word.")
        .block(table))
}

fn organisations(desk: &mut Desk<'_>, ballots: &[Ballot<'_>], id: NoteId) -> Result<Section> {
    let f = desk.frame("caucuses");
    let (org, name, gwcode, source) = (f.col("org")?, f.col("name")?, f.col("gwcode")?, f.col("source")?);
    let mut members: BTreeMap<(&str, &str), BTreeSet<i64>> = BTreeMap::new();
    let mut sources: BTreeSet<&str> = BTreeSet::new();
    for i in f.rows() {
        members.entry((org.word(i), name.word(i))).or_default().extend(gwcode.int(i));
        sources.insert(source.word(i));
    }
    let voted = ballots.iter().filter(|b| b.vote != ABSENT).count();
    let mut rows: Vec<(String, Counts)> = members
        .iter()
        .map(|((org, name), of)| {
            let label = if org == name { (*org).to_owned() } else { format!("{name} ({org})") };
            (label, Counts::of(ballots.iter().filter(|b| of.contains(&b.gwcode))))
        })
        .filter(|(_, c)| c.voted() >= MEMBERS && c.voted() * 10 < voted * 9)
        .collect();
    let key = |c: &Counts| c.index().unwrap_or(0.0);
    rows.sort_by(|a, b| key(&b.1).total_cmp(&key(&a.1)).then_with(|| b.1.voted().cmp(&a.1.voted())).then_with(|| a.0.cmp(&b.0)));
    let mut section = Section::new("organisations", "By organisation").intro(
        "Full members of the year in which the session opened, most united first. The agreement index is one where all who voted cast the \
         same vote and zero where they split evenly in three.",
    );
    if rows.is_empty() {
        let text = "No organisation with at least three voting members is known for the year.";
        return Ok(section.block(Block::callout(CalloutKind::Gap, Text::plain(text))));
    }
    let mut ids = vec![id];
    ids.extend(sources.into_iter().map(|s| desk.note(s, "membership_org_state_year")));
    let columns = vec![
        Column::text("Organisation"),
        Column::number("Yes", "states"),
        Column::number("No", "states"),
        Column::number("Abstained", "states"),
        Column::number("Agreement index", "0–1"),
    ];
    let mut table = Table::new(Text::plain("Votes by organisation").notes(ids), columns);
    for (label, c) in rows {
        let mut row = vec![Cell::text(label)];
        row.extend(c.0[..3].iter().map(|n| Cell::number(say::count(*n), 0)));
        row.push(Cell::number_or(c.index(), 2, Knowledge::NotCovered));
        table.rows.push(row);
    }
    section = section.block(table);
    Ok(section)
}

fn dissent(desk: &Desk<'_>, of: &RollcallRef, id: NoteId) -> Result<Section> {
    let mut section = Section::new("ranks", "Who broke ranks").intro(
        "Members that voted otherwise than at least two thirds of their group, the most surprising first: surprise says how seldom the state \
         departs from that group in this and the four sessions before, in bits (one is a coin, six is six coins that all fall alike).",
    );
    let f = desk.frame("dissent");
    let (org, name) = (f.col("org")?, f.col("name")?);
    let (vote, line, with, voting) = (f.col("vote")?, f.col("line")?, f.col("with_line")?, f.col("voting")?);
    let (departures, chances, surprise) = (f.col("departures")?, f.col("chances")?, f.col("surprise")?);
    let mut rows: Vec<usize> = f.rows().collect();
    rows.sort_by(|a, b| {
        let s = |i: usize| surprise.num(i).unwrap_or(0.0);
        s(*b).total_cmp(&s(*a)).then_with(|| (name.word(*a), org.word(*a)).cmp(&(name.word(*b), org.word(*b))))
    });
    if rows.is_empty() {
        let text = if of.session >= 45 {
            "No member of a group with a line departed from it."
        } else {
            "Departures are listed from session 45 on; `blocwatch measure dissent --set since=1` computes earlier ones."
        };
        return Ok(section.block(Block::callout(CalloutKind::Gap, Text::plain(text).note(id))));
    }
    let columns = vec![
        Column::text("State"),
        Column::text("Group"),
        Column::text("Its vote"),
        Column::text("Line"),
        Column::number("With the line", "of those voting"),
        Column::number("Departed before", "of other occasions"),
        Column::number("Surprise", "bits"),
    ];
    let left = rows.len().saturating_sub(LISTED);
    let mut table = Table::new(Text::plain("Departures from a group's line").note(id), columns);
    let part = |a: Option<i64>, b: Option<i64>| a.zip(b).map_or_else(String::new, |(a, b)| format!("{a} of {b}"));
    for i in rows.into_iter().take(LISTED) {
        table.rows.push(vec![
            Cell::text(name.word(i)),
            Cell::text(say::sentence_case(group(org.word(i)))),
            Cell::text(word(vote.int(i).unwrap_or(0))),
            Cell::text(word(line.int(i).unwrap_or(0)).replace("abstained", "abstain")),
            Cell::text(part(with.int(i), voting.int(i))),
            Cell::text(part(departures.int(i), chances.int(i))),
            Cell::number_or(surprise.num(i), 1, Knowledge::Missing),
        ]);
    }
    if left > 0 {
        table = table.footer(
            Text::new()
                .number(say::count(left), 0)
                .note(id)
                .then(" further departures are in the table ")
                .code("dissent_state_rollcall")
                .then("."),
        );
    }
    section = section.block(table);
    Ok(section)
}

/// Everybody, by vote.
fn names(ballots: &[Ballot<'_>], id: NoteId) -> Section {
    let mut section = Section::new("votes", "Who voted how");
    for (vote, words) in [(YES, "Yes"), (NO, "No"), (ABSTAIN, "Abstained"), (ABSENT, "Absent")] {
        let who: Vec<&str> = ballots.iter().filter(|b| b.vote == vote).map(|b| b.name).collect();
        if !who.is_empty() {
            let text = Text::new().strong(words).then(" (").number(say::count(who.len()), 0).then(format!("): {}.", who.join(", ")));
            section = section.block(text.note(id));
        }
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_lead_to_the_text_where_they_are_resolutions() {
        assert_eq!(symbol("A/RES/74/208").as_deref(), Some("A/RES/74/208"));
        assert_eq!(symbol("R/45/36A").as_deref(), Some("A/RES/45/36A"));
        for other in ["R/1/66", "ESS/10/2", "R/45/36/XII", "", "R/45"] {
            assert_eq!(symbol(other), None, "{other}");
        }
    }

    #[test]
    fn a_result_says_what_carries_it() {
        let id = crate::note::Notes::default().add(crate::note::Note::default());
        let said = |yes, no, abstain| majority(Counts([yes, no, abstain, 0]), id).map(|t| t.to_string());
        assert!(said(120, 10, 40).is_some_and(|t| t.contains("two thirds (")));
        assert!(said(60, 50, 40).is_some_and(|t| t.contains("more yes than no")));
        assert!(said(50, 50, 40).is_some_and(|t| t.contains("not carried")));
        assert_eq!(said(0, 0, 40), None);
        assert_eq!(Counts([6, 0, 0, 3]).index(), Some(1.0));
        assert_eq!(Counts([3, 3, 0, 0]).index(), Some(0.25));
    }
}
