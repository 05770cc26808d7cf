//! What a panel says of itself: for each column its meaning, what null means in it, and the works to cite.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use blocwatch_core::casebook::{Casebook, Work};
use blocwatch_core::table::{Column, Kind};
use blocwatch_engine::Observatory;
use blocwatch_engine::export::codebook::{Codebook, Reference, Variable};

use super::catalogue::{Catalogue, Chosen, Entry, Level, Side};
use super::join::Frame;
use super::joins::{Join, Variants};
use super::{Request, System, Unit};
use crate::error::Result;
use crate::measures::PARTS;
use crate::step::Input;
use crate::steps;

/// Said where one row of a table stands in two rows of a panel.
pub(crate) const SHARED: &str = "tables keep one row per state and year; where a state has two numbers of the list within a year (Germany and \
     Yemen in 1990), the rows of both carry the same values: do not add them up";

/// What a table rests on, directly or through other tables: ids of sources and parts of `knowledge/`.
struct Roots {
    sources: Vec<&'static str>,
    knowledge: BTreeSet<&'static str>,
}

fn roots(table: &str) -> Roots {
    roots_of(steps::table(table).map(|t| Input::Table(t.name)))
}

/// What a column rests on, which may be less than its table does.
fn column_roots(table: &str, column: &str) -> Roots {
    match PARTS.iter().find(|p| p.table.name == table && p.columns.contains(&column)) {
        Some(part) => roots_of(part.inputs.iter().copied()),
        None => roots(table),
    }
}

fn roots_of(inputs: impl IntoIterator<Item = Input>) -> Roots {
    let mut roots = Roots { sources: Vec::new(), knowledge: BTreeSet::new() };
    let mut todo: Vec<Input> = inputs.into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(input) = todo.pop() {
        match input {
            Input::Table(table) if seen.insert(table) => {
                let step = steps::all().iter().find(|s| s.outputs.iter().any(|t| t.name == table));
                todo.extend(step.into_iter().flat_map(|s| s.inputs.iter().copied()));
            }
            Input::Source(id) if !roots.sources.contains(&id) => roots.sources.push(id),
            Input::Knowledge(part) => {
                roots.knowledge.insert(part);
            }
            Input::Table(_) | Input::Source(_) | Input::Accounts(_) => {}
        }
    }
    roots.sources.sort_unstable();
    roots
}

/// Ids of the sources that a table rests on, directly or through other tables.
pub fn sources_of(table: &str) -> Vec<&'static str> {
    roots(table).sources
}

/// Ids of the sources that some columns of a table rest on.
pub(super) fn sources_of_columns(table: &str, columns: &BTreeSet<&str>) -> Vec<&'static str> {
    let all: BTreeSet<&str> = columns.iter().flat_map(|c| column_roots(table, c).sources).collect();
    all.into_iter().collect()
}

/// The work that gives a state list.
fn list_of_states(system: System) -> &'static str {
    match system {
        System::Gw => "gleditsch-1999-revised",
        System::Cow => "cow-2017-state",
    }
}

/// A key column, or the number of the other list beside it.
pub(super) fn frame_variable(column: &'static Column, side: Side) -> Variable {
    let (name, of) = match side {
        Side::One => (format!("{}1", column.name), "first state: "),
        Side::Two => (format!("{}2", column.name), "second state: "),
        _ => (column.name.to_owned(), ""),
    };
    let null = if column.nullable { "the other list does not have the state then" } else { "" };
    let sources = match column.name {
        "gwcode" => vec![list_of_states(System::Gw).to_owned()],
        "ccode" => vec![list_of_states(System::Cow).to_owned()],
        _ => Vec::new(),
    };
    Variable {
        name,
        kind: column.kind,
        nullable: column.nullable,
        unit: column.unit.to_owned(),
        doc: format!("{of}{}", column.doc),
        null: null.to_owned(),
        labels: Vec::new(),
        table: String::new(),
        column: String::new(),
        variant: String::new(),
        years: None,
        sources,
        why: String::new(),
    }
}

/// A column that was chosen.
pub(super) fn variable(catalogue: &Catalogue, choice: Chosen, request: &Request) -> Variable {
    let entry = &catalogue.entries[choice.entry];
    let of = match choice.side {
        Side::Whole => "",
        Side::One => "first state: ",
        Side::Two => "second state: ",
        Side::Forward => "from the first state to the second: ",
        Side::Backward => "from the second state to the first: ",
    };
    let join = steps::table(entry.table).and_then(Join::of);
    let null = match (entry.level, join.is_some_and(|j| j.has_zeros(entry.column.name))) {
        _ if entry.layer.as_ref().is_some_and(|l| !l.zeros) => "the source says nothing of the pair, which is not zero",
        _ if entry.layer.is_some() => {
            "0 where the table coverage says of this series that both states are covered, and there is no tie; null elsewhere"
        }
        (Level::Frame, _) if !entry.column.nullable => "",
        (Level::Frame, _) => "there is no such code for the state then",
        (_, true) => {
            "0 where both states are covered and the source names nothing; null where a state is not covered or the source leaves the cell \
             blank"
        }
        (Level::Pair | Level::PairMonth, _) => "the table says nothing of the pair, which is not zero",
        _ => "the table says nothing of the unit, or the source does not cover it",
    };
    let name = catalogue.shown(choice);
    let keys = match (request.unit, request.system) {
        (Unit::StateYear, System::Gw) => "gwcode=…,year=…",
        (Unit::StateYear, System::Cow) => "ccode=…,year=…",
        (Unit::OrgYear, _) => "org=…,year=…",
        (Unit::DyadYear, System::Gw) => "gwcode1=…,gwcode2=…,year=…",
        (Unit::DyadYear, System::Cow) => "ccode1=…,ccode2=…,year=…",
        (Unit::DyadMonth, System::Gw) => "gwcode1=…,gwcode2=…,year=…,month=…",
        (Unit::DyadMonth, System::Cow) => "ccode1=…,ccode2=…,year=…,month=…",
    };
    let options = [
        (request.system == System::Cow).then_some(" --system cow"),
        (request.unit.is_dyadic() && !request.directed).then_some(" --undirected"),
    ];
    let options: String = options.into_iter().flatten().collect();
    Variable {
        kind: entry.column.kind,
        nullable: entry.level != Level::Frame || entry.column.nullable,
        unit: entry.unit().to_owned(),
        doc: format!("{of}{}", if pivoted(join) { entry.pivot_doc() } else { entry.column.doc.to_owned() }),
        null: null.to_owned(),
        labels: labels(entry.column),
        table: entry.table.to_owned(),
        column: entry.column.name.to_owned(),
        variant: entry.variant.clone(),
        years: entry.years,
        sources: references_of(entry, request.system),
        why: format!("blocwatch panel {}{options} --why \"{keys},column={name}\"", request.unit.as_str()),
        name,
    }
}

fn pivoted(join: Option<Join>) -> bool {
    matches!(join.map(|j| j.variants), Some(Variants::Pivot { .. }))
}

/// Ids of the references that a column rests on.
fn references_of(entry: &Entry, system: System) -> Vec<String> {
    let roots = column_roots(entry.table, entry.column.name);
    let mut out: Vec<String> = roots.sources.iter().map(|s| (*s).to_owned()).collect();
    if roots.knowledge.iter().any(|k| ["organisations", "cases", "interruptions", "regimes"].contains(k)) {
        out.push("casebook".to_owned());
    }
    if out.is_empty() {
        out.push(list_of_states(system).to_owned());
    }
    out
}

/// The codes of a column with their words, where its unit or its meaning lists them as `0 closed autocracy, 1 electoral autocracy`.
///
/// A list stands alone between semicolons, has at least two codes, and every part of it begins with one.
pub fn labels(column: &Column) -> Vec<(i32, String)> {
    if column.kind == Kind::Bool {
        return vec![(0, "no".to_owned()), (1, "yes".to_owned())];
    }
    if !matches!(column.kind, Kind::I32 | Kind::U16 | Kind::U32) {
        return Vec::new();
    }
    let mut out: Vec<(i32, String)> = Vec::new();
    for text in [column.unit, column.doc] {
        for clause in text.split(';') {
            let parts: Option<Vec<(i32, String)>> = clause.split(", ").map(|part| label(part.trim())).collect();
            if let Some(parts) = parts.filter(|p| p.len() > 1) {
                out.extend(parts);
            }
        }
        if !out.is_empty() {
            break;
        }
    }
    out.sort_by_key(|(code, _)| *code);
    out.dedup_by_key(|(code, _)| *code);
    out
}

fn label(part: &str) -> Option<(i32, String)> {
    let (code, word) = part.split_once(' ')?;
    let first = word.split(' ').next()?;
    // "0 to 6" and "96 and 99" are ranges, "0 is less than half a million" a sentence
    if ["to", "and", "or", "is", "are", "as"].contains(&first) || word.contains(" to ") {
        return None;
    }
    Some((code.parse().ok()?, word.to_owned()))
}

/// The codebook of a panel.
pub(super) fn codebook(
    observatory: &Observatory,
    request: &Request,
    variables: Vec<Variable>,
    frame: &Frame,
    shared: usize,
    keys: &[String],
) -> Result<Codebook> {
    let manifest = &observatory.manifest;
    let years = frame.years();
    let pairs = if request.directed { "ordered pair" } else { "pair (the lower number first)" };
    let (unit, what) = match request.unit {
        Unit::StateYear => {
            ("state_year", "one state in one calendar year in which it was in the state system on at least one day".to_owned())
        }
        Unit::OrgYear => ("org_year", "one organisation in one calendar year of which some table speaks".to_owned()),
        Unit::DyadYear => (
            if request.directed { "directed_dyad_year" } else { "undirected_dyad_year" },
            format!("one {pairs} of states in one calendar year in which both were in the state system on at least one same day"),
        ),
        Unit::DyadMonth => (
            if request.directed { "directed_dyad_month" } else { "undirected_dyad_month" },
            format!("one {pairs} of states in one month in which both were in the state system on at least one same day"),
        ),
    };
    let span = match years {
        Some((from, to)) if from == to => from.to_string(),
        Some((from, to)) => format!("{from}-{to}"),
        None => "no years".to_owned(),
    };
    let plural = unit.replace('_', " ") + "s";
    let mut notes = Vec::new();
    if shared > 0 {
        notes.push(SHARED.to_owned());
    }
    if !request.microstates {
        notes.push("states on the microstate part of Gleditsch and Ward's list are left out".to_owned());
    }
    let mut book = Codebook {
        name: format!("panel-{}", unit.replace('_', "-")),
        title: format!("Blocwatch panel of {plural}, {span}"),
        description: format!("One row is {what}. A zero is a value or a declared silence inside coverage; everything unknown is empty."),
        unit: unit.to_owned(),
        state_system: if request.unit == Unit::OrgYear { String::new() } else { request.system.as_str().to_owned() },
        keys: keys.to_vec(),
        rows: frame.rows() as u64,
        blocwatch: manifest.blocwatch.clone(),
        observatory: manifest.key.clone(),
        as_of: manifest.as_of.clone(),
        references: Vec::new(),
        variables,
        notes,
    };
    book.references = references(observatory, &mut book.variables)?;
    book.check()?;
    Ok(book)
}

/// The references that variables name, in the order in which they are first needed; sources of which nothing is held are struck out.
fn references(observatory: &Observatory, variables: &mut [Variable]) -> Result<Vec<Reference>> {
    let book = LazyBook::default();
    let held: BTreeSet<&str> = observatory.manifest.snapshots.iter().map(|s| s.source.as_str()).collect();
    let mut out: Vec<Reference> = Vec::new();
    let mut works: BTreeSet<&str> = BTreeSet::new();
    for variable in variables {
        variable.sources.retain(|id| blocwatch_sources::by_id(id).is_none() || held.contains(id.as_str()));
        let knowledge = if variable.table.is_empty() { BTreeSet::new() } else { column_roots(&variable.table, &variable.column).knowledge };
        // the starter spells of regimes speak only where no file of V-Dem does
        if knowledge.contains("regimes") && !held.contains("vdem") {
            works.insert("coppedge-2025-vdem");
        }
        if knowledge.contains("organisations") {
            works.extend(book.whole()?.organisations.iter().flat_map(|o| &o.member).map(|m| m.work.as_str()));
        }
        if knowledge.contains("cases") {
            works.extend(book.whole()?.cases.iter().flat_map(|c| &c.source).map(|s| s.work.as_str()));
        }
        for id in &variable.sources {
            // an edition is a file of one version; a measure may rest on all that is held
            let versions = versions(observatory, id, &variable.variant);
            match out.iter_mut().find(|r| r.id == *id) {
                Some(known) => {
                    known.versions.extend(versions);
                    known.versions.sort_unstable();
                    known.versions.dedup();
                }
                None => out.extend(reference(&book, id)?.map(|r| Reference { versions, ..r })),
            }
        }
    }
    let known: BTreeSet<String> = out.iter().map(|r| r.id.clone()).collect();
    for work in works.into_iter().filter(|w| !known.contains(*w)) {
        out.extend(book.works()?.work(work).map(of_work));
    }
    Ok(out)
}

/// The casebook as far as references need it: reading all of it takes longer than many panels.
#[derive(Default)]
struct LazyBook {
    works: OnceCell<Casebook>,
    whole: OnceCell<Casebook>,
}

impl LazyBook {
    /// Only the works.
    fn works(&self) -> Result<&Casebook> {
        if let Some(book) = self.whole.get().or_else(|| self.works.get()) {
            return Ok(book);
        }
        let book = Casebook::embedded_part(&["works"])?;
        Ok(self.works.get_or_init(|| book))
    }

    fn whole(&self) -> Result<&Casebook> {
        if let Some(book) = self.whole.get() {
            return Ok(book);
        }
        let book = Casebook::embedded()?;
        Ok(self.whole.get_or_init(|| book))
    }
}

/// Versions of a source's files: of those of an edition, or of all that are held.
fn versions(observatory: &Observatory, id: &str, edition: &str) -> Vec<String> {
    if id == "casebook" {
        return vec![observatory.manifest.blocwatch.clone()];
    }
    let held = || observatory.manifest.snapshots.iter().filter(|s| s.source == id && !s.version.is_empty());
    let of_edition = held().any(|s| s.shape == edition);
    let all: BTreeSet<&str> = held().filter(|s| !of_edition || s.shape == edition).map(|s| s.version.as_str()).collect();
    all.into_iter().map(str::to_owned).collect()
}

fn reference(book: &LazyBook, id: &str) -> Result<Option<Reference>> {
    if id == "casebook" {
        return Ok(Some(Reference {
            id: id.to_owned(),
            authors: "Blocwatch contributors".to_owned(),
            year: None,
            title: "The casebook of Blocwatch".to_owned(),
            outlet: "Blocwatch".to_owned(),
            doi: String::new(),
            url: String::new(),
            licence: "CC BY 4.0".to_owned(),
            licence_url: "https://creativecommons.org/licenses/by/4.0/".to_owned(),
            versions: Vec::new(),
        }));
    }
    let Some(source) = blocwatch_sources::by_id(id) else { return Ok(book.works()?.work(id).map(of_work)) };
    let meta = source.meta();
    Ok(Some(Reference {
        id: id.to_owned(),
        authors: meta.citation.authors.clone(),
        year: Some(meta.citation.year),
        title: meta.citation.title.clone(),
        outlet: meta.citation.outlet.clone(),
        doi: meta.citation.doi.clone(),
        url: meta.homepage.clone(),
        licence: meta.licence.clone(),
        licence_url: meta.licence_url.clone(),
        versions: Vec::new(),
    }))
}

fn of_work(work: &Work) -> Reference {
    Reference {
        id: work.id.clone(),
        authors: work.author.join(" and "),
        year: work.year,
        title: work.title.clone(),
        outlet: work.outlet.clone(),
        doi: work.doi.clone(),
        url: work.url.clone(),
        licence: work.licence.clone(),
        licence_url: String::new(),
        versions: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blocwatch_core::table::opt;

    fn of(unit: &'static str, doc: &'static str) -> Vec<(i32, String)> {
        labels(&opt("x", Kind::I32, unit, doc))
    }

    #[test]
    fn words_of_codes_are_read_where_they_are_listed() {
        let four = of("0-3", "0 closed autocracy, 1 electoral autocracy, 2 electoral democracy, 3 liberal democracy; null where not rated");
        assert_eq!(four.len(), 4);
        assert_eq!(four[1], (1, "electoral autocracy".to_owned()));
        assert_eq!(of("0 no, 1 yes; 2 as published in a few rows", "Elected"), [(0, "no".to_owned()), (1, "yes".to_owned())]);
        assert_eq!(of("score 0-10; -66 interruption, -77 interregnum, -88 transition", "").len(), 3);
        assert_eq!(of("1-4", "1 full, 2 associate, 3 observer (COW codes), 4 suspended (ours)")[3].1, "suspended (ours)");
    }

    #[test]
    fn scales_ranges_and_sentences_are_no_codes() {
        for unit in [
            "1 most free to 7 least free",
            "0 none, else the publisher's kinds",
            "-2 to 3; 96 to 99 and -66 to -88 are codes of the publisher",
            "0 is less than half a million, in dodl also no transfer",
            "1 yes",
            "year",
        ] {
            assert_eq!(of(unit, ""), [], "{unit}");
        }
    }

    #[test]
    fn a_measure_rests_on_the_sources_of_its_tables() {
        assert_eq!(sources_of("alliance_dyad_year"), ["atop"]);
        let joint = sources_of("joint_membership_dyad_year");
        assert!(joint.contains(&"cow_igo") && joint.contains(&"vdem"), "{joint:?}");
        assert!(sources_of("state_year").is_empty());
    }
}
