//! A [`Wide`] as a Stata file, format 118 (Stata 14 and later).
//!
//! Format: <https://www.stata.com/help.cgi?dta>. Everything is little-endian and of known length, so the file is written from front to
//! back. Names, labels and value labels come from the codebook; what does not fit a label of 80 characters is a note of the variable.
//! Numbers take the smallest type that holds them; a missing number is `.`, a missing text is empty, since Stata has no other.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::{max, min};
use arrow::datatypes::{DataType, Float64Type, Int32Type, UInt16Type, UInt32Type};
use blocwatch_core::table::Kind;

use super::codebook::{Codebook, Variable};
use crate::error::{EngineError, Result};
use crate::wide::{Opened, Wide};

/// Characters of a name.
const NAME: usize = 32;
/// Characters of a label.
const LABEL: usize = 80;
/// Bytes of a text in a cell.
const TEXT: usize = 2045;
/// Largest number that is not a missing value.
const MOST: f64 = 8.988e307;

const RESERVED: &[&str] = &[
    "_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip", "_se", "byte", "double", "float", "if", "in", "int",
    "long", "strL", "using", "with",
];

/// How a column is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Byte,
    Int,
    Long,
    Double,
    Text(u16),
}

impl Type {
    fn width(self) -> usize {
        match self {
            Self::Byte => 1,
            Self::Int => 2,
            Self::Long => 4,
            Self::Double => 8,
            Self::Text(n) => usize::from(n),
        }
    }

    fn code(self) -> u16 {
        match self {
            Self::Byte => 65530,
            Self::Int => 65529,
            Self::Long => 65528,
            Self::Double => 65526,
            Self::Text(n) => n,
        }
    }

    fn format(self) -> String {
        match self {
            Self::Byte | Self::Int => "%8.0g".to_owned(),
            Self::Long => "%12.0g".to_owned(),
            Self::Double => "%10.0g".to_owned(),
            Self::Text(n) => format!("%-{}s", n.min(244)),
        }
    }

    /// The smallest type that holds the column.
    fn of(variable: &Variable, values: Option<&ArrayRef>) -> Result<Self> {
        let Some(values) = values else { return Ok(Self::Byte) };
        let whole = |low: Option<i64>, high: Option<i64>| match (low.unwrap_or(0), high.unwrap_or(0)) {
            (-127.., ..=100) => Self::Byte,
            (-32_767.., ..=32_740) => Self::Int,
            (-2_147_483_647.., ..=2_147_483_620) => Self::Long,
            _ => Self::Double,
        };
        Ok(match values.data_type() {
            DataType::UInt16 => {
                let v = values.as_primitive::<UInt16Type>();
                whole(min(v).map(i64::from), max(v).map(i64::from))
            }
            DataType::UInt32 => {
                let v = values.as_primitive::<UInt32Type>();
                whole(min(v).map(i64::from), max(v).map(i64::from))
            }
            DataType::Int32 => {
                let v = values.as_primitive::<Int32Type>();
                whole(min(v).map(i64::from), max(v).map(i64::from))
            }
            DataType::Float64 => Self::Double,
            _ => {
                let longest = values.as_string::<i32>().iter().flatten().map(str::len).max().unwrap_or(0).max(1);
                if longest > TEXT {
                    let what =
                        format!("the column {} has texts that Stata cannot hold; leave it out or choose another format", variable.name);
                    return Err(EngineError::Query(what));
                }
                Self::Text(longest as u16)
            }
        })
    }

    /// Puts the values of a column into their place of every row.
    fn fill(self, array: &ArrayRef, rows: &mut [u8], offset: usize, width: usize) {
        let cells = rows.chunks_exact_mut(width).map(|row| &mut row[offset..offset + self.width()]).enumerate();
        match array.data_type() {
            DataType::Utf8 => {
                let values = array.as_string::<i32>();
                for (i, cell) in cells.filter(|(i, _)| values.is_valid(*i)) {
                    let text = values.value(i).as_bytes();
                    cell[..text.len()].copy_from_slice(text);
                }
            }
            DataType::Boolean => {
                let values = array.as_boolean();
                cells.for_each(|(i, cell)| cell[0] = if values.is_null(i) { 101 } else { u8::from(values.value(i)) });
            }
            DataType::Float64 => {
                let values = array.as_primitive::<Float64Type>();
                cells.for_each(|(i, cell)| self.number(values.is_valid(i).then(|| values.value(i)), cell));
            }
            DataType::UInt16 => {
                let values = array.as_primitive::<UInt16Type>();
                cells.for_each(|(i, cell)| self.number(values.is_valid(i).then(|| f64::from(values.value(i))), cell));
            }
            DataType::UInt32 => {
                let values = array.as_primitive::<UInt32Type>();
                cells.for_each(|(i, cell)| self.number(values.is_valid(i).then(|| f64::from(values.value(i))), cell));
            }
            _ => {
                let values = array.as_primitive::<Int32Type>();
                cells.for_each(|(i, cell)| self.number(values.is_valid(i).then(|| f64::from(values.value(i))), cell));
            }
        }
    }

    fn number(self, value: Option<f64>, cell: &mut [u8]) {
        match self {
            Self::Byte => cell.copy_from_slice(&value.map_or(101, |v| v as i8).to_le_bytes()),
            Self::Int => cell.copy_from_slice(&value.map_or(32_741, |v| v as i16).to_le_bytes()),
            Self::Long => cell.copy_from_slice(&value.map_or(2_147_483_621, |v| v as i32).to_le_bytes()),
            Self::Double | Self::Text(_) => {
                let known = value.filter(|v| v.abs() <= MOST);
                cell.copy_from_slice(&known.map_or(0x7fe0_0000_0000_0000, f64::to_bits).to_le_bytes());
            }
        }
    }
}

/// The names of variables in Stata: letters, digits and underscores, at most 32 of them, each once.
pub fn names(variables: &[Variable]) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    variables
        .iter()
        .map(|v| {
            let mut name: String = v.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let texts = name.strip_prefix("str").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
            if name.starts_with(|c: char| c.is_ascii_digit()) || RESERVED.contains(&name.as_str()) || texts {
                name.insert(0, 'v');
            }
            let mut short = cut(&name, NAME).to_owned();
            let mut n = 2;
            while !taken.insert(short.clone()) {
                let end = format!("_{n}");
                short = format!("{}{end}", cut(&name, NAME - end.len()));
                n += 1;
            }
            short
        })
        .collect()
}

/// The first characters of a text.
fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(at, _)| &text[..at])
}

/// Writes a wide table with its codebook. The same table gives the same bytes: the file has no time stamp.
///
/// # Errors
/// [`EngineError::Query`] for what Stata cannot hold; the writer fails.
pub fn write(out: impl Write, wide: &Wide<'_>, book: &Codebook) -> Result<()> {
    if book.variables.len() > 32_767 {
        return Err(EngineError::Query("a Stata file has at most 32,767 variables; choose fewer columns".to_owned()));
    }
    let opened = wide.open()?;
    let types = book.variables.iter().enumerate().map(|(i, v)| Type::of(v, opened.values(i))).collect::<Result<Vec<_>>>()?;
    let written = put(out, wide.rows, &opened, book, &types);
    written.map_err(|e| match e {
        Failure::Engine(e) => e,
        Failure::Writer(e) => EngineError::from(arrow::error::ArrowError::IoError(e.to_string(), e)),
    })
}

enum Failure {
    Engine(EngineError),
    Writer(std::io::Error),
}

impl From<std::io::Error> for Failure {
    fn from(e: std::io::Error) -> Self {
        Self::Writer(e)
    }
}

fn put(mut out: impl Write, rows: usize, opened: &Opened<'_>, book: &Codebook, types: &[Type]) -> std::result::Result<(), Failure> {
    let names = names(&book.variables);
    let labels = label_sets(&book.variables);
    let width: usize = types.iter().map(|t| t.width()).sum();
    // everything before and after the data, to know where each section begins
    let mut sections: Vec<Vec<u8>> = vec![header(book, rows), Vec::new()];
    sections.push(section("variable_types", types.iter().flat_map(|t| t.code().to_le_bytes()).collect()));
    sections.push(section("varnames", names.iter().flat_map(|n| padded(n, 129)).collect()));
    sections.push(section("sortlist", sort_list(book)));
    sections.push(section("formats", types.iter().flat_map(|t| padded(&t.format(), 57)).collect()));
    let set_of = |v: &Variable| if v.labels.is_empty() { "" } else { labels.get(&v.labels).map_or("", String::as_str) };
    sections.push(section("value_label_names", book.variables.iter().flat_map(|v| padded(set_of(v), 129)).collect()));
    sections.push(section("variable_labels", book.variables.iter().flat_map(|v| padded(cut(&v.doc, LABEL), 321)).collect()));
    sections.push(section("characteristics", characteristics(book, &names)));
    let after = [section("strls", Vec::new()), section("value_labels", value_labels(&labels)), b"</stata_dta>".to_vec()];
    let map_length = "<map></map>".len() + 14 * 8;
    let mut map: Vec<u64> = vec![0];
    let mut at = sections[0].len();
    for (i, s) in sections.iter().enumerate().skip(1) {
        map.push(at as u64);
        at += if i == 1 { map_length } else { s.len() };
    }
    map.push(at as u64);
    at += "<data></data>".len() + rows * width;
    for s in &after {
        map.push(at as u64);
        at += s.len();
    }
    map.push(at as u64);
    sections[1] = section("map", map.iter().flat_map(|o| o.to_le_bytes()).collect());
    for s in &sections {
        out.write_all(s)?;
    }
    out.write_all(b"<data>")?;
    for n in 0..opened.count() {
        let batch = opened.batch(n).map_err(Failure::Engine)?;
        out.write_all(&cells(&batch, types, width))?;
    }
    out.write_all(b"</data>")?;
    for s in &after {
        out.write_all(s)?;
    }
    Ok(out.flush()?)
}

fn cells(batch: &RecordBatch, types: &[Type], width: usize) -> Vec<u8> {
    let mut rows = vec![0; batch.num_rows() * width];
    let mut offset = 0;
    for (array, t) in batch.columns().iter().zip(types) {
        t.fill(array, &mut rows, offset, width);
        offset += t.width();
    }
    rows
}

fn header(book: &Codebook, rows: usize) -> Vec<u8> {
    let mut out = b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder><K>".to_vec();
    out.extend((book.variables.len() as u16).to_le_bytes());
    out.extend(b"</K><N>");
    out.extend((rows as u64).to_le_bytes());
    out.extend(b"</N><label>");
    let label = cut(&book.title, LABEL);
    out.extend((label.len() as u16).to_le_bytes());
    out.extend(label.as_bytes());
    out.extend(b"</label><timestamp>\0</timestamp></header>");
    out
}

fn section(name: &str, body: Vec<u8>) -> Vec<u8> {
    let mut out = format!("<{name}>").into_bytes();
    out.extend(body);
    out.extend(format!("</{name}>").into_bytes());
    out
}

/// A text with zeros after it.
fn padded(text: &str, length: usize) -> Vec<u8> {
    let mut out = text.as_bytes().to_vec();
    out.resize(length, 0);
    out
}

/// The key columns by which rows are sorted, counted from 1, and zeros for the rest and the end.
fn sort_list(book: &Codebook) -> Vec<u8> {
    let keys = book.keys.iter().filter_map(|k| book.variables.iter().position(|v| v.name == *k)).map(|i| i as u16 + 1);
    let mut list: Vec<u16> = keys.collect();
    list.resize(book.variables.len() + 1, 0);
    list.into_iter().flat_map(u16::to_le_bytes).collect()
}

/// Notes of the data set (what it is and what to cite) and of each variable (what its label has no room for).
fn characteristics(book: &Codebook, names: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut notes = |of: &str, texts: Vec<String>| {
        let texts: Vec<String> = texts.into_iter().filter(|t| !t.is_empty()).collect();
        if texts.is_empty() {
            return;
        }
        let numbered = texts.iter().enumerate().map(|(i, text)| (format!("note{}", i + 1), text.clone()));
        for (name, text) in std::iter::once(("note0".to_owned(), texts.len().to_string())).chain(numbered) {
            let mut body = padded(of, 129);
            body.extend(padded(&name, 129));
            body.extend(text.as_bytes());
            body.push(0);
            out.extend(b"<ch>");
            out.extend((body.len() as u32).to_le_bytes());
            out.extend(body);
            out.extend(b"</ch>");
        }
    };
    let mut of_all = vec![book.description.clone(), format!("Cite: {}", book.citation())];
    of_all.extend(book.notes.iter().cloned());
    of_all.extend(book.references.iter().map(|r| format!("Source {}: {}", r.id, r.cite())));
    notes("_dta", of_all);
    for (v, name) in book.variables.iter().zip(names) {
        let full = if cut(&v.doc, LABEL) == v.doc { String::new() } else { v.doc.clone() };
        let renamed = if *name == v.name { String::new() } else { format!("Name elsewhere: {}", v.name) };
        let unit = if v.unit.is_empty() || v.unit == "-" { String::new() } else { format!("Unit: {}", v.unit) };
        let null = if v.null.is_empty() { String::new() } else { format!("Missing: {}", v.null) };
        let sources = if v.sources.is_empty() { String::new() } else { format!("Source: {}", v.sources.join(", ")) };
        notes(name, vec![full, renamed, unit, null, sources]);
    }
    out
}

/// Sets of value labels, each once, with a name.
fn label_sets(variables: &[Variable]) -> BTreeMap<Vec<(i32, String)>, String> {
    let mut out: BTreeMap<Vec<(i32, String)>, String> = BTreeMap::new();
    for v in variables.iter().filter(|v| !v.labels.is_empty()) {
        let next = out.len() + 1;
        let yes_no = v.kind == Kind::Bool;
        out.entry(v.labels.clone()).or_insert_with(|| if yes_no { "no_yes".to_owned() } else { format!("codes{next}") });
    }
    out
}

fn value_labels(sets: &BTreeMap<Vec<(i32, String)>, String>) -> Vec<u8> {
    let mut out = Vec::new();
    for (labels, name) in sets {
        let mut texts = Vec::new();
        let mut offsets: Vec<u8> = Vec::new();
        for (_, word) in labels {
            offsets.extend((texts.len() as u32).to_le_bytes());
            texts.extend(word.as_bytes());
            texts.push(0);
        }
        let mut table = (labels.len() as u32).to_le_bytes().to_vec();
        table.extend((texts.len() as u32).to_le_bytes());
        table.extend(offsets);
        table.extend(labels.iter().flat_map(|(code, _)| code.to_le_bytes()));
        table.extend(texts);
        out.extend(b"<lbl>");
        out.extend((table.len() as u32).to_le_bytes());
        out.extend(padded(name, 129));
        out.extend([0; 3]);
        out.extend(table);
        out.extend(b"</lbl>");
    }
    out
}
