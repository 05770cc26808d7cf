//! `autocratic-majority-memberships`: how many of the organisations of the casebook to which a state fully belongs have an autocratic
//! majority in the latest year.

use super::{Finding, Trace};
use crate::error::Result;
use crate::frame::Columns;
use crate::step::Context;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "WITH rated AS (SELECT c.org, c.year, c.majority_autocratic, c.sensitive FROM composition_org_year c \
           WHERE c.source = 'casebook' AND c.majority_autocratic IS NOT NULL), \
         last AS (SELECT max(year) AS year FROM rated) \
         SELECT m.gwcode, m.year, CAST(count(*) AS INT UNSIGNED) AS organisations, \
           CAST(count(*) FILTER (WHERE r.majority_autocratic) AS INT UNSIGNED) AS autocratic, \
           CAST(count(*) FILTER (WHERE r.majority_autocratic AND r.sensitive) AS INT UNSIGNED) AS sensitive \
         FROM membership_org_state_year m JOIN last l ON l.year = m.year JOIN rated r ON r.org = m.org AND r.year = m.year \
         WHERE m.status = 1 GROUP BY m.gwcode, m.year ORDER BY m.gwcode",
    )?;
    let c = Columns(&batch);
    let (gwcode, year) = (c.u16("gwcode")?, c.i32("year")?);
    let (all, autocratic, sensitive) = (c.u32("organisations")?, c.u32("autocratic")?, c.u32("sensitive")?);
    let states = context.states()?;
    for i in 0..batch.num_rows() {
        let (g, y) = (gwcode.value(i), year.value(i));
        let Some(state) = states.by_key(g, y) else { continue };
        let (n, k, s) = (all.value(i), autocratic.value(i), sensitive.value(i));
        let plural = if n == 1 { "organisation" } else { "organisations" };
        let mut statement = format!(
            "Of the {n} {plural} in the casebook with rated members to which {} fully belonged in {y}, {k} had an autocratic majority.",
            state.name
        );
        if s > 0 {
            statement.push_str(&format!(" For {s} of them the answer depends on the measure or on V-Dem's interval."));
        }
        out.push(Finding {
            kind: "autocratic-majority-memberships",
            subject: state.id.clone(),
            subject_kind: "state",
            period: y.to_string(),
            year: Some(y),
            value: Some(f64::from(k)),
            interval: None,
            unit: "organisations",
            statement,
            trace: vec![
                Trace::new("membership_org_state_year", format!("gwcode = {g} AND year = {y} AND status = 1 AND source = 'casebook'")),
                Trace::new(
                    "composition_org_year",
                    format!(
                        "year = {y} AND source = 'casebook' AND org IN (SELECT org FROM membership_org_state_year WHERE gwcode = {g} \
                         AND year = {y} AND status = 1)"
                    ),
                ),
            ],
        });
    }
    Ok(())
}
