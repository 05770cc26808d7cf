//! `fetch`: take publishers' files into the snapshot store.

use std::path::Path;

use anyhow::{Result, bail};
use blocwatch_core::Notices;
use blocwatch_core::notice::Severity;
use blocwatch_sources::store::Store;
use blocwatch_sources::{Source, SourceError, fetch};

use crate::app::App;
use crate::output;
use crate::progress::Bars;

/// Arguments of `fetch`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch fetch --all\n  blocwatch fetch cow_igo\n  blocwatch fetch --all --from /media/stick/data\n  blocwatch fetch unga_votes --from https://mirror.example.org/data/"
)]
pub(crate) struct Args {
    /// Sources, by id (`blocwatch sources` lists them)
    sources: Vec<String>,
    /// Every source
    #[arg(long, conflicts_with = "sources")]
    all: bool,
    /// A folder with publishers' files, or the address of a mirror, instead of the publishers
    #[arg(long, value_name = "DIR|URL")]
    from: Option<String>,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let chosen = chosen(&self.sources, self.all)?;
        let store = app.store()?;
        let bars = Bars::new(app);
        let mut notices = Notices::new();
        let today = app.today();
        let report = match &self.from {
            Some(from) if from.starts_with("http://") || from.starts_with("https://") => {
                fetch::from_mirror(&store, from, &chosen, &today, &bars, &mut notices)
            }
            Some(folder) => fetch::from_folder(&store, Path::new(folder), &chosen, &today, &bars, &mut notices),
            None => from_publishers(app, &store, &chosen, &today, &bars, &mut notices),
        };
        bars.clear();
        let report = report?;
        let mut text = String::new();
        for f in &report.taken {
            text.push_str(&format!(
                "taken      {:<12} {:<10} {} ({} bytes, sha256 {})\n",
                f.source,
                f.role,
                f.name,
                f.bytes,
                &f.sha256[..12]
            ));
        }
        for f in &report.unchanged {
            text.push_str(&format!("unchanged  {:<12} {:<10} {}\n", f.source, f.role, f.name));
        }
        for (path, why) in &report.left_alone {
            app.say(&format!("left alone {}: {why}", path.display()));
        }
        output::write(None, text.as_bytes())?;
        app.tell_all(notices);
        app.say(&format!(
            "{} taken, {} unchanged, {} left alone; `blocwatch build` uses what is held",
            report.taken.len(),
            report.unchanged.len(),
            report.left_alone.len()
        ));
        Ok(())
    }
}

/// One publisher after the other; one that cannot be reached does not keep the others from being asked.
fn from_publishers(
    app: &App,
    store: &Store,
    chosen: &[&'static dyn Source],
    today: &str,
    bars: &Bars,
    notices: &mut Notices,
) -> Result<fetch::Report, SourceError> {
    let mut all = fetch::Report::default();
    let mut failed = None;
    for source in chosen {
        match fetch::from_publisher(store, *source, today, bars, notices) {
            Ok(report) => {
                all.taken.extend(report.taken);
                all.unchanged.extend(report.unchanged);
                all.left_alone.extend(report.left_alone);
            }
            Err(e) if chosen.len() == 1 => return Err(e),
            Err(e) => {
                app.say(&format!("{}: {e}", source.meta().id));
                failed = Some(e);
            }
        }
    }
    match failed {
        Some(e) if all.taken.is_empty() && all.unchanged.is_empty() => Err(e),
        Some(e) => {
            notices.add(Severity::Error, "not-fetched", e.to_string(), "", "");
            Ok(all)
        }
        None => Ok(all),
    }
}

/// The sources named, or all.
fn chosen(names: &[String], all: bool) -> Result<Vec<&'static dyn Source>> {
    let registry = blocwatch_sources::registry();
    if all {
        return Ok(registry.to_vec());
    }
    if names.is_empty() {
        let ids: Vec<&str> = registry.iter().map(|s| s.meta().id.as_str()).collect();
        bail!("name a source ({}, …; `blocwatch sources` lists them all) or say --all", ids[..3.min(ids.len())].join(", "));
    }
    names.iter().map(|n| by_id(n)).collect()
}

/// A source by its id, with the nearest ids where there is none.
pub(crate) fn by_id(id: &str) -> Result<&'static dyn Source> {
    if let Some(source) = blocwatch_sources::by_id(id) {
        return Ok(source);
    }
    let ids: Vec<&str> = blocwatch_sources::registry().iter().map(|s| s.meta().id.as_str()).collect();
    let near = blocwatch_core::name::nearest(id, ids.iter().copied(), 3);
    let hint = if near.is_empty() { "; `blocwatch sources` lists them all".to_owned() } else { blocwatch_core::name::did_you_mean(&near) };
    bail!("there is no source '{id}'{hint}")
}
