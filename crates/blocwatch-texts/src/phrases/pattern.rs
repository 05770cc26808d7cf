//! Patterns of words, and many of them found in one pass.
//!
//! A pattern is a line of words with blanks between: `word`, `word*` (anything that begins so), `a|b*` (either), `[word]` (may be left
//! out), `~3` (up to three words between). Case does not matter; hyphens and apostrophes part words, so that `non interference` finds
//! `non-interference`. A pattern never reaches across the end of a sentence.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::words::{Word, words};

/// Why a pattern or a set of them cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// Nothing but gaps and words that may be left out.
    #[error("the pattern '{0}' needs no word; give at least one that must stand")]
    Empty(String),
    /// A pattern that begins with a gap or a word that may be left out, or ends with a gap.
    #[error("the pattern '{0}' begins or ends with a gap, or begins with a word that may be left out; put one that must stand there")]
    Open(String),
    /// Something that is no word.
    #[error("'{element}' in the pattern '{pattern}' is no word; write letters and digits, with | between choices and * at an end")]
    Element {
        /// Pattern.
        pattern: String,
        /// The part.
        element: String,
    },
    /// More words in all patterns than can be told apart.
    #[error("{0} words in all patterns; at most 65,535 can be told apart")]
    TooMany(usize),
}

/// One part of a pattern: the numbers of the literals that fit.
#[derive(Debug, Clone)]
enum Part {
    Word(Vec<u16>),
    Optional(Vec<u16>),
    Gap(u8),
}

/// What is looked for under one name.
#[derive(Debug, Clone, Default)]
pub struct Query<'a> {
    /// Patterns, any of which is a match.
    pub variants: Vec<&'a str>,
    /// If not empty: one of these must stand in the same sentence.
    pub near: Vec<&'a str>,
    /// A match that shares a word with one of these is none.
    pub unless: Vec<&'a str>,
}

/// A place where a query is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// Number of the query.
    pub query: usize,
    /// First byte.
    pub from: usize,
    /// One past the last byte.
    pub to: usize,
}

#[derive(Debug, Clone, Default)]
struct Compiled {
    variants: Vec<Vec<Part>>,
    near: Vec<Vec<Part>>,
    unless: Vec<Vec<Part>>,
}

/// A set of queries, ready to be looked for.
#[derive(Debug, Clone, Default)]
pub struct Finder {
    /// Literals: the text in lower case, and whether only the beginning has to fit.
    literals: Vec<(String, bool)>,
    queries: Vec<Compiled>,
    /// For each literal the queries with a variant that begins with it.
    begins: Vec<Vec<usize>>,
}

impl Finder {
    /// Reads the patterns of queries.
    ///
    /// # Errors
    /// [`PatternError`].
    ///
    /// ```
    /// use blocwatch_texts::phrases::pattern::{Finder, Query};
    /// let query = Query { variants: vec!["interfer* ~2 internal|domestic affairs"], ..Query::default() };
    /// let finder = Finder::new(&[query])?;
    /// let text = "No state may interfere in our internal affairs. Interfering is one thing; internal affairs another.";
    /// let found = finder.scan().find(text);
    /// assert_eq!(found.matches.len(), 1);
    /// assert_eq!(&text[found.matches[0].from..found.matches[0].to], "interfere in our internal affairs");
    /// assert_eq!(found.words, 15);
    /// # Ok::<(), blocwatch_texts::phrases::pattern::PatternError>(())
    /// ```
    pub fn new(queries: &[Query<'_>]) -> Result<Self, PatternError> {
        let mut out = Self::default();
        for (number, query) in queries.iter().enumerate() {
            let mut compiled = Compiled::default();
            for (from, to) in
                [(&query.variants, &mut compiled.variants), (&query.near, &mut compiled.near), (&query.unless, &mut compiled.unless)]
            {
                for pattern in from {
                    to.push(out.compile(pattern)?);
                }
            }
            out.begins.resize(out.literals.len(), Vec::new());
            for variant in &compiled.variants {
                if let Some(Part::Word(literals)) = variant.first() {
                    for l in literals {
                        let begins = &mut out.begins[usize::from(*l)];
                        if begins.last() != Some(&number) {
                            begins.push(number);
                        }
                    }
                }
            }
            out.queries.push(compiled);
        }
        Ok(out)
    }

    fn compile(&mut self, pattern: &str) -> Result<Vec<Part>, PatternError> {
        let mut parts = Vec::new();
        for element in pattern.split_whitespace() {
            let wrong = || PatternError::Element { pattern: pattern.to_owned(), element: element.to_owned() };
            if let Some(gap) = element.strip_prefix('~') {
                parts.push(Part::Gap(gap.parse().map_err(|_| wrong())?));
                continue;
            }
            let optional = element.strip_prefix('[').and_then(|e| e.strip_suffix(']'));
            let mut literals = Vec::new();
            for choice in optional.unwrap_or(element).split('|') {
                let (text, prefix) = choice.strip_suffix('*').map_or((choice, false), |t| (t, true));
                if text.is_empty() || !text.chars().all(char::is_alphanumeric) {
                    return Err(wrong());
                }
                let literal = (text.to_lowercase(), prefix);
                let at = self.literals.iter().position(|l| *l == literal).unwrap_or_else(|| {
                    self.literals.push(literal);
                    self.literals.len() - 1
                });
                literals.push(u16::try_from(at).map_err(|_| PatternError::TooMany(self.literals.len()))?);
            }
            parts.push(if optional.is_some() { Part::Optional(literals) } else { Part::Word(literals) });
        }
        match parts.first() {
            None => Err(PatternError::Empty(pattern.to_owned())),
            Some(Part::Word(_)) if !matches!(parts.last(), Some(Part::Gap(_))) => Ok(parts),
            Some(_) if parts.iter().any(|p| matches!(p, Part::Word(_))) => Err(PatternError::Open(pattern.to_owned())),
            Some(_) => Err(PatternError::Empty(pattern.to_owned())),
        }
    }

    /// Something that looks through texts one after the other and remembers words; one for each thread.
    pub fn scan(&self) -> Scan<'_> {
        Scan { finder: self, known: HashMap::default(), fits: vec![Vec::new()], lower: String::new(), tokens: Vec::new() }
    }
}

/// What was found in a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Words of the text.
    pub words: usize,
    /// Matches, by place and query. Matches of one query do not overlap: of those that begin at one word the longest counts.
    pub matches: Vec<Match>,
}

#[derive(Debug, Clone, Copy)]
struct Token {
    from: usize,
    to: usize,
    /// Row of `fits`; 0 where no literal fits.
    class: u32,
    sentence: u32,
}

/// See [`Finder::scan`].
#[derive(Debug)]
pub struct Scan<'a> {
    finder: &'a Finder,
    /// Row of `fits` for each word met.
    known: HashMap<String, u32, FixedState>,
    /// Literals that fit a word.
    fits: Vec<Vec<u16>>,
    lower: String,
    tokens: Vec<Token>,
}

impl Scan<'_> {
    /// All matches in a text.
    pub fn find(&mut self, text: &str) -> Found {
        self.tokens.clear();
        let mut sentence = 0;
        for Word { text, at, first } in words(text) {
            sentence += u32::from(first);
            let class = self.class(text);
            self.tokens.push(Token { from: at, to: at + text.len(), class, sentence });
        }
        let mut found = Found { words: self.tokens.len(), matches: Vec::new() };
        let mut free = vec![0; self.finder.queries.len()];
        for at in 0..self.tokens.len() {
            let class = self.tokens[at].class as usize;
            if class == 0 {
                continue;
            }
            let mut queries: Vec<usize> =
                self.fits[class].iter().flat_map(|l| self.finder.begins[usize::from(*l)].iter().copied()).collect();
            queries.sort_unstable();
            queries.dedup();
            for query in queries {
                if at < free[query] {
                    continue;
                }
                let compiled = &self.finder.queries[query];
                let Some(end) = compiled.variants.iter().filter_map(|v| self.longest(v, at)).max() else { continue };
                if self.excluded(compiled, at, end) || !self.accompanied(compiled, at) {
                    continue;
                }
                free[query] = end;
                found.matches.push(Match { query, from: self.tokens[at].from, to: self.tokens[end - 1].to });
            }
        }
        found
    }

    /// Row of `fits` of a word.
    fn class(&mut self, word: &str) -> u32 {
        self.lower.clear();
        if word.is_ascii() {
            self.lower.push_str(word);
            self.lower.make_ascii_lowercase();
        } else {
            self.lower.extend(word.chars().flat_map(char::to_lowercase));
        }
        if let Some(class) = self.known.get(self.lower.as_str()) {
            return *class;
        }
        let fits: Vec<u16> = self
            .finder
            .literals
            .iter()
            .enumerate()
            .filter(|(_, (text, prefix))| if *prefix { self.lower.starts_with(text.as_str()) } else { self.lower == *text })
            .map(|(l, _)| l as u16)
            .collect();
        let class = if fits.is_empty() {
            0
        } else {
            self.fits.push(fits);
            (self.fits.len() - 1) as u32
        };
        self.known.insert(self.lower.clone(), class);
        class
    }

    /// One past the last word of the longest way to meet a pattern from a word on.
    fn longest(&self, parts: &[Part], at: usize) -> Option<usize> {
        self.from(parts, at, self.tokens.get(at)?.sentence)
    }

    fn from(&self, parts: &[Part], at: usize, sentence: u32) -> Option<usize> {
        let Some((part, rest)) = parts.split_first() else { return Some(at) };
        let there = self.tokens.get(at).filter(|t| t.sentence == sentence);
        let fits = |literals: &[u16]| there.is_some_and(|t| self.fits[t.class as usize].iter().any(|l| literals.contains(l)));
        match part {
            Part::Word(literals) => {
                if fits(literals) {
                    self.from(rest, at + 1, sentence)
                } else {
                    None
                }
            }
            Part::Optional(literals) => {
                let with = if fits(literals) { self.from(rest, at + 1, sentence) } else { None };
                with.max(self.from(rest, at, sentence))
            }
            Part::Gap(most) => (0..=usize::from(*most)).filter_map(|gap| self.from(rest, at + gap, sentence)).max(),
        }
    }

    /// The words of the sentence around a word.
    fn sentence(&self, at: usize) -> std::ops::Range<usize> {
        let sentence = self.tokens[at].sentence;
        let from = self.tokens[..at].iter().rposition(|t| t.sentence != sentence).map_or(0, |p| p + 1);
        let to = self.tokens[at..].iter().position(|t| t.sentence != sentence).map_or(self.tokens.len(), |p| at + p);
        from..to
    }

    fn excluded(&self, compiled: &Compiled, from: usize, to: usize) -> bool {
        !compiled.unless.is_empty()
            && self.sentence(from).any(|at| at < to && compiled.unless.iter().filter_map(|u| self.longest(u, at)).any(|end| end > from))
    }

    fn accompanied(&self, compiled: &Compiled, at: usize) -> bool {
        compiled.near.is_empty() || self.sentence(at).any(|at| compiled.near.iter().any(|n| self.longest(n, at).is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(variants: &[&str], near: &[&str], unless: &[&str], text: &str) -> Vec<String> {
        let query = Query { variants: variants.to_vec(), near: near.to_vec(), unless: unless.to_vec() };
        let finder = Finder::new(&[query]).unwrap();
        finder.scan().find(text).matches.iter().map(|m| text[m.from..m.to].to_owned()).collect()
    }

    #[test]
    fn each_part_of_a_pattern_does_what_it_says() {
        assert_eq!(
            found(&["non interference"], &[], &[], "Non-interference, NON INTERFERENCE; non. Interference"),
            ["Non-interference", "NON INTERFERENCE"]
        );
        assert_eq!(
            found(&["three evil|evils [forces]"], &[], &[], "three evils, three evil forces, three forces"),
            ["three evils", "three evil forces"]
        );
        assert_eq!(found(&["a ~2 b"], &[], &[], "a b. a x b. a x y b. a x y z b. a; b"), ["a b", "a x b", "a x y b"]);
        assert_eq!(found(&["multi*"], &[], &[], "multipolar multi mult"), ["multipolar", "multi"]);
        // of those that begin at one word the longest counts, and matches do not overlap
        assert_eq!(found(&["a b", "a b a b"], &[], &[], "a b a b a b"), ["a b a b", "a b"]);
        assert_eq!(found(&["selectiv*"], &["human rights"], &[], "Human rights are selective. Selective tariffs"), ["selective"]);
        assert_eq!(
            found(&["sovereignty"], &[], &["food sovereignty"], "sovereignty, food sovereignty, sovereignty"),
            ["sovereignty", "sovereignty"]
        );
    }

    #[test]
    fn a_pattern_that_says_nothing_is_refused() {
        let wrong = |pattern| Finder::new(&[Query { variants: vec![pattern], ..Query::default() }]).unwrap_err();
        assert_eq!(wrong(" "), PatternError::Empty(" ".to_owned()));
        assert_eq!(wrong("~2 [a]"), PatternError::Empty("~2 [a]".to_owned()));
        assert_eq!(wrong("[a] b"), PatternError::Open("[a] b".to_owned()));
        assert_eq!(wrong("a ~2"), PatternError::Open("a ~2".to_owned()));
        assert!(matches!(wrong("a non-b"), PatternError::Element { element, .. } if element == "non-b"));
        assert!(matches!(wrong("a ~many"), PatternError::Element { .. }));
    }

    proptest! {
        /// A plain phrase is found where the words stand, whatever stands between them but the end of a sentence.
        #[test]
        fn plain_phrases_are_found_as_by_hand(text in prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 0..40)) {
            let joined = text.join(" ");
            let expected = {
                let (mut count, mut at) = (0, 0);
                while at + 2 <= text.len() {
                    if text[at] == "a" && text[at + 1] == "b" { count += 1; at += 2 } else { at += 1 }
                }
                count
            };
            prop_assert_eq!(found(&["a b"], &[], &[], &joined).len(), expected);
        }

        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,60}") {
            let query = Query { variants: vec!["a ~3 b*", "é"], near: vec!["a"], unless: vec!["a [c] b"] };
            let finder = Finder::new(&[query]).unwrap();
            for m in finder.scan().find(&text).matches {
                prop_assert!(m.from < m.to && text.get(m.from..m.to).is_some());
            }
        }
    }
}
