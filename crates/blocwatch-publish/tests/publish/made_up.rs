//! Results of queries on made-up states and organisations, as a brief would get them. Every number and every act is invented.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use blocwatch_publish::brief::{Request, SourceNote, StateRef, Subject};
use blocwatch_publish::doc::AsOf;

/// Results by query name.
pub(crate) type Batches = BTreeMap<&'static str, RecordBatch>;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum V {
    /// No value.
    N,
    /// Text.
    T(&'static str),
    /// Whole number.
    I(i64),
    /// Number.
    F(f64),
    /// Truth value.
    B(bool),
}
pub(crate) use V::{B, F, I, N, T};

/// A result from its column names and rows; the type of a column is that of its first value.
pub(crate) fn table(names: &str, rows: &[Vec<V>]) -> RecordBatch {
    let names: Vec<&str> = names.split_whitespace().collect();
    let columns = names.iter().enumerate().map(|(c, name)| {
        let cells = || rows.iter().map(|r| &r[c]);
        let array: ArrayRef = match cells().find(|v| **v != N) {
            Some(I(_)) => Arc::new(cells().map(|v| if let I(i) = v { Some(*i) } else { None }).collect::<Int64Array>()),
            Some(F(_)) => Arc::new(cells().map(|v| if let F(f) = v { Some(*f) } else { None }).collect::<Float64Array>()),
            Some(B(_)) => Arc::new(cells().map(|v| if let B(b) = v { Some(*b) } else { None }).collect::<BooleanArray>()),
            _ => Arc::new(cells().map(|v| if let T(t) = v { Some(*t) } else { None }).collect::<StringArray>()),
        };
        (*name, array, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// A made-up state. Its id is in no list of states.
pub(crate) fn examplia() -> StateRef {
    StateRef { id: "EXA".into(), name: "Examplia".into(), gwcode: 991 }
}

/// Another.
pub(crate) fn otherland() -> StateRef {
    StateRef { id: "OTH".into(), name: "Otherland".into(), gwcode: 992 }
}

/// A request with all sources held.
pub(crate) fn request(subject: Subject) -> Request {
    let note = |citation: &str, version: &str, sha256: &str| SourceNote {
        citation: citation.into(),
        version: version.into(),
        licence: "made up".into(),
        accessed: "2026-01-02".into(),
        sha256: sha256.into(),
    };
    let sources = [
        ("vdem", note("V-Dem (invented)", "v1, v2", "aaaaaaaaaaaa, bbbbbbbbbbbb")),
        ("cow_igo", note("COW IGO (invented)", "v3", "cccccccccccc")),
        ("unga_votes", note("Roll calls (invented)", "", "dddddddddddd")),
        ("casebook", note("Blocwatch casebook (invented)", "0.0.0", "")),
    ];
    Request {
        subject,
        since: 2020,
        as_of: AsOf { observatory: "0123456789abcdef".into(), program: "blocwatch 0.0.0".into(), ..AsOf::default() },
        sources: sources.into_iter().map(|(id, n)| (id.to_owned(), n)).collect(),
    }
}

/// A request to an observatory without any source.
pub(crate) fn bare(subject: Subject) -> Request {
    Request { sources: BTreeMap::new(), ..request(subject) }
}

/// Regimes of two states, the second without an index.
pub(crate) fn regime() -> RecordBatch {
    let mut rows = Vec::new();
    for year in 2010..=2024 {
        let (class, v) = if year < 2016 { (2, 0.55) } else { (1, 0.41) };
        let listed = B(year > 2010);
        rows.push(vec![I(1), I(year), I(class), F(v), F(v - 0.05), F(v + 0.06), listed, T("vdem"), T("row"), T("v2")]);
        rows.push(vec![I(2), I(year), I(0), N, N, N, B(true), T("starter"), T("row-spells"), T("v2")]);
    }
    let names = "side year v2x_regime v2x_polyarchy v2x_polyarchy_codelow v2x_polyarchy_codehigh in_system source edition version";
    table(names, &rows)
}

/// Records: two cases, an interruption with a correction, and an effect.
pub(crate) fn cases() -> [(&'static str, RecordBatch); 3] {
    let names = "case_id title year_from year_to channel response tactic grade claim kind statement date_from date_to date_note outcome \
                 finding note file line";
    let cases = table(
        names,
        &[
            vec![
                T("return-exa-oth"),
                T("Otherland returns exiles to Examplia"),
                I(2021),
                I(2021),
                T("informal-bilateral"),
                T("collaborative-repression"),
                T("forced-return"),
                T("C3"),
                T("alleged"),
                T("collaboration"),
                T("Otherland is said to have returned 3 exiles to Examplia."),
                T("~2021"),
                N,
                T("the report is dated 2021"),
                N,
                N,
                T("The home state is not coded as sponsor: the source does not say who asked."),
                T("cases/x/return.toml"),
                I(3),
            ],
            vec![
                T("law-exa"),
                T("Examplia copies a law of Otherland"),
                N,
                N,
                T("informal-bilateral"),
                T("information-exchange"),
                T("law-copying"),
                T("B2"),
                T("reported"),
                T("collaboration"),
                T("Examplia's parliament passed a law after the pattern of Otherland's."),
                N,
                N,
                T("the source gives no date"),
                N,
                N,
                N,
                T("cases/x/law.toml"),
                I(9),
            ],
            vec![
                T("law-blocked"),
                T("Groups have the law withdrawn"),
                I(2022),
                N,
                T("informal-bilateral"),
                T("information-exchange"),
                T("law-copying"),
                T("B2"),
                T("reported"),
                T("interruption"),
                T("A coalition had the law withdrawn in 2022."),
                T("2022-03"),
                T("open"),
                N,
                T("worked"),
                N,
                N,
                T("cases/x/law.toml"),
                I(30),
            ],
            vec![
                T("study"),
                T("A study of returns"),
                N,
                N,
                N,
                T("collaborative-repression"),
                N,
                T("B2"),
                T("reported"),
                T("effect"),
                T("Returns are more frequent between neighbours."),
                N,
                N,
                N,
                N,
                T("Twice as many among 40 pairs."),
                N,
                T("cases/x/study.toml"),
                I(1),
            ],
        ],
    );
    let party = |case, seq, role, kind, actor, name| vec![T(case), I(seq), T(role), T(kind), T(actor), T(name), N, N];
    let parties = table(
        "case_id seq role actor_kind actor name of of_name",
        &[
            party("return-exa-oth", 1, "home", "state", "EXA", "Examplia"),
            party("return-exa-oth", 2, "host", "state", "OTH", "Otherland"),
            party("return-exa-oth", 3, "venue", "organisation", "CLUB", "Club of Examples"),
            vec![T("return-exa-oth"), I(4), T("enabler"), T("agency"), T("Border service"), T("Border service"), T("OTH"), T("Otherland")],
            party("return-exa-oth", 5, "target_group", "group", "Exiles", "Exiles"),
            party("law-exa", 1, "partner", "state", "EXA", "Examplia"),
            party("law-exa", 2, "model", "state", "OTH", "Otherland"),
            party("law-blocked", 1, "target_state", "state", "EXA", "Examplia"),
            party("law-blocked", 2, "challenger", "group", "Civic groups", "Civic groups"),
            party("study", 1, "partner", "group", "Neighbours", "Neighbours"),
        ],
    );
    let work =
        |case, seq, id, cite, via: V, via_cite: V| vec![T("source"), T(case), I(seq), T(id), T(cite), N, N, T("p. 7"), via, via_cite, N, N];
    let works = table(
        "part case_id seq work citation url licence place via via_citation date says",
        &[
            work(
                "return-exa-oth",
                1,
                "doe-2022-returns",
                "Doe, A. (2022). Returns. Press.",
                T("roe-2023-book"),
                T("Roe, B. (2023). A book. House."),
            ),
            work("return-exa-oth", 2, "roe-2023-book", "Roe, B. (2023). A book. House.", N, N),
            work("law-exa", 1, "roe-2023-book", "Roe, B. (2023). A book. House.", N, N),
            work("law-blocked", 1, "roe-2023-book", "Roe, B. (2023). A book. House.", N, N),
            vec![
                T("correction"),
                T("law-blocked"),
                I(1),
                T("daily-2024-law"),
                T("Daily (2024). The law is back."),
                T("https://daily.example/law"),
                N,
                N,
                N,
                N,
                T("2024-04-03"),
                T("The law was passed after all."),
            ],
        ],
    );
    [("cases", cases), ("parties", parties), ("works", works)]
}

/// Three entries of a playbook: one with a record, one without, one that answers nothing seen.
pub(crate) fn playbook() -> RecordBatch {
    let entry = |id, kind, title, no_record: V| {
        vec![
            T("entry"),
            T(id),
            T(kind),
            T(title),
            T("What it is."),
            T("the bill is known\nthere is time"),
            T("civic groups"),
            T("Those who speak out can be punished."),
            no_record,
            T("interruptions/x.toml"),
        ]
    };
    let answer = |id, response, tactic| vec![T("answer"), T(id), T(response), T(tactic), N, N, N, N, N, N];
    table(
        "part interruption a b c d e f g h",
        &[
            entry("shelter", "capacity", "Shelter", T("The source reports no use of it.")),
            entry("coalition", "capacity", "Coalition", N),
            entry("votes", "regulation", "Votes in boards", N),
            answer("shelter", "collaborative-repression", "forced-return"),
            answer("shelter", "collaborative-repression", "travel-document-abuse"),
            answer("coalition", "information-exchange", "law-copying"),
            answer("votes", "diversified-finance", "regional-bank-lending"),
            vec![
                T("use"),
                T("coalition"),
                T("law-blocked"),
                T("worked"),
                T("early and by a plan"),
                T("Groups have the law withdrawn"),
                T("2022-03"),
                T("open"),
                T("reported"),
                T("B2"),
            ],
            vec![
                T("adaptation"),
                T("coalition"),
                T("law-blocked"),
                N,
                T("the law came back in 2024"),
                T("Groups have the law withdrawn"),
                N,
                N,
                N,
                N,
            ],
        ],
    )
}

/// What sources cover.
pub(crate) fn coverage() -> RecordBatch {
    let row = |source, place, gwcode, word, note: V, from, to| vec![T(source), T(place), gwcode, T(word), note, I(from), I(to)];
    table(
        "source place gwcode state_of_knowledge note year_from year_to",
        &[
            row("casebook", "membership_org_state_year", N, "covered", T("CLUB"), 2000, 2024),
            row("casebook", "membership_org_state_year", N, "covered", T("RING"), 2000, 2019),
            row("cow_igo", "membership_org_state_year", N, "censored", T("the files at hand end in 2014"), 2015, 9999),
            row("cow_igo", "membership_org_state_year", I(991), "covered", N, 1950, 2014),
        ],
    )
}

/// Findings with their sources of a list.
pub(crate) fn findings(rows: &[(&'static str, &'static str, &'static str, i64, f64, &'static str)]) -> RecordBatch {
    let rows: Vec<Vec<V>> = rows
        .iter()
        .map(|(id, subject, kind, year, value, statement)| vec![T(id), T(subject), T(kind), I(*year), F(*value), T(statement), N])
        .collect();
    table("finding_id subject kind year value statement list", &rows)
}
