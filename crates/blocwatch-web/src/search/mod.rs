//! Search over everything: names of states, organisations, cases and the rest in memory; words of speeches and treaties on disk.
//!
//! What belongs here: words of a query, both indexes, misspelling. What does not: how hits are shown (`pages/search.rs`).
//!
//! Names are ready when the server starts. The index of texts lies in the home folder under the key of the observatory and is built in the
//! background where it is missing, so that no page waits for it. Why no search library: docs/adr/0017.

mod names;
mod spelling;
mod texts;
mod words;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use blocwatch_core::casebook::Casebook;
use blocwatch_core::state::States;
use blocwatch_engine::{Observatory, Session};

pub(crate) use names::{KINDS, Names};
pub(crate) use texts::{Hits, Texts};

use crate::error::Result;

/// Both indexes.
pub(crate) struct Search {
    pub(crate) names: Names,
    texts: Arc<OnceLock<std::result::Result<Texts, String>>>,
    /// Whether the observatory has texts at all.
    pub(crate) has_texts: bool,
}

/// How far the index of texts is.
pub(crate) enum Ready<'a> {
    /// It can be asked.
    Yes(&'a Texts),
    /// It is being built.
    Soon,
    /// The observatory has no texts.
    Nothing,
    /// It could not be built.
    Failed(&'a str),
}

impl Search {
    /// Reads names and begins with the texts.
    pub(crate) fn new(states: &'static States, book: &Casebook, observatory: &Observatory, session: &Session) -> Result<Self> {
        let names = Names::new(states, book, session, observatory)?;
        let has_texts = texts::TABLES.iter().any(|t| observatory.has(t));
        let texts = Arc::new(OnceLock::new());
        // an observatory in memory (tests) has no home to keep an index in
        if has_texts && !observatory.path.as_os_str().is_empty() {
            let (path, at, into) = (observatory.path.clone(), home(observatory), Arc::clone(&texts));
            // detached: when the server stops, a half-written index is no index
            std::thread::spawn(move || {
                let made = texts::open_or_build(&path, &at, states).map_err(|e| e.to_string());
                drop(into.set(made));
            });
        }
        Ok(Self { names, texts, has_texts })
    }

    /// The index of texts, if it is ready.
    pub(crate) fn texts(&self) -> Ready<'_> {
        match self.texts.get() {
            Some(Ok(texts)) => Ready::Yes(texts),
            Some(Err(why)) => Ready::Failed(why),
            None if self.has_texts => Ready::Soon,
            None => Ready::Nothing,
        }
    }
}

/// `<home>/search/<key>` for an observatory in `<home>/observatories/<key>`.
fn home(observatory: &Observatory) -> PathBuf {
    let home = observatory.path.parent().and_then(std::path::Path::parent).map(PathBuf::from).unwrap_or_default();
    home.join("search").join(&observatory.manifest.key)
}
