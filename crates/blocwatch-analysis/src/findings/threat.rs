//! `threat-exposure`: how exposed a state is to each of the four threats, in the last year with an index, and how many states are less.

use super::{Finding, Trace, percent, two};
use crate::error::Result;
use crate::frame::Columns;
use crate::step::Context;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "WITH here AS (SELECT gwcode, year, threat, value, components, percent_rank() OVER (PARTITION BY threat, year ORDER BY value) AS less, \
           count(*) OVER (PARTITION BY threat, year) AS states FROM threat_state_year WHERE value IS NOT NULL), \
         last AS (SELECT gwcode, threat, max(year) AS year FROM here WHERE year >= (SELECT max(year) FROM here) - 10 GROUP BY gwcode, threat) \
         SELECT h.gwcode, h.year, h.threat, h.value, CAST(h.components AS INT UNSIGNED) AS components, h.less, \
         CAST(h.states AS INT UNSIGNED) AS states FROM here h JOIN last l ON l.gwcode = h.gwcode AND l.threat = h.threat AND l.year = h.year \
         ORDER BY h.gwcode, h.value DESC, h.threat",
    )?;
    let c = Columns(&batch);
    let (gwcode, year, threat, value) = (c.u16("gwcode")?, c.i32("year")?, c.text("threat")?, c.f64("value")?);
    let (components, less, among) = (c.u32("components")?, c.f64("less")?, c.u32("states")?);
    let (states, taxonomy) = (context.states()?, context.taxonomy()?);
    let rows: Vec<usize> = (0..batch.num_rows()).collect();
    for of_state in rows.chunk_by(|a, b| gwcode.value(*a) == gwcode.value(*b)) {
        let most = of_state[0];
        let last = of_state.iter().map(|i| year.value(*i)).max().unwrap_or_default();
        let Some(state) = states.by_key(gwcode.value(most), last) else { continue };
        let words: Vec<String> = of_state
            .iter()
            .map(|i| {
                format!(
                    "{} {} in {} (above {} percent of {} states; {} components)",
                    taxonomy.name_of("threat", threat.value(*i)).to_lowercase(),
                    two(value.value(*i)),
                    year.value(*i),
                    percent(less.value(*i)),
                    among.value(*i),
                    components.value(*i)
                )
            })
            .collect();
        out.push(Finding {
            kind: "threat-exposure",
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("to {last}"),
            year: Some(last),
            value: Some(value.value(most)),
            interval: None,
            unit: "standard deviations of all state-years",
            statement: format!(
                "Exposure of {} to the threats of the matrix, highest first, in standard deviations from the mean of all states and years: \
                 {}. An index says what its components record, has no interval, and is not the regime's own view of danger.",
                state.name,
                words.join("; ")
            ),
            trace: of_state
                .iter()
                .map(|i| {
                    let of = format!("gwcode = {} AND year = {} AND threat = '{}'", gwcode.value(*i), year.value(*i), threat.value(*i));
                    Trace::new("threat_state_year", of)
                })
                .collect(),
        });
    }
    Ok(())
}
