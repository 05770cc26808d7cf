//! Downloads against a small HTTP server on this machine that answers by script.

#![expect(clippy::disallowed_methods, reason = "a test may write plain files")]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use blocwatch_core::state::States;
use blocwatch_core::{Notices, Severity};
use tempfile::TempDir;

use super::download::{Downloader, Failure, Patience};
use super::{Report, Silent, folder, web};
use crate::error::Result;
use crate::store::{Store, hex};
use crate::{Declaration, Held, Reading, Shape, Source, by_id};

const TODAY: &str = "2026-11-22";

const HASTY: Patience =
    Patience { tries: 3, pause: Duration::from_millis(5), longest: Duration::from_millis(50), silence: Duration::from_millis(400) };

/// What the server was asked: the request line and the headers.
struct Asked {
    path: String,
    headers: Vec<String>,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().filter_map(|h| h.split_once(": ")).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }
}

type Script = Box<dyn FnMut(&Asked, &mut TcpStream) + Send>;

/// A server that answers every request by a script, one connection per request.
struct Server {
    base: String,
    asked: Receiver<Asked>,
}

impl Server {
    fn new(mut script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (send, asked) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 {
                    continue;
                }
                let path = line.split(' ').nth(1).unwrap_or("/").to_owned();
                let headers: Vec<String> = reader.lines().map_while(|l| l.ok()).take_while(|l| !l.is_empty()).collect();
                let asked = Asked { path, headers };
                script(&asked, &mut stream);
                let _ = send.send(asked);
            }
        });
        Self { base, asked }
    }

    fn requests(&self) -> Vec<Asked> {
        // the server thread notes a request just after answering it
        std::thread::sleep(Duration::from_millis(30));
        self.asked.try_iter().collect()
    }
}

fn answer(stream: &mut TcpStream, status: &str, headers: &[(&str, &str)], length: usize, body: &[u8]) {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(b"\r\n")).and_then(|()| stream.write_all(body));
}

fn ok(stream: &mut TcpStream, body: &[u8]) {
    answer(stream, "200 OK", &[("ETag", "\"one\"")], body.len(), body);
}

fn store() -> (TempDir, Store) {
    let home = TempDir::new().unwrap();
    let store = Store::open(home.path()).unwrap();
    (home, store)
}

fn fetch(store: &Store, url: &str, expected: Option<&str>) -> Result<(Vec<u8>, String), Failure> {
    let staged = Downloader::new(store, HASTY, &Silent).fetch(url, expected)?;
    Ok((std::fs::read(&staged.path).unwrap(), staged.sha256))
}

fn message(failure: Failure) -> String {
    match failure {
        Failure::Absent => "absent".to_owned(),
        Failure::Unreachable(e) | Failure::Other(e) => e.to_string(),
    }
}

fn left_in_tmp(store: &Store) -> Vec<String> {
    let entries = std::fs::read_dir(store.tmp()).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).filter(|n| n != "lock").collect();
    names.sort();
    names
}

fn body() -> Vec<u8> {
    (0..200_000u32).flat_map(u32::to_le_bytes).collect()
}

#[test]
fn a_plain_download_arrives_whole() {
    let server = Server::new(Box::new(|_, stream| ok(stream, &body())));
    let (_home, store) = store();
    let (bytes, sha256) = fetch(&store, &format!("{}/a.csv", server.base), None).unwrap();
    assert_eq!(bytes, body());
    assert_eq!(sha256, hex(&<sha2::Sha256 as sha2::Digest>::digest(body())));
}

#[test]
fn a_cut_connection_is_resumed_where_it_stopped() {
    let server = Server::new(Box::new(|asked, stream| match asked.header("range") {
        None => answer(stream, "200 OK", &[("ETag", "\"one\"")], body().len(), &body()[..300_000]),
        Some(range) => {
            assert_eq!(asked.header("if-range"), Some("\"one\""));
            let from: usize = range.strip_prefix("bytes=").unwrap().trim_end_matches('-').parse().unwrap();
            let whole = body();
            let range = format!("bytes {from}-{}/{}", whole.len() - 1, whole.len());
            answer(stream, "206 Partial Content", &[("Content-Range", &range)], whole.len() - from, &whole[from..]);
        }
    }));
    let (_home, store) = store();
    let (bytes, _) = fetch(&store, &format!("{}/a.csv", server.base), None).unwrap();
    assert!(bytes == body(), "the parts do not fit together");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].header("range"), Some("bytes=300000-"));
}

#[test]
fn a_file_that_changed_in_between_is_taken_anew() {
    let mut first = true;
    let new = b"another table altogether".to_vec();
    let sent = new.clone();
    let server = Server::new(Box::new(move |_, stream| {
        if std::mem::replace(&mut first, false) {
            answer(stream, "200 OK", &[("ETag", "\"one\"")], body().len(), &body()[..1000]);
        } else {
            // a server whose file changed answers a conditional range with the whole
            answer(stream, "200 OK", &[("ETag", "\"two\"")], sent.len(), &sent);
        }
    }));
    let (_home, store) = store();
    assert_eq!(fetch(&store, &format!("{}/a.csv", server.base), None).unwrap().0, new);
}

#[test]
fn a_server_that_answers_the_wrong_part_is_asked_for_the_whole() {
    let mut n = 0;
    let server = Server::new(Box::new(move |_, stream| {
        n += 1;
        match n {
            1 => answer(stream, "200 OK", &[("ETag", "\"one\"")], 1000, &[b'a'; 500]),
            2 => answer(stream, "206 Partial Content", &[("Content-Range", "bytes 0-999/1000")], 1000, &[b'a'; 1000]),
            _ => ok(stream, &[b'a'; 1000]),
        }
    }));
    let (_home, store) = store();
    assert_eq!(fetch(&store, &format!("{}/a.csv", server.base), None).unwrap().0, vec![b'a'; 1000]);
}

#[test]
fn a_busy_server_is_asked_again_and_given_up_in_the_end() {
    let mut n = 0;
    let server = Server::new(Box::new(move |_, stream| {
        n += 1;
        match n {
            1 => answer(stream, "500 Internal Server Error", &[], 0, b""),
            2 => answer(stream, "429 Too Many Requests", &[("Retry-After", "0")], 0, b""),
            _ => ok(stream, b"a,b\n1,2\n"),
        }
    }));
    let (_home, store) = store();
    assert_eq!(fetch(&store, &format!("{}/a.csv", server.base), None).unwrap().0, b"a,b\n1,2\n");
    let down = Server::new(Box::new(|_, stream| answer(stream, "503 Service Unavailable", &[], 0, b"")));
    let message = message(fetch(&store, &format!("{}/a.csv", down.base), None).unwrap_err());
    assert!(message.starts_with("gave up after 3 tries (the server answered 503)"), "{message}");
    assert_eq!(down.requests().len(), 3);
    assert!(left_in_tmp(&store).iter().all(|name| !name.ends_with(".part")));
}

#[test]
fn a_silent_server_is_a_time_out() {
    let server = Server::new(Box::new(|_, _| std::thread::sleep(Duration::from_secs(2))));
    let (_home, store) = store();
    let one = Patience { tries: 1, ..HASTY };
    let failure = Downloader::new(&store, one, &Silent).fetch(&format!("{}/a.csv", server.base), None).unwrap_err();
    assert!(message(failure).contains("no answer within"));
}

#[test]
fn nothing_is_there_or_nobody() {
    let server = Server::new(Box::new(|_, stream| answer(stream, "404 Not Found", &[], 9, b"not found")));
    let (_home, store) = store();
    assert!(matches!(fetch(&store, &format!("{}/a.csv", server.base), None), Err(Failure::Absent)));
    // a port that was free a moment ago
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let failure = fetch(&store, &format!("http://127.0.0.1:{port}/a.csv"), None).unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
    let message = message(failure);
    assert!(message.contains(&format!("cannot reach 127.0.0.1:{port}")) && message.contains("blocwatch fetch --from DIR"), "{message}");
    assert!(left_in_tmp(&store).is_empty());
}

/// `.invalid` never resolves (RFC 2606): with or without a network this is what being offline looks like.
#[test]
fn a_name_that_nobody_knows_is_told_at_once() {
    let (_home, store) = store();
    let failure = fetch(&store, "http://blocwatch.invalid/a.csv", None).unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
}

#[test]
fn a_human_check_is_no_download() {
    let server = Server::new(Box::new(|_, stream| answer(stream, "202 Accepted", &[], 0, b"")));
    let (_home, store) = store();
    assert!(message(fetch(&store, &format!("{}/a.csv", server.base), None).unwrap_err()).contains("human check"));
}

#[test]
fn a_wrong_digest_leaves_nothing() {
    let server = Server::new(Box::new(|_, stream| ok(stream, b"a,b\n1,2\n")));
    let (_home, store) = store();
    let message = message(fetch(&store, &format!("{}/a.csv", server.base), Some(&"0".repeat(64))).unwrap_err());
    assert!(message.contains("was expected; it was thrown away"), "{message}");
    assert!(left_in_tmp(&store).is_empty());
}

/// A source whose address is only known when the test runs; it lives until the test program ends.
struct Made {
    declaration: &'static Declaration,
}

static SHAPES: &[Shape] = &[Shape {
    role: "table",
    id: "made",
    required: &["made", "up"],
    without: &[],
    known: &[],
    tell_unknown: true,
    version: crate::probe::Version::Marker,
}];

impl Source for Made {
    fn declaration(&self) -> &'static Declaration {
        self.declaration
    }
    fn read(&self, _: &[Held], _: &States, _: &mut Notices) -> Result<Reading> {
        Ok(Reading { tables: Vec::new(), accounts: Vec::new(), coverage: Vec::new() })
    }
}

fn made(urls: &[String]) -> &'static dyn Source {
    let mut meta = by_id("cow_igo").unwrap().meta().clone();
    meta.id = "made".to_owned();
    meta.files.truncate(1);
    let file = &mut meta.files[0];
    (file.role, file.shape, file.names) = ("table".to_owned(), "made".to_owned(), vec!["made_v*".to_owned()]);
    file.urls = urls.to_vec();
    file.manual = "ask whoever made it up".to_owned();
    Box::leak(Box::new(Made { declaration: Box::leak(Box::new(Declaration::made(meta, SHAPES))) }))
}

fn publisher(store: &Store, source: &'static dyn Source) -> (Result<Report>, Notices) {
    let mut notices = Notices::new();
    let report = web::publisher(store, source, TODAY, HASTY, &Silent, &mut notices);
    (report, notices)
}

#[test]
fn a_publisher_is_asked_address_by_address() {
    let server = Server::new(Box::new(|asked, stream| match asked.path.as_str() {
        "/made_v2.csv?download=1" => ok(stream, b"made,up\n1,2\n"),
        _ => answer(stream, "404 Not Found", &[], 0, b""),
    }));
    let (_home, store) = store();
    let source = made(&[format!("{}/made_v3.csv", server.base), format!("{}/made_v2.csv?download=1", server.base)]);
    let (report, notices) = publisher(&store, source);
    let report = report.unwrap();
    let taken = &report.taken[0];
    assert_eq!((taken.name.as_str(), taken.version.as_str(), taken.accessed.as_str()), ("made_v2.csv", "v2", TODAY));
    assert!(taken.origin.ends_with("/made_v2.csv?download=1") && notices.is_empty(), "{notices:?}");
    assert_eq!(store.current("made").unwrap()[0].file, *taken);
    assert!(left_in_tmp(&store).is_empty());
    let (again, _) = publisher(&store, source);
    assert_eq!(again.unwrap().unchanged, report.taken);
    assert!(left_in_tmp(&store).is_empty());
}

#[test]
fn what_is_no_table_never_becomes_a_snapshot() {
    let server = Server::new(Box::new(|asked, stream| match asked.path.as_str() {
        "/made_v1.csv" => ok(stream, b"<!doctype html><title>Please log in</title>"),
        _ => ok(stream, b"made,upp\n1,2\n"),
    }));
    let (_home, store) = store();
    let (report, notices) = publisher(&store, made(&[format!("{}/made_v1.csv", server.base)]));
    assert!(report.unwrap().taken.is_empty());
    let notice = notices.iter().next().unwrap();
    assert_eq!((notice.severity, notice.next.as_str()), (Severity::Error, "ask whoever made it up"));
    assert!(notice.what.contains("web page"), "{notice}");
    let (report, notices) = publisher(&store, made(&[format!("{}/made_v2.csv", server.base)]));
    assert!(report.unwrap().left_alone[0].1.contains("nearest: 'upp'"), "{notices:?}");
    assert!(left_in_tmp(&store).is_empty() && store.all().unwrap().is_empty());
}

#[test]
fn a_publisher_behind_a_form_is_explained() {
    let (_home, store) = store();
    let (report, notices) = publisher(&store, made(&[]));
    assert_eq!(report.unwrap(), Report::default());
    assert_eq!(notices.iter().map(|n| n.code.as_str()).collect::<Vec<_>>(), ["by-hand"]);
}

/// Serves the files below a folder under their paths.
fn serve(root: std::path::PathBuf) -> (Server, Arc<Mutex<Vec<String>>>) {
    let missed = Arc::new(Mutex::new(Vec::new()));
    let noted = missed.clone();
    let server = Server::new(Box::new(move |asked, stream| match std::fs::read(root.join(asked.path.trim_start_matches('/'))) {
        Ok(bytes) => ok(stream, &bytes),
        Err(_) => {
            noted.lock().unwrap().push(asked.path.clone());
            answer(stream, "404 Not Found", &[], 0, b"");
        }
    }));
    (server, missed)
}

fn mirror(store: &Store, base: &str) -> (Result<Report>, Notices) {
    let mut notices = Notices::new();
    let report = web::mirror(store, base, &[by_id("cow_igo").unwrap()], TODAY, HASTY, &Silent, &mut notices);
    (report, notices)
}

#[test]
fn another_store_is_a_mirror() {
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cow_igo/sample");
    let (_theirs_home, theirs) = store();
    let taken = folder::from_folder(&theirs, &sample, &[], TODAY, &Silent, &mut Notices::new()).unwrap().taken;
    let (server, missed) = serve(theirs.root().to_owned());
    let (_home, ours) = store();
    let (report, notices) = mirror(&ours, &format!("{}/", server.base));
    assert_eq!(report.unwrap().taken.len(), 3);
    assert!(notices.is_empty() && missed.lock().unwrap().is_empty());
    let digests = |s: &Store| s.current("cow_igo").unwrap().into_iter().map(|h| h.file.sha256).collect::<Vec<_>>();
    assert_eq!(digests(&ours), digests(&theirs));
    // a mirror that hands out other bytes than it lists is not believed
    let held = theirs.current("cow_igo").unwrap();
    std::fs::write(&held[0].path, b"tampered").unwrap();
    let (_third_home, third) = store();
    let (report, notices) = mirror(&third, &server.base);
    let report = report.unwrap();
    assert_eq!((report.taken.len(), report.left_alone.len()), (taken.len() - 1, 1));
    assert!(notices.has_errors() && report.left_alone[0].1.contains("was expected"));
}

#[test]
fn a_folder_with_published_names_is_a_mirror() {
    let root = TempDir::new().unwrap();
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cow_igo/sample/state_year_format3_made_up.csv");
    std::fs::create_dir(root.path().join("cow_igo")).unwrap();
    std::fs::copy(&sample, root.path().join("cow_igo/state_year_formatv3.zip")).unwrap();
    let (server, _) = serve(root.path().to_owned());
    let (_home, store) = store();
    let (report, notices) = mirror(&store, &server.base);
    let report = report.unwrap();
    assert_eq!(report.taken[0].name, "state_year_formatv3.zip");
    assert!(report.left_alone.iter().all(|(_, why)| why == "not on this mirror") && !notices.has_errors());
    let (empty, _) = serve(TempDir::new().unwrap().path().to_owned());
    let (report, notices) = mirror(&store, &empty.base);
    assert!(report.unwrap().taken.is_empty() && notices.has_errors());
}
