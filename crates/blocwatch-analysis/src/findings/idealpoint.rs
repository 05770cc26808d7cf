//! `ideal-point-shift`: states whose ideal point in the General Assembly moved within ten sessions by at least half a standard deviation,
//! and by more than the 90 % interval of the change.

use super::{Finding, Trace, two};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

/// Sessions between the two points.
const SPAN: u16 = 10;
/// Change that is worth a sentence, in standard deviations over all states and sessions.
const SHIFT: f64 = 0.5;
/// Half the width of a 90 % interval in standard errors.
const NINETY: f64 = 1.644_853_626_951_472_7;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    // the error of a change is that of the differences within draws, since errors of two sessions are not independent
    let batch = context.sql(&format!(
        "WITH last AS (SELECT max(session) AS s FROM (SELECT session, count(*) AS states FROM idealpoint_state_session GROUP BY session) \
           WHERE states > 100), \
         moved AS (SELECT n.gwcode, n.draw, n.idealpoint - b.idealpoint AS change FROM idealpoint_draw n CROSS JOIN last l \
           JOIN idealpoint_draw b ON b.gwcode = n.gwcode AND b.draw = n.draw AND b.session = l.s - {SPAN} WHERE n.session = l.s), \
         error AS (SELECT gwcode, round(stddev(change), 12) AS se FROM moved GROUP BY gwcode) \
         SELECT n.gwcode, n.session, n.idealpoint AS now, b.idealpoint AS before, e.se FROM idealpoint_state_session n CROSS JOIN last l \
         JOIN idealpoint_state_session b ON b.gwcode = n.gwcode AND b.session = l.s - {SPAN} JOIN error e ON e.gwcode = n.gwcode \
         WHERE n.session = l.s AND n.in_system AND b.in_system AND e.se IS NOT NULL ORDER BY n.gwcode"
    ))?;
    let c = Columns(&batch);
    let (gwcode, session) = (c.u16("gwcode")?, c.u16("session")?);
    let (now, before, se) = (c.f64("now")?, c.f64("before")?, c.f64("se")?);
    let states = context.states()?;
    for i in 0..batch.num_rows() {
        let (g, s) = (gwcode.value(i), session.value(i));
        let Some(error) = se.at(i) else { continue };
        let change = now.value(i) - before.value(i);
        let (low, high) = (change - NINETY * error, change + NINETY * error);
        if change.abs() < SHIFT || (low <= 0.0 && high >= 0.0) {
            continue;
        }
        let year = i32::from(s) + 1945;
        let Some(state) = states.by_key(g, year) else { continue };
        let side = if change > 0.0 { "towards" } else { "away from" };
        out.push(Finding {
            kind: "ideal-point-shift",
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("sessions {}-{s}", s - SPAN),
            year: Some(year),
            value: Some(change),
            interval: Some((low, high)),
            unit: "change of ideal point",
            statement: format!(
                "In the UN General Assembly {} moved {side} the end of the scale at which the United States stands: its ideal point went from {} \
                 in session {} to {} in session {s} (change {}, 90 % interval {} to {}). The scale tells distance from the US-led order in what \
                 was voted on, not the kind of regime, and points of recent sessions still move as votes come in.",
                state.name,
                two(before.value(i)),
                s - SPAN,
                two(now.value(i)),
                two(change),
                two(low),
                two(high)
            ),
            trace: vec![Trace::new("idealpoint_state_session", format!("gwcode = {g} AND session IN ({}, {s})", s - SPAN))],
        });
    }
    Ok(())
}
