//! Measures of votes: published and independently computed similarity through `measure`, votes straight from files, groups, blocs, and
//! the brief on a roll call.

use std::collections::BTreeMap;
use std::fs;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Float64Type, UInt16Type, UInt32Type};
use blocwatch_analysis::measures::{Settings, similarity};
use blocwatch_core::Notices;
use blocwatch_core::state::States;
use blocwatch_sources::ballots;

use crate::real;
use crate::run::{Home, Row, number, same, text, whole};
use crate::shared;

/// What a measure prints, as rows.
fn measured(home: &Home, args: &[&str]) -> Vec<Row> {
    let mut all = vec!["measure"];
    all.extend(args);
    all.extend(["--format", "json"]);
    serde_json::from_str(&home.run(all).ok().out).unwrap()
}

#[test]
fn published_similarity_under_both_filters_and_both_distances() {
    let Some(home) = real::home() else { return };
    let Some(reference) = shared::rows("reference/un_similarity_reference_some.csv") else { return };
    let mut compared = 0;
    for (set, filter) in [("all_rollcalls", "unanimous=yes"), ("unanimous_dropped", "unanimous=no")] {
        for (distance, columns) in [
            ("squared", [("s", "S_sq"), ("kappa", "kappa_sq"), ("pi", "pi_sq")]),
            ("absolute", [("s", "S_abs"), ("kappa", "kappa_abs"), ("pi", "pi_abs")]),
        ] {
            // one run for the United States and one for Russia gives all pairs but those between others
            for state in ["USA", "RUS"] {
                let rows = measured(
                    home,
                    &[
                        "similarity",
                        "--set",
                        filter,
                        "--set",
                        &format!("distance={distance}"),
                        // the table by issue area is not looked at
                        "--set",
                        "issue_since=255",
                        "--state",
                        state,
                    ],
                );
                let states = States::embedded().unwrap();
                let by: BTreeMap<[i64; 3], &Row> =
                    rows.iter().map(|r| (["session", "gwcode1", "gwcode2"].map(|c| whole(r, c)), r)).collect();
                for row in reference.iter().filter(|r| r.text("set") == set && r.text("a") == state) {
                    let session: i64 = row.text("session").parse().unwrap();
                    let year = i32::try_from(session).unwrap() + 1945;
                    let key = |id: &str| i64::from(states.by_id(id).unwrap().key_at(year));
                    let (a, b) = (key(row.text("a")), key(row.text("b")));
                    let got = by[&[session, a.min(b), a.max(b)]];
                    let place = format!("{set} {distance} session {session} {}-{}", row.text("a"), row.text("b"));
                    assert_eq!(number(got, "rollcalls"), row.number("n"), "{place}");
                    assert!(same(number(got, "agreement"), row.number("agree_exact")), "{place}: {got:?}");
                    for (column, wanted) in columns {
                        assert!(same(number(got, column), row.number(wanted)), "{place} {column}: {got:?}");
                    }
                    compared += 1;
                }
            }
        }
    }
    let wanted = reference.iter().filter(|r| ["USA", "RUS"].contains(&r.text("a"))).count();
    assert_eq!(compared, 2 * wanted);
    assert!(compared > 100);
}

#[test]
fn similarity_by_issue_area_equals_scikit_learns_weighted_kappa() {
    let Some(home) = real::home() else { return };
    // made once with scikit-learn 1.x on un_votes, un_roll_calls and un_roll_call_issues: cohen_kappa_score over the roll calls of the issue
    // on which both voted, labels 1 to 3, weights quadratic and linear; session, issue, dyad, n, exact, quadratic, linear
    for (session, issue, a, b, n, exact, quadratic, linear) in [
        (72, "hr", "RUS", "CHN", 30, 0.9, 0.901099, 0.836364),
        (72, "hr", "USA", "ISR", 30, 0.9, 0.892086, 0.861111),
        (65, "di", "RUS", "CHN", 23, 0.521739, -0.066225, -0.053435),
        (50, "hr", "CUB", "IRN", 12, 0.833333, 0.896552, 0.8125),
    ] {
        let states = States::embedded().unwrap();
        let (x, y) = (states.by_id(a).unwrap().key_at(2017), states.by_id(b).unwrap().key_at(2017));
        let row = home.row(&format!(
            "SELECT * FROM agreement_dyad_session_issue WHERE session = {session} AND issue = '{issue}' AND gwcode1 = {} AND gwcode2 = {}",
            x.min(y),
            x.max(y)
        ));
        assert_eq!(whole(&row, "rollcalls"), n, "{row:?}");
        assert!(same(number(&row, "agreement"), Some(exact)) && same(number(&row, "kappa"), Some(quadratic)), "{row:?}");
        let args = ["similarity", "--set", "distance=absolute", "--set", &format!("issue={issue}"), "--state", a, "--state", b];
        let rows = measured(home, &args);
        let row = rows.iter().find(|r| whole(r, "session") == session).unwrap();
        assert!(same(number(row, "kappa"), Some(linear)), "{row:?}");
    }
    // before the first session of the table, on the spot: United States and United Kingdom, session 35, the Palestinian conflict
    let rows = measured(home, &["similarity", "--set", "issue=me", "--state", "USA", "--state", "GBR"]);
    let row = rows.iter().find(|r| whole(r, "session") == 35).unwrap();
    assert_eq!(whole(row, "rollcalls"), 22);
    assert!(same(number(row, "agreement"), Some(0.409091)) && same(number(row, "kappa"), Some(0.62069)), "{row:?}");
}

#[test]
fn seats_absences_and_minimum_do_what_they_say() {
    let Some(home) = real::home() else { return };
    // Ukraine's Soviet seat is in the table and marked, and gone where votes count for states only
    let args = ["similarity", "--state", "RUS", "--state", "UKR", "--years", "1980:1980"];
    let rows = measured(home, &args);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["in_system"], false);
    let mut states = args.to_vec();
    states.extend(["--set", "seats=states"]);
    assert!(measured(home, &states).is_empty());
    let mut least = args.to_vec();
    least.extend(["--set", "minimum=1000"]);
    let rows = measured(home, &least);
    assert_eq!(rows[0]["reason"], "below_minimum");
    assert!(rows[0]["kappa"].is_null() && rows[0]["agreement"].is_null() && whole(&rows[0], "rollcalls") > 10);
    // nothing that has a value has a reason, and the other way round
    let wrong = home.row(
        "SELECT count(*) AS n FROM agreement_dyad_session WHERE (reason IS NULL) <> (kappa IS NOT NULL AND pi IS NOT NULL) \
         OR agreement IS NULL OR s IS NULL OR rollcalls < 1",
    );
    assert_eq!(whole(&wrong, "n"), 0);
    let listed = measured(home, &["similarity", "--set", "empty=yes", "--set", "issue_since=255", "--state", "KNA"]);
    let without: Vec<_> = listed.iter().filter(|r| r["reason"] == "no_overlap").collect();
    assert!(!without.is_empty() && without.iter().all(|r| whole(r, "rollcalls") == 0 && r["agreement"].is_null()));
}

fn totals(batches: &[RecordBatch]) -> (usize, u64, usize) {
    let mut out = (0, 0, 0);
    for b in batches {
        out.0 += b.num_rows();
        out.1 += b["rollcalls"].as_primitive::<UInt32Type>().iter().flatten().map(u64::from).sum::<u64>();
        out.2 += b["kappa"].null_count();
    }
    out
}

#[test]
fn published_totals_straight_from_the_files_and_in_every_form() {
    let (Some(votes), Some(rollcalls)) =
        (shared::path("data/unga/voeten_votes_1946_2021_rebuilt.csv.gz"), shared::path("data/unga/voeten_rollcalls_1946_2021.csv.gz"))
    else {
        return;
    };
    let states = States::embedded().unwrap();
    let read = |paths: &[std::path::PathBuf]| {
        let mut notices = Notices::new();
        ballots::read(paths, states, &mut notices).unwrap()
    };
    let quick = read(&[votes.clone(), rollcalls.clone()]);
    assert_eq!(quick.edition, "voeten");
    let settings = Settings::defaults(similarity::MEASURE.parameters);
    let all = similarity::overall(&quick, &settings).unwrap();
    // as numpy, pandas, Polars and DuckDB count them on the same files
    assert_eq!(totals(&all), (845_155, 66_012_953, 15_159));
    // rows follow each other in the order of the table
    let mut last = (0, 0, 0);
    for b in &all {
        let column = |c: &str| b[c].as_primitive::<UInt16Type>().values().to_vec();
        for ((a, b), s) in column("gwcode1").into_iter().zip(column("gwcode2")).zip(column("session")) {
            assert!(last < (a, b, s));
            last = (a, b, s);
        }
    }
    // Russia and China in session 74, as in METHODS
    let pair = all.iter().find_map(|b| {
        let column = |c: &str| b[c].as_primitive::<UInt16Type>();
        let at = (0..b.num_rows())
            .find(|i| (column("gwcode1").value(*i), column("gwcode2").value(*i), column("session").value(*i)) == (365, 710, 74))?;
        Some(b["kappa"].as_primitive::<Float64Type>().value(at))
    });
    assert!(same(pair, Some(0.709613)));
    // a quoted header sends the same votes through the tolerant reader
    let folder = tempfile::TempDir::new().unwrap();
    let plain = shared::rows("data/unga/voeten_votes_1946_2021_rebuilt.csv.gz").unwrap();
    let mut some = "\"rcid\",\"ccode\",\"vote\"\n".to_owned();
    for row in plain.iter().step_by(3) {
        some.push_str(&format!("{},{},{}\n", row.text("rcid"), row.text("ccode"), row.text("vote")));
    }
    let quoted = folder.path().join("my votes.csv");
    fs::write(&quoted, &some).unwrap();
    let bare = folder.path().join("votes-as-they-are.csv");
    fs::write(&bare, some.replacen("\"rcid\",\"ccode\",\"vote\"", "rcid,ccode,vote", 1)).unwrap();
    let (mut slow, mut fast) = (read(&[quoted, rollcalls.clone()]), read(&[rollcalls, bare]));
    slow.votes.sort_unstable();
    fast.votes.sort_unstable();
    assert_eq!(slow.calls, fast.calls);
    assert_eq!(slow.votes.len(), fast.votes.len());
    assert!(slow.votes == fast.votes);
}

#[test]
fn files_that_do_not_fit_are_named() {
    let home = Home::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../blocwatch-sources/src/unga_votes/sample/");
    let file = |name: &str| format!("{sample}{name}");
    let said = |args: &[String]| {
        let mut all = vec!["measure".to_owned(), "similarity".to_owned(), "--from".to_owned()];
        all.extend_from_slice(args);
        let ran = home.run(all);
        assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
        ran.err
    };
    assert!(said(&[file("README.md")]).contains("none of the forms"));
    assert!(said(&[file("voeten_votes_made_up.csv")]).contains("needs its 'rollcalls' file"));
    assert!(said(&[file("voeten_rollcalls_made_up.csv")]).contains("needs its 'votes' file"));
    let mixed = said(&[file("voeten_votes_made_up.csv"), file("un_roll_calls.made_up.csv")]);
    assert!(mixed.contains("files of one edition"), "{mixed}");
    let twice = said(&[file("voeten_votes_made_up.csv"), file("voeten_votes_made_up.csv"), file("voeten_rollcalls_made_up.csv")]);
    assert!(twice.contains("name one"), "{twice}");
    assert!(said(&[file("nothing.csv")]).contains("nothing.csv"));
    let ran = home.run(["measure", "composition", "--from", &file("voeten_votes_made_up.csv")]);
    assert!(ran.code == 2 && ran.err.contains("similarity"), "{}", ran.err);
    // every edition of the sample can be measured
    for files in [
        vec![file("voeten_votes_made_up.csv"), file("voeten_rollcalls_made_up.csv")],
        vec![file("un_votes.made_up.csv"), file("un_roll_calls.made_up.csv"), file("un_roll_call_issues.made_up.csv")],
        vec![file("UNVotes_made_up.csv")],
        vec![file("2099_01_02_ga_voting_made_up.csv")],
    ] {
        let mut args = vec!["measure", "similarity", "--format", "csv", "--from"];
        args.extend(files.iter().map(String::as_str));
        let ran = home.run(args);
        assert!(ran.code < 2 && ran.out.starts_with("gwcode1,gwcode2,session"), "{files:?}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn groups_vote_as_the_votes_say() {
    let Some(home) = real::home() else { return };
    // the agreement index of one group in one session, by SQL from the votes themselves
    let row = home.row(
        "WITH c AS (SELECT v.rcid, count(*) AS n, greatest(count(*) FILTER (WHERE v.vote = 1), count(*) FILTER (WHERE v.vote = 2), \
           count(*) FILTER (WHERE v.vote = 3)) AS most FROM vote v JOIN membership_org_state_year m ON m.gwcode = v.gwcode AND m.year = 2015 \
           AND m.org = 'CSTO' AND m.status = 1 WHERE v.session = 70 AND v.vote IN (1, 2, 3) GROUP BY v.rcid) \
         SELECT avg((most - 0.5 * (n - most)) / n) AS ai, count(*) AS rollcalls FROM c WHERE n >= 2",
    );
    let got = home.row("SELECT * FROM cohesion_org_session WHERE org = 'CSTO' AND issue = 'all' AND session = 70");
    assert!(same(number(&got, "agreement_index"), number(&row, "ai")), "{got:?} {row:?}");
    assert_eq!(whole(&got, "rollcalls"), whole(&row, "rollcalls"));
    // the European Union is more united than random groups, and pairs in it more alike than with others
    let eu = home.row("SELECT * FROM cohesion_org_session WHERE org = 'EU' AND issue = 'all' AND session = 69");
    assert!(number(&eu, "agreement_index") > number(&eu, "random_index_high"), "{eu:?}");
    assert!(number(&eu, "kappa_inside") > number(&eu, "kappa_outside"), "{eu:?}");
    assert!(number(&eu, "p_index").unwrap() <= 0.01);
    let bounds = home.row(
        "SELECT count(*) AS n, count(DISTINCT org) AS orgs FROM cohesion_org_session WHERE agreement_index NOT BETWEEN 0 AND 1 OR rice NOT BETWEEN 0 AND 1 \
         OR random_index_low > random_index_high OR p_index NOT BETWEEN 0 AND 1 OR members < 3",
    );
    assert_eq!(whole(&bounds, "n"), 0);
    // departures: one group on one session counted by SQL
    let listed = home.row("SELECT count(*) AS n FROM dissent_state_rollcall WHERE org = 'EU' AND session = 69");
    let counted = home.row("SELECT sum(departures) AS n FROM departure_org_state_session WHERE org = 'EU' AND session = 69");
    assert_eq!(number(&listed, "n"), number(&counted, "n"));
    let by_hand = home.row(
        "WITH m AS (SELECT gwcode FROM membership_org_state_year WHERE org = 'EU' AND year = 2014 AND status = 1), \
         v AS (SELECT v.* FROM vote v JOIN m ON m.gwcode = v.gwcode WHERE v.session = 69 AND v.vote IN (1, 2, 3)), \
         c AS (SELECT rcid, vote, count(*) AS k, sum(count(*)) OVER (PARTITION BY rcid) AS n FROM v GROUP BY rcid, vote), \
         l AS (SELECT rcid, vote AS line FROM c WHERE n >= 5 AND k * 3 >= n * 2) \
         SELECT count(*) AS n FROM v JOIN l ON l.rcid = v.rcid WHERE v.vote <> l.line",
    );
    assert_eq!(number(&listed, "n"), number(&by_hand, "n"));
    // why leads from a departure to the publisher's rows
    let one = home.row("SELECT rcid, gwcode FROM dissent_state_rollcall WHERE org = 'EU' AND session = 69 ORDER BY surprise DESC LIMIT 1");
    let condition = format!(
        "dissent_state_rollcall:org = 'EU' AND session = 69 AND rcid = {} AND gwcode = {}",
        whole(&one, "rcid"),
        whole(&one, "gwcode")
    );
    let walked = home.run(["why", &condition]).ok().out;
    assert!(walked.contains("un_votes.csv.gz line") && walked.contains("membership_org_state_year"), "{walked}");
}

#[test]
fn blocs_are_beyond_the_null_and_every_state_is_in_one() {
    let Some(home) = real::home() else { return };
    let rows = home.rows("SELECT * FROM voting_bloc_session WHERE session BETWEEN 65 AND 74 ORDER BY session");
    assert_eq!(rows.len(), 10);
    for r in &rows {
        assert!(number(r, "quality") > number(r, "null_high") && number(r, "null_mean").unwrap() > 0.0, "{r:?}");
        assert!(number(r, "p").unwrap() < 0.05 && number(r, "rand_seeds").unwrap() > 0.5, "{r:?}");
    }
    let together = home.rows(
        "SELECT a.session FROM voting_bloc_state_session a JOIN voting_bloc_state_session b ON b.session = a.session AND b.bloc = a.bloc \
         WHERE a.gwcode = 220 AND b.gwcode = 255 OR a.gwcode = 220 AND b.gwcode = 260",
    );
    assert!(together.len() >= 8, "France and Germany in one bloc in {} of 10 sessions", together.len());
    let apart = home.row(
        "SELECT count(*) AS n FROM voting_bloc_state_session a JOIN voting_bloc_state_session b ON b.session = a.session AND b.bloc = a.bloc \
         WHERE a.gwcode = 220 AND b.gwcode = 40",
    );
    assert_eq!(whole(&apart, "n"), 0, "France and Cuba are never in one");
}

#[test]
fn a_roll_call_has_a_page() {
    let Some(home) = real::home() else { return };
    let row = home.row(
        "SELECT r.rcid, r.session, r.unres, count(*) FILTER (WHERE v.vote = 1) AS yes, count(*) FILTER (WHERE v.vote = 3) AS no, \
         count(*) FILTER (WHERE v.vote = 2) AS abstain FROM rollcall r JOIN vote v ON v.session = r.session AND v.rcid = r.rcid \
         WHERE r.unres = 'A/RES/74/168' GROUP BY r.rcid, r.session, r.unres",
    );
    let page = home.run(["brief", "A/RES/74/168"]).ok().out;
    let by_number = home.run(["brief", &format!("rollcall:{}", whole(&row, "rcid"))]).ok().out;
    assert_eq!(page, by_number);
    assert_eq!(page, home.run(["brief", "a/res/74/168"]).ok().out);
    for part in ["## Who broke ranks", "## By regime", "## By organisation", "## Who voted how", "https://undocs.org/en/A/RES/74/168"] {
        assert!(page.contains(part), "{part} is missing:\n{page}");
    }
    assert!(page.contains(&format!("{} voted yes, {} voted no", whole(&row, "yes"), whole(&row, "no"))), "{row:?}\n{page}");
    let html = home.run(["brief", "A/RES/74/168", "--format", "html"]).ok().out;
    assert!(html.contains("Roll-call brief") && text(&row, "unres") == "A/RES/74/168");
    let none = home.run(["brief", "A/RES/74/9999"]);
    assert!(none.code == 2 && none.err.contains("no roll call is called"), "{}", none.err);
}
