//! What holds for every comparison of texts.

use blocwatch_core::time::FuzzyDate;
use blocwatch_stats::random::Random;
use blocwatch_texts::document::{Document, Meta};
use blocwatch_texts::reuse::{Comparison, Direction, Kind, Pair, Settings, Unit, compare};
use proptest::prelude::*;

/// Made-up words, rarer the higher their number.
fn prose(random: &mut Random, words: usize) -> String {
    let mut out = String::new();
    for _ in 0..words {
        let u = random.uniform();
        let rank = (u * u * u * 3000.0) as u32;
        out.push_str(&word(rank));
        out.push(if random.below(12) == 0 { '.' } else { ' ' });
    }
    out
}

fn word(rank: u32) -> String {
    let mut rest = rank + 1;
    let mut out = String::new();
    while rest > 0 {
        out.push_str(["ba", "ne", "ди", "то", "lu", "é", "sko", "ra"][rest as usize % 8]);
        rest /= 8;
    }
    out
}

fn document(text: String) -> Document {
    Document { text, ..Document::default() }
}

fn run(documents: &[Document], settings: &Settings) -> Comparison {
    compare(documents, settings, &|_| ()).expect("a comparison")
}

/// Documents that copy from each other at random.
fn corpus(seed: u64, n: usize, words: usize) -> Vec<Document> {
    let mut random = Random::new(seed);
    let mut documents: Vec<Document> = Vec::new();
    for i in 0..n {
        let mut text = prose(&mut random, words);
        if i > 0 && random.below(2) == 0 {
            let source = &documents[random.below(i as u32) as usize].text;
            let mut from = random.below(source.len() as u32 / 2) as usize;
            let mut to = (from + 600).min(source.len());
            while !source.is_char_boundary(from) {
                from -= 1;
            }
            while !source.is_char_boundary(to) {
                to -= 1;
            }
            let copied = source[from..to].to_owned();
            text.push_str(&copied);
            text.push_str(&prose(&mut random, 40));
        }
        documents.push(document(text));
    }
    documents
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn passages_lie_in_their_texts_and_numbers_in_their_ranges(seed in any::<u64>()) {
        let documents = corpus(seed, 12, 150);
        let found = run(&documents, &Settings::default());
        for pair in &found.pairs {
            prop_assert!(pair.a < pair.b && pair.b < documents.len());
            prop_assert!((0.0..=1.0).contains(&pair.coverage_a) && (0.0..=1.0).contains(&pair.coverage_b));
            let (p, q) = (pair.p.unwrap(), pair.q.unwrap());
            prop_assert!(0.0 < p && p <= q && q <= 1.0, "{} {}", p, q);
            for passage in &pair.passages {
                let (a, b) = (documents[pair.a].text.get(passage.a.clone()), documents[pair.b].text.get(passage.b.clone()));
                prop_assert!(a.is_some_and(|t| t.chars().count() >= 50) && b.is_some_and(|t| t.chars().count() >= 50));
                prop_assert!(0 < passage.identical && passage.identical <= passage.aligned);
                prop_assert!((0.0..=1.0).contains(&passage.weight));
                let members = &found.clusters[passage.cluster].members;
                let holds = |d: usize, r: &std::ops::Range<usize>| members.iter().any(|m| m.document == d && m.bytes.start <= r.start && r.end <= m.bytes.end);
                prop_assert!(holds(pair.a, &passage.a) && holds(pair.b, &passage.b));
            }
        }
    }

    #[test]
    fn the_order_of_documents_memory_and_threads_change_nothing(seed in any::<u64>()) {
        let documents = corpus(seed, 14, 120);
        let plain = run(&documents, &Settings::default());
        let small = run(&documents, &Settings { memory: 1 << 10, threads: 1, ..Settings::default() });
        prop_assert!(small.counts.spilled_bytes > 0 || plain.counts.shared_ngrams == 0);
        prop_assert_eq!(&plain.pairs, &small.pairs);
        prop_assert_eq!(&plain.pairs, &run(&documents, &Settings { threads: 5, ..Settings::default() }).pairs);
        let turned: Vec<Document> = documents.iter().rev().cloned().collect();
        let n = documents.len();
        let mut back: Vec<_> = run(&turned, &Settings::default()).pairs.into_iter().map(|p| {
            let mut passages: Vec<_> = p.passages.iter().map(|x| (x.b.clone(), x.a.clone(), x.score.to_bits(), x.identical)).collect();
            passages.sort_by_key(|x| (x.0.start, x.1.start));
            (n - 1 - p.b, n - 1 - p.a, p.score.to_bits(), passages)
        }).collect();
        back.sort_by_key(|p| (p.0, p.1));
        let forth: Vec<_> = plain.pairs.iter().map(|p| {
            let passages: Vec<_> = p.passages.iter().map(|x| (x.a.clone(), x.b.clone(), x.score.to_bits(), x.identical)).collect();
            (p.a, p.b, p.score.to_bits(), passages)
        }).collect();
        prop_assert_eq!(forth, back);
    }

    #[test]
    fn a_text_within_another_covers_itself(seed in any::<u64>(), before in 0usize..60, after in 0usize..60) {
        let mut random = Random::new(seed);
        let inner = prose(&mut random, 80);
        let outer = format!("{} {inner} {}", prose(&mut random, before), prose(&mut random, after));
        let others = (0..6).map(|_| document(prose(&mut random, 100)));
        let documents: Vec<Document> = [document(inner.clone()), document(outer)].into_iter().chain(others).collect();
        let found = run(&documents, &Settings::default());
        let pair = found.pairs.iter().find(|p| (p.a, p.b) == (0, 1)).unwrap();
        prop_assert!(pair.coverage_a > 0.95, "{}", pair.coverage_a);
    }

    #[test]
    fn any_strings_can_be_compared(texts in prop::collection::vec(any::<String>(), 0..8), characters in any::<bool>()) {
        let documents: Vec<Document> = texts.into_iter().map(document).collect();
        let settings = if characters { Settings::for_scans() } else { Settings { min_characters: 1, ..Settings::default() } };
        run(&documents, &settings);
    }
}

#[test]
fn equal_documents_cover_each_other_and_are_grouped() {
    let mut random = Random::new(5);
    let text = prose(&mut random, 300);
    let documents: Vec<Document> = [text.clone(), prose(&mut random, 300), text.to_uppercase(), text].map(document).into();
    let found = run(&documents, &Settings::default());
    assert_eq!(found.duplicates, [vec![0, 2, 3]]);
    assert_eq!(found.pairs.iter().map(|p| (p.a, p.b)).collect::<Vec<_>>(), [(0, 2), (0, 3), (2, 3)]);
    assert!(found.pairs.iter().all(|p| p.coverage_a == 1.0 && p.coverage_b == 1.0));
    assert_eq!(found.counts.duplicates, 2);
}

#[test]
fn absurd_input_is_survived() {
    let mut random = Random::new(9);
    let law = prose(&mut random, 500);
    let mut documents: Vec<Document> = (0..3000).map(|_| document(String::new())).collect();
    documents.push(document("a".repeat(1_000_000)));
    documents.push(document("a ".repeat(200_000)));
    documents.push(document("a ".repeat(200_001)));
    documents.extend((0..2000).map(|_| document(law.clone())));
    // nearly equal by the hundreds: more than max_documents, none of them equal
    let first = documents.len();
    documents.extend((0..400).map(|i| document(format!("{law} article {i} {}", prose(&mut random, 6)))));
    let found = run(&documents, &Settings::default());
    assert_eq!(found.counts.documents, 2403);
    assert_eq!(found.duplicates.len(), 1);
    // every copy hangs together with the others
    let cluster = found.clusters.iter().max_by_key(|c| c.members.len()).unwrap();
    assert!((first..first + 400).all(|d| cluster.members.iter().any(|m| m.document == d)), "{} members", cluster.members.len());
}

#[test]
fn a_common_ancestor_is_told_from_copying_and_a_quotation_from_both() {
    let mut random = Random::new(11);
    let model = prose(&mut random, 150);
    let dated = |text: String, date: &str| Document {
        text,
        meta: Meta { date: FuzzyDate::parse(date).ok(), ..Meta::default() },
        ..Document::default()
    };
    let mut around = |inner: &str| format!("{} {inner} {}", prose(&mut random, 60), prose(&mut random, 60));
    let documents = [
        dated(model.clone(), "1999"),
        dated(around(&model), "2005-03-01"),
        dated(around(&model), "2007"),
        dated(around(&format!("\u{201c}{model}\u{201d}")), "2009"),
    ];
    let found = run(&documents, &Settings::default());
    let pair = |a, b| found.pairs.iter().find(|p| (p.a, p.b) == (a, b)).unwrap();
    assert_eq!((pair(0, 1).kind, pair(0, 1).direction), (Kind::Copy, Some(Direction::FromAToB)));
    assert_eq!(pair(1, 2).kind, Kind::CommonAncestor);
    assert_eq!(pair(0, 3).kind, Kind::Quotation);
    let named = run(&documents, &Settings { models: vec![0], ..Settings::default() });
    assert_eq!(named.pairs.iter().find(|p| (p.a, p.b) == (0, 1)).unwrap().kind, Kind::Quotation);
}

#[test]
fn the_text_that_both_come_from_need_not_be_the_first_of_all() {
    let mut random = Random::new(12);
    let (old, new) = (prose(&mut random, 100), prose(&mut random, 50));
    let dated = |text: String, date: &str| Document {
        text,
        meta: Meta { date: FuzzyDate::parse(date).ok(), ..Meta::default() },
        ..Document::default()
    };
    let mut around = |inner: &str| format!("{} {inner} {}", prose(&mut random, 60), prose(&mut random, 60));
    // the second takes a half of the first further, and the two last take what the second has
    let latter_half: String = old.split_inclusive([' ', '.']).skip(45).collect();
    let taken = format!("{latter_half}{new}");
    let documents = [
        dated(around(&old), "1999"),
        dated(around(&format!("{old}{new}")), "2003"),
        dated(around(&taken), "2007"),
        dated(around(&taken), "2009"),
    ];
    for first_set in [None, Some(3)] {
        let found = run(&documents, &Settings { first_set, ..Settings::default() });
        let of = |a, b| found.pairs.iter().find(|p| (p.a, p.b) == (a, b)).map(|p| p.kind);
        assert_eq!(of(2, 3), Some(Kind::CommonAncestor));
        assert_eq!(of(1, 3), Some(Kind::Copy));
    }
}

#[test]
fn unrelated_texts_are_not_said_to_be_related() {
    let mut random = Random::new(21);
    let documents: Vec<Document> = (0..300).map(|_| document(prose(&mut random, 400))).collect();
    let found = run(&documents, &Settings::default());
    let pairs = 300.0 * 299.0 / 2.0;
    let significant = found.pairs.iter().filter(|p| p.q.unwrap() < 0.05).count();
    assert!(significant <= 2, "{significant} of {pairs} pairs");
}

/// Made up: in each language two laws on different things, written in the same formulas.
const FORMULAS_ALONE: [(&str, &str, &str); 7] = [
    (
        "en",
        "A bill to be entitled an act on hives. Be it enacted by the Senate and House of Representatives in General Court assembled: 1 2 3 4 5 6 Beekeepers shall register. If any provision of this act or the application thereof to any person or circumstance is held invalid, the invalidity does not affect other provisions. This act shall take effect immediately.",
        "A bill to be entitled an act on trams. Be it enacted by the Senate and House of Representatives in General Court assembled: 1 2 3 4 5 6 Drivers need a bell. If any provision of this act or the application thereof to any person or circumstance is held invalid, the invalidity does not affect other provisions. This act shall take effect immediately.",
    ),
    (
        "en",
        "AGREEMENT BETWEEN THE GOVERNMENT OF THE REPUBLIC OF ALFA AND THE GOVERNMENT OF THE REPUBLIC OF BETA ON BEES The Government of the Republic of Alfa and the Government of the Republic of Beta (hereinafter referred to as the Parties), have agreed as follows: Article 1. Hives shall cross the border freely. Article 2. This Agreement shall enter into force on the date of receipt of the last written notification through diplomatic channels by which the Parties inform each other of the completion of their internal legal procedures necessary for its entry into force. It shall remain in force for a period of five years and shall be automatically renewed for successive periods of five years unless either Party notifies the other in writing at least six months prior to its expiry. IN WITNESS WHEREOF the undersigned, being duly authorized thereto by their respective Governments, have signed this Agreement. Done in two originals in the English language, all texts being equally authentic.",
        "AGREEMENT BETWEEN THE GOVERNMENT OF THE REPUBLIC OF GAMMA AND THE GOVERNMENT OF THE REPUBLIC OF DELTA ON TRAMS The Government of the Republic of Gamma and the Government of the Republic of Delta (hereinafter referred to as the Parties), have agreed as follows: Article 1. Trams carry a bell at night. Article 2. This Agreement shall enter into force on the date of receipt of the last written notification through diplomatic channels by which the Parties inform each other of the completion of their internal legal procedures necessary for its entry into force. It shall remain in force for a period of five years and shall be automatically renewed for successive periods of five years unless either Party notifies the other in writing at least six months prior to its expiry. IN WITNESS WHEREOF the undersigned, being duly authorized thereto by their respective Governments, have signed this Agreement. Done in two originals in the English language, all texts being equally authentic.",
    ),
    (
        "fr",
        "L'Assemblée nationale et le Sénat ont adopté. Les ruches sont déclarées. La présente loi sera exécutée comme loi de l'État.",
        "L'Assemblée nationale et le Sénat ont adopté. Chaque tramway porte une cloche. La présente loi sera exécutée comme loi de l'État.",
    ),
    (
        "es",
        "Las colmenas se inscriben en un libro. Quedan derogadas todas las disposiciones que se opongan a lo dispuesto en ella. La presente ley entrará en vigor el día siguiente al de su publicación en el Boletín Oficial.",
        "Cada tranvía lleva campana propia. Quedan derogadas todas las disposiciones que se opongan a lo dispuesto en esta norma. La presente ley entrará en vigor el día siguiente al de su publicación en el Diario Oficial.",
    ),
    (
        "ru",
        "Ульи подлежат учёту. Статью изложить в следующей редакции. Настоящий Федеральный закон вступает в силу со дня его официального опубликования.",
        "Трамваи имеют звонок. Часть изложить в следующей редакции. Настоящий Федеральный закон вступает в силу со дня его официального опубликования.",
    ),
    (
        "ar",
        "تسجل خلايا النحل سنويا. ينشر هذا القانون في الجريدة الرسمية ويعمل به من تاريخ نشره، ويبصم هذا القانون بخاتم الدولة، وينفذ كقانون من قوانينها.",
        "لكل ترام جرس خاص. ينشر هذا القانون في الجريدة الرسمية ويعمل به من تاريخ نشره، ويبصم هذا القانون بخاتم الدولة، وينفذ كقانون من قوانينها.",
    ),
    (
        "zh",
        "为了保护蜜蜂，根据宪法，制定本法。蜂箱应当登记。构成犯罪的，依法追究刑事责任。本法自公布之日起施行。",
        "为了电车安全，根据宪法，制定本法。每辆有铃。构成犯罪的，依法追究刑事责任。本法自公布之日起施行。",
    ),
];

#[test]
fn two_laws_that_share_formulas_alone_share_no_passage() {
    for (language, one, other) in FORMULAS_ALONE {
        let settings = Settings { min_characters: 1, ..Settings::default() };
        let found = run(&[document(one.to_owned()), document(other.to_owned())], &settings);
        assert!(found.pairs.iter().all(|p| p.passages.is_empty()), "{language}: {:?}", found.pairs);
        // what a formula stands around is found as ever, and shown with it
        let copied = format!("{one} {}", "Whoever keeps wasps beside a hive pays for every bee that leaves.");
        let copy = format!("{other} {}", "Whoever keeps wasps beside a hive pays for every bee that leaves.");
        let found = run(&[document(copied.clone()), document(copy)], &settings);
        assert_eq!(found.pairs.len(), 1, "{language}");
        assert!(copied[found.pairs[0].passages[0].a.clone()].contains("wasps beside a hive"), "{language}");
    }
}

fn by(author: &str, text: &str) -> Document {
    Document { text: text.to_owned(), meta: Meta { author: Some(author.to_owned()), ..Meta::default() }, ..Document::default() }
}

#[test]
fn equal_texts_of_several_authors_lose_no_pair_with_another_author() {
    let mut random = Random::new(5);
    let law = prose(&mut random, 120);
    let longer = format!("{law} {}", prose(&mut random, 60));
    // the group's first document and the longer one are of one author; the group's second is not. A group of 40 is too large to list.
    for copies in [1, 40] {
        let mut documents = vec![by("x", &law), by("x", &longer)];
        documents.extend((0..copies).map(|i| by(&format!("y{i}"), &law)));
        let between = Settings { within_author: false, ..Settings::default() };
        let found = run(&documents, &between);
        let has = |a, b| found.pairs.iter().any(|p| (p.a, p.b) == (a, b) && !p.passages.is_empty());
        assert!(has(1, 2), "{copies}: {:?}", found.pairs.iter().map(|p| (p.a, p.b)).collect::<Vec<_>>());
        assert!(has(0, 2) && !has(0, 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn two_sets_give_what_all_pairs_give_between_them(seed in any::<u64>(), first in 0usize..20) {
        let mut documents = corpus(seed, 20, 120);
        // an equal text in both sets, and dates, so that kinds depend on third texts
        documents.push(documents[0].clone());
        for (i, d) in documents.iter_mut().enumerate() {
            d.meta.date = FuzzyDate::parse(&format!("{}", 1990 + i)).ok();
        }
        let all = run(&documents, &Settings::default());
        let two = run(&documents, &Settings { first_set: Some(first), ..Settings::default() });
        // what is too weak to be a passage is held against chance, which is that of the pairs compared
        let shown = |c: &Comparison| -> Vec<_> {
            c.pairs.iter().filter(|p| p.a < first && p.b >= first && !p.passages.is_empty()).map(|p| {
                let passages: Vec<_> = p.passages.iter().map(|x| (x.a.clone(), x.b.clone(), x.score.to_bits(), x.kind)).collect();
                (p.a, p.b, p.kind, p.direction, passages)
            }).collect()
        };
        let told = |p: &Pair| p.passages.iter().map(|x| x.score * x.weight.sqrt()).sum::<f64>();
        prop_assert!(all.pairs.iter().chain(&two.pairs).all(|p| p.score >= told(p) * (1.0 - 1e-6)));
        prop_assert_eq!(shown(&all), shown(&two));
        prop_assert!(two.pairs.iter().all(|p| p.a < first && p.b >= first));
        prop_assert!(two.pairs.iter().all(|p| p.p <= p.q && p.q <= Some(1.0)));
        prop_assert!(two.counts.aligned_pairs <= all.counts.aligned_pairs);
    }
}

#[test]
fn settings_out_of_range_are_named() {
    let message = |settings: Settings| compare(&[] as &[Document], &settings, &|_| ()).unwrap_err().to_string();
    assert!(message(Settings { ngram: 1, ..Settings::default() }).contains("choose 2 to 64"));
    assert!(message(Settings { max_documents: 1, ..Settings::default() }).contains("max_documents"));
    assert!(message(Settings { min_score: -1.0, ..Settings::default() }).contains("least score"));
    assert!(message(Settings { first_set: Some(1), ..Settings::default() }).contains("first set"));
    assert!(message(Settings { models: vec![3], ..Settings::default() }).contains("model text"));
    assert_eq!(
        compare(&[] as &[Document], &Settings { unit: Unit::Characters, ..Settings::default() }, &|_| ()).unwrap(),
        Comparison::default()
    );
}
