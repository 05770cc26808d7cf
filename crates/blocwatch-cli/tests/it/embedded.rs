//! The embedded default: what the program can do on a machine that never downloaded anything.

use std::collections::BTreeMap;

use blocwatch_engine::table::read_parquet;
use serde_json::Value;

use crate::run::{Home, files, text, whole};

#[test]
fn builds_with_nothing_downloaded_and_a_second_build_changes_nothing() {
    let home = Home::new();
    let first = home.run(["build"]).ok();
    assert_eq!(first.out, "", "a build has no result on standard output");
    assert!(first.err.contains(" built: "), "{}", first.err);
    let before = files(home.path());
    let second = home.run(["build"]).ok();
    assert!(second.err.contains(" is up to date: "), "{}", second.err);
    assert!(before == files(home.path()), "a second build changed a file");

    let verified = home.run(["verify"]).ok();
    let tables = home.manifest()["tables"].as_object().unwrap().len();
    assert!(verified.out.starts_with(&format!("0 snapshot files and {tables} tables")), "{}", verified.out);
    assert!(verified.out.ends_with(", 0 damaged\n"));
}

#[test]
fn every_declared_table_is_there_with_its_columns_and_no_other_is() {
    let home = Home::built();
    let declared: Vec<Value> = serde_json::from_str(&home.run(["tables", "--json"]).ok().out).unwrap();
    let manifest = home.manifest();
    let mut names: Vec<&str> = declared.iter().map(|t| t["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, manifest["tables"].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>());
    for table in &declared {
        let name = table["name"].as_str().unwrap();
        let file = home.path().join(format!("{name}.parquet"));
        home.run(["query", &format!("SELECT * FROM \"{name}\""), "-o", file.to_str().unwrap()]).ok();
        let batch = read_parquet(&file).unwrap();
        assert_eq!(batch.num_rows() as u64, manifest["tables"][name]["rows"], "{name}");
        let got: Vec<(String, String)> =
            batch.schema().fields().iter().map(|f| (f.name().clone(), f.data_type().to_string().to_lowercase())).collect();
        let kinds = BTreeMap::from([
            ("u16", "uint16"),
            ("u32", "uint32"),
            ("i32", "int32"),
            ("f64", "float64"),
            ("text", "utf8"),
            ("bool", "boolean"),
        ]);
        let word = |c: &Value, key: &str| c[key].as_str().unwrap().to_owned();
        let columns = table["columns"].as_array().unwrap();
        let wanted: Vec<(String, String)> = columns.iter().map(|c| (word(c, "name"), kinds[word(c, "kind").as_str()].to_owned())).collect();
        assert_eq!(got, wanted, "{name}");
        for (column, array) in columns.iter().zip(batch.columns()) {
            assert!(column["nullable"] == true || array.null_count() == 0, "{name}.{}", column["name"]);
        }
    }
}

/// Columns that scripts and peers rely on (DESIGN, command contract); more columns are welcome.
const CONTRACT: &[(&str, &str)] = &[
    ("state_year", "gwcode, year, ccode, iso3, vdem_id, name"),
    ("regime_state_year", "gwcode, year, v2x_regime, v2x_polyarchy, v2x_polyarchy_codelow, v2x_polyarchy_codehigh"),
    ("membership_org_state_year", "org, gwcode, year, status"),
    (
        "composition_org_year",
        "org, year, members, members_rated, autocracies, share_autocracies, majority_autocratic, p_majority_autocratic, mean_polyarchy",
    ),
    ("joint_membership_dyad_year", "gwcode1, gwcode2, year, joint"),
    ("agreement_dyad_session", "gwcode1, gwcode2, session, rollcalls, agreement, s, kappa, pi"),
    ("idealpoint_state_session", "gwcode, session, year, ccode, votes, idealpoint, se, q05, q95, estimator"),
    ("\"case\"", "case_id, title, year_from, year_to, channel, threat, response, tactic, grade, claim"),
    ("case_party", "case_id, role, actor_kind, actor"),
    ("finding", "finding_id, subject, kind, period, value, low, high, statement, trace"),
    ("coverage", "source, \"table\", gwcode, year_from, year_to, state_of_knowledge"),
];

#[test]
fn the_columns_of_the_command_contract_are_there() {
    let home = Home::built();
    for (table, columns) in CONTRACT {
        home.run(["query", &format!("SELECT {columns} FROM {table} LIMIT 0")]).ok();
    }
}

#[test]
fn what_is_not_held_is_missing_and_not_covered_and_never_zero() {
    let home = Home::built();
    let sources: Vec<Value> = serde_json::from_str(&home.run(["sources", "--json"]).ok().out).unwrap();
    assert!(!sources.is_empty());
    let shown = home.run(["sources"]).ok().out;
    for source in &sources {
        let id = source["meta"]["id"].as_str().unwrap();
        assert_eq!(source["standing"], "missing");
        assert!(shown.lines().any(|l| l.starts_with(id) && l.contains(" missing ")), "{shown}");
        let spans = home.rows(&format!("SELECT * FROM coverage WHERE source = '{id}'"));
        assert!(!spans.is_empty() && spans.iter().all(|s| text(s, "state_of_knowledge") == "not-covered"), "{id}");
    }
    // categories come from the embedded spells; the index and everything made from it stays null
    let held = home.row("SELECT count(v2x_regime) AS classes, count(v2x_polyarchy) AS indices FROM regime_state_year");
    assert!(whole(&held, "classes") > 13_000);
    assert_eq!(whole(&held, "indices"), 0);
    let sco = home
        .row("SELECT share_autocracies, mean_polyarchy, p_majority_autocratic FROM composition_org_year WHERE org = 'SCO' AND year = 2024");
    assert_eq!(sco["share_autocracies"], 1.0);
    assert!(sco["mean_polyarchy"].is_null() && sco["p_majority_autocratic"].is_null(), "{sco:?}");
    assert_eq!(whole(&home.row("SELECT count(*) AS n FROM agreement_dyad_session"), "n"), 0);
    let cited = home.run(["cite"]).ok().out;
    assert!(cited.contains("Cottiero") && !cited.contains("Pevehouse"), "only what was used is cited: {cited}");
}

#[test]
fn whether_an_answer_depends_on_the_measure_is_unknown_where_no_other_measure_is_held() {
    let home = Home::built();
    let said = home.row(
        "SELECT count(sensitive) AS n FROM composition_org_year WHERE majority_below_half_polyarchy IS NULL AND p_majority_autocratic IS NULL",
    );
    assert_eq!(whole(&said, "n"), 0);
}
