//! The interface for programs, below `/api/v1`: the same tables, queries, briefs and names as the pages, as JSON, CSV, Arrow or Parquet.
//!
//! Errors are `application/problem+json`. What is here is described by [`openapi`], which a test compares with [`ROUTES`].

mod charts;
mod feed;
mod formats;
mod openapi;
mod rows;
mod schemas;
mod things;

use crate::server::AnswerRoute;

pub(crate) use feed::atom as feed;
pub(crate) use openapi::description;
pub(crate) use things::casebook;

/// All answers.
pub(crate) const ROUTES: &[AnswerRoute] = &[
    AnswerRoute { path: "/api/v1", allowed: &[], make: things::root },
    AnswerRoute { path: "/api/v1/openapi.json", allowed: &[], make: openapi::answer },
    AnswerRoute { path: "/api/v1/tables", allowed: &[], make: things::tables },
    AnswerRoute { path: "/api/v1/tables/{name}", allowed: &[], make: things::table },
    AnswerRoute { path: "/api/v1/tables/{name}/rows", allowed: rows::TABLE, make: rows::table },
    AnswerRoute { path: "/api/v1/query", allowed: rows::QUERY, make: rows::query },
    AnswerRoute { path: "/api/v1/search", allowed: &["q", "kind", "limit"], make: things::search },
    AnswerRoute { path: "/api/v1/suggest", allowed: &["q"], make: things::suggest },
    AnswerRoute { path: "/api/v1/cases", allowed: &["limit", "offset"], make: things::cases },
    AnswerRoute { path: "/api/v1/cases/{id}", allowed: &[], make: things::case },
    AnswerRoute { path: "/api/v1/briefs/{subject}", allowed: &["since"], make: things::brief },
    AnswerRoute { path: "/api/v1/charts/{subject}/{chart}", allowed: &["since"], make: charts::of_brief },
    AnswerRoute { path: "/api/v1/figures/ideal-points", allowed: &["states"], make: charts::votes },
    AnswerRoute { path: "/api/v1/figures/matrix", allowed: crate::pages::MATRIX_FILTERS, make: charts::matrix },
    AnswerRoute { path: "/api/v1/figures/frame", allowed: &["frame", "chart"], make: charts::frame },
    AnswerRoute { path: "/api/v1/figures/phrase", allowed: &["phrase", "chart"], make: charts::phrase },
    AnswerRoute { path: "/feed.xml", allowed: &[], make: feed::atom },
];
