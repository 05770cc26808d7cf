//! Intervals of the point estimate: it is found again on resampled votes, starting from itself.
//!
//! Two ways: roll calls are drawn with replacement within each session (would the point be the same had other resolutions come to a
//! vote?), or all votes are drawn anew from the estimated model (would it be the same had the states voted again?).

use super::normal;
use super::ordinal::{Estimate, Fitting, refit};
use super::prepare::Data;
use super::sampler::Anchors;
use crate::parallel;
use crate::random::Random;

/// What is resampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resampling {
    /// Roll calls within sessions.
    Rollcalls,
    /// Votes from the model.
    Votes,
}

/// How often, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// Draws.
    pub draws: u32,
    /// Seed.
    pub seed: u64,
    /// What is resampled.
    pub resampling: Resampling,
}

/// Rounds of a draw at most, and the change at which it ends before. A draw begins at the estimate, from which it differs little: a few
/// rounds are as good as all (Andrews 2002, the k-step bootstrap).
const ROUNDS: u32 = 12;
const TOLERANCE: f64 = 0.01;

/// Ideal points of all cells in each draw, on the scale of the draw: mean 0, standard deviation 1, the anchor positive.
pub fn bootstrap(data: &Data, estimate: &Estimate, anchors: &Anchors, fitting: &Fitting, how: &Bootstrap) -> Vec<Vec<f64>> {
    let fitting = &Fitting { rounds: ROUNDS, tolerance: TOLERANCE, ..fitting.clone() };
    let one = |(): &mut (), draw: usize| {
        let mut random = Random::stream(how.seed, draw as u64);
        match how.resampling {
            Resampling::Rollcalls => {
                let weights = drawn_calls(data, &mut random);
                refit(data, &weights, estimate, anchors, fitting).points
            }
            Resampling::Votes => {
                let votes = drawn_votes(data, estimate, &mut random);
                refit(&votes, &vec![1.0; votes.calls.len()], estimate, anchors, fitting).points
            }
        }
    };
    parallel::map(how.draws as usize, || (), one)
}

/// Votes drawn from an estimated model: the same seats and roll calls, other answers.
pub fn simulate(data: &Data, estimate: &Estimate, seed: u64) -> Data {
    drawn_votes(data, estimate, &mut Random::new(seed))
}

/// How often each roll call is drawn when as many as the session has are drawn from the session with replacement.
fn drawn_calls(data: &Data, random: &mut Random) -> Vec<f64> {
    let mut by_session: Vec<u32> = (0..data.calls.len() as u32).collect();
    by_session.sort_by_key(|c| data.calls[*c as usize].session);
    let mut weights = vec![0.0; data.calls.len()];
    for of_session in by_session.chunk_by(|a, b| data.calls[*a as usize].session == data.calls[*b as usize].session) {
        for _ in of_session {
            weights[of_session[random.below(of_session.len() as u32) as usize] as usize] += 1.0;
        }
    }
    weights
}

fn drawn_votes(data: &Data, estimate: &Estimate, random: &mut Random) -> Data {
    let mut out = data.clone();
    for (at, item) in data.items.iter().enumerate() {
        let Some((beta, cut)) = estimate.item(at) else { continue };
        for call in item.first as usize..item.last as usize {
            let c = data.calls[call];
            let voters = &data.voters[c.start as usize..c.end as usize];
            let mut by_answer: [Vec<u32>; 3] = Default::default();
            for cell in voters {
                let z = beta * estimate.points[*cell as usize] + normal::draw(random);
                by_answer[usize::from(z > cut[0]) + usize::from(z > cut[1])].push(*cell);
            }
            out.calls[call].abstain = c.start + by_answer[0].len() as u32;
            out.calls[call].no = out.calls[call].abstain + by_answer[1].len() as u32;
            out.voters[c.start as usize..c.end as usize].copy_from_slice(&by_answer.concat());
        }
    }
    out
}
