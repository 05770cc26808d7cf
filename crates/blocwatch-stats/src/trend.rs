//! Whether a tie tightens or loosens: the slope of a series with its interval, and the years in which its level changes.
//!
//! Layers are not measured alike, so that series are made of ranks among all pairs of a year ([`ranks`]) where layers or years are to be
//! compared.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// The ranks of values among one another, (rank − ½)/n, from 0 to 1 without the ends; equal values share the mean of their ranks. `None`
/// (undefined) has no rank and is not counted.
///
/// ```
/// use blocwatch_stats::trend::ranks;
/// assert_eq!(ranks(&[Some(3.0), None, Some(1.0), Some(3.0), Some(9.0)]), [Some(0.5), None, Some(0.125), Some(0.5), Some(0.875)]);
/// ```
pub fn ranks(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(f64, usize)> = values.iter().enumerate().filter_map(|(i, v)| v.map(|v| (v, i))).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = order.len() as f64;
    let mut out = vec![None; values.len()];
    let mut below = 0;
    for equal in order.chunk_by(|a, b| a.0 == b.0) {
        let rank = (below as f64 + equal.len() as f64 / 2.0) / n;
        equal.iter().for_each(|(_, i)| out[*i] = Some(rank));
        below += equal.len();
    }
    out
}

/// Fewest observations from which a slope is told.
pub const FEWEST: usize = 8;

/// Why there is no slope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Fewer than [`FEWEST`] observations.
    TooShort,
    /// Each value so much like the one before that they are worth fewer than three.
    TooAlike,
}

impl Absent {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooAlike => "too_alike",
        }
    }
}

/// A straight line through a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slope {
    /// Change per period.
    pub slope: f64,
    /// 95 % interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// Observations.
    pub observations: u32,
    /// How many independent observations they are worth.
    pub effective: f64,
}

/// Which way a tie goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The interval of the slope lies above 0.
    Tightening,
    /// Below 0.
    Loosening,
    /// It holds 0.
    Unclear,
}

impl Direction {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tightening => "tightening",
            Self::Loosening => "loosening",
            Self::Unclear => "unclear",
        }
    }
}

impl Slope {
    /// Which way, as far as the interval tells.
    pub fn direction(&self) -> Direction {
        if self.low > 0.0 {
            Direction::Tightening
        } else if self.high < 0.0 {
            Direction::Loosening
        } else {
            Direction::Unclear
        }
    }
}

/// Least-squares slope of (period, value) in the order of periods. The interval allows for each value being like the one before it: n
/// observations with lag-one correlation r of the residuals count as n (1 − r)/(1 + r) (Santer et al. 2000), r raised by what short
/// series hide of it.
///
/// # Errors
/// Why there is none.
///
/// ```
/// use blocwatch_stats::trend::{Direction, slope};
/// let rising: Vec<(f64, f64)> = (0..12).map(|t| (f64::from(t), 0.1 * f64::from(t) + if t % 2 == 0 { 0.01 } else { -0.01 })).collect();
/// let s = slope(&rising).unwrap();
/// assert!((s.slope - 0.1).abs() < 0.001 && s.direction() == Direction::Tightening);
/// ```
pub fn slope(series: &[(f64, f64)]) -> Result<Slope, Absent> {
    if series.len() < FEWEST {
        return Err(Absent::TooShort);
    }
    let n = series.len() as f64;
    let mean_t = series.iter().map(|p| p.0).sum::<f64>() / n;
    let mean_y = series.iter().map(|p| p.1).sum::<f64>() / n;
    let spread: f64 = series.iter().map(|p| (p.0 - mean_t) * (p.0 - mean_t)).sum();
    let slope = series.iter().map(|p| (p.0 - mean_t) * (p.1 - mean_y)).sum::<f64>() / spread;
    let residual: Vec<f64> = series.iter().map(|p| p.1 - mean_y - slope * (p.0 - mean_t)).collect();
    let squares: f64 = residual.iter().map(|r| r * r).sum();
    if squares <= 1e-24 * (mean_y * mean_y + slope * slope * spread) {
        return Ok(Slope { slope, low: slope, high: slope, observations: series.len() as u32, effective: n });
    }
    let lag: f64 = residual.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / squares;
    // after a line is taken out, r is too low by about (2 + 4r)/n
    let r = ((lag + 2.0 / n) / (1.0 - 4.0 / n)).clamp(0.0, 1.0);
    let effective = n * (1.0 - r) / (1.0 + r);
    let freedom = effective - 2.0;
    if freedom < 1.0 {
        return Err(Absent::TooAlike);
    }
    let error = (squares / freedom / spread).sqrt();
    let Ok(student) = StudentsT::new(0.0, 1.0, freedom) else { return Err(Absent::TooAlike) };
    let half = student.inverse_cdf(0.975) * error;
    Ok(Slope { slope, low: slope - half, high: slope + half, observations: series.len() as u32, effective })
}

/// A change of level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Position of the first value of the new level.
    pub at: usize,
    /// Mean of the level before.
    pub before: f64,
    /// Mean of the new one.
    pub after: f64,
}

/// Where the level of a series changes: of all ways to cut it into levels of at least `shortest` values, with at most `most` cuts, the
/// one of the least Bayesian information criterion n ln(squares/n) + 2 (cuts) ln n (Yao 1988). All ways are tried (by dynamic
/// programming), so that nothing depends on a search order.
///
/// Values that follow one another closely, or climb steadily, look like steps: read changes beside the slope.
///
/// # Panics
/// If `shortest` is 0.
///
/// ```
/// use blocwatch_stats::trend::changes;
/// let series = [1.0, 1.1, 0.9, 1.0, 3.0, 3.1, 2.9, 3.0];
/// let found = changes(&series, 3, 3);
/// assert_eq!((found.len(), found[0].at, found[0].after), (1, 4, 3.0));
/// ```
pub fn changes(values: &[f64], shortest: usize, most: usize) -> Vec<Change> {
    assert!(shortest > 0, "a level has at least one value");
    let n = values.len();
    if n < 2 * shortest {
        return Vec::new();
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    let mut sums = vec![(0.0, 0.0)];
    for v in values {
        let (sum, squares) = sums[sums.len() - 1];
        sums.push((sum + (v - mean), squares + (v - mean) * (v - mean)));
    }
    // squares about the mean of values i..j
    let cost = |i: usize, j: usize| {
        let (sum, squares) = (sums[j].0 - sums[i].0, sums[j].1 - sums[i].1);
        (squares - sum * sum / (j - i) as f64).max(0.0)
    };
    let all = cost(0, n);
    // below this the levels are exact, and fewer cuts are as good
    let exact = 1e-12 * all;
    if all <= n as f64 * mean * mean * 1e-24 {
        return Vec::new();
    }
    let criterion = |squares: f64, cuts: usize| n as f64 * (squares.max(exact) / n as f64).ln() + 2.0 * cuts as f64 * (n as f64).ln();
    // least[j]: least squares of the first j values with so many cuts; last[cuts][j]: where the last of them lies
    let mut least: Vec<f64> = (0..=n).map(|j| if j >= shortest { cost(0, j) } else { f64::INFINITY }).collect();
    let mut last: Vec<Vec<usize>> = vec![vec![0; n + 1]];
    let (mut best, mut cuts) = (criterion(all, 0), 0);
    for k in 1..=most.min(n / shortest - 1) {
        let mut next = vec![f64::INFINITY; n + 1];
        let mut from = vec![0; n + 1];
        for j in (k + 1) * shortest..=n {
            for (i, before) in least.iter().enumerate().take(j - shortest + 1).skip(k * shortest) {
                let squares = before + cost(i, j);
                if squares < next[j] {
                    (next[j], from[j]) = (squares, i);
                }
            }
        }
        least = next;
        last.push(from);
        let reached = criterion(least[n], k);
        if reached < best {
            (best, cuts) = (reached, k);
        }
    }
    let mut bounds = vec![n];
    for k in (1..=cuts).rev() {
        bounds.push(last[k][bounds[bounds.len() - 1]]);
    }
    bounds.push(0);
    bounds.reverse();
    let level = |i: usize, j: usize| values[i..j].iter().sum::<f64>() / (j - i) as f64;
    bounds.windows(3).map(|w| Change { at: w[1], before: level(w[0], w[1]), after: level(w[1], w[2]) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use proptest::prelude::*;

    /// Values each of which keeps `like` of the one before.
    fn noise(n: usize, like: f64, random: &mut Random) -> Vec<f64> {
        let mut last = random.normal() / (1.0 - like * like).sqrt();
        (0..n)
            .map(|_| {
                last = like * last + random.normal();
                last
            })
            .collect()
    }

    #[test]
    fn intervals_of_slopes_cover_them() {
        let mut random = Random::new(1);
        for (n, like, least) in [(12, 0.0, 0.93), (40, 0.0, 0.93), (20, 0.4, 0.90), (40, 0.6, 0.90), (70, 0.8, 0.88)] {
            let (mut covered, mut told) = (0.0, 0.0);
            for _ in 0..1000 {
                let series: Vec<(f64, f64)> =
                    noise(n, like, &mut random).into_iter().enumerate().map(|(t, e)| (t as f64, 0.05 * t as f64 + e)).collect();
                if let Ok(s) = slope(&series) {
                    told += 1.0;
                    covered += f64::from(u8::from(s.low <= 0.05 && 0.05 <= s.high));
                }
            }
            assert!(covered / told >= least && told >= 700.0, "{n} values, {like} alike: {} covered of {told}", covered / told);
        }
    }

    #[test]
    fn slopes_are_told_from_none() {
        let mut random = Random::new(2);
        let mut count = |by: f64| {
            let of = |e: Vec<f64>| e.into_iter().enumerate().map(|(t, e)| (t as f64, by * t as f64 + e)).collect::<Vec<_>>();
            let directions: Vec<Direction> =
                (0..200).filter_map(|_| slope(&of(noise(30, 0.2, &mut random))).ok()).map(|s| s.direction()).collect();
            let share = |d| directions.iter().filter(|x| **x == d).count() as f64 / directions.len() as f64;
            (share(Direction::Tightening), share(Direction::Loosening))
        };
        assert!(count(0.2).0 > 0.95 && count(-0.2).1 > 0.95);
        let (up, down) = count(0.0);
        assert!(up + down < 0.1);
    }

    #[test]
    fn planted_changes_are_found_and_none_seldom_is() {
        let mut random = Random::new(3);
        let (mut exact, mut near, mut none) = (0, 0, 0);
        for _ in 0..200 {
            let mut series = noise(60, 0.0, &mut random);
            none += u32::from(changes(&series, 3, 5).is_empty());
            series[20..].iter_mut().for_each(|v| *v += 3.0);
            series[45..].iter_mut().for_each(|v| *v -= 4.0);
            let found: Vec<usize> = changes(&series, 3, 5).iter().map(|c| c.at).collect();
            exact += u32::from(found == [20, 45]);
            near += u32::from([20usize, 45].iter().all(|at| found.iter().any(|f| f.abs_diff(*at) <= 2)));
        }
        assert!(none >= 170 && near >= 190 && exact >= 130, "{none} none, {near} near, {exact} exact, of 200");
    }

    #[test]
    fn short_and_flat_series_have_neither() {
        assert_eq!(slope(&[(0.0, 1.0); 7]), Err(Absent::TooShort));
        let flat: Vec<(f64, f64)> = (0..10).map(|t| (f64::from(t), 2.0)).collect();
        assert_eq!(slope(&flat).unwrap().direction(), Direction::Unclear);
        assert_eq!(changes(&[2.0; 20], 3, 5), []);
        assert_eq!(changes(&[1.0, 2.0], 3, 5), []);
        assert_eq!(changes(&[], 1, 5), []);
        let step: Vec<f64> = (0..20).map(|t| f64::from(u8::from(t >= 10))).collect();
        assert_eq!(changes(&step, 3, 5), [Change { at: 10, before: 0.0, after: 1.0 }]);
    }

    proptest! {
        #[test]
        fn cuts_are_the_best_of_all(values in prop::collection::vec(-3.0f64..3.0, 6..11)) {
            let n = values.len();
            let squares = |part: &[f64]| {
                let mean = part.iter().sum::<f64>() / part.len() as f64;
                part.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>()
            };
            let criterion = |cuts: &[usize]| {
                let bounds: Vec<usize> = [0].into_iter().chain(cuts.iter().copied()).chain([n]).collect();
                let total: f64 = bounds.windows(2).map(|w| squares(&values[w[0]..w[1]])).sum();
                n as f64 * (total / n as f64).ln() + 2.0 * cuts.len() as f64 * (n as f64).ln()
            };
            let mut best = f64::INFINITY;
            for mask in 0u32..1 << (n - 1) {
                let cuts: Vec<usize> = (1..n).filter(|i| mask >> (i - 1) & 1 == 1).collect();
                let bounds: Vec<usize> = [0].into_iter().chain(cuts.iter().copied()).chain([n]).collect();
                if cuts.len() <= 3 && bounds.windows(2).all(|w| w[1] - w[0] >= 2) {
                    best = best.min(criterion(&cuts));
                }
            }
            let found: Vec<usize> = changes(&values, 2, 3).iter().map(|c| c.at).collect();
            prop_assert!((criterion(&found) - best).abs() < 1e-6, "{} is not {best}", criterion(&found));
        }

        #[test]
        fn ranks_follow_values(values in prop::collection::vec(prop::option::of(-3i32..4), 0..20)) {
            let values: Vec<Option<f64>> = values.into_iter().map(|v| v.map(f64::from)).collect();
            let got = ranks(&values);
            let n = values.iter().flatten().count() as f64;
            for (i, a) in values.iter().enumerate() {
                prop_assert_eq!(a.is_some(), got[i].is_some());
                if let (Some(a), Some(rank)) = (a, got[i]) {
                    let (below, equal) = values.iter().flatten().fold((0.0, 0.0), |(b, e), o| (b + f64::from(u8::from(o < a)), e + f64::from(u8::from(o == a))));
                    prop_assert!((rank - (below + equal / 2.0) / n).abs() < 1e-12);
                }
            }
        }
    }
}
