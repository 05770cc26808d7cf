//! `machine_tie`: what programs find and no person has confirmed, as ties of a tactic.
//!
//! Two things enter it, both as hints and never as cases:
//!
//! - adoptions of counter-norms in a suspicious order (`influence_edge`), as norm-promotion;
//! - texts of two states that share passages (`text_match`, kept by `blocwatch compare --ledger`), under the tactic that whoever compared
//!   them named. Only copies enter: not formulas, not quotations, not what both have from a third text at hand. Their false-discovery rate
//!   is at most .05; matches across languages by anchors or vectors have none and stay in `text_match`.
//!
//! Both states must have been autocracies when the second followed. Echoes of any phrase (`echo_dyad`) are no ties: the surest of them are
//! those of small island states of three oceans about the sea. What is found stands in a table of its own and not in `tie_dyad_year`, so
//! that no sum over ties holds it by accident. Where the casebook has a case of the same tactic that names both states, `case_id` says
//! which: only then is a tie confirmed. A case confirms copied texts of its own years only.
//!
//! To add a kind: one entry of [`FOUND`].

use arrow::array::RecordBatch;
use blocwatch_core::Severity;
use blocwatch_core::notice::Notices;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const MACHINE_TIE: TableSpec = TableSpec {
    name: "machine_tie",
    unit: Unit::Entry,
    keys: &["tactic", "basis", "gwcode1", "gwcode2", "direction", "year_from"],
    columns: &[
        col("tactic", Kind::Text, "code", "tactic that it would be an instance of"),
        col("basis", Kind::Text, "table", "table that it was found in"),
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state that comes first; the lesser number where the order is open"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state that comes after"),
        col("direction", Kind::Text, "by date or open", "whether dates put the first before the second, or leave the order open"),
        col("year_from", Kind::I32, "year", "first year in which the second comes after the first; of texts the year of the later one"),
        col("year_to", Kind::I32, "year", "last such year"),
        col(
            "n",
            Kind::U32,
            "items",
            "counter-norms that the second takes up after the first while both are autocracies, or pairs of texts",
        ),
        col(
            "p",
            Kind::F64,
            "probability",
            "of as much by chance, corrected for all pairs tested; of texts the false-discovery rate of the surest pair; at most .05",
        ),
        opt("score", Kind::F64, "bits", "evidence of the strongest pair of texts; null where no texts were compared"),
        opt(
            "share",
            Kind::F64,
            "share 0-1",
            "words of the later text that it shares with the earlier, the most of any pair, of either text where the order is open; null as score",
        ),
        opt(
            "case_id",
            Kind::Text,
            "id",
            "a case of the same tactic that names both states, of texts also in the same years; null while no person has confirmed it",
        ),
        col("status", Kind::Text, "machine-found or confirmed", "whether a case file says so"),
    ],
    doc: "Ties that programs found and that no person has confirmed: order in time and equal words beyond chance, not intent. Not among the ties of tie_dyad_year.",
};

/// A kind of tie that may be found.
struct Found {
    /// Table that it is found in.
    basis: &'static str,
    /// Tables that the query reads.
    reads: &'static [&'static str],
    /// A SELECT of tactic, gwcode1, gwcode2, direction, year_from, year_to, n, p, score and share; it may name what [`matches`] has.
    sql: &'static str,
    /// Whether a case confirms it only if its years hold `year_from`.
    dated: bool,
}

/// The tie that a row of `text_match` would be: the states in order, whether dates say it, and the year of the later text. For a SELECT from
/// that table alone.
pub const TIE_OF_MATCH: &str = "CASE WHEN \"order\" = 'open' AND gwcode_a > gwcode_b THEN gwcode_b ELSE gwcode_a END AS gwcode1, \
     CASE WHEN \"order\" = 'open' AND gwcode_a > gwcode_b THEN gwcode_a ELSE gwcode_b END AS gwcode2, \
     CASE WHEN \"order\" = 'open' THEN 'open' ELSE 'by date' END AS direction, CASE WHEN year_a > year_b THEN year_a ELSE year_b END AS later";

/// Matches that are copies, as ties (`m`); those between autocracies (`paired`). Texts may be younger than the data on regimes: a rating
/// counts for five years.
fn matches() -> String {
    format!(
        "m AS (SELECT *, {TIE_OF_MATCH} FROM text_match WHERE kind = 'copy' AND q <= 0.05), \
         s AS (SELECT match_id, gwcode_a AS gwcode, later FROM m UNION ALL SELECT match_id, gwcode_b, later FROM m), \
         r AS (SELECT gwcode, year, autocracy FROM regime_measure_state_year WHERE regime = 'row' AND autocracy IS NOT NULL), \
         newest AS (SELECT s.match_id, s.gwcode, max(r.year) AS year FROM s JOIN r ON r.gwcode = s.gwcode AND r.year <= s.later AND \
           r.year >= s.later - 5 GROUP BY s.match_id, s.gwcode), \
         paired AS (SELECT n.match_id FROM newest n JOIN r ON r.gwcode = n.gwcode AND r.year = n.year WHERE r.autocracy GROUP BY n.match_id \
           HAVING count(*) = 2)"
    )
}

/// What may be found.
const FOUND: &[Found] = &[
    Found {
        basis: "influence_edge",
        reads: &["influence_edge", "adoption", "regime_measure_state_year"],
        sql: "SELECT 'norm-promotion' AS tactic, e.gwcode1, e.gwcode2, 'by date' AS direction, CAST(min(b.year) AS INT) AS year_from, \
             CAST(max(b.year) AS INT) AS year_to, CAST(count(*) AS INT UNSIGNED) AS n, e.p_family AS p, CAST(NULL AS DOUBLE) AS score, \
             CAST(NULL AS DOUBLE) AS share FROM influence_edge e JOIN adoption a ON a.kind = e.kind AND a.gwcode = \
             e.gwcode1 JOIN adoption b ON b.kind = e.kind AND b.gwcode = e.gwcode2 AND b.item = a.item AND b.year > a.year \
             JOIN regime_measure_state_year r1 ON r1.regime = 'row' AND r1.gwcode = e.gwcode1 AND r1.year = b.year AND r1.autocracy \
             JOIN regime_measure_state_year r2 ON r2.regime = 'row' AND r2.gwcode = e.gwcode2 AND r2.year = b.year AND r2.autocracy \
             WHERE e.kind = 'frame' AND e.period = 'all' AND e.p_family <= 0.05 GROUP BY e.gwcode1, e.gwcode2, e.p_family",
        dated: false,
    },
    Found {
        basis: "text_match",
        reads: &["text_match", "regime_measure_state_year"],
        sql: "SELECT tactic, gwcode1, gwcode2, direction, later AS year_from, later AS year_to, CAST(count(*) AS INT UNSIGNED) AS n, min(q) AS p, \
             max(score) AS score, max(share) AS share FROM (SELECT tactic, gwcode1, gwcode2, direction, later, q, score, \
               CASE WHEN \"order\" = 'open' AND coverage_a > coverage_b THEN coverage_a ELSE coverage_b END AS share \
               FROM m JOIN paired ON paired.match_id = m.match_id) x GROUP BY tactic, gwcode1, gwcode2, direction, later",
        dated: true,
    },
];

/// The step.
pub fn step() -> Step {
    let mut tables: Vec<&'static str> = FOUND.iter().flat_map(|f| f.reads.iter().copied()).collect();
    tables.extend(["case", "case_party"]);
    tables.sort_unstable();
    tables.dedup();
    Step { name: "machine_tie", version: 2, inputs: tables.into_iter().map(Input::Table).collect(), outputs: vec![&MACHINE_TIE], run }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let matches = matches();
    let mut batches: Vec<RecordBatch> = Vec::with_capacity(FOUND.len());
    for Found { basis, sql, dated, .. } in FOUND {
        let years = if *dated {
            "AND (n.year_from IS NULL OR (n.year_from <= f.year_from AND coalesce(n.year_to, 9999) >= f.year_from))"
        } else {
            ""
        };
        batches.push(context.sql(&format!(
            "WITH {matches}, found AS ({sql}), \
             named AS (SELECT DISTINCT c.tactic, c.year_from, c.year_to, a.gwcode AS one, b.gwcode AS two, c.case_id FROM \"case\" c JOIN case_party a ON \
               a.case_id = c.case_id JOIN case_party b ON b.case_id = c.case_id WHERE a.gwcode IS NOT NULL AND b.gwcode IS NOT NULL AND \
               a.gwcode <> b.gwcode), \
             known AS (SELECT f.*, n.case_id FROM found f LEFT JOIN named n ON n.tactic = f.tactic AND n.one = f.gwcode1 AND n.two = f.gwcode2 {years}) \
             SELECT tactic, '{basis}' AS basis, gwcode1, gwcode2, direction, year_from, year_to, n, p, score, share, min(case_id) AS case_id, \
               CASE WHEN min(case_id) IS NULL THEN 'machine-found' ELSE 'confirmed' END AS status \
             FROM known GROUP BY tactic, gwcode1, gwcode2, direction, year_from, year_to, n, p, score, share"
        ))?);
    }
    let mut output = Output::table(&MACHINE_TIE, blocwatch_engine::table::conform(&MACHINE_TIE, &batches)?);
    left_out(context, &matches, &mut output.report.notices)?;
    Ok(output)
}

/// Says how many matches of texts are no ties, and why.
fn left_out(context: &Context<'_>, matches: &str, notices: &mut Notices) -> Result<()> {
    let counts = context.sql(&format!(
        "WITH {matches}, c AS (SELECT t.kind, t.q, b.match_id AS tie FROM text_match t LEFT JOIN paired b ON b.match_id = t.match_id) \
         SELECT CAST(count(*) AS INT) AS found, CAST(sum(CASE WHEN kind <> 'copy' THEN 1 ELSE 0 END) AS INT) AS other, \
           CAST(sum(CASE WHEN kind = 'copy' AND q IS NULL THEN 1 ELSE 0 END) AS INT) AS weaker, CAST(sum(CASE WHEN kind = 'copy' AND q > 0.05 THEN 1 ELSE 0 END) AS INT) AS chance, \
           CAST(sum(CASE WHEN kind = 'copy' AND q <= 0.05 AND tie IS NULL THEN 1 ELSE 0 END) AS INT) AS regimes FROM c"
    ))?;
    let c = Columns(&counts);
    let count = |name: &str| -> Result<i32> { Ok(c.i32(name)?.at(0).unwrap_or(0)) };
    let found = count("found")?;
    let reasons = [
        (count("other")?, "formulas, quotations or words of a common ancestor"),
        (count("weaker")?, "across languages, without a false-discovery rate"),
        (count("chance")?, "that chance may explain (false-discovery rate above .05)"),
        (count("regimes")?, "of states not both rated as autocracies in the year of the later text or the five before it"),
    ];
    let said: Vec<String> = reasons.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{n} {why}")).collect();
    if !said.is_empty() {
        notices.add(
            Severity::Info,
            "no-tie",
            format!(
                "of {found} matches of texts, {} are no machine-found ties: {}",
                reasons.iter().map(|r| r.0).sum::<i32>(),
                said.join(", ")
            ),
            "machine_tie",
            "the table text_match has all of them",
        );
    }
    Ok(())
}
