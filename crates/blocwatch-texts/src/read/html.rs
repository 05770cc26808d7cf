//! HTML: the text with its block structure. Scripts, styles, forms and menus are dropped.

use html5gum::{Token, Tokenizer};

/// What a page says of itself.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Page {
    pub(crate) text: String,
    pub(crate) title: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) address: Option<String>,
}

/// Elements whose content is no text of the document.
const DROPPED: &[&str] = &[
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "select", "svg", "iframe", "object",
    "menu",
];
/// Of these, the ones that some publishers wrap around the document itself: dropped only if text stands outside them.
const SOFT: &[&str] = &["header", "footer", "aside", "form", "menu"];
/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
    "title",
];

/// The encoding that a page states, from its first bytes.
pub(crate) fn stated_charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let at = head.find("charset=").map(|i| i + 8).or_else(|| head.find("encoding=").map(|i| i + 9))?;
    let rest = head[at..].trim_start_matches(['"', '\'', ' ']);
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:".contains(c))).unwrap_or(rest.len());
    (end > 0).then(|| rest[..end].to_owned())
}

/// Reads a page.
pub(crate) fn read(html: &str) -> Page {
    let strict = pass(html, DROPPED);
    // a page whose whole text lies in what is usually a menu is read again with less dropped
    if strict.text.trim().chars().count() < 200 {
        let hard: Vec<&str> = DROPPED.iter().copied().filter(|d| !SOFT.contains(d)).collect();
        let lenient = pass(html, &hard);
        if lenient.text.len() > strict.text.len() {
            return lenient;
        }
    }
    strict
}

fn pass(html: &str, dropped: &[&str]) -> Page {
    let mut page = Page::default();
    let mut out = String::with_capacity(html.len() / 2);
    // the element being dropped, and how deep it is nested in itself
    let mut dropping: Option<(String, usize)> = None;
    let mut title: Option<String> = None;
    let mut pre = 0_usize;
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).to_ascii_lowercase();
                let attribute = |n: &str| {
                    tag.attributes
                        .iter()
                        .find(|(k, _)| k.as_slice() == n.as_bytes())
                        .map(|(_, v)| String::from_utf8_lossy(&v.value).trim().to_owned())
                        .filter(|v| !v.is_empty())
                };
                if let Some((what, depth)) = &mut dropping {
                    *depth += usize::from(*what == name && !tag.self_closing);
                    continue;
                }
                match name.as_str() {
                    "html" => page.language = page.language.take().or_else(|| attribute("lang").or_else(|| attribute("xml:lang"))),
                    "title" if title.is_none() => title = Some(String::new()),
                    "meta" => {
                        let key = attribute("name").or_else(|| attribute("property")).unwrap_or_default().to_ascii_lowercase();
                        if matches!(key.as_str(), "date" | "dc.date" | "dcterms.date" | "dcterms.issued" | "article:published_time") {
                            page.date = page.date.take().or_else(|| attribute("content"));
                        }
                    }
                    "link" if attribute("rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")) => {
                        page.address = page.address.take().or_else(|| attribute("href"));
                    }
                    "br" => out.push('\n'),
                    "td" | "th" => out.push(' '),
                    "pre" => pre += 1,
                    _ => {}
                }
                let hidden = attribute("hidden").is_some() || attribute("role").is_some_and(|r| r == "navigation");
                if (dropped.contains(&name.as_str()) || hidden) && !tag.self_closing && !is_void(&name) {
                    dropping = Some((name, 1));
                } else if BLOCKS.contains(&name.as_str()) {
                    out.push_str(if matches!(name.as_str(), "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "article" | "section") {
                        "\n\n"
                    } else {
                        "\n"
                    });
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).to_ascii_lowercase();
                if let Some((what, depth)) = &mut dropping {
                    if *what == name {
                        *depth -= 1;
                        if *depth == 0 {
                            dropping = None;
                        }
                    }
                    continue;
                }
                match name.as_str() {
                    "title" if page.title.is_none() => {
                        page.title = title.as_deref().map(super::plain::tidy).map(|t| t.replace('\n', " ")).filter(|t| !t.is_empty());
                        title = Some(String::new());
                    }
                    "pre" => pre = pre.saturating_sub(1),
                    _ => {}
                }
                if BLOCKS.contains(&name.as_str()) {
                    out.push('\n');
                }
            }
            Token::String(s) if dropping.is_none() => {
                let s = String::from_utf8_lossy(&s.value);
                match &mut title {
                    Some(t) if page.title.is_none() => t.push_str(&s),
                    _ if pre > 0 => out.push_str(&s),
                    // in running text an end of line is a space
                    _ => out.extend(s.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c })),
                }
            }
            _ => {}
        }
    }
    page.text = out;
    page
}

fn is_void(name: &str) -> bool {
    matches!(name, "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr")
}

#[cfg(test)]
mod tests {
    use super::super::plain::tidy;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_keeps_blocks_and_loses_menus_and_scripts() {
        let filler = "The registry is public. ".repeat(12);
        let page = read(&format!(
            "<!doctype html><html lang=ru><head><title>A &amp; B\n law</title><meta name=date content=2012-07-20><script>var x = '<p>no';</script>\
             <style>p{{}}</style></head><body><nav><ul><li>Home<nav>deep</nav></ul></nav><h1>Article&nbsp;1</h1><p>An <b>agent</b>\nregisters.<br>Next\
             <table><tr><td>a<td>b</table><p>{filler}</p><footer>imprint</footer></body></html>"
        ));
        assert_eq!(page.title.as_deref(), Some("A & B law"));
        assert_eq!(page.language.as_deref(), Some("ru"));
        assert_eq!(page.date.as_deref(), Some("2012-07-20"));
        let text = tidy(&page.text);
        assert!(text.starts_with("Article 1\n\nAn agent registers.\nNext\n\na b"), "{text}");
        for no in ["Home", "deep", "var", "imprint", "A & B"] {
            assert!(!text.contains(no), "{no}: {text}");
        }
    }

    #[test]
    fn a_page_wrapped_in_a_form_is_still_read() {
        assert_eq!(tidy(&read("<form><p>Article 1. Words.</p></form>").text), "Article 1. Words.");
    }

    #[test]
    fn charsets_are_found_where_pages_state_them() {
        assert_eq!(stated_charset(b"<meta charset=\"windows-1251\">").as_deref(), Some("windows-1251"));
        assert_eq!(stated_charset(b"<?xml version='1.0' encoding='koi8-r'?>").as_deref(), Some("koi8-r"));
        assert_eq!(stated_charset(b"<p>"), None);
    }

    proptest! {
        #[test]
        fn any_html_is_read(text in "[<>/a-z=\"'& ;!\\-pnav]{0,300}") {
            let page = read(&text);
            prop_assert!(page.text.len() <= 8 * text.len() + 8);
        }
    }
}
