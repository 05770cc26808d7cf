//! `serve`: the observatory in a browser.

use std::net::SocketAddr;

use anyhow::Result;
use blocwatch_analysis::AnalysisError;
use blocwatch_web::{Briefs, Config, Site, WebError};

use crate::app::App;
use crate::commands::brief;
use crate::output;

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch serve                          on this machine, at http://127.0.0.1:8181\n  blocwatch serve --listen 127.0.0.1:0     at any free port\n  blocwatch serve --listen 0.0.0.0:8181    for the whole network: put a server that speaks TLS before it"
)]
pub(crate) struct Args {
    /// Address and port; anything but this machine's own addresses makes the pages public
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8181")]
    listen: SocketAddr,
    /// Write a line for each request to standard error: method, path, status, time; never an address
    #[arg(long)]
    log: bool,
}

/// The observatory in use as a site.
pub(crate) fn site(app: &App) -> Result<Site> {
    let observatory = app.observatory()?;
    let site = Site::new(
        observatory,
        Briefs {
            views: brief::views(),
            compose: Box::new(|session, observatory, book, subject, since| {
                brief::compose(session, observatory, book, subject, since).map_err(|e| match e.downcast::<AnalysisError>() {
                    Ok(e) => e.into(),
                    Err(e) => WebError::Broken(format!("{e:#}")),
                })
            }),
        },
    )?;
    Ok(site)
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let site = site(app)?.with_pages_on_disk();
        if !self.listen.ip().is_loopback() {
            app.say("note: the pages can be read from other machines; nothing is encrypted on the way");
        }
        let quiet = app.is_quiet();
        let log: Option<Box<dyn Fn(&str) + Send + Sync>> = if self.log { Some(Box::new(output::to_stderr)) } else { None };
        blocwatch_web::serve(
            site,
            Config {
                listen: self.listen,
                ready: Box::new(move |at| {
                    if !quiet {
                        output::to_stderr(&format!("the observatory is at http://{at}/ until you stop it with Ctrl-C"));
                    }
                }),
                log,
                broken: Box::new(|what| output::to_stderr(&format!("error: {what}"))),
            },
        )?;
        Ok(())
    }
}
