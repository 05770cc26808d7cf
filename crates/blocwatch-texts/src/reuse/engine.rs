//! One comparison from beginning to end.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};

use blocwatch_stats::multiple::among;
use blocwatch_stats::parallel;

use super::align::Sides;
use super::cluster::cluster;
use super::formulas::Formulas;
use super::index::{Inner, Joined, Match, join};
use super::judge::{Null, Weak};
use super::kinds::finish;
use super::passages::{Found, Pairing, Scratchpad};
use super::place::{Placed, place};
use super::score::{Background, Spread};
use super::store::{Scratch, Texts};
use super::tokens::{mix, tokens};
use super::{Comparison, Corpus, Counts, Error, Kind, Pair, Passage, Progress, Result, Settings, Stage, Unit};

/// A group of documents with equal words gives all its pairs up to this size, and those of its first document beyond.
const ALL_PAIRS: usize = 32;
/// Characters that stand for one word where a gap is counted in words.
const CHARACTERS_PER_WORD: usize = 6;

/// Compares all documents of a corpus with each other.
///
/// # Errors
/// If the settings are out of range, a document cannot be read or the scratch folder cannot be written.
pub fn compare<C: Corpus + ?Sized>(corpus: &C, settings: &Settings, progress: &(dyn Fn(Progress) + Sync)) -> Result<Comparison> {
    check(settings, corpus.len())?;
    let scratch = Scratch::new(settings.scratch.as_deref());
    let read = read(corpus, settings, &scratch, progress)?;
    let floor = floor(read.order.len());
    let min_score = if settings.min_score == 0.0 { 2.0 * floor } else { settings.min_score };
    let settings = &Settings { ngram: ngram(settings, read.words), min_score, ..settings.clone() };
    let inner = Inner { texts: &read.texts, order: &read.order, author: &read.author, several: &read.several, words: read.words };
    let joined = join(&inner, settings, &scratch, progress)?;
    let look = Look::at(&inner, &read.background, settings);
    let two_sets = settings.first_set.is_some();
    let crosses = |a: u32, b: u32| !two_sets || read.sides[a as usize].crosses(read.sides[b as usize]);
    let wanted = Wanted { pair: &crosses, keep_rest: two_sets };
    let (mut raw, weak, mut aligned_pairs) = align_all(&inner, &joined, &look, settings, &wanted, progress)?;
    if two_sets {
        // who else has a passage says what it is: of a set among itself, those that share something with the other set are aligned too
        let mut found = vec![false; read.order.len()];
        raw.iter().for_each(|r| [r.a, r.b].into_iter().for_each(|d| found[d as usize] = true));
        let within = |a: u32, b: u32| found[a as usize] && found[b as usize];
        let wanted = Wanted { pair: &within, keep_rest: false };
        let (more, _, n) = align_all(&inner, &joined, &look, settings, &wanted, progress)?;
        raw.extend(more);
        aligned_pairs += n;
    }
    progress(Progress { stage: Stage::Judging, done: 0, total: 1 });
    let null = Null::fit(&weak, word_pairs(&inner, two_sets.then_some(&read.sides[..])));
    let wholes = wholes(&inner, &joined, &read, &look, settings)?;
    // whose pairs stand for those of a group too large to list: its first document, and the first by another author or in another set
    let stands_for = |group: &[usize]| {
        let author = |d: usize| corpus.meta(d).author.as_deref();
        let mut out = vec![group[0]];
        let other_author = |d: &&usize| !settings.within_author && (author(**d).is_none() || author(**d) != author(group[0]));
        out.extend(group[1..].iter().find(other_author));
        out.extend(group[1..].iter().find(|d| settings.first_set.is_some_and(|first| group[0] < first && **d >= first)));
        out.dedup();
        out
    };
    let mut pairs = judge_pairs(&inner, &null, raw, &wholes, settings, &stands_for);
    place_passages(corpus, settings, &mut pairs)?;
    // without a passage to show, a few documents are worth naming that share many short stretches; among many, chance gives too many such
    let enough = 2.0 * floor * (floor / 3.0).powi(2);
    pairs.retain(|p| !p.pair.passages.is_empty() || p.pair.score >= enough);
    let documents = read.order.len() + read.groups.iter().map(|g| g.len() - 1).sum::<usize>();
    let compared = if two_sets { read.first_set * (documents - read.first_set) } else { documents * documents.saturating_sub(1) / 2 };
    // equal documents of one author are one document to the index and are told apart only here
    if !settings.within_author {
        let author = |d: usize| corpus.meta(d).author.as_deref();
        pairs.retain(|p| author(p.pair.a).is_none() || author(p.pair.a) != author(p.pair.b));
    }
    let asked = |p: &Pair| settings.first_set.is_none_or(|first| p.a < first && p.b >= first);
    let q = among(&pairs.iter().filter(|p| asked(&p.pair)).map(|p| p.pair.p.unwrap_or(1.0)).collect::<Vec<_>>(), compared);
    pairs.iter_mut().filter(|p| asked(&p.pair)).zip(q).for_each(|(p, q)| p.pair.q = Some(q));
    let mut pairs: Vec<Pair> = pairs.into_iter().map(|p| p.pair).collect();
    let clusters = cluster(corpus, &mut pairs);
    finish(corpus, settings, &mut pairs);
    pairs.retain(asked);
    progress(Progress { stage: Stage::Judging, done: 1, total: 1 });
    let counts = Counts {
        documents,
        words: read.all_words,
        duplicates: read.groups.iter().map(|g| g.len() - 1).sum(),
        shared_ngrams: joined.shared,
        frequent_ngrams: joined.frequent,
        aligned_pairs,
        spilled_bytes: scratch.written(),
    };
    Ok(Comparison { pairs, duplicates: read.groups, clusters, counts })
}

fn check(settings: &Settings, documents: usize) -> Result<()> {
    if settings.ngram != 0 && !(2..=64).contains(&settings.ngram) {
        return Err(Error::Settings(format!(
            "an n-gram of {} units: choose 2 to 64, or 0 for a length that suits the corpus",
            settings.ngram
        )));
    }
    if settings.max_documents < 2 {
        return Err(Error::Settings("n-grams in fewer than 2 documents match nothing: let max_documents be 2 or more".to_owned()));
    }
    if !settings.min_score.is_finite() || settings.min_score < 0.0 {
        return Err(Error::Settings(format!(
            "a least score of {} bits: choose 0 for one that suits the corpus, or more",
            settings.min_score
        )));
    }
    if u32::try_from(documents).is_err() {
        return Err(Error::Settings(format!("{documents} documents: at most {} can be numbered; split the corpus", u32::MAX)));
    }
    if let Some(first) = settings.first_set.filter(|f| *f > documents) {
        return Err(Error::Settings(format!("a first set of {first} among {documents} documents: choose no more than there are")));
    }
    match settings.models.iter().find(|m| **m >= documents) {
        Some(model) => Err(Error::Settings(format!("model text number {model} of {documents} documents: numbers begin at 0"))),
        None => Ok(()),
    }
}

/// Evidence of the weakest stretch that counts, in bits: each doubling of the pairs doubles what chance finds, which one bit more undoes.
fn floor(documents: usize) -> f64 {
    let pairs = documents as f64 * documents.saturating_sub(1) as f64 / 2.0;
    (pairs.max(1.0).log2() - 13.0).clamp(3.0, 12.0)
}

/// The length of an n-gram that keeps chance matches in bounds: longer in larger corpora.
fn ngram(settings: &Settings, words: u64) -> usize {
    match (settings.ngram, settings.unit) {
        (0, Unit::Characters) => 25,
        (0, Unit::Words) if words < 1 << 20 => 3,
        (0, Unit::Words) if words < 1 << 22 => 4,
        (0, Unit::Words) => 5,
        (n, _) => n,
    }
}

/// A corpus turned into word numbers.
struct Read<'s> {
    texts: Texts<'s>,
    /// The document of each inner number: one for each distinct text with words, in the order of their hashes, so that nothing depends
    /// on the order in which documents come.
    order: Vec<usize>,
    /// The author of each inner number: of its first document.
    author: Vec<u32>,
    /// Whether the document of each inner number stands for equal ones of several authors.
    several: Vec<bool>,
    /// On which sides of [`Settings::first_set`] each inner number has documents.
    sides: Vec<InSets>,
    /// Documents of the first set that have words; all of them if there is one set.
    first_set: usize,
    background: Background,
    /// Documents with equal words.
    groups: Vec<Vec<usize>>,
    /// Words held, by document.
    words: u64,
    /// Words of all documents, copies too.
    all_words: u64,
}

/// In which of two sets equal documents stand: either or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct InSets {
    first: bool,
    second: bool,
}

impl InSets {
    fn crosses(self, other: Self) -> bool {
        self.first && other.second || self.second && other.first
    }
}

/// One document's words, its hash, and its distinct words with their letters.
struct Words {
    ids: Vec<u32>,
    hash: u128,
    distinct: Vec<(u32, u8)>,
}

fn read<'s, C: Corpus + ?Sized>(
    corpus: &C,
    settings: &Settings,
    scratch: &'s Scratch,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Read<'s>> {
    let mut texts = Texts::new(settings.memory / 2, scratch);
    let mut background = Background::new();
    let mut seen: BTreeMap<u128, Vec<usize>> = BTreeMap::new();
    let mut all_words = 0u64;
    let (mut done, mut batch) = (0, 64);
    while done < corpus.len() {
        progress(Progress { stage: Stage::Reading, done, total: corpus.len() });
        let n = batch.min(corpus.len() - done);
        let words = parallel::map_on(settings.threads, n, || (), |(), i| words_of(corpus, done + i, settings.unit));
        let before = all_words;
        for (i, words) in words.into_iter().enumerate() {
            let words = words?;
            all_words += words.ids.len() as u64;
            if words.ids.is_empty() {
                texts.push(&[])?;
                continue;
            }
            let same = seen.entry(words.hash).or_default();
            same.push(done + i);
            if same.len() == 1 {
                background.count(&words.distinct);
                texts.push(&words.ids)?;
            } else {
                // equal words need to be held once
                texts.push(&[])?;
            }
        }
        done += n;
        // large documents come in small batches
        batch = if all_words - before > 1 << 22 { (batch / 2).max(1) } else { (batch * 2).min(4096) };
    }
    texts.flush()?;
    background.finish();
    let mut order = Vec::with_capacity(seen.len());
    let mut groups = Vec::new();
    let (mut several, mut sides, mut first_set) = (Vec::with_capacity(seen.len()), Vec::with_capacity(seen.len()), 0);
    let before = settings.first_set.unwrap_or(usize::MAX);
    let name = |d: usize| corpus.meta(d).author.as_deref();
    for documents in seen.into_values() {
        order.push(documents[0]);
        // a text without a known author is its own author
        several.push(documents[1..].iter().any(|d| name(*d).is_none() || name(*d) != name(documents[0])));
        let first = documents.partition_point(|d| *d < before);
        sides.push(InSets { first: first > 0, second: first < documents.len() });
        first_set += first;
        if documents.len() > 1 {
            groups.push(documents);
        }
    }
    groups.sort_unstable();
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    let mut authors = 0u32;
    let author = order.iter().map(|d| {
        let mut new = || {
            authors += 1;
            authors - 1
        };
        // a text without a known author is its own author
        match corpus.meta(*d).author.as_deref() {
            Some(name) => *names.entry(name).or_insert_with(new),
            None => new(),
        }
    });
    let author = author.collect();
    let words = texts.start(corpus.len());
    Ok(Read { texts, order, author, several, sides, first_set, background, groups, words, all_words })
}

fn words_of<C: Corpus + ?Sized>(corpus: &C, document: usize, unit: Unit) -> Result<Words> {
    let text = corpus.text(document)?;
    if u32::try_from(text.len()).is_err() {
        let message = format!("{} bytes of text, more than 4 GiB: split it", text.len());
        return Err(Error::Document { id: corpus.id(document).to_owned(), message });
    }
    let mut ids = Vec::with_capacity(text.len() / 6);
    let mut distinct = Vec::with_capacity(text.len() / 6);
    let (mut one, mut two) = (1u64, 2u64);
    tokens(&text, unit, |token| {
        ids.push(token.id);
        distinct.push((token.id, token.letters));
        one = mix(one ^ u64::from(token.id));
        two = two.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(mix(u64::from(token.id) + 7));
    });
    distinct.sort_unstable();
    distinct.dedup_by_key(|(id, _)| *id);
    Ok(Words { hash: u128::from(one) << 64 | u128::from(mix(two)), ids, distinct })
}

/// Pairs of words that can be compared, over all pairs of documents, or of two sets.
fn word_pairs(inner: &Inner<'_>, sides: Option<&[InSets]>) -> f64 {
    let (mut sums, mut both, mut squares) = ([0.0; 2], 0.0, 0.0);
    for (i, document) in inner.order.iter().enumerate() {
        let n = inner.texts.length(*document) as f64;
        let side = sides.map_or(InSets { first: true, second: true }, |s| s[i]);
        sums[0] += if side.first { n } else { 0.0 };
        sums[1] += if side.second { n } else { 0.0 };
        if side.first && side.second {
            both += n;
            squares += n * n;
        }
    }
    // a pair of documents that both stand in both sets is one pair
    sums[0] * sums[1] - squares - (both * both - squares) / 2.0
}

/// The passages of a pair by inner numbers.
struct RawPair {
    a: u32,
    b: u32,
    found: Vec<Found>,
}

/// Which pairs are aligned now, and whether matches of the others are put back for later.
struct Wanted<'a> {
    pair: &'a (dyn Fn(u32, u32) -> bool + Sync),
    keep_rest: bool,
}

fn align_all(
    inner: &Inner<'_>,
    joined: &Joined<'_>,
    look: &Look<'_>,
    settings: &Settings,
    wanted: &Wanted<'_>,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<(Vec<RawPair>, Weak, u64)> {
    let done = std::sync::atomic::AtomicUsize::new(0);
    let buckets = parallel::map_on(settings.threads, joined.matches.len(), Pads::default, |pads, bucket| -> Result<_> {
        let records = joined.matches.take(bucket)?;
        let (mut out, mut weak, mut tried) = (Vec::new(), Weak::new(look.floor.max(5.0)), 0u64);
        let mut rest = Vec::new();
        for of_a in records.chunk_by(|x, y| x >> 96 == y >> 96) {
            let a = Match::unpack(of_a[0]).a;
            if !of_a.chunk_by(|x, y| x >> 64 == y >> 64).any(|p| (wanted.pair)(a, Match::unpack(p[0]).b)) {
                rest.extend_from_slice(if wanted.keep_rest { of_a } else { &[] });
                continue;
            }
            let document = inner.order[a as usize];
            let (start, n) = (inner.texts.start(document) as usize, inner.texts.length(document));
            inner.texts.with(document, 0, n, &mut pads.buffer_a, |words_a| -> Result<()> {
                look.gains(words_a, &mut pads.gain);
                for of_pair in of_a.chunk_by(|x, y| x >> 64 == y >> 64) {
                    let b = Match::unpack(of_pair[0]).b;
                    if !(wanted.pair)(a, b) {
                        rest.extend_from_slice(if wanted.keep_rest { of_pair } else { &[] });
                        continue;
                    }
                    let document_b = inner.order[b as usize];
                    pads.pad.matches.clear();
                    pads.pad.matches.extend(of_pair.iter().map(|r| Match::unpack(*r)).map(|m| (m.at_a, m.at_b)));
                    tried += 1;
                    let found = inner.texts.with(document_b, 0, inner.texts.length(document_b), &mut pads.buffer_b, |words_b| {
                        let sides = Sides { a: words_a, b: words_b, gain: &pads.gain, scale: look.scale };
                        look.pairing(sides, &joined.authors[start..start + n]).passages(&mut pads.pad)
                    })?;
                    if inner.author[a as usize] != inner.author[b as usize] {
                        found.iter().for_each(|f| weak.count(f.evidence()));
                    }
                    if found.iter().map(Found::share).sum::<f64>() >= settings.min_score {
                        out.push(RawPair { a, b, found });
                    }
                }
                Ok(())
            })??;
        }
        joined.matches.add(bucket, &rest)?;
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        progress(Progress { stage: Stage::Aligning, done, total: joined.matches.len() });
        Ok((out, weak, tried))
    });
    let (mut out, mut weak, mut tried) = (Vec::new(), Weak::new(look.floor.max(5.0)), 0);
    for bucket in buckets {
        let (pairs, counts, n) = bucket?;
        out.extend(pairs);
        weak.add(&counts);
        tried += n;
    }
    Ok((out, weak, tried))
}

/// Least evidence of a passage that is listed, in bits.
const LISTED: f64 = 20.0;

/// How every pair is looked at.
struct Look<'r> {
    background: &'r Background,
    formulas: Formulas,
    spread: Spread,
    ngram: u32,
    gap: u32,
    scale: f32,
    unit: Unit,
    floor: f64,
}

impl<'r> Look<'r> {
    fn at(inner: &Inner<'_>, background: &'r Background, settings: &Settings) -> Self {
        let authors = inner.author.iter().max().map_or(0, |a| *a as usize + 1);
        let (scale, gap) = match settings.unit {
            Unit::Words => (1.0, settings.max_gap_characters / CHARACTERS_PER_WORD),
            Unit::Characters => (1.0 / CHARACTERS_PER_WORD as f32, settings.max_gap_characters),
        };
        Self {
            background,
            formulas: Formulas::of(settings.unit),
            spread: Spread::among(authors),
            ngram: settings.ngram as u32,
            gap: gap.max(1) as u32,
            scale,
            unit: settings.unit,
            floor: floor(inner.order.len()),
        }
    }

    /// What a match of each word tells: nothing in a formula of drafting.
    fn gains(&self, words: &[u32], gain: &mut Vec<f32>) {
        gain.clear();
        match self.unit {
            Unit::Words => gain.extend(words.iter().map(|id| self.background.bits(*id))),
            // a word of middling rarity, letter by letter
            Unit::Characters => gain.resize(words.len(), self.scale * 5.0),
        }
        self.formulas.stretches(words, |stretch| gain[stretch].fill(0.0));
    }

    fn pairing<'a>(&self, sides: Sides<'a>, authors: &'a [AtomicU8]) -> Pairing<'a> {
        Pairing { sides, authors, spread: self.spread, ngram: self.ngram, gap: self.gap, floor: self.floor }
    }
}

/// Groups of equal documents, each with the whole text as its passage.
fn wholes<'r>(
    inner: &Inner<'_>,
    joined: &Joined<'_>,
    read: &'r Read<'_>,
    look: &Look<'_>,
    settings: &Settings,
) -> Result<Vec<(&'r [usize], Found)>> {
    let found = parallel::map_on(settings.threads, read.groups.len(), Pads::default, |pads, g| {
        let document = read.groups[g][0];
        let (start, n) = (inner.texts.start(document) as usize, inner.texts.length(document));
        inner.texts.with(document, 0, n, &mut pads.buffer_a, |words| {
            look.gains(words, &mut pads.gain);
            let sides = Sides { a: words, b: words, gain: &pads.gain, scale: look.scale };
            look.pairing(sides, &joined.authors[start..start + n]).whole()
        })
    });
    let mut out = Vec::new();
    for (group, found) in read.groups.iter().zip(found) {
        out.extend(found?.map(|f| (&group[..], f)));
    }
    Ok(out)
}

/// What one thread uses again.
#[derive(Default)]
struct Pads {
    pad: Scratchpad,
    gain: Vec<f32>,
    buffer_a: Vec<u32>,
    buffer_b: Vec<u32>,
}

/// A pair whose passages are still in word numbers.
struct Numbered {
    pair: Pair,
    words_a: Vec<Range<u32>>,
    words_b: Vec<Range<u32>>,
    lengths: (usize, usize),
}

/// Scores and p-values by inner pair; then the pairs of documents that they stand for.
fn judge_pairs(
    inner: &Inner<'_>,
    null: &Null,
    raw: Vec<RawPair>,
    wholes: &[(&[usize], Found)],
    settings: &Settings,
    stands_for: &dyn Fn(&[usize]) -> Vec<usize>,
) -> Vec<Numbered> {
    let mut out = Vec::new();
    let group_of: BTreeMap<usize, &[usize]> = wholes.iter().map(|(g, _)| (g[0], *g)).collect();
    let members = |document: usize| match group_of.get(&document) {
        Some(group) if group.len() <= ALL_PAIRS => group.to_vec(),
        Some(group) => stands_for(group),
        None => vec![document],
    };
    for RawPair { a, b, found } in raw {
        let (a, b) = (inner.order[a as usize], inner.order[b as usize]);
        let numbered = numbered(null, &found, (inner.texts.length(a), inner.texts.length(b)));
        for x in members(a) {
            members(b).into_iter().for_each(|y| out.push(numbered.between(x, y)));
        }
    }
    for (group, whole) in wholes {
        let n = inner.texts.length(group[0]);
        let numbered = numbered(null, std::slice::from_ref(whole), (n, n));
        let firsts = if group.len() <= ALL_PAIRS { group.len() } else { 1 };
        for (i, x) in group[..firsts].iter().enumerate() {
            group[i + 1..].iter().for_each(|y| out.push(numbered.between(*x, *y)));
        }
    }
    out.retain(|n| n.pair.score >= settings.min_score);
    out.sort_by_key(|n| (n.pair.a, n.pair.b));
    out
}

fn numbered(null: &Null, found: &[Found], lengths: (usize, usize)) -> Numbered {
    let best = found.iter().map(Found::evidence).fold(0.0, f64::max);
    // many weak stretches say something where chance gives fewer: long texts have many
    let (strong, weak): (Vec<&Found>, Vec<&Found>) = found.iter().partition(|f| f.evidence() >= LISTED);
    let sum = |of: &[&Found]| of.iter().map(|f| f.share()).sum::<f64>();
    let beyond_chance = (sum(&weak) - null.expected(LISTED, lengths.0, lengths.1)).max(0.0);
    let passages = found.iter().map(|f| Passage {
        a: 0..0,
        b: 0..0,
        score: f64::from(f.score),
        aligned: f.aligned,
        identical: f.identical,
        weight: f64::from(f.weight),
        cluster: 0,
        kind: Kind::Copy,
    });
    let pair = Pair {
        a: 0,
        b: 0,
        score: sum(&strong) + beyond_chance,
        p: Some(null.p(best, lengths.0, lengths.1)),
        q: None,
        coverage_a: 0.0,
        coverage_b: 0.0,
        direction: None,
        kind: Kind::Copy,
        passages: passages.collect(),
    };
    let words = |side: fn(&Found) -> &Range<u32>| found.iter().map(|f| side(f).clone()).collect();
    Numbered { pair, words_a: words(|f| &f.a), words_b: words(|f| &f.b), lengths }
}

impl Numbered {
    /// The same for two documents by their numbers, the lesser one first.
    fn between(&self, a: usize, b: usize) -> Self {
        let (mut pair, mut words_a, mut words_b, mut lengths) =
            (self.pair.clone(), self.words_a.clone(), self.words_b.clone(), self.lengths);
        if a > b {
            std::mem::swap(&mut words_a, &mut words_b);
            lengths = (lengths.1, lengths.0);
        }
        (pair.a, pair.b) = (a.min(b), a.max(b));
        Self { pair, words_a, words_b, lengths }
    }
}

/// Words in any of the ranges.
fn covered(ranges: &[Range<u32>]) -> u64 {
    let mut sorted: Vec<&Range<u32>> = ranges.iter().collect();
    sorted.sort_unstable_by_key(|r| r.start);
    let (mut sum, mut end) = (0u64, 0u32);
    for range in sorted {
        sum += u64::from(range.end.saturating_sub(range.start.max(end)));
        end = end.max(range.end);
    }
    sum
}

/// Finds the bytes of all passages, drops those that are too short, and marks quotations.
fn place_passages<C: Corpus + ?Sized>(corpus: &C, settings: &Settings, pairs: &mut [Numbered]) -> Result<()> {
    // where each document has an end of a passage: pair, passage, side
    let mut by_document: BTreeMap<usize, Vec<(usize, usize, bool)>> = BTreeMap::new();
    for (i, pair) in pairs.iter().enumerate() {
        for k in 0..pair.words_a.len() {
            by_document.entry(pair.pair.a).or_default().push((i, k, false));
            by_document.entry(pair.pair.b).or_default().push((i, k, true));
        }
    }
    let by_document: Vec<(usize, Vec<(usize, usize, bool)>)> = by_document.into_iter().collect();
    let placed = parallel::map_on(
        settings.threads,
        by_document.len(),
        || (),
        |(), d| -> Result<Vec<Placed>> {
            let (document, ends) = &by_document[d];
            let of =
                |(i, k, second): &(usize, usize, bool)| if *second { pairs[*i].words_b[*k].clone() } else { pairs[*i].words_a[*k].clone() };
            Ok(place(&corpus.text(*document)?, settings.unit, &ends.iter().map(of).collect::<Vec<_>>()))
        },
    );
    let mut short: Vec<Vec<bool>> = pairs.iter().map(|p| vec![false; p.words_a.len()]).collect();
    for ((_, ends), placed) in by_document.iter().zip(placed) {
        for ((i, k, second), placed) in ends.iter().zip(placed?) {
            let passage = &mut pairs[*i].pair.passages[*k];
            if *second {
                passage.b = placed.bytes
            } else {
                passage.a = placed.bytes
            }
            short[*i][*k] |= placed.width < settings.min_characters || passage.score * passage.weight < LISTED;
            if placed.quoted {
                passage.kind = Kind::Quotation;
            }
        }
    }
    for (pair, short) in pairs.iter_mut().zip(&short) {
        keep(&mut pair.pair.passages, short);
        keep(&mut pair.words_a, short);
        keep(&mut pair.words_b, short);
        pair.pair.coverage_a = covered(&pair.words_a) as f64 / pair.lengths.0 as f64;
        pair.pair.coverage_b = covered(&pair.words_b) as f64 / pair.lengths.1 as f64;
        pair.pair.passages.sort_by_key(|p| (p.a.start, p.b.start, p.a.end, p.b.end));
    }
    Ok(())
}

/// Keeps the items that are not short.
fn keep<T>(items: &mut Vec<T>, short: &[bool]) {
    let mut it = short.iter();
    items.retain(|_| it.next() == Some(&false));
}
