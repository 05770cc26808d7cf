//! What is embedded holds together.

use blocwatch_core::Severity;
use blocwatch_core::casebook::{Casebook, check};
use blocwatch_core::state::States;
use blocwatch_core::taxonomy::Taxonomy;

#[test]
fn the_embedded_knowledge_has_no_errors() {
    let files = Casebook::embedded_files();
    let (book, unreadable) = Casebook::read(&files);
    let mut found: Vec<String> = unreadable.iter().map(ToString::to_string).collect();
    let problems = check::check(&book, Taxonomy::embedded().unwrap(), States::embedded().unwrap(), &files);
    found.extend(problems.iter().filter(|p| p.severity == Severity::Error).map(ToString::to_string));
    assert!(found.is_empty(), "{} problems:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_embedded_knowledge_is_there() {
    let book = Casebook::embedded().unwrap();
    assert!(!book.cases.is_empty() && !book.organisations.is_empty() && !book.works.is_empty() && !book.regimes.is_empty());
    let some = &book.cases[book.cases.len() / 2];
    assert_eq!(book.case(&some.id), Some(some));
    assert_eq!(book.organisation("SCO").map(|o| o.cow_igo.as_str()), Some("SCO"));
}
