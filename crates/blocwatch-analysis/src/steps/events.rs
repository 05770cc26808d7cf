//! `event_dyad_month` and what goes with it: coded events between states, counted by month (METHODS, section 6).
//!
//! The publishers' files are read once and month by month, and the tables are written as the months come: they may be larger than memory,
//! as the files are (docs/adr/0009). Reports are no events: `events` counts reports with the same day, states, code and text once,
//! `days` counts a pair's days with a root once, and `reports` counts every row.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, StringArray, UInt16Array, UInt32Array};
use blocwatch_core::coverage::{CoverageSpan, Knowledge, spans};
use blocwatch_core::events::{EventCodes, Scheme, quad_class};
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_engine::table::TableWriter;
use blocwatch_sources::OPEN_END;
use blocwatch_sources::events::{Actors, Cell, GOLDSTEIN_PARTS, Limits, Month, Places, SOURCES, code_text, count, root_text, scheme};
use blocwatch_stats::events::{balance, per};

use crate::error::Result;
use crate::step::{Context, Input, Output, Step};

const YEAR: Column = col("year", Kind::I32, "year", "calendar year");
const MONTH: Column = col("month", Kind::U16, "month", "month, 1 to 12");
const SOURCE: Column = col("source", Kind::Text, "source id", "whose coding; sources are never added up");
const GWCODE1: Column = col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state that acts, or the number of a territory, as of the year");
const GWCODE2: Column = col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state that receives, likewise");
const EVENTS: Column = col("events", Kind::U32, "events", "reports with the same day, states, code and text counted once");
const REPORTS: Column = col("reports", Kind::U32, "reports", "rows of the publisher's files");
const FILE: Column =
    col("file", Kind::Text, "-", "first digits of the SHA-256 of the file with the first report, as the snapshot store has it");
const SOURCE_ROW: Column = col("source_row", Kind::U32, "line", "line of the first report in that file, unpacked");
const GOLDSTEIN: Column = opt(
    "goldstein",
    Kind::F64,
    "-10 to 10",
    "mean Goldstein value (PLOVER: intensity) of the events, as published; null where none has one",
);

/// Counts by month, pair and root.
pub const EVENT_DYAD_MONTH: TableSpec = TableSpec {
    name: "event_dyad_month",
    unit: Unit::DirectedDyadMonth,
    keys: &["year", "month", "source", "gwcode1", "gwcode2", "root"],
    columns: &[
        YEAR,
        MONTH,
        SOURCE,
        GWCODE1,
        GWCODE2,
        col("root", Kind::Text, "code", "root of the event code: two digits of CAMEO, the type of PLOVER; 01 is text"),
        col("scheme", Kind::Text, "-", "cameo or plover; the two are never one series"),
        col("quad_class", Kind::I32, "1-4", "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict"),
        EVENTS,
        col("days", Kind::U32, "days", "days of the month with such an event: each day, pair and root counted once"),
        REPORTS,
        GOLDSTEIN,
        FILE,
        SOURCE_ROW,
    ],
    doc: "Coded events that one state directs at another, by month and root. What is counted are reports by machines, with many false ones; a missing row is a zero only where coverage says covered.",
};

/// Measures by month and pair.
pub const EVENT_BALANCE_DYAD_MONTH: TableSpec = TableSpec {
    name: "event_balance_dyad_month",
    unit: Unit::DirectedDyadMonth,
    keys: &["year", "month", "source", "gwcode1", "gwcode2"],
    columns: &[
        YEAR,
        MONTH,
        SOURCE,
        GWCODE1,
        GWCODE2,
        col("verbal_cooperation", Kind::U32, "events", "events of quad class 1"),
        col("material_cooperation", Kind::U32, "events", "events of quad class 2"),
        col("verbal_conflict", Kind::U32, "events", "events of quad class 3"),
        col("material_conflict", Kind::U32, "events", "events of quad class 4"),
        opt(
            "balance",
            Kind::F64,
            "-1 to 1",
            "(cooperation - conflict) / (cooperation + conflict), verbal and material; null where there is neither",
        ),
        opt(
            "material_balance",
            Kind::F64,
            "-1 to 1",
            "the same of material events alone, which praise and visits do not raise; null where there are none",
        ),
        GOLDSTEIN,
        opt(
            "rate",
            Kind::F64,
            "share 0-1",
            "the pair's events in this direction as a share of all events between two states in which either takes part; null where there are none",
        ),
        opt(
            "reports_per_10000",
            Kind::F64,
            "per 10,000",
            "reports per 10,000 rows that the source coded in the month, between states or not, against the growth of the news; null where there are none",
        ),
    ],
    doc: "Cooperation and conflict between two states by month, as coded from news. The media of autocracies inflate verbal cooperation: the material balance is the sterner one.",
};

/// What each source coded in a month.
pub const EVENT_MONTH: TableSpec = TableSpec {
    name: "event_month",
    unit: Unit::Entry,
    keys: &["year", "month", "source"],
    columns: &[
        YEAR,
        MONTH,
        SOURCE,
        col(
            "coded",
            Kind::U32,
            "rows",
            "rows that stand for an event of the month, between states or not (GDELT: in the lead of their text)",
        ),
        REPORTS,
        EVENTS,
        col("pairs", Kind::U32, "pairs", "ordered pairs of states with an event"),
    ],
    doc: "How much each source coded in each month. Changes of a feed (GDELT in April 2013 and February 2015) show here before they show anywhere else.",
};

/// Counts by year, pair, code and roles.
pub const EVENT_CODE_DYAD_YEAR: TableSpec = TableSpec {
    name: "event_code_dyad_year",
    unit: Unit::DirectedDyadYear,
    keys: &["year", "source", "gwcode1", "gwcode2", "event_code", "role1", "role2"],
    columns: &[
        YEAR,
        SOURCE,
        GWCODE1,
        GWCODE2,
        col("event_code", Kind::Text, "code", "CAMEO code of two to four digits, or PLOVER type and mode"),
        col("role1", Kind::Text, "-", "role of the acting side; none is the country as such"),
        col("role2", Kind::Text, "-", "role of the receiving side, likewise"),
        col("scheme", Kind::Text, "-", "cameo or plover"),
        EVENTS,
        col("days", Kind::U32, "days", "days of the year with such an event"),
        REPORTS,
        GOLDSTEIN,
        FILE,
        SOURCE_ROW,
    ],
    doc: "Coded events that one state directs at another, by year, event code and roles of both sides: what the mapping to tactics works on.",
};

/// The step.
pub fn step() -> Step {
    let mut inputs: Vec<Input> = SOURCES.into_iter().map(Input::Source).collect();
    inputs.extend([Input::Knowledge("events"), Input::Knowledge("states")]);
    Step {
        name: "event_dyad_month",
        version: 1,
        inputs,
        outputs: vec![&EVENT_DYAD_MONTH, &EVENT_BALANCE_DYAD_MONTH, &EVENT_MONTH, &EVENT_CODE_DYAD_YEAR],
        run,
    }
}

fn run(context: &Context<'_>) -> Result<Output> {
    let held = SOURCES.into_iter().map(|id| Ok((id, context.held(id)?))).collect::<Result<Vec<_>>>()?;
    let mut output = Output::default();
    let mut desk = Desk::new(context)?;
    let limits = Limits { threads: context.limits().threads, ..Limits::default() };
    let (states, work) = (context.states()?, context.scratch());
    let counted = count(&held, states, Actors::States, limits, work, &mut output.report.notices, |month| desk.month(&month))?;
    output.written = desk.finish()?;
    output.report.accounts = counted
        .accounts
        .into_iter()
        .map(|(source, mut account)| {
            // a step of several sources names the source before the file
            account.file = format!("{source}/{}", account.file);
            account
        })
        .collect();
    for (source, files) in held {
        let years = counted.years.iter().find(|(id, _)| *id == source).map_or(&[][..], |(_, years)| years);
        for table in [EVENT_DYAD_MONTH.name, EVENT_BALANCE_DYAD_MONTH.name, EVENT_CODE_DYAD_YEAR.name] {
            output.report.coverage.extend(coverage(source, table, years, files.is_empty()));
        }
    }
    Ok(output)
}

/// A year is covered where each of its days is among the files at hand; elsewhere a missing pair is not known to be none.
fn coverage(source: &str, table: &str, years: &[(i32, bool)], absent: bool) -> Vec<CoverageSpan> {
    let open = |year_from: i32, knowledge: Knowledge, note: String| CoverageSpan {
        source: source.to_owned(),
        table: table.to_owned(),
        gwcode: None,
        year_from,
        year_to: if absent { super::states::LAST_YEAR } else { OPEN_END },
        knowledge,
        note,
    };
    let Some((last, _)) = years.last() else {
        let note = if absent { "not held: run `blocwatch fetch`" } else { "no event is held" };
        return vec![open(super::states::FIRST_YEAR, Knowledge::NotCovered, note.to_owned())];
    };
    let known = |(year, whole): &(i32, bool)| (*year, if *whole { Knowledge::Covered } else { Knowledge::NotCovered });
    let mut out = spans(source, table, None, years.iter().map(known), "");
    for span in &mut out {
        let note = if span.knowledge == Knowledge::Covered {
            "each day has events: what is missing was not reported"
        } else {
            "single days of events: what is missing here is not known to be none"
        };
        note.clone_into(&mut span.note);
    }
    out.push(open(last + 1, Knowledge::Censored, format!("the files at hand end in {last}")));
    out
}

/// Names of event codes, looked up once.
struct Names {
    codes: &'static EventCodes,
    seen: HashMap<(u8, u16), Name>,
}

#[derive(Clone)]
struct Name {
    code: Arc<str>,
    root: Arc<str>,
    quad_class: u8,
}

impl Names {
    fn of(&mut self, cell: &Cell) -> &Name {
        self.seen.entry((cell.source, cell.code)).or_insert_with(|| {
            let code = code_text(cell.source, cell.code, self.codes);
            let root = root_text(cell.source, cell.code, self.codes);
            let class = match scheme(cell.source) {
                Scheme::Cameo => quad_class(&root),
                Scheme::Plover => self.codes.plover(&root, "").map(|p| p.quad_class),
            };
            Name { code: code.into(), root: root.into(), quad_class: class.unwrap_or(0) }
        })
    }
}

/// Where months become rows.
struct Desk {
    names: Names,
    months: Sheet<DyadMonth>,
    balances: Sheet<Balance>,
    totals: Sheet<Total>,
    codes: Sheet<CodeYear>,
    /// The year at hand, and its cells so far; `days` counts days there.
    year: i32,
    of_year: Vec<(Cell, Place)>,
}

/// Digest of a file, shared by the rows that lie in it, and a line.
type Place = (Arc<str>, u32);

impl Desk {
    fn new(context: &Context<'_>) -> Result<Self> {
        let folder = context.scratch();
        let names = Names { codes: EventCodes::embedded()?, seen: HashMap::new() };
        Ok(Self {
            names,
            months: Sheet::new(folder, &EVENT_DYAD_MONTH)?,
            balances: Sheet::new(folder, &EVENT_BALANCE_DYAD_MONTH)?,
            totals: Sheet::new(folder, &EVENT_MONTH)?,
            codes: Sheet::new(folder, &EVENT_CODE_DYAD_YEAR)?,
            year: 0,
            of_year: Vec::new(),
        })
    }

    fn month(&mut self, month: &Month<'_>) -> Result<()> {
        if month.year != self.year {
            self.end_year()?;
            self.year = month.year;
        }
        let mut digests: HashMap<u32, Arc<str>> = HashMap::new();
        let mut place = |places: &Places, cell: &Cell| -> Place {
            let (digest, line) = places.of(cell);
            (Arc::clone(digests.entry(cell.file >> 8).or_insert_with(|| digest.into())), line)
        };
        for (at, source) in SOURCES.into_iter().enumerate() {
            let of_source = |c: &Cell| usize::from(c.source) == at;
            let from = month.cells.partition_point(|c| usize::from(c.source) < at);
            let cells = &month.cells[from..from + month.cells[from..].partition_point(of_source)];
            let mut total = Total { year: month.year, month: month.month, source, coded: month.coded[at], reports: 0, events: 0, pairs: 0 };
            // events in which a state takes part, on either side
            let mut of_state: HashMap<u16, u64> = HashMap::new();
            let mut of_pair: HashMap<(u16, u16), u64> = HashMap::new();
            for c in cells {
                *of_state.entry(c.actors.0).or_default() += u64::from(c.events);
                *of_state.entry(c.actors.1).or_default() += u64::from(c.events);
                *of_pair.entry(c.actors).or_default() += u64::from(c.events);
                total.events += u64::from(c.events);
                total.reports += u64::from(c.reports);
            }
            for pair in cells.chunk_by(|a, b| a.actors == b.actors) {
                let (one, two) = pair[0].actors;
                let mut sum = pair[0];
                pair[1..].iter().for_each(|c| sum.merge(c));
                let mut classes = [0u64; 4];
                let mut roots = pair.iter();
                let mut root: Option<(Cell, Name)> = None;
                loop {
                    let next = roots.next().map(|c| (*c, self.names.of(c).clone()));
                    match (&mut root, next) {
                        (Some((sum, name)), Some((c, own))) if name.root == own.root => sum.merge(&c),
                        (open, next) => {
                            if let Some((sum, name)) = open.take() {
                                if let Some(class) = classes.get_mut(usize::from(name.quad_class.wrapping_sub(1))) {
                                    *class += u64::from(sum.events);
                                }
                                let (file, line) = place(month.places, &sum);
                                self.months.push(DyadMonth { year: month.year, month: month.month, source, sum, name, file, line })?;
                            }
                            match next {
                                Some(next) => *open = Some(next),
                                None => break,
                            }
                        }
                    }
                }
                let state = |s: u16| of_state.get(&s).copied().unwrap_or(0);
                let both = [(one, two), (two, one)].iter().filter_map(|p| of_pair.get(p)).sum::<u64>();
                let (year, month_number) = (month.year, month.month);
                let either = state(one) + state(two) - both;
                self.balances.push(Balance { year, month: month_number, source, sum, classes, either, coded: month.coded[at] })?;
                total.pairs += 1;
            }
            if total.coded > 0 {
                self.totals.push(total)?;
            }
        }
        self.of_year.extend(month.cells.iter().map(|c| {
            let mut counted = *c;
            counted.days = c.days.count_ones();
            (counted, place(month.places, c))
        }));
        Ok(())
    }

    /// Writes the cells of the year that is over.
    fn end_year(&mut self) -> Result<()> {
        let mut cells = std::mem::take(&mut self.of_year);
        // months come in order, so of equal cells the first is the earliest
        cells.sort_by_key(|(c, _)| (c.source, c.actors, c.code, c.roles()));
        for same in
            cells.chunk_by(|a, b| (a.0.source, a.0.actors, a.0.code, a.0.roles()) == (b.0.source, b.0.actors, b.0.code, b.0.roles()))
        {
            let (mut sum, (file, line)) = same[0].clone();
            for (c, _) in &same[1..] {
                let days = sum.days + c.days;
                sum.merge(c);
                sum.days = days;
            }
            let name = self.names.of(&sum).clone();
            self.codes.push(CodeYear { year: self.year, sum, name, file, line })?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<BTreeMap<&'static str, PathBuf>> {
        self.end_year()?;
        let Self { months, balances, totals, codes, .. } = self;
        Ok(BTreeMap::from([
            (EVENT_DYAD_MONTH.name, months.finish()?),
            (EVENT_BALANCE_DYAD_MONTH.name, balances.finish()?),
            (EVENT_MONTH.name, totals.finish()?),
            (EVENT_CODE_DYAD_YEAR.name, codes.finish()?),
        ]))
    }
}

/// Rows of one table on their way to disk.
struct Sheet<R: Row> {
    writer: TableWriter,
    path: PathBuf,
    rows: Vec<R>,
}

/// A row that knows its columns.
trait Row: Sized {
    fn columns(rows: &[Self]) -> Vec<ArrayRef>;
}

/// Rows that are written at once.
const AT_ONCE: usize = 32 * 1024;

impl<R: Row> Sheet<R> {
    fn new(folder: &std::path::Path, spec: &'static TableSpec) -> Result<Self> {
        let path = folder.join(format!("{}.parquet", spec.name));
        Ok(Self { writer: TableWriter::create(&path, spec)?, path, rows: Vec::new() })
    }

    fn push(&mut self, row: R) -> Result<()> {
        self.rows.push(row);
        if self.rows.len() >= AT_ONCE { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        self.writer.write(R::columns(&self.rows))?;
        self.rows.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<PathBuf> {
        self.write()?;
        self.writer.finish()?;
        Ok(self.path)
    }
}

macro_rules! column {
    ($array:ty, $rows:expr, $value:expr) => {
        Arc::new($rows.iter().map($value).collect::<$array>()) as ArrayRef
    };
}

fn texts<'r, R: 'r>(rows: &'r [R], text: impl Fn(&'r R) -> &'r str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(text)))
}

fn whole(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn mean_goldstein(cell: &Cell) -> Option<f64> {
    (cell.scored > 0).then(|| cell.goldstein as f64 / GOLDSTEIN_PARTS / f64::from(cell.scored))
}

struct DyadMonth {
    year: i32,
    month: u8,
    source: &'static str,
    sum: Cell,
    name: Name,
    file: Arc<str>,
    line: u32,
}

impl Row for DyadMonth {
    fn columns(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            column!(Int32Array, rows, |r| r.year),
            column!(UInt16Array, rows, |r| u16::from(r.month)),
            texts(rows, |r| r.source),
            column!(UInt16Array, rows, |r| r.sum.actors.0),
            column!(UInt16Array, rows, |r| r.sum.actors.1),
            texts(rows, |r| &r.name.root),
            texts(rows, |r| scheme(r.sum.source).as_str()),
            column!(Int32Array, rows, |r| i32::from(r.name.quad_class)),
            column!(UInt32Array, rows, |r| r.sum.events),
            column!(UInt32Array, rows, |r| r.sum.days.count_ones()),
            column!(UInt32Array, rows, |r| r.sum.reports),
            column!(Float64Array, rows, |r| mean_goldstein(&r.sum)),
            texts(rows, |r| &r.file),
            column!(UInt32Array, rows, |r| r.line),
        ]
    }
}

struct Balance {
    year: i32,
    month: u8,
    source: &'static str,
    sum: Cell,
    classes: [u64; 4],
    either: u64,
    coded: u64,
}

impl Row for Balance {
    fn columns(rows: &[Self]) -> Vec<ArrayRef> {
        let class = |at: usize| column!(UInt32Array, rows, |r| whole(r.classes[at]));
        vec![
            column!(Int32Array, rows, |r| r.year),
            column!(UInt16Array, rows, |r| u16::from(r.month)),
            texts(rows, |r| r.source),
            column!(UInt16Array, rows, |r| r.sum.actors.0),
            column!(UInt16Array, rows, |r| r.sum.actors.1),
            class(0),
            class(1),
            class(2),
            class(3),
            column!(Float64Array, rows, |r| balance(r.classes[0] + r.classes[1], r.classes[2] + r.classes[3])),
            column!(Float64Array, rows, |r| balance(r.classes[1], r.classes[3])),
            column!(Float64Array, rows, |r| mean_goldstein(&r.sum)),
            column!(Float64Array, rows, |r| per(r.sum.events.into(), r.either, 1.0)),
            column!(Float64Array, rows, |r| per(r.sum.reports.into(), r.coded, 10_000.0)),
        ]
    }
}

struct Total {
    year: i32,
    month: u8,
    source: &'static str,
    coded: u64,
    reports: u64,
    events: u64,
    pairs: u64,
}

impl Row for Total {
    fn columns(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            column!(Int32Array, rows, |r| r.year),
            column!(UInt16Array, rows, |r| u16::from(r.month)),
            texts(rows, |r| r.source),
            column!(UInt32Array, rows, |r| whole(r.coded)),
            column!(UInt32Array, rows, |r| whole(r.reports)),
            column!(UInt32Array, rows, |r| whole(r.events)),
            column!(UInt32Array, rows, |r| whole(r.pairs)),
        ]
    }
}

struct CodeYear {
    year: i32,
    sum: Cell,
    name: Name,
    file: Arc<str>,
    line: u32,
}

impl Row for CodeYear {
    fn columns(rows: &[Self]) -> Vec<ArrayRef> {
        vec![
            column!(Int32Array, rows, |r| r.year),
            texts(rows, |r| SOURCES[usize::from(r.sum.source)]),
            column!(UInt16Array, rows, |r| r.sum.actors.0),
            column!(UInt16Array, rows, |r| r.sum.actors.1),
            texts(rows, |r| &r.name.code),
            texts(rows, |r| r.sum.roles().0.as_str()),
            texts(rows, |r| r.sum.roles().1.as_str()),
            texts(rows, |r| scheme(r.sum.source).as_str()),
            column!(UInt32Array, rows, |r| r.sum.events),
            column!(UInt32Array, rows, |r| r.sum.days),
            column!(UInt32Array, rows, |r| r.sum.reports),
            column!(Float64Array, rows, |r| mean_goldstein(&r.sum)),
            texts(rows, |r| &r.file),
            column!(UInt32Array, rows, |r| r.line),
        ]
    }
}
