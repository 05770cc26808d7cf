//! How tables join a panel: what their keys declare, and the entries of those that need more than that.
//!
//! To bring a table in that is laid out otherwise than by unit and year, or whose silence means *none*, add an entry to [`JOINS`].
//!
//! Not here: names of columns and the order in which statements speak ([`super::catalogue`]); the work of joining ([`super::join`]).

use blocwatch_core::table::{Column, Kind, TableSpec, Unit as TableUnit, col};

use super::catalogue::Level;
use crate::steps::states::STATE_YEAR;

/// What several rows of a table on one unit become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// There is one row.
    One,
    /// Their sum; null if none has a value.
    Sum,
    /// The largest value, so that a yes wins over a no.
    Any,
}

/// Whether a value of a pair goes from the first state to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// As the table's unit says.
    OfUnit,
    /// As a column of the table says.
    Column(&'static str),
}

/// What silence means where the table `coverage` says that both states (or the state) are covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// Nothing is known: null.
    Null,
    /// None: zero.
    Zero,
}

/// What tells several statements of a table on one unit apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variants {
    /// Nothing: one row per unit.
    None,
    /// A column of editions or sources; the first of `order` that has the column speaks for the plain name, others follow by name.
    Side { column: &'static str, order: &'static [&'static str] },
    /// A column whose values are columns of the panel, with the values of another column.
    Pivot { column: &'static str, value: &'static str },
}

/// How a table joins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join {
    pub(crate) table: &'static str,
    /// The columns that hold the keys of the panel, in their order.
    pub(crate) keys: &'static [&'static str],
    pub(crate) variants: Variants,
    pub(crate) fold: Fold,
    pub(crate) direction: Direction,
    pub(crate) absent: Absent,
    /// The columns to which `absent` applies; empty means all. A share of nothing is no zero.
    pub(crate) counts: &'static [&'static str],
    /// The columns it gives; empty means all that are no keys.
    pub(crate) columns: &'static [&'static str],
    /// A column that counts rows, if it gives one.
    pub(crate) count: Option<&'static Column>,
    /// Whether its columns are only called by subject and column, since their plain names say too little.
    pub(crate) qualified: bool,
}

const STATE: &[&str] = &["gwcode", "year"];
const PAIR: &[&str] = &["gwcode1", "gwcode2", "year"];
const PAIR_MONTH: &[&str] = &["gwcode1", "gwcode2", "year", "month"];
const ORG: &[&str] = &["org", "year"];

const PLAIN: Join = Join {
    table: "",
    keys: &[],
    variants: Variants::None,
    fold: Fold::One,
    direction: Direction::OfUnit,
    absent: Absent::Null,
    counts: &[],
    columns: &[],
    count: None,
    qualified: false,
};

static CASES: Column =
    col("cases", Kind::U32, "cases", "cases of sanctions in force in the year in which both are named as states, as sender and target");
static AGREEMENTS: Column = col("agreements", Kind::U32, "agreements", "agreements on civil nuclear cooperation signed in the year");

/// Tables that need more than their declaration.
pub(crate) static JOINS: &[Join] = &[
    Join {
        table: "vdem_state_year",
        keys: STATE,
        variants: Variants::Side { column: "edition", order: &["full", "indices", "row", "demspaces", "demspaces6"] },
        ..PLAIN
    },
    // its coverage: a pair without a row has no alliance that the project knows of
    Join {
        table: "alliance_dyad_year",
        keys: PAIR,
        variants: Variants::Side { column: "edition", order: &[] },
        absent: Absent::Zero,
        ..PLAIN
    },
    // its coverage: a pair without a row has no transfer that the publisher found; a state may have two names in the year of a change
    Join {
        table: "arms_dyad_year",
        keys: PAIR,
        variants: Variants::Side { column: "edition", order: &["360info", "dodl"] },
        fold: Fold::Sum,
        absent: Absent::Zero,
        columns: &["value"],
        qualified: true,
        ..PLAIN
    },
    // silence is not zero: sanctions of organisations are not laid out by pair
    Join {
        table: "sanction_dyad_year",
        keys: PAIR,
        fold: Fold::Any,
        columns: &["trade", "arms", "military", "financial", "travel", "other"],
        count: Some(&CASES),
        qualified: true,
        ..PLAIN
    },
    // its coverage: a pair without a row signed no agreement that the author found
    Join { table: "nuclear_agreement_dyad_year", keys: PAIR, absent: Absent::Zero, count: Some(&AGREEMENTS), qualified: true, ..PLAIN },
    Join {
        table: "ait_tool_count",
        keys: &["actor_gwcode", "gwcode", "year"],
        variants: Variants::Pivot { column: "tool", value: "n" },
        ..PLAIN
    },
    Join { table: "agreement_dyad_session", keys: PAIR, ..PLAIN },
    Join { table: "frame_state_year", keys: STATE, variants: Variants::Pivot { column: "frame", value: "per_1000" }, ..PLAIN },
    // its coverage, source by source: in a year of which each day is held, what is missing was not reported
    Join {
        table: "event_balance_dyad_month",
        keys: PAIR_MONTH,
        variants: Variants::Side { column: "source", order: &[] },
        absent: Absent::Zero,
        counts: &["verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict"],
        ..PLAIN
    },
    Join { table: "idealpoint_state_session", keys: STATE, columns: &["idealpoint", "se", "q05", "q95", "votes"], ..PLAIN },
    Join {
        table: "tie_dyad_year",
        keys: PAIR,
        variants: Variants::Pivot { column: "series", value: "weight" },
        direction: Direction::Column("directed"),
        absent: Absent::Zero,
        ..PLAIN
    },
];

impl Join {
    /// How a table joins; `None` if it does not.
    pub(crate) fn of(spec: &'static TableSpec) -> Option<Self> {
        if let Some(join) = JOINS.iter().find(|j| j.table == spec.name) {
            return Some(*join);
        }
        if matches!(spec.unit, TableUnit::Coverage) || spec.name == STATE_YEAR.name {
            return None;
        }
        let keys = [PAIR_MONTH, PAIR, STATE, ORG].into_iter().find(|keys| keys.iter().all(|k| spec.keys.contains(k)))?;
        let mut rest = spec.keys.iter().filter(|k| !keys.contains(k));
        if rest.any(|k| !["edition", "version", "source"].contains(k)) {
            return None;
        }
        let variants = ["edition", "source"].into_iter().find(|k| spec.keys.contains(k));
        let variants = variants.map_or(Variants::None, |column| Variants::Side { column, order: &[] });
        Some(Self { table: spec.name, keys, variants, ..PLAIN })
    }

    /// What the table speaks of.
    pub(crate) fn level(&self) -> Level {
        match self.keys.len() {
            4 => Level::PairMonth,
            3 => Level::Pair,
            _ if self.keys == ORG => Level::Org,
            _ => Level::State,
        }
    }

    /// Whether silence on a column means zero where the table `coverage` says covered.
    pub(crate) fn has_zeros(&self, column: &str) -> bool {
        self.absent == Absent::Zero && (self.counts.is_empty() || self.counts.contains(&column))
    }

    /// Its columns in a panel.
    pub(super) fn columns(&self, spec: &'static TableSpec) -> Vec<&'static Column> {
        if let Variants::Pivot { value, .. } = self.variants {
            return spec.columns.iter().filter(|c| c.name == value).collect();
        }
        let told_apart = match self.variants {
            Variants::Side { column, .. } => column,
            _ => "",
        };
        let own = |c: &&Column| !self.keys.contains(&c.name) && !spec.keys.contains(&c.name) && c.name != told_apart;
        let given = |c: &&Column| self.columns.is_empty() && self.count.is_none() || self.columns.contains(&c.name);
        self.count.into_iter().chain(spec.columns.iter().filter(own).filter(given)).collect()
    }

    /// The column by whose values it is taken apart, if any.
    pub(crate) fn variant_column(&self) -> Option<&'static str> {
        match self.variants {
            Variants::None => None,
            Variants::Side { column, .. } | Variants::Pivot { column, .. } => Some(column),
        }
    }
}
