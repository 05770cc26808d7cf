//! Why: the walk from a finding (or any row) through the tables it rests on to the rows of publishers' files and people's files.
//!
//! Each table says which rows of which tables one of its rows was made from ([`upstream`]); the walk ends at a row of a snapshot, with
//! file, digest and line, or at a line of the casebook, with the works it cites.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use arrow::array::RecordBatch;
use arrow::util::display::array_value_to_string;
use blocwatch_core::casebook::Casebook;
use blocwatch_core::events::{EventCodes, Role, Roles, Rule};
use blocwatch_core::state::States;
use blocwatch_engine::{Observatory, Session};
use blocwatch_sources::events::{Wanted, reports};
use blocwatch_sources::{Held, Meta, RawFile, Source, store::Store};
use serde::Serialize;

use crate::error::{AnalysisError, Result};
use crate::findings::Trace;
use crate::measures::threats::components::COMPONENTS;
use crate::measures::{capture, threat_response};
use crate::steps::{self, regime_measure, ties};

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
            let nodes = self.rows(&Trace::new(table, format!("{column} = {}", quote(id))), 0)?;
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
        for next in upstream(table, &full, trace_text.as_deref())? {
            from.extend(self.rows(&next, depth + 1)?);
        }
        if let Some(end) = self.origin(table, &full)? {
            from.push(end);
        }
        from.extend(self.reports(table, &full)?);
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

    /// The rows of a publisher's file that report the events of a cell: those in the file of its first report.
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
        let held = self.held.get(get("source")).and_then(|all| all.iter().find(|h| h.file.sha256.starts_with(get("file"))));
        let Some(held) = held.filter(|_| !get("file").is_empty()) else { return Ok(Vec::new()) };
        let wanted = Wanted {
            source: get("source").to_owned(),
            year: number("year")?,
            month: if table == "event_dyad_month" { u8::try_from(number("month")?).ok() } else { None },
            actors: (state("gwcode1")?, state("gwcode2")?),
            code: code.to_owned(),
            root: table == "event_dyad_month",
            roles,
        };
        let (rows, found) = reports(&wanted, held, States::embedded()?, self.most)?;
        let mut nodes: Vec<Node> = rows.into_iter().map(|r| Node { row: r.fields, ..row_of(source.meta(), held, r.line.into()) }).collect();
        let all = u64::try_from(number("reports")?).unwrap_or(0);
        let left_out = usize::try_from(found).unwrap_or(usize::MAX).saturating_sub(nodes.len());
        if let Some(last) = nodes.last_mut() {
            last.left_out = left_out;
            if all > found {
                last.notes.push(format!("{found} of {all} reports lie in this file, the others in further files of the source"));
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

/// The rows that a rule of the mapping from events to tactics speaks for: those it fits and no rule with a longer code does.
fn rule_rows(rule: &Rule, all: &[Rule]) -> String {
    let roles = |roles: Roles| {
        let words: Vec<String> = Role::ALL.into_iter().filter(|r| roles.contains(*r)).map(|r| quote(r.as_str())).collect();
        words.join(", ")
    };
    let fits = |r: &Rule| {
        let (scheme, code) = (quote(r.scheme.as_str()), quote(&format!("{}%", r.code)));
        format!("(scheme = {scheme} AND event_code LIKE {code} AND role1 IN ({}) AND role2 IN ({}))", roles(r.role1), roles(r.role2))
    };
    let longer = all.iter().filter(|r| r.code.len() > rule.code.len() && r.overlaps(rule));
    let others: Vec<String> = longer.map(|r| format!(" AND NOT {}", fits(r))).collect();
    format!("({}{})", fits(rule), others.concat())
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The rows from which a row was made.
fn upstream(table: &str, row: &BTreeMap<&str, &str>, trace: Option<&str>) -> Result<Vec<Trace>> {
    let get = |k: &str| row.get(k).copied().unwrap_or("NULL");
    let text = |k: &str| quote(row.get(k).copied().unwrap_or(""));
    let same_row = |t: &str| Trace::new(t, format!("edition = {} AND source_row = {}", text("edition"), get("source_row")));
    Ok(match table {
        "finding" => {
            serde_json::from_str(trace.unwrap_or("[]")).map_err(|e| AnalysisError::Defect(format!("a trace cannot be read: {e}")))?
        }
        "regime_state_year" if row.get("source") == Some(&"vdem") => {
            let mut t = same_row("vdem_state_year");
            t.rows.push_str(&format!(" AND gwcode = {} AND year = {}", get("gwcode"), get("year")));
            vec![t]
        }
        "episode" => vec![Trace::new(
            "episode_state_year",
            format!("country_text_id = {} AND year BETWEEN {} AND {}", text("country_text_id"), get("pre_ep_year"), get("end_year")),
        )],
        "episode_state_year" => {
            let mut t = same_row("vdem_state_year");
            t.rows.push_str(&format!(" AND gwcode = {} AND year = {}", get("gwcode"), get("year")));
            vec![t]
        }
        "threat_state_year" => vec![Trace::new(
            "threat_component_state_year",
            format!("gwcode = {} AND year = {} AND threat = {}", get("gwcode"), get("year"), text("threat")),
        )],
        "threat_component_state_year" => COMPONENTS
            .iter()
            .filter(|c| row.get("component") == Some(&c.id))
            .map(|c| c.behind(get("gwcode"), get("year")))
            .map(|(table, rows)| Trace::new(table, rows))
            .collect(),
        "situation_rollcall" => vec![Trace::new("rollcall", format!("rcid = {}", get("rcid")))],
        "threat_response_lag" => vec![
            Trace::new("threat_state_year", format!("threat = {} AND value IS NOT NULL", text("threat"))),
            Trace::new("response_state_year", format!("indicator = {}", text("indicator"))),
        ],
        "response_state_year" => threat_response::behind(row.get("indicator").copied().unwrap_or(""), get("gwcode"), get("year"))
            .map(|(table, rows)| Trace::new(table, rows))
            .into_iter()
            .collect(),
        "composition_org_year" | "composition_org_state_year" => vec![
            Trace::new("membership_org_state_year", format!("org = {} AND year = {} AND status = 1", text("org"), get("year"))),
            Trace::new(
                "regime_state_year",
                format!(
                    "year = {1} AND gwcode IN (SELECT gwcode FROM membership_org_state_year WHERE org = {0} AND year = {1} AND status = 1)",
                    text("org"),
                    get("year")
                ),
            ),
        ],
        "membership_org_state_year" => vec![Trace::new(
            "membership_claim_org_state_year",
            format!("org = {} AND gwcode = {} AND year = {}", text("org"), get("gwcode"), get("year")),
        )],
        "membership_claim_org_state_year" if row.get("source") == Some(&"cow_igo") => vec![Trace::new(
            "igo_state_year",
            format!(
                "gwcode = {} AND year = {} AND org = (SELECT coalesce(cow_igo, org) FROM organisation WHERE org = {})",
                get("gwcode"),
                get("year"),
                text("org")
            ),
        )],
        "joint_membership_dyad_year" => vec![Trace::new(
            "igo_state_year",
            format!(
                "year = {0} AND status IN (1, 2) AND gwcode IN ({1}, {2}) AND org IN (SELECT a.org FROM igo_state_year a JOIN igo_state_year b \
                 ON b.org = a.org AND b.year = a.year WHERE a.year = {0} AND a.gwcode = {1} AND b.gwcode = {2} AND a.status IN (1, 2) \
                 AND b.status IN (1, 2))",
                get("year"),
                get("gwcode1"),
                get("gwcode2")
            ),
        )],
        "tie_dyad_year" => {
            let directed = row.get("directed") == Some(&"true");
            let of = |k: &str| row.get(k).copied().unwrap_or("");
            ties::layer_of(of("layer"), of("source"), of("unit"), directed)
                .into_iter()
                .map(|l| l.behind(get("gwcode1"), get("gwcode2"), get("year"), of("edition"), of("statement")))
                .map(|(table, rows)| Trace::new(table, rows))
                .collect()
        }
        "regime_measure_state_year" => regime_measure::ALL
            .iter()
            .filter(|m| row.get("regime") == Some(&m.id))
            .map(|m| Trace::new(m.table, format!("gwcode = {} AND year = {} AND {}", get("gwcode"), get("year"), m.rows)))
            .collect(),
        "turnover_org_state_year" => vec![Trace::new(
            "membership_claim_org_state_year",
            format!(
                "source = 'cow_igo' AND org = {} AND gwcode = {} AND year BETWEEN {} - 1 AND {}",
                text("org"),
                get("gwcode"),
                get("year"),
                get("year")
            ),
        )],
        "turnover_around_change" => vec![Trace::new(
            "turnover_org_state_year",
            format!(
                "change = {} AND relative_year = {} AND event = {} AND {}",
                text("change"),
                get("relative_year"),
                text("event"),
                match row.get("majority") {
                    Some(&"autocratic") => "majority_autocratic",
                    Some(&"other") => "NOT majority_autocratic",
                    _ => "majority_autocratic IS NULL",
                }
            ),
        )],
        "capture_org_year" => vec![
            Trace::new("membership_org_state_year", format!("org = {} AND year = {} AND status = 1", text("org"), get("year"))),
            Trace::new(
                "case",
                format!(
                    "year_from <= {} AND kind = 'collaboration' AND tactic IN ({}) AND case_id IN (SELECT case_id FROM case_party WHERE \
                     role = 'venue' AND actor_kind = 'organisation' AND actor = {})",
                    get("year"),
                    capture::CAPTURE_TACTICS,
                    text("org")
                ),
            ),
        ],
        "vitality_org_year" => vec![Trace::new(
            "igo_year",
            format!("year = {} AND org = (SELECT coalesce(cow_igo, org) FROM organisation WHERE org = {})", get("year"), text("org")),
        )],
        "agreement_dyad_session" => {
            vec![Trace::new("vote", format!("session = {} AND gwcode IN ({}, {})", get("session"), get("gwcode1"), get("gwcode2")))]
        }
        // a repeated resolution ties its voters' points in all its sessions; what is shown is the state's own votes
        "idealpoint_state_session" | "idealpoint_draw" => {
            vec![Trace::new("vote", format!("session = {} AND gwcode = {} AND vote IN (1, 2, 3)", get("session"), get("gwcode")))]
        }
        "event_tactic_dyad_year" => {
            let codes = EventCodes::embedded()?;
            let named: Vec<&str> = row.get("rules").copied().unwrap_or("").split(", ").collect();
            let rules = codes.rules.iter().filter(|r| named.contains(&r.rule.as_str())).map(|r| rule_rows(r, &codes.rules));
            let rules = rules.collect::<Vec<_>>().join(" OR ");
            vec![Trace::new(
                "event_code_dyad_year",
                format!(
                    "year = {} AND source = {} AND gwcode1 = {} AND gwcode2 = {} AND ({rules})",
                    get("year"),
                    text("source"),
                    get("gwcode1"),
                    get("gwcode2")
                ),
            )]
        }
        "event_balance_dyad_month" => vec![Trace::new(
            "event_dyad_month",
            format!(
                "year = {} AND month = {} AND source = {} AND gwcode1 = {} AND gwcode2 = {}",
                get("year"),
                get("month"),
                text("source"),
                get("gwcode1"),
                get("gwcode2")
            ),
        )],
        "event_month" => vec![Trace::new(
            "event_dyad_month",
            format!("year = {} AND month = {} AND source = {}", get("year"), get("month"), text("source")),
        )],
        "vote" => vec![same_row("unga_vote")],
        "rollcall" => vec![same_row("unga_rollcall")],
        "case_party" | "case_source" => vec![Trace::new("case", format!("case_id = {}", text("case_id")))],
        _ => Vec::new(),
    })
}
