//! Texts on disk: a corpus may be larger than memory, and a run that was cut off goes on with what it had read.
//!
//! A folder holds `texts.bin` (the texts one after another) and `documents.jsonl` (id, place, metadata; one line each). A line is written
//! after its text, so that what is listed is there. What a run was about is in the key of the folder; see [`key`].

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::document::{Document, Meta};
use crate::reuse;

/// A document without its text.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq)]
struct Line {
    id: String,
    at: u64,
    bytes: u64,
    meta: Meta,
}

/// Writes documents.
pub struct Writer {
    texts: BufWriter<File>,
    list: BufWriter<File>,
    at: u64,
    listed: u64,
}

impl Writer {
    /// Begins a store in a folder; what was there is replaced.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn create(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let open = |name: &str| OpenOptions::new().create(true).write(true).truncate(true).open(folder.join(name));
        Ok(Self {
            texts: BufWriter::with_capacity(1 << 20, open("texts.bin")?),
            list: BufWriter::new(open("documents.jsonl")?),
            at: 0,
            listed: 0,
        })
    }

    /// Goes on with a store at the lengths that [`Writer::flush`] gave; what lies behind them is cut off.
    ///
    /// # Errors
    /// If the folder cannot be written, or holds less than that.
    pub fn resume(folder: &Path, texts: u64, list: u64) -> io::Result<Self> {
        let open = |name: &str, length: u64| {
            let mut file = OpenOptions::new().write(true).open(folder.join(name))?;
            if file.metadata()?.len() < length {
                return Err(io::Error::other(format!("{name} is shorter than it was")));
            }
            file.set_len(length)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        Ok(Self {
            texts: BufWriter::with_capacity(1 << 20, open("texts.bin", texts)?),
            list: BufWriter::new(open("documents.jsonl", list)?),
            at: texts,
            listed: list,
        })
    }

    /// Adds a document.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn push(&mut self, document: Document) -> io::Result<()> {
        self.texts.write_all(document.text.as_bytes())?;
        let bytes = document.text.len() as u64;
        let line = Line { id: document.id, at: self.at, bytes, meta: document.meta };
        let mut line = serde_json::to_vec(&line)?;
        line.push(b'\n');
        self.list.write_all(&line)?;
        self.at += bytes;
        self.listed += line.len() as u64;
        Ok(())
    }

    /// Writes what is still in memory; gives the lengths of both files, with which writing can go on later.
    ///
    /// # Errors
    /// If the disk is full.
    pub fn flush(&mut self) -> io::Result<(u64, u64)> {
        self.texts.flush()?;
        self.list.flush()?;
        Ok((self.at, self.listed))
    }
}

/// Documents of a store: metadata in memory, texts on disk, or in memory where they are small.
pub struct Store {
    path: PathBuf,
    file: Mutex<File>,
    lines: Vec<Line>,
    held: Option<String>,
}

impl Store {
    /// Opens a store that was finished; texts of up to `hold` bytes in all are held in memory.
    ///
    /// # Errors
    /// If it is damaged or unreadable.
    pub fn open(folder: &Path, hold: u64) -> io::Result<Self> {
        let path = folder.join("texts.bin");
        let file = File::open(&path)?;
        let mut lines = Vec::new();
        for line in BufReader::new(File::open(folder.join("documents.jsonl"))?).lines() {
            lines.push(serde_json::from_str::<Line>(&line?)?);
        }
        let size = file.metadata()?.len();
        if lines.last().is_some_and(|l| l.at + l.bytes != size) {
            return Err(io::Error::other("the texts do not fit their list"));
        }
        let held = if size <= hold { Some(std::fs::read_to_string(&path)?) } else { None };
        Ok(Self { path, file: Mutex::new(file), lines, held })
    }

    /// A document whole.
    ///
    /// # Errors
    /// If it can no longer be read.
    pub fn document(&self, i: usize) -> reuse::Result<Document> {
        use reuse::Corpus;
        Ok(Document { id: self.id(i).to_owned(), text: self.text(i)?.into_owned(), meta: self.meta(i).clone() })
    }

    fn read(&self, line: &Line) -> io::Result<String> {
        let mut bytes = vec![0; usize::try_from(line.bytes).map_err(io::Error::other)?];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(line.at))?;
        file.read_exact(&mut bytes)?;
        drop(file);
        String::from_utf8(bytes).map_err(io::Error::other)
    }
}

impl reuse::Corpus for Store {
    fn len(&self) -> usize {
        self.lines.len()
    }

    fn text(&self, document: usize) -> reuse::Result<Cow<'_, str>> {
        let line = &self.lines[document];
        if let Some(held) = &self.held {
            let (from, to) = (line.at as usize, (line.at + line.bytes) as usize);
            return Ok(Cow::Borrowed(&held[from..to]));
        }
        self.read(line).map(Cow::Owned).map_err(|e| reuse::Error::Document {
            id: line.id.clone(),
            message: format!("cannot be read back ({e}); run again with another --work: {}", self.path.display()),
        })
    }

    fn meta(&self, document: usize) -> &Meta {
        &self.lines[document].meta
    }

    fn id(&self, document: usize) -> &str {
        &self.lines[document].id
    }
}

/// The key of a run: what it reads (names and digests, in order), how, and the build of the program, since another one may read and compare
/// otherwise. Equal keys give equal results.
pub fn key<'a>(inputs: impl IntoIterator<Item = (&'a str, &'a str)>, how: &str) -> String {
    let mut hasher = Sha256::new();
    let program = std::env::current_exe().and_then(|path| path.metadata()).ok();
    hasher.update(format!("{} {:?}", env!("CARGO_PKG_VERSION"), program.map(|p| (p.len(), p.modified().ok()))));
    hasher.update(how);
    for (name, digest) in inputs {
        hasher.update([0]);
        hasher.update(name);
        hasher.update([1]);
        hasher.update(digest);
    }
    hasher.finalize().iter().take(12).map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reuse::Corpus;

    #[test]
    fn what_is_written_is_read_back_from_memory_and_from_disk() {
        let dir = tempfile::tempdir().unwrap();
        let documents: Vec<Document> = ["Статья 1", "", "b\nc"]
            .iter()
            .enumerate()
            .map(|(i, t)| Document {
                id: format!("d{i}"),
                text: (*t).to_owned(),
                meta: Meta { title: Some(format!("t{i}")), ..Meta::default() },
            })
            .collect();
        let mut writer = Writer::create(dir.path()).unwrap();
        documents.iter().for_each(|d| writer.push(d.clone()).unwrap());
        let (texts, list) = writer.flush().unwrap();
        writer.push(Document { id: "cut off".into(), text: "x".into(), ..Document::default() }).unwrap();
        drop(writer);
        // a run that was cut off goes on from where it noted
        drop(Writer::resume(dir.path(), texts, list).unwrap());
        assert!(Writer::resume(dir.path(), texts + 1, list).is_err());
        for hold in [0, 1 << 20] {
            let store = Store::open(dir.path(), hold).unwrap();
            assert_eq!(store.len(), 3);
            for (i, d) in documents.iter().enumerate() {
                assert_eq!(store.document(i).unwrap(), *d);
            }
        }
        let all = std::fs::File::options().write(true).open(dir.path().join("texts.bin")).unwrap();
        all.set_len(3).unwrap();
        assert!(Store::open(dir.path(), 0).is_err());
    }

    #[test]
    fn keys_tell_inputs_and_ways_apart() {
        let k = key([("a", "1"), ("b", "2")], "x");
        assert_ne!(k, key([("b", "2"), ("a", "1")], "x"));
        assert_ne!(k, key([("a", "1"), ("b", "2")], "y"));
        assert_eq!(k.len(), 24);
    }
}
