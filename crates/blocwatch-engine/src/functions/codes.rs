//! `state_name`, `iso3`, `ccode`, `gw_from_cow`: the dated crosswalk as SQL functions. Every conversion takes a year.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder, UInt16Builder};
use arrow::datatypes::{DataType, Int64Type};
use blocwatch_core::state::States;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};

use super::FunctionDoc;

pub(super) const STATE_NAME: FunctionDoc =
    FunctionDoc { usage: "state_name(gwcode, year)", doc: "English name of the state that a Gleditsch-Ward number means in a year" };
pub(super) const ISO3: FunctionDoc =
    FunctionDoc { usage: "iso3(gwcode, year)", doc: "ISO 3166-1 alpha-3 code of that state; null where it never had one" };
pub(super) const CCODE: FunctionDoc =
    FunctionDoc { usage: "ccode(gwcode, year)", doc: "Correlates of War number of that state in that year; null outside that list" };
pub(super) const GW_FROM_COW: FunctionDoc = FunctionDoc {
    usage: "gw_from_cow(ccode, year)",
    doc: "Gleditsch-Ward number for a Correlates of War number in a year; null outside that list",
};

pub(super) fn udfs() -> Vec<ScalarUDF> {
    vec![
        text_udf("state_name", |states, code, year| states.by_key(code, year).map(|s| s.name.clone())),
        text_udf("iso3", |states, code, year| states.by_key(code, year).and_then(|s| s.iso3.clone())),
        number_udf("ccode", |states, code, year| states.by_gw(code, year).and_then(|s| s.cow_in(year))),
        number_udf("gw_from_cow", |states, code, year| states.by_cow(code, year).and_then(|s| s.gw_in(year))),
    ]
}

type Lookup<T> = fn(&States, u16, i32) -> Option<T>;

fn text_udf(name: &str, lookup: Lookup<String>) -> ScalarUDF {
    let body = move |args: &[ColumnarValue]| {
        let mut out = StringBuilder::new();
        each(args, lookup, |v| out.append_option(v))?;
        Ok(ColumnarValue::Array(Arc::new(out.finish()) as ArrayRef))
    };
    create_udf(name, vec![DataType::Int64, DataType::Int64], DataType::Utf8, Volatility::Immutable, Arc::new(body))
}

fn number_udf(name: &str, lookup: Lookup<u16>) -> ScalarUDF {
    let body = move |args: &[ColumnarValue]| {
        let mut out = UInt16Builder::new();
        each(args, lookup, |v| out.append_option(v))?;
        Ok(ColumnarValue::Array(Arc::new(out.finish()) as ArrayRef))
    };
    create_udf(name, vec![DataType::Int64, DataType::Int64], DataType::UInt16, Volatility::Immutable, Arc::new(body))
}

fn each<T>(args: &[ColumnarValue], lookup: Lookup<T>, mut emit: impl FnMut(Option<T>)) -> Result<()> {
    let states = States::embedded().map_err(|e| DataFusionError::External(Box::new(e)))?;
    let arrays = ColumnarValue::values_to_arrays(args)?;
    let [codes, years] = arrays.as_slice() else {
        return Err(DataFusionError::Plan("expected a state number and a year".to_owned()));
    };
    let (codes, years) = (codes.as_primitive::<Int64Type>(), years.as_primitive::<Int64Type>());
    for i in 0..codes.len() {
        if codes.is_null(i) || years.is_null(i) {
            emit(None);
            continue;
        }
        let value = match (u16::try_from(codes.value(i)), i32::try_from(years.value(i))) {
            (Ok(code), Ok(year)) => lookup(states, code, year),
            _ => None,
        };
        emit(value);
    }
    Ok(())
}
