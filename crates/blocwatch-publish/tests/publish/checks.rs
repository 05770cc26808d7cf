//! Small readers of HTML and Markdown, strict about what our renderers write.

use std::collections::BTreeSet;

/// Elements without content.
const VOID: [&str; 3] = ["meta", "link", "br"];

/// What a page consists of.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) ids: Vec<String>,
    pub(crate) targets: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) attributes: BTreeSet<String>,
    pub(crate) headings: Vec<u32>,
    pub(crate) text: String,
}

/// Reads a page; panics where tags do not balance, attributes are not quoted, or a `<`, `>` or `&` stands where it must not.
pub(crate) fn read_html(html: &str) -> Page {
    let mut page = Page::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text(&rest[..at], open.last().is_some_and(|t| t == "style"), &mut page);
        rest = &rest[at..];
        if rest.starts_with("<!DOCTYPE html>") {
            rest = &rest["<!DOCTYPE html>".len()..];
            continue;
        }
        let end = tag_end(rest);
        let (inner, after) = (&rest[1..end], &rest[end + 1..]);
        rest = after;
        if let Some(name) = inner.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "wrong closing tag near {}", &after[..after.len().min(80)]);
            continue;
        }
        let closed = inner.ends_with('/');
        let inner = inner.trim_end_matches('/');
        let name = inner.split_ascii_whitespace().next().expect("a tag has a name").to_owned();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "odd tag <{name}>");
        attributes(&inner[name.len()..], &mut page);
        if let Some(level) = name.strip_prefix('h').and_then(|l| l.parse().ok()) {
            page.headings.push(level);
        }
        page.tags.push(name.clone());
        if !closed && !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    text(rest, false, &mut page);
    assert!(open.is_empty(), "left open: {open:?}");
    page
}

fn tag_end(rest: &str) -> usize {
    let mut quoted = false;
    for (i, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return i,
            _ => {}
        }
    }
    panic!("a tag without end: {}", &rest[..rest.len().min(80)]);
}

fn attributes(mut rest: &str, page: &mut Page) {
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        let (name, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("an attribute without quotes: {rest}"));
        let (value, after) = after.split_once('"').expect("a quote that ends");
        assert!(!value.contains('<'), "a < in an attribute: {value}");
        page.attributes.insert(name.to_owned());
        match name {
            "id" => page.ids.push(value.to_owned()),
            "href" if value.starts_with('#') => page.targets.push(value[1..].to_owned()),
            "aria-labelledby" => page.targets.extend(value.split(' ').map(str::to_owned)),
            _ => {}
        }
        rest = after;
    }
}

fn text(text: &str, style: bool, page: &mut Page) {
    if !style {
        assert!(!text.contains('>'), "a bare > in text: {text}");
        for (at, _) in text.match_indices('&') {
            let entity = text[at + 1..].split(';').next().unwrap_or_default();
            assert!(entity.len() < 8 && entity.chars().all(|c| c.is_ascii_alphanumeric() || c == '#'), "a bare & in text: {text}");
        }
        page.text.push_str(text);
    }
}

/// Panics where a pipe table has rows of different length.
pub(crate) fn check_pipes(markdown: &str) {
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut width = None;
    for line in markdown.lines() {
        if line.starts_with('|') {
            let n = bars(line);
            assert_eq!(*width.get_or_insert(n), n, "a row of another length: {line}");
            assert!(line.ends_with('|'), "a row without end: {line}");
        } else {
            width = None;
        }
    }
}
