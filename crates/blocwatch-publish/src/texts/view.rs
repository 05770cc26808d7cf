//! A comparison as it is printed: sentences worded, numbers formatted, text made fit.

use serde::Serialize;

use super::{Comparison, Earlier, Evidence, Kind, Pair, Passage, Place, Side, citation, name, p_value, percent};
use crate::text::clean;
use crate::words::{ENGLISH, direction, language_tag};

#[derive(Serialize)]
pub(super) struct View {
    title: String,
    subtitle: String,
    lead: Vec<String>,
    /// A table of pairs where there are several.
    rows: Vec<Row>,
    pairs: Vec<PairView>,
    left_out: Option<String>,
    unread: Vec<(String, String)>,
    unread_more: usize,
    method: Vec<String>,
    program: String,
}

#[derive(Serialize)]
struct Row {
    n: usize,
    a: String,
    b: String,
    coverage_a: String,
    coverage_b: String,
    passages: usize,
    chance: String,
}

#[derive(Serialize)]
struct PairView {
    n: usize,
    heading: String,
    sides: [SideView; 2],
    sure: Vec<String>,
    weaker: Option<&'static str>,
    passages: Vec<PassageView>,
    citation: String,
}

#[derive(Serialize)]
struct SideView {
    letter: char,
    name: String,
    facts: Vec<(&'static str, String)>,
    link: Option<String>,
    lang: String,
    dir: &'static str,
    coverage: String,
    bars: Vec<Bar>,
}

#[derive(Serialize)]
struct Bar {
    n: usize,
    x: String,
    width: String,
}

#[derive(Serialize)]
struct PassageView {
    id: String,
    n: usize,
    kind: &'static str,
    plain: bool,
    note: String,
    sides: [PlaceView; 2],
}

#[derive(Serialize)]
struct PlaceView {
    letter: char,
    lang: String,
    dir: &'static str,
    article: String,
    at: String,
    before: String,
    runs: Vec<RunView>,
    after: String,
}

#[derive(Serialize)]
struct RunView {
    text: String,
    differs: bool,
}

/// Most passages of a pair that a page shows; the numbers count all.
const MOST_PASSAGES: usize = 200;
/// Most unread inputs that a page names.
const MOST_UNREAD: usize = 30;

/// A chance as people say it. It is not said more finely than it can be measured: a null of some thousand pairs knows no millionths.
fn odds(p: f64) -> String {
    match p {
        p if p >= 0.5 => "about every second time".to_owned(),
        p if p < 0.0001 => "less than once in 10,000 times".to_owned(),
        p => {
            // rounded down to one figure, so that the sentence never claims too much
            let n = 1.0 / p;
            let digits = 10_f64.powf(n.log10().floor());
            format!("at most once in {} times", ENGLISH.number((n / digits).floor() * digits, 0))
        }
    }
}

/// Words of a text for a page: steering characters dropped, lines kept where a sentence or a paragraph ends.
fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let lines: Vec<&str> = text.split('\n').collect();
    for (i, line) in lines.iter().enumerate() {
        if i > 0 {
            // a short line before one that begins with a capital is a heading
            let heading =
                lines[i - 1].trim().chars().count() < 70 && line.trim_start().starts_with(|c: char| c.is_uppercase() || c.is_numeric());
            let ended = heading
                || out.trim_end().ends_with(['.', ';', ':', '!', '?', '。', '；', '：', '؛'])
                || line.trim().is_empty()
                || lines[i - 1].trim().is_empty();
            out.push(if ended { '\n' } else { ' ' });
        }
        out.push_str(&clean(line));
    }
    // more than one empty line says no more than one
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out
}

fn count(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", ENGLISH.number(n as f64, 0), if n == 1 { one } else { many })
}

pub(super) fn view(c: &Comparison) -> View {
    let one = c.pairs.len() == 1 && c.found == 1;
    let (title, subtitle) = match c.pairs.first() {
        Some(p) if one => (name(&p.a), format!("side by side with {}", name(&p.b))),
        _ => ("Texts that share passages".to_owned(), format!("{} compared", count(c.documents, "text", "texts"))),
    };
    let mut lead = Vec::new();
    match c.pairs.first() {
        None => lead.push("No passage was found in two of these texts. That speaks of these texts and these settings only.".to_owned()),
        Some(p) if one => {
            lead.push(format!(
                "{} of the words of A and {} of the words of B stand in {} found in both.",
                percent(p.a.coverage),
                percent(p.b.coverage),
                count(p.passages.len(), "passage", "passages")
            ));
        }
        Some(_) => lead.push(format!("{} of texts share passages; the strongest stand first.", count(c.found, "pair", "pairs"))),
    }
    if !c.pairs.is_empty() {
        lead.push(
            "The page shows that words are the same. It does not show who wrote them first, or why: that needs dates, drafts and people."
                .to_owned(),
        );
    }
    let rows = if one { Vec::new() } else { c.pairs.iter().enumerate().map(|(i, p)| row(i + 1, p)).collect() };
    View {
        title,
        subtitle,
        lead,
        rows,
        pairs: c.pairs.iter().enumerate().map(|(i, p)| pair(i + 1, p, &c.program)).collect(),
        left_out: (c.found > c.pairs.len()).then(|| {
            format!(
                "{} more were found and are not shown here; the table or JSON output lists them.",
                count(c.found - c.pairs.len(), "pair", "pairs")
            )
        }),
        unread: c.unread.iter().take(MOST_UNREAD).map(|(n, r)| (clean(n), clean(r))).collect(),
        unread_more: c.unread.len().saturating_sub(MOST_UNREAD),
        method: method(c),
        program: clean(&c.program),
    }
}

fn method(c: &Comparison) -> Vec<String> {
    let mut out = vec![
        "Texts are cut into words; case, accents, punctuation and spelling variants of a script are set aside. Sequences of words that two texts share \
         are found, joined to passages and aligned word by word. Passages that many unrelated texts carry count for less."
            .to_owned(),
        "Underlined words are the ones that differ within a passage. Chance is measured against pairs of unrelated texts.".to_owned(),
    ];
    if !c.settings.is_empty() {
        out.push(format!("Settings: {}.", clean(&c.settings)));
    }
    out
}

fn row(n: usize, p: &Pair) -> Row {
    Row {
        n,
        a: name(&p.a),
        b: name(&p.b),
        coverage_a: percent(p.a.coverage),
        coverage_b: percent(p.b.coverage),
        passages: p.passages.len(),
        chance: p.p.map_or_else(|| ENGLISH.missing.to_owned(), p_value),
    }
}

fn pair(n: usize, p: &Pair, program: &str) -> PairView {
    PairView {
        n,
        heading: format!("{} and {}", name(&p.a), name(&p.b)),
        sides: [side('A', &p.a, p.passages.iter().map(|x| &x.a)), side('B', &p.b, p.passages.iter().map(|x| &x.b))],
        sure: sure(p),
        weaker: match p.evidence {
            Evidence::Words => None,
            Evidence::Anchors => Some(
                "The two texts are in different languages. They were set against each other by numbers, articles, names and legal terms, which is \
                 weaker evidence than the same words: have a person who reads both check each passage.",
            ),
            Evidence::Translation => Some(
                "The two texts are in different languages. A program translated before comparing, and a translation can make texts more alike than \
                 they are: have a person who reads both check each passage.",
            ),
            Evidence::Embeddings => Some(
                "The sentences were set against each other because a model holds them near in meaning. Near in meaning is not copied: have a person \
                 check each passage.",
            ),
        },
        passages: p.passages.iter().take(MOST_PASSAGES).enumerate().map(|(i, x)| passage(n, i + 1, p, x)).collect(),
        citation: citation(p, program),
    }
}

fn sure(p: &Pair) -> Vec<String> {
    let mut out = Vec::new();
    match p.p {
        Some(chance) => out.push(format!(
            "Chance: two unrelated texts of these lengths share a passage as telling as the best one here {} ({}; evidence {} bits).",
            odds(chance),
            p_value(chance),
            ENGLISH.number(p.score, 0)
        )),
        None => out.push(format!(
            "Chance cannot be stated: too few unrelated texts were compared to measure it (evidence {} bits). Compare together with other laws to have it.",
            ENGLISH.number(p.score, 0)
        )),
    }
    if let Some(q) = p.q {
        out.push(format!("Among all pairs of this run that look at least this strong, {} are expected to be false finds.", percent(q)));
    }
    let of = |k: Kind| p.passages.iter().filter(|x| x.kind == k).map(|x| x.words).sum::<usize>();
    let all: usize = p.passages.iter().map(|x| x.words).sum();
    if all > 0 {
        let share = |k| of(k) as f64 / all as f64;
        let mut parts = Vec::new();
        for (kind, words) in [
            (Kind::Boilerplate, "formulas that many unrelated texts carry"),
            (Kind::CommonAncestor, "words that both have from an earlier text of this collection"),
            (Kind::Quotation, "quotation or citation"),
        ] {
            if of(kind) > 0 {
                parts.push(format!("{} {words}", percent(share(kind))));
            }
        }
        out.push(if parts.is_empty() {
            "No shared passage is a known formula, a quotation, or explained by a third text of this collection; texts outside it were not looked at.".to_owned()
        } else {
            format!("Of the shared words, {}; the rest no third text of this collection explains.", parts.join(", "))
        });
    }
    out.push(match p.earlier {
        Some(Earlier::A) => {
            "By their dates A is the earlier text. Dates alone do not show that B was taken from A: both may follow a third.".to_owned()
        }
        Some(Earlier::B) => {
            "By their dates B is the earlier text. Dates alone do not show that A was taken from B: both may follow a third.".to_owned()
        }
        None => "Which text is the earlier one is left open: a date is missing or the dates overlap.".to_owned(),
    });
    out
}

fn side<'p>(letter: char, s: &Side, places: impl Iterator<Item = &'p Place>) -> SideView {
    let mut facts: Vec<(&'static str, String)> = Vec::new();
    facts.extend(s.author.as_deref().map(|a| ("Author", clean(a))));
    facts.push(("Date", s.date.clone().unwrap_or_else(|| ENGLISH.missing.to_owned())));
    let language = s
        .language
        .as_deref()
        .map_or_else(|| "not told".to_owned(), |l| if s.language_detected { format!("{l} (detected)") } else { l.to_owned() });
    facts.push(("Language", clean(&language)));
    facts.push(("Length", count(s.words, "word", "words")));
    facts.push(("Text", clean(&s.id)));
    let read =
        if s.encoding_assumed.is_empty() { s.format.clone() } else { format!("{}, encoding assumed {}", s.format, s.encoding_assumed) };
    facts.push(("Read as", clean(&read)));
    facts.push(("SHA-256", s.sha256.clone()));
    let lang = s.language.as_deref().unwrap_or("und");
    SideView {
        letter,
        name: name(s),
        facts,
        link: s.address.as_deref().filter(|a| a.starts_with("https://") || a.starts_with("http://")).map(clean),
        lang: language_tag(lang),
        dir: dir(s),
        coverage: percent(s.coverage),
        bars: places
            .enumerate()
            .take(MOST_PASSAGES)
            .map(|(i, p)| {
                let (x, to) = (p.from.clamp(0.0, 1.0) * 1000.0, p.to.clamp(0.0, 1.0) * 1000.0);
                Bar { n: i + 1, x: format!("{x:.1}"), width: format!("{:.1}", (to - x).max(2.0)) }
            })
            .collect(),
    }
}

fn dir(s: &Side) -> &'static str {
    s.language.as_deref().map_or("auto", direction)
}

fn passage(pair: usize, n: usize, p: &Pair, x: &Passage) -> PassageView {
    let kind = match x.kind {
        Kind::Copy => "",
        Kind::CommonAncestor => "both from an earlier text",
        Kind::Quotation => "quotation or citation",
        Kind::Boilerplate => "common formula",
    };
    let mut note = if p.evidence == Evidence::Words {
        format!("{} of {} are the same", ENGLISH.number(x.same as f64, 0), count(x.words, "word", "words"))
    } else {
        "in different languages or wordings".to_owned()
    };
    if x.carried_by > 2 {
        note.push_str(&format!("; carried by {} of the texts compared", ENGLISH.number(x.carried_by as f64, 0)));
    }
    let place = |letter, s: &Side, q: &Place| PlaceView {
        letter,
        lang: language_tag(s.language.as_deref().unwrap_or("und")),
        dir: dir(s),
        article: clean(&q.article),
        at: format!("{}% into the text", ENGLISH.number((q.from * 100.0).floor(), 0)),
        before: words(&q.before),
        runs: q.runs.iter().map(|r| RunView { text: words(&r.text), differs: r.differs && p.evidence == Evidence::Words }).collect(),
        after: words(&q.after),
    };
    PassageView {
        id: format!("p{pair}-{n}"),
        n,
        plain: kind.is_empty(),
        kind,
        note,
        sides: [place('A', &p.a, &x.a), place('B', &p.b, &x.b)],
    }
}
