//! Resolutions of the Human Rights Council with how they were adopted, 2006 to 2022, and how states voted in the Council and the Commission
//! before it.
//!
//! The list of resolutions has counts of votes and no positions by state; these come from the catalogue of the Office of the High
//! Commissioner, where it is at hand. Titles are dropped, as they can name a person;
//! the state whose human rights situation a title names is kept. Not read of the first publisher's workbook: the counts
//! of states' names in titles, in which Mali counts Somalia and the Republic of Korea the Democratic People's Republic. Non-goals: texts,
//! what a resolution on assistance is about.

use blocwatch_core::Notices;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::situation;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{IN_SYSTEM, LINE, YEAR};
use crate::cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value};
use crate::{Declaration, Held, OPEN_END, Reading, Shape, Source};

/// The source `hrc`.
pub(crate) struct Hrc;

static SHAPES: &[Shape] = &[
    Shape {
        role: "resolutions",
        id: "dw",
        required: &["Session typ", "Adopted text", "Title", "Action taken", "year", "status", "focus", "vote typ"],
        without: &[],
        known: &["adaption share", "value"],
        tell_unknown: true,
        version: Version::Fixed("2022"),
    },
    Shape {
        role: "positions",
        id: "votes_long",
        required: &["record_id", "symbol", "date", "year", "body", "iso3", "country", "vote"],
        without: &[],
        known: &[
            "vote_type",
            "seq",
            // of the form for machine learning
            "un_regional_group",
            "vote_label",
            "is_cast_vote",
            "prevailing_side",
            "with_prevailing_side",
            "subject",
            "is_amendment",
        ],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
];

static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "hrc_resolution",
        unit: Unit::Entry,
        keys: &["year", "edition", "source_row"],
        columns: &[
            YEAR,
            opt("session_typ", Kind::Text, "regular, special", "`Session typ`; null where none is given"),
            opt("adopted_text", Kind::Text, "-", "`Adopted text`, number of the resolution; null where none was adopted or none is given"),
            opt("status", Kind::Text, "Adopted, Rejected, Withdrawn", "What became of it; null where none is given"),
            opt("focus", Kind::Text, "country, topic", "Whether it is about a country; null where none is given"),
            opt(
                "situation_gwcode",
                Kind::U16,
                "Gleditsch-Ward number",
                "State whose human rights situation the title names; null where it names none, or offers assistance instead",
            ),
            opt("vote_typ", Kind::Text, "-", "`vote typ`, how it was adopted; null where the file does not say"),
            opt("action_taken", Kind::Text, "-", "`Action taken`, with counts of votes in the Council's words; null where none is given"),
            opt("yes", Kind::I32, "states", "Votes in favour, read from `Action taken`; null where it gives no counts"),
            opt("no", Kind::I32, "states", "Votes against, read from `Action taken`; null where it gives no counts"),
            opt("abstain", Kind::I32, "states", "Abstentions, read from `Action taken`; null where it gives none"),
            col("edition", Kind::Text, "-", "Published form: dw"),
            LINE,
        ],
        doc: "Resolutions of the Human Rights Council, adopted, rejected or withdrawn. Positions of states are in hrc_position.",
    },
    TableSpec {
        name: "hrc_position",
        unit: Unit::Entry,
        keys: &["record_id", "gwcode", "edition"],
        columns: &[
            col("record_id", Kind::I32, "-", "Number of the resolution in the catalogue"),
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year"),
            col("edition", Kind::Text, "-", "Published form: votes_long"),
            YEAR,
            col("date", Kind::Text, "date", "Day of the vote"),
            opt("symbol", Kind::Text, "-", "Symbol of the resolution; null where none is given"),
            opt("body", Kind::Text, "-", "Human Rights Council, or the Commission on Human Rights to 2006, as published"),
            col("position", Kind::Text, "yes, no, abstain, absent", "Position; absent is also present and not voting"),
            opt("iso3", Kind::Text, "-", "Code as published"),
            opt("country", Kind::Text, "-", "Name as published"),
            IN_SYSTEM,
            LINE,
        ],
        doc: "Positions of states in recorded votes. Most resolutions are adopted without one: a state without a row took no position that \
              was recorded. Amendments are among them, on which a yes may mean the contrary.",
    },
];

const NONE_RECORDED: &str = "no position: not a member at the time, or none recorded";

/// From when to when the government on Taiwan spoke for China; before, both are one state.
const TAIWAN: (&str, &str) = ("1949-12-08", "1971-10-25");

static DECLARATION: Declaration = Declaration::new("hrc", include_str!("source.toml"), TABLES, SHAPES);

impl Source for Hrc {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let [mut resolutions, mut positions] = [0, 1].map(|i| Rows::new(&TABLES[i]));
        resolutions.read((self, files, "resolutions"), &mut accounts, notices, |record, take| {
            let year = record.year("year")?;
            let title = record.text("Title").unwrap_or_default();
            let about = situation::named(&title, year, states).first().map(|s| s.key_at(year));
            let mut values = vec![year.into()];
            values.extend(["Session typ", "Adopted text", "status", "focus"].map(|c| record.text(c).into()));
            values.push(about.into());
            values.extend(["vote typ", "Action taken"].map(|c| record.text(c).into()));
            values.extend(counts(&record.seen("Action taken")));
            take.keep(values);
            Ok(())
        })?;
        positions.read((self, files, "positions"), &mut accounts, notices, |record, take| {
            let id = record.need("record_id")?;
            let (year, date) = record.day("date")?;
            if record.year("year")? != year {
                return Err(record.not_a("year of another date", "year"));
            }
            let position = match record.verbatim("vote").as_str() {
                "Y" | "y" => "yes",
                "N" => "no",
                "A" => "abstain",
                "." => "absent",
                "" => {
                    take.drop_by(NONE_RECORDED, 1);
                    return Ok(());
                }
                _ => return Err(record.not_a("unknown vote code", "vote")),
            };
            let [code, name] = ["iso3", "country"].map(|c| record.verbatim(c));
            let taiwan = code == "CHN" && (TAIWAN.0..TAIWAN.1).contains(&date.as_str());
            let key = resolver.known(&[if taiwan { "TWN" } else { &code }, &name], year)?;
            take.keep(vec![
                id.into(),
                key.gwcode.into(),
                year.into(),
                date.into(),
                record.text("symbol").into(),
                record.text("body").into(),
                Value::word(position),
                code.into(),
                name.into(),
                key.in_system.into(),
            ]);
            Ok(())
        })?;
        let note = "resolutions, not positions: how states voted is not in the list";
        let mut coverage = cover::span("hrc", "hrc_resolution", resolutions.range("year"), Knowledge::Covered, note);
        // who was a member of the Council is not in the file, so that silence does not mean abstention
        coverage.extend(positions.range("year").map(|(year_from, _)| CoverageSpan {
            source: "hrc".to_owned(),
            table: "hrc_position".to_owned(),
            gwcode: None,
            year_from,
            year_to: OPEN_END,
            knowledge: Knowledge::NotCovered,
            note:
                "recorded votes only, and only of members: a state without a position may have been neither asked nor a member".to_owned(),
        }));
        crate::reading([&mut resolutions, &mut positions], "", accounts, coverage, notices)
    }
}

/// Votes in favour and against, and abstentions, where the Council's words give them: `(24 to 11, with 12 abstentions)`,
/// `[29 in favour, 11 against, no abstentions]`.
fn counts(action: &str) -> [Value; 3] {
    let words: Vec<&str> = action.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let number = |word: &str| if word == "no" { Some(0) } else { word.parse::<i32>().ok().filter(|n| (0..=47).contains(n)) };
    let before = |at: usize| at.checked_sub(1).and_then(|i| number(words[i]));
    let abstain = words.iter().position(|w| w.starts_with("abstention")).and_then(before);
    let to = words.iter().enumerate().find_map(|(i, w)| {
        let (yes, no) = (before(i)?, words.get(i + 1).copied().and_then(number)?);
        (*w == "to").then_some((yes, no))
    });
    let favour = words.iter().position(|w| w.starts_with("favour")).and_then(|at| before(at.checked_sub(1)?));
    let against = words.iter().position(|w| *w == "against").and_then(before);
    match to.or(favour.zip(against)) {
        Some((yes, no)) => [yes.into(), no.into(), abstain.into()],
        None => [Value::Null, Value::Null, Value::Null],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_from_the_councils_words() {
        let shown = |text: &str| counts(text).map(|v| v.int().unwrap_or(-1));
        for (text, yes, no, abstain) in [
            ("Adopted by a recorded vote (24 to 11, with 12 abstentions), 40th meeting, 6 October 2022", 24, 11, 12),
            ("Adopted by a recorded vote | 29 to 13, with 5 abstentions, 40th meeting", 29, 13, 5),
            ("Adopted as orally revised by a recorded vote (46 to 1, with no abstentions)", 46, 1, 0),
            ("Adopted on\n26 March 2009\n[33  in  favour, 1 against, 13 abstentions]", 33, 1, 13),
            ("[20 in favour, 20 against, 1 abstention]", 20, 20, 1),
            ("Adopted on 1 June 2007 [30 in favour, 15 against]", 30, 15, -1),
            ("Adopted without a vote on 10.10.2007", -1, -1, -1),
            ("Withdrawn by the sponsor on 3 to be announced", -1, -1, -1),
            ("900 to 3", -1, -1, -1),
            ("to 3", -1, -1, -1),
            ("favour, against, abstention", -1, -1, -1),
            ("", -1, -1, -1),
        ] {
            assert_eq!(shown(text), [yes, no, abstain], "{text}");
        }
    }
}
