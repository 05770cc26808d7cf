//! What a table is, for machines that look for data: schema.org, as JSON-LD within the page. A data block is no script: no browser runs it,
//! and the content policy, which allows none, does not concern it.

use blocwatch_core::table::TableSpec;
use serde_json::{Value, json};

use crate::links;
use crate::site::Site;

/// JSON as it may stand in HTML: nothing in it can end the element.
pub(super) fn block(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// A table as `schema.org/Dataset`.
pub(super) fn table(site: &Site, spec: &TableSpec) -> Value {
    let m = &site.observatory.manifest;
    let download = |format: &str, kind: &str| json!({"@type": "DataDownload", "encodingFormat": kind, "contentUrl": format!("/api/v1/tables/{}/rows?format={format}&limit=100000", links::encode(spec.name))});
    let variables: Vec<Value> =
        spec.columns.iter().map(|c| json!({"@type": "PropertyValue", "name": c.name, "description": c.doc, "unitText": c.unit})).collect();
    json!({
        "@context": "https://schema.org", "@type": "Dataset",
        "name": spec.name, "description": spec.doc, "url": links::table(spec.name),
        "identifier": m.tables.get(spec.name).map(|t| format!("sha256:{}", t.sha256)), "version": m.key,
        "isAccessibleForFree": true, "license": "/data", "creator": {"@type": "Organization", "name": "Blocwatch and the publishers of its sources"},
        "includedInDataCatalog": {"@type": "DataCatalog", "name": "Blocwatch", "url": "/data"},
        "variableMeasured": variables,
        "distribution": [download("csv", "text/csv"), download("parquet", "application/vnd.apache.parquet"), download("json", "application/json")],
    })
}

/// All tables as `schema.org/DataCatalog`.
pub(super) fn catalog(site: &Site) -> Value {
    let sets: Vec<Value> = blocwatch_analysis::steps::tables()
        .into_iter()
        .filter(|t| site.has(t.name))
        .map(|t| json!({"@type": "Dataset", "name": t.name, "description": t.doc, "url": links::table(t.name)}))
        .collect();
    json!({
        "@context": "https://schema.org", "@type": "DataCatalog", "name": "Blocwatch", "url": "/data",
        "description": "Who works with whom, through which channel and against which threat: tables of the open observatory of authoritarian collaboration",
        "version": site.observatory.manifest.key, "isAccessibleForFree": true, "dataset": sets,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_block() {
        let text = block(&json!({"a": "</script><script>alert(1)</script>&<!--"}));
        assert!(!text.contains('<') && !text.contains('>') && !text.contains('&'), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("still JSON")["a"], "</script><script>alert(1)</script>&<!--");
    }
}
