//! Rules for `events/`: every code, role, tactic, channel, state and work exists, and no event fits two rules of the mapping.

use std::collections::BTreeSet;

use super::{Check, Problem};
use crate::error::CoreError;
use crate::events::{EventCodes, FILES, Rule, Scheme, quad_class};
use crate::notice::Severity;

const CAMEO: &str = FILES[0].0;
const PLOVER: &str = FILES[1].0;
const CROSSWALK: &str = FILES[2].0;
const ROLES: &str = FILES[3].0;
const ACTORS: &str = FILES[4].0;
const TACTICS: &str = FILES[5].0;

pub(super) fn check(check: &mut Check<'_>) {
    let texts = &check.texts;
    let mut found = Vec::new();
    let mut add = |file: &str, line: usize, id: &str, rule: &'static str, what: String, remedy: &str| {
        let (file, id, remedy) = (file.to_owned(), id.to_owned(), remedy.to_owned());
        found.push(Problem { file, line, id, rule, what, remedy, severity: Severity::Error });
    };
    let codes = match EventCodes::read(|path| texts.get(path).copied()) {
        Ok(codes) => codes,
        Err(CoreError::Knowledge { file, line, message }) => {
            add(&file, line.unwrap_or(1), "", "list", message, "see events/README.md");
            check.problems.extend(found);
            return;
        }
        Err(_) => return,
    };
    let mut seen = BTreeSet::new();
    for c in &codes.cameo {
        let digits = (2..=4).contains(&c.code.len()) && c.code.bytes().all(|b| b.is_ascii_digit());
        if !digits || !c.code.starts_with(&c.root) || quad_class(&c.root) != Some(c.quad_class) {
            let what = format!("code '{}', root '{}' and quad class {} do not fit together", c.code, c.root, c.quad_class);
            add(CAMEO, c.line, &c.code, "event-code", what, "write two to four digits, their first two, and the class of that root");
        }
        if !seen.insert(("cameo", c.code.clone())) {
            add(CAMEO, c.line, &c.code, "duplicate-id", format!("the code '{}' stands twice", c.code), "remove one");
        }
        if [c.goldstein, c.older_goldstein].into_iter().flatten().any(|g| g.abs() > 10.0) {
            let what = format!("a value of '{}' is not between -10 and 10", c.code);
            add(CAMEO, c.line, &c.code, "goldstein", what, "write the published value, or nothing where none is published");
        }
    }
    for p in &codes.plover {
        if codes.plover(&p.event_type, "").is_none_or(|t| t.quad_class != p.quad_class) {
            add(PLOVER, p.line, &p.code(), "event-code", format!("'{}' has no type of its class", p.code()), "add a row without a mode");
        }
        if !seen.insert(("plover", p.code())) {
            add(PLOVER, p.line, &p.code(), "duplicate-id", format!("'{}' stands twice", p.code()), "remove one");
        }
    }
    for c in &codes.crosswalk {
        if codes.cameo(&c.cameo).is_none() || codes.plover(&c.plover, &c.mode).is_none() {
            let what = format!("'{}' or '{} {}' does not exist", c.cameo, c.plover, c.mode);
            add(CROSSWALK, c.line, &c.cameo, "unknown-code", what, "write codes of cameo.csv and plover.csv");
        }
        if !seen.insert(("crosswalk", c.cameo.clone())) {
            add(CROSSWALK, c.line, &c.cameo, "duplicate-id", format!("the code '{}' stands twice", c.cameo), "remove one");
        }
    }
    for r in &codes.roles {
        if !["cameo", "plover", "icews"].contains(&r.scheme.as_str()) {
            add(ROLES, r.line, &r.code, "unknown-code", format!("'{}' is no scheme", r.scheme), "write cameo, plover or icews");
        }
        if !seen.insert(("role", format!("{} {}", r.scheme, r.code))) {
            add(ROLES, r.line, &r.code, "duplicate-id", format!("'{}' stands twice", r.code), "remove one");
        }
    }
    for a in &codes.actors {
        if !["state", "region", "bloc", "territory", "other"].contains(&a.kind.as_str()) {
            let what = format!("'{}' is no kind of actor", a.kind);
            add(ACTORS, a.line, &a.code, "unknown-code", what, "write state, region, bloc, territory or other");
        }
        if (a.kind == "state") != check.states.by_id(&a.state).is_some() {
            let what = format!("'{}' is no state", a.state);
            add(ACTORS, a.line, &a.code, "unknown-state", what, "write an id of states/states.toml, or nothing where no state is meant");
        }
        if !seen.insert(("actor", a.code.clone())) {
            add(ACTORS, a.line, &a.code, "duplicate-id", format!("'{}' stands twice", a.code), "remove one");
        }
    }
    for (i, r) in codes.rules.iter().enumerate() {
        let mut tell = |rule: &'static str, what: String, remedy: &str| add(TACTICS, r.line, &r.rule, rule, what, remedy);
        let exists = match r.scheme {
            Scheme::Cameo => codes.cameo.iter().any(|c| c.code.starts_with(&r.code)),
            Scheme::Plover => codes.plover.iter().any(|p| p.code().starts_with(&r.code)),
        };
        if r.code.is_empty() || !exists {
            tell("unknown-code", format!("no event code begins with '{}'", r.code), "write a code of cameo.csv or plover.csv");
        }
        let unsure = |c: &&crate::events::Cameo| c.code.starts_with(&r.code) && !c.older_name.is_empty();
        if let Some(c) = codes.cameo.iter().filter(|_| r.scheme == Scheme::Cameo).find(unsure) {
            let what = format!("the code {} means '{}' in another version of CAMEO", c.code, c.older_name);
            tell("code-of-two-senses", what, "map only codes with one sense");
        }
        for (list, code) in [("tactic", &r.tactic), ("channel", &r.channel)] {
            if check.taxonomy.term(list, code).is_none() {
                let remedy = check.taxonomy.hint(list, code);
                tell("unknown-code", format!("'{code}' is no {list}"), remedy.trim_start_matches("; "));
            }
        }
        if check.book.work(&r.citation).is_none() {
            tell("unknown-work", format!("the work '{}' does not exist", r.citation), "add it to works/");
        }
        if r.rationale.is_empty() {
            tell("empty", "the rationale is empty".to_owned(), "write why, and what is wrongly in it");
        }
        if r.share_right.is_some_and(|s| !(0.0..=1.0).contains(&s)) {
            tell("share", "share_right is no share".to_owned(), "write a number from 0 to 1, or nothing where no source gives it");
        }
        if r.mapping != codes.mapping() {
            let what = format!("the mapping is '{}' here and '{}' above", r.mapping, codes.mapping());
            tell("mapping", what, "write one version in all rows");
        }
        if codes.rules[..i].iter().any(|other| other.rule == r.rule) {
            tell("duplicate-id", format!("the rule '{}' stands twice", r.rule), "rename or remove one");
        }
        let ambiguous = |other: &&Rule| other.code == r.code && other.overlaps(r);
        if let Some(other) = codes.rules[..i].iter().find(ambiguous) {
            let what = format!("the same event fits '{}' and '{}'", other.rule, r.rule);
            tell("ambiguous-rules", what, "make their roles disjoint, or one code longer");
        }
    }
    check.problems.extend(found);
}
