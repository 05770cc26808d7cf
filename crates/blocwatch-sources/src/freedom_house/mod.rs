//! Freedom House, Freedom in the World: ratings, status, the list of electoral democracies and the scores of the questions.
//!
//! Non-goals: territories that no list of states has; comparing scores across changes of method.

use blocwatch_core::table::{Column, TableSpec};

use crate::panel::{By, FRAME, Form, Panel, ROLE, columns, table};
use crate::probe::Version;
use crate::rows::{Var, truth, unit, whole, word};
use crate::{Declaration, Shape};

static SHAPES: &[Shape] = &[
    Shape {
        role: ROLE,
        id: "ratings",
        required: &["fh_country", "year", "pr", "cl", "status"],
        without: &[],
        known: &["fh_total", "fh_total_reversed", "extended_country_name", "GWn", "cown", "in_GW_system"],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: ROLE,
        id: "electoral",
        required: &["fh_electoral_country", "year", "electoral"],
        without: &[],
        known: &["electoral_calc", "extended_country_name", "GWn", "cown", "in_GW_system"],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: ROLE,
        id: "scores",
        required: &["fh_full_country", "year", "pr", "cl", "status", "A1", "G4", "total"],
        without: &[],
        known: &[
            "A2", "A3", "B1", "B2", "B3", "B4", "C1", "C2", "C3", "D1", "D2", "D3", "D4", "E1", "E2", "E3", "F1", "F2", "F3", "F4", "G1",
            "G2", "G3", "AddQ", "AddA", "pr_full", "cl_full",
        ],
        // the publisher's totals of a section
        tell_unknown: false,
        version: Version::Marker,
    },
];

/// A question scored 0 to 4.
const fn question(name: &'static str, doc: &'static str) -> Var {
    whole(name, (0, 4), "score 0-4, high is free", doc)
}

const VARS: &[Var] = &[
    unit("fh_country", "Name as published"),
    whole("pr", (1, 7), "1 most free to 7 least free", "Political rights"),
    whole("cl", (1, 7), "1 most free to 7 least free", "Civil liberties"),
    word("status", &["F", "PF", "NF"], "F free, PF partly free, NF not free", "Status"),
    whole("fh_total", (2, 14), "2 most free to 14 least free", "Sum of the two ratings"),
    whole("fh_total_reversed", (0, 12), "0 least free to 12 most free", "The same sum turned round"),
    truth("electoral", "On the list of electoral democracies; null in the other editions"),
    truth("electoral_calc", "The same by the rule of the list, as the carrying package reckons it; null where it does not"),
    question("A1", "Head of government elected in free and fair elections"),
    question("A2", "Legislature elected in free and fair elections"),
    question("A3", "Fair electoral laws and framework"),
    question("B1", "Right to organise in parties"),
    question("B2", "Realistic chance of the opposition"),
    question("B3", "Choices free from domination by powerful groups"),
    question("B4", "Full political rights of all segments"),
    question("C1", "Elected representatives determine policies"),
    question("C2", "Safeguards against corruption"),
    question("C3", "Openness and transparency of government"),
    question("D1", "Free and independent media"),
    question("D2", "Freedom of religion"),
    question("D3", "Academic freedom"),
    question("D4", "Freedom to express views without fear"),
    question("E1", "Freedom of assembly"),
    question("E2", "Freedom for nongovernmental organisations"),
    question("E3", "Freedom for trade unions"),
    question("F1", "Independent judiciary"),
    question("F2", "Due process"),
    question("F3", "Protection from physical force and war"),
    question("F4", "Equal treatment"),
    question("G1", "Freedom of movement"),
    question("G2", "Property and business"),
    question("G3", "Personal social freedoms"),
    question("G4", "Equality of opportunity"),
    question("AddQ", "Discretionary question B: deliberate change of the ethnic composition; counts against the total"),
    question("AddA", "Discretionary question A: traditional monarchies without parties; counts for the total"),
    whole("pr_full", (-4, 44), "points", "Political rights, all questions"),
    whole("cl_full", (0, 60), "points", "Civil liberties, all questions"),
    whole("total", (-4, 100), "points, high is free", "Total of political rights and civil liberties"),
];

static COLUMNS: [Column; VARS.len() + FRAME] = columns(VARS);

static TABLES: &[TableSpec] = &[table(
    "freedom_house_state_year",
    &COLUMNS,
    "Freedom in the World by the year it speaks of. Three editions side by side: ratings since 1972, the list of electoral \
          democracies, and the scores of the single questions. Territories without a state number are left out and counted.",
)];

/// Territories and parts of states that Freedom House rates and that no list of states has.
const OUTSIDE: &[&str] = &[
    "Chechnya",
    "Crimea",
    "Eastern Donbas",
    "Indian Kashmir",
    "Israeli-Occupied Territories",
    "Kurdistan",
    "Nagorno-Karabakh",
    "Northern Cyprus",
    "Northern Ireland",
    "Pakistani Kashmir",
    "Puerto Rico",
    "Russian-Occupied Territories of Ukraine",
    "Transnistria",
    "West Papua",
];

static DECLARATION: Declaration = Declaration::new("freedom_house", include_str!("source.toml"), TABLES, SHAPES);

/// The source `freedom_house`.
pub(crate) static PANEL: Panel = Panel {
    declaration: &DECLARATION,
    vars: VARS,
    forms: &[
        Form { outside: OUTSIDE, ..Form::new("ratings", By::Name("fh_country"), "year") },
        Form { outside: OUTSIDE, ..Form::new("electoral", By::Name("fh_electoral_country"), "year") },
        Form { outside: OUTSIDE, ..Form::new("scores", By::Name("fh_full_country"), "year") },
    ],
    main: "status",
    spell_start: None,
    note: "",
};
