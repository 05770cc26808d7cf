//! Rules for `organisations/`.

use std::collections::BTreeMap;

use super::{Check, Record};
use crate::casebook::{Member, Organisation};
use crate::name;
use crate::notice::Severity;
use crate::time::End;

const KINDS: [&str; 2] = ["formal", "informal"];
const TYPES: [&str; 10] =
    ["security", "political", "economic", "finance", "functional", "forum", "observer-group", "rights-body", "police", "justice"];
const ORIGINS: [&str; 4] = ["autocratic", "democratic", "mixed", "unknown"];
const STATUSES: [&str; 4] = ["full", "associate", "observer", "suspended"];

pub(super) fn check(check: &mut Check<'_>) {
    let book = check.book;
    let records: Vec<Record<'_>> = book.organisations.iter().map(|o| Record { file: &o.file, id: &o.id }).collect();
    check.unique("organisation", &records);
    for (o, record) in book.organisations.iter().zip(records) {
        description(check, record, o);
        members(check, record, o);
    }
    names(check);
}

fn description(check: &mut Check<'_>, record: Record<'_>, o: &Organisation) {
    let shaped = (1..=20).contains(&o.id.len())
        && o.id.split('-').all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
    if !shaped {
        check.error(
            record,
            "id",
            "id-shape",
            format!("'{}' is no id of an organisation", o.id),
            "write its acronym in capitals, at most 20 characters",
        );
    }
    if o.file != format!("organisations/{}.toml", o.id) {
        check.error(record, "id", "file-name", format!("'{}' is not the name of its file", o.id), "rename the file or the id");
    }
    check.word(record, "kind", &KINDS, &o.kind);
    check.word(record, "type", &TYPES, &o.field);
    check.word(record, "origin", &ORIGINS, &o.origin);
    check.filled(record, "name", &o.name);
    check.filled(record, "purpose", &o.purpose);
    check.order(record, "to", o.from, o.to);
    check.sources(record, &o.source);
    if o.cow_igo.chars().any(char::is_lowercase) || o.cow_igo.contains(char::is_whitespace) {
        check.error(
            record,
            "cow_igo",
            "cow-igo",
            format!("'{}' is no acronym of COW IGO", o.cow_igo),
            "write it in capitals, as published",
        );
    }
    for (key, other) in [("predecessor", &o.predecessor), ("successor", &o.successor), ("parent", &o.parent)] {
        if other == &o.id {
            check.error(record, key, "unknown-organisation", format!("it is its own {key}"), "name another organisation");
        } else if !other.is_empty() {
            check.organisation(record, other);
        }
    }
    for (key, text) in [("purpose", &o.purpose), ("founding_note", &o.founding_note), ("membership_note", &o.membership_note)] {
        check.nobody_named(Severity::Warning, record, key, text);
    }
}

fn members(check: &mut Check<'_>, record: Record<'_>, o: &Organisation) {
    if o.member.is_empty() && o.membership_note.trim().is_empty() {
        check.error(record, "id", "membership-note", "it has no members, and membership_note does not say why", "say why");
    }
    if o.covered_to.is_none() && o.member.iter().any(|m| m.to == End::Open) {
        let remedy = "write covered_to, the last year for which the spells hold";
        check.error(record, "member", "covered-to", "a membership is open and nothing says until when it is known", remedy);
    }
    for m in &o.member {
        let at = format!("\"{}\"", m.state);
        check.word(record, "status", &STATUSES, &m.status);
        check.work(record, &m.work);
        check.order(record, &at, Some(m.from), Some(m.to));
        if let Some(state) = check.state(record, &m.state) {
            // some joined before they were independent (Syria in the Arab League), none stayed after its end
            check.exists(Severity::Warning, record, state, &[m.from.year()]);
            check.exists(Severity::Error, record, state, &m.to.year().into_iter().collect::<Vec<_>>());
        }
        let spell = format!("{} ({} to {})", m.state, m.from, m.to);
        if o.from.is_some_and(|from| m.from.last_day() < from.first_day()) {
            check.error(record, &at, "outside-life", format!("{spell} begins before the organisation"), "correct one of the dates");
        }
        if let Some(End::At(end)) = o.to {
            let outlives = match m.to {
                End::At(to) => to.first_day() > end.last_day(),
                End::Open => true,
            };
            if outlives {
                check.error(
                    record,
                    &at,
                    "outside-life",
                    format!("{spell} outlives the organisation ({end})"),
                    "end it with the organisation",
                );
            }
        }
        if let (Some(covered_to), Some(end)) = (o.covered_to, m.to.year())
            && end > covered_to
        {
            check.error(
                record,
                &at,
                "covered-to",
                format!("{spell} ends after covered_to ({covered_to})"),
                "raise covered_to or correct the spell",
            );
        }
    }
    let mut spells: BTreeMap<(&str, &str), Vec<&Member>> = BTreeMap::new();
    for m in &o.member {
        spells.entry((&m.state, &m.status)).or_default().push(m);
    }
    for ((state, status), mut spells) in spells {
        spells.sort_by_key(|m| (m.from.first_day(), m.to));
        for pair in spells.windows(2) {
            if overlap(pair[0], pair[1]) {
                let what = format!(
                    "two spells of {state} as {status} overlap: {} to {}, {} to {}",
                    pair[0].from, pair[0].to, pair[1].from, pair[1].to
                );
                check.error(record, &format!("\"{state}\""), "spells-overlap", what, "merge them or correct a date");
            }
        }
    }
}

/// Whether two spells, the first beginning first, certainly share a day. A year that ends one and begins the next is not enough.
fn overlap(first: &Member, second: &Member) -> bool {
    first.from == second.from
        || match first.to {
            End::Open => true,
            End::At(to) => second.from.last_day() < to.first_day(),
        }
}

/// A name that means two organisations means neither.
fn names(check: &mut Check<'_>) {
    let book = check.book;
    let mut owners: BTreeMap<String, &Organisation> = BTreeMap::new();
    for o in &book.organisations {
        for text in [&o.id, &o.name].into_iter().chain(&o.aliases) {
            match owners.get(&name::fold(text)) {
                Some(first) if first.id != o.id => {
                    let what = format!("'{text}' is also a name of {}", first.id);
                    check.warn(Record { file: &o.file, id: &o.id }, &format!("\"{text}\""), "name-twice", what, "leave it to one of them");
                }
                Some(_) => {}
                None => {
                    owners.insert(name::fold(text), o);
                }
            }
        }
    }
}
