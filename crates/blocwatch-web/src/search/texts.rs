//! The index of texts, on disk: every word of the speeches and treaties, and the texts themselves, packed, so that a hit can be shown
//! without asking the tables.
//!
//! One file: the packed texts and the postings as they come, then the list of texts, the dictionary, and where these two begin. List and
//! dictionary are held in memory (about 10 MB for 11,000 speeches); postings and texts are read where they are wanted. Built once for an
//! observatory, under a lock, into a file that takes its name when it is whole.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use arrow::array::Array;
use blocwatch_analysis::frame::{At, Columns};
use blocwatch_core::state::States;
use blocwatch_engine::Observatory;
use serde::{Deserialize, Serialize};

use super::{spelling, words};
use crate::error::{Result, WebError};
use crate::links;

/// Tables whose texts are read.
pub(super) const TABLES: &[&str] = &["speech", "treaty_text"];
/// Its name; the number changes with the format and with what a word is.
const FILE: &str = "texts-1.bin";
/// Last bytes of a whole file.
const MARK: &[u8; 8] = b"bwtexts1";
/// Okapi BM25: how soon more of a word says no more, and how far length is held against a text.
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Texts in which a phrase is looked for at the most, best first.
const MOST_READ: usize = 150;
/// Words of a query that are looked at.
const MOST_WORDS: usize = 12;
/// Texts that lie in memory at once while the index is made.
const ROWS: usize = 64;
/// Bytes of an excerpt.
const EXCERPT: usize = 260;

/// What is known of a text.
#[derive(Debug, Serialize, Deserialize)]
struct Text {
    /// `speech` or `treaty`.
    kind: String,
    /// `KGZ-78` for a speech; for a treaty its id.
    id: String,
    /// What it is called.
    title: String,
    /// Year, if known.
    year: Option<i32>,
    words: u32,
    at: u64,
    packed: u32,
    bytes: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Term {
    word: String,
    /// Texts with it.
    texts: u32,
    at: u64,
    bytes: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct Lists {
    texts: Vec<Text>,
    terms: Vec<Term>,
}

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
    // indexes of observatories that are gone; what cannot be removed is in nobody's way
    if let (Some(all), Some(kept)) = (folder.parent(), observatory.parent()) {
        for old in fs::read_dir(all).into_iter().flatten().flatten().filter(|e| !kept.join(e.file_name()).exists()) {
            drop(fs::remove_dir_all(old.path()));
        }
    }
    let part = folder.join("texts.part");
    let observatory = Observatory::open(observatory)?;
    let mut making = Making::new(File::create(&part).map_err(broken)?);
    making.speeches(&observatory, states)?;
    making.treaties(&observatory)?;
    making.done().map_err(broken)?;
    fs::rename(&part, &file).map_err(broken)?;
    Texts::open(&file).map_err(broken)
}

/// An index in the making.
struct Making {
    out: BufWriter<File>,
    at: u64,
    texts: Vec<Text>,
    /// Postings by word: differences of text numbers and counts, seven bits a byte.
    postings: HashMap<String, (u32, u32, Vec<u8>)>,
    counts: HashMap<String, u32>,
}

impl Making {
    fn new(file: File) -> Self {
        Self { out: BufWriter::with_capacity(1 << 20, file), at: 0, texts: Vec::new(), postings: HashMap::new(), counts: HashMap::new() }
    }

    fn speeches(&mut self, observatory: &Observatory, states: &States) -> Result<()> {
        if !observatory.has("speech") {
            return Ok(());
        }
        for batch in observatory.parts("speech", &["session", "iso3", "year", "gwcode", "text"], ROWS)? {
            let batch = batch?;
            let c = Columns(&batch);
            let (session, iso3, year) = (c.i32("session")?, c.text("iso3")?, c.i32("year")?);
            let (gwcode, text) = (c.u16("gwcode")?, c.text("text")?);
            for i in 0..batch.num_rows() {
                let named = gwcode.at(i).zip(year.at(i)).and_then(|(g, y)| states.by_key(g, y)).map_or(iso3.value(i), |s| &s.name);
                let title = format!("{named}, General Debate {}", year.at(i).map(|y| y.to_string()).unwrap_or_default());
                let id = format!("{}-{}", iso3.value(i), session.value(i));
                self.take("speech", id, title, year.at(i), text.at(i).unwrap_or_default()).map_err(cannot_write)?;
            }
        }
        Ok(())
    }

    fn treaties(&mut self, observatory: &Observatory) -> Result<()> {
        if !observatory.has("treaty_text") {
            return Ok(());
        }
        for batch in observatory.parts("treaty_text", &["treatyID", "occurrence", "title", "year", "text"], ROWS)? {
            let batch = batch?;
            let c = Columns(&batch);
            let (id, title, year, text) = (c.text("treatyID")?, c.text("title")?, c.i32("year")?, c.text("text")?);
            let occurrence = c.i32("occurrence")?;
            for i in 0..batch.num_rows() {
                let id = match occurrence.at(i) {
                    None | Some(1) => id.value(i).to_owned(),
                    Some(n) => format!("{}~{n}", id.value(i)),
                };
                let name = if title.is_null(i) { id.clone() } else { title.value(i).to_owned() };
                self.take("treaty", id, name, year.at(i), text.at(i).unwrap_or_default()).map_err(cannot_write)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, kind: &str, id: String, title: String, year: Option<i32>, text: &str) -> io::Result<()> {
        let number = self.texts.len() as u32;
        let counts = &mut self.counts;
        let mut total = 0u32;
        for part in [title.as_str(), text] {
            words::each(part, |word, _, _| {
                total += 1;
                match counts.get_mut(word) {
                    Some(n) => *n += 1,
                    None => drop(counts.insert(word.to_owned(), 1)),
                }
            });
        }
        #[expect(clippy::iter_over_hash_type, reason = "each word has a list of its own, so that their order does not matter")]
        for (word, n) in self.counts.drain() {
            let entry = self.postings.entry(word).or_insert_with(|| (0, 0, Vec::new()));
            // the first difference is one more than the number
            number_to(&mut entry.2, number + 1 - entry.1);
            number_to(&mut entry.2, n);
            entry.0 += 1;
            entry.1 = number + 1;
        }
        let packed = zstd::bulk::compress(text.as_bytes(), 3)?;
        self.out.write_all(&packed)?;
        self.texts.push(Text {
            kind: kind.to_owned(),
            id,
            title,
            year,
            words: total,
            at: self.at,
            packed: packed.len() as u32,
            bytes: text.len() as u32,
        });
        self.at += packed.len() as u64;
        Ok(())
    }

    fn done(mut self) -> io::Result<()> {
        let mut postings: Vec<(String, (u32, u32, Vec<u8>))> = self.postings.into_iter().collect();
        postings.sort_unstable_by(|x, y| x.0.cmp(&y.0));
        let mut terms = Vec::with_capacity(postings.len());
        for (word, (texts, _, bytes)) in postings {
            self.out.write_all(&bytes)?;
            terms.push(Term { word, texts, at: self.at, bytes: bytes.len() as u32 });
            self.at += bytes.len() as u64;
        }
        let lists = serde_json::to_vec(&Lists { texts: self.texts, terms })?;
        let packed = zstd::bulk::compress(&lists, 3)?;
        self.out.write_all(&packed)?;
        for n in [self.at, packed.len() as u64, lists.len() as u64] {
            self.out.write_all(&n.to_le_bytes())?;
        }
        self.out.write_all(MARK)?;
        self.out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    }
}

fn cannot_write(e: io::Error) -> WebError {
    WebError::Broken(format!("the index of texts cannot be written: {e}"))
}

/// Appends a number, seven bits a byte, the last one marked.
fn number_to(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8);
        n >>= 7;
    }
    out.push(n as u8 | 0x80);
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let mut rest = bytes.iter();
    std::iter::from_fn(move || {
        let (mut n, mut shift) = (0u32, 0);
        for byte in rest.by_ref() {
            n |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            shift += 7;
            if byte & 0x80 != 0 {
                return Some(n);
            }
        }
        None
    })
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

    fn postings(&self, term: &Term) -> io::Result<Vec<(u32, u32)>> {
        let mut bytes = vec![0; term.bytes as usize];
        self.file.read_exact_at(&mut bytes, term.at)?;
        let mut rest = numbers(&bytes);
        let mut out = Vec::with_capacity(term.texts as usize);
        let mut last = 0u32;
        while let (Some(step), Some(n)) = (rest.next(), rest.next()) {
            last = last.saturating_add(step);
            out.push((last.saturating_sub(1), n));
        }
        Ok(out)
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
        let phrases: Vec<Vec<String>> = typed
            .replace(['“', '”', '«', '»'], "\"")
            .split('"')
            .skip(1)
            .step_by(2)
            .map(|p| words::all(p).into_iter().map(|f| f.word).collect())
            .filter(|p: &Vec<String>| p.len() > 1)
            .collect();
        let mut asked: Vec<String> = Vec::new();
        words::each(typed, |word, _, _| {
            if asked.len() < MOST_WORDS && !asked.iter().any(|a| a == word) {
                asked.push(word.to_owned());
            }
        });
        let n = self.lists.texts.len();
        let mut instead = Vec::new();
        let (mut score, mut has) = (vec![0f32; n], vec![0u8; n]);
        let mut wanted = 0u8;
        let mut lights: Vec<String> = Vec::new();
        let lists: Vec<Vec<&Term>> = asked.iter().map(|word| self.terms(word, &mut instead)).collect();
        // a word that most texts have parts them little; it is insisted on only if there is no other
        let common = |terms: &[&Term]| terms.iter().any(|t| t.texts as usize * 2 > n);
        let only_common = lists.iter().all(|l| l.is_empty() || common(l));
        for terms in &lists {
            let insist = only_common || !common(terms);
            wanted += u8::from(insist);
            let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
            for term in terms {
                lights.push(term.word.clone());
                for (text, count) in self.postings(term).map_err(cannot_read)? {
                    *counts.entry(text).or_default() += count;
                }
            }
            let idf = (1.0 + (n as f32 - counts.len() as f32 + 0.5) / (counts.len() as f32 + 0.5)).ln();
            for (text, count) in counts {
                let Some(of) = self.lists.texts.get(text as usize) else { continue };
                let length = 1.0 - B + B * of.words as f32 / self.mean.max(1.0);
                score[text as usize] += idf * count as f32 * (K1 + 1.0) / (count as f32 + K1 * length);
                has[text as usize] += u8::from(insist);
            }
        }
        let mut fits: Vec<usize> = if asked.is_empty() {
            Vec::new()
        } else {
            (0..n).filter(|i| has[*i] >= wanted && score[*i] > 0.0 && kind.is_none_or(|k| self.lists.texts[*i].kind == k)).collect()
        };
        // of equals the later speech
        fits.sort_by(|x, y| score[*y].total_cmp(&score[*x]).then(self.lists.texts[*y].year.cmp(&self.lists.texts[*x].year)).then(x.cmp(y)));
        if !phrases.is_empty() {
            fits.truncate(MOST_READ);
            let mut kept = Vec::new();
            for i in fits {
                let text = self.read(i).map_err(cannot_read)?;
                if phrases.iter().all(|p| has_phrase(&text, p)) {
                    kept.push(i);
                }
            }
            fits = kept;
        }
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
                excerpt: excerpt(&self.read(i).map_err(cannot_read)?, &lights, &phrases),
            });
        }
        Ok(Hits { hits, found, instead })
    }
}

fn cannot_read(e: io::Error) -> WebError {
    WebError::Broken(format!("the index of texts cannot be read: {e}"))
}

fn unpack(file: &File, at: u64, packed: usize, bytes: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; packed];
    file.read_exact_at(&mut buffer, at)?;
    zstd::bulk::decompress(&buffer, bytes)
}

/// Whether words of a text stand next to each other.
fn has_phrase(text: &str, phrase: &[String]) -> bool {
    let mut has = false;
    // how many words of the phrase have been seen, of each beginning that still goes on
    let mut open: Vec<usize> = Vec::new();
    words::each(text, |word, _, _| {
        if has {
            return;
        }
        open.push(0);
        open.retain_mut(|seen| {
            *seen += 1;
            phrase[*seen - 1] == word
        });
        if open.first() == Some(&phrase.len()) {
            has = true;
        }
    });
    has
}

/// The stretch of a text that has most of the words, or the first phrase, with these marked.
fn excerpt(text: &str, lights: &[String], phrases: &[Vec<String>]) -> Vec<(String, bool)> {
    let all = words::all(text);
    let lit: Vec<usize> = (0..all.len()).filter(|i| lights.contains(&all[*i].word)).collect();
    let phrase = phrases.first().and_then(|p| (0..all.len()).find(|i| all[*i..].iter().take(p.len()).map(|f| &f.word).eq(p.iter())));
    let begin = phrase.or_else(|| {
        let (mut best, mut at) = (0, None);
        for (k, i) in lit.iter().enumerate() {
            let end = all[*i].from + EXCERPT;
            let mut kinds: Vec<&str> = lit[k..].iter().take_while(|j| all[**j].to <= end).map(|j| all[*j].word.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            if kinds.len() > best {
                (best, at) = (kinds.len(), Some(*i));
            }
        }
        at
    });
    let first = all.get(begin.unwrap_or(0)).map_or(0, |f| f.from);
    // some words before the first one
    let from = all.iter().rev().find(|f| f.from + EXCERPT / 4 <= first).map_or(0, |f| f.from);
    let to = all.iter().take_while(|f| f.to <= from + EXCERPT).last().map_or(text.len().min(from), |f| f.to);
    // the stop behind the last word belongs to it
    let to = if all.last().is_some_and(|f| f.to <= to) && text.len() - to < 16 { text.len() } else { to };
    let mut out: Vec<(String, bool)> = Vec::new();
    let mut at = from;
    if from > 0 {
        out.push(("… ".to_owned(), false));
    }
    for f in lit.iter().map(|i| &all[*i]).filter(|f| f.from >= from && f.to <= to) {
        if f.from < at {
            continue;
        }
        out.push((text[at..f.from].to_owned(), false));
        out.push((text[f.from..f.to].to_owned(), true));
        at = f.to;
    }
    out.push((text[at..to.max(at)].to_owned(), false));
    if to < text.len() {
        out.push((" …".to_owned(), false));
    }
    out.retain(|(t, _)| !t.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(texts: &[(&str, &str)]) -> (tempfile::TempDir, Texts) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let mut making = Making::new(File::create(&path).unwrap());
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

    proptest::proptest! {
        #[test]
        fn numbers_come_back(list in proptest::collection::vec(proptest::prelude::any::<u32>(), 0..50)) {
            let mut bytes = Vec::new();
            list.iter().for_each(|n| number_to(&mut bytes, *n));
            proptest::prop_assert_eq!(numbers(&bytes).collect::<Vec<_>>(), list);
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
