//! Times the episode kernel over all states of the reference inputs in `../shared`: `cargo run --release -p blocwatch-stats
//! --example time_episodes`.

#![expect(clippy::print_stdout, reason = "an example that prints its result")]

use std::time::Instant;

use blocwatch_stats::episodes::{Parameters, episodes};

#[path = "../tests/it/ert.rs"]
mod ert;
#[path = "../../blocwatch-core/tests/it/shared.rs"]
mod shared;

fn main() {
    let Some(inputs) = ert::inputs() else { return };
    let mut found = 0;
    let mut millis: Vec<f64> = (0..101)
        .map(|_| {
            let start = Instant::now();
            found = inputs.series.values().map(|s| episodes(s, &Parameters::default()).episodes.len()).sum();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    let years: usize = inputs.years.values().map(Vec::len).sum();
    println!("{} states, {years} state-years, {found} episodes", inputs.series.len());
    println!("kernel median {:.2} ms (fastest {:.2}, slowest {:.2})", millis[50], millis[0], millis[100]);
}
