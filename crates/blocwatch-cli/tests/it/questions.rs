//! Questions that cannot be answered: the message says what, where and what next; nothing on standard output; exit code 2.

use crate::run::{Home, Ran};

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    let home = Home::built();
    for (args, parts) in [
        (&["query", "SELECT * FROM regime_stat_year"][..], &["no table 'regime_stat_year'", "did you mean 'regime_state_year'"][..]),
        (&["query", "SELECT count(*) FROM zzzzzzzz"], &["no table 'zzzzzzzz'", "`blocwatch tables` lists them all"]),
        (&["query", "SELECT v2x_polyarchi FROM regime_state_year"], &["no column 'v2x_polyarchi'", "did you mean 'v2x_polyarchy'"]),
        (
            &["query", "SELECT zzzzzzzz FROM interruption_use"],
            &["no column 'zzzzzzzz'", "the columns are interruption, case_id, outcome, note"],
        ),
        (&["query", "SELECT * FROM state WHERE regio = 'x'"], &["no column 'regio'", "'region'"]),
        (&["tables", "findin"], &["no table 'findin'", "did you mean 'finding'"]),
        (&["sources", "vdme"], &["no source 'vdme'", "did you mean 'vdem'"]),
        (&["fetch", "unga", "--from", "."], &["no source 'unga'", "'unga_votes'"]),
        (&["fetch", "zzzz"], &["no source 'zzzz'", "`blocwatch sources` lists them all"]),
        (&["fetch"], &["name a source (vdem, ", "--all"]),
        (&["build", "--only", "regime_stat_year"], &["no step 'regime_stat_year'", "did you mean 'regime_state_year'"]),
        (&["build", "--force", "compositon"], &["no step 'compositon'", "'composition'"]),
        (&["why", "org-composition.SOC.2024"], &["no finding or case has the id 'org-composition.SOC.2024'", "'org-composition.SCO.2024'"]),
        (&["why", "operation-condo"], &["'operation-condo'", "'operation-condor'"]),
        (&["why", "zzzzzzzz"], &["'zzzzzzzz'", "blocwatch query"]),
        (&["why", "finding:subject = 'XXX'"], &["no row of finding meets the condition"]),
        (&["why", "findin:subject = 'XXX'"], &["no table 'findin'", "'finding'"]),
        (&["why", "finding:subjec = 'XXX'"], &["no column 'subjec'", "'subject'"]),
    ] {
        home.run(args).refused(parts);
    }
}

#[test]
fn a_query_that_cannot_be_read_is_pointed_to() {
    let home = Home::built();
    home.run(["query", "SELECT * FROM case WHERE"]).refused(&["cannot read the query", "\"case\"", "double quotes"]);
    home.run(["query", "SELECT * FROM finding WHERE"]).refused(&["cannot read the query"]);
    home.run(["query", "SELECT 1 / 0"]).refused(&["zero"]);
    // the table whose name is an SQL word, in quotes and, where the parser can tell, without
    home.run(["query", "SELECT count(*) FROM \"case\""]).ok();
    home.run(["query", "SELECT case.case_id FROM case_party p JOIN case ON case.case_id = p.case_id"]).ok();
}

#[test]
fn nothing_that_writes_is_run() {
    let home = Home::built();
    let before = crate::run::files(home.path());
    let outside = home.path().join("outside.csv");
    let copy = format!("COPY finding TO '{}'", outside.display());
    let external = "CREATE EXTERNAL TABLE passwd STORED AS CSV LOCATION '/etc/passwd'";
    for sql in [
        "DROP TABLE finding",
        "drop table finding",
        "  (DROP TABLE finding)",
        "/* a comment */ DROP TABLE finding",
        "-- a comment\nDROP TABLE finding",
        &copy,
        "INSERT INTO finding VALUES (1)",
        "WITH x AS (SELECT 1) INSERT INTO finding SELECT * FROM x",
        "UPDATE finding SET year = 1",
        "DELETE FROM finding",
        "CREATE TABLE x AS SELECT 1",
        "CREATE VIEW x AS SELECT 1",
        external,
        "SET datafusion.execution.batch_size = 1",
        "SELECT 1; DROP TABLE finding",
        "EXPLAIN ANALYZE INSERT INTO finding SELECT * FROM finding",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM \"/etc/passwd\"",
    ] {
        let ran = home.run(["query", "--", sql]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{sql}: {}", ran.err);
        assert!(ran.err.starts_with("blocwatch: "), "{sql}: {}", ran.err);
    }
    assert!(!outside.exists());
    assert!(before == crate::run::files(home.path()), "a query changed a file of the home");
    home.is_whole("after all that");
}

#[test]
fn a_refusal_to_write_speaks_plainly() {
    let home = Home::built();
    for word in ["DROP TABLE finding", "COPY finding TO 'x.csv'", "INSERT INTO finding VALUES (1)", "CREATE TABLE x AS SELECT 1"] {
        home.run(["query", word]).refused(&["only queries that read are allowed", "begin with SELECT or WITH"]);
    }
}

#[test]
fn what_the_planner_refuses_is_said_plainly() {
    let home = Home::built();
    for sql in ["/* a comment */ DROP TABLE finding", "WITH x AS (SELECT 1) INSERT INTO finding SELECT * FROM x"] {
        home.run(["query", sql]).refused(&["only queries that read are allowed"]);
    }
    home.run(["query", "SELECT 1; SELECT 2"]).refused(&["one"]);
    home.run(["query", ""]).refused(&[]);
    home.run(["query", "SELECT state_nam(2, 2000)"]).refused(&["no function 'state_nam'", "did you mean 'state_name'"]);
    home.run(["query", "SELECT year FROM state_year a JOIN regime_state_year b ON a.gwcode = b.gwcode"]).refused(&["'year'", "a.year"]);
    home.run(["query", "SELECT 'a' + 1"]).refused(&[]);
}

#[test]
fn without_an_observatory_the_message_says_how_to_get_one() {
    let home = Home::new();
    for args in [&["query", "SELECT 1"][..], &["why", "x"], &["cite"], &["verify"]] {
        home.run(args).refused(&["no observatory has been built in ", home.path().to_str().unwrap(), "run `blocwatch build` first"]);
    }
    // what needs none works without
    assert!(home.run(["tables"]).ok().out.contains("not built"));
    home.run(["sources"]).ok();
    home.run(["casebook", "check"]).ok();
    home.run(["completions", "bash"]).ok();
}

#[test]
fn an_unknown_option_or_command_ends_with_two_and_shows_the_way() {
    let home = Home::new();
    for args in [&["--nonsense"][..], &["build", "--nonsens"], &["qury", "SELECT 1"], &["fetch", "--all", "vdem"], &["query"], &[]] {
        let ran = home.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains("--help"), "{args:?}: {}", ran.err);
    }
    assert!(home.run(["qury"]).err.contains("query"));
}

#[test]
fn a_cause_is_said_once() {
    let home = Home::new();
    std::fs::create_dir_all(home.path()).unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let mut command = home.command(["--home", file.join("below").to_str().unwrap(), "build"]);
    let line = Ran::from(command.output().unwrap()).refused(&["cannot create the home folder"]);
    assert_eq!(line.matches("os error").count(), 1, "the cause stands twice: {line}");
    home.run(["fetch", "--all", "--from", crate::run::samples().to_str().unwrap()]).ok();
    let store = home.path().join("snapshots/unga_votes");
    for snapshot in std::fs::read_dir(&store).unwrap().flatten().filter(|e| e.path().is_dir()) {
        let record = std::fs::read_to_string(snapshot.path().join("snapshot.json")).unwrap();
        if record.contains("\"un_votes.made_up.csv\"") {
            std::fs::write(snapshot.path().join("un_votes.made_up.csv"), "rcid,country\n").unwrap();
        }
    }
    let line = home.run(["build"]).refused(&["step unga_votes failed: "]);
    assert_eq!(line.matches("missing").count(), 1, "the cause stands twice: {line}");
}
