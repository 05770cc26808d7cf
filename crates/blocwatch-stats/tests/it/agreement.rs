//! Agreement, S, kappa and pi against numbers computed independently from the same votes (see `../shared/reference/README.md`).

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use blocwatch_stats::agreement::{Agreement, session, sessions};

use crate::shared;
use crate::votes::{self, Session};

static SESSIONS: LazyLock<Option<BTreeMap<u16, Session>>> = LazyLock::new(votes::sessions);

/// Names in the vote file of the states that the reference table calls by code.
fn name(code: &str) -> &'static str {
    match code {
        "BLR" => "Belarus",
        "CHN" => "China",
        "DEU" => "Germany",
        "FRA" => "France",
        "GBR" => "United Kingdom",
        "HUN" => "Hungary",
        "ISR" => "Israel",
        "NGA" => "Nigeria",
        "PRK" => "North Korea",
        "RUS" => "Russia",
        "SYR" => "Syria",
        "TUR" => "Turkey",
        "UKR" => "Ukraine",
        "USA" => "United States",
        "VEN" => "Venezuela",
        other => panic!("the reference table has the new code '{other}'; add its name"),
    }
}

fn pair(session: &Session, pairs: &[Agreement], a: &str, b: &str) -> Agreement {
    let at = |code: &str| session.names.iter().position(|n| n == name(code)).unwrap() as u32;
    let (a, b) = (at(a).min(at(b)), at(a).max(at(b)));
    *pairs.iter().find(|p| (p.a, p.b) == (a, b)).unwrap()
}

#[test]
fn published_methods_table() {
    let Some(all) = SESSIONS.as_ref() else { return };
    // session, dyad, n, exact, S_abs, S, kappa_abs, kappa, pi
    let table: [(u16, &str, &str, u32, [f64; 6]); 7] = [
        (74, "RUS", "CHN", 87, [0.793103, 0.747126, 0.827586, 0.626901, 0.709613, 0.701578]),
        (74, "USA", "RUS", 87, [0.206897, -0.425287, -0.344828, -0.167027, -0.191781, -0.501992]),
        (74, "USA", "ISR", 89, [0.943820, 0.921348, 0.938202, 0.897279, 0.910241, 0.910138]),
        (74, "CHN", "PRK", 80, [0.837500, 0.800000, 0.862500, 0.631124, 0.693273, 0.690577]),
        (60, "RUS", "CHN", 98, [0.724490, 0.693878, 0.816327, 0.346667, 0.428571, 0.419355]),
        (46, "RUS", "CHN", 67, [0.537313, 0.522388, 0.746269, -0.073073, -0.073516, -0.242094]),
        (46, "USA", "GBR", 72, [0.555556, 0.402778, 0.548611, 0.393417, 0.423645, 0.349593]),
    ];
    for (number, a, b, n, expected) in table {
        let p = pair(&all[&number], &session(&all[&number].votes), a, b);
        assert_eq!(p.rollcalls, n);
        let got = [p.agreement, p.s_abs, p.s, p.kappa_abs.unwrap(), p.kappa.unwrap(), p.pi.unwrap()];
        for (got, expected) in got.into_iter().zip(expected) {
            assert!((got - expected).abs() < 1e-6, "session {number}, {a}-{b}: {got} is not {expected}");
        }
    }
}

#[test]
fn published_dyads() {
    let Some(all) = SESSIONS.as_ref() else { return };
    let Some(reference) = shared::rows("reference/un_similarity_reference_some.csv") else { return };
    let mut greatest: f64 = 0.0;
    for row in &reference {
        let number: u16 = row.text("session").parse().unwrap();
        let one = &all[&number];
        let pairs = match row.text("set") {
            "all_rollcalls" => session(&one.votes),
            "unanimous_dropped" => session(&one.votes.without_unanimous()),
            other => panic!("unknown set '{other}'"),
        };
        let p = pair(one, &pairs, row.text("a"), row.text("b"));
        let place = format!("{} session {number} {}-{}", row.text("set"), row.text("a"), row.text("b"));
        assert_eq!(Some(f64::from(p.rollcalls)), row.number("n"), "{place}");
        for (column, got) in [
            ("agree_exact", Some(p.agreement)),
            ("agree_voeten", Some((1.0 + p.s_abs) / 2.0)),
            ("S_abs", Some(p.s_abs)),
            ("S_sq", Some(p.s)),
            ("kappa_abs", p.kappa_abs),
            ("kappa_sq", p.kappa),
            ("pi_abs", p.pi_abs),
            ("pi_sq", p.pi),
        ] {
            let expected = row.number(column);
            assert_eq!(got.is_some(), expected.is_some(), "{place} {column}");
            let difference = got.zip(expected).map_or(0.0, |(g, e)| (g - e).abs());
            assert!(difference < 1e-6, "{place} {column}: {got:?} is not {expected:?}");
            greatest = greatest.max(difference);
        }
    }
    assert_eq!(reference.len(), 89);
    assert!(greatest < 6e-7, "the reference has six decimals: {greatest}");
}

#[test]
fn published_session_means() {
    let Some(all) = SESSIONS.as_ref() else { return };
    let Some(reference) = shared::rows("reference/un_similarity_session_means_some.csv") else { return };
    assert_eq!((all.len(), all.values().map(|s| s.cast).sum::<usize>()), (74, 870_109));
    for row in &reference {
        let number: u16 = row.text("session").parse().unwrap();
        let one = &all[&number];
        let pairs = session(&one.votes);
        let mean = |f: &dyn Fn(&Agreement) -> Option<f64>| {
            let values: Vec<f64> = pairs.iter().filter_map(f).collect();
            values.iter().sum::<f64>() / values.len() as f64
        };
        // the reference also counts pairs without a common vote
        let possible = one.names.len() * (one.names.len() - 1) / 2;
        let undefined = possible - pairs.iter().filter(|p| p.kappa.is_some()).count();
        for (column, got) in [
            ("members", one.names.len() as f64),
            ("rollcalls", one.votes.rollcalls() as f64),
            ("votes", one.cast as f64),
            ("mean_agree_exact", mean(&|p| Some(p.agreement))),
            ("mean_agree_voeten", mean(&|p| Some((1.0 + p.s_abs) / 2.0))),
            ("mean_S_sq", mean(&|p| Some(p.s))),
            ("mean_S_abs", mean(&|p| Some(p.s_abs))),
            ("mean_kappa_sq", mean(&|p| p.kappa)),
            ("mean_kappa_abs", mean(&|p| p.kappa_abs)),
            ("mean_pi_sq", mean(&|p| p.pi)),
            ("mean_pi_abs", mean(&|p| p.pi_abs)),
            ("kappa_sq_undefined", undefined as f64),
        ] {
            let expected = row.number(column).unwrap();
            assert!((got - expected).abs() < 1e-6, "session {number} {column}: {got} is not {expected}");
        }
    }
}

#[test]
fn published_totals() {
    let Some(all) = SESSIONS.as_ref() else { return };
    let votes: Vec<_> = all.values().map(|s| s.votes.clone()).collect();
    let pairs = sessions(&votes);
    let possible: usize = all.values().map(|s| s.names.len() * (s.names.len() - 1) / 2).sum();
    let defined: usize = pairs.iter().flatten().filter(|p| p.kappa.is_some()).count();
    assert_eq!((possible, possible - defined), (827_379, 15_631));
    let last = &pairs[pairs.len() - 1];
    assert_eq!((last.len(), last.iter().filter(|p| p.kappa.is_some()).count()), (18_528, 18_428));
}
