//! Who is a member of what: `organisation`, `membership_claim_org_state_year` (every source's statement side by side) and
//! `membership_org_state_year` (one row per organisation, state and year, by a declared order).
//!
//! The order: where the casebook has sourced, dated spells for an organisation, they speak from the first of them to the year they are
//! covered to, and COW IGO speaks after that year but not before (COW may run a predecessor under the same acronym); for every other
//! organisation COW IGO speaks. Both statements stay in the claims table; `disagrees` marks where they differ.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::casebook::{Casebook, Organisation};
use blocwatch_core::coverage::{self, Knowledge};
use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_core::time::Year;

use super::states::LAST_YEAR;
use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::step::{Context, Input, Output, Step};

/// Organisations and forums.
pub const ORGANISATION: TableSpec = TableSpec {
    name: "organisation",
    unit: Unit::Entry,
    keys: &["org"],
    columns: &[
        col("org", Kind::Text, "id", "id in the casebook, or the acronym of COW IGO"),
        col("name", Kind::Text, "-", "English name"),
        opt(
            "kind",
            Kind::Text,
            "formal/informal",
            "formal or informal; null for organisations known from COW IGO only, all of which are formal",
        ),
        opt("field", Kind::Text, "-", "field of work as the casebook codes it; null where it does not"),
        opt("origin", Kind::Text, "-", "regimes that founded or led it at its start; null where the casebook does not code it"),
        opt("purpose", Kind::Text, "-", "what it is for, in our words; null where the casebook does not say"),
        opt("from_year", Kind::I32, "year", "first year; null where no source gives it"),
        opt("to_year", Kind::I32, "year", "last year; null while it stands or where no source gives it"),
        opt("cow_igo", Kind::Text, "COW acronym", "acronym in COW IGO v3; null where it is not in that list"),
        opt("parent", Kind::Text, "id", "organisation it is part of; null where none"),
        opt("covered_to", Kind::I32, "year", "last year for which the casebook's spells hold; null where it has none"),
        opt("membership_note", Kind::Text, "-", "what the casebook's spells rest on; null where it has none"),
        col("source", Kind::Text, "source id", "casebook or cow_igo"),
    ],
    doc: "Organisations and forums, from the casebook and, where fetched, from COW IGO.",
};

/// Statements of membership.
pub const MEMBERSHIP_CLAIM: TableSpec = TableSpec {
    name: "membership_claim_org_state_year",
    unit: Unit::OrgStateYear,
    keys: &["org", "gwcode", "year", "source"],
    columns: &[
        col("org", Kind::Text, "id", "organisation"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "member state"),
        col("year", Kind::I32, "year", "year in which the membership held on at least one day"),
        col("source", Kind::Text, "source id", "casebook or cow_igo"),
        col("status", Kind::I32, "1-4", "1 full, 2 associate, 3 observer (COW codes), 4 suspended (ours)"),
        col("in_system", Kind::Bool, "true/false", "whether the state is in the Gleditsch-Ward system in the year"),
        opt("source_row", Kind::U32, "line", "line of the publisher's file; null for the casebook"),
        opt("work", Kind::Text, "work id", "work that gives the casebook's spell; null for COW IGO"),
        opt("at", Kind::Text, "-", "place in that work; null for COW IGO"),
    ],
    doc: "What each source says of each membership, side by side.",
};

/// Memberships, one row each.
pub const MEMBERSHIP: TableSpec = TableSpec {
    name: "membership_org_state_year",
    unit: Unit::OrgStateYear,
    keys: &["org", "gwcode", "year"],
    columns: &[
        col("org", Kind::Text, "id", "organisation"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "member state"),
        col("year", Kind::I32, "year", "year in which the membership held on at least one day"),
        col("status", Kind::I32, "1-4", "1 full, 2 associate, 3 observer (COW codes), 4 suspended (ours)"),
        col("source", Kind::Text, "source id", "the source that speaks here: casebook or cow_igo"),
        col("disagrees", Kind::Bool, "true/false", "whether the other source covers the organisation in the year and says something else"),
        col("in_system", Kind::Bool, "true/false", "whether the state is in the Gleditsch-Ward system in the year"),
    ],
    doc: "Members of organisations by year: the casebook's dated spells where it has them, COW IGO elsewhere.",
};

/// The step.
pub fn step() -> Step {
    Step {
        name: "membership",
        version: 1,
        inputs: vec![
            Input::Table("igo_state_year"),
            Input::Table("igo_year"),
            Input::Knowledge("organisations"),
            Input::Knowledge("states"),
        ],
        outputs: vec![&ORGANISATION, &MEMBERSHIP_CLAIM, &MEMBERSHIP],
        run,
    }
}

/// Code of a membership status written in words.
fn status_code(word: &str) -> i32 {
    match word {
        "full" => 1,
        "associate" => 2,
        "observer" => 3,
        _ => 4,
    }
}

#[derive(Clone)]
struct Claim {
    status: i32,
    in_system: bool,
    line: Option<u32>,
    work: Option<String>,
    at: Option<String>,
}

type Key = (String, u16, Year);

fn run(context: &Context<'_>) -> Result<Output> {
    let book = context.casebook()?;
    let by_cow: BTreeMap<&str, &Organisation> =
        book.organisations.iter().filter(|o| !o.cow_igo.is_empty()).map(|o| (o.cow_igo.as_str(), o)).collect();
    let casebook = casebook_claims(book, context.states()?);
    let cow = cow_claims(context, book, &by_cow)?;

    let mut claims = Rows::new(&MEMBERSHIP_CLAIM);
    for (source, all) in [("casebook", &casebook), ("cow_igo", &cow)] {
        for ((org, gwcode, year), c) in all {
            claims.push([
                org.as_str().into(),
                (*gwcode).into(),
                (*year).into(),
                source.into(),
                c.status.into(),
                c.in_system.into(),
                c.line.into(),
                c.work.clone().into(),
                c.at.clone().into(),
            ])?;
        }
    }

    // organisation-years that each source covers
    let spoken: BTreeSet<(&str, Year)> =
        book.organisations.iter().filter(|o| !o.member.is_empty()).flat_map(|o| covered_years(o).map(|y| (o.id.as_str(), y))).collect();
    let cow_years: BTreeSet<(&str, Year)> = cow.keys().map(|(org, _, year)| (org.as_str(), *year)).collect();
    let begins: BTreeMap<&str, Year> =
        book.organisations.iter().filter(|o| !o.member.is_empty()).map(|o| (o.id.as_str(), *covered_years(o).start())).collect();
    let mut resolved = Rows::new(&MEMBERSHIP);
    let keys: BTreeSet<&Key> = casebook.keys().chain(cow.keys()).collect();
    for key in keys {
        let unit = (key.0.as_str(), key.2);
        if begins.get(unit.0).is_some_and(|first| unit.1 < *first) {
            continue;
        }
        let (mine, other, source, both) = if spoken.contains(&unit) {
            (casebook.get(key), cow.get(key), "casebook", cow_years.contains(&unit))
        } else {
            (cow.get(key), None, "cow_igo", false)
        };
        let Some(claim) = mine else { continue };
        resolved.push([
            key.0.as_str().into(),
            key.1.into(),
            key.2.into(),
            claim.status.into(),
            source.into(),
            (both && other.is_none_or(|o| o.status != claim.status)).into(),
            claim.in_system.into(),
        ])?;
    }

    let mut output = Output::table(&ORGANISATION, organisations(context, book, &by_cow, &cow_years)?)
        .and(&MEMBERSHIP_CLAIM, claims.finish()?)
        .and(&MEMBERSHIP, resolved.finish()?);
    for o in book.organisations.iter().filter(|o| !o.member.is_empty()) {
        let years = covered_years(o).map(|y| (y, Knowledge::Covered));
        output.report.coverage.extend(coverage::spans("casebook", MEMBERSHIP.name, None, years, &o.id));
    }
    Ok(output)
}

/// Years for which the casebook's spells of an organisation hold.
fn covered_years(o: &Organisation) -> std::ops::RangeInclusive<Year> {
    let first = o.member.iter().map(|m| m.from.year()).min().unwrap_or(1);
    let last_spell = o.member.iter().filter_map(|m| m.to.year()).max().unwrap_or(0);
    let last = o.covered_to.unwrap_or(last_spell).min(LAST_YEAR);
    first..=last
}

fn casebook_claims(book: &Casebook, states: &States) -> BTreeMap<Key, Claim> {
    let mut out: BTreeMap<Key, Claim> = BTreeMap::new();
    for o in &book.organisations {
        let covered = covered_years(o);
        for m in &o.member {
            let Some(state) = states.by_id(&m.state) else { continue };
            let last = m.to.year().unwrap_or(*covered.end()).min(*covered.end());
            for year in m.from.year()..=last {
                let claim = Claim {
                    status: status_code(&m.status),
                    in_system: state.in_system(year),
                    line: None,
                    work: Some(m.work.clone()),
                    at: Some(m.at.clone()),
                };
                // in the year of a change the closer tie counts: full before associate before observer
                out.entry((o.id.clone(), state.key_at(year), year))
                    .and_modify(|c| {
                        if claim.status < c.status {
                            *c = claim.clone();
                        }
                    })
                    .or_insert(claim);
            }
        }
    }
    out
}

/// The id of an organisation of COW IGO: the casebook's where it says that the two are the same, else the acronym; an acronym that the
/// casebook uses for another organisation is marked.
fn org_of(acronym: &str, book: &Casebook, by_cow: &BTreeMap<&str, &Organisation>) -> String {
    match by_cow.get(acronym) {
        Some(o) => o.id.clone(),
        None if book.organisation(acronym).is_some() => format!("{acronym} (COW)"),
        None => acronym.to_owned(),
    }
}

fn cow_claims(context: &Context<'_>, book: &Casebook, by_cow: &BTreeMap<&str, &Organisation>) -> Result<BTreeMap<Key, Claim>> {
    let batch = context.sql(
        "SELECT org, gwcode, year, min(status) AS status, bool_or(in_system) AS in_system, min(source_row) AS source_row \
         FROM igo_state_year WHERE status IN (1, 2, 3) GROUP BY org, gwcode, year ORDER BY org, gwcode, year",
    )?;
    let c = Columns(&batch);
    let (org, gwcode, year) = (c.text("org")?, c.u16("gwcode")?, c.i32("year")?);
    let (status, in_system, line) = (c.i32("status")?, c.bool("in_system")?, c.u32("source_row")?);
    let mut out = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let id = org_of(org.value(i), book, by_cow);
        let claim = Claim { status: status.value(i), in_system: in_system.value(i), line: line.at(i), work: None, at: None };
        out.insert((id, gwcode.value(i), year.value(i)), claim);
    }
    Ok(out)
}

fn organisations(
    context: &Context<'_>,
    book: &Casebook,
    by_cow: &BTreeMap<&str, &Organisation>,
    cow_years: &BTreeSet<(&str, Year)>,
) -> Result<arrow::array::RecordBatch> {
    let mut table = Rows::new(&ORGANISATION);
    let word = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    for o in &book.organisations {
        table.push([
            o.id.as_str().into(),
            o.name.as_str().into(),
            word(&o.kind).into(),
            word(&o.field).into(),
            word(&o.origin).into(),
            word(o.purpose.trim()).into(),
            o.from.map(|d| d.year()).into(),
            o.to.and_then(|d| d.year()).into(),
            word(&o.cow_igo).into(),
            word(&o.parent).into(),
            o.covered_to.into(),
            word(o.membership_note.trim()).into(),
            "casebook".into(),
        ])?;
    }
    let batch = context.sql(
        "SELECT org, max(orgname) AS name, min(sdate) AS from_year, max(deaddate) AS to_year FROM igo_year GROUP BY org ORDER BY org",
    )?;
    let c = Columns(&batch);
    let (org, name, from, to) = (c.text("org")?, c.text("name")?, c.i32("from_year")?, c.i32("to_year")?);
    let mut done: BTreeSet<String> = book.organisations.iter().map(|o| o.id.clone()).collect();
    for i in 0..batch.num_rows() {
        let acronym = org.value(i);
        let id = org_of(acronym, book, by_cow);
        if !done.insert(id.clone()) {
            continue;
        }
        push_cow_only(&mut table, &id, acronym, name.at(i).unwrap_or(acronym), from.at(i), to.at(i))?;
    }
    // acronyms that only the membership file knows
    let rest: BTreeSet<&str> = cow_years.iter().map(|(org, _)| *org).filter(|org| !done.contains(*org)).collect();
    for acronym in rest {
        push_cow_only(&mut table, acronym, acronym.trim_end_matches(" (COW)"), acronym, None, None)?;
    }
    table.finish()
}

fn push_cow_only(table: &mut Rows, id: &str, acronym: &str, name: &str, from: Option<Year>, to: Option<Year>) -> Result<()> {
    use crate::frame::Value::Null;
    table.push([id.into(), name.into(), Null, Null, Null, Null, from.into(), to.into(), acronym.into(), Null, Null, Null, "cow_igo".into()])
}
