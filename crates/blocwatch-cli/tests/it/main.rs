//! The built program, run as a person or a script runs it. One binary, one module per promise.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests write files as a person would and stop at the first surprise")]

mod brief;
mod casebook;
#[cfg(feature = "cluster")]
mod cluster;
mod compare;
mod damage;
mod embedded;
mod episodes;
mod fetch;
mod help;
mod kill;
mod ledger;
mod measures;
mod output;
mod panel;
mod panel_files;
mod paper;
mod publish;
mod questions;
mod real;
mod replication;
mod run;
mod same_bytes;
mod serve;
#[path = "../../../blocwatch-core/tests/it/shared.rs"]
mod shared;
mod speeches;
mod texts;
mod ties;
mod votes;
mod why;
