//! The tables of `treaties`.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "treaty_agreement",
        unit: Unit::Entry,
        keys: &["edition", "treatyID", "source_row"],
        columns: &[
            col("treatyID", Kind::Text, "-", "Id of the agreement; versions and protocols can share one"),
            opt("Title", Kind::Text, "-", "Title as published; null where there is none"),
            opt("year", Kind::I32, "year", "Year of `Begin`; null where the agreement is undated"),
            opt("Begin", Kind::Text, "date", "Beginning as published, at its own precision; null where none is given"),
            opt("End", Kind::Text, "date", "End as published, 9999-12-31 for none foreseen; null where none is given"),
            opt("Signature", Kind::Text, "date", "Signature as published; null where none is given"),
            opt("Force", Kind::Text, "date", "Entry into force as published; null where none is given"),
            opt("TypeDomain", Kind::Text, "-", "Matter; null in DESTA, which is about trade"),
            opt("TypeAgree", Kind::Text, "-", "Kind of agreement; null where none is given"),
            opt("TypeAmbit", Kind::Text, "-", "Bilateral, multilateral and so on; null where none is given"),
            opt("TypeGeo", Kind::Text, "-", "Place; null where none is given"),
            opt("TypeSubject", Kind::Text, "-", "Subject; null in DESTA and where none is given"),
            opt("destaID", Kind::I32, "-", "Number in DESTA; null in GGO"),
            col("edition", Kind::Text, "-", "Database: GGO or DESTA"),
            LINE,
        ],
        doc: "Agreements of two databases side by side, as published. Neither holds all treaties of a time.",
    },
    TableSpec {
        name: "treaty_party",
        unit: Unit::Entry,
        keys: &["edition", "treatyID", "gwcode", "source_row"],
        columns: &[
            col("treatyID", Kind::Text, "-", "Id of the agreement"),
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the party as of the year, or as of 2020 where no date is given"),
            opt(
                "year",
                Kind::I32,
                "year",
                "Year of the state's first dated act (StateSignature, StateRatification, StateForce), else of the agreement; null if undated",
            ),
            opt(
                "in_system",
                Kind::Bool,
                "-",
                "Whether the number is in the Gleditsch-Ward system in the year; null where there is no year",
            ),
            col("stateID", Kind::Text, "-", "Party as published"),
            opt("Begin", Kind::Text, "date", "Beginning of the agreement as published; null where none is given"),
            opt("Signature", Kind::Text, "date", "Signature of the agreement as published; null where none is given"),
            opt("Force", Kind::Text, "date", "Entry into force of the agreement as published; null where none is given"),
            opt("StateSignature", Kind::Text, "date", "Signature by the state; null in DESTA and where none is given"),
            opt("StateRatification", Kind::Text, "date", "Ratification by the state; null in DESTA and where none is given"),
            opt("StateForce", Kind::Text, "date", "In force for the state, 9999-12-31 as published; null in DESTA and where none is given"),
            opt("StateEnd", Kind::Text, "date", "End for the state, 9999-12-31 for none foreseen; null in DESTA and where none is given"),
            opt("destaID", Kind::I32, "-", "Number in DESTA; null in GGO"),
            col("edition", Kind::Text, "-", "Database: GGO or DESTA"),
            LINE,
        ],
        doc: "Parties of agreements, one row per record of the publisher: a state can appear several times under one agreement.",
    },
];
