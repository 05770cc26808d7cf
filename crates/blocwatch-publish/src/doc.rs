//! What a brief is: title and date line, key sentences, sections of blocks, notes, and what it does not know.
//!
//! Composing code fills a [`Brief`] from findings and tables; [`crate::html`] and [`crate::markdown`] print it. Nothing here looks
//! anything up.

use serde::{Deserialize, Serialize};

use crate::chart::Chart;
use crate::note::{NoteId, Notes};
use crate::table::Table;
use crate::text::Text;

/// What a brief is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BriefKind {
    /// One state.
    State,
    /// One organisation or forum.
    Organisation,
    /// Two states.
    Pair,
    /// A region or another group of states.
    Region,
    /// One roll call.
    Rollcall,
}

/// One source as the observatory holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceVersion {
    /// Source id, as in [`crate::note::Note::source`].
    pub id: String,
    /// Name as people say it (`V-Dem`).
    pub name: String,
    /// Version of the data.
    pub version: String,
    /// Day on which it was taken, `YYYY-MM-DD`.
    pub accessed: String,
    /// Citation the publisher asks for.
    pub citation: String,
    /// Licence.
    pub licence: String,
}

/// Which observatory a brief was made from. Two briefs with the same key and subject are the same bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AsOf {
    /// Key of the observatory (a hash); the first 12 characters are printed.
    pub observatory: String,
    /// The last period that the newest of the sources covers (`2024`), empty if it cannot be said in one word.
    pub data_until: String,
    /// Version of the program.
    pub program: String,
    /// The sources used.
    pub sources: Vec<SourceVersion>,
}

/// A brief.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// Title: the subject (`Examplia`).
    pub title: String,
    /// One line under the title; may be empty.
    pub subtitle: String,
    /// What it is about.
    pub kind: BriefKind,
    /// Language as BCP 47 tag (`en`, `ar`).
    pub lang: String,
    /// What it was made from.
    pub as_of: AsOf,
    /// Three to six key sentences.
    pub lead: Vec<Text>,
    /// The sections.
    pub sections: Vec<Section>,
    /// What the brief does not know: gaps that the reader would otherwise take for zeros.
    pub unknowns: Vec<Text>,
    /// How it was made: measures, thresholds, what was left out. Paragraphs.
    pub method_note: Vec<Text>,
    /// The notes.
    pub notes: Notes,
}

impl Brief {
    /// An empty brief in English.
    pub fn new(kind: BriefKind, title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            kind,
            lang: "en".to_owned(),
            as_of: AsOf::default(),
            lead: Vec::new(),
            sections: Vec::new(),
            unknowns: Vec::new(),
            method_note: Vec::new(),
            notes: Notes::default(),
        }
    }

    /// Every place where a number stands without a note after it, in reading order; empty when the brief keeps the rule.
    ///
    /// Read are key sentences, sections, tables, charts, cards and unknowns; not read are title, method note, code, keys of tables
    /// and section titles. A year written out is a number like any other. Ids of another registry are named as well.
    pub fn unsourced(&self) -> Vec<String> {
        let mut out = Vec::new();
        texts(&mut out, "in brief", &self.lead);
        for section in &self.sections {
            let here = format!("section '{}'", section.id);
            texts(&mut out, &here, section.intro.as_slice());
            for (b, block) in section.blocks.iter().enumerate() {
                let here = format!("{here}, block {}", b + 1);
                match block {
                    Block::Para(text) | Block::Callout { text, .. } => texts(&mut out, &here, std::slice::from_ref(text)),
                    Block::List(items) => texts(&mut out, &here, items),
                    Block::Table(table) => out.extend(table.unsourced().into_iter().map(|p| format!("{here}: {p}"))),
                    Block::Chart(chart) => {
                        if !chart.source.has_note() {
                            out.push(format!("{here}: chart '{}' has no source note", chart.title));
                        }
                    }
                    Block::Cards(cards) => {
                        for card in cards.iter().filter(|c| !c.sourced()) {
                            out.push(format!("{here}: card '{}'", card.title));
                        }
                    }
                }
            }
        }
        texts(&mut out, "unknowns", &self.unknowns);
        out
    }
}

fn texts(out: &mut Vec<String>, place: &str, texts: &[Text]) {
    out.extend(texts.iter().filter(|t| t.unsourced()).map(|t| format!("{place}: \"{t}\"")));
}

/// One section.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Stable id, for links; lower case, words joined by `-`.
    pub id: String,
    /// Heading in sentence case.
    pub title: String,
    /// A paragraph that says what the section shows.
    pub intro: Option<Text>,
    /// The content.
    pub blocks: Vec<Block>,
}

impl Section {
    /// An empty section.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), intro: None, blocks: Vec::new() }
    }

    /// With an introduction.
    #[must_use]
    pub fn intro(mut self, text: impl Into<Text>) -> Self {
        self.intro = Some(text.into());
        self
    }

    /// With one more block.
    #[must_use]
    pub fn block(mut self, block: impl Into<Block>) -> Self {
        self.blocks.push(block.into());
        self
    }
}

/// A block of a section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Para(Text),
    /// A list.
    List(Vec<Text>),
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
    /// A boxed remark.
    Callout {
        /// What it warns of.
        kind: CalloutKind,
        /// The remark.
        text: Text,
    },
    /// Cases, interruptions, organisations: one card each.
    Cards(Vec<Card>),
}

impl Block {
    /// A boxed remark.
    pub fn callout(kind: CalloutKind, text: impl Into<Text>) -> Self {
        Self::Callout { kind, text: text.into() }
    }
}

impl From<Text> for Block {
    fn from(text: Text) -> Self {
        Self::Para(text)
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl From<Chart> for Block {
    fn from(chart: Chart) -> Self {
        Self::Chart(chart)
    }
}

impl From<Vec<Card>> for Block {
    fn from(cards: Vec<Card>) -> Self {
        Self::Cards(cards)
    }
}

/// What a boxed remark warns of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CalloutKind {
    /// Something is not covered, censored, not public or missing. Also listed under "What this brief does not know".
    Gap,
    /// Something is alleged, self-claimed or disputed.
    Claim,
    /// Someone can be hurt by acting on what is said.
    Harm,
    /// What a source says is known to be wrong or out of date.
    Correction,
}

/// A case, an interruption, an organisation: something with a title that can be told on its own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Card {
    /// Stable id (the case id), for links; may be empty.
    pub id: String,
    /// Title.
    pub title: String,
    /// One line: when, who with whom in which role.
    pub meta: Text,
    /// How the statement stands, in a word (`reported`, `alleged`); printed beside the grade.
    pub standing: String,
    /// Admiralty grade (`C3`); empty where there is none.
    pub grade: String,
    /// The statement, in paragraphs.
    pub body: Vec<Text>,
    /// Named lists: `Fits when`, `Who can do it`, `Record`.
    pub facts: Vec<Fact>,
    /// What stands beside the statement: corrections, claims, harm.
    pub remarks: Vec<Remark>,
    /// Words of the matrix: channel, response, tactic.
    pub tags: Vec<String>,
    /// What the card as a whole rests on; printed after the last paragraph.
    pub notes: Vec<NoteId>,
}

impl Card {
    /// A card with a title; fill in the rest with `..Card::new(…)` or by assignment.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), ..Self::default() }
    }

    /// Whether the card as a whole has notes, or else no text in it holds a number without one.
    fn sourced(&self) -> bool {
        !self.notes.is_empty()
            || !std::iter::once(&self.meta)
                .chain(&self.body)
                .chain(self.facts.iter().flat_map(|f| &f.items))
                .chain(self.remarks.iter().map(|r| &r.text))
                .any(Text::unsourced)
    }
}

/// A named list on a card.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Name of the list, sentence case.
    pub label: String,
    /// Its items; one item prints without a bullet.
    pub items: Vec<Text>,
}

impl Fact {
    /// A named list.
    pub fn new(label: impl Into<String>, items: impl IntoIterator<Item = Text>) -> Self {
        Self { label: label.into(), items: items.into_iter().collect() }
    }
}

/// A remark that stands beside a statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// What it warns of.
    pub kind: CalloutKind,
    /// The remark.
    pub text: Text,
}
