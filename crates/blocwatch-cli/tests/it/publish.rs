//! `publish`: a copy that holds together without a server, says what is not in it, can be checked, and is the same each time.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use minisign_verify::{PublicKey, Signature};

use crate::run::Home;

/// All files below a folder by relative name.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, out);
            } else {
                out.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    let mut out = BTreeMap::new();
    walk(root, root, &mut out);
    out
}

/// A relative address as seen from a file, as a browser resolves it.
fn resolve(from: &str, address: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            ".." => drop(parts.pop().expect("no address leads out of the copy")),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn publish(home: &Home, place: &Path, more: &[&str]) -> String {
    let mut args = vec!["publish", place.to_str().unwrap()];
    args.extend(more);
    home.run(args).ok().err
}

#[test]
fn a_copy_holds_together_without_a_server_and_can_be_checked() {
    let home = Home::built();
    let folder = tempfile::TempDir::new().unwrap();
    let key = folder.path().join("key");
    let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    fs::write(&key, pair.sk.to_box(None).unwrap().into_string()).unwrap();
    let place = folder.path().join("site");
    fs::create_dir(&place).unwrap();
    let said = publish(&home, &place, &["--data", "csv", "--key", key.to_str().unwrap()]);
    assert!(said.contains(" pages, ") && said.contains("not in the copy") && !said.contains("not signed"), "{said}");
    let copy = files(&place);

    // every address of every page leads to a file of the copy, and to a place in it
    let mut kinds = BTreeSet::new();
    for (name, bytes) in copy.iter().filter(|(n, _)| n.ends_with(".html") || *n == "feed.xml") {
        let html = std::str::from_utf8(bytes).unwrap();
        assert!(name == "feed.xml" || (!html.contains("<form") && html.contains("default-src 'none'")), "{name}");
        kinds.insert(name.split(['/', '.']).next().unwrap());
        for (mark, part) in ["href=\"", "src=\"", "action=\""].iter().flat_map(|m| html.split(m).skip(1).map(move |p| (m, p))) {
            let address = part.split('"').next().unwrap().replace("&amp;", "&");
            if *mark == "href=\"" && (address.starts_with("https://") || address.starts_with("http://") || address == "data:,") {
                continue;
            }
            let (path, at) = address.split_once('#').unwrap_or((&address, ""));
            let target = if path.is_empty() { name.clone() } else { resolve(name, path) };
            let held = copy.get(&target).unwrap_or_else(|| panic!("{name}: {mark}{address} leads to {target}, which is not there"));
            if !at.is_empty() {
                assert!(String::from_utf8_lossy(held).contains(&format!("id=\"{at}\"")), "{name}: {address} names no place");
            }
        }
    }
    for kind in ["index", "matrix", "state", "organisation", "case", "cases", "interruption", "table", "search", "not-in-this-copy"] {
        assert!(kinds.contains(kind), "no page {kind}: {kinds:?}");
    }
    // cells of the matrix and choices of forms are pages; what cannot be there says so
    let cases = std::str::from_utf8(&copy["cases.html"]).unwrap();
    assert!(cases.contains("<details><summary>Tactic</summary>") && cases.contains("href=\"cases.tactic-"), "{}", &cases[..4000]);
    assert!(copy.keys().any(|n| n.starts_with("cases.channel-")), "no cell of the matrix");
    assert!(String::from_utf8_lossy(&copy["table/case.html"]).contains("href=\"../not-in-this-copy.html\""));
    // search without script and with it
    assert!(String::from_utf8_lossy(&copy["search.html"]).contains("href=\"state/KGZ.html\""));
    assert!(String::from_utf8_lossy(&copy["static/search-index.js"]).contains("\"state/KGZ.html\",\""));
    // data
    assert!(String::from_utf8_lossy(&copy["data/case.csv"]).starts_with("case_id,"));
    for name in ["data/codebook.csv", "data/codebook.json", "data/casebook.json", "data/manifest.json", "feed.xml", "README.txt"] {
        assert!(copy.contains_key(name), "{name}");
    }

    // digests and signature
    let sums = std::str::from_utf8(&copy["SHA256SUMS"]).unwrap();
    let listed: BTreeSet<&str> = sums.lines().map(|l| l.split_once("  ").unwrap().1).collect();
    let held: BTreeSet<&str> = copy.keys().map(String::as_str).filter(|n| !n.starts_with("SHA256SUMS")).collect();
    assert_eq!(listed, held);
    let checked = std::process::Command::new("sha256sum").args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&place).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    let public = PublicKey::from_base64(&pair.pk.to_base64()).unwrap();
    let signature = Signature::decode(std::str::from_utf8(&copy["SHA256SUMS.minisig"]).unwrap()).unwrap();
    public.verify(sums.as_bytes(), &signature, false).unwrap();
    assert!(public.verify(format!("{sums}x").as_bytes(), &signature, false).is_err());
    assert!(String::from_utf8_lossy(&copy["README.txt"]).contains(&pair.pk.to_base64()));

    // what a killed run has left beside it goes with the next one; what is not ours stays
    for (name, file) in [(".unfinished-killed", "blocwatch-publish.lock"), (".unfinished-thesis", "thesis.txt")] {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join(file), "").unwrap();
    }

    // again over it, unsigned: the same bytes but for what says who signed, and nothing beside it
    let said = publish(&home, &place, &["--data", "csv"]);
    assert!(said.contains("not signed"), "{said}");
    let again = files(&place);
    for (name, bytes) in &copy {
        let of_signing = ["README.txt", "SHA256SUMS", "SHA256SUMS.minisig"].contains(&name.as_str());
        assert!(of_signing || again.get(name) == Some(bytes), "{name} differs in another copy of the same observatory");
    }
    assert_eq!(again.len() + 1, copy.len());
    assert!(String::from_utf8_lossy(&again["README.txt"]).contains("not signed"));
    let beside: Vec<PathBuf> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(beside.len(), 3, "{beside:?}");
    assert!(folder.path().join(".unfinished-thesis/thesis.txt").exists());
}

#[test]
fn a_folder_with_other_files_is_left_alone_and_a_wrong_key_is_told_first() {
    let home = Home::built();
    let folder = tempfile::TempDir::new().unwrap();
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    let place = folder.path().to_str().unwrap();
    home.run(["publish", place]).refused(&["holds other files"]);
    home.run(["publish", place, "--key", "/nowhere"]).refused(&["cannot read", "/nowhere"]);
    home.run(["publish", &format!("{place}/new"), "--key", &format!("{place}/thesis.txt")]).refused(&["no secret key"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
