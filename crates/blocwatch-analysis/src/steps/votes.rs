//! `rollcall` and `vote`: one edition of the General Assembly's votes per session, in a declared order.
//!
//! The editions (the research file of the unvotes package, Voeten's own, the UN library's) number roll calls differently and cover
//! different votes (the library has adopted resolutions only), so they are never mixed within a session: each session is taken whole
//! from the first edition in the order `unvotes`, `voeten`, `undl` that has it.

use blocwatch_core::table::{Kind, TableSpec, Unit, col, opt};

use crate::error::Result;
use crate::step::{Context, Input, Output, Step};

/// Roll calls.
pub const ROLLCALL: TableSpec = TableSpec {
    name: "rollcall",
    unit: Unit::Rollcall,
    keys: &["session", "rcid"],
    columns: &[
        col(
            "session",
            Kind::U16,
            "session",
            "regular session of the General Assembly; an emergency session counts with the regular session of its date",
        ),
        col("rcid", Kind::I32, "roll-call id", "id in the edition"),
        opt("date", Kind::Text, "date", "day of the vote, YYYY-MM-DD; null if the source gives none"),
        col("year", Kind::I32, "year", "calendar year of the vote, or session + 1945 where no date is given"),
        opt("unres", Kind::Text, "resolution", "symbol of the resolution; null if the source gives none"),
        opt(
            "importantvote",
            Kind::Bool,
            "true/false",
            "marked important by the US Department of State; null where the source does not say",
        ),
        opt("short", Kind::Text, "-", "short description; null if the source gives none"),
        opt("descr", Kind::Text, "-", "longer description; null if the source gives none"),
        col("edition", Kind::Text, "-", "edition the session is taken from"),
        col("source_row", Kind::U32, "line", "line of that edition's file"),
    ],
    doc: "Roll-call votes of the UN General Assembly. Most resolutions pass without a vote: what is here is what was contested.",
};

/// Votes.
pub const VOTE: TableSpec = TableSpec {
    name: "vote",
    unit: Unit::Vote,
    keys: &["session", "rcid", "gwcode"],
    columns: &[
        col("session", Kind::U16, "session", "session of the General Assembly"),
        col("rcid", Kind::I32, "roll-call id", "roll call"),
        col("gwcode", Kind::U16, "Gleditsch-Ward number", "state that votes"),
        col("vote", Kind::I32, "code", "1 yes, 2 abstain, 3 no, 8 absent, 9 not a member; absence is no abstention"),
        col(
            "in_system",
            Kind::Bool,
            "true/false",
            "whether the state is in the Gleditsch-Ward system in the year (the Soviet seats of Ukraine and Belarus are not)",
        ),
        col("edition", Kind::Text, "-", "edition the session is taken from"),
        col("source_row", Kind::U32, "line", "line of that edition's file"),
    ],
    doc: "How each state voted on each roll call of the UN General Assembly.",
};

/// The step.
pub fn step() -> Step {
    Step {
        name: "votes",
        version: 1,
        inputs: vec![Input::Table("unga_rollcall"), Input::Table("unga_vote")],
        outputs: vec![&ROLLCALL, &VOTE],
        run,
    }
}

/// The edition of each session.
const CHOSEN: &str = "WITH held AS (SELECT DISTINCT v.session, v.edition FROM unga_vote v), \
     chosen AS (SELECT session, edition FROM (SELECT session, edition, row_number() OVER (PARTITION BY session ORDER BY \
     CASE edition WHEN 'unvotes' THEN 0 WHEN 'voeten' THEN 1 ELSE 2 END, edition) AS rank FROM held) WHERE rank = 1)";

fn run(context: &Context<'_>) -> Result<Output> {
    let rollcalls = context.sql(&format!(
        "{CHOSEN} SELECT r.session, r.rcid, r.date, r.year, r.unres, r.importantvote, r.short, r.descr, r.edition, r.source_row \
         FROM unga_rollcall r JOIN chosen c ON c.session = r.session AND c.edition = r.edition"
    ))?;
    let votes = context.sql(&format!(
        "{CHOSEN} SELECT v.session, v.rcid, v.gwcode, v.vote, v.in_system, v.edition, v.source_row \
         FROM unga_vote v JOIN chosen c ON c.session = v.session AND c.edition = v.edition"
    ))?;
    Ok(Output::table(&ROLLCALL, rollcalls).and(&VOTE, votes))
}
