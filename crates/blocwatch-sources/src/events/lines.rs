//! Lines of large files, in chunks, shared among threads.
//!
//! Each thread reads a file and hands chunks of whole lines to a thread that waits, or works on them itself where none does. So many files
//! are unpacked at once, a single archive is unpacked by one thread while the others work on its lines, and memory holds a few chunks,
//! however large the files. What a line means is the caller's business; nothing here depends on which thread saw it.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::Result;

/// Bytes of a chunk: small enough for a processor's own cache, large enough that handing it over costs nothing.
const CHUNK: usize = 512 * 1024;
/// A line longer than this is no line.
const LONGEST: usize = 64 * 1024 * 1024;

/// Whole lines of one file.
pub(crate) struct Chunk<J> {
    /// What the file is.
    pub job: Arc<J>,
    /// Number of the first line, from 1.
    pub first_line: u32,
    buffer: Vec<u8>,
    len: usize,
}

impl<J> Chunk<J> {
    /// The lines, each with its end.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }
}

struct Queue<J> {
    chunks: VecDeque<Chunk<J>>,
    /// Buffers that are free again.
    pool: Vec<Vec<u8>>,
    /// Threads that wait for a chunk.
    waiting: usize,
    /// Threads that may still hand over chunks.
    reading: usize,
    /// Next file to be read.
    next: usize,
    failed: bool,
}

struct Shared<J> {
    queue: Mutex<Queue<J>>,
    wake: Condvar,
}

impl<J> Shared<J> {
    fn lock(&self) -> MutexGuard<'_, Queue<J>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a thread that reads a file leaves its chunks.
pub(crate) struct Hand<'a, J, S> {
    shared: &'a Shared<J>,
    code: &'a (dyn Fn(&mut S, &Chunk<J>) + Sync),
}

impl<J, S> Hand<'_, J, S> {
    /// Reads a stream to its end, chunk by chunk. Returns how many lines it had.
    pub(crate) fn read(&self, stream: &mut dyn Read, job: &Arc<J>, state: &mut S) -> io::Result<u32> {
        let mut line = 1u32;
        let mut carry: Vec<u8> = Vec::new();
        loop {
            let mut buffer = self.shared.lock().pool.pop().unwrap_or_else(|| vec![0; CHUNK]);
            if buffer.len() < carry.len() + CHUNK / 2 {
                buffer.resize(carry.len() + CHUNK, 0);
            }
            buffer[..carry.len()].copy_from_slice(&carry);
            let mut filled = carry.len();
            let mut ended = false;
            let whole = loop {
                if filled == buffer.len() {
                    if let Some(end) = memchr::memrchr(b'\n', &buffer) {
                        break end + 1;
                    }
                    if filled > LONGEST {
                        return Err(io::Error::new(io::ErrorKind::InvalidData, "a line without an end"));
                    }
                    buffer.resize(filled * 2, 0);
                }
                match stream.read(&mut buffer[filled..]) {
                    Ok(0) => {
                        ended = true;
                        if filled > 0 && buffer[filled - 1] != b'\n' {
                            // there is room: a full buffer was grown or given away above
                            buffer[filled] = b'\n';
                            filled += 1;
                        }
                        break filled;
                    }
                    Ok(n) => filled += n,
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    Err(e) => return Err(e),
                }
            };
            carry.clear();
            carry.extend_from_slice(&buffer[whole..filled]);
            let lines = memchr::memchr_iter(b'\n', &buffer[..whole]).count();
            let first_line = line;
            line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.give(state, Chunk { job: Arc::clone(job), first_line, buffer, len: whole });
            if ended {
                return Ok(line - 1);
            }
        }
    }

    fn give(&self, state: &mut S, chunk: Chunk<J>) {
        let chunk = {
            let mut queue = self.shared.lock();
            if queue.waiting > queue.chunks.len() {
                queue.chunks.push_back(chunk);
                self.shared.wake.notify_one();
                return;
            }
            chunk
        };
        (self.code)(state, &chunk);
        self.shared.lock().pool.push(chunk.buffer);
    }
}

/// Reads `files` files with as many threads as there are states: `read` opens a file and reads it through the [`Hand`], `code` works on
/// a chunk of any file.
///
/// # Errors
/// Of the files that could not be read, the first in order.
pub(crate) fn share<J: Send + Sync, S: Send>(
    files: usize,
    states: &mut [S],
    read: &(dyn Fn(usize, &mut S, &Hand<'_, J, S>) -> Result<()> + Sync),
    code: &(dyn Fn(&mut S, &Chunk<J>) + Sync),
) -> Result<()> {
    let queue = Queue { chunks: VecDeque::new(), pool: Vec::new(), waiting: 0, reading: states.len(), next: 0, failed: false };
    let shared = Shared { queue: Mutex::new(queue), wake: Condvar::new() };
    let work = |state: &mut S| {
        let hand = Hand { shared: &shared, code };
        let mut failure = None;
        loop {
            let file = {
                let mut queue = shared.lock();
                if queue.failed || queue.next >= files {
                    break;
                }
                queue.next += 1;
                queue.next - 1
            };
            if let Err(e) = read(file, state, &hand) {
                failure = Some((file, e));
                shared.lock().failed = true;
            }
        }
        let mut queue = shared.lock();
        queue.reading -= 1;
        shared.wake.notify_all();
        loop {
            if let Some(chunk) = queue.chunks.pop_front() {
                drop(queue);
                code(state, &chunk);
                queue = shared.lock();
                queue.pool.push(chunk.buffer);
            } else if queue.reading == 0 {
                return failure;
            } else {
                queue.waiting += 1;
                queue = shared.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
                queue.waiting -= 1;
            }
        }
    };
    let mut failures: Vec<_> = std::thread::scope(|scope| {
        let work = &work;
        let (first, others) = states.split_at_mut(usize::from(!states.is_empty()));
        let running: Vec<_> = others.iter_mut().map(|state| scope.spawn(move || work(state))).collect();
        let own: Vec<_> = first.iter_mut().filter_map(work).collect();
        let others = running.into_iter().filter_map(|t| t.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        own.into_iter().chain(others).collect()
    });
    failures.sort_by_key(|(file, _)| *file);
    failures.into_iter().next().map_or(Ok(()), |(_, e)| Err(e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Lines that several threads saw of some texts, with their numbers.
    fn seen(texts: &[Vec<u8>], threads: usize) -> Vec<(usize, u32, Vec<u8>)> {
        let mut states: Vec<Vec<(usize, u32, Vec<u8>)>> = vec![Vec::new(); threads];
        share(
            texts.len(),
            &mut states,
            &|file, state, hand| {
                // a stream that hands out few bytes at a time
                let mut slow = io::BufReader::with_capacity(7, texts[file].as_slice());
                let lines = hand.read(&mut slow, &Arc::new(file), state).unwrap();
                assert_eq!(lines as usize, texts[file].split_inclusive(|b| *b == b'\n').count());
                Ok(())
            },
            &|state, chunk| {
                for (i, line) in chunk.bytes().split_inclusive(|b| *b == b'\n').enumerate() {
                    state.push((*chunk.job, chunk.first_line + i as u32, line.strip_suffix(b"\n").unwrap().to_vec()));
                }
            },
        )
        .unwrap();
        let mut all: Vec<_> = states.into_iter().flatten().collect();
        all.sort();
        all
    }

    #[test]
    fn a_line_longer_than_a_chunk_stays_whole() {
        let long = vec![b'x'; 3 * CHUNK];
        let text = [b"a\n".to_vec(), long.clone(), b"\nb".to_vec()].concat();
        let lines = seen(&[text], 2);
        assert_eq!(lines.iter().map(|(_, n, l)| (*n, l.len())).collect::<Vec<_>>(), [(1, 1), (2, long.len()), (3, 1)]);
    }

    #[test]
    fn a_failure_ends_it_and_the_first_is_told() {
        let fail = |file: usize| crate::SourceError::Empty { path: format!("{file}").into() };
        let result = share::<(), ()>(3, &mut [(), ()], &|file, (), _| Err(fail(file)), &|(), _| {});
        assert!(result.unwrap_err().to_string().ends_with(": 0"));
    }

    proptest! {
        #[test]
        fn every_line_is_seen_once_with_its_number(texts in prop::collection::vec(prop::collection::vec(prop_oneof![Just(b'\n'), any::<u8>()], 0..300), 0..5),
            threads in 1usize..4) {
            let expected: Vec<_> = texts.iter().enumerate().flat_map(|(file, text)| {
                text.split_inclusive(|b| *b == b'\n').enumerate()
                    .map(move |(i, l)| (file, i as u32 + 1, l.strip_suffix(b"\n").unwrap_or(l).to_vec()))
            }).collect();
            prop_assert_eq!(seen(&texts, threads), expected);
        }
    }
}
