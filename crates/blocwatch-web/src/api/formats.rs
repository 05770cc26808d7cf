//! Batches as the bytes of a format.

use std::io::Write;

use arrow::array::RecordBatch;
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

/// Rows in a format; `name` is what a browser calls the file.
pub(super) fn rows(batches: &[RecordBatch], format: &str, name: &str, mut headers: Vec<(HeaderName, String)>) -> Result<Answer> {
    let mut bytes = Vec::new();
    let kind = match format {
        "csv" => {
            export::csv(&mut bytes, batches)?;
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
