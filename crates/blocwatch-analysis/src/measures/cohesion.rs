//! Cohesion of groups in the votes of the General Assembly, by session and issue area, against random groups of the same size:
//! `cohesion_org_session`.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_sources::ballots::ISSUES;
use blocwatch_stats::cohesion::{Chance, Cohesion, Sitting, agreement_index, cohesion, rice};

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::similarity::ballots::{self, Choice, Record};
use crate::measures::voting_groups::{self, GROUPS, Groups, MEMBERS};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Output};

/// The table.
pub const COHESION: TableSpec = TableSpec {
    name: "cohesion_org_session",
    unit: Unit::Entry,
    keys: &["org", "issue", "session"],
    columns: &[
        col(
            "org",
            Kind::Text,
            "id",
            "organisation, autocracies or democracies by the regime measure, or LMG:2005 for that year's list held fixed",
        ),
        col("issue", Kind::Text, "code", "all, or an issue area: co, di, ec, hr, me, nu"),
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("year", Kind::I32, "year", "session + 1945, the year whose members are taken"),
        col("members", Kind::U32, "states", "members that voted"),
        col("rollcalls", Kind::U32, "roll calls", "roll calls on which at least two members voted"),
        opt("agreement_index", Kind::F64, "0-1", "mean agreement index (Hix, Noury & Roland); null without such a roll call"),
        opt("rice", Kind::F64, "0-1", "mean Rice index, abstentions left out; null where no two members voted yes or no"),
        opt("kappa_inside", Kind::F64, "at most 1", "mean kappa of pairs of members; null where no pair has 10 common roll calls"),
        opt("kappa_outside", Kind::F64, "at most 1", "mean kappa of members with the other states; null as kappa_inside"),
        opt("random_index", Kind::F64, "0-1", "mean agreement index of random groups of that many states; null as agreement_index"),
        opt("random_index_low", Kind::F64, "0-1", "5th percentile of random groups; null as agreement_index"),
        opt("random_index_high", Kind::F64, "0-1", "95th percentile of random groups; null as agreement_index"),
        opt("p_index", Kind::F64, "probability 0-1", "share of random groups at least as cohesive; null as agreement_index"),
        opt("random_kappa", Kind::F64, "at most 1", "mean kappa inside random groups; null as kappa_inside"),
        opt("random_kappa_low", Kind::F64, "at most 1", "5th percentile; null as kappa_inside"),
        opt("random_kappa_high", Kind::F64, "at most 1", "95th percentile; null as kappa_inside"),
        opt("p_kappa", Kind::F64, "probability 0-1", "share of random groups with at least that kappa inside; null as kappa_inside"),
    ],
    doc: "How cohesively the members of organisations, and states of a regime, vote in the General Assembly, and how cohesive as many states drawn at random are.",
};

const DRAWS: Parameter = Parameter {
    name: "draws",
    takes: Takes::Count { default: 100, least: 20, most: 10_000 },
    doc: "Random groups drawn for each size, session and issue area.",
};
const SEED: Parameter = Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of the draws." };
/// Common roll calls below which a pair says nothing (METHODS, section 3).
const ENOUGH: u32 = 10;

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "cohesion",
    title: "Cohesion of groups in the General Assembly",
    doc: "For every group with at least three voting members, session and issue area: the agreement index of Hix, Noury and Roland, \
          (max - (Y + N + A - max)/2) / (Y + N + A) of the members' yes, no and abstain on a roll call, averaged over the roll calls on which \
          at least two of them voted; the Rice index beside it, which leaves abstentions out; and the mean kappa of pairs of members, beside \
          that of members with everybody else. Kappa is Cohen's with squared distance and needs 10 common roll calls.\n\n\
          A high index says little by itself: the Assembly carries most of what it votes on by large majorities, so that states drawn at random \
          reach .8. Therefore each number stands beside what random groups of the same size, drawn from all states that voted in the \
          session, reach. Unanimous roll calls are kept, as the index's authors keep them; `unanimous=no` leaves them out and lowers groups \
          and random groups alike.\n\n\
          Members are the full members of the year in which the session opens, by the table of memberships: the casebook's dated spells, then \
          COW IGO, which ends in 2014. Absences are no votes. A group that nine in ten voting states belong to is left out. `LMG:2005` is the Like-Minded Group's list of 2005, the one \
          year for which a list was read, held fixed over all sessions: it says how those states voted, not that they were a group. Cohesion \
          is not coordination: states alike in what they want vote alike without a word.",
    citations: &[
        "Hix, S., Noury, A. & Roland, G. (2005). Power to the parties: Cohesion and competition in the European Parliament, 1979-2001. British Journal of Political Science 35(2).",
        "Rice, S. A. (1925). The behavior of legislative groups: A method of measurement. Political Science Quarterly 40(1).",
        "Häge, F. M. (2011). Choice or circumstance? Adjusting measures of foreign policy similarity for chance agreement. Political Analysis 19(3).",
        "Ferdinand, P. (2014). Rising powers at the UN: an analysis of the voting behaviour of BRICS in the General Assembly. Third World Quarterly 35(3).",
    ],
    interval: "5th and 95th percentile of random groups of the same size, and the share of them that reach as much (p). With a hundred draws p \
               is at least .01; many groups and sessions are tested, so one p below .05 is no finding.",
    version: 1,
    parameters: &[
        REGIME,
        GROUPS,
        MEMBERS,
        ballots::UNANIMOUS,
        ballots::IMPORTANT,
        ballots::PARTS,
        ballots::ISSUE,
        ballots::ABSENT_AS,
        ballots::SEATS,
        DRAWS,
        SEED,
    ],
    inputs: &[
        ballots::INPUTS[0],
        ballots::INPUTS[1],
        ballots::INPUTS[2],
        ballots::INPUTS[3],
        voting_groups::INPUTS[0],
        voting_groups::INPUTS[1],
        voting_groups::INPUTS[2],
    ],
    outputs: &[&COHESION],
    run,
    example,
    variants: &[
        ("without unanimous roll calls", &[("unanimous", "no")]),
        ("without paragraphs and amendments", &[("parts", "no")]),
        ("absence as abstention", &[("absent", "abstain")]),
        ("another seed", &[("seed", "2")]),
    ],
    headline,
};

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let (draws, seed) = (settings.count(DRAWS.name)?, u64::from(settings.count(SEED.name)?));
    let choice = Choice::of(settings)?;
    let held = ballots::from_tables(context)?;
    let groups = Groups::read(context, settings)?;
    let mut rows = Rows::new(&COHESION);
    let issues = std::iter::once(None).chain(ballots::issues(&held).into_iter().map(Some));
    for issue in issues.filter(|i| choice.issue.is_none() || *i == choice.issue) {
        let record = ballots::record(&held, Choice { issue, ..choice });
        let code = issue.map_or("all", |i| ISSUES[i]);
        let (names, sittings) = sittings(&record, &groups, issue.map_or(0, |i| i as u64 + 1));
        let found = cohesion(&sittings, draws, ENOUGH, seed);
        for ((session, of), cells) in record.sessions.iter().zip(names).zip(found) {
            for (org, c) in of.iter().zip(cells).filter(|(_, c)| c.rollcalls > 0) {
                rows.push(row(org, code, *session, &c))?;
            }
        }
    }
    Ok(Output::table(&COHESION, rows.finish()?))
}

/// Every session with its groups, and their names.
fn sittings(record: &Record, groups: &Groups, stream: u64) -> (Vec<Vec<String>>, Vec<Sitting>) {
    (0..record.sessions.len())
        .map(|s| {
            let pool = voting_groups::voting(record, s);
            let (names, groups): (Vec<String>, Vec<Vec<usize>>) = groups.of_session(record, s, &pool).into_iter().unzip();
            let stream = u64::from(record.sessions[s]) * 8 + stream;
            (names, Sitting { votes: record.votes.session(s), pool, groups, stream })
        })
        .unzip()
}

fn row(org: &str, issue: &str, session: u16, c: &Cohesion) -> [crate::frame::Value; 18] {
    let chance = |c: Option<Chance>| -> [crate::frame::Value; 4] {
        [c.map(|c| c.mean).into(), c.map(|c| c.low).into(), c.map(|c| c.high).into(), c.map(|c| c.p).into()]
    };
    let [i_mean, i_low, i_high, i_p] = chance(c.index_chance);
    let [k_mean, k_low, k_high, k_p] = chance(c.kappa_chance);
    [
        org.into(),
        issue.into(),
        session.into(),
        (i32::from(session) + 1945).into(),
        c.members.into(),
        c.rollcalls.into(),
        c.index.into(),
        c.rice.into(),
        c.kappa_inside.into(),
        c.kappa_outside.into(),
        i_mean,
        i_low,
        i_high,
        i_p,
        k_mean,
        k_low,
        k_high,
        k_p,
    ]
}

/// Groups that a reader knows, in their last session.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(COHESION.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (org, issue, session) = (c.text("org")?, c.text("issue")?, c.u16("session")?);
    let (index, random, kappa) = (c.f64("agreement_index")?, c.f64("random_index")?, c.f64("kappa_inside")?);
    let mut out = Vec::new();
    for asked in ["SCO", "CSTO", "BRICS", "EU", "autocracies", "democracies"] {
        let last = (0..batch.num_rows()).filter(|i| org.value(*i) == asked && issue.value(*i) == "all").max_by_key(|i| session.value(*i));
        out.push(Headline::run(format!("agreement index of {asked}, last session"), last.and_then(|i| index.at(i))));
        out.push(Headline::run(
            format!("agreement index of {asked} less random groups', last session"),
            last.and_then(|i| Some(index.at(i)? - random.at(i)?)),
        ));
        out.push(Headline::run(format!("kappa inside {asked}, last session"), last.and_then(|i| kappa.at(i))));
    }
    Ok(out)
}

fn example() -> Result<String> {
    let of = |counts| (agreement_index(counts).unwrap_or(f64::NAN), rice(counts).unwrap_or(f64::NAN));
    let (first, second, third) = (of([6, 0, 0]), of([4, 2, 0]), of([3, 0, 3]));
    Ok(format!(
        "Six members vote on three roll calls: all yes; four yes and two abstain; three yes and three no. The agreement index is {:.2}, then \
         (4 - 2/2)/6 = {:.2}, then (3 - 3/2)/6 = {:.2}: mean {:.3}. The Rice index, which does not see the abstentions, is {:.2}, {:.2} and \
         {:.2}: mean {:.3}.",
        first.0,
        second.0,
        third.0,
        (first.0 + second.0 + third.0) / 3.0,
        first.1,
        second.1,
        third.1,
        (first.1 + second.1 + third.1) / 3.0
    ))
}
