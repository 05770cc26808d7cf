//! Dirty inputs, made from the clean samples: each is read to the same tables, or says what is wrong and where.

use std::io::{Cursor, Write};
use std::path::Path;

use blocwatch_core::accounting::RowAccount;
use blocwatch_core::{Notices, Severity};
use blocwatch_sources::{Reading, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::help::{cell, check, fetch, held, sample, source, states, table};

const ROW: (&str, &str, &str) = ("vdem", "country_year", "row");

fn read(bytes: &[u8], (id, role, shape): (&str, &str, &str)) -> (Result<Reading>, Notices) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("dirty.csv");
    std::fs::write(&path, bytes).unwrap();
    let mut notices = Notices::new();
    let reading = source(id).read(&[held(&path, id, role, shape)], states(), &mut notices);
    if let Ok(reading) = &reading {
        check(id, reading);
    }
    (reading, notices)
}

fn clean() -> String {
    String::from_utf8(sample(ROW.0, ROW.1, ROW.2).1).unwrap()
}

/// Reads a dirty form of the sample `row` and returns its only account.
fn account(text: &str) -> RowAccount {
    let (reading, _) = read(text.as_bytes(), ROW);
    reading.unwrap().accounts.remove(0)
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

fn has(notices: &Notices, code: &str) -> bool {
    notices.iter().any(|n| n.code == code)
}

#[test]
fn dress_does_not_matter() {
    let text = clean();
    let (expected, _) = read(text.as_bytes(), ROW);
    let expected = expected.unwrap();
    let bom = format!("\u{feff}{text}");
    let crlf = text.replace('\n', "\r\n");
    let mac = text.replace('\n', "\r");
    let tabs = text.replace(',', "\t");
    let commas = text.replace(',', ";").replace('.', ",");
    let quoted: String = text.lines().map(|l| format!("\"{}\"\n", l.replace(',', "\",\""))).collect();
    let blanks: String = text.lines().map(|l| format!(" {} \n", l.replace(',', " , "))).collect();
    let utf16: Vec<u8> = std::iter::once(0xfeffu16).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let floats = text.replace(",1900,", ",1900.0,").replace(",1901,1,", ",1901,1.0,");
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("byte-order mark", bom.into_bytes()),
        ("CRLF", crlf.clone().into_bytes()),
        ("CRLF without a last line end", crlf.trim_end().as_bytes().to_vec()),
        ("no last line end", text.trim_end().as_bytes().to_vec()),
        ("old Mac line ends", mac.into_bytes()),
        ("tabs", tabs.into_bytes()),
        ("semicolons and decimal commas", commas.into_bytes()),
        ("everything quoted", quoted.into_bytes()),
        ("blanks around cells", blanks.into_bytes()),
        ("UTF-16", utf16),
        ("whole numbers written as floats", floats.into_bytes()),
        ("header in capitals", text.replace("country_id,country_text_id", "COUNTRY_ID,Country_Text_Id").into_bytes()),
        ("gzip under another name", gzip(text.as_bytes())),
        ("two gzip members", [gzip(&text.as_bytes()[..50]), gzip(&text.as_bytes()[50..])].concat()),
    ];
    for (what, bytes) in forms {
        let (reading, notices) = read(&bytes, ROW);
        let reading = reading.unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(reading.tables, expected.tables, "{what}");
        assert!(!notices.has_errors(), "{what}: {notices:?}");
    }
}

#[test]
fn an_archive_with_other_things_in_it_is_read() {
    let (name, text) = sample(ROW.0, ROW.1, ROW.2);
    let (expected, _) = read(&text, ROW);
    let nested = format!("Data/v99/{name}");
    let resource = format!("__MACOSX/Data/v99/._{name}");
    let bytes = zip(&[
        ("readme.txt", b"made up"),
        ("Data/codebook.csv", b"name,question\na,b\n"),
        (&nested, &text),
        (&resource, b"\0\x05\x16\x07junk"),
    ]);
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("V-Dem_download (1).bin"), &bytes).unwrap();
    let fetched = fetch(folder.path(), &["vdem"]);
    assert_eq!(fetched.report.taken.len(), 1, "{:?}", fetched.report);
    assert_eq!(fetched.report.taken[0].version, "v99");
    let files = fetched.store.current("vdem").unwrap();
    let reading = source("vdem").read(&files, states(), &mut Notices::new()).unwrap();
    let column = |r: &Reading, c: &str| -> Vec<_> { (0..5).map(|i| cell(table(r, "vdem_state_year"), c, i)).collect() };
    let expected = expected.unwrap();
    for c in ["gwcode", "year", "v2x_regime", "v2x_polyarchy", "source_row"] {
        assert_eq!(column(&reading, c), column(&expected, c));
    }
}

#[test]
fn one_archive_can_be_several_files_of_a_source() {
    let parts: Vec<(String, Vec<u8>)> = [("rollcalls", "voeten"), ("votes", "voeten")].map(|(r, s)| sample("unga_votes", r, s)).into();
    let members: Vec<(&str, &[u8])> = parts.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("dataverse_files.zip"), zip(&members)).unwrap();
    let fetched = fetch(folder.path(), &["unga_votes"]);
    assert_eq!(fetched.report.taken.len(), 2);
    let (reading, _) = fetched.read("unga_votes");
    let reading = reading.unwrap();
    assert_eq!((table(&reading, "unga_rollcall").num_rows(), table(&reading, "unga_vote").num_rows()), (2, 8));
}

#[test]
fn broken_packing_is_an_error_with_a_way_out() {
    let (name, text) = sample(ROW.0, ROW.1, ROW.2);
    // long enough that the cut falls behind the first bytes that recognition looks at
    let long: Vec<u8> = [text.as_slice(), &"3,MEX,Made-up Mexico,1950,0,0.1,0.1,0.1\n".repeat(20_000).into_bytes()].concat();
    let packed = gzip(&long);
    let archive = zip(&[(&name, &text)]);
    let mut wrong = gzip(&text);
    let n = wrong.len();
    wrong[n - 6] ^= 0xff;
    for (what, bytes, says) in [
        ("gzip cut off", packed[..packed.len() - 20].to_vec(), "ends early"),
        ("gzip cut to its head", packed[..12].to_vec(), "ends early"),
        ("gzip with a wrong sum", wrong, "does not unpack"),
        ("zip cut off", archive[..archive.len() - 30].to_vec(), "cut off or damaged"),
    ] {
        let (reading, _) = read(&bytes, ROW);
        let message = reading.err().unwrap_or_else(|| panic!("{what} was read")).to_string();
        assert!(message.contains(says) && message.contains("download it again") && message.contains("dirty.csv"), "{what}: {message}");
    }
}

#[test]
fn an_empty_file_and_a_header_alone_are_told_apart() {
    let (nothing, _) = read(b"", ROW);
    assert!(nothing.unwrap_err().to_string().starts_with("the file is empty"));
    let (blank, _) = read(b"\n \r\n\n", ROW);
    assert!(blank.unwrap_err().to_string().starts_with("the file is empty"));
    let header = clean().lines().next().unwrap().to_owned();
    let (reading, notices) = read(header.as_bytes(), ROW);
    assert_eq!(reading.unwrap().accounts[0].rows_in, 0);
    assert!(notices.iter().any(|n| n.code == "no-rows" && n.severity == Severity::Error));
}

#[test]
fn titles_above_and_headers_within_are_left_out_by_rule() {
    let text = clean();
    let header = text.lines().next().unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(3, header);
    lines.insert(4, ",,,,,,,");
    let dirty = format!("Regimes of the World\n\"Made up, downloaded 2026\"\n\n{}\n", lines.join("\n\n"));
    let (reading, notices) = read(dirty.as_bytes(), ROW);
    let reading = reading.unwrap();
    let a = &reading.accounts[0];
    assert_eq!((a.rows_in, a.kept), (7, 5));
    assert_eq!(a.dropped.keys().collect::<Vec<_>>(), ["empty row", "header row repeated in the middle"]);
    assert!(has(&notices, "title-rows"));
    // the header stands on line 4, and every line is followed by an empty one
    assert_eq!(cell(table(&reading, "vdem_state_year"), "source_row", 0).as_deref(), Some("6"));
}

#[test]
fn rows_that_cannot_be_used_are_quarantined_with_line_and_reason() {
    let text = clean();
    let broken = |from: &str, to: &str| account(&text.replace(from, to));
    for (account, line, reason, says) in [
        (broken("MEX,Made-up Mexico,1901,1", "MEX,Made-up, Mexico,1901,1"), 3, "wrong number of fields", "9 instead of 8"),
        (broken("11,RUS,Made-up Russia,1991", "9911,XXX,Made-up Atlantis,1991"), 4, "unknown state", "country_id 9911 in 1991"),
        (broken("0.202", "0.2o2"), 3, "not a number in column 'v2x_polyarchy'", "'0.2o2'"),
        (broken(",1901,1,", ",19o1,1,"), 3, "not a whole number in column 'year'", "'19o1'"),
        (broken(",1901,1,", ",,1,"), 3, "missing value in column 'year'", "''"),
        (broken(",1901,1,", ",1901,7,"), 3, "number out of range in column 'v2x_regime'", "'7'"),
        (broken(",1901,1,", ",1901,0.5,"), 3, "not a whole number in column 'v2x_regime'", "'0.5'"),
        (broken("0.202", "inf"), 3, "not a number in column 'v2x_polyarchy'", "'inf'"),
    ] {
        assert_eq!((account.rows_in, account.kept, account.quarantined_total()), (5, 4, 1), "{account:?}");
        let sample = &account.samples[0];
        assert_eq!((sample.line, sample.reason.as_str()), (line, reason));
        assert!(sample.text.contains(says), "{}", sample.text);
    }
}

#[test]
fn the_later_of_two_rows_with_one_key_goes() {
    let text = clean();
    let again = format!("{text}3,MEX,Made-up Mexico,1900,3,0.9,0.9,0.9\n");
    let (reading, _) = read(again.as_bytes(), ROW);
    let reading = reading.unwrap();
    let a = &reading.accounts[0];
    assert_eq!((a.rows_in, a.kept), (6, 5));
    assert_eq!(a.samples[0].line, 7);
    assert!(a.samples[0].text.contains("line 7 has the same key as line 2"), "{}", a.samples[0].text);
    assert_eq!(cell(table(&reading, "vdem_state_year"), "v2x_regime", 0).as_deref(), Some("0"), "the first row stays");
}

#[test]
fn missing_has_many_names_and_is_never_zero() {
    let text = clean();
    for missing in ["", "NA", "NaN", ".", "N/A", " NA "] {
        let (reading, _) = read(text.replace("0.202", missing).as_bytes(), ROW);
        let reading = reading.unwrap();
        assert_eq!(reading.accounts[0].kept, 5);
        assert_eq!(cell(table(&reading, "vdem_state_year"), "v2x_polyarchy", 1), None);
    }
}

#[test]
fn an_open_quote_does_not_lose_rows_in_silence() {
    let text = clean().replace("11,RUS,Made-up Russia,1991", "11,RUS,\"Made-up Russia,1991");
    let a = account(&text);
    // from line 4 on everything is one open cell: three lines, counted as three
    assert_eq!((a.rows_in, a.kept), (5, 2), "{a:?}");
    assert_eq!(a.quarantined.iter().collect::<Vec<_>>(), [(&"a quote that is not closed in its row".to_owned(), &3)]);
}

#[test]
fn a_quoted_line_end_does_not_shift_the_lines_after_it() {
    let (_, bytes) = sample("unga_votes", "rollcalls", "unvotes");
    let text = String::from_utf8(bytes).unwrap().replace("To adopt a made-up amendment", "To adopt\na made-up\namendment");
    for form in [text.clone(), text.replace('\n', "\r\n")] {
        let (reading, _) = read(form.as_bytes(), ("unga_votes", "rollcalls", "unvotes"));
        let reading = reading.unwrap();
        let calls = table(&reading, "unga_rollcall");
        let lines: Vec<_> = (0..3).map(|i| cell(calls, "source_row", i).unwrap()).collect();
        assert_eq!(lines, ["2", "5", "6"]);
        assert!(cell(calls, "descr", 0).unwrap().contains("made-up"));
    }
}

#[test]
fn old_encodings_are_read_and_told() {
    let (_, bytes) = sample("cow_igo", "organisation_year", "meta");
    let text = String::from_utf8(bytes).unwrap().replace("Made-up Organisation,", "Organisation inventée – n° 1,");
    let legacy = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let (reading, notices) = read(&legacy, ("cow_igo", "organisation_year", "meta"));
    assert_eq!(cell(table(&reading.unwrap(), "igo_year"), "orgname", 0).as_deref(), Some("Organisation inventée – n° 1"));
    assert!(has(&notices, "windows-1252"));
}

#[test]
fn a_renamed_column_is_an_error_that_names_its_neighbour() {
    let text = clean().replace("v2x_regime,", "v2x_regimes,");
    let (reading, _) = read(text.as_bytes(), ROW);
    let message = reading.unwrap_err().to_string();
    assert!(message.starts_with("the column 'v2x_regime' (nearest: 'v2x_regimes') is missing of the shape 'row'"), "{message}");
    // and fetching leaves the file alone, with the same words
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("vdem_v99_regimes_of_the_world.csv"), text).unwrap();
    let fetched = fetch(folder.path(), &[]);
    assert!(fetched.report.left_alone[0].1.contains("nearest: 'v2x_regimes'"), "{:?}", fetched.report);
    assert!(has(&fetched.notices, "nothing-recognised"));
}

#[test]
fn a_new_column_is_told_once_and_briefly() {
    let text: String = clean()
        .lines()
        .enumerate()
        .map(|(i, l)| if i == 0 { format!("{l},new1,new2,new3,new4,new5,new6,new7\n") } else { format!("{l},1,2,3,4,5,6,7\n") })
        .collect();
    let (reading, notices) = read(text.as_bytes(), ROW);
    assert_eq!(reading.unwrap().accounts[0].kept, 5);
    let told: Vec<_> = notices.iter().filter(|n| n.code == "unknown-columns").collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].what.ends_with("new1, new2, new3, new4, new5 and 2 more"), "{}", told[0].what);
}

#[test]
fn votes_need_their_roll_calls() {
    let (_, votes) = sample("unga_votes", "votes", "voeten");
    let (reading, _) = read(&votes, ("unga_votes", "votes", "voeten"));
    let message = reading.unwrap_err().to_string();
    assert!(message.contains("needs its 'rollcalls' file") && message.contains("blocwatch fetch unga_votes"), "{message}");
}

#[test]
fn dirt_in_votes_and_memberships_is_quarantined_too() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    put("un_roll_calls.csv", &sample("unga_votes", "rollcalls", "unvotes").1);
    let votes = String::from_utf8(sample("unga_votes", "votes", "unvotes").1).unwrap();
    put("un_votes.csv", format!("{votes}3,Atlantis,AT1,yes\n3,Cuba,CU,maybe\n4,Cuba,CU,yes\n3,Russia,RU,yes\n").as_bytes());
    let wide = String::from_utf8(sample("cow_igo", "state_year", "wide").1).unwrap();
    put("state_year_format3.csv", wide.replace("255,1990,germany,1,1,2,-1", "255,1990,germany,1,1,5,-1").as_bytes());
    let fetched = fetch(folder.path(), &[]);
    let (reading, _) = fetched.read("unga_votes");
    let reading = reading.unwrap();
    let account = reading.accounts.iter().find(|a| a.file == "un_votes.csv").unwrap();
    assert_eq!((account.rows_in, account.kept), (12, 8), "{account:?}");
    let reasons: Vec<&str> = account.quarantined.keys().map(String::as_str).collect();
    let expected = [
        "roll call not in the rollcalls file",
        "same roll call and state as an earlier row",
        "unknown state",
        "unknown vote code in column 'vote'",
    ];
    assert_eq!(reasons, expected);
    assert!(account.samples[0].text.starts_with("'Atlantis' in 1946"), "{:?}", account.samples);
    // one unreadable cell makes all cells of its state-year doubtful: four organisations
    let (reading, _) = fetched.read("cow_igo");
    let reading = reading.unwrap();
    let a = &reading.accounts[0];
    assert_eq!((a.rows_in, a.quarantined_total()), (20, 4), "{a:?}");
    assert_eq!(a.quarantined.keys().next().unwrap(), "unknown membership status in column 'AfDB'");
}

#[test]
fn a_file_is_taken_by_name_and_header_together() {
    let folder = TempDir::new().unwrap();
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let (_, row) = sample(ROW.0, ROW.1, ROW.2);
    put("my regimes.csv", &row);
    put("V-Dem-CY-Core-v99.csv", b"just,some\nother,table\n");
    put("issues.csv", b"id,title\n1,of a bug tracker\n");
    put("photo.jpg", &[0xff, 0xd8, 0xff, 0xe0, 0, 16]);
    put("empty.csv", b"");
    let fetched = fetch(folder.path(), &[]);
    assert!(fetched.report.taken.is_empty(), "{:?}", fetched.report.taken);
    let why = |name: &str| &fetched.report.left_alone.iter().find(|(p, _)| p.ends_with(Path::new(name))).unwrap().1;
    assert!(why("my regimes.csv").contains("its columns fit vdem") && why("my regimes.csv").contains("rename it to"));
    assert!(why("V-Dem-CY-Core-v99.csv").contains("named like vdem"), "{}", why("V-Dem-CY-Core-v99.csv"));
    assert!(why("issues.csv").contains("named like unga_votes"));
    assert_eq!(why("photo.jpg"), "no source knows it");
    assert_eq!(why("empty.csv"), "empty file");
}

#[test]
fn a_row_is_found_again_by_its_line() {
    let text = clean().replace("Made-up Russia", "\"Made-up\nRussia\"");
    let crlf = format!("A title\n\n{text}").replace('\n', "\r\n");
    for bytes in [text.clone().into_bytes(), crlf.into_bytes(), gzip(text.as_bytes())] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("dirty.csv");
        std::fs::write(&path, &bytes).unwrap();
        let file = held(&path, ROW.0, ROW.1, ROW.2);
        let reading = source("vdem").read(std::slice::from_ref(&file), states(), &mut Notices::new()).unwrap();
        let t = table(&reading, "vdem_state_year");
        for row in 0..t.num_rows() {
            let line = cell(t, "source_row", row).unwrap().parse().unwrap();
            let published = blocwatch_sources::RawFile::open(source("vdem"), &file).unwrap().record(line).unwrap();
            let value = |c: &str| published.iter().find(|(n, _)| n == c).map(|(_, v)| v.clone());
            assert_eq!(value("country_text_id"), cell(t, "country_text_id", row));
            assert_eq!(value("year"), cell(t, "year", row));
        }
    }
}
