//! What a person asks about: a state, an organisation, a pair of states, a region or a roll call, resolved generously.

use blocwatch_core::casebook::Casebook;
use blocwatch_core::name;
use blocwatch_core::state::{State, States};
use blocwatch_engine::Session;

use crate::error::{AnalysisError, Result};
use crate::frame::Columns;
use crate::steps::states::LAST_YEAR;

/// A subject of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A state or territory.
    State(&'static State),
    /// An organisation, by its id in the table `organisation`, with its name.
    Organisation {
        /// Id.
        id: String,
        /// Name.
        name: String,
    },
    /// A pair of states.
    Pair(&'static State, &'static State),
    /// A political region, by its name.
    Region(String),
    /// A roll call of the General Assembly.
    Rollcall {
        /// Session.
        session: u16,
        /// Number in the edition of the session.
        rcid: i32,
    },
}

/// A roll call as people write it: by number (`rollcall:9145`, `rollcall:74/9145`) or by the symbol of its resolution (`A/RES/74/208`,
/// `R/45/36A`). `None` where the text is neither.
fn rollcall_asked(text: &str) -> Option<Asked> {
    let typed = text.trim().to_ascii_uppercase();
    if let Some(rest) = typed.strip_prefix("ROLLCALL:") {
        let (session, rcid) = rest.split_once('/').map_or((None, rest), |(s, r)| (Some(s), r));
        let session = session.map(|s| s.trim().parse().ok());
        return match (session, rcid.trim().parse().ok()) {
            (None, Some(rcid)) => Some(Asked::Number(None, rcid)),
            (Some(Some(session)), Some(rcid)) => Some(Asked::Number(Some(session), rcid)),
            _ => None,
        };
    }
    let rest = ["A/RES/", "A/ES-", "R/", "ESS/", "SS/"].iter().find_map(|p| typed.strip_prefix(p))?;
    rest.starts_with(|c: char| c.is_ascii_digit()).then_some(Asked::Symbol(typed))
}

enum Asked {
    Number(Option<u16>, i32),
    Symbol(String),
}

/// The roll call that is asked for, from the tables `rollcall` and `unga_rollcall`; `None` where the text names none. Of several roll calls
/// under one symbol the last on the whole text is meant.
///
/// # Errors
/// [`AnalysisError::Unknown`]: no such roll call is held, or a number that several sessions have.
pub fn rollcall(session: &Session, text: &str) -> Result<Option<Subject>> {
    let Some(asked) = rollcall_asked(text) else { return Ok(None) };
    let condition = match &asked {
        Asked::Number(None, rcid) => format!("r.rcid = {rcid}"),
        Asked::Number(Some(s), rcid) => format!("r.session = {s} AND r.rcid = {rcid}"),
        Asked::Symbol(symbol) => {
            // the editions write A/RES/74/208, R/74/208
            let symbol = symbol.strip_prefix("A/RES/").or_else(|| symbol.strip_prefix("R/")).unwrap_or(symbol).replace('\'', "");
            format!("upper(r.unres) IN ('{symbol}', 'R/{symbol}', 'A/RES/{symbol}')")
        }
    };
    let batch = session.query_one(&format!(
        "SELECT r.session, r.rcid, r.unres FROM rollcall r LEFT JOIN unga_rollcall u ON u.edition = r.edition AND u.rcid = r.rcid \
         WHERE {condition} ORDER BY r.session, coalesce(u.amend, 0) + coalesce(u.para, 0) DESC, r.date, r.rcid"
    ))?;
    let c = Columns(&batch);
    let (of, rcid) = (c.u16("session")?, c.i32("rcid")?);
    let Some(last) = batch.num_rows().checked_sub(1) else {
        return Err(AnalysisError::Unknown(format!(
            "no roll call is called '{}'; most resolutions pass without a vote. `blocwatch query \"SELECT session, rcid, date, unres, descr \
             FROM rollcall WHERE descr LIKE '%word%'\"` looks for one",
            text.trim()
        )));
    };
    if matches!(asked, Asked::Number(..)) && last > 0 {
        let sessions: Vec<String> = of.iter().flatten().map(|s| format!("rollcall:{s}/{}", rcid.value(0))).collect();
        return Err(AnalysisError::Unknown(format!("several sessions have that number: write {}", sessions.join(" or "))));
    }
    Ok(Some(Subject::Rollcall { session: of.value(last), rcid: rcid.value(last) }))
}

/// Resolves what was typed. `organisations` are (id, name) of the table `organisation`, casebook and COW.
///
/// # Errors
/// [`AnalysisError::Unknown`] with the nearest names of all kinds.
pub fn resolve(text: &str, book: &Casebook, organisations: &[(String, String)]) -> Result<Subject> {
    let states = States::embedded()?;
    let typed = text.trim();
    if let Some(s) = states.by_id(&typed.to_uppercase()) {
        return Ok(Subject::State(s));
    }
    if let Some(found) = organisation(typed, book, organisations) {
        return Ok(found);
    }
    let state = states.resolve(typed, LAST_YEAR);
    if let Ok(s) = state {
        return Ok(Subject::State(s));
    }
    let folded = name::fold(typed);
    let mut regions: Vec<&str> = states.iter().map(|s| s.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    if let Some(r) = regions.iter().find(|r| name::fold(r) == folded || (folded.len() >= 5 && name::fold(r).contains(&folded))) {
        return Ok(Subject::Region((*r).to_owned()));
    }
    if let Some(pair) = pair(typed, states)? {
        return Ok(pair);
    }
    let mut near = states.nearest(typed, 3);
    let names = organisations.iter().map(|(_, n)| n.as_str()).chain(book.organisations.iter().map(|o| o.id.as_str()));
    near.extend(name::nearest(typed, names, 2).into_iter().map(str::to_owned));
    near.truncate(4);
    let why = match state {
        Err(blocwatch_core::CoreError::UnknownState { message, .. }) if message.contains("can mean several") => message,
        _ => format!("no state, organisation, pair or region is called '{typed}'{}", name::did_you_mean(&near)),
    };
    Err(AnalysisError::Unknown(why))
}

fn organisation(typed: &str, book: &Casebook, organisations: &[(String, String)]) -> Option<Subject> {
    let folded = name::fold(typed);
    let of = |id: &str, name: &str| Subject::Organisation { id: id.to_owned(), name: name.to_owned() };
    let hit = |n: &str| name::fold(n) == folded;
    book.organisations
        .iter()
        .find(|o| hit(&o.id) || hit(&o.name) || o.aliases.iter().any(|a| hit(a)))
        .map(|o| of(&o.id, &o.name))
        .or_else(|| organisations.iter().find(|(id, name)| hit(id) || hit(name)).map(|(id, name)| of(id, name)))
}

fn pair(typed: &str, states: &'static States) -> Result<Option<Subject>> {
    for separator in ["-", "–", "—", "/", ",", " and ", " & ", " + ", ":"] {
        for (at, _) in typed.match_indices(separator) {
            let (a, b) = (&typed[..at], &typed[at + separator.len()..]);
            if a.trim().is_empty() || b.trim().is_empty() {
                continue;
            }
            if let (Ok(a), Ok(b)) = (states.resolve(a, LAST_YEAR), states.resolve(b, LAST_YEAR)) {
                if a.id == b.id {
                    return Err(AnalysisError::Unknown(format!("a pair needs two different states, not {} twice", a.name)));
                }
                return Ok(Some(Subject::Pair(a, b)));
            }
        }
    }
    Ok(None)
}
