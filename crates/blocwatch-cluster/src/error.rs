//! Errors of the cluster, split into what a person can mend and what another part reports.

use std::net::SocketAddr;

use ballista_core::error::BallistaError;
use blocwatch_engine::EngineError;
use datafusion::common::DataFusionError;

/// What can go wrong between this process and the cluster.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// An address of a scheduler that cannot be read.
    #[error("'{0}' is no address of a scheduler; write it as http://HOST:PORT, as `blocwatch cluster scheduler` prints it")]
    Address(String),
    /// Nobody answers there.
    #[error("no scheduler answers at {url}: {source}; start one with `blocwatch cluster scheduler`")]
    Unreachable {
        /// The scheduler's address.
        url: String,
        /// Why.
        source: std::io::Error,
    },
    /// The scheduler answered once and does so no longer.
    #[error("the scheduler at {url} has been silent for {seconds} seconds")]
    Silent {
        /// The scheduler's address.
        url: String,
        /// For how long.
        seconds: u64,
    },
    /// The port is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The folder for what tasks hand to one another, or the thread pool, cannot be had.
    #[error("cannot start: {0}")]
    Start(#[source] std::io::Error),
    /// A failure of the session.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A failure inside Ballista.
    #[error("the cluster failed: {0}")]
    Ballista(#[from] BallistaError),
}

impl From<DataFusionError> for ClusterError {
    fn from(e: DataFusionError) -> Self {
        Self::Engine(EngineError::Engine(e.strip_backtrace()))
    }
}

/// Result of the cluster.
pub type Result<T, E = ClusterError> = std::result::Result<T, E>;
