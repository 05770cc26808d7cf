//! Islands: the small scripts that make parts of a page livelier, as they were built into the program, and the policy that follows.
//!
//! A page is complete without them (docs/adr/0015). Files carry the digest of their content in their names, so that a browser may keep
//! them for good; a page names only the entries it uses. A program built without islands serves pages without any script.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::error::Result;
use crate::locale::Lang;
use crate::made;

include!(concat!(env!("OUT_DIR"), "/islands.rs"));

/// Where the files are.
pub(crate) const FOLDER: &str = "/assets/";

/// What a page may ask for where there are islands: scripts and data of this server, nothing inline, nothing from elsewhere.
const WITH: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                    base-uri 'none'; frame-ancestors 'none'";
/// The same where there are none.
const WITHOUT: &str =
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The content policy of every answer.
pub(crate) fn policy() -> &'static str {
    if ENTRIES.is_empty() { WITHOUT } else { WITH }
}

/// The element that loads an island; nothing where the program was built without.
pub(crate) fn script(entry: &str) -> String {
    let found = ENTRIES.iter().find(|(name, _)| *name == entry);
    found.map_or_else(String::new, |(_, file)| format!("<script type=\"module\" src=\"{FOLDER}{file}\"></script>\n"))
}

/// The plain script that does in a copy what a module does here, by the module's file.
pub(crate) fn for_copies(file: &str) -> Option<&'static str> {
    let (entry, _) = ENTRIES.iter().find(|(_, own)| *own == file)?;
    let of = |(name, _): &&(&str, &str)| name.strip_suffix("-copy") == Some(entry);
    ENTRIES.iter().find(of).map(|(_, file)| *file)
}

/// All plain scripts of copies, with the licences of what is in them.
pub(crate) fn of_copies() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    FILES.iter().copied().filter(|(name, _)| *name == "licences.txt" || ENTRIES.iter().any(|(e, f)| f == name && e.ends_with("-copy")))
}

/// Data for an island within a page. Nothing in it can end the element.
pub(crate) fn block(id: &str, data: &impl Serialize) -> String {
    // `<` stands in texts of JSON only, where its escape means the same
    let json = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned()).replace('<', "\\u003c");
    format!("<script type=\"application/json\" id=\"{id}\">{json}</script>\n")
}

/// What islands say, in a language, as a block of data; nothing where the program was built without islands.
///
/// # Errors
/// A message that English lacks.
pub(crate) fn words(lang: Lang) -> Result<String> {
    if ENTRIES.is_empty() {
        return Ok(String::new());
    }
    let mut words = lang.patterns("island-")?;
    words.extend(lang.patterns("regime-")?);
    Ok(block("words", &words))
}

/// All files with their contents, for a copy of the site.
pub(crate) fn files() -> &'static [(&'static str, &'static [u8])] {
    FILES
}

/// One file.
pub(crate) async fn answer(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((name, bytes)) = files().iter().find(|(n, _)| *n == name) else {
        return (StatusCode::NOT_FOUND, "there is no such file\n").into_response();
    };
    let tag = made::tag(bytes);
    let held = (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned());
    if crate::server::unchanged(&headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag), held]).into_response();
    }
    let kind = if name.ends_with(".js") { "text/javascript; charset=utf-8" } else { "text/plain; charset=utf-8" };
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::ETAG, tag), held], *bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_its_element() {
        let made = block("x", &serde_json::json!({"a": "</script><script>alert(1)</script><!--"}));
        assert_eq!(made.matches('<').count(), 2, "{made}");
        let inner = made.split_once('>').and_then(|(_, rest)| rest.split_once("</")).expect("an element").0;
        let read: serde_json::Value = serde_json::from_str(inner).expect("JSON");
        assert_eq!(read["a"], "</script><script>alert(1)</script><!--");
    }

    #[test]
    fn no_policy_lets_anything_inline_or_from_elsewhere_in() {
        for policy in [WITH, WITHOUT] {
            assert!(policy.starts_with("default-src 'none'"), "{policy}");
            for never in ["unsafe", "http:", "https:", "*", "blob:"] {
                assert!(!policy.contains(never), "{policy}");
            }
        }
        assert!(!WITHOUT.contains("script") && !WITHOUT.contains("connect"));
    }

    #[test]
    fn every_entry_is_a_file() {
        for (entry, file) in ENTRIES {
            assert!(FILES.iter().any(|(name, _)| name == file), "{entry}: {file}");
            assert!(script(entry).contains(file));
        }
        assert_eq!(script("nothing"), "");
        assert_eq!(for_copies("nothing"), None);
        for entry in ["map", "charts", "table"] {
            let Some((_, file)) = ENTRIES.iter().find(|(name, _)| *name == entry) else { continue };
            let plain = for_copies(file).expect("a plain script");
            let text = of_copies().find(|(name, _)| *name == plain).expect("a file").1;
            // a module would not load from a folder
            assert!(text.starts_with(b"globalThis.blocwatchRoot="), "{plain}");
        }
    }
}
