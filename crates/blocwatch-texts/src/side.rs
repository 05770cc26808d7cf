//! Two passages set side by side, word by word: which words stand in both at the same place, and which in one only.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::language::Script;
use crate::normalise::fold;

/// A stretch of a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The text as it stands.
    pub text: String,
    /// Whether the other side has other words, or none, at this place.
    pub differs: bool,
}

/// Two passages as runs, and how many words stand in both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    /// The first passage; its texts together are the passage.
    pub a: Vec<Run>,
    /// The second passage.
    pub b: Vec<Run>,
    /// Words that stand in both.
    pub same: usize,
    /// Words of the longer passage.
    pub words: usize,
}

/// Words compared at once; longer passages are compared in parts of this many.
const PART: usize = 20_000;

/// Compares two passages. Case, accents, punctuation and space are no differences.
pub fn sides(a: &str, b: &str) -> Sides {
    let (wa, wb) = (words(a), words(b));
    let mut out = Sides { words: wa.len().max(wb.len()), ..Sides::default() };
    let (mut da, mut db) = (vec![true; wa.len()], vec![true; wb.len()]);
    let folded = |text: &str, list: &[(usize, usize)]| list.iter().map(|(f, t)| fold(&text[*f..*t])).collect::<Vec<_>>();
    let (fa, fb) = (folded(a, &wa), folded(b, &wb));
    let parts = fa.len().max(fb.len()).div_ceil(PART).max(1);
    for part in 0..parts {
        let cut = |n: usize| n * part / parts..n * (part + 1) / parts;
        let (ra, rb) = (cut(fa.len()), cut(fb.len()));
        for op in capture_diff_slices(Algorithm::Myers, &fa[ra.clone()], &fb[rb.clone()]) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                da[ra.start + old_index..ra.start + old_index + len].fill(false);
                db[rb.start + new_index..rb.start + new_index + len].fill(false);
                out.same += len;
            }
        }
    }
    out.a = runs(a, &wa, &da);
    out.b = runs(b, &wb, &db);
    out
}

/// Where words stand; each Han character, kana and syllable of scripts without spaces is a word.
pub fn words(text: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<usize> = None;
    for (i, c) in text.char_indices() {
        let alone =
            matches!(Script::of(c), Some(Script::Han | Script::Kana | Script::Thai | Script::Khmer | Script::Lao | Script::Myanmar));
        if alone || !(c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) && open.is_some()) {
            if let Some(from) = open.take() {
                out.push((from, i));
            }
            if alone && c.is_alphanumeric() {
                out.push((i, i + c.len_utf8()));
            }
        } else if open.is_none() {
            open = Some(i);
        }
    }
    out.extend(open.map(|from| (from, text.len())));
    out
}

/// Neighbouring words of one kind as one run, with the space and punctuation between them; what stands between kinds is no difference.
fn runs(text: &str, words: &[(usize, usize)], differs: &[bool]) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let mut push = |t: &str, d: bool| match out.last_mut() {
        Some(last) if last.differs == d => last.text.push_str(t),
        _ if t.is_empty() => {}
        _ => out.push(Run { text: t.to_owned(), differs: d }),
    };
    let mut at = 0;
    let mut last = false;
    for ((from, to), d) in words.iter().zip(differs) {
        push(&text[at..*from], last && *d);
        push(&text[*from..*to], *d);
        (at, last) = (*to, *d);
    }
    push(&text[at..], false);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_that_differ_are_marked_on_both_sides() {
        let s = sides("The foreign agent shall register within 30 days.", "A foreign agent shall, yearly, register in 30 Days");
        let marked = |r: &[Run]| r.iter().filter(|r| r.differs).map(|r| r.text.clone()).collect::<Vec<_>>();
        assert_eq!(marked(&s.a), ["The", "within"]);
        assert_eq!(marked(&s.b), ["A", "yearly", "in"]);
        assert_eq!((s.same, s.words), (6, 9));
        let zh = sides("境外組織登記", "境外组织应当登记");
        assert_eq!(marked(&zh.b), ["应当"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_a_text_does_not_differ_from_itself(a in "[a-c ,.国家\\n]{0,60}", b in "[a-c ,.国家\\n]{0,60}") {
            let s = sides(&a, &b);
            prop_assert_eq!(s.a.iter().map(|r| r.text.as_str()).collect::<String>(), a.clone());
            prop_assert_eq!(s.b.iter().map(|r| r.text.as_str()).collect::<String>(), b);
            prop_assert!(sides(&a, &a).a.iter().all(|r| !r.differs));
        }
    }
}
