//! Charts of pages: their numbers for the island that draws them again, and as rows for everybody.

use blocwatch_publish::chart::{Chart, Plot, Point, Series};
use blocwatch_publish::doc::{Block, Brief};
use serde_json::{Value, json};

use crate::error::Result;
use crate::locale::Lang;
use crate::{assets, links};

/// The charts of a brief in order: the first is `chart-1`.
pub(crate) fn charts(brief: &Brief) -> Vec<&Chart> {
    let blocks = brief.sections.iter().flat_map(|s| &s.blocks);
    blocks.filter_map(|b| if let Block::Chart(chart) = b { Some(chart) } else { None }).collect()
}

/// Where the numbers of the charts of a subject are.
pub(crate) fn data_href(subject: &str) -> String {
    format!("/api/v1/charts/{}", links::encode(subject))
}

/// What a page ends with, so that an island can draw its charts: their numbers and the script. Empty where there is nothing to draw.
pub(crate) fn tail(charts: &[&Chart], lang: Lang) -> Result<String> {
    let drawn: Vec<Value> = charts.iter().zip(1..).filter_map(|(c, n)| data(c, n)).collect();
    if drawn.is_empty() {
        return Ok(String::new());
    }
    Ok(format!("{}{}{}", assets::words(lang)?, assets::block("charts-data", &drawn), assets::script("charts")))
}

/// The numbers of a chart as the island reads them; `None` for what it leaves as it is (matrices, empty charts).
fn data(chart: &Chart, n: usize) -> Option<Value> {
    if !chart.plot.has_values() {
        return None;
    }
    let series = |s: &Series| json!({"name": s.name, "points": s.points.iter().map(point).collect::<Vec<_>>()});
    let id = format!("chart-{n}");
    match &chart.plot {
        Plot::Lines(lines) => Some(json!({
            "id": id, "kind": "lines", "unit": lines.unit, "x": lines.x_name, "decimals": lines.decimals, "range": lines.range,
            "series": lines.series.iter().map(series).collect::<Vec<_>>(), "alt": chart.alt,
        })),
        Plot::RegimeSteps { years, index, index_unit } => Some(json!({
            "id": id, "kind": "regime", "unit": index_unit, "x": "Year", "decimals": 2, "years": years,
            "series": index.iter().map(series).collect::<Vec<_>>(), "alt": chart.alt,
        })),
        Plot::Bars(_) | Plot::MatrixHeat(_) => None,
    }
}

/// A point in short: where, value, lower and upper bound; `null` is a gap. Four decimals are more than a screen shows.
fn point(p: &Point) -> Value {
    let short = |v: f64| (v * 1e4).round() / 1e4;
    match (p.value, p.interval) {
        (Some(v), Some((low, high))) => json!([p.x, short(v), short(low), short(high)]),
        (v, _) => json!([p.x, v.map(short)]),
    }
}

/// The numbers of a chart as CSV, one row per series and position; an empty cell is a gap.
pub(crate) fn csv(chart: &Chart) -> String {
    let mut out = String::new();
    let mut rows = |head: &str, rows: &mut dyn Iterator<Item = Vec<String>>| {
        out.push_str(head);
        out.push('\n');
        for row in rows {
            out.push_str(&row.iter().map(|v| quoted(v)).collect::<Vec<_>>().join(","));
            out.push('\n');
        }
    };
    let number = |v: Option<f64>| v.map(|v| v.to_string()).unwrap_or_default();
    let of = move |s: &Series| -> Vec<Vec<String>> {
        let line = |p: &Point| {
            vec![s.name.clone(), p.x.to_string(), number(p.value), number(p.interval.map(|i| i.0)), number(p.interval.map(|i| i.1))]
        };
        s.points.iter().map(line).collect()
    };
    match &chart.plot {
        Plot::Lines(lines) => rows("series,x,value,low,high", &mut lines.series.iter().flat_map(of)),
        Plot::RegimeSteps { years, index, .. } => {
            let classes = years.iter().map(|(y, c)| {
                vec!["v2x_regime".to_owned(), y.to_string(), c.map(|c| c.to_string()).unwrap_or_default(), String::new(), String::new()]
            });
            rows("series,x,value,low,high", &mut classes.chain(index.iter().flat_map(of)));
        }
        Plot::Bars(bars) => rows("label,value", &mut bars.bars.iter().map(|b| vec![b.label.clone(), number(b.value)])),
        Plot::MatrixHeat(heat) => {
            let cells = heat.rows.iter().flat_map(|r| {
                heat.columns
                    .iter()
                    .zip(&r.counts)
                    .map(|(c, n)| vec![r.group.clone(), r.label.clone(), c.clone(), n.map(|n| n.to_string()).unwrap_or_default()])
            });
            rows("group,row,column,count", &mut cells.into_iter());
        }
    }
    out
}

/// A cell of CSV.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use blocwatch_publish::chart::Lines;

    use super::*;

    #[test]
    fn a_gap_is_neither_zero_nor_left_out() {
        let series = Series::new("A, \"b\"", [Point::new(2000, 0.5).between(0.25, 0.75), Point::new(2001, None), Point::new(2002, 0.0)]);
        let lines = Lines { series: vec![series], x_name: "Year".into(), unit: "Share".into(), decimals: 2, range: None };
        let chart = Chart::new("t", "a", "s", Plot::Lines(lines));
        assert_eq!(
            csv(&chart),
            "series,x,value,low,high\n\"A, \"\"b\"\"\",2000,0.5,0.25,0.75\n\"A, \"\"b\"\"\",2001,,,\n\"A, \"\"b\"\"\",2002,0,,\n"
        );
        let made = data(&chart, 3).expect("it has values");
        assert_eq!(made["id"], "chart-3");
        assert_eq!(made["series"][0]["points"], json!([[2000, 0.5, 0.25, 0.75], [2001, null], [2002, 0.0]]));
    }
}
