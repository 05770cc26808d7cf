//! What this is, how to read it, what it will not do, how to correct it and how to cite it.

use serde::Serialize;
use serde_json::json;

use crate::error::Result;
use crate::server::Ask;
use crate::site::Site;

pub(super) fn page(site: &Site, ask: &Ask) -> Result<String> {
    let t = site.taxonomy;
    let list = |name: &str| t.list(name).iter().map(|x| (x.id.clone(), x.name.clone(), x.definition.clone())).collect::<Vec<_>>();
    let corrections: Vec<(String, String, String, String)> = site
        .book
        .cases
        .iter()
        .flat_map(|c| c.correction.iter().map(move |k| (k.date.to_string(), crate::links::case(&c.id), c.title.clone(), k.says.clone())))
        .collect();
    let values = json!({
        "here": "/about",
        "letters": list("admiralty_source"),
        "figures": list("admiralty_information"),
        "claims": list("claim"),
        "corrections": corrections,
        "translated": translated()?,
        "key": site.observatory.manifest.key,
        "version": site.observatory.manifest.blocwatch,
    });
    site.render(ask, "about.html", values)
}

/// A language and how much of the interface is in it.
#[derive(Serialize)]
struct Translated {
    code: &'static str,
    dir: &'static str,
    name: &'static str,
    done: usize,
    all: usize,
}

fn translated() -> Result<Vec<Translated>> {
    let one = |l: &'static crate::locale::Language| {
        let (done, all) = l.translated()?;
        Ok(Translated { code: l.code, dir: l.dir, name: l.name, done, all })
    };
    crate::locale::LANGUAGES.iter().map(one).collect()
}
