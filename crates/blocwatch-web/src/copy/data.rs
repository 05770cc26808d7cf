//! The data beside the pages: tables, what their columns mean, the casebook, the feed, and the account of the build.

use std::fs;
use std::path::Path;

use blocwatch_engine::{export, observatory, table};

use super::failed;
use super::names::{Names, relative};
use crate::api;
use crate::error::{Result, WebError};
use crate::links::rewrite;
use crate::locale::ENGLISH;
use crate::server::Ask;
use crate::site::Site;

/// In which format a copy holds the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data {
    /// No tables.
    None,
    /// Parquet, as the observatory holds them.
    Parquet,
    /// CSV.
    Csv,
}

impl Data {
    /// The file of a table in a copy.
    pub(super) fn file(self, table: &str) -> Option<String> {
        match self {
            Self::None => None,
            Self::Parquet => Some(format!("data/{table}.parquet")),
            Self::Csv => Some(format!("data/{table}.csv")),
        }
    }
}

/// Writes the data.
pub(super) fn write(site: &Site, root: &Path, data: Data, names: &Names) -> Result<()> {
    let folder = root.join("data");
    fs::create_dir_all(&folder).map_err(failed("cannot create", &folder))?;
    let specs: Vec<_> = blocwatch_analysis::steps::tables().into_iter().filter(|t| site.has(t.name)).collect();
    for spec in &specs {
        let Some(file) = data.file(spec.name) else { break };
        let (from, to) = (site.observatory.table_path(spec.name), root.join(&file));
        match data {
            Data::Csv => {
                let out = fs::File::create(&to).map_err(failed("cannot create", &to))?;
                export::csv(std::io::BufWriter::new(out), &[table::read_parquet(&from)?])?;
            }
            _ => drop(fs::copy(&from, &to).map_err(failed("cannot copy", &from))?),
        }
    }
    let text = serde_json::to_string_pretty(&specs).map_err(|e| WebError::Broken(e.to_string()))?;
    write_text(root, "data/codebook.json", &text)?;
    let mut lines = export::csv_line(["table", "column", "type", "unit", "null", "key", "meaning"].map(str::to_owned).into_iter());
    for t in &specs {
        for c in t.columns {
            let yes = |b: bool| if b { "yes" } else { "" }.to_owned();
            let kind = format!("{:?}", c.kind).to_lowercase();
            let cells = [
                t.name.to_owned(),
                c.name.to_owned(),
                kind,
                c.unit.to_owned(),
                yes(c.nullable),
                yes(t.keys.contains(&c.name)),
                c.doc.to_owned(),
            ];
            lines.push_str(&export::csv_line(cells.into_iter()));
        }
    }
    write_text(root, "data/codebook.csv", &lines)?;
    super::write(root, "data/manifest.json", &observatory::manifest_bytes(&site.observatory.manifest)?)?;
    let ask = Ask::bare(ENGLISH);
    super::write(root, "data/casebook.json", &api::casebook(site)?.bytes)?;
    let feed = String::from_utf8(api::feed(site, &ask)?.bytes).map_err(|e| WebError::Broken(e.to_string()))?;
    let feed = rewrite(&feed, |address| match address {
        "/feed.xml" => Some("feed.xml".to_owned()),
        address => Some(relative("feed.xml", names.get(&crate::links::unescape(address)).unwrap_or(super::names::MISSING))),
    });
    super::write(root, "feed.xml", feed.as_bytes())
}

fn write_text(root: &Path, name: &str, text: &str) -> Result<()> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    super::write(root, name, format!("{text}{end}").as_bytes())
}
