//! Probabilities of majorities: how many of n independent things with unequal probabilities are so (Poisson-binomial), exactly.
//!
//! Used to say how sure a majority is when each member's class is itself uncertain. Independence between members is assumed and must be
//! said where a result is shown: errors of one set of coders lean the same way.

/// Distribution of the number of successes: `pmf(p)[k]` = P(exactly k). Exact convolution; probabilities outside 0 to 1 are
/// clamped, and a NaN makes every entry NaN.
///
/// ```
/// let pmf = blocwatch_stats::majority::pmf(&[0.5, 0.5]);
/// assert_eq!(pmf, [0.25, 0.5, 0.25]);
/// ```
pub fn pmf(p: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(p.len() + 1);
    out.push(1.0);
    for &p in p {
        let p = p.clamp(0.0, 1.0);
        out.push(0.0);
        for k in (0..out.len()).rev() {
            let one_less = if k == 0 { 0.0 } else { out[k - 1] };
            out[k] = out[k] * (1.0 - p) + one_less * p;
        }
    }
    out
}

/// P(at least `k` successes).
///
/// ```
/// use blocwatch_stats::majority::probability_at_least;
/// assert_eq!(probability_at_least(&[1.0, 1.0, 0.0], 2), 1.0);
/// assert_eq!(probability_at_least(&[1.0, 1.0, 0.0, 0.0], 3), 0.0);
/// ```
pub fn probability_at_least(p: &[f64], k: usize) -> f64 {
    if k == 0 {
        return 1.0;
    }
    // smallest terms first, so that a tail keeps its digits
    let sum: f64 = pmf(p).into_iter().skip(k).rev().sum();
    // not `min`, which would swallow a NaN
    if sum > 1.0 { 1.0 } else { sum }
}

/// P(X < threshold) for X normal about `mean`, its standard deviation half the width of the 68 % interval `low`–`high` (V-Dem's
/// `_codelow`, `_codehigh`). Without width it is 1 or 0: the mean lies below or it does not.
///
/// ```
/// use blocwatch_stats::majority::normal_below;
/// assert_eq!(normal_below(0.5, 0.5, 0.4, 0.6), 0.5);
/// assert!((normal_below(0.5, 0.4, 0.3, 0.5) - 0.841_344_746).abs() < 1e-9);
/// assert_eq!(normal_below(0.5, 0.4, 0.4, 0.4), 1.0);
/// ```
pub fn normal_below(threshold: f64, mean: f64, low: f64, high: f64) -> f64 {
    let sd = (high - low) / 2.0;
    if sd > 0.0 {
        0.5 * libm::erfc((mean - threshold) / (sd * std::f64::consts::SQRT_2))
    } else if mean < threshold {
        1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn probabilities() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(0.0f64..=1.0, 0..60)
    }

    proptest! {
        #[test]
        fn the_distribution_sums_to_one_and_has_the_right_mean(p in probabilities()) {
            let pmf = pmf(&p);
            prop_assert_eq!(pmf.len(), p.len() + 1);
            prop_assert!((pmf.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let mean: f64 = pmf.iter().enumerate().map(|(k, v)| k as f64 * v).sum();
            prop_assert!((mean - p.iter().sum::<f64>()).abs() < 1e-9);
        }

        #[test]
        fn raising_one_probability_never_lowers_a_tail(p in probabilities(), at: prop::sample::Index, up in 0.0f64..=1.0, k in 0usize..60) {
            prop_assume!(!p.is_empty());
            let i = at.index(p.len());
            let mut raised = p.clone();
            raised[i] = raised[i].max(up);
            prop_assert!(probability_at_least(&raised, k) >= probability_at_least(&p, k) - 1e-12);
        }

        #[test]
        fn equal_probabilities_are_a_binomial(n in 1usize..40, p in 0.0f64..=1.0) {
            let mut choose = 1.0;
            for (k, got) in pmf(&vec![p; n]).into_iter().enumerate() {
                let expected = choose * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32);
                prop_assert!((got - expected).abs() < 1e-12, "k {k}: {got} is not {expected}");
                choose = choose * (n - k) as f64 / (k + 1) as f64;
            }
        }

        #[test]
        fn certain_members_give_a_certain_answer(yes in 0usize..30, no in 0usize..30) {
            let p: Vec<f64> = std::iter::repeat_n(1.0, yes).chain(std::iter::repeat_n(0.0, no)).collect();
            prop_assert_eq!(probability_at_least(&p, p.len() / 2 + 1), if yes > no { 1.0 } else { 0.0 });
        }

        #[test]
        fn a_higher_mean_is_less_likely_below(mean in 0.0f64..1.0, more in 0.0f64..1.0, width in 0.0f64..0.5) {
            let below = |m: f64| normal_below(0.5, m, m - width, m + width);
            prop_assert!(below(mean) >= below(mean + more));
            prop_assert!((0.0..=1.0).contains(&below(mean)));
        }
    }

    #[test]
    fn a_missing_probability_is_not_hidden() {
        assert!(probability_at_least(&[f64::NAN, 1.0, 1.0], 2).is_nan());
        assert!(normal_below(0.5, f64::NAN, 0.1, 0.2).is_nan());
    }
}
