//! Findings on all states together. `homophily`: whether autocracies tied to one another more than chance, by layer and period, under
//! shuffled labels, labels shuffled within regions, and shuffled ties. `substitution`: whether arms or money from autocracies followed
//! sanctions, suspensions and wars with democracies more often than placebo dates.

use blocwatch_core::layer;

use super::{Finding, Trace, percent, two};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

/// Corrected p below which a null is rejected.
const LEVEL: f64 = 0.05;
/// Fewer events than this say nothing.
const ENOUGH: u32 = 20;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    homophily(context, out)?;
    substitution(context, out)
}

fn p_value(p: f64) -> String {
    format!("{p:.3}")
}

/// A layer of the test at the head of a sentence.
fn words(id: &str) -> &str {
    match id {
        "vote-kappa" => "Votes in the UN General Assembly (kappa)",
        // the test leaves out treaties of many parties
        "treaty" => "Trade agreements of few parties",
        other => layer::name(other).unwrap_or(other),
    }
}

fn homophily(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "SELECT * FROM homophily_layer_period WHERE t IS NOT NULL AND 2 * years >= year_to - year_from + 1 ORDER BY layer, year_from",
    )?;
    let c = Columns(&batch);
    let (layer, from, to, years) = (c.text("layer")?, c.i32("year_from")?, c.i32("year_to")?, c.u32("years")?);
    let (states, autocracies, t) = (c.u32("states")?, c.u32("autocracies")?, c.f64("t")?);
    let (low, high, effect) = (c.f64("low")?, c.f64("high")?, c.f64("effect")?);
    let (label, region, degree) = (c.f64("p_corrected")?, c.f64("p_region_corrected")?, c.f64("p_degree_corrected")?);
    for i in 0..batch.num_rows() {
        let (Some(by_label), Some(in_region)) = (label.at(i), region.at(i)) else { continue };
        let by_degree = degree.at(i);
        let verdict = match (by_label < LEVEL, by_degree.map(|p| p < LEVEL)) {
            (true, Some(true)) => "more than chance makes likely under both nulls",
            (true, Some(false)) => "more than randomly chosen states would, but not more than their numbers of ties make likely",
            (true, None) => "more than randomly chosen states would",
            (false, Some(true)) => "not more than randomly chosen states would, though more than their numbers of ties make likely",
            (false, _) => "not more than chance makes likely",
        };
        let interval = low.at(i).zip(high.at(i));
        let mut numbers = format!("T = {}", two(t.value(i)));
        if let Some((low, high)) = interval {
            numbers.push_str(&format!(" (95 % interval {} to {})", two(low), two(high)));
        }
        if let Some(effect) = effect.at(i) {
            numbers.push_str(&format!(", {} standard deviations of ties", two(effect)));
        }
        let null = by_degree.map_or("no test against the numbers of ties, since every pair has a value".to_owned(), |p| {
            format!("p = {} against networks with the same numbers of ties", p_value(p))
        });
        out.push(Finding {
            kind: "homophily",
            subject: layer.value(i).to_owned(),
            subject_kind: "layer",
            period: format!("{}-{}", from.value(i), to.value(i)),
            year: Some(to.value(i)),
            value: Some(t.value(i)),
            interval,
            unit: "unit of the layer: mean among autocracies less mean of all other pairs",
            statement: format!(
                "{} in {} to {}: autocracies tied to one another {verdict} ({} years held, {} states, {} of them autocracies). {numbers}. \
                 Corrected for the rows of the table, p = {} against shuffled labels and {} within regions; {null}.",
                words(layer.value(i)),
                from.value(i),
                to.value(i),
                years.value(i),
                states.value(i),
                autocracies.value(i),
                p_value(by_label),
                p_value(in_region)
            ),
            trace: vec![Trace::new("homophily_layer_period", format!("layer = '{}' AND year_from = {}", layer.value(i), from.value(i)))],
        });
    }
    Ok(())
}

fn substitution(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(&format!(
        "SELECT * FROM substitution_trigger WHERE effect IS NOT NULL AND events >= {ENOUGH} ORDER BY trigger, flow, placebo"
    ))?;
    let c = Columns(&batch);
    let (trigger, flow, placebo) = (c.text("trigger")?, c.text("flow")?, c.text("placebo")?);
    let (within, events) = (c.u32("within")?, c.u32("events")?);
    let (after, without, effect) = (c.f64("after_events")?, c.f64("after_placebos")?, c.f64("effect")?);
    let (low, high, p) = (c.f64("low")?, c.f64("high")?, c.f64("p_corrected")?);
    for i in 0..batch.num_rows() {
        let event = match trigger.value(i) {
            "sanction" => "a first year of sanctions by a democracy",
            "suspension" => "a suspension from an organisation",
            _ => "a first year of war with a democracy",
        };
        let what = match flow.value(i) {
            "arms" => "arms from autocracies",
            "finance" => "official finance from China",
            _ => "larger Chinese investments",
        };
        let beside =
            if placebo.value(i) == "same_state" { "at other times in the same states" } else { "in other states at the same time" };
        let interval = low.at(i).zip(high.at(i));
        let points = |v: f64| format!("{:.0}", 100.0 * v).replace('-', "\u{2212}");
        let range = interval.map_or(String::new(), |(l, h)| format!(", 95 % interval {} to {}", points(l), points(h)));
        out.push(Finding {
            kind: "substitution",
            subject: format!("{}-{}-{}", trigger.value(i), flow.value(i), placebo.value(i)),
            subject_kind: "comparison",
            period: "all years".to_owned(),
            year: None,
            value: Some(effect.value(i)),
            interval,
            unit: "share points",
            statement: format!(
                "In the {} years after {event}, {what} rose in {} percent of {} cases, against {} percent of placebo dates {beside} \
                 (difference {} points{range}; p = {} corrected for the rows of the table). This compares dates; it is no experiment.",
                within.value(i),
                percent(after.value(i)),
                events.value(i),
                percent(without.value(i)),
                points(effect.value(i)),
                p.at(i).map_or_else(String::new, p_value)
            ),
            trace: vec![Trace::new("substitution_trigger", {
                format!("trigger = '{}' AND flow = '{}' AND placebo = '{}'", trigger.value(i), flow.value(i), placebo.value(i))
            })],
        });
    }
    Ok(())
}
