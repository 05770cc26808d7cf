//! Texts compared by vectors that the user supplies: of words, in one space for all languages, or of whole sentences.
//!
//! The file is text: a name and its numbers on each line, an optional first line with two counts (the format of word2vec and fastText).
//! Names are words in lower case, or SHA-256 digests of sentences (spaces collapsed, UTF-8) in hexadecimal. Only vectors of words and
//! sentences that occur are kept in memory. Sentences are near by their margin: their cosine over the mean cosine of each with its nearest
//! neighbours on the other side (Artetxe and Schwenk 2019), since some sentences are near everything.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::align::{Units, local};
use super::anchors::{Unit, to_pair};
use super::{language, sorted};
use crate::normalise::fold;
use crate::reuse::{self, Corpus, Pair, Progress, Result, Stage};
use crate::segment::sentences;

/// Nearest neighbours that a margin is measured by.
const NEIGHBOURS: usize = 4;
/// Margin at which sentences are no nearer than others.
const NEUTRAL: f32 = 1.10;
/// Texts of other languages that each text is aligned with.
const CANDIDATES: usize = 20;
/// Matches that a pair has at least.
const LEAST_MATCHES: usize = 3;
/// Sentences of a text that are looked at; the vectors of longer ones would not fit.
const MOST_SENTENCES: usize = 4000;

/// Pairs of texts in different languages whose sentences lie near each other in order.
///
/// # Errors
/// If the file or a text cannot be read, or the file is no table of vectors.
pub fn by_vectors<C: Corpus + ?Sized>(corpus: &C, file: &Path, progress: &(dyn Fn(Progress) + Sync)) -> Result<Vec<Pair>> {
    let mut texts: Vec<Vec<(Unit, String, Vec<String>)>> = Vec::new();
    let mut wanted: HashMap<String, usize> = HashMap::new();
    for d in 0..corpus.len() {
        let text = corpus.text(d)?;
        let mut list = Vec::new();
        if language(corpus, d).is_some() {
            for bytes in sentences(&text, 0..text.len()).into_iter().take(MOST_SENTENCES) {
                let sentence = &text[bytes.clone()];
                let plain = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
                let digest: String = Sha256::digest(plain.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
                let words: Vec<String> = crate::side::words(sentence).iter().map(|(f, t)| sentence[*f..*t].to_lowercase()).collect();
                for w in &words {
                    *wanted.entry(w.clone()).or_default() += 1;
                    wanted.entry(fold(w)).or_default();
                }
                wanted.entry(digest.clone()).or_default();
                list.push((Unit { length: sentence.chars().count() as f32, words: words.len(), bytes, bag: Vec::new() }, digest, words));
            }
        }
        texts.push(list);
    }
    let (vectors, size) = load(file, &wanted)?;
    let total: usize = wanted.values().sum();
    // frequent words say little (Arora et al. 2017: a / (a + p))
    let weight = |w: &str| 1e-3 / (1e-3 + wanted.get(w).copied().unwrap_or(0) as f32 / total.max(1) as f32);
    let rows: Vec<Vec<Option<Vec<f32>>>> = texts
        .iter()
        .map(|t| {
            t.iter()
                .map(|(_, digest, words)| {
                    if let Some(v) = vectors.get(digest) {
                        return normed(v.clone());
                    }
                    let mut sum = vec![0_f32; size];
                    for w in words {
                        if let Some(v) = vectors.get(w).or_else(|| vectors.get(&fold(w))) {
                            let k = weight(w);
                            sum.iter_mut().zip(v).for_each(|(s, x)| *s += k * x);
                        }
                    }
                    normed(sum)
                })
                .collect()
        })
        .collect();
    let units: Vec<Vec<Unit>> = texts.into_iter().map(|t| t.into_iter().map(|(u, _, _)| u).collect()).collect();
    let mut out = Vec::new();
    let candidates = candidates(corpus, &rows, size);
    for (done, (a, b)) in candidates.iter().copied().enumerate() {
        progress(Progress { stage: Stage::Aligning, done, total: candidates.len() });
        let margins = margins(&rows[a], &rows[b]);
        let m = units[b].len();
        // two by two a match is as near as its parts on average
        let likeness = |x: Range<usize>, y: Range<usize>| {
            let n = (x.len() * y.len()) as f32;
            x.flat_map(|i| y.clone().map(move |j| (i, j))).map(|(i, j)| margins[i * m + j]).sum::<f32>() / n
        };
        let (la, lb): (Vec<f32>, Vec<f32>) = (units[a].iter().map(|u| u.length).collect(), units[b].iter().map(|u| u.length).collect());
        let (score, beads) = local(&Units { likeness: &likeness, length_a: &la, length_b: &lb, neutral: NEUTRAL });
        if beads.len() >= LEAST_MATCHES {
            out.push(to_pair(corpus, (a, b), (&units[a], &units[b]), (score, &beads), None));
        }
    }
    Ok(sorted(out))
}

/// Pairs of texts of different languages worth aligning: each with the ones whose sentences lie nearest to its own on average.
fn candidates<C: Corpus + ?Sized>(corpus: &C, rows: &[Vec<Option<Vec<f32>>>], size: usize) -> Vec<(usize, usize)> {
    let means: Vec<Option<Vec<f32>>> = rows
        .iter()
        .map(|text| {
            let mut sum = vec![0_f32; size];
            text.iter().flatten().for_each(|v| sum.iter_mut().zip(v).for_each(|(s, x)| *s += x));
            normed(sum)
        })
        .collect();
    let mut out = std::collections::BTreeSet::new();
    for (a, x) in means.iter().enumerate() {
        let Some(x) = x else { continue };
        let near = means.iter().enumerate().filter(|(b, _)| language(corpus, *b) != language(corpus, a));
        let mut near: Vec<(f32, usize)> =
            near.filter_map(|(b, y)| y.as_ref().map(|y| (x.iter().zip(y).map(|(x, y)| x * y).sum(), b))).collect();
        near.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        out.extend(near.iter().take(CANDIDATES).map(|(_, b)| (a.min(*b), a.max(*b))));
    }
    out.into_iter().collect()
}

fn normed(mut v: Vec<f32>) -> Option<Vec<f32>> {
    let norm = v.iter().map(|x| x * x).sum::<f32>().sqrt();
    (norm > 1e-9).then(|| {
        v.iter_mut().for_each(|x| *x /= norm);
        v
    })
}

/// Ratio margins of all sentences of two texts; 0 where a sentence has no vector.
fn margins(a: &[Option<Vec<f32>>], b: &[Option<Vec<f32>>]) -> Vec<f32> {
    let m = b.len();
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
    let cosines: Vec<f32> = a
        .iter()
        .flat_map(|x| b.iter().map(move |y| (x, y)))
        .map(|(x, y)| if let (Some(x), Some(y)) = (x, y) { dot(x, y) } else { 0.0 })
        .collect();
    let mean_of_nearest = |mut list: Vec<f32>| {
        list.sort_by(|x, y| y.total_cmp(x));
        list.truncate(NEIGHBOURS);
        list.iter().sum::<f32>() / list.len().max(1) as f32
    };
    let near_a: Vec<f32> = (0..a.len()).map(|i| mean_of_nearest(cosines[i * m..(i + 1) * m].to_vec())).collect();
    let near_b: Vec<f32> = (0..m).map(|j| mean_of_nearest((0..a.len()).map(|i| cosines[i * m + j]).collect())).collect();
    cosines.iter().enumerate().map(|(k, c)| c / (0.5 * (near_a[k / m] + near_b[k % m])).max(1e-3)).collect()
}

/// Vectors by name, and their size.
fn load(file: &Path, wanted: &HashMap<String, usize>) -> Result<(BTreeMap<String, Vec<f32>>, usize)> {
    let error = |what: String| reuse::Error::Settings(format!("{what}: {}", file.display()));
    let open = std::fs::File::open(file).map_err(|e| error(format!("the file of vectors cannot be opened ({e})")))?;
    let mut out = BTreeMap::new();
    let mut size = 0;
    for (n, line) in BufReader::new(open).lines().enumerate() {
        let line = line.map_err(|e| error(format!("the file of vectors cannot be read after line {n} ({e})")))?;
        let mut parts = line.split_whitespace();
        let Some(name) = parts.next() else { continue };
        let rest: Vec<&str> = parts.collect();
        // the line with counts
        if n == 0 && rest.len() == 1 {
            continue;
        }
        if size == 0 {
            size = rest.len();
        }
        if rest.len() != size || size < 2 {
            return Err(error(format!("line {} of the file of vectors has {} numbers where {size} are expected", n + 1, rest.len())));
        }
        if wanted.contains_key(name) {
            let vector: std::result::Result<Vec<f32>, _> = rest.iter().map(|x| x.parse::<f32>()).collect();
            let vector = vector.ok().filter(|v| v.iter().all(|x| x.is_finite()));
            out.insert(
                name.to_owned(),
                vector.ok_or_else(|| error(format!("line {} of the file of vectors holds what is no number", n + 1)))?,
            );
        }
    }
    if out.is_empty() {
        return Err(error("no word or sentence of these texts is in the file of vectors".to_owned()));
    }
    Ok((out, size))
}
