//! Where silence means *none*: the table `coverage` laid over the rows of a panel of pairs.
//!
//! Not here: what a table declares of its silence ([`super::joins`]).

use std::collections::HashMap;

use blocwatch_core::time::Year;
use blocwatch_engine::Observatory;
use blocwatch_engine::wide::NULL;

use super::catalogue::Side;
use super::frame::{PairFrame, StateFrame};
use super::join::{Work, ZERO, read};
use super::joins::Variants;
use crate::error::Result;
use crate::frame::{At, Columns};
use crate::steps;

/// The table `coverage`, as far as zeros need it: for each table its covered spans.
pub(super) struct Coverage {
    spans: HashMap<String, Vec<Span>>,
    /// Series of ties that a source follows from one state, or to one, only; for those without direction the first is either.
    hubs: HashMap<String, (Option<u16>, Option<u16>)>,
}

struct Span {
    source: String,
    gwcode: Option<u16>,
    from: Year,
    to: Year,
    note: String,
}

impl Coverage {
    pub(super) fn read(observatory: &Observatory) -> Result<Self> {
        let mut out = Self { spans: HashMap::new(), hubs: HashMap::new() };
        let columns = ["source", "table", "gwcode", "year_from", "year_to", "state_of_knowledge", "note"];
        let Some(batch) = read(observatory, "coverage", &columns)? else { return Ok(out) };
        let c = Columns(&batch);
        let (table, gwcode, from, to) = (c.text("table")?, c.u16("gwcode")?, c.i32("year_from")?, c.i32("year_to")?);
        let (source, known, note) = (c.text("source")?, c.text("state_of_knowledge")?, c.text("note")?);
        for i in (0..batch.num_rows()).filter(|i| known.value(*i) == "covered") {
            let source = source.value(i).to_owned();
            let span = Span { source, gwcode: gwcode.at(i), from: from.value(i), to: to.value(i), note: note.value(i).to_owned() };
            match out.spans.get_mut(table.value(i)) {
                Some(spans) => spans.push(span),
                None => drop(out.spans.insert(table.value(i).to_owned(), vec![span])),
            }
        }
        if let Some(layers) = read(observatory, steps::ties::TIE_LAYER.name, &["series", "hub1", "hub2"])? {
            let c = Columns(&layers);
            let (series, one, two) = (c.text("series")?, c.u16("hub1")?, c.u16("hub2")?);
            out.hubs.extend((0..layers.num_rows()).map(|i| (series.value(i).to_owned(), (one.at(i), two.at(i)))));
        }
        Ok(out)
    }

    /// Places of a panel's rows before any row of the table is looked at: [`ZERO`] where a statement means *none* by saying nothing (both
    /// states covered, in years of which it has some value), [`NULL`] elsewhere. Statements on a table whose variants are layers name the
    /// layer and hold in the years that they name; where they follow one state only, for pairs with it.
    pub(super) fn zeros(&self, work: &Work<'_>, states: &StateFrame, pairs: &PairFrame) -> Vec<u32> {
        let (entry, years) = (work.entry, work.years.unwrap_or_default());
        let mut out = vec![NULL; pairs.rows];
        let Some(spans) = self.spans.get(entry.table) else { return out };
        let pivot = matches!(work.join.variants, Variants::Pivot { .. });
        let by_source = work.join.variant_column() == Some("source");
        let meant = |s: &&Span| (!pivot || steps::ties::is_of(&s.note, &entry.variant)) && (!by_source || s.source == entry.variant);
        let mut by_state: HashMap<Option<u16>, Vec<&Span>> = HashMap::new();
        for span in spans.iter().filter(meant) {
            by_state.entry(span.gwcode).or_default().push(span);
        }
        let covered: Vec<bool> = states
            .rows
            .iter()
            .map(|row| {
                let year = states.year(row.time);
                let within = |key| by_state.get(&key).is_some_and(|list| list.iter().any(|s| s.from <= year && year <= s.to));
                (pivot || years.0 <= year && year <= years.1) && (within(Some(row.key)) || within(None))
            })
            .collect();
        let (from, to) = self.hubs.get(&entry.variant).filter(|_| pivot).copied().unwrap_or_default();
        let spoken_of = |one: u16, two: u16| {
            let (one, two) = if work.side == Side::Backward { (two, one) } else { (one, two) };
            let leads = |a: u16, b: u16| from.is_none_or(|s| s == a) && to.is_none_or(|s| s == b);
            leads(one, two) || !entry.directed && leads(two, one)
        };
        for run in &pairs.runs {
            let [one, two] = run.sides.map(|s| s as usize);
            let length = run.length as usize;
            // the two states of a run are the same in all its rows
            if !spoken_of(states.rows[one].key, states.rows[two].key) {
                continue;
            }
            let slots = &mut out[run.row as usize..run.row as usize + length];
            let both = covered[one..one + length].iter().zip(&covered[two..two + length]).map(|(a, b)| *a && *b);
            slots.iter_mut().zip(both).filter(|(_, both)| *both).for_each(|(slot, _)| *slot = ZERO);
        }
        out
    }
}
