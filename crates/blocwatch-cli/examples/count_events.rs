//! Counts GDELT's own files as other programs do in `benches/events.py`: events in the lead of their text between two different codes of
//! countries, once for each day, pair, code and article, by month, unordered pair and root, into a Parquet file. The reader is the one of
//! the step `event_dyad_month`; only the labels are the published letters instead of states.
//!
//! `count_events OUT THREADS FILE...`, files of format 2 (`….export.CSV`, packed or not).

#![expect(clippy::print_stdout, reason = "an example that prints its result")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use arrow::array::{ArrayRef, Int32Array, StringArray, UInt32Array};
use blocwatch_core::Notices;
use blocwatch_core::events::EventCodes;
use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col};
use blocwatch_engine::table::TableWriter;
use blocwatch_sources::Held;
use blocwatch_sources::events::{Actors, Limits, count, letters_text, root_text};

static COUNTS: TableSpec = TableSpec {
    name: "counts",
    unit: Unit::Entry,
    keys: &["month", "a", "b", "root"],
    columns: &[
        col("month", Kind::I32, "YYYYMM", "month"),
        col("a", Kind::Text, "code", "first country in the order of the letters"),
        col("b", Kind::Text, "code", "second country"),
        col("root", Kind::Text, "code", "CAMEO root"),
        col("n", Kind::U32, "events", "events"),
    ],
    doc: "Counts for comparison with other programs.",
};

fn held(path: &Path) -> Held {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = |t: &str| t.to_owned();
    let file = SnapshotFile {
        source: text("events_gdelt"),
        role: text("events"),
        shape: text("export2"),
        sha256: text(&name),
        name,
        bytes: 0,
        version: String::new(),
        origin: String::new(),
        accessed: String::new(),
        licence: String::new(),
    };
    Held { file, path: path.to_owned() }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let out = arguments.next().map(PathBuf::from).context("name the file to write")?;
    let threads = arguments.next().and_then(|t| t.to_str().and_then(|t| t.parse().ok())).context("name the number of threads")?;
    let files: Vec<Held> = arguments.map(|path| held(Path::new(&path))).collect();
    let codes = EventCodes::embedded()?;
    let work = tempfile::TempDir::new()?;
    let start = Instant::now();
    let mut writer = TableWriter::create(&out, &COUNTS)?;
    let (mut rows, mut events) = (0, 0);
    let limits = Limits { threads, ..Limits::default() };
    let mut notices = Notices::new();
    let counted =
        count(&[("events_gdelt", files.as_slice())], States::embedded()?, Actors::Codes, limits, work.path(), &mut notices, |month| {
            // the root of a code is all but its last digits, so the numbers of codes are kept apart by their first
            let mut roots: BTreeMap<u16, String> = BTreeMap::new();
            let mut counts: Vec<(u16, u16, &str, u32)> = Vec::with_capacity(month.cells.len());
            for c in &month.cells {
                roots.entry(c.code).or_insert_with(|| root_text(c.source, c.code, codes));
            }
            for c in &month.cells {
                counts.push((c.actors.0.min(c.actors.1), c.actors.0.max(c.actors.1), &roots[&c.code], c.events));
            }
            counts.sort_unstable();
            let cells: Vec<_> = counts
                .chunk_by(|x, y| (x.0, x.1, x.2) == (y.0, y.1, y.2))
                .map(|same| (same[0].0, same[0].1, same[0].2, same.iter().map(|c| c.3).sum::<u32>()))
                .collect();
            rows += cells.len();
            events += cells.iter().map(|c| u64::from(c.3)).sum::<u64>();
            let number = month.year * 100 + i32::from(month.month);
            let columns: Vec<ArrayRef> = vec![
                Arc::new(Int32Array::from(vec![number; cells.len()])),
                Arc::new(StringArray::from_iter_values(cells.iter().map(|c| letters_text(c.0)))),
                Arc::new(StringArray::from_iter_values(cells.iter().map(|c| letters_text(c.1)))),
                Arc::new(StringArray::from_iter_values(cells.iter().map(|c| c.2))),
                Arc::new(cells.iter().map(|c| c.3).collect::<UInt32Array>()),
            ];
            writer.write(columns)?;
            Ok::<(), anyhow::Error>(())
        })?;
    writer.finish()?;
    let seconds = start.elapsed().as_secs_f64();
    let read: u64 = counted.accounts.iter().map(|(_, a)| a.rows_in).sum();
    println!("{{\"wall_s\": {seconds:.4}, \"rows_in\": {read}, \"rows\": {rows}, \"events\": {events}}}");
    Ok(())
}
