//! Tables on disk: from a declaration ([`TableSpec`]) to an Arrow schema, and Parquet files with the same bytes for the same rows.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchReader, UInt32Array};
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::row::{OwnedRow, RowConverter, SortField};
use arrow::util::display::array_value_to_string;
use blocwatch_core::table::{Kind, TableSpec};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::error::{EngineError, Result};

/// The Arrow type of a column kind.
pub fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::U16 => DataType::UInt16,
        Kind::U32 => DataType::UInt32,
        Kind::I32 => DataType::Int32,
        Kind::F64 => DataType::Float64,
        Kind::Text => DataType::Utf8,
        Kind::Bool => DataType::Boolean,
    }
}

/// The Arrow schema of a declared table. Unit of analysis and state system travel in its metadata.
pub fn schema(spec: &TableSpec) -> SchemaRef {
    let fields: Vec<Field> = spec.columns.iter().map(|c| Field::new(c.name, data_type(c.kind), c.nullable)).collect();
    let metadata = [
        ("blocwatch.table".to_owned(), spec.name.to_owned()),
        ("blocwatch.unit".to_owned(), spec.unit.as_str().to_owned()),
        ("blocwatch.state_system".to_owned(), "gw".to_owned()),
    ];
    Arc::new(Schema::new_with_metadata(fields, metadata.into_iter().collect()))
}

/// A table without rows.
pub fn empty(spec: &TableSpec) -> RecordBatch {
    RecordBatch::new_empty(schema(spec))
}

/// Brings batches into the declared shape: columns by name in declared order and type, sorted by the keys, keys unique.
///
/// # Errors
/// [`EngineError::Shape`] if a column is missing, has nulls it must not have, or a key stands twice.
pub fn conform(spec: &TableSpec, batches: &[RecordBatch]) -> Result<RecordBatch> {
    let wrong = |what: String| EngineError::Shape { table: spec.name.to_owned(), what };
    let Some(first) = batches.first() else { return Ok(empty(spec)) };
    let batch = if batches.len() == 1 { first.clone() } else { concat_batches(&first.schema(), batches)? };
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(spec.columns.len());
    for column in spec.columns {
        let array = batch.column_by_name(column.name).ok_or_else(|| wrong(format!("column {} is missing", column.name)))?;
        let wanted = data_type(column.kind);
        let array = if array.data_type() == &wanted { Arc::clone(array) } else { arrow::compute::cast(array, &wanted)? };
        if !column.nullable && array.null_count() > 0 {
            return Err(wrong(format!("column {} has {} nulls", column.name, array.null_count())));
        }
        columns.push(array);
    }
    if batch.num_columns() != spec.columns.len() {
        let extra: Vec<String> =
            batch.schema().fields().iter().map(|f| f.name().clone()).filter(|n| !spec.columns.iter().any(|c| c.name == n)).collect();
        return Err(wrong(format!("undeclared or repeated columns: {}", extra.join(", "))));
    }
    let batch = RecordBatch::try_new(schema(spec), columns)?;
    sort_and_check(spec, batch)
}

fn sort_and_check(spec: &TableSpec, batch: RecordBatch) -> Result<RecordBatch> {
    let key_columns = |b: &RecordBatch| -> Result<Vec<ArrayRef>> {
        spec.keys
            .iter()
            .map(|k| {
                b.column_by_name(k)
                    .cloned()
                    .ok_or_else(|| EngineError::Shape { table: spec.name.to_owned(), what: format!("key {k} is no column") })
            })
            .collect()
    };
    let keys = key_columns(&batch)?;
    if keys.is_empty() || batch.num_rows() < 2 {
        return Ok(batch);
    }
    let fields = keys.iter().map(|k| SortField::new(k.data_type().clone())).collect();
    let converter = RowConverter::new(fields)?;
    let rows = converter.convert_columns(&keys)?;
    let twice = |i: usize| {
        let at: Vec<String> = keys.iter().map(|k| array_value_to_string(k, i).unwrap_or_default()).collect();
        EngineError::Shape { table: spec.name.to_owned(), what: format!("the key ({}) stands twice", at.join(", ")) }
    };
    let mut sorted = true;
    for i in 1..batch.num_rows() {
        match rows.row(i - 1).cmp(&rows.row(i)) {
            std::cmp::Ordering::Less => {}
            std::cmp::Ordering::Equal => return Err(twice(i)),
            std::cmp::Ordering::Greater => {
                sorted = false;
                break;
            }
        }
    }
    if sorted {
        return Ok(batch);
    }
    let sort_columns: Vec<SortColumn> = keys.iter().map(|k| SortColumn { values: Arc::clone(k), options: None }).collect();
    let order: UInt32Array = lexsort_to_indices(&sort_columns, None)?;
    for pair in order.values().windows(2) {
        if rows.row(pair[0] as usize) == rows.row(pair[1] as usize) {
            return Err(twice(pair[1] as usize));
        }
    }
    let columns = batch.columns().iter().map(|c| take(c, &order, None)).collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

/// Writes one table. The same rows give the same bytes: no clock, no host name, fixed compression.
///
/// # Errors
/// Any failure of the file system or the encoder.
pub fn write_parquet(path: &Path, batch: &RecordBatch) -> Result<()> {
    let mut writer = writer(path, batch.schema())?;
    writer.write(batch)?;
    flush(path, writer)
}

pub(crate) fn writer(path: &Path, schema: SchemaRef) -> Result<ArrowWriter<File>> {
    let properties = WriterProperties::builder()
        .set_created_by("blocwatch".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(256 * 1024))
        .build();
    let file = File::create(path).map_err(EngineError::file("cannot create", path))?;
    Ok(ArrowWriter::try_new(file, schema, Some(properties))?)
}

fn flush(path: &Path, writer: ArrowWriter<File>) -> Result<()> {
    let file = writer.into_inner()?;
    file.sync_all().map_err(EngineError::file("cannot flush", path))
}

/// Writes a table that is too large to be held whole, batch by batch in the order of its keys. The same batches give the same bytes.
pub struct TableWriter {
    spec: &'static TableSpec,
    path: PathBuf,
    writer: ArrowWriter<File>,
    converter: RowConverter,
    last: Option<OwnedRow>,
}

impl TableWriter {
    /// Creates the file.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn create(path: &Path, spec: &'static TableSpec) -> Result<Self> {
        let schema = schema(spec);
        let key = |k: &&str| schema.field_with_name(k).map(|f| SortField::new(f.data_type().clone()));
        let keys = spec.keys.iter().map(key).collect::<std::result::Result<Vec<_>, _>>()?;
        let writer = writer(path, Arc::clone(&schema))?;
        Ok(Self { spec, path: path.to_owned(), writer, converter: RowConverter::new(keys)?, last: None })
    }

    /// Adds rows: columns as declared, sorted by the keys, all after the rows before.
    ///
    /// # Errors
    /// [`EngineError::Shape`] if the columns are others, or a key does not come after the one before it.
    pub fn write(&mut self, columns: Vec<ArrayRef>) -> Result<()> {
        let wrong = |what: String| EngineError::Shape { table: self.spec.name.to_owned(), what };
        let batch = RecordBatch::try_new(schema(self.spec), columns).map_err(|e| wrong(e.to_string()))?;
        let keys: Vec<ArrayRef> = self.spec.keys.iter().filter_map(|k| batch.column_by_name(k).cloned()).collect();
        let rows = self.converter.convert_columns(&keys)?;
        let mut before = self.last.as_ref().map(OwnedRow::row);
        for (i, row) in rows.iter().enumerate() {
            if before.is_some_and(|b| b >= row) {
                let at: Vec<String> = keys.iter().map(|k| array_value_to_string(k, i).unwrap_or_default()).collect();
                return Err(wrong(format!("the key ({}) stands twice or out of order", at.join(", "))));
            }
            before = Some(row);
        }
        self.last = before.map(|r| r.owned());
        Ok(self.writer.write(&batch)?)
    }

    /// Ends the file and flushes it to disk.
    ///
    /// # Errors
    /// Any failure of the file system or the encoder.
    pub fn finish(self) -> Result<()> {
        flush(&self.path, self.writer)
    }
}

impl std::fmt::Debug for TableWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

/// How many rows a table on disk has.
///
/// # Errors
/// The file is missing or is no Parquet file.
pub fn count_rows(path: &Path) -> Result<u64> {
    let file = File::open(path).map_err(EngineError::file("cannot open the table", path))?;
    let rows = ParquetRecordBatchReaderBuilder::try_new(file)?.metadata().file_metadata().num_rows();
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// Reads one table whole.
///
/// # Errors
/// The file is missing or is no Parquet file.
pub fn read_parquet(path: &Path) -> Result<RecordBatch> {
    read(path, None)
}

/// Reads some columns of a table, in the order of the table; names that it does not have are left out.
///
/// # Errors
/// As [`read_parquet`].
pub fn read_columns(path: &Path, columns: &[&str]) -> Result<RecordBatch> {
    read(path, Some(columns))
}

/// Some columns of a table, at most so many rows at a time: for tables that are too large to be held.
///
/// # Errors
/// As [`read_parquet`]; a part may also turn out to be damaged.
pub fn parts(path: &Path, columns: &[&str], rows: usize) -> Result<impl Iterator<Item = Result<RecordBatch>> + use<>> {
    let reader = open(path, Some(columns))?.with_batch_size(rows.max(1)).build()?;
    Ok(reader.map(|batch| Ok(batch?)))
}

fn open(path: &Path, columns: Option<&[&str]>) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let file = File::open(path).map_err(EngineError::file("cannot open the table", path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    Ok(match columns {
        Some(columns) => {
            let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
            builder.with_projection(mask)
        }
        None => builder,
    })
}

fn read(path: &Path, columns: Option<&[&str]>) -> Result<RecordBatch> {
    let builder = open(path, columns)?;
    let rows = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(1024);
    let reader = builder.with_batch_size(rows.max(1)).build()?;
    let schema = reader.schema();
    let batches = reader.collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(concat_batches(&schema, &batches)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Int32Array, StringArray};
    use blocwatch_core::table::{Unit, col};

    static MADE: TableSpec = TableSpec {
        name: "made",
        unit: Unit::Entry,
        keys: &["year", "word"],
        columns: &[col("year", Kind::I32, "year", "year"), col("word", Kind::Text, "-", "word"), col("n", Kind::I32, "-", "number")],
        doc: "Made up.",
    };

    fn columns(rows: &[(i32, &str, i32)]) -> Vec<ArrayRef> {
        vec![
            Arc::new(rows.iter().map(|r| r.0).collect::<Int32Array>()),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.1))),
            Arc::new(rows.iter().map(|r| r.2).collect::<Int32Array>()),
        ]
    }

    #[test]
    fn a_table_written_in_parts_has_the_same_rows() {
        let folder = tempfile::TempDir::new().unwrap();
        let rows = [(1999, "a", 1), (1999, "b", 2), (2000, "a", 3), (2001, "", 4)];
        let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
        write_parquet(&whole, &RecordBatch::try_new(schema(&MADE), columns(&rows)).unwrap()).unwrap();
        let mut writer = TableWriter::create(&parts, &MADE).unwrap();
        for part in rows.chunks(3) {
            writer.write(columns(part)).unwrap();
        }
        writer.write(columns(&[])).unwrap();
        writer.finish().unwrap();
        assert_eq!(read_parquet(&whole).unwrap(), read_parquet(&parts).unwrap());
        assert_eq!(count_rows(&parts).unwrap(), 4);
    }

    #[test]
    fn keys_out_of_order_and_other_columns_are_refused() {
        let folder = tempfile::TempDir::new().unwrap();
        let mut writer = TableWriter::create(&folder.path().join("x"), &MADE).unwrap();
        writer.write(columns(&[(2000, "b", 1)])).unwrap();
        for wrong in [[(2000, "b", 2)], [(2000, "a", 2)], [(1999, "z", 2)]] {
            assert!(writer.write(columns(&wrong)).unwrap_err().to_string().contains("twice or out of order"));
        }
        assert!(writer.write(columns(&[(2001, "a", 1)])[..2].to_vec()).is_err());
        writer.write(columns(&[(2001, "a", 1)])).unwrap();
    }
}
