//! The snapshot store: publishers' files, untouched, under their own digest.
//!
//! ```text
//! <home>/snapshots/<source>/<first 12 hex of sha256>/<published name>
//!                                                    snapshot.json     what the file is and where it came from
//! <home>/snapshots/<source>/current.json             which files are in use
//! <home>/snapshots/.tmp/                             unfinished work; may be deleted when nothing runs
//! ```
//!
//! Of most files the newest version is in use; files that add up (a publisher's days and weeks) are all in use, each digest once.
//!
//! A file is written once and never overwritten: it is staged in `.tmp`, synced, and its folder renamed into place. `current.json` is
//! replaced whole. A process that is killed at any moment leaves the store as it was or as it should be.
//!
//! Non-goals: the network ([`crate::fetch`]), what the files say.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use blocwatch_core::provenance::SnapshotFile;
use blocwatch_core::{Notices, Severity};
use sha2::{Digest, Sha256};

use crate::Held;
use crate::error::{Result, SourceError};

const RECORD: &str = "snapshot.json";
const CURRENT: &str = "current.json";
const DIGITS: usize = 12;

/// A store of snapshots below a home folder.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// A file that lies complete in the store's own temporary folder.
#[derive(Debug)]
pub(crate) struct Staged {
    pub path: PathBuf,
    pub sha256: String,
    pub bytes: u64,
}

/// Whether a file came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added {
    New,
    /// The same bytes were there already.
    Unchanged,
}

impl Store {
    /// Opens the store below `home`, creating its folders where they are missing.
    ///
    /// # Errors
    /// Where the folders cannot be made.
    pub fn open(home: &Path) -> Result<Self> {
        let root = home.join("snapshots");
        let tmp = root.join(".tmp");
        fs::create_dir_all(&tmp).map_err(SourceError::io("create the snapshot store", &tmp))?;
        Ok(Self { root })
    }

    /// The folder of the store.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.root.join(".tmp")
    }

    /// The files of a source that are in use, sorted by role and shape; empty where nothing was fetched yet.
    ///
    /// # Errors
    /// Where the list cannot be read or names a file that is gone.
    pub fn current(&self, source: &str) -> Result<Vec<Held>> {
        let list = self.root.join(source).join(CURRENT);
        let files = match fs::read(&list) {
            Ok(bytes) => parse(&bytes, &list)?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(SourceError::io("read the list of files in use", &list)(e)),
        };
        files
            .into_iter()
            .map(|file| {
                let path = self.path_of(&file);
                if path.is_file() {
                    Ok(Held { file, path })
                } else {
                    Err(SourceError::Store { what: format!("{} is in use but not there", file.name), path })
                }
            })
            .collect()
    }

    /// Every file of every source, in use or not, sorted by path.
    ///
    /// # Errors
    /// Where a folder or a record cannot be read.
    pub fn all(&self) -> Result<Vec<Held>> {
        let mut out = Vec::new();
        for source in folders(&self.root)? {
            for snapshot in folders(&source)? {
                let record = snapshot.join(RECORD);
                let bytes = fs::read(&record).map_err(SourceError::io("read the record of a snapshot", &record))?;
                for file in parse(&bytes, &record)? {
                    let path = snapshot.join(&file.name);
                    out.push(Held { file, path });
                }
            }
        }
        Ok(out)
    }

    /// Recomputes every digest. Adds an error-level notice for each file that is gone or whose bytes differ from its record; returns how
    /// many files were compared.
    ///
    /// # Errors
    /// Where the store itself cannot be listed.
    pub fn verify(&self, notices: &mut Notices) -> Result<usize> {
        let all = self.all()?;
        let mut compared = 0;
        for (i, held) in all.iter().enumerate() {
            // a file with two roles has two records and one path
            if i > 0 && all[i - 1].path == held.path {
                continue;
            }
            compared += 1;
            let next = "move the folder away and fetch again";
            match digest(&held.path) {
                Ok((sha256, _)) if sha256 == held.file.sha256 => {}
                Ok((sha256, bytes)) => notices.add(
                    Severity::Error,
                    "digest-mismatch",
                    format!(
                        "{} has changed: {bytes} bytes with sha256 {} instead of {}",
                        held.file.name,
                        short(&sha256),
                        short(&held.file.sha256)
                    ),
                    held.path.display().to_string(),
                    next,
                ),
                Err(e) => notices.add(Severity::Error, "missing-file", e.to_string(), held.path.display().to_string(), next),
            }
        }
        Ok(compared)
    }

    /// Brings a staged file in as everything that `files` say it is (all with its digest and name).
    pub(crate) fn add(&self, staged: &Staged, files: &[SnapshotFile], notices: &mut Notices) -> Result<Added> {
        let Some(first) = files.first() else { return Ok(Added::Unchanged) };
        let _lock = self.lock()?;
        let place = self.root.join(&first.source).join(short(&staged.sha256));
        if place.exists() {
            if self.is_whole(&place, &staged.sha256) {
                let _ = fs::remove_file(&staged.path);
                return Ok(Added::Unchanged);
            }
            let aside = (1..)
                .map(|n| place.with_extension(format!("damaged-{n}")))
                .find(|p| !p.exists())
                .unwrap_or_else(|| place.with_extension("damaged"));
            fs::rename(&place, &aside).map_err(SourceError::io("set a damaged snapshot aside", &place))?;
            notices.add(
                Severity::Warning,
                "damaged-snapshot",
                "a snapshot whose bytes had changed was set aside and taken anew",
                aside.display().to_string(),
                "",
            );
        }
        let folder =
            tempfile::Builder::new().prefix("new-").tempdir_in(self.tmp()).map_err(SourceError::io("stage a snapshot", &self.tmp()))?;
        let file = folder.path().join(&first.name);
        fs::rename(&staged.path, &file).map_err(SourceError::io("stage a snapshot", &file))?;
        File::open(&file).and_then(|f| f.sync_all()).map_err(SourceError::io("write the snapshot to disk", &file))?;
        write_json(&folder.path().join(RECORD), files)?;
        let source = self.root.join(&first.source);
        fs::create_dir_all(&source).map_err(SourceError::io("create a source's folder", &source))?;
        let folder = folder.keep();
        fs::rename(&folder, &place).map_err(SourceError::io("put a snapshot in its place", &place))?;
        sync_folder(&source);
        Ok(Added::New)
    }

    /// Makes `files` the ones in use for their role and shape; files of other roles and shapes stay as they are. Where `adds_up` says that
    /// files of a role and shape do, those in use stay beside the new ones, each digest once.
    pub(crate) fn use_files(&self, source: &str, files: &[SnapshotFile], adds_up: impl Fn(&SnapshotFile) -> bool) -> Result<()> {
        let _lock = self.lock()?;
        let path = self.root.join(source).join(CURRENT);
        let before = match fs::read(&path) {
            Ok(bytes) => parse(&bytes, &path)?,
            Err(_) => Vec::new(),
        };
        let slots: BTreeSet<(&str, &str)> = files.iter().map(|f| (f.role.as_str(), f.shape.as_str())).collect();
        let stays = |old: &&SnapshotFile| adds_up(old) || !slots.contains(&(old.role.as_str(), old.shape.as_str()));
        let mut seen = BTreeSet::new();
        let mut list = Vec::new();
        for f in before.iter().filter(stays).chain(files) {
            if seen.insert((f.role.as_str(), f.shape.as_str(), f.sha256.as_str())) {
                list.push(f.clone());
            }
        }
        list.sort_by(|a, b| (&a.role, &a.shape, &a.name, &a.sha256).cmp(&(&b.role, &b.shape, &b.name, &b.sha256)));
        if list != before {
            write_json(&path, &list)?;
        }
        Ok(())
    }

    /// The records under which files with these digests were first taken, with the given roles: same bytes keep their first name, day
    /// and origin.
    pub(crate) fn recorded(&self, files: &[SnapshotFile]) -> Result<Vec<SnapshotFile>> {
        let mut out = Vec::new();
        for file in files {
            let record = self.root.join(&file.source).join(short(&file.sha256)).join(RECORD);
            let bytes = fs::read(&record).map_err(SourceError::io("read the record of a snapshot", &record))?;
            let held = parse(&bytes, &record)?;
            let same = held.iter().find(|h| (&h.role, &h.shape) == (&file.role, &file.shape)).cloned();
            // bytes that an earlier version of this program took for something else: its name and day stay, the role is the new one
            let renamed = held.first().map(|h| SnapshotFile {
                name: h.name.clone(),
                accessed: h.accessed.clone(),
                origin: h.origin.clone(),
                ..file.clone()
            });
            out.extend(same.or(renamed));
        }
        Ok(out)
    }

    /// Copies a file into the temporary folder, computing its digest on the way.
    pub(crate) fn stage(&self, from: &Path, mut advance: impl FnMut(u64)) -> Result<Staged> {
        let mut input = File::open(from).map_err(SourceError::io("open the file", from))?;
        let mut output =
            tempfile::Builder::new().prefix("copy-").tempfile_in(self.tmp()).map_err(SourceError::io("stage a snapshot", &self.tmp()))?;
        let mut hash = Sha256::new();
        let mut bytes = 0u64;
        let mut buffer = vec![0u8; 256 * 1024];
        loop {
            let n = input.read(&mut buffer).map_err(SourceError::io("read the file", from))?;
            if n == 0 {
                break;
            }
            hash.update(&buffer[..n]);
            output.write_all(&buffer[..n]).map_err(SourceError::io("write into the snapshot store", &self.tmp()))?;
            bytes += n as u64;
            advance(n as u64);
        }
        let (_, path) = output.keep().map_err(|e| SourceError::io("stage a snapshot", &self.tmp())(e.error))?;
        Ok(Staged { path, sha256: hex(&hash.finalize()), bytes })
    }

    fn is_whole(&self, place: &Path, sha256: &str) -> bool {
        let record = place.join(RECORD);
        let files = fs::read(&record).ok().and_then(|bytes| parse(&bytes, &record).ok());
        let file = files.as_ref().and_then(|f| f.first());
        file.is_some_and(|f| f.sha256 == sha256 && digest(&place.join(&f.name)).is_ok_and(|(found, _)| found == sha256))
    }

    fn path_of(&self, file: &SnapshotFile) -> PathBuf {
        self.root.join(&file.source).join(short(&file.sha256)).join(&file.name)
    }

    /// One writer at a time; the lock ends with the returned file.
    fn lock(&self) -> Result<File> {
        let path = self.tmp().join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(SourceError::io("lock the snapshot store", &path))?;
        file.lock().map_err(SourceError::io("lock the snapshot store", &path))?;
        Ok(file)
    }
}

/// A published name as a file name: nothing that could leave its folder, nothing invisible.
pub(crate) fn safe_name(name: &str) -> String {
    let name = name.split(['?', '#']).next().unwrap_or_default();
    let cleaned: String =
        name.chars().map(|c| if c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '"' | '<' | '>' | '|') { '_' } else { c }).collect();
    match cleaned.trim() {
        "" | "." | ".." => "unnamed".to_owned(),
        RECORD => format!("published-{RECORD}"),
        good => good.to_owned(),
    }
}

pub(crate) fn short(sha256: &str) -> &str {
    sha256.get(..DIGITS).unwrap_or(sha256)
}

pub(crate) fn digest(path: &Path) -> Result<(String, u64)> {
    let mut file = File::open(path).map_err(SourceError::io("open the file", path))?;
    let mut hash = Sha256::new();
    let bytes = std::io::copy(&mut file, &mut hash).map_err(SourceError::io("read the file", path))?;
    Ok((hex(&hash.finalize()), bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

fn parse(bytes: &[u8], path: &Path) -> Result<Vec<SnapshotFile>> {
    serde_json::from_slice(bytes).map_err(|e| SourceError::Store { what: format!("a record does not parse ({e})"), path: path.to_owned() })
}

fn write_json(path: &Path, files: &[SnapshotFile]) -> Result<()> {
    let mut text = serde_json::to_string_pretty(files).map_err(|e| SourceError::io("write a record", path)(e.into()))?;
    text.push('\n');
    write_whole(path, text.as_bytes())
}

/// Replaces a small file whole: written beside, synced, renamed.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    let fail = || SourceError::io("write a record", path);
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail())?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(fail())?;
    file.persist(path).map_err(|e| fail()(e.error))?;
    sync_folder(folder);
    Ok(())
}

/// Makes a rename durable where the system allows folders to be synced; elsewhere it is as durable as the system makes it.
fn sync_folder(folder: &Path) {
    if let Ok(f) = File::open(folder) {
        let _ = f.sync_all();
    }
}

/// Folders below a folder, sorted, without hidden ones and those set aside.
fn folders(of: &Path) -> Result<Vec<PathBuf>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(of).map_err(SourceError::io("list the snapshot store", of))? {
        let path = entry.map_err(SourceError::io("list the snapshot store", of))?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or(".");
        if path.is_dir() && !name.contains('.') {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}
