//! Text that tries to be more than text.

use blocwatch_core::coverage::Knowledge;
use blocwatch_publish::chart::{Bar, Bars, Chart, Lines, Plot, Point, Series};
use blocwatch_publish::doc::{Block, Brief, BriefKind, CalloutKind, Card, Fact, Remark, Section};
use blocwatch_publish::note::Note;
use blocwatch_publish::table::{Cell, Column, Table};
use blocwatch_publish::text::Text;
use blocwatch_publish::{html, markdown};
use proptest::prelude::*;

use crate::checks;

/// A brief in which every piece of text is `evil`.
fn everywhere(evil: &str) -> Brief {
    let t = || Text::plain(evil).strong(evil).em(evil).code(evil);
    let mut b = Brief::new(BriefKind::Region, evil);
    let id = b.notes.add(Note {
        source: evil.into(),
        citation: evil.into(),
        version: evil.into(),
        licence: evil.into(),
        table: evil.into(),
        accessed: evil.into(),
        sha256: evil.into(),
        locator: evil.into(),
        finding_id: evil.into(),
        url: evil.into(),
        remark: evil.into(),
    });
    b.subtitle = evil.into();
    b.lang = evil.into();
    b.as_of.observatory = evil.into();
    b.as_of.data_until = evil.into();
    b.lead = vec![t().note(id)];
    let table = Table::new(t(), vec![Column::text(evil), Column::number(evil, evil)]).row([Cell::Text(t()), Cell::Text(t())]).footer(t());
    let lines = Lines {
        series: vec![Series::new(evil, [Point::new(1, 0.5), Point::new(2, 0.7)])],
        x_name: evil.into(),
        unit: evil.into(),
        decimals: 1,
        range: None,
    };
    let bars = Bars { bars: vec![Bar::new(evil, 1.0)], label_name: evil.into(), unit: evil.into(), decimals: 0, share: false };
    b.sections = vec![
        Section::new(evil, evil)
            .intro(t())
            .block(t())
            .block(Block::List(vec![t()]))
            .block(Block::callout(CalloutKind::Gap, t()))
            .block(table)
            .block(Chart::new(evil, evil, t().note(id), Plot::Lines(lines)))
            .block(Chart::new(evil, evil, t(), Plot::Bars(bars)))
            .block(vec![Card {
                meta: t(),
                standing: evil.into(),
                grade: evil.into(),
                body: vec![t()],
                facts: vec![Fact::new(evil, [t()])],
                remarks: vec![Remark { kind: CalloutKind::Claim, text: t() }],
                tags: vec![evil.into()],
                ..Card::new(evil, evil)
            }]),
    ];
    b.unknowns = vec![t()];
    b.method_note = vec![t()];
    b
}

#[test]
fn markup_in_text_stays_text() {
    for evil in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</style></title></svg><script>",
        "{{ 7 * 7 }}{% raw %}",
        "javascript:alert(1)",
        "https://example.org/\" onclick=\"x",
        "&lt;script&gt;",
        "]]><![CDATA[",
        "\u{202e}gnp.exe\u{0}\u{8}",
        "a | b \\| c",
        "line\nbreak\r\n| cell |\n# heading",
    ] {
        let brief = everywhere(evil);
        let page = html::render(&brief).unwrap();
        let read = checks::read_html(&page);
        assert!(!read.tags.iter().any(|t| ["script", "img"].contains(&t.as_str())), "{evil}");
        assert!(read.attributes.iter().all(|a| !a.starts_with("on")), "{evil}: {:?}", read.attributes);
        assert!(!page.contains("href=\"javascript"), "{evil}");
        assert!(!page.contains("49"), "a template in text was run: {evil}");
        assert!(!page.contains('\u{202e}') && !page.contains('\u{0}'), "{evil:?}");

        let text = markdown::render(&brief).unwrap();
        checks::check_pipes(&text);
        let prose: String = text.split('`').step_by(2).collect();
        assert!(!prose.replace("\\<", "").contains("<script"), "{evil}: {prose}");
        assert_eq!(text.lines().filter(|l| l.starts_with("# ")).count(), 1, "{evil}");
        assert!(!text.contains('\u{202e}') && !text.contains('\u{0}'), "{evil:?}");
    }
}

#[test]
fn markdown_signs_stay_signs() {
    let mut b = Brief::new(BriefKind::State, "T");
    let section = Section::new("s", "S")
        .block(Text::plain("# not a heading"))
        .block(Text::plain("1. not a list"))
        .block(Text::plain("- nor this *one* [x](y) <b> v2x_regime _u_ ~~z~~ &amp; A & B"))
        .block(Text::new().code("a`b").then(" ").code("x|y").strong(" bold "));
    b.sections = vec![section.block(Table::new("", vec![Column::text("a|b")]).row([Cell::text(Text::new().code("x|y"))]))];
    let text = markdown::render(&b).unwrap();
    for expected in [
        "\\# not a heading",
        "1\\. not a list",
        "\\- nor this \\*one\\* \\[x\\](y) \\<b\\> v2x_regime \\_u\\_ \\~\\~z\\~\\~ \\&amp; A & B",
        "``a`b`` `x|y` **bold** ",
        "| a\\|b |",
        "| `x\\|y` |",
    ] {
        assert!(text.contains(expected.trim_end()), "{expected} is not in\n{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_text_breaks_a_page(evil in "(\\PC|[<>&\"'|`*_\\\\\n\u{202e}]){0,24}") {
        let brief = everywhere(&evil);
        checks::read_html(&html::render(&brief).unwrap());
        checks::check_pipes(&markdown::render(&brief).unwrap());
    }
}

#[test]
fn a_missing_value_is_a_word() {
    let mut b = Brief::new(BriefKind::State, "T");
    let all = [Knowledge::NotCovered, Knowledge::Missing, Knowledge::Censored, Knowledge::NotPublic, Knowledge::Covered];
    let mut table = Table::new("c", vec![Column::text("why"), Column::number("value", "")]);
    for why in all {
        table = table.row([Cell::text(why.as_str()), Cell::missing(why)]);
    }
    table = table
        .row([Cell::text("nan"), Cell::number(f64::NAN, 1)])
        .row([Cell::text("none"), Cell::number_or(None, 1, Knowledge::Censored)])
        .row([Cell::text("short")])
        .row([Cell::text("zero"), Cell::number(0.0, 1)]);
    b.sections = vec![Section::new("s", "S").block(table)];
    let text = markdown::render(&b).unwrap();
    let rows: Vec<&str> = text.lines().filter(|l| l.starts_with('|')).skip(2).collect();
    let expected =
        ["*not covered*", "*missing*", "*censored*", "*not public*", "*none recorded*", "*missing*", "*censored*", "*missing*", "0.0"];
    assert_eq!(rows.len(), expected.len());
    for (row, word) in rows.iter().zip(expected) {
        assert!(row.ends_with(&format!("| {word} |")), "{row}");
    }
    assert!(text.contains("2 censored, 3 missing, 1 not covered, 1 not public."), "{text}");
    let page = html::render(&b).unwrap();
    assert_eq!(page.matches("class=\"absent\"").count(), 8);
    assert!(!page.contains("<td class=\"end\"></td>"));
}
