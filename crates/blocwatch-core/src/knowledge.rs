//! The people's files of `knowledge/`, embedded. This module only hands out text; [`crate::taxonomy`], [`crate::state`] and
//! [`crate::casebook`] read it.

use include_dir::{Dir, include_dir};

use crate::error::{CoreError, Result};

static KNOWLEDGE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../knowledge");

/// The text of one embedded file, by its path below `knowledge/`.
pub fn text(path: &str) -> Result<&'static str> {
    KNOWLEDGE.get_file(path).and_then(|f| f.contents_utf8()).ok_or_else(|| CoreError::Knowledge {
        file: path.to_owned(),
        line: None,
        message: "the file is not embedded in this binary".to_owned(),
    })
}

/// All embedded files below a folder with an ending, as (path, text), sorted by path.
pub fn files(folder: &str, ending: &str) -> Vec<(String, &'static str)> {
    fn walk(dir: &Dir<'static>, ending: &str, out: &mut Vec<(String, &'static str)>) {
        for f in dir.files() {
            let path = f.path().to_string_lossy().replace('\\', "/");
            if path.ends_with(ending)
                && let Some(text) = f.contents_utf8()
            {
                out.push((path, text));
            }
        }
        for d in dir.dirs() {
            walk(d, ending, out);
        }
    }
    let mut out = Vec::new();
    if let Some(dir) = KNOWLEDGE.get_dir(folder) {
        walk(dir, ending, &mut out);
    }
    out.sort();
    out
}
