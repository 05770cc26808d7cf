//! Shared n-grams: which stand where in which two documents, and how many authors use them.
//!
//! What belongs here: hashing, sorting and joining n-grams in passes that fit the memory. What does not: what is made of the matches.
//!
//! Each pass takes the n-grams of one range of hashes from all documents, sorts them and joins equal ones, so that memory is bounded
//! and nothing but the matches has to be kept. An n-gram in more than `max_documents` documents joins neighbours only (in the inner
//! order, which is arbitrary but fixed): d documents then give d − 1 matches rather than d(d − 1)/2, and still hang together.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use blocwatch_stats::parallel;

use super::store::{Buckets, Scratch, Texts};
use super::tokens::mix;
use super::{Progress, Result, Settings, Stage};

/// Places of one n-gram in one document that are joined with those in another; more say nothing new.
const PLACES: usize = 4;
/// Shares of a pass that are sorted one by one.
const SHARES: usize = 256;
/// Ranges of documents whose matches lie together.
const BUCKETS: usize = 256;

/// An n-gram that stands in two documents; `a` < `b` are inner numbers, the others count words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) at_a: u32,
    pub(super) at_b: u32,
}

impl Match {
    fn pack(self) -> u128 {
        u128::from(self.a) << 96 | u128::from(self.b) << 64 | u128::from(self.at_a) << 32 | u128::from(self.at_b)
    }

    pub(super) fn unpack(record: u128) -> Self {
        let part = |shift: u32| (record >> shift) as u32;
        Self { a: part(96), b: part(64), at_a: part(32), at_b: part(0) }
    }
}

/// All matches, and how widely each n-gram is used.
pub(super) struct Joined<'s> {
    /// Matches by range of first documents; ranges rise with the number of the bucket.
    pub(super) matches: Buckets<'s>,
    /// For the n-gram that begins at each word of the corpus: how many authors use it, 255 at most; 0 if it stands in one document.
    pub(super) authors: Vec<AtomicU8>,
    pub(super) shared: u64,
    pub(super) frequent: u64,
}

/// The documents as the index sees them.
pub(super) struct Inner<'a> {
    pub(super) texts: &'a Texts<'a>,
    /// The document of each inner number.
    pub(super) order: &'a [usize],
    /// The author of each inner number: of its first document.
    pub(super) author: &'a [u32],
    /// Whether the document of each inner number stands for equal ones of several authors.
    pub(super) several: &'a [bool],
    /// All words of the corpus.
    pub(super) words: u64,
}

/// Finds all matches.
pub(super) fn join<'s>(
    inner: &Inner<'_>,
    settings: &Settings,
    scratch: &'s Scratch,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Joined<'s>> {
    let grams: u64 = inner.order.iter().map(|d| (inner.texts.length(*d) + 1).saturating_sub(settings.ngram) as u64).sum();
    // an n-gram takes 16 bytes twice: as it was found, and among its like to be sorted
    let passes = (grams * 32).div_ceil((settings.memory as u64 / 2).max(1 << 16)).max(1);
    let authors: Vec<AtomicU8> = (0..inner.words).map(|_| AtomicU8::new(0)).collect();
    let matches = Buckets::new(BUCKETS, settings.memory / 2, scratch);
    let (shared, frequent) = (AtomicU64::new(0), AtomicU64::new(0));
    // consecutive documents with about as many words each
    let tasks = tasks(inner, grams);
    let total = passes as usize * 2;
    for pass in 0..passes {
        progress(Progress { stage: Stage::Sorting, done: pass as usize * 2, total });
        let found = parallel::map_on(settings.threads, tasks.len(), Vec::new, |buffer, task| {
            collect(inner, settings, &tasks[task], (pass, passes), buffer)
        });
        let found = found.into_iter().collect::<Result<Vec<_>>>()?;
        progress(Progress { stage: Stage::Sorting, done: pass as usize * 2 + 1, total });
        let joined = parallel::map_on(
            settings.threads,
            SHARES,
            || (Vec::new(), (0..BUCKETS).map(|_| Vec::new()).collect::<Vec<Vec<u128>>>()),
            |(entries, out), share| -> Result<()> {
                entries.clear();
                found.iter().for_each(|shares| entries.extend_from_slice(&shares[share]));
                entries.sort_unstable();
                let mut counts = (0, 0);
                for group in entries.chunk_by(|x, y| x >> 64 == y >> 64) {
                    emit(inner, settings, &authors, group, out, &mut counts);
                }
                shared.fetch_add(counts.0, Ordering::Relaxed);
                frequent.fetch_add(counts.1, Ordering::Relaxed);
                for (bucket, records) in out.iter_mut().enumerate().filter(|(_, records)| !records.is_empty()) {
                    matches.add(bucket, records)?;
                    records.clear();
                }
                Ok(())
            },
        );
        joined.into_iter().collect::<Result<Vec<_>>>()?;
    }
    Ok(Joined { matches, authors, shared: shared.into_inner(), frequent: frequent.into_inner() })
}

/// A stretch of a document: its inner number, first n-gram, and n-gram after the last.
type Stretch = (u32, usize, usize);

/// Work of about equal size: many small documents or a part of a large one.
fn tasks(inner: &Inner<'_>, grams: u64) -> Vec<Vec<Stretch>> {
    let size = (grams / 64).clamp(1 << 12, 1 << 20) as usize;
    let mut out: Vec<Vec<Stretch>> = vec![Vec::new()];
    let mut held = 0;
    for (i, document) in inner.order.iter().enumerate() {
        let n = inner.texts.length(*document);
        let mut from = 0;
        while from < n {
            let to = (from + size - held).min(n);
            if let Some(task) = out.last_mut() {
                task.push((i as u32, from, to));
            }
            held += to - from;
            from = to;
            if held >= size {
                out.push(Vec::new());
                held = 0;
            }
        }
    }
    out
}

/// The n-grams of a task in one pass, by share.
fn collect(
    inner: &Inner<'_>,
    settings: &Settings,
    task: &[Stretch],
    (pass, passes): (u64, u64),
    buffer: &mut Vec<u32>,
) -> Result<Vec<Vec<u128>>> {
    let n = settings.ngram;
    let mut out: Vec<Vec<u128>> = (0..SHARES).map(|_| Vec::new()).collect();
    for &(i, from, to) in task {
        let document = inner.order[i as usize];
        let last = (to + n - 1).min(inner.texts.length(document));
        inner.texts.with(document, from, last, buffer, |words| {
            let Some(top) = (words.len() + 1).checked_sub(n) else { return };
            // a polynomial over 2⁶⁴ rolls: the word that leaves is taken off with the highest power of the base
            const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
            let power = (1..n).fold(1u64, |p, _| p.wrapping_mul(BASE));
            let key = |w: u32| mix(u64::from(w) + 1);
            let mut rolling = words[..n - 1].iter().fold(0u64, |h, w| h.wrapping_mul(BASE).wrapping_add(key(*w)));
            for at in 0..top.min(to - from) {
                rolling = rolling.wrapping_mul(BASE).wrapping_add(key(words[at + n - 1]));
                let hash = mix(rolling);
                rolling = rolling.wrapping_sub(key(words[at]).wrapping_mul(power));
                if ((u128::from(hash) * u128::from(passes)) >> 64) as u64 == pass {
                    // shares go by low bits, passes by high ones
                    out[hash as usize % SHARES].push(u128::from(hash) << 64 | u128::from(i) << 32 | (from + at) as u128);
                }
            }
        })?;
    }
    Ok(out)
}

/// Matches of one n-gram, given all its places in order of documents.
fn emit(inner: &Inner<'_>, settings: &Settings, authors: &[AtomicU8], group: &[u128], out: &mut [Vec<u128>], counts: &mut (u64, u64)) {
    let document = |entry: u128| (entry >> 32) as u32;
    let (first, last) = (document(group[0]), document(group[group.len() - 1]));
    if first == last {
        return;
    }
    counts.0 += 1;
    let places: Vec<&[u128]> = group.chunk_by(|x, y| document(*x) == document(*y)).collect();
    let mut by: Vec<u32> = places.iter().map(|p| inner.author[document(p[0]) as usize]).collect();
    by.sort_unstable();
    by.dedup();
    let users = by.len().min(255) as u8;
    for entry in group {
        let start = inner.texts.start(inner.order[document(*entry) as usize]);
        authors[start as usize + *entry as u32 as usize].store(users, Ordering::Relaxed);
    }
    let mut pair = |x: &[u128], y: &[u128]| {
        let (a, b) = (document(x[0]), document(y[0]));
        let (a_, b_) = (a as usize, b as usize);
        // of equal texts by several authors one may differ from the other side's; the pairs of the rest are left out when they are told apart
        if !settings.within_author && inner.author[a_] == inner.author[b_] && !inner.several[a_] && !inner.several[b_] {
            return;
        }
        let bucket = &mut out[bucket_of(a, inner.order.len())];
        for at_a in x.iter().take(PLACES) {
            bucket.extend(y.iter().take(PLACES).map(|at_b| Match { a, b, at_a: *at_a as u32, at_b: *at_b as u32 }.pack()));
        }
    };
    if places.len() > settings.max_documents {
        counts.1 += 1;
        for two in places.windows(2) {
            pair(two[0], two[1]);
        }
    } else {
        for (i, x) in places.iter().enumerate() {
            places[i + 1..].iter().for_each(|y| pair(x, y));
        }
    }
}

fn bucket_of(a: u32, documents: usize) -> usize {
    a as usize * BUCKETS / documents.max(1)
}
