//! Composition of organisations against numbers computed independently from the episode data set, with our own membership spells.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::HashMap;

use blocwatch_core::casebook::{Casebook, Member as Spell};
use blocwatch_core::state::States;
use blocwatch_core::time::End;
use blocwatch_stats::composition::{Composition, Member, Rule, composition};

use crate::shared::{self, Row};

/// Ratings by V-Dem text id and year.
fn ratings(rows: &[Row]) -> HashMap<(String, i32), Member> {
    let rating = |r: &Row| Member {
        autocracy: r.number("v2x_regime").map(|v| v < 2.0),
        polyarchy: r.number("v2x_polyarchy"),
        low: r.number("v2x_polyarchy_codelow"),
        high: r.number("v2x_polyarchy_codehigh"),
    };
    rows.iter().map(|r| ((r.text("country_text_id").to_owned(), r.text("year").parse().unwrap()), rating(r))).collect()
}

fn full_member_in(spell: &Spell, year: i32) -> bool {
    let to = match spell.to {
        End::At(date) => date.year(),
        End::Open => i32::MAX,
    };
    spell.status == "full" && spell.from.year() <= year && year <= to
}

#[test]
fn published_compositions() {
    let Some(rows) = shared::rows("reference/ert_v15_inputs_reconstructed.csv") else { return };
    let Some(reference) = shared::rows("reference/io_composition_reference.csv") else { return };
    let ratings = ratings(&rows);
    let book = Casebook::embedded().unwrap();
    let states = States::embedded().unwrap();
    let mut differing = Vec::new();
    for row in &reference {
        let year: i32 = row.text("year").parse().unwrap();
        let organisation = book.organisation(row.text("org")).unwrap();
        let mut ids: Vec<&str> = organisation.member.iter().filter(|m| full_member_in(m, year)).map(|m| m.state.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let members: Vec<Member> = ids
            .iter()
            .map(|id| {
                let vdem = states.by_id(id).and_then(|s| s.vdem_in(year));
                vdem.and_then(|v| ratings.get(&(v.id.clone(), year))).copied().unwrap_or_default()
            })
            .collect();
        let Composition { members: n, members_rated, share_autocracies, majority_autocratic, polyarchy, .. } =
            composition(&members, Rule::default());
        let polyarchy = polyarchy.unwrap();
        let same = row.number("members") == Some(f64::from(n))
            && row.number("coded") == Some(f64::from(members_rated))
            && row.text("majority_autocratic") == if majority_autocratic == Some(true) { "True" } else { "False" }
            && [
                ("share_autocratic", share_autocracies),
                ("mean_polyarchy", Some(polyarchy.mean)),
                ("min_polyarchy", Some(polyarchy.min)),
                ("max_polyarchy", Some(polyarchy.max)),
            ]
            .into_iter()
            .all(|(column, got)| (got.unwrap() - row.number(column).unwrap()).abs() < 1e-6);
        if !same {
            differing.push(format!("{} {year}: {n} members ({members_rated} rated) {ids:?}, mean {}", organisation.id, polyarchy.mean));
        }
    }
    assert_eq!(reference.len(), 11);
    assert!(differing.is_empty(), "{differing:#?}");
}
