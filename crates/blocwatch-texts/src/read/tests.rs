//! Every format, and what absurd input ends as. All files are made up.

use std::io::Write;

use proptest::prelude::*;

use super::*;

fn put(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    File::create(&path).unwrap().write_all(bytes).unwrap();
    path
}

fn read_with(paths: &[PathBuf], options: &Options) -> (Vec<Document>, Report) {
    let mut report = Report::default();
    let list = inputs(paths, &mut report).unwrap();
    let mut documents = Vec::new();
    let mut sink = |d: Document| {
        documents.push(d);
        Ok(())
    };
    let mut reader = Reader::new(options, &mut report, &mut sink);
    for input in &list {
        reader.read(input, &digest(&input.path).unwrap()).unwrap();
    }
    (documents, report)
}

fn read_all(paths: &[PathBuf]) -> (Vec<Document>, Report) {
    read_with(paths, &Options::default())
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn codes(report: &Report) -> Vec<&str> {
    report.unread.iter().map(|u| &*u.code).collect()
}

#[test]
fn a_folder_of_many_formats_is_read_in_order_of_names() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a/law.txt", b"Article 1. The organisation shall register.");
    put(dir.path(), "a/page.html", b"<html lang=\"en\"><title>A law</title><body><p>Article 1. Words.");
    put(dir.path(), "b.md", b"---\ntitle: On agents\ndate: 2012\n---\n# Article 1\nWords");
    put(dir.path(), "c.csv", "id;text;country;year\nx;\"One; two\";RUS;2012\ny;;KGZ;2013\n".as_bytes());
    put(dir.path(), "d.jsonl", b"{\"id\":1,\"text\":\"Words here\",\"date\":\"20.07.2012\",\"language\":\"English\"}\nnot json\n\n{\"id\":1,\"text\":\"Words there\"}");
    put(dir.path(), "e.json", b"{\"laws\":[{\"title\":\"T\",\"body\":[\"One\",\"Two\"]}]}");
    put(dir.path(), "f.zip", &zipped(&[("z.txt", b"last"), ("in/a.txt", b"first"), ("__MACOSX/a", b"x")]));
    put(dir.path(), "g.txt.gz", &gzipped(b"packed words"));
    let (documents, report) = read_all(&[dir.path().to_path_buf()]);
    let ids: Vec<String> = documents.iter().map(|d| d.id.strip_prefix(&format!("{}/", dir.path().display())).unwrap().to_owned()).collect();
    assert_eq!(
        ids,
        [
            "a/law.txt",
            "a/page.html",
            "b.md",
            "c.csv#x",
            "d.jsonl#1",
            "d.jsonl#1~2",
            "e.json#1",
            "f.zip#in/a.txt",
            "f.zip#z.txt",
            "g.txt.gz"
        ]
    );
    assert_eq!(documents[1].meta.title.as_deref(), Some("A law"));
    assert_eq!(documents[1].meta.language.as_deref(), Some("en"));
    assert!(!documents[1].meta.language_detected && documents[0].meta.language_detected);
    assert_eq!(documents[2].meta.date.unwrap().to_string(), "2012");
    assert_eq!((documents[3].text.as_str(), documents[3].meta.author.as_deref()), ("One; two", Some("RUS")));
    assert_eq!(documents[4].meta.date.unwrap().to_string(), "2012-07-20");
    assert_eq!(documents[6].text, "One\nTwo");
    assert_eq!(documents[9].text, "packed words");
    assert_eq!(codes(&report), ["empty", "broken-row", "hidden"]);
    assert_eq!(report.documents, 10);
}

#[test]
fn a_tar_archive_and_tables_within_archives_are_read() {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in [("laws/one.txt", b"One law".as_slice()), ("laws/t.csv", b"text,author\nA row,KAZ\n".as_slice())] {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append_data(&mut header, name, bytes).unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let path = put(dir.path(), "laws.tgz", &gzipped(&tar.into_inner().unwrap()));
    let (documents, report) = read_with(std::slice::from_ref(&path), &Options { author_from_folder: true, ..Options::default() });
    let ids: Vec<&str> = documents.iter().map(|d| d.id.strip_prefix(&path.display().to_string()).unwrap()).collect();
    assert_eq!(ids, ["#laws/one.txt", "#laws/t.csv#1"]);
    assert_eq!(documents[0].meta.author.as_deref(), Some("laws"));
    assert_eq!(documents[1].meta.author.as_deref(), Some("KAZ"));
    assert!(report.unread.is_empty());
}

#[test]
fn parquet_is_read_with_its_metadata() {
    use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
    let batch = RecordBatch::try_from_iter([
        ("iso3", std::sync::Arc::new(StringArray::from(vec!["RUS", "CHN"])) as ArrayRef),
        ("year", std::sync::Arc::new(Int32Array::from(vec![Some(2012), None]))),
        ("text", std::sync::Arc::new(StringArray::from(vec![Some("Words of one"), None]))),
    ])
    .unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "t.parquet", &bytes);
    put(dir.path(), "u.zip", &zipped(&[("t.parquet", &bytes)]));
    let (documents, report) = read_all(&[dir.path().to_path_buf()]);
    assert_eq!(documents.len(), 2);
    assert_eq!((documents[0].meta.author.as_deref(), documents[0].meta.date.unwrap().year()), (Some("RUS"), 2012));
    assert_eq!(documents[0].text, documents[1].text);
    assert_eq!(codes(&report), ["empty", "empty"]);
}

#[test]
fn columns_can_be_named_and_a_wrong_name_is_answered() {
    let dir = tempfile::tempdir().unwrap();
    let path = put(dir.path(), "t.csv", b"key,wording,who\n1,Some words,RUS\n");
    let columns = Columns { text: Some("Wording".into()), author: Some("who".into()), ..Columns::default() };
    let (documents, _) = read_with(std::slice::from_ref(&path), &Options { columns, ..Options::default() });
    assert_eq!(documents[0].meta.author.as_deref(), Some("RUS"));
    let columns = Columns { text: Some("wordin".into()), ..Columns::default() };
    let (_, report) = read_with(std::slice::from_ref(&path), &Options { columns, ..Options::default() });
    assert!(report.unread[0].reason.contains("did you mean 'wording'?"), "{}", report.unread[0].reason);
    let (_, report) = read_all(&[path]);
    assert!(report.unread[0].reason.contains("--text-column"), "{}", report.unread[0].reason);
}

#[test]
fn what_cannot_be_read_is_named_with_its_reason_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a.bin", &(0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect::<Vec<_>>());
    put(dir.path(), "b.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old word");
    put(dir.path(), "c.pdf", b"%PDF-1.4\nbroken");
    put(dir.path(), "d.zip", b"PK\x03\x04 broken");
    put(dir.path(), "e.txt", b"");
    put(dir.path(), "f.txt", b" \n\t--- \n");
    put(dir.path(), "g.gz", b"\x1f\x8b broken");
    put(dir.path(), "h.docx", b"PK\x03\x04 broken");
    put(dir.path(), "i.parquet", b"PAR1 broken");
    put(dir.path(), "j.csv", b"nothing,known\n1,2\n");
    put(dir.path(), "z.txt", b"words at the end");
    let (documents, report) = read_all(&[dir.path().to_path_buf()]);
    assert_eq!(documents.len(), 1);
    assert_eq!(
        codes(&report),
        [
            "binary",
            "format",
            "broken-pdf",
            "broken-archive",
            "empty",
            "empty",
            "broken-archive",
            "broken-office",
            "broken-table",
            "columns"
        ]
    );
    assert_eq!(report.refused(), 10);
    let notices = report.notices();
    assert!(notices.has_errors());
    assert_eq!(notices.len(), 10);
}

#[test]
fn archives_made_to_fill_memory_are_refused() {
    let zeros = vec![b' '; 40 << 20];
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "a.zip", &zipped(&[("bomb.txt", &zeros), ("words.txt", b"some words")]));
    put(dir.path(), "b.txt.gz", &gzipped(&zeros));
    let mut nested = b"words in the middle".to_vec();
    for _ in 0..8 {
        nested = zipped(&[("n.zip", &nested)]);
    }
    put(dir.path(), "c.zip", &nested);
    let (documents, report) = read_all(&[dir.path().to_path_buf()]);
    assert_eq!(documents.len(), 1);
    assert_eq!(codes(&report), ["bomb", "bomb", "bomb"]);
}

#[test]
fn a_document_beyond_the_limit_is_refused_and_the_limit_can_be_raised() {
    let dir = tempfile::tempdir().unwrap();
    let path = put(dir.path(), "a.txt", "words and ".repeat(1000).as_bytes());
    let table = put(dir.path(), "t.csv", format!("text\n\"{}\"\nshort\n", "words and ".repeat(1000)).as_bytes());
    let open = put(dir.path(), "u.csv", format!("text\n\"{}", "never closed ".repeat(20_000)).as_bytes());
    let limits = Limits { document: 5000, ..Limits::default() };
    let (documents, report) = read_with(&[path.clone(), table, open], &Options { limits, ..Options::default() });
    assert_eq!(documents.len(), 1);
    assert_eq!(codes(&report), ["too-large", "too-large", "broken-table"]);
    assert_eq!(read_all(&[path]).0.len(), 1);
}

#[test]
fn many_empty_files_are_counted_and_ten_are_named() {
    let rows: String = (0..2000).map(|_| "\"\"\n").collect();
    let dir = tempfile::tempdir().unwrap();
    let path = put(dir.path(), "t.csv", format!("text\n{rows}").as_bytes());
    let (_, report) = read_all(&[path]);
    // csv takes an empty line for no row, an empty quoted field for a row without words
    assert_eq!(report.unread.len(), 2000);
    assert_eq!(report.notices().len(), 11);
}

#[test]
fn a_path_that_is_not_there_is_answered_with_the_nearest() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "laws.txt", b"x");
    let error = inputs(&[dir.path().join("lawz.txt")], &mut Report::default()).unwrap_err();
    assert!(error.contains("laws.txt"), "{error}");
}

#[test]
fn dates_are_read_as_tables_write_them() {
    for (text, read) in [
        ("2012", Some("2012")),
        ("2012.0", Some("2012")),
        ("2012-07-20T00:00:00Z", Some("2012-07-20")),
        ("20.7.2012", Some("2012-07-20")),
        ("2012/07/20", Some("2012-07-20")),
        ("20120720", Some("2012-07-20")),
        ("07/20/2012", None),
        ("soon", None),
    ] {
        assert_eq!(date(text).map(|d| d.to_string()).as_deref(), read, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn arbitrary_bytes_under_any_name_end_as_documents_or_named_refusals(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        magic in proptest::sample::select(vec!["", "PK\u{3}\u{4}", "%PDF-1.7\n", "\u{1f}", "PAR1", "<html>", "{\"text\":\"", "id,text\n"]),
        ending in proptest::sample::select(vec!["txt", "html", "pdf", "docx", "zip", "gz", "tar", "csv", "tsv", "jsonl", "json", "parquet", "md", "odt"]),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut all = magic.as_bytes().to_vec();
        all.extend(&bytes);
        let path = put(dir.path(), &format!("x.{ending}"), &all);
        let (documents, report) = read_all(&[path]);
        prop_assert!(documents.iter().all(|d| d.text.chars().any(char::is_alphanumeric)));
        let nothing = matches!(ending, "csv" | "tsv" | "jsonl" | "json" | "zip" | "tar" | "gz" | "parquet");
        prop_assert!(!documents.is_empty() || !report.unread.is_empty() || nothing);
    }
}
