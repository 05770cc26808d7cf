//! Characters of a file: what the file states (byte order mark, `charset`), else what its bytes look like. An assumption is named.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// How many bytes are looked at to tell an encoding.
pub(crate) const LOOK: usize = 1 << 20;

/// An encoding, and whether it was assumed from the bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Found {
    pub(crate) encoding: &'static Encoding,
    pub(crate) assumed: bool,
}

impl Found {
    /// Its name where it was assumed, else nothing.
    pub(crate) fn name_if_assumed(self) -> String {
        if self.assumed { self.encoding.name().to_ascii_lowercase() } else { String::new() }
    }
}

/// Tells the encoding of bytes. `stated` is what the file says of itself, `whole` that no byte is missing at the end.
pub(crate) fn detect(bytes: &[u8], stated: Option<&str>, whole: bool) -> Found {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Found { encoding, assumed: false };
    }
    let head = &bytes[..bytes.len().min(LOOK)];
    if let Some(encoding) = utf16_without_mark(head) {
        return Found { encoding, assumed: true };
    }
    let valid = match std::str::from_utf8(head) {
        Ok(_) => true,
        // a character cut by the end of the look is no error
        Err(e) => e.error_len().is_none() && (!whole || head.len() < bytes.len()),
    };
    if valid {
        return Found { encoding: UTF_8, assumed: false };
    }
    if let Some(encoding) = stated.and_then(|s| Encoding::for_label(s.trim().as_bytes())).filter(|e| *e != UTF_8) {
        return Found { encoding, assumed: false };
    }
    if nearly_utf_8(head) {
        return Found { encoding: UTF_8, assumed: true };
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole && head.len() == bytes.len());
    let encoding = detector.guess(None, Utf8Detection::Deny);
    // a superset: what GBK reads, GB18030 reads too
    Found { encoding: if encoding == GBK { GB18030 } else { encoding }, assumed: true }
}

/// UTF-8 with a few broken bytes: characters of several bytes come about by chance in no other encoding.
fn nearly_utf_8(head: &[u8]) -> bool {
    let (mut long, mut broken) = (0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        // a character of several bytes begins with one from here on
        long += chunk.valid().bytes().filter(|b| *b >= 0xc2).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    long >= 20 * broken
}

/// UTF-16 without a byte order mark shows in zero bytes on one side of most pairs.
fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let pairs = head.len().min(4096) / 2;
    if pairs < 8 {
        return None;
    }
    let (mut even, mut odd) = (0, 0);
    for p in head.as_chunks::<2>().0.iter().take(pairs) {
        even += usize::from(p[0] == 0);
        odd += usize::from(p[1] == 0);
    }
    // in a text beyond Latin only spaces, digits and stops have the zero byte; they stand on one side all the same
    let enough = pairs / 20;
    if odd > enough && even == 0 {
        Some(UTF_16LE)
    } else if even > enough && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Decodes a whole file. Says how many characters could not be read; they stand as U+FFFD.
pub(crate) fn decode(bytes: &[u8], stated: Option<&str>) -> (String, Found, usize) {
    let found = detect(bytes, stated, true);
    let (text, used, broken) = found.encoding.decode(bytes);
    let lost = if broken { text.matches('\u{FFFD}').count() } else { 0 };
    (text.into_owned(), Found { encoding: used, ..found }, lost)
}

/// Whether bytes are no text at all in the encoding found: characters that steer devices, or replacement characters, abound.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64 << 10)];
    if head.is_empty() {
        return false;
    }
    let found = detect(head, None, false);
    let (text, _, _) = found.encoding.decode(head);
    let (mut all, mut odd) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        let steering = c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1a}' | '\u{85}');
        odd += usize::from(steering || c == '\u{FFFD}');
    }
    odd * 20 > all
}

/// Turns a stream of any encoding into a stream of UTF-8, with bounded memory.
pub(crate) struct Utf8Stream<R> {
    inner: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    finished: bool,
    /// Decoded characters that a small buffer had no room for.
    owed: Vec<u8>,
}

impl<R: Read> Utf8Stream<R> {
    /// Looks at the beginning of a stream and decodes it from there.
    pub(crate) fn new(mut inner: R) -> io::Result<(Self, Found)> {
        let mut raw = Vec::new();
        inner.by_ref().take(LOOK as u64).read_to_end(&mut raw)?;
        let ended = raw.len() < LOOK;
        let found = detect(&raw, None, ended);
        let to = raw.len();
        Ok((Self { inner, decoder: found.encoding.new_decoder(), raw, from: 0, to, ended, finished: false, owed: Vec::new() }, found))
    }
}

impl<R: Read> Read for Utf8Stream<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // the decoder needs room for one character
        if out.len() < 16 && self.owed.is_empty() {
            let mut small = [0_u8; 64];
            let n = self.decode_into(&mut small)?;
            self.owed.extend_from_slice(&small[..n]);
        }
        if !self.owed.is_empty() || out.len() < 16 {
            let n = self.owed.len().min(out.len());
            out[..n].copy_from_slice(&self.owed[..n]);
            self.owed.drain(..n);
            return Ok(n);
        }
        self.decode_into(out)
    }
}

impl<R: Read> Utf8Stream<R> {
    fn decode_into(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.finished {
                return Ok(0);
            }
            if self.from == self.to && !self.ended {
                self.raw.resize(LOOK.min(64 << 10), 0);
                self.to = self.inner.read(&mut self.raw)?;
                self.from = 0;
                self.ended = self.to == 0;
            }
            let (result, read, written, _) = self.decoder.decode_to_utf8(&self.raw[self.from..self.to], out, self.ended);
            self.from += read;
            if self.ended && result == encoding_rs::CoderResult::InputEmpty {
                self.finished = true;
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, KOI8_R, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};
    use proptest::prelude::*;

    const RUSSIAN: &str = "Статья 1. Иностранным агентом признаётся лицо, получившее поддержку и находящееся под иностранным влиянием. \
                           Реестр иностранных агентов ведёт уполномоченный орган.";

    #[test]
    fn encodings_without_a_mark_are_told_apart_and_named_as_assumed() {
        for (encoding, text) in [
            (WINDOWS_1251, RUSSIAN),
            (KOI8_R, RUSSIAN),
            (WINDOWS_1252, "Chaque association déclarée perçoit des aides de l’étranger à condition d’en être agréée par le préfet."),
            (
                WINDOWS_1256,
                "المادة الأولى: تلتزم كل جمعية تتلقى تمويلا أجنبيا بالتسجيل لدى الجهة المختصة خلال ثلاثين يوما من تاريخ العمل بهذا القانون",
            ),
            (
                GB18030,
                "第一条 境外非政府组织在中国境内开展活动，应当依法登记设立代表机构；未登记的不得开展活动。第二条 国家保护其合法权益。",
            ),
            (BIG5, "第一條 本法所稱外國代理人，指受外國政府資助之團體。主管機關應備置登記簿，並公告之。"),
        ] {
            let (bytes, _, lossy) = encoding.encode(text);
            assert!(!lossy, "{}", encoding.name());
            let (back, found, lost) = decode(&bytes, None);
            assert_eq!(back, text, "{}", encoding.name());
            assert!(found.assumed && lost == 0);
            assert!(!is_binary(&bytes), "{}", encoding.name());
        }
    }

    #[test]
    fn utf_8_with_a_few_broken_bytes_stays_utf_8() {
        let text = "Закон о некоммерческих организациях, получающих средства из-за рубежа. ".repeat(3);
        let mut bytes = text.clone().into_bytes();
        bytes.splice(102..102, [0xff, 0xfe, 0xc3]);
        let (read, found, lost) = decode(&bytes, None);
        assert_eq!((found.encoding, found.assumed, lost), (UTF_8, true, 3));
        assert_eq!(read.replace('\u{fffd}', ""), text);
        let (other, _, _) = encoding_rs::WINDOWS_1251.encode(&text);
        assert_eq!(decode(&other, Some("utf-8")).0, text);
    }

    #[test]
    fn utf_16_is_read_with_and_without_a_mark() {
        for (marked, big) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut bytes = Vec::new();
            let units = marked.then_some(0xFEFF).into_iter().chain(RUSSIAN.encode_utf16());
            units.for_each(|u| bytes.extend(if big { u.to_be_bytes() } else { u.to_le_bytes() }));
            let (back, found, _) = decode(&bytes, None);
            assert_eq!(back, RUSSIAN);
            assert_eq!(found.assumed, !marked);
        }
    }

    #[test]
    fn what_the_file_states_wins_over_the_look_but_not_over_valid_utf_8() {
        let (bytes, _, _) = WINDOWS_1251.encode("Да");
        assert_eq!(decode(&bytes, Some("windows-1251")).0, "Да");
        assert_eq!(decode("Да".as_bytes(), Some("windows-1251")).0, "Да");
    }

    #[test]
    fn bytes_that_are_no_text_are_binary() {
        assert!(is_binary(&(0..2000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<_>>()));
        assert!(!is_binary(b"plain words\r\n"));
        assert!(!is_binary(b""));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_and_a_stream_gives_the_same_characters(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
            let (whole, _, _) = decode(&bytes, None);
            let (mut stream, _) = Utf8Stream::new(bytes.as_slice()).unwrap();
            let mut streamed = String::new();
            stream.read_to_string(&mut streamed).unwrap();
            prop_assert_eq!(whole, streamed);
        }
    }
}
