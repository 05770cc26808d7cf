//! Does something arrive after an event more often than it would have anyway: flows from one kind of supplier in the periods after a
//! sanction, a suspension or a quarrel with another kind, beside the same windows at dates without an event.
//!
//! An event's window is compared with placebo windows either in the same state at other times, which holds the state fixed and not the
//! times, or in other states at the same time, which does the reverse. Neither is an experiment: both are shown, side by side.

use crate::random::Random;

/// Flows of one state over the periods (months or years) that the source covers, none left out: a period without a flow is a 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Number of the first period.
    pub first: i32,
    /// Amount in each period.
    pub amount: Vec<f64>,
}

impl Series {
    /// Sum over the periods `from..=to`; `None` unless all are covered.
    fn sum(&self, from: i32, to: i32) -> Option<f64> {
        let from = usize::try_from(from - self.first).ok()?;
        let to = usize::try_from(to - self.first).ok()?;
        (from <= to && to < self.amount.len()).then(|| self.amount[from..=to].iter().sum())
    }
}

/// An event in one period of one state, by its position among the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// Which series.
    pub state: usize,
    /// Period.
    pub period: i32,
}

/// What is measured in a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// 1 if the window brings at least this much (above 0), else 0.
    Arrives(f64),
    /// 1 if the window brings at least this much more than the same number of periods before the event, else 0.
    Rises(f64),
}

/// What an event is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placebo {
    /// The same state at other times.
    SameState,
    /// Other states at the same time.
    SameTime,
}

impl Placebo {
    /// Its name in tables and parameters.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameState => "same_state",
            Self::SameTime => "same_time",
        }
    }
}

/// How events and placebos are set side by side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    /// The window is the `within` periods after the event's own.
    pub within: u32,
    /// What counts.
    pub outcome: Outcome,
    /// What with.
    pub placebo: Placebo,
    /// Random choices for the p-value, and resamples for the interval.
    pub draws: u32,
    /// Seed.
    pub seed: u64,
}

/// Why there is no effect to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// No event whose window the source covers.
    NoEvent,
    /// Events, but no date to compare with.
    NoPlacebo,
}

impl Absent {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoEvent => "no_event",
            Self::NoPlacebo => "no_placebo",
        }
    }
}

/// The comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Substitution {
    /// Events compared.
    pub events: u32,
    /// Events left out because the source does not cover their window.
    pub events_not_covered: u32,
    /// Events left out because there is no placebo for them.
    pub events_without_placebo: u32,
    /// States with an event compared.
    pub states: u32,
    /// Placebo windows.
    pub placebos: u32,
    /// Share of events with the outcome.
    pub after_events: f64,
    /// Share of placebo windows with it, each event's own placebos counting as one.
    pub after_placebos: f64,
    /// `after_events` − `after_placebos`.
    pub effect: f64,
    /// 95 % interval of the effect, from resampling states with all their events; `None` with fewer than [`FEW_STATES`] states.
    pub interval: Option<(f64, f64)>,
    /// Share of random choices of dates (the events' own among them) with an effect at least as great: one-sided.
    pub p: f64,
}

/// Below this many states an interval over states says nothing.
pub const FEW_STATES: u32 = 5;

/// Events and placebos that may stand for one another: those of one state, or of one time.
struct Stratum {
    /// State and outcome of each event.
    events: Vec<(usize, f64)>,
    placebos: Vec<f64>,
}

/// Compares the windows after events with placebo windows. A period is no placebo if an event of its state lies within `within` periods
/// of it, on either side, so that no placebo window overlaps with an event's. Several events of one state in one period count once.
///
/// # Errors
/// Why there is nothing to compare.
///
/// # Panics
/// If an event names no series, or the window has no period.
pub fn substitution(series: &[Series], events: &[Event], design: Design) -> Result<Substitution, Absent> {
    assert!(design.within > 0, "a window has at least one period");
    let mut events = events.to_vec();
    events.sort_unstable();
    events.dedup();
    assert!(events.iter().all(|e| e.state < series.len()), "every event has a series");
    let mut strata: std::collections::BTreeMap<i64, Stratum> = std::collections::BTreeMap::new();
    let key = |state: usize, period: i32| match design.placebo {
        Placebo::SameState => state as i64,
        Placebo::SameTime => i64::from(period),
    };
    let mut not_covered = 0;
    for event in &events {
        match outcome(&series[event.state], event.period, &design) {
            Some(y) => {
                let stratum = strata.entry(key(event.state, event.period)).or_insert(Stratum { events: Vec::new(), placebos: Vec::new() });
                stratum.events.push((event.state, y));
            }
            None => not_covered += 1,
        }
    }
    if strata.is_empty() {
        return Err(Absent::NoEvent);
    }
    for (state, one) in series.iter().enumerate() {
        let own: Vec<i32> = events.iter().filter(|e| e.state == state).map(|e| e.period).collect();
        for period in one.first..one.first + one.amount.len() as i32 {
            if own.iter().any(|e| e.abs_diff(period) <= design.within) {
                continue;
            }
            if let Some(stratum) = strata.get_mut(&key(state, period))
                && let Some(y) = outcome(one, period, &design)
            {
                stratum.placebos.push(y);
            }
        }
    }
    let (compared, lone): (Vec<Stratum>, Vec<Stratum>) = strata.into_values().partition(|s| !s.placebos.is_empty());
    let without_placebo: usize = lone.iter().map(|s| s.events.len()).sum();
    if compared.is_empty() {
        return Err(Absent::NoPlacebo);
    }
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    // each event, by state, with its outcome and what its placebos lead to expect
    let mut pairs: Vec<(usize, f64, f64)> =
        compared.iter().flat_map(|s| s.events.iter().map(move |e| (e.0, e.1, mean(&s.placebos)))).collect();
    pairs.sort_by_key(|p| p.0);
    let n = pairs.len() as f64;
    let after_events = pairs.iter().map(|p| p.1).sum::<f64>() / n;
    let after_placebos = pairs.iter().map(|p| p.2).sum::<f64>() / n;
    let by_state: Vec<(f64, f64)> =
        pairs.chunk_by(|a, b| a.0 == b.0).map(|own| (own.iter().map(|p| p.1 - p.2).sum(), own.len() as f64)).collect();
    let effect = after_events - after_placebos;
    Ok(Substitution {
        events: pairs.len() as u32,
        events_not_covered: not_covered,
        events_without_placebo: without_placebo as u32,
        states: by_state.len() as u32,
        placebos: compared.iter().map(|s| s.placebos.len() as u32).sum(),
        after_events,
        after_placebos,
        effect,
        interval: (by_state.len() as u32 >= FEW_STATES).then(|| resampled(&by_state, &design)),
        p: random_dates(&compared, n, effect, &design),
    })
}

/// What a window that follows a period brings; `None` if it is not covered.
fn outcome(series: &Series, period: i32, design: &Design) -> Option<f64> {
    let within = design.within as i32;
    // the period itself has to be covered, or its events could not be known to be none
    series.sum(period, period)?;
    let after = series.sum(period + 1, period + within)?;
    let yes = match design.outcome {
        Outcome::Arrives(least) => after > 0.0 && after >= least,
        Outcome::Rises(least) => {
            let more = after - series.sum(period - within, period - 1)?;
            more > 0.0 && more >= least
        }
    };
    Some(f64::from(u8::from(yes)))
}

/// 95 % interval of the mean over events when states are drawn again, each with all its events. Of states it has the sum of differences
/// and the number of events.
fn resampled(by_state: &[(f64, f64)], design: &Design) -> (f64, f64) {
    let states = by_state.len();
    let mut means: Vec<f64> = (0..design.draws)
        .map(|draw| {
            let mut random = Random::stream(design.seed, u64::from(draw));
            let (sum, events) = (0..states).fold((0.0, 0.0), |(sum, events), _| {
                let one = by_state[random.below(states as u32) as usize];
                (sum + one.0, events + one.1)
            });
            sum / events
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[(share * (means.len() - 1) as f64).round() as usize];
    (at(0.025), at(0.975))
}

/// The p-value: in each stratum as many dates as it has events are drawn from all its dates.
fn random_dates(strata: &[Stratum], events: f64, effect: f64, design: &Design) -> f64 {
    let mut pools: Vec<(Vec<f64>, usize, f64)> = strata
        .iter()
        .map(|s| {
            let pool: Vec<f64> = s.events.iter().map(|e| e.1).chain(s.placebos.iter().copied()).collect();
            let sum = pool.iter().sum();
            (pool, s.events.len(), sum)
        })
        .collect();
    let mut reached = 0;
    for draw in 0..design.draws {
        // streams apart from those of the resampling
        let mut random = Random::stream(!design.seed, u64::from(draw));
        let mut sum = 0.0;
        for (pool, k, total) in &mut pools {
            random.choose_front(pool, *k);
            let chosen: f64 = pool[..*k].iter().sum();
            sum += chosen - *k as f64 * (*total - chosen) / (pool.len() - *k) as f64;
        }
        reached += u32::from(sum / events >= effect - 1e-12);
    }
    f64::from(1 + reached) / f64::from(1 + design.draws)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DESIGN: Design = Design { within: 2, outcome: Outcome::Arrives(0.0), placebo: Placebo::SameState, draws: 199, seed: 1 };

    /// Forty states over forty years with flows now and then (each state with a rate of its own, which may grow), two events each, after
    /// which flows come with probability `more` besides.
    fn made(more: f64, growth: f64, late: bool, random: &mut Random) -> (Vec<Series>, Vec<Event>) {
        let mut events = Vec::new();
        let series = (0..40)
            .map(|state| {
                let rate = 0.1 + 0.2 * random.uniform();
                let own: Vec<i32> = (0..2).map(|_| if late { 25 + random.below(12) as i32 } else { 2 + random.below(36) as i32 }).collect();
                events.extend(own.iter().map(|period| Event { state, period: 2000 + period }));
                let amount = (0..40)
                    .map(|t| {
                        let usual = random.uniform() < rate + growth * f64::from(t);
                        let stepped_in = own.iter().any(|e| t == e + 1) && random.uniform() < more;
                        f64::from(u8::from(usual || stepped_in))
                    })
                    .collect();
                Series { first: 2000, amount }
            })
            .collect();
        (series, events)
    }

    #[test]
    fn a_planted_effect_is_found_and_none_is_not() {
        let mut random = Random::new(8);
        for placebo in [Placebo::SameState, Placebo::SameTime] {
            let design = Design { placebo, ..DESIGN };
            let (mut found, mut false_alarm, mut covered) = (0, 0, 0);
            for _ in 0..100 {
                let (series, events) = made(0.5, 0.0, false, &mut random);
                found += u32::from(substitution(&series, &events, design).unwrap().p <= 0.05);
                let (series, events) = made(0.0, 0.0, false, &mut random);
                let none = substitution(&series, &events, design).unwrap();
                false_alarm += u32::from(none.p <= 0.05);
                let (low, high) = none.interval.unwrap();
                covered += u32::from(low <= 0.0 && 0.0 <= high);
            }
            assert!(found >= 95, "{placebo:?}: {found} of 100 found");
            assert!(false_alarm <= 12, "{placebo:?}: {false_alarm} false alarms of 100");
            assert!(covered >= 87, "{placebo:?}: {covered} of 100 covered");
        }
    }

    #[test]
    fn a_common_trend_fools_other_times_and_not_other_states() {
        let mut random = Random::new(9);
        let (mut state, mut time) = (0, 0);
        for _ in 0..60 {
            let (series, events) = made(0.0, 0.015, true, &mut random);
            state += u32::from(substitution(&series, &events, DESIGN).unwrap().p <= 0.05);
            time += u32::from(substitution(&series, &events, Design { placebo: Placebo::SameTime, ..DESIGN }).unwrap().p <= 0.05);
        }
        assert!(state >= 50 && time <= 9, "{state} by other times, {time} by other states, of 60");
    }

    #[test]
    fn windows_and_reasons() {
        let flows = |amount: &[f64]| Series { first: 2000, amount: amount.to_vec() };
        let event = |state, period| Event { state, period };
        let one = [flows(&[0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])];
        let got = substitution(&one, &[event(0, 2002), event(0, 2002)], DESIGN).unwrap();
        // placebos: 2005, 2006 and 2007, whose windows are empty; 2008 and 2009 have none that is covered
        assert_eq!((got.events, got.placebos, got.after_events, got.after_placebos, got.interval), (1, 3, 1.0, 0.0, None));
        assert_eq!(substitution(&one, &[event(0, 2008)], DESIGN), Err(Absent::NoEvent));
        assert_eq!(substitution(&one, &[event(0, 2002)], Design { placebo: Placebo::SameTime, ..DESIGN }), Err(Absent::NoPlacebo));
        let rises = Design { outcome: Outcome::Rises(1.0), ..DESIGN };
        let steady = [flows(&[3.0; 10])];
        assert_eq!(substitution(&steady, &[event(0, 2003)], rises).unwrap().effect, 0.0);
        assert_eq!(substitution(&one, &[event(0, 2001)], rises), Err(Absent::NoEvent));
    }

    proptest! {
        #[test]
        fn shares_add_up(seed: u64, events in prop::collection::vec((0usize..6, 2000i32..2040), 1..20), same_time: bool) {
            let (series, _) = made(0.0, 0.0, false, &mut Random::new(seed));
            let events: Vec<Event> = events.into_iter().map(|(state, period)| Event { state, period }).collect();
            let mut distinct = events.clone();
            distinct.sort();
            distinct.dedup();
            let design = Design { placebo: if same_time { Placebo::SameTime } else { Placebo::SameState }, ..DESIGN };
            if let Ok(got) = substitution(&series, &events, design) {
                prop_assert_eq!((got.events + got.events_not_covered + got.events_without_placebo) as usize, distinct.len());
                prop_assert!((got.effect - (got.after_events - got.after_placebos)).abs() < 1e-12);
                prop_assert!(got.p > 0.0 && got.p <= 1.0);
                prop_assert_eq!(substitution(&series, &events, design).unwrap(), got);
                if let Some((low, high)) = got.interval {
                    prop_assert!(low <= high);
                }
            }
        }
    }
}
