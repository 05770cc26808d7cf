//! The same inputs give the same bytes, whatever was built before and in whatever order.

use serde_json::Value;

use crate::real;
use crate::run::{Home, assert_same_files};

fn fetch(home: &Home, from: &str) {
    home.run(["fetch", "--all", "--from", from]).ok();
}

fn days(home: &Home) -> Vec<Value> {
    home.manifest()["snapshots"].as_array().unwrap().iter().map(|s| s["accessed"].clone()).collect()
}

#[test]
fn published_files_give_the_same_observatory_on_two_machines() {
    let Some(data) = real::data() else { return };
    let data = data.to_str().unwrap();
    let (one, two) = loop {
        let one = Home::new();
        fetch(&one, data);
        one.run(["build"]).ok();
        // another history: the embedded default first, then one source, then a part of the steps, then everything
        let two = Home::built();
        two.run(["fetch", "vdem", "--from", data]).ok();
        two.run(["build"]).ok();
        fetch(&two, data);
        two.run(["build", "--only", "agreement_dyad_session"]).ok();
        two.run(["build"]).ok();
        // the day of access is part of an observatory; at midnight the two are not the same input
        if days(&one) == days(&two) {
            break (one, two);
        }
    };
    assert_eq!(one.observatory().file_name(), two.observatory().file_name());
    assert_same_files(&one.observatory(), &two.observatory());

    let forced = two.run(["build", "--force", "all"]).ok();
    let (ran, of) = forced.err.split_once(" steps ran").and_then(|(before, _)| before.rsplit_once(": ")?.1.split_once(" of ")).unwrap();
    assert_eq!(ran, of, "{}", forced.err);
    assert_same_files(&one.observatory(), &two.observatory());
    two.is_whole("after a forced build");
}
