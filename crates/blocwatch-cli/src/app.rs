//! What every command shares: the home folder, how loud to be, and the observatory in use.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use blocwatch_core::notice::{Notice, Notices, Severity};
use blocwatch_engine::session::Limits;
use blocwatch_engine::{Observatory, Session};
use blocwatch_sources::store::Store;

use crate::output;

/// Options before or after any command.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Global {
    /// Folder for snapshots and observatories
    #[arg(long, global = true, env = "BLOCWATCH_HOME", hide_env_values = true, value_name = "DIR")]
    home: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Show no progress bars
    #[arg(long, global = true)]
    no_progress: bool,
}

/// The running program.
pub(crate) struct App {
    home: PathBuf,
    quiet: bool,
    progress: bool,
    errors: Cell<bool>,
}

impl App {
    pub(crate) fn new(global: &Global) -> Result<Self> {
        let home = match &global.home {
            Some(home) => home.clone(),
            None => directories::ProjectDirs::from("", "", "blocwatch")
                .map(|d| d.data_dir().to_path_buf())
                .context("cannot tell where to keep data; name a folder with --home or BLOCWATCH_HOME")?,
        };
        let progress = !global.quiet && !global.no_progress && output::stderr_is_terminal();
        Ok(Self { home, quiet: global.quiet, progress, errors: Cell::new(false) })
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn shows_progress(&self) -> bool {
        self.progress
    }

    /// Says something to people, on standard error.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            output::to_stderr(text);
        }
    }

    /// Prints notices and remembers whether any was an error.
    pub(crate) fn tell(&self, notices: &[Notice]) {
        for n in notices {
            if n.severity == Severity::Error {
                self.errors.set(true);
                output::to_stderr(&n.to_string());
            } else {
                self.say(&n.to_string());
            }
        }
    }

    /// As [`App::tell`], for a collection.
    pub(crate) fn tell_all(&self, notices: Notices) {
        self.tell(&notices.into_sorted());
    }

    pub(crate) fn had_errors(&self) -> bool {
        self.errors.get()
    }

    pub(crate) fn store(&self) -> Result<Store> {
        Ok(Store::open(&self.home)?)
    }

    pub(crate) fn observatory(&self) -> Result<Observatory> {
        Ok(Observatory::current(&self.home)?)
    }

    pub(crate) fn session(&self, observatory: &Observatory) -> Result<Session> {
        Ok(Session::open(observatory, Limits::default())?)
    }

    /// Today, for the access date of a snapshot: the one place where the clock is read.
    pub(crate) fn today(&self) -> String {
        chrono::Local::now().format("%Y-%m-%d").to_string()
    }
}
