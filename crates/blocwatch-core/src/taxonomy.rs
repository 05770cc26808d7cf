//! The matrix: four axes, party roles and the closed word lists of the casebook, read from `knowledge/taxonomy.toml`.
//!
//! Concepts after Cottiero, C. (2024), *Understanding and Interrupting Modern Day Autocratic Collaboration*, IFES, tables 1 and 2.
//! Identifiers are stable: they are keys in data, addresses and exports. The build script refuses a file that does not hold together.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{CoreError, Result};
use crate::name;

/// One word of a closed list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// Stable identifier.
    pub id: String,
    /// Name in sentence case.
    pub name: String,
    /// Definition in our own words.
    pub definition: String,
    /// What coders should put here although it looks like a neighbour.
    #[serde(default)]
    pub includes: String,
    /// What belongs to a neighbour.
    #[serde(default)]
    pub excludes: String,
    /// Threats of a response; responses of a tactic: the id one level up. Empty on other lists.
    #[serde(default, alias = "threat", alias = "response")]
    pub parent: String,
}

/// The whole vocabulary.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Taxonomy {
    /// Formal or informal, multilateral or bilateral (Table 1 of the source).
    pub channel: Vec<Term>,
    /// What is answered (Table 2).
    pub threat: Vec<Term>,
    /// The seven collaborative responses; `parent` is the threat.
    pub response: Vec<Term>,
    /// The leaves; `parent` is the response.
    pub tactic: Vec<Term>,
    /// Roles of parties.
    pub role: Vec<Term>,
    /// Kinds of record.
    pub kind: Vec<Term>,
    /// Kinds of party.
    pub party_kind: Vec<Term>,
    /// How a statement stands: established, reported, alleged, self-claimed, disputed.
    pub claim: Vec<Term>,
    /// Kinds of interruption.
    pub interruption_kind: Vec<Term>,
    /// Outcomes of interruptions and reversals.
    pub outcome: Vec<Term>,
    /// Admiralty letters.
    pub admiralty_source: Vec<Term>,
    /// Admiralty figures.
    pub admiralty_information: Vec<Term>,
}

static EMBEDDED: LazyLock<std::result::Result<Taxonomy, String>> = LazyLock::new(|| {
    crate::knowledge::text("taxonomy.toml").map_err(|e| e.to_string()).and_then(|t| Taxonomy::parse(t).map_err(|e| e.to_string()))
});

impl Taxonomy {
    /// The embedded vocabulary.
    pub fn embedded() -> Result<&'static Taxonomy> {
        EMBEDDED.as_ref().map_err(|message| CoreError::Knowledge { file: "taxonomy.toml".to_owned(), line: None, message: message.clone() })
    }

    /// Reads and checks a vocabulary: unique ids per list, every parent known, no empty definition.
    pub fn parse(text: &str) -> Result<Taxonomy> {
        let fail = |message: String, line: Option<usize>| CoreError::Knowledge { file: "taxonomy.toml".to_owned(), line, message };
        let taxonomy: Taxonomy = toml::from_str(text).map_err(|e| {
            let line = e.span().map(|s| text[..s.start].matches('\n').count() + 1);
            fail(e.message().to_owned(), line)
        })?;
        for (list, terms) in taxonomy.lists() {
            for (i, term) in terms.iter().enumerate() {
                if terms[..i].iter().any(|t| t.id == term.id) {
                    return Err(fail(format!("the {list} '{}' stands twice", term.id), None));
                }
                if term.definition.trim().is_empty() || term.name.trim().is_empty() {
                    return Err(fail(format!("the {list} '{}' needs a name and a definition", term.id), None));
                }
                let parents = match list {
                    "response" => Some(&taxonomy.threat),
                    "tactic" => Some(&taxonomy.response),
                    _ => None,
                };
                let known = match parents {
                    Some(parents) => parents.iter().any(|p| p.id == term.parent),
                    None => term.parent.is_empty(),
                };
                if !known {
                    return Err(fail(format!("the {list} '{}' names the unknown parent '{}'", term.id, term.parent), None));
                }
            }
        }
        Ok(taxonomy)
    }

    /// Every list with its name.
    pub fn lists(&self) -> [(&'static str, &[Term]); 12] {
        [
            ("channel", &self.channel),
            ("threat", &self.threat),
            ("response", &self.response),
            ("tactic", &self.tactic),
            ("role", &self.role),
            ("kind", &self.kind),
            ("party_kind", &self.party_kind),
            ("claim", &self.claim),
            ("interruption_kind", &self.interruption_kind),
            ("outcome", &self.outcome),
            ("admiralty_source", &self.admiralty_source),
            ("admiralty_information", &self.admiralty_information),
        ]
    }

    /// The terms of a list by its name; empty for an unknown list.
    pub fn list(&self, name: &str) -> &[Term] {
        self.lists().into_iter().find(|(n, _)| *n == name).map_or(&[], |(_, t)| t)
    }

    /// A term of a list.
    pub fn term(&self, list: &str, id: &str) -> Option<&Term> {
        self.list(list).iter().find(|t| t.id == id)
    }

    /// `; did you mean …?` for an id that a list does not have.
    pub fn hint(&self, list: &str, id: &str) -> String {
        let ids = self.list(list).iter().map(|t| t.id.as_str());
        let near = name::nearest(id, ids.clone(), 2);
        if near.is_empty() { format!("; use one of {}", ids.collect::<Vec<_>>().join(", ")) } else { name::did_you_mean(&near) }
    }

    /// Name of a term, or the id itself if it is not in the list.
    pub fn name_of<'a>(&'a self, list: &str, id: &'a str) -> &'a str {
        self.term(list, id).map_or(id, |t| t.name.as_str())
    }
}
