//! Incidents of interference by Russia and China in other countries, at country level, with the tools used.
//!
//! Only what became public and was collected: counts compare places with places only as far as attention does. Non-goals: what happened
//! in an incident, who was named in it.

use blocwatch_core::Notices;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::LINE;
use crate::cover::Cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::rows::{Record, Rows};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `ait_incidents`.
pub(crate) struct AitIncidents;

const INCIDENT: &[&str] = &["post_id", "target_country", "start_year", "end_year", "tools", "threat_actor"];
const TOOL: &[&str] = &["threat_actor", "target_country", "start_year", "tool", "n"];

static SHAPES: &[Shape] = &[
    Shape {
        role: "incidents",
        id: "country_level",
        required: INCIDENT,
        without: &[],
        known: &["title", "content", "excerpt", "link"],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
    Shape {
        role: "tools",
        id: "tool_counts",
        required: TOOL,
        without: &["post_id"],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
];

static TABLES: &[TableSpec] = &[
    TableSpec {
        name: "ait_incident",
        unit: Unit::Entry,
        keys: &["post_id", "gwcode", "edition"],
        columns: &[
            col("post_id", Kind::I32, "-", "Number of the incident in the tracker"),
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the target as of the first year"),
            col("year", Kind::I32, "year", "First year (`start_year`)"),
            opt("end_year", Kind::I32, "year", "Last year as published; null where none is given"),
            col("actor_gwcode", Kind::U16, "-", "Gleditsch-Ward number of the threat actor as of the first year"),
            col("tools", Kind::Text, "-", "Tools as published, | between them"),
            col("target_country", Kind::Text, "-", "Target as published"),
            col("threat_actor", Kind::Text, "-", "Actor as published"),
            col("in_system", Kind::Bool, "-", "Whether the target's number is in the Gleditsch-Ward system in the year"),
            col("edition", Kind::Text, "-", "Published form: country_level"),
            LINE,
        ],
        doc: "Incidents that became public and were collected. A state without a row may have been a target unseen.",
    },
    TableSpec {
        name: "ait_tool_count",
        unit: Unit::DirectedDyadYear,
        keys: &["actor_gwcode", "gwcode", "year", "tool", "edition"],
        columns: &[
            col("actor_gwcode", Kind::U16, "-", "Gleditsch-Ward number of the threat actor as of the year"),
            col("gwcode", Kind::U16, "-", "Gleditsch-Ward number of the target as of the year"),
            col("year", Kind::I32, "year", "First year of the incidents (`start_year`)"),
            col("tool", Kind::Text, "-", "Tool as published"),
            col("n", Kind::I32, "incidents", "Incidents that began in the year with this tool among theirs"),
            col("target_country", Kind::Text, "-", "Target as published"),
            col("threat_actor", Kind::Text, "-", "Actor as published"),
            col("in_system", Kind::Bool, "-", "Whether the target's number is in the Gleditsch-Ward system in the year"),
            col("edition", Kind::Text, "-", "Published form: tool_counts"),
            LINE,
        ],
        doc: "Incidents by actor, target, first year and tool. An incident with two tools counts under both: tools do not add up.",
    },
];

static DECLARATION: Declaration = Declaration::new("ait_incidents", include_str!("source.toml"), TABLES, SHAPES);

impl Source for AitIncidents {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let (mut incidents, mut tools) = (Rows::new(&TABLES[0]), Rows::new(&TABLES[1]));
        incidents.read((self, files, "incidents"), &mut accounts, notices, |record, take| {
            let (year, target, actor) = unit(record, &resolver)?;
            take.keep(vec![
                record.need("post_id")?.into(),
                target.gwcode.into(),
                year.into(),
                record.whole("end_year")?.into(),
                actor.gwcode.into(),
                record.need_text("tools")?.into(),
                record.verbatim("target_country").into(),
                record.verbatim("threat_actor").into(),
                target.in_system.into(),
            ]);
            Ok(())
        })?;
        tools.read((self, files, "tools"), &mut accounts, notices, |record, take| {
            let (year, target, actor) = unit(record, &resolver)?;
            take.keep(vec![
                actor.gwcode.into(),
                target.gwcode.into(),
                year.into(),
                record.need_text("tool")?.into(),
                record.need("n")?.into(),
                record.verbatim("target_country").into(),
                record.verbatim("threat_actor").into(),
                target.in_system.into(),
            ]);
            Ok(())
        })?;
        let mut coverage = covered("ait_incident", &incidents, states);
        coverage.extend(covered("ait_tool_count", &tools, states));
        let tables = vec![("ait_incident", incidents.finish(&mut accounts)?), ("ait_tool_count", tools.finish(&mut accounts)?)];
        crate::tell_quarantined(&accounts, notices);
        Ok(Reading { tables, accounts, coverage })
    }
}

fn unit(record: &Record<'_>, resolver: &Resolver<'_>) -> Result<(i32, Key, Key), Bad> {
    let year = record.year("start_year")?;
    let state = |column| resolver.known(&[&record.need_text(column)?], year);
    Ok((year, state("target_country")?, state("threat_actor")?))
}

/// The countries that the tracker follows are those that it ever had as a target.
fn covered(table: &'static str, rows: &Rows, states: &States) -> Vec<CoverageSpan> {
    let mut cover = Cover::new("ait_incidents", table);
    if let Some((first, last)) = rows.range("year") {
        for (gwcode, _) in rows.pairs("gwcode", "year") {
            (first..=last).for_each(|year| cover.note(gwcode, year, Knowledge::Covered));
        }
    }
    cover.finish(states, "publicly known incidents of Russia and China only; the last years fill up later")
}
