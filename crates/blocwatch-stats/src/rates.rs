//! Rates of counted events with their intervals. What belongs here: counts over an exposure. What does not: what is counted.

/// Events per unit of exposure, with a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Events / exposure.
    pub rate: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The 97.5 % point of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The rate of a Poisson count with Byar's interval (Breslow & Day 1987, vol. II, p. 69), close to the exact one for any count.
/// `None` without exposure.
///
/// Events are taken as independent of each other; where they come in waves the truth is less sure than the interval says.
///
/// ```
/// use blocwatch_stats::rates::poisson;
/// let r = poisson(10, 100.0).unwrap();
/// // the exact interval of ten events is 4.795 to 18.390
/// assert!((r.low - 0.04795).abs() < 2e-4 && (r.high - 0.18390).abs() < 2e-4);
/// assert_eq!(poisson(0, 50.0).unwrap().low, 0.0);
/// assert_eq!(poisson(3, 0.0), None);
/// ```
pub fn poisson(events: u64, exposure: f64) -> Option<Rate> {
    if exposure <= 0.0 || !exposure.is_finite() {
        return None;
    }
    let byar = |n: f64, sign: f64| n * (1.0 - 1.0 / (9.0 * n) + sign * Z / (3.0 * n.sqrt())).powi(3);
    let n = events as f64;
    let low = if events == 0 { 0.0 } else { byar(n, -1.0).max(0.0) };
    Some(Rate { rate: n / exposure, low: low / exposure, high: byar(n + 1.0, 1.0) / exposure })
}

/// The 95 % interval of a share, `with` of `n` (Wilson 1927): right where there are few and where the share is near 0 or 1. `None` if `n`
/// is 0.
///
/// ```
/// let (low, high) = blocwatch_stats::rates::wilson(9, 10).unwrap();
/// assert!((low - 0.595_850).abs() < 1e-5 && (high - 0.982_124).abs() < 1e-5);
/// ```
pub fn wilson(with: u32, n: u32) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (with, n, z2) = (f64::from(with), f64::from(n), Z * Z);
    let share = with / n;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt() / (1.0 + z2 / n);
    // rounding must not put a bound on the wrong side of the share
    Some(((middle - half).clamp(0.0, share), (middle + half).clamp(share, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_interval_holds_the_rate_and_narrows_with_exposure(events in 0u64..5000, exposure in 1.0f64..1e6) {
            let r = poisson(events, exposure).expect("there is exposure");
            prop_assert!(r.low <= r.rate && r.rate <= r.high);
            let more = poisson(4 * events, 4.0 * exposure).expect("there is exposure");
            prop_assert!(more.high - more.low <= r.high - r.low);
        }
    }
}
