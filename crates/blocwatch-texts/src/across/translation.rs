//! Texts compared after a program of the user's has translated them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::{language, sorted};
use crate::document::Meta;
use crate::reuse::{self, Corpus, Pair, Progress, Result, Settings};
use crate::segment::sentences;

/// Translates lines of a language (ISO 639-1) into English, one for one.
pub type Translate<'t> = &'t dyn Fn(&str, &[String]) -> std::result::Result<Vec<String>, String>;

/// A corpus in English, and where each line of a translation came from.
struct Translated<'c, C: ?Sized> {
    corpus: &'c C,
    texts: BTreeMap<usize, Text>,
}

struct Text {
    text: String,
    /// Places in the translation and in the original, in order.
    lines: Vec<(Range<usize>, Range<usize>)>,
}

impl<C: Corpus + ?Sized> Corpus for Translated<'_, C> {
    fn len(&self) -> usize {
        self.corpus.len()
    }
    fn text(&self, d: usize) -> Result<Cow<'_, str>> {
        match self.texts.get(&d) {
            Some(t) => Ok(Cow::Borrowed(&t.text)),
            None => self.corpus.text(d),
        }
    }
    fn meta(&self, d: usize) -> &Meta {
        self.corpus.meta(d)
    }
    fn id(&self, d: usize) -> &str {
        self.corpus.id(d)
    }
}

/// Pairs of texts in different languages that share words once all are in English. English texts are not translated; passages of the
/// others are whole sentences.
///
/// # Errors
/// If a text cannot be read, or translating fails or gives another number of lines than it was given.
pub fn by_translation<C: Corpus + ?Sized>(
    corpus: &C,
    translate: Translate<'_>,
    settings: &Settings,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<Pair>> {
    let mut by_language: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for d in 0..corpus.len() {
        if let Some(l) = language(corpus, d).filter(|l| *l != "en") {
            by_language.entry(l).or_default().push(d);
        }
    }
    let mut texts = BTreeMap::new();
    for (l, documents) in by_language {
        let mut lines = Vec::new();
        let mut places = Vec::new();
        for d in &documents {
            let text = corpus.text(*d)?;
            for bytes in sentences(&text, 0..text.len()) {
                lines.push(text[bytes.clone()].split_whitespace().collect::<Vec<_>>().join(" "));
                places.push((*d, bytes));
            }
        }
        let error = |message: String| reuse::Error::Settings(message);
        let back = translate(l, &lines).map_err(error)?;
        if back.len() != lines.len() {
            return Err(error(format!(
                "the translation of {} lines from '{l}' came back as {}; the command must write one line for each",
                lines.len(),
                back.len()
            )));
        }
        for ((d, original), line) in places.into_iter().zip(back) {
            let t = texts.entry(d).or_insert_with(|| Text { text: String::new(), lines: Vec::new() });
            let from = t.text.len();
            t.text.push_str(line.trim());
            t.lines.push((from..t.text.len(), original));
            t.text.push('\n');
        }
    }
    let translated = Translated { corpus, texts };
    let found = reuse::compare(&translated, settings, progress)?;
    let mut out = Vec::new();
    for mut pair in found.pairs {
        if language(corpus, pair.a) == language(corpus, pair.b) {
            continue;
        }
        for p in &mut pair.passages {
            if let Some(t) = translated.texts.get(&pair.a) {
                p.a = original(t, &p.a);
            }
            if let Some(t) = translated.texts.get(&pair.b) {
                p.b = original(t, &p.b);
            }
            // the words of the two originals are not the same
            p.identical = 0;
        }
        out.push(pair);
    }
    Ok(sorted(out))
}

/// The sentences of the original that a stretch of the translation came from.
fn original(text: &Text, r: &Range<usize>) -> Range<usize> {
    let first = text.lines.partition_point(|(t, _)| t.end <= r.start).min(text.lines.len().saturating_sub(1));
    let last = text.lines.partition_point(|(t, _)| t.start < r.end).saturating_sub(1).max(first);
    text.lines.get(first).map_or(0, |l| l.1.start)..text.lines.get(last).map_or(0, |l| l.1.end)
}
