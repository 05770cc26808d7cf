//! Every kind of chart: drawn, described, told as figures.

use blocwatch_core::coverage::Knowledge;
use blocwatch_publish::chart::{Bar, Bars, Chart, HeatRow, Lines, MatrixHeat, Plot, Point, Series, Size};
use blocwatch_publish::doc::{Brief, BriefKind, Section};
use blocwatch_publish::text::{Figure, Text};
use blocwatch_publish::words::ENGLISH;
use blocwatch_publish::{batch, html, markdown};

use crate::{checks, sample};

fn charts() -> Vec<Chart> {
    let mut b = Brief::new(BriefKind::State, "T");
    let id = b.notes.add(Default::default());
    let ids = sample::Ids { regime: id, episode: id, votes: id, votes_low: id, igo: id, case: id, correction: id };
    vec![sample::regimes(&ids), sample::agreement(&ids), sample::memberships(&ids), sample::matrix(&ids)]
}

#[test]
fn every_kind_is_drawn_or_printed_as_a_table() {
    for chart in charts() {
        for size in [Size::Wide, Size::Narrow] {
            let svg = chart.svg("c1", size, &ENGLISH).unwrap();
            let Some(svg) = svg else {
                assert!(matches!(chart.plot, Plot::MatrixHeat(_)));
                continue;
            };
            let read = checks::read_html(&svg);
            assert!(svg.starts_with("<svg ") && svg.contains("role=\"img\" aria-labelledby=\"c1-t c1-d\""));
            assert_eq!(read.ids, ["c1-t", "c1-d"]);
            assert!(read.text.contains(&chart.alt), "{}", read.text);
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
            assert_eq!(svg, chart.svg("c1", size, &ENGLISH).unwrap().unwrap());
        }
        assert!(!chart.table(&ENGLISH).rows.is_empty());
        assert!(!chart.digest(&ENGLISH).rows.is_empty());
    }
}

#[test]
fn nothing_is_told_by_colour_alone() {
    let svgs: Vec<String> = charts().iter().filter_map(|c| c.svg("c", Size::Wide, &ENGLISH).unwrap()).collect();
    for name in ENGLISH.regimes.iter().chain(&["not covered"]) {
        assert!(svgs[0].contains(&format!(">{name}</text>")), "{name}");
    }
    for name in ["Samplestan", "Testonia"] {
        assert!(svgs[1].contains(&format!(">{name}</text>")), "{name}");
    }
    for value in ["66.7%", "0.0%", "not covered"] {
        assert!(svgs[2].contains(&format!(">{value}</text>")), "{value}");
    }
}

#[test]
fn a_gap_is_not_drawn_through() {
    let points = [Point::new(2000, 0.1), Point::new(2001, 0.2), Point::new(2002, None), Point::new(2003, 0.4), Point::new(2006, 0.5)];
    let lines = |points: &[Point]| {
        Plot::Lines(Lines {
            series: vec![Series::new("a", points.iter().copied())],
            x_name: "Year".into(),
            unit: "u".into(),
            decimals: 1,
            range: Some((0.0, 1.0)),
        })
    };
    let chart = Chart::new("t", "a", Text::new(), lines(&points)).gaps(Knowledge::Censored);
    let svg = chart.svg("c", Size::Wide, &ENGLISH).unwrap().unwrap();
    // one piece of line, two lone values, and the dot at the end
    assert_eq!(svg.matches("<polyline class=\"s-s0\"").count(), 1);
    assert_eq!(svg.matches("<circle class=\"f-s0\"").count(), 3);
    let text = markdown::render(&page(chart)).unwrap();
    assert!(text.contains("| a | 2000–2006 | 0.1 | 0.5 | 0.1 | 0.5 | ▁▂·▄··▅ |"), "{text}");
}

#[test]
fn odd_data_is_drawn_or_said() {
    let one = |value: f64| Series::new("s", [Point::new(2000, value)]);
    let lines = |series: Vec<Series>| Plot::Lines(Lines { series, x_name: "x".into(), unit: "u".into(), decimals: 1, range: None });
    let bars = |values: &[Option<f64>]| {
        Plot::Bars(Bars {
            bars: values.iter().map(|v| Bar::new("label", *v)).collect(),
            label_name: "l".into(),
            unit: "u".into(),
            decimals: 1,
            share: false,
        })
    };
    for plot in [
        lines(vec![one(1e12), one(-1e12)]),
        lines((0..9).map(|i| one(f64::from(i) * 0.001)).collect()),
        lines(vec![one(0.0)]),
        bars(&[Some(-3.0), Some(2.0), None, Some(f64::INFINITY)]),
        bars(&[Some(0.0)]),
        Plot::RegimeSteps { years: vec![(2000, Some(3))], index: None, index_unit: String::new() },
    ] {
        let chart = Chart::new("t", "a", Text::new(), plot);
        checks::read_html(&html::render(&page(chart.clone())).unwrap());
        checks::check_pipes(&markdown::render(&page(chart)).unwrap());
    }
    for plot in [
        lines(vec![]),
        lines(vec![one(f64::NAN)]),
        bars(&[None]),
        Plot::RegimeSteps { years: vec![], index: None, index_unit: String::new() },
        Plot::MatrixHeat(MatrixHeat { row_name: "r".into(), columns: vec![], rows: vec![], unit: "u".into() }),
    ] {
        let chart = Chart::new("t", "a", Text::new(), plot).gaps(Knowledge::NotPublic);
        assert_eq!(chart.svg("c", Size::Narrow, &ENGLISH).unwrap(), None);
        let html = html::render(&page(chart.clone())).unwrap();
        assert!(html.contains("<p class=\"nothing\"><span class=\"absent\">not public</span></p>"));
        assert!(markdown::render(&page(chart)).unwrap().contains("*not public*"));
    }
}

#[test]
fn a_matrix_prints_its_zeros_and_its_gaps() {
    let row = |label: &str, counts: &[Option<u64>]| HeatRow { group: "G".into(), label: label.into(), counts: counts.to_vec() };
    let heat = MatrixHeat {
        row_name: "Tactic".into(),
        columns: vec!["A".into(), "B".into()],
        rows: vec![row("x", &[Some(10), Some(0)]), row("y", &[Some(1), None])],
        unit: "cases".into(),
    };
    let chart = Chart::new("t", "a", Text::new(), Plot::MatrixHeat(heat));
    let html = html::render(&page(chart.clone())).unwrap();
    for cell in [
        "<td class=\"centre h5\"><span class=\"num\">10</span></td>",
        "<td class=\"centre h0\"><span class=\"num\">0</span></td>",
        "<td class=\"centre h1\"><span class=\"num\">1</span></td>",
        "<td class=\"centre\"><span class=\"absent\">not covered</span></td>",
    ] {
        assert!(html.contains(cell), "{cell}");
    }
    assert_eq!(html.matches("scope=\"rowgroup\"").count(), 1);
    let text = markdown::render(&page(chart)).unwrap();
    assert!(text.contains("| G: x | 10 | 0 |") && text.contains("| G: y | 1 | *not covered* |"), "{text}");
}

#[test]
fn numbers_read_as_people_write_them() {
    let w = &ENGLISH;
    assert_eq!(w.number(2019.0, 0), "2019");
    assert_eq!(w.number(917_695.0, 0), "917,695");
    assert_eq!(w.number(-0.0004, 2), "0.00");
    assert_eq!(w.number(-12_345.678, 1), "\u{2212}12,345.7");
    assert_eq!(w.number(f64::NAN, 1), "missing");
    assert_eq!(w.figure(&Figure::share(2.0 / 3.0, 1).between(0.5, 0.75)), "66.7% (50.0–75.0%)");
    assert_eq!(w.figure(&Figure::new(-0.07, 2).between(-0.2, 0.05)), "\u{2212}0.07 (\u{2212}0.20 to 0.05)");
}

#[test]
fn a_batch_becomes_rows() {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("name", Arc::new(StringArray::from(vec!["X", "Y"]))),
        ("year", Arc::new(Int32Array::from(vec![2019, 2020]))),
        ("value", Arc::new(Float64Array::from(vec![Some(0.5), None]))),
        ("low", Arc::new(Float64Array::from(vec![0.4, 0.0]))),
        ("high", Arc::new(Float64Array::from(vec![0.6, 0.0]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let value = batch::Pick { interval: Some(("low", "high")), ..batch::Pick::new("value", 2, Knowledge::Censored) };
    let picks = [batch::Pick::new("name", 0, Knowledge::Missing), batch::Pick::new("year", 0, Knowledge::Missing), value];
    let mut table = blocwatch_publish::table::Table::new(
        "t",
        vec![
            blocwatch_publish::table::Column::text("Name"),
            blocwatch_publish::table::Column::key("Year"),
            blocwatch_publish::table::Column::number("Value", "0–1"),
        ],
    );
    table.rows = batch::rows(std::slice::from_ref(&batch), &picks).unwrap();
    let mut b = Brief::new(BriefKind::State, "T");
    b.sections = vec![Section::new("s", "S").block(table)];
    let text = markdown::render(&b).unwrap();
    assert!(text.contains("| X | 2019 | 0.50 (0.40–0.60) |\n| Y | 2020 | *censored* |"), "{text}");
    let wrong = batch::rows(&[batch], &[batch::Pick::new("valeu", 0, Knowledge::Missing)]).unwrap_err();
    assert_eq!(wrong.to_string(), "cannot take the column 'valeu' from the batch: there is none of that name; did you mean 'value'?");
}

fn page(chart: Chart) -> Brief {
    let mut b = Brief::new(BriefKind::State, "T");
    b.sections = vec![Section::new("s", "S").block(chart)];
    b
}
