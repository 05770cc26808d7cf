//! The brief on a roll call, on made-up votes.

use blocwatch_publish::brief::{RollcallRef, Subject, compose, queries};
use blocwatch_publish::{html, markdown};

use crate::made_up::{B, Batches, F, I, N, T, V, request, table};

fn batches() -> Batches {
    let mut out = Batches::new();
    out.insert(
        "rollcall",
        table(
            "session rcid date year unres importantvote short descr edition amend para",
            &[vec![
                I(70),
                I(9),
                T("2015-12-04"),
                I(2015),
                T("A/RES/70/9"),
                N,
                T("MADE UP"),
                T("Made-up  matters"),
                T("unvotes"),
                I(0),
                I(0),
            ]],
        ),
    );
    out.insert("issues", table("issue", &[vec![T("Human rights")]]));
    let states = ["Examplia", "Otherland", "Samplestan", "Testonia", "Placeholderia", "Fictia", "Nowhere", "Elsewhere", "Made-up Isles"];
    let rows: Vec<Vec<V>> = states
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let vote = [1, 1, 1, 1, 3, 1, 2, 3, 8][i];
            let class = if i == 8 { N } else { I((i % 4) as i64) };
            let (rated, source) = if i == 8 { (N, N) } else { (I(2015), T("vdem")) };
            vec![I(900 + i as i64), T(name), I(vote), B(true), class, rated, source, T("v15")]
        })
        .collect();
    out.insert("ballots", table("gwcode name vote in_system v2x_regime rated source version", &rows));
    let members: Vec<Vec<V>> = (0..6).map(|i| vec![T("CLUB"), T("Club of Examples"), I(900 + i), T("casebook")]).collect();
    out.insert("caucuses", table("org name gwcode source", &members));
    out.insert(
        "dissent",
        table(
            "org org_name gwcode name vote line with_line voting opposed departures chances surprise",
            &[
                vec![T("autocracies"), N, I(906), T("Nowhere"), I(2), I(1), I(5), I(7), B(false), I(40), I(80), F(1.0)],
                vec![T("CLUB"), T("Club of Examples"), I(904), T("Placeholderia"), I(3), I(1), I(5), I(6), B(true), I(0), I(98), F(6.6)],
            ],
        ),
    );
    out.insert("others", table("rcid date short yes no abstain", &[vec![I(8), T("2015-12-04"), T("A PARAGRAPH"), I(5), I(2), I(1)]]));
    out
}

#[test]
fn a_roll_call_is_read_from_result_to_names() {
    let request = request(Subject::Rollcall(RollcallRef { session: 70, rcid: 9 }));
    let brief = compose(&request, &batches()).unwrap();
    assert_eq!(brief.unsourced(), Vec::<String>::new());
    let page = html::render(&brief).unwrap();
    assert!(page.contains("Roll-call brief"));
    insta::assert_snapshot!(markdown::render(&brief).unwrap());
}

#[test]
fn a_roll_call_without_votes_says_so_and_its_queries_name_it() {
    let request = request(Subject::Rollcall(RollcallRef { session: 70, rcid: 9 }));
    let brief = compose(&request, &Batches::new()).unwrap();
    assert!(markdown::render(&brief).unwrap().contains("No vote is held"));
    let all = queries(&request);
    assert!(all.len() <= 12 && all.iter().all(|q| q.sql.contains("70")));
}
