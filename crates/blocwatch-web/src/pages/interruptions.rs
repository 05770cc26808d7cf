//! What has interrupted collaboration: a list by response and tactic, and one entry with record, adaptations and who can be hurt.

use blocwatch_core::casebook::Interruption;
use blocwatch_core::name;
use serde::Serialize;
use serde_json::json;

use crate::error::{Result, WebError};
use crate::links;
use crate::server::Ask;
use crate::site::Site;

#[derive(Serialize)]
struct Short<'a> {
    href: String,
    title: &'a str,
    kind: &'a str,
    what: &'a str,
    answers: Vec<&'a str>,
    /// Documented uses, and in how many of them it worked at least in part.
    uses: usize,
    worked: usize,
}

fn answers<'a>(site: &'a Site, i: &'a Interruption) -> Vec<&'a str> {
    let t = site.taxonomy;
    let responses = i.answers_responses.iter().map(|r| t.name_of("response", r));
    responses.chain(i.answers_tactics.iter().map(|x| t.name_of("tactic", x))).collect()
}

pub(super) fn list(site: &Site, ask: &Ask) -> Result<String> {
    let t = site.taxonomy;
    let ids = |list: &str| t.list(list).iter().map(|x| x.id.as_str()).collect::<Vec<_>>();
    let (kinds, responses, tactics) = (ids("interruption_kind"), ids("response"), ids("tactic"));
    let kind = ask.params.choice("kind", &kinds)?;
    let response = ask.params.choice("response", &responses)?;
    let tactic = ask.params.choice("tactic", &tactics)?;
    let answers_response = |i: &Interruption, r: &str| {
        i.answers_responses.iter().any(|x| x == r) || i.answers_tactics.iter().any(|x| t.term("tactic", x).is_some_and(|t| t.parent == r))
    };
    let answers_tactic = |i: &Interruption, x: &str| {
        let parent = t.term("tactic", x).map_or("", |t| t.parent.as_str());
        i.answers_tactics.iter().any(|a| a == x) || i.answers_responses.iter().any(|r| r == parent)
    };
    let shown: Vec<Short<'_>> = site
        .book
        .interruptions
        .iter()
        .filter(|i| kind.is_none_or(|k| i.kind == k))
        .filter(|i| response.is_none_or(|r| answers_response(i, r)))
        .filter(|i| tactic.is_none_or(|x| answers_tactic(i, x)))
        .map(|i| Short {
            href: links::interruption(&i.id),
            title: &i.title,
            kind: t.name_of("interruption_kind", &i.kind),
            what: &i.what,
            answers: answers(site, i),
            uses: i.record.len(),
            worked: i.record.iter().filter(|u| matches!(u.outcome.as_str(), "worked" | "partly")).count(),
        })
        .collect();
    let named = |list: &str| t.list(list).iter().map(|x| (x.id.clone(), x.name.clone())).collect::<Vec<_>>();
    let values = json!({
        "here": "/interruptions",
        "shown": shown,
        "total": site.book.interruptions.len(),
        "asked": json!({"kind": kind, "response": response, "tactic": tactic}),
        "kinds": named("interruption_kind"),
        "responses": named("response"),
        "tactics": named("tactic"),
    });
    site.render(ask, "interruptions.html", values)
}

pub(super) fn one(site: &Site, ask: &Ask) -> Result<String> {
    let id = ask.first();
    let Some(i) = site.book.interruptions.iter().find(|i| i.id == id) else {
        let near = name::nearest(id, site.book.interruptions.iter().map(|i| i.id.as_str()), 3);
        let hint = name::did_you_mean(&near);
        return Err(WebError::NotFound(format!("there is no interruption '{}'{hint}", crate::params::short(id))));
    };
    let t = site.taxonomy;
    let case = |id: &str| site.book.case(id).map(|c| (links::case(&c.id), c.title.clone()));
    let record: Vec<(Option<(String, String)>, &str, &str)> =
        i.record.iter().map(|u| (case(&u.case), t.name_of("outcome", &u.outcome), u.note.as_str())).collect();
    let adaptations: Vec<(&str, Option<(String, String)>, String)> = i
        .adaptations
        .iter()
        .map(|a| (a.says.as_str(), case(&a.case), site.book.work(&a.work).map(blocwatch_core::casebook::Work::cite).unwrap_or_default()))
        .collect();
    let values = json!({
        "here": "/interruptions",
        "title": i.title,
        "kind": t.name_of("interruption_kind", &i.kind),
        "what": i.what,
        "answers": answers(site, i),
        "fits_when": i.fits_when,
        "actors": i.actors,
        "record": record,
        "no_record": i.no_record,
        "adaptations": adaptations,
        "do_no_harm": i.do_no_harm,
        "sources": super::cases::sources(site, &i.source),
    });
    site.render(ask, "interruption.html", values)
}
