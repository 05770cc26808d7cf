//! The fixed parts of a brief: what it does not know, how it was made, how to cite it, its notes.

use blocwatch_core::taxonomy::Taxonomy;
use serde::Serialize;

use super::{Builder, Entry, Line, Piece, one_line};
use crate::doc::{Brief, SourceVersion};
use crate::note::Note;
use crate::words::Words;

/// Everything between the last section and the notes.
#[derive(Debug, Serialize)]
pub(crate) struct Ends {
    /// Gaps in words.
    pub(crate) unknowns: Vec<Line>,
    /// Sections in which gaps are marked.
    pub(crate) gaps: Vec<Entry>,
    /// Missing values: `1 censored, 3 not covered`; may be empty.
    pub(crate) absences: String,
    /// How it was made.
    pub(crate) method: Vec<Line>,
    /// Grades used, in words.
    pub(crate) grades: Vec<GradeView>,
    /// How to cite the brief.
    pub(crate) cite: String,
    /// The sources used, one line each.
    pub(crate) sources: Vec<String>,
}

/// A letter or figure of a grade.
#[derive(Debug, Serialize)]
pub(crate) struct GradeView {
    /// Letter or figure.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
}

/// A note.
#[derive(Debug, Serialize)]
pub(crate) struct NoteView {
    /// Number.
    pub(crate) n: usize,
    /// What it says.
    pub(crate) line: Line,
    /// Its first uses, from 1, to link back to.
    pub(crate) uses: Vec<usize>,
    /// How many more uses there are.
    pub(crate) more: usize,
}

/// How many uses of a note are linked back to.
const LINKED: usize = 12;

impl Ends {
    /// Builds the end of a brief; its marks come after those of the sections.
    pub(crate) fn new(brief: &Brief, b: &mut Builder<'_>) -> Ends {
        let unknowns = b.lines(&brief.unknowns);
        let method = b.lines(&brief.method_note);
        Ends {
            unknowns,
            gaps: std::mem::take(&mut b.gaps),
            absences: b.absences.iter().map(|(word, n)| format!("{n} {word}")).collect::<Vec<_>>().join(", "),
            method,
            grades: grades(&b.grades),
            cite: cite(brief, b.words),
            sources: brief.as_of.sources.iter().map(|s| source(s, b.words)).collect(),
        }
    }

    /// Whether there is anything to say about how the brief was made.
    pub(crate) fn has_method(&self) -> bool {
        !self.method.is_empty() || !self.grades.is_empty()
    }
}

/// The letters and figures used, in the words of the taxonomy.
fn grades(used: &std::collections::BTreeSet<String>) -> Vec<GradeView> {
    let Ok(taxonomy) = Taxonomy::embedded() else { return Vec::new() };
    let mut out = Vec::new();
    for (list, place) in [("admiralty_source", 0), ("admiralty_information", 1)] {
        for term in taxonomy.list(list) {
            if used.iter().any(|g| g.chars().nth(place).is_some_and(|c| term.id == c.to_string())) {
                out.push(GradeView { id: term.id.clone(), name: term.name.clone() });
            }
        }
    }
    out
}

/// First characters of a hash.
fn short(hash: &str) -> String {
    one_line(hash).chars().take(12).collect()
}

/// Observatory and period under the title.
pub(crate) fn as_of(brief: &Brief, words: &Words) -> Vec<String> {
    let as_of = &brief.as_of;
    let mut out = Vec::new();
    if !as_of.data_until.is_empty() {
        out.push(format!("{} {}", words.data_until, one_line(&as_of.data_until)));
    }
    let sources: Vec<String> = as_of.sources.iter().map(|s| one_line(&format!("{} {}", s.name, s.version))).collect();
    if !sources.is_empty() {
        out.push(sources.join(", "));
    }
    if !as_of.observatory.is_empty() {
        out.push(format!("{} {}", words.observatory, short(&as_of.observatory)));
    }
    out
}

fn cite(brief: &Brief, words: &Words) -> String {
    let subject = [brief.title.as_str(), brief.subtitle.as_str()].into_iter().filter(|t| !t.is_empty()).map(one_line).collect::<Vec<_>>();
    let mut out = format!("Blocwatch. {}.", subject.join(": ").trim_end_matches('.'));
    let mut rest = Vec::new();
    if !brief.as_of.observatory.is_empty() {
        rest.push(format!("{} {}", words.observatory, short(&brief.as_of.observatory)));
    }
    if !brief.as_of.data_until.is_empty() {
        rest.push(format!("{} {}", words.data_until.to_lowercase(), one_line(&brief.as_of.data_until)));
    }
    if !brief.as_of.program.is_empty() {
        rest.push(one_line(&brief.as_of.program));
    }
    if !rest.is_empty() {
        out.push_str(&format!(" {}.", rest.join(", ")));
    }
    out
}

fn source(source: &SourceVersion, words: &Words) -> String {
    let mut out = one_line(if source.name.is_empty() { &source.id } else { &source.name });
    if !source.version.is_empty() {
        out.push_str(&format!(", {} {}", words.version, one_line(&source.version)));
    }
    if !source.accessed.is_empty() {
        out.push_str(&format!(", {} {}", words.accessed, one_line(&source.accessed)));
    }
    if !source.licence.is_empty() {
        out.push_str(&format!(" ({})", one_line(&source.licence)));
    }
    out = sentence(&out);
    if !source.citation.is_empty() {
        out.push(' ');
        out.push_str(&sentence(&one_line(&source.citation)));
    }
    out
}

/// With a full stop, if it has no mark at its end yet.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '?', '!', '…', '。', '؟']) { text.to_owned() } else { format!("{text}.") }
}

/// Authors and year of a citation (`Nobody, A. & Noone, B. (2024)`), or the id of the source where it does not begin so.
fn short_citation(note: &Note) -> String {
    let citation = one_line(&note.citation);
    match citation.find(')') {
        Some(end) if citation[..end].contains('(') && citation[..end].chars().count() <= 80 => citation[..=end].to_owned(),
        _ if note.source.is_empty() => citation.chars().take(60).collect(),
        _ => one_line(&note.source),
    }
}

/// The notes used, in order. The first note on a work cites it in full, later ones point back to it.
pub(crate) fn notes(brief: &Brief, b: &Builder<'_>) -> Vec<NoteView> {
    let mut seen: Vec<(usize, &Note)> = Vec::new();
    let mut out = Vec::new();
    for (i, (id, uses)) in b.used().iter().enumerate() {
        let n = i + 1;
        let line = match b.notes.get(*id) {
            None => vec![Piece::Plain { text: b.words.note_unknown.to_owned() }],
            Some(note) => {
                let first = seen.iter().find(|(_, other)| note.same_work(other)).copied();
                let line = note_line(brief, note, first, b.words);
                if first.is_none() {
                    seen.push((n, note));
                }
                line
            }
        };
        out.push(NoteView { n, line, uses: (1..=(*uses).min(LINKED)).collect(), more: uses.saturating_sub(LINKED) });
    }
    out
}

fn note_line(brief: &Brief, note: &Note, first: Option<(usize, &Note)>, words: &Words) -> Line {
    let plain = |text: String| Piece::Plain { text };
    let mut out = Line::new();
    // a place in a work without tables follows the work itself: "Author (2024), p. 9 (as in note 6)."
    let place = if note.table.is_empty() { one_line(&note.locator) } else { String::new() };
    if let Some((n, _)) = first {
        let name = brief.as_of.sources.iter().find(|s| s.id == note.source && !s.name.is_empty());
        let head = match name {
            Some(source) => one_line(&format!("{} {}", source.name, note.version)),
            None => short_citation(note),
        };
        out.push(plain(if place.is_empty() { format!("{head} (") } else { format!("{head}, {place} (") }));
        out.push(Piece::ToNote { text: words.as_note.to_owned(), n });
        out.push(plain(").".to_owned()));
    } else {
        let mut head = one_line(if note.citation.is_empty() { &note.source } else { &note.citation });
        if head.is_empty() && note.remark.is_empty() {
            words.note_unknown.clone_into(&mut head);
        }
        let mut edition = Vec::new();
        if !note.version.is_empty() {
            edition.push(format!("{} {}", words.version, one_line(&note.version)));
        }
        if !note.accessed.is_empty() {
            edition.push(format!("{} {}", words.accessed, one_line(&note.accessed)));
        }
        if !note.licence.is_empty() {
            edition.push(one_line(&note.licence));
        }
        if !edition.is_empty() {
            head = format!("{} ({})", head.trim_end_matches('.'), edition.join("; "));
        }
        if !place.is_empty() {
            head = if head.is_empty() { place } else { format!("{}, {place}", head.trim_end_matches('.')) };
        }
        if !head.is_empty() {
            out.push(plain(sentence(&head)));
        }
    }
    if !note.url.is_empty() && first.is_none_or(|(_, other)| other.url != note.url) {
        let url = one_line(&note.url);
        let safe = (url.starts_with("https://") || url.starts_with("http://"))
            && url.chars().all(|c| c.is_ascii_graphic() && !"\"'<>\\`".contains(c));
        out.push(plain(" ".to_owned()));
        out.push(if safe { Piece::Link { text: url } } else { plain(url) });
    }
    if !note.table.is_empty() {
        out.push(plain(format!(" {} ", words.table)));
        out.push(Piece::Code { text: one_line(&note.table) });
        let place = one_line(&note.locator);
        out.push(plain(sentence(&if place.is_empty() { String::new() } else { format!(", {place}") })));
    }
    if !note.sha256.is_empty() && first.is_none_or(|(_, other)| other.sha256 != note.sha256) {
        out.push(plain(" SHA-256 ".to_owned()));
        out.push(Piece::Code { text: short(&note.sha256) });
        out.push(plain(".".to_owned()));
    }
    if !note.finding_id.is_empty() {
        out.push(plain(format!(" {}: ", words.trace)));
        out.push(Piece::Code { text: format!("blocwatch why {}", one_line(&note.finding_id)) });
        out.push(plain(".".to_owned()));
    }
    if !note.remark.is_empty() {
        out.push(plain(format!(" {}", sentence(&one_line(&note.remark)))));
    }
    out
}
