//! The tables of `ucdp_acd`.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::IN_SYSTEM_OR_NULL;

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "conflict_year",
        unit: Unit::Entry,
        keys: &["conflict_id", "year", "edition"],
        columns: &[
            col("conflict_id", Kind::I32, "-", "Number of the conflict"),
            col("year", Kind::I32, "year", "Calendar year in which it was active"),
            col("edition", Kind::Text, "-", "Public form: states"),
            opt("incompatibility", Kind::Text, "government, territory, both", "What it is about"),
            opt("intensity_level", Kind::I32, "1 minor (25-999 battle deaths), 2 war (1,000 and more)", "Intensity in the year"),
            opt(
                "type_of_conflict",
                Kind::Text,
                "extrasystemic, interstate, intrastate, II (internationalised intrastate)",
                "Type; in II other states take part with troops",
            ),
            opt("start_date", Kind::Text, "date", "First battle death of the conflict"),
            opt("start_prec", Kind::I32, "publisher's codes", "Precision of that date"),
            opt("start_date2", Kind::Text, "date", "Day on which the present episode reached 25 battle deaths in a year"),
            opt("start_prec2", Kind::I32, "publisher's codes", "Precision of that date"),
            opt("ep_end", Kind::Bool, "-", "Whether the episode ended in this year"),
            opt("ep_end_date", Kind::Text, "date", "Last day of the episode; null where it did not end"),
            col(
                "source_row",
                Kind::U32,
                "line",
                "Line of the unpacked file on which the first row of the conflict-year starts; the header is line 1",
            ),
        ],
        doc: "Conflicts in the years in which they were active (25 battle deaths and more). A conflict without a row in a year was not.",
    },
    TableSpec {
        name: "conflict_state_year",
        unit: Unit::Entry,
        keys: &["conflict_id", "year", "gwno", "side", "edition"],
        columns: &[
            col("conflict_id", Kind::I32, "-", "Number of the conflict"),
            col("year", Kind::I32, "year", "Calendar year in which it was active"),
            col("gwno", Kind::I32, "-", "Gleditsch-Ward number as published"),
            col("side", Kind::Text, "a, a_2nd, b, b_2nd", "Primary state of side A or B, or a state that supports that side with troops"),
            col("edition", Kind::Text, "-", "Public form: states"),
            opt(
                "gwcode",
                Kind::U16,
                "-",
                "Gleditsch-Ward number as of the year; null for Hyderabad (751), which is not in the table of states",
            ),
            IN_SYSTEM_OR_NULL,
            col(
                "source_row",
                Kind::U32,
                "line",
                "Line of the unpacked file on which the first row that names the state starts; the header is line 1",
            ),
        ],
        doc: "States on the sides of conflicts. Side B of an intrastate conflict is a rebel group, which this form does not name: it has \
              no row. A secondary party sends troops; weapons, money and bases do not make one.",
    },
];
