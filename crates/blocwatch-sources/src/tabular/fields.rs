//! Records of delimited text: those that the crate `csv` would read, several times faster where a line has no quote.
//!
//! Almost every line of a publisher's file has no quote in it: its fields are what stands between delimiters, and they are found by
//! looking for one byte. A line with a quote, or with a carriage return other than before its end, goes through `csv-core`. Non-goals:
//! what a field means, headers, encodings.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Bytes that are read at once; a line without an end within them goes the slow way.
const BUFFER: usize = 256 * 1024;

/// The fields of one record.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    bytes: Vec<u8>,
    /// Where each field begins and ends.
    bounds: Vec<(u32, u32)>,
}

impl Fields {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.bounds.clear();
    }

    pub(super) fn push_field(&mut self, field: &[u8]) {
        let from = self.bytes.len() as u32;
        self.bytes.extend_from_slice(field);
        self.bounds.push((from, self.bytes.len() as u32));
    }

    /// Number of fields.
    pub(crate) fn len(&self) -> usize {
        self.bounds.len()
    }

    /// A field, without its quotes.
    pub(crate) fn get(&self, at: usize) -> Option<&[u8]> {
        self.bounds.get(at).map(|&(from, to)| &self.bytes[from as usize..to as usize])
    }

    /// The fields in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.bounds.iter().map(|&(from, to)| &self.bytes[from as usize..to as usize])
    }

    /// The fields one after another.
    pub(super) fn text(&self) -> Vec<u8> {
        self.iter().flatten().copied().collect()
    }

    /// A line without quotes.
    fn split(&mut self, line: &[u8], delimiter: u8) {
        self.clear();
        self.bytes.extend_from_slice(line);
        let mut from = 0;
        for at in memchr::memchr_iter(delimiter, line) {
            self.bounds.push((from, at as u32));
            from = at as u32 + 1;
        }
        self.bounds.push((from, line.len() as u32));
    }
}

/// A stream of delimited text.
pub(super) struct Delimited<'a> {
    stream: Box<dyn Read + 'a>,
    delimiter: u8,
    buffer: Vec<u8>,
    /// What of the buffer is still to be read.
    from: usize,
    to: usize,
    ended: bool,
    /// Line feeds before `from`.
    lines: u64,
    slow: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Delimited<'a> {
    pub(super) fn new(stream: Box<dyn Read + 'a>, delimiter: u8) -> Self {
        let mut slow = ReaderBuilder::new().delimiter(delimiter).build();
        // only the very first bytes of a file may be a byte-order mark, and they are gone already
        let _ = slow.read_record(b"x\n", &mut [0; 8], &mut [0; 8]);
        let (output, ends) = (vec![0; 1024], vec![0; 64]);
        Self { stream, delimiter, buffer: vec![0; BUFFER], from: 0, to: 0, ended: false, lines: 0, slow, output, ends }
    }

    /// Reads the next record. Returns the number, from 1, of the line on which it begins; `None` at the end.
    pub(super) fn next(&mut self, fields: &mut Fields) -> io::Result<Option<u64>> {
        loop {
            let Some(end) = memchr::memchr(b'\n', &self.buffer[self.from..self.to]) else {
                if !self.ended && self.fill()? {
                    continue;
                }
                // the last line of the file, or one that is longer than the buffer
                return if self.from == self.to && self.ended { Ok(None) } else { self.next_slowly(fields) };
            };
            let mut line = &self.buffer[self.from..self.from + end];
            if let [before @ .., b'\r'] = line {
                line = before;
            }
            if memchr::memchr2(b'"', b'\r', line).is_some() {
                return self.next_slowly(fields);
            }
            let empty = line.is_empty();
            if !empty {
                fields.split(line, self.delimiter);
            }
            self.from += end + 1;
            self.lines += 1;
            // an empty line is no record
            if !empty {
                return Ok(Some(self.lines));
            }
        }
    }

    /// One record through the general reader.
    fn next_slowly(&mut self, fields: &mut Fields) -> io::Result<Option<u64>> {
        // what the reader passes over before the record begins
        loop {
            match self.buffer[self.from..self.to].first().copied() {
                Some(b @ (b'\n' | b'\r')) => {
                    self.lines += u64::from(b == b'\n');
                    self.from += 1;
                }
                Some(_) => break,
                None if self.ended || !self.fill()? => return Ok(None),
                None => {}
            }
        }
        let first = self.lines + 1;
        let (mut out, mut end) = (0, 0);
        loop {
            if self.from == self.to && !self.ended {
                self.fill()?;
            }
            let input = &self.buffer[self.from..self.to];
            let (result, read, written, ended) = self.slow.read_record(input, &mut self.output[out..], &mut self.ends[end..]);
            self.lines += memchr::memchr_iter(b'\n', &input[..read]).count() as u64;
            self.from += read;
            (out, end) = (out + written, end + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        fields.clear();
        fields.bytes.extend_from_slice(&self.output[..out]);
        let mut from = 0;
        for to in &self.ends[..end] {
            fields.bounds.push((from, *to as u32));
            from = *to as u32;
        }
        Ok(Some(first))
    }

    /// Reads on; `false` where there is no room for more or nothing more to come.
    fn fill(&mut self) -> io::Result<bool> {
        if self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        }
        if self.to == self.buffer.len() {
            return Ok(false);
        }
        loop {
            match self.stream.read(&mut self.buffer[self.to..]) {
                Ok(0) => {
                    self.ended = true;
                    return Ok(false);
                }
                Ok(n) => {
                    self.to += n;
                    return Ok(true);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Records with the lines on which they begin.
    type Numbered = Vec<(u64, Vec<Vec<u8>>)>;

    fn ours(text: &[u8], piece: usize) -> Numbered {
        let mut reader = Delimited::new(Box::new(io::BufReader::with_capacity(piece, text)), b',');
        let mut fields = Fields::default();
        let mut out = Vec::new();
        while let Some(line) = reader.next(&mut fields).unwrap() {
            assert_eq!(fields.len(), fields.iter().count());
            out.push((line, fields.iter().map(<[u8]>::to_vec).collect()));
        }
        out
    }

    fn theirs(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
        reader.byte_records().map(|r| r.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
    }

    #[test]
    fn a_record_begins_on_its_line() {
        let lines = |text: &str| ours(text.as_bytes(), 3).into_iter().map(|r| r.0).collect::<Vec<_>>();
        assert_eq!(lines("a,b\n\n1,\"x\ny\"\n\n2,3"), [1, 3, 6]);
        assert_eq!(lines("a,b\r\n\r\n1,\"x\r\ny\"\r\n2,3\r\n"), [1, 3, 5]);
    }

    #[test]
    fn a_line_longer_than_the_buffer_stays_whole() {
        let long = vec![b'x'; 3 * BUFFER];
        let text = [b"a,".to_vec(), long.clone(), b"\nb,\"".to_vec(), long.clone(), b"\"\nc".to_vec()].concat();
        let read = ours(&text, 4096);
        assert_eq!(
            read.iter().map(|(line, r)| (*line, r.last().unwrap().len())).collect::<Vec<_>>(),
            [(1, long.len()), (2, long.len()), (3, 1)]
        );
    }

    proptest! {
        #[test]
        fn records_are_those_of_the_crate_csv(
            text in prop::collection::vec(prop::sample::select(&b"ab,,\"\"\r\n\n; \xef\xbb\xbf"[..]), 0..60), piece in 1usize..9)
        {
            let text = [b"x,y\n".to_vec(), text].concat();
            prop_assert_eq!(ours(&text, piece).into_iter().map(|r| r.1).collect::<Vec<_>>(), theirs(&text));
        }
    }
}
