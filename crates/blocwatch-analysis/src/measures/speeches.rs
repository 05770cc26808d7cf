//! Speeches of the General Debate, as the measures on them read them. What is found in them is the measures' business.

use arrow::array::RecordBatch;

use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

/// One speech.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speech<'a> {
    /// Session of the General Assembly.
    pub(crate) session: i32,
    /// Speaker as published.
    pub(crate) iso3: &'a str,
    /// Year.
    pub(crate) year: i32,
    /// The state that speaks; `None` for an organisation.
    pub(crate) gwcode: Option<u16>,
    /// The text.
    pub(crate) text: &'a str,
}

/// All speeches, by session and speaker.
#[derive(Debug)]
pub(crate) struct Speeches {
    batch: RecordBatch,
    /// Rows in order.
    order: Vec<usize>,
}

/// Reads the table `speech`, which the measure must declare.
pub(crate) fn speeches(context: &Context<'_>) -> Result<Speeches> {
    // sorted here and not by the query, which would copy two hundred million characters
    let batch = context.sql("SELECT session, iso3, year, gwcode, text FROM speech")?;
    // what a column is, is checked once, here
    let c = Columns(&batch);
    let (session, iso3) = (c.i32("session")?, c.text("iso3")?);
    c.i32("year")?;
    c.u16("gwcode")?;
    c.text("text")?;
    let mut order: Vec<usize> = (0..batch.num_rows()).collect();
    order.sort_by_key(|i| (session.value(*i), iso3.value(*i)));
    Ok(Speeches { batch, order })
}

impl Speeches {
    /// Every speech, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Speech<'_>> {
        let c = Columns(&self.batch);
        let columns = (c.i32("session"), c.text("iso3"), c.i32("year"), c.u16("gwcode"), c.text("text"));
        let columns = match columns {
            (Ok(session), Ok(iso3), Ok(year), Ok(gwcode), Ok(text)) => Some((session, iso3, year, gwcode, text)),
            _ => None,
        };
        columns.into_iter().flat_map(|(session, iso3, year, gwcode, text)| {
            self.order.iter().copied().map(move |i| Speech {
                session: session.value(i),
                iso3: iso3.value(i),
                year: year.value(i),
                gwcode: gwcode.at(i),
                text: text.value(i),
            })
        })
    }

    /// `work` of every speech on all cores, in order; `start` makes what one thread reuses.
    pub(crate) fn map<'a, S, T: Send>(&'a self, start: impl Fn() -> S + Sync, work: impl Fn(&mut S, Speech<'a>) -> T + Sync) -> Vec<T> {
        let all: Vec<Speech<'a>> = self.iter().collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, all.len().max(1));
        let size = all.len().div_ceil(threads).max(1);
        std::thread::scope(|scope| {
            let (start, work) = (&start, &work);
            let parts: Vec<_> = all
                .chunks(size)
                .map(|part| {
                    scope.spawn(move || {
                        let mut scratch = start();
                        part.iter().map(|s| work(&mut scratch, *s)).collect::<Vec<T>>()
                    })
                })
                .collect();
            let mut out = Vec::with_capacity(all.len());
            for part in parts {
                match part.join() {
                    Ok(part) => out.extend(part),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            out
        })
    }
}
