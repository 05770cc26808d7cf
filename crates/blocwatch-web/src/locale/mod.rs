//! The words of the interface in several languages: message catalogues of Project Fluent in `locales/<language>/*.ftl`, compiled in.
//!
//! English is complete, and a test holds it to what templates use. Another language may lack messages, as all do those on the interface for
//! programs: the English one stands then, marked as English, and [`Language::translated`] counts what is there. Not here: data, briefs and
//! the casebook, which are in English.
//!
//! An address that begins with a language (`/fr/matrix`) is shown in it, and so are the links of the page; any other address is shown in
//! the language that the browser prefers. Nothing is stored in the browser.

mod fluent;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Value};

pub(crate) use self::fluent::Given;
use self::fluent::{Messages, Values};
use crate::error::{Result, WebError};

/// A language of the interface, by its place in [`LANGUAGES`].
pub(crate) type Lang = &'static Language;

/// A language of the interface.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Language {
    /// Tag of BCP 47, which is also the folder of its catalogues and how its addresses begin.
    pub(crate) code: &'static str,
    /// Direction of writing, as HTML has it.
    pub(crate) dir: &'static str,
    /// What its speakers call it.
    pub(crate) name: &'static str,
}

/// All languages; the first is complete and stands in for the others.
pub(crate) static LANGUAGES: &[Language] = &[
    Language { code: "en", dir: "ltr", name: "English" },
    Language { code: "fr", dir: "ltr", name: "Français" },
    Language { code: "es", dir: "ltr", name: "Español" },
    Language { code: "ru", dir: "ltr", name: "Русский" },
    Language { code: "ar", dir: "rtl", name: "العربية" },
];

/// The language that is complete.
pub(crate) static ENGLISH: Lang = &LANGUAGES[0];

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// The catalogues by language. A file that does not parse is a mistake of ours, which [`check`] tells when the server starts.
static CATALOGUES: LazyLock<std::result::Result<BTreeMap<&'static str, Messages>, String>> = LazyLock::new(|| {
    let mut out = BTreeMap::new();
    for language in LANGUAGES {
        out.insert(language.code, read(language)?);
    }
    Ok(out)
});

fn read(language: &Language) -> std::result::Result<Messages, String> {
    let code = language.code;
    let mut messages = Messages::new(code, language.dir == "rtl");
    let folder = FILES.get_dir(code).ok_or_else(|| format!("there is no folder locales/{code}"))?;
    for file in folder.files() {
        let path = file.path().display();
        let text = file.contents_utf8().ok_or_else(|| format!("locales/{path} is not UTF-8"))?;
        messages.read(text).map_err(|e| format!("locales/{path}: {e}"))?;
    }
    Ok(messages)
}

fn catalogue(language: Lang) -> Result<&'static Messages> {
    let all = CATALOGUES.as_ref().map_err(|e| WebError::Broken(e.clone()))?;
    all.get(language.code).ok_or_else(|| WebError::Broken(format!("no catalogue of {}", language.code)))
}

/// Reads all catalogues.
///
/// # Errors
/// One that does not parse.
pub(crate) fn check() -> Result<()> {
    LANGUAGES.iter().try_for_each(|l| catalogue(l).map(|_| ()))
}

/// A message and whether it is in the language asked for.
struct Said {
    text: String,
    own: bool,
}

fn say(language: Lang, key: &str, values: &Values) -> Result<Said> {
    let (own, found) = match catalogue(language)?.format(key, values) {
        Some(found) => (true, Some(found)),
        None => (false, catalogue(ENGLISH)?.format(key, values)),
    };
    match found {
        Some(Ok(text)) => Ok(Said { text, own }),
        Some(Err(value)) => Err(WebError::Broken(format!("the message '{key}' is not given its value '{value}'"))),
        None => Err(WebError::Broken(format!("there is no message '{key}'"))),
    }
}

impl Language {
    /// A message as plain text. Where only the English one exists, it is set apart within a language of the other direction.
    ///
    /// # Errors
    /// A message that English lacks, or a value that the message needs and is not given.
    pub(crate) fn text(&'static self, key: &str, values: &[(&str, Given)]) -> Result<String> {
        self.plain(key, &values.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect())
    }

    fn plain(&'static self, key: &str, values: &Values) -> Result<String> {
        let said = say(self, key, values)?;
        Ok(if said.own || self.dir == ENGLISH.dir { said.text } else { format!("\u{2066}{}\u{2069}", said.text) })
    }

    /// A message as HTML; the values must be escaped.
    fn html(&'static self, key: &str, values: &Values) -> Result<String> {
        let said = say(self, key, values)?;
        Ok(if said.own { said.text } else { format!("<span lang=\"{}\" dir=\"{}\">{}</span>", ENGLISH.code, ENGLISH.dir, said.text) })
    }

    /// Messages whose key begins so, by what follows it, for scripts: values stand in braces, as `{year}`.
    pub(crate) fn patterns(&'static self, prefix: &str) -> Result<BTreeMap<String, String>> {
        let names = ["year", "n", "total", "list", "name", "from", "to"];
        let values: Values = names.iter().map(|n| ((*n).to_owned(), Given::Text(format!("{{{n}}}")))).collect();
        let keys = catalogue(ENGLISH)?.keys().filter_map(|k| k.strip_prefix(prefix).map(|rest| (k, rest)));
        keys.map(|(key, rest)| Ok((rest.to_owned(), self.plain(key, &values)?))).collect()
    }

    /// How many messages the language has, and how many there are.
    pub(crate) fn translated(&'static self) -> Result<(usize, usize)> {
        Ok((catalogue(self)?.keys().count(), catalogue(ENGLISH)?.keys().count()))
    }

    /// Attributes of an element that holds data, which are in English.
    pub(crate) fn data(&self) -> String {
        if self == ENGLISH { String::new() } else { format!(" lang=\"{}\" dir=\"{}\"", ENGLISH.code, ENGLISH.dir) }
    }
}

/// The language by its code.
pub(crate) fn by_code(code: &str) -> Option<Lang> {
    LANGUAGES.iter().find(|l| l.code.eq_ignore_ascii_case(code))
}

/// The language by which an address begins, and the rest of it.
pub(crate) fn split(address: &str) -> Option<(Lang, &str)> {
    let rest = address.strip_prefix('/')?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let language = LANGUAGES.iter().find(|l| l.code == &rest[..end])?;
    Some((language, &rest[end..]))
}

/// The language that a browser prefers (`Accept-Language`) among those there are; English where none fits.
pub(crate) fn preferred(accepted: &str) -> Lang {
    let mut best: (f32, Lang) = (0.0, ENGLISH);
    for part in accepted.split(',').take(32) {
        let (tag, quality) = part.split_once(';').unwrap_or((part, ""));
        let quality = quality.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse().ok());
        let language = by_code(tag.trim().split('-').next().unwrap_or_default());
        if let (Some(q), Some(l)) = (quality, language)
            && q > best.0
            && q <= 1.0
        {
            best = (q, l);
        }
    }
    best.1
}

/// Values of a message as a template gives them.
fn values(given: &Kwargs, escape: impl Fn(&str) -> String) -> std::result::Result<Values, minijinja::Error> {
    let mut out = Values::new();
    for name in given.args() {
        let value: Value = given.peek(name)?;
        let value = match (value.kind(), i64::try_from(value.clone())) {
            (ValueKind::Number, Ok(n)) => Given::Number(n),
            _ if value.is_safe() => Given::Text(value.to_string()),
            _ => Given::Text(escape(&value.to_string())),
        };
        out.insert(name.to_owned(), value);
    }
    Ok(out)
}

/// Gives templates their language: `t("key", name=value)` for text, `t_html("key", …)` for messages that hold elements, `lang`, `dir`, and
/// `data`, the attributes of elements that hold data.
pub(crate) fn teach(templates: &mut Environment<'static>, language: Lang) {
    let broken = |e: WebError| minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, e.to_string());
    templates.add_function("t", move |key: String, given: Kwargs| language.plain(&key, &values(&given, str::to_owned)?).map_err(broken));
    templates.add_function("t_html", move |key: String, given: Kwargs| {
        let html = language.html(&key, &values(&given, crate::links::escape)?).map_err(broken)?;
        Ok::<_, minijinja::Error>(Value::from_safe_string(html))
    });
    templates.add_global("lang", language.code);
    templates.add_global("dir", language.dir);
    templates.add_global("data", Value::from_safe_string(language.data()));
}

#[cfg(test)]
mod tests;
