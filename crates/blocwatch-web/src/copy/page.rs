//! A page of the server as a page of a copy: links that work anywhere, and no form that would need a server.
//!
//! The pages are our own templates', whose few forms this reads by their marks; a test walks every link of a copy.

use std::collections::BTreeSet;
use std::path::Path;

use blocwatch_engine::{EngineError, parallel};

use super::crawl::{Crawled, raw};
use super::data::Data;
use super::names::{MISSING, Names, SEARCH, relative};
use super::{failed, write};
use crate::assets;
use crate::error::Result;
use crate::links::{decode, encode, rewrite, unescape};

/// What a page of a copy may load: files beside it, and nothing from anywhere else.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file: data:; form-action 'none'; base-uri 'none'\">";

/// Where the plain scripts of islands are.
const ISLANDS: &str = "/static/islands/";

/// The addresses within the site that a page leads to, without what follows `#`.
pub(super) fn addresses(html: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    rewrite(html, |address| {
        let address = unescape(address);
        out.insert(normal(address.split('#').next().unwrap_or_default()));
        None
    });
    out
}

/// An address in one form, however its parameters were ordered; those that are empty say nothing.
fn normal(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter_map(|p| p.split_once('='))
        .map(|(k, v)| (decode(&k.replace('+', " ")), decode(&v.replace('+', " "))))
        .filter(|(_, v)| !v.is_empty())
        .collect();
    pairs.sort();
    if pairs.is_empty() {
        return path.to_owned();
    }
    let pairs: Vec<String> = pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
    format!("{path}?{}", pairs.join("&"))
}

/// What stands between two marks, first found from the beginning.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let begin = text.find(before)? + before.len();
    let end = text[begin..].find(after)? + begin;
    Some(&text[begin..end])
}

/// A choice in a form: the list's label, and each option's address and words.
struct Choice {
    label: String,
    options: Vec<(String, String)>,
}

fn lists(form: &str, address: &str) -> Vec<Choice> {
    let path = address.split('?').next().unwrap_or_default();
    let mut out = Vec::new();
    for part in form.split("<label>").skip(1) {
        let Some(label) = part.split('<').next() else { continue };
        let (Some(name), Some(body)) = (between(part, "<select name=\"", "\""), between(part, "<select", "</select>")) else { continue };
        let options = body
            .split("<option value=\"")
            .skip(1)
            .filter_map(|o| {
                let (value, rest) = o.split_once('"')?;
                let words = between(rest, ">", "<").unwrap_or_default().to_owned();
                (!value.is_empty()).then(|| (format!("{path}?{name}={}", encode(&unescape(value))), words))
            })
            .collect();
        out.push(Choice { label: label.to_owned(), options });
    }
    out
}

/// Addresses of all single choices of the forms of a page.
pub(super) fn choices(html: &str, address: &str) -> Vec<String> {
    forms(html)
        .filter(|f| !f.contains(" action=\""))
        .flat_map(|f| lists(f, address))
        .flat_map(|c| c.options)
        .map(|(address, _)| normal(&address))
        .collect()
}

fn forms(html: &str) -> impl Iterator<Item = &str> {
    html.split("<form").skip(1).filter_map(|f| f.split("</form>").next())
}

/// The title of a page, as its head line says.
pub(super) fn title(html: &str) -> String {
    let head = between(html, "<h1", "</h1>").and_then(|h| h.split_once('>')).map_or("", |(_, text)| text);
    let mut out = String::new();
    let mut inside = false;
    for c in head.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    unescape(out.trim())
}

/// Where an address leads in a copy: a file, and whether that is what was asked for.
fn target(address: &str, names: &Names, data: Data) -> (String, bool) {
    let address = normal(address);
    let path = address.split('?').next().unwrap_or_default();
    if let Some(file) = names.get(&address) {
        return (file.to_owned(), true);
    }
    if path.starts_with("/static/") {
        return (path.trim_start_matches('/').to_owned(), true);
    }
    let file = match path {
        "/search" => Some(SEARCH.to_owned()),
        "/feed.xml" => Some("feed.xml".to_owned()),
        "/api/v1" | "/api/v1/tables" => Some("data/codebook.json".to_owned()),
        "/api/v1/cases" => Some("data/casebook.json".to_owned()),
        _ if path.starts_with("/api/v1/cases/") => Some("data/casebook.json".to_owned()),
        _ => match path.strip_prefix("/api/v1/tables/").and_then(|rest| rest.strip_suffix("/rows")) {
            Some(table) => data.file(&decode(table)),
            None => None,
        },
    };
    file.map_or_else(|| (MISSING.to_owned(), false), |f| (f, true))
}

/// Makes a page one of a copy. `here` is its file.
pub(super) fn adapt(html: &str, address: &str, here: &str, names: &Names, data: Data, left_out: &mut BTreeSet<String>) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(begin) = rest.find("<form") {
        out.push_str(&rest[..begin]);
        let Some(end) = rest[begin..].find("</form>").map(|e| begin + e) else { break };
        out.push_str(&instead(&rest[begin..end], address, names));
        rest = &rest[end + "</form>".len()..];
    }
    out.push_str(rest);
    let out = still(&out);
    let out = rewrite(&out, |link| {
        let link = unescape(link);
        let (link, at) = link.split_once('#').map_or((link.as_str(), String::new()), |(l, a)| (l, format!("#{a}")));
        let (file, found) = target(link, names, data);
        if !found {
            left_out.insert(link.to_owned());
        }
        Some(crate::links::escape(&format!("{}{at}", relative(here, &file))))
    });
    out.replacen("<meta charset=\"utf-8\">", &format!("<meta charset=\"utf-8\">\n{POLICY}"), 1)
}

/// A page with the islands that work from files: opened from a folder, a browser runs no modules, so each is a plain script; what needs the
/// server is left out, and pages are whole without it.
fn still(html: &str) -> String {
    const MODULE: &str = "<script type=\"module\"";
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(begin) = rest.find(MODULE) {
        let Some(end) = rest[begin..].find("</script>").map(|e| begin + e + "</script>".len()) else { break };
        out.push_str(&rest[..begin]);
        let file = between(&rest[begin..end], assets::FOLDER, "\"");
        if let Some(plain) = file.and_then(assets::for_copies) {
            out.push_str(&format!("<script defer src=\"{ISLANDS}{plain}\"></script>"));
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// What stands in the place of a form: a link to the search, or its lists as links.
fn instead(form: &str, address: &str, names: &Names) -> String {
    if form.contains(" action=\"/search\"") {
        let words = between(form, "<button>", "</button>").unwrap_or("Search");
        let class = if form.contains("class=\"find\"") { "find" } else { "ask" };
        return format!("<p class=\"{class}\"><a href=\"/search\">{words}</a></p>");
    }
    if form.contains("class=\"frame-controls\"") {
        // what the island puts its own controls into
        return "<div class=\"frame-controls\"></div>".to_owned();
    }
    let lists: Vec<String> = lists(form, address)
        .into_iter()
        .filter_map(|c| {
            let options: Vec<String> = c
                .options
                .into_iter()
                .filter(|(a, _)| names.get(&normal(a)).is_some())
                .map(|(a, words)| format!("<li><a href=\"{}\">{words}</a></li>", crate::links::escape(&normal(&a))))
                .collect();
            (!options.is_empty()).then(|| format!("<details><summary>{}</summary><ul>{}</ul></details>", c.label, options.join("")))
        })
        .collect();
    if lists.is_empty() { String::new() } else { format!("<div class=\"filters\">{}</div>", lists.join("")) }
}

/// Finishes all pages that were made. Returns how many addresses their links name that are not in the copy.
pub(super) fn finish(root: &Path, crawled: &Crawled, names: &Names, data: Data) -> Result<usize> {
    let addresses: Vec<&String> = crawled.pages.keys().collect();
    let all = parallel::each(addresses.len(), |i| {
        let one = || -> Result<BTreeSet<String>> {
            let address = addresses[i];
            let path = root.join(raw(address));
            let html = std::fs::read_to_string(&path).map_err(failed("cannot read", &path))?;
            let here = names.get(address).unwrap_or(MISSING);
            let mut left_out = BTreeSet::new();
            write(root, here, adapt(&html, address, here, names, data, &mut left_out).as_bytes())?;
            std::fs::remove_file(&path).map_err(failed("cannot remove", &path))?;
            Ok(left_out)
        };
        one().map_err(|e| EngineError::Engine(e.to_string()))
    })?;
    Ok(all.into_iter().flatten().collect::<BTreeSet<_>>().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head><meta charset=\"utf-8\"></head><h1>A <code>&amp;</code> b</h1>\
        <form class=\"find\" action=\"/search\" method=\"get\"><input name=\"q\"><button>Search</button></form>\
        <form class=\"filters\" method=\"get\"><label>Words<input name=\"q\"></label><label>Kind<select name=\"kind\">\
        <option value=\"\">any</option><option value=\"a b\" selected>A (1)</option><option value=\"c\">C</option></select></label></form>\
        <a href=\"/cases?tactic=x&amp;kind=y\">1</a><a href=\"/about#cite\">2</a><a href=\"/query?sql=SELECT%201\">3</a>\
        <a href=\"/api/v1/tables/case/rows?format=csv\">4</a><a href=\"https://example.org/\">5</a>\
        <script type=\"application/json\" id=\"words\">{}</script><script type=\"module\" src=\"/assets/a.js\"></script>";

    #[test]
    fn links_and_forms_work_without_a_server() {
        assert_eq!(title(PAGE), "A & b");
        assert!(addresses(PAGE).contains("/cases?kind=y&tactic=x"), "{:?}", addresses(PAGE));
        assert_eq!(choices(PAGE, "/cases?from=1"), ["/cases?kind=a%20b", "/cases?kind=c"]);
        let all: Vec<String> = ["/about", "/cases?kind=y&tactic=x", "/cases?kind=c", "/cases"].map(str::to_owned).into();
        let names = Names::new(all.iter());
        let mut left_out = BTreeSet::new();
        let html = adapt(PAGE, "/cases", "pair/A/B.html", &names, Data::Csv, &mut left_out);
        for part in [
            "href=\"../../search.html\">Search</a>",
            "<details><summary>Kind</summary><ul><li><a href=\"../../cases.kind-c.html\">C</a></li></ul></details>",
            "href=\"../../cases.kind-y.tactic-x.html\"",
            "href=\"../../about.html#cite\"",
            "href=\"../../not-in-this-copy.html\"",
            "href=\"../../data/case.csv\"",
            "href=\"https://example.org/\"",
            "Content-Security-Policy",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        // data stays, a module does not
        assert!(html.contains("id=\"words\"") && !html.contains("module"), "{html}");
        assert!(!html.contains("<form") && !html.contains("=\"/"), "{html}");
        assert_eq!(left_out.into_iter().collect::<Vec<_>>(), ["/query?sql=SELECT%201"]);
    }
}
