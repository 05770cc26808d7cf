//! The members of an organisation: who they are now, who joined and left, and where the lists of two sources differ.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::coverage::Knowledge;

use super::desk::{CASEBOOK, COW, Desk, source_name};
use super::sql::{FIRST_YEAR, quote};
use super::tidy::tidy;
use super::{Query, orgs, say};
use crate::doc::{Block, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// Members listed.
const MOST: usize = 60;
/// Changes listed, the newest.
const CHANGES: usize = 40;
/// Differences listed.
const DIFFERENCES: usize = 20;

/// Memberships of all years with the regime of each member, what the casebook cites for them, and both lists side by side.
pub(super) fn queries(org: &str) -> [Query; 2] {
    let org = quote(org);
    [
        Query::new(
            "members",
            format!(
                "SELECT state_name(m.gwcode, m.year) AS name, m.gwcode, m.year, m.status, m.source, r.source AS rater, r.version, \
                 r.v2x_regime, r.v2x_polyarchy, r.v2x_polyarchy_codelow, r.v2x_polyarchy_codehigh FROM brief_membership m \
                 LEFT JOIN brief_regime r ON r.gwcode = m.gwcode AND r.year = m.year WHERE m.org = {org}"
            ),
        ),
        Query::new(
            "claims",
            format!(
                "SELECT state_name(c.gwcode, c.year) AS name, c.year, c.source, c.status, c.work, c.\"at\" AS place, w.citation, w.url \
                 FROM membership_claim_org_state_year c LEFT JOIN work w ON w.work = c.work WHERE c.org = {org}"
            ),
        ),
    ]
}

/// One membership.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) name: &'a str,
    pub(super) year: i32,
    pub(super) status: Option<i64>,
    pub(super) source: &'a str,
    pub(super) class: Option<i64>,
    index: Option<(f64, Option<(f64, f64)>)>,
}

/// The rows of the query `members`, by name and year.
pub(super) fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Member<'a>>> {
    let f = desk.frame("members");
    let (name, year, status, source) = (f.col("name")?, f.col("year")?, f.col("status")?, f.col("source")?);
    let (class, value) = (f.col("v2x_regime")?, f.col("v2x_polyarchy")?);
    let (low, high) = (f.col("v2x_polyarchy_codelow")?, f.col("v2x_polyarchy_codehigh")?);
    let mut out: Vec<Member<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Member {
                name: name.text(i)?,
                year: year.year(i)?,
                status: status.int(i),
                source: source.word(i),
                class: class.int(i),
                index: value.num(i).map(|v| (v, low.num(i).zip(high.num(i)))),
            })
        })
        .collect();
    out.sort_by(|a, b| a.name.cmp(b.name).then(a.year.cmp(&b.year)));
    Ok(out)
}

/// Works that the casebook cites for a member in a year.
fn works(desk: &mut Desk<'_>, year: i32) -> Result<BTreeMap<String, NoteId>> {
    let f = desk.frame("claims");
    let (name, of, source, work) = (f.col("name")?, f.col("year")?, f.col("source")?, f.col("work")?);
    let (place, citation, url) = (f.col("place")?, f.col("citation")?, f.col("url")?);
    let mut out = BTreeMap::new();
    for i in f.rows().filter(|i| of.year(*i) == Some(year) && source.word(*i) == CASEBOOK) {
        let Some(id) = work.text(i) else { continue };
        let note = desk.notes.add(crate::note::Note {
            source: id.to_owned(),
            citation: citation.text(i).unwrap_or(id).to_owned(),
            locator: place.word(i).to_owned(),
            url: url.word(i).to_owned(),
            ..crate::note::Note::default()
        });
        out.insert(name.word(i).to_owned(), note);
    }
    Ok(out)
}

/// Members of the latest rated year, what changed, and where sources differ.
pub(super) fn section(desk: &mut Desk<'_>, name: &str, rated: Option<i32>) -> Result<Section> {
    let all = read(desk)?;
    let mut section = Section::new("members", "Members");
    let last = all.iter().map(|m| m.year).max();
    let Some(year) = rated.filter(|y| all.iter().any(|m| m.year == *y)).or(last) else {
        return Ok(section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(format!(
                "No list of members of {name} is held. A forum may have none; then nothing can be said of its composition."
            )),
        )));
    };
    let now: Vec<&Member<'_>> = all.iter().filter(|m| m.year == year).collect();
    let source = now.first().map_or(CASEBOOK, |m| m.source);
    let ids = orgs::notes(desk, &[source]);
    let full = now.iter().filter(|m| m.status == Some(1)).count();
    section = section.block(
        Text::plain(format!("In {year} {name} had "))
            .number(say::count(full), 0)
            .then(format!(" full {}, by {}", say::plural(full as u64, "member", "members"), source_name(source)))
            .then(if full == now.len() { ".".to_owned() } else { format!("; {} more had another status.", now.len() - full) })
            .notes(ids.iter().copied()),
    );
    let cited = works(desk, year)?;
    let first_covered = all.iter().map(|m| m.year).min().unwrap_or(year);
    let columns = vec![
        Column::text("State"),
        Column::text("Status"),
        Column::text("Since"),
        Column::text("Regime category"),
        Column::number("Polyarchy", "0–1, with 68 % interval"),
        Column::text("Source of the membership"),
    ];
    let caption = Text::plain(format!("Members of {name} in {year}")).notes(ids.iter().copied());
    let mut table = Table::new(caption, columns);
    let mut rows: Vec<&&Member<'_>> = now.iter().collect();
    rows.sort_by(|a, b| a.status.cmp(&b.status).then_with(|| a.name.cmp(b.name)));
    let left = rows.len().saturating_sub(MOST);
    let mut rows_by_value = false;
    if left > 0 {
        // of a long list the least democratic members are told, those without a value last
        rows_by_value = rows.iter().any(|m| m.index.is_some());
        let value = |m: &Member<'_>| m.index.map_or(f64::INFINITY, |v| v.0);
        rows.sort_by(|a, b| value(a).total_cmp(&value(b)).then_with(|| a.name.cmp(b.name)));
    }
    for m in rows.into_iter().take(MOST) {
        let since = since(&all, m);
        let since = if since == first_covered { format!("{since} or before") } else { since.to_string() };
        let index = match m.index {
            None => Cell::missing(Knowledge::NotCovered),
            Some((v, None)) => Cell::number(v, 2),
            Some((v, Some((l, h)))) => Cell::number(v, 2).between(l, h),
        };
        let class = say::regime(m.class).map_or(Cell::missing(Knowledge::NotCovered), |l| Cell::text(say::sentence_case(l)));
        let mut of = Text::plain(say::sentence_case(source_name(m.source)));
        if let Some(id) = cited.get(m.name) {
            of = of.note(*id);
        }
        table.rows.push(vec![Cell::text(m.name), Cell::text(say::status(m.status)), Cell::text(since), class, index, Cell::text(of)]);
    }
    let mut foot =
        Text::plain(format!("Since: first year of the unbroken spell in this status in the list held, which begins in {first_covered}."));
    if left > 0 {
        foot = foot.then(" ").number(say::count(left), 0).then(if rows_by_value {
            " more are left out; shown are those with the lowest polyarchy."
        } else {
            " more are left out; shown are the first by name."
        });
    }
    section = section.block(tidy(table.footer(foot)));
    section = changes(desk, section, name, &all);
    differences(desk, section, name)
}

/// First year of the unbroken spell in the present status; `all` is sorted by name.
fn since(all: &[Member<'_>], now: &Member<'_>) -> i32 {
    let own = &all[all.partition_point(|m| m.name < now.name)..];
    let years: BTreeSet<i32> = own.iter().take_while(|m| m.name == now.name).filter(|m| m.status == now.status).map(|m| m.year).collect();
    let mut from = now.year;
    while years.contains(&(from - 1)) {
        from -= 1;
    }
    from
}

/// Who joined, left or changed status, the newest first: year, state, what changed, and what to beware of.
fn events<'a>(all: &[Member<'a>]) -> Vec<(i32, &'a str, String, String)> {
    let mut sources: BTreeMap<i32, &str> = BTreeMap::new();
    let mut by_state: BTreeMap<&str, BTreeMap<i32, Option<i64>>> = BTreeMap::new();
    for m in all {
        sources.insert(m.year, m.source);
        by_state.entry(m.name).or_default().insert(m.year, m.status);
    }
    let (Some(first), Some(last)) = (sources.keys().next().copied(), sources.keys().next_back().copied()) else { return Vec::new() };
    let mut rows: Vec<(i32, &str, String, String)> = Vec::new();
    for (state, years) in &by_state {
        for change in say::changes(years, (first + 1).max(FIRST_YEAR), last) {
            let (then_source, source) = (sources.get(&(change.year - 1)), sources.get(&change.year));
            if then_source.is_none() || source.is_none() {
                continue;
            }
            let caution =
                if then_source == source { String::new() } else { "the list changes from one source to another in this year".to_owned() };
            rows.push((change.year, state, change.words(), caution));
        }
    }
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    rows
}

/// The changes since the year of the request, for what is new.
pub(super) fn news(desk: &mut Desk<'_>) -> Result<Vec<(i32, Text)>> {
    let since = desk.request.since;
    let all = read(desk)?;
    let mut out = Vec::new();
    for (year, state, what, caution) in events(&all).into_iter().filter(|e| e.0 >= since) {
        let source = all.iter().find(|m| m.year == year).map_or(CASEBOOK, |m| m.source);
        let id = desk.note(source, "membership_org_state_year");
        let caution = if caution.is_empty() { caution } else { format!(" ({caution})") };
        out.push((year, Text::plain(format!("{state}: {what}{caution}.")).note(id)));
    }
    Ok(out)
}

fn changes(desk: &mut Desk<'_>, section: Section, name: &str, all: &[Member<'_>]) -> Section {
    let rows = events(all);
    if rows.is_empty() {
        return section;
    }
    let held: BTreeSet<&str> = all.iter().map(|m| m.source).collect();
    let ids: Vec<NoteId> = held.iter().map(|s| desk.note(s, "membership_org_state_year")).collect();
    let left = rows.len().saturating_sub(CHANGES);
    let columns = vec![Column::key("Year"), Column::text("State"), Column::text("What changed"), Column::text("Beware")];
    let mut table = Table::new(Text::plain(format!("Who joined and left {name} since {FIRST_YEAR}, newest first")).notes(ids), columns);
    for (year, state, what, caution) in rows.into_iter().take(CHANGES) {
        table.rows.push([year.to_string(), state.to_owned(), what, caution].map(Cell::text).to_vec());
    }
    let mut foot = Text::plain("A membership of any day counts for its year. A state that was replaced by a successor shows as a change.");
    if left > 0 {
        foot = foot.then(" ").number(say::count(left), 0).then(" older changes are left out.");
    }
    section.block(table.footer(foot))
}

/// Where the casebook and COW IGO differ in years that both cover.
fn differences(desk: &mut Desk<'_>, section: Section, name: &str) -> Result<Section> {
    let f = desk.frame("claims");
    let (state, year, source, status) = (f.col("name")?, f.col("year")?, f.col("source")?, f.col("status")?);
    let mut lists: BTreeMap<&str, BTreeMap<(&str, i32), Option<i64>>> = BTreeMap::new();
    for i in f.rows() {
        if let (Some(s), Some(y)) = (state.text(i), year.year(i)) {
            lists.entry(source.word(i)).or_default().insert((s, y), status.int(i));
        }
    }
    let (Some(book), Some(cow)) = (lists.get(CASEBOOK), lists.get(COW)) else { return Ok(section) };
    let years = |l: &BTreeMap<(&str, i32), Option<i64>>| l.keys().map(|k| k.1).collect::<BTreeSet<i32>>();
    let both: BTreeSet<i32> = years(book).intersection(&years(cow)).copied().collect();
    let (Some(first), Some(last)) = (both.first().copied(), both.last().copied()) else { return Ok(section) };
    let keys: BTreeSet<(&str, i32)> = book.keys().chain(cow.keys()).filter(|k| both.contains(&k.1)).copied().collect();
    let ids = vec![desk.note(CASEBOOK, "membership_claim_org_state_year"), desk.note(COW, "membership_claim_org_state_year")];
    type Spell<'a> = (&'a str, i32, i32, Option<i64>, Option<i64>);
    let mut spells: Vec<Spell<'_>> = Vec::new();
    let mut differing = 0usize;
    for key in &keys {
        let (a, b) = (book.get(key).copied().flatten(), cow.get(key).copied().flatten());
        if a == b {
            continue;
        }
        differing += 1;
        match spells.last_mut() {
            Some(s) if s.0 == key.0 && s.2 + 1 == key.1 && (s.3, s.4) == (a, b) => s.2 = key.1,
            _ => spells.push((key.0, key.1, key.1, a, b)),
        }
    }
    let text = Text::plain(format!("The casebook and COW IGO both list members of {name} in {}; they differ on ", say::years(first, last)))
        .number(say::count(differing), 0)
        .then(" of ")
        .number(say::count(keys.len()), 0)
        .then(" state-years. Both statements are kept; the casebook's counts in the tables above where it has one.")
        .notes(ids.iter().copied());
    let mut section = section.block(text);
    if spells.is_empty() {
        return Ok(section);
    }
    spells.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(b.0)));
    let columns =
        vec![Column::text("State"), Column::key("From"), Column::key("To"), Column::text("The casebook"), Column::text("COW IGO")];
    let mut table = Table::new(Text::plain(format!("Where the two lists of members of {name} differ")).notes(ids), columns);
    for (state, from, to, a, b) in spells.iter().take(DIFFERENCES) {
        table.rows.push(
            [(*state).to_owned(), from.to_string(), to.to_string(), say::status(*a).to_owned(), say::status(*b).to_owned()]
                .map(Cell::text)
                .to_vec(),
        );
    }
    if spells.len() > DIFFERENCES {
        table.note = Text::new().number(say::count(spells.len() - DIFFERENCES), 0).then(" earlier spells of difference are left out.");
    }
    section = section.block(table);
    Ok(section)
}
