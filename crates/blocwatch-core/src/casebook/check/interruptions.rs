//! Rules for `interruptions/`, and the ties between an interruption and the cases that used it.

use super::{Check, Record};
use crate::casebook::Interruption;
use crate::name;
use crate::notice::Severity;

pub(super) fn check(check: &mut Check<'_>) {
    let book = check.book;
    let records: Vec<Record<'_>> = book.interruptions.iter().map(|i| Record { file: &i.file, id: &i.id }).collect();
    check.unique("interruption", &records);
    for (interruption, record) in book.interruptions.iter().zip(records) {
        check.id(record, "an interruption");
        if interruption.file != format!("interruptions/{}.toml", interruption.id) {
            check.error(
                record,
                "id",
                "file-name",
                format!("'{}' is not the name of its file", interruption.id),
                "rename the file or the id",
            );
        }
        text(check, record, interruption);
        ties(check, record, interruption);
        check.sources(record, &interruption.source);
    }
}

fn text(check: &mut Check<'_>, record: Record<'_>, i: &Interruption) {
    check.code(record, "kind", "interruption_kind", &i.kind);
    for (key, text) in [("kind", &i.kind), ("title", &i.title), ("what", &i.what), ("do_no_harm", &i.do_no_harm)] {
        check.filled(record, key, text);
        check.nobody_named(Severity::Warning, record, key, text);
    }
    for (key, list) in [("fits_when", &i.fits_when), ("actors", &i.actors)] {
        if list.is_empty() || list.iter().any(|t| t.trim().is_empty()) {
            check.error(record, key, "empty", format!("{key} is empty or has an empty entry"), "write at least one");
        }
    }
    for response in &i.answers_responses {
        check.code(record, "answers_responses", "response", response);
    }
    for tactic in &i.answers_tactics {
        check.code(record, "answers_tactics", "tactic", tactic);
    }
    if i.answers_responses.is_empty() && i.answers_tactics.is_empty() {
        check.error(record, "id", "empty", "it answers nothing", "write answers_responses or answers_tactics");
    }
}

fn ties(check: &mut Check<'_>, record: Record<'_>, i: &Interruption) {
    let book = check.book;
    if i.record.is_empty() && i.no_record.trim().is_empty() {
        check.error(record, "record", "no-record", "there is neither a record nor no_record", "say plainly that no use is documented");
    }
    for used in &i.record {
        let at = format!("\"{}\"", used.case);
        check.code(record, "record", "outcome", &used.outcome);
        let Some(case) = book.case(&used.case) else {
            unknown_case(check, record, &used.case);
            continue;
        };
        if !matches!(case.kind.as_str(), "interruption" | "reversal") {
            let what = format!("the case '{}' is of kind '{}'", case.id, case.kind);
            check.error(record, &at, "record-case", what, "a record points to interruptions and reversals");
        } else if case.interruption != i.id {
            let what = format!("the case '{}' does not point back", case.id);
            check.error(record, &at, "record-case", what, format!("write interruption = \"{}\" in {}", i.id, case.file));
        }
        if case.outcome != used.outcome {
            let what = format!("the outcome here is '{}' and in the case '{}' it is '{}'", used.outcome, case.id, case.outcome);
            check.error(record, &at, "record-outcome", what, "write the same outcome in both");
        }
    }
    for case in book.cases.iter().filter(|c| c.interruption == i.id && !i.record.iter().any(|u| u.case == c.id)) {
        let what = format!("the case '{}' used it and is not in its record", case.id);
        check.error(record, "record", "record-case", what, format!("add {{ case = \"{}\", outcome = \"{}\" }}", case.id, case.outcome));
    }
    for adaptation in &i.adaptations {
        if !adaptation.case.is_empty() && book.case(&adaptation.case).is_none() {
            unknown_case(check, record, &adaptation.case);
        }
        if !adaptation.work.is_empty() {
            check.work(record, &adaptation.work);
        }
        if adaptation.case.is_empty() && adaptation.work.is_empty() {
            check.error(record, "adaptations", "no-source", "an adaptation names neither case nor work", "name the one that says so");
        }
    }
}

fn unknown_case(check: &mut Check<'_>, record: Record<'_>, id: &str) {
    let near = name::did_you_mean(&name::nearest(id, check.book.cases.iter().map(|c| c.id.as_str()), 2));
    let remedy = if near.is_empty() { "write the id of a case" } else { near.trim_start_matches("; ") };
    check.error(record, &format!("\"{id}\""), "unknown-case", format!("the case '{id}' does not exist"), remedy);
}

/// The interruption that a case names exists.
pub(super) fn known(check: &mut Check<'_>, record: Record<'_>, id: &str) {
    let ids = check.book.interruptions.iter().map(|i| i.id.as_str());
    if !ids.clone().any(|i| i == id) {
        let near = name::did_you_mean(&name::nearest(id, ids, 2));
        let remedy = if near.is_empty() { format!("write interruptions/{id}.toml") } else { near.trim_start_matches("; ").to_owned() };
        check.error(record, &format!("\"{id}\""), "unknown-interruption", format!("the interruption '{id}' does not exist"), remedy);
    }
}
