//! Why: the walk from a finding (or any row) through the tables it rests on to the rows of publishers' files and people's files.
//!
//! Each table says which rows of which tables one of its rows was made from (`upstream`); the walk ends at a row of a snapshot, with
//! file, digest and line, or at a line of the casebook, with the works it cites.

mod measures;
mod networks;
mod speeches;
mod upstream;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use arrow::array::RecordBatch;
use arrow::util::display::array_value_to_string;
use blocwatch_core::casebook::Casebook;
use blocwatch_core::events::Role;
use blocwatch_core::state::States;
use blocwatch_engine::{Observatory, Session};
use blocwatch_sources::events::{Wanted, reports};
use blocwatch_sources::{Held, Meta, RawFile, Source, store::Store};
use serde::Serialize;

use crate::error::{AnalysisError, Result};
use crate::findings::Trace;
use crate::steps;

/// Files that are read again for the reports of one cell; each may be of gigabytes.
const MOST_FILES: usize = 20;

/// One place on the walk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Table, file or work.
    pub place: String,
    /// The row, as `column = value` pairs in the order of the table, or the text of a line.
    pub row: Vec<(String, String)>,
    /// What a reader should know of it: citation, version, digest, locator, licence.
    pub notes: Vec<String>,
    /// Where it came from.
    pub from: Vec<Node>,
    /// Rows left out because there are too many.
    pub left_out: usize,
}

impl Node {
    fn new(place: impl Into<String>) -> Self {
        Self { place: place.into(), row: Vec::new(), notes: Vec::new(), from: Vec::new(), left_out: 0 }
    }
}

/// Walks an observatory.
pub struct Walker<'a> {
    session: &'a Session,
    book: &'a Casebook,
    held: BTreeMap<String, Vec<Held>>,
    /// Files opened on the walk, by digest: many rows come from one file.
    raw: RefCell<BTreeMap<String, Rc<RawFile>>>,
    /// Rows shown for each condition; the rest is counted.
    most: usize,
}

impl<'a> Walker<'a> {
    /// A walker over an observatory and the snapshots it was made from.
    ///
    /// # Errors
    /// The snapshot store cannot be read.
    pub fn new(session: &'a Session, observatory: &Observatory, book: &'a Casebook, store: &Store, most: usize) -> Result<Self> {
        // every version stays in the store, so an observatory finds its files after newer ones came in
        let used: std::collections::BTreeSet<&str> = observatory.manifest.snapshots.iter().map(|s| s.sha256.as_str()).collect();
        let mut held: BTreeMap<String, Vec<Held>> = BTreeMap::new();
        for file in store.all()?.into_iter().filter(|h| used.contains(h.file.sha256.as_str())) {
            held.entry(file.file.source.clone()).or_default().push(file);
        }
        Ok(Self { session, book, held, raw: RefCell::default(), most })
    }

    /// Walks from a finding, a case, or rows of a table written `table:condition` (`regime_state_year:gwcode = 703 AND year = 2005`).
    ///
    /// # Errors
    /// [`AnalysisError::Unknown`] if nothing has that id, with the nearest.
    pub fn why(&self, id: &str) -> Result<Vec<Node>> {
        if let Some((table, rows)) = id.split_once(':') {
            if steps::table(table).is_none() {
                let names: Vec<&str> = steps::tables().iter().map(|t| t.name).collect();
                let near = blocwatch_core::name::nearest(table, names, 3);
                let hint = blocwatch_core::name::did_you_mean(&near);
                return Err(AnalysisError::Unknown(format!("there is no table '{table}'{hint}")));
            }
            let nodes = self.rows(&Trace::new(table, rows), 0)?;
            if nodes.is_empty() {
                return Err(AnalysisError::Unknown(format!("no row of {table} meets the condition '{rows}'")));
            }
            return Ok(nodes);
        }
        for (table, column) in [("finding", "finding_id"), ("case", "case_id"), ("interruption", "interruption")] {
            let nodes = self.rows(&Trace::new(table, format!("{column} = {}", upstream::quote(id))), 0)?;
            if !nodes.is_empty() {
                return Ok(nodes);
            }
        }
        let all = self.session.query_one("SELECT finding_id AS id FROM finding UNION ALL SELECT case_id FROM \"case\"")?;
        let ids: Vec<String> = (0..all.num_rows()).filter_map(|i| array_value_to_string(all.column(0), i).ok()).collect();
        let near = blocwatch_core::name::nearest(id, ids.iter().map(String::as_str), 3);
        let hint = if near.is_empty() {
            "; `blocwatch query \"SELECT finding_id, statement FROM finding WHERE subject = 'KGZ'\"` lists findings".to_owned()
        } else {
            blocwatch_core::name::did_you_mean(&near)
        };
        Err(AnalysisError::Unknown(format!("no finding or case has the id '{id}'{hint}")))
    }

    fn rows(&self, trace: &Trace, depth: usize) -> Result<Vec<Node>> {
        let sql = format!("SELECT * FROM \"{}\" WHERE {}", trace.table, trace.rows);
        let batch = self.session.query_one(&sql)?;
        let shown = batch.num_rows().min(self.most);
        let mut nodes = Vec::with_capacity(shown);
        for i in 0..shown {
            nodes.push(self.node(&trace.table, &batch, i, depth)?);
        }
        if let Some(last) = nodes.last_mut() {
            last.left_out = batch.num_rows() - shown;
        }
        Ok(nodes)
    }

    fn node(&self, table: &str, batch: &RecordBatch, i: usize, depth: usize) -> Result<Node> {
        let row: Row = batch
            .schema()
            .fields()
            .iter()
            .zip(batch.columns())
            .filter(|(_, c)| !c.is_null(i))
            .map(|(f, c)| Ok((f.name().clone(), array_value_to_string(c, i)?)))
            .collect::<std::result::Result<_, arrow::error::ArrowError>>()?;
        let mut node = Node::new(table);
        node.row = row.into_iter().filter(|(name, _)| name != "trace" || depth > 0).collect();
        let full: BTreeMap<&str, &str> = node.row.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let trace_text = batch.column_by_name("trace").and_then(|c| array_value_to_string(c, i).ok());
        if depth > 8 {
            return Err(AnalysisError::Defect(format!("the walk from {table} does not end")));
        }
        let mut from = Vec::new();
        let traces = upstream::upstream(table, &full, trace_text.as_deref())?;
        for next in &traces {
            from.extend(self.rows(next, depth + 1)?);
        }
        let sought: std::collections::BTreeSet<&str> = traces.iter().map(|t| t.table.as_str()).collect();
        if let Some(end) = self.origin(table, &full)? {
            from.push(end);
        }
        from.extend(self.reports(table, &full)?);
        if from.is_empty() && !sought.is_empty() {
            let tables = sought.into_iter().collect::<Vec<_>>().join(", ");
            node.notes.push(format!("no row of {tables} answers to it: a zero in the years that the source covers"));
        }
        node.from = from;
        Ok(node)
    }

    /// The end of the walk: a row of a publisher's file, or a line of a people's file.
    fn origin(&self, table: &str, row: &BTreeMap<&str, &str>) -> Result<Option<Node>> {
        let get = |k: &str| row.get(k).copied().unwrap_or("");
        Ok(match table {
            "regime_state_year" if get("source") == "starter" => {
                let mut node = Node::new(format!("knowledge/regimes/row-spells.csv line {}", get("source_row")));
                node.notes.extend(self.cite("coppedge-2025-vdem", ""));
                Some(node)
            }
            "membership_claim_org_state_year" if get("source") == "casebook" => {
                let file = self.book.organisation(get("org")).map_or("", |o| o.file.as_str());
                let mut node = Node::new(format!("knowledge/{file}"));
                node.notes.extend(self.cite(get("work"), get("at")));
                Some(node)
            }
            "case" => {
                let mut node = Node::new(format!("knowledge/{} line {}", get("file"), get("line")));
                if let Some(case) = self.book.case(get("case_id")) {
                    for s in &case.source {
                        let via = if s.via.is_empty() { String::new() } else { format!(" [cited through {}]", s.via) };
                        node.notes.extend(self.cite(&s.work, &s.at).into_iter().map(|c| c + &via));
                    }
                }
                Some(node)
            }
            "interruption" => Some(Node::new(format!("knowledge/{}", get("file")))),
            _ if row.contains_key("edition") && row.contains_key("source_row") => {
                self.publisher_row(table, get("edition"), get("source_row"))
            }
            _ => None,
        })
    }

    fn cite(&self, work: &str, at: &str) -> Option<String> {
        let w = self.book.work(work)?;
        Some(if at.is_empty() { w.cite() } else { format!("{} [{at}]", w.cite()) })
    }

    fn publisher_row(&self, table: &str, edition: &str, line: &str) -> Option<Node> {
        let source = blocwatch_sources::registry().iter().find(|s| s.tables().iter().any(|t| t.name == table))?;
        let meta = source.meta();
        let of_edition: Vec<&Held> = self.held.get(&meta.id)?.iter().filter(|h| h.file.shape == edition).collect();
        // an edition of one file feeds every table; one of several files says which tables each of them feeds
        let feeds = |h: &&&Held| meta.file(&h.file.role, &h.file.shape).is_some_and(|f| f.feeds.iter().any(|t| t == table));
        let held = of_edition.iter().find(feeds).or_else(|| of_edition.first())?;
        let line: u64 = line.parse().ok()?;
        let mut node = row_of(meta, held, line);
        match self.raw_file(*source, held).and_then(|file| Ok(file.record(line)?)) {
            Ok(fields) => node.row = fields,
            Err(e) => node.notes.push(format!("the row cannot be shown: {e}")),
        }
        Some(node)
    }

    /// The rows of a publisher's files that report the events of a cell, from the file of its first report on.
    fn reports(&self, table: &str, row: &BTreeMap<&str, &str>) -> Result<Vec<Node>> {
        let get = |k: &str| row.get(k).copied().unwrap_or("");
        let (code, roles) = match table {
            "event_dyad_month" => (get("root"), None),
            "event_code_dyad_year" => (get("event_code"), Role::parse(get("role1")).zip(Role::parse(get("role2")))),
            _ => return Ok(Vec::new()),
        };
        let wrong = || AnalysisError::Defect(format!("a row of {table} cannot be read"));
        let number = |k: &str| get(k).parse::<i32>().map_err(|_| wrong());
        let state = |k: &str| get(k).parse::<u16>().map_err(|_| wrong());
        let source = blocwatch_sources::by_id(get("source")).ok_or_else(wrong)?;
        // a file that was there when another came in stands in two snapshots
        let mut all: Vec<&Held> = self.held.get(get("source")).into_iter().flatten().collect();
        all.sort_by(|a, b| (&a.file.name, &a.file.sha256).cmp(&(&b.file.name, &b.file.sha256)));
        all.dedup_by(|a, b| a.file.sha256 == b.file.sha256);
        let first = all.iter().position(|h| !get("file").is_empty() && h.file.sha256.starts_with(get("file")));
        let Some(first) = first else { return Ok(Vec::new()) };
        let wanted = Wanted {
            source: get("source").to_owned(),
            year: number("year")?,
            month: if table == "event_dyad_month" { u8::try_from(number("month")?).ok() } else { None },
            actors: (state("gwcode1")?, state("gwcode2")?),
            code: code.to_owned(),
            root: table == "event_dyad_month",
            roles,
        };
        let of_cell = usize::try_from(number("reports")?).unwrap_or(0);
        let others = all.iter().enumerate().filter(|(i, _)| *i != first).map(|(_, h)| *h);
        let (mut nodes, mut found, mut read) = (Vec::new(), 0, 0);
        for held in std::iter::once(all[first]).chain(others).take(MOST_FILES) {
            let (rows, n) = reports(&wanted, held, States::embedded()?, self.most - nodes.len())?;
            nodes.extend(rows.into_iter().map(|r| Node { row: r.fields, ..row_of(source.meta(), held, r.line.into()) }));
            (found, read) = (found + usize::try_from(n).unwrap_or(usize::MAX), read + 1);
            if found >= of_cell || nodes.len() >= self.most {
                break;
            }
        }
        let shown = nodes.len();
        if let Some(last) = nodes.last_mut() {
            last.left_out = of_cell.saturating_sub(shown);
            if found < of_cell && shown < self.most {
                let files = if read == 1 { "one file".to_owned() } else { format!("{read} files") };
                last.notes.push(format!("{found} of {of_cell} reports lie in the {files} read; the source has {} in all", all.len()));
            }
        }
        Ok(nodes)
    }

    fn raw_file(&self, source: &dyn Source, held: &Held) -> Result<Rc<RawFile>> {
        if let Some(open) = self.raw.borrow().get(&held.file.sha256) {
            return Ok(Rc::clone(open));
        }
        let file = Rc::new(RawFile::open(source, held)?);
        self.raw.borrow_mut().insert(held.file.sha256.clone(), Rc::clone(&file));
        Ok(file)
    }
}

type Row = Vec<(String, String)>;

/// A row of a publisher's file, with what a reader should know of the file.
fn row_of(meta: &Meta, held: &Held, line: u64) -> Node {
    let mut node = Node::new(format!("{} line {line}", held.file.name));
    node.notes.push(meta.citation.to_string());
    node.notes.push(format!(
        "version {}, sha256 {}, taken {} from {}, licence {}",
        if held.file.version.is_empty() { "unstated" } else { &held.file.version },
        held.file.sha256,
        held.file.accessed,
        held.file.origin,
        held.file.licence
    ));
    node
}
