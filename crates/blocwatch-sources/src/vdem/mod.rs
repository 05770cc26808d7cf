//! Varieties of Democracy: country-years in the publisher's own form and in three forms that others publish parts of it in.
//!
//! The regime class `v2x_regime` is read as given and never re-derived. Non-goals: choosing between editions, episodes.

mod columns;

use std::collections::{BTreeSet, HashMap};

use arrow::array::ArrayRef;
use blocwatch_core::accounting::RowAccount;
use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Column, Kind};
use blocwatch_core::{Notices, Severity};

use crate::cover::Cover;
use crate::error::Result;
use crate::frame;
use crate::probe::Version;
use crate::resolve::{Key, Resolver};
use crate::tabular::{Bad, Row, Sheet, sheet::quarantine_kept};
use crate::{Declaration, Held, Reading, Shape, Source, open_held};

/// The source `vdem`.
pub(crate) struct Vdem;

const ROLE: &str = "country_year";

static SHAPES: &[Shape] = &[
    Shape {
        role: ROLE,
        id: "full",
        required: &["country_name", "country_text_id", "country_id", "year", "historical_date", "v2x_polyarchy"],
        without: &["vdem_country_name"],
        known: &columns::NAMES,
        tell_unknown: false,
        version: Version::Marker,
    },
    Shape {
        role: ROLE,
        id: "row",
        required: &["country_id", "country_text_id", "country_name", "year", "v2x_regime"],
        without: &["historical_date"],
        known: &["v2x_polyarchy", "v2x_polyarchy_codelow", "v2x_polyarchy_codehigh"],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: ROLE,
        id: "indices",
        required: &["vdem_country_name", "country_text_id", "country_id", "year", "v2x_polyarchy"],
        without: &[],
        known: INDICES_KNOWN,
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: ROLE,
        id: "demspaces",
        required: &["gwcode", "year", "v2xcs_ccsi", "v2x_freexp_altinf", "lag0_v2x_polyarchy"],
        without: &["country_id"],
        known: &[],
        tell_unknown: false,
        version: Version::Marker,
    },
    Shape {
        role: ROLE,
        id: "demspaces6",
        required: &["gwcode", "year", "v2xcs_ccsi", "v2x_freexp_altinf", "v2x_veracc_osp"],
        without: &["country_id", "lag0_v2x_polyarchy"],
        known: &[],
        tell_unknown: false,
        version: Version::Marker,
    },
];

/// Read, or left aside on purpose: indices that no measure uses, and identifiers of others.
const INDICES_KNOWN: &[&str] = &[
    "historical_date",
    "project",
    "historical",
    "histname",
    "codingstart",
    "codingend",
    "codingstart_contemp",
    "codingend_contemp",
    "codingstart_hist",
    "codingend_hist",
    "gapstart1",
    "gapstart2",
    "gapstart3",
    "gapend1",
    "gapend2",
    "gapend3",
    "gap_index",
    "vdem_cowcode",
    "v2x_polyarchy_codelow",
    "v2x_polyarchy_codehigh",
    "v2x_polyarchy_sd",
    "v2x_libdem",
    "v2x_libdem_codelow",
    "v2x_libdem_codehigh",
    "v2x_libdem_sd",
    "v2x_partipdem",
    "v2x_partipdem_codelow",
    "v2x_partipdem_codehigh",
    "v2x_partipdem_sd",
    "v2x_delibdem",
    "v2x_delibdem_codelow",
    "v2x_delibdem_codehigh",
    "v2x_delibdem_sd",
    "v2x_egaldem",
    "v2x_egaldem_codelow",
    "v2x_egaldem_codehigh",
    "v2x_egaldem_sd",
    "v2x_api",
    "v2x_api_codelow",
    "v2x_api_codehigh",
    "v2x_api_sd",
    "v2x_mpi",
    "v2x_mpi_codelow",
    "v2x_mpi_codehigh",
    "v2x_mpi_sd",
    "extended_country_name",
    "GWn",
    "cown",
    "in_GW_system",
];

/// Country-years read so far, as columns. Missing numbers are NaN here and null in the table; V-Dem publishes no NaN.
#[derive(Default)]
struct Panel {
    rows: Vec<Entry>,
    values: Vec<Vec<f64>>,
}

struct Entry {
    key: Key,
    year: i32,
    edition: &'static str,
    version: usize,
    country_id: Option<i32>,
    text_id: Option<Box<str>>,
    line: u32,
    file: usize,
}

static DECLARATION: Declaration = Declaration::new("vdem", include_str!("source.toml"), columns::TABLES, SHAPES);

impl Source for Vdem {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let files = crate::of_role(files, ROLE);
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut panel = Panel { rows: Vec::new(), values: vec![Vec::new(); columns::variables().len()] };
        let mut accounts = Vec::new();
        for (i, held) in files.iter().enumerate() {
            let account = open_held(self, held, notices, |sheet, shape, notices| {
                if shape.id.starts_with("demspaces") {
                    notices.add(
                        Severity::Info,
                        "imputed",
                        "gaps in this edition were filled by the authors of Demspaces, not by V-Dem",
                        &held.file.name,
                        "prefer another edition where it has the variable",
                    );
                }
                read_file(sheet, shape.id, i, &resolver, &mut panel, notices)
            })?;
            accounts.push(account);
        }
        let versions: Vec<&str> = files.iter().map(|h| h.file.version.as_str()).collect();
        let order = sorted_without_doubles(&panel, &versions, &mut accounts);
        crate::tell_quarantined(&accounts, notices);
        let coverage = coverage(&panel, &order, states);
        Ok(Reading { tables: vec![("vdem_state_year", batch(&panel, &order, &versions)?)], accounts, coverage })
    }
}

fn read_file(
    sheet: Sheet<'_>,
    edition: &'static str,
    file: usize,
    resolver: &Resolver<'_>,
    panel: &mut Panel,
    notices: &mut Notices,
) -> Result<RowAccount> {
    let by_gwcode = edition.starts_with("demspaces");
    let unit = sheet.required(if by_gwcode { "gwcode" } else { "country_id" })?;
    let year = sheet.required("year")?;
    let text_id = sheet.column("country_text_id");
    // the authors of Demspaces renamed `X` of the same year to `lag0_X`, except for their six outcomes
    let places: Vec<Option<usize>> = columns::variables()
        .iter()
        .map(|c| sheet.column(c.name).or_else(|| by_gwcode.then(|| sheet.column(&format!("lag0_{}", c.name))).flatten()))
        .collect();
    let mut cells: Vec<f64> = vec![f64::NAN; places.len()];
    sheet.each(notices, |row, tally| {
        let code: u16 = row.need(unit)?;
        let when = row.year(year)?;
        let key = if by_gwcode { resolver.gw(code, when) } else { resolver.vdem(code, when) };
        let key =
            key.ok_or_else(|| Bad::new("unknown state", format!("{} {code} in {when}", if by_gwcode { "gwcode" } else { "country_id" })))?;
        for ((cell, place), column) in cells.iter_mut().zip(&places).zip(columns::variables()) {
            *cell = match place {
                Some(at) => value(row, *at, column)?,
                None => f64::NAN,
            };
        }
        for (column, &cell) in panel.values.iter_mut().zip(&cells) {
            column.push(cell);
        }
        panel.rows.push(Entry {
            key,
            year: when,
            edition,
            version: file,
            country_id: (!by_gwcode).then_some(i32::from(code)),
            text_id: text_id.and_then(|c| row.text(c)).map(|t| t.into_owned().into_boxed_str()),
            line: row.line,
            file,
        });
        tally.keep(1);
        Ok(())
    })
}

fn value(row: &Row<'_>, at: usize, column: &Column) -> Result<f64, Bad> {
    if column.kind != Kind::I32 {
        return Ok(row.decimal(at)?.unwrap_or(f64::NAN));
    }
    let range = if column.name == "v2x_regime" { 0..=3 } else { 1700..=2200 };
    match row.whole(at)? {
        Some(v) if range.contains(&v) => Ok(v as f64),
        Some(_) => Err(row.not_a("number out of range", at)),
        None => Ok(f64::NAN),
    }
}

const SUCCEEDED: &str = "succession: another unit of the same state goes on after the year";

/// Row numbers in table order. Of rows with the same key one stays: in a year in which one unit of V-Dem follows another (Piedmont and
/// Italy in 1861) the one that goes on, by a declared rule; else the first in the file, and later ones go to quarantine.
fn sorted_without_doubles(panel: &Panel, versions: &[&str], accounts: &mut [RowAccount]) -> Vec<usize> {
    let rows = &panel.rows;
    let mut ends: HashMap<(usize, i32), i32> = HashMap::new();
    for row in rows {
        let end = ends.entry((row.file, row.country_id.unwrap_or(-1))).or_insert(row.year);
        *end = row.year.max(*end);
    }
    let end = |i: usize| ends.get(&(rows[i].file, rows[i].country_id.unwrap_or(-1))).copied();
    let key = |i: usize| (rows[i].key.gwcode, rows[i].year, rows[i].edition, versions[rows[i].version]);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| {
        key(a).cmp(&key(b)).then_with(|| end(b).cmp(&end(a))).then_with(|| (rows[a].file, rows[a].line).cmp(&(rows[b].file, rows[b].line)))
    });
    let mut kept: Vec<usize> = Vec::with_capacity(order.len());
    for i in order {
        let first = match kept.last() {
            Some(&first) if key(first) == key(i) => &rows[first],
            _ => {
                kept.push(i);
                continue;
            }
        };
        let row = &rows[i];
        let account = &mut accounts[row.file];
        if row.country_id != first.country_id {
            account.kept -= 1;
            *account.dropped.entry(SUCCEEDED.to_owned()).or_default() += 1;
        } else {
            quarantine_kept(account, u64::from(row.line), "same state and year as an earlier row", || {
                format!("line {} has the same key as line {}: gwcode {}, year {}", row.line, first.line, row.key.gwcode, row.year)
            });
        }
    }
    kept
}

fn batch(panel: &Panel, order: &[usize], versions: &[&str]) -> Result<arrow::record_batch::RecordBatch> {
    let rows = || order.iter().map(|&i| &panel.rows[i]);
    let mut out: Vec<ArrayRef> = vec![
        frame::u16s(rows().map(|r| r.key.gwcode)),
        frame::i32s(rows().map(|r| r.year)),
        frame::texts(rows().map(|r| r.edition)),
        frame::texts(rows().map(|r| versions[r.version])),
        frame::bools(rows().map(|r| r.key.in_system)),
        frame::i32s_or_null(rows().map(|r| r.country_id)),
        frame::texts_or_null(rows().map(|r| r.text_id.as_deref())),
    ];
    for (column, values) in columns::variables().iter().zip(&panel.values) {
        let values = order.iter().map(|&i| Some(values[i]).filter(|v| !v.is_nan()));
        out.push(match column.kind {
            Kind::I32 => frame::i32s_or_null(values.map(|v| v.map(|v| v as i32))),
            _ => frame::f64s_or_null(values),
        });
    }
    out.push(frame::u32s(rows().map(|r| r.line)));
    frame::batch(&columns::TABLES[0], out)
}

/// `regime_state_year` is covered where some edition classes the regime, `vdem_state_year` where some edition gives polyarchy. A value is
/// missing where an edition that has the variable leaves it empty.
fn coverage(panel: &Panel, order: &[usize], states: &States) -> Vec<CoverageSpan> {
    let mut out = Vec::new();
    for (table, variable) in [("regime_state_year", "v2x_regime"), ("vdem_state_year", "v2x_polyarchy")] {
        let Some(at) = columns::variables().iter().position(|c| c.name == variable) else { continue };
        let values = &panel.values[at];
        let carries: BTreeSet<usize> = order.iter().filter(|&&i| !values[i].is_nan()).map(|&i| panel.rows[i].file).collect();
        let mut cover = Cover::new("vdem", table);
        for (row, value) in order.iter().map(|&i| (&panel.rows[i], values[i])).filter(|(r, _)| carries.contains(&r.file)) {
            match value.is_nan() {
                false => cover.note(row.key.gwcode, row.year, Knowledge::Covered),
                true if row.key.in_system => cover.note(row.key.gwcode, row.year, Knowledge::Missing),
                true => {}
            }
        }
        out.append(&mut cover.finish(states, ""));
    }
    out
}
