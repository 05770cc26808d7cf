//! `tie_dyad_year`: every tie between two states, from every source, in one long table of named layers.
//!
//! A layer is one line of [`LAYERS`]: what a tie in it is, in which unit, whether it has a direction, and a SELECT that yields
//! `gwcode1`, `gwcode2`, `year`, `weight`, `edition` and `statement` from tables of the observatory. Two sources (or editions of one) of
//! one layer stand side by side and are never added. A tie without direction stands once, the lower number first. A pair without a row
//! has no tie *that this source could see*: whether that is a zero, the table `coverage` says.
//!
//! What does not belong here: hostile acts (sanctions, conflicts, vetoes), which are no ties of collaboration, and lists without years.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch, StringBuilder, UInt16Array};
use blocwatch_core::table::{Kind, TableSpec, Unit, col};

use crate::error::Result;
use crate::frame::{Columns, Rows};
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const TIE: TableSpec = TableSpec {
    name: "tie_dyad_year",
    unit: Unit::DirectedDyadYear,
    keys: &["gwcode1", "gwcode2", "year", "layer", "source", "edition"],
    columns: &[
        col(
            "gwcode1",
            Kind::U16,
            "Gleditsch-Ward number",
            "the state that gives, goes or obliges itself; of a tie without direction, the lower number",
        ),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "the state that receives; of a tie without direction, the higher number"),
        col("year", Kind::I32, "year", "calendar year"),
        col("layer", Kind::Text, "id", "layer: what kind of tie it is"),
        col("source", Kind::Text, "source id", "who says so"),
        col("edition", Kind::Text, "-", "published form of the source; empty where it has one only"),
        col(
            "statement",
            Kind::Text,
            "id",
            "cases that say so, with blanks between them; empty where layer, source and the keys say which statement it is",
        ),
        col(
            "weight",
            Kind::F64,
            "unit",
            "strength in the unit of the layer; a transfer recorded as less than the source's smallest number is 0",
        ),
        col("unit", Kind::Text, "-", "what the weight counts"),
        col("directed", Kind::Bool, "true/false", "whether the order of the states means something"),
        col("in_system", Kind::Bool, "true/false", "whether both are in the Gleditsch-Ward system in the year"),
        col("series", Kind::Text, "id", "what may be compared over time: the layer, and after an @ the form where a layer has several"),
    ],
    doc: "Ties between states in named layers, from all sources, never added up across sources. A tie without direction stands once, lower number first. No row is no tie that the source could see; whether that is a zero is in the table coverage.",
};

/// What there is of each layer.
pub const TIE_LAYER: TableSpec = TableSpec {
    name: "tie_layer",
    unit: Unit::Entry,
    keys: &["layer", "source", "edition", "unit"],
    columns: &[
        col("layer", Kind::Text, "id", "layer"),
        col("source", Kind::Text, "source id", "who says so"),
        col("edition", Kind::Text, "-", "published form of the source; empty where it has one only"),
        col("unit", Kind::Text, "-", "what the weight counts"),
        col("doc", Kind::Text, "-", "what a tie of the layer is"),
        col("directed", Kind::Bool, "true/false", "whether the order of the states means something"),
        col("flow", Kind::Bool, "true/false", "whether weights of several years may be added: what happened in each year, not what stood"),
        col("year_from", Kind::I32, "year", "first year with a tie"),
        col("year_to", Kind::I32, "year", "last year with a tie: after it the source says nothing"),
        col("ties", Kind::U32, "ties", "rows of tie_dyad_year"),
    ],
    doc: "The layers of ties that the observatory holds: what a tie is, from whom, in which unit and years.",
};

/// One kind of tie from one source.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// Id of the layer; several sources may feed one.
    pub layer: &'static str,
    /// Source id.
    pub source: &'static str,
    /// What a tie in it is, for people.
    pub doc: &'static str,
    /// What the weight counts.
    pub unit: &'static str,
    /// Whether the order of the states means something.
    pub directed: bool,
    /// Whether weights of several years may be added: what happened in each, not what stood in each.
    pub flow: bool,
    /// Tables that the SELECT reads.
    pub tables: &'static [&'static str],
    /// The SELECT; its rows need no order.
    sql: &'static str,
    /// The rows of other tables behind one row, as table and condition on `{1}`, `{2}` (the states), `{y}` (the year), `{e}` (the
    /// edition) and `{s}` (the statement).
    why: (&'static str, &'static str),
}

/// Agreements with more parties than this say nothing on who works with whom: everybody signs them.
pub const MOST_PARTIES: u32 = 30;
/// Pairs with fewer common roll calls than this have no vote agreement worth a tie.
pub const LEAST_ROLLCALLS: u32 = 10;

/// All layers.
pub const LAYERS: &[Layer] = &[
    Layer {
        layer: "shared-organisation",
        source: "cow_igo",
        doc: "Organisations in which both are full or associate members.",
        unit: "organisations",
        directed: false,
        flow: false,
        tables: &["joint_membership_dyad_year"],
        sql: "SELECT gwcode1, gwcode2, year, CAST(joint AS DOUBLE) AS weight, '' AS edition, '' AS statement \
              FROM joint_membership_dyad_year WHERE joint > 0",
        why: ("joint_membership_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y}"),
    },
    Layer {
        layer: "shared-autocratic-organisation",
        source: "cow_igo",
        doc: "Those of the shared organisations whose rated full members are autocracies in their majority.",
        unit: "organisations",
        directed: false,
        flow: false,
        tables: &["joint_membership_dyad_year"],
        sql: "SELECT gwcode1, gwcode2, year, CAST(joint_autocratic AS DOUBLE) AS weight, '' AS edition, '' AS statement \
              FROM joint_membership_dyad_year WHERE joint_autocratic > 0",
        why: ("joint_membership_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y}"),
    },
    Layer {
        layer: "alliance",
        source: "atop",
        doc: "Kinds of obligation in force from the first state towards the second: defence, offence, neutrality, non-aggression, consultation.",
        unit: "kinds of obligation (1-5)",
        directed: true,
        flow: false,
        tables: &["alliance_dyad_year"],
        sql: "SELECT gwcode1, gwcode2, year, CAST(coalesce(atop_defense, 0) + coalesce(atop_offense, 0) + coalesce(atop_neutral, 0) \
              + coalesce(atop_nonagg, 0) + coalesce(atop_consul, 0) AS DOUBLE) AS weight, edition, '' AS statement FROM alliance_dyad_year \
              WHERE coalesce(atop_defense, 0) + coalesce(atop_offense, 0) + coalesce(atop_neutral, 0) + coalesce(atop_nonagg, 0) \
              + coalesce(atop_consul, 0) > 0",
        why: ("alliance_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "defence-agreement",
        source: "atop",
        doc: "The first state is bound to defend the second if it is attacked.",
        unit: "obligation in force",
        directed: true,
        flow: false,
        tables: &["alliance_dyad_year"],
        sql: "SELECT gwcode1, gwcode2, year, CAST(1 AS DOUBLE) AS weight, edition, '' AS statement FROM alliance_dyad_year \
              WHERE atop_defense = 1",
        why: ("alliance_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "exercise",
        source: "military_exercises",
        doc: "Military exercises in which both took part, by year of the exercise, as newspapers reported them.",
        unit: "exercises",
        directed: false,
        flow: true,
        tables: &["exercise_state_year"],
        sql: "SELECT gwcode1, gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM \
              (SELECT DISTINCT a.gwcode AS gwcode1, b.gwcode AS gwcode2, a.year, a.edition, a.exercise, a.s_year FROM exercise_state_year a \
              JOIN exercise_state_year b ON b.edition = a.edition AND b.exercise = a.exercise AND b.s_year = a.s_year AND b.year = a.year \
              WHERE a.gwcode < b.gwcode) GROUP BY gwcode1, gwcode2, year, edition",
        why: (
            "exercise_state_year",
            "year = {y} AND edition = '{e}' AND gwcode IN ({1}, {2}) AND exercise IN (SELECT a.exercise FROM exercise_state_year a \
             JOIN exercise_state_year b ON b.exercise = a.exercise AND b.s_year = a.s_year AND b.year = a.year AND b.edition = a.edition \
             WHERE a.gwcode = {1} AND b.gwcode = {2} AND a.year = {y} AND a.edition = '{e}')",
        ),
    },
    Layer {
        layer: "exercise",
        source: "military_exercises",
        doc: "The same from the second list, by year in which the exercise began; one in six has no date and is not in it.",
        unit: "exercises",
        directed: false,
        flow: true,
        tables: &["exercise_participant"],
        sql: "SELECT gwcode1, gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM \
              (SELECT DISTINCT a.gwcode AS gwcode1, b.gwcode AS gwcode2, a.year, a.edition, a.exercise FROM exercise_participant a \
              JOIN exercise_participant b ON b.edition = a.edition AND b.exercise = a.exercise WHERE a.gwcode < b.gwcode \
              AND a.year IS NOT NULL) GROUP BY gwcode1, gwcode2, year, edition",
        why: (
            "exercise_participant",
            "year = {y} AND edition = '{e}' AND gwcode IN ({1}, {2}) AND exercise IN (SELECT a.exercise FROM exercise_participant a \
             JOIN exercise_participant b ON b.exercise = a.exercise AND b.edition = a.edition \
             WHERE a.gwcode = {1} AND b.gwcode = {2} AND a.year = {y} AND a.edition = '{e}')",
        ),
    },
    Layer {
        layer: "arms",
        source: "sipri_arms",
        doc: "Arms transfers from supplier to recipient. A weight of 0 is a transfer of less than half a million; the zeros of the edition dodl mean mostly no transfer and are left out.",
        unit: "million trend-indicator values",
        directed: true,
        flow: true,
        tables: &["arms_dyad_year"],
        sql: "SELECT gwcode1, gwcode2, year, sum(value) AS weight, edition, '' AS statement FROM arms_dyad_year \
              WHERE value IS NOT NULL AND gwcode1 IS NOT NULL AND gwcode2 IS NOT NULL AND gwcode1 <> gwcode2 \
              AND supplier_kind = 'state' AND recipient_kind = 'state' AND (value > 0 OR edition <> 'dodl') \
              GROUP BY gwcode1, gwcode2, year, edition",
        why: ("arms_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "finance",
        source: "aiddata_china",
        doc: "Official finance committed by China to the second state: aid-like, other official and unclear flows together.",
        unit: "US dollars of the year",
        directed: true,
        flow: true,
        tables: &["china_finance_state_year"],
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, sum(coalesce(oof_amt, 0) + coalesce(oda_amt, 0) + coalesce(vof_amt, 0)) \
              AS weight, edition, '' AS statement FROM china_finance_state_year \
              WHERE oof_amt IS NOT NULL OR oda_amt IS NOT NULL OR vof_amt IS NOT NULL GROUP BY gwcode, year, edition \
              HAVING sum(coalesce(oof_amt, 0) + coalesce(oda_amt, 0) + coalesce(vof_amt, 0)) > 0",
        why: ("china_finance_state_year", "gwcode = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "finance",
        source: "aiddata_china",
        doc: "The same from the older lists of projects, without umbrella, suspended, cancelled and not recommended records, in constant dollars.",
        unit: "constant US dollars",
        directed: true,
        flow: true,
        tables: &["china_finance_project"],
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, sum(usd_defl) AS weight, edition, '' AS statement \
              FROM china_finance_project WHERE gwcode IS NOT NULL AND recommended_for_research IS NOT FALSE AND umbrella IS NOT TRUE \
              AND coalesce(status, '') NOT ILIKE '%suspended%' AND coalesce(status, '') NOT ILIKE '%cancelled%' AND usd_defl IS NOT NULL \
              GROUP BY gwcode, year, edition",
        why: (
            "china_finance_project",
            "gwcode = {2} AND year = {y} AND edition = '{e}' AND recommended_for_research IS NOT FALSE AND umbrella IS NOT TRUE AND \
             coalesce(status, '') NOT ILIKE '%suspended%' AND coalesce(status, '') NOT ILIKE '%cancelled%' AND usd_defl IS NOT NULL",
        ),
    },
    Layer {
        layer: "investment",
        source: "china_investment",
        doc: "Chinese investments and construction contracts of about 100 million dollars and more.",
        unit: "million US dollars",
        directed: true,
        flow: true,
        tables: &["china_investment_deal"],
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, sum(quantity_in_millions) AS weight, edition, '' AS statement \
              FROM china_investment_deal WHERE gwcode IS NOT NULL AND quantity_in_millions IS NOT NULL GROUP BY gwcode, year, edition",
        why: ("china_investment_deal", "gwcode = {2} AND year = {y} AND edition = '{e}'"),
    },
    Layer {
        layer: "visit",
        source: "leader_visits",
        doc: "Visits of the first state's leaders to the United States.",
        unit: "visits",
        directed: true,
        flow: true,
        tables: &["us_leader_visit"],
        sql: "SELECT gwcode AS gwcode1, CAST(2 AS SMALLINT UNSIGNED) AS gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement \
              FROM us_leader_visit WHERE gwcode <> 2 GROUP BY gwcode, year, edition",
        why: ("us_leader_visit", "gwcode = {1} AND year = {y}"),
    },
    Layer {
        layer: "visit",
        source: "leader_visits",
        doc: "Travels of China's highest leaders to the second state.",
        unit: "visits",
        directed: true,
        flow: true,
        tables: &["china_leader_visit"],
        sql: "SELECT CAST(710 AS SMALLINT UNSIGNED) AS gwcode1, gwcode AS gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement \
              FROM china_leader_visit WHERE gwcode <> 710 GROUP BY gwcode, year, edition",
        why: ("china_leader_visit", "gwcode = {2} AND year = {y}"),
    },
    Layer {
        layer: "leader-engagement",
        source: "leader_visits",
        doc: "Days on which leaders of China are recorded as engaged with the other state, wherever they met.",
        unit: "leader-days",
        directed: false,
        flow: true,
        tables: &["china_leader_engagement"],
        sql: "SELECT least(gwcode, CAST(710 AS SMALLINT UNSIGNED)) AS gwcode1, greatest(gwcode, CAST(710 AS SMALLINT UNSIGNED)) AS gwcode2, year, \
              CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM china_leader_engagement WHERE gwcode <> 710 \
              GROUP BY gwcode, year, edition",
        why: ("china_leader_engagement", "gwcode IN ({1}, {2}) AND year = {y}"),
    },
    Layer {
        layer: "vote-agreement",
        source: "unga_votes",
        doc: "Share of common roll calls of the General Assembly with the same vote, in the year in which the session opens; pairs with ten common roll calls or more.",
        unit: "share of common roll calls (0-1)",
        directed: false,
        flow: false,
        tables: &["agreement_dyad_session"],
        sql: "SELECT gwcode1, gwcode2, year, agreement AS weight, '' AS edition, '' AS statement FROM agreement_dyad_session \
              WHERE rollcalls >= 10",
        why: ("agreement_dyad_session", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y}"),
    },
    Layer {
        layer: "treaty",
        source: "treaties",
        doc: "Agreements of at most thirty parties to which both belong, in the year by which the later of the two had signed, ratified or been bound, from 1816.",
        unit: "agreements",
        directed: false,
        flow: true,
        tables: &["treaty_party"],
        sql: "WITH party AS (SELECT edition, \"treatyID\", gwcode, min(year) AS year FROM treaty_party WHERE year IS NOT NULL \
              GROUP BY edition, \"treatyID\", gwcode), small AS (SELECT edition, \"treatyID\" FROM party GROUP BY edition, \"treatyID\" \
              HAVING count(*) BETWEEN 2 AND 30) SELECT a.gwcode AS gwcode1, b.gwcode AS gwcode2, greatest(a.year, b.year) AS year, \
              CAST(count(*) AS DOUBLE) AS weight, a.edition, '' AS statement FROM party a JOIN small s ON s.edition = a.edition \
              AND s.\"treatyID\" = a.\"treatyID\" JOIN party b ON b.edition = a.edition AND b.\"treatyID\" = a.\"treatyID\" \
              WHERE a.gwcode < b.gwcode AND greatest(a.year, b.year) >= 1816 GROUP BY a.gwcode, b.gwcode, greatest(a.year, b.year), a.edition",
        why: (
            "treaty_party",
            "edition = '{e}' AND gwcode IN ({1}, {2}) AND \"treatyID\" IN (SELECT p.\"treatyID\" FROM (SELECT \"treatyID\", \
             count(DISTINCT gwcode) AS n, max(CASE WHEN gwcode = {1} THEN 1 ELSE 0 END) AS one, max(CASE WHEN gwcode = {2} THEN 1 ELSE 0 END) AS two \
             FROM treaty_party WHERE edition = '{e}' AND year IS NOT NULL GROUP BY \"treatyID\") p JOIN (SELECT \"treatyID\", max(year) AS year FROM \
             (SELECT \"treatyID\", gwcode, min(year) AS year FROM treaty_party WHERE edition = '{e}' AND gwcode IN ({1}, {2}) AND year IS NOT NULL \
             GROUP BY \"treatyID\", gwcode) GROUP BY \"treatyID\") q ON q.\"treatyID\" = p.\"treatyID\" WHERE p.n <= 30 AND p.one = 1 AND p.two = 1 AND q.year = {y})",
        ),
    },
    Layer {
        layer: "nuclear-agreement",
        source: "nuclear_cooperation",
        doc: "Agreements on civil nuclear cooperation signed in the year, supplier first as published.",
        unit: "agreements",
        directed: true,
        flow: true,
        tables: &["nuclear_agreement_dyad_year"],
        sql: "SELECT gwcode1, gwcode2, year, CAST(count(*) AS DOUBLE) AS weight, edition, '' AS statement FROM nuclear_agreement_dyad_year \
              WHERE nca = 1 AND gwcode1 <> gwcode2 GROUP BY gwcode1, gwcode2, year, edition",
        why: ("nuclear_agreement_dyad_year", "gwcode1 = {1} AND gwcode2 = {2} AND year = {y}"),
    },
    Layer {
        layer: "case",
        source: "casebook",
        doc: "Both are named in a coded case of collaboration as sponsor, partner, host, home or model; in each year from its beginning to its end, and in the first only where no end is given.",
        unit: "cases",
        directed: false,
        flow: false,
        tables: &["case", "case_party", "state_year"],
        sql: "WITH party AS (SELECT DISTINCT case_id, gwcode FROM case_party WHERE actor_kind = 'state' AND gwcode IS NOT NULL \
              AND role IN ('sponsor', 'partner', 'host', 'home', 'model')), \
              calendar AS (SELECT DISTINCT year FROM state_year), \
              years AS (SELECT c.case_id, y.year FROM \"case\" c JOIN calendar y ON y.year BETWEEN c.year_from AND \
              coalesce(greatest(c.year_to, c.year_from), c.year_from) WHERE c.kind = 'collaboration' AND c.year_from IS NOT NULL) \
              SELECT a.gwcode AS gwcode1, b.gwcode AS gwcode2, y.year, CAST(count(*) AS DOUBLE) AS weight, '' AS edition, \
              CAST(string_agg(a.case_id, ' ' ORDER BY a.case_id) AS VARCHAR) AS statement FROM party a JOIN party b ON b.case_id = a.case_id \
              JOIN years y ON y.case_id = a.case_id WHERE a.gwcode < b.gwcode GROUP BY a.gwcode, b.gwcode, y.year",
        why: ("case", "strpos(' {s} ', concat(' ', case_id, ' ')) > 0"),
    },
];

impl Layer {
    /// The table behind a row of this layer and the condition that picks its rows.
    pub(crate) fn behind(&self, gwcode1: &str, gwcode2: &str, year: &str, edition: &str, statement: &str) -> (&'static str, String) {
        let quoted = |text: &str| text.replace('\'', "''");
        let rows = self
            .why
            .1
            .replace("{1}", gwcode1)
            .replace("{2}", gwcode2)
            .replace("{y}", year)
            .replace("{e}", &quoted(edition))
            .replace("{s}", &quoted(statement));
        (self.why.0, rows)
    }
}

/// The step.
pub fn step() -> Step {
    let mut tables: Vec<&'static str> = LAYERS.iter().flat_map(|l| l.tables).copied().collect();
    tables.push("state_year");
    tables.sort_unstable();
    tables.dedup();
    Step { name: "tie_dyad_year", version: 1, inputs: tables.into_iter().map(Input::Table).collect(), outputs: vec![&TIE, &TIE_LAYER], run }
}

/// One tie on its way into the table: what differs between ties of a layer.
struct Tie {
    gwcode1: u16,
    gwcode2: u16,
    year: i32,
    /// Position in the order of (layer, source, edition).
    kind: u16,
    /// Position in the texts of statements; 0 is the empty one.
    statement: u32,
    weight: f64,
}

fn run(context: &Context<'_>) -> Result<Output> {
    let states = context.sql("SELECT gwcode, year FROM state_year")?;
    let c = Columns(&states);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let in_system: BTreeSet<(u16, i32)> = (0..states.num_rows()).map(|i| (gwcode.value(i), year.value(i))).collect();
    let mut ties: Vec<Tie> = Vec::new();
    let mut kinds: Vec<(&'static Layer, String)> = Vec::new();
    let mut statements: Vec<String> = vec![String::new()];
    for layer in LAYERS {
        let batch = context.sql(layer.sql)?;
        let c = Columns(&batch);
        let (gwcode1, gwcode2, year) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.i32("year")?);
        let (weight, edition, statement) = (c.f64("weight")?, c.text("edition")?, c.text("statement")?);
        ties.reserve(batch.num_rows());
        let from = kinds.len();
        for i in 0..batch.num_rows() {
            let kind = match kinds[from..].iter().position(|(_, e)| e == edition.value(i)) {
                Some(at) => from + at,
                None => {
                    kinds.push((layer, edition.value(i).to_owned()));
                    kinds.len() - 1
                }
            };
            let statement = if statement.value(i).is_empty() {
                0
            } else {
                statements.push(statement.value(i).to_owned());
                statements.len() - 1
            };
            ties.push(Tie {
                gwcode1: gwcode1.value(i),
                gwcode2: gwcode2.value(i),
                year: year.value(i),
                kind: kind as u16,
                statement: statement as u32,
                weight: weight.value(i),
            });
        }
    }
    // rank kinds by what the table is sorted by, so that ties compare by numbers
    let mut order: Vec<usize> = (0..kinds.len()).collect();
    order.sort_by_key(|k| (kinds[*k].0.layer, kinds[*k].0.source, &kinds[*k].1));
    let mut rank = vec![0_u16; kinds.len()];
    for (position, kind) in order.iter().enumerate() {
        rank[*kind] = position as u16;
    }
    for tie in &mut ties {
        tie.kind = rank[tie.kind as usize];
    }
    let (kinds, statements) = (&kinds, &statements);
    ties.sort_unstable_by(|a, b| {
        let numbers = |t: &Tie| (t.gwcode1, t.gwcode2, t.year, t.kind);
        numbers(a).cmp(&numbers(b)).then_with(|| statements[a.statement as usize].cmp(&statements[b.statement as usize]))
    });
    let of: Vec<&(&Layer, String)> = order.iter().map(|k| &kinds[*k]).collect();
    let series: Vec<String> = of
        .iter()
        .map(|(l, edition)| {
            let several = of.iter().filter(|(other, _)| other.layer == l.layer).count() > 1;
            if several { format!("{}@{}", l.layer, if edition.is_empty() { l.source } else { edition }) } else { l.layer.to_owned() }
        })
        .collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(ties.iter().map(|t| t.gwcode1).collect::<UInt16Array>()),
        Arc::new(ties.iter().map(|t| t.gwcode2).collect::<UInt16Array>()),
        Arc::new(ties.iter().map(|t| t.year).collect::<Int32Array>()),
        words(&ties, |t| of[t.kind as usize].0.layer),
        words(&ties, |t| of[t.kind as usize].0.source),
        words(&ties, |t| &of[t.kind as usize].1),
        words(&ties, |t| &statements[t.statement as usize]),
        Arc::new(ties.iter().map(|t| t.weight).collect::<Float64Array>()),
        words(&ties, |t| of[t.kind as usize].0.unit),
        Arc::new(ties.iter().map(|t| Some(of[t.kind as usize].0.directed)).collect::<BooleanArray>()),
        Arc::new(
            ties.iter()
                .map(|t| Some(in_system.contains(&(t.gwcode1, t.year)) && in_system.contains(&(t.gwcode2, t.year))))
                .collect::<BooleanArray>(),
        ),
        words(&ties, |t| &series[t.kind as usize]),
    ];
    let mut layers = Rows::new(&TIE_LAYER);
    for (kind, (layer, edition)) in of.iter().enumerate() {
        let years = || ties.iter().filter(|t| t.kind as usize == kind).map(|t| t.year);
        let (Some(first), Some(last)) = (years().min(), years().max()) else { continue };
        layers.push([
            layer.layer.into(),
            layer.source.into(),
            edition.as_str().into(),
            layer.unit.into(),
            layer.doc.into(),
            layer.directed.into(),
            layer.flow.into(),
            first.into(),
            last.into(),
            u32::try_from(years().count()).unwrap_or(u32::MAX).into(),
        ])?;
    }
    let batch = RecordBatch::try_new(blocwatch_engine::table::schema(&TIE), columns)?;
    Ok(Output::table(&TIE, batch).and(&TIE_LAYER, layers.finish()?))
}

fn words<'a>(ties: &[Tie], word: impl Fn(&Tie) -> &'a str) -> ArrayRef {
    let bytes = ties.iter().map(|t| word(t).len()).sum();
    let mut builder = StringBuilder::with_capacity(ties.len(), bytes);
    for tie in ties {
        builder.append_value(word(tie));
    }
    Arc::new(builder.finish())
}

/// The layer of a row of the table.
pub(crate) fn layer_of(layer: &str, source: &str, unit: &str, directed: bool) -> Vec<&'static Layer> {
    LAYERS.iter().filter(|l| l.layer == layer && l.source == source && l.unit == unit && l.directed == directed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_declared_whole() {
        for l in LAYERS {
            assert!(l.doc.ends_with('.') && !l.unit.is_empty(), "{}", l.layer);
            let read = |t: &&str| {
                l.sql.contains(&format!("FROM {t}")) || l.sql.contains(&format!("FROM \"{t}\"")) || l.sql.contains(&format!("JOIN {t}"))
            };
            assert!(l.tables.iter().all(read), "{}: declares what it reads", l.layer);
            assert!(l.tables.contains(&l.why.0), "{}: why leads to what it reads", l.layer);
            assert!(blocwatch_sources::by_id(l.source).is_some() || l.source == "casebook", "{}: source {}", l.layer, l.source);
        }
        let sql: String = LAYERS.iter().map(|l| l.sql).collect();
        assert!(sql.contains(&format!(">= {LEAST_ROLLCALLS}")) && sql.contains(&format!("BETWEEN 2 AND {MOST_PARTIES}")));
    }
}
