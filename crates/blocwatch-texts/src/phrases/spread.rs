//! Phrases that spread: runs of words that nobody used before and many use after.
//!
//! Every run of `length` words within a sentence is counted over speakers and periods; a run that some speakers use, first in a period
//! after the start, is a phrase that spread. Runs that overlap and spread together are parts of one longer phrase. What does not belong
//! here: who the speakers are, tests.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::words::words;

/// One text of a speaker in a period.
#[derive(Debug, Clone, Copy)]
pub struct Spoken<'a> {
    /// Speaker.
    pub speaker: u32,
    /// Period, usually a year.
    pub period: i32,
    /// Words.
    pub text: &'a str,
}

/// Which phrases are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Words of a run.
    pub length: usize,
    /// Fewest speakers.
    pub speakers: u32,
    /// Texts up to this period are only looked at for what was there before.
    pub before: i32,
    /// Most texts up to `before` with the phrase: what is there more often is not new.
    pub rare: u32,
}

/// A phrase that spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The words in lower case, with blanks between.
    pub text: String,
    /// Numbers of the texts with it, ascending.
    pub texts: Vec<u32>,
    /// Speakers with it.
    pub speakers: u32,
}

/// Bits of the table in which runs are first counted; collisions only make more runs worth a second look.
const BITS: u32 = 24;

/// The phrases of texts that spread, the most speakers first. Texts must stand in the order of their periods.
///
/// ```
/// use blocwatch_texts::phrases::spread::{Limits, Spoken, phrases};
/// let said = |speaker, period, text| Spoken { speaker, period, text };
/// let texts = [
///     said(1, 2000, "We want peace in our time."),
///     said(1, 2010, "We build a shared future for mankind."),
///     said(2, 2011, "They build a shared future for mankind too."),
/// ];
/// let found = phrases(&texts, Limits { length: 4, speakers: 2, before: 2005, rare: 0 });
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].text, "build a shared future for mankind");
/// assert_eq!(found[0].texts, [1, 2]);
/// ```
pub fn phrases(texts: &[Spoken<'_>], limits: Limits) -> Vec<Phrase> {
    if limits.length == 0 {
        return Vec::new();
    }
    let hasher = FixedState::default();
    let runs: Vec<Vec<u64>> = parallel(texts.len(), |i| hashes(texts[i].text, limits.length, &hasher));
    // first pass: in how many texts a cell of the table occurs, stopping at 255
    let mut cells = vec![0u8; 1 << BITS];
    let cell = |hash: u64| (hash >> (64 - BITS)) as usize;
    for run in &runs {
        for hash in run {
            let count = &mut cells[cell(*hash)];
            *count = count.saturating_add(1);
        }
    }
    let least = limits.speakers.min(250) as u8;
    let mut number: HashMap<u64, usize, FixedState> = HashMap::default();
    let mut found: Vec<(u64, Vec<u32>)> = Vec::new();
    for (i, run) in runs.iter().enumerate() {
        for hash in run.iter().filter(|h| cells[cell(**h)] >= least) {
            let next = found.len();
            let at = *number.entry(*hash).or_insert(next);
            if at == next {
                found.push((*hash, Vec::new()));
            }
            found[at].1.push(i as u32);
        }
    }
    drop(runs);
    let mut kept: HashMap<u64, usize, FixedState> = HashMap::default();
    let mut phrases: Vec<(u64, Phrase)> = Vec::new();
    for (hash, list) in found {
        let early = list.iter().take_while(|t| texts[**t as usize].period <= limits.before).count() as u32;
        let mut speakers: Vec<u32> = list.iter().map(|t| texts[*t as usize].speaker).collect();
        speakers.sort_unstable();
        speakers.dedup();
        if early <= limits.rare && speakers.len() as u32 >= limits.speakers {
            kept.insert(hash, phrases.len());
            phrases.push((hash, Phrase { text: String::new(), texts: list, speakers: speakers.len() as u32 }));
        }
    }
    join(texts, limits.length, &hasher, &kept, &phrases)
}

/// The words of a sentence, and the phrase that begins as a run at each of them.
type Sentence = (Vec<String>, Vec<Option<usize>>);

/// Puts runs that stand one after the other in a text, and spread alike, together, and gives them their words. The first text with a run
/// decides how it goes on.
fn join(
    texts: &[Spoken<'_>],
    length: usize,
    hasher: &FixedState,
    kept: &HashMap<u64, usize, FixedState>,
    phrases: &[(u64, Phrase)],
) -> Vec<Phrase> {
    let firsts: BTreeSet<u32> = phrases.iter().filter_map(|(_, p)| p.texts.first().copied()).collect();
    let firsts: Vec<u32> = firsts.into_iter().collect();
    // the runs of each sentence of these texts, as numbers of phrases
    let read: Vec<Vec<Sentence>> = parallel(firsts.len(), |i| {
        sentences(texts[firsts[i] as usize].text)
            .into_iter()
            .map(|sentence| {
                let words: Vec<u64> = sentence.iter().map(|w| hasher.hash_one(w.as_str())).collect();
                let numbers = words.windows(length).map(|w| kept.get(&mix(w.iter().copied())).copied()).collect();
                (sentence, numbers)
            })
            .collect()
    });
    let mut out: Vec<Phrase> = Vec::new();
    let mut done = vec![false; phrases.len()];
    for (first, sentences) in firsts.iter().zip(&read) {
        for (sentence, numbers) in sentences {
            for middle in 0..numbers.len() {
                let Some(at) = numbers[middle].filter(|n| !done[*n] && phrases[*n].1.texts.first() == Some(first)) else { continue };
                // runs beside it belong to it while most of its texts have them too
                let alike = |n: &Option<usize>| {
                    n.is_some_and(|n| {
                        let (a, b) = (&phrases[at].1.texts, &phrases[n].1.texts);
                        let both = a.iter().filter(|t| b.binary_search(t).is_ok()).count();
                        5 * both >= 4 * a.len().max(b.len())
                    })
                };
                let from = numbers[..middle].iter().rposition(|n| !alike(n)).map_or(0, |p| p + 1);
                let to = numbers[middle..].iter().position(|n| !alike(n)).map_or(numbers.len(), |p| middle + p);
                for n in numbers[from..to].iter().flatten() {
                    done[*n] = true;
                }
                let text = sentence[from..to - 1 + length].join(" ");
                out.push(Phrase { text, ..phrases[at].1.clone() });
            }
        }
    }
    out.sort_by(|a, b| b.speakers.cmp(&a.speakers).then_with(|| a.text.cmp(&b.text)));
    out.dedup_by(|a, b| a.text == b.text);
    out
}

/// Sentences as words in lower case.
fn sentences(text: &str) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for w in words(text) {
        if w.first || out.is_empty() {
            out.push(Vec::new());
        }
        if let Some(last) = out.last_mut() {
            last.push(w.text.to_lowercase());
        }
    }
    out
}

/// Puts hashes of words together so that their order counts.
fn mix(words: impl Iterator<Item = u64>) -> u64 {
    let folded = words.fold(0u64, |all, w| (all.rotate_left(23) ^ w).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    folded ^ (folded >> 29)
}

/// Hashes of the runs of a text, each once, ascending.
fn hashes(text: &str, length: usize, hasher: &FixedState) -> Vec<u64> {
    let (mut out, mut sentence, mut lower) = (Vec::new(), Vec::new(), String::new());
    for w in words(text) {
        if w.first {
            sentence.clear();
        }
        lower.clear();
        if w.text.is_ascii() {
            lower.push_str(w.text);
            lower.make_ascii_lowercase();
        } else {
            lower.push_str(&w.text.to_lowercase());
        }
        sentence.push(hasher.hash_one(lower.as_str()));
        if sentence.len() >= length {
            out.push(mix(sentence[sentence.len() - length..].iter().copied()));
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// `work` of 0 to `n` − 1 on all cores, in order.
fn parallel<T: Send>(n: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, n.max(1));
    let size = n.div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> =
            (0..threads).map(|t| scope.spawn(move || (t * size..((t + 1) * size).min(n)).map(work).collect::<Vec<T>>())).collect();
        let mut out = Vec::with_capacity(n);
        for part in parts {
            match part.join() {
                Ok(part) => out.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(speaker: u32, period: i32, text: &str) -> Spoken<'_> {
        Spoken { speaker, period, text }
    }

    #[test]
    fn what_was_there_before_or_one_speaker_says_is_not_told() {
        let limits = Limits { length: 3, speakers: 2, before: 2000, rare: 0 };
        let texts = [
            said(1, 1999, "old words stay here"),
            said(1, 2001, "old words stay here. new words come along. mine alone it is"),
            said(1, 2002, "mine alone it is"),
            said(2, 2003, "New words come along; old words stay here. new words. come along"),
        ];
        let found = phrases(&texts, limits);
        assert_eq!(found.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["new words come along"]);
        assert_eq!((found[0].texts.as_slice(), found[0].speakers), ([1, 3].as_slice(), 2));
        // one earlier text may be forgiven
        assert_eq!(phrases(&texts, Limits { rare: 1, ..limits }).len(), 2);
        assert!(phrases(&[], limits).is_empty());
        assert!(phrases(&texts, Limits { length: 0, ..limits }).is_empty());
    }
}
