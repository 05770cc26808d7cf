//! The matrix: which tactics of which response to which threat are coded through which channel, with filters; a cell opens its cases.
//!
//! A count says what has been coded, not how often something happens; the page says so.

use blocwatch_core::casebook::Case;
use blocwatch_publish::chart::{Chart, Lines, Plot, Point, Series};
use blocwatch_publish::html;
use serde::Serialize;
use serde_json::json;

use crate::error::Result;
use crate::figures;
use crate::links::encode;
use crate::server::Ask;
use crate::site::Site;

/// What can be asked.
pub(crate) const FILTERS: &[&str] = &["actor", "role", "from", "to"];

/// Which cases are counted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// State or organisation id that is a party.
    pub(crate) actor: Option<String>,
    /// In this role.
    pub(crate) role: Option<String>,
    /// Years that the case touches; undated cases count only without bounds.
    pub(crate) from: Option<i64>,
    /// Last year.
    pub(crate) to: Option<i64>,
}

impl Filter {
    /// Whether a case is counted.
    pub(crate) fn takes(&self, case: &Case) -> bool {
        let party = |p: &blocwatch_core::casebook::Party| {
            self.actor.as_deref().is_none_or(|a| p.actor == a || p.of == a) && self.role.as_deref().is_none_or(|r| p.role == r)
        };
        let parties = (self.actor.is_none() && self.role.is_none()) || case.party.iter().any(party);
        let first = case.year_from().map(i64::from);
        // a case that still runs touches all later years
        let last = if case.to.is_some_and(|e| e.year().is_none()) { Some(i64::MAX) } else { case.year_to().map(i64::from) };
        let after = self.from.is_none_or(|from| last.or(first).is_some_and(|l| l >= from));
        let before = self.to.is_none_or(|to| first.is_some_and(|f| f <= to));
        parties && after && before
    }

    /// As parameters of an address, each with its `&`.
    fn query(&self) -> String {
        let mut out = String::new();
        for (key, value) in [("actor", &self.actor), ("role", &self.role)] {
            if let Some(value) = value {
                out.push_str(&format!("&{key}={}", encode(value)));
            }
        }
        for (key, value) in [("from", self.from), ("to", self.to)] {
            if let Some(value) = value {
                out.push_str(&format!("&{key}={value}"));
            }
        }
        out
    }
}

/// The whole matrix.
#[derive(Debug, Serialize)]
pub(crate) struct Grid {
    channels: Vec<String>,
    threats: Vec<Group>,
    total: usize,
}

#[derive(Debug, Serialize)]
struct Group {
    threat: String,
    response: String,
    definition: String,
    href: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    tactic: String,
    definition: String,
    href: String,
    cells: Vec<Cell>,
    total: usize,
}

#[derive(Debug, Serialize)]
struct Cell {
    n: usize,
    /// Step of the colour scale, 0 to 5.
    heat: usize,
    href: String,
}

/// Counts the cases of collaboration that a filter takes.
pub(crate) fn grid(site: &Site, filter: &Filter) -> Grid {
    let t = site.taxonomy;
    let cases: Vec<&Case> = site.book.cases.iter().filter(|c| c.kind == "collaboration" && filter.takes(c)).collect();
    let most = t
        .tactic
        .iter()
        .flat_map(|tactic| t.channel.iter().map(move |ch| (tactic, ch)))
        .map(|(tactic, ch)| cases.iter().filter(|c| c.tactic == tactic.id && c.channel == ch.id).count())
        .max()
        .unwrap_or(0);
    let heat = |n: usize| if n == 0 { 0 } else { 1 + (4 * (n - 1)).div_ceil(most.max(2) - 1).min(4) };
    let tail = filter.query();
    let mut threats = Vec::new();
    for response in &t.response {
        let mut rows = Vec::new();
        for tactic in t.tactic.iter().filter(|x| x.parent == response.id) {
            let own: Vec<&&Case> = cases.iter().filter(|c| c.tactic == tactic.id).collect();
            let href = format!("/cases?kind=collaboration&tactic={}{tail}", encode(&tactic.id));
            let cells = t
                .channel
                .iter()
                .map(|ch| {
                    let n = own.iter().filter(|c| c.channel == ch.id).count();
                    Cell { n, heat: heat(n), href: format!("{href}&channel={}", encode(&ch.id)) }
                })
                .collect();
            rows.push(Row { tactic: tactic.name.clone(), definition: tactic.definition.clone(), href, cells, total: own.len() });
        }
        threats.push(Group {
            threat: t.name_of("threat", &response.parent).to_owned(),
            response: response.name.clone(),
            definition: response.definition.clone(),
            href: format!("/cases?kind=collaboration&response={}{tail}", encode(&response.id)),
            rows,
        });
    }
    Grid { channels: t.channel.iter().map(|c| c.name.clone()).collect(), threats, total: cases.len() }
}

/// Reads a filter; the actor may be typed as a name.
pub(super) fn filter(site: &Site, ask: &Ask) -> Result<Filter> {
    let roles: Vec<&str> = site.taxonomy.role.iter().map(|r| r.id.as_str()).collect();
    Ok(Filter {
        actor: ask.params.one("actor").map(|typed| super::cases::actor(site, typed)).transpose()?,
        role: ask.params.choice("role", &roles)?.map(str::to_owned),
        from: ask.params.number("from", 1800, 2200)?,
        to: ask.params.number("to", 1800, 2200)?,
    })
}

/// How many of the cases that a filter takes were under way in each year, by the threat that they answer.
pub(crate) fn trend(site: &Site, ask: &Ask) -> Result<Chart> {
    let filter = filter(site, ask)?;
    let last = site.book.cases.iter().filter_map(|c| c.year_to().or(c.year_from())).max().unwrap_or_default();
    let mut series = Vec::new();
    let taken: Vec<&Case> = site.book.cases.iter().filter(|c| c.kind == "collaboration" && filter.takes(c)).collect();
    let spans: Vec<(&str, i32, i32)> = taken
        .iter()
        .filter_map(|c| {
            let from = c.year_from()?;
            let to = if c.to.is_some_and(|e| e.year().is_none()) { last } else { c.year_to().map_or(from, i32::from) };
            Some((c.threat.as_str(), from, to))
        })
        .collect();
    let undated = taken.len() - spans.len();
    let year = |asked: Option<i64>| asked.and_then(|y| i32::try_from(y).ok());
    let first = spans.iter().map(|s| s.1).min().unwrap_or(last).max(year(filter.from).unwrap_or(i32::MIN));
    let last = last.min(year(filter.to).unwrap_or(i32::MAX));
    for threat in &site.taxonomy.threat {
        let own: Vec<&(&str, i32, i32)> = spans.iter().filter(|s| s.0 == threat.id).collect();
        if !own.is_empty() {
            let n = |year: i32| own.iter().filter(|s| (s.1..=s.2).contains(&year)).count() as f64;
            series.push(Series::new(threat.name.clone(), (first..=last).map(|year| Point::new(year, n(year)))));
        }
    }
    let alt = format!(
        "{} dated cases under way by year from {first} to {last}, one line per threat; {undated} more have no year. Counts say what has been coded.",
        spans.len()
    );
    let title = format!("Cases under way by year and threat: the {} of {} coded that have a year", spans.len(), taken.len());
    let lines = Lines { series, x_name: "Year".into(), unit: "Coded cases under way".into(), decimals: 0, range: None };
    let source =
        "Blocwatch casebook. A case without an end counts in the year in which it began; one that still runs counts to the last year.";
    Ok(Chart::new(title, alt, source, Plot::Lines(lines)))
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let filter = filter(site, ask)?;
    let grid = grid(site, &filter);
    let roles: Vec<(&str, &str)> = site.taxonomy.role.iter().map(|r| (r.id.as_str(), r.name.as_str())).collect();
    let chart = trend(site, ask)?;
    let query = filter.query();
    let figure = html::figure(&chart, &format!("/api/v1/figures/matrix{}", query.replacen('&', "?", 1)))?;
    let tail = figures::tail(&[&chart], ask.lang)?;
    let asked = json!({
        "actor": filter.actor.as_deref().map(|a| super::cases::actor_name(site, a)),
        "role": filter.role,
        "from": filter.from,
        "to": filter.to,
    });
    let channels: Vec<(&str, &str)> = site.taxonomy.channel.iter().map(|c| (c.name.as_str(), c.definition.as_str())).collect();
    let values = json!({
        "here": "/matrix", "grid": grid, "roles": roles, "asked": asked, "channels": channels, "trend": figure, "tail": tail,
    });
    site.render(ask, "matrix.html", values)
}
