//! Regimes of one state or of two: the course of categories and of polyarchy, the last years in figures, and two further indices.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::coverage::Knowledge;

use super::desk::{Desk, STARTER, VDEM};
use super::say;
use super::sql::{FIRST_YEAR, is_state};
use super::tidy::tidy;
use super::{Query, StateRef};
use crate::chart::{Chart, Lines, Plot, Point, Series};
use crate::doc::{Block, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::{Figure, Text};

/// Years of the table of last years.
const LAST: usize = 6;

/// One state-year.
#[derive(Debug, Clone)]
pub(super) struct Year<'a> {
    pub(super) side: i64,
    pub(super) year: i32,
    pub(super) class: Option<i64>,
    pub(super) index: Option<(f64, Option<(f64, f64)>)>,
    /// Whether the state is in the list of states in the year.
    listed: bool,
    source: &'a str,
    edition: &'a str,
    version: &'a str,
}

/// The rows of the query `regime`.
pub(super) fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Year<'a>>> {
    let f = desk.frame("regime");
    let (side, year, class) = (f.col("side")?, f.col("year")?, f.col("v2x_regime")?);
    let (value, low, high) = (f.col("v2x_polyarchy")?, f.col("v2x_polyarchy_codelow")?, f.col("v2x_polyarchy_codehigh")?);
    let (listed, source, edition, version) = (f.col("in_system")?, f.col("source")?, f.col("edition")?, f.col("version")?);
    let mut out: Vec<Year<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Year {
                side: side.int(i)?,
                year: year.year(i)?,
                class: class.int(i).filter(|c| (0..4).contains(c)),
                index: value.num(i).map(|v| (v, low.num(i).zip(high.num(i)))),
                listed: listed.yes(i) != Some(false),
                source: source.word(i),
                edition: edition.word(i),
                version: version.word(i),
            })
        })
        .collect();
    out.sort_by_key(|r| (r.side, r.year));
    Ok(out)
}

/// The note of a state-year: source, file and version that rate it.
pub(super) fn note(desk: &mut Desk<'_>, row: &Year<'_>) -> NoteId {
    desk.note_with(row.source, "regime_state_year", |n| {
        if !row.version.is_empty() {
            row.version.clone_into(&mut n.version);
        }
        n.locator = format!("file of the kind '{}'", row.edition);
        if row.index.is_some_and(|(_, interval)| interval.is_some()) {
            "Intervals are V-Dem's own and hold 68 % of the measurement uncertainty".clone_into(&mut n.remark);
        }
    })
}

fn notes(desk: &mut Desk<'_>, rows: &[&Year<'_>]) -> Vec<NoteId> {
    let mut out: Vec<NoteId> = Vec::new();
    for row in rows {
        let id = note(desk, row);
        if !out.contains(&id) {
            out.push(id);
        }
    }
    out
}

/// The trajectory of one state.
pub(super) fn section<'a>(desk: &mut Desk<'a>, name: &str) -> Result<Section> {
    let rows = read(desk)?;
    let mut section = Section::new("regime", "Regime trajectory");
    let refs: Vec<&Year<'_>> = rows.iter().collect();
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        section = section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(format!(
                "No regime category is held for {name}: neither V-Dem nor the embedded starter table rates it in the years shown."
            )),
        ));
        return indices(desk, section, name);
    };
    let spells = spells(&rows);
    let all = notes(desk, &refs);
    let held = rows.iter().any(|r| r.index.is_some());
    let reading = if held { "; the index below it says how far elections are free and competitive." } else { "." };
    section.intro = Some(
        Text::plain(format!("{name} as V-Dem rates it: {}.", say::list(&spells)))
            .notes(all.iter().copied())
            .then(format!(" The category says how a government comes to power{reading}")),
    );
    if rows.iter().any(|r| !r.listed) {
        let text = match rows.iter().find(|r| r.listed) {
            Some(r) => format!("Years before {} are V-Dem's ratings of the territory before it entered the list of states.", r.year),
            None => format!("{name} is not in the list of states in these years; V-Dem rates it as a territory."),
        };
        section = section.block(Text::plain(text).notes(all.iter().copied()));
    }
    let series = Series::new(
        "Polyarchy",
        rows.iter().filter_map(|r| {
            let (value, interval) = r.index?;
            let point = Point::new(r.year, value);
            Some(interval.map_or(point, |(low, high)| point.between(low, high)))
        }),
    );
    let by_year: BTreeMap<i32, u8> = rows.iter().filter_map(|r| Some((r.year, u8::try_from(r.class?).ok()?))).collect();
    let ends = series.points.first().zip(series.points.last()).and_then(|(a, b)| Some((a.x, a.value?, b.x, b.value?)));
    let course = ends.map_or(String::new(), |(y1, v1, y2, v2)| {
        let then = if y1 == y2 { String::new() } else { format!("{} in {y1} and ", say::two(v1)) };
        format!(" Polyarchy was {then}{} in {y2}.", say::two(v2))
    });
    let chart = Chart::new(
        format!("Regime category{} of {name}, {}", if held { " and polyarchy" } else { "" }, say::years(first.year, last.year)),
        format!("{}.{course}", say::sentence_case(&say::list(&spells))),
        Text::plain(if held { "Category as published; ribbon: 68 % interval." } else { "Category as published." })
            .notes(all.iter().copied()),
        Plot::RegimeSteps {
            years: (first.year..=last.year).map(|y| (y, by_year.get(&y).copied())).collect(),
            index: held.then_some(series),
            index_unit: "Polyarchy (electoral democracy index), 0–1".to_owned(),
        },
    );
    section = section.block(chart).block(last_years(desk, &rows));
    if rows.iter().any(|r| r.source == STARTER) && !held {
        section = section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(
                "Only categories are held, from the starter table that comes with the program: polyarchy, its intervals and \
                other indices are not available. ",
            )
            .code("blocwatch fetch vdem")
            .then(" brings V-Dem's own file."),
        ));
    }
    indices(desk, section, name)
}

/// Spells of a category in words: `electoral autocracy 1991–2004`.
fn spells(rows: &[Year<'_>]) -> Vec<String> {
    let mut out = Vec::new();
    let same = |a: &Year<'_>, b: &Year<'_>| a.class == b.class && b.year == a.year + 1;
    for run in rows.chunk_by(same) {
        if let ([first, ..], Some(label)) = (run, say::regime(run[0].class)) {
            let to = run.last().map_or(first.year, |r| r.year);
            out.push(if to == first.year { format!("{label} in {to}") } else { format!("{label} {}", say::years(first.year, to)) });
        }
    }
    if out.is_empty() {
        out.push("no category in the years shown".to_owned());
    }
    out
}

fn last_years(desk: &mut Desk<'_>, rows: &[Year<'_>]) -> Table {
    let shown: Vec<&Year<'_>> = rows.iter().rev().take(LAST).collect();
    let columns = vec![Column::key("Year"), Column::text("Regime category"), Column::number("Polyarchy", "0–1, with 68 % interval")];
    let mut table = Table::new("The last years in figures", columns);
    let all = notes(desk, &shown);
    for row in shown {
        table.rows.push(vec![Cell::text(row.year.to_string()), class_cell(row.class), index_cell(row)]);
    }
    tidy(table.footer(Text::plain("Newest year first.").notes(all)))
}

fn class_cell(class: Option<i64>) -> Cell {
    say::regime(class).map_or(Cell::missing(Knowledge::NotCovered), |l| Cell::text(say::sentence_case(l)))
}

fn index_cell(row: &Year<'_>) -> Cell {
    match row.index {
        None => Cell::missing(Knowledge::NotCovered),
        Some((value, None)) => Cell::number(value, 2),
        Some((value, Some((low, high)))) => Cell::number(value, 2).between(low, high),
    }
}

/// The further indices of a state.
pub(super) fn indices_query(state: &StateRef) -> Query {
    Query::new(
        "indices",
        format!(
            "SELECT year, edition, version, v2xcs_ccsi, v2xcs_ccsi_codelow, v2xcs_ccsi_codehigh, v2x_clphy, v2x_clphy_codelow, \
             v2x_clphy_codehigh FROM brief_index WHERE {} ORDER BY edition, version, year",
            is_state(state, "gwcode", "year")
        ),
    )
}

const INDICES: [(&str, &str, &str); 2] = [
    ("v2xcs_ccsi", "Core civil society index", "high: civil society is autonomous and citizens can take part freely"),
    ("v2x_clphy", "Physical violence index", "high: free from political killing and torture"),
];

/// Adds civil society and physical integrity, each from the best file held.
fn indices(desk: &mut Desk<'_>, mut section: Section, name: &str) -> Result<Section> {
    let f = desk.frame("indices");
    let (year, edition, version) = (f.col("year")?, f.col("edition")?, f.col("version")?);
    let (mut lines, mut ids, mut said) = (Vec::new(), Vec::new(), Vec::new());
    let mut filled: BTreeSet<String> = BTreeSet::new();
    for (column, label, reading) in INDICES {
        let value = f.col(column)?;
        let (low, high) = (f.col(&format!("{column}_codelow"))?, f.col(&format!("{column}_codehigh"))?);
        // the publisher's full file before any other, then whichever file reaches furthest
        let best = f
            .rows()
            .filter(|i| value.num(*i).is_some())
            .max_by_key(|i| (edition.word(*i) == "full", year.year(*i), std::cmp::Reverse(edition.word(*i))));
        let Some(best) = best else { continue };
        let (chosen, of) = (edition.word(best), version.word(best));
        let mut points: Vec<Point> = f
            .rows()
            .filter(|i| edition.word(*i) == chosen && version.word(*i) == of)
            .filter_map(|i| {
                let point = Point::new(year.year(i)?, value.num(i)?);
                Some(low.num(i).zip(high.num(i)).map_or(point, |(l, h)| point.between(l, h)))
            })
            .collect();
        points.sort_by_key(|p| p.x);
        let id = desk.note_with(VDEM, "vdem_state_year", |n| {
            of.clone_into(&mut n.version);
            n.locator = format!("{column}, file of the kind '{chosen}'");
        });
        if chosen != "full" {
            filled.insert(of.to_owned());
        }
        if let Some((last, v)) = points.last().and_then(|p| Some((p, p.value?))) {
            let figure = last.interval.map_or(Figure::new(v, 2), |(l, h)| Figure::new(v, 2).between(l, h));
            said.push(Text::plain(format!("{label} (0–1; {reading}): ")).figure(figure).then(format!(" in {}", last.x)).note(id).then("."));
        }
        ids.push(id);
        lines.push(Series::new(label, points));
    }
    if lines.is_empty() {
        return Ok(section);
    }
    let xs = || lines.iter().flat_map(|s| &s.points).map(|p| p.x);
    let (from, to) = (xs().min().unwrap_or(FIRST_YEAR), xs().max().unwrap_or(FIRST_YEAR));
    let names: Vec<&str> = lines.iter().map(|s| s.name.as_str()).collect();
    let alt = said.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let chart = Chart::new(
        format!("{} in {name}, {}", say::list(&names), say::years(from, to)),
        alt,
        Text::plain("V-Dem indices.").notes(ids.iter().copied()),
        Plot::Lines(Lines {
            series: lines,
            x_name: "Year".to_owned(),
            unit: "Index, 0–1".to_owned(),
            decimals: 2,
            range: Some((0.0, 1.0)),
        }),
    );
    section = section.block(Block::List(said)).block(chart);
    if !filled.is_empty() {
        let versions: Vec<String> = filled.into_iter().filter(|v| !v.is_empty()).collect();
        let of = if versions.is_empty() { String::new() } else { format!(" ({})", say::list(&versions)) };
        section = section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(format!(
                "These indices come from extracts of earlier versions of V-Dem{of} whose authors had filled gaps by imputation; they \
                 carry no interval, and their version differs from that of the regime categories. Do not join the two into one series."
            ))
            .notes(ids),
        ));
    }
    Ok(section)
}

/// The regimes of two states as two lines, and their latest years side by side.
pub(super) fn pair_section(desk: &mut Desk<'_>, a: &str, b: &str) -> Result<Section> {
    let rows = read(desk)?;
    let mut section = Section::new("regime", "Two regimes");
    let mut lines = Vec::new();
    let mut table = Table::new(
        "The last years side by side",
        vec![
            Column::key("Year"),
            Column::text(format!("{a}: category")),
            Column::number(format!("{a}: polyarchy"), "0–1, with 68 % interval"),
            Column::text(format!("{b}: category")),
            Column::number(format!("{b}: polyarchy"), "0–1, with 68 % interval"),
        ],
    );
    let mut said = Vec::new();
    let mut by_year: BTreeMap<i32, [Option<&Year<'_>>; 2]> = BTreeMap::new();
    for (side, name) in [(1, a), (2, b)] {
        let own: Vec<Year<'_>> = rows.iter().filter(|r| r.side == side).cloned().collect();
        for row in rows.iter().filter(|r| r.side == side) {
            by_year.entry(row.year).or_default()[if side == 1 { 0 } else { 1 }] = Some(row);
        }
        if own.is_empty() {
            section = section.block(Block::callout(CalloutKind::Gap, Text::plain(format!("No regime category is held for {name}."))));
            continue;
        }
        let refs: Vec<&Year<'_>> = own.iter().collect();
        let index = if own.iter().any(|r| r.index.is_some()) { "" } else { " Its polyarchy is not held." };
        said.push(Text::plain(format!("{name}: {}.", say::list(&spells(&own)))).notes(notes(desk, &refs)).then(index));
        let points = own.iter().filter_map(|r| {
            let (value, interval) = r.index?;
            let point = Point::new(r.year, value);
            Some(interval.map_or(point, |(l, h)| point.between(l, h)))
        });
        lines.push(Series::new(name, points));
    }
    if said.is_empty() {
        return Ok(section);
    }
    let refs: Vec<&Year<'_>> = rows.iter().collect();
    let all = notes(desk, &refs);
    section = section.block(Block::List(said));
    if lines.iter().any(|s| !s.points.is_empty()) {
        let ends: Vec<String> = lines
            .iter()
            .filter_map(|s| {
                let (first, last) = (s.points.first()?, s.points.last()?);
                Some(format!("{}: {} in {}, {} in {}", s.name, say::two(first.value?), first.x, say::two(last.value?), last.x))
            })
            .collect();
        section = section.block(Chart::new(
            format!("Polyarchy of {a} and {b} since {FIRST_YEAR}"),
            format!("{}.", ends.join("; ")),
            Text::plain("Ribbons: 68 % intervals. Where the ribbons overlap, the order of the two is not settled.")
                .notes(all.iter().copied()),
            Plot::Lines(Lines {
                series: lines,
                x_name: "Year".to_owned(),
                unit: "Polyarchy, 0–1".to_owned(),
                decimals: 2,
                range: Some((0.0, 1.0)),
            }),
        ));
    }
    for (year, sides) in by_year.iter().rev().take(LAST) {
        let mut cells = vec![Cell::text(year.to_string())];
        for side in sides {
            cells.push(side.map_or(Cell::missing(Knowledge::NotCovered), |r| class_cell(r.class)));
            cells.push(side.map_or(Cell::missing(Knowledge::NotCovered), index_cell));
        }
        table.rows.push(cells);
    }
    Ok(section.block(tidy(table.footer(Text::plain("Newest year first.").notes(all)))))
}
