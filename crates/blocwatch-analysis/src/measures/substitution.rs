//! Whether autocratic suppliers step in after sanctions, suspensions and wars with democracies: `substitution_trigger`,
//! `substitution_state_year`.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::coverage::Knowledge;
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::multiple::{Correction, corrected};
use blocwatch_stats::substitution::{self, Design, Event, Outcome, Placebo, Series, Substitution};

use crate::error::Result;
use crate::frame::{Columns, Rows};
use crate::measures::{Headline, Measure, Parameter, REGIME, Settings, Takes};
use crate::step::{Context, Input, Output};

/// Comparisons.
pub const SUBSTITUTION: TableSpec = TableSpec {
    name: "substitution_trigger",
    unit: Unit::Entry,
    keys: &["trigger", "flow", "placebo"],
    columns: &[
        col("trigger", Kind::Text, "sanction, suspension or conflict", "what the events are"),
        col("flow", Kind::Text, "arms, finance or investment", "what is looked for after them"),
        col(
            "placebo",
            Kind::Text,
            "same_state or same_time",
            "compared with the same state at other times, or with other states at the same time",
        ),
        col("within", Kind::U32, "years", "years after the event that count"),
        col("outcome", Kind::Text, "rises or arrives", "more than in as many years before, or anything at all"),
        col("events", Kind::U32, "events", "events compared"),
        col("events_not_covered", Kind::U32, "events", "events left out: the source does not cover their window"),
        col("events_without_placebo", Kind::U32, "events", "events left out: there is nothing to compare with"),
        opt("states", Kind::U32, "states", "states with an event compared; null for the reason in absent"),
        opt("placebos", Kind::U32, "windows", "placebo windows; null for the reason in absent"),
        opt("after_events", Kind::F64, "share 0-1", "share of events after which the flow comes or rises; null for the reason in absent"),
        opt("after_placebos", Kind::F64, "share 0-1", "share of placebo windows in which it does; null for the reason in absent"),
        opt("effect", Kind::F64, "share points", "after_events less after_placebos; null for the reason in absent"),
        opt(
            "low",
            Kind::F64,
            "share points",
            "lower end of its 95 % interval over states; null with fewer than five states or for the reason in absent",
        ),
        opt("high", Kind::F64, "share points", "upper end of the interval; null as low"),
        opt("p", Kind::F64, "probability", "share of random dates with an effect as great, one-sided; null for the reason in absent"),
        opt("p_corrected", Kind::F64, "probability", "p corrected by Holm for the rows of the table; null as p"),
        opt("absent", Kind::Text, "no_event or no_placebo", "why there is no effect; null where there is one"),
    ],
    doc: "Whether arms or money from autocratic suppliers follow sanctions and wars of democracies against a state, and suspensions from organisations, more often than dates without an event. A comparison of dates, not an experiment.",
};

/// Events.
pub const SUBSTITUTION_EVENT: TableSpec = TableSpec {
    name: "substitution_state_year",
    unit: Unit::StateYear,
    keys: &["gwcode", "year", "trigger", "flow"],
    columns: &[
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state that was sanctioned, suspended or at war"),
        col("year", Kind::I32, "year", "year of the event"),
        col("trigger", Kind::Text, "sanction, suspension or conflict", "what happened"),
        col("flow", Kind::Text, "arms, finance or investment", "what is looked for"),
        opt("before", Kind::F64, "unit of the flow", "amount in the years before; null where the source does not cover all of them"),
        opt("after", Kind::F64, "unit of the flow", "amount in as many years after; null where the source does not cover all of them"),
    ],
    doc: "What autocratic suppliers gave in the years before and after each event. Arms in million trend-indicator values, finance in constant US dollars of 2021, investment in million US dollars.",
};

/// Years that count by default: the table of the observatory is made with it, and the way back from it counts on it.
const DEFAULT_WITHIN: u32 = 3;
const WITHIN: Parameter = Parameter {
    name: "within",
    takes: Takes::Count { default: DEFAULT_WITHIN, least: 1, most: 10 },
    doc: "Years after an event in which a flow counts as following it.",
};
const OUTCOME: Parameter = Parameter {
    name: "outcome",
    takes: Takes::Choice(&["rises", "arrives"]),
    doc: "Whether the flow has to exceed that of as many years before, or only to be there.",
};
const INSTRUMENT: Parameter = Parameter {
    name: "instrument",
    takes: Takes::Choice(&["any", "arms", "military", "financial", "trade", "travel"]),
    doc: "Sanctions to look at, by instrument.",
};
const DRAWS: Parameter = Parameter {
    name: "draws",
    takes: Takes::Count { default: 1000, least: 100, most: 100_000 },
    doc: "Random dates, and resamples of states.",
};
const SEED: Parameter = Parameter { name: "seed", takes: Takes::Count { default: 1, least: 0, most: u32::MAX }, doc: "Seed of all draws." };

/// The measure.
pub const MEASURE: Measure = Measure {
    name: "substitution",
    title: "Do autocracies step in when democracies turn away",
    doc: "Events are the first year of a case of sanctions in which a democracy (or the European Union) is a sender, the first year of a \
          suspension from an organisation, and the first year of an armed conflict between the state and a democracy. Flows are arms from \
          suppliers that were autocracies in the year they supplied, China's official finance, and China's larger investments. An event \
          counts as followed if the flow in the years after it exceeds that of as many years before (or, if asked, is there at all).\n\n\
          How often that happens is set beside placebo dates: the same state at other times, no closer to any of its events than the window \
          (this holds the state fixed, not the times: if Chinese finance grew for everybody, late events look followed), and other states at \
          the same time (the reverse). An effect that shows in both is harder to explain away. Neither is an experiment: sanctions are not \
          thrown by dice, and a war brings arms whoever was sanctioned. States with few events weigh little; suspensions are those in the \
          casebook, which are few.",
    citations: &[
        "Felbermayr, G., Kirilakha, A., Syropoulos, C., Yalcin, E. & Yotov, Y. V. (2020). The Global Sanctions Data Base. European Economic Review 129.",
        "Early, B. R. (2015). Busted Sanctions: Explaining Why Economic Sanctions Fail. Stanford University Press.",
        "Efron, B. & Tibshirani, R. J. (1993). An Introduction to the Bootstrap. Chapman & Hall.",
    ],
    interval: "95 % interval of the effect from resampling states with all their events; one-sided p from random dates, raw and corrected by Holm.",
    version: 1,
    parameters: &[REGIME, WITHIN, OUTCOME, INSTRUMENT, DRAWS, SEED],
    inputs: &[
        Input::Table("sanction_case"),
        Input::Table("sanction_party"),
        Input::Table("membership_org_state_year"),
        Input::Table("conflict_state_year"),
        Input::Table("tie_dyad_year"),
        Input::Table("state_year"),
        Input::Table("regime_measure_state_year"),
        Input::Accounts("sipri_arms"),
        Input::Accounts("aiddata_china"),
        Input::Accounts("china_investment"),
    ],
    outputs: &[&SUBSTITUTION, &SUBSTITUTION_EVENT],
    run,
    example,
    variants: &[
        ("within one year", &[("within", "1")]),
        ("within five years", &[("within", "5")]),
        ("anything that arrives", &[("outcome", "arrives")]),
        ("sanctions on arms only", &[("instrument", "arms")]),
        ("closed autocracies only", &[("regime", "row:1")]),
    ],
    headline,
};

/// A kind of flow: its ties, and the harmonised table whose coverage says where no row is a zero.
struct Flow {
    id: &'static str,
    layer: &'static str,
    edition: &'static str,
    covered: &'static str,
}

const FLOWS: &[Flow] = &[
    Flow { id: "arms", layer: "arms", edition: "360info", covered: "arms_dyad_year" },
    Flow { id: "finance", layer: "finance", edition: "gcdf3", covered: "china_finance_state_year" },
    Flow { id: "investment", layer: "investment", edition: "aei", covered: "china_investment_deal" },
];

/// The event, and what autocracies and others gave in the years before and after it that count by default.
pub(crate) fn behind(trigger: &str, flow: &str, gwcode: &str, year: &str) -> Vec<(&'static str, String)> {
    let event = match trigger {
        "sanction" => Some((
            "sanction_case",
            format!("\"begin\" = {year} AND case_id IN (SELECT case_id FROM sanction_party WHERE role = 'target' AND gwcode = {gwcode})"),
        )),
        "suspension" => Some(("membership_org_state_year", format!("gwcode = {gwcode} AND year = {year} AND status = 4"))),
        "conflict" => Some(("conflict_state_year", format!("gwcode = {gwcode} AND year = {year}"))),
        _ => None,
    };
    let flow = FLOWS.iter().find(|f| f.id == flow).map(|f| {
        let years = format!("year BETWEEN {year} - {DEFAULT_WITHIN} AND {year} + {DEFAULT_WITHIN} AND year <> {year}");
        ("tie_dyad_year", format!("layer = '{}' AND edition = '{}' AND gwcode2 = {gwcode} AND {years}", f.layer, f.edition))
    });
    event.into_iter().chain(flow).collect()
}

/// A flow to all states that its source covers: the series, and which state each is of.
struct Flows {
    states: Vec<u16>,
    series: Vec<Series>,
}

impl Flows {
    /// The series of a state that holds a year.
    fn at(&self, state: u16, year: i32) -> Option<usize> {
        (0..self.states.len()).find(|i| {
            self.states[*i] == state && (self.series[*i].first..self.series[*i].first + self.series[*i].amount.len() as i32).contains(&year)
        })
    }

    /// Sum over years; `None` unless one series covers all.
    fn sum(&self, state: u16, from: i32, to: i32) -> Option<f64> {
        let one = &self.series[self.at(state, from)?];
        let (from, to) = ((from - one.first) as usize, usize::try_from(to - one.first).ok()?);
        (to < one.amount.len()).then(|| one.amount[from..=to].iter().sum())
    }
}

fn run(context: &Context<'_>, settings: &Settings) -> Result<Output> {
    let within = settings.count(WITHIN.name)?;
    let outcome = settings.choice(OUTCOME.name)?;
    let autocracies = settings.regime()?.autocracies(context)?;
    let events = [
        ("sanction", sanctions(context, settings.choice(INSTRUMENT.name)?, &autocracies)?),
        ("suspension", suspensions(context)?),
        ("conflict", conflicts(context, &autocracies)?),
    ];
    let mut compared = Vec::new();
    let mut rows = Rows::new(&SUBSTITUTION_EVENT);
    for flow in FLOWS {
        let flows = flows(context, flow, &autocracies)?;
        let years = within as i32;
        for (trigger, events) in &events {
            for (state, year) in events {
                rows.push([
                    (*state).into(),
                    (*year).into(),
                    (*trigger).into(),
                    flow.id.into(),
                    flows.sum(*state, year - years, year - 1).into(),
                    flows.sum(*state, year + 1, year + years).into(),
                ])?;
            }
            let inside: Vec<Event> =
                events.iter().filter_map(|(state, year)| Some(Event { state: flows.at(*state, *year)?, period: *year })).collect();
            let outside = (events.len() - inside.len()) as u32;
            for placebo in [Placebo::SameState, Placebo::SameTime] {
                let design = Design {
                    within,
                    outcome: if outcome == "arrives" { Outcome::Arrives(0.0) } else { Outcome::Rises(0.0) },
                    placebo,
                    draws: settings.count(DRAWS.name)?,
                    seed: u64::from(settings.count(SEED.name)?),
                };
                compared.push((
                    *trigger,
                    flow.id,
                    placebo,
                    outside,
                    inside.len() as u32,
                    substitution::substitution(&flows.series, &inside, design),
                ));
            }
        }
    }
    let p: Vec<Option<f64>> = compared.iter().map(|c| c.5.as_ref().ok().map(|s| s.p)).collect();
    let mut table = Rows::new(&SUBSTITUTION);
    for ((trigger, flow, placebo, outside, inside, got), p_corrected) in compared.into_iter().zip(corrected(&p, Correction::Holm)) {
        let s: Option<&Substitution> = got.as_ref().ok();
        let absent = got.as_ref().err();
        let interval = s.and_then(|s| s.interval);
        let (not_covered, lone) = match (s, absent) {
            (Some(s), _) => (s.events_not_covered, s.events_without_placebo),
            (None, Some(substitution::Absent::NoPlacebo)) => (0, inside),
            (None, _) => (inside, 0),
        };
        table.push([
            trigger.into(),
            flow.into(),
            placebo.name().into(),
            within.into(),
            outcome.into(),
            s.map_or(0, |s| s.events).into(),
            (outside + not_covered).into(),
            lone.into(),
            s.map(|s| s.states).into(),
            s.map(|s| s.placebos).into(),
            s.map(|s| s.after_events).into(),
            s.map(|s| s.after_placebos).into(),
            s.map(|s| s.effect).into(),
            interval.map(|i| i.0).into(),
            interval.map(|i| i.1).into(),
            s.map(|s| s.p).into(),
            p_corrected.into(),
            absent.map(|a| a.name()).into(),
        ])?;
    }
    Ok(Output::table(&SUBSTITUTION, table.finish()?).and(&SUBSTITUTION_EVENT, rows.finish()?))
}

type Rated = BTreeMap<(u16, i32), bool>;

/// What autocratic suppliers gave to every state, over the years in which the source covers it and it is in the state system.
fn flows(context: &Context<'_>, flow: &Flow, autocracies: &Rated) -> Result<Flows> {
    let batch = context.sql("SELECT gwcode, year FROM state_year ORDER BY gwcode, year")?;
    let c = Columns(&batch);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let mut covered: BTreeSet<(u16, i32)> = BTreeSet::new();
    for span in context.reports().values().flat_map(|r| &r.coverage) {
        if let (Knowledge::Covered, Some(gwcode)) = (span.knowledge, span.gwcode)
            && span.table == flow.covered
        {
            covered.extend((span.year_from..=span.year_to).map(|y| (gwcode, y)));
        }
    }
    let years: Vec<(u16, i32)> = (0..batch.num_rows()).map(|i| (gwcode.value(i), year.value(i))).filter(|k| covered.contains(k)).collect();
    let batch = context.sql(&format!(
        "SELECT gwcode1, gwcode2, year, weight FROM tie_dyad_year WHERE layer = '{}' AND edition = '{}'",
        flow.layer, flow.edition
    ))?;
    let c = Columns(&batch);
    let (giver, receiver, year, weight) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.i32("year")?, c.f64("weight")?);
    let mut amounts: BTreeMap<(u16, i32), f64> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        if autocracies.get(&(giver.value(i), year.value(i))) == Some(&true) {
            *amounts.entry((receiver.value(i), year.value(i))).or_insert(0.0) += weight.value(i);
        }
    }
    let mut out = Flows { states: Vec::new(), series: Vec::new() };
    for run in years.chunk_by(|a, b| a.0 == b.0 && a.1 + 1 == b.1) {
        out.states.push(run[0].0);
        out.series.push(Series { first: run[0].1, amount: run.iter().map(|k| amounts.get(k).copied().unwrap_or(0.0)).collect() });
    }
    Ok(out)
}

/// First years of sanctions with a democracy, or the European Union, among the senders.
fn sanctions(context: &Context<'_>, instrument: &str, autocracies: &Rated) -> Result<BTreeSet<(u16, i32)>> {
    let condition = if instrument == "any" { "true".to_owned() } else { format!("c.{instrument} = 1") };
    let batch = context.sql(&format!(
        "SELECT c.begin AS year, t.gwcode AS target, coalesce(s.gwcode, CAST(0 AS SMALLINT UNSIGNED)) AS sender, s.party FROM sanction_case c \
         JOIN sanction_party t ON t.case_id = c.case_id AND t.edition = c.edition AND t.role = 'target' AND t.gwcode IS NOT NULL \
         JOIN sanction_party s ON s.case_id = c.case_id AND s.edition = c.edition AND s.role = 'sender' \
         WHERE c.begin IS NOT NULL AND {condition}"
    ))?;
    let c = Columns(&batch);
    let (year, target, sender, party) = (c.i32("year")?, c.u16("target")?, c.u16("sender")?, c.text("party")?);
    let democratic =
        |i: usize| matches!(party.value(i), "EU" | "EEC") || autocracies.get(&(sender.value(i), year.value(i))) == Some(&false);
    Ok((0..batch.num_rows()).filter(|i| democratic(*i)).map(|i| (target.value(i), year.value(i))).collect())
}

/// First years of suspensions.
fn suspensions(context: &Context<'_>) -> Result<BTreeSet<(u16, i32)>> {
    let batch = context.sql("SELECT org, gwcode, year FROM membership_org_state_year WHERE status = 4 ORDER BY org, gwcode, year")?;
    let c = Columns(&batch);
    let (org, gwcode, year) = (c.text("org")?, c.u16("gwcode")?, c.i32("year")?);
    let spells: Vec<(&str, u16, i32)> = (0..batch.num_rows()).map(|i| (org.value(i), gwcode.value(i), year.value(i))).collect();
    Ok(spells.chunk_by(|a, b| a.0 == b.0 && a.1 == b.1 && a.2 + 1 == b.2).map(|spell| (spell[0].1, spell[0].2)).collect())
}

/// First years of conflicts with a democracy on the other side.
fn conflicts(context: &Context<'_>, autocracies: &Rated) -> Result<BTreeSet<(u16, i32)>> {
    let batch = context.sql(
        "SELECT a.conflict_id, a.gwcode AS state, b.gwcode AS other, min(a.year) AS year FROM conflict_state_year a \
         JOIN conflict_state_year b ON b.conflict_id = a.conflict_id AND b.year = a.year AND b.edition = a.edition \
         WHERE left(a.side, 1) <> left(b.side, 1) AND a.gwcode IS NOT NULL AND b.gwcode IS NOT NULL AND a.gwcode <> b.gwcode \
         GROUP BY a.conflict_id, a.gwcode, b.gwcode",
    )?;
    let c = Columns(&batch);
    let (state, other, year) = (c.u16("state")?, c.u16("other")?, c.i32("year")?);
    let democratic = |i: &usize| autocracies.get(&(other.value(*i), year.value(*i))) == Some(&false);
    Ok((0..batch.num_rows()).filter(democratic).map(|i| (state.value(i), year.value(i))).collect())
}

fn headline(output: &Output) -> Result<Vec<Headline>> {
    use crate::frame::At;
    let Some(batch) = output.tables.get(SUBSTITUTION.name) else { return Ok(Vec::new()) };
    let c = Columns(batch);
    let (trigger, flow, placebo, effect) = (c.text("trigger")?, c.text("flow")?, c.text("placebo")?, c.f64("effect")?);
    Ok((0..batch.num_rows())
        .map(|i| {
            Headline::run(
                format!("{} after {}, against {} (share points)", flow.value(i), trigger.value(i), placebo.value(i).replace('_', " ")),
                effect.at(i),
            )
        })
        .collect())
}

fn example() -> Result<String> {
    let series = [Series { first: 2000, amount: vec![0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0] }];
    let design = Design { within: 2, outcome: Outcome::Arrives(0.0), placebo: Placebo::SameState, draws: 999, seed: 1 };
    let got = substitution::substitution(&series, &[Event { state: 0, period: 2002 }], design);
    Ok(got.map_or_else(
        |_| String::new(),
        |s| {
            format!(
                "A state is sanctioned in 2002 and gets arms from an autocracy in 2003 alone, of the years 2000 to 2009. Within two years of the \
                 event arms arrive: {:.0}. Placebo windows that do not touch those years begin after 2005, 2006 and 2007; in none does anything \
                 arrive: {:.0} of {}. The effect is {:.0}; by one state no interval can be given, and p is about 1/4: {:.2}.",
                s.after_events, s.after_placebos, s.placebos, s.effect, s.p
            )
        },
    ))
}
