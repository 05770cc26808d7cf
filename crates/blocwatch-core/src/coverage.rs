//! Coverage as a type: *zero*, *not covered*, *censored* and *not public* are four different things.
//!
//! A value outside its source's coverage is null, and the `coverage` table says why. A zero exists only inside coverage.

use serde::{Deserialize, Serialize};

/// What a source can know about a unit in a span of time. This is the column `state_of_knowledge` of the `coverage` table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Knowledge {
    /// The source codes the unit: a missing record means zero (none).
    Covered,
    /// The source does not code the unit in this span: nothing can be said.
    NotCovered,
    /// The span is cut by the end (or start) of the source: what happens after is not seen.
    Censored,
    /// It is known that something exists and that it is not published.
    NotPublic,
    /// The source covers the unit and its publisher marks the value as missing.
    Missing,
}

impl Knowledge {
    /// The word written into tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::NotCovered => "not-covered",
            Self::Censored => "censored",
            Self::NotPublic => "not-public",
            Self::Missing => "missing",
        }
    }
}

impl std::fmt::Display for Knowledge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One statement of coverage: source, table, unit and years. `gwcode` `None` speaks of the table as a whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CoverageSpan {
    /// Source id.
    pub source: String,
    /// Table spoken of.
    pub table: String,
    /// State, or `None` for all units.
    pub gwcode: Option<u16>,
    /// First year, inclusive.
    pub year_from: i32,
    /// Last year, inclusive.
    pub year_to: i32,
    /// What can be known there.
    pub knowledge: Knowledge,
    /// Why, in a few words; empty where the word says it all.
    pub note: String,
}

/// A value together with why there is none: the four absences never mix with zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Covered<T> {
    /// A value (which may be zero).
    Value(T),
    /// No value, and why.
    Absent(Knowledge),
}

impl<T> Covered<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(v) => Some(v),
            Self::Absent(_) => None,
        }
    }

    /// Applies `f` to the value; an absence stays the absence it is.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Covered<U> {
        match self {
            Self::Value(v) => Covered::Value(f(v)),
            Self::Absent(k) => Covered::Absent(k),
        }
    }
}

/// Turns per-year presence into spans: consecutive years with the same word become one row.
///
/// `years` need not be sorted; a year that occurs twice with different words keeps the lower-ranking (more knowing) one.
pub fn spans(
    source: &str,
    table: &str,
    gwcode: Option<u16>,
    years: impl IntoIterator<Item = (i32, Knowledge)>,
    note: &str,
) -> Vec<CoverageSpan> {
    let mut by_year = std::collections::BTreeMap::new();
    for (year, knowledge) in years {
        by_year.entry(year).and_modify(|k: &mut Knowledge| *k = (*k).min(knowledge)).or_insert(knowledge);
    }
    let mut out: Vec<CoverageSpan> = Vec::new();
    for (year, knowledge) in by_year {
        match out.last_mut() {
            Some(last) if last.knowledge == knowledge && last.year_to + 1 == year => {
                last.year_to = year;
            }
            _ => out.push(CoverageSpan {
                source: source.to_owned(),
                table: table.to_owned(),
                gwcode,
                year_from: year,
                year_to: year,
                knowledge,
                note: note.to_owned(),
            }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_join_neighbouring_years_only() {
        use Knowledge::{Covered as C, Missing as M};
        let got = spans("vdem", "regime_state_year", Some(365), [(1992, C), (1990, C), (1991, C), (1994, C), (1995, M)], "");
        let short: Vec<_> = got.iter().map(|s| (s.year_from, s.year_to, s.knowledge)).collect();
        assert_eq!(short, [(1990, 1992, C), (1994, 1994, C), (1995, 1995, M)]);
    }

    #[test]
    fn an_absence_is_never_a_zero() {
        let none: Covered<u32> = Covered::Absent(Knowledge::NotCovered);
        assert_eq!(none.map(|v| v + 1), Covered::Absent(Knowledge::NotCovered));
        assert_eq!(Covered::Value(0).value(), Some(0));
    }
}
