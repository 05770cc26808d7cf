//! Notes: what a number rests on. A registry keeps each note once; numbers are given when a brief is rendered, in order of first use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a number or statement rests on, down to the place in the publisher's file. Empty strings are left out of the print.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// Source id (`vdem`, `cottiero-2024-understanding`).
    pub source: String,
    /// The citation, in one line.
    pub citation: String,
    /// Version of the data.
    pub version: String,
    /// Licence.
    pub licence: String,
    /// Table of the observatory the number was taken from.
    pub table: String,
    /// Day on which the file was taken, `YYYY-MM-DD`.
    pub accessed: String,
    /// SHA-256 of the publisher's file; the first 12 characters are printed.
    pub sha256: String,
    /// Where in the work or file: a page, a line, a key (`p. 13, n. 44`; `V-Dem-CY-Full.csv line 8412`).
    pub locator: String,
    /// The finding that `blocwatch why` explains.
    pub finding_id: String,
    /// Address of the work, or its DOI as `https://doi.org/…`; printed as a link if it begins with `https://` or `http://`.
    pub url: String,
    /// Anything else a reader must know (how it was computed, n, a caveat). One or two sentences.
    pub remark: String,
}

impl Note {
    /// Whether both notes speak of the same edition of the same work, so that the second can be printed short.
    pub(crate) fn same_work(&self, other: &Note) -> bool {
        !self.citation.is_empty()
            && self.source == other.source
            && self.citation == other.citation
            && self.version == other.version
            && self.licence == other.licence
            && self.accessed == other.accessed
    }
}

/// Stands for a note of one [`Notes`] registry. It is not the printed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoteId(pub(crate) u32);

/// Keeps every note once. Adding an equal note returns the id it already has.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Note>", into = "Vec<Note>")]
pub struct Notes {
    list: Vec<Note>,
    ids: BTreeMap<Note, NoteId>,
}

impl Notes {
    /// Adds a note, or finds it.
    pub fn add(&mut self, note: Note) -> NoteId {
        if let Some(id) = self.ids.get(&note) {
            return *id;
        }
        let id = NoteId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(note.clone());
        self.ids.insert(note, id);
        id
    }

    /// The note of an id; `None` for an id of another registry.
    pub fn get(&self, id: NoteId) -> Option<&Note> {
        self.list.get(id.0 as usize)
    }

    /// How many different notes there are, used or not.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl From<Vec<Note>> for Notes {
    fn from(list: Vec<Note>) -> Self {
        // ids are positions: they must survive even if a file was edited so that a note stands twice
        let mut ids = BTreeMap::new();
        for (i, note) in list.iter().enumerate() {
            ids.entry(note.clone()).or_insert(NoteId(u32::try_from(i).unwrap_or(u32::MAX)));
        }
        Self { list, ids }
    }
}

impl From<Notes> for Vec<Note> {
    fn from(notes: Notes) -> Self {
        notes.list
    }
}

/// Gives printed numbers in order of first use, and counts the uses of each. Lives as long as one rendering.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    numbers: BTreeMap<NoteId, usize>,
    order: Vec<(NoteId, usize)>,
}

impl Marks {
    /// The printed number (from 1) of a note, and which use of it this is (from 1).
    pub(crate) fn mark(&mut self, id: NoteId) -> (usize, usize) {
        let next = self.order.len() + 1;
        let number = *self.numbers.entry(id).or_insert(next);
        if number == next {
            self.order.push((id, 0));
        }
        let uses = &mut self.order[number - 1].1;
        *uses += 1;
        (number, *uses)
    }

    /// The notes used, in order of their numbers, each with how often it was used.
    pub(crate) fn used(&self) -> &[(NoteId, usize)] {
        &self.order
    }
}
