//! Speeches and treaty texts: the real files, the same table in every form, and damage to the forms that are no delimited text.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use blocwatch_core::Notices;
use blocwatch_core::coverage::Knowledge;
use blocwatch_sources::{RawFile, Reading, Result};
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;
use tempfile::TempDir;

use super::help::{cell, check, count, fetch, held, sample, source, states, table};
use super::published::{accounts, read};

const SPEECHES: (&str, &str, &str) = ("general_debate", "speeches", "ungdc");

/// The records of the sample of speeches, names first.
fn records() -> Vec<Vec<String>> {
    let bytes = sample(SPEECHES.0, SPEECHES.1, SPEECHES.2).1;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The sample as JSON lines: numbers as numbers, empty cells as null.
fn json_lines() -> Vec<u8> {
    let records = records();
    let one = |record: &Vec<String>| {
        let value = |text: &String| match text.parse::<i64>() {
            Ok(number) => serde_json::Value::from(number),
            Err(_) if text.is_empty() => serde_json::Value::Null,
            Err(_) => serde_json::Value::from(text.as_str()),
        };
        let object: serde_json::Map<_, _> = records[0].iter().cloned().zip(record.iter().map(value)).collect();
        serde_json::to_string(&object).unwrap() + "\n"
    };
    records[1..].iter().map(one).collect::<String>().into_bytes()
}

/// The sample as Parquet, numbers as 64-bit integers, as pandas writes them.
fn parquet() -> Vec<u8> {
    let records = records();
    let column = |at: usize| -> (String, ArrayRef) {
        let cells = || records[1..].iter().map(|r| Some(r[at].as_str()).filter(|t| !t.is_empty()));
        let numbers = cells().flatten().all(|t| t.parse::<i64>().is_ok());
        let array: ArrayRef = match numbers {
            true => Arc::new(cells().map(|t| t.map(|t| t.parse::<i64>().unwrap())).collect::<Int64Array>()),
            false => Arc::new(cells().collect::<StringArray>()),
        };
        (records[0][at].clone(), array)
    };
    let batch = RecordBatch::try_from_iter_with_nullable((0..records[0].len()).map(column).map(|(n, a)| (n, a, true))).unwrap();
    let mut out = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut out, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    out
}

fn read_as(name: &str, bytes: &[u8]) -> (Result<Reading>, Notices) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut notices = Notices::new();
    let reading = source(SPEECHES.0).read(&[held(&path, SPEECHES.0, SPEECHES.1, SPEECHES.2)], states(), &mut notices);
    if let Ok(reading) = &reading {
        check(SPEECHES.0, reading);
    }
    (reading, notices)
}

#[test]
fn a_table_is_the_same_in_every_form() {
    let plain = sample(SPEECHES.0, SPEECHES.1, SPEECHES.2).1;
    let expected = read_as("plain.csv", &plain).0.unwrap();
    let forms = [("lines.jsonl", json_lines()), ("lines.gz", super::dirt::gzip(&json_lines())), ("table.parquet", parquet())];
    for (name, bytes) in forms {
        let reading = read_as(name, &bytes).0.unwrap_or_else(|e| panic!("{name}: {e}"));
        let (ours, theirs) = (table(&reading, "speech"), table(&expected, "speech"));
        let but_line: Vec<usize> = (0..ours.num_columns() - 1).collect();
        assert_eq!(ours.project(&but_line).unwrap(), theirs.project(&but_line).unwrap(), "{name}");
        let (a, b) = (&reading.accounts[0], &expected.accounts[0]);
        assert_eq!((a.rows_in, a.kept, &a.quarantined), (b.rows_in, b.kept, &b.quarantined), "{name}");
    }
}

/// The number of a row leads back to it, also where a line of the file is not a line of the table.
#[test]
fn a_row_is_found_again_in_every_form() {
    let plain = sample(SPEECHES.0, SPEECHES.1, SPEECHES.2).1;
    for (name, bytes) in [("plain.csv", plain), ("lines.jsonl", json_lines()), ("table.parquet", parquet())] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(format!("ungdc_{name}"));
        std::fs::write(&path, &bytes).unwrap();
        let fetched = fetch(folder.path(), &[SPEECHES.0]);
        assert_eq!(fetched.report.taken.len(), 1, "{name}: {:?}", fetched.report);
        let (reading, _) = fetched.read(SPEECHES.0);
        let reading = reading.unwrap();
        let speeches = table(&reading, "speech");
        let file = fetched.store.current(SPEECHES.0).unwrap().remove(0);
        let raw = RawFile::open(source(SPEECHES.0), &file).unwrap();
        for row in 0..speeches.num_rows() {
            let line = cell(speeches, "source_row", row).unwrap().parse().unwrap();
            let published = raw.record(line).unwrap();
            let value = |c: &str| published.iter().find(|(n, _)| n == c).map(|(_, v)| v.clone());
            for c in ["iso3", "session", "text"] {
                assert_eq!(value(c), cell(speeches, c, row), "{name} line {line}");
            }
        }
        assert!(raw.record(999).unwrap_err().to_string().contains("it has no line 999"), "{name}");
    }
}

#[test]
fn a_long_value_is_shown_cut() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ungdc_long.jsonl");
    std::fs::write(&path, format!("{{\"iso3\": \"HUN\", \"session\": 1, \"year\": 1946, \"text\": \"{}\"}}\n", "ö".repeat(300_000)))
        .unwrap();
    let file = held(&path, SPEECHES.0, SPEECHES.1, SPEECHES.2);
    let record = RawFile::open(source(SPEECHES.0), &file).unwrap().record(1).unwrap();
    let shown = &record.iter().find(|(n, _)| n == "text").unwrap().1;
    assert!(shown.starts_with("öö") && shown.ends_with(" … (300000 characters)") && shown.chars().count() < 600, "{shown}");
}

#[test]
fn lines_that_are_no_objects_are_quarantined() {
    let mut text = String::from_utf8(json_lines()).unwrap();
    text.push_str(
        "{\"iso3\": \"FRA\", \"session\": 99\n[1, 2]\n\n{\"iso3\": \"FRA\", \"session\": 99, \"year\": 2044, \"text\": \"Made up.\"}",
    );
    let before = read_as("lines.jsonl", &json_lines()).0.unwrap();
    let reading = read_as("lines.jsonl", text.as_bytes()).0.unwrap();
    let (a, b) = (&reading.accounts[0], &before.accounts[0]);
    assert_eq!((a.rows_in, a.kept), (b.rows_in + 3, b.kept + 1));
    assert_eq!(a.quarantined["not a JSON object"], 2);
}

#[test]
fn a_cut_parquet_file_is_never_taken() {
    let whole = parquet();
    for cut in [4, 12, whole.len() / 2, whole.len() - 1] {
        let (reading, _) = read_as("cut.parquet", &whole[..cut]);
        let message = reading.unwrap_err().to_string();
        assert!(message.contains("the Parquet file is cut off or damaged") && message.contains("download it again"), "{message}");
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("ungdc_made_up.parquet"), &whole[..cut]).unwrap();
        assert!(fetch(folder.path(), &[SPEECHES.0]).report.taken.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_parquet_neither_panics_nor_loses_rows(damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = parquet();
        let n = bytes.len();
        for (at, b) in damages {
            bytes[at.index(n)] ^= b;
        }
        if let (Ok(reading), _) = read_as("damaged.parquet", &bytes) {
            prop_assert_eq!(reading.accounts[0].kept, table(&reading, "speech").num_rows() as u64);
        }
    }
}

#[test]
fn published_speeches_are_all_there() {
    let Some((_, reading)) = read("general_debate", "data/ungdc") else { return };
    assert_eq!(accounts(&reading), [("ungdc_1946_2024.parquet", 10_952, 10_952)]);
    let t = table(&reading, "speech");
    assert_eq!(t.num_rows(), 10_952);
    assert_eq!(["state", "organisation", "territory"].map(|k| count(t, &[("kind", k)])).iter().sum::<usize>(), 10_952);
    // the European Union since 2011
    assert_eq!(count(t, &[("iso3", "EU"), ("kind", "organisation")]), count(t, &[("kind", "organisation")]));
    assert_eq!(count(t, &[("iso3", "CSK"), ("gwcode", "315")]), count(t, &[("iso3", "CSK")]));
    assert_eq!(count(t, &[("iso3", "RUS"), ("gwcode", "365")]), count(t, &[("iso3", "RUS")]));
    assert_eq!(count(t, &[("year", "2024")]), 192);
    let (texts, characters) = (t.column_by_name("text").unwrap().as_string::<i32>(), t.column_by_name("characters").unwrap());
    let counted = characters.as_primitive::<arrow::datatypes::Int32Type>();
    let blanks = (0..t.num_rows()).map(|r| i64::from(counted.value(r)) - texts.value(r).chars().count() as i64);
    // surrounding blanks are gone here
    let (least, most, all) = blanks.fold((0, 0, 0), |(least, most, all), n| (n.min(least), n.max(most), all + n));
    assert_eq!((least, most, all), (0, 100, 21_710));
    let covered = |gwcode: u16, year: i32| {
        reading.coverage.iter().find(|c| c.gwcode == Some(gwcode) && (c.year_from..=c.year_to).contains(&year)).map(|c| c.knowledge)
    };
    assert_eq!(
        [covered(200, 2024), covered(225, 1990)],
        [Some(Knowledge::Covered), Some(Knowledge::NotCovered)],
        "Switzerland joined in 2002"
    );
}

#[test]
fn published_treaty_texts_are_all_there() {
    let Some(folder) = super::shared::path("data/texts") else { return };
    let fetched = fetch(&folder, &["treaty_texts"]);
    let (reading, _) = fetched.read("treaty_texts");
    let reading = reading.unwrap();
    // lines of the file at hand were cut within records: the pieces are told, and nothing is made of them
    let account = &reading.accounts[0];
    assert_eq!((account.rows_in, account.kept, account.quarantined["not a JSON object"]), (235, 200, 35));
    let t = table(&reading, "treaty_text");
    assert_eq!(count(t, &[("treatyID", "RUS-USA_1973A")]), 5);
    assert_eq!(count(t, &[("treatyID", "RUS-USA_1973A"), ("occurrence", "5"), ("year", "1973")]), 1);
    let Some((_, treaties)) = read("treaties", "data/treaties") else { return };
    let known: std::collections::BTreeSet<String> = {
        let agreements = table(&treaties, "treaty_agreement");
        (0..agreements.num_rows()).filter_map(|r| cell(agreements, "treatyID", r)).collect()
    };
    let joined: std::collections::BTreeSet<String> = (0..t.num_rows()).filter_map(|r| cell(t, "treatyID", r)).collect();
    assert_eq!((joined.len(), joined.intersection(&known).count()), (192, 175));
    assert!(Path::new(&fetched.store.current("treaty_texts").unwrap()[0].path).ends_with("treaty_texts_nonwestern.jsonl.gz"));
}
