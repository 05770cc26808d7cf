//! Parameters of measures: what can be set, to what, and the values of one run. No measure's meaning lives here.

use std::collections::BTreeMap;

use blocwatch_core::name;

use crate::error::{AnalysisError, Result};
use crate::steps::regime_measure::RegimeRule;

/// What a parameter takes, with its default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Takes {
    /// A number within bounds, both included.
    Number {
        /// Default.
        default: f64,
        /// Smallest.
        least: f64,
        /// Largest.
        most: f64,
    },
    /// A whole number within bounds, both included.
    Count {
        /// Default.
        default: u32,
        /// Smallest.
        least: u32,
        /// Largest.
        most: u32,
    },
    /// One of some words; the first is the default.
    Choice(&'static [&'static str]),
    /// `yes` or `no`.
    Flag(bool),
    /// A regime measure and its cut, as in `row`, `bmr` or `polyarchy:0.42`; default `row`.
    Regime,
    /// Any text; empty by default.
    Text,
}

/// A parameter of a measure.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Name, as on the command line (`--set name=value`).
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it does, in one sentence.
    pub doc: &'static str,
}

/// The parameter that every measure with a regime in it has.
pub const REGIME: Parameter = Parameter {
    name: "regime",
    takes: Takes::Regime,
    doc: "Measure, and after a colon the cut, that decides which states are autocracies.",
};

#[derive(Debug, Clone, Copy)]
enum Value {
    Number(f64),
    Count(u32),
    Choice(&'static str),
    Flag(bool),
    Regime(RegimeRule),
    /// What was typed is in `changed`.
    Text,
}

/// The values of one run: every parameter has one.
#[derive(Debug, Clone)]
pub struct Settings {
    values: BTreeMap<&'static str, Value>,
    /// What differs from the default, as it was asked for.
    changed: BTreeMap<&'static str, String>,
}

impl Settings {
    /// All defaults.
    pub fn defaults(parameters: &[Parameter]) -> Self {
        let values = parameters
            .iter()
            .map(|p| {
                let value = match p.takes {
                    Takes::Number { default, .. } => Value::Number(default),
                    Takes::Count { default, .. } => Value::Count(default),
                    Takes::Choice(words) => Value::Choice(words.first().copied().unwrap_or("")),
                    Takes::Flag(default) => Value::Flag(default),
                    Takes::Regime => Value::Regime(RegimeRule::DEFAULT),
                    Takes::Text => Value::Text,
                };
                (p.name, value)
            })
            .collect();
        Self { values, changed: BTreeMap::new() }
    }

    /// Sets one parameter from text.
    ///
    /// # Errors
    /// [`AnalysisError::Unknown`]: a name that the measure has not, with the nearest, or a value that it does not take.
    pub fn set(&mut self, parameters: &[Parameter], key: &str, text: &str) -> Result<()> {
        let Some(p) = parameters.iter().find(|p| p.name == key) else {
            let near = name::nearest(key, parameters.iter().map(|p| p.name), 3);
            let hint = if !near.is_empty() {
                name::did_you_mean(&near)
            } else if parameters.is_empty() {
                "; it has none".to_owned()
            } else {
                format!("; it has {}", parameters.iter().map(|p| p.name).collect::<Vec<_>>().join(", "))
            };
            return Err(AnalysisError::Unknown(format!("the measure has no parameter '{key}'{hint}")));
        };
        let wrong = |takes: String| AnalysisError::Unknown(format!("{key} cannot be '{text}': it takes {takes}"));
        let value = match p.takes {
            Takes::Number { least, most, .. } => Value::Number(
                text.parse::<f64>()
                    .ok()
                    .filter(|v| (least..=most).contains(v))
                    .ok_or_else(|| wrong(format!("a number from {least} to {most}")))?,
            ),
            Takes::Count { least, most, .. } => Value::Count(
                text.parse::<u32>()
                    .ok()
                    .filter(|v| (least..=most).contains(v))
                    .ok_or_else(|| wrong(format!("a whole number from {least} to {most}")))?,
            ),
            Takes::Choice(words) => {
                Value::Choice(words.iter().find(|w| **w == text).ok_or_else(|| wrong(format!("one of {}", words.join(", "))))?)
            }
            Takes::Flag(_) => match text {
                "yes" | "true" => Value::Flag(true),
                "no" | "false" => Value::Flag(false),
                _ => return Err(wrong("yes or no".to_owned())),
            },
            Takes::Regime => Value::Regime(RegimeRule::parse(text)?),
            Takes::Text => Value::Text,
        };
        self.values.insert(p.name, value);
        self.changed.insert(p.name, text.to_owned());
        Ok(())
    }

    /// What was set, `name=value`, in the order of names; empty where all is default.
    pub fn changed(&self) -> Vec<String> {
        self.changed.iter().map(|(k, v)| format!("{k}={v}")).collect()
    }

    fn of(&self, key: &str) -> Result<Value> {
        self.values.get(key).copied().ok_or_else(|| Self::defect(key))
    }

    fn defect(key: &str) -> AnalysisError {
        AnalysisError::Defect(format!("no parameter {key} of that type is declared"))
    }

    /// A number.
    ///
    /// # Errors
    /// A defect: no such parameter is declared.
    pub fn number(&self, key: &str) -> Result<f64> {
        if let Value::Number(v) = self.of(key)? { Ok(v) } else { Err(Self::defect(key)) }
    }

    /// A whole number.
    ///
    /// # Errors
    /// As [`Settings::number`].
    pub fn count(&self, key: &str) -> Result<u32> {
        if let Value::Count(v) = self.of(key)? { Ok(v) } else { Err(Self::defect(key)) }
    }

    /// A word.
    ///
    /// # Errors
    /// As [`Settings::number`].
    pub fn choice(&self, key: &str) -> Result<&'static str> {
        if let Value::Choice(v) = self.of(key)? { Ok(v) } else { Err(Self::defect(key)) }
    }

    /// Yes or no.
    ///
    /// # Errors
    /// As [`Settings::number`].
    pub fn flag(&self, key: &str) -> Result<bool> {
        if let Value::Flag(v) = self.of(key)? { Ok(v) } else { Err(Self::defect(key)) }
    }

    /// A text; empty if none was given.
    ///
    /// # Errors
    /// As [`Settings::number`].
    pub fn text(&self, key: &str) -> Result<&str> {
        if let Value::Text = self.of(key)? { Ok(self.changed.get(key).map_or("", String::as_str)) } else { Err(Self::defect(key)) }
    }

    /// The regime rule (parameter [`REGIME`]).
    ///
    /// # Errors
    /// As [`Settings::number`].
    pub fn regime(&self) -> Result<RegimeRule> {
        if let Value::Regime(v) = self.of(REGIME.name)? { Ok(v) } else { Err(Self::defect(REGIME.name)) }
    }
}
