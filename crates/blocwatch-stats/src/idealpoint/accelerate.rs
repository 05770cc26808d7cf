//! Anderson's acceleration of a fixed-point iteration: the next point is put together from the last few, so that what remained to move
//! is least (Walker & Ni 2011). Whether the point is better is the caller's to check.

/// Rounds remembered.
const MEMORY: usize = 6;

/// What the last rounds were.
#[derive(Debug, Default)]
pub(super) struct Accelerator {
    last: Option<(Vec<f64>, Vec<f64>)>,
    /// Differences between rounds: of what remained to move, and of where the plain step led.
    rest: Vec<Vec<f64>>,
    led: Vec<Vec<f64>>,
}

impl Accelerator {
    /// The next point after a plain step from `from` to `to`.
    pub(super) fn next(&mut self, from: &[f64], to: &[f64]) -> Vec<f64> {
        let rest: Vec<f64> = to.iter().zip(from).map(|(t, f)| t - f).collect();
        if let Some((last_rest, last_to)) = self.last.take() {
            if self.rest.len() == MEMORY {
                self.rest.remove(0);
                self.led.remove(0);
            }
            self.rest.push(rest.iter().zip(&last_rest).map(|(a, b)| a - b).collect());
            self.led.push(to.iter().zip(&last_to).map(|(a, b)| a - b).collect());
        }
        let shares = self.shares(&rest);
        let mut out = to.to_vec();
        for (share, led) in shares.iter().zip(&self.led) {
            out.iter_mut().zip(led).for_each(|(o, l)| *o -= share * l);
        }
        self.last = Some((rest, to.to_vec()));
        out
    }

    /// Forgets what was.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Least squares of what remains on its differences; the normal equations with a trace of a ridge.
    fn shares(&self, rest: &[f64]) -> Vec<f64> {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let n = self.rest.len();
        let mut l = vec![vec![0.0; n]; n];
        let mut x: Vec<f64> = self.rest.iter().map(|r| dot(r, rest)).collect();
        for i in 0..n {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| l[i][k] * l[j][k]).sum();
                let value = dot(&self.rest[i], &self.rest[j]);
                if i == j {
                    let pivot = value * (1.0 + 1e-10) - known;
                    if pivot.is_nan() || pivot <= 1e-14 * value {
                        return Vec::new();
                    }
                    l[i][i] = pivot.sqrt();
                } else {
                    l[i][j] = (value - known) / l[j][j];
                }
            }
        }
        for i in 0..n {
            let known: f64 = (0..i).map(|k| l[i][k] * x[k]).sum();
            x[i] = (x[i] - known) / l[i][i];
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| l[k][i] * x[k]).sum();
            x[i] = (x[i] - known) / l[i][i];
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linear_iteration_ends_in_a_few_rounds() {
        // x ← x + 0.1 (b − A x) with four different rates: the plain iteration needs hundreds of rounds
        let rates = [0.02, 0.1, 0.5, 0.9];
        let step = |x: &[f64]| -> Vec<f64> { x.iter().zip(rates).map(|(x, r)| x + r * (1.0 - x)).collect() };
        let (mut x, mut accelerator) = (vec![0.0; 4], Accelerator::default());
        for _ in 0..8 {
            let to = step(&x);
            x = accelerator.next(&x, &to);
        }
        assert!(x.iter().all(|v| (v - 1.0).abs() < 1e-6), "{x:?}");
    }
}
