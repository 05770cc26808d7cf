//! Whether people's files hold together: every rule of `knowledge/README.md` that a program can check.
//!
//! Reading ([`Casebook::read`]) already refuses unknown keys, missing keys and dates that are none. Here stands what needs the other
//! files to judge. One file per folder of `knowledge/`; a rule has a stable short code, and a problem names file, line and remedy.
//!
//! Not checked: whether a statement is true, whether a source says so, and anything that needs today's date.

mod cases;
mod events;
mod interruptions;
mod organisations;
mod regimes;
mod works;

use std::collections::BTreeMap;

use crate::casebook::{Casebook, File, SourceRef};
use crate::name;
use crate::notice::Severity;
use crate::state::{State, States};
use crate::taxonomy::Taxonomy;
use crate::time::{End, FuzzyDate, Year};

/// Something in people's files that does not hold together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path below `knowledge/`.
    pub file: String,
    /// 1-based line: of the key or value where it is found, else of the record's id.
    pub line: usize,
    /// Id of the record.
    pub id: String,
    /// Stable short code of the rule.
    pub rule: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
    /// [`Severity::Error`] where the casebook would say something wrong, [`Severity::Warning`] where a person should look.
    pub severity: Severity,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}; {} [{}]", self.file, self.line, self.what, self.remedy, self.rule)
    }
}

/// Everything that does not hold together, sorted by file and line.
pub fn check(book: &Casebook, taxonomy: &Taxonomy, states: &States, files: &[File<'_>]) -> Vec<Problem> {
    let texts = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let mut check = Check { book, taxonomy, states, texts, problems: Vec::new() };
    cases::check(&mut check);
    organisations::check(&mut check);
    interruptions::check(&mut check);
    works::check(&mut check);
    regimes::check(&mut check);
    events::check(&mut check);
    check.problems.sort();
    check.problems.dedup();
    check.problems
}

/// What every rule needs, and where problems gather.
struct Check<'a> {
    book: &'a Casebook,
    taxonomy: &'a Taxonomy,
    states: &'a States,
    texts: BTreeMap<&'a str, &'a str>,
    problems: Vec<Problem>,
}

/// The record that a rule speaks of.
#[derive(Clone, Copy)]
struct Record<'a> {
    file: &'a str,
    id: &'a str,
}

const REMEDY_ID: &str = "write lower-case words joined by '-', at most 60 characters";

impl<'a> Check<'a> {
    fn error(&mut self, record: Record<'_>, at: &str, rule: &'static str, what: impl Into<String>, remedy: impl Into<String>) {
        self.add(Severity::Error, record, at, rule, what.into(), remedy.into());
    }

    fn warn(&mut self, record: Record<'_>, at: &str, rule: &'static str, what: impl Into<String>, remedy: impl Into<String>) {
        self.add(Severity::Warning, record, at, rule, what.into(), remedy.into());
    }

    fn add(&mut self, severity: Severity, record: Record<'_>, at: &str, rule: &'static str, what: String, remedy: String) {
        let line = self.texts.get(record.file).map_or(1, |text| line(text, record.id, at));
        self.problems.push(Problem { file: record.file.to_owned(), line, id: record.id.to_owned(), rule, what, remedy, severity });
    }

    /// The id's shape.
    fn id(&mut self, record: Record<'_>, kind: &str) {
        if !is_id(record.id) {
            self.error(record, "id", "id-shape", format!("'{}' is no id of {kind}", record.id), REMEDY_ID);
        }
    }

    /// Ids that stand twice in a sorted list; the second one is reported, at its line.
    fn unique(&mut self, kind: &str, records: &[Record<'_>]) {
        for pair in records.windows(2) {
            if pair[0].id == pair[1].id {
                let (first, second) = (pair[0].file, pair[1].file);
                let what = format!("the {kind} '{}' stands twice; the other is in {first}", pair[1].id);
                self.error(pair[1], "id", "duplicate-id", what, "rename or remove one");
                // within one file the second line is meant
                if first == second
                    && let (Some(text), Some(problem)) = (self.texts.get(second), self.problems.last_mut())
                {
                    problem.line = id_lines(text, pair[1].id).last().map_or(problem.line, |l| l + 1);
                }
            }
        }
    }

    /// A code of a list of the taxonomy; empty codes are the business of the caller.
    fn code(&mut self, record: Record<'_>, key: &str, list: &str, code: &str) {
        if !code.is_empty() && self.taxonomy.term(list, code).is_none() {
            let remedy = self.taxonomy.hint(list, code);
            let what = format!("'{code}' is no {}", list.replace('_', " "));
            self.error(record, &quoted(code, key), "unknown-code", what, remedy.trim_start_matches("; "));
        }
    }

    /// A word of a short list that stands in the README and not in the taxonomy.
    fn word(&mut self, record: Record<'_>, key: &str, words: &[&str], word: &str) {
        if !words.contains(&word) {
            let near = name::did_you_mean(&name::nearest(word, words.iter().copied(), 2));
            let remedy =
                if near.is_empty() { format!("use one of {}", words.join(", ")) } else { near.trim_start_matches("; ").to_owned() };
            self.error(record, &quoted(word, key), "unknown-code", format!("'{word}' is no {key}"), remedy);
        }
    }

    /// A state id; returns the state if it is known.
    fn state(&mut self, record: Record<'_>, id: &str) -> Option<&'a State> {
        let found = self.states.by_id(id);
        if found.is_none() {
            // a person may have written a name or another code
            let near = match self.states.resolve(id, 2024) {
                Ok(state) => vec![format!("{} ({})", state.id, state.name)],
                Err(_) => {
                    let ids = name::nearest(id, self.states.iter().map(|s| s.id.as_str()), 2);
                    let named = |i: &&str| self.states.by_id(i).map(|s| format!("{} ({})", s.id, s.name));
                    ids.iter().filter_map(named).chain(self.states.nearest(id, 1)).collect()
                }
            };
            let remedy = match name::did_you_mean(&near) {
                hint if hint.is_empty() => "write an id of states/states.toml".to_owned(),
                hint => hint.trim_start_matches("; ").to_owned(),
            };
            self.error(record, &format!("\"{id}\""), "unknown-state", format!("'{id}' is no state"), remedy);
        }
        found
    }

    /// Whether a state exists in the years of a span; only the ends are looked at.
    fn exists(&mut self, severity: Severity, record: Record<'_>, state: &State, years: &[Year]) {
        if let Some(year) = years.iter().find(|y| !state.exists_in(**y)) {
            let other: Vec<&str> = state
                .predecessor
                .iter()
                .chain(&state.successor)
                .filter(|id| self.states.by_id(id).is_some_and(|s| s.exists_in(*year)))
                .map(String::as_str)
                .collect();
            let remedy = match other.as_slice() {
                [] => "correct the date or the state".to_owned(),
                ids => format!("in {year} it was {}", ids.join(" or ")),
            };
            let what = format!("{} ({}) did not exist in {year}", state.id, state.name);
            self.add(severity, record, &format!("\"{}\"", state.id), "state-not-then", what, remedy);
        }
    }

    /// An organisation id.
    fn organisation(&mut self, record: Record<'_>, id: &str) {
        if self.book.organisation(id).is_none() {
            let all = self.book.organisations.iter().flat_map(|o| [(&o.id, &o.id), (&o.name, &o.id)]);
            let near = name::nearest(id, all.clone().map(|(text, _)| text.as_str()), 3);
            let mut ids: Vec<&str> =
                near.iter().filter_map(|n| all.clone().find(|(text, _)| text == n)).map(|(_, id)| id.as_str()).collect();
            ids.dedup();
            let remedy = match name::did_you_mean(&ids) {
                hint if hint.is_empty() => format!("write organisations/{id}.toml, or use the kind 'group'"),
                hint => hint.trim_start_matches("; ").to_owned(),
            };
            self.error(record, &format!("\"{id}\""), "unknown-organisation", format!("'{id}' is no organisation"), remedy);
        }
    }

    /// A work id.
    fn work(&mut self, record: Record<'_>, id: &str) {
        if self.book.work(id).is_none() {
            let near = name::did_you_mean(&name::nearest(id, self.book.works.iter().map(|w| w.id.as_str()), 2));
            let remedy = if near.is_empty() { "add it to works/" } else { near.trim_start_matches("; ") };
            self.error(record, &format!("\"{id}\""), "unknown-work", format!("the work '{id}' does not exist"), remedy);
        }
    }

    /// Sources: at least one, all known, and a work not read itself is cited through the one that was.
    fn sources(&mut self, record: Record<'_>, sources: &[SourceRef]) {
        if sources.is_empty() {
            self.error(record, "source", "no-source", "there is no source", "name the work that says so");
        }
        for source in sources {
            self.work(record, &source.work);
            let at = format!("\"{}\"", source.work);
            if !source.via.is_empty() {
                self.work(record, &source.via);
                if source.via == source.work {
                    self.error(record, &at, "via", format!("'{}' is cited through itself", source.work), "leave out via");
                }
            } else if let Some(work) = self.book.work(&source.work)
                && !work.cited_at.is_empty()
            {
                let what = format!("'{}' was not read itself (cited_at), and via is missing", source.work);
                let through = work.cited_at.split(',').next().unwrap_or_default();
                self.error(record, &at, "via", what, format!("add via = \"{through}\", or remove cited_at once it has been read"));
            }
        }
    }

    /// From not after to, as far as the precision written allows to say.
    fn order(&mut self, record: Record<'_>, at: &str, from: Option<FuzzyDate>, to: Option<End>) {
        if let (Some(from), Some(End::At(to))) = (from, to)
            && from.first_day() > to.last_day()
        {
            self.error(record, at, "date-order", format!("it ends ({to}) before it begins ({from})"), "exchange or correct the dates");
        }
    }

    /// Text that may not be empty.
    fn filled(&mut self, record: Record<'_>, key: &str, text: &str) {
        if text.trim().is_empty() {
            self.error(record, key, "empty", format!("{key} is empty"), "write it");
        }
    }

    /// No text names a person: officials by office, everybody else by category.
    fn nobody_named(&mut self, severity: Severity, record: Record<'_>, key: &str, text: &str) {
        if let Some(person) = person(text) {
            let at = if key == "party" { format!("\"{text}\"") } else { key.to_owned() };
            let what = format!("{key} seems to name a person ('{person}')");
            self.add(severity, record, &at, "names-a-person", what, "name the office or the category, never the person".to_owned());
        }
    }
}

/// A quoted value to look for, or the key where the value is empty.
fn quoted(value: &str, key: &str) -> String {
    if value.is_empty() { key.to_owned() } else { format!("\"{value}\"") }
}

/// Lower-case ASCII letters and digits in words joined by single hyphens, at most 60 characters.
fn is_id(id: &str) -> bool {
    id.len() <= 60 && id.split('-').all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// 0-based lines on which a record's id stands.
fn id_lines(text: &str, id: &str) -> Vec<usize> {
    let value = format!("\"{id}\"");
    let is_id = |l: &str| {
        l.trim_start()
            .strip_prefix("id")
            .is_some_and(|r| r.trim_start().strip_prefix('=').is_some_and(|r| r.trim_start().starts_with(&value)))
    };
    text.lines().enumerate().filter(|(_, l)| is_id(l)).map(|(i, _)| i).collect()
}

/// 1-based line of a key, or of a value in quotation marks, within a record; the line of its id where it is not found.
fn line(text: &str, id: &str, at: &str) -> usize {
    let start = id_lines(text, id).first().copied().unwrap_or(0);
    let is_it = |l: &str| {
        if at.starts_with('"') { l.contains(at) } else { l.trim_start().strip_prefix(at).is_some_and(|r| r.trim_start().starts_with('=')) }
    };
    text.lines()
        .enumerate()
        .skip(start)
        .take_while(|(i, l)| *i == start || !l.starts_with("[["))
        .find(|(_, l)| is_it(l))
        .map_or(start, |(i, _)| i)
        + 1
}

/// Titles that stand before names. `Prime Minister X` and `Crown Prince X` are found by their last word.
const HONORIFICS: [&str; 37] = [
    "Admiral",
    "Ambassador",
    "Ayatollah",
    "Brigadier",
    "Captain",
    "Chairman",
    "Chancellor",
    "Col",
    "Colonel",
    "Commander",
    "Dr",
    "Emir",
    "Gen",
    "General",
    "Governor",
    "Imam",
    "Judge",
    "King",
    "Lady",
    "Lieutenant",
    "Lord",
    "Major",
    "Marshal",
    "Minister",
    "Miss",
    "Mr",
    "Mrs",
    "Ms",
    "Premier",
    "President",
    "Prince",
    "Princess",
    "Queen",
    "Senator",
    "Sheikh",
    "Sir",
    "Sultan",
];

/// Words that follow such a title in the names of bodies and offices (`General Assembly`).
const BODIES: [&str; 25] = [
    "Academy",
    "Administration",
    "Agreement",
    "Assembly",
    "Comment",
    "Committee",
    "Conference",
    "Council",
    "Court",
    "Debate",
    "Department",
    "Directorate",
    "Electoral",
    "Headquarters",
    "Intelligence",
    "League",
    "Office",
    "People's",
    "Police",
    "Prosecutor",
    "Public",
    "Secretariat",
    "Secretary",
    "Security",
    "Staff",
];

/// A title before a capitalised word that is not part of the name of a body.
fn person(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).find_map(|pair| {
        let title = pair[0].trim_start_matches(|c: char| !c.is_alphanumeric());
        let abbreviation = title.len() <= 4 && title.ends_with('.');
        let title = if abbreviation { title.trim_end_matches('.') } else { title };
        let following = pair[1].trim_matches(|c: char| !c.is_alphanumeric());
        let mut letters = following.chars();
        // a capital and then a small letter: acronyms are bodies
        let is_name = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
        (HONORIFICS.contains(&title) && is_name && !BODIES.contains(&following)).then(|| format!("{title} {following}"))
    })
}

#[cfg(test)]
mod tests;
