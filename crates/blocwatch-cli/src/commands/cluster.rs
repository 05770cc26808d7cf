//! `cluster`: the processes of a cluster. Only in a program built with the feature `cluster`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, bail};
use blocwatch_cluster::{executor, scheduler, warnings};
use blocwatch_engine::session::Limits;
use clap::Subcommand;

use crate::app::App;
use crate::output;

/// Arguments of `cluster`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch cluster scheduler\n  blocwatch cluster executor --scheduler http://127.0.0.1:50050\n  blocwatch query \"SELECT count(*) FROM state_year\" --cluster http://127.0.0.1:50050\n\nScheduler, executors and whoever asks have to be the same version of the program and to see the same files under the same names."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Plan queries and hand out their tasks; prints its address
    Scheduler(Scheduler),
    /// Run tasks for a scheduler; prints its address
    Executor(Executor),
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  blocwatch cluster scheduler --listen 127.0.0.1:50050")]
struct Scheduler {
    /// Address to listen on; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:50050")]
    listen: SocketAddr,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  blocwatch cluster executor --scheduler http://127.0.0.1:50050")]
struct Executor {
    /// The scheduler's address, as it prints it
    #[arg(long, value_name = "URL")]
    scheduler: String,
    /// Address to listen on for others that fetch what its tasks made; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Tasks at a time [default: as many as the machine has threads]
    #[arg(long, value_name = "N")]
    tasks: Option<usize>,
    /// Memory that tasks may hold together, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 768)]
    memory: usize,
    /// Folder in which its own folder is made, and removed at the end [default: the platform's for temporary files]
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Listen on a network and not only on this machine. A cluster has no passwords: who reaches it reads and writes the executors' files
    #[arg(long)]
    trusted_network: bool,
    /// End when standard input ends, so as not to outlive the process at its other end
    #[arg(long)]
    until_eof: bool,
}

impl Args {
    pub(crate) fn run(&self, _: &App) -> Result<()> {
        warnings::to(output::to_stderr);
        match &self.action {
            Action::Scheduler(a) => {
                a.common.check(a.listen)?;
                scheduler::run(a.listen, a.common.until_eof, say)?;
            }
            Action::Executor(a) => {
                a.common.check(a.listen)?;
                let here = Limits::default();
                let limits = Limits { threads: a.tasks.unwrap_or(here.threads), memory_bytes: a.memory.saturating_mul(1 << 20) };
                let options = executor::Options {
                    scheduler: a.scheduler.clone(),
                    listen: a.listen,
                    limits,
                    work: a.work.clone(),
                    until_eof: a.common.until_eof,
                };
                executor::run(&options, say)?;
            }
        }
        Ok(())
    }
}

/// The address is the result: scripts read it from standard output.
fn say(address: SocketAddr) {
    drop(output::write(None, format!("http://{address}\n").as_bytes()));
}

impl Common {
    fn check(&self, listen: SocketAddr) -> Result<()> {
        if !self.trusted_network && !listen.ip().is_loopback() {
            bail!(
                "{listen} can be reached from other machines, and a cluster has no passwords; if the network is yours, add --trusted-network"
            );
        }
        Ok(())
    }
}
