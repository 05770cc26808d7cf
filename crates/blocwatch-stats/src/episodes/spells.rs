//! Spells of democracy and autocracy: which changes of `v2x_regime` between the two halves are confirmed, and the spells between them.
//!
//! A rise is confirmed by an election whose winners take office while the state is a democracy. A fall is confirmed by an election while
//! it is an electoral autocracy, by being an electoral autocracy still when the tolerance has passed, or by becoming a closed one.
//!
//! Where nothing is known of elections, a rise that lasts as long as the tolerance is confirmed, since a democracy holds one within that
//! time (all 136 such rises of version 15 are), and what only an election could settle is an open question, answered as [`Open`] says.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::{Elections, Parameters, RegimeYear, Series};

/// How the questions are answered that only elections could settle and nothing is known of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// As is more often right: confirmed, except for rises that coding ends too early to see confirmed.
    Likely,
    /// All rises and all falls alike.
    Fixed {
        /// Rises are confirmed.
        rises: bool,
        /// Falls are confirmed.
        falls: bool,
    },
}

impl Open {
    /// Every way to answer all questions about rises alike and all about falls alike.
    pub(super) const FIXED: [Self; 4] = [
        Self::Fixed { rises: true, falls: true },
        Self::Fixed { rises: true, falls: false },
        Self::Fixed { rises: false, falls: true },
        Self::Fixed { rises: false, falls: false },
    ];
}

/// Regimes of all years of a series.
pub(super) fn regimes(series: &Series, parameters: &Parameters, open: Open) -> Vec<RegimeYear> {
    let n = series.len();
    let mut out = vec![RegimeYear::default(); n];
    for (year, pair) in out.iter_mut().skip(1).zip(series.regime.windows(2)) {
        year.event = crossing(pair[0], pair[1]);
    }
    let events: Vec<usize> = (0..n).filter(|t| matches!(out[*t].event, Some(-1 | 1))).collect();
    let mut confirmed = Vec::new();
    for (k, &t) in events.iter().enumerate() {
        let next = events.get(k + 1).copied().unwrap_or(n);
        let last = series.coded_until(series.year(t));
        let segment: Vec<usize> = (t..next).filter(|i| series.year(*i) <= last).collect();
        let rise = out[t].event == Some(1);
        let verdict =
            if rise { confirm_rise(series, &segment, parameters, open) } else { confirm_fall(series, &segment, parameters, open) };
        for &i in &segment {
            let founding = if rise { &mut out[i].democratic_election } else { &mut out[i].autocratic_election };
            *founding = verdict.election;
        }
        out[t].event_censored = verdict.censored;
        if verdict.confirmed {
            confirmed.push(t);
        }
    }
    spell(series, &confirmed, &mut out);
    out
}

/// +1 for a rise from autocracy to democracy, −1 for a fall, 0 for neither; `None` if either year is not coded.
fn crossing(before: Option<u8>, now: Option<u8>) -> Option<i8> {
    Some(match (before? >= 2, now? >= 2) {
        (false, true) => 1,
        (true, false) => -1,
        _ => 0,
    })
}

struct Verdict {
    confirmed: bool,
    election: Option<i32>,
    censored: Option<bool>,
}

/// The first year of a segment in which an election of the kind asked for was held.
fn election(series: &Series, segment: &[usize], asked: impl Fn(usize, super::Election) -> bool) -> Option<i32> {
    let Elections::Known(elections) = &series.elections else { return None };
    segment.iter().find(|i| elections.get(**i).is_some_and(|e| e.held && asked(**i, *e))).map(|i| series.year(*i))
}

/// Whether the rise with which a segment begins is confirmed within it.
fn confirm_rise(series: &Series, segment: &[usize], p: &Parameters, open: Open) -> Verdict {
    let Some(&t) = segment.first() else { return Verdict { confirmed: false, election: None, censored: None } };
    let too_late = series.year(t) + p.tolerance as i32 > series.coded_until(series.year(t));
    let election = election(series, segment, |i, e| series.regime[i].is_some_and(|r| r >= 2) && e.winners_took_office);
    let confirmed = match &series.elections {
        Elections::Known(_) => election.is_some(),
        Elections::Unknown => match open {
            _ if segment.len() >= p.tolerance => true,
            Open::Likely => !too_late,
            Open::Fixed { rises, .. } => rises,
        },
    };
    Verdict { confirmed, election, censored: Some(!confirmed && too_late) }
}

/// Whether the fall with which a segment begins is confirmed within it.
fn confirm_fall(series: &Series, segment: &[usize], p: &Parameters, open: Open) -> Verdict {
    let Some(&t) = segment.first() else { return Verdict { confirmed: false, election: None, censored: None } };
    let later = series.regime[..series.len()].get(t + p.tolerance).copied().flatten();
    let election = election(series, segment, |i, _| series.regime[i] == Some(1));
    let closed = segment.iter().any(|i| series.regime[*i] == Some(0));
    let lasting = series.regime[t] == Some(1) && later == Some(1);
    let granted = series.elections == Elections::Unknown && !matches!(open, Open::Fixed { falls: false, .. });
    let confirmed = election.is_some() || closed || lasting || granted;
    // without a class when the tolerance has passed nothing can be said of a fall that is not confirmed
    Verdict { confirmed, election, censored: (confirmed || later.is_some()).then_some(false) }
}

/// Spells begin at confirmed events, at the first coded year and after each gap.
fn spell(series: &Series, confirmed: &[usize], out: &mut [RegimeYear]) {
    let n = series.len();
    let coded = |t: &usize| series.regime[*t].is_some();
    let after_gap = |g: &RangeInclusive<i32>| usize::try_from(g.end() + 1 - series.first_year).ok().filter(|t| *t < n);
    let fresh: BTreeSet<usize> = (0..n).find(coded).into_iter().chain(series.gaps.iter().filter_map(after_gap).filter(coded)).collect();
    let kind = |t: usize| series.regime[t].map(|r| u8::from(r >= 2));
    // a confirmed fall in an autocratic spell, after a rise that was not confirmed, begins nothing
    let mut starts: Vec<usize> = Vec::new();
    for t in fresh.iter().chain(confirmed).copied().collect::<BTreeSet<usize>>() {
        if fresh.contains(&t) || starts.last().is_none_or(|before| kind(*before) != kind(t)) {
            starts.push(t);
        }
    }
    for (k, &start) in starts.iter().enumerate() {
        let last = series.coded_until(series.year(start));
        let end = starts.get(k + 1).map_or(last, |next| (series.year(*next) - 1).min(last));
        for t in (start..n).take_while(|t| series.year(*t) <= end) {
            out[t].spell = Some((series.year(start), end));
            out[t].kind = kind(start);
        }
    }
    for t in 1..n {
        out[t].transition = out[t].kind.zip(out[t - 1].kind).map(|(now, before)| now as i8 - before as i8);
    }
}
