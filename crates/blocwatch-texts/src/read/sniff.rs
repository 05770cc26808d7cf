//! What a file is: by its first bytes, and by its name only where bytes cannot tell.

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Markdown,
    Html,
    Pdf,
    Docx,
    OpenDocument,
    Zip,
    Gzip,
    Tar,
    Csv(u8),
    JsonLines,
    Json,
    Parquet,
    /// Something known that is not read: its name, and what to do next.
    Other(&'static str, &'static str),
}

/// How many bytes [`kind`] looks at.
pub(crate) const HEAD: usize = 4096;

/// Beginnings of files that are known and not read.
const OTHERS: &[(&[u8], &str, &str)] = &[
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a file of old Word or Excel", "save it as .docx or plain text"),
    (b"{\\rtf", "rich text", "save it as .docx or plain text"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xFD7zXZ\0", "an xz archive", "unpack it first"),
    (b"\x28\xB5\x2F\xFD", "a zstd archive", "unpack it first"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", "unpack it first"),
    (b"Rar!\x1A\x07", "a rar archive", "unpack it first"),
    (b"\x89PNG\r\n\x1a\n", "an image", "run it through OCR and give the text"),
    (b"\xFF\xD8\xFF", "an image", "run it through OCR and give the text"),
    (b"GIF8", "an image", "run it through OCR and give the text"),
    (b"II*\0", "an image", "run it through OCR and give the text"),
    (b"MM\0*", "an image", "run it through OCR and give the text"),
    (b"AT&TFORM", "a DjVu scan", "run it through OCR and give the text"),
    (b"ITSF", "a help file (CHM)", "save its pages as HTML"),
];

/// The format of a file from its first bytes (up to [`HEAD`]) and its name.
pub(crate) fn kind(name: &str, head: &[u8]) -> Kind {
    let ending = name.rsplit(['/', '\\']).next().and_then(|n| n.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
    let ending = ending.as_deref().unwrap_or_default();
    if let Some((_, what, next)) = OTHERS.iter().find(|(magic, _, _)| head.starts_with(magic)) {
        return Kind::Other(what, next);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return match ending {
            "docx" | "docm" | "dotx" => Kind::Docx,
            "odt" | "ott" | "fodt" => Kind::OpenDocument,
            "xlsx" | "xlsm" | "ods" => Kind::Other("a spreadsheet", "save the sheet as CSV"),
            "pptx" | "odp" => Kind::Other("a slide show", "save it as plain text"),
            _ if head.get(30..54) == Some(b"mimetypeapplication/vnd.") => Kind::OpenDocument,
            _ => Kind::Zip,
        };
    }
    if head.starts_with(b"\x1f\x8b") {
        return Kind::Gzip;
    }
    if head.starts_with(b"PAR1") {
        return Kind::Parquet;
    }
    if head.get(257..262) == Some(b"ustar") {
        return Kind::Tar;
    }
    if head[..head.len().min(1024)].windows(5).any(|w| w == b"%PDF-") {
        return Kind::Pdf;
    }
    match ending {
        "csv" => return Kind::Csv(b','),
        "tsv" | "tab" => return Kind::Csv(b'\t'),
        "jsonl" | "ndjson" => return Kind::JsonLines,
        "json" => return Kind::Json,
        "html" | "htm" | "xhtml" | "shtml" | "xml" => return Kind::Html,
        "md" | "markdown" => return Kind::Markdown,
        _ => {}
    }
    let start: Vec<u8> = head.iter().filter(|b| **b != 0).take(600).map(u8::to_ascii_lowercase).collect();
    let html = start.windows(9).any(|w| w == b"<!doctype") && start.windows(4).any(|w| w == b"html");
    if html || start.windows(6).any(|w| w == b"<html>" || w == b"<html ") {
        return Kind::Html;
    }
    Kind::Plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_win_over_names_and_names_over_nothing() {
        assert_eq!(kind("law.txt", b"%PDF-1.7 \n"), Kind::Pdf);
        assert_eq!(kind("law", b"\n<!DOCTYPE html><title>x</title>"), Kind::Html);
        assert_eq!(kind("law.docx", b"PK\x03\x04"), Kind::Docx);
        assert_eq!(kind("laws.zip", b"PK\x03\x04"), Kind::Zip);
        assert_eq!(kind("a/b.c/law", b"Article 1"), Kind::Plain);
        assert_eq!(kind("T.CSV", b"id,text"), Kind::Csv(b','));
        assert!(matches!(kind("old.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1.."), Kind::Other(..)));
        assert_eq!(kind("", b""), Kind::Plain);
    }
}
