//! The tables of `military_exercises`.

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;

const EDITION: Column =
    col("edition", Kind::Text, "-", "List: mme (Multinational Military Exercises v7) or jme (Joint Military Exercises v3)");
const KIND: Column = col("kind", Kind::Text, "state, territory, organisation, group of states, unknown", "What the participant is");
const NTH: Column =
    col("occurrence", Kind::I32, "-", "1; counts on where the publisher has several unknown participants (-9) or an id twice");
const IN_SYSTEM: Column =
    opt("in_system", Kind::Bool, "-", "Whether the number is in the Gleditsch-Ward system in the year; null without one");
const YES_NO: &str = "0 no, 1 yes";

const CPX: Column = opt("CPX", Kind::I32, YES_NO, "Command-post exercise");
const AIR: Column = opt("Air", Kind::I32, YES_NO, "With air forces");
const LAND: Column = opt("Land", Kind::I32, YES_NO, "With land forces");
const SEA: Column = opt("Sea", Kind::I32, YES_NO, "With naval forces");
const AMPHIBIOUS: Column = opt("Amphibious", Kind::I32, YES_NO, "With a landing from the sea");
const CYBER: Column = opt("Cyber", Kind::I32, YES_NO, "With attack on or defence of networks");
const WARFIGHTING: Column = opt("Warfighting", Kind::I32, YES_NO, "Trains fighting");
const PEACEKEEPING: Column = opt("Peacekeeping", Kind::I32, YES_NO, "Trains peacekeeping");
const HUMANITARIAN: Column = opt("Humanitarian", Kind::I32, YES_NO, "Trains humanitarian help");

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "exercise_state_year",
        unit: Unit::Entry,
        keys: &["exercise", "s_year", "participant", "year", "occurrence", "edition"],
        columns: &[
            col("exercise", Kind::Text, "-", "Id of the exercise (MMEID); the publisher gives three ids twice, in different years"),
            col("s_year", Kind::I32, "year", "Year in which it began (published as s.year)"),
            col("participant", Kind::Text, "-", "Participant as published; -9 is an unknown one"),
            col("year", Kind::I32, "year", "Year of the exercise"),
            NTH,
            EDITION,
            KIND,
            opt("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year; null where the participant is no state"),
            opt("gwcode_published", Kind::I32, "-", "Number as published; one not in force in the year (817 for Vietnam) is not followed"),
            opt("e_year", Kind::I32, "year", "Year in which it ended (published as e.year)"),
            CPX,
            AIR,
            LAND,
            SEA,
            AMPHIBIOUS,
            CYBER,
            WARFIGHTING,
            PEACEKEEPING,
            HUMANITARIAN,
            opt("participant_count", Kind::I32, "participants", "Participants of the exercise"),
            IN_SYSTEM,
            LINE,
        ],
        doc: "States in multinational exercises by year. Found in newspapers: exercises that no newspaper reported are not in it.",
    },
    TableSpec {
        name: "exercise_participant",
        unit: Unit::Entry,
        keys: &["exercise", "participant", "occurrence", "edition"],
        columns: &[
            col("exercise", Kind::Text, "-", "Number of the exercise in the publisher's file (exercise_row)"),
            col("participant", Kind::Text, "-", "Code of the participant as published, upper case; -9 is an unknown one"),
            NTH,
            EDITION,
            KIND,
            opt("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year, of 2010 where there is none; null where it is no state"),
            opt("year", Kind::I32, "year", "Year in which the exercise began; null where the publisher gives none"),
            IN_SYSTEM,
            LINE,
        ],
        doc: "Participants of joint exercises. One exercise in six has no date: the table is not for rates by year.",
    },
    TableSpec {
        name: "exercise",
        unit: Unit::Entry,
        keys: &["exercise", "occurrence", "edition"],
        columns: &[
            col("exercise", Kind::Text, "-", "Id or number of the exercise as published"),
            NTH,
            EDITION,
            opt("s_year", Kind::I32, "year", "Year in which it began; null where not known"),
            opt("s_month", Kind::I32, "month", "Month in which it began; null where not known"),
            opt("s_day", Kind::I32, "day", "Day on which it began; null where not known"),
            opt("e_year", Kind::I32, "year", "Year in which it ended; null where not known"),
            opt("e_month", Kind::I32, "month", "Month in which it ended; null where not known"),
            opt("e_day", Kind::I32, "day", "Day on which it ended; null where not known"),
            opt("jme_type", Kind::Text, "FTX field, CPX command post, both, unsure", "Type in edition jme (published as JME Type)"),
            CPX,
            AIR,
            LAND,
            SEA,
            AMPHIBIOUS,
            CYBER,
            WARFIGHTING,
            PEACEKEEPING,
            HUMANITARIAN,
            LINE,
        ],
        doc: "Exercises with dates and kinds of forces. Names, places and descriptions stay in the publisher's file.",
    },
];
