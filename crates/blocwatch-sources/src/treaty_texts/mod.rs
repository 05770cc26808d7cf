//! Texts of treaties, as the project behind `manytreaties` collected them: a selection around states and organisations outside the West.
//!
//! The identifier is that of `treaty_agreement`. Non-goals: dates and parties (see `treaties`), languages, articles.

use blocwatch_core::Notices;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;
use crate::error::Result;
use crate::probe::Version;
use crate::rows::Rows;
use crate::{Declaration, Held, OPEN_END, Reading, Shape, Source};

/// The source `treaty_texts`.
pub(crate) struct TreatyTexts;

static SHAPES: &[Shape] = &[Shape {
    role: "texts",
    id: "json_lines",
    required: &["treatyID", "title", "text"],
    without: &[],
    known: &["n_chars"],
    tell_unknown: true,
    version: Version::Fixed(""),
}];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "treaty_text",
    unit: Unit::Entry,
    keys: &["treatyID", "occurrence", "edition"],
    columns: &[
        col("treatyID", Kind::Text, "-", "Treaty as in `treaty_agreement`; some are in neither of its databases"),
        col("occurrence", Kind::I32, "-", "1; counts on where the publisher has several texts under one identifier"),
        col("edition", Kind::Text, "-", "Published form: json_lines"),
        opt("title", Kind::Text, "-", "Title as published; null where none is given"),
        opt("year", Kind::I32, "year", "Year in the identifier: of signature or beginning; null where it has none"),
        opt("characters", Kind::I32, "characters", "Characters as counted by whoever made the file (`n_chars`)"),
        col("text", Kind::Text, "-", "The text as it was scanned or copied, without surrounding blanks"),
        LINE,
    ],
    doc: "Texts of treaties. A selection: a treaty without a row has a text that is not in the file. source_row is the line of the file, which \
          has no header.",
}];

static DECLARATION: Declaration = Declaration::new("treaty_texts", include_str!("source.toml"), TABLES, SHAPES);

impl Source for TreatyTexts {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], _: &States, notices: &mut Notices) -> Result<Reading> {
        let (mut texts, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        let mut seen = std::collections::BTreeMap::new();
        texts.read((self, files, "texts"), &mut accounts, notices, |record, take| {
            let (id, text) = (record.need_text("treatyID")?, record.need_text("text")?);
            let year = year_of(&id);
            let count = seen.entry((take.place.file, id.clone())).or_insert(0i64);
            *count += 1;
            let characters = record.whole("n_chars")?;
            take.keep(vec![id.into(), (*count).into(), record.text("title").into(), year.into(), characters.into(), text.into()]);
            Ok(())
        })?;
        let one = |(year_from, _)| CoverageSpan {
            source: "treaty_texts".to_owned(),
            table: "treaty_text".to_owned(),
            gwcode: None,
            year_from,
            year_to: OPEN_END,
            knowledge: Knowledge::NotCovered,
            note: "a selection of texts: that a treaty is missing here says nothing about it".to_owned(),
        };
        let coverage = texts.range("year").map(one).into_iter().collect();
        crate::reading([&mut texts], "", accounts, coverage, notices)
    }
}

/// The year that an identifier such as `KAZ-RUS_2007A` or `AD10PS_2006E1:MARPOL_1973A` begins with.
fn year_of(id: &str) -> Option<i32> {
    let (_, rest) = id.split_once('_')?;
    let year = rest.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?;
    year.parse().ok().filter(|y| (1000..=2200).contains(y))
}

#[cfg(test)]
mod tests {
    use super::year_of;

    #[test]
    fn identifiers_carry_a_year_or_none() {
        assert_eq!(year_of("KAZ-RUS_2007A"), Some(2007));
        assert_eq!(year_of("AD10PS_2006E1:MARPOL_1973A"), Some(2006));
        for id in ["", "KAZ-RUS", "X_", "X_20", "X_0007A", "X_20é7"] {
            assert_eq!(year_of(id), None, "{id}");
        }
    }
}
