//! Who joined and who left which organisations, and how often around changes of regime: `turnover_org_state_year`,
//! `turnover_around_change`.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::rates;

use crate::error::Result;
use crate::frame::{At, Columns, Rows};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

/// Joining and leaving, one by one.
pub const TURNOVER: TableSpec = TableSpec {
    name: "turnover_org_state_year",
    unit: Unit::OrgStateYear,
    keys: &["org", "gwcode", "year"],
    columns: &[
        col("org", Kind::Text, "id", "organisation"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state"),
        col("year", Kind::I32, "year", "first year as a full member, or first year no longer one"),
        col("event", Kind::Text, "joined or left", "what happened"),
        opt(
            "majority_autocratic",
            Kind::Bool,
            "true/false",
            "whether the organisation had an autocratic majority in the year before, without the state; null if no other member was rated",
        ),
        opt("autocracy", Kind::Bool, "true/false", "whether the state was an autocracy in the year; null if not rated"),
        opt(
            "change",
            Kind::Text,
            "to-autocracy or to-democracy",
            "the nearest change of regime of the state within the window; null if none",
        ),
        opt("relative_year", Kind::I32, "years", "year less the year of that change; null if none"),
    ],
    doc: "States that joined or left an existing organisation as full members, by COW IGO, beside the nearest change of their regime. Founding members have no row.",
};

/// Rates by year around a change.
pub const AROUND: TableSpec = TableSpec {
    name: "turnover_around_change",
    unit: Unit::Entry,
    keys: &["change", "relative_year", "event", "majority"],
    columns: &[
        col("change", Kind::Text, "to-autocracy or to-democracy", "direction of the change of regime"),
        col("relative_year", Kind::I32, "years", "years since the change; negative before it, 0 the first year of the new regime"),
        col("event", Kind::Text, "joined or left", "what is counted"),
        col("majority", Kind::Text, "autocratic, other or unrated", "kind of organisation, in the year before and without the state"),
        col("state_years", Kind::U32, "state-years", "state-years at that distance from a change"),
        col("events", Kind::U32, "events", "organisations joined or left in them"),
        opt("rate", Kind::F64, "events a state-year", "events / state_years; null without state-years"),
        opt("low", Kind::F64, "events a state-year", "lower end of the 95 % interval; null as rate"),
        opt("high", Kind::F64, "events a state-year", "upper end of the 95 % interval; null as rate"),
        opt("baseline", Kind::F64, "events a state-year", "the same rate in rated state-years outside every window; null without any"),
    ],
    doc: "How often states join and leave organisations in the years around a change of regime, beside the years away from any.",
};

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "turnover",
    title: "Who joins and leaves organisations around changes of regime",
    doc: "A state joins an organisation in the first year in which COW IGO lists it as a full member of an organisation that had members \
          the year before, and leaves it in the first year in which it is no longer listed while the organisation goes on. Each event is \
          set beside the nearest change of the state's regime (autocracy or not, by the regime measure) within the window, the earlier \
          of two at the same distance. The second table gives rates by distance from the change, for organisations with an autocratic \
          majority and others, and the rate in state-years away from any change.\n\n\
          A rate above the baseline says that joining and changing go together in time, not which leads to which: both may follow a third \
          event, such as independence or a war. Before 1965 the publisher filled memberships between five-year points, so years are rough \
          there (`igo_year.imputed`). COW IGO ends in 2014.",
    citations: &[
        "Pevehouse, J. C. (2002). With a little help from my friends? Regional organizations and the consolidation of democracy. American Journal of Political Science 46(3).",
        "von Borzyskowski, I. & Vabulas, F. (2019). Hello, goodbye: When do states withdraw from international organizations? The Review of International Organizations 14.",
    ],
    interval: "95 % interval of a Poisson rate (Byar); joinings come in waves, so the truth is less sure than it says.",
    version: 1,
    parameters: &[
        REGIME,
        Parameter {
            name: "window",
            takes: Takes::Count { default: 5, least: 1, most: 20 },
            doc: "Years before and after a change that count as around it.",
        },
    ],
    inputs: &[Input::Table("membership_claim_org_state_year"), Input::Table("regime_measure_state_year"), Input::Table("state_year")],
    outputs: &[&TURNOVER, &AROUND],
    run,
    example,
    variants: &[("window of three years", &[("window", "3")]), ("window of ten years", &[("window", "10")])],
    headline,
};

type Year = i32;

/// The direction of each change of regime, by state and first year of the new one.
fn changes(autocracies: &BTreeMap<(u16, Year), bool>) -> BTreeMap<u16, Vec<(Year, bool)>> {
    let mut out: BTreeMap<u16, Vec<(Year, bool)>> = BTreeMap::new();
    for ((state, year), now) in autocracies {
        if autocracies.get(&(*state, year - 1)).is_some_and(|before| before != now) {
            out.entry(*state).or_default().push((*year, *now));
        }
    }
    out
}

/// The nearest change within the window, the earlier of two at the same distance.
fn nearest(changes: &[(Year, bool)], year: Year, window: i32) -> Option<(Year, bool)> {
    changes.iter().copied().filter(|(c, _)| (year - c).abs() <= window).min_by_key(|(c, _)| ((year - c).abs(), *c))
}

const fn direction(to_autocracy: bool) -> &'static str {
    if to_autocracy { "to-autocracy" } else { "to-democracy" }
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let window = i32::try_from(settings.count("window")?).unwrap_or(i32::MAX);
    let autocracies = settings.regime()?.autocracies(context)?;
    let changes = changes(&autocracies);
    let states = context.sql("SELECT gwcode, year FROM state_year")?;
    let c = Columns(&states);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let there: BTreeSet<(u16, Year)> = (0..states.num_rows()).map(|i| (gwcode.value(i), year.value(i))).collect();
    let batch = context.sql(
        "SELECT org, year, gwcode FROM membership_claim_org_state_year WHERE source = 'cow_igo' AND status = 1 ORDER BY org, year, gwcode",
    )?;
    let c = Columns(&batch);
    let (org, year, gwcode) = (c.text("org")?, c.i32("year")?, c.u16("gwcode")?);
    let mut members: BTreeMap<&str, BTreeMap<Year, BTreeSet<u16>>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        members.entry(org.value(i)).or_default().entry(year.value(i)).or_default().insert(gwcode.value(i));
    }
    let mut table = Rows::new(&TURNOVER);
    // by direction, distance, event and kind of organisation
    let mut counts: BTreeMap<(bool, i32, &'static str, &'static str), u64> = BTreeMap::new();
    let mut away: BTreeMap<(&'static str, &'static str), u64> = BTreeMap::new();
    for (org, years) in &members {
        for (year, now) in years {
            let Some(before) = years.get(&(year - 1)) else { continue };
            let joined = now.difference(before).filter(|s| there.contains(&(**s, year - 1))).map(|s| (*s, "joined"));
            let left = before.difference(now).filter(|s| there.contains(&(**s, *year))).map(|s| (*s, "left"));
            let mut events: Vec<(u16, &'static str)> = joined.chain(left).collect();
            events.sort_unstable();
            for (state, event) in events {
                let rated: Vec<bool> =
                    before.iter().filter(|s| **s != state).filter_map(|s| autocracies.get(&(*s, year - 1)).copied()).collect();
                let majority = (!rated.is_empty()).then(|| 2 * rated.iter().filter(|a| **a).count() > rated.len());
                let kind = match majority {
                    Some(true) => "autocratic",
                    Some(false) => "other",
                    None => "unrated",
                };
                let near = changes.get(&state).and_then(|c| nearest(c, *year, window));
                match near {
                    Some((at, to)) => *counts.entry((to, year - at, event, kind)).or_default() += 1,
                    None if autocracies.contains_key(&(state, *year)) => *away.entry((event, kind)).or_default() += 1,
                    None => {}
                }
                table.push([
                    (*org).into(),
                    state.into(),
                    (*year).into(),
                    event.into(),
                    majority.into(),
                    autocracies.get(&(state, *year)).copied().into(),
                    near.map(|(_, to)| direction(to)).into(),
                    near.map(|(at, _)| year - at).into(),
                ])?;
            }
        }
    }
    // exposure: state-years in which a state could join or leave, that is within the years of the memberships and with a year before
    let span = members
        .values()
        .flat_map(|y| y.keys())
        .fold(None, |span: Option<(Year, Year)>, y| Some(span.map_or((*y, *y), |(a, b)| (a.min(*y), b.max(*y)))));
    let mut exposure: BTreeMap<(bool, i32), u64> = BTreeMap::new();
    let mut exposure_away = 0_u64;
    if let Some((first, last)) = span {
        for (state, year) in there.iter().filter(|(s, y)| *y > first && *y <= last && there.contains(&(*s, y - 1))) {
            match changes.get(state).and_then(|c| nearest(c, *year, window)) {
                Some((at, to)) => *exposure.entry((to, year - at)).or_default() += 1,
                None if autocracies.contains_key(&(*state, *year)) => exposure_away += 1,
                None => {}
            }
        }
    }
    let mut around = Rows::new(&AROUND);
    for to in [true, false] {
        for relative in -window..=window {
            let state_years = exposure.get(&(to, relative)).copied().unwrap_or(0);
            for event in ["joined", "left"] {
                for kind in ["autocratic", "other", "unrated"] {
                    let events = counts.get(&(to, relative, event, kind)).copied().unwrap_or(0);
                    let rate = rates::poisson(events, state_years as f64);
                    let base = rates::poisson(away.get(&(event, kind)).copied().unwrap_or(0), exposure_away as f64);
                    around.push([
                        direction(to).into(),
                        relative.into(),
                        event.into(),
                        kind.into(),
                        u32::try_from(state_years).unwrap_or(u32::MAX).into(),
                        u32::try_from(events).unwrap_or(u32::MAX).into(),
                        rate.map(|r| r.rate).into(),
                        rate.map(|r| r.low).into(),
                        rate.map(|r| r.high).into(),
                        base.map(|r| r.rate).into(),
                    ])?;
                }
            }
        }
    }
    Ok(Output::table(&TURNOVER, table.finish()?).and(&AROUND, around.finish()?))
}

/// Joining rates after a change against the years away from any: a ratio for each direction and kind of organisation.
fn headline(output: &Output) -> Result<Vec<Headline>> {
    let Some(batch) = output.tables.get(AROUND.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (change, relative, event, majority) = (c.text("change")?, c.i32("relative_year")?, c.text("event")?, c.text("majority")?);
    let (years, events, baseline) = (c.u32("state_years")?, c.u32("events")?, c.f64("baseline")?);
    let mut out = Vec::new();
    for to in ["to-autocracy", "to-democracy"] {
        for kind in ["autocratic", "other"] {
            for what in ["joined", "left"] {
                let rows = (0..batch.num_rows())
                    .filter(|i| change.value(*i) == to && majority.value(*i) == kind && event.value(*i) == what && relative.value(*i) > 0);
                let (mut n, mut at_risk, mut base) = (0_u64, 0_u64, None);
                for i in rows {
                    n += u64::from(events.value(i));
                    at_risk += u64::from(years.value(i));
                    base = baseline.at(i);
                }
                let ratio = base.filter(|b| *b > 0.0 && at_risk > 0).map(|b| n as f64 / at_risk as f64 / b);
                let organisation = if kind == "autocratic" { "autocratic-majority" } else { "other" };
                out.push(Headline::run(
                    format!("{organisation} organisations {what} in the years after a change {to}, against years away from any (ratio)"),
                    ratio,
                ));
            }
        }
    }
    Ok(out)
}

fn example() -> Result<String> {
    let rated: BTreeMap<(u16, Year), bool> = [((1, 2000), false), ((1, 2001), false), ((1, 2002), true), ((1, 2003), true)].into();
    let changes = changes(&rated);
    let near = changes.get(&1).and_then(|c| nearest(c, 2003, 5));
    let rate = rates::poisson(6, 40.0);
    Ok(format!(
        "A state is a democracy in 2000 and 2001 and an autocracy from 2002: the change is {} in {}. An organisation that it joins in 2003 \
         counts at distance {}. If 40 states stand at that distance and join 6 organisations with an autocratic majority between them, the \
         rate is {:.2} a state-year (95 % interval {:.2} to {:.2}).",
        near.map_or("", |(_, to)| direction(to)),
        near.map_or(0, |(at, _)| at),
        near.map_or(0, |(at, _)| 2003 - at),
        rate.map_or(f64::NAN, |r| r.rate),
        rate.map_or(f64::NAN, |r| r.low),
        rate.map_or(f64::NAN, |r| r.high),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_change_counts_and_the_earlier_of_two() {
        let changes = [(1990, true), (1994, false)];
        assert_eq!(nearest(&changes, 1992, 5), Some((1990, true)));
        assert_eq!(nearest(&changes, 1993, 5), Some((1994, false)));
        assert_eq!(nearest(&changes, 1984, 5), None);
    }

    #[test]
    fn a_gap_in_the_rating_hides_a_change() {
        let rated: BTreeMap<(u16, Year), bool> = [((1, 2000), false), ((1, 2002), true), ((1, 2003), false)].into();
        assert_eq!(super::changes(&rated), [(1, vec![(2003, false)])].into());
    }
}
