//! Footnotes: each once, numbered by first use, linked both ways, under every number.

use blocwatch_core::coverage::Knowledge;
use blocwatch_publish::doc::{Block, Brief, BriefKind, Card, Section};
use blocwatch_publish::note::{Note, NoteId};
use blocwatch_publish::table::{Cell, Column, Table};
use blocwatch_publish::text::Text;
use blocwatch_publish::{html, markdown};
use proptest::prelude::*;

use crate::{checks, sample};

fn note(n: usize) -> Note {
    Note { source: format!("s{n}"), citation: format!("Work {n}"), ..Note::default() }
}

/// Numbers of the marks in a Markdown brief, in reading order, without the notes themselves.
fn marks(text: &str) -> Vec<usize> {
    let body = text.split("## Notes").next().unwrap_or_default();
    body.match_indices("[^").map(|(at, _)| body[at + 2..].split(']').next().unwrap().parse().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn numbers_follow_first_use(uses in prop::collection::vec((0usize..12, 0u8..4), 0..40)) {
        let mut b = Brief::new(BriefKind::State, "T");
        // added in another order than used, and twice
        for n in (0..12).rev() {
            b.notes.add(note(n));
        }
        let mut section = Section::new("s", "S");
        for (n, place) in &uses {
            let id = b.notes.add(note(*n));
            let text = Text::plain("x").note(id);
            section = match place {
                0 => section.block(text),
                1 => section.block(Block::List(vec![text])),
                2 => section.block(vec![Card { notes: vec![id], ..Card::new("c", "C") }]),
                _ => section.block(Table::new("t", vec![Column::text("a")]).row([Cell::number(1.0, 0).note(id)])),
            };
        }
        b.sections.push(section);
        prop_assert_eq!(b.notes.len(), 12);
        let text = markdown::render(&b).unwrap();
        let got = marks(&text);
        prop_assert_eq!(got.len(), uses.len());
        let mut highest = 0;
        for n in &got {
            prop_assert!(*n <= highest + 1, "{got:?}");
            highest = highest.max(*n);
        }
        for (n, (work, _)) in got.iter().zip(&uses) {
            let line = format!("[^{n}]: Work {work}.");
            prop_assert!(text.contains(&line));
        }
        let definitions = text.lines().filter(|l| l.starts_with("[^") && l.contains("]: ")).count();
        prop_assert_eq!(definitions, highest);
        // both renderings number alike, and every mark can be returned to
        let page = html::render(&b).unwrap();
        let read = checks::read_html(&page);
        prop_assert_eq!(read.ids.iter().filter(|i| i.starts_with("use-")).count(), uses.len());
        for n in 1..=highest {
            let target = format!("use-{n}-1");
            prop_assert!(read.targets.contains(&target));
        }
    }
}

#[test]
fn a_note_that_a_whole_column_shares_stands_at_its_head() {
    let mut b = Brief::new(BriefKind::State, "T");
    let (one, two) = (b.notes.add(note(1)), b.notes.add(note(2)));
    let table = Table::new("c", vec![Column::text("k"), Column::number("same", "u"), Column::number("mixed", "u")])
        .row([Cell::text("x"), Cell::number(1.0, 0).note(one), Cell::number(2.0, 0).note(one)])
        .row([Cell::text("y"), Cell::missing(Knowledge::NotCovered), Cell::number(3.0, 0).note(two)])
        .row([Cell::text("z"), Cell::number(4.0, 0).note(one), Cell::number(5.0, 0).note(two)]);
    b.sections = vec![Section::new("s", "S").block(table)];
    assert!(b.unsourced().is_empty());
    let text = markdown::render(&b).unwrap();
    assert!(text.contains("| k | same (u)[^1] | mixed (u) |"), "{text}");
    assert!(text.contains("| x | 1 | 2[^1] |") && text.contains("| y | *not covered* | 3[^2] |"), "{text}");
}

#[test]
fn a_second_note_on_the_same_work_points_to_the_first() {
    let text = markdown::render(&sample::brief()).unwrap();
    assert!(text.contains("[^2]: Made-up Democracy Data v0 (as in note 1). Table `episode_state_year`,"), "{text}");
}

#[test]
fn numbers_without_a_note_are_named() {
    assert_eq!(sample::brief().unsourced(), Vec::<String>::new());
    let mut b = Brief::new(BriefKind::State, "T 2024");
    let id = b.notes.add(note(1));
    b.lead =
        vec![Text::plain("since 2009"), Text::plain("since 2009").note(id), Text::plain("since ").note(id).number(2.0, 0), "none".into()];
    let table = |cell: Cell| Table::new("", vec![Column::key("year"), Column::number("n", "")]).row([Cell::text("2020"), cell]);
    b.sections = vec![
        Section::new("a", "A 1")
            .block(table(Cell::number(1.0, 0)))
            .block(table(Cell::number(1.0, 0).note(id)))
            .block(table(Cell::missing(Knowledge::Missing)))
            .block(table(Cell::number(1.0, 0)).footer(Text::plain("all").note(id)))
            .block(Text::new().code("v2x_regime"))
            .block(vec![Card { body: vec!["in 1999".into()], ..Card::new("c", "C") }]),
    ];
    assert_eq!(
        b.unsourced(),
        ["in brief: \"since 2009\"", "in brief: \"since 2\"", "section 'a', block 1: row 1, column 'n'", "section 'a', block 6: card 'C'",]
    );
}

#[test]
fn an_id_of_another_brief_says_so() {
    let other: NoteId = serde_json::from_str("7").unwrap();
    let mut b = Brief::new(BriefKind::State, "T");
    b.lead = vec![Text::plain("x").note(other)];
    let text = markdown::render(&b).unwrap();
    assert!(text.contains("[^1]: The source of this statement was not recorded."), "{text}");
}

#[test]
fn only_addresses_of_the_web_become_links() {
    for (url, linked) in
        [("https://doi.org/10.1/x", true), ("javascript:alert(1)", false), ("https://a\" onclick=\"b", false), ("file:///etc", false)]
    {
        let mut b = Brief::new(BriefKind::State, "T");
        let id = b.notes.add(Note { url: url.into(), citation: "W".into(), ..Note::default() });
        b.lead = vec![Text::plain("x").note(id)];
        let page = html::render(&b).unwrap();
        checks::read_html(&page);
        assert_eq!(page.contains("noreferrer noopener"), linked, "{url}");
    }
}
