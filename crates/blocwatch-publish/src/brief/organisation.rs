//! The brief on one organisation or forum.

use blocwatch_core::coverage::Knowledge;

use super::cases::{self, Case, Works};
use super::desk::{CASEBOOK, COW, Desk, source_name};
use super::gaps::{self, Ends};
use super::matrix::{self, Actor};
use super::method::{self, Topic};
use super::sql::{self, quote};
use super::tidy::tidy;
use super::{Query, cards, members, news, orgs, playbook, say, state};
use crate::chart::{Chart, Lines, Plot, Point, Series};
use crate::doc::{Block, Brief, BriefKind, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// The queries of the brief.
pub(super) fn queries(id: &str) -> Vec<Query> {
    let org = quote(id);
    let mut out = vec![
        Query::new(
            "finding",
            format!(
                "SELECT f.finding_id, f.subject, f.kind, f.year, f.value, f.statement, c.source AS list FROM finding f \
                 LEFT JOIN composition_org_year c ON c.org = f.subject AND c.year = f.year WHERE f.subject = {org}"
            ),
        ),
        Query::new(
            "organisation",
            format!(
                "SELECT o.org, o.name, o.kind, o.field, o.origin, o.purpose, o.from_year, o.to_year, o.parent, p.name AS parent_name, \
                 o.covered_to, o.membership_note, o.source FROM organisation o LEFT JOIN organisation p ON p.org = o.parent \
                 WHERE o.org = {org} OR o.parent = {org} ORDER BY o.org"
            ),
        ),
        Query::new(
            "composition",
            format!(
                "SELECT 'used' AS list, year, source, members, members_rated, autocracies, share_autocracies, majority_autocratic, \
                 p_majority_autocratic, mean_polyarchy, sensitive FROM composition_org_year WHERE org = {org} \
                 UNION ALL SELECT 'claim', year, source, members, members_rated, autocracies, share_autocracies, majority_autocratic, \
                 p_majority_autocratic, mean_polyarchy, CAST(NULL AS BOOLEAN) FROM composition_claim_org_year WHERE org = {org}"
            ),
        ),
    ];
    out.extend(members::queries(id));
    out.extend(sql::cases(&format!("SELECT DISTINCT case_id FROM case_party WHERE actor_kind = 'organisation' AND actor = {org}")));
    out.push(sql::playbook());
    out.push(sql::coverage("FALSE"));
    out
}

/// One year of a list of members.
#[derive(Debug, Clone)]
struct Year<'a> {
    list: &'a str,
    year: i32,
    source: &'a str,
    rated: Option<f64>,
    members: Option<f64>,
    autocracies: Option<f64>,
    share: Option<f64>,
    majority: Option<bool>,
    probability: Option<f64>,
    mean: Option<f64>,
    sensitive: Option<bool>,
}

fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Year<'a>>> {
    let f = desk.frame("composition");
    let (list, year, source) = (f.col("list")?, f.col("year")?, f.col("source")?);
    let (members, rated, autocracies) = (f.col("members")?, f.col("members_rated")?, f.col("autocracies")?);
    let (share, majority, p) = (f.col("share_autocracies")?, f.col("majority_autocratic")?, f.col("p_majority_autocratic")?);
    let (mean, sensitive) = (f.col("mean_polyarchy")?, f.col("sensitive")?);
    let mut out: Vec<Year<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Year {
                list: list.word(i),
                year: year.year(i)?,
                source: source.word(i),
                rated: rated.num(i),
                members: members.num(i),
                autocracies: autocracies.num(i),
                share: share.num(i),
                majority: majority.yes(i),
                probability: p.num(i),
                mean: mean.num(i),
                sensitive: sensitive.yes(i),
            })
        })
        .collect();
    out.sort_by(|a, b| a.list.cmp(b.list).then(a.year.cmp(&b.year)).then_with(|| a.source.cmp(b.source)));
    Ok(out)
}

/// Composes the brief.
pub(super) fn compose(desk: &mut Desk<'_>, id: &str, name: &str) -> Result<Brief> {
    let mut brief = Brief::new(BriefKind::Organisation, name);
    brief.subtitle = "Composition, members, cases of collaboration, and what has interrupted such cases".to_owned();
    let findings = desk.findings()?;
    let all = cases::read(desk)?;
    let works = Works::read(desk)?;
    let years = read(desk)?;
    let used: Vec<Year<'_>> = years.iter().filter(|y| y.list == "used").cloned().collect();
    let rated = used.iter().filter(|y| y.majority.is_some()).map(|y| y.year).max();
    let ends = Ends {
        regime: rated,
        session: None,
        casebook: used.iter().filter(|y| y.source == CASEBOOK).map(|y| y.year).max(),
        cow: gaps::last_covered(desk, COW)?,
    };
    for kind in ["org-composition", "org-majority-change", "org-cohesion", "case-profile"] {
        let newest = findings.iter().filter(|f| f.kind == kind && f.subject == id).max_by_key(|f| (f.year, f.id));
        if let Some(f) = newest {
            let ids = desk.finding_notes(f);
            brief.lead.push(Text::plain(f.statement).notes(ids));
        }
    }
    let (entry, purpose) = identity(desk, id, name)?;
    if let Some(text) = purpose {
        brief.lead.insert(0, text);
    }
    if brief.lead.is_empty() {
        brief.lead.push(Text::plain(format!(
            "The observatory holds no finding on {name}. Below stands what it does hold, and what it does not."
        )));
    }
    brief.sections.push(entry);
    brief.sections.push(composition(desk, name, &used, &years));
    brief.sections.push(members::section(desk, name, rated)?);
    let collaboration: Vec<&Case<'_>> = all.iter().filter(|c| c.kind == "collaboration").collect();
    let profile = matrix::section(desk, Actor { kind: "organisation", id, name }, &collaboration);
    brief.sections.push(cards::cards(desk, &works, &collaboration, cards::MOST, profile));
    brief.sections.extend(state::other_records(desk, &works, name, &all));
    let every: Vec<&Case<'_>> = all.iter().collect();
    let changes = members::news(desk)?;
    brief.sections.push(news::section(desk, &works, name, &findings, &every, changes, &ends));
    let seen = matrix::tactics(&collaboration);
    brief.sections.push(playbook::section(desk, &works, &seen, &format!("the cases that name {name}"))?);
    brief.unknowns = unknowns(desk, name, &used, &ends)?;
    brief.unknowns.extend(gaps::of_cases(desk, name, &every));
    brief.method_note = method::notes(&[Topic::Regime, Topic::Composition, Topic::Cases, Topic::Interruptions]);
    Ok(brief)
}

/// What it is: kind, field, origin, dates, what it belongs to, on what its list rests; and the sentence for the lead.
fn identity(desk: &mut Desk<'_>, id: &str, name: &str) -> Result<(Section, Option<Text>)> {
    let f = desk.frame("organisation");
    let (org, called, kind, field) = (f.col("org")?, f.col("name")?, f.col("kind")?, f.col("field")?);
    let (origin, purpose, from, to) = (f.col("origin")?, f.col("purpose")?, f.col("from_year")?, f.col("to_year")?);
    let (parent, parent_name, covered) = (f.col("parent")?, f.col("parent_name")?, f.col("covered_to")?);
    let (list_note, source) = (f.col("membership_note")?, f.col("source")?);
    let mut section = Section::new("what", "What it is");
    let Some(i) = f.rows().find(|i| org.word(*i) == id) else {
        let text = format!("The observatory has no entry on {name}.");
        return Ok((section.block(Block::callout(CalloutKind::Gap, Text::plain(text))), None));
    };
    let note = desk.note(source.text(i).unwrap_or(CASEBOOK), "organisation");
    let lead = purpose.text(i).map(|p| Text::plain(p).note(note));
    let mut facts = Vec::new();
    let mut fact = |text: String| facts.push(Text::plain(text).note(note));
    match kind.text(i) {
        Some("formal") => fact("Formal: founded by a treaty or charter.".to_owned()),
        Some(k) => fact(format!("{}: without a founding treaty.", say::sentence_case(k))),
        None => fact("Known from COW IGO only, which lists formal organisations.".to_owned()),
    }
    if let Some(t) = field.text(i) {
        fact(format!("Field of work: {}.", t.replace('-', " ")));
    }
    match origin.text(i) {
        Some("unknown") | None => fact("Who founded or led it at its start is not coded.".to_owned()),
        Some(o) => fact(format!(
            "Founded or led at its start by {}.",
            if o == "mixed" {
                "autocracies and democracies"
            } else if o == "autocratic" {
                "autocracies"
            } else {
                "democracies"
            }
        )),
    }
    match (from.year(i), to.year(i)) {
        (Some(a), Some(b)) => fact(format!("{a} to {b}.")),
        (Some(a), None) => fact(format!("Since {a}.")),
        (None, Some(b)) => fact(format!("Until {b}; its beginning is not recorded.")),
        (None, None) => {}
    }
    if let Some(p) = parent.text(i) {
        fact(format!("Part of: {} ({p}).", parent_name.text(i).unwrap_or(p)));
    }
    let bodies: Vec<String> =
        f.rows().filter(|j| parent.text(*j) == Some(id)).map(|j| format!("{} ({})", called.word(j), org.word(j))).collect();
    if !bodies.is_empty() {
        fact(format!("Bodies and organisations within it that are followed here: {}.", say::list(&bodies)));
    }
    if let Some(y) = covered.year(i) {
        fact(format!("The casebook's list of members holds to {y}."));
    }
    section = section.block(Block::List(facts));
    if let Some(text) = list_note.text(i) {
        section = section.block(Text::new().strong("On the list of members. ").then(text).note(note));
    }
    Ok((section, lead))
}

fn sources<'a>(years: &[Year<'a>]) -> Vec<&'a str> {
    let mut out: Vec<&str> = years.iter().map(|y| y.source).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Shares and means over time, the spells of a majority, and the same by each source's list.
fn composition(desk: &mut Desk<'_>, name: &str, used: &[Year<'_>], all: &[Year<'_>]) -> Section {
    let mut section = Section::new("composition", "Composition over time").intro(
        "How many full members are autocracies says in whose company a government sits. It does not say what the organisation does, or \
         at whose wish.",
    );
    let rated: Vec<&Year<'_>> = used.iter().filter(|y| y.share.is_some()).collect();
    let (Some(first), Some(last)) = (rated.first(), rated.last()) else {
        return section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(format!(
                "No composition of {name} is held: it has no list of members here, or none of them has a regime category."
            )),
        ));
    };
    let ids = orgs::notes(desk, &sources(used));
    let means = rated.iter().any(|y| y.mean.is_some());
    let mut series = vec![Series::new("Share of autocracies", rated.iter().map(|y| Point::new(y.year, y.share)))];
    if means {
        series.push(Series::new("Mean polyarchy", rated.iter().map(|y| Point::new(y.year, y.mean))));
    }
    let end = |y: &Year<'_>| {
        let mean = y.mean.map_or_else(String::new, |m| format!(", mean polyarchy {}", say::two(m)));
        format!("{}: share of autocracies {}{mean}", y.year, y.share.map_or_else(String::new, say::two))
    };
    let (what, read) = if means {
        ("Share of autocracies and mean polyarchy", "Share of rated full members; mean over members with a value.")
    } else {
        ("Share of autocracies", "Share of rated full members.")
    };
    section = section.block(Chart::new(
        format!("{what} among the full members of {name}, {}", say::years(first.year, last.year)),
        format!("{}; {}.", end(first), end(last)),
        Text::plain(read).notes(ids.iter().copied()),
        Plot::Lines(Lines {
            series,
            x_name: "Year".to_owned(),
            unit: if means { "Share of rated members and polyarchy, 0–1" } else { "Share of rated members, 0–1" }.to_owned(),
            decimals: 2,
            range: Some((0.0, 1.0)),
        }),
    ));
    section = section.block(spells(name, &rated, &ids));
    let mut table = Table::new(
        Text::plain(format!("Latest composition of {name}, by each source's list")).notes(ids),
        vec![
            Column::text("List"),
            Column::key("Year"),
            Column::number("Full members", "states"),
            Column::number("Rated", "full members with a category"),
            Column::number("Autocracies", "states"),
            Column::number("Share", "of rated members"),
            Column::text("Autocratic majority"),
            Column::number("Probability", "of that majority, 0–1"),
            Column::number("Mean polyarchy", "0–1"),
        ],
    );
    for source in sources(all) {
        let newest = all.iter().filter(|y| y.list == "claim" && y.source == source && y.share.is_some()).max_by_key(|y| y.year);
        let Some(y) = newest else { continue };
        table.rows.push(vec![
            Cell::text(say::sentence_case(source_name(source))),
            Cell::text(y.year.to_string()),
            Cell::number_or(y.members, 0, Knowledge::Missing),
            Cell::number_or(y.rated, 0, Knowledge::Missing),
            Cell::number_or(y.autocracies, 0, Knowledge::Missing),
            y.share.map_or(Cell::missing(Knowledge::NotCovered), |s| Cell::share(s, 1)),
            orgs::yes_no(y.majority),
            Cell::number_or(y.probability, 2, Knowledge::NotCovered),
            Cell::number_or(y.mean, 2, Knowledge::NotCovered),
        ]);
    }
    if table.rows.is_empty() { section } else { section.block(tidy(table.footer("Lists that end in different years do not compare."))) }
}

/// When it had an autocratic majority, and in how many of those years the answer hangs on the measure.
fn spells(name: &str, rated: &[&Year<'_>], ids: &[NoteId]) -> Table {
    let columns = vec![
        Column::key("From"),
        Column::key("To"),
        Column::text("Autocratic majority"),
        Column::text("Share of autocracies, lowest to highest"),
        Column::number("Depends on the measure or interval", "years"),
        Column::text("List of members"),
    ];
    let mut table =
        Table::new(Text::plain(format!("Spells with and without an autocratic majority in {name}")).notes(ids.iter().copied()), columns);
    for run in rated.chunk_by(|a, b| a.majority == b.majority && a.source == b.source && b.year == a.year + 1) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let shares = || run.iter().filter_map(|y| y.share);
        // where no year can be told, none is counted as safe
        let told = || run.iter().filter_map(|y| y.sensitive);
        let sensitive = (told().count() > 0).then(|| say::count(told().filter(|s| *s).count()));
        let (low, high) = (shares().fold(f64::INFINITY, f64::min), shares().fold(0.0, f64::max));
        let words = crate::words::ENGLISH;
        let percent = |v: f64| format!("{}%", words.number(v * 100.0, 1));
        table.rows.push(vec![
            Cell::text(first.year.to_string()),
            Cell::text(last.year.to_string()),
            orgs::yes_no(first.majority),
            Cell::text(if low == high { percent(low) } else { format!("{} to {}", percent(low), percent(high)) }),
            Cell::number_or(sensitive, 0, Knowledge::NotCovered),
            Cell::text(say::sentence_case(source_name(first.source))),
        ]);
    }
    tidy(table.footer(
        "A spell also ends where the list passes from one source to another; a change of majority in that year can be a change of list.",
    ))
}

fn unknowns(desk: &mut Desk<'_>, name: &str, used: &[Year<'_>], ends: &Ends) -> Result<Vec<Text>> {
    let mut out = gaps::not_held(desk)?;
    let id = desk.own_note("coverage", "");
    if let Some(year) = ends.regime {
        out.push(Text::plain(format!("The last year with both members and regime categories is {year}.")).note(id));
        let later = used.iter().map(|y| y.year).max().filter(|y| *y > year);
        if let Some(y) = later {
            out.push(Text::plain(format!("Members are listed to {y}, but regimes are not rated after {year}.")).note(id));
        }
    } else {
        out.push(Text::plain(format!(
            "Whether {name} has an autocratic majority cannot be said: no list of members meets a regime category."
        )));
    }
    if let Some(y) = used.iter().filter(|y| Some(y.year) == ends.regime).find(|y| y.rated < y.members) {
        let n = y.members.unwrap_or(0.0) - y.rated.unwrap_or(0.0);
        let bare: Vec<&str> = members::read(desk)?
            .iter()
            .filter(|m| m.year == y.year && m.status == Some(1) && say::regime(m.class).is_none())
            .map(|m| m.name)
            .collect();
        let shown = if bare.len() > 12 { format!("{} and others", bare[..12].join(", ")) } else { say::list(&bare) };
        out.push(
            Text::new()
                .number(n, 0)
                .then(format!(
                    " full {} in {} without a regime category, left out of every share: {shown}.",
                    say::plural(n as u64, "member", "members"),
                    y.year
                ))
                .note(id),
        );
    }
    if ends.casebook.is_none() && ends.cow.is_some() && !used.is_empty() {
        let y = used.iter().map(|y| y.year).max().unwrap_or(0);
        out.push(
            Text::plain(format!("Its members are known from COW IGO only, which ends in {y}; who joined or left later is not known here."))
                .note(id),
        );
    }
    out.push(Text::plain(
        "Predecessors and founding documents are not in the tables from which this brief is made, and how members vote \
        inside the organisation is not covered.",
    ));
    Ok(out)
}
