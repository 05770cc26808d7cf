//! A session of the engine whose plans run on a cluster.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use ballista_core::extension::{SessionConfigExt, SessionStateExt};
use blocwatch_engine::session::{Limits, Session, settings};
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::SessionContext;

use crate::error::{ClusterError, Result};

/// How long a scheduler may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// A session without tables, whose plans run on the cluster of the scheduler at `url` (`http://HOST:PORT`). A plan is cut into `partitions`
/// parts where it can be.
///
/// # Errors
/// [`ClusterError::Address`] if `url` cannot be read, [`ClusterError::Unreachable`] if nobody answers there.
pub fn connect(url: &str, partitions: usize, limits: Limits) -> Result<Session> {
    let (host, port) = host_and_port(url)?;
    reach(url, host, port)?;
    let config = settings(Limits { threads: partitions.max(1), ..limits }).upgrade_for_ballista();
    // Ballista 55.0 plans adaptively by default and then waits forever for a full join of which one side has no rows
    let config = config.with_ballista_adaptive_query_planner(false);
    let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
    let state = state.upgrade_for_ballista(format!("http://{host}:{port}"))?;
    Ok(Session::over(SessionContext::new_with_state(state), limits)?)
}

/// Host (in brackets if it is an IPv6 address) and port of `http://HOST:PORT`.
pub(crate) fn host_and_port(url: &str) -> Result<(&str, u16)> {
    let wrong = || ClusterError::Address(url.to_owned());
    let (host, port) = url.trim_end_matches('/').strip_prefix("http://").and_then(|rest| rest.rsplit_once(':')).ok_or_else(wrong)?;
    let port = port.parse().map_err(|_| wrong())?;
    if host.is_empty() || host.contains(['/', '@', ' ']) { Err(wrong()) } else { Ok((host, port)) }
}

/// Says at once what would otherwise be said only after a query has been planned.
pub(crate) fn reach(url: &str, host: &str, port: u16) -> Result<()> {
    let unreachable = |source| ClusterError::Unreachable { url: url.to_owned(), source };
    let addresses = (host.trim_matches(['[', ']']), port).to_socket_addrs().map_err(unreachable)?;
    let mut last = std::io::Error::from(std::io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(_) => return Ok(()),
            Err(e) => last = e,
        }
    }
    Err(unreachable(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(host_and_port("http://127.0.0.1:50050").unwrap(), ("127.0.0.1", 50050));
        assert_eq!(host_and_port("http://[::1]:50050/").unwrap(), ("[::1]", 50050));
        for wrong in
            ["", "127.0.0.1:50050", "https://a:1", "http://a", "http://:1", "http://a:b", "http://a:70000", "http://a/b:1", "http://me@a:1"]
        {
            assert!(matches!(host_and_port(wrong), Err(ClusterError::Address(_))), "{wrong}");
        }
    }

    #[test]
    fn nobody_there() {
        // a port that was free a moment ago
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let error = connect(&url, 2, Limits::default()).unwrap_err().to_string();
        assert!(error.contains(&url) && error.contains("blocwatch cluster scheduler"), "{error}");
    }
}
