//! `org-composition`: an organisation's members by regime in its latest rated year. `org-majority-change`: when its autocratic majority
//! began or ended.

use super::{Finding, Trace, two};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "SELECT c.org, o.name, c.year, c.members, c.members_rated, c.autocracies, c.majority_autocratic, c.p_majority_autocratic, \
         c.share_autocracies, c.mean_polyarchy, c.sensitive FROM composition_org_year c JOIN organisation o ON o.org = c.org \
         WHERE c.majority_autocratic IS NOT NULL ORDER BY c.org, c.year",
    )?;
    let c = Columns(&batch);
    let (org, name, year) = (c.text("org")?, c.text("name")?, c.i32("year")?);
    let (members, rated, autocracies) = (c.u32("members")?, c.u32("members_rated")?, c.u32("autocracies")?);
    let (majority, sensitive) = (c.bool("majority_autocratic")?, c.bool("sensitive")?);
    let (share, p, mean) = (c.f64("share_autocracies")?, c.f64("p_majority_autocratic")?, c.f64("mean_polyarchy")?);
    for i in 0..batch.num_rows() {
        let here = |y: i32| Trace::new("composition_org_year", format!("org = '{}' AND year = {y}", org.value(i).replace('\'', "''")));
        let last = i + 1 == batch.num_rows() || org.value(i + 1) != org.value(i);
        let first = i == 0 || org.value(i - 1) != org.value(i);
        if !first && majority.value(i) != majority.value(i - 1) {
            let word = if majority.value(i) { "has had" } else { "no longer had" };
            let caution = if sensitive.at(i) == Some(true) { " The answer depends on the measure or on V-Dem's interval." } else { "" };
            out.push(Finding {
                kind: "org-majority-change",
                subject: org.value(i).to_owned(),
                subject_kind: "organisation",
                period: year.value(i).to_string(),
                year: Some(year.value(i)),
                value: share.at(i),
                interval: None,
                unit: "share of rated members",
                statement: format!(
                    "From {} {} {word} an autocratic majority: {} of {} rated members ({} of {} in {}).{caution}",
                    year.value(i),
                    name.value(i),
                    autocracies.value(i),
                    rated.value(i),
                    autocracies.value(i - 1),
                    rated.value(i - 1),
                    year.value(i - 1)
                ),
                trace: vec![here(year.value(i - 1)), here(year.value(i))],
            });
        }
        if last {
            let unrated = members.value(i) - rated.value(i);
            let mut statement = format!(
                "In {} {} of the {} rated full members of {} were autocracies",
                year.value(i),
                autocracies.value(i),
                rated.value(i),
                name.value(i)
            );
            if unrated > 0 {
                statement.push_str(&format!(" ({unrated} more not rated)"));
            }
            if let Some(m) = mean.at(i) {
                statement.push_str(&format!("; mean polyarchy {}", two(m)));
            }
            statement.push('.');
            if let Some(p) = p.at(i) {
                statement.push_str(&format!(" Probability of an autocratic majority under V-Dem's intervals: {}.", two(p)));
            }
            out.push(Finding {
                kind: "org-composition",
                subject: org.value(i).to_owned(),
                subject_kind: "organisation",
                period: year.value(i).to_string(),
                year: Some(year.value(i)),
                value: share.at(i),
                interval: None,
                unit: "share of rated members",
                statement,
                trace: vec![here(year.value(i))],
            });
        }
    }
    Ok(())
}
