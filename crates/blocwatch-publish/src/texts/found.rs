//! From a pair that `blocwatch-texts` found to a pair that can be shown: places in words, articles named, words set against each other.
//!
//! What is compared, and with what else, is for the caller to know.

use std::ops::Range;

use blocwatch_texts::across::Evidence;
use blocwatch_texts::document::Meta;
use blocwatch_texts::reuse::{self, Direction};
use blocwatch_texts::segment::{Article, article_at, articles};
use blocwatch_texts::side::{Run as Words, sides, words};

use super::{Earlier, Kind, Pair, Passage, Place, Run, Side};

/// Characters of context before and after a passage.
const CONTEXT: usize = 160;

/// One of the two texts.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Its name: input path or id.
    pub id: &'a str,
    /// What is known of it.
    pub meta: &'a Meta,
    /// Its words, as they were compared.
    pub text: &'a str,
}

/// A pair made ready to show. `carried_by` gives how many texts carry the passages of a cluster, by its number; two where it is too short.
pub fn pair(a: Text<'_>, b: Text<'_>, found: &reuse::Pair, evidence: Evidence, carried_by: &[usize]) -> Pair {
    let (la, lb) = (articles(a.text), articles(b.text));
    let passages = found
        .passages
        .iter()
        .map(|x| {
            let s = sides(&a.text[x.a.clone()], &b.text[x.b.clone()]);
            Passage {
                a: place(a.text, &la, &x.a, s.a),
                b: place(b.text, &lb, &x.b, s.b),
                same: s.same,
                words: s.words,
                kind: match x.kind {
                    reuse::Kind::Copy => Kind::Copy,
                    reuse::Kind::CommonAncestor => Kind::CommonAncestor,
                    reuse::Kind::Quotation => Kind::Quotation,
                    reuse::Kind::Boilerplate => Kind::Boilerplate,
                },
                carried_by: carried_by.get(x.cluster).copied().unwrap_or(2),
            }
        })
        .collect();
    Pair {
        a: side(a, found.coverage_a),
        b: side(b, found.coverage_b),
        score: found.score,
        p: found.p,
        q: found.q,
        evidence: match evidence {
            Evidence::Words => super::Evidence::Words,
            Evidence::Anchors => super::Evidence::Anchors,
            Evidence::Translation => super::Evidence::Translation,
            Evidence::Embeddings => super::Evidence::Embeddings,
        },
        earlier: found.direction.map(|d| match d {
            Direction::FromAToB => Earlier::A,
            Direction::FromBToA => Earlier::B,
        }),
        passages,
    }
}

fn side(of: Text<'_>, coverage: f64) -> Side {
    let m = of.meta;
    Side {
        id: of.id.to_owned(),
        title: m.title.clone(),
        author: m.author.clone(),
        date: m.date.map(|d| d.to_string()),
        language: m.language.clone(),
        language_detected: m.language_detected,
        address: m.address.clone(),
        sha256: m.sha256.clone(),
        format: m.format.clone(),
        encoding_assumed: m.encoding_assumed.clone(),
        words: words(of.text).len(),
        coverage,
    }
}

fn place(text: &str, list: &[Article], bytes: &Range<usize>, runs: Vec<Words>) -> Place {
    let share = |b: usize| b as f64 / text.len().max(1) as f64;
    let before = &text[..bytes.start];
    let after = &text[bytes.end..];
    let lead = before.char_indices().rev().nth(CONTEXT).map_or(0, |(i, c)| i + c.len_utf8());
    let tail = after.char_indices().nth(CONTEXT).map_or(after.len(), |(i, _)| i);
    // context begins and ends with whole words
    let lead_text = if lead > 0 { before[lead..].split_once(char::is_whitespace).map_or("", |(_, r)| r) } else { before };
    let tail_text = if tail < after.len() { after[..tail].rsplit_once(char::is_whitespace).map_or("", |(l, _)| l) } else { after };
    Place {
        article: labels(list, bytes),
        from: share(bytes.start),
        to: share(bytes.end),
        before: if lead > 0 && !lead_text.is_empty() { format!("… {lead_text}") } else { lead_text.to_owned() },
        runs: runs.into_iter().map(|r| Run { text: r.text, differs: r.differs }).collect(),
        after: if tail < after.len() && !tail_text.is_empty() { format!("{tail_text} …") } else { tail_text.to_owned() },
    }
}

/// The article of a passage, or the first and the last.
fn labels(list: &[Article], bytes: &Range<usize>) -> String {
    let label = |at: usize| article_at(list, at).map(|a| a.label.as_str()).unwrap_or_default();
    match (label(bytes.start), label(bytes.end.saturating_sub(1).max(bytes.start))) {
        (first, last) if first == last => first.to_owned(),
        ("", last) => format!("beginning to {last}"),
        (first, last) => format!("{first} to {last}"),
    }
}
