//! Formulas of drafting (`knowledge/texts/formulas.toml`): what laws and treaties say because such texts are written so. And numbers that
//! count: those of lines at the margin of a page, which a text taken from a page has by the dozen in a row.
//!
//! What belongs here: reading the file, and where a text has such words. What does not: formulas that a corpus itself shows, by how many
//! authors use them (`score`), and what a passage of them is worth (`passages`).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use foldhash::fast::FixedState;
use serde::Deserialize;

use super::Unit;
use super::tokens;

/// Words between two formulas that fill them in: names, numbers, terms of years.
const FILLING: usize = 3;
/// Numbers in a row that count up by one are no text from so many on, and up to this number.
const COUNTING: usize = 4;
const COUNTED: u32 = 999;

const FILE: &str = "texts/formulas.toml";

/// Words within which what a program wrote must end.
const BLOCK: usize = 4000;

#[derive(Deserialize)]
struct File {
    formula: Vec<Entry>,
    block: Vec<Block>,
}

/// A formula; the file also has its id, what it does, and where it was seen.
#[derive(Deserialize)]
struct Entry {
    /// Lines by language.
    lines: BTreeMap<String, Vec<String>>,
}

/// What a program wrote into a text: all from one word to another.
#[derive(Deserialize)]
struct Block {
    from: String,
    to: String,
}

/// All formulas, as numbers of words.
pub(super) struct Formulas {
    /// What follows the first two words, by these.
    rests: HashMap<(u32, u32), Vec<Box<[u32]>>, FixedState>,
    /// The number that follows another, by their word numbers; none where characters are compared.
    next: HashMap<u32, u32, FixedState>,
    /// The word that ends a block, by the one that begins it.
    blocks: HashMap<u32, u32, FixedState>,
}

impl Formulas {
    /// The formulas of the file, in words or characters.
    pub(super) fn of(unit: Unit) -> Self {
        let mut out = Self { rests: HashMap::default(), next: HashMap::default(), blocks: HashMap::default() };
        // a file of ours that the tests read: a broken one gives no formulas
        let Some(file) = blocwatch_core::knowledge::text(FILE).ok().and_then(|text| toml::from_str::<File>(text).ok()) else { return out };
        let lines = file.formula.into_iter().flat_map(|f| f.lines.into_values()).flatten();
        lines.flat_map(|line| written(&line)).for_each(|line| out.add(&line, unit));
        if unit == Unit::Words {
            let number = |word: &str| tokens::all(word, unit).first().map_or(0, |token| token.id);
            out.blocks.extend(file.block.iter().map(|b| (number(&b.from), number(&b.to))));
            let numbers: Vec<u32> = (0..=COUNTED).map(|n| number(&n.to_string())).collect();
            out.next.extend(numbers.windows(2).map(|two| (two[0], two[1])));
        }
        out
    }

    fn add(&mut self, line: &str, unit: Unit) {
        let ids: Vec<u32> = tokens::all(line, unit).into_iter().map(|t| t.id).collect();
        let [first, second, rest @ ..] = &ids[..] else { return };
        self.rests.entry((*first, *second)).or_default().push(rest.into());
    }

    /// Calls `found` for each stretch of a text that is covered by formulas, in order; such as overlap or have no more than [`FILLING`] words
    /// between are one stretch.
    pub(super) fn stretches(&self, words: &[u32], mut found: impl FnMut(Range<usize>)) {
        let mut open: Range<usize> = 0..0;
        for i in 0..words.len().saturating_sub(1) {
            let head = &words[i..];
            let Some(end) = self.formula(head).max(self.counting(head)).max(self.block(head)).map(|n| i + n) else { continue };
            if i > open.end + FILLING && !open.is_empty() {
                found(std::mem::take(&mut open));
            }
            open = if open.is_empty() { i..end } else { open.start..open.end.max(end) };
        }
        if !open.is_empty() {
            found(open);
        }
    }

    /// Words of the longest formula at the head of these.
    fn formula(&self, words: &[u32]) -> Option<usize> {
        let [first, second, after @ ..] = words else { return None };
        let rests = self.rests.get(&(*first, *second))?;
        rests.iter().filter(|rest| after.starts_with(rest)).map(|rest| rest.len() + 2).max()
    }

    /// Words of the block that begins here.
    fn block(&self, words: &[u32]) -> Option<usize> {
        let end = self.blocks.get(words.first()?)?;
        words.iter().take(BLOCK).position(|word| word == end).map(|at| at + 1)
    }

    /// [`COUNTING`] where so many numbers that count up by one are at the head of these words.
    fn counting(&self, words: &[u32]) -> Option<usize> {
        let head = words.get(..COUNTING)?;
        head.windows(2).all(|two| self.next.get(&two[0]) == Some(&two[1])).then_some(COUNTING)
    }
}

/// All ways to write a line: one of `a|b`, and `[a]` or nothing.
fn written(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for part in line.split_whitespace() {
        let optional = part.strip_prefix('[').and_then(|p| p.strip_suffix(']'));
        let choices: Vec<&str> = optional.unwrap_or(part).split('|').chain(optional.map(|_| "")).collect();
        out = out.iter().flat_map(|before| choices.iter().map(move |c| format!("{before} {c}"))).collect();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let all = tokens::all(text, Unit::Words);
        let ids: Vec<u32> = all.iter().map(|t| t.id).collect();
        let mut out = Vec::new();
        Formulas::of(Unit::Words).stretches(&ids, |r| out.push(text[all[r.start].start..all[r.end - 1].end].to_owned()));
        out
    }

    #[test]
    fn every_line_of_the_file_is_a_formula() {
        let text = blocwatch_core::knowledge::text(FILE).unwrap();
        let whole: toml::Table = toml::from_str(text).unwrap();
        let entries = ["formula", "block"].into_iter().flat_map(|list| whole[list].as_array().unwrap());
        let mut ids: Vec<&str> = entries.clone().map(|e| e["id"].as_str().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id twice");
        assert!(entries.clone().all(|e| !e["what"].as_str().unwrap().is_empty()));
        let file: File = toml::from_str(text).unwrap();
        for block in &file.block {
            assert!([&block.from, &block.to].iter().all(|word| tokens::all(word, Unit::Words).len() == 1), "{}", block.from);
        }
        let mut seen = std::collections::BTreeSet::new();
        for (language, lines) in file.formula.iter().flat_map(|f| &f.lines) {
            let least = match language.as_str() {
                "en" | "fr" | "es" | "ru" | "ar" => 3,
                "zh" => 4,
                other => panic!("'{other}' is no language of the file"),
            };
            for line in lines.iter().flat_map(|l| written(l)) {
                assert!(tokens::all(&line, Unit::Words).len() >= least, "'{line}' is too short to be told from running text");
                assert!(!line.contains(['[', ']', '|', '*', '~']), "'{line}'");
            }
            lines.iter().for_each(|line| assert!(seen.insert(line.clone()), "'{line}' twice"));
        }
    }

    #[test]
    fn a_long_formula_is_one_stretch_of_its_pieces() {
        let law = "AN ACT relating to bees. Be it enacted by the Legislature of the State of Ohio: Hives shall be clean and dry. This Act shall take effect on July 1.";
        assert_eq!(
            shown(law),
            ["AN ACT relating to bees. Be it enacted by the Legislature of the State of", "This Act shall take effect on"]
        );
        assert_eq!(shown("Nobody shall take honey of the state bees"), Vec::<String>::new());
        assert_eq!(shown(""), Vec::<String>::new());
    }

    #[test]
    fn numbers_of_lines_are_one_stretch() {
        assert_eq!(shown("HB 12 13 1 2 3 4 5 6 78th Assembly 2015 2016 2017"), ["1 2 3 4 5 6"]);
        assert_eq!(shown("in 1, 2 or 3 years; 7 9 11 13"), Vec::<String>::new());
    }

    #[test]
    fn what_a_program_wrote_is_one_stretch() {
        let text = "The end. << /ASCII85EncodePages false /Binding /Left >> setdistillerparams << more >>";
        assert_eq!(shown(text), ["ASCII85EncodePages false /Binding /Left >> setdistillerparams"]);
        assert_eq!(shown("ASCII85EncodePages without an end"), Vec::<String>::new());
    }

    #[test]
    fn lines_are_written_in_every_way() {
        let all: Vec<String> = written("a|b c [d|e]").iter().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(all, ["a c d", "a c e", "a c", "b c d", "b c e", "b c"]);
    }
}
