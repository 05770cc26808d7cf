//! What a brief does not know, said plainly: what is not held, where data end, what is not rated, what is not dated.

use std::collections::BTreeMap;

use super::cases::{self, Case};
use super::desk::{CASEBOOK, COW, Desk, UNGA, VDEM, source_name};
use super::orgs::Membership;
use super::{StateRef, say, sql};
use crate::error::Result;
use crate::text::Text;

/// The last period of each kind of data, as far as this brief holds it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ends {
    /// Last year with a regime category.
    pub(super) regime: Option<i32>,
    /// Last session with votes.
    pub(super) session: Option<i32>,
    /// Last year of the casebook's lists of members that meets a regime category.
    pub(super) casebook: Option<i32>,
    /// Last year of COW IGO.
    pub(super) cow: Option<i32>,
}

impl Ends {
    /// "New" means something else for each source.
    pub(super) fn sentence(&self, desk: &mut Desk<'_>) -> Text {
        let mut parts = Vec::new();
        parts.extend(self.regime.map(|y| format!("regime categories in {y}")));
        parts.extend(self.session.map(|s| format!("votes with session {s}, opened in {}", s + 1945)));
        parts.extend(self.casebook.map(|y| format!("the casebook's lists of members in {y}")));
        parts.extend(self.cow.map(|y| format!("COW IGO in {y}")));
        let id = desk.own_note("coverage", "");
        let text = if parts.is_empty() {
            Text::plain("No data with years are held, so nothing can be called new or old.")
        } else {
            Text::plain(format!(
                "'New' depends on data that end at different times: {}. Cases are coded as sources are read, and not in the order of \
                 events.",
                say::list(&parts)
            ))
        };
        text.note(id)
    }

    /// Where each kind of data ends, one sentence each.
    fn sentences(&self, desk: &mut Desk<'_>) -> Vec<Text> {
        let id = desk.own_note("coverage", "");
        let mut out = Vec::new();
        if let Some(y) = self.regime {
            out.push(Text::plain(format!("Regime categories end in {y}; what came later is not in any number here.")).note(id));
        }
        if let Some(s) = self.session {
            let text = format!(
                "Votes end with session {s} of the General Assembly, which opened in {}; most resolutions pass without a vote and are in \
                 no count.",
                s + 1945
            );
            out.push(Text::plain(text).note(id));
        }
        if let Some(y) = self.casebook {
            let more = self.cow.map_or_else(String::new, |c| format!(" COW IGO, the longer list, ends in {c}."));
            out.push(
                Text::plain(format!(
                    "Memberships in {y} come from the casebook, which follows a few dozen organisations and not all: an organisation \
                     that is not listed is not thereby ruled out.{more}"
                ))
                .note(id),
            );
        }
        out
    }
}

/// One statement of the query `coverage`.
struct Span<'a> {
    source: &'a str,
    place: &'a str,
    gwcode: Option<i64>,
    word: &'a str,
    note: &'a str,
    from: Option<i32>,
    to: Option<i32>,
}

fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Span<'a>>> {
    let f = desk.frame("coverage");
    let (source, place, gwcode) = (f.col("source")?, f.col("place")?, f.col("gwcode")?);
    let (word, note, from, to) = (f.col("state_of_knowledge")?, f.col("note")?, f.col("year_from")?, f.col("year_to")?);
    Ok(f.rows()
        .map(|i| Span {
            source: source.word(i),
            place: place.word(i),
            gwcode: gwcode.int(i),
            word: word.word(i),
            note: note.word(i),
            from: from.year(i),
            to: to.year(i),
        })
        .collect())
}

/// The last year that a source covers: the year before its files end.
pub(super) fn last_covered(desk: &Desk<'_>, source: &str) -> Result<Option<i32>> {
    let all = read(desk)?;
    let own = || all.iter().filter(|s| s.source == source);
    let cut = own().filter(|s| s.gwcode.is_none() && s.word == "censored").filter_map(|s| s.from).max().map(|y| y - 1);
    Ok(cut.or_else(|| own().filter(|s| s.word == "covered").filter_map(|s| s.to).max()))
}

/// First and last year of each organisation's list of members in the casebook.
pub(super) fn lists(desk: &Desk<'_>) -> Result<BTreeMap<String, (i32, i32)>> {
    let mut out = BTreeMap::new();
    for s in read(desk)?.iter().filter(|s| s.source == CASEBOOK && s.place == "membership_org_state_year" && s.gwcode.is_none()) {
        if let Some((from, to)) = s.from.zip(s.to) {
            let span = out.entry(s.note.to_owned()).or_insert((from, to));
            *span = (from.min(span.0), to.max(span.1));
        }
    }
    Ok(out)
}

/// Whether a list of members covers all of the states in a year, so that no membership there means none.
pub(super) fn covers(desk: &Desk<'_>, source: &str, states: &[&StateRef], year: i32) -> Result<bool> {
    if source == CASEBOOK {
        return Ok(lists(desk)?.values().any(|(from, to)| (*from..=*to).contains(&year)) && states.iter().all(|s| sql::exists(s, year)));
    }
    let all = read(desk)?;
    let covered = |s: &&StateRef| {
        all.iter().any(|r| {
            r.source == source
                && r.word == "covered"
                && r.gwcode == Some(i64::from(s.gwcode))
                && r.from.zip(r.to).is_some_and(|(from, to)| (from..=to).contains(&year))
        })
    };
    Ok(states.iter().all(covered))
}

/// What is not held, and the command that brings it.
pub(super) fn not_held(desk: &mut Desk<'_>) -> Result<Vec<Text>> {
    let mut sources: Vec<&str> = [VDEM, UNGA, COW].into_iter().filter(|s| !desk.held(s)).collect();
    for s in read(desk)? {
        if s.note.starts_with("not held") && !sources.contains(&s.source) && !desk.held(s.source) {
            sources.push(s.source);
        }
    }
    let id = desk.own_note("coverage", "");
    Ok(sources
        .into_iter()
        .map(|source| {
            let lost = match source {
                VDEM => {
                    "polyarchy, its 68 % intervals and the indices of civil society and physical violence are not available; only \
                    the regime categories of the starter table that comes with the program"
                }
                COW => "memberships outside the casebook's list, and a second list to compare it with, are not available",
                UNGA => "nothing can be said of votes in the General Assembly",
                _ => "what it covers is not in this brief",
            };
            let are = if source == UNGA { "are" } else { "is" };
            Text::plain(format!("{} {are} not held: {lost}. ", say::sentence_case(source_name(source))))
                .code(format!("blocwatch fetch {source}"))
                .then(" and then ")
                .code("blocwatch build")
                .then(" bring it.")
                .note(id)
        })
        .collect())
}

/// What the casebook cannot say about the records of a brief.
pub(super) fn of_cases(desk: &mut Desk<'_>, name: &str, cases: &[&Case<'_>]) -> Vec<Text> {
    let id = cases::count_note(desk);
    let undated = cases.iter().filter(|c| c.year().is_none()).count();
    let mut out = Vec::new();
    if undated > 0 {
        let n = undated as u64;
        out.push(
            Text::new()
                .number(say::count(undated), 0)
                .then(format!(
                    " {} {name} without a date in the source, and {} sorted last and in no count by year.",
                    say::plural(n, "record names", "records name"),
                    say::plural(n, "is", "are")
                ))
                .note(id),
        );
    }
    out.push(Text::plain(format!(
        "The casebook is no census. It holds what published sources report and what has been read of them; much collaboration is secret. \
         The absence of a case about {name} is not the absence of collaboration."
    )));
    out
}

/// What is not known of the organisations of a state.
pub(super) fn of_memberships(desk: &mut Desk<'_>, name: &str, all: &[Membership<'_>]) -> Vec<Text> {
    let mut out = Vec::new();
    let id = desk.note(CASEBOOK, "membership_org_state_year");
    let bare: Vec<String> = all
        .iter()
        .filter(|m| m.current() && m.status == Some(1) && !m.unrated.is_empty())
        .map(|m| {
            let names: Vec<&str> = m.unrated.split("; ").collect();
            let most = if names.len() > 6 { format!("{} and {} more", names[..6].join(", "), names.len() - 6) } else { say::list(&names) };
            format!("{} ({most})", m.name)
        })
        .collect();
    if !bare.is_empty() {
        out.push(Text::plain(format!("Members without a regime category, left out of every share: {}.", bare.join("; "))).note(id));
    }
    let early: Vec<String> = all
        .iter()
        .filter(|m| m.source == CASEBOOK && !m.current() && !m.ended)
        .map(|m| format!("{} ({}, as of {})", m.name, say::status(m.status), m.year))
        .collect();
    if !early.is_empty() {
        out.push(
            Text::plain(format!(
                "Lists of members that end before the latest rated year, so that they are not in the table: {}.",
                early.join("; ")
            ))
            .note(id),
        );
    }
    let disputed: Vec<&str> = all.iter().filter(|m| m.disagrees).map(|m| m.name).collect();
    if !disputed.is_empty() {
        out.push(
            Text::plain(format!("On the membership of {name} the casebook and COW IGO differ in the year shown: {}.", disputed.join("; ")))
                .note(id),
        );
    }
    out
}

/// Everything that does not depend on the kind of brief, in order.
pub(super) fn common(desk: &mut Desk<'_>, ends: &Ends) -> Result<Vec<Text>> {
    let mut out = not_held(desk)?;
    out.extend(ends.sentences(desk));
    Ok(out)
}
