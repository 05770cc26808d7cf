//! Freedom of the press: the three classes of Freedom House, in the form in which Our World in Data carries them.
//!
//! Non-goals: the scores behind the classes.

use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_core::table::{Column, TableSpec, Unit};

use crate::error::Result;
use crate::panel::{By, FRAME, Form, Panel, Var, columns, unit, whole};
use crate::probe::Version;
use crate::{Held, Meta, Reading, Shape, Source};

static META: LazyLock<Meta> = LazyLock::new(|| Meta::embedded("press_freedom", include_str!("source.toml")));

/// The source `press_freedom`.
pub(crate) struct PressFreedom;

static SHAPES: &[Shape] = &[Shape {
    role: "state_year",
    id: "owid",
    required: &["Entity", "Year", "Freedom of the Press"],
    without: &[],
    known: &[],
    tell_unknown: true,
    version: Version::Marker,
}];

const VARS: &[Var] = &[
    unit("entity", "Name as published"),
    whole("freedom_of_the_press", (0, 2), "0 not free, 1 partly free, 2 free", "Class of the press").published_as("Freedom of the Press"),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[TableSpec {
    name: "press_freedom_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "edition"],
    columns: &COLUMNS,
    doc: "Freedom House's class of the press, as a number. The series ended in 2016.",
}];

static PANEL: Panel = Panel {
    role: "state_year",
    table: &TABLES[0],
    vars: VARS,
    forms: &[Form {
        shape: "owid",
        unit: By::Name("Entity"),
        year: "Year",
        outside: &["Crimea", "Northern Cyprus", "Transkei"],
        until: &[("Czechia", 1992, "CSK")],
    }],
    main: "freedom_of_the_press",
    spell_start: None,
    note: "",
};

impl Source for PressFreedom {
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
