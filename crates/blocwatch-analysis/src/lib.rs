//! The analysis: the graph of steps that makes an observatory out of snapshots and people's files, and the walk back from a number
//! to the row of the publisher's file.
//!
//! What belongs here: what tables exist ([`steps`]), how they are made, when they are stale ([`build`]), what is said of them
//! ([`findings`]) and how each row is traced ([`why`]). What does not: parsing of publishers' files (`blocwatch-sources`), storage and
//! queries (`blocwatch-engine`), numerical kernels (`blocwatch-stats`), the look of a brief (`blocwatch-publish`).
//!
//! To add a table: one file in `steps/` and one line in [`steps::all`], or a measure in `measures/` and one line in [`measures::ALL`].

pub mod build;
pub mod error;
pub mod findings;
pub mod frame;
pub mod measures;
pub mod panel;
pub mod step;
pub mod steps;
pub mod subject;
pub mod why;

pub use error::{AnalysisError, Result};
