//! Which numbers a brief holds: per kind of subject the queries it needs, and its composition from their results.
//!
//! What belongs here: the SQL of each kind of brief ([`queries`]), the order of its sections and the words around its numbers
//! ([`compose`]). What does not: running a query (the caller does, with any engine), layout ([`crate::html`], [`crate::markdown`]),
//! and measures, which are tables of the observatory.
//!
//! Rules kept here, beside those of the crate: a missing result makes a sentence that says so and never a zero; roles of a case are
//! spelled out and being named is not taken for taking part; words of likelihood and words of confidence do not share a sentence.
//!
//! To add a kind of brief: a file with `queries` and `compose`, a variant of [`Subject`] and one line in each of the two functions
//! below. A section that two kinds share is a file of its own.

mod cards;
mod cases;
mod desk;
mod frame;
mod gaps;
mod machine;
mod matrix;
mod members;
mod method;
mod news;
mod organisation;
mod orgs;
mod pair;
mod playbook;
mod position;
mod regime;
mod region;
mod rollcall;
mod say;
mod sql;
mod standing;
mod state;
mod tidy;
mod ties;
mod views;
mod votes;

use std::collections::BTreeMap;

use arrow::array::RecordBatch;

pub use self::sql::spells;
pub use self::views::{View, views};

use crate::doc::{AsOf, Brief};
use crate::error::Result;

/// What a brief is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// About whom.
    pub subject: Subject,
    /// "What is new" begins with this year.
    pub since: i32,
    /// Which observatory it is made from; printed as given.
    pub as_of: AsOf,
    /// Sources held, by id (`vdem`, `cow_igo`, `unga_votes`, `casebook`, `starter`). A source that is not in here counts as not held,
    /// except the last two, which are part of the program.
    pub sources: BTreeMap<String, SourceNote>,
}

/// What a note says of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceNote {
    /// The citation, in one line.
    pub citation: String,
    /// Version of the data; several, parted by commas, where several files are held.
    pub version: String,
    /// Licence.
    pub licence: String,
    /// Day on which it was taken, `YYYY-MM-DD`.
    pub accessed: String,
    /// SHA-256 of the file; printed only if it is one (several are parted by commas: a number comes from one of them, not from all).
    pub sha256: String,
}

/// A state or territory as a brief names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRef {
    /// Id in the table `state`.
    pub id: String,
    /// English name.
    pub name: String,
    /// Its latest Gleditsch-Ward number; earlier numbers are looked up by the id.
    pub gwcode: u16,
}

/// A roll call of the General Assembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RollcallRef {
    /// Session.
    pub session: u16,
    /// Number in the edition from which the session is taken.
    pub rcid: i32,
}

/// About whom a brief is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// One state or territory.
    State(StateRef),
    /// One organisation or forum.
    Organisation {
        /// Id in the table `organisation`.
        id: String,
        /// Name.
        name: String,
    },
    /// Two states.
    Pair(StateRef, StateRef),
    /// A political region.
    Region {
        /// Name as in the table `state`.
        name: String,
    },
    /// One roll call.
    Rollcall(RollcallRef),
}

/// One query of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Under which name [`compose`] looks for its result.
    pub name: &'static str,
    /// The query, in DataFusion's SQL. It may name tables of the observatory and [`views`].
    pub sql: String,
    /// Whether briefs on other subjects ask the same, so that its result can be kept.
    pub common: bool,
}

impl Query {
    fn new(name: &'static str, sql: impl Into<String>) -> Self {
        Self { name, sql: sql.into(), common: false }
    }
}

/// The queries of a brief, at most sixteen, independent of each other.
pub fn queries(request: &Request) -> Vec<Query> {
    match &request.subject {
        Subject::State(state) => state::queries(state, request.since),
        Subject::Organisation { id, .. } => organisation::queries(id),
        Subject::Pair(a, b) => pair::queries(a, b),
        Subject::Region { name } => region::queries(name),
        Subject::Rollcall(of) => rollcall::queries(of),
    }
}

/// Composes a brief from the results of its queries, by name. A result that is not there is taken for an empty one.
///
/// # Errors
/// A result without a column that the query of that name selects.
pub fn compose(request: &Request, batches: &BTreeMap<&'static str, RecordBatch>) -> Result<Brief> {
    let mut desk = desk::Desk::new(request, batches);
    let mut brief = match &request.subject {
        Subject::State(state) => state::compose(&mut desk, state)?,
        Subject::Organisation { id, name } => organisation::compose(&mut desk, id, name)?,
        Subject::Pair(a, b) => pair::compose(&mut desk, a, b)?,
        Subject::Region { name } => region::compose(&mut desk, name)?,
        Subject::Rollcall(of) => rollcall::compose(&mut desk, of)?,
    };
    brief.as_of = request.as_of.clone();
    brief.notes = desk.notes;
    Ok(brief)
}
