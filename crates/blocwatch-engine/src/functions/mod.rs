//! SQL functions of our own, one file each. All are immutable: the same arguments always give the same value.
//!
//! To add one: a file with its documentation, signature, evaluation and tests, and one line in [`all`].

mod codes;
mod regime_label;

use datafusion::logical_expr::ScalarUDF;

/// What `blocwatch tables --functions` prints about a function.
#[derive(Debug, Clone, Copy)]
pub struct FunctionDoc {
    /// How it is written.
    pub usage: &'static str,
    /// What it returns.
    pub doc: &'static str,
}

/// All functions, in the order in which they are documented.
pub const FUNCTIONS: &[FunctionDoc] = &[codes::STATE_NAME, codes::ISO3, codes::CCODE, codes::GW_FROM_COW, regime_label::DOC];

/// The functions themselves, for every place where plans run.
pub fn all() -> Vec<ScalarUDF> {
    let mut all = codes::udfs();
    all.push(regime_label::udf());
    all
}
