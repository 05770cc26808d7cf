//! What the file of an address is called: readable, the same in every copy, and safe on any file system.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::links::decode;

/// Longest readable part of a name; beyond it, a digest stands for the rest.
const LONGEST: usize = 100;

/// The page that says that a page is not in the copy.
pub(super) const MISSING: &str = "not-in-this-copy.html";
/// The page of search.
pub(super) const SEARCH: &str = "search.html";

/// Names of the files of all pages in a copy.
#[derive(Debug)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// Names for addresses. Two that would differ only in case, which a memory stick does not tell apart, carry their digests.
    pub(super) fn new<'a>(addresses: impl Iterator<Item = &'a String>) -> Self {
        let mut out: BTreeMap<String, String> = BTreeMap::new();
        let mut by_file: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for address in addresses {
            let file = name(address);
            by_file.entry(file.to_lowercase()).or_default().push(address.clone());
            out.insert(address.clone(), file);
        }
        for alike in by_file.into_values().filter(|a| a.len() > 1) {
            for address in alike {
                let stem = name(&address).trim_end_matches(".html").to_owned();
                out.insert(address.clone(), format!("{stem}-{}.html", digest(&address)));
            }
        }
        Self(out)
    }

    /// The file of an address, if it is in the copy.
    pub(super) fn get(&self, address: &str) -> Option<&str> {
        self.0.get(address).map(String::as_str)
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(4).map(|b| format!("{b:02x}")).collect()
}

/// A name by the address alone: letters, digits, `-`, `_` and `.` stay, and whatever is lost comes back as a digest.
pub(super) fn name(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut lost = false;
    let mut safe = |text: &str| -> String {
        let out: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        let out = out.replace("..", "__");
        lost |= out != text || out.starts_with('.');
        out.trim_start_matches('.').to_owned()
    };
    let parts: Vec<String> = path.split('/').filter(|p| !p.is_empty()).map(|p| safe(&decode(p))).collect();
    let mut stem = if parts.is_empty() { "index".to_owned() } else { parts.join("/") };
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        stem.push_str(&format!(".{}-{}", safe(&decode(key)), safe(&decode(value))));
    }
    if stem.len() > LONGEST {
        stem.truncate(LONGEST);
        lost = true;
    }
    if lost { format!("{stem}-{}.html", digest(address)) } else { format!("{stem}.html") }
}

/// The address of one file as seen from another.
pub(super) fn relative(from: &str, to: &str) -> String {
    format!("{}{to}", "../".repeat(from.matches('/').count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_readable_safe_and_apart() {
        assert_eq!(name("/"), "index.html");
        assert_eq!(name("/state/KGZ"), "state/KGZ.html");
        assert_eq!(name("/cases?kind=collaboration&tactic=law-copying"), "cases.kind-collaboration.tactic-law-copying.html");
        for hostile in ["/organisation/..%2F..%2Fetc", "/case/%2e%2e", "/region/A%3AB%5C", &format!("/case/{}", "x".repeat(400))] {
            let file = name(hostile);
            assert!(!file.contains("..") && file.len() < 130 && file.ends_with(".html"), "{file}");
            assert!(file.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c)), "{file}");
        }
        assert_ne!(name("/region/A%20B"), name("/region/A_B"));
        let all = ["/organisation/Sco".to_owned(), "/organisation/SCO".to_owned(), "/about".to_owned()];
        let names = Names::new(all.iter());
        let (a, b) = (names.get(&all[0]).expect("named"), names.get(&all[1]).expect("named"));
        assert_ne!(a.to_lowercase(), b.to_lowercase());
        assert_eq!(names.get("/about"), Some("about.html"));
        assert_eq!(relative("pair/BLR/RUS.html", "static/site.css"), "../../static/site.css");
        assert_eq!(relative("index.html", "about.html"), "about.html");
    }
}
