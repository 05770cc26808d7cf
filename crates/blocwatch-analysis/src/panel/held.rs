//! The table `panel_column`: what values there are of each column that a panel can have, counted at the end of a build.
//!
//! Not here: what columns are called ([`super::catalogue`]).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use blocwatch_core::table::{Kind, TableSpec, Unit as TableUnit, col, opt};
use blocwatch_engine::wide::distinct;

use super::catalogue::Level;
use super::joins::{Direction, Join};
use crate::error::Result;
use crate::frame::{Columns, Rows};
use crate::step::{Context, Input, Output, Step};
use crate::steps;

/// What values there are of each column that a panel can have.
pub(crate) const PANEL_COLUMN: TableSpec = TableSpec {
    name: "panel_column",
    unit: TableUnit::Entry,
    keys: &["table", "column", "variant"],
    columns: &[
        col("table", Kind::Text, "table", "table that holds the column"),
        col("column", Kind::Text, "column", "column; the value column where the variant is a layer or a tool"),
        col("variant", Kind::Text, "-", "edition, source, layer or tool; empty where the table has one statement per unit"),
        col("values", Kind::U32, "rows", "rows with a value"),
        col("year_from", Kind::I32, "year", "first year with a value"),
        col("year_to", Kind::I32, "year", "last year with a value"),
        opt(
            "directed",
            Kind::Bool,
            "true/false",
            "whether the value goes from the first state to the second; null where it is not of a pair",
        ),
    ],
    doc: "Columns that panels can have, with their number of values and years. Columns without any value are left out.",
};

/// The step that makes `panel_column`, after all steps whose tables a panel can show.
pub(crate) fn step(before: &[Step]) -> Step {
    let tables = before.iter().flat_map(|s| s.outputs.iter().copied()).filter(|t| Join::of(t).is_some());
    Step { name: PANEL_COLUMN.name, version: 1, inputs: tables.map(|t| Input::Table(t.name)).collect(), outputs: vec![&PANEL_COLUMN], run }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let mut rows = Rows::new(&PANEL_COLUMN);
    for input in &context.step.inputs {
        let Input::Table(name) = input else { continue };
        let Some((spec, join)) = steps::table(name).and_then(|spec| Some((spec, Join::of(spec)?))) else { continue };
        let asked = counted(spec, &join);
        let quoted: Vec<String> = asked.iter().map(|c| format!("\"{c}\"")).collect();
        let batch = context.sql(&format!("SELECT {} FROM {}", quoted.join(", "), spec.name))?;
        push_counts(spec, &join, &batch, &mut rows)?;
    }
    Ok(Output::table(&PANEL_COLUMN, rows.finish()?))
}

/// The same table over tables at hand. Of a table of which only some columns were made, these are counted.
pub(super) fn panel_column<'t>(tables: impl Iterator<Item = (&'static str, &'t RecordBatch)>) -> Result<RecordBatch> {
    let mut rows = Rows::new(&PANEL_COLUMN);
    for (name, batch) in tables {
        if let Some((spec, join)) = steps::table(name).and_then(|spec| Some((spec, Join::of(spec)?))) {
            push_counts(spec, &join, batch, &mut rows)?;
        }
    }
    rows.finish()
}

fn push_counts(spec: &'static TableSpec, join: &Join, batch: &RecordBatch, rows: &mut Rows) -> Result<()> {
    for ((column, variant), n) in count(batch, spec, join)? {
        rows.push([
            spec.name.into(),
            column.into(),
            variant.as_str().into(),
            u32::try_from(n.values).unwrap_or(u32::MAX).into(),
            n.from.into(),
            n.to.into(),
            n.directed.into(),
        ])?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Count {
    values: u64,
    from: i32,
    to: i32,
    directed: Option<bool>,
}

/// The columns that counting looks at.
fn counted(spec: &'static TableSpec, join: &Join) -> Vec<&'static str> {
    let mut asked: Vec<&str> = join.keys.to_vec();
    asked.extend(join.variant_column());
    if let Direction::Column(c) = join.direction {
        asked.push(c);
    }
    asked.extend(join.columns(spec).iter().map(|c| c.name).filter(|c| spec.columns.iter().any(|s| s.name == *c)));
    let mut seen = BTreeSet::new();
    asked.retain(|c| seen.insert(*c));
    asked
}

/// Values and years of each column and variant of a table.
fn count(batch: &RecordBatch, spec: &'static TableSpec, join: &Join) -> Result<BTreeMap<(&'static str, String), Count>> {
    let columns = join.columns(spec);
    let c = Columns(batch);
    let year = c.i32("year")?;
    let variant = join.variant_column().map(|v| c.text(v)).transpose()?;
    let keys: Vec<&dyn Array> = join.keys.iter().filter_map(|k| batch.column_by_name(k).map(|a| a.as_ref())).collect();
    let arrays: Vec<Option<&dyn Array>> = columns.iter().map(|c| batch.column_by_name(c.name).map(|a| a.as_ref())).collect();
    // a column that counts rows has no array; any other without one was not made
    let made: Vec<bool> = columns.iter().zip(&arrays).map(|(c, a)| a.is_some() || join.count.is_some_and(|n| n.name == c.name)).collect();
    let direction = match join.direction {
        Direction::Column(d) => Some(c.bool(d)?),
        Direction::OfUnit => None,
    };
    let pairs = matches!(join.level(), Level::Pair | Level::PairMonth);
    let undirected = matches!(spec.unit, TableUnit::UndirectedDyadYear | TableUnit::UndirectedDyadSession);
    let known: Vec<bool> = (0..batch.num_rows()).map(|i| !keys.iter().any(|k| k.is_null(i))).collect();
    let (names, variants) = match variant {
        Some(v) => {
            let (names, codes) = distinct(&(Arc::new(v.clone()) as ArrayRef))?;
            (names.as_string::<i32>().iter().map(|n| n.unwrap_or_default().to_owned()).collect(), codes)
        }
        None => (vec![String::new()], vec![0; batch.num_rows()]),
    };
    let of = |array: Option<&dyn Array>| {
        let mut counts: Vec<Option<Count>> = names.iter().map(|_| None).collect();
        for (i, known) in known.iter().enumerate() {
            if !known || array.is_some_and(|a| a.is_null(i)) {
                continue;
            }
            let Some(slot) = counts.get_mut(variants[i] as usize) else { continue };
            let y = year.value(i);
            match slot {
                Some(n) => {
                    n.values += 1;
                    (n.from, n.to) = (n.from.min(y), n.to.max(y));
                }
                None => {
                    let directed = pairs.then(|| direction.map_or(!undirected, |d| d.value(i)));
                    *slot = Some(Count { values: 1, from: y, to: y, directed });
                }
            }
        }
        counts
    };
    // columns without a null have the same counts
    let all = of(None);
    let mut out = BTreeMap::new();
    for ((column, array), _) in columns.iter().zip(&arrays).zip(&made).filter(|(_, made)| **made) {
        let own = array.filter(|a| a.null_count() > 0).map(|a| of(Some(a)));
        for (name, n) in names.iter().zip(own.as_ref().unwrap_or(&all)) {
            if let Some(n) = n {
                out.insert((column.name, name.clone()), *n);
            }
        }
    }
    Ok(out)
}
