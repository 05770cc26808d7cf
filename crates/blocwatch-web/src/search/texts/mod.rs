//! The index of texts, on disk: every word of the speeches and treaties with its places, and the texts themselves, packed, so that a hit can
//! be shown without asking the tables.
//!
//! One file: the packed texts, then for each word its postings and places, then the list of texts, the dictionary, and where these two begin.
//! List and dictionary are held in memory (about 10 MB for 11,000 speeches); the rest is read where it is wanted. Built once for an
//! observatory, under a lock, into a file that takes its name when it is whole.
//!
//! What belongs here: finding and ranking. `making.rs` builds the file, `format.rs` knows its bytes, `excerpt.rs` picks what is shown.

mod excerpt;
mod format;
mod making;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use blocwatch_core::state::States;
use blocwatch_engine::Observatory;
use serde::Serialize;

use self::excerpt::excerpt;
use self::format::{FILE, Lists, MARK, Term, take_number, unpack};
use self::making::Making;
use super::{spelling, words};
use crate::error::{Result, WebError};
use crate::links;

/// Tables whose texts are read.
pub(super) const TABLES: &[&str] = &["speech", "treaty_text"];
/// Okapi BM25: how soon more of a word says no more, and how far length is held against a text.
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Words of a query that are looked at, phrases, and words of a phrase; whoever asks for more gets what fits these.
const MOST_WORDS: usize = 12;
const MOST_PHRASES: usize = 3;
const LONGEST_PHRASE: usize = 20;

/// The index.
#[derive(Debug)]
pub(crate) struct Texts {
    file: File,
    lists: Lists,
    by_id: BTreeMap<(String, String), usize>,
    mean: f32,
}

/// A text that was found.
#[derive(Debug, Serialize)]
pub(crate) struct Hit {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) year: Option<i32>,
    pub(crate) href: String,
    /// A passage in pieces; those marked are words asked for.
    pub(crate) excerpt: Vec<(String, bool)>,
}

/// What a search of texts gives.
#[derive(Debug, Serialize)]
pub(crate) struct Hits {
    pub(crate) hits: Vec<Hit>,
    /// Texts that fit, shown or not.
    pub(crate) found: usize,
    /// Words that stand in no text, with what was looked for instead; nothing where nothing comes near.
    pub(crate) instead: Vec<(String, Option<String>)>,
}

/// Opens the index of an observatory in a folder, building it where it is missing.
pub(super) fn open_or_build(observatory: &Path, folder: &Path, states: &States) -> Result<Texts> {
    let file = folder.join(FILE);
    if let Ok(texts) = Texts::open(&file) {
        return Ok(texts);
    }
    let broken = |e: io::Error| WebError::Broken(format!("the index of texts cannot be written: {}: {e}", folder.display()));
    fs::create_dir_all(folder).map_err(broken)?;
    let lock = File::create(folder.join("lock")).map_err(broken)?;
    lock.lock().map_err(broken)?;
    // another server may have built it meanwhile
    if let Ok(texts) = Texts::open(&file) {
        return Ok(texts);
    }
    // indexes of older programs and what one that was stopped left behind, and those of observatories that are gone; what cannot be removed
    // is in nobody's way
    for old in fs::read_dir(folder).into_iter().flatten().flatten().filter(|e| e.file_name() != "lock") {
        drop(fs::remove_file(old.path()));
    }
    if let (Some(all), Some(kept)) = (folder.parent(), observatory.parent()) {
        for old in fs::read_dir(all).into_iter().flatten().flatten().filter(|e| !kept.join(e.file_name()).exists()) {
            drop(fs::remove_dir_all(old.path()));
        }
    }
    let part = folder.join("texts.part");
    let observatory = Observatory::open(observatory)?;
    let mut making = Making::new(folder, &part).map_err(broken)?;
    making.speeches(&observatory, states)?;
    making.treaties(&observatory)?;
    making.done().map_err(broken)?;
    fs::rename(&part, &file).map_err(broken)?;
    Texts::open(&file).map_err(broken)
}

impl Texts {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let size = file.metadata()?.len();
        let bad = || io::Error::other("no index of texts");
        let mut end = [0u8; 32];
        file.read_exact_at(&mut end, size.checked_sub(32).ok_or_else(bad)?)?;
        if &end[24..] != MARK {
            return Err(bad());
        }
        let n = |i: usize| u64::from_le_bytes([0, 1, 2, 3, 4, 5, 6, 7].map(|b| end[8 * i + b]));
        let (at, packed, bytes) = (n(0), n(1), n(2));
        if at.checked_add(packed) != size.checked_sub(32) {
            return Err(bad());
        }
        let lists = unpack(&file, at, packed as usize, bytes as usize)?;
        let lists: Lists = serde_json::from_slice(&lists)?;
        let words: f64 = lists.texts.iter().map(|t| f64::from(t.words)).sum();
        let mean = (words / lists.texts.len().max(1) as f64) as f32;
        let by_id = lists.texts.iter().enumerate().map(|(i, t)| ((t.kind.clone(), t.id.clone()), i)).collect();
        Ok(Self { file, lists, by_id, mean })
    }

    /// A text by its kind and id.
    pub(crate) fn text(&self, kind: &str, id: &str) -> Result<Option<String>> {
        let at = self.by_id.get(&(kind.to_owned(), id.to_owned()));
        at.map(|i| self.read(*i).map_err(cannot_read)).transpose()
    }

    fn read(&self, i: usize) -> io::Result<String> {
        let t = &self.lists.texts[i];
        let bytes = unpack(&self.file, t.at, t.packed as usize, t.bytes as usize)?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    /// Texts with a word, ascending, and how often it stands in each.
    fn postings(&self, term: &Term) -> io::Result<Vec<(u32, u32)>> {
        Ok(self.places(term, false)?.texts.into_iter().map(|(text, count, _)| (text, count)).collect())
    }

    /// Texts with a word; where it is asked for, with its places.
    fn places(&self, term: &Term, whole: bool) -> io::Result<Places> {
        let more = if whole { term.places as usize } else { 0 };
        let bytes = format::read(&self.file, term.at, term.postings as usize + more)?;
        let mut rest = &bytes[..term.postings as usize];
        let mut texts = Vec::with_capacity(term.texts as usize);
        let (mut last, mut end) = (0u32, term.postings as usize);
        while let (Some(step), Some(n), Some(length)) = (take_number(&mut rest), take_number(&mut rest), take_number(&mut rest)) {
            last = last.saturating_add(step);
            end = end.saturating_add(length as usize);
            texts.push((last.saturating_sub(1), n, end));
        }
        Ok(Places { texts, bytes, begin: term.postings as usize })
    }

    /// How often words stand next to each other, in each text that has them so, ascending. The words are read one after another, the rarest
    /// first, so that what is held does not grow with their number.
    fn phrase(&self, phrase: &[String]) -> io::Result<Vec<(u32, u32)>> {
        let words = (0u32..).zip(phrase).map(|(offset, word)| self.term(word).map(|term| (offset, term))).collect::<Option<Vec<_>>>();
        // a word that stands nowhere
        let Some(mut words) = words else { return Ok(Vec::new()) };
        words.sort_by_key(|(_, term)| term.texts);
        let Some(((offset, rarest), others)) = words.split_first() else { return Ok(Vec::new()) };
        // by text, where the phrase may begin
        let rarest = self.places(rarest, true)?;
        let mut places = Vec::new();
        let mut begins: Vec<(u32, Vec<u32>)> = Vec::with_capacity(rarest.texts.len());
        for (i, (text, ..)) in rarest.texts.iter().enumerate() {
            rarest.read(i, &mut places);
            begins.push((*text, places.iter().filter_map(|place| place.checked_sub(*offset)).collect()));
        }
        for (offset, term) in others {
            let list = self.places(term, true)?;
            begins.retain_mut(|(text, begins)| {
                let Ok(at) = list.texts.binary_search_by_key(text, |(t, ..)| *t) else { return false };
                list.read(at, &mut places);
                begins.retain(|begin| places.binary_search(&(begin + offset)).is_ok());
                !begins.is_empty()
            });
        }
        Ok(begins.into_iter().map(|(text, begins)| (text, begins.len() as u32)).collect())
    }

    fn term(&self, word: &str) -> Option<&Term> {
        self.lists.terms.binary_search_by(|t| t.word.as_str().cmp(word)).ok().map(|i| &self.lists.terms[i])
    }

    /// Terms that a word of the query stands for: itself and its plural or singular; if there is none, what it may be misspelt for.
    fn terms(&self, word: &str, instead: &mut Vec<(String, Option<String>)>) -> Vec<&Term> {
        let mut out: Vec<&Term> = self.term(word).into_iter().collect();
        if word.is_ascii() && word.len() > 3 {
            out.extend(self.term(&format!("{word}s")));
            out.extend(word.strip_suffix('s').and_then(|w| self.term(w)));
        }
        if out.is_empty() {
            // of words as near the one that most texts have
            let near = spelling::near(word, self.lists.terms.iter().map(|t| t.word.as_str()));
            let nearest = near.first().map(|(_, d)| *d);
            let best = near
                .iter()
                .filter(|(_, d)| Some(*d) == nearest)
                .map(|(i, _)| &self.lists.terms[*i])
                .max_by(|x, y| x.texts.cmp(&y.texts).then(y.word.cmp(&x.word)));
            instead.push((word.to_owned(), best.map(|t| t.word.clone())));
            out.extend(best);
        }
        out
    }

    /// The texts that fit best, at most `most`, all words in each; words within quotation marks stand next to each other. `skip` leaves
    /// out the best ones. Words that stand in most texts are not insisted on.
    pub(crate) fn find(&self, typed: &str, kind: Option<&str>, most: usize, skip: usize) -> Result<Hits> {
        let mut phrases = words::phrases(typed);
        phrases.truncate(MOST_PHRASES);
        phrases.iter_mut().for_each(|phrase| phrase.truncate(LONGEST_PHRASE));
        let mut asked: Vec<String> = Vec::new();
        words::each(typed, |word, _, _| {
            if asked.len() < MOST_WORDS && !asked.iter().any(|a| a == word) {
                asked.push(word.to_owned());
            }
        });
        let n = self.lists.texts.len();
        let mut instead = Vec::new();
        let (mut score, mut has) = (vec![0f32; n], vec![0usize; n]);
        // what a word or phrase adds to the texts that have it
        let mut add = |counts: &[(u32, u32)], insist: bool| {
            let idf = (1.0 + (n as f32 - counts.len() as f32 + 0.5) / (counts.len() as f32 + 0.5)).ln();
            for &(text, count) in counts {
                let Some(of) = self.lists.texts.get(text as usize) else { continue };
                let length = 1.0 - B + B * of.words as f32 / self.mean.max(1.0);
                score[text as usize] += idf * count as f32 * (K1 + 1.0) / (count as f32 + K1 * length);
                has[text as usize] += usize::from(insist);
            }
        };
        let mut wanted = phrases.len();
        let mut lights: Vec<String> = Vec::new();
        let lists: Vec<Vec<&Term>> = asked.iter().map(|word| self.terms(word, &mut instead)).collect();
        // a word that most texts have parts them little; it is insisted on only if there is no other
        let common = |terms: &[&Term]| terms.iter().any(|t| t.texts as usize * 2 > n);
        let only_common = lists.iter().all(|l| l.is_empty() || common(l));
        for terms in &lists {
            let insist = only_common || !common(terms);
            wanted += usize::from(insist);
            let mut counts: Vec<(u32, u32)> = Vec::new();
            for term in terms {
                lights.push(term.word.clone());
                counts.extend(self.postings(term).map_err(cannot_read)?);
            }
            if terms.len() > 1 {
                counts.sort_unstable_by_key(|(text, _)| *text);
                counts.dedup_by(|later, first| {
                    later.0 == first.0 && {
                        first.1 += later.1;
                        true
                    }
                });
            }
            add(&counts, insist);
        }
        for phrase in &phrases {
            add(&self.phrase(phrase).map_err(cannot_read)?, true);
        }
        let mut fits: Vec<usize> = if asked.is_empty() {
            Vec::new()
        } else {
            (0..n).filter(|i| has[*i] >= wanted && score[*i] > 0.0 && kind.is_none_or(|k| self.lists.texts[*i].kind == k)).collect()
        };
        // of equals the later speech
        fits.sort_by(|x, y| score[*y].total_cmp(&score[*x]).then(self.lists.texts[*y].year.cmp(&self.lists.texts[*x].year)).then(x.cmp(y)));
        let found = fits.len();
        let mut hits = Vec::new();
        for i in fits.into_iter().skip(skip).take(most) {
            let t = &self.lists.texts[i];
            hits.push(Hit {
                kind: t.kind.clone(),
                id: t.id.clone(),
                title: t.title.clone(),
                year: t.year,
                href: links::text(&t.kind, &t.id),
                excerpt: excerpt(&self.read(i).map_err(cannot_read)?, &lights, phrases.first().map(Vec::as_slice)),
            });
        }
        Ok(Hits { hits, found, instead })
    }
}

fn cannot_read(e: io::Error) -> WebError {
    WebError::Broken(format!("the index of texts cannot be read: {e}"))
}

/// Where a word stands in the texts that have it.
struct Places {
    /// Text, how often, and where its places end in `bytes`; ascending.
    texts: Vec<(u32, u32, usize)>,
    bytes: Vec<u8>,
    /// Where places begin in `bytes`.
    begin: usize,
}

impl Places {
    /// The places in the text at some position of the list, ascending.
    fn read(&self, i: usize, out: &mut Vec<u32>) {
        out.clear();
        let from = i.checked_sub(1).map_or(self.begin, |before| self.texts[before].2);
        let mut rest = self.bytes.get(from..self.texts[i].2).unwrap_or_default();
        let mut place = 0u32;
        while let Some(step) = take_number(&mut rest) {
            place = place.saturating_add(step);
            out.push(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[(&str, &str)]) -> (tempfile::TempDir, Texts) {
        index_by(usize::MAX, texts)
    }

    /// An index made in runs of at most so many bytes.
    fn index_by(most: usize, texts: &[(&str, &str)]) -> (tempfile::TempDir, Texts) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let mut making = Making::new(dir.path(), &path).unwrap();
        making.most = most;
        for (id, text) in texts {
            making.take("speech", (*id).to_owned(), format!("title {id}"), Some(2000), text).unwrap();
        }
        making.done().unwrap();
        let texts = Texts::open(&path).unwrap();
        (dir, texts)
    }

    fn ids(texts: &Texts, q: &str) -> Vec<String> {
        texts.find(q, None, 10, 0).unwrap().hits.into_iter().map(|h| h.id).collect()
    }

    #[test]
    fn texts_are_found_by_words_phrases_and_misspelt_words_in_many_scripts() {
        let (_dir, texts) = index(&[
            ("a", "A multipolar world order is emerging. Sanctions do not help the world."),
            ("b", "The world order of old; multipolar it is not."),
            ("c", "Многополярный мир и санкции"),
            ("d", "多极世界秩序"),
            ("e", "نظام عالمي متعدد الأقطاب"),
        ]);
        let mut both = ids(&texts, "multipolar world");
        both.sort();
        assert_eq!(both, ["a", "b"]);
        assert_eq!(ids(&texts, "\"multipolar world\""), ["a"]);
        assert_eq!(ids(&texts, "sanction"), ["a"]);
        assert_eq!(ids(&texts, "многополярный"), ["c"]);
        assert_eq!(ids(&texts, "世界秩序"), ["d"]);
        assert_eq!(ids(&texts, "متعدد"), ["e"]);
        let misspelt = texts.find("multipolra", None, 10, 0).unwrap();
        assert_eq!(misspelt.instead, [("multipolra".to_owned(), Some("multipolar".to_owned()))]);
        assert_eq!(misspelt.found, 2);
        assert!(ids(&texts, "zzzzzz world").is_empty() || texts.find("zzzzzz world", None, 10, 0).unwrap().instead[0].1.is_none());
        assert!(ids(&texts, "").is_empty());
        let hit = &texts.find("emerging", None, 1, 0).unwrap().hits[0];
        assert!(hit.excerpt.contains(&("emerging".to_owned(), true)));
        assert_eq!(
            hit.excerpt.iter().map(|e| e.0.as_str()).collect::<String>(),
            "A multipolar world order is emerging. Sanctions do not help the world."
        );
        assert_eq!(texts.text("speech", "d").unwrap().unwrap(), "多极世界秩序");
        assert!(texts.text("treaty", "d").unwrap().is_none());
    }

    #[test]
    fn a_file_that_is_cut_off_is_no_index() {
        let (dir, texts) = index(&[("a", "one two")]);
        drop(texts);
        let path = dir.path().join(FILE);
        let size = std::fs::metadata(&path).unwrap().len();
        File::options().write(true).open(&path).unwrap().set_len(size - 1).unwrap();
        assert!(Texts::open(&path).is_err());
    }

    #[test]
    fn a_phrase_is_found_wherever_it_stands() {
        let long = format!("{} the rule of law", "law of rule the ".repeat(300));
        let many: Vec<(String, &str)> = (0..400).map(|i| (format!("t{i}"), "law, law, law, rule, rule and of the")).collect();
        let mut texts: Vec<(&str, &str)> = many.iter().map(|(id, text)| (id.as_str(), *text)).collect();
        texts.push(("a", &long));
        texts.push(("b", "Rule of Law"));
        texts.push(("rule", "of law"));
        let (_dir, texts) = index_by(512, &texts);
        let found = texts.find("\"rule of law\"", None, 10, 0).unwrap();
        // all others have its words, and more of them; a title's words and a text's do not make one
        assert_eq!((found.found, ids(&texts, "\"rule of law\"")), (2, vec!["b".to_owned(), "a".to_owned()]));
        assert!(found.hits[1].excerpt.contains(&("rule".to_owned(), true)) && found.hits[1].excerpt.len() > 6);
        // however long: 1,200 words are asked for, of which the first 20 are looked at
        assert_eq!(ids(&texts, &format!("\"{}\"", "law of rule the ".repeat(300))), ["a"]);
        // titles are part of what is searched
        assert_eq!(ids(&texts, "\"title b\""), ["b"]);
    }

    proptest::proptest! {
        #[test]
        fn phrases_are_those_that_reading_finds(
            texts in proptest::collection::vec("[abc]( [abc]){0,12}", 1..12), phrase in "[abc]( [abc]){1,3}", most in 1usize..200,
        ) {
            let named: Vec<(String, &str)> = texts.iter().enumerate().map(|(i, t)| (format!("id{i}"), t.as_str())).collect();
            let all: Vec<(&str, &str)> = named.iter().map(|(id, text)| (id.as_str(), *text)).collect();
            let (dir, in_runs) = index_by(most, &all);
            let mut found = ids(&in_runs, &format!("\"{phrase}\""));
            found.sort();
            let with = |text: &str| format!(" {text} ").contains(&format!(" {phrase} "));
            let mut expected: Vec<String> = all.iter().filter(|(_, text)| with(text)).map(|(id, _)| (*id).to_owned()).collect();
            expected.sort();
            expected.truncate(10);
            if expected.len() < 10 {
                proptest::prop_assert_eq!(found, expected);
            }
            // in how many runs it was made does not show, and none is left
            let (other, _) = index(&all);
            let bytes = |d: &tempfile::TempDir| fs::read(d.path().join(FILE)).unwrap();
            proptest::prop_assert_eq!(bytes(&dir), bytes(&other));
            proptest::prop_assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        }

        #[test]
        fn any_query_of_any_text_is_answered(text in proptest::prelude::any::<String>(), q in proptest::prelude::any::<String>()) {
            let (_dir, texts) = index(&[("a", &text)]);
            texts.find(&q, None, 3, 0).unwrap();
            // a word of the text finds it
            if let Some(f) = words::all(&text).first() {
                proptest::prop_assert_eq!(texts.find(&text[f.from..f.to], None, 3, 0).unwrap().found, 1);
            }
        }
    }
}
