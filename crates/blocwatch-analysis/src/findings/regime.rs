//! `regime-category`: where a state stands in the latest year. `regime-change`: a change of category, or a change of polyarchy over
//! ten years whose 68 % intervals do not overlap.

use blocwatch_core::regime;

use super::{Finding, Trace, two};
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::step::Context;

/// Years over which a change is looked for.
const SPAN: i32 = 10;

struct Point {
    gwcode: u16,
    year: i32,
    class: Option<u8>,
    index: Option<(f64, f64, f64)>,
}

pub(super) fn find(context: &Context<'_>, out: &mut Vec<Finding>) -> Result<()> {
    let batch = context.sql(
        "SELECT gwcode, year, v2x_regime, v2x_polyarchy, v2x_polyarchy_codelow, v2x_polyarchy_codehigh FROM regime_state_year \
         WHERE year >= 1990 ORDER BY gwcode, year",
    )?;
    let c = Columns(&batch);
    let (gwcode, year, class) = (c.u16("gwcode")?, c.i32("year")?, c.i32("v2x_regime")?);
    let (mean, low, high) = (c.f64("v2x_polyarchy")?, c.f64("v2x_polyarchy_codelow")?, c.f64("v2x_polyarchy_codehigh")?);
    let points: Vec<Point> = (0..batch.num_rows())
        .map(|i| Point {
            gwcode: gwcode.value(i),
            year: year.value(i),
            class: class.at(i).and_then(|v| u8::try_from(v).ok()),
            index: mean.at(i).map(|m| (m, low.at(i).unwrap_or(m), high.at(i).unwrap_or(m))),
        })
        .collect();
    let last_year = points.iter().map(|p| p.year).max().unwrap_or(0);
    let states = context.states()?;
    for of_state in points.chunk_by(|a, b| a.gwcode == b.gwcode) {
        let Some(last) = of_state.iter().rev().find(|p| p.class.is_some()) else { continue };
        // a state that ended, or that the source left long ago, has no present
        if last.year < last_year {
            continue;
        }
        let Some(state) = states.by_key(last.gwcode, last.year) else { continue };
        let Some(label) = last.class.and_then(regime::label) else { continue };
        let row = |y: i32| Trace::new("regime_state_year", format!("gwcode = {} AND year = {y}", last.gwcode));
        let index =
            last.index.map_or(String::new(), |(m, l, h)| format!("; polyarchy {} (68 % interval {} to {})", two(m), two(l), two(h)));
        out.push(Finding {
            kind: "regime-category",
            subject: state.id.clone(),
            subject_kind: "state",
            period: last.year.to_string(),
            year: Some(last.year),
            value: last.index.map(|i| i.0),
            interval: last.index.map(|i| (i.1, i.2)),
            unit: "polyarchy 0-1",
            statement: format!("V-Dem rates {} {} {label} in {}{index}.", state.name, article(label), last.year),
            trace: vec![row(last.year)],
        });
        let Some(then) = of_state.iter().find(|p| p.year == last.year - SPAN) else { continue };
        change(out, state, then, last, vec![row(then.year), row(last.year)]);
    }
    Ok(())
}

fn change(out: &mut Vec<Finding>, state: &blocwatch_core::state::State, then: &Point, now: &Point, trace: Vec<Trace>) {
    let moved = match (then.index, now.index) {
        (Some(a), Some(b)) if a.2 < b.1 => Some(("rose", b.0 - a.0, (b.1 - a.2, b.2 - a.1))),
        (Some(a), Some(b)) if b.2 < a.1 => Some(("fell", b.0 - a.0, (b.1 - a.2, b.2 - a.1))),
        _ => None,
    };
    let classes = then.class.zip(now.class).filter(|(a, b)| a != b);
    if moved.is_none() && classes.is_none() {
        return;
    }
    let mut statement = String::new();
    if let (Some((a, b)), Some(from), Some(to)) = (classes, then.class.and_then(regime::label), now.class.and_then(regime::label)) {
        let way = if b > a { "more" } else { "less" };
        statement.push_str(&format!(
            "{} went from {from} in {} to {to} in {}, a {way} democratic category of the Regimes of the World.",
            state.name, then.year, now.year
        ));
    }
    if let (Some((verb, _, _)), Some(a), Some(b)) = (moved, then.index, now.index) {
        if !statement.is_empty() {
            statement.push(' ');
        }
        statement.push_str(&format!(
            "Its polyarchy {verb} from {} to {} between {} and {}; the 68 % intervals do not overlap.",
            two(a.0),
            two(b.0),
            then.year,
            now.year
        ));
        if classes.is_none() {
            statement = statement.replacen("Its polyarchy", &format!("The polyarchy of {}", state.name), 1);
        }
    } else if classes.is_some() && now.index.is_some() {
        statement.push_str(" The 68 % intervals of polyarchy overlap, so the change of category may be small.");
    }
    out.push(Finding {
        kind: "regime-change",
        subject: state.id.clone(),
        subject_kind: "state",
        period: format!("{}-{}", then.year, now.year),
        year: Some(now.year),
        value: then.index.zip(now.index).map(|(a, b)| b.0 - a.0),
        // the widest difference that the two 68 % intervals allow
        interval: then.index.zip(now.index).map(|(a, b)| (b.1 - a.2, b.2 - a.1)),
        unit: "change of polyarchy",
        statement,
        trace,
    });
}

fn article(label: &str) -> &'static str {
    if label.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
