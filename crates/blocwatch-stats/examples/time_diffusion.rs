//! How long a network of influence takes on made-up cascades of the size of the US state policies of METHODS, section 5 (50 states, 728
//! policies, about 17,800 adoptions): `cargo run --release -p blocwatch-stats --example time_diffusion`.

#![expect(clippy::print_stdout, reason = "an example measures time and says so")]

use std::time::Instant;

use blocwatch_stats::diffusion::netinf::{Stop, netinf};
use blocwatch_stats::diffusion::permuted::permuted;
use blocwatch_stats::diffusion::{Adoption, Cascades, Delay, DiffusionError};
use blocwatch_stats::random::Random;

fn main() -> Result<(), DiffusionError> {
    let mut rows = Vec::new();
    for cascade in 0..728 {
        let mut random = Random::stream(1, u64::from(cascade));
        let begin = 1960.0 + 50.0 * random.uniform();
        for node in 0..50 {
            if random.uniform() < 0.49 {
                rows.push(Adoption { cascade, node, time: (begin - 8.0 * (1.0 - random.uniform()).ln()).floor() });
            }
        }
    }
    let cascades = Cascades::new(50, rows)?;
    let delay = Delay::suggested(&cascades)?;
    let mut times: Vec<f64> = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        let network = netinf(&cascades, delay, Stop::Edges(300))?;
        times.push(start.elapsed().as_secs_f64() * 1000.0);
        assert_eq!(network.len(), 300);
    }
    times.sort_by(f64::total_cmp);
    println!("{} adoptions, 300 edges: median {:.1} ms of 9 runs", cascades.adoptions(), times[4]);
    let start = Instant::now();
    let tested = permuted(&cascades, delay, 3, 199, 1)?;
    println!("{} pairs against 199 shuffles: {:.0} ms", tested.len(), start.elapsed().as_secs_f64() * 1000.0);
    Ok(())
}
