//! Writes that are whole or absent: a file or folder is finished under a temporary name beside its place, then renamed into it.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{EngineError, Result};

/// How names of unfinished files and folders begin.
pub const UNFINISHED: &str = ".unfinished-";

/// Writes a file whole: temporary file in the same folder, flushed to disk, renamed over the place.
///
/// # Errors
/// Any failure of the file system; the place then holds what it held before.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(EngineError::file("cannot create the folder", folder))?;
    let mut temp = temporary(folder)?;
    temp.write_all(bytes).and_then(|()| temp.as_file().sync_all()).map_err(EngineError::file("cannot write", path))?;
    temp.persist(path).map_err(|e| EngineError::File { what: "cannot move into place".into(), path: path.into(), source: e.error })?;
    Ok(())
}

/// An unfinished file in a folder, which others may read once it is in its place, as far as the user's mask lets them.
///
/// # Errors
/// The folder cannot be written to.
pub fn temporary(folder: &Path) -> Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.prefix(UNFINISHED).tempfile_in(folder).map_err(EngineError::file("cannot create a file in", folder))
}

/// Builds a folder whole: `fill` writes into a temporary folder beside the place, which is then renamed into it. If the place
/// already exists, it is left as it is and the temporary folder is dropped (places are named by the digest of what they hold).
///
/// # Errors
/// Whatever `fill` returns, or a failure of the file system; the place then does not exist.
pub fn write_folder(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let temp = scratch(parent)?;
    fill(temp.path())?;
    sync_folder(temp.path());
    let temp = temp.keep();
    if let Err(e) = fs::rename(&temp, path) {
        // best effort: the failure that matters is the rename's
        drop(fs::remove_dir_all(&temp));
        if !path.is_dir() {
            return Err(EngineError::File { what: "cannot move into place".into(), path: path.into(), source: e });
        }
    }
    sync_folder(parent);
    Ok(())
}

/// A folder for unfinished work below `parent`, removed with the value; what a killed build leaves of it, [`sweep`] removes.
///
/// # Errors
/// The folder cannot be made.
pub fn scratch(parent: &Path) -> Result<tempfile::TempDir> {
    fs::create_dir_all(parent).map_err(EngineError::file("cannot create the folder", parent))?;
    tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(parent).map_err(EngineError::file("cannot create a folder in", parent))
}

/// Removes what killed builds left behind in a folder.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED) {
            let path = entry.path();
            drop(if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) });
        }
    }
}

/// SHA-256 of a file, lower-case hex.
///
/// # Errors
/// The file cannot be read.
pub fn digest_file(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(EngineError::file("cannot open", path))?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut file, &mut hasher).map_err(EngineError::file("cannot read", path))?;
    Ok(hex(&hasher.finalize()))
}

/// SHA-256 of some bytes, lower-case hex.
pub fn digest_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn sync_folder(path: &Path) {
    // makes the rename durable where the platform allows opening a folder; elsewhere there is nothing to do
    if let Ok(folder) = File::open(path) {
        drop(folder.sync_all());
    }
}
