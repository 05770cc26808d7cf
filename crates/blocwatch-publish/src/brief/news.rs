//! What is new since a year: findings and records by year, and a plain sentence where there are none.

use super::cases::{self, Case, Works};
use super::desk::{Desk, Finding};
use super::gaps::Ends;
use super::say;
use crate::doc::{Block, Section};
use crate::text::Text;

/// Shifts of votes listed; the rest is counted.
const SHIFTS: usize = 5;
/// Entries listed in all.
const MOST: usize = 30;

/// One entry: its year, its rank within the year, and what it says.
struct Item {
    year: i32,
    rank: u8,
    text: Text,
}

/// The section. `findings` may hold other kinds and years; they are left out.
pub(super) fn section<'a>(
    desk: &mut Desk<'a>,
    works: &Works<'a>,
    name: &str,
    findings: &[Finding<'a>],
    records: &[&Case<'a>],
    memberships: Vec<(i32, Text)>,
    ends: &Ends,
) -> Section {
    let since = desk.request.since;
    let mut items = Vec::new();
    let new = |f: &&Finding<'a>| f.year.is_some_and(|y| y >= since);
    for f in findings
        .iter()
        .filter(new)
        .filter(|f| matches!(f.kind, "regime-change" | "org-majority-change" | "org-cohesion-change" | "broke-ranks"))
    {
        let text = entry(f.year).then(f.statement).notes(desk.finding_notes(f));
        items.push(Item { year: f.year.unwrap_or(since), rank: u8::from(f.kind != "regime-change"), text });
    }
    let mut shifts: Vec<&Finding<'a>> = findings.iter().filter(new).filter(|f| f.kind == "vote-shift").collect();
    shifts.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.id.cmp(b.id)));
    for f in shifts.iter().take(SHIFTS) {
        let text = entry(f.year).then(f.statement).notes(desk.finding_notes(f));
        items.push(Item { year: f.year.unwrap_or(since), rank: 2, text });
    }
    if let Some(f) = shifts.get(SHIFTS) {
        let n = shifts.len() - SHIFTS;
        let notes = desk.finding_notes(f);
        let text = entry(f.year)
            .number(say::count(n), 0)
            .then(format!(" more {} of mean kappa by 0.3 or more, smaller than those listed.", say::plural(n as u64, "shift", "shifts")))
            .notes(notes);
        items.push(Item { year: f.year.unwrap_or(since), rank: 3, text });
    }
    for case in records.iter().filter(|c| c.year_from.is_some_and(|y| y >= since)) {
        let standing = format!(" ({}, {}, graded {})", desk.term("kind", case.kind).to_lowercase(), case.claim, case.grade);
        let text = entry(case.year_from)
            .then(case.title)
            .then(standing)
            .then(".")
            .notes(works.notes(desk, case.id))
            .join(cases::corrected(desk, works, case.id));
        items.push(Item { year: case.year_from.unwrap_or(since), rank: 4, text });
    }
    for (year, text) in memberships.into_iter().filter(|(y, _)| *y >= since) {
        items.push(Item { year, rank: 1, text: entry(Some(year)).join(text) });
    }
    items.sort_by(|a, b| b.year.cmp(&a.year).then(a.rank.cmp(&b.rank)));
    let own = desk.own_note("finding", "");
    let mut section = Section::new("new", format!("What is new since {since}"));
    if items.is_empty() {
        section = section.block(
            Text::plain(format!(
                "Nothing that the observatory holds on {name} is dated {since} or later and counts as a change. That can \
                mean that nothing changed, or that the data end too early."
            ))
            .note(own),
        );
    } else {
        let left = items.len().saturating_sub(MOST);
        section = section.block(Block::List(items.into_iter().take(MOST).map(|i| i.text).collect()));
        if left > 0 {
            section = section.block(Text::new().number(say::count(left), 0).then(" older entries are left out here.").note(own));
        }
    }
    section.block(ends.sentence(desk))
}

fn entry(year: Option<i32>) -> Text {
    year.map_or_else(Text::new, |y| Text::new().strong(y.to_string()).then(": "))
}

fn size(f: &Finding<'_>) -> f64 {
    f.value.map_or(0.0, f64::abs)
}
