//! A comparison as a table, as CSV and as JSON.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Context, Result};
use blocwatch_texts::reuse::{Corpus, Direction};
use blocwatch_texts::segment::{Article, article_at, articles};
use blocwatch_texts::store::Store;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use serde_json::{Value, json};

use super::work::{Match, Run};

/// Pairs that a table for reading shows; more belong in a file.
const MOST_ROWS: usize = 200;

fn share(x: f64) -> String {
    format!("{:.0}%", x * 100.0)
}

fn chance(p: Option<f64>) -> String {
    match p {
        Some(p) if p < 0.0001 => "<0.0001".to_owned(),
        Some(p) => format!("{p:.4}"),
        None => "-".to_owned(),
    }
}

fn earlier(m: &Match) -> &'static str {
    match m.pair.direction {
        Some(Direction::FromAToB) => "a",
        Some(Direction::FromBToA) => "b",
        None => "",
    }
}

/// The shared beginning of all ids, up to a slash or the name of a table: said once above the table instead of in every row.
fn common_folder(ids: &[&str]) -> usize {
    let Some((first, rest)) = ids.split_first() else { return 0 };
    let mut end = first.rfind(['/', '#']).map_or(0, |i| i + 1);
    for id in rest {
        let same = first.bytes().zip(id.bytes()).take_while(|(x, y)| x == y).count();
        end = end.min(first.get(..same.min(end)).and_then(|s| s.rfind(['/', '#'])).map_or(0, |i| i + 1));
    }
    end
}

/// A table for reading.
pub(super) fn table(run: &Run) -> String {
    if run.matches.is_empty() {
        return "no two texts share a passage\n".to_owned();
    }
    let corpus = &run.corpus;
    let ids: Vec<&str> = run.matches.iter().flat_map(|m| [corpus.id(m.pair.a), corpus.id(m.pair.b)]).collect();
    let cut = common_folder(&ids);
    let mut table = Table::new();
    table.load_preset(comfy_table::presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        table.set_width(132);
    }
    let several = run.matches.iter().any(|m| m.evidence != run.matches[0].evidence);
    let mut header = vec!["a", "b", "score", "p", "q", "of a", "of b", "passages", "mostly", "earlier"];
    if several || run.matches[0].evidence != blocwatch_texts::across::Evidence::Words {
        header.push("evidence");
    }
    let columns = header.len();
    table.set_header(header);
    for m in run.matches.iter().take(MOST_ROWS) {
        let p = &m.pair;
        let mut row = vec![
            corpus.id(p.a)[cut..].to_owned(),
            corpus.id(p.b)[cut..].to_owned(),
            format!("{:.1}", p.score),
            chance(p.p),
            chance(p.q),
            share(p.coverage_a),
            share(p.coverage_b),
            p.passages.len().to_string(),
            p.kind.name().to_owned(),
            earlier(m).to_owned(),
        ];
        row.push(m.evidence.name().to_owned());
        row.truncate(columns);
        table.add_row(row);
    }
    for i in [2, 3, 4, 5, 6, 7] {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut out = String::new();
    if cut > 0 {
        out.push_str(&format!("in {}\n", &ids[0][..cut]));
    }
    for line in table.to_string().lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if run.matches.len() > MOST_ROWS {
        out.push_str(&format!("and {} more; --format csv or json has all of them\n", run.matches.len() - MOST_ROWS));
    }
    out
}

/// One line for each pair.
pub(super) fn csv(run: &Run) -> Result<String> {
    let corpus = &run.corpus;
    let mut out = csv::Writer::from_writer(Vec::new());
    #[rustfmt::skip]
    out.write_record([
        "a", "b", "score", "p", "q", "coverage_a", "coverage_b", "passages", "kind", "earlier", "evidence", "date_a", "date_b", "author_a", "author_b",
        "language_a", "language_b",
    ])?;
    // a chance may be as small as numbers get, which takes 300 digits to write out
    let number = |x: Option<f64>| x.map(|x| if x != 0.0 && x < 1e-6 { format!("{x:e}") } else { x.to_string() }).unwrap_or_default();
    for m in &run.matches {
        let p = &m.pair;
        let (ma, mb) = (corpus.meta(p.a), corpus.meta(p.b));
        let date = |m: &blocwatch_texts::document::Meta| m.date.map(|d| d.to_string()).unwrap_or_default();
        out.write_record([
            corpus.id(p.a).to_owned(),
            corpus.id(p.b).to_owned(),
            p.score.to_string(),
            number(p.p),
            number(p.q),
            p.coverage_a.to_string(),
            p.coverage_b.to_string(),
            p.passages.len().to_string(),
            p.kind.name().to_owned(),
            earlier(m).to_owned(),
            m.evidence.name().to_owned(),
            date(ma),
            date(mb),
            ma.author.clone().unwrap_or_default(),
            mb.author.clone().unwrap_or_default(),
            ma.language.clone().unwrap_or_default(),
            mb.language.clone().unwrap_or_default(),
        ])?;
    }
    Ok(String::from_utf8(out.into_inner().context("cannot write the lines")?)?)
}

/// What is asked of a text for each of its pairs: its articles, and where its characters begin.
struct Places {
    articles: Vec<Article>,
    /// Bytes and characters before every 1024th character, so that a place is found without counting from the beginning.
    marks: Vec<(usize, usize)>,
}

/// One side of a pair.
struct Side<'c> {
    text: std::borrow::Cow<'c, str>,
    places: Rc<Places>,
}

impl<'c> Side<'c> {
    fn new(corpus: &'c Store, document: usize, known: &mut BTreeMap<usize, Rc<Places>>) -> Result<Self> {
        let text = corpus.text(document)?;
        let places = known.entry(document).or_insert_with(|| {
            let marks = text.char_indices().enumerate().filter(|(n, _)| n % 1024 == 0).map(|(n, (at, _))| (at, n)).collect();
            Rc::new(Places { articles: articles(&text), marks })
        });
        Ok(Self { places: Rc::clone(places), text })
    }

    fn characters(&self, byte: usize) -> usize {
        let marks = &self.places.marks;
        let (at, n) = marks.partition_point(|(at, _)| *at <= byte).checked_sub(1).map_or((0, 0), |i| marks[i]);
        n + self.text[at..byte].chars().count()
    }

    fn article(&self, byte: usize) -> Option<&str> {
        article_at(&self.places.articles, byte).map(|a| a.label.as_str()).filter(|l| !l.is_empty())
    }
}

/// Pairs with their passages, the texts, and what was not read.
pub(super) fn json(run: &Run) -> Result<String> {
    let corpus = &run.corpus;
    let mut pairs = Vec::with_capacity(run.matches.len());
    let mut known = BTreeMap::new();
    for m in &run.matches {
        let p = &m.pair;
        let (a, b) = (Side::new(corpus, p.a, &mut known)?, Side::new(corpus, p.b, &mut known)?);
        let passages: Vec<Value> = p
            .passages
            .iter()
            .map(|x| {
                json!({
                    "a_start": a.characters(x.a.start), "a_end": a.characters(x.a.end),
                    "b_start": b.characters(x.b.start), "b_end": b.characters(x.b.end),
                    "a_article": a.article(x.a.start), "b_article": b.article(x.b.start),
                    "a_text": a.text[x.a.clone()], "b_text": b.text[x.b.clone()],
                    "score": x.score, "aligned": x.aligned, "identical": x.identical, "weight": x.weight,
                    "kind": x.kind.name(),
                    "cluster": (x.cluster != usize::MAX).then_some(x.cluster),
                    "texts": run.clusters.get(x.cluster),
                })
            })
            .collect();
        pairs.push(json!({
            "a": corpus.id(p.a), "b": corpus.id(p.b),
            "score": p.score, "p": p.p, "q": p.q,
            "coverage_a": p.coverage_a, "coverage_b": p.coverage_b,
            "kind": p.kind.name(), "evidence": m.evidence.name(),
            "earlier": match earlier(m) { "" => None, side => Some(side) },
            "passages": passages,
        }));
    }
    let documents: Vec<Value> = (0..corpus.len())
        .map(|i| {
            let m = corpus.meta(i);
            json!({
                "id": corpus.id(i), "title": m.title, "author": m.author, "date": m.date, "language": m.language,
                "language_detected": m.language_detected, "address": m.address, "sha256": m.sha256, "format": m.format,
                "encoding_assumed": (!m.encoding_assumed.is_empty()).then_some(&m.encoding_assumed),
            })
        })
        .collect();
    let unread: Vec<Value> = run.report.unread.iter().map(|u| json!({ "name": u.name, "code": u.code, "reason": u.reason })).collect();
    let c = &run.counts;
    let all = json!({
        "pairs": pairs,
        "documents": documents,
        "unread": unread,
        "counts": { "documents": corpus.len(), "words": c.words, "duplicates": c.duplicates, "aligned_pairs": c.aligned_pairs },
    });
    let mut text = serde_json::to_string_pretty(&all)?;
    text.push('\n');
    Ok(text)
}
