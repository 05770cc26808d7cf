//! `case-profile`: how many coded cases of collaboration name a state or organisation, in whatever role but target or challenger, and
//! under which responses. A venue or host is named, not accused.

use super::{Finding, Trace};
use crate::error::Result;
use crate::frame::Columns;
use crate::step::Context;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "WITH named AS (SELECT DISTINCT p.actor_kind, p.actor, p.name, c.case_id, c.response FROM case_party p \
           JOIN \"case\" c ON c.case_id = p.case_id WHERE p.actor_kind IN ('state', 'organisation') AND c.kind = 'collaboration' \
           AND p.role NOT IN ('target_state', 'challenger')) \
         SELECT actor_kind, actor, max(name) AS name, response, CAST(count(DISTINCT case_id) AS INT UNSIGNED) AS cases FROM named \
         GROUP BY actor_kind, actor, response ORDER BY actor_kind, actor, cases DESC, response",
    )?;
    let c = Columns(&batch);
    let (kind, actor, name, response) = (c.text("actor_kind")?, c.text("actor")?, c.text("name")?, c.text("response")?);
    let cases = c.u32("cases")?;
    let taxonomy = context.taxonomy()?;
    let rows: Vec<usize> = (0..batch.num_rows()).collect();
    for group in rows.chunk_by(|a, b| kind.value(*a) == kind.value(*b) && actor.value(*a) == actor.value(*b)) {
        let i = group[0];
        let total: u32 = group.iter().map(|r| cases.value(*r)).sum();
        let parts: Vec<String> = group
            .iter()
            .map(|r| format!("{} {}", cases.value(*r), taxonomy.name_of("response", response.value(*r)).to_lowercase()))
            .collect();
        let (plural, verb) = if total == 1 { ("case", "names") } else { ("cases", "name") };
        out.push(Finding {
            kind: "case-profile",
            subject: actor.value(i).to_owned(),
            subject_kind: if kind.value(i) == "state" { "state" } else { "organisation" },
            period: "all years".to_owned(),
            year: None,
            value: Some(f64::from(total)),
            interval: None,
            unit: "coded cases",
            statement: format!(
                "The casebook holds {total} {plural} of collaboration that {verb} {}: {}. Counts say what has been coded, not how often it happens.",
                name.value(i),
                parts.join(", ")
            ),
            trace: vec![Trace::new(
                "case_party",
                format!("actor_kind = '{}' AND actor = '{}'", kind.value(i), actor.value(i).replace('\'', "''")),
            )],
        });
    }
    Ok(())
}
