//! `coverage` and `row_account`: what each source can know, and where every row of every file went.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::RecordBatch;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::frame::Rows;
use crate::step::{Context, Input, Output, Step, StepReport};

/// Coverage.
pub const COVERAGE: TableSpec = TableSpec {
    name: "coverage",
    unit: Unit::Coverage,
    keys: &["source", "table", "gwcode", "year_from", "note"],
    columns: &[
        col("source", Kind::Text, "source id", "who speaks"),
        col("table", Kind::Text, "table", "table spoken of"),
        opt("gwcode", Kind::U16, "Gleditsch-Ward number", "state; null where the statement is about the whole table"),
        col("year_from", Kind::I32, "year", "first year"),
        col(
            "note",
            Kind::Text,
            "-",
            "organisation, variable or reason; of ties the series, and after a colon the reason; empty where none is needed",
        ),
        col("year_to", Kind::I32, "year", "last year"),
        col("state_of_knowledge", Kind::Text, "code", "covered, missing, not-covered, censored or not-public"),
    ],
    doc: "What each source can know, by state and span of years. A zero exists only where it says covered.",
};

/// Row accounts.
pub const ROW_ACCOUNT: TableSpec = TableSpec {
    name: "row_account",
    unit: Unit::Entry,
    keys: &["source", "file", "fate", "reason"],
    columns: &[
        col("source", Kind::Text, "source id", "source"),
        col("file", Kind::Text, "-", "file as published"),
        col("fate", Kind::Text, "-", "in, kept, dropped or quarantined"),
        col("reason", Kind::Text, "-", "rule of a drop or reason of a quarantine; empty otherwise"),
        col("rows", Kind::U32, "rows", "rows"),
    ],
    doc: "Where every row of every publisher's file went: in = kept + dropped + quarantined.",
};

/// The step.
pub fn step() -> Step {
    let mut inputs: Vec<Input> = super::harmonise::sources().map(|s| Input::Accounts(s.meta().id.as_str())).collect();
    inputs.extend([
        Input::Accounts("regime_state_year"),
        Input::Accounts("membership"),
        Input::Accounts("event_dyad_month"),
        Input::Accounts("tie_dyad_year"),
    ]);
    inputs.extend(blocwatch_sources::registry().iter().map(|s| Input::Source(s.meta().id.as_str())));
    Step { name: "accounts", version: 1, inputs, outputs: vec![&COVERAGE, &ROW_ACCOUNT], run }
}

/// The table of coverage from what steps reported. `absent` says of which source nothing is held.
pub(crate) fn coverage(reports: &BTreeMap<String, Arc<StepReport>>, absent: impl Fn(&str) -> bool) -> Result<RecordBatch> {
    let mut spans: Vec<CoverageSpan> = reports.values().flat_map(|r| r.coverage.iter().cloned()).collect();
    // a source that is not held covers nothing, and says so for every table it would make
    for source in blocwatch_sources::registry() {
        let meta = source.meta();
        if absent(&meta.id) {
            spans.extend(source.tables().iter().map(|t| CoverageSpan {
                source: meta.id.clone(),
                table: t.name.to_owned(),
                gwcode: None,
                year_from: super::states::FIRST_YEAR,
                year_to: super::states::LAST_YEAR,
                knowledge: Knowledge::NotCovered,
                note: "not held: run `blocwatch fetch`".to_owned(),
            }));
        }
    }
    spans.sort();
    spans.dedup_by(|a, b| {
        a.source == b.source && a.table == b.table && a.gwcode == b.gwcode && a.year_from == b.year_from && a.note == b.note
    });
    let mut coverage = Rows::new(&COVERAGE);
    for s in spans {
        coverage.push([
            s.source.into(),
            s.table.into(),
            s.gwcode.into(),
            s.year_from.into(),
            s.note.into(),
            s.year_to.into(),
            s.knowledge.as_str().into(),
        ])?;
    }
    coverage.finish()
}

fn run(context: &Context<'_>) -> Result<Output> {
    let mut absent = BTreeSet::new();
    for source in blocwatch_sources::registry() {
        let id = source.meta().id.as_str();
        if context.held(id)?.is_empty() {
            absent.insert(id);
        }
    }
    let coverage = coverage(context.reports(), |id| absent.contains(id))?;
    let mut accounts = Rows::new(&ROW_ACCOUNT);
    for (step, report) in context.reports() {
        for a in &report.accounts {
            // the step of a source has its name; a step of several names the source before the file
            let named = a.file.split_once('/').filter(|(source, _)| blocwatch_sources::by_id(source).is_some());
            let (source, file) = named.unwrap_or((step, &a.file));
            let fates = [("in", "", a.rows_in), ("kept", "", a.kept)]
                .into_iter()
                .chain(a.dropped.iter().map(|(r, n)| ("dropped", r.as_str(), *n)))
                .chain(a.quarantined.iter().map(|(r, n)| ("quarantined", r.as_str(), *n)));
            for (fate, reason, rows) in fates {
                accounts.push([source.into(), file.into(), fate.into(), reason.into(), u32::try_from(rows).unwrap_or(u32::MAX).into()])?;
            }
        }
    }
    Ok(Output::table(&COVERAGE, coverage).and(&ROW_ACCOUNT, accounts.finish()?))
}
