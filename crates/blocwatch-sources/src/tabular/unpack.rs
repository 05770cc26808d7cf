//! From a file on disk to decoded text: gzip and zip by magic number, byte-order marks, UTF-16.
//!
//! A table that is no delimited text (JSON lines, Parquet) shows its row of names where recognition looks at the beginning of a file.
//! Windows-1252 is not decoded here but cell by cell, as a file may be UTF-8 but for one name. Non-goals: rows and columns.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::records;
use crate::error::{Result, SourceError};

/// How many decoded bytes recognition looks at; the widest header at hand (V-Dem, 4,600 columns) takes 90 KiB.
const HEAD: u64 = 256 * 1024;

/// The beginning of a file, or of one member of an archive.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// Path inside the archive; `None` for a file that is no archive.
    pub member: Option<String>,
    /// The first decoded bytes; the row of names where the table is no delimited text.
    pub bytes: Vec<u8>,
}

/// The heads of everything in a file that could be a table, members sorted by name.
pub(crate) fn heads(path: &Path) -> Result<Vec<Head>> {
    let mut file = File::open(path).map_err(SourceError::io("open the file", path))?;
    let packing = packing(&mut file, path)?;
    if packing == Packing::Parquet {
        return Ok(vec![Head { member: None, bytes: records::names_line(&parquet_names(path)?) }]);
    }
    if packing == Packing::Other {
        let bytes = head_of(Box::new(file)).map_err(|e| broken(path, "file", &e))?;
        return Ok(vec![Head { member: None, bytes }]);
    }
    let mut archive = ZipArchive::new(file).map_err(|e| broken_zip(path, &e))?;
    let mut out = Vec::new();
    for name in table_members(&archive) {
        let entry = archive.by_name(&name).map_err(|e| broken_zip(path, &e))?;
        let bytes = head_of(Box::new(entry)).map_err(|e| broken(path, "zip archive", &e))?;
        out.push(Head { member: Some(name), bytes });
    }
    Ok(out)
}

/// The names of everything in a file that could be a table, sorted; one without a name for a file that is no archive.
pub(crate) fn members(path: &Path) -> Result<Vec<Option<String>>> {
    let mut file = File::open(path).map_err(SourceError::io("open the file", path))?;
    if packing(&mut file, path)? != Packing::Zip {
        return Ok(vec![None]);
    }
    let archive = ZipArchive::new(file).map_err(|e| broken_zip(path, &e))?;
    Ok(table_members(&archive).into_iter().map(Some).collect())
}

/// The heads of everything in a file, after reading all of it once: a file whose packing is cut off or damaged is an error here, before
/// it counts as a snapshot.
pub(crate) fn whole_heads(path: &Path) -> Result<Vec<Head>> {
    let heads = heads(path)?;
    for head in &heads {
        with_content(path, head.member.as_deref(), |mut stream| {
            io::copy(&mut stream, &mut io::sink())
                .map(drop)
                .map_err(|e| broken(path, if head.member.is_some() { "zip archive" } else { "file" }, &e))
        })?;
    }
    Ok(heads)
}

/// Opens a file, or the given member of an archive, and hands the decoded stream on.
pub(crate) fn with_content<T>(path: &Path, member: Option<&str>, read: impl FnOnce(Box<dyn Read + '_>) -> Result<T>) -> Result<T> {
    let file = File::open(path).map_err(SourceError::io("open the file", path))?;
    match member {
        None => read(decoded(Box::new(file)).map_err(|e| broken(path, "file", &e))?),
        Some(name) => {
            let mut archive = ZipArchive::new(file).map_err(|e| broken_zip(path, &e))?;
            let entry = archive.by_name(name).map_err(|e| broken_zip(path, &e))?;
            read(decoded(Box::new(entry)).map_err(|e| broken(path, "zip archive", &e))?)
        }
    }
}

/// What a failed read means to a person.
pub(crate) fn broken(path: &Path, what: &str, error: &io::Error) -> SourceError {
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("the {what} ends early: part of it is missing"),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => format!("the {what} does not unpack ({error})"),
        _ => {
            return SourceError::Io {
                what: "read the file",
                path: path.to_owned(),
                cause: io::Error::new(error.kind(), error.to_string()),
            };
        }
    };
    SourceError::Broken { what, path: path.to_owned() }
}

fn broken_zip(path: &Path, error: &zip::result::ZipError) -> SourceError {
    SourceError::Broken { what: format!("the zip archive is cut off or damaged ({error})"), path: path.to_owned() }
}

/// What a Parquet file that does not open means to a person.
pub(super) fn broken_parquet(path: &Path, error: &dyn std::fmt::Display) -> SourceError {
    SourceError::Broken { what: format!("the Parquet file is cut off or damaged ({error})"), path: path.to_owned() }
}

/// Column names of a Parquet file.
pub(super) fn parquet_names(path: &Path) -> Result<Vec<String>> {
    Ok(records::parquet(path)?.schema().fields().iter().map(|f| f.name().clone()).collect())
}

/// Whether a file is Parquet, which no packing hides.
pub(super) fn is_parquet(path: &Path) -> Result<bool> {
    let mut file = File::open(path).map_err(SourceError::io("open the file", path))?;
    Ok(packing(&mut file, path)? == Packing::Parquet)
}

/// What the first bytes of a file say that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Zip,
    Parquet,
    /// Text, perhaps in gzip.
    Other,
}

/// Looks at the first bytes and returns to the beginning.
fn packing(file: &mut File, path: &Path) -> Result<Packing> {
    let mut magic = [0u8; 4];
    let n = fill(file, &mut magic).map_err(SourceError::io("read the file", path))?;
    file.seek(SeekFrom::Start(0)).map_err(SourceError::io("read the file", path))?;
    Ok(match &magic[..n] {
        b"PK\x03\x04" | b"PK\x05\x06" => Packing::Zip,
        b"PAR1" => Packing::Parquet,
        _ => Packing::Other,
    })
}

/// Members that could be tables: no folders, no Apple metadata, no hidden files, no documents.
fn table_members(archive: &ZipArchive<File>) -> Vec<String> {
    let mut names: Vec<String> = archive
        .file_names()
        .filter(|n| !n.ends_with('/') && !n.starts_with("__MACOSX/") && !n.contains("/__MACOSX/"))
        .filter(|n| {
            let file = n.rsplit('/').next().unwrap_or(n).to_ascii_lowercase();
            !file.starts_with('.') && [".csv", ".tab", ".tsv", ".txt", ".jsonl", ".gz"].iter().any(|end| file.ends_with(end))
        })
        .map(str::to_owned)
        .collect();
    names.sort();
    names.truncate(500);
    names
}

fn head_of(reader: Box<dyn Read + '_>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match decoded(reader)?.take(HEAD).read_to_end(&mut bytes) {
        // a cut-off file still shows its header, so that the reader can say what is wrong with which file
        Err(e) if bytes.is_empty() => Err(e),
        _ => Ok(records::json_names(&bytes).map_or(bytes, |names| records::names_line(&names))),
    }
}

/// Peels gzip and byte-order marks off a stream, whatever its name says.
fn decoded<'a>(reader: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let (start, reader) = peek::<2>(reader)?;
    let reader: Box<dyn Read + 'a> = if start == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(reader)) } else { reader };
    let (start, mut reader) = peek::<3>(reader)?;
    if start == [0xef, 0xbb, 0xbf] {
        fill(&mut reader, &mut [0; 3])?;
        return Ok(reader);
    }
    let wide = match start.as_slice() {
        [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
        _ => return Ok(reader),
    };
    // rare (spreadsheets' "Unicode text"), hence simply in memory
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let text = wide.decode_with_bom_removal(&bytes).0.into_owned();
    Ok(Box::new(Cursor::new(text.into_bytes())))
}

fn peek<'a, const N: usize>(mut reader: Box<dyn Read + 'a>) -> io::Result<(Vec<u8>, Box<dyn Read + 'a>)> {
    let mut start = [0u8; N];
    let n = fill(&mut reader, &mut start)?;
    let start = start[..n].to_vec();
    Ok((start.clone(), Box::new(Cursor::new(start).chain(reader))))
}

fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match reader.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(k) => n += k,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(n)
}
