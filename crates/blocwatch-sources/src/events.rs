//! Coded events, the same for every publisher: when, which two countries, which CAMEO code.
//!
//! Actors of the publishers are often persons: only their countries are kept. Regions and blocs are no states; an actor without a state
//! says why. Non-goals: counting events, which needs the days that a file holds in full.

use blocwatch_core::coverage::{CoverageSpan, Knowledge};
use blocwatch_core::table::{Column, Kind, col, opt};

use crate::OPEN_END;
use crate::resolve::Resolver;
use crate::rows::{Rows, Value};
use crate::tabular::Bad;

/// Columns of a table of events; `edition` and `source_row` come last.
pub(crate) const COLUMNS: &[Column] = &[
    col("event_id", Kind::I32, "-", "Number of the event at its publisher"),
    col("date", Kind::Text, "date", "Day of the event"),
    col("year", Kind::I32, "year", "Calendar year"),
    opt("gwcode1", Kind::U16, "-", "Gleditsch-Ward number of the first actor's country as of the year; null where actor1_null says why"),
    opt("gwcode2", Kind::U16, "-", "Gleditsch-Ward number of the second actor's country as of the year; null where actor2_null says why"),
    opt("in_system1", Kind::Bool, "-", "Whether gwcode1 is in the Gleditsch-Ward system in the year; null where there is none"),
    opt("in_system2", Kind::Bool, "-", "Whether gwcode2 is in the Gleditsch-Ward system in the year; null where there is none"),
    opt("actor1_country", Kind::Text, "-", "Country of the first actor as published; null where none is given"),
    opt("actor2_country", Kind::Text, "-", "Country of the second actor as published; null where none is given"),
    opt("actor1_null", Kind::Text, "no country, region or bloc, territory not listed", "Why gwcode1 is null; null where it is not"),
    opt("actor2_null", Kind::Text, "no country, region or bloc, territory not listed", "Why gwcode2 is null; null where it is not"),
    col("event_code", Kind::Text, "CAMEO code", "Code of the event, two to four digits with leading zeros"),
    col("event_root_code", Kind::Text, "CAMEO code", "First two digits of the code"),
    opt(
        "quad_class",
        Kind::I32,
        "1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict",
        "Class as published, not derived from the code; null where the publisher gives none",
    ),
    opt("goldstein", Kind::F64, "-10 to 10", "Goldstein score as published; null where none is given"),
    opt("is_root", Kind::Bool, "-", "Whether the event stands in the lead of its text; null where the publisher does not say"),
    opt("num_mentions", Kind::I32, "count", "Mentions as published; null where the publisher does not say"),
    opt(
        "action_geo_fips",
        Kind::Text,
        "FIPS 10-4 code",
        "Country of the place, a FIPS and not an ISO code; null where the publisher gives none",
    ),
    col("edition", Kind::Text, "-", "Published form"),
    col("source_row", Kind::U32, "line", "Line of the unpacked file on which the row starts; the header is line 1"),
];

/// Regions, blocs and faiths among the CAMEO country codes.
const REGIONS: &[&str] = &[
    "AFR", "ASA", "BLK", "CRB", "CAU", "CFR", "CAS", "CEU", "EIN", "EAF", "EEU", "EUR", "LAM", "MEA", "MDT", "NAF", "NMR", "PGS", "SCN",
    "SAM", "SAS", "SEA", "SAF", "WAF", "WST",
];
/// ISO codes of territories that the table of states does not list.
const TERRITORIES: &[&str] = &[
    "ABW", "AIA", "ALA", "ANT", "ASM", "BLM", "BMU", "CUW", "CXR", "CYM", "FLK", "FRO", "GGY", "GIB", "GLP", "GRL", "GUF", "GUM", "IMN",
    "IMY", "IOT", "JEY", "MAF", "MNP", "MSR", "MTQ", "MYT", "NCL", "NFK", "PCN", "PRI", "PYF", "REU", "SHN", "SPM", "SXM", "TCA", "TKL",
    "VGB", "VIR", "WLF",
];

/// What an actor becomes: number, in_system, country as published, why there is no number.
pub(crate) fn actor(resolver: &Resolver<'_>, country: &str, year: i32) -> Result<[Value; 4], Bad> {
    let none = |country: Value, why: &str| Ok([Value::Null, Value::Null, country, why.into()]);
    if country.is_empty() {
        return none(Value::Null, "no country");
    }
    if REGIONS.contains(&country) {
        return none(country.into(), "region or bloc");
    }
    if TERRITORIES.contains(&country) {
        return none(country.into(), "territory not listed");
    }
    let key = resolver.name(country, year).ok_or_else(|| Bad::new("unknown state", format!("'{country}' in {year}")))?;
    Ok([key.gwcode.into(), key.in_system.into(), country.into(), Value::Null])
}

/// Root of a CAMEO code.
pub(crate) fn root(code: &str) -> Option<&str> {
    let is_code = (2..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
    is_code.then(|| &code[..2]).filter(|root| ("01"..="20").contains(root))
}

/// Single days of a flood of events: nothing can be said of what is not in them.
pub(crate) fn uncovered(source: &str, table: &str, rows: &Rows) -> Vec<CoverageSpan> {
    let note = "single days of events: what is missing here is not known to be none";
    let one = |(year_from, _)| CoverageSpan {
        source: source.to_owned(),
        table: table.to_owned(),
        gwcode: None,
        year_from,
        year_to: OPEN_END,
        knowledge: Knowledge::NotCovered,
        note: note.to_owned(),
    };
    rows.range("year").map(one).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_zeros() {
        assert_eq!(["010", "0871", "138", "20"].map(root), [Some("01"), Some("08"), Some("13"), Some("20")]);
        for code in ["", "1", "000", "210", "10.0", "01234", "---"] {
            assert_eq!(root(code), None, "{code}");
        }
    }
}
