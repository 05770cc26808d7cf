//! Polity5: authority characteristics of states and the composite scores, 1776-2020.
//!
//! The three codes below -10 are kept as published where the publisher writes them; only `polity2` is free of them. Non-goals: spells of
//! a polity by day.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, coded, flag, text, unit, whole};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[Shape {
    role: ROLE,
    id: "democracydata",
    required: &["polity_annual_ccode", "scode", "polity_annual_country", "year", "democ", "autoc", "polity", "polity2"],
    without: &[],
    known: &[
        "flag",
        "fragment",
        "durable",
        "xrreg",
        "xrcomp",
        "xropen",
        "xconst",
        "parreg",
        "parcomp",
        "exrec",
        "exconst",
        "polcomp",
        "change",
        "d5",
        "sf",
        "regtrans",
        // left aside: case identifiers, and days and scores around a change
        "p5",
        "cyear",
        "prior",
        "emonth",
        "eday",
        "eyear",
        "eprec",
        "interim",
        "bmonth",
        "bday",
        "byear",
        "bprec",
        "post",
        // added by the package that carries the file
        "extended_country_name",
        "GWn",
        "cown",
        "in_GW_system",
    ],
    tell_unknown: true,
    version: Version::Marker,
}];

/// The publisher's codes for years without a regular polity.
const SPECIAL: &[i32] = &[-66, -77, -88];

const fn component(name: &'static str, range: (i32, i32), doc: &'static str) -> Var {
    coded(name, range, SPECIAL, "category; -66 interruption, -77 interregnum, -88 transition", doc)
}

const VARS: &[Var] = &[
    unit("polity_annual_ccode", "Polity's number as published; mostly the Correlates of War number"),
    text("scode", "Polity's letters as published"),
    text("polity_annual_country", "Name as published"),
    whole("flag", (0, 2), "0 confident, 1 tentative, 2 tenuous", "Confidence in the coding"),
    whole("fragment", (0, 3), "0 none, 1 slight, 2 moderate, 3 serious", "Fragmentation of the polity; null before 2000"),
    coded("democ", (0, 10), SPECIAL, "score 0-10; -66 interruption, -77 interregnum, -88 transition", "Institutionalised democracy"),
    coded("autoc", (0, 10), SPECIAL, "score 0-10; -66 interruption, -77 interregnum, -88 transition", "Institutionalised autocracy"),
    coded("polity", (-10, 10), SPECIAL, "score -10 to 10; -66 interruption, -77 interregnum, -88 transition", "Democracy less autocracy"),
    whole("polity2", (-10, 10), "score -10 to 10", "The same with the three codes resolved; null during interruptions"),
    whole("durable", (0, 500), "years", "Years since the last change of three points or more; null where not counted"),
    component("xrreg", (1, 3), "Regulation of executive recruitment"),
    component("xrcomp", (0, 3), "Competitiveness of executive recruitment"),
    component("xropen", (0, 4), "Openness of executive recruitment"),
    component("xconst", (1, 7), "Constraints on the chief executive"),
    component("parreg", (1, 5), "Regulation of participation"),
    component("parcomp", (0, 5), "Competitiveness of participation"),
    component("exrec", (1, 8), "Concept of executive recruitment"),
    component("exconst", (1, 7), "Concept of constraints on the executive"),
    component("polcomp", (1, 10), "Concept of political competition"),
    coded(
        "change",
        (-20, 20),
        &[-66, -77, -88, 88, 96, 97, 98, 99],
        "points; 88 to 99 and -66 to -88 are codes of the publisher",
        "Change of the score; null in years without one",
    ),
    flag("d5", "A change of regime; null in years without one"),
    flag("sf", "State failure; null in years without one"),
    coded(
        "regtrans",
        (-2, 3),
        &[-66, -77, -88, 96, 97, 98, 99],
        "-2 to 3; 96 to 99 and -66 to -88 are codes of the publisher",
        "Kind of regime transition; null in years without one",
    ),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "polity5_state_year",
    &COLUMNS,
    "Polity5 country-years with the state number as of the year. In a year in which one polity follows another of the same state \
          the one that goes on stays. The codes -66, -77 and -88 are no scores: leave them out before reckoning.",
)];

static DECLARATION: Declaration = Declaration::new("polity5", include_str!("source.toml"), TABLES, SHAPES);

/// The source `polity5`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[Form::new("democracydata", By::Cow("polity_annual_ccode"), "year")],
    main: "polity2",
    spell_start: None,
    note: "",
};
