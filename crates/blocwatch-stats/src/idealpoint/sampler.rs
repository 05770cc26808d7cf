//! The published sampler: Gibbs steps for ideal points, latent answers and discriminations, a Metropolis-Hastings step for cutpoints.
//!
//! Given the ideal points, items are independent of each other, so a sweep goes over blocks of items in parallel. An item's latent
//! answers are drawn, used and forgotten; what ideal points need of them is added up block by block. Every item has its own stream of
//! random numbers, and blocks do not depend on the machine: the same seed gives the same draws on any number of threads.
//!
//! As published, the prior of an ideal point is the conditional mean of the seat's previous session in the sweep before, a seat's first
//! session borrows from its second, and nothing is smoothed from later sessions.

use super::normal::{self, Normal, quantile};
use super::prepare::Data;
use super::standardise;
use crate::parallel;
use crate::random::Random;

/// Seats that start apart, so that the sign of the scale is the same in every chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchors {
    /// Seat and the ideal point at which all its sessions start.
    pub starts: Vec<(u16, f64)>,
    /// The seat whose votes give discriminations their first sign, and which is positive in the end.
    pub positive: u16,
    /// The seat it is compared with.
    pub negative: u16,
}

impl Anchors {
    /// As published: the United States, Canada, the United Kingdom and Israel high, Russia and East Germany low.
    pub fn published() -> Self {
        Self { starts: vec![(2, 3.0), (20, 3.0), (200, 3.0), (666, 3.0), (365, -2.0), (265, -2.0)], positive: 2, negative: 365 }
    }
}

/// What the sampler does.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    /// Sweeps thrown away at the start.
    pub burn: u32,
    /// Sweeps after them.
    pub keep: u32,
    /// One sweep in this many is stored.
    pub thin: u32,
    /// Chains.
    pub chains: u32,
    /// Seed.
    pub seed: u64,
    /// Variance of a step between sessions with the same number of votes, times two; smaller smooths more.
    pub smooth: f64,
}

impl Default for Sampling {
    /// As published, but with one chain more and a seed.
    fn default() -> Self {
        Self { burn: 4000, keep: 20_000, thin: 50, chains: 2, seed: 1, smooth: 0.5 }
    }
}

/// The draws of one chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Mean of each cell's ideal point over all sweeps kept.
    pub mean: Vec<f64>,
    /// The stored draws: one vector over cells each.
    pub draws: Vec<Vec<f64>>,
    /// Share of proposed cutpoints that were accepted.
    pub accepted: f64,
}

/// Width of a proposal for cutpoints (Johnson & Albert 1999).
const PROPOSAL: f64 = 0.2 / 3.0;
/// Cutpoints lie within this.
const FARTHEST_CUT: f64 = 7.0;
/// Latent answers lie within this.
const FARTHEST_ANSWER: f64 = 9.0;
/// Ideal points lie within this before they are put on the scale.
const FARTHEST_POINT: f64 = 5.0;

/// Draws chains of ideal points, one after the other, each on all cores.
pub fn sample(data: &Data, anchors: &Anchors, how: &Sampling) -> Vec<Chain> {
    if data.items.is_empty() {
        return Vec::new();
    }
    (0..how.chains).map(|chain| Sampler::new(data, anchors, how, chain).run(how)).collect()
}

/// Parameters of one item with its random numbers.
struct Response {
    beta: f64,
    cut: [f64; 2],
    random: Random,
}

/// A block of items, and what the ideal points need of it.
struct Block {
    first: usize,
    items: Vec<Response>,
    /// For each cell the sum of squared discriminations and of discrimination times latent answer.
    sums: Vec<[f64; 2]>,
    accepted: u64,
    /// Distance between latent mean and cutpoints, and what else is reused between items.
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    mean: Vec<f64>,
    now: Vec<[f64; 2]>,
    proposed: Vec<[f64; 2]>,
}

/// A cell's comparison with another session.
#[derive(Clone, Copy)]
struct Prior {
    compared: Option<u32>,
    precision: f64,
}

struct Sampler<'a> {
    data: &'a Data,
    blocks: Vec<Block>,
    priors: Vec<Prior>,
    /// Conditional means, which are the next sweep's priors.
    mean: Vec<f64>,
    theta: Vec<f64>,
    random: Random,
}

impl<'a> Sampler<'a> {
    fn new(data: &'a Data, anchors: &Anchors, how: &Sampling, chain: u32) -> Self {
        // streams: one for the ideal points of the chain, one for each of its items
        let streams = u64::from(chain) << 32;
        let mut random = Random::stream(how.seed, streams);
        let cells = data.cells.len();
        let mean = data
            .cells
            .iter()
            .map(|c| {
                let start = anchors.starts.iter().find(|(seat, _)| *seat == c.seat).map(|(_, start)| *start);
                // the first chain starts as published, the others apart from it
                let apart = if chain == 0 { 0.0 } else { normal::draw(&mut random) };
                start.unwrap_or(apart)
            })
            .collect();
        let priors = data
            .cells
            .iter()
            .map(|c| {
                let compared = c.before.or(c.after);
                Prior { compared, precision: 1.0 / data.drift(c, compared, how.smooth) }
            })
            .collect();
        let mut blocks: Vec<Block> = data
            .blocks()
            .into_iter()
            .map(|range| {
                let first = range.start;
                let items = range
                    .map(|i| Response {
                        beta: start_beta(data, anchors, i),
                        cut: start_cuts(data, i),
                        random: Random::stream(how.seed, streams + 1 + i as u64),
                    })
                    .collect();
                Block { first, items, sums: vec![[0.0; 2]; cells], accepted: 0, scratch: Scratch::default() }
            })
            .collect();
        parallel::each(&mut blocks, |block| block.start(data));
        Self { data, blocks, priors, mean, theta: vec![0.0; cells], random }
    }

    fn run(mut self, how: &Sampling) -> Chain {
        let mut mean = vec![0.0; self.theta.len()];
        let mut draws = Vec::with_capacity((how.keep / how.thin.max(1)) as usize);
        for sweep in 0..how.burn + how.keep {
            self.points();
            let (data, theta) = (self.data, &self.theta);
            parallel::each(&mut self.blocks, |block| block.sweep(data, theta));
            if sweep >= how.burn {
                mean.iter_mut().zip(&self.theta).for_each(|(m, t)| *m += t);
                if (sweep - how.burn + 1).is_multiple_of(how.thin.max(1)) {
                    draws.push(self.theta.clone());
                }
            }
        }
        mean.iter_mut().for_each(|m| *m /= f64::from(how.keep.max(1)));
        let proposed = self.data.items.len() as f64 * f64::from(how.burn + how.keep);
        let accepted = self.blocks.iter().map(|b| b.accepted).sum::<u64>() as f64 / proposed;
        Chain { mean, draws, accepted }
    }

    /// Draws all ideal points given latent answers and discriminations, and puts them on the scale.
    fn points(&mut self) {
        let before = std::mem::take(&mut self.mean);
        self.mean.reserve(before.len());
        for (i, prior) in self.priors.iter().enumerate() {
            let (mut squares, mut products) = (0.0, 0.0);
            for block in &self.blocks {
                squares += block.sums[i][0];
                products += block.sums[i][1];
            }
            let expected = prior.compared.map_or(0.0, |c| before[c as usize]);
            let variance = 1.0 / (squares + prior.precision);
            let mean = variance * (products + prior.precision * expected);
            self.mean.push(mean);
            let drawn = mean + variance.sqrt() * normal::draw(&mut self.random);
            self.theta[i] = drawn.clamp(-FARTHEST_POINT, FARTHEST_POINT);
        }
        standardise(&mut self.theta);
    }
}

/// +1 where the positive anchor says no more than the negative one, −1 where less, by the item's first session in which each votes.
pub(super) fn start_beta(data: &Data, anchors: &Anchors, item: usize) -> f64 {
    let answer = |seat: u16| {
        data.calls_of(&data.items[item]).iter().find_map(|call| {
            let voters = data.voters_of(call);
            voters.iter().position(|of| of.iter().any(|c| data.cells[*c as usize].seat == seat))
        })
    };
    match (answer(anchors.positive), answer(anchors.negative)) {
        (Some(a), Some(b)) if a > b => 1.0,
        (Some(a), Some(b)) if a < b => -1.0,
        _ => 0.0,
    }
}

/// Cutpoints from the shares of answers, spread over −1 to 1.
fn start_cuts(data: &Data, item: usize) -> [f64; 2] {
    let mut counts = [0usize; 3];
    for call in data.calls_of(&data.items[item]) {
        for (count, voters) in counts.iter_mut().zip(data.voters_of(call)) {
            *count += voters.len();
        }
    }
    let all = counts.iter().sum::<usize>() as f64;
    let below = |n: usize| 2.0 * n as f64 / all - 1.0;
    [below(counts[0]), below(counts[0] + counts[1])]
}

impl Block {
    /// First latent answers as if all ideal points were 0.
    fn start(&mut self, data: &Data) {
        let table = Normal::table();
        for (i, r) in self.items.iter_mut().enumerate() {
            for call in data.calls_of(&data.items[self.first + i]) {
                for (answer, voters) in data.voters_of(call).into_iter().enumerate() {
                    for cell in voters {
                        let p = probabilities(table, answer, 0.0, r.cut);
                        let z = latent(&mut r.random, answer, 0.0, r.cut, p);
                        let sums = &mut self.sums[*cell as usize];
                        sums[0] += r.beta * r.beta;
                        sums[1] += r.beta * z;
                    }
                }
            }
        }
    }

    /// Cutpoints, latent answers and discrimination of every item, in this order.
    fn sweep(&mut self, data: &Data, theta: &[f64]) {
        let table = Normal::table();
        self.sums.fill([0.0; 2]);
        for (i, r) in self.items.iter_mut().enumerate() {
            let calls = data.calls_of(&data.items[self.first + i]);
            let proposal = propose(table, r);
            let s = &mut self.scratch;
            s.mean.clear();
            s.now.clear();
            s.proposed.clear();
            let mut likelihood = Product::default();
            for call in calls {
                for (answer, voters) in data.voters_of(call).into_iter().enumerate() {
                    for cell in voters {
                        let mean = r.beta * theta[*cell as usize];
                        let now = probabilities(table, answer, mean, r.cut);
                        let proposed = probabilities(table, answer, mean, proposal);
                        likelihood.times(proposed[1] - proposed[0], now[1] - now[0]);
                        s.mean.push(mean);
                        s.now.push(now);
                        s.proposed.push(proposed);
                    }
                }
            }
            let accept = r.random.uniform() < likelihood.ratio() * asymmetry(table, r.cut, proposal);
            let shares = if accept {
                r.cut = proposal;
                self.accepted += 1;
                &s.proposed
            } else {
                &s.now
            };
            let (mut squares, mut products, mut at) = (1.0, 0.0, 0);
            for call in calls {
                for (answer, voters) in data.voters_of(call).into_iter().enumerate() {
                    for cell in voters {
                        let z = latent(&mut r.random, answer, s.mean[at], r.cut, shares[at]);
                        let t = theta[*cell as usize];
                        squares += t * t;
                        products += t * z;
                        // the latent answer is needed once more, when the discrimination is known
                        s.mean[at] = z;
                        at += 1;
                    }
                }
            }
            r.beta = products / squares + normal::draw(&mut r.random) / squares.sqrt();
            let square = r.beta * r.beta;
            let all = calls.first().zip(calls.last()).map_or(0..0, |(a, b)| a.start as usize..b.end as usize);
            for (cell, z) in data.voters[all].iter().zip(&s.mean) {
                let sums = &mut self.sums[*cell as usize];
                sums[0] += square;
                sums[1] += r.beta * z;
            }
        }
    }
}

/// The two ends of the share of the distribution in which an answer falls, measured from the nearer tail: `no` is mirrored, and so are
/// abstentions above the mean, so that neither end is rounded to 1.
#[inline(always)]
fn probabilities(table: &Normal, answer: usize, mean: f64, cut: [f64; 2]) -> [f64; 2] {
    match answer {
        0 => [0.0, table.cdf(cut[0] - mean)],
        2 => [0.0, table.cdf(mean - cut[1])],
        _ => {
            let (low, high) = (cut[0] - mean, cut[1] - mean);
            if low + high > 0.0 { [table.cdf(-high), table.cdf(-low)] } else { [table.cdf(low), table.cdf(high)] }
        }
    }
}

/// A latent answer from the normal distribution between its bounds, by inverting the distribution function.
#[inline(always)]
fn latent(random: &mut Random, answer: usize, mean: f64, cut: [f64; 2], p: [f64; 2]) -> f64 {
    let u = normal::open_uniform(random);
    let mirrored = match answer {
        0 => false,
        2 => true,
        _ => cut[0] + cut[1] - 2.0 * mean > 0.0,
    };
    let share = p[0] + u * (p[1] - p[0]);
    let from_tail = quantile(share);
    let z = if mirrored { mean - from_tail } else { mean + from_tail };
    z.clamp(-FARTHEST_ANSWER, FARTHEST_ANSWER)
}

/// New cutpoints near the old: the lower one below the old upper one, then the upper one above the new lower one.
fn propose(table: &Normal, r: &mut Response) -> [f64; 2] {
    let between = |random: &mut Random, from: f64, least: f64, most: f64| {
        let (low, high) = (table.cdf((least - from) / PROPOSAL), table.cdf((most - from) / PROPOSAL));
        let u = normal::open_uniform(random);
        (from + PROPOSAL * quantile(low + u * (high - low))).clamp(least, most)
    };
    let lower = between(&mut r.random, r.cut[0], -FARTHEST_CUT, r.cut[1]);
    let upper = between(&mut r.random, r.cut[1], lower, FARTHEST_CUT);
    [lower, upper]
}

/// What the proposal's asymmetry adds to the ratio, as published: the limits at the far ends are left out.
fn asymmetry(table: &Normal, now: [f64; 2], proposed: [f64; 2]) -> f64 {
    let above = |from: f64, to: f64| table.cdf((to - from) / PROPOSAL);
    above(proposed[0], now[1]) / above(now[0], proposed[1])
}

/// A product of many ratios that neither overflows nor vanishes.
struct Product {
    above: f64,
    below: f64,
    log: f64,
}

impl Default for Product {
    fn default() -> Self {
        Self { above: 1.0, below: 1.0, log: 0.0 }
    }
}

impl Product {
    #[inline(always)]
    fn times(&mut self, above: f64, below: f64) {
        self.above *= above;
        self.below *= below;
        if self.above < 1e-150 || self.below < 1e-150 {
            self.fold();
        }
    }

    fn fold(&mut self) {
        self.log += self.above.ln() - self.below.ln();
        (self.above, self.below) = (1.0, 1.0);
    }

    /// The product; 1 where it is not a number, as published.
    fn ratio(mut self) -> f64 {
        self.fold();
        if self.log.is_nan() { 1.0 } else { self.log.exp() }
    }
}
