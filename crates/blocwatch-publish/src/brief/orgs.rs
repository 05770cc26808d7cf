//! The organisations of a state, by how autocratic their other members are; how that moved; and with whom it shares them.
//!
//! Full members count towards a majority. Two states share an organisation if both are full or associate members.

use std::collections::BTreeMap;

use blocwatch_core::coverage::Knowledge;

use super::desk::{CASEBOOK, COW, Desk};
use super::sql::{RATED, is_state, spells};
use super::tidy::tidy;
use super::{Query, StateRef, say};
use crate::doc::{Block, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// Partners listed.
const PARTNERS: usize = 10;

/// The organisations of a state, their course and the company it keeps in them.
pub(super) fn queries(state: &StateRef, since: i32) -> [Query; 4] {
    let me = |alias: &str| is_state(state, &format!("{alias}.gwcode"), &format!("{alias}.year"));
    [
        Query::new(
            "organisations",
            format!(
                "WITH {RATED}, mine AS (SELECT m.org, m.year, m.status, m.source, m.disagrees FROM brief_member_last m WHERE {}), \
                 others AS (SELECT x.org, x.year, x.mean_polyarchy_others FROM brief_others x WHERE {}), \
                 tenures AS ({}) \
                 SELECT r.year AS rated_year, m.org, m.year, o.name, o.to_year, m.status, m.source, m.disagrees, c.members, \
                 c.members_rated, \
                 c.autocracies, c.share_autocracies, c.majority_autocratic, c.p_majority_autocratic, c.sensitive, x.mean_polyarchy_others, \
                 b.unrated, CASE WHEN l.began = o.from_year THEN NULL ELSE l.began END AS began, j.since AS majority_since, t.since AS member_since FROM mine m CROSS JOIN rated r JOIN organisation o ON o.org = m.org \
                 LEFT JOIN composition_org_year c ON c.org = m.org AND c.year = m.year LEFT JOIN others x ON x.org = m.org \
                 AND x.year = m.year LEFT JOIN brief_unrated b ON b.org = m.org AND b.year = m.year \
                 LEFT JOIN brief_list l ON l.org = m.org AND l.source = m.source \
                 LEFT JOIN brief_majority j ON j.org = m.org AND j.year = m.year LEFT JOIN tenures t ON t.org = m.org AND t.year = m.year",
                me("m"),
                me("x"),
                spells(
                    &format!(
                        "(SELECT m.org, m.year, m.source, m.status FROM brief_membership m CROSS JOIN rated r WHERE {} AND m.year <= r.year) m",
                        me("m")
                    ),
                    "org, source, status"
                )
            ),
        ),
        trend(&me("m"), "m.status = 1"),
        Query::new(
            "tenure",
            format!(
                "SELECT m.org, o.name, m.year, m.status FROM brief_membership m JOIN organisation o ON o.org = m.org \
                 WHERE {} AND m.source = 'casebook' AND m.year >= {}",
                me("m"),
                since - 1
            ),
        ),
        Query::new(
            "partners",
            format!(
                "WITH {RATED}, here AS (SELECT m.org, m.gwcode, m.year, {} AS me FROM brief_member_rated m \
                 WHERE m.status IN (1, 2)), \
                 c AS (SELECT c.org, c.majority_autocratic FROM composition_org_year c JOIN rated r ON r.year = c.year), \
                 g AS (SELECT g.gwcode, g.v2x_regime FROM brief_regime g JOIN rated r ON r.year = g.year) \
                 SELECT state_name(p.gwcode, p.year) AS name, p.year, count(*) AS shared, \
                 sum(CASE WHEN c.majority_autocratic THEN 1 ELSE 0 END) AS autocratic, max(g.v2x_regime) AS v2x_regime \
                 FROM here p JOIN (SELECT org FROM here WHERE me) i ON i.org = p.org LEFT JOIN c ON c.org = p.org \
                 LEFT JOIN g ON g.gwcode = p.gwcode WHERE NOT p.me GROUP BY p.gwcode, p.year",
                me("m")
            ),
        ),
    ]
}

/// Full memberships and autocratic majorities by year, each by one source's list so that years compare.
fn trend(me: &str, which: &str) -> Query {
    Query::new(
        "org_trend",
        format!(
            "SELECT m.source, m.year, count(*) AS organisations, sum(CASE WHEN m.majority_autocratic THEN 1 ELSE 0 END) AS autocratic, \
             max(m.rated_year) AS rated_year FROM brief_claim m WHERE {me} AND {which} GROUP BY m.source, m.year ORDER BY m.source, m.year"
        ),
    )
}

/// One membership in the latest year of an organisation's list.
#[derive(Debug, Clone)]
pub(super) struct Membership<'a> {
    pub(super) org: &'a str,
    pub(super) name: &'a str,
    pub(super) year: i32,
    pub(super) rated_year: i32,
    pub(super) ended: bool,
    pub(super) status: Option<i64>,
    pub(super) source: &'a str,
    pub(super) disagrees: bool,
    pub(super) members: Option<f64>,
    pub(super) rated: Option<f64>,
    pub(super) autocracies: Option<f64>,
    pub(super) share: Option<f64>,
    pub(super) majority: Option<bool>,
    pub(super) probability: Option<f64>,
    pub(super) sensitive: Option<bool>,
    pub(super) others: Option<f64>,
    pub(super) unrated: &'a str,
    /// First year of the list of members, where the organisation is older or its age is not known.
    began: Option<i32>,
    /// First year, within the same list, of the unbroken spell of the majority as it is.
    majority_since: Option<i32>,
    /// First year, within the same list, of the unbroken spell in the present status.
    member_since: Option<i32>,
}

impl Membership<'_> {
    /// Whether it is of the latest rated year.
    pub(super) fn current(&self) -> bool {
        self.year == self.rated_year
    }

    /// A first year in words: what a list begins with may be older than the list.
    fn since(&self, year: Option<i32>) -> Option<String> {
        year.map(|y| if self.began == Some(y) { format!("{y} or before") } else { y.to_string() })
    }

    /// Whether the majority is autocratic, and since when it is as it is.
    fn majority_cell(&self) -> Cell {
        match (self.majority, self.since(self.majority_since)) {
            (Some(m), Some(since)) => Cell::text(format!("{}, since {since}", if m { "yes" } else { "no" })),
            (m, _) => yes_no(m),
        }
    }
}

/// The rows of the query `organisations`, the most autocratic first.
pub(super) fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Membership<'a>>> {
    let f = desk.frame("organisations");
    let (rated_year, org, year, name) = (f.col("rated_year")?, f.col("org")?, f.col("year")?, f.col("name")?);
    let (to_year, status, source, disagrees) = (f.col("to_year")?, f.col("status")?, f.col("source")?, f.col("disagrees")?);
    let (members, rated, autocracies) = (f.col("members")?, f.col("members_rated")?, f.col("autocracies")?);
    let (share, majority, p) = (f.col("share_autocracies")?, f.col("majority_autocratic")?, f.col("p_majority_autocratic")?);
    let (sensitive, others, unrated) = (f.col("sensitive")?, f.col("mean_polyarchy_others")?, f.col("unrated")?);
    let (began, majority_since, member_since) = (f.col("began")?, f.col("majority_since")?, f.col("member_since")?);
    let mut out: Vec<Membership<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Membership {
                org: org.text(i)?,
                name: name.text(i).or(org.text(i))?,
                year: year.year(i)?,
                rated_year: rated_year.year(i)?,
                ended: to_year.year(i).zip(year.year(i)).is_some_and(|(to, y)| to <= y),
                status: status.int(i),
                source: source.word(i),
                disagrees: disagrees.yes(i) == Some(true),
                members: members.num(i),
                rated: rated.num(i),
                autocracies: autocracies.num(i),
                share: share.num(i),
                majority: majority.yes(i),
                probability: p.num(i),
                sensitive: sensitive.yes(i),
                others: others.num(i),
                unrated: unrated.word(i),
                began: began.year(i),
                majority_since: majority_since.year(i),
                member_since: member_since.year(i),
            })
        })
        .collect();
    let key = |m: &Membership<'_>| m.share.unwrap_or(-1.0);
    out.sort_by(|a, b| key(b).total_cmp(&key(a)).then_with(|| a.name.cmp(b.name)));
    Ok(out)
}

/// Notes on a composition: who is a member, and how members are rated.
pub(super) fn notes(desk: &mut Desk<'_>, sources: &[&str]) -> Vec<NoteId> {
    let mut out: Vec<NoteId> = sources.iter().map(|s| desk.note(s, "composition_org_year")).collect();
    out.push(desk.regime_note());
    out.dedup();
    out
}

/// The section on the organisations of a state.
pub(super) fn section(desk: &mut Desk<'_>, state: &StateRef) -> Result<Section> {
    let name = state.name.as_str();
    let all = read(desk)?;
    let mut section = Section::new("organisations", "Organisations").intro(
        "Formal membership is not participation, and sharing an organisation is not collaboration: the table says in whose company a \
         government sits.",
    );
    let current: Vec<&Membership<'_>> = all.iter().filter(|m| m.current() && m.source == CASEBOOK).collect();
    let full: Vec<&Membership<'_>> = current.iter().copied().filter(|m| m.status == Some(1)).collect();
    let ids = notes(desk, &[CASEBOOK]);
    if let Some(year) = current.first().map(|m| m.rated_year) {
        section = section.block(sentence(name, year, &full, &ids));
        if !full.is_empty() {
            section = section.block(table(name, year, &full, &ids));
        }
        let rest: Vec<String> =
            current.iter().filter(|m| m.status != Some(1)).map(|m| format!("{} ({})", m.name, say::status(m.status))).collect();
        if !rest.is_empty() {
            section = section.block(
                Text::plain(format!("Not a full member in {year}, and so counted in no majority above: {}.", rest.join("; ")))
                    .notes(ids.iter().copied()),
            );
        }
    } else {
        section = section.block(Block::callout(
            CalloutKind::Gap,
            Text::plain(format!(
                "The casebook records no current membership of {name} in an organisation whose members are rated. That \
                says something about the record, not about {name}."
            )),
        ));
    }
    let last = super::gaps::last_covered(desk, COW)?;
    section = cow(desk, section, name, &all, last);
    if let Some(table) = course(desk, "org_trend", &[state], &format!("the organisations of {name}"))? {
        section = section.block(table);
    }
    partners(desk, section, name)
}

fn sentence(name: &str, year: i32, full: &[&Membership<'_>], ids: &[NoteId]) -> Text {
    let sensitive = full.iter().filter(|m| m.sensitive == Some(true)).count();
    let mut text = Text::plain(format!("In {year} {name} was a full member of "))
        .join(how_many(full.len(), "that the casebook follows", full.iter().map(|m| m.majority)))
        .then(".");
    if sensitive > 0 {
        text = text.then(" For ").number(say::count(sensitive), 0).then(" the yes or no depends on the measure or on V-Dem's interval.");
    }
    text.notes(ids.iter().copied())
}

/// `3 organisations that …; 2 had an autocratic majority`, without a nought for what cannot be told. No note and no full stop yet.
pub(super) fn how_many(all: usize, which: &str, majorities: impl Iterator<Item = Option<bool>>) -> Text {
    if all == 0 {
        return Text::plain(format!("no organisation {which}"));
    }
    let told: Vec<bool> = majorities.flatten().collect();
    let text =
        Text::new().number(say::count(all), 0).then(format!(" {} {which}; ", say::plural(all as u64, "organisation", "organisations")));
    if told.is_empty() {
        return text.then("none has rated members, so that no majority can be told");
    }
    let text = text.number(say::count(told.iter().filter(|m| **m).count()), 0);
    if told.len() == all {
        text.then(" had an autocratic majority")
    } else {
        text.then(" of the ").number(say::count(told.len()), 0).then(" with rated members had an autocratic majority")
    }
}

fn table(name: &str, year: i32, full: &[&Membership<'_>], ids: &[NoteId]) -> Table {
    let columns = vec![
        Column::text("Organisation"),
        Column::key("Member since"),
        Column::text("Autocratic majority"),
        Column::number("Full members", "states"),
        Column::number("Rated", "full members with a category"),
        Column::number("Autocracies", "states"),
        Column::number("Share", "of rated members"),
        Column::number("Probability", "of that majority, 0–1"),
        Column::text("Depends on the measure"),
        Column::number("Mean polyarchy of the others", "0–1"),
    ];
    let mut table =
        Table::new(Text::plain(format!("Organisations of {name} in {year}, by share of autocracies")).notes(ids.iter().copied()), columns);
    let count = |v: Option<f64>| Cell::number_or(v, 0, Knowledge::Missing);
    for m in full {
        let share = m.share.map_or(Cell::missing(Knowledge::NotCovered), |s| Cell::share(s, 1));
        table.rows.push(vec![
            Cell::text(format!("{} ({})", m.name, m.org)),
            m.since(m.member_since).map_or(Cell::missing(Knowledge::NotCovered), Cell::text),
            m.majority_cell(),
            count(m.members),
            count(m.rated),
            count(m.autocracies),
            share,
            Cell::number_or(m.probability, 2, Knowledge::NotCovered),
            yes_no(m.sensitive),
            Cell::number_or(m.others, 2, Knowledge::NotCovered),
        ]);
    }
    let shown = full.iter().any(|m| m.probability.is_some());
    tidy(table.footer(if shown {
        "'Since' is the first year of the unbroken spell within the list; a spell that the list begins with may be older. The \
         probability lets each member's polyarchy vary within its 68 % interval. 'Depends on the measure': another measure gives \
         another answer, or the probability lies between 0.05 and 0.95."
    } else {
        "'Since' is the first year of the unbroken spell within the list; a spell that the list begins with may be older. No \
         probability: it needs the intervals of all rated members, and they are not held for all of them."
    }))
}

/// `yes`, `no`, or not covered.
pub(super) fn yes_no(value: Option<bool>) -> Cell {
    value.map_or(Cell::missing(Knowledge::NotCovered), |v| Cell::text(if v { "yes" } else { "no" }))
}

/// The organisations that only COW IGO knows, in its last year.
fn cow(desk: &mut Desk<'_>, section: Section, name: &str, all: &[Membership<'_>], last: Option<i32>) -> Section {
    // a list that ends earlier is one of an organisation, or of a state, that is gone
    let Some(year) = last.filter(|y| all.iter().any(|m| m.source == COW && m.year == *y)) else { return section };
    let own: Vec<&Membership<'_>> = all.iter().filter(|m| m.source == COW && m.year == year && m.status == Some(1)).collect();
    if own.is_empty() {
        return section;
    }
    let majority: Vec<&str> = own.iter().filter(|m| m.majority == Some(true)).map(|m| m.name).collect();
    let ids = notes(desk, &[COW]);
    let mut text = Text::plain(format!("Beside these, COW IGO, whose last year is {year}, lists {name} as a full member of "))
        .join(how_many(own.len(), "for which the casebook has no list of members", own.iter().map(|m| m.majority)))
        .then(" then");
    if !majority.is_empty() {
        let shown: Vec<&str> = majority.iter().take(12).copied().collect();
        let more = majority.len() - shown.len();
        text = text.then(format!(": {}", shown.join("; ")));
        if more > 0 {
            text = text.then(format!("; and {more} more"));
        }
    }
    let end = if text.to_string().ends_with('.') { "" } else { "." };
    section.block(text.then(end).notes(ids))
}

/// Memberships that began, ended or changed since the year of the request, for what is new.
pub(super) fn tenure(desk: &mut Desk<'_>, name: &str) -> Result<Vec<(i32, Text)>> {
    let since = desk.request.since;
    let lists = super::gaps::lists(desk)?;
    let f = desk.frame("tenure");
    let (org, called, year, status) = (f.col("org")?, f.col("name")?, f.col("year")?, f.col("status")?);
    let mut by_org: BTreeMap<(&str, &str), BTreeMap<i32, Option<i64>>> = BTreeMap::new();
    for i in f.rows() {
        if let Some(y) = year.year(i) {
            by_org.entry((org.word(i), called.text(i).unwrap_or(org.word(i)))).or_default().insert(y, status.int(i));
        }
    }
    let id = desk.note(CASEBOOK, "membership_org_state_year");
    let mut out = Vec::new();
    for ((org, called), years) in by_org {
        // in the first year of a list everybody is new to it
        let Some((first, last)) = lists.get(org).copied() else { continue };
        for change in say::changes(&years, since.max(first + 1), last) {
            let what = match change.before {
                None => format!("{name} became {} of {called} ({org}).", say::a_status(change.now)),
                Some(_) => format!("{name} in {called} ({org}): {}.", change.words()),
            };
            out.push((change.year, Text::plain(what).note(id)));
        }
    }
    Ok(out)
}

/// Counts at steps of five years, each source by its own list.
pub(super) fn course(desk: &mut Desk<'_>, query: &'static str, states: &[&StateRef], of: &str) -> Result<Option<Table>> {
    let f = desk.frame(query);
    let (source, year, all, autocratic) = (f.col("source")?, f.col("year")?, f.col("organisations")?, f.col("autocratic")?);
    let mut by_source: BTreeMap<&str, BTreeMap<i32, (f64, f64)>> = BTreeMap::new();
    for i in f.rows() {
        if let (Some(y), Some(n), Some(k)) = (year.year(i), all.num(i), autocratic.num(i)) {
            by_source.entry(source.word(i)).or_default().insert(y, (n, k));
        }
    }
    let mut columns = vec![Column::key("Year")];
    type ByYear = BTreeMap<i32, (f64, f64)>;
    let mut lists: Vec<(&ByYear, &str)> = Vec::new();
    for (id, label) in [(CASEBOOK, "Casebook list"), (COW, "COW IGO")] {
        if let Some(list) = by_source.get(id) {
            columns.push(Column::number(format!("{label}: memberships"), "organisations"));
            columns.push(Column::number(format!("{label}: autocratic majority"), "of them"));
            lists.push((list, id));
        }
    }
    let years: std::collections::BTreeSet<i32> =
        lists.iter().flat_map(|(l, _)| l.keys().copied().filter(|y| y % 5 == 0).chain(l.keys().next_back().copied())).collect();
    if years.is_empty() {
        return Ok(None);
    }
    let ids: Vec<NoteId> = lists.iter().flat_map(|(_, id)| notes(desk, &[id])).collect();
    let mut table = Table::new(Text::plain(format!("How many of {of} had an autocratic majority")).notes(ids), columns);
    for year in years {
        let mut row = vec![Cell::text(year.to_string())];
        for (list, id) in &lists {
            // no row inside the list's coverage means no membership; outside it means nothing
            let none = super::gaps::covers(desk, id, states, year)?.then_some((0.0, 0.0));
            let at = list.get(&year).copied().or(none);
            row.push(Cell::number_or(at.map(|v| v.0), 0, Knowledge::NotCovered));
            row.push(Cell::number_or(at.map(|v| v.1), 0, Knowledge::NotCovered));
        }
        table.rows.push(row);
    }
    Ok(Some(table.footer(
        "Each column stays with one source's list, so its rows compare; the columns do not. The casebook list holds only organisations \
         followed to the latest year, with at least one rated member.",
    )))
}

/// With whom it shares most organisations that have an autocratic majority.
fn partners(desk: &mut Desk<'_>, section: Section, name: &str) -> Result<Section> {
    let f = desk.frame("partners");
    let (partner, year, shared, autocratic) = (f.col("name")?, f.col("year")?, f.col("shared")?, f.col("autocratic")?);
    let class = f.col("v2x_regime")?;
    let mut rows: Vec<(&str, i32, i64, i64, Option<i64>)> = f
        .rows()
        .filter_map(|i| Some((partner.text(i)?, year.year(i)?, shared.int(i)?, autocratic.int(i)?, class.int(i))))
        .filter(|r| r.3 > 0)
        .collect();
    rows.sort_by(|a, b| b.3.cmp(&a.3).then(b.2.cmp(&a.2)).then(a.0.cmp(b.0)));
    let Some(first) = rows.first() else { return Ok(section) };
    let ids = notes(desk, &[CASEBOOK]);
    let columns = vec![
        Column::text("State"),
        Column::text("Regime category"),
        Column::number("Shared with an autocratic majority", "organisations"),
        Column::number("Shared in all", "organisations"),
    ];
    let caption =
        Text::plain(format!("States that share most organisations with {name}, casebook list, {}", first.1)).notes(ids.iter().copied());
    let mut table = Table::new(caption, columns);
    for (partner, _, shared, autocratic, class) in rows.iter().take(PARTNERS) {
        let class = say::regime(*class).map_or(Cell::missing(Knowledge::NotCovered), |l| Cell::text(say::sentence_case(l)));
        table.rows.push(vec![Cell::text(*partner), class, Cell::number(*autocratic as f64, 0), Cell::number(*shared as f64, 0)]);
    }
    let cut = rows.get(PARTNERS - 1).map_or(0, |last| rows.iter().skip(PARTNERS).filter(|r| r.3 == last.3).count());
    let mut foot = Text::plain("Shared: both are full or associate members.");
    if cut > 0 {
        foot = foot.then(" ").number(say::count(cut), 0).then(format!(
            " more {} as many with an autocratic majority as the last one shown.",
            say::plural(cut as u64, "state shares", "states share")
        ));
    }
    Ok(section.block(table.footer(foot)))
}
