//! The tables of `aiddata_china`.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{IN_SYSTEM, IN_SYSTEM_OR_NULL, LINE, YEAR};

const USD: &str = "US dollars";
const USD_2021: &str = "constant US dollars of 2021";
const COUNT: &str = "count";

/// Declarations, in the order in which [`crate::Reading`] lists them.
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "china_finance_state_year",
        unit: Unit::StateYear,
        keys: &["gwcode", "year", "edition"],
        columns: &[
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the recipient as of the year"),
            col("year", Kind::I32, "year", "Year of commitment"),
            col("edition", Kind::Text, "-", "Data set: gcdf3 (Global Chinese Development Finance 3.0, summed by state and year)"),
            opt("oof_amt", Kind::F64, USD_2021, "Other official flows"),
            opt("oof_adj", Kind::F64, USD_2021, "Other official flows, the publisher's adjusted amount"),
            opt("oda_amt", Kind::F64, USD_2021, "Flows like official development assistance"),
            opt("oda_adj", Kind::F64, USD_2021, "Flows like official development assistance, the publisher's adjusted amount"),
            opt("vof_amt", Kind::F64, USD_2021, "Official flows of unclear kind"),
            opt("vof_adj", Kind::F64, USD_2021, "Official flows of unclear kind, the publisher's adjusted amount"),
            IN_SYSTEM,
            col("ccode", Kind::I32, "-", "Correlates of War number as published"),
            LINE,
        ],
        doc: "China's official finance by recipient and year: sums of the records that the publisher recommends for aggregates, in constant \
              dollars of 2021. A state-year without a row is not covered, which is not zero; where all sums are 0 the records have no \
              amount, and the table coverage says missing.",
    },
    TableSpec {
        name: "china_finance_project",
        unit: Unit::Entry,
        keys: &["project_id", "edition"],
        columns: &[
            col("project_id", Kind::I32, "-", "Number of the project"),
            col(
                "edition",
                Kind::Text,
                "-",
                "Data set: official_finance (v1.0, 2000-2014) or financial_diplomacy (2000-2017); they overlap",
            ),
            col("recipient_condensed", Kind::Text, "-", "Recipient as published"),
            col("recipient_kind", Kind::Text, "state, territory, region", "What the recipient is"),
            opt("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the recipient as of the year; null for regions"),
            col("year", Kind::I32, "year", "Year of commitment"),
            opt("recipient_cow_code", Kind::Text, "-", "Correlates of War number as published; several for regions"),
            opt("category", Kind::Text, "-", "Category in edition financial_diplomacy"),
            opt("recommended_for_research", Kind::Bool, "-", "Whether the publisher recommends the record for research"),
            opt("umbrella", Kind::Bool, "-", "Frame agreement whose parts are records of their own (also published as umbrella_project)"),
            opt("status", Kind::Text, "-", "Pledge, commitment, implementation, completion, suspended, cancelled"),
            opt("flow", Kind::Text, "-", "Grant, loan, debt forgiveness and so on"),
            opt("flow_class", Kind::Text, "ODA-like, OOF-like, Vague (Official Finance)", "Class of the flow"),
            opt("intent", Kind::Text, "-", "Development, commercial, representational or mixed"),
            opt("amount", Kind::F64, "units of currency", "Amount; null where not known"),
            opt("currency", Kind::Text, "-", "Currency of the amount"),
            opt("usd_defl", Kind::F64, "constant US dollars", "Amount deflated (published as usd_defl_2014 in official_finance: of 2014)"),
            opt("usd_current", Kind::F64, USD, "Amount at the rate of the year"),
            opt("crs_sector_code", Kind::I32, "OECD sector code", "Sector"),
            opt("crs_sector_name", Kind::Text, "-", "Name of the sector"),
            opt("loan_type", Kind::Text, "-", "Concessional, interest-free or not; null for what is no loan"),
            opt("interest_rate", Kind::F64, "per cent", "Interest rate of a loan"),
            opt("maturity", Kind::F64, "years", "Maturity of a loan"),
            opt("grace_period", Kind::F64, "years", "Grace period of a loan"),
            opt("grant_element", Kind::F64, "per cent", "Grant element of a loan"),
            opt("line_of_credit", Kind::Bool, "-", "Whether it is a line of credit"),
            opt("is_cofinanced", Kind::Bool, "-", "Whether others pay too"),
            opt("year_uncertain", Kind::Bool, "-", "Whether the year is uncertain"),
            IN_SYSTEM_OR_NULL,
            LINE,
        ],
        doc: "Projects with amounts, class, status and recipient. Sums should leave out umbrella, suspended, cancelled and not \
              recommended records, as the publisher says.",
    },
    TableSpec {
        name: "china_diplomacy_state_year",
        unit: Unit::StateYear,
        keys: &["gwcode", "year", "edition"],
        columns: &[
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the receiving state as of the year"),
            YEAR,
            col("edition", Kind::Text, "-", "Data set: public_diplomacy (China Public Diplomacy Dashboard v2)"),
            col("receiving_country", Kind::Text, "-", "Name as published"),
            opt("confucius_institutes", Kind::F64, COUNT, "Confucius institutes"),
            opt("sister_cities_established", Kind::F64, COUNT, "Sister cities"),
            opt("government_visits", Kind::F64, COUNT, "Visits of governments; null where not given"),
            opt("military_visits", Kind::F64, COUNT, "Visits of the military; null where not given"),
            opt("total_elite_visits", Kind::F64, COUNT, "Both kinds of visits; null where not given"),
            opt("ambassador_op_eds", Kind::F64, COUNT, "Newspaper articles by the embassy; null where not given"),
            opt("journalist_visits", Kind::F64, COUNT, "Visits of journalists; null where not given"),
            opt("media_partnerships", Kind::F64, COUNT, "Agreements with media; null where not given"),
            opt("outbound_chinese_students", Kind::F64, COUNT, "Chinese students in the state; null where not given"),
            opt("inbound_students_to_china", Kind::F64, COUNT, "Students of the state in China; null where not given"),
            IN_SYSTEM,
            LINE,
        ],
        doc: "China's public diplomacy towards states of Asia and the Pacific. An empty cell is not a zero.",
    },
];
