#[test]
fn scratch() {
    use blocwatch_publish::doc::{Block, Brief, BriefKind, Section};
    use blocwatch_publish::note::{Note, Notes};
    use blocwatch_publish::text::Text;
    let mut brief = Brief::new(BriefKind::State, "Examplia");
    let vdem = brief.notes.add(Note { source: "vdem".into(), citation: "V-Dem (2025)".into(), ..Note::default() });
    brief.lead.push(Text::plain("An ").strong("electoral autocracy").then(" since 2009.").note(vdem));
    brief.sections.push(Section::new("regime", "Regime").block(Block::Para(Text::plain("…"))));
    assert!(brief.unsourced().is_empty());
    assert!(blocwatch_publish::html::render(&brief).is_ok());
    let mut notes = Notes::default();
    let id = notes.add(Note::default());
    let text = Text::plain("Agreement was ").number(0.7931, 2).note(id).then(" in ").strong("2019").then(".");
    assert_eq!(text.to_string(), "Agreement was 0.79 in 2019.");
    // arabic, for a look
    let mut b = crate::sample::brief();
    b.lang = "ar".into();
    b.title = "إكزامبليا".into();
    b.lead[0] = Text::plain("إكزامبليا نظام استبدادي انتخابي منذ عام 2009").note(vdem).then(".");
    b.sections[0].title = "النظام السياسي".into();
    b.sections[0].blocks.insert(1, Block::Para(Text::plain("هذا نص تجريبي طويل بما يكفي لكي يلتف على أكثر من سطر واحد على شاشة الهاتف وفي الطباعة أيضا، مع رقم ").number(-0.26, 2).note(vdem)));
    std::fs::write("/tmp/brief-ar.html", blocwatch_publish::html::render(&b).unwrap()).unwrap();
    // stress
    use blocwatch_publish::chart::*;
    use blocwatch_publish::table::*;
    let mut b = Brief::new(BriefKind::Region, "A region with a very long name of many states that nobody would abbreviate: Northern and Western Examplia");
    let n = b.notes.add(Note { citation: "W (2024). T".into(), ..Note::default() });
    let lines = |k: usize, f: fn(usize, i32) -> f64, from: i32| Plot::Lines(Lines { series: (0..k).map(|i| Series::new(["Russia", "China", "Venezuela (Bolivarian Republic of)", "Iran", "Democratic Republic of the Congo", "Lao People's Democratic Republic", "x"][i], (from..=2024 - 5 * i as i32).map(|y| Point::new(y, f(i, y))))).collect(), x_name: "Year".into(), unit: "Ideal point (distance from the order led by the United States), mean 0, standard deviation 1 over all state-sessions".into(), decimals: 2, range: None });
    b.sections.push(Section::new("a", "A").block(Chart::new("Six lines that end near each other", "alt", Text::plain("s").note(n), lines(6, |i, y| ((y as f64) * 0.3).sin() * 0.05 + i as f64 * 0.01 - 1.0, 1946)))
      .block(Chart::new("Two years", "alt", Text::plain("s").note(n), lines(2, |i, y| (y - 2000) as f64 * 1000.0 + i as f64, 2018)))
      .block(Chart::new("Bars", "alt", Text::plain("s").note(n), Plot::Bars(Bars { bars: vec![Bar::new("Donaudampfschifffahrtsgesellschaftskapitän", -12.5), Bar::new("B", 23456.0), Bar::new("Organisation for something with an extremely long and winding name indeed", 12000.0), Bar::new("n", None)], label_name: "l".into(), unit: "roll calls".into(), decimals: 1, share: false })))
      .block(Chart::new("Long regimes", "alt", Text::plain("s").note(n), Plot::RegimeSteps { years: (1900..=2024).map(|y| (y, Some((((y - 1900) / 9) % 4) as u8))).collect(), index: None, index_unit: String::new() }))
      .block({ let mut t = Table::new(Text::plain("Many rows and columns"), (0..9).map(|i| if i == 0 { Column::text("State") } else { Column::number(format!("Column {i}"), "unit of it") }).collect()); for r in 0..40 { t = t.row((0..9).map(|c| if c == 0 { Cell::text(format!("State {r} with a long name")) } else { Cell::number(r as f64 * c as f64 / 7.0, 2).between(r as f64 * 0.9, r as f64 * 1.1).note(n) })); } t }));
    b.lead.push(Text::plain("averyveryveryveryveryveryveryveryveryveryveryveryverylongwordwithoutanyspace https://example.org/a/very/long/path/that/goes/on/and/on/and/on/and/on"));
    std::fs::write("/tmp/brief-stress.html", blocwatch_publish::html::render(&b).unwrap()).unwrap();
}
