//! Numbers as publishers write them, read from bytes without allocating.

/// Whether a cell says that there is no value. Quotes and surrounding blanks are gone already.
pub(crate) fn is_missing(cell: &[u8]) -> bool {
    matches!(cell, b"" | b"." | b"NA" | b"N/A" | b"#N/A" | b"NaN" | b"nan" | b"NULL" | b"null")
}

/// A whole number, also written as `12.0`. `None` where it is none.
pub(crate) fn whole(cell: &[u8]) -> Option<i64> {
    let (negative, digits) = match cell {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, cell),
    };
    let digits = match digits.iter().position(|&b| b == b'.') {
        // floats that are integral, as R and pandas write them
        Some(dot) if digits[dot + 1..].iter().all(|&b| b == b'0') => &digits[..dot],
        Some(_) => return None,
        None => digits,
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0i64;
    for &b in digits {
        if !b.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(b - b'0');
    }
    Some(if negative { -value } else { value })
}

/// A finite decimal number; with `comma`, a single comma may stand for the point. `None` where it is none.
pub(crate) fn decimal(cell: &[u8], comma: bool) -> Option<f64> {
    let plain = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    let text = std::str::from_utf8(cell).ok()?;
    let parsed: f64 = if cell.iter().all(plain) {
        text.parse().ok()?
    } else if comma && cell.iter().all(|b| plain(b) || *b == b',') && !text.contains('.') {
        text.replacen(',', ".", 1).parse().ok()?
    } else {
        return None;
    };
    parsed.is_finite().then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_numbers_in_their_disguises() {
        assert_eq!(whole(b"-9"), Some(-9));
        assert_eq!(whole(b"12.0"), Some(12));
        assert_eq!(whole(b"0.5"), None);
        assert_eq!(whole(b"1e3"), None);
        assert_eq!(whole(b""), None);
        assert_eq!(whole(b"-"), None);
        assert_eq!(whole(b"99999999999999999999"), None);
    }

    #[test]
    fn a_decimal_comma_only_where_it_is_expected() {
        assert_eq!(decimal(b"0,5", true), Some(0.5));
        assert_eq!(decimal(b"0,5", false), None);
        assert_eq!(decimal(b"1,000,5", true), None);
        assert_eq!(decimal(b"inf", false), None);
        assert_eq!(decimal(b"1e999", false), None);
    }

    proptest! {
        #[test]
        fn numbers_survive_writing_and_reading(i in -1_000_000_000i64..1_000_000_000, x in -1e6f64..1e6) {
            prop_assert_eq!(whole(i.to_string().as_bytes()), Some(i));
            prop_assert_eq!(decimal(x.to_string().as_bytes(), false), Some(x));
        }

        #[test]
        fn any_bytes_are_a_number_or_not(bytes in prop::collection::vec(any::<u8>(), 0..24), comma: bool) {
            let _ = (is_missing(&bytes), whole(&bytes), decimal(&bytes, comma));
        }
    }
}
