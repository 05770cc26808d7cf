//! `serve`: every page that a visitor can reach by links, the interface for programs, and what strangers may not do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::Value;
use ureq::http::Response;

use crate::run::Home;

/// A running server over the embedded default, stopped at the end of the test.
pub(crate) struct Server {
    child: Child,
    address: String,
    agent: ureq::Agent,
    home: Home,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

impl Server {
    fn start() -> Self {
        Self::over(Home::built())
    }

    /// A server over a home that was built.
    pub(crate) fn over(home: Home) -> Self {
        let mut child = home.command(["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_else(|| panic!("{line}")).to_owned();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        Self { child, address, agent, home }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[])
    }

    fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request.call().unwrap_or_else(|e| panic!("{path}: {e}")))
    }
}

fn read(mut response: Response<ureq::Body>) -> Answer {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in response.headers() {
        // a header that stands several times is one list
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(name.to_string()).and_modify(|v| *v = format!("{v}, {value}")).or_insert(value);
    }
    let body = response.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
    Answer { status: response.status().as_u16(), headers, body: String::from_utf8_lossy(&body).into_owned() }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Addresses of links and forms within the site, without what follows `#`, as a browser would read them.
fn links(html: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for part in html.split("href=\"").skip(1) {
        let link = part.split('"').next().unwrap().replace("&amp;", "&").replace("&#x2f;", "/").replace("&#x3d;", "=");
        let link = link.split('#').next().unwrap().to_owned();
        if link.starts_with('/') {
            out.insert(link);
        }
    }
    out
}

#[test]
fn every_page_reached_by_links_is_whole_and_asks_nobody_else_for_anything() {
    let server = Server::start();
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut queue = VecDeque::from(["/".to_owned()]);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(path) = queue.pop_front() {
        let answer = server.get(&path);
        assert_eq!(answer.status, 200, "{path}: {}", &answer.body[..answer.body.len().min(400)]);
        let policy = &answer.headers["content-security-policy"];
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        if answer.headers["content-type"].starts_with("text/html") {
            // what machines read of a table is data and never run
            let html = &answer.body.replace("<script type=\"application/ld+json\">", "");
            for script in html.split("<script ").skip(1) {
                // islands of this server and their data, never anything inline
                assert!(
                    script.starts_with("type=\"module\" src=\"/assets/") || script.starts_with("type=\"application/json\" id=\""),
                    "{path} holds {}",
                    &script[..script.len().min(80)]
                );
            }
            for never in
                ["<script>", "<iframe", "javascript:", " style=\"", "src=\"http", "<link rel=\"stylesheet\" href=\"http", "{{", "{%"]
            {
                assert!(!html.contains(never), "{path} holds {never}");
            }
            assert!(html.contains("<title>") && html.contains("<h1") && html.contains("lang=\"en\""), "{path}");
            for link in links(html) {
                // a handful of each kind of page: they share their making
                let kind = link.split(['/', '?']).nth(1).unwrap_or_default().to_owned();
                let n = kinds.entry(kind).or_default();
                if *n < 12 && seen.insert(link.clone()) {
                    *n += 1;
                    queue.push_back(link);
                }
            }
        }
    }
    for kind in [
        "matrix",
        "states",
        "state",
        "organisations",
        "organisation",
        "cases",
        "case",
        "interruption",
        "table",
        "changes",
        "measures",
        "network",
        "about",
    ] {
        assert!(kinds.contains_key(kind), "no link leads to {kind}: {kinds:?}");
    }
}

#[test]
fn what_is_not_understood_is_said_and_nothing_can_be_broken() {
    let server = Server::start();
    for (path, status, says) in [
        ("/nowhere", 404, "there is no page /nowhere"),
        ("/state/XYZ", 404, "no state has the id"),
        ("/state/..%2f..%2fetc%2fpasswd", 404, "no state has the id"),
        ("/pair/KGZ/KGZ", 400, "two different states"),
        ("/organisation/SCOO", 404, "SCO"),
        ("/case/nothing", 404, "there is no case"),
        ("/cases?tactic=law-copyin", 400, "did you mean"),
        ("/cases?tactc=law-copying", 400, "did you mean"),
        ("/changes?page=0", 400, "from 1 to"),
        ("/table/nothing", 404, "there is no table"),
        ("/network?layer=csae", 400, "did you mean"),
        ("/network?layer=case&year=x", 400, "whole number"),
        ("/?year=3000", 400, "whole number from"),
        ("/assets/nothing.js", 404, "no such file"),
        ("/table/case?where=1=1", 400, "has no column"),
        ("/static/../Cargo.toml", 404, "there is no page"),
        ("/texts/speech/KGZ-78", 404, "there is no speech of"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, status, "{path}");
        let body = answer.body.replace("&#x2f;", "/");
        assert!(body.contains(says), "{path}: {body}");
        assert!(answer.headers.contains_key("content-security-policy"), "{path}");
    }
    let hostile = server.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27");
    assert!(hostile.status == 200 && !hostile.body.contains("<script>"), "{}", hostile.body);
    let hostile = server.get("/cases?q=%22%3E%3Cimg%20src%3Dx%3E");
    assert!(hostile.status == 200 && !hostile.body.contains("<img"), "{}", hostile.body);

    // names of a page's length are refused before anybody looks for the nearest of them
    for path in ["/state/", "/case/", "/organisation/", "/api/v1/briefs/"] {
        let answer = server.get(&format!("{path}{}", "ab".repeat(5_000)));
        assert!(answer.status == 400 && answer.body.contains("longer than"), "{path}: {} {}", answer.status, answer.body);
    }

    let posted = read(server.agent.post(server.url("/query")).send("sql=SELECT 1").unwrap());
    assert_eq!((posted.status, posted.headers["allow"].as_str()), (405, "GET, HEAD"));
    // another name for this machine, as a page elsewhere could make a browser believe
    assert_eq!(server.get_with("/", &[("host", "observatory.example.org")]).status, 421);
}

/// What a server answers to some bytes.
fn said(server: &Server, head: &str) -> String {
    let at = server.url("").replace("http://", "").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&at).unwrap();
    stream.write_all(head.replace("HERE", &at).as_bytes()).unwrap();
    let mut out = Vec::new();
    drop(stream.read_to_end(&mut out));
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn a_request_that_two_servers_read_differently_is_refused() {
    let server = Server::start();
    for (lines, status) in [
        ("GET /about HTTP/1.1\r\nhost: HERE", "200"),
        ("GET /about HTTP/1.1\r\nhost: HERE\r\nhost: example.org", "400"),
        ("GET http://example.org/about HTTP/1.1\r\nhost: HERE", "421"),
        ("GET http://HERE/about HTTP/1.1\r\nhost: example.org", "200"),
        ("GET /about HTTP/1.1\r\nhost: HERE\r\ncontent-length: 5\r\ntransfer-encoding: chunked", "400"),
        ("GET /about HTTP/1.1\r\nhost: HERE\r\ncontent-length: 5\r\ncontent-length: 6", "400"),
        ("TRACE /about HTTP/1.1\r\nhost: HERE", "405"),
        ("OPTIONS * HTTP/1.1\r\nhost: HERE", "405"),
    ] {
        let answer = said(&server, &format!("{lines}\r\nconnection: close\r\n\r\n"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{lines}: {}", &answer[..answer.len().min(200)]);
    }
    // what a server in between would add is read by nobody
    let plain = server.get("/about").body;
    for header in ["x-forwarded-host", "x-forwarded-proto", "x-original-url", "x-rewrite-url", "forwarded", "x-http-method-override"] {
        let answer = server.get_with("/about", &[(header, "evil.example.org")]);
        assert!(answer.status == 200 && answer.body == plain, "{header}");
    }
    // a tag that was made strong on the way is the same page; a part of a page is the whole page
    let tag = server.get("/about").headers["etag"].clone();
    assert_eq!(server.get_with("/about", &[("if-none-match", tag.trim_start_matches("W/"))]).status, 304);
    assert_eq!(server.get_with("/about", &[("range", "bytes=0-9")]).status, 200);
}

#[test]
fn programs_get_tables_queries_cases_and_briefs() {
    let server = Server::start();
    let described = server.get("/api/v1/openapi.json").json();
    assert_eq!(described["openapi"], "3.1.0");
    let tables = server.get("/api/v1/tables").json();
    assert!(tables["tables"].as_array().unwrap().len() > 50);
    assert_eq!(server.get("/api/v1/tables/case").json()["keys"][0], "case_id");

    let page = server.get("/table/state_year").body;
    let block = page.split("<script type=\"application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let dataset: Value = serde_json::from_str(block).unwrap();
    assert_eq!((&dataset["@type"], &dataset["name"]), (&Value::from("Dataset"), &Value::from("state_year")));
    let named = dataset["distribution"][0]["contentUrl"].as_str().unwrap();
    assert_eq!(server.get(named).headers["content-type"], "text/csv; charset=utf-8");
    assert!(server.get("/api").body.contains("/api/v1/tables/{name}/rows"));
    let pages = server.get("/api/v1/cases?limit=2&offset=2");
    assert_eq!(pages.json()["cases"].as_array().unwrap().len(), 2);
    for link in ["offset=4>; rel=\"next\"", "offset=0>; rel=\"prev\"", "offset=2>; rel=\"self\"", "rel=\"service-desc\""] {
        assert!(pages.headers["link"].contains(link), "{link}: {}", pages.headers["link"]);
    }
    for (path, says) in
        [("/api/v1/cases?limit=", "is empty"), ("/api/v1/cases?limit=1&limit=2", "more than once"), ("/api/v1/nothing", "no page")]
    {
        let refused = server.get(path);
        assert_eq!(refused.headers["content-type"], "application/problem+json", "{path}");
        assert!(refused.json()["detail"].as_str().unwrap().contains(says), "{path}: {}", refused.body);
    }
    let posted = read(server.agent.post(server.url("/api/v1/query")).send("sql=SELECT 1").unwrap());
    assert_eq!((posted.status, posted.headers["content-type"].as_str()), (405, "application/problem+json"));

    let first = server.get("/api/v1/tables/state_year/rows?state=KGZ&years=2000:2010&columns=gwcode,year&limit=4");
    let rows = first.json();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["year"]), (4, &Value::from(2000)));
    assert_eq!(first.headers["x-more-rows"], "true");
    assert!(first.headers["link"].contains("offset=4"), "{}", first.headers["link"]);
    let csv = server.get("/api/v1/tables/state_year/rows?state=KGZ&years=2000&columns=gwcode,year&format=csv");
    assert_eq!(csv.body, "gwcode,year\n703,2000\n");
    let chart = server.get("/api/v1/charts/SCO/chart-1");
    assert!(chart.headers["content-type"].starts_with("text/csv") && chart.body.starts_with("series,x,value,low,high\n"), "{}", chart.body);
    assert_eq!(server.get("/api/v1/charts/SCO/chart-99").status, 404);
    let trend = server.get("/api/v1/figures/matrix?from=2000").body;
    assert!(trend.lines().count() > 20 && !trend.contains(",1999,"), "{trend}");
    let parquet = server.get("/api/v1/query?format=parquet&sql=SELECT%201%20AS%20a");
    assert!(parquet.body.starts_with("PAR1"));

    let same = server.get_with("/api/v1/tables/case", &[("if-none-match", &server.get("/api/v1/tables/case").headers["etag"])]);
    assert_eq!((same.status, same.body.as_str()), (304, ""));
    let page = server.get("/about").headers["etag"].clone();
    assert_eq!(server.get_with("/about", &[("if-none-match", &page)]).status, 304);

    for (sql, says) in [
        ("DROP%20TABLE%20state", "only queries that read"),
        ("SELECT%20*%20FROM%20'/etc/passwd'", "there is no table"),
        ("SELECT%20*%20FROM%20staet", "did you mean"),
        ("COPY%20state%20TO%20'/tmp/x.csv'", "only queries that read"),
        ("SELECT%201;SELECT%202", "one query at a time"),
    ] {
        let refused = server.get(&format!("/api/v1/query?sql={sql}"));
        assert_eq!((refused.status, refused.headers["content-type"].as_str()), (400, "application/problem+json"), "{sql}");
        assert!(refused.json()["detail"].as_str().unwrap().contains(says), "{sql}: {}", refused.body);
    }
    let cut = server.get("/api/v1/query?limit=5&sql=SELECT%20*%20FROM%20state_year");
    assert_eq!((cut.json().as_array().unwrap().len(), cut.headers["x-more-rows"].as_str()), (5, "true"));

    let found = server.get("/api/v1/search?q=kirgizstan").json();
    assert_eq!(found["results"][0]["id"], "KGZ", "{found}");
    let cases = server.get("/api/v1/cases").json();
    let id = cases["cases"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(server.get(&format!("/api/v1/cases/{id}")).json()["id"], id.as_str());
    assert_eq!(server.get("/api/v1/briefs/SCO").json()["kind"], "organisation");
    assert!(server.get("/feed.xml").body.starts_with("<?xml"));
}

#[test]
fn what_readers_ask_is_a_step_away() {
    let server = Server::start();
    // every question of the first page leads to a page that has something to say
    let home = server.get("/").body;
    let questions = home.split("class=\"questions\"").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap();
    let asked: Vec<&str> = questions.split("href=\"").skip(1).filter_map(|link| link.split('"').next()).collect();
    assert!(asked.len() >= 4, "{asked:?}");
    for link in &asked {
        let (path, part) = link.split_once('#').unwrap_or((link, "text"));
        let answer = server.get(&path.replace("&amp;", "&"));
        assert_eq!(answer.status, 200, "{link}");
        assert!(answer.body.contains(&format!("id=\"{part}\"")) && !answer.body.contains("class=\"nothing\""), "{link} is a dead end");
    }
    // names in tables lead on, and a page does not lead to itself
    let brief = server.get("/organisation/SCO").body;
    assert!(brief.contains("<a href=\"/state/KGZ\">Kyrgyzstan</a>") && !brief.contains("href=\"/organisation/SCO\""), "{brief}");
    // filters are taken back one by one
    let cases = server.get("/cases?tactic=law-copying&actor=Kyrgyzstan").body;
    let set = cases.split("class=\"facets set\"").nth(1).and_then(|rest| rest.split("</ul>").next()).unwrap();
    assert!(set.contains("href=\"/cases?tactic=law-copying\"") && set.contains("href=\"/cases?actor=Kyrgyzstan\""), "{set}");
    // findings stand by kind, under the name of what they are about, and each kind has its own list
    let changes = server.get("/changes").body;
    let kind = changes.split("href=\"/changes?kind=").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let list = server.get(&format!("/changes?kind={kind}")).body;
    assert!(list.contains("blocwatch why"), "{list}");
}

#[test]
fn many_visitors_at_once_get_the_same_pages() {
    let server = Server::start();
    let paths = ["/", "/matrix", "/states", "/state/KGZ", "/organisation/SCO", "/cases", "/table/case", "/changes"];
    let expected: Vec<String> = paths.iter().map(|p| server.get(p).body).collect();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for (path, body) in paths.iter().zip(&expected) {
                    assert!(server.get(path).body == *body, "{path} differs");
                }
            });
        }
    });
}

#[test]
fn the_address_or_the_browser_chooses_the_language_and_links_keep_it() {
    let server = Server::start();
    let arabic = server.get("/ar/matrix?from=1990");
    assert_eq!((arabic.status, arabic.headers["content-language"].as_str()), (200, "ar"));
    assert!(arabic.body.contains("<html lang=\"ar\" dir=\"rtl\">"));
    // data are English, and say so
    assert!(arabic.body.contains("lang=\"en\" dir=\"ltr\""));
    for link in links(&arabic.body) {
        let outside = ["/static/", "/api/", "/feed.xml", "/en/", "/fr/", "/es/", "/ru/"].iter().any(|p| link.starts_with(p));
        assert!(outside || link.starts_with("/ar/"), "{link} leaves the language");
    }
    // the same page in each language, from the list at its end
    for code in ["en", "fr", "es", "ru", "ar"] {
        let link = format!("/{code}/matrix?from=1990");
        assert!(arabic.body.contains(&format!("href=\"{link}\"")), "{link}");
        let page = server.get(&link);
        assert!(page.status == 200 && page.body.contains(&format!("<html lang=\"{code}\"")), "{link}");
    }
    let chosen = server.get_with("/matrix", &[("accept-language", "de, fr-CH;q=0.9, en;q=0.8")]);
    assert_eq!(chosen.headers["content-language"], "fr");
    assert!(chosen.headers["vary"].contains("accept-language"));
    assert!(chosen.body.contains("href=\"/states\"") && !chosen.body.contains("href=\"/fr/states\""));
    // rendered pages are kept by language
    assert_eq!(server.get("/matrix").headers["content-language"], "en");
    assert_eq!(server.get_with("/matrix", &[("accept-language", "fr")]).body, chosen.body);
    let lost = server.get("/fr/state/XYZ");
    assert!(lost.status == 404 && lost.body.contains("<html lang=\"fr\"") && lost.body.contains("href=\"/fr/"), "{}", lost.body);
    assert_eq!(server.get("/de/matrix").status, 404);
}

#[test]
#[cfg(unix)]
fn asked_to_stop_it_ends_clean() {
    for signal in ["TERM", "INT"] {
        let home = Home::built();
        let mut child = home.command(["serve", "--listen", "127.0.0.1:0"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next()).unwrap().to_owned();
        let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
        // a brief and a query, so that every session has worked
        for path in ["/state/KGZ", "/api/v1/query?sql=SELECT%201%20AS%20a"] {
            assert_eq!(agent.get(format!("http://{address}{path}")).call().unwrap().status(), 200);
        }
        assert!(std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
        let code = child.wait().unwrap();
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut said, &mut rest).unwrap();
        assert_eq!((code.code(), rest.as_str()), (Some(0), ""), "{signal}");
    }
}
