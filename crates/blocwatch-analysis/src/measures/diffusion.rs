//! Who follows whom in dated adoptions, and whether adoption follows partners: `adoption`, `influence_edge`, `diffusion_hazard`,
//! and [`layers`]: `diffusion_layer`.

mod layers;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::diffusion::hazard::{self, Fit, Link, Model};
use blocwatch_stats::diffusion::layers::Least;
use blocwatch_stats::diffusion::netinf::{Edge, Stop, netinf};
use blocwatch_stats::diffusion::permuted::{Tested, permuted};
use blocwatch_stats::diffusion::risk::{End, Layer, Observed, Risk, at_risk};
use blocwatch_stats::diffusion::{Adoption, Cascades, Delay, DiffusionError};

use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns, Rows};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

pub use layers::DIFFUSION_LAYER;

const KIND: blocwatch_core::table::Column = col(
    "kind",
    Kind::Text,
    "membership, treaty, frame or practice",
    "what is adopted: joining an organisation, an agreement, a frame of the General Debate, a tactic of the casebook",
);

/// Adoptions.
pub const ADOPTION: TableSpec = TableSpec {
    name: "adoption",
    unit: Unit::Entry,
    keys: &["kind", "item", "gwcode"],
    columns: &[
        KIND,
        col("item", Kind::Text, "id", "organisation, agreement, frame or tactic"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state that adopts"),
        col("year", Kind::I32, "year", "first year in which it does"),
        col("source", Kind::Text, "source id", "who says so"),
    ],
    doc: "First dated adoptions of states: full membership of organisations, agreements signed or in force, frames first used in the General Debate, tactics of which the casebook names a state as sponsor or partner.",
};

/// Edges.
pub const INFLUENCE_EDGE: TableSpec = TableSpec {
    name: "influence_edge",
    unit: Unit::Entry,
    keys: &["kind", "period", "rank"],
    columns: &[
        KIND,
        col(
            "period",
            Kind::Text,
            "all or before",
            "adoptions that it was inferred from: all years, or those before the year that `split` sets",
        ),
        col("rank", Kind::U32, "-", "order in which the edge was added"),
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state that is followed"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state that follows"),
        col("gain", Kind::F64, "log-likelihood", "by how much it explains all adoptions better"),
        col("support", Kind::U32, "adoptions", "adoptions of the follower that it explains better than the edges before it"),
        col("possible", Kind::U32, "adoptions", "adoptions of the follower that come after the other's"),
        opt("shared", Kind::U32, "items", "items that both adopt; null in the period before, which is not tested"),
        opt(
            "z",
            Kind::F64,
            "standard deviations of draws",
            "gain as the first edge against shuffled times; null as shared, or if draws do not vary",
        ),
        opt("p", Kind::F64, "probability", "share of draws with as much gain; null as shared"),
        opt("p_family", Kind::F64, "probability", "share of draws in which any pair stands out as much; null as z"),
    ],
    doc: "The network of influence that explains the order of adoptions best, with how sure each edge is. It is an order in time: common shocks look the same.",
};

/// Hazards.
pub const DIFFUSION_HAZARD: TableSpec = TableSpec {
    name: "diffusion_hazard",
    unit: Unit::Entry,
    keys: &["kind", "model", "term"],
    columns: &[
        KIND,
        col(
            "model",
            Kind::Text,
            "sources or partners",
            "sources: those whom the state followed before; partners: these, its region and its partners in each layer",
        ),
        col("term", Kind::Text, "id", "column; share_… is the share of them that had adopted by the year before"),
        opt(
            "estimate",
            Kind::F64,
            "change of the linear predictor",
            "by one unit of the column: from none of them to all; null for the reason in absent",
        ),
        opt("se", Kind::F64, "as estimate", "standard error, clustered by state and by item; null for the reason in absent"),
        opt("low", Kind::F64, "as estimate", "lower end of the 95 % interval; null for the reason in absent"),
        opt("high", Kind::F64, "as estimate", "upper end of the interval; null for the reason in absent"),
        opt("p", Kind::F64, "probability", "of an estimate as far from 0 by chance, two-sided; null for the reason in absent"),
        col("observations", Kind::U32, "state-item-years", "at risk"),
        col("adoptions", Kind::U32, "adoptions", "among them"),
        col("states", Kind::U32, "states", "among them"),
        col("items", Kind::U32, "items", "among them"),
        opt("absent", Kind::Text, "-", "why there is no estimate; null where there is one"),
    ],
    doc: "Whether a state is likelier to adopt when those it followed before, its neighbours in the region and its partners have. The network of those it followed is from earlier years only.",
};

const SINCE: Parameter = Parameter {
    name: "since",
    takes: Takes::Count { default: 1946, least: 1816, most: 2100 },
    doc: "Items first adopted in this year or later.",
};
const LEAST: Parameter =
    Parameter { name: "least", takes: Takes::Count { default: 5, least: 2, most: 200 }, doc: "Fewest adopters of an item." };
const SETTLE: Parameter = Parameter {
    name: "settle",
    takes: Takes::Count { default: 5, least: 0, most: 50 },
    doc: "Years after a state's birth whose adoptions are left out: a new state joins much at once, and whoever was there before seems followed.",
};
const SPLIT: Parameter = Parameter {
    name: "split",
    takes: Takes::Count { default: 1990, least: 1900, most: 2100 },
    doc: "The network is learnt from adoptions before this year, the hazard is of adoptions from it on.",
};
const HORIZON: Parameter = Parameter {
    name: "horizon",
    takes: Takes::Count { default: 20, least: 1, most: 200 },
    doc: "Years after the first adoption in which states are at risk.",
};
const EDGES: Parameter =
    Parameter { name: "edges", takes: Takes::Count { default: 300, least: 1, most: 20_000 }, doc: "Most edges of a network." };
const SHARED: Parameter = Parameter {
    name: "shared",
    takes: Takes::Count { default: 5, least: 1, most: 1000 },
    doc: "Fewest items that two states must both adopt to be tested.",
};
const DRAWS: Parameter = Parameter {
    name: "draws",
    takes: Takes::Count { default: 49, least: 19, most: 100_000 },
    doc: "Shuffles of the times: 49 for the build; set more to say more than .02.",
};
const LINK: Parameter =
    Parameter { name: "link", takes: Takes::Choice(&["logit", "cloglog"]), doc: "Logistic model, or complementary log-log." };
const CONTROLS: Parameter = Parameter {
    name: "controls",
    takes: Takes::Count { default: 5, least: 0, most: 10_000 },
    doc: "In the test of each layer, rows at risk that are drawn of those that do not adopt, for each that does; 0 for all.",
};
const ENOUGH: Parameter = Parameter {
    name: "enough",
    takes: Takes::Count { default: 50, least: 10, most: 100_000 },
    doc: "Fewest adoptions at risk for a layer to be tested; of at least 5 items, and 10 of them by at least 20 states with partners in it.",
};
const SEED: Parameter = Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of the draws." };

/// The least for a layer to be tested, but for adoptions. Twenty clusters are where clustered errors begin to be of use (Cameron & Miller 2015).
const NEEDED: Least = Least { adoptions: 0, items: 5, tied_units: 20, tied_adoptions: 10 };

/// Layers whose partners are asked about together: id, table, first and last year, and the ties as gwcode1, gwcode2, year, weight.
const LAYERS: &[(&str, i32, i32, &str)] = &[
    (
        "share_defence_partners",
        1816,
        2018,
        "SELECT gwcode1, gwcode2, year, weight FROM tie_dyad_year WHERE layer = 'defence-agreement' AND source = 'atop' AND year >= 1945",
    ),
    (
        "share_arms_suppliers",
        1950,
        2021,
        "SELECT gwcode2 AS gwcode1, gwcode1 AS gwcode2, year, weight FROM tie_dyad_year WHERE layer = 'arms' AND edition = '360info'",
    ),
];

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "diffusion",
    title: "Who follows whom in what states adopt",
    doc: "An adoption is the first dated year in which a state joins an organisation, becomes party to an agreement, uses a frame of \
          counter-norms in the General Debate, or is named by the casebook with a tactic. NetInf finds the edges from state to state that \
          explain the order of adoptions best: each adopter follows one that came before, sooner rather than later (an exponential delay \
          whose rate is taken from the data), and edges are added one by one, each the best given those before it. How sure an edge is, is \
          said by shuffling the times within each item: who adopts what stays, who comes when is random. `p_family` holds for all pairs \
          together; read it before naming a pair.\n\n\
          The hazard model asks whether a state at risk adopts in a year, given the share of those it followed *in earlier years* that had \
          adopted by the year before, the share of all, time since the first adoption, and autocracy; then also the shares of its region and \
          of its partners in arms and defence. The network is learnt before `split` and tested after it, since a network tested on the \
          adoptions it was learnt from always fits. Errors are clustered by state and by item. `diffusion_layer` asks the same of every layer of the tie table that has years in the span, one at a \
          time: the share of the partners of the year before that had adopted by then, beside those followed before, the region, all states, \
          time, regime, and whether there is any partner. All adoptions are kept and `controls` rows drawn for each, which moves no slope of a \
          logistic model (`link` does not apply). p is corrected for all layers tested of a kind (Holm); a layer that cannot be tested says why. \
          Layers overlap and partners are alike in much that is not held fixed.\n\n\
          **Order in time is not influence.** A war, a fall of oil prices, a model law of the United Nations or an invitation to all look like \
          one following another; so do states that are alike and decide alike. Early and frequent adopters gather edges. Founders of an \
          organisation adopt in one year and are no edges of each other. Organisations are no laws: joining is by invitation. An edge with a \
          support of two or three is a hint.",
    citations: &[
        "Gomez-Rodriguez, M., Leskovec, J. & Krause, A. (2012). Inferring networks of diffusion and influence. ACM Transactions on Knowledge Discovery from Data 5(4).",
        "Desmarais, B. A., Harden, J. J. & Boehmke, F. J. (2015). Persistent policy pathways: Inferring diffusion networks in the American states. American Political Science Review 109(2).",
        "Westfall, P. H. & Young, S. S. (1993). Resampling-based multiple testing. Wiley.",
        "Cameron, A. C., Gelbach, J. B. & Miller, D. L. (2011). Robust inference with multiway clustering. Journal of Business & Economic Statistics 29(2).",
        "Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of Human Resources 50(2).",
        "King, G. & Zeng, L. (2001). Logistic regression in rare events data. Political Analysis 9(2).",
        "Prentice, R. L. & Pyke, R. (1979). Logistic disease incidence models and case-control studies. Biometrika 66(3).",
        "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6(2).",
        "Beck, N., Katz, J. N. & Tucker, R. (1998). Taking time seriously: Time-series-cross-section analysis with a binary dependent variable. American Journal of Political Science 42(4).",
    ],
    interval: "Permutation p of edges, alone and for all pairs; 95 % intervals of the hazard model, clustered by state and item.",
    version: 2,
    parameters: &[REGIME, SINCE, LEAST, SETTLE, SPLIT, HORIZON, EDGES, SHARED, DRAWS, LINK, CONTROLS, ENOUGH, SEED],
    inputs: &[
        Input::Table("membership_org_state_year"),
        Input::Table("treaty_party"),
        Input::Table("frame_state"),
        Input::Table("case"),
        Input::Table("case_party"),
        Input::Table("state_year"),
        Input::Table("tie_dyad_year"),
        Input::Table("tie_layer"),
        Input::Table("regime_measure_state_year"),
    ],
    outputs: &[&INFLUENCE_EDGE, &DIFFUSION_HAZARD, &DIFFUSION_LAYER, &ADOPTION],
    run,
    example,
    variants: &[
        ("complementary log-log", &[("link", "cloglog")]),
        ("100 edges", &[("edges", "100")]),
        ("split at 2000", &[("split", "2000")]),
        ("adoptions of new states too", &[("settle", "0")]),
    ],
    headline,
};

/// Kind, and the SELECT of item, gwcode, year and source.
const KINDS: &[(&str, &str)] = &[
    (
        "membership",
        "SELECT org AS item, gwcode, min(year) AS year, min(source) AS source FROM membership_org_state_year WHERE status = 1 AND in_system \
         GROUP BY org, gwcode",
    ),
    (
        "treaty",
        "SELECT \"treatyID\" AS item, gwcode, min(year) AS year, 'treaties' AS source FROM treaty_party WHERE edition = 'GGO' AND in_system \
         AND gwcode IS NOT NULL AND year IS NOT NULL GROUP BY \"treatyID\", gwcode",
    ),
    ("frame", "SELECT frame AS item, gwcode, first_year AS year, 'general_debate' AS source FROM frame_state WHERE first_year IS NOT NULL"),
    (
        "practice",
        "SELECT c.tactic AS item, p.gwcode, min(c.year_from) AS year, 'casebook' AS source FROM \"case\" c JOIN case_party p ON p.case_id = \
         c.case_id WHERE c.kind = 'collaboration' AND c.year_from IS NOT NULL AND c.tactic IS NOT NULL AND p.gwcode IS NOT NULL AND p.role \
         IN ('sponsor', 'partner', 'host') GROUP BY c.tactic, p.gwcode",
    ),
];

/// One adoption as read.
struct Adopted {
    item: String,
    state: u16,
    year: i32,
    source: String,
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let world = World::read(context, settings)?;
    let ways = layers::read(context, &world.states, settings.count(SPLIT.name)? as i32 - 1)?;
    let mut rows = Tables { edges: Rows::new(&INFLUENCE_EDGE), hazards: Rows::new(&DIFFUSION_HAZARD), layers: Rows::new(&DIFFUSION_LAYER) };
    let mut adoptions = Rows::new(&ADOPTION);
    for (kind, sql) in KINDS {
        let all = read(context, sql)?;
        for a in &all {
            adoptions.push([(*kind).into(), a.item.as_str().into(), a.state.into(), a.year.into(), a.source.as_str().into()])?;
        }
        one_kind(kind, &all, &world, &ways, settings, &mut rows)?;
    }
    Ok(Output::default()
        .and(&INFLUENCE_EDGE, rows.edges.finish()?)
        .and(&DIFFUSION_HAZARD, rows.hazards.finish()?)
        .and(&DIFFUSION_LAYER, rows.layers.finish()?)
        .and(&ADOPTION, adoptions.finish()?))
}

/// Rows of the tables of results.
struct Tables {
    edges: Rows,
    hazards: Rows,
    layers: Rows,
}

fn read(context: &Context<'_>, sql: &str) -> Result<Vec<Adopted>> {
    let batch = context.sql(&format!("SELECT item, gwcode, year, source FROM ({sql}) ORDER BY item, gwcode"))?;
    let c = Columns(&batch);
    let (item, gwcode, year, source) = (c.text("item")?, c.u16("gwcode")?, c.i32("year")?, c.text("source")?);
    Ok((0..batch.num_rows())
        .map(|i| Adopted {
            item: item.value(i).to_owned(),
            state: gwcode.value(i),
            year: year.value(i),
            source: source.value(i).to_owned(),
        })
        .collect())
}

/// What does not depend on the kind of adoption.
struct World {
    states: Vec<u16>,
    spells: Vec<Vec<RangeInclusive<i32>>>,
    region: Vec<u32>,
    layers: Vec<Layer>,
    autocracies: BTreeMap<(u16, i32), bool>,
}

impl World {
    fn read(context: &Context<'_>, settings: &Settings) -> Result<Self> {
        let batch = context.sql("SELECT gwcode, year, region FROM state_year ORDER BY gwcode, year")?;
        let c = Columns(&batch);
        let (gwcode, year, region) = (c.u16("gwcode")?, c.i32("year")?, c.text("region")?);
        let (mut states, mut spells, mut names): (Vec<u16>, Vec<Vec<RangeInclusive<i32>>>, Vec<&str>) = Default::default();
        for i in 0..batch.num_rows() {
            let (state, now) = (gwcode.value(i), year.value(i));
            if states.last() != Some(&state) {
                states.push(state);
                spells.push(Vec::new());
                names.push("");
            }
            if let (Some(own), Some(name)) = (spells.last_mut(), names.last_mut()) {
                *name = region.at(i).unwrap_or("");
                match own.last_mut() {
                    Some(last) if *last.end() == now - 1 => *last = *last.start()..=now,
                    _ => own.push(now..=now),
                }
            }
        }
        let sorted: BTreeSet<&str> = names.iter().copied().collect();
        let numbers: BTreeMap<&str, u32> = sorted.into_iter().zip(0..).collect();
        let region: Vec<u32> = names.iter().map(|n| numbers[n]).collect();
        let mut layers = Vec::new();
        for (_, from, to, sql) in LAYERS {
            let batch = context.sql(&format!("{sql} ORDER BY gwcode1, gwcode2, year"))?;
            let c = Columns(&batch);
            let (one, two, year, weight) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.i32("year")?, c.f64("weight")?);
            let place = |state: u16| states.binary_search(&state).ok().map(|p| p as u32);
            layers.push(Layer::new(
                *from..=*to,
                (0..batch.num_rows()).filter_map(|i| Some((place(one.value(i))?, place(two.value(i))?, year.value(i), weight.value(i)))),
            ));
        }
        Ok(Self { states, spells, region, layers, autocracies: settings.regime()?.autocracies(context)? })
    }

    fn place(&self, state: u16) -> Option<u32> {
        self.states.binary_search(&state).ok().map(|p| p as u32)
    }

    /// The region as a layer: all other states of it, in every year.
    fn region_layer(&self, years: RangeInclusive<i32>) -> Layer {
        let n = self.states.len();
        let pairs = (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).filter(|(a, b)| a != b && self.region[*a] == self.region[*b]);
        let ties = pairs.flat_map(|(a, b)| {
            let exists = move |year: &i32| self.spells[b].iter().any(|s| s.contains(year));
            years.clone().filter(exists).map(move |year| (a as u32, b as u32, year, 1.0)).collect::<Vec<_>>()
        });
        Layer::new(years.clone(), ties.collect::<Vec<_>>())
    }
}

fn defect(e: DiffusionError) -> AnalysisError {
    AnalysisError::Defect(e.to_string())
}

fn one_kind(kind: &str, all: &[Adopted], world: &World, ways: &[layers::Way], settings: &Settings, rows: &mut Tables) -> Result<()> {
    let (since, split) = (settings.count(SINCE.name)? as i32, settings.count(SPLIT.name)? as i32);
    let (least, settle) = (settings.count(LEAST.name)? as usize, settings.count(SETTLE.name)? as i32);
    let most = settings.count(EDGES.name)? as usize;
    // items by number; adoptions of states that were just born are no choice, and their first years no risk
    let mut first: BTreeMap<&str, i32> = BTreeMap::new();
    for a in all {
        let year = first.entry(&a.item).or_insert(a.year);
        *year = a.year.min(*year);
    }
    let items: BTreeMap<&str, u32> = first.iter().filter(|(_, y)| **y >= since).map(|(i, _)| *i).zip(0..).collect();
    let grown: Vec<Vec<RangeInclusive<i32>>> =
        world.spells.iter().map(|own| own.iter().map(|s| s.start() + settle..=*s.end()).collect()).collect();
    let adopted: Vec<(u32, u32, i32)> =
        all.iter().filter_map(|a| Some((*items.get(a.item.as_str())?, world.place(a.state)?, a.year))).collect();
    let chosen: Vec<(u32, u32, i32)> = adopted.iter().filter(|r| grown[r.1 as usize].iter().any(|s| s.contains(&r.2))).copied().collect();
    let enough = |rows: &[(u32, u32, i32)]| -> Vec<(u32, u32, i32)> {
        let mut n: BTreeMap<u32, usize> = BTreeMap::new();
        rows.iter().for_each(|r| *n.entry(r.0).or_insert(0) += 1);
        rows.iter().filter(|r| n[&r.0] >= least).copied().collect()
    };
    let nodes = world.states.len() as u32;
    let cascades = |rows: &[(u32, u32, i32)]| {
        Cascades::new(nodes, rows.iter().map(|(cascade, node, year)| Adoption { cascade: *cascade, node: *node, time: f64::from(*year) }))
    };
    let whole = cascades(&enough(&chosen)).map_err(defect)?;
    let before: Vec<_> = chosen.iter().filter(|r| r.2 < split).copied().collect();
    let before = cascades(&enough(&before)).map_err(defect)?;
    let mut tested: BTreeMap<(u32, u32), Tested> = BTreeMap::new();
    let network = infer(&whole, most)?;
    if !network.is_empty() {
        let delay = Delay::suggested(&whole).map_err(defect)?;
        let shared = settings.count(SHARED.name)?;
        let draws = permuted(&whole, delay, shared, settings.count(DRAWS.name)?, u64::from(settings.count(SEED.name)?)).map_err(defect)?;
        tested = draws.into_iter().map(|t| ((t.parent, t.child), t)).collect();
    }
    push_edges(kind, "all", &network, &tested, world, &mut rows.edges)?;
    let earlier = infer(&before, most)?;
    push_edges(kind, "before", &earlier, &BTreeMap::new(), world, &mut rows.edges)?;
    let mut sources = vec![Vec::new(); world.states.len()];
    earlier.iter().for_each(|e| sources[e.child as usize].push(e.parent));
    let last = all.iter().map(|a| a.year).max().unwrap_or(split);
    let mut layers = vec![world.region_layer(split - 1..=last)];
    layers.extend(world.layers.iter().cloned());
    // who may adopt: states of the regions of those who did
    let mut regions: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (item, unit, _) in &adopted {
        regions.entry(*item).or_default().insert(world.region[*unit as usize]);
    }
    let eligible: BTreeMap<u32, Vec<u32>> =
        regions.iter().map(|(item, of)| (*item, (0..nodes).filter(|u| of.contains(&world.region[*u as usize])).collect())).collect();
    let observed = Observed { units: &grown, adoptions: &adopted, eligible: &eligible, sources: &sources, layers: &layers };
    let risk = at_risk(&observed, split..=last, End::After(settings.count(HORIZON.name)? as i32), least);
    let link = if settings.choice(LINK.name)? == "cloglog" { Link::Cloglog } else { Link::Logit };
    for (model, with) in [("sources", false), ("partners", true)] {
        fit(kind, model, with, &risk, world, link, &mut rows.hazards)?;
    }
    let how = layers::How {
        controls: settings.count(CONTROLS.name)?,
        least: Least { adoptions: settings.count(ENOUGH.name)? as usize, ..NEEDED },
        seed: u64::from(settings.count(SEED.name)?),
    };
    layers::push(kind, ways, &risk, &adopted, world, &how, &mut rows.layers)
}

fn infer(cascades: &Cascades, most: usize) -> Result<Vec<Edge>> {
    match Delay::suggested(cascades) {
        Ok(delay) => netinf(cascades, delay, Stop::Edges(most)).map_err(defect),
        // nobody follows anybody
        Err(_) => Ok(Vec::new()),
    }
}

fn push_edges(
    kind: &str,
    period: &str,
    network: &[Edge],
    tested: &BTreeMap<(u32, u32), Tested>,
    world: &World,
    rows: &mut Rows,
) -> Result<()> {
    for (rank, edge) in network.iter().enumerate() {
        let t = tested.get(&(edge.parent, edge.child));
        rows.push([
            kind.into(),
            period.into(),
            (rank as u32 + 1).into(),
            world.states[edge.parent as usize].into(),
            world.states[edge.child as usize].into(),
            edge.gain.into(),
            edge.support.into(),
            edge.possible.into(),
            t.map(|t| t.shared).into(),
            t.and_then(|t| t.z).into(),
            t.map(|t| t.p).into(),
            t.and_then(|t| t.p_family).into(),
        ])?;
    }
    Ok(())
}

/// Fits one model and adds its rows.
fn fit(kind: &str, model: &str, partners: bool, risk: &Risk, world: &World, link: Link, rows: &mut Rows) -> Result<()> {
    let names: Vec<&str> = std::iter::once("share_region").chain(LAYERS.iter().map(|l| l.0)).collect();
    let autocracy = |i: usize| world.autocracies.get(&(world.states[risk.rows[i].unit as usize], risk.rows[i].year - 1)).copied();
    let complete = |i: &usize| autocracy(*i).is_some() && (!partners || risk.partners.iter().all(|layer| layer[*i].is_some()));
    let used: Vec<usize> = (0..risk.rows.len()).filter(complete).collect();
    let column = |of: &dyn Fn(usize) -> f64| -> Vec<f64> { used.iter().map(|i| of(*i)).collect() };
    let mut columns: Vec<(&str, Vec<f64>)> = vec![
        ("share_sources", column(&|i| risk.rows[i].share_sources)),
        ("share_all", column(&|i| risk.rows[i].share_all)),
        ("log_duration", column(&|i| f64::from(risk.rows[i].duration).ln())),
        ("autocracy", column(&|i| f64::from(u8::from(autocracy(i) == Some(true))))),
    ];
    if partners {
        for (name, layer) in names.iter().zip(&risk.partners) {
            columns.push((name, column(&|i| layer[i].unwrap_or(0.0))));
        }
    }
    let adopts: Vec<bool> = used.iter().map(|i| risk.rows[*i].adopts).collect();
    let (unit, item): (Vec<u32>, Vec<u32>) = used.iter().map(|i| (risk.rows[*i].unit, risk.rows[*i].item)).unzip();
    let views: Vec<(&str, &[f64])> = columns.iter().map(|(n, c)| (*n, c.as_slice())).collect();
    let found = hazard::fit(&Model { link, adopts: &adopts, columns: &views, clusters: &[&unit, &item] }).map_err(defect)?;
    let count = |of: &[u32]| of.iter().collect::<BTreeSet<_>>().len() as u32;
    let terms: Vec<String> = std::iter::once("(intercept)").chain(columns.iter().map(|c| c.0)).map(str::to_owned).collect();
    let absent = found.as_ref().err().map(hazard::Absent::reason);
    for (j, name) in terms.iter().enumerate() {
        let term = found.as_ref().ok().map(|f: &Fit| &f.terms[j]);
        rows.push([
            kind.into(),
            model.into(),
            name.as_str().into(),
            term.map(|t| t.estimate).into(),
            term.map(|t| t.se).into(),
            term.map(|t| t.interval.0).into(),
            term.map(|t| t.interval.1).into(),
            term.map(|t| t.p).into(),
            (used.len() as u32).into(),
            (adopts.iter().filter(|a| **a).count() as u32).into(),
            count(&unit).into(),
            count(&item).into(),
            absent.clone().into(),
        ])?;
    }
    Ok(())
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(DIFFUSION_HAZARD.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (kind, model, term, estimate) = (c.text("kind")?, c.text("model")?, c.text("term")?, c.f64("estimate")?);
    Ok((0..batch.num_rows())
        .filter(|i| term.value(*i).starts_with("share_") && model.value(*i) == "partners")
        .map(|i| Headline::run(format!("{} of {}", term.value(i), kind.value(i)), estimate.at(i)))
        .collect())
}

fn example() -> Result<String> {
    let at = |cascade, node, time| Adoption { cascade, node, time };
    let cascades =
        Cascades::new(3, [at(1, 0, 2000.0), at(1, 1, 2001.0), at(1, 2, 2009.0), at(2, 0, 2005.0), at(2, 1, 2006.0)]).map_err(defect)?;
    let network = netinf(&cascades, Delay::Exponential { rate: 1.0 }, Stop::Edges(1)).map_err(defect)?;
    Ok(network.first().map_or_else(String::new, |e| {
        format!(
            "State 0 adopts two laws in 2000 and 2005, state 1 a year later each time, state 2 one of them in 2009. Without edges an adoption \
             is passed on with probability 10⁻¹⁰, along one with ½. The first edge is {} → {}: it explains {} adoptions, each better by \
             ln(0.5 / 10⁻¹⁰) = {:.3}, together {:.3}.",
            e.parent,
            e.child,
            e.support,
            e.gain / f64::from(e.support),
            e.gain
        )
    }))
}
