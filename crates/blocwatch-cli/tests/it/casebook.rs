//! `casebook check` on the repository's own files and on a copy with planted mistakes; `casebook new`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Home, copy};

fn knowledge() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge").canonicalize().unwrap()
}

fn edit(file: &Path, from: &str, to: &str) -> usize {
    let text = fs::read_to_string(file).unwrap();
    let at = text.find(from).unwrap_or_else(|| panic!("'{from}' is not in {}", file.display()));
    fs::write(file, text.replacen(from, to, 1)).unwrap();
    text[..at].matches('\n').count() + 1
}

#[test]
fn the_repository_and_the_embedded_casebook_have_no_errors() {
    let home = Home::new();
    let folder = home.run(["casebook", "check", knowledge().to_str().unwrap()]).ok();
    let embedded = home.run(["casebook", "check"]).ok();
    for ran in [&folder, &embedded] {
        assert_eq!(ran.out, "");
        assert!(ran.err.contains(": 0 errors, "), "{}", ran.err);
    }
    assert_eq!(folder.err, embedded.err, "the binary holds what the repository holds");
    let warned = home.run(["casebook", "check", "--warnings"]).ok();
    assert!(warned.err.contains(&format!("0 errors, {} warnings", warned.out.lines().count())), "{}", warned.err);
}

#[test]
fn planted_mistakes_are_named_with_file_line_and_remedy() {
    let home = Home::new();
    let folder = home.path().join("knowledge");
    copy(&knowledge(), &folder);
    let case = "cases/information-exchange/foreign-agents-law-kyrgyzstan.toml";
    let file = folder.join(case);
    let tactic = edit(&file, "tactic = \"law-copying\"", "tactic = \"law-coping\"");
    let state = edit(&file, "actor = \"RUS\"", "actor = \"RUX\"");
    let work = edit(&file, "work = \"cottiero-2024-understanding\"", "work = \"cottiero-2024-understandin\"");
    let organisation = edit(&folder.join("organisations/SCO.toml"), "kind = \"formal\"", "kind = \"firmal\"");
    let broken = "interruptions/agent-sanctions.toml";
    let broken_line = edit(&folder.join(broken), "kind = ", "kind = = ");
    let ran = home.run(["casebook", "check", folder.to_str().unwrap()]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let has = |place: String, what: &str, remedy: &str| {
        let line = ran.out.lines().find(|l| l.contains(&place) && l.contains(what));
        let line = line.unwrap_or_else(|| panic!("no line with {place} and {what} in:\n{}", ran.out));
        assert!(line.contains(remedy), "'{remedy}' is not in: {line}");
    };
    has(format!("{case}:{tactic}"), "'law-coping' is no tactic", "'law-copying'");
    has(format!("{case}:{state}"), "'RUX' is no state", "RUS");
    has(format!("{case}:{work}"), "'cottiero-2024-understandin' does not exist", "'cottiero-2024-understanding'");
    has(format!("organisations/SCO.toml:{organisation}"), "'firmal'", "formal");
    has(format!("{broken}:{broken_line}"), "", "");
    assert!(ran.err.contains("blocwatch: the casebook has "), "{}", ran.err);
}

#[test]
fn a_folder_that_is_no_casebook_is_refused() {
    let home = Home::new();
    home.run(["casebook", "check", "/no/such/folder"]).refused(&["/no/such/folder"]);
    fs::create_dir_all(home.path()).unwrap();
    home.run(["casebook", "check", home.path().to_str().unwrap()]).refused(&["knowledge/"]);
}

#[test]
fn a_folder_of_other_tables_is_refused() {
    let home = Home::new();
    fs::create_dir_all(home.path()).unwrap();
    fs::write(home.path().join("data.csv"), "a,b\n1,2\n").unwrap();
    home.run(["casebook", "check", home.path().to_str().unwrap()]).refused(&["knowledge/"]);
}

#[test]
fn a_skeleton_parses_and_does_not_overwrite() {
    let home = Home::new();
    fs::create_dir_all(home.path()).unwrap();
    for (what, id) in
        [("case", "x"), ("case", "forced-return-aaa-bbb"), ("organisation", "XYZ"), ("interruption", "x-way"), ("work", "x-2024-y")]
    {
        let text = home.run(["casebook", "new", what, id]).ok().out;
        let parsed: toml::Table = text.parse().unwrap_or_else(|e| panic!("{what}: {e}\n{text}"));
        let record = ["case", "work"].iter().find_map(|k| parsed.get(*k)?.as_array()?.first()?.as_table()).unwrap_or(&parsed);
        assert_eq!(record["id"].as_str(), Some(id), "{what}");
        let file = home.path().join(format!("{what}-{id}.toml"));
        let args = ["casebook", "new", what, id, "-o", file.to_str().unwrap()];
        assert_eq!(home.run(args).ok().out, "");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
        home.run(args).refused(&["is there already"]);
    }
}
