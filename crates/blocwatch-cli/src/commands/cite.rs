//! `cite`: what to cite for what the observatory was built from.

use anyhow::Result;
use blocwatch_core::casebook::Casebook;
use blocwatch_core::provenance::bibtex;

use crate::app::App;
use crate::output;

/// Arguments of `cite`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  blocwatch cite --bibtex > blocwatch.bib")]
pub(crate) struct Args {
    /// As BibTeX
    #[arg(long)]
    bibtex: bool,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let observatory = app.observatory()?;
        let m = &observatory.manifest;
        let mut text = String::new();
        let version = format!("Blocwatch {} (observatory {})", m.blocwatch, &m.key[..12]);
        if self.bibtex {
            text.push_str(&bibtex("blocwatch", "Blocwatch contributors", None, &version, "software and casebook", "", ""));
        } else {
            text.push_str(&format!("{version}. Software under Apache-2.0, casebook under CC BY 4.0.\n"));
        }
        for source in blocwatch_sources::registry() {
            let meta = source.meta();
            let files: Vec<_> = m.snapshots.iter().filter(|s| s.source == meta.id).collect();
            if files.is_empty() {
                continue;
            }
            let c = &meta.citation;
            if self.bibtex {
                text.push_str(&bibtex(&meta.id, &c.authors, Some(c.year), &c.title, &c.outlet, &c.doi, ""));
                continue;
            }
            text.push_str(&format!("{c}\n"));
            for f in files {
                let version = if f.version.is_empty() { "unstated" } else { &f.version };
                text.push_str(&format!(
                    "    {} (version {version}, sha256 {}, taken {}; {})\n",
                    f.name,
                    &f.sha256[..16],
                    f.accessed,
                    f.licence
                ));
            }
        }
        let book = Casebook::embedded()?;
        for id in ["cottiero-2024-understanding", "coppedge-2025-vdem"] {
            let Some(w) = book.work(id) else { continue };
            if self.bibtex {
                text.push_str(&bibtex(&w.id, &w.author.join(" and "), w.year, &w.title, &w.outlet, &w.doi, &w.url));
            } else {
                text.push_str(&format!("{}\n", w.cite()));
            }
        }
        output::write(None, text.as_bytes())
    }
}
