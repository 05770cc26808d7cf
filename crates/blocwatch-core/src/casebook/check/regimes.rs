//! Rules for `regimes/row-spells.csv`. Whether a state exists in a year is not asked: V-Dem rates units that the lists of states leave
//! out.

use std::collections::BTreeMap;

use super::{Check, Problem};
use crate::casebook::RegimeSpell;
use crate::notice::Severity;

const FILE: &str = "regimes/row-spells.csv";

pub(super) fn check(check: &mut Check<'_>) {
    let mut by_state: BTreeMap<&str, Vec<&RegimeSpell>> = BTreeMap::new();
    for spell in &check.book.regimes {
        by_state.entry(&spell.state).or_default().push(spell);
    }
    let mut found = Vec::new();
    let mut report = |spell: &RegimeSpell, rule: &'static str, what: String, remedy: &str| {
        let (file, id, remedy) = (FILE.to_owned(), spell.state.clone(), remedy.to_owned());
        found.push(Problem { file, line: spell.line, id, rule, what, remedy, severity: Severity::Error });
    };
    for (state, mut spells) in by_state {
        if check.states.by_id(state).is_none() {
            report(spells[0], "unknown-state", format!("'{state}' is no state"), "write an id of states/states.toml");
        }
        for spell in &spells {
            if spell.from > spell.to {
                report(
                    spell,
                    "date-order",
                    format!("the spell ends ({}) before it begins ({})", spell.to, spell.from),
                    "exchange the years",
                );
            }
        }
        spells.sort_by_key(|s| (s.from, s.line));
        for pair in spells.windows(2) {
            if pair[1].from <= pair[0].to {
                report(pair[1], "spells-overlap", format!("{state} has two spells in {}", pair[1].from), "a state has one class a year");
            }
        }
    }
    check.problems.extend(found);
}
