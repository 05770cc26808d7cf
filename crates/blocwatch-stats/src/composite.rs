//! Composite indices: components put on one scale and averaged, with what is missing said and not filled.
//!
//! Equal weights, because no study gives others that could be defended here; what that choice does is seen by leaving components out.

use std::collections::BTreeMap;

/// Over which observations mean and standard deviation are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// All: a state-year is compared with all others, so that times can differ.
    All,
    /// Those of its period: a state is compared with others of the same year, and no trend remains.
    Period,
}

/// Values as standard deviations from the mean (sample standard deviation, n − 1). `None` where the value is missing, and for every
/// value of a pool with fewer than two different ones.
///
/// Lists of different length are read as far as the shorter goes.
///
/// ```
/// use blocwatch_stats::composite::{Pool, standardise};
/// let values = [Some(1.0), Some(3.0), None, Some(5.0), Some(5.0)];
/// let years = [2000, 2000, 2000, 2001, 2001];
/// let z = standardise(&values, &years, Pool::Period);
/// assert!(z[1].is_some_and(|z| (z - 0.5f64.sqrt()).abs() < 1e-12));
/// assert_eq!((z[2], z[3]), (None, None));
/// ```
pub fn standardise(values: &[Option<f64>], periods: &[i32], pool: Pool) -> Vec<Option<f64>> {
    let n = values.len().min(periods.len());
    let mut pools: BTreeMap<i32, Vec<f64>> = BTreeMap::new();
    let of = |i: usize| if pool == Pool::All { 0 } else { periods[i] };
    for (i, value) in values.iter().take(n).enumerate() {
        pools.entry(of(i)).or_default().extend(value);
    }
    let scales: BTreeMap<i32, (f64, f64)> =
        pools.into_iter().filter_map(|(period, values)| Some((period, mean_and_deviation(&values)?))).collect();
    (0..n).map(|i| scales.get(&of(i)).zip(values[i]).map(|((mean, deviation), v)| (v - mean) / deviation)).collect()
}

/// `None` with fewer than two different values.
fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    let first = values.first()?;
    if values.iter().all(|v| v == first) {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some((mean, (squares / (n - 1.0)).sqrt()))
}

/// The index of one observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Composite {
    /// Mean of the components that are there; `None` where they are fewer than asked for.
    pub value: Option<f64>,
    /// Components that are there.
    pub components: u32,
}

/// Averages standardised components, one list each with an entry per observation. An observation with fewer than `least` components
/// has no value: an index that is one component at one time and four at another would move with what is published.
pub fn combine(components: &[Vec<Option<f64>>], least: usize) -> Vec<Composite> {
    let n = components.iter().map(Vec::len).min().unwrap_or(0);
    let one = |i: usize| {
        let there: Vec<f64> = components.iter().filter_map(|c| c[i]).collect();
        let value = (!there.is_empty() && there.len() >= least).then(|| there.iter().sum::<f64>() / there.len() as f64);
        Composite { value, components: there.len() as u32 }
    };
    (0..n).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Vec<(Option<f64>, i32)>> {
        prop::collection::vec((prop::option::weighted(0.8, -5.0f64..5.0), 2000i32..2004), 0..60)
    }

    proptest! {
        #[test]
        fn a_pool_has_mean_zero_and_deviation_one(rows in values()) {
            let (x, periods): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            for pool in [Pool::All, Pool::Period] {
                let z = standardise(&x, &periods, pool);
                prop_assert_eq!(z.len(), x.len());
                for period in 2000..2004 {
                    let here = |i: &usize| pool == Pool::All || periods[*i] == period;
                    let there: Vec<f64> = (0..z.len()).filter(here).filter_map(|i| z[i]).collect();
                    if let Some((mean, deviation)) = mean_and_deviation(&there) {
                        prop_assert!(mean.abs() < 1e-9 && (deviation - 1.0).abs() < 1e-9);
                    } else {
                        prop_assert!(there.is_empty(), "a pool without two different values has no scale");
                    }
                }
            }
        }

        #[test]
        fn unit_and_origin_of_a_component_do_not_matter(rows in values(), factor in 0.1f64..50.0, shift in -9.0f64..9.0) {
            let (x, periods): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
            let other: Vec<_> = x.iter().map(|v| v.map(|v| v * factor + shift)).collect();
            for (a, b) in standardise(&x, &periods, Pool::Period).into_iter().zip(standardise(&other, &periods, Pool::Period)) {
                prop_assert_eq!(a.is_some(), b.is_some());
                prop_assert!(a.zip(b).is_none_or(|(a, b)| (a - b).abs() < 1e-6));
            }
        }

        #[test]
        fn an_index_lies_between_its_components(
            rows in prop::collection::vec(prop::collection::vec(prop::option::of(-3.0f64..3.0), 5), 1..4), least in 0usize..4,
        ) {
            for (i, c) in combine(&rows, least).into_iter().enumerate() {
                let there: Vec<f64> = rows.iter().filter_map(|r| r[i]).collect();
                prop_assert_eq!(c.components as usize, there.len());
                prop_assert_eq!(c.value.is_some(), there.len() >= least.max(1));
                if let Some(v) = c.value {
                    prop_assert!(there.iter().any(|x| *x <= v + 1e-12) && there.iter().any(|x| *x >= v - 1e-12));
                }
            }
        }
    }

    #[test]
    fn nothing_has_no_index() {
        assert!(combine(&[], 0).is_empty());
        assert_eq!(combine(&[vec![None]], 0)[0].value, None);
        assert!(standardise(&[], &[], Pool::All).is_empty());
    }
}
