//! Published and independently computed numbers (METHODS, sections 1 to 3), asked of the observatory with `query --format json`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::real;
use crate::run::{Home, Row, number, same, text, whole};
use crate::shared;

#[test]
fn published_regime_counts() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/ert_v15_year_counts_some.csv") else { return };
    let rows = home.rows(
        "SELECT year, count(v2x_regime) AS coded, count(*) FILTER (WHERE v2x_regime = 0) AS closed, \
         count(*) FILTER (WHERE v2x_regime = 1) AS electoral_aut, count(*) FILTER (WHERE v2x_regime = 2) AS electoral_dem, \
         count(*) FILTER (WHERE v2x_regime = 3) AS liberal_dem, avg(v2x_polyarchy) AS mean_polyarchy \
         FROM regime_state_year WHERE edition = 'row' GROUP BY year",
    );
    let by_year: BTreeMap<i64, _> = rows.iter().map(|r| (whole(r, "year"), r)).collect();
    let classes = |year: i64| ["closed", "electoral_aut", "electoral_dem", "liberal_dem"].map(|c| whole(by_year[&year], c));
    assert_eq!(classes(2024), [35, 56, 59, 29]);
    assert_eq!(whole(by_year[&2024], "coded"), 179);
    assert_eq!(classes(2010), [24, 61, 49, 44]);
    for row in &reference {
        let got = by_year[&row.text("year").parse().unwrap()];
        for column in ["closed", "electoral_aut", "electoral_dem", "liberal_dem", "mean_polyarchy"] {
            assert!(same(number(got, column), row.number(column)), "{} {column}: {got:?}", row.text("year"));
        }
    }
    assert_eq!(reference.len(), 25);
}

#[test]
fn published_compositions() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/io_composition_reference.csv") else { return };
    for row in &reference {
        let place = format!("{} {}", row.text("org"), row.text("year"));
        let got =
            home.row(&format!("SELECT * FROM composition_org_year WHERE org = '{}' AND year = {}", row.text("org"), row.text("year")));
        for (column, wanted) in [
            ("members", "members"),
            ("members_rated", "coded"),
            ("share_autocracies", "share_autocratic"),
            ("mean_polyarchy", "mean_polyarchy"),
            ("min_polyarchy", "min_polyarchy"),
            ("max_polyarchy", "max_polyarchy"),
        ] {
            assert!(same(number(&got, column), row.number(wanted)), "{place} {column}: {got:?}");
        }
        assert_eq!(got["majority_autocratic"], row.text("majority_autocratic") == "True", "{place}");
    }
    assert_eq!(reference.len(), 11);
}

/// Numbers of states by the id that the reference uses, as the table of states has them.
fn numbers(home: &Home) -> BTreeMap<String, i64> {
    let rows = home.rows("SELECT state, gwcode FROM state WHERE gwcode IS NOT NULL");
    rows.iter().map(|r| (text(r, "state").to_owned(), whole(r, "gwcode"))).collect()
}

#[test]
fn published_vote_agreement() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/un_similarity_reference_some.csv") else { return };
    let states = numbers(home);
    let all: Vec<_> = reference.iter().filter(|r| r.text("set") == "all_rollcalls").collect();
    let sessions: BTreeSet<&str> = all.iter().map(|r| r.text("session")).collect();
    let list = sessions.into_iter().collect::<Vec<_>>().join(", ");
    let rows = home.rows(&format!("SELECT * FROM agreement_dyad_session WHERE session IN ({list}, 74, 60, 46)"));
    let by_pair: BTreeMap<[i64; 3], _> = rows.iter().map(|r| (["session", "gwcode1", "gwcode2"].map(|c| whole(r, c)), r)).collect();
    let pair = |session: i64, a: &str, b: &str| {
        let (a, b) = (states[a], states[b]);
        by_pair.get(&[session, a.min(b), a.max(b)]).unwrap_or_else(|| panic!("session {session}: no pair {a}, {b}"))
    };
    // METHODS, section 3: session, dyad, n, exact, S, kappa, pi
    for (session, a, b, n, expected) in [
        (74, "RUS", "CHN", 87, [0.793103, 0.827586, 0.709613, 0.701578]),
        (74, "USA", "RUS", 87, [0.206897, -0.344828, -0.191781, -0.501992]),
        (74, "USA", "ISR", 89, [0.943820, 0.938202, 0.910241, 0.910138]),
        (74, "CHN", "PRK", 80, [0.837500, 0.862500, 0.693273, 0.690577]),
        (60, "RUS", "CHN", 98, [0.724490, 0.816327, 0.428571, 0.419355]),
        (46, "RUS", "CHN", 67, [0.537313, 0.746269, -0.073516, -0.242094]),
        (46, "USA", "GBR", 72, [0.555556, 0.548611, 0.423645, 0.349593]),
    ] {
        let got = pair(session, a, b);
        assert_eq!(whole(got, "rollcalls"), n);
        for (column, expected) in ["agreement", "s", "kappa", "pi"].into_iter().zip(expected) {
            assert!(same(number(got, column), Some(expected)), "session {session} {a}-{b} {column}: {got:?}");
        }
    }
    for row in &all {
        let got = pair(row.text("session").parse().unwrap(), row.text("a"), row.text("b"));
        for (column, wanted) in [("rollcalls", "n"), ("agreement", "agree_exact"), ("s", "S_sq"), ("kappa", "kappa_sq"), ("pi", "pi_sq")] {
            let place = format!("session {} {}-{} {column}", row.text("session"), row.text("a"), row.text("b"));
            assert!(same(number(got, column), row.number(wanted)), "{place}: {got:?} is not {:?}", row.number(wanted));
        }
    }
    assert_eq!(all.len(), 49);
}

#[test]
fn published_session_means() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/un_similarity_session_means_some.csv") else { return };
    let rows = home.rows(
        "SELECT a.*, v.members, v.rollcalls, v.votes FROM (SELECT session, count(*) AS pairs, count(kappa) AS defined, \
           avg(agreement) AS mean_agree_exact, avg(s) AS mean_S_sq, avg(kappa) AS mean_kappa_sq, avg(pi) AS mean_pi_sq \
           FROM agreement_dyad_session GROUP BY session) a JOIN (SELECT session, count(DISTINCT gwcode) AS members, \
           count(DISTINCT rcid) AS rollcalls, count(*) AS votes FROM vote WHERE edition = 'unvotes' GROUP BY session) v \
         ON v.session = a.session",
    );
    let by_session: BTreeMap<i64, _> = rows.iter().map(|r| (whole(r, "session"), r)).collect();
    let last = by_session[&74];
    assert_eq!((whole(last, "pairs"), whole(last, "defined")), (18_528, 18_428));
    for (column, expected) in
        [("mean_agree_exact", 0.716746), ("mean_s_sq", 0.709359), ("mean_kappa_sq", 0.194796), ("mean_pi_sq", 0.106658)]
    {
        assert!(same(number(last, column), Some(expected)), "{last:?}");
    }
    for row in &reference {
        let got = by_session[&row.text("session").parse().unwrap()];
        // Serbia takes the seat of Serbia and Montenegro during session 60: two states in the table of votes, one seat in similarity
        let split = row.text("session") == "60";
        assert!(!split || number(got, "members") == row.number("members").map(|n| n + 1.0));
        let columns = ["rollcalls", "votes", "members", "mean_agree_exact", "mean_S_sq", "mean_kappa_sq", "mean_pi_sq"];
        for column in columns.into_iter().filter(|c| !split || *c != "members") {
            let (got, expected) = (number(got, &column.to_lowercase()), row.number(column));
            assert!(same(got, expected), "session {} {column}: {got:?} is not {expected:?}", row.text("session"));
        }
    }
    assert_eq!(reference.len(), 22);
}

#[test]
fn published_rows_are_all_accounted_for() {
    let Some(home) = real::home() else { return };
    let rows = home.rows(
        "SELECT source, file, sum(rows) FILTER (WHERE fate = 'in') AS came, sum(rows) FILTER (WHERE fate = 'kept') AS kept, \
         sum(rows) FILTER (WHERE fate = 'dropped') AS dropped, sum(rows) FILTER (WHERE fate = 'quarantined') AS quarantined \
         FROM row_account GROUP BY source, file",
    );
    let count = |r, c| number(r, c).unwrap_or(0.0);
    let mut came = BTreeMap::new();
    for r in &rows {
        assert_eq!(count(r, "came"), count(r, "kept") + count(r, "dropped") + count(r, "quarantined"), "{r:?}");
        // lines of the treaty texts are broken off in the file as it is public: fragments are counted and not used
        let broken = if text(r, "source") == "treaty_texts" { 35.0 } else { 0.0 };
        assert_eq!(count(r, "quarantined"), broken, "{r:?}");
        came.insert(text(r, "file").to_owned(), (count(r, "came"), count(r, "kept")));
    }
    // METHODS, sections 1 to 3; the wide file counts cells: 15,557 state-years by 534 organisations
    for (file, n, kept) in [
        ("un_votes.csv.gz", 870_109.0, 870_109.0),
        ("un_roll_calls.csv.gz", 6_203.0, 6_203.0),
        ("vdem_v15_regimes_of_the_world.csv.gz", 19_678.0, 19_678.0),
        ("state_year_format3_wide.csv.gz", 15_557.0 * 534.0, 677_839.0),
        ("igo_year_meta.csv.gz", 19_335.0, 19_335.0),
    ] {
        assert_eq!(came.get(file), Some(&(n, kept)), "{file}");
    }
    let held = home.manifest()["snapshots"].as_array().unwrap().len();
    assert_eq!(held - rows.len(), 1, "every file in use has an account, except the long form of COW IGO, which is not read");
    let unvotes = home.row("SELECT count(*) AS votes, count(DISTINCT rcid) AS rollcalls FROM vote WHERE edition = 'unvotes'");
    assert_eq!((whole(&unvotes, "votes"), whole(&unvotes, "rollcalls")), (870_109, 6_203));
}

#[test]
fn published_membership_counts() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/igo_counts_some_state_years.csv.gz") else { return };
    let rows = home.rows(
        "SELECT ccode, year, count(*) FILTER (WHERE status = 1) AS sum_igo_full, count(*) FILTER (WHERE status = 2) AS sum_igo_associate, \
         count(*) FILTER (WHERE status = 3) AS sum_igo_observer, count(*) FILTER (WHERE status IN (1, 2, 3)) AS sum_igo_anytype \
         FROM igo_state_year WHERE edition = 'wide' GROUP BY ccode, year",
    );
    let ours: BTreeMap<(i64, i64), _> = rows.iter().map(|r| ((whole(r, "ccode"), whole(r, "year")), r)).collect();
    let mut differing = Vec::new();
    for row in &reference {
        let key = (row.text("ccode").parse().unwrap(), row.text("year").parse().unwrap());
        for column in ["sum_igo_full", "sum_igo_associate", "sum_igo_observer", "sum_igo_anytype"] {
            // a state-year without any tie has no row, which the account counts; here its sum is zero
            let got = ours.get(&key).map_or(Some(0.0), |r| number(r, column));
            if got != row.number(column) {
                differing.push(format!("{key:?} {column}: {got:?} is not {:?}", row.number(column)));
            }
        }
    }
    assert_eq!(reference.len(), 500);
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn published_joint_memberships() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/joint_igo_memberships_2_percent.csv.gz") else { return };
    let whole_number = |text: &str| text.parse::<i64>().unwrap();
    // the reference counts by COW numbers; the harmonised file knows which state each number was
    let rows = home.rows("SELECT DISTINCT ccode, year, gwcode FROM igo_state_year");
    let mut states: BTreeMap<(i64, i64), i64> = rows.iter().map(|r| ((whole(r, "ccode"), whole(r, "year")), whole(r, "gwcode"))).collect();
    let asked = reference.iter().flat_map(|r| ["ccode1", "ccode2"].map(|c| (whole_number(r.text(c)), whole_number(r.text("year")))));
    // of states without any tie it does not speak: the crosswalk, and before a state entered the system its own number
    let rest: BTreeSet<(i64, i64)> = asked.filter(|k| !states.contains_key(k)).collect();
    let list: Vec<String> = rest.iter().map(|(ccode, year)| format!("({ccode}, {year})")).collect();
    let sql = format!("SELECT c, y, coalesce(gw_from_cow(c, y), c) AS g FROM (VALUES {}) AS t(c, y)", list.join(", "));
    states.extend(home.rows(&sql).iter().map(|r| ((whole(r, "c"), whole(r, "y")), whole(r, "g"))));

    let all = home.run(["query", "SELECT gwcode1, gwcode2, year, joint FROM joint_membership_dyad_year", "--format", "csv"]).ok().out;
    let mut ours: HashMap<[i64; 3], i64> = HashMap::new();
    for line in all.lines().skip(1) {
        let mut cells = line.split(',').map(whole_number);
        let mut next = || cells.next().unwrap();
        ours.insert([next(), next(), next()], next());
    }
    assert_eq!(ours.len(), 917_695);
    for row in &reference {
        let year = whole_number(row.text("year"));
        let [a, b] = ["ccode1", "ccode2"].map(|c| states[&(whole_number(row.text(c)), year)]);
        let joint = ours.get(&[a.min(b), a.max(b), year]);
        assert_eq!(joint, Some(&whole_number(row.text("dyadigos"))), "{a}-{b} {year}");
    }
    assert_eq!(reference.len(), 18_353);
}

#[test]
fn published_states_per_year() {
    let Some(list) = shared::rows("data/crosswalk/states_gwstates.csv.gz") else { return };
    // the frame needs no data: it is embedded
    let home = Home::built();
    let rows = home.rows("SELECT year, count(*) AS n FROM state_year GROUP BY year");
    let ours: BTreeMap<i64, i64> = rows.iter().map(|r| (whole(r, "year"), whole(r, "n"))).collect();
    let year = |text: &str| text.split('-').next().unwrap().parse::<i64>().unwrap();
    for when in [1816, 1861, 1914, 1945, 1946, 1960, 1975, 1990, 1991, 1993, 2006, 2011, 2020, 2025] {
        let states: BTreeSet<&str> =
            list.iter().filter(|r| year(r.text("start")) <= when && when <= year(r.text("end"))).map(|r| r.text("gwcode")).collect();
        assert_eq!(ours[&when], states.len() as i64, "{when}");
    }
}

#[test]
fn published_ideal_points() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/idealpoints_All_some_sessions.csv.gz") else { return };
    let all = home.row("SELECT count(*) AS cells, sum(votes) AS votes FROM idealpoint_state_session WHERE session <= 74");
    assert_eq!((whole(&all, "cells"), whole(&all, "votes")), (10_469, 797_473));
    let rows = home.rows("SELECT session, votes, idealpoint, q05, q95, ccode FROM idealpoint_state_session");
    let ours: HashMap<(i64, i64), _> = rows.iter().map(|r| ((whole(r, "ccode"), whole(r, "session")), r)).collect();
    let mut pairs = Vec::new();
    for row in &reference {
        let key = (row.text("ccode").parse().unwrap(), row.text("session").parse().unwrap());
        let got = ours.get(&key).unwrap_or_else(|| panic!("no point of {key:?}"));
        assert_eq!(Some(whole(got, "votes") as f64), row.number("NVotes"), "{key:?}");
        let (point, low, high) = (number(got, "idealpoint").unwrap(), number(got, "q05").unwrap(), number(got, "q95").unwrap());
        assert!(low < point && point < high, "{key:?}");
        pairs.push((point, row.number("IdealPoint").unwrap()));
    }
    let r = correlation(&pairs);
    assert!(pairs.len() == 820 && r > 0.99, "{r} over {}", pairs.len());
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = |f: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(f).sum::<f64>() / n;
    let (a, b) = (mean(&|p| p.0), mean(&|p| p.1));
    let of = |f: &dyn Fn(f64, f64) -> f64| mean(&|p| f(p.0 - a, p.1 - b));
    of(&|x, y| x * y) / (of(&|x, _| x * x) * of(&|_, y| y * y)).sqrt()
}

/// The points on human rights alone. The sampler goes on for a tenth of the sweeps that a reader would ask for.
#[test]
fn published_ideal_points_on_human_rights() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/idealpoints_HumanRights_some_sessions.csv.gz") else { return };
    let fast: &[&str] = &["estimator=fast", "draws=0"];
    let sampler: &[&str] = &["estimator=sampler", "sweeps=600", "burn=300", "thin=10", "chains=1"];
    for (settings, least, in_band) in [(fast, 0.985, 600), (sampler, 0.98, 680)] {
        let mut asked = vec!["measure", "idealpoint", "--format", "json", "--set", "issue=hr", "--set", "until=74"];
        settings.iter().for_each(|s| asked.extend(["--set", s]));
        let rows: Vec<Row> = serde_json::from_str(&home.run(asked).ok().out).expect("rows as JSON");
        let ours: HashMap<(i64, i64), _> = rows.iter().map(|r| ((whole(r, "ccode"), whole(r, "session")), r)).collect();
        let (mut pairs, mut inside) = (Vec::new(), 0);
        for row in &reference {
            let key = (row.text("ccode").parse().unwrap(), row.text("session").parse().unwrap());
            let got = ours.get(&key).unwrap_or_else(|| panic!("no point of {key:?}"));
            assert_eq!(Some(whole(got, "votes") as f64), row.number("NVotesHumanRights"), "{key:?}");
            let of = |column: &str| row.number(&format!("{column}HumanRights")).unwrap();
            let point = number(got, "idealpoint").unwrap();
            inside += usize::from((of("Q5%")..=of("Q95%")).contains(&point));
            pairs.push((point, of("IdealPoint")));
        }
        let r = correlation(&pairs);
        assert!(pairs.len() == 692 && r > least && inside >= in_band, "{settings:?}: {r} over {}, {inside} in the bands", pairs.len());
    }
}
