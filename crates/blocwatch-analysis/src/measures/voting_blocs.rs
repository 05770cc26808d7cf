//! Blocs in the votes of the General Assembly against a null that keeps the votes' margins: `voting_bloc_state_session`,
//! `voting_bloc_session`.

use std::collections::BTreeMap;

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::agreement::SessionVotes;
use blocwatch_stats::network::community::{adjusted_rand, continued};
use blocwatch_stats::voting_blocs::{Blocs, Search, blocs};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::similarity::ballots::{self, Choice};
use crate::measures::{Headline, Measure, Parameter, Settings, Takes, voting_groups};
use crate::step::{Context, Output};

/// States.
pub const BLOC: TableSpec = TableSpec {
    name: "voting_bloc_state_session",
    unit: Unit::Entry,
    keys: &["session", "gwcode"],
    columns: &[
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state of the system that cast at least the least votes asked for"),
        col("year", Kind::I32, "year", "session + 1945"),
        col("bloc", Kind::U32, "number", "bloc, carried on from the session before by the greatest overlap; the number means nothing else"),
        col("size", Kind::U32, "states", "states in the bloc"),
        opt(
            "hold",
            Kind::F64,
            "share 0-1",
            "how often, over seeds, the state is found together with the other members; null if it is alone",
        ),
        opt(
            "excess",
            Kind::F64,
            "kappa",
            "mean kappa with the other members less its mean under the null; null if alone or without enough common roll calls",
        ),
    ],
    doc: "Which states vote alike beyond what the margins of their votes and of the roll calls explain.",
};

/// Sessions.
pub const BLOC_SESSION: TableSpec = TableSpec {
    name: "voting_bloc_session",
    unit: Unit::Entry,
    keys: &["session"],
    columns: &[
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("year", Kind::I32, "year", "session + 1945"),
        col("states", Kind::U32, "states", "states looked at"),
        col("rollcalls", Kind::U32, "roll calls", "roll calls looked at"),
        col("blocs", Kind::U32, "blocs", "blocs of two states and more"),
        col("quality", Kind::F64, "kappa per pair", "excess of kappa within blocs, summed, over the number of pairs"),
        col("null_mean", Kind::F64, "kappa per pair", "mean quality that the same search finds in votes drawn from the null"),
        col("null_high", Kind::F64, "kappa per pair", "greatest quality in a draw from the null"),
        col("p", Kind::F64, "probability 0-1", "(1 + draws that reach the quality) / (1 + draws)"),
        col("rand_seeds", Kind::F64, "adjusted Rand index", "mean over all pairs of seeds: 1 if all find the same"),
        opt(
            "rand_previous",
            Kind::F64,
            "adjusted Rand index",
            "with the session before, over states in both; null where that session is not there",
        ),
    ],
    doc: "How clear the blocs of a session are against votes that keep every margin, whether other seeds find the same, whether they last.",
};

const DRAWS: Parameter = Parameter {
    name: "draws",
    takes: Takes::Count { default: 20, least: 5, most: 5000 },
    doc: "Draws from the null model; p is at least 1 over this and one.",
};
const SEEDS: Parameter = Parameter {
    name: "seeds",
    takes: Takes::Count { default: 6, least: 2, most: 500 },
    doc: "Runs of the search, each under another seed.",
};
const SEED: Parameter =
    Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of draws and seeds." };
const THRESHOLD: Parameter = Parameter {
    name: "threshold",
    takes: Takes::Number { default: 0.0, least: -1.0, most: 1.0 },
    doc: "Excess of kappa over the null that a pair must have to pull together: more gives smaller blocs.",
};
const SINCE: Parameter = Parameter {
    name: "since",
    takes: Takes::Count { default: 65, least: 1, most: 255 },
    doc: "First session to compute (65 opened in 2010).",
};
const CAST: Parameter = Parameter {
    name: "cast",
    takes: Takes::Number { default: 1.0 / 3.0, least: 0.0, most: 1.0 },
    doc: "Part of the session's roll calls on which a state must have voted to be looked at.",
};
/// Common roll calls below which a pair says nothing (METHODS, section 3).
const ENOUGH: u32 = 10;

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "voting-blocs",
    title: "Blocs in the General Assembly, against votes with the same margins",
    doc: "Which states vote alike beyond what is to be expected? Not beyond shuffled ties, but beyond shuffled votes: the null model keeps \
          exactly how often each state votes yes, abstains and votes no, how many vote so on each roll call, and who is absent where, and shuffles the \
          rest. Under it two states that say yes to most of what the Assembly carries still agree, so that a common agenda makes no bloc. What \
          is left of kappa after taking off its mean under the null is the excess, and the blocs of a session are the partition with the \
          greatest sum of it within them, found by the Leiden algorithm under several seeds.\n\n\
          How sure: every set of votes falls into blocs, noise too, therefore the quality (excess within blocs per pair of states) stands beside \
          what the same search finds in votes drawn from the null, with p; rand_seeds says whether other seeds find the same, hold whether a \
          state stands between blocs, rand_previous whether the blocs last. Numbers of blocs are carried on by the greatest overlap.\n\n\
          What it does not say. A bloc is a set of states that vote alike, not one that acts together; where a state's whole line is one of the \
          extremes (the United States and Israel), the margins explain part of its likeness and the excess understates it. With few roll \
          calls blocs are coarse. The measure community finds communities in the backbone of kappa, without this null.",
    citations: &[
        "Strona, G., Nappo, D., Boccacci, F., Fattorini, S. & San-Miguel-Ayanz, J. (2014). A fast and unbiased procedure to randomize ecological binary matrices with fixed row and column totals. Nature Communications 5.",
        "MacMahon, M. & Garlaschelli, D. (2015). Community detection for correlation matrices. Physical Review X 5.",
        "Traag, V. A., Waltman, L. & van Eck, N. J. (2019). From Louvain to Leiden: guaranteeing well-connected communities. Scientific Reports 9.",
        "Macon, K. T., Mucha, P. J. & Porter, M. A. (2012). Community structure in the United Nations General Assembly. Physica A 391.",
    ],
    interval: "p by draws from the null; co-assignment over seeds (hold) and adjusted Rand indices over seeds and sessions.",
    version: 1,
    parameters: &[SINCE, ballots::UNANIMOUS, ballots::PARTS, ballots::ISSUE, CAST, THRESHOLD, DRAWS, SEEDS, SEED],
    inputs: &ballots::INPUTS,
    outputs: &[&BLOC, &BLOC_SESSION],
    run,
    example,
    variants: &[
        ("smaller blocs", &[("threshold", "0.05")]),
        ("without unanimous roll calls", &[("unanimous", "no")]),
        ("human rights only", &[("issue", "hr")]),
        ("another seed", &[("seed", "2")]),
    ],
    headline,
};

/// The blocs of the session before: number by state.
struct Before {
    session: u16,
    bloc: BTreeMap<u16, u32>,
    /// The first number not yet given.
    next: u32,
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let issue = settings.choice(ballots::ISSUE.name)?;
    let choice = Choice {
        unanimous: settings.flag(ballots::UNANIMOUS.name)?,
        parts: settings.flag(ballots::PARTS.name)?,
        issue: blocwatch_sources::ballots::ISSUES.iter().position(|i| *i == issue),
        ..Choice::ALL
    };
    let (since, cast) = (settings.count(SINCE.name)?, settings.number(CAST.name)?);
    let seed = u64::from(settings.count(SEED.name)?);
    let held = ballots::from_tables(context)?;
    let record = ballots::record(&held, choice);
    let (mut states, mut wholes) = (Rows::new(&BLOC), Rows::new(&BLOC_SESSION));
    let mut before: Option<Before> = None;
    for (s, number) in record.sessions.iter().enumerate().filter(|(_, n)| u32::from(**n) >= since) {
        let all = record.votes.session(s);
        let cast_by = |state: usize| (0..all.rollcalls()).filter(|r| all.get(state, *r).is_some()).count();
        let least = ((all.rollcalls() as f64 * cast).ceil() as usize).max(ENOUGH as usize);
        let chosen: Vec<usize> = voting_groups::voting(&record, s).into_iter().filter(|v| cast_by(*v) >= least).collect();
        let codes: Vec<u8> =
            chosen.iter().flat_map(|v| (0..all.rollcalls()).map(|r| all.get(*v, r).unwrap_or(0)).collect::<Vec<_>>()).collect();
        let votes = SessionVotes::from_codes(chosen.len(), all.rollcalls(), &codes);
        let search = Search {
            draws: settings.count(DRAWS.name)?,
            seeds: settings.count(SEEDS.name)?,
            least: ENOUGH,
            threshold: settings.number(THRESHOLD.name)?,
            seed: seed.wrapping_mul(1000).wrapping_add(u64::from(*number)),
        };
        let Some(found) = blocs(&votes, search) else { continue };
        let names: Vec<u16> = chosen.iter().map(|v| record.states[*v]).collect();
        let (numbers, next) = numbered(&found, &names, before.as_ref());
        let now: BTreeMap<u16, u32> = names.iter().copied().zip(numbers.iter().copied()).collect();
        let own = &found.found.best.community;
        for (i, state) in names.iter().enumerate() {
            states.push([
                (*number).into(),
                (*state).into(),
                (i32::from(*number) + 1945).into(),
                numbers[i].into(),
                (own.iter().filter(|c| **c == own[i]).count() as u32).into(),
                found.found.hold[i].into(),
                found.excess[i].into(),
            ])?;
        }
        let previous = before.as_ref().filter(|b| b.session + 1 == *number).and_then(|b| {
            let both: Vec<(u32, u32)> = now.iter().filter_map(|(s, c)| Some((*b.bloc.get(s)?, *c))).collect();
            let (was, is): (Vec<u32>, Vec<u32>) = both.into_iter().unzip();
            (is.len() > 1).then(|| adjusted_rand(&was, &is))
        });
        let large = (0..found.found.best.communities as u32).filter(|c| own.iter().filter(|o| *o == c).count() > 1).count();
        wholes.push([
            (*number).into(),
            (i32::from(*number) + 1945).into(),
            (names.len() as u32).into(),
            (all.rollcalls() as u32).into(),
            (large as u32).into(),
            found.quality.into(),
            (found.null.iter().sum::<f64>() / found.null.len() as f64).into(),
            found.null[found.null.len() - 1].into(),
            found.p().into(),
            found.found.mean_rand.into(),
            previous.into(),
        ])?;
        before = Some(Before { session: *number, bloc: now, next });
    }
    Ok(Output::table(&BLOC, states.finish()?).and(&BLOC_SESSION, wholes.finish()?))
}

/// A number for the bloc of each state, kept from the session before where most of it stays, and the next free one.
fn numbered(found: &Blocs, names: &[u16], past: Option<&Before>) -> (Vec<u32>, u32) {
    let mut next = past.map_or(1, |p| p.next);
    let own = &found.found.best.community;
    let later: Vec<Option<u32>> = own.iter().map(|c| Some(*c)).collect();
    let earlier: Vec<Option<u32>> = names.iter().map(|s| past.and_then(|p| p.bloc.get(s).copied())).collect();
    let numbers: Vec<u32> = continued(&earlier, &later)
        .into_iter()
        .map(|c| {
            c.unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    (own.iter().map(|c| numbers[*c as usize]).collect(), next)
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let (Some(wholes), Some(states)) = (output.tables.get(BLOC_SESSION.name), output.tables.get(BLOC.name)) else { return Ok(Vec::new()) };
    let c = Columns(wholes);
    let (session, blocs, quality, null) = (c.u16("session")?, c.u32("blocs")?, c.f64("quality")?, c.f64("null_mean")?);
    let Some(last) = (0..wholes.num_rows()).max_by_key(|i| session.value(*i)) else { return Ok(Vec::new()) };
    let mut out = vec![
        Headline::run("blocs, last session", blocs.at(last).map(f64::from)),
        Headline::run("quality, last session", quality.at(last)),
        Headline::run("quality over the null's, last session", quality.at(last).zip(null.at(last)).map(|(q, n)| q / n)),
    ];
    let c = Columns(states);
    let (of, gwcode, bloc) = (c.u16("session")?, c.u16("gwcode")?, c.u32("bloc")?);
    let in_last = |state: u16| {
        (0..states.num_rows()).find(|i| of.value(*i) == session.value(last) && gwcode.value(*i) == state).map(|i| bloc.value(i))
    };
    for (a, b, name) in
        [(365, 710, "Russia and China"), (2, 200, "the United States and the United Kingdom"), (365, 370, "Russia and Belarus")]
    {
        let same = in_last(a).zip(in_last(b)).map(|(x, y)| f64::from(u8::from(x == y)));
        out.push(Headline::run(format!("{name} in one bloc, last session (1 yes)"), same));
    }
    Ok(out)
}

fn example() -> Result<String> {
    // eighteen states: two lines of nine, alike but for one roll call in six, on an agenda of 36 roll calls of which all support half
    let (n, m) = (18, 36);
    let mut random = blocwatch_stats::random::Random::new(5);
    let codes: Vec<u8> = (0..n * m)
        .map(|i| {
            let (state, call) = (i / m, i % m);
            let line = call % 2 == 0 || (call % 4 == 1) == (state < 9);
            let keeps = random.below(6) > 0;
            if line == keeps { 1 } else { 3 }
        })
        .collect();
    let search = Search { draws: 50, seeds: 10, least: ENOUGH, threshold: 0.0, seed: 1 };
    let found = blocs(&SessionVotes::from_codes(n, m, &codes), search);
    Ok(found.map_or_else(String::new, |f| {
        format!(
            "Eighteen states vote on 36 roll calls. All support every second one; on the others nine states say yes where the other nine say no; \
             each departs from its line on one roll call in six. All say yes about as often, and so kappa between the two lines is not far from \
             that under the null on the common half of the agenda. The search finds {} blocs, of {} and {} states, with a quality of {:.3}; in \
             votes with the same margins it reaches {:.3} on average and {:.3} at most, so p = {:.3} with 50 draws.",
            f.found.best.communities,
            f.found.best.community.iter().filter(|c| **c == 0).count(),
            f.found.best.community.iter().filter(|c| **c == 1).count(),
            f.quality,
            f.null.iter().sum::<f64>() / f.null.len() as f64,
            f.null[f.null.len() - 1],
            f.p()
        )
    }))
}
