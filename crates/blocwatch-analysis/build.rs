//! Digests the code that makes tables, so that a change of code makes its tables stale (`BLOCWATCH_CODE`).

use std::path::{Path, PathBuf};

fn main() {
    let crates = ["blocwatch-core", "blocwatch-stats", "blocwatch-sources", "blocwatch-engine", "blocwatch-analysis"];
    let mut files = Vec::new();
    for name in crates {
        let folder = Path::new("..").join(name).join("src");
        println!("cargo:rerun-if-changed={}", folder.display());
        walk(&folder, &mut files);
    }
    files.sort();
    // FNV-1a over paths and bytes: no dependency, and collisions do not matter for "has it changed"
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for file in files {
        let text = std::fs::read(&file).unwrap_or_default();
        for byte in file.to_string_lossy().bytes().chain(text) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
    println!("cargo:rustc-env=BLOCWATCH_CODE={hash:032x}");
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "toml") {
            out.push(path);
        }
    }
}
