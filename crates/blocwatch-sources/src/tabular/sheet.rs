//! Rows of one table, handed to a reader one by one, with an account of every row.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::Path;

use blocwatch_core::accounting::RowAccount;
use blocwatch_core::{Notices, Severity};

use super::cell;
use super::fields::Fields;
use super::header::{self, Header, Missing};
use super::records::{self, Kind, Records, Step};
use super::unpack;
use crate::error::{Result, SourceError};
use crate::probe::Shape;

/// A row that cannot be used, and why. Becomes a quarantined row.
#[derive(Debug, Clone)]
pub(crate) struct Bad {
    /// Reason by which such rows are counted; the same words for the same kind of fault.
    pub reason: String,
    /// What is particular about this row; may be empty.
    pub detail: String,
}

impl Bad {
    pub(crate) fn new(reason: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { reason: reason.into(), detail: detail.into() }
    }
}

/// Counts what becomes of rows, cheaply; turned into a [`RowAccount`] at the end.
///
/// A *row* is what the source's account counts: a record, or a cell where one record carries many observations.
pub(crate) struct Tally {
    account: RowAccount,
    kept: u64,
    dropped: Vec<(&'static str, u64)>,
}

impl Tally {
    /// `n` rows that become rows.
    pub(crate) fn keep(&mut self, n: u64) {
        self.kept += n;
    }

    /// `n` rows left out by a declared rule.
    pub(crate) fn drop_by(&mut self, rule: &'static str, n: u64) {
        if n == 0 {
            return;
        }
        match self.dropped.iter_mut().find(|(r, _)| std::ptr::eq(*r, rule) || *r == rule) {
            Some((_, count)) => *count += n,
            None => self.dropped.push((rule, n)),
        }
    }

    /// `n` rows of one record that cannot be used.
    pub(crate) fn quarantine(&mut self, line: u64, bad: &Bad, n: u64, text: impl FnOnce() -> String) {
        let before = self.account.rows_in;
        self.account.quarantine(line, &bad.reason, || match bad.detail.as_str() {
            "" => text(),
            detail => format!("{detail}: {}", text()),
        });
        debug_assert_eq!(self.account.rows_in, before + 1);
        if let Some(count) = self.account.quarantined.get_mut(&bad.reason) {
            *count = *count - 1 + n;
        }
        self.account.rows_in = before + n;
    }

    fn finish(mut self) -> RowAccount {
        self.account.rows_in += self.kept;
        self.account.kept += self.kept;
        for (rule, n) in self.dropped {
            self.account.rows_in += n;
            *self.account.dropped.entry(rule.to_owned()).or_default() += n;
        }
        self.account
    }
}

/// Moves rows that were kept into quarantine, once it turns out that another row has the same key.
pub(crate) fn quarantine_kept(account: &mut RowAccount, line: u64, reason: &str, text: impl FnOnce() -> String) {
    account.kept -= 1;
    account.rows_in -= 1;
    account.quarantine(line, reason, text);
}

/// One record with the means to read it.
pub(crate) struct Row<'r> {
    record: &'r Fields,
    names: &'r [String],
    /// 1-based line of the unpacked file on which the record starts.
    pub line: u32,
    decimal_comma: bool,
    legacy: &'r Cell<bool>,
    /// Positions of columns that are never shown.
    hidden: &'r [usize],
}

impl<'r> Row<'r> {
    /// A cell without surrounding blanks.
    pub(crate) fn bytes(&self, column: usize) -> &'r [u8] {
        self.record.get(column).unwrap_or_default().trim_ascii()
    }

    /// A cell as text; `None` where the publisher marks it as missing. Bytes that are not UTF-8 are read as Windows-1252.
    pub(crate) fn text(&self, column: usize) -> Option<Cow<'r, str>> {
        let bytes = self.bytes(column);
        (!cell::is_missing(bytes)).then(|| self.decode(bytes))
    }

    /// A cell as text, whatever it says: names such as `NA` are not missing here.
    pub(crate) fn verbatim(&self, column: usize) -> Cow<'r, str> {
        self.decode(self.bytes(column))
    }

    /// A whole number; `None` where missing.
    pub(crate) fn whole(&self, column: usize) -> Result<Option<i64>, Bad> {
        let bytes = self.bytes(column);
        match cell::whole(bytes) {
            Some(v) => Ok(Some(v)),
            None if cell::is_missing(bytes) => Ok(None),
            None => Err(self.not_a("not a whole number", column)),
        }
    }

    /// A whole number that must be there and fit `T`.
    pub(crate) fn need<T: TryFrom<i64>>(&self, column: usize) -> Result<T, Bad> {
        let value = self.whole(column)?.ok_or_else(|| self.not_a("missing value", column))?;
        T::try_from(value).map_err(|_| self.not_a("number out of range", column))
    }

    /// A finite number; `None` where missing.
    pub(crate) fn decimal(&self, column: usize) -> Result<Option<f64>, Bad> {
        let bytes = self.bytes(column);
        if cell::is_missing(bytes) {
            return Ok(None);
        }
        cell::decimal(bytes, self.decimal_comma).map(Some).ok_or_else(|| self.not_a("not a number", column))
    }

    /// A year between 1700 and 2200.
    pub(crate) fn year(&self, column: usize) -> Result<i32, Bad> {
        let year: i32 = self.need(column)?;
        if (1700..=2200).contains(&year) { Ok(year) } else { Err(self.not_a("year out of range", column)) }
    }

    /// A fault of one cell.
    pub(crate) fn not_a(&self, fault: &str, column: usize) -> Bad {
        let name = self.names.get(column).map_or("?", String::as_str);
        Bad::new(format!("{fault} in column '{name}'"), format!("'{}'", self.verbatim(column)))
    }

    fn decode(&self, bytes: &'r [u8]) -> Cow<'r, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                self.legacy.set(true);
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0
            }
        }
    }

    fn shown(&self) -> String {
        if !self.hidden.is_empty() && self.record.len() != self.names.len() {
            return "not shown: which field is a personal column cannot be said".to_owned();
        }
        let seen = self.record.iter().take(40).enumerate().filter(|(i, _)| !self.hidden.contains(i));
        let fields: Vec<String> = seen.map(|(_, f)| self.decode(f).into_owned()).collect();
        fields.join(",")
    }
}

/// An opened table: its header is known, its rows are still to come.
pub(crate) struct Sheet<'a> {
    records: Records<'a>,
    header: Header,
    shape: &'static Shape,
    /// Names that were asked for and are not there.
    absent: RefCell<BTreeSet<String>>,
    path: &'a Path,
    packed: &'static str,
    name: String,
    per_record: u64,
    hidden: Vec<usize>,
}

/// Opens a file (or the member of an archive) of a known shape and hands the sheet to `read`.
///
/// # Errors
/// Broken packing, an empty file, missing columns (with the nearest ones and the new ones), and whatever `read` returns.
pub(crate) fn open<T>(
    path: &Path,
    member: Option<&str>,
    name: &str,
    shape: &'static Shape,
    notices: &mut Notices,
    read: impl FnOnce(Sheet<'_>, &mut Notices) -> Result<T>,
) -> Result<T> {
    let packed = if member.is_some() { "zip archive" } else { "file" };
    let find = |head: &[u8]| {
        header::find(head, shape.required).map_err(|missing| SourceError::Columns {
            message: format!(
                "{} of the shape '{}'{}; check that it is the right file and version",
                missing.sentence(shape),
                shape.id,
                missing.new_ones(shape)
            ),
            path: path.to_owned(),
        })
    };
    if member.is_none() && unpack::is_parquet(path)? {
        let header = find(&records::names_line(&unpack::parquet_names(path)?))?;
        tell_unknown(&header, shape, name, notices);
        return read(Sheet::new(Records::parquet(path)?, header, shape, (path, packed, name)), notices);
    }
    unpack::with_content(path, member, |mut stream| {
        let mut head = Vec::new();
        stream.by_ref().take(256 * 1024).read_to_end(&mut head).map_err(|e| unpack::broken(path, packed, &e))?;
        if head.iter().all(u8::is_ascii_whitespace) {
            return Err(SourceError::Empty { path: path.to_owned() });
        }
        if let Some(names) = records::json_names(&head) {
            let header = find(&records::names_line(&names))?;
            tell_unknown(&header, shape, name, notices);
            let whole: Box<dyn Read + '_> = Box::new(Cursor::new(head).chain(stream));
            return read(Sheet::new(Records::json_lines(whole, names), header, shape, (path, packed, name)), notices);
        }
        let header = find(&head)?;
        if header.skipped > 0 {
            notices.add(Severity::Info, "title-rows", format!("{} rows above the header were skipped", header.skipped), name, "");
        }
        tell_unknown(&header, shape, name, notices);
        let returns = !head.contains(&b'\n') && head.contains(&b'\r');
        let whole: Box<dyn Read + '_> = Box::new(Cursor::new(head).chain(stream));
        let records = Records::delimited(whole, header.delimiter, returns, header.skipped as u64 + 1);
        read(Sheet::new(records, header, shape, (path, packed, name)), notices)
    })
}

fn tell_unknown(header: &Header, shape: &Shape, name: &str, notices: &mut Notices) {
    if !shape.tell_unknown {
        return;
    }
    let unknown: Vec<&str> = shape.new_among(&header.names);
    if unknown.is_empty() {
        return;
    }
    let more = if unknown.len() > 5 { format!(" and {} more", unknown.len() - 5) } else { String::new() };
    notices.add(
        Severity::Info,
        "unknown-columns",
        format!("columns that this reader does not know were left aside: {}{more}", unknown[..unknown.len().min(5)].join(", ")),
        name,
        "see whether the publisher changed the format",
    );
}

/// Says which columns of the shape were asked for in vain: a publisher has renamed or dropped them, and their values are null.
pub(crate) fn tell_absent(header: &Header, shape: &Shape, absent: &BTreeSet<String>, name: &str, notices: &mut Notices) {
    let gone: Vec<&'static str> = shape.known.iter().copied().filter(|k| absent.contains(*k)).collect();
    if gone.is_empty() {
        return;
    }
    let missing = Missing { missing: gone, names: header.names.clone() };
    notices.add(
        Severity::Warning,
        "missing-columns",
        format!("{}{}; what they would say is null", missing.sentence(shape), missing.new_ones(shape)),
        name,
        "see whether the publisher renamed or dropped them",
    );
}

impl<'a> Sheet<'a> {
    fn new(records: Records<'a>, header: Header, shape: &'static Shape, (path, packed, name): (&'a Path, &'static str, &str)) -> Self {
        let (absent, hidden) = (RefCell::default(), Vec::new());
        Self { records, header, shape, absent, path, packed, name: name.to_owned(), per_record: 1, hidden }
    }

    /// Position of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        let at = self.header.position(name);
        if at.is_none() {
            self.absent.borrow_mut().insert(name.to_owned());
        }
        at
    }

    /// Position of a column that the shape requires.
    pub(crate) fn required(&self, name: &'static str) -> Result<usize> {
        self.column(name)
            .ok_or_else(|| SourceError::Columns { message: format!("the column '{name}' is missing"), path: self.path.to_owned() })
    }

    /// The row of names.
    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// What kind of records it has.
    pub(crate) fn kind(&self) -> Kind {
        self.records.kind()
    }

    /// Column names in order.
    pub(crate) fn names(&self) -> &[String] {
        &self.header.names
    }

    /// Byte between fields.
    pub(crate) fn delimiter(&self) -> u8 {
        self.header.delimiter
    }

    /// Says that one record counts as `n` rows in the account.
    pub(crate) fn count_each_as(&mut self, n: u64) {
        self.per_record = n;
    }

    /// Says which columns (by name) are never shown, also in rows that cannot be used.
    pub(crate) fn hide(&mut self, columns: &[String]) {
        self.hidden = columns.iter().filter_map(|c| self.header.position(c)).collect();
    }

    /// Hands every data row to `read`, which tallies it or returns why it cannot be used.
    ///
    /// # Errors
    /// [`SourceError::Broken`] where the packing ends early: nothing of the file is used then.
    pub(crate) fn each(
        mut self,
        notices: &mut Notices,
        mut read: impl FnMut(&Row<'_>, &mut Tally) -> Result<(), Bad>,
    ) -> Result<RowAccount> {
        let mut tally = Tally { account: RowAccount::new(&self.name), kept: 0, dropped: Vec::new() };
        let legacy = Cell::new(false);
        tell_absent(&self.header, self.shape, &self.absent.take(), &self.name, notices);
        let mut record = Fields::default();
        let width = self.header.names.len();
        let n = self.per_record;
        while let Some(Step { line, fault }) = self.records.next(&mut record, self.path, self.packed)? {
            let row = Row {
                record: &record,
                names: &self.header.names,
                line: u32::try_from(line).unwrap_or(u32::MAX),
                decimal_comma: self.header.delimiter == b';',
                legacy: &legacy,
                hidden: &self.hidden,
            };
            if let Some(fault) = fault {
                tally.quarantine(line, &fault, n, || row.shown());
            } else if record.len() != width {
                // every line that an open quote swallowed counts
                let lines = record.text().split(|&b| b == b'\n').filter(|l| !l.trim_ascii().is_empty()).count().max(1) as u64;
                let fault = if lines > 1 {
                    Bad::new("a quote that is not closed in its row", format!("{lines} lines from line {line} read as one row"))
                } else {
                    Bad::new("wrong number of fields", format!("{} instead of {width}", record.len()))
                };
                tally.quarantine(line, &fault, n * lines, || row.shown());
            } else if record.iter().all(|f| f.trim_ascii().is_empty()) {
                tally.drop_by("empty row", n);
            } else if self.repeats_header(&record) {
                tally.drop_by("header row repeated in the middle", n);
            } else if let Err(bad) = read(&row, &mut tally) {
                tally.quarantine(line, &bad, n, || row.shown());
            }
        }
        if legacy.get() {
            notices.add(
                Severity::Info,
                "windows-1252",
                "some text is not UTF-8 and was read as Windows-1252",
                &self.name,
                "check names with accents",
            );
        }
        let account = tally.finish();
        if account.rows_in == 0 {
            notices.add(Severity::Error, "no-rows", "the file has a header and no rows", &self.name, "download it again");
        }
        Ok(account)
    }

    fn repeats_header(&self, record: &Fields) -> bool {
        self.header.names.iter().zip(record.iter()).all(|(n, f)| n.as_bytes().eq_ignore_ascii_case(f.trim_ascii()))
    }
}
