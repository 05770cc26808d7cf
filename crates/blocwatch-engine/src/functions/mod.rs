//! SQL functions of our own, one file each. All are immutable: the same arguments always give the same value.
//!
//! To add one: a file with its documentation, signature, evaluation and tests, and one line in [`register`].

mod codes;
mod regime_label;

use datafusion::prelude::SessionContext;

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

/// Registers all functions with a session.
pub(crate) fn register(context: &SessionContext) {
    for udf in codes::udfs() {
        context.register_udf(udf);
    }
    context.register_udf(regime_label::udf());
}
