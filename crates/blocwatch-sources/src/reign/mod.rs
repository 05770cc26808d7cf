//! Rulers, Elections and Irregular Governance: the kind of government in power, with the days on which a spell starts and ends.
//!
//! The list of leaders is not read: it is about persons. Non-goals: risk scores, months.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, text, unit, word};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[Shape {
    role: ROLE,
    id: "democracydata",
    required: &["reign_cowcode", "reign_country", "gwf_casename", "gwf_regimetype", "Start", "End", "year"],
    without: &["month"],
    known: &[
        "gwf_startdate",
        "gwf_enddate",
        "cow",
        "leader",
        "leadid",
        "birthyear",
        "gender",
        "militarycareer",
        "codedby",
        "extended_country_name",
        "GWn",
        "cown",
        "in_GW_system",
    ],
    tell_unknown: true,
    version: Version::Marker,
}];

const VARS: &[Var] = &[
    unit("reign_cowcode", "Correlates of War number as published"),
    text("reign_country", "Name as published"),
    text("gwf_casename", "Name of the spell: state and first day"),
    word(
        "gwf_regimetype",
        &[
            "civilian provisional",
            "foreign-occupied",
            "indirect military",
            "military",
            "military personal",
            "monarchy",
            "oligarchy",
            "parliamentary",
            "party-based",
            "party-military",
            "party-personal",
            "party-personal-military",
            "personal",
            "presidential",
            "provisional",
            "provisional military",
            "warlordism",
        ],
        "kind of government",
        "Kind of government",
    ),
    text("Start", "First day of the spell, YYYY-MM-DD"),
    text("End", "Last day of the spell, YYYY-MM-DD"),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "reign_state_year",
    &COLUMNS,
    "Kind of government in power at the end of the year. Spells that ended within a year give way to the one that follows and are \
          counted; a spell that is there at the end of some year is not lost by this.",
)];

static DECLARATION: Declaration = Declaration::new("reign", include_str!("source.toml"), TABLES, SHAPES);

/// The source `reign`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[Form::new("democracydata", By::Cow("reign_cowcode"), "year")],
    main: "gwf_regimetype",
    spell_start: Some("Start"),
    note: "",
};
