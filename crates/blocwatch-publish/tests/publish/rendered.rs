//! The made-up brief as it is read.

use std::collections::BTreeSet;

use blocwatch_publish::{html, markdown};

use crate::{checks, sample};

#[test]
fn markdown_as_it_is_read() {
    let text = markdown::render(&sample::brief()).unwrap();
    insta::assert_snapshot!("brief_markdown", text);
    checks::check_pipes(&text);
    assert!(text.ends_with("\n") && !text.ends_with("\n\n"));
}

#[test]
fn page_as_it_is_read() {
    let page = html::render(&sample::brief()).unwrap();
    // the style sheet is reviewed where it is written
    let without_style = page.replace(html::STYLE.trim_end(), "/* brief.css */");
    insta::assert_snapshot!("brief_html", without_style);
}

#[test]
fn the_page_is_well_formed_and_its_links_arrive() {
    let page = checks::read_html(&html::render(&sample::brief()).unwrap());
    let ids: BTreeSet<&String> = page.ids.iter().collect();
    assert_eq!(ids.len(), page.ids.len(), "an id stands twice");
    for target in &page.targets {
        assert!(ids.contains(target), "nothing has the id {target}");
    }
    assert_eq!(page.headings.iter().filter(|h| **h == 1).count(), 1);
    for pair in page.headings.windows(2) {
        assert!(pair[1] <= pair[0] + 1, "a heading level is skipped: {:?}", page.headings);
    }
}

#[test]
fn the_page_asks_nobody_and_runs_nothing() {
    let html = html::render(&sample::brief()).unwrap();
    let page = checks::read_html(&html);
    for forbidden in ["script", "iframe", "img", "object", "form", "base"] {
        assert!(!page.tags.iter().any(|t| t == forbidden), "<{forbidden}>");
    }
    assert!(page.attributes.iter().all(|a| !a.starts_with("on") && a != "style" && a != "src"), "{:?}", page.attributes);
    for request in ["url(", "@import", "@font-face", "href=\"http://", "src="] {
        assert!(!html.contains(request), "{request}");
    }
    assert!(html.contains("default-src 'none'"));
}

#[test]
fn the_same_brief_gives_the_same_bytes() {
    assert_eq!(html::render(&sample::brief()).unwrap(), html::render(&sample::brief()).unwrap());
    let stored = serde_json::to_string(&sample::brief()).unwrap();
    let read: blocwatch_publish::doc::Brief = serde_json::from_str(&stored).unwrap();
    assert_eq!(markdown::render(&read).unwrap(), markdown::render(&sample::brief()).unwrap());
}

#[test]
fn an_empty_brief_still_says_what_it_does_not_know() {
    let mut brief = blocwatch_publish::doc::Brief::new(blocwatch_publish::doc::BriefKind::Pair, "A and B");
    brief.lang = "ar-EG\" onload=\"x".to_owned();
    let html = html::render(&brief).unwrap();
    checks::read_html(&html);
    assert!(html.contains("<html lang=\"ar-EGonloadx\" dir=\"rtl\">"));
    assert!(html.contains("No gap was recorded"));
    assert!(markdown::render(&brief).unwrap().contains("What this brief does not know"));
}

#[test]
fn among_other_pages_names_lead_on_and_running_text_does_not() {
    let pages: std::collections::BTreeMap<String, String> = [
        ("Placeholder Bank", "/organisation/PB?a=1&b=\"2\""),
        ("Union of Testing States", "/here"),
        ("Samplestan", "/state/SAM"),
        ("forced-return-exa-sam", "/case/forced-return-exa-sam"),
    ]
    .map(|(name, href)| (name.to_owned(), href.to_owned()))
    .into();
    let frame = html::Frame { style_href: "/site.css", head: "", tail: "<script></script>", data_href: "", links: &pages, here: "/here" };
    let page = html::render_in(&sample::brief(), &frame).unwrap().replace("&#x2f;", "/");
    assert!(page.contains("<a href=\"/organisation/PB?a=1&amp;b=&quot;2&quot;\">Placeholder Bank</a>"), "the head of a row");
    assert!(page.contains("<h3><a href=\"/case/forced-return-exa-sam\">"), "the title of a card");
    assert!(!page.contains("href=\"/here\""), "no page leads to itself");
    assert!(page.contains("Samplestan is said to have asked"), "a sentence stays as it is");
    assert!(page.contains("data-table"), "tables can be sorted where there is a script");
    assert!(!html::render(&sample::brief()).unwrap().contains("data-table"));
}
