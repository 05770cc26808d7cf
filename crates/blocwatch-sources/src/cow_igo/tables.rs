//! The tables of `cow_igo`.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{GWCODE, IN_SYSTEM, LINE, YEAR};

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "igo_state_year",
        unit: Unit::OrgStateYear,
        keys: &["gwcode", "year", "org", "edition"],
        columns: &[
            GWCODE,
            YEAR,
            col("org", Kind::Text, "-", "Acronym of the organisation, upper case"),
            col("status", Kind::I32, "1 full member, 2 associate member, 3 observer, -9 marked as missing by the publisher", "Membership"),
            col("edition", Kind::Text, "-", "Published form: wide or long"),
            IN_SYSTEM,
            col("ccode", Kind::I32, "-", "Correlates of War number as published"),
            LINE,
        ],
        doc: "State-years with some tie to an organisation. States that are no members (0) and organisations that do not exist in the \
              year (-1) have no row; the account counts them.",
    },
    TableSpec {
        name: "igo_year",
        unit: Unit::OrgYear,
        keys: &["org", "year", "edition"],
        columns: &[
            col("org", Kind::Text, "-", "Acronym of the organisation, upper case"),
            YEAR,
            opt("orgname", Kind::Text, "-", "Name as published"),
            opt("longorgname", Kind::Text, "-", "Longer name, with earlier names"),
            opt("sdate", Kind::I32, "year", "Year in which it began"),
            opt("deaddate", Kind::I32, "year", "Year in which it ended; null while alive at the end of the data"),
            opt("dead", Kind::I32, "0 no, 1 yes", "Ended in this year"),
            opt("integrated", Kind::I32, "0 no, 1 yes", "Was integrated into another organisation"),
            opt("replaced", Kind::I32, "0 no, 1 yes", "Was replaced by another organisation"),
            opt("political", Kind::I32, "0 no, 1 yes", "Has a political purpose"),
            opt("social", Kind::I32, "0 no, 1 yes", "Has a social purpose"),
            opt("economic", Kind::I32, "0 no, 1 yes", "Has an economic purpose"),
            opt(
                "imputed",
                Kind::I32,
                "0 no, 1 yes",
                "Memberships of this year were filled in by the publisher between five-year points (before 1965)",
            ),
            col("edition", Kind::Text, "-", "Published form: meta"),
            LINE,
        ],
        doc: "Organisation-years with names, life dates and purposes.",
    },
];
