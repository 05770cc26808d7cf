//! One record of a held file as it was published, for the walk back from a number to its row. Not here: reading whole files.

use std::io::{BufRead, BufReader, Cursor, Read};

use blocwatch_core::Notices;

use crate::error::{Result, SourceError};
use crate::tabular::unpack;
use crate::{Held, Source, probe, shape_of, tabular};

/// The record that starts on a 1-based line of the unpacked file, as (column, value) pairs; empty values are left out. Columns that the
/// source's metadata names as personal are never shown.
///
/// # Errors
/// The file cannot be read, or has no such line.
pub fn record_at(source: &dyn Source, held: &Held, line: u64) -> Result<Vec<(String, String)>> {
    let shape = shape_of(source, held)?;
    let member = probe::member_of(source, &held.path, &held.file.name, &held.file.role, &held.file.shape)?;
    let mut quiet = Notices::new();
    let (names, delimiter) = tabular::open(&held.path, member.as_deref(), &held.file.name, shape, &mut quiet, |sheet, _| {
        Ok((sheet.names().to_vec(), sheet.delimiter()))
    })?;
    let personal = &source.meta().personal_columns_dropped;
    unpack::with_content(&held.path, member.as_deref(), |stream| {
        let mut reader = BufReader::new(stream);
        let mut skipped = Vec::new();
        for _ in 1..line {
            skipped.clear();
            let n = reader.read_until(b'\n', &mut skipped).map_err(|e| unpack::broken(&held.path, "file", &e))?;
            if n == 0 {
                break;
            }
        }
        let rest: Box<dyn Read + '_> = Box::new(reader.chain(Cursor::new(b"\n")));
        let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(rest);
        let mut record = csv::ByteRecord::new();
        let found = csv.read_byte_record(&mut record).unwrap_or(false);
        if !found {
            return Err(SourceError::Store { what: format!("it has no line {line}"), path: held.path.clone() });
        }
        let text = |field: &[u8]| String::from_utf8_lossy(field.trim_ascii()).into_owned();
        Ok(names
            .iter()
            .zip(record.iter())
            .filter(|(name, value)| !value.trim_ascii().is_empty() && !personal.contains(name))
            .map(|(name, value)| (name.clone(), text(value)))
            .collect())
    })
}
