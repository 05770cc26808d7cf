//! Records kept in memory up to a limit and in unnamed files beyond it.
//!
//! What belongs here: the word numbers of all documents, and buckets of records that are written in any order and read one bucket at a
//! time. What does not: what the records mean.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::{Error, Result};

/// The folder where files of one comparison go. They have no names, so that nothing stays behind.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: PathBuf,
    written: AtomicU64,
}

impl Scratch {
    pub(super) fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map_or_else(std::env::temp_dir, Path::to_path_buf), written: AtomicU64::new(0) }
    }

    fn file(&self) -> Result<File> {
        tempfile::tempfile_in(&self.folder).map_err(|e| self.error(e))
    }

    fn error(&self, source: std::io::Error) -> Error {
        Error::Scratch { folder: self.folder.clone(), source }
    }

    /// Bytes written so far.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }
}

/// The word numbers of all documents.
pub(super) struct Texts<'s> {
    memory: Vec<u32>,
    file: Option<File>,
    /// Where each document begins; one more than there are documents.
    starts: Vec<u64>,
    limit: usize,
    scratch: &'s Scratch,
}

impl<'s> Texts<'s> {
    /// None yet; beyond `limit` bytes all go to a file.
    pub(super) fn new(limit: usize, scratch: &'s Scratch) -> Self {
        Self { memory: Vec::new(), file: None, starts: vec![0], limit, scratch }
    }

    pub(super) fn push(&mut self, words: &[u32]) -> Result<()> {
        let start = self.starts[self.starts.len() - 1];
        self.starts.push(start + words.len() as u64);
        self.memory.extend_from_slice(words);
        if self.file.is_some() || self.memory.len() * 4 > self.limit {
            // in a file everything pending is written at once, in large pieces
            if self.file.is_none() {
                self.file = Some(self.scratch.file()?);
            }
            if self.memory.len() * 4 > self.limit.min(1 << 22) {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what is pending, if anything is in a file; call before reading.
    pub(super) fn flush(&mut self) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let bytes: Vec<u8> = self.memory.iter().flat_map(|w| w.to_le_bytes()).collect();
        file.write_all(&bytes).map_err(|e| self.scratch.error(e))?;
        self.scratch.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.memory = Vec::new();
        Ok(())
    }

    pub(super) fn start(&self, document: usize) -> u64 {
        self.starts[document]
    }

    pub(super) fn length(&self, document: usize) -> usize {
        (self.starts[document + 1] - self.starts[document]) as usize
    }

    /// Calls `read` with the words of a document from `from` up to `to`; `buffer` is used where they lie in a file.
    pub(super) fn with<T>(
        &self,
        document: usize,
        from: usize,
        to: usize,
        buffer: &mut Vec<u32>,
        read: impl FnOnce(&[u32]) -> T,
    ) -> Result<T> {
        let start = self.starts[document];
        let Some(file) = &self.file else {
            let start = start as usize;
            return Ok(read(&self.memory[start + from..start + to]));
        };
        let mut bytes = vec![0u8; (to - from) * 4];
        file.read_exact_at(&mut bytes, (start + from as u64) * 4).map_err(|e| self.scratch.error(e))?;
        buffer.clear();
        buffer.extend(bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])));
        Ok(read(buffer))
    }
}

/// Buckets of 16-byte records. Threads add in any order; whoever reads a bucket sorts it.
pub(super) struct Buckets<'s> {
    parts: Vec<Mutex<Part>>,
    held: AtomicUsize,
    limit: usize,
    scratch: &'s Scratch,
}

#[derive(Default)]
struct Part {
    memory: Vec<u128>,
    file: Option<File>,
    in_file: usize,
}

impl<'s> Buckets<'s> {
    /// `n` empty buckets that together hold `limit` bytes in memory.
    pub(super) fn new(n: usize, limit: usize, scratch: &'s Scratch) -> Self {
        Self { parts: (0..n).map(|_| Mutex::default()).collect(), held: AtomicUsize::new(0), limit, scratch }
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn add(&self, bucket: usize, records: &[u128]) -> Result<()> {
        let mut part = self.lock(bucket);
        part.memory.extend_from_slice(records);
        let held = self.held.fetch_add(records.len() * 16, Ordering::Relaxed) + records.len() * 16;
        // a bucket writes itself out when it holds its share of the limit
        if held > self.limit && part.memory.len() * 16 * self.parts.len() > self.limit / 2 {
            self.spill(&mut part)?;
        }
        Ok(())
    }

    fn spill(&self, part: &mut Part) -> Result<()> {
        if part.file.is_none() {
            part.file = Some(self.scratch.file()?);
        }
        let bytes: Vec<u8> = part.memory.iter().flat_map(|r| r.to_le_bytes()).collect();
        if let Some(file) = &mut part.file {
            file.write_all(&bytes).map_err(|e| self.scratch.error(e))?;
        }
        part.in_file += part.memory.len();
        self.scratch.written.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.held.fetch_sub(bytes.len(), Ordering::Relaxed);
        part.memory = Vec::new();
        Ok(())
    }

    /// Takes all records of a bucket, in rising order.
    pub(super) fn take(&self, bucket: usize) -> Result<Vec<u128>> {
        let part = std::mem::take(&mut *self.lock(bucket));
        self.held.fetch_sub(part.memory.len() * 16, Ordering::Relaxed);
        let mut records = part.memory;
        if let Some(file) = part.file {
            let mut bytes = vec![0u8; 1 << 20];
            let mut at = 0;
            while at < part.in_file * 16 {
                let n = bytes.len().min(part.in_file * 16 - at);
                file.read_exact_at(&mut bytes[..n], at as u64).map_err(|e| self.scratch.error(e))?;
                records.extend(bytes[..n].as_chunks::<16>().0.iter().map(|b| u128::from_le_bytes(*b)));
                at += n;
            }
        }
        records.sort_unstable();
        Ok(records)
    }

    fn lock(&self, bucket: usize) -> std::sync::MutexGuard<'_, Part> {
        // a thread that panicked ends the comparison anyway
        self.parts[bucket].lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spilled_comes_back_sorted() {
        let scratch = Scratch::new(None);
        let buckets = Buckets::new(4, 256, &scratch);
        for i in (0..1000u128).rev() {
            buckets.add((i % 4) as usize, &[i]).unwrap();
        }
        assert!(scratch.written() > 8000);
        for bucket in 0..buckets.len() {
            let expected: Vec<u128> = (0..1000).filter(|i| i % 4 == bucket as u128).collect();
            assert_eq!(buckets.take(bucket).unwrap(), expected);
        }
    }

    #[test]
    fn texts_are_the_same_from_file_and_memory() {
        let scratch = Scratch::new(None);
        for limit in [0, 40, 1 << 20] {
            let mut texts = Texts::new(limit, &scratch);
            for n in 0..20u32 {
                texts.push(&(0..n).collect::<Vec<_>>()).unwrap();
            }
            texts.flush().unwrap();
            let mut buffer = Vec::new();
            for n in 0..20 {
                assert_eq!(texts.length(n), n);
                let half: Vec<u32> = texts.with(n, n / 2, n, &mut buffer, <[u32]>::to_vec).unwrap();
                assert_eq!(half, (n as u32 / 2..n as u32).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let scratch = Scratch::new(Some(Path::new("/nowhere/at/all")));
        let message = Texts::new(0, &scratch).push(&[1]).unwrap_err().to_string();
        assert!(message.starts_with("scratch folder /nowhere/at/all: "), "{message}");
    }
}
