//! The direction of knowledge, as a table: each crate with the crates of the workspace it may import.

use anyhow::{Context, Result, bail};

/// Crate, what it may import of the workspace, and whether it may name the query engine.
const LAYERS: &[(&str, &[&str], bool)] = &[
    ("blocwatch-core", &[], false),
    ("blocwatch-stats", &["blocwatch-core"], false),
    ("blocwatch-sources", &["blocwatch-core"], false),
    ("blocwatch-texts", &["blocwatch-core", "blocwatch-stats"], false),
    ("blocwatch-publish", &["blocwatch-core", "blocwatch-texts"], false),
    ("blocwatch-engine", &["blocwatch-core"], true),
    ("blocwatch-analysis", &["blocwatch-core", "blocwatch-stats", "blocwatch-sources", "blocwatch-texts", "blocwatch-engine"], false),
    (
        "blocwatch-web",
        &["blocwatch-core", "blocwatch-sources", "blocwatch-texts", "blocwatch-engine", "blocwatch-analysis", "blocwatch-publish"],
        false,
    ),
    ("blocwatch-cluster", &["blocwatch-core", "blocwatch-engine", "blocwatch-analysis"], true),
    (
        "blocwatch-cli",
        &[
            "blocwatch-core",
            "blocwatch-stats",
            "blocwatch-sources",
            "blocwatch-texts",
            "blocwatch-engine",
            "blocwatch-analysis",
            "blocwatch-publish",
            "blocwatch-web",
            "blocwatch-cluster",
        ],
        false,
    ),
];

/// The only crate that may name the cluster.
const CLUSTER: &str = "blocwatch-cluster";

/// Checks every crate's manifest against the table.
pub(crate) fn check() -> Result<String> {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in std::fs::read_dir("crates").context("run this from the root of the checkout")? {
        let path = entry?.path().join("Cargo.toml");
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: toml::Table = text.parse().with_context(|| format!("cannot parse {}", path.display()))?;
        let name = manifest.get("package").and_then(|p| p.get("name")).and_then(|n| n.as_str()).unwrap_or_default();
        let Some((_, may, engine)) = LAYERS.iter().find(|(n, _, _)| *n == name) else {
            wrong.push(format!("{name} stands in no layer: add it to xtask/src/layers.rs and ARCHITECTURE.md"));
            continue;
        };
        seen += 1;
        for section in ["dependencies", "build-dependencies"] {
            let Some(dependencies) = manifest.get(section).and_then(|d| d.as_table()) else { continue };
            for dependency in dependencies.keys() {
                if dependency.starts_with("blocwatch-") && !may.contains(&dependency.as_str()) {
                    wrong.push(format!("{name} must not import {dependency}"));
                }
                if dependency.starts_with("datafusion") && !engine {
                    wrong.push(format!("{name} must not name the query engine ({dependency})"));
                }
                if dependency.starts_with("ballista") && name != CLUSTER {
                    wrong.push(format!("{name} must not name the cluster ({dependency})"));
                }
            }
        }
    }
    if wrong.is_empty() { Ok(format!("layers: {seen} crates import only what they may")) } else { bail!("{}", wrong.join("\n")) }
}
