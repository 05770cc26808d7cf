//! Blocs: communities in the backbone of each layer, and how sure they are: `community_state_year`, `community_layer_year`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::network::Graph;
use blocwatch_stats::network::community::{Objective, Stability, adjusted_rand, continued, stability};

use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns, Rows};
use crate::measures::backbone::{self, ALPHA};
use crate::measures::layers::{self, LAYER, LAYER_COLUMN, Network, WINDOW};
use crate::measures::{Headline, Measure, Parameter, Settings, Takes};
use crate::step::{Context, Input, Output};

/// States.
pub const COMMUNITY: TableSpec = TableSpec {
    name: "community_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "layer"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state"),
        col("year", Kind::I32, "year", "calendar year"),
        LAYER_COLUMN,
        opt(
            "community",
            Kind::U32,
            "number",
            "community, carried on from the year before by the greatest overlap; the number means nothing else; null without a tie in the backbone",
        ),
        opt("size", Kind::U32, "states", "states in the community; null as community"),
        opt(
            "hold",
            Kind::F64,
            "share 0-1",
            "how often, over seeds, the state is found together with the other members; null as community or if it is alone",
        ),
    ],
    doc: "Communities of states in the backbone of every layer of ties. A state with a low hold stands between communities.",
};

/// Layers.
pub const COMMUNITY_LAYER: TableSpec = TableSpec {
    name: "community_layer_year",
    unit: Unit::Entry,
    keys: &["layer", "year"],
    columns: &[
        LAYER_COLUMN,
        col("year", Kind::I32, "year", "calendar year"),
        col("states", Kind::U32, "states", "states with a tie in the backbone"),
        col("ties", Kind::U32, "ties", "ties of the backbone, without direction"),
        opt("communities", Kind::U32, "communities", "communities of two states and more; null without ties"),
        opt("quality", Kind::F64, "modularity, or weight for the Potts model", "quality of the partition; null without ties"),
        opt("quality_least", Kind::F64, "as quality", "the least a seed ends with; null without ties"),
        opt("rand_seeds", Kind::F64, "adjusted Rand index", "mean over all pairs of seeds: 1 if all find the same; null without ties"),
        opt(
            "rand_previous",
            Kind::F64,
            "adjusted Rand index",
            "with the year before, over states in both; null where that year is not there or fewer than two states are",
        ),
    ],
    doc: "How clear the communities of a layer are: how much more ties lie within them than by chance, whether other seeds find the same, whether they last.",
};

const SEEDS: Parameter = Parameter {
    name: "seeds",
    takes: Takes::Count { default: 50, least: 2, most: 1000 },
    doc: "Runs of the search, each under another seed.",
};
const SEED: Parameter = Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of the seeds." };
const OBJECTIVE: Parameter = Parameter {
    name: "objective",
    takes: Takes::Choice(&["modularity", "potts"]),
    doc: "What a partition is judged by: modularity, or the constant Potts model, whose resolution is in the unit of the weights.",
};
const RESOLUTION: Parameter = Parameter {
    name: "resolution",
    takes: Takes::Number { default: 1.0, least: 0.01, most: 100.0 },
    doc: "Resolution: more gives smaller communities.",
};
const SINCE: Parameter = layers::since(1990);

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "community",
    title: "Blocs in each layer of ties",
    doc: "States are put into communities so that ties lie within them rather than between, by the Leiden algorithm on the ties whose p \
          lies below the level (backbone, without correction: a search for communities needs the network rather than certainty of each \
          tie). Ties of both directions are added. A partition is judged by modularity, the share of weight within communities less the share \
          expected if ends were joined at random, Σ_c (w_c/w - resolution (s_c/2w)²), w_c being the weight within community c, s_c the \
          strength of its states and w all weight. The search is run under many seeds; what is shown is the best partition, which is \
          improved by putting together what the runs agree on, and beside it how often the runs agree. Years are matched by the greatest \
          overlap of members, so that a number stays with a community while most of it does.\n\n\
          Duties to defend all weigh the same, so that the filter keeps none and the layer has no communities here; the table of ties has them. \
          Every network falls into communities, one of noise too: look at rand_seeds and rand_previous before naming a bloc. Modularity \
          has a resolution limit and does not see small communities in large networks; another resolution gives others.",
    citations: &[
        "Traag, V. A., Waltman, L. & van Eck, N. J. (2019). From Louvain to Leiden: guaranteeing well-connected communities. Scientific Reports 9.",
        "Newman, M. E. J. & Girvan, M. (2004). Finding and evaluating community structure in networks. Physical Review E 69.",
        "Reichardt, J. & Bornholdt, S. (2006). Statistical mechanics of community detection. Physical Review E 74.",
        "Ovelgönne, M. & Geyer-Schulz, A. (2012). An ensemble learning strategy for graph clustering. Graph Partitioning and Graph Clustering, AMS.",
        "Hubert, L. & Arabie, P. (1985). Comparing partitions. Journal of Classification 2.",
    ],
    interval: "None: co-assignment over seeds (hold) and the adjusted Rand index over seeds and years say how sure a partition is.",
    version: 1,
    parameters: &[LAYER, WINDOW, SINCE, ALPHA, OBJECTIVE, RESOLUTION, SEEDS, SEED],
    inputs: &[layers::INPUTS[0], layers::INPUTS[1], layers::INPUTS[2], layers::INPUTS[3], Input::Table("igo_state_year")],
    outputs: &[&COMMUNITY, &COMMUNITY_LAYER],
    run,
    example,
    variants: &[
        ("resolution .7", &[("resolution", "0.7")]),
        ("resolution 1.3", &[("resolution", "1.3")]),
        ("backbone at .1", &[("alpha", "0.1")]),
        ("another seed", &[("seed", "2")]),
    ],
    headline,
};

/// Communities of one layer in the year before: number by state.
struct Before {
    layer: &'static str,
    year: i32,
    community: BTreeMap<u16, u32>,
    /// The first number not yet given.
    next: u32,
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let (alpha, resolution) = (settings.number(ALPHA.name)?, settings.number(RESOLUTION.name)?);
    let objective =
        if settings.choice(OBJECTIVE.name)? == "potts" { Objective::Potts(resolution) } else { Objective::Modularity(resolution) };
    let (seeds, seed) = (settings.count(SEEDS.name)?, u64::from(settings.count(SEED.name)?));
    let networks = layers::networks(context, settings)?;
    let memberships = layers::memberships(context, &networks)?;
    let (mut states, mut wholes) = (Rows::new(&COMMUNITY), Rows::new(&COMMUNITY_LAYER));
    let mut before: Option<Before> = None;
    for network in &networks {
        let (graph, tied) = backbone_graph(network, &memberships, alpha)?;
        // the Potts model has a value for a network without ties, which has no communities either
        let found = if graph.edges().is_empty() { None } else { stability(&graph, objective, seed, seeds) };
        let past = before.take().filter(|b| b.layer == network.layer.id);
        let (numbers, next) = numbered(found.as_ref(), &tied, past.as_ref());
        let mut place = 0;
        for (state, in_backbone) in network.states.iter().zip(&tied_in(network, &tied)) {
            let (mut community, mut size, mut hold) = (None, None, None);
            if let (true, Some(found)) = (*in_backbone, &found) {
                community = Some(numbers[place]);
                size = Some(found.best.community.iter().filter(|c| **c == found.best.community[place]).count() as u32);
                hold = found.hold[place];
                place += 1;
            }
            states.push([(*state).into(), network.year.into(), network.layer.id.into(), community.into(), size.into(), hold.into()])?;
        }
        let now: BTreeMap<u16, u32> = if found.is_some() { tied.iter().copied().zip(numbers).collect() } else { BTreeMap::new() };
        let rand_previous = past.filter(|p| p.year + 1 == network.year).and_then(|p| {
            let both: Vec<(u32, u32)> = now.iter().filter_map(|(s, c)| Some((*p.community.get(s)?, *c))).collect();
            let (was, is): (Vec<u32>, Vec<u32>) = both.into_iter().unzip();
            (is.len() > 1).then(|| adjusted_rand(&was, &is))
        });
        let communities = found.as_ref().map(|f| {
            f.hold
                .iter()
                .zip(&f.best.community)
                .filter(|(h, _)| h.is_some())
                .map(|(_, c)| *c)
                .collect::<std::collections::BTreeSet<_>>()
                .len() as u32
        });
        wholes.push([
            network.layer.id.into(),
            network.year.into(),
            (tied.len() as u32).into(),
            (graph.edges().len() as u32).into(),
            communities.into(),
            found.as_ref().map(|f| f.best.quality).into(),
            found.as_ref().map(|f| f.least_quality).into(),
            found.as_ref().map(|f| f.mean_rand).into(),
            rand_previous.into(),
        ])?;
        before = Some(Before { layer: network.layer.id, year: network.year, community: now, next });
    }
    Ok(Output::table(&COMMUNITY, states.finish()?).and(&COMMUNITY_LAYER, wholes.finish()?))
}

/// The backbone without direction, and its states.
fn backbone_graph(
    network: &Network,
    memberships: &BTreeMap<i32, blocwatch_stats::joint::Memberships>,
    alpha: f64,
) -> Result<(Graph, Vec<u16>)> {
    let mut ties: BTreeMap<(u16, u16), f64> = BTreeMap::new();
    for tie in backbone::tested(network, memberships)?.into_iter().filter(|t| t.p < alpha) {
        let (a, b) = (network.states[tie.a as usize], network.states[tie.b as usize]);
        *ties.entry((a.min(b), a.max(b))).or_insert(0.0) += tie.weight;
    }
    let tied: Vec<u16> = ties.keys().flat_map(|(a, b)| [*a, *b]).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let at = |state: u16| tied.binary_search(&state).map_or(0, |p| p as u32);
    let graph = Graph::undirected(tied.len(), ties.iter().map(|((a, b), w)| (at(*a), at(*b), *w)));
    Ok((graph.map_err(|e| AnalysisError::Defect(format!("{} {}: {e}", network.layer.id, network.year)))?, tied))
}

/// Whether each state of the network is in the backbone.
fn tied_in(network: &Network, tied: &[u16]) -> Vec<bool> {
    network.states.iter().map(|s| tied.binary_search(s).is_ok()).collect()
}

/// A number for the community of each state of the backbone, kept from the year before where most of it stays, and the next free one.
fn numbered(found: Option<&Stability>, tied: &[u16], past: Option<&Before>) -> (Vec<u32>, u32) {
    let mut next = past.map_or(1, |p| p.next);
    let Some(found) = found else { return (Vec::new(), next) };
    let later: Vec<Option<u32>> = found.best.community.iter().map(|c| Some(*c)).collect();
    let earlier: Vec<Option<u32>> = tied.iter().map(|s| past.and_then(|p| p.community.get(s).copied())).collect();
    let numbers: Vec<u32> = continued(&earlier, &later)
        .into_iter()
        .map(|c| {
            c.unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    (found.best.community.iter().map(|c| numbers[*c as usize]).collect(), next)
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(COMMUNITY_LAYER.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (layer, year, communities, quality) = (c.text("layer")?, c.i32("year")?, c.u32("communities")?, c.f64("quality")?);
    let mut out = Vec::new();
    for l in layers::LAYERS {
        let rows = || (0..batch.num_rows()).filter(|i| layer.value(*i) == l.id);
        let number = rows().filter_map(|i| Some((year.value(i), f64::from(communities.at(i)?))));
        out.push(Headline::years(format!("communities in {}", l.id), number));
        out.push(Headline::years(format!("quality in {}", l.id), rows().filter_map(|i| Some((year.value(i), quality.at(i)?)))));
    }
    Ok(out)
}

fn example() -> Result<String> {
    let ties = [(0, 1, 1.0), (0, 2, 1.0), (1, 2, 1.0), (3, 4, 1.0), (3, 5, 1.0), (4, 5, 1.0), (2, 3, 1.0)];
    let graph = Graph::undirected(6, ties).map_err(|e| AnalysisError::Defect(e.to_string()))?;
    let found = stability(&graph, Objective::Modularity(1.0), 1, 50);
    Ok(found.map_or_else(String::new, |s| {
        format!(
            "Six states form two triangles with one tie between them. Of the seven ties six lie within; by chance half would: modularity \
             6/7 - 1/2 = {:.3} with {} communities. All fifty seeds find them: adjusted Rand index {:.2}, hold {:.2}.",
            s.best.quality,
            s.best.communities,
            s.mean_rand,
            s.hold[0].unwrap_or(f64::NAN)
        )
    }))
}
