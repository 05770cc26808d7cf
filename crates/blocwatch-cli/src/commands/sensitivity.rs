//! `sensitivity`: how a measure's headline numbers move under other parameters and other regime measures. Numbers of a year are those of the
//! last year that the run and the default run both have.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use blocwatch_analysis::measures::{self, Reading};

use crate::app::App;
use crate::output::{self, Format};

/// Arguments of `sensitivity`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  blocwatch sensitivity composition\n  blocwatch sensitivity composition -o composition.csv")]
pub(crate) struct Args {
    /// The measure
    name: String,
    /// How to write the result [default: by the ending of FILE, else table]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        let measure = measures::by_name(&self.name)?;
        let observatory = app.observatory()?;
        let session = app.session(&observatory)?;
        let readings = measures::sensitivity(&session, measure)?;
        let text = |of: &dyn Fn(&Reading) -> &str| -> ArrayRef { Arc::new(readings.iter().map(|r| Some(of(r))).collect::<StringArray>()) };
        let number = |of: &dyn Fn(&Reading) -> Option<f64>| -> ArrayRef { Arc::new(readings.iter().map(of).collect::<Float64Array>()) };
        let year: ArrayRef = Arc::new(readings.iter().map(|r| r.year).collect::<Int32Array>());
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("quantity", text(&|r| &r.quantity), false),
            ("run", text(&|r| &r.run), false),
            ("set", text(&|r| &r.set), false),
            ("year", year, true),
            ("value", number(&|r| r.value), true),
            ("default", number(&|r| r.default), true),
            ("difference", number(&|r| Some(r.value? - r.default?)), true),
        ])?;
        output::write_measured(batch, self.format, self.output.as_deref())
    }
}
