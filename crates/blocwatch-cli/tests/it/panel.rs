//! Panels as other programs read them: the same values in CSV, Stata and the data package, with labels, missing values and long names;
//! zeros of ties only inside coverage.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::value::Value as Cell;
use dta::stata::stata_byte::StataByte;
use dta::stata::stata_double::StataDouble;
use dta::stata::stata_int::StataInt;
use dta::stata::stata_long::StataLong;
use serde_json::Value;

use crate::real;
use crate::run::{Home, number, text, whole};
use crate::shared;

/// A Stata file: names, labels, sets of value labels by variable, and rows.
struct Stata {
    names: Vec<String>,
    labels: Vec<String>,
    sets: Vec<BTreeMap<i32, String>>,
    rows: Vec<Vec<Option<String>>>,
}

fn cell(value: &Cell<'_>) -> Option<String> {
    match value {
        Cell::Byte(StataByte::Present(v)) => Some(v.to_string()),
        Cell::Int(StataInt::Present(v)) => Some(v.to_string()),
        Cell::Long(StataLong::Present(v)) => Some(v.to_string()),
        Cell::Double(StataDouble::Present(v)) => Some(v.to_string()),
        Cell::String(v) => (!v.is_empty()).then(|| v.to_string()),
        _ => None,
    }
}

/// Reads with another implementation of the format than the one that wrote.
fn stata(path: &Path) -> Stata {
    let mut characteristics = DtaReader::new().from_path(path).unwrap().read_header().unwrap().read_schema().unwrap();
    characteristics.skip_to_end().unwrap();
    let mut records = characteristics.into_record_reader().unwrap();
    let variables = records.schema().variables().to_vec();
    let mut rows = Vec::new();
    while let Some(record) = records.read_record().unwrap() {
        rows.push(record.values().iter().map(cell).collect());
    }
    let mut long = records.into_long_string_reader().unwrap();
    long.skip_to_end().unwrap();
    let mut reader = long.into_value_label_reader().unwrap();
    let mut sets = BTreeMap::new();
    while let Some(set) = reader.read_value_label_set().unwrap() {
        let entries: BTreeMap<i32, String> = set.entries().iter().map(|e| (e.value(), e.label().to_owned())).collect();
        sets.insert(set.name().to_owned(), entries);
    }
    Stata {
        names: variables.iter().map(|v| v.name().to_owned()).collect(),
        labels: variables.iter().map(|v| v.label().to_owned()).collect(),
        sets: variables.iter().map(|v| sets.get(v.value_label_name()).cloned().unwrap_or_default()).collect(),
        rows,
    }
}

fn same_cell(csv: &str, other: Option<&str>) -> bool {
    let csv = match csv {
        "true" => "1",
        "false" => "0",
        other => other,
    };
    match other {
        None => csv.is_empty(),
        Some(other) => csv == other || csv.parse::<f64>().is_ok_and(|a| other.parse::<f64>().is_ok_and(|b| a == b)),
    }
}

#[expect(clippy::print_stdout, reason = "a check that is left out is told")]
fn skipped(what: &str) {
    println!("SKIPPED: {what} is not installed here");
}

const ASKED: [&str; 9] = ["panel", "state-year", "--years", "1990:2012", "--columns", "name", "v2x_regime", "autocracy", "microstate"];

#[test]
fn a_stata_file_reads_as_the_csv_does() {
    let home = Home::built();
    let folder = home.path().with_file_name("out");
    fs::create_dir_all(&folder).unwrap();
    for file in ["p.csv", "p.dta"] {
        let path = folder.join(file);
        home.run(ASKED.iter().copied().chain(["-o", path.to_str().unwrap()])).ok();
    }
    let stata = stata(&folder.join("p.dta"));
    let mut csv = csv::Reader::from_path(folder.join("p.csv")).unwrap();
    assert_eq!(stata.names, csv.headers().unwrap().iter().collect::<Vec<_>>());
    let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), stata.rows.len()), (rows.len(), rows.len()));
    let mut empty = 0;
    for (row, other) in rows.iter().zip(&stata.rows) {
        for (value, other) in row.iter().zip(other) {
            assert!(same_cell(value, other.as_deref()), "{value} is not {other:?}");
            empty += usize::from(other.is_none());
        }
    }
    // the list of Gleditsch and Ward has states that nobody rates
    assert!(empty > 100 && rows.len() > 4_000, "{empty} of {}", rows.len());
    let at = |name: &str| stata.names.iter().position(|n| n == name).unwrap();
    let regime = &stata.sets[at("v2x_regime")];
    assert_eq!((regime.get(&0).map(String::as_str), regime.len()), (Some("closed autocracy"), 4));
    assert_eq!(stata.sets[at("autocracy")].get(&1).map(String::as_str), Some("yes"));
    assert!(stata.labels.iter().all(|l| !l.is_empty() && l.chars().count() <= 80), "{:?}", stata.labels);
}

/// R and pandas, where they are: the Stata file, and the CSV beside it, give the same numbers there.
#[test]
fn r_and_pandas_read_the_panel() {
    let home = Home::built();
    let folder = home.path().with_file_name("out");
    fs::create_dir_all(&folder).unwrap();
    for file in ["p.csv", "p.dta", "p.parquet"] {
        let path = folder.join(file);
        home.run(ASKED.iter().copied().chain(["-o", path.to_str().unwrap()])).ok();
    }
    let r = "suppressMessages(library(haven)); d <- read_dta('p.dta'); c <- read.csv('p.csv', na.strings = '', check.names = FALSE); \
             stopifnot(identical(names(d), names(c)), nrow(d) == nrow(c)); \
             for (n in names(c)) { a <- zap_labels(d[[n]]); b <- c[[n]]; if (is.character(a)) a[a == ''] <- NA; \
             if (is.character(b) && all(b %in% c('true', 'false', NA))) b <- as.integer(b == 'true'); \
             stopifnot(identical(is.na(as.vector(a)), is.na(b)), all(as.vector(a) == b, na.rm = TRUE)) }; \
             stopifnot(inherits(d$v2x_regime, 'haven_labelled'), nchar(attr(d$v2x_regime, 'label')) > 0, \
             levels(as_factor(d$v2x_regime))[1] == 'closed autocracy'); cat('read', nrow(d), 'rows')";
    let python = "import pandas as pd\n\
                  d = pd.read_stata('p.dta', convert_categoricals=False); c = pd.read_csv('p.csv', keep_default_na=False, na_values=[''])\n\
                  assert list(d.columns) == list(c.columns) and len(d) == len(c)\n\
                  for n in c.columns:\n\
                  \x20   a, b = d[n], c[n]\n\
                  \x20   a = a.replace('', None) if a.dtype == object else a\n\
                  \x20   b = b.map({True: 1, False: 0, 'true': 1, 'false': 0}) if set(b.dropna().unique()) <= {True, False, 'true', 'false'} and b.dtype != float and b.dtype != int else b\n\
                  \x20   assert (a.isna() == b.isna()).all(), n\n\
                  \x20   assert (a.dropna().to_numpy() == b.dropna().to_numpy()).all(), n\n\
                  assert pd.read_stata('p.dta')['v2x_regime'].cat.categories[0] == 'closed autocracy'\n\
                  print('read', len(d), 'rows')";
    let peers = std::env::var("BLOCWATCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let programs = [("Rscript", "-e", "library(haven)", r), (peers.as_str(), "-c", "import pandas", python)];
    for (program, flag, needs, script) in programs {
        let run = |code: &str| Command::new(program).args([flag, code]).current_dir(&folder).output();
        if !run(needs).is_ok_and(|o| o.status.success()) {
            skipped(&format!("{program} with its library for Stata files"));
            continue;
        }
        let ran = run(script).unwrap();
        let out = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success() && out.contains("read "), "{program}: {out}{}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn names_that_are_too_long_for_stata_are_cut_and_stay_apart() {
    let Some(home) = real::home() else { return };
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("p.dta");
    let args = ["panel", "dyad-year", "--undirected", "--years", "2010", "--columns", "tie.*", "-o", path.to_str().unwrap()];
    home.run(args).ok();
    let stata = stata(&path);
    let names: std::collections::BTreeSet<&String> = stata.names.iter().collect();
    assert_eq!(names.len(), stata.names.len());
    assert!(stata.names.iter().all(|n| n.len() <= 32 && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')), "{:?}", stata.names);
    assert!(stata.names.iter().any(|n| n.len() == 32), "{:?}", stata.names);
}

/// What a panel says of a pair in a year, by column.
fn pair(home: &Home, columns: &[&str], one: i64, two: i64, year: i64) -> BTreeMap<String, Option<f64>> {
    let years = year.to_string();
    let args = ["panel", "dyad-year", "--years", &years, "--columns"];
    let out = home.run(args.iter().chain(columns)).ok().out;
    let mut csv = csv::Reader::from_reader(out.as_bytes());
    let head: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let (one, two) = (one.to_string(), two.to_string());
    let row = csv.records().map(Result::unwrap).find(|r| r[0] == one && r[1] == two).unwrap();
    head.into_iter().zip(row.iter().map(|v| v.parse().ok())).collect()
}

#[test]
fn published_ties_are_zero_only_where_their_source_speaks_of_both() {
    let Some(home) = real::home() else { return };
    let columns = [
        "tie.arms-360info",
        "tie.finance-gcdf3",
        "tie.visit-us-state",
        "tie.leader-engagement",
        "tie.exercise-mme",
        "tie.exercise-jme",
        "tie.vote-agreement",
        "tie.case",
        "tie.investment",
        "tie.shared-organisation",
    ];
    let said = |one, two, year| {
        let got = pair(home, &columns, one, two, year);
        move |column: &str| got.get(column).copied().unwrap_or_else(|| panic!("no column {column}: {got:?}"))
    };
    // Malta and Fiji in 2009: no arms, no exercise; nobody followed finance, visits or engagements between them
    let of = said(338, 950, 2009);
    assert_eq!((of("tie.arms-360info"), of("tie.exercise-mme")), (Some(0.0), Some(0.0)));
    for silent in ["tie.finance-gcdf3", "tie.visit-us-state", "tie.leader-engagement", "tie.investment", "tie.exercise-jme", "tie.case"] {
        assert_eq!(of(silent), None, "{silent}");
    }
    assert!(of("tie.vote-agreement").is_some_and(|share| share > 0.0));
    assert!(of("tie.shared-organisation").is_some_and(|n| n > 0.0));
    // before the first year of transfers nothing is known of them
    assert_eq!(said(2, 365, 1949)("tie.arms-360info"), None);
    // one direction of what is followed from one state, both of what has none
    let (there, back) = (said(710, 338, 2009), said(338, 710, 2009));
    assert!(there("tie.investment").is_some() && back("tie.investment").is_none());
    assert_eq!(there("tie.leader-engagement"), back("tie.leader-engagement"));
    assert!(back("tie.leader-engagement").is_some());
    assert!(said(338, 2, 2009)("tie.visit-us-state").is_some() && said(2, 338, 2009)("tie.visit-us-state").is_none());
    // ties are as the table has them
    let row =
        home.row("SELECT weight FROM tie_dyad_year WHERE gwcode1 = 365 AND gwcode2 = 710 AND year = 2005 AND series = 'arms@360info'");
    assert_eq!(said(365, 710, 2005)("tie.arms-360info"), number(&row, "weight"));
}

/// Layers that are columns of other tables as well: value, zero and null stand in the same places.
#[test]
fn published_ties_are_the_columns_they_are_made_from() {
    let Some(home) = real::home() else { return };
    let same = [
        ("joint", "tie.shared-organisation"),
        ("joint_autocratic", "tie.shared-autocratic-organisation"),
        ("atop_defense", "tie.defence-agreement"),
        ("arms.value", "tie.arms-360info"),
    ];
    for years in ["1914", "1955", "2010"] {
        let columns = same.iter().flat_map(|(a, b)| [*a, *b]);
        let args: Vec<&str> = ["panel", "dyad-year", "--years", years, "--columns"].into_iter().chain(columns).collect();
        let out = home.run(&args).ok().out;
        let mut csv = csv::Reader::from_reader(out.as_bytes());
        let head = csv.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name}: {head:?}"));
        let places = same.map(|(a, b)| (at(a), at(b)));
        let mut seen = [0_usize; 3];
        for row in csv.records().map(Result::unwrap) {
            for (a, b) in places {
                let [a, b] = [&row[a], &row[b]].map(|v| v.parse::<f64>().ok());
                assert_eq!(a, b, "{years}: {row:?}");
                seen[a.map_or(2, |v| usize::from(v == 0.0))] += 1;
            }
        }
        assert!(seen.iter().all(|n| *n > 100), "{years}: values, zeros and nulls {seen:?}");
    }
}

#[test]
fn published_coverage_speaks_of_every_series_of_ties() {
    let Some(home) = real::home() else { return };
    let spoken = home.rows(
        "SELECT l.series, l.zeros, count(*) FILTER (WHERE c.state_of_knowledge = 'covered') AS covered, count(c.note) AS n FROM tie_layer l \
         LEFT JOIN coverage c ON c.\"table\" = 'tie_dyad_year' AND c.source = l.source \
         AND (c.note = l.series OR starts_with(c.note, concat(l.series, ': '))) GROUP BY l.series, l.zeros ORDER BY l.series",
    );
    assert!(spoken.len() > 20, "{spoken:?}");
    for row in &spoken {
        assert!(whole(row, "n") > 0, "{row:?}");
        // events are held of single days, which cover no year
        let expects = row["zeros"] == true && !text(row, "series").starts_with("event-");
        assert_eq!(whole(row, "covered") > 0, expects, "{row:?}");
    }
    // an empty cell is explained by the statement on its own series
    let out = home.run(["panel", "dyad-year", "--why", "gwcode1=365,gwcode2=702,year=2015,column=tie.vote-agreement"]);
    assert_eq!(out.code, 0, "{}", out.err);
    let cell = "gwcode1=338,gwcode2=950,year=2009,column=tie.case";
    let why = home.run(["panel", "dyad-year", "--why", cell]).ok().out;
    assert!(why.contains("the casebook is no census") && !why.contains("arms@"), "{why}");
}

/// States in the system on some day of a year, and pairs with a day of it in common.
#[test]
fn published_pairs_per_year_in_both_lists_of_states() {
    let home = Home::built();
    for (list, system, code) in [("gwstates", "gw", "gwcode"), ("cowstates", "cow", "cowcode")] {
        let Some(spells) = shared::rows(&format!("data/crosswalk/states_{list}.csv.gz")) else { return };
        for year in [1816, 1867, 1918, 1945, 1990, 1991, 2006, 2011, 2024] {
            // days as text order as days do
            let (first, last) = (format!("{year}-01-01"), format!("{year}-12-31"));
            let mut of: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
            for r in &spells {
                let (from, to) = (r.text("start").max(first.as_str()), r.text("end").min(last.as_str()));
                if from <= to {
                    of.entry(r.text(code)).or_default().push((from.to_owned(), to.to_owned()));
                }
            }
            let states: Vec<&Vec<(String, String)>> = of.values().collect();
            let meet = |a: &Vec<(String, String)>, b: &Vec<(String, String)>| {
                a.iter().any(|(from, to)| b.iter().any(|(f, t)| from.max(f) <= to.min(t)))
            };
            let pairs = states.iter().enumerate().map(|(i, a)| states[i + 1..].iter().filter(|b| meet(a, b)).count()).sum::<usize>();
            let count = |unit: &str, options: &[&str]| {
                let year = year.to_string();
                let args = ["panel", unit, "--system", system, "--years", &year, "--columns", "region"];
                home.run(args.iter().chain(options)).ok().out.lines().count() - 1
            };
            assert_eq!(count("state-year", &[]), states.len(), "states {system} {year}");
            assert_eq!(count("dyad-year", &["--undirected"]), pairs, "pairs {system} {year}");
            assert_eq!(count("dyad-year", &[]), 2 * pairs, "ordered pairs {system} {year}");
        }
    }
}

#[test]
fn a_package_describes_every_field_of_its_data() {
    let home = Home::built();
    let folder = home.path().with_file_name("package");
    home.run(ASKED.iter().copied().chain(["--package", folder.to_str().unwrap()])).ok();
    let package: Value = serde_json::from_slice(&fs::read(folder.join("datapackage.json")).unwrap()).unwrap();
    let resource = &package["resources"][0];
    let data = folder.join(resource["path"].as_str().unwrap());
    let head = csv::Reader::from_path(data).unwrap().headers().unwrap().iter().map(str::to_owned).collect::<Vec<_>>();
    let fields = resource["schema"]["fields"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap().to_owned());
    assert_eq!(fields.collect::<Vec<_>>(), head);
    let frictionless = Command::new("frictionless").arg("validate").arg(folder.join("datapackage.json")).output();
    match frictionless {
        Ok(ran) => assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout)),
        Err(_) => skipped("frictionless"),
    }
}
