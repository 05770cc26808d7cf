//! `regime_measure_state_year`: the same question, autocracy or not, put to every regime measure held, side by side.
//!
//! Each measure is one line of [`ALL`]: where its score stands, and the cut below which a state-year counts as an autocracy. Scores keep
//! the publisher's scale, turned so that more is more democratic where the publisher has it the other way. A [`RegimeRule`] names a
//! measure and a cut, so that any measure of collaboration can be computed again under another idea of what an autocracy is. Nothing is
//! imputed: a state-year that a measure does not rate has no row under its name.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use blocwatch_core::name;
use blocwatch_core::table::{Kind, TableSpec, Unit, col};

use crate::error::{AnalysisError, Result};
use crate::frame::Columns;
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const REGIME_MEASURE: TableSpec = TableSpec {
    name: "regime_measure_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "regime"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state number, or the number of a territory"),
        col("year", Kind::I32, "year", "calendar year, or the year in which the publisher's year ends"),
        col("regime", Kind::Text, "id", "regime measure: row, polyarchy, bmr, fh, fh-electoral, polity5, gwf, lied or reign"),
        col("score", Kind::F64, "scale of the measure", "score of the measure, more is more democratic"),
        col("autocracy", Kind::Bool, "true/false", "score below the measure's usual cut"),
        col("in_system", Kind::Bool, "true/false", "whether the state is in the Gleditsch-Ward system in the year"),
    ],
    doc: "Whether each regime measure takes a state for an autocracy in a year, side by side and never merged. A state-year without a row under a measure is not rated by it.",
};

/// One regime measure.
#[derive(Debug, Clone, Copy)]
pub struct RegimeMeasure {
    /// Id in the table and on the command line.
    pub id: &'static str,
    /// Who measures what, for people.
    pub name: &'static str,
    /// Table that holds it.
    pub table: &'static str,
    /// SQL of the score, more is more democratic; null where the measure does not rate.
    score: &'static str,
    /// SQL condition on the rows that speak.
    pub(crate) rows: &'static str,
    /// Score below which a state-year is an autocracy, unless another cut is asked for.
    pub cut: f64,
    /// What the scale is and where the usual cut comes from.
    pub doc: &'static str,
}

/// All measures, the default first.
pub const ALL: &[RegimeMeasure] = &[
    RegimeMeasure {
        id: "row",
        name: "Regimes of the World (V-Dem)",
        table: "regime_state_year",
        score: "v2x_regime",
        rows: "true",
        cut: 2.0,
        doc: "0 closed autocracy to 3 liberal democracy; closed and electoral autocracies are autocracies (Lührmann, Tannenberg and Lindberg 2018). A cut of 1 leaves closed autocracies only.",
    },
    RegimeMeasure {
        id: "polyarchy",
        name: "Electoral democracy index (V-Dem)",
        table: "regime_state_year",
        score: "v2x_polyarchy",
        rows: "true",
        cut: 0.5,
        doc: "0 to 1, point estimate; 0.5 is the minimum that Regimes of the World asks of a democracy.",
    },
    RegimeMeasure {
        id: "bmr",
        name: "Boix, Miller and Rosato",
        table: "bmr_state_year",
        score: "democracy",
        rows: "true",
        cut: 1.0,
        doc: "0 or 1 as published.",
    },
    RegimeMeasure {
        id: "fh",
        name: "Freedom in the World, status (Freedom House)",
        table: "freedom_house_state_year",
        score: "CASE status WHEN 'NF' THEN 0 WHEN 'PF' THEN 1 WHEN 'F' THEN 2 END",
        rows: "edition = 'ratings'",
        cut: 1.0,
        doc: "0 not free, 1 partly free, 2 free; by default only the not free are autocracies. A cut of 2 adds the partly free.",
    },
    RegimeMeasure {
        id: "fh-electoral",
        name: "List of electoral democracies (Freedom House)",
        table: "freedom_house_state_year",
        score: "CASE WHEN electoral THEN 1 WHEN NOT electoral THEN 0 END",
        rows: "edition = 'electoral'",
        cut: 1.0,
        doc: "1 on the list, 0 not.",
    },
    RegimeMeasure {
        id: "polity5",
        name: "Polity5, polity2 (Center for Systemic Peace)",
        table: "polity5_state_year",
        score: "polity2",
        rows: "true",
        cut: 6.0,
        doc: "-10 to 10; 6 and more is a democracy by the publisher's own advice, which makes anocracies autocracies. A cut of -5 leaves full autocracies.",
    },
    RegimeMeasure {
        id: "gwf",
        name: "Autocratic Regimes (Geddes, Wright and Frantz)",
        table: "gwf_state_year",
        score: "CASE WHEN gwf_nonautocracy = 'democracy' THEN 1 WHEN gwf_regimetype IS NOT NULL THEN 0 END",
        rows: "true",
        cut: 1.0,
        doc: "0 any kind of autocracy on 1 January, 1 democracy; years of occupation, warlords and provisional rule are not rated.",
    },
    RegimeMeasure {
        id: "lied",
        name: "Lexical Index of Electoral Democracy",
        table: "lied_state_year",
        score: "lexical_index",
        rows: "true",
        cut: 6.0,
        doc: "0 no elections to 6 electoral democracy; below 6 is an autocracy in the sense of the index's own classification.",
    },
    RegimeMeasure {
        id: "reign",
        name: "REIGN, kind of government (Bell)",
        table: "reign_state_year",
        score: "CASE WHEN gwf_regimetype IN ('parliamentary', 'presidential') THEN 1 WHEN gwf_regimetype IN ('foreign-occupied', \
                'provisional', 'warlordism', 'provisional military', 'civilian provisional') THEN NULL WHEN gwf_regimetype IS NOT NULL \
                THEN 0 END",
        rows: "true",
        cut: 1.0,
        doc: "1 parliamentary or presidential democracy, 0 any kind of autocracy at the end of the year; occupation, warlords and provisional rule are not rated.",
    },
];

/// Which measure decides, and at which cut.
#[derive(Debug, Clone, Copy)]
pub struct RegimeRule {
    /// The measure.
    pub measure: &'static RegimeMeasure,
    /// A state-year with a score below it is an autocracy.
    pub cut: f64,
}

impl RegimeRule {
    /// Regimes of the World at its usual cut.
    pub const DEFAULT: Self = Self { measure: &ALL[0], cut: ALL[0].cut };

    /// Reads `NAME` or `NAME:CUT`, as in `bmr` or `polyarchy:0.42`.
    ///
    /// # Errors
    /// [`AnalysisError::Unknown`] with the nearest name, or where the cut is no number.
    pub fn parse(text: &str) -> Result<Self> {
        let (id, cut) = text.split_once(':').map_or((text, None), |(id, cut)| (id, Some(cut)));
        let Some(measure) = ALL.iter().find(|m| m.id == id) else {
            let near = name::nearest(id, ALL.iter().map(|m| m.id), 3);
            let hint = if near.is_empty() {
                format!("; there are {}", ALL.iter().map(|m| m.id).collect::<Vec<_>>().join(", "))
            } else {
                name::did_you_mean(&near)
            };
            return Err(AnalysisError::Unknown(format!("there is no regime measure '{id}'{hint}")));
        };
        let cut = match cut {
            None => measure.cut,
            Some(text) => text
                .parse::<f64>()
                .ok()
                .filter(|c| c.is_finite())
                .ok_or_else(|| AnalysisError::Unknown(format!("the cut '{text}' is no number; write it as in {id}:{}", measure.cut)))?,
        };
        Ok(Self { measure, cut })
    }

    /// SQL that yields `gwcode`, `year` and `autocracy` of the state-years that the measure rates.
    pub fn sql(&self) -> String {
        format!(
            "SELECT gwcode, year, score < CAST({} AS DOUBLE) AS autocracy FROM regime_measure_state_year WHERE regime = '{}'",
            self.cut, self.measure.id
        )
    }

    /// Whether each rated state-year is an autocracy. The step must declare the table `regime_measure_state_year`.
    ///
    /// # Errors
    /// As [`Context::sql`].
    pub fn autocracies(&self, context: &Context<'_>) -> Result<BTreeMap<(u16, i32), bool>> {
        let batch = context.sql(&self.sql())?;
        let c = Columns(&batch);
        let (gwcode, year, autocracy) = (c.u16("gwcode")?, c.i32("year")?, c.bool("autocracy")?);
        Ok((0..batch.num_rows()).map(|i| ((gwcode.value(i), year.value(i)), autocracy.value(i))).collect())
    }
}

impl std::fmt::Display for RegimeRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        #[expect(clippy::float_cmp, reason = "the usual cut is a constant, taken as it is")]
        let usual = self.cut == self.measure.cut;
        if usual { f.write_str(self.measure.id) } else { write!(f, "{}:{}", self.measure.id, self.cut) }
    }
}

/// The step.
pub fn step() -> Step {
    let mut tables: Vec<&'static str> = ALL.iter().map(|m| m.table).collect();
    tables.dedup();
    Step {
        name: "regime_measure_state_year",
        version: 1,
        inputs: tables.into_iter().map(Input::Table).collect(),
        outputs: vec![&REGIME_MEASURE],
        run,
    }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let mut batches: Vec<RecordBatch> = Vec::with_capacity(ALL.len());
    for m in ALL {
        batches.push(context.sql(&format!(
            "SELECT gwcode, year, '{id}' AS regime, score, score < CAST({cut} AS DOUBLE) AS autocracy, in_system FROM \
             (SELECT gwcode, year, CAST({score} AS DOUBLE) AS score, in_system FROM {table} WHERE {rows}) WHERE score IS NOT NULL",
            id = m.id,
            cut = m.cut,
            score = m.score,
            table = m.table,
            rows = m.rows,
        ))?);
    }
    Ok(Output::table(&REGIME_MEASURE, blocwatch_engine::table::conform(&REGIME_MEASURE, &batches)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_name_and_perhaps_a_cut() {
        assert_eq!(RegimeRule::parse("bmr").expect("known").to_string(), "bmr");
        assert_eq!(RegimeRule::parse("polyarchy:0.42").expect("known").to_string(), "polyarchy:0.42");
        assert_eq!(RegimeRule::parse("row:2").expect("known").to_string(), "row");
        let wrong = RegimeRule::parse("polity").expect_err("unknown").to_string();
        assert!(wrong.contains("polity5"), "{wrong}");
        assert!(RegimeRule::parse("row:half").expect_err("no number").to_string().contains("row:2"));
    }
}
