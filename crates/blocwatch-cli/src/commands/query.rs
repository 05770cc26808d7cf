//! `query`: one SELECT over the tables.

use std::path::PathBuf;

use anyhow::Result;

use crate::app::App;
use crate::output::{self, Format};
use crate::place::Place;

/// Arguments of `query`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  blocwatch query \"SELECT org, year, share_autocracies FROM composition_org_year WHERE org = 'SCO' ORDER BY year\"\n  blocwatch query \"SELECT * FROM regime_state_year\" -o regimes.parquet"
)]
pub(crate) struct Args {
    /// The query; `-` reads it from standard input
    #[arg(allow_hyphen_values = true)]
    sql: String,
    /// How to write the result [default: by the ending of FILE, else table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let sql = if self.sql == "-" { std::io::read_to_string(std::io::stdin())? } else { self.sql.clone() };
        let observatory = app.observatory()?;
        let session = self.place.session(app, &observatory)?;
        let batches = session.query(&sql)?;
        output::write_batches(&batches, self.format, self.output.as_deref())
    }
}
