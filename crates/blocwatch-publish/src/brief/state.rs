//! The brief on one state.

use super::cases::{self, Case, Works};
use super::desk::{Desk, Finding, UNGA, VDEM};
use super::gaps::{self, Ends};
use super::matrix::{self, Actor};
use super::method::{self, Topic};
use super::sql::{self, is_state, quote};
use super::{Query, StateRef, cards, machine, news, orgs, playbook, position, regime, say, standing, ties, votes};
use crate::doc::{Brief, BriefKind, Section};
use crate::error::Result;
use crate::text::Text;

/// The records that name a state, or an agency or firm of it.
fn named(state: &StateRef) -> String {
    let id = quote(&state.id);
    format!("SELECT DISTINCT case_id FROM case_party WHERE (actor_kind = 'state' AND actor = {id}) OR \"of\" = {id}")
}

/// The queries of the brief.
pub(super) fn queries(state: &StateRef, since: i32) -> Vec<Query> {
    let id = quote(&state.id);
    let like = |pattern: &str| quote(&pattern.replace('*', &state.id));
    let columns = "f.finding_id, f.subject, f.kind, f.year, f.value, f.statement";
    let mut out = vec![
        Query::new(
            "finding",
            format!(
                "SELECT {columns}, CAST(NULL AS VARCHAR) AS list FROM finding f WHERE f.subject = {id} OR (f.kind IN ('vote-shift', \
                 'tie-trend') AND (f.subject LIKE {} OR f.subject LIKE {})) \
                 UNION ALL SELECT {columns}, CAST(NULL AS VARCHAR) AS list FROM finding f JOIN ({}) l ON l.subject = f.subject \
                 AND l.year = f.year WHERE f.kind = 'homophily' \
                 UNION ALL SELECT {columns}, m.source FROM finding f JOIN brief_membership m ON m.org = f.subject \
                 AND m.year = f.year WHERE f.kind = 'org-majority-change' AND f.year >= {since} AND m.status = 1 AND {}",
                like("*-%"),
                like("%-*"),
                standing::OF_ALL,
                is_state(state, "m.gwcode", "m.year")
            ),
        ),
        sql::regime(&[state]),
        regime::indices_query(state),
    ];
    out.extend(orgs::queries(state, since));
    out.push(votes::query(state));
    out.push(position::query(state));
    out.push(ties::query(state));
    out.push(machine::query(state, None));
    out.extend(sql::cases(&named(state)));
    out.push(sql::playbook());
    out.push(sql::coverage(&format!("gwcode = {}", state.gwcode)));
    out
}

/// Kinds of finding in the order in which the lead tells them.
const LEAD: [&str; 10] = [
    "regime-category",
    "regime-change",
    "autocratization-under-way",
    "democratization-under-way",
    "autocratic-majority-memberships",
    "closest-voters",
    "vote-shift",
    "ideal-point-shift",
    "frames-beyond-others",
    "case-profile",
];

/// Composes the brief.
pub(super) fn compose(desk: &mut Desk<'_>, state: &StateRef) -> Result<Brief> {
    let name = state.name.as_str();
    let mut brief = Brief::new(BriefKind::State, name);
    brief.subtitle = "Regime, organisations, votes, cases of collaboration, and what has interrupted such cases".to_owned();
    let findings = desk.findings()?;
    let all = cases::read(desk)?;
    let works = Works::read(desk)?;
    let memberships = orgs::read(desk)?;
    let ends = Ends {
        regime: regime::read(desk)?.iter().filter(|r| r.class.is_some()).map(|r| r.year).max(),
        session: votes::read(desk)?.iter().map(|v| v.session).max(),
        casebook: memberships.iter().map(|m| m.rated_year).max(),
        cow: gaps::last_covered(desk, super::desk::COW)?,
    };
    lead(desk, &mut brief, state, &findings);
    brief.sections.push(regime::section(desk, name)?);
    brief.sections.push(orgs::section(desk, state)?);
    brief.sections.push(votes::section(desk, name)?);
    brief.sections.extend(position::section(desk, name)?);
    brief.sections.push(ties::section(desk, name)?);
    brief.sections.extend(machine::section(desk)?);
    brief.sections.extend(standing::section(desk, &findings, |_| true));
    let actor = Actor { kind: "state", id: &state.id, name };
    let collaboration: Vec<&Case<'_>> = all.iter().filter(|c| c.kind == "collaboration").collect();
    let profile = matrix::section(desk, actor, &collaboration);
    brief.sections.push(cards::cards(desk, &works, &collaboration, cards::MOST, profile));
    brief.sections.extend(other_records(desk, &works, name, &all));
    let every: Vec<&Case<'_>> = all.iter().collect();
    let tenure = orgs::tenure(desk, name)?;
    brief.sections.push(news::section(desk, &works, name, &findings, &every, tenure, &ends));
    let seen = matrix::tactics(&collaboration);
    brief.sections.push(playbook::section(desk, &works, &seen, &format!("the cases that name {name}"))?);
    brief.unknowns = unknowns(desk, state, &ends)?;
    brief.unknowns.extend(gaps::of_memberships(desk, name, &memberships));
    brief.unknowns.extend(gaps::of_cases(desk, name, &every));
    brief.method_note = method::notes(&[Topic::Regime, Topic::Composition, Topic::Votes, Topic::Ties, Topic::Cases, Topic::Interruptions]);
    Ok(brief)
}

/// Interruptions and reversals, then effects and context, each under its own heading.
pub(super) fn other_records<'a>(desk: &mut Desk<'a>, works: &Works<'a>, name: &str, all: &[Case<'a>]) -> Vec<Section> {
    let mut out = Vec::new();
    let deeds: Vec<&Case<'_>> = all.iter().filter(|c| cases::is_deed(c.kind)).collect();
    if !deeds.is_empty() {
        let section = Section::new("interrupted", format!("Interruptions and reversals that name {name}")).intro(
            "In these records a target state is the one whose collaboration was disturbed, and a challenger the one who disturbed it.",
        );
        out.push(cards::cards(desk, works, &deeds, cards::MOST, section));
    }
    let rest: Vec<&Case<'_>> = all.iter().filter(|c| matches!(c.kind, "effect" | "context")).collect();
    if !rest.is_empty() {
        let section = Section::new("effects", format!("Effects and circumstances that name {name}"))
            .intro("What studies find, and what helps to read the cases. None of these records is an act of collaboration.");
        out.push(cards::cards(desk, works, &rest, cards::MOST, section));
    }
    out
}

fn lead(desk: &mut Desk<'_>, brief: &mut Brief, state: &StateRef, findings: &[Finding<'_>]) {
    for kind in LEAD {
        let mut of: Vec<&Finding<'_>> =
            findings.iter().filter(|f| f.kind == kind && (f.subject == state.id || kind == "vote-shift")).collect();
        let size = |f: &Finding<'_>| f.value.map_or(0.0, f64::abs);
        if kind == "vote-shift" {
            of.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.id.cmp(b.id)));
        } else {
            of.sort_by(|a, b| b.year.cmp(&a.year).then_with(|| a.id.cmp(b.id)));
        }
        if let Some(f) = of.first() {
            let ids = desk.finding_notes(f);
            brief.lead.push(Text::plain(f.statement).notes(ids));
        }
    }
    if brief.lead.is_empty() {
        let text = format!("The observatory holds no finding on {}. Below stands what it does hold, and what it does not.", state.name);
        brief.lead.push(Text::plain(text));
    }
}

fn unknowns(desk: &mut Desk<'_>, state: &StateRef, ends: &Ends) -> Result<Vec<Text>> {
    let name = state.name.as_str();
    let mut out = Vec::new();
    let id = desk.own_note("coverage", "");
    if let Some(year) = sql::ended(state) {
        let text = format!("{name} left the list of states in {year}; nothing here speaks of the present.");
        out.push(Text::plain(text).note(id));
    }
    if ends.regime.is_none() {
        out.push(Text::plain(format!(
            "No source held rates the regime of {name}: V-Dem leaves out very small states and some territories."
        )));
    }
    if ends.session.is_none() && desk.held(UNGA) {
        out.push(Text::plain(format!("{name} has no votes in the General Assembly that could be compared in the years shown.")));
    }
    out.extend(gaps::common(desk, ends)?);
    let lists = gaps::lists(desk)?;
    let ends_of = || lists.values().map(|span| span.1);
    if let (Some(first), Some(last)) = (ends_of().min(), ends_of().max()) {
        let early = ends_of().filter(|y| *y < last).count();
        let mut text = Text::plain("The casebook has dated lists of members for ")
            .number(say::count(lists.len()), 0)
            .then(format!(" organisations, the longest to {last}"));
        if early > 0 {
            let ends = say::plural(early as u64, "ends", "end");
            text = text.then("; ").number(say::count(early), 0).then(format!(" of them {ends} earlier, the earliest in {first}"));
        }
        out.push(text.then(".").note(id));
    }
    if !desk.held(VDEM) {
        out.push(Text::plain("Without V-Dem's own file no probability of an autocratic majority can be given."));
    }
    Ok(out)
}
