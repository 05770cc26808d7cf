//! Sources: one folder per source with its metadata, its reader and a made-up sample; the snapshot store; fetching.
//!
//! A publisher's file is taken as it is ([`store`]), recognised by name and header ([`probe`]), read tolerantly (`tabular`) and
//! harmonised: states get their Gleditsch-Ward number as of the year, everything else keeps its published name and value. Every row of a
//! file ends as a row, a declared drop or a quarantined row, and every row of a table names its edition and its line in the file.
//!
//! # Adding a source
//! 1. `src/<id>/source.toml`: who, what, licence, citation, files; see [`meta::Meta`].
//! 2. `src/<id>/mod.rs`: a unit struct with a [`Declaration`] and `read`, or a plain panel; start from the smallest neighbour.
//! 3. `src/<id>/sample/`: small made-up files in the publisher's format, with a `README.md` that says so.
//! 4. One line in [`registry`] and one in the tests' list of samples.
//!
//! Non-goals: what the numbers mean, merging editions, queries. This crate knows Arrow batches and no query engine.

mod columns;
mod cover;
pub mod error;
pub mod events;
pub mod fetch;
mod frame;
pub mod meta;
mod panel;
pub mod probe;
mod raw;
mod resolve;
mod rows;
pub mod store;
mod tabular;

mod aiddata_china;
mod ait_incidents;
mod atop;
mod belt_and_road;
mod bmr;
mod china_investment;
mod cow_contiguity;
mod cow_igo;
mod elections;
mod events_gdelt;
mod events_icews;
mod events_polecat;
mod freedom_house;
mod general_debate;
mod gsdb_sanctions;
mod gwf;
mod hrc;
mod human_rights_scores;
mod io_membership;
mod leader_visits;
mod lied;
mod military_exercises;
mod nuclear_cooperation;
mod polity5;
mod press_freedom;
mod regime_lists;
mod reign;
mod rivalries;
mod sipri_arms;
mod text_matches;
mod treaties;
mod treaty_texts;
mod ucdp_acd;
mod unga_votes;
mod unsc_vetoes;
mod vdem;
mod visa_openness;

use std::path::PathBuf;
use std::sync::OnceLock;

use arrow::record_batch::RecordBatch;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::CoverageSpan;
use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::state::States;
use blocwatch_core::table::TableSpec;
use blocwatch_core::{Notices, Severity};

pub use error::{Result, SourceError};
pub use frame::schema;
pub use meta::{FileMeta, Meta};
pub use probe::{Probe, Recognised, Shape};
pub use raw::RawFile;
pub use store::Store;
pub use text_matches::COLUMNS as MATCH_COLUMNS;
pub use unga_votes::ballots;

/// Last year of a coverage span that has no end: what lies beyond the last year a source covers.
pub const OPEN_END: i32 = 9999;

/// What a source says about itself without reading a file.
#[derive(Debug)]
pub struct Declaration {
    id: &'static str,
    toml: &'static str,
    meta: OnceLock<Meta>,
    /// The harmonised tables it yields.
    pub tables: &'static [TableSpec],
    /// The shapes its files come in.
    pub shapes: &'static [Shape],
}

impl Declaration {
    /// Of the source in the folder `id`, whose `source.toml` is `toml`.
    pub(crate) const fn new(id: &'static str, toml: &'static str, tables: &'static [TableSpec], shapes: &'static [Shape]) -> Self {
        Self { id, toml, meta: OnceLock::new(), tables, shapes }
    }

    /// Of a source that only a test knows.
    #[cfg(test)]
    pub(crate) fn made(meta: Meta, shapes: &'static [Shape]) -> Self {
        Self { id: "made", toml: "", meta: OnceLock::from(meta), tables: &[], shapes }
    }

    /// Metadata, parsed from the folder's `source.toml` when it is first asked for.
    pub fn meta(&self) -> &Meta {
        self.meta.get_or_init(|| Meta::embedded(self.id, self.toml))
    }
}

/// A source of data: who publishes it, how its files look, and how they become tables.
pub trait Source: Sync {
    /// What it is, what it yields and what its files look like.
    fn declaration(&self) -> &'static Declaration;

    /// Metadata, parsed from the folder's `source.toml`.
    fn meta(&self) -> &'static Meta {
        self.declaration().meta()
    }

    /// The harmonised tables it yields.
    fn tables(&self) -> &'static [TableSpec] {
        self.declaration().tables
    }

    /// The shapes its files come in.
    fn shapes(&self) -> &'static [Shape] {
        self.declaration().shapes
    }

    /// What a file is, by its name and its first rows; `None` if it is not of this source.
    fn recognise(&self, probe: &Probe<'_>) -> Option<Recognised> {
        probe::by_shapes(self.meta(), self.shapes(), probe)
    }

    /// Why a file that seems to be of this source is not taken; `None` where nothing speaks for it.
    fn why_not(&self, probe: &Probe<'_>) -> Option<String> {
        probe::why_not(self.meta(), self.shapes(), probe)
    }

    /// Reads the files in use into harmonised tables, sorted by their keys.
    ///
    /// Tables for which no file is at hand are returned empty. The result does not depend on the order of `files`.
    ///
    /// # Errors
    /// Where going on would publish a wrong number: broken packing, a missing column, a file that needs another one.
    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading>;
}

/// A file of the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What it is and where it came from.
    pub file: SnapshotFile,
    /// Where it lies.
    pub path: PathBuf,
}

/// What reading a source yields.
#[derive(Debug)]
pub struct Reading {
    /// Harmonised tables in the order of [`Source::tables`].
    pub tables: Vec<(&'static str, RecordBatch)>,
    /// One account per file.
    pub accounts: Vec<RowAccount>,
    /// What the source can know about which state in which years.
    pub coverage: Vec<CoverageSpan>,
}

/// All sources, in the order in which they are listed and asked.
pub fn registry() -> &'static [&'static dyn Source] {
    static ALL: &[&dyn Source] = &[
        &vdem::Vdem,
        &bmr::PANEL,
        &freedom_house::PANEL,
        &polity5::PANEL,
        &gwf::PANEL,
        &lied::PANEL,
        &reign::PANEL,
        &human_rights_scores::PANEL,
        &press_freedom::PANEL,
        &cow_igo::CowIgo,
        &unga_votes::UngaVotes,
        &atop::Atop,
        &sipri_arms::SipriArms,
        &ucdp_acd::UcdpAcd,
        &gsdb_sanctions::GsdbSanctions,
        &military_exercises::MilitaryExercises,
        &aiddata_china::AiddataChina,
        &china_investment::ChinaInvestment,
        &belt_and_road::BeltAndRoad,
        &nuclear_cooperation::NuclearCooperation,
        &unsc_vetoes::UnscVetoes,
        &ait_incidents::AitIncidents,
        &treaties::Treaties,
        &leader_visits::LeaderVisits,
        &events_gdelt::EventsGdelt,
        &events_icews::EventsIcews,
        &events_polecat::EventsPolecat,
        &io_membership::IoMembership,
        &visa_openness::VisaOpenness,
        &hrc::Hrc,
        &elections::Elections,
        &general_debate::GeneralDebate,
        &treaty_texts::TreatyTexts,
        &cow_contiguity::CowContiguity,
        &rivalries::Rivalries,
        &regime_lists::PANEL,
        &text_matches::TextMatches,
    ];
    ALL
}

/// The source with an id.
pub fn by_id(id: &str) -> Option<&'static dyn Source> {
    registry().iter().copied().find(|s| s.meta().id == id)
}

/// The files of a role in a fixed order, so that a result never depends on how they were listed.
pub(crate) fn of_role<'a>(files: &'a [Held], role: &str) -> Vec<&'a Held> {
    let mut out: Vec<&Held> = files.iter().filter(|h| h.file.role == role).collect();
    out.sort_by(|a, b| {
        (&a.file.shape, &a.file.version, &a.file.name, &a.file.sha256).cmp(&(&b.file.shape, &b.file.version, &b.file.name, &b.file.sha256))
    });
    out
}

/// The shape that a held file was recognised as.
pub(crate) fn shape_of(source: &dyn Source, held: &Held) -> Result<&'static Shape> {
    source.shapes().iter().find(|s| s.role == held.file.role && s.id == held.file.shape).ok_or_else(|| SourceError::Store {
        what: format!("it records the shape '{}' for {}, which this version does not know", held.file.shape, held.file.name),
        path: held.path.clone(),
    })
}

/// Opens a held file in its recorded shape, hands the sheet to `read`, and compares the number of rows with what is expected.
pub(crate) fn open_held(
    source: &dyn Source,
    held: &Held,
    notices: &mut Notices,
    read: impl FnOnce(tabular::Sheet<'_>, &'static Shape, &mut Notices) -> Result<RowAccount>,
) -> Result<RowAccount> {
    let shape = shape_of(source, held)?;
    let member = probe::member_of(source, &held.path, &held.file.name, &held.file.role, &held.file.shape)?;
    let account = tabular::open(&held.path, member.as_deref(), &held.file.name, shape, notices, |mut sheet, notices| {
        sheet.hide(&source.meta().personal_columns_dropped);
        read(sheet, shape, notices)
    })?;
    check_expected(source, held, account.rows_in, notices);
    Ok(account)
}

/// Settles the tables of a source, which are all it has in its order, and ends its reading; see [`rows::Rows::settle`] for `rule`.
pub(crate) fn reading<const N: usize>(
    tables: [&mut rows::Rows; N],
    rule: &'static str,
    mut accounts: Vec<RowAccount>,
    coverage: Vec<CoverageSpan>,
    notices: &mut Notices,
) -> Result<Reading> {
    let mut out = Vec::with_capacity(N);
    for table in tables {
        table.settle(&mut accounts, rule);
        out.push(table.named_batch()?);
    }
    tell_quarantined(&accounts, notices);
    Ok(Reading { tables: out, accounts, coverage })
}

/// Says how many rows of each file could not be used, and why.
pub(crate) fn tell_quarantined(accounts: &[RowAccount], notices: &mut Notices) {
    for account in accounts.iter().filter(|a| !a.quarantined.is_empty()) {
        let reasons: Vec<String> = account.quarantined.iter().take(5).map(|(reason, n)| format!("{reason} ({n})")).collect();
        let more = account.quarantined.len().saturating_sub(reasons.len());
        let more = if more > 0 { format!(" and {more} more reasons") } else { String::new() };
        let first = account.samples.first().map(|s| format!("line {}: {}", s.line, s.text)).unwrap_or_default();
        notices.add(
            Severity::Warning,
            "quarantined",
            format!("{} of {} rows could not be used: {}{more}", account.quarantined_total(), account.rows_in, reasons.join(", ")),
            &account.file,
            format!("look at {first}"),
        );
    }
}

/// Says so where a file has more or fewer rows than its source leads to expect.
pub(crate) fn check_expected(source: &dyn Source, held: &Held, records: u64, notices: &mut Notices) {
    let Some(file) = source.meta().file(&held.file.role, &held.file.shape) else { return };
    let [least, most] = file.expected_rows;
    if !(least..=most).contains(&records) {
        notices.add(
            Severity::Warning,
            "unexpected-rows",
            format!("{records} rows where {least} to {most} were expected"),
            &held.file.name,
            "compare with the publisher's page before using the numbers",
        );
    }
}
