//! Dynamic ordinal ideal points of states in the General Assembly: `idealpoint_state_session`, its draws and its diagnostics.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::state::States;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::idealpoint::{
    Anchors, Ballot, Bootstrap, Data, Fitting, Resampling, Rules, Sampling, bootstrap, diagnose, fit, sample,
};

use crate::error::Result;
use crate::frame::{At, Columns, Rows, Value};
use crate::measures::{Headline, Measure, Parameter, Settings, Takes};
use crate::step::{Context, Input, Output};

/// Ideal points.
pub const IDEALPOINT: TableSpec = TableSpec {
    name: "idealpoint_state_session",
    unit: Unit::StateSession,
    keys: &["gwcode", "session"],
    columns: &[
        col(
            "gwcode",
            Kind::U16,
            "Gleditsch-Ward number",
            "state whose seat votes; where its number changes within a session, the one with more votes",
        ),
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("year", Kind::I32, "year", "session + 1945: the calendar year in which the session opens"),
        col(
            "ccode",
            Kind::U16,
            "COW number",
            "number under which the published estimates follow the seat: 260 to session 45 and 255 from 46 for Germany, 345 for Yugoslavia and then Serbia",
        ),
        col(
            "votes",
            Kind::U32,
            "votes",
            "votes that the point rests on: yes, abstain or no on roll calls that are not unanimous (NVotes as published)",
        ),
        col(
            "idealpoint",
            Kind::F64,
            "standard deviations",
            "ideal point: mean 0 and standard deviation 1 over all states in all sessions, the United States positive",
        ),
        opt(
            "se",
            Kind::F64,
            "standard deviations",
            "standard error: of the bootstrap (fast), or standard deviation of the posterior (sampler); null without draws",
        ),
        opt("q05", Kind::F64, "standard deviations", "lower end of the 90 % interval; null as se"),
        opt("q95", Kind::F64, "standard deviations", "upper end of the 90 % interval; null as se"),
        col("estimator", Kind::Text, "fast or sampler", "how it was estimated"),
        col(
            "in_system",
            Kind::Bool,
            "true/false",
            "whether the state is in the Gleditsch-Ward system throughout its votes (the Soviet seats of Ukraine and Belarus are not)",
        ),
    ],
    doc: "Where a state stands on the one dimension that best accounts for votes in the UN General Assembly: high is near the United States. \
          It is no measure of democracy.",
};

/// Draws, for intervals of whatever is computed from several points.
pub const IDEALPOINT_DRAW: TableSpec = TableSpec {
    name: "idealpoint_draw",
    unit: Unit::Entry,
    keys: &["gwcode", "session", "draw"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state"),
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("draw", Kind::U32, "number", "draw of the bootstrap, or of the posterior (at most one hundred, evenly from all chains)"),
        col(
            "idealpoint",
            Kind::F64,
            "standard deviations",
            "ideal point in the draw, on the draw's own scale with mean 0 and standard deviation 1",
        ),
    ],
    doc: "Joint draws behind the intervals. Errors of two states in a session, or of one state in two, are not independent: the interval of a \
          distance or of a change is that of the differences within draws.",
};

/// Sessions.
pub const IDEALPOINT_SESSION: TableSpec = TableSpec {
    name: "idealpoint_session",
    unit: Unit::Entry,
    keys: &["session"],
    columns: &[
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("year", Kind::I32, "year", "session + 1945"),
        col("states", Kind::U32, "states", "states with an ideal point"),
        col("rollcalls", Kind::U32, "roll calls", "roll calls that count"),
        col(
            "linked",
            Kind::U32,
            "roll calls",
            "of them, those whose resolution comes to a vote in another session too: they tie the session to others",
        ),
        col("votes", Kind::U32, "votes", "votes that count"),
        col("mean", Kind::F64, "standard deviations", "mean ideal point"),
        opt("sd", Kind::F64, "standard deviations", "standard deviation over states; null with one state"),
        opt("se", Kind::F64, "standard deviations", "mean standard error; null without draws"),
        opt("r_hat", Kind::F64, "ratio", "greatest split R-hat of its points, 1 if chains agree; null for the fast estimator"),
        opt("effective", Kind::F64, "draws", "least effective number of draws of its points; null for the fast estimator"),
    ],
    doc: "What each session's points rest on, and how well their estimation converged.",
};

/// The run.
pub const IDEALPOINT_RUN: TableSpec = TableSpec {
    name: "idealpoint_run",
    unit: Unit::Entry,
    keys: &["estimator"],
    columns: &[
        col("estimator", Kind::Text, "fast or sampler", "how it was estimated"),
        col("cells", Kind::U32, "state-sessions", "states in sessions with an ideal point"),
        col("votes", Kind::U32, "votes", "votes that count"),
        col("items", Kind::U32, "resolutions", "resolutions, repetitions counted once"),
        col("draws", Kind::U32, "draws", "draws of the bootstrap, or stored draws of all chains"),
        col("rounds", Kind::U32, "rounds", "rounds of the fast estimator, or sweeps of each chain"),
        col(
            "converged",
            Kind::Bool,
            "true/false",
            "fast: no point moved by more than a ten-thousandth; sampler: R-hat below 1.05 for 95 % of the points",
        ),
        opt("bound", Kind::F64, "log-likelihood", "lower bound of the log-likelihood; null for the sampler"),
        opt("accepted", Kind::F64, "share 0-1", "share of proposed cutpoints accepted, least over chains; null for the fast estimator"),
        opt("r_hat", Kind::F64, "ratio", "greatest split R-hat over all points; null for the fast estimator"),
        opt("effective", Kind::F64, "draws", "median effective number of draws; null for the fast estimator"),
        opt("error", Kind::F64, "standard deviations", "greatest Monte-Carlo standard error of a point; null for the fast estimator"),
    ],
    doc: "How the estimation went.",
};

const ESTIMATOR: Parameter = Parameter {
    name: "estimator",
    takes: Takes::Choice(&["fast", "sampler"]),
    doc: "fast: the variational point estimate with a bootstrap, in seconds. sampler: the published Gibbs sampler, in minutes.",
};
const ISSUE: Parameter = Parameter {
    name: "issue",
    takes: Takes::Choice(&["all", "important", "no-nu", "me", "hr", "nu", "ec", "co", "di"]),
    doc: "Roll calls used: all, those named as important by the US, all but nuclear ones, or those of one issue (me Middle East, hr human \
          rights, nu nuclear, ec economic, co colonialism, di disarmament), each from the session from which it is published on.",
};
const RULES: Parameter = Parameter {
    name: "rules",
    takes: Takes::Choice(&["published", "none"]),
    doc: "published leaves out paragraphs and amendments after 1989, session 19, Zanzibar, and South Africa in session 48; none keeps them.",
};
const LINK: Parameter =
    Parameter { name: "link", takes: Takes::Flag(true), doc: "Whether a resolution that comes to a vote again is the same item." };
const SEATS: Parameter = Parameter {
    name: "seats",
    takes: Takes::Choice(&["published", "states"]),
    doc: "published begins anew with united Germany and united Yemen in session 46; states goes on from the Federal Republic and North Yemen.",
};
const UNTIL: Parameter = Parameter {
    name: "until",
    takes: Takes::Count { default: 255, least: 1, most: 255 },
    doc: "Last session used; 74 is what the published estimates of April 2020 used.",
};
const SMOOTH: Parameter = Parameter {
    name: "smooth",
    takes: Takes::Number { default: 0.5, least: 0.001, most: 100.0 },
    doc: "Variance of a step between sessions is this times the session's share of the two sessions' votes; less smooths more.",
};
const DRAWS: Parameter = Parameter {
    name: "draws",
    takes: Takes::Count { default: 10, least: 0, most: 10_000 },
    doc: "fast: draws of the bootstrap; with 0 there are no intervals.",
};
const RESAMPLE: Parameter = Parameter {
    name: "resample",
    takes: Takes::Choice(&["rollcalls", "votes"]),
    doc: "fast: whether a draw takes roll calls with replacement within sessions, or votes from the estimated model.",
};
const SWEEPS: Parameter = Parameter {
    name: "sweeps",
    takes: Takes::Count { default: 20_000, least: 8, most: 10_000_000 },
    doc: "sampler: sweeps kept of each chain.",
};
const BURN: Parameter =
    Parameter { name: "burn", takes: Takes::Count { default: 4000, least: 0, most: 10_000_000 }, doc: "sampler: sweeps before them." };
const THIN: Parameter = Parameter {
    name: "thin",
    takes: Takes::Count { default: 50, least: 1, most: 100_000 },
    doc: "sampler: one sweep in this many is stored.",
};
const CHAINS: Parameter = Parameter { name: "chains", takes: Takes::Count { default: 2, least: 1, most: 64 }, doc: "sampler: chains." };
const SEED: Parameter = Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of all draws." };

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "idealpoint",
    title: "Ideal points in the UN General Assembly",
    doc: "How states answer resolutions is explained by one number for each state in each session, its ideal point θ, and three for each \
          resolution: discrimination β and cutpoints γ₁ < γ₂. A state's latent answer is z = βθ + ε with ε ~ N(0, 1); it says yes where z lies \
          below γ₁, abstains between the two, says no above γ₂. A state's points walk from session to session by normal steps whose variance \
          is the parameter smooth times N(t) / (N(t) + N(t−1)), N being the votes of the session and of the last one before in which the state \
          voted. A resolution that comes to a vote again in later sessions keeps its numbers: these 955 matches, with the walk, are what makes \
          sessions comparable.\n\n\
          **Preparation** is the published one: votes on paragraphs and amendments after 1989, session 19 (one vote), Zanzibar, South Africa in \
          session 48 (one vote), absences and resolutions on which all votes are alike are left out; matches are chained from the highest number \
          down, each roll call to its earliest partner. To session 74 that gives 10,469 state-sessions, 797,473 votes and 4,784 resolutions, and \
          the number of votes equals the published NVotes wherever that could be compared. Seats are followed as published: Germany and Yemen \
          begin anew with session 46, Serbia goes on from Yugoslavia.\n\n\
          **Scale.** Points have mean 0 and standard deviation 1 over all state-sessions, and the United States are positive on average. Nothing \
          else fixes them: 0 is no neutral point, and a difference means the same size everywhere only as far as the model holds.\n\n\
          **Two estimators.** sampler is the published Gibbs sampler with a Metropolis-Hastings step for the cutpoints, its starts, its limits \
          and its prior: a state's point is drawn towards the conditional mean of its last session in the sweep before, a first session borrows \
          from the second, so it filters and does not smooth, and abrupt shifts lag. Every sweep puts the points on the scale without touching \
          discriminations, so that what it converges to is the published procedure's distribution rather than a posterior in the strict sense. \
          To session 74, with two chains of 1,500 and 3,000 sweeps, its points and the published ones of April 2020 correlate at \
          .9999 over the 860 state-sessions compared (median within sessions .9999), the root mean squared difference is .015, and all lie in \
          the published 5-95 % bands. The median point was then worth 280 of 800 stored draws, but the least mixed one had an R-hat of 1.5: \
          read the column r_hat of idealpoint_session before quoting points. fast maximises a variational lower bound of the likelihood of the same model with the walk in both directions of time, \
          begun at N(0, 1), by Newton steps for resolutions and states in turn that never lower the bound. Its points correlate with \
          the published ones at .993 (median within sessions .997), with a root mean squared difference of .15: it sets the outermost states \
          farther out, most of all the United States and Israel (4.1 and 3.5 in session 74 against 2.7 and 2.6 as published), so \
          compare ranks and changes rather than levels with published points. Its 90 % intervals come from \
          drawing roll calls with replacement within sessions and refitting, a few rounds from the estimate; they are about a quarter \
          narrower than the sampler's. Both use every vote; only sampler is the published estimator, and a study that has to match published points should use it.\n\n\
          **Cautions.** One dimension is roughly distance from the US-led order in what came to a vote, not regime type: do not read a low point \
          as autocracy. The agenda changes, and with it what the dimension is about. Absences are strategic and left out. Most resolutions pass \
          without a vote. Points of recent sessions move as later votes arrive; sessions 1 and 2 are weakly identified. States with few votes \
          (column votes) have wide intervals that a plot of points alone hides. Where a session comes from another edition of the votes than its \
          neighbours (table rollcall), roll calls recorded differ: the library's edition has adopted resolutions only and no matches. The \
          estimates by issue use fewer votes; in some the United States and Russia vote alike, and the sign then hangs on few votes. \
          Those on human rights were compared with the published ones over 692 state-sessions to session 74: the numbers of votes are equal in \
          all, the sampler's points correlate at .9998 and all lie in the published bands, those of fast at .988.",
    citations: &[
        "Bailey, M. A., Strezhnev, A. & Voeten, E. (2017). Estimating dynamic state preferences from United Nations voting data. Journal of Conflict Resolution 61(2): 430-456.",
        "Johnson, V. E. & Albert, J. H. (1999). Ordinal Data Modeling. Springer.",
        "Martin, A. D. & Quinn, K. M. (2002). Dynamic ideal point estimation via Markov chain Monte Carlo for the US Supreme Court. Political Analysis 10(2): 134-153.",
        "Imai, K., Lo, J. & Olmsted, J. (2016). Fast estimation of ideal points with massive data. American Political Science Review 110(4): 631-656.",
        "Lewis, J. B. & Poole, K. T. (2004). Measuring bias and uncertainty in ideal point estimates via the parametric bootstrap. Political Analysis 12(2): 105-127.",
        "Gelman, A. et al. (2013). Bayesian Data Analysis, 3rd ed., 11.4-11.5 (split R-hat, effective sample size).",
    ],
    interval: "fast: 90 % normal interval from the standard error of a bootstrap; sampler: 5 % and 95 % of the posterior draws. Never the variational variance.",
    version: 1,
    parameters: &[ESTIMATOR, ISSUE, RULES, LINK, SEATS, UNTIL, SMOOTH, DRAWS, RESAMPLE, SWEEPS, BURN, THIN, CHAINS, SEED],
    inputs: &[
        Input::Table("vote"),
        Input::Table("rollcall"),
        Input::Table("unga_rollcall"),
        Input::Table("unga_issue"),
        Input::Table("unga_match"),
    ],
    outputs: &[&IDEALPOINT, &IDEALPOINT_DRAW, &IDEALPOINT_SESSION, &IDEALPOINT_RUN],
    run,
    example,
    variants: &[
        ("half the step", &[("smooth", "0.25"), ("draws", "0")]),
        ("twice the step", &[("smooth", "1"), ("draws", "0")]),
        ("repetitions not linked", &[("link", "no"), ("draws", "0")]),
        ("paragraphs and amendments kept", &[("rules", "none"), ("draws", "0")]),
        ("important votes", &[("issue", "important"), ("draws", "0")]),
        ("without nuclear votes", &[("issue", "no-nu"), ("draws", "0")]),
        ("human rights votes", &[("issue", "hr"), ("draws", "0")]),
    ],
    headline,
};

/// Serbia's seat is Yugoslavia's, as in Correlates of War.
const SERBIA: (u16, u16) = (340, 345);
/// Seats that the published estimates begin anew: united Germany and united Yemen.
const ANEW: [(u16, u16, u16); 2] = [(260, 46, 255), (678, 46, 679)];

/// The number under which a state's seat is followed.
fn seat(gwcode: u16, session: u16, published: bool) -> u16 {
    if gwcode == SERBIA.0 {
        return SERBIA.1;
    }
    let anew = ANEW.iter().find(|(state, from, _)| published && gwcode == *state && session >= *from);
    anew.map_or(gwcode, |(_, _, number)| *number)
}

/// The Correlates of War number of a seat: the two lists differ for some islands, of which the highest numbers are.
fn ccode(states: &States, seat: u16, year: i32) -> u16 {
    let of_island = || states.by_key(seat, year)?.cow.iter().max_by_key(|c| c.to).map(|c| c.code);
    if seat < 900 { seat } else { of_island().unwrap_or(seat) }
}

/// First session of each issue as published, and the state left out because it has votes in a single session.
fn first_session(issue: &str) -> (u16, Option<u16>) {
    match issue {
        "important" => (38, None),
        "me" | "di" => (29, None),
        "hr" => (25, Some(713)),
        "nu" => (33, Some(626)),
        "ec" => (26, None),
        "co" => (14, None),
        _ => (1, None),
    }
}

/// Who is behind a seat in a session.
#[derive(Default)]
struct Voter {
    votes: BTreeMap<u16, u32>,
    in_system: bool,
}

/// All ballots as the settings want them, and the states behind the seats.
struct Read {
    ballots: Vec<Ballot>,
    voters: BTreeMap<(u16, u16), Voter>,
    matches: Vec<(i32, i32)>,
}

fn read(context: &Context<'_>, settings: &Settings) -> Result<Read> {
    let issue = settings.choice(ISSUE.name)?;
    let (until, published) = (settings.count(UNTIL.name)?, settings.choice(SEATS.name)? == "published");
    let (first, left_out) = first_session(issue);
    let of_issue = if issue == "no-nu" { "nu" } else { issue };
    let batch = context.sql(&format!("SELECT edition, rcid FROM unga_issue WHERE short_name = '{of_issue}'"))?;
    let c = Columns(&batch);
    let (edition, rcid) = (c.text("edition")?, c.i32("rcid")?);
    let named: BTreeSet<(&str, i32)> = (0..batch.num_rows()).map(|i| (edition.value(i), rcid.value(i))).collect();
    let calls = context.sql(
        "SELECT r.session, r.rcid, r.edition, r.importantvote, u.para, u.amend FROM rollcall r \
         JOIN unga_rollcall u ON u.edition = r.edition AND u.rcid = r.rcid",
    )?;
    let c = Columns(&calls);
    let (session, rcid, edition, important) = (c.u16("session")?, c.i32("rcid")?, c.text("edition")?, c.bool("importantvote")?);
    let (para, amend) = (c.i32("para")?, c.i32("amend")?);
    let mut parts: BTreeMap<(u16, i32), bool> = BTreeMap::new();
    for i in 0..calls.num_rows() {
        let of = named.contains(&(edition.value(i), rcid.value(i)));
        let used = match issue {
            "all" => true,
            "important" => important.at(i) == Some(true),
            "no-nu" => !of,
            _ => of,
        };
        if used && session.value(i) >= first && u32::from(session.value(i)) <= until {
            parts.insert((session.value(i), rcid.value(i)), para.at(i) == Some(1) || amend.at(i) == Some(1));
        }
    }
    let votes = context.sql("SELECT session, rcid, gwcode, vote, in_system FROM vote WHERE vote IN (1, 2, 3)")?;
    let c = Columns(&votes);
    let (session, rcid, gwcode) = (c.u16("session")?, c.i32("rcid")?, c.u16("gwcode")?);
    let (vote, in_system) = (c.i32("vote")?, c.bool("in_system")?);
    let mut ballots = Vec::with_capacity(votes.num_rows());
    let mut voters: BTreeMap<(u16, u16), Voter> = BTreeMap::new();
    for i in 0..votes.num_rows() {
        let (s, state) = (session.value(i), gwcode.value(i));
        let Some(part) = parts.get(&(s, rcid.value(i))).filter(|_| left_out != Some(state)) else { continue };
        let seat = seat(state, s, published);
        let voter = voters.entry((s, seat)).or_insert_with(|| Voter { in_system: true, ..Voter::default() });
        *voter.votes.entry(state).or_default() += 1;
        voter.in_system &= in_system.value(i);
        let answer = u8::try_from(vote.value(i)).unwrap_or(0);
        ballots.push(Ballot { seat, session: s, rollcall: rcid.value(i), part: *part, answer });
    }
    let mut matches = Vec::new();
    if settings.flag(LINK.name)? {
        // the numbers are Voeten's; the library's record numbers are far above them and match nothing
        let batch = context.sql("SELECT rcid1, rcid2 FROM unga_match ORDER BY rcid1, rcid2")?;
        let c = Columns(&batch);
        let (one, two) = (c.i32("rcid1")?, c.i32("rcid2")?);
        matches = (0..batch.num_rows()).map(|i| (one.value(i), two.value(i))).collect();
    }
    Ok(Read { ballots, voters, matches })
}

/// A point with its standard error and interval.
type Point = (f64, Option<(f64, f64, f64)>);

/// What an estimator yields.
struct Estimated {
    points: Vec<Point>,
    /// At most a hundred draws of all points.
    draws: Vec<Vec<f64>>,
    /// R-hat and effective draws by point; empty for the fast estimator.
    mixing: Vec<(f64, f64)>,
    run: Vec<Value>,
}

/// Half the width of a 90 % interval in standard errors.
const NINETY: f64 = 1.644_853_626_951_472_7;
/// Draws of the posterior that are kept as a table.
const MOST_DRAWS: usize = 100;

fn estimate(data: &Data, settings: &Settings) -> Result<Estimated> {
    let anchors = Anchors::published();
    let (smooth, seed) = (settings.number(SMOOTH.name)?, u64::from(settings.count(SEED.name)?));
    if settings.choice(ESTIMATOR.name)? == "fast" {
        let fitting = Fitting { smooth, ..Fitting::default() };
        let found = fit(data, &anchors, &fitting);
        let resampling = if settings.choice(RESAMPLE.name)? == "votes" { Resampling::Votes } else { Resampling::Rollcalls };
        let how = Bootstrap { draws: settings.count(DRAWS.name)?, seed, resampling };
        let draws = bootstrap(data, &found, &anchors, &fitting, &how);
        let points = found.points.iter().enumerate().map(|(i, p)| {
            let error = standard_error(draws.iter().map(|d| d[i]));
            (*p, error.map(|se| (se, p - NINETY * se, p + NINETY * se)))
        });
        let run = vec![
            how.draws.into(),
            ((found.bound.len() / 2) as u32).into(),
            found.converged.into(),
            found.bound.last().copied().into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
        ];
        return Ok(Estimated { points: points.collect(), draws, mixing: Vec::new(), run });
    }
    let how = Sampling {
        burn: settings.count(BURN.name)?,
        keep: settings.count(SWEEPS.name)?,
        thin: settings.count(THIN.name)?,
        chains: settings.count(CHAINS.name)?,
        seed,
        smooth,
    };
    let chains = sample(data, &anchors, &how);
    let found = diagnose(&chains);
    let all: Vec<&Vec<f64>> = chains.iter().flat_map(|c| &c.draws).collect();
    let kept = all.len().min(MOST_DRAWS);
    let draws = (0..kept).map(|i| all[i * all.len() / kept].clone()).collect();
    let known = |v: f64| v.is_finite().then_some(v);
    let mut effective: Vec<f64> = found.iter().filter_map(|d| known(d.effective)).collect();
    effective.sort_by(f64::total_cmp);
    let mixed = found.iter().filter(|d| d.r_hat < 1.05).count();
    let most = |of: &dyn Fn(usize) -> f64| (0..found.len()).filter_map(|i| known(of(i))).max_by(f64::total_cmp);
    let run = vec![
        (all.len() as u32).into(),
        (how.burn + how.keep).into(),
        (mixed as f64 >= 0.95 * found.len() as f64).into(),
        Value::Null,
        chains.iter().map(|c| c.accepted).min_by(f64::total_cmp).into(),
        most(&|i| found[i].r_hat).into(),
        effective.get(effective.len() / 2).copied().into(),
        most(&|i| found[i].error).into(),
    ];
    let points = found.iter().map(|d| (d.mean, Some((d.sd, d.q05, d.q95)))).collect();
    let mixing = found.iter().map(|d| (d.r_hat, d.effective)).collect();
    Ok(Estimated { points, draws, mixing, run })
}

fn standard_error(draws: impl Iterator<Item = f64>) -> Option<f64> {
    let all: Vec<f64> = draws.collect();
    let n = all.len() as f64;
    let mean = all.iter().sum::<f64>() / n;
    (all.len() > 1).then(|| (all.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let mut read = read(context, settings)?;
    let rules = if settings.choice(RULES.name)? == "published" { Rules::published() } else { Rules::none() };
    let data = Data::new(&read.ballots, &read.matches, &rules);
    read.ballots = Vec::new();
    let mut tables = [&IDEALPOINT, &IDEALPOINT_DRAW, &IDEALPOINT_SESSION, &IDEALPOINT_RUN].map(Rows::new);
    let estimator = settings.choice(ESTIMATOR.name)?;
    if !data.cells().is_empty() {
        let found = estimate(&data, settings)?;
        // the state with most votes stands for the seat
        let states: Vec<(u16, bool)> = data
            .cells()
            .iter()
            .map(|c| {
                let voter = read.voters.get(&(c.session, c.seat));
                let state = voter.and_then(|v| v.votes.iter().max_by_key(|(_, n)| **n)).map_or(c.seat, |(state, _)| *state);
                (state, voter.is_some_and(|v| v.in_system))
            })
            .collect();
        let [points, draws, sessions, runs] = &mut tables;
        for ((cell, (state, in_system)), (point, error)) in data.cells().iter().zip(&states).zip(&found.points) {
            points.push([
                (*state).into(),
                cell.session.into(),
                (i32::from(cell.session) + 1945).into(),
                ccode(context.states()?, cell.seat, i32::from(cell.session) + 1945).into(),
                cell.votes.into(),
                (*point).into(),
                error.map(|e| e.0).into(),
                error.map(|e| e.1).into(),
                error.map(|e| e.2).into(),
                estimator.into(),
                (*in_system).into(),
            ])?;
        }
        for (number, draw) in (1u32..).zip(&found.draws) {
            for ((cell, (state, _)), value) in data.cells().iter().zip(&states).zip(draw) {
                draws.push([(*state).into(), cell.session.into(), number.into(), (*value).into()])?;
            }
        }
        of_sessions(&data, &found, sessions)?;
        let mut row: Vec<Value> =
            vec![estimator.into(), (data.cells().len() as u32).into(), (data.votes() as u32).into(), (data.items().len() as u32).into()];
        row.extend(found.run);
        runs.push(row)?;
    }
    let [points, draws, sessions, runs] = tables;
    Ok(Output::table(&IDEALPOINT, points.finish()?)
        .and(&IDEALPOINT_DRAW, draws.finish()?)
        .and(&IDEALPOINT_SESSION, sessions.finish()?)
        .and(&IDEALPOINT_RUN, runs.finish()?))
}

fn of_sessions(data: &Data, found: &Estimated, out: &mut Rows) -> Result<()> {
    let mut calls: BTreeMap<u16, (u32, u32)> = BTreeMap::new();
    for item in data.items() {
        let of_item = data.calls_of(item);
        let linked = of_item.iter().map(|c| c.session).collect::<BTreeSet<_>>().len() > 1;
        for call in of_item {
            let entry = calls.entry(call.session).or_default();
            entry.0 += 1;
            entry.1 += u32::from(linked);
        }
    }
    let cells: Vec<usize> = (0..data.cells().len()).collect();
    for of_session in cells.chunk_by(|a, b| data.cells()[*a].session == data.cells()[*b].session) {
        let session = data.cells()[of_session[0]].session;
        let n = of_session.len() as f64;
        let mean = of_session.iter().map(|i| found.points[*i].0).sum::<f64>() / n;
        let errors: Option<f64> = of_session.iter().map(|i| found.points[*i].1.map(|e| e.0)).sum();
        let mixing: Vec<(f64, f64)> = of_session.iter().filter_map(|i| found.mixing.get(*i).copied()).collect();
        let (rollcalls, linked) = calls.get(&session).copied().unwrap_or_default();
        out.push([
            session.into(),
            (i32::from(session) + 1945).into(),
            (of_session.len() as u32).into(),
            rollcalls.into(),
            linked.into(),
            of_session.iter().map(|i| data.cells()[*i].votes).sum::<u32>().into(),
            mean.into(),
            standard_error(of_session.iter().map(|i| found.points[*i].0)).into(),
            errors.map(|sum| sum / n).into(),
            mixing.iter().map(|m| m.0).filter(|v| v.is_finite()).max_by(f64::total_cmp).into(),
            mixing.iter().map(|m| m.1).filter(|v| v.is_finite()).min_by(f64::total_cmp).into(),
        ])?;
    }
    Ok(())
}

/// States whose points a sceptic looks at first.
const SHOWN: [(u16, &str); 5] = [(2, "United States"), (365, "Russia"), (710, "China"), (750, "India"), (140, "Brazil")];

fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(IDEALPOINT.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (gwcode, session, point) = (c.u16("gwcode")?, c.u16("session")?, c.f64("idealpoint")?);
    let last = (0..batch.num_rows()).map(|i| session.value(i)).max();
    let of = |state: u16, at: Option<u16>| (0..batch.num_rows()).find(|i| gwcode.value(*i) == state && Some(session.value(*i)) == at);
    let mut out: Vec<Headline> = SHOWN
        .iter()
        .map(|(state, name)| Headline::run(format!("{name}, last session"), of(*state, last).map(|i| point.value(i))))
        .collect();
    let of_last = (0..batch.num_rows()).filter(|i| Some(session.value(*i)) == last).map(|i| point.value(i));
    out.push(Headline::run("standard deviation over states, last session", standard_error(of_last)));
    Ok(out)
}

fn example() -> Result<String> {
    // five seats on six resolutions, ordered from one end to the other
    let answers: [[u8; 6]; 5] = [[3, 3, 3, 3, 2, 3], [3, 2, 3, 2, 1, 3], [2, 1, 2, 2, 1, 1], [1, 1, 2, 1, 1, 1], [1, 1, 1, 1, 1, 1]];
    let seats = [2, 200, 750, 710, 365];
    let ballots: Vec<Ballot> = seats
        .iter()
        .zip(answers)
        .flat_map(|(seat, row)| {
            (1..).zip(row).map(move |(rollcall, answer)| Ballot { seat: *seat, session: 70, rollcall, part: false, answer })
        })
        .collect();
    let data = Data::new(&ballots, &[], &Rules::published());
    let found = fit(&data, &Anchors::published(), &Fitting::default());
    let point = |seat: u16| {
        let at = data.cells().iter().position(|c| c.seat == seat);
        at.map_or(f64::NAN, |i| found.points[i])
    };
    Ok(format!(
        "Five made-up seats vote on six resolutions: A says no to five and abstains once, B says no to three, C abstains three times, D once, E \
         says yes to all. All resolutions divide them along one line, so only the order and the distances are left to find: A {:.2}, B {:.2}, \
         C {:.2}, D {:.2}, E {:.2}, with mean 0 and standard deviation 1. A is where the United States is on the real scale.",
        point(2),
        point(200),
        point(750),
        point(710),
        point(365)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_followed_as_published() {
        assert_eq!([seat(260, 45, true), seat(260, 46, true), seat(260, 46, false)], [260, 255, 260]);
        assert_eq!([seat(678, 45, true), seat(678, 46, true)], [678, 679]);
        assert_eq!([seat(340, 62, true), seat(345, 60, true), seat(365, 46, true)], [345, 345, 365]);
    }

    #[test]
    fn the_example_orders_its_seats() {
        let text = example().expect("an example");
        let numbers: Vec<f64> = text.split(['A', 'B', 'C', 'D', 'E']).filter_map(|p| p.trim().split(',').next()?.parse().ok()).collect();
        assert!(numbers.len() >= 4 && numbers.windows(2).all(|w| w[0] > w[1]), "{text}");
    }
}
