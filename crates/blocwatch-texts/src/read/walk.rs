//! Which files there are: folders walked in order of names, each file once, loops of links left.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A file found, or what was left and why.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A file: path, size in bytes.
    File(PathBuf, u64),
    /// Left out: path, code, reason.
    Left(PathBuf, &'static str, String),
}

/// How deep folders are entered.
const DEPTH: usize = 64;

/// Everything under the paths, each path's own in order of names.
pub(crate) fn files(paths: &[PathBuf]) -> Vec<Found> {
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        walk(path, 0, true, &mut seen, &mut out);
    }
    out
}

fn walk(path: &Path, depth: usize, named: bool, seen: &mut BTreeSet<PathBuf>, out: &mut Vec<Found>) {
    let left = |code, why: String| Found::Left(path.to_path_buf(), code, why);
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(e) if fs::symlink_metadata(path).is_ok_and(|m| m.is_symlink()) => {
            out.push(left("broken-link", format!("is a link that leads nowhere ({e})")));
            return;
        }
        Err(e) => {
            out.push(left("unreadable", format!("cannot be opened: {e}")));
            return;
        }
    };
    // a file that several paths or links lead to is one input
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if !seen.insert(real) {
        if meta.is_dir() {
            out.push(left("seen", "is a folder that was already read under another name".to_owned()));
        } else {
            out.push(left("seen", "is a file that was already read under another name".to_owned()));
        }
        return;
    }
    if meta.is_file() {
        out.push(Found::File(path.to_path_buf(), meta.len()));
        return;
    }
    if !meta.is_dir() {
        out.push(left("no-file", "is neither a file nor a folder".to_owned()));
        return;
    }
    if depth >= DEPTH {
        out.push(left("too-deep", format!("lies more than {DEPTH} folders deep")));
        return;
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) => {
            out.push(left("unreadable", format!("cannot be listed: {e}")));
            return;
        }
    };
    let mut names: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    names.sort();
    for entry in names {
        // what systems and editors hide is no input unless named
        let hidden = entry.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.') || n == "Thumbs.db" || n == "__MACOSX");
        if hidden {
            out.push(Found::Left(entry, "hidden", "is hidden".to_owned()));
        } else {
            walk(&entry, depth + usize::from(!named) + 1, false, seen, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn order_is_by_name_and_loops_end() {
        let dir = tempfile::tempdir().unwrap();
        let at = |p: &str| dir.path().join(p);
        fs::create_dir_all(at("b/c")).unwrap();
        for f in ["b/c/2.txt", "b/1.txt", "a.txt", ".hidden"] {
            fs::File::create(at(f)).unwrap();
        }
        std::os::unix::fs::symlink(at("b"), at("b/c/up")).unwrap();
        std::os::unix::fs::symlink(at("nowhere"), at("z")).unwrap();
        let found = files(&[dir.path().to_path_buf(), at("a.txt")]);
        let names: Vec<String> = found
            .iter()
            .map(|f| match f {
                Found::File(p, _) => p.strip_prefix(dir.path()).unwrap().display().to_string(),
                Found::Left(_, code, _) => format!("!{code}"),
            })
            .collect();
        assert_eq!(names, ["!hidden", "a.txt", "b/1.txt", "b/c/2.txt", "!seen", "!broken-link", "!seen"]);
    }
}
