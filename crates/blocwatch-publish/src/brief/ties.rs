//! Ties in the layers that have no section of their own: alliances, exercises, arms, finance, investment, visits, treaties.

use std::collections::BTreeSet;

use blocwatch_core::coverage::Knowledge;
use blocwatch_core::layer;

use super::desk::{Desk, source_name};
use super::sql::is_state;
use super::{Query, StateRef, say};
use crate::doc::{Block, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// Layers that have their own sections.
pub(super) const ELSEWHERE: &str = "'shared-organisation', 'shared-autocratic-organisation', 'vote-agreement', 'case'";
/// Years at the end of what a source covers that are looked at.
const WINDOW: i32 = 10;
/// What the ids of layers of coded events begin with.
const EVENT: &str = "event-";
/// Partners shown of each layer.
const PARTNERS: usize = 5;

/// The strongest partners of a state by layer, at the end of what each source covers.
pub(super) fn query(state: &StateRef) -> Query {
    let one = is_state(state, "t.gwcode1", "t.year");
    let two = is_state(state, "t.gwcode2", "t.year");
    Query::new(
        "ties",
        format!(
            "WITH mine AS (SELECT t.layer, t.source, t.edition, t.unit, t.year, t.weight, CASE WHEN NOT t.directed THEN 0 WHEN {one} THEN 1 \
             ELSE 2 END AS direction, CASE WHEN {one} THEN t.gwcode2 ELSE t.gwcode1 END AS partner FROM brief_tie t WHERE ({one} OR {two})) \
             SELECT l.layer, l.source, l.edition, l.unit, l.flow, l.year_from, l.year_to, l.share_right, m.direction, m.partner, \
             state_name(m.partner, max(m.year)) AS name, \
             CASE WHEN l.flow THEN sum(m.weight) ELSE max(CASE WHEN m.year = l.year_to THEN m.weight END) END AS weight \
             FROM mine m JOIN tie_layer l ON l.layer = m.layer AND l.source = m.source AND l.edition = m.edition AND l.unit = m.unit \
             WHERE m.year > l.year_to - {WINDOW} AND m.year <= l.year_to \
             GROUP BY l.layer, l.source, l.edition, l.unit, l.flow, l.year_from, l.year_to, l.share_right, m.direction, m.partner"
        ),
    )
}

/// All ties of a pair by layer, in the two directions.
pub(super) fn pair_query(a: &StateRef, b: &StateRef) -> Query {
    let side = |s: &StateRef, n: u8| is_state(s, &format!("t.gwcode{n}"), "t.year");
    let (a1, b2, b1, a2) = (side(a, 1), side(b, 2), side(b, 1), side(a, 2));
    Query::new(
        "pair_ties",
        format!(
            "WITH mine AS (SELECT t.layer, t.source, t.edition, t.unit, t.year, t.weight, CASE WHEN NOT t.directed THEN 0 WHEN {a1} THEN 1 \
             ELSE 2 END AS direction FROM brief_tie t WHERE (({a1} AND {b2}) OR ({b1} AND {a2}))) \
             SELECT l.layer, l.source, l.edition, l.unit, l.flow, l.year_from, l.year_to, m.direction, min(m.year) AS first, max(m.year) AS last, \
             count(DISTINCT m.year) AS years, CASE WHEN l.flow THEN sum(CASE WHEN m.year > l.year_to - {WINDOW} THEN m.weight ELSE 0 END) \
             ELSE max(CASE WHEN m.year = l.year_to THEN m.weight END) END AS weight \
             FROM mine m JOIN tie_layer l ON l.layer = m.layer AND l.source = m.source AND l.edition = m.edition AND l.unit = m.unit \
             GROUP BY l.layer, l.source, l.edition, l.unit, l.flow, l.year_from, l.year_to, m.direction"
        ),
    )
}

/// Name of a layer as people say it; a layer of events names its tactic.
fn layer_name(desk: &Desk<'_>, id: &str) -> String {
    match (layer::name(id), id.strip_prefix(EVENT)) {
        (Some(name), _) => name.to_owned(),
        (None, Some(tactic)) => desk.term("tactic", tactic).to_owned(),
        (None, None) => id.to_owned(),
    }
}

fn direction(code: Option<i64>, here: &str, there: &str) -> String {
    match code {
        Some(1) => format!("{here} to {there}"),
        Some(2) => format!("{there} to {here}"),
        _ => "both".to_owned(),
    }
}

fn decimals(value: f64) -> u8 {
    if value.fract().abs() < 1e-9 || value.abs() >= 1000.0 { 0 } else { 1 }
}

fn weight(value: Option<f64>) -> Cell {
    match value {
        Some(v) => Cell::number(v, decimals(v)),
        None => Cell::missing(Knowledge::NotCovered),
    }
}

fn none_held(section: Section, text: String) -> Section {
    section.block(Block::callout(CalloutKind::Gap, Text::plain(text)))
}

const INTRO: &str = "What sources beyond votes and organisations record. Each source stands for itself; nothing is added up across them. A layer \
                     that is not listed is not evidence of no tie: the source may not cover the states or the years.";

/// The section of a state's brief.
pub(super) fn section(desk: &mut Desk<'_>, name: &str) -> Result<Section> {
    let mut section = Section::new("ties", "Ties in other layers").intro(INTRO);
    let f = desk.frame("ties");
    let (layer, source, edition, unit) = (f.col("layer")?, f.col("source")?, f.col("edition")?, f.col("unit")?);
    let (flow, year_to, way, partner) = (f.col("flow")?, f.col("year_to")?, f.col("direction")?, f.col("name")?);
    let (strength, year_from) = (f.col("weight")?, f.col("year_from")?);
    // what stood before the last year of a source and ended is no present tie
    let mut rows: Vec<usize> = f.rows().filter(|i| flow.yes(*i) == Some(true) || strength.num(*i).is_some()).collect();
    if rows.is_empty() {
        return Ok(none_held(section, format!("No source that is held records ties of {name} in these layers.")));
    }
    let key = |i: usize| (is_event(layer.word(i)), layer.word(i), source.word(i), edition.word(i), unit.word(i), way.int(i));
    rows.sort_by(|a, b| {
        key(*a)
            .cmp(&key(*b))
            .then_with(|| strength.num(*b).unwrap_or(0.0).total_cmp(&strength.num(*a).unwrap_or(0.0)))
            .then_with(|| partner.word(*a).cmp(partner.word(*b)))
    });
    let columns = vec![
        Column::text("Layer"),
        Column::text("Direction"),
        Column::text("Strongest partners"),
        Column::number("Partners", "number"),
        Column::text("Unit"),
        Column::key("Years"),
        Column::text("Source"),
    ];
    let strongest = |group: &[usize]| {
        group.iter().take(PARTNERS).enumerate().fold(Text::default(), |text, (n, i)| {
            let value = strength.num(*i).unwrap_or(0.0);
            text.then(format!("{}{} (", if n > 0 { ", " } else { "" }, partner.word(*i))).number(value, decimals(value)).then(")")
        })
    };
    let (records, events) = rows.split_at(rows.partition_point(|i| !is_event(layer.word(*i))));
    let ids = source_notes(desk, records.iter().map(|i| source.word(*i)));
    let caption = Text::plain("The strongest partners in each layer, at the end of what its source covers").notes(ids);
    let mut table = Table::new(caption, columns);
    for group in records.chunk_by(|a, b| key(*a) == key(*b)) {
        let first = group[0];
        let end = year_to.year(first).unwrap_or_default();
        let is_flow = flow.yes(first) == Some(true);
        let years = if is_flow { window(year_from.year(first), end) } else { end.to_string() };
        table.rows.push(vec![
            Cell::text(layer_name(desk, layer.word(first))),
            Cell::text(direction(way.int(first), name, "partner")),
            Cell::text(strongest(group)),
            Cell::number(say::count(group.len()), 0),
            Cell::text(unit.word(first)),
            Cell::text(years),
            Cell::text(source_of(source.word(first), edition.word(first))),
        ]);
    }
    section = if records.is_empty() {
        none_held(section, format!("No record of ties of {name} in these layers is held beyond reports by machines."))
    } else {
        section.block(table)
    };
    if events.is_empty() {
        return Ok(section);
    }
    let columns = vec![
        Column::text("Tactic, if the reports are true"),
        Column::text("Direction"),
        Column::text("Most frequent partners (events)"),
        Column::number("Partners", "number"),
        Column::number("Expected to be right", "share of such events"),
        Column::key("Years"),
        Column::text("Source"),
    ];
    let right = f.col("share_right")?;
    let ids = source_notes(desk, events.iter().map(|i| source.word(*i)));
    let caption = Text::plain("Events that machines read in the news, as tactics of the matrix").notes(ids);
    let mut table = Table::new(caption, columns).footer(EVENTS_FOOTER);
    for group in events.chunk_by(|a, b| key(*a) == key(*b)) {
        let first = group[0];
        let end = year_to.year(first).unwrap_or_default();
        table.rows.push(vec![
            Cell::text(layer_name(desk, layer.word(first))),
            Cell::text(direction(way.int(first), name, "partner")),
            Cell::text(strongest(group)),
            Cell::number(say::count(group.len()), 0),
            expected_right(right.num(first)),
            Cell::text(window(year_from.year(first), end)),
            Cell::text(source_of(source.word(first), edition.word(first))),
        ]);
    }
    Ok(section.block(table))
}

const EVENTS_FOOTER: &str = "An event is a report that a program has coded, not a finding of fact: many are false, several may tell of one \
                             act, and the state media of autocracies inflate praise and visits. The numbers are upper bounds; where no \
                             published comparison gives the share that is right, it is not known.";

/// The years that are added up: the last ten, or as many as the layer has.
fn window(first: Option<i32>, end: i32) -> String {
    say::years(first.unwrap_or(end).max(end - WINDOW + 1), end)
}

/// Whether a layer holds coded events.
fn is_event(layer: &str) -> bool {
    layer.starts_with(EVENT)
}

/// The share of events that is expected to be right, which hardly any comparison gives.
fn expected_right(share: Option<f64>) -> Cell {
    share.map_or_else(|| Cell::text("not known"), |s| Cell::share(s, 0))
}

fn source_notes<'s>(desk: &mut Desk<'_>, sources: impl Iterator<Item = &'s str>) -> Vec<NoteId> {
    let sources: BTreeSet<&str> = sources.collect();
    sources.into_iter().map(|s| desk.note(s, "tie_dyad_year")).collect()
}

fn source_of(source: &str, edition: &str) -> String {
    let name = say::sentence_case(source_name(source));
    if edition.is_empty() { name } else { format!("{name}, form {edition}") }
}

/// The section of a pair's brief.
pub(super) fn pair_section(desk: &mut Desk<'_>, a: &StateRef, b: &StateRef) -> Result<Section> {
    let section = Section::new("ties", "Ties in other layers").intro(INTRO);
    let f = desk.frame("pair_ties");
    let (layer, source, edition, unit) = (f.col("layer")?, f.col("source")?, f.col("edition")?, f.col("unit")?);
    let (flow, from, to, way) = (f.col("flow")?, f.col("year_from")?, f.col("year_to")?, f.col("direction")?);
    let (first, last, years, strength) = (f.col("first")?, f.col("last")?, f.col("years")?, f.col("weight")?);
    let mut rows: Vec<usize> = f.rows().collect();
    if rows.is_empty() {
        let text = format!("No source that is held records ties of {} and {} in these layers.", a.name, b.name);
        return Ok(none_held(section, text));
    }
    rows.sort_by_key(|i| (is_event(layer.word(*i)), layer.word(*i), source.word(*i), edition.word(*i), way.int(*i)));
    let columns = vec![
        Column::text("Layer"),
        Column::text("Direction"),
        Column::number("Strength at the end", "sum of the last ten years the source covers, or the state of its last year"),
        Column::text("Unit"),
        Column::key("First and last year"),
        Column::number("Years with a tie", "number"),
        Column::key("Source covers"),
        Column::text("Source"),
    ];
    let ids = source_notes(desk, rows.iter().map(|i| source.word(*i)));
    let caption = Text::plain(format!("What is recorded between {} and {}, by layer", a.name, b.name)).notes(ids);
    let mut table = Table::new(caption, columns);
    let layers: BTreeSet<&str> = rows.iter().map(|i| layer.word(*i)).collect();
    for i in rows {
        let span = |x: Option<i32>, y: Option<i32>| say::years(x.unwrap_or_default(), y.unwrap_or_default());
        // an obligation that had ended by the last year of its source is a zero there: the source covers the year
        let value = if flow.yes(i) == Some(true) { strength.num(i) } else { Some(strength.num(i).unwrap_or(0.0)) };
        table.rows.push(vec![
            Cell::text(pair_layer(desk, layer.word(i))),
            Cell::text(direction(way.int(i), &a.name, &b.name)),
            weight(value),
            Cell::text(unit.word(i)),
            Cell::text(span(first.year(i), last.year(i))),
            Cell::number_or(years.num(i), 0, Knowledge::Missing),
            Cell::text(span(from.year(i), to.year(i))),
            Cell::text(source_of(source.word(i), edition.word(i))),
        ]);
    }
    if layers.iter().any(|l| is_event(l)) {
        table = table.footer(EVENTS_FOOTER);
    }
    Ok(section.block(table))
}

/// Name of a layer in a table that holds all kinds.
fn pair_layer(desk: &Desk<'_>, layer: &str) -> String {
    let name = layer_name(desk, layer);
    if is_event(layer) { format!("Machine-coded events: {}", name.to_lowercase()) } else { name }
}
