//! Votes of the General Assembly as the model of ideal points wants them, and the published points. Also used by the example that takes
//! the time.

#![allow(dead_code, reason = "the example does not need all of it")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, HashMap};

use blocwatch_core::state::States;
use blocwatch_stats::idealpoint::{Ballot, Data};

use crate::shared;

/// All votes, the matches of repeated resolutions, and what is published.
pub(crate) struct Votes {
    pub(crate) ballots: Vec<Ballot>,
    pub(crate) matches: Vec<(i32, i32)>,
    /// By Correlates of War number and session: votes, point, 5 % and 95 % of the posterior.
    pub(crate) published: BTreeMap<(u16, u16), (u32, f64, f64, f64)>,
}

/// The number under which the published estimates follow a country of the vote file.
fn seat(country: &str) -> u16 {
    match country {
        // the estimates follow the Federal Republic and united Germany, and the two Yemens' successor, as different seats
        "Federal Republic of Germany" => 260,
        "Yemen Arab Republic" => 678,
        _ => {
            let states = States::embedded().unwrap();
            let year = [2019, 1985, 1963].into_iter().find(|y| states.by_name(country, *y).is_some());
            let state = states.by_name(country, year.unwrap_or_else(|| panic!("'{country}' is no state"))).unwrap();
            state.cow.iter().max_by_key(|c| c.to).unwrap_or_else(|| panic!("'{country}' has no number")).code
        }
    }
}

/// `None` where the files are absent.
pub(crate) fn read() -> Option<Votes> {
    let calls: HashMap<String, (u16, bool)> = shared::rows("data/unga/un_roll_calls.csv.gz")?
        .iter()
        .map(|r| (r.text("rcid").to_owned(), (r.text("session").parse().unwrap(), r.text("para") == "1" || r.text("amend") == "1")))
        .collect();
    let mut seats: HashMap<String, u16> = HashMap::new();
    let ballots = shared::rows("data/unga/un_votes.csv.gz")?
        .iter()
        .map(|r| {
            let (session, part) = calls[r.text("rcid")];
            let country = r.text("country");
            let seat = *seats.entry(country.to_owned()).or_insert_with(|| seat(country));
            let answer = match r.text("vote") {
                "yes" => 1,
                "abstain" => 2,
                "no" => 3,
                other => panic!("unknown vote '{other}'"),
            };
            Ballot { seat, session, rollcall: r.text("rcid").parse().unwrap(), part, answer }
        })
        .collect();
    let matches = shared::rows("data/unga/resolution_matches.csv")?
        .iter()
        .map(|r| (r.text("rcid1").parse().unwrap(), r.text("rcid2").parse().unwrap()))
        .collect();
    let mut published = BTreeMap::new();
    for r in shared::rows("reference/idealpoints_All_some_sessions.csv.gz")? {
        let key = (r.text("ccode").parse().unwrap(), r.text("session").parse().unwrap());
        published.insert(key, (r.text("NVotes").parse().unwrap(), r.number("IdealPoint")?, r.number("Q5%")?, r.number("Q95%")?));
    }
    for r in shared::rows("reference/un_idealpoint_reference.csv")? {
        let key = (r.text("ccode").parse().unwrap(), r.text("session").parse().unwrap());
        published.insert(key, (r.text("NVotes").parse().unwrap(), r.number("published")?, r.number("Q5%")?, r.number("Q95%")?));
    }
    Some(Votes { ballots, matches, published })
}

/// How an estimate lies to the published one.
#[derive(Debug)]
pub(crate) struct Against {
    pub(crate) cells: usize,
    /// Correlation over all cells.
    pub(crate) pooled: f64,
    /// Correlation within each session of which at least thirty cells are published: median and least.
    pub(crate) within: (f64, f64),
    /// Root of the mean squared difference, over all cells and after session 44.
    pub(crate) rmse: (f64, f64),
    /// Share of estimates within the published 5-95 % band.
    pub(crate) inside: f64,
}

impl std::fmt::Display for Against {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "against {} published cells: r {:.5}, within sessions median {:.5} least {:.5}, rmse {:.4} (after session 44 {:.4}), in band {:.4}",
            self.cells, self.pooled, self.within.0, self.within.1, self.rmse.0, self.rmse.1, self.inside
        )
    }
}

impl Votes {
    pub(crate) fn against_published(&self, data: &Data, points: &[f64]) -> Against {
        let both: Vec<(u16, f64, &(u32, f64, f64, f64))> =
            data.cells().iter().zip(points).filter_map(|(c, p)| Some((c.session, *p, self.published.get(&(c.seat, c.session))?))).collect();
        let of = |keep: &dyn Fn(u16) -> bool| -> (Vec<f64>, Vec<f64>) { both.iter().filter(|b| keep(b.0)).map(|b| (b.1, b.2.1)).unzip() };
        let (ours, theirs) = of(&|_| true);
        let mut sessions: Vec<u16> = both.iter().map(|b| b.0).collect();
        sessions.dedup();
        let mut within: Vec<f64> =
            sessions.iter().map(|s| of(&|t| t == *s)).filter(|(a, _)| a.len() >= 30).map(|(a, b)| correlation(&a, &b)).collect();
        within.sort_by(f64::total_cmp);
        let rmse = |(a, b): (Vec<f64>, Vec<f64>)| (a.iter().zip(&b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / a.len() as f64).sqrt();
        Against {
            cells: both.len(),
            pooled: correlation(&ours, &theirs),
            within: (within[within.len() / 2], within[0]),
            rmse: (rmse(of(&|_| true)), rmse(of(&|s| s > 44))),
            inside: both.iter().filter(|b| b.2.2 <= b.1 && b.1 <= b.2.3).count() as f64 / both.len() as f64,
        }
    }
}

/// Pearson's correlation.
pub(crate) fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let of = |x: &[f64], mx: f64, y: &[f64], my: f64| x.iter().zip(y).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>();
    of(a, ma, b, mb) / (of(a, ma, a, ma) * of(b, mb, b, mb)).sqrt()
}
