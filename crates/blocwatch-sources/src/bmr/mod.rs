//! Boix, Miller and Rosato: democracy as yes or no, 1800-2020, in the form in which the R package democracyData carries it.
//!
//! Non-goals: correcting single codings, extending the series.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, flag, text, unit, whole};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[Shape {
    role: ROLE,
    id: "democracydata",
    required: &["bmr_country", "bmr_ccode", "year", "democracy", "democracy_omitteddata", "democracy_femalesuffrage"],
    without: &[],
    known: &[
        "abbreviation",
        "abbreviation_undp",
        "democracy_trans",
        "democracy_breakdowns",
        "democracy_duration",
        "sovereign",
        // added by the package that carries the file
        "extended_country_name",
        "GWn",
        "cown",
        "in_GW_system",
    ],
    tell_unknown: true,
    version: Version::Marker,
}];

const VARS: &[Var] = &[
    unit("bmr_ccode", "Correlates of War number as published"),
    text("bmr_country", "Name as published"),
    flag("democracy", "Free and fair contest, and at least half of the men may vote; null where the unit is not sovereign"),
    whole("democracy_trans", (-1, 1), "-1 breakdown, 0 no change, 1 transition to democracy", "Change of regime in the year"),
    whole("democracy_breakdowns", (0, 50), "count", "Breakdowns of democracy so far"),
    whole("democracy_duration", (0, 500), "years", "Consecutive years of the current regime"),
    flag("democracy_omitteddata", "The same measure, null instead of a value during occupation and civil war"),
    flag("democracy_femalesuffrage", "The same measure, requiring in addition that at least half of the women may vote"),
    flag("sovereign", "The unit is sovereign in the year"),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "bmr_state_year",
    &COLUMNS,
    "Democracy as yes or no and its two variants, as published. Rows of units that are not sovereign carry no value.",
)];

static DECLARATION: Declaration = Declaration::new("bmr", include_str!("source.toml"), TABLES, SHAPES);

/// The source `bmr`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[Form::new("democracydata", By::Cow("bmr_ccode"), "year")],
    main: "democracy",
    spell_start: None,
    note: "",
};
