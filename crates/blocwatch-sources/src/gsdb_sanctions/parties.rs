//! Lists of senders and targets, in which some names hold a comma.

use crate::resolve::{Key, Resolver};
use crate::tabular::Bad;

/// A sender or target.
pub(super) struct Party {
    /// As published.
    pub name: String,
    /// What it is.
    pub kind: &'static str,
    /// Its number at the beginning of the case, where it is a state.
    pub key: Option<Key>,
}

/// Names of states that hold a comma: first and second part.
const WITH_COMMA: &[(&str, &str)] = &[
    ("Congo", "Democratic Republic of the"),
    ("Egypt", "Arab Rep."),
    ("Gambia", "The"),
    ("Korea", "North"),
    ("Korea", "South"),
    ("Yemen", "North"),
];

/// Parties that are no states.
const NO_STATES: &[(&str, &str)] = &[
    ("African Union", "organisation"),
    ("Balkans", "group of states"),
    ("ChinCom", "organisation"),
    ("CoCom", "organisation"),
    ("Comecon", "organisation"),
    ("Commonwealth", "organisation"),
    ("CSCE", "organisation"),
    ("Cyprus (Northern)", "territory"),
    ("ECOWAS", "organisation"),
    ("EEC", "organisation"),
    ("EEU", "organisation"),
    ("EU", "organisation"),
    ("G7", "group of states"),
    ("G8", "group of states"),
    ("Gibraltar", "territory"),
    ("ICC Rome Statute Signatories", "group of states"),
    ("Kimberly Process Participants", "group of states"),
    ("League of Arab States", "organisation"),
    ("MERCOSUR", "organisation"),
    ("NAFTA", "organisation"),
    ("NATO", "organisation"),
    ("OAPEC", "organisation"),
    ("OIC", "organisation"),
    ("Organisation of African Unity", "organisation"),
    ("Organization of American States", "organisation"),
    ("Organization of Eastern Carribean States", "organisation"),
    ("OSCE", "organisation"),
    ("Pacific Islands Forum", "organisation"),
    ("Paris Agreement Signatories", "group of states"),
    ("SADC", "organisation"),
    ("UN", "organisation"),
    ("UNASUR", "organisation"),
    ("Western countries", "group of states"),
];

/// Parties whose name begins so are armed groups.
const ARMED: &str = "Terrorist Organizations";

/// The parties of a published list.
pub(super) fn list(text: &str, year: i32, resolver: &Resolver<'_>) -> Result<Vec<Party>, Bad> {
    let mut names: Vec<String> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        match names.last_mut() {
            Some(last) if WITH_COMMA.iter().any(|(first, second)| last == first && *second == part) => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => names.push(part.to_owned()),
        }
    }
    if names.is_empty() {
        return Err(Bad::new("no party", text));
    }
    names.into_iter().map(|name| party(name, year, resolver)).collect()
}

fn party(name: String, year: i32, resolver: &Resolver<'_>) -> Result<Party, Bad> {
    let listed = NO_STATES.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind);
    if let Some(kind) = listed.or_else(|| name.starts_with(ARMED).then_some("armed group")) {
        return Ok(Party { name, kind, key: None });
    }
    match resolver.name(&name, year) {
        Some(key) => Ok(Party { kind: if key.gwcode < 1000 { "state" } else { "territory" }, name, key: Some(key) }),
        None => Err(Bad::new("unknown party", format!("'{name}' in {year}"))),
    }
}
