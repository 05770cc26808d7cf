//! The network of one layer of ties in one year: a drawing, the states and the strongest ties as tables, and the same as data for the
//! island that lets the reader move through it.
//!
//! Which ties are shown is said on the page: those that are more than noise (`backbone_dyad_year`), or the strongest of a series.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_analysis::frame::{At, Columns};
use blocwatch_core::layer;
use serde::Serialize;
use serde_json::json;

use crate::assets;
use crate::error::{Result, WebError};
use crate::layout;
use crate::links;
use crate::params::short;
use crate::server::Ask;
use crate::site::Site;

/// What can be asked.
pub(super) const FILTERS: &[&str] = &["layer", "year", "ties", "community", "state", "colour"];
/// Ties drawn at the most: more are a grey disc.
const MOST: usize = 1_500;
/// Of a series without a test, so many of the strongest.
const STRONGEST: usize = 400;
/// Ties in the table.
const LISTED: usize = 40;
/// Names in the drawing that the server makes.
const NAMED: usize = 28;
/// Which ties: values of the parameter.
const TIES: [&str; 3] = ["kept", "below", "strongest"];

/// What people call a layer; its id in words where it has no name.
fn called(id: &str) -> String {
    layer::name(id).map_or_else(|| super::in_words(id), str::to_owned)
}

/// A layer that can be shown.
#[derive(Debug, Serialize)]
struct Layer {
    id: String,
    name: String,
    unit: String,
    doc: String,
    directed: bool,
    from: i32,
    to: i32,
    tested: bool,
    series: bool,
}

/// A state of the network.
#[derive(Debug, Serialize)]
struct Node {
    id: String,
    name: String,
    href: String,
    class: Option<i32>,
    community: Option<u32>,
    ties: usize,
    weight: f64,
    #[serde(skip)]
    region: String,
}

/// A tie between two nodes.
#[derive(Debug, Clone)]
struct Tie {
    a: usize,
    b: usize,
    weight: f64,
    p: Option<f64>,
}

/// Layers by id.
fn layers(site: &Site) -> Result<BTreeMap<String, Layer>> {
    let mut out: BTreeMap<String, Layer> = BTreeMap::new();
    if site.has("tie_layer") {
        let batch = site.session.query_one(
            "SELECT series, layer, source, edition, unit, doc, directed, year_from, year_to FROM tie_layer WHERE ties >= 20 ORDER BY series",
        )?;
        let c = Columns(&batch);
        let (years, directed) = ((c.i32("year_from")?, c.i32("year_to")?), c.bool("directed")?);
        let text = |name: &str, row| super::tables::cell(&batch, name, row);
        for row in 0..batch.num_rows() {
            let (id, edition) = (text("series", row), text("edition", row));
            let plain = called(&text("layer", row));
            let name = if id.contains('@') { format!("{plain} ({edition})") } else { plain };
            let layer = Layer {
                id: id.clone(),
                name,
                unit: text("unit", row),
                doc: text("doc", row),
                directed: directed.at(row).unwrap_or(false),
                from: years.0.at(row).unwrap_or(0),
                to: years.1.at(row).unwrap_or(0),
                tested: false,
                series: true,
            };
            out.entry(id).or_insert(layer);
        }
    }
    if site.has("backbone_layer_year") {
        let batch = site.session.query_one(
            "SELECT layer, min(year) AS first, max(year) AS last FROM backbone_layer_year WHERE below > 0 GROUP BY layer ORDER BY layer",
        )?;
        let c = Columns(&batch);
        let (first, last) = (c.i32("first")?, c.i32("last")?);
        for row in 0..batch.num_rows() {
            let id = super::tables::cell(&batch, "layer", row);
            let (from, to) = (first.at(row).unwrap_or(0), last.at(row).unwrap_or(0));
            let same = out.values().find(|l| l.id == id || l.id.starts_with(&format!("{id}@")));
            let (unit, doc, directed) = same.map_or_else(
                || {
                    (
                        "kappa".to_owned(),
                        "How far two states vote alike in the General Assembly beyond what chance brings (kappa).".to_owned(),
                        false,
                    )
                },
                |l| (l.unit.clone(), l.doc.clone(), l.directed),
            );
            let series = out.contains_key(&id);
            let name = format!("{} (tested)", called(&id));
            out.insert(id.clone(), Layer { id, name, unit, doc, directed, from, to, tested: true, series });
        }
    }
    Ok(out)
}

/// Rows of two states, weight and probability.
type Found = Vec<(u16, u16, f64, Option<f64>)>;

fn ties(site: &Site, layer: &Layer, year: i32, which: &str) -> Result<(Found, usize)> {
    let id = layer.id.replace('\'', "''");
    let (sql, counted) = if which == "strongest" {
        let of = format!("FROM tie_dyad_year WHERE series = '{id}' AND year = {year} AND in_system AND weight > 0");
        (
            format!(
                "SELECT gwcode1, gwcode2, sum(weight) AS weight, CAST(NULL AS DOUBLE) AS p {of} \
                 GROUP BY gwcode1, gwcode2 ORDER BY weight DESC, gwcode1, gwcode2 LIMIT {STRONGEST}"
            ),
            format!("SELECT count(*) AS n FROM (SELECT DISTINCT gwcode1, gwcode2 {of})"),
        )
    } else {
        let kept = if which == "kept" { " AND kept" } else { "" };
        let of = format!("FROM backbone_dyad_year WHERE layer = '{id}' AND year = {year}{kept}");
        (
            format!("SELECT gwcode1, gwcode2, weight, p {of} ORDER BY p, weight DESC, gwcode1, gwcode2 LIMIT {MOST}"),
            format!("SELECT count(*) AS n {of}"),
        )
    };
    let batch = site.session.query_one(&sql)?;
    let c = Columns(&batch);
    let (a, b, weight, p) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.f64("weight")?, c.f64("p")?);
    let rows = (0..batch.num_rows()).filter_map(|r| Some((a.at(r)?, b.at(r)?, weight.at(r)?, p.at(r)))).collect();
    let n = site.session.query_one(&counted)?;
    Ok((rows, super::tables::cell(&n, "n", 0).parse().unwrap_or(0)))
}

/// A number by state of one year: regime class, community.
fn by_state(site: &Site, sql: &str, column: &str) -> Result<BTreeMap<u16, i32>> {
    let batch = site.session.query_one(sql)?;
    let codes = Columns(&batch).u16("gwcode")?;
    let value = |row| super::tables::cell(&batch, column, row).parse().ok();
    Ok((0..batch.num_rows()).filter_map(|row| Some((codes.at(row)?, value(row)?))).collect())
}

fn chosen<'a>(layers: &'a BTreeMap<String, Layer>, ask: &Ask) -> Result<&'a Layer> {
    let first = || ["arms", "shared-organisation"].iter().find_map(|id| layers.get(*id)).or_else(|| layers.values().next());
    match ask.params.one("layer") {
        Some(id) => layers.get(id).ok_or_else(|| {
            let near = blocwatch_core::name::nearest(id, layers.keys().map(String::as_str), 3);
            WebError::Bad(format!("there is no layer '{}'{}", short(id), blocwatch_core::name::did_you_mean(&near)))
        }),
        None => first().ok_or_else(|| WebError::NotFound("this observatory has no ties: fetch sources and build".to_owned())),
    }
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let layers = layers(site)?;
    let layer = chosen(&layers, ask)?;
    // a year in which the layer says nothing gives way to the nearest that it covers
    let year = ask.params.number("year", 1800, 2200)?.and_then(|y| i32::try_from(y).ok()).unwrap_or(layer.to).clamp(layer.from, layer.to);
    let possible: Vec<&str> = TIES.into_iter().filter(|w| if *w == "strongest" { layer.series } else { layer.tested }).collect();
    let first = possible.first().copied().unwrap_or("strongest");
    let which = ask.params.choice("ties", &TIES)?.filter(|w| possible.contains(w)).unwrap_or(first);
    let community = ask.params.number("community", 0, 100_000)?.and_then(|c| i32::try_from(c).ok());

    let classes = if site.has("regime_state_year") {
        by_state(
            site,
            &format!("SELECT gwcode, v2x_regime FROM regime_state_year WHERE year = {year} AND v2x_regime IS NOT NULL"),
            "v2x_regime",
        )?
    } else {
        BTreeMap::new()
    };
    let communities = if layer.tested && site.has("community_state_year") {
        let sql = format!(
            "SELECT gwcode, community FROM community_state_year WHERE layer = '{}' AND year = {year} AND community IS NOT NULL",
            layer.id
        );
        by_state(site, &sql, "community")?
    } else {
        BTreeMap::new()
    };
    let (mut found, total) = ties(site, layer, year, which)?;
    if let Some(c) = community {
        found.retain(|(a, b, ..)| communities.get(a) == Some(&c) && communities.get(b) == Some(&c));
    }
    let mut sizes: BTreeMap<i32, usize> = BTreeMap::new();
    for c in communities.values() {
        *sizes.entry(*c).or_default() += 1;
    }
    let (nodes, ties) = graph(site, &found, year, &classes, &communities);
    let heaviest = ties.iter().map(|t| t.weight).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let weighted: Vec<(usize, usize, f64)> = ties.iter().map(|t| (t.a, t.b, t.weight / heaviest)).collect();
    let at = layout::place(nodes.len(), &weighted);

    let listed: Vec<_> = ties
        .iter()
        .take(LISTED)
        .map(|t| {
            let (a, b) = (&nodes[t.a], &nodes[t.b]);
            json!({"a": a.name, "b": b.name, "href": links::pair(&a.id, &b.id), "weight": number(t.weight), "p": t.p.map(|p| if p < 1e-4 { "< 0.0001".to_owned() } else { format!("{p:.4}") })})
        })
        .collect();
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by(|a, b| nodes[*b].ties.cmp(&nodes[*a].ties).then_with(|| nodes[*a].name.cmp(&nodes[*b].name)));
    let data = json!({
        "layer": layer.id, "year": year, "ties": which, "directed": layer.directed, "unit": layer.unit,
        "nodes": nodes.iter().zip(&at).map(|(n, p)| json!([n.id, n.name, n.class, n.community, four(p.0), four(p.1)])).collect::<Vec<_>>(),
        "edges": ties.iter().map(|t| json!([t.a, t.b, four(t.weight)])).collect::<Vec<_>>(),
    });
    let rows: Vec<_> = order.iter().map(|i| json!({"node": nodes[*i], "weight": number(nodes[*i].weight)})).collect();
    let csv = if which == "strongest" {
        format!(
            "/api/v1/tables/tie_dyad_year/rows?format=csv&limit=100000&years={year}&where={}",
            links::encode(&format!("series={}", layer.id))
        )
    } else {
        let kept = if which == "kept" { ";kept=true" } else { "" };
        format!(
            "/api/v1/tables/backbone_dyad_year/rows?format=csv&limit=100000&years={year}&where={}",
            links::encode(&format!("layer={}{kept}", layer.id))
        )
    };
    let mut options: Vec<(&str, &str)> = layers.values().map(|l| (l.id.as_str(), l.name.as_str())).collect();
    options.sort_by_key(|o| o.1);
    let groups: Vec<(i32, usize)> = sizes.into_iter().filter(|(_, n)| *n > 1).collect();
    site.render(
        ask,
        "network.html",
        json!({
            "here": "/network", "layers": options, "layer": layer, "year": year, "possible": possible, "which": which,
            "groups": groups, "community": community,
            "drawing": drawing(&nodes, &ties, &at, &order, heaviest), "nodes": rows, "ties": listed, "shown": ties.len(), "total": total,
            "csv": csv, "network_data": assets::block("network-data", &data),
        }),
    )
}

/// Nodes in the order of their regions, which is where the layout begins, and ties, strongest or surest first.
fn graph(site: &Site, found: &Found, year: i32, classes: &BTreeMap<u16, i32>, communities: &BTreeMap<u16, i32>) -> (Vec<Node>, Vec<Tie>) {
    let codes: BTreeSet<u16> = found.iter().flat_map(|(a, b, ..)| [*a, *b]).collect();
    let mut nodes: Vec<(u16, Node)> = codes
        .into_iter()
        .filter_map(|code| {
            let state = site.states.by_key(code, year)?;
            let class = classes.get(&code).copied();
            let community = communities.get(&code).and_then(|c| u32::try_from(*c).ok());
            let (id, name, region) = (state.id.clone(), state.name.clone(), state.region.clone());
            Some((code, Node { href: links::state(&id), id, name, class, community, ties: 0, weight: 0.0, region }))
        })
        .collect();
    nodes.sort_by(|a, b| (&a.1.region, &a.1.name).cmp(&(&b.1.region, &b.1.name)));
    let index: BTreeMap<u16, usize> = nodes.iter().enumerate().map(|(i, n)| (n.0, i)).collect();
    let mut nodes: Vec<Node> = nodes.into_iter().map(|n| n.1).collect();
    let mut out = Vec::new();
    for (a, b, weight, p) in found {
        if let (Some(a), Some(b)) = (index.get(a), index.get(b)) {
            for i in [*a, *b] {
                nodes[i].ties += 1;
                nodes[i].weight += weight;
            }
            out.push(Tie { a: *a, b: *b, weight: *weight, p: *p });
        }
    }
    (nodes, out)
}

/// Four digits behind the point are more than a screen shows.
fn four(v: f64) -> f64 {
    (v * 1e4).round() / 1e4
}

/// A weight as people read it.
fn number(v: f64) -> String {
    if v >= 1000.0 || v.fract() == 0.0 { blocwatch_publish::words::Words::of("en").number(v, 0) } else { format!("{v:.2}") }
}

/// The drawing without script: ties as lines, states as dots in the colour of their regime, the most tied with their names.
fn drawing(nodes: &[Node], ties: &[Tie], at: &[(f64, f64)], order: &[usize], heaviest: f64) -> String {
    if nodes.is_empty() {
        return String::new();
    }
    let (side, margin) = (900.0, 50.0);
    let place = |i: usize| (margin + at[i].0 * side, margin + at[i].1 * side);
    let (low, high) = (0..nodes.len()).map(|i| place(i).1).fold((f64::INFINITY, 0.0_f64), |(l, h), y| (l.min(y), h.max(y)));
    let (top, height) = (low - margin, high - low + 2.0 * margin);
    let mut out = format!("<svg class=\"net\" viewBox=\"0 {top:.0} {:.0} {height:.0}\" aria-hidden=\"true\">", side + 2.0 * margin);
    for t in ties {
        let (a, b) = (place(t.a), place(t.b));
        let strength = 0.6 + 3.0 * (t.weight / heaviest).sqrt();
        out.push_str(&format!(
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke-width=\"{strength:.1}\"/>",
            a.0, a.1, b.0, b.1
        ));
    }
    for (i, node) in nodes.iter().enumerate() {
        let (x, y) = place(i);
        let class = node.class.map_or_else(|| "net-none".to_owned(), |c| format!("f-r{c}"));
        out.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{:.1}\"/>",
            4.0 + 1.4 * (node.ties as f64).sqrt()
        ));
    }
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for i in order {
        let (x, y) = place(*i);
        let (y, half) = (y - 8.0 - 1.4 * (nodes[*i].ties as f64).sqrt(), 4.2 * nodes[*i].name.chars().count() as f64);
        // a name that would cover another is left out: the table has them all
        if taken.len() < NAMED && taken.iter().all(|t| (t.1 - y).abs() > 17.0 || (t.0 - x).abs() > t.2 + half) {
            out.push_str(&format!("<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", crate::links::escape(&nodes[*i].name)));
            taken.push((x, y, half));
        }
    }
    out.push_str("</svg>");
    out
}
