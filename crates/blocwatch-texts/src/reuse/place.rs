//! From word numbers back to bytes, and what stands around a passage.

use std::ops::Range;

use super::Unit;
use super::tokens::tokens;

/// Bytes before a passage in which a sign of quotation is looked for.
const BEFORE: usize = 160;
/// Characters that open a quotation, with the one that closes it. English and Chinese, French and Russian, German.
const MARKS: [(char, char); 6] = [('\u{201c}', '\u{201d}'), ('«', '»'), ('\u{201e}', '\u{201c}'), ('「', '」'), ('『', '』'), ('"', '"')];
/// Words that introduce the words of another, in small letters: English, French, Spanish, Russian, Chinese, Arabic.
const INTRODUCTIONS: [&str; 22] = [
    "i quote",
    "and i quote",
    "in the words of",
    "in his words",
    "which reads",
    "which states",
    "stated that",
    "as stated in",
    "which provides that",
    "je cite",
    "selon les termes",
    "qui dispose",
    "cito",
    "en palabras de",
    "que dice",
    "цитирую",
    "гласит",
    "по словам",
    "指出",
    "引述",
    "قال",
    "تنص على",
];

/// A passage's end of one document, found in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) bytes: Range<usize>,
    /// Letters and digits count one, characters that are words two; spaces and points within count as they stand.
    pub(super) width: usize,
    /// Whether it is set off as a quotation.
    pub(super) quoted: bool,
}

/// Places ranges of words in a text. Ranges may come in any order and overlap; the answer is in their order.
pub(super) fn place(text: &str, unit: Unit, ranges: &[Range<u32>]) -> Vec<Placed> {
    // where the words of interest begin and end, found in one walk
    let mut wanted: Vec<u32> = ranges.iter().flat_map(|r| [r.start, r.end - 1]).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut at: Vec<(usize, usize)> = Vec::with_capacity(wanted.len());
    let mut number = 0u32;
    tokens(text, unit, |token| {
        if wanted.get(at.len()) == Some(&number) {
            at.push((token.start, token.end));
        }
        number = number.wrapping_add(1);
    });
    let of = |word: u32| wanted.binary_search(&word).ok().and_then(|i| at.get(i)).copied().unwrap_or((text.len(), text.len()));
    let bytes = ranges.iter().map(|r| of(r.start).0..of(r.end - 1).1);
    bytes.map(|bytes| Placed { width: width(&text[bytes.clone()]), quoted: quoted(text, &bytes), bytes }).collect()
}

fn width(text: &str) -> usize {
    text.chars().map(|c| if c as u32 >= 0x2e80 { 2 } else { 1 }).sum()
}

/// Whether a quotation opens shortly before the passage or at its head and closes at its foot or after, or words introduce it as one.
fn quoted(text: &str, bytes: &Range<usize>) -> bool {
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let before = &text[boundary(bytes.start.saturating_sub(BEFORE))..bytes.start];
    let after = &text[bytes.end..boundary((bytes.end + 4 * BEFORE).min(text.len()))];
    let inside = &text[bytes.clone()];
    for (open, close) in MARKS {
        let unclosed = if open == close {
            before.matches(open).count() % 2 == 1
        } else {
            before.rfind(open).is_some_and(|at| !before[at..].contains(close))
        };
        // a mark that closes within the first half leaves most of the passage outside
        let closes_early = inside.find(close).is_some_and(|at| at < inside.len() / 2);
        if unclosed && !closes_early && (inside.contains(close) || after.contains(close)) {
            return true;
        }
    }
    let low = before.to_lowercase();
    let tail: String = low.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    INTRODUCTIONS.iter().any(|words| tail.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_placed_where_they_stand() {
        let text = "One, two — «three four» five.";
        let placed = place(text, Unit::Words, &[2..4, 0..1, 0..5]);
        let shown: Vec<&str> = placed.iter().map(|p| &text[p.bytes.clone()]).collect();
        assert_eq!(shown, ["three four", "One", "One, two — «three four» five"]);
        assert_eq!(placed.iter().map(|p| p.quoted).collect::<Vec<_>>(), [true, false, false]);
    }

    #[test]
    fn introduced_words_are_quotations() {
        let quoted = |text: &str, from: u32| place(text, Unit::Words, std::slice::from_ref(&(from..from + 3)))[0].quoted;
        assert!(quoted("As the President said, and I quote: peace needs justice everywhere", 8));
        assert!(quoted("He said \"peace needs justice\" to us", 2));
        assert!(!quoted("He said \"no\" and then peace needs justice", 5));
        assert!(quoted("статья гласит: никто не вправе", 2));
    }
}
