//! The tables of `atop`.

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};

use crate::columns::{LINE, YEAR};

const EDITION: Column = col("edition", Kind::Text, "-", "Published form: dyad, member or alliance");
const DEFENSE: &str = "Duty to support the other with military force if it is attacked";
const OFFENSE: &str = "Duty to support the other with military force without its being attacked";
const NEUTRAL: &str = "Duty to stay neutral if the other is at war";
const NONAGG: &str = "Duty not to use force against each other";
const CONSUL: &str = "Duty to consult each other in crises";
const YES_NO: &str = "0 no, 1 yes";

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "alliance_dyad_year",
        unit: Unit::DirectedDyadYear,
        keys: &["gwcode1", "gwcode2", "year", "edition"],
        columns: &[
            col("gwcode1", Kind::U16, "-", "Gleditsch-Ward number, as of the year, of the state that has the obligation"),
            col("gwcode2", Kind::U16, "-", "Gleditsch-Ward number, as of the year, of the state towards which it has it"),
            YEAR,
            EDITION,
            opt("atop_defense", Kind::I32, YES_NO, DEFENSE),
            opt("atop_offense", Kind::I32, YES_NO, OFFENSE),
            opt("atop_neutral", Kind::I32, YES_NO, NEUTRAL),
            opt("atop_nonagg", Kind::I32, YES_NO, NONAGG),
            opt("atop_consul", Kind::I32, YES_NO, CONSUL),
            col("in_system1", Kind::Bool, "-", "Whether the first number is in the Gleditsch-Ward system in the year"),
            col("in_system2", Kind::Bool, "-", "Whether the second number is in the Gleditsch-Ward system in the year"),
            col("ccode1", Kind::I32, "-", "Correlates of War number of the first state as published"),
            col("ccode2", Kind::I32, "-", "Correlates of War number of the second state as published"),
            LINE,
        ],
        doc: "Ordered pairs of states with some alliance in force in the year, directed as published. Inside the coverage a pair without \
              a row has none.",
    },
    TableSpec {
        name: "alliance_member",
        unit: Unit::Entry,
        keys: &["atopid", "member", "phase", "yrent", "edition"],
        columns: &[
            col("atopid", Kind::I32, "-", "Number of the alliance"),
            col("member", Kind::I32, "-", "Correlates of War number of the member as published"),
            col("phase", Kind::I32, "-", "Phase of the alliance; 0 where it has only one"),
            col("yrent", Kind::I32, "year", "Year in which the member entered the phase"),
            EDITION,
            opt("moent", Kind::I32, "month", "Month in which it entered"),
            opt("dayent", Kind::I32, "day", "Day on which it entered; null where it is not known"),
            opt("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year of entry; null where the member is on no list of states"),
            opt("yrexit", Kind::I32, "year", "Year in which it left; 0 where it had not by the end of the data"),
            opt("moexit", Kind::I32, "month", "Month in which it left; 0 where it had not"),
            opt("dayexit", Kind::I32, "day", "Day on which it left; 0 where it had not"),
            opt("cowsys", Kind::I32, YES_NO, "Member of the Correlates of War system"),
            opt("bilat", Kind::I32, YES_NO, "The alliance has two members"),
            opt("defense", Kind::I32, YES_NO, DEFENSE),
            opt("offense", Kind::I32, YES_NO, OFFENSE),
            opt("neutral", Kind::I32, YES_NO, NEUTRAL),
            opt("nonagg", Kind::I32, YES_NO, NONAGG),
            opt("consul", Kind::I32, YES_NO, CONSUL),
            opt("in_system", Kind::Bool, "-", "Whether the number is in the Gleditsch-Ward system in the year of entry"),
            LINE,
        ],
        doc: "Members of alliances by phase, with the obligations of the member.",
    },
    TableSpec {
        name: "alliance",
        unit: Unit::Entry,
        keys: &["atopid", "edition"],
        columns: &[
            col("atopid", Kind::I32, "-", "Number of the alliance"),
            EDITION,
            opt("begyr", Kind::I32, "year", "Year in which it began"),
            opt("begmo", Kind::I32, "month", "Month in which it began"),
            opt("begday", Kind::I32, "day", "Day on which it began"),
            opt("endyr", Kind::I32, "year", "Year in which it ended; 0 where it had not by the end of the data"),
            opt("endmo", Kind::I32, "month", "Month in which it ended; 0 where it had not"),
            opt("endday", Kind::I32, "day", "Day on which it ended; 0 where it had not"),
            opt("bilat", Kind::I32, YES_NO, "Has two members"),
            opt("maxphase", Kind::I32, "-", "Number of phases; 0 where there is one only"),
            opt("wartime", Kind::I32, YES_NO, "Made during a war"),
            opt("pubsecr", Kind::I32, "publisher's codes", "Public or secret"),
            opt("defense", Kind::I32, YES_NO, DEFENSE),
            opt("offense", Kind::I32, YES_NO, OFFENSE),
            opt("neutral", Kind::I32, YES_NO, NEUTRAL),
            opt("nonagg", Kind::I32, YES_NO, NONAGG),
            opt("consul", Kind::I32, YES_NO, CONSUL),
            opt("asymm", Kind::I32, "publisher's codes", "Obligations differ between members"),
            opt("milcon", Kind::I32, "publisher's codes", "Military contact between the members"),
            opt("milaid", Kind::I32, "publisher's codes", "Military aid"),
            opt("intcom", Kind::I32, YES_NO, "Integrated military command"),
            opt("organ1", Kind::I32, "publisher's codes", "Organisation founded by the alliance"),
            opt("base", Kind::I32, "publisher's codes", "Military bases"),
            opt("ecaid", Kind::I32, "publisher's codes", "Economic aid"),
            opt("interv", Kind::I32, "publisher's codes", "Intervention in a member's inner conflict"),
            LINE,
        ],
        doc: "Alliances with dates, obligations and some of their provisions.",
    },
];
