//! What this is, how to read it, what it will not do, how to correct it and how to cite it.

use serde_json::json;

use crate::error::Result;
use crate::server::Ask;
use crate::site::Site;

pub(super) fn page(site: &Site, _: &Ask) -> Result<String> {
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
        "key": site.observatory.manifest.key,
        "version": site.observatory.manifest.blocwatch,
    });
    site.render("about.html", values)
}
