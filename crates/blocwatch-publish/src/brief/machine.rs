//! Ties that programs found and that no case has confirmed: copied texts, counter-norms taken up in order. Where there are none the section
//! is left out. What a case confirms is told by the case.

use std::collections::BTreeSet;

use blocwatch_core::coverage::Knowledge;

use super::desk::{Desk, SPEECHES};
use super::sql::is_state;
use super::{Query, StateRef, say};
use crate::doc::{Block, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// Source of matches of texts.
const MATCHES: &str = "text_matches";
/// Rows shown; `machine_tie` has all.
const MOST: usize = 25;

/// What is found of one state, or between two.
pub(super) fn query(a: &StateRef, b: Option<&StateRef>) -> Query {
    let side = |s: &StateRef, n: u8| is_state(s, &format!("t.gwcode{n}"), "t.year_to");
    let whose = match b {
        None => format!("{} OR {}", side(a, 1), side(a, 2)),
        Some(b) => format!("({} AND {}) OR ({} AND {})", side(a, 1), side(b, 2), side(b, 1), side(a, 2)),
    };
    Query::new(
        "machine",
        format!(
            "SELECT t.tactic, t.basis, t.direction, t.year_from, t.year_to, t.n, t.p, t.score, t.share, state_name(t.gwcode1, t.year_to) AS one, \
             state_name(t.gwcode2, t.year_to) AS two FROM machine_tie t WHERE t.status = 'machine-found' AND ({whose})"
        ),
    )
}

/// The section, if anything was found.
pub(super) fn section(desk: &mut Desk<'_>) -> Result<Option<Section>> {
    let f = desk.frame("machine");
    let (tactic, basis, order) = (f.col("tactic")?, f.col("basis")?, f.col("direction")?);
    let (from, to, n, p) = (f.col("year_from")?, f.col("year_to")?, f.col("n")?, f.col("p")?);
    let (score, share, one, two) = (f.col("score")?, f.col("share")?, f.col("one")?, f.col("two")?);
    let mut rows: Vec<usize> = f.rows().collect();
    if rows.is_empty() {
        return Ok(None);
    }
    // copied texts first, the strongest before the others; then by how sure the order is
    let rank = |i: usize| (score.num(i).is_none(), -score.num(i).unwrap_or(0.0), p.num(i).unwrap_or(1.0));
    rows.sort_by(|x, y| {
        let (a, b) = (rank(*x), rank(*y));
        let names = |i: usize| (one.word(i), two.word(i), from.year(i), tactic.word(i));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)).then_with(|| names(*x).cmp(&names(*y)))
    });
    let found = rows.len();
    let source = |i: usize| if basis.word(i) == "text_match" { MATCHES } else { SPEECHES };
    let sources: BTreeSet<&str> = rows.iter().map(|i| source(*i)).collect();
    let ids: Vec<NoteId> = sources.into_iter().map(|s| desk.note(s, "machine_tie")).collect();
    rows.truncate(MOST);
    let columns = vec![
        Column::text("If it is what it looks like"),
        Column::text("Who and in which order"),
        Column::key("Years"),
        Column::text("What was found"),
        Column::number("Shared words of the later text", "share, the most of any pair"),
        Column::number("Evidence", "bits, the strongest pair"),
        Column::number("Chance", "false-discovery rate, or probability corrected for all pairs"),
    ];
    let mut table = Table::new(Text::plain("Found by programs; no person has confirmed it").notes(ids), columns);
    for i in rows {
        let (a, b) = (one.word(i), two.word(i));
        let who = if order.word(i) == "open" { format!("{a} and {b}, order open") } else { format!("{a} before {b}, by date") };
        let count = n.int(i).unwrap_or_default();
        let what = match (basis.word(i), count) {
            ("text_match", 1) => "1 pair of texts".to_owned(),
            ("text_match", k) => format!("{k} pairs of texts"),
            (_, 1) => "1 counter-norm taken up after".to_owned(),
            (_, k) => format!("{k} counter-norms taken up after"),
        };
        table.rows.push(vec![
            Cell::text(desk.term("tactic", tactic.word(i)).to_owned()),
            Cell::text(who),
            Cell::text(say::years(from.year(i).unwrap_or_default(), to.year(i).unwrap_or_default())),
            Cell::text(what),
            share.num(i).map_or_else(|| Cell::missing(Knowledge::NotCovered), |s| Cell::share(s, 0)),
            Cell::number_or(score.num(i), 0, Knowledge::NotCovered),
            p.num(i).map_or_else(|| Cell::missing(Knowledge::Missing), chance),
        ]);
    }
    if found > MOST {
        table = table.footer(format!("The strongest {MOST} of {found}; the table machine_tie has all."));
    }
    let warning = "Equal words and an order in time are not proof of help or intent: both may follow a third text or an event. Read both texts \
                   before saying more. A person who has read them writes a case, which then takes the place of the line.";
    Ok(Some(
        Section::new("machine-found", "Machine-found, not confirmed")
            .intro("What programs found beyond chance and no person has confirmed. It is in no other table or number of this brief.")
            .block(Block::callout(CalloutKind::Claim, Text::plain(warning)))
            .block(table),
    ))
}

/// A probability; one too small to print is said to be below what is printed.
fn chance(p: f64) -> Cell {
    if p < 0.001 { Cell::text("below 0.001") } else { Cell::number(p, 3) }
}
