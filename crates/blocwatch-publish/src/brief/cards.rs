//! Records as cards: the statement, who took which part, when, how it stands and what it rests on.

use super::cases::{self, Case, Party, Works};
use super::desk::Desk;
use super::say;
use crate::doc::{Block, CalloutKind, Card, Fact, Remark, Section};
use crate::note::NoteId;
use crate::text::Text;

/// Cards printed under one heading.
pub(super) const MOST: usize = 40;

/// A party in words: `Ministry of X (agency of Otherland)`.
pub(super) fn party(p: &Party<'_>) -> String {
    match (p.kind, p.of) {
        ("agency", Some((_, of))) => format!("{} (agency of {of})", p.name),
        ("agency", None) => format!("{} (agency)", p.name),
        ("firm", Some((_, of))) => format!("{} (firm, of {of} or linked with it by the source)", p.name),
        ("firm", None) => format!("{} (firm)", p.name),
        ("party", _) => format!("{} (political party)", p.name),
        ("organisation", _) if p.name != p.actor => format!("{} ({})", p.name, p.actor),
        _ => p.name.to_owned(),
    }
}

/// One record as a card.
pub(super) fn card<'a>(desk: &mut Desk<'a>, works: &Works<'a>, case: &Case<'a>) -> Card {
    let mut card = Card::new(case.id, case.title);
    let mut meta = vec![say::span(case.date_from, case.date_to)];
    if case.kind != "collaboration" {
        meta.insert(0, desk.term("kind", case.kind).to_owned());
    }
    meta.extend(case.channel.map(|c| desk.term("channel", c).to_lowercase()));
    card.meta = Text::plain(say::sentence_case(&meta.join(" · ")));
    case.claim.clone_into(&mut card.standing);
    case.grade.clone_into(&mut card.grade);
    card.body.push(Text::plain(case.statement));
    let mut facts = Vec::new();
    for role in desk.terms("role") {
        let named: Vec<Text> = case.parties.iter().filter(|p| p.role == role.id).map(|p| Text::plain(party(p))).collect();
        if !named.is_empty() {
            facts.push(Fact::new(role.name.as_str(), named));
        }
    }
    let mut fact = |label: &str, text: Option<&str>| facts.extend(text.map(|t| Fact::new(label, [Text::plain(t)])));
    fact("What the study finds", case.finding);
    fact("Outcome as the source gives it", case.outcome.map(|o| desk.term("outcome", o)));
    fact("On the date", case.date_note);
    fact("How it was coded", case.note);
    card.facts = facts;
    if matches!(case.claim, "alleged" | "self-claimed" | "disputed") {
        let name = desk.term("claim", case.claim);
        let text = format!("{name}. {}", desk.definition("claim", case.claim));
        card.remarks.push(Remark { kind: CalloutKind::Claim, text: Text::plain(text) });
    }
    for (date, says, id) in works.corrections(desk, case.id) {
        let when = if date.is_empty() { String::new() } else { format!("{}: ", say::sentence_case(&say::date(date))) };
        card.remarks.push(Remark { kind: CalloutKind::Correction, text: Text::plain(format!("{when}{says}")).note(id) });
    }
    for (list, id) in [("response", case.response), ("tactic", case.tactic)] {
        card.tags.extend(id.map(|id| desk.term(list, id).to_owned()));
    }
    card.notes = works.notes(desk, case.id);
    let own = cases::note(desk, case);
    if !card.notes.contains(&own) {
        card.notes.push(own);
    }
    card
}

/// Cards of records, at most `most`, and a sentence with how many are left out and where they are.
pub(super) fn cards<'a>(desk: &mut Desk<'a>, works: &Works<'a>, shown: &[&Case<'a>], most: usize, mut section: Section) -> Section {
    if shown.is_empty() {
        return section;
    }
    let list: Vec<Card> = shown.iter().take(most).map(|c| card(desk, works, c)).collect();
    section = section.block(list);
    if shown.len() > most {
        let id = cases::count_note(desk);
        section = section.block(left_out(shown.len() - most, id));
    }
    section
}

fn left_out(n: usize, id: NoteId) -> Block {
    Block::Para(
        Text::new()
            .number(say::count(n), 0)
            .then(format!(" {} left out here, the oldest and the undated; ", say::plural(n as u64, "record is", "records are")))
            .code("blocwatch query \"SELECT case_id, title, date_from FROM \\\"case\\\"\"")
            .then(" lists all records.")
            .note(id),
    )
}
