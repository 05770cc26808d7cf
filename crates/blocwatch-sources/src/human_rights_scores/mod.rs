//! Human rights protection: latent scores of physical integrity, in the form in which Our World in Data carries them.
//!
//! Only the central estimate is at hand, not its uncertainty. Non-goals: other versions of the scores.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, decimal, unit};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[Shape {
    role: ROLE,
    id: "owid",
    required: &["Entity", "Year", "Human rights protection"],
    without: &[],
    known: &[],
    tell_unknown: true,
    version: Version::Marker,
}];

const VARS: &[Var] = &[
    unit("entity", "Name as published"),
    decimal(
        "human_rights_protection",
        (-10.0, 10.0),
        "latent scale, high is protected",
        "Protection of physical integrity, central estimate",
    )
    .published_as("Human rights protection"),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "human_rights_scores_state_year",
    &COLUMNS,
    "Latent scores of the protection of physical integrity, without their uncertainty.",
)];

static DECLARATION: Declaration = Declaration::new("human_rights_scores", include_str!("source.toml"), TABLES, SHAPES);

/// The source `human_rights_scores`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[Form { until: &[("Czechia", 1992, "CSK")], ..Form::new("owid", By::Name("Entity"), "Year") }],
    main: "human_rights_protection",
    spell_start: None,
    note: "",
};
