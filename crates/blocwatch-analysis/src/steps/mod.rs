//! The steps of the graph, one file each. Inputs come before those who read them; a test checks that, and that every table has one
//! maker.
//!
//! To add a step: a file with its table declarations and its function, and one line in [`all`].

pub mod accounts;
pub mod case_count;
pub mod casebook;
pub mod event_tactic;
pub mod events;
pub mod harmonise;
pub mod machine_tie;
pub mod membership;
pub mod regime;
pub mod regime_measure;
pub mod side_by_side;
pub mod states;
pub mod ties;
pub mod votes;

use std::sync::LazyLock;

use blocwatch_core::table::TableSpec;

use crate::step::{Input, Step};

static ALL: LazyLock<Vec<Step>> = LazyLock::new(|| {
    let mut all = vec![states::step(), casebook::step()];
    all.extend(harmonise::steps());
    all.extend([regime::step(), membership::step(), regime_measure::step()]);
    all.extend([
        votes::step(),
        events::step(),
        event_tactic::step(),
        ties::step(),
        side_by_side::step(),
        case_count::step(),
        machine_tie::step(),
        accounts::step(),
        crate::findings::step(),
    ]);
    // measures read and are read by the rest
    all.splice(0..0, crate::measures::steps());
    let mut all = inputs_first(all);
    all.push(crate::panel::held::step(&all));
    all
});

/// The steps in the order given, but each after those that make what it reads. Steps that wait for one another stay last, where the tests
/// find them.
fn inputs_first(mut steps: Vec<Step>) -> Vec<Step> {
    let mut out: Vec<Step> = Vec::with_capacity(steps.len());
    loop {
        let ready = steps.iter().position(|s| {
            s.inputs.iter().all(|i| match i {
                Input::Table(t) => !steps.iter().any(|other| other.outputs.iter().any(|o| o.name == *t)),
                Input::Accounts(made_by) => !steps.iter().any(|other| other.name == *made_by),
                Input::Source(_) | Input::Knowledge(_) => true,
            })
        });
        match ready {
            Some(at) => out.push(steps.remove(at)),
            None => {
                out.extend(steps);
                return out;
            }
        }
    }
}

/// All steps, inputs first.
pub fn all() -> &'static [Step] {
    &ALL
}

/// All tables, in the order of the graph.
pub fn tables() -> Vec<&'static TableSpec> {
    ALL.iter().flat_map(|s| s.outputs.iter().copied()).collect()
}

/// The declaration of a table.
pub fn table(name: &str) -> Option<&'static TableSpec> {
    tables().into_iter().find(|t| t.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn inputs_come_first_and_every_table_has_one_maker() {
        let mut made = BTreeSet::new();
        let mut names = BTreeSet::new();
        for step in all() {
            assert!(names.insert(step.name), "step {} stands twice", step.name);
            for input in &step.inputs {
                match input {
                    Input::Table(t) => assert!(made.contains(t), "{} reads {t} before it is made", step.name),
                    Input::Accounts(s) => assert!(names.contains(s), "{} reads the accounts of {s} too early", step.name),
                    Input::Source(_) | Input::Knowledge(_) => {}
                }
            }
            for table in &step.outputs {
                assert!(made.insert(table.name), "table {} has two makers", table.name);
            }
        }
    }

    #[test]
    fn every_table_documents_every_column() {
        for table in tables() {
            assert!(table.doc.ends_with('.'), "{}", table.name);
            assert!(table.keys.iter().all(|k| table.columns.iter().any(|c| c.name == *k)), "{}: a key is no column", table.name);
            for (i, key) in table.keys.iter().enumerate() {
                let first = harmonise::is_harmonised(table.name) || table.columns[i].name == *key;
                assert!(first, "{}: keys come first", table.name);
            }
            for column in table.columns {
                assert!(!column.doc.is_empty() && !column.unit.is_empty(), "{}.{}", table.name, column.name);
                // in a harmonised table a null is always the same: the publisher gives no value
                if column.nullable && !harmonise::is_harmonised(table.name) {
                    assert!(column.doc.contains("null"), "{}.{} must say what null means", table.name, column.name);
                }
            }
        }
    }
}
