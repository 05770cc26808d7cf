//! `agreement_dyad_session`: vote similarity of every pair of states in every session (METHODS, section 3).
//!
//! Exact agreement for recognition; S (Signorino & Ritter 1999), Scott's pi and Cohen's kappa with squared distance (Häge 2011) beside
//! it, because raw agreement takes a one-sided agenda for alignment. Rank by kappa; suppress pairs with fewer than 10 common votes.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int32Array, RecordBatch, UInt16Array, UInt32Array};
use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};
use blocwatch_stats::agreement::{SessionVotes, sessions};

use crate::error::Result;
use crate::frame::Columns;
use crate::step::{Context, Input, Output, Step};

/// The table.
pub const AGREEMENT: TableSpec = TableSpec {
    name: "agreement_dyad_session",
    unit: Unit::UndirectedDyadSession,
    keys: &["gwcode1", "gwcode2", "session"],
    columns: &[
        col("gwcode1", Kind::U16, "Gleditsch-Ward number", "state with the lower number"),
        col("gwcode2", Kind::U16, "Gleditsch-Ward number", "state with the higher number"),
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("year", Kind::I32, "year", "session + 1945: the calendar year in which the session opens"),
        col("rollcalls", Kind::U32, "roll calls", "roll calls on which both voted yes, no or abstain"),
        col("agreement", Kind::F64, "share 0-1", "share of them with the same vote"),
        col("s", Kind::F64, "-1 to 1", "Signorino-Ritter S, squared distance"),
        opt(
            "kappa",
            Kind::F64,
            "-1 to 1",
            "chance-corrected agreement (Cohen, squared distance); null where both are constant and alike, so nothing is expected",
        ),
        opt("pi", Kind::F64, "-1 to 1", "chance-corrected agreement (Scott, squared distance); null as for kappa"),
        col("in_system", Kind::Bool, "true/false", "whether both are in the Gleditsch-Ward system throughout their votes"),
    ],
    doc: "Similarity of votes in the UN General Assembly, for pairs with at least one common roll call. Contested votes only; absence is left out.",
};

/// The step.
pub fn step() -> Step {
    Step { name: "agreement_dyad_session", version: 1, inputs: vec![Input::Table("vote")], outputs: vec![&AGREEMENT], run }
}

#[derive(Default)]
struct Session {
    number: u16,
    states: BTreeMap<u16, bool>,
    rollcalls: BTreeMap<i32, usize>,
    votes: Vec<(u16, i32, u8)>,
}

fn run(context: &Context<'_>) -> Result<Output> {
    let batch =
        context.sql("SELECT session, rcid, gwcode, vote, in_system FROM vote WHERE vote IN (1, 2, 3) ORDER BY session, rcid, gwcode")?;
    let c = Columns(&batch);
    let (session, rcid, gwcode) = (c.u16("session")?, c.i32("rcid")?, c.u16("gwcode")?);
    let (vote, in_system) = (c.i32("vote")?, c.bool("in_system")?);
    let mut all: Vec<Session> = Vec::new();
    for i in 0..batch.num_rows() {
        if all.last().is_none_or(|s| s.number != session.value(i)) {
            all.push(Session { number: session.value(i), ..Session::default() });
        }
        let Some(s) = all.last_mut() else { continue };
        *s.states.entry(gwcode.value(i)).or_insert(true) &= in_system.value(i);
        let next = s.rollcalls.len();
        s.rollcalls.entry(rcid.value(i)).or_insert(next);
        s.votes.push((gwcode.value(i), rcid.value(i), u8::try_from(vote.value(i)).unwrap_or(0)));
    }
    let matrices: Vec<SessionVotes> = all
        .iter()
        .map(|s| {
            let position: BTreeMap<u16, usize> = s.states.keys().enumerate().map(|(i, g)| (*g, i)).collect();
            let mut m = SessionVotes::new(s.states.len(), s.rollcalls.len());
            for (state, rcid, code) in &s.votes {
                m.set(position[state], s.rollcalls[rcid], *code);
            }
            m
        })
        .collect();
    let results = sessions(&matrices);
    let mut rows: Vec<(u16, u16, u16, bool, &blocwatch_stats::agreement::Agreement)> = Vec::new();
    for (s, pairs) in all.iter().zip(&results) {
        let states: Vec<(u16, bool)> = s.states.iter().map(|(g, b)| (*g, *b)).collect();
        for pair in pairs {
            let (a, b) = (states[pair.a as usize], states[pair.b as usize]);
            rows.push((a.0, b.0, s.number, a.1 && b.1, pair));
        }
    }
    rows.sort_unstable_by_key(|r| (r.0, r.1, r.2));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(rows.iter().map(|r| r.0).collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|r| r.1).collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|r| r.2).collect::<UInt16Array>()),
        Arc::new(rows.iter().map(|r| i32::from(r.2) + 1945).collect::<Int32Array>()),
        Arc::new(rows.iter().map(|r| r.4.rollcalls).collect::<UInt32Array>()),
        Arc::new(rows.iter().map(|r| Some(r.4.agreement)).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|r| Some(r.4.s)).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|r| r.4.kappa).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|r| r.4.pi).collect::<Float64Array>()),
        Arc::new(rows.iter().map(|r| Some(r.3)).collect::<BooleanArray>()),
    ];
    let schema = blocwatch_engine::table::schema(&AGREEMENT);
    Ok(Output::table(&AGREEMENT, RecordBatch::try_new(schema, columns)?))
}
