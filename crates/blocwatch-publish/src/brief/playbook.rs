//! What has interrupted the tactics that were seen, or is recommended to: cards, with their record where there is one.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::{self, Works};
use super::desk::{CASEBOOK, Desk};
use super::say;
use crate::doc::{Block, CalloutKind, Card, Fact, Remark, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::text::Text;

/// Cards printed; the rest is named.
const MOST: usize = 10;

#[derive(Debug, Clone, Default)]
struct Entry<'a> {
    id: &'a str,
    kind: &'a str,
    title: &'a str,
    what: &'a str,
    fits: &'a str,
    actors: &'a str,
    harm: &'a str,
    no_record: Option<&'a str>,
    file: &'a str,
    answers: BTreeSet<&'a str>,
    uses: Vec<Use<'a>>,
    adaptations: Vec<Adaptation<'a>>,
}

#[derive(Debug, Clone)]
struct Use<'a> {
    case: &'a str,
    outcome: &'a str,
    note: Option<&'a str>,
    title: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    claim: &'a str,
    grade: &'a str,
}

#[derive(Debug, Clone)]
struct Adaptation<'a> {
    case: Option<&'a str>,
    work: Option<&'a str>,
    says: &'a str,
    citation: &'a str,
    url: &'a str,
}

impl Entry<'_> {
    /// Whether a use with a known outcome is documented.
    fn documented(&self) -> bool {
        self.uses.iter().any(|u| u.outcome != "unknown")
    }
}

fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Entry<'a>>> {
    let f = desk.frame("playbook");
    let (part, id) = (f.col("part")?, f.col("interruption")?);
    let (a, b, c, d) = (f.col("a")?, f.col("b")?, f.col("c")?, f.col("d")?);
    let (e, g, h, k) = (f.col("e")?, f.col("f")?, f.col("g")?, f.col("h")?);
    let mut all: BTreeMap<&str, Entry<'_>> = BTreeMap::new();
    for i in f.rows() {
        let entry = all.entry(id.word(i)).or_default();
        match part.word(i) {
            "entry" => {
                entry.id = id.word(i);
                entry.kind = a.word(i);
                entry.title = b.word(i);
                entry.what = c.word(i);
                entry.fits = d.word(i);
                entry.actors = e.word(i);
                entry.harm = g.word(i);
                entry.no_record = h.text(i);
                entry.file = k.word(i);
            }
            "answer" => {
                entry.answers.insert(b.word(i));
            }
            "use" => entry.uses.push(Use {
                case: a.word(i),
                outcome: b.word(i),
                note: c.text(i),
                title: d.word(i),
                from: e.text(i),
                to: g.text(i),
                claim: h.word(i),
                grade: k.word(i),
            }),
            _ => entry.adaptations.push(Adaptation {
                case: a.text(i),
                work: b.text(i),
                says: c.word(i),
                citation: e.text(i).or(b.text(i)).unwrap_or_default(),
                url: g.word(i),
            }),
        }
    }
    let mut out: Vec<Entry<'_>> = all.into_values().filter(|e| !e.id.is_empty()).collect();
    for entry in &mut out {
        entry.uses.sort_by(|x, y| y.from.cmp(&x.from).then_with(|| x.case.cmp(y.case)));
        entry.adaptations.sort_by(|x, y| x.says.cmp(y.says));
    }
    Ok(out)
}

/// The section: `seen` are tactics with the number of cases that show them, `whose` says in whose cases they were seen.
pub(super) fn section<'a>(desk: &mut Desk<'a>, works: &Works<'a>, seen: &BTreeMap<&'a str, usize>, whose: &str) -> Result<Section> {
    let section = Section::new("interruptions", "What has interrupted such tactics");
    let entries = read(desk)?;
    let own = book_note(desk, "interruption", "");
    if seen.is_empty() {
        return Ok(section.block(
            Text::plain(format!("No tactic has been coded in {whose}, so no interruption is proposed from the record. "))
                .code("blocwatch playbook")
                .then(" lists them all."),
        ));
    }
    let answered = |e: &Entry<'_>| e.answers.iter().filter(|t| seen.contains_key(*t)).count();
    let mut fitting: Vec<&Entry<'_>> = entries.iter().filter(|e| answered(e) > 0).collect();
    fitting.sort_by(|x, y| y.documented().cmp(&x.documented()).then(answered(y).cmp(&answered(x))).then(x.title.cmp(y.title)));
    let names: Vec<&str> = seen.keys().map(|t| desk.term("tactic", t)).collect();
    let mut section = section.intro(
        Text::plain(format!("Seen in {whose}: {}. ", names.join("; ")))
            .number(say::count(fitting.len()), 0)
            .then(format!(
                " {} of the playbook answer such tactics. First those with a documented use whose outcome is known, then by how many of \
                 these tactics they answer. What worked once need not work here.",
                say::plural(fitting.len() as u64, "entry", "entries")
            ))
            .note(own),
    );
    let shown: Vec<&Entry<'_>> = fitting.iter().take(MOST).copied().collect();
    for kind in desk.terms("interruption_kind") {
        let group: Vec<&Entry<'_>> = shown.iter().filter(|e| e.kind == kind.id).copied().collect();
        if group.is_empty() {
            continue;
        }
        let cards: Vec<Card> = group.iter().map(|e| card(desk, works, e, seen)).collect();
        section = section.block(Text::new().strong(kind.name.as_str())).block(cards);
    }
    let rest: Vec<&str> = fitting.iter().skip(MOST).map(|e| e.title).collect();
    if !rest.is_empty() {
        section = section.block(Text::plain(format!("Also answering some of these tactics: {}.", rest.join("; "))).note(own));
    }
    let unanswered: Vec<&str> =
        seen.keys().filter(|t| entries.iter().all(|e| !e.answers.contains(*t))).map(|t| desk.term("tactic", t)).collect();
    if !unanswered.is_empty() {
        section = section
            .block(Block::callout(CalloutKind::Gap, Text::plain(format!("The playbook has no answer to: {}.", unanswered.join("; ")))));
    }
    Ok(section)
}

fn book_note(desk: &mut Desk<'_>, table: &str, file: &str) -> NoteId {
    desk.note_with(CASEBOOK, table, |n| {
        if !file.is_empty() {
            n.locator = format!("knowledge/{file}");
        }
    })
}

fn lines(text: &str) -> Vec<Text> {
    text.lines().map(str::trim).filter(|l| !l.is_empty()).map(|l| Text::plain(say::sentence_case(l))).collect()
}

fn card<'a>(desk: &mut Desk<'a>, works: &Works<'a>, e: &Entry<'a>, seen: &BTreeMap<&str, usize>) -> Card {
    let mut card = Card::new(e.id, e.title);
    let answers: Vec<&str> = e.answers.iter().filter(|t| seen.contains_key(*t)).map(|t| desk.term("tactic", t)).collect();
    card.meta = Text::plain(format!("Answers here: {}", answers.join("; ")));
    card.body.push(Text::plain(e.what));
    card.facts.push(Fact::new("Fits when", lines(e.fits)));
    card.facts.push(Fact::new("Who can do it", lines(e.actors)));
    let mut uses = Vec::new();
    for u in &e.uses {
        let title = if u.title.is_empty() { u.case } else { u.title };
        let mut text =
            Text::plain(format!("{title} ({}): ", say::span(u.from, u.to))).strong(desk.term("outcome", u.outcome).to_lowercase());
        text = text.then(u.note.map_or_else(|| ".".to_owned(), |n| format!("; {}.", n.trim_end_matches('.'))));
        if !u.claim.is_empty() {
            text = text.then(format!(" The record is {}, graded {}.", u.claim, u.grade));
        }
        uses.push(text.notes(works.notes(desk, u.case)).join(cases::corrected(desk, works, u.case)));
    }
    card.facts.push(Fact::new("Record", uses));
    let mut adaptations = Vec::new();
    for a in &e.adaptations {
        let text = Text::plain(format!("{}.", say::sentence_case(a.says.trim_end_matches('.'))));
        let ids = match (a.case, a.work) {
            (Some(case), _) => works.notes(desk, case),
            (None, Some(work)) => vec![desk.notes.add(crate::note::Note {
                source: work.to_owned(),
                citation: a.citation.to_owned(),
                url: a.url.to_owned(),
                ..crate::note::Note::default()
            })],
            (None, None) => Vec::new(),
        };
        adaptations.push(text.notes(ids));
    }
    card.facts.push(Fact::new("How regimes adapted", adaptations));
    card.facts.retain(|f| !f.items.is_empty());
    if !e.documented() {
        let more = e.no_record.map_or_else(String::new, |n| format!(" {n}"));
        let text = format!("No use with a known outcome is documented.{more}");
        card.remarks.push(Remark { kind: CalloutKind::Gap, text: Text::plain(text) });
    } else if let Some(n) = e.no_record {
        card.facts.push(Fact::new("On the record", [Text::plain(n)]));
    }
    if !e.harm.is_empty() {
        card.remarks.push(Remark { kind: CalloutKind::Harm, text: Text::plain(e.harm) });
    }
    card.tags.push(desk.term("interruption_kind", e.kind).to_owned());
    card.notes.push(book_note(desk, "interruption", e.file));
    card
}
