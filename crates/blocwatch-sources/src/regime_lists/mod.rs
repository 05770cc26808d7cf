//! Seven lists of regimes side by side: whether a state-year is a democracy, and the class of its regime, each in its author's words.
//!
//! Only lists that class regimes are read; indices with a scale of their own are not. Non-goals: correcting single codings, agreeing on one
//! list, the details that a list has beyond its classes.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, labelled, text, unit};
use crate::{Declaration, Shape};

/// A list in the form in which the R package democracyData carries it; its other columns are left aside on purpose.
const fn list(id: &'static str, required: &'static [&'static str]) -> Shape {
    Shape { role: ROLE, id, required, without: &[], known: &[], tell_unknown: false, version: Version::Marker }
}

static SHAPES: &[Shape] = &[
    list("anckar", &["anckar_country", "anckar_ccode", "year", "democracy", "regimenarrowcat"]),
    list("kailitz", &["kailitz_country", "kailitz_kailitz_cown", "year", "kailitz_binary", "combined_regime"]),
    list("magaloni", &["magaloni_country", "magaloni_ccode", "year", "demo_nr", "regime_nr"]),
    list("pacl_update", &["pacl_update_country", "pacl_update_country_isocode", "year", "Democracy", "DD_category"]),
    list("pitf", &["polity_annual_country", "polity_annual_ccode", "year", "pitf_binary", "pitf"]),
    list("svolik_regime", &["svolik_regime_country", "svolik_regime_ccode", "year", "regime_numeric", "regime"]),
    list("bti", &["bti_country", "year", "cat_dem_stat_label"]),
];

const VARS: &[Var] = &[
    unit("unit", "State as published: a number, or a name where the list has none"),
    text("country", "Name as published"),
    labelled("democracy", (0, 1), "0 no, 1 yes", "Democracy as the list codes it; null where it does not, and in the list bti"),
    text("regime", "Class of the regime in the list's own words; null where it gives none"),
];

/// Colonies of one list that no list of states has.
const COLONIES: &[&str] = &[
    "Anguilla",
    "Aruba",
    "Bermuda",
    "British Virgin Islands",
    "Cayman Islands",
    "Curacao",
    "Gibraltar",
    "Guam",
    "Northern Mariana Islands",
    "Puerto Rico",
    "Sint Maarten",
    "Turks and Caicos",
    "US Virgin Islands",
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "regime_list_state_year",
    &COLUMNS,
    "Lists of regimes, one edition each: anckar, bti, kailitz, magaloni, pacl_update, pitf, svolik_regime. Their words for classes are \
     not each other's, and a year means its end in one list and its beginning in another.",
)];

static DECLARATION: Declaration = Declaration::new("regime_lists", include_str!("source.toml"), TABLES, SHAPES);

/// The source `regime_lists`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[
        Form {
            renamed: &[("country", "anckar_country"), ("regime", "regimenarrowcat")],
            ..Form::new("anckar", By::CowNamed("anckar_ccode", "anckar_country"), "year")
        },
        Form {
            renamed: &[("country", "kailitz_country"), ("democracy", "kailitz_binary"), ("regime", "combined_regime")],
            ..Form::new("kailitz", By::CowNamed("kailitz_kailitz_cown", "kailitz_country"), "year")
        },
        Form {
            renamed: &[("country", "magaloni_country"), ("democracy", "demo_nr"), ("regime", "regime_nr")],
            ..Form::new("magaloni", By::CowNamed("magaloni_ccode", "magaloni_country"), "year")
        },
        Form {
            renamed: &[("country", "pacl_update_country"), ("democracy", "Democracy"), ("regime", "DD_category")],
            outside: COLONIES,
            ..Form::new("pacl_update", By::Name("pacl_update_country"), "year")
        },
        Form {
            renamed: &[("country", "polity_annual_country"), ("democracy", "pitf_binary"), ("regime", "pitf")],
            ..Form::new("pitf", By::CowNamed("polity_annual_ccode", "polity_annual_country"), "year")
        },
        Form {
            renamed: &[("country", "svolik_regime_country"), ("democracy", "regime_numeric")],
            ..Form::new("svolik_regime", By::CowNamed("svolik_regime_ccode", "svolik_regime_country"), "year")
        },
        Form {
            renamed: &[("country", "bti_country"), ("regime", "cat_dem_stat_label")],
            ..Form::new("bti", By::Name("bti_country"), "year")
        },
    ],
    main: "regime",
    spell_start: None,
    note: "",
};
