//! The index of names, in memory: states in many languages, regions, organisations, cases, interruptions, frames, treaties, tables.

use std::collections::BTreeMap;

use blocwatch_analysis::frame::{At, Columns};
use blocwatch_core::casebook::Casebook;
use blocwatch_core::name;
use blocwatch_core::state::States;
use blocwatch_engine::{Observatory, Session};
use serde::Serialize;

use super::{spelling, words};
use crate::error::Result;
use crate::links;

/// Something that can be found by its name.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    /// `state`, `organisation`, `region`, `case`, `interruption`, `frame`, `treaty` or `table`.
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
}

/// Kinds in the order in which equals stand; the last is of texts.
pub(crate) const KINDS: &[&str] = &["state", "organisation", "region", "case", "interruption", "frame", "treaty", "table", "text"];

/// A word of the index.
#[derive(Debug)]
struct Term {
    word: String,
    /// Entries with it, each with whether it stands in a name rather than in a text about it.
    at: Vec<(u32, bool)>,
}

/// The index.
#[derive(Debug, Default)]
pub(crate) struct Names {
    entries: Vec<Entry>,
    /// In order of their words.
    terms: Vec<Term>,
}

/// How well a word of the query fits a word of the index.
const EXACT: f32 = 1.0;
const BEGINS: f32 = 0.7;
const MISSPELT: [f32; 3] = [1.0, 0.5, 0.3];
/// What a word in a text about the entry is worth against one in its name.
const IN_TEXT: f32 = 0.3;
/// Words of a query that are looked at.
const MOST_WORDS: usize = 12;

impl Names {
    pub(super) fn new(states: &States, book: &Casebook, session: &Session, observatory: &Observatory) -> Result<Self> {
        let mut build = Build::default();
        let mut regions: Vec<&str> = Vec::new();
        for s in states.iter() {
            let aliases = s.aliases.iter().map(String::as_str).chain(s.iso2.as_deref()).collect();
            build.add("state", &s.id, &s.name, &s.region, links::state(&s.id), aliases, "");
            regions.push(&s.region);
        }
        let listed = session.query_one("SELECT org, name FROM organisation ORDER BY org")?;
        let c = Columns(&listed);
        let (ids, names) = (c.text("org")?, c.text("name")?);
        for i in 0..listed.num_rows() {
            let (id, title) = (ids.value(i), names.value(i));
            let known = book.organisation(id);
            let aliases = known.map(|o| o.aliases.iter().map(String::as_str).collect()).unwrap_or_default();
            let about = known.map_or("Organisation, from COW IGO", |o| o.field.as_str());
            build.add("organisation", id, title, about, links::organisation(id), aliases, known.map_or("", |o| o.purpose.as_str()));
        }
        regions.sort_unstable();
        regions.dedup();
        for r in regions.into_iter().filter(|r| !r.is_empty()) {
            build.add("region", r, r, "Region", links::region(r), Vec::new(), "");
        }
        for case in &book.cases {
            build.add("case", &case.id, &case.title, &case.kind, links::case(&case.id), Vec::new(), &case.statement);
        }
        for i in &book.interruptions {
            build.add("interruption", &i.id, &i.title, &i.kind, links::interruption(&i.id), Vec::new(), &i.what);
        }
        if observatory.has("frame_lexicon") {
            let rows = session.query_one("SELECT frame, name, definition, variants FROM frame_lexicon ORDER BY frame")?;
            let c = Columns(&rows);
            let (ids, names, says, variants) = (c.text("frame")?, c.text("name")?, c.text("definition")?, c.text("variants")?);
            for i in 0..rows.num_rows() {
                let text = format!("{} {}", says.value(i), variants.value(i));
                build.add("frame", ids.value(i), names.value(i), "Counter-norm in speeches", links::frame(ids.value(i)), vec![], &text);
            }
        }
        if observatory.has("treaty_agreement") {
            let rows = session.query_one(
                "SELECT \"treatyID\" AS id, min(\"Title\") AS title, min(year) AS year FROM treaty_agreement \
                 WHERE \"Title\" IS NOT NULL GROUP BY \"treatyID\" ORDER BY 1",
            )?;
            let c = Columns(&rows);
            let (ids, titles, years) = (c.text("id")?, c.text("title")?, c.i32("year")?);
            for i in 0..rows.num_rows() {
                let about = years.at(i).map_or_else(|| "Treaty".to_owned(), |y| format!("Treaty, {y}"));
                let href = format!("/table/treaty_agreement?where={}", links::encode(&format!("treatyID={}", ids.value(i))));
                build.add("treaty", ids.value(i), titles.value(i), &about, href, Vec::new(), "");
            }
        }
        for t in blocwatch_analysis::steps::tables() {
            build.add("table", t.name, t.name, t.doc, links::table(t.name), Vec::new(), "");
        }
        Ok(build.done())
    }

    /// Pages by what briefs call their subjects: states and organisations by name, records by id.
    pub(crate) fn pages(&self) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for e in &self.entries {
            match e.kind {
                "state" => drop(out.insert(e.title.clone(), e.href.clone())),
                "organisation" => {
                    out.entry(e.title.clone()).or_insert_with(|| e.href.clone());
                    out.insert(format!("{} ({})", e.title, e.id), e.href.clone());
                }
                "case" | "interruption" => drop(out.insert(e.id.clone(), e.href.clone())),
                _ => {}
            }
        }
        out
    }

    /// What fits a text best, at most `most`, of one kind if asked for; and whether it was found only by allowing for misspelling or for
    /// words that are missing.
    pub(crate) fn find(&self, typed: &str, kind: Option<&str>, most: usize) -> (Vec<&Entry>, bool) {
        let asked = name::fold(typed);
        let mut asked_words: Vec<String> = words::all(typed).into_iter().map(|f| f.word).collect();
        asked_words.truncate(MOST_WORDS);
        if asked_words.is_empty() {
            return (Vec::new(), false);
        }
        let n = self.entries.len();
        let (mut sum, mut has, mut clean) = (vec![0f32; n], vec![0u8; n], vec![0u8; n]);
        let mut best = vec![(0f32, false); n];
        for word in &asked_words {
            best.fill((0.0, false));
            for (term, quality, as_spelt) in self.like(word) {
                let rarity = (1.0 + n as f32 / self.terms[term].at.len() as f32).ln();
                for (entry, in_name) in &self.terms[term].at {
                    let score = quality * rarity * if *in_name { 1.0 } else { IN_TEXT };
                    let slot = &mut best[*entry as usize];
                    slot.1 |= as_spelt;
                    slot.0 = slot.0.max(score);
                }
            }
            for (i, (score, as_spelt)) in best.iter().enumerate().filter(|(_, b)| b.0 > 0.0) {
                sum[i] += score;
                has[i] += 1;
                clean[i] += u8::from(*as_spelt);
            }
        }
        let words = asked_words.len() as u8;
        let fits = |i: &usize| kind.is_none_or(|k| self.entries[*i].kind == k);
        // the strictest way that finds anything: all words as spelt, all words, at least half of them
        let ways: [&dyn Fn(usize) -> bool; 3] = [&|i| clean[i] == words, &|i| has[i] == words, &|i| 2 * has[i] >= words && has[i] > 0];
        // whoever quotes wants these words and no others
        let guesses = if words::phrases(typed).is_empty() { ways.len() } else { 1 };
        for (way, enough) in ways.iter().take(guesses).enumerate() {
            let mut hits: Vec<(f32, usize)> =
                (0..n).filter(|i| enough(*i)).filter(fits).map(|i| (sum[i] + self.entries[i].bonus(&asked), i)).collect();
            if hits.is_empty() {
                continue;
            }
            hits.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
            return (hits.into_iter().take(most).map(|(_, i)| &self.entries[i]).collect(), way > 0);
        }
        (Vec::new(), false)
    }

    /// Words of the index that a word of a query may mean: number, how well it fits, and whether it is spelt so.
    fn like(&self, word: &str) -> Vec<(usize, f32, bool)> {
        let from = self.terms.partition_point(|t| t.word.as_str() < word);
        let mut out: Vec<(usize, f32, bool)> = self.terms[from..]
            .iter()
            .take_while(|t| t.word.starts_with(word))
            .enumerate()
            .map(|(i, t)| {
                // the nearer its end the better
                let share = word.len() as f32 / t.word.len() as f32;
                (from + i, if t.word == word { EXACT } else { BEGINS * (0.6 + 0.4 * share) }, true)
            })
            .collect();
        if out.is_empty() {
            let near = spelling::near(word, self.terms.iter().map(|t| t.word.as_str()));
            out.extend(near.into_iter().map(|(i, d)| (i, MISSPELT[d.min(2)], false)));
        }
        out
    }

    /// How many entries there are of a kind.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.entries.iter().filter(|e| e.kind == kind).count()
    }
}

impl Entry {
    /// What speaks for it beyond the words: the whole name, its beginning, a short name, its kind.
    fn bonus(&self, asked: &str) -> f32 {
        let whole = if self.names.iter().any(|n| n == asked) {
            40.0
        } else if self.names.iter().any(|n| n.starts_with(asked)) {
            8.0
        } else {
            0.0
        };
        let shortest = self.names.iter().map(|n| n.split(' ').count()).min().unwrap_or(9);
        let kind = KINDS.iter().position(|k| *k == self.kind).unwrap_or(KINDS.len());
        whole + 2.0 / (1.0 + shortest as f32) + 0.2 * (KINDS.len() - kind) as f32
    }
}

/// An index in the making.
#[derive(Default)]
struct Build {
    entries: Vec<Entry>,
    terms: std::collections::BTreeMap<String, Vec<(u32, bool)>>,
}

impl Build {
    #[expect(clippy::too_many_arguments, reason = "what an entry is, in one line for each kind")]
    fn add(&mut self, kind: &'static str, id: &str, title: &str, about: &str, href: String, aliases: Vec<&str>, text: &str) {
        let number = self.entries.len() as u32;
        let names: Vec<&str> = std::iter::once(id).chain([title]).chain(aliases).collect();
        for (part, in_name) in names.iter().map(|n| (*n, true)).chain([(text, false)]) {
            words::each(part, |word, _, _| {
                if !self.terms.contains_key(word) {
                    self.terms.insert(word.to_owned(), Vec::new());
                }
                if let Some(at) = self.terms.get_mut(word) {
                    match at.last_mut() {
                        // names come first
                        Some(last) if last.0 == number => {}
                        _ => at.push((number, in_name)),
                    }
                }
            });
        }
        let names = names.into_iter().map(name::fold).collect();
        self.entries.push(Entry { kind, id: id.to_owned(), title: title.to_owned(), about: about.to_owned(), href, names });
    }

    fn done(self) -> Names {
        Names { entries: self.entries, terms: self.terms.into_iter().map(|(word, at)| Term { word, at }).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Names {
        let mut b = Build::default();
        let mut add = |kind, id: &str, title: &str, aliases: Vec<&str>, text: &str| {
            b.add(kind, id, title, "", format!("/{kind}/{id}"), aliases, text);
        };
        add("state", "RUS", "Russia", vec!["Россия", "俄罗斯", "روسيا", "Russian Federation"], "");
        add("state", "KGZ", "Kyrgyzstan", vec!["Кыргызстан", "Kyrgyz Republic"], "");
        add("state", "BLR", "Belarus", vec!["Белоруссия", "Belorussia"], "");
        add("organisation", "SCO", "Shanghai Cooperation Organisation", vec!["上海合作组织", "Шанхайская организация сотрудничества"], "");
        add(
            "case",
            "kgz-law",
            "Foreign-agents law in Kyrgyzstan after Russia's",
            vec![],
            "The parliament copied a bill on foreign representatives.",
        );
        b.done()
    }

    fn first(q: &str) -> (String, bool) {
        let index = index();
        let (found, loosely) = index.find(q, None, 5);
        (found.first().map(|e| e.id.clone()).unwrap_or_default(), loosely)
    }

    #[test]
    fn names_are_found_in_every_script_whole_begun_and_misspelt() {
        for (q, id) in [
            ("Russia", "RUS"),
            ("russ", "RUS"),
            ("РОССИЯ", "RUS"),
            ("俄罗斯", "RUS"),
            ("罗斯", "RUS"),
            ("روسيا", "RUS"),
            ("sco", "SCO"),
            ("上海合作", "SCO"),
            ("шанхайская орг", "SCO"),
            ("kyrgyz republic", "KGZ"),
            ("foreign agents", "kgz-law"),
            ("bill representatives", "kgz-law"),
        ] {
            assert_eq!(first(q), (id.to_owned(), false), "{q}");
        }
        for (q, id) in [("Kyrgzstan", "KGZ"), ("Белорусия", "BLR"), ("belaurs", "BLR"), ("shangai coperation", "SCO"), ("Росиия", "RUS")]
        {
            assert_eq!(first(q), (id.to_owned(), true), "{q}");
        }
        assert_eq!(first("\"kyrgyz republic\"").0, "KGZ");
        assert_eq!(first("\"kyrgz republic\""), (String::new(), false), "within quotation marks nothing is guessed");
        assert_eq!(first("xyzzy"), (String::new(), false));
        assert_eq!(first(" — "), (String::new(), false));
        assert_eq!(index().find("kyrgyzstan", Some("case"), 5).0.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn any_query_is_answered(q in proptest::prelude::any::<String>()) {
            proptest::prop_assert!(index().find(&q, None, 3).0.len() <= 3);
        }
    }
}
