//! Rules for `cases/`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Record, is_id};
use crate::casebook::{Case, Party};
use crate::notice::Severity;

/// Longest title and statement, in characters.
const TITLE: usize = 90;
const STATEMENT: usize = 700;

/// Titles nearer than this (1 is equal) make two records with the same tactic, states, organisations and year look like one.
const SAME_TITLE: f64 = 0.9;

pub(super) fn check(check: &mut Check<'_>) {
    let book = check.book;
    let records: Vec<Record<'_>> = book.cases.iter().map(|c| Record { file: &c.file, id: &c.id }).collect();
    check.unique("case", &records);
    for (case, record) in book.cases.iter().zip(records) {
        shape(check, record, case);
        axes(check, record, case);
        dates(check, record, case);
        for party in &case.party {
            self::party(check, record, case, party);
        }
        parties(check, record, case);
        evidence(check, record, case);
        kind(check, record, case);
    }
    twice(check);
}

fn shape(check: &mut Check<'_>, record: Record<'_>, case: &Case) {
    check.id(record, "a case");
    if !case.group.is_empty() && !is_id(&case.group) {
        check.error(record, "group", "id-shape", format!("'{}' is no id of a group", case.group), super::REMEDY_ID);
    }
    let folder = case.file.split('/').nth(1).unwrap_or_default();
    if folder != "general" && check.taxonomy.term("response", folder).is_none() {
        let remedy = check.taxonomy.hint("response", folder);
        let remedy = format!("move the file to cases/general or to the folder of its response; {}", remedy.trim_start_matches("; "));
        check.error(record, "id", "folder", format!("the folder '{folder}' is no response"), remedy);
    }
    check.filled(record, "title", &case.title);
    check.filled(record, "statement", &case.statement);
    let length = case.title.chars().count();
    if length > TITLE {
        check.error(record, "title", "title", format!("the title has {length} characters"), format!("shorten it to {TITLE}"));
    }
    if case.title.trim_end().ends_with('.') {
        check.error(record, "title", "title", "the title ends in a full stop", "remove it");
    }
    let length = case.statement.trim().chars().count();
    if length > STATEMENT {
        check.error(
            record,
            "statement",
            "statement",
            format!("the statement has {length} characters"),
            format!("shorten it to {STATEMENT}"),
        );
    }
    for (key, text) in [("title", &case.title), ("statement", &case.statement), ("finding", &case.finding), ("note", &case.note)] {
        check.nobody_named(Severity::Error, record, key, text);
    }
    for correction in &case.correction {
        check.nobody_named(Severity::Error, record, "correction", &correction.says);
    }
}

fn axes(check: &mut Check<'_>, record: Record<'_>, case: &Case) {
    let axes = [("channel", &case.channel), ("threat", &case.threat), ("response", &case.response), ("tactic", &case.tactic)];
    for (axis, code) in axes {
        check.code(record, axis, axis, code);
    }
    let missing: Vec<&str> = axes.iter().filter(|(_, code)| code.is_empty()).map(|(axis, _)| *axis).collect();
    if !missing.is_empty() {
        let what = format!("it lacks {}", missing.join(", "));
        match case.kind.as_str() {
            "collaboration" => check.error(
                record,
                "kind",
                "axes-missing",
                what,
                "a collaboration has all four axes; write them, or use the kind 'context'",
            ),
            "interruption" | "reversal" => {
                check.warn(record, "kind", "axes-missing", what, "write the axes of what it answers, where the source gives them")
            }
            _ => {}
        }
    }
    for (lower, upper, code, given) in
        [("tactic", "response", &case.tactic, &case.response), ("response", "threat", &case.response, &case.threat)]
    {
        if let Some(term) = check.taxonomy.term(lower, code)
            && !given.is_empty()
            && term.parent != *given
        {
            let what = format!("the {lower} '{code}' belongs to the {upper} '{}', not to '{given}'", term.parent);
            check.error(record, upper, "axes-inconsistent", what, format!("write {upper} = \"{}\", or another {lower}", term.parent));
        }
    }
}

fn dates(check: &mut Check<'_>, record: Record<'_>, case: &Case) {
    check.order(record, "to", case.from, case.to);
    let approximate = case.from.is_some_and(|d| d.approximate()) || matches!(case.to, Some(crate::time::End::At(d)) if d.approximate());
    if case.date_note.trim().is_empty() && (case.from.is_none() || approximate) {
        let what = if case.from.is_none() { "there is no date" } else { "a date is approximate" };
        let at = if case.from.is_none() { "id" } else { "from" };
        check.error(record, at, "date-note", format!("{what}, and date_note does not say why"), "write what the source gives instead");
    }
}

fn party(check: &mut Check<'_>, record: Record<'_>, case: &Case, party: &Party) {
    check.code(record, "party", "role", &party.role);
    check.code(record, "party", "party_kind", &party.kind);
    check.nobody_named(Severity::Error, record, "party", &party.actor);
    let at = format!("\"{}\"", party.actor);
    let years: Vec<_> = [case.year_from(), case.year_to()].into_iter().flatten().collect();
    match party.kind.as_str() {
        "state" => {
            if let Some(state) = check.state(record, &party.actor) {
                check.exists(Severity::Error, record, state, &years);
            }
        }
        "organisation" => check.organisation(record, &party.actor),
        _ => {
            if party.actor.trim().is_empty() {
                check.error(record, "party", "empty", format!("a {} has no name", party.kind), "write it as the source does");
            }
        }
    }
    if !party.of.is_empty() {
        if matches!(party.kind.as_str(), "state" | "organisation" | "group") {
            check.error(
                record,
                &at,
                "of",
                format!("a {} carries 'of'", party.kind),
                "leave it out; 'of' is for agencies, firms and parties",
            );
        }
        if let Some(state) = check.state(record, &party.of) {
            check.exists(Severity::Error, record, state, &years);
        }
    }
    let fits = match party.role.as_str() {
        "target_group" => party.kind != "state",
        "target_state" => matches!(party.kind.as_str(), "state" | "group"),
        _ => true,
    };
    if !fits {
        let what = format!("a {} ('{}') cannot be a {}", party.kind, party.actor, party.role.replace('_', " "));
        check.error(record, &at, "role-kind", what, "use target_state for states and target_group for categories");
    }
}

fn parties(check: &mut Check<'_>, record: Record<'_>, case: &Case) {
    let has = |roles: &[&str]| case.party.iter().any(|p| roles.contains(&p.role.as_str()));
    if case.kind == "collaboration" && !has(&["sponsor", "partner", "host", "home", "venue"]) && case.note.trim().is_empty() {
        let remedy = "name a sponsor, partner, host, home or venue, or say in note why the source names none";
        check.error(record, "party", "no-actor", "nobody collaborates here", remedy);
    }
    if case.kind == "interruption" && !has(&["challenger"]) && case.note.trim().is_empty() {
        check.error(
            record,
            "party",
            "no-challenger",
            "nobody is named as challenger",
            "name one, or say in note why the source names none",
        );
    }
    for (i, party) in case.party.iter().enumerate() {
        if case.party[..i].contains(party) {
            let at = format!("\"{}\"", party.actor);
            check.error(record, &at, "party-twice", format!("'{}' stands twice as {}", party.actor, party.role), "remove one");
        }
    }
}

fn evidence(check: &mut Check<'_>, record: Record<'_>, case: &Case) {
    check.sources(record, &case.source);
    check.code(record, "claim", "claim", &case.claim);
    check.filled(record, "claim", &case.claim);
    let mut signs = case.grade.chars();
    let known = |list: &str, sign: Option<char>| sign.is_some_and(|s| check.taxonomy.term(list, &s.to_string()).is_some());
    let (letter, figure) = (signs.next(), signs.next());
    if !known("admiralty_source", letter) || !known("admiralty_information", figure) || signs.next().is_some() {
        check.error(
            record,
            "grade",
            "grade",
            format!("'{}' is no grade", case.grade),
            "write a letter from A to F and a figure from 1 to 6, such as C3",
        );
    }
    match (case.claim.as_str(), figure) {
        ("established", Some('3'..='6')) => {
            let what = format!("an established statement cannot be graded {}", case.grade);
            check.error(record, "grade", "claim-grade", what, "use the figure 1 or 2, or claim = \"reported\"");
        }
        ("disputed", Some('1')) => {
            let what = format!("a disputed statement cannot be graded {}", case.grade);
            check.error(record, "grade", "claim-grade", what, "confirmed by independent origins and disputed exclude each other");
        }
        _ => {}
    }
    for correction in &case.correction {
        check.work(record, &correction.work);
        check.filled(record, "correction", &correction.says);
    }
}

fn kind(check: &mut Check<'_>, record: Record<'_>, case: &Case) {
    check.code(record, "kind", "kind", &case.kind);
    check.filled(record, "kind", &case.kind);
    let answers = matches!(case.kind.as_str(), "interruption" | "reversal");
    check.code(record, "outcome", "outcome", &case.outcome);
    if answers && case.outcome.is_empty() {
        check.error(
            record,
            "kind",
            "outcome-missing",
            format!("the {} has no outcome", case.kind),
            "write it; outcome = \"unknown\" is one",
        );
    }
    if !answers && !case.outcome.is_empty() {
        let what = format!("a record of kind '{}' has an outcome", case.kind);
        check.error(record, "outcome", "misplaced", what, "outcomes belong to interruptions and reversals");
    }
    if case.kind == "interruption" && case.interruption.is_empty() {
        check.error(record, "kind", "interruption-missing", "the entry of interruptions/ is missing", "write interruption = \"…\"");
    }
    if !case.interruption.is_empty() {
        super::interruptions::known(check, record, &case.interruption);
        if !answers {
            let what = format!("a record of kind '{}' names an interruption", case.kind);
            check.error(record, "interruption", "misplaced", what, "only interruptions and reversals do");
        }
    }
    if case.kind == "effect" && case.finding.trim().is_empty() {
        check.error(
            record,
            "kind",
            "finding-missing",
            "the effect has no finding",
            "write direction, size and population as the study gives them",
        );
    }
    if !matches!(case.kind.as_str(), "effect" | "context") && !case.finding.is_empty() {
        let what = format!("a record of kind '{}' has a finding", case.kind);
        check.error(record, "finding", "misplaced", what, "findings belong to effects, and figures to context");
    }
}

/// The same statement under two ids, and records that look like one.
fn twice(check: &mut Check<'_>) {
    let book = check.book;
    let mut statements: BTreeMap<String, &Case> = BTreeMap::new();
    let mut alike: BTreeMap<_, Vec<&Case>> = BTreeMap::new();
    for case in &book.cases {
        let record = Record { file: &case.file, id: &case.id };
        let statement = case.statement.split_whitespace().collect::<Vec<_>>().join(" ");
        match statements.get(&statement) {
            Some(first) if first.id != case.id && !statement.is_empty() => {
                let what = format!("the statement is that of '{}' ({})", first.id, first.file);
                check.error(record, "statement", "statement-twice", what, "say what is different about this record, or merge the two");
            }
            Some(_) => {}
            None => {
                statements.insert(statement, case);
            }
        }
        let named = case.party.iter().filter(|p| matches!(p.kind.as_str(), "state" | "organisation"));
        let actors: BTreeSet<&str> = named.map(|p| p.actor.as_str()).collect();
        let seen = alike.entry((case.tactic.as_str(), actors, case.year_from())).or_default();
        let near = |other: &&&Case| strsim::normalized_damerau_levenshtein(&other.title, &case.title) > SAME_TITLE;
        if let Some(other) = seen.iter().find(near)
            && other.id != case.id
        {
            let what = format!("it looks like '{}' ({}): same tactic, parties and year, title nearly the same", other.id, other.file);
            check.warn(record, "title", "possible-duplicate", what, "merge them, or make the titles tell them apart");
        }
        seen.push(case);
    }
}
