//! The random walk of each seat's ideal points over its sessions, as a Gaussian prior: systems of equations with three diagonals.
//!
//! What belongs here: solving for the ideal points of all seats at once, on the scale with mean 0 and standard deviation 1 over votes. Every
//! diagonal dominates, so nothing can be singular.

use super::prepare::Data;

/// Precision of a seat's first point around 0: without it the first sessions, which nothing precedes, drift away.
const FIRST: f64 = 1.0;

/// The prior: neighbouring sessions of a seat differ by a normal step.
#[derive(Debug)]
pub(super) struct Walk {
    /// Cells seat by seat, sessions in order.
    order: Vec<u32>,
    /// Precision of the step to the place before in `order`; 0 at a seat's first session.
    step: Vec<f64>,
    /// Precision around 0 of a seat's first session; 0 elsewhere.
    first: Vec<f64>,
    /// Weight of each cell in the scale: its votes.
    votes: Vec<f64>,
}

impl Walk {
    pub(super) fn new(data: &Data, smooth: f64) -> Self {
        let order: Vec<u32> = data.seats.iter().flatten().copied().collect();
        let cell = |at: &u32| &data.cells[*at as usize];
        let step = order.iter().map(|at| cell(at).before.map_or(0.0, |b| 1.0 / data.drift(cell(at), Some(b), smooth))).collect();
        let first = order.iter().map(|at| if cell(at).before.is_none() { FIRST } else { 0.0 }).collect();
        let votes = order.iter().map(|at| f64::from(cell(at).votes)).collect();
        Self { order, step, first, votes }
    }

    /// Shift and stretch under which points have mean 0 and standard deviation 1 over votes.
    pub(super) fn scale(&self, points: &[f64]) -> (f64, f64) {
        let all = sum(&self.votes);
        let over =
            |value: &dyn Fn(f64) -> f64| self.order.iter().zip(&self.votes).map(|(c, w)| w * value(points[*c as usize])).sum::<f64>() / all;
        let mean = over(&|p| p);
        let sd = over(&|p| (p - mean).powi(2)).sqrt();
        (mean, if sd > 0.0 { sd } else { 1.0 })
    }

    /// Puts points on that scale.
    pub(super) fn standardise(&self, points: &mut [f64]) {
        let (mean, sd) = self.scale(points);
        points.iter_mut().for_each(|p| *p = (*p - mean) / sd);
    }

    /// Diagonal of the precision at a place: data, prior, and the steps on both sides.
    fn diagonal(&self, at: usize, data: f64) -> f64 {
        data + self.first[at] + self.step[at] + self.step.get(at + 1).copied().unwrap_or(0.0)
    }

    /// Minus half the prior's quadratic form at the cells' means.
    pub(super) fn quadratic(&self, mean: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (at, cell) in self.order.iter().enumerate() {
            let m = mean[*cell as usize];
            sum += self.first[at] * m * m;
            if self.step[at] > 0.0 {
                sum += self.step[at] * (m - mean[self.order[at - 1] as usize]).powi(2);
            }
        }
        -0.5 * sum
    }

    /// Variances of the cells under the precision of the walk and of the data, and the logarithm of its determinant.
    pub(super) fn variances(&self, precision: &[f64]) -> (Vec<f64>, f64) {
        let n = self.order.len();
        let diagonal: Vec<f64> = (0..n).map(|at| self.diagonal(at, precision[self.order[at] as usize])).collect();
        // pivots from the front; the variance of a place follows from its pivot and the variance of the next
        let (mut pivots, mut log) = (Vec::with_capacity(n), 0.0);
        for at in 0..n {
            let pivot = match self.step[at] {
                0.0 => diagonal[at],
                step => diagonal[at] - step * step / pivots[at - 1],
            };
            log += pivot.ln();
            pivots.push(pivot);
        }
        let mut out = vec![0.0; n];
        let mut next = 0.0;
        for at in (0..n).rev() {
            let step = self.step.get(at + 1).copied().unwrap_or(0.0);
            next = 1.0 / pivots[at] + (step / pivots[at]).powi(2) * next;
            out[self.order[at] as usize] = next;
        }
        (out, log)
    }

    /// Solves for all cells, in the order of seats. `None` if `shift` makes the matrix indefinite.
    fn solve(&self, diagonal: &[f64], shift: f64, right: &[f64]) -> Option<Vec<f64>> {
        // the shift weighs as the scale does
        let n = right.len();
        let (mut pivots, mut x): (Vec<f64>, Vec<f64>) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for at in 0..n {
            let (mut pivot, mut value) = (diagonal[at] + shift * self.votes[at], right[at]);
            if self.step[at] > 0.0 {
                let factor = self.step[at] / pivots[at - 1];
                pivot -= self.step[at] * factor;
                value += factor * x[at - 1];
            }
            // a small pivot beside its diagonal is one of a matrix that is about to lose its definiteness
            if pivot <= 1e-9 * diagonal[at] {
                return None;
            }
            pivots.push(pivot);
            x.push(value);
        }
        for at in (0..n).rev() {
            if at + 1 < n && self.step[at + 1] > 0.0 {
                x[at] += self.step[at + 1] * x[at + 1];
            }
            x[at] /= pivots[at];
        }
        Some(x)
    }

    /// The cells' means that maximise the quadratic with data precision `precision` and slope `slope` at 0, among those with mean 0 and
    /// standard deviation 1 over all votes.
    ///
    /// With weights W and multipliers λ for the scale and μ for the mean the answer is (A + λW)⁻¹(b + μW1). Its length falls with λ, which
    /// Newton's method finds on the inverse of the length, where the function is nearly straight (Moré & Sorensen 1983).
    pub(super) fn maximum(&self, precision: &[f64], slope: &[f64]) -> Option<Vec<f64>> {
        let n = self.order.len();
        let goal = sum(&self.votes).sqrt();
        let diagonal: Vec<f64> = (0..n).map(|at| self.diagonal(at, precision[self.order[at] as usize])).collect();
        let right: Vec<f64> = self.order.iter().map(|c| slope[*c as usize]).collect();
        let (mut shift, mut least, mut most) = (0.0, f64::NEG_INFINITY, f64::INFINITY);
        let mut best = None;
        for _ in 0..60 {
            let pair = self.solve(&diagonal, shift, &right).zip(self.solve(&diagonal, shift, &self.votes));
            let Some((mut x, w)) = pair else {
                least = shift;
                shift = if most.is_finite() { 0.5 * (least + most) } else { 0.5 * shift + 1.0 };
                continue;
            };
            self.centre(&mut x, &w);
            let length = self.dot(&x, &x).sqrt();
            let off = length / goal - 1.0;
            if off > 0.0 {
                least = shift
            } else {
                most = shift
            }
            best = Some(x.clone());
            if off.abs() < 1e-12 || length == 0.0 {
                break;
            }
            let weighted: Vec<f64> = x.iter().zip(&self.votes).map(|(x, v)| x * v).collect();
            let Some(mut y) = self.solve(&diagonal, shift, &weighted) else { break };
            self.centre(&mut y, &w);
            let next = shift + off * length * length / self.dot(&x, &y);
            shift = if next > least && next < most {
                next
            } else if least.is_finite() && most.is_finite() {
                0.5 * (least + most)
            } else {
                break;
            };
        }
        let mut out = vec![0.0; n];
        for (cell, x) in self.order.iter().zip(best?) {
            out[*cell as usize] = x;
        }
        Some(out)
    }

    fn dot(&self, a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).zip(&self.votes).map(|((a, b), v)| a * b * v).sum()
    }

    /// Takes from `x` the multiple of `w` that leaves a mean of 0 over votes.
    fn centre(&self, x: &mut [f64], w: &[f64]) {
        let over = |of: &[f64]| of.iter().zip(&self.votes).map(|(x, v)| x * v).sum::<f64>();
        let much = over(x) / over(w);
        x.iter_mut().zip(w).for_each(|(x, w)| *x -= much * w);
    }
}

fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn data() -> Data {
        let mut cells = Vec::new();
        for session in 1..=6u16 {
            for seat in 0..5u16 {
                // gaps, and a seat with one session
                if (seat, session) != (1, 3) && (seat != 4 || session == 2) {
                    cells.push((session, seat, 10 + u32::from(seat * session)));
                }
            }
        }
        Data::of_cells(cells)
    }

    #[test]
    fn the_maximum_lies_on_the_scale_and_no_neighbour_is_higher() {
        let data = data();
        let walk = Walk::new(&data, 0.5);
        let n = data.cells().len();
        let mut random = Random::new(3);
        let precision: Vec<f64> = (0..n).map(|_| 1.0 + 5.0 * random.uniform()).collect();
        let slope: Vec<f64> = (0..n).map(|_| 6.0 * random.normal()).collect();
        let value = |x: &[f64]| {
            let of_data: f64 = x.iter().zip(&precision).zip(&slope).map(|((x, p), s)| s * x - 0.5 * p * x * x).sum();
            of_data + walk.quadratic(x)
        };
        let best = walk.maximum(&precision, &slope).expect("a maximum");
        let (mean, sd) = walk.scale(&best);
        assert!(mean.abs() < 1e-10 && (sd - 1.0).abs() < 1e-10, "{mean} {sd}");
        for _ in 0..2000 {
            let mut other: Vec<f64> = best.iter().map(|x| x + 0.3 * random.normal()).collect();
            walk.standardise(&mut other);
            assert!(value(&other) <= value(&best) + 1e-9);
        }
    }

    #[test]
    fn variances_are_the_diagonal_of_the_inverse() {
        let data = data();
        let walk = Walk::new(&data, 0.5);
        let n = data.cells().len();
        let precision: Vec<f64> = (0..n).map(|i| 1.0 + (i % 4) as f64).collect();
        let (variances, log) = walk.variances(&precision);
        let diagonal: Vec<f64> = (0..n).map(|at| walk.diagonal(at, precision[walk.order[at] as usize])).collect();
        for at in 0..n {
            let mut unit = vec![0.0; n];
            unit[at] = 1.0;
            let column = walk.solve(&diagonal, 0.0, &unit).expect("definite");
            assert!((column[at] - variances[walk.order[at] as usize]).abs() < 1e-12);
        }
        assert!(log.is_finite());
    }
}
