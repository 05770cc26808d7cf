//! Running text: spans of plain, strong, emphasised and code text, numbers, and marks of notes.
//!
//! A [`Text`] is one paragraph, one list item, one caption or one cell. It holds no layout and no markup: what looks like markup in
//! a string is printed as it stands.

use serde::{Deserialize, Serialize};

use crate::note::NoteId;

/// A number as it is to be printed: the value, how many decimals, and the interval if one exists.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The value, in the unit that the text or column names; a share is 0-1.
    pub value: f64,
    /// Decimals to print (of the percentage, for a share).
    pub decimals: u8,
    /// Printed as a percentage.
    #[serde(default)]
    pub share: bool,
    /// Lower and upper bound, in the unit of the value.
    #[serde(default)]
    pub interval: Option<(f64, f64)>,
}

impl Figure {
    /// A number with `decimals` decimals.
    pub const fn new(value: f64, decimals: u8) -> Self {
        Self { value, decimals, share: false, interval: None }
    }

    /// A share of 0-1, printed as a percentage with `decimals` decimals.
    pub const fn share(value: f64, decimals: u8) -> Self {
        Self { value, decimals, share: true, interval: None }
    }

    /// The same with an interval, in the unit of the value.
    #[must_use]
    pub const fn between(mut self, low: f64, high: f64) -> Self {
        self.interval = Some((low, high));
        self
    }
}

/// One span of running text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// Plain text.
    Plain(String),
    /// Strong importance.
    Strong(String),
    /// Emphasis: titles of works, foreign words.
    Em(String),
    /// Variable names, commands, identifiers.
    Code(String),
    /// A number, formatted for the language of the brief when it is rendered.
    Number(Figure),
    /// The mark of a note.
    Note(NoteId),
}

/// One line of running text. Built up from left to right:
///
/// ```
/// # use blocwatch_publish::{note::{Note, Notes}, text::Text};
/// let mut notes = Notes::default();
/// let id = notes.add(Note::default());
/// let text = Text::plain("Agreement was ").number(0.7931, 2).note(id).then(" in ").strong("2019").then(".");
/// assert_eq!(text.to_string(), "Agreement was 0.79 in 2019.");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Text(Vec<Span>);

impl Text {
    /// No text yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Begins with plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![Span::Plain(text.into())])
    }

    /// Goes on with plain text.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Plain(text.into()));
        self
    }

    /// Goes on with strong text.
    #[must_use]
    pub fn strong(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Strong(text.into()));
        self
    }

    /// Goes on with emphasised text.
    #[must_use]
    pub fn em(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Em(text.into()));
        self
    }

    /// Goes on with code.
    #[must_use]
    pub fn code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// Goes on with a number; follow it with [`Text::note`].
    #[must_use]
    pub fn number(self, value: f64, decimals: u8) -> Self {
        self.figure(Figure::new(value, decimals))
    }

    /// Goes on with a share of 0-1, printed as a percentage; follow it with [`Text::note`].
    #[must_use]
    pub fn share(self, value: f64, decimals: u8) -> Self {
        self.figure(Figure::share(value, decimals))
    }

    /// Goes on with a number and its interval, or whatever else a [`Figure`] says.
    #[must_use]
    pub fn figure(mut self, figure: Figure) -> Self {
        self.0.push(Span::Number(figure));
        self
    }

    /// Goes on with the mark of a note.
    #[must_use]
    pub fn note(mut self, id: NoteId) -> Self {
        self.0.push(Span::Note(id));
        self
    }

    /// Goes on with the marks of several notes.
    #[must_use]
    pub fn notes(mut self, ids: impl IntoIterator<Item = NoteId>) -> Self {
        self.0.extend(ids.into_iter().map(Span::Note));
        self
    }

    /// Goes on with another text.
    #[must_use]
    pub fn join(mut self, other: Text) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The spans, in order.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Whether nothing would be printed.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|s| match s {
            Span::Plain(t) | Span::Strong(t) | Span::Em(t) | Span::Code(t) => t.trim().is_empty(),
            Span::Number(_) | Span::Note(_) => false,
        })
    }

    /// Whether a number stands in the text after which no note follows. Code is not read: names such as `v2x_regime` hold digits.
    pub fn unsourced(&self) -> bool {
        let mut open = false;
        for span in &self.0 {
            match span {
                Span::Plain(t) | Span::Strong(t) | Span::Em(t) => open |= t.chars().any(char::is_numeric),
                Span::Number(_) => open = true,
                Span::Note(_) => open = false,
                Span::Code(_) => {}
            }
        }
        open
    }

    /// Whether a note is referred to.
    pub fn has_note(&self) -> bool {
        self.0.iter().any(|s| matches!(s, Span::Note(_)))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

/// The words without marks, for tests, titles and logs.
impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for span in &self.0 {
            match span {
                Span::Plain(t) | Span::Strong(t) | Span::Em(t) | Span::Code(t) => f.write_str(t)?,
                Span::Number(n) => f.write_str(&crate::words::ENGLISH.figure(n))?,
                Span::Note(_) => {}
            }
        }
        Ok(())
    }
}

/// Text fit for printing: white space of any kind becomes single spaces, and characters that steer instead of being read (controls,
/// overrides and isolates of writing direction) are dropped, so that a name from a source can neither break a line nor turn one round.
/// Spaces at both ends stay, as one.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{00a0}' | '\u{202f}' => out.push(c),
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}
