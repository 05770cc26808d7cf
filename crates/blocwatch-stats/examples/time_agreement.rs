//! Times the agreement kernel over all sessions of the General Assembly in `../shared`: `cargo run --release -p blocwatch-stats
//! --example time_agreement`.

#![expect(clippy::print_stdout, reason = "an example that prints its result")]

use std::time::Instant;

use blocwatch_stats::agreement::sessions;

#[path = "../../blocwatch-core/tests/it/shared.rs"]
mod shared;
#[path = "../tests/it/votes.rs"]
mod votes;

fn main() {
    let start = Instant::now();
    let Some(all) = votes::sessions() else { return };
    let read = start.elapsed();
    let votes: Vec<_> = all.into_values().map(|s| (s.names.len(), s.cast, s.votes)).collect();
    let (states, cast) = votes.iter().fold((0, 0), |(s, c), v| (s + v.0, c + v.1));
    let votes: Vec<_> = votes.into_iter().map(|v| v.2).collect();
    let mut pairs = 0;
    let mut millis: Vec<f64> = (0..21)
        .map(|_| {
            let start = Instant::now();
            pairs = sessions(&votes).iter().map(Vec::len).sum();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    println!("{} sessions, {states} state-sessions, {cast} votes, {pairs} pairs", votes.len());
    println!(
        "reading {:.0} ms, kernel median {:.1} ms (fastest {:.1}, slowest {:.1})",
        read.as_secs_f64() * 1e3,
        millis[10],
        millis[0],
        millis[20]
    );
}
