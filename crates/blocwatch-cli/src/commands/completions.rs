//! `completions`: a script for a shell.

use anyhow::Result;
use clap::CommandFactory;

use crate::app::App;
use crate::output;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  blocwatch completions bash > ~/.local/share/bash-completion/completions/blocwatch")]
pub(crate) struct Args {
    /// Shell
    shell: clap_complete::Shell,
}

impl Args {
    pub(crate) fn run(&self, _app: &App) -> Result<()> {
        let mut bytes = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Cli::command(), "blocwatch", &mut bytes);
        output::write(None, &bytes)
    }
}
