//! Episodes and threats as the program gives them: against the published episodes (ERT version 15), with and without V-Dem's facts on
//! elections, and against the publishers' rows behind a threat.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::real;
use crate::run::{Home, Row, number, text, whole};
use crate::shared;

const COLUMNS: [&str; 29] = [
    "reg_start_year",
    "reg_type",
    "reg_trans",
    "row_regch_event",
    "row_regch_censored",
    "dem_ep",
    "dem_ep_start_year",
    "dem_ep_end_year",
    "dem_pre_ep_year",
    "dem_ep_termination",
    "dem_ep_prch",
    "dem_ep_ptr",
    "dem_ep_subdep",
    "dem_ep_outcome",
    "dem_ep_outcome_agg",
    "dem_ep_censored",
    "aut_ep",
    "aut_ep_start_year",
    "aut_ep_end_year",
    "aut_pre_ep_year",
    "aut_ep_termination",
    "aut_ep_prch",
    "aut_ep_pbr",
    "aut_ep_subreg",
    "aut_ep_outcome",
    "aut_ep_outcome_agg",
    "aut_ep_censored",
    "dem_founding_elec",
    "aut_founding_elec",
];

/// Columns of COLUMNS that name an election, known from V-Dem's full file only.
const ELECTIONS: usize = 2;

fn sample() -> Option<Vec<shared::Row>> {
    shared::rows("reference/ert_v15_episodes_some_countries.csv.gz")
}

/// How many cells of the published rows differ from ours, over rows that `of` takes; and how many rows that are.
fn differing(home: &Home, published: &[shared::Row], columns: &[&str], of: impl Fn(&Row) -> bool) -> (Vec<String>, usize) {
    let rows = home.rows("SELECT * FROM episode_state_year");
    let ours: BTreeMap<(&str, i64), &Row> = rows.iter().map(|r| ((text(r, "country_text_id"), whole(r, "year")), r)).collect();
    let (mut out, mut compared) = (Vec::new(), 0);
    for row in published {
        let (id, year) = (row.text("country_text_id"), row.text("year").parse().unwrap());
        let Some(own) = ours.get(&(id, year)) else {
            out.push(format!("{id} {year} is missing"));
            continue;
        };
        if !of(own) {
            continue;
        }
        compared += 1;
        for column in columns {
            if number(own, column) != row.number(column) {
                out.push(format!("{id} {year} {column}: {:?} is not {:?}", own[*column], row.text(column)));
            }
        }
        for column in ["dem_ep_id", "aut_ep_id"] {
            if own[column].as_str().unwrap_or("") != row.text(column) {
                out.push(format!("{id} {year} {column}: {} is not {}", own[column], row.text(column)));
            }
        }
    }
    (out, compared)
}

#[test]
fn published_episodes_without_facts_on_elections_are_right_where_they_are_not_marked() {
    let Some(home) = real::home() else { return };
    let Some(published) = sample() else { return };
    let (wrong, compared) =
        differing(home, &published, &COLUMNS[..COLUMNS.len() - ELECTIONS], |r| text(r, "election_facts") == "not needed");
    assert!(wrong.is_empty(), "{} cells: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    assert_eq!((published.len(), compared), (6772, 5895));
    let kinds = home.rows("SELECT kind, count(*) AS n, count(*) FILTER (WHERE under_way) AS now FROM episode GROUP BY kind ORDER BY kind");
    let counts: Vec<(i64, i64)> = kinds.iter().map(|k| (whole(k, "n"), whole(k, "now"))).collect();
    assert_eq!(counts, [(253, 45), (417, 19)]);
}

/// V-Dem's full file in little: the inputs of the published episodes, facts on elections among them, in the publisher's form.
#[test]
fn published_episodes_from_a_full_file_are_the_published_ones() {
    let Some(published) = sample() else { return };
    let Some(inputs) = shared::rows("reference/ert_v15_inputs_reconstructed.csv") else { return };
    let columns = [
        "country_name",
        "country_text_id",
        "country_id",
        "year",
        "codingstart",
        "codingend",
        "gapstart1",
        "gapend1",
        "v2x_polyarchy",
        "v2x_polyarchy_codelow",
        "v2x_polyarchy_codehigh",
        "v2x_regime",
        "v2eltype_0",
        "v2eltype_4",
        "v2eltype_6",
        "v2elasmoff_ord",
    ];
    let mut file = format!("{},historical_date\n", columns.join(","));
    for row in &inputs {
        let cells: Vec<String> = columns.iter().map(|c| format!("\"{}\"", row.text(c).trim_end_matches(".0"))).collect();
        writeln!(file, "{},{}-12-31", cells.join(","), row.text("year")).unwrap();
    }
    let home = Home::new();
    let folder = home.path().with_file_name("files");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("V-Dem-CY-Full+Others-v15.csv"), file).unwrap();
    home.run(["fetch", "vdem", "--from", folder.to_str().unwrap()]).ok();
    home.run(["build"]).ok();

    let (wrong, compared) = differing(&home, &published, &COLUMNS, |r| text(r, "election_facts") == "published");
    assert!(wrong.is_empty(), "{} cells: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
    assert_eq!(compared, 6772);
    let count = |set: &str| -> (usize, usize) {
        let mut args = vec!["measure", "episodes", "--table", "episode", "--format", "json"];
        if !set.is_empty() {
            args.extend(["--set", set]);
        }
        let rows: Vec<Row> = serde_json::from_str(&home.run(args).ok().out).unwrap();
        let of = |kind: &str| rows.iter().filter(|r| text(r, "kind") == kind).count();
        (of("autocratization"), of("democratization"))
    };
    assert_eq!(count(""), (254, 417));
    assert_eq!((count("cum_incl=0.05").0, count("cum_incl=0.15").0), (415, 171));
    let outcomes = home.rows("SELECT outcome, count(*) AS n FROM episode WHERE kind = 'autocratization' GROUP BY outcome ORDER BY outcome");
    assert_eq!(outcomes.iter().map(|o| whole(o, "n")).collect::<Vec<_>>(), [70, 1, 1, 10, 161, 11]);
}

#[test]
fn a_state_is_measured_under_all_its_numbers_and_the_table_fits_a_reader() {
    let Some(home) = real::home() else { return };
    let asked = ["measure", "episodes", "--state", "Germany", "--years", "1943:1950"];
    let all = home.run(asked.iter().chain(&["--format", "csv"])).ok().out;
    for begins in ["255,1943,", "260,1950,"] {
        assert!(all.lines().any(|l| l.starts_with(begins)), "no row {begins} in {all}");
    }
    let shown = home.run(asked).ok().out;
    assert!(shown.contains("reg_type") && !shown.contains("source_row") && shown.contains("more columns"), "{shown}");
}

#[test]
fn published_autocratization_under_way_says_whether_the_intervals_lie_apart() {
    let Some(home) = real::home() else { return };
    let hungary = home.row("SELECT * FROM episode WHERE country_text_id = 'HUN' AND under_way");
    assert_eq!((text(&hungary, "kind"), whole(&hungary, "start_year"), whole(&hungary, "end_year")), ("autocratization", 2006, 2024));
    assert_eq!(hungary["intervals_apart"], Value::Bool(number(&hungary, "high_end") < number(&hungary, "low_before")));
    let finding = home.row("SELECT * FROM finding WHERE kind = 'autocratization-under-way' AND subject = 'HUN'");
    assert_eq!(number(&finding, "value"), number(&hungary, "change"));
    let widest = (number(&finding, "low").unwrap(), number(&finding, "high").unwrap());
    assert!(widest.0 < number(&finding, "value").unwrap() && number(&finding, "value").unwrap() < widest.1);
    assert!(text(&finding, "statement").starts_with("Hungary has been autocratising since 2006: its polyarchy fell from "), "{finding:?}");
    // one of the 45 is a territory, which is no subject of findings
    let states = home.row("SELECT count(*) AS n FROM finding WHERE kind = 'autocratization-under-way'");
    let outside = home.row("SELECT country_text_id FROM episode WHERE kind = 'autocratization' AND under_way AND NOT in_system");
    assert_eq!((whole(&states, "n"), text(&outside, "country_text_id")), (44, "HKG"));
    assert!(home.rows("SELECT * FROM finding WHERE kind = 'autocratization-under-way' AND subject = 'USA'").is_empty());
}

#[test]
fn published_components_of_threats_are_what_the_files_say() {
    let Some(home) = real::home() else { return };
    let value = |state: &str, year: i64, component: &str| {
        let rows = home.rows(&format!(
            "SELECT c.value FROM threat_component_state_year c JOIN state_year s ON s.gwcode = c.gwcode AND s.year = c.year \
             WHERE s.state = '{state}' AND c.year = {year} AND c.component = '{component}'"
        ));
        rows.first().and_then(|r| number(r, "value"))
    };
    // Syria at war, Switzerland at peace, and nothing said of years after the file
    assert_eq!((value("SYR", 2015, "armed-conflict"), value("CHE", 2015, "armed-conflict")), (Some(2.0), Some(0.0)));
    assert_eq!((value("TUR", 2016, "attempted-coup"), value("TUR", 2017, "attempted-coup")), (Some(1.0), Some(0.0)));
    assert_eq!((value("TUR", 2022, "attempted-coup"), value("TUR", 1960, "attempted-coup")), (None, None));
    assert_eq!(value("SYR", 2012, "human-rights-council-situations"), Some(3.0));
    // in the publisher's file, without those on a territory
    let resolutions = shared::rows("data/hrc/hrc_resolutions_data.csv.gz").unwrap();
    let by_hand = resolutions
        .iter()
        .filter(|r| r.text("year") == "2012" && r.text("status") == "Adopted" && r.text("Title").contains("in the Syrian Arab Republic"))
        .filter(|r| r.text("Title").to_lowercase().contains("situation") && !r.text("Title").contains("humanitarian"))
        .count();
    assert_eq!(by_hand, 3);
    // an index needs two components, and says what it is made of
    let index = home.row("SELECT * FROM threat_state_year WHERE gwcode = 640 AND year = 2016 AND threat = 'security'");
    let parts = home.rows("SELECT * FROM threat_component_state_year WHERE gwcode = 640 AND year = 2016 AND threat = 'security'");
    let mean = parts.iter().map(|p| number(p, "standardised").unwrap()).sum::<f64>() / parts.len() as f64;
    assert!((number(&index, "value").unwrap() - mean).abs() < 1e-12);
    assert_eq!(whole(&index, "components"), parts.len() as i64);
    let alone = home.row("SELECT * FROM threat_state_year WHERE gwcode = 640 AND year = 1960 AND threat = 'security'");
    assert_eq!((number(&alone, "value"), text(&alone, "absent")), (None, "1 of at least 2 components"));
    let wanted = home.rows("SELECT DISTINCT threat FROM threat_component WHERE NOT held AND source IS NULL");
    assert_eq!(wanted.len(), 4, "each threat says what it lacks");
}

#[test]
fn published_associations_of_threats_and_responses_have_intervals_and_come_out_the_same_again() {
    let Some(home) = real::home() else { return };
    let rows = home.rows("SELECT * FROM threat_response_lag");
    assert_eq!(rows.len(), 4 * 7 * 11);
    for row in &rows {
        match (number(row, "correlation"), number(row, "low"), number(row, "high")) {
            (Some(c), Some(low), Some(high)) => assert!(-1.0 <= low && low <= c && c <= high && high <= 1.0, "{row:?}"),
            (None, None, None) => assert!(!text(row, "absent").is_empty()),
            _ => panic!("{row:?}"),
        }
    }
    // troops come where there is a conflict: what holds partly by definition has to be seen
    let troops = home.row("SELECT * FROM threat_response_lag WHERE threat = 'security' AND indicator = 'troops-received' AND lag = 0");
    assert!(number(&troops, "low").unwrap() > 0.1 && troops["answers"] == Value::Bool(true), "{troops:?}");
    let again = home.run(["measure", "threat-response", "--set", "lags=0", "--set", "seed=1", "--format", "json"]).ok();
    let again: Vec<Row> = serde_json::from_str(&again.out).unwrap();
    let same = again.iter().find(|r| text(r, "threat") == "security" && text(r, "indicator") == "troops-received").unwrap();
    assert_eq!(number(same, "low"), number(&troops, "low"));
}
