//! The engine's plans on an Apache Ballista cluster: a scheduler, its executors, and a session that sends its plans there.
//!
//! What belongs here: everything that names Ballista. What does not: what the plans are (`blocwatch-analysis`), the functions they call
//! and the session that people see (`blocwatch-engine`).
//!
//! Plans travel in DataFusion's own encoding and name Blocwatch's SQL functions; each process looks the names up in
//! [`blocwatch_engine::functions::all`], so that scheduler, executors and client have to be the same version of this program. No codec of
//! our own is needed as long as no plan holds a node or a table kind of our own. Tables travel as paths: every process must see the same
//! files under the same names. What tasks hand to one another goes over the network.
//!
//! A cluster has no passwords. Who reaches its ports can run plans that read and write whatever the executors may.

// see [features] in Cargo.toml
#![cfg(feature = "ballista")]

pub mod error;
pub mod executor;
pub mod scheduler;
pub mod session;
mod state;
mod stop;
pub mod warnings;

pub use error::{ClusterError, Result};
