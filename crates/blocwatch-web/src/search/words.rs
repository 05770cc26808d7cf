//! Words of a text or a query as both indexes know them: folded (no case, no accents), Chinese and Japanese in pairs of characters.

use blocwatch_core::name;

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) word: String,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Characters of scripts that put no space between words.
fn unspaced(c: char) -> bool {
    matches!(c as u32, 0x3005..=0x3007 | 0x3040..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3134f)
}

/// Calls `take` for each word of a text, in order, with its bytes. A run of Chinese or Japanese gives its pairs of neighbours, or its one
/// character.
pub(super) fn each(text: &str, mut take: impl FnMut(&str, usize, usize)) {
    let bytes = text.as_bytes();
    let mut small = String::new();
    let mut at = 0;
    while at < bytes.len() {
        // plain letters and digits, the bulk of all texts
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let goes_on = |at: usize| text[at..].chars().next().is_some_and(|c| !c.is_ascii() && (c.is_alphanumeric() || is_mark(c)));
        if at > start && !goes_on(at) {
            small.clear();
            small.push_str(&text[start..at]);
            small.make_ascii_lowercase();
            take(&small, start, at);
            continue;
        }
        at = start;
        let Some(c) = text[at..].chars().next() else { break };
        if unspaced(c) {
            let run: Vec<(usize, char)> = text[at..].char_indices().take_while(|(_, c)| unspaced(*c)).collect();
            let end = at + run.last().map_or(0, |(i, c)| i + c.len_utf8());
            if run.len() == 1 {
                folded(text, at, end, &mut take);
            }
            for two in run.windows(2) {
                let (from, to) = (at + two[0].0, at + two[1].0 + two[1].1.len_utf8());
                folded(text, from, to, &mut take);
            }
            at = end;
        } else if c.is_alphanumeric() || is_mark(c) {
            let length: usize =
                text[at..].chars().take_while(|c| (c.is_alphanumeric() || is_mark(*c)) && !unspaced(*c)).map(char::len_utf8).sum();
            folded(text, at, at + length, &mut take);
            at += length;
        } else {
            at += c.len_utf8();
        }
    }
}

/// Takes what folding leaves of some bytes: it may part what one character joins, and leave nothing of a mark that stands alone.
fn folded(text: &str, from: usize, to: usize, take: &mut impl FnMut(&str, usize, usize)) {
    name::fold(&text[from..to]).split(' ').filter(|w| !w.is_empty()).for_each(|w| take(w, from, to));
}

/// Marks that stand on or in a letter: accents written apart, Arabic and Hebrew vowels, the Arabic stretch.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36f | 0x591..=0x5c7 | 0x640 | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6ed | 0x900..=0x903 | 0x93a..=0x94f)
}

/// All words of a text.
pub(super) fn all(text: &str) -> Vec<Found> {
    let mut out = Vec::new();
    each(text, |word, from, to| out.push(Found { word: word.to_owned(), from, to }));
    out
}

/// What a query has within quotation marks, of more than one word: these stand next to each other, as they are spelt.
pub(super) fn phrases(typed: &str) -> Vec<Vec<String>> {
    let marked = typed.replace(['“', '”', '«', '»'], "\"");
    let within = marked.split('"').skip(1).step_by(2);
    within.map(|p| all(p).into_iter().map(|f| f.word).collect()).filter(|p: &Vec<String>| p.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        all(text).into_iter().map(|f| f.word).collect()
    }

    #[test]
    fn words_of_many_scripts_are_folded() {
        assert_eq!(words("Côte d'Ivoire, 2024"), ["cote", "d", "ivoire", "2024"]);
        assert_eq!(words("上海合作组织"), ["上海", "海合", "合作", "作组", "组织"]);
        assert_eq!(words("Россия и Ёлка"), ["россия", "и", "елка"]);
        assert_eq!(words("naïve 中"), ["naive", "中"]);
        assert_eq!(words(" —…"), Vec::<String>::new());
        assert_eq!(words("\u{3099}"), Vec::<String>::new(), "a voicing mark that stands on nothing");
        assert_eq!(words("روسيا"), ["روسيا"]);
    }

    proptest::proptest! {
        #[test]
        fn places_lie_in_the_text(text in proptest::prelude::any::<String>()) {
            for f in all(&text) {
                proptest::prop_assert!(f.from < f.to && text.get(f.from..f.to).is_some() && !f.word.is_empty());
            }
        }
    }
}
