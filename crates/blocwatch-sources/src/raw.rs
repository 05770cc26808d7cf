//! Records of a held file as they were published, for the walk back from a number to its row. Not here: reading whole files.

use std::io::{BufRead, BufReader, Cursor, Read};

use blocwatch_core::Notices;

use crate::error::{Result, SourceError};
use crate::tabular::unpack;
use crate::{Held, Source, probe, shape_of, tabular};

/// Unpacked bytes that are kept for the next record; a larger file is read anew for each.
const KEPT: u64 = 256 * 1024 * 1024;

/// A held file, opened to show single records.
#[derive(Debug)]
pub struct RawFile {
    held: Held,
    member: Option<String>,
    names: Vec<String>,
    delimiter: u8,
    personal: Vec<String>,
    /// The unpacked file, unless it is too large.
    body: Option<Vec<u8>>,
    /// Where its lines start.
    starts: Vec<usize>,
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
        let (names, delimiter) = tabular::open(&held.path, member.as_deref(), &held.file.name, shape, &mut quiet, |sheet, _| {
            Ok((sheet.names().to_vec(), sheet.delimiter()))
        })?;
        let body = unpack::with_content(&held.path, member.as_deref(), |stream| {
            let mut body = Vec::new();
            stream.take(KEPT + 1).read_to_end(&mut body).map_err(|e| unpack::broken(&held.path, "file", &e))?;
            Ok((body.len() as u64 <= KEPT).then_some(body))
        })?;
        let starts = body
            .iter()
            .flat_map(|b| std::iter::once(0).chain(b.iter().enumerate().filter(|(_, c)| **c == b'\n').map(|(i, _)| i + 1)))
            .collect();
        let personal = source.meta().personal_columns_dropped.clone();
        Ok(Self { held: held.clone(), member, names, delimiter, personal, body, starts })
    }

    /// The record that starts on a 1-based line of the unpacked file, as (column, value) pairs; empty values are left out. Columns that
    /// the source's metadata names as personal are never shown.
    ///
    /// # Errors
    /// The file has no such line, or cannot be read again.
    pub fn record(&self, line: u64) -> Result<Vec<(String, String)>> {
        match &self.body {
            Some(body) => {
                let at = usize::try_from(line).ok().and_then(|l| self.starts.get(l.checked_sub(1)?)).copied().unwrap_or(body.len());
                self.parse(line, &body[at..])
            }
            None => unpack::with_content(&self.held.path, self.member.as_deref(), |stream| {
                let mut reader = BufReader::new(stream);
                let mut skipped = Vec::new();
                for _ in 1..line {
                    skipped.clear();
                    let n = reader.read_until(b'\n', &mut skipped).map_err(|e| unpack::broken(&self.held.path, "file", &e))?;
                    if n == 0 {
                        break;
                    }
                }
                self.parse(line, reader)
            }),
        }
    }

    fn parse(&self, line: u64, rest: impl Read) -> Result<Vec<(String, String)>> {
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(self.delimiter)
            .from_reader(rest.chain(Cursor::new(b"\n")));
        let mut record = csv::ByteRecord::new();
        if !csv.read_byte_record(&mut record).unwrap_or(false) {
            return Err(SourceError::Store { what: format!("it has no line {line}"), path: self.held.path.clone() });
        }
        let text = |field: &[u8]| String::from_utf8_lossy(field.trim_ascii()).into_owned();
        Ok(self
            .names
            .iter()
            .zip(record.iter())
            .filter(|(name, value)| !value.trim_ascii().is_empty() && !self.personal.contains(name))
            .map(|(name, value)| (name.clone(), text(value)))
            .collect())
    }
}
