//! Coded events, the same for every publisher: who did what to whom, counted by month, pair of states and code.
//!
//! Publishers code a flood of reports: a year is tens of gigabytes, and most rows name no two states. Events are therefore counted and not
//! listed (docs/adr/0009): files are read once, in chunks, by all threads ([`lines`]); of each row that stands for an event between two
//! states a record of forty bytes is left ([`coder`], [`record`]); records are gathered by month, on disk where there are too many
//! ([`gather`]); and each month is counted on its own, reports of one event once ([`cells`]). The first report of a cell is known by file
//! and line, and [`reports`] finds the others. What a line is cut into is in [`rows`].
//!
//! Actors of the publishers are often persons: nothing of them is kept but country and role. Non-goals: what counts mean, tables.

mod cells;
mod coder;
mod gather;
mod lines;
mod record;
mod reports;
mod rows;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use blocwatch_core::accounting::RowAccount;
use blocwatch_core::events::{EventCodes, Scheme};
use blocwatch_core::state::States;
use blocwatch_core::{Notices, Severity};

pub use cells::Cell;
pub(crate) use coder::{Coder, Desk, Event, Fate, Rule};
pub(crate) use record::{NO_GOLDSTEIN, cameo, day, goldstein};
pub use reports::{Report, Wanted, reports};

use crate::error::{Result, SourceError};
use crate::probe::{Probe, Shape};
use crate::tabular::{Bad, header, unpack};
use crate::{Held, Source};
use coder::{Countries, RoleTable, Worker};
use gather::{Gathered, Gatherer};
use lines::{Chunk, Hand};
use reports::shown;
use rows::{ASKED, FIELDS, Job, Tally};

/// The sources of events, sorted; [`Cell::source`] is a position here.
pub const SOURCES: [&str; 3] = ["events_gdelt", "events_icews", "events_polecat"];

/// Parts of one that [`Cell::goldstein`] is counted in.
pub const GOLDSTEIN_PARTS: f64 = record::GOLDSTEIN_PARTS;

/// More files of a source than this are summed up by shape and year of their names in its accounts.
const MOST_ACCOUNTS: usize = 100;

/// What the two sides of an event are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actors {
    /// Gleditsch-Ward numbers as of the year; what names no state is left out.
    States,
    /// The three letters of CAMEO as they are, regions and blocs included: for comparison with other programs. See [`letters_text`].
    Codes,
}

/// What counting may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Threads.
    pub threads: usize,
    /// Records held in memory at once, forty bytes each; beyond it they are written to the working folder.
    pub records: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { threads: std::thread::available_parallelism().map_or(2, usize::from), records: 4_000_000 }
    }
}

/// One month, counted.
#[derive(Debug)]
pub struct Month<'a> {
    /// Calendar year.
    pub year: i32,
    /// Month from 1.
    pub month: u8,
    /// Sorted by source, states, code and roles.
    pub cells: Vec<Cell>,
    /// Rows of each source that stand for an event of the month, whether or not between two states.
    pub coded: [u64; SOURCES.len()],
    /// Where rows lie.
    pub places: &'a Places,
}

/// Files by their number in a [`Cell`].
#[derive(Debug, Default)]
pub struct Places {
    digests: Vec<String>,
    /// Lines before each member of an archive.
    before: Vec<Vec<u32>>,
}

impl Places {
    /// First digits of the digest of a cell's file, as in the snapshot store, and the line in the whole file.
    pub fn of(&self, cell: &Cell) -> (&str, u32) {
        let (file, member) = ((cell.file >> 8) as usize, (cell.file & 255) as usize);
        let before = self.before.get(file).and_then(|b| b.get(member)).copied().unwrap_or(0);
        (self.digests.get(file).map_or("", String::as_str), before + cell.line)
    }
}

/// What counting yields beside the months.
#[derive(Debug, Default)]
pub struct Counted {
    /// Accounts by source: one for each file, or for each shape and year where the files are many.
    pub accounts: Vec<(&'static str, RowAccount)>,
    /// For each source every year between its first and its last event, and whether each of its days is among the files at hand.
    pub years: Vec<(&'static str, Vec<(i32, bool)>)>,
}

/// The text of a cell's event code.
pub fn code_text(source: u8, code: u16, codes: &EventCodes) -> String {
    record::code_text(scheme(source), code, codes)
}

/// The scheme of a source's codes.
pub fn scheme(source: u8) -> Scheme {
    coders().get(usize::from(source)).map_or(Scheme::Cameo, |c| c.scheme())
}

/// The root of a cell's event code: two digits of CAMEO, the type of PLOVER.
pub fn root_text(source: u8, code: u16, codes: &EventCodes) -> String {
    let text = code_text(source, code, codes);
    match scheme(source) {
        Scheme::Cameo => text.chars().take(2).collect(),
        Scheme::Plover => text.split('-').next().unwrap_or_default().to_owned(),
    }
}

/// The three letters of an actor counted by [`Actors::Codes`].
pub fn letters_text(number: u16) -> String {
    record::letters_text(number)
}

fn coders() -> [&'static dyn Coder; SOURCES.len()] {
    [&crate::events_gdelt::Coding, &crate::events_icews::Coding, &crate::events_polecat::Coding]
}

/// A file to be counted.
struct Input<'a> {
    source: u8,
    owner: &'static dyn Source,
    held: &'a Held,
    shape: &'static Shape,
}

/// Everything that the threads share.
struct Count<'a> {
    inputs: Vec<Input<'a>>,
    countries: Countries<'a>,
    roles: RoleTable,
    codes: &'static EventCodes,
    /// By input, its tables in order with their number of lines.
    done: Vec<Mutex<Vec<(Arc<Job>, u32)>>>,
}

/// Counts the events in the files of the sources named, month by month in order.
///
/// A row counts if it stands for an event (GDELT: in the lead of its text) that one state directs at another. Rows with the same day,
/// states, code and text are reports of one event; where a publisher names no text, day, states and code decide. `work` is a folder for
/// records that do not fit into memory.
///
/// # Errors
/// What `each` returns, and where going on would publish a wrong number: a file that does not unpack or lacks a column.
pub fn count<E: From<SourceError> + Send>(
    held: &[(&str, &[Held])],
    states: &States,
    actors: Actors,
    limits: Limits,
    work: &Path,
    notices: &mut Notices,
    mut each: impl FnMut(Month<'_>) -> std::result::Result<(), E>,
) -> std::result::Result<Counted, E> {
    let threads = limits.threads.max(1);
    let count = Count::new(held, states, actors, notices)?;
    // half for gathering, half for counting
    let per_thread = (limits.records / 2 / threads).max(1);
    let mut workers: Vec<Worker> = (0..threads).map(|_| Worker::new(Gatherer::new(per_thread, work))).collect();
    count.scan(&mut workers, notices)?;
    let gathered = Gathered::new(workers.into_iter().map(|w| w.gatherer).collect())?;
    count.tell_unknown(&gathered, notices);
    let places = count.places();
    let months = gathered.months();
    let again = count_months(&gathered, &months, threads, per_thread, &places, &mut each)?;
    Ok(Counted { accounts: count.accounts(&again, notices), years: years(&gathered, &months) })
}

/// Counts months on several threads and hands them on in order.
fn count_months<E: From<SourceError> + Send>(
    gathered: &Gathered,
    months: &[u16],
    threads: usize,
    most: usize,
    places: &Places,
    each: &mut impl FnMut(Month<'_>) -> std::result::Result<(), E>,
) -> std::result::Result<BTreeMap<u32, u64>, E> {
    std::thread::scope(|scope| {
        let mut queues = Vec::new();
        let mut running = Vec::new();
        for thread in 0..threads {
            let (send, receive) = std::sync::mpsc::sync_channel(2);
            queues.push(receive);
            running.push(scope.spawn(move || {
                let mut again = BTreeMap::new();
                for month in months.iter().skip(thread).step_by(threads) {
                    // nobody listens any more: something else went wrong
                    if send.send(cells::of_month(gathered, *month, most, &mut again)).is_err() {
                        break;
                    }
                }
                again
            }));
        }
        let mut outcome = Ok(());
        for (i, number) in months.iter().enumerate() {
            // a thread that is gone has panicked, which joining it tells
            let Ok(cells) = queues[i % threads].recv() else { break };
            let (year, month) = record::year_month(*number);
            let coded = std::array::from_fn(|s| gathered.coded(*number, s as u8).rows);
            outcome = cells.map_err(E::from).and_then(|cells| each(Month { year, month, cells, coded, places }));
            if outcome.is_err() {
                break;
            }
        }
        drop(queues);
        let mut again: BTreeMap<u32, u64> = BTreeMap::new();
        for thread in running {
            for (file, n) in thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
                *again.entry(file).or_default() += n;
            }
        }
        outcome.map(|()| again)
    })
}

/// Whether each day of each year is among the files at hand.
fn years(gathered: &Gathered, months: &[u16]) -> Vec<(&'static str, Vec<(i32, bool)>)> {
    let mut out = Vec::new();
    for (at, source) in SOURCES.into_iter().enumerate() {
        let coded = |month: u16| gathered.coded(month, at as u8);
        let of: Vec<u16> = months.iter().copied().filter(|m| coded(*m).rows > 0).collect();
        let (Some(first), Some(last)) = (of.first(), of.last()) else { continue };
        let whole = |year: i32| {
            (1..=12).all(|month| {
                let days = record::month_number(year, month).map_or(0, |m| coded(m).days);
                days.count_ones() == u32::from(record::days_in(year, month))
            })
        };
        let (first, last) = (record::year_month(*first).0, record::year_month(*last).0);
        out.push((source, (first..=last).map(|y| (y, whole(y))).collect()));
    }
    out
}

impl<'a> Count<'a> {
    fn new(held: &[(&str, &'a [Held])], states: &'a States, actors: Actors, notices: &mut Notices) -> Result<Self> {
        let codes = EventCodes::embedded().map_err(|e| SourceError::Frame { table: "events", cause: e.to_string() })?;
        let mut inputs = Vec::new();
        for (id, files) in held {
            let Some(source) = SOURCES.iter().position(|s| s == id) else { continue };
            let Some(owner) = crate::by_id(id) else { continue };
            let mut stems = BTreeMap::new();
            for held in crate::of_role(files, "events") {
                let shape = crate::shape_of(owner, held)?;
                let stem = (shape.id, stem(&held.file.name));
                if let Some(first) = stems.get(&stem).filter(|_| owner.meta().file(shape.role, shape.id).is_some_and(|f| f.accumulates)) {
                    let what = format!("it seems to hold the same events as {first} in another packing, and is passed over");
                    notices.add(Severity::Warning, "same-file-twice", what, &held.file.name, "remove one of the two");
                    continue;
                }
                stems.insert(stem, held.file.name.clone());
                inputs.push(Input { source: source as u8, owner, held, shape });
            }
        }
        let done = inputs.iter().map(|_| Mutex::new(Vec::new())).collect();
        Ok(Self { inputs, countries: Countries::new(states, codes, actors), roles: RoleTable::new(codes), codes, done })
    }

    fn scan(&self, workers: &mut [Worker], notices: &mut Notices) -> Result<()> {
        // what reading a sheet has to tell is told in the order of the files, not of the threads
        let told: Mutex<BTreeMap<usize, Notices>> = Mutex::new(BTreeMap::new());
        lines::share(
            self.inputs.len(),
            workers,
            &|input, worker, hand| {
                let mut own = Notices::new();
                self.read(input, worker, hand, &mut own)?;
                told.lock().unwrap_or_else(PoisonError::into_inner).insert(input, own);
                Ok(())
            },
            &|worker, chunk| self.code(worker, chunk, |_, _| {}),
        )?;
        for own in told.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
            notices.extend(own);
        }
        Ok(())
    }

    /// Reads a file: by lines where fields are separated by tabs, as a sheet otherwise.
    fn read(&self, at: usize, worker: &mut Worker, hand: &Hand<'_, Job, Worker>, notices: &mut Notices) -> Result<()> {
        let input = &self.inputs[at];
        let coder = coders()[usize::from(input.source)];
        let path = &input.held.path;
        for (number, member) in members(input)?.into_iter().enumerate() {
            let packed = if member.is_some() { "zip archive" } else { "file" };
            let file = u32::try_from(at << 8 | number.min(255)).unwrap_or(u32::MAX);
            let done = unpack::with_content(path, member.as_deref(), |mut stream| {
                let mut head = Vec::new();
                let (names, skip, few) = match coder.names(input.shape.id) {
                    Some(names) => (names.iter().map(|n| (*n).to_owned()).collect(), 0, coder.may_lack(input.shape.id)),
                    None => {
                        stream.by_ref().take(256 * 1024).read_to_end(&mut head).map_err(|e| unpack::broken(path, packed, &e))?;
                        let found = header::find(&head, input.shape.required).map_err(|missing| SourceError::Columns {
                            message: format!("{}; check that it is the right file and version", missing.sentence(input.shape)),
                            path: path.clone(),
                        })?;
                        if found.delimiter != b'\t' {
                            return Ok(None);
                        }
                        (coder.mend(found.names), u32::try_from(found.skipped + 1).unwrap_or(u32::MAX), 0)
                    }
                };
                let job = Arc::new(Job::new(at, input.source, file, skip, names, few, coder));
                let lines = hand.read(&mut Cursor::new(head).chain(stream), &job, worker).map_err(|e| unpack::broken(path, packed, &e))?;
                Ok(Some((job, lines)))
            })?;
            match done {
                Some(done) => self.done[at].lock().unwrap_or_else(PoisonError::into_inner).push(done),
                None => {
                    let job = self.read_sheet(at, file, worker, notices, |_, _| {})?;
                    self.done[at].lock().unwrap_or_else(PoisonError::into_inner).push((Arc::new(job), 0));
                }
            }
        }
        Ok(())
    }

    /// Reads a file whose fields are quoted or separated by something else than tabs. `seen` gets each row that a search hits.
    fn read_sheet(
        &self,
        at: usize,
        file: u32,
        worker: &mut Worker,
        notices: &mut Notices,
        mut seen: impl FnMut(u32, Vec<(String, String)>),
    ) -> Result<Job> {
        let input = &self.inputs[at];
        let coder = coders()[usize::from(input.source)];
        let mut job = Job::new(at, input.source, file, 0, Vec::new(), 0, coder);
        let mut dropped = [0; Rule::ALL.len()];
        let account = crate::open_held(input.owner, input.held, notices, |sheet, _, notices| {
            let places: Vec<Option<usize>> = coder.asks().iter().map(|c| sheet.column(c)).collect();
            let names = sheet.names().to_vec();
            sheet.each(notices, |row, tally| {
                let mut cells = [&b""[..]; ASKED];
                for (cell, place) in cells.iter_mut().zip(&places) {
                    *cell = place.map_or(&[][..], |p| row.bytes(p));
                }
                let mut desk = self.desk(worker, input.source, file, row.line);
                match coder.code(&cells[..places.len()], &mut desk)? {
                    Fate::Kept => tally.keep(1),
                    Fate::Dropped(rule) => {
                        dropped[rule as usize] += 1;
                        tally.drop_by(rule.as_str(), 1);
                    }
                }
                if hit(worker) {
                    let fields = names.iter().enumerate().map(|(i, n)| (n.clone(), row.verbatim(i).into_owned()));
                    seen(row.line, shown(input, fields));
                }
                Ok(())
            })
        })?;
        // what the sheet dropped by itself are empty rows and repeated headers
        dropped[Rule::Empty as usize] += account.dropped_total() - dropped.iter().sum::<u64>();
        let tally = Tally { kept: account.kept, dropped, quarantined: account.quarantined, samples: account.samples };
        job.tally = Mutex::new(tally);
        Ok(job)
    }

    fn desk<'w>(&'w self, worker: &'w mut Worker, source: u8, file: u32, line: u32) -> Desk<'a, 'w> {
        let lookups = self.inputs[(file >> 8) as usize].owner.meta().lookups.as_slice();
        Desk { worker, countries: &self.countries, roles: &self.roles, codes: self.codes, lookups, source, file, line }
    }

    /// Codes the lines of a chunk. `seen` gets the number and the text of each row that a search hits.
    fn code(&self, worker: &mut Worker, chunk: &Chunk<Job>, mut seen: impl FnMut(u32, &[u8])) {
        let job = &*chunk.job;
        let coder = coders()[usize::from(job.source)];
        let mut tally = Tally::default();
        let (mut fields, mut cells) = ([&b""[..]; FIELDS], [&b""[..]; ASKED]);
        let mut rest = chunk.bytes();
        let mut line = chunk.first_line;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (number, row) = (line, &rest[..end]);
            (rest, line) = (&rest[end + 1..], line + 1);
            if number <= job.skip {
                continue;
            }
            let row = row.strip_suffix(b"\r").unwrap_or(row);
            let row = match job.cut(row, &mut fields, &mut cells) {
                Ok(row) => row,
                Err(_) if row.iter().all(|b| b.is_ascii_whitespace()) => {
                    tally.dropped[Rule::Empty as usize] += 1;
                    continue;
                }
                Err(width) => {
                    let bad = Bad::new("wrong number of fields", format!("{width} instead of {}", job.most()));
                    tally.quarantine(number, bad, || "not shown: which field is a personal column cannot be said".to_owned());
                    continue;
                }
            };
            let cells = &cells[..job.asked()];
            match coder.code(cells, &mut self.desk(worker, job.source, job.file, number)) {
                Ok(Fate::Kept) => tally.kept += 1,
                Ok(Fate::Dropped(rule)) => tally.dropped[rule as usize] += 1,
                Err(bad) => tally.quarantine(number, bad, || self.shown_cells(job, coder, cells)),
            }
            if hit(worker) {
                seen(number, row);
            }
        }
        job.tally.lock().unwrap_or_else(PoisonError::into_inner).add(tally);
    }

    /// The cells of a row that cannot be used, without personal ones.
    fn shown_cells(&self, job: &Job, coder: &dyn Coder, cells: &[&[u8]]) -> String {
        let personal = &self.inputs[job.input].owner.meta().personal_columns_dropped;
        let open = coder.asks().iter().zip(cells).filter(|(name, _)| !personal.iter().any(|p| p == *name));
        open.map(|(_, cell)| String::from_utf8_lossy(cell)).collect::<Vec<_>>().join(",")
    }

    fn places(&self) -> Places {
        let mut places = Places::default();
        for (input, done) in self.inputs.iter().zip(&self.done) {
            let done = done.lock().unwrap_or_else(PoisonError::into_inner);
            let lines = done.iter().scan(0u32, |before, (_, lines)| {
                let own = *before;
                *before = before.saturating_add(*lines);
                Some(own)
            });
            places.before.push(lines.collect());
            places.digests.push(crate::store::short(&input.held.file.sha256).to_owned());
        }
        places
    }

    /// Accounts, after each file that has many or few rows was told.
    fn accounts(&self, again: &BTreeMap<u32, u64>, notices: &mut Notices) -> Vec<(&'static str, RowAccount)> {
        let mut all: BTreeMap<(u8, String), RowAccount> = BTreeMap::new();
        let mut files = [0; SOURCES.len()];
        self.inputs.iter().for_each(|i| files[usize::from(i.source)] += 1);
        let places = self.places();
        for ((input, done), before) in self.inputs.iter().zip(&self.done).zip(&places.before) {
            let name = if files[usize::from(input.source)] > MOST_ACCOUNTS {
                let year: String = input.held.file.name.chars().take_while(char::is_ascii_digit).take(4).collect();
                format!("{} files {year}", input.shape.id).trim_end().to_owned()
            } else {
                input.held.file.name.clone()
            };
            let mut own = RowAccount::new(&name);
            for ((job, _), before) in done.lock().unwrap_or_else(PoisonError::into_inner).iter().zip(before) {
                let tally = std::mem::take(&mut *job.tally.lock().unwrap_or_else(PoisonError::into_inner));
                let mut account = tally.into_account(&name, again.get(&job.file).copied().unwrap_or(0));
                account.samples.iter_mut().for_each(|s| s.line += u64::from(*before));
                merge(&mut own, account);
            }
            crate::check_expected(input.owner, input.held, own.rows_in, notices);
            merge(all.entry((input.source, name.clone())).or_insert_with(|| RowAccount::new(&name)), own);
        }
        let accounts: Vec<RowAccount> = all.values().cloned().collect();
        crate::tell_quarantined(&accounts, notices);
        all.into_iter().map(|((source, _), account)| (SOURCES[usize::from(source)], account)).collect()
    }

    fn tell_unknown(&self, gathered: &Gathered, notices: &mut Notices) {
        let unknown = gathered.unknown();
        if unknown.is_empty() {
            return;
        }
        let mut most: Vec<(&str, u64)> = unknown.into_iter().collect();
        most.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let shown: Vec<String> = most.iter().take(8).map(|(code, n)| format!("'{code}' ({n})")).collect();
        let more = if most.len() > 8 { format!(" and {} more", most.len() - 8) } else { String::new() };
        let what = format!("actors of countries that nothing here knows were read as no state: {}{more}", shown.join(", "));
        notices.add(Severity::Info, "unknown-countries", what, "events", "add codes that are states to knowledge/events/actors.csv");
    }
}

/// Whether a search hit the row just coded; the next row starts anew.
fn hit(worker: &mut Worker) -> bool {
    worker.search.as_mut().is_some_and(|s| std::mem::take(&mut s.hit))
}

fn merge(into: &mut RowAccount, other: RowAccount) {
    into.rows_in += other.rows_in;
    into.kept += other.kept;
    for (to, from) in [(&mut into.dropped, other.dropped), (&mut into.quarantined, other.quarantined)] {
        for (word, n) in from {
            *to.entry(word).or_default() += n;
        }
    }
    into.samples.extend(other.samples);
    into.samples.truncate(RowAccount::SAMPLES);
}

/// The tables of a file that are of its role and shape; an archive may hold several (a year by months).
fn members(input: &Input<'_>) -> Result<Vec<Option<String>>> {
    let path = &input.held.path;
    let all = unpack::members(path)?;
    if all.len() <= 1 {
        return Ok(all);
    }
    let fits = |h: &unpack::Head| {
        let probe = Probe { name: &input.held.file.name, member: h.member.as_deref(), head: &h.bytes };
        input.owner.recognise(&probe).is_some_and(|r| r.role == input.shape.role && r.shape == input.shape.id)
    };
    Ok(unpack::heads(path)?.into_iter().filter(fits).map(|h| h.member).collect())
}

/// A file's name without the endings that say how it is packed.
fn stem(name: &str) -> String {
    let mut stem = name.to_ascii_lowercase();
    while let Some(shorter) = [".zip", ".gz", ".csv", ".txt", ".tab", ".tsv"].iter().find_map(|end| stem.strip_suffix(end)) {
        stem = shorter.to_owned();
    }
    stem
}

/// Whether a file name is one of the publisher's own: digits of a date, and endings.
pub(crate) fn is_dated(name: &str, digits: &[usize], ending: &str) -> bool {
    let stem = stem(name);
    let date = stem.strip_suffix(ending).unwrap_or(&stem);
    digits.contains(&date.len()) && date.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_no_part_of_a_name() {
        assert_eq!(stem("20150218230000.export.CSV.zip"), "20150218230000.export");
        assert_eq!(stem("2005.zip"), stem("2005.csv"));
        assert!(is_dated("20130401.export.CSV.zip", &[8, 14], ".export"));
        assert!(is_dated("2005.zip", &[4, 6], "") && is_dated("200601.zip", &[4, 6], ""));
        assert!(!is_dated("2026_02_06_ga_voting.csv", &[4, 6, 8], "") && !is_dated("export.csv", &[8], ".export"));
    }
}
