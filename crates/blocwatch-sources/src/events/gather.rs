//! Records by month, in memory up to a limit and on disk beyond it.
//!
//! Events are the same only within a day, so months can be worked on one after the other, each with what belongs to it and nothing else.
//! One [`Gatherer`] for each thread; nothing is shared until [`Gathered`] puts them together.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::record::{MONTHS, Record, month_number};
use crate::error::{Result, SourceError};

/// Sources that can be counted together.
pub(crate) const SOURCES: usize = 3;

/// What a source coded in a month, whether or not between two states.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Coded {
    /// Rows that stand for an event of the month.
    pub rows: u64,
    /// Days that have such a row, one bit each.
    pub days: u32,
}

/// Collects records of one thread.
pub(crate) struct Gatherer {
    months: Vec<Vec<Record>>,
    coded: Vec<[Coded; SOURCES]>,
    held: usize,
    most: usize,
    spill: Option<Spill>,
    /// Why nothing can be written to disk any more; told at the end.
    failure: Option<SourceError>,
    folder: std::path::PathBuf,
    /// Codes of countries that nothing knows, with how often they occur.
    pub unknown: BTreeMap<String, u64>,
}

/// Records that were written to disk, and where.
struct Spill {
    file: tempfile::NamedTempFile,
    end: u64,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, Copy)]
struct Segment {
    month: u16,
    offset: u64,
    records: usize,
}

impl Gatherer {
    /// Keeps at most `most` records in memory and writes the others into a file without a name in `folder`.
    pub(crate) fn new(most: usize, folder: &Path) -> Self {
        Self {
            months: vec![Vec::new(); MONTHS],
            coded: vec![[Coded::default(); SOURCES]; MONTHS],
            held: 0,
            most: most.max(1),
            spill: None,
            failure: None,
            folder: folder.to_owned(),
            unknown: BTreeMap::new(),
        }
    }

    /// Notes a row of a month; `false` for a year out of range.
    pub(crate) fn note(&mut self, source: u8, (year, month, day): (i32, u8, u8)) -> bool {
        let Some(number) = month_number(year, month) else { return false };
        let coded = &mut self.coded[usize::from(number)][usize::from(source)];
        coded.rows += 1;
        coded.days |= 1 << (day - 1);
        true
    }

    /// Takes a record of a month that was noted.
    pub(crate) fn take(&mut self, year: i32, month: u8, record: Record) {
        let Some(number) = month_number(year, month) else { return };
        self.months[usize::from(number)].push(record);
        self.held += 1;
        if self.held >= self.most && self.failure.is_none() {
            self.failure = self.write_out().err();
        }
    }

    fn write_out(&mut self) -> Result<()> {
        let fail = || SourceError::io("write events to the working folder", &self.folder);
        if self.spill.is_none() {
            let file = tempfile::Builder::new().prefix("events-").tempfile_in(&self.folder).map_err(fail())?;
            self.spill = Some(Spill { file, end: 0, segments: Vec::new() });
        }
        let Some(spill) = &mut self.spill else { return Ok(()) };
        let mut bytes = Vec::new();
        for (month, records) in self.months.iter_mut().enumerate().filter(|(_, r)| !r.is_empty()) {
            bytes.clear();
            for record in records.iter() {
                record.write(&mut bytes);
            }
            spill.file.write_all(&bytes).map_err(SourceError::io("write events to the working folder", &self.folder))?;
            spill.segments.push(Segment { month: u16::try_from(month).unwrap_or(u16::MAX), offset: spill.end, records: records.len() });
            spill.end += bytes.len() as u64;
            // the memory is given back: the next months may be others
            *records = Vec::new();
        }
        self.held = 0;
        Ok(())
    }
}

/// What all threads gathered.
pub(crate) struct Gathered {
    parts: Vec<Gatherer>,
}

impl Gathered {
    /// # Errors
    /// What could not be written to disk.
    pub(crate) fn new(mut parts: Vec<Gatherer>) -> Result<Self> {
        match parts.iter_mut().find_map(|p| p.failure.take()) {
            Some(e) => Err(e),
            None => Ok(Self { parts }),
        }
    }

    /// Months with a record or a coded row, in order.
    pub(crate) fn months(&self) -> Vec<u16> {
        let spilled = |m: usize| {
            let of_month = |p: &Gatherer| p.spill.as_ref().is_some_and(|s| s.segments.iter().any(|x| usize::from(x.month) == m));
            self.parts.iter().any(of_month)
        };
        let any = |m: &usize| self.parts.iter().any(|p| !p.months[*m].is_empty() || p.coded[*m].iter().any(|c| c.rows > 0)) || spilled(*m);
        (0..MONTHS).filter(any).filter_map(|m| u16::try_from(m).ok()).collect()
    }

    /// What a source coded in a month.
    pub(crate) fn coded(&self, month: u16, source: u8) -> Coded {
        self.parts
            .iter()
            .map(|p| p.coded[usize::from(month)][usize::from(source)])
            .fold(Coded::default(), |a, b| Coded { rows: a.rows + b.rows, days: a.days | b.days })
    }

    /// Records of a month.
    pub(crate) fn count(&self, month: u16) -> usize {
        let spilled =
            |p: &Gatherer| p.spill.iter().flat_map(|s| &s.segments).filter(|s| s.month == month).map(|s| s.records).sum::<usize>();
        self.parts.iter().map(|p| p.months[usize::from(month)].len() + spilled(p)).sum()
    }

    /// Hands on every record of a month, in no order.
    pub(crate) fn each(&self, month: u16, mut take: impl FnMut(Record)) -> Result<()> {
        for part in &self.parts {
            part.months[usize::from(month)].iter().copied().for_each(&mut take);
            let Some(spill) = &part.spill else { continue };
            let fail = || SourceError::io("read events from the working folder", spill.file.path());
            // a handle of its own: several months are read at once
            let mut file = None;
            let mut bytes = vec![0u8; 4096 * Record::BYTES];
            for segment in spill.segments.iter().filter(|s| s.month == month) {
                let file = match &mut file {
                    Some(file) => file,
                    None => file.insert(File::open(spill.file.path()).map_err(fail())?),
                };
                file.seek(SeekFrom::Start(segment.offset)).map_err(fail())?;
                let mut left = segment.records;
                while left > 0 {
                    let n = left.min(4096);
                    let part = &mut bytes[..n * Record::BYTES];
                    file.read_exact(part).map_err(fail())?;
                    part.as_chunks::<{ Record::BYTES }>().0.iter().for_each(|b| take(Record::read(b)));
                    left -= n;
                }
            }
        }
        Ok(())
    }

    /// Codes of countries that nothing knows.
    pub(crate) fn unknown(&self) -> BTreeMap<&str, u64> {
        let mut out = BTreeMap::new();
        for (code, n) in self.parts.iter().flat_map(|p| &p.unknown) {
            *out.entry(code.as_str()).or_default() += n;
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(n: u32) -> Record {
        Record { key: Record::key(0, (1, 2), 3, 4), text: [n.into(), 0], file: 0, line: n, goldstein: 0, roles: 0, head: true }
    }

    proptest! {
        #[test]
        fn what_is_written_to_disk_comes_back(months in prop::collection::vec(1u8..13, 0..200), most in 1usize..50, threads in 1usize..4) {
            let folder = tempfile::TempDir::new().unwrap();
            let mut parts: Vec<Gatherer> = (0..threads).map(|_| Gatherer::new(most, folder.path())).collect();
            for (i, month) in months.iter().enumerate() {
                parts[i % threads].take(2020, *month, record(i as u32));
            }
            let gathered = Gathered::new(parts).unwrap();
            let mut all = Vec::new();
            for month in gathered.months() {
                let before = all.len();
                gathered.each(month, |r| all.push((month, r.line))).unwrap();
                prop_assert_eq!(all.len() - before, gathered.count(month));
            }
            all.sort_unstable_by_key(|(_, line)| *line);
            let expected: Vec<_> = months.iter().enumerate().map(|(i, m)| (month_number(2020, *m).unwrap(), i as u32)).collect();
            prop_assert_eq!(all, expected);
        }
    }
}
