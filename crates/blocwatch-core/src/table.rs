//! What a table is: its unit of analysis, its keys, its columns with units. Every table of an observatory declares one.

use serde::Serialize;

/// Unit of analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// One state in one calendar year.
    StateYear,
    /// One ordered pair of states in one calendar year.
    DirectedDyadYear,
    /// One unordered pair (`gwcode1 < gwcode2`) in one calendar year.
    UndirectedDyadYear,
    /// One ordered pair of states in one month.
    DirectedDyadMonth,
    /// One state in one session of the General Assembly.
    StateSession,
    /// One unordered pair in one session of the General Assembly.
    UndirectedDyadSession,
    /// One organisation in one calendar year.
    OrgYear,
    /// One state in one organisation in one calendar year.
    OrgStateYear,
    /// One state's vote on one roll call.
    Vote,
    /// One roll call.
    Rollcall,
    /// One episode of regime transformation.
    Episode,
    /// One coded case.
    Case,
    /// One party of a case.
    CaseParty,
    /// One statement with a number and its trace.
    Finding,
    /// One span of coverage.
    Coverage,
    /// One entry of a list (states, organisations, works, …).
    Entry,
}

impl Unit {
    /// The word written into the table's metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StateYear => "state_year",
            Self::DirectedDyadYear => "directed_dyad_year",
            Self::UndirectedDyadYear => "undirected_dyad_year",
            Self::DirectedDyadMonth => "directed_dyad_month",
            Self::StateSession => "state_session",
            Self::UndirectedDyadSession => "undirected_dyad_session",
            Self::OrgYear => "org_year",
            Self::OrgStateYear => "org_state_year",
            Self::Vote => "vote",
            Self::Rollcall => "rollcall",
            Self::Episode => "episode",
            Self::Case => "case",
            Self::CaseParty => "case_party",
            Self::Finding => "finding",
            Self::Coverage => "coverage",
            Self::Entry => "entry",
        }
    }
}

/// Column type, as far as readers of tables need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// 16-bit unsigned number (state numbers, sessions).
    U16,
    /// 32-bit unsigned number (counts, source rows).
    U32,
    /// 32-bit signed number (years, roll-call ids).
    I32,
    /// 64-bit float.
    F64,
    /// Text.
    Text,
    /// True or false.
    Bool,
}

/// One column of a table.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Column {
    /// Name; published variable names stay as published.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Whether null occurs, and what a null means is then said in `doc`.
    pub nullable: bool,
    /// Unit or code list, e.g. `share of rated members (0-1)`; `-` for ids and text.
    pub unit: &'static str,
    /// What it is, in one sentence.
    pub doc: &'static str,
}

/// A table's declaration.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TableSpec {
    /// `<subject>_<unit>`.
    pub name: &'static str,
    /// What one row is.
    pub unit: Unit,
    /// Columns that identify a row, in sort order; rows are published sorted by them.
    pub keys: &'static [&'static str],
    /// All columns, keys first.
    pub columns: &'static [Column],
    /// What the table says and does not say.
    pub doc: &'static str,
}

/// Shorthand for a column that is never null.
pub const fn col(name: &'static str, kind: Kind, unit: &'static str, doc: &'static str) -> Column {
    Column { name, kind, nullable: false, unit, doc }
}

/// Shorthand for a column that may be null; `doc` says what null means.
pub const fn opt(name: &'static str, kind: Kind, unit: &'static str, doc: &'static str) -> Column {
    Column { name, kind, nullable: true, unit, doc }
}
