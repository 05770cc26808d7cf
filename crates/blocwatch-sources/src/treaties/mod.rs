//! Agreements and their parties in two databases of the R package manytreaties, GGO and DESTA, side by side as editions.
//!
//! Dates stay as published, at their own precision. A party is resolved as of the year of its own first dated act. Non-goals: merging the
//! two databases, texts, organisations as parties.

mod tables;

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;

use crate::cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::{Record, Rows};
use crate::tabular::Bad;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `treaties`.
pub(crate) struct Treaties;

const AGREEMENT: &[&str] = &[
    "treatyID",
    "Title",
    "Begin",
    "End",
    "Signature",
    "Force",
    "TypeDomain",
    "TypeAgree",
    "TypeAmbit",
    "TypeGeo",
    "TypeSubject",
    "destaID",
];
const PARTY: &[&str] = &[
    "stateID",
    "treatyID",
    "Begin",
    "Signature",
    "Force",
    "StateSignature",
    "StateRatification",
    "StateForce",
    "StateEnd",
    "StateName",
    "destaID",
];

static SHAPES: &[Shape] = &[
    Shape {
        role: "agreements",
        id: "GGO",
        required: &["treatyID", "Title", "Begin", "End", "Signature", "Force", "TypeDomain", "TypeAgree", "TypeAmbit", "TypeSubject"],
        without: &["stateID", "destaID"],
        known: &[
            "Term",
            "Grounds",
            "TypeGeo",
            "Location",
            "Depository",
            "Published",
            "Secretariat",
            "Website",
            "TitleAlt",
            "Language",
            "Languages",
            "Text",
            "TextURL",
            "Coder",
            "Comments",
            "Source",
        ],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
    Shape {
        role: "agreements",
        id: "DESTA",
        required: &["treatyID", "Title", "Begin", "Signature", "Force", "TypeAgree", "TypeAmbit", "destaID"],
        without: &["stateID"],
        known: &["TypeGeo", "TitleAlt", "Language", "Coder", "Comments"],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
    Shape {
        role: "parties",
        id: "GGO",
        required: &["stateID", "treatyID", "Begin", "Signature", "Force", "StateSignature", "StateRatification", "StateForce", "StateEnd"],
        without: &["destaID"],
        known: &["Title", "End", "Term", "Coder", "Comments"],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
    Shape {
        role: "parties",
        id: "DESTA",
        required: &["stateID", "treatyID", "Begin", "Signature", "Force", "StateName", "destaID"],
        without: &["StateSignature"],
        known: &["Title", "Coder", "Comments"],
        tell_unknown: true,
        version: Version::Fixed(""),
    },
];

const AN_ORGANISATION: &str = "the party is an organisation, not a state";
const A_TERRITORY: &str = "the party is a territory or a part of a state that the table of states does not list";
const UNNAMED: &str = "the party is not named, or not by a known code";

/// Organisations among the parties, besides codes that begin with `IO-`.
const ORGANISATIONS: &[&str] = &[
    "EC",
    "ECE UN Economic Commission for Europe",
    "EFTA",
    "EUE",
    "EURATOM European Atomic Energy Community",
    "EUU",
    "FAO Food and Agriculture Organization of the UN",
    "IAEA International Atomic Energy Agency",
    "WHO World Health Organization",
    "WMO World Metereological Organization",
];
const TERRITORIES: &[&str] = &[
    "ABW",
    "AIA",
    "ALA",
    "ANT",
    "ATF",
    "BES",
    "Baden-Württemberg",
    "Bayern",
    "CUW",
    "CYM",
    "DZG",
    "FLK",
    "FRO",
    "GGY",
    "GLP",
    "GRL",
    "HSG",
    "IMN",
    "IOT",
    "JEY",
    "MAF",
    "MSR",
    "MYT",
    "NCL",
    "Netherlands Antilles",
    "PCN",
    "PYF",
    "SGS",
    "SHN",
    "SPM",
    "TCA",
    "TKL",
    "VGB",
    "WLF",
];

/// Year in which the last of the two databases was brought up to date: undated parties are resolved as of it.
const UNDATED: i32 = 2020;

static DECLARATION: Declaration = Declaration::new("treaties", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for Treaties {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let mut accounts = Vec::new();
        let (mut agreements, mut parties) = (Rows::new(&tables::TABLES[0]), Rows::new(&tables::TABLES[1]));
        agreements.read((self, files, "agreements"), &mut accounts, notices, |record, take| {
            let mut values = vec![record.need_text("treatyID")?.into(), record.text("Title").into(), first_year(record, &["Begin"]).into()];
            values.extend(AGREEMENT[2..AGREEMENT.len() - 1].iter().map(|c| record.text(c).into()));
            values.push(record.whole("destaID")?.into());
            take.keep(values);
            Ok(())
        })?;
        parties.read((self, files, "parties"), &mut accounts, notices, |record, take| {
            let treaty = record.need_text("treatyID")?;
            let name = record.text("stateID").or_else(|| record.text("StateName")).unwrap_or_default();
            if let Some(rule) = no_state(&name) {
                take.drop_by(rule, 1);
                return Ok(());
            }
            let year = first_year(record, &["StateSignature", "StateRatification", "StateForce", "Signature", "Begin"]);
            let key = resolver.name(&name, year.unwrap_or(UNDATED));
            let key = key.ok_or_else(|| Bad::new("unknown state", format!("'{name}'")))?;
            let mut values = vec![treaty.into(), key.gwcode.into(), year.into(), year.map(|_| key.in_system).into(), name.into()];
            values.extend(PARTY[2..9].iter().map(|c| record.text(c).into()));
            values.push(record.whole("destaID")?.into());
            take.keep(values);
            Ok(())
        })?;
        let note = "the databases' own selection of treaties: no row means no treaty among those selected";
        let mut coverage = Vec::new();
        for (table, rows) in [("treaty_agreement", &agreements), ("treaty_party", &parties)] {
            coverage.extend(cover::span("treaties", table, rows.range("year"), Knowledge::Covered, note));
        }
        crate::reading([&mut agreements, &mut parties], "", accounts, coverage, notices)
    }
}

/// The rule by which a party that is no state is left out.
fn no_state(name: &str) -> Option<&'static str> {
    if name.starts_with("IO-") || ORGANISATIONS.contains(&name) {
        Some(AN_ORGANISATION)
    } else if TERRITORIES.contains(&name) {
        Some(A_TERRITORY)
    } else {
        // BZL is Belize or Brazil, which nothing in its only row decides
        matches!(name, "" | "UNK" | "BZL" | "Member countries not listed").then_some(UNNAMED)
    }
}

/// The year of the first column that gives one; 9999 stands for no end and is none.
fn first_year(record: &Record<'_>, columns: &[&'static str]) -> Option<i32> {
    columns.iter().find_map(|c| record.text(c)?.get(..4)?.parse().ok().filter(|y| (1000..=2200).contains(y)))
}
