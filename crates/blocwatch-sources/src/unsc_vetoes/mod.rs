//! Vetoes in the Security Council, one row per permanent member and draft, 1946 to 2022.
//!
//! The seat of China was held from Taiwan until 25 October 1971: a veto of `China` before that day is Taiwan's. Non-goals: how
//! the other members voted, procedural double vetoes, what the drafts say.

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{IN_SYSTEM, LINE, YEAR};
use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{self, Record, Rows, Value};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `unsc_vetoes`.
pub(crate) struct UnscVetoes;

const MEMBERS: [&str; 3] = ["member_veto1", "member_veto2", "member_veto3"];
const COLUMNS: &[&str] =
    &["year", "date", "draft", "meeting_record", "crisis_topic", "region", "member_veto1", "member_veto2", "member_veto3"];
const NO_FURTHER: &str = "empty cell: no further vetoing member";

/// From when to when the government on Taiwan held the seat of China: until resolution 2758. Before, both are one state.
const TAIWAN: (&str, &str) = ("1949-12-08", "1971-10-25");

static SHAPES: &[Shape] = &[Shape {
    role: "vetoes",
    id: "wide",
    required: COLUMNS,
    without: &[],
    known: &[
        "month",
        "agenda_item",
        "single_veto",
        "multiple_vetoes",
        "China",
        "France",
        "Russia",
        "USSR",
        "USA",
        "UK",
        "russia_china",
        "usa_uk",
        "usa_france",
        "usa_france_uk",
        "france_uk",
    ],
    tell_unknown: true,
    version: Version::Fixed("2022-09"),
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "unsc_veto",
    unit: Unit::Entry,
    keys: &["date", "meeting_record", "draft", "gwcode", "edition", "source_row"],
    columns: &[
        col("date", Kind::Text, "date", "Day of the vote"),
        col("meeting_record", Kind::Text, "-", "Record of the meeting"),
        col(
            "draft",
            Kind::Text,
            "-",
            "Symbol of the draft; early drafts without one carry the meeting's, so that one symbol may be several drafts",
        ),
        col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the vetoing member as of the year"),
        YEAR,
        IN_SYSTEM,
        col("member_veto", Kind::Text, "-", "Vetoing member as published; `China` from 8 December 1949 to 24 October 1971 is Taiwan"),
        col("members", Kind::I32, "count", "How many permanent members vetoed the draft"),
        opt("crisis_topic", Kind::Text, "-", "Topic in the publisher's words; null where there is none"),
        opt("region", Kind::Text, "-", "Region in the publisher's words; null where there is none"),
        col("edition", Kind::Text, "-", "Published form: wide"),
        LINE,
    ],
    doc: "Vetoes of permanent members. A permanent member without a row in a covered year cast none; other states cannot. For the seat of \
          China the file begins in 1972.",
}];

static DECLARATION: Declaration = Declaration::new("unsc_vetoes", include_str!("source.toml"), TABLES, SHAPES);

impl Source for UnscVetoes {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut list, mut accounts) = (Rows::new(&TABLES[0]).counting_each_as(MEMBERS.len() as u64), Vec::new());
        list.read((self, files, "vetoes"), &mut accounts, notices, |record, take| {
            let vetoes = vetoes(record, &resolver)?;
            take.drop_by(NO_FURTHER, (MEMBERS.len() - vetoes.len()) as u64);
            vetoes.into_iter().for_each(|v| take.keep(v));
            Ok(())
        })?;
        let mut cover = Cover::new("unsc_vetoes", "unsc_veto");
        if let Some((first, last)) = list.range("year") {
            for year in first..=last {
                // the file has no veto of China before 1972, though the government on Taiwan cast one in December 1955
                let china = (year >= 1972).then_some("CHN");
                for member in ["USA", "GBR", "FRA", "RUS"].into_iter().chain(china) {
                    if let Some(key) = resolver.name(member, year) {
                        cover.note(key.gwcode, year, Knowledge::Covered);
                    }
                }
            }
        }
        let coverage = cover.finish(states, "permanent members, China from 1972; the last year ends in September");
        crate::reading([&mut list], "", accounts, coverage, notices)
    }
}

fn vetoes(record: &Record<'_>, resolver: &Resolver<'_>) -> Result<Vec<Vec<Value>>, Bad> {
    let published = record.need_text("date")?;
    let date = american(&published).ok_or_else(|| record.not_a("not a date", "date"))?;
    let (year, date) = rows::day(&date).ok_or_else(|| record.not_a("not a date", "date"))?;
    if record.year("year")? != year {
        return Err(record.not_a("date of another year", "date"));
    }
    let (draft, meeting) = (record.verbatim("draft"), record.verbatim("meeting_record"));
    let members: Vec<String> = MEMBERS.iter().filter_map(|m| record.text(m)).collect();
    if members.is_empty() {
        return Err(Bad::new("no vetoing member", ""));
    }
    let one = |member: &String| {
        let known_as = if member == "China" && (TAIWAN.0..TAIWAN.1).contains(&date.as_str()) { "TWN" } else { member.as_str() };
        let key = resolver.known(&[known_as], year)?;
        Ok(vec![
            date.as_str().into(),
            meeting.as_str().into(),
            draft.as_str().into(),
            key.gwcode.into(),
            year.into(),
            key.in_system.into(),
            member.as_str().into(),
            (members.len() as i64).into(),
            record.text("crisis_topic").into(),
            record.text("region").into(),
        ])
    };
    members.iter().map(one).collect()
}

/// `2/16/1946` as `1946-02-16`.
fn american(text: &str) -> Option<String> {
    let mut parts = text.split('/').map(|p| p.parse::<u16>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then(|| format!("{year:04}-{month:02}-{day:02}"))
}
