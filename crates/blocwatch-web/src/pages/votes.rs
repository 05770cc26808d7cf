//! Votes in the General Assembly: roll calls by session and words; each opens its brief.

use blocwatch_analysis::frame::{At, Columns};
use blocwatch_analysis::steps::states::LAST_YEAR;
use blocwatch_core::state::State;
use blocwatch_publish::chart::{Chart, Lines, Plot, Point, Series};
use blocwatch_publish::html;
use serde::Serialize;
use serde_json::json;

use super::tables::cell;
use crate::error::{Result, WebError};
use crate::links::encode;
use crate::server::Ask;
use crate::site::Site;
use crate::{assets, figures};

/// Roll calls on a page.
const MOST: i64 = 200;

#[derive(Serialize)]
struct Row {
    href: String,
    date: String,
    symbol: String,
    about: String,
}

/// States that the chart begins with.
const FIRST: [&str; 5] = ["USA", "RUS", "CHN", "IND", "BRA"];
/// Lines that can be told apart.
const LINES: usize = 6;

/// Ideal points of states: which were asked for (or the first), and the chart of those; no chart where the observatory has none.
pub(crate) fn ideal_points(site: &Site, asked: Option<&str>) -> Result<(Vec<&'static State>, Option<Chart>)> {
    let mut states: Vec<&'static State> = Vec::new();
    for typed in asked.map_or_else(|| FIRST.to_vec(), |t| t.split([',', ';']).map(str::trim).filter(|t| !t.is_empty()).collect()) {
        let found = site.states.resolve(typed, LAST_YEAR).map_err(|e| WebError::Bad(e.to_string()))?;
        if !states.iter().any(|s| s.id == found.id) {
            states.push(found);
        }
    }
    if states.len() > LINES {
        return Err(WebError::Bad(format!(
            "{} states are more than {LINES}, which is what can be told apart in one picture",
            states.len()
        )));
    }
    if !site.has("idealpoint_state_session") {
        return Ok((states, None));
    }
    let mut series = Vec::new();
    for state in &states {
        let codes: Vec<String> = state.gw.iter().map(|g| g.code.to_string()).collect();
        let codes = if codes.is_empty() { "0".to_owned() } else { codes.join(", ") };
        let batch = site.session.query_one(&format!(
            "SELECT year, idealpoint, q05, q95 FROM idealpoint_state_session WHERE gwcode IN ({codes}) ORDER BY year"
        ))?;
        let c = Columns(&batch);
        let (years, values, low, high) = (c.i32("year")?, c.f64("idealpoint")?, c.f64("q05")?, c.f64("q95")?);
        let points = (0..batch.num_rows()).filter_map(|row| {
            let point = Point::new(years.at(row)?, values.at(row));
            Some(low.at(row).zip(high.at(row)).map_or(point, |(l, h)| point.between(l, h)))
        });
        series.push(Series::new(state.name.clone(), points));
    }
    let said: Vec<String> = series
        .iter()
        .filter_map(|s| {
            let last = s.points.last()?;
            Some(format!("{} stands at {:.2} in {}", s.name, last.value?, last.x))
        })
        .collect();
    let alt = format!("Lines of ideal points with their 90 % intervals, by the year in which the session opened. {}.", said.join("; "));
    let lines = Lines {
        series,
        x_name: "Year".into(),
        unit: "Ideal point, standard deviations; high is near the United States".into(),
        decimals: 2,
        range: None,
    };
    let source = "Roll calls of the UN General Assembly (Voeten, Strezhnev and Bailey), estimated after Bailey, Strezhnev and Voeten (2017). \
                  This fast estimate sets the outermost states, the United States and Israel above all, farther out than the published one: \
                  read order and changes. Bands are 90 % intervals. An ideal point is no measure of democracy.";
    Ok((states, Some(Chart::new("How near states stand to the United States in UN votes (ideal points)", alt, source, Plot::Lines(lines)))))
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    if !site.has("rollcall") {
        return Err(WebError::NotFound("this observatory has no roll calls: fetch the source unga_votes and build".to_owned()));
    }
    let sessions = site.session.query_one("SELECT session, count(*) AS n FROM rollcall GROUP BY session ORDER BY session DESC")?;
    let numbers = Columns(&sessions).u16("session")?;
    let known: Vec<u16> = (0..sessions.num_rows()).filter_map(|i| numbers.at(i)).collect();
    let session = ask.params.number("session", 1, 500)?;
    let words = ask.params.one("q");
    let mut conditions = Vec::new();
    match (session, words) {
        (Some(s), _) => conditions.push(format!("session = {s}")),
        (None, None) => conditions.extend(known.first().map(|s| format!("session = {s}"))),
        (None, Some(_)) => {}
    }
    for word in words.unwrap_or_default().split_whitespace() {
        let word = word.replace('\'', "''").replace(['%', '_', '\\'], "").to_lowercase();
        conditions.push(format!("(lower(descr) LIKE '%{word}%' OR lower(unres) LIKE '%{word}%')"));
    }
    let condition = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" AND ") };
    let batch = site.session.query_one(&format!(
        "SELECT session, rcid, date, unres, descr FROM rollcall WHERE {condition} ORDER BY session DESC, date DESC, rcid LIMIT {}",
        MOST + 1
    ))?;
    let cut = batch.num_rows() > 200;
    let rows: Vec<Row> = (0..batch.num_rows().min(200))
        .map(|i| Row {
            href: format!("/rollcall/{}/{}", cell(&batch, "session", i), cell(&batch, "rcid", i)),
            date: cell(&batch, "date", i),
            symbol: cell(&batch, "unres", i),
            about: cell(&batch, "descr", i),
        })
        .collect();
    let asked = session.or_else(|| if words.is_none() { known.first().map(|s| i64::from(*s)) } else { None });
    let (chosen, chart) = ideal_points(site, ask.params.one("states"))?;
    let ids: Vec<&str> = chosen.iter().map(|s| s.id.as_str()).collect();
    let names: Vec<&str> = chosen.iter().map(|s| s.name.as_str()).collect();
    let (figure, tail) = match &chart {
        Some(chart) => (
            html::figure(chart, &format!("/api/v1/figures/ideal-points?states={}", encode(&ids.join(","))))?,
            format!("{}{}", figures::tail(&[chart], ask.lang)?, choice(site, &ids)?),
        ),
        None => (String::new(), String::new()),
    };
    site.render(
        ask,
        "votes.html",
        json!({
            "here": "/votes", "rows": rows, "cut": cut, "sessions": known, "session": asked, "q": words,
            "figure": figure, "tail": tail, "states": names.join(", "),
        }),
    )
}

/// Which states the reader may choose from, for the island.
fn choice(site: &Site, chosen: &[&str]) -> Result<String> {
    let batch = site.session.query_one("SELECT DISTINCT gwcode FROM idealpoint_state_session")?;
    let codes = Columns(&batch).u16("gwcode")?;
    let voting: std::collections::BTreeSet<u16> = (0..batch.num_rows()).filter_map(|row| codes.at(row)).collect();
    let mut all: Vec<(&str, &str)> =
        site.states.iter().filter(|s| s.gw.iter().any(|g| voting.contains(&g.code))).map(|s| (s.id.as_str(), s.name.as_str())).collect();
    all.sort_by_key(|s| s.1);
    Ok(assets::block("choice-data", &json!({"states": all, "chosen": chosen, "most": LINES})))
}
