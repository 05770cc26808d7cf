//! Makes the index: texts are packed as they come, words are gathered in runs of bounded size, and the runs are joined at the end.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use arrow::array::Array;
use blocwatch_analysis::frame::{At, Columns};
use blocwatch_core::state::States;
use blocwatch_engine::Observatory;

use super::format::{Lists, MARK, Term, Text, number_to, take_number};
use super::words;
use crate::error::{Result, WebError};

/// Texts that lie in memory at once while the index is made.
const ROWS: usize = 64;
/// Bytes that are gathered before they are written as a run.
const RUN: usize = 16 << 20;
/// Bytes that a word takes beside its lists, about.
const WORD: usize = std::mem::size_of::<(String, Word)>() + 48;

/// An index in the making.
pub(super) struct Making {
    folder: PathBuf,
    out: BufWriter<File>,
    at: u64,
    texts: Vec<Text>,
    words: HashMap<String, Word>,
    /// Bytes in `words`, about.
    gathered: usize,
    /// Bytes that are gathered before a run is written.
    pub(super) most: usize,
    runs: Vec<PathBuf>,
}

/// What the texts of this run have of a word.
#[derive(Debug, Default, PartialEq, Eq)]
struct Word {
    texts: u32,
    /// One more than the number of the last text that is in the postings.
    last: u32,
    postings: Vec<u8>,
    places: Vec<u8>,
    open: Option<Open>,
}

/// The text that is being read, as far as it has a word.
#[derive(Debug, PartialEq, Eq)]
struct Open {
    text: u32,
    count: u32,
    /// The last place of the word, and where the places of this text begin.
    place: u32,
    begin: usize,
}

impl Word {
    /// Adds a place in a text; returns the bytes that it took.
    fn add(&mut self, text: u32, place: u32) -> usize {
        let before = self.places.len() + self.postings.len();
        if self.open.as_ref().is_some_and(|open| open.text != text) {
            self.close();
        }
        let open = self.open.get_or_insert(Open { text, count: 0, place: 0, begin: self.places.len() });
        number_to(&mut self.places, place - open.place);
        open.place = place;
        open.count += 1;
        self.places.len() + self.postings.len() - before
    }

    /// Ends a text: now it is known how often the word stands there.
    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        number_to(&mut self.postings, open.text + 1 - self.last);
        number_to(&mut self.postings, open.count);
        number_to(&mut self.postings, (self.places.len() - open.begin) as u32);
        self.texts += 1;
        self.last = open.text + 1;
    }

    /// Appends what later texts have. Its first text counts from 1, as if there were none before.
    fn append(&mut self, later: &Self) {
        let mut rest = later.postings.as_slice();
        let Some(first) = take_number(&mut rest) else { return };
        number_to(&mut self.postings, first - self.last);
        self.postings.extend_from_slice(rest);
        self.places.extend_from_slice(&later.places);
        self.texts += later.texts;
        self.last = later.last;
    }
}

impl Making {
    pub(super) fn new(folder: &Path, file: &Path) -> io::Result<Self> {
        Ok(Self {
            folder: folder.to_owned(),
            out: BufWriter::with_capacity(1 << 20, File::create(file)?),
            at: 0,
            texts: Vec::new(),
            words: HashMap::new(),
            gathered: 0,
            most: RUN,
            runs: Vec::new(),
        })
    }

    pub(super) fn speeches(&mut self, observatory: &Observatory, states: &States) -> Result<()> {
        if !observatory.has("speech") {
            return Ok(());
        }
        for batch in observatory.parts("speech", &["session", "iso3", "year", "gwcode", "text"], ROWS)? {
            let batch = batch?;
            let c = Columns(&batch);
            let (session, iso3, year) = (c.i32("session")?, c.text("iso3")?, c.i32("year")?);
            let (gwcode, text) = (c.u16("gwcode")?, c.text("text")?);
            for i in 0..batch.num_rows() {
                let named = gwcode.at(i).zip(year.at(i)).and_then(|(g, y)| states.by_key(g, y)).map_or(iso3.value(i), |s| &s.name);
                let title = format!("{named}, General Debate {}", year.at(i).map(|y| y.to_string()).unwrap_or_default());
                let id = format!("{}-{}", iso3.value(i), session.value(i));
                self.take("speech", id, title, year.at(i), text.at(i).unwrap_or_default()).map_err(cannot_write)?;
            }
        }
        Ok(())
    }

    pub(super) fn treaties(&mut self, observatory: &Observatory) -> Result<()> {
        if !observatory.has("treaty_text") {
            return Ok(());
        }
        for batch in observatory.parts("treaty_text", &["treatyID", "occurrence", "title", "year", "text"], ROWS)? {
            let batch = batch?;
            let c = Columns(&batch);
            let (id, title, year, text) = (c.text("treatyID")?, c.text("title")?, c.i32("year")?, c.text("text")?);
            let occurrence = c.i32("occurrence")?;
            for i in 0..batch.num_rows() {
                let id = match occurrence.at(i) {
                    None | Some(1) => id.value(i).to_owned(),
                    Some(n) => format!("{}~{n}", id.value(i)),
                };
                let name = if title.is_null(i) { id.clone() } else { title.value(i).to_owned() };
                self.take("treaty", id, name, year.at(i), text.at(i).unwrap_or_default()).map_err(cannot_write)?;
            }
        }
        Ok(())
    }

    /// Takes a text. Its title's words come first; between these and the text no phrase goes on.
    pub(super) fn take(&mut self, kind: &str, id: String, title: String, year: Option<i32>, text: &str) -> io::Result<()> {
        let number = self.texts.len() as u32;
        let (mut total, mut place) = (0u32, 0u32);
        for part in [title.as_str(), text] {
            place += 1;
            words::each(part, |word, _, _| {
                total += 1;
                place += 1;
                self.gathered += match self.words.get_mut(word) {
                    Some(known) => known.add(number, place),
                    None => WORD + self.words.entry(word.to_owned()).or_default().add(number, place),
                };
            });
        }
        let packed = zstd::bulk::compress(text.as_bytes(), 3)?;
        self.out.write_all(&packed)?;
        self.texts.push(Text {
            kind: kind.to_owned(),
            id,
            title,
            year,
            words: total,
            at: self.at,
            packed: packed.len() as u32,
            bytes: text.len() as u32,
        });
        self.at += packed.len() as u64;
        if self.gathered > self.most { self.write_run() } else { Ok(()) }
    }

    /// Writes what has been gathered, by word, and begins anew.
    fn write_run(&mut self) -> io::Result<()> {
        let path = self.folder.join(format!("run-{}.part", self.runs.len()));
        let mut out = BufWriter::new(File::create(&path)?);
        let mut words: Vec<(String, Word)> = std::mem::take(&mut self.words).into_iter().collect();
        words.sort_unstable_by(|x, y| x.0.cmp(&y.0));
        let mut head = Vec::new();
        for (name, mut word) in words {
            word.close();
            for n in [name.len() as u32, word.texts, word.last, word.postings.len() as u32, word.places.len() as u32] {
                head.extend_from_slice(&n.to_le_bytes());
            }
            for part in [head.as_slice(), name.as_bytes(), &word.postings, &word.places] {
                out.write_all(part)?;
            }
            head.clear();
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?;
        self.gathered = 0;
        self.runs.push(path);
        Ok(())
    }

    /// Joins the runs and writes what the file ends with.
    pub(super) fn done(mut self) -> io::Result<()> {
        self.write_run()?;
        let mut runs = self.runs.iter().map(|path| Run::open(path)).collect::<io::Result<Vec<_>>>()?;
        let mut terms = Vec::new();
        while let Some(name) = runs.iter().filter_map(|r| r.next.as_ref().map(|(name, _)| name)).min().cloned() {
            let mut word = Word::default();
            for run in &mut runs {
                if run.next.as_ref().is_some_and(|(n, _)| *n == name)
                    && let Some((_, part)) = run.advance()?
                {
                    word.append(&part);
                }
            }
            self.out.write_all(&word.postings)?;
            self.out.write_all(&word.places)?;
            let (postings, places) = (word.postings.len() as u32, word.places.len() as u32);
            terms.push(Term { word: name, texts: word.texts, at: self.at, postings, places });
            self.at += u64::from(postings) + u64::from(places);
        }
        let lists = serde_json::to_vec(&Lists { texts: self.texts, terms })?;
        let packed = zstd::bulk::compress(&lists, 3)?;
        self.out.write_all(&packed)?;
        for n in [self.at, packed.len() as u64, lists.len() as u64] {
            self.out.write_all(&n.to_le_bytes())?;
        }
        self.out.write_all(MARK)?;
        self.out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        self.runs.iter().try_for_each(std::fs::remove_file)
    }
}

/// A run that is read again, a word at a time.
struct Run {
    file: BufReader<File>,
    next: Option<(String, Word)>,
}

impl Run {
    fn open(path: &Path) -> io::Result<Self> {
        let mut run = Self { file: BufReader::new(File::open(path)?), next: None };
        run.advance()?;
        Ok(run)
    }

    /// Hands out the word at hand and reads the next one.
    fn advance(&mut self) -> io::Result<Option<(String, Word)>> {
        let mut head = [0u8; 20];
        let next = if self.file.fill_buf()?.is_empty() {
            None
        } else {
            self.file.read_exact(&mut head)?;
            let n = |i: usize| u32::from_le_bytes([head[4 * i], head[4 * i + 1], head[4 * i + 2], head[4 * i + 3]]);
            let mut part = |bytes: u32| {
                let mut out = vec![0; bytes as usize];
                self.file.read_exact(&mut out).map(|()| out)
            };
            let name = String::from_utf8(part(n(0))?).map_err(io::Error::other)?;
            let (postings, places) = (part(n(3))?, part(n(4))?);
            Some((name, Word { texts: n(1), last: n(2), postings, places, open: None }))
        };
        Ok(std::mem::replace(&mut self.next, next))
    }
}

fn cannot_write(e: io::Error) -> WebError {
    WebError::Broken(format!("the index of texts cannot be written: {e}"))
}
