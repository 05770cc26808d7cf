//! `tie-trend`: pairs whose tie rises or falls among all pairs, over the whole series and at a step that stands out.

use super::{Finding, Trace, two};
use crate::error::Result;
use crate::frame::Columns;
use crate::step::Context;

/// Change of level, in ranks of 0 to 1, that is worth a sentence.
const STEP: f64 = 0.25;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(&format!(
        "SELECT * FROM trend_dyad WHERE direction IN ('tightening', 'loosening') AND last_change IS NOT NULL \
         AND abs(level_after - level_before) >= {STEP} AND (level_after > level_before) = (slope > 0) ORDER BY gwcode1, gwcode2, layer"
    ))?;
    let c = Columns(&batch);
    let (one, other, layer) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.text("layer")?);
    let (from, to, years) = (c.i32("year_from")?, c.i32("year_to")?, c.u32("observations")?);
    let (slope, low, high, direction) = (c.f64("slope")?, c.f64("low")?, c.f64("high")?, c.text("direction")?);
    let (change, before, after) = (c.i32("last_change")?, c.f64("level_before")?, c.f64("level_after")?);
    let states = context.states()?;
    for i in 0..batch.num_rows() {
        let (a, b, end) = (one.value(i), other.value(i), to.value(i));
        let (Some(first), Some(second)) = (states.by_key(a, end), states.by_key(b, end)) else { continue };
        let what = if layer.value(i) == "vote-kappa" { "votes in the UN General Assembly (kappa)" } else { "shared organisations" };
        let (tighter, ten) = (direction.value(i) == "tightening", |v: f64| two(10.0 * v));
        out.push(Finding {
            kind: "tie-trend",
            subject: format!("{}-{}", first.id, second.id),
            subject_kind: "pair",
            period: format!("{} {}-{end}", layer.value(i), from.value(i)),
            year: Some(end),
            value: Some(slope.value(i)),
            interval: Some((low.value(i), high.value(i))),
            unit: "rank among all pairs (0-1) a year",
            statement: format!(
                "{} and {} {} in {what}: from {} to {end} ({} years) their rank among all pairs, from 0 to 1, {} by {} in ten years (95 % \
                 interval {} to {}); its level last changed in {}, from {} to {}.",
                first.name,
                second.name,
                if tighter { "drew together, compared with other pairs," } else { "drifted apart, compared with other pairs," },
                from.value(i),
                years.value(i),
                if tighter { "rose" } else { "fell" },
                ten(slope.value(i).abs()),
                ten(low.value(i).abs().min(high.value(i).abs())),
                ten(low.value(i).abs().max(high.value(i).abs())),
                change.value(i),
                two(before.value(i)),
                two(after.value(i))
            ),
            trace: vec![Trace::new("trend_dyad", format!("gwcode1 = {a} AND gwcode2 = {b} AND layer = '{}'", layer.value(i)))],
        });
    }
    Ok(())
}
