//! Names as people type them: folding for comparison, and the nearest valid name when one is misspelt.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a name for comparison: compatibility decomposition, marks dropped, lower case, everything that is not a letter or a digit
/// becomes one space. Works for any script; `Côte d’Ivoire`, `COTE D'IVOIRE` and `cote-d-ivoire` fold alike.
///
/// ```
/// assert_eq!(blocwatch_core::name::fold("Côte d’Ivoire"), blocwatch_core::name::fold("cote d'ivoire"));
/// assert_eq!(blocwatch_core::name::fold("  КЫРГЫЗСТАН "), "кыргызстан");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            // the Turkish dotless i is a letter of its own and never a mark
            out.push(if c == 'ı' { 'i' } else { c });
        } else {
            gap = true;
        }
    }
    out
}

/// The candidates nearest to `typed`, best first, at most `most`, none that is too far off to help.
///
/// Distance is Damerau-Levenshtein on folded text relative to length; a shared beginning helps.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let typed = fold(typed);
    let typed_length = typed.chars().count();
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|c| {
            let folded = fold(c);
            let length = folded.chars().count();
            // the distance is at least the difference of lengths, so that most need not be measured; a text of pages, never
            let alike = near_in_length(typed_length, length);
            let mut score = if alike { strsim::normalized_damerau_levenshtein(&typed, &folded) } else { 0.0 };
            if typed.chars().count() >= 3 && (folded.starts_with(&typed) || typed.starts_with(&folded) && folded.chars().count() >= 3) {
                score = score.max(0.8);
            }
            (score, c)
        })
        .filter(|(score, _)| *score >= 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    // a clear hit is not watered down by what is merely not far off
    let best = scored.first().map_or(0.0, |s| s.0);
    scored.retain(|s| s.0 >= best - 0.2);
    scored.into_iter().take(most).map(|(_, c)| c).collect()
}

/// Whether texts of two lengths can be as near as 0.6.
fn near_in_length(a: usize, b: usize) -> bool {
    a.min(b) * 5 >= a.max(b) * 3
}

/// `; did you mean 'a', 'b' or 'c'?`, or nothing where nothing is near. For the end of an error message.
pub fn did_you_mean(nearest: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = nearest.iter().map(|n| format!("'{}'", n.as_ref())).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        [most @ .., last] => format!("; did you mean {} or {last}?", most.join(", ")),
    }
}

/// Matches a pattern in which `*` stands for any run of characters; ASCII case is ignored.
pub fn glob(pattern: &str, name: &str) -> bool {
    let (p, n) = (pattern.as_bytes(), name.as_bytes());
    let (mut i, mut j) = (0, 0);
    // where to return to when a literal run after the last star does not fit
    let mut retry: Option<(usize, usize)> = None;
    while j < n.len() {
        if i < p.len() && p[i] == b'*' {
            retry = Some((i + 1, j));
            i += 1;
        } else if i < p.len() && p[i].eq_ignore_ascii_case(&n[j]) {
            i += 1;
            j += 1;
        } else if let Some((after_star, from)) = retry {
            retry = Some((after_star, from + 1));
            i = after_star;
            j = from + 1;
        } else {
            return false;
        }
    }
    p[i..].iter().all(|&b| b == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbours() {
        let names = ["Kyrgyzstan", "Kazakhstan", "Turkmenistan", "Kiribati"];
        assert_eq!(nearest("kirgyzstan", names, 1), ["Kyrgyzstan"]);
        assert!(nearest("zzzzzz", names, 3).is_empty());
        assert_eq!(did_you_mean(&["a", "b", "c"]), "; did you mean 'a', 'b' or 'c'?");
    }

    #[test]
    fn a_star_is_any_run_and_case_does_not_matter() {
        assert!(glob("V-Dem-CY-*.csv", "v-dem-cy-Full+Others-v15.CSV"));
        assert!(glob("un_votes*", "un_votes.csv.gz"));
        assert!(glob("*_ga_voting*", "2026_02_06_ga_voting (1).csv"));
        assert!(!glob("un_votes.csv", "un_votes.csv.gz"));
        assert!(!glob("a*b", "ac"));
    }

    proptest! {
        #[test]
        fn texts_of_too_different_length_are_never_near(a in "[ab]{0,30}", b in "[ab]{0,30}") {
            let near = strsim::normalized_damerau_levenshtein(&a, &b) >= 0.6;
            prop_assert!(!near || near_in_length(a.len(), b.len()));
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_name_fits_itself_and_its_beginning_with_a_star(name in "[a-zA-Z0-9_.+-]{0,20}", cut in 0usize..20) {
            prop_assert!(glob(&name, &name));
            let cut = cut.min(name.len());
            let starred = format!("{}*", &name[..cut]);
            prop_assert!(glob(&starred, &name));
        }
    }
}
