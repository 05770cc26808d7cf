//! Dynamic ordinal ideal points of voters who say yes, abstain or no (Bailey, Strezhnev & Voeten 2017).
//!
//! A voter with ideal point θ answers a resolution with discrimination β and cutpoints γ₁ < γ₂ by z = βθ + ε, ε ~ N(0, 1): yes below γ₁,
//! abstain between, no above γ₂. Ideal points have mean 0 and standard deviation 1 over all seats in all sessions, and the sign under
//! which an anchor (the United States) is positive.
//!
//! - [`prepare`](Data::new): the data of the model from ballots, exactly as published.
//! - [`sample`]: the published sampler, several chains, with diagnostics.
//! - [`fit`]: a point estimate in about a second by maximising a lower bound of the likelihood, and [`bootstrap`] for its intervals.
//!
//! What does not belong here: states' names, years, tables; which votes are read.

mod accelerate;
mod bootstrap;
mod diagnose;
mod normal;
mod ordinal;
mod prepare;
mod sampler;
mod walk;

pub use bootstrap::{Bootstrap, Resampling, bootstrap, simulate};
pub use diagnose::{Diagnosis, diagnose};
pub use ordinal::{Estimate, Fitting, fit};
pub use prepare::{ANSWERS, Ballot, Call, Cell, Data, Item, Rules, linked};
pub use sampler::{Anchors, Chain, Sampling, sample};

/// Shifts and stretches to mean 0 and standard deviation 1.
pub(crate) fn standardise(values: &mut [f64]) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    if variance > 0.0 {
        let scale = 1.0 / variance.sqrt();
        values.iter_mut().for_each(|v| *v = (*v - mean) * scale);
    }
}
