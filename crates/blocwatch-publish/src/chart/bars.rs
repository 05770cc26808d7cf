//! Horizontal bars with their labels and values in words and figures.

use plotters::style::text_anchor::{HPos, VPos};

use super::palette::Role;
use super::surface::{SMALL, TEXT, fill, picture, px, rule, style, width, wrap, write};
use super::{Bars, Chart, Size};
use crate::error::Result;
use crate::text::Figure;
use crate::words::Words;

const TOP: i32 = 26;

/// Draws the chart.
pub(super) fn draw(chart: &Chart, bars: &Bars, id: &str, size: Size, words: &Words) -> Result<String> {
    let wide = size == Size::Wide;
    let value = |v: f64| words.figure(&if bars.share { Figure::share(v, bars.decimals) } else { Figure::new(v, bars.decimals) });
    let values = || bars.bars.iter().filter_map(|b| b.value);
    let low = values().fold(0.0f64, f64::min);
    let high = values().fold(0.0f64, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let number_room = values().map(|v| width(&value(v), TEXT)).max().unwrap_or(0) + 10;
    // labels stand left of the bars where there is room, above them on phones
    let label_room =
        if wide { bars.bars.iter().map(|b| width(&b.label, TEXT)).max().unwrap_or(0).clamp(60, 230) } else { size.width() - 8 };
    let labels: Vec<Vec<String>> = bars.bars.iter().map(|b| wrap(&b.label, TEXT, label_room, if wide { 2 } else { 1 })).collect();
    let row_height = if wide { if labels.iter().any(|l| l.len() > 1) { 36 } else { 26 } } else { 42 };
    let left = if wide { label_room + 12 } else { 0 } + if low < 0.0 { number_room } else { 0 };
    let right = size.width() - number_room;
    let x = |v: f64| px(left) + ((v - low) / span * f64::from(px(right - left))).round() as i32;
    let count = i32::try_from(bars.bars.len()).unwrap_or(0);
    let heading_at = if wide { label_room + 12 } else { 0 };
    let heading = wrap(&bars.unit, SMALL, size.width() - heading_at - 8, 2);
    let start = TOP + 15 * i32::try_from(heading.len().saturating_sub(1)).unwrap_or(0);
    let height = start + row_height * count + 4;
    picture(chart, id, size, height, |area| {
        for (text, at) in heading.iter().zip((9..).step_by(15)) {
            write(area, text, (px(heading_at), px(at)), style(Role::Muted, SMALL, false, HPos::Left, VPos::Center))?;
        }
        // first, so that labels above the bars stay readable where they cross it
        rule(area, (x(0.0), px(start)), (x(0.0), px(height - 2)), Role::Rule, 4)?;
        for (i, (bar, label)) in bars.bars.iter().zip(&labels).enumerate() {
            let top = start + row_height * i32::try_from(i).unwrap_or(0);
            let middle = if wide { top + row_height / 2 } else { top + 28 };
            for (n, line) in label.iter().enumerate() {
                let (n, of) = (i32::try_from(n).unwrap_or(0), i32::try_from(label.len()).unwrap_or(1));
                let (at, h) = if wide {
                    ((px(label_room), px(middle - (of - 1) * 8 + n * 16)), HPos::Right)
                } else {
                    ((0, px(top + 10)), HPos::Left)
                };
                write(area, line, at, style(Role::Ink, TEXT, false, h, VPos::Center))?;
            }
            match bar.value {
                Some(v) => {
                    let (from, to) = (x(v.min(0.0)), x(v.max(0.0)));
                    fill(area, (from, px(middle - 7)), (to, px(middle + 7)), Role::Series(0))?;
                    let (at, h) = if v < 0.0 { (from - px(5), HPos::Right) } else { (to + px(5), HPos::Left) };
                    write(area, &value(v), (at, px(middle)), style(Role::Ink, TEXT, true, h, VPos::Center))?;
                }
                None => {
                    let word = words.absence(chart.gap);
                    write(area, word, (x(0.0) + px(5), px(middle)), style(Role::Muted, TEXT, false, HPos::Left, VPos::Center))?;
                }
            }
        }
        Ok(())
    })
}
