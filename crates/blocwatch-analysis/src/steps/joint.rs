//! `joint_membership_dyad_year`: organisations of COW IGO that two states share in a year (METHODS, section 2).
//!
//! Full or associate members count, the convention of the field's published joint counts. A pair in coverage that shares nothing has a
//! zero; a pair outside coverage has no row.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, UInt16Array, UInt32Array};
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::joint::Memberships;

use crate::error::Result;
use crate::frame::Columns;
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const JOINT: TableSpec = TableSpec {
    name: "joint_membership_dyad_year",
    unit: Unit::UndirectedDyadYear,
    keys: &["gwcode1", "gwcode2", "year"],
    columns: &[
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state with the lower number"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state with the higher number"),
        col("year", Kind::I32, "year", "calendar year"),
        col("joint", Kind::U32, "organisations", "organisations of COW IGO in which both are full or associate members"),
        opt(
            "joint_autocratic",
            Kind::U32,
            "organisations",
            "of them with an autocratic majority of rated full members; null in years in which no organisation is rated",
        ),
    ],
    doc: "Shared memberships of every pair of states that COW IGO covers in the year, 1816 to 2014.",
};

/// The step.
pub fn step() -> Step {
    Step {
        name: "joint_membership_dyad_year",
        version: 1,
        inputs: vec![
            Input::Table("igo_state_year"),
            Input::Table("composition_claim_org_year"),
            Input::Table("organisation"),
            Input::Accounts("cow_igo"),
        ],
        outputs: vec![&JOINT],
        run,
    }
}

#[derive(Default)]
struct Year {
    states: BTreeMap<u16, usize>,
    orgs: BTreeMap<String, usize>,
    joins: Vec<(u16, usize)>,
    marked: Vec<String>,
    rated: bool,
}

fn run(context: &Context<'_>) -> Result<Output> {
    let mut years: BTreeMap<i32, Year> = BTreeMap::new();
    // states that the file covers in a year, those that belong to nothing included: their zeros are zeros
    for span in context.reports().values().flat_map(|r| &r.coverage) {
        if let (Knowledge::Covered, Some(gwcode)) = (span.knowledge, span.gwcode) {
            for year in span.year_from..=span.year_to {
                years.entry(year).or_default().states.insert(gwcode, 0);
            }
        }
    }
    let batch = context.sql("SELECT year, gwcode, org, status FROM igo_state_year ORDER BY year, gwcode, org")?;
    let c = Columns(&batch);
    let (year, gwcode, org, status) = (c.i32("year")?, c.u16("gwcode")?, c.text("org")?, c.i32("status")?);
    for i in 0..batch.num_rows() {
        let y = years.entry(year.value(i)).or_default();
        y.states.insert(gwcode.value(i), 0);
        if matches!(status.value(i), 1 | 2) {
            let o = match y.orgs.get(org.value(i)) {
                Some(o) => *o,
                None => {
                    let next = y.orgs.len();
                    y.orgs.insert(org.value(i).to_owned(), next);
                    next
                }
            };
            y.joins.push((gwcode.value(i), o));
        }
    }
    let rated = context.sql(
        "SELECT c.year, coalesce(o.cow_igo, c.org) AS org, c.majority_autocratic FROM composition_claim_org_year c \
         JOIN organisation o ON o.org = c.org WHERE c.source = 'cow_igo' AND c.majority_autocratic IS NOT NULL",
    )?;
    let c = Columns(&rated);
    let (rated_year, rated_org, majority) = (c.i32("year")?, c.text("org")?, c.bool("majority_autocratic")?);
    for i in 0..rated.num_rows() {
        if let Some(y) = years.get_mut(&rated_year.value(i)) {
            y.rated = true;
            if majority.value(i) {
                y.marked.push(rated_org.value(i).to_owned());
            }
        }
    }
    let mut rows: Vec<(u16, u16, i32, u32, Option<u32>)> = Vec::new();
    for (year, y) in &mut years {
        for (position, slot) in y.states.values_mut().enumerate() {
            *slot = position;
        }
        let mut memberships = Memberships::new(y.states.len(), y.orgs.len());
        for (state, o) in &y.joins {
            memberships.join(y.states[state], *o);
        }
        let mut marked = vec![0u64; y.orgs.len().div_ceil(64)];
        for o in y.marked.iter().filter_map(|o| y.orgs.get(o)) {
            marked[o / 64] |= 1 << (o % 64);
        }
        let numbers: Vec<u16> = y.states.keys().copied().collect();
        rows.extend(
            memberships
                .pairs(&marked)
                .map(|(a, b, joint, autocratic)| (numbers[a as usize], numbers[b as usize], *year, joint, y.rated.then_some(autocratic))),
        );
    }
    rows.sort_unstable_by_key(|r| (r.0, r.1, r.2));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|r| r.0).collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|r| r.1).collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|r| r.2).collect::<Int32Array>()),
        Arc::new(rows.iter().map(|r| r.3).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|r| r.4).collect::<UInt32Array>()),
    ];
    Ok(Output::table(&JOINT, RecordBatch::try_new(blocwatch_engine::table::schema(&JOINT), columns)?))
}
