//! The scheduler: plans queries, hands out their tasks, and keeps what is known of running jobs in memory.

use std::net::SocketAddr;
use std::sync::Arc;

use ballista_core::utils::default_config_producer;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};

use crate::error::{ClusterError, Result};
use crate::state::{self, SILENCE_SECONDS};
use crate::stop;

/// Runs a scheduler until the process is ended or, with `until_eof`, standard input ends. `ready` is told the address, with the port taken
/// where `listen` asks for any (port 0).
///
/// # Errors
/// [`ClusterError::Listen`] if the address cannot be had; a failure inside Ballista.
pub fn run(listen: SocketAddr, until_eof: bool, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ClusterError::Start)?;
    runtime.block_on(async {
        let cannot = |source| ClusterError::Listen { address: listen, source };
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let mut config = SchedulerConfig::default().with_hostname(address.ip().to_string()).with_port(address.port());
        config.scheduling_policy = state::POLICY;
        config.override_config_producer = Some(Arc::new(default_config_producer));
        config.override_session_builder = Some(Arc::new(state::with_functions));
        config.executor_timeout_seconds = SILENCE_SECONDS;
        config.no_executors_grace_period_seconds = SILENCE_SECONDS;
        config.expire_dead_executor_interval_seconds = SILENCE_SECONDS / 6;
        config.validate()?;
        let cluster = BallistaCluster::new_from_config(&config).await?;
        let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, Arc::new(config)).await?;
        ready(address);
        tokio::select! {
            served = start_grpc_service_with_listener(listener, scheduler) => served.map_err(ClusterError::from),
            () = stop::asked(until_eof) => Ok(()),
        }
    })
}
