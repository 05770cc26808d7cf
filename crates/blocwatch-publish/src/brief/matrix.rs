//! The matrix profile of a state or organisation: in how many coded cases it is named, by tactic and channel, and in which role.
//!
//! Being named is not being accused. The profile counts cases of collaboration; a target or a challenger takes no part in one, and the
//! roles stand in a table of their own.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::coverage::Knowledge;

use super::cases::{self, Case};
use super::desk::Desk;
use super::say;
use crate::chart::{Chart, HeatRow, MatrixHeat, Plot};
use crate::doc::{Block, CalloutKind, Section};
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// About whom a profile is: kind of actor, id and name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Actor<'n> {
    pub(super) kind: &'n str,
    pub(super) id: &'n str,
    pub(super) name: &'n str,
}

impl Actor<'_> {
    /// Whether it takes part in a case: in any role but that of target or challenger.
    pub(super) fn takes_part(&self, case: &Case<'_>) -> bool {
        case.roles(self.kind, self.id).iter().any(|r| !matches!(*r, "target_state" | "challenger"))
    }
}

/// The tactics of cases, each with in how many it is seen.
pub(super) fn tactics<'a>(cases: &[&Case<'a>]) -> BTreeMap<&'a str, usize> {
    let mut out = BTreeMap::new();
    for case in cases {
        if let Some(t) = case.tactic {
            *out.entry(t).or_insert(0) += 1;
        }
    }
    out
}

/// The section with the profile; the cards come after it.
pub(super) fn section<'a>(desk: &mut Desk<'a>, actor: Actor<'_>, all: &[&Case<'a>]) -> Section {
    let name = actor.name;
    let id = cases::count_note(desk);
    let mut section = Section::new("cases", "Cases of collaboration");
    if all.is_empty() {
        return section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(format!(
                "The casebook holds no case of collaboration that names {name}. That says what has been coded, not what happens: the \
                 absence of a case is not the absence of collaboration."
            )),
        ));
    }
    let part: Vec<&Case<'_>> = all.iter().copied().filter(|c| actor.takes_part(c)).collect();
    let mut text = Text::plain("The casebook holds ").number(say::count(all.len()), 0).then(format!(
        " {} of collaboration that name{} {name}",
        say::plural(all.len() as u64, "case", "cases"),
        if all.len() == 1 { "s" } else { "" }
    ));
    if part.len() != all.len() {
        text = text
            .then(if actor.kind == "state" { ", or an agency or firm of it; " } else { "; " })
            .number(say::count(part.len()), 0)
            .then(" of them name it in a role other than target or challenger");
    }
    section = section.block(
        text.then(
            ". Being named is not being accused: a host, a home state, a venue or a target is not a sponsor. Counts say what has \
            been coded, not how often it happens.",
        )
        .note(id),
    );
    if !part.is_empty() {
        let mut rows: Vec<HeatRow> = Vec::new();
        for response in desk.terms("response") {
            for tactic in desk.terms("tactic").iter().filter(|t| t.parent == response.id) {
                let own: Vec<&&Case<'_>> = part.iter().filter(|c| c.tactic == Some(tactic.id.as_str())).collect();
                if own.is_empty() {
                    continue;
                }
                let counts = desk
                    .terms("channel")
                    .iter()
                    .map(|ch| Some(own.iter().filter(|c| c.channel == Some(ch.id.as_str())).count() as u64))
                    .collect();
                rows.push(HeatRow { group: response.name.clone(), label: tactic.name.clone(), counts });
            }
        }
        let heat = MatrixHeat {
            row_name: "Tactic".to_owned(),
            columns: desk.terms("channel").iter().map(|c| c.name.clone()).collect(),
            rows,
            unit: "cases".to_owned(),
        };
        let most: Vec<String> = heat.rows.iter().map(|r| format!("{} {}", r.label, r.counts.iter().flatten().sum::<u64>())).collect();
        section = section.block(
            Chart::new(
                format!("Coded cases that name {name}, by tactic and channel"),
                format!("Cases per tactic: {}.", most.join("; ")),
                Text::plain("In a role other than target or challenger. A zero means that no such case is coded.").note(id),
                Plot::MatrixHeat(heat),
            )
            .gaps(Knowledge::Covered),
        );
    }
    section.block(roles(desk, actor, all, id))
}

/// In which roles it is named, by response.
fn roles<'a>(desk: &mut Desk<'a>, actor: Actor<'_>, all: &[&Case<'a>], id: crate::note::NoteId) -> Table {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for case in all {
        used.extend(case.roles(actor.kind, actor.id));
    }
    let order: Vec<(&str, &str)> =
        desk.terms("role").iter().filter(|r| used.contains(r.id.as_str())).map(|r| (r.id.as_str(), r.name.as_str())).collect();
    let only_of = |c: &Case<'_>| c.roles(actor.kind, actor.id).is_empty();
    let through = all.iter().any(|c| only_of(c));
    let mut columns = vec![Column::text("Response")];
    columns.extend(order.iter().map(|(_, name)| Column::number(*name, "cases")));
    if through {
        columns.push(Column::number("Only an agency or firm of it", "cases"));
    }
    let caption = Text::plain(format!("In which role the cases name {}", actor.name)).note(id);
    let mut table = Table::new(caption, columns);
    for response in desk.terms("response") {
        let own: Vec<&&Case<'_>> = all.iter().filter(|c| c.response == Some(response.id.as_str())).collect();
        if own.is_empty() {
            continue;
        }
        let mut row = vec![Cell::text(response.name.as_str())];
        for (role, _) in &order {
            let n = own.iter().filter(|c| c.roles(actor.kind, actor.id).contains(role)).count();
            row.push(Cell::number(say::count(n), 0));
        }
        if through {
            row.push(Cell::number(say::count(own.iter().filter(|c| only_of(c)).count()), 0));
        }
        table.rows.push(row);
    }
    table.footer("A case that names it in two roles counts under both.")
}
