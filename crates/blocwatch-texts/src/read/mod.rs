//! Reading documents of any common format from files, folders, archives and tables.
//!
//! What belongs here: finding inputs ([`walk`](self)), telling what they are, their characters and the metadata they carry. What does not:
//! comparison. Every input ends as one or more documents or as a named refusal with its reason and what to do next; a broken input never
//! ends a run. Memory is bounded by the largest document allowed, not by the corpus.

mod about;
mod archive;
mod encoding;
mod html;
mod office;
mod pdf;
mod pdf_font;
mod pdf_lines;
mod plain;
mod report;
mod sniff;
mod table;
mod walk;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use blocwatch_core::time::FuzzyDate;
use sha2::{Digest, Sha256};

use crate::document::{Document, Meta};
pub use about::About;
use archive::Member;
pub use report::{Report, Unread};
use sniff::Kind;
pub use table::Columns;
use table::{Row, Stop};

/// What bounds the reading of one input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes that one document may have, packed or unpacked.
    pub document: u64,
    /// The most bytes that one archive may unpack to in all.
    pub archive: u64,
    /// How deep archives may lie within archives.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { document: 64 << 20, archive: 16 << 30, depth: 3 }
    }
}

/// How inputs are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Columns of tables.
    pub columns: Columns,
    /// Bounds.
    pub limits: Limits,
    /// The name of the folder (or archive) that holds a text is its author, where nothing else names one.
    pub author_from_folder: bool,
    /// What a person says of texts; it goes before what files say.
    pub about: About,
}

/// One file of the input: path, size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Where.
    pub path: PathBuf,
    /// Bytes.
    pub size: u64,
}

/// The files that paths lead to, in order; what is left out goes into the report.
///
/// # Errors
/// A path that does not exist; the message names the nearest one that does.
pub fn inputs(paths: &[PathBuf], report: &mut Report) -> Result<Vec<Input>, String> {
    for path in paths {
        if std::fs::symlink_metadata(path).is_err() {
            return Err(format!("there is no file or folder '{}'{}", path.display(), nearest(path)));
        }
    }
    let mut out = Vec::new();
    for found in walk::files(paths) {
        match found {
            walk::Found::File(path, size) => out.push(Input { path, size }),
            walk::Found::Left(path, code, reason) => {
                report.unread.push(Unread { name: path.display().to_string(), code: code.into(), reason })
            }
        }
    }
    Ok(out)
}

fn nearest(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries =
        std::fs::read_dir(folder).into_iter().flatten().filter_map(|e| e.ok()).map(|e| e.file_name().to_string_lossy().into_owned());
    let best = entries.map(|e| (strsim::jaro_winkler(&e, &name), e)).max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
    best.filter(|(s, _)| *s > 0.8).map(|(_, e)| format!("; did you mean '{}'?", folder.join(e).display())).unwrap_or_default()
}

/// SHA-256 of a file in hexadecimal.
///
/// # Errors
/// If it cannot be read.
pub fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    Ok(hex(&hasher.finalize()))
}

/// SHA-256 of a text in hexadecimal.
pub fn digest_of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads inputs one after another and hands each document on.
pub struct Reader<'a> {
    options: &'a Options,
    report: &'a mut Report,
    sink: &'a mut dyn FnMut(Document) -> io::Result<()>,
    ids: BTreeSet<String>,
}

/// What is known of an input before it is opened.
#[derive(Clone)]
struct Origin {
    id: String,
    sha256: String,
    folder: Option<String>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// A reader that hands documents to `sink` and keeps accounts in `report`.
    pub fn new(options: &'a Options, report: &'a mut Report, sink: &'a mut dyn FnMut(Document) -> io::Result<()>) -> Self {
        Self { options, report, sink, ids: BTreeSet::new() }
    }

    /// Reads one file. `sha256` is its digest.
    ///
    /// # Errors
    /// Only if the sink refuses a document; everything that is wrong with the input goes into the report.
    pub fn read(&mut self, input: &Input, sha256: &str) -> io::Result<()> {
        let folder = std::path::absolute(&input.path)
            .ok()
            .and_then(|p| p.parent().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned()));
        let origin = Origin { id: input.path.display().to_string(), sha256: sha256.to_owned(), folder, depth: 0 };
        if input.size == 0 {
            self.refuse(&origin.id, "empty", "is empty".to_owned());
            return Ok(());
        }
        let opened = File::open(&input.path).and_then(|mut f| {
            let mut head = Vec::new();
            f.by_ref().take(sniff::HEAD as u64).read_to_end(&mut head)?;
            f.seek(SeekFrom::Start(0))?;
            Ok((f, head))
        });
        let (file, head) = match opened {
            Ok(opened) => opened,
            Err(e) => {
                self.refuse(&origin.id, "unreadable", format!("cannot be opened: {e}"));
                return Ok(());
            }
        };
        let name = input.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let kind = sniff::kind(&name, &head);
        let limits = &self.options.limits;
        match kind {
            Kind::Zip => self.zip(io::BufReader::new(file), &origin),
            Kind::Tar => self.tar(io::BufReader::new(file), &origin),
            Kind::Gzip => self.gzip(file, &name, input.size, &origin),
            Kind::Csv(d) => self.csv(file, d, &origin),
            Kind::JsonLines => self.json_lines(file, &origin),
            Kind::Parquet => {
                let mut rows = Rows::new(self, &origin, "parquet", String::new());
                let columns = rows.reader.options.columns.clone();
                let end = table::parquet(file, &columns, &mut |n, row| rows.take(n, row));
                self.end_of_table(&origin, end)
            }
            _ if input.size > limits.document => {
                self.refuse(&origin.id, "too-large", archive::too_large(limits));
                Ok(())
            }
            _ => match archive::up_to(file, limits.document) {
                Ok((bytes, false)) => self.bytes(kind, bytes, &origin),
                Ok((_, true)) => {
                    self.refuse(&origin.id, "too-large", archive::too_large(limits));
                    Ok(())
                }
                Err(e) => {
                    self.refuse(&origin.id, "unreadable", format!("cannot be read: {e}"));
                    Ok(())
                }
            },
        }
    }

    /// A member of an archive, whole in memory.
    fn member(&mut self, name: &str, bytes: Vec<u8>, origin: &Origin) -> io::Result<()> {
        if bytes.is_empty() {
            self.refuse(&origin.id, "empty", "is empty".to_owned());
            return Ok(());
        }
        let kind = sniff::kind(name, &bytes[..bytes.len().min(sniff::HEAD)]);
        if matches!(kind, Kind::Zip | Kind::Tar | Kind::Gzip) && origin.depth > self.options.limits.depth {
            self.refuse(&origin.id, "bomb", format!("lies more than {} archives deep", self.options.limits.depth));
            return Ok(());
        }
        match kind {
            Kind::Zip => self.zip(Cursor::new(bytes), origin),
            Kind::Tar => self.tar(Cursor::new(bytes), origin),
            Kind::Gzip => {
                let size = bytes.len() as u64;
                self.gzip(Cursor::new(bytes), name, size, origin)
            }
            Kind::Csv(d) => self.csv(Cursor::new(bytes), d, origin),
            Kind::JsonLines => self.json_lines(Cursor::new(bytes), origin),
            Kind::Parquet => {
                let mut rows = Rows::new(self, origin, "parquet", String::new());
                let columns = rows.reader.options.columns.clone();
                let end = table::parquet(bytes::Bytes::from(bytes), &columns, &mut |n, row| rows.take(n, row));
                self.end_of_table(origin, end)
            }
            kind => self.bytes(kind, bytes, origin),
        }
    }

    /// A format that is read from the whole file.
    fn bytes(&mut self, kind: Kind, bytes: Vec<u8>, origin: &Origin) -> io::Result<()> {
        let limit = self.options.limits.document;
        match kind {
            Kind::Pdf => match pdf::read(bytes, limit) {
                Ok(p) if p.drawn == 0 || p.text.trim().is_empty() && p.unknown == 0 => {
                    let pages = if p.pages == 1 { "1 page".to_owned() } else { format!("{} pages", p.pages) };
                    self.refuse(&origin.id, "scan", format!("is a PDF of {pages} without text, as scans are"));
                    Ok(())
                }
                Ok(p) if p.unknown * 3 > p.drawn => {
                    self.refuse(
                        &origin.id,
                        "no-map",
                        format!("is a PDF whose text cannot be told: {} of {} characters have no letter", p.unknown, p.drawn),
                    );
                    Ok(())
                }
                Ok(p) => {
                    if p.pages_without_text > 0 {
                        // the document stands, and says what it lacks
                        self.report.unread.push(Unread {
                            name: origin.id.clone(),
                            code: "pages-without-text".into(),
                            reason: format!("has {} of {} pages without text", p.pages_without_text, p.pages),
                        });
                    }
                    self.document(origin, p.text, meta("pdf"))
                }
                Err((code, why)) => {
                    self.refuse(&origin.id, code, why);
                    Ok(())
                }
            },
            Kind::Docx | Kind::OpenDocument => {
                let read = if kind == Kind::Docx {
                    office::docx(Cursor::new(bytes), limit)
                } else {
                    office::open_document(Cursor::new(bytes), limit)
                };
                match read {
                    Ok(o) => {
                        let format = if kind == Kind::Docx { "docx" } else { "opendocument" };
                        self.document(origin, o.text, Meta { title: o.title, ..meta(format) })
                    }
                    Err(why) => {
                        self.refuse(&origin.id, "broken-office", format!("is {why}"));
                        Ok(())
                    }
                }
            }
            Kind::Other(what, next) => {
                self.refuse(&origin.id, "format", format!("is {what}, which is not read: {next}"));
                Ok(())
            }
            _ if encoding::is_binary(&bytes) => {
                self.refuse(&origin.id, "binary", "is no text in any encoding known".to_owned());
                Ok(())
            }
            Kind::Json => {
                let mut rows = Rows::new(self, origin, "json", String::new());
                let columns = rows.reader.options.columns.clone();
                let end = table::json(&bytes, &columns, &mut |n, row| rows.take(n, row));
                self.end_of_table(origin, end)
            }
            Kind::Html => {
                let stated = html::stated_charset(&bytes);
                let (text, found, lost) = encoding::decode(&bytes, stated.as_deref());
                self.lost(origin, lost);
                let page = html::read(&text);
                let date = page.date.as_deref().and_then(|d| self.date(d));
                let language = page.language.as_deref().and_then(crate::language::code);
                let meta =
                    Meta { title: page.title, date, language, address: page.address.filter(|a| a.starts_with("http")), ..meta("html") };
                self.document(origin, page.text, Meta { encoding_assumed: found.name_if_assumed(), ..meta })
            }
            Kind::Markdown => {
                let (text, found, lost) = encoding::decode(&bytes, None);
                self.lost(origin, lost);
                let (text, front) = plain::markdown(&text);
                let get = |names: &[&str]| front.iter().find(|(k, v)| names.contains(&k.as_str()) && !v.is_empty()).map(|(_, v)| v.clone());
                let date = get(&["date", "adopted", "year"]).and_then(|d| self.date(&d));
                let language = get(&["language", "lang"]).and_then(|l| crate::language::code(&l));
                let meta = Meta {
                    title: get(&["title"]),
                    author: get(&["author", "country", "state"]),
                    date,
                    language,
                    address: get(&["url", "address"]),
                    encoding_assumed: found.name_if_assumed(),
                    ..meta("markdown")
                };
                self.document(origin, text, meta)
            }
            _ => {
                let (text, found, lost) = encoding::decode(&bytes, None);
                self.lost(origin, lost);
                self.document(origin, text, Meta { encoding_assumed: found.name_if_assumed(), ..meta("plain text") })
            }
        }
    }

    fn zip(&mut self, file: impl Read + Seek, origin: &Origin) -> io::Result<()> {
        let limits = self.options.limits;
        let mut total = 0_u64;
        let end = archive::zip(file, &limits, |name, member| self.take_member(name, member, origin, &mut total));
        self.end_of_archive(origin, end)
    }

    fn tar(&mut self, file: impl Read, origin: &Origin) -> io::Result<()> {
        let limits = self.options.limits;
        let mut total = 0_u64;
        let end = archive::tar(file, &limits, |name, member| self.take_member(name, member, origin, &mut total));
        self.end_of_archive(origin, end)
    }

    fn take_member(&mut self, name: &str, member: Member, origin: &Origin, total: &mut u64) -> io::Result<bool> {
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let id = format!("{}#{name}", origin.id);
        if base.starts_with('.') || name.contains("__MACOSX/") {
            self.refuse(&id, "hidden", "is hidden".to_owned());
            return Ok(true);
        }
        let folder = name.rsplit(['/', '\\']).nth(1).map(str::to_owned).or_else(|| origin.id.rsplit(['/', '#']).next().map(str::to_owned));
        match member {
            Member::Bytes(bytes) => {
                *total = total.saturating_add(bytes.len() as u64);
                if *total > self.options.limits.archive {
                    let why = format!("unpacks to more than {} GiB in all; the rest of it was not read", self.options.limits.archive >> 30);
                    self.refuse(&origin.id, "bomb", why);
                    return Ok(false);
                }
                let sha256 = hex(&Sha256::digest(&bytes));
                self.member(base, bytes, &Origin { id, sha256, folder, depth: origin.depth + 1 })?;
            }
            Member::Refused(code, why) => self.refuse(&id, code, why),
        }
        Ok(true)
    }

    fn end_of_archive(&mut self, origin: &Origin, end: Result<io::Result<()>, String>) -> io::Result<()> {
        match end {
            Ok(result) => result,
            Err(why) => {
                self.refuse(&origin.id, "broken-archive", format!("is {why}"));
                Ok(())
            }
        }
    }

    /// Gzip: a tar archive, a table, or one file.
    fn gzip(&mut self, mut file: impl Read + Seek, name: &str, size: u64, origin: &Origin) -> io::Result<()> {
        let inner = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".GZ")).unwrap_or(name);
        let inner = if name.to_ascii_lowercase().ends_with(".tgz") { "x.tar" } else { inner };
        let mut head = Vec::new();
        let looked = flate2::read::MultiGzDecoder::new(&mut file).take(sniff::HEAD as u64).read_to_end(&mut head);
        if let (Err(e), true) = (looked, head.is_empty()) {
            self.refuse(&origin.id, "broken-archive", format!("does not unpack: {e}"));
            return Ok(());
        }
        if let Err(e) = file.seek(SeekFrom::Start(0)) {
            self.refuse(&origin.id, "unreadable", format!("cannot be read: {e}"));
            return Ok(());
        }
        let stream = flate2::read::MultiGzDecoder::new(io::BufReader::new(file));
        match sniff::kind(inner, &head) {
            Kind::Tar => self.tar(stream, origin),
            Kind::Csv(d) => self.csv(stream, d, origin),
            Kind::JsonLines => self.json_lines(stream, origin),
            _ => match archive::unpack(stream, Some(size), &self.options.limits) {
                Member::Bytes(bytes) => self.member(inner, bytes, &Origin { depth: origin.depth + 1, ..origin.clone() }),
                Member::Refused(code, why) => {
                    self.refuse(&origin.id, code, why);
                    Ok(())
                }
            },
        }
    }

    fn csv(&mut self, file: impl Read, delimiter: u8, origin: &Origin) -> io::Result<()> {
        let limits = self.options.limits;
        let columns = self.options.columns.clone();
        let end = match encoding::Utf8Stream::new(file) {
            Ok((stream, found)) => {
                let mut rows = Rows::new(self, origin, "csv", found.name_if_assumed());
                table::csv(stream, delimiter, &columns, &limits, &mut |n, row| rows.take(n, row))
            }
            Err(e) => Err(Stop::from(e)),
        };
        self.end_of_table(origin, end)
    }

    fn json_lines(&mut self, file: impl Read, origin: &Origin) -> io::Result<()> {
        let limits = self.options.limits;
        let columns = self.options.columns.clone();
        let end = match encoding::Utf8Stream::new(file) {
            Ok((stream, found)) => {
                let mut rows = Rows::new(self, origin, "json lines", found.name_if_assumed());
                table::json_lines(stream, &columns, &limits, &mut |n, row| rows.take(n, row))
            }
            Err(e) => Err(Stop::from(e)),
        };
        self.end_of_table(origin, end)
    }

    fn end_of_table(&mut self, origin: &Origin, end: Result<(), Stop>) -> io::Result<()> {
        match end {
            Ok(()) => Ok(()),
            Err(Stop::Sink(e)) => Err(e),
            Err(Stop::Broken(why)) => {
                let code = if why.starts_with("has no column") { "columns" } else { "broken-table" };
                self.refuse(&origin.id, code, why);
                Ok(())
            }
        }
    }

    fn refuse(&mut self, name: &str, code: &'static str, reason: String) {
        self.report.unread.push(Unread { name: name.to_owned(), code: code.into(), reason });
    }

    fn lost(&mut self, origin: &Origin, characters: usize) {
        if characters > 0 {
            self.report.damaged.push(origin.id.clone());
        }
    }

    fn date(&mut self, text: &str) -> Option<FuzzyDate> {
        let date = date(text);
        if date.is_none() && !text.trim().is_empty() && self.report.dates_not_read.len() < 1000 {
            *self.report.dates_not_read.entry(text.trim().chars().take(40).collect()).or_default() += 1;
        }
        date
    }

    /// The end of every way: a document, made fit and handed on.
    fn document(&mut self, origin: &Origin, text: String, mut meta: Meta) -> io::Result<()> {
        // a text that is given as text stays as it is, so that places in it are places in the file
        let text =
            if matches!(meta.format.as_str(), "html" | "pdf" | "docx" | "opendocument" | "markdown") { plain::tidy(&text) } else { text };
        if !text.chars().any(char::is_alphanumeric) {
            self.refuse(&origin.id, "empty", "holds no words".to_owned());
            return Ok(());
        }
        self.options.about.apply(&origin.id, &mut meta);
        if meta.author.is_none() && self.options.author_from_folder {
            meta.author = origin.folder.clone();
        }
        if meta.language.is_none() {
            meta.language = crate::language::detect(&text).map(str::to_owned);
            meta.language_detected = meta.language.is_some();
        }
        if !meta.encoding_assumed.is_empty() {
            *self.report.assumed.entry(meta.encoding_assumed.clone()).or_default() += 1;
        }
        meta.sha256 = origin.sha256.clone();
        // ids are unique: a table may repeat one
        let mut id = origin.id.clone();
        let mut n = 1;
        while !self.ids.insert(id.clone()) {
            n += 1;
            id = format!("{}~{n}", origin.id);
        }
        self.report.documents += 1;
        self.report.bytes += text.len() as u64;
        (self.sink)(Document { id, text, meta })
    }
}

fn meta(format: &str) -> Meta {
    Meta { format: format.to_owned(), ..Meta::default() }
}

/// A date as tables write it: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, with a time behind it, with dots or slashes from the day on, or a year as
/// a decimal number.
fn date(text: &str) -> Option<FuzzyDate> {
    let text = text.trim();
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let day = day.strip_suffix(".0").unwrap_or(day);
    if let Ok(date) = FuzzyDate::parse(day) {
        return Some(date);
    }
    let parts: Vec<&str> = day.split(['.', '/', '-']).collect();
    match parts[..] {
        // only with dots is it sure that the day comes first
        [d, m, y] if day.contains('.') && y.len() == 4 => FuzzyDate::parse(&format!("{y}-{m:0>2}-{d:0>2}")).ok(),
        [y, m, d] if y.len() == 4 => FuzzyDate::parse(&format!("{y}-{m:0>2}-{d:0>2}")).ok(),
        [ymd] if ymd.len() == 8 && ymd.is_ascii() => FuzzyDate::parse(&format!("{}-{}-{}", &ymd[..4], &ymd[4..6], &ymd[6..])).ok(),
        _ => None,
    }
}

/// Rows of a table on their way to documents.
struct Rows<'r, 'a> {
    reader: &'r mut Reader<'a>,
    origin: &'r Origin,
    format: &'static str,
    encoding_assumed: String,
}

impl<'r, 'a> Rows<'r, 'a> {
    fn new(reader: &'r mut Reader<'a>, origin: &'r Origin, format: &'static str, encoding_assumed: String) -> Self {
        Self { reader, origin, format, encoding_assumed }
    }

    fn take(&mut self, n: u64, row: Result<Row, String>) -> io::Result<()> {
        let Origin { id: table, sha256, folder, depth } = self.origin;
        let row = match row {
            Ok(row) => row,
            Err(why) => {
                let code = if why.starts_with("has no column") { "columns" } else { "broken-row" };
                self.reader.refuse(&format!("{table}#{n}"), code, why);
                return Ok(());
            }
        };
        let key = row.id.as_deref().map_or_else(|| n.to_string(), |id| id.trim().to_owned());
        let origin = Origin { id: format!("{table}#{key}"), sha256: sha256.clone(), folder: folder.clone(), depth: *depth };
        let Some(text) = row.text else {
            self.reader.refuse(&origin.id, "empty", "holds no words".to_owned());
            return Ok(());
        };
        if text.len() as u64 > self.reader.options.limits.document {
            self.reader.refuse(&origin.id, "too-large", archive::too_large(&self.reader.options.limits));
            return Ok(());
        }
        let date = row.date.as_deref().and_then(|d| self.reader.date(d));
        let meta = Meta {
            title: row.title,
            author: row.author,
            date,
            language: row.language.as_deref().and_then(crate::language::code),
            address: row.address,
            encoding_assumed: self.encoding_assumed.clone(),
            ..meta(self.format)
        };
        self.reader.document(&origin, text, meta)
    }
}

#[cfg(test)]
mod tests;
