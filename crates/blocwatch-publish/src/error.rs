//! The error of this crate. A message says what, where and what next; lower case, no final stop.

/// What can go wrong while a brief is rendered. Hostile or odd text is never an error: it is escaped.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The page template does not fit its data: a bug of this crate.
    #[error("cannot render the page template: {0}")]
    Template(#[from] minijinja::Error),
    /// A chart that cannot be drawn from its data.
    #[error("cannot draw the chart '{title}': {message}")]
    Chart {
        /// Title of the chart.
        title: String,
        /// What is wrong with it.
        message: String,
    },
    /// A column asked for that a batch does not have, or has in a type that does not print.
    #[error("cannot take the column '{column}' from the batch: {message}")]
    Column {
        /// Name of the column.
        column: String,
        /// What is wrong with it.
        message: String,
    },
}

/// Result of this crate.
pub type Result<T, E = PublishError> = std::result::Result<T, E>;
