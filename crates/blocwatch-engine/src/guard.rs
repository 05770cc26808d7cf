//! What values of strangers' queries may grow to. Operators are bounded by the session's memory; a function is not: a text joined to itself
//! thirty times is a gigabyte, in one expression, between two points at which anything could stop it.
//!
//! Three guards, all of which leave what they let through as it was. Functions that can make more than they are given say beforehand what they
//! would make at the most, and are refused if that is too much ([`Guarded`], and [`JoinText`] for `||`). What operators hand on is looked at
//! batch by batch ([`Watched`]), which stops what aggregates put together before it is joined with anything. Functions over windows that
//! would repeat a value for each row are refused ([`Growth`]): what they hold is not counted by anybody.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::kernels::concat_elements::concat_elements_utf8;
use arrow::datatypes::DataType;
use datafusion::common::config::{ConfigNonZeroUsize, ConfigOptions};
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, Operator, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
    WindowFunctionDefinition,
};
use datafusion::physical_plan::execution_plan::ReplaceChildrenOptions;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr, PlanProperties, SendableRecordBatchStream};
use futures::StreamExt;

/// Bytes of one value: three times the longest text that an observatory holds.
const VALUE: usize = 1 << 20;
/// Bytes of one column of a batch.
const COLUMN: usize = 128 << 20;
/// Rows of a batch: so many values of the largest size lie side by side when a value is repeated, as joins do.
const BATCH: usize = 256;

/// [`BATCH`] as a setting.
pub(crate) fn batch() -> crate::error::Result<ConfigNonZeroUsize> {
    ConfigNonZeroUsize::try_new(BATCH).map_err(|e| crate::error::EngineError::Engine(e.to_string()))
}

/// Functions whose result can be larger than what they are given, with what it can be at the most.
const GROWING: &[(&str, Most)] = &[
    ("concat", Most::Sum),
    ("concat_ws", Most::Separated),
    ("replace", Most::Replaced),
    ("regexp_replace", Most::ByPattern),
    ("translate", Most::Times(4)),
    ("overlay", Most::Sum),
    ("upper", Most::Times(3)),
    ("lower", Most::Times(3)),
    ("initcap", Most::Times(3)),
    ("to_char", Most::Times(16)),
    ("date_format", Most::Times(16)),
    ("struct", Most::Sum),
    ("named_struct", Most::Sum),
];

/// Functions over windows that repeat one value for many rows, or gather all of them.
const REPEATING: &[&str] = &["string_agg", "array_agg", "first_value", "last_value", "nth_value", "min", "max"];

/// What a function can make at the most, of the bytes of its arguments in one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Most {
    /// All arguments, one after another.
    Sum,
    /// The first between all others.
    Separated,
    /// So many times what they are.
    Times(usize),
    /// The third for each second that the first could hold.
    Replaced,
    /// The third at each place of the first, and the first for each group that the third names.
    ByPattern,
}

fn too_much() -> DataFusionError {
    DataFusionError::ResourcesExhausted(format!(
        "a value would be longer than {} KiB, or a column of {BATCH} rows larger than {} MiB",
        VALUE >> 10,
        COLUMN >> 20
    ))
}

/// Bytes of a value at a row; of what is not text, what it takes in memory.
fn length(value: &ColumnarValue, row: usize) -> usize {
    match value {
        ColumnarValue::Scalar(ScalarValue::Utf8(t) | ScalarValue::LargeUtf8(t) | ScalarValue::Utf8View(t)) => {
            t.as_ref().map_or(0, String::len)
        }
        ColumnarValue::Scalar(other) => other.size(),
        ColumnarValue::Array(array) => array_length(array, row),
    }
}

fn array_length(array: &ArrayRef, row: usize) -> usize {
    if array.is_null(row) {
        return 0;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value_length(row) as usize,
        DataType::LargeUtf8 => array.as_string::<i64>().value_length(row) as usize,
        DataType::Utf8View => array.as_string_view().value(row).len(),
        DataType::Binary => array.as_binary::<i32>().value_length(row) as usize,
        DataType::List(_) => array_bytes(&array.as_list::<i32>().value(row)),
        DataType::Struct(_) => array.as_struct().columns().iter().map(|c| array_length(c, row)).sum(),
        _ => 8,
    }
}

fn array_bytes(array: &ArrayRef) -> usize {
    (0..array.len()).map(|row| array_length(array, row)).sum()
}

/// How often a replacement names a group of its pattern.
fn groups(value: &ColumnarValue, row: usize) -> usize {
    let count = |t: &str| t.bytes().filter(|b| matches!(b, b'\\' | b'$')).count();
    match value {
        ColumnarValue::Scalar(s) => s.try_as_str().flatten().map_or(0, count),
        ColumnarValue::Array(a) if a.data_type() == &DataType::Utf8 && a.is_valid(row) => count(a.as_string::<i32>().value(row)),
        ColumnarValue::Array(_) => 1,
    }
}

impl Most {
    /// Bytes of the result at a row, at the most.
    fn at(self, args: &[ColumnarValue], row: usize) -> usize {
        let of = |n: usize| args.get(n).map_or(0, |a| length(a, row));
        let all = || args.iter().map(|a| length(a, row)).fold(0, usize::saturating_add);
        match self {
            Self::Sum => all(),
            Self::Separated => all().saturating_add(of(0).saturating_mul(args.len())),
            Self::Times(n) => all().saturating_mul(n),
            Self::Replaced => of(0).saturating_add((of(0) / of(1).max(1) + 1).saturating_mul(of(2))),
            Self::ByPattern => {
                let named = args.get(2).map_or(0, |a| groups(a, row)).saturating_mul(of(0));
                // a pattern that matches one letter is honest; what it is replaced by is short then
                of(0).saturating_add((of(0) + 1).saturating_mul(of(2))).saturating_add(named)
            }
        }
    }

    /// Refuses what would grow too large.
    fn check(self, args: &ScalarFunctionArgs) -> Result<()> {
        let mut column = 0_usize;
        let rows = if args.args.iter().any(|a| matches!(a, ColumnarValue::Array(_))) { args.number_rows } else { 1 };
        for row in 0..rows {
            let value = self.at(&args.args, row);
            column = column.saturating_add(value);
            // a bound by a factor is far above what comes of it: what is made is looked at again
            let factor = match self {
                Self::Sum | Self::Separated => 1,
                _ => 8,
            };
            if value > factor * VALUE || column > factor * COLUMN {
                return Err(too_much());
            }
        }
        Ok(())
    }
}

/// A function that says beforehand what it would make.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Guarded {
    inner: Arc<ScalarUDF>,
    most: Most,
}

impl ScalarUDFImpl for Guarded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<arrow::datatypes::FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.most.check(&args)?;
        let made = self.inner.invoke_with_args(args)?;
        checked(made)
    }
}

/// A result, looked at.
fn checked(made: ColumnarValue) -> Result<ColumnarValue> {
    let fits = match &made {
        ColumnarValue::Scalar(_) => length(&made, 0) <= VALUE,
        ColumnarValue::Array(a) => array_fits(a),
    };
    if fits { Ok(made) } else { Err(too_much()) }
}

fn array_fits(array: &ArrayRef) -> bool {
    let mut column = 0;
    let sized = array.data_type().is_nested() || array.data_type().is_string() || array.data_type().is_binary();
    !sized
        || (0..array.len()).all(|row| {
            let value = array_length(array, row);
            column += value;
            value <= VALUE
        }) && column <= COLUMN
}

/// `a || b`, with the guard of [`Guarded`]: null where either is.
#[derive(Debug, PartialEq, Eq, Hash)]
struct JoinText(Signature);

impl ScalarUDFImpl for JoinText {
    fn name(&self) -> &str {
        "||"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match types.iter().find(|t| t.is_nested() || t.is_binary()) {
            Some(kind) => Err(DataFusionError::Plan(format!("|| joins texts, not {kind}"))),
            None => Ok(vec![DataType::Utf8; types.len()]),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Most::Sum.check(&args)?;
        let constant = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [left, right] = arrays.as_slice() else { return Err(DataFusionError::Plan("|| joins two texts".to_owned())) };
        let joined: ArrayRef = Arc::new(concat_elements_utf8(left.as_string::<i32>(), right.as_string::<i32>())?);
        Ok(if constant { ColumnarValue::Scalar(ScalarValue::try_from_array(&joined, 0)?) } else { ColumnarValue::Array(joined) })
    }
}

/// Puts the guards into a query while it is planned.
#[derive(Debug)]
pub(crate) struct Growth {
    join: Arc<ScalarUDF>,
}

impl Growth {
    pub(crate) fn new() -> Self {
        Self { join: Arc::new(ScalarUDF::from(JoinText(Signature::user_defined(Volatility::Immutable)))) }
    }
}

impl FunctionRewrite for Growth {
    fn name(&self) -> &str {
        "growth"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        match expr {
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::StringConcat, right }) => {
                let call = ScalarFunction::new_udf(Arc::clone(&self.join), vec![*left, *right]);
                Ok(Transformed::yes(Expr::ScalarFunction(call)))
            }
            Expr::ScalarFunction(call) => {
                let known = GROWING.iter().find(|(name, _)| *name == call.func.name());
                let Some((_, most)) = known else { return Ok(Transformed::no(Expr::ScalarFunction(call))) };
                let inner = call.func;
                let guarded = ScalarUDF::from(Guarded { inner, most: *most });
                Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(guarded), call.args))))
            }
            Expr::WindowFunction(call) => {
                let name = match &call.fun {
                    WindowFunctionDefinition::AggregateUDF(f) => f.name(),
                    WindowFunctionDefinition::WindowUDF(f) => f.name(),
                };
                use datafusion::logical_expr::ExprSchemable;
                let kind = call.params.args.first().map(|a| a.get_type(schema)).transpose()?;
                let sized = kind.is_none_or(|k| k.is_string() || k.is_nested() || k.is_binary()) || name == "array_agg";
                if sized && REPEATING.contains(&name) {
                    let what = format!("{name} of texts over a window is left out here: it would repeat them for each row");
                    return Err(DataFusionError::Plan(format!("{what}; join with a GROUP BY, or ask with `blocwatch query`")));
                }
                Ok(Transformed::no(Expr::WindowFunction(call)))
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

/// A part of a plan whose batches are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    input: Arc<dyn ExecutionPlan>,
}

impl Watched {
    pub(crate) fn new(input: Arc<dyn ExecutionPlan>) -> Self {
        Self { input }
    }
}

impl datafusion::physical_plan::DisplayAs for Watched {
    fn fmt_as(&self, _kind: datafusion::physical_plan::DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Watched")
    }
}

impl ExecutionPlan for Watched {
    fn name(&self) -> &str {
        "Watched"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(&self, _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self { input: children.swap_remove(0) }))
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self { input: children.swap_remove(0) }))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let look = |batch: Result<RecordBatch>| {
            let batch = batch?;
            if batch.columns().iter().all(array_fits) { Ok(batch) } else { Err(too_much()) }
        };
        let stream = self.input.execute(partition, context)?;
        let schema = stream.schema();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream.map(look))))
    }
}
