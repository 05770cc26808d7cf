//! Geddes, Wright and Frantz: kinds of autocracy, with what stands in the other years, as the package democracyData extends them.
//!
//! A regime is the one in power on 1 January of the year. Non-goals: the start and end of spells by day, and how regimes ended.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, flag, text, unit, whole, word};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[Shape {
    role: ROLE,
    id: "all_extended",
    required: &["gwf_casename", "gwf_country", "gwf_cowcode", "year", "gwf_regimetype", "gwf_nonautocracy", "gwf_fail"],
    without: &[],
    known: &[
        "gwf_spell",
        "gwf_next",
        "gwf_prior",
        "gwf_duration",
        "gwf_party",
        "gwf_military",
        "gwf_monarchy",
        "gwf_personal",
        "gwf_disagree",
        // added by the package that carries the file
        "extended_country_name",
        "GWn",
        "cown",
        "in_GW_system",
    ],
    tell_unknown: true,
    version: Version::Marker,
}];

/// What stands before or after an autocracy.
const NEIGHBOURS: &[&str] = &[
    "democracy",
    "foreign-occupied",
    "indirect military",
    "military",
    "milpersonal",
    "monarchy",
    "not-independent",
    "oligarchy",
    "party",
    "personal",
    "provisional",
    "sppersonal",
    "spmilitary",
    "tthreat",
    "warlord",
    "warlord/foreign-occupied",
];

const VARS: &[Var] = &[
    unit("gwf_cowcode", "Correlates of War number as published"),
    text("gwf_country", "Name as published"),
    text("gwf_casename", "Name of the regime spell: state and years"),
    whole("gwf_spell", (0, 1000), "years", "Length of the spell"),
    word(
        "gwf_regimetype",
        &[
            "indirect military",
            "military",
            "military-personal",
            "monarchy",
            "oligarchy",
            "party",
            "party-military",
            "party-military-personal",
            "party-personal",
            "personal",
        ],
        "kind of autocracy",
        "Kind of autocracy; null in years that are none",
    ),
    word(
        "gwf_nonautocracy",
        &["democracy", "foreign-occupied", "not-independent", "provisional", "warlord", "warlord/foreign-occupied"],
        "what stands instead of an autocracy",
        "What the year is where it is no autocracy; null in autocratic years",
    ),
    flag("gwf_party", "Party rule, also as part of a mixed kind"),
    flag("gwf_military", "Military rule, also as part of a mixed kind"),
    flag("gwf_monarchy", "Monarchy"),
    flag("gwf_personal", "Personal rule of the pure kind"),
    flag("gwf_fail", "The regime ended in the year"),
    whole("gwf_duration", (0, 1000), "years", "Years of the spell so far"),
    word("gwf_prior", NEIGHBOURS, "kind of regime", "What stood before the spell; null where not coded"),
    word("gwf_next", NEIGHBOURS, "kind of regime", "What followed the spell; null where not coded"),
    whole("gwf_disagree", (0, 10), "code of the publisher", "Disagreement with other data sets on the coding"),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "gwf_state_year",
    &COLUMNS,
    "Kind of autocracy in power on 1 January of the year, or what stands instead. Years before 1946 and of states under a million \
          inhabitants are there only as far as the carrying package extends the series.",
)];

static DECLARATION: Declaration = Declaration::new("gwf", include_str!("source.toml"), TABLES, SHAPES);

/// The source `gwf`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[Form::new("all_extended", By::Cow("gwf_cowcode"), "year")],
    main: "gwf_fail",
    spell_start: None,
    note: "",
};
