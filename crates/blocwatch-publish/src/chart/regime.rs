//! Regime categories as steps, one row each, and below them an index with its interval over the same years.

use plotters::style::text_anchor::{HPos, VPos};

use super::lines::{line, ribbon, x_axis};
use super::palette::Role;
use super::surface::{Area, Draw, SMALL, TEXT, fill, picture, px, rule, style, width, wrap, write};
use super::{Chart, Series, Size};
use crate::error::Result;
use crate::words::Words;

const LEFT: i32 = 34;
const ROW: i32 = 36;
const AXIS: i32 = 24;
const INDEX: i32 = 150;

/// A run of consecutive years with the same category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spell {
    /// First year.
    pub(super) from: i32,
    /// Last year.
    pub(super) to: i32,
    /// Category; `None` is a gap.
    pub(super) class: Option<u8>,
}

/// Runs of consecutive years with the same category. Years that are left out between the first and the last are gaps; a category
/// beyond 3 is one, too.
pub(super) fn spells(years: &[(i32, Option<u8>)]) -> Vec<Spell> {
    let by_year: std::collections::BTreeMap<i32, Option<u8>> = years.iter().map(|(y, c)| (*y, c.filter(|c| *c < 4))).collect();
    let mut out: Vec<Spell> = Vec::new();
    let mut push = |from: i32, to: i32, class: Option<u8>| match out.last_mut() {
        Some(last) if last.class == class => last.to = to,
        _ => out.push(Spell { from, to, class }),
    };
    let mut next = None;
    for (year, class) in by_year {
        if let Some(expected) = next
            && expected < year
        {
            push(expected, year - 1, None);
        }
        push(year, year, class);
        next = Some(year + 1);
    }
    out
}

/// Draws the chart.
pub(super) fn draw(
    chart: &Chart,
    years: &[(i32, Option<u8>)],
    index: Option<&Series>,
    unit: &str,
    id: &str,
    size: Size,
    words: &Words,
) -> Result<String> {
    let spells = spells(years);
    let mut all: Vec<i32> = spells.iter().flat_map(|s| [s.from, s.to]).collect();
    all.extend(index.iter().flat_map(|s| &s.points).map(|p| p.x));
    let (first, last) = (all.iter().copied().min().unwrap_or(0), all.iter().copied().max().unwrap_or(0));
    let gaps = spells.iter().any(|s| s.class.is_none());
    let rows = if gaps { 5 } else { 4 };
    let right = if index.is_some() { 40 } else { 8 };
    let steps = ROW * rows + 6;
    let height = steps + if index.is_some() { INDEX } else { 0 } + AXIS;
    let plot = (LEFT, size.width() - right);
    let x = move |year: f64| {
        let share = (year - (f64::from(first) - 0.5)) / f64::from(last - first + 1);
        px(plot.0) + (share * f64::from(px(plot.1 - plot.0))).round() as i32
    };
    picture(chart, id, size, height, |area| {
        let gap = words.absence(chart.gap);
        x_axis(area, first, last, &x, plot, (0, height - AXIS))?;
        draw_steps(area, &spells, rows, gap, &x, plot, words)?;
        if let Some(series) = index {
            draw_index(area, series, unit, steps, &x, plot, words)?;
        }
        Ok(())
    })
}

fn draw_steps(area: &Area<'_>, spells: &[Spell], rows: i32, gap: &str, x: &impl Fn(f64) -> i32, plot: (i32, i32), words: &Words) -> Draw {
    // liberal democracy at the top, gaps below everything
    let top = |class: Option<u8>| px(ROW) * class.map_or(4, |c| 3 - i32::from(c));
    let bar = |class| (top(class) + px(19), top(class) + px(31));
    let class_of = |row: i32| u8::try_from(3 - row).ok();
    let label = |row: i32| class_of(row).map_or(gap, |c| words.regimes[usize::from(c)]);
    for row in 0..rows {
        let (_, bottom) = bar(class_of(row));
        rule(area, (px(plot.0), bottom), (px(plot.1), bottom), Role::Grid, 4)?;
    }
    // a step leads from one category to another, never into a gap
    for pair in spells.windows(2).filter(|p| p[0].class.is_some() && p[1].class.is_some()) {
        let at = x(f64::from(pair[1].from) - 0.5);
        let (a, b) = (bar(pair[0].class), bar(pair[1].class));
        rule(area, (at, a.0.min(b.0)), (at, a.1.max(b.1)), Role::Rule, 4)?;
    }
    let mut busy_until = [i32::MIN; 5];
    for (i, spell) in spells.iter().enumerate() {
        let row = spell.class.map_or(4, |c| 3 - usize::from(c));
        let (from, to) = (x(f64::from(spell.from) - 0.5), x(f64::from(spell.to) + 0.5));
        let (upper, lower) = bar(spell.class);
        fill(area, (from, upper), (to, lower), spell.class.map_or(Role::Gap, Role::Regime))?;
        // the year of a step is written at the step, where there is room for it
        let label_end = px(plot.0 + width(label(i32::try_from(row).unwrap_or(0)), SMALL) + 8);
        if i > 0 && from >= label_end.max(busy_until[row]) && from + px(30) <= px(plot.1 + 8) {
            write(area, &spell.from.to_string(), (from + px(2), upper - px(9)), style(Role::Ink, SMALL, true, HPos::Left, VPos::Center))?;
            busy_until[row] = from + px(36);
        }
    }
    for row in 0..rows {
        let at = (px(plot.0), top(class_of(row)) + px(10));
        write(area, label(row), at, style(Role::Muted, SMALL, false, HPos::Left, VPos::Center))?;
    }
    Ok(())
}

fn draw_index(area: &Area<'_>, series: &Series, unit: &str, offset: i32, x: &impl Fn(f64) -> i32, plot: (i32, i32), words: &Words) -> Draw {
    let heading = if unit.is_empty() { &series.name } else { unit };
    let room = plot.1 - plot.0;
    let heading = wrap(heading, SMALL, room, 1).join(" ");
    write(area, &heading, (px(plot.0), px(offset + 14)), style(Role::Muted, SMALL, false, HPos::Left, VPos::Center))?;
    let (upper, lower) = (px(offset + 28), px(offset + INDEX - 6));
    let y = move |value: f64| lower - (value.clamp(0.0, 1.0) * f64::from(lower - upper)).round() as i32;
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        rule(area, (px(plot.0), y(tick)), (px(plot.1), y(tick)), Role::Grid, 4)?;
        if tick != 0.25 && tick != 0.75 {
            let label = words.number(tick, 1);
            write(area, &label, (px(plot.0 - 6), y(tick)), style(Role::Muted, SMALL, false, HPos::Right, VPos::Center))?;
        }
    }
    ribbon(area, series, Role::Series(0), x, &y)?;
    line(area, series, Role::Series(0), x, &y)?;
    if let Some((at, value)) = series.points.iter().rev().find_map(|p| p.value.map(|v| (p.x, v))) {
        let place = (x(f64::from(at)) + px(7), y(value));
        write(area, &words.number(value, 2), place, style(Role::Series(0), TEXT, true, HPos::Left, VPos::Center))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_out_years_and_unknown_categories_are_gaps() {
        let got = spells(&[(1990, Some(1)), (1991, Some(1)), (1994, Some(1)), (1995, Some(9)), (1996, Some(2))]);
        let short: Vec<_> = got.iter().map(|s| (s.from, s.to, s.class)).collect();
        assert_eq!(short, [(1990, 1991, Some(1)), (1992, 1993, None), (1994, 1994, Some(1)), (1995, 1995, None), (1996, 1996, Some(2))]);
    }
}
