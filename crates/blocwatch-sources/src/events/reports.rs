//! The rows behind a count: a held file is read again and rows of certain events are shown.
//!
//! What belongs here: which rows are wanted, and what of a row a person may see. What does not: counting.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use blocwatch_core::Notices;
use blocwatch_core::events::Role;
use blocwatch_core::state::States;

use super::coder::{Search, Worker};
use super::gather::Gatherer;
use super::record::{self, Record};
use super::{Actors, Count, Input, code_text, coders, lines, root_text};
use crate::Held;
use crate::error::Result;
use crate::tabular::{header, unpack};

/// Which events [`reports`] looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Source id.
    pub source: String,
    /// Calendar year.
    pub year: i32,
    /// Month; `None` for the whole year.
    pub month: Option<u8>,
    /// Acting and receiving state.
    pub actors: (u16, u16),
    /// Event code, or a root of codes.
    pub code: String,
    /// Whether `code` is a root and all codes below it are meant.
    pub root: bool,
    /// Roles; `None` for any.
    pub roles: Option<(Role, Role)>,
}

/// A publisher's row, without personal columns and empty values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Line of the unpacked file; members of an archive are counted on.
    pub line: u32,
    /// Columns with their values.
    pub fields: Vec<(String, String)>,
}

/// Reads a held file again and finds the rows that report certain events. At most `most` rows are returned, with the number of all.
///
/// # Errors
/// As [`super::count`].
pub fn reports(wanted: &Wanted, held: &Held, states: &States, most: usize) -> Result<(Vec<Report>, u64)> {
    let files = std::slice::from_ref(held);
    let mut quiet = Notices::new();
    let count = Count::new(&[(wanted.source.as_str(), files)], states, Actors::States, &mut quiet)?;
    let (codes, w) = (count.codes, wanted.clone());
    let fits = move |year: i32, month: u8, r: &Record| {
        let (source, actors, code) = record::parts(r.cell());
        (year, actors) == (w.year, w.actors)
            && w.month.is_none_or(|m| m == month)
            && w.roles.is_none_or(|roles| roles == record::unpack_roles(r.roles))
            && w.code == if w.root { root_text(source, code, codes) } else { code_text(source, code, codes) }
    };
    let mut worker = Worker::new(Gatherer::new(1, Path::new(".")));
    worker.search = Some(Search { wanted: Box::new(fits), hit: false });
    let found: Mutex<(Vec<(u32, Report)>, u64)> = Mutex::default();
    let keep = |file: u32, line: u32, fields: Vec<(String, String)>| {
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.1 += 1;
        if found.0.len() < most {
            found.0.push((file, Report { line, fields }));
        }
    };
    lines::share(
        count.inputs.len(),
        std::slice::from_mut(&mut worker),
        &|at, worker, hand| {
            // a sheet is read row by row and not through chunks
            let input = &count.inputs[at];
            let tabs = coders()[usize::from(input.source)].names(input.shape.id).is_some() || delimiter(input)? == b'\t';
            if tabs {
                count.read(at, worker, hand, &mut Notices::new())
            } else {
                count.read_sheet(at, 0, worker, &mut Notices::new(), |line, fields| keep(0, line, fields)).map(drop)
            }
        },
        &|worker, chunk| {
            let job = &chunk.job;
            count.code(worker, chunk, |line, row| {
                let text = |f: &[u8]| String::from_utf8_lossy(f).into_owned();
                let fields = job.names.iter().cloned().zip(row.split(|b| *b == b'\t').map(text));
                keep(job.file, line, shown(&count.inputs[job.input], fields));
            });
        },
    )?;
    let (mut rows, n) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let before = count.places().before;
    for (file, report) in &mut rows {
        report.line += before.first().and_then(|b| b.get((*file & 255) as usize)).copied().unwrap_or(0);
    }
    Ok((rows.into_iter().map(|(_, r)| r).collect(), n))
}

/// The delimiter of a file with a row of names.
fn delimiter(input: &Input<'_>) -> Result<u8> {
    let head = unpack::heads(&input.held.path)?;
    let found = head.iter().find_map(|h| header::find(&h.bytes, input.shape.required).ok());
    Ok(found.map_or(b',', |h| h.delimiter))
}

/// Fields as a person may see them.
pub(super) fn shown(input: &Input<'_>, fields: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let personal = &input.owner.meta().personal_columns_dropped;
    fields.filter(|(name, value)| !value.trim().is_empty() && !personal.contains(name)).collect()
}
