//! The casebook as tables: `case`, `case_party`, `case_source`, `case_correction`, `interruption`, `interruption_answer`,
//! `interruption_use`, `interruption_adaptation`, `work`, `term`.

use blocwatch_core::casebook::{Case, SourceRef};
use blocwatch_core::table::{Column, Kind, TableSpec, Unit, col, opt};

use super::states::LAST_YEAR;
use crate::error::Result;
use crate::frame::{Rows, Value};
use crate::step::{Context, Input, Output, Step};

const CASE_ID: Column = col("case_id", Kind::Text, "id", "case");

/// Coded records.
pub const CASE: TableSpec = TableSpec {
    name: "case",
    unit: Unit::Case,
    keys: &["case_id"],
    columns: &[
        CASE_ID,
        col("title", Kind::Text, "-", "what it is, in a few words of ours"),
        opt("year_from", Kind::I32, "year", "year in which it began or happened; null where the source gives no date"),
        opt("year_to", Kind::I32, "year", "year in which it ended; null while it stands and where the source gives no date"),
        opt("channel", Kind::Text, "code", "formal or informal, multilateral or bilateral; null on records that do not speak to it"),
        opt("threat", Kind::Text, "code", "threat answered; null on records that do not speak to it"),
        opt("response", Kind::Text, "code", "collaborative response; null on records that do not speak to it"),
        opt("tactic", Kind::Text, "code", "tactic; null on records that do not speak to it"),
        col("grade", Kind::Text, "Admiralty", "reliability of the source (A-F) and credibility of the information (1-6); never averaged"),
        col("claim", Kind::Text, "code", "established, reported, alleged, self-claimed or disputed"),
        col("kind", Kind::Text, "code", "collaboration, interruption, reversal, effect or context"),
        col("statement", Kind::Text, "-", "what happened, in our words"),
        opt("date_from", Kind::Text, "date", "date as written, with ~ if approximate; null where the source gives none"),
        opt("date_to", Kind::Text, "date", "end as written, or open; null where the source gives none"),
        opt("date_note", Kind::Text, "-", "why a date is missing or approximate; null where it is neither"),
        opt("outcome", Kind::Text, "code", "outcome of an interruption or reversal; null otherwise"),
        opt("interruption", Kind::Text, "id", "interruption that was used; null otherwise"),
        opt("finding", Kind::Text, "-", "what a study finds, with its population; null on other kinds"),
        opt("group_id", Kind::Text, "id", "ties records that the source names together; null where it stands alone"),
        opt("note", Kind::Text, "-", "how it was coded where another coding was possible; null where it was not"),
        col("file", Kind::Text, "-", "file below knowledge/"),
        col("line", Kind::U32, "line", "line of the record in it"),
    ],
    doc: "Coded instances of collaboration and of its interruption, each from a source that was read.",
};

/// Parties of cases.
pub const CASE_PARTY: TableSpec = TableSpec {
    name: "case_party",
    unit: Unit::CaseParty,
    keys: &["case_id", "seq"],
    columns: &[
        CASE_ID,
        col("seq", Kind::U32, "-", "position in the record"),
        col("role", Kind::Text, "code", "role; being named is not being accused"),
        col("actor_kind", Kind::Text, "code", "state, organisation, agency, firm, party or group"),
        col("actor", Kind::Text, "id or name", "state id, organisation id, or a name"),
        col("name", Kind::Text, "-", "name for people"),
        opt("gwcode", Kind::U16, "Gleditsch-Ward number", "number of a state party in the case's year; null for other parties"),
        opt("of", Kind::Text, "state id", "state to which an agency or firm belongs; null where none is named"),
    ],
    doc: "Who takes which part in each case. Never an individual.",
};

/// Sources of cases.
pub const CASE_SOURCE: TableSpec = TableSpec {
    name: "case_source",
    unit: Unit::Entry,
    keys: &["case_id", "seq"],
    columns: &[
        CASE_ID,
        col("seq", Kind::U32, "-", "position in the record"),
        col("work", Kind::Text, "id", "work"),
        opt("at", Kind::Text, "-", "page, note or table; null where not given"),
        opt("via", Kind::Text, "id", "work through which it is cited; null where it was read itself"),
    ],
    doc: "The works that each case rests on.",
};

/// Corrections of cases.
pub const CASE_CORRECTION: TableSpec = TableSpec {
    name: "case_correction",
    unit: Unit::Entry,
    keys: &["case_id", "seq"],
    columns: &[
        CASE_ID,
        col("seq", Kind::U32, "-", "position in the record"),
        col("date", Kind::Text, "date", "when the correction was made or published"),
        col("says", Kind::Text, "-", "what is known against what the source says"),
        col("work", Kind::Text, "id", "work it rests on"),
        opt("at", Kind::Text, "-", "place in that work; null where not given"),
    ],
    doc: "Dated corrections: what the source says is kept, what is known against it stands beside it.",
};

const INTERRUPTION_ID: Column = col("interruption", Kind::Text, "id", "interruption");

/// Interruptions.
pub const INTERRUPTION: TableSpec = TableSpec {
    name: "interruption",
    unit: Unit::Entry,
    keys: &["interruption"],
    columns: &[
        INTERRUPTION_ID,
        col("kind", Kind::Text, "code", "capacity, civic-education or regulation"),
        col("title", Kind::Text, "-", "title"),
        col("what", Kind::Text, "-", "what it is"),
        col("fits_when", Kind::Text, "-", "preconditions, one a line"),
        col("actors", Kind::Text, "-", "who can do it, one a line"),
        col("do_no_harm", Kind::Text, "-", "who can be hurt by it and how to avoid that"),
        opt("no_record", Kind::Text, "-", "said where no use with a known outcome is documented; null where there is one"),
        col("file", Kind::Text, "-", "file below knowledge/"),
    ],
    doc: "What has interrupted collaboration, or is recommended to: the playbook.",
};

/// What interruptions answer.
pub const INTERRUPTION_ANSWER: TableSpec = TableSpec {
    name: "interruption_answer",
    unit: Unit::Entry,
    keys: &["interruption", "response", "tactic"],
    columns: &[
        INTERRUPTION_ID,
        col("response", Kind::Text, "code", "response that it answers"),
        col("tactic", Kind::Text, "code", "tactic that it answers; all tactics of the response where it answers the response as a whole"),
    ],
    doc: "Which tactics each interruption answers.",
};

/// Documented uses of interruptions.
pub const INTERRUPTION_USE: TableSpec = TableSpec {
    name: "interruption_use",
    unit: Unit::Entry,
    keys: &["interruption", "case_id"],
    columns: &[
        INTERRUPTION_ID,
        CASE_ID,
        col("outcome", Kind::Text, "code", "worked, partly, failed, reversed or unknown"),
        opt("note", Kind::Text, "-", "what to take from it; null where nothing is noted"),
    ],
    doc: "Documented uses of interruptions, each recorded as a case.",
};

/// How regimes adapted to interruptions.
pub const INTERRUPTION_ADAPTATION: TableSpec = TableSpec {
    name: "interruption_adaptation",
    unit: Unit::Entry,
    keys: &["interruption", "seq"],
    columns: &[
        INTERRUPTION_ID,
        col("seq", Kind::U32, "-", "position in the file"),
        col("says", Kind::Text, "-", "what regimes did in answer"),
        opt("case_id", Kind::Text, "id", "case that records it; null where a work does"),
        opt("work", Kind::Text, "id", "work that says so; null where a case does"),
    ],
    doc: "Documented adaptations of regimes to an interruption.",
};

/// The bibliography.
pub const WORK: TableSpec = TableSpec {
    name: "work",
    unit: Unit::Entry,
    keys: &["work"],
    columns: &[
        col("work", Kind::Text, "id", "work"),
        col("kind", Kind::Text, "code", "kind of work"),
        col("citation", Kind::Text, "-", "author (year), title, outlet"),
        opt("year", Kind::I32, "year", "year; null if undated"),
        opt("cited_at", Kind::Text, "-", "where we met it; null where we read it ourselves"),
        opt("licence", Kind::Text, "-", "licence of a data set; null otherwise"),
        opt("url", Kind::Text, "-", "address; null where none is recorded"),
        opt("note", Kind::Text, "-", "anything wrong with the citation as found; null where nothing is"),
    ],
    doc: "Every work that anything in the casebook cites.",
};

/// The vocabulary.
pub const TERM: TableSpec = TableSpec {
    name: "term",
    unit: Unit::Entry,
    keys: &["list", "seq"],
    columns: &[
        col("list", Kind::Text, "-", "list: channel, threat, response, tactic, role, kind, claim, outcome …"),
        col("seq", Kind::U32, "-", "position in the list"),
        col("id", Kind::Text, "id", "code"),
        col("name", Kind::Text, "-", "name"),
        col("definition", Kind::Text, "-", "definition"),
        opt("parent", Kind::Text, "id", "threat of a response, response of a tactic; null on other lists"),
    ],
    doc: "The matrix and the other closed lists, with definitions.",
};

/// The step.
pub fn step() -> Step {
    let inputs = ["cases", "organisations", "interruptions", "works", "taxonomy.toml", "states"].map(Input::Knowledge).to_vec();
    Step {
        name: "casebook",
        version: 1,
        inputs,
        outputs: vec![
            &CASE,
            &CASE_PARTY,
            &CASE_SOURCE,
            &CASE_CORRECTION,
            &INTERRUPTION,
            &INTERRUPTION_ANSWER,
            &INTERRUPTION_USE,
            &INTERRUPTION_ADAPTATION,
            &WORK,
            &TERM,
        ],
        run,
    }
}

fn word(text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() { Value::Null } else { text.into() }
}

fn seq(i: usize) -> Value {
    u32::try_from(i + 1).unwrap_or(u32::MAX).into()
}

fn run(context: &Context<'_>) -> Result<Output> {
    let (book, taxonomy, states) = (context.casebook()?, context.taxonomy()?, context.states()?);
    let (mut cases, mut parties) = (Rows::new(&CASE), Rows::new(&CASE_PARTY));
    let (mut sources, mut corrections) = (Rows::new(&CASE_SOURCE), Rows::new(&CASE_CORRECTION));
    for c in &book.cases {
        push_case(&mut cases, c)?;
        // the year in which a party is named: the case's, or the latest of the frame for an undated one
        let year = c.year_from().or(c.year_to()).unwrap_or(LAST_YEAR);
        for (i, p) in c.party.iter().enumerate() {
            let state = (p.kind == "state").then(|| states.by_id(&p.actor)).flatten();
            let name = match (&state, p.kind.as_str()) {
                (Some(s), _) => s.name.clone(),
                (None, "organisation") => book.organisation(&p.actor).map_or_else(|| p.actor.clone(), |o| o.name.clone()),
                _ => p.actor.clone(),
            };
            parties.push([
                c.id.as_str().into(),
                seq(i),
                p.role.as_str().into(),
                p.kind.as_str().into(),
                p.actor.as_str().into(),
                name.into(),
                state.map(|s| s.key_at(year)).into(),
                word(&p.of),
            ])?;
        }
        for (i, SourceRef { work, at, via }) in c.source.iter().enumerate() {
            sources.push([c.id.as_str().into(), seq(i), work.as_str().into(), word(at), word(via)])?;
        }
        for (i, k) in c.correction.iter().enumerate() {
            corrections.push([
                c.id.as_str().into(),
                seq(i),
                k.date.to_string().into(),
                k.says.trim().into(),
                k.work.as_str().into(),
                word(&k.at),
            ])?;
        }
    }
    let (mut entries, mut answers) = (Rows::new(&INTERRUPTION), Rows::new(&INTERRUPTION_ANSWER));
    let (mut uses, mut adaptations) = (Rows::new(&INTERRUPTION_USE), Rows::new(&INTERRUPTION_ADAPTATION));
    for i in &book.interruptions {
        entries.push([
            i.id.as_str().into(),
            i.kind.as_str().into(),
            i.title.as_str().into(),
            i.what.trim().into(),
            i.fits_when.join("\n").into(),
            i.actors.join("\n").into(),
            i.do_no_harm.trim().into(),
            word(&i.no_record),
            i.file.as_str().into(),
        ])?;
        let mut answered = std::collections::BTreeSet::new();
        for t in &taxonomy.tactic {
            if i.answers_tactics.contains(&t.id) || i.answers_responses.contains(&t.parent) {
                answered.insert((t.parent.as_str(), t.id.as_str()));
            }
        }
        for (response, tactic) in answered {
            answers.push([i.id.as_str().into(), response.into(), tactic.into()])?;
        }
        for u in &i.record {
            uses.push([i.id.as_str().into(), u.case.as_str().into(), u.outcome.as_str().into(), word(&u.note)])?;
        }
        for (n, a) in i.adaptations.iter().enumerate() {
            adaptations.push([i.id.as_str().into(), seq(n), a.says.trim().into(), word(&a.case), word(&a.work)])?;
        }
    }
    let mut works = Rows::new(&WORK);
    for w in &book.works {
        works.push([
            w.id.as_str().into(),
            w.kind.as_str().into(),
            w.cite().into(),
            w.year.into(),
            word(&w.cited_at),
            word(&w.licence),
            word(&w.url),
            word(&w.note),
        ])?;
    }
    let mut terms = Rows::new(&TERM);
    for (list, all) in taxonomy.lists() {
        for (i, t) in all.iter().enumerate() {
            terms.push([list.into(), seq(i), t.id.as_str().into(), t.name.as_str().into(), t.definition.trim().into(), word(&t.parent)])?;
        }
    }
    Ok(Output::table(&CASE, cases.finish()?)
        .and(&CASE_PARTY, parties.finish()?)
        .and(&CASE_SOURCE, sources.finish()?)
        .and(&CASE_CORRECTION, corrections.finish()?)
        .and(&INTERRUPTION, entries.finish()?)
        .and(&INTERRUPTION_ANSWER, answers.finish()?)
        .and(&INTERRUPTION_USE, uses.finish()?)
        .and(&INTERRUPTION_ADAPTATION, adaptations.finish()?)
        .and(&WORK, works.finish()?)
        .and(&TERM, terms.finish()?))
}

fn push_case(table: &mut Rows, c: &Case) -> Result<()> {
    table.push([
        c.id.as_str().into(),
        c.title.trim().into(),
        c.year_from().into(),
        c.year_to().into(),
        word(&c.channel),
        word(&c.threat),
        word(&c.response),
        word(&c.tactic),
        c.grade.as_str().into(),
        c.claim.as_str().into(),
        c.kind.as_str().into(),
        c.statement.trim().into(),
        c.from.map(|d| d.to_string()).into(),
        c.to.map(|d| d.to_string()).into(),
        word(&c.date_note),
        word(&c.outcome),
        word(&c.interruption),
        word(&c.finding),
        word(&c.group),
        word(&c.note),
        c.file.as_str().into(),
        u32::try_from(c.line).unwrap_or(u32::MAX).into(),
    ])
}
