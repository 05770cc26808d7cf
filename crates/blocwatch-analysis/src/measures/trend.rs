//! Which pairs and groups tighten or loosen: `trend_dyad`, `trend_group`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::trend::{self, Absent, Change, Slope};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::layers::{self, LAYERS};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

const COLUMNS: [Column; 14] = [
    col("layer", Kind::Text, "id", "vote-kappa or shared-organisation: layers in which every pair has a value"),
    col("year_from", Kind::I32, "year", "first year with a value"),
    col("year_to", Kind::I32, "year", "last year with a value"),
    col("observations", Kind::U32, "years", "years with a value"),
    opt("slope", Kind::F64, "rank a year", "change of the rank among all pairs (0-1) a year; null for the reason in absent"),
    opt("low", Kind::F64, "rank a year", "lower end of its 95 % interval; null for the reason in absent"),
    opt("high", Kind::F64, "rank a year", "upper end of the interval; null for the reason in absent"),
    opt("effective", Kind::F64, "years", "independent years that the years are worth; null for the reason in absent"),
    opt(
        "direction",
        Kind::Text,
        "tightening, loosening or unclear",
        "whether the interval lies above 0, below it, or holds it; null for the reason in absent",
    ),
    col("changes", Kind::U32, "changes", "years in which the level of the rank changes"),
    opt("last_change", Kind::I32, "year", "the last of them; null without any"),
    opt("level_before", Kind::F64, "rank 0-1", "mean rank before it; null without any"),
    opt("level_after", Kind::F64, "rank 0-1", "mean rank from it on; null without any"),
    opt(
        "absent",
        Kind::Text,
        "too_short or too_alike",
        "why there is no slope: fewer than eight years, or years so alike that they are worth fewer than three; null where there is one",
    ),
];

/// Columns of a table: its own keys, then those that both tables have.
const fn with<const N: usize, const M: usize>(keys: [Column; N]) -> [Column; M] {
    let mut out = [COLUMNS[0]; M];
    let mut i = 0;
    while i < M {
        out[i] = if i < N { keys[i] } else { COLUMNS[i - N] };
        i += 1;
    }
    out
}

/// Pairs.
pub const TREND_DYAD: TableSpec = TableSpec {
    name: "trend_dyad",
    unit: Unit::Entry,
    keys: &["gwcode1", "gwcode2", "layer"],
    columns: &with::<2, 16>([
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state with the lower number"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state with the higher number"),
    ]),
    doc: "Whether the tie of a pair rises or falls among all pairs, with an interval that allows for years being alike, and when its level changed last. With thousands of pairs, one in twenty intervals misses 0 by chance.",
};

/// Groups.
pub const TREND_GROUP: TableSpec = TableSpec {
    name: "trend_group",
    unit: Unit::Entry,
    keys: &["group", "layer"],
    columns: &with::<1, 15>([col("group", Kind::Text, "id", "pairs of both-autocracies, mixed or neither, by the regimes of each year")]),
    doc: "The same for the mean rank of pairs of autocracies, mixed pairs and pairs without an autocracy. States move between groups when their regimes change.",
};

/// Layers in which every pair has a value, so that ranks are not mostly ties at zero.
const RANKED: [&str; 2] = ["vote-kappa", "shared-organisation"];

const SINCE: Parameter = layers::since(1990);
const SHORTEST: Parameter = Parameter {
    name: "shortest",
    takes: Takes::Count { default: 4, least: 2, most: 20 },
    doc: "Fewest years of a level between two changes.",
};
const MOST: Parameter =
    Parameter { name: "most", takes: Takes::Count { default: 3, least: 1, most: 10 }, doc: "Most changes of a series." };
const LAYER: Parameter =
    Parameter { name: "layer", takes: Takes::Choice(&["all", RANKED[0], RANKED[1]]), doc: "The layer to compute, or both." };

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "trend",
    title: "Which pairs tighten or loosen",
    doc: "In each year the ties of a layer are ranked among all pairs (0 least to 1 most), since kappa of one session and the number of \
          organisations of one decade are on no common scale. The slope of a pair's rank says whether it tightens or loosens beside the \
          others; the interval allows for years being like the year before. The slope is that of least squares; its n years count as n (1 - r)/(1 + r), r being the correlation of residuals \
          with those of the year before, and with fewer than three left there is no slope. Changes of level are found by least Bayesian \
          information criterion over all ways to cut the series. Both are given for the mean rank of groups of pairs by regime too.\n\n\
          Ranks say who moves against whom: if all pairs draw together none does. A steady climb looks like steps to the search for \
          changes; read both. With thousands of pairs some intervals miss 0 by chance.",
    citations: &[
        "Santer, B. D. et al. (2000). Statistical significance of trends and trend differences in layer-average atmospheric temperature time series. Journal of Geophysical Research 105.",
        "Yao, Y.-C. (1988). Estimating the number of change-points via Schwarz' criterion. Statistics & Probability Letters 6(3).",
    ],
    interval: "95 % interval of the slope, with the number of years reduced by their lag-one correlation; none for the year of a change.",
    version: 1,
    parameters: &[REGIME, LAYER, SINCE, SHORTEST, MOST],
    inputs: &[
        Input::Table("agreement_dyad_session"),
        Input::Table("joint_membership_dyad_year"),
        Input::Table("regime_measure_state_year"),
    ],
    outputs: &[&TREND_DYAD, &TREND_GROUP],
    run,
    example,
    variants: &[("since 1980", &[("since", "1980")]), ("since 2000", &[("since", "2000")])],
    headline,
};

/// What both tables say of a series.
struct Trend {
    from: i32,
    to: i32,
    observations: u32,
    slope: std::result::Result<Slope, Absent>,
    changes: Vec<Change>,
    last: Option<i32>,
}

/// The trend of (year, rank), in the order of years; `None` without a value.
fn trend(series: &[(i32, f64)], shortest: usize, most: usize) -> Option<Trend> {
    let (first, last) = (series.first()?, series.last()?);
    let points: Vec<(f64, f64)> = series.iter().map(|(year, rank)| (f64::from(*year), *rank)).collect();
    let values: Vec<f64> = series.iter().map(|p| p.1).collect();
    let changes = trend::changes(&values, shortest, most);
    Some(Trend {
        from: first.0,
        to: last.0,
        observations: series.len() as u32,
        slope: trend::slope(&points),
        last: changes.last().map(|c| series[c.at].0),
        changes,
    })
}

const GROUPS: [&str; 3] = ["both-autocracies", "mixed", "neither"];

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let autocracies = settings.regime()?.autocracies(context)?;
    let (shortest, most) = (settings.count(SHORTEST.name)? as usize, settings.count(MOST.name)? as usize);
    let (asked, since) = (settings.choice(LAYER.name)?, settings.count(SINCE.name)?);
    let (mut pairs, mut groups) = (Rows::new(&TREND_DYAD), Rows::new(&TREND_GROUP));
    for layer in LAYERS.iter().filter(|l| RANKED.contains(&l.id) && (asked == "all" || asked == l.id)) {
        let batch = context.sql(&format!("SELECT * FROM ({}) WHERE year >= {since} ORDER BY year, a, b", layer.sql()))?;
        let c = Columns(&batch);
        let (a, b, year, weight) = (c.u16("a")?, c.u16("b")?, c.i32("year")?, c.f64("weight")?);
        let mut series: BTreeMap<(u16, u16), Vec<(i32, f64)>> = BTreeMap::new();
        let mut of_group: BTreeMap<usize, Vec<(i32, f64)>> = BTreeMap::new();
        let mut from = 0;
        while from < batch.num_rows() {
            let now = year.value(from);
            let to = (from..batch.num_rows()).find(|i| year.value(*i) != now).unwrap_or(batch.num_rows());
            let ranks = trend::ranks(&(from..to).map(|i| weight.at(i)).collect::<Vec<_>>());
            let mut sums = [(0.0, 0.0); 3];
            for (i, rank) in (from..to).zip(ranks) {
                let Some(rank) = rank else { continue };
                series.entry((a.value(i), b.value(i))).or_default().push((now, rank));
                let regimes = (autocracies.get(&(a.value(i), now)), autocracies.get(&(b.value(i), now)));
                if let (Some(x), Some(y)) = regimes {
                    let group = match (x, y) {
                        (true, true) => 0,
                        (false, false) => 2,
                        _ => 1,
                    };
                    sums[group].0 += rank;
                    sums[group].1 += 1.0;
                }
            }
            for (group, (sum, n)) in sums.into_iter().enumerate().filter(|(_, s)| s.1 > 0.0) {
                of_group.entry(group).or_default().push((now, sum / n));
            }
            from = to;
        }
        for ((a, b), series) in &series {
            if let Some(t) = trend(series, shortest, most) {
                let [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13] = t.values(layer.id);
                pairs.push([(*a).into(), (*b).into(), c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13])?;
            }
        }
        for (group, series) in &of_group {
            if let Some(t) = trend(series, shortest, most) {
                let [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13] = t.values(layer.id);
                groups.push([GROUPS[*group].into(), c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13])?;
            }
        }
    }
    Ok(Output::table(&TREND_DYAD, pairs.finish()?).and(&TREND_GROUP, groups.finish()?))
}

impl Trend {
    /// In the order of [`COLUMNS`].
    fn values(&self, layer: &'static str) -> [crate::frame::Value; 14] {
        let (slope, change) = (self.slope.as_ref().ok(), self.changes.last());
        [
            layer.into(),
            self.from.into(),
            self.to.into(),
            self.observations.into(),
            slope.map(|s| s.slope).into(),
            slope.map(|s| s.low).into(),
            slope.map(|s| s.high).into(),
            slope.map(|s| s.effective).into(),
            slope.map(|s| s.direction().name()).into(),
            (self.changes.len() as u32).into(),
            self.last.into(),
            change.map(|c| c.before).into(),
            change.map(|c| c.after).into(),
            self.slope.as_ref().err().map(|a| a.name()).into(),
        ]
    }
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let mut out = Vec::new();
    if let Some(batch) = output.tables.get(TREND_GROUP.name) {
        let c = Columns(batch);
        let (group, layer, slope) = (c.text("group")?, c.text("layer")?, c.f64("slope")?);
        out.extend(
            (0..batch.num_rows())
                .map(|i| Headline::run(format!("slope of {} in {} (rank a year)", group.value(i), layer.value(i)), slope.at(i))),
        );
    }
    if let Some(batch) = output.tables.get(TREND_DYAD.name) {
        let direction = Columns(batch).text("direction")?;
        let told = (0..batch.num_rows()).filter(|i| direction.at(*i).is_some()).count();
        for word in ["tightening", "loosening"] {
            let n = (0..batch.num_rows()).filter(|i| direction.at(*i) == Some(word)).count();
            out.push(Headline::run(format!("share of pairs that are {word}"), (told > 0).then(|| n as f64 / told as f64)));
        }
    }
    Ok(out)
}

fn example() -> Result<String> {
    let noise = [0.01, -0.02, 0.015, -0.01, 0.02, -0.015, 0.005, -0.005, 0.02, -0.02];
    let series: Vec<(i32, f64)> = noise.iter().enumerate().map(|(t, e)| (2000 + t as i32, if t < 5 { 0.3 } else { 0.7 } + e)).collect();
    Ok(trend(&series, 4, 3).map_or_else(String::new, |t| {
        format!(
            "A pair ranks about .3 among all pairs from 2000 to 2004 and about .7 from 2005 to 2009. Its level changes once, in {}, from \
             {:.2} to {:.2}. {}",
            t.last.unwrap_or(0),
            t.changes.last().map_or(f64::NAN, |c| c.before),
            t.changes.last().map_or(f64::NAN, |c| c.after),
            t.slope.as_ref().map_or_else(
                |_| {
                    "A line does not describe a step: what it leaves over is so alike from year to year that ten years are worth fewer than \
                     three, and no slope is given (too_alike)."
                        .to_owned()
                },
                |s| format!("A line through it rises {:.3} a year ({}).", s.slope, s.direction().name())
            )
        )
    }))
}
