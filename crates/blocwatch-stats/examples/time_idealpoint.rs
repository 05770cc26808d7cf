//! Times both estimators of ideal points over all sessions of the General Assembly in `../shared`, and compares them with the published
//! points: `time_idealpoint [SWEEPS [BURN [CHAINS]]]`.

#![expect(clippy::print_stdout, reason = "an example that prints its result")]

use std::time::Instant;

use blocwatch_stats::idealpoint::{Anchors, Bootstrap, Data, Fitting, Resampling, Rules, Sampling, bootstrap, diagnose, fit, sample};

#[path = "../tests/it/ballots.rs"]
mod ballots;
#[path = "../../blocwatch-core/tests/it/shared.rs"]
mod shared;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|a| a.parse::<u32>().unwrap_or(0));
    let (sweeps, burn, chains) = (numbers.next().unwrap_or(50), numbers.next().unwrap_or(10), numbers.next().unwrap_or(1));
    let Some(votes) = ballots::read() else { return };
    let start = Instant::now();
    let data = Data::new(&votes.ballots, &votes.matches, &Rules::published());
    println!("prepare_ms {:.0}", start.elapsed().as_secs_f64() * 1e3);
    println!("cells {} votes {} items {}", data.cells().len(), data.votes(), data.items().len());
    let start = Instant::now();
    let fitting = Fitting::default();
    let estimate = fit(&data, &Anchors::published(), &fitting);
    println!(
        "fit_s {:.3} updates {} bound {:.3} converged {}",
        start.elapsed().as_secs_f64(),
        estimate.bound.len(),
        estimate.bound.last().copied().unwrap_or(f64::NAN),
        estimate.converged
    );
    println!("fit {}", votes.against_published(&data, &estimate.points));
    for resampling in [Resampling::Rollcalls, Resampling::Votes] {
        let start = Instant::now();
        let how = Bootstrap { draws: 10, seed: 1, resampling };
        let draws = bootstrap(&data, &estimate, &Anchors::published(), &fitting, &how);
        let mean_sd = (0..data.cells().len()).map(|i| sd(draws.iter().map(|d| d[i]))).sum::<f64>() / data.cells().len() as f64;
        println!("bootstrap {resampling:?} draws 10 s {:.3} mean_sd {mean_sd:.4}", start.elapsed().as_secs_f64());
    }
    if sweeps > 0 {
        let start = Instant::now();
        let how = Sampling { burn, keep: sweeps, thin: (sweeps / 400).max(1), chains, ..Sampling::default() };
        let drawn = sample(&data, &Anchors::published(), &how);
        let took = start.elapsed().as_secs_f64();
        println!("sampler_s {took:.2} sweep_ms {:.3}", took * 1e3 / f64::from((sweeps + burn) * chains));
        let cells = diagnose(&drawn);
        let worst = cells.iter().map(|d| d.r_hat).fold(0.0, f64::max);
        let mut effective: Vec<f64> = cells.iter().map(|d| d.effective).collect();
        effective.sort_by(f64::total_cmp);
        let error = cells.iter().map(|d| d.error).fold(0.0, f64::max);
        let spread = cells.iter().map(|d| d.sd).sum::<f64>() / cells.len() as f64;
        println!(
            "accepted {:.3} r_hat_most {worst:.4} effective_least {:.0} median {:.0} error_most {error:.4} mean_sd {spread:.4}",
            drawn[0].accepted,
            effective[0],
            effective[effective.len() / 2]
        );
        let mean: Vec<f64> = cells.iter().map(|d| d.mean).collect();
        println!("sampler {}", votes.against_published(&data, &mean));
        println!("fit against sampler r {:.5}", ballots::correlation(&mean, &estimate.points));
    }
}

fn sd(values: impl Iterator<Item = f64>) -> f64 {
    let all: Vec<f64> = values.collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    (all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (all.len() as f64 - 1.0)).sqrt()
}
