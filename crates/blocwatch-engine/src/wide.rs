//! Wide tables that are described, not spelled out.
//!
//! A panel of pairs of states repeats each state's values once for every partner: millions of rows of hundreds of columns hold the
//! information of a few thousand state-years. A [`Wide`] keeps it that way. A column is a list of distinct values with one code per
//! source row ([`Coded`]), and a statement of which source rows its rows are ([`Gather`]). Writers that know codes (Parquet) copy them;
//! the others ask for ordinary batches ([`Wide::open`]). Nothing here knows what the columns mean.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, BooleanBufferBuilder, PrimitiveArray, RecordBatch, StringArray,
    UInt32Array, new_null_array,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Float64Type, Int32Type, SchemaRef, UInt16Type, UInt32Type};

use foldhash::fast::FixedState;

use crate::error::{EngineError, Result};
use crate::parallel;

/// The code of a row without a value.
pub const NULL: u32 = u32::MAX;

/// Distinct values beyond which a dictionary of numbers is no longer worth its codes.
const MOST_DISTINCT: usize = 1 << 16;

/// Rows of a batch that [`Opened::batch`] yields.
const BATCH_ROWS: usize = 64 * 1024;

/// The distinct values of a column in order of first occurrence, and the code of each row, [`NULL`] where it has none. Numbers with very
/// many distinct values are left as they are: every row is then its own value.
///
/// # Errors
/// A column of a type that tables do not have.
#[inline]
pub fn distinct(column: &ArrayRef) -> Result<(ArrayRef, Vec<u32>)> {
    match column.data_type() {
        DataType::UInt16 => Ok(distinct_numbers::<UInt16Type, _>(column, |v| v)),
        DataType::UInt32 => Ok(distinct_numbers::<UInt32Type, _>(column, |v| v)),
        DataType::Int32 => Ok(distinct_numbers::<Int32Type, _>(column, |v| v)),
        DataType::Float64 => Ok(distinct_numbers::<Float64Type, _>(column, f64::to_bits)),
        DataType::Boolean => {
            let values = column.as_boolean();
            let codes = (0..values.len()).map(|i| if values.is_null(i) { NULL } else { u32::from(values.value(i)) }).collect();
            Ok((Arc::new(BooleanArray::from(vec![false, true])), codes))
        }
        DataType::Utf8 => {
            let values = column.as_string::<i32>();
            let mut seen: HashMap<&str, u32, FixedState> = HashMap::default();
            let mut found = Vec::new();
            let mut last: Option<(&str, u32)> = None;
            let codes = (0..values.len())
                .map(|i| {
                    if values.is_null(i) {
                        return NULL;
                    }
                    let value = values.value(i);
                    if let Some((before, code)) = last
                        && before == value
                    {
                        return code;
                    }
                    let code = *seen.entry(value).or_insert_with(|| {
                        found.push(value);
                        found.len() as u32 - 1
                    });
                    last = Some((value, code));
                    code
                })
                .collect();
            Ok((Arc::new(StringArray::from(found)), codes))
        }
        other => Err(EngineError::Engine(format!("a table has no columns of type {other}"))),
    }
}

fn distinct_numbers<T: ArrowPrimitiveType, K: Eq + Hash>(column: &ArrayRef, key: impl Fn(T::Native) -> K) -> (ArrayRef, Vec<u32>) {
    let values = column.as_primitive::<T>();
    let mut seen: HashMap<K, u32, FixedState> = HashMap::default();
    let mut found: Vec<T::Native> = Vec::new();
    let mut codes = Vec::with_capacity(values.len());
    // neighbours are often equal: the last value is looked at before the map is
    let mut last: Option<(K, u32)> = None;
    for i in 0..values.len() {
        if values.is_null(i) {
            codes.push(NULL);
            continue;
        }
        let k = key(values.value(i));
        let code = match &last {
            Some((before, code)) if *before == k => *code,
            _ => {
                let code = *seen.entry(key(values.value(i))).or_insert_with(|| {
                    found.push(values.value(i));
                    found.len() as u32 - 1
                });
                last = Some((k, code));
                code
            }
        };
        if found.len() > MOST_DISTINCT {
            let own = (0..values.len()).map(|i| if values.is_null(i) { NULL } else { i as u32 }).collect();
            return (Arc::clone(column), own);
        }
        codes.push(code);
    }
    (Arc::new(PrimitiveArray::<T>::from_iter_values(found)), codes)
}

/// Neighbouring rows that stand for neighbouring units, or for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Number of rows.
    pub rows: u32,
    /// What they stand for.
    pub of: Of,
}

/// What the rows of a [`Segment`] stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Nothing is known of them.
    Null,
    /// They mean *none*.
    Zero,
    /// One unit after another, from this one on.
    Units(u32),
    /// All of them the same unit: the months of a year.
    Unit(u32),
}

/// Where the values of the rows that have one lie.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// Distinct values, and for each row with a value its code in `width` (1, 2 or 4) little-endian bytes.
    Codes { values: ArrayRef, width: usize, codes: Vec<u8> },
    /// The values themselves, one for each row with a value.
    Plain(ArrayRef),
    /// As [`Body::Plain`], for booleans.
    Bits(BooleanBuffer),
}

/// The values of a column over its source rows.
#[derive(Debug, Clone)]
pub struct Coded {
    pub(crate) rows: usize,
    pub(crate) body: Body,
    /// Which rows have a value; `None` where all have.
    pub(crate) valid: Option<BooleanBuffer>,
}

impl Coded {
    /// From distinct (or at least enough) values and one code per row.
    ///
    /// # Errors
    /// A code that no value has: a defect of the caller.
    pub fn new(values: &ArrayRef, codes: impl ExactSizeIterator<Item = u32>) -> Result<Self> {
        let most = values.len();
        let (body, packed) = match values.data_type() {
            DataType::Boolean => {
                let bits = values.as_boolean();
                let mut packed = BooleanBufferBuilder::new(codes.len());
                let known = pack(codes, most, |_, c| packed.append(bits.value(c as usize)))?;
                (Body::Bits(packed.finish()), known)
            }
            DataType::Utf8 => Body::codes(values, codes)?,
            _ if most <= MOST_DISTINCT => Body::codes(values, codes)?,
            _ => {
                let mut own = Vec::with_capacity(codes.len());
                let known = pack(codes, most, |_, c| own.push(c))?;
                (Body::Plain(take(values, &UInt32Array::from(own), None)?), known)
            }
        };
        let valid = (packed.present < packed.rows).then(|| BooleanBuffer::new(Buffer::from_vec(packed.bits), 0, packed.rows));
        Ok(Self { rows: packed.rows, body, valid })
    }

    /// From the codes of units, and which units the rows stand for: neighbours that stand for neighbours are copied at once. `zero` is the
    /// code of [`Of::Zero`], [`NULL`] where such rows have no value.
    ///
    /// # Errors
    /// As [`Coded::new`]; a segment of units that are not there.
    #[inline]
    pub fn of_segments(values: &ArrayRef, units: &[u32], zero: u32, segments: &[Segment]) -> Result<Self> {
        let rows: usize = segments.iter().map(|s| s.rows as usize).sum();
        let inside = |s: &Segment| match s.of {
            Of::Null | Of::Zero => true,
            Of::Units(from) => from as usize + s.rows as usize <= units.len(),
            Of::Unit(unit) => (unit as usize) < units.len(),
        };
        if !segments.iter().all(inside) {
            return Err(EngineError::Engine("a row stands for a unit that is not there".to_owned()));
        }
        let by_code = match values.data_type() {
            DataType::Boolean => false,
            DataType::Utf8 => true,
            _ => values.len() <= MOST_DISTINCT,
        };
        if !by_code {
            let mut all = Vec::with_capacity(rows);
            for s in segments {
                match s.of {
                    Of::Null => all.resize(all.len() + s.rows as usize, NULL),
                    Of::Zero => all.resize(all.len() + s.rows as usize, zero),
                    Of::Units(from) => all.extend_from_slice(&units[from as usize..(from + s.rows) as usize]),
                    Of::Unit(unit) => all.resize(all.len() + s.rows as usize, units[unit as usize]),
                }
            }
            return Self::new(values, all.into_iter());
        }
        // checked here once for all rows
        let (Body::Codes { values, width, codes: of_zero }, _) = Body::codes(values, [zero].into_iter())? else {
            return Err(EngineError::Engine("no codes".to_owned()));
        };
        let (Body::Codes { codes: of_units, .. }, packed) = Body::codes(&values, units.iter().copied())? else {
            return Err(EngineError::Engine("no codes".to_owned()));
        };
        // where a unit's code lies among those of the units that have one
        let whole = packed.present == packed.rows;
        let ranks: Vec<u32> = if whole {
            Vec::new()
        } else {
            let next = |rank: &mut u32, unit: &u32| {
                let own = *rank;
                *rank += u32::from(*unit != NULL);
                Some(own)
            };
            units.iter().scan(0, next).chain([packed.present as u32]).collect()
        };
        let mut codes = Vec::with_capacity(rows * width);
        let mut valid = BooleanBufferBuilder::new(rows);
        for s in segments {
            let n = s.rows as usize;
            match s.of {
                Of::Unit(unit) if units[unit as usize] != NULL => {
                    let at = if whole { unit } else { ranks[unit as usize] } as usize * width;
                    (0..n).for_each(|_| codes.extend_from_slice(&of_units[at..at + width]));
                    valid.append_n(n, true);
                }
                Of::Zero if zero != NULL => {
                    if width == 1 {
                        codes.resize(codes.len() + n, of_zero[0]);
                    } else {
                        (0..n).for_each(|_| codes.extend_from_slice(&of_zero));
                    }
                    valid.append_n(n, true);
                }
                Of::Null | Of::Zero | Of::Unit(_) => valid.append_n(n, false),
                Of::Units(from) if whole => {
                    codes.extend_from_slice(&of_units[from as usize * width..(from as usize + n) * width]);
                    valid.append_n(n, true);
                }
                Of::Units(from) => {
                    let (from, to) = (from as usize, from as usize + n);
                    codes.extend_from_slice(&of_units[ranks[from] as usize * width..ranks[to] as usize * width]);
                    units[from..to].iter().for_each(|u| valid.append(*u != NULL));
                }
            }
        }
        let valid = (codes.len() < rows * width).then(|| valid.finish());
        Ok(Self { rows, body: Body::Codes { values, width, codes }, valid })
    }

    /// From a column as it is.
    ///
    /// # Errors
    /// As [`distinct`].
    pub fn of(column: &ArrayRef) -> Result<Self> {
        let (values, codes) = distinct(column)?;
        Self::new(&values, codes.into_iter())
    }

    /// Rows with a value before a row.
    fn rank(&self, row: usize) -> usize {
        self.valid.as_ref().map_or(row, |v| v.slice(0, row).count_set_bits())
    }

    /// For every row and one beyond the last: rows with a value before it. `None` where every row has one.
    #[inline]
    pub(crate) fn ranks(&self) -> Option<Vec<u32>> {
        let valid = self.valid.as_ref()?;
        let mut out = Vec::with_capacity(self.rows + 1);
        let mut rank = 0;
        out.push(rank);
        for bit in valid.iter() {
            rank += u32::from(bit);
            out.push(rank);
        }
        Some(out)
    }

    /// The values of some rows as an ordinary array.
    ///
    /// # Errors
    /// Never in practice; the kernels check their input.
    pub fn decode(&self, rows: Range<usize>) -> Result<ArrayRef> {
        let valid = self.valid.as_ref().map(|v| NullBuffer::new(v.slice(rows.start, rows.len())));
        let first = self.rank(rows.start);
        let present = valid.as_ref().map_or(rows.len(), |v| rows.len() - v.null_count());
        let (values, code_at): (ArrayRef, Box<dyn Fn(usize) -> u32 + '_>) = match &self.body {
            Body::Codes { values, width, codes } => (Arc::clone(values), Box::new(move |i| code(codes, *width, first + i))),
            Body::Plain(values) => (values.slice(first, present), Box::new(|i| i as u32)),
            Body::Bits(bits) => (Arc::new(BooleanArray::new(bits.slice(first, present), None)), Box::new(|i| i as u32)),
        };
        if present == 0 {
            return Ok(new_null_array(values.data_type(), rows.len()));
        }
        let indices = match valid {
            None => UInt32Array::from_iter_values((0..rows.len()).map(&code_at)),
            Some(valid) => {
                let mut next = 0;
                let codes: Vec<u32> = valid
                    .iter()
                    .map(|known| {
                        if !known {
                            return 0;
                        }
                        next += 1;
                        code_at(next - 1)
                    })
                    .collect();
                UInt32Array::new(codes.into(), Some(valid))
            }
        };
        Ok(take(&values, &indices, None)?)
    }
}

impl Body {
    fn codes(values: &ArrayRef, known: impl ExactSizeIterator<Item = u32>) -> Result<(Self, Packed)> {
        let width = match values.len() {
            0..=0x100 => 1,
            0x101..=0x1_0000 => 2,
            _ => 4,
        };
        let mut codes = vec![0; known.len() * width];
        let packed = match width {
            1 => pack(known, values.len(), |at, c| codes[at] = c as u8),
            2 => pack(known, values.len(), |at, c| codes[at * 2..at * 2 + 2].copy_from_slice(&(c as u16).to_le_bytes())),
            _ => pack(known, values.len(), |at, c| codes[at * 4..at * 4 + 4].copy_from_slice(&c.to_le_bytes())),
        }?;
        codes.truncate(packed.present * width);
        Ok((Self::Codes { values: Arc::clone(values), width, codes }, packed))
    }
}

/// Which rows have a value.
struct Packed {
    rows: usize,
    present: usize,
    bits: Vec<u64>,
}

/// Goes over the codes once: hands on those that are not [`NULL`], with their position among them, and notes which those are.
fn pack(codes: impl ExactSizeIterator<Item = u32>, most: usize, mut put: impl FnMut(usize, u32)) -> Result<Packed> {
    let rows = codes.len();
    let mut bits = Vec::with_capacity(rows.div_ceil(64));
    let (mut word, mut present, mut highest) = (0_u64, 0, None);
    for (i, code) in codes.enumerate() {
        if code != NULL {
            put(present, code);
            present += 1;
            word |= 1 << (i % 64);
            highest = highest.max(Some(code));
        }
        if i % 64 == 63 {
            bits.push(word);
            word = 0;
        }
    }
    bits.push(word);
    if highest.is_some_and(|c| c as usize >= most) {
        return Err(EngineError::Engine("a code has no value".to_owned()));
    }
    Ok(Packed { rows, present, bits })
}

fn code(codes: &[u8], width: usize, at: usize) -> u32 {
    let bytes = &codes[at * width..(at + 1) * width];
    bytes.iter().rev().fold(0, |all, b| (all << 8) | u32::from(*b))
}

/// Which source rows the rows of a table are.
#[derive(Debug, Clone)]
pub enum Gather {
    /// The source rows themselves.
    Same,
    /// One run of neighbouring source rows after another: first row and number of rows.
    Runs(Vec<(u32, u32)>),
}

impl Gather {
    /// The runs of source rows behind the rows `from..to` of the table.
    #[inline]
    pub(crate) fn clip(&self, rows: Range<usize>) -> Vec<(u32, u32)> {
        match self {
            Self::Same => vec![(rows.start as u32, rows.len() as u32)],
            Self::Runs(runs) => {
                let mut out = Vec::new();
                let mut at = 0;
                for &(start, length) in runs {
                    let (from, to) = (rows.start.max(at), rows.end.min(at + length as usize));
                    if from < to {
                        out.push((start + (from - at) as u32, (to - from) as u32));
                    }
                    at += length as usize;
                    if at >= rows.end {
                        break;
                    }
                }
                out
            }
        }
    }
}

/// What makes the values of a column when a writer asks for them.
pub type Maker<'a> = Box<dyn Fn() -> Result<Coded> + Send + Sync + 'a>;

/// A wide table.
pub struct Wide<'a> {
    /// Names, types and metadata of the columns.
    pub schema: SchemaRef,
    /// Number of rows.
    pub rows: usize,
    /// Sources of values; several columns may show one source by other rows.
    pub sources: Vec<Maker<'a>>,
    /// Ways in which rows are taken from a source.
    pub gathers: Vec<Gather>,
    /// For each column of the schema its source and its gather.
    pub columns: Vec<(usize, usize)>,
}

impl Wide<'_> {
    /// Makes the values of all columns, for writers that go row by row.
    ///
    /// # Errors
    /// What the sources of values return.
    pub fn open(&self) -> Result<Opened<'_>> {
        let coded = parallel::each(self.sources.len(), |i| self.sources[i]())?;
        // a source of which rows are repeated is small: it is spelled out once
        let mut spelled: Vec<Option<ArrayRef>> = vec![None; coded.len()];
        for &(source, gather) in &self.columns {
            if matches!(self.gathers[gather], Gather::Runs(_)) && spelled[source].is_none() {
                spelled[source] = Some(coded[source].decode(0..coded[source].rows)?);
            }
        }
        Ok(Opened { wide: self, coded, spelled })
    }
}

/// A wide table with its values made.
#[derive(Debug)]
pub struct Opened<'a> {
    wide: &'a Wide<'a>,
    coded: Vec<Coded>,
    spelled: Vec<Option<ArrayRef>>,
}

impl Opened<'_> {
    /// The schema.
    pub fn schema(&self) -> &SchemaRef {
        &self.wide.schema
    }

    /// Number of batches in which the rows come.
    pub fn count(&self) -> usize {
        self.wide.rows.div_ceil(BATCH_ROWS)
    }

    /// One of the batches.
    ///
    /// # Errors
    /// Never in practice; the kernels check their input.
    pub fn batch(&self, n: usize) -> Result<RecordBatch> {
        self.slice(n * BATCH_ROWS..self.wide.rows.min((n + 1) * BATCH_ROWS))
    }

    /// Some neighbouring rows.
    ///
    /// # Errors
    /// Never in practice; the kernels check their input.
    pub fn slice(&self, rows: Range<usize>) -> Result<RecordBatch> {
        let taken: Vec<Option<UInt32Array>> = self.wide.gathers.iter().map(|g| indices(g, &rows)).collect();
        let columns = self.wide.columns.iter().map(|&(source, gather)| match (&taken[gather], &self.spelled[source]) {
            (Some(indices), Some(array)) => Ok(take(array, indices, None)?),
            _ => self.coded[source].decode(rows.clone()),
        });
        let columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
        Ok(RecordBatch::try_new(Arc::clone(&self.wide.schema), columns)?)
    }

    /// All rows in one batch, for small results.
    ///
    /// # Errors
    /// As [`Opened::batch`].
    pub fn whole(&self) -> Result<RecordBatch> {
        self.slice(0..self.wide.rows)
    }

    /// Enough values of a column to know its range: its distinct values, or all of them.
    pub(crate) fn values(&self, column: usize) -> Option<&ArrayRef> {
        match &self.coded[self.wide.columns[column].0].body {
            Body::Codes { values, .. } | Body::Plain(values) => Some(values),
            Body::Bits(_) => None,
        }
    }
}

impl std::fmt::Debug for Wide<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wide").field("rows", &self.rows).field("columns", &self.columns.len()).finish_non_exhaustive()
    }
}

fn indices(gather: &Gather, rows: &Range<usize>) -> Option<UInt32Array> {
    match gather {
        Gather::Same => None,
        Gather::Runs(_) => {
            let runs = gather.clip(rows.clone());
            Some(UInt32Array::from_iter_values(runs.into_iter().flat_map(|(start, length)| start..start + length)))
        }
    }
}
