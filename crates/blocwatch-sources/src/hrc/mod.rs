//! Resolutions of the Human Rights Council with how they were adopted, 2006 to 2022.
//!
//! The file has no positions by state: who voted how is not in it. Titles are dropped, as they can name a person; the state whose human
//! rights situation a title names is kept. Non-goals: votes of states, texts, what a resolution on assistance is about.

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::situation;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{LINE, YEAR};
use crate::cover;
use crate::error::Result;
use crate::probe::Version;
use crate::rows::Rows;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `hrc`.
pub(crate) struct Hrc;

const COLUMNS: &[&str] = &["Session typ", "Adopted text", "Title", "Action taken", "year", "status", "focus", "vote typ"];

static SHAPES: &[Shape] = &[Shape {
    role: "resolutions",
    id: "dw",
    required: COLUMNS,
    without: &[],
    known: &["adaption share", "value"],
    tell_unknown: true,
    version: Version::Fixed("2022"),
}];

static TABLES: &[TableSpec] = &[TableSpec {
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
        col("edition", Kind::Text, "-", "Published form: dw"),
        LINE,
    ],
    doc: "Resolutions of the Human Rights Council, adopted, rejected or withdrawn. Positions of states are not in the file.",
}];

static DECLARATION: Declaration = Declaration::new("hrc", include_str!("source.toml"), TABLES, SHAPES);

impl Source for Hrc {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let (mut list, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        list.read((self, files, "resolutions"), &mut accounts, notices, |record, take| {
            let year = record.year("year")?;
            let title = record.text("Title").unwrap_or_default();
            let about = situation::named(&title, year, states).first().map(|s| s.key_at(year));
            let mut values = vec![year.into()];
            values.extend(["Session typ", "Adopted text", "status", "focus"].map(|c| record.text(c).into()));
            values.push(about.into());
            values.extend(["vote typ", "Action taken"].map(|c| record.text(c).into()));
            take.keep(values);
            Ok(())
        })?;
        let note = "resolutions, not positions: how states voted is not in the file";
        let coverage = cover::span("hrc", "hrc_resolution", list.range("year"), Knowledge::Covered, note);
        crate::reading([&mut list], "", accounts, coverage, notices)
    }
}
