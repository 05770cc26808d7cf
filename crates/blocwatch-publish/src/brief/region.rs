//! The brief on a political region: its states by regime, its organisations, and the cases that name its states.

use std::collections::{BTreeMap, BTreeSet};

use blocwatch_core::coverage::Knowledge;

use super::cases::{self, Case, Works};
use super::desk::{CASEBOOK, COW, Desk, VDEM};
use super::gaps::{self, Ends};
use super::method::{self, Topic};
use super::sql::{self, FIRST_YEAR, quote};
use super::tidy::tidy;
use super::{Query, cards, news, orgs, playbook, say};
use crate::chart::{Chart, Lines, Plot, Point, Series};
use crate::doc::{Block, Brief, BriefKind, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// Cards printed.
const CARDS: usize = 15;
/// States and organisations listed by how often they occur.
const LISTED: usize = 12;
/// Tactics, the most frequent, that interruptions are looked for.
const TACTICS: usize = 6;

/// The queries of the brief.
pub(super) fn queries(name: &str) -> Vec<Query> {
    let region = quote(name);
    let last = "last AS (SELECT max(year) AS year FROM brief_regime WHERE v2x_regime IS NOT NULL)";
    let mut out = vec![
        Query::new("region", format!("SELECT state, name, gwcode, territory FROM state WHERE region = {region} ORDER BY name")),
        Query::new(
            "states",
            format!(
                "WITH {last}, now AS (SELECT g.* FROM brief_regime g JOIN last l ON l.year = g.year), \
                 then AS (SELECT g.* FROM brief_regime g JOIN last l ON l.year - 10 = g.year) \
                 SELECT s.name, l.year, n.v2x_regime, n.v2x_polyarchy, n.v2x_polyarchy_codelow, n.v2x_polyarchy_codehigh, n.source, \
                 n.version, t.v2x_regime AS before FROM state_year s JOIN last l ON l.year = s.year LEFT JOIN now n ON n.gwcode = s.gwcode \
                 LEFT JOIN then t ON t.gwcode = s.gwcode WHERE s.region = {region}"
            ),
        ),
        Query::new(
            "classes",
            format!(
                "WITH {last} SELECT s.year, g.v2x_regime, count(*) AS states FROM state_year s CROSS JOIN last l \
                 LEFT JOIN brief_regime g ON g.gwcode = s.gwcode AND g.year = s.year \
                 WHERE s.region = {region} AND s.year >= {FIRST_YEAR} AND s.year <= l.year GROUP BY s.year, g.v2x_regime"
            ),
        ),
        Query::new(
            "finding",
            format!(
                "SELECT f.finding_id, f.subject, f.kind, f.year, f.value, f.statement, CAST(NULL AS VARCHAR) AS list FROM finding f \
                 JOIN state s ON s.state = f.subject WHERE f.subject_kind = 'state' AND f.kind = 'regime-change' AND s.region = {region}"
            ),
        ),
        Query::new(
            "region_orgs",
            format!(
                "WITH here AS (SELECT m.org, m.year, count(*) AS members FROM brief_member_rated m \
                   JOIN state_year s ON s.gwcode = m.gwcode AND s.year = m.year WHERE m.status = 1 AND s.region = {region} \
                   GROUP BY m.org, m.year) \
                 SELECT h.org, o.name, h.year, h.members AS here, c.members, c.members_rated, c.share_autocracies, c.majority_autocratic, \
                 c.p_majority_autocratic, c.sensitive FROM here h JOIN organisation o ON o.org = h.org \
                 LEFT JOIN composition_org_year c ON c.org = h.org AND c.year = h.year"
            ),
        ),
    ];
    out.extend(sql::cases(&format!(
        "SELECT p.case_id FROM case_party p JOIN state s ON s.state = p.actor WHERE p.actor_kind = 'state' AND s.region = {region} \
         UNION SELECT p.case_id FROM case_party p JOIN state s ON s.state = p.\"of\" WHERE s.region = {region}"
    )));
    out.push(sql::playbook());
    out.push(sql::coverage("FALSE"));
    out
}

/// One state of the region in the latest rated year.
struct Now<'a> {
    name: &'a str,
    year: i32,
    class: Option<i64>,
    before: Option<i64>,
    index: Option<(f64, Option<(f64, f64)>)>,
}

fn read<'a>(desk: &Desk<'a>) -> Result<Vec<Now<'a>>> {
    let f = desk.frame("states");
    let (name, year, class, before) = (f.col("name")?, f.col("year")?, f.col("v2x_regime")?, f.col("before")?);
    let (value, low, high) = (f.col("v2x_polyarchy")?, f.col("v2x_polyarchy_codelow")?, f.col("v2x_polyarchy_codehigh")?);
    let mut out: Vec<Now<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Now {
                name: name.text(i)?,
                year: year.year(i)?,
                class: class.int(i),
                before: before.int(i),
                index: value.num(i).map(|v| (v, low.num(i).zip(high.num(i)))),
            })
        })
        .collect();
    let key = |n: &Now<'_>| n.index.map_or(f64::INFINITY, |v| v.0);
    out.sort_by(|a, b| {
        a.class.is_none().cmp(&b.class.is_none()).then(a.class.cmp(&b.class)).then(key(a).total_cmp(&key(b))).then(a.name.cmp(b.name))
    });
    Ok(out)
}

/// Composes the brief.
pub(super) fn compose(desk: &mut Desk<'_>, name: &str) -> Result<Brief> {
    let mut brief = Brief::new(BriefKind::Region, name);
    brief.subtitle = "Regimes, organisations, cases of collaboration, and what has interrupted such cases".to_owned();
    let findings = desk.findings()?;
    let all = cases::read(desk)?;
    let works = Works::read(desk)?;
    let now = read(desk)?;
    let regime = desk.regime_note();
    let members = members(desk)?;
    let collaboration: Vec<&Case<'_>> = all.iter().filter(|c| c.kind == "collaboration").collect();
    let (organisations, casebook) = organisations(desk, name)?;
    let ends = Ends {
        regime: now.iter().filter(|n| n.class.is_some()).map(|n| n.year).max(),
        session: None,
        casebook,
        cow: gaps::last_covered(desk, COW)?,
    };
    let id = cases::count_note(desk);
    brief.lead.extend(lead(name, &now, regime));
    brief.lead.push(if collaboration.is_empty() {
        Text::plain(format!(
            "The casebook holds no case of collaboration that names a state of {name}; that says what has been coded, \
            not what happens."
        ))
    } else {
        Text::plain("The casebook holds ")
            .number(say::count(collaboration.len()), 0)
            .then(format!(
                " {} of collaboration that name a state of the region, or an agency or firm of one, in whatever role. Counts \
                say what has been coded, not how often it happens.",
                say::plural(collaboration.len() as u64, "case", "cases")
            ))
            .note(id)
    });
    brief.sections.push(states(desk, name, &now, regime)?);
    brief.sections.push(changes(desk, &findings));
    brief.sections.push(organisations);
    let profile = profile(desk, name, &collaboration, &members, id);
    brief.sections.push(cards::cards(desk, &works, &collaboration, CARDS, profile));
    let every: Vec<&Case<'_>> = all.iter().collect();
    brief.sections.push(news::section(desk, &works, name, &findings, &every, Vec::new(), &ends));
    let mut counted: Vec<(&str, usize)> = super::matrix::tactics(&collaboration).into_iter().collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counted.truncate(TACTICS);
    let seen: BTreeMap<&str, usize> = counted.into_iter().collect();
    brief.sections.push(playbook::section(
        desk,
        &works,
        &seen,
        &format!("the cases that name states of {name}, the most frequent tactics"),
    )?);
    brief.unknowns = unknowns(desk, name, &now, &ends)?;
    brief.unknowns.extend(gaps::of_cases(desk, &format!("states of {name}"), &every));
    brief.method_note = method::notes(&[Topic::Regime, Topic::Composition, Topic::Cases, Topic::Interruptions]);
    brief
        .method_note
        .push(Text::plain("Regions follow V-Dem's politico-geographic grouping of states; another grouping gives other counts."));
    Ok(brief)
}

/// Ids of the region's states, gone ones and territories included, with their names.
fn members<'a>(desk: &Desk<'a>) -> Result<BTreeMap<&'a str, &'a str>> {
    let f = desk.frame("region");
    let (id, name) = (f.col("state")?, f.col("name")?);
    Ok(f.rows().map(|i| (id.word(i), name.word(i))).collect())
}

fn lead(name: &str, now: &[Now<'_>], regime: NoteId) -> Vec<Text> {
    let rated: Vec<&Now<'_>> = now.iter().filter(|n| n.class.is_some()).collect();
    let Some(first) = rated.first() else {
        return vec![Text::plain(format!("No regime category is held for the states of {name}."))];
    };
    let parts: Vec<String> = (0..4)
        .filter_map(|c| {
            let n = rated.iter().filter(|r| r.class == Some(c)).count();
            let label = say::regime(Some(c))?;
            let label =
                if n == 1 { label.to_owned() } else { label.replace("autocracy", "autocracies").replace("democracy", "democracies") };
            (n > 0).then(|| format!("{n} {label}"))
        })
        .collect();
    let text = Text::plain(format!(
        "Of the {} states of {name} in {}, V-Dem rates {}: {}.",
        now.len(),
        first.year,
        rated.len(),
        say::list(&parts)
    ));
    let moved = |way: fn(&i64, &i64) -> bool| rated.iter().filter(|r| r.before.zip(r.class).is_some_and(|(a, b)| way(&b, &a))).count();
    let (down, up) = (moved(i64::lt), moved(i64::gt));
    let compared = rated.iter().filter(|r| r.before.is_some()).count();
    let mut out = vec![text.note(regime)];
    if compared > 0 {
        out.push(
            Text::plain("Of ")
                .number(say::count(compared), 0)
                .then(format!(" {} rated in {} and ten years before, ", say::plural(compared as u64, "state", "states"), first.year))
                .number(say::count(down), 0)
                .then(format!(" {} in a less democratic category than then and ", say::plural(down as u64, "is", "are")))
                .number(say::count(up), 0)
                .then(" in a more democratic one.")
                .note(regime),
        );
    }
    out
}

fn states(desk: &mut Desk<'_>, name: &str, now: &[Now<'_>], regime: NoteId) -> Result<Section> {
    let mut section = Section::new("states", "States by regime");
    let Some(year) = now.first().map(|n| n.year) else {
        let text = format!("No state of {name} is rated in the data held.");
        return Ok(section.block(Block::callout(CalloutKind::Gap, Text::plain(text))));
    };
    let f = desk.frame("classes");
    let (at, class, n) = (f.col("year")?, f.col("v2x_regime")?, f.col("states")?);
    let mut counts: BTreeMap<i32, [f64; 4]> = BTreeMap::new();
    for i in f.rows() {
        if let (Some(y), Some(n)) = (at.year(i), n.num(i)) {
            let known = class.int(i).and_then(|c| usize::try_from(c).ok()).filter(|c| *c < 4);
            if let Some(c) = known {
                counts.entry(y).or_default()[c] += n;
            }
        }
    }
    if let (Some((from, a)), Some((to, b))) = (counts.iter().next(), counts.iter().next_back()) {
        let labels: Vec<&str> = (0..4).filter_map(|c| say::regime(Some(c))).collect();
        let series: Vec<Series> = labels
            .iter()
            .enumerate()
            .map(|(c, label)| Series::new(say::sentence_case(label), counts.iter().map(|(y, row)| Point::new(*y, row[c]))))
            .collect();
        let words: Vec<String> =
            labels.iter().enumerate().map(|(c, label)| format!("{label}: {} in {from}, {} in {to}", a[c], b[c])).collect();
        section = section.block(Chart::new(
            format!("States of {name} by regime category, {from}–{to}"),
            format!("{}.", say::sentence_case(&words.join("; "))),
            Text::plain("States in the list of states in the year; those without a category are in no line.").note(regime),
            Plot::Lines(Lines { series, x_name: "Year".to_owned(), unit: "Number of states".to_owned(), decimals: 0, range: None }),
        ));
    }
    let columns = vec![
        Column::text("State"),
        Column::text("Regime category"),
        Column::number("Polyarchy", "0–1, with 68 % interval"),
        Column::text("Category ten years before"),
    ];
    let mut table =
        Table::new(Text::plain(format!("States of {name} in {year}, from closed autocracy to liberal democracy")).note(regime), columns);
    let label = |c: Option<i64>| say::regime(c).map_or(Cell::missing(Knowledge::NotCovered), |l| Cell::text(say::sentence_case(l)));
    for n in now {
        let index = match n.index {
            None => Cell::missing(Knowledge::NotCovered),
            Some((v, None)) => Cell::number(v, 2),
            Some((v, Some((l, h)))) => Cell::number(v, 2).between(l, h),
        };
        table.rows.push(vec![Cell::text(n.name), label(n.class), index, label(n.before)]);
    }
    section = section.block(tidy(table));
    Ok(section)
}

fn changes(desk: &mut Desk<'_>, findings: &[super::desk::Finding<'_>]) -> Section {
    let section = Section::new("changes", "Notable changes over ten years");
    if findings.is_empty() {
        return section.block(Text::plain(
            "No state of the region changed category, or polyarchy by more than its intervals cover, over \
            the ten years to the latest, as far as data are held.",
        ));
    }
    let mut sorted: Vec<&super::desk::Finding<'_>> = findings.iter().collect();
    let size = |f: &super::desk::Finding<'_>| f.value.map_or(0.0, f64::abs);
    sorted.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.id.cmp(b.id)));
    let items = sorted.into_iter().map(|f| Text::plain(f.statement).notes(desk.finding_notes(f))).collect();
    section.block(Block::List(items))
}

/// The organisations with most members from the region, and the year they are told for.
fn organisations(desk: &mut Desk<'_>, name: &str) -> Result<(Section, Option<i32>)> {
    let f = desk.frame("region_orgs");
    let (org, called, year, here) = (f.col("org")?, f.col("name")?, f.col("year")?, f.col("here")?);
    let (members, share, majority) = (f.col("members")?, f.col("share_autocracies")?, f.col("majority_autocratic")?);
    let (p, sensitive) = (f.col("p_majority_autocratic")?, f.col("sensitive")?);
    let mut rows: Vec<usize> = f.rows().collect();
    rows.sort_by(|x, y| here.int(*y).cmp(&here.int(*x)).then_with(|| called.word(*x).cmp(called.word(*y))));
    let section = Section::new("organisations", "Organisations with most members from the region").intro(
        "Formal membership is not participation. Only organisations whose members the casebook follows to the latest rated year \
            are listed.",
    );
    let Some(at) = rows.first().and_then(|i| year.year(*i)) else {
        let text = format!("No list of members that is held has a state of {name} in the latest rated year.");
        return Ok((section.block(Block::callout(CalloutKind::Gap, Text::plain(text))), None));
    };
    let ids = orgs::notes(desk, &[CASEBOOK]);
    let columns = vec![
        Column::text("Organisation"),
        Column::number("Members from the region", "full members"),
        Column::number("Full members", "states"),
        Column::number("Share of autocracies", "of rated members"),
        Column::text("Autocratic majority"),
        Column::number("Probability", "of that majority, 0–1"),
        Column::text("Depends on the measure"),
    ];
    let mut table = Table::new(Text::plain(format!("Organisations with most members from {name}, {at}")).notes(ids), columns);
    for i in rows.iter().copied().take(LISTED) {
        table.rows.push(vec![
            Cell::text(format!("{} ({})", called.text(i).unwrap_or(org.word(i)), org.word(i))),
            Cell::number_or(here.num(i), 0, Knowledge::Missing),
            Cell::number_or(members.num(i), 0, Knowledge::Missing),
            share.num(i).map_or(Cell::missing(Knowledge::NotCovered), |s| Cell::share(s, 1)),
            orgs::yes_no(majority.yes(i)),
            Cell::number_or(p.num(i), 2, Knowledge::NotCovered),
            orgs::yes_no(sensitive.yes(i)),
        ]);
    }
    Ok((section.block(tidy(table)), Some(at)))
}

/// Cases by response, and the states most often named with their roles.
fn profile(desk: &mut Desk<'_>, name: &str, all: &[&Case<'_>], members: &BTreeMap<&str, &str>, id: NoteId) -> Section {
    let mut section = Section::new("cases", "Cases of collaboration").intro(
        "Being named is not being accused: a host, a home state, a venue or a target is not a sponsor. Counts say what has been \
            coded, not how often it happens.",
    );
    if all.is_empty() {
        let text = format!(
            "The casebook holds no case of collaboration that names a state of {name}. The absence of a case is not the absence of \
             collaboration."
        );
        return section.block(Block::callout(CalloutKind::Gap, Text::plain(text)));
    }
    let mut table = Table::new(
        Text::plain(format!("Coded cases that name a state of {name}, by response")).note(id),
        vec![
            Column::text("Response"),
            Column::number("Coded cases", "number"),
            Column::number("Alleged, self-claimed or disputed", "of them"),
        ],
    );
    for response in desk.terms("response") {
        let own: Vec<&&Case<'_>> = all.iter().filter(|c| c.response == Some(response.id.as_str())).collect();
        let claims = own.iter().filter(|c| matches!(c.claim, "alleged" | "self-claimed" | "disputed")).count();
        table.rows.push(vec![
            Cell::text(response.name.as_str()),
            Cell::number(say::count(own.len()), 0),
            Cell::number(say::count(claims), 0),
        ]);
    }
    section = section.block(table.footer("A zero means that no such case is coded."));
    let mut named: BTreeMap<&str, (BTreeSet<&str>, BTreeMap<&str, usize>)> = BTreeMap::new();
    for case in all {
        for state in members.keys() {
            for role in case.roles("state", state) {
                let entry = named.entry(state).or_default();
                entry.0.insert(case.id);
                *entry.1.entry(role).or_insert(0) += 1;
            }
        }
    }
    let mut order: Vec<(&str, usize, Vec<String>)> = named
        .into_iter()
        .map(|(state, (ids, roles))| {
            let mut roles: Vec<(&str, usize)> = roles.into_iter().collect();
            roles.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            let words = roles.iter().map(|(r, n)| format!("{} {n}", desk.term("role", r).to_lowercase())).collect();
            (members.get(state).copied().unwrap_or(state), ids.len(), words)
        })
        .collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let caption = Text::plain(format!("States of {name} most often named, and in which roles")).note(id);
    let mut table = Table::new(
        caption,
        vec![Column::text("State"), Column::number("Coded cases", "number"), Column::text("Roles, with number of cases")],
    );
    for (state, n, roles) in order.into_iter().take(LISTED) {
        table.rows.push(vec![Cell::text(state), Cell::number(say::count(n), 0), Cell::text(roles.join("; "))]);
    }
    if table.rows.is_empty() { section } else { section.block(table) }
}

fn unknowns(desk: &mut Desk<'_>, name: &str, now: &[Now<'_>], ends: &Ends) -> Result<Vec<Text>> {
    let mut out = gaps::common(desk, ends)?;
    let bare: Vec<&str> = now.iter().filter(|n| n.class.is_none()).map(|n| n.name).collect();
    if !bare.is_empty() {
        out.push(Text::plain(format!(
            "States of {name} without a regime category, left out of every count by regime: {}.",
            bare.join(", ")
        )));
    }
    let f = desk.frame("region");
    let (territory, called) = (f.col("territory")?, f.col("name")?);
    let places: Vec<&str> = f.rows().filter(|i| territory.yes(*i) == Some(true)).map(|i| called.word(i)).collect();
    if !places.is_empty() {
        out.push(Text::plain(format!("Territories are in no count of states: {}.", places.join(", "))));
    }
    if !desk.held(VDEM) {
        out.push(Text::plain("Without V-Dem's own file no change of polyarchy can be told from the noise of its measurement."));
    }
    out.push(Text::plain("How states vote is told in the briefs on single states and on pairs."));
    Ok(out)
}
