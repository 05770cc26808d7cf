//! Parameters of a request: a flat list of names and texts, each of which is either understood or refused with the names that are.

use std::collections::BTreeMap;

use blocwatch_core::name;

use crate::error::{Result, WebError};

/// Longest text of a parameter, in bytes.
const LONGEST: usize = 8 * 1024;

/// The parameters of a request. Empty ones count as absent, as an untouched field of a form sends them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(BTreeMap<String, Vec<String>>);

impl Params {
    /// Reads what stands behind the question mark; only the names given are allowed.
    pub(crate) fn read(pairs: Vec<(String, String)>, allowed: &[&str]) -> Result<Self> {
        let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, value) in pairs {
            if !allowed.contains(&key.as_str()) {
                let near = name::nearest(&key, allowed.iter().copied(), 2);
                let hint = if near.is_empty() { format!("; known are {}", allowed.join(", ")) } else { name::did_you_mean(&near) };
                return Err(WebError::Bad(format!("there is no parameter '{}'{hint}", short(&key))));
            }
            if value.len() > LONGEST {
                return Err(WebError::Bad(format!("the parameter '{key}' is longer than {LONGEST} bytes")));
            }
            if !value.trim().is_empty() {
                out.entry(key).or_default().push(value);
            }
        }
        Ok(Self(out))
    }

    /// As [`Params::read`], for programs: what is empty or stands twice is a mistake of theirs and is told.
    pub(crate) fn strict(pairs: Vec<(String, String)>, allowed: &[&str]) -> Result<Self> {
        let empty = pairs.iter().find(|(_, v)| v.trim().is_empty()).map(|(k, _)| k.clone());
        let read = Self::read(pairs, allowed)?;
        if let Some(key) = empty {
            return Err(WebError::Bad(format!("the parameter '{}' is empty; leave it out", short(&key))));
        }
        match read.0.iter().find(|(_, v)| v.len() > 1) {
            Some((key, _)) => Err(WebError::Bad(format!("the parameter '{key}' stands more than once"))),
            None => Ok(read),
        }
    }

    /// A parameter that may stand once.
    pub(crate) fn one(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|v| v.first()).map(|v| v.trim())
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, key: &str, least: i64, most: i64) -> Result<Option<i64>> {
        let Some(text) = self.one(key) else { return Ok(None) };
        match text.parse::<i64>() {
            Ok(n) if (least..=most).contains(&n) => Ok(Some(n)),
            _ => Err(WebError::Bad(format!("'{key}' is a whole number from {least} to {most}, not '{}'", short(text)))),
        }
    }

    /// One of some words.
    pub(crate) fn choice<'a>(&self, key: &str, words: &[&'a str]) -> Result<Option<&'a str>> {
        let Some(text) = self.one(key) else { return Ok(None) };
        match words.iter().find(|w| **w == text) {
            Some(word) => Ok(Some(word)),
            None => {
                let near = name::nearest(text, words.iter().copied(), 2);
                let hint = if near.is_empty() { format!("; it is one of {}", words.join(", ")) } else { name::did_you_mean(&near) };
                Err(WebError::Bad(format!("'{}' is no value of '{key}'{hint}", short(text))))
            }
        }
    }
}

/// The beginning of a text, for messages.
pub(crate) fn short(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(59).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Result<Params> {
        Params::read(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(), &["year", "kind"])
    }

    #[test]
    fn what_is_not_understood_is_refused_with_what_would_be() {
        assert!(params(&[("yaer", "2000")]).expect_err("misspelt").to_string().contains("year"));
        let p = params(&[("year", "x"), ("kind", "csae")]).expect("names are known");
        assert!(p.number("year", 1800, 2100).expect_err("no number").to_string().contains("1800 to 2100"));
        assert!(p.choice("kind", &["case", "state"]).expect_err("no kind").to_string().contains("case"));
        let empty = params(&[("year", " ")]).expect("an untouched field");
        assert_eq!(empty.number("year", 0, 1).expect("absent"), None);
        assert!(params(&[("kind", &"x".repeat(9000))]).is_err());
        let strict =
            |pairs: &[(&str, &str)]| Params::strict(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(), &["year"]);
        assert!(strict(&[("year", "1")]).is_ok());
        assert!(strict(&[("year", "")]).expect_err("empty").to_string().contains("is empty"));
        assert!(strict(&[("year", "1"), ("year", "2")]).expect_err("twice").to_string().contains("more than once"));
    }
}
