//! `verify`: recompute the digests of snapshots and tables.

use anyhow::Result;
use blocwatch_core::Notices;
use blocwatch_core::notice::Severity;

use crate::app::App;
use crate::output;

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  blocwatch verify && echo whole")]
pub(crate) struct Args {}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let mut notices = Notices::new();
        let store = app.store()?;
        let held = store.all()?.len();
        store.verify(&mut notices)?;
        let observatory = app.observatory()?;
        for (table, what) in observatory.verify() {
            notices.add(
                Severity::Error,
                "table-damaged",
                format!("table {table} is not what was built: {what}"),
                observatory.table_path(&table).display().to_string(),
                "run `blocwatch build --force all`",
            );
        }
        let bad = notices.iter().filter(|n| n.severity == Severity::Error).count();
        app.tell_all(notices);
        let text = format!(
            "{held} snapshot files and {} tables of observatory {} checked, {bad} damaged\n",
            observatory.manifest.tables.len(),
            &observatory.manifest.key[..12]
        );
        output::write(None, text.as_bytes())
    }
}
