//! Composed briefs on made-up states: as they are read, and what must hold for each of them.

use std::collections::BTreeSet;

use blocwatch_publish::brief::{Request, Subject, compose, queries};
use blocwatch_publish::doc::{Block, Brief, CalloutKind, Card};
use blocwatch_publish::{html, markdown};

use crate::made_up::{B, Batches, F, I, N, T, V, bare, cases, coverage, examplia, findings, otherland, playbook, regime, request, table};

fn subjects() -> [Subject; 4] {
    [
        Subject::State(examplia()),
        Subject::Organisation { id: "CLUB".into(), name: "Club of Examples".into() },
        Subject::Pair(examplia(), otherland()),
        Subject::Region { name: "Made-up Sea".into() },
    ]
}

fn made(request: &Request, batches: &Batches) -> Brief {
    let brief = compose(request, batches).unwrap();
    assert_eq!(brief.unsourced(), Vec::<String>::new());
    html::render(&brief).unwrap();
    brief
}

fn read(brief: &Brief) -> String {
    markdown::render(brief).unwrap()
}

/// All cards of a section.
fn cards<'b>(brief: &'b Brief, section: &str) -> Vec<&'b Card> {
    let found = brief.sections.iter().find(|s| s.id == section).into_iter();
    found.flat_map(|s| &s.blocks).filter_map(|b| if let Block::Cards(c) = b { Some(c) } else { None }).flatten().collect()
}

fn common() -> Batches {
    let mut out: Batches = cases().into_iter().collect();
    out.insert("playbook", playbook());
    out.insert("coverage", coverage());
    out.insert("regime", regime());
    out
}

fn state() -> Batches {
    let mut out = common();
    let rows: Vec<Vec<V>> = (2010..=2024).filter(|y| *y != 2012).map(regime_row).collect();
    let names = "side year v2x_regime v2x_polyarchy v2x_polyarchy_codelow v2x_polyarchy_codehigh in_system source edition version";
    out.insert("regime", table(names, &rows));
    out.insert(
        "finding",
        findings(&[
            (
                "regime-category.EXA.2024",
                "EXA",
                "regime-category",
                2024,
                0.41,
                "V-Dem rates Examplia an electoral autocracy in 2024; polyarchy 0.41.",
            ),
            ("regime-change.EXA.2014-2024", "EXA", "regime-change", 2024, -0.14, "The polyarchy of Examplia fell from 0.55 to 0.41."),
            (
                "vote-shift.EXA-OTH.s",
                "EXA-OTH",
                "vote-shift",
                2020,
                0.5,
                "Examplia and Otherland vote closer together: mean kappa 0.10, 0.60.",
            ),
            ("vote-shift.EXA-XYZ.s", "EXA-XYZ", "vote-shift", 2020, -0.4, "Examplia and Xyz vote further apart: mean kappa 0.50, 0.10."),
        ]),
    );
    out.insert(
        "organisations",
        table(
            "rated_year org year name to_year status source disagrees members members_rated autocracies share_autocracies \
             majority_autocratic \
             p_majority_autocratic sensitive mean_polyarchy_others unrated began majority_since member_since",
            &[
                organisation("CLUB", "Club of Examples", 2024, 1, (5, 4, 2), Some(false), true),
                organisation("RING", "Ring", 2019, 1, (3, 3, 3), Some(true), false),
                organisation("PACT", "Pact", 2024, 1, (3, 3, 2), Some(true), false),
                organisation("WATCH", "Watch", 2024, 3, (2, 0, 0), None, false),
            ],
        ),
    );
    out.insert(
        "org_trend",
        table(
            "source year organisations autocratic rated_year",
            &[
                vec![T("casebook"), I(2015), I(1), I(0), I(2024)],
                vec![T("casebook"), I(2024), I(2), I(1), I(2024)],
                vec![T("cow_igo"), I(2010), I(20), I(8), I(2024)],
            ],
        ),
    );
    out.insert(
        "tenure",
        table("org name year status", &[vec![T("PACT"), T("Pact"), I(2022), I(1)], vec![T("RING"), T("Ring"), I(2019), I(1)]]),
    );
    out.insert(
        "partners",
        table(
            "name year shared autocratic v2x_regime",
            &[vec![T("Otherland"), I(2024), I(2), I(1), I(0)], vec![T("Xyz"), I(2024), I(1), I(0), N]],
        ),
    );
    out.insert("votes", table("partner name session rollcalls agreement kappa edition", &votes("unvotes")));
    out.insert(
        "indices",
        table(
            "year edition version v2xcs_ccsi v2xcs_ccsi_codelow v2xcs_ccsi_codehigh v2x_clphy v2x_clphy_codelow v2x_clphy_codehigh",
            &[
                vec![I(2020), T("demspaces"), T("v0"), F(0.5), N, N, F(0.7), N, N],
                vec![I(2021), T("demspaces"), T("v0"), F(0.4), N, N, F(0.6), N, N],
            ],
        ),
    );
    out
}

fn regime_row(year: i64) -> Vec<V> {
    let (class, v) = if year < 2016 { (2, 0.55) } else { (1, 0.41) };
    vec![I(1), I(year), I(class), F(v), F(v - 0.05), F(v + 0.06), B(year > 2010), T("vdem"), T("row"), T("v2")]
}

fn organisation(
    org: &'static str,
    name: &'static str,
    year: i64,
    status: i64,
    n: (i64, i64, i64),
    majority: Option<bool>,
    tight: bool,
) -> Vec<V> {
    let share = if n.1 > 0 { F(n.2 as f64 / n.1 as f64) } else { N };
    vec![
        I(2024),
        T(org),
        I(year),
        T(name),
        N,
        I(status),
        T("casebook"),
        B(tight),
        I(n.0),
        I(n.1),
        I(n.2),
        share,
        majority.map_or(N, B),
        if tight { F(0.62) } else { N },
        if majority.is_some() { B(tight) } else { N },
        F(0.33),
        if tight { T("Tinyland") } else { N },
        I(1996),
        // one spell that the list begins with, one that it does not
        if tight { I(1996) } else { I(2004) },
        I(2004),
    ]
}

fn votes(before: &'static str) -> Vec<Vec<V>> {
    let mut rows = Vec::new();
    for (code, name, kappa) in [(992, "Otherland", 0.6), (993, "Xyz", -0.2), (365, "Russia", 0.3), (2, "United States", -0.1)] {
        rows.push(vec![I(code), T(name), I(65), I(60), F(0.7), F(kappa - 0.1), T(before)]);
        rows.push(vec![I(code), T(name), I(75), I(80), F(0.8), F(kappa), T("undl")]);
    }
    rows
}

#[test]
fn an_empty_observatory_says_what_it_lacks() {
    for subject in subjects() {
        let brief = made(&bare(subject), &Batches::new());
        let text = read(&brief);
        assert!(!brief.lead.is_empty() && !brief.method_note.is_empty());
        assert!(text.contains("`blocwatch fetch vdem`") && text.contains("is not held"), "{text}");
        // nothing is held, so nothing may be counted as nought
        for zero in [" 0 organisation", " 0 case", " 0 had", " 0 state", "| 0 |"] {
            assert!(!text.contains(zero), "'{zero}' in {text}");
        }
        assert!(text.contains("not the absence of collaboration"));
    }
}

#[test]
fn a_state_as_it_is_read() {
    insta::assert_snapshot!(read(&made(&request(Subject::State(examplia())), &state())));
}

#[test]
fn roles_are_kept_apart() {
    let brief = made(&request(Subject::State(examplia())), &state());
    let text = read(&brief);
    // home of the exiles and copier of a law; the withdrawn law is an interruption and in no count of cases
    assert!(text.contains("The casebook holds 2 cases of collaboration that name Examplia"), "{text}");
    let card = cards(&brief, "cases").into_iter().find(|c| c.id == "return-exa-oth").unwrap();
    let facts: Vec<(String, String)> =
        card.facts.iter().map(|f| (f.label.clone(), f.items.iter().map(ToString::to_string).collect())).collect();
    assert!(facts.contains(&("Home".into(), "Examplia".into())) && facts.contains(&("Host".into(), "Otherland".into())), "{facts:?}");
    assert!(facts.contains(&("Enabler".into(), "Border service (agency of Otherland)".into())), "{facts:?}");
    assert!(!facts.iter().any(|(label, _)| label == "Sponsor"));
    assert_eq!((card.standing.as_str(), card.grade.as_str()), ("alleged", "C3"));
    assert!(card.remarks.iter().any(|r| r.kind == CalloutKind::Claim));
    assert_eq!(card.meta.to_string(), "About 2021 · informal bilateral");
}

#[test]
fn a_correction_stands_wherever_the_record_is_told() {
    let brief = made(&request(Subject::State(examplia())), &state());
    let card = cards(&brief, "interrupted")[0];
    assert!(
        card.remarks
            .iter()
            .any(|r| r.kind == CalloutKind::Correction && r.text.to_string().starts_with("3 April 2024: The law was passed"))
    );
    let text = read(&brief);
    assert_eq!(
        text.matches("The law was passed after all").count(),
        3,
        "on its card, under what is new, and in the record of the playbook"
    );
}

#[test]
fn interruptions_with_a_record_come_first_and_a_missing_record_is_said() {
    let brief = made(&request(Subject::State(examplia())), &state());
    let shown = cards(&brief, "interruptions");
    assert_eq!(shown.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["coalition", "shelter"]);
    assert!(shown.iter().all(|c| c.remarks.iter().any(|r| r.kind == CalloutKind::Harm)));
    let gap = shown[1].remarks.iter().find(|r| r.kind == CalloutKind::Gap).unwrap();
    assert!(gap.text.to_string().starts_with("No use with a known outcome is documented."));
    assert!(shown[0].remarks.iter().all(|r| r.kind != CalloutKind::Gap));
}

#[test]
fn only_the_newest_forty_cards_are_printed() {
    let mut batches = state();
    let one = cases()[0].1.slice(0, 1);
    let many = arrow::compute::concat_batches(&one.schema(), std::iter::repeat_n(&one, 45)).unwrap();
    batches.insert("cases", many);
    let brief = made(&request(Subject::State(examplia())), &batches);
    assert_eq!(cards(&brief, "cases").len(), 40);
    assert!(read(&brief).contains("5 records are left out here"));
}

#[test]
fn sessions_of_unlike_editions_are_not_compared_in_silence() {
    let warning = "adopted resolutions only";
    let mut batches = state();
    assert!(read(&made(&request(Subject::State(examplia())), &batches)).contains(warning));
    batches.insert("votes", table("partner name session rollcalls agreement kappa edition", &votes("undl")));
    assert!(!read(&made(&request(Subject::State(examplia())), &batches)).contains(warning));
}

#[test]
fn an_organisation_as_it_is_read() {
    let mut batches = common();
    batches.remove("regime");
    batches.insert(
        "finding",
        table(
            "finding_id subject kind year value statement list",
            &[vec![
                T("org-composition.CLUB.2024"),
                T("CLUB"),
                T("org-composition"),
                I(2024),
                F(0.5),
                T("In 2024 1 of the 2 rated full members were autocracies."),
                T("casebook"),
            ]],
        ),
    );
    let names = "org name kind field origin purpose from_year to_year parent parent_name covered_to membership_note source";
    let entry = |org, name, parent: V| {
        vec![
            T(org),
            T(name),
            T("informal"),
            T("rights-body"),
            T("mixed"),
            T("A club for tests."),
            I(2000),
            N,
            parent,
            N,
            I(2024),
            T("Invented."),
            T("casebook"),
        ]
    };
    batches.insert("organisation", table(names, &[entry("CLUB", "Club of Examples", N), entry("CELL", "Cell", T("CLUB"))]));
    let year = |list, year, source, n: (i64, i64), majority, sensitive: V| {
        vec![T(list), I(year), T(source), I(3), I(n.0), I(n.1), F(n.1 as f64 / n.0 as f64), B(majority), F(0.4), F(0.48), sensitive]
    };
    batches.insert(
        "composition",
        table(
            "list year source members members_rated autocracies share_autocracies majority_autocratic p_majority_autocratic \
             mean_polyarchy sensitive",
            &[
                year("used", 2013, "cow_igo", (3, 2), true, B(true)),
                year("used", 2014, "cow_igo", (3, 2), true, B(false)),
                year("used", 2024, "casebook", (2, 1), false, B(true)),
                year("claim", 2014, "cow_igo", (3, 2), true, N),
                year("claim", 2024, "casebook", (2, 1), false, N),
            ],
        ),
    );
    let member =
        |name, year, status, source, class: V| vec![T(name), I(991), I(year), I(status), T(source), class, F(0.41), F(0.36), F(0.47)];
    batches.insert(
        "members",
        table(
            "name gwcode year status source v2x_regime v2x_polyarchy v2x_polyarchy_codelow v2x_polyarchy_codehigh",
            &[
                member("Examplia", 2023, 3, "casebook", I(1)),
                member("Examplia", 2024, 1, "casebook", I(1)),
                member("Otherland", 2023, 1, "casebook", I(0)),
                member("Otherland", 2024, 1, "casebook", I(2)),
                member("Tinyland", 2024, 1, "casebook", N),
                member("Xyz", 2023, 1, "casebook", I(0)),
            ],
        ),
    );
    let claim = |name, year, source, status, work: V, cite: V| vec![T(name), I(year), T(source), I(status), work, N, cite, N];
    batches.insert(
        "claims",
        table(
            "name year source status work place citation url",
            &[
                claim("Examplia", 2014, "casebook", 1, T("w"), T("Work (2020). Members.")),
                claim("Examplia", 2024, "casebook", 1, T("w"), T("Work (2020). Members.")),
                claim("Examplia", 2014, "cow_igo", 3, N, N),
                claim("Otherland", 2014, "cow_igo", 1, N, N),
            ],
        ),
    );
    let subject = Subject::Organisation { id: "CLUB".into(), name: "Club of Examples".into() };
    insta::assert_snapshot!(read(&made(&request(subject), &batches)));
}

#[test]
fn a_pair_as_it_is_read() {
    let mut batches = common();
    batches.insert(
        "finding",
        findings(&[
            ("regime-category.EXA.2024", "EXA", "regime-category", 2024, 0.41, "V-Dem rates Examplia an electoral autocracy in 2024."),
            ("vote-shift.EXA-OTH.s", "EXA-OTH", "vote-shift", 2020, 0.5, "Examplia and Otherland vote closer together."),
        ]),
    );
    let shared = |org, name, year, status2, source, majority| {
        vec![I(2024), T(org), I(year), T(name), I(1), I(status2), T(source), I(4), I(4), I(3), F(0.75), B(majority), N, B(false)]
    };
    batches.insert(
        "shared",
        table(
            "rated_year org year name status1 status2 source members members_rated autocracies share_autocracies majority_autocratic \
             p_majority_autocratic sensitive",
            &[
                shared("CLUB", "Club of Examples", 2024, 1, "casebook", true),
                shared("WATCH", "Watch", 2024, 3, "casebook", true),
                shared("OLD", "Old league", 2014, 2, "cow_igo", false),
            ],
        ),
    );
    let session = |n: i64, kappa: V| vec![I(n), I(70), F(0.75), kappa, T("unvotes"), F(0.2)];
    let rows: Vec<Vec<V>> = (60..=75).map(|n| session(n, if n == 70 { N } else { F(0.1 + 0.03 * (n - 60) as f64) })).collect();
    batches.insert("pair_votes", table("session rollcalls agreement kappa edition mean", &rows));
    insta::assert_snapshot!(read(&made(&request(Subject::Pair(examplia(), otherland())), &batches)));
}

#[test]
fn a_region_as_it_is_read() {
    let mut batches = common();
    batches.remove("regime");
    batches.insert(
        "region",
        table(
            "state name gwcode territory",
            &[
                vec![T("EXA"), T("Examplia"), I(991), B(false)],
                vec![T("OTH"), T("Otherland"), I(992), B(false)],
                vec![T("ISL"), T("Isle"), I(999), B(true)],
            ],
        ),
    );
    batches.insert(
        "states",
        table(
            "name year v2x_regime v2x_polyarchy v2x_polyarchy_codelow v2x_polyarchy_codehigh source before",
            &[
                vec![T("Examplia"), I(2024), I(1), F(0.41), F(0.36), F(0.47), T("vdem"), I(2)],
                vec![T("Otherland"), I(2024), I(0), N, N, N, T("starter"), N],
                vec![T("Tinyland"), I(2024), N, N, N, N, N, N],
            ],
        ),
    );
    batches.insert(
        "classes",
        table(
            "year v2x_regime states",
            &[
                vec![I(2023), I(1), I(2)],
                vec![I(2023), N, I(1)],
                vec![I(2024), I(0), I(1)],
                vec![I(2024), I(1), I(1)],
                vec![I(2024), N, I(1)],
            ],
        ),
    );
    batches.insert(
        "finding",
        findings(&[(
            "regime-change.EXA.2014-2024",
            "EXA",
            "regime-change",
            2024,
            -0.14,
            "The polyarchy of Examplia fell from 0.55 to 0.41.",
        )]),
    );
    batches.insert(
        "region_orgs",
        table(
            "org name year here members members_rated share_autocracies majority_autocratic p_majority_autocratic sensitive",
            &[vec![T("CLUB"), T("Club of Examples"), I(2024), I(2), I(3), I(2), F(0.5), B(false), F(0.4), B(true)]],
        ),
    );
    insta::assert_snapshot!(read(&made(&request(Subject::Region { name: "Made-up Sea".into() }), &batches)));
}

#[test]
fn what_cannot_be_told_is_no_nought() {
    // categories only: no polyarchy, no probability, no answer to whether the measure matters
    let row = |year: i64, autocracies: i64| {
        vec![T("used"), I(year), T("casebook"), I(3), I(3), I(autocracies), F(autocracies as f64 / 3.0), B(autocracies > 1), N, N, N]
    };
    let names = "list year source members members_rated autocracies share_autocracies majority_autocratic p_majority_autocratic \
                 mean_polyarchy sensitive";
    let mut batches = Batches::from([("composition", table(names, &[row(2023, 2), row(2024, 1)]))]);
    let text = read(&made(&bare(subjects()[1].clone()), &batches));
    assert!(text.contains("66.7%") && !text.contains("Mean polyarchy") && !text.contains("Depends on the measure"), "{text}");
    // a region whose states changed category while no polyarchy is held
    let states = "name year v2x_regime v2x_polyarchy v2x_polyarchy_codelow v2x_polyarchy_codehigh source version before";
    let state = |name, now, before: V| vec![T(name), I(2024), I(now), N, N, N, T("starter"), T("v0"), before];
    batches.insert("states", table(states, &[state("Examplia", 0, I(1)), state("Otherland", 2, N)]));
    let text = read(&made(&bare(subjects()[3].clone()), &batches));
    assert!(text.contains("Of 1 state rated in 2024 and ten years before, 1 is in a less democratic category than then"), "{text}");
    assert!(!text.contains("| Polyarchy"), "{text}");
}

#[test]
fn a_year_without_a_membership_is_a_zero_only_inside_the_list() {
    let mut batches = state();
    let rows = [vec![T("casebook"), I(2020), I(2), I(1), I(2024)], vec![T("cow_igo"), I(2005), I(9), I(4), I(2024)]];
    batches.insert("org_trend", table("source year organisations autocratic rated_year", &rows));
    let text = read(&made(&request(Subject::State(examplia())), &batches));
    // the casebook has lists in 2005, and Examplia was in none; COW IGO ends in 2014
    assert!(text.contains("| 2005 | 0 | 0 | 9 | 4 |"), "{text}");
    assert!(text.contains("| 2020 | 2 | 1 | *not covered* | *not covered* |"), "{text}");
}

#[test]
fn words_of_likelihood_and_of_confidence_share_no_sentence() {
    const LIKELY: [&str; 6] = ["likely", "probab", "chance", "possibl", "certain", "odds"];
    let brief = made(&request(Subject::State(examplia())), &state());
    let text = read(&brief).to_lowercase();
    for sentence in text.split(['.', '\n']) {
        assert!(!(sentence.contains("confiden") && LIKELY.iter().any(|w| sentence.contains(w))), "{sentence}");
    }
}

#[test]
fn a_result_without_an_expected_column_is_an_error() {
    let mut batches = state();
    batches.insert("partners", table("nam year shared autocratic v2x_regime", &[vec![T("Otherland"), I(2024), I(1), I(1), I(0)]]));
    let error = compose(&request(Subject::State(examplia())), &batches).unwrap_err().to_string();
    assert!(error.contains("'name'") && error.contains("partners") && error.contains("did you mean 'nam'"), "{error}");
}

#[test]
fn queries_are_few_named_once_and_quoted() {
    for subject in subjects() {
        let all = queries(&request(subject));
        assert!(all.len() <= 16, "{}", all.len());
        let names: BTreeSet<&str> = all.iter().map(|q| q.name).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.iter().all(|q| q.sql.matches('\'').count() % 2 == 0 && !q.sql.contains(';') || q.sql.contains("'; '")));
    }
    let hostile = Subject::Organisation { id: "x'; DROP TABLE finding; --".into(), name: "x".into() };
    assert!(queries(&request(hostile)).iter().all(|q| !q.sql.contains("x';")));
}
