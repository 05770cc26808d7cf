//! Two speeches or treaties side by side, and what shares passages with one of them: the view of `blocwatch compare`, on texts of the
//! observatory.
//!
//! A pair is compared within its setting, so that formulas of the house count for little: a speech with all speeches of its session and
//! all of its speaker, a treaty with all treaties.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use arrow::array::Array;
use blocwatch_analysis::frame::{At, Columns};
use blocwatch_core::time::FuzzyDate;
use blocwatch_publish::html::Frame;
use blocwatch_publish::texts as view;
use blocwatch_texts::across::Evidence;
use blocwatch_texts::document::{Document, Meta};
use blocwatch_texts::read::digest_of;
use blocwatch_texts::reuse::{self, Settings};
use serde_json::{Value, json};

use super::texts::{speech_id, speech_texts};
use crate::error::{Result, WebError};
use crate::links;
use crate::params::short;
use crate::server::Ask;
use crate::site::Site;

/// One comparison at a time: each takes a core for a moment and some hundred megabytes.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
/// Pairs listed for one text.
const MOST: usize = 25;

/// A text as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// Speaker and session.
    Speech(String, i32),
    /// Id, and which of several files of one id.
    Treaty(String, i32),
}

impl Asked {
    fn id(&self) -> String {
        match self {
            Self::Speech(iso3, session) => format!("{iso3}-{session}"),
            Self::Treaty(id, 1) => format!("treaty:{id}"),
            Self::Treaty(id, n) => format!("treaty:{id}~{n}"),
        }
    }
}

/// What a visitor typed: `KGZ-78`, a state and a year, `treaty:ID`.
fn resolve(site: &Site, typed: &str) -> Result<Asked> {
    if let Some(id) = typed.strip_prefix("treaty:") {
        let (id, n) = id.rsplit_once('~').and_then(|(id, n)| Some((id, n.parse().ok()?))).unwrap_or((id, 1));
        return Ok(Asked::Treaty(id.to_owned(), n));
    }
    if let Some((iso3, session)) = speech_id(typed) {
        return Ok(Asked::Speech(iso3.to_owned(), session));
    }
    let year = typed.rsplit([' ', ',']).next().and_then(|y| y.parse::<i32>().ok()).filter(|y| (1946..=2200).contains(y));
    let Some(year) = year else {
        return Err(WebError::Bad(format!(
            "'{}' names no text: give a state and a year (Kyrgyzstan 2023), a speech (KGZ-78) or a treaty (treaty:ID)",
            short(typed)
        )));
    };
    let name = typed[..typed.len() - year.to_string().len()].trim_end_matches([' ', ',']);
    let state = site.states.resolve(name, year).map_err(|e| WebError::Bad(e.to_string()))?;
    let sql = format!("SELECT session, iso3 FROM speech WHERE gwcode = {} AND year = {year}", state.key_at(year));
    let found = site.session.query_one(&sql)?;
    let c = Columns(&found);
    match (c.i32("session")?.iter().next().flatten(), c.text("iso3")?.iter().next().flatten()) {
        (Some(session), Some(iso3)) => Ok(Asked::Speech(iso3.to_owned(), session)),
        _ => Err(WebError::NotFound(format!(
            "{} did not speak in the General Debate of {year}, or its speech is not in the corpus",
            state.name
        ))),
    }
}

/// All texts among which these are compared, the ones asked for first.
fn setting(site: &Site, asked: &[Asked]) -> Result<Vec<(Asked, Document)>> {
    let mut all: BTreeMap<Asked, Document> = BTreeMap::new();
    let mut of: Vec<String> = Vec::new();
    for a in asked {
        if let Asked::Speech(iso3, session) = a {
            // ids of speakers were checked to be letters and digits
            of.push(format!("session = {session} OR iso3 = '{iso3}'"));
        }
    }
    if !of.is_empty() && site.has("speech") {
        let digest = digest(site, "general_debate");
        let rows = site.session.query_one(&format!("SELECT session, iso3, year, gwcode FROM speech WHERE {}", of.join(" OR ")))?;
        let c = Columns(&rows);
        let (session, iso3, year, gwcode) = (c.i32("session")?, c.text("iso3")?, c.i32("year")?, c.u16("gwcode")?);
        let wanted: Vec<(String, i32)> = (0..rows.num_rows()).map(|i| (iso3.value(i).to_owned(), session.value(i))).collect();
        let mut texts = speech_texts(site, &wanted)?;
        for (i, key) in wanted.iter().enumerate() {
            let Some(text) = texts.remove(key) else { continue };
            let spoken = year.at(i);
            let author = gwcode.at(i).zip(spoken).and_then(|(g, y)| site.states.by_key(g, y)).map_or(key.0.as_str(), |s| &s.name);
            let spoken = spoken.map(|y| y.to_string()).unwrap_or_default();
            let meta = Meta {
                title: Some(format!("{author} in the General Debate, {spoken}")),
                author: Some(author.to_owned()),
                date: FuzzyDate::parse(&spoken).ok(),
                language: Some("en".to_owned()),
                address: Some("https://doi.org/10.7910/DVN/0TJX8Y".to_owned()),
                sha256: digest_of(&text),
                format: format!("General Debate Corpus (CC0), session {}; its file has SHA-256 {digest}", key.1),
                ..Meta::default()
            };
            let key = Asked::Speech(key.0.clone(), key.1);
            let id = format!("speech {} of the General Debate Corpus", key.id());
            all.insert(key, Document { id, text, meta });
        }
    }
    if asked.iter().any(|a| matches!(a, Asked::Treaty(..))) && site.has("treaty_text") {
        let digest = digest(site, "treaty_texts");
        for batch in site.session.query("SELECT \"treatyID\", occurrence, title, year, text FROM treaty_text")? {
            let c = Columns(&batch);
            let (id, title, year, text) = (c.text("treatyID")?, c.text("title")?, c.i32("year")?, c.text("text")?);
            let occurrence = c.i32("occurrence")?;
            for i in 0..batch.num_rows() {
                let key = Asked::Treaty(id.value(i).to_owned(), occurrence.at(i).unwrap_or(1));
                let text = text.at(i).unwrap_or_default().trim_start_matches('\u{feff}').to_owned();
                let language = blocwatch_texts::language::detect(&text).map(str::to_owned);
                let meta = Meta {
                    title: Some(if title.is_null(i) { id.value(i).to_owned() } else { title.value(i).to_owned() }),
                    date: year.at(i).and_then(|y| FuzzyDate::parse(&y.to_string()).ok()),
                    language_detected: language.is_some(),
                    language,
                    address: Some("https://github.com/globalgov/manytreaties".to_owned()),
                    sha256: digest_of(&text),
                    format: format!("manytreaties, text of the treaty as published there; its file has SHA-256 {digest}"),
                    ..Meta::default()
                };
                let id = key.id().replacen("treaty:", "treaty ", 1);
                all.insert(key, Document { id, text, meta });
            }
        }
    }
    let mut out = Vec::with_capacity(all.len());
    for a in asked {
        let document = all.remove(a).ok_or_else(|| match a {
            Asked::Speech(iso3, session) => WebError::NotFound(format!("there is no speech of '{}' in session {session}", short(iso3))),
            Asked::Treaty(id, _) => {
                let known: Vec<&str> =
                    all.keys().filter_map(|k| if let Asked::Treaty(id, _) = k { Some(id.as_str()) } else { None }).collect();
                let near = blocwatch_core::name::nearest(id, known, 3);
                WebError::NotFound(format!("no text of a treaty '{}'{}", short(id), blocwatch_core::name::did_you_mean(&near)))
            }
        })?;
        out.push((a.clone(), document));
    }
    out.extend(all);
    Ok(out)
}

/// The first digits of the SHA-256 of the publisher's file that the texts are from: the digest of a text itself stands beside it.
fn digest(site: &Site, source: &str) -> String {
    let found = site.observatory.manifest.snapshots.iter().find(|s| s.source == source);
    found.map(|s| s.sha256.chars().take(16).collect()).unwrap_or_default()
}

/// A text as it is named in a form: what a person would type.
fn typed(site: &Site, a: &Asked, d: &Document) -> String {
    match (a, d.meta.author.as_deref(), d.meta.date) {
        (Asked::Speech(..), Some(author), Some(date)) if site.states.resolve(author, date.year()).is_ok() => format!("{author} {date}"),
        _ => a.id(),
    }
}

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let (Some(a), b) = (ask.params.one("a"), ask.params.one("b")) else {
        return site.render(
            ask,
            "compare.html",
            json!({"here": "/texts", "a": (), "b": (), "title": (), "found": Vec::<Value>::new(), "others": 0}),
        );
    };
    let a = resolve(site, a)?;
    let b = b.map(|b| resolve(site, b)).transpose()?;
    if Some(&a) == b.as_ref() {
        return Err(WebError::Bad("give two different texts".to_owned()));
    }
    let asked: Vec<Asked> = std::iter::once(a).chain(b).collect();
    let texts = setting(site, &asked)?;
    let (keys, documents): (Vec<Asked>, Vec<Document>) = texts.into_iter().unzip();
    let found = compared(&documents)?;
    if let [a, b] = &asked[..] {
        let among = "all speeches of their sessions and of their speakers, or all treaty texts of the observatory";
        if let Some(this) = of_two(&found) {
            return pair(site, ask, &documents, &found, this, among);
        }
        // what is common among all these may still stand out beside one of the two, as the list of what shares passages with it says
        for (first, second) in [(a, b), (b, a)] {
            let mut alone = setting(site, std::slice::from_ref(first))?;
            if let Some(at) = alone.iter().position(|(key, _)| key == second) {
                alone[1..=at].rotate_right(1);
                let (_, fewer): (Vec<Asked>, Vec<Document>) = alone.into_iter().unzip();
                let found = compared(&fewer)?;
                if let Some(this) = of_two(&found) {
                    let name = fewer[0].meta.author.as_deref().unwrap_or("the first");
                    let among = format!(
                        "all speeches of the session and of {name}; among {} texts, with those of the other speaker and session, nothing stands out",
                        documents.len()
                    );
                    return pair(site, ask, &fewer, &found, this, &among);
                }
            }
        }
        return nothing(site, ask, &documents);
    }
    let mut pairs: Vec<&reuse::Pair> = found.pairs.iter().filter(|p| !p.passages.is_empty()).collect();
    pairs.sort_by(|x, y| y.score.total_cmp(&x.score).then(x.b.cmp(&y.b)));
    let rows: Vec<Value> = pairs
        .iter()
        .take(MOST)
        .map(|p| {
            let d = &documents[p.b];
            let href = format!("/texts/compare?a={}&b={}", links::encode(&keys[0].id()), links::encode(&keys[p.b].id()));
            json!({
                "href": href, "title": d.meta.title, "date": d.meta.date.map(|d| d.to_string()), "passages": p.passages.len(),
                "kind": p.kind.name(), "score": format!("{:.0}", p.score), "share": format!("{:.1} %", p.coverage_a * 100.0),
                "q": p.q.map(|q| if q < 0.0001 { "< 0.0001".to_owned() } else { format!("{q:.4}") }),
            })
        })
        .collect();
    let values = json!({
        "here": "/texts", "a": typed(site, &keys[0], &documents[0]), "b": (), "title": documents[0].meta.title, "found": rows,
        "others": documents.len() - 1, "total": pairs.len(),
    });
    site.render(ask, "compare.html", values)
}

/// What the first document shares with the others.
fn compared(documents: &[Document]) -> Result<reuse::Comparison> {
    let settings = Settings { first_set: Some(1), threads: 1, memory: 256 << 20, ..Settings::default() };
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    reuse::compare(documents, &settings, &|_| ()).map_err(|e| WebError::Broken(e.to_string()))
}

/// The first two documents, if they share a passage.
fn of_two(found: &reuse::Comparison) -> Option<&reuse::Pair> {
    found.pairs.iter().find(|p| p.b == 1 && !p.passages.is_empty())
}

fn nothing(site: &Site, ask: &Ask, documents: &[Document]) -> Result<String> {
    let name = |d: &Document| d.meta.title.clone().unwrap_or_else(|| d.id.clone());
    let values = json!({"here": "/texts", "a": name(&documents[0]), "b": name(&documents[1]), "others": documents.len() - 2});
    site.render(ask, "compare_none.html", values)
}

/// The first two documents side by side, compared `among` the others.
fn pair(site: &Site, ask: &Ask, documents: &[Document], found: &reuse::Comparison, this: &reuse::Pair, among: &str) -> Result<String> {
    let (a, b) = (&documents[0], &documents[1]);
    let carried: Vec<usize> =
        found.clusters.iter().map(|c| c.members.iter().map(|m| m.document).collect::<std::collections::BTreeSet<_>>().len()).collect();
    fn text(d: &Document) -> view::Text<'_> {
        view::Text { id: &d.id, meta: &d.meta, text: &d.text }
    }
    let head = site.render(ask, "parts.html", json!({"here": "/texts"}))?;
    let shown = view::pair(text(a), text(b), this, Evidence::Words, &carried);
    let comparison = view::Comparison {
        pairs: vec![shown],
        found: 1,
        documents: documents.len(),
        unread: Vec::new(),
        program: format!("blocwatch {}, observatory {}", site.observatory.manifest.blocwatch, short(&site.observatory.manifest.key)),
        settings: format!("the two were compared among {} texts: {among}; what is common there counts for little", documents.len()),
    };
    Ok(view::render_in(
        &comparison,
        &Frame { style_href: "/static/site.css", head: &head, tail: "", data_href: "", links: &site.pages, here: "" },
    )?)
}
