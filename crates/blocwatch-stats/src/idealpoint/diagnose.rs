//! Whether chains have converged, and what their draws say: mean, interval, R-hat, effective sample size, Monte-Carlo error.

use super::sampler::Chain;
use crate::parallel;

/// What the chains say of one cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diagnosis {
    /// Mean over all sweeps kept.
    pub mean: f64,
    /// Standard deviation of the draws.
    pub sd: f64,
    /// 5 % of the draws lie below.
    pub q05: f64,
    /// 95 % of the draws lie below.
    pub q95: f64,
    /// Variance between half chains against the variance within (Gelman & Rubin 1992, split): 1 if they agree, above 1.01 they do not.
    pub r_hat: f64,
    /// Independent draws that the stored draws are worth.
    pub effective: f64,
    /// Standard error of the mean of the stored draws.
    pub error: f64,
}

/// Diagnoses every cell; empty without draws.
pub fn diagnose(chains: &[Chain]) -> Vec<Diagnosis> {
    let cells = chains.first().map_or(0, |c| c.mean.len());
    if chains.iter().all(|c| c.draws.is_empty()) {
        return Vec::new();
    }
    parallel::map(
        cells,
        || (),
        |(), cell| {
            let draws: Vec<Vec<f64>> = chains.iter().map(|c| c.draws.iter().map(|d| d[cell]).collect()).collect();
            let mean = chains.iter().map(|c| c.mean[cell]).sum::<f64>() / chains.len() as f64;
            one(&draws, mean)
        },
    )
}

fn one(draws: &[Vec<f64>], mean: f64) -> Diagnosis {
    let mut all: Vec<f64> = draws.iter().flatten().copied().collect();
    let sd = variance(&all).sqrt();
    all.sort_by(f64::total_cmp);
    // a chain that still moves has halves that differ
    let halves: Vec<&[f64]> = draws
        .iter()
        .flat_map(|d| {
            let half = d.len() / 2;
            [&d[..half], &d[d.len() - half..]]
        })
        .collect();
    let (r_hat, effective) = mixing(&halves, all.len());
    Diagnosis { mean, sd, q05: quantile(&all, 0.05), q95: quantile(&all, 0.95), r_hat, effective, error: sd / effective.sqrt() }
}

/// R-hat and the effective size of all draws, by Geyer's initial monotone sequence over the chains together (Gelman et al. 2013, 11.4-5).
fn mixing(chains: &[&[f64]], all: usize) -> (f64, f64) {
    let n = chains.first().map_or(0, |c| c.len());
    if n < 4 {
        return (f64::NAN, f64::NAN);
    }
    let means: Vec<f64> = chains.iter().map(|c| c.iter().sum::<f64>() / n as f64).collect();
    let within = chains.iter().map(|c| variance(c)).sum::<f64>() / chains.len() as f64;
    let total = within * (n as f64 - 1.0) / n as f64 + variance(&means);
    if within.is_nan() || within <= 0.0 {
        return (f64::NAN, f64::NAN);
    }
    let correlation = |lag: usize| {
        let covariance: f64 = chains
            .iter()
            .zip(&means)
            .map(|(c, m)| c[..n - lag].iter().zip(&c[lag..]).map(|(a, b)| (a - m) * (b - m)).sum::<f64>() / n as f64)
            .sum::<f64>()
            / chains.len() as f64;
        let own: f64 = within * (n as f64 - 1.0) / n as f64;
        1.0 - (own - covariance) / total
    };
    let (mut sum, mut last) = (0.0, f64::INFINITY);
    for pair in 0..n / 2 {
        let value = if pair == 0 { 1.0 + correlation(1) } else { correlation(2 * pair) + correlation(2 * pair + 1) };
        if value <= 0.0 {
            break;
        }
        last = value.min(last);
        sum += last;
    }
    let time = (2.0 * sum - 1.0).max(1.0 / (all as f64).log10().max(1.0));
    ((total / within).sqrt(), all as f64 / time)
}

fn variance(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

/// Value below which a share of the sorted values lies, linearly between neighbours.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let low = place.floor() as usize;
    sorted[low] + (place - low as f64) * (sorted[(low + 1).min(last)] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Draws of a stationary chain in which neighbours correlate by `rho`, around `level`.
    fn chain(seed: u64, n: usize, rho: f64, level: f64) -> Vec<f64> {
        let mut random = Random::new(seed);
        let mut x = random.normal();
        (0..n)
            .map(|_| {
                x = rho * x + (1.0 - rho * rho).sqrt() * random.normal();
                level + x
            })
            .collect()
    }

    #[test]
    fn independent_draws_count_fully_and_dragging_ones_less() {
        let of = |rho: f64| one(&[chain(1, 20_000, rho, 0.0), chain(2, 20_000, rho, 0.0)], 0.0);
        let (free, slow) = (of(0.0), of(0.9));
        assert!((free.effective / 40_000.0 - 1.0).abs() < 0.1 && (free.r_hat - 1.0).abs() < 1e-3, "{free:?}");
        // (1 − ρ)/(1 + ρ) of the draws
        assert!((slow.effective / (40_000.0 * 0.1 / 1.9) - 1.0).abs() < 0.25, "{slow:?}");
        assert!((free.q95 - 1.645).abs() < 0.05 && (free.q05 + 1.645).abs() < 0.05 && (free.sd - 1.0).abs() < 0.02);
    }

    #[test]
    fn chains_that_disagree_are_told() {
        let apart = one(&[chain(1, 500, 0.0, 0.0), chain(2, 500, 0.0, 1.0)], 0.5);
        assert!(apart.r_hat > 1.08 && apart.effective < 20.0, "{apart:?}");
    }
}
