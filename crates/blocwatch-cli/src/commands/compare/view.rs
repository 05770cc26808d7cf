//! A pair side by side: in the terminal, and as the data of a page that `blocwatch-publish` renders.

use std::io::IsTerminal;

use anyhow::Result;
use blocwatch_publish::texts as page;
use blocwatch_texts::across::Evidence;
use blocwatch_texts::reuse::{Corpus, Kind};
use unicode_width::UnicodeWidthChar;

use super::work::{Match, Run};

/// Passages of a pair that the terminal shows.
const MOST_PASSAGES: usize = 12;
/// Lines of one passage in the terminal.
const MOST_LINES: usize = 40;

/// A page of pairs.
pub(super) fn page(run: &Run, found: usize, settings: &str) -> Result<String> {
    let pairs = run.matches.iter().map(|m| pair(run, m)).collect::<Result<Vec<_>>>()?;
    let unread =
        run.report.unread.iter().filter(|u| !matches!(&*u.code, "hidden" | "seen")).map(|u| (u.name.clone(), u.reason.clone())).collect();
    Ok(page::render(&page::Comparison {
        pairs,
        found,
        documents: run.corpus.len(),
        unread,
        program: concat!("blocwatch ", env!("CARGO_PKG_VERSION")).to_owned(),
        settings: settings.to_owned(),
    })?)
}

fn pair(run: &Run, m: &Match) -> Result<page::Pair> {
    let (a, b) = (m.pair.a, m.pair.b);
    let (ta, tb) = (run.corpus.text(a)?, run.corpus.text(b)?);
    let text = |d: usize, text| page::Text { id: run.corpus.id(d), meta: run.corpus.meta(d), text };
    Ok(page::pair(text(a, &ta), text(b, &tb), &m.pair, m.evidence, &run.clusters))
}

/// A pair for the terminal: two columns where there is room. Words that differ are underlined in colour, or stand in [brackets] where
/// there is none.
pub(super) fn terminal(run: &Run, m: &Match, to_screen: bool) -> Result<String> {
    let colour = to_screen && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let width =
        std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok()).unwrap_or(if to_screen { terminal_width() } else { 132 }).clamp(40, 200);
    let p = pair(run, m)?;
    let mut out = String::new();
    let mut say = |line: &str| {
        out.push_str(line.trim_end());
        out.push('\n');
    };
    say("");
    for (letter, s) in [("A", &p.a), ("B", &p.b)] {
        let mut about = vec![printable(&page::name(s))];
        about.extend(s.author.as_deref().map(printable));
        about.extend(s.date.clone());
        about.extend(s.language.as_ref().map(|l| if s.language_detected { format!("{l} (detected)") } else { l.clone() }));
        about.push(format!("{} words, {:.0}% shared", s.words, s.coverage * 100.0));
        say(&format!("{letter}  {}", about.join("; ")));
        say(&format!("   {}  sha256 {}", printable(&s.id), s.sha256.get(..16).unwrap_or(&s.sha256)));
    }
    if m.evidence != Evidence::Words {
        say(&format!("weaker evidence: by {}, across languages", m.evidence.name()));
    }
    say(if colour { "underlined: words that differ" } else { "[brackets]: words that differ" });
    let column = (width - 3) / 2;
    for (n, (x, found)) in p.passages.iter().zip(&m.pair.passages).take(MOST_PASSAGES).enumerate() {
        let mark = m.evidence == Evidence::Words;
        let at =
            |q: &page::Place| if q.article.is_empty() { format!("{:.0}% into the text", q.from * 100.0) } else { printable(&q.article) };
        let kind = if found.kind == Kind::Copy { String::new() } else { format!(", {}", found.kind.name()) };
        say("");
        say(&format!("passage {}: {} of {} words the same{kind}", n + 1, x.same, x.words));
        let (left, right) = (wrap(&x.a.runs, column, colour, mark), wrap(&x.b.runs, column, colour, mark));
        if width >= 72 {
            say(&format!("{} │ {}", pad(&at(&x.a), column), at(&x.b)));
            let lines = left.len().max(right.len());
            for i in 0..lines.min(MOST_LINES) {
                let mut l = left.get(i).cloned().unwrap_or_default();
                // the space at which a line was broken
                if l.0.ends_with(' ') {
                    l.0.pop();
                    l.1 -= 1;
                } else if let Some(body) = l.0.strip_suffix(" \u{1b}[0m") {
                    l = (format!("{body}\u{1b}[0m"), l.1 - 1);
                }
                say(&format!(
                    "{}{} │ {}",
                    l.0,
                    " ".repeat(column.saturating_sub(l.1)),
                    right.get(i).map(|r| r.0.as_str()).unwrap_or_default()
                ));
            }
            if lines > MOST_LINES {
                say("…");
            }
        } else {
            for (letter, q, runs) in [("A", &x.a, &x.a.runs), ("B", &x.b, &x.b.runs)] {
                say(&format!("{letter}  {}", at(q)));
                wrap(runs, width, colour, mark).iter().take(MOST_LINES).for_each(|l| say(&l.0));
            }
        }
    }
    if p.passages.len() > MOST_PASSAGES {
        say("");
        say(&format!("and {} more passages; --format html shows them", p.passages.len() - MOST_PASSAGES));
    }
    say("");
    say(&format!("cite as: {}", page::citation(&p, concat!("blocwatch ", env!("CARGO_PKG_VERSION")))));
    Ok(out)
}

fn terminal_width() -> usize {
    comfy_table::Table::new().set_content_arrangement(comfy_table::ContentArrangement::Dynamic).width().map_or(100, usize::from)
}

/// Text of others, fit for a terminal: no control characters, no steering of direction.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        })
        .collect()
}

fn pad(text: &str, width: usize) -> String {
    let used: usize = text.chars().map(|c| c.width().unwrap_or(0)).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(used)))
}

/// Runs as lines of at most `width` columns: the line and its width. Breaks at spaces, and between characters of scripts without them.
fn wrap(runs: &[page::Run], width: usize, colour: bool, mark: bool) -> Vec<(String, usize)> {
    let mut lines: Vec<(String, usize)> = vec![(String::new(), 0)];
    for run in runs {
        let marked = run.differs && mark;
        let text = printable(&run.text);
        // what is cut at spaces keeps them, so that nothing grows together
        let mut pieces: Vec<String> = Vec::new();
        let last = text.split_inclusive(' ').count();
        for (i, piece) in text.split_inclusive(' ').enumerate() {
            let mut piece = piece.to_owned();
            if marked && !colour {
                let body = piece.trim_end().len();
                if i + 1 == last && body > 0 {
                    piece.insert(body, ']');
                }
                if i == 0 {
                    piece.insert(0, '[');
                }
            }
            pieces.push(piece);
        }
        for piece in pieces {
            let mut piece = piece.as_str();
            loop {
                let length: usize = piece.chars().map(|c| c.width().unwrap_or(0)).sum();
                let Some(line) = lines.last_mut() else { break };
                if line.1 > 0 && line.1 + piece.trim_end().chars().map(|c| c.width().unwrap_or(0)).sum::<usize>() > width {
                    lines.push((String::new(), 0));
                    continue;
                }
                // longer than a line: cut
                let mut used = 0;
                let end = piece.char_indices().find(|(_, c)| {
                    used += c.width().unwrap_or(0);
                    used > width
                });
                let (now, later) = end.map_or((piece, ""), |(i, _)| piece.split_at(i));
                if now.is_empty() {
                    break;
                }
                if marked && colour {
                    line.0.push_str("\u{1b}[4;33m");
                    line.0.push_str(now);
                    line.0.push_str("\u{1b}[0m");
                } else {
                    line.0.push_str(now);
                }
                line.1 += if later.is_empty() { length } else { width };
                if later.is_empty() {
                    break;
                }
                piece = later;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_every_word_and_their_width() {
        let runs = [
            page::Run { text: "The agent ".into(), differs: false },
            page::Run { text: "shall yearly".into(), differs: true },
            page::Run { text: " report 国家安全 \u{202e}\u{7}twice".into(), differs: false },
        ];
        for width in [5, 12, 40] {
            let lines = wrap(&runs, width, false, true);
            let all: String = lines.iter().map(|l| l.0.as_str()).collect::<String>().split_whitespace().collect();
            assert_eq!(all, "Theagent[shallyearly]report国家安全twice");
            assert!(lines.iter().all(|l| l.0.trim_end().chars().map(|c| c.width().unwrap_or(0)).sum::<usize>() <= width), "{lines:?}");
        }
        assert!(wrap(&runs, 40, true, true)[0].0.contains("\u{1b}[4;33mshall "));
    }
}
