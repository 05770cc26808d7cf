//! Puts the built islands (`islands/dist`, made by `npm run build`) into the program. Without them the program has none: its pages then hold
//! no script at all, and their content policy refuses any.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[expect(clippy::disallowed_methods, reason = "cargo throws away what a failed build script leaves behind")]
fn main() -> io::Result<()> {
    digest_of_pages()?;
    let islands = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("islands");
    let dist = islands.join("dist");
    let list = dist.join("entries.txt");
    let mut text = String::new();
    let mut names = Vec::new();
    let mut entries = Vec::new();
    if list.is_file() {
        println!("cargo::rerun-if-changed={}", dist.display());
        for line in fs::read_to_string(&list)?.lines() {
            let mut words = line.split_whitespace();
            if let (Some(entry), Some(file)) = (words.next(), words.next()) {
                entries.push((entry.to_owned(), file.to_owned()));
            }
        }
        for file in fs::read_dir(&dist)? {
            names.push(file?.file_name().to_string_lossy().into_owned());
        }
        names.retain(|n| n != "entries.txt");
        names.sort();
    } else {
        // built later, they are seen: the folder changes then
        println!("cargo::rerun-if-changed={}", islands.display());
    }
    text.push_str("static FILES: &[(&str, &[u8])] = &[\n");
    for name in &names {
        let path = dist.join(name);
        writeln!(text, "    ({name:?}, include_bytes!({:?})),", path.display().to_string()).map_err(io::Error::other)?;
    }
    text.push_str("];\nstatic ENTRIES: &[(&str, &str)] = &[\n");
    for (entry, file) in &entries {
        writeln!(text, "    ({entry:?}, {file:?}),").map_err(io::Error::other)?;
    }
    text.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("islands.rs"), text)
}

/// Digests everything that pages are made by (`BLOCWATCH_PAGES`), so that pages kept on disk by another program are not taken for ours.
fn digest_of_pages() -> io::Result<()> {
    let crates = ["core", "engine", "analysis", "publish", "sources", "texts", "web"].map(|c| format!("../blocwatch-{c}/src"));
    let others = ["templates", "locales", "islands/dist", "../../knowledge", "../../Cargo.lock", "../blocwatch-cli/src/commands/brief.rs"];
    let mut files = Vec::new();
    for place in crates.iter().map(String::as_str).chain(others) {
        println!("cargo::rerun-if-changed={place}");
        walk(Path::new(place), &mut files)?;
    }
    files.sort();
    // FNV-1a over paths and bytes: no dependency, and it is no defence against anybody
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for file in files {
        for byte in file.to_string_lossy().bytes().chain(fs::read(&file)?) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
    println!("cargo::rustc-env=BLOCWATCH_PAGES={hash:032x}");
    Ok(())
}

fn walk(path: &Path, out: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        out.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            walk(&entry?.path(), out)?;
        }
    }
    Ok(())
}
