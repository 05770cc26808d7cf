//! The command line. Standard output carries results only; progress, notices and errors go to standard error.
//!
//! Exit codes: 0 clean, 1 finished with error-level notices, 2 failed.
//!
//! To add a command: a file in `commands/` with its arguments and `run`, and one line in [`Command`].

mod app;
mod commands;
mod output;
mod place;
mod progress;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::{App, Global};

/// The open observatory of authoritarian collaboration: who works with whom, through which channel and against which threat.
#[derive(Debug, Parser)]
#[command(
    name = "blocwatch",
    version,
    after_help = "Examples:\n  blocwatch build                 build an observatory from what is held (works with nothing downloaded)\n  blocwatch brief Kyrgyzstan      a brief in Markdown on standard output\n  blocwatch brief SCO -o sco.html a self-contained page\n  blocwatch why regime-category.KGZ.2024"
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List sources: what is known, held, missing or stale, with licence and citation
    Sources(commands::sources::Args),
    /// Take publishers' files into the snapshot store
    Fetch(commands::fetch::Args),
    /// Build the observatory from snapshots and people's files
    Build(commands::build::Args),
    /// Run one SELECT over the tables of the observatory
    Query(commands::query::Args),
    /// Compute a measure, with its usual parameters or others
    Measure(commands::measure::Args),
    /// Show how conclusions of a measure move under other settings
    Sensitivity(commands::sensitivity::Args),
    /// Make a panel of states, pairs or organisations with columns of any table
    Panel(commands::panel::Args),
    /// Document every table and column
    Tables(commands::tables::Args),
    /// Write a brief on a state, an organisation, a pair of states or a region
    Brief(commands::brief::Args),
    /// Find the passages that texts share, and show them side by side
    Compare(Box<commands::compare::Args>),
    /// Show the observatory in a browser, with an interface for programs
    Serve(commands::serve::Args),
    /// Write the whole site and its data as files that need no server
    Publish(commands::publish::Args),
    /// Walk from a finding, a case or any row to the rows it rests on
    Why(commands::why::Args),
    /// Print the citations of what the observatory was built from
    Cite(commands::cite::Args),
    /// Recompute the digests of snapshots and tables
    Verify(commands::verify::Args),
    /// Check people's files, or begin a new one
    Casebook(commands::casebook::Args),
    /// Run a process of a cluster: the scheduler or an executor
    #[cfg(feature = "cluster")]
    Cluster(commands::cluster::Args),
    /// Print a completion script for a shell
    Completions(commands::completions::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let app = match App::new(&cli.global) {
        Ok(app) => app,
        Err(e) => return fail(&e),
    };
    let result = match &cli.command {
        Command::Sources(a) => a.run(&app),
        Command::Fetch(a) => a.run(&app),
        Command::Build(a) => a.run(&app),
        Command::Query(a) => a.run(&app),
        Command::Measure(a) => a.run(&app),
        Command::Sensitivity(a) => a.run(&app),
        Command::Panel(a) => a.run(&app),
        Command::Tables(a) => a.run(&app),
        Command::Brief(a) => a.run(&app),
        Command::Compare(a) => a.run(&app),
        Command::Serve(a) => a.run(&app),
        Command::Publish(a) => a.run(&app),
        Command::Why(a) => a.run(&app),
        Command::Cite(a) => a.run(&app),
        Command::Verify(a) => a.run(&app),
        Command::Casebook(a) => a.run(&app),
        #[cfg(feature = "cluster")]
        Command::Cluster(a) => a.run(&app),
        Command::Completions(a) => a.run(&app),
    };
    match result {
        Ok(()) if app.had_errors() => ExitCode::from(1),
        Ok(()) => ExitCode::SUCCESS,
        Err(e) if output::is_closed_pipe(&e) => ExitCode::SUCCESS,
        Err(e) => fail(&e),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    // some errors already say their cause; it is not said twice
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    output::to_stderr(&format!("blocwatch: {text}"));
    ExitCode::from(2)
}
