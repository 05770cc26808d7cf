//! What reading came to: how many documents, and every input that gave none, with its reason and what to do next.

use std::borrow::Cow;
use std::collections::BTreeMap;

use blocwatch_core::{Notices, Severity};
use serde::{Deserialize, Serialize};

/// An input that is no document, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Its name, as a document's id would be.
    pub name: String,
    /// Stable short code: `empty`, `binary`, `scan`, `too-large`, `bomb`, `password`, `broken-pdf` …
    pub code: Cow<'static, str>,
    /// What is wrong with it.
    pub reason: String,
}

/// What reading came to. Inputs = documents + unread, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Documents handed on.
    pub documents: u64,
    /// Bytes of text handed on.
    pub bytes: u64,
    /// Inputs that gave no document, in order of reading.
    pub unread: Vec<Unread>,
    /// Documents whose encoding was assumed, by encoding.
    pub assumed: BTreeMap<String, u64>,
    /// Documents with characters that could not be read (U+FFFD), by name.
    pub damaged: Vec<String>,
    /// Values of date columns that are no date.
    pub dates_not_read: BTreeMap<String, u64>,
}

/// What to do about an unread input.
fn remedy(code: &str) -> (Severity, &'static str) {
    match code {
        "empty" => (Severity::Warning, "there is nothing in it to compare"),
        "pages-without-text" => (Severity::Warning, "run it through OCR if those pages matter"),
        "hidden" | "seen" => (Severity::Info, ""),
        "scan" => (Severity::Error, "run it through OCR (for instance `ocrmypdf IN.pdf OUT.pdf`) and give the result"),
        "no-map" => (Severity::Error, "its fonts do not say which letters they draw; print it anew from its origin, or run it through OCR"),
        "too-large" => (Severity::Error, "split it, or allow more with --max-mib"),
        "bomb" => (Severity::Error, "if it is wanted all the same, unpack it by hand and give the folder"),
        "password" => (Severity::Error, "save it without a password"),
        "columns" => (Severity::Error, ""),
        "binary" => (Severity::Error, "give a text, HTML, PDF, Word, OpenDocument, Markdown, CSV, JSON or Parquet file"),
        "broken-pdf" | "broken-archive" | "broken-office" | "broken-table" => {
            (Severity::Error, "open it in the program that made it and save it anew, or download it again")
        }
        _ => (Severity::Error, ""),
    }
}

/// How many inputs of one reason are named one by one.
const NAMED: usize = 10;

impl Report {
    /// What to tell people: every reason with its count, the first inputs of each by name.
    pub fn notices(&self) -> Notices {
        let mut notices = Notices::new();
        let mut by_code: BTreeMap<&str, Vec<&Unread>> = BTreeMap::new();
        for u in &self.unread {
            by_code.entry(&*u.code).or_default().push(u);
        }
        for (code, list) in by_code {
            let (severity, next) = remedy(code);
            if severity == Severity::Info {
                continue;
            }
            for u in list.iter().take(NAMED) {
                notices.add(severity, code, format!("'{}' {}", u.name, u.reason), "", next);
            }
            if list.len() > NAMED {
                notices.add(
                    severity,
                    code,
                    format!("{} more like '{}', which {}", list.len() - NAMED, list[NAMED].name, list[NAMED].reason),
                    "",
                    "",
                );
            }
        }
        for (encoding, n) in &self.assumed {
            let what = format!(
                "{n} {} no encoding; read as {encoding}, by the look of the bytes",
                if *n == 1 { "text states" } else { "texts state" }
            );
            notices.add(Severity::Info, "encoding-assumed", what, "", "if letters look wrong, save as UTF-8");
        }
        for name in self.damaged.iter().take(NAMED) {
            notices.add(
                Severity::Warning,
                "characters-lost",
                format!("'{name}' has bytes that are no characters in its encoding"),
                "",
                "they stand as \u{FFFD}",
            );
        }
        if self.damaged.len() > NAMED {
            notices.add(Severity::Warning, "characters-lost", format!("{} more texts have such bytes", self.damaged.len() - NAMED), "", "");
        }
        for (value, n) in self.dates_not_read.iter().take(NAMED) {
            notices.add(
                Severity::Warning,
                "date-not-read",
                format!("{n} times '{value}' stands where a date should"),
                "",
                "write YYYY, YYYY-MM or YYYY-MM-DD",
            );
        }
        notices
    }

    /// Inputs that gave no document though they should have: not counting hidden files and second names of one file.
    pub fn refused(&self) -> usize {
        self.unread.iter().filter(|u| u.code != "pages-without-text" && remedy(&u.code).0 != Severity::Info).count()
    }
}
