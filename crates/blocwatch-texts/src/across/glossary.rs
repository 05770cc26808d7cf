//! The glossary of legal terms (`knowledge/texts/legal-terms.toml`): which words of six languages stand for the same thing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::normalise::fold;

const FILE: &str = "texts/legal-terms.toml";

#[derive(Deserialize)]
struct File {
    term: Vec<Term>,
    number: Vec<Number>,
}

#[derive(Deserialize)]
struct Term {
    id: String,
    #[serde(flatten)]
    words: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Number {
    value: u32,
    #[serde(flatten)]
    words: BTreeMap<String, Vec<String>>,
}

/// One term of one language: its words, each possibly with any ending.
struct Pattern {
    words: Vec<(String, bool)>,
    anchor: u32,
}

/// The terms of one language, by the first three letters of their first word.
#[derive(Default)]
pub(crate) struct Terms {
    by_start: BTreeMap<String, Vec<Pattern>>,
}

/// All languages; anchors of terms are numbers from 0, those of number words are the numbers themselves.
pub(crate) struct Glossary {
    languages: BTreeMap<String, Terms>,
}

/// Anchors of numbers begin here: `NUMBERS + 30` is the number 30.
pub(crate) const NUMBERS: u32 = 1 << 16;
/// Languages written without spaces, whose terms are found within words.
pub(crate) const UNSPACED: [&str; 3] = ["zh", "ja", "th"];

/// The glossary, read once.
pub(crate) fn glossary() -> &'static Glossary {
    static GLOSSARY: OnceLock<Glossary> = OnceLock::new();
    // a file of ours that the tests read: a broken one gives no terms
    GLOSSARY.get_or_init(|| {
        let text = blocwatch_core::knowledge::text(FILE).unwrap_or_default();
        Glossary::read(text).unwrap_or(Glossary { languages: BTreeMap::new() })
    })
}

/// The first letters by which terms are looked up.
fn start(word: &str) -> String {
    word.chars().take(if word.chars().next().is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) { 1 } else { 2 }).collect()
}

impl Glossary {
    fn read(text: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(text)?;
        let mut languages: BTreeMap<String, Terms> = BTreeMap::new();
        let terms = file.term.iter().enumerate().map(|(i, t)| (i as u32, &t.words));
        let numbers = file.number.iter().map(|n| (NUMBERS + n.value, &n.words));
        debug_assert!(file.term.iter().all(|t| !t.id.is_empty()));
        for (anchor, words) in terms.chain(numbers) {
            for (language, list) in words {
                for phrase in list {
                    let words: Vec<(String, bool)> = phrase
                        .split_whitespace()
                        // `organi?ation`: one letter may differ
                        .map(|w| (fold(w.trim_end_matches('*')), w.ends_with('*')))
                        .collect();
                    let Some((first, _)) = words.first() else { continue };
                    let key = start(first);
                    languages.entry(language.clone()).or_default().by_start.entry(key).or_default().push(Pattern { words, anchor });
                }
            }
        }
        for terms in languages.values_mut() {
            for list in terms.by_start.values_mut() {
                // the longest term at a place is the one meant
                list.sort_by(|x, y| {
                    y.words.len().cmp(&x.words.len()).then(y.words[0].0.len().cmp(&x.words[0].0.len())).then(x.anchor.cmp(&y.anchor))
                });
            }
        }
        Ok(Self { languages })
    }

    /// The terms of a language; none for languages that the glossary does not have.
    pub(crate) fn of(&self, language: &str) -> Option<&Terms> {
        self.languages.get(language)
    }
}

impl Terms {
    /// Terms in a sequence of folded words. `variants` gives a word's forms without joined particles.
    pub(crate) fn find(&self, words: &[Vec<String>], mut each: impl FnMut(u32)) {
        let mut i = 0;
        while i < words.len() {
            i += self.at(&words[i..]).map_or(1, |(anchor, n)| {
                each(anchor);
                n
            });
        }
    }

    fn at(&self, words: &[Vec<String>]) -> Option<(u32, usize)> {
        let mut best: Option<(u32, usize)> = None;
        for form in &words[0] {
            for p in self.by_start.get(&start(form)).into_iter().flatten() {
                let n = p.words.len();
                if best.is_some_and(|(_, b)| b >= n) || words.len() < n {
                    continue;
                }
                let first = matches(form, &p.words[0]);
                if first && p.words[1..].iter().zip(&words[1..]).all(|(w, forms)| forms.iter().any(|f| matches(f, w))) {
                    best = Some((p.anchor, n));
                }
            }
        }
        best
    }

    /// Terms within a text without spaces.
    pub(crate) fn within(&self, text: &str, mut each: impl FnMut(u32)) {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let mut taken = c.len_utf8();
            if let Some(list) = self.by_start.get(c.encode_utf8(&mut [0; 4]) as &str) {
                let found = list.iter().filter(|p| rest.starts_with(p.words[0].0.as_str())).max_by_key(|p| p.words[0].0.len());
                if let Some(p) = found {
                    each(p.anchor);
                    taken = p.words[0].0.len();
                }
            }
            rest = &rest[taken..];
        }
    }
}

fn matches(form: &str, (word, open): &(String, bool)) -> bool {
    if word.contains('?') {
        let mut letters = form.chars();
        let fits = word.chars().all(|w| letters.next().is_some_and(|l| w == '?' || w == l));
        return fits && (*open || letters.next().is_none());
    }
    if *open { form.starts_with(word.as_str()) } else { form == word }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole_and_every_term_has_six_languages() {
        let file: File = toml::from_str(blocwatch_core::knowledge::text(FILE).unwrap()).unwrap();
        assert!(file.term.len() >= 90, "{}", file.term.len());
        let mut ids = std::collections::BTreeSet::new();
        for t in &file.term {
            assert!(ids.insert(&t.id), "{} stands twice", t.id);
            assert_eq!(t.words.keys().map(String::as_str).collect::<Vec<_>>(), ["ar", "en", "es", "fr", "ru", "zh"], "{}", t.id);
        }
        assert!(!file.number.is_empty());
    }

    #[test]
    fn the_longest_term_is_taken_and_endings_are_free() {
        let g = glossary();
        let words = |t: &str| t.split(' ').map(|w| vec![fold(w)]).collect::<Vec<_>>();
        let found = |lang: &str, t: &str| {
            let mut out = Vec::new();
            g.of(lang).unwrap().find(&words(t), |a| out.push(a));
            out
        };
        assert_eq!(found("en", "the foreign agents register"), found("ru", "иностранными агентами зарегистрированы"));
        assert_eq!(found("en", "organisation"), found("en", "organization"));
        assert_eq!(found("en", "thirty"), [NUMBERS + 30]);
        let mut zh = Vec::new();
        g.of("zh").unwrap().within("非政府组织应当登记", |a| zh.push(a));
        assert_eq!(zh, found("en", "non-governmental organisations register"));
    }
}
