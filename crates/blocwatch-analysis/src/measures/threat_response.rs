//! What autocracies do together (`response_state_year`), and whether it comes before or after the threats that it is said to answer
//! (`threat_response_lag`): associations within states and years, with intervals, never causes.
//!
//! A response's intensity is one line of [`INDICATORS`]. Responses that only the casebook knows (information exchange, collaborative
//! repression, mock compliance) have none: counts of coded cases say what is coded, not how often it happens.

use std::collections::BTreeMap;

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::leadlag::{Association, Observation, Options, lead_lag};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

const INDICATOR: Column = col("indicator", Kind::Text, "id", "what stands for the response");
const RESPONSE: Column = col("response", Kind::Text, "id", "collaborative response, by the ids of the matrix");

/// Intensities.
pub const RESPONSE_STATE_YEAR: TableSpec = TableSpec {
    name: "response_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "indicator"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state"),
        col("year", Kind::I32, "year", "calendar year"),
        INDICATOR,
        RESPONSE,
        col("value", Kind::F64, "unit of the indicator", "value; 0 inside the years of the source is a zero that it could see"),
        col("unit", Kind::Text, "-", "what the value counts"),
    ],
    doc: "How much of each collaborative response a state takes part in or receives, as far as a source counts it.",
};

/// Associations.
pub const THREAT_RESPONSE_LAG: TableSpec = TableSpec {
    name: "threat_response_lag",
    unit: Unit::Entry,
    keys: &["threat", "indicator", "lag"],
    columns: &[
        col("threat", Kind::Text, "id", "threat, by its index"),
        INDICATOR,
        col("lag", Kind::I32, "years", "years by which the response is later than the threat; negative: it is earlier"),
        RESPONSE,
        col("answers", Kind::Bool, "true/false", "whether the matrix has the response as an answer to this threat"),
        col("pairs", Kind::U32, "state-years", "state-years with both"),
        col("states", Kind::U32, "states", "states in them"),
        opt("correlation", Kind::F64, "-1 to 1", "correlation within states and years; null where it is not defined, see absent"),
        opt("low", Kind::F64, "-1 to 1", "lower end of its 95 % interval; null as the correlation"),
        opt("high", Kind::F64, "-1 to 1", "upper end; null as the correlation"),
        opt(
            "slope",
            Kind::F64,
            "unit of the indicator per standard deviation",
            "difference of the response that goes with one unit of the threat index, counts as ln(1 + n); null as the correlation",
        ),
        opt("slope_low", Kind::F64, "as slope", "lower end of its 95 % interval; null as the correlation"),
        opt("slope_high", Kind::F64, "as slope", "upper end; null as the correlation"),
        opt("absent", Kind::Text, "-", "why there is no correlation; null where there is one"),
    ],
    doc: "Association between the index of each threat and the intensity of each response at lags of years, within states and years. An association is no cause, whichever comes first.",
};

/// The list of indicators.
pub const RESPONSE_INDICATOR: TableSpec = TableSpec {
    name: "response_indicator",
    unit: Unit::Entry,
    keys: &["indicator"],
    columns: &[
        INDICATOR,
        RESPONSE,
        col("doc", Kind::Text, "-", "what it is"),
        col("unit", Kind::Text, "-", "what its value counts"),
        col("held", Kind::Bool, "true/false", "whether this observatory has it"),
        col("state_years", Kind::U32, "state-years", "state-years with a value"),
        opt("first_year", Kind::I32, "year", "first of them; null where there is none"),
        opt("last_year", Kind::I32, "year", "last of them; null where there is none"),
    ],
    doc: "What stands for each collaborative response. Responses that are not here are known from coded cases only.",
};

/// What stands for a response. Sums of fractions are taken over whole numbers of a small part (1e-12 of kappa, 1e-6 of a million), since
/// the order in which threads add fractions would change the last digits.
struct Indicator {
    response: &'static str,
    id: &'static str,
    doc: &'static str,
    unit: &'static str,
    /// Counts and amounts enter as ln(1 + n).
    count: bool,
    /// SELECT of `gwcode`, `year`, `value`; `{autocracy}` is a SELECT of `gwcode`, `year`, `autocracy`.
    sql: &'static str,
    /// The rows that a value is made from, as table and condition on `{g}` (the state) and `{y}` (the year).
    why: (&'static str, &'static str),
}

const INDICATORS: &[Indicator] = &[
    Indicator {
        response: "collective-legitimation",
        id: "votes-with-autocracies",
        doc: "mean kappa of votes in the General Assembly with autocracies, pairs with ten common roll calls or more",
        unit: "kappa",
        count: false,
        sql: "SELECT v.gwcode, v.year, CAST(sum(CAST(round(v.kappa * 1e12) AS BIGINT)) AS DOUBLE) / 1e12 / count(*) AS value FROM (SELECT gwcode1 AS gwcode, gwcode2 AS partner, year, kappa \
              FROM agreement_dyad_session WHERE rollcalls >= 10 AND in_system AND kappa IS NOT NULL UNION ALL \
              SELECT gwcode2, gwcode1, year, kappa FROM agreement_dyad_session WHERE rollcalls >= 10 AND in_system AND kappa IS NOT NULL) v \
              JOIN ({autocracy}) a ON a.gwcode = v.partner AND a.year = v.year WHERE a.autocracy GROUP BY v.gwcode, v.year",
        why: (
            "agreement_dyad_session",
            "(gwcode1 = {g} OR gwcode2 = {g}) AND year = {y} AND rollcalls >= 10 AND in_system AND kappa IS NOT NULL",
        ),
    },
    Indicator {
        response: "collective-legitimation",
        id: "autocratic-organisations",
        doc: "organisations with an autocratic majority of which the state is a full member (COW IGO, to 2014)",
        unit: "organisations",
        count: true,
        sql: "SELECT s.gwcode, s.year, CAST(count(m.org) AS DOUBLE) AS value FROM state_year s LEFT JOIN (SELECT c.gwcode, c.year, c.org \
              FROM membership_claim_org_state_year c JOIN composition_claim_org_year k ON k.org = c.org AND k.year = c.year \
              AND k.source = c.source WHERE c.source = 'cow_igo' AND c.status = 1 AND k.majority_autocratic) m \
              ON m.gwcode = s.gwcode AND m.year = s.year WHERE s.year BETWEEN 1946 AND (SELECT max(year) \
              FROM membership_claim_org_state_year WHERE source = 'cow_igo') GROUP BY s.gwcode, s.year",
        why: ("membership_claim_org_state_year", "gwcode = {g} AND year = {y} AND source = 'cow_igo' AND status = 1"),
    },
    Indicator {
        response: "diversified-finance",
        id: "finance-from-china",
        doc: "official finance committed by China in the year; state-years that the source does not list are left out",
        unit: "US dollars",
        count: true,
        sql: "SELECT gwcode, year, coalesce(oof_amt, 0) + coalesce(oda_amt, 0) + coalesce(vof_amt, 0) AS value \
              FROM china_finance_state_year WHERE edition = 'gcdf3' AND (oof_amt IS NOT NULL OR oda_amt IS NOT NULL OR vof_amt IS NOT NULL)",
        why: ("china_finance_state_year", "gwcode = {g} AND year = {y} AND edition = 'gcdf3'"),
    },
    Indicator {
        response: "military-intervention",
        id: "troops-received",
        doc: "states that send troops to the government's side of a conflict within the state; there can be none without a conflict, so that \
              the tie to security is partly by definition",
        unit: "states",
        count: true,
        sql: "SELECT s.gwcode, s.year, CAST(count(DISTINCT h.helper) AS DOUBLE) AS value FROM state_year s LEFT JOIN (SELECT a.gwcode, a.year, \
              b.gwcode AS helper FROM conflict_state_year a JOIN conflict_year k ON k.conflict_id = a.conflict_id AND k.year = a.year \
              AND k.edition = a.edition JOIN conflict_state_year b ON b.conflict_id = a.conflict_id AND b.year = a.year \
              AND b.edition = a.edition WHERE a.side = 'a' AND b.side = 'a_2nd' AND k.type_of_conflict IN ('intrastate', 'II')) h \
              ON h.gwcode = s.gwcode AND h.year = s.year WHERE s.year BETWEEN (SELECT min(year) FROM conflict_year) \
              AND (SELECT max(year) FROM conflict_year) GROUP BY s.gwcode, s.year",
        why: (
            "conflict_state_year",
            "year = {y} AND side = 'a_2nd' AND conflict_id IN (SELECT conflict_id FROM conflict_state_year \
              WHERE gwcode = {g} AND year = {y} AND side = 'a')",
        ),
    },
    Indicator {
        response: "security-assistance",
        id: "arms-from-autocracies",
        doc: "arms received from autocracies",
        unit: "million trend-indicator values",
        count: true,
        sql: "SELECT s.gwcode, s.year, CAST(coalesce(sum(CAST(round(t.value * 1e6) AS BIGINT)), 0) AS DOUBLE) / 1e6 AS value FROM state_year s LEFT JOIN (SELECT d.gwcode2 AS gwcode, d.year, \
              d.value FROM arms_dyad_year d JOIN ({autocracy}) a ON a.gwcode = d.gwcode1 AND a.year = d.year \
              WHERE d.edition = '360info' AND a.autocracy AND d.value IS NOT NULL) t ON t.gwcode = s.gwcode AND t.year = s.year \
              WHERE s.year BETWEEN (SELECT min(year) FROM arms_dyad_year WHERE edition = '360info') \
              AND (SELECT max(year) FROM arms_dyad_year WHERE edition = '360info') GROUP BY s.gwcode, s.year",
        why: ("arms_dyad_year", "gwcode2 = {g} AND year = {y} AND edition = '360info' AND value IS NOT NULL"),
    },
    Indicator {
        response: "security-assistance",
        id: "exercises-with-autocracies",
        doc: "multinational exercises with at least one autocracy beside the state (1980 to 2010, as newspapers reported them)",
        unit: "exercises",
        count: true,
        sql: "SELECT s.gwcode, s.year, CAST(count(DISTINCT e.exercise) AS DOUBLE) AS value FROM state_year s LEFT JOIN \
              (SELECT x.gwcode, x.year, x.exercise || ' ' || CAST(x.s_year AS VARCHAR) AS exercise FROM exercise_state_year x \
              JOIN exercise_state_year y ON y.exercise = x.exercise AND y.s_year = x.s_year AND y.year = x.year AND y.edition = x.edition \
              JOIN ({autocracy}) a ON a.gwcode = y.gwcode AND a.year = y.year WHERE y.gwcode <> x.gwcode AND a.autocracy) e \
              ON e.gwcode = s.gwcode AND e.year = s.year WHERE s.year BETWEEN (SELECT min(year) FROM exercise_state_year) \
              AND (SELECT max(year) FROM exercise_state_year) GROUP BY s.gwcode, s.year",
        why: ("exercise_state_year", "gwcode = {g} AND year = {y}"),
    },
    Indicator {
        response: "security-assistance",
        id: "defence-by-autocracies",
        doc: "autocracies bound to defend the state",
        unit: "states",
        count: true,
        sql: "SELECT s.gwcode, s.year, CAST(count(DISTINCT t.ally) AS DOUBLE) AS value FROM state_year s LEFT JOIN (SELECT d.gwcode2 AS gwcode, \
              d.year, d.gwcode1 AS ally FROM alliance_dyad_year d JOIN ({autocracy}) a ON a.gwcode = d.gwcode1 AND a.year = d.year \
              WHERE d.atop_defense = 1 AND a.autocracy) t ON t.gwcode = s.gwcode AND t.year = s.year WHERE s.year BETWEEN 1946 \
              AND (SELECT max(year) FROM alliance_dyad_year) GROUP BY s.gwcode, s.year",
        why: ("alliance_dyad_year", "gwcode2 = {g} AND year = {y} AND atop_defense = 1"),
    },
];

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "threat-response",
    title: "Threats and responses: which comes first",
    doc: "For each threat and each indicator of a response: the correlation between the index of the threat in a year and the response some \
          years later or earlier, within states and years. From both the mean of the state and the mean of the year are taken out (two-way \
          fixed effects), so that neither lasting differences between states nor what all share in a year count. The sample are the \
          state-years that the regime measure takes for autocracies in the year of the threat (`states=all` takes all).\n\n\
          **These are associations. They do not say that a threat causes a response, or the reverse, whichever comes first:** a third thing \
          may move both, each series follows its own past, so that an association at one lag shows at others, and regimes answer threats \
          that they expect before any source sees them. Of a hundred 95 % intervals five miss a true zero, and this table has about three \
          hundred. Responses that only cases tell of (information exchange, collaborative repression, mock compliance) have no indicator. \
          Troops can be received only in a conflict, so that their tie to security is partly by definition.",
    citations: &[
        "Cottiero, C. (2024). Understanding and Interrupting Modern Day Autocratic Collaboration. IFES.",
        "Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2008). Bootstrap-based improvements for inference with clustered errors. The Review of Economics and Statistics 90(3).",
    ],
    interval: "95 % percentile interval over samples of whole states (block bootstrap, seeded), which keeps the dependence of years within a \
               state; the means of years are kept from the full sample.",
    version: 1,
    parameters: &[
        REGIME,
        Parameter {
            name: "states",
            takes: Takes::Choice(&["autocracies", "all"]),
            doc: "State-years in the sample, by regime in the year of the threat.",
        },
        Parameter { name: "lags", takes: Takes::Count { default: 5, least: 0, most: 10 }, doc: "Greatest lag, in years, either way." },
        Parameter {
            name: "draws",
            takes: Takes::Count { default: 499, least: 99, most: 9999 },
            doc: "Samples of states for the intervals.",
        },
        Parameter {
            name: "least_states",
            takes: Takes::Count { default: 20, least: 5, most: 100 },
            doc: "States without which nothing is said.",
        },
        Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of the samples." },
    ],
    inputs: &[
        Input::Table("threat_state_year"),
        Input::Table("regime_measure_state_year"),
        Input::Table("state_year"),
        Input::Table("agreement_dyad_session"),
        Input::Table("membership_claim_org_state_year"),
        Input::Table("composition_claim_org_year"),
        Input::Table("china_finance_state_year"),
        Input::Table("conflict_state_year"),
        Input::Table("conflict_year"),
        Input::Table("arms_dyad_year"),
        Input::Table("exercise_state_year"),
        Input::Table("alliance_dyad_year"),
        Input::Knowledge("taxonomy.toml"),
    ],
    outputs: &[&THREAT_RESPONSE_LAG, &RESPONSE_STATE_YEAR, &RESPONSE_INDICATOR],
    run,
    example,
    variants: &[("all states", &[("states", "all")]), ("closed autocracies only", &[("regime", "row:1")])],
    headline,
};

type Series = BTreeMap<(u16, i32), f64>;

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let regime = settings.regime()?;
    let most = i32::try_from(settings.count("lags")?).unwrap_or(0);
    let options = Options {
        lags: -most..=most,
        draws: settings.count("draws")?,
        least_units: settings.count("least_states")? as usize,
        seed: u64::from(settings.count("seed")?),
        ..Options::default()
    };
    let autocracies = regime.autocracies(context)?;
    let threats = threats(context)?;
    let taxonomy = context.taxonomy()?;
    let (mut lags, mut responses) = (Rows::new(&THREAT_RESPONSE_LAG), Rows::new(&RESPONSE_STATE_YEAR));
    let mut indicators = Rows::new(&RESPONSE_INDICATOR);
    for indicator in INDICATORS {
        let response = series(context, &indicator.sql.replace("{autocracy}", &regime.sql()))?;
        let years = || response.keys().map(|k| k.1);
        indicators.push([
            indicator.id.into(),
            indicator.response.into(),
            indicator.doc.into(),
            indicator.unit.into(),
            (!response.is_empty()).into(),
            u32::try_from(response.len()).unwrap_or(u32::MAX).into(),
            years().min().into(),
            years().max().into(),
        ])?;
        for ((gwcode, year), value) in &response {
            let unit = indicator.unit.into();
            responses.push([(*gwcode).into(), (*year).into(), indicator.id.into(), indicator.response.into(), (*value).into(), unit])?;
        }
        let enters = |v: f64| if indicator.count { v.max(0.0).ln_1p() } else { v };
        let answered = taxonomy.response.iter().find(|r| r.id == indicator.response).map(|r| r.parent.as_str());
        for (threat, index) in &threats {
            let mut panel: Vec<Observation> = Vec::new();
            for ((gwcode, year), value) in index {
                if settings.choice("states")? == "all" || autocracies.get(&(*gwcode, *year)) == Some(&true) {
                    panel.push(Observation { unit: u32::from(*gwcode), period: *year, first: Some(*value), second: None });
                }
            }
            for ((gwcode, year), value) in &response {
                panel.push(Observation { unit: u32::from(*gwcode), period: *year, first: None, second: Some(enters(*value)) });
            }
            for a in lead_lag(&panel, &options) {
                push(&mut lags, threat, indicator, answered == Some(threat.as_str()), &a)?;
            }
        }
    }
    Ok(Output::table(&THREAT_RESPONSE_LAG, lags.finish()?)
        .and(&RESPONSE_STATE_YEAR, responses.finish()?)
        .and(&RESPONSE_INDICATOR, indicators.finish()?))
}

/// The table behind a value of an indicator and the condition that picks its rows.
pub(crate) fn behind(indicator: &str, gwcode: &str, year: &str) -> Option<(&'static str, String)> {
    let found = INDICATORS.iter().find(|i| i.id == indicator)?;
    Some((found.why.0, found.why.1.replace("{g}", gwcode).replace("{y}", year)))
}

fn threats(context: &Context<'_>) -> Result<BTreeMap<String, Series>> {
    let batch = context.sql("SELECT gwcode, year, threat, value FROM threat_state_year WHERE value IS NOT NULL")?;
    let c = Columns(&batch);
    let (gwcode, year, threat, value) = (c.u16("gwcode")?, c.i32("year")?, c.text("threat")?, c.f64("value")?);
    let mut out: BTreeMap<String, Series> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        out.entry(threat.value(i).to_owned()).or_default().insert((gwcode.value(i), year.value(i)), value.value(i));
    }
    Ok(out)
}

fn series(context: &Context<'_>, sql: &str) -> Result<Series> {
    let batch = context.sql(sql)?;
    let c = Columns(&batch);
    let (gwcode, year, value) = (c.u16("gwcode")?, c.i32("year")?, c.f64("value")?);
    Ok((0..batch.num_rows()).filter_map(|i| Some(((gwcode.value(i), year.value(i)), value.at(i)?))).collect())
}

fn push(table: &mut Rows, threat: &str, indicator: &Indicator, answers: bool, a: &Association) -> Result<()> {
    table.push([
        threat.into(),
        indicator.id.into(),
        a.lag.into(),
        indicator.response.into(),
        answers.into(),
        u32::try_from(a.pairs).unwrap_or(u32::MAX).into(),
        u32::try_from(a.units).unwrap_or(u32::MAX).into(),
        a.correlation.map(|e| e.value).into(),
        a.correlation.map(|e| e.low).into(),
        a.correlation.map(|e| e.high).into(),
        a.slope.map(|e| e.value).into(),
        a.slope.map(|e| e.low).into(),
        a.slope.map(|e| e.high).into(),
        a.absent.map(|r| r.as_str()).into(),
    ])
}

/// For each response and the threat that it is said to answer: the correlation in the same year, and two years before and after.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(THREAT_RESPONSE_LAG.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (threat, indicator, lag) = (c.text("threat")?, c.text("indicator")?, c.i32("lag")?);
    let (answers, correlation) = (c.bool("answers")?, c.f64("correlation")?);
    let asked = |i: &usize| answers.value(*i) && matches!(lag.value(*i), -2 | 0 | 2);
    let label = |i: usize| match lag.value(i) {
        0 => format!("{}, {}: same year", threat.value(i), indicator.value(i)),
        n if n > 0 => format!("{}, {}: response {n} years later", threat.value(i), indicator.value(i)),
        n => format!("{}, {}: response {} years earlier", threat.value(i), indicator.value(i), -n),
    };
    Ok((0..batch.num_rows()).filter(asked).map(|i| Headline::run(label(i), correlation.at(i))).collect())
}

fn example() -> Result<String> {
    // sixty states; one year after a shock the response rises by two
    let shock = |unit: u32, year: i32| f64::from((unit * 7 + year as u32 * 13 + unit * year as u32 * 5).is_multiple_of(11));
    let mut panel = Vec::new();
    for unit in 0..60 {
        for period in 2000..2020 {
            let lasting = f64::from(unit % 6);
            panel.push(Observation {
                unit,
                period,
                first: Some(shock(unit, period)),
                second: Some(lasting + 2.0 * shock(unit, period - 1)),
            });
        }
    }
    let found = lead_lag(&panel, &Options { lags: 0..=1, ..Options::default() });
    let read = |a: &Association| a.slope.map_or("-".to_owned(), |s| format!("{:.2} ({:.2} to {:.2})", s.value, s.low, s.high));
    Ok(format!(
        "Sixty made-up states in twenty years: a shock hits now and then, and one year after it the response is two higher; besides, each \
         state has a lasting level of its own. The slope in the same year is {}, one year later {}. The lasting levels leave no trace.",
        read(&found[0]),
        read(&found[1]),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use blocwatch_core::taxonomy::Taxonomy;

    #[test]
    fn indicators_are_declared_whole() {
        let taxonomy = Taxonomy::embedded().expect("the embedded vocabulary parses");
        for (k, i) in INDICATORS.iter().enumerate() {
            assert!(taxonomy.response.iter().any(|r| r.id == i.response), "{}: response {}", i.id, i.response);
            assert!(i.sql.contains(i.why.0) && MEASURE.inputs.contains(&Input::Table(i.why.0)), "{}: why leads to what it reads", i.id);
            assert!(!i.doc.is_empty() && INDICATORS[..k].iter().all(|other| other.id != i.id), "{}", i.id);
        }
    }
}
