//! Fonts of a PDF, as far as reading needs them: which characters a code stands for, and how wide it is.
//!
//! In order of trust: the font's own map to Unicode, a named encoding of CJK text, names of glyphs, the base encoding.

use std::collections::BTreeMap;
use std::rc::Rc;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, MACINTOSH, SHIFT_JIS, UTF_16BE, WINDOWS_1252};
use hayro_cmap::{BfString, CMap};
use hayro_syntax::object::dict::Dict;
use hayro_syntax::object::stream::Stream;
use hayro_syntax::object::{Array, Name, Object};
use unicode_normalization::UnicodeNormalization;

/// One code of a string.
pub(crate) struct Glyph {
    /// Its characters; empty where the file does not say.
    pub(crate) text: String,
    /// In em.
    pub(crate) width: f64,
    /// Whether it is the one-byte code 32, to which word spacing is added.
    pub(crate) space: bool,
}

/// How codes are cut from bytes and read.
enum Codes {
    /// One byte each, with the characters of each.
    Simple(Box<[String; 256]>),
    /// Two bytes each, to be read by the map alone.
    Pairs,
    /// Characters of an encoding.
    Named(&'static Encoding),
}

/// A font.
pub(crate) struct Font {
    codes: Codes,
    to_unicode: Option<CMap>,
    widths: BTreeMap<u32, f64>,
    default_width: f64,
    pub(crate) vertical: bool,
}

/// Fonts by their object, so that each is read once.
#[derive(Default)]
pub(crate) struct Fonts(BTreeMap<(i32, i32), Rc<Font>>);

impl Fonts {
    pub(crate) fn get(&mut self, dict: &Dict<'_>) -> Rc<Font> {
        let Some(id) = dict.obj_id() else { return Rc::new(Font::new(dict)) };
        let key = (id.obj_number as i32, id.gen_number);
        Rc::clone(self.0.entry(key).or_insert_with(|| Rc::new(Font::new(dict))))
    }
}

impl Font {
    fn new(dict: &Dict<'_>) -> Self {
        let to_unicode =
            dict.get::<Stream<'_>>("ToUnicode").and_then(|s| super::pdf::small_stream(&s)).and_then(|b| CMap::parse(&b, |_| None));
        if dict.get::<Name<'_>>("Subtype").is_some_and(|n| n.as_str() == "Type0") {
            Self::composite(dict, to_unicode)
        } else {
            Self::simple(dict, to_unicode)
        }
    }

    fn simple(dict: &Dict<'_>, to_unicode: Option<CMap>) -> Self {
        let encoding = dict.get::<Object<'_>>("Encoding");
        let base = match &encoding {
            Some(Object::Name(n)) => Some(n.as_str().to_owned()),
            Some(Object::Dict(d)) => d.get::<Name<'_>>("BaseEncoding").map(|n| n.as_str().to_owned()),
            _ => None,
        };
        let table = if base.as_deref() == Some("MacRomanEncoding") { MACINTOSH } else { WINDOWS_1252 };
        let mut texts: Box<[String; 256]> = Box::new(std::array::from_fn(|i| {
            let byte = [i as u8];
            if i < 32 { String::new() } else { table.decode_without_bom_handling(&byte).0.into_owned() }
        }));
        if let Some(Object::Dict(d)) = &encoding {
            let mut code = 0_usize;
            for o in d.get::<Array<'_>>("Differences").into_iter().flat_map(|a| a.iter::<Object<'_>>().collect::<Vec<_>>()) {
                match o {
                    Object::Number(n) => code = usize::try_from(n.as_i64()).unwrap_or(usize::MAX),
                    Object::Name(n) => {
                        if let Some(slot) = texts.get_mut(code) {
                            *slot = glyph_name(n.as_str());
                        }
                        code = code.saturating_add(1);
                    }
                    _ => {}
                }
            }
        }
        // glyphs of type 3 are drawings in a space of their own
        let scale = dict
            .get::<Array<'_>>("FontMatrix")
            .and_then(|m| m.iter::<Object<'_>>().next())
            .map_or(0.001, |o| if let Object::Number(n) = o { n.as_f64().abs() } else { 0.001 });
        let first = dict.get::<i32>("FirstChar").unwrap_or(0).max(0) as u32;
        let widths: BTreeMap<u32, f64> = dict
            .get::<Array<'_>>("Widths")
            .into_iter()
            .flat_map(|a| a.iter::<Object<'_>>().collect::<Vec<_>>())
            .take(256)
            .zip(first..)
            .filter_map(|(o, c)| if let Object::Number(n) = o { Some((c, n.as_f64() * scale)) } else { None })
            .collect();
        Self { codes: Codes::Simple(texts), to_unicode, widths, default_width: 0.5, vertical: false }
    }

    fn composite(dict: &Dict<'_>, to_unicode: Option<CMap>) -> Self {
        let name = dict.get::<Name<'_>>("Encoding").map(|n| n.as_str().to_owned()).unwrap_or_default();
        let starts = |p: &[&str]| p.iter().any(|p| name.starts_with(p));
        let codes = if name.contains("UCS2") || name.contains("UTF16") {
            Codes::Named(UTF_16BE)
        } else if starts(&["GB"]) {
            Codes::Named(GB18030)
        } else if starts(&["B5", "ETen", "HKscs", "ETHK"]) {
            Codes::Named(BIG5)
        } else if name.contains("RKSJ") {
            Codes::Named(SHIFT_JIS)
        } else if starts(&["EUC"]) {
            Codes::Named(EUC_JP)
        } else if starts(&["KSC"]) {
            Codes::Named(EUC_KR)
        } else {
            Codes::Pairs
        };
        let child = dict.get::<Array<'_>>("DescendantFonts").and_then(|a| a.iter::<Dict<'_>>().next()).unwrap_or_else(Dict::empty);
        let default_width = child.get::<i32>("DW").map_or(1.0, |w| f64::from(w) / 1000.0);
        let mut widths = BTreeMap::new();
        let mut run: Vec<f64> = Vec::new();
        for o in child.get::<Array<'_>>("W").into_iter().flat_map(|a| a.iter::<Object<'_>>().collect::<Vec<_>>()) {
            match o {
                Object::Number(n) => run.push(n.as_f64()),
                Object::Array(list) => {
                    let first = run.pop().unwrap_or(0.0).max(0.0) as u32;
                    for (o, c) in list.iter::<Object<'_>>().zip(first..) {
                        if let Object::Number(n) = o {
                            widths.insert(c, n.as_f64() / 1000.0);
                        }
                    }
                    run.clear();
                }
                _ => {}
            }
            if let [first, last, width] = run[..] {
                let (first, last) = (first.max(0.0) as u32, last.clamp(0.0, 65535.0) as u32);
                widths.extend((first..=last).map(|c| (c, width / 1000.0)));
                run.clear();
            }
        }
        Self { codes, to_unicode, widths, default_width, vertical: name.ends_with("-V") }
    }

    /// The codes of a string.
    pub(crate) fn glyphs(&self, bytes: &[u8]) -> Vec<Glyph> {
        let mapped = |code: u32| match self.to_unicode.as_ref()?.lookup_bf_string(code)? {
            BfString::Char(c) => Some(c.to_string()),
            BfString::String(s) => Some(s),
        };
        let sane = |t: String| {
            if t.chars().any(|c| c == '\u{FFFD}' || (c.is_control() && c != '\t')) {
                String::new()
            } else if t.chars().any(|c| matches!(c, '\u{fb00}'..='\u{fb06}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')) {
                // ligatures and the shapes that Arabic letters take in a word stand for plain letters
                t.nfkc().collect()
            } else {
                t
            }
        };
        let width = |code: u32| self.widths.get(&code).copied().unwrap_or(self.default_width);
        match &self.codes {
            Codes::Simple(texts) => bytes
                .iter()
                .map(|b| {
                    let code = u32::from(*b);
                    let text = mapped(code).unwrap_or_else(|| texts[usize::from(*b)].clone());
                    Glyph { text: sane(text), width: width(code), space: *b == 32 }
                })
                .collect(),
            Codes::Pairs => bytes
                .chunks(2)
                .map(|p| {
                    let code = p.iter().fold(0, |c, b| c << 8 | u32::from(*b));
                    Glyph { text: sane(mapped(code).unwrap_or_default()), width: width(code), space: false }
                })
                .collect(),
            Codes::Named(encoding) => {
                let (text, _) = encoding.decode_without_bom_handling(bytes);
                text.chars()
                    .map(|c| Glyph { text: sane(c.to_string()), width: if c.is_ascii() { 0.5 } else { self.default_width }, space: false })
                    .collect()
            }
        }
    }
}

/// The characters of a glyph by its name, after the conventions of the Adobe Glyph List.
fn glyph_name(name: &str) -> String {
    let bare = name.split('.').next().unwrap_or_default();
    if bare.contains('_') {
        return bare.split('_').map(glyph_name).collect();
    }
    let hex = |s: &str| u32::from_str_radix(s, 16).ok().and_then(char::from_u32);
    if let Some(c) = bare.strip_prefix("uni").filter(|h| h.len() == 4).and_then(hex) {
        return c.to_string();
    }
    if let Some(c) = bare.strip_prefix('u').filter(|h| (4..=6).contains(&h.len())).and_then(hex) {
        return c.to_string();
    }
    // Cyrillic capitals А-Я without Ё are afii10017-10049, small letters 10065-10097, with Ё between Е and Ж
    if let Some(n) = bare.strip_prefix("afii").and_then(|n| n.parse::<u32>().ok()) {
        let cyrillic = |base: u32, io: char, first: u32| match n - base {
            d @ 0..=5 => char::from_u32(first + d),
            6 => Some(io),
            d => char::from_u32(first + d - 1),
        };
        let c = match n {
            10017..=10049 => cyrillic(10017, 'Ё', 0x410),
            10065..=10097 => cyrillic(10065, 'ё', 0x430),
            61352 => Some('№'),
            // Arabic digits and letters stand in the order of Unicode
            57392..=57401 => char::from_u32(0x660 + n - 57392),
            57409..=57434 => char::from_u32(0x621 + n - 57409),
            57440..=57450 => char::from_u32(0x640 + n - 57440),
            _ => None,
        };
        return c.map(String::from).unwrap_or_default();
    }
    let mut chars = bare.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => return c.to_string(),
        (Some(letter), Some(_)) if letter.is_ascii_alphabetic() => {
            let marks = [
                ("grave", '\u{300}'),
                ("acute", '\u{301}'),
                ("circumflex", '\u{302}'),
                ("tilde", '\u{303}'),
                ("macron", '\u{304}'),
                ("breve", '\u{306}'),
                ("dieresis", '\u{308}'),
                ("ring", '\u{30a}'),
                ("hungarumlaut", '\u{30b}'),
                ("caron", '\u{30c}'),
                ("cedilla", '\u{327}'),
                ("ogonek", '\u{328}'),
            ];
            if let Some((_, mark)) = marks.iter().find(|(n, _)| *n == &bare[1..]) {
                return [letter, *mark].into_iter().nfc().collect();
            }
        }
        _ => {}
    }
    NAMES.iter().find(|(n, _)| *n == bare).map(|(_, t)| (*t).to_owned()).unwrap_or_default()
}

/// Names that are no letter with a mark.
#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    ("space", " "), ("nbspace", " "), ("exclam", "!"), ("quotedbl", "\""), ("numbersign", "#"), ("dollar", "$"), ("percent", "%"),
    ("ampersand", "&"), ("quotesingle", "'"), ("quoteright", "’"), ("quoteleft", "‘"), ("parenleft", "("), ("parenright", ")"),
    ("asterisk", "*"), ("plus", "+"), ("comma", ","), ("hyphen", "-"), ("minus", "−"), ("sfthyphen", ""), ("period", "."), ("slash", "/"), ("zero", "0"),
    ("one", "1"), ("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("seven", "7"), ("eight", "8"), ("nine", "9"),
    ("colon", ":"), ("semicolon", ";"), ("less", "<"), ("equal", "="), ("greater", ">"), ("question", "?"), ("at", "@"), ("bracketleft", "["),
    ("backslash", "\\"), ("bracketright", "]"), ("asciicircum", "^"), ("underscore", "_"), ("braceleft", "{"), ("bar", "|"), ("braceright", "}"),
    ("asciitilde", "~"), ("bullet", "•"), ("endash", "–"), ("emdash", "—"), ("quotedblleft", "“"), ("quotedblright", "”"), ("quotesinglbase", "‚"),
    ("quotedblbase", "„"), ("ellipsis", "…"), ("guillemotleft", "«"), ("guillemotright", "»"), ("guilsinglleft", "‹"), ("guilsinglright", "›"),
    ("section", "§"), ("paragraph", "¶"), ("degree", "°"), ("copyright", "©"), ("registered", "®"), ("trademark", "™"), ("ordmasculine", "º"),
    ("ordfeminine", "ª"), ("questiondown", "¿"), ("exclamdown", "¡"), ("germandbls", "ß"), ("ae", "æ"), ("AE", "Æ"), ("oe", "œ"), ("OE", "Œ"),
    ("oslash", "ø"), ("Oslash", "Ø"), ("lslash", "ł"), ("Lslash", "Ł"), ("dotlessi", "ı"), ("eth", "ð"), ("Eth", "Ð"), ("thorn", "þ"), ("Thorn", "Þ"),
    ("dcroat", "đ"), ("Dcroat", "Đ"), ("fi", "fi"), ("fl", "fl"), ("ff", "ff"), ("ffi", "ffi"), ("ffl", "ffl"), ("Euro", "€"), ("sterling", "£"),
    ("yen", "¥"), ("multiply", "×"), ("divide", "÷"), ("plusminus", "±"), ("periodcentered", "·"), ("onehalf", "½"), ("onequarter", "¼"),
    ("threequarters", "¾"), ("numero", "№"), ("Idotaccent", "İ"), ("grave", "`"), ("acute", "´"), ("macron", "¯"), ("cedilla", "¸"), ("dieresis", "¨"),
];

#[cfg(test)]
mod tests {
    use super::glyph_name;

    #[test]
    fn names_of_glyphs_give_their_characters() {
        for (name, text) in [
            ("A", "A"),
            ("eacute", "é"),
            ("uni0416", "Ж"),
            ("u1F600", "😀"),
            ("f_i", "fi"),
            ("afii10017", "А"),
            ("afii10023", "Ё"),
            ("afii10049", "Я"),
            ("afii10097", "я"),
            ("afii57410", "آ"),
            ("afii57440", "ـ"),
            ("one.oldstyle", "1"),
            ("g123", ""),
            ("", ""),
        ] {
            assert_eq!(glyph_name(name), text, "{name}");
        }
    }
}
