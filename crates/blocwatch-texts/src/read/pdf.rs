//! PDF: the text layer, page by page, in the order in which it is drawn. Scans without one are named as such.
//!
//! The file's structure is read by `hayro-syntax`; this module follows the text operators,
//! [`super::pdf_font`] turns codes into characters and [`super::pdf_lines`] characters into lines. Everything is bounded: bytes unpacked, instructions followed, forms nested.

use std::io::Read;

use hayro_syntax::Pdf;
use hayro_syntax::content::UntypedIter;
use hayro_syntax::object::dict::Dict;
use hayro_syntax::object::stream::Stream;
use hayro_syntax::object::{Array, Name, Object};
use hayro_syntax::page::Resources;

use super::pdf_font::{Font, Fonts};
use super::pdf_lines::{Lines, Spot, drop_running_heads, join};

/// What a PDF gave.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Pages {
    pub(crate) text: String,
    pub(crate) pages: usize,
    /// Pages on which nothing is written (scans, figures).
    pub(crate) pages_without_text: usize,
    /// Characters drawn, and those that the file does not say how to read.
    pub(crate) drawn: usize,
    pub(crate) unknown: usize,
}

/// Why a PDF was not read: code and reason.
pub(crate) type Refused = (&'static str, String);

/// Instructions followed in one file.
const INSTRUCTIONS: u64 = 60_000_000;
/// How deep forms nest.
const FORMS: usize = 8;

/// Reads the text of a PDF. `limit` bounds the bytes that any one stream, and the text, may have. A panic of a library is caught.
pub(crate) fn read(bytes: Vec<u8>, limit: u64) -> Result<Pages, Refused> {
    let work = move || pages(bytes, limit);
    // on a stack of its own: a file may nest what it likes
    let thread = std::thread::Builder::new().name("pdf".to_owned()).stack_size(16 << 20).spawn(move || {
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(("broken-pdf", "is a PDF that the reader gave up on".to_owned())))
    });
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        _ => Err(("broken-pdf", "is a PDF that the reader gave up on".to_owned())),
    }
}

fn pages(bytes: Vec<u8>, limit: u64) -> Result<Pages, Refused> {
    let pdf = Pdf::new(bytes).map_err(|e| match e {
        hayro_syntax::LoadPdfError::Decryption(_) => ("password", "is a PDF locked by a password".to_owned()),
        hayro_syntax::LoadPdfError::Invalid => ("broken-pdf", "is no whole PDF".to_owned()),
    })?;
    let mut out = Pages { pages: pdf.pages().len(), ..Pages::default() };
    let mut fonts = Fonts::default();
    let mut budget = Budget { instructions: INSTRUCTIONS, bytes: limit.saturating_mul(4) };
    let mut pages: Vec<Vec<String>> = Vec::new();
    for page in pdf.pages().iter() {
        let mut lines = Lines::default();
        if let Some(content) = content(page.raw(), &mut budget) {
            let mut run = Run { fonts: &mut fonts, lines: &mut lines, budget: &mut budget };
            run.content(&content, page.resources(), Matrix::UNIT, 0);
        }
        out.drawn += lines.drawn;
        out.unknown += lines.unknown;
        let lines = lines.finish();
        out.pages_without_text += usize::from(lines.iter().all(|l| l.trim().is_empty()));
        pages.push(lines);
        if budget.instructions == 0 || budget.bytes == 0 {
            return Err(("too-large", "unpacks to more than a document may have".to_owned()));
        }
    }
    drop_running_heads(&mut pages);
    out.text = join(pages.into_iter().flatten());
    Ok(out)
}

/// What may still be spent on one file.
struct Budget {
    instructions: u64,
    bytes: u64,
}

/// The content of a page: one stream or several in a row.
fn content(page: &Dict<'_>, budget: &mut Budget) -> Option<Vec<u8>> {
    if let Some(stream) = page.get::<Stream<'_>>("Contents") {
        return unpacked(&stream, budget);
    }
    let mut all = Vec::new();
    for stream in page.get::<Array<'_>>("Contents")?.iter::<Stream<'_>>() {
        if let Some(bytes) = unpacked(&stream, budget) {
            all.extend_from_slice(&bytes);
            all.push(b'\n');
        }
    }
    Some(all)
}

/// The bytes of a stream, within the budget. The usual packing is unpacked here, where it can be stopped.
fn unpacked(stream: &Stream<'_>, budget: &mut Budget) -> Option<Vec<u8>> {
    let filters = filters(stream.dict());
    let names: Vec<&str> = filters.iter().map(String::as_str).collect();
    let plain = !stream.dict().contains_key("DecodeParms") && !stream.dict().contains_key("DP");
    let bytes = match names[..] {
        [] => stream.raw_data().into_owned(),
        ["FlateDecode" | "Fl"] if plain => {
            let raw = stream.raw_data();
            let mut bytes = Vec::new();
            // a broken end does not take away what came before it
            drop(flate2::read::ZlibDecoder::new(&*raw).take(budget.bytes).read_to_end(&mut bytes));
            bytes
        }
        // packed twice: only files made to fill memory are
        _ if names.iter().filter(|f| matches!(**f, "FlateDecode" | "Fl" | "LZWDecode" | "LZW" | "RunLengthDecode" | "RL")).count() > 1 => {
            return None;
        }
        _ => stream.decoded_data().ok()?.into_owned(),
    };
    budget.bytes = budget.bytes.saturating_sub(bytes.len() as u64);
    Some(bytes)
}

/// Names of the filters of a stream.
fn filters(dict: &Dict<'_>) -> Vec<String> {
    let name = |n: Name<'_>| n.as_str().to_owned();
    for key in ["Filter", "F"] {
        if let Some(one) = dict.get::<Name<'_>>(key) {
            return vec![name(one)];
        }
        if let Some(list) = dict.get::<Array<'_>>(key) {
            return list.iter::<Name<'_>>().map(name).collect();
        }
    }
    Vec::new()
}

/// A stream of a font: small.
pub(crate) fn small_stream(stream: &Stream<'_>) -> Option<Vec<u8>> {
    unpacked(stream, &mut Budget { instructions: 0, bytes: 8 << 20 })
}

/// An affine map, as PDF writes it.
#[derive(Debug, Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const UNIT: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// First `self`, then `next`.
    fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, next.0);
        Self([a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l])
    }

    fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

/// State of text.
#[derive(Clone)]
struct TextState {
    ctm: Matrix,
    font: Option<std::rc::Rc<Font>>,
    size: f64,
    characters: f64,
    words: f64,
    scale: f64,
    leading: f64,
    /// Drawn for nobody to see, as the text under a scan is: read all the same.
    rise: f64,
}

struct Run<'f, 'l> {
    fonts: &'f mut Fonts,
    lines: &'l mut Lines,
    budget: &'l mut Budget,
}

fn number(o: Option<&Object<'_>>) -> f64 {
    match o {
        Some(Object::Number(n)) => Some(n.as_f64()).filter(|v| v.is_finite()).unwrap_or(0.0),
        _ => 0.0,
    }
}

impl Run<'_, '_> {
    fn content(&mut self, bytes: &[u8], resources: &Resources<'_>, ctm: Matrix, depth: usize) {
        let mut state = TextState { ctm, font: None, size: 0.0, characters: 0.0, words: 0.0, scale: 1.0, leading: 0.0, rise: 0.0 };
        let mut saved: Vec<TextState> = Vec::new();
        let (mut matrix, mut line) = (Matrix::UNIT, Matrix::UNIT);
        let mut instructions = UntypedIter::new(bytes);
        while let Some(instruction) = instructions.next() {
            if self.budget.instructions == 0 {
                return;
            }
            self.budget.instructions -= 1;
            let operands: Vec<&Object<'_>> = instruction.operands().collect();
            let at = |i: usize| number(operands.get(i).copied());
            match &**instruction.operator {
                b"q" if saved.len() < 512 => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => state.ctm = Matrix(std::array::from_fn(at)).then(state.ctm),
                b"BT" => (matrix, line) = (Matrix::UNIT, Matrix::UNIT),
                b"Tf" => {
                    if let Some(Object::Name(name)) = operands.first() {
                        state.font = resources.get_font(name).map(|d| self.fonts.get(&d));
                    }
                    state.size = at(1);
                }
                b"Tc" => state.characters = at(0),
                b"Tw" => state.words = at(0),
                b"Tz" => state.scale = at(0) / 100.0,
                b"TL" => state.leading = at(0),
                b"Ts" => state.rise = at(0),
                b"Td" => (line, matrix) = both(Matrix::translation(at(0), at(1)).then(line)),
                b"TD" => {
                    state.leading = -at(1);
                    (line, matrix) = both(Matrix::translation(at(0), at(1)).then(line));
                }
                b"Tm" => (line, matrix) = both(Matrix(std::array::from_fn(at))),
                b"T*" => (line, matrix) = both(Matrix::translation(0.0, -state.leading).then(line)),
                b"Tj" => self.show(operands.first().copied(), &state, &mut matrix),
                b"'" => {
                    (line, matrix) = both(Matrix::translation(0.0, -state.leading).then(line));
                    self.show(operands.first().copied(), &state, &mut matrix);
                }
                b"\"" => {
                    (state.words, state.characters) = (at(0), at(1));
                    (line, matrix) = both(Matrix::translation(0.0, -state.leading).then(line));
                    self.show(operands.get(2).copied(), &state, &mut matrix);
                }
                b"TJ" => {
                    if let Some(Object::Array(parts)) = operands.first() {
                        for part in parts.iter::<Object<'_>>() {
                            match &part {
                                Object::Number(n) => {
                                    let move_by = -n.as_f64() / 1000.0 * state.size * state.scale;
                                    matrix = Matrix::translation(move_by, 0.0).then(matrix);
                                }
                                string => self.show(Some(string), &state, &mut matrix),
                            }
                        }
                    }
                }
                b"Do" if depth < FORMS => {
                    if let Some(Object::Name(name)) = operands.first() {
                        self.form(name, resources, &state, depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn form(&mut self, name: &Name<'_>, resources: &Resources<'_>, state: &TextState, depth: usize) {
        let Some(stream) = resources.get_x_object(name) else { return };
        if stream.dict().get::<Name<'_>>("Subtype").is_none_or(|n| n.as_str() != "Form") {
            return;
        }
        let Some(bytes) = unpacked(&stream, self.budget) else { return };
        let own = stream.dict().get::<Array<'_>>("Matrix").map(|m| {
            let v: Vec<f64> = m.iter::<Object<'_>>().map(|o| number(Some(&o))).collect();
            Matrix(std::array::from_fn(|i| v.get(i).copied().unwrap_or_default()))
        });
        let ctm = own.unwrap_or(Matrix::UNIT).then(state.ctm);
        match stream.dict().get::<Dict<'_>>("Resources") {
            Some(d) => self.content(&bytes, &Resources::new(d), ctm, depth + 1),
            None => self.content(&bytes, resources, ctm, depth + 1),
        }
    }

    fn show(&mut self, string: Option<&Object<'_>>, state: &TextState, matrix: &mut Matrix) {
        let (Some(Object::String(s)), Some(font)) = (string, &state.font) else { return };
        for glyph in font.glyphs(s.as_bytes()) {
            let whole = Matrix([state.size * state.scale, 0.0, 0.0, state.size, 0.0, state.rise]).then(*matrix).then(state.ctm);
            let advance =
                if font.vertical { 0.0 } else { glyph.width * state.size + state.characters + if glyph.space { state.words } else { 0.0 } };
            let next = if font.vertical {
                Matrix::translation(0.0, -state.size - state.characters).then(*matrix)
            } else {
                Matrix::translation(advance * state.scale, 0.0).then(*matrix)
            };
            let [a, b, c, d, x, y] = whole.0;
            self.lines.glyph(&glyph.text, Spot { x, y, direction: (a, b), height: c.hypot(d), width: glyph.width * a.hypot(b) });
            *matrix = next;
        }
    }
}

fn both<T: Copy>(v: T) -> (T, T) {
    (v, v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A PDF with one page per content stream and the fonts given, written by hand.
    fn pdf(pages: &[&[u8]], fonts: &str, extra: &[(usize, Vec<u8>)]) -> Vec<u8> {
        let mut objects: Vec<(usize, Vec<u8>)> = vec![(1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec())];
        let kids: String = (0..pages.len()).map(|i| format!("{} 0 R ", 10 + 2 * i)).collect();
        objects.push((2, format!("<< /Type /Pages /Count {} /Kids [{kids}] >>", pages.len()).into_bytes()));
        for (i, content) in pages.iter().enumerate() {
            let page = format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {} 0 R /Resources << /Font << {fonts} >> >> >>",
                11 + 2 * i
            );
            objects.push((10 + 2 * i, page.into_bytes()));
            let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
            stream.extend_from_slice(content);
            stream.extend_from_slice(b"\nendstream");
            objects.push((11 + 2 * i, stream));
        }
        objects.extend(extra.iter().cloned());
        let mut out = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for (n, body) in &objects {
            places.push((*n, out.len()));
            out.extend_from_slice(format!("{n} 0 obj\n").as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        out.extend_from_slice(b"xref\n");
        for (n, at) in places {
            out.extend_from_slice(format!("{n} 1\n{at:010} 00000 n \n").as_bytes());
        }
        out.extend_from_slice(format!("trailer << /Size 200 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes());
        out
    }

    const LATIN: &str = "/F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

    #[test]
    fn lines_words_and_broken_words_are_put_together() {
        let page = b"BT /F1 12 Tf 50 700 Td (Article 1. An organi-) Tj 0 -14 Td (sation shall \\351tat) Tj 0 -60 Td [(Re) -20 (gis) 10 (ter) -400 (now)] TJ ET";
        let read = read(pdf(&[page], LATIN, &[]), 1 << 20).unwrap();
        assert_eq!(read.text, "Article 1. An organisation shall état\n\nRegister now");
        assert_eq!((read.pages, read.pages_without_text, read.unknown), (1, 0, 0));
    }

    #[test]
    fn a_font_with_its_own_codes_is_read_by_its_map() {
        let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange \
                   2 beginbfchar <0001> <0421> <0002> <04420430> endbfchar 1 beginbfrange <0010> <0012> <4E00> endbfrange endcmap";
        let stream = format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len());
        let font = "/F1 << /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 100 0 R \
                    /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /DW 1000 /W [1 [600 600]] >>] >>";
        let page = b"BT /F1 10 Tf 50 700 Td <00010002> Tj 0 -20 Td <001000110012> Tj ET";
        let read = read(pdf(&[page], font, &[(100, stream.into_bytes())]), 1 << 20).unwrap();
        assert_eq!(read.text, "Ста\n一丁丂");
        assert_eq!(read.unknown, 0);
    }

    #[test]
    fn arabic_drawn_from_left_to_right_is_turned_round() {
        let map = "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange 4 beginbfchar <0001> <0627> <0002> <0644> <0003> <0035> <0004> <0031> endbfchar endcmap";
        let stream = format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len());
        let font = "/F1 << /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /ToUnicode 100 0 R /DescendantFonts [<< /Subtype /CIDFontType2 /DW 500 >>] >>";
        // drawn: 1 5 (number), lam, alef from left to right; read: alef lam, then the number
        let page = b"BT /F1 10 Tf 50 700 Td <00040003> Tj 20 0 Td <0002000200020001> Tj ET";
        let read = read(pdf(&[page], font, &[(100, stream.into_bytes())]), 1 << 20).unwrap();
        assert_eq!(read.text, "\u{627}\u{644}\u{644}\u{644} 15");
    }

    #[test]
    fn page_numbers_and_running_heads_go() {
        let page = |n: usize| {
            format!(
                "BT /F1 10 Tf 50 780 Td (Official Gazette {n}) Tj 0 -80 Td (Words of page {}.) Tj 0 -600 Td ({n}) Tj ET",
                ["a", "b", "c", "d"][n]
            )
        };
        let pages: Vec<String> = (0..4).map(page).collect();
        let refs: Vec<&[u8]> = pages.iter().map(String::as_bytes).collect();
        let read = read(pdf(&refs, LATIN, &[]), 1 << 20).unwrap();
        let words: Vec<&str> = read.text.lines().filter(|l| !l.is_empty()).collect();
        assert_eq!(words, ["Words of page a.", "Words of page b.", "Words of page c.", "Words of page d."]);
    }

    #[test]
    fn a_scan_has_pages_and_no_text_and_a_broken_file_is_refused() {
        let read_scan = read(pdf(&[b"q 600 0 0 800 0 0 cm /Im1 Do Q"], LATIN, &[]), 1 << 20).unwrap();
        assert_eq!((read_scan.pages, read_scan.pages_without_text, read_scan.text.as_str()), (1, 1, ""));
        assert_eq!(read(b"%PDF-1.4\nnothing".to_vec(), 1 << 20).unwrap_err().0, "broken-pdf");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn damaged_files_never_end_the_run(damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..12), cut in any::<proptest::sample::Index>()) {
            let mut file = pdf(&[b"BT /F1 12 Tf 50 700 Td [(a) -20 (b)] TJ 1 0 0 1 0 0 Tm (c) ' ET q Q /F1 Do"], LATIN, &[]);
            for (at, byte) in damage {
                let at = at.index(file.len());
                file[at] = byte;
            }
            file.truncate(cut.index(2 * file.len()).max(64));
            drop(read(file, 1 << 20));
        }

        #[test]
        fn any_content_is_followed(content in "[BTETfjdJmq QD'\"()<>\\[\\]0-9/F. \\-]{0,200}") {
            drop(read(pdf(&[content.as_bytes()], LATIN, &[]), 1 << 20));
        }
    }
}
