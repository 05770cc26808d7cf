//! Lines over years or sessions, each with its name at its end and a ribbon where there are bounds.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::palette::{Role, SERIES};
use super::surface::{Area, Draw, SMALL, TEXT, picture, px, rule, style, ticks, width, wrap, write, year_ticks};
use super::{Chart, Lines, Point, Series, Size};
use crate::error::Result;
use crate::words::Words;

const TOP: i32 = 30;
const AXIS: i32 = 24;
const LINE: i32 = 15;
/// How much wider the bold letters of names are than those that [`width`] estimates.
const BOLD: f64 = 1.15;

/// Draws the chart.
pub(super) fn draw(chart: &Chart, lines: &Lines, id: &str, size: Size, words: &Words) -> Result<String> {
    let shown = &lines.series[..lines.series.len().min(SERIES)];
    let xs = || shown.iter().flat_map(|s| &s.points).map(|p| p.x);
    let (first, last) = (xs().min().unwrap_or(0), xs().max().unwrap_or(0));
    let (low, high) = lines.range.unwrap_or_else(|| extent(shown));
    let heading = wrap(&lines.unit, SMALL, size.width() - 8, 2);
    let top = TOP + LINE * i32::try_from(heading.len().saturating_sub(1)).unwrap_or(0);
    let height = if size == Size::Wide { 290 } else { 250 } + top;
    let (marks, decimals) = ticks(low, high, 5);
    let mark_labels: Vec<String> = marks.iter().map(|t| words.number(*t, decimals)).collect();
    let left = mark_labels.iter().map(|l| width(l, SMALL)).max().unwrap_or(0) + 8;
    let most = if size == Size::Wide { 150 } else { 92 };
    let names: Vec<Vec<String>> = shown.iter().map(|s| wrap(&s.name, TEXT * BOLD, most, 2)).collect();
    let right = names.iter().flatten().map(|l| width(l, TEXT * BOLD)).max().unwrap_or(0) + 18;
    let plot = (left, size.width() - right);
    let bottom = height - AXIS;
    let x = move |at: f64| {
        let share = (at - f64::from(first)) / f64::from((last - first).max(1));
        px(plot.0 + 4) + (share * f64::from(px(plot.1 - plot.0 - 4))).round() as i32
    };
    let y = move |value: f64| {
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        px(bottom - 2) - (share * f64::from(px(bottom - 2 - top))).round() as i32
    };
    picture(chart, id, size, height, |area| {
        for (text, at) in heading.iter().zip((9..).step_by(15)) {
            write(area, text, (0, px(at)), style(Role::Muted, SMALL, false, HPos::Left, VPos::Center))?;
        }
        for (mark, label) in marks.iter().zip(&mark_labels) {
            let role = if *mark == 0.0 { Role::Rule } else { Role::Grid };
            rule(area, (px(plot.0), y(*mark)), (px(plot.1), y(*mark)), role, 4)?;
            write(area, label, (px(plot.0 - 6), y(*mark)), style(Role::Muted, SMALL, false, HPos::Right, VPos::Center))?;
        }
        x_axis(area, first, last, &x, plot, (top, bottom))?;
        for (i, series) in shown.iter().enumerate() {
            ribbon(area, series, Role::series(i), &x, &y)?;
        }
        for (i, series) in shown.iter().enumerate() {
            line(area, series, Role::series(i), &x, &y)?;
        }
        labels(area, shown, &names, &x, &y, plot.1, (top, bottom))
    })
}

/// Vertical marks and their years below the plot; `span` is the upper and lower end of the marks.
pub(super) fn x_axis(area: &Area<'_>, first: i32, last: i32, x: &impl Fn(f64) -> i32, plot: (i32, i32), span: (i32, i32)) -> Draw {
    for year in year_ticks(first, last, plot.1 - plot.0) {
        let at = x(f64::from(year));
        rule(area, (at, px(span.0)), (at, px(span.1 + 4)), Role::Grid, 4)?;
        write(area, &year.to_string(), (at, px(span.1 + 14)), style(Role::Muted, SMALL, false, HPos::Center, VPos::Center))?;
    }
    Ok(())
}

/// The band between the bounds, one piece for each run of neighbouring points that have bounds.
pub(super) fn ribbon(area: &Area<'_>, series: &Series, role: Role, x: &impl Fn(f64) -> i32, y: &impl Fn(f64) -> i32) -> Draw {
    for run in runs(&series.points, |p| p.value.is_some() && p.interval.is_some()) {
        let bounds: Vec<(i32, f64, f64)> = run.iter().filter_map(|p| p.interval.map(|(l, h)| (p.x, l, h))).collect();
        let upper = bounds.iter().map(|(at, _, high)| (x(f64::from(*at)), y(*high)));
        let lower = bounds.iter().rev().map(|(at, low, _)| (x(f64::from(*at)), y(*low)));
        if bounds.len() > 1 {
            let outline: Vec<(i32, i32)> = upper.chain(lower).collect();
            area.draw(&Polygon::new(outline, role.colour().mix(0.2)))?;
        } else if let [(at, low, high)] = bounds.as_slice() {
            rule(area, (x(f64::from(*at)), y(*low)), (x(f64::from(*at)), y(*high)), role, 6)?;
        }
    }
    Ok(())
}

/// The line, one piece for each run of neighbouring values; a value without neighbours is a dot.
pub(super) fn line(area: &Area<'_>, series: &Series, role: Role, x: &impl Fn(f64) -> i32, y: &impl Fn(f64) -> i32) -> Draw {
    let place = |p: &Point| p.value.map(|v| (x(f64::from(p.x)), y(v)));
    for run in runs(&series.points, |p| p.value.is_some()) {
        let path: Vec<(i32, i32)> = run.iter().filter_map(place).collect();
        if let [only] = path.as_slice() {
            area.draw(&Circle::new(*only, px(3), role.colour().filled()))?;
        } else {
            area.draw(&PathElement::new(path, role.colour().stroke_width(9)))?;
        }
    }
    if let Some(end) = series.points.iter().rev().find_map(place) {
        area.draw(&Circle::new(end, px(3), role.colour().filled()))?;
    }
    Ok(())
}

/// Points in order of `x`, cut wherever one is left out or fails the test.
fn runs(points: &[Point], keep: impl Fn(&Point) -> bool) -> Vec<Vec<Point>> {
    let mut sorted = points.to_vec();
    sorted.sort_by_key(|p| p.x);
    let mut out: Vec<Vec<Point>> = Vec::new();
    let mut last: Option<i32> = None;
    for point in sorted {
        if !keep(&point) {
            last = None;
            continue;
        }
        match (last, out.last_mut()) {
            (Some(before), Some(run)) if point.x - before <= 1 => run.push(point),
            _ => out.push(vec![point]),
        }
        last = Some(point.x);
    }
    out
}

/// Names at the ends of the lines, moved apart where they would touch, with a thin line to an end that is not near.
fn labels(
    area: &Area<'_>,
    series: &[Series],
    names: &[Vec<String>],
    x: &impl Fn(f64) -> i32,
    y: &impl Fn(f64) -> i32,
    right: i32,
    span: (i32, i32),
) -> Draw {
    let mut places: Vec<(usize, (i32, i32), i32)> = series
        .iter()
        .enumerate()
        .filter_map(|(i, s)| {
            let end = s.points.iter().filter_map(|p| p.value.map(|v| (p.x, v))).max_by_key(|(at, _)| *at)?;
            Some((i, (x(f64::from(end.0)), y(end.1)), 0))
        })
        .collect();
    places.sort_by_key(|(i, end, _)| (end.1, *i));
    let tall = |i: usize| px(LINE) * i32::try_from(names[i].len().max(1)).unwrap_or(1);
    let mut free = px(span.0 - 8);
    for (i, end, top) in &mut places {
        *top = (end.1 - tall(*i) / 2).max(free);
        free = *top + tall(*i) + px(3);
    }
    let mut floor = px(span.1 + 6);
    for (i, _, top) in places.iter_mut().rev() {
        *top = (*top).min(floor - tall(*i));
        floor = *top - px(3);
    }
    for (i, end, top) in places {
        let role = Role::series(i);
        let middle = top + tall(i) / 2;
        if px(right) - end.0 > px(6) || (middle - end.1).abs() > px(7) {
            rule(area, (end.0 + px(4), end.1), (px(right + 8), middle), Role::Rule, 3)?;
        }
        for (n, text) in names[i].iter().enumerate() {
            let at = (px(right + 10), top + px(LINE) * i32::try_from(n).unwrap_or(0) + px(LINE) / 2);
            write(area, text, at, style(role, TEXT, true, HPos::Left, VPos::Center))?;
        }
    }
    Ok(())
}

/// Lowest and highest value or bound, with a margin, never a span of nothing.
fn extent(series: &[Series]) -> (f64, f64) {
    let values = series.iter().flat_map(|s| &s.points).filter_map(|p| {
        let v = p.value?;
        let (l, h) = p.interval.unwrap_or((v, v));
        Some((l.min(v), h.max(v)))
    });
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (l, h)| (a.min(l), b.max(h)));
    if !(low.is_finite() && high.is_finite()) {
        return (0.0, 1.0);
    }
    let margin = if high > low { (high - low) * 0.05 } else { high.abs().max(1.0) * 0.1 };
    // an axis that nearly begins at zero begins at zero
    let near_zero = low >= 0.0 && low < (high - low) * 0.5;
    (if near_zero { 0.0 } else { low - margin }, high + margin)
}
