//! Candidate movements: runs of years in which polyarchy goes one way, with pauses, until something ends them.
//!
//! A falling series is read with its sign reversed, which is exact in binary arithmetic, so that both directions share one scan.

use super::{Direction, Parameters, RegimeYear, Series};

/// Positions of a candidate: the year before the first change, and the last year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) head: usize,
    pub(super) tail: usize,
}

/// The change from one year to the next in the direction looked for; NaN where either is missing.
pub(super) fn step(series: &Series, direction: Direction, i: usize) -> f64 {
    f64::from(direction.sign()) * (series.polyarchy[i + 1] - series.polyarchy[i])
}

/// Whether the regime turns the other way in a year: a confirmed change, or reaching the outermost category.
///
/// `liberal` is the category that ends an autocratization when it is reached.
pub(super) fn turns(series: &Series, regimes: &[RegimeYear], direction: Direction, t: usize, liberal: u8) -> bool {
    let outermost = match direction {
        Direction::Autocratization => series.regime[t].zip(series.regime[t - 1]).is_some_and(|(now, was)| now == liberal && was < liberal),
        Direction::Democratization => series.regime[t].zip(series.regime[t - 1]).is_some_and(|(now, was)| now == 0 && was > 0),
    };
    outermost || regimes[t].transition == Some(-direction.sign())
}

/// All candidates, however small.
pub(super) fn candidates(series: &Series, regimes: &[RegimeYear], direction: Direction, p: &Parameters) -> Vec<Candidate> {
    let Some(last) = series.len().checked_sub(2) else { return Vec::new() };
    let mut out = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let (mut pause, mut drift) = (0, 0.0);
    for i in 0..=last {
        let change = step(series, direction, i);
        if change >= p.start_incl {
            open = Some((open.map_or(i, |o| o.0), i));
            (pause, drift) = (0, 0.0);
        }
        let Some((head, latest)) = open else { continue };
        if change < p.start_incl && change >= -p.year_turn {
            pause += 1;
            drift += change;
        }
        let ends = i == last
            || pause == p.tolerance
            || change.is_nan()
            || change < -p.year_turn
            || drift < -p.cum_turn
            || turns(series, regimes, direction, i + 1, 3);
        if !ends {
            continue;
        }
        let tail = match pause {
            0 => latest + 1,
            _ if i == last && change >= -p.year_turn => i + 1,
            _ => i,
        };
        out.push(Candidate { head, tail });
        open = None;
        (pause, drift) = (0, 0.0);
    }
    out
}
