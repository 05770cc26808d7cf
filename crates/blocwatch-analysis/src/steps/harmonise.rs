//! Harmonised tables: each source's reader, run over the files held. Without files the tables exist and are empty, and coverage
//! says that nothing is held.

use blocwatch_core::notice::Notices;
use blocwatch_engine::table;
use blocwatch_sources::Source;

use crate::error::{AnalysisError, Result};
use crate::step::{Context, Input, Output, Step, StepReport};

/// One step per source.
pub fn steps() -> Vec<Step> {
    sources()
        .map(|source| Step {
            name: name_of(source),
            version: 1,
            inputs: vec![Input::Source(source.meta().id.as_str()), Input::Knowledge("states")],
            outputs: source.tables().iter().collect(),
            run,
        })
        .collect()
}

/// Sources that are read into tables of their own; files of events are counted by a step of theirs.
pub(crate) fn sources() -> impl Iterator<Item = &'static dyn Source> {
    blocwatch_sources::registry().iter().copied().filter(|s| !s.tables().is_empty())
}

/// Whether a table is a source's own, as its reader makes it. A null there is a value that the publisher does not give; whether the
/// source covers the unit at all is said in the table `coverage`.
pub fn is_harmonised(table: &str) -> bool {
    blocwatch_sources::registry().iter().any(|s| s.tables().iter().any(|t| t.name == table))
}

/// Name of a source's step: its id.
fn name_of(source: &'static dyn Source) -> &'static str {
    source.meta().id.as_str()
}

fn run(context: &Context<'_>) -> Result<Output> {
    let id = context.step.name;
    let source = blocwatch_sources::by_id(id).ok_or_else(|| AnalysisError::Defect(format!("no source {id}")))?;
    let files = context.held(id)?;
    let mut output = Output::default();
    // events are counted by the step of their tables, without a table of their own (docs/adr/0009)
    if files.is_empty() || source.tables().is_empty() {
        for spec in source.tables() {
            output.tables.insert(spec.name, table::empty(spec));
        }
        return Ok(output);
    }
    let mut notices = Notices::new();
    let reading = source.read(files, context.states()?, &mut notices)?;
    for (name, batch) in reading.tables {
        output.tables.insert(name, batch);
    }
    output.report = StepReport { accounts: reading.accounts, coverage: reading.coverage, notices };
    Ok(output)
}
