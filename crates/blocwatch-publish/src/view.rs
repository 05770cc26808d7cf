//! A brief as it is printed: footnotes numbered, numbers formatted, ids unique, fixed parts filled in.
//!
//! Both renderers print this, so that they agree on every number of every footnote. Building goes in reading order, because a note
//! gets its number at its first use.

pub(crate) mod blocks;
pub(crate) mod ends;

use serde::Serialize;

use crate::doc::{Block, Brief, BriefKind, CalloutKind};
use crate::error::Result;
use crate::note::{Marks, NoteId, Notes};
use crate::text::{Span, Text, clean};
use crate::words::{Words, direction, language_tag};
use blocks::BlockView;
use ends::{Ends, NoteView};

/// For whom a view is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// A page: charts are drawn.
    Page,
    /// Plain text: charts are short tables.
    Plain,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Piece {
    /// Plain text.
    Plain { text: String },
    /// Strong text.
    Strong { text: String },
    /// Emphasis.
    Em { text: String },
    /// Code.
    Code { text: String },
    /// A number that must not be broken.
    Number { text: String },
    /// Bounds of the number before it.
    Interval { text: String },
    /// The word for a missing value.
    Absent { text: String },
    /// Marks of notes.
    Marks { marks: Vec<Mark> },
    /// A link into the web, by its checked address.
    Link { text: String },
    /// "as in note 3".
    ToNote { text: String, n: usize },
}

/// A mark: the number of a note, and which use of it this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Mark {
    /// Number of the note.
    pub(crate) n: usize,
    /// Which use, from 1.
    pub(crate) using: usize,
}

/// Where links from a page among others lead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Links<'a> {
    /// Addresses of pages by what is named: states and organisations by their names, records by their ids.
    pub(crate) pages: &'a std::collections::BTreeMap<String, String>,
    /// Address of the page itself.
    pub(crate) here: &'a str,
}

/// A line of pieces.
pub(crate) type Line = Vec<Piece>;

/// An entry of the table of contents, or a link to a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    /// Id of the target.
    pub(crate) id: String,
    /// Its heading.
    pub(crate) title: String,
}

/// A section.
#[derive(Debug, Serialize)]
pub(crate) struct SectionView {
    /// Unique id.
    pub(crate) id: String,
    /// Heading.
    pub(crate) title: String,
    /// Introduction, may be empty.
    pub(crate) intro: Line,
    /// Content.
    pub(crate) blocks: Vec<BlockView>,
}

/// The whole brief.
#[derive(Debug, Serialize)]
pub(crate) struct View {
    pub(crate) words: &'static Words,
    pub(crate) lang: String,
    pub(crate) dir: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// Observatory and period, one line; may be empty.
    pub(crate) as_of: Vec<String>,
    pub(crate) toc: Vec<Entry>,
    pub(crate) lead: Vec<Line>,
    pub(crate) sections: Vec<SectionView>,
    pub(crate) ends: Ends,
    pub(crate) notes: Vec<NoteView>,
}

/// Hands out what must be unique or in order while a view is built.
pub(crate) struct Builder<'b> {
    pub(crate) words: &'static Words,
    links: Option<Links<'b>>,
    pub(crate) target: Target,
    pub(crate) notes: &'b Notes,
    marks: Marks,
    ids: std::collections::BTreeSet<String>,
    charts: usize,
    /// Sections with a gap marked in them.
    gaps: Vec<Entry>,
    /// Missing values by word, in order of the words.
    absences: std::collections::BTreeMap<&'static str, usize>,
    /// Grades used.
    grades: std::collections::BTreeSet<String>,
}

impl View {
    /// Builds the view of a brief.
    pub(crate) fn new(brief: &Brief, target: Target, links: Option<Links<'_>>) -> Result<View> {
        let words = Words::of(&brief.lang);
        let mut b = Builder {
            words,
            links,
            target,
            notes: &brief.notes,
            marks: Marks::default(),
            ids: std::collections::BTreeSet::new(),
            charts: 0,
            gaps: Vec::new(),
            absences: std::collections::BTreeMap::new(),
            grades: std::collections::BTreeSet::new(),
        };
        let lead = b.lines(&brief.lead);
        let mut sections = Vec::new();
        for section in &brief.sections {
            let id = b.id("s", &section.id);
            let title = one_line(&section.title);
            let intro = section.intro.as_ref().map(|t| b.line(t)).unwrap_or_default();
            let mut blocks = Vec::new();
            for block in &section.blocks {
                if marks_gap(block) && b.gaps.last().is_none_or(|e| e.id != id) {
                    b.gaps.push(Entry { id: id.clone(), title: title.clone() });
                }
                blocks.push(b.block(block)?);
            }
            sections.push(SectionView { id, title, intro, blocks });
        }
        let ends = Ends::new(brief, &mut b);
        let notes = ends::notes(brief, &b);
        Ok(View {
            words,
            lang: language_tag(&brief.lang),
            dir: direction(&brief.lang),
            kind: match brief.kind {
                BriefKind::State => words.state,
                BriefKind::Organisation => words.organisation,
                BriefKind::Pair => words.pair,
                BriefKind::Region => words.region,
                BriefKind::Rollcall => words.rollcall,
            },
            title: one_line(&brief.title),
            subtitle: one_line(&brief.subtitle),
            as_of: ends::as_of(brief, words),
            toc: toc(words, &lead, &sections, !notes.is_empty(), ends.has_method()),
            lead,
            sections,
            ends,
            notes,
        })
    }
}

fn toc(words: &Words, lead: &[Line], sections: &[SectionView], notes: bool, method: bool) -> Vec<Entry> {
    let entry = |id: &str, title: &str| Entry { id: id.to_owned(), title: title.to_owned() };
    let mut out = Vec::new();
    if !lead.is_empty() {
        out.push(entry("in-brief", words.in_brief));
    }
    out.extend(sections.iter().map(|s| entry(&s.id, &s.title)));
    out.push(entry("unknown", words.unknown));
    if method {
        out.push(entry("method", words.method));
    }
    out.push(entry("cite", words.cite));
    if notes {
        out.push(entry("notes", words.notes));
    }
    out
}

fn marks_gap(block: &Block) -> bool {
    match block {
        Block::Callout { kind, .. } => *kind == CalloutKind::Gap,
        Block::Cards(cards) => cards.iter().flat_map(|c| &c.remarks).any(|r| r.kind == CalloutKind::Gap),
        _ => false,
    }
}

impl Builder<'_> {
    /// A unique id with a prefix, from whatever was given.
    pub(crate) fn id(&mut self, prefix: &str, wanted: &str) -> String {
        let mut slug = String::new();
        for c in wanted.chars().take(60) {
            match c.to_ascii_lowercase() {
                c @ ('a'..='z' | '0'..='9') => slug.push(c),
                _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                _ => {}
            }
        }
        let slug = slug.trim_end_matches('-');
        let base = if slug.is_empty() { format!("{prefix}-x") } else { format!("{prefix}-{slug}") };
        let mut id = base.clone();
        let mut n = 1;
        while !self.ids.insert(id.clone()) {
            n += 1;
            id = format!("{base}-{n}");
        }
        id
    }

    /// Address of the page on what has a name or id; empty where there is none.
    pub(crate) fn page(&self, name: &str) -> String {
        self.links.and_then(|l| l.pages.get(name).filter(|p| *p != l.here)).cloned().unwrap_or_default()
    }

    /// Address of the page on what a line names and nothing else, marks of notes aside.
    pub(crate) fn page_of(&self, line: &Line) -> String {
        match line.as_slice() {
            [Piece::Plain { text }] | [Piece::Plain { text }, Piece::Marks { .. }] => self.page(text),
            _ => String::new(),
        }
    }

    /// The next chart's id.
    pub(crate) fn chart_id(&mut self) -> String {
        self.charts += 1;
        format!("chart-{}", self.charts)
    }

    /// The mark of a note.
    pub(crate) fn mark(&mut self, id: NoteId) -> Mark {
        let (n, using) = self.marks.mark(id);
        Mark { n, using }
    }

    /// Marks as one piece.
    pub(crate) fn marks(&mut self, ids: impl IntoIterator<Item = NoteId>) -> Option<Piece> {
        let marks: Vec<Mark> = ids.into_iter().map(|id| self.mark(id)).collect();
        (!marks.is_empty()).then_some(Piece::Marks { marks })
    }

    /// Counts a missing value.
    pub(crate) fn absent(&mut self, why: blocwatch_core::coverage::Knowledge) -> Piece {
        let word = self.words.absence(why);
        if why != blocwatch_core::coverage::Knowledge::Covered {
            *self.absences.entry(word).or_default() += 1;
        }
        Piece::Absent { text: word.to_owned() }
    }

    /// Several texts, without the empty ones.
    pub(crate) fn lines(&mut self, texts: &[Text]) -> Vec<Line> {
        texts.iter().filter(|t| !t.is_empty()).map(|t| self.line(t)).collect()
    }

    /// One text. Neighbouring marks become one piece, in which a note stands once.
    pub(crate) fn line(&mut self, text: &Text) -> Line {
        let mut out = Line::new();
        let mut waiting: Vec<NoteId> = Vec::new();
        for span in text.spans() {
            if let Span::Note(id) = span {
                if !waiting.contains(id) {
                    waiting.push(*id);
                }
                continue;
            }
            out.extend(self.marks(waiting.drain(..)));
            match span {
                Span::Plain(t) => out.push(Piece::Plain { text: clean(t) }),
                Span::Strong(t) => out.push(Piece::Strong { text: clean(t) }),
                Span::Em(t) => out.push(Piece::Em { text: clean(t) }),
                Span::Code(t) => out.push(Piece::Code { text: clean(t) }),
                Span::Number(figure) => out.extend(blocks::figure(self.words, figure)),
                Span::Note(_) => {}
            }
        }
        out.extend(self.marks(waiting));
        out
    }

    /// The notes used, in order of their numbers, each with how often it was used.
    pub(crate) fn used(&self) -> &[(NoteId, usize)] {
        self.marks.used()
    }
}

/// Text without breaks or steering characters, trimmed.
pub(crate) fn one_line(text: &str) -> String {
    clean(text).trim().to_owned()
}
