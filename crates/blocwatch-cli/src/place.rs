//! Where queries run: in this process unless the program is built with the feature `cluster` and a cluster is named.

use anyhow::Result;
use blocwatch_engine::session::Limits;
use blocwatch_engine::{Observatory, Session};

use crate::app::App;

/// Options of commands whose queries can run elsewhere.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// Run queries on the cluster of this scheduler (http://HOST:PORT), which sees the same files
    #[cfg(feature = "cluster")]
    #[arg(long, value_name = "URL")]
    cluster: Option<String>,
    /// Parts into which queries are cut there; as many as its executors run tasks at a time
    #[cfg(feature = "cluster")]
    #[arg(long, value_name = "N", default_value_t = 8, requires = "cluster")]
    partitions: usize,
}

impl Place {
    /// A session over the observatory in use.
    pub(crate) fn session(&self, app: &App, observatory: &Observatory) -> Result<Session> {
        match self.elsewhere(Limits::default())? {
            Some(session) => Ok(session.with_tables_of(observatory)),
            None => app.session(observatory),
        }
    }

    /// A session without tables elsewhere, if elsewhere is asked for.
    #[cfg(feature = "cluster")]
    pub(crate) fn elsewhere(&self, limits: Limits) -> Result<Option<Session>> {
        Ok(self.cluster.as_deref().map(|url| blocwatch_cluster::session::connect(url, self.partitions, limits)).transpose()?)
    }

    /// There is nowhere else in this build.
    #[cfg(not(feature = "cluster"))]
    pub(crate) fn elsewhere(&self, _: Limits) -> Result<Option<Session>> {
        Ok(None)
    }
}
