//! Memberships in international organisations as the World Factbook lists them, in two undated snapshots side by side.
//!
//! The Factbook is sometimes stale, so that a snapshot says what it listed, not what held on a day. Its country codes are GEC (FIPS), not
//! ISO: countries are resolved by the name beside the code. Non-goals: entry and exit dates, correcting the Factbook.

use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::columns::{GWCODE, IN_SYSTEM, LINE};
use crate::cover;
use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::rows::Rows;
use crate::{Declaration, Held, Reading, Shape, Source};

/// The source `io_membership`.
pub(crate) struct IoMembership;

static SHAPES: &[Shape] = &[
    Shape {
        role: "memberships",
        id: "factbook",
        required: &["gec_fips", "country", "organization", "status"],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Fixed("2026-05-17"),
    },
    Shape {
        role: "memberships",
        id: "dieghernan",
        required: &["ISO_3166_3", "source", "org_id", "org_member"],
        without: &[],
        known: &["ISO_3166_2", "NAME.EN", "org_name"],
        tell_unknown: true,
        version: Version::Fixed("2020-01-29"),
    },
];

static TABLES: &[TableSpec] = &[TableSpec {
    name: "io_membership_snapshot",
    unit: Unit::OrgStateYear,
    keys: &["gwcode", "year", "organization", "status", "edition", "source_row"],
    columns: &[
        GWCODE,
        col("year", Kind::I32, "year", "Year in which the snapshot was taken; the Factbook itself does not date its lists"),
        col("organization", Kind::Text, "-", "Acronym as published"),
        col("status", Kind::Text, "-", "Status as published; member where the Factbook says nothing further"),
        IN_SYSTEM,
        col(
            "published_code",
            Kind::Text,
            "-",
            "Code as published: GEC (FIPS) in the edition factbook, ISO alpha-3 in the edition dieghernan",
        ),
        opt("listed_by", Kind::Text, "-", "Where the edition dieghernan has the entry from; null in the other"),
        col("edition", Kind::Text, "-", "Published form: factbook or dieghernan"),
        LINE,
    ],
    doc: "What the World Factbook listed under a country when the snapshot was taken. Stale in places: India and Iran are still observers \
          of the Shanghai Cooperation Organisation in the snapshot of 2026.",
}];

const A_TERRITORY: &str = "a territory that the table of states does not list";
const A_UNION: &str = "the European Union is not a state";

/// Territories by GEC code, where they are listed for an organisation.
const GEC_TERRITORIES: &[&str] = &[
    "AA", "AQ", "AV", "BD", "CJ", "CK", "CQ", "FK", "FO", "FP", "FS", "GI", "GK", "GL", "GQ", "IM", "IO", "JE", "KT", "MH", "NC", "NF",
    "NN", "PC", "RN", "RQ", "SB", "SH", "SV", "SX", "TB", "TK", "TL", "UC", "VI", "VQ", "WF",
];
/// The same by ISO code.
const ISO_TERRITORIES: &[&str] = &[
    "ABW", "AIA", "ASM", "ATF", "BLM", "BMU", "CUW", "CYM", "FLK", "FRO", "GGY", "GIB", "GRL", "GUF", "GUM", "IMN", "IOT", "JEY", "MAF",
    "MNP", "MSR", "NCL", "NFK", "PCN", "PRI", "PYF", "SGS", "SHN", "SPM", "SXM", "TCA", "TKL", "VGB", "VIR", "WLF",
];

static DECLARATION: Declaration = Declaration::new("io_membership", include_str!("source.toml"), TABLES, SHAPES);

impl Source for IoMembership {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let resolver = Resolver::new(states, &self.meta().lookups);
        let (mut list, mut accounts) = (Rows::new(&TABLES[0]), Vec::new());
        list.read((self, files, "memberships"), &mut accounts, notices, |record, take| {
            let factbook = record.shape == "factbook";
            let (year, code, org, status) =
                if factbook { (2026, "gec_fips", "organization", "status") } else { (2020, "ISO_3166_3", "org_id", "org_member") };
            let code = record.verbatim(code);
            let rule = match factbook {
                true if code == "EE" => Some(A_UNION),
                true => GEC_TERRITORIES.contains(&code.as_str()).then_some(A_TERRITORY),
                false => ISO_TERRITORIES.contains(&code.as_str()).then_some(A_TERRITORY),
            };
            let (org, status) = (record.need_text(org)?, record.need_text(status)?);
            if let Some(rule) = rule {
                take.drop_by(rule, 1);
                return Ok(());
            }
            let key = if factbook {
                resolver.known(&[&format!("GEC:{code}"), &record.verbatim("country")], year)?
            } else {
                resolver.known(&[&code], year)?
            };
            let listed_by = record.text("source");
            take.keep(vec![key.gwcode.into(), year.into(), org.into(), status.into(), key.in_system.into(), code.into(), listed_by.into()]);
            Ok(())
        })?;
        let note = "snapshots of 2020 and 2026, undated by their publisher and stale in places; nothing is known of the years between";
        let mut coverage = Vec::new();
        if let Some((first, last)) = list.range("year") {
            let mut one = |from, to, knowledge| {
                coverage
                    .extend(cover::span("io_membership", "io_membership_snapshot", Some((from, to)), knowledge, note).into_iter().take(1));
            };
            one(first, first, Knowledge::Covered);
            if last > first + 1 {
                one(first + 1, last - 1, Knowledge::NotCovered);
            }
            coverage.extend(cover::span("io_membership", "io_membership_snapshot", Some((last, last)), Knowledge::Covered, note));
            coverage.dedup();
        }
        crate::reading([&mut list], "", accounts, coverage, notices)
    }
}
