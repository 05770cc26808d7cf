//! Measures on counts of events between two states (METHODS, section 6).

/// Balance of cooperation and conflict, (coop - conf) / (coop + conf), from -1 to 1; `None` where there is neither.
///
/// ```
/// use blocwatch_stats::events::balance;
/// assert_eq!(balance(3, 1), Some(0.5));
/// assert_eq!(balance(0, 0), None);
/// ```
pub fn balance(cooperation: u64, conflict: u64) -> Option<f64> {
    let all = cooperation + conflict;
    (all > 0).then(|| (cooperation as f64 - conflict as f64) / all as f64)
}

/// `n` as a share of `of`, times `base`; `None` where there is nothing to be a share of.
pub fn per(n: u64, of: u64, base: f64) -> Option<f64> {
    (of > 0).then(|| n as f64 / of as f64 * base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_no_zero() {
        assert_eq!((balance(0, 0), balance(2, 2), balance(0, 7)), (None, Some(0.0), Some(-1.0)));
        assert_eq!((per(0, 0, 1.0), per(0, 5, 1.0), per(1, 4, 10_000.0)), (None, Some(0.0), Some(2_500.0)));
    }

    proptest! {
        #[test]
        fn a_balance_turns_with_its_sides(a in 0u64..1_000_000, b in 0u64..1_000_000) {
            prop_assert_eq!(balance(a, b), balance(b, a).map(|x| 0.0 - x));
            prop_assert!(balance(a, b).is_none_or(|x| (-1.0..=1.0).contains(&x)));
        }
    }
}
