//! Lexical index of electoral democracy: which of its conditions a unit meets, in order, 1789-2024, colonies and parts of states too.
//!
//! Non-goals: dating of episodes beyond the published flags.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, flag, text, unit, whole};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[Shape {
    role: ROLE,
    id: "democracydata",
    required: &["lied_country", "lied_cow", "year", "lexical_index", "male_suffrage", "competition"],
    without: &[],
    known: &[
        "region",
        "female_suffrage",
        "exselec",
        "legselec",
        "opposition",
        "political_liberties",
        "lexical_index_plus",
        "lexical_index_original",
        "democratic_transition",
        "transition_type",
        "democratic_breakdown",
        "breakdown_type",
        "turnover_period",
        "turnover_event",
        "two_turnover_period",
        "sovereign",
        // V-Dem's number, and what the package that carries the file adds
        "vdem",
        "extended_country_name",
        "GWn",
        "cown",
        "in_GW_system",
    ],
    tell_unknown: true,
    version: Version::Marker,
}];

const VARS: &[Var] = &[
    unit("lied_cow", "Number as published: Correlates of War, or the publisher's own for units outside that list"),
    text("lied_country", "Name as published"),
    whole("lexical_index", (0, 6), "0 no elections to 6 electoral democracy", "Lexical index: conditions met in order"),
    whole("lexical_index_plus", (0, 7), "0 no elections to 7 polyarchy", "The same with political liberties as the seventh condition"),
    whole("lexical_index_original", (0, 6), "0 to 6", "The index as the publisher writes it, before the package's recoding"),
    flag("male_suffrage", "Men may vote"),
    flag("female_suffrage", "Women may vote"),
    flag("exselec", "The executive is elected"),
    whole("legselec", (0, 2), "0 no, 1 yes; 2 as published in a few rows", "The legislature is elected"),
    whole("opposition", (0, 2), "0 no, 1 yes; 2 as published in a few rows", "Opposition may take part in elections"),
    flag("competition", "Elections are competitive"),
    flag("political_liberties", "Political liberties are respected"),
    flag("democratic_transition", "A transition to democracy happened in the year"),
    whole("transition_type", (0, 9), "0 none, else the publisher's kinds", "Kind of transition"),
    flag("democratic_breakdown", "A breakdown of democracy happened in the year"),
    whole("breakdown_type", (0, 9), "0 none, else the publisher's kinds", "Kind of breakdown"),
    flag("turnover_period", "In a period after a turnover by election"),
    flag("turnover_event", "A turnover by election happened in the year"),
    flag("two_turnover_period", "In a period after a second turnover"),
    flag("sovereign", "The unit is sovereign in the year"),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "lied_state_year",
    &COLUMNS,
    "Lexical index of electoral democracy with its conditions. Units that were no sovereign states are kept and marked, but for \
          three colonies that no list of states has.",
)];

static DECLARATION: Declaration = Declaration::new("lied", include_str!("source.toml"), TABLES, SHAPES);

/// The source `lied`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[Form {
        // Newfoundland, Natal, Cape Colony
        outside: &["21", "558", "559"],
        ..Form::new("democracydata", By::CowNamed("lied_cow", "lied_country"), "year")
    }],
    main: "lexical_index",
    spell_start: None,
    note: "",
};
