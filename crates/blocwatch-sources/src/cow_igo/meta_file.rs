//! The organisation-year file: names, life dates, purposes.

use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::accounting::RowAccount;

use super::{CowIgo, tables};
use crate::error::Result;
use crate::frame;
use crate::tabular::sheet::quarantine_kept;
use crate::{Held, open_held};

/// Numbers of an organisation-year in table order: sdate, deaddate, then flags.
const NUMBERS: [&str; 9] = ["sdate", "deaddate", "dead", "integrated", "replaced", "political", "social", "economic", "imputed"];

struct OrgYear {
    org: String,
    year: i32,
    name: Option<String>,
    long_name: Option<String>,
    numbers: [Option<i32>; NUMBERS.len()],
    line: u32,
    file: usize,
}

pub(super) fn read(source: &CowIgo, files: &[Held], notices: &mut Notices) -> Result<(RecordBatch, Vec<RowAccount>)> {
    let held = crate::of_role(files, "organisation_year");
    let mut rows: Vec<OrgYear> = Vec::new();
    let mut accounts = Vec::new();
    for (file, h) in held.iter().enumerate() {
        let account = open_held(source, h, notices, |sheet, _, notices| {
            let (ioname, orgname, year) = (sheet.required("ioname")?, sheet.required("orgname")?, sheet.required("year")?);
            let longorgname = sheet.column("longorgname");
            let places = NUMBERS.map(|n| sheet.column(n));
            sheet.each(notices, |row, tally| {
                let org = row.verbatim(ioname).to_ascii_uppercase();
                if org.is_empty() {
                    return Err(row.not_a("missing value", ioname));
                }
                let year = row.year(year)?;
                let mut numbers = [None; NUMBERS.len()];
                for (number, place) in numbers.iter_mut().zip(places) {
                    let Some(at) = place else { continue };
                    let value = row.whole(at)?.map(i32::try_from).transpose();
                    *number = value.map_err(|_| row.not_a("number out of range", at))?;
                }
                let text = |at| row.text(at).map(|t| t.into_owned());
                rows.push(OrgYear { org, year, name: text(orgname), long_name: longorgname.and_then(text), numbers, line: row.line, file });
                tally.keep(1);
                Ok(())
            })
        })?;
        accounts.push(account);
    }
    rows.sort_by(|a, b| (&a.org, a.year, a.file, a.line).cmp(&(&b.org, b.year, b.file, b.line)));
    let mut kept: Vec<OrgYear> = Vec::with_capacity(rows.len());
    for row in rows {
        match kept.last() {
            Some(first) if (&first.org, first.year) == (&row.org, row.year) => {
                quarantine_kept(&mut accounts[row.file], u64::from(row.line), "same organisation and year as an earlier row", || {
                    format!("line {} has the same key as line {}: {} {}", row.line, first.line, row.org, row.year)
                });
            }
            _ => kept.push(row),
        }
    }
    let rows = || kept.iter();
    let mut columns = vec![
        frame::texts(rows().map(|r| &r.org)),
        frame::i32s(rows().map(|r| r.year)),
        frame::texts_or_null(rows().map(|r| r.name.as_deref())),
        frame::texts_or_null(rows().map(|r| r.long_name.as_deref())),
    ];
    columns.extend((0..NUMBERS.len()).map(|i| frame::i32s_or_null(rows().map(move |r| r.numbers[i]))));
    columns.push(frame::texts(rows().map(|r| &held[r.file].file.shape)));
    columns.push(frame::u32s(rows().map(|r| r.line)));
    Ok((frame::batch(&tables::TABLES[1], columns)?, accounts))
}
