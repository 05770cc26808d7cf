//! Tables: columns with units, cells that are text, numbers, shares, or a word for why there is none.

use blocwatch_core::coverage::Knowledge;
use serde::{Deserialize, Serialize};

use crate::note::NoteId;
use crate::text::{Figure, Text};

/// What a column holds; decides alignment and whether its numbers need a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Words.
    Text,
    /// Numbers; each needs a note, its own or one that covers the column or the table.
    Number,
    /// Years, sessions, ids: keys of the row. They are not grouped and need no note.
    Key,
}

/// Alignment of a column, by the direction of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// With the beginning of a line.
    Start,
    /// With the end of a line.
    End,
    /// In the middle.
    Centre,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Heading.
    pub name: String,
    /// Unit or scale (`share of rated members`, `0–1`, `roll calls`); empty for words and keys.
    pub unit: String,
    /// Alignment.
    pub align: Align,
    /// What it holds.
    pub kind: ColumnKind,
}

impl Column {
    /// A column of words.
    pub fn text(name: impl Into<String>) -> Self {
        Self { name: name.into(), unit: String::new(), align: Align::Start, kind: ColumnKind::Text }
    }

    /// A column of numbers with their unit.
    pub fn number(name: impl Into<String>, unit: impl Into<String>) -> Self {
        Self { name: name.into(), unit: unit.into(), align: Align::End, kind: ColumnKind::Number }
    }

    /// A column of years, sessions or ids.
    pub fn key(name: impl Into<String>) -> Self {
        Self { name: name.into(), unit: String::new(), align: Align::Start, kind: ColumnKind::Key }
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// Words.
    Text(Text),
    /// A number or (with [`Figure::share`]) a percentage, its interval, and its note.
    Number {
        /// The number.
        figure: Figure,
        /// What it rests on; a note that all cells of a column or table share is printed once, at its head.
        note: Option<NoteId>,
    },
    /// No value, and why.
    Missing {
        /// Why.
        why: Knowledge,
        /// What says so.
        note: Option<NoteId>,
    },
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<Text>) -> Self {
        Self::Text(text.into())
    }

    /// A number with `decimals` decimals. What is not a number becomes a missing value.
    pub fn number(value: f64, decimals: u8) -> Self {
        Self::figure(Figure::new(value, decimals))
    }

    /// A share of 0-1, printed as a percentage. What is not a number becomes a missing value.
    pub fn share(value: f64, decimals: u8) -> Self {
        Self::figure(Figure::share(value, decimals))
    }

    /// A figure, with its interval if it has one. What is not a number becomes a missing value.
    pub fn figure(figure: Figure) -> Self {
        if figure.value.is_finite() { Self::Number { figure, note: None } } else { Self::missing(Knowledge::Missing) }
    }

    /// A number if there is one, else the word for why not.
    pub fn number_or(value: Option<f64>, decimals: u8, why: Knowledge) -> Self {
        value.map_or_else(|| Self::missing(why), |v| Self::number(v, decimals))
    }

    /// No value, and why.
    pub const fn missing(why: Knowledge) -> Self {
        Self::Missing { why, note: None }
    }

    /// The same with an interval, in the unit of the value; text and missing values stay as they are.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Self {
        if let Self::Number { figure, .. } = &mut self {
            *figure = figure.between(low, high);
        }
        self
    }

    /// The same with a note.
    #[must_use]
    pub fn note(mut self, id: NoteId) -> Self {
        match &mut self {
            Self::Text(text) => *text = std::mem::take(text).note(id),
            Self::Number { note, .. } | Self::Missing { note, .. } => *note = Some(id),
        }
        self
    }

    fn own_note(&self) -> Option<NoteId> {
        match self {
            Self::Number { note, .. } | Self::Missing { note, .. } => *note,
            Self::Text(_) => None,
        }
    }
}

/// A table. Every row has as many cells as there are columns; a shorter row is filled with `missing`, a longer one is cut.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it shows, for whom, when. Marks in the caption cover every number of the table.
    pub caption: Text,
    /// The columns; the first one heads the rows.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Below the table: sources, n, what to beware of. Marks here cover every number of the table, too.
    pub note: Text,
}

impl Table {
    /// A table without rows yet.
    pub fn new(caption: impl Into<Text>, columns: Vec<Column>) -> Self {
        Self { caption: caption.into(), columns, rows: Vec::new(), note: Text::new() }
    }

    /// Adds a row.
    #[must_use]
    pub fn row(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.rows.push(cells.into_iter().collect());
        self
    }

    /// Adds the words below the table.
    #[must_use]
    pub fn footer(mut self, note: impl Into<Text>) -> Self {
        self.note = note.into();
        self
    }

    /// The note that every valued cell of a column shares, per column: it is printed at the head and not again in each cell.
    /// Words for missing values take part where they carry a note. A column of one row keeps its mark at the number.
    pub(crate) fn shared_notes(&self) -> Vec<Option<NoteId>> {
        (0..self.columns.len())
            .map(|c| {
                let mut cells = self.rows.iter().filter_map(|r| r.get(c)).filter(|cell| !matches!(cell, Cell::Missing { note: None, .. }));
                let first = cells.next()?.own_note()?;
                let mut rest = 0;
                for cell in cells {
                    if cell.own_note() != Some(first) {
                        return None;
                    }
                    rest += 1;
                }
                (rest > 0).then_some(first)
            })
            .collect()
    }

    /// Places (row and column name) of numbers that no note covers.
    pub(crate) fn unsourced(&self) -> Vec<String> {
        if self.caption.has_note() || self.note.has_note() {
            return Vec::new();
        }
        let mut out = Vec::new();
        if self.note.unsourced() {
            out.push("note below the table".to_owned());
        }
        for (r, row) in self.rows.iter().enumerate() {
            for (cell, column) in row.iter().zip(&self.columns) {
                let bare = match cell {
                    _ if column.kind == ColumnKind::Key => false,
                    Cell::Text(text) => text.unsourced(),
                    Cell::Number { note, .. } => note.is_none(),
                    Cell::Missing { .. } => false,
                };
                if bare {
                    out.push(format!("row {}, column '{}'", r + 1, column.name));
                }
            }
        }
        out
    }
}
