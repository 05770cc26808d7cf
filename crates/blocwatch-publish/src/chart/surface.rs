//! Drawing on plotters' SVG backend, and making its output fit for a page: classes instead of colours alone, a title and a
//! description, no fonts, no size, the same bytes every time.
//!
//! plotters places on whole pixels, so pictures are drawn [`SCALE`] times as large and scaled down by their view box. Without font
//! files it cannot measure text; widths are estimated here ([`width`]), and nothing depends on more than a rough fit.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::palette::{Role, classes};
use super::{Chart, Size};
use crate::error::{PublishError, Result};

/// What drawing returns.
pub(super) type Draw<T = ()> = std::result::Result<T, DrawingAreaErrorKind<std::io::Error>>;
/// A part of the picture.
pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Drawn pixels per printed pixel.
pub(super) const SCALE: i32 = 4;
/// Size of text in pixels.
pub(super) const TEXT: f64 = 13.0;
/// Size of small text in pixels.
pub(super) const SMALL: f64 = 12.0;

/// Printed pixels as drawn pixels.
pub(super) const fn px(pixels: i32) -> i32 {
    pixels * SCALE
}

impl Size {
    /// Width in printed pixels.
    pub(super) const fn width(self) -> i32 {
        match self {
            Self::Wide => 720,
            Self::Narrow => 344,
        }
    }
}

/// Draws a picture of a height in printed pixels.
pub(super) fn picture(chart: &Chart, id: &str, size: Size, height: i32, draw: impl FnOnce(&Area<'_>) -> Draw) -> Result<String> {
    let mut raw = String::new();
    {
        let pixels = |v: i32| u32::try_from(px(v)).unwrap_or(1);
        let root = SVGBackend::with_string(&mut raw, (pixels(size.width()), pixels(height))).into_drawing_area();
        draw(&root)
            .and_then(|()| root.present())
            .map_err(|e| PublishError::Chart { title: chart.title.clone(), message: e.to_string() })?;
    }
    Ok(finish(&raw, chart, id, size, height))
}

/// A style of text: role, size in printed pixels, weight, and which of its points is placed.
pub(super) fn style(role: Role, size: f64, bold: bool, h: HPos, v: VPos) -> TextStyle<'static> {
    // the backend divides every size by 1.24
    let weight = if bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::SansSerif, size * f64::from(SCALE) * 1.24, weight);
    TextStyle { font, color: role.colour().to_backend_color(), pos: Pos::new(h, v) }
}

/// Text at drawn pixels of an area.
pub(super) fn write(area: &Area<'_>, text: &str, at: (i32, i32), style: TextStyle<'static>) -> Draw {
    area.draw(&Text::new(crate::text::clean(text), at, style))
}

/// A line through drawn pixels of an area.
pub(super) fn rule(area: &Area<'_>, from: (i32, i32), to: (i32, i32), role: Role, quarter_pixels: u32) -> Draw {
    area.draw(&PathElement::new(vec![from, to], role.colour().stroke_width(quarter_pixels)))
}

/// A filled box in drawn pixels of an area.
pub(super) fn fill(area: &Area<'_>, from: (i32, i32), to: (i32, i32), role: Role) -> Draw {
    area.draw(&Rectangle::new([from, to], role.colour().filled()))
}

/// Estimated width of text in printed pixels.
pub(super) fn width(text: &str, size: f64) -> i32 {
    let ems: f64 = text
        .chars()
        .map(|c| {
            if (c as u32) >= 0x2e80 {
                1.0
            } else if c.is_uppercase() {
                0.68
            } else {
                0.55
            }
        })
        .sum();
    (ems * size).ceil() as i32
}

/// Breaks text into at most `lines` lines of at most `room` printed pixels; what does not fit ends in `…`.
pub(super) fn wrap(text: &str, size: f64, room: i32, lines: usize) -> Vec<String> {
    let text = crate::text::clean(text);
    let mut out: Vec<String> = Vec::new();
    let mut words = text.split(' ').filter(|w| !w.is_empty()).peekable();
    while words.peek().is_some() && out.len() < lines {
        let last = out.len() + 1 == lines;
        let mut line = String::new();
        while let Some(word) = words.peek() {
            let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
            if !line.is_empty() && width(&longer, size) > room && !last {
                break;
            }
            line = longer;
            words.next();
            if last && width(&line, size) > room {
                break;
            }
        }
        if width(&line, size) > room || (last && words.peek().is_some()) {
            while !line.is_empty() && width(&line, size) + width("…", size) > room {
                line.pop();
            }
            line = format!("{}…", line.trim_end());
        }
        out.push(line);
    }
    out
}

/// Round steps for an axis from `low` to `high`, about `count` of them, with the decimals they need.
pub(super) fn ticks(low: f64, high: f64, count: usize) -> (Vec<f64>, u8) {
    let span = (high - low).max(f64::MIN_POSITIVE);
    let rough = span / count.max(1) as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough * 0.999).unwrap_or(power);
    let mut decimals = 0u8;
    while decimals < 6 && ((step * 10f64.powi(i32::from(decimals))).round() - step * 10f64.powi(i32::from(decimals))).abs() > 1e-6 {
        decimals += 1;
    }
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    ((first..=last).take(50).map(|i| i as f64 * step).collect(), decimals)
}

/// Whole steps for an axis of years or sessions on `room` printed pixels.
pub(super) fn year_ticks(first: i32, last: i32, room: i32) -> Vec<i32> {
    let most = (room / 42).max(2);
    let step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 500].into_iter().find(|s| (last - first) / s < most).unwrap_or(1000);
    let start = first.div_euclid(step) * step;
    (0..).map(|i| start + i * step).skip_while(|y| *y < first).take_while(|y| *y <= last).collect()
}

/// plotters' output as it goes into a page.
fn finish(raw: &str, chart: &Chart, id: &str, size: Size, height: i32) -> String {
    let (w, h) = (px(size.width()), px(height));
    let (title, alt) = (escape(&chart.title), escape(&chart.alt));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" direction=\"ltr\" font-family=\"system-ui, sans-serif\" \
         role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n<title id=\"{id}-t\">{title}</title>\n<desc id=\"{id}-d\">{alt}</desc>\n"
    );
    for line in raw.lines() {
        if line.starts_with("<svg") || line.starts_with("</svg") {
            continue;
        }
        if line.starts_with("<text") {
            out.push_str(&tag(line));
        } else if line.starts_with('<') {
            out.push_str(&tag(line));
            out.push('\n');
        } else {
            // content of a text element: escaped by plotters
            out.push_str(line);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// One opening or closing tag of plotters, with a class for its colours and without what says nothing.
fn tag(line: &str) -> String {
    let mut line = line.replace(" opacity=\"1\"", "").replace(" font-family=\"sans-serif\"", "").replace(" \"/>", "\"/>");
    let mut names = Vec::new();
    let mut extra = String::new();
    for (role, class, hex) in classes() {
        if line.contains(&format!(" fill=\"{hex}\"")) {
            names.push(format!("f-{class}"));
        }
        if line.contains(&format!(" stroke=\"{hex}\"")) {
            names.push(format!("s-{class}"));
            if line.starts_with("<polyline") && !role.dash().is_empty() {
                let dash: Vec<String> = role.dash().iter().map(|d| (d * SCALE as u32).to_string()).collect();
                extra = format!(" stroke-dasharray=\"{}\"", dash.join(" "));
            }
        }
    }
    if line.starts_with("<polyline") {
        extra.push_str(" stroke-linejoin=\"round\"");
    }
    if let Some((before, rest)) = line.split_once(" font-size=\"")
        && let Some((number, after)) = rest.split_once('"')
        && let Ok(size) = number.parse::<f64>()
    {
        line = format!("{before} font-size=\"{}\"{after}", size.round());
    }
    let end = line.find([' ', '>']).unwrap_or(line.len());
    if names.is_empty() {
        return line;
    }
    format!("{} class=\"{}\"{extra}{}", &line[..end], names.join(" "), &line[end..])
}

/// Text between tags.
fn escape(text: &str) -> String {
    crate::text::clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 1.0, 4), (vec![0.0, 0.25, 0.5, 0.75, 1.0], 2));
        assert_eq!(ticks(-1.9, 2.7, 4).0, [0.0, 2.0]);
        assert_eq!(year_ticks(1991, 2024, 300), [1995, 2000, 2005, 2010, 2015, 2020]);
    }

    #[test]
    fn long_labels_are_cut_not_lost() {
        assert_eq!(wrap("Shanghai Cooperation Organisation", 13.0, 110, 2), ["Shanghai", "Cooperation O…"]);
        assert_eq!(wrap("one", 13.0, 100, 2), ["one"]);
        assert!(wrap("", 13.0, 100, 2).is_empty());
        assert!(wrap("Donaudampfschifffahrtsgesellschaft", 13.0, 60, 1)[0].ends_with('…'));
    }
}
