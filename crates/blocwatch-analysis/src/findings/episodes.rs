//! `autocratization-under-way`, `democratization-under-way`: a state that moves one way in the latest year of V-Dem, since when, how far,
//! and whether the intervals of polyarchy before and now lie apart.

use super::{Finding, Trace, two};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "SELECT gwcode, kind, start_year, end_year, pre_ep_year, outcome, polyarchy_before, low_before, high_before, polyarchy_end, low_end, \
         high_end, intervals_apart, election_facts FROM episode WHERE under_way AND in_system ORDER BY gwcode, kind",
    )?;
    let c = Columns(&batch);
    let (gwcode, kind, facts) = (c.u16("gwcode")?, c.text("kind")?, c.text("election_facts")?);
    let (start, end, before) = (c.i32("start_year")?, c.i32("end_year")?, c.i32("pre_ep_year")?);
    let (outcome, apart) = (c.i32("outcome")?, c.bool("intervals_apart")?);
    let level = |when: &str, i: usize| -> Result<Option<(f64, Option<(f64, f64)>)>> {
        let of = |what: &str| -> Result<Option<f64>> { Ok(c.f64(&format!("{what}_{when}"))?.at(i)) };
        let interval = of("low")?.zip(of("high")?);
        Ok(of("polyarchy")?.map(|v| (v, interval)))
    };
    let states = context.states()?;
    for i in 0..batch.num_rows() {
        let (g, first, last) = (gwcode.value(i), start.value(i), end.value(i));
        let Some(state) = states.by_key(g, last) else { continue };
        let (Some(then), Some(now)) = (level("before", i)?, level("end", i)?) else { continue };
        let falls = kind.value(i) == "autocratization";
        let (found, doing, verb) = if falls {
            ("autocratization-under-way", "autocratising", "fell")
        } else {
            ("democratization-under-way", "democratising", "rose")
        };
        let sure = match apart.at(i) {
            Some(true) => "; the 68 % intervals do not overlap",
            Some(false) => "; the 68 % intervals overlap, so that the change may be error of measurement",
            None => "",
        };
        out.push(Finding {
            kind: found,
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("{first}-{last}"),
            year: Some(last),
            value: Some(now.0 - then.0),
            // the widest difference that the two 68 % intervals allow
            interval: then.1.zip(now.1).map(|(a, b)| (b.0 - a.1, b.1 - a.0)),
            unit: "change of polyarchy",
            statement: format!(
                "{} has been {doing} since {first}: its polyarchy {verb} from {} in {} to {} in {last}{sure}. {}",
                state.name,
                shown(then),
                before.value(i),
                shown(now),
                what_came(falls, outcome.at(i), facts.value(i)),
            ),
            trace: vec![Trace::new("episode", format!("gwcode = {g} AND kind = '{}' AND start_year = {first}", kind.value(i)))],
        });
    }
    Ok(())
}

/// What came of it so far, as a sentence.
fn what_came(falls: bool, outcome: Option<i32>, facts: &str) -> &'static str {
    if facts == "assumed" {
        return "Whether its regime changed on the way hangs on elections that no file held tells of.";
    }
    match (falls, outcome) {
        (true, Some(1)) => "On the way democracy broke down.",
        (false, Some(1)) => "On the way it became a democracy.",
        (true, Some(5)) => "It was an autocracy before.",
        (false, Some(5)) => "It was a democracy before.",
        (true, _) => "Its democracy has not broken down.",
        (false, _) => "It has not become a democracy.",
    }
}

fn shown((value, interval): (f64, Option<(f64, f64)>)) -> String {
    match interval {
        Some((low, high)) => format!("{} (68 % interval {} to {})", two(value), two(low), two(high)),
        None => two(value),
    }
}
