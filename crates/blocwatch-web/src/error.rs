//! What can go wrong with a request, and how it is told: a page for people, `application/problem+json` (RFC 9457) for programs.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use blocwatch_analysis::AnalysisError;
use blocwatch_engine::EngineError;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, WebError>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The address leads nowhere; the text says what was asked for and what comes near.
    #[error("{0}")]
    NotFound(String),
    /// The request cannot be understood; the text says which part and what it may be.
    #[error("{0}")]
    Bad(String),
    /// The request asks for more than the server gives at once.
    #[error("{0}")]
    TooMuch(String),
    /// A mistake of ours, or a damaged observatory. The text is for the log; visitors are told that it happened.
    #[error("{0}")]
    Broken(String),
    /// A file of a copy cannot be read or written; the text says which and why.
    #[error("{0}")]
    File(String),
    /// The server cannot be started.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// Address and port.
        address: String,
        /// What the system said.
        why: String,
    },
}

impl WebError {
    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::TooMuch(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Broken(_) | Self::File(_) | Self::Listen { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a visitor is told.
    pub fn told(&self) -> String {
        match self {
            Self::Broken(_) | Self::File(_) | Self::Listen { .. } => {
                "this page could not be made; the observatory may be damaged or older than the program: run `blocwatch build`, then `blocwatch verify`".to_owned()
            }
            other => other.to_string(),
        }
    }

    /// The answer for a program.
    pub(crate) fn problem(&self) -> Response {
        problem(self.status(), &self.told())
    }
}

/// A problem as a program reads it.
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    let body = serde_json::json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
    });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], format!("{body}\n")).into_response()
}

/// A refusal before any page is asked: for programs a problem, for people a line.
pub(crate) fn refusal(path: &str, status: StatusCode, detail: &str) -> Response {
    if path.starts_with("/api/") || path == "/feed.xml" {
        problem(status, detail)
    } else {
        (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{detail}\n")).into_response()
    }
}

impl From<EngineError> for WebError {
    fn from(e: EngineError) -> Self {
        match e {
            EngineError::Query(text) => Self::Bad(text),
            EngineError::TooLong { .. } => Self::TooMuch(e.to_string()),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<AnalysisError> for WebError {
    fn from(e: AnalysisError) -> Self {
        match e {
            AnalysisError::Unknown(text) => Self::NotFound(text),
            AnalysisError::Engine(e) => e.into(),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<blocwatch_core::CoreError> for WebError {
    fn from(e: blocwatch_core::CoreError) -> Self {
        Self::Broken(e.to_string())
    }
}

impl From<blocwatch_publish::PublishError> for WebError {
    fn from(e: blocwatch_publish::PublishError) -> Self {
        Self::Broken(e.to_string())
    }
}

impl From<minijinja::Error> for WebError {
    fn from(e: minijinja::Error) -> Self {
        Self::Broken(format!("{e:#}"))
    }
}
