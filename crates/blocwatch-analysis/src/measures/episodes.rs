//! Episodes of Regime Transformation (METHODS, section 1): `episode_state_year` under the published names, and `episode`, one row each.
//!
//! Episodes belong to units of V-Dem, whose series run on where a state number changes (Serbia after Yugoslavia). One edition and version
//! speaks for all units: the full file where it is held, else the one with regime categories. What the full file alone has, the facts on
//! elections, is said to be missing row by row (`election_facts`) and never made up.

use std::ops::RangeInclusive;

use arrow::array::{Array, RecordBatch};
use blocwatch_core::Severity;
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::episodes::{Direction, Election, Elections, Episode, Episodes, Parameters, Series, episodes};

use crate::error::Result;
use crate::frame::{At, Columns, Rows, Value};
use crate::measures::{Headline, Measure, Parameter, Settings, Takes};
use crate::step::{Context, Input, Output};

/// First year of the published episodes.
const FIRST_YEAR: i32 = 1900;

const EDITION: Column = col("edition", Kind::Text, "-", "V-Dem file it rests on: full or row");
const VERSION: Column = col("version", Kind::Text, "-", "version of V-Dem: episodes are revised with each, back through time");
const IN_SYSTEM: Column = col("in_system", Kind::Bool, "true/false", "whether the number is in the Gleditsch-Ward system in the year");
const TEXT_ID: Column = opt("country_text_id", Kind::Text, "V-Dem text id", "unit of V-Dem; null where the file gives none");
const FACTS: Column = col(
    "election_facts",
    Kind::Text,
    "published, not needed, assumed",
    "published: V-Dem's facts on elections were read; not needed: none are held and nothing here hangs on them; assumed: none are held \
     and something here hangs on them (see the measure)",
);

/// Regimes and episodes by state-year.
pub const EPISODE_STATE_YEAR: TableSpec = TableSpec {
    name: "episode_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state number as of the year, or the number of a territory"),
        col("year", Kind::I32, "year", "calendar year"),
        TEXT_ID,
        opt("reg_start_year", Kind::I32, "year", "first year of the spell of democracy or autocracy; null where the regime is not coded"),
        opt("reg_end_year", Kind::I32, "year", "its last year; null where the regime is not coded"),
        opt("reg_id", Kind::Text, "id", "unit, first and last year of the spell; null where the regime is not coded"),
        opt(
            "reg_type",
            Kind::I32,
            "0 autocracy, 1 democracy",
            "type of the spell, from its first year: a crossing of the line that is not confirmed does not change it; null where not coded",
        ),
        opt(
            "reg_trans",
            Kind::I32,
            "-1 breakdown, 0 neither, 1 transition",
            "confirmed change of regime in the year; null in the first coded year and after gaps",
        ),
        opt("dem_founding_elec", Kind::I32, "year", "election that confirms the last rise to democracy; null where none is known"),
        opt("aut_founding_elec", Kind::I32, "year", "first election after the last fall to autocracy; null where none is known"),
        opt(
            "row_regch_event",
            Kind::I32,
            "-1, 0, 1",
            "crossing between the autocratic and the democratic categories, confirmed or not; null where either year is not coded",
        ),
        opt(
            "row_regch_censored",
            Kind::I32,
            "0 no, 1 yes",
            "whether coding ends before the crossing can be confirmed; null where there is none, or where that cannot be said",
        ),
        ep("dem_ep", "whether the state democratises in the year"),
        ep_id("dem_ep_id"),
        ep_year("dem_ep_start_year", "first year of the episode; null outside one and its pre-episode year"),
        ep_year("dem_ep_end_year", "last year of the episode, or last year coded; null outside one and its pre-episode year"),
        ep("dem_pre_ep_year", "whether the year is the one before an episode"),
        TERMINATION_DEM,
        inside("dem_ep_prch", "whether a transition was possible: it began in autocracy; null outside an episode or where not coded"),
        inside("dem_ep_ptr", "whether the year comes after the transition; null outside an episode"),
        inside("dem_ep_subdep", "whether democracy deepened after the transition; null outside an episode"),
        OUTCOME_DEM,
        AGGREGATE_DEM,
        ep("dem_ep_censored", "whether the episode has not ended when coding ends"),
        ep("aut_ep", "whether the state autocratises in the year"),
        ep_id("aut_ep_id"),
        ep_year("aut_ep_start_year", "first year of the episode; null outside one and its pre-episode year"),
        ep_year("aut_ep_end_year", "last year of the episode, or last year coded; null outside one and its pre-episode year"),
        ep("aut_pre_ep_year", "whether the year is the one before an episode"),
        TERMINATION_AUT,
        inside("aut_ep_prch", "whether a breakdown was possible: it began in democracy; null outside an episode or where not coded"),
        inside("aut_ep_pbr", "whether the year comes after the breakdown; null outside an episode"),
        inside("aut_ep_subreg", "whether the regime regressed further after the breakdown; null outside an episode"),
        OUTCOME_AUT,
        AGGREGATE_AUT,
        ep("aut_ep_censored", "whether the episode has not ended when coding ends"),
        FACTS,
        IN_SYSTEM,
        EDITION,
        VERSION,
        col("source_row", Kind::U32, "line", "line of the V-Dem file for this state-year"),
    ],
    doc: "Spells of democracy and autocracy and episodes of democratisation and autocratisation by state-year, under the published names of Episodes of Regime Transformation.",
};

const fn ep(name: &'static str, doc: &'static str) -> Column {
    col(name, Kind::I32, "0 no, 1 yes", doc)
}

const fn inside(name: &'static str, doc: &'static str) -> Column {
    opt(name, Kind::I32, "0 no, 1 yes", doc)
}

const fn ep_year(name: &'static str, doc: &'static str) -> Column {
    opt(name, Kind::I32, "year", doc)
}

const fn ep_id(name: &'static str) -> Column {
    opt(name, Kind::Text, "id", "unit, first and last year of the episode; null outside one and its pre-episode year")
}

const TERMINATIONS: &str = "0 not ended, 1 years without change, 2 turn within a year, 3 cumulative turn, 4 change of regime the other way";
const TERMINATION_DOC: &str = "how the episode ended; null outside one, or where years without a value keep it from being said";
const TERMINATION_DEM: Column = opt("dem_ep_termination", Kind::I32, TERMINATIONS, TERMINATION_DOC);
const TERMINATION_AUT: Column = opt("aut_ep_termination", Kind::I32, TERMINATIONS, TERMINATION_DOC);
const OUTCOME_DOC: &str = "what came of the episode; 0 outside one; null where years without a value keep it from being said";
const OUTCOME_DEM: Column = opt(
    "dem_ep_outcome",
    Kind::I32,
    "1 transition, 2 preempted, 3 stabilised electoral autocracy, 4 reverted liberalisation, 5 deepened democracy, 6 censored",
    OUTCOME_DOC,
);
const OUTCOME_AUT: Column = opt(
    "aut_ep_outcome",
    Kind::I32,
    "1 breakdown, 2 preempted, 3 diminished democracy, 4 averted regression, 5 regressed autocracy, 6 censored",
    OUTCOME_DOC,
);
const AGGREGATES: &str = "1 change of regime, 2 none though possible, 3 none possible, 4 censored";
const AGGREGATE_DEM: Column = opt("dem_ep_outcome_agg", Kind::I32, AGGREGATES, OUTCOME_DOC);
const AGGREGATE_AUT: Column = opt("aut_ep_outcome_agg", Kind::I32, AGGREGATES, OUTCOME_DOC);

/// Episodes.
pub const EPISODE: TableSpec = TableSpec {
    name: "episode",
    unit: Unit::Episode,
    keys: &["gwcode", "kind", "start_year"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state number as of the last year of the episode"),
        col("kind", Kind::Text, "autocratization, democratization", "which way polyarchy moves"),
        col("start_year", Kind::I32, "year", "first year of change"),
        col("end_year", Kind::I32, "year", "last year of change, or last year coded where it has not ended"),
        col("pre_ep_year", Kind::I32, "year", "year before the first change, whose level the episode departs from"),
        col("episode_id", Kind::Text, "id", "unit, first and last year, as published"),
        TEXT_ID,
        opt("outcome", Kind::I32, "1-6, as in episode_state_year", "what came of it; null where it cannot be said"),
        opt("outcome_words", Kind::Text, "-", "the same in words; null where it cannot be said"),
        opt("termination", Kind::I32, "0-4, as in episode_state_year", "how it ended; null where it cannot be said"),
        opt("termination_words", Kind::Text, "-", "the same in words; null where it cannot be said"),
        col("censored", Kind::Bool, "true/false", "whether it has not ended when coding ends"),
        col("under_way", Kind::Bool, "true/false", "whether it has not ended in the last year of the file"),
        opt("prch", Kind::Bool, "true/false", "whether a change of regime was possible; null where the regime was not coded"),
        opt("polyarchy_before", Kind::F64, "index 0-1", "polyarchy in the pre-episode year; null where there is none"),
        opt("low_before", Kind::F64, "index 0-1", "lower end of its 68 % interval; null where the source has none"),
        opt("high_before", Kind::F64, "index 0-1", "upper end; null where the source has none"),
        opt("polyarchy_end", Kind::F64, "index 0-1", "polyarchy in the last year; null where there is none"),
        opt("low_end", Kind::F64, "index 0-1", "lower end of its 68 % interval; null where the source has none"),
        opt("high_end", Kind::F64, "index 0-1", "upper end; null where the source has none"),
        opt("change", Kind::F64, "change of index", "polyarchy_end - polyarchy_before; null where either is"),
        opt(
            "intervals_apart",
            Kind::Bool,
            "true/false",
            "whether the two intervals do not overlap, so that the change exceeds the measurement error; null where the source has none",
        ),
        FACTS,
        IN_SYSTEM,
        EDITION,
        VERSION,
    ],
    doc: "Episodes of democratisation and autocratisation, with the level before and at the end and whether their intervals overlap.",
};

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "episodes",
    title: "Episodes of democratisation and autocratisation",
    doc: "An episode begins in the year in which polyarchy changes by at least `start_incl`, goes on while it does not turn, and counts if \
          highest and lowest value lie at least `cum_incl` apart. It ends with the last such change before `tolerance` years without \
          another, a turn within a year of more than `year_turn`, a cumulative turn of `cum_turn` or more, or a change of regime the other \
          way; episodes too close to the end of coding are censored. The outcome says whether the regime changed. The rules are those of \
          the published data set, version 15, which they reproduce exactly from its inputs, with one quirk kept: an autocratization does \
          not end, as it was meant to, where the regime rises into liberal democracy (`strict=yes` ends it there).\n\n\
          A crossing between autocracy and democracy counts as a change of regime when an election confirms it, or, for a fall, when the \
          state is a closed autocracy within the spell or an electoral one still after `tolerance` years. Facts on elections are in V-Dem's \
          full file only. Without it a rise that lasts `tolerance` years is confirmed, and what only an election could settle is answered \
          by what is more often right: confirmed, except for rises that coding ends too early to see confirmed. Each answer is tried both \
          ways, and what changes with it is marked `assumed` in `election_facts`. On version 15 this finds 253 of 254 and 415 of 417 \
          episodes; all that is not marked has the published outcome and ending, and of the 91 marked 63 have.\n\n\
          Estimates are revised back through time with each version, so that episodes differ between versions. The start is often earlier \
          than the politics that people associate with it. Whether an episode is more than measurement error, `intervals_apart` says.",
    citations: &[
        "Maerz, S. F., Edgell, A. B., Wilson, M. C., Hellmeier, S. & Lindberg, S. I. (2024). Episodes of regime transformation. Journal of Peace Research 61(6).",
        "Wilson, M. C., Morgan, R., Medzihorsky, J., Maxwell, L., Maerz, S. F., Lührmann, A., Lindenfors, P., Edgell, A. B., Boese, V. A. & Lindberg, S. I. (2023). Recognizing institutional change: Episodes of liberalization and democratic deepening. Democratization 30(8).",
        "Lührmann, A. & Lindberg, S. I. (2019). A third wave of autocratization is here: what is new about it? Democratization 26(7).",
    ],
    interval: "intervals_apart compares V-Dem's 68 % intervals of polyarchy before and at the end; the rules themselves use point estimates, \
               and `blocwatch sensitivity episodes` shows how their thresholds move the counts.",
    version: 1,
    parameters: &[
        Parameter {
            name: "start_incl",
            takes: Takes::Number { default: 0.01, least: 0.0, most: 1.0 },
            doc: "Least change within a year that opens and continues an episode.",
        },
        Parameter {
            name: "cum_incl",
            takes: Takes::Number { default: 0.1, least: 0.0, most: 1.0 },
            doc: "Least distance between the highest and the lowest polyarchy of an episode.",
        },
        Parameter {
            name: "year_turn",
            takes: Takes::Number { default: 0.03, least: 0.0, most: 1.0 },
            doc: "Change within a year in the other direction that an episode survives at most.",
        },
        Parameter {
            name: "cum_turn",
            takes: Takes::Number { default: 0.1, least: 0.0, most: 1.0 },
            doc: "Cumulative change in the other direction that ends an episode.",
        },
        Parameter {
            name: "tolerance",
            takes: Takes::Count { default: 5, least: 1, most: 20 },
            doc: "Years without a further change after which an episode has ended.",
        },
        Parameter {
            name: "strict",
            takes: Takes::Flag(false),
            doc: "End an autocratization where the regime rises into liberal democracy, which the published code means to do and does not.",
        },
    ],
    inputs: &[Input::Table("vdem_state_year")],
    outputs: &[&EPISODE_STATE_YEAR, &EPISODE],
    run,
    example,
    variants: &[
        ("half the distance", &[("cum_incl", "0.05")]),
        ("half as much again", &[("cum_incl", "0.15")]),
        ("twice the change to begin", &[("start_incl", "0.02")]),
        ("three years of rest", &[("tolerance", "3")]),
        ("seven years of rest", &[("tolerance", "7")]),
        ("a smaller turn ends it", &[("year_turn", "0.02")]),
        ("liberal democracy ends it", &[("strict", "yes")]),
    ],
    headline,
};

/// One unit of V-Dem with the rows of the file.
struct UnitSeries {
    text_id: Option<String>,
    rows: Vec<YearRow>,
    series: Series,
}

struct YearRow {
    gwcode: u16,
    year: i32,
    in_system: bool,
    polyarchy: [Option<f64>; 3],
    line: u32,
}

/// The file that speaks: edition and version.
struct Voice {
    edition: String,
    version: String,
}

fn voice(context: &Context<'_>) -> Result<Option<Voice>> {
    let batch = context.sql(
        "SELECT edition, version FROM vdem_state_year WHERE edition IN ('full', 'row') AND v2x_regime IS NOT NULL GROUP BY edition, version \
         ORDER BY CASE edition WHEN 'full' THEN 0 ELSE 1 END, version DESC LIMIT 1",
    )?;
    let c = Columns(&batch);
    let (edition, version) = (c.text("edition")?, c.text("version")?);
    Ok((batch.num_rows() > 0).then(|| Voice { edition: edition.value(0).to_owned(), version: version.value(0).to_owned() }))
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let parameters = Parameters {
        start_incl: settings.number("start_incl")?,
        cum_incl: settings.number("cum_incl")?,
        year_turn: settings.number("year_turn")?,
        cum_turn: settings.number("cum_turn")?,
        tolerance: settings.count("tolerance")? as usize,
        strict: settings.flag("strict")?,
    };
    let (mut years, mut list) = (Rows::new(&EPISODE_STATE_YEAR), Rows::new(&EPISODE));
    let (mut all, mut assumed) = (0_usize, 0_usize);
    if let Some(voice) = voice(context)? {
        let units = units(context, &voice)?;
        let last = units.iter().flat_map(|u| &u.rows).map(|r| r.year).max().unwrap_or(FIRST_YEAR);
        for unit in &units {
            let found = episodes(&unit.series, &parameters);
            for row in &unit.rows {
                push_year(&mut years, unit, row, &found, &voice)?;
            }
            for episode in &found.episodes {
                push_episode(&mut list, unit, episode, last, &voice)?;
            }
            all += found.episodes.len();
            assumed += found.episodes.iter().filter(|e| e.assumed).count();
        }
    }
    let mut output = Output::table(&EPISODE_STATE_YEAR, years.finish()?).and(&EPISODE, list.finish()?);
    if assumed > 0 {
        output.report.notices.add(
            Severity::Info,
            "no-election-facts",
            format!("{assumed} of {all} episodes hang on elections that no held file tells of; they are marked `assumed`"),
            "episode",
            "fetch V-Dem's full country-year file to settle them",
        );
    }
    Ok(output)
}

/// The units of a file as series from 1900 to its last year.
fn units(context: &Context<'_>, voice: &Voice) -> Result<Vec<UnitSeries>> {
    let batch = context.sql(&format!(
        "SELECT country_id, country_text_id, gwcode, year, in_system, v2x_regime, v2x_polyarchy, v2x_polyarchy_codelow, \
         v2x_polyarchy_codehigh, v2elasmoff_ord, v2eltype_0, v2eltype_4, v2eltype_6, codingend, gapstart1, gapstart2, gapstart3, gapend1, \
         gapend2, gapend3, source_row FROM vdem_state_year WHERE edition = '{}' AND version = '{}' AND year >= {FIRST_YEAR} \
         AND country_id IS NOT NULL ORDER BY country_id, year, source_row",
        voice.edition.replace('\'', "''"),
        voice.version.replace('\'', "''")
    ))?;
    let c = Columns(&batch);
    let (id, year) = (c.i32("country_id")?, c.i32("year")?);
    let types = [c.f64("v2eltype_0")?, c.f64("v2eltype_4")?, c.f64("v2eltype_6")?];
    // a file either has these columns or leaves them null throughout
    let facts = types.iter().any(|t| t.null_count() < t.len());
    let last = (0..batch.num_rows()).map(|i| year.value(i)).max().unwrap_or(FIRST_YEAR);
    let rows: Vec<usize> = (0..batch.num_rows()).collect();
    rows.chunk_by(|a, b| id.value(*a) == id.value(*b)).map(|of_unit| unit(&batch, of_unit, last, facts)).collect()
}

fn unit(batch: &RecordBatch, rows: &[usize], last: i32, facts: bool) -> Result<UnitSeries> {
    let c = Columns(batch);
    let (gwcode, year, in_system) = (c.u16("gwcode")?, c.i32("year")?, c.bool("in_system")?);
    let (text_id, regime, line) = (c.text("country_text_id")?, c.i32("v2x_regime")?, c.u32("source_row")?);
    let polyarchy = [c.f64("v2x_polyarchy")?, c.f64("v2x_polyarchy_codelow")?, c.f64("v2x_polyarchy_codehigh")?];
    let (office, types) = (c.f64("v2elasmoff_ord")?, [c.f64("v2eltype_0")?, c.f64("v2eltype_4")?, c.f64("v2eltype_6")?]);
    let n = usize::try_from(last - FIRST_YEAR + 1).unwrap_or(0);
    let mut elections = vec![Election::default(); n];
    let mut series = Series {
        first_year: FIRST_YEAR,
        polyarchy: vec![f64::NAN; n],
        regime: vec![None; n],
        elections: Elections::Unknown,
        coding_end: last,
        gaps: Vec::new(),
    };
    for &i in rows {
        let t = usize::try_from(year.value(i) - FIRST_YEAR).unwrap_or(0);
        series.polyarchy[t] = polyarchy[0].at(i).unwrap_or(f64::NAN);
        series.regime[t] = regime.at(i).and_then(|r| u8::try_from(r).ok());
        elections[t] = Election {
            held: types.iter().any(|of_type| of_type.at(i) == Some(1.0)),
            winners_took_office: office.at(i).is_some_and(|v| v > 1.0),
        };
    }
    if facts {
        series.elections = Elections::Known(elections);
    }
    let years: Vec<i32> = rows.iter().map(|&i| year.value(i)).collect();
    (series.coding_end, series.gaps) = coded(&c, rows, &years)?;
    let row = |&i: &usize| YearRow {
        gwcode: gwcode.value(i),
        year: year.value(i),
        in_system: in_system.value(i),
        polyarchy: polyarchy.map(|p| p.at(i)),
        line: line.value(i),
    };
    Ok(UnitSeries { text_id: rows.iter().find_map(|&i| text_id.at(i)).map(str::to_owned), rows: rows.iter().map(row).collect(), series })
}

/// Last year coded and gaps, as the file states them, or from the years that have rows where it does not.
fn coded(c: &Columns<'_>, rows: &[usize], years: &[i32]) -> Result<(i32, Vec<RangeInclusive<i32>>)> {
    let first = rows.first().copied().unwrap_or(0);
    if let Some(end) = c.i32("codingend")?.at(first) {
        let mut gaps = Vec::new();
        for k in 1..=3 {
            let bound = |name: &str| -> Result<Option<i32>> { Ok(c.i32(&format!("{name}{k}"))?.at(first)) };
            gaps.extend(bound("gapstart")?.zip(bound("gapend")?).map(|(from, to)| from..=to));
        }
        return Ok((end, gaps));
    }
    let gaps = years.windows(2).filter(|w| w[1] > w[0] + 1).map(|w| w[0] + 1..=w[1] - 1).collect();
    Ok((years.last().copied().unwrap_or(FIRST_YEAR), gaps))
}

fn facts(series: &Series, assumed: bool) -> &'static str {
    match (&series.elections, assumed) {
        (Elections::Known(_), _) => "published",
        (Elections::Unknown, true) => "assumed",
        (Elections::Unknown, false) => "not needed",
    }
}

fn id_of(unit: &UnitSeries, start: i32, end: i32) -> String {
    format!("{}_{start}_{end}", unit.text_id.as_deref().unwrap_or("-"))
}

fn push_year(table: &mut Rows, unit: &UnitSeries, row: &YearRow, found: &Episodes, voice: &Voice) -> Result<()> {
    let regime = found.regimes[usize::try_from(row.year - FIRST_YEAR).unwrap_or(0)];
    let mut assumed = regime.assumed;
    let mut values: Vec<Value> = vec![
        row.gwcode.into(),
        row.year.into(),
        unit.text_id.clone().into(),
        regime.spell.map(|s| s.0).into(),
        regime.spell.map(|s| s.1).into(),
        regime.spell.map(|s| id_of(unit, s.0, s.1)).into(),
        regime.kind.map(i32::from).into(),
        regime.transition.map(i32::from).into(),
        regime.democratic_election.into(),
        regime.autocratic_election.into(),
        regime.event.map(i32::from).into(),
        regime.event_censored.map(i32::from).into(),
    ];
    for direction in [Direction::Democratization, Direction::Autocratization] {
        let episode = found.at(direction, row.year);
        assumed |= episode.is_some_and(|e| e.assumed);
        values.extend(columns_of(unit, episode, row.year, found));
    }
    let rest: [Value; 5] = [
        facts(&unit.series, assumed).into(),
        row.in_system.into(),
        voice.edition.as_str().into(),
        voice.version.as_str().into(),
        row.line.into(),
    ];
    values.extend(rest);
    table.push(values)
}

/// The published columns of one direction, from `_ep` to `_ep_censored`, in a year of an episode, the year before it, or neither.
fn columns_of(unit: &UnitSeries, episode: Option<&Episode>, year: i32, found: &Episodes) -> [Value; 12] {
    let inside = episode.filter(|e| e.start <= year);
    let flag = |yes: bool| i32::from(yes);
    // 0 outside, the code inside, null where the rules cannot say
    let outcome = |code: fn(blocwatch_stats::episodes::Outcome) -> u8| match inside {
        None => Some(0),
        Some(e) => e.outcome.map(|o| i32::from(code(o))),
    };
    [
        flag(inside.is_some()).into(),
        episode.map(|e| id_of(unit, e.start, e.end)).into(),
        episode.map(|e| e.start).into(),
        episode.map(|e| e.end).into(),
        flag(episode.is_some() && inside.is_none()).into(),
        inside.and_then(|e| e.termination).map(|t| i32::from(t.code())).into(),
        inside.and_then(|e| e.change_possible).map(flag).into(),
        inside.map(|e| flag(found.after_change(e, year))).into(),
        inside.map(|e| flag(e.after_change > 0)).into(),
        outcome(|o| o.code()).into(),
        outcome(|o| o.group()).into(),
        flag(inside.is_some_and(Episode::censored)).into(),
    ]
}

fn push_episode(table: &mut Rows, unit: &UnitSeries, e: &Episode, last: i32, voice: &Voice) -> Result<()> {
    let of_year = |year: i32| unit.rows.iter().find(|r| r.year == year);
    let (before, end) = (of_year(e.pre_year()), of_year(e.end));
    let value = |row: Option<&YearRow>, which: usize| row.and_then(|r| r.polyarchy[which]);
    let levels: [Option<f64>; 6] = [value(before, 0), value(before, 1), value(before, 2), value(end, 0), value(end, 1), value(end, 2)];
    let [_, low_before, high_before, _, low_end, high_end] = levels;
    let apart = match e.direction {
        Direction::Autocratization => high_end.zip(low_before).map(|(now, then)| now < then),
        Direction::Democratization => low_end.zip(high_before).map(|(now, then)| now > then),
    };
    let mut values: Vec<Value> = vec![
        end.map(|r| r.gwcode).into(),
        e.direction.as_str().into(),
        e.start.into(),
        e.end.into(),
        e.pre_year().into(),
        id_of(unit, e.start, e.end).into(),
        unit.text_id.clone().into(),
        e.outcome.map(|o| i32::from(o.code())).into(),
        e.outcome.map(|o| o.label(e.direction)).into(),
        e.termination.map(|t| i32::from(t.code())).into(),
        e.termination.map(|t| t.as_str()).into(),
        e.censored().into(),
        (e.censored() && e.end == last).into(),
        e.change_possible.into(),
    ];
    values.extend(levels.map(Value::from));
    let rest: [Value; 6] = [
        levels[3].zip(levels[0]).map(|(now, then)| now - then).into(),
        apart.into(),
        facts(&unit.series, e.assumed).into(),
        end.is_some_and(|r| r.in_system).into(),
        voice.edition.as_str().into(),
        voice.version.as_str().into(),
    ];
    values.extend(rest);
    table.push(values)
}

/// How many episodes there are, how they end, and how many states autocratise in the last year.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(EPISODE.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (kind, outcome) = (c.text("kind")?, c.i32("outcome")?);
    let (under_way, apart) = (c.bool("under_way")?, c.bool("intervals_apart")?);
    let mut out = Vec::new();
    for direction in Direction::ALL.map(Direction::as_str) {
        let of: Vec<usize> = (0..batch.num_rows()).filter(|i| kind.value(*i) == direction).collect();
        let count = |wanted: &dyn Fn(usize) -> bool| Some(of.iter().filter(|i| wanted(**i)).count() as f64);
        out.push(Headline::run(format!("episodes of {direction}"), count(&|_| true)));
        out.push(Headline::run(format!("{direction}: with a change of regime"), count(&|i| outcome.at(i) == Some(1))));
        out.push(Headline::run(format!("{direction}: under way in the last year"), count(&|i| under_way.value(i))));
        out.push(Headline::run(format!("{direction}: intervals before and at the end lie apart"), count(&|i| apart.at(i) == Some(true))));
    }
    Ok(out)
}

fn example() -> Result<String> {
    let polyarchy = vec![0.70, 0.70, 0.64, 0.55, 0.45, 0.44, 0.44, 0.44, 0.44, 0.44, 0.44];
    let class = |v: &f64| Some(if *v > 0.5 { 2 } else { 1 });
    let series = Series {
        first_year: 2000,
        regime: polyarchy.iter().map(class).collect(),
        coding_end: 2010,
        gaps: Vec::new(),
        elections: Elections::Unknown,
        polyarchy,
    };
    let found = episodes(&series, &Parameters::default());
    let Some(e) = found.episodes.first() else { return Ok(String::new()) };
    Ok(format!(
        "Polyarchy of a state from 2000 on: 0.70, 0.70, 0.64, 0.55, 0.45 and 0.44 ever after; it is a democracy to 2003 and \
         an electoral autocracy after. The first fall of 0.01 or more is that of {}, so {} is the pre-episode year. The last, followed by \
         five years without another, is that of {}; how it ends: \"{}\". Highest and lowest value lie 0.26 apart, which is 0.1 or more. The state \
         is an autocracy still five years after 2004, so the breakdown is confirmed without facts on elections, and the outcome is \"{}\". \
         Years of the episode after the crossing: {}.",
        e.start,
        e.pre_year(),
        e.end,
        e.termination.map_or("-", |t| t.as_str()),
        e.outcome.map_or("-", |o| o.label(e.direction)),
        e.after_change,
    ))
}
