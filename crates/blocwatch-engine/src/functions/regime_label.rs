//! `regime_label(v2x_regime)`: the words of the Regimes of the World categories (Lührmann, Tannenberg & Lindberg 2018).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::FunctionDoc;

pub(super) const DOC: FunctionDoc = FunctionDoc {
    usage: "regime_label(v2x_regime)",
    doc: "closed autocracy, electoral autocracy, electoral democracy or liberal democracy, for 0 to 3; null otherwise",
};

pub(super) fn udf() -> ScalarUDF {
    let body = |args: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(args)?;
        let codes = arrays[0].as_primitive::<Int64Type>();
        let mut out = StringBuilder::new();
        for i in 0..codes.len() {
            let label = if codes.is_null(i) { None } else { u8::try_from(codes.value(i)).ok().and_then(blocwatch_core::regime::label) };
            out.append_option(label);
        }
        Ok(ColumnarValue::Array(Arc::new(out.finish()) as ArrayRef))
    };
    create_udf("regime_label", vec![DataType::Int64], DataType::Utf8, Volatility::Immutable, Arc::new(body))
}
