//! Whether autocracies tie to one another more than to others, layer by layer and year by year: `homophily_layer_year`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::homophily::{self, Dyads, Homophily};
use blocwatch_stats::joint::Memberships;
use blocwatch_stats::multiple::{Correction, corrected};
use blocwatch_stats::network::Graph;
use blocwatch_stats::network::null::{Against, Switching, against};
use blocwatch_stats::network::projection::Configuration;

use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns, Rows, Value};
use crate::measures::layers::{self, LAYER, LAYER_COLUMN, Network, SHARED, SINCE, WINDOW};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes, periods};
use crate::step::{Context, Input, Output};

/// What both tables say of a layer.
const COLUMNS: [Column; 19] = [
    col("states", Kind::U32, "states", "states that the layer covers and the regime measure rates"),
    col("autocracies", Kind::U32, "states", "autocracies among them"),
    opt("within", Kind::F64, "unit of the layer", "mean tie among autocracies; null for the reason in absent"),
    opt(
        "between",
        Kind::F64,
        "unit of the layer",
        "mean tie between autocracies and others; null without such a pair or for the reason in absent",
    ),
    opt("outside", Kind::F64, "unit of the layer", "mean tie among the others; null without such a pair or for the reason in absent"),
    opt("t", Kind::F64, "unit of the layer", "within less the mean of all other pairs; null for the reason in absent"),
    opt(
        "low",
        Kind::F64,
        "unit of the layer",
        "lower end of the 95 % interval of t over states; null if t is undefined without some state",
    ),
    opt("high", Kind::F64, "unit of the layer", "upper end of the 95 % interval; null as low"),
    opt(
        "effect",
        Kind::F64,
        "standard deviations of ties",
        "t in standard deviations of all ties; null if they do not vary or for the reason in absent",
    ),
    opt("z", Kind::F64, "standard deviations of draws", "t against shuffled labels; null if draws do not vary or for the reason in absent"),
    opt("p", Kind::F64, "probability", "share of shuffled labels with t as great, one-sided; null for the reason in absent"),
    opt("p_corrected", Kind::F64, "probability", "p corrected for the number of rows of the table; null as p"),
    opt(
        "z_region",
        Kind::F64,
        "standard deviations of draws",
        "t against labels shuffled within regions; null if draws do not vary or for the reason in absent",
    ),
    opt("p_region", Kind::F64, "probability", "share of labels shuffled within regions with t as great; null for the reason in absent"),
    opt("p_region_corrected", Kind::F64, "probability", "p_region corrected in the same way; null as p_region"),
    opt(
        "z_degree",
        Kind::F64,
        "standard deviations of draws",
        "t against networks in which every state keeps its number of ties; null as p_degree, or if draws do not vary",
    ),
    opt(
        "p_degree",
        Kind::F64,
        "probability",
        "share of such networks with t as great; null in vote-kappa, where all pairs have a value and no tie can be switched, in years that the parameter every leaves out, and for the reason in absent",
    ),
    opt("p_degree_corrected", Kind::F64, "probability", "p_degree corrected for the rows of the table that have one; null as p_degree"),
    opt("absent", Kind::Text, "no_pair_within or no_other_pair", "why there is no t; null where there is one"),
];

/// The response that a layer stands for.
const RESPONSE: Column = opt(
    "response",
    Kind::Text,
    "id",
    "collaborative response that ties of the layer stand for, by the ids of the matrix; null for shared organisations and treaties, which stand for none",
);

/// Columns of a table: its own, then those that both have.
const fn with<const N: usize, const M: usize>(own: [Column; N]) -> [Column; M] {
    let mut out = [COLUMNS[0]; M];
    let mut i = 0;
    while i < M {
        out[i] = if i < N { own[i] } else { COLUMNS[i - N] };
        i += 1;
    }
    out
}

/// Years.
pub const HOMOPHILY: TableSpec = TableSpec {
    name: "homophily_layer_year",
    unit: Unit::Entry,
    keys: &["layer", "year"],
    columns: &with::<3, 22>([LAYER_COLUMN, col("year", Kind::I32, "year", "calendar year"), RESPONSE]),
    doc: "Whether autocracies tie to one another more than all other pairs do, with an interval over states, against labels shuffled over all states and within regions, and against networks with the same numbers of ties.",
};

/// Periods.
pub const HOMOPHILY_PERIOD: TableSpec = TableSpec {
    name: "homophily_layer_period",
    unit: Unit::Entry,
    keys: &["layer", "year_from"],
    columns: &with::<5, 24>([
        LAYER_COLUMN,
        col("year_from", Kind::I32, "year", "first year of the period"),
        col("year_to", Kind::I32, "year", "last year of the period"),
        col("years", Kind::U32, "years", "years of the period that the layer has"),
        RESPONSE,
    ]),
    doc: "The same over whole periods: mean ties of states that were in the layer in more than half of its years, autocracies being those that were in more than half of their rated years. Each layer and period is one test, so that few are corrected for.",
};

const DRAWS: Parameter =
    Parameter { name: "draws", takes: Takes::Count { default: 1000, least: 100, most: 100_000 }, doc: "Shuffled labels for each row." };
const DEGREE_DRAWS: Parameter = Parameter {
    name: "degree-draws",
    takes: Takes::Count { default: 200, least: 50, most: 100_000 },
    doc: "Networks with the same numbers of ties for each row that is tested against them.",
};
const EVERY: Parameter = Parameter {
    name: "every",
    takes: Takes::Count { default: 5, least: 1, most: 50 },
    doc: "Years apart of the test against networks with the same numbers of ties, which takes long.",
};
const PERIOD: Parameter = Parameter {
    name: "period",
    takes: Takes::Count { default: 10, least: 2, most: 100 },
    doc: "Years of a period in homophily_layer_period; ten make decades.",
};
const CORRECTION: Parameter = Parameter {
    name: "correction",
    takes: Takes::Choice(&["bh", "holm"]),
    doc: "Correction for many tests: Benjamini and Hochberg (bh), or Holm, which a thousand draws are too few for where there are hundreds of rows.",
};
const SEED: Parameter = Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of all draws." };

/// Attempted switches for each edge and draw.
const TRIALS: u32 = 10;

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "homophily",
    title: "Do autocracies tie to one another more than others do",
    doc: "T is the mean tie among pairs of autocracies less the mean of all other pairs, among states that the layer covers and the regime \
          measure rates. Three questions are kept apart. Is it more than a random group of states would have: labels are shuffled over \
          states (p), and within political regions (p_region), since neighbours tend to be alike in both. Is it more than follows from how \
          many ties each state has: in arms, defence agreements, exercises and treaties ties are switched at random while every state keeps \
          its number (p_degree); in shared organisations memberships are drawn from the bipartite configuration model, which keeps how many \
          bodies a state joins and how many members a body has. Every p is (1 + draws with T at least as great) / (1 + draws). How large: T in \
          the unit of the layer with an interval over states, and in standard deviations of ties. The first table asks year by year, the \
          second over whole periods, which is what to quote: it has few rows to correct for, and its test against ties leaves no year out. \
          A tie of a period is the mean over its years; an autocracy is a state that was one in more than half of its rated years. Each \
          layer names the response of the matrix that its ties stand for.\n\n\
          Responses that only coded cases or machine-coded events tell of (information exchange, collaborative repression, mock compliance) \
          are not tested: cases were collected because autocracies work together in them, so that a test would find what the collector \
          looked for. China's finance and investment have one giver and are no network; substitution looks at them.\n\n\
          Where the raw measure and kappa disagree, raw agreement in votes may be what any two states share: in 1991 raw similarity among \
          autocracies is high and kappa is not. A positive T says that autocracies are tied, not that regime is why. Wealth, wars and \
          colonial pasts are not held constant. Pairs with fewer than ten common roll calls have no tie in vote-kappa; others who compute \
          T keep them (docs/replication.md).",
    citations: &[
        "Hubert, L. J. (1987). Assignment methods in combinatorial data analysis. Marcel Dekker.",
        "Krackhardt, D. (1988). Predicting with networks: Nonparametric multiple regression analysis of dyadic data. Social Networks 10(4).",
        "Saracco, F., Di Clemente, R., Gabrielli, A. & Squartini, T. (2015). Randomizing bipartite networks: the case of the World Trade Web. Scientific Reports 5.",
        "Häge, F. M. (2011). Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement. Political Analysis 19(3).",
        "Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6(2).",
    ],
    interval: "95 % interval of T over states (jackknife, errs to the wide side); one-sided permutation p, raw and corrected for the number of rows.",
    version: 2,
    parameters: &[REGIME, LAYER, WINDOW, SINCE, DRAWS, DEGREE_DRAWS, EVERY, PERIOD, CORRECTION, SEED],
    inputs: &[
        layers::INPUTS[0],
        layers::INPUTS[1],
        layers::INPUTS[2],
        layers::INPUTS[3],
        Input::Table("regime_measure_state_year"),
        Input::Table("igo_state_year"),
    ],
    outputs: &[&HOMOPHILY, &HOMOPHILY_PERIOD],
    run,
    example,
    variants: &[
        ("closed autocracies only", &[("regime", "row:1")]),
        ("polyarchy below 0.4", &[("regime", "polyarchy:0.4")]),
        ("window of one year", &[("window", "1")]),
        ("another seed", &[("seed", "2")]),
    ],
    headline,
};

/// One row before correction, `K` being its keys.
struct Tested<K> {
    key: K,
    states: u32,
    autocracies: u32,
    t: std::result::Result<Homophily, homophily::Absent>,
    label: Option<Against>,
    region: Option<Against>,
    degree: Option<Against>,
}

/// How a row is tested.
struct Test<'a> {
    regions: &'a BTreeMap<u16, u32>,
    draws: u32,
    degree_draws: u32,
    seed: u64,
}

impl Test<'_> {
    /// A layer and the regimes of its states (`None` for those that take no part), against shuffled labels and, if asked, shuffled ties.
    fn row<K>(
        &self,
        key: K,
        network: &Network,
        rated: &[Option<bool>],
        memberships: Option<&Memberships>,
        degree: bool,
    ) -> Result<Tested<K>> {
        let place = places(rated);
        let member: Vec<bool> = rated.iter().flatten().copied().collect();
        let region = |s: &u16| self.regions.get(s).copied().unwrap_or(0);
        let region: Vec<u32> = network.states.iter().zip(rated).filter(|(_, r)| r.is_some()).map(|(s, _)| region(s)).collect();
        let dyads = network.dyads(&place);
        let t = homophily::observed(&dyads, &member);
        // a stream of draws for each layer and year, so that rows do not share their luck
        let layer = layers::LAYERS.iter().position(|l| l == network.layer).unwrap_or(0);
        let seed = self.seed ^ (network.year as u64) << 32 ^ (layer as u64) << 48;
        let (mut label, mut by_region, mut by_degree) = (None, None, None);
        if let Ok(h) = &t {
            label = against(h.t, &homophily::permuted(&dyads, &member, None, self.draws, seed));
            by_region = against(h.t, &homophily::permuted(&dyads, &member, Some(&region), self.draws, seed));
            if degree {
                by_degree = degrees(network, &place, &member, memberships, h.t, self.degree_draws, seed)?;
            }
        }
        let autocracies = member.iter().filter(|m| **m).count() as u32;
        Ok(Tested { key, states: member.len() as u32, autocracies, t, label, region: by_region, degree: by_degree })
    }
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let autocracies = settings.regime()?.autocracies(context)?;
    let every = settings.count(EVERY.name)?;
    let test = Test {
        regions: &regions(context)?,
        draws: settings.count(DRAWS.name)?,
        degree_draws: settings.count(DEGREE_DRAWS.name)?,
        seed: u64::from(settings.count(SEED.name)?),
    };
    let correction =
        if settings.choice(CORRECTION.name)? == Correction::Holm.name() { Correction::Holm } else { Correction::BenjaminiHochberg };

    let loaded = layers::load(context, settings)?;
    let networks = loaded.networks(settings.count(WINDOW.name)?);
    let memberships = layers::memberships(context, &networks)?;
    let mut tested = Vec::with_capacity(networks.len());
    for network in &networks {
        let degree = network.year.unsigned_abs() % every == 0;
        tested.push(test.row(network, network, &network.rated(&autocracies), memberships.get(&network.year), degree)?);
    }
    let mut years = Rows::new(&HOMOPHILY);
    for (row, values) in tested.iter().zip(values(&tested, correction)) {
        let mut all: Vec<Value> = vec![row.key.layer.id.into(), row.key.year.into(), row.key.layer.response.into()];
        all.extend(values);
        years.push(all)?;
    }

    let periods = periods::periods(context, &loaded, settings.count(PERIOD.name)?)?;
    let mut tested = Vec::with_capacity(periods.len());
    for period in &periods {
        let rated: Vec<Option<bool>> = period.network.states.iter().map(|s| mostly(&autocracies, *s, &period.held)).collect();
        tested.push(test.row(period, &period.network, &rated, period.memberships.as_ref(), true)?);
    }
    let mut whole = Rows::new(&HOMOPHILY_PERIOD);
    for (row, values) in tested.iter().zip(values(&tested, correction)) {
        let (period, layer) = (row.key, row.key.network.layer);
        let mut all =
            vec![layer.id.into(), period.years.0.into(), period.years.1.into(), (period.held.len() as u32).into(), layer.response.into()];
        all.extend(values);
        whole.push(all)?;
    }
    Ok(Output::table(&HOMOPHILY, years.finish()?).and(&HOMOPHILY_PERIOD, whole.finish()?))
}

/// Whether a state was an autocracy in more than half of its rated years, or in fewer; `None` if in exactly half, or if never rated.
fn mostly(autocracies: &BTreeMap<(u16, i32), bool>, state: u16, years: &[i32]) -> Option<bool> {
    let rated: Vec<bool> = years.iter().filter_map(|y| autocracies.get(&(state, *y)).copied()).collect();
    let yes = 2 * rated.iter().filter(|a| **a).count();
    (yes != rated.len()).then_some(yes > rated.len())
}

/// The values of the rows in the order of [`COLUMNS`], each kind of p corrected over all rows.
fn values<K>(tested: &[Tested<K>], correction: Correction) -> Vec<Vec<Value>> {
    let p =
        |of: &dyn Fn(&Tested<K>) -> Option<Against>| corrected(&tested.iter().map(|t| of(t).map(|a| a.p)).collect::<Vec<_>>(), correction);
    let (by_label, in_region, by_degree) = (p(&|t| t.label), p(&|t| t.region), p(&|t| t.degree));
    let row = |(i, tested): (usize, &Tested<K>)| {
        let h = tested.t.as_ref().ok();
        let interval = h.and_then(Homophily::interval);
        vec![
            tested.states.into(),
            tested.autocracies.into(),
            h.map(|h| h.within).into(),
            h.and_then(|h| h.between).into(),
            h.and_then(|h| h.outside).into(),
            h.map(|h| h.t).into(),
            interval.map(|i| i.0).into(),
            interval.map(|i| i.1).into(),
            h.and_then(|h| h.effect).into(),
            tested.label.and_then(|a| a.z).into(),
            tested.label.map(|a| a.p).into(),
            by_label[i].into(),
            tested.region.and_then(|a| a.z).into(),
            tested.region.map(|a| a.p).into(),
            in_region[i].into(),
            tested.degree.and_then(|a| a.z).into(),
            tested.degree.map(|a| a.p).into(),
            by_degree[i].into(),
            tested.t.as_ref().err().map(|a| a.name()).into(),
        ]
    };
    tested.iter().enumerate().map(row).collect()
}

/// A position for each rated state.
fn places(rated: &[Option<bool>]) -> Vec<Option<usize>> {
    let mut next = 0;
    let place = |r: &Option<bool>| {
        r.map(|_| {
            next += 1;
            next - 1
        })
    };
    rated.iter().map(place).collect()
}

/// T against ties that keep every state's number of them; `None` where the layer has a value for every pair.
fn degrees(
    network: &Network,
    place: &[Option<usize>],
    member: &[bool],
    memberships: Option<&Memberships>,
    t: f64,
    draws: u32,
    seed: u64,
) -> Result<Option<Against>> {
    if network.layer.id == SHARED {
        let Some(all) = memberships else { return Ok(None) };
        let mut rated = Memberships::new(member.len(), all.organisations());
        for (state, at) in place.iter().enumerate() {
            if let Some(at) = at {
                (0..all.organisations()).filter(|o| all.is_in(state, *o)).for_each(|o| rated.join(*at, o));
            }
        }
        let model = Configuration::fit(&rated).map_err(|e| AnalysisError::Defect(format!("{SHARED} {}: {e}", network.year)))?;
        return Ok(against(t, &homophily::membership_preserving(&model, member, draws, seed)));
    }
    if !network.has_zeros() {
        return Ok(None);
    }
    let among = network.graph()?;
    let ties = among.edges().iter().filter_map(|e| Some((place[e.a as usize]? as u32, place[e.b as usize]? as u32, e.weight)));
    let graph = if among.is_directed() { Graph::directed(member.len(), ties) } else { Graph::undirected(member.len(), ties) };
    let graph = graph.map_err(|e| AnalysisError::Defect(e.to_string()))?;
    Ok(against(t, &homophily::degree_preserving(&graph, member, Switching { draws, trials_per_edge: TRIALS, seed })))
}

/// The political region of each state, numbered from 1.
fn regions(context: &Context<'_>) -> Result<BTreeMap<u16, u32>> {
    let batch = context.sql("SELECT DISTINCT gwcode, region FROM state_year ORDER BY gwcode, region")?;
    let c = Columns(&batch);
    let (gwcode, region) = (c.u16("gwcode")?, c.text("region")?);
    let mut names: Vec<&str> = (0..batch.num_rows()).filter_map(|i| region.at(i)).collect();
    names.sort_unstable();
    names.dedup();
    let number = |name: &str| names.binary_search(&name).map_or(0, |at| at as u32 + 1);
    Ok((0..batch.num_rows()).filter_map(|i| Some((gwcode.value(i), number(region.at(i)?)))).collect())
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(HOMOPHILY.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (layer, year, effect, z) = (c.text("layer")?, c.i32("year")?, c.f64("effect")?, c.f64("z")?);
    let states = c.u32("states")?;
    let mut out = Vec::new();
    for l in layers::LAYERS {
        let rows = (0..batch.num_rows()).filter(|i| layer.value(*i) == l.id);
        let of = |name: String, value: &arrow::array::Float64Array| {
            Headline::rated(name, rows.clone().map(|i| (year.value(i), states.value(i), value.at(i))))
        };
        out.push(of(format!("effect in {} (standard deviations of ties)", l.id), effect));
        out.push(of(format!("z in {}", l.id), z));
    }
    Ok(out)
}

fn example() -> Result<String> {
    let mut ties = Dyads::new(5);
    let values =
        [(0, 1, 0.8), (0, 2, 0.6), (1, 2, 0.7), (0, 3, 0.1), (0, 4, 0.2), (1, 3, 0.1), (1, 4, 0.3), (2, 3, 0.2), (2, 4, 0.0), (3, 4, 0.4)];
    values.iter().for_each(|(a, b, tie)| ties.add(*a, *b, *tie));
    let member = [true, true, true, false, false];
    let draws = homophily::permuted(&ties, &member, None, 999, 1);
    let (h, a) = (homophily::observed(&ties, &member), homophily::observed(&ties, &member).ok().and_then(|h| against(h.t, &draws)));
    Ok(h.map_or_else(
        |_| String::new(),
        |h| {
            format!(
                "Three autocracies have ties of .8, .6 and .7 (mean {:.2}); the seven other pairs of the five states have a mean of {:.3}. \
                 Then T = {:.3}. Of the ten ways to pick three of five states none other has as much, so p comes near 1/10: {:.3}.",
                h.within,
                h.within - h.t,
                h.t,
                a.map_or(f64::NAN, |a| a.p)
            )
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::mostly;

    #[test]
    fn more_than_half_of_the_rated_years_decide() {
        let rated: std::collections::BTreeMap<(u16, i32), bool> =
            [((1, 2000), true), ((1, 2001), true), ((1, 2002), false), ((2, 2000), true), ((2, 2001), false)].into();
        let years = [2000, 2001, 2002, 2003];
        assert_eq!((mostly(&rated, 1, &years), mostly(&rated, 2, &years), mostly(&rated, 3, &years)), (Some(true), None, None));
    }
}
