//! What every source promises: a licence or that there is none, no person, and words where a publisher changes a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use blocwatch_core::Notices;
use blocwatch_sources::{FileMeta, Meta, Reading, Result, registry};
use tempfile::TempDir;

use super::help::{fetch, held, sample, sample_folder, show, source, states};

/// The public repository that an instruction for people names.
fn repository(manual: &str) -> Option<&str> {
    let rest = manual.split("public repository ").nth(1)?;
    rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(')).next()
}

/// Nobody states a licence for it.
fn unstated((licence, _): (&str, &str)) -> bool {
    licence.starts_with("unstated")
}

fn files() -> impl Iterator<Item = (&'static Meta, &'static FileMeta)> {
    registry().iter().flat_map(|s| s.meta().files.iter().map(move |f| (s.meta(), f)))
}

#[test]
fn every_file_has_a_licence_with_an_address_or_says_that_it_has_none() {
    for (meta, file) in files() {
        let (licence, url) = meta.licence_of(file);
        let said = unstated((licence, url)) || (!licence.is_empty() && url.starts_with("http"));
        assert!(said, "{} {} {}: '{licence}' '{url}'", meta.id, file.role, file.shape);
        assert!(url.is_empty() || url.starts_with("http"), "{}: '{url}' is no address", meta.id);
    }
    // the source speaks for its files: where one of them has no licence it does not say less
    for source in registry() {
        let meta = source.meta();
        let none = meta.files.iter().any(|f| unstated(meta.licence_of(f)));
        assert!(!none || meta.licence.contains("unstated"), "{}: '{}'", meta.id, meta.licence);
    }
}

/// Files below a folder.
fn below(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { below(&path, out) } else { out.push(path) }
    }
}

#[test]
fn nothing_embedded_rests_on_a_file_without_a_licence() {
    let mut stated = BTreeSet::new();
    let mut needles: BTreeMap<String, String> = BTreeMap::new();
    for (meta, file) in files().filter(|(m, f)| !unstated(m.licence_of(f))) {
        stated.extend(repository(&file.manual).map(|r| r.to_owned()).into_iter().chain([meta.homepage.clone()]));
    }
    for (meta, file) in files().filter(|(m, f)| unstated(m.licence_of(f))) {
        let what = format!("{} {} {}", meta.id, file.role, file.shape);
        for name in file.names.iter().map(|n| n.trim_end_matches('*').trim_end_matches(".gz").trim_end_matches(".csv")) {
            needles.insert(name.trim_end_matches('.').to_owned(), what.clone());
        }
        // an object of a package, as works name it
        if let Some(object) = file.manual.split('`').nth(1).filter(|_| file.manual.starts_with("the data object")) {
            needles.insert(format!("data/{object}.rda"), what.clone());
        }
        needles.extend(repository(&file.manual).filter(|r| !stated.contains(*r)).map(|r| (r.to_owned(), what.clone())));
    }
    assert!(needles.contains_key("dd_bmr") && needles.contains_key("dw-data/human-rights-council"), "{needles:?}");
    let mut embedded = Vec::new();
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge"), &mut embedded);
    assert!(embedded.len() > 50);
    for path in embedded {
        // a file may be named to say that it is not used
        let text: String = std::fs::read_to_string(&path).unwrap().split_inclusive('.').filter(|s| !s.contains("not used")).collect();
        for (needle, what) in &needles {
            assert!(!text.contains(needle.as_str()), "{} names {needle} ({what})", path.display());
        }
    }
}

/// The columns of a sample under their names.
fn columns(bytes: &[u8]) -> Vec<(String, Vec<String>)> {
    let tabs = bytes.split(|b| *b == b'\n').next().unwrap().contains(&b'\t');
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(if tabs { b'\t' } else { b',' }).from_reader(bytes);
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let mut out: Vec<(String, Vec<String>)> = names.into_iter().map(|n| (n, Vec::new())).collect();
    for record in reader.records() {
        for ((_, values), field) in out.iter_mut().zip(record.unwrap().iter()) {
            values.push(field.to_owned());
        }
    }
    out
}

/// Every personal column that a source names stands in one of its samples with values of its own, and none of them comes through: not
/// into a table, not into the account of a row that cannot be used, not into a row as it is shown.
#[test]
fn personal_columns_are_dropped_at_the_edge() {
    for source in registry().iter().filter(|s| !s.tables().is_empty() && !s.meta().personal_columns_dropped.is_empty()) {
        let meta = source.meta();
        let mut open: BTreeSet<&str> = meta.personal_columns_dropped.iter().map(String::as_str).collect();
        let fetched = fetch(&sample_folder(&meta.id), &[&meta.id]);
        let (reading, notices) = fetched.read(&meta.id);
        let reading = reading.unwrap();
        for (_, batch) in &reading.tables {
            let schema = batch.schema();
            let named = schema.fields().iter().find(|f| meta.personal_columns_dropped.contains(f.name()));
            assert!(named.is_none(), "{}: {named:?}", meta.id);
        }
        let shown = show(&reading, notices);
        for file in fetched.store.current(&meta.id).unwrap() {
            let bytes = std::fs::read(&file.path).unwrap();
            let raw = blocwatch_sources::RawFile::open(*source, &file).unwrap().record(2).unwrap();
            for (name, values) in columns(&bytes).iter().filter(|(n, _)| meta.personal_columns_dropped.contains(n)) {
                assert!(raw.iter().all(|(n, _)| n != name), "{}: {name} is shown", meta.id);
                for value in values.iter().filter(|v| v.chars().any(char::is_alphabetic) && v.len() > 3) {
                    open.remove(name.as_str());
                    assert!(!shown.contains(value.as_str()), "{}: '{value}' of the column {name} comes through", meta.id);
                }
            }
        }
        // of the places of events no sample has more than the country
        open.retain(|column| !column.ends_with("Geo_FullName") && !matches!(*column, "District" | "Province"));
        assert!(open.is_empty(), "{}: no sample has values in {open:?}", meta.id);
    }
}

fn read(bytes: &[u8], (id, role, shape): (&str, &str, &str)) -> (Result<Reading>, Notices) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("successor.csv");
    std::fs::write(&path, bytes).unwrap();
    let mut notices = Notices::new();
    (source(id).read(&[held(&path, id, role, shape)], states(), &mut notices), notices)
}

/// The same sample with one name of its header changed, or with a column more.
fn with_header(bytes: &[u8], change: impl FnOnce(&str) -> String) -> Vec<u8> {
    let at = bytes.iter().position(|b| *b == b'\n').unwrap();
    let header = change(std::str::from_utf8(&bytes[..at]).unwrap());
    [header.as_bytes(), &bytes[at..]].concat()
}

/// Whatever a publisher does to a column that some reader needs, it is told: which is missing, which are new, which is the nearest.
#[test]
fn a_renamed_or_dropped_column_is_told_by_every_source() {
    let mut tried = 0;
    // files of events are counted, by readers with tests of their own
    for source in registry().iter().filter(|s| !s.tables().is_empty()) {
        let id = source.meta().id.as_str();
        for shape in source.shapes() {
            let (name, bytes) = sample(id, shape.role, shape.id);
            if name.ends_with(".jsonl") {
                continue;
            }
            for column in shape.required {
                let renamed = with_header(&bytes, |header| {
                    let delimiter = if header.contains('\t') { "\t" } else { "," };
                    let names = columns(header.as_bytes())
                        .into_iter()
                        .map(|(n, _)| if n.eq_ignore_ascii_case(column) { format!("{column}_new") } else { n });
                    let quoted: Vec<String> = names.map(|n| if n.contains(delimiter) { format!("\"{n}\"") } else { n }).collect();
                    quoted.join(delimiter)
                });
                let (reading, _) = read(&renamed, (id, shape.role, shape.id));
                let message = reading.err().unwrap_or_else(|| panic!("{id} {} was read without {column}", shape.id)).to_string();
                // votes first ask for the file that dates them
                if message.contains("needs its 'rollcalls' file") {
                    continue;
                }
                // where only some of a file's columns are listed another one may be nearer
                let nearest =
                    if shape.tell_unknown && column.len() > 5 { format!(" (nearest: '{column}_new') is missing") } else { String::new() };
                assert!(message.starts_with(&format!("the column '{column}'{nearest}")), "{id}: {message}");
                assert!(message.contains(&format!(" of the shape '{}'", shape.id)), "{id}: {message}");
                assert_eq!(message.contains(&format!("; new: '{column}_new'")), shape.tell_unknown, "{id}: {message}");
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_column_that_is_read_where_it_is_there_is_told_when_it_goes() {
    let (_, bytes) = sample("polity5", "state_year", "democracydata");
    let gone = with_header(&bytes, |h| h.replace(",durable,", ",durability,"));
    let (reading, notices) = read(&gone, ("polity5", "state_year", "democracydata"));
    let reading = reading.unwrap();
    assert!((0..reading.tables[0].1.num_rows()).all(|r| super::help::cell(&reading.tables[0].1, "durable", r).is_none()));
    let told = notices.iter().find(|n| n.code == "missing-columns").expect("it is told");
    assert_eq!(told.what, "the column 'durable' (nearest: 'durability') is missing; new: 'durability'; what they would say is null");
    // and a column more is told, and does not matter
    let more = String::from_utf8(bytes.clone()).unwrap();
    let more: String = more.lines().enumerate().map(|(i, l)| format!("{l},{}\n", if i == 0 { "durability" } else { "7" })).collect();
    let (with, notices) = read(more.as_bytes(), ("polity5", "state_year", "democracydata"));
    let (without, _) = read(&bytes, ("polity5", "state_year", "democracydata"));
    assert_eq!(with.unwrap().tables, without.unwrap().tables);
    assert!(notices.iter().any(|n| n.code == "unknown-columns" && n.what.contains("durability")));
    assert!(notices.iter().all(|n| n.code != "missing-columns"));
}

/// Where a publisher ships hundreds of columns the ones that are read are still missed.
#[test]
fn a_wide_file_misses_what_is_read_of_it() {
    let (_, bytes) = sample("atop", "member", "member");
    let gone = with_header(&bytes, |h| h.replace("nonagg", "nonaggression"));
    let (_, notices) = read(&gone, ("atop", "member", "member"));
    let told = notices.iter().find(|n| n.code == "missing-columns").expect("it is told");
    assert!(told.what.contains("'nonagg' (nearest: 'nonaggression')"), "{}", told.what);
}

#[test]
fn a_successor_with_the_same_columns_loads_under_its_own_version() {
    let folder = TempDir::new().unwrap();
    let copy = |id: &str, role: &str, shape: &str, name: &str| std::fs::write(folder.path().join(name), sample(id, role, shape).1).unwrap();
    copy("vdem", "country_year", "full", "V-Dem-CY-Full+Others-v100.csv");
    copy("cow_igo", "state_year", "wide", "state_year_format_v4.csv");
    copy("gsdb_sanctions", "case", "v4", "GSDB_V5.csv");
    copy("atop", "dyad_year", "dyad", "atop_v5.2_dyad_year.csv");
    copy("cow_contiguity", "spells", "contdir", "contdir_v4.csv");
    let fetched = fetch(folder.path(), &[]);
    let mut taken: Vec<String> = fetched.report.taken.iter().map(|f| format!("{} {}", f.source, f.version)).collect();
    taken.sort();
    assert_eq!(
        taken,
        ["atop v5.2", "cow_contiguity v4", "cow_igo v4", "gsdb_sanctions v5", "vdem v100"],
        "{:?}",
        fetched.report.left_alone
    );
}

/// Rows of years that no edition at hand had are covered, not censored.
#[test]
fn a_successor_widens_the_coverage() {
    for (id, role, shape, from, to) in [
        ("atop", "dyad_year", "dyad", "2018", "2023"),
        ("gsdb_sanctions", "case", "v4", "2021", "2025"),
        ("ucdp_acd", "conflict_year", "states", "2013", "2027"),
        ("sipri_arms", "dyad_year", "360info", "2018", "2026"),
        ("nuclear_cooperation", "agreement", "nca", "1999", "2009"),
        ("china_investment", "deal", "aei", "2016", "2025"),
    ] {
        let text = String::from_utf8(sample(id, role, shape).1).unwrap();
        assert!(text.contains(from), "{id}: the sample has no {from}");
        let (reading, _) = read(text.replace(from, to).as_bytes(), (id, role, shape));
        let last = reading.unwrap().coverage.iter().filter(|c| c.gwcode.is_none()).map(|c| c.year_from).max();
        assert_eq!(last, to.parse::<i32>().ok().map(|y| y + 1), "{id}");
    }
}
