//! The tables of `leader_visits`.

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};

use crate::columns::{IN_SYSTEM, LINE, YEAR};

const SOURCE_ROW: Column = LINE;

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "us_leader_visit",
        unit: Unit::Entry,
        keys: &["id", "edition"],
        columns: &[
            col("id", Kind::I32, "-", "Number of the visit in the list of the Department of State"),
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the visitor's country as of the year"),
            col("year", Kind::I32, "year", "Calendar year of the first day"),
            col("start_date", Kind::Text, "date", "First day"),
            opt("end_date", Kind::Text, "date", "Last day; null where none is given"),
            col("from_country", Kind::Text, "-", "Country as published"),
            IN_SYSTEM,
            col("edition", Kind::Text, "-", "Published form: us_state"),
            SOURCE_ROW,
        ],
        doc: "Visits of foreign leaders to the United States. Several leaders of one country may come on one day.",
    },
    TableSpec {
        name: "china_leader_engagement",
        unit: Unit::Entry,
        keys: &["date", "gwcode", "edition", "source_row"],
        columns: &[
            col("date", Kind::Text, "date", "Day"),
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the other country as of the year"),
            YEAR,
            col("country", Kind::Text, "-", "Country as published"),
            opt(
                "travelled",
                Kind::Bool,
                "-",
                "Whether the text speaks of a journey (the data's own reading of words); null where not said",
            ),
            opt("met", Kind::Bool, "-", "Whether the text speaks of a meeting (the data's own reading of words); null where not said"),
            IN_SYSTEM,
            col("edition", Kind::Text, "-", "Published form: china_vitae"),
            SOURCE_ROW,
        ],
        doc: "Engagements of leaders of China with another country, one row per leader and day; who it was is dropped.",
    },
    TableSpec {
        name: "china_leader_visit",
        unit: Unit::Entry,
        keys: &["year", "gwcode", "edition", "source_row"],
        columns: &[
            YEAR,
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the country visited as of the year"),
            opt("Level", Kind::Text, "-", "Office of the visitor as published; null where none is given"),
            col("Country", Kind::Text, "-", "Country as published"),
            IN_SYSTEM,
            col("edition", Kind::Text, "-", "Published form: who_where_when"),
            SOURCE_ROW,
        ],
        doc: "Travels of China's highest leaders, one row per record of the publisher; who it was is dropped, so that equal rows may be two.",
    },
];
