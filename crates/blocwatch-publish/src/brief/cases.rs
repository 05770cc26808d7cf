//! The records of the casebook that a brief is about, read with their parties, sources and corrections.

use std::collections::BTreeMap;

use super::desk::{CASEBOOK, Desk};
use crate::error::Result;
use crate::note::NoteId;

/// A party of a record.
#[derive(Debug, Clone)]
pub(super) struct Party<'a> {
    pub(super) role: &'a str,
    pub(super) kind: &'a str,
    pub(super) actor: &'a str,
    pub(super) name: &'a str,
    /// Id and name of the state to which an agency or firm belongs.
    pub(super) of: Option<(&'a str, &'a str)>,
}

/// A record.
#[derive(Debug, Clone)]
pub(super) struct Case<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) year_from: Option<i32>,
    pub(super) year_to: Option<i32>,
    pub(super) channel: Option<&'a str>,
    pub(super) response: Option<&'a str>,
    pub(super) tactic: Option<&'a str>,
    pub(super) grade: &'a str,
    pub(super) claim: &'a str,
    pub(super) kind: &'a str,
    pub(super) statement: &'a str,
    pub(super) date_from: Option<&'a str>,
    pub(super) date_to: Option<&'a str>,
    pub(super) date_note: Option<&'a str>,
    pub(super) outcome: Option<&'a str>,
    pub(super) finding: Option<&'a str>,
    pub(super) note: Option<&'a str>,
    pub(super) file: &'a str,
    pub(super) line: i64,
    pub(super) parties: Vec<Party<'a>>,
}

impl Case<'_> {
    /// The year by which it is sorted and found new.
    pub(super) fn year(&self) -> Option<i32> {
        self.year_from.or(self.year_to)
    }

    /// The roles in which an actor is named, in the order of the record, each once.
    pub(super) fn roles(&self, kind: &str, actor: &str) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for p in self.parties.iter().filter(|p| p.kind == kind && p.actor == actor) {
            if !out.contains(&p.role) {
                out.push(p.role);
            }
        }
        out
    }
}

/// The kinds of record that tell of something done, as against effects and context.
pub(super) fn is_deed(kind: &str) -> bool {
    matches!(kind, "interruption" | "reversal")
}

/// All records of the brief, the newest first, undated ones last.
pub(super) fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Case<'a>>> {
    let mut parties = read_parties(desk)?;
    let f = desk.frame("cases");
    let (id, title, from, to) = (f.col("case_id")?, f.col("title")?, f.col("year_from")?, f.col("year_to")?);
    let (channel, response, tactic) = (f.col("channel")?, f.col("response")?, f.col("tactic")?);
    let (grade, claim, kind, statement) = (f.col("grade")?, f.col("claim")?, f.col("kind")?, f.col("statement")?);
    let (date_from, date_to, date_note) = (f.col("date_from")?, f.col("date_to")?, f.col("date_note")?);
    let (outcome, finding, note) = (f.col("outcome")?, f.col("finding")?, f.col("note")?);
    let (file, line) = (f.col("file")?, f.col("line")?);
    let mut out: Vec<Case<'a>> = f
        .rows()
        .map(|i| Case {
            id: id.word(i),
            title: title.word(i),
            year_from: from.year(i),
            year_to: to.year(i),
            channel: channel.text(i),
            response: response.text(i),
            tactic: tactic.text(i),
            grade: grade.word(i),
            claim: claim.word(i),
            kind: kind.word(i),
            statement: statement.word(i),
            date_from: date_from.text(i),
            date_to: date_to.text(i),
            date_note: date_note.text(i),
            outcome: outcome.text(i),
            finding: finding.text(i),
            note: note.text(i),
            file: file.word(i),
            line: line.int(i).unwrap_or(0),
            parties: parties.remove(id.word(i)).unwrap_or_default(),
        })
        .collect();
    out.sort_by(|a, b| b.year().cmp(&a.year()).then_with(|| a.id.cmp(b.id)));
    Ok(out)
}

fn read_parties<'a>(desk: &Desk<'a>) -> Result<BTreeMap<&'a str, Vec<Party<'a>>>> {
    let f = desk.frame("parties");
    let (id, seq, role, kind) = (f.col("case_id")?, f.col("seq")?, f.col("role")?, f.col("actor_kind")?);
    let (actor, name, of, of_name) = (f.col("actor")?, f.col("name")?, f.col("of")?, f.col("of_name")?);
    let mut rows: Vec<usize> = f.rows().collect();
    rows.sort_by_key(|i| (id.word(*i), seq.int(*i)));
    let mut out: BTreeMap<&str, Vec<Party<'_>>> = BTreeMap::new();
    for i in rows {
        out.entry(id.word(i)).or_default().push(Party {
            role: role.word(i),
            kind: kind.word(i),
            actor: actor.word(i),
            name: name.text(i).unwrap_or(actor.word(i)),
            of: of.text(i).map(|o| (o, of_name.text(i).unwrap_or(o))),
        });
    }
    Ok(out)
}

/// A work that a record cites, or that a correction rests on.
#[derive(Debug, Clone)]
struct Work<'a> {
    correction: bool,
    seq: i64,
    work: &'a str,
    citation: &'a str,
    url: &'a str,
    licence: &'a str,
    place: &'a str,
    via: Option<&'a str>,
    date: &'a str,
    says: &'a str,
}

/// Works and corrections by record.
pub(super) struct Works<'a>(BTreeMap<&'a str, Vec<Work<'a>>>);

impl<'a> Works<'a> {
    /// The rows of the query `works`.
    pub(super) fn read(desk: &Desk<'a>) -> Result<Self> {
        let f = desk.frame("works");
        let (part, id, seq, work) = (f.col("part")?, f.col("case_id")?, f.col("seq")?, f.col("work")?);
        let (citation, url, licence, place) = (f.col("citation")?, f.col("url")?, f.col("licence")?, f.col("place")?);
        let (via, via_citation, date, says) = (f.col("via")?, f.col("via_citation")?, f.col("date")?, f.col("says")?);
        let mut out: BTreeMap<&str, Vec<Work<'_>>> = BTreeMap::new();
        for i in f.rows() {
            out.entry(id.word(i)).or_default().push(Work {
                correction: part.word(i) == "correction",
                seq: seq.int(i).unwrap_or(0),
                work: work.word(i),
                citation: citation.text(i).unwrap_or(work.word(i)),
                url: url.word(i),
                licence: licence.word(i),
                place: place.word(i),
                via: via_citation.text(i).or(via.text(i)),
                date: date.word(i),
                says: says.word(i),
            });
        }
        for list in out.values_mut() {
            list.sort_by_key(|w| (w.correction, w.seq));
        }
        Ok(Self(out))
    }

    fn of(&self, case: &str) -> &[Work<'a>] {
        self.0.get(case).map_or(&[], Vec::as_slice)
    }

    /// Notes on the sources of a record; on the casebook alone where it names none.
    pub(super) fn notes(&self, desk: &mut Desk<'_>, case: &str) -> Vec<NoteId> {
        let mut out = Vec::new();
        for w in self.of(case).iter().filter(|w| !w.correction) {
            out.push(work_note(desk, w));
        }
        if out.is_empty() {
            out.push(desk.note_with(CASEBOOK, "case", |n| case.clone_into(&mut n.finding_id)));
        }
        out
    }

    /// Corrections of a record: when, what, and the note on the work.
    pub(super) fn corrections(&self, desk: &mut Desk<'_>, case: &str) -> Vec<(&'a str, &'a str, NoteId)> {
        let mut out = Vec::new();
        for w in self.of(case).iter().filter(|w| w.correction) {
            let id = work_note(desk, w);
            out.push((w.date, w.says, id));
        }
        out
    }
}

/// What is known against a record, in one line for where its card is not shown.
pub(super) fn corrected(desk: &mut Desk<'_>, works: &Works<'_>, case: &str) -> crate::text::Text {
    let mut text = crate::text::Text::new();
    for (date, says, id) in works.corrections(desk, case) {
        let when = if date.is_empty() { String::new() } else { format!(" of {}", super::say::date(date)) };
        text = text.then(format!(" Correction{when}: {}.", says.trim_end_matches('.'))).note(id);
    }
    text
}

fn work_note(desk: &mut Desk<'_>, w: &Work<'_>) -> NoteId {
    desk.notes.add(crate::note::Note {
        source: w.work.to_owned(),
        citation: w.citation.to_owned(),
        licence: w.licence.to_owned(),
        locator: w.place.to_owned(),
        url: w.url.to_owned(),
        remark: w.via.map_or_else(String::new, |via| format!("Not read itself; cited through {}", short(via))),
        ..crate::note::Note::default()
    })
}

/// Authors and year of a citation: the work itself is among the sources of the same record.
fn short(citation: &str) -> &str {
    citation.find("). ").map_or(citation, |end| &citation[..=end])
}

/// The note on a record of the casebook: file, line and trace.
pub(super) fn note(desk: &mut Desk<'_>, case: &Case<'_>) -> NoteId {
    desk.note_with(CASEBOOK, "case", |n| {
        n.locator = if case.line > 0 { format!("knowledge/{} line {}", case.file, case.line) } else { format!("knowledge/{}", case.file) };
        case.id.clone_into(&mut n.finding_id);
    })
}

/// The note on a count of records.
pub(super) fn count_note(desk: &mut Desk<'_>) -> NoteId {
    desk.note_with(CASEBOOK, "case", |n| {
        "Counts say what has been coded, not how often it happens".clone_into(&mut n.remark);
    })
}
