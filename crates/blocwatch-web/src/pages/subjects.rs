//! States, organisations, pairs and regions: lists, and the brief on each within the frame of the site.

use std::collections::BTreeMap;

use blocwatch_analysis::frame::{At, Columns};
use blocwatch_analysis::steps::states::LAST_YEAR;
use blocwatch_publish::html;
use serde::Serialize;
use serde_json::json;

use crate::assets;
use crate::error::{Result, WebError};
use crate::figures;
use crate::links;
use crate::server::Ask;
use crate::site::Site;

/// "What is new" of a brief begins here unless asked otherwise.
const SINCE: i64 = 2020;

#[derive(Serialize)]
struct Row {
    href: String,
    name: String,
    about: String,
    class: Option<i64>,
}

/// An organisation in the last year in which members of it are rated.
#[derive(Serialize)]
struct OrganisationRow {
    href: String,
    name: String,
    members: i64,
    year: String,
    /// Share of autocracies among rated members, as a percentage.
    share: String,
    autocratic: bool,
    /// First year of the unbroken spell of that majority within the list of members.
    since: String,
    /// Whether the list begins with that spell and the organisation is older, so that the spell may be older.
    older: bool,
    /// Probability of an autocratic majority under the intervals of the ratings, 0-1; empty where it is not known.
    probability: String,
    /// Whether the answer depends on the measure or on those intervals.
    sensitive: bool,
}

/// The brief on a subject as a page of the site.
fn brief(site: &Site, ask: &Ask, subject: &str, here: &str) -> Result<String> {
    let since = ask.params.number("since", 1800, 2200)?.unwrap_or(SINCE);
    let brief = site.brief(subject, i32::try_from(since).unwrap_or(2020))?;
    let frame = site.render(ask, "parts.html", json!({"here": here}))?;
    let mut tail = figures::tail(&figures::charts(&brief), ask.lang)?;
    if tail.is_empty() {
        tail = assets::words(ask.lang)?;
    }
    tail.push_str(&assets::script("table"));
    let data = figures::data_href(subject);
    let path = ask.address.split(['?', '#']).next().unwrap_or_default().to_owned();
    let html = html::render_in(
        &brief,
        &html::Frame { style_href: "/static/site.css", head: &frame, tail: &tail, data_href: &data, links: &site.pages, here: &path },
    )?;
    // templates of briefs escape a slash, which need not be: addresses are read and rewritten as they stand
    Ok(html.replace("&#x2f;", "/"))
}

pub(super) fn state(site: &Site, ask: &Ask) -> Result<String> {
    known_state(site, ask.first())?;
    brief(site, ask, ask.first(), "/states")
}

fn known_state(site: &Site, id: &str) -> Result<()> {
    if site.states.by_id(id).is_some() {
        return Ok(());
    }
    let near = site.states.nearest(id, 3);
    let hint = blocwatch_core::name::did_you_mean(&near);
    Err(WebError::NotFound(format!("no state has the id '{}'{hint}", crate::params::short(id))))
}

pub(super) fn pair(site: &Site, ask: &Ask) -> Result<String> {
    let (a, b) = (ask.first(), ask.path.get(1).map_or("", String::as_str));
    known_state(site, a)?;
    known_state(site, b)?;
    if a == b {
        return Err(WebError::Bad("a pair is two different states".to_owned()));
    }
    brief(site, ask, &format!("{a}-{b}"), "/states")
}

pub(super) fn rollcall(site: &Site, ask: &Ask) -> Result<String> {
    let number = |i: usize| ask.path.get(i).and_then(|p| p.parse::<u32>().ok());
    let (Some(session), Some(rcid)) = (number(0), number(1)) else {
        return Err(WebError::NotFound("a roll call is named by session and number, as in /rollcall/74/9145".to_owned()));
    };
    brief(site, ask, &format!("rollcall:{session}/{rcid}"), "/votes")
}

pub(super) fn organisation(site: &Site, ask: &Ask) -> Result<String> {
    brief(site, ask, ask.first(), "/organisations")
}

pub(super) fn region(site: &Site, ask: &Ask) -> Result<String> {
    brief(site, ask, ask.first(), "/states")
}

pub(super) fn states(site: &Site, ask: &Ask) -> Result<String> {
    let mut class: BTreeMap<u16, i64> = BTreeMap::new();
    let mut year = None;
    if site.has("regime_state_year") {
        let batch = site.session.query_one(
            "SELECT gwcode, year, v2x_regime FROM regime_state_year \
             WHERE v2x_regime IS NOT NULL AND year = (SELECT max(year) FROM regime_state_year WHERE v2x_regime IS NOT NULL)",
        )?;
        let c = Columns(&batch);
        let (gwcode, years) = (c.u16("gwcode")?, c.i32("year")?);
        for row in 0..batch.num_rows() {
            year = years.at(row);
            class.insert(gwcode.value(row), super::tables::cell(&batch, "v2x_regime", row).parse().unwrap_or(0));
        }
    }
    let mut regions: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    let mut gone: Vec<Row> = Vec::new();
    for s in site.states.iter() {
        let row =
            Row { href: links::state(&s.id), name: s.name.clone(), about: s.id.clone(), class: class.get(&s.key_at(LAST_YEAR)).copied() };
        if s.exists_in(LAST_YEAR) { regions.entry(&s.region).or_default().push(row) } else { gone.push(row) }
    }
    let regions: Vec<(String, &str, Vec<Row>)> = regions
        .into_iter()
        .map(|(name, mut rows)| {
            rows.sort_by(|a, b| a.name.cmp(&b.name));
            (links::region(name), name, rows)
        })
        .collect();
    gone.sort_by(|a, b| a.name.cmp(&b.name));
    let kind = "states";
    site.render(
        ask,
        "subjects.html",
        json!({"here": "/states", "kind": kind, "year": year, "regions": regions, "gone": gone, "rows": Vec::<Row>::new()}),
    )
}

pub(super) fn organisations(site: &Site, ask: &Ask) -> Result<String> {
    // the latest year in which each has rated members, and since when, within the same list, the majority is what it is then
    let runs = blocwatch_publish::brief::spells("c", "org, source, majority_autocratic");
    let batch = site.session.query_one(&format!(
        "WITH c AS (SELECT org, year, source, members, share_autocracies, majority_autocratic, p_majority_autocratic, sensitive \
           FROM composition_org_year WHERE members_rated > 0), \
         l AS (SELECT org, max(year) AS last FROM c GROUP BY org), \
         lists AS (SELECT org, source, min(year) AS began FROM c GROUP BY org, source), \
         runs AS ({runs}) \
         SELECT c.org, o.name, c.year, c.members, c.share_autocracies, c.majority_autocratic, c.p_majority_autocratic, c.sensitive, \
           r.since, r.since = b.began AND o.from_year IS DISTINCT FROM b.began AS older FROM c JOIN l ON l.org = c.org AND l.last = c.year \
         JOIN organisation o ON o.org = c.org JOIN runs r ON r.org = c.org AND r.year = c.year \
         JOIN lists b ON b.org = c.org AND b.source = c.source ORDER BY o.name",
    ))?;
    let text = |name: &str, i| super::tables::cell(&batch, name, i);
    let rows = (0..batch.num_rows()).map(|i| OrganisationRow {
        href: links::organisation(&text("org", i)),
        name: text("name", i),
        members: text("members", i).parse().unwrap_or(0),
        year: text("year", i),
        autocratic: text("majority_autocratic", i) == "true",
        share: text("share_autocracies", i).parse::<f64>().map(|v| format!("{:.0} %", v * 100.0)).unwrap_or_default(),
        since: text("since", i),
        older: text("older", i) == "true",
        probability: text("p_majority_autocratic", i).parse::<f64>().map(|p| format!("{p:.2}")).unwrap_or_default(),
        sensitive: text("sensitive", i) == "true",
    });
    let (own, cow): (Vec<OrganisationRow>, Vec<OrganisationRow>) =
        rows.partition(|r| site.book.organisations.iter().any(|o| links::organisation(&o.id) == r.href));
    let none: Vec<(String, &str, Vec<Row>)> = Vec::new();
    let values = json!({"here": "/organisations", "kind": "organisations", "year": (), "regions": none, "gone": cow, "rows": own});
    site.render(ask, "subjects.html", values)
}
