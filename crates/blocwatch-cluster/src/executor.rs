//! An executor: asks the scheduler for tasks, runs them, and keeps what they hand to others in a folder of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_flight::flight_service_server::FlightServiceServer;
use ballista_core::error::BallistaError;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::{create_grpc_server, default_config_producer};
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_executor::flight_service::BallistaFlightService;
use ballista_executor::health::ExecutorHealth;
use blocwatch_engine::session::Limits;
use tonic::transport::server::TcpIncoming;

use crate::error::{ClusterError, Result};
use crate::session::{host_and_port, reach};
use crate::state::{self, SILENCE_SECONDS};
use crate::stop;

/// How an executor is to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The scheduler, as `http://HOST:PORT`.
    pub scheduler: String,
    /// Where others fetch what its tasks have made.
    pub listen: SocketAddr,
    /// Memory that tasks may hold together, and how many run at once.
    pub limits: Limits,
    /// Where its folder is made; the platform's folder for temporary files if none is named.
    pub work: Option<PathBuf>,
    /// End when standard input ends.
    pub until_eof: bool,
}

/// Runs an executor until a signal ends it, it fails or, with `until_eof`, standard input ends. Its folder is removed then. `ready` is told
/// the address, with the port taken where any is asked for (port 0), as soon as the scheduler knows the executor.
///
/// # Errors
/// [`ClusterError::Unreachable`] if no scheduler answers, [`ClusterError::Silent`] if it falls silent, [`ClusterError::Listen`] if the
/// address cannot be had.
pub fn run(options: &Options, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let (host, port) = host_and_port(&options.scheduler)?;
    reach(&options.scheduler, host, port)?;
    let cannot = |source| ClusterError::Listen { address: options.listen, source };
    // bound here and not by Ballista, so that any free port can be asked for without another process taking it in between
    let listener = TcpListener::bind(options.listen).map_err(cannot)?;
    listener.set_nonblocking(true).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix("blocwatch-executor-");
    let work = match &options.work {
        Some(folder) => builder.tempdir_in(folder),
        None => builder.tempdir(),
    };
    let work = work.map_err(ClusterError::Start)?;
    let not_text = || ClusterError::Start(std::io::Error::other(format!("the path {} is not valid UTF-8", work.path().display())));
    let work_dir = work.path().to_str().ok_or_else(not_text)?.to_owned();
    let health = ExecutorHealth::new();
    let config = ExecutorProcessConfig {
        health: health.clone(),
        bind_host: address.ip().to_string(),
        port: address.port(),
        scheduler_host: host.to_owned(),
        scheduler_port: port,
        vcores: options.limits.threads.max(1),
        task_scheduling_policy: state::POLICY,
        memory_pool_size: Some(options.limits.memory_bytes as u64),
        work_dir: Some(work_dir),
        override_function_registry: Some(Arc::new(BallistaFunctionRegistry::from(&state::with_functions(default_config_producer())?))),
        override_arrow_flight_service: Some(Arc::new(move |work, _, mut shutdown, config| {
            let listener = listener.try_clone();
            tokio::spawn(async move {
                let incoming = TcpIncoming::from(tokio::net::TcpListener::from_std(listener?)?);
                create_grpc_server(&config)
                    .add_service(FlightServiceServer::new(BallistaFlightService::new(work)))
                    .serve_with_incoming_shutdown(incoming, shutdown.recv())
                    .await
                    .map_err(BallistaError::from)
            })
        })),
        ..ExecutorProcessConfig::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ClusterError::Start)?;
    runtime.block_on(async {
        tokio::select! {
            ended = start_executor_process(Arc::new(config)) => ended.map_err(ClusterError::from),
            () = silence(&health, || ready(address)) => {
                Err(ClusterError::Silent { url: options.scheduler.clone(), seconds: SILENCE_SECONDS })
            }
            () = stop::asked(options.until_eof) => Ok(()),
        }
    })
}

/// Comes true when the scheduler has not answered for [`SILENCE_SECONDS`]; calls `known` at its first answer.
async fn silence(health: &ExecutorHealth, known: impl FnOnce()) {
    let (mut known, mut heard) = (Some(known), Instant::now());
    while heard.elapsed() < Duration::from_secs(SILENCE_SECONDS) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if health.is_ready() {
            heard = Instant::now();
            if let Some(known) = known.take() {
                known();
            }
        }
    }
}
