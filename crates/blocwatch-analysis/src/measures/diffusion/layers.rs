//! `diffusion_layer`: the hazard of adoption in every layer of the tie table, one layer at a time.

use std::collections::HashMap;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::diffusion::layers::{Asked, Least, test};
use blocwatch_stats::diffusion::risk::{Adopted, Layer, Risk};
use blocwatch_stats::multiple::{Correction, corrected};

use super::{KIND, World, defect};
use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::step::Context;

/// Hazards by layer.
pub const DIFFUSION_LAYER: TableSpec = TableSpec {
    name: "diffusion_layer",
    unit: Unit::Entry,
    keys: &["kind", "layer", "source", "edition", "series_unit", "direction"],
    columns: &[
        KIND,
        col("layer", Kind::Text, "id", "layer of tie_dyad_year"),
        col("source", Kind::Text, "source id", "who records the ties"),
        col("edition", Kind::Text, "-", "published form of the source; empty where there is one"),
        col("series_unit", Kind::Text, "-", "what the weights of the ties count"),
        col(
            "direction",
            Kind::Text,
            "both, in or out",
            "partners: all; of a layer with a direction those from whom ties come to the state (suppliers, lenders, visitors), or those to whom it has ties",
        ),
        opt(
            "estimate",
            Kind::F64,
            "log odds",
            "change if all partners of the year before had adopted instead of none; null for the reason in absent",
        ),
        opt("se", Kind::F64, "as estimate", "standard error, clustered by state and by item; null as estimate"),
        opt("low", Kind::F64, "as estimate", "lower end of the 95 % interval of this layer alone; null as estimate"),
        opt("high", Kind::F64, "as estimate", "upper end of the interval; null as estimate"),
        opt("p", Kind::F64, "probability", "of an estimate as far from 0 by chance, two-sided; null as estimate"),
        opt("p_corrected", Kind::F64, "probability", "the same, corrected for all layers tested of the kind (Holm); null as estimate"),
        col("observations", Kind::U32, "state-item-years", "at risk in the years that the layer covers, with the regime rated"),
        col("fitted", Kind::U32, "state-item-years", "among them, all adoptions and those drawn of the others"),
        col("tied", Kind::U32, "state-item-years", "of those fitted with a partner in the layer the year before"),
        col("adoptions", Kind::U32, "adoptions", "among them"),
        col("states", Kind::U32, "states", "among those fitted"),
        col("items", Kind::U32, "items", "among those fitted"),
        opt("absent", Kind::Text, "-", "why there is no estimate; null where there is one"),
    ],
    doc: "Whether a state is likelier to adopt when its partners in a layer of ties have, one layer at a time, beside those it followed before, its region, all states, time and regime. Layers overlap: an estimate is not what a layer adds to the others.",
};

/// One series of ties as `tie_layer` lists them.
struct Series {
    layer: String,
    source: String,
    edition: String,
    unit: String,
    directed: bool,
    years: (i32, i32),
}

/// A layer that can be asked about, in one direction.
pub(super) struct Way {
    /// Layer, source, edition, unit and direction.
    key: [String; 5],
    partners: Layer,
}

/// All layers from a year on, both ways of those that have a direction.
pub(super) fn read(context: &Context<'_>, states: &[u16], since: i32) -> Result<Vec<Way>> {
    let all = list(context)?;
    let numbers: HashMap<[&str; 4], usize> =
        all.iter().enumerate().map(|(n, s)| ([&*s.layer, &*s.source, &*s.edition, &*s.unit], n)).collect();
    let mut ties: Vec<Vec<(u32, u32, i32, f64)>> = vec![Vec::new(); all.len()];
    // the table is read once for all layers
    let batch = context
        .sql(&format!("SELECT layer, source, edition, unit, gwcode1, gwcode2, year, weight FROM tie_dyad_year WHERE year >= {since}"))?;
    let c = Columns(&batch);
    let (layer, source, edition, unit) = (c.text("layer")?, c.text("source")?, c.text("edition")?, c.text("unit")?);
    let (one, two, year, weight) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.i32("year")?, c.f64("weight")?);
    let place = |state: u16| states.binary_search(&state).ok().map(|p| p as u32);
    for i in 0..batch.num_rows() {
        let n = numbers.get(&[layer.value(i), source.value(i), edition.value(i), unit.value(i)]);
        if let (Some(n), Some(one), Some(two), Some(weight)) = (n, place(one.value(i)), place(two.value(i)), weight.at(i)) {
            ties[*n].push((one, two, year.value(i), weight));
        }
    }
    let mut out = Vec::new();
    for (series, ties) in all.iter().zip(&ties) {
        let turned = || ties.iter().map(|(a, b, year, weight)| (*b, *a, *year, *weight));
        let years = series.years.0.max(since)..=series.years.1;
        let mut push = |direction: &str, ties: &mut dyn Iterator<Item = (u32, u32, i32, f64)>| {
            let key = [&*series.layer, &*series.source, &*series.edition, &*series.unit, direction].map(str::to_owned);
            out.push(Way { key, partners: Layer::new(years.clone(), ties) });
        };
        if series.directed {
            push("in", &mut turned());
            push("out", &mut ties.iter().copied());
        } else {
            push("both", &mut ties.iter().copied().chain(turned()));
        }
    }
    Ok(out)
}

fn list(context: &Context<'_>) -> Result<Vec<Series>> {
    let batch = context.sql(
        "SELECT layer, source, edition, unit, directed, year_from, year_to FROM tie_layer WHERE year_from IS NOT NULL AND year_to IS NOT NULL \
         ORDER BY layer, source, edition, unit",
    )?;
    let c = Columns(&batch);
    let (layer, source, edition, unit) = (c.text("layer")?, c.text("source")?, c.text("edition")?, c.text("unit")?);
    let (directed, from, to) = (c.bool("directed")?, c.i32("year_from")?, c.i32("year_to")?);
    Ok((0..batch.num_rows())
        .map(|i| Series {
            layer: layer.value(i).to_owned(),
            source: source.value(i).to_owned(),
            edition: edition.value(i).to_owned(),
            unit: unit.value(i).to_owned(),
            directed: directed.value(i),
            years: (from.value(i), to.value(i)),
        })
        .collect())
}

/// How layers are tested.
pub(super) struct How {
    pub(super) controls: u32,
    pub(super) least: Least,
    pub(super) seed: u64,
}

/// Tests every layer for one kind of adoption and adds the rows.
pub(super) fn push(
    kind: &str,
    ways: &[Way],
    risk: &Risk,
    adoptions: &[(u32, u32, i32)],
    world: &World,
    how: &How,
    rows: &mut Rows,
) -> Result<()> {
    let column = |of: &dyn Fn(usize) -> Option<f64>| -> Vec<f64> { (0..risk.rows.len()).map(|i| of(i).unwrap_or(f64::NAN)).collect() };
    let autocracy = column(&|i| {
        world.autocracies.get(&(world.states[risk.rows[i].unit as usize], risk.rows[i].year - 1)).map(|a| f64::from(u8::from(*a)))
    });
    let held = [
        ("share_sources", column(&|i| Some(risk.rows[i].share_sources))),
        ("share_all", column(&|i| Some(risk.rows[i].share_all))),
        ("log_duration", column(&|i| Some(f64::from(risk.rows[i].duration).ln()))),
        ("autocracy", autocracy),
        ("share_region", column(&|i| risk.partners.first().and_then(|layer| layer[i]))),
    ];
    // of those that nobody followed in earlier years nothing can be held fixed
    let varies = |c: &[f64]| c.first().is_some_and(|first| c.iter().any(|v| v != first));
    let held: Vec<(&str, &[f64])> =
        held.iter().map(|(n, c)| (*n, c.as_slice())).filter(|(n, c)| *n != "share_sources" || varies(c)).collect();
    let adopted = Adopted::new(adoptions, world.states.len());
    let asked = Asked { rows: &risk.rows, adopted: &adopted, held: &held, controls: how.controls, least: how.least, seed: how.seed };
    let found = ways.iter().map(|w| test(&asked, &w.partners).map_err(defect)).collect::<Result<Vec<_>>>()?;
    let p: Vec<Option<f64>> = found.iter().map(|f| f.term.as_ref().ok().map(|t| t.p)).collect();
    for ((way, f), corrected) in ways.iter().zip(&found).zip(corrected(&p, Correction::Holm)) {
        let term = f.term.as_ref().ok();
        let [layer, source, edition, unit, direction] = &way.key;
        rows.push([
            kind.into(),
            layer.as_str().into(),
            source.as_str().into(),
            edition.as_str().into(),
            unit.as_str().into(),
            direction.as_str().into(),
            term.map(|t| t.estimate).into(),
            term.map(|t| t.se).into(),
            term.map(|t| t.interval.0).into(),
            term.map(|t| t.interval.1).into(),
            term.map(|t| t.p).into(),
            corrected.into(),
            (f.rows as u32).into(),
            (f.fitted as u32).into(),
            (f.tied as u32).into(),
            (f.adoptions as u32).into(),
            (f.units as u32).into(),
            (f.items as u32).into(),
            f.term.as_ref().err().cloned().into(),
        ])?;
    }
    Ok(())
}
