//! Pairs of texts of two states that share passages, as `blocwatch compare --ledger` writes them.
//!
//! The file is made by a run of the program on texts that lie with whoever ran it; it comes in like a publisher's, under its digest, so that
//! every later number leads back to its bytes. Non-goals: finding matches (`blocwatch-texts`), what a match may mean (`machine_tie`).

use blocwatch_core::Notices;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_core::time::FuzzyDate;

use crate::columns::LINE;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::rows::{Record, Rows};
use crate::tabular::Bad;
use crate::{Declaration, Held, OPEN_END, Reading, Shape, Source};

/// The source `text_matches`.
pub(crate) struct TextMatches;

/// Columns of the file that `blocwatch compare --ledger` writes, in order. `a` is the earlier text where dates say so.
pub const COLUMNS: &[&str] = &[
    "match_id",
    "tactic",
    "order",
    "evidence",
    "kind",
    "score",
    "p",
    "q",
    "coverage_a",
    "coverage_b",
    "passages",
    "state_a",
    "date_a",
    "text_a",
    "title_a",
    "language_a",
    "address_a",
    "file_sha256_a",
    "text_sha256_a",
    "article_a",
    "words_a",
    "state_b",
    "date_b",
    "text_b",
    "title_b",
    "language_b",
    "address_b",
    "file_sha256_b",
    "text_sha256_b",
    "article_b",
    "words_b",
    "texts",
    "compared",
    "program",
];

/// Tactics that a match may be a sign of.
const TACTICS: &[&str] = &["law-copying", "norm-promotion", "organisation-propaganda"];

/// What a pair rests on, as `blocwatch-texts` names it.
const EVIDENCE: &[&str] = &["words", "anchors", "translation", "embeddings"];

/// What most of the shared words are, as `blocwatch-texts` names it.
const KINDS: &[&str] = &["copy", "common ancestor", "quotation", "boilerplate"];

static SHAPES: &[Shape] = &[Shape {
    role: "matches",
    id: "compare",
    required: COLUMNS,
    without: &[],
    known: &[],
    tell_unknown: true,
    version: Version::Fixed("1"),
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "text_match",
    unit: Unit::Entry,
    keys: &["match_id", "edition"],
    columns: &[
        col(
            "match_id",
            Kind::Text,
            "id",
            "12 hexadecimal digits of the digest of both texts and the tactic: the same texts have the same id",
        ),
        col("edition", Kind::Text, "-", "Form of the file: compare"),
        col("tactic", Kind::Text, "code", "Tactic that it would be an instance of, as whoever ran the comparison says what the texts are"),
        col("order", Kind::Text, "a before b, open", "Whether text a is earlier than text b in every reading of their dates"),
        col("gwcode_a", Kind::U16, "Gleditsch-Ward number", "State of text a in the year of its date"),
        col("year_a", Kind::I32, "year", "Year of text a"),
        col("gwcode_b", Kind::U16, "Gleditsch-Ward number", "State of text b in the year of its date"),
        col("year_b", Kind::I32, "year", "Year of text b"),
        col("evidence", Kind::Text, "words, anchors, translation, embeddings", "What the match rests on; all but words are weaker"),
        col("kind", Kind::Text, "copy, common ancestor, quotation, boilerplate", "What most of the shared words are"),
        col("score", Kind::F64, "bits", "Evidence; across languages by anchors or embeddings a score of its own and no bits"),
        opt(
            "p",
            Kind::F64,
            "probability",
            "Of a passage as telling between unrelated texts of these lengths; null where it cannot be said",
        ),
        opt("q", Kind::F64, "probability", "False-discovery rate among all pairs of the comparison; null where it cannot be said"),
        col("coverage_a", Kind::F64, "share 0-1", "Words of text a that lie in shared passages"),
        col("coverage_b", Kind::F64, "share 0-1", "Words of text b that lie in shared passages"),
        col("passages", Kind::I32, "passages", "Passages long and telling enough to be shown"),
        col("text_a", Kind::Text, "path", "Text a as whoever ran the comparison named it"),
        opt("title_a", Kind::Text, "-", "Its title; null where none is known"),
        col("date_a", Kind::Text, "date", "Its date as precisely as known, with ~ if approximate"),
        opt("language_a", Kind::Text, "ISO 639-1", "Its language; null where none was told or detected"),
        opt("address_a", Kind::Text, "-", "Where it was published; null where not known"),
        col("file_sha256_a", Kind::Text, "SHA-256", "Digest of the file it was read from"),
        col("text_sha256_a", Kind::Text, "SHA-256", "Digest of its words as they were compared"),
        opt("article_a", Kind::Text, "-", "Article of the most telling passage; null where the text has none there"),
        col("words_a", Kind::Text, "-", "Beginning of the most telling passage in text a"),
        col("text_b", Kind::Text, "path", "Text b as whoever ran the comparison named it"),
        opt("title_b", Kind::Text, "-", "Its title; null where none is known"),
        col("date_b", Kind::Text, "date", "Its date as precisely as known, with ~ if approximate"),
        opt("language_b", Kind::Text, "ISO 639-1", "Its language; null where none was told or detected"),
        opt("address_b", Kind::Text, "-", "Where it was published; null where not known"),
        col("file_sha256_b", Kind::Text, "SHA-256", "Digest of the file it was read from"),
        col("text_sha256_b", Kind::Text, "SHA-256", "Digest of its words as they were compared"),
        opt("article_b", Kind::Text, "-", "Article of the most telling passage; null where the text has none there"),
        col("words_b", Kind::Text, "-", "Beginning of the most telling passage in text b"),
        col("texts", Kind::I32, "texts", "Texts of the comparison"),
        col("compared", Kind::Text, "paths", "What was compared, as given on the command line"),
        col("program", Kind::Text, "-", "Program and version that found it"),
        LINE,
    ],
    doc: "Pairs of texts of two states that share passages, found by `blocwatch compare --ledger` and confirmed by no person. That words are the \
          same says neither who wrote them first nor why. A pair that is missing was not compared, or shares nothing that could be found.",
}];

static DECLARATION: Declaration = Declaration::new("text_matches", include_str!("source.toml"), TABLES, SHAPES);

impl Source for TextMatches {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut matches, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        matches.read((self, files, "matches"), &mut accounts, notices, |record, take| {
            let (a, b) = (side(record, &resolver, &A)?, side(record, &resolver, &B)?);
            if a.key.gwcode == b.key.gwcode {
                // the Soviet Union and Russia are one number, as in every other table
                take.drop_by("both texts are of one state", 1);
                return Ok(());
            }
            let order = one_of(record, "order", &["a before b", "open"])?;
            if order != "open" && a.date.first_day() > b.date.last_day() {
                return Err(record.not_a("earlier text that is later by its date", "date_a"));
            }
            let share = |name| share(record, name);
            let mut values = vec![
                record.need_text("match_id")?.into(),
                one_of(record, "tactic", TACTICS)?.into(),
                order.into(),
                a.key.gwcode.into(),
                a.date.year().into(),
                b.key.gwcode.into(),
                b.date.year().into(),
                one_of(record, "evidence", EVIDENCE)?.into(),
                one_of(record, "kind", KINDS)?.into(),
                record.decimal("score")?.filter(|s| s.is_finite()).ok_or_else(|| record.not_a("missing value", "score"))?.into(),
                share("p")?.into(),
                share("q")?.into(),
                share("coverage_a")?.ok_or_else(|| record.not_a("missing value", "coverage_a"))?.into(),
                share("coverage_b")?.ok_or_else(|| record.not_a("missing value", "coverage_b"))?.into(),
                record.need("passages")?.into(),
            ];
            for names in [&A, &B] {
                values.extend([
                    record.need_text(names.text)?.into(),
                    record.text(names.title).into(),
                    record.need_text(names.date)?.into(),
                    record.text(names.language).into(),
                    record.text(names.address).into(),
                    record.need_text(names.file)?.into(),
                    record.need_text(names.digest)?.into(),
                    record.text(names.article).into(),
                    record.verbatim(names.words).into(),
                ]);
            }
            values.extend([record.need("texts")?.into(), record.need_text("compared")?.into(), record.need_text("program")?.into()]);
            take.keep(values);
            Ok(())
        })?;
        let coverage = matches.range("year_a").map(|(year_from, _)| CoverageSpan {
            source: "text_matches".to_owned(),
            table: "text_match".to_owned(),
            gwcode: None,
            year_from,
            year_to: OPEN_END,
            knowledge: Knowledge::NotCovered,
            note: "only texts that somebody compared: that a pair is missing says nothing about it".to_owned(),
        });
        crate::reading([&mut matches], "", accounts, coverage.into_iter().collect(), notices)
    }
}

/// Names of the columns of one text.
struct Names {
    state: &'static str,
    date: &'static str,
    text: &'static str,
    title: &'static str,
    language: &'static str,
    address: &'static str,
    file: &'static str,
    digest: &'static str,
    article: &'static str,
    words: &'static str,
}

const A: Names = Names {
    state: "state_a",
    date: "date_a",
    text: "text_a",
    title: "title_a",
    language: "language_a",
    address: "address_a",
    file: "file_sha256_a",
    digest: "text_sha256_a",
    article: "article_a",
    words: "words_a",
};

const B: Names = Names {
    state: "state_b",
    date: "date_b",
    text: "text_b",
    title: "title_b",
    language: "language_b",
    address: "address_b",
    file: "file_sha256_b",
    digest: "text_sha256_b",
    article: "article_b",
    words: "words_b",
};

/// State and date of one text.
struct Side {
    key: Key,
    date: FuzzyDate,
}

fn side(record: &Record<'_>, resolver: &Resolver<'_>, names: &Names) -> Result<Side, Bad> {
    let date = FuzzyDate::parse(&record.need_text(names.date)?).map_err(|_| record.not_a("not a date", names.date))?;
    Ok(Side { key: resolver.known(&[&record.need_text(names.state)?], date.year())?, date })
}

/// A share or a probability.
fn share(record: &Record<'_>, name: &'static str) -> Result<Option<f64>, Bad> {
    match record.decimal(name)? {
        Some(x) if !(0.0..=1.0).contains(&x) => Err(record.not_a("number out of range", name)),
        x => Ok(x),
    }
}

fn one_of(record: &Record<'_>, name: &'static str, words: &[&'static str]) -> Result<&'static str, Bad> {
    let said = record.need_text(name)?;
    words.iter().find(|w| **w == said).copied().ok_or_else(|| record.not_a("unknown label", name))
}
