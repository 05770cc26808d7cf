//! Panels: one row for each unit and period, with columns of every table of the observatory that speaks of that unit.
//!
//! A panel is made of a **frame** (which units exist in which periods, [`frame`]), the **catalogue** (which columns there are and what they
//! are called, [`catalogue`]; how each table joins, [`joins`]) and the **join** ([`join`]), which brings columns into the order of the frame without spelling rows out.
//! [`describe`] says what came of it, column by column, and [`cell`] goes back from a cell to the row of the table and on to the row of the
//! publisher's file.
//!
//! # What always holds
//! - The frame decides the rows: a table adds values, never a row.
//! - A join never turns a missing row into a zero. Where a source means *none* by its silence, the catalogue declares it, and the table
//!   `coverage` says for which states and years; everywhere else silence is null.
//! - Editions and other statements on one unit stand side by side under their names (`v2x_civlib@demspaces`); the plain name is the first
//!   edition in a declared order that has the column, never a mixture.
//!
//! Non-goals: estimating, filling, lagging. Measures that need more than a join are tables of their own.

pub mod catalogue;
pub mod cell;
mod cover;
pub mod describe;
mod fold;
mod frame;
pub mod from_files;
pub(crate) mod held;
mod join;
mod joins;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;

use blocwatch_core::Notices;
use blocwatch_core::notice::Severity;
use blocwatch_core::state::States;
use blocwatch_core::time::Years;
use blocwatch_engine::Observatory;
use blocwatch_engine::export::codebook::Codebook;
use blocwatch_engine::export::wide_parquet;
use blocwatch_engine::wide::Wide;

use crate::error::{AnalysisError, Result};
use catalogue::Catalogue;

/// What one row of a panel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// A state in a year.
    StateYear,
    /// A pair of states in a year.
    DyadYear,
    /// A pair of states in a month.
    DyadMonth,
    /// An organisation in a year.
    OrgYear,
}

impl Unit {
    /// All units, in the order of help.
    pub const ALL: [Self; 4] = [Self::StateYear, Self::DyadYear, Self::OrgYear, Self::DyadMonth];

    /// The word people type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StateYear => "state-year",
            Self::DyadYear => "dyad-year",
            Self::DyadMonth => "dyad-month",
            Self::OrgYear => "org-year",
        }
    }

    /// Whether a row has two states.
    pub const fn is_dyadic(self) -> bool {
        matches!(self, Self::DyadYear | Self::DyadMonth)
    }

    /// The unit that a word means.
    ///
    /// # Errors
    /// [`AnalysisError::Unknown`] with the nearest word.
    pub fn parse(text: &str) -> Result<Self> {
        let typed = text.trim().replace('_', "-").to_lowercase();
        let by = |unit: &Self| unit.as_str() == typed || (typed == "country-year" && *unit == Self::StateYear);
        Self::ALL.into_iter().find(by).ok_or_else(|| {
            let near = blocwatch_core::name::nearest(text, Self::ALL.map(Self::as_str), 2);
            let hint = if near.is_empty() {
                format!("; units are {}", Self::ALL.map(Self::as_str).join(", "))
            } else {
                blocwatch_core::name::did_you_mean(&near)
            };
            AnalysisError::Unknown(format!("there is no unit '{text}'{hint}"))
        })
    }
}

/// The list of states that a panel follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum System {
    /// Gleditsch and Ward.
    #[default]
    Gw,
    /// Correlates of War.
    Cow,
}

impl System {
    /// The word in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gw => "gw",
            Self::Cow => "cow",
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// What one row is.
    pub unit: Unit,
    /// The list of states.
    pub system: System,
    /// Both orders of each pair, or one (lower number first).
    pub directed: bool,
    /// Whether states on the microstate part of Gleditsch and Ward's list take part. Correlates of War makes no such difference.
    pub microstates: bool,
    /// Years; the frame's own first and last bound them.
    pub years: Years,
    /// Names or patterns of columns; empty means the default set.
    pub columns: Vec<String>,
    /// Layers of ties to add; patterns as well.
    pub layers: Vec<String>,
}

impl Request {
    /// The default panel of a unit.
    pub fn new(unit: Unit) -> Self {
        Self { unit, system: System::Gw, directed: true, microstates: true, years: Years::ALL, columns: Vec::new(), layers: Vec::new() }
    }
}

/// A panel, ready to be written.
#[derive(Debug)]
pub struct Panel {
    /// Its rows and columns.
    pub wide: Wide<'static>,
    /// What they are.
    pub codebook: Codebook,
    /// Number of key columns, which come first and by which rows are sorted.
    pub keys: usize,
}

impl Panel {
    /// Writes the panel as Parquet. Here and not where formats are written, so that the work per row is optimised like other measures.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn parquet(&self, file: File) -> Result<()> {
        Ok(wide_parquet::write(BufWriter::with_capacity(1 << 20, file), &self.wide, self.keys)?)
    }
}

/// Makes a panel from an observatory.
///
/// # Errors
/// [`AnalysisError::Unknown`] for columns, layers or years that are not there; storage failures.
pub fn make(observatory: &Observatory, request: &Request, notices: &mut Notices) -> Result<Panel> {
    if !request.microstates && request.system == System::Cow {
        return Err(AnalysisError::Unknown(
            "the list of Correlates of War has no microstate part; leave out --without-microstates".to_owned(),
        ));
    }
    let catalogue = Catalogue::of(observatory, request.unit, request.directed)?;
    let selected = catalogue.select(request, notices)?;
    let request = &bounded(observatory, request);
    let panel = join::join(observatory, request, &catalogue, selected, notices)?;
    if panel.wide.rows == 0 {
        let whole = join::Frame::of(observatory, &bounded(observatory, &Request { years: Years::ALL, ..request.clone() }))?.years();
        let has = whole.map_or_else(|| "there is none at all".to_owned(), |(from, to)| format!("the panel goes from {from} to {to}"));
        return Err(AnalysisError::Unknown(format!("no {} lies in the years asked for; {has}", request.unit.as_str())));
    }
    Ok(panel)
}

/// A request whose years end with the day as of which the observatory was built.
fn bounded(observatory: &Observatory, request: &Request) -> Request {
    let day = observatory.manifest.as_of.as_deref().and_then(|d| blocwatch_core::time::FuzzyDate::parse(d).ok());
    let to = day.map_or(request.years.to, |d| request.years.to.min(d.year()));
    Request { years: Years { from: request.years.from, to }, ..request.clone() }
}

/// The states.
fn states() -> Result<&'static States> {
    Ok(States::embedded()?)
}

/// Says once what several columns have in common.
fn tell(notices: &mut Notices, code: &str, names: &BTreeSet<String>, what: impl Fn(&str) -> String, next: &str) {
    if !names.is_empty() {
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        let some = if all.len() > 8 { format!("{} and {} more", all[..8].join(", "), all.len() - 8) } else { all.join(", ") };
        notices.add(Severity::Info, code, what(&some), "", next);
    }
}
