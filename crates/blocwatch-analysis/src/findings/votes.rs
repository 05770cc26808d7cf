//! `closest-voters`: the three states that vote most like a state in the latest session, by kappa. `vote-shift`: pairs whose kappa moved
//! by at least 0.3 between the mean of the latest three sessions and the mean of the three sessions ten years before.

use super::{Finding, Trace, two};
use crate::error::Result;
use crate::frame::Columns;
use crate::step::Context;

/// Fewer common roll calls than this say nothing about a pair (METHODS, section 3).
const ENOUGH: u32 = 10;
/// Change of mean kappa that is worth a sentence.
const SHIFT: f64 = 0.3;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    closest(context, out)?;
    shifts(context, out)
}

fn closest(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(&format!(
        "WITH last AS (SELECT max(session) AS session FROM (SELECT session, count(*) AS pairs FROM agreement_dyad_session \
           WHERE rollcalls >= {ENOUGH} GROUP BY session) WHERE pairs > 1000), \
         here AS (SELECT a.* FROM agreement_dyad_session a JOIN last l ON l.session = a.session \
           WHERE a.rollcalls >= {ENOUGH} AND a.kappa IS NOT NULL AND a.in_system), \
         both AS (SELECT gwcode1 AS gwcode, gwcode2 AS partner, session, year, rollcalls, kappa FROM here \
           UNION ALL SELECT gwcode2, gwcode1, session, year, rollcalls, kappa FROM here) \
         SELECT gwcode, partner, session, year, rollcalls, kappa FROM (SELECT *, row_number() OVER (PARTITION BY gwcode \
           ORDER BY kappa DESC, partner) AS rank FROM both) WHERE rank <= 3 ORDER BY gwcode, kappa DESC, partner"
    ))?;
    let c = Columns(&batch);
    let (gwcode, partner, session) = (c.u16("gwcode")?, c.u16("partner")?, c.u16("session")?);
    let (year, kappa) = (c.i32("year")?, c.f64("kappa")?);
    let states = context.states()?;
    let rows: Vec<usize> = (0..batch.num_rows()).collect();
    for of_state in rows.chunk_by(|a, b| gwcode.value(*a) == gwcode.value(*b)) {
        let first = of_state[0];
        let (g, y, s) = (gwcode.value(first), year.value(first), session.value(first));
        let Some(state) = states.by_key(g, y) else { continue };
        let named: Vec<String> = of_state
            .iter()
            .filter_map(|i| states.by_key(partner.value(*i), y).map(|p| format!("{} ({})", p.name, two(kappa.value(*i)))))
            .collect();
        let partners: Vec<String> = of_state.iter().map(|i| partner.value(*i).to_string()).collect();
        out.push(Finding {
            kind: "closest-voters",
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("session {s}"),
            year: Some(y),
            value: Some(kappa.value(first)),
            interval: None,
            unit: "kappa",
            statement: format!(
                "In session {s} of the UN General Assembly ({y}) {} voted most like {} (kappa, agreement beyond chance).",
                state.name,
                named.join(", ")
            ),
            trace: vec![Trace::new(
                "agreement_dyad_session",
                format!(
                    "session = {s} AND ((gwcode1 = {g} AND gwcode2 IN ({0})) OR (gwcode2 = {g} AND gwcode1 IN ({0})))",
                    partners.join(", ")
                ),
            )],
        });
    }
    Ok(())
}

fn shifts(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    // rounded, so that a mean does not depend on the order in which threads or machines add up
    let batch = context.sql(&format!(
        "WITH last AS (SELECT max(session) AS s FROM (SELECT session, count(*) AS pairs FROM agreement_dyad_session \
           WHERE rollcalls >= {ENOUGH} GROUP BY session) WHERE pairs > 1000), \
         w AS (SELECT a.gwcode1, a.gwcode2, l.s AS session, \
           round(avg(CASE WHEN a.session > l.s - 3 THEN a.kappa END), 12) AS now, \
           round(avg(CASE WHEN a.session BETWEEN l.s - 12 AND l.s - 10 THEN a.kappa END), 12) AS before, \
           count(CASE WHEN a.session > l.s - 3 THEN a.kappa END) AS n_now, \
           count(CASE WHEN a.session BETWEEN l.s - 12 AND l.s - 10 THEN a.kappa END) AS n_before \
           FROM agreement_dyad_session a CROSS JOIN last l \
           WHERE a.session >= l.s - 12 AND a.session <= l.s AND a.rollcalls >= {ENOUGH} AND a.in_system \
           GROUP BY a.gwcode1, a.gwcode2, l.s), \
         e AS (SELECT count(DISTINCT CASE WHEN r.edition = 'undl' THEN 1 ELSE 0 END) AS families FROM rollcall r CROSS JOIN last l \
           WHERE r.session > l.s - 3 AND r.session <= l.s OR r.session BETWEEN l.s - 12 AND l.s - 10), \
         m AS (SELECT round(avg(now), 12) AS all_now, round(avg(before), 12) AS all_before FROM w) \
         SELECT w.gwcode1, w.gwcode2, CAST(w.session AS INT) AS session, w.now, w.before, m.all_now, m.all_before, \
           e.families > 1 AS mixed FROM w CROSS JOIN m CROSS JOIN e WHERE n_now = 3 AND n_before = 3 AND abs(now - before) >= {SHIFT} ORDER BY gwcode1, gwcode2"
    ))?;
    let c = Columns(&batch);
    let (one, two_, session) = (c.u16("gwcode1")?, c.u16("gwcode2")?, c.i32("session")?);
    let (now, before) = (c.f64("now")?, c.f64("before")?);
    let (all_now, all_before, mixed) = (c.f64("all_now")?, c.f64("all_before")?, c.bool("mixed")?);
    let states = context.states()?;
    for i in 0..batch.num_rows() {
        let (a, b, s) = (one.value(i), two_.value(i), session.value(i));
        let year = s + 1945;
        let (Some(first), Some(second)) = (states.by_key(a, year), states.by_key(b, year)) else { continue };
        let word = if now.value(i) > before.value(i) { "closer together" } else { "further apart" };
        out.push(Finding {
            kind: "vote-shift",
            subject: format!("{}-{}", first.id, second.id),
            subject_kind: "pair",
            period: format!("sessions {}-{s}", s - 12),
            year: Some(year),
            value: Some(now.value(i) - before.value(i)),
            interval: None,
            unit: "change of mean kappa",
            statement: format!(
                "{} and {} vote {word} in the UN General Assembly than ten years before: mean kappa {} in sessions {} to {}, {} in sessions {} to {s}. \
                 The mean of all pairs went from {} to {}{}.",
                first.name,
                second.name,
                two(before.value(i)),
                s - 12,
                s - 10,
                two(now.value(i)),
                s - 2,
                two(all_before.value(i)),
                two(all_now.value(i)),
                if mixed.value(i) { "; the two spans come from editions that do not hold the same roll calls" } else { "" }
            ),
            trace: vec![Trace::new(
                "agreement_dyad_session",
                format!(
                    "gwcode1 = {a} AND gwcode2 = {b} AND (session BETWEEN {} AND {} OR session BETWEEN {} AND {s})",
                    s - 12,
                    s - 10,
                    s - 2
                ),
            )],
        });
    }
    Ok(())
}
