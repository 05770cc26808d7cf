//! Strategic rivalries (Thompson and Dreyer): which states saw each other as threatening competitors, from when to when, 1494 to 2010.
//!
//! Non-goals: rivalries after 2010, rivals that are no states.

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;
use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value, published};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `rivalries`.
pub(crate) struct Rivalries;

static SHAPES: &[Shape] = &[Shape {
    role: "spells",
    id: "thompson_dreyer",
    required: &["rivalryno", "rivalryname", "ccode1", "ccode2", "styear", "endyear"],
    without: &[],
    known: &["region", "type1", "type2", "type3"],
    tell_unknown: true,
    version: Version::Fixed("2012"),
}];

const TYPE: &str = "spatial, positional, ideological, interventionary";

static TABLES: &[TableSpec] = &[TableSpec {
    name: "rivalry_dyad_spell",
    unit: Unit::Entry,
    keys: &["rivalryno", "edition"],
    columns: &[
        col("rivalryno", Kind::I32, "-", "Number of the rivalry as published"),
        col("edition", Kind::Text, "-", "Public form: thompson_dreyer"),
        col("rivalryname", Kind::Text, "-", "The two rivals as published; a number tells rivalries of one pair apart"),
        opt(
            "gwcode1",
            Kind::U16,
            "-",
            "Gleditsch-Ward number of the first state when it began, or the first it had after; null for Venice",
        ),
        opt(
            "gwcode2",
            Kind::U16,
            "-",
            "Gleditsch-Ward number of the second state when it began, or the first it had after; null for Venice",
        ),
        col("styear", Kind::I32, "year", "Year in which it began; from 1494 on"),
        col("endyear", Kind::I32, "year", "Year in which it ended; 2010 where it had not by the end of the data"),
        opt("region", Kind::Text, "-", "Region as published"),
        opt("type1", Kind::Text, TYPE, "First thing that it is about"),
        opt("type2", Kind::Text, TYPE, "Second thing that it is about; null where there is none"),
        opt("type3", Kind::Text, TYPE, "Third thing that it is about; null where there is none"),
        col("ccode1", Kind::I32, "-", "Correlates of War number of the first state as published"),
        col("ccode2", Kind::I32, "-", "Correlates of War number of the second state as published"),
        LINE,
    ],
    doc: "Strategic rivalries of pairs of states, without a direction. Inside the coverage a pair without a spell in a year had none that \
          the authors found. Numbers are those of the beginning: join a year by ccode.",
}];

/// The authors' number of Venice, which was gone when the lists of states begin.
const VENICE: u16 = 324;

/// First year in which silence means none: the lists of states begin.
const FROM: i32 = 1816;

static DECLARATION: Declaration = Declaration::new("rivalries", include_str!("source.toml"), TABLES, SHAPES);

impl Source for Rivalries {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let (mut spells, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        let types = published(&TABLES[0].columns[7..11], &[]);
        spells.read((self, files, "spells"), &mut accounts, notices, |record, take| {
            let (from, to) = (record.need("styear")?, record.need("endyear")?);
            if !(1400..=2200).contains(&from) || to > 2200 {
                return Err(record.not_a("year out of range", if to > 2200 { "endyear" } else { "styear" }));
            }
            if to < from {
                return Err(record.not_a("end before the beginning", "endyear"));
            }
            let (code1, code2) = (record.code("ccode1")?, record.code("ccode2")?);
            let mut state = |code| if code == VENICE { Ok(None) } else { resolver.known_cow(code, from).map(Some) };
            let (one, two) = (state(code1)?, state(code2)?);
            if one == two {
                return Err(Bad::new("a state with itself", format!("ccode {code1} and {code2} in {from}")));
            }
            let mut values = vec![
                record.need("rivalryno")?.into(),
                record.need_text("rivalryname")?.into(),
                Value::number(one),
                Value::number(two),
                from.into(),
                to.into(),
            ];
            record.read(&types, &mut values)?;
            values.extend([code1.into(), code2.into()]);
            take.keep(values);
            Ok(())
        })?;
        let mut cover = Cover::new("rivalries", "rivalry_dyad_spell");
        if let Some((_, last)) = spells.range("endyear") {
            cover.note_all(states, FROM, last);
        }
        let coverage = cover.finish(states, "a pair without a spell in the year had no rivalry that the authors found");
        crate::reading([&mut spells], "", accounts, coverage, notices)
    }
}
