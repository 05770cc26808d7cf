//! A [`Wide`] as one Parquet file, column after column, without spelling its rows out.
//!
//! The general writer looks at every value of every row. Here the dictionary of a column is encoded once and its codes are copied in the
//! runs in which the rows repeat them, so that a panel of millions of rows and hundreds of columns is written in about the time that
//! compressing it takes. The file is plain Parquet 1.0: dictionary pages, one data page for each column of a row group, Zstandard.
//!
//! What runs per row is marked `inline`, so that it is compiled, and optimised, with the crate that asks for it: this crate as a whole is
//! compiled for build time, since it carries the query engine.
//!
//! Format: <https://parquet.apache.org/docs/file-format/data-pages/encodings/> (PLAIN, PLAIN_DICTIONARY/RLE_DICTIONARY, RLE).

use std::io::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::buffer::BooleanBuffer;
use arrow::datatypes::{DataType, UInt16Type};
use bytes::Bytes;
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue, SortingColumn};
use parquet::file::properties::WriterProperties;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedFileWriter, SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use crate::error::{EngineError, Result};
use crate::parallel;
use crate::wide::{Body, Coded, Gather, Wide};

/// Rows of a row group. Large, since every group repeats the dictionaries.
const GROUP_ROWS: usize = 1024 * 1024;

/// Compression level: beyond it, time grows and size hardly falls.
const LEVEL: i32 = 1;

/// Writes a wide table. The same table gives the same bytes. `sorted_by` columns from the first on are declared as the order of rows.
///
/// # Errors
/// The writer fails, or a source of values does.
pub fn write(out: impl Write + Send, wide: &Wide<'_>, sorted_by: usize) -> Result<()> {
    let descriptor = ArrowSchemaConverter::new().convert(&wide.schema)?;
    let sorted = (0..sorted_by as i32).map(|i| SortingColumn { column_idx: i, descending: false, nulls_first: false }).collect();
    // what the schema says of itself is also readable without Arrow
    let mut said: Vec<KeyValue> = wide.schema.metadata().iter().map(|(k, v)| KeyValue::new(k.clone(), v.clone())).collect();
    said.sort_by(|a, b| a.key.cmp(&b.key));
    let mut properties = WriterProperties::builder()
        .set_created_by("blocwatch".to_owned())
        .set_sorting_columns(Some(sorted))
        .set_key_value_metadata(Some(said))
        .build();
    add_encoded_arrow_schema_to_metadata(&wide.schema, &mut properties);

    let groups: Vec<Range<usize>> =
        (0..wide.rows.div_ceil(GROUP_ROWS)).map(|g| g * GROUP_ROWS..wide.rows.min((g + 1) * GROUP_ROWS)).collect();
    let clipped: Vec<Vec<Vec<(u32, u32)>>> =
        wide.gathers.iter().map(|g| groups.iter().map(|rows| g.clip(rows.clone())).collect()).collect();
    let mut shown_by: Vec<Vec<usize>> = vec![Vec::new(); wide.sources.len()];
    for (column, &(source, _)) in wide.columns.iter().enumerate() {
        shown_by[source].push(column);
    }
    let spare: Mutex<Vec<Tools>> = Mutex::default();
    // compressed chunks are small: all of them wait in memory until their row group's turn
    let made = parallel::each(wide.sources.len(), |source| {
        let coded = wide.sources[source]()?;
        let tools = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut tools = tools.map_or_else(Tools::new, Ok)?;
        let Tools { press, page } = &mut tools;
        let dictionary = Dictionary::of(&coded, press)?;
        // where rows are repeated in runs, the source is small: what helps to find its rows is made once
        let repeated = shown_by[source].iter().any(|c| matches!(wide.gathers[wide.columns[*c].1], Gather::Runs(_)));
        let (ranks, stretches) = if repeated { (coded.ranks(), Stretches::of(&coded)) } else { (None, None) };
        let mut chunks = Vec::new();
        for &column in &shown_by[source] {
            for (rows, runs) in groups.iter().zip(&clipped[wide.columns[column].1]) {
                page.clear();
                let known = (ranks.as_deref(), stretches.as_ref());
                let present = data_page(&coded, known, runs, rows.len(), wide.schema.field(column).is_nullable(), page)?;
                let counts = Counts { rows: rows.len(), present };
                chunks.push(chunk(&descriptor.column(column), &dictionary, page, counts, press)?);
            }
        }
        spare.lock().unwrap_or_else(PoisonError::into_inner).push(tools);
        Ok(chunks)
    })?;
    let mut by_column: Vec<Vec<Chunk>> = (0..wide.columns.len()).map(|_| Vec::new()).collect();
    for (source, chunks) in made.into_iter().enumerate() {
        let mut chunks = chunks.into_iter();
        for &column in &shown_by[source] {
            // in reverse, so that the next group's chunk is the last
            by_column[column] = chunks.by_ref().take(groups.len()).collect();
            by_column[column].reverse();
        }
    }
    let mut writer = SerializedFileWriter::new(out, descriptor.root_schema_ptr(), Arc::new(properties))?;
    for _ in &groups {
        let mut group = writer.next_row_group()?;
        for chunks in &mut by_column {
            let Some(chunk) = chunks.pop() else { return Err(EngineError::Engine("a column chunk is missing".to_owned())) };
            group.append_column(&chunk.bytes, chunk.close)?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

/// What a thread uses for every column: the largest buffers of the whole work.
struct Tools {
    press: Press,
    page: Vec<u8>,
}

/// A compressor with room for its result.
struct Press {
    zstd: zstd::bulk::Compressor<'static>,
    room: Vec<u8>,
}

impl Press {
    fn compress(&mut self, bytes: &[u8]) -> Result<Bytes> {
        self.room.clear();
        self.room.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        self.zstd.compress_to_buffer(bytes, &mut self.room).map_err(pressed)?;
        Ok(Bytes::copy_from_slice(&self.room))
    }
}

impl Tools {
    fn new() -> Result<Self> {
        let zstd = zstd::bulk::Compressor::new(LEVEL).map_err(pressed)?;
        Ok(Self { press: Press { zstd, room: Vec::new() }, page: Vec::new() })
    }
}

/// An encoded column of a row group.
struct Chunk {
    bytes: Bytes,
    close: ColumnCloseResult,
}

/// The dictionary page of a source of values, shared by all chunks that show it.
enum Dictionary {
    None,
    Page { compressed: Bytes, uncompressed: usize, values: u32 },
}

impl Dictionary {
    fn of(coded: &Coded, press: &mut Press) -> Result<Self> {
        let Body::Codes { values, .. } = &coded.body else { return Ok(Self::None) };
        let bytes = plain(values)?;
        Ok(Self::Page { compressed: press.compress(&bytes)?, uncompressed: bytes.len(), values: values.len() as u32 })
    }
}

/// What a data page holds.
struct Counts {
    rows: usize,
    /// Rows with a value.
    present: usize,
}

/// Levels and codes (or values) of the rows in some runs of source rows, put into `bytes`. Returns how many have a value.
#[inline]
fn data_page(
    coded: &Coded,
    (ranks, stretches): (Option<&[u32]>, Option<&Stretches>),
    runs: &[(u32, u32)],
    rows: usize,
    nullable: bool,
    bytes: &mut Vec<u8>,
) -> Result<usize> {
    let rank = |row: usize| match (ranks, &coded.valid) {
        (Some(ranks), _) => ranks[row] as usize,
        (None, Some(valid)) => valid.slice(0, row).count_set_bits(),
        (None, None) => row,
    };
    let known: Vec<Range<usize>> = runs.iter().map(|&(start, n)| rank(start as usize)..rank((start + n) as usize)).collect();
    let present: usize = known.iter().map(Range::len).sum();
    if nullable {
        levels(coded.valid.as_ref().filter(|_| present < rows), stretches, runs, rows, bytes);
    } else if present < rows {
        return Err(EngineError::Engine("a column that may not be null has nulls".to_owned()));
    }
    match &coded.body {
        // no code: no dictionary either, and a page of no plain values
        Body::Codes { .. } if present == 0 => {}
        Body::Codes { width, codes, .. } if known.len() == 1 => {
            bytes.push(*width as u8 * 8);
            hybrid(&codes[known[0].start * width..known[0].end * width], *width, bytes);
        }
        Body::Codes { width, codes, .. } => {
            bytes.push(*width as u8 * 8);
            // one bit-packed run; codes of whole bytes, packed, are the bytes
            let eights = present.div_ceil(8);
            varint((eights as u64) << 1 | 1, bytes);
            bytes.reserve(eights * 8 * width);
            for r in &known {
                bytes.extend_from_slice(&codes[r.start * width..r.end * width]);
            }
            bytes.resize(bytes.len() + (eights * 8 - present) * width, 0);
        }
        Body::Plain(values) => {
            let data = values.to_data();
            let width = data.data_type().primitive_width().unwrap_or(0);
            let all = &data.buffers()[0].as_slice()[data.offset() * width..];
            for r in &known {
                bytes.extend_from_slice(&all[r.start * width..r.end * width]);
            }
        }
        Body::Bits(bits) => {
            let mut packed = Bits::new(present);
            for r in &known {
                packed.append(bits, r.clone());
            }
            packed.finish(bytes);
        }
    }
    Ok(present)
}

/// Codes of whole bytes as Parquet's hybrid has them: long runs of one code as such, everything else packed. A column that says the same
/// of most rows shrinks to a few bytes here, before anything is compressed.
#[inline]
fn hybrid(codes: &[u8], width: usize, out: &mut Vec<u8>) {
    // packed runs hold a multiple of eight codes, but for the last
    let block = 64 * width;
    let (mut at, mut packed) = (0, 0);
    // the codes between `packed` and `at` are still to be written
    let flush = |from: usize, to: usize, out: &mut Vec<u8>| {
        if from < to {
            let eights = ((to - from) / width).div_ceil(8);
            varint((eights as u64) << 1 | 1, out);
            out.extend_from_slice(&codes[from..to]);
            out.resize(out.len() + eights * 8 * width - (to - from), 0);
        }
    };
    while at + block <= codes.len() {
        // all codes are the same where each is the one before it
        if codes[at + width..at + block] != codes[at..at + block - width] {
            at += block;
            continue;
        }
        let mut end = at + block;
        while end + block <= codes.len() && codes[end..end + block] == codes[end - width..end + block - width] {
            end += block;
        }
        while end + width <= codes.len() && codes[end..end + width] == codes[at..at + width] {
            end += width;
        }
        flush(packed, at, out);
        varint((((end - at) / width) as u64) << 1, out);
        out.extend_from_slice(&codes[at..at + width]);
        (at, packed) = (end, end);
    }
    flush(packed, codes.len(), out);
}

/// Definition levels, RLE with their length before them: 1 where there is a value. `valid` is `None` where every row has one.
#[inline]
fn levels(valid: Option<&BooleanBuffer>, stretches: Option<&Stretches>, runs: &[(u32, u32)], rows: usize, out: &mut Vec<u8>) {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    match (valid, stretches) {
        (None, _) => {
            varint((rows as u64) << 1, out);
            out.push(1);
        }
        (Some(valid), Some(stretches)) if runs.len() > 1 => stretches.levels(valid, runs, out),
        (Some(valid), _) => {
            let mut bits = Bits::new(rows);
            for &(start, n) in runs {
                bits.append(valid, start as usize..(start + n) as usize);
            }
            varint((rows.div_ceil(8) as u64) << 1 | 1, out);
            bits.finish(out);
        }
    }
    let length = (out.len() - at - 4) as u32;
    out[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

/// For each source row the end of the stretch of rows around it that all have a value or all have none.
struct Stretches(Vec<u32>);

impl Stretches {
    /// `None` where stretches are too short for runs of levels to be shorter than the levels themselves.
    #[inline]
    fn of(coded: &Coded) -> Option<Self> {
        let valid = coded.valid.as_ref()?;
        let mut ends = vec![0; valid.len()];
        let (mut end, mut stretches) = (valid.len(), 1);
        for row in (0..valid.len()).rev() {
            if row + 1 < valid.len() && valid.value(row) != valid.value(row + 1) {
                end = row + 1;
                stretches += 1;
            }
            ends[row] = end as u32;
        }
        (stretches * 16 <= valid.len()).then_some(Self(ends))
    }

    /// Levels as runs: neighbouring stretches of one kind are one.
    #[inline]
    fn levels(&self, valid: &BooleanBuffer, runs: &[(u32, u32)], out: &mut Vec<u8>) {
        let (mut level, mut length) = (false, 0_u64);
        for &(start, n) in runs {
            let (mut at, to) = (start, start + n);
            while at < to {
                let end = self.0[at as usize].min(to);
                let here = valid.value(at as usize);
                if here != level {
                    if length > 0 {
                        varint(length << 1, out);
                        out.push(level.into());
                    }
                    (level, length) = (here, 0);
                }
                length += u64::from(end - at);
                at = end;
            }
        }
        if length > 0 {
            varint(length << 1, out);
            out.push(level.into());
        }
    }
}

/// Bits put together from runs of other bits, 64 at a time: runs are short, and there are millions of them.
struct Bits {
    words: Vec<u64>,
    word: u64,
    /// Bits in `word`.
    used: u32,
}

impl Bits {
    fn new(bits: usize) -> Self {
        Self { words: Vec::with_capacity(bits.div_ceil(64)), word: 0, used: 0 }
    }

    #[inline]
    fn append(&mut self, from: &BooleanBuffer, range: Range<usize>) {
        let bytes = from.values();
        let (mut at, end) = (from.offset() + range.start, from.offset() + range.end);
        while at < end {
            // up to 57 bits of the eight bytes from here on
            let first = at / 8;
            let next = match bytes.get(first..first + 8).and_then(|b| b.try_into().ok()) {
                Some(eight) => u64::from_le_bytes(eight),
                None => bytes[first..].iter().rev().fold(0, |all, b| (all << 8) | u64::from(*b)),
            };
            let n = (end - at).min(57) as u32;
            let new = (next >> (at % 8)) & ((1 << n) - 1);
            self.word |= new << self.used;
            if self.used + n >= 64 {
                self.words.push(self.word);
                // what did not fit; a shift by all 64 bits leaves nothing
                self.word = new.checked_shr(64 - self.used).unwrap_or(0);
                self.used = self.used + n - 64;
            } else {
                self.used += n;
            }
            at += n as usize;
        }
    }

    /// Adds the bytes of all bits.
    #[inline]
    fn finish(self, out: &mut Vec<u8>) {
        out.extend(self.words.iter().flat_map(|w| w.to_le_bytes()));
        out.extend_from_slice(&self.word.to_le_bytes()[..(self.used as usize).div_ceil(8)]);
    }
}

#[inline]
fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Compresses the pages of a chunk and states where they lie in it.
#[inline]
fn chunk(column: &ColumnDescPtr, dictionary: &Dictionary, page: &[u8], counts: Counts, press: &mut Press) -> Result<Chunk> {
    let mut sink = TrackedWrite::new(Vec::new());
    let mut writer = SerializedPageWriter::new(&mut sink);
    let (mut total, mut offset) = (0, None);
    let mut encodings = vec![Encoding::PLAIN, Encoding::RLE];
    let by_codes = counts.present > 0 && matches!(dictionary, Dictionary::Page { .. });
    if let (true, Dictionary::Page { compressed, uncompressed, values }) = (by_codes, dictionary) {
        let page = Page::DictionaryPage { buf: compressed.clone(), num_values: *values, encoding: Encoding::PLAIN, is_sorted: false };
        let spec = writer.write_page(CompressedPage::new(page, *uncompressed))?;
        total += spec.uncompressed_size;
        offset = Some(spec.offset as i64);
        encodings.push(Encoding::RLE_DICTIONARY);
    }
    let data = Page::DataPage {
        buf: press.compress(page)?,
        num_values: counts.rows as u32,
        encoding: if by_codes { Encoding::RLE_DICTIONARY } else { Encoding::PLAIN },
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    let spec = writer.write_page(CompressedPage::new(data, page.len()))?;
    writer.close()?;
    total += spec.uncompressed_size;
    let bytes: Bytes = sink.into_inner()?.into();
    let metadata = ColumnChunkMetaData::builder(Arc::clone(column))
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_encodings(encodings)
        .set_num_values(counts.rows as i64)
        .set_total_compressed_size(bytes.len() as i64)
        .set_total_uncompressed_size(total as i64)
        .set_dictionary_page_offset(offset)
        .set_data_page_offset(spec.offset as i64)
        .set_statistics(nulls(column, (counts.rows - counts.present) as u64))
        .build()?;
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: counts.rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok(Chunk { bytes, close })
}

/// Statistics that say how many nulls there are.
fn nulls(column: &ColumnDescPtr, count: u64) -> Statistics {
    use parquet::basic::Type;
    match column.physical_type() {
        Type::BOOLEAN => Statistics::boolean(None, None, None, Some(count), false),
        Type::DOUBLE => Statistics::double(None, None, None, Some(count), false),
        Type::BYTE_ARRAY => Statistics::byte_array(None, None, None, Some(count), false),
        _ => Statistics::int32(None, None, None, Some(count), false),
    }
}

/// Values one after another, as Parquet's PLAIN encoding has them.
fn plain(values: &ArrayRef) -> Result<Vec<u8>> {
    Ok(match values.data_type() {
        // Parquet has no 16-bit numbers
        DataType::UInt16 => values.as_primitive::<UInt16Type>().values().iter().flat_map(|v| u32::from(*v).to_le_bytes()).collect(),
        DataType::UInt32 | DataType::Int32 | DataType::Float64 => {
            let data = values.to_data();
            let width = data.data_type().primitive_width().unwrap_or(0);
            data.buffers()[0].as_slice()[data.offset() * width..(data.offset() + data.len()) * width].to_vec()
        }
        DataType::Utf8 => {
            let mut out = Vec::new();
            for text in values.as_string::<i32>().iter().flatten() {
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
            out
        }
        other => return Err(EngineError::Engine(format!("no dictionary holds {other}"))),
    })
}

fn pressed(e: std::io::Error) -> EngineError {
    EngineError::Engine(format!("cannot compress: {e}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arrow::array::{BooleanArray, Float64Array, Int32Array, StringArray};
    use arrow::compute::concat_batches;
    use arrow::datatypes::{Field, Schema};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    /// Columns with long runs, short runs and no runs, with and without nulls, in widths of one, two and four bytes.
    fn columns(rows: usize) -> Vec<ArrayRef> {
        let mut state = 1_u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut runs = |distinct: usize, most: usize, nulls: bool| -> Vec<Option<i32>> {
            let mut out = Vec::new();
            while out.len() < rows {
                let value = (next() % distinct) as i32;
                let value = (!nulls || value % 3 > 0).then_some(value);
                out.extend(std::iter::repeat_n(value, 1 + next() % most));
            }
            out.truncate(rows);
            out
        };
        let mut out: Vec<ArrayRef> = Vec::new();
        for (distinct, most) in [(1, 5000), (2, 900), (5, 3), (300, 200), (300, 1), (70_000, 400), (70_000, 1)] {
            out.push(Arc::new(Int32Array::from_iter_values(runs(distinct, most, false).into_iter().flatten())));
            out.push(Arc::new(Int32Array::from(runs(distinct, most, true))));
        }
        out.push(Arc::new(runs(2, 70, true).into_iter().map(|v| v.map(|v| v > 0)).collect::<BooleanArray>()));
        out.push(Arc::new(runs(90, 70, true).into_iter().map(|v| v.map(|v| f64::from(v) / 8.0)).collect::<Float64Array>()));
        out.push(Arc::new(runs(90, 7, true).into_iter().map(|v| v.map(|v| format!("t{v}"))).collect::<StringArray>()));
        out
    }

    #[test]
    fn what_is_written_is_what_was_there() {
        // a last block of any length, and runs that end anywhere
        for rows in [0, 1, 63, 64, 65, 4_099, 20_000] {
            let columns = columns(rows);
            let fields: Vec<Field> =
                columns.iter().enumerate().map(|(i, c)| Field::new(format!("c{i}"), c.data_type().clone(), c.null_count() > 0)).collect();
            let half: Vec<(u32, u32)> = vec![(0, rows as u32 / 2), (rows as u32 / 2, rows as u32 - rows as u32 / 2)];
            for gather in [Gather::Same, Gather::Runs(half)] {
                let sources = columns.iter().map(|c| Box::new(move || Coded::of(c)) as crate::wide::Maker<'_>).collect();
                let places = (0..columns.len()).map(|i| (i, 0)).collect();
                let schema = Arc::new(Schema::new_with_metadata(fields.clone(), HashMap::new()));
                let wide = Wide { schema: Arc::clone(&schema), rows, sources, gathers: vec![gather], columns: places };
                let mut bytes = Vec::new();
                write(&mut bytes, &wide, 0).unwrap();
                let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap().build().unwrap();
                let read = concat_batches(&schema, &reader.map(Result::unwrap).collect::<Vec<_>>()).unwrap();
                for (i, column) in columns.iter().enumerate() {
                    assert!(read.column(i) == column, "column {i} of {rows} rows");
                }
            }
        }
    }

    #[test]
    fn one_code_all_along_takes_no_room() {
        let mut out = Vec::new();
        hybrid(&vec![7; 1_000_000], 1, &mut out);
        assert!(out.len() < 8, "{out:?}");
    }
}
