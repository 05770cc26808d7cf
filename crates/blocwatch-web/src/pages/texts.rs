//! Texts: counter-norms in speeches and where they come from, phrases that spread, a speech, and two texts side by side.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use blocwatch_analysis::frame::{At, Columns};
use blocwatch_analysis::steps::machine_tie::TIE_OF_MATCH;
use blocwatch_core::casebook::Work;
use serde::Serialize;
use serde_json::{Value, json};

use super::tables::cell;
use super::text_charts;
use crate::error::{Result, WebError};
use crate::links;
use crate::params::short;
use crate::search::Ready;
use crate::server::Ask;
use crate::site::Site;

/// Phrases on a page.
const PHRASES: i64 = 50;
/// Mentions of a frame that are shown in their words.
const MENTIONS: usize = 20;
/// Bytes on either side of a mention.
const AROUND: usize = 160;
/// Matches of texts on a page.
const MATCHES: usize = 50;
/// Years of "lately".
const LATELY: i32 = 10;

/// A state as it is named in lists of texts.
#[derive(Debug, Clone, Serialize)]
struct Named {
    name: String,
    href: String,
}

fn named(site: &Site, gwcode: Option<u16>, year: i32, otherwise: &str) -> Named {
    match gwcode.and_then(|g| site.states.by_key(g, year)) {
        Some(s) => Named { name: s.name.clone(), href: links::state(&s.id) },
        None => Named { name: otherwise.to_owned(), href: String::new() },
    }
}

fn number(batch: &RecordBatch, column: &str, row: usize) -> Option<f64> {
    cell(batch, column, row).parse().ok()
}

/// A share as a percentage; one that is small but not none, or nearly all but not all, is not rounded away.
fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".to_owned(),
        Some(s) if s > 0.0 && s < 0.005 => "<1 %".to_owned(),
        Some(s) if s > 0.995 && s < 1.0 => ">99 %".to_owned(),
        Some(s) => format!("{:.0} %", s * 100.0),
    }
}

fn missing(table: &str) -> WebError {
    WebError::NotFound(format!("this observatory has no table {table}: fetch the source general_debate and build"))
}

/// How well the patterns of a frame fit, in a sentence.
fn precision(row: &RecordBatch, i: usize) -> String {
    let (read, correct) = (cell(row, "read", i), cell(row, "correct", i));
    match (number(row, "low", i), number(row, "high", i)) {
        (Some(low), Some(high)) => {
            format!(
                "{correct} of {read} sampled mentions are what the frame means (95 % interval {:.0}–{:.0} %)",
                low * 100.0,
                high * 100.0
            )
        }
        _ => "no mention has been read".to_owned(),
    }
}

/// The same for a column of a table.
fn precision_short(row: &RecordBatch, i: usize) -> String {
    let (read, correct) = (cell(row, "read", i), cell(row, "correct", i));
    match (number(row, "low", i), number(row, "high", i)) {
        (Some(low), Some(high)) => format!("{correct}/{read}, {:.0}–{:.0} %", low * 100.0, high * 100.0),
        _ => "none read".to_owned(),
    }
}

/// All frames, and where to begin.
pub(super) fn overview(site: &Site, ask: &Ask) -> Result<String> {
    let mut frames: Vec<Value> = Vec::new();
    let mut years = (0, 0);
    if site.has("frame_lexicon") && site.has("frame_year") && site.has("frame_state") {
        let last = site.session.query_one("SELECT max(year) AS y FROM frame_year")?;
        let last: i32 = cell(&last, "y", 0).parse().unwrap_or(0);
        years = (last - LATELY + 1, last);
        let rows = site.session.query_one(&format!(
            "SELECT l.frame, l.name, l.definition, l.precision, l.low, l.high, l.read, l.correct, l.readers, s.users, s.first_year, \
                a.share AS auto, o.share AS other \
             FROM frame_lexicon l \
             LEFT JOIN (SELECT frame, count(first_year) AS users, min(first_year) AS first_year FROM frame_state GROUP BY frame) s ON s.frame = l.frame \
             LEFT JOIN (SELECT frame, CAST(sum(uses) AS DOUBLE) / sum(speeches) AS share FROM frame_year WHERE among = 'autocracies' AND year >= {0} GROUP BY frame) a ON a.frame = l.frame \
             LEFT JOIN (SELECT frame, CAST(sum(uses) AS DOUBLE) / sum(speeches) AS share FROM frame_year WHERE among = 'others' AND year >= {0} GROUP BY frame) o ON o.frame = l.frame \
             ORDER BY a.share - o.share DESC NULLS LAST, l.frame",
            years.0
        ))?;
        for i in 0..rows.num_rows() {
            frames.push(json!({
                "href": links::frame(&cell(&rows, "frame", i)), "name": cell(&rows, "name", i), "definition": cell(&rows, "definition", i).trim(),
                "precision": percent(number(&rows, "precision", i)), "range": precision_short(&rows, i),
                "users": cell(&rows, "users", i), "first": cell(&rows, "first_year", i),
                "auto": percent(number(&rows, "auto", i)), "other": percent(number(&rows, "other", i)),
            }));
        }
    }
    let readers = if frames.is_empty() {
        String::new()
    } else {
        cell(&site.session.query_one("SELECT min(readers) AS r FROM frame_lexicon")?, "r", 0)
    };
    let count = |table: &str| -> Result<String> {
        if !site.has(table) {
            return Ok(String::new());
        }
        Ok(cell(&site.session.query_one(&format!("SELECT count(*) AS n FROM {table}"))?, "n", 0))
    };
    let values = json!({
        "here": "/texts", "frames": frames, "from": years.0, "to": years.1, "readers": readers, "speeches": Some(count("speech")?).filter(|n| !n.is_empty()).unwrap_or_else(|| "0".to_owned()),
        "treaties": count("treaty_text")?, "phrases": count("echo_phrase")?, "matches": matches(site)?,
    });
    site.render(ask, "texts.html", values)
}

/// Texts of two states that share passages, as `blocwatch compare --ledger` kept them: the strongest, with what a case says of their tie.
fn matches(site: &Site) -> Result<Vec<Value>> {
    if !site.has("text_match") || !site.has("machine_tie") {
        return Ok(Vec::new());
    }
    let rows = site.session.query_one(&format!(
        "SELECT m.match_id, m.direction, m.gwcode_a, m.year_a, m.date_a, m.title_a, m.text_a, m.gwcode_b, m.year_b, m.date_b, \
            m.title_b, m.text_b, m.coverage_b, m.score, m.evidence, m.kind, t.case_id \
            FROM (SELECT *, {TIE_OF_MATCH} FROM text_match) m LEFT JOIN machine_tie t ON t.basis = 'text_match' AND t.tactic = m.tactic AND \
            t.year_from = m.later AND t.direction = m.direction AND t.gwcode1 = m.gwcode1 AND t.gwcode2 = m.gwcode2 \
            ORDER BY m.score DESC, m.match_id LIMIT {MATCHES}"
    ))?;
    let c = Columns(&rows);
    let (code_a, year_a, code_b, year_b) = (c.u16("gwcode_a")?, c.i32("year_a")?, c.u16("gwcode_b")?, c.i32("year_b")?);
    let side = |code: Option<u16>, year: Option<i32>, letter: char, i: usize| {
        let name = |g: u16| named(site, Some(g), year.unwrap_or(0), &g.to_string());
        let of = |column: &str| cell(&rows, &format!("{column}_{letter}"), i);
        let (title, path) = (of("title"), of("text"));
        // a text without a title is known by its file; a title may have a stroke in it
        let text = if title.is_empty() { path.rsplit('/').next().unwrap_or_default() } else { &title };
        json!({"who": code.map(name), "text": text, "date": of("date")})
    };
    Ok((0..rows.num_rows())
        .map(|i| {
            let case = Some(cell(&rows, "case_id", i)).filter(|c| !c.is_empty());
            json!({
                "a": side(code_a.at(i), year_a.at(i), 'a', i), "b": side(code_b.at(i), year_b.at(i), 'b', i),
                "open": cell(&rows, "direction", i) == "open", "share": percent(number(&rows, "coverage_b", i)),
                "score": number(&rows, "score", i).map(|s| format!("{s:.0}")), "evidence": cell(&rows, "evidence", i),
                "kind": cell(&rows, "kind", i), "id": cell(&rows, "match_id", i), "case": case.as_deref().map(|c| json!({"id": c, "href": links::case(c)})),
            })
        })
        .collect())
}

/// One frame: what it means, how well it is found, who said it first, who says it.
pub(super) fn frame(site: &Site, ask: &Ask) -> Result<String> {
    if !site.has("frame_lexicon") {
        return Err(missing("frame_lexicon"));
    }
    let known = site.session.query_one("SELECT * FROM frame_lexicon ORDER BY frame")?;
    let ids: Vec<String> = (0..known.num_rows()).map(|i| cell(&known, "frame", i)).collect();
    let id = ask.first();
    let Some(at) = ids.iter().position(|f| f == id) else {
        let near = blocwatch_core::name::nearest(id, ids.iter().map(String::as_str), 3);
        return Err(WebError::NotFound(format!("there is no frame '{}'{}", short(id), blocwatch_core::name::did_you_mean(&near))));
    };
    // from here on the id is one of the table's own
    let curve = site.session.query_one(&format!(
        "SELECT among, year, speeches, uses FROM frame_year WHERE frame = '{id}' AND among IN ('autocracies', 'others') ORDER BY among, year"
    ))?;
    let name = cell(&known, "name", at);
    let charts = text_charts::frame(site, id, &name)?;
    let csv = format!("/api/v1/figures/frame?frame={}", links::encode(id));
    let charts = text_charts::shown(&charts, &csv, ask.lang)?;
    let years = by_year(&curve);
    let regime = site.has("regime_measure_state_year");
    let joined = if regime {
        "LEFT JOIN regime_measure_state_year r ON r.regime = 'row' AND r.gwcode = s.gwcode AND r.year = s.first_year"
    } else {
        ""
    };
    let rated = if regime { "r.autocracy" } else { "CAST(NULL AS BOOLEAN)" };
    let first = site.session.query_one(&format!(
        "SELECT s.gwcode, s.first_year, s.rank, {rated} AS autocracy FROM frame_state s {joined} WHERE s.frame = '{id}' AND s.rank <= 12 ORDER BY s.rank, s.gwcode"
    ))?;
    let adopters = site.session.query_one(&format!(
        "SELECT count(*) AS n, count(CASE WHEN {rated} THEN 1 END) AS a, count(CASE WHEN NOT {rated} THEN 1 END) AS o FROM frame_state s {joined} \
         WHERE s.frame = '{id}' AND s.first_year IS NOT NULL"
    ))?;
    let beyond = site.session.query_one(&format!(
        "SELECT gwcode, uses, speeches, expected, ratio, p_corrected, year_from, year_to FROM frame_state WHERE frame = '{id}' AND p_corrected <= 0.05 ORDER BY ratio DESC, gwcode LIMIT 20"
    ))?;
    let blocs = site.session.query_one(&format!(
        "SELECT f.among, o.name, CAST(sum(f.uses) AS DOUBLE) / sum(f.speeches) AS share, sum(f.speeches) AS speeches FROM frame_year f \
         JOIN organisation o ON o.org = f.among WHERE f.frame = '{id}' AND f.year > (SELECT max(year) FROM frame_year) - {LATELY} \
         GROUP BY f.among, o.name ORDER BY share DESC, f.among"
    ))?;
    let people = |batch: &RecordBatch, column: &str| -> Result<Vec<(usize, Named)>> {
        let codes = Columns(batch).u16("gwcode")?;
        let years = Columns(batch).i32(column)?;
        Ok((0..batch.num_rows()).map(|i| (i, named(site, codes.at(i), years.at(i).unwrap_or(2024), &codes.value(i).to_string()))).collect())
    };
    let kind = |b: &str| match b {
        "true" => "texts-regime-autocracy",
        "false" => "texts-regime-other",
        _ => "texts-regime-unrated",
    };
    let first: Vec<Value> = people(&first, "first_year")?
        .into_iter()
        .map(|(i, who)| json!({"who": who, "year": cell(&first, "first_year", i), "regime": kind(&cell(&first, "autocracy", i))}))
        .collect();
    let beyond: Vec<Value> = people(&beyond, "year_to")?
        .into_iter()
        .map(|(i, who)| {
            json!({
                "who": who, "uses": cell(&beyond, "uses", i), "speeches": cell(&beyond, "speeches", i),
                "expected": number(&beyond, "expected", i).map(|e| format!("{e:.1}")), "years": format!("{}–{}", cell(&beyond, "year_from", i), cell(&beyond, "year_to", i)),
                "p": number(&beyond, "p_corrected", i).map(|p| if p < 0.0001 { "< 0.0001".to_owned() } else { format!("{p:.4}") }),
            })
        })
        .collect();
    let blocs: Vec<Value> = (0..blocs.num_rows())
        .map(|i| json!({"href": links::organisation(&cell(&blocs, "among", i)), "name": cell(&blocs, "name", i), "share": percent(number(&blocs, "share", i)), "speeches": cell(&blocs, "speeches", i)}))
        .collect();
    let works: Vec<String> =
        cell(&known, "works", at).split([';', ' ']).filter(|w| !w.is_empty()).filter_map(|w| site.book.work(w)).map(Work::cite).collect();
    let values = json!({
        "here": "/texts", "id": id, "name": name, "definition": cell(&known, "definition", at), "variants": cell(&known, "variants", at),
        "precision": precision(&known, at), "readers": cell(&known, "readers", at), "works": works, "charts": charts,
        "years": years, "first": first, "adopters": [cell(&adopters, "n", 0), cell(&adopters, "a", 0), cell(&adopters, "o", 0)],
        "beyond": beyond, "blocs": blocs, "lately": LATELY, "mentions": mentions(site, id)?,
    });
    site.render(ask, "frame.html", values)
}

/// Uses among speeches by year, the latest first: year, autocracies, others.
fn by_year(curve: &RecordBatch) -> Vec<Value> {
    let mut years: BTreeMap<String, [String; 2]> = BTreeMap::new();
    for i in 0..curve.num_rows() {
        let side = usize::from(cell(curve, "among", i) == "others");
        let of = format!("{} of {}", cell(curve, "uses", i), cell(curve, "speeches", i));
        years.entry(cell(curve, "year", i)).or_default()[side] = of;
    }
    years.into_iter().rev().map(|(year, [a, o])| json!({"year": year, "autocracies": a, "others": o})).collect()
}

/// The nearest place at or before a byte at which a character begins.
fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The texts of some speeches, by speaker and session: from the index of texts, or from the table while that is not ready.
pub(super) fn speech_texts(site: &Site, wanted: &[(String, i32)]) -> Result<BTreeMap<(String, i32), String>> {
    let mut out = BTreeMap::new();
    if let Ready::Yes(texts) = site.search.texts() {
        for (iso3, session) in wanted {
            out.extend(texts.text("speech", &format!("{iso3}-{session}"))?.map(|text| ((iso3.clone(), *session), text)));
        }
        return Ok(out);
    }
    let mut sessions: Vec<i32> = wanted.iter().map(|w| w.1).collect();
    sessions.sort_unstable();
    sessions.dedup();
    let wanted: std::collections::BTreeSet<(&str, i32)> = wanted.iter().map(|(i, s)| (i.as_str(), *s)).collect();
    for part in sessions.chunks(4) {
        let list: Vec<String> = part.iter().map(i32::to_string).collect();
        for batch in site.session.query(&format!("SELECT session, iso3, text FROM speech WHERE session IN ({})", list.join(", ")))? {
            let c = Columns(&batch);
            let (session, iso3, text) = (c.i32("session")?, c.text("iso3")?, c.text("text")?);
            for i in (0..batch.num_rows()).filter(|i| wanted.contains(&(iso3.value(*i), session.value(*i)))) {
                out.insert((iso3.value(i).to_owned(), session.value(i)), text.at(i).unwrap_or_default().to_owned());
            }
        }
    }
    Ok(out)
}

/// The latest mentions of a frame in their words.
fn mentions(site: &Site, frame: &str) -> Result<Vec<Value>> {
    if !site.has("frame_mention") || !site.has("speech") {
        return Ok(Vec::new());
    }
    let rows = site.session.query_one(&format!(
        "SELECT session, iso3, byte, year, gwcode, words FROM frame_mention WHERE frame = '{frame}' ORDER BY session DESC, iso3, byte LIMIT {MENTIONS}"
    ))?;
    let c = Columns(&rows);
    let (session, iso3, byte, year) = (c.i32("session")?, c.text("iso3")?, c.u32("byte")?, c.i32("year")?);
    let (gwcode, words) = (c.u16("gwcode")?, c.text("words")?);
    let wanted: Vec<(String, i32)> = (0..rows.num_rows()).map(|i| (iso3.value(i).to_owned(), session.value(i))).collect();
    let texts = speech_texts(site, &wanted)?;
    let mut out = Vec::new();
    for (i, key) in wanted.iter().enumerate() {
        let (Some(text), Some(at)) = (texts.get(key), byte.at(i)) else { continue };
        let at = boundary(text, at as usize);
        let end = boundary(text, at + words.value(i).len());
        let (from, to) = (boundary(text, at.saturating_sub(AROUND)), boundary(text, end + AROUND));
        let year = year.at(i).unwrap_or(0);
        out.push(json!({
            "who": named(site, gwcode.at(i), year, iso3.value(i)), "year": year, "href": format!("{}#m{at}", links::text("speech", &format!("{}-{}", iso3.value(i), session.value(i)))),
            "before": text[from..at], "words": text[at..end], "after": text[end..to],
        }));
    }
    Ok(out)
}

/// Phrases that spread: a list, or one with who took it up.
pub(super) fn phrases(site: &Site, ask: &Ask) -> Result<String> {
    if !site.has("echo_phrase") {
        return Err(missing("echo_phrase"));
    }
    let quote = |text: &str| text.replace('\'', "''");
    if let Some(phrase) = ask.params.one("phrase") {
        return one_phrase(site, ask, phrase, &quote(phrase));
    }
    let page = ask.params.number("page", 1, 10_000)?.unwrap_or(1);
    let sort = ask.params.choice("sort", &["autocracies", "speakers", "newest"])?.unwrap_or("autocracies");
    let order = match sort {
        "speakers" => "speakers DESC",
        "newest" => "first_year DESC, speakers DESC",
        _ => "CAST(autocracies AS DOUBLE) / (autocracies + others + 5) DESC, speakers DESC",
    };
    let mut conditions = vec!["true".to_owned()];
    let words = ask.params.one("q");
    for word in words.unwrap_or_default().to_lowercase().split_whitespace() {
        conditions.push(format!("phrase LIKE '%{}%'", quote(word).replace(['%', '_', '\\'], "")));
    }
    let state = match ask.params.one("state") {
        Some(typed) => {
            Some(site.states.resolve(typed, blocwatch_analysis::steps::states::LAST_YEAR).map_err(|e| WebError::Bad(e.to_string()))?)
        }
        None => None,
    };
    conditions.extend(state.map(|s| format!("(' ' || first_speakers || ' ') LIKE '% {} %'", s.id)));
    let condition = conditions.join(" AND ");
    let total: i64 =
        cell(&site.session.query_one(&format!("SELECT count(*) AS n FROM echo_phrase WHERE {condition}"))?, "n", 0).parse().unwrap_or(0);
    let rows = site.session.query_one(&format!(
        "SELECT * FROM echo_phrase WHERE {condition} ORDER BY {order}, phrase LIMIT {PHRASES} OFFSET {}",
        (page - 1) * PHRASES
    ))?;
    let found: Vec<Value> = (0..rows.num_rows()).map(|i| phrase_row(site, &rows, i)).collect();
    let link = |n: i64| {
        let mut query = vec![format!("sort={sort}"), format!("page={n}")];
        query.extend(words.map(|w| format!("q={}", links::encode(w))));
        query.extend(state.map(|s| format!("state={}", links::encode(&s.id))));
        format!("/texts/phrase?{}", query.join("&"))
    };
    let pages = (total + PHRASES - 1) / PHRASES;
    let values = json!({
        "here": "/texts", "one": (), "charts": (), "found": found, "total": total, "number": page, "pages": pages.max(1), "q": words, "sort": sort,
        "state": state.map(|s| s.name.as_str()), "before": (page > 1).then(|| link(page - 1)), "after": (page < pages).then(|| link(page + 1)),
    });
    site.render(ask, "phrase.html", values)
}

fn phrase_row(site: &Site, rows: &RecordBatch, i: usize) -> Value {
    let year: i32 = cell(rows, "first_year", i).parse().unwrap_or(0);
    let ids = cell(rows, "first_speakers", i);
    let ids: Vec<&str> = ids.split(' ').collect();
    let who: Vec<Named> = ids
        .iter()
        .take(4)
        .map(|id| {
            site.states.by_id(id).map_or_else(
                || Named { name: (*id).to_owned(), href: String::new() },
                |s| Named { name: s.name.clone(), href: links::state(&s.id) },
            )
        })
        .collect();
    let phrase = cell(rows, "phrase", i);
    json!({
        "href": format!("/texts/phrase?phrase={}", links::encode(&phrase)), "phrase": phrase, "year": year, "who": who, "more": ids.len().saturating_sub(4),
        "speakers": cell(rows, "speakers", i), "autocracies": cell(rows, "autocracies", i), "others": cell(rows, "others", i), "last": cell(rows, "last_year", i),
    })
}

fn one_phrase(site: &Site, ask: &Ask, phrase: &str, quoted: &str) -> Result<String> {
    // says so where there is no such phrase
    let charts = text_charts::phrase(site, phrase)?;
    let rows = site.session.query_one(&format!("SELECT * FROM echo_phrase WHERE phrase = '{quoted}'"))?;
    let charts = text_charts::shown(&charts, &format!("/api/v1/figures/phrase?phrase={}", links::encode(phrase)), ask.lang)?;
    let states = site.session.query_one(&format!(
        "SELECT gwcode, year, rank, autocracy FROM echo_phrase_state WHERE phrase = '{quoted}' ORDER BY rank, gwcode"
    ))?;
    let c = Columns(&states);
    let (code, year, autocracy) = (c.u16("gwcode")?, c.i32("year")?, c.bool("autocracy")?);
    let took: Vec<Value> = (0..states.num_rows())
        .map(|i| {
            let y = year.value(i);
            let regime = match autocracy.at(i) {
                Some(true) => "texts-regime-autocracy",
                Some(false) => "texts-regime-other",
                None => "texts-regime-unrated",
            };
            json!({"who": named(site, code.at(i), y, &code.value(i).to_string()), "year": y, "regime": regime})
        })
        .collect();
    let one = phrase_row(site, &rows, 0);
    let values = json!({"here": "/texts", "one": one, "charts": charts, "took": took});
    site.render(ask, "phrase.html", values)
}

/// `KGZ-78`: id of the speaker and session.
pub(super) fn speech_id(id: &str) -> Option<(&str, i32)> {
    let (iso3, session) = id.split_once('-')?;
    let plain = (2..=4).contains(&iso3.len()) && iso3.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    session.parse().ok().filter(|_| plain).map(|s| (iso3, s))
}

/// A piece of a speech.
#[derive(Serialize)]
struct Piece {
    text: String,
    /// Frame that it is a mention of, with the place it begins at.
    frame: Option<(String, String, usize)>,
}

/// A speech with the counter-norms that were found in it.
pub(super) fn speech(site: &Site, ask: &Ask) -> Result<String> {
    if !site.has("speech") {
        return Err(missing("speech"));
    }
    let id = ask.first();
    let Some((iso3, session)) = speech_id(id) else {
        return Err(WebError::NotFound(format!(
            "a speech is named by speaker and session, as in /texts/speech/KGZ-78, not '{}'",
            short(id)
        )));
    };
    let rows = site.session.query_one(&format!("SELECT year, gwcode, words FROM speech WHERE session = {session} AND iso3 = '{iso3}'"))?;
    if rows.num_rows() == 0 {
        return Err(WebError::NotFound(format!("there is no speech of '{iso3}' in session {session}; find one at /search?kind=text")));
    }
    let c = Columns(&rows);
    let year = c.i32("year")?.at(0).unwrap_or(0);
    let text = speech_texts(site, &[(iso3.to_owned(), session)])?.into_values().next().unwrap_or_default();
    let text = text.as_str();
    let who = named(site, c.u16("gwcode")?.at(0), year, iso3);
    let mut marks: Vec<(usize, usize, String, String)> = Vec::new();
    if site.has("frame_mention") && site.has("frame_lexicon") {
        let found = site.session.query_one(&format!(
            "SELECT m.byte, m.words, m.frame, l.name FROM frame_mention m JOIN frame_lexicon l ON l.frame = m.frame WHERE m.session = {session} AND m.iso3 = '{iso3}' ORDER BY m.byte, m.frame"
        ))?;
        let f = Columns(&found);
        let (byte, words) = (f.u32("byte")?, f.text("words")?);
        for i in 0..found.num_rows() {
            let at = boundary(text, byte.value(i) as usize);
            marks.push((at, boundary(text, at + words.value(i).len()), cell(&found, "frame", i), cell(&found, "name", i)));
        }
    }
    let mut paragraphs: Vec<Vec<Piece>> = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let (from, to) = (at, at + line.len());
        at = to + 1;
        let mut pieces = Vec::new();
        let mut done = from;
        for (b, e, frame, name) in marks.iter().filter(|m| m.0 >= from && m.1 <= to) {
            // two frames in the same words are marked once
            if *b < done {
                continue;
            }
            pieces.push(Piece { text: text[done..*b].to_owned(), frame: None });
            pieces.push(Piece { text: text[*b..*e].to_owned(), frame: Some((links::frame(frame), name.clone(), *b)) });
            done = *e;
        }
        pieces.push(Piece { text: text[done..to].to_owned(), frame: None });
        if !line.trim().is_empty() {
            paragraphs.push(pieces);
        }
    }
    let mut frames: BTreeMap<(String, String), usize> = BTreeMap::new();
    marks.iter().for_each(|m| *frames.entry((m.3.clone(), links::frame(&m.2))).or_default() += 1);
    let frames: Vec<Value> = frames.into_iter().map(|((name, href), n)| json!({"name": name, "href": href, "n": n})).collect();
    let source = site.observatory.manifest.snapshots.iter().find(|s| s.source == "general_debate");
    let values = json!({
        "here": "/texts", "id": id, "who": who, "session": session, "year": year, "words": cell(&rows, "words", 0), "paragraphs": paragraphs,
        "frames": frames, "source": blocwatch_sources::by_id("general_debate").map(|s| json!({"cite": s.meta().citation.to_string(), "licence": s.meta().licence, "url": s.meta().homepage})),
        "digest": source.map(|s| s.sha256.as_str()),
    });
    site.render(ask, "speech.html", values)
}
