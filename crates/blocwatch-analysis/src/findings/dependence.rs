//! `arms-reliance`: states that get half or more of their arms from one supplier in the latest window. `other-lenders`: which lenders
//! beside the International Monetary Fund are open to a state: bodies that lend of which it is a full member, and China's official finance.

use std::collections::BTreeMap;

use super::{Finding, Trace, percent};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    arms(context, out)?;
    lenders(context, out)
}

fn arms(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "SELECT d.* FROM dependence_state_year d JOIN (SELECT max(year) AS year FROM dependence_state_year WHERE kind = 'arms') l \
         ON l.year = d.year WHERE d.kind = 'arms' AND d.relies_half AND d.main_supplier IS NOT NULL ORDER BY d.gwcode",
    )?;
    let c = Columns(&batch);
    let (gwcode, year, years, deliveries) = (c.u16("gwcode")?, c.i32("year")?, c.u32("years")?, c.u32("deliveries")?);
    let (supplier, share, nine) = (c.u16("main_supplier")?, c.f64("main_share")?, c.bool("relies_nine_tenths")?);
    let (unknown, few, total) = (c.f64("share_unknown")?, c.bool("few")?, c.f64("total")?);
    let (autocracies, autocracies_high) = (c.f64("share_autocracies")?, c.f64("share_autocracies_high")?);
    let states = context.states()?;
    for i in 0..batch.num_rows() {
        let (to, main) = (year.value(i), share.value(i));
        let from = to - years.value(i) as i32 + 1;
        let (Some(state), Some(giver)) = (states.by_key(gwcode.value(i), to), states.by_key(supplier.value(i), to)) else { continue };
        let mark = if nine.value(i) { "nine tenths or more" } else { "half or more" };
        let mut statement = format!(
            "In {from} to {to} {} percent of the arms that {} received came from {} ({mark}; {:.0} million trend-indicator values from all \
             suppliers, {} supplier-years){}.",
            percent(main),
            state.name,
            giver.name,
            total.value(i),
            deliveries.value(i),
            from_autocracies(autocracies.at(i), autocracies_high.at(i))
        );
        if unknown.value(i) > 0.0 {
            statement.push_str(&format!(" The supplier of {} percent is not known.", percent(unknown.value(i))));
        }
        if few.value(i) {
            statement.push_str(" Fewer than three deliveries are recorded, so that shares say little.");
        }
        out.push(Finding {
            kind: "arms-reliance",
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("{from}-{to}"),
            year: Some(to),
            value: Some(main),
            // what is unknown may have come from the main supplier too
            interval: Some((main, (main + unknown.value(i)).min(1.0))),
            unit: "share of arms received, by trend-indicator value",
            statement,
            trace: vec![Trace::new("dependence_state_year", format!("gwcode = {} AND year = {to} AND kind = 'arms'", gwcode.value(i)))],
        });
    }
    Ok(())
}

/// The rest of the sentence: what came from autocracies, from the least to the most that it can be, rounded.
fn from_autocracies(low: Option<f64>, high: Option<f64>) -> String {
    let Some(low) = low else { return "; the regimes of its suppliers are not rated".to_owned() };
    let (low, high) = (percent(low), percent(high.unwrap_or(low)));
    let range = if low == high { low } else { format!("{low} to {high}") };
    format!(", and {range} percent from states that were autocracies in the year of supply")
}

/// A body that lends, as one of its members finds it.
struct Lender {
    org: String,
    words: String,
    year: i32,
}

fn lenders(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "SELECT m.gwcode, m.year, m.org, o.name, c.autocracies, c.members_rated FROM organisation o JOIN (SELECT org, max(year) AS year \
         FROM composition_org_year WHERE majority_autocratic IS NOT NULL GROUP BY org) l ON l.org = o.org \
         JOIN membership_org_state_year m ON m.org = o.org AND m.year = l.year AND m.status = 1 \
         JOIN composition_org_year c ON c.org = o.org AND c.year = l.year \
         JOIN (SELECT DISTINCT org FROM membership_org_state_year WHERE source = 'casebook') b ON b.org = o.org \
         WHERE o.field = 'finance' AND o.org <> 'IMF' ORDER BY m.gwcode, o.name",
    )?;
    let c = Columns(&batch);
    let (gwcode, year, org, name) = (c.u16("gwcode")?, c.i32("year")?, c.text("org")?, c.text("name")?);
    let (autocracies, rated) = (c.u32("autocracies")?, c.u32("members_rated")?);
    let mut of: BTreeMap<u16, Vec<Lender>> = BTreeMap::new();
    for i in 0..batch.num_rows() {
        let words =
            format!("{} ({} of {} rated members autocracies in {})", name.value(i), autocracies.value(i), rated.value(i), year.value(i));
        of.entry(gwcode.value(i)).or_default().push(Lender { org: org.value(i).to_owned(), words, year: year.value(i) });
    }
    let batch = context.sql(
        "SELECT gwcode, year, years, total FROM dependence_state_year WHERE kind = 'finance' AND total > 0 \
         AND year = (SELECT max(year) FROM dependence_state_year WHERE kind = 'finance') ORDER BY gwcode",
    )?;
    let c = Columns(&batch);
    let (gwcode, year, years, total) = (c.u16("gwcode")?, c.i32("year")?, c.u32("years")?, c.f64("total")?);
    let china: BTreeMap<u16, (i32, i32, f64)> = (0..batch.num_rows())
        .map(|i| (gwcode.value(i), (year.value(i) - years.value(i) as i32 + 1, year.value(i), total.value(i))))
        .collect();
    let states = context.states()?;
    let all: std::collections::BTreeSet<u16> = of.keys().chain(china.keys()).copied().collect();
    for g in all {
        let (lenders, china) = (of.get(&g).map_or(&[][..], Vec::as_slice), china.get(&g));
        let Some(last) = lenders.iter().map(|l| l.year).chain(china.map(|c| c.1)).max() else { continue };
        let Some(state) = states.by_key(g, last) else { continue };
        let bodies: Vec<&str> = lenders.iter().map(|l| l.words.as_str()).collect();
        let mut statement = match bodies.len() {
            0 => format!("The casebook knows no lender beside the International Monetary Fund of which {} is a full member.", state.name),
            n => format!(
                "Beside the International Monetary Fund {} is a full member of {n} {} that the casebook knows: {}.",
                state.name,
                if n == 1 { "body with money to lend" } else { "bodies with money to lend" },
                bodies.join(", ")
            ),
        };
        if let Some((from, to, dollars)) = china {
            statement.push_str(&format!(
                " China committed {:.0} million US dollars of official finance to it in {from} to {to}, as far as AidData found it.",
                dollars / 1e6
            ));
        }
        statement.push_str(" Membership and past loans are no promise of the next.");
        let mut trace: Vec<Trace> = lenders
            .iter()
            .map(|l| Trace::new("composition_org_year", format!("org = '{}' AND year = {}", l.org.replace('\'', "''"), l.year)))
            .collect();
        trace.extend(china.map(|c| Trace::new("dependence_state_year", format!("gwcode = {g} AND year = {} AND kind = 'finance'", c.1))));
        out.push(Finding {
            kind: "other-lenders",
            subject: state.id.clone(),
            subject_kind: "state",
            period: format!("to {last}"),
            year: Some(last),
            value: Some((bodies.len() + usize::from(china.is_some())) as f64),
            interval: None,
            unit: "lenders beside the International Monetary Fund",
            statement,
            trace,
        });
    }
    Ok(())
}
