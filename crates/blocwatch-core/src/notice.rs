//! Notices: what a reader, a step or a check has to say beside its result.
//!
//! Every source and every measure takes a `&mut Notices`, so that a caller cannot lose a partial failure by accident. A notice
//! is not an error: an error stops because continuing would publish a wrong number; a notice is kept, printed and counted.

use serde::{Deserialize, Serialize};

/// How loud a notice is. `Error` turns the exit code to 1; nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// A reader should look at it; numbers stand.
    Warning,
    /// Something of the input could not be used; the rest stands.
    Error,
}

/// One notice: what, where, what next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Notice {
    /// How loud.
    pub severity: Severity,
    /// Stable short code, for tests and scripts, e.g. `unknown-state`.
    pub code: String,
    /// What happened.
    pub what: String,
    /// Where: file and line, source, or step. Empty if the sentence says it.
    pub place: String,
    /// What to do next. Empty if nothing.
    pub next: String,
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Info => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}: {}", self.what)?;
        if !self.next.is_empty() {
            write!(f, "; {}", self.next)?;
        }
        if !self.place.is_empty() {
            write!(f, " ({})", self.place)?;
        }
        Ok(())
    }
}

/// Collects notices. Order of arrival is kept; [`Notices::into_sorted`] makes it independent of scheduling.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// An empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a notice.
    pub fn push(&mut self, notice: Notice) {
        self.0.push(notice);
    }

    /// Adds a notice from its parts.
    pub fn add(&mut self, severity: Severity, code: &str, what: impl Into<String>, place: impl Into<String>, next: impl Into<String>) {
        self.0.push(Notice { severity, code: code.to_owned(), what: what.into(), place: place.into(), next: next.into() });
    }

    /// Takes over all notices of `other`.
    pub fn extend(&mut self, other: Notices) {
        self.0.extend(other.0);
    }

    /// All notices, in order of arrival.
    pub fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.0.iter()
    }

    /// Number of notices.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any notice is of error level.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|n| n.severity == Severity::Error)
    }

    /// The notices sorted (loudest first), so that parallel work yields the same bytes.
    pub fn into_sorted(mut self) -> Vec<Notice> {
        self.0.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.cmp(b)));
        self.0.dedup();
        self.0
    }
}
