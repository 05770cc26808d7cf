//! The bytes of the index: numbers, packed blocks, and the lists at its end.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use serde::{Deserialize, Serialize};

/// Its name; the number changes with the format and with what a word is.
pub(super) const FILE: &str = "texts-2.bin";
/// Last bytes of a whole file.
pub(super) const MARK: &[u8; 8] = b"bwtexts2";

/// What is known of a text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Text {
    /// `speech` or `treaty`.
    pub(super) kind: String,
    /// `KGZ-78` for a speech; for a treaty its id.
    pub(super) id: String,
    /// What it is called.
    pub(super) title: String,
    /// Year, if known.
    pub(super) year: Option<i32>,
    pub(super) words: u32,
    pub(super) at: u64,
    pub(super) packed: u32,
    pub(super) bytes: u32,
}

/// A word and where its lists lie: postings, and right behind them the places of the word in each text.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Term {
    pub(super) word: String,
    /// Texts with it.
    pub(super) texts: u32,
    pub(super) at: u64,
    /// Bytes of postings: for each text the difference to the one before (the first counts from 1), how often the word stands there, and
    /// how many bytes its places take.
    pub(super) postings: u32,
    /// Bytes of places: for each text the differences between the numbers of its words.
    pub(super) places: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Lists {
    pub(super) texts: Vec<Text>,
    pub(super) terms: Vec<Term>,
}

/// Appends a number, seven bits a byte, the last one marked.
pub(super) fn number_to(out: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8);
        n >>= 7;
    }
    out.push(n as u8 | 0x80);
}

/// Takes the first number off some bytes.
pub(super) fn take_number(bytes: &mut &[u8]) -> Option<u32> {
    let (mut n, mut shift) = (0u32, 0);
    loop {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        shift += 7;
        if byte & 0x80 != 0 {
            return Some(n);
        }
    }
}

pub(super) fn read(file: &File, at: u64, bytes: usize) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; bytes];
    file.read_exact_at(&mut buffer, at)?;
    Ok(buffer)
}

pub(super) fn unpack(file: &File, at: u64, packed: usize, bytes: usize) -> io::Result<Vec<u8>> {
    zstd::bulk::decompress(&read(file, at, packed)?, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn numbers_come_back(list in proptest::collection::vec(proptest::prelude::any::<u32>(), 0..50)) {
            let mut bytes = Vec::new();
            list.iter().for_each(|n| number_to(&mut bytes, *n));
            let mut rest = bytes.as_slice();
            proptest::prop_assert_eq!(std::iter::from_fn(|| take_number(&mut rest)).collect::<Vec<_>>(), list);
        }
    }
}
