//! `frames-beyond-others`: the counter-norms that a state speaks in more often than the other speakers of the same years.
//! Who was first is no finding: it rests on a single mention, and one mention may be no instance of the frame.

use super::{Finding, Trace};
use crate::error::Result;
use crate::frame::Columns;
use crate::step::Context;

/// Frames named in one sentence.
const MOST: usize = 3;
/// Fewer speeches than this say nothing about a state.
const ENOUGH: u32 = 5;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(&format!(
        "SELECT s.gwcode, s.frame, l.name, s.year_from, s.year_to, s.speeches, s.uses, s.expected, s.p_corrected FROM frame_state s \
         JOIN frame_lexicon l ON l.frame = s.frame WHERE s.p_corrected <= 0.05 AND s.speeches >= {ENOUGH} \
         ORDER BY s.gwcode, s.p_corrected, s.uses - s.expected DESC, s.frame"
    ))?;
    let c = Columns(&batch);
    let (gwcode, frame, name) = (c.u16("gwcode")?, c.text("frame")?, c.text("name")?);
    let (from, to, speeches) = (c.i32("year_from")?, c.i32("year_to")?, c.u32("speeches")?);
    let (with, expected) = (c.u32("uses")?, c.f64("expected")?);
    let states = context.states()?;
    let rows: Vec<usize> = (0..batch.num_rows()).collect();
    for of_state in rows.chunk_by(|a, b| gwcode.value(*a) == gwcode.value(*b)) {
        let first = of_state[0];
        let (g, y) = (gwcode.value(first), to.value(first));
        let Some(state) = states.by_key(g, y) else { continue };
        let named: Vec<String> = of_state
            .iter()
            .take(MOST)
            .map(|i| format!("\u{201c}{}\u{201d} (in {} speeches, {:.1} expected)", name.value(*i), with.value(*i), expected.value(*i)))
            .collect();
        let ids: Vec<String> = of_state.iter().take(MOST).map(|i| format!("'{}'", frame.value(*i))).collect();
        out.push(Finding {
            kind: "frames-beyond-others",
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("{}-{y}", from.value(first)),
            year: Some(y),
            value: Some(of_state.len() as f64),
            interval: None,
            unit: "frames",
            statement: format!(
                "In {} speeches in the UN General Debate from {} to {y} {} spoke more often than the other speakers of the same years in terms of {}.",
                speeches.value(first),
                from.value(first),
                state.name,
                named.join(", ")
            ),
            trace: vec![
                Trace::new("frame_state", format!("gwcode = {g} AND frame IN ({})", ids.join(", "))),
                Trace::new(
                    "frame_mention",
                    format!("gwcode = {g} AND year BETWEEN {} AND {y} AND frame IN ({})", from.value(first), ids.join(", ")),
                ),
            ],
        });
    }
    Ok(())
}
