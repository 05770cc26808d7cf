//! `org-cohesion`: how united a group's members voted in the last session, beside random groups. `org-cohesion-change`: groups whose lead
//! over random groups moved. `broke-ranks`: the most surprising open break of a state with its group in the last five sessions.
//! `voting-blocs`: into which blocs the last session falls beyond its margins.

use std::collections::BTreeMap;

use super::{Finding, Trace, two};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

/// Change of the lead over random groups that is worth a sentence.
const MOVED: f64 = 0.05;
/// Bits from which a break is worth a sentence: once in 32.
const SURPRISING: f64 = 5.0;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    cohesion(context, out)?;
    breaks(context, out)?;
    blocs(context, out)
}

/// One group in one session.
#[derive(Clone, Copy)]
struct Cell {
    session: u16,
    members: u32,
    index: f64,
    random: (f64, f64, f64),
    p: f64,
    inside: Option<f64>,
    outside: Option<f64>,
}

/// What a group is called in a sentence, and whether it is an organisation.
fn called<'a>(org: &'a str, name: Option<&'a str>) -> Option<&'a str> {
    match org {
        "autocracies" | "democracies" => None,
        "LMG:2005" => Some("the states that were listed as the Like-Minded Group in 2005"),
        _ => Some(name.unwrap_or(org)),
    }
}

fn cohesion(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "SELECT c.org, o.name, c.session, c.members, c.agreement_index, c.random_index, c.random_index_low, c.random_index_high, c.p_index, \
         c.kappa_inside, c.kappa_outside FROM cohesion_org_session c LEFT JOIN organisation o ON o.org = c.org \
         WHERE c.issue = 'all' AND c.agreement_index IS NOT NULL AND c.p_index IS NOT NULL ORDER BY c.org, c.session",
    )?;
    let c = Columns(&batch);
    let (org, name, session, members) = (c.text("org")?, c.text("name")?, c.u16("session")?, c.u32("members")?);
    let (index, random, p) = (c.f64("agreement_index")?, c.f64("random_index")?, c.f64("p_index")?);
    let (low, high) = (c.f64("random_index_low")?, c.f64("random_index_high")?);
    let (inside, outside) = (c.f64("kappa_inside")?, c.f64("kappa_outside")?);
    let mut groups: BTreeMap<&str, (Option<&str>, Vec<Cell>)> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        groups.entry(org.value(i)).or_insert_with(|| (name.at(i), Vec::new())).1.push(Cell {
            session: session.value(i),
            members: members.value(i),
            index: index.value(i),
            random: (random.value(i), low.value(i), high.value(i)),
            p: p.value(i),
            inside: inside.at(i),
            outside: outside.at(i),
        });
    }
    let Some(end) = groups.values().flat_map(|g| g.1.iter().map(|c| c.session)).max() else { return Ok(()) };
    for (org, (name, cells)) in &groups {
        let Some(words) = called(org, *name) else { continue };
        let Some(now) = cells.last().filter(|c| c.session == end) else { continue };
        let trace = |rows: String| {
            vec![Trace::new("cohesion_org_session", format!("org = '{}' AND issue = 'all' AND {rows}", org.replace('\'', "''")))]
        };
        let place = if now.p <= 0.05 {
            "more than nearly all random groups of that many states"
        } else if now.index < now.random.1 {
            "less than nearly all random groups of that many states"
        } else {
            "within what random groups of that many states reach"
        };
        let kappa = match (now.inside, now.outside) {
            (Some(i), Some(o)) => format!(" Mean kappa was {} among them and {} with other states.", two(i), two(o)),
            _ => String::new(),
        };
        out.push(Finding {
            kind: "org-cohesion",
            subject: (*org).to_owned(),
            subject_kind: "organisation",
            period: format!("session {end}"),
            year: Some(i32::from(end) + 1945),
            value: Some(now.index),
            interval: Some((now.random.1, now.random.2)),
            unit: "agreement index; interval of random groups",
            statement: format!(
                "In session {end} of the UN General Assembly the {} voting members of {words} reached an agreement index of {}, {place} ({} on \
                 average, nine in ten between {} and {}).{kappa}",
                now.members,
                two(now.index),
                two(now.random.0),
                two(now.random.1),
                two(now.random.2)
            ),
            trace: trace(format!("session = {end}")),
        });
        let mean = |from: u16, to: u16| {
            let of: Vec<&Cell> = cells.iter().filter(|c| (from..=to).contains(&c.session)).collect();
            let mean = |f: fn(&Cell) -> f64| of.iter().map(|c| f(c)).sum::<f64>() / 3.0;
            let most = of.iter().map(|c| c.members).max().unwrap_or(0);
            (of.len() == 3).then(|| (mean(|c| c.index), mean(|c| c.random.0), most))
        };
        let (Some(later), Some(earlier)) = (mean(end - 2, end), mean(end.saturating_sub(12), end.saturating_sub(10))) else { continue };
        let moved = (later.0 - later.1) - (earlier.0 - earlier.1);
        if moved.abs() < MOVED {
            continue;
        }
        let changed = if later.2 == earlier.2 { String::new() } else { format!(" Voting members went from {} to {}.", earlier.2, later.2) };
        out.push(Finding {
            kind: "org-cohesion-change",
            subject: (*org).to_owned(),
            subject_kind: "organisation",
            period: format!("sessions {}-{end}", end - 12),
            year: Some(i32::from(end) + 1945),
            value: Some(moved),
            interval: None,
            unit: "change of the agreement index less random groups'",
            statement: format!(
                "Members of {words} vote {} in the UN General Assembly than ten sessions before, measured against random groups of their number: \
                 agreement index {} (random {}) in sessions {} to {}, {} (random {}) in sessions {} to {end}.{changed}",
                if moved > 0.0 { "more alike" } else { "less alike" },
                two(earlier.0),
                two(earlier.1),
                end - 12,
                end - 10,
                two(later.0),
                two(later.1),
                end - 2
            ),
            trace: trace(format!("(session BETWEEN {} AND {} OR session BETWEEN {} AND {end})", end - 12, end - 10, end - 2)),
        });
    }
    Ok(())
}

const fn vote(code: i32) -> &'static str {
    match code {
        1 => "yes",
        3 => "no",
        _ => "to abstain",
    }
}

fn breaks(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(&format!(
        "WITH last AS (SELECT max(session) AS s FROM dissent_state_rollcall), ranked AS (SELECT d.*, row_number() OVER (PARTITION BY d.gwcode \
           ORDER BY d.surprise DESC, d.session DESC, d.rcid DESC, d.org) AS rank FROM dissent_state_rollcall d CROSS JOIN last l \
           WHERE d.opposed AND d.surprise >= {SURPRISING} AND d.session > l.s - 5 AND d.org NOT IN ('autocracies', 'democracies', 'LMG:2005')) \
         SELECT d.gwcode, d.session, d.rcid, d.org, o.name, d.vote, d.line, d.with_line, d.voting, d.departures, d.chances, d.surprise, r.unres, \
           r.date, r.short, r.year FROM ranked d JOIN rollcall r ON r.session = d.session AND r.rcid = d.rcid LEFT JOIN organisation o ON \
           o.org = d.org WHERE d.rank = 1 ORDER BY d.gwcode"
    ))?;
    let c = Columns(&batch);
    let (gwcode, session, rcid) = (c.u16("gwcode")?, c.u16("session")?, c.i32("rcid")?);
    let (org, name, cast, line) = (c.text("org")?, c.text("name")?, c.i32("vote")?, c.i32("line")?);
    let (with, voting, departures, chances) = (c.u32("with_line")?, c.u32("voting")?, c.u32("departures")?, c.u32("chances")?);
    let (surprise, unres, short, year) = (c.f64("surprise")?, c.text("unres")?, c.text("short")?, c.i32("year")?);
    let states = context.states()?;
    for i in 0..batch.num_rows() {
        let Some(state) = states.by_key(gwcode.value(i), year.value(i)) else { continue };
        let on = match (unres.at(i), short.at(i)) {
            (Some(u), Some(s)) => format!("{u} ({s})"),
            (Some(u), None) => u.to_owned(),
            _ => format!("roll call {}", rcid.value(i)),
        };
        out.push(Finding {
            kind: "broke-ranks",
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("session {}", session.value(i)),
            year: Some(year.value(i)),
            value: Some(surprise.value(i)),
            interval: None,
            unit: "bits of surprise",
            statement: format!(
                "On {on} in {} {} voted {} where {} of {} voting members of {} voted {}; on other roll calls of five sessions it departed from \
                 that line {} of {} times.",
                year.value(i),
                state.name,
                vote(cast.value(i)),
                with.value(i),
                voting.value(i),
                name.at(i).unwrap_or(org.value(i)),
                vote(line.value(i)),
                departures.value(i),
                chances.value(i)
            ),
            trace: vec![Trace::new(
                "dissent_state_rollcall",
                format!(
                    "session = {} AND rcid = {} AND org = '{}' AND gwcode = {}",
                    session.value(i),
                    rcid.value(i),
                    org.value(i).replace('\'', "''"),
                    gwcode.value(i)
                ),
            )],
        });
    }
    Ok(())
}

/// States by which a reader knows a bloc.
const KNOWN: [u16; 6] = [2, 365, 710, 750, 220, 140];

fn blocs(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch =
        context.sql("SELECT session, states, quality, null_mean, null_high, p FROM voting_bloc_session ORDER BY session DESC LIMIT 1")?;
    let c = Columns(&batch);
    if batch.num_rows() == 0 {
        return Ok(());
    }
    let (session, states) = (c.u16("session")?.value(0), c.u32("states")?.value(0));
    let (quality, null, high, p) =
        (c.f64("quality")?.value(0), c.f64("null_mean")?.value(0), c.f64("null_high")?.value(0), c.f64("p")?.value(0));
    let batch = context
        .sql(&format!("SELECT bloc, gwcode, size FROM voting_bloc_state_session WHERE session = {session} ORDER BY bloc, gwcode"))?;
    let c = Columns(&batch);
    let (bloc, gwcode, size) = (c.u32("bloc")?, c.u16("gwcode")?, c.u32("size")?);
    let mut sizes: BTreeMap<u32, (u32, Vec<u16>)> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let entry = sizes.entry(bloc.value(i)).or_insert((size.value(i), Vec::new()));
        if KNOWN.contains(&gwcode.value(i)) {
            entry.1.push(gwcode.value(i));
        }
    }
    let known = context.states()?;
    let year = i32::from(session) + 1945;
    let mut large: Vec<&(u32, Vec<u16>)> = sizes.values().filter(|(n, _)| *n > 1).collect();
    large.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let parts: Vec<String> = large
        .iter()
        .map(|(n, of)| {
            let names: Vec<&str> = of.iter().filter_map(|g| known.by_key(*g, year)).map(|s| s.name.as_str()).collect();
            if names.is_empty() { format!("{n} states") } else { format!("{n} states, among them {}", names.join(", ")) }
        })
        .collect();
    let beyond =
        if quality > high { "beyond what votes with the same margins give" } else { "no clearer than in votes with the same margins" };
    out.push(Finding {
        kind: "voting-blocs",
        subject: "UNGA".to_owned(),
        subject_kind: "organisation",
        period: format!("session {session}"),
        year: Some(year),
        value: Some(quality),
        interval: None,
        unit: "excess of kappa within blocs per pair of states",
        statement: format!(
            "In session {session} the votes of {states} states fall into {} blocs, {beyond} ({quality:.3} against {null:.3} on average, p = {p:.3}): {}.",
            large.len(),
            parts.join("; ")
        ),
        trace: vec![
            Trace::new("voting_bloc_session", format!("session = {session}")),
            Trace::new("voting_bloc_state_session", format!("session = {session}")),
        ],
    });
    Ok(())
}
