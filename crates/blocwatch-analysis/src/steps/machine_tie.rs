//! `machine_tie`: what programs find and no person has confirmed, as ties of a tactic.
//!
//! What enters it now is one thing: adoptions of counter-norms in a suspicious order (`influence_edge`), as hints of norm-promotion, never
//! as cases. Passages that `blocwatch compare` finds do not enter: they lie in the files of whoever ran it, and a person who has read both
//! texts writes a case of law-copying. Both
//! states must have been autocracies when the second followed. Echoes of any phrase (`echo_dyad`) are no ties: the surest of them are those
//! of small island states of three oceans about the sea. What is found stands in a table of its own and not in `tie_dyad_year`, so that no
//! sum over ties holds it by accident. Where the casebook has a case of the same tactic that names both states, `case_id` says which: only
//! then is a tie confirmed.
//!
//! To add a kind: one entry of [`FOUND`].

use arrow::array::RecordBatch;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const MACHINE_TIE: TableSpec = TableSpec {
    name: "machine_tie",
    unit: Unit::Entry,
    keys: &["tactic", "basis", "gwcode1", "gwcode2"],
    columns: &[
        col("tactic", Kind::Text, "code", "tactic that it would be an instance of"),
        col("basis", Kind::Text, "table", "table that it was found in"),
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state that comes first"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state that comes after"),
        opt("year_from", Kind::I32, "year", "first year in which the second comes after the first; null where the basis does not say"),
        opt("year_to", Kind::I32, "year", "last such year; null as year_from"),
        col("n", Kind::U32, "phrases or items", "counter-norms that the second takes up after the first while both are autocracies"),
        col("p", Kind::F64, "probability", "of as much by chance, corrected for all pairs tested; at most .05"),
        opt("case_id", Kind::Text, "id", "a case of the same tactic that names both states; null while no person has confirmed it"),
        col("status", Kind::Text, "machine-found or confirmed", "whether a case file says so"),
    ],
    doc: "Ties that programs found and that no person has confirmed: order in time beyond chance, not intent. Not among the ties of tie_dyad_year.",
};

/// What may be found: basis, tables that it reads, and a SELECT of tactic, gwcode1, gwcode2, year_from, year_to, n and p.
const FOUND: &[(&str, &[&str], &str)] = &[(
    "influence_edge",
    &["influence_edge", "adoption", "regime_measure_state_year"],
    "SELECT 'norm-promotion' AS tactic, e.gwcode1, e.gwcode2, CAST(min(b.year) AS INT) AS year_from, CAST(max(b.year) AS INT) AS year_to, \
         CAST(count(*) AS INT UNSIGNED) AS n, e.p_family AS p FROM influence_edge e JOIN adoption a ON a.kind = e.kind AND a.gwcode = \
         e.gwcode1 JOIN adoption b ON b.kind = e.kind AND b.gwcode = e.gwcode2 AND b.item = a.item AND b.year > a.year \
         JOIN regime_measure_state_year r1 ON r1.regime = 'row' AND r1.gwcode = e.gwcode1 AND r1.year = b.year AND r1.autocracy \
         JOIN regime_measure_state_year r2 ON r2.regime = 'row' AND r2.gwcode = e.gwcode2 AND r2.year = b.year AND r2.autocracy \
         WHERE e.kind = 'frame' AND e.period = 'all' AND e.p_family <= 0.05 GROUP BY e.gwcode1, e.gwcode2, e.p_family",
)];

/// The step.
pub fn step() -> Step {
    let mut tables: Vec<&'static str> = FOUND.iter().flat_map(|f| f.1.iter().copied()).collect();
    tables.extend(["case", "case_party"]);
    Step { name: "machine_tie", version: 1, inputs: tables.into_iter().map(Input::Table).collect(), outputs: vec![&MACHINE_TIE], run }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let mut batches: Vec<RecordBatch> = Vec::with_capacity(FOUND.len());
    for (basis, _, sql) in FOUND {
        batches.push(context.sql(&format!(
            "WITH found AS ({sql}), \
             named AS (SELECT c.tactic, a.gwcode AS one, b.gwcode AS two, min(c.case_id) AS case_id FROM \"case\" c JOIN case_party a ON \
               a.case_id = c.case_id JOIN case_party b ON b.case_id = c.case_id WHERE a.gwcode IS NOT NULL AND b.gwcode IS NOT NULL AND \
               a.gwcode <> b.gwcode GROUP BY c.tactic, a.gwcode, b.gwcode) \
             SELECT f.tactic, '{basis}' AS basis, f.gwcode1, f.gwcode2, f.year_from, f.year_to, f.n, f.p, n.case_id, \
               CASE WHEN n.case_id IS NULL THEN 'machine-found' ELSE 'confirmed' END AS status \
             FROM found f LEFT JOIN named n ON n.tactic = f.tactic AND n.one = f.gwcode1 AND n.two = f.gwcode2"
        ))?);
    }
    Ok(Output::table(&MACHINE_TIE, blocwatch_engine::table::conform(&MACHINE_TIE, &batches)?))
}
