//! Search over names: states in many languages, organisations, regions, cases, interruptions, tables. Held in memory, typo-tolerant.
//!
//! Not here: full text of documents.

use blocwatch_analysis::frame::Columns;
use blocwatch_core::casebook::Casebook;
use blocwatch_core::name;
use blocwatch_core::state::States;
use blocwatch_engine::Session;
use serde::Serialize;

use crate::error::Result;
use crate::links;

/// Something that can be found.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    /// `state`, `organisation`, `region`, `case`, `interruption` or `table`.
    pub(crate) kind: &'static str,
    /// Id within its kind.
    pub(crate) id: String,
    /// Name or title.
    pub(crate) title: String,
    /// A line about it; may be empty.
    pub(crate) about: String,
    /// Where it is shown.
    pub(crate) href: String,
    /// Names by which it is found, folded.
    #[serde(skip)]
    names: Vec<String>,
    /// Words of its text, folded.
    #[serde(skip)]
    text: String,
}

/// Everything that can be found.
#[derive(Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
}

impl Index {
    pub(crate) fn new(states: &States, book: &Casebook, session: &Session) -> Result<Self> {
        let mut entries = Vec::new();
        let mut add = |kind, id: &str, title: &str, about: &str, href: String, names: Vec<&str>, text: &str| {
            entries.push(Entry {
                kind,
                id: id.to_owned(),
                title: title.to_owned(),
                about: about.to_owned(),
                href,
                names: std::iter::once(id).chain([title]).chain(names).map(name::fold).collect(),
                text: name::fold(text),
            });
        };
        let mut regions: Vec<&str> = Vec::new();
        for s in states.iter() {
            let aliases = s.aliases.iter().map(String::as_str).chain(s.iso2.as_deref()).collect();
            add("state", &s.id, &s.name, &s.region, links::state(&s.id), aliases, "");
            regions.push(&s.region);
        }
        regions.sort_unstable();
        regions.dedup();
        for r in regions.into_iter().filter(|r| !r.is_empty()) {
            add("region", r, r, "Region", links::region(r), Vec::new(), "");
        }
        let listed = session.query_one("SELECT org, name FROM organisation ORDER BY org")?;
        let c = Columns(&listed);
        let (ids, names) = (c.text("org")?, c.text("name")?);
        for i in 0..listed.num_rows() {
            let (id, title) = (ids.value(i), names.value(i));
            let known = book.organisation(id);
            let aliases = known.map(|o| o.aliases.iter().map(String::as_str).collect()).unwrap_or_default();
            let about = known.map_or("Organisation, from COW IGO", |o| o.field.as_str());
            add("organisation", id, title, about, links::organisation(id), aliases, known.map_or("", |o| o.purpose.as_str()));
        }
        for case in &book.cases {
            add("case", &case.id, &case.title, &case.kind, links::case(&case.id), Vec::new(), &case.statement);
        }
        for i in &book.interruptions {
            add("interruption", &i.id, &i.title, &i.kind, links::interruption(&i.id), Vec::new(), &i.what);
        }
        for t in blocwatch_analysis::steps::tables() {
            add("table", t.name, t.name, t.doc, links::table(t.name), Vec::new(), "");
        }
        Ok(Self { entries })
    }

    /// What fits a text best, at most `most`, of one kind if asked for; and whether it was found only by allowing for misspelling.
    pub(crate) fn find(&self, typed: &str, kind: Option<&str>, most: usize) -> (Vec<&Entry>, bool) {
        let asked = name::fold(typed);
        if asked.is_empty() {
            return (Vec::new(), false);
        }
        let words: Vec<&str> = asked.split_whitespace().collect();
        let pool = || self.entries.iter().filter(|e| kind.is_none_or(|k| e.kind == k));
        let mut hits: Vec<(u8, usize, &Entry)> = Vec::new();
        for (at, e) in pool().enumerate() {
            let rank = if e.names.contains(&asked) {
                0
            } else if e.names.iter().any(|n| n.starts_with(&asked)) {
                1
            } else if e.names.iter().any(|n| words.iter().all(|w| n.split_whitespace().any(|of| of.starts_with(w)))) {
                2
            } else if asked.len() >= 3 && e.names.iter().any(|n| n.contains(&asked)) {
                3
            } else if words.iter().all(|w| w.len() >= 3 && (e.text.contains(w) || e.names.iter().any(|n| n.contains(w)))) {
                4
            } else {
                continue;
            };
            hits.push((rank, at, e));
        }
        if !hits.is_empty() {
            hits.sort_by_key(|h| (h.0, h.1));
            return (hits.into_iter().take(most).map(|h| h.2).collect(), false);
        }
        let near = name::nearest(&asked, pool().flat_map(|e| e.names.iter().map(String::as_str)), most);
        let mut found: Vec<&Entry> = Vec::new();
        for name in near {
            for e in pool().filter(|e| e.names.iter().any(|n| n == name)) {
                if !found.iter().any(|f| f.kind == e.kind && f.id == e.id) {
                    found.push(e);
                }
            }
        }
        found.truncate(most);
        (found, true)
    }

    /// How many entries there are of a kind.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.entries.iter().filter(|e| e.kind == kind).count()
    }
}
