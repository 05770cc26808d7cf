//! The folder in which a copy is made, beside its place, and what killed runs have left of such folders.
//!
//! The place is the user's: only a folder that says it is ours, and that no process holds, is removed.

use std::fs::{self, File};
use std::path::Path;

use blocwatch_engine::atomic;

use super::failed;
use crate::error::{Result, WebError};

/// The file that says whose the folder is; whoever works in the folder holds a lock on it.
const MARK: &str = "blocwatch-publish.lock";

/// A folder to work in, removed with the value.
#[derive(Debug)]
pub(super) struct Scratch {
    folder: tempfile::TempDir,
    _lock: File,
}

impl Scratch {
    pub(super) fn new(parent: &Path) -> Result<Self> {
        let folder = atomic::scratch(parent)?;
        // locked before it has its name, so that nobody finds it free
        let (early, mark) = (folder.path().join("lock"), folder.path().join(MARK));
        let lock = File::create(&early).map_err(failed("cannot create", &early))?;
        lock.try_lock().map_err(|e| WebError::File(format!("cannot lock {}: {e}", early.display())))?;
        fs::rename(&early, &mark).map_err(failed("cannot rename", &early))?;
        Ok(Self { folder, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes what killed runs have left in a folder; what cannot be removed is in nobody's way.
pub(super) fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    // a link is nobody's work folder
    for entry in entries.flatten().filter(|e| e.file_type().is_ok_and(|t| t.is_dir())) {
        if !entry.file_name().to_string_lossy().starts_with(atomic::UNFINISHED) {
            continue;
        }
        let mark = entry.path().join(MARK);
        let ours = fs::symlink_metadata(&mark).is_ok_and(|m| m.is_file());
        if let Some(lock) = ours.then(|| File::open(&mark).ok()).flatten().filter(|lock| lock.try_lock().is_ok()) {
            drop(fs::remove_dir_all(entry.path()));
            drop(lock);
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "files of a test")]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_holds_and_is_ours_is_removed() {
        let parent = tempfile::tempdir().expect("a folder");
        let held = Scratch::new(parent.path()).expect("a folder");
        fs::write(held.path().join("page.html"), "half").expect("written");
        let make = |name: &str, mark: Option<&str>| {
            let folder = parent.path().join(name);
            fs::create_dir(&folder).expect("made");
            fs::write(folder.join("kept.txt"), "kept").expect("written");
            if let Some(mark) = mark {
                fs::write(folder.join(mark), "").expect("written");
            }
            folder
        };
        let left = make(".unfinished-left", Some(MARK));
        let others = [make(".unfinished-other", None), make("unfinished", Some(MARK)), make(".unfinished-lock", Some("lock"))];
        let away = tempfile::tempdir().expect("a folder");
        fs::write(away.path().join(MARK), "").expect("written");
        std::os::unix::fs::symlink(away.path(), parent.path().join(".unfinished-link")).expect("a link");
        sweep(parent.path());
        assert!(!left.exists());
        assert!(held.path().join("page.html").exists() && away.path().join(MARK).exists());
        assert!(others.iter().all(|o| o.join("kept.txt").exists()));
        let path = held.path().to_path_buf();
        drop(held);
        assert!(!path.exists());
    }
}
