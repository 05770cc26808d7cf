//! Records of a held file as they were published, for the walk back from a number to its row. Not here: reading whole files.

use std::io::{BufRead, BufReader, Cursor, Read};

use blocwatch_core::Notices;

use crate::error::{Result, SourceError};
use crate::tabular::records::{self, Kind};
use crate::tabular::unpack;
use crate::{Held, Source, probe, shape_of, tabular};

/// Unpacked bytes that are kept for the next record; a larger file is read anew for each.
const KEPT: u64 = 256 * 1024 * 1024;

/// Characters of a value that are shown; some cells hold whole texts.
const SHOWN: usize = 500;

/// A held file, opened to show single records.
#[derive(Debug)]
pub struct RawFile {
    held: Held,
    member: Option<String>,
    names: Vec<String>,
    delimiter: u8,
    personal: Vec<String>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// Lines, delimited or JSON objects.
    Lines {
        json: bool,
        /// The unpacked file, unless it is too large.
        body: Option<Vec<u8>>,
        /// Where its lines start.
        starts: Vec<usize>,
    },
    /// A file whose rows are found by their number.
    Parquet,
}

impl RawFile {
    /// Opens a held file.
    ///
    /// # Errors
    /// The file cannot be read or is not of the shape it was recognised as.
    pub fn open(source: &dyn Source, held: &Held) -> Result<Self> {
        let shape = shape_of(source, held)?;
        let member = probe::member_of(source, &held.path, &held.file.name, &held.file.role, &held.file.shape)?;
        let mut quiet = Notices::new();
        let (names, delimiter, kind) = tabular::open(&held.path, member.as_deref(), &held.file.name, shape, &mut quiet, |sheet, _| {
            Ok((sheet.names().to_vec(), sheet.delimiter(), sheet.kind()))
        })?;
        let form = match kind {
            Kind::Parquet => Form::Parquet,
            Kind::Delimited | Kind::JsonLines => lines(held, member.as_deref(), kind == Kind::JsonLines)?,
        };
        let personal = source.meta().personal_columns_dropped.clone();
        Ok(Self { held: held.clone(), member, names, delimiter, personal, form })
    }

    /// The record that starts on a 1-based line of the unpacked file, or that has this number in a Parquet file, as (column, value) pairs;
    /// empty values are left out, and long ones are cut. Columns that the source's metadata names as personal are never shown.
    ///
    /// # Errors
    /// The file has no such line, or cannot be read again.
    pub fn record(&self, line: u64) -> Result<Vec<(String, String)>> {
        let none = || SourceError::Store { what: format!("it has no line {line}"), path: self.held.path.clone() };
        let fields = match &self.form {
            Form::Parquet => records::parquet_row(&self.held.path, line)?,
            Form::Lines { json, body: Some(body), starts } => {
                let at = usize::try_from(line).ok().and_then(|l| starts.get(l.checked_sub(1)?)).copied().unwrap_or(body.len());
                self.fields(*json, &body[at..])
            }
            Form::Lines { json, body: None, .. } => unpack::with_content(&self.held.path, self.member.as_deref(), |stream| {
                let mut reader = BufReader::new(stream);
                let mut skipped = Vec::new();
                for _ in 1..line {
                    skipped.clear();
                    let n = reader.read_until(b'\n', &mut skipped).map_err(|e| unpack::broken(&self.held.path, "file", &e))?;
                    if n == 0 {
                        break;
                    }
                }
                Ok(self.fields(*json, reader))
            })?,
        };
        let named = self.names.iter().cloned().zip(fields.ok_or_else(none)?);
        Ok(named
            .filter(|(name, value)| !value.is_empty() && !self.personal.contains(name))
            .map(|(name, value)| (name, cut(value)))
            .collect())
    }

    /// The fields of the first record of what remains of a file.
    fn fields(&self, json: bool, rest: impl Read) -> Option<Vec<String>> {
        if json {
            let mut line = Vec::new();
            BufReader::new(rest).read_until(b'\n', &mut line).ok()?;
            let object = records::object(&line)?;
            return Some(self.names.iter().map(|name| records::json_text(object.get(name)).trim().to_owned()).collect());
        }
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(rest.chain(Cursor::new(b"\n")));
        let mut record = csv::ByteRecord::new();
        let found = csv.read_byte_record(&mut record).unwrap_or(false);
        found.then(|| record.iter().map(|field| String::from_utf8_lossy(field.trim_ascii()).into_owned()).collect())
    }
}

fn lines(held: &Held, member: Option<&str>, json: bool) -> Result<Form> {
    let body = unpack::with_content(&held.path, member, |stream| {
        let mut body = Vec::new();
        stream.take(KEPT + 1).read_to_end(&mut body).map_err(|e| unpack::broken(&held.path, "file", &e))?;
        Ok((body.len() as u64 <= KEPT).then_some(body))
    })?;
    let starts = body
        .iter()
        .flat_map(|b| std::iter::once(0).chain(b.iter().enumerate().filter(|(_, c)| **c == b'\n').map(|(i, _)| i + 1)))
        .collect();
    Ok(Form::Lines { json, body, starts })
}

/// A value as it is shown.
fn cut(value: String) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{} … ({} characters)", &value[..at], value.chars().count()),
        None => value,
    }
}
