//! Times the readers of some sources on the files given, one after another: `time_readers RUNS FILE...`.

#![expect(clippy::print_stdout, reason = "an example that prints its result")]

use std::path::PathBuf;
use std::time::Instant;

use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_sources::{Held, fetch, registry};

fn main() -> blocwatch_sources::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let runs: usize = arguments.next().and_then(|n| n.to_str()?.parse().ok()).unwrap_or(1);
    let places: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    let Ok(states) = States::embedded() else { return Ok(()) };
    for run in 0..runs {
        let start = Instant::now();
        let (files, _) = fetch::in_place(&places, registry(), "", &mut Notices::new())?;
        println!("run {run}: {} files recognised in {:.1} ms", files.len(), start.elapsed().as_secs_f64() * 1e3);
        for source in registry() {
            let own: Vec<Held> = files.iter().filter(|h| h.file.source == source.meta().id).cloned().collect();
            if own.is_empty() {
                continue;
            }
            let start = Instant::now();
            let reading = source.read(&own, states, &mut Notices::new())?;
            let rows: usize = reading.tables.iter().map(|(_, batch)| batch.num_rows()).sum();
            println!("  {}: {rows} rows in {:.1} ms", source.meta().id, start.elapsed().as_secs_f64() * 1e3);
        }
    }
    Ok(())
}
