//! Batches as the bytes of a format.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use axum::http::{HeaderName, header};
use blocwatch_engine::export;

use crate::error::{Result, WebError};
use crate::server::Answer;

/// Formats by name; the first is the default.
pub(super) const FORMATS: &[&str] = &["json", "csv", "parquet"];

/// A JSON document.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Answer> {
    let mut bytes = serde_json::to_vec(value).map_err(|e| WebError::Broken(e.to_string()))?;
    bytes.push(b'\n');
    Ok(Answer { kind: "application/json", bytes, headers: Vec::new() })
}

/// The pages before and after one of a list, for the header `Link`. `address` ends where parameters go on.
pub(super) fn pages(address: &str, limit: i64, offset: i64, more: bool) -> Vec<(HeaderName, String)> {
    let link = |offset: i64, rel: &str| (header::LINK, format!("<{address}limit={limit}&offset={offset}>; rel=\"{rel}\""));
    let mut out = Vec::new();
    if offset > 0 {
        out.push(link((offset - limit).max(0), "prev"));
    }
    if more {
        out.push(link(offset + limit, "next"));
    }
    out
}

/// CSV that is ready; `name` is what a browser calls the file.
pub(super) fn ready_csv(text: String, name: &str) -> Answer {
    // only what every file system takes
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    let shown = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\""));
    Answer { kind: "text/csv; charset=utf-8", bytes: text.into_bytes(), headers: vec![shown] }
}

/// How many cells were marked ([`marked`]).
const MARKED: HeaderName = HeaderName::from_static("x-marked-cells");

/// Whether a spreadsheet would work a text out instead of showing it.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err()
}

/// Batches in which texts that a spreadsheet would take for a formula begin with `'`, and how many: a link to an answer can be sent to
/// anybody, and a text in it can be of anybody. Numbers stay; so does everything in the other formats.
fn marked(batches: &[RecordBatch]) -> Result<(Vec<RecordBatch>, usize)> {
    let mut n = 0;
    let mut out = Vec::with_capacity(batches.len());
    for batch in batches {
        let mut columns = batch.columns().to_vec();
        for column in &mut columns {
            let Some(texts) = column.as_any().downcast_ref::<StringArray>() else { continue };
            let here = texts.iter().flatten().filter(|t| is_formula(t)).count();
            if here > 0 {
                n += here;
                let one = |t: &str| if is_formula(t) { format!("'{t}") } else { t.to_owned() };
                *column = Arc::new(texts.iter().map(|t| t.map(one)).collect::<StringArray>());
            }
        }
        out.push(RecordBatch::try_new(batch.schema(), columns).map_err(|e| WebError::Broken(e.to_string()))?);
    }
    Ok((out, n))
}

/// Rows in a format; `name` is what a browser calls the file.
pub(super) fn rows(batches: &[RecordBatch], format: &str, name: &str, mut headers: Vec<(HeaderName, String)>) -> Result<Answer> {
    let mut bytes = Vec::new();
    let kind = match format {
        "csv" => {
            let (batches, n) = marked(batches)?;
            if n > 0 {
                headers.push((MARKED, n.to_string()));
            }
            export::csv(&mut bytes, &batches)?;
            "text/csv; charset=utf-8"
        }
        "parquet" => {
            let broken = |e: std::io::Error| WebError::Broken(e.to_string());
            let folder = std::env::temp_dir();
            let file = blocwatch_engine::atomic::temporary(&folder)?;
            export::parquet(file.path(), batches)?;
            bytes.write_all(&std::fs::read(file.path()).map_err(broken)?).map_err(broken)?;
            "application/vnd.apache.parquet"
        }
        _ => {
            export::json(&mut bytes, batches)?;
            "application/json"
        }
    };
    if format != "json" {
        headers.push((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{format}\"")));
    }
    Ok(Answer { kind, bytes, headers })
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Float64Array};

    use super::*;

    #[test]
    fn no_text_of_a_table_is_a_formula_of_a_spreadsheet() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![
            Some("=cmd|' /C calc'!A0"),
            Some("@SUM(A1)"),
            Some("+1-1"),
            Some("-4.5"),
            Some("- a note"),
            Some("a = b"),
            None,
        ]));
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![-1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]));
        let batch = RecordBatch::try_from_iter_with_nullable([("t", texts, true), ("n", numbers, true)]).expect("a batch");
        let answer = rows(std::slice::from_ref(&batch), "csv", "t", Vec::new()).expect("an answer");
        let text = String::from_utf8(answer.bytes).expect("text");
        assert_eq!(text, "t,n\n'=cmd|' /C calc'!A0,-1.0\n'@SUM(A1),2.0\n'+1-1,3.0\n-4.5,4.0\n'- a note,5.0\na = b,6.0\n,7.0\n");
        assert!(answer.headers.contains(&(MARKED, "4".to_owned())));
        // the other formats hold texts as they are
        let json = rows(&[batch], "json", "t", Vec::new()).expect("an answer");
        assert!(String::from_utf8(json.bytes).expect("text").contains("\"@SUM(A1)\""));
    }
}
