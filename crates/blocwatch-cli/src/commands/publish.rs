//! `publish`: the whole site as files.

use std::path::PathBuf;

use anyhow::Result;
use blocwatch_web::copy::{self, Data, Key, Options};
use clap::builder::PossibleValuesParser;

use crate::app::App;
use crate::commands::serve;
use crate::output;
use crate::progress::Bars;

/// Formats of the tables beside the pages.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    None,
    Parquet,
    Csv,
}

/// Arguments of `publish`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The copy opens from a folder, without server or network, and any web server can hold it. An earlier copy in the same place is replaced as a whole; a folder with anything else in it is refused.\n\nExamples:\n  blocwatch publish site                        pages, and tables as Parquet\n  blocwatch publish site --data csv             tables as CSV\n  blocwatch publish site --key ~/.minisign/minisign.key    signed; make a key with `minisign -G`"
)]
pub(crate) struct Args {
    /// Folder of the copy
    #[arg(value_name = "DIR")]
    place: PathBuf,
    /// Tables beside the pages
    #[arg(long, value_enum, default_value_t = Format::Parquet)]
    data: Format,
    /// Language of the interface
    #[arg(long, default_value = "en", value_parser = PossibleValuesParser::new(copy::languages()))]
    lang: String,
    /// Sessions of the General Assembly, counted from the last, whose roll calls have a page each
    #[arg(long, value_name = "N", default_value_t = 10)]
    sessions: u16,
    /// Secret key of minisign to sign with
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

impl Args {
    pub(crate) fn run(&self, app: &App) -> Result<()> {
        // a key that cannot be opened is told before the work
        let key = self.key.as_deref().map(Key::read).transpose()?;
        let site = serve::site(app)?;
        let data = match self.data {
            Format::None => Data::None,
            Format::Parquet => Data::Parquet,
            Format::Csv => Data::Csv,
        };
        let bars = Bars::new(app);
        let bar = bars.pages();
        let options = Options { lang: self.lang.clone(), data, sessions: self.sessions, key };
        let made = copy::publish(&site, &self.place, &options, &|done, known| {
            bar.set_length(known as u64);
            bar.set_position(done as u64);
        });
        bars.clear();
        let made = made?;
        let mib = made.bytes as f64 / f64::from(1 << 20);
        app.say(&format!("{} pages, {} files, {mib:.1} MiB in {}", made.pages, made.files, self.place.display()));
        if made.left_out > 0 {
            app.say(&format!(
                "{} addresses that pages name are not in the copy (queries, filters, further rows): their links say so",
                made.left_out
            ));
        }
        if made.failed > 0 {
            app.say(&format!("{} of these lead to nothing that this observatory holds", made.failed));
        }
        if options.key.is_none() {
            app.say("not signed: --key FILE signs the digests");
        }
        let index = self.place.join("index.html");
        output::write(None, format!("{}\n", index.display()).as_bytes())
    }
}
