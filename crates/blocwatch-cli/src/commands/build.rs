//! `build`: make the observatory from snapshots and people's files.

use std::sync::Arc;

use anyhow::Result;
use blocwatch_analysis::build::{Options, build};
use blocwatch_engine::session::Limits;

use crate::app::App;
use crate::output;
use crate::place::Place;
use crate::progress::Bars;

/// Arguments of `build`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  blocwatch build\n  blocwatch build --dry-run\n  blocwatch build --force agreement_dyad_session")]
pub(crate) struct Args {
    /// Only these steps (or the steps that make these tables) and what they need; publishes nothing
    #[arg(long, value_name = "STEP", num_args = 1..)]
    only: Vec<String>,
    /// Run these steps although nothing changed; `all` for every step
    #[arg(long, value_name = "STEP", num_args = 1..)]
    force: Vec<String>,
    /// Say what would run, run nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let bars = Bars::new(app);
        let limits = Limits::default();
        let session = self.place.elsewhere(limits)?.map(Arc::new);
        let options = Options { only: self.only.clone(), force: self.force.clone(), dry_run: self.dry_run, as_of: None, limits, session };
        let built = build(app.home(), &options, &bars);
        bars.clear();
        let built = built?;
        if self.dry_run {
            let mut table = output::plain_table(["step".to_owned(), "would".to_owned(), "key".to_owned()]);
            for s in &built.steps {
                table.add_row([s.step.as_str(), if s.ran { "run" } else { "reuse" }, &s.key[..12]]);
            }
            return output::write(None, output::trimmed(&table).as_bytes());
        }
        let accounts = built.observatory.iter().filter(|_| !built.unchanged).flat_map(|o| &o.manifest.accounts);
        for (source, accounts) in accounts {
            for a in accounts {
                let sum =
                    |m: &std::collections::BTreeMap<String, u64>| m.iter().map(|(k, n)| format!("{n} {k}")).collect::<Vec<_>>().join(", ");
                let mut line = format!("{source}: {}: {} rows in, {} kept", a.file, a.rows_in, a.kept);
                if a.dropped_total() > 0 {
                    line.push_str(&format!(", {} dropped by rule ({})", a.dropped_total(), sum(&a.dropped)));
                }
                if a.quarantined_total() > 0 {
                    line.push_str(&format!(", {} quarantined ({})", a.quarantined_total(), sum(&a.quarantined)));
                }
                app.say(&line);
            }
        }
        if !built.unchanged {
            app.tell(&built.notices);
        }
        let ran = built.steps.iter().filter(|s| s.ran).count();
        let took: u64 = built.steps.iter().map(|s| s.milliseconds).sum();
        let rows: u64 = built.steps.iter().map(|s| s.rows).sum();
        match &built.observatory {
            Some(o) if built.unchanged => {
                app.say(&format!("observatory {} is up to date: {} tables, {rows} rows", &o.manifest.key[..12], o.manifest.tables.len()))
            }
            Some(o) => app.say(&format!(
                "observatory {} built: {ran} of {} steps ran ({:.1} s of work), {} tables, {rows} rows",
                &o.manifest.key[..12],
                built.steps.len(),
                took as f64 / 1000.0,
                o.manifest.tables.len()
            )),
            None => app.say(&format!("{ran} of {} steps ran; a partial build publishes nothing", built.steps.len())),
        }
        Ok(())
    }
}
