//! One table: what it and each column mean, and its rows with filters. The same reading of filters serves the interface for programs.

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use blocwatch_core::name;
use blocwatch_core::table::{Kind, TableSpec};
use serde::Serialize;
use serde_json::json;

use crate::error::{Result, WebError};
use crate::params::{Params, short};
use crate::server::Ask;
use crate::site::Site;

/// What can be asked.
pub(crate) const FILTERS: &[&str] = &["state", "partner", "org", "years", "where", "columns", "page"];
/// Rows on a page.
const ON_A_PAGE: i64 = 100;

/// A cell of a result as text; empty where null.
pub(crate) fn cell(batch: &RecordBatch, column: &str, row: usize) -> String {
    let Some(array) = batch.column_by_name(column) else { return String::new() };
    let options = FormatOptions::default();
    ArrayFormatter::try_new(array.as_ref(), &options).map(|f| f.value(row).to_string()).unwrap_or_default()
}

/// A declared table that the observatory has.
pub(crate) fn known(site: &Site, asked: &str) -> Result<&'static TableSpec> {
    let found = blocwatch_analysis::steps::table(asked).filter(|t| site.has(t.name));
    found.ok_or_else(|| {
        let names: Vec<&str> = site.observatory.manifest.tables.keys().map(String::as_str).collect();
        let near = name::nearest(asked, names, 3);
        WebError::NotFound(format!("there is no table '{}'{}", short(asked), name::did_you_mean(&near)))
    })
}

/// The query that filters ask for, without limit. Names are checked against the declaration and values are typed, so that nothing a
/// visitor writes reaches the query as it is.
pub(crate) fn select(site: &Site, table: &'static TableSpec, params: &Params) -> Result<String> {
    let columns = match params.one("columns") {
        None => "*".to_owned(),
        Some(asked) => {
            let mut out: Vec<String> = Vec::new();
            for pattern in asked.split([',', ' ']).filter(|p| !p.is_empty()) {
                let hits: Vec<&str> = table.columns.iter().map(|c| c.name).filter(|c| name::glob(pattern, c)).collect();
                if hits.is_empty() {
                    let near = name::nearest(pattern, table.columns.iter().map(|c| c.name), 3);
                    let hint = name::did_you_mean(&near);
                    return Err(WebError::Bad(format!("{} has no column '{}'{hint}", table.name, short(pattern))));
                }
                out.extend(hits.iter().map(|h| format!("\"{h}\"")));
            }
            out.join(", ")
        }
    };
    let mut conditions = Vec::new();
    let has = |column: &str| table.columns.iter().any(|c| c.name == column);
    let state = |typed: &str| -> Result<Vec<u16>> {
        let s = site.states.resolve(typed, blocwatch_analysis::steps::states::LAST_YEAR).map_err(|e| WebError::Bad(e.to_string()))?;
        let mut codes: Vec<u16> = s.gw.iter().map(|g| g.code).chain(s.unit_code).collect();
        codes.push(s.key_at(blocwatch_analysis::steps::states::LAST_YEAR));
        codes.sort_unstable();
        codes.dedup();
        Ok(codes)
    };
    let list = |codes: &[u16]| codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let none = |what: &str| WebError::Bad(format!("the rows of {} are not about {what}", table.name));
    if let Some(typed) = params.one("state") {
        let codes = list(&state(typed)?);
        conditions.push(if has("gwcode") {
            format!("gwcode IN ({codes})")
        } else if has("gwcode1") {
            format!("(gwcode1 IN ({codes}) OR gwcode2 IN ({codes}))")
        } else {
            return Err(none("states"));
        });
    }
    if let Some(typed) = params.one("partner") {
        if !has("gwcode1") {
            return Err(none("pairs of states"));
        }
        let codes = list(&state(typed)?);
        conditions.push(format!("(gwcode1 IN ({codes}) OR gwcode2 IN ({codes}))"));
    }
    if let Some(org) = params.one("org") {
        if !has("org") {
            return Err(none("organisations"));
        }
        conditions.push(format!("org = {}", literal(org)));
    }
    if let Some(text) = params.one("years") {
        if !has("year") {
            return Err(none("years"));
        }
        let years = blocwatch_core::time::Years::parse(text).map_err(|e| WebError::Bad(e.to_string()))?;
        conditions.push(format!("year BETWEEN {} AND {}", years.from, years.to));
    }
    if let Some(text) = params.one("where") {
        for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            conditions.push(condition(table, part)?);
        }
    }
    let filter = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let order = if table.keys.is_empty() {
        String::new()
    } else {
        let keys: Vec<String> = table.keys.iter().map(|k| format!("\"{k}\"")).collect();
        format!(" ORDER BY {}", keys.join(", "))
    };
    Ok(format!("SELECT {columns} FROM \"{}\"{filter}{order}", table.name))
}

/// One condition as a visitor writes it: `layer=arms`, `weight>=3`.
fn condition(table: &'static TableSpec, text: &str) -> Result<String> {
    let operators = ["!=", ">=", "<=", "=", ">", "<"];
    let wrong = || WebError::Bad(format!("'{}' is no condition; write column=value, with =, !=, <, <=, > or >=", short(text)));
    let (at, operator) = operators
        .iter()
        .filter_map(|o| text.find(o).map(|at| (at, *o)))
        .min_by_key(|(at, o)| (*at, std::cmp::Reverse(o.len())))
        .ok_or_else(wrong)?;
    let (column, value) = (text[..at].trim(), text[at + operator.len()..].trim());
    let Some(declared) = table.columns.iter().find(|c| c.name == column) else {
        let near = name::nearest(column, table.columns.iter().map(|c| c.name), 3);
        return Err(WebError::Bad(format!("{} has no column '{}'{}", table.name, short(column), name::did_you_mean(&near))));
    };
    let value = match declared.kind {
        Kind::Text => literal(value),
        Kind::Bool if matches!(value, "true" | "false") => value.to_owned(),
        Kind::Bool => return Err(WebError::Bad(format!("{column} is true or false"))),
        Kind::U16 | Kind::U32 | Kind::I32 | Kind::F64 => match value.parse::<f64>() {
            Ok(n) if n.is_finite() => n.to_string(),
            _ => return Err(WebError::Bad(format!("{column} is a number, not '{}'", short(value)))),
        },
    };
    Ok(format!("\"{column}\" {} {value}", if operator == "!=" { "<>" } else { operator }))
}

/// A text as it stands in a query.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Columns and rows of a result as a page shows them; null is not a blank.
#[derive(Debug, Serialize)]
pub(crate) struct Grid {
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<Option<String>>>,
}

impl Grid {
    pub(crate) fn new(batches: &[RecordBatch]) -> Self {
        let Some(first) = batches.first() else { return Self { columns: Vec::new(), rows: Vec::new() } };
        let columns = first.schema().fields().iter().map(|f| (f.name().clone(), f.data_type().is_numeric())).collect();
        let options = FormatOptions::default();
        let mut rows = Vec::new();
        for batch in batches {
            let cells: Vec<_> = batch.columns().iter().map(|c| (c, ArrayFormatter::try_new(c.as_ref(), &options))).collect();
            for row in 0..batch.num_rows() {
                let one = |(array, formatter): &(&arrow::array::ArrayRef, std::result::Result<ArrayFormatter<'_>, _>)| match formatter {
                    Ok(f) if !arrow::array::Array::is_null(array, row) => Some(f.value(row).to_string()),
                    _ => None,
                };
                rows.push(cells.iter().map(one).collect());
            }
        }
        Self { columns, rows }
    }
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let table = known(site, ask.first())?;
    let number = ask.params.number("page", 1, 100_000)?.unwrap_or(1);
    let sql = select(site, table, &ask.params)?;
    let found = site.ask(&format!("{sql} LIMIT {} OFFSET {}", ON_A_PAGE + 1, (number - 1) * ON_A_PAGE), ON_A_PAGE as usize)?;
    let more = found.cut;
    let grid = Grid::new(&found.batches);
    let columns: Vec<(&str, &str, &str, bool)> =
        table.columns.iter().map(|c| (c.name, c.unit, c.doc, table.keys.contains(&c.name))).collect();
    let mut query = String::new();
    for key in FILTERS.iter().filter(|k| **k != "page") {
        if let Some(value) = ask.params.one(key) {
            query.push_str(&format!("&{key}={}", crate::links::encode(value)));
        }
    }
    let asked = json!({
        "state": ask.params.one("state"),
        "partner": ask.params.one("partner"),
        "org": ask.params.one("org"),
        "years": ask.params.one("years"),
        "condition": ask.params.one("where"),
        "columns": ask.params.one("columns"),
    });
    let has = |c: &str| table.columns.iter().any(|x| x.name == c);
    let values = json!({
        "here": "/data",
        "name": table.name,
        "doc": table.doc,
        "unit": table.unit.as_str(),
        "columns": columns,
        "grid": grid,
        "more": more,
        "number": number,
        "query": query,
        "asked": asked,
        "sql": sql,
        "dataset": super::dataset::block(&super::dataset::table(site, table)),
        "rows": site.observatory.manifest.tables.get(table.name).map(|e| e.rows),
        "by_state": has("gwcode") || has("gwcode1"),
        "by_pair": has("gwcode1"),
        "by_org": has("org"),
        "by_year": has("year"),
        "sha256": site.observatory.manifest.tables.get(table.name).map(|e| e.sha256.clone()),
    });
    site.render(ask, "table.html", values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ties() -> &'static TableSpec {
        blocwatch_analysis::steps::table("tie_dyad_year").expect("a table of ours")
    }

    #[test]
    fn conditions_are_typed_and_quoted() {
        assert_eq!(condition(ties(), "layer = arms").expect("text"), "\"layer\" = 'arms'");
        assert_eq!(condition(ties(), "weight>=3").expect("a number"), "\"weight\" >= 3");
        assert_eq!(condition(ties(), "layer!=a'; DROP TABLE x").expect("text"), "\"layer\" <> 'a''; DROP TABLE x'");
        for wrong in ["layer", "nothing=1", "weight=abc", "weight=1 OR 1=1", "year=NaN", "1=1"] {
            assert!(condition(ties(), wrong).is_err(), "{wrong}");
        }
    }
}
