//! What the program says and does when something in its home is damaged, cut short or in use.

use std::fs::{self, File};

use crate::run::{Home, assert_same_files, copy, files, flip_a_bit, samples};

/// A home with an observatory built from the made-up samples, and a copy of it as it should be.
fn built_from_samples() -> (Home, Home) {
    let home = Home::new();
    home.run(["fetch", "--all", "--from", samples().to_str().unwrap()]).ok();
    home.run(["build"]).ok();
    let sound = Home::new();
    copy(home.path(), sound.path());
    (home, sound)
}

#[test]
fn a_damaged_table_is_named_and_built_again() {
    let (home, sound) = built_from_samples();
    flip_a_bit(&home.observatory().join("tables/finding.parquet"));
    fs::remove_file(home.observatory().join("tables/work.parquet")).unwrap();
    let verified = home.run(["verify"]);
    assert_eq!(verified.code, 1, "{}", verified.err);
    assert!(verified.out.contains(", 2 damaged"), "{}", verified.out);
    let errors: Vec<&str> = verified.err.lines().collect();
    assert_eq!(errors.len(), 2, "{}", verified.err);
    for (line, table) in errors.iter().zip(["finding", "work"]) {
        assert!(line.starts_with(&format!("error: table {table} is not what was built: ")), "{line}");
        assert!(line.contains("run `blocwatch build --force all`"), "{line}");
    }
    home.run(["build", "--force", "all"]).ok();
    home.is_whole("after the repair");
    assert_same_files(&home.observatory(), &sound.observatory());
}

#[test]
fn a_damaged_snapshot_is_named() {
    let (home, _) = built_from_samples();
    let snapshots = files(&home.path().join("snapshots"));
    let votes = snapshots.keys().find(|p| p.ends_with("un_votes.made_up.csv")).unwrap();
    let issues = snapshots.keys().find(|p| p.ends_with("un_roll_call_issues.made_up.csv")).unwrap();
    flip_a_bit(&home.path().join("snapshots").join(votes));
    fs::remove_file(home.path().join("snapshots").join(issues)).unwrap();
    let verified = home.run(["verify"]);
    assert_eq!(verified.code, 1, "{}", verified.err);
    let line_of =
        |name: &str| verified.err.lines().find(|l| l.contains(name)).unwrap_or_else(|| panic!("{name} is not in {}", verified.err));
    for name in ["un_votes.made_up.csv", "un_roll_call_issues.made_up.csv"] {
        let line = line_of(name);
        assert!(line.starts_with("error: ") && line.contains("fetch again"), "{line}");
    }
    assert_eq!(verified.err.lines().count(), 2, "{}", verified.err);
    // a file in use that is gone stops a build with its name
    home.run(["build"]).refused(&["un_roll_call_issues.made_up.csv", "fetch again"]);
    home.run(["query", "SELECT 1"]).ok();
}

#[test]
fn a_cut_manifest_or_pointer_says_what_to_do() {
    let (home, sound) = built_from_samples();
    let manifest = home.observatory().join("manifest.json");
    let whole = fs::read(&manifest).unwrap();
    for cut in [&whole[..whole.len() / 2], b"", b"{}\n"] {
        fs::write(&manifest, cut).unwrap();
        for command in [&["query", "SELECT 1"][..], &["verify"], &["why", "x"], &["cite"]] {
            home.run(command).refused(&["manifest", "run `blocwatch build"]);
        }
    }
    home.run(["build", "--force", "all"]).ok();
    assert_same_files(&home.observatory(), &sound.observatory());

    let pointer = home.path().join("current");
    let key = fs::read_to_string(&pointer).unwrap();
    for broken in ["", &key[..9], "0000", "../../..", "\u{fffd}"] {
        fs::write(&pointer, broken).unwrap();
        home.run(["query", "SELECT 1"]).refused(&["run `blocwatch build"]);
    }
    fs::remove_file(&pointer).unwrap();
    home.run(["verify"]).refused(&["no observatory has been built in ", "run `blocwatch build`"]);
    home.run(["build"]).ok();
    assert_same_files(&home.observatory(), &sound.observatory());
    home.is_whole("after the pointer was mended");
}

#[test]
fn a_damaged_result_of_a_step_is_no_reason_to_fail_for_ever() {
    let (home, sound) = built_from_samples();
    let step = fs::read_dir(home.path().join("store/composition")).unwrap().next().unwrap().unwrap().path().join("step.json");
    fs::write(&step, "{").unwrap();
    let built = home.run(["build"]);
    assert!(built.code == 0 || built.err.contains("run `blocwatch build --force all`"), "{}", built.err);
    home.is_whole("while a result of a step is damaged");
    home.run(["build", "--force", "all"]).ok();
    assert_same_files(&home.observatory(), &sound.observatory());
}

#[test]
fn a_damaged_list_of_files_in_use_stops_the_build_with_its_name() {
    let (home, _) = built_from_samples();
    fs::write(home.path().join("snapshots/vdem/current.json"), "[{").unwrap();
    home.run(["build"]).refused(&["snapshot store is damaged", "current.json"]);
    home.is_whole("while the store is damaged");
}

#[test]
fn a_second_build_at_once_says_so() {
    let home = Home::built();
    let running = File::options().write(true).open(home.path().join("lock")).unwrap();
    running.lock().unwrap();
    home.run(["build"]).refused(&["another build is running", home.path().to_str().unwrap()]);
    // reading goes on while another builds
    home.is_whole("while another build runs");
    home.run(["build", "--dry-run"]).ok();
    drop(running);
    home.run(["build"]).ok();
}

#[test]
fn a_table_that_cannot_be_read_says_how_to_mend_it() {
    let (home, _) = built_from_samples();
    let table = home.observatory().join("tables/work.parquet");
    fs::write(&table, "PAR1 no more").unwrap();
    home.run(["query", "SELECT * FROM work"]).refused(&["table work", "`blocwatch build --force all`"]);
    fs::remove_file(&table).unwrap();
    home.run(["query", "SELECT * FROM work"]).refused(&["table work", "`blocwatch build --force all`"]);
    // other tables are whole and can be asked
    home.run(["query", "SELECT count(*) FROM state"]).ok();
}
