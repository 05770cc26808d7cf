//! Results on standard output and nothing else there; formats keep nulls apart from zeros; files are whole or absent.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use arrow::array::Array;
use blocwatch_engine::table::read_parquet;
use serde_json::json;

use crate::run::{Home, Ran};

/// Null, zero, empty and awkward text, a number that needs all its digits.
const AWKWARD: &str = "SELECT * FROM (VALUES (1, CAST(NULL AS DOUBLE), 'a,b', true), (2, 0.0, '\"q\"', NULL), (3, 0.1 + 0.2, NULL, false), \
     (4, -1e-300, 'Côte d''Ivoire\nКиргизия', true)) AS t(n, x, word, yes) ORDER BY n";

#[test]
fn nulls_and_awkward_values_survive_every_format() {
    let home = Home::built();
    let csv = home.run(["query", AWKWARD, "--format", "csv"]).ok().out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["n", "x", "word", "yes"]);
    let records: Vec<Vec<String>> = reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(records[0], ["1", "", "a,b", "true"], "null is empty in CSV, never 0");
    assert_eq!(records[1], ["2", "0.0", "\"q\"", ""]);
    assert_eq!(records[2], ["3", "0.30000000000000004", "", "false"]);
    assert_eq!(records[3][1].parse::<f64>().unwrap(), -1e-300);
    assert_eq!(records[3][2], "Côte d'Ivoire\nКиргизия");

    let json = home.rows(AWKWARD);
    let wanted = json!([
        { "n": 1, "x": null, "word": "a,b", "yes": true },
        { "n": 2, "x": 0.0, "word": "\"q\"", "yes": null },
        { "n": 3, "x": 0.30000000000000004, "word": null, "yes": false },
        { "n": 4, "x": -1e-300, "word": "Côte d'Ivoire\nКиргизия", "yes": true },
    ]);
    assert_eq!(serde_json::to_value(&json).unwrap(), wanted, "null is written, not left out");

    let file = home.path().join("awkward.parquet");
    let ran = home.run(["query", AWKWARD, "-o", file.to_str().unwrap()]).ok();
    assert_eq!(ran.out, "", "what goes into a file does not go to standard output");
    let batch = read_parquet(&file).unwrap();
    assert_eq!(batch.num_rows(), 4);
    let nulls: Vec<Vec<bool>> = batch.columns().iter().map(|c| (0..4).map(|i| c.is_null(i)).collect()).collect();
    assert_eq!(nulls, [[false; 4], [true, false, false, false], [false, false, true, false], [false, true, false, false]]);

    let table = home.run(["query", AWKWARD]).ok().out;
    assert!(table.lines().count() == 6 && table.lines().nth(2).unwrap().contains('·'), "one line a row, nulls marked: {table}");
}

#[test]
fn a_result_without_rows_keeps_its_columns() {
    let home = Home::built();
    let none = "SELECT gwcode, year FROM state_year WHERE year = 1";
    assert_eq!(home.run(["query", none, "--format", "csv"]).ok().out, "gwcode,year\n");
    assert_eq!(home.run(["query", none, "--format", "json"]).ok().out, "[]\n");
    let file = home.path().join("none.parquet");
    home.run(["query", none, "-o", file.to_str().unwrap()]).ok();
    assert_eq!(read_parquet(&file).unwrap().num_columns(), 2);
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let home = Home::built();
    for ending in ["csv", "json", "parquet"] {
        let folder = home.path().join(ending);
        fs::create_dir(&folder).unwrap();
        let file = folder.join(format!("rows.{ending}"));
        fs::write(&file, "what was there").unwrap();
        home.run(["query", "SELECT nothing FROM state", "-o", file.to_str().unwrap()]).refused(&["no column 'nothing'"]);
        // fails while it runs, after planning
        home.run(["query", "SELECT 1 / (gwcode - gwcode) FROM state_year", "-o", file.to_str().unwrap()]).refused(&[]);
        assert_eq!(fs::read_to_string(&file).unwrap(), "what was there");
        home.run(["query", "SELECT 1 AS one", "-o", file.to_str().unwrap()]).ok();
        assert_ne!(fs::read(&file).unwrap(), b"what was there");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left beside it");
    }
    home.run(["query", "SELECT 1", "--format", "parquet"]).refused(&["Parquet file needs a name", "-o FILE"]);
}

#[test]
fn a_folder_that_is_not_there_is_treated_alike_in_every_format() {
    let home = Home::built();
    let code = |name: &str| {
        let file = home.path().join(format!("folder of {name}")).join(format!("rows.{name}"));
        home.run(["query", "SELECT 1 AS one", "-o", file.to_str().unwrap()]).code
    };
    assert_eq!(code("csv"), code("parquet"));
}

#[test]
fn a_query_can_come_from_standard_input() {
    let home = Home::built();
    let file = home.path().join("query.sql");
    fs::write(&file, "-- how many\nSELECT count(*) AS n FROM \"case\";\n").unwrap();
    let mut command = home.command(["query", "-", "--format", "csv"]);
    let ran = Ran::from(command.stdin(fs::File::open(&file).unwrap()).output().unwrap()).ok();
    assert!(ran.out.starts_with("n\n"), "{}", ran.out);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let home = Home::built();
    let long = "SELECT a.gwcode, a.year, a.name FROM state_year a CROSS JOIN (VALUES (1), (2), (3), (4), (5)) AS b(n)";
    for args in [
        &["query", long, "--format", "csv"][..],
        &["query", long, "--format", "json"],
        &["tables", "--json"],
        &["casebook", "new", "case", "made-up"],
        &["why", "case_party:actor_kind = 'state'", "--rows", "500"],
        &["panel", "state-year", "--columns", "name", "region"],
    ] {
        let mut child = home.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0u8; 1];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let ran = Ran::from(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn words_go_to_standard_error_and_quiet_silences_them_but_not_errors() {
    let home = Home::new();
    let built = home.run(["build", "--quiet"]).ok();
    assert_eq!((built.out.as_str(), built.err.as_str()), ("", ""));
    assert_eq!(home.run(["-q", "query", "SELECT 1 AS one", "--format", "csv"]).ok().out, "one\n1\n");
    assert!(!home.run(["query", "SELECT x", "--quiet"]).refused(&["'x'"]).is_empty());
    // no colour and no cursor movement where nobody watches, asked for or not
    for quiet in [&["--no-progress"][..], &[]] {
        let mut args = vec!["build", "--force", "all"];
        args.extend(quiet);
        let mut command = home.command(&args);
        for (name, value) in [("NO_COLOR", "1"), ("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "0")] {
            command.env(name, value);
        }
        let ran = Ran::from(command.output().unwrap()).ok();
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{}", ran.err);
    }
    let mut command = home.command(["--nonsense"]);
    let ran = Ran::from(command.env("NO_COLOR", "1").output().unwrap());
    assert!(ran.code == 2 && !ran.err.contains('\u{1b}'), "{}", ran.err);
}

#[test]
fn the_home_can_be_named_by_option_or_environment_and_the_option_wins() {
    let (home, other) = (Home::built(), Home::new());
    let ran = other.run(["--home", home.path().to_str().unwrap(), "query", "SELECT 1 AS one", "--format", "csv"]).ok();
    assert_eq!(ran.out, "one\n1\n");
    other.run(["query", "SELECT 1"]).refused(&["no observatory has been built in ", other.path().to_str().unwrap(), "blocwatch build"]);
    assert!(!other.path().exists(), "asking does not make a home");
}
