//! Tables held in memory with an index: of a table of three million rows, what is asked of one state is a few hundred, and reading the
//! file for them costs more than the rest of a page.
//!
//! Rows keep their order, so that a query gives what it gives over the same rows without an index. Text columns of large
//! tables are held as dictionaries and handed out as plain text.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt16Array, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session as Planner, TableProvider};
use datafusion::error::Result as PlanResult;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::scalar::ScalarValue;

use crate::error::Result;

/// Bytes up to which text is held as it is.
const PLAIN: usize = 8 << 20;

/// Rows by value, ascending.
#[derive(Debug)]
enum Postings {
    Number(HashMap<u16, Vec<u32>>),
    Text(HashMap<String, Vec<u32>>),
}

impl Postings {
    /// Of a column of state numbers or of text; of others there is none.
    fn new(column: &ArrayRef) -> Option<Self> {
        let rows = || (0_u32..).zip(0..column.len());
        if let Some(numbers) = column.as_any().downcast_ref::<UInt16Array>() {
            let mut out: HashMap<u16, Vec<u32>> = HashMap::new();
            rows().filter(|(_, i)| numbers.is_valid(*i)).for_each(|(row, i)| out.entry(numbers.value(i)).or_default().push(row));
            return Some(Self::Number(out));
        }
        let texts = column.as_any().downcast_ref::<StringArray>()?;
        let mut out: HashMap<String, Vec<u32>> = HashMap::new();
        for (row, i) in rows().filter(|(_, i)| texts.is_valid(*i)) {
            match out.get_mut(texts.value(i)) {
                Some(list) => list.push(row),
                None => drop(out.insert(texts.value(i).to_owned(), vec![row])),
            }
        }
        Some(Self::Text(out))
    }

    /// Rows with a value; `None` where the value is of another type, so that nothing is known.
    fn of(&self, value: &ScalarValue) -> Option<&[u32]> {
        match (self, value) {
            (Self::Number(map), ScalarValue::UInt16(Some(n))) => Some(map.get(n).map_or(&[], Vec::as_slice)),
            (Self::Text(map), ScalarValue::Utf8(Some(t))) => Some(map.get(t).map_or(&[], Vec::as_slice)),
            _ => None,
        }
    }
}

/// A table in memory with an index over some of its columns.
#[derive(Debug)]
pub struct Held {
    schema: SchemaRef,
    /// As held: text as dictionaries.
    columns: Vec<ArrayRef>,
    rows: usize,
    index: HashMap<String, Postings>,
}

impl Held {
    /// Holds a batch. `keys` are the columns over which there is an index: state numbers (`UInt16`) or text; others are passed over.
    ///
    /// # Errors
    /// Never in practice: a text column that cannot become a dictionary.
    pub fn new(batch: &RecordBatch, keys: &[&str]) -> Result<Self> {
        let index =
            keys.iter().filter_map(|k| Some(((*k).to_owned(), Postings::new(batch.column_by_name(k)?)?))).collect::<HashMap<_, _>>();
        // of a small table, turning dictionaries into text at each reading costs more than the memory is worth
        let plain = batch.get_array_memory_size() <= PLAIN;
        let columns = batch.columns().iter().map(|c| if plain { Ok(Arc::clone(c)) } else { small(c) }).collect::<Result<_>>()?;
        Ok(Self { schema: batch.schema(), columns, rows: batch.num_rows(), index })
    }

    /// The rows that can fulfil a condition, ascending; `None` where the index says nothing and all can.
    fn rows(&self, condition: &Expr) -> Option<Vec<u32>> {
        match condition {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => match (self.rows(left), self.rows(right)) {
                (Some(a), Some(b)) => Some(both(&a, &b)),
                (a, b) => a.or(b),
            },
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => Some(either(&self.rows(left)?, &self.rows(right)?)),
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) => match (&**left, &**right) {
                (Expr::Column(c), Expr::Literal(v, _)) | (Expr::Literal(v, _), Expr::Column(c)) => {
                    Some(self.index.get(&c.name)?.of(v)?.to_vec())
                }
                _ => None,
            },
            Expr::InList(list) if !list.negated => {
                let Expr::Column(c) = &*list.expr else { return None };
                let postings = self.index.get(&c.name)?;
                let mut out = Vec::new();
                for value in &list.list {
                    let Expr::Literal(v, _) = value else { return None };
                    out = either(&out, postings.of(v)?);
                }
                Some(out)
            }
            _ => None,
        }
    }

    /// Some rows, or all, of some columns, as plain columns.
    fn batch(&self, projection: Option<&Vec<usize>>, rows: Option<&UInt32Array>) -> PlanResult<(SchemaRef, RecordBatch)> {
        let places: Vec<usize> = projection.map_or_else(|| (0..self.columns.len()).collect(), Clone::clone);
        let schema = Arc::new(self.schema.project(&places)?);
        let mut out = Vec::with_capacity(places.len());
        for (&at, field) in places.iter().zip(schema.fields()) {
            let column = match rows {
                Some(rows) => take(&self.columns[at], rows, None)?,
                None => Arc::clone(&self.columns[at]),
            };
            out.push(if column.data_type() == field.data_type() { column } else { cast(&column, field.data_type())? });
        }
        let n = rows.map_or(self.rows, Array::len);
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(n));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), out, &options)?;
        Ok((schema, batch))
    }
}

/// A text column as a dictionary, with the smallest number that holds it.
fn small(column: &ArrayRef) -> Result<ArrayRef> {
    if column.data_type() != &DataType::Utf8 {
        return Ok(Arc::clone(column));
    }
    let with = |key: DataType| cast(column, &DataType::Dictionary(Box::new(key), Box::new(DataType::Utf8)));
    Ok(with(DataType::UInt16).or_else(|_| with(DataType::Int32))?)
}

/// What stands in both of two ascending lists.
fn both(a: &[u32], b: &[u32]) -> Vec<u32> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.iter().filter(|row| long.binary_search(row).is_ok()).copied().collect()
}

/// What stands in either of two ascending lists, once each, ascending.
fn either(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    out.extend_from_slice(a);
    out.extend_from_slice(b);
    out.sort_unstable();
    out.dedup();
    out
}

#[async_trait]
impl TableProvider for Held {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> PlanResult<Vec<TableProviderFilterPushDown>> {
        // inexact: the index only leaves out rows that cannot fulfil a condition, and the condition is still looked at for the rest
        let says = |known: bool| if known { TableProviderFilterPushDown::Inexact } else { TableProviderFilterPushDown::Unsupported };
        Ok(filters.iter().map(|f| says(self.rows(f).is_some())).collect())
    }

    async fn scan(
        &self,
        _planner: &dyn Planner,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> PlanResult<Arc<dyn ExecutionPlan>> {
        let mut rows: Option<Vec<u32>> = None;
        for found in filters.iter().filter_map(|f| self.rows(f)) {
            rows = Some(rows.map_or_else(|| found.clone(), |r| both(&r, &found)));
        }
        let (schema, batch) = self.batch(projection, rows.map(UInt32Array::from).as_ref())?;
        Ok(MemorySourceConfig::try_new_exec(&[vec![batch]], schema, None)?)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a schema without metadata")]
mod tests {
    use arrow::array::{Float64Array, Int32Array};
    use arrow::datatypes::{Field, Schema};

    use super::*;
    use crate::session::{Limits, Session};

    /// Pairs with a layer, some of them null.
    fn pairs(n: u32) -> RecordBatch {
        let of = |i: u32, m: u32| i.wrapping_mul(2_654_435_761).rotate_left(m) % 7;
        let one: UInt16Array = (0..n).map(|i| (of(i, 3) != 6).then(|| of(i, 3) as u16)).collect();
        let two: UInt16Array = (0..n).map(|i| Some(of(i, 11) as u16)).collect();
        let layer: StringArray = (0..n).map(|i| (of(i, 5) > 0).then(|| format!("layer {}", of(i, 5)))).collect();
        let year: Int32Array = (0..n).map(|i| Some(1990 + (i % 30) as i32)).collect();
        let weight: Float64Array = (0..n).map(|i| (i % 3 > 0).then(|| f64::from(i) / 7.0)).collect();
        let field = |name: &str, kind: DataType| Field::new(name, kind, true);
        let fields = vec![
            field("one", DataType::UInt16),
            field("two", DataType::UInt16),
            field("layer", DataType::Utf8),
            field("year", DataType::Int32),
            field("weight", DataType::Float64),
        ];
        let columns: Vec<ArrayRef> = vec![Arc::new(one), Arc::new(two), Arc::new(layer), Arc::new(year), Arc::new(weight)];
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("a batch")
    }

    #[test]
    fn text_of_large_tables_is_held_in_short_and_handed_out_in_full() {
        let batch = pairs(400_000);
        let held = Held::new(&batch, &["one"]).expect("held");
        assert!(batch.get_array_memory_size() > PLAIN && held.columns[2].data_type() != &DataType::Utf8);
        let rows = UInt32Array::from(vec![0, 1, 399_999]);
        let (_, some) = held.batch(Some(&vec![2, 0]), Some(&rows)).expect("rows");
        let expected = take(batch.column(2), &rows, None).expect("taken");
        assert_eq!((some.column(0), some.num_columns()), (&expected, 2));
        assert_eq!(held.batch(None, None).expect("all").1, batch);
    }

    #[test]
    fn a_held_table_answers_as_the_table_it_holds() {
        let session = Session::new(Limits { memory_bytes: 64 << 20, threads: 1 }).expect("a session");
        let batch = pairs(3000);
        session.register_batch("plain", batch.clone()).expect("registered");
        session.register_held("held", &batch, &["one", "two", "layer", "weight", "no such column"]).expect("held");
        for condition in [
            "one = 3",
            "3 = one",
            "one = 3 OR two = 3",
            "(one = 3 AND two = 4) OR (one = 4 AND two = 3)",
            "one IN (1, 2) AND layer = 'layer 2'",
            "one NOT IN (1, 2)",
            "one <> 3",
            "one = 3 OR weight > 100",
            "(one = 3 AND year BETWEEN 1995 AND 2000) OR (one = 5 AND year > 2010)",
            "layer IN ('layer 1', 'layer 9')",
            "layer IS NULL",
            "one = 99",
            "one = 3 AND one = 4",
            "one = 3.5",
            "one = 70000",
            "one = year - 1990",
            "NOT (one = 3)",
            "one IS NOT DISTINCT FROM 3",
            "true",
        ] {
            let ask = |table: &str| {
                session
                    .query_one(&format!("SELECT * FROM {table} WHERE {condition}"))
                    .unwrap_or_else(|e| panic!("{table} {condition}: {e}"))
            };
            assert_eq!(ask("held"), ask("plain"), "{condition}");
            let count = |table: &str| session.query_one(&format!("SELECT count(*) AS n FROM {table} WHERE {condition}")).expect("it runs");
            assert_eq!(count("held"), count("plain"), "{condition}");
        }
        let joined = |table: &str| {
            session
                .query_one(&format!(
                    "SELECT a.one, b.two, count(*) AS n FROM {table} a JOIN {table} b ON b.one = a.two AND b.year = a.year WHERE a.one = 2 \
                     GROUP BY a.one, b.two ORDER BY 1, 2"
                ))
                .expect("it runs")
        };
        assert_eq!(joined("held"), joined("plain"));
    }

    #[test]
    fn the_index_leaves_out_what_cannot_be_meant() {
        let held = Held::new(&pairs(3000), &["one", "two"]).expect("held");
        let is = |column: &str, n: u16| datafusion::prelude::col(column).eq(datafusion::prelude::lit(n));
        let pair = is("one", 1).and(is("two", 2)).or(is("one", 2).and(is("two", 1)));
        let rows = held.rows(&pair).expect("the index knows");
        assert!(!rows.is_empty() && rows.len() < 3000 / 10 && rows.is_sorted(), "{}", rows.len());
        assert_eq!(held.rows(&is("year", 3)), None);
        assert_eq!(held.rows(&is("one", 1).or(is("year", 3))), None);
        assert!(held.rows(&is("one", 1).and(is("year", 3))).is_some());
    }
}
