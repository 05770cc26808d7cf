//! What `--help` says, on a terminal of 100 columns, and the names of tables and sources that scripts rely on.

use serde_json::Value;

use crate::run::Home;

#[test]
fn the_program_and_every_command_explain_themselves() {
    let home = Home::new();
    let help = |command: &[&str]| {
        let ran = home.run(command.iter().chain(&["--help"])).ok();
        assert_eq!(ran.err, "");
        ran.out
    };
    let all = help(&[]);
    let commands: Vec<&str> = all
        .lines()
        .skip_while(|l| *l != "Commands:")
        .skip(1)
        .take_while(|l| !l.is_empty())
        .filter_map(|l| l.split_whitespace().next())
        .filter(|c| *c != "help")
        .collect();
    assert!(commands.len() >= 10, "{commands:?}");
    insta::assert_snapshot!("help", all);
    for command in commands {
        let text = help(&[command]);
        let lacking = !text.contains("Example") && !["casebook", "completions"].contains(&command);
        assert!(!lacking, "`{command} --help` has no example");
        assert!(text.lines().all(|l| l.chars().count() <= 100 || l.contains("blocwatch ")), "`{command} --help` is too wide");
        insta::assert_snapshot!(format!("help_{command}"), text);
    }
    for action in ["check", "new"] {
        let text = help(&["casebook", action]);
        assert!(text.contains("Example"), "`casebook {action} --help` has no example");
        insta::assert_snapshot!(format!("help_casebook_{action}"), text);
    }
}

#[test]
fn names_of_tables_keys_functions_and_sources() {
    let home = Home::new();
    let tables: Vec<Value> = serde_json::from_str(&home.run(["tables", "--json"]).ok().out).unwrap();
    let keys = |t: &Value| t["keys"].as_array().unwrap().iter().map(|k| k.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(", ");
    let mut out: Vec<String> = tables.iter().map(|t| format!("{} ({})", t["name"].as_str().unwrap(), keys(t))).collect();
    out.push(String::new());
    let functions = home.run(["tables", "--functions"]).ok().out;
    out.extend(functions.lines().skip(2).filter_map(|l| l.split_once(')').map(|(f, _)| format!("{f})"))));
    out.push(String::new());
    let sources: Vec<Value> = serde_json::from_str(&home.run(["sources", "--json"]).ok().out).unwrap();
    out.extend(sources.iter().map(|s| s["meta"]["id"].as_str().unwrap().to_owned()));
    insta::assert_snapshot!("names", out.join("\n"));
}

#[test]
fn a_table_and_a_source_are_shown_in_full() {
    let home = Home::new();
    let table = home.run(["tables", "composition_org_year"]).ok().out;
    assert!(table.starts_with("composition_org_year\n") && table.contains("key: org, year."), "{table}");
    assert!(table.contains("share_autocracies") && table.contains("null if no member is rated"), "{table}");
    let source = home.run(["sources", "cow_igo"]).ok().out;
    for part in ["standing       missing", "licence ", "cite ", "10.1177/0022343319881175", "persons "] {
        assert!(source.contains(part), "'{part}' is not in {source}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(home.run(["completions", shell]).ok().out.contains("blocwatch"), "{shell}");
    }
}
