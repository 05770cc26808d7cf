//! Word (DOCX) and OpenDocument texts: paragraphs, tables, footnotes and endnotes, and the title. Names of persons (creator, last editor)
//! are not read.

use std::io::{Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

/// Text and title.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Office {
    pub(crate) text: String,
    pub(crate) title: Option<String>,
}

/// Reads a Word file. Parts larger than `limit` bytes are refused.
pub(crate) fn docx<R: Read + Seek>(file: R, limit: u64) -> Result<Office, String> {
    let mut zip = ZipArchive::new(file).map_err(|e| format!("no whole Word file: {e}"))?;
    let Some(body) = part(&mut zip, "word/document.xml", limit)? else {
        return Err("no Word file: it has no part word/document.xml".to_owned());
    };
    let mut text = String::new();
    words(&body, &mut text)?;
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(xml) = part(&mut zip, notes, limit)? {
            text.push('\n');
            words(&xml, &mut text)?;
        }
    }
    let title = part(&mut zip, "docProps/core.xml", limit)?.and_then(|xml| element(&xml, b"title"));
    Ok(Office { text, title })
}

/// Reads an OpenDocument text.
pub(crate) fn open_document<R: Read + Seek>(file: R, limit: u64) -> Result<Office, String> {
    let mut zip = ZipArchive::new(file).map_err(|e| format!("no whole OpenDocument file: {e}"))?;
    let Some(body) = part(&mut zip, "content.xml", limit)? else {
        return Err("no OpenDocument text: it has no part content.xml".to_owned());
    };
    let mut text = String::new();
    words(&body, &mut text)?;
    let title = part(&mut zip, "meta.xml", limit)?.and_then(|xml| element(&xml, b"title"));
    Ok(Office { text, title })
}

fn part<R: Read + Seek>(zip: &mut ZipArchive<R>, name: &str, limit: u64) -> Result<Option<String>, String> {
    let file = match zip.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(e) => return Err(format!("its part {name} does not open: {e}")),
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|e| format!("its part {name} does not unpack: {e}"))?;
    if bytes.len() as u64 > limit {
        return Err(format!("its part {name} unpacks to more than {} MiB", limit >> 20));
    }
    Ok(Some(super::encoding::decode(&bytes, None).0))
}

/// The words of WordprocessingML or OpenDocument, by local names of elements.
fn words(xml: &str, out: &mut String) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    // deleted text (tracked changes) and instructions of fields are no text
    let mut skip = 0_usize;
    // in Word only `w:t` holds words; in OpenDocument all character data of paragraphs does
    let mut in_t = 0_usize;
    let mut in_p = 0_usize;
    loop {
        let event = reader.read_event().map_err(|e| format!("its text is broken XML at byte {}: {e}", reader.error_position()))?;
        match event {
            Event::Start(e) => match e.local_name().as_ref() {
                "del" | "instrText" | "tracked-changes" | "annotation" | "moveFrom" => skip += 1,
                "t" => in_t += 1,
                "p" | "h" => in_p += 1,
                "tc" | "table-cell" => out.push(' '),
                name => mark(name, out),
            },
            Event::End(e) => match e.local_name().as_ref() {
                "del" | "instrText" | "tracked-changes" | "annotation" | "moveFrom" => skip = skip.saturating_sub(1),
                "t" => in_t = in_t.saturating_sub(1),
                // a paragraph within a cell ends no line of the table's row
                "p" | "h" => {
                    in_p = in_p.saturating_sub(1);
                    out.push('\n');
                }
                "tr" | "table-row" => out.push('\n'),
                _ => {}
            },
            Event::Empty(e) => mark(e.local_name().as_ref(), out),
            Event::Text(t) if skip == 0 && (in_t > 0 || in_p > 0 && !xml_is_word(xml)) => out.push_str(&t.xml10_content()),
            Event::CData(t) if skip == 0 && in_t > 0 => out.push_str(&t),
            Event::GeneralRef(r) if skip == 0 && (in_t > 0 || in_p > 0) => match r.resolve_char_ref() {
                Ok(Some(c)) => out.push(c),
                _ => out.push_str(match &*r {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => " ",
                }),
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn xml_is_word(xml: &str) -> bool {
    xml.get(..4096.min(xml.len())).unwrap_or(xml).contains("wordprocessingml")
}

fn mark(name: &str, out: &mut String) {
    match name {
        "tab" | "s" => out.push(' '),
        "br" | "cr" | "line-break" => out.push('\n'),
        "noBreakHyphen" => out.push('-'),
        _ => {}
    }
}

/// The content of the first element of a local name.
fn element(xml: &str, name: &[u8]) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut inside = false;
    let mut text = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) if e.local_name().as_ref().as_bytes() == name => inside = true,
            Event::Text(t) if inside => text.push_str(&t.xml10_content()),
            Event::GeneralRef(r) if inside => text.push(match &*r {
                "lt" => '<',
                "gt" => '>',
                "quot" => '"',
                "apos" => '\'',
                _ => '&',
            }),
            Event::End(_) if inside => {
                let text = text.trim().to_owned();
                return (!text.is_empty()).then_some(text);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::super::plain::tidy;
    use super::*;
    use proptest::prelude::*;

    fn zip_of(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    #[test]
    fn a_word_file_gives_paragraphs_tables_notes_and_title() {
        let body = format!(
            "<?xml version=\"1.0\"?><w:document {W}><w:body>\n<w:p><w:r><w:t>Article 1. A &amp;</w:t></w:r><w:r><w:tab/><w:t>B &#x41F;</w:t></w:r></w:p>\
             <w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del><w:r><w:instrText>PAGE</w:instrText><w:t>kept</w:t></w:r></w:p>\
             <w:tbl><w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>y</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
        );
        let notes = format!("<w:footnotes {W}><w:footnote><w:p><w:r><w:t>a note</w:t></w:r></w:p></w:footnote></w:footnotes>");
        let core = "<cp:coreProperties xmlns:cp=\"a\" xmlns:dc=\"b\"><dc:title>On A &amp; B</dc:title><dc:creator>a person</dc:creator></cp:coreProperties>";
        let file = zip_of(&[("word/document.xml", &body), ("word/footnotes.xml", &notes), ("docProps/core.xml", core)]);
        let read = docx(Cursor::new(file), 1 << 20).unwrap();
        assert_eq!(tidy(&read.text), "Article 1. A & B П\nkept\nx\ny\n\na note");
        assert_eq!(read.title.as_deref(), Some("On A & B"));
    }

    #[test]
    fn an_open_document_gives_its_text() {
        let body = "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><office:body><text:h>Артикул</text:h><text:p>One<text:s/>two<text:line-break/>three</text:p>\
                    </office:body></office:document-content>";
        let read = open_document(Cursor::new(zip_of(&[("content.xml", body)])), 1 << 20).unwrap();
        assert_eq!(tidy(&read.text), "Артикул\nOne two\nthree");
    }

    #[test]
    fn what_is_no_word_file_or_too_large_is_said() {
        assert!(docx(Cursor::new(zip_of(&[("a.txt", "x")])), 100).unwrap_err().contains("word/document.xml"));
        assert!(docx(Cursor::new(zip_of(&[("word/document.xml", &"x".repeat(200))])), 100).unwrap_err().contains("unpacks to more"));
        assert!(docx(Cursor::new(b"PK\x03\x04".to_vec()), 100).is_err());
    }

    proptest! {
        #[test]
        fn any_xml_is_read_or_refused(text in "[<>/a-z:=\"&;! wtpc]{0,200}", damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..8)) {
            let mut file = zip_of(&[("word/document.xml", &text)]);
            let whole = docx(Cursor::new(file.clone()), 1 << 16);
            if let Ok(o) = whole {
                prop_assert!(o.text.len() <= 2 * text.len());
            }
            for (at, byte) in damage {
                let at = at.index(file.len());
                file[at] = byte;
            }
            drop(docx(Cursor::new(file), 1 << 16));
        }
    }
}
