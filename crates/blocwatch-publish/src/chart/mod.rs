//! Charts: what is drawn, its description in words, and its data as a table.
//!
//! A chart is drawn twice, once for wide and once for narrow screens, and is always accompanied by its figures. Colours can be
//! told apart without colour vision, and nothing is told by colour alone: lines and steps carry their names.

mod bars;
mod lines;
mod palette;
mod regime;
mod surface;
mod tables;

use blocwatch_core::coverage::Knowledge;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::table::Table;
use crate::text::Text;
use crate::words::Words;

/// A chart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Title: what is shown, for whom, in which years.
    pub title: String,
    /// One or two sentences that say what the chart shows, for those who do not see it.
    pub alt: String,
    /// Where the numbers are from, with the mark of at least one note.
    pub source: Text,
    /// What a gap in the data means; printed as a word wherever there is one.
    pub gap: Knowledge,
    /// What is drawn.
    pub plot: Plot,
}

impl Chart {
    /// A chart whose gaps mean `not covered`.
    pub fn new(title: impl Into<String>, alt: impl Into<String>, source: impl Into<Text>, plot: Plot) -> Self {
        Self { title: title.into(), alt: alt.into(), source: source.into(), gap: Knowledge::NotCovered, plot }
    }

    /// The same with another meaning of its gaps.
    #[must_use]
    pub fn gaps(mut self, gap: Knowledge) -> Self {
        self.gap = gap;
        self
    }

    /// The chart as SVG, with a title and description for assistive technology whose ids begin with `id`; `None` for plots that are
    /// printed as a table ([`Plot::MatrixHeat`]) and for plots without a single value.
    ///
    /// The picture stands alone in light colours; inside a page the classes of `brief.css` give it the colours of the page.
    ///
    /// # Errors
    /// The drawing library refuses the data.
    pub fn svg(&self, id: &str, size: Size, words: &Words) -> Result<Option<String>> {
        if !self.plot.has_values() {
            return Ok(None);
        }
        match &self.plot {
            Plot::RegimeSteps { years, index, index_unit } => {
                regime::draw(self, years, index.as_ref(), index_unit, id, size, words).map(Some)
            }
            Plot::Lines(lines) => lines::draw(self, lines, id, size, words).map(Some),
            Plot::Bars(bars) => bars::draw(self, bars, id, size, words).map(Some),
            Plot::MatrixHeat(_) => Ok(None),
        }
    }

    /// All its figures, one row per year, bar or row of the matrix. Gaps print as their word.
    pub fn table(&self, words: &Words) -> Table {
        tables::full(self, words)
    }

    /// A small table for plain text: spells, first and last values, bars and courses drawn with characters.
    pub fn digest(&self, words: &Words) -> Table {
        tables::digest(self, words)
    }
}

/// For which screen a chart is drawn. Text is as large in both; the plot is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 720 pixels wide: desktop and print.
    Wide,
    /// 344 pixels wide: phones.
    Narrow,
}

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plot {
    /// The regime category of a state year by year, and below it an index with its interval.
    RegimeSteps {
        /// Year and Regimes of the World category 0-3; `None` is a gap.
        years: Vec<(i32, Option<u8>)>,
        /// An index of 0-1 over the same years.
        index: Option<Series>,
        /// Name and scale of the index (`Electoral democracy index, 0–1`).
        index_unit: String,
    },
    /// Lines over years or sessions.
    Lines(Lines),
    /// Horizontal bars.
    Bars(Bars),
    /// Counts by row and column, printed as a shaded table.
    MatrixHeat(MatrixHeat),
}

impl Plot {
    /// Whether there is anything to draw.
    pub fn has_values(&self) -> bool {
        let any = |s: &Series| s.points.iter().any(|p| p.value.is_some());
        match self {
            Self::RegimeSteps { years, index, .. } => years.iter().any(|y| y.1.is_some()) || index.as_ref().is_some_and(any),
            Self::Lines(lines) => lines.series.iter().any(any),
            Self::Bars(bars) => bars.bars.iter().any(|b| b.value.is_some()),
            Self::MatrixHeat(heat) => heat.rows.iter().any(|r| r.counts.iter().any(Option::is_some)),
        }
    }
}

/// A line, with a ribbon where its points have bounds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Name, written at the line.
    pub name: String,
    /// Points in order of `x`; positions that are left out are gaps, too.
    pub points: Vec<Point>,
}

impl Series {
    /// A named line.
    pub fn new(name: impl Into<String>, points: impl IntoIterator<Item = Point>) -> Self {
        Self { name: name.into(), points: points.into_iter().collect() }
    }
}

/// A point of a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Year or session.
    pub x: i32,
    /// Value; `None` is a gap.
    pub value: Option<f64>,
    /// Lower and upper bound.
    pub interval: Option<(f64, f64)>,
}

impl Point {
    /// A value at a year or session; what is not a number is a gap.
    pub fn new(x: i32, value: impl Into<Option<f64>>) -> Self {
        Self { x, value: value.into().filter(|v| v.is_finite()), interval: None }
    }

    /// The same with bounds.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Self {
        self.interval = (low.is_finite() && high.is_finite()).then_some((low.min(high), low.max(high)));
        self
    }
}

/// Lines over years or sessions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lines {
    /// The lines, at most six; a seventh and later ones are only in the table.
    pub series: Vec<Series>,
    /// What `x` counts (`Year`, `Session`).
    pub x_name: String,
    /// What is measured, with its scale (`Agreement, 0–1`).
    pub unit: String,
    /// Decimals of the values in the table.
    pub decimals: u8,
    /// Ends of the vertical axis; taken from the data if absent.
    pub range: Option<(f64, f64)>,
}

/// Horizontal bars, in the order given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bars {
    /// The bars.
    pub bars: Vec<Bar>,
    /// What one bar is (`Organisation`).
    pub label_name: String,
    /// What is measured, with its unit (`Joint memberships`).
    pub unit: String,
    /// Decimals to print.
    pub decimals: u8,
    /// Values are shares of 0-1 and print as percentages.
    pub share: bool,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bar {
    /// Label.
    pub label: String,
    /// Value; `None` is a gap.
    pub value: Option<f64>,
}

impl Bar {
    /// A labelled value; what is not a number is a gap.
    pub fn new(label: impl Into<String>, value: impl Into<Option<f64>>) -> Self {
        Self { label: label.into(), value: value.into().filter(|v| v.is_finite()) }
    }
}

/// Counts by row and column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MatrixHeat {
    /// What a row is (`Tactic`).
    pub row_name: String,
    /// Columns (`Formal multilateral` …).
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<HeatRow>,
    /// What is counted (`cases`).
    pub unit: String,
}

/// One row of a matrix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeatRow {
    /// The group it belongs to (the response of a tactic); empty for none. Rows of a group stand together.
    pub group: String,
    /// Label.
    pub label: String,
    /// One count per column; `None` is a gap, and a zero is a zero.
    pub counts: Vec<Option<u64>>,
}
