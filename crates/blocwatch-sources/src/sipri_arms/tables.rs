//! The table of `sipri_arms`.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;

const KIND: &str = "state, organisation, armed group, territory, unknown";

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[TableSpec {
    name: "arms_dyad_year",
    unit: Unit::DirectedDyadYear,
    keys: &["supplier", "recipient", "year", "edition"],
    columns: &[
        col("supplier", Kind::Text, "-", "Supplier as published ('sender' in edition dodl); '*' marks armed groups, '**' organisations"),
        col("recipient", Kind::Text, "-", "Recipient as published ('receiver' in edition dodl)"),
        col("year", Kind::I32, "year", "Year of delivery"),
        col("edition", Kind::Text, "-", "Public form: 360info (1950-2021, pairs with a transfer) or dodl (1970-2014, also zeros)"),
        col("supplier_kind", Kind::Text, KIND, "What the supplier is"),
        col("recipient_kind", Kind::Text, KIND, "What the recipient is"),
        opt(
            "gwcode1",
            Kind::U16,
            "-",
            "Gleditsch-Ward number of the supplier as of the year; null where it is no state and no territory with a number",
        ),
        opt(
            "gwcode2",
            Kind::U16,
            "-",
            "Gleditsch-Ward number of the recipient as of the year; null where it is no state and no territory with a number",
        ),
        opt(
            "value",
            Kind::F64,
            "million trend-indicator values",
            "Volume of transfers; 0 is less than half a million, in dodl also no transfer; null where the cell is blank",
        ),
        opt("in_system1", Kind::Bool, "-", "Whether the supplier's number is in the Gleditsch-Ward system in the year"),
        opt("in_system2", Kind::Bool, "-", "Whether the recipient's number is in the Gleditsch-Ward system in the year"),
        opt("ccode1", Kind::I32, "-", "Correlates of War number as published, also that of the state in which an armed group fights"),
        opt("ccode2", Kind::I32, "-", "Correlates of War number as published, also that of the state in which an armed group fights"),
        LINE,
    ],
    doc: "Volume of arms transfers from supplier to recipient. It measures military capability transferred, not money. One state may \
          have two names in a year in which it changed its name; sum over them.",
}];
