//! Human rights protection: latent scores of physical integrity, in the form in which Our World in Data carries them.
//!
//! Only the central estimate is at hand, not its uncertainty. Non-goals: other versions of the scores.

use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{Column, TableSpec, Unit};

use crate::error::Result;
use crate::panel::{By, FRAME, Form, Panel, Var, columns, decimal, unit};
use crate::probe::Version;
use crate::{Held, Meta, Reading, Shape, Source};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("human_rights_scores", include_str!("source.toml")));

/// The source `human_rights_scores`.
pub(crate) struct HumanRightsScores;

static SHAPES: &[Shape] = &[Shape {
    role: "state_year",
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

static TABLES: &[TableSpec] = &[TableSpec {
    name: "human_rights_scores_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "edition"],
    columns: &COLUMNS,
    doc: "Latent scores of the protection of physical integrity, without their uncertainty.",
}];

static PANEL: Panel = Panel {
    role: "state_year",
    table: &TABLES[0],
    vars: VARS,
    forms: &[Form { shape: "owid", unit: By::Name("Entity"), year: "Year", outside: &[], until: &[("Czechia", 1992, "CSK")] }],
    main: "human_rights_protection",
    spell_start: None,
    note: "",
};

impl Source for HumanRightsScores {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn tables(&self) -> &'static [TableSpec] {
        TABLES
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        PANEL.read(self, files, states, notices)
    }
}
