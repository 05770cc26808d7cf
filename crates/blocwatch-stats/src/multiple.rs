//! Correction of p-values for how many tests were made. Whoever shows one of many tests shows the corrected value beside it.

/// How p-values are corrected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// Holm (1979): among all rejected at level α, the chance of even one false one is at most α, however the tests depend.
    Holm,
    /// Benjamini & Hochberg (1995): among all rejected at level α, the expected share of false ones is at most α, for independent or
    /// positively dependent tests.
    BenjaminiHochberg,
}

impl Correction {
    /// Its name in tables and parameters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holm => "holm",
            Self::BenjaminiHochberg => "bh",
        }
    }
}

/// Corrected p-values, in the order given; `None` (a test not made) stays `None` and counts as none.
///
/// ```
/// use blocwatch_stats::multiple::{Correction, corrected};
/// let p = [Some(0.01), None, Some(0.04), Some(0.03)];
/// assert_eq!(corrected(&p, Correction::Holm), [Some(0.03), None, Some(0.06), Some(0.06)]);
/// assert_eq!(corrected(&p, Correction::BenjaminiHochberg), [Some(0.03), None, Some(0.04), Some(0.04)]);
/// ```
pub fn corrected(p: &[Option<f64>], correction: Correction) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> = p.iter().enumerate().filter_map(|(i, p)| p.map(|p| (p, i))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let tests = order.len() as f64;
    let mut out = vec![None; p.len()];
    match correction {
        Correction::Holm => {
            let mut greatest: f64 = 0.0;
            for (rank, (p, i)) in order.into_iter().enumerate() {
                greatest = greatest.max(((tests - rank as f64) * p).min(1.0));
                out[i] = Some(greatest);
            }
        }
        Correction::BenjaminiHochberg => {
            let mut least: f64 = 1.0;
            for (rank, (p, i)) in order.into_iter().enumerate().rev() {
                least = least.min(p * tests / (rank + 1) as f64);
                out[i] = Some(least);
            }
        }
    }
    out
}

/// Benjamini–Hochberg values of the smallest `p` among `tests` tests, where the tests not given had p-values greater than all given
/// ones: for searches that find the few best of very many pairs. `tests` below the number given counts as that number.
///
/// ```
/// use blocwatch_stats::multiple::among;
/// assert_eq!(among(&[0.01, 0.002], 100), [0.5, 0.2]);
/// ```
pub fn among(p: &[f64], tests: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|i, j| p[*i].total_cmp(&p[*j]).then(i.cmp(j)));
    let tests = tests.max(p.len()) as f64;
    let mut out = vec![1.0; p.len()];
    let mut least: f64 = 1.0;
    for (rank, i) in order.into_iter().enumerate().rev() {
        least = least.min(p[i] * tests / (rank + 1) as f64);
        out[i] = least;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn corrected_values_keep_order_and_grow(p in prop::collection::vec(prop::option::of(0.0f64..=1.0), 0..40)) {
            let holm = corrected(&p, Correction::Holm);
            let bh = corrected(&p, Correction::BenjaminiHochberg);
            for i in 0..p.len() {
                let Some(own) = p[i] else {
                    prop_assert!(holm[i].is_none() && bh[i].is_none());
                    continue;
                };
                let (h, b) = (holm[i].unwrap(), bh[i].unwrap());
                prop_assert!(own <= b + 1e-15 && b <= h + 1e-12 && h <= 1.0);
                for j in 0..p.len() {
                    if p[j].is_some_and(|other| other > own) {
                        prop_assert!(holm[j].unwrap() >= h && bh[j].unwrap() >= b);
                    }
                }
            }
        }

        #[test]
        fn the_best_of_many_are_corrected_as_if_all_were_given(p in prop::collection::vec(0.0f64..0.2, 1..30), others in 0usize..40) {
            let all: Vec<Option<f64>> = p.iter().map(|p| Some(*p)).chain((0..others).map(|_| Some(1.0))).collect();
            let expected: Vec<f64> = corrected(&all, Correction::BenjaminiHochberg).into_iter().take(p.len()).flatten().collect();
            prop_assert_eq!(among(&p, p.len() + others), expected);
        }

        #[test]
        fn rejections_are_those_of_the_stepwise_rules(p in prop::collection::vec(0.0f64..0.2, 1..30)) {
            let all: Vec<Option<f64>> = p.iter().map(|p| Some(*p)).collect();
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let n = p.len();
            let holm = (0..n).take_while(|i| sorted[*i] * (n - i) as f64 <= 0.05).count();
            let bh = (0..n).rev().find(|i| sorted[*i] * n as f64 / (i + 1) as f64 <= 0.05).map_or(0, |i| i + 1);
            let rejected = |c| corrected(&all, c).iter().filter(|p| p.unwrap() <= 0.05).count();
            prop_assert_eq!((rejected(Correction::Holm), rejected(Correction::BenjaminiHochberg)), (holm, bh));
        }
    }
}
