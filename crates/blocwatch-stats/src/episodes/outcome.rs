//! The end of a candidate and what came of it.

use super::sequences::{Candidate, step, turns};
use super::{Direction, Episode, Outcome, Parameters, RegimeYear, Series, Termination};

/// The category that the original tests for where it means liberal democracy: there is none with this number.
const NO_CATEGORY: u8 = 4;

/// The episode that a candidate is; `None` if nothing of it is left before a change of regime the other way.
pub(super) fn episode(
    series: &Series,
    regimes: &[RegimeYear],
    direction: Direction,
    candidate: Candidate,
    p: &Parameters,
) -> Option<Episode> {
    let liberal = if p.strict { 3 } else { NO_CATEGORY };
    let turn = |t: usize| turns(series, regimes, direction, t, liberal);
    let head = candidate.head;
    let tail = (head + 1..=candidate.tail).find(|t| turn(*t)).map_or(candidate.tail, |t| t - 1);
    if spans(&series.polyarchy[head..=tail]) < p.cum_incl {
        return None;
    }
    let last = (head + 1..=tail).rev().find(|t| step(series, direction, t - 1) >= p.start_incl)?;
    let termination = terminate(series, direction, last, tail, p, turn);
    let end = if matches!(termination, Some(Termination::Censored) | None) { tail } else { last };

    let years = head + 1..=end;
    let from = regimes[head].kind;
    let towards = u8::from(direction == Direction::Democratization);
    let change_possible = from.map(|kind| kind != towards);
    let changed = |t: &usize| regimes[*t].transition == Some(direction.sign());
    let crossed = |t: usize| regimes[t].event == Some(direction.sign()) && regimes[t].event_censored == Some(false);
    let outermost = match direction {
        Direction::Autocratization => 3,
        Direction::Democratization => 0,
    };
    let outcome = if from == Some(towards) {
        Some(Outcome::SameSide)
    } else if years.clone().any(|t| changed(&t)) {
        Some(Outcome::Transition)
    } else if years.clone().any(crossed) {
        Some(Outcome::Preempted)
    } else {
        match termination {
            Some(Termination::Censored) => Some(Outcome::Censored),
            Some(_) if years.clone().all(|t| series.regime[t] == Some(outermost)) => Some(Outcome::Turned),
            Some(Termination::Stasis) => Some(Outcome::Stabilised),
            Some(_) => Some(Outcome::Turned),
            None => None,
        }
    };
    let after_change = match outcome {
        Some(Outcome::Transition) => years.filter(|t| regimes[*t].kind == Some(towards) && !changed(t)).count() as u16,
        _ => 0,
    };
    let (start, end) = (series.year(head + 1), series.year(end));
    Some(Episode { direction, start, end, termination, change_possible, outcome, after_change, assumed: false })
}

/// Distance between the highest and the lowest value, missing ones apart.
fn spans(values: &[f64]) -> f64 {
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    high - low
}

/// What the years after the last change say, as many as the tolerance asks for.
fn terminate(
    series: &Series,
    direction: Direction,
    last: usize,
    tail: usize,
    p: &Parameters,
    turn: impl Fn(usize) -> bool,
) -> Option<Termination> {
    let after: Vec<usize> = (last + 1..series.len()).take(p.tolerance).collect();
    let change = |t: usize| step(series, direction, t - 1);
    if after.iter().any(|t| *t <= tail + 1 && turn(*t)) {
        return Some(Termination::RegimeChange);
    }
    if after.iter().any(|t| change(*t) < -p.year_turn) {
        return Some(Termination::YearTurn);
    }
    let since = |t: usize| f64::from(direction.sign()) * (series.polyarchy[t] - series.polyarchy[last]);
    if after.iter().any(|t| since(*t) <= -p.cum_turn) {
        return Some(Termination::CumulativeTurn);
    }
    let still = |t: usize| change(t) >= -p.year_turn && change(t) < p.start_incl;
    if after.len() == p.tolerance && after.iter().all(|t| still(*t)) {
        return Some(Termination::Stasis);
    }
    let year = series.year(tail);
    (year + p.tolerance as i32 > series.coded_until(year)).then_some(Termination::Censored)
}
