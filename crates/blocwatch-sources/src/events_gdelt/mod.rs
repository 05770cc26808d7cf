//! Events of the GDELT Project in the formats 1 (57 or 58 columns) and 2 (61 columns).
//!
//! The publisher's files are tab-separated and carry no row of names (`20130401.export.CSV.zip`, `2005.zip`, `20150218230000.export.CSV.zip`);
//! extracts with the published names in a first row are read too. Non-goals: tone, mentions, places, the volume of news.

use std::sync::LazyLock;

use blocwatch_core::Notices;
use blocwatch_core::events::Scheme;
use blocwatch_core::state::States;

use crate::error::Result;
use crate::events::{self, Coder, Desk, Event, Fate, NO_GOLDSTEIN, Rule};
use crate::probe::{Recognised, Version};
use crate::tabular::Bad;
use crate::{Declaration, Held, Probe, Reading, Shape, Source};

static DECLARATION: Declaration = Declaration::new("events_gdelt", include_str!("source.toml"), &[], SHAPES);

/// The source `events_gdelt`.
pub(crate) struct EventsGdelt;

/// How its rows are coded.
pub(crate) struct Coding;

/// Columns of an event in all formats, before the places.
const EVENT: [&str; 35] = [
    "GLOBALEVENTID",
    "SQLDATE",
    "MonthYear",
    "Year",
    "FractionDate",
    "Actor1Code",
    "Actor1Name",
    "Actor1CountryCode",
    "Actor1KnownGroupCode",
    "Actor1EthnicCode",
    "Actor1Religion1Code",
    "Actor1Religion2Code",
    "Actor1Type1Code",
    "Actor1Type2Code",
    "Actor1Type3Code",
    "Actor2Code",
    "Actor2Name",
    "Actor2CountryCode",
    "Actor2KnownGroupCode",
    "Actor2EthnicCode",
    "Actor2Religion1Code",
    "Actor2Religion2Code",
    "Actor2Type1Code",
    "Actor2Type2Code",
    "Actor2Type3Code",
    "IsRootEvent",
    "EventCode",
    "EventBaseCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "NumMentions",
    "NumSources",
    "NumArticles",
    "AvgTone",
];

/// The first 57 columns of format 1, the address of the article, which files before April 2013 lack.
static FORMAT_1: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let place = |at: [&'static str; 7]| at;
    EVENT
        .into_iter()
        .chain(place([
            "Actor1Geo_Type",
            "Actor1Geo_FullName",
            "Actor1Geo_CountryCode",
            "Actor1Geo_ADM1Code",
            "Actor1Geo_Lat",
            "Actor1Geo_Long",
            "Actor1Geo_FeatureID",
        ]))
        .chain(place([
            "Actor2Geo_Type",
            "Actor2Geo_FullName",
            "Actor2Geo_CountryCode",
            "Actor2Geo_ADM1Code",
            "Actor2Geo_Lat",
            "Actor2Geo_Long",
            "Actor2Geo_FeatureID",
        ]))
        .chain(place([
            "ActionGeo_Type",
            "ActionGeo_FullName",
            "ActionGeo_CountryCode",
            "ActionGeo_ADM1Code",
            "ActionGeo_Lat",
            "ActionGeo_Long",
            "ActionGeo_FeatureID",
        ]))
        .chain(["DATEADDED", "SOURCEURL"])
        .collect()
});

/// Format 2 has one column more for each place.
static FORMAT_2: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut out = FORMAT_1.clone();
    for (before, column) in
        [("Actor1Geo_Lat", "Actor1Geo_ADM2Code"), ("Actor2Geo_Lat", "Actor2Geo_ADM2Code"), ("ActionGeo_Lat", "ActionGeo_ADM2Code")]
    {
        let at = out.iter().position(|c| *c == before).unwrap_or(out.len());
        out.insert(at, column);
    }
    out
});

/// Columns without which a file with names is none of GDELT's.
const REQUIRED: &[&str] = &[
    "GLOBALEVENTID",
    "SQLDATE",
    "Actor1CountryCode",
    "Actor2CountryCode",
    "IsRootEvent",
    "EventCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
];

const fn shape(id: &'static str, required: &'static [&'static str], without: &'static [&'static str]) -> Shape {
    // some thirty columns are left aside on purpose
    Shape { role: "events", id, required, without, known: &[], tell_unknown: false, version: Version::Fixed("") }
}

static SHAPES: &[Shape] = &[
    shape("v1", REQUIRED, &["Actor1Geo_ADM2Code"]),
    shape(
        "v2",
        &[
            "GLOBALEVENTID",
            "SQLDATE",
            "Actor1CountryCode",
            "Actor2CountryCode",
            "IsRootEvent",
            "EventCode",
            "EventRootCode",
            "QuadClass",
            "GoldsteinScale",
            "Actor1Geo_ADM2Code",
        ],
        &[],
    ),
    // the publisher's own files, which have no row of names: recognised by their first row
    shape("export1", REQUIRED, &[]),
    shape("export2", REQUIRED, &[]),
];

impl Source for EventsGdelt {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn recognise(&self, probe: &Probe<'_>) -> Option<Recognised> {
        if !is_published(probe) {
            return crate::probe::by_shapes(self.meta(), SHAPES, probe);
        }
        let shape = first_row(probe.head)?;
        Some(Recognised { role: "events", shape, version: String::new() })
    }

    fn why_not(&self, probe: &Probe<'_>) -> Option<String> {
        if is_published(probe) {
            let but = "its first row is none of 57, 58 or 61 fields separated by tabs";
            return first_row(probe.head).is_none().then(|| format!("named like events_gdelt (events), but {but}"));
        }
        crate::probe::why_not(self.meta(), &SHAPES[..2], probe)
    }

    fn read(&self, _: &[Held], _: &States, _: &mut Notices) -> Result<Reading> {
        Ok(Reading { tables: Vec::new(), accounts: Vec::new(), coverage: Vec::new() })
    }
}

/// Whether a file bears one of the publisher's own names.
fn is_published(probe: &Probe<'_>) -> bool {
    let inner = probe.member.map(|m| m.rsplit('/').next().unwrap_or(m));
    std::iter::once(probe.name)
        .chain(inner)
        .any(|name| events::is_dated(name, &[8, 14], ".export") || events::is_dated(name, &[4, 6, 8], ""))
}

/// The shape of a file without names, by its first row.
fn first_row(head: &[u8]) -> Option<&'static str> {
    let row: Vec<&[u8]> = head.split(|b| *b == b'\n').next()?.split(|b| *b == b'\t').collect();
    let number = |at: usize| !row[at].is_empty() && row[at].iter().all(u8::is_ascii_digit);
    let shape = match row.len() {
        57 | 58 => "export1",
        61 => "export2",
        _ => return None,
    };
    (number(0) && events::day(row[1]).is_some() && events::cameo(row[26]).is_some() && matches!(row[25], b"0" | b"1")).then_some(shape)
}

const ASKS: &[&str] = &[
    "SQLDATE",
    "IsRootEvent",
    "Actor1CountryCode",
    "Actor2CountryCode",
    "EventCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "Actor1Type1Code",
    "Actor1Type2Code",
    "Actor1Type3Code",
    "Actor2Type1Code",
    "Actor2Type2Code",
    "Actor2Type3Code",
    "SOURCEURL",
];

impl Coder for Coding {
    fn scheme(&self) -> Scheme {
        Scheme::Cameo
    }

    fn asks(&self) -> &'static [&'static str] {
        ASKS
    }

    fn names(&self, shape: &str) -> Option<&'static [&'static str]> {
        match shape {
            "export1" => Some(&FORMAT_1),
            "export2" => Some(&FORMAT_2),
            _ => None,
        }
    }

    fn may_lack(&self, shape: &str) -> usize {
        usize::from(shape == "export1")
    }

    fn code(&self, cells: &[&[u8]], desk: &mut Desk<'_, '_>) -> Result<Fate, Bad> {
        let &[date, root_event, country1, country2, code, root, quad, goldstein, ref types @ .., url] = cells else {
            return Err(Bad::new("wrong number of fields", ""));
        };
        let not_a = |fault: &str, cell: &[u8]| Bad::new(fault, format!("'{}'", String::from_utf8_lossy(cell)));
        match root_event {
            b"1" => {}
            b"0" => return Ok(Fate::Dropped(Rule::NotRoot)),
            _ => return Err(not_a("neither 0 nor 1 in column 'IsRootEvent'", root_event)),
        }
        let day = events::day(date).ok_or_else(|| not_a("not a date in column 'SQLDATE'", date))?;
        desk.note(day)?;
        if country1.is_empty() || country2.is_empty() {
            return Ok(Fate::Dropped(Rule::NoCountry));
        }
        if country1 == country2 {
            return Ok(Fate::Dropped(Rule::OneCountry));
        }
        let number = events::cameo(code).ok_or_else(|| not_a("no CAMEO code in column 'EventCode'", code))?;
        if Some(root) != code.get(..2) {
            return Err(not_a("root of another code in column 'EventRootCode'", root));
        }
        if !matches!(quad, b"1" | b"2" | b"3" | b"4") {
            return Err(not_a("unknown class in column 'QuadClass'", quad));
        }
        let goldstein = match goldstein {
            b"" => NO_GOLDSTEIN,
            text => events::goldstein(text).ok_or_else(|| not_a("not a number from -10 to 10 in column 'GoldsteinScale'", text))?,
        };
        let (Some(state1), Some(state2)) = (desk.country(country1, day.0), desk.country(country2, day.0)) else {
            return Ok(Fate::Dropped(Rule::NoState));
        };
        if state1 == state2 {
            return Ok(Fate::Dropped(Rule::OneCountry));
        }
        let roles = (desk.role(Scheme::Cameo, &types[..3]), desk.role(Scheme::Cameo, &types[3..]));
        desk.take((state1, state2), &Event { day, code: number, roles, goldstein, text: url }, true);
        Ok(Fate::Kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_the_published_columns() {
        assert_eq!((FORMAT_1.len(), FORMAT_2.len()), (58, 61));
        let at = |names: &[&str], column: &str| names.iter().position(|c| *c == column).unwrap() + 1;
        // METHODS, section 6, counts from 1
        for (column, one, two) in [
            ("IsRootEvent", 26, 26),
            ("EventRootCode", 29, 29),
            ("Actor2Geo_Type", 43, 44),
            ("ActionGeo_Type", 50, 52),
            ("DATEADDED", 57, 60),
            ("SOURCEURL", 58, 61),
        ] {
            assert_eq!((at(&FORMAT_1, column), at(&FORMAT_2, column)), (one, two), "{column}");
        }
    }
}
