//! One file per command: its arguments with help and example, and what it does.

pub(crate) mod brief;
pub(crate) mod build;
pub(crate) mod casebook;
pub(crate) mod cite;
#[cfg(feature = "cluster")]
pub(crate) mod cluster;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod fetch;
pub(crate) mod measure;
pub(crate) mod panel;
pub(crate) mod publish;
pub(crate) mod query;
pub(crate) mod sensitivity;
pub(crate) mod serve;
pub(crate) mod sources;
pub(crate) mod tables;
pub(crate) mod verify;
pub(crate) mod why;
