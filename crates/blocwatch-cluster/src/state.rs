//! What scheduler and executors agree on: Blocwatch's SQL functions beside Ballista's own, and who speaks first.

use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::utils::default_session_builder;
use blocwatch_engine::functions;
use datafusion::common::Result;
use datafusion::execution::{FunctionRegistry, SessionState};
use datafusion::prelude::SessionConfig;

/// Executors ask for tasks: each then listens on one port, for what others fetch, and a scheduler need not reach them.
pub(crate) const POLICY: TaskSchedulingPolicy = TaskSchedulingPolicy::PullStaged;

/// After how many seconds of silence one counts the other as gone: the scheduler gives an executor's tasks to others, an executor ends.
pub(crate) const SILENCE_SECONDS: u64 = 30;

/// Ballista's state with our functions.
pub(crate) fn with_functions(config: SessionConfig) -> Result<SessionState> {
    let mut state = default_session_builder(config)?;
    for function in functions::all() {
        state.register_udf(Arc::new(function))?;
    }
    Ok(state)
}
