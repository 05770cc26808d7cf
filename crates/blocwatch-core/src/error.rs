//! The error of this crate. A message says what, where and what next; lower case, no final stop.

/// What can go wrong while reading people's files or resolving a name or code.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// A people's file that does not parse or breaks its schema. `line` is 1-based, where the parser knows it.
    #[error("{message}: {file}{}", line.map(|l| format!(":{l}")).unwrap_or_default())]
    Knowledge {
        /// Path below `knowledge/`.
        file: String,
        /// 1-based line, where known.
        line: Option<usize>,
        /// What is wrong and what to do.
        message: String,
    },
    /// A name or code that resolves to no state at the date asked for.
    #[error("{message}")]
    UnknownState {
        /// What, and the nearest names.
        message: String,
        /// Nearest names, best first, for callers that print their own sentence.
        nearest: Vec<String>,
    },
    /// A date that cannot be read.
    #[error("cannot read the date '{text}': write YYYY, YYYY-MM or YYYY-MM-DD, with a leading ~ if approximate")]
    Date {
        /// What was written.
        text: String,
    },
    /// A year range that cannot be read.
    #[error("cannot read the years '{text}': write 2005, 1990:2024, 1990: or :2024")]
    Years {
        /// What was written.
        text: String,
    },
}

/// Result of this crate.
pub type Result<T, E = CoreError> = std::result::Result<T, E>;
