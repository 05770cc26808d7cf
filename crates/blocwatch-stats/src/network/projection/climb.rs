//! The fit of the bipartite configuration model: the top of a concave likelihood with one parameter for each class of rows and columns.

use super::NotFitted;

/// Sweeps that bring the start near the top, and those after which a fit that Newton's method did not finish is given up.
const SWEEPS_FIRST: usize = 5;
const SWEEPS: usize = 20_000;
/// Steps of Newton's method.
const STEPS: usize = 100;
/// How far expected degrees may lie from the observed ones; Newton's method ends far closer.
const CLOSE: f64 = 1e-8;

/// A class of rows or columns that the model has to fit: its number, degree and how many there are of it.
pub(super) type Side = (usize, f64, f64);

pub(super) fn joins(x: f64, y: f64) -> f64 {
    1.0 / (1.0 + (-x - y).exp())
}

/// The logarithms of the parameters on their way to the top of the likelihood.
pub(super) struct Climb<'a> {
    rows: &'a [Side],
    columns: &'a [Side],
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
}

impl<'a> Climb<'a> {
    pub(super) fn start(rows: &'a [Side], columns: &'a [Side]) -> Self {
        let edges: f64 = rows.iter().map(|r| r.1 * r.2).sum();
        let of = |sides: &[Side]| sides.iter().map(|s| (s.1 / edges.sqrt()).ln()).collect();
        Self { rows, columns, x: of(rows), y: of(columns) }
    }

    /// To the top: a few sweeps bring the start near it, Newton's method ends there.
    pub(super) fn climb(&mut self) -> Result<(), NotFitted> {
        self.sweep(SWEEPS_FIRST);
        let mut worst = self.newton();
        if worst >= CLOSE {
            worst = self.sweep(SWEEPS);
        }
        if worst < CLOSE { Ok(()) } else { Err(NotFitted(worst)) }
    }

    /// Newton's step for one parameter at a time, in turn; the greatest distance from a degree that is left.
    fn sweep(&mut self, most: usize) -> f64 {
        let step = |own: f64, degree: f64, other: &[f64], sides: &[Side]| {
            let (mut expected, mut slope) = (0.0, 0.0);
            for (o, side) in other.iter().zip(sides) {
                let p = joins(own, *o);
                expected += side.2 * p;
                slope += side.2 * p * (1.0 - p);
            }
            // a full step where it is small; far from the top a bounded one
            (((degree - expected) / slope).clamp(-2.0, 2.0), (degree - expected).abs())
        };
        let mut worst = f64::INFINITY;
        for _ in 0..most {
            worst = 0.0;
            for (own, row) in self.x.iter_mut().zip(self.rows) {
                let (by, off) = step(*own, row.1, &self.y, self.columns);
                *own += by;
                worst = off.max(worst);
            }
            for (own, column) in self.y.iter_mut().zip(self.columns) {
                let (by, off) = step(*own, column.1, &self.x, self.rows);
                *own += by;
                worst = off.max(worst);
            }
            if worst < CLOSE {
                break;
            }
        }
        worst
    }

    fn likelihood(&self) -> f64 {
        let own = |sides: &[Side], of: &[f64]| sides.iter().zip(of).map(|(s, v)| s.1 * s.2 * v).sum::<f64>();
        let mut joint = 0.0;
        for (x, row) in self.x.iter().zip(self.rows) {
            for (y, column) in self.y.iter().zip(self.columns) {
                // ln(1 + e^t), without overflow
                let t = x + y;
                joint += row.2 * column.2 * (t.max(0.0) + (-t.abs()).exp().ln_1p());
            }
        }
        own(self.rows, &self.x) + own(self.columns, &self.y) - joint
    }

    /// Newton's method for all parameters together: the greatest distance from a degree that is left. Rows meet only columns, so that
    /// their block of the second derivatives is a diagonal and can be taken out; the last column stays, since only sums x + y count.
    fn newton(&mut self) -> f64 {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let mut last = f64::INFINITY;
        for _ in 0..STEPS {
            let (mut row_gap, mut column_gap) = (Vec::with_capacity(rows), self.columns.iter().map(|c| c.1 * c.2).collect::<Vec<_>>());
            let (mut row_slope, mut column_slope) = (vec![0.0; rows], vec![0.0; columns]);
            let mut slope = vec![0.0; rows * columns];
            for (r, (x, row)) in self.x.iter().zip(self.rows).enumerate() {
                let mut gap = row.1 * row.2;
                for (c, (y, column)) in self.y.iter().zip(self.columns).enumerate() {
                    let p = joins(*x, *y);
                    let weight = row.2 * column.2;
                    gap -= weight * p;
                    column_gap[c] -= weight * p;
                    let s = weight * p * (1.0 - p);
                    slope[r * columns + c] = s;
                    row_slope[r] += s;
                    column_slope[c] += s;
                }
                row_gap.push(gap);
            }
            let off = |gaps: &[f64], sides: &[Side]| gaps.iter().zip(sides).map(|(g, s)| (g / s.2).abs()).fold(0.0, f64::max);
            let worst = off(&row_gap, self.rows).max(off(&column_gap, self.columns));
            // as close as arithmetic brings it
            if worst < CLOSE && (worst < 1e-12 || worst >= last) {
                return worst;
            }
            last = worst;
            let free = columns - 1;
            let mut matrix = vec![0.0; free * free];
            let mut step_y: Vec<f64> = column_gap[..free].to_vec();
            for c in 0..free {
                matrix[c * free + c] = column_slope[c];
            }
            for r in 0..rows {
                let of = &slope[r * columns..r * columns + free];
                for c in 0..free {
                    let share = of[c] / row_slope[r];
                    step_y[c] -= share * row_gap[r];
                    for (m, other) in matrix[c * free..c * free + c + 1].iter_mut().zip(of) {
                        *m -= share * other;
                    }
                }
            }
            if !solve_positive(&mut matrix, &mut step_y) {
                return worst;
            }
            step_y.push(0.0);
            let step_x: Vec<f64> = (0..rows)
                .map(|r| {
                    let met: f64 = slope[r * columns..(r + 1) * columns].iter().zip(&step_y).map(|(s, y)| s * y).sum();
                    (row_gap[r] - met) / row_slope[r]
                })
                .collect();
            // the likelihood is concave: go back until it does not fall
            let before = (self.x.clone(), self.y.clone(), self.likelihood());
            let mut length = 1.0;
            loop {
                self.x = before.0.iter().zip(&step_x).map(|(v, s)| v + length * s).collect();
                self.y = before.1.iter().zip(&step_y).map(|(v, s)| v + length * s).collect();
                if self.likelihood() >= before.2 - 1e-9 * before.2.abs() {
                    break;
                }
                length /= 2.0;
                if length < 1e-6 {
                    (self.x, self.y) = (before.0, before.1);
                    return worst;
                }
            }
        }
        last
    }
}

/// Solves `matrix · v = right` in place by Cholesky's decomposition, of a symmetric matrix whose lower half is given; false if it is not
/// positive definite as far as arithmetic sees.
fn solve_positive(matrix: &mut [f64], right: &mut [f64]) -> bool {
    let n = right.len();
    for i in 0..n {
        for j in 0..=i {
            let (above, below) = matrix.split_at(i * n);
            let row = &below[..i + 1];
            let other = if j == i { row } else { &above[j * n..j * n + j + 1] };
            let sum = row[j] - row[..j].iter().zip(&other[..j]).map(|(a, b)| a * b).sum::<f64>();
            let value = if j < i { sum / other[j] } else { sum.sqrt() };
            if !value.is_finite() || (j == i && sum <= 0.0) {
                return false;
            }
            matrix[i * n + j] = value;
        }
        right[i] = (right[i] - (0..i).map(|j| matrix[i * n + j] * right[j]).sum::<f64>()) / matrix[i * n + i];
    }
    for i in (0..n).rev() {
        right[i] = (right[i] - (i + 1..n).map(|j| matrix[j * n + i] * right[j]).sum::<f64>()) / matrix[i * n + i];
    }
    true
}
