//! What a person asks about: a state, an organisation, a pair of states or a region, resolved generously.

use blocwatch_core::casebook::Casebook;
use blocwatch_core::name;
use blocwatch_core::state::{State, States};

use crate::error::{AnalysisError, Result};
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
