//! `joint_membership_dyad_year`: organisations of COW IGO that two states share in a year (METHODS, section 2).
//!
//! Full or associate members count, the convention of the field's published joint counts. A pair in coverage that shares nothing has a
//! zero; a pair outside coverage has no row.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int32Array, RecordBatch, UInt16Array, UInt32Array};
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_engine::wide::distinct;
use blocwatch_stats::joint::{Memberships, Pair};

use crate::error::Result;
use crate::frame::{At, Columns};
use crate::measures::{Headline, Measure, REGIME, Settings};
use crate::step::{Context, Input, Output, Part};

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

/// Who belongs to what, by year.
struct Joins {
    /// Organisations by number.
    orgs: HashMap<String, u32>,
    years: BTreeMap<i32, Year>,
}

#[derive(Default)]
struct Year {
    /// States that the file covers, those that belong to nothing included: their zeros are zeros. Sorted by [`Joins::of`].
    states: Vec<u16>,
    joins: Vec<(u16, u32)>,
    /// Numbers of the organisations with an autocratic majority.
    marked: Vec<u32>,
    rated: bool,
}

impl Joins {
    fn of(context: &Context<'_>) -> Result<Self> {
        let mut years: BTreeMap<i32, Year> = BTreeMap::new();
        for span in context.reports().values().flat_map(|r| &r.coverage) {
            if let (Knowledge::Covered, Some(gwcode)) = (span.knowledge, span.gwcode) {
                for year in span.year_from..=span.year_to {
                    years.entry(year).or_default().states.push(gwcode);
                }
            }
        }
        let batch = context.table("igo_state_year", &["year", "gwcode", "org", "status"])?;
        let c = Columns(&batch);
        let (year, gwcode, status) = (c.i32("year")?, c.u16("gwcode")?, c.i32("status")?);
        let org: ArrayRef = Arc::clone(batch.column(2));
        let (names, numbers) = distinct(&org)?;
        let names = names.as_string::<i32>();
        let orgs = (0..names.len()).map(|i| (names.value(i).to_owned(), i as u32)).collect();
        // the table is sorted by state and year: one year is looked up once for a run of rows
        let mut at = 0;
        while at < batch.num_rows() {
            let (state, when) = (gwcode.value(at), year.value(at));
            let y = years.entry(when).or_default();
            y.states.push(state);
            while at < batch.num_rows() && (gwcode.value(at), year.value(at)) == (state, when) {
                if matches!(status.value(at), 1 | 2) {
                    y.joins.push((state, numbers[at]));
                }
                at += 1;
            }
        }
        for y in years.values_mut() {
            y.states.sort_unstable();
            y.states.dedup();
        }
        Ok(Self { orgs, years })
    }

    /// Counts of every pair in every year, in the order of the table.
    fn counts(&self) -> Counts {
        let mut states: Vec<u16> = self.years.values().flat_map(|y| y.states.iter().copied()).collect();
        states.sort_unstable();
        states.dedup();
        let n = states.len();
        let place = |state: u16| states.binary_search(&state).unwrap_or(0);
        let of_year: Vec<Vec<usize>> = self.years.values().map(|y| y.states.iter().map(|s| place(*s)).collect()).collect();
        // where each pair's rows begin, one for each year in which both are covered
        let mut next = vec![0_usize; n * n + 1];
        for present in &of_year {
            for (i, a) in present.iter().enumerate() {
                present[i + 1..].iter().for_each(|b| next[a * n + b + 1] += 1);
            }
        }
        (1..next.len()).for_each(|i| next[i] += next[i - 1]);
        let nothing = (0, Pair { a: 0, b: 0, joint: 0, marked: 0, either: 0 });
        let mut rows = vec![nothing; next[n * n]];
        let mut local = vec![u32::MAX; self.orgs.len()];
        for ((at, y), present) in self.years.values().enumerate().zip(&of_year) {
            // organisations that have a member in the year, numbered anew: most have none
            local.fill(u32::MAX);
            let mut used = 0;
            for (_, o) in &y.joins {
                let slot = &mut local[*o as usize];
                if *slot == u32::MAX {
                    *slot = used;
                    used += 1;
                }
            }
            let mut memberships = Memberships::new(present.len(), used as usize);
            let mut last = (u16::MAX, 0);
            for (state, o) in &y.joins {
                if last.0 != *state {
                    last = (*state, y.states.binary_search(state).unwrap_or(0));
                }
                memberships.join(last.1, local[*o as usize] as usize);
            }
            let mut marked = vec![0_u64; (used as usize).div_ceil(64)];
            for o in y.marked.iter().map(|o| local[*o as usize]).filter(|o| *o != u32::MAX) {
                marked[o as usize / 64] |= 1 << (o % 64);
            }
            for p in memberships.pairs(&marked) {
                let slot = &mut next[present[p.a as usize] * n + present[p.b as usize]];
                rows[*slot] = (at as u16, Pair { a: present[p.a as usize] as u32, b: present[p.b as usize] as u32, ..p });
                *slot += 1;
            }
        }
        let years = self.years.iter().map(|(year, y)| (*year, y.rated)).collect();
        Counts { states, years, rows }
    }
}

/// Pairs by first state, second state and year.
struct Counts {
    states: Vec<u16>,
    /// Years, and whether any organisation is rated in them.
    years: Vec<(i32, bool)>,
    /// Position of the year, and the pair; its states are positions in `states`.
    rows: Vec<(u16, Pair)>,
}

impl Counts {
    /// The columns of [`JOINT`] in its order, but for `joint_autocratic`.
    fn columns(&self) -> [ArrayRef; 5] {
        let rows = &self.rows;
        [
            Arc::new(UInt16Array::from_iter_values(rows.iter().map(|r| self.states[r.1.a as usize]))),
            Arc::new(UInt16Array::from_iter_values(rows.iter().map(|r| self.states[r.1.b as usize]))),
            Arc::new(Int32Array::from_iter_values(rows.iter().map(|r| self.years[usize::from(r.0)].0))),
            Arc::new(UInt32Array::from_iter_values(rows.iter().map(|r| r.1.joint))),
            Arc::new(rows.iter().map(|r| r.1.jaccard()).collect::<Float64Array>()),
        ]
    }

    fn autocratic(&self) -> ArrayRef {
        let of = |r: &(u16, Pair)| self.years[usize::from(r.0)].1.then_some(r.1.marked);
        Arc::new(self.rows.iter().map(of).collect::<UInt32Array>())
    }
}

/// The columns that need no regime measure.
pub(crate) const COUNTS: Part = Part {
    table: &JOINT,
    columns: &["joint", "jaccard"],
    inputs: &[Input::Table("igo_state_year"), Input::Accounts("cow_igo")],
    run: |context| {
        let columns = Joins::of(context)?.counts().columns();
        let names = ["gwcode1", "gwcode2", "year", "joint", "jaccard"];
        Ok(Output::table(&JOINT, RecordBatch::try_from_iter(names.into_iter().zip(columns))?))
    },
};

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let mut joins = Joins::of(context)?;
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
        if let Some(y) = joins.years.get_mut(&rated_year.value(i)) {
            y.rated = true;
            y.marked.extend(joins.orgs.get(rated_org.value(i)).filter(|_| majority.value(i)));
        }
    }
    let counts = joins.counts();
    let [one, two, year, joint, jaccard] = counts.columns();
    let columns = vec![one, two, year, joint, counts.autocratic(), jaccard];
    Ok(Output::table(&JOINT, RecordBatch::try_new(blocwatch_engine::table::schema(&JOINT), columns)?))
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
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
        .map(|(a, b)| Headline::run(format!("share of shared memberships in autocratic-majority organisations, {a}-{b}"), share(a, b)))
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
