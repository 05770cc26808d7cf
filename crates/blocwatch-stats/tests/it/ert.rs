//! The inputs of the episode algorithm as series. Also used by the example that takes the time.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeMap;

use blocwatch_stats::episodes::{Election, Elections, Series};

use crate::shared;

/// Series of all states by V-Dem text id, from 1900 to the last year of the file, and the years that the file holds.
pub(crate) struct Inputs {
    pub(crate) series: BTreeMap<String, Series>,
    pub(crate) years: BTreeMap<String, Vec<i32>>,
}

/// `None` where the file is absent.
pub(crate) fn inputs() -> Option<Inputs> {
    let rows = shared::rows("reference/ert_v15_inputs_reconstructed.csv")?;
    let year = |r: &shared::Row| r.text("year").parse::<i32>().unwrap();
    let last = rows.iter().map(year).max().unwrap();
    let (mut series, mut years) = (BTreeMap::new(), BTreeMap::<String, Vec<i32>>::new());
    let n = (last - 1900 + 1) as usize;
    for row in &rows {
        let id = row.text("country_text_id").to_owned();
        let whole = |column: &str| row.number(column).map(|v| v as i32);
        let one = series.entry(id.clone()).or_insert_with(|| Series {
            first_year: 1900,
            polyarchy: vec![f64::NAN; n],
            regime: vec![None; n],
            elections: Elections::Known(vec![Election::default(); n]),
            coding_end: whole("codingend").unwrap(),
            gaps: (1..=3).filter_map(|i| whole(&format!("gapstart{i}")).zip(whole(&format!("gapend{i}")))).map(|(a, b)| a..=b).collect(),
        });
        let at = (year(row) - 1900) as usize;
        one.polyarchy[at] = row.number("v2x_polyarchy").unwrap_or(f64::NAN);
        one.regime[at] = row.number("v2x_regime").map(|v| v as u8);
        if let Elections::Known(elections) = &mut one.elections {
            elections[at] = Election {
                held: ["v2eltype_0", "v2eltype_4", "v2eltype_6"].iter().any(|c| row.number(c) == Some(1.0)),
                winners_took_office: row.number("v2elasmoff_ord").is_some_and(|v| v > 1.0),
            };
        }
        years.entry(id).or_default().push(year(row));
    }
    Some(Inputs { series, years })
}
