//! Where states stand in each layer of ties: `network_state_year`, `network_layer_year`, `participation_state_year`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::network::Graph;
use blocwatch_stats::network::centrality::{self, Length};
use blocwatch_stats::network::null::assortativity;

use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns, Rows};
use crate::measures::layers::{self, LAYER, LAYER_COLUMN, SINCE, WINDOW};
use crate::measures::{Headline, Measure, REGIME, Settings};
use crate::step::{Context, Input, Output};

/// States in layers.
pub const NETWORK: TableSpec = TableSpec {
    name: "network_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "layer"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state"),
        col("year", Kind::I32, "year", "calendar year"),
        LAYER_COLUMN,
        col("degree_out", Kind::U32, "states", "states it has ties to; without direction, all states it has ties with"),
        col("degree_in", Kind::U32, "states", "states that have ties to it; without direction as degree_out"),
        col("strength_out", Kind::F64, "unit of the layer", "sum of the weights of ties out"),
        col("strength_in", Kind::F64, "unit of the layer", "sum of the weights of ties in"),
        col("strength_out_autocracies", Kind::F64, "unit of the layer", "of strength_out, what goes to states rated as autocracies"),
        col("strength_in_autocracies", Kind::F64, "unit of the layer", "of strength_in, what comes from states rated as autocracies"),
        col("strength_out_unrated", Kind::F64, "unit of the layer", "of strength_out, what goes to states without a rating"),
        col("strength_in_unrated", Kind::F64, "unit of the layer", "of strength_in, what comes from states without a rating"),
        col("betweenness", Kind::F64, "pairs of states", "pairs whose shortest paths pass through it, of length 1/weight; not normalised"),
        opt(
            "eigenvector",
            Kind::F64,
            "0-1",
            "eigenvector centrality, the greatest is 1; null with direction, or where the layer has no tie in the year",
        ),
        col("pagerank", Kind::F64, "share 0-1", "PageRank with damping 0.85; the states of a layer sum to 1"),
    ],
    doc: "Degree, strength by regime of the partner, and centralities of every state in every layer of ties. A state without ties has zeros: the layer covers it.",
};

/// Layers as wholes.
pub const LAYER_YEAR: TableSpec = TableSpec {
    name: "network_layer_year",
    unit: Unit::Entry,
    keys: &["layer", "year"],
    columns: &[
        LAYER_COLUMN,
        col("year", Kind::I32, "year", "calendar year"),
        col("states", Kind::U32, "states", "states that the layer covers"),
        col("ties", Kind::U32, "ties", "ties of positive weight"),
        opt("density", Kind::F64, "share 0-1", "ties as a share of all possible ones; null with fewer than two states"),
        opt("reciprocity", Kind::F64, "share 0-1", "share of ties that are returned; null without direction or ties"),
        opt("reciprocity_weight", Kind::F64, "share 0-1", "share of the weight that is returned; null without direction or ties"),
        opt(
            "assortativity",
            Kind::F64,
            "-1 to 1",
            "Newman's assortativity by autocracy or not, among rated states, weights ignored; null without such ties, or with one regime only",
        ),
    ],
    doc: "Layers of ties by year: size, density, reciprocity and assortativity by regime. Whether assortativity exceeds chance is in homophily_layer_year.",
};

/// Spread over layers.
pub const PARTICIPATION: TableSpec = TableSpec {
    name: "participation_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state"),
        col("year", Kind::I32, "year", "calendar year"),
        col("layers", Kind::U32, "layers", "layers that cover the state in the year"),
        col("layers_with_ties", Kind::U32, "layers", "of them, those in which it has a tie"),
        opt(
            "participation",
            Kind::F64,
            "0-1",
            "0 if all its ties are in one layer, 1 if spread evenly over the layers that cover it; null with fewer than two layers or no tie",
        ),
    ],
    doc: "How evenly a state's ties are spread over layers, each layer counted by the state's share of all its strength. Layers come and go with their sources, so that years compare only where layers are equal in number.",
};

const DAMPING: f64 = 0.85;

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "network",
    title: "Where states stand in each layer of ties",
    doc: "For every layer and year: how many states a state has ties with, how strong, and how much of that with autocracies; betweenness \
          (on how many shortest paths it lies, a path being the shorter the stronger its ties), eigenvector centrality (it is central \
          whose neighbours are) and PageRank. Ties are those of positive weight; votes count by kappa, since raw agreement ties everybody to \
          everybody. Layers are kept apart: their weights are in different units and none is more true than another. Participation says \
          how evenly a state's ties are spread over them: L/(L-1) times 1 - Σ (a_l/a)², where a_l is the state's share of all strength in \
          layer l, a the sum of these shares, and L the number of layers that cover the state (Battiston et al. 2014). Reciprocity is the \
          share of ties, or of their weight, that is returned.\n\n\
          A state in a layer without ties has zeros. Years outside a layer have no row. Arms, exercises and treaties are summed over a \
          window, since single years are lumpy. Centrality is a position in a record, not influence; exercises are those that newspapers \
          reported, arms those that the publisher found.",
    citations: &[
        "Brandes, U. (2001). A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 25(2).",
        "Bonacich, P. (1972). Factoring and weighting approaches to status scores and clique identification. Journal of Mathematical Sociology 2(1).",
        "Brin, S. & Page, L. (1998). The anatomy of a large-scale hypertextual web search engine. Computer Networks 30.",
        "Newman, M. E. J. (2003). Mixing patterns in networks. Physical Review E 67.",
        "Squartini, T., Picciolo, F., Ruzzenenti, F. & Garlaschelli, D. (2013). Reciprocity of weighted networks. Scientific Reports 3.",
        "Battiston, F., Nicosia, V. & Latora, V. (2014). Structural measures for multiplex networks. Physical Review E 89.",
    ],
    interval: "None: a description of recorded ties. Whether ties follow regimes more than chance is tested by homophily.",
    version: 1,
    parameters: &[REGIME, LAYER, WINDOW, SINCE],
    inputs: &[layers::INPUTS[0], layers::INPUTS[1], layers::INPUTS[2], layers::INPUTS[3], Input::Table("regime_measure_state_year")],
    outputs: &[&NETWORK, &LAYER_YEAR, &PARTICIPATION],
    run,
    example,
    variants: &[("window of one year", &[("window", "1")]), ("window of ten years", &[("window", "10")])],
    headline,
};

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let autocracies = settings.regime()?.autocracies(context)?;
    let (mut states, mut wholes) = (Rows::new(&NETWORK), Rows::new(&LAYER_YEAR));
    // shares of each layer's strength, by year and state
    let mut shares: BTreeMap<(u16, i32), Vec<f64>> = BTreeMap::new();
    for network in layers::networks(context, settings)? {
        let graph = network.graph()?;
        let rated = network.rated(&autocracies);
        // groups: autocracies, unrated
        let group: Vec<Option<usize>> = rated
            .iter()
            .map(|r| match r {
                Some(true) => Some(0),
                Some(false) => None,
                None => Some(1),
            })
            .collect();
        let (ties, by) = (centrality::ties(&graph), centrality::ties_by_group(&graph, &group, 2));
        let between = centrality::betweenness(&graph, Length::Inverse);
        let eigenvector = centrality::eigenvector(&graph);
        let pagerank = centrality::pagerank(&graph, DAMPING);
        let total = 2.0 * graph.total();
        for (i, state) in network.states.iter().enumerate() {
            states.push([
                (*state).into(),
                network.year.into(),
                network.layer.id.into(),
                ties[i].degree_out.into(),
                ties[i].degree_in.into(),
                ties[i].strength_out.into(),
                ties[i].strength_in.into(),
                by[i][0].strength_out.into(),
                by[i][0].strength_in.into(),
                by[i][1].strength_out.into(),
                by[i][1].strength_in.into(),
                between[i].into(),
                eigenvector.as_ref().map(|e| e[i]).into(),
                pagerank[i].into(),
            ])?;
            let strength = ties[i].strength_out + ties[i].strength_in;
            shares.entry((*state, network.year)).or_default().push(if total > 0.0 { strength / total } else { 0.0 });
        }
        let reciprocity = centrality::reciprocity(&graph);
        let n = graph.nodes() as f64;
        let possible = if network.layer.directed { n * (n - 1.0) } else { n * (n - 1.0) / 2.0 };
        wholes.push([
            network.layer.id.into(),
            network.year.into(),
            (graph.nodes() as u32).into(),
            (graph.edges().len() as u32).into(),
            (possible > 0.0).then(|| graph.edges().len() as f64 / possible).into(),
            reciprocity.map(|r| r.ties).into(),
            reciprocity.map(|r| r.weight).into(),
            by_regime(&graph, &rated)?.into(),
        ])?;
    }
    let mut participation = Rows::new(&PARTICIPATION);
    for ((state, year), shares) in &shares {
        participation.push([
            (*state).into(),
            (*year).into(),
            (shares.len() as u32).into(),
            (shares.iter().filter(|s| **s > 0.0).count() as u32).into(),
            centrality::participation(shares).into(),
        ])?;
    }
    Ok(Output::table(&NETWORK, states.finish()?).and(&LAYER_YEAR, wholes.finish()?).and(&PARTICIPATION, participation.finish()?))
}

/// Assortativity among rated states. A tie of both directions counts once.
fn by_regime(graph: &Graph, rated: &[Option<bool>]) -> Result<Option<f64>> {
    let label: Vec<u32> = rated.iter().map(|r| u32::from(*r == Some(true))).collect();
    let mut pairs: Vec<(u32, u32)> = graph
        .edges()
        .iter()
        .filter(|e| rated[e.a as usize].is_some() && rated[e.b as usize].is_some())
        .map(|e| (e.a.min(e.b), e.a.max(e.b)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let among = Graph::undirected(graph.nodes(), pairs.into_iter().map(|(a, b)| (a, b, 1.0)));
    Ok(assortativity(&among.map_err(|e| AnalysisError::Defect(e.to_string()))?, &label))
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(NETWORK.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (year, layer, strength) = (c.i32("year")?, c.text("layer")?, c.f64("strength_in")?);
    let (autocratic, unrated) = (c.f64("strength_in_autocracies")?, c.f64("strength_in_unrated")?);
    // by layer and year: strength of ties with autocracies, with rated states, with all
    let mut of: BTreeMap<&str, BTreeMap<i32, (f64, f64, f64)>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let sums = of.entry(layer.value(i)).or_default().entry(year.value(i)).or_default();
        sums.0 += autocratic.at(i).unwrap_or(0.0);
        sums.1 += strength.at(i).unwrap_or(0.0) - unrated.at(i).unwrap_or(0.0);
        sums.2 += strength.at(i).unwrap_or(0.0);
    }
    let shares = of.into_iter().map(|(layer, years)| {
        let told = years.into_iter().filter(|(_, (_, rated, all))| *rated > 0.0 && 2.0 * rated >= *all);
        Headline::years(format!("share of ties with autocracies, {layer}"), told.map(|(year, (yes, rated, _))| (year, yes / rated)))
    });
    Ok(shares.collect())
}

fn example() -> Result<String> {
    let graph = Graph::undirected(4, [(0, 1, 2.0), (1, 2, 2.0), (2, 3, 1.0)]).map_err(|e| AnalysisError::Defect(e.to_string()))?;
    let ties = centrality::ties(&graph);
    let between = centrality::betweenness(&graph, Length::Inverse);
    Ok(format!(
        "States A-B-C-D stand in a row with ties of 2, 2 and 1. B has ties with {} states, together {}. Of the three pairs without B, the \
         shortest paths of A-C and A-D pass through it: betweenness {}. With strength shares of .3 and .1 in two layers its participation \
         is {:.2}.",
        ties[1].degree_out,
        ties[1].strength_out,
        between[1],
        centrality::participation(&[0.3, 0.1]).unwrap_or(f64::NAN)
    ))
}
