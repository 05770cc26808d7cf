//! Times a comparison of the texts of a JSONL file (`id`, `text`, perhaps `author`, `date`) and writes the pairs found.
//!
//! usage: `time_reuse FILE.jsonl [PAIRS.jsonl] [SETTING=VALUE…]` with settings `threads`, `memory` (MiB), `ngram`, `max_documents`,
//! `min_score`, `min_characters`, `within_author` (0 or 1), `smith_waterman` (1: the exact
//! alignment of all pairs by 2, −1, −1 instead, for comparison).

#![allow(clippy::print_stdout, reason = "a program for the command line")]

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::time::Instant;

use blocwatch_core::time::FuzzyDate;
use blocwatch_texts::document::{Document, Meta};
use blocwatch_texts::reuse::align::smith_waterman;
use blocwatch_texts::reuse::tokens::all;
use blocwatch_texts::reuse::{Settings, Unit, compare};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (options, files): (Vec<&String>, Vec<&String>) = arguments.iter().partition(|a| a.contains('='));
    let options: HashMap<&str, f64> =
        options.iter().filter_map(|o| o.split_once('=')).map(|(k, v)| Ok((k, v.parse()?))).collect::<Result<_, Box<dyn Error>>>()?;
    let input = files.first().ok_or("usage: time_reuse FILE.jsonl [PAIRS.jsonl] [SETTING=VALUE…]")?;
    let documents = read(input)?;
    let mut settings = Settings::default();
    let number = |name: &str, otherwise: usize| options.get(name).map_or(otherwise, |v| *v as usize);
    settings.threads = number("threads", settings.threads);
    settings.memory = number("memory", settings.memory >> 20) << 20;
    settings.ngram = number("ngram", settings.ngram);
    settings.max_documents = number("max_documents", settings.max_documents);
    settings.min_characters = number("min_characters", settings.min_characters);
    settings.min_score = options.get("min_score").copied().unwrap_or(settings.min_score);
    settings.within_author = number("within_author", 1) != 0;
    if number("smith_waterman", 0) == 1 {
        return exact(&documents, files.get(1));
    }
    let begin = Instant::now();
    let found = compare(&documents[..], &settings, &|_| ())?;
    let seconds = begin.elapsed().as_secs_f64();
    let passages: usize = found.pairs.iter().map(|p| p.passages.len()).sum();
    let c = found.counts;
    let summary = json!({
        "documents": c.documents, "words": c.words, "seconds": seconds, "pairs": found.pairs.len(), "passages": passages, "clusters": found.clusters.len(),
        "duplicates": c.duplicates, "shared_ngrams": c.shared_ngrams, "frequent_ngrams": c.frequent_ngrams, "aligned_pairs": c.aligned_pairs,
        "spilled_bytes": c.spilled_bytes, "peak_mb": peak_mb(),
    });
    println!("{summary}");
    if let Some(path) = files.get(1) {
        let mut out = BufWriter::new(File::create(path)?);
        for pair in &found.pairs {
            let passages: Vec<Value> = pair
                .passages
                .iter()
                .map(|p| {
                    json!({"a": [p.a.start, p.a.end], "b": [p.b.start, p.b.end], "score": p.score, "weight": p.weight, "aligned": p.aligned,
                       "identical": p.identical, "kind": p.kind.name(), "cluster": p.cluster})
                })
                .collect();
            let line = json!({
                "a": documents[pair.a].id, "b": documents[pair.b].id, "score": pair.score, "p": pair.p, "q": pair.q,
                "coverage": [pair.coverage_a, pair.coverage_b], "kind": pair.kind.name(), "passages": passages,
            });
            writeln!(out, "{line}")?;
        }
        out.flush()?;
    }
    Ok(())
}

/// The best exact local alignment of every pair, on one core.
fn exact(documents: &[Document], out: Option<&&String>) -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let tokens: Vec<_> = documents.iter().map(|d| all(&d.text, Unit::Words)).collect();
    let ids: Vec<Vec<u32>> = tokens.iter().map(|t| t.iter().map(|t| t.id).collect()).collect();
    let mut lines = Vec::new();
    for i in 0..ids.len() {
        for j in i + 1..ids.len() {
            let best = smith_waterman(&ids[i], &ids[j], 2, -1, -1);
            if best.score >= 10 {
                let bytes = |d: usize, r: &std::ops::Range<usize>| [tokens[d][r.start].start, tokens[d][r.end - 1].end];
                let passage = json!({"a": bytes(i, &best.a), "b": bytes(j, &best.b), "score": best.score, "weight": 1.0});
                lines.push(json!({"a": documents[i].id, "b": documents[j].id, "score": best.score, "passages": [passage]}).to_string());
            }
        }
    }
    println!(
        "{}",
        json!({"documents": documents.len(), "seconds": begin.elapsed().as_secs_f64(), "pairs": lines.len(), "peak_mb": peak_mb()})
    );
    if let Some(path) = out {
        lines.push(String::new());
        File::create(path)?.write_all(lines.join("\n").as_bytes())?;
    }
    Ok(())
}

fn read(path: &str) -> Result<Vec<Document>, Box<dyn Error>> {
    let mut documents = Vec::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let value: Value = serde_json::from_str(&line?)?;
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let meta = Meta { author: text("author"), date: text("date").map(|d| FuzzyDate::parse(&d)).transpose()?, ..Meta::default() };
        documents.push(Document { id: text("id").ok_or("a line without 'id'")?, text: text("text").ok_or("a line without 'text'")?, meta });
    }
    Ok(documents)
}

/// Greatest memory so far, in MiB, where the system tells.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kb| kb / 1024.0)
}
