//! The walk of `why`: from a finding of every kind to the rows of publishers' files, whose published fields are the numbers.

use serde_json::Value;

use crate::real;
use crate::run::{Home, Row, number, text};

/// All places of a walk, depth first.
fn places<'a>(nodes: &'a [Value], out: &mut Vec<&'a Value>) {
    for node in nodes {
        out.push(node);
        places(node["from"].as_array().unwrap(), out);
    }
}

fn walk(home: &Home, id: &str, rows: &str) -> Vec<Value> {
    serde_json::from_str(&home.run(["why", id, "--json", "--rows", rows]).ok().out).unwrap()
}

fn place(node: &Value) -> &str {
    node["place"].as_str().unwrap()
}

fn field<'a>(node: &'a Value, name: &str) -> Option<&'a str> {
    let pairs = node["row"].as_array().unwrap().iter();
    pairs.filter(|p| p[0] == name).map(|p| p[1].as_str().unwrap()).next()
}

/// A row of a publisher's file: `name line n`, with what is needed to find and cite it.
fn is_publishers_row(node: &Value) -> bool {
    let from_file =
        place(node).split_once(" line ").is_some_and(|(file, line)| !file.starts_with("knowledge/") && line.parse::<u64>().is_ok());
    if from_file {
        let notes: String = node["notes"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
        for part in ["sha256 ", "licence ", "taken ", "version ", "("] {
            assert!(notes.contains(part), "'{part}' is missing at {}: {notes}", place(node));
        }
        assert!(node["row"].as_array().is_some_and(|r| !r.is_empty()), "{} shows no fields: {notes}", place(node));
    }
    from_file
}

/// A line of the casebook, with the works it rests on.
fn is_peoples_row(node: &Value) -> bool {
    place(node).starts_with("knowledge/") && !node["notes"].as_array().unwrap().is_empty()
}

/// A number that is a zero because its source, which covers the year, has no row: it says so.
fn is_a_zero(node: &Value) -> bool {
    node["notes"].as_array().unwrap().iter().any(|n| n.as_str().is_some_and(|n| n.contains("a zero in the years that the source covers")))
}

/// Every branch ends in a publisher's row, in a people's row with its works, or in a zero.
fn check_ends(id: &str, all: &[&Value]) {
    let ends: Vec<&&Value> = all.iter().filter(|n| n["from"].as_array().unwrap().is_empty()).collect();
    assert!(!ends.is_empty(), "{id}");
    for end in ends {
        assert!(is_publishers_row(end) || is_peoples_row(end) || is_a_zero(end), "{id} ends at {} {}", place(end), end["notes"]);
    }
}

/// The raw fields of every publisher's row are the values of the harmonised row above it, wherever the two share a name.
fn check_fields(nodes: &[Value]) -> usize {
    let mut compared = 0;
    for node in nodes {
        for below in node["from"].as_array().unwrap() {
            if is_publishers_row(below) {
                for pair in node["row"].as_array().unwrap() {
                    let (name, value) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
                    let raw = field(below, name);
                    let numbers = (value.parse::<f64>(), raw.map(str::parse::<f64>));
                    if let (Ok(value), Some(Ok(raw))) = numbers {
                        assert!((value - raw).abs() < 1e-12, "{name}: {value} is not {raw} in {}", place(below));
                        compared += 1;
                    }
                }
            }
        }
        compared += check_fields(node["from"].as_array().unwrap());
    }
    compared
}

#[test]
fn published_rows_stand_at_the_end_of_every_kind_of_finding() {
    let Some(home) = real::home() else { return };
    let kinds = home.rows("SELECT kind, min(finding_id) AS first, max(finding_id) AS last FROM finding GROUP BY kind ORDER BY kind");
    assert!(kinds.len() >= 8, "{kinds:?}");
    let ids = kinds.iter().flat_map(|k: &Row| [text(k, "first").to_owned(), text(k, "last").to_owned()]);
    let mut compared = 0;
    for id in ids.chain(["regime-category.KGZ.2024".to_owned(), "org-composition.SCO.2024".to_owned()]) {
        let nodes = walk(home, &id, "2");
        assert_eq!((nodes.len(), place(&nodes[0])), (1, "finding"), "{id}");
        let mut all = Vec::new();
        places(&nodes, &mut all);
        check_ends(&id, &all);
        compared += check_fields(&nodes);
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn published_polyarchy_is_the_same_in_the_finding_the_table_and_the_file() {
    let Some(home) = real::home() else { return };
    let row = home.row("SELECT * FROM regime_state_year WHERE gwcode = 703 AND year = 2024");
    let finding = home.row("SELECT * FROM finding WHERE finding_id = 'regime-category.KGZ.2024'");
    let nodes = walk(home, "regime-category.KGZ.2024", "12");
    let mut all = Vec::new();
    places(&nodes, &mut all);
    let end = all.iter().find(|n| is_publishers_row(n)).unwrap();
    for (column, of_finding) in [("v2x_polyarchy", "value"), ("v2x_polyarchy_codelow", "low"), ("v2x_polyarchy_codehigh", "high")] {
        let raw: f64 = field(end, column).unwrap().parse().unwrap();
        assert_eq!((number(&row, column), number(&finding, of_finding)), (Some(raw), Some(raw)), "{column}");
    }
    assert_eq!(field(end, "country_text_id"), Some("KGZ"));
    let written = format!("{:.2}", number(&finding, "value").unwrap());
    assert!(text(&finding, "statement").contains(&written), "{finding:?}");
}

#[test]
fn published_votes_behind_a_pair_are_all_there_and_each_names_its_line() {
    let Some(home) = real::home() else { return };
    // the session with the fewest roll calls on which both vote
    let session = home.rows("SELECT session FROM agreement_dyad_session WHERE gwcode1 = 365 AND gwcode2 = 710 ORDER BY rollcalls LIMIT 1");
    let session = session[0]["session"].clone();
    let pair = format!("agreement_dyad_session:session = {session} AND gwcode1 = 365 AND gwcode2 = 710");
    let nodes = walk(home, &pair, "400");
    let mut all = Vec::new();
    places(&nodes, &mut all);
    let ends: Vec<_> = all.iter().filter(|n| is_publishers_row(n)).collect();
    let votes = home.row(&format!("SELECT count(*) AS n FROM vote WHERE session = {session} AND gwcode IN (365, 710)"));
    assert_eq!(Some(ends.len() as f64), number(&votes, "n"));
    for end in ends {
        assert!(["Russia", "China"].contains(&field(end, "country").unwrap()), "{end}");
        assert!(["yes", "no", "abstain"].contains(&field(end, "vote").unwrap()), "{end}");
    }
    // what is not shown is counted
    let short = walk(home, &pair, "5");
    let last = short[0]["from"].as_array().unwrap().last().unwrap();
    assert_eq!(last["left_out"].as_f64(), number(&votes, "n").map(|n| n - 5.0));
}

#[test]
fn a_case_ends_in_the_works_it_cites_and_rows_can_be_asked_by_condition() {
    let home = Home::built();
    let nodes = walk(&home, "operation-condor", "12");
    let mut all = Vec::new();
    places(&nodes, &mut all);
    check_ends("operation-condor", &all);
    let end = all.iter().find(|n| place(n).starts_with("knowledge/cases/")).unwrap();
    assert!(end["notes"].to_string().contains("Cottiero"), "{end}");

    for id in [
        "composition_org_year:org = 'SCO' AND year = 2024",
        "case_party:actor = 'KGZ'",
        "membership_org_state_year:org = 'SCO' AND gwcode = 703 AND year = 2005",
        "regime_state_year:gwcode = 703 AND year = 2005",
    ] {
        let nodes = walk(&home, id, "3");
        let mut all = Vec::new();
        places(&nodes, &mut all);
        check_ends(id, &all);
    }
    // for people: indented, one place a line, what is left out counted
    let shown = home.run(["why", "case_party:actor_kind = 'state'", "--rows", "1"]).ok().out;
    assert!(shown.starts_with("case_party\n  case_id="), "{shown}");
    assert!(shown.lines().any(|l| l.starts_with("… ") && l.contains("more rows of case_party; --rows N shows more")), "{shown}");
}

#[test]
fn why_still_finds_the_rows_when_a_newer_file_was_fetched_since_the_build() {
    let home = Home::new();
    let samples = crate::run::samples().join("vdem/sample");
    let folder = home.path().join("download");
    std::fs::create_dir_all(&folder).unwrap();
    let old = std::fs::read_to_string(samples.join("vdem_v99_regimes_of_the_world_made_up.csv")).unwrap();
    std::fs::write(folder.join("vdem_v99_regimes_of_the_world_made_up.csv"), &old).unwrap();
    home.run(["fetch", "vdem", "--from", folder.to_str().unwrap()]).ok();
    home.run(["build"]).ok();
    std::fs::write(folder.join("vdem_v100_regimes_of_the_world_made_up.csv"), old.replace("0.905", "0.915")).unwrap();
    home.run(["fetch", "vdem", "--from", folder.to_str().unwrap()]).ok();
    let nodes = walk(&home, "regime_state_year:v2x_polyarchy = 0.905", "3");
    let mut all = Vec::new();
    places(&nodes, &mut all);
    check_ends("a row of the file that was in use when the observatory was built", &all);
    assert_eq!(field(all.last().unwrap(), "v2x_polyarchy"), Some("0.905"));
}

/// Every harmonised table, in every form in which its source is held: a first and a last row lead to a line of the publisher's file that
/// can be shown.
#[test]
fn published_rows_of_every_harmonised_table_lead_to_the_publishers_file() {
    let Some(home) = real::home() else { return };
    let (mut walked, mut wrong) = (0, Vec::new());
    let tables: Vec<serde_json::Value> = serde_json::from_str(&home.run(["tables", "--json"]).ok().out).unwrap();
    for table in &tables {
        let columns: Vec<&str> = table["columns"].as_array().unwrap().iter().filter_map(|c| c["name"].as_str()).collect();
        let made_here = ["regime_state_year", "vote", "rollcall"].contains(&table["name"].as_str().unwrap());
        if made_here || !columns.contains(&"edition") || !columns.contains(&"source_row") {
            continue;
        }
        let name = table["name"].as_str().unwrap();
        for row in home.rows(&format!("SELECT edition, min(source_row) AS a, max(source_row) AS b FROM \"{name}\" GROUP BY edition")) {
            for at in ["a", "b"] {
                let id = format!("{name}:edition = '{}' AND source_row = {}", row["edition"].as_str().unwrap(), row[at]);
                let nodes = walk(home, &id, "1");
                let mut all = Vec::new();
                places(&nodes, &mut all);
                walked += 1;
                if !all.iter().any(|n| is_publishers_row(n) && n["row"].as_array().is_some_and(|r| !r.is_empty())) {
                    wrong.push(id);
                }
            }
        }
    }
    assert!(walked > 80, "only {walked} rows were walked");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Tables of measures, networks and findings on all states: a row of each leads to rows of publishers' files or people's files, whatever
/// branch is taken.
#[test]
fn published_rows_stand_at_the_end_of_every_measure() {
    let Some(home) = real::home() else { return };
    let ids = [
        "network_state_year:gwcode = 365 AND year = 2010 AND layer = 'arms'",
        "network_layer_year:year = 2010 AND layer = 'exercise'",
        "participation_state_year:gwcode = 365 AND year = 2010",
        "homophily_layer_year:year = 2010 AND layer = 'vote-kappa'",
        "homophily_layer_period:year_from = 2000 AND layer = 'defence-agreement'",
        "backbone_dyad_year:year = 2010 AND layer = 'shared-organisation' AND gwcode1 = 365",
        "backbone_layer_year:year = 2010 AND layer = 'treaty'",
        "community_state_year:year = 2010 AND layer = 'arms' AND gwcode = 365",
        "community_layer_year:year = 2010 AND layer = 'arms'",
        "dependence_state_year:gwcode = 516 AND year = 2016 AND kind = 'arms'",
        "dependence_state_year:gwcode = 703 AND year = 2018 AND kind = 'alliance'",
        "dependence_state_year:gwcode = 703 AND year = 2018 AND kind = 'finance'",
        "dependence_dyad_year:gwcode1 = 710 AND gwcode2 = 516 AND year = 2016 AND kind = 'arms'",
        "substitution_trigger:trigger = 'sanction' AND flow = 'arms' AND placebo = 'same_time'",
        "substitution_state_year:trigger = 'conflict' AND flow = 'arms'",
        "trend_dyad:gwcode1 = 365 AND gwcode2 = 710 AND layer = 'shared-organisation'",
        "trend_group:\"group\" = 'both-autocracies' AND layer = 'vote-kappa'",
        "threat_state_year:gwcode = 703 AND year = 2015 AND threat = 'stigma'",
        "threat_response_lag:lag = 1 AND threat = 'security' AND indicator = 'troops-received'",
        "turnover_org_state_year:gwcode = 703",
        "turnover_around_change:relative_year = 1 AND change = 'to-autocracy' AND event = 'joined' AND majority = 'autocratic'",
        "capture_org_year:org = 'IMF' AND year = 2010",
    ];
    let mut without = Vec::new();
    for id in ids {
        let nodes = walk(home, id, "1");
        let mut all = Vec::new();
        places(&nodes, &mut all);
        if !all.iter().any(|n| is_publishers_row(n) || is_peoples_row(n) || is_a_zero(n)) {
            without.push(id);
            continue;
        }
        check_ends(id, &all);
    }
    assert!(without.is_empty(), "{without:#?}");
}
