//! Which of two series of states moves first: their association at several lags, within states and years.
//!
//! At lag k the first series of a year is paired with the second series k years later. From both the means of the state and of the year
//! are taken out (two-way fixed effects), so that neither lasting differences between states nor what all states share in a year counts.
//! What is left is an association: what moves first need not cause what follows, a third thing may move both, and two series that each
//! follow their own past are associated at many lags.
//!
//! Intervals are percentiles over samples of whole states (block bootstrap), which keeps the dependence of years within a state. The
//! means of years are those of the full sample in every draw: estimating them anew changes little with many states (a test compares) and
//! costs a hundred times as much.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::random::Random;

/// One state in one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// The state.
    pub unit: u32,
    /// The year. A state has at most one observation in a year; of several the last counts.
    pub period: i32,
    /// What may lead.
    pub first: Option<f64>,
    /// What may follow.
    pub second: Option<f64>,
}

/// What is computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Lags in years; negative: the second series leads.
    pub lags: RangeInclusive<i32>,
    /// Bootstrap draws.
    pub draws: u32,
    /// Share of draws within the interval.
    pub level: f64,
    /// Fewer states than this say nothing.
    pub least_units: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { lags: -5..=5, draws: 499, level: 0.95, least_units: 20, seed: 1 }
    }
}

/// A number with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Why there is no estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Fewer states than asked for have both series at that lag.
    FewUnits,
    /// Beyond states and years one of the series does not vary.
    NoVariation,
}

impl Absent {
    /// The reason as a short sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FewUnits => "too few states have both series at this lag",
            Self::NoVariation => "beyond states and years one of the series does not vary",
        }
    }
}

/// The association at one lag.
#[derive(Debug, Clone, PartialEq)]
pub struct Association {
    /// Years by which the second series is later.
    pub lag: i32,
    /// Pairs of state-years.
    pub pairs: usize,
    /// States in them.
    pub units: usize,
    /// Correlation within states and years.
    pub correlation: Option<Estimate>,
    /// Change of the second series that goes with one unit of the first, within states and years.
    pub slope: Option<Estimate>,
    /// Why both are `None`.
    pub absent: Option<Absent>,
}

/// The association at every lag, in order.
///
/// ```
/// use blocwatch_stats::leadlag::{Observation, Options, lead_lag};
/// // every state answers two years after
/// let pulse = |unit: u32, year: i32| f64::from((unit * 7 + year as u32 * 13 + unit * year as u32 * 5) % 11);
/// let panel: Vec<Observation> = (0..30)
///     .flat_map(|unit| (2000..2020).map(move |period| Observation {
///         unit,
///         period,
///         first: Some(pulse(unit, period)),
///         second: Some(3.0 * pulse(unit, period - 2)),
///     }))
///     .collect();
/// let found = lead_lag(&panel, &Options { lags: 0..=3, draws: 99, ..Options::default() });
/// let slope = found[2].slope.expect("thirty states");
/// assert!((slope.value - 3.0).abs() < 1e-9);
/// ```
pub fn lead_lag(panel: &[Observation], options: &Options) -> Vec<Association> {
    let at = |value: fn(&Observation) -> Option<f64>| -> BTreeMap<(u32, i32), f64> {
        panel.iter().filter_map(|o| Some(((o.unit, o.period), value(o).filter(|v| v.is_finite())?))).collect()
    };
    let (first, second) = (at(|o| o.first), at(|o| o.second));
    options.lags.clone().map(|lag| at_lag(&first, &second, lag, options)).collect()
}

fn at_lag(first: &BTreeMap<(u32, i32), f64>, second: &BTreeMap<(u32, i32), f64>, lag: i32, options: &Options) -> Association {
    // in the order of states, so that the pairs of a state stand together
    let mut pairs = Pairs::default();
    for (&(unit, period), &x) in first {
        if let Some(&y) = second.get(&(unit, period.saturating_add(lag))) {
            pairs.push(unit, period, x, y);
        }
    }
    let n = pairs.unit.len();
    let units = pairs.unit.last().map_or(0, |last| last + 1);
    let none = |absent| Association { lag, pairs: n, units, correlation: None, slope: None, absent: Some(absent) };
    if units < options.least_units.max(2) {
        return none(Absent::FewUnits);
    }
    let periods = pairs.periods();
    let (x, y) = (within(&pairs.x, &pairs.unit, &periods), within(&pairs.y, &pairs.unit, &periods));
    let (Some(x), Some(y)) = (x, y) else { return none(Absent::NoVariation) };
    let mut moments = vec![Moments::default(); units];
    for (i, &u) in pairs.unit.iter().enumerate() {
        moments[u].add(x[i], y[i]);
    }
    let all = moments.iter().fold(Moments::default(), |sum, m| sum.plus(m));
    let (Some(correlation), Some(slope)) = (all.correlation(), all.slope()) else { return none(Absent::NoVariation) };
    let (mut correlations, mut slopes) = (Vec::new(), Vec::new());
    for draw in 0..options.draws {
        // a stream per lag and draw, so that adding lags changes no other
        let mut random = Random::stream(options.seed, (u64::from(lag.cast_unsigned()) << 32) | u64::from(draw));
        let sample = (0..units).fold(Moments::default(), |sum, _| sum.plus(&moments[random.below(units as u32) as usize]));
        correlations.extend(sample.correlation());
        slopes.extend(sample.slope());
    }
    Association {
        lag,
        pairs: n,
        units,
        correlation: Some(interval(correlation, correlations, options.level)),
        slope: Some(interval(slope, slopes, options.level)),
        absent: None,
    }
}

#[derive(Default)]
struct Pairs {
    /// Position of the state among those with pairs.
    unit: Vec<usize>,
    period: Vec<i32>,
    x: Vec<f64>,
    y: Vec<f64>,
    last: Option<u32>,
}

impl Pairs {
    fn push(&mut self, unit: u32, period: i32, x: f64, y: f64) {
        let position = match (self.last, self.unit.last()) {
            (Some(last), Some(&at)) if last == unit => at,
            (_, Some(&at)) => at + 1,
            _ => 0,
        };
        self.last = Some(unit);
        self.unit.push(position);
        self.period.push(period);
        self.x.push(x);
        self.y.push(y);
    }

    /// Positions of the years.
    fn periods(&self) -> Vec<usize> {
        let list: std::collections::BTreeSet<i32> = self.period.iter().copied().collect();
        let place: BTreeMap<i32, usize> = list.into_iter().enumerate().map(|(i, p)| (p, i)).collect();
        self.period.iter().map(|p| place[p]).collect()
    }
}

/// Steps after which the means are taken as found; panels of states need about ten.
const MOST_STEPS: usize = 1000;

/// The values without the means of units and of periods, by taking out one and the other in turn until neither changes anything
/// (alternating projections). `None` where nothing remains.
fn within(values: &[f64], units: &[usize], periods: &[usize]) -> Option<Vec<f64>> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let scale = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
    if scale <= 0.0 || !scale.is_finite() {
        return None;
    }
    // standardised meanwhile, so that "nothing changes" and "nothing remains" mean the same for every unit of measurement
    let mut out: Vec<f64> = values.iter().map(|v| (v - mean) / scale).collect();
    for _ in 0..MOST_STEPS {
        take_out(&mut out, periods);
        if take_out(&mut out, units) < 1e-12 {
            break;
        }
    }
    let left = (out.iter().map(|v| v * v).sum::<f64>() / n).sqrt();
    (left > 1e-9).then(|| out.into_iter().map(|v| v * scale).collect())
}

/// Takes out the means of groups and says how large the largest was.
fn take_out(values: &mut [f64], groups: &[usize]) -> f64 {
    let size = groups.iter().max().map_or(0, |g| g + 1);
    let mut sums = vec![(0.0, 0u32); size];
    for (v, &g) in values.iter().zip(groups) {
        sums[g].0 += v;
        sums[g].1 += 1;
    }
    let means: Vec<f64> = sums.into_iter().map(|(sum, n)| if n > 0 { sum / f64::from(n) } else { 0.0 }).collect();
    for (v, &g) in values.iter_mut().zip(groups) {
        *v -= means[g];
    }
    means.into_iter().fold(0.0, |most, m| most.max(m.abs()))
}

/// Sums of squares and products.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Moments {
    fn add(&mut self, x: f64, y: f64) {
        self.xx += x * x;
        self.xy += x * y;
        self.yy += y * y;
    }

    fn plus(self, other: &Self) -> Self {
        Self { xx: self.xx + other.xx, xy: self.xy + other.xy, yy: self.yy + other.yy }
    }

    fn slope(&self) -> Option<f64> {
        (self.xx > 0.0).then(|| self.xy / self.xx)
    }

    fn correlation(&self) -> Option<f64> {
        (self.xx > 0.0 && self.yy > 0.0).then(|| (self.xy / (self.xx * self.yy).sqrt()).clamp(-1.0, 1.0))
    }
}

/// Percentiles of draws about a value. Without draws the interval is everything.
fn interval(value: f64, mut draws: Vec<f64>, level: f64) -> Estimate {
    draws.sort_by(f64::total_cmp);
    let tail = (1.0 - level.clamp(0.0, 1.0)) / 2.0;
    let (low, high) = (quantile(&draws, tail), quantile(&draws, 1.0 - tail));
    Estimate { value, low: low.unwrap_or(f64::NEG_INFINITY), high: high.unwrap_or(f64::INFINITY) }
}

/// The quantile of sorted values, between neighbours by distance (type 7 of Hyndman & Fan 1996).
fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = p * last as f64;
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    Some(sorted[below] + (at - below as f64) * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// States whose second series answers the first after `lag` years with `slope`, under lasting differences and shared years.
    fn panel(seed: u64, units: u32, years: i32, lag: i32, slope: f64, noise: f64) -> Vec<Observation> {
        let mut random = Random::new(seed);
        let shared: Vec<f64> = (0..years + 12).map(|_| 3.0 * random.normal()).collect();
        let mut out = Vec::new();
        for unit in 0..units {
            let lasting = 5.0 * random.normal();
            let x: Vec<f64> = (0..years + 12).map(|_| random.normal()).collect();
            for t in 6..years + 6 {
                let leading = x[(t - lag) as usize];
                out.push(Observation {
                    unit,
                    period: 1990 + t,
                    first: Some(x[t as usize] + lasting + shared[t as usize]).filter(|_| random.uniform() > 0.05),
                    second: Some(slope * leading + noise * random.normal() - lasting + shared[t as usize]),
                });
            }
        }
        out
    }

    fn close(a: Option<Estimate>, b: Option<Estimate>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => (a.value - b.value).abs() < 1e-7 && (a.low - b.low).abs() < 1e-7 && (a.high - b.high).abs() < 1e-7,
            (a, b) => a == b,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn the_lag_that_was_put_in_is_found(seed in any::<u64>(), lag in -4i32..=4, slope in prop::sample::select(vec![-0.8, 0.5, 1.0])) {
            let found = lead_lag(&panel(seed, 60, 25, lag, slope, 1.0), &Options { draws: 99, ..Options::default() });
            let strongest = found.iter().max_by(|a, b| {
                let size = |f: &Association| f.correlation.map_or(0.0, |c| c.value.abs());
                size(a).total_cmp(&size(b))
            });
            let strongest = strongest.expect("there are lags");
            prop_assert_eq!(strongest.lag, lag);
            let estimate = strongest.slope.expect("sixty states");
            prop_assert!((estimate.value - slope).abs() < 0.15);
            prop_assert!(estimate.low.signum() == slope.signum() && estimate.high.signum() == slope.signum());
            prop_assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
        }

        #[test]
        fn what_states_or_years_add_changes_nothing(seed in any::<u64>(), by in -3.0f64..3.0) {
            let plain = panel(seed, 25, 12, 1, 0.5, 1.0);
            let more = |o: &Observation| by * (f64::from(o.unit * 3 % 7) + f64::from(o.period % 5));
            let added: Vec<Observation> =
                plain.iter().map(|o| Observation { first: o.first.map(|v| v + more(o)), second: o.second.map(|v| v - more(o)), ..*o }).collect();
            let options = Options { lags: 0..=2, draws: 30, ..Options::default() };
            for (a, b) in lead_lag(&plain, &options).into_iter().zip(lead_lag(&added, &options)) {
                prop_assert!(close(a.correlation, b.correlation) && close(a.slope, b.slope));
            }
        }

        #[test]
        fn exchanging_the_series_reverses_the_lags(seed in any::<u64>()) {
            let one = panel(seed, 25, 12, 2, 0.5, 1.0);
            let other: Vec<Observation> = one.iter().map(|o| Observation { first: o.second, second: o.first, ..*o }).collect();
            let options = Options { draws: 9, ..Options::default() };
            let (one, mut other) = (lead_lag(&one, &options), lead_lag(&other, &options));
            other.reverse();
            for (a, b) in one.iter().zip(&other) {
                prop_assert_eq!((a.lag, a.pairs, a.units), (-b.lag, b.pairs, b.units));
                let (a, b) = (a.correlation.expect("many states").value, b.correlation.expect("many states").value);
                prop_assert!((a - b).abs() < 1e-9);
            }
        }

        #[test]
        fn the_order_of_rows_changes_nothing(seed in any::<u64>()) {
            let rows = panel(seed, 22, 10, 0, 0.3, 1.0);
            let mut mixed = rows.clone();
            Random::new(seed).shuffle(&mut mixed);
            let options = Options { draws: 20, ..Options::default() };
            prop_assert_eq!(lead_lag(&rows, &options), lead_lag(&mixed, &options));
        }
    }

    #[test]
    fn intervals_cover_the_truth_about_as_often_as_they_say() {
        let covered = (0..200)
            .filter(|seed| {
                let found = lead_lag(&panel(*seed, 40, 15, 1, 0.4, 2.0), &Options { lags: 1..=1, draws: 199, ..Options::default() });
                found[0].slope.is_some_and(|s| s.low <= 0.4 && 0.4 <= s.high)
            })
            .count();
        // 95 % of 200, less three standard errors and what the percentile bootstrap loses with forty states
        assert!((176..=199).contains(&covered), "{covered} of 200 intervals hold the truth");
    }

    #[test]
    fn keeping_the_means_of_years_changes_the_interval_little() {
        let rows = panel(5, 60, 20, 1, 0.4, 2.0);
        let quick = lead_lag(&rows, &Options { lags: 1..=1, draws: 999, ..Options::default() })[0].slope.expect("sixty states");
        let mut slopes = Vec::new();
        for draw in 0..999 {
            let mut random = Random::stream(99, draw);
            let mut sample = Vec::new();
            for unit in 0..60 {
                let chosen = random.below(60);
                sample.extend(rows.iter().filter(|o| o.unit == chosen).map(|o| Observation { unit, ..*o }));
            }
            let anew = lead_lag(&sample, &Options { lags: 1..=1, draws: 0, ..Options::default() });
            slopes.extend(anew[0].slope.map(|s| s.value));
        }
        let full = interval(quick.value, slopes, 0.95);
        let width = full.high - full.low;
        assert!((quick.low - full.low).abs() < 0.12 * width && (quick.high - full.high).abs() < 0.12 * width, "{quick:?} {full:?}");
    }

    #[test]
    fn nothing_to_go_on_gives_a_reason() {
        let options = Options { lags: 0..=0, ..Options::default() };
        assert_eq!(lead_lag(&[], &options)[0].absent, Some(Absent::FewUnits));
        let lasting: Vec<Observation> = (0..30u32)
            .flat_map(|unit| {
                (2000..2010).map(move |period| Observation {
                    unit,
                    period,
                    first: Some(f64::from(unit) + 0.1 * f64::from(period)),
                    second: Some(f64::from(unit % 3) * f64::from(period % 4)),
                })
            })
            .collect();
        let found = &lead_lag(&lasting, &options)[0];
        assert_eq!((found.pairs, found.units, found.absent), (300, 30, Some(Absent::NoVariation)));
        let broken: Vec<Observation> = lasting.iter().map(|o| Observation { first: Some(f64::NAN), ..*o }).collect();
        assert_eq!(lead_lag(&broken, &options)[0].pairs, 0);
    }
}
