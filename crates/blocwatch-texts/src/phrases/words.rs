//! Words with their places, and where sentences end. The one rule of what a word is, for patterns and for phrases alike.

/// One word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// As it stands.
    pub text: &'a str,
    /// Byte at which it begins.
    pub at: usize,
    /// Whether it is the first of a sentence.
    pub first: bool,
}

/// The words of a text: runs of letters and digits. A sentence ends at a full stop, exclamation or question mark or semicolon that a
/// blank follows, and at an empty line. Hyphens and apostrophes part words, so that `non-interference` is two.
///
/// ```
/// use blocwatch_texts::phrases::words::words;
/// let found: Vec<_> = words("Non-interference. Again!").map(|w| (w.text, w.at, w.first)).collect();
/// assert_eq!(found, [("Non", 0, true), ("interference", 4, false), ("Again", 18, true)]);
/// ```
pub fn words(text: &str) -> Words<'_> {
    Words { text, at: 0, first: true }
}

/// See [`words`].
#[derive(Debug, Clone)]
pub struct Words<'a> {
    text: &'a str,
    at: usize,
    first: bool,
}

/// Length in bytes of a letter or digit at the start of `bytes`; `None` if there is none.
fn of_word(text: &str, at: usize) -> Option<usize> {
    let byte = *text.as_bytes().get(at)?;
    if byte < 0x80 {
        return byte.is_ascii_alphanumeric().then_some(1);
    }
    let c = text[at..].chars().next()?;
    c.is_alphanumeric().then_some(c.len_utf8())
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        let bytes = self.text.as_bytes();
        let mut newline = false;
        let start = loop {
            let byte = *bytes.get(self.at)?;
            if of_word(self.text, self.at).is_some() {
                break self.at;
            }
            match byte {
                b'.' | b'!' | b'?' | b';' => self.first |= bytes.get(self.at + 1).is_none_or(u8::is_ascii_whitespace),
                b'\n' => {
                    self.first |= newline;
                    newline = true;
                }
                _ if byte.is_ascii_whitespace() => {}
                _ => newline = false,
            }
            self.at += if byte < 0x80 { 1 } else { self.text[self.at..].chars().next().map_or(1, char::len_utf8) };
        };
        while let Some(length) = of_word(self.text, self.at) {
            self.at += length;
        }
        let first = std::mem::take(&mut self.first);
        Some(Word { text: &self.text[start..self.at], at: start, first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sentences_end_where_a_blank_follows() {
        let firsts = |text: &'static str| words(text).filter(|w| w.first).map(|w| w.text).collect::<Vec<_>>();
        assert_eq!(firsts("One 2.5 two. Three; four\nfive\n \nsix? \u{201c}Seven\u{201d}"), ["One", "Three", "four", "six", "Seven"]);
        assert_eq!(firsts("Мир. Право"), ["Мир", "Право"]);
        assert!(firsts(" .;—").is_empty());
    }

    proptest! {
        #[test]
        fn places_point_at_the_words(text in "\\PC{0,80}") {
            let mut end = 0;
            for w in words(&text) {
                prop_assert!(w.at >= end && !w.text.is_empty());
                prop_assert_eq!(&text[w.at..w.at + w.text.len()], w.text);
                prop_assert!(w.text.chars().all(char::is_alphanumeric));
                end = w.at + w.text.len();
            }
        }
    }
}
