//! Pages of texts side by side: strict HTML, nothing from outside, hostile text as text, both directions of writing.

use blocwatch_publish::texts::{Comparison, Earlier, Evidence, Kind, Pair, Passage, Place, Run, Side, citation, render};
use proptest::prelude::*;

use crate::checks;

fn run(text: &str, differs: bool) -> Run {
    Run { text: text.to_owned(), differs }
}

fn pair(text: &str) -> Pair {
    let side = |id: &str, lang: &str| Side {
        id: id.to_owned(),
        title: Some(text.to_owned()),
        author: Some(text.to_owned()),
        date: Some("2012-07-20".to_owned()),
        language: Some(lang.to_owned()),
        language_detected: true,
        address: Some("javascript:alert(1)".to_owned()),
        sha256: "0f".repeat(32),
        format: "pdf".to_owned(),
        encoding_assumed: text.to_owned(),
        words: 1234,
        coverage: 0.624,
    };
    let place = |a: f64| Place {
        article: text.to_owned(),
        from: a,
        to: a + 0.1,
        before: text.to_owned(),
        runs: vec![run("The organisation ", false), run(text, true), run(" registers.", false)],
        after: text.to_owned(),
    };
    let passage = |kind, a| Passage { a: place(a), b: place(0.5), same: 40, words: 44, kind, carried_by: 3 };
    Pair {
        a: side("laws/a.pdf", "en"),
        b: side("laws/b.html#x", "ar"),
        score: 412.4,
        p: Some(0.00005),
        q: Some(0.0012),
        evidence: Evidence::Words,
        earlier: Some(Earlier::A),
        passages: vec![passage(Kind::Copy, 0.1), passage(Kind::Boilerplate, 0.9)],
    }
}

fn comparison(pairs: Vec<Pair>) -> Comparison {
    let found = pairs.len();
    Comparison {
        pairs,
        found,
        documents: 2,
        unread: vec![("scan.pdf".into(), "is a PDF of 3 pages without text".into())],
        program: "blocwatch 0.1.0".into(),
        settings: "sequences of 5 words".into(),
    }
}

/// A page is strict, whole, its links lead somewhere, and it asks nobody for anything.
fn check(html: &str) -> checks::Page {
    let page = checks::read_html(html);
    let ids: std::collections::BTreeSet<&String> = page.ids.iter().collect();
    assert_eq!(ids.len(), page.ids.len(), "an id stands twice");
    for target in &page.targets {
        assert!(page.ids.contains(target), "no element '{target}'");
    }
    assert!(!page.tags.iter().any(|t| ["script", "img", "iframe", "object", "form"].contains(&t.as_str())));
    assert!(html.ends_with("</html>\n") && html.contains("default-src 'none'"));
    page
}

#[test]
fn a_pair_says_what_is_shared_how_sure_and_how_to_cite() {
    let html = render(&comparison(vec![pair("A law")])).unwrap();
    let page = check(&html);
    for part in [
        "62% of the words of A and 62% of the words of B stand in 2 passages found in both.",
        "It does not show who wrote them first, or why",
        "as the best one here less than once in 10,000 times (p &lt; 0.0001; evidence 412 bits)",
        "Of the shared words, 50% formulas that many unrelated texts carry",
        "By their dates A is the earlier text.",
        "under 1% are expected to be false finds",
    ] {
        assert!(html.contains(part), "{part}\n{}", page.text);
    }
    assert!(html.contains("dir=\"rtl\"") && html.contains("<u>A law</u>"));
    assert!(!html.contains("javascript:"));
    assert_eq!(html, render(&comparison(vec![pair("A law")])).unwrap());
}

#[test]
fn several_pairs_have_a_table_and_weaker_evidence_is_named() {
    let mut across = pair("A law");
    across.evidence = Evidence::Anchors;
    across.p = None;
    let mut c = comparison(vec![pair("A law"), across]);
    c.found = 5;
    let html = render(&c).unwrap();
    let page = check(&html);
    assert!(page.text.contains("Weaker evidence") && page.text.contains("3 pairs more were found and are not shown here"));
    assert!(html.contains("href=\"#pair-2\""));
    let none = render(&comparison(Vec::new())).unwrap();
    assert!(check(&none).text.contains("No passage was found"));
}

#[test]
fn a_citation_names_files_digests_and_shares() {
    let text = citation(&pair("On agents"), "blocwatch 0.1.0");
    assert!(text.starts_with("On agents (On agents, 2012-07-20) [laws/a.pdf, SHA-256 0f0f0f0f0f0f0f0f] and "), "{text}");
    let mut published = pair("On agents");
    published.a.address = Some("https://example.org/law".to_owned());
    let text = citation(&published, "blocwatch 0.1.0");
    assert!(text.contains("[laws/a.pdf, SHA-256 0f0f0f0f0f0f0f0f, https://example.org/law] and "), "{text}");
    assert!(text.contains("2 shared passages, 62% of the first text and 62% of the second, p < 0.0001"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn hostile_text_is_text(evil in "\\PC{0,40}|[<>&\"'/=a-z \\n\u{202e}\u{2066}\u{0}]{0,60}") {
        let html = render(&comparison(vec![pair(&evil)])).unwrap();
        let page = check(&html);
        let steers = html.contains(['\u{202e}', '\u{2066}']);
        prop_assert!(!steers);
        let plain = checks::read_html(&render(&comparison(vec![pair("x")])).unwrap());
        prop_assert_eq!(page.tags.iter().filter(|t| *t != "bdi" && *t != "span" && *t != "u").count(),
                        plain.tags.iter().filter(|t| *t != "bdi" && *t != "span" && *t != "u").count());
    }
}
