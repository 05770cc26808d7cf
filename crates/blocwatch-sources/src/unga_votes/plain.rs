//! Voeten's votes where they are what they should be: `rcid,ccode,vote`, one plain number each. A second reader for one file, because it
//! is the one that people wait for; it takes nothing that the tolerant reader would not take as it is, and says `None` at the first
//! unusual byte.

use std::io::Read;
use std::path::Path;
use std::sync::mpsc::{Sender, sync_channel};

use super::ballots::{Ballot, Call};
use super::votes::{ABSENT, NOT_A_MEMBER, numeric_vote};
use crate::error::Result;
use crate::resolve::{Key, Resolver};
use crate::tabular::unpack;

/// One row: roll call, Correlates of War number, vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plain {
    rcid: u32,
    ccode: u16,
    vote: u8,
}

/// Bytes unpacked at a time; a part is parsed while the next is unpacked.
const PART: usize = 512 * 1024;
/// Numbers of states lie below this.
const CODES: usize = 1024;
/// The position of a roll call that is not there.
const NO_CALL: u32 = u32::MAX;

/// Hands the rows of a file on as they are read. Returns whether that was all of it: `false` where any of it is unusual, or nobody takes
/// the rows any more.
pub(super) fn read(path: &Path, rows: &Sender<Vec<Plain>>) -> Result<bool> {
    if unpack::members(path)? != [None] {
        return Ok(false);
    }
    unpack::with_content(path, None, |mut stream| {
        let (send, parts) = sync_channel::<Vec<u8>>(4);
        std::thread::scope(|scope| {
            let parser = scope.spawn(move || {
                parts.into_iter().enumerate().all(|(i, part)| parse(&part, i == 0).is_some_and(|parsed| rows.send(parsed).is_ok()))
            });
            let mut open = Vec::new();
            let read = loop {
                let mut part = std::mem::take(&mut open);
                part.reserve(PART);
                match stream.by_ref().take(PART as u64).read_to_end(&mut part) {
                    Err(e) => break Err(unpack::broken(path, "file", &e)),
                    Ok(0) => {
                        if !part.is_empty() {
                            part.push(b'\n');
                        }
                        drop(send.send(part));
                        break Ok(());
                    }
                    Ok(_) => {}
                }
                // a row that goes on in the next part waits for it
                let end = memchr::memrchr(b'\n', &part).map_or(0, |at| at + 1);
                open = part.split_off(end);
                if send.send(part).is_err() {
                    // the parser has met something unusual
                    break Ok(());
                }
            };
            drop(send);
            let whole = parser.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            read.map(|()| whole)
        })
    })
}

/// Whole lines of a part; `None` where one is unusual.
fn parse(part: &[u8], first: bool) -> Option<Vec<Plain>> {
    // no row is shorter than seven bytes
    let mut rows = Vec::with_capacity(part.len() / 7);
    let mut rest = part;
    if first {
        let end = memchr::memchr(b'\n', rest)?;
        if rest[..end].trim_ascii_end() != b"rcid,ccode,vote" {
            return None;
        }
        rest = &rest[end + 1..];
    }
    while !rest.is_empty() {
        let (rcid, after) = number(rest, 9, b',')?;
        let (ccode, after) = number(after, 4, b',')?;
        let (vote, after) = match after {
            [digit @ b'0'..=b'9', b'\n', after @ ..] | [digit @ b'0'..=b'9', b'\r', b'\n', after @ ..] => (digit - b'0', after),
            _ => return None,
        };
        rows.push(Plain { rcid, ccode: ccode as u16, vote });
        rest = after;
    }
    Some(rows)
}

/// A number of at most `most` digits up to a byte, and what comes after.
fn number(text: &[u8], most: usize, end: u8) -> Option<(u32, &[u8])> {
    let mut value = 0u32;
    for (i, &b) in text.iter().enumerate().take(most + 1) {
        if b == end && i > 0 {
            return Some((value, &text[i + 1..]));
        }
        if !b.is_ascii_digit() || i == most {
            return None;
        }
        value = value * 10 + u32::from(b - b'0');
    }
    None
}

/// Turns rows into ballots.
pub(super) struct Resolving<'a> {
    calls: &'a [Call],
    /// Position of each roll call, by number.
    place: Vec<u32>,
    resolver: Resolver<'a>,
    /// The key of each number in each year from the first on, looked up once.
    keys: Vec<Option<Key>>,
    first_year: i32,
    /// Who has voted on what, one bit each.
    seen: Vec<u64>,
    /// Rows taken.
    pub rows: u64,
    /// What came of them.
    pub ballots: Vec<Ballot>,
}

impl<'a> Resolving<'a> {
    /// `None` where the roll calls are unusual.
    pub(super) fn new(calls: &'a [Call], resolver: Resolver<'a>) -> Option<Self> {
        let greatest = usize::try_from(calls.last()?.rcid).ok().filter(|g| *g < 1 << 22)?;
        let mut place = vec![NO_CALL; greatest + 1];
        for (i, call) in calls.iter().enumerate() {
            *place.get_mut(usize::try_from(call.rcid).ok()?)? = i as u32;
        }
        let (from, to) = (calls.iter().map(|c| c.year).min()?, calls.iter().map(|c| c.year).max()?);
        let years = usize::try_from(to - from).ok().filter(|n| *n < 1000)? + 1;
        let (keys, seen) = (vec![None; years * CODES], vec![0u64; calls.len() * CODES / 64]);
        Some(Self { calls, place, resolver, keys, first_year: from, seen, rows: 0, ballots: Vec::with_capacity(1 << 20) })
    }

    /// Takes rows; `None` where a roll call, a state or a vote is unknown, or a state votes twice.
    pub(super) fn take(&mut self, rows: &[Plain]) -> Option<()> {
        for row in rows {
            let at = *self.place.get(row.rcid as usize)?;
            let call = self.calls.get(at as usize)?;
            let ccode = usize::from(row.ccode);
            if ccode >= CODES {
                return None;
            }
            let slot = &mut self.keys[(call.year - self.first_year) as usize * CODES + ccode];
            let key = match slot {
                Some(key) => *key,
                None => *slot.insert(self.resolver.cow(row.ccode, call.year)?),
            };
            let vote = numeric_vote(row.vote)?;
            let gwcode = usize::from(key.gwcode);
            if gwcode >= CODES {
                return None;
            }
            let bit = at as usize * CODES + gwcode;
            let (word, bit) = (&mut self.seen[bit / 64], 1u64 << (bit % 64));
            if *word & bit != 0 {
                return None;
            }
            *word |= bit;
            debug_assert!(vote <= ABSENT || vote == NOT_A_MEMBER);
            if vote != NOT_A_MEMBER {
                self.ballots.push(Ballot { call: at, gwcode: key.gwcode, vote, in_system: key.in_system });
            }
        }
        self.rows += rows.len() as u64;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "a file of the test, gone with it")]
    fn rows(text: &str) -> Option<Vec<(u32, u16, u8)>> {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("votes.csv");
        std::fs::write(&path, text).unwrap();
        let (send, parts) = std::sync::mpsc::channel();
        let whole = read(&path, &send).unwrap();
        drop(send);
        whole.then(|| parts.into_iter().flatten().map(|r| (r.rcid, r.ccode, r.vote)).collect())
    }

    #[test]
    fn plain_rows_are_read_and_anything_else_is_left_to_the_tolerant_reader() {
        assert_eq!(rows("rcid,ccode,vote\n3,2,1\n3,365,8"), Some(vec![(3, 2, 1), (3, 365, 8)]));
        assert_eq!(rows("rcid,ccode,vote\r\n12345,700,3\r\n"), Some(vec![(12345, 700, 3)]));
        for unusual in [
            "rcid,ccode,vote,member\n3,2,1,1\n",
            "\"rcid\",\"ccode\",\"vote\"\n3,2,1\n",
            "rcid,ccode,vote\n3,2,1\n\n",
            "rcid,ccode,vote\n3,2,NA\n",
            "rcid,ccode,vote\n3,2,1.0\n",
            "rcid,ccode,vote\n3,,1\n",
            "rcid,ccode,vote\n 3,2,1\n",
            "rcid,ccode,vote\n3,2,1,\n",
            "rcid;ccode;vote\n3;2;1\n",
            "rcid,ccode,vote\n4294967299,2,1\n",
            "",
        ] {
            assert_eq!(rows(unusual), None, "{unusual:?}");
        }
    }

    #[test]
    fn rows_across_parts_are_whole() {
        let mut text = "rcid,ccode,vote\n".to_owned();
        let n = 3 * PART / 10;
        for i in 0..n {
            text.push_str(&format!("{},{},{}\n", 1 + i / 500, 2 + i % 500, 1 + i % 3));
        }
        let read = rows(&text).unwrap();
        assert_eq!(read.len(), n);
        assert!(read.iter().enumerate().all(|(i, r)| *r == ((1 + i / 500) as u32, (2 + i % 500) as u16, (1 + i % 3) as u8)));
    }
}
