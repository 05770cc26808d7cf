//! Pages that have been made: in memory, and on disk so that a server that starts again begins with them.
//!
//! An observatory does not change, so a page is made once. Whoever asks for a page that is being made waits for it; two never make the same.
//! On disk they lie in `<home>/pages/<observatory>/`, one file for each program: records one after another, each with its digest. A server
//! that was killed leaves a record half written; it is cut off when the file is opened again. Only addresses without parameters are written,
//! so that nobody fills the disk by asking.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::error::Result;

/// Pages kept in memory, by number and by size.
const KEPT: (usize, usize) = (1024, 32 * 1024 * 1024);
/// Bytes of pages on disk at the most.
const DISK: u64 = 256 * 1024 * 1024;
/// A page larger than this is none of ours: the record is damaged.
const LARGEST: u32 = 16 * 1024 * 1024;
/// Bytes before the key and the page of a record: their lengths and the digest of both.
const HEAD: usize = 4 + 4 + 16;
/// Digest of the code that pages are made by.
pub(crate) const PROGRAM: &str = env!("BLOCWATCH_PAGES");

/// A page that has been made.
#[derive(Debug)]
pub(crate) struct Page {
    /// Under gzip, as nearly every browser takes it: a quarter of the memory, and made once, where each answer would make it again. Empty
    /// where it could not be packed.
    pub(crate) packed: Bytes,
    /// As it is, where it could not be packed.
    plain: Bytes,
    /// Digest of the page, for `ETag`.
    pub(crate) tag: String,
}

impl Page {
    pub(crate) fn new(html: String) -> Self {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        // writing into memory does not fail; a page that could not be packed would be sent as it is
        let packed = packer.write_all(html.as_bytes()).and_then(|()| packer.finish()).unwrap_or_default();
        let tag = tag(html.as_bytes());
        Self { tag, plain: if packed.is_empty() { html.into() } else { Bytes::new() }, packed: packed.into() }
    }

    /// The page as it is.
    pub(crate) fn html(&self) -> Bytes {
        if self.packed.is_empty() {
            return self.plain.clone();
        }
        // what was packed here, or checked when it was read, can be unpacked
        unpack(&self.packed).unwrap_or_default().into()
    }

    fn unpacked(packed: Vec<u8>) -> io::Result<Self> {
        Ok(Self { tag: tag(&unpack(&packed)?), plain: Bytes::new(), packed: packed.into() })
    }

    fn bytes(&self) -> usize {
        self.plain.len() + self.packed.len()
    }
}

fn unpack(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut html = Vec::new();
    GzDecoder::new(packed).take(u64::from(LARGEST)).read_to_end(&mut html)?;
    Ok(html)
}

/// A weak entity tag: the bytes on the wire differ by compression, the content does not.
pub(crate) fn tag(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
    format!("W/\"{hex}\"")
}

/// All pages that have been made.
#[derive(Default)]
pub(crate) struct Made {
    kept: Mutex<Kept>,
    /// Keys of pages that are being made.
    making: Mutex<BTreeSet<String>>,
    ended: Condvar,
    disk: Option<Disk>,
}

/// Pages in memory, the oldest first out.
#[derive(Default)]
struct Kept {
    pages: BTreeMap<String, Arc<Page>>,
    order: VecDeque<String>,
    bytes: usize,
}

/// The mark that a page is being made, gone with the value, also when making it failed.
struct Making<'a>(&'a Made, &'a str);

impl Drop for Making<'_> {
    fn drop(&mut self) {
        lock(&self.0.making).remove(self.1);
        self.0.ended.notify_all();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // a thread that panicked left whole values behind
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Made {
    /// Pages with those of a folder. Where the folder cannot be used, or another server writes there, pages are kept in memory only.
    pub(crate) fn with_disk(folder: &Path) -> Self {
        Self { disk: Disk::open(folder, PROGRAM).ok(), ..Self::default() }
    }

    /// A page by its key, made if it has not been. `lasting` pages are written to disk.
    pub(crate) fn get(&self, key: &str, lasting: bool, make: impl FnOnce() -> Result<String>) -> Result<Arc<Page>> {
        if let Some(page) = lock(&self.kept).pages.get(key) {
            return Ok(Arc::clone(page));
        }
        let _making = self.begin(key);
        // made while this waited for its turn
        if let Some(page) = lock(&self.kept).pages.get(key) {
            return Ok(Arc::clone(page));
        }
        let stored = self.disk.as_ref().filter(|_| lasting).and_then(|d| d.read(key));
        let page = match stored {
            Some(page) => Arc::new(page),
            None => {
                let page = Arc::new(Page::new(make()?));
                if let Some(disk) = self.disk.as_ref().filter(|_| lasting && !page.packed.is_empty()) {
                    disk.write(key, &page.packed);
                }
                page
            }
        };
        lock(&self.kept).keep(key, &page);
        Ok(page)
    }

    /// Whether a page is there without being made.
    pub(crate) fn has(&self, key: &str) -> bool {
        lock(&self.kept).pages.contains_key(key) || self.disk.as_ref().is_some_and(|d| lock(&d.inner).places.contains_key(key))
    }

    /// Waits until nobody makes the page, and says that it is being made.
    fn begin<'a>(&'a self, key: &'a str) -> Making<'a> {
        let making = self.ended.wait_while(lock(&self.making), |m| m.contains(key));
        making.unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
        Making(self, key)
    }
}

impl Kept {
    fn keep(&mut self, key: &str, page: &Arc<Page>) {
        if self.pages.insert(key.to_owned(), Arc::clone(page)).is_some() {
            return;
        }
        self.order.push_back(key.to_owned());
        self.bytes += page.bytes();
        while self.order.len() > KEPT.0 || self.bytes > KEPT.1 {
            let Some(oldest) = self.order.pop_front() else { return };
            if let Some(gone) = self.pages.remove(&oldest) {
                self.bytes -= gone.bytes();
            }
        }
    }
}

/// Pages on disk.
struct Disk {
    file: File,
    inner: Mutex<Places>,
}

/// Where each page lies, and where the next one will.
struct Places {
    places: BTreeMap<String, (u64, u32)>,
    end: u64,
}

impl Disk {
    /// Opens the file of a program in a folder, or begins it. Files of other programs, and the pages of observatories that are gone, are
    /// removed: they would never be asked again.
    fn open(folder: &Path, program: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let name = format!("{program}.pages");
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(&name))?;
        // for as long as the file is open; where a second server runs, it makes its own pages
        file.try_lock().map_err(io::Error::other)?;
        for old in fs::read_dir(folder)?.flatten().filter(|e| e.file_name().to_string_lossy() != name) {
            if old.file_name().to_string_lossy().ends_with(".pages") && File::open(old.path()).is_ok_and(|f| f.try_lock().is_ok()) {
                drop(fs::remove_file(old.path()));
            }
        }
        if let (Some(all), Some(home)) = (folder.parent(), folder.parent().and_then(Path::parent)) {
            for old in fs::read_dir(all)?.flatten().filter(|e| !home.join("observatories").join(e.file_name()).exists()) {
                drop(fs::remove_dir_all(old.path()));
            }
        }
        let (places, end) = scan(&file)?;
        file.set_len(end)?;
        Ok(Self { file, inner: Mutex::new(Places { places, end }) })
    }

    fn read(&self, key: &str) -> Option<Page> {
        let (at, length) = *lock(&self.inner).places.get(key)?;
        let stored = record(&self.file, at, length).ok().filter(|(held, _)| held == key);
        let page = stored.and_then(|(_, packed)| Page::unpacked(packed).ok());
        if page.is_none() {
            // damaged: it is made and written anew
            lock(&self.inner).places.remove(key);
        }
        page
    }

    /// Adds a page; what cannot be written is made again the next time.
    fn write(&self, key: &str, packed: &[u8]) {
        let (Ok(k), Ok(p)) = (u32::try_from(key.len()), u32::try_from(packed.len())) else { return };
        let mut bytes = Vec::with_capacity(HEAD + key.len() + packed.len());
        bytes.extend_from_slice(&k.to_le_bytes());
        bytes.extend_from_slice(&p.to_le_bytes());
        bytes.extend_from_slice(&digest(key.as_bytes(), packed));
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(packed);
        let mut inner = lock(&self.inner);
        if inner.end + bytes.len() as u64 > DISK || inner.places.contains_key(key) {
            return;
        }
        if self.file.write_all_at(&bytes, inner.end).is_ok() {
            let at = inner.end;
            inner.places.insert(key.to_owned(), (at, bytes.len() as u32));
            inner.end += bytes.len() as u64;
        }
    }
}

fn digest(key: &[u8], packed: &[u8]) -> [u8; 16] {
    let all = Sha256::new().chain_update(key).chain_update(packed).finalize();
    let mut out = [0; 16];
    out.copy_from_slice(&all[..16]);
    out
}

/// Lengths of key and page in the head of a record.
fn lengths(head: &[u8; HEAD]) -> (u32, u32) {
    let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    (number(0), number(4))
}

/// A record whose digest holds: its key and its page under gzip.
fn record(file: &File, at: u64, length: u32) -> io::Result<(String, Vec<u8>)> {
    let broken = || io::Error::other("a damaged record");
    let mut bytes = vec![0; length as usize];
    file.read_exact_at(&mut bytes, at)?;
    let head: &[u8; HEAD] = bytes.first_chunk().ok_or_else(broken)?;
    let (k, p) = lengths(head);
    if HEAD + k as usize + p as usize != bytes.len() {
        return Err(broken());
    }
    let (key, packed) = bytes[HEAD..].split_at(k as usize);
    if digest(key, packed) != head[8..HEAD] {
        return Err(broken());
    }
    Ok((String::from_utf8(key.to_vec()).map_err(|_| broken())?, packed.to_vec()))
}

/// All whole records and where they end. Only heads and keys are read; a page is checked when it is asked for.
fn scan(file: &File) -> io::Result<(BTreeMap<String, (u64, u32)>, u64)> {
    let size = file.metadata()?.len();
    let (mut places, mut at) = (BTreeMap::new(), 0_u64);
    loop {
        let mut head = [0; HEAD];
        if file.read_exact_at(&mut head, at).is_err() {
            return Ok((places, at));
        }
        let (k, p) = lengths(&head);
        let length = HEAD as u64 + u64::from(k) + u64::from(p);
        if k > 4096 || p > LARGEST || at + length > size {
            return Ok((places, at));
        }
        let mut key = vec![0; k as usize];
        file.read_exact_at(&mut key, at + HEAD as u64)?;
        let Ok(key) = String::from_utf8(key) else { return Ok((places, at)) };
        places.insert(key, (at, length as u32));
        at += length;
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of a test")]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::error::WebError;

    fn get(made: &Made, key: &str, text: &str) -> String {
        let page = made.get(key, true, || Ok(text.to_owned())).expect("a page");
        String::from_utf8(page.html().to_vec()).expect("text")
    }

    #[test]
    fn equal_requests_make_a_page_once_and_a_failure_is_no_page() {
        let made = Made::default();
        let n = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let page = made.get("k", true, || {
                        n.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(Duration::from_millis(50));
                        Ok("page".to_owned())
                    });
                    assert_eq!(page.expect("a page").html(), "page");
                });
            }
        });
        assert_eq!(n.into_inner(), 1);
        assert!(made.get("other", true, || Err(WebError::Bad("no".to_owned()))).is_err());
        assert_eq!(get(&made, "other", "made after all"), "made after all");
    }

    #[test]
    fn a_server_that_starts_again_begins_with_the_pages_of_the_last() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("pages/key");
        fs::create_dir_all(home.path().join("observatories/key")).expect("made");
        fs::create_dir_all(home.path().join("pages/gone")).expect("made");
        let first = Made::with_disk(&folder);
        assert!(first.disk.is_some() && !home.path().join("pages/gone").exists());
        let long = "ä".repeat(100_000);
        assert_eq!(get(&first, "en/a", "one"), "one");
        assert_eq!(get(&first, "en/b", &long), long);
        drop(first.get("en/c?x=1", false, || Ok("not kept".to_owned())));
        // a second server at the same time makes its own
        assert_eq!(get(&Made::with_disk(&folder), "en/a", "other"), "other");
        drop(first);
        let again = Made::with_disk(&folder);
        assert!(again.has("en/a") && again.has("en/b") && !again.has("en/c?x=1"));
        assert_eq!(get(&again, "en/a", "not asked"), "one");
        assert_eq!(get(&again, "en/b", "not asked"), long);
    }

    #[test]
    fn what_is_damaged_is_made_again() {
        let home = tempfile::tempdir().expect("a folder");
        let folder = home.path().join("pages/key");
        fs::create_dir_all(home.path().join("observatories/key")).expect("made");
        let first = Made::with_disk(&folder);
        for key in ["a", "b", "c"] {
            get(&first, key, &format!("page {key}"));
        }
        drop(first);
        let file = folder.join(format!("{PROGRAM}.pages"));
        let mut bytes = fs::read(&file).expect("a file");
        // one byte of the second page, and the end of the third is not there
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        bytes.truncate(bytes.len() - 3);
        fs::write(&file, &bytes).expect("written");
        let again = Made::with_disk(&folder);
        assert_eq!(get(&again, "a", "new"), "page a");
        assert_eq!(get(&again, "b", "new b"), "new b");
        assert!(!again.has("c"));
        assert_eq!(get(&again, "c", "new c"), "new c");
        drop(again);
        assert_eq!(get(&Made::with_disk(&folder), "c", "no"), "new c");
        for junk in [&b""[..], &[0xff; 3], &[0xff; 400], &[0; 400]] {
            fs::write(&file, junk).expect("written");
            assert_eq!(get(&Made::with_disk(&folder), "a", "fresh"), "fresh");
        }
    }
}
