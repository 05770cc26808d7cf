//! A copy of the whole site as files: for any web server, a memory stick or an onion service, and to be opened without a server.
//!
//! Pages are made by the same functions as those that the server answers with, beginning at `/` and following links. What belongs here: which
//! pages are in a copy ([`crawl`]), what their files are called ([`names`]), what becomes of links and forms ([`page`]), the search that
//! works without a server ([`search`]), the data beside the pages ([`data`]), digests and signature ([`seal`]), unfinished copies ([`scratch`]).
//!
//! The same observatory gives the same bytes, whatever the number of cores. A copy is written beside its place and renamed into it.

mod crawl;
mod data;
mod names;
mod page;
mod scratch;
mod seal;
mod search;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

pub use self::data::Data;
pub use self::seal::Key;

use self::scratch::Scratch;

use crate::error::{Result, WebError};
use crate::locale::{self, LANGUAGES};
use crate::site::Site;

/// The file by which a copy is known, and what it says of itself.
const MARK: &str = "copy.json";
/// The form of copies that this program writes.
const FORM: &str = "blocwatch-copy-1";

/// What a copy is to be.
#[derive(Debug)]
pub struct Options {
    /// Language of the interface, as `en`.
    pub lang: String,
    /// Format of the tables beside the pages.
    pub data: Data,
    /// Sessions of the General Assembly, counted from the last, whose roll calls have a page each.
    pub sessions: u16,
    /// The key to sign with.
    pub key: Option<Key>,
}

/// What a copy has become.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// Pages.
    pub pages: usize,
    /// Files, pages among them.
    pub files: usize,
    /// Bytes of all files.
    pub bytes: u64,
    /// Links to pages that are not in the copy, which lead to the page that says so.
    pub left_out: usize,
    /// Pages that could not be made, as an address that leads nowhere.
    pub failed: usize,
}

/// Languages in which a copy can be made.
pub fn languages() -> Vec<&'static str> {
    LANGUAGES.iter().map(|l| l.code).collect()
}

/// Writes a copy. `progress` is told the pages made and those known so far.
///
/// # Errors
/// A place that holds something other than an earlier copy; a page that breaks; a file that cannot be written.
pub fn publish(site: &Site, place: &Path, options: &Options, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Report> {
    let lang = locale::by_code(&options.lang).ok_or_else(|| WebError::Bad(format!("there is no language '{}'", options.lang)))?;
    free(place)?;
    let place = std::path::absolute(place).map_err(failed("cannot find", place))?;
    let parent = place.parent().unwrap_or(Path::new("/")).to_path_buf();
    scratch::sweep(&parent);
    let scratch = Scratch::new(&parent)?;
    let root = scratch.path().join("copy");
    fs::create_dir(&root).map_err(failed("cannot create", &root))?;

    let crawled = crawl::crawl(site, lang, options.sessions, &root, progress)?;
    let names = names::Names::new(crawled.pages.keys());
    let left_out = page::finish(&root, &crawled, &names, options.data)?;
    search::pages(site, lang, &root, &crawled, &names, options.data)?;
    for (name, bytes) in crate::assets::of_copies() {
        write(&root, &format!("static/islands/{name}"), bytes)?;
    }
    write(&root, "static/site.css", crate::server::style_sheet().as_bytes())?;
    data::write(site, &root, options.data, &names)?;
    let m = &site.observatory.manifest;
    let mark = json!({"form": FORM, "program": format!("blocwatch {}", m.blocwatch), "observatory": m.key, "language": lang.code, "pages": crawled.pages.len()});
    write(&root, MARK, format!("{mark}\n").as_bytes())?;
    let (files, bytes) = seal::seal(&root, &m.key, options.key.as_ref())?;

    if place.exists() {
        let old = scratch.path().join("old");
        fs::rename(&place, &old).map_err(failed("cannot move away", &place))?;
        if let Err(e) = fs::rename(&root, &place) {
            // the earlier copy goes back to its place; the failure that matters is the first
            drop(fs::rename(&old, &place));
            return Err(failed("cannot move into place", &place)(e));
        }
    } else {
        fs::rename(&root, &place).map_err(failed("cannot move into place", &place))?;
    }
    Ok(Report { pages: crawled.pages.len(), files, bytes, left_out, failed: crawled.failed })
}

/// Whether a copy may be put here: nothing is there, an empty folder, or an earlier copy.
fn free(place: &Path) -> Result<()> {
    if !place.exists() {
        return Ok(());
    }
    let not = |why: &str| WebError::Bad(format!("{} {why}; name a new folder, an empty one, or one with an earlier copy", place.display()));
    if !place.is_dir() {
        return Err(not("is no folder"));
    }
    if fs::read_dir(place).map_err(failed("cannot read", place))?.next().is_none() {
        return Ok(());
    }
    let mark = fs::read(place.join(MARK)).ok().and_then(|b| serde_json::from_slice::<serde_json::Value>(&b).ok());
    if mark.is_some_and(|m| m["form"].as_str().is_some_and(|f| f.starts_with("blocwatch-copy-"))) {
        Ok(())
    } else {
        Err(not("holds other files"))
    }
}

/// A failure of the file system, for `map_err`.
fn failed(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> WebError + use<> {
    let path: PathBuf = path.to_path_buf();
    move |e| WebError::File(format!("{what} {}: {e}", path.display()))
}

/// Writes a file of the copy, with its folders.
fn write(root: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = root.join(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed("cannot create", folder))?;
    }
    // the folder is renamed as a whole, so that single files need no care of their own
    fs::File::create(&path).and_then(|mut f| f.write_all(bytes)).map_err(failed("cannot write", &path))
}
