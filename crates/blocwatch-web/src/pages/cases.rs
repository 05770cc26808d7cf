//! Cases: search with facets, and one case with parties, grade, claim, corrections and sources.

use std::collections::BTreeMap;

use blocwatch_analysis::steps::states::LAST_YEAR;
use blocwatch_core::casebook::{Case, Party, SourceRef};
use blocwatch_core::name;
use serde::Serialize;
use serde_json::json;

use crate::error::{Result, WebError};
use crate::links;
use crate::locale::Given;
use crate::pages::matrix;
use crate::server::Ask;
use crate::site::Site;

/// What can be asked.
pub(super) const FILTERS: &[&str] = &["q", "kind", "channel", "threat", "response", "tactic", "claim", "actor", "role", "from", "to"];
/// Facets that are words of a closed list, in the order shown; the message `facet-…` names each.
const LISTS: &[&str] = &["kind", "threat", "response", "tactic", "channel", "claim"];

/// A case in a list.
#[derive(Serialize)]
struct Short<'a> {
    href: String,
    title: &'a str,
    when: String,
    kind: &'a str,
    tactic: &'a str,
    channel: &'a str,
    claim: &'a str,
    is_claim: bool,
    grade: &'a str,
    statement: &'a str,
}

#[derive(Serialize)]
struct Facet {
    key: &'static str,
    options: Vec<FacetOption>,
}

#[derive(Serialize)]
struct FacetOption {
    id: String,
    name: String,
    n: usize,
    chosen: bool,
}

#[derive(Serialize)]
struct Role<'a> {
    name: &'a str,
    definition: &'a str,
    parties: Vec<(String, Option<String>)>,
}

#[derive(Serialize)]
struct Source {
    cite: String,
    at: String,
    via: String,
    url: String,
    doi: String,
}

/// A word of a case by the name of its list.
fn word<'a>(case: &'a Case, list: &str) -> &'a str {
    match list {
        "kind" => &case.kind,
        "threat" => &case.threat,
        "response" => &case.response,
        "tactic" => &case.tactic,
        "channel" => &case.channel,
        "claim" => &case.claim,
        _ => "",
    }
}

/// The id of a party as typed: a state by any of its names, an organisation, or a party as the casebook writes it.
pub(super) fn actor(site: &Site, typed: &str) -> Result<String> {
    let folded = name::fold(typed);
    let organisation = site
        .book
        .organisations
        .iter()
        .find(|o| name::fold(&o.id) == folded || name::fold(&o.name) == folded || o.aliases.iter().any(|a| name::fold(a) == folded));
    if let Some(o) = organisation {
        return Ok(o.id.clone());
    }
    if let Some(s) = site.states.by_id(&typed.to_uppercase()) {
        return Ok(s.id.clone());
    }
    if let Some(p) = site.book.cases.iter().flat_map(|c| &c.party).find(|p| name::fold(&p.actor) == folded) {
        return Ok(p.actor.clone());
    }
    site.states.resolve(typed, LAST_YEAR).map(|s| s.id.clone()).map_err(|e| WebError::Bad(e.to_string()))
}

/// A party by name.
pub(super) fn actor_name(site: &Site, id: &str) -> String {
    site.states
        .by_id(id)
        .map(|s| s.name.clone())
        .or_else(|| site.book.organisation(id).map(|o| o.name.clone()))
        .unwrap_or_else(|| id.to_owned())
}

fn when(ask: &Ask, case: &Case) -> Result<String> {
    let given = |name, date: String| (name, Given::from(date));
    match (case.from, case.to) {
        (None, _) => ask.lang.text("when-undated", &[]),
        (Some(from), None) => Ok(from.to_string()),
        (Some(from), Some(to)) if to.to_string() == "open" => ask.lang.text("when-since", &[given("from", from.to_string())]),
        (Some(from), Some(to)) if from.to_string() == to.to_string() => Ok(from.to_string()),
        (Some(from), Some(to)) => ask.lang.text("when-span", &[given("from", from.to_string()), given("to", to.to_string())]),
    }
}

fn short<'a>(site: &'a Site, ask: &Ask, case: &'a Case) -> Result<Short<'a>> {
    let t = site.taxonomy;
    Ok(Short {
        href: links::case(&case.id),
        title: &case.title,
        when: when(ask, case)?,
        kind: t.name_of("kind", &case.kind),
        tactic: t.name_of("tactic", &case.tactic),
        channel: t.name_of("channel", &case.channel),
        claim: &case.claim,
        is_claim: case.is_claim(),
        grade: &case.grade,
        statement: &case.statement,
    })
}

pub(super) fn list(site: &Site, ask: &Ask) -> Result<String> {
    let t = site.taxonomy;
    let filter = matrix::filter(site, ask)?;
    let mut chosen: BTreeMap<&str, String> = BTreeMap::new();
    for list in LISTS.iter().copied() {
        let ids: Vec<&str> = t.list(list).iter().map(|x| x.id.as_str()).collect();
        if let Some(id) = ask.params.choice(list, &ids)? {
            chosen.insert(list, id.to_owned());
        }
    }
    let words: Vec<String> = ask.params.one("q").map(name::fold).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let fits = |case: &Case, but: &str| {
        filter.takes(case)
            && chosen.iter().all(|(list, id)| *list == but || word(case, list) == id)
            && words.iter().all(|w| name::fold(&format!("{} {} {}", case.title, case.statement, case.id)).contains(w))
    };
    let mut found: Vec<&Case> = site.book.cases.iter().filter(|c| fits(c, "")).collect();
    found.sort_by(|a, b| b.year_from().cmp(&a.year_from()).then_with(|| a.id.cmp(&b.id)));
    let facets: Vec<Facet> = LISTS
        .iter()
        .map(|key| Facet {
            key,
            options: t
                .list(key)
                .iter()
                .map(|term| FacetOption {
                    id: term.id.clone(),
                    name: term.name.clone(),
                    n: site.book.cases.iter().filter(|c| fits(c, key) && word(c, key) == term.id).count(),
                    chosen: chosen.get(key).is_some_and(|c| *c == term.id),
                })
                .filter(|o| o.n > 0 || o.chosen)
                .collect(),
        })
        .collect();
    let shown: Vec<Short<'_>> = found.iter().map(|c| short(site, ask, c)).collect::<Result<_>>()?;
    let roles: Vec<(&str, &str)> = t.role.iter().map(|r| (r.id.as_str(), r.name.as_str())).collect();
    let asked = json!({
        "q": ask.params.one("q"),
        "actor": filter.actor.as_deref().map(|a| actor_name(site, a)),
        "role": filter.role,
        "from": filter.from,
        "to": filter.to,
    });
    let filters = filters(site, ask)?;
    site.render(
        ask,
        "cases.html",
        json!({
            "here": "/cases", "shown": shown, "facets": facets, "roles": roles, "asked": asked, "filters": filters,
            "total": site.book.cases.len(),
        }),
    )
}

/// A filter that is set.
#[derive(Serialize)]
struct Set {
    /// What it is of, in words of the interface.
    label: String,
    /// What is asked for.
    value: String,
    /// The list without it.
    without: String,
}

/// The filters that are set, so that each can be taken back by itself.
fn filters(site: &Site, ask: &Ask) -> Result<Vec<Set>> {
    let labels = [("q", "cases-words"), ("actor", "form-actor"), ("role", "form-role"), ("from", "form-from"), ("to", "form-to")];
    let asked: Vec<(&str, &str)> = FILTERS.iter().filter_map(|key| Some((*key, ask.params.one(key)?))).collect();
    let set = |(key, value): &(&str, &str)| {
        let rest: Vec<String> = asked.iter().filter(|a| a.0 != *key).map(|(k, v)| format!("{k}={}", links::encode(v))).collect();
        let message = labels.iter().find(|l| l.0 == *key).map_or_else(|| format!("facet-{key}"), |l| l.1.to_owned());
        Ok(Set {
            label: ask.lang.text(&message, &[])?,
            value: match *key {
                "actor" => actor_name(site, &actor(site, value)?),
                "q" | "from" | "to" => (*value).to_owned(),
                list => site.taxonomy.name_of(list, value).to_owned(),
            },
            without: if rest.is_empty() { "/cases".to_owned() } else { format!("/cases?{}", rest.join("&")) },
        })
    };
    asked.iter().map(set).collect()
}

fn party(site: &Site, p: &Party) -> (String, Option<String>) {
    let of = |id: &str| actor_name(site, id);
    match p.kind.as_str() {
        "state" => (of(&p.actor), Some(links::state(&p.actor))),
        "organisation" => (of(&p.actor), site.book.organisation(&p.actor).map(|o| links::organisation(&o.id))),
        kind if p.of.is_empty() => (format!("{} ({kind})", p.actor), None),
        "firm" => (format!("{} (firm, of {} or linked with it by the source)", p.actor, of(&p.of)), Some(links::state(&p.of))),
        kind => (format!("{} ({kind} of {})", p.actor, of(&p.of)), Some(links::state(&p.of))),
    }
}

fn source(site: &Site, s: &SourceRef) -> Source {
    let work = site.book.work(&s.work);
    Source {
        cite: work.map_or_else(|| s.work.clone(), blocwatch_core::casebook::Work::cite),
        at: s.at.clone(),
        via: site.book.work(&s.via).map(blocwatch_core::casebook::Work::cite).unwrap_or_default(),
        url: work.map(|w| w.url.clone()).filter(|u| u.starts_with("https://") || u.starts_with("http://")).unwrap_or_default(),
        doi: work.map(|w| w.doi.clone()).unwrap_or_default(),
    }
}

/// Sources as a page lists them.
pub(super) fn sources(site: &Site, list: &[SourceRef]) -> serde_json::Value {
    json!(list.iter().map(|s| source(site, s)).collect::<Vec<_>>())
}

pub(super) fn one(site: &Site, ask: &Ask) -> Result<String> {
    let id = ask.first();
    let Some(case) = site.book.case(id) else {
        let near = name::nearest(id, site.book.cases.iter().map(|c| c.id.as_str()), 3);
        return Err(WebError::NotFound(format!("there is no case '{}'{}", crate::params::short(id), name::did_you_mean(&near))));
    };
    let t = site.taxonomy;
    let roles: Vec<Role<'_>> = t
        .role
        .iter()
        .map(|r| Role {
            name: &r.name,
            definition: &r.definition,
            parties: case.party.iter().filter(|p| p.role == r.id).map(|p| party(site, p)).collect(),
        })
        .filter(|r| !r.parties.is_empty())
        .collect();
    let coded: Vec<(&str, &str, &str, String)> = LISTS
        .iter()
        .filter(|list| !matches!(**list, "claim") && !word(case, list).is_empty())
        .map(|list| {
            let id = word(case, list);
            let definition = t.term(list, id).map_or("", |x| x.definition.as_str());
            (*list, t.name_of(list, id), definition, format!("/cases?{list}={}", links::encode(id)))
        })
        .collect();
    let corrections: Vec<(String, &str, String)> = case
        .correction
        .iter()
        .map(|c| {
            (c.date.to_string(), c.says.as_str(), site.book.work(&c.work).map(blocwatch_core::casebook::Work::cite).unwrap_or_default())
        })
        .collect();
    let letters = (case.grade.get(..1).unwrap_or_default(), case.grade.get(1..).unwrap_or_default());
    let answers: Vec<(String, &str)> = site
        .book
        .interruptions
        .iter()
        .filter(|i| {
            (!case.tactic.is_empty() && i.answers_tactics.contains(&case.tactic))
                || (!case.response.is_empty() && i.answers_responses.contains(&case.response))
                || i.id == case.interruption
        })
        .map(|i| (links::interruption(&i.id), i.title.as_str()))
        .collect();
    let values = json!({
        "here": "/cases",
        "id": case.id,
        "title": case.title,
        "statement": case.statement,
        "kind": t.name_of("kind", &case.kind),
        "when": when(ask, case)?,
        "date_note": case.date_note,
        "grade": case.grade,
        "is_claim": case.is_claim(),
        "grade_source": t.name_of("admiralty_source", letters.0),
        "grade_information": t.name_of("admiralty_information", letters.1),
        "claim": t.name_of("claim", &case.claim),
        "claim_definition": t.term("claim", &case.claim).map_or("", |x| x.definition.as_str()),
        "roles": roles,
        "coded": coded,
        "corrections": corrections,
        "answers": answers,
        "note": case.note,
        "finding": case.finding,
        "outcome": t.term("outcome", &case.outcome).map_or("", |o| o.name.as_str()),
        "sources": sources(site, &case.source),
    });
    site.render(ask, "case.html", values)
}
