//! Tables on disk: from a declaration ([`TableSpec`]) to an Arrow schema, and Parquet files with the same bytes for the same rows.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchReader, UInt32Array};
use arrow::compute::{SortColumn, concat_batches, lexsort_to_indices, take};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
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
    let fields = keys.iter().map(|k| arrow::row::SortField::new(k.data_type().clone())).collect();
    let converter = arrow::row::RowConverter::new(fields)?;
    let rows = converter.convert_columns(&keys)?;
    let twice = |i: usize| {
        let at: Vec<String> = keys.iter().map(|k| arrow::util::display::array_value_to_string(k, i).unwrap_or_default()).collect();
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
    let properties = WriterProperties::builder()
        .set_created_by("blocwatch".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(256 * 1024))
        .build();
    let file = File::create(path).map_err(EngineError::file("cannot create", path))?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    let file = writer.into_inner()?;
    file.sync_all().map_err(EngineError::file("cannot flush", path))
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

fn read(path: &Path, columns: Option<&[&str]>) -> Result<RecordBatch> {
    let file = File::open(path).map_err(EngineError::file("cannot open the table", path))?;
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
    let rows = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(1024);
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    let reader = builder.with_batch_size(rows.max(1)).build()?;
    let schema = reader.schema();
    let batches = reader.collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(concat_batches(&schema, &batches)?)
}
