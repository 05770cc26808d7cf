//! Which ties of a layer are more than noise: `backbone_dyad_year`, `backbone_layer_year`.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::joint::Memberships;
use blocwatch_stats::multiple::{Correction, corrected};
use blocwatch_stats::network::Graph;
use blocwatch_stats::network::backbone::disparity;
use blocwatch_stats::network::projection::Configuration;

use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns, Rows};
use crate::measures::layers::{self, LAYER, LAYER_COLUMN, Network, SHARED, WINDOW};
use crate::measures::{Headline, Measure, Parameter, Settings, Takes};
use crate::step::{Context, Input, Output};

/// Ties.
pub const BACKBONE: TableSpec = TableSpec {
    name: "backbone_dyad_year",
    unit: Unit::DirectedDyadYear,
    keys: &["gwcode1", "gwcode2", "year", "layer"],
    columns: &[
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "the state the tie goes out from; of a tie without direction, the lower number"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "the state it goes to; of a tie without direction, the higher number"),
        col("year", Kind::I32, "year", "calendar year"),
        LAYER_COLUMN,
        col("weight", Kind::F64, "unit of the layer", "weight of the tie"),
        opt(
            "expected",
            Kind::F64,
            "organisations",
            "weight that the configuration model expects; null in layers other than shared-organisation",
        ),
        col("p", Kind::F64, "probability", "how likely a weight as great is if it were noise"),
        col("p_corrected", Kind::F64, "probability", "p corrected for all ties tested in the layer and year"),
        col("kept", Kind::Bool, "true/false", "whether p_corrected lies below the level"),
    ],
    doc: "Ties whose p lies below the level, before correction for the number of ties; those that stay below it after are kept. Ties without direction stand once, lower number first.",
};

/// Layers.
pub const BACKBONE_LAYER: TableSpec = TableSpec {
    name: "backbone_layer_year",
    unit: Unit::Entry,
    keys: &["layer", "year"],
    columns: &[
        LAYER_COLUMN,
        col("year", Kind::I32, "year", "calendar year"),
        col("tested", Kind::U32, "ties", "ties tested: those of positive weight"),
        col("below", Kind::U32, "ties", "ties with p below the level"),
        col("kept", Kind::U32, "ties", "of them, those that stay below it after correction"),
        opt(
            "jaccard_previous",
            Kind::F64,
            "share 0-1",
            "ties kept in this and the year before, as a share of those kept in either; null where the year before is not there or none is kept",
        ),
    ],
    doc: "How many ties of a layer are more than noise, and how far they are those of the year before.",
};

/// Level below which a tie counts.
pub(crate) const ALPHA: Parameter = Parameter {
    name: "alpha",
    takes: Takes::Number { default: 0.05, least: 0.000_1, most: 0.5 },
    doc: "Level below which a tie is more than noise. Every backbone has one that somebody chose.",
};
const CORRECTION: Parameter = Parameter {
    name: "correction",
    takes: Takes::Choice(&["bh", "holm", "none"]),
    doc: "Correction for the number of ties tested: Benjamini and Hochberg (bh), Holm, or none.",
};

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "backbone",
    title: "Ties that are more than noise",
    doc: "Which ties of a layer would be surprising if a state's ties were spread at random. In layers whose ties were observed as such the \
          disparity filter is used: the strength of either end, broken at random into as many pieces as it has ties, rarely has a piece as \
          large: p = (1 - w/s)^(k-1) for a tie of weight w at an end with k ties of strength s in all, and of both ends the lesser p \
          counts. An end with one tie says nothing, and where all ties weigh the same, as duties to defend do, none \
          stands out. Shared organisations are a projection, in which that filter is wrong, since states in \
          many bodies share many: there the question is whether two states share more than joining as many bodies as each did, and bodies \
          having as many members as they have, make likely. State i is in body o with probability x_i y_o / (1 + x_i y_o), where the x and \
          y are such that on average every state is in as many bodies, and every body has as many members, as observed (bipartite \
          configuration model). Then p is the chance that two states share as many or more: the upper tail of a Poisson-binomial \
          distribution, computed exactly (stochastic degree sequence model).\n\n\
          A tie that is not kept is not absent; it is not told apart from noise. The test of shared organisations is conservative, since the \
          model lets degrees vary that the data hold fixed.",
    citations: &[
        "Serrano, M. Á., Boguñá, M. & Vespignani, A. (2009). Extracting the multiscale backbone of complex weighted networks. PNAS 106(16).",
        "Neal, Z. P. (2014). The backbone of bipartite projections. Social Networks 39.",
        "Saracco, F., Di Clemente, R., Gabrielli, A. & Squartini, T. (2015). Randomizing bipartite networks: the case of the World Trade Web. Scientific Reports 5.",
        "Benjamini, Y. & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal Statistical Society B 57(1).",
    ],
    interval: "None: each tie has a p-value, raw and corrected for all ties of its layer and year.",
    version: 1,
    parameters: &[LAYER, WINDOW, layers::since(1990), ALPHA, CORRECTION],
    inputs: &[layers::INPUTS[0], layers::INPUTS[1], layers::INPUTS[2], layers::INPUTS[3], Input::Table("igo_state_year")],
    outputs: &[&BACKBONE, &BACKBONE_LAYER],
    run,
    example,
    variants: &[("level .01", &[("alpha", "0.01")]), ("level .1", &[("alpha", "0.1")]), ("Holm", &[("correction", "holm")])],
    headline,
};

/// One tie tested.
pub(crate) struct Tested {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) weight: f64,
    expected: Option<f64>,
    pub(crate) p: f64,
}

/// The p-value of every tie of positive weight.
pub(crate) fn tested(network: &Network, memberships: &BTreeMap<i32, Memberships>) -> Result<Vec<Tested>> {
    if network.layer.id == SHARED {
        let Some(memberships) = memberships.get(&network.year) else { return Ok(Vec::new()) };
        let model = Configuration::fit(memberships).map_err(|e| AnalysisError::Defect(format!("{SHARED} {}: {e}", network.year)))?;
        let shared = model.shared(memberships).into_iter().filter(|s| s.shared > 0);
        return Ok(shared.map(|s| Tested { a: s.a, b: s.b, weight: f64::from(s.shared), expected: Some(s.expected), p: s.p }).collect());
    }
    let graph = network.graph()?;
    let p = disparity(&graph);
    Ok(graph.edges().iter().zip(p).map(|(e, p)| Tested { a: e.a, b: e.b, weight: e.weight, expected: None, p }).collect())
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let alpha = settings.number(ALPHA.name)?;
    let correction = match settings.choice(CORRECTION.name)? {
        "bh" => Some(Correction::BenjaminiHochberg),
        "holm" => Some(Correction::Holm),
        _ => None,
    };
    let networks = layers::networks(context, settings)?;
    let memberships = layers::memberships(context, &networks)?;
    let (mut ties, mut wholes) = (Rows::new(&BACKBONE), Rows::new(&BACKBONE_LAYER));
    let mut before: Option<(&'static str, i32, BTreeSet<(u16, u16)>)> = None;
    for network in &networks {
        let tested = tested(network, &memberships)?;
        let p: Vec<Option<f64>> = tested.iter().map(|t| Some(t.p)).collect();
        let p = correction.map_or(p.clone(), |c| corrected(&p, c));
        let (mut below, mut kept) = (0_u32, BTreeSet::new());
        for (tie, corrected) in tested.iter().zip(p) {
            if tie.p >= alpha {
                continue;
            }
            below += 1;
            let corrected = corrected.unwrap_or(1.0);
            let pair = (network.states[tie.a as usize], network.states[tie.b as usize]);
            if corrected < alpha {
                kept.insert(pair);
            }
            ties.push([
                pair.0.into(),
                pair.1.into(),
                network.year.into(),
                network.layer.id.into(),
                tie.weight.into(),
                tie.expected.into(),
                tie.p.into(),
                corrected.into(),
                (corrected < alpha).into(),
            ])?;
        }
        let previous = before.take().filter(|(layer, year, _)| *layer == network.layer.id && year + 1 == network.year);
        let jaccard = previous.and_then(|(_, _, was)| {
            let either = was.union(&kept).count();
            (either > 0).then(|| was.intersection(&kept).count() as f64 / either as f64)
        });
        wholes.push([
            network.layer.id.into(),
            network.year.into(),
            (tested.len() as u32).into(),
            below.into(),
            (kept.len() as u32).into(),
            jaccard.into(),
        ])?;
        before = Some((network.layer.id, network.year, kept));
    }
    Ok(Output::table(&BACKBONE, ties.finish()?).and(&BACKBONE_LAYER, wholes.finish()?))
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(BACKBONE_LAYER.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (layer, year, tested, kept) = (c.text("layer")?, c.i32("year")?, c.u32("tested")?, c.u32("kept")?);
    let mut shares: BTreeMap<&str, BTreeMap<i32, f64>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let of = shares.entry(layer.value(i)).or_default();
        if let Some(tested) = tested.at(i).filter(|t| *t > 0) {
            of.insert(year.value(i), f64::from(kept.value(i)) / f64::from(tested));
        }
    }
    Ok(shares.into_iter().map(|(layer, years)| Headline::years(format!("share of ties kept, {layer}"), years)).collect())
}

fn example() -> Result<String> {
    let star = Graph::undirected(4, [(0, 1, 8.0), (0, 2, 1.0), (0, 3, 1.0)]).map_err(|e| AnalysisError::Defect(e.to_string()))?;
    let p = disparity(&star);
    Ok(format!(
        "A state has three ties of 8, 1 and 1. The first is .8 of its strength; broken at random into three, that strength has a piece as \
         large with probability (1 - .8)^(3-1) = {:.2}. The second has {:.2}. The partners have one tie each, which says nothing.",
        p[0], p[1]
    ))
}
