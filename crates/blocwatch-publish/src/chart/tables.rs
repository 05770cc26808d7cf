//! The figures of a chart as tables: in full for the page, in short for plain text.

use std::collections::BTreeMap;

use super::regime::spells;
use super::{Chart, Lines, MatrixHeat, Plot, Point, Series};
use crate::table::{Align, Cell, Column, Table};
use crate::text::{Figure, Text};
use crate::words::Words;

/// Characters per course.
const COURSE: usize = 24;
/// Characters of the longest bar.
const BAR: f64 = 20.0;

/// All figures.
pub(super) fn full(chart: &Chart, words: &Words) -> Table {
    match &chart.plot {
        Plot::RegimeSteps { years, index, index_unit } => {
            let classes: BTreeMap<i32, Option<u8>> = years.iter().map(|(y, c)| (*y, c.filter(|c| *c < 4))).collect();
            let points = by_x(index.as_ref());
            let mut columns = vec![Column::key(words.year), Column::text(words.regime)];
            columns.extend(index.as_ref().map(|s| Column::number(&s.name, index_unit)));
            let mut table = Table::new(Text::new(), columns);
            let all: std::collections::BTreeSet<i32> = classes.keys().chain(points.keys()).copied().collect();
            for year in all {
                let class = match classes.get(&year).copied().flatten() {
                    Some(c) => Cell::text(format!("{} ({c})", words.regimes[usize::from(c)])),
                    None => Cell::missing(chart.gap),
                };
                let index = index.is_some().then(|| point_cell(points.get(&year), 3, chart));
                table.rows.push([Cell::text(year.to_string()), class].into_iter().chain(index).collect());
            }
            table
        }
        Plot::Lines(lines) => {
            let series: Vec<BTreeMap<i32, Point>> = lines.series.iter().map(|s| by_x(Some(s))).collect();
            let mut columns = vec![Column::key(&lines.x_name)];
            columns.extend(lines.series.iter().map(|s| Column::number(&s.name, "")));
            let mut table = Table::new(lines.unit.as_str(), columns);
            let all: std::collections::BTreeSet<i32> = series.iter().flat_map(|s| s.keys().copied()).collect();
            for x in all {
                let cells = series.iter().map(|s| point_cell(s.get(&x), lines.decimals, chart));
                table.rows.push(std::iter::once(Cell::text(x.to_string())).chain(cells).collect());
            }
            table
        }
        Plot::Bars(bars) => {
            let columns = vec![Column::text(&bars.label_name), Column::number(&bars.unit, "")];
            let mut table = Table::new(Text::new(), columns);
            for bar in &bars.bars {
                let value = bar.value.map_or(Cell::missing(chart.gap), |v| {
                    Cell::figure(if bars.share { Figure::share(v, bars.decimals) } else { Figure::new(v, bars.decimals) })
                });
                table.rows.push(vec![Cell::text(bar.label.as_str()), value]);
            }
            table
        }
        Plot::MatrixHeat(heat) => matrix(chart, heat),
    }
}

/// The figures in short, with courses and bars drawn in characters.
pub(super) fn digest(chart: &Chart, words: &Words) -> Table {
    match &chart.plot {
        Plot::RegimeSteps { years, index, index_unit } => {
            let mut columns = vec![Column::key(words.from), Column::key(words.to), Column::text(words.regime)];
            let points = by_x(index.as_ref());
            let range = (0.0, 1.0);
            if let Some(series) = index {
                let name = if index_unit.is_empty() { &series.name } else { index_unit };
                columns.push(Column::number(format!("{name}: {}", words.first.to_lowercase()), ""));
                columns.push(Column::number(words.last.to_lowercase(), ""));
                columns.push(Column::text(words.course));
            }
            let mut table = Table::new(Text::new(), columns);
            for spell in spells(years) {
                let class = spell.class.map_or(Cell::missing(chart.gap), |c| Cell::text(words.regimes[usize::from(c)]));
                let mut row = vec![Cell::text(spell.from.to_string()), Cell::text(spell.to.to_string()), class];
                if index.is_some() {
                    let inside: Vec<Point> = points.range(spell.from..=spell.to).map(|(_, p)| *p).collect();
                    let mut valued = inside.iter().filter_map(|p| p.value);
                    row.push(Cell::number_or(valued.next(), 3, chart.gap));
                    row.push(Cell::number_or(inside.iter().rev().find_map(|p| p.value), 3, chart.gap));
                    row.push(Cell::text(course(&inside, spell.from, spell.to, range)));
                }
                table.rows.push(row);
            }
            table
        }
        Plot::Lines(lines) => lines_digest(chart, lines, words),
        Plot::Bars(bars) => {
            let mut table = full(chart, words);
            table.columns.push(Column::text(""));
            let most = bars.bars.iter().filter_map(|b| b.value).fold(0.0f64, |m, v| m.max(v.abs()));
            for (row, bar) in table.rows.iter_mut().zip(&bars.bars) {
                let length = bar.value.map_or(0, |v| if most > 0.0 { (v.abs() / most * BAR).round() as usize } else { 0 });
                let sign = if bar.value.is_some_and(|v| v < 0.0) { "▒" } else { "█" };
                row.push(Cell::text(sign.repeat(length)));
            }
            table
        }
        Plot::MatrixHeat(heat) => matrix(chart, heat),
    }
}

fn lines_digest(chart: &Chart, lines: &Lines, words: &Words) -> Table {
    let columns = vec![
        Column::text(words.series),
        Column::key(&lines.x_name),
        Column::number(words.first, ""),
        Column::number(words.last, ""),
        Column::number(words.lowest, ""),
        Column::number(words.highest, ""),
        Column::text(words.course),
    ];
    let mut table = Table::new(lines.unit.as_str(), columns);
    let values = || lines.series.iter().flat_map(|s| &s.points).filter_map(|p| p.value);
    let range = lines.range.unwrap_or_else(|| values().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v))));
    let xs = || lines.series.iter().flat_map(|s| &s.points).map(|p| p.x);
    let (first, last) = (xs().min().unwrap_or(0), xs().max().unwrap_or(0));
    for series in &lines.series {
        let points: Vec<Point> = by_x(Some(series)).into_values().collect();
        let valued: Vec<(i32, f64)> = points.iter().filter_map(|p| p.value.map(|v| (p.x, v))).collect();
        let span = match (valued.first(), valued.last()) {
            (Some((a, _)), Some((b, _))) if a == b => a.to_string(),
            (Some((a, _)), Some((b, _))) => format!("{a}–{b}"),
            _ => words.absence(chart.gap).to_owned(),
        };
        let number = |v: Option<f64>| Cell::number_or(v, lines.decimals, chart.gap);
        table.rows.push(vec![
            Cell::text(series.name.as_str()),
            Cell::text(span),
            number(valued.first().map(|v| v.1)),
            number(valued.last().map(|v| v.1)),
            number(valued.iter().map(|v| v.1).reduce(f64::min)),
            number(valued.iter().map(|v| v.1).reduce(f64::max)),
            Cell::text(course(&points, first, last, range)),
        ]);
    }
    table
}

fn matrix(chart: &Chart, heat: &MatrixHeat) -> Table {
    let grouped = heat.rows.iter().any(|r| !r.group.is_empty());
    let mut columns = vec![Column::text(&heat.row_name)];
    columns.extend(heat.columns.iter().map(|c| Column { align: Align::Centre, ..Column::number(c, &heat.unit) }));
    let mut table = Table::new(Text::new(), columns);
    for row in &heat.rows {
        let label = if grouped && !row.group.is_empty() { format!("{}: {}", row.group, row.label) } else { row.label.clone() };
        let cells = (0..heat.columns.len()).map(|c| Cell::number_or(row.counts.get(c).copied().flatten().map(|v| v as f64), 0, chart.gap));
        table.rows.push(std::iter::once(Cell::text(label)).chain(cells).collect());
    }
    table
}

fn by_x(series: Option<&Series>) -> BTreeMap<i32, Point> {
    series.into_iter().flat_map(|s| &s.points).map(|p| (p.x, *p)).collect()
}

fn point_cell(point: Option<&Point>, decimals: u8, chart: &Chart) -> Cell {
    let Some(point) = point else { return Cell::missing(chart.gap) };
    let cell = Cell::number_or(point.value, decimals, chart.gap);
    match point.interval {
        Some((low, high)) => cell.between(low, high),
        None => cell,
    }
}

/// The course of values as a row of blocks from `▁` to `█`; a gap is `·`. Longer courses are means of neighbouring positions.
fn course(points: &[Point], first: i32, last: i32, (low, high): (f64, f64)) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let by_x: BTreeMap<i32, f64> = points.iter().filter_map(|p| p.value.map(|v| (p.x, v))).collect();
    let length = usize::try_from(last - first + 1).unwrap_or(0);
    let step = length.div_ceil(COURSE).max(1);
    let mut out = String::new();
    for from in (0..length).step_by(step) {
        let at = |i: usize| first + i32::try_from(i).unwrap_or(0);
        let bucket: Vec<f64> = by_x.range(at(from)..at(from + step)).map(|(_, v)| *v).collect();
        if bucket.is_empty() {
            out.push('·');
            continue;
        }
        let mean = bucket.iter().sum::<f64>() / bucket.len() as f64;
        let share = if high > low { ((mean - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
        out.push(BLOCKS[((share * 8.0) as usize).min(7)]);
    }
    out
}
