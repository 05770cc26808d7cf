//! The brief on two states: two regimes, the organisations they share, how they vote, and the cases that name both.

use std::collections::BTreeSet;

use blocwatch_core::coverage::Knowledge;

use super::cases::{self, Case, Works};
use super::desk::{CASEBOOK, COW, Desk, UNGA};
use super::gaps::{self, Ends};
use super::method::{self, Topic};
use super::sql::{self, ENOUGH, RATED, is_state, quote};
use super::tidy::tidy;
use super::votes::{self, SPAN};
use super::{Query, StateRef, cards, machine, matrix, news, orgs, playbook, position, regime, say, standing, ties};
use crate::chart::{Chart, Lines, Plot, Point, Series};
use crate::doc::{Block, Brief, BriefKind, CalloutKind, Section};
use crate::error::Result;
use crate::note::NoteId;
use crate::table::{Cell, Column, Table};
use crate::text::Text;

/// Sessions of the table of votes.
const SESSIONS: usize = 10;

/// The queries of the brief.
pub(super) fn queries(a: &StateRef, b: &StateRef) -> Vec<Query> {
    let key = |s: &StateRef, alias: &str| is_state(s, &format!("{alias}.gwcode"), &format!("{alias}.year"));
    let (ida, idb) = (quote(&a.id), quote(&b.id));
    let pairs = (quote(&format!("{}-{}", a.id, b.id)), quote(&format!("{}-{}", b.id, a.id)));
    let party = |id: &str| format!("SELECT case_id FROM case_party WHERE (actor_kind = 'state' AND actor = {id}) OR \"of\" = {id}");
    let side = |s: &StateRef, n: u8| is_state(s, &format!("a.gwcode{n}"), "a.year");
    let mut out = vec![
        Query::new(
            "finding",
            format!(
                "SELECT finding_id, subject, kind, year, value, statement, CAST(NULL AS VARCHAR) AS list FROM finding WHERE subject IN \
                 ({ida}, {idb}, {}, {})",
                pairs.0, pairs.1
            ),
        ),
        sql::regime(&[a, b]),
        Query::new(
            "shared",
            format!(
                "WITH {RATED} SELECT r.year AS rated_year, x.org, x.year, o.name, x.status AS status1, y.status AS status2, x.source, c.members, \
                 c.members_rated, c.autocracies, c.share_autocracies, c.majority_autocratic, c.p_majority_autocratic, c.sensitive \
                 FROM (SELECT * FROM brief_member_last h WHERE {}) x JOIN (SELECT * FROM brief_member_last h WHERE {}) y ON y.org = x.org \
                 CROSS JOIN rated r JOIN organisation o ON o.org = x.org LEFT JOIN composition_org_year c ON c.org = x.org AND c.year = x.year",
                key(a, "h"),
                key(b, "h")
            ),
        ),
        Query::new(
            "shared_trend",
            format!(
                "SELECT x.source, x.year, count(*) AS organisations, sum(CASE WHEN x.majority_autocratic THEN 1 ELSE 0 END) AS autocratic \
                 FROM (SELECT * FROM brief_claim h WHERE {} AND h.status IN (1, 2)) x JOIN (SELECT * FROM brief_claim h WHERE {} \
                 AND h.status IN (1, 2)) y ON y.org = x.org AND y.year = x.year AND y.source = x.source GROUP BY x.source, x.year",
                key(a, "h"),
                key(b, "h")
            ),
        ),
        Query::new(
            "pair_votes",
            format!(
                "SELECT a.session, a.rollcalls, a.agreement, a.kappa, e.edition, n.mean FROM brief_agreement a \
                 LEFT JOIN brief_edition e ON e.session = a.session LEFT JOIN brief_agreement_mean n ON n.session = a.session \
                 WHERE ({} AND {}) OR ({} AND {})",
                side(a, 1),
                side(b, 2),
                side(b, 1),
                side(a, 2)
            ),
        ),
    ];
    out.push(position::pair_query(a, b));
    out.push(ties::pair_query(a, b));
    out.push(machine::query(a, Some(b)));
    out.extend(sql::cases(&format!("{} INTERSECT {}", party(&ida), party(&idb))));
    out.push(sql::playbook());
    out.push(sql::coverage(&format!("gwcode IN ({}, {})", a.gwcode, b.gwcode)));
    out
}

/// One organisation that both belong to.
struct Shared<'a> {
    name: &'a str,
    org: &'a str,
    year: i32,
    rated_year: i32,
    source: &'a str,
    status: [Option<i64>; 2],
    share: Option<f64>,
    rated: Option<f64>,
    majority: Option<bool>,
    probability: Option<f64>,
    sensitive: Option<bool>,
}

impl Shared<'_> {
    /// Whether both are full or associate members.
    fn both(&self) -> bool {
        self.status.iter().all(|s| matches!(s, Some(1 | 2)))
    }
}

fn read_shared<'a>(desk: &Desk<'a>) -> Result<Vec<Shared<'a>>> {
    let f = desk.frame("shared");
    let (rated_year, org, year, name) = (f.col("rated_year")?, f.col("org")?, f.col("year")?, f.col("name")?);
    let (one, two, source) = (f.col("status1")?, f.col("status2")?, f.col("source")?);
    let (share, rated, majority) = (f.col("share_autocracies")?, f.col("members_rated")?, f.col("majority_autocratic")?);
    let (p, sensitive) = (f.col("p_majority_autocratic")?, f.col("sensitive")?);
    let mut out: Vec<Shared<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Shared {
                name: name.text(i).or(org.text(i))?,
                org: org.text(i)?,
                year: year.year(i)?,
                rated_year: rated_year.year(i)?,
                source: source.word(i),
                status: [one.int(i), two.int(i)],
                share: share.num(i),
                rated: rated.num(i),
                majority: majority.yes(i),
                probability: p.num(i),
                sensitive: sensitive.yes(i),
            })
        })
        .collect();
    let key = |s: &Shared<'_>| s.share.unwrap_or(-1.0);
    out.sort_by(|a, b| key(b).total_cmp(&key(a)).then_with(|| a.name.cmp(b.name)));
    Ok(out)
}

/// One session of the pair.
struct Session<'a> {
    number: i32,
    rollcalls: f64,
    agreement: Option<f64>,
    kappa: Option<f64>,
    every: Option<f64>,
    edition: &'a str,
}

fn read_votes<'a>(desk: &Desk<'a>) -> Result<Vec<Session<'a>>> {
    let f = desk.frame("pair_votes");
    let (session, rollcalls, agreement) = (f.col("session")?, f.col("rollcalls")?, f.col("agreement")?);
    let (kappa, every, edition) = (f.col("kappa")?, f.col("mean")?, f.col("edition")?);
    let mut out: Vec<Session<'a>> = f
        .rows()
        .filter_map(|i| {
            Some(Session {
                number: session.year(i)?,
                rollcalls: rollcalls.num(i)?,
                agreement: agreement.num(i),
                kappa: kappa.num(i),
                every: every.num(i),
                edition: edition.word(i),
            })
        })
        .collect();
    out.sort_by_key(|s| s.number);
    Ok(out)
}

/// Composes the brief.
pub(super) fn compose(desk: &mut Desk<'_>, a: &StateRef, b: &StateRef) -> Result<Brief> {
    let name = format!("{} and {}", a.name, b.name);
    let mut brief = Brief::new(BriefKind::Pair, name.as_str());
    brief.subtitle = "Two regimes, shared organisations, votes, and cases that name both".to_owned();
    let findings = desk.findings()?;
    let all = cases::read(desk)?;
    let works = Works::read(desk)?;
    let shared = read_shared(desk)?;
    let sessions = read_votes(desk)?;
    let ends = Ends {
        regime: regime::read(desk)?.iter().filter(|r| r.class.is_some()).map(|r| r.year).max(),
        session: sessions.iter().map(|s| s.number).max(),
        casebook: shared.iter().map(|s| s.rated_year).max(),
        cow: gaps::last_covered(desk, COW)?,
    };
    for (kind, subject) in [("regime-category", a.id.as_str()), ("regime-category", b.id.as_str()), ("vote-shift", "")] {
        let newest =
            findings.iter().filter(|f| f.kind == kind && (subject.is_empty() || f.subject == subject)).max_by_key(|f| (f.year, f.id));
        if let Some(f) = newest {
            let ids = desk.finding_notes(f);
            brief.lead.push(Text::plain(f.statement).notes(ids));
        }
    }
    let organisations = organisations(desk, a, b, &shared, ends.cow)?;
    brief.lead.extend(organisations.1);
    let collaboration: Vec<&Case<'_>> = all.iter().filter(|c| c.kind == "collaboration").collect();
    let id = cases::count_note(desk);
    brief.lead.push(count(&collaboration, &name).note(id));
    brief.sections.push(regime::pair_section(desk, &a.name, &b.name)?);
    brief.sections.push(organisations.0);
    let mut of_votes = votes_section(desk, &name, &sessions);
    of_votes.blocks.extend(position::distance(desk, &name)?);
    brief.sections.push(of_votes);
    brief.sections.push(ties::pair_section(desk, a, b)?);
    brief.sections.extend(machine::section(desk)?);
    brief.sections.extend(standing::section(desk, &findings, |f| f.kind == "tie-trend"));
    brief.sections.push(cases_section(desk, &works, a, b, &collaboration));
    brief.sections.extend(super::state::other_records(desk, &works, &name, &all));
    let every: Vec<&Case<'_>> = all.iter().collect();
    brief.sections.push(news::section(desk, &works, &name, &findings, &every, Vec::new(), &ends));
    let seen = matrix::tactics(&collaboration);
    brief.sections.push(playbook::section(desk, &works, &seen, &format!("the cases that name {name}"))?);
    brief.unknowns = gaps::common(desk, &ends)?;
    if ends.session.is_none() && desk.held(UNGA) {
        brief.unknowns.push(Text::plain(format!("{name} have no session with enough common roll calls in the years shown.")));
    }
    brief.unknowns.extend(gaps::of_cases(desk, &name, &every));
    brief.unknowns.push(Text::plain(
        "What the two do through third states, firms or parties is in this brief only where a record names both states.",
    ));
    brief.method_note = method::notes(&[Topic::Regime, Topic::Composition, Topic::Votes, Topic::Ties, Topic::Cases, Topic::Interruptions]);
    Ok(brief)
}

fn count(collaboration: &[&Case<'_>], name: &str) -> Text {
    let n = collaboration.len();
    if n == 0 {
        return Text::plain(format!(
            "The casebook holds no case of collaboration that names both {name}; that says what has been coded, not what happens."
        ));
    }
    Text::plain("The casebook holds ").number(say::count(n), 0).then(format!(
        " {} of collaboration that name{} both {name}. Counts say what has been coded, not how often it happens.",
        say::plural(n as u64, "case", "cases"),
        if n == 1 { "s" } else { "" }
    ))
}

/// Shared organisations and their course, and the sentence for the lead.
fn organisations(
    desk: &mut Desk<'_>,
    a: &StateRef,
    b: &StateRef,
    shared: &[Shared<'_>],
    cow: Option<i32>,
) -> Result<(Section, Option<Text>)> {
    let mut section = Section::new("organisations", "Shared organisations").intro(
        "Sharing an organisation is not collaboration. Shared here means that both are full or associate members; a majority is \
            counted over full members.",
    );
    let ids = orgs::notes(desk, &[CASEBOOK]);
    let current: Vec<&Shared<'_>> = shared.iter().filter(|s| s.year == s.rated_year && s.source == CASEBOOK).collect();
    let both: Vec<&Shared<'_>> = current.iter().copied().filter(|s| s.both()).collect();
    let year = current.first().map(|s| s.rated_year);
    let lead = year.map(|y| {
        Text::plain(format!("In {y} {} and {} shared ", a.name, b.name))
            .join(orgs::how_many(both.len(), "that the casebook follows", both.iter().map(|s| s.majority)))
            .then(".")
            .notes(ids.iter().copied())
    });
    match &lead {
        Some(text) => section = section.block(text.clone()),
        None => {
            let text =
                format!("The casebook lists no organisation in the latest rated year of which both {} and {} are members.", a.name, b.name);
            section = section.block(Block::callout(CalloutKind::Gap, Text::plain(text)));
        }
    }
    if !current.is_empty() {
        let columns = vec![
            Column::text("Organisation"),
            Column::text(a.name.as_str()),
            Column::text(b.name.as_str()),
            Column::number("Rated", "full members with a category"),
            Column::number("Share of autocracies", "of rated members"),
            Column::text("Autocratic majority"),
            Column::number("Probability", "of that majority, 0–1"),
            Column::text("Depends on the measure"),
        ];
        let caption = Text::plain(format!("Organisations to which both belong in {}, in any status", year.unwrap_or_default()))
            .notes(ids.iter().copied());
        let mut table = Table::new(caption, columns);
        for s in &current {
            table.rows.push(vec![
                Cell::text(format!("{} ({})", s.name, s.org)),
                Cell::text(say::status(s.status[0])),
                Cell::text(say::status(s.status[1])),
                Cell::number_or(s.rated, 0, Knowledge::Missing),
                s.share.map_or(Cell::missing(Knowledge::NotCovered), |v| Cell::share(v, 1)),
                orgs::yes_no(s.majority),
                Cell::number_or(s.probability, 2, Knowledge::NotCovered),
                orgs::yes_no(s.sensitive),
            ]);
        }
        section = section.block(tidy(table));
    }
    if let Some(y) = cow.filter(|y| shared.iter().any(|s| s.source == COW && s.year == *y)) {
        let own: Vec<&Shared<'_>> = shared.iter().filter(|s| s.source == COW && s.year == y && s.both()).collect();
        let ids = orgs::notes(desk, &[COW]);
        section = section.block(
            Text::plain(format!("Beside these, COW IGO, whose last year is {y}, lists "))
                .join(orgs::how_many(own.len(), "to which both belonged", own.iter().map(|s| s.majority)))
                .then(" then.")
                .notes(ids),
        );
    }
    if let Some(table) = orgs::course(desk, "shared_trend", &[a, b], &format!("the organisations shared by {} and {}", a.name, b.name))? {
        section = section.block(table);
    }
    Ok((section, lead))
}

/// Agreement, kappa and the mean of all pairs by session.
fn votes_section(desk: &mut Desk<'_>, name: &str, sessions: &[Session<'_>]) -> Section {
    let mut section = Section::new("votes", "Votes in the General Assembly").intro(
        "Voting alike is not acting together. Kappa is agreement beyond what the two states' own habits of voting would give by chance; \
         the mean of all pairs shows how much of a change is the agenda's.",
    );
    let valued: Vec<&Session<'_>> = sessions.iter().filter(|s| s.kappa.is_some()).collect();
    let (Some(first), Some(last)) = (valued.first(), valued.last()) else {
        let why = if desk.held(UNGA) {
            "The two have no session with enough common roll calls."
        } else {
            "No vote is held, so nothing can be said of how the two vote."
        };
        return section.block(Block::callout(CalloutKind::Gap, Text::plain(why)));
    };
    let editions: BTreeSet<&str> = sessions.iter().map(|s| s.edition).collect();
    let id = votes::note(desk, &editions);
    let mean = |from: i32, to: i32| -> Option<f64> {
        let of: Vec<f64> = valued.iter().filter(|s| (from..=to).contains(&s.number)).filter_map(|s| s.kappa).collect();
        (of.len() == 3).then(|| of.iter().sum::<f64>() / 3.0)
    };
    let end = last.number;
    if let (Some(now), Some(before)) = (mean(end - 2, end), mean(end - SPAN - 2, end - SPAN)) {
        section = section.block(
            Text::plain("Mean kappa was ")
                .number(before, 2)
                .then(format!(" in sessions {} to {} and ", end - SPAN - 2, end - SPAN))
                .number(now, 2)
                .then(format!(" in sessions {} to {end}, a change of ", end - 2))
                .number(now - before, 2)
                .then(".")
                .note(id),
        );
    }
    let then_edition = valued.iter().find(|s| s.number == end - SPAN).map_or("", |s| s.edition);
    section.blocks.extend(votes::edition_warning(then_edition, last.edition, id));
    let line =
        |title: &str, value: fn(&Session<'_>) -> Option<f64>| Series::new(title, sessions.iter().map(|s| Point::new(s.number, value(s))));
    let words = |s: &Session<'_>| {
        format!(
            "kappa {} and agreement {} in session {}",
            s.kappa.map_or_else(String::new, say::two),
            s.agreement.map_or_else(String::new, say::two),
            s.number
        )
    };
    section = section.block(Chart::new(
        format!("Votes of {name}, sessions {}–{}", first.number, last.number),
        format!("{}; {}.", say::sentence_case(&words(first)), words(last)),
        Text::plain(format!("Sessions with fewer than {ENOUGH} common roll calls are left out.")).note(id),
        Plot::Lines(Lines {
            series: vec![line("Kappa", |s| s.kappa), line("Mean kappa of all pairs", |s| s.every), line("Agreement", |s| s.agreement)],
            x_name: "Session".to_owned(),
            unit: "Kappa, −1 to 1; agreement, share 0–1".to_owned(),
            decimals: 2,
            range: None,
        }),
    ));
    section.block(last_sessions(sessions, id))
}

fn last_sessions(sessions: &[Session<'_>], id: NoteId) -> Table {
    let columns = vec![
        Column::key("Session"),
        Column::key("Opened in"),
        Column::number("Common roll calls", "number"),
        Column::number("Agreement", "share of them"),
        Column::number("Kappa", "−1 to 1"),
        Column::number("Mean kappa of all pairs", "−1 to 1"),
    ];
    let mut table = Table::new(Text::plain("The last sessions in figures, newest first").note(id), columns);
    for s in sessions.iter().rev().take(SESSIONS) {
        table.rows.push(vec![
            Cell::text(s.number.to_string()),
            Cell::text((s.number + 1945).to_string()),
            Cell::number(s.rollcalls, 0),
            s.agreement.map_or(Cell::missing(Knowledge::Missing), |v| Cell::share(v, 1)),
            Cell::number_or(s.kappa, 2, Knowledge::Missing),
            Cell::number_or(s.every, 2, Knowledge::NotCovered),
        ]);
    }
    table
}

/// The cases that name both, first the roles side by side, then the cards.
fn cases_section<'a>(desk: &mut Desk<'a>, works: &Works<'a>, a: &StateRef, b: &StateRef, shown: &[&Case<'a>]) -> Section {
    let name = format!("{} and {}", a.name, b.name);
    let mut section = Section::new("cases", "Cases of collaboration that name both")
        .intro("A case that names two states need not be one between them: the roles say which part each is given by the source.");
    let id = cases::count_note(desk);
    section = section.block(count(shown, &name).note(id));
    if shown.is_empty() {
        return section;
    }
    let columns = vec![
        Column::text("Case"),
        Column::text(format!("{}: role", a.name)),
        Column::text(format!("{}: role", b.name)),
        Column::text("Tactic"),
        Column::text("Standing"),
        Column::text("Grade"),
    ];
    let mut table = Table::new(Text::plain(format!("Roles of {name}")).note(id), columns);
    for case in shown {
        let roles = |s: &StateRef| {
            let named: Vec<String> = case.roles("state", &s.id).iter().map(|r| desk.term("role", r).to_lowercase()).collect();
            if named.is_empty() { "through an agency or firm".to_owned() } else { named.join(", ") }
        };
        let tactic = case.tactic.map_or("", |t| desk.term("tactic", t));
        table.rows.push(
            [case.title.to_owned(), roles(a), roles(b), tactic.to_owned(), case.claim.to_owned(), case.grade.to_owned()]
                .map(Cell::text)
                .to_vec(),
        );
    }
    section = section.block(table);
    cards::cards(desk, works, shown, cards::MOST, section)
}
