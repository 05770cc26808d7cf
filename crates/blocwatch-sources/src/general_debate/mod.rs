//! Speeches of states in the General Debate of the United Nations, with their texts, from the United Nations General Debate Corpus.
//!
//! A speech is a state's: who gave it is not in the file. Non-goals: cleaning texts, languages, who spoke in whose name.

use std::sync::Arc;

use arrow::array::StringBuilder;
use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{IN_SYSTEM_OR_NULL, LINE};
use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::rows::{Rows, Value};
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `general_debate`.
pub(crate) struct GeneralDebate;

static SHAPES: &[Shape] = &[Shape {
    role: "speeches",
    id: "ungdc",
    required: &["iso3", "session", "year", "text"],
    without: &[],
    known: &["n_chars", "n_words"],
    tell_unknown: true,
    version: Version::Marker,
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "speech",
    unit: Unit::Entry,
    keys: &["session", "iso3", "edition"],
    columns: &[
        col("session", Kind::I32, "-", "Session of the General Assembly"),
        col("iso3", Kind::Text, "-", "Speaker as published, an ISO alpha-3 code or the publisher's for states that are gone"),
        col("edition", Kind::Text, "-", "Published form: ungdc"),
        col("kind", Kind::Text, "state, territory, organisation", "What the speaker is"),
        opt("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year; null for an organisation"),
        col("year", Kind::I32, "year", "Year of the speech"),
        opt("words", Kind::I32, "words", "Words as counted by whoever made the file (`n_words`)"),
        opt("characters", Kind::I32, "characters", "Characters as counted by whoever made the file (`n_chars`)"),
        IN_SYSTEM_OR_NULL,
        col("text", Kind::Text, "-", "The speech in English, without surrounding blanks"),
        LINE,
    ],
    doc: "Speeches in the General Debate, one per speaker and session. In a Parquet file source_row is the number of the row. A state \
          without a row gave no speech in the session, or none that the publisher found.",
}];

/// Speakers that are no states.
const ORGANISATIONS: &[&str] = &["EU"];

static DECLARATION: Declaration = Declaration::new("general_debate", include_str!("source.toml"), TABLES, SHAPES);

impl Source for GeneralDebate {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut speeches, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        // two hundred million characters: the rows hold only each text's number
        let (mut texts, mut held) = (StringBuilder::new(), 0i64);
        speeches.read((self, files, "speeches"), &mut accounts, notices, |record, take| {
            let (session, year, speaker) = (record.need("session")?, record.year("year")?, record.need_text("iso3")?);
            let key = match ORGANISATIONS.contains(&speaker.as_str()) {
                true => None,
                false => Some(resolver.known(&[&speaker], year)?),
            };
            let (words, characters) = (record.whole("n_words")?, record.whole("n_chars")?);
            let text = record.seen("text");
            if text.is_empty() {
                return Err(record.not_a("missing value", "text"));
            }
            texts.append_value(text);
            take.keep(vec![
                session.into(),
                speaker.into(),
                Value::word(key.map_or("organisation", Key::kind)),
                Value::number(key),
                year.into(),
                words.into(),
                characters.into(),
                Value::in_system(key),
                held.into(),
            ]);
            held += 1;
            Ok(())
        })?;
        let mut cover = Cover::new("general_debate", "speech");
        for (gwcode, year) in speeches.pairs("gwcode", "year") {
            cover.note(gwcode, year, Knowledge::Covered);
        }
        let coverage = cover.finish(states, "only years with a speech have a row");
        speeches.settle(&mut accounts, "");
        crate::tell_quarantined(&accounts, notices);
        let batch = speeches.batch_with("text", Arc::new(texts.finish()))?;
        Ok(Reading { tables: vec![(TABLES[0].name, batch)], accounts, coverage })
    }
}
