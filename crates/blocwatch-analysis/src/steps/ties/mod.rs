//! `tie_dyad_year`: every tie between two states, from every source, in one long table of named layers.
//!
//! A layer is one entry of [`layers`](self::layers()): what a tie in it is, in which unit, whether it has a direction, and a SELECT that
//! yields `gwcode1`, `gwcode2`, `year`, `weight`, `edition` and `statement` from tables of the observatory; coded events have a layer for
//! each tactic. Two sources (or editions of one) of one layer stand side by side and are never added. A tie without direction stands once,
//! the lower number first. A pair without a row has no tie *that this source could see*: whether that is a zero, the table `coverage` says,
//! series by series.
//!
//! What does not belong here: hostile acts (sanctions, conflicts, vetoes), which are no ties of collaboration, and lists without years.

mod cover;
mod events;
mod layers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch, StringBuilder, UInt16Array};
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::frame::{Columns, Rows};
use crate::step::{Context, Input, Output, Step};
use crate::steps::event_tactic::EVENT_TACTIC_DYAD_YEAR;

pub(crate) use cover::is_of;
pub use events::PREFIX as EVENTS;
pub use layers::{Hub, LEAST_ROLLCALLS, Layer, MOST_PARTIES, Silence};

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
            "cases that say so, or of coded events the rules of the mapping with its version, with blanks between them; empty where layer, source and the keys say which statement it is",
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
    doc: "Ties between states in named layers, from all sources, never added up across sources. A tie without direction stands once, lower number first. No row is no tie that the source could see; whether that is a zero is in the table coverage, whose notes begin with the series.",
};

/// What there is of each layer.
pub const TIE_LAYER: TableSpec = TableSpec {
    name: "tie_layer",
    unit: Unit::Entry,
    keys: &["layer", "source", "edition", "unit"],
    columns: &[
        col("layer", Kind::Text, "id", "layer; layers of coded events are called event- and their tactic"),
        col("source", Kind::Text, "source id", "who says so"),
        col("edition", Kind::Text, "-", "published form of the source; empty where it has one only"),
        col("unit", Kind::Text, "-", "what the weight counts"),
        col("doc", Kind::Text, "-", "what a tie of the layer is"),
        col("directed", Kind::Bool, "true/false", "whether the order of the states means something"),
        col("flow", Kind::Bool, "true/false", "whether weights of several years may be added: what happened in each year, not what stood"),
        col("year_from", Kind::I32, "year", "first year with a tie"),
        col("year_to", Kind::I32, "year", "last year with a tie: after it the source says nothing"),
        col("ties", Kind::U32, "ties", "rows of tie_dyad_year"),
        col("series", Kind::Text, "id", "the series of tie_dyad_year, which notes of the table coverage begin with"),
        col(
            "zeros",
            Kind::Bool,
            "true/false",
            "whether a pair without a tie has none where the table coverage says covered; otherwise its silence says nothing",
        ),
        opt(
            "hub1",
            Kind::U16,
            "Gleditsch-Ward number",
            "the one state from which all ties go, or which is on one side of all where they have no direction; null where there is none",
        ),
        opt("hub2", Kind::U16, "Gleditsch-Ward number", "the one state to which all ties go; null where there is none"),
        opt("mapping", Kind::Text, "-", "version of the mapping from coded events to tactics; null for layers of other sources"),
        opt(
            "share_right",
            Kind::F64,
            "share 0-1",
            "share of the events of the layer that a published comparison found to be what they are coded as; null where none is known of all of them, and for other layers",
        ),
    ],
    doc: "The layers of ties that the observatory holds: what a tie is, from whom, in which unit and years.",
};

static ALL: LazyLock<Vec<Layer>> = LazyLock::new(|| layers::LAYERS.iter().copied().chain(events::layers()).collect());

/// All layers, those of coded events last.
pub fn layers() -> &'static [Layer] {
    &ALL
}

/// The step.
pub fn step() -> Step {
    let mut tables: Vec<&'static str> = layers::LAYERS.iter().flat_map(|l| l.tables).copied().collect();
    tables.extend([EVENT_TACTIC_DYAD_YEAR.name, "state_year", "regime_state_year"]);
    tables.sort_unstable();
    tables.dedup();
    let mut said_by: Vec<&'static str> =
        layers().iter().filter(|l| matches!(l.silence, Silence::None { .. })).map(cover::said_by).collect();
    said_by.sort_unstable();
    said_by.dedup();
    let inputs = tables.into_iter().map(Input::Table).chain(said_by.into_iter().map(Input::Accounts));
    Step { name: TIE.name, version: 2, inputs: inputs.collect(), outputs: vec![&TIE, &TIE_LAYER], run }
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
    for layer in layers::LAYERS {
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
    let (of_events, mapped) = events::read(context)?;
    for tie in of_events {
        let kind = match kinds.iter().position(|(l, _)| l.layer == tie.layer.layer && l.source == tie.layer.source) {
            Some(at) => at,
            None => {
                kinds.push((tie.layer, String::new()));
                kinds.len() - 1
            }
        };
        statements.push(tie.statement);
        let (statement, weight) = (statements.len() as u32 - 1, f64::from(tie.events));
        ties.push(Tie { gwcode1: tie.states.0, gwcode2: tie.states.1, year: tie.year, kind: kind as u16, statement, weight });
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
            // sources of coded events are never one series, whichever of them are held
            let several = l.layer.starts_with(EVENTS) || of.iter().filter(|(other, _)| other.layer == l.layer).count() > 1;
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
    let mut entries = Rows::new(&TIE_LAYER);
    let mut coverage = Vec::new();
    let rated = rated(context)?;
    let mut sums: Vec<Sum> = of.iter().map(|_| Sum { first: i32::MAX, last: i32::MIN, ties: 0, states: BTreeSet::new() }).collect();
    for tie in &ties {
        let sum = &mut sums[tie.kind as usize];
        (sum.first, sum.last, sum.ties) = (sum.first.min(tie.year), sum.last.max(tie.year), sum.ties + 1);
        if matches!(of[tie.kind as usize].0.silence, Silence::None { partners_only: true, .. }) {
            sum.states.extend([tie.gwcode1, tie.gwcode2]);
        }
    }
    for (kind, ((layer, edition), sum)) in of.iter().zip(&sums).enumerate() {
        let unmeasured = unmeasured(context, of[kind])?;
        let (name, years, states) = (&*series[kind], Some((sum.first, sum.last)), &sum.states);
        let series = cover::Series { layer: of[kind].0, name, years, states, unmeasured: &unmeasured };
        coverage.extend(cover::of_series(&series, context.reports(), &rated));
        let (hub1, hub2) = match layer.hub {
            Hub::None => (None, None),
            Hub::From(s) | Hub::With(s) => (Some(s), None),
            Hub::To(s) => (None, Some(s)),
        };
        let mapping = mapped.get(&(layer.layer, layer.source));
        entries.push([
            layer.layer.into(),
            layer.source.into(),
            edition.as_str().into(),
            layer.unit.into(),
            layer.doc.into(),
            layer.directed.into(),
            layer.flow.into(),
            sum.first.into(),
            sum.last.into(),
            sum.ties.into(),
            series.name.into(),
            matches!(layer.silence, Silence::None { .. }).into(),
            hub1.into(),
            hub2.into(),
            mapping.map(|m| m.version.clone()).into(),
            mapping.and_then(events::Mapped::share_right).into(),
        ])?;
    }
    // a layer without any tie speaks as well: of none where its source covers, of nothing where it is not held
    let mut silent: BTreeMap<(&str, &str), &'static Layer> = layers().iter().map(|l| ((l.layer, l.source), l)).collect();
    of.iter().for_each(|(l, _)| {
        silent.remove(&(l.layer, l.source));
    });
    for layer in silent.into_values() {
        let name = if layer.layer.starts_with(EVENTS) { format!("{}@{}", layer.layer, layer.source) } else { layer.layer.to_owned() };
        let none = BTreeSet::new();
        let series = cover::Series { layer, name: &name, years: None, states: &none, unmeasured: &BTreeSet::new() };
        coverage.extend(cover::of_series(&series, context.reports(), &rated));
    }
    let batch = RecordBatch::try_new(blocwatch_engine::table::schema(&TIE), columns)?;
    let mut output = Output::table(&TIE, batch).and(&TIE_LAYER, entries.finish()?);
    output.report.coverage = coverage;
    Ok(output)
}

/// Partners and years of which a layer's source records something without a weight, in one form.
fn unmeasured(context: &Context<'_>, (layer, edition): &(&'static Layer, String)) -> Result<BTreeSet<(u16, i32)>> {
    if layer.unmeasured.is_empty() {
        return Ok(BTreeSet::new());
    }
    let batch = context.sql(layer.unmeasured)?;
    let c = Columns(&batch);
    let (gwcode, year, of) = (c.u16("gwcode")?, c.i32("year")?, c.text("edition")?);
    Ok((0..batch.num_rows()).filter(|i| of.value(*i) == edition).map(|i| (gwcode.value(i), year.value(i))).collect())
}

/// What a series holds.
struct Sum {
    first: i32,
    last: i32,
    ties: u32,
    /// States with a tie, where coverage asks for them.
    states: BTreeSet<u16>,
}

/// Years in which the regime of a state is known.
fn rated(context: &Context<'_>) -> Result<BTreeMap<u16, BTreeSet<i32>>> {
    let batch = context.sql("SELECT gwcode, year FROM regime_state_year WHERE autocracy IS NOT NULL")?;
    let c = Columns(&batch);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let mut out: BTreeMap<u16, BTreeSet<i32>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        out.entry(gwcode.value(i)).or_default().insert(year.value(i));
    }
    Ok(out)
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
    layers().iter().filter(|l| l.layer == layer && l.source == source && l.unit == unit && l.directed == directed).collect()
}
