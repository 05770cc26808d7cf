//! The engine: a query session over the tables of an observatory, their schemas on disk, atomic writes, and Blocwatch's SQL functions.
//!
//! What belongs here: everything that knows how tables are stored and queried, and nothing about what they mean. What does not:
//! which tables exist and how they are made (`blocwatch-analysis`), where source files come from (`blocwatch-sources`).
//!
//! To add an SQL function: one file in `functions/`, one line in its list. To add a format of results: one file in `export/`.

pub mod atomic;
pub mod bounded;
pub mod error;
pub mod export;
pub mod functions;
mod guard;
pub mod held;
pub mod observatory;
pub mod parallel;
pub mod session;
pub mod table;
pub mod wide;

pub use error::{EngineError, Result};
pub use observatory::{Manifest, Observatory};
pub use session::Session;
