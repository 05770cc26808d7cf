//! The vocabulary every other crate speaks: states, time, units, the taxonomy, provenance, coverage, notices and errors.
//!
//! What belongs here: types and pure functions about *what the numbers are about*. What does not: files, the network, Arrow,
//! the query engine, the terminal. This crate imports nothing of the workspace, and everything of the workspace may import it.
//!
//! The people's files of `knowledge/` are embedded here (see [`knowledge`]) so that a binary with nothing downloaded still knows
//! the states, the matrix, the cases and the organisations.

pub mod accounting;
pub mod casebook;
pub mod coverage;
pub mod error;
pub mod events;
pub mod frames;
pub mod knowledge;
pub mod layer;
pub mod name;
pub mod notice;
pub mod provenance;
pub mod regime;
pub mod situation;
pub mod state;
pub mod table;
pub mod taxonomy;
pub mod time;

pub use error::{CoreError, Result};
pub use notice::{Notice, Notices, Severity};
