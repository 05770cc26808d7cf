//! Published and labelled reference values of text reuse.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;

use blocwatch_texts::document::Document;
use blocwatch_texts::read::{Columns, Options, Reader, Report, inputs};
use blocwatch_texts::reuse::align::smith_waterman;
use blocwatch_texts::reuse::tokens::all;
use blocwatch_texts::reuse::{Settings, Unit, compare};

use crate::shared;

fn text(below: &str) -> Option<String> {
    let mut text = String::new();
    shared::open(below)?.read_to_string(&mut text).expect("a text in UTF-8");
    Some(text)
}

fn words(text: &str) -> Vec<u32> {
    all(text, Unit::Words).into_iter().map(|t| t.id).collect()
}

/// Share of positives that stand above negatives, ties half.
fn auroc(scored: &[(f64, bool)]) -> f64 {
    let (mut above, mut pairs) = (0.0, 0.0);
    for (x, _) in scored.iter().filter(|(_, label)| *label) {
        for (y, _) in scored.iter().filter(|(_, label)| !*label) {
            above += if x > y {
                1.0
            } else if x == y {
                0.5
            } else {
                0.0
            };
            pairs += 1.0;
        }
    }
    above / pairs
}

/// The numbers that the R package textreuse gives for its legal sample.
#[test]
fn laws_of_california_and_new_york_have_the_published_similarity() {
    let folder = "data/texts/legal_1850s/";
    let of = |name: &str| text(&format!("{folder}{name}.txt"));
    let (Some(ca), Some(ny), Some(other)) = (of("ca1851-match"), of("ny1850-match"), of("ca1851-nomatch")) else { return };
    let (ca, ny, other) = (words(&ca), words(&ny), words(&other));
    for (n, jaccard, ratio) in [(5, 0.450_298_210_7, 0.610_687_022_9), (3, 0.534_753_363_2, 0.695_431_472_1)] {
        let set = |w: &[u32]| w.windows(n).map(<[u32]>::to_vec).collect::<BTreeSet<_>>();
        let (x, y) = (set(&ca), set(&ny));
        let both = x.intersection(&y).count() as f64;
        assert!((both / (x.len() as f64 + y.len() as f64 - both) - jaccard).abs() < 1e-9, "n = {n}");
        let matched = ny.windows(n).filter(|g| x.contains(*g)).count() as f64;
        assert!((matched / (ny.len() + 1 - n) as f64 - ratio).abs() < 1e-9, "n = {n}");
        assert!(n < 5 || x.intersection(&set(&other)).count() == 0);
    }
    // there, alignment drops apostrophes while shingles keep them: a stray one stands in a word of New York's law
    let bare = words(&of("ny1850-match").unwrap().replace(['\'', '\u{2019}'], ""));
    assert_eq!(smith_waterman(&ca, &bare, 2, -1, -1).score, 1035);
    let mut unrelated = [smith_waterman(&ca, &other, 2, -1, -1).score, smith_waterman(&ny, &other, 2, -1, -1).score];
    unrelated.sort_unstable();
    assert_eq!(unrelated, [8, 9]);
}

#[test]
fn the_passage_that_the_laws_share_is_found_whole() {
    let folder = "data/texts/legal_1850s/";
    let names = ["ca1851-match", "ca1851-nomatch", "ny1850-match"];
    let texts: Option<Vec<String>> = names.iter().map(|n| text(&format!("{folder}{n}.txt"))).collect();
    let Some(texts) = texts else { return };
    let documents: Vec<Document> = texts.into_iter().map(|text| Document { text, ..Document::default() }).collect();
    let found = compare(&documents[..], &Settings::default(), &|_| ()).unwrap();
    let with_passage: Vec<_> = found.pairs.iter().filter(|p| !p.passages.is_empty()).collect();
    assert_eq!(with_passage.iter().map(|p| (p.a, p.b)).collect::<Vec<_>>(), [(0, 2)]);
    let pair = with_passage[0];
    assert!(pair.coverage_a > 0.75 && pair.coverage_b > 0.7, "{} {}", pair.coverage_a, pair.coverage_b);
    assert!(pair.p.unwrap() < 1e-6);
}

/// Labelled alignments of the Legislative Influence Detector: raw Smith–Waterman scores tell 1 from 0 with an AUROC of .932.
#[test]
fn labelled_alignments_are_told_apart_better_than_by_the_raw_score() {
    let Some(rows) = shared::rows("data/texts/labelled_alignments_us_bills_half.csv.gz") else { return };
    let mut documents = Vec::new();
    for row in &rows {
        for side in ["left", "right"] {
            documents.push(Document { text: row.text(side).to_owned(), ..Document::default() });
        }
    }
    let found = compare(&documents[..], &Settings { min_characters: 1, ..Settings::default() }, &|_| ()).unwrap();
    let score: BTreeMap<(usize, usize), f64> = found.pairs.iter().map(|p| ((p.a, p.b), p.score)).collect();
    let labelled = rows.iter().enumerate().filter(|(_, r)| r.text("label") != "2");
    let scored: Vec<(f64, bool)> =
        labelled.clone().map(|(i, r)| (score.get(&(2 * i, 2 * i + 1)).copied().unwrap_or(0.0), r.text("label") == "1")).collect();
    let raw: Vec<(f64, bool)> = labelled.map(|(_, r)| (r.number("score").unwrap(), r.text("label") == "1")).collect();
    assert!((auroc(&raw) - 0.932).abs() < 0.005, "{}", auroc(&raw));
    assert!(auroc(&scored) > ALIGNMENTS, "AUROC {}", auroc(&scored));
}

/// What is reached on this half; it may only rise.
const ALIGNMENTS: f64 = 0.97;
/// The same for pairs of bills, without the three files that hold no bill.
const BILLS: f64 = 0.97;

#[test]
fn bills_of_one_family_are_told_from_others() {
    let Some(lines) = text("data/texts/labelled_bills_us_states_half.jsonl.gz") else { return };
    let (mut documents, mut family) = (Vec::new(), Vec::new());
    for line in lines.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        // 47 and 48 hold a publisher's menus and a message on frames, 33 the markup of a page; no bill is in them
        let Some(text) = value["text"].as_str().filter(|_| !["33", "47", "48"].contains(&value["doc_id"].as_str().unwrap())) else {
            continue;
        };
        documents.push(Document { text: text.to_owned(), ..Document::default() });
        family.push(value["match"].as_i64().unwrap());
    }
    let found = compare(&documents[..], &Settings::default(), &|_| ()).unwrap();
    let score: BTreeMap<(usize, usize), f64> = found.pairs.iter().map(|p| ((p.a, p.b), p.score)).collect();
    let pairs = (0..documents.len()).flat_map(|i| (i + 1..documents.len()).map(move |j| (i, j)));
    let scored: Vec<(f64, bool)> = pairs.map(|(i, j)| (score.get(&(i, j)).copied().unwrap_or(0.0), family[i] == family[j])).collect();
    assert!(auroc(&scored) > BILLS, "AUROC {}", auroc(&scored));
}

/// The General Debate since 2020.
fn speeches() -> Option<Vec<Document>> {
    let path = shared::path("data/ungdc/ungdc_1946_2024.parquet")?;
    let column = |name: &str| Some(name.to_owned());
    let columns = Columns { text: column("text"), author: column("iso3"), date: column("year"), ..Columns::default() };
    let options = Options { columns, ..Options::default() };
    let (mut report, mut documents) = (Report::default(), Vec::new());
    let input = inputs(&[path], &mut report).expect("a file").remove(0);
    let mut take = |document: Document| {
        let year = document.meta.date.as_ref().map(|d| d.first_day().to_string());
        if year.is_some_and(|y| y.as_str() >= "2020") {
            documents.push(document);
        }
        Ok(())
    };
    Reader::new(&options, &mut report, &mut take).read(&input, "").expect("nothing is refused");
    assert!(report.unread.is_empty(), "{report:?}");
    Some(documents)
}

/// The documents that have each run of `n` words.
fn runs(words: &[Vec<u32>], n: usize) -> HashMap<&[u32], Vec<usize>> {
    let mut out: HashMap<&[u32], Vec<usize>> = HashMap::new();
    for (i, document) in words.iter().enumerate() {
        for run in document.windows(n) {
            let of = out.entry(run).or_default();
            if of.last() != Some(&i) {
                of.push(i);
            }
        }
    }
    out
}

/// Pairs of documents with `n` words in a row in common.
fn pairs_with_a_run(words: &[Vec<u32>], n: usize) -> BTreeSet<(usize, usize)> {
    pairs_of(runs(words, n).into_iter())
}

/// All pairs of the documents that have a run.
fn pairs_of<'r>(runs: impl Iterator<Item = (&'r [u32], Vec<usize>)>) -> BTreeSet<(usize, usize)> {
    let all_pairs = |(_, of): (&[u32], Vec<usize>)| -> Vec<(usize, usize)> {
        (0..of.len()).flat_map(|k| of[..k].iter().map(|a| (*a, of[k])).collect::<Vec<_>>()).collect()
    };
    runs.flat_map(all_pairs).collect()
}

/// What speeches share word for word is listed, if it is no formula. Of the pairs with 25 words in a row in common most share the theme of
/// the session or the name of a treaty, with a word more now and then; those that are not listed and share nothing that ten speeches say share
/// a sentence of the Charter or of the Universal Declaration.
#[test]
fn speeches_with_many_words_in_a_row_in_common_are_all_found() {
    let Some(documents) = speeches() else { return };
    let found = compare(&documents[..], &Settings::default(), &|_| ()).unwrap();
    let listed: BTreeSet<(usize, usize)> = found.pairs.iter().map(|p| (p.a, p.b)).collect();
    let words: Vec<Vec<u32>> = documents.iter().map(|d| words(&d.text)).collect();
    let long = pairs_with_a_run(&words, 40);
    assert!(long.len() >= 10 && long.is_subset(&listed), "{:?} of {}", long.difference(&listed), long.len());
    let short = pairs_with_a_run(&words, 25);
    let said = runs(&words, 12);
    let formula = |(a, b): &(usize, usize)| {
        let of_a: BTreeSet<&[u32]> = words[*a].windows(25).collect();
        words[*b].windows(25).filter(|run| of_a.contains(run)).any(|run| run.windows(12).any(|part| said[part].len() >= 10))
    };
    let lost: Vec<_> = short.difference(&listed).filter(|pair| !formula(pair)).collect();
    assert!(short.len() > 900 && lost.len() <= 2, "{lost:?} of {}", short.len());
    // shorter rows of words, however common each is, of which few others say any part: two pairs name an agreement, two quote the
    // Universal Declaration
    let said = runs(&words, 8);
    let own = |run: &&[u32]| run.windows(8).all(|part| said[part].len() <= 4);
    let copied = pairs_of(runs(&words, 20).into_iter().filter(|(run, _)| own(run)));
    let lost: Vec<_> = copied.difference(&listed).collect();
    assert!(copied.len() > 80 && lost.len() <= 4, "{lost:?} of {}", copied.len());
}
