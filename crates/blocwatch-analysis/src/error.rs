//! Errors of the analysis.

use blocwatch_core::CoreError;
use blocwatch_engine::EngineError;
use blocwatch_sources::SourceError;

/// What can go wrong while building or explaining an observatory.
#[derive(Debug, thiserror::Error)]
pub enum AnalysisError {
    /// People's files or names.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// Storage or queries.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A publisher's file.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A step failed; says which.
    #[error("step {step} failed: {source}")]
    Step {
        /// Name of the step.
        step: String,
        /// Why.
        source: Box<AnalysisError>,
    },
    /// A name that nothing answers to.
    #[error("{0}")]
    Unknown(String),
    /// Another build holds the lock.
    #[error("another build is running in {0}; wait for it, or remove {0}/lock if it was killed on another machine")]
    Locked(String),
    /// A defect of a step.
    #[error("defect: {0}")]
    Defect(String),
}

impl From<arrow::error::ArrowError> for AnalysisError {
    fn from(e: arrow::error::ArrowError) -> Self {
        Self::Engine(e.into())
    }
}

/// Result of the analysis.
pub type Result<T, E = AnalysisError> = std::result::Result<T, E>;
