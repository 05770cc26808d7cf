//! `joint_membership_dyad_year`: organisations of COW IGO that two states share in a year (METHODS, section 2).
//!
//! Full or associate members count, the convention of the field's published joint counts. A pair in coverage that shares nothing has a
//! zero; a pair outside coverage has no row.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, UInt16Array, UInt32Array};
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::joint::{Memberships, Pair};

use crate::error::Result;
use crate::frame::{At, Columns};
use crate::measures::{Measure, REGIME, Settings};
use crate::step::{Context, Input, Output};

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
        opt(
            "jaccard",
            Kind::F64,
            "share 0-1",
            "joint as a share of the organisations to which at least one of the two belongs; null if neither belongs to any",
        ),
    ],
    doc: "Shared memberships of every pair of states that COW IGO covers in the year, 1816 to 2014.",
};

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "shared-organisations",
    title: "Organisations that two states share",
    doc: "For every pair of states that COW IGO covers in a year: in how many organisations both are full or associate members, how many of \
          those have an autocratic majority among their rated full members, and the first number as a share of all organisations to which \
          at least one of the two belongs (Jaccard). Full or associate is the convention of the field's published joint counts, which it \
          reproduces.\n\n\
          Raw counts mostly say in how many bodies two states are: a pair of well-connected states shares more than a pair of recluses \
          whatever their regimes. Compare with a null model before calling it closeness. A zero is a pair in coverage that shares \
          nothing; a pair outside coverage has no row. COW IGO ends in 2014.",
    citations: &[
        "Pevehouse, J. C. W., Nordstrom, T., McManus, R. W. & Jamison, A. S. (2020). Tracking organizations in the world: The Correlates of War IGO Version 3.0 datasets. Journal of Peace Research 57(3).",
        "Miller, S. V. (2022). {peacesciencer}: An R package for quantitative peace science research. Conflict Management and Peace Science 39(6).",
    ],
    interval: "None: a count of recorded memberships.",
    version: 2,
    parameters: &[REGIME],
    inputs: &[
        Input::Table("igo_state_year"),
        Input::Table("membership_claim_org_state_year"),
        Input::Table("organisation"),
        Input::Table("regime_measure_state_year"),
        Input::Accounts("cow_igo"),
    ],
    outputs: &[&JOINT],
    run,
    example,
    variants: &[("closed autocracies only", &[("regime", "row:1")]), ("polyarchy below 0.4", &[("regime", "polyarchy:0.4")])],
    headline,
};

#[derive(Default)]
struct Year {
    states: BTreeMap<u16, usize>,
    orgs: BTreeMap<String, usize>,
    joins: Vec<(u16, usize)>,
    marked: Vec<String>,
    rated: bool,
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let mut years: BTreeMap<i32, Year> = BTreeMap::new();
    // states that the file covers in a year, those that belong to nothing included: their zeros are zeros
    for span in context.reports().values().flat_map(|r| &r.coverage) {
        if let (Knowledge::Covered, Some(gwcode)) = (span.knowledge, span.gwcode) {
            for year in span.year_from..=span.year_to {
                years.entry(year).or_default().states.insert(gwcode, 0);
            }
        }
    }
    let batch = context.sql("SELECT year, gwcode, org, status FROM igo_state_year")?;
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
    let rated = context.sql(&format!(
        "SELECT m.year, coalesce(o.cow_igo, m.org) AS org, 2 * count(CASE WHEN a.autocracy THEN 1 END) > count(*) AS majority_autocratic \
         FROM membership_claim_org_state_year m JOIN organisation o ON o.org = m.org \
         JOIN ({}) a ON a.gwcode = m.gwcode AND a.year = m.year \
         WHERE m.source = 'cow_igo' AND m.status = 1 GROUP BY m.year, coalesce(o.cow_igo, m.org)",
        settings.regime()?.sql()
    ))?;
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
    let mut rows: Vec<(u16, u16, i32, bool, Pair)> = Vec::new();
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
        rows.extend(memberships.pairs(&marked).map(|p| (numbers[p.a as usize], numbers[p.b as usize], *year, y.rated, p)));
    }
    rows.sort_unstable_by_key(|r| (r.0, r.1, r.2));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|r| r.0).collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|r| r.1).collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|r| r.2).collect::<Int32Array>()),
        Arc::new(rows.iter().map(|r| r.4.joint).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|r| r.3.then_some(r.4.marked)).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|r| r.4.jaccard()).collect::<Float64Array>()),
    ];
    Ok(Output::table(&JOINT, RecordBatch::try_new(blocwatch_engine::table::schema(&JOINT), columns)?))
}

fn headline(output: &Output) -> Result<Vec<(String, Option<f64>)>> {
    let Some(batch) = output.tables.get(JOINT.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (year, joint, autocratic) = (c.i32("year")?, c.u32("joint")?, c.u32("joint_autocratic")?);
    let share = |from: i32, to: i32| {
        let rows = (0..batch.num_rows()).filter(|i| (from..=to).contains(&year.value(*i)) && autocratic.at(*i).is_some());
        let (all, marked) = rows.fold((0_u64, 0_u64), |(a, m), i| (a + u64::from(joint.value(i)), m + u64::from(autocratic.value(i))));
        (all > 0).then(|| marked as f64 / all as f64)
    };
    Ok([(1946, 1989), (1990, 2009), (2010, 2014)]
        .into_iter()
        .map(|(a, b)| (format!("share of shared memberships in autocratic-majority organisations, {a}-{b}"), share(a, b)))
        .collect())
}

fn example() -> Result<String> {
    let mut m = Memberships::new(2, 4);
    for (state, organisation) in [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (1, 3)] {
        m.join(state, organisation);
    }
    let pair = m.pairs(&[0b0100]).next();
    let text = pair.map(|p| {
        format!(
            "One state belongs to organisations A, B and C, the other to B, C and D; C has an autocratic majority. Then joint = {}, \
             joint_autocratic = {} and, of the {} organisations to which either belongs, jaccard = {:.2}.",
            p.joint,
            p.marked,
            p.either,
            p.jaccard().unwrap_or(f64::NAN)
        )
    });
    Ok(text.unwrap_or_default())
}
