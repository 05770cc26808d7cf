//! Row accounting: every row that came in is kept, dropped by a declared rule, or quarantined with a reason.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The account of one input file. `rows_in = kept + Σ dropped + Σ quarantined` ([`RowAccount::balances`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAccount {
    /// Which file (its published name).
    pub file: String,
    /// Data rows read from the file, header excluded.
    pub rows_in: u64,
    /// Rows that became rows.
    pub kept: u64,
    /// Rows left out by a declared rule: rule -> count.
    pub dropped: BTreeMap<String, u64>,
    /// Rows that could not be used: reason -> count.
    pub quarantined: BTreeMap<String, u64>,
    /// The first quarantined rows (at most [`RowAccount::SAMPLES`]): line, reason, text.
    pub samples: Vec<QuarantinedRow>,
}

/// One quarantined row, kept so that a person can look at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// 1-based line (or record) in the unpacked file.
    pub line: u64,
    /// Why.
    pub reason: String,
    /// The row as read, cut to 200 characters, without personal columns.
    pub text: String,
}

impl RowAccount {
    /// How many quarantined rows are kept as samples.
    pub const SAMPLES: usize = 20;

    /// An empty account for a file.
    pub fn new(file: impl Into<String>) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// A row that becomes a row.
    pub fn keep(&mut self) {
        self.rows_in += 1;
        self.kept += 1;
    }

    /// A row left out by a rule that the source declares.
    pub fn drop_by(&mut self, rule: &str) {
        self.rows_in += 1;
        *self.dropped.entry(rule.to_owned()).or_default() += 1;
    }

    /// A row that cannot be used.
    pub fn quarantine(&mut self, line: u64, reason: &str, text: impl FnOnce() -> String) {
        self.rows_in += 1;
        *self.quarantined.entry(reason.to_owned()).or_default() += 1;
        if self.samples.len() < Self::SAMPLES {
            self.samples.push(QuarantinedRow { line, reason: reason.to_owned(), text: text().chars().take(200).collect() });
        }
    }

    /// Rows dropped by rules.
    pub fn dropped_total(&self) -> u64 {
        self.dropped.values().sum()
    }

    /// Rows quarantined.
    pub fn quarantined_total(&self) -> u64 {
        self.quarantined.values().sum()
    }

    /// Whether nothing was lost: in = kept + dropped + quarantined.
    pub fn balances(&self) -> bool {
        self.rows_in == self.kept + self.dropped_total() + self.quarantined_total()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_row_is_accounted_for(actions in prop::collection::vec(0u8..3, 0..200)) {
            let mut account = RowAccount::new("made-up.csv");
            for (i, a) in actions.iter().enumerate() {
                match a {
                    0 => account.keep(),
                    1 => account.drop_by("rule"),
                    _ => account.quarantine(i as u64, "reason", || "x".repeat(300)),
                }
            }
            prop_assert!(account.balances());
            prop_assert_eq!(account.rows_in, actions.len() as u64);
            prop_assert!(account.samples.len() <= RowAccount::SAMPLES);
            prop_assert!(account.samples.iter().all(|s| s.text.chars().count() == 200));
        }
    }
}
