//! The charts of the pages of texts: who uses a counter-norm over the years, and how a phrase spread. Their numbers leave as CSV through
//! the interface for programs.

use std::collections::BTreeMap;

use blocwatch_analysis::frame::{At, Columns};
use blocwatch_publish::chart::{Chart, Lines, Plot, Point, Series};
use blocwatch_publish::html;
use serde::Serialize;

use super::tables::cell;
use crate::error::{Result, WebError};
use crate::figures;
use crate::locale::Lang;
use crate::params::short;
use crate::site::Site;

/// Organisations drawn: as many lines as can be told apart, but one.
const ORGANISATIONS: usize = 5;
/// Years taken together in the curve of an organisation, whose members give few speeches a year.
const TOGETHER: i32 = 5;
/// Speeches of five years without which their share is not drawn.
const FEWEST: f64 = 10.0;
/// Speeches of the last ten years without which an organisation is not drawn.
const LEAST: i64 = 30;

/// The source of every number here.
const CORPUS: &str = "General Debate Corpus (Jankin, Baturo and Dasandi 2024)";

/// Charts as a page shows them: figures, and what it ends with so that an island can draw them.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    figures: Vec<String>,
    tail: String,
}

/// Charts with the address of their numbers, to which `&chart=2` is added for the second.
pub(super) fn shown(charts: &[Chart], csv: &str, lang: Lang) -> Result<Shown> {
    let addresses: Vec<String> = (1..=charts.len()).map(|n| if n == 1 { csv.to_owned() } else { format!("{csv}&chart={n}") }).collect();
    let pairs: Vec<(&Chart, &str)> = charts.iter().zip(addresses.iter().map(String::as_str)).collect();
    Ok(Shown { figures: html::figures(&pairs)?, tail: figures::tail(&charts.iter().collect::<Vec<_>>(), lang)? })
}

/// The charts of a counter-norm, by its id: among autocracies and others, and among the members of organisations.
pub(crate) fn frame(site: &Site, id: &str, name: &str) -> Result<Vec<Chart>> {
    let id = id.replace('\'', "''");
    let curve = site.session.query_one(&format!(
        "SELECT among, year, share, low, high FROM frame_year WHERE frame = '{id}' AND among IN ('autocracies', 'others') ORDER BY among, year"
    ))?;
    let c = Columns(&curve);
    let (among, year, share, low, high) = (c.text("among")?, c.i32("year")?, c.f64("share")?, c.f64("low")?, c.f64("high")?);
    let series = |group: &str, label: &str| {
        let points = (0..curve.num_rows()).filter(|i| among.value(*i) == group).filter_map(|i| {
            let point = Point::new(year.at(i)?, share.at(i).map(|s| s * 100.0));
            Some(match (low.at(i), high.at(i)) {
                (Some(l), Some(h)) => point.between(l * 100.0, h * 100.0),
                _ => point,
            })
        });
        Series::new(label, points)
    };
    let series = vec![series("autocracies", "Autocracies"), series("others", "Others")];
    let alt = format!(
        "Share of General Debate speeches of a year that use the frame “{name}”, for states rated as autocracies and for others; the bands \
         are 95 % intervals."
    );
    let source = format!(
        "{CORPUS}; autocracies after Regimes of the World. Bands: 95 % intervals. Uses that the patterns miss are not counted: shares are \
         lower bounds."
    );
    let mut out = vec![Chart::new(
        format!("“{name}”: share of speeches by regime"),
        alt,
        source.as_str(),
        Plot::Lines(lines(series, "Share of speeches, %", 1)),
    )];
    // where no speech is held there is nothing to draw
    if !out[0].plot.has_values() {
        return Ok(Vec::new());
    }
    out.extend(by_organisation(site, &id, name)?);
    Ok(out)
}

fn lines(series: Vec<Series>, unit: &str, decimals: u8) -> Lines {
    Lines { series, x_name: "Year".to_owned(), unit: unit.to_owned(), decimals, range: None }
}

/// The organisations whose members used a frame most in the last ten years, each year with the four before it.
fn by_organisation(site: &Site, frame: &str, name: &str) -> Result<Option<Chart>> {
    let rows = site.session.query_one(&format!(
        "SELECT f.among, o.name, f.year, f.uses, f.speeches FROM frame_year f JOIN organisation o ON o.org = f.among JOIN \
         (SELECT among, CAST(sum(uses) AS DOUBLE) / sum(speeches) AS lately FROM frame_year WHERE frame = '{frame}' \
           AND among NOT IN ('autocracies', 'others') AND year > (SELECT max(year) FROM frame_year) - 10 GROUP BY among \
           HAVING sum(speeches) >= {LEAST} AND sum(uses) > 0 ORDER BY lately DESC, among LIMIT {ORGANISATIONS}) t ON t.among = f.among \
         WHERE f.frame = '{frame}' AND f.speeches > 0 ORDER BY t.lately DESC, f.among, f.year"
    ))?;
    let c = Columns(&rows);
    let (years, names) = (c.i32("year")?, c.text("name")?);
    let count = |column: &str, i: usize| cell(&rows, column, i).parse::<f64>().unwrap_or(0.0);
    // uses and speeches by year, in the order of the rows
    let mut lists: Vec<(String, BTreeMap<i32, (f64, f64)>)> = Vec::new();
    for i in 0..rows.num_rows() {
        let Some(year) = years.at(i) else { continue };
        let of = names.value(i);
        if lists.last().is_none_or(|l| l.0 != of) {
            lists.push((of.to_owned(), BTreeMap::new()));
        }
        if let Some(list) = lists.last_mut() {
            list.1.insert(year, (count("uses", i), count("speeches", i)));
        }
    }
    if lists.is_empty() {
        return Ok(None);
    }
    let series = lists.iter().map(|(of, list)| {
        let (first, last) = (list.keys().next().copied().unwrap_or(0), list.keys().next_back().copied().unwrap_or(0));
        let points = (first..=last).map(|y| {
            let (uses, speeches) = list.range(y - TOGETHER + 1..=y).fold((0.0, 0.0), |sum, (_, v)| (sum.0 + v.0, sum.1 + v.1));
            Point::new(y, (speeches >= FEWEST).then(|| uses / speeches * 100.0))
        });
        Series::new(of.clone(), points)
    });
    let said: Vec<&str> = lists.iter().map(|l| l.0.as_str()).collect();
    let alt = format!(
        "Share of General Debate speeches that use the frame “{name}” among the members that each organisation had in the year, each year \
         taken with the {} before it: {}.",
        TOGETHER - 1,
        said.join(", ")
    );
    let source = format!(
        "{CORPUS}; members as listed for each organisation. Drawn are the {} whose members used it most in the last ten years, of those with \
         {LEAST} speeches or more, and years with {FEWEST:.0} speeches in the five. No interval: speeches of one state in neighbouring years are not independent.",
        lists.len()
    );
    let lines = lines(series.collect(), "Share of speeches in five years, %", 1);
    Ok(Some(Chart::new(
        format!("“{name}”: share of speeches by organisation, five years together"),
        alt,
        source.as_str(),
        Plot::Lines(lines),
    )))
}

/// The charts of a phrase that spread: speeches with it by year, and how many states have taken it up, by their regime when they did.
pub(crate) fn phrase(site: &Site, phrase: &str) -> Result<Vec<Chart>> {
    let quoted = phrase.replace('\'', "''");
    let rows = site.session.query_one(&format!("SELECT curve FROM echo_phrase WHERE phrase = '{quoted}'"))?;
    if rows.num_rows() == 0 {
        return Err(WebError::NotFound(format!("no phrase that spread reads '{}'; look for words at /texts/phrase", short(phrase))));
    }
    let curve = cell(&rows, "curve", 0);
    let points: BTreeMap<i32, f64> =
        curve.split(' ').filter_map(|p| p.split_once(':')).filter_map(|(y, n)| Some((y.parse().ok()?, n.parse().ok()?))).collect();
    let (first, last) = (points.keys().next().copied().unwrap_or(0), points.keys().next_back().copied().unwrap_or(0));
    if last <= first {
        return Ok(Vec::new());
    }
    // a year without a speech that has it is a zero: all speeches were looked at
    let series = Series::new("Speeches", (first..=last).map(|y| Point::new(y, points.get(&y).copied().unwrap_or(0.0))));
    let alt = format!("Speeches of a year that have “{phrase}”, {first} to {last}.");
    let source = format!("{CORPUS}. All speeches were looked at: a year without the phrase is a zero.");
    let mut out = vec![Chart::new(
        format!("Speeches with “{phrase}” by year"),
        alt,
        source.as_str(),
        Plot::Lines(lines(vec![series], "Speeches", 0)),
    )];

    let took = site.session.query_one(&format!("SELECT year, autocracy FROM echo_phrase_state WHERE phrase = '{quoted}'"))?;
    let c = Columns(&took);
    let (year, autocracy) = (c.i32("year")?, c.bool("autocracy")?);
    let mut sides: BTreeMap<u8, BTreeMap<i32, f64>> = BTreeMap::new();
    for i in 0..took.num_rows() {
        let side = match autocracy.at(i) {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        if let Some(year) = year.at(i) {
            *sides.entry(side).or_default().entry(year).or_default() += 1.0;
        }
    }
    let names = ["Autocracies when they first did", "Others", "Not rated then"];
    let series = sides.iter().map(|(side, list)| {
        let so_far = |y: i32| list.range(..=y).map(|(_, n)| n).sum::<f64>();
        Series::new(names[usize::from(*side)], (first..=last).map(|y| Point::new(y, so_far(y))))
    });
    let alt = format!(
        "How many states had said “{phrase}” in the General Debate up to each year from {first} to {last}, by their regime when they first did."
    );
    let source =
        format!("{CORPUS}; autocracies after Regimes of the World. An order in time, not a motive; first here is not first in the world.");
    let lines = lines(series.collect(), "States that have said it", 0);
    out.push(Chart::new(format!("States that have taken up “{phrase}”, by regime"), alt, source.as_str(), Plot::Lines(lines)));
    Ok(out)
}

/// The chart asked for by its number, of those of a page.
pub(crate) fn numbered(charts: Vec<Chart>, n: i64) -> Result<Chart> {
    let known = charts.len();
    let at = usize::try_from(n - 1).unwrap_or(0);
    charts.into_iter().nth(at).ok_or_else(|| WebError::NotFound(format!("there is no chart {n}: there are {known}")))
}

/// The name of a counter-norm.
pub(crate) fn frame_name(site: &Site, id: &str) -> Result<String> {
    let none = || WebError::NotFound(format!("there is no frame '{}'; all of them are at /texts", short(id)));
    if !site.has("frame_lexicon") {
        return Err(none());
    }
    let rows = site.session.query_one(&format!("SELECT name FROM frame_lexicon WHERE frame = '{}'", id.replace('\'', "''")))?;
    if rows.num_rows() == 0 { Err(none()) } else { Ok(cell(&rows, "name", 0)) }
}
