//! English says all that pages need and nothing else; other languages keep to its form.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;

/// All texts of the crate that may name messages: templates and code.
fn users() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<(String, String)>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "html" || e == "rs") && !path.ends_with("locale/tests.rs") {
                out.push((path.display().to_string(), std::fs::read_to_string(&path).expect("text")));
            }
        }
    }
    let mut out = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    walk(&root.join("templates"), &mut out);
    walk(&root.join("src"), &mut out);
    out
}

fn keys(code: &str) -> BTreeSet<&'static str> {
    catalogue(by_code(code).expect("a language")).expect("it parses").keys().collect()
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Messages as they are written, by key.
fn sources(code: &str) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = BTreeMap::new();
    for file in FILES.get_dir(code).expect("a folder").files() {
        let mut last = String::new();
        for line in file.contents_utf8().expect("text").lines().filter(|l| !l.starts_with('#')) {
            match line.split_once(" =") {
                Some((key, rest)) if is_key(key) => {
                    last = key.to_owned();
                    out.insert(last.clone(), rest.to_owned());
                }
                _ => {
                    if let Some(text) = out.get_mut(&last) {
                        text.push_str(line);
                    }
                }
            }
        }
    }
    out
}

/// Elements with their attributes, as a set: a plural says them once for each form.
fn elements(text: &str) -> BTreeSet<String> {
    text.split('<').skip(1).filter_map(|t| t.split_once('>')).map(|(t, _)| t.to_owned()).collect()
}

/// Names of values.
fn values(text: &str) -> BTreeSet<String> {
    text.split('$').skip(1).map(|t| t.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()).collect()
}

#[test]
fn english_has_every_message_that_is_used_and_uses_every_message_it_has() {
    let english = keys("en");
    let users = users();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (path, text) in &users {
        for (at, _) in text.match_indices("t(\"").chain(text.match_indices("t_html(\"")) {
            let call = &text[at..];
            let before = text[..at].chars().next_back().unwrap_or(' ');
            if before.is_alphanumeric() || before == '_' || !path.ends_with(".html") {
                continue;
            }
            let key = call.split('"').nth(1).expect("a key");
            let beginning = call.split('"').nth(2).is_some_and(|rest| rest.trim_start().starts_with('~'));
            let known = if beginning { english.iter().any(|k| k.starts_with(key)) } else { english.contains(key) };
            assert!(known, "{path}: there is no message '{key}' in locales/en");
        }
        for key in &english {
            // beginnings of keys that a template or a page completes: "facet-" ~ x, format!("error-{}")
            let begun = key.match_indices('-').map(|(at, _)| &key[..=at]);
            let begun = begun.flat_map(|b| [format!("\"{b}\""), format!("\"{b}{{")]);
            if text.contains(&format!("\"{key}\"")) || begun.into_iter().any(|b| text.contains(&b)) {
                used.insert(key);
            }
        }
        if text.contains("\"-heading\"") {
            used.extend(["states-heading", "organisations-heading"]);
        }
    }
    let idle: Vec<_> = english.difference(&used).collect();
    assert!(idle.is_empty(), "messages that nothing uses: {idle:?}");
}

#[test]
fn every_language_keeps_the_keys_values_and_elements_of_english() {
    let english = sources("en");
    for language in LANGUAGES {
        for (key, text) in sources(language.code) {
            let Some(model) = english.get(&key) else { panic!("{}: '{key}' is no message of English", language.code) };
            assert_eq!(elements(&text), elements(model), "{}: elements of '{key}'", language.code);
            let more: Vec<_> = values(&text).difference(&values(model)).cloned().collect();
            assert!(more.is_empty(), "{}: '{key}' uses values that are not given: {more:?}", language.code);
        }
        let (done, all) = language.translated().expect("it parses");
        let untold: Vec<_> = keys("en").difference(&keys(language.code)).filter(|k| !k.starts_with("api-")).copied().collect();
        assert!(untold.is_empty() && all == english.len(), "{}: {done} of {all}, without {untold:?}", language.code);
    }
    assert_eq!(ENGLISH.translated().expect("it parses"), (english.len(), english.len()));
}

#[test]
fn plurals_are_those_of_the_language() {
    let n = |language: &str, n: i64| {
        let values = Values::from([("n".to_owned(), n.into())]);
        by_code(language).expect("a language").html("home-organisations", &values).expect("a message")
    };
    // Russian: one, few, many; Arabic: zero, one, two, few, many, other
    let distinct = |language: &str, numbers: &[i64]| {
        let forms: BTreeSet<String> = numbers.iter().map(|x| n(language, *x).replace(char::is_numeric, "")).collect();
        forms.len()
    };
    assert_eq!(distinct("en", &[1, 2, 5, 11, 21]), 2);
    assert_eq!(distinct("fr", &[0, 1, 2]), 2);
    assert_eq!(distinct("ru", &[1, 3, 5]), 3);
    assert_eq!(n("ru", 1).replace('1', ""), n("ru", 21).replace("21", ""));
    assert_eq!(distinct("ar", &[0, 1, 2, 3, 11, 100]), 6);
}

#[test]
fn what_is_not_translated_stands_in_english_and_says_so() {
    // what speaks of an interface for programs stays in the language of its names
    let arabic = by_code("ar").expect("a language");
    let text = arabic.text("api-parameter", &[]).expect("English stands in");
    assert_eq!(text, "\u{2066}Parameter\u{2069}");
    let html = arabic.html("api-intro", &Values::new()).expect("English stands in");
    assert!(html.starts_with("<span lang=\"en\" dir=\"ltr\">"), "{html}");
    assert!(arabic.text("no-such-message", &[]).is_err());
    assert!(ENGLISH.text("grade", &[]).is_err(), "a value is missing");
}

#[test]
fn the_address_or_the_browser_chooses() {
    assert_eq!(split("/fr/matrix?from=1990").map(|(l, rest)| (l.code, rest)), Some(("fr", "/matrix?from=1990")));
    assert_eq!(split("/ar").map(|(l, rest)| (l.code, rest)), Some(("ar", "")));
    assert!(split("/france").is_none() && split("/").is_none() && split("/FR/x").is_none());
    for (accepted, code) in [
        ("", "en"),
        ("de", "en"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("de;q=0.9, ru;q=0.7, es;q=0.8", "es"),
        ("en;q=0.5, ar", "ar"),
        ("fr;q=0", "en"),
        ("fr;q=nonsense, ;;,,", "en"),
    ] {
        assert_eq!(preferred(accepted).code, code, "{accepted}");
    }
}

/// What the scripts of the pages ask for by `say("…")`, with the file that asks.
fn said_by_islands() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("islands/src");
    let mut files: Vec<_> = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    files.sort();
    let mut out = BTreeMap::new();
    for path in files.iter().filter(|p| p.extension().is_some_and(|e| e == "ts")) {
        let text = std::fs::read_to_string(path).expect("text");
        for (at, found) in text.match_indices("say(\"") {
            let key = text[at + found.len()..].split('"').next().expect("a key");
            out.insert(format!("island-{key}"), path.display().to_string());
        }
    }
    out
}

#[test]
fn islands_speak_every_language() {
    let said = said_by_islands();
    assert!(said.len() > 30, "{said:?}");
    let english = keys("en");
    for (key, path) in &said {
        assert!(english.contains(key.as_str()), "{path}: there is no message '{key}' in locales/en");
    }
    let idle: Vec<_> = english.iter().filter(|k| k.starts_with("island-") && !said.contains_key(**k)).collect();
    assert!(idle.is_empty(), "messages that no island uses: {idle:?}");
    for language in LANGUAGES {
        let own = keys(language.code);
        let missing: Vec<_> = said.keys().filter(|k| !own.contains(k.as_str())).collect();
        assert!(missing.is_empty(), "{} lacks {missing:?}", language.code);
        // values reach the script as names in braces
        let patterns = language.patterns("island-").expect("they parse");
        assert!(patterns["some-rows"].contains("{n}") && patterns["some-rows"].contains("{total}"), "{}", language.code);
    }
}
