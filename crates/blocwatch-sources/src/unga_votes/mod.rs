//! Roll calls and votes of the United Nations General Assembly, in four published forms that stand side by side as editions.
//!
//! - `unvotes`: three tables of the R package unvotes (yes, abstain, no; to 2019);
//! - `voeten`: votes by COW number with absences, and roll calls (Voeten's data, to 2021);
//! - `complete`: the same as one table with a row per vote, as Voeten's `completeVotes` is exported;
//! - `undl`: what the Dag Hammarskjöld Library publishes, one row per vote on an adopted resolution, to date.
//!
//! A fifth file, `matches`, says which roll calls repeat an earlier resolution; it counts in Voeten's numbers, which `unvotes`, `voeten` and
//! `complete` share.
//!
//! States are resolved as of the calendar year of the vote. Non-goals: linking roll calls across editions, similarity, succession
//! rules of single studies.

pub mod ballots;
mod joined;
mod matches;
mod plain;
mod rollcalls;
mod tables;
mod votes;

use blocwatch_core::Notices;
use blocwatch_core::state::States;

use crate::error::Result;
use crate::probe::Version;
use crate::resolve::Resolver;
use crate::{Declaration, Held, Reading, Shape, Source, SourceError, open_held};

/// The source `unga_votes`.
pub(crate) struct UngaVotes;

/// Editions in alphabetical order, so that sorting by number sorts by name.
const EDITIONS: [&str; 4] = ["complete", "undl", "unvotes", "voeten"];

static SHAPES: &[Shape] = &[
    Shape {
        role: "rollcalls",
        id: "unvotes",
        required: &["rcid", "session", "date", "unres", "para", "short", "descr"],
        without: &["vote", "ccode"],
        known: &["importantvote", "amend"],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: "rollcalls",
        id: "voeten",
        required: &["rcid", "session", "date", "unres", "me", "nu", "di", "hr", "co", "ec"],
        without: &["vote", "ccode"],
        known: &["year", "importantvote", "amend", "para", "short", "descr", "yes", "no", "abstain", "resid"],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: "votes",
        id: "unvotes",
        required: &["rcid", "country", "country_code", "vote"],
        without: &["ccode"],
        known: &[],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: "votes",
        id: "voeten",
        required: &["rcid", "ccode", "vote"],
        without: &["session", "date"],
        known: &["member", "country", "countryname", "year"],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: "votes",
        id: "complete",
        required: &["rcid", "ccode", "vote", "session", "date", "unres"],
        without: &[],
        known: &[
            "",
            "v1",
            "year",
            "member",
            "country",
            "countryname",
            "importantvote",
            "amend",
            "para",
            "short",
            "descr",
            "me",
            "nu",
            "di",
            "hr",
            "co",
            "ec",
            "yes",
            "no",
            "abstain",
            "resid",
        ],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: "votes",
        id: "undl",
        required: &["undl_id", "ms_code", "ms_name", "ms_vote", "date", "session", "resolution"],
        without: &[],
        known: &[
            "draft",
            "committee_report",
            "meeting",
            "title",
            "agenda_title",
            "subjects",
            "vote_note",
            "total_yes",
            "total_no",
            "total_abstentions",
            "total_non_voting",
            "total_ms",
            "undl_link",
            "modality",
            "description",
            "agenda",
        ],
        tell_unknown: true,
        version: Version::LeadingDate,
    },
    Shape {
        role: "issues",
        id: "unvotes",
        required: &["rcid", "short_name", "issue"],
        without: &[],
        known: &[],
        tell_unknown: true,
        version: Version::Marker,
    },
    Shape {
        role: "matches",
        id: "voeten",
        required: &["rcid1", "rcid2"],
        without: &["vote", "ccode"],
        known: &["", "v1", "x"],
        tell_unknown: true,
        version: Version::Marker,
    },
];

static DECLARATION: Declaration = Declaration::new("unga_votes", include_str!("source.toml"), tables::TABLES, SHAPES);

impl Source for UngaVotes {
    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn read(&self, files: &[Held], states: &States, notices: &mut Notices) -> Result<Reading> {
        let mut resolver = Resolver::new(states, &self.meta().lookups);
        let mut calls = rollcalls::Rollcalls::default();
        let mut votes = votes::Votes::default();
        let mut accounts = Vec::new();
        for held in crate::of_role(files, "rollcalls") {
            let edition = edition_of(held);
            let file = accounts.len();
            let account = open_held(self, held, notices, |sheet, _, notices| calls.read(sheet, edition, file, notices))?;
            accounts.push(account);
        }
        for held in crate::of_role(files, "votes") {
            let edition = edition_of(held);
            let file = accounts.len();
            let shape = held.file.shape.as_str();
            if matches!(shape, "unvotes" | "voeten") && !calls.has(edition) {
                return Err(SourceError::MissingFile {
                    source_id: "unga_votes",
                    role: "rollcalls".to_owned(),
                    why: format!(" of the shape '{shape}', without which the votes of {} have no date", held.file.name),
                });
            }
            let account = open_held(self, held, notices, |sheet, _, notices| match shape {
                "unvotes" => votes.read_named(sheet, edition, file, &calls, &resolver, notices),
                "voeten" => votes.read_coded(sheet, edition, file, &calls, &mut resolver, notices),
                "complete" => joined::read_complete(sheet, edition, file, &mut calls, &mut votes, &mut resolver, notices),
                _ => joined::read_undl(sheet, edition, file, &mut calls, &mut votes, &resolver, notices),
            })?;
            accounts.push(account);
        }
        for held in crate::of_role(files, "issues") {
            let edition = edition_of(held);
            let file = accounts.len();
            let account = open_held(self, held, notices, |sheet, _, notices| calls.read_issues(sheet, edition, file, notices))?;
            accounts.push(account);
        }
        let mut matches = matches::Matches::default();
        for held in crate::of_role(files, "matches") {
            let file = accounts.len();
            let account = open_held(self, held, notices, |sheet, _, notices| matches.read(sheet, file, notices))?;
            accounts.push(account);
        }
        calls.sort_without_doubles(&mut accounts);
        votes.sort_without_doubles(&mut accounts);
        matches.sort_without_doubles(&mut accounts);
        crate::tell_quarantined(&accounts, notices);
        let coverage = votes.coverage(&calls, states);
        let tables = vec![
            ("unga_rollcall", calls.batch()?),
            ("unga_vote", votes.batch(&calls)?),
            ("unga_issue", calls.issue_batch()?),
            ("unga_match", matches.batch()?),
        ];
        Ok(Reading { tables, accounts, coverage })
    }
}

/// Number of the edition that a shape is.
fn edition_of(held: &Held) -> u8 {
    EDITIONS.iter().position(|e| *e == held.file.shape).unwrap_or(0) as u8
}
