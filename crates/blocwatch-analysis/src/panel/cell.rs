//! Why: from a cell of a panel to the rows of the table that it shows.
//!
//! The walk goes on in [`crate::why`], from the rows named here to the row of the publisher's file. Where a table has no row for the
//! cell, the rows named are those of the table `coverage`, which say whether silence means *none* or *not known*.

use std::collections::BTreeMap;

use arrow::util::display::array_value_to_string;
use blocwatch_core::Notices;
use blocwatch_core::table::Unit as TableUnit;
use blocwatch_core::time::Years;
use blocwatch_engine::{Observatory, Session};

use super::catalogue::{Catalogue, Chosen, Level, Side};
use super::join::Frame;
use super::joins::Join;
use super::{Request, System, Unit};
use crate::error::{AnalysisError, Result};
use crate::findings::Trace;
use crate::steps;

/// What stands in a cell, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The column's name in the panel.
    pub name: String,
    /// The value; `None` where the cell is empty.
    pub value: Option<String>,
    /// What to know of it.
    pub said: Vec<String>,
    /// The rows it shows, or the statements of coverage that explain why there is none.
    pub rows: Vec<Trace>,
}

/// Finds a cell, named as `gwcode1=365,gwcode2=710,year=2010,column=joint`.
///
/// # Errors
/// [`AnalysisError::Unknown`] for a key that is missing or misspelt, a unit that does not exist, or a column that is not there.
pub fn find(observatory: &Observatory, request: &Request, cell: &str) -> Result<Answer> {
    let given = parse(cell)?;
    let keys = keys(request);
    let missing: Vec<&str> = keys.iter().copied().chain(["column"]).filter(|k| !given.contains_key(*k)).collect();
    let strange: Vec<&str> = given.keys().map(String::as_str).filter(|k| !keys.contains(k) && *k != "column").collect();
    if !missing.is_empty() || !strange.is_empty() {
        let form: Vec<String> = keys.iter().chain(&["column"]).map(|k| format!("{k}=…")).collect();
        return Err(AnalysisError::Unknown(format!("a cell of this panel is named {}", form.join(","))));
    }
    let number = |key: &str| -> Result<i32> {
        let text = given.get(key).map_or("", String::as_str);
        text.parse().map_err(|_| AnalysisError::Unknown(format!("{key} must be a whole number, not '{text}'")))
    };
    let year = number("year")?;
    let request =
        Request { columns: vec![given["column"].clone()], layers: Vec::new(), years: Years { from: year, to: year }, ..request.clone() };
    let catalogue = Catalogue::of(observatory, request.unit, request.directed)?;
    let chosen = catalogue.select(&request, &mut Notices::new())?;
    let [one] = chosen.as_slice() else {
        let names: Vec<String> = chosen.iter().map(|c| catalogue.shown(*c)).collect();
        return Err(AnalysisError::Unknown(format!("'{}' means several columns; name one of {}", given["column"], names.join(", "))));
    };
    let time = if request.unit == Unit::DyadMonth { year * 12 + number("month")? - 1 } else { year };
    let frame = Frame::of(observatory, &request)?;
    let unit = Where::of(&frame, &request, &given, &number, time)?;
    let row = unit.row.ok_or_else(|| AnalysisError::Unknown(format!("the panel has no row for {}", unit.says)))?;
    let panel = super::make(observatory, &request, &mut Notices::new())?;
    let name = catalogue.shown(*one);
    let batch = panel.wide.open()?.slice(row..row + 1)?;
    let column = batch.column_by_name(&name).ok_or_else(|| AnalysisError::Defect(format!("the panel lacks {name}")))?;
    let value = if column.is_null(0) { None } else { Some(array_value_to_string(column, 0)?) };
    let variable = panel.codebook.variables.iter().find(|v| v.name == name);
    let mut said: Vec<String> = variable.map(|v| v.doc.clone()).into_iter().collect();
    let rows = trace(&catalogue, *one, &unit, year, &given);
    let session = Session::open(observatory, blocwatch_engine::session::Limits::default())?;
    let found = session.query_one(&format!("SELECT count(*) AS n FROM \"{}\" WHERE {}", rows.table, rows.rows))?;
    if array_value_to_string(found.column(0), 0)? != "0" {
        return Ok(Answer { name, value, said, rows: vec![rows] });
    }
    said.push(format!("{} has no row for {}", rows.table, unit.says));
    said.extend(variable.map(|v| v.null.clone()).filter(|n| !n.is_empty()));
    let states: Vec<String> = unit.keys.iter().map(u16::to_string).collect();
    let of = if states.is_empty() { "gwcode IS NULL".to_owned() } else { format!("(gwcode IS NULL OR gwcode IN ({}))", states.join(", ")) };
    // statements on layers name the layer first; sources speak for themselves
    let entry = &catalogue.entries[one.entry];
    let variant = entry.variant.replace('\'', "''");
    let by_source = steps::table(entry.table).and_then(Join::of).is_some_and(|j| j.variant_column() == Some("source"));
    let part = match entry.layer {
        Some(_) => format!(" AND (note = '{variant}' OR starts_with(note, '{variant}: '))"),
        None if by_source => format!(" AND source = '{variant}'"),
        None => String::new(),
    };
    let coverage =
        Trace::new("coverage", format!("\"table\" = '{}' AND {of}{part} AND year_from <= {year} AND year_to >= {year}", rows.table));
    let spans = session.query_one(&format!("SELECT count(*) AS n FROM coverage WHERE {}", coverage.rows))?;
    let rows = if array_value_to_string(spans.column(0), 0)? == "0" { Vec::new() } else { vec![coverage] };
    Ok(Answer { name, value, said, rows })
}

/// Key columns of a panel, as people name them in a cell.
fn keys(request: &Request) -> Vec<&'static str> {
    match (request.unit, request.system) {
        (Unit::StateYear, System::Gw) => vec!["gwcode", "year"],
        (Unit::StateYear, System::Cow) => vec!["ccode", "year"],
        (Unit::OrgYear, _) => vec!["org", "year"],
        (Unit::DyadYear, System::Gw) => vec!["gwcode1", "gwcode2", "year"],
        (Unit::DyadYear, System::Cow) => vec!["ccode1", "ccode2", "year"],
        (Unit::DyadMonth, System::Gw) => vec!["gwcode1", "gwcode2", "year", "month"],
        (Unit::DyadMonth, System::Cow) => vec!["ccode1", "ccode2", "year", "month"],
    }
}

fn parse(cell: &str) -> Result<BTreeMap<String, String>> {
    cell.split(',')
        .map(|part| {
            let (key, value) =
                part.split_once('=').ok_or_else(|| AnalysisError::Unknown(format!("'{}' is not of the form key=value", part.trim())))?;
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// Where a cell's unit stands.
struct Where {
    /// Row of the panel; `None` if the unit is not in it.
    row: Option<usize>,
    /// Numbers under which tables keep its states.
    keys: Vec<u16>,
    says: String,
}

impl Where {
    fn of(
        frame: &Frame,
        request: &Request,
        given: &BTreeMap<String, String>,
        number: &dyn Fn(&str) -> Result<i32>,
        time: i32,
    ) -> Result<Self> {
        let names = keys(request);
        let says: Vec<String> = names.iter().map(|k| format!("{k} {}", given[*k])).collect();
        let says = says.join(", ");
        let Some(states) = frame.states() else {
            let Frame::Organisations(list) = frame else { return Err(AnalysisError::Defect("no frame".to_owned())) };
            let row = list.iter().position(|(org, year)| *org == given["org"] && *year == time);
            return Ok(Self { row, keys: Vec::new(), says });
        };
        let member = |key: &str| -> Result<Option<(u32, usize)>> {
            let code = number(key)?;
            let at = states.members.iter().position(|m| i32::from(*m) == code);
            Ok(at.and_then(|at| Some((at as u32, states.row(at as u32, time)?))))
        };
        if let Frame::Pairs(_, pairs) = frame {
            let (Some((one, a)), Some((two, b))) = (member(names[0])?, member(names[1])?) else {
                return Ok(Self { row: None, keys: Vec::new(), says });
            };
            return Ok(Self { row: pairs.row(one, two, time), keys: vec![states.rows[a].key, states.rows[b].key], says });
        }
        let found = member(names[0])?;
        Ok(Self { row: found.map(|f| f.1), keys: found.map(|f| states.rows[f.1].key).into_iter().collect(), says })
    }
}

/// The rows of a table that a cell shows.
fn trace(catalogue: &Catalogue, chosen: Chosen, unit: &Where, year: i32, given: &BTreeMap<String, String>) -> Trace {
    let entry = &catalogue.entries[chosen.entry];
    let one = unit.keys.first().copied().unwrap_or(0);
    let two = unit.keys.get(1).copied().unwrap_or(0);
    let of = if chosen.side == Side::Two { two } else { one };
    let org = given.get("org").map(|o| o.replace('\'', "''")).unwrap_or_default();
    let join = steps::table(entry.table).and_then(|spec| Some((spec, Join::of(spec)?)));
    let Some((spec, join)) = join else {
        let rows = match entry.level {
            Level::Org => format!("org = '{org}'"),
            _ => format!("gwcode = {of} AND year = {year}"),
        };
        return Trace::new(entry.table, rows);
    };
    let k = join.keys;
    let mut rows = match entry.level {
        Level::Pair | Level::PairMonth => {
            let (from, to) = if chosen.side == Side::Backward { (two, one) } else { (one, two) };
            let undirected = !entry.directed || matches!(spec.unit, TableUnit::UndirectedDyadYear | TableUnit::UndirectedDyadSession);
            if undirected {
                format!("{0} IN ({from}, {to}) AND {1} IN ({from}, {to}) AND {0} <> {1} AND {2} = {year}", k[0], k[1], k[2])
            } else {
                format!("{} = {from} AND {} = {to} AND {} = {year}", k[0], k[1], k[2])
            }
        }
        Level::Org if spec.name == "igo_year" => {
            format!("org = (SELECT coalesce(max(cow_igo), '{org}') FROM organisation WHERE org = '{org}') AND year = {year}")
        }
        Level::Org => format!("org = '{org}' AND year = {year}"),
        _ => format!("{} = {of} AND {} = {year}", k[0], k[1]),
    };
    if let (Level::PairMonth, Some(month), Some(column)) = (entry.level, given.get("month"), k.get(3)) {
        rows.push_str(&format!(" AND {column} = {month}"));
    }
    if let Some(column) = join.variant_column().filter(|_| !entry.variant.is_empty()) {
        rows.push_str(&format!(" AND {column} = '{}'", entry.variant.replace('\'', "''")));
    }
    Trace::new(entry.table, rows)
}
