//! A fast point estimate of dynamic ordinal ideal points: variational maximisation.
//!
//! The model is that of the sampler, with a random walk in both directions of time as prior, which begins at N(0, 1). What is maximised is the lower bound of the
//! log-likelihood under independent normal distributions of discriminations and of each seat's walk; with the best distribution of the
//! latent answers put in, it is
//!
//! Σ log P(answer | m_β m_θ, γ) − ½ Σ (m_β² s_θ + s_β (m_θ² + s_θ)) + prior + entropy,
//!
//! with means m and variances s. Given the ideal points it is concave in an item's discrimination and cutpoints, and the other way round,
//! so both are updated by Newton's method in turn; an update that would lower the bound is shortened until it does not. The ideal points
//! stay on a scale (mean 0, standard deviation 1 over votes) in every step, so that the bound never falls. Points are weighed by their votes
//! there because the published sampler, which puts its points on the scale without touching discriminations, in effect does so too: it takes
//! from every point in proportion to what its votes say of it. With equal weights, sessions with many roll calls spread out against the others. The variances s are part of the bound
//! and no measure of uncertainty: they leave out what items and seats share. Intervals come from [`super::bootstrap`].

use super::accelerate::Accelerator;
use super::normal::Normal;
use super::prepare::{Call, Data};
use super::sampler::{Anchors, start_beta};
use super::walk::Walk;
use crate::parallel;

/// How the estimate is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitting {
    /// Variance of a step between sessions with the same number of votes, times two; smaller smooths more.
    pub smooth: f64,
    /// It ends when no ideal point moves by more than this, in standard deviations.
    pub tolerance: f64,
    /// It ends after this many rounds in any case.
    pub rounds: u32,
}

impl Default for Fitting {
    fn default() -> Self {
        Self { smooth: 0.5, tolerance: 1e-4, rounds: 500 }
    }
}

/// The estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Ideal point of each cell.
    pub points: Vec<f64>,
    /// Variances of the bound; not for intervals.
    pub(super) spread: Vec<f64>,
    /// Items' parameters.
    pub(super) items: Vec<Response>,
    /// The bound after every step of items and of ideal points in turn: it never falls.
    pub bound: Vec<f64>,
    /// Whether the tolerance was met before the last round.
    pub converged: bool,
}

impl Estimate {
    /// Discrimination and cutpoints of an item; `None` where its votes are all alike or it has none.
    pub fn item(&self, at: usize) -> Option<(f64, [f64; 2])> {
        self.items.get(at).filter(|r| r.active).map(|r| (r.beta, r.cut))
    }
}

/// Parameters of one item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Response {
    pub(super) beta: f64,
    spread: f64,
    /// Infinite where nobody answers below or above; equal where nobody abstains.
    pub(super) cut: [f64; 2],
    /// Whether there are at least two different answers.
    active: bool,
}

/// Estimates ideal points.
pub fn fit(data: &Data, anchors: &Anchors, how: &Fitting) -> Estimate {
    if data.cells.len() < 2 {
        let points = vec![0.0; data.cells.len()];
        return Estimate { spread: points.clone(), points, items: Vec::new(), bound: Vec::new(), converged: true };
    }
    let weights = vec![1.0; data.calls.len()];
    let mut model = Model::new(data, &weights, how.smooth, true);
    let start = model.start(anchors);
    // any variance will do to begin with
    let spread = vec![0.02; start.len()];
    let mut estimate = model.climb(start, spread, how);
    estimate.finish(data, anchors);
    estimate
}

/// The same from a start, with each roll call counted as often as its weight says; on one thread.
pub(super) fn refit(data: &Data, weights: &[f64], from: &Estimate, anchors: &Anchors, how: &Fitting) -> Estimate {
    let mut model = Model::new(data, weights, how.smooth, false);
    let start = model.restart(from);
    let mut estimate = model.climb(start, from.spread.clone(), how);
    estimate.finish(data, anchors);
    estimate
}

impl Estimate {
    /// Puts the points on the published scale: mean 0 and standard deviation 1 over cells, the anchor positive on average.
    fn finish(&mut self, data: &Data, anchors: &Anchors) {
        let n = self.points.len() as f64;
        let mean = self.points.iter().sum::<f64>() / n;
        let sd = (self.points.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        if sd > 0.0 {
            self.points.iter_mut().for_each(|p| *p = (*p - mean) / sd);
            self.spread.iter_mut().for_each(|s| *s /= sd * sd);
            self.items.iter_mut().for_each(|r| r.rescale(mean, sd));
        }
        let total: f64 = data.cells.iter().zip(&self.points).filter(|(c, _)| c.seat == anchors.positive).map(|(_, p)| p).sum();
        if total < 0.0 {
            self.points.iter_mut().for_each(|p| *p = -*p);
            self.items.iter_mut().for_each(|r| r.beta = -r.beta);
        }
    }
}

/// A block of items and what it adds to the bound and to the cells.
struct Block {
    first: usize,
    items: Vec<Response>,
    /// Part of the bound before and after the items' step.
    before: f64,
    after: f64,
    /// Slope and curvature of each cell's ideal point, and its precision in the bound.
    cells: Vec<[f64; 3]>,
    /// Slopes and curvatures of an item's votes.
    scratch: Vec<[f64; 2]>,
}

/// The distribution of the ideal points' errors in the bound, which depends on the items only.
struct Errors {
    precision: Vec<f64>,
    spread: Vec<f64>,
    log: f64,
}

struct Model<'a> {
    data: &'a Data,
    weights: &'a [f64],
    walk: Walk,
    threads: bool,
    blocks: Vec<Block>,
}

impl<'a> Model<'a> {
    fn new(data: &'a Data, weights: &'a [f64], smooth: f64, threads: bool) -> Self {
        let blocks = data
            .blocks()
            .into_iter()
            .map(|range| Block {
                first: range.start,
                items: range.map(|i| Response::new(data, weights, i)).collect(),
                before: 0.0,
                after: 0.0,
                cells: vec![[0.0; 3]; data.cells.len()],
                scratch: Vec::new(),
            })
            .collect();
        Self { data, weights, walk: Walk::new(data, smooth), threads, blocks }
    }

    fn each(&mut self, work: impl Fn(&mut Block) + Sync) {
        if self.threads { parallel::each(&mut self.blocks, work) } else { self.blocks.iter_mut().for_each(work) }
    }

    /// Ideal points from the anchors: how a seat answers where the two differ.
    fn start(&mut self, anchors: &Anchors) -> Vec<f64> {
        let data = self.data;
        self.each(|block| {
            for (i, r) in block.items.iter_mut().enumerate() {
                r.beta = start_beta(data, anchors, block.first + i);
            }
        });
        let mut sums = vec![[0.0f64; 2]; data.cells.len()];
        for (item, r) in data.items.iter().zip(self.blocks.iter().flat_map(|b| &b.items)) {
            for call in data.calls_of(item) {
                for (answer, voters) in data.voters_of(call).into_iter().enumerate() {
                    for cell in voters {
                        sums[*cell as usize][0] += r.beta * (answer as f64 - 1.0);
                        sums[*cell as usize][1] += r.beta.abs();
                    }
                }
            }
        }
        let mut points: Vec<f64> = sums.iter().map(|s| s[0] / (s[1] + 1.0)).collect();
        self.walk.standardise(&mut points);
        points
    }

    fn restart(&mut self, from: &Estimate) -> Vec<f64> {
        let (mean, sd) = self.walk.scale(&from.points);
        let mut old = from.items.iter();
        for r in self.blocks.iter_mut().flat_map(|b| &mut b.items) {
            if let Some(old) = old.next().filter(|o| o.active && r.active) {
                r.adopt(old);
                r.rescale(mean, sd);
            }
        }
        from.points.iter().map(|p| (p - mean) / sd).collect()
    }

    fn items(&self) -> Vec<Response> {
        self.blocks.iter().flat_map(|b| b.items.iter().copied()).collect()
    }

    /// Goes up until nothing moves. A round is a step of all items, then one of all ideal points; whether the ideal points' step has
    /// raised the bound is seen in the next round, which is undone with a shorter step if it has not.
    fn climb(&mut self, mut points: Vec<f64>, mut spread: Vec<f64>, how: &Fitting) -> Estimate {
        let (data, weights) = (self.data, self.weights);
        let (mut bounds, mut converged) = (Vec::new(), false);
        let mut accelerator = Accelerator::default();
        // what the step went out from, where the plain step would have led, and the bound and errors there
        let mut last: Option<(Vec<f64>, Vec<f64>, f64, Errors)> = None;
        for _ in 0..how.rounds {
            let held = self.items();
            self.each(|block| block.step(data, weights, &points, &spread));
            if let Some((from, plain, bound, errors)) = &mut last {
                let reached = self.blocks.iter().map(|b| b.before).sum::<f64>() + errors.bound(&self.walk, &points);
                if reached < *bound - 1e-9 * bound.abs() {
                    let mut old = held.into_iter();
                    self.blocks.iter_mut().flat_map(|b| &mut b.items).zip(&mut old).for_each(|(r, old)| *r = old);
                    accelerator.forget();
                    // the plain step where it was accelerated; then half of it, and so on
                    points.clone_from(plain);
                    plain.iter_mut().zip(from.iter()).for_each(|(p, f)| *p = 0.5 * (*p + f));
                    self.walk.standardise(plain);
                    continue;
                }
                bounds.push(reached);
            }
            let (sums, of_items) = self.gather();
            let precision: Vec<f64> = sums.iter().map(|s| s[2]).collect();
            let (next, log) = self.walk.variances(&precision);
            // the items' part was computed with the variances of the round before
            let moved: f64 = precision.iter().zip(&next).zip(&spread).map(|((p, new), old)| p * (new - old)).sum();
            spread.clone_from(&next);
            let errors = Errors { precision, spread: next, log };
            let bound = of_items - 0.5 * moved + errors.bound(&self.walk, &points);
            bounds.push(bound);
            let curvature: Vec<f64> = sums.iter().map(|s| s[1]).collect();
            let slope: Vec<f64> = sums.iter().zip(&points).map(|(s, m)| s[0] + s[1] * m).collect();
            let Some(plain) = self.walk.maximum(&curvature, &slope) else { break };
            let most = plain.iter().zip(&points).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            if most < how.tolerance {
                converged = true;
                break;
            }
            let mut next = accelerator.next(&points, &plain);
            self.walk.standardise(&mut next);
            last = Some((std::mem::replace(&mut points, next), plain, bound, errors));
        }
        Estimate { points, spread, items: self.items(), bound: bounds, converged }
    }

    /// Sums over blocks, in their order.
    fn gather(&self) -> (Vec<[f64; 3]>, f64) {
        let mut sums = vec![[0.0; 3]; self.data.cells.len()];
        for block in &self.blocks {
            for (sum, part) in sums.iter_mut().zip(&block.cells) {
                for (s, p) in sum.iter_mut().zip(part) {
                    *s += p;
                }
            }
        }
        (sums, self.blocks.iter().map(|b| b.after).sum())
    }
}

impl Errors {
    /// What the walk and the entropy add to the bound. The items' part holds all other terms with variances of ideal points in them; the
    /// prior's own is what precision leaves of the number of cells.
    fn bound(&self, walk: &Walk, points: &[f64]) -> f64 {
        let of_data: f64 = self.precision.iter().zip(&self.spread).map(|(p, s)| p * s).sum();
        walk.quadratic(points) - 0.5 * (points.len() as f64 - of_data) - 0.5 * self.log
    }
}

impl Block {
    /// A Newton step for every item, then what the ideal points need.
    fn step(&mut self, data: &Data, weights: &[f64], points: &[f64], spread: &[f64]) {
        self.cells.fill([0.0; 3]);
        (self.before, self.after) = (0.0, 0.0);
        for (i, r) in self.items.iter_mut().enumerate().filter(|(_, r)| r.active) {
            let item = View::new(data, self.first + i, weights, points, spread);
            let (before, after) = r.step(&item, &mut self.scratch, &mut self.cells);
            self.before += before;
            self.after += after;
        }
    }
}

/// An item's votes with the ideal points of the voters.
struct View<'a> {
    data: &'a Data,
    calls: &'a [Call],
    weights: &'a [f64],
    points: &'a [f64],
    spread: &'a [f64],
}

impl<'a> View<'a> {
    fn new(data: &'a Data, item: usize, weights: &'a [f64], points: &'a [f64], spread: &'a [f64]) -> Self {
        let it = &data.items[item];
        Self { data, calls: data.calls_of(it), weights: &weights[it.first as usize..it.last as usize], points, spread }
    }

    /// Each group of equal answers with its weight.
    fn groups(&self) -> impl Iterator<Item = (f64, usize, &'a [u32])> {
        let data = self.data;
        self.calls.iter().zip(self.weights).filter(|(_, weight)| **weight > 0.0).flat_map(move |(call, weight)| {
            let voters = data.voters_of(call);
            (0..3).map(move |answer| (*weight, answer, voters[answer]))
        })
    }
}

/// Derivatives of the log-probability of an answer: value, slope in the mean and the cutpoints, and curvatures.
#[derive(Clone, Copy, Default)]
struct Slopes {
    p: f64,
    /// Mean, lower cutpoint, upper cutpoint.
    first: [f64; 3],
    /// Mean-mean, mean-lower, mean-upper, lower-lower, lower-upper, upper-upper.
    second: [f64; 6],
}

/// Below this a probability is not told from 0.
const LEAST: f64 = 1e-300;

#[inline(always)]
fn slopes(table: &Normal, answer: usize, mean: f64, cut: [f64; 2]) -> Slopes {
    match answer {
        0 => {
            let x = cut[0] - mean;
            let (r, c, p) = mills(table, x);
            Slopes { p, first: [-r, r, 0.0], second: [-c, c, 0.0, -c, 0.0, 0.0] }
        }
        2 => {
            let x = mean - cut[1];
            let (r, c, p) = mills(table, x);
            Slopes { p, first: [r, 0.0, -r], second: [-c, 0.0, c, 0.0, 0.0, -c] }
        }
        _ => {
            let (a, b) = (cut[0] - mean, cut[1] - mean);
            let (low, high) = if a + b > 0.0 { (-b, -a) } else { (a, b) };
            let ((pl, fl), (ph, fh)) = (table.cdf_pdf(low), table.cdf_pdf(high));
            let (fa, fb) = if a + b > 0.0 { (fh, fl) } else { (fl, fh) };
            let p = (ph - pl).max(LEAST);
            let (fa, fb) = (fa / p, fb / p);
            // an infinite cutpoint has no density, and infinity times nothing is no number
            let (afa, bfb) = (if fa > 0.0 { a * fa } else { 0.0 }, if fb > 0.0 { b * fb } else { 0.0 });
            let m = fa - fb;
            Slopes {
                p,
                first: [m, -fa, fb],
                second: [afa - bfb - m * m, -afa + m * fa, bfb - m * fb, afa - fa * fa, fa * fb, -bfb - fb * fb],
            }
        }
    }
}

/// For the lower tail up to `x`: density over probability, its fall, and the probability.
#[inline(always)]
fn mills(table: &Normal, x: f64) -> (f64, f64, f64) {
    let (p, f) = table.cdf_pdf(x);
    if p < LEAST {
        // the ratio's limit
        return (-x, 1.0, LEAST);
    }
    let r = f / p;
    (r, r * (x + r), p)
}

/// The logarithm of a product of probabilities, taken once in many factors.
struct LogProduct {
    product: f64,
    log: f64,
}

impl LogProduct {
    fn new() -> Self {
        Self { product: 1.0, log: 0.0 }
    }

    #[inline(always)]
    fn times(&mut self, p: f64) {
        self.product *= p;
        if self.product < 1e-5 {
            self.log += self.product.ln();
            self.product = 1.0;
        }
    }

    fn log(self) -> f64 {
        self.log + self.product.ln()
    }
}

impl Response {
    fn new(data: &Data, weights: &[f64], item: usize) -> Self {
        let mut counts = [0.0; 3];
        let it = &data.items[item];
        for (call, weight) in data.calls_of(it).iter().zip(&weights[it.first as usize..it.last as usize]) {
            for (count, voters) in counts.iter_mut().zip(data.voters_of(call)) {
                *count += weight * voters.len() as f64;
            }
        }
        let [yes, abstain, no] = counts;
        let active = counts.iter().filter(|c| **c > 0.0).count() > 1;
        let all = yes + abstain + no;
        let quantile = |share: f64| if active { super::normal::quantile(share.clamp(0.001, 0.999)) } else { 0.0 };
        let lower = if yes > 0.0 { quantile(yes / all) } else { f64::NEG_INFINITY };
        let upper = if no > 0.0 { quantile((yes + abstain) / all) } else { f64::INFINITY };
        // two cutpoints need a gap to start from
        let upper = if abstain > 0.0 { upper.max(lower + 1e-3) } else { lower };
        Self { beta: 0.0, spread: 0.1, cut: [lower, upper], active }
    }

    /// Takes over parameters where the kinds of answers are the same.
    fn adopt(&mut self, old: &Self) {
        let kind = |r: &Self| (r.cut[0].is_finite(), r.cut[1].is_finite(), r.cut[0] == r.cut[1]);
        self.beta = old.beta;
        self.spread = old.spread;
        if kind(self) == kind(old) {
            self.cut = old.cut;
        }
    }

    /// What gives the same answers when ideal points are shifted by minus `mean` and divided by `sd`.
    fn rescale(&mut self, mean: f64, sd: f64) {
        self.cut.iter_mut().for_each(|c| *c -= self.beta * mean);
        self.beta *= sd;
        self.spread *= sd * sd;
    }

    /// Whether nobody abstains, so that the two cutpoints are one.
    fn tied(&self) -> bool {
        self.cut[0] == self.cut[1]
    }

    /// A Newton step of discrimination and cutpoints, shortened until the bound does not fall; then adds slope, curvature and precision to
    /// the voters' cells. The item's part of the bound before and after.
    fn step(&mut self, item: &View<'_>, scratch: &mut Vec<[f64; 2]>, cells: &mut [[f64; 3]]) -> (f64, f64) {
        let table = Normal::table();
        let (mut g, mut h) = ([0.0; 3], [0.0; 6]);
        let (mut value, mut penalty, mut squares) = (0.0, 1.0, 1.0);
        for (weight, answer, voters) in item.groups() {
            let (mut log, mut gg, mut hh, mut spread, mut square) = (LogProduct::new(), [0.0; 3], [0.0; 6], 0.0, 0.0);
            for cell in voters {
                let t = item.points[*cell as usize];
                let s = slopes(table, answer, self.beta * t, self.cut);
                log.times(s.p);
                gg[0] += t * s.first[0];
                gg[1] += s.first[1];
                gg[2] += s.first[2];
                hh[0] += t * t * s.second[0];
                hh[1] += t * s.second[1];
                hh[2] += t * s.second[2];
                hh[3] += s.second[3];
                hh[4] += s.second[4];
                hh[5] += s.second[5];
                spread += item.spread[*cell as usize];
                square += t * t;
            }
            value += weight * log.log();
            penalty += weight * spread;
            squares += weight * (square + spread);
            g.iter_mut().zip(gg).for_each(|(g, x)| *g += weight * x);
            h.iter_mut().zip(hh).for_each(|(h, x)| *h += weight * x);
        }
        let entropy = |spread: f64| 0.5 * (1.0 + spread.ln() - spread * squares);
        let value = value - 0.5 * self.beta * self.beta * penalty;
        let before = value + entropy(self.spread);
        self.spread = 1.0 / squares;
        g[0] -= self.beta * penalty;
        h[0] -= penalty;
        let step = newton(g, h, self.tied()).unwrap_or([0.0; 3]);
        let (from, tied) = (*self, self.tied());
        let mut after = f64::NEG_INFINITY;
        for halved in 0..=20 {
            let share = if halved == 20 { 0.0 } else { 0.5f64.powi(halved) };
            self.beta = from.beta + share * step[0];
            self.cut = [from.cut[0] + share * step[1], from.cut[1] + share * step[2]];
            if self.cut[0] < self.cut[1] || tied {
                after = self.evaluate(item, scratch) - 0.5 * self.beta * self.beta * penalty;
            }
            // rounding of sums must not stop an item that has arrived
            if after >= value - 1e-10 * value.abs() {
                break;
            }
        }
        self.push(item, scratch, cells);
        (before, after + entropy(self.spread))
    }

    /// Log-probability of all answers, and its slope and curvature in each voter's mean.
    fn evaluate(&self, item: &View<'_>, scratch: &mut Vec<[f64; 2]>) -> f64 {
        let table = Normal::table();
        scratch.clear();
        let mut sum = 0.0;
        for (weight, answer, voters) in item.groups() {
            let mut log = LogProduct::new();
            for cell in voters {
                let s = slopes(table, answer, self.beta * item.points[*cell as usize], self.cut);
                log.times(s.p);
                scratch.push([s.first[0], s.second[0]]);
            }
            sum += weight * log.log();
        }
        sum
    }

    fn push(&self, item: &View<'_>, scratch: &[[f64; 2]], cells: &mut [[f64; 3]]) {
        let square = self.beta * self.beta;
        let mut slopes = scratch.iter();
        for (weight, _, voters) in item.groups() {
            let precision = weight * (square + self.spread);
            for (cell, [slope, curvature]) in voters.iter().zip(&mut slopes) {
                let c = &mut cells[*cell as usize];
                c[0] += weight * (self.beta * slope - self.spread * item.points[*cell as usize]);
                c[1] += weight * (self.spread - square * curvature);
                c[2] += precision;
            }
        }
    }
}

/// The Newton step for slope and cutpoints: minus the inverse of the curvature times the slope. Parameters without curvature (infinite
/// cutpoints) stay; tied cutpoints move together. `None` if the curvature is not negative.
fn newton(g: [f64; 3], h: [f64; 6], tied: bool) -> Option<[f64; 3]> {
    let mut a = [[-h[0], -h[1], -h[2]], [-h[1], -h[3], -h[4]], [-h[2], -h[4], -h[5]]];
    let mut b = g;
    if tied {
        a[0][1] += a[0][2];
        a[1][0] = a[0][1];
        a[1][1] += 2.0 * a[1][2] + a[2][2];
        b[1] += b[2];
    }
    for k in 1..3 {
        if (tied && k == 2) || a[k][k] <= 1e-12 {
            (0..3).for_each(|j| (a[k][j], a[j][k]) = (0.0, 0.0));
            (a[k][k], b[k]) = (1.0, 0.0);
        }
    }
    // Cholesky, with a trace of the diagonal against rounding
    let mut l = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..=i {
            let known: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
            let rest = a[i][j] - known;
            if i == j {
                let pivot = rest + 1e-9 * a[i][i];
                if pivot.is_nan() || pivot <= 0.0 {
                    return None;
                }
                l[i][i] = pivot.sqrt();
            } else {
                l[i][j] = rest / l[j][j];
            }
        }
    }
    for i in 0..3 {
        let known: f64 = (0..i).map(|k| l[i][k] * b[k]).sum();
        b[i] = (b[i] - known) / l[i][i];
    }
    for i in (0..3).rev() {
        let known: f64 = (i + 1..3).map(|k| l[k][i] * b[k]).sum();
        b[i] = (b[i] - known) / l[i][i];
    }
    if tied {
        b[2] = b[1];
    }
    Some(b)
}
