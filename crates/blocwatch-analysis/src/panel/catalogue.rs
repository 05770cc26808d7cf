//! The catalogue: which columns a panel can have, what they are called, and how each table joins.
//!
//! A table joins by its declaration. If its keys are `gwcode, year`, or `gwcode1, gwcode2, year`, or `gwcode1, gwcode2, year, month`, or
//! `org, year`, and at most `edition`, `version` or `source` beside them, nothing more is needed: its columns are in the catalogue. A
//! table that is laid out otherwise, or whose silence means *none*, gets one entry in [`JOINS`](super::joins::JOINS).
//!
//! # Names
//! A column is called by its plain name where that is unique among the tables of the panel, else by `subject.column`, where the subject is
//! the table's name without its unit (`polity5.democ`); a table with one row per unit owns a plain name against tables with editions.
//! `table.column` always works. `@edition` names another statement on the same unit than the one that speaks first. In a panel of pairs a
//! column of states has two forms, ending in 1 and 2 (`v2x_polyarchy1`; `polity2_1` after a figure), and in a panel of unordered pairs a
//! directed column has the two forms `_12` and `_21`.
//!
//! What values there are of each column is a table like any other, `panel_column`, made at the end of a build.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::Notices;
use blocwatch_core::name;
use blocwatch_core::table::{Column, TableSpec, Unit as TableUnit};
use blocwatch_engine::Observatory;

use super::held::PANEL_COLUMN;
use super::joins::{Join, Variants};
use super::{Request, Unit};
use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns};
use crate::steps::states::STATE_YEAR;
use crate::steps::ties::{TIE, TIE_LAYER};
use crate::steps::{self, harmonise};

/// What a table speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The frame itself: names and codes.
    Frame,
    /// A state in a year.
    State,
    /// A pair in a year.
    Pair,
    /// A pair in a month.
    PairMonth,
    /// An organisation in a year, or at all times.
    Org,
}

/// Which of the forms of a column a panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The only one.
    Whole,
    /// Of the first state.
    One,
    /// Of the second state.
    Two,
    /// From the first state to the second, in a panel of unordered pairs.
    Forward,
    /// From the second state to the first, in a panel of unordered pairs.
    Backward,
}

/// What is said of a layer of ties.
#[derive(Debug, Clone, PartialEq)]
pub struct TieLayer {
    /// What a tie is.
    pub doc: String,
    /// What the weight counts.
    pub unit: String,
    /// Whether silence means none inside coverage.
    pub zeros: bool,
}

/// One column that a panel can have.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name without side and variant.
    pub name: String,
    /// Table.
    pub table: &'static str,
    /// Declaration.
    pub column: &'static Column,
    /// Edition, source, layer or tool as the table writes it; empty where the table has one statement per unit.
    pub variant: String,
    /// Whether it is the statement meant where none is named.
    pub speaks: bool,
    /// What its table speaks of.
    pub level: Level,
    /// Whether a value of a pair has a direction.
    pub directed: bool,
    /// Rows of the table with a value; 0 where nothing is held.
    pub values: u64,
    /// First and last year with a value.
    pub years: Option<(i32, i32)>,
    /// What the table `tie_layer` says of it, where it is a layer of ties.
    pub layer: Option<TieLayer>,
    /// Names that mean it, without side and variant.
    calls: Vec<String>,
    /// The variant as part of a name; empty where names do not have one.
    mark: String,
}

impl Entry {
    /// The name of one of its forms.
    pub fn shown(&self, side: Side) -> String {
        let mark = if self.speaks || self.mark.is_empty() { String::new() } else { format!("@{}", self.mark) };
        format!("{}{mark}", sided(&self.name, side))
    }

    /// What a column says that is named by a layer or tool.
    pub(super) fn pivot_doc(&self) -> String {
        match &self.layer {
            Some(layer) => format!("{} (tie_dyad_year, series {})", layer.doc.trim_end_matches('.'), self.variant),
            None => format!("{} ({})", self.column.doc, self.variant),
        }
    }

    /// What its values are measured in.
    pub(super) fn unit(&self) -> &str {
        self.layer.as_ref().map_or(self.column.unit, |l| &l.unit)
    }

    fn answers(&self, pattern: &str, side: Side) -> bool {
        let everything = pattern == "*";
        let marked = pattern.contains('@') || everything;
        self.calls.iter().any(|call| {
            [call.clone(), sided(call, side)].iter().any(|form| {
                (self.speaks && name::glob(pattern, form))
                    || (marked && !self.mark.is_empty() && name::glob(pattern, &format!("{form}@{}", self.mark)))
            })
        })
    }
}

/// A name with the mark of a side.
fn sided(name: &str, side: Side) -> String {
    let gap = if name.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
    match side {
        Side::Whole => name.to_owned(),
        Side::One => format!("{name}{gap}1"),
        Side::Two => format!("{name}{gap}2"),
        Side::Forward => format!("{name}_12"),
        Side::Backward => format!("{name}_21"),
    }
}

/// A column that was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chosen {
    /// Position in [`Catalogue::entries`].
    pub entry: usize,
    /// Which form.
    pub side: Side,
}

/// All columns that a panel of a unit can have.
#[derive(Debug)]
pub struct Catalogue {
    /// What one row of the panel is.
    pub unit: Unit,
    /// Whether pairs are ordered.
    pub directed: bool,
    /// The columns, those of the frame first, then of measures, then of sources.
    pub entries: Vec<Entry>,
}

/// Columns of the frame itself that people ask for by name; codes and times are always there.
const FRAME: &[&str] = &["name", "state", "iso3", "vdem_id", "region", "microstate"];
/// Columns of the table `organisation` that a panel of organisations can have.
pub(crate) const ORGANISATION: &[&str] = &["name", "kind", "field", "origin", "from_year", "to_year", "parent"];

/// Columns that say where a row comes from: too many tables have them to be called by their plain names.
const BOOKKEEPING: &[&str] =
    &["source", "edition", "version", "source_row", "in_system", "in_system1", "in_system2", "ccode1", "ccode2", "entity"];

/// What a panel has where nothing is asked for.
pub fn defaults(unit: Unit) -> &'static [&'static str] {
    match unit {
        Unit::StateYear => &[
            "name",
            "iso3",
            "vdem_id",
            "region",
            "v2x_regime",
            "v2x_polyarchy",
            "v2x_polyarchy_codelow",
            "v2x_polyarchy_codehigh",
            "autocracy",
        ],
        Unit::DyadYear => &[
            "name",
            "iso3",
            "v2x_regime",
            "v2x_polyarchy",
            "autocracy",
            "joint",
            "joint_autocratic",
            "atop_*",
            "arms.value",
            "rollcalls",
            "agreement",
            "kappa",
        ],
        Unit::DyadMonth => &["name", "iso3", "v2x_regime", "autocracy", "event_balance.*"],
        Unit::OrgYear => &[
            "name",
            "composition.members",
            "composition.members_rated",
            "composition.autocracies",
            "composition.share_autocracies",
            "composition.majority_autocratic",
            "composition.p_majority_autocratic",
            "composition.*_polyarchy",
            "composition.sensitive",
        ],
    }
}

impl Catalogue {
    /// The catalogue of a unit over an observatory.
    ///
    /// # Errors
    /// The observatory was built by a version without panels.
    pub fn of(observatory: &Observatory, unit: Unit, directed: bool) -> Result<Self> {
        Self::over(&Held::read(observatory)?, unit, directed)
    }

    /// The catalogue of a unit before anything is known to be held: columns without variants and values.
    pub(super) fn blank(unit: Unit, directed: bool) -> Result<Self> {
        Self::over(&Held { columns: BTreeMap::new(), layers: BTreeMap::new() }, unit, directed)
    }

    /// The columns that a pattern may mean once tables are made, by table.
    pub(super) fn named(&self, pattern: &str) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let base = pattern.trim().split('@').next().unwrap_or_default();
        let fixed = base.split(['*', '?']).next().unwrap_or_default();
        let mut out: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
        for (i, entry) in self.entries.iter().enumerate() {
            // the names of layers and tools are not known before their table is made
            let pivot = steps::table(entry.table).and_then(Join::of).is_some_and(|j| matches!(j.variants, Variants::Pivot { .. }));
            let begins = |call: &String| base.starts_with(call.as_str()) || fixed.len() < base.len() && call.starts_with(fixed);
            if self.sides(i).iter().any(|side| entry.answers(base, *side)) || pivot && entry.calls.iter().any(begins) {
                out.entry(entry.table).or_default().insert(entry.column.name);
            }
        }
        out
    }

    fn over(held: &Held, unit: Unit, directed: bool) -> Result<Self> {
        let mut entries = Vec::new();
        if unit == Unit::OrgYear {
            let spec = &steps::membership::ORGANISATION;
            entries.extend(spec.columns.iter().filter(|c| ORGANISATION.contains(&c.name)).map(|c| frame_entry(spec, c, Level::Org)));
        } else {
            entries.extend(FRAME.iter().filter_map(|n| {
                let column = STATE_YEAR.columns.iter().find(|c| c.name == *n)?;
                Some(frame_entry(&STATE_YEAR, column, Level::Frame))
            }));
        }
        let joins = joins(unit);
        let owners = owners(&joins, &entries);
        for (spec, join) in &joins {
            for column in join.columns(spec) {
                entries.extend(held.entries(spec, join, column, owners.get(column.name) == Some(&spec.name)));
            }
        }
        let catalogue = Self { unit, directed, entries };
        let mut shown = BTreeSet::new();
        for chosen in catalogue.all() {
            let name = catalogue.shown(chosen);
            if !shown.insert(name.clone()) {
                return Err(AnalysisError::Defect(format!("two columns of a panel are called '{name}'")));
            }
        }
        Ok(catalogue)
    }

    /// All columns in all their forms.
    pub fn all(&self) -> Vec<Chosen> {
        (0..self.entries.len()).flat_map(|entry| self.sides(entry).iter().map(move |side| Chosen { entry, side: *side })).collect()
    }

    /// The name of a column in the panel.
    pub fn shown(&self, chosen: Chosen) -> String {
        self.entries[chosen.entry].shown(chosen.side)
    }

    /// The forms of a column.
    fn sides(&self, entry: usize) -> &'static [Side] {
        let entry = &self.entries[entry];
        match entry.level {
            Level::Frame | Level::State if self.unit.is_dyadic() => &[Side::One, Side::Two],
            Level::Pair | Level::PairMonth if entry.directed && !self.directed => &[Side::Forward, Side::Backward],
            _ => &[Side::Whole],
        }
    }

    /// The columns that a pattern means, in the order of the catalogue.
    pub fn matching(&self, pattern: &str) -> Vec<Chosen> {
        self.all().into_iter().filter(|c| self.entries[c.entry].answers(pattern, c.side)).collect()
    }

    /// The columns that a request means, each once, in the order in which they are asked for.
    ///
    /// # Errors
    /// [`AnalysisError::Unknown`] for a name or pattern that nothing answers to, or of which no value is held.
    pub fn select(&self, request: &Request, notices: &mut Notices) -> Result<Vec<Chosen>> {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut add = |more: Vec<Chosen>| {
            for c in more {
                if !chosen.contains(&c) {
                    chosen.push(c);
                }
            }
        };
        if request.columns.is_empty() {
            let mut lacking = BTreeSet::new();
            for pattern in defaults(self.unit) {
                let (held, empty) = self.held(self.matching(pattern));
                lacking.extend(empty.iter().map(|c| self.entries[c.entry].table.to_owned()));
                add(held);
            }
            super::tell(
                notices,
                "panel-default",
                &lacking,
                |tables| format!("the default columns of these tables are left out, since nothing is held of them: {tables}"),
                "run `blocwatch sources`",
            );
        }
        for pattern in &request.columns {
            add(self.wanted(pattern.trim())?);
        }
        for layer in &request.layers {
            // a layer of several forms has one column for each
            let name = format!("tie.{}", layer.trim());
            let forms = self.matching(&format!("{name}-*"));
            add(if forms.is_empty() { self.wanted(&name)? } else { self.wanted(&format!("{name}-*"))? });
        }
        Ok(chosen)
    }

    fn held(&self, all: Vec<Chosen>) -> (Vec<Chosen>, Vec<Chosen>) {
        all.into_iter().partition(|c| self.entries[c.entry].values > 0)
    }

    fn wanted(&self, pattern: &str) -> Result<Vec<Chosen>> {
        let (held, empty) = self.held(self.matching(pattern));
        if !held.is_empty() {
            return Ok(held);
        }
        if let Some(first) = empty.first() {
            let entry = &self.entries[first.entry];
            let sources = super::describe::sources_of(entry.table);
            let next = if sources.is_empty() { "`blocwatch build`".to_owned() } else { format!("`blocwatch fetch {}`", sources.join(" ")) };
            return Err(AnalysisError::Unknown(format!("no value of '{pattern}' is held (table {}); run {next} first", entry.table)));
        }
        let names: BTreeSet<String> = self.all().into_iter().map(|c| self.shown(c)).collect();
        let near = name::nearest(pattern, names.iter().map(String::as_str), 3);
        let hint = if near.is_empty() {
            format!("; `blocwatch panel {} --list` lists all columns", self.unit.as_str())
        } else {
            name::did_you_mean(&near)
        };
        Err(AnalysisError::Unknown(format!("a {} panel has no column '{pattern}'{hint}", self.unit.as_str())))
    }
}

/// The tables that join a panel of a unit: measures first, then sources, each in the order of the graph.
pub(crate) fn joins(unit: Unit) -> Vec<(&'static TableSpec, Join)> {
    let wanted = |level: Level| match unit {
        Unit::StateYear => level == Level::State,
        Unit::DyadYear => matches!(level, Level::State | Level::Pair),
        Unit::DyadMonth => matches!(level, Level::State | Level::Pair | Level::PairMonth),
        Unit::OrgYear => level == Level::Org,
    };
    let all = steps::tables().into_iter().filter_map(|spec| Some((spec, Join::of(spec)?)));
    let mut out: Vec<_> = all.filter(|(_, join)| wanted(join.level())).collect();
    out.sort_by_key(|(spec, _)| harmonise::is_harmonised(spec.name));
    out
}

/// Who is called by a plain name: the only table that has it, or the only one among those with one row per unit.
fn owners(joins: &[(&'static TableSpec, Join)], frame: &[Entry]) -> BTreeMap<&'static str, &'static str> {
    let mut claims: BTreeMap<&'static str, Vec<(bool, &'static str)>> = BTreeMap::new();
    for (spec, join) in joins.iter().filter(|(_, j)| !j.qualified && !matches!(j.variants, Variants::Pivot { .. })) {
        for column in join.columns(spec) {
            claims.entry(column.name).or_default().push((join.variants == Variants::None, spec.name));
        }
    }
    let taken: BTreeSet<&str> = frame.iter().map(|e| e.column.name).chain(["gwcode", "ccode", "org", "year", "month"]).collect();
    claims
        .into_iter()
        .filter(|(column, _)| !taken.contains(column) && !BOOKKEEPING.contains(column))
        .filter_map(|(column, tables)| {
            let one = match tables.as_slice() {
                [(_, only)] => only,
                several => {
                    let mut first = several.iter().filter(|(alone, _)| *alone);
                    match (first.next(), first.next()) {
                        (Some((_, only)), None) => only,
                        _ => return None,
                    }
                }
            };
            Some((column, *one))
        })
        .collect()
}

fn frame_entry(spec: &'static TableSpec, column: &'static Column, level: Level) -> Entry {
    Entry {
        name: column.name.to_owned(),
        table: spec.name,
        column,
        variant: String::new(),
        speaks: true,
        level,
        directed: false,
        values: u64::MAX,
        years: None,
        layer: None,
        calls: calls(spec.name, column.name, true),
        mark: String::new(),
    }
}

/// A table's name without its unit.
pub(crate) fn subject(table: &str) -> &str {
    ["_state_year", "_dyad_year", "_dyad_month", "_dyad_session", "_org_year", "_dyad", "_year"]
        .iter()
        .find_map(|unit| table.strip_suffix(unit))
        .unwrap_or(table)
}

fn calls(table: &str, column: &str, plain: bool) -> Vec<String> {
    let mut out = vec![format!("{}.{column}", subject(table)), format!("{table}.{column}")];
    if plain {
        out.push(column.to_owned());
    }
    out
}

/// A variant as part of a name.
fn mark(variant: &str) -> String {
    name::fold(variant).replace(' ', "-")
}

/// What an observatory holds.
struct Held {
    /// (table, column) to (variant, values, years, directed), in the order of the table.
    columns: BTreeMap<(String, String), Vec<Variant>>,
    /// Layers of ties, by series.
    layers: BTreeMap<String, TieLayer>,
}

#[derive(Clone)]
struct Variant {
    name: String,
    values: u64,
    years: (i32, i32),
    directed: Option<bool>,
}

impl Held {
    fn read(observatory: &Observatory) -> Result<Self> {
        if !observatory.has(PANEL_COLUMN.name) {
            return Err(AnalysisError::Unknown("the observatory was built by a version without panels; run `blocwatch build`".to_owned()));
        }
        let names: Vec<&str> = PANEL_COLUMN.columns.iter().map(|c| c.name).collect();
        let batch = observatory.read_columns(PANEL_COLUMN.name, &names)?;
        let c = Columns(&batch);
        let (tables, columns, variants) = (c.text("table")?, c.text("column")?, c.text("variant")?);
        let (values, from, to, directed) = (c.u32("values")?, c.i32("year_from")?, c.i32("year_to")?, c.bool("directed")?);
        let mut out: BTreeMap<(String, String), Vec<Variant>> = BTreeMap::new();
        for i in 0..batch.num_rows() {
            out.entry((tables.value(i).to_owned(), columns.value(i).to_owned())).or_default().push(Variant {
                name: variants.value(i).to_owned(),
                values: u64::from(values.value(i)),
                years: (from.value(i), to.value(i)),
                directed: directed.at(i),
            });
        }
        Ok(Self { columns: out, layers: layers(observatory)? })
    }

    fn entries(&self, spec: &'static TableSpec, join: &Join, column: &'static Column, plain: bool) -> Vec<Entry> {
        let mut held = self.columns.get(&(spec.name.to_owned(), column.name.to_owned())).cloned().unwrap_or_default();
        if let Variants::Side { order, .. } = join.variants {
            held.sort_by_key(|v| (order.iter().position(|o| *o == v.name).unwrap_or(order.len()), v.name.clone()));
        }
        let nothing = Variant { name: String::new(), values: 0, years: (0, 0), directed: None };
        if held.is_empty() {
            held.push(nothing);
        }
        let undirected = matches!(spec.unit, TableUnit::UndirectedDyadYear | TableUnit::UndirectedDyadSession);
        let pivot = matches!(join.variants, Variants::Pivot { .. });
        let first = held[0].name.clone();
        held.into_iter()
            .map(|v| {
                let called = if pivot { mark(&v.name) } else { column.name.to_owned() };
                Entry {
                    name: if plain { called.clone() } else { format!("{}.{called}", subject(spec.name)) },
                    table: spec.name,
                    column,
                    speaks: pivot || v.name == first,
                    level: join.level(),
                    directed: v.directed.unwrap_or(!undirected),
                    values: v.values,
                    years: (v.values > 0).then_some(v.years),
                    layer: if spec.name == TIE.name { self.layers.get(&v.name).cloned() } else { None },
                    calls: calls(spec.name, &called, plain),
                    mark: if pivot { String::new() } else { mark(&v.name) },
                    variant: v.name,
                }
            })
            .collect()
    }
}

/// What `tie_layer` says of each series.
fn layers(observatory: &Observatory) -> Result<BTreeMap<String, TieLayer>> {
    let Some(batch) = super::join::read(observatory, TIE_LAYER.name, &["series", "doc", "unit", "zeros"])? else {
        return Ok(BTreeMap::new());
    };
    let c = Columns(&batch);
    let (series, doc, unit, zeros) = (c.text("series")?, c.text("doc")?, c.text("unit")?, c.bool("zeros")?);
    let of = |i: usize| TieLayer { doc: doc.value(i).to_owned(), unit: unit.value(i).to_owned(), zeros: zeros.value(i) };
    Ok((0..batch.num_rows()).map(|i| (series.value(i).to_owned(), of(i))).collect())
}
