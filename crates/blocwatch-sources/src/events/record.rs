//! One coded event between two countries in forty bytes, and the codes in it.
//!
//! A record is what is left of a publisher's row once its place in the calendar, its two countries, its code, their roles and its text are
//! known. Sorting records puts reports of one event beside each other, in the order of the files. Not here: where records come from.

use std::hash::{BuildHasher, Hasher};

use blocwatch_core::events::{EventCodes, Role, Scheme};
use foldhash::quality::FixedState;

/// First year that a record can be of.
pub(crate) const FIRST_YEAR: i32 = 1900;
/// Months from January of [`FIRST_YEAR`] on.
pub(crate) const MONTHS: usize = 300 * 12;
/// A record without a Goldstein value.
pub(crate) const NO_GOLDSTEIN: i32 = i32::MIN;
/// Parts of one that Goldstein values are counted in: published values have one or two decimals.
pub(crate) const GOLDSTEIN_PARTS: f64 = 10_000.0;

/// A coded event. Equal keys and texts are reports of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    /// Source, first actor, second actor, code and day of the month, in this order from the highest bit.
    pub key: u64,
    /// Fingerprint of the text that reports it; zero where the publisher names none.
    pub text: [u64; 2],
    /// Number of its file.
    pub file: u32,
    /// Line in its file.
    pub line: u32,
    /// Goldstein value in parts of one, or [`NO_GOLDSTEIN`].
    pub goldstein: i32,
    /// Roles of both actors.
    pub roles: u8,
    /// Whether it stands for its row in the account; further records of one row do not.
    pub head: bool,
}

impl Record {
    /// Bytes of a record on disk.
    pub(crate) const BYTES: usize = 38;

    pub(crate) fn key(source: u8, actors: (u16, u16), code: u16, day: u8) -> u64 {
        u64::from(source) << 53 | u64::from(actors.0) << 37 | u64::from(actors.1) << 21 | u64::from(code) << 5 | u64::from(day & 31)
    }

    /// The key without the day: what events are counted by.
    pub(crate) fn cell(self) -> u64 {
        self.key >> 5
    }

    pub(crate) fn day(self) -> u8 {
        (self.key & 31) as u8
    }

    pub(crate) fn write(self, out: &mut Vec<u8>) {
        out.extend(self.key.to_le_bytes());
        out.extend(self.text[0].to_le_bytes());
        out.extend(self.text[1].to_le_bytes());
        out.extend(self.file.to_le_bytes());
        out.extend(self.line.to_le_bytes());
        out.extend(self.goldstein.to_le_bytes());
        out.extend([self.roles, u8::from(self.head)]);
    }

    pub(crate) fn read(bytes: &[u8; Self::BYTES]) -> Self {
        let u64_at = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
        let u32_at = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
        Self {
            key: u64_at(0),
            text: [u64_at(8), u64_at(16)],
            file: u32_at(24),
            line: u32_at(28),
            goldstein: i32::from_le_bytes(std::array::from_fn(|i| bytes[32 + i])),
            roles: bytes[36],
            head: bytes[37] != 0,
        }
    }
}

/// The parts of a [`Record::cell`]: source, actors, code.
pub(crate) const fn parts(cell: u64) -> (u8, (u16, u16), u16) {
    ((cell >> 48) as u8, ((cell >> 32) as u16, (cell >> 16) as u16), cell as u16)
}

/// Two roles in one byte.
pub(crate) const fn pack_roles(first: Role, second: Role) -> u8 {
    (first as u8) << 4 | second as u8
}

/// The roles of a [`pack_roles`].
pub(crate) fn unpack_roles(roles: u8) -> (Role, Role) {
    let role = |bits: u8| Role::ALL.get(usize::from(bits)).copied().unwrap_or(Role::None);
    (role(roles >> 4), role(roles & 15))
}

/// Number of a month; `None` for a year out of range.
pub(crate) fn month_number(year: i32, month: u8) -> Option<u16> {
    let at = usize::try_from(year - FIRST_YEAR).ok()? * 12 + usize::from(month) - 1;
    (at < MONTHS).then(|| u16::try_from(at).unwrap_or(u16::MAX))
}

/// Year and month of a number.
pub(crate) fn year_month(number: u16) -> (i32, u8) {
    (FIRST_YEAR + i32::from(number / 12), (number % 12) as u8 + 1)
}

/// Days of a month.
pub(crate) const fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A day written `20180601` or `2018-06-01`.
pub(crate) fn day(text: &[u8]) -> Option<(i32, u8, u8)> {
    let digits: [u8; 8] = match text {
        [a, b, c, d, e, f, g, h] => [*a, *b, *c, *d, *e, *f, *g, *h],
        [a, b, c, d, b'-', e, f, b'-', g, h] => [*a, *b, *c, *d, *e, *f, *g, *h],
        _ => return None,
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |from: usize, to: usize| digits[from..to].iter().fold(0, |n, d| n * 10 + i32::from(d - b'0'));
    let (year, month, day) = (number(0, 4), number(4, 6), number(6, 8));
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    ((1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day)).then_some((year, month, day))
}

/// A Goldstein value in parts of one; `None` for what is no number from -10 to 10.
pub(crate) fn goldstein(text: &[u8]) -> Option<i32> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (whole, fraction) = match text.iter().position(|b| *b == b'.') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if whole.is_empty() && fraction.is_empty() || whole.len() > 2 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut value = whole.iter().fold(0, |n, d| n * 10 + i32::from(d - b'0'));
    for place in 0..4 {
        value = value * 10 + fraction.get(place).map_or(0, |d| i32::from(d - b'0'));
    }
    // beyond four decimals: half a part and more is a part
    value += i32::from(fraction.get(4).is_some_and(|d| *d >= b'5'));
    (value <= 100_000).then_some(if negative { -value } else { value })
}

/// A CAMEO code of two to four digits with the root from 01 to 20, as a number in the order of the text.
pub(crate) fn cameo(text: &[u8]) -> Option<u16> {
    let root = text.get(..2)?;
    let known = matches!(root, [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'9'] | [b'2', b'0']);
    if !known || text.len() > 4 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // eleven digits, the first of them for nothing: 01 < 010 < 0111 < 02
    Some((0..4).fold(0, |n, at| n * 11 + text.get(at).map_or(0, |d| u16::from(d - b'0') + 1)))
}

/// The text of an event code.
pub(crate) fn code_text(scheme: Scheme, code: u16, codes: &EventCodes) -> String {
    match scheme {
        Scheme::Cameo => {
            let digits = [code / 1331 % 11, code / 121 % 11, code / 11 % 11, code % 11];
            digits.into_iter().filter(|d| *d > 0).filter_map(|d| char::from_digit(u32::from(d) - 1, 10)).collect()
        }
        Scheme::Plover => codes.plover.get(usize::from(code)).map(|p| p.code()).unwrap_or_default(),
    }
}

/// Three capital letters as a number from 1 to 17,576, in the order of the text.
pub(crate) fn letters(text: &[u8]) -> Option<u16> {
    match text {
        [a @ b'A'..=b'Z', b @ b'A'..=b'Z', c @ b'A'..=b'Z'] => {
            Some((u16::from(a - b'A') * 26 + u16::from(b - b'A')) * 26 + u16::from(c - b'A') + 1)
        }
        _ => None,
    }
}

/// The letters of a number.
pub(crate) fn letters_text(number: u16) -> String {
    let n = number.saturating_sub(1);
    [n / 676 % 26, n / 26 % 26, n % 26].into_iter().map(|d| char::from(b'A' + d as u8)).collect()
}

/// Fingerprint of a text: 128 bits, so that two texts of one day, pair and code have the same with a chance below 1e-30.
pub(crate) fn fingerprint(text: &[u8]) -> [u64; 2] {
    if text.is_empty() {
        return [0; 2];
    }
    let half = |seed: u64| {
        let mut hasher = FixedState::with_seed(seed).build_hasher();
        hasher.write(text);
        hasher.finish()
    };
    [half(0x6576_656e_7473_2d31), half(0x6576_656e_7473_2d32)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_days_of_the_calendar() {
        assert_eq!(day(b"20200229"), Some((2020, 2, 29)));
        assert_eq!(day(b"2018-06-01"), Some((2018, 6, 1)));
        for text in ["20190229", "20181301", "20180631", "2018", "2018-6-1", "20180601x", "", "2018/06/01", "20180600"] {
            assert_eq!(day(text.as_bytes()), None, "{text}");
        }
        assert_eq!(month_number(2018, 6).map(year_month), Some((2018, 6)));
        assert_eq!((month_number(1899, 12), month_number(2200, 1)), (None, None));
    }

    #[test]
    fn codes_keep_their_zeros_and_their_order() {
        let codes = EventCodes::embedded().unwrap();
        let mut last = None;
        for c in codes.cameo.iter() {
            let number = cameo(c.code.as_bytes());
            assert!(number > last, "{}", c.code);
            assert_eq!(code_text(Scheme::Cameo, number.unwrap(), codes), c.code);
            last = number;
        }
        for text in ["", "1", "000", "210", "10.0", "01234", "---", "0", "21", "00"] {
            assert_eq!(cameo(text.as_bytes()), None, "{text}");
        }
        assert_eq!(code_text(Scheme::Plover, 0, codes), "ACCUSE");
    }

    #[test]
    fn values_are_exact_decimals() {
        let read = |t: &str| goldstein(t.as_bytes());
        assert_eq!(
            [read("-10"), read("4.0"), read("-0.4"), read("7"), read(".5"), read("3.40001")],
            [Some(-100_000), Some(40_000), Some(-4_000), Some(70_000), Some(5_000), Some(34_000)]
        );
        assert_eq!([read(""), read("-"), read("11"), read("1e1"), read("x"), read("10.00005")], [None; 6]);
    }

    #[test]
    fn letters_are_numbers_in_order() {
        assert_eq!((letters(b"AAA"), letters(b"ZZZ")), (Some(1), Some(17_576)));
        assert!(letters(b"CHN") < letters(b"RUS"));
        assert_eq!(letters_text(letters(b"RUS").unwrap()), "RUS");
        assert_eq!((letters(b"rus"), letters(b"RU"), letters(b"USAGOV")), (None, None, None));
    }

    #[test]
    fn texts_have_fingerprints_that_do_not_change() {
        assert_eq!(fingerprint(b""), [0, 0]);
        assert_ne!(fingerprint(b"a"), fingerprint(b"b"));
        assert_eq!(fingerprint(b"https://example.org/a"), fingerprint(b"https://example.org/a"));
    }

    proptest! {
        #[test]
        fn a_record_survives_the_disk(source in 0u8..8, a in any::<u16>(), b in any::<u16>(), code in any::<u16>(), day in 1u8..32,
            text in any::<[u64; 2]>(), file in any::<u32>(), line in any::<u32>(), value in any::<i32>(), x in 0usize..15, y in 0usize..15) {
            let roles = pack_roles(Role::ALL[x], Role::ALL[y]);
            let record = Record { key: Record::key(source, (a, b), code, day), text, file, line, goldstein: value, roles, head: true };
            let mut bytes = Vec::new();
            record.write(&mut bytes);
            prop_assert_eq!(Record::read(bytes.as_slice().try_into().unwrap()), record);
            prop_assert_eq!(parts(record.cell()), (source, (a, b), code));
            prop_assert_eq!(record.day(), day);
            prop_assert_eq!(unpack_roles(roles), (Role::ALL[x], Role::ALL[y]));
        }
    }
}
