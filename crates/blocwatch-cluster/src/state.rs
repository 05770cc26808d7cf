//! What scheduler and executors know beside Ballista's own: Blocwatch's SQL functions.

use std::sync::Arc;

use ballista_core::utils::default_session_builder;
use blocwatch_engine::functions;
use datafusion::common::Result;
use datafusion::execution::{FunctionRegistry, SessionState};
use datafusion::prelude::SessionConfig;

/// Ballista's state with our functions.
pub(crate) fn with_functions(config: SessionConfig) -> Result<SessionState> {
    let mut state = default_session_builder(config)?;
    for function in functions::all() {
        state.register_udf(Arc::new(function))?;
    }
    Ok(state)
}
