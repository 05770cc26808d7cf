//! Briefs and charts: a document model, and its renderings as self-contained HTML and as Markdown.
//!
//! What belongs here: what a brief says and which tables it asks for ([`brief`]), how it is built up ([`doc`]), how a number and its
//! footnote are written ([`text`], [`note`], [`words`]), how it looks ([`html`], [`markdown`], [`chart`]). What does not: how the numbers
//! are made. Queries leave as text and come back as Arrow batches ([`batch`]); this crate imports only `blocwatch-core`.
//!
//! Rules that the types and renderers keep:
//!
//! - A number carries the mark of its source: a [`note::Notes`] registry hands out ids, numbers follow the order of first use.
//!   [`doc::Brief::unsourced`] lists every place that breaks the rule.
//! - A missing value prints as the word for *why* it is missing, never as 0 or as a blank.
//! - All text is data: HTML is escaped by the template engine, Markdown by [`markdown`], and characters that steer the
//!   direction or control of text are dropped.
//! - The same brief gives the same bytes. Nothing here reads the clock, the network or the disk.
//! - A page asks nobody for anything: no script, no font, no image from outside, and a content policy that says so.
//!
//! ```
//! use blocwatch_publish::doc::{Block, Brief, BriefKind, Section};
//! use blocwatch_publish::note::Note;
//! use blocwatch_publish::text::Text;
//!
//! let mut brief = Brief::new(BriefKind::State, "Examplia");
//! let vdem = brief.notes.add(Note { source: "vdem".into(), citation: "V-Dem (2025)".into(), ..Note::default() });
//! brief.lead.push(Text::plain("An ").strong("electoral autocracy").then(" since 2009.").note(vdem));
//! brief.sections.push(Section::new("regime", "Regime").block(Block::Para(Text::plain("…"))));
//! assert!(brief.unsourced().is_empty());
//! assert!(blocwatch_publish::html::render(&brief).is_ok());
//! ```

pub mod batch;
pub mod brief;
pub mod chart;
pub mod doc;
pub mod error;
pub mod html;
pub mod markdown;
pub mod note;
pub mod table;
pub mod text;
pub mod texts;
mod view;
pub mod words;

pub use error::{PublishError, Result};
