//! Frames of counter-norms in the General Debate: `frame_year`, `frame_state_year`, `frame_state`, `frame_mention`.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::frames;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::majority;
use blocwatch_stats::multiple::{Correction, corrected};
use blocwatch_stats::rates::wilson;
use blocwatch_texts::phrases::pattern::{Finder, Match, Query};

use crate::error::{AnalysisError, Result};
use crate::frame::{Columns, Rows};
use crate::measures::speeches::{Speech, speeches};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

const FRAME: blocwatch_core::table::Column = col("frame", Kind::Text, "id", "frame of the lexicon; `phrase` where a phrase was asked for");
const YEAR: blocwatch_core::table::Column = col("year", Kind::I32, "year", "year of the speech");

/// The lexicon.
pub const FRAME_LEXICON: TableSpec = TableSpec {
    name: "frame_lexicon",
    unit: Unit::Entry,
    keys: &["frame"],
    columns: &[
        FRAME,
        col("name", Kind::Text, "-", "name"),
        col("definition", Kind::Text, "-", "what an instance of it is"),
        col("variants", Kind::Text, "-", "patterns of words, with semicolons between"),
        col("works", Kind::Text, "work ids", "works that describe it, with blanks between"),
        col("read", Kind::U32, "mentions", "mentions that were read"),
        col("correct", Kind::U32, "mentions", "those that are an instance of the frame as defined"),
        opt("precision", Kind::F64, "share 0-1", "correct among read; null where none was read"),
        opt("low", Kind::F64, "share 0-1", "lower end of its 95 % interval (Wilson); null as precision"),
        opt("high", Kind::F64, "share 0-1", "upper end of the interval; null as precision"),
        col("readers", Kind::Text, "-", "who read"),
    ],
    doc: "The lexicon of frames with the precision of its patterns. What the patterns miss was not measured.",
};

/// Years.
pub const FRAME_YEAR: TableSpec = TableSpec {
    name: "frame_year",
    unit: Unit::Entry,
    keys: &["frame", "among", "year"],
    columns: &[
        FRAME,
        col(
            "among",
            Kind::Text,
            "all, autocracies, others, unrated, or an organisation",
            "whose speeches: of all states, of states that the regime measure rates as autocracies or not, or does not rate, or of full members of an organisation that the casebook has spells of",
        ),
        YEAR,
        col("speeches", Kind::U32, "speeches", "speeches of the group"),
        col("uses", Kind::U32, "speeches", "those with the frame"),
        col("share", Kind::F64, "share 0-1", "speeches with the frame among them"),
        col("low", Kind::F64, "share 0-1", "lower end of its 95 % interval (Wilson)"),
        col("high", Kind::F64, "share 0-1", "upper end of the interval"),
        col("mentions", Kind::U32, "mentions", "mentions in all of them"),
        col("words", Kind::U32, "words", "words of all of them"),
        col("per_1000", Kind::F64, "mentions per 1,000 words", "mentions by length"),
    ],
    doc: "How many speeches of the General Debate use each frame, by regime and by organisation.",
};

/// States and years.
pub const FRAME_STATE_YEAR: TableSpec = TableSpec {
    name: "frame_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "frame"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state that speaks"),
        YEAR,
        FRAME,
        col("mentions", Kind::U32, "mentions", "mentions in the speech; 0 where it has none"),
        col("words", Kind::U32, "words", "words of the speech"),
        col("per_1000", Kind::F64, "mentions per 1,000 words", "mentions by length"),
    ],
    doc: "Mentions of each frame in each speech of the General Debate. A state without a row gave no speech in the year, or none that is held.",
};

/// States.
pub const FRAME_STATE: TableSpec = TableSpec {
    name: "frame_state",
    unit: Unit::Entry,
    keys: &["frame", "gwcode"],
    columns: &[
        FRAME,
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state that speaks"),
        opt("first_year", Kind::I32, "year", "first speech with the frame; null if no speech held has it"),
        opt(
            "rank",
            Kind::U32,
            "states",
            "1 for the first state with the frame, 2 for the next; states of one year share a rank; null as first_year",
        ),
        opt("last_year", Kind::I32, "year", "last speech with the frame; null as first_year"),
        col("year_from", Kind::I32, "year", "first year of those compared"),
        col("year_to", Kind::I32, "year", "last year of those compared"),
        col("speeches", Kind::U32, "speeches", "speeches of the state in those years"),
        col("uses", Kind::U32, "speeches", "those with the frame"),
        col("expected", Kind::F64, "speeches", "those with it if the state used it as often as all other speakers of the same years"),
        opt("ratio", Kind::F64, "ratio", "uses over expected; null where nothing is expected"),
        opt("p", Kind::F64, "probability", "of as many speeches with it by chance, one-sided; null without a speech in those years"),
        opt("p_corrected", Kind::F64, "probability", "p corrected for all states and frames (Benjamini & Hochberg); null as p"),
    ],
    doc: "Who used a frame first, and which states use it more than the other speakers of the same years.",
};

/// Mentions.
pub const FRAME_MENTION: TableSpec = TableSpec {
    name: "frame_mention",
    unit: Unit::Entry,
    keys: &["frame", "session", "iso3", "byte"],
    columns: &[
        FRAME,
        col("session", Kind::I32, "-", "session of the General Assembly"),
        col("iso3", Kind::Text, "-", "speaker as published"),
        col("byte", Kind::U32, "bytes", "byte of the speech's text at which it begins"),
        YEAR,
        opt("gwcode", Kind::U16, "Gleditsch-Ward number", "state that speaks; null for an organisation"),
        col("words", Kind::Text, "-", "the words found, in lower case"),
    ],
    doc: "Every mention of a frame in a speech of the General Debate, as the lexicon's patterns find it; machine-found.",
};

const PHRASE: Parameter = Parameter {
    name: "phrase",
    takes: Takes::Text,
    doc: "Instead of the lexicon: a phrase, or a pattern of words (`shared future for mankind|humanity`, `multi*`, `a ~2 b`).",
};
const WINDOW: Parameter = Parameter {
    name: "window",
    takes: Takes::Count { default: 10, least: 1, most: 100 },
    doc: "Latest years in which a state is compared with the others.",
};

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "frames",
    title: "Who speaks in which counter-norms at the General Debate",
    doc: "A frame is a way of speaking that sets something above rights and democracy, or makes them void: non-interference, unilateral \
          coercive measures, a multipolar world. The lexicon (`knowledge/frames/`) defines each, cites who describes it, and has patterns of \
          words that find it in English, in which all speeches are held. A mention is a match of a pattern; those of one frame do not \
          overlap. For each state the latest years are compared with the other speakers of the same years: by chance it would use a frame in \
          as many of its speeches as they do, and p is the probability of as many as it has.\n\n\
          A match is words, not a position: the same words are quoted, rejected, and used by democracies. How often a match is an instance \
          of its frame as defined was measured on a seeded sample of each frame; the reader was a language model and no person has checked \
          it. The counts are in `frame_lexicon`. What is phrased otherwise is missed, and how much was not measured. Speeches before the \
          translation of today stand in other words. First use is the first in a speech that is held, not in the world.\n\n\
          `--set phrase=\"…\"` asks the same of a phrase of your own.",
    citations: &[
        "Cottiero, C. (2024). Understanding and Interrupting Modern Day Autocratic Collaboration. IFES.",
        "Jankin, S., Baturo, A. & Dasandi, N. (2024). Words to unite nations: the complete United Nations General Debate Corpus, 1946-present. Journal of Peace Research.",
        "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. Journal of the American Statistical Association 22.",
    ],
    interval: "95 % interval of shares (Wilson); for states the probability under the other speakers' shares of each year (Poisson-binomial, exact), corrected for all states and frames.",
    version: 1,
    parameters: &[REGIME, WINDOW, PHRASE],
    inputs: &[
        Input::Table("speech"),
        Input::Table("regime_measure_state_year"),
        Input::Table("membership_org_state_year"),
        Input::Knowledge("frames"),
    ],
    outputs: &[&FRAME_YEAR, &FRAME_STATE, &FRAME_STATE_YEAR, &FRAME_MENTION, &FRAME_LEXICON],
    run,
    example,
    variants: &[("polyarchy below 0.5", &[("regime", "polyarchy")]), ("twenty years", &[("window", "20")])],
    headline,
};

/// Mentions of one frame in one speech.
struct Counted {
    words: usize,
    matches: Vec<Match>,
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let phrase = settings.text(PHRASE.name)?;
    let lexicon = frames::embedded()?;
    let (names, finder): (Vec<String>, Finder) = if phrase.is_empty() {
        let queries: Vec<Query<'_>> =
            lexicon.iter().map(|f| Query { variants: texts(&f.variants), near: texts(&f.near), unless: texts(&f.unless) }).collect();
        let finder = Finder::new(&queries).map_err(|e| AnalysisError::Defect(format!("knowledge/frames: {e}")))?;
        (lexicon.iter().map(|f| f.id.clone()).collect(), finder)
    } else {
        // whoever types a phrase types it as it is written
        let plain: String = phrase.chars().map(|c| if c.is_alphanumeric() || "|*~[]".contains(c) { c } else { ' ' }).collect();
        let query = Query { variants: vec![plain.as_str()], ..Query::default() };
        let finder = Finder::new(&[query]).map_err(|e| AnalysisError::Unknown(e.to_string()))?;
        (vec![PHRASE.name.to_owned()], finder)
    };
    let all = speeches(context)?;
    let counted: Vec<Counted> = all.map(
        || finder.scan(),
        |scan, speech| {
            let found = scan.find(speech.text);
            Counted { words: found.words, matches: found.matches }
        },
    );
    let speeches: Vec<Speech<'_>> = all.iter().collect();
    let groups = Groups::new(context, settings, &speeches)?;
    let mut output = Output::default();
    for (spec, batch) in [
        (&FRAME_YEAR, years(&names, &speeches, &counted, &groups)?),
        (&FRAME_STATE, states(&names, &speeches, &counted, settings.count(WINDOW.name)? as i32)?),
        (&FRAME_STATE_YEAR, state_years(&names, &speeches, &counted)?),
        (&FRAME_MENTION, mentions(&names, &speeches, &counted)?),
        (&FRAME_LEXICON, lexicon_rows(&lexicon)?),
    ] {
        output = output.and(spec, batch.finish()?);
    }
    Ok(output)
}

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// The lexicon with what the reading of samples says of it.
fn lexicon_rows(lexicon: &[frames::Frame]) -> Result<Rows> {
    let mut rows = Rows::new(&FRAME_LEXICON);
    for frame in lexicon {
        let (right, read) = (frame.precision.right.len() as u32, (frame.precision.right.len() + frame.precision.wrong.len()) as u32);
        let interval = wilson(right, read);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        rows.push([
            frame.id.as_str().into(),
            frame.name.as_str().into(),
            words(&frame.definition).into(),
            frame.variants.join("; ").into(),
            frame.source.iter().map(|s| s.work.as_str()).collect::<Vec<_>>().join(" ").into(),
            read.into(),
            right.into(),
            (read > 0).then(|| f64::from(right) / f64::from(read)).into(),
            interval.map(|i| i.0).into(),
            interval.map(|i| i.1).into(),
            words(&frame.precision.readers).into(),
        ])?;
    }
    Ok(rows)
}

/// The groups of each speech.
struct Groups(Vec<Vec<String>>);

impl Groups {
    fn new(context: &Context<'_>, settings: &Settings, speeches: &[Speech<'_>]) -> Result<Self> {
        let autocracies = settings.regime()?.autocracies(context)?;
        let batch = context.sql(
            "SELECT org, gwcode, year FROM membership_org_state_year WHERE status = 1 AND source = 'casebook' ORDER BY org, gwcode, year",
        )?;
        let c = Columns(&batch);
        let (org, gwcode, year) = (c.text("org")?, c.u16("gwcode")?, c.i32("year")?);
        let mut members: BTreeMap<(u16, i32), Vec<&str>> = BTreeMap::new();
        for i in 0..batch.num_rows() {
            members.entry((gwcode.value(i), year.value(i))).or_default().push(org.value(i));
        }
        Ok(Self(
            speeches
                .iter()
                .map(|s| {
                    let Some(state) = s.gwcode else { return Vec::new() };
                    let regime = match autocracies.get(&(state, s.year)) {
                        Some(true) => "autocracies",
                        Some(false) => "others",
                        None => "unrated",
                    };
                    let orgs = members.get(&(state, s.year)).into_iter().flatten().map(|o| (*o).to_owned());
                    ["all".to_owned(), regime.to_owned()].into_iter().chain(orgs).collect()
                })
                .collect(),
        ))
    }
}

fn per_1000(mentions: u32, words: u32) -> f64 {
    if words == 0 { 0.0 } else { f64::from(mentions) / f64::from(words) * 1000.0 }
}

fn years(names: &[String], speeches: &[Speech<'_>], counted: &[Counted], groups: &Groups) -> Result<Rows> {
    let mut rows = Rows::new(&FRAME_YEAR);
    // speeches, words; then for each frame speeches and mentions
    let mut sums: BTreeMap<(&str, i32), (u32, u32, Vec<(u32, u32)>)> = BTreeMap::new();
    for ((speech, counted), groups) in speeches.iter().zip(counted).zip(&groups.0) {
        let of = per_frame(names.len(), counted);
        for group in groups {
            let sum = sums.entry((group.as_str(), speech.year)).or_insert_with(|| (0, 0, vec![(0, 0); names.len()]));
            sum.0 += 1;
            sum.1 += counted.words as u32;
            for (s, n) in sum.2.iter_mut().zip(&of) {
                s.0 += u32::from(*n > 0);
                s.1 += n;
            }
        }
    }
    for ((group, year), (n, words, frames)) in sums {
        for (name, (with, mentions)) in names.iter().zip(frames) {
            let (low, high) = wilson(with, n).unwrap_or((0.0, 1.0));
            rows.push([
                name.as_str().into(),
                group.into(),
                year.into(),
                n.into(),
                with.into(),
                (f64::from(with) / f64::from(n)).into(),
                low.into(),
                high.into(),
                mentions.into(),
                words.into(),
                per_1000(mentions, words).into(),
            ])?;
        }
    }
    Ok(rows)
}

fn per_frame(frames: usize, counted: &Counted) -> Vec<u32> {
    let mut of = vec![0; frames];
    for m in &counted.matches {
        of[m.query] += 1;
    }
    of
}

fn state_years(names: &[String], speeches: &[Speech<'_>], counted: &[Counted]) -> Result<Rows> {
    let mut rows = Rows::new(&FRAME_STATE_YEAR);
    // two speeches of a state in a year are added
    let mut sums: BTreeMap<(u16, i32), (u32, Vec<u32>)> = BTreeMap::new();
    for (speech, counted) in speeches.iter().zip(counted) {
        let Some(state) = speech.gwcode else { continue };
        let sum = sums.entry((state, speech.year)).or_insert_with(|| (0, vec![0; names.len()]));
        sum.0 += counted.words as u32;
        for (s, n) in sum.1.iter_mut().zip(per_frame(names.len(), counted)) {
            *s += n;
        }
    }
    for ((state, year), (words, frames)) in sums {
        for (name, mentions) in names.iter().zip(frames) {
            let by_length = per_1000(mentions, words);
            rows.push([state.into(), year.into(), name.as_str().into(), mentions.into(), words.into(), by_length.into()])?;
        }
    }
    Ok(rows)
}

fn mentions(names: &[String], speeches: &[Speech<'_>], counted: &[Counted]) -> Result<Rows> {
    let mut rows = Rows::new(&FRAME_MENTION);
    for (speech, counted) in speeches.iter().zip(counted) {
        for m in &counted.matches {
            let words: Vec<String> = speech.text[m.from..m.to].split_whitespace().map(str::to_lowercase).collect();
            rows.push([
                names[m.query].as_str().into(),
                speech.session.into(),
                speech.iso3.into(),
                (m.from as u32).into(),
                speech.year.into(),
                speech.gwcode.into(),
                words.join(" ").into(),
            ])?;
        }
    }
    Ok(rows)
}

/// One state and frame before correction.
struct Compared {
    frame: usize,
    state: u16,
    first: Option<i32>,
    rank: Option<u32>,
    last: Option<i32>,
    speeches: u32,
    with: u32,
    expected: f64,
    p: Option<f64>,
}

fn states(names: &[String], speeches: &[Speech<'_>], counted: &[Counted], window: i32) -> Result<Rows> {
    let mut rows = Rows::new(&FRAME_STATE);
    let Some(latest) = speeches.iter().map(|s| s.year).max() else { return Ok(rows) };
    let from = latest - window + 1;
    let used: Vec<(u16, i32, Vec<u32>)> =
        speeches.iter().zip(counted).filter_map(|(s, c)| Some((s.gwcode?, s.year, per_frame(names.len(), c)))).collect();
    let states: BTreeSet<u16> = used.iter().map(|u| u.0).collect();
    let mut all: Vec<Compared> = Vec::new();
    for frame in 0..names.len() {
        let mut by_year: BTreeMap<i32, (u32, u32)> = BTreeMap::new();
        let mut firsts: BTreeMap<u16, (i32, i32)> = BTreeMap::new();
        let mut own: BTreeMap<u16, Vec<(i32, bool)>> = BTreeMap::new();
        for (state, year, of) in &used {
            let with = of[frame] > 0;
            if *year >= from {
                let sum = by_year.entry(*year).or_insert((0, 0));
                sum.0 += 1;
                sum.1 += u32::from(with);
                own.entry(*state).or_default().push((*year, with));
            }
            if with {
                let span = firsts.entry(*state).or_insert((*year, *year));
                *span = (span.0.min(*year), span.1.max(*year));
            }
        }
        for state in &states {
            let own = own.get(state).map_or(&[][..], Vec::as_slice);
            // what the other speakers of each year do
            let shares: Vec<f64> = own
                .iter()
                .filter_map(|(year, with)| {
                    let (n, using) = by_year.get(year)?;
                    (*n > 1).then(|| f64::from(using - u32::from(*with)) / f64::from(n - 1))
                })
                .collect();
            let with = own.iter().filter(|o| o.1).count() as u32;
            let first = firsts.get(state).map(|f| f.0);
            all.push(Compared {
                frame,
                state: *state,
                first,
                rank: first.map(|f| 1 + firsts.values().filter(|other| other.0 < f).count() as u32),
                last: firsts.get(state).map(|f| f.1),
                speeches: own.len() as u32,
                with,
                expected: shares.iter().sum(),
                p: (!own.is_empty()).then(|| majority::probability_at_least(&shares, with as usize)),
            });
        }
    }
    let p: Vec<Option<f64>> = all.iter().map(|c| c.p).collect();
    for (c, p_corrected) in all.iter().zip(corrected(&p, Correction::BenjaminiHochberg)) {
        rows.push([
            names[c.frame].as_str().into(),
            c.state.into(),
            c.first.into(),
            c.rank.into(),
            c.last.into(),
            from.into(),
            latest.into(),
            c.speeches.into(),
            c.with.into(),
            c.expected.into(),
            (c.expected > 0.0).then(|| f64::from(c.with) / c.expected).into(),
            c.p.into(),
            p_corrected.into(),
        ])?;
    }
    Ok(rows)
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(FRAME_YEAR.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (frame, group, year, share) = (c.text("frame")?, c.text("among")?, c.i32("year")?, c.f64("share")?);
    let mut shares: BTreeMap<(&str, &str), BTreeMap<i32, f64>> = BTreeMap::new();
    for i in (0..batch.num_rows()).filter(|i| ["autocracies", "others"].contains(&group.value(*i))) {
        shares.entry((frame.value(i), group.value(i))).or_default().insert(year.value(i), share.value(i));
    }
    Ok(shares.into_iter().map(|((frame, group), years)| Headline::years(format!("share of {group} with {frame}"), years)).collect())
}

fn example() -> Result<String> {
    let query = Query { variants: vec!["interfer* ~2 internal affairs", "non interference"], ..Query::default() };
    let finder = Finder::new(&[query]).map_err(|e| AnalysisError::Defect(e.to_string()))?;
    let text =
        "We ask for non-interference. No state may interfere in our internal affairs. Interfering is wrong; internal affairs are ours.";
    let found = finder.scan().find(text);
    let words: Vec<&str> = found.matches.iter().map(|m| &text[m.from..m.to]).collect();
    let p = majority::probability_at_least(&[0.2, 0.2, 0.2], 3);
    Ok(format!(
        "The patterns `interfer* ~2 internal affairs` and `non interference` find {} mentions in {} words: {}. The last sentence has the \
         words apart and is none. A state with the frame in all of three speeches, where a fifth of the others have it each year, has \
         3 for {:.1} expected; by chance that has probability 0.2³ = {:.3}.",
        found.matches.len(),
        found.words,
        words.iter().map(|w| format!("\u{201c}{w}\u{201d}")).collect::<Vec<_>>().join(" and "),
        0.6,
        p
    ))
}
