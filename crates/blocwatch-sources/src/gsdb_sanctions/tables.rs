//! The tables of `gsdb_sanctions`.

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};

const LINE: Column = col("source_row", Kind::U32, "line", "Line of the unpacked file on which the case starts; the header is line 1");
const EDITION: Column = col("edition", Kind::Text, "-", "Release: v4");
const CASE: Column = col("case_id", Kind::I32, "-", "Number of the case");
const YES_NO: &str = "0 no, 1 yes";

const TRADE: Column = opt("trade", Kind::I32, YES_NO, "Trade is restricted");
const ARMS: Column = opt("arms", Kind::I32, YES_NO, "Arms trade is restricted");
const MILITARY: Column = opt("military", Kind::I32, YES_NO, "Military assistance is restricted");
const FINANCIAL: Column = opt("financial", Kind::I32, YES_NO, "Financial flows are restricted");
const TRAVEL: Column = opt("travel", Kind::I32, YES_NO, "Travel is restricted");
const OTHER: Column = opt("other", Kind::I32, YES_NO, "Something else is restricted");

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "sanction_case",
        unit: Unit::Entry,
        keys: &["case_id", "edition"],
        columns: &[
            CASE,
            EDITION,
            col("sanctioned_state", Kind::Text, "-", "Targets as published, separated by commas"),
            col("sanctioning_state", Kind::Text, "-", "Senders as published, separated by commas"),
            col("begin", Kind::I32, "year", "First year"),
            col("end", Kind::I32, "year", "Last year; 2023 also where the sanctions go on (see success)"),
            TRADE,
            opt("descr_trade", Kind::Text, "exp_part, exp_compl, imp_part, imp_compl", "Exports or imports, in part or completely"),
            ARMS,
            MILITARY,
            FINANCIAL,
            TRAVEL,
            OTHER,
            opt("target_mult", Kind::I32, YES_NO, "Part of sanctions on several targets"),
            opt("sender_mult", Kind::I32, YES_NO, "Sanctions of several senders"),
            opt(
                "objective",
                Kind::Text,
                "policy_change, destab_regime, territorial_conflict, prevent_war, terrorism, end_war, human_rights, democracy, other",
                "Declared aims, separated by commas",
            ),
            opt(
                "success",
                Kind::Text,
                "failed, success_part, success_total, nego_settlement, ongoing",
                "Outcome as the publisher judges it, one for each aim",
            ),
            LINE,
        ],
        doc: "Cases of sanctions with instruments, declared aims and outcome.",
    },
    TableSpec {
        name: "sanction_party",
        unit: Unit::Entry,
        keys: &["case_id", "role", "party", "edition"],
        columns: &[
            CASE,
            col("role", Kind::Text, "target, sender", "Side of the case"),
            col("party", Kind::Text, "-", "Name as published"),
            EDITION,
            col("kind", Kind::Text, "state, territory, organisation, group of states, armed group", "What it is"),
            opt("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the first year; null where it is no state"),
            opt("in_system", Kind::Bool, "-", "Whether the number is in the Gleditsch-Ward system in the first year"),
            LINE,
        ],
        doc: "Targets and senders of cases, states or not. An organisation is one party: its members follow from memberships.",
    },
    TableSpec {
        name: "sanction_dyad_year",
        unit: Unit::DirectedDyadYear,
        keys: &["gwcode1", "gwcode2", "year", "case_id", "edition"],
        columns: &[
            col("gwcode1", Kind::U16, "-", "Gleditsch-Ward number of the sender as of the year"),
            col("gwcode2", Kind::U16, "-", "Gleditsch-Ward number of the target as of the year"),
            col("year", Kind::I32, "year", "Year from the first to the last of the case"),
            CASE,
            EDITION,
            TRADE,
            ARMS,
            MILITARY,
            FINANCIAL,
            TRAVEL,
            OTHER,
            col("in_system1", Kind::Bool, "-", "Whether the sender's number is in the Gleditsch-Ward system in the year"),
            col("in_system2", Kind::Bool, "-", "Whether the target's number is in the Gleditsch-Ward system in the year"),
            LINE,
        ],
        doc: "Cases laid out by year for pairs in which sender and target are named as states. Sanctions of organisations are in \
              sanction_party only.",
    },
];
