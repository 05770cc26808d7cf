//! The join: columns of tables in the order of the frame, as codes.
//!
//! Each table is read once, only the columns that are asked for. Its rows find their place in the frame by number and time, without a
//! hash join: a pair's rows lie in runs of neighbouring years ([`PairFrame`](super::frame::PairFrame)). Values of states are laid out over
//! the frame of states and repeated by reference.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int32Array, RecordBatch, StringArray, UInt16Array, UInt32Array};
use arrow::compute::take;
use blocwatch_core::Notices;
use blocwatch_core::table::{Column, Kind, TableSpec, Unit as TableUnit, col, opt};
use blocwatch_core::time::{Year, Years};
use blocwatch_engine::wide::{Coded, Gather, Maker, NULL, Of, Segment, Wide};
use blocwatch_engine::{EngineError, Observatory, table};
use foldhash::fast::FixedState;

use super::catalogue::{Catalogue, Chosen, Entry, Level, Side};
use super::cover::Coverage;
use super::describe;
use super::fold::values;
use super::frame::{PairFrame, StateFrame};
use super::joins::{Absent, Direction, Fold, Join};
use super::{Panel, Request, System, Unit};
use crate::error::{AnalysisError, Result};
use crate::frame::{At, Columns};
use crate::steps;

/// The frame of a panel, with how to find rows in it.
pub(crate) enum Frame {
    States(Arc<StateFrame>),
    Pairs(Arc<StateFrame>, Arc<PairFrame>),
    Organisations(Vec<(String, Year)>),
}

impl Frame {
    pub(crate) fn of(observatory: &Observatory, request: &Request) -> Result<Self> {
        let monthly = request.unit == Unit::DyadMonth;
        let frame = |years| Ok::<_, AnalysisError>(StateFrame::new(super::states()?, request.system, years, monthly, request.microstates));
        Ok(match request.unit {
            Unit::StateYear => Self::States(Arc::new(frame(request.years)?)),
            Unit::DyadYear | Unit::DyadMonth => {
                let states = frame(request.years)?;
                let pairs = PairFrame::new(&states, request.directed);
                Self::Pairs(Arc::new(states), Arc::new(pairs))
            }
            Unit::OrgYear => Self::Organisations(organisation_years(observatory, request.years)?),
        })
    }

    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::States(states) => states.rows.len(),
            Self::Pairs(_, pairs) => pairs.rows,
            Self::Organisations(rows) => rows.len(),
        }
    }

    /// First and last year.
    pub(crate) fn years(&self) -> Option<(Year, Year)> {
        let of = |years: &mut dyn Iterator<Item = Year>| {
            years.fold(None, |range: Option<(Year, Year)>, y| Some(range.map_or((y, y), |(a, b)| (a.min(y), b.max(y)))))
        };
        match self {
            Self::States(states) => of(&mut states.rows.iter().map(|r| states.year(r.time))),
            Self::Pairs(states, pairs) => {
                of(&mut pairs.runs.iter().flat_map(|r| [r.time, r.time + r.length as i32 - 1]).map(|t| states.year(t)))
            }
            Self::Organisations(rows) => of(&mut rows.iter().map(|r| r.1)),
        }
    }

    pub(crate) fn states(&self) -> Option<&Arc<StateFrame>> {
        match self {
            Self::States(states) | Self::Pairs(states, _) => Some(states),
            Self::Organisations(_) => None,
        }
    }
}

/// Every organisation in every year for which some table of the observatory has a row.
fn organisation_years(observatory: &Observatory, years: Years) -> Result<Vec<(String, Year)>> {
    let mut out = BTreeSet::new();
    for (spec, _) in super::catalogue::joins(Unit::OrgYear) {
        let Some(batch) = read(observatory, spec.name, &["org", "year"])? else { continue };
        let c = Columns(&batch);
        let (org, year) = (organisations(observatory, spec.name, c.text("org")?)?, c.i32("year")?);
        out.extend((0..batch.num_rows()).filter(|i| years.contains(year.value(*i))).map(|i| (org[i].clone(), year.value(i))));
    }
    Ok(out.into_iter().collect())
}

/// Ids of organisations as the table `organisation` has them: COW IGO's own tables carry its acronyms.
fn organisations(observatory: &Observatory, table: &str, org: &StringArray) -> Result<Vec<String>> {
    let mut ids: HashMap<String, String> = HashMap::new();
    if table == "igo_year"
        && let Some(list) = read(observatory, "organisation", &["org", "cow_igo"])?
    {
        let c = Columns(&list);
        let (id, cow) = (c.text("org")?, c.text("cow_igo")?);
        ids.extend((0..list.num_rows()).filter_map(|i| Some((cow.at(i)?.to_owned(), id.value(i).to_owned()))));
    }
    Ok((0..org.len()).map(|i| ids.get(org.value(i)).cloned().unwrap_or_else(|| org.value(i).to_owned())).collect())
}

/// Some columns of a table; `None` if the observatory does not have it.
pub(crate) fn read(observatory: &Observatory, name: &str, columns: &[&str]) -> Result<Option<RecordBatch>> {
    if !observatory.has(name) {
        return Ok(None);
    }
    Ok(Some(observatory.read_columns(name, columns)?))
}

/// Where the numbers under which tables keep states stand in a frame. A number may be two members in a year: Germany was COW 260 to
/// 2 October 1990 and 255 after it, and tables keep one row for 1990.
struct Places {
    first: i32,
    times: usize,
    slots: Vec<[u32; 2]>,
}

impl Places {
    fn of(frame: &StateFrame) -> Self {
        let first = frame.rows.iter().map(|r| r.time).min().unwrap_or(0);
        let last = frame.rows.iter().map(|r| r.time).max().unwrap_or(-1);
        let most = frame.rows.iter().map(|r| r.key).max().unwrap_or(0);
        let times = (last - first + 1).max(0) as usize;
        let mut places = Self { first, times, slots: vec![[NULL; 2]; (usize::from(most) + 1) * times] };
        for row in &frame.rows {
            if let Some(at) = places.at(row.key, row.time) {
                let slot = &mut places.slots[at];
                slot[usize::from(slot[0] != NULL)] = row.member;
            }
        }
        places
    }

    fn at(&self, key: u16, time: i32) -> Option<usize> {
        let offset = usize::try_from(time - self.first).ok().filter(|t| *t < self.times)?;
        let at = usize::from(key) * self.times + offset;
        (at < self.slots.len()).then_some(at)
    }

    fn members(&self, key: u16, time: i32) -> impl Iterator<Item = u32> + '_ {
        self.at(key, time).into_iter().flat_map(|at| self.slots[at]).filter(|m| *m != NULL)
    }

    /// Numbers of tables that are two members at a time.
    fn shared(&self) -> usize {
        self.slots.iter().filter(|s| s[1] != NULL).count()
    }
}

/// The rows of one statement of a table, each standing for one unit, and where they belong.
pub(super) struct Part {
    /// Rows of the table, in groups if several speak of one unit.
    pub(super) rows: UInt32Array,
    /// For each of `rows` its unit; `None` where each row has its own.
    pub(super) groups: Option<Vec<u32>>,
    /// Number of units.
    pub(super) units: usize,
    /// What the rows of the frame of states, of organisations or of the panel stand for.
    pub(super) segments: Vec<Segment>,
}

/// Places of rows (units, [`NULL`] or [`ZERO`]) as segments: rows of a pair mostly stand for neighbouring rows of a table.
fn segments(place: &[u32]) -> Vec<Segment> {
    let mut out: Vec<Segment> = Vec::new();
    let mut at = 0;
    while at < place.len() {
        let first = place[at];
        let run = |step: u32| place[at..].iter().zip(0u32..).take_while(|(unit, i)| **unit == first.wrapping_add(i * step)).count();
        let (of, rows) = match first {
            NULL => (Of::Null, run(0)),
            ZERO => (Of::Zero, run(0)),
            unit if place.get(at + 1) == Some(&unit) => (Of::Unit(unit), run(0)),
            unit => (Of::Units(unit), run(1)),
        };
        out.push(Segment { rows: rows as u32, of });
        at += rows;
    }
    out
}

/// The place of a row of which the table says nothing and means *none*.
pub(super) const ZERO: u32 = NULL - 1;

/// What identifies a [`Part`]: table, variant and, in a panel of unordered pairs, direction.
type PartId = (&'static str, String, Side);

/// Brings what was chosen together.
pub(crate) fn join(
    observatory: &Observatory,
    request: &Request,
    catalogue: &Catalogue,
    chosen: Vec<Chosen>,
    notices: &mut Notices,
) -> Result<Panel> {
    let frame = Frame::of(observatory, request)?;
    let mut builder = Builder { sources: Vec::new(), gathers: gathers(&frame), columns: Vec::new(), variables: Vec::new() };
    let keys = builder.keys(request, &frame);
    let tables = tables(observatory, catalogue, &chosen)?;
    let parts = parts(observatory, request, catalogue, &chosen, &frame, &tables)?;
    let mut made: BTreeMap<(usize, bool), usize> = BTreeMap::new();
    for &choice in &chosen {
        let entry = &catalogue.entries[choice.entry];
        let (source, gather) = match entry.level {
            Level::Frame => {
                let Some(states) = frame.states() else { continue };
                let (states, column) = (Arc::clone(states), entry.column.name);
                let source = *made.entry((choice.entry, false)).or_insert_with(|| builder.source(move || of_state(&states, column)));
                (source, side(choice.side))
            }
            Level::Org if entry.table == steps::membership::ORGANISATION.name => {
                (builder.source(of_organisation(observatory, &frame, entry.column)?), 0)
            }
            level => {
                let part = part_of(entry, choice.side);
                let (Some(data), Some(part), Some(join)) = (tables.get(entry.table), parts.get(&part), declared(entry.table)) else {
                    return Err(AnalysisError::Defect(format!("{} was not read", entry.table)));
                };
                let (data, part, column) = (Arc::clone(data), Arc::clone(part), entry.column);
                let backward = choice.side == Side::Backward;
                let source =
                    *made.entry((choice.entry, backward)).or_insert_with(|| builder.source(move || values(&data, &part, &join, column)));
                (source, if matches!(level, Level::State) { side(choice.side) } else { 0 })
            }
        };
        builder.columns.push((source, gather));
        builder.variables.push(describe::variable(catalogue, choice, request));
    }
    let shared = frame.states().map_or(0, |s| Places::of(s).shared());
    let codebook = describe::codebook(observatory, request, builder.variables, &frame, shared, &keys)?;
    if shared > 0 {
        notices.add(blocwatch_core::notice::Severity::Info, "panel-shared-rows", describe::SHARED, "", "");
    }
    let wide = Wide {
        schema: codebook.schema(),
        rows: frame.rows(),
        sources: builder.sources,
        gathers: builder.gathers,
        columns: builder.columns,
    };
    Ok(Panel { wide, codebook, keys: keys.len() })
}

fn declared(table: &str) -> Option<Join> {
    steps::table(table).and_then(Join::of)
}

/// Which gather shows a side: see [`gathers`].
fn side(side: Side) -> usize {
    match side {
        Side::One => 1,
        Side::Two => 2,
        _ => 0,
    }
}

/// The rows themselves, and for pairs those of the first and of the second state.
fn gathers(frame: &Frame) -> Vec<Gather> {
    let mut out = vec![Gather::Same];
    if let Frame::Pairs(_, pairs) = frame {
        for side in [0, 1] {
            out.push(Gather::Runs(pairs.runs.iter().map(|r| (r.sides[side], r.length)).collect()));
        }
    }
    out
}

fn part_of(entry: &Entry, side: Side) -> PartId {
    let side = if side == Side::Backward || side == Side::Forward { side } else { Side::Whole };
    (entry.table, entry.variant.clone(), side)
}

struct Builder {
    sources: Vec<Maker<'static>>,
    gathers: Vec<Gather>,
    columns: Vec<(usize, usize)>,
    variables: Vec<blocwatch_engine::export::codebook::Variable>,
}

static GWCODE: Column = col("gwcode", Kind::U16, "Gleditsch-Ward number", "state number");
static CCODE: Column = col("ccode", Kind::U16, "Correlates of War number", "state number");
static GWCODE_TOO: Column = opt(
    "gwcode",
    Kind::U16,
    "Gleditsch-Ward number",
    "state number in the other list on the state's last day in the period; null where that list does not have it then",
);
static CCODE_TOO: Column = opt(
    "ccode",
    Kind::U16,
    "Correlates of War number",
    "state number in the other list on the state's last day in the period; null where that list does not have it then",
);
static YEAR: Column = col("year", Kind::I32, "year", "calendar year");
static MONTH: Column = col("month", Kind::I32, "month 1-12", "calendar month");
static ORG: Column = col("org", Kind::Text, "id", "organisation");

impl Builder {
    fn source(&mut self, make: impl Fn() -> blocwatch_engine::Result<Coded> + Send + Sync + 'static) -> usize {
        self.sources.push(Box::new(make));
        self.sources.len() - 1
    }

    /// The key columns and, after them, the numbers of the other list.
    fn keys(&mut self, request: &Request, frame: &Frame) -> Vec<String> {
        let mut keys = Vec::new();
        let mut add = |b: &mut Self, source: usize, gather: usize, column: &'static Column, side: Side, key: bool| {
            b.columns.push((source, gather));
            let variable = describe::frame_variable(column, side);
            if key {
                keys.push(variable.name.clone());
            }
            b.variables.push(variable);
        };
        match frame {
            Frame::Organisations(rows) => {
                let orgs: ArrayRef = Arc::new(rows.iter().map(|r| Some(r.0.as_str())).collect::<StringArray>());
                let years: ArrayRef = Arc::new(rows.iter().map(|r| r.1).collect::<Int32Array>());
                for (array, column) in [(orgs, &ORG), (years, &YEAR)] {
                    let source = self.source(move || Coded::of(&array));
                    add(self, source, 0, column, Side::Whole, true);
                }
            }
            Frame::States(states) | Frame::Pairs(states, _) => {
                let (own, other) = match request.system {
                    System::Gw => (&GWCODE, &CCODE_TOO),
                    System::Cow => (&CCODE, &GWCODE_TOO),
                };
                let of = |b: &mut Self, column: &'static str| {
                    let states = Arc::clone(states);
                    b.source(move || of_state(&states, column))
                };
                let sides: &[Side] = if request.unit.is_dyadic() { &[Side::One, Side::Two] } else { &[Side::Whole] };
                let (number, carried) = (of(self, own.name), of(self, other.name));
                let times: &[&'static Column] = if states.monthly { &[&YEAR, &MONTH] } else { &[&YEAR] };
                for s in sides {
                    add(self, number, side(*s), own, *s, true);
                }
                for column in times {
                    let source = of(self, column.name);
                    // both states have the same time
                    add(self, source, side(sides[0]), column, Side::Whole, true);
                }
                for s in sides {
                    add(self, carried, side(*s), other, *s, false);
                }
            }
        }
        keys
    }
}

/// A column of the frame of states.
fn of_state(frame: &StateFrame, column: &str) -> blocwatch_engine::Result<Coded> {
    let rows = &frame.rows;
    let text = |of: &dyn Fn(&'static blocwatch_core::state::State, Year) -> Option<&'static str>| -> ArrayRef {
        Arc::new(rows.iter().map(|r| of(r.state, frame.year(r.time))).collect::<StringArray>())
    };
    let array: ArrayRef = match column {
        "gwcode" => Arc::new(rows.iter().map(|r| r.gwcode).collect::<UInt16Array>()),
        "ccode" => Arc::new(rows.iter().map(|r| r.ccode).collect::<UInt16Array>()),
        "year" => Arc::new(rows.iter().map(|r| frame.year(r.time)).collect::<Int32Array>()),
        "month" => Arc::new(rows.iter().map(|r| r.time.rem_euclid(12) + 1).collect::<Int32Array>()),
        "name" => text(&|s, _| Some(s.name.as_str())),
        "state" => text(&|s, _| Some(s.id.as_str())),
        "iso3" => text(&|s, _| s.iso3.as_deref()),
        "region" => text(&|s, _| Some(s.region.as_str())),
        "vdem_id" => text(&|s, year| s.vdem_in(year).map(|v| v.id.as_str())),
        "microstate" => Arc::new(rows.iter().map(|r| Some(r.state.microstate)).collect::<BooleanArray>()),
        other => return Err(EngineError::Engine(format!("the frame has no column {other}"))),
    };
    Coded::of(&array)
}

/// A column of the table `organisation`, repeated over the years of a panel.
fn of_organisation(
    observatory: &Observatory,
    frame: &Frame,
    column: &'static Column,
) -> Result<impl Fn() -> blocwatch_engine::Result<Coded> + Send + Sync + 'static> {
    let Frame::Organisations(rows) = frame else { return Err(AnalysisError::Defect("no organisations".to_owned())) };
    let list = read(observatory, "organisation", &["org", column.name])?.unwrap_or_else(|| table::empty(&steps::membership::ORGANISATION));
    let org = Columns(&list).text("org")?;
    let at: HashMap<&str, u32> = (0..list.num_rows()).map(|i| (org.value(i), i as u32)).collect();
    let indices: UInt32Array = rows.iter().map(|(org, _)| at.get(org.as_str()).copied()).collect();
    let array = list.column_by_name(column.name).ok_or_else(|| AnalysisError::Defect(format!("no column {}", column.name)))?;
    let array = take(array, &indices, None)?;
    Ok(move || Coded::of(&array))
}

/// The columns of all tables that are asked for, each table read once.
fn tables(observatory: &Observatory, catalogue: &Catalogue, chosen: &[Chosen]) -> Result<BTreeMap<&'static str, Arc<RecordBatch>>> {
    let mut wanted: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
    for choice in chosen {
        let entry = &catalogue.entries[choice.entry];
        let Some(join) = declared(entry.table) else { continue };
        let columns = wanted.entry(entry.table).or_default();
        columns.insert(entry.column.name);
        columns.extend(join.keys);
        columns.extend(join.variant_column());
        if let Direction::Column(c) = join.direction {
            columns.insert(c);
        }
    }
    let mut list: Vec<(&'static str, Vec<&'static str>)> = wanted.into_iter().map(|(t, c)| (t, c.into_iter().collect())).collect();
    // the largest first, so that no thread is left alone with it at the end
    let cells = |(name, columns): &(&'static str, Vec<&'static str>)| {
        observatory.manifest.tables.get(*name).map_or(0, |t| t.rows) * columns.len() as u64
    };
    list.sort_by_key(|table| (std::cmp::Reverse(cells(table)), table.0));
    let read = blocwatch_engine::parallel::each(list.len(), |i| {
        let (name, columns) = &list[i];
        observatory.read_columns(name, columns)
    })?;
    Ok(list.into_iter().map(|(name, _)| name).zip(read.into_iter().map(Arc::new)).collect())
}

/// The rows of every statement that is asked for, and where they belong.
fn parts(
    observatory: &Observatory,
    request: &Request,
    catalogue: &Catalogue,
    chosen: &[Chosen],
    frame: &Frame,
    tables: &BTreeMap<&'static str, Arc<RecordBatch>>,
) -> Result<BTreeMap<PartId, Arc<Part>>> {
    let mut wanted: BTreeMap<PartId, (usize, Option<(i32, i32)>)> = BTreeMap::new();
    for choice in chosen {
        let entry = &catalogue.entries[choice.entry];
        if tables.contains_key(entry.table) {
            let slot = wanted.entry(part_of(entry, choice.side)).or_insert((choice.entry, entry.years));
            if let (Some(a), Some(b)) = (slot.1, entry.years) {
                slot.1 = Some((a.0.min(b.0), a.1.max(b.1)));
            }
        }
    }
    let mut variants: BTreeMap<&'static str, HashMap<String, Vec<u32>>> = BTreeMap::new();
    for (name, batch) in tables {
        if let Some(column) = declared(name).and_then(|j| j.variant_column()) {
            variants.insert(*name, rows_by_variant(Columns(batch).text(column)?));
        }
    }
    let places = frame.states().map(|s| Places::of(s));
    let coverage = Coverage::read(observatory)?;
    let list: Vec<(PartId, (usize, Option<(i32, i32)>))> = wanted.into_iter().collect();
    let made = blocwatch_engine::parallel::each(list.len(), |i| {
        let ((name, variant, side), (entry, years)) = &list[i];
        let Some((spec, join)) = steps::table(name).and_then(|s| Some((s, Join::of(s)?))) else {
            return Err(EngineError::Engine(format!("{name} does not join")));
        };
        let batch = &tables[name];
        let rows = match variants.get(name) {
            Some(by) => UInt32Array::from(by.get(variant).cloned().unwrap_or_default()),
            None => UInt32Array::from_iter_values(0..batch.num_rows() as u32),
        };
        let entry = &catalogue.entries[*entry];
        let work = Work { spec, join, entry, side: *side, years: *years, batch, coverage: &coverage };
        work.part(observatory, request, frame, places.as_ref(), rows).map_err(|e| EngineError::Engine(e.to_string()))
    })?;
    Ok(list.into_iter().map(|(id, _)| id).zip(made.into_iter().map(Arc::new)).collect())
}

fn rows_by_variant(column: &StringArray) -> HashMap<String, Vec<u32>> {
    let mut out: HashMap<&str, Vec<u32>, FixedState> = HashMap::default();
    for i in 0..column.len() {
        out.entry(column.value(i)).or_default().push(i as u32);
    }
    out.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
}

/// What is needed to place the rows of one statement.
pub(super) struct Work<'a> {
    spec: &'static TableSpec,
    pub(super) join: Join,
    pub(super) entry: &'a Entry,
    pub(super) side: Side,
    pub(super) years: Option<(i32, i32)>,
    batch: &'a RecordBatch,
    coverage: &'a Coverage,
}

impl Work<'_> {
    fn part(
        &self,
        observatory: &Observatory,
        request: &Request,
        frame: &Frame,
        places: Option<&Places>,
        rows: UInt32Array,
    ) -> Result<Part> {
        let c = Columns(self.batch);
        let twice = || AnalysisError::Defect(format!("two rows of {} speak of one {}", self.spec.name, request.unit.as_str()));
        match (frame, places) {
            (Frame::Organisations(list), _) => {
                let (org, year) = (organisations(observatory, self.spec.name, c.text("org")?)?, c.i32("year")?);
                let at: HashMap<(&str, Year), u32> = rows
                    .values()
                    .iter()
                    .enumerate()
                    .map(|(u, r)| ((org[*r as usize].as_str(), year.value(*r as usize)), u as u32))
                    .collect();
                if at.len() != rows.len() {
                    return Err(twice());
                }
                let units = rows.len();
                let place: Vec<u32> = list.iter().map(|(org, year)| at.get(&(org.as_str(), *year)).copied().unwrap_or(NULL)).collect();
                Ok(Part { rows, groups: None, units, segments: segments(&place) })
            }
            (Frame::States(states) | Frame::Pairs(states, _), Some(places)) if self.join.level() == Level::State => {
                let (key, year) = (c.u16(self.join.keys[0])?, c.i32(self.join.keys[1])?);
                let mut place = vec![NULL; states.rows.len()];
                for (unit, r) in rows.values().iter().enumerate() {
                    let r = *r as usize;
                    for time in times(states, year.value(r)) {
                        for member in places.members(key.value(r), time) {
                            let Some(row) = states.row(member, time) else { continue };
                            if place[row] != NULL {
                                return Err(twice());
                            }
                            place[row] = unit as u32;
                        }
                    }
                }
                let units = rows.len();
                Ok(Part { rows, groups: None, units, segments: segments(&place) })
            }
            (Frame::Pairs(states, pairs), Some(places)) => self.pairs(states, pairs, places, rows, &twice),
            _ => Err(AnalysisError::Defect(format!("{} does not join a {} panel", self.spec.name, request.unit.as_str()))),
        }
    }

    fn pairs(
        &self,
        states: &StateFrame,
        pairs: &PairFrame,
        places: &Places,
        rows: UInt32Array,
        twice: &dyn Fn() -> AnalysisError,
    ) -> Result<Part> {
        let c = Columns(self.batch);
        let (one, two, year) = (c.u16(self.join.keys[0])?, c.u16(self.join.keys[1])?, c.i32(self.join.keys[2])?);
        let month = self.join.keys.get(3).map(|m| c.u16(m)).transpose()?;
        let directed = match self.join.direction {
            Direction::Column(d) => Some(c.bool(d)?),
            Direction::OfUnit => None,
        };
        let ordered = !matches!(self.spec.unit, TableUnit::UndirectedDyadYear | TableUnit::UndirectedDyadSession);
        // rows of one unit become one, where the declaration says so
        let together = self.join.fold != Fold::One || self.join.count.is_some();
        let mut units: HashMap<(u16, u16, i32), u32, FixedState> = HashMap::default();
        let mut groups: Vec<u32> = Vec::new();
        let mut kept: Vec<u32> = Vec::new();
        let mut place = match self.join.absent {
            Absent::Zero if self.years.is_some() => self.coverage.zeros(self, states, pairs),
            _ => vec![NULL; pairs.rows],
        };
        let mut twice_at = None;
        for r in rows.values() {
            let i = *r as usize;
            let (Some(a), Some(b), Some(y)) = (one.at(i), two.at(i), year.at(i)) else { continue };
            let when = match month.and_then(|m| m.at(i)) {
                Some(m) => (y * 12 + i32::from(m) - 1)..=(y * 12 + i32::from(m) - 1),
                None => times(states, y),
            };
            let mut unit = kept.len() as u32;
            kept.push(*r);
            if together {
                let next = units.len() as u32;
                unit = *units.entry((a, b, *when.start())).or_insert(next);
                groups.push(unit);
                if unit != next {
                    continue;
                }
            }
            let directed = directed.map_or(ordered, |d| d.value(i));
            for time in when {
                for x in places.members(a, time) {
                    for y in places.members(b, time) {
                        let mut set = |x: u32, y: u32| {
                            let Some(row) = pairs.row(x, y, time) else { return };
                            if place[row] < ZERO {
                                twice_at = Some(row);
                            }
                            place[row] = unit;
                        };
                        match self.side {
                            _ if !directed && pairs.directed => {
                                set(x, y);
                                set(y, x);
                            }
                            _ if !directed => set(x.min(y), x.max(y)),
                            Side::Backward => set(y, x),
                            _ => set(x, y),
                        }
                    }
                }
            }
        }
        if twice_at.is_some() {
            return Err(twice());
        }
        let count = if together { units.len() } else { kept.len() };
        Ok(Part { rows: UInt32Array::from(kept), groups: together.then_some(groups), units: count, segments: segments(&place) })
    }
}

/// The times of the frame in a year.
fn times(states: &StateFrame, year: Year) -> std::ops::RangeInclusive<i32> {
    if states.monthly { year * 12..=year * 12 + 11 } else { year..=year }
}
