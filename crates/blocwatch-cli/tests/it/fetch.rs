//! `fetch --from DIR`: it takes what it knows, says what it left alone and why, and keeps broken files from becoming numbers.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::real;
use crate::run::{Home, files, paths, samples};

fn folder(home: &Home, name: &str) -> std::path::PathBuf {
    let folder = home.path().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn sample(source: &str, name: &str) -> String {
    fs::read_to_string(samples().join(source).join("sample").join(name)).unwrap()
}

fn gz(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn fetch(home: &Home, from: &Path) -> crate::run::Ran {
    home.run(["fetch", "--all", "--from", from.to_str().unwrap()])
}

/// Files in the store, without its own records.
fn held(home: &Home) -> Vec<String> {
    let all = files(&home.path().join("snapshots")).into_keys();
    let names = all.filter(|p| !p.starts_with(".tmp")).map(|p| p.file_name().unwrap().to_str().unwrap().to_owned());
    names.filter(|n| n != "snapshot.json" && n != "current.json").collect()
}

#[test]
fn published_files_are_taken_once_and_the_rest_is_listed() {
    let (Some(home), Some(data)) = (real::home(), real::data()) else { return };
    let fresh = Home::new();
    let first = fetch(&fresh, &data).ok();
    let taken: Vec<&str> = first.out.lines().collect();
    assert_eq!(taken.len(), 73, "{}", first.out);
    assert!(taken.iter().all(|l| l.starts_with("taken ") && l.contains("sha256 ")), "{}", first.out);
    let left = first.err.lines().filter(|l| l.starts_with("left alone ")).count();
    let there = paths(&data).len();
    assert_eq!(left + taken.len(), there, "every file is taken or named as left alone");
    for known in ["fh_item_scores_2012_2023.csv.gz: no source knows it", "INDEX.md: no source knows it"] {
        assert!(first.err.contains(known), "{known}");
    }
    assert!(first.err.contains(&format!("73 taken, 0 unchanged, {left} left alone")), "{}", first.err);
    let second = fetch(&fresh, &data).ok();
    assert!(second.out.lines().count() == 73 && second.out.lines().all(|l| l.starts_with("unchanged ")), "{}", second.out);

    // taken as they are: the very bytes of the publisher's file
    let published = paths(&data);
    for (path, bytes) in files(&fresh.path().join("snapshots")) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".csv.gz") {
            let found = published.iter().find(|p| p.ends_with(name)).unwrap();
            assert!(fs::read(data.join(found)).unwrap() == bytes, "{name} was changed on its way into the store");
        }
    }
    let sources: Vec<Value> = serde_json::from_str(&home.run(["sources", "--json"]).ok().out).unwrap();
    for source in &sources {
        // of these sources no published file is at hand; the second is made by `compare`
        if source["meta"]["id"] == "events_polecat" || source["meta"]["id"] == "text_matches" {
            continue;
        }
        let standing = source["standing"].as_str().unwrap();
        assert!(standing == "held" || standing.starts_with("stale since "), "{standing}");
        assert!(!source["held"].as_array().unwrap().is_empty());
    }
}

#[test]
fn a_folder_that_is_not_there_or_holds_nothing_known_is_said() {
    let home = Home::built();
    home.run(["fetch", "--all", "--from", "/no/such/folder"]).refused(&["/no/such/folder"]);
    let empty = folder(&home, "empty");
    fs::write(empty.join("readme.txt"), "hello").unwrap();
    let ran = fetch(&home, &empty);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(ran.err.contains("left alone ") && ran.err.contains("readme.txt: no source knows it"), "{}", ran.err);
    assert!(ran.err.contains("error: none of 1 files") && ran.err.contains("`blocwatch sources`"), "{}", ran.err);
    assert_eq!(held(&home), Vec::<String>::new());
}

#[test]
fn a_file_of_another_source_is_left_for_it() {
    let home = Home::new();
    let ran = home.run(["fetch", "vdem", "--from", samples().to_str().unwrap()]).ok();
    assert!(ran.out.lines().all(|l| l.contains(" vdem ")), "{}", ran.out);
    assert!(ran.err.contains("un_votes.made_up.csv: belongs to unga_votes, which was not asked for"), "{}", ran.err);
}

#[test]
fn broken_files_do_not_enter_the_store_and_each_says_why() {
    let home = Home::built();
    let broken = folder(&home, "broken");
    let row = sample("vdem", "vdem_v99_regimes_of_the_world_made_up.csv");
    fs::write(broken.join("vdem_v97_regimes_of_the_world.csv"), "").unwrap();
    fs::write(broken.join("vdem_v98_regimes_of_the_world.csv"), row.replace("v2x_regime", "v2x_regim")).unwrap();
    fs::write(broken.join("igo_membership_state_year_long.csv"), "no table at all").unwrap();
    fs::write(broken.join("un_roll_calls.csv.gz"), b"this is no gzip").unwrap();
    fs::write(broken.join("un_votes.csv.gz"), [&[0x1f, 0x8b][..], &[0; 40]].concat()).unwrap();
    fs::write(broken.join("renamed.csv"), &row).unwrap();
    let ran = fetch(&home, &broken);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    let line = |name: &str| {
        let found = ran.err.lines().find(|l| l.starts_with("left alone ") && l.contains(name));
        found.unwrap_or_else(|| panic!("nothing is said of {name}: {}", ran.err)).to_owned()
    };
    assert!(line("vdem_v97_").ends_with("empty file"));
    assert!(line("vdem_v98_").contains("the column 'v2x_regime' (nearest: 'v2x_regim') is missing"));
    assert!(line("igo_membership").contains("named like cow_igo"), "{}", line("igo_membership"));
    assert!(line("renamed.csv").contains("its columns fit vdem") && line("renamed.csv").contains("rename it to"));
    line("un_roll_calls.csv.gz");
    assert!(ran.err.lines().any(|l| l.starts_with("error: ") && l.contains("un_votes.csv.gz")), "{}", ran.err);
    assert_eq!(held(&home), Vec::<String>::new());
    // a good file beside broken ones is taken
    fs::write(broken.join("vdem_v99_regimes_of_the_world.csv"), &row).unwrap();
    let ran = fetch(&home, &broken);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert_eq!(held(&home), ["vdem_v99_regimes_of_the_world.csv"]);
    home.run(["build"]).ok();
    home.is_whole("after a fetch among broken files");
}

#[test]
fn a_file_cut_short_far_from_its_beginning_is_not_taken_and_a_whole_one_is() {
    let home = Home::built();
    let before = home.observatory();
    let from = folder(&home, "cut");
    let mut text = String::from(
        "country_id,country_text_id,country_name,year,v2x_regime,v2x_polyarchy,v2x_polyarchy_codelow,v2x_polyarchy_codehigh\n",
    );
    for i in 0..20_000 {
        text.push_str(&format!("3,MEX,Made-up Mexico,{},{},0.{:05},0.1,0.9\n", 1900 + i % 120, i % 4, (i * 7919) % 100_000));
    }
    let packed = gz(&text);
    let file = from.join("vdem_v99_regimes_of_the_world.csv.gz");
    fs::write(&file, &packed[..packed.len() * 3 / 4]).unwrap();
    let ran = fetch(&home, &from);
    assert_eq!(ran.code, 1, "{}", ran.err);
    for part in ["the file ends early", "download it again", "vdem_v99_regimes_of_the_world.csv.gz"] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    assert_eq!(held(&home), [""; 0]);
    home.run(["build"]).ok();
    assert_eq!(home.observatory(), before);
    home.is_whole("after a file that was not taken");
    // the made-up rows repeat 120 years, so all but the first of each are quarantined and counted
    fs::write(&file, &packed).unwrap();
    fetch(&home, &from).ok();
    let built = home.run(["build"]).ok();
    assert!(built.err.contains("20000 rows in, 120 kept, 19880 quarantined"), "{}", built.err);
    home.is_whole("after the whole file was fetched");
}

#[test]
fn a_name_with_spaces_quotes_and_other_letters_is_taken_as_it_is() {
    let home = Home::new();
    let from = folder(&home, "Загрузки (neu) 'x'");
    let name = "vdem_v99_regimes_of_the_world копия (1).csv";
    fs::write(from.join(name), sample("vdem", "vdem_v99_regimes_of_the_world_made_up.csv")).unwrap();
    fetch(&home, &from).ok();
    assert_eq!(held(&home), [name]);
    home.run(["build"]).ok();
    home.is_whole("with a file of an odd name");
}
