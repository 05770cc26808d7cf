//! Words of a text as numbers, with their bytes.
//!
//! A word is a run of letters, digits and marks; an apostrophe between letters and a point or comma between digits belong to it, and a
//! word broken over two lines by a hyphen is one. Characters of scripts written without spaces (Han, kana, Thai, Lao, Khmer, Burmese)
//! are words of their own. A word's number is a hash of its NFKC form in lower case, so that no dictionary has to be kept: two
//! different words share a number with probability 2⁻³².

use unicode_normalization::UnicodeNormalization;

use super::Unit;

/// A word or character of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Number of its normal form.
    pub id: u32,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// Letters of its normal form, 255 at most; three for a character that is a word.
    pub letters: u8,
}

/// Calls `found` for each token of a text, in order. Never fails; what holds no letter or digit is between tokens.
pub fn tokens(text: &str, unit: Unit, mut found: impl FnMut(Token)) {
    let mut words = Words { text, at: 0, folded: String::new() };
    match unit {
        Unit::Words => {
            while let Some(token) = words.next_word() {
                found(token);
            }
        }
        Unit::Characters => characters(text, found),
    }
}

/// All tokens of a text.
pub fn all(text: &str, unit: Unit) -> Vec<Token> {
    let mut out = Vec::new();
    tokens(text, unit, |token| out.push(token));
    out
}

struct Words<'a> {
    text: &'a str,
    at: usize,
    folded: String,
}

/// FNV-1a; each byte is mixed in, `finish` spreads the bits.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    const START: Self = Self(0xcbf2_9ce4_8422_2325);

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    fn finish(self) -> u32 {
        (mix(self.0) >> 32) as u32
    }
}

/// Spreads every bit of the input over all of the output (the finaliser of MurmurHash3).
pub(super) fn mix(mut x: u64) -> u64 {
    x ^= x >> 33;
    x = x.wrapping_mul(0xff51_afd7_ed55_8ccd);
    x ^= x >> 33;
    x = x.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ (x >> 33)
}

impl Words<'_> {
    fn next_word(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        loop {
            let first = *bytes.get(self.at)?;
            if first.is_ascii_alphanumeric() {
                return Some(self.word());
            }
            if first < 0x80 {
                self.at += 1;
                continue;
            }
            let c = self.text[self.at..].chars().next()?;
            if stands_alone(c) {
                let start = self.at;
                self.at += c.len_utf8();
                self.folded.clear();
                self.folded.extend(c.nfkc().map(crate::normalise::simplified));
                return Some(Token { id: hash(&self.folded), start, end: self.at, letters: 3 });
            }
            if in_word(c) && !is_mark(c) {
                return Some(self.word());
            }
            self.at += c.len_utf8();
        }
    }

    /// The word that begins here.
    fn word(&mut self) -> Token {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut hash_ascii = Hash::START;
        let mut letters = 0usize;
        let mut end = start;
        // plain letters need no copy; the first other character sends the word to `fold`
        loop {
            match bytes.get(self.at) {
                Some(b) if b.is_ascii_alphanumeric() => {
                    hash_ascii.byte(b.to_ascii_lowercase());
                    letters += 1;
                    self.at += 1;
                    end = self.at;
                }
                Some(b'\'') if between(bytes, self.at, u8::is_ascii_alphabetic) => {
                    hash_ascii.byte(b'\'');
                    self.at += 1;
                }
                Some(b) if (*b == b'.' || *b == b',') && between(bytes, self.at, u8::is_ascii_digit) => {
                    hash_ascii.byte(*b);
                    self.at += 1;
                }
                Some(b'-') => match after_line_break(bytes, self.at) {
                    Some(next) => self.at = next,
                    None => break,
                },
                Some(b) if *b >= 0x80 => {
                    let rest = self.text[self.at..].chars().next().unwrap_or(' ');
                    if in_word(rest) && !stands_alone(rest) || joins(rest, &self.text[self.at + rest.len_utf8()..]) {
                        return self.fold(start);
                    }
                    break;
                }
                _ => break,
            }
        }
        Token { id: hash_ascii.finish(), start, end, letters: letters.min(255) as u8 }
    }

    /// A word with characters beyond ASCII.
    fn fold(&mut self, start: usize) -> Token {
        let bytes = self.text.as_bytes();
        let mut raw = std::mem::take(&mut self.folded);
        raw.clear();
        let (mut at, mut end) = (start, start);
        while let Some(c) = self.text[at..].chars().next() {
            let next = at + c.len_utf8();
            if in_word(c) && !stands_alone(c) {
                raw.push(c);
                end = next;
            } else if joins(c, &self.text[next..]) || (c == '.' || c == ',') && between(bytes, at, u8::is_ascii_digit) {
                match c {
                    '\u{2019}' => raw.push('\''),
                    _ if c.is_ascii_punctuation() => raw.push(c),
                    _ => {}
                }
            } else if c == '-' && after_line_break_char(self.text, at).is_some() {
                at = after_line_break_char(self.text, at).unwrap_or(next);
                continue;
            } else {
                break;
            }
            at = next;
        }
        self.at = end;
        let mut hash = Hash::START;
        let mut letters = 0usize;
        let mut buffer = [0u8; 4];
        for c in raw.nfkc().flat_map(char::to_lowercase) {
            match plain(c) {
                Folded::Nothing => continue,
                Folded::One(c) => c.encode_utf8(&mut buffer).bytes().for_each(|b| hash.byte(b)),
                Folded::Two(a, b) => [a, b].into_iter().for_each(|c| hash.byte(c)),
            }
            letters += 1;
        }
        self.folded = raw;
        Token { id: hash.finish(), start, end, letters: letters.min(255) as u8 }
    }
}

fn hash(text: &str) -> u32 {
    let mut hash = Hash::START;
    text.bytes().for_each(|b| hash.byte(b));
    hash.finish()
}

fn between(bytes: &[u8], at: usize, kind: impl Fn(&u8) -> bool) -> bool {
    at > 0 && bytes.get(at - 1).is_some_and(&kind) && bytes.get(at + 1).is_some_and(&kind)
}

/// Where a word goes on that a hyphen at `at` and a line break divide: at a small letter at the head of the next line.
fn after_line_break(bytes: &[u8], at: usize) -> Option<usize> {
    let mut i = at + 1;
    while bytes.get(i).is_some_and(|b| *b == b' ' || *b == b'\r') {
        i += 1;
    }
    if bytes.get(i) != Some(&b'\n') || !at.checked_sub(1).and_then(|i| bytes.get(i)).is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    i += 1;
    while bytes.get(i).is_some_and(|b| *b == b' ' || *b == b'\t') {
        i += 1;
    }
    bytes.get(i).is_some_and(u8::is_ascii_lowercase).then_some(i)
}

/// [`after_line_break`] for any script.
fn after_line_break_char(text: &str, at: usize) -> Option<usize> {
    let rest = text[at + 1..].trim_start_matches([' ', '\r']).strip_prefix('\n')?.trim_start_matches([' ', '\t']);
    let before = text[..at].chars().next_back()?;
    (before.is_alphabetic() && rest.chars().next()?.is_lowercase()).then_some(text.len() - rest.len())
}

/// Whether a character between letters belongs to the word: apostrophes, the soft hyphen, joiners.
fn joins(c: char, rest: &str) -> bool {
    let letter_follows = || rest.chars().next().is_some_and(|c| c.is_alphabetic() && !stands_alone(c));
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}' | '\u{ad}' | '\u{200c}' | '\u{200d}') && letter_follows()
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Marks that combine with the letter before.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Characters of scripts that put no space between words.
fn stands_alone(c: char) -> bool {
    matches!(c as u32,
        0x0e01..=0x0e30 | 0x0e32..=0x0e33 | 0x0e40..=0x0e46 | 0x0e81..=0x0eb0 | 0x0ec0..=0x0ec6 | 0x1000..=0x102a | 0x1780..=0x17b3
        | 0x3005..=0x3007 | 0x3041..=0x3096 | 0x309d..=0x309f | 0x30a1..=0x30fa | 0x30fc..=0x30ff | 0x31f0..=0x31ff
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0xff66..=0xff9f | 0x20000..=0x3134f)
}

enum Folded {
    Nothing,
    One(char),
    Two(u8, u8),
}

/// Spellings that do not make another word: accents of Latin and Greek (capitals often lack them), Arabic vowel signs, the seats of hamza
/// and the tatweel, Cyrillic yo, sharp s, final sigma, digits of other scripts.
fn plain(c: char) -> Folded {
    Folded::One(match c {
        '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{ad}' => {
            return Folded::Nothing;
        }
        'ß' => return Folded::Two(b's', b's'),
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        'ё' => 'е',
        'ς' => 'σ',
        '\u{2bc}' => '\'',
        '٠'..='٩' => char::from(b'0' + (c as u32 - 0x660) as u8),
        '۰'..='۹' => char::from(b'0' + (c as u32 - 0x6f0) as u8),
        '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}' => std::iter::once(c).nfd().next().unwrap_or(c),
        _ => c,
    })
}

/// Letters and digits one by one.
fn characters(text: &str, mut found: impl FnMut(Token)) {
    let mut buffer = [0u8; 4];
    for (start, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            continue;
        }
        let mut hash = Hash::START;
        for c in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
            match plain(c) {
                Folded::Nothing => {}
                Folded::One(c) => c.encode_utf8(&mut buffer).bytes().for_each(|b| hash.byte(b)),
                Folded::Two(a, b) => [a, b].into_iter().for_each(|c| hash.byte(c)),
            }
        }
        found(Token { id: hash.finish(), start, end: start + c.len_utf8(), letters: 1 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        all(text, Unit::Words).into_iter().map(|t| &text[t.start..t.end]).collect()
    }

    fn ids(text: &str) -> Vec<u32> {
        all(text, Unit::Words).into_iter().map(|t| t.id).collect()
    }

    #[test]
    fn words_are_found_in_several_scripts() {
        assert_eq!(words("The State's 1,000.50 roubles, §2d."), ["The", "State's", "1,000.50", "roubles", "2d"]);
        assert_eq!(words("外国代理人法 2024年"), ["外", "国", "代", "理", "人", "法", "2024", "年"]);
        assert_eq!(words("иностранный агент — «НКО»"), ["иностранный", "агент", "НКО"]);
        assert_eq!(words("ﻗﺎﻧﻮن الجمعيات"), ["ﻗﺎﻧﻮن", "الجمعيات"]);
        assert_eq!(words("  …—\u{0} "), Vec::<&str>::new());
    }

    #[test]
    fn spellings_of_one_word_have_one_number() {
        assert_eq!(ids("ÉTAT Straße учёт أحكامُ ٣ ｆｕｌｌ"), ids("état strasse учет احكام 3 full"));
        assert_eq!(ids("State’s"), ids("state's"));
        assert_eq!(ids("colla-\n boration со-\nтрудничество"), ids("collaboration сотрудничество"));
        assert_ne!(ids("non-interference"), ids("noninterference"));
        assert_eq!(ids("e\u{301}tat LOI SUR LA SECURITE Ελλάδα"), ids("état loi sur la sécurité ΕΛΛΑΔΑ"));
        assert_ne!(ids("край"), ids("краи"));
        assert_eq!(all("Ab-c", Unit::Characters).len(), 3);
    }

    proptest! {
        #[test]
        fn any_string_gives_words_in_order_on_character_boundaries(text in any::<String>(), unit in prop_oneof![Just(Unit::Words), Just(Unit::Characters)]) {
            let mut last = 0;
            for token in all(&text, unit) {
                prop_assert!(last <= token.start && token.start < token.end && token.end <= text.len());
                prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
                prop_assert!(token.letters > 0 || text[token.start..token.end].chars().all(|c| !c.is_ascii_alphanumeric()));
                last = token.end;
            }
        }

        #[test]
        fn any_bytes_read_as_text_give_words(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = String::from_utf8_lossy(&bytes);
            for token in all(&text, Unit::Words) {
                prop_assert!(text.get(token.start..token.end).is_some());
            }
        }

        #[test]
        fn two_texts_side_by_side_have_the_words_of_both(a in "[a-zéж国'.,\\- ]{0,30}", b in "[a-zéж国'.,\\- ]{0,30}") {
            let both = format!("{a}\n\n{b}");
            prop_assert_eq!(ids(&both), [ids(&a), ids(&b)].concat());
        }
    }
}
