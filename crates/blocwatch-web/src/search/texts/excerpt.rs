//! The passage of a text that is shown for a query.

use super::words;

/// Bytes of an excerpt.
const EXCERPT: usize = 260;

/// A word of a text: its bytes, and which of the words asked for it is.
struct Word {
    from: usize,
    to: usize,
    light: Option<usize>,
}

/// The stretch of a text that has most of the words, or the first phrase, with these marked. Pieces in order; marked ones are words asked for.
pub(super) fn excerpt(text: &str, lights: &[String], phrase: Option<&[String]>) -> Vec<(String, bool)> {
    let mut all: Vec<Word> = Vec::with_capacity(text.len() / 6);
    let mut first_of_phrase = None;
    // how many words of the phrase have been seen, of each beginning that still goes on
    let mut open: Vec<usize> = Vec::new();
    words::each(text, |word, from, to| {
        if let Some(phrase) = phrase.filter(|_| first_of_phrase.is_none()) {
            open.push(0);
            open.retain_mut(|seen| {
                *seen += 1;
                phrase[*seen - 1] == word
            });
            if open.first() == Some(&phrase.len()) {
                first_of_phrase = Some(all.len() + 1 - phrase.len());
            }
        }
        all.push(Word { from, to, light: lights.iter().position(|l| l == word) });
    });
    let lit: Vec<&Word> = all.iter().filter(|w| w.light.is_some()).collect();
    let begin = first_of_phrase.map(|i| all[i].from).or_else(|| {
        let (mut best, mut at) = (0, None);
        for (k, first) in lit.iter().enumerate() {
            let end = first.from + EXCERPT;
            let mut kinds: Vec<Option<usize>> = lit[k..].iter().take_while(|w| w.to <= end).map(|w| w.light).collect();
            kinds.sort_unstable();
            kinds.dedup();
            if kinds.len() > best {
                (best, at) = (kinds.len(), Some(first.from));
            }
        }
        at
    });
    let first = begin.or(all.first().map(|w| w.from)).unwrap_or(0);
    // some words before the first one
    let from = all.iter().rev().find(|w| w.from + EXCERPT / 4 <= first).map_or(0, |w| w.from);
    let to = all.iter().take_while(|w| w.to <= from + EXCERPT).last().map_or(text.len().min(from), |w| w.to);
    // the stop behind the last word belongs to it
    let to = if all.last().is_some_and(|w| w.to <= to) && text.len() - to < 16 { text.len() } else { to };
    let mut out: Vec<(String, bool)> = Vec::new();
    let mut at = from;
    if from > 0 {
        out.push(("… ".to_owned(), false));
    }
    for w in lit.iter().filter(|w| w.from >= from && w.to <= to) {
        if w.from < at {
            continue;
        }
        out.push((text[at..w.from].to_owned(), false));
        out.push((text[w.from..w.to].to_owned(), true));
        at = w.to;
    }
    out.push((text[at..to.max(at)].to_owned(), false));
    if to < text.len() {
        out.push((" …".to_owned(), false));
    }
    out.retain(|(t, _)| !t.is_empty());
    out
}
