//! Whether two words are one, misspelt.

/// Edits that a word of so many letters may have: none below 4, one below 8, else two.
pub(super) fn allowed(letters: usize) -> usize {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Letters changed, left out, put in or exchanged with their neighbour between two words, if at most `most` (optimal string alignment).
pub(super) fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let n = b.len() + 1;
    let (mut before, mut last, mut now) = (vec![0; n], (0..n).collect::<Vec<usize>>(), vec![0; n]);
    for i in 1..=a.len() {
        now[0] = i;
        let mut least = i;
        for j in 1..n {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut d = (last[j] + 1).min(now[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                d = d.min(before[j - 2] + 1);
            }
            now[j] = d;
            least = least.min(d);
        }
        if least > most {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut now);
    }
    Some(last[n - 1]).filter(|d| *d <= most)
}

/// The letters of a word as a set, several letters to a bit.
fn letters_of(word: &str) -> u64 {
    if word.is_ascii() {
        return word.bytes().fold(0, |set, b| set | 1 << (b & 63));
    }
    word.chars().fold(0, |set, c| set | 1 << (c as u32 & 63))
}

/// The numbers of those of a sorted list of words that may be meant by a misspelt one, with their distance, nearest first.
pub(super) fn near<'a>(word: &str, dictionary: impl Iterator<Item = &'a str>) -> Vec<(usize, usize)> {
    let a: Vec<char> = word.chars().collect();
    let most = allowed(a.len());
    if most == 0 {
        return Vec::new();
    }
    let letters = letters_of(word);
    let mut b: Vec<char> = Vec::new();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (i, candidate) in dictionary.enumerate() {
        // no word has more bytes than four for each letter, so that most are passed over unread
        if candidate.len() + most < a.len() || candidate.len() > 4 * (a.len() + most) {
            continue;
        }
        // an edit takes at most one letter from the set of letters and brings in one
        if (letters ^ letters_of(candidate)).count_ones() as usize > 2 * most {
            continue;
        }
        b.clear();
        b.extend(candidate.chars());
        out.extend(distance(&a, &b, most).map(|d| (i, d)));
    }
    out.sort_by_key(|(i, d)| (*d, *i));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(a: &str, b: &str) -> Option<usize> {
        distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 2)
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(of("kyrgyzstan", "kyrgzstan"), Some(1));
        assert_eq!(of("россия", "росиия"), Some(1));
        assert_eq!(of("belarus", "beralus"), Some(2));
        assert_eq!(of("china", "ghana"), Some(2));
        assert_eq!(of("a", "abcd"), None);
        assert_eq!(near("kazakstan", ["iran", "kazakhstan", "pakistan"].into_iter()), [(1, 1)]);
    }

    proptest! {
        #[test]
        fn the_distance_is_that_of_a_library(a in "[abc]{0,7}", b in "[abc]{0,7}") {
            let d = strsim::osa_distance(&a, &b);
            prop_assert_eq!(of(&a, &b), (d <= 2).then_some(d));
        }

        #[test]
        fn nothing_near_is_passed_over(a in "[abcж]{4,9}", b in "[abcж]{3,10}") {
            let d = strsim::osa_distance(&a, &b);
            let near = near(&a, std::iter::once(b.as_str()));
            prop_assert_eq!(near, if d <= allowed(a.chars().count()) { vec![(0, d)] } else { vec![] });
        }
    }
}
