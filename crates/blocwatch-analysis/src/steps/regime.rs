//! `regime_state_year`: Regimes of the World and polyarchy by state-year, read as published (METHODS, section 1).
//!
//! Where several files of V-Dem are held, the publisher's full file speaks before the Regimes of the World extract, that before the
//! extract of main indices; a state-year that none of them rates falls back to the embedded starter spells (category only). The
//! overlap of the files is compared and any disagreement is a notice. Nothing is imputed.

use std::collections::BTreeMap;

use blocwatch_core::coverage::{self, Knowledge};
use blocwatch_core::notice::Severity;
use blocwatch_core::regime::is_autocracy;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const REGIME_STATE_YEAR: TableSpec = TableSpec {
    name: "regime_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state number, or the number of a territory"),
        col("year", Kind::I32, "year", "calendar year"),
        opt(
            "v2x_regime",
            Kind::I32,
            "0-3",
            "0 closed autocracy, 1 electoral autocracy, 2 electoral democracy, 3 liberal democracy; null where the source rates the index only",
        ),
        opt("v2x_polyarchy", Kind::F64, "index 0-1", "electoral democracy index, point estimate; null where only the category is held"),
        opt("v2x_polyarchy_codelow", Kind::F64, "index 0-1", "lower end of the 68 % interval; null as above"),
        opt("v2x_polyarchy_codehigh", Kind::F64, "index 0-1", "upper end of the 68 % interval; null as above"),
        opt("autocracy", Kind::Bool, "true/false", "v2x_regime is 0 or 1; null where it is null"),
        col("in_system", Kind::Bool, "true/false", "whether the state is in the Gleditsch-Ward system in the year"),
        col("source", Kind::Text, "source id", "vdem, or starter for the embedded spells"),
        col("edition", Kind::Text, "-", "which file of the source"),
        col("version", Kind::Text, "-", "version of the data as its publisher numbers it; empty if unstated"),
        col("source_row", Kind::U32, "line", "line of that file"),
    ],
    doc: "Regime category and polyarchy with its 68 % interval, by state-year, as V-Dem publishes them; territories and years before a state entered the system are kept and marked.",
};

/// The order in which files speak.
const EDITIONS: [&str; 3] = ["full", "row", "indices"];

/// The step.
pub fn step() -> Step {
    Step {
        name: "regime_state_year",
        version: 1,
        inputs: vec![Input::Table("vdem_state_year"), Input::Knowledge("regimes"), Input::Knowledge("states")],
        outputs: vec![&REGIME_STATE_YEAR],
        run,
    }
}

#[derive(Clone, Default)]
struct Row {
    regime: Option<i32>,
    polyarchy: [Option<f64>; 3],
    in_system: bool,
    source: &'static str,
    edition: &'static str,
    version: String,
    line: u32,
}

fn run(context: &Context<'_>) -> Result<Output> {
    let index = ["v2x_polyarchy", "v2x_polyarchy_codelow", "v2x_polyarchy_codehigh"];
    let asked = ["gwcode", "year", "edition", "version", "in_system", "v2x_regime", index[0], index[1], index[2], "source_row"];
    let batch = context.table("vdem_state_year", &asked)?;
    let c = Columns(&batch);
    let (gwcode, year, edition, version) = (c.u16("gwcode")?, c.i32("year")?, c.text("edition")?, c.text("version")?);
    let (in_system, regime, line) = (c.bool("in_system")?, c.i32("v2x_regime")?, c.u32("source_row")?);
    let index = [c.f64(index[0])?, c.f64(index[1])?, c.f64(index[2])?];
    let mut rated: Vec<usize> = (0..batch.num_rows()).filter(|i| regime.at(*i).is_some() || index[0].at(*i).is_some()).collect();
    rated.sort_by_key(|i| (gwcode.value(*i), year.value(*i), line.value(*i)));
    let mut rows: BTreeMap<(u16, i32), Row> = BTreeMap::new();
    let (mut compared, mut differing) = (0_u64, 0_u64);
    for rank in EDITIONS {
        for i in rated.iter().copied().filter(|i| edition.value(*i) == rank) {
            let new = Row {
                regime: regime.at(i),
                polyarchy: index.map(|a| a.at(i)),
                in_system: in_system.value(i),
                source: "vdem",
                edition: rank,
                version: version.value(i).to_owned(),
                line: line.value(i),
            };
            let slot = rows.entry((gwcode.value(i), year.value(i)));
            match slot {
                std::collections::btree_map::Entry::Vacant(v) => {
                    v.insert(new);
                }
                std::collections::btree_map::Entry::Occupied(mut o) => {
                    if let (Some(a), Some(b)) = (o.get().polyarchy[0], new.polyarchy[0]) {
                        compared += 1;
                        differing += u64::from((a - b).abs() > 5e-4);
                    }
                    if o.get().regime.is_none() && new.regime.is_some() {
                        o.insert(new);
                    }
                }
            }
        }
    }
    let states = context.states()?;
    for spell in context.regimes()? {
        let Some(state) = states.by_id(&spell.state) else { continue };
        for year in spell.from..=spell.to {
            rows.entry((state.key_at(year), year)).or_insert_with(|| Row {
                regime: Some(i32::from(spell.v2x_regime)),
                in_system: state.in_system(year),
                source: "starter",
                edition: "row-spells",
                version: "v15".to_owned(),
                line: u32::try_from(spell.line).unwrap_or(0),
                ..Row::default()
            });
        }
    }
    let mut table = Rows::new(&REGIME_STATE_YEAR);
    let mut years: BTreeMap<(&'static str, u16), Vec<(i32, Knowledge)>> = BTreeMap::new();
    for ((gwcode, year), r) in &rows {
        let known = if r.regime.is_some() { Knowledge::Covered } else { Knowledge::Missing };
        years.entry((r.source, *gwcode)).or_default().push((*year, known));
        table.push([
            (*gwcode).into(),
            (*year).into(),
            r.regime.into(),
            r.polyarchy[0].into(),
            r.polyarchy[1].into(),
            r.polyarchy[2].into(),
            r.regime.and_then(|v| u8::try_from(v).ok()).map(is_autocracy).into(),
            r.in_system.into(),
            r.source.into(),
            r.edition.into(),
            r.version.as_str().into(),
            r.line.into(),
        ])?;
    }
    let mut output = Output::table(&REGIME_STATE_YEAR, table.finish()?);
    for ((source, gwcode), list) in years {
        output.report.coverage.extend(coverage::spans(source, REGIME_STATE_YEAR.name, Some(gwcode), list, ""));
    }
    if differing > 0 {
        output.report.notices.add(
            Severity::Warning,
            "editions-differ",
            format!("{differing} of {compared} state-years have another polyarchy in a second V-Dem file"),
            "regime_state_year",
            "check that the files are of one version; the first in the order full, row, indices is used",
        );
    }
    Ok(output)
}
