//! Search over everything: names, and words of speeches and treaties.

use serde_json::json;

use crate::error::{Result, WebError};
use crate::links;
use crate::search::{Hits, KINDS, Ready};
use crate::server::Ask;
use crate::site::Site;

/// Names shown: alone, and with texts below them.
const NAMES: (usize, usize) = (60, 15);
/// Texts on a page.
const TEXTS: usize = 20;

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let kind = ask.params.choice("kind", KINDS)?;
    let q = ask.params.one("q").unwrap_or_default();
    let number = ask.params.number("page", 1, 500)?.unwrap_or(1);
    let only_texts = kind == Some("text");
    let names = if kind.is_some() { NAMES.0 } else { NAMES.1 };
    let (found, loosely) = if only_texts || number > 1 { (Vec::new(), false) } else { site.search.names.find(q, kind, names) };
    let mut texts: Option<Hits> = None;
    let mut note = "";
    if kind.is_none() || only_texts {
        match site.search.texts() {
            Ready::Yes(index) if !q.is_empty() => {
                let skip = usize::try_from(number - 1).unwrap_or(0) * TEXTS;
                texts = Some(index.find(q, None, TEXTS, skip)?);
            }
            Ready::Yes(_) | Ready::Nothing => {}
            Ready::Soon => note = "search-texts-soon",
            // whoever asks for texts alone has the server say why in its messages
            Ready::Failed(why) if only_texts => return Err(WebError::Broken(why.to_owned())),
            Ready::Failed(_) => note = "search-texts-failed",
        }
    }
    let link = |n: i64| {
        let kind = kind.map(|k| format!("&kind={k}")).unwrap_or_default();
        format!("/search?q={}{kind}&page={n}", links::encode(q))
    };
    let more = texts.as_ref().is_some_and(|t| t.found > usize::try_from(number).unwrap_or(1) * TEXTS);
    let values = json!({
        "here": "/search", "q": q, "kind": kind, "kinds": KINDS, "found": found, "loosely": loosely, "texts": texts, "note": note,
        "number": number, "before": (number > 1).then(|| link(number - 1)), "after": more.then(|| link(number + 1)),
    });
    site.render(ask, "search.html", values)
}
