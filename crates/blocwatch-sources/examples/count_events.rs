//! Counts GDELT's own files as other programs do in `benches/jobs/events.py`: events in the lead of their text between two different codes
//! of countries, once for each day, pair, code and article, by month, unordered pair and root, into a Parquet file. The reader is the one of
//! the step `event_dyad_month`; only the labels are the published letters instead of states.
//!
//! `count_events OUT THREADS FILE...`, files of format 2 (`….export.CSV`, packed or not).

#![expect(clippy::print_stdout, reason = "an example that prints its result")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray, UInt32Array};
use blocwatch_core::Notices;
use blocwatch_core::events::EventCodes;
use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::state::States;
use blocwatch_sources::Held;
use blocwatch_sources::events::{Actors, Limits, Month, count, letters_text, root_text};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

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

/// Both countries, the root of the code and its events, sorted.
fn counts(month: &Month<'_>, codes: &EventCodes) -> Vec<((u16, u16, u16), u32)> {
    // a root is written as a number of two digits
    let mut roots: BTreeMap<u16, u16> = BTreeMap::new();
    let mut counts: Vec<((u16, u16, u16), u32)> = Vec::with_capacity(month.cells.len());
    for c in &month.cells {
        let root = *roots.entry(c.code).or_insert_with(|| root_text(c.source, c.code, codes).parse().unwrap_or(0));
        counts.push(((c.actors.0.min(c.actors.1), c.actors.0.max(c.actors.1), root), c.events));
    }
    counts.sort_unstable_by_key(|(key, _)| *key);
    counts.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
    counts
}

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let out = arguments.next().map(PathBuf::from).ok_or("name the file to write")?;
    let threads = arguments.next().and_then(|t| t.to_str().and_then(|t| t.parse().ok())).ok_or("name the number of threads")?;
    let files: Vec<Held> = arguments.map(|path| held(Path::new(&path))).collect();
    let codes = EventCodes::embedded()?;
    let work = tempfile::TempDir::new()?;
    let start = Instant::now();
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).build();
    let file = File::create(&out)?;
    let mut writer = None;
    let (mut rows, mut events) = (0, 0);
    let limits = Limits { threads, ..Limits::default() };
    let mut notices = Notices::new();
    let files = [("events_gdelt", files.as_slice())];
    let counted = count(&files, States::embedded()?, Actors::Codes, limits, work.path(), &mut notices, |month| -> Result<()> {
        let cells = counts(&month, codes);
        rows += cells.len();
        events += cells.iter().map(|c| u64::from(c.1)).sum::<u64>();
        let number = month.year * 100 + i32::from(month.month);
        let text = |of: fn(&(u16, u16, u16)) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(cells.iter().map(|(cell, _)| of(cell))))
        };
        let batch = RecordBatch::try_from_iter([
            ("month", Arc::new(Int32Array::from(vec![number; cells.len()])) as ArrayRef),
            ("a", text(|c| letters_text(c.0))),
            ("b", text(|c| letters_text(c.1))),
            ("root", text(|c| format!("{:02}", c.2))),
            ("n", Arc::new(cells.iter().map(|c| c.1).collect::<UInt32Array>())),
        ])?;
        let writer = match &mut writer {
            Some(writer) => writer,
            None => writer.insert(ArrowWriter::try_new(file.try_clone()?, batch.schema(), Some(properties.clone()))?),
        };
        writer.write(&batch)?;
        Ok(())
    })?;
    writer.ok_or("no event in these files")?.close()?;
    let seconds = start.elapsed().as_secs_f64();
    let read: u64 = counted.accounts.iter().map(|(_, a)| a.rows_in).sum();
    println!("{{\"wall_s\": {seconds:.4}, \"rows_in\": {read}, \"rows\": {rows}, \"events\": {events}}}");
    Ok(())
}
