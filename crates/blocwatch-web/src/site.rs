//! What all requests share: the observatory, its sessions, the casebook, the templates and what has been rendered already.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use blocwatch_core::casebook::Casebook;
use blocwatch_core::state::States;
use blocwatch_core::taxonomy::Taxonomy;
use blocwatch_engine::bounded::{Bounded, Bounds};
use blocwatch_engine::session::{Limits, ViewSpec};
use blocwatch_engine::{Observatory, Session};
use blocwatch_publish::doc::Brief;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde_json::json;

use crate::assets;
use crate::error::{Result, WebError};
use crate::links;
use crate::locale::{self, LANGUAGES, Lang};
use crate::made::{Made, Page};
use crate::search::{Ready, Search};
use crate::server::Ask;

/// Composes the brief on a subject, as typed, with "new" beginning in a year.
pub type Compose = Box<dyn Fn(&Session, &Observatory, &Casebook, &str, i32) -> Result<Brief> + Send + Sync>;

/// How briefs are made. The program that starts the server wires it.
pub struct Briefs {
    /// What they need of the whole observatory.
    pub views: Vec<ViewSpec>,
    /// Composes one.
    pub compose: Compose,
}

impl std::fmt::Debug for Briefs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Briefs").field("views", &self.views.len()).finish_non_exhaustive()
    }
}

/// Memory that queries of visitors may hold together, in bytes.
const MEMORY: usize = 256 * 1024 * 1024;
/// Queries of visitors at once.
const QUERIES: usize = 4;
/// Bytes of the result of a query, as it lies in memory.
const LARGEST: usize = 128 * 1024 * 1024;

/// Templates: name and text. Pages begin with `base.html`.
const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("../templates/base.html")),
    ("parts.html", include_str!("../templates/parts.html")),
    ("macros.html", include_str!("../templates/macros.html")),
    ("map.html", include_str!("../templates/map.html")),
    ("home.html", include_str!("../templates/home.html")),
    ("matrix.html", include_str!("../templates/matrix.html")),
    ("subjects.html", include_str!("../templates/subjects.html")),
    ("cases.html", include_str!("../templates/cases.html")),
    ("case.html", include_str!("../templates/case.html")),
    ("interruptions.html", include_str!("../templates/interruptions.html")),
    ("interruption.html", include_str!("../templates/interruption.html")),
    ("votes.html", include_str!("../templates/votes.html")),
    ("network.html", include_str!("../templates/network.html")),
    ("changes.html", include_str!("../templates/changes.html")),
    ("data.html", include_str!("../templates/data.html")),
    ("table.html", include_str!("../templates/table.html")),
    ("query.html", include_str!("../templates/query.html")),
    ("measures.html", include_str!("../templates/measures.html")),
    ("search.html", include_str!("../templates/search.html")),
    ("texts.html", include_str!("../templates/texts.html")),
    ("frame.html", include_str!("../templates/frame.html")),
    ("phrase.html", include_str!("../templates/phrase.html")),
    ("speech.html", include_str!("../templates/speech.html")),
    ("compare.html", include_str!("../templates/compare.html")),
    ("compare_none.html", include_str!("../templates/compare_none.html")),
    ("api.html", include_str!("../templates/api.html")),
    ("about.html", include_str!("../templates/about.html")),
    ("copy_search.html", include_str!("../templates/copy_search.html")),
    ("copy_missing.html", include_str!("../templates/copy_missing.html")),
    ("error.html", include_str!("../templates/error.html")),
];

/// What all requests share.
pub struct Site {
    /// The observatory that is shown. It stays the same for as long as the server runs.
    pub(crate) observatory: Observatory,
    /// For briefs: many small queries at once.
    pub(crate) session: Session,
    /// For queries of visitors.
    open: Session,
    pub(crate) book: Casebook,
    pub(crate) states: &'static States,
    pub(crate) taxonomy: &'static Taxonomy,
    pub(crate) search: Search,
    /// Pages by what briefs call their subjects.
    pub(crate) pages: BTreeMap<String, String>,
    compose: Compose,
    /// Templates by language.
    templates: BTreeMap<&'static str, Environment<'static>>,
    pub(crate) made: Made,
    /// Briefs under way: each is dozens of queries, and more at once than there are cores only make all of them late.
    composing: Gate,
    /// Queries of visitors under way.
    asking: Gate,
}

/// Lets so many in at once.
struct Gate {
    most: usize,
    /// Inside, and waiting.
    now: Mutex<(usize, usize)>,
    left: Condvar,
}

/// A place inside, given back when it is dropped.
struct Inside<'a>(&'a Gate);

impl Gate {
    fn new(most: usize) -> Self {
        Self { most, now: Mutex::default(), left: Condvar::new() }
    }

    fn enter(&self) -> Inside<'_> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.1 += 1;
        let mut now = self.left.wait_while(now, |n| n.0 >= self.most).unwrap_or_else(PoisonError::into_inner);
        *now = (now.0 + 1, now.1 - 1);
        Inside(self)
    }

    /// The same for who waits no longer than a time.
    fn enter_within(&self, time: Duration) -> Option<Inside<'_>> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.1 += 1;
        let (mut now, waited) = self.left.wait_timeout_while(now, time, |n| n.0 >= self.most).unwrap_or_else(PoisonError::into_inner);
        now.1 -= 1;
        if waited.timed_out() {
            return None;
        }
        now.0 += 1;
        Some(Inside(self))
    }

    fn is_empty(&self) -> bool {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) == (0, 0)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.now.lock().unwrap_or_else(PoisonError::into_inner).0 -= 1;
        self.0.left.notify_one();
    }
}

impl Site {
    /// Opens an observatory for visitors.
    ///
    /// # Errors
    /// People's files that do not parse, tables that cannot be opened.
    pub fn new(observatory: Observatory, briefs: Briefs) -> Result<Self> {
        let session = Session::open(&observatory, Limits { threads: 1, ..Limits::default() })?.with_views(briefs.views, true);
        let open = Session::open(&observatory, Limits { memory_bytes: MEMORY, ..Limits::default() })?.for_strangers()?;
        let book = Casebook::embedded()?;
        let states = States::embedded()?;
        let taxonomy = Taxonomy::embedded()?;
        let search = Search::new(states, &book, &observatory, &session)?;
        locale::check()?;
        let mut templates = BTreeMap::new();
        for language in LANGUAGES {
            templates.insert(language.code, environment(&observatory, language)?);
        }
        Ok(Self {
            observatory,
            session,
            open,
            book,
            states,
            taxonomy,
            pages: search.names.pages(),
            search,
            compose: briefs.compose,
            templates,
            made: Made::default(),
            composing: Gate::new(std::thread::available_parallelism().map_or(2, usize::from)),
            asking: Gate::new(QUERIES),
        })
    }

    /// Renders a template in the language of the request.
    pub(crate) fn render(&self, ask: &Ask, template: &str, values: serde_json::Value) -> Result<String> {
        let templates = self.templates.get(ask.lang.code);
        let templates = templates.ok_or_else(|| WebError::Broken(format!("no templates in {}", ask.lang.code)))?;
        // a copy is in one language
        let languages = LANGUAGES.iter().filter(|_| !ask.copy);
        let languages: Vec<Value> = languages.map(|l| context! { code => l.code, dir => l.dir, name => l.name }).collect();
        let values = context! { address => ask.address.clone(), languages => languages, ..Value::from(Serde(&values)) };
        let html = templates.get_template(template)?.render(values)?;
        // where texts are joined, the engine escapes a slash, which need not be: addresses are read and rewritten as they stand
        Ok(html.replace("&#x2f;", "/"))
    }

    /// The brief on a subject.
    pub(crate) fn brief(&self, subject: &str, since: i32) -> Result<Brief> {
        let _inside = self.composing.enter();
        (self.compose)(&self.session, &self.observatory, &self.book, subject, since)
    }

    /// A query of a visitor.
    pub(crate) fn ask(&self, sql: &str, rows: usize) -> Result<Bounded> {
        let Some(_inside) = self.asking.enter_within(Duration::from_secs(10)) else {
            return Err(WebError::TooMuch("other queries are still running; ask again in a moment".to_owned()));
        };
        Ok(self.open.query_bounded(sql, Bounds { rows, bytes: LARGEST, time: Duration::from_secs(10) })?)
    }

    /// Keeps the pages that are made on disk as well, in the home of the observatory.
    #[must_use]
    pub fn with_pages_on_disk(mut self) -> Self {
        // an observatory in memory (tests) has no home
        if let Some(home) = self.observatory.path.parent().and_then(Path::parent) {
            self.made = Made::with_disk(&home.join("pages").join(&self.observatory.manifest.key));
        }
        self
    }

    /// A page by its key, which ends with its address, made once. The observatory does not change while the server runs, so neither does a
    /// page, except where it says that the index of texts is not ready.
    pub(crate) fn page(&self, key: &str, address: &str, make: impl FnOnce() -> Result<String>) -> Result<Arc<Page>> {
        if address.starts_with("/search") && matches!(self.search.texts(), Ready::Soon) {
            return Ok(Arc::new(Page::new(make()?)));
        }
        self.made.get(key, !address.contains('?'), make)
    }

    /// Whether nobody waits for a brief.
    pub(crate) fn is_idle(&self) -> bool {
        self.composing.is_empty()
    }

    /// Whether the observatory has a table.
    pub(crate) fn has(&self, table: &str) -> bool {
        self.observatory.manifest.tables.contains_key(table)
    }

    /// Whether the observatory has rows of a table.
    pub(crate) fn holds(&self, table: &str) -> bool {
        self.observatory.manifest.tables.get(table).is_some_and(|t| t.rows > 0)
    }

    /// An error as a page.
    pub(crate) fn error_page(&self, lang: Lang, error: &WebError) -> String {
        let ask = Ask::bare(lang);
        let title = lang.text(&format!("error-{}", error.status().as_u16()), &[]);
        title
            .and_then(|title| self.render(&ask, "error.html", json!({"title": title, "told": error.told(), "here": ""})))
            .unwrap_or_else(|_| "this page could not be made\n".to_owned())
    }
}

/// The templates in a language.
fn environment(observatory: &Observatory, language: Lang) -> Result<Environment<'static>> {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    // as the engine escapes, but a slash stays a slash, so that addresses can be read and rewritten
    templates.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() && matches!(state.auto_escape(), AutoEscape::Html) => Ok(out.write_str(&links::escape(text))?),
        _ => minijinja::escape_formatter(out, state, value),
    });
    templates.add_filter("url", |text: String| links::encode(&text));
    locale::teach(&mut templates, language);
    templates.add_function("island", |entry: String| Value::from_safe_string(assets::script(&entry)));
    templates.add_function("block", |id: String, data: Value| Value::from_safe_string(assets::block(&id, &data)));
    // what islands say, in the language of the page
    let words = assets::words(language)?;
    templates.add_global("island_words", Value::from_safe_string(words));
    for (name, text) in TEMPLATES {
        templates.add_template(name, text)?;
    }
    let m = &observatory.manifest;
    templates.add_global("observatory", m.key[..12.min(m.key.len())].to_owned());
    templates.add_global("program", format!("blocwatch {}", m.blocwatch));
    Ok(templates)
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("observatory", &self.observatory.manifest.key).finish_non_exhaustive()
    }
}
