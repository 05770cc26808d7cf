//! Freedom of the press: the three classes of Freedom House, in the form in which Our World in Data carries them.
//!
//! Non-goals: the scores behind the classes.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, unit, whole};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[Shape {
    role: ROLE,
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

static TABLES: &[TableSpec] =
    &[table("press_freedom_state_year", &COLUMNS, "Freedom House's class of the press, as a number. The series ended in 2016.")];

static DECLARATION: Declaration = Declaration::new("press_freedom", include_str!("source.toml"), TABLES, SHAPES);

/// The source `press_freedom`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[Form {
        outside: &["Crimea", "Northern Cyprus", "Transkei"],
        until: &[("Czechia", 1992, "CSK")],
        ..Form::new("owid", By::Name("Entity"), "Year")
    }],
    main: "freedom_of_the_press",
    spell_start: None,
    note: "",
};
