//! Anchors: what of a sentence stays the same in another language without anyone translating it.
//!
//! Numbers, in digits or in words of the glossary; legal terms of the glossary; words and names that look alike once transliterated
//! (`организация`, `organisation`), by their first five letters. Anchors that are rare among the texts of a language count for more.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::align::{Bead, Units, local};
use super::glossary::{NUMBERS, UNSPACED, glossary};
use super::{direction, language, sorted};
use crate::language::Script;
use crate::normalise::fold;
use crate::reuse::{Corpus, Kind, Pair, Passage, Progress, Result, Stage};
use crate::segment::sentences;

/// Texts of other languages that each text is aligned with: the ones whose anchors are most alike.
const CANDIDATES: usize = 20;
/// Likeness of whole texts below which they are not aligned.
const LEAST_LIKE: f32 = 0.15;
/// Orders of sentences drawn at random to see what chance gives.
const SHUFFLES: usize = 199;
/// A pair is kept if chance gives its score less often than this.
const MOST_P: f64 = 0.01;

/// What was set by trying values on made-up laws; docs/texts.md has what they find and miss.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tuning {
    /// Likeness at which a match gains nothing.
    pub(super) neutral: f32,
    /// Weight that damps the likeness of sentences with few anchors; about that of one rare anchor, squared.
    pub(super) damp: f32,
    /// What a match gains on average, at least.
    pub(super) least_gain: f32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self { neutral: 0.20, damp: 4.0, least_gain: 0.05 }
    }
}
/// Matches that a pair has at least.
const LEAST_MATCHES: usize = 3;
/// Cells of one alignment; longer texts are aligned by several sentences at a time.
const CELLS: usize = 1_000_000;

/// A sentence as anchors.
pub(super) struct Unit {
    pub(super) bytes: Range<usize>,
    pub(super) length: f32,
    pub(super) words: usize,
    /// Anchor and how often, in order of anchors.
    pub(super) bag: Vec<(u32, f32)>,
}

/// Numbers given to anchors that are no terms: cognates.
#[derive(Default)]
struct Names(BTreeMap<String, u32>);

impl Names {
    fn get(&mut self, name: String) -> u32 {
        let next = (1 << 24) + self.0.len() as u32;
        *self.0.entry(name).or_insert(next)
    }
}

/// Pairs of texts in different languages whose sentences answer each other, by anchors alone.
///
/// # Errors
/// If a text can no longer be read.
pub fn by_anchors<C: Corpus + ?Sized>(corpus: &C, progress: &(dyn Fn(Progress) + Sync)) -> Result<Vec<Pair>> {
    tuned(corpus, &Tuning::default(), progress)
}

/// As [`by_anchors`], with other values.
pub(super) fn tuned<C: Corpus + ?Sized>(corpus: &C, tuning: &Tuning, progress: &(dyn Fn(Progress) + Sync)) -> Result<Vec<Pair>> {
    let mut names = Names::default();
    let mut texts: Vec<Vec<Unit>> = Vec::with_capacity(corpus.len());
    for d in 0..corpus.len() {
        let text = corpus.text(d)?;
        texts.push(language(corpus, d).map(|l| units(&text, l, &mut names)).unwrap_or_default());
    }
    let weights = weights(corpus, &texts);
    let bags: Vec<Vec<(u32, f32)>> = texts.iter().map(|t| whole(t, &weights)).collect();
    let candidates = candidates(corpus, &bags);
    let mut out = Vec::new();
    for (i, (a, b)) in candidates.iter().enumerate() {
        progress(Progress { stage: Stage::Aligning, done: i, total: candidates.len() });
        out.extend(pair(corpus, tuning, *a, *b, &texts[*a], &texts[*b], &weights));
    }
    Ok(sorted(out))
}

/// The sentences of a text as anchors.
fn units(text: &str, language: &str, names: &mut Names) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::new();
    for bytes in sentences(text, 0..text.len()) {
        let sentence = &text[bytes.clone()];
        let mut bag: BTreeMap<u32, f32> = BTreeMap::new();
        // every law numbers its articles from one on: their order is no sign of a common text
        let words = anchors(&sentence[crate::segment::label_length(sentence)..], language, names, &mut bag);
        let bag = bag.into_iter().collect();
        out.push(Unit { length: sentence.chars().count() as f32, bytes, words, bag });
    }
    let many = (CELLS as f64).sqrt() as usize;
    if out.len() > many {
        let per = out.len().div_ceil(many);
        out = out.chunks(per).map(joined).collect();
    }
    out
}

fn joined(units: &[Unit]) -> Unit {
    let mut bag: BTreeMap<u32, f32> = BTreeMap::new();
    for (a, n) in units.iter().flat_map(|u| &u.bag) {
        *bag.entry(*a).or_default() += n;
    }
    Unit {
        bytes: units.first().map_or(0, |u| u.bytes.start)..units.last().map_or(0, |u| u.bytes.end),
        length: units.iter().map(|u| u.length).sum(),
        words: units.iter().map(|u| u.words).sum(),
        bag: bag.into_iter().collect(),
    }
}

/// Adds the anchors of a sentence to `bag`; gives its number of words.
fn anchors(sentence: &str, language: &str, names: &mut Names, bag: &mut BTreeMap<u32, f32>) -> usize {
    let mut add = |a: u32| *bag.entry(a).or_default() += 1.0;
    let places = crate::side::words(sentence);
    let folded: Vec<String> = places.iter().map(|(f, t)| fold(&sentence[*f..*t])).collect();
    let terms = glossary().of(language);
    if UNSPACED.contains(&language) {
        let plain = fold(sentence);
        if let Some(terms) = terms {
            // numbers in characters are read whole, not digit by digit
            terms.within(&plain, |a| {
                if a < NUMBERS {
                    add(a)
                }
            });
        }
        for number in plain.split(|c: char| !"零一二三四五六七八九十百千".contains(c)).filter(|n| !n.is_empty()) {
            if let Some(n) = crate::segment::han_number(number).filter(|n| *n > 1) {
                add(NUMBERS + n.min(1 << 20));
            }
        }
    } else if let Some(terms) = terms {
        let forms: Vec<Vec<String>> = folded.iter().map(|w| forms(w, language)).collect();
        terms.find(&forms, &mut add);
    }
    for word in &folded {
        if word.bytes().all(|b| b.is_ascii_digit()) {
            if let Ok(n) = word.parse::<u32>() {
                // 0 and 1 say little
                if n > 1 {
                    add(NUMBERS + n.min(1 << 20));
                }
            }
            continue;
        }
        if let Some(name) = cognate(word) {
            add(names.get(name));
        }
    }
    folded.len()
}

/// The forms of a word under which the glossary may have it: Arabic words lose joined particles and the article.
fn forms(word: &str, language: &str) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    if language == "ar" || language == "fa" {
        let mut rest = word;
        if let Some(r) = rest.strip_prefix(['و', 'ف']).filter(|r| r.chars().count() > 2) {
            rest = r;
            out.push(rest.to_owned());
        }
        if let Some(r) = rest.strip_prefix("لل").filter(|r| r.chars().count() > 1) {
            out.push(r.to_owned());
            out.push(format!("ل{r}"));
        }
        if let Some(r) = rest.strip_prefix(['ب', 'ل', 'ك']).filter(|r| r.chars().count() > 2) {
            rest = r;
            out.push(rest.to_owned());
        }
        if let Some(r) = rest.strip_prefix("ال").filter(|r| r.chars().count() > 1) {
            out.push(r.to_owned());
        }
    }
    out
}

/// The first letters of a long word, transliterated and freed of spelling: what `организация` and `organization` share.
fn cognate(word: &str) -> Option<String> {
    let mut out = String::new();
    for c in word.chars() {
        match Script::of(c) {
            Some(Script::Latin) => out.push(c),
            Some(Script::Cyrillic) => out.push_str(latin(c)),
            _ => return None,
        }
    }
    // spellings of one sound
    for (from, to) in [
        ("ph", "f"),
        ("th", "t"),
        ("ch", "k"),
        ("kh", "k"),
        ("ck", "k"),
        ("qu", "kv"),
        ("x", "ks"),
        ("c", "k"),
        ("y", "i"),
        ("w", "v"),
        ("j", "i"),
        ("z", "s"),
    ] {
        out = out.replace(from, to);
    }
    out.dedup_letters();
    (out.len() >= 6 && word.chars().count() >= 6).then(|| out.chars().take(5).collect())
}

trait Dedup {
    fn dedup_letters(&mut self);
}

impl Dedup for String {
    /// Doubled letters become one.
    fn dedup_letters(&mut self) {
        let mut last = None;
        self.retain(|c| {
            let keep = last != Some(c);
            last = Some(c);
            keep
        });
    }
}

/// A Cyrillic letter, folded, in Latin letters.
#[rustfmt::skip]
fn latin(c: char) -> &'static str {
    match c {
        'а' => "a", 'б' => "b", 'в' => "v", 'г' | 'ґ' | 'ғ' => "g", 'д' => "d", 'е' | 'э' | 'є' => "e", 'ж' => "zh", 'з' => "z", 'и' | 'і' | 'й' | 'ї' | 'ј' => "i",
        'к' | 'қ' => "k", 'л' => "l", 'м' => "m", 'н' | 'ң' => "n", 'о' | 'ө' => "o", 'п' => "p", 'р' => "r", 'с' => "s", 'т' => "t", 'у' | 'ү' | 'ұ' | 'ў' => "u",
        'ф' => "f", 'х' | 'һ' | 'ҳ' => "h", 'ц' => "ts", 'ч' => "ch", 'ш' => "sh", 'щ' => "sh", 'ы' => "i", 'ю' => "iu", 'я' => "ia", 'ә' => "a",
        _ => "",
    }
}

/// How rare each anchor is: log of the share of sentences that have it, in the language where it is most common.
fn weights<C: Corpus + ?Sized>(corpus: &C, texts: &[Vec<Unit>]) -> BTreeMap<u32, f32> {
    let mut sentences: BTreeMap<&str, usize> = BTreeMap::new();
    let mut having: BTreeMap<(u32, &str), usize> = BTreeMap::new();
    for (d, text) in texts.iter().enumerate() {
        let Some(l) = language(corpus, d) else { continue };
        *sentences.entry(l).or_default() += text.len();
        for (anchor, _) in text.iter().flat_map(|u| &u.bag) {
            *having.entry((*anchor, l)).or_default() += 1;
        }
    }
    let mut out: BTreeMap<u32, f32> = BTreeMap::new();
    for ((anchor, l), n) in &having {
        let weight = ((sentences[l] as f32 + 1.0) / (*n as f32 + 0.5)).ln().max(0.05);
        // cognates by five letters err more often than terms and numbers
        let weight = if *anchor >= 1 << 24 { 0.6 * weight } else { weight };
        let slot = out.entry(*anchor).or_insert(weight);
        *slot = slot.min(weight);
    }
    out
}

/// A text as one bag of weighted anchors of length one.
fn whole(text: &[Unit], weights: &BTreeMap<u32, f32>) -> Vec<(u32, f32)> {
    let mut bag: BTreeMap<u32, f32> = BTreeMap::new();
    for (a, n) in text.iter().flat_map(|u| &u.bag) {
        *bag.entry(*a).or_default() += n;
    }
    let mut out: Vec<(u32, f32)> = bag.into_iter().map(|(a, n)| (a, (1.0 + n.ln()) * weights[&a])).collect();
    let norm = out.iter().map(|(_, v)| v * v).sum::<f32>().sqrt().max(1e-9);
    out.iter_mut().for_each(|(_, v)| *v /= norm);
    out
}

/// Pairs of texts of different languages worth aligning.
fn candidates<C: Corpus + ?Sized>(corpus: &C, bags: &[Vec<(u32, f32)>]) -> Vec<(usize, usize)> {
    let mut index: BTreeMap<u32, Vec<(usize, f32)>> = BTreeMap::new();
    for (d, bag) in bags.iter().enumerate() {
        for (a, v) in bag {
            index.entry(*a).or_default().push((d, *v));
        }
    }
    let mut out = BTreeSet::new();
    let mut likeness = vec![0_f32; bags.len()];
    for (d, bag) in bags.iter().enumerate() {
        likeness.fill(0.0);
        for (a, v) in bag {
            for (e, w) in &index[a] {
                likeness[*e] += v * w;
            }
        }
        let mut near: Vec<(f32, usize)> = (0..bags.len())
            .filter(|e| *e != d && likeness[*e] >= LEAST_LIKE && language(corpus, *e) != language(corpus, d))
            .map(|e| (likeness[e], e))
            .collect();
        near.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        out.extend(near.iter().take(CANDIDATES).map(|(_, e)| (d.min(*e), d.max(*e))));
    }
    out.into_iter().collect()
}

/// Weighted bags made ready for likeness.
pub(super) struct Weighed {
    bags: Vec<Vec<(u32, f32)>>,
}

impl Weighed {
    fn new(units: &[Unit], weights: &BTreeMap<u32, f32>) -> Self {
        Self { bags: units.iter().map(|u| u.bag.iter().map(|(a, n)| (*a, (1.0 + n.ln()) * weights[a])).collect()).collect() }
    }

    /// Cosine of two stretches, damped where one of them has few anchors: two sentences that share their only number are not the same.
    fn likeness(&self, damp: f32, a: Range<usize>, other: &Self, b: Range<usize>) -> f32 {
        let (x, y) = (self.stretch(a), other.stretch(b));
        let (mut dot, mut i, mut j) = (0_f32, 0, 0);
        while i < x.len() && j < y.len() {
            match x[i].0.cmp(&y[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    dot += x[i].1 * y[j].1;
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        let norm = |v: &[(u32, f32)]| v.iter().map(|(_, w)| w * w).sum::<f32>();
        let (nx, ny) = (norm(&x), norm(&y));
        dot / ((nx + damp) * (ny + damp)).sqrt()
    }

    fn stretch(&self, r: Range<usize>) -> std::borrow::Cow<'_, [(u32, f32)]> {
        if r.len() == 1 {
            return std::borrow::Cow::Borrowed(&self.bags[r.start]);
        }
        let mut all: BTreeMap<u32, f32> = BTreeMap::new();
        for (a, w) in self.bags[r].iter().flatten() {
            *all.entry(*a).or_default() += w;
        }
        std::borrow::Cow::Owned(all.into_iter().collect())
    }
}

fn pair<C: Corpus + ?Sized>(
    corpus: &C,
    tuning: &Tuning,
    a: usize,
    b: usize,
    ua: &[Unit],
    ub: &[Unit],
    weights: &BTreeMap<u32, f32>,
) -> Option<Pair> {
    let (wa, wb) = (Weighed::new(ua, weights), Weighed::new(ub, weights));
    // one unit against one is asked for again and again while orders are shuffled
    let table: Vec<f32> = (0..ua.len())
        .flat_map(|i| (0..ub.len()).map(move |j| (i, j)))
        .map(|(i, j)| wa.likeness(tuning.damp, i..i + 1, &wb, j..j + 1))
        .collect();
    let single = |i: usize, j: usize| table[i * ub.len() + j];
    let (la, lb): (Vec<f32>, Vec<f32>) = (ua.iter().map(|u| u.length).collect(), ub.iter().map(|u| u.length).collect());
    let likeness = |x: Range<usize>, y: Range<usize>| {
        if x.len() == 1 && y.len() == 1 { single(x.start, y.start) } else { wa.likeness(tuning.damp, x, &wb, y) }
    };
    let (score, beads) = local(&Units { likeness: &likeness, length_a: &la, length_b: &lb, neutral: tuning.neutral });
    if beads.len() < LEAST_MATCHES || score < tuning.least_gain * beads.len() as f32 {
        return None;
    }
    let p = chance(tuning.neutral, &table, &la, &lb, (a, b));
    if p > MOST_P {
        return None;
    }
    Some(to_pair(corpus, (a, b), (ua, ub), (score, &beads), Some(p)))
}

/// How often the best one-to-one alignment is as good when the sentences of one text stand in a random order: the chance that the order
/// agrees this well though the contents have nothing to do with each other's order.
fn chance(neutral: f32, table: &[f32], la: &[f32], lb: &[f32], seed: (usize, usize)) -> f64 {
    let m = lb.len();
    let mut order: Vec<usize> = (0..m).collect();
    let run = |order: &[usize]| {
        let lengths: Vec<f32> = order.iter().map(|j| lb[*j]).collect();
        let likeness =
            |x: Range<usize>, y: Range<usize>| if x.len() == 1 && y.len() == 1 { table[x.start * m + order[y.start]] } else { 0.0 };
        local(&Units { likeness: &likeness, length_a: la, length_b: &lengths, neutral }).0
    };
    let observed = run(&order);
    let shuffles = if la.len() * m > 40_000 { SHUFFLES / 4 } else { SHUFFLES };
    let mut random = Xoshiro256PlusPlus::seed_from_u64((seed.0 as u64) << 32 | seed.1 as u64);
    let mut as_good = 0;
    for done in 0..shuffles {
        for i in (1..m).rev() {
            order.swap(i, (random.next_u64() % (i as u64 + 1)) as usize);
        }
        as_good += usize::from(run(&order) >= observed);
        // far from rare already: no need to go on
        if as_good >= 20 {
            return as_good as f64 / (done + 1) as f64;
        }
    }
    (as_good + 1) as f64 / (shuffles + 1) as f64
}

/// Matches as passages: neighbours become one.
pub(super) fn to_pair<C: Corpus + ?Sized>(
    corpus: &C,
    (a, b): (usize, usize),
    (ua, ub): (&[Unit], &[Unit]),
    (score, beads): (f32, &[Bead]),
    p: Option<f64>,
) -> Pair {
    let mut passages: Vec<Passage> = Vec::new();
    let mut ends = (usize::MAX, usize::MAX);
    let (mut words_a, mut words_b) = (0, 0);
    for bead in beads {
        let bytes = |u: &[Unit], r: &Range<usize>| u[r.start].bytes.start..u[r.end - 1].bytes.end;
        let count = |u: &[Unit], r: &Range<usize>| u[r.clone()].iter().map(|u| u.words).sum::<usize>();
        let (ra, rb) = (bytes(ua, &bead.a), bytes(ub, &bead.b));
        let (na, nb) = (count(ua, &bead.a), count(ub, &bead.b));
        words_a += na;
        words_b += nb;
        let aligned = na.max(nb) as u32;
        match passages.last_mut() {
            Some(last) if ends == (bead.a.start, bead.b.start) => {
                last.a.end = ra.end;
                last.b.end = rb.end;
                last.score += f64::from(bead.score);
                last.aligned += aligned;
            }
            _ => passages.push(Passage {
                a: ra,
                b: rb,
                score: f64::from(bead.score),
                aligned,
                identical: 0,
                weight: 1.0,
                cluster: usize::MAX,
                kind: Kind::Copy,
            }),
        }
        ends = (bead.a.end, bead.b.end);
    }
    let share = |n: usize, units: &[Unit]| n as f64 / units.iter().map(|u| u.words).sum::<usize>().max(1) as f64;
    let (coverage_a, coverage_b) = (share(words_a, ua), share(words_b, ub));
    Pair {
        a,
        b,
        score: f64::from(score),
        p,
        q: None,
        coverage_a,
        coverage_b,
        direction: direction(corpus, a, b),
        kind: Kind::Copy,
        passages,
    }
}
