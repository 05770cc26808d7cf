//! Who echoes whom in the General Debate: `echo_phrase`, `echo_phrase_state`, `echo_dyad`.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::echo::{self, First};
use blocwatch_texts::phrases::spread::{Limits, Phrase, Spoken, phrases};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::speeches::{Speech, speeches};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

/// Phrases.
pub const ECHO_PHRASE: TableSpec = TableSpec {
    name: "echo_phrase",
    unit: Unit::Entry,
    keys: &["phrase"],
    columns: &[
        col("phrase", Kind::Text, "-", "the words in lower case"),
        col("first_year", Kind::I32, "year", "first speech with it"),
        col("first_speakers", Kind::Text, "state ids", "who spoke it that year, with blanks between"),
        col("speakers", Kind::U32, "states", "states that use it"),
        col("autocracies", Kind::U32, "states", "those that the regime measure rates as autocracies in the year of their first use"),
        col("others", Kind::U32, "states", "those that it rates as others"),
        col("speeches", Kind::U32, "speeches", "speeches with it"),
        col("last_year", Kind::I32, "year", "last speech with it"),
        col("curve", Kind::Text, "year:speeches", "speeches by year, with blanks between"),
    ],
    doc: "Runs of words that were absent from the General Debate before a year and that many states use after: who said them first, and who took them up. Formulas of the house spread in the same way as counter-norms.",
};

/// Phrases and states.
pub const ECHO_PHRASE_STATE: TableSpec = TableSpec {
    name: "echo_phrase_state",
    unit: Unit::Entry,
    keys: &["phrase", "gwcode"],
    columns: &[
        col("phrase", Kind::Text, "-", "the words in lower case"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state that uses it"),
        col("year", Kind::I32, "year", "its first speech with it"),
        col("rank", Kind::U32, "states", "1 for the first state, 2 for the next; states of one year share a rank"),
        opt(
            "autocracy",
            Kind::Bool,
            "true/false",
            "whether the regime measure rates it as an autocracy in that year; null where it does not rate it",
        ),
    ],
    doc: "When each state first uses each phrase that spread.",
};

/// Pairs.
pub const ECHO_DYAD: TableSpec = TableSpec {
    name: "echo_dyad",
    unit: Unit::Entry,
    keys: &["gwcode1", "gwcode2"],
    columns: &[
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state that says it first"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state that says it after"),
        col("echoes", Kind::U32, "phrases", "phrases that the second uses first within so many years after the first did"),
        col("shared", Kind::U32, "phrases", "phrases that both use"),
        col("expected", Kind::F64, "phrases", "mean of echoes when speakers of one region and year are exchanged at random"),
        opt("z", Kind::F64, "standard deviations of draws", "echoes against these; null where they do not vary"),
        col("p", Kind::F64, "probability", "share of draws with as many echoes, one-sided"),
        opt(
            "p_family",
            Kind::F64,
            "probability",
            "share of draws in which any of the pairs stands out as much: holds for all pairs together; null as z",
        ),
    ],
    doc: "Who takes up phrases after whom more often than speakers of its region and year do. An echo is an order in time: both may repeat a third, or a document.",
};

const LENGTH: Parameter = Parameter {
    name: "length",
    takes: Takes::Count { default: 4, least: 2, most: 8 },
    doc: "Words of a run; longer phrases are put together from runs.",
};
const BEFORE: Parameter = Parameter {
    name: "before",
    takes: Takes::Count { default: 1990, least: 1946, most: 2100 },
    doc: "A phrase must be absent from speeches up to this year.",
};
const RARE: Parameter = Parameter {
    name: "rare",
    takes: Takes::Count { default: 0, least: 0, most: 100 },
    doc: "Speeches up to that year that may have it all the same.",
};
const SPEAKERS: Parameter =
    Parameter { name: "speakers", takes: Takes::Count { default: 15, least: 3, most: 200 }, doc: "Fewest states that use it." };
const MOST: Parameter = Parameter {
    name: "most",
    takes: Takes::Count { default: 60, least: 3, most: 300 },
    doc: "Most states of a phrase that counts for pairs: what nearly all say is the house's own.",
};
const WITHIN: Parameter = Parameter {
    name: "within",
    takes: Takes::Count { default: 5, least: 1, most: 80 },
    doc: "Years within which a first use counts as an echo.",
};
const SHARED: Parameter =
    Parameter { name: "shared", takes: Takes::Count { default: 10, least: 1, most: 1000 }, doc: "Fewest phrases that a pair must share." };
const DRAWS: Parameter =
    Parameter { name: "draws", takes: Takes::Count { default: 99, least: 19, most: 100_000 }, doc: "Exchanges of speakers." };
const SEED: Parameter = Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of the draws." };

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "echo",
    title: "Who echoes whom at the General Debate",
    doc: "A phrase spreads if no speech up to a year has it and many states use it after. For each the first speaker, the states that took \
          it up with their regimes, and the curve are given. State B echoes state A in a phrase if B's first use comes within some years \
          after A's. How many echoes a pair would have anyway is found by exchanging speakers of one region and year at random, phrase by \
          phrase as they stand: the year's topics and what a region speaks of stay, who says it is random.\n\n\
          Most phrases that spread are the house's own: names of goals, summits and diseases. They are listed, since choosing among them would \
          be choosing the answer; for pairs those that more than `most` states use are left out, as they say little of who follows whom. \
          `frames` asks about counter-norms. Topics beyond region and year are not held constant: the surest \
          echoes of all are those of small island states of three oceans, which speak of the sea, and two states that \
          care for the same thing look like an echo. What was said outside the General Debate is not seen, so that the first speaker here \
          need not be the author. Speeches are translations and records of different decades.",
    citations: &[
        "Jankin, S., Baturo, A. & Dasandi, N. (2024). Words to unite nations: the complete United Nations General Debate Corpus, 1946-present. Journal of Peace Research.",
        "Leskovec, J., Backstrom, L. & Kleinberg, J. (2009). Meme-tracking and the dynamics of the news cycle. KDD.",
        "Westfall, P. H. & Young, S. S. (1993). Resampling-based multiple testing. Wiley.",
    ],
    interval: "Permutation p by exchange of speakers within region and year, alone and for all pairs together (greatest z).",
    version: 1,
    parameters: &[REGIME, LENGTH, BEFORE, RARE, SPEAKERS, MOST, WITHIN, SHARED, DRAWS, SEED],
    inputs: &[Input::Table("speech"), Input::Table("state_year"), Input::Table("regime_measure_state_year")],
    outputs: &[&ECHO_DYAD, &ECHO_PHRASE, &ECHO_PHRASE_STATE],
    run,
    example,
    variants: &[
        ("phrases new after 2000", &[("before", "2000")]),
        ("runs of five", &[("length", "5")]),
        ("within ten years", &[("within", "10")]),
    ],
    headline,
};

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let all = speeches(context)?;
    // only states speak here; an organisation has no regime and no region
    let mut spoken: Vec<(Speech<'_>, u16)> = all.iter().filter_map(|s| Some((s, s.gwcode?))).collect();
    spoken.sort_by_key(|(s, state)| (s.year, *state));
    let texts: Vec<Spoken<'_>> =
        spoken.iter().map(|(s, state)| Spoken { speaker: u32::from(*state), period: s.year, text: s.text }).collect();
    let limits = Limits {
        length: settings.count(LENGTH.name)? as usize,
        speakers: settings.count(SPEAKERS.name)?,
        before: settings.count(BEFORE.name)? as i32,
        rare: settings.count(RARE.name)?,
    };
    let found = phrases(&texts, limits);
    let autocracies = settings.regime()?.autocracies(context)?;
    let firsts: Vec<BTreeMap<u16, i32>> = found
        .iter()
        .map(|p| {
            let mut first: BTreeMap<u16, i32> = BTreeMap::new();
            for t in &p.texts {
                let (speech, state) = &spoken[*t as usize];
                first.entry(*state).or_insert(speech.year);
            }
            first
        })
        .collect();
    let (by_phrase, by_state) = phrase_rows(context, &found, &firsts, &spoken, &autocracies)?;
    let pairs = pair_rows(context, &firsts, &spoken, settings)?;
    Ok(Output::default()
        .and(&ECHO_DYAD, pairs.finish()?)
        .and(&ECHO_PHRASE, by_phrase.finish()?)
        .and(&ECHO_PHRASE_STATE, by_state.finish()?))
}

fn phrase_rows(
    context: &Context<'_>,
    found: &[Phrase],
    firsts: &[BTreeMap<u16, i32>],
    spoken: &[(Speech<'_>, u16)],
    autocracies: &BTreeMap<(u16, i32), bool>,
) -> Result<(Rows, Rows)> {
    let (mut by_phrase, mut by_state) = (Rows::new(&ECHO_PHRASE), Rows::new(&ECHO_PHRASE_STATE));
    let states = context.states()?;
    for (phrase, first) in found.iter().zip(firsts) {
        let years: Vec<i32> = phrase.texts.iter().map(|t| spoken[*t as usize].0.year).collect();
        let (Some(begin), Some(end)) = (years.first(), years.last()) else { continue };
        let mut curve: BTreeMap<i32, u32> = BTreeMap::new();
        years.iter().for_each(|y| *curve.entry(*y).or_insert(0) += 1);
        let curve: Vec<String> = curve.iter().map(|(y, n)| format!("{y}:{n}")).collect();
        let id = |state: u16| states.by_key(state, *begin).map_or_else(|| state.to_string(), |s| s.id.clone());
        let who: Vec<String> = first.iter().filter(|(_, y)| *y == begin).map(|(s, _)| id(*s)).collect();
        let rated = |wanted: bool| first.iter().filter(|(s, y)| autocracies.get(&(**s, **y)) == Some(&wanted)).count() as u32;
        by_phrase.push([
            phrase.text.as_str().into(),
            (*begin).into(),
            who.join(" ").into(),
            phrase.speakers.into(),
            rated(true).into(),
            rated(false).into(),
            (phrase.texts.len() as u32).into(),
            (*end).into(),
            curve.join(" ").into(),
        ])?;
        for (state, year) in first {
            by_state.push([
                phrase.text.as_str().into(),
                (*state).into(),
                (*year).into(),
                (1 + first.values().filter(|y| *y < year).count() as u32).into(),
                autocracies.get(&(*state, *year)).copied().into(),
            ])?;
        }
    }
    Ok((by_phrase, by_state))
}

fn pair_rows(context: &Context<'_>, firsts: &[BTreeMap<u16, i32>], spoken: &[(Speech<'_>, u16)], settings: &Settings) -> Result<Rows> {
    let batch = context.sql("SELECT gwcode, year, region FROM state_year ORDER BY gwcode, year")?;
    let c = Columns(&batch);
    let (gwcode, year, region) = (c.u16("gwcode")?, c.i32("year")?, c.text("region")?);
    let region: BTreeMap<(u16, i32), &str> =
        (0..batch.num_rows()).filter_map(|i| Some(((gwcode.value(i), year.value(i)), region.at(i)?))).collect();
    let most = settings.count(MOST.name)? as usize;
    let states: Vec<u16> = spoken.iter().map(|s| s.1).collect::<BTreeSet<_>>().into_iter().collect();
    let place = |state: u16| states.binary_search(&state).unwrap_or(0) as u32;
    // who could have said it: the speakers of each year and region
    let mut strata: BTreeMap<(i32, &str), BTreeSet<u32>> = BTreeMap::new();
    for (speech, state) in spoken {
        let of = region.get(&(*state, speech.year)).copied().unwrap_or("");
        strata.entry((speech.year, of)).or_default().insert(place(*state));
    }
    let strata: Vec<(i32, Vec<u32>)> = strata.into_iter().map(|((year, _), who)| (year, who.into_iter().collect())).collect();
    let firsts: Vec<Vec<First>> = firsts
        .iter()
        .filter(|f| f.len() <= most)
        .map(|f| f.iter().map(|(s, y)| First { speaker: place(*s), year: *y }).collect())
        .collect();
    let options = echo::Options {
        within: settings.count(WITHIN.name)? as i32,
        shared: settings.count(SHARED.name)?,
        draws: settings.count(DRAWS.name)?,
        seed: u64::from(settings.count(SEED.name)?),
    };
    let pairs = echo::echoes(states.len(), &firsts, &strata, options);
    let mut rows = Rows::new(&ECHO_DYAD);
    for e in &pairs {
        rows.push([
            states[e.first as usize].into(),
            states[e.second as usize].into(),
            e.echoes.into(),
            e.shared.into(),
            e.expected.into(),
            e.z.into(),
            e.p.into(),
            e.p_family.into(),
        ])?;
    }
    Ok(rows)
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(ECHO_DYAD.name) else { return Ok(Vec::new()) };
    let p = Columns(batch).f64("p_family")?;
    let sure = (0..batch.num_rows()).filter(|i| p.at(*i).is_some_and(|p| p <= 0.05)).count() as f64;
    let phrases = output.tables.get(ECHO_PHRASE.name).map_or(0, arrow::array::RecordBatch::num_rows) as f64;
    Ok(vec![Headline::run("phrases that spread", Some(phrases)), Headline::run("pairs with more echoes than chance at .05", Some(sure))])
}

fn example() -> Result<String> {
    let said = |speaker, period, text| Spoken { speaker, period, text };
    let texts = [
        said(1, 1989, "We want peace in our time."),
        said(1, 2012, "We build a shared future for mankind."),
        said(2, 2014, "They build a shared future for mankind too."),
    ];
    let found = phrases(&texts, Limits { length: 4, speakers: 2, before: 1990, rare: 0 });
    let text = found.first().map_or("", |p| p.text.as_str());
    Ok(format!(
        "Three speeches: runs of four words absent up to 1990 that two speakers use are put together to one phrase, \u{201c}{text}\u{201d}. Speaker 1 \
         has it first in 2012, speaker 2 in 2014: one echo of 1 by 2 within five years."
    ))
}
