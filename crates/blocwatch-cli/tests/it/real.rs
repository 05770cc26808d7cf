//! The observatory built from the real files of `../shared/data`: built once for a binary, only read by tests.
//!
//! Each test runs in a process of its own, so the home lies in the target folder behind a lock: whoever comes first builds, the others
//! wait and read. A rebuilt binary starts anew.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::run::Home;
use crate::shared;

struct Real {
    home: Home,
    /// Held shared as long as the process lives.
    _lock: File,
}

/// The folder of publishers' files; `None`, with a line that says so, where it is absent.
pub(crate) fn data() -> Option<PathBuf> {
    shared::path("data").map(|d| d.canonicalize().unwrap())
}

/// The home with the observatory; `None` where there are no files to build it from.
pub(crate) fn home() -> Option<&'static Home> {
    static REAL: OnceLock<Option<Real>> = OnceLock::new();
    REAL.get_or_init(|| data().map(|d| build(&d))).as_ref().map(|r| &r.home)
}

fn build(data: &Path) -> Real {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real");
    fs::create_dir_all(&folder).unwrap();
    let (path, built_by) = (folder.join("home"), folder.join("built-by"));
    let this = identity();
    let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock")).unwrap();
    loop {
        lock.lock_shared().unwrap();
        if fs::read_to_string(&built_by).is_ok_and(|by| by == this) {
            return Real { home: Home::at(path), _lock: lock };
        }
        lock.unlock().unwrap();
        lock.lock().unwrap();
        if fs::read_to_string(&built_by).is_ok_and(|by| by == this) {
            lock.unlock().unwrap();
            continue;
        }
        if path.exists() {
            fs::remove_dir_all(&path).unwrap();
        }
        let home = Home::at(path.clone());
        home.run(["fetch", "--all", "--from", data.to_str().unwrap()]).ok();
        home.run(["build"]).ok();
        fs::write(&built_by, &this).unwrap();
        lock.unlock().unwrap();
    }
}

/// Which binary this is, by size and time of its last change.
fn identity() -> String {
    let file = fs::metadata(env!("CARGO_BIN_EXE_blocwatch")).unwrap();
    format!("{} {:?}", file.len(), file.modified().unwrap())
}
