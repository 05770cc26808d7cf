//! Rules for `works/`.

use std::collections::BTreeSet;

use super::{Check, Record};

const KINDS: [&str; 10] = ["article", "book", "chapter", "report", "news", "working-paper", "dataset", "web", "law", "policy-paper"];
const YEARS: std::ops::RangeInclusive<i32> = 1600..=2100;

pub(super) fn check(check: &mut Check<'_>) {
    let book = check.book;
    let records: Vec<Record<'_>> = book.works.iter().map(|w| Record { file: &w.file, id: &w.id }).collect();
    check.unique("work", &records);
    let used = used(check);
    for (work, record) in book.works.iter().zip(records) {
        check.id(record, "a work");
        check.word(record, "kind", &KINDS, &work.kind);
        check.filled(record, "title", &work.title);
        if work.author.is_empty() || work.author.iter().any(|a| a.trim().is_empty()) {
            check.error(record, "author", "empty", "there is no author", "write the body that published it");
        }
        if let Some(year) = work.year.filter(|y| !YEARS.contains(y)) {
            check.error(record, "year", "year", format!("{year} is no year of a work"), "correct it, or leave it out where there is none");
        }
        // data sets have ids by which they are known, and are cited by the sources that read them
        let data = work.kind == "dataset" || work.file.ends_with("/datasets.toml");
        let dated = work.year.map_or_else(|| "nd".to_owned(), |y| y.to_string());
        if !data && !work.id.split('-').any(|w| w == dated) {
            check.warn(
                record,
                "id",
                "work-id",
                format!("the id '{}' does not carry {dated}", work.id),
                "write surname-year-word, with 'nd' where there is no year",
            );
        }
        if let (Some(date), Some(year)) = (work.date, work.year)
            && date.year() != year
        {
            check.warn(record, "date", "year", format!("the date {date} is not in the year {year}"), "correct one of them");
        }
        if !work.doi.is_empty() && !work.doi.starts_with("10.") {
            check.error(record, "doi", "doi", format!("'{}' is no DOI", work.doi), "write it without resolver, from '10.' on");
        }
        if let Some(through) = through(&work.cited_at) {
            check.work(record, through);
        }
        if !data && !used.contains(work.id.as_str()) {
            check.warn(record, "id", "unused-work", format!("nothing cites '{}'", work.id), "cite it or remove it");
        }
    }
}

/// The work at the beginning of `cited_at` (`cottiero-2024-understanding, n. 28`).
fn through(cited_at: &str) -> Option<&str> {
    cited_at.split(',').next().map(str::trim).filter(|id| !id.is_empty())
}

fn used<'a>(check: &Check<'a>) -> BTreeSet<&'a str> {
    let book = check.book;
    let sources = (book.cases.iter().flat_map(|c| &c.source))
        .chain(book.organisations.iter().flat_map(|o| &o.source))
        .chain(book.interruptions.iter().flat_map(|i| &i.source))
        .flat_map(|s| [s.work.as_str(), s.via.as_str()]);
    (book.cases.iter().flat_map(|c| &c.correction).map(|c| c.work.as_str()))
        .chain(book.organisations.iter().flat_map(|o| &o.member).map(|m| m.work.as_str()))
        .chain(book.interruptions.iter().flat_map(|i| &i.adaptations).map(|a| a.work.as_str()))
        .chain(book.works.iter().filter_map(|w| through(&w.cited_at)))
        .chain(sources)
        .collect()
}
