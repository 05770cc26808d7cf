//! Errors of the engine, split into what a user can cause and what means a defect.

use std::path::PathBuf;

/// What can go wrong between a question and its rows.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The question cannot be planned: a misspelt table or column, a statement that writes.
    #[error("{0}")]
    Query(String),
    /// A file of the observatory cannot be read or written.
    #[error("{what}: {source} ({path})", path = path.display())]
    File {
        /// What was attempted.
        what: String,
        /// Which file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A table does not have the shape it declares. A defect of the step that made it.
    #[error("table {table} breaks its declaration: {what}")]
    Shape {
        /// Which table.
        table: String,
        /// How.
        what: String,
    },
    /// No observatory has been built.
    #[error("no observatory has been built in {}; run `blocwatch build` first", .0.display())]
    NoObservatory(PathBuf),
    /// A manifest that cannot be read.
    #[error("the manifest of the observatory cannot be read: {what}; run `blocwatch build --force all` ({path})", path = path.display())]
    Manifest {
        /// Which file.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// A query took longer than it may.
    #[error("the query took longer than {seconds} seconds; ask for fewer rows or tables, or run it with `blocwatch query`")]
    TooLong {
        /// How long it was allowed.
        seconds: u64,
    },
    /// What is written to, or read from, fails: a full disk, a pipe whose reader has gone.
    #[error("input or output failed: {0}")]
    Stream(#[source] std::io::Error),
    /// A failure inside the query engine while running. A defect unless memory or disk ran out.
    #[error("the query engine failed: {0}")]
    Engine(String),
}

impl EngineError {
    /// An input/output failure with its place.
    pub fn file(what: impl Into<String>, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let (what, path) = (what.into(), path.into());
        move |source| Self::File { what, path, source }
    }
}

impl From<arrow::error::ArrowError> for EngineError {
    fn from(e: arrow::error::ArrowError) -> Self {
        match e {
            arrow::error::ArrowError::IoError(_, source) => Self::Stream(source),
            other => Self::Engine(other.to_string()),
        }
    }
}

impl From<parquet::errors::ParquetError> for EngineError {
    fn from(e: parquet::errors::ParquetError) -> Self {
        Self::Engine(e.to_string())
    }
}

/// Result of the engine.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;
