//! Networks of votes against numbers that igraph 1.0 gives for the same session (see `../shared/peers/graph_igraph.py`), and homophily
//! against numbers computed independently (`../shared/reference/regime_homophily_reference.csv`).

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use blocwatch_stats::agreement::session;
use blocwatch_stats::homophily::{Dyads, observed, permuted};
use blocwatch_stats::network::centrality::{Length, betweenness, pagerank};
use blocwatch_stats::network::community::{Objective, stability};
use blocwatch_stats::network::null::against;
use blocwatch_stats::network::{Graph, backbone};

use crate::shared;
use crate::votes::{self, Session};

static SESSIONS: LazyLock<Option<BTreeMap<u16, Session>>> = LazyLock::new(votes::sessions);

/// Ties of positive kappa over at least ten common votes that the disparity filter keeps.
fn backbone_of(session_: &Session, alpha: f64) -> Graph {
    let ties = session(&session_.votes).into_iter().filter(|p| p.rollcalls >= 10);
    let positive = ties.filter_map(|p| p.kappa.filter(|k| *k > 0.0).map(|k| (p.a, p.b, k)));
    let all = Graph::undirected(session_.names.len(), positive).unwrap();
    let keep: Vec<bool> = backbone::disparity(&all).iter().map(|p| *p < alpha).collect();
    all.filtered(&keep)
}

#[test]
fn published_network_of_a_session() {
    let Some(all) = SESSIONS.as_ref() else { return };
    // alpha, ties; then sum, greatest and sum of squares of betweenness in steps and over 1/kappa; greatest PageRank; modularity
    let table: [(f64, usize, [f64; 7], f64); 2] = [
        (0.25, 4022, [22759.0, 2711.791296869682, 15937535.652763862, 26535.0, 4700.0, 60049449.94444445, 0.01197945060753286], 0.508075),
        (0.1, 533, [31753.0, 3450.4398332924907, 39572845.605637446, 33524.0, 3362.0, 47468991.0, 0.06550257234228447], 0.631413),
    ];
    for (alpha, ties, expected, modularity) in table {
        let graph = backbone_of(&all[&74], alpha);
        assert_eq!((graph.nodes(), graph.edges().len()), (193, ties));
        let mut got = Vec::new();
        for length in [Length::Steps, Length::Inverse] {
            let b = betweenness(&graph, length);
            got.extend([b.iter().sum(), b.iter().copied().fold(0.0, f64::max), b.iter().map(|b| b * b).sum::<f64>()]);
        }
        got.push(pagerank(&graph, 0.85).into_iter().fold(0.0, f64::max));
        for (got, expected) in got.into_iter().zip(expected) {
            assert!((got / expected - 1.0).abs() < 1e-9, "alpha {alpha}: {got} is not {expected}");
        }
        let s = stability(&graph, Objective::Modularity(1.0), 1, 50).unwrap();
        assert!(s.best.quality > modularity - 1e-6, "alpha {alpha}: {} is less than {modularity}", s.best.quality);
    }
}

#[test]
fn published_homophily() {
    let Some(all) = SESSIONS.as_ref() else { return };
    let Some(reference) = shared::rows("reference/regime_homophily_reference.csv") else { return };
    let Some(codes) = shared::rows("data/crosswalk/countrycode_codelist.csv.gz") else { return };
    let Some(regimes) = shared::rows("data/regime/vdem_v15_regimes_of_the_world.csv.gz") else { return };
    let iso: HashMap<&str, &str> = codes.iter().map(|r| (r.text("country.name.en"), r.text("iso3c"))).collect();
    let regime: HashMap<(&str, &str), f64> =
        regimes.iter().filter_map(|r| Some(((r.text("country_text_id"), r.text("year")), r.number("v2x_regime")?))).collect();
    // the votes keep the old name of this seat; the reference of 1991 is without Czechoslovakia, which has no code under its old name and
    // which the observatory has (it in turn leaves out Armenia and Azerbaijan, with one common vote each: docs/replication.md)
    let rename = |name: &str| if name == "Yugoslavia" { "Serbia".to_owned() } else { name.to_owned() };
    for row in &reference {
        let session_ = &all[&row.text("session").parse().unwrap()];
        let rated: Vec<Option<f64>> =
            session_.names.iter().map(|name| regime.get(&(*iso.get(rename(name).as_str())?, row.text("year"))).copied()).collect();
        let place: Vec<Option<usize>> = rated
            .iter()
            .scan(0, |next, r| {
                *next += usize::from(r.is_some());
                Some(r.map(|_| *next - 1))
            })
            .collect();
        let member: Vec<bool> = rated.iter().flatten().map(|r| *r <= 1.0).collect();
        let mut dyads = Dyads::new(member.len());
        for pair in session(&session_.votes) {
            let tie = if row.text("measure") == "kappa_sq" { pair.kappa } else { Some(pair.s) };
            if let (Some(a), Some(b), Some(tie)) = (place[pair.a as usize], place[pair.b as usize], tie) {
                dyads.add(a, b, tie);
            }
        }
        let what = format!("{} {}", row.text("year"), row.text("measure"));
        assert_eq!(Some(member.len() as f64), row.number("n"), "{what}");
        assert_eq!(Some(member.iter().filter(|m| **m).count() as f64), row.number("n_aut"), "{what}");
        let h = observed(&dyads, &member).unwrap();
        for (column, got) in
            [("aut_aut", h.within), ("dem_dem", h.outside.unwrap()), ("mixed", h.between.unwrap()), ("T_autaut_minus_rest", h.t)]
        {
            let expected = row.number(column).unwrap();
            assert!((got - expected).abs() < 1e-6, "{what} {column}: {got} is not {expected}");
        }
        const DRAWS: f64 = 10_000.0;
        let null = against(h.t, &permuted(&dyads, &member, None, DRAWS as u32, 1)).unwrap();
        // the reference has 1,000 draws: errors of a mean, of a standard deviation, and of their ratio
        let (z, sd) = (row.number("z").unwrap(), row.number("perm_sd").unwrap());
        let share = 1.0 / 1_000.0 + 1.0 / DRAWS;
        for (column, got, error) in [
            ("perm_mean", null.mean, sd * share.sqrt()),
            ("perm_sd", null.sd, sd * (share / 2.0).sqrt()),
            ("z", null.z.unwrap(), ((1.0 + z * z / 2.0) * share).sqrt()),
            ("p", null.p, 0.002),
        ] {
            let expected = row.number(column).unwrap();
            assert!((got - expected).abs() < 4.0 * error, "{what} {column}: {got} is not {expected} (error {error})");
        }
    }
    assert_eq!(reference.len(), 8);
}
