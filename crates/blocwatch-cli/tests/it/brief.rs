//! Briefs: every figure is one that `query` gives, every note is there, the page asks nobody, and what is not held is said.

use std::collections::BTreeSet;
use std::fs;

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use blocwatch_core::state::States;
use blocwatch_engine::session::Limits;
use blocwatch_engine::{Observatory, Session};
use blocwatch_publish::brief::{self, RollcallRef, StateRef, Subject};
use blocwatch_publish::doc::AsOf;

use crate::real;
use crate::run::{Home, Row, number, text, views, whole};

/// The rows of a result as text, sorted: without ORDER BY no order is promised.
fn sorted(batch: &RecordBatch) -> Vec<String> {
    let options = FormatOptions::default().with_null("null");
    let columns: Vec<ArrayFormatter<'_>> = batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
    let mut out: Vec<String> =
        (0..batch.num_rows()).map(|i| columns.iter().map(|c| c.value(i).to_string()).collect::<Vec<_>>().join("|")).collect();
    out.sort();
    out
}

/// The queries of briefs give the same over views that are held with an index, as a server has them, and over views that each works out.
fn held_as_worked_out(home: &Home) {
    let observatory = Observatory::open(&home.observatory()).unwrap();
    let open = |held| Session::open(&observatory, Limits { threads: 1, ..Limits::default() }).unwrap().with_views(views(), held);
    let (held, plain) = (open(true), open(false));
    held.make_views();
    let states = States::embedded().unwrap();
    let state = |id: &str| {
        let s = states.by_id(id).unwrap();
        StateRef { id: s.id.clone(), name: s.name.clone(), gwcode: s.key_at(2024) }
    };
    let organisation = |id: &str| Subject::Organisation { id: id.to_owned(), name: id.to_owned() };
    let mut subjects: Vec<Subject> = ["KGZ", "RUS", "DEU", "SUN", "XKX", "YEM"].map(|id| Subject::State(state(id))).into();
    subjects.extend(["SCO", "EU", "nothing's"].map(organisation));
    subjects.extend([("RUS", "BLR"), ("CHN", "VNM"), ("DEU", "USA")].map(|(a, b)| Subject::Pair(state(a), state(b))));
    subjects.push(Subject::Region { name: "Eastern Europe and Central Asia".to_owned() });
    subjects.push(Subject::Rollcall(RollcallRef { session: 74, rcid: 9145 }));
    let mut rows = 0;
    for subject in subjects {
        let name = format!("{subject:?}");
        let request = brief::Request { subject, since: 2020, as_of: AsOf::default(), sources: Default::default() };
        for query in brief::queries(&request) {
            let ask = |session: &Session| session.query_one(&query.sql).unwrap_or_else(|e| panic!("{} of {name}: {e}", query.name));
            let (a, b) = (sorted(&ask(&held)), sorted(&ask(&plain)));
            rows += a.len();
            assert!(a == b, "{} of {name}: {} and {} rows", query.name, a.len(), b.len());
        }
    }
    assert!(rows > 200, "{rows}");
}

#[test]
fn views_that_are_held_give_what_views_that_are_worked_out_give() {
    held_as_worked_out(&Home::built());
}

#[test]
fn published_views_that_are_held_give_what_views_that_are_worked_out_give() {
    let Some(home) = real::home() else { return };
    held_as_worked_out(home);
}

const SUBJECTS: [&str; 4] = ["KGZ", "SCO", "RUS-BLR", "Eastern Europe and Central Asia"];

fn markdown(home: &Home, subject: &str) -> String {
    home.run(["brief", subject]).ok().out
}

fn two(value: f64) -> String {
    format!("{value:.2}")
}

/// A number with its interval as briefs write it.
fn with_interval(row: &Row) -> String {
    let [value, low, high] = ["v2x_polyarchy", "v2x_polyarchy_codelow", "v2x_polyarchy_codehigh"].map(|c| two(number(row, c).unwrap()));
    format!("{value} ({low}–{high})")
}

fn sentence_case(words: &str) -> String {
    words[..1].to_uppercase() + &words[1..]
}

fn percent(row: &Row, column: &str) -> String {
    format!("{:.1}%", number(row, column).unwrap() * 100.0)
}

fn yes(row: &Row, column: &str) -> &'static str {
    if row[column] == true { "yes" } else { "no" }
}

/// A row of a pipe table begins with these cells.
fn has_row(brief: &str, cells: &[String]) {
    let line = format!("| {} |", cells.join(" | "));
    // one sign for the minus
    assert!(brief.replace('−', "-").lines().any(|l| l.starts_with(&line)), "no row '{line}' in:\n{brief}");
}

/// Every mark has its note and every note its mark, none twice.
fn check_notes(subject: &str, brief: &str) {
    let mut marks = BTreeSet::new();
    let mut notes = BTreeSet::new();
    for line in brief.lines() {
        let mut rest = line;
        if let Some((number, after)) = line.strip_prefix("[^").and_then(|l| l.split_once("]: ")) {
            assert!(notes.insert(number.parse::<u32>().unwrap()), "{subject}: note {number} stands twice");
            assert!(after.len() > 10, "{subject}: note {number} says nothing");
            rest = after;
        }
        while let Some((_, after)) = rest.split_once("[^") {
            let (number, after) = after.split_once(']').unwrap();
            marks.insert(number.parse::<u32>().unwrap());
            rest = after;
        }
    }
    assert_eq!(marks, notes, "{subject}");
    assert_eq!(notes, (1..=u32::try_from(notes.len()).unwrap()).collect(), "{subject}: notes are numbered without a gap");
}

#[test]
fn published_data_make_briefs_with_all_sections_and_notes() {
    let Some(home) = real::home() else { return };
    let ends = ["What this brief does not know", "How this brief was made", "How to cite", "Notes"];
    let of_kind: [&[&str]; 4] = [
        &[
            "In brief",
            "Regime trajectory",
            "Organisations",
            "Votes in the General Assembly",
            "Cases of collaboration",
            "What is new since 2020",
        ],
        &["In brief", "What it is", "Composition over time", "Members", "Cases of collaboration", "What is new since 2020"],
        &["In brief", "Two regimes", "Shared organisations", "Votes in the General Assembly", "Cases of collaboration that name both"],
        &[
            "In brief",
            "States by regime",
            "Notable changes over ten years",
            "Organisations with most members from the region",
            "Cases of collaboration",
        ],
    ];
    for (subject, sections) in SUBJECTS.into_iter().zip(of_kind) {
        let brief = markdown(home, subject);
        check_notes(subject, &brief);
        let headings: Vec<&str> = brief.lines().filter_map(|l| l.strip_prefix("## ")).collect();
        let mut at = 0;
        for section in sections.iter().chain(&["What has interrupted such tactics"]).chain(&ends) {
            let found = headings[at..].iter().position(|h| h == section);
            at += 1 + found.unwrap_or_else(|| panic!("{subject}: '{section}' is not (in order) in {headings:?}"));
        }
        assert!(brief.ends_with('\n') && !brief.ends_with("\n\n"));
        for word in ["NaN", "Some(", "null", "-0.00", "−0.00"] {
            assert!(!brief.contains(word), "{subject}: '{word}'");
        }
        let key = home.manifest()["key"].as_str().unwrap()[..12].to_owned();
        assert!(brief.contains(&format!("Observatory {key}")), "{subject} does not say which observatory it is made from");
        assert_eq!(brief, markdown(home, subject), "the same observatory gives the same brief");
    }
}

#[test]
fn published_figures_of_a_state_are_those_of_the_tables() {
    let Some(home) = real::home() else { return };
    let brief = markdown(home, "KGZ");
    let years = home.rows(
        "SELECT *, regime_label(v2x_regime) AS label FROM regime_state_year WHERE gwcode = 703 AND v2x_regime IS NOT NULL ORDER BY year DESC LIMIT 6",
    );
    for r in &years {
        has_row(&brief, &[whole(r, "year").to_string(), sentence_case(text(r, "label")), with_interval(r)]);
    }
    let latest = whole(&years[0], "year");
    let organisations = home.rows(&format!(
        "SELECT o.name, c.*, m.mean_polyarchy_others FROM composition_org_state_year m JOIN composition_org_year c ON c.org = m.org AND c.year = m.year \
         JOIN organisation o ON o.org = c.org WHERE m.gwcode = 703 AND m.year = {latest} AND c.source = 'casebook'"
    ));
    assert_eq!(organisations.len(), 5);
    // walking back from the latest year while nothing changes; each of the five lists begins in the year in which it was founded
    let since = |sql: &str| {
        let years: Vec<i64> = home.rows(sql).iter().map(|r| whole(r, "year")).collect();
        let unbroken = years.iter().enumerate().take_while(|(i, y)| **y == latest - *i as i64).count();
        assert!(unbroken > 0, "{sql}");
        latest - unbroken as i64 + 1
    };
    for r in &organisations {
        let org = text(r, "org");
        let majority = since(&format!(
            "SELECT year FROM composition_org_year WHERE org = '{org}' AND source = 'casebook' AND year <= {latest} \
             AND majority_autocratic = {} ORDER BY year DESC",
            yes(r, "majority_autocratic") == "yes"
        ));
        let member = since(&format!(
            "SELECT year FROM membership_org_state_year WHERE org = '{org}' AND gwcode = 703 AND source = 'casebook' AND status = 1 \
             AND year <= {latest} ORDER BY year DESC"
        ));
        has_row(
            &brief,
            &[
                format!("{} ({})", text(r, "name"), text(r, "org")),
                member.to_string(),
                format!("{}, since {majority}", yes(r, "majority_autocratic")),
                whole(r, "members").to_string(),
                whole(r, "members_rated").to_string(),
                whole(r, "autocracies").to_string(),
                percent(r, "share_autocracies"),
                two(number(r, "p_majority_autocratic").unwrap()),
                yes(r, "sensitive").to_owned(),
                two(number(r, "mean_polyarchy_others").unwrap()),
            ],
        );
    }
    let voters = home.rows(
        "WITH both AS (SELECT gwcode2 AS partner, * FROM agreement_dyad_session WHERE gwcode1 = 703 UNION ALL \
           SELECT gwcode1 AS partner, * FROM agreement_dyad_session WHERE gwcode2 = 703) \
         SELECT state_name(partner, year) AS name, rollcalls, agreement, kappa FROM both WHERE rollcalls >= 10 AND kappa IS NOT NULL \
           AND session = (SELECT max(session) FROM both) ORDER BY kappa DESC, partner LIMIT 10",
    );
    for r in &voters {
        let cells =
            [text(r, "name").to_owned(), whole(r, "rollcalls").to_string(), percent(r, "agreement"), two(number(r, "kappa").unwrap())];
        has_row(&brief, &cells);
    }
    // every finding of the lead stands in the table of findings, word for word
    let lead: Vec<&str> = brief
        .lines()
        .skip_while(|l| *l != "## In brief")
        .skip(1)
        .take_while(|l| !l.starts_with("## "))
        .filter_map(|l| l.strip_prefix("- "))
        .collect();
    assert!(lead.len() >= 4, "{lead:?}");
    let findings = home.rows("SELECT statement FROM finding WHERE subject = 'KGZ' OR subject LIKE '%KGZ%'");
    for sentence in lead {
        let words = sentence.split("[^").next().unwrap();
        assert!(findings.iter().any(|f| text(f, "statement") == words), "no finding says: {words}");
    }
}

#[test]
fn published_figures_of_an_organisation_a_pair_and_a_region_are_those_of_the_tables() {
    let Some(home) = real::home() else { return };
    let sco = markdown(home, "SCO");
    for (source, name) in [("casebook", "The casebook"), ("cow_igo", "COW IGO")] {
        let r = home.row(&format!(
            "SELECT * FROM composition_claim_org_year WHERE org = 'SCO' AND source = '{source}' AND members_rated > 0 ORDER BY year DESC LIMIT 1"
        ));
        let mut cells = vec![name.to_owned()];
        cells.extend(["year", "members", "members_rated", "autocracies"].map(|c| whole(&r, c).to_string()));
        cells.extend([percent(&r, "share_autocracies"), yes(&r, "majority_autocratic").to_owned()]);
        cells.extend(["p_majority_autocratic", "mean_polyarchy"].map(|c| two(number(&r, c).unwrap())));
        has_row(&sco, &cells);
    }
    let members = home.rows(
        "SELECT s.name, r.*, regime_label(r.v2x_regime) AS label FROM membership_org_state_year m JOIN regime_state_year r \
         ON r.gwcode = m.gwcode AND r.year = m.year JOIN state_year s ON s.gwcode = m.gwcode AND s.year = m.year \
         WHERE m.org = 'SCO' AND m.year = 2024 AND m.status = 1",
    );
    assert_eq!(members.len(), 10);
    for r in &members {
        let start = format!("| {} | full member | ", text(r, "name"));
        let line = sco.lines().find(|l| l.starts_with(&start)).unwrap_or_else(|| panic!("{start}"));
        let rating = format!(" | {} | {} | ", sentence_case(text(r, "label")), with_interval(r));
        assert!(line.contains(&rating), "'{rating}' is not in: {line}");
    }

    let pair = markdown(home, "RUS-BLR");
    let sessions = home.rows(
        "SELECT * FROM agreement_dyad_session WHERE gwcode1 = 365 AND gwcode2 = 370 AND rollcalls >= 10 ORDER BY session DESC LIMIT 10",
    );
    for r in &sessions {
        let mut cells = ["session", "year", "rollcalls"].map(|c| whole(r, c).to_string()).to_vec();
        cells.extend([percent(r, "agreement"), two(number(r, "kappa").unwrap())]);
        has_row(&pair, &cells);
    }

    let region = markdown(home, SUBJECTS[3]);
    let counts = home.row(
        "SELECT count(*) AS states, count(v2x_regime) AS rated, count(*) FILTER (WHERE v2x_regime = 0) AS closed, \
         count(*) FILTER (WHERE v2x_regime = 1) AS electoral, count(*) FILTER (WHERE v2x_regime = 2) AS electoral_democracies, \
         count(*) FILTER (WHERE v2x_regime = 3) AS liberal FROM state_year s LEFT JOIN regime_state_year r \
         ON r.gwcode = s.gwcode AND r.year = s.year WHERE s.region = 'Eastern Europe and Central Asia' AND s.year = 2024",
    );
    let n = |c: &str| whole(&counts, c);
    let sentence = format!(
        "Of the {} states of Eastern Europe and Central Asia in 2024, V-Dem rates {}: {} closed autocracies, {} electoral autocracies, \
         {} electoral democracies and {} liberal democracies.",
        n("states"),
        n("rated"),
        n("closed"),
        n("electoral"),
        n("electoral_democracies"),
        n("liberal")
    );
    assert!(region.contains(&sentence), "not in the brief: {sentence}");
}

#[test]
fn published_data_make_a_page_that_asks_nobody_and_runs_nothing() {
    let Some(home) = real::home() else { return };
    for subject in SUBJECTS {
        let file = home.path().parent().unwrap().join(format!("page {}.html", std::process::id()));
        let ran = home.run(["brief", subject, "-o", file.to_str().unwrap()]).ok();
        assert_eq!(ran.out, "");
        let page = fs::read_to_string(&file).unwrap();
        fs::remove_file(&file).unwrap();
        assert_eq!(page, home.run(["brief", subject, "--format", "html"]).ok().out);
        for forbidden in [
            "<script",
            "<iframe",
            "<img",
            "<object",
            "<embed",
            "<form",
            "<base",
            " src=",
            "srcset=",
            "url(",
            "@import",
            "@font-face",
            " onload=",
        ] {
            assert!(!page.contains(forbidden), "{subject}: {forbidden}");
        }
        assert!(page.contains("default-src 'none'"), "{subject}: no content policy");
        let (body, notes) = page.split_at(page.rfind("<h2").unwrap());
        let mut ids = BTreeSet::new();
        for id in page.split(" id=\"").skip(1) {
            assert!(ids.insert(id.split('"').next().unwrap()), "{subject}: an id stands twice");
        }
        // links go to places on the page; addresses of works stand in the notes, for a person to follow
        let mut inner = 0;
        for (part, addresses) in [(body, false), (notes, true)] {
            for href in part.split(" href=\"").skip(1).map(|h| h.split('"').next().unwrap()) {
                match href.strip_prefix('#') {
                    Some(id) => {
                        inner += 1;
                        assert!(ids.contains(id), "{subject}: nothing has the id {id}");
                    }
                    None => assert!(href == "data:," || addresses && href.starts_with("http"), "{subject}: a link to {href}"),
                }
            }
        }
        assert!(inner > 20, "{subject}: {inner} links");
    }
}

#[test]
fn a_subject_is_found_under_many_names() {
    let home = Home::built();
    for names in [
        &["KGZ", "kyrgyzstan", "Киргизия", "KG", "gw:703", " Kyrgyz Republic "][..],
        &["SCO", "sco", "Shanghai Cooperation Organisation", "ШОС"],
        &["RUS-BLR", "russia-belarus", "Russia and Belarus", "RU/BY"],
        &["Eastern Europe and Central Asia", "eastern europe and central asia"],
    ] {
        let first = markdown(&home, names[0]);
        for name in &names[1..] {
            assert!(first == markdown(&home, name), "'{name}' is not {}", names[0]);
        }
    }
}

#[test]
fn a_subject_that_is_not_found_is_answered_with_the_nearest() {
    let home = Home::built();
    for (subject, parts) in [
        ("Kyrgystan", &["called 'Kyrgystan'", "did you mean 'Kyrgyzstan'"][..]),
        ("Shanghai Coperation Organisation", &["Shanghai Cooperation Organisation"]),
        ("Congo", &["can mean several states", "COD", "COG"]),
        ("KGZ-KGZ", &["two different states"]),
        ("zzzzzzzz", &["no state, organisation, pair or region is called 'zzzzzzzz'"]),
        ("", &["no state, organisation, pair or region is called ''"]),
    ] {
        home.run(["brief", subject]).refused(parts);
    }
    home.run(["brief", "KGZ", "--lang", "fr"]).refused(&["English only", "--lang en"]);
    home.run(["brief", "KGZ", "-o", "kgz.docx"]).refused(&[".md or .html", "--format"]);
    Home::new().run(["brief", "KGZ"]).refused(&["no observatory has been built in ", "blocwatch build"]);
}

#[test]
fn the_embedded_default_briefs_on_what_it_knows_and_says_what_is_missing() {
    let home = Home::built();
    for subject in SUBJECTS {
        let brief = markdown(&home, subject);
        check_notes(subject, &brief);
        let unknown = brief.split("## What this brief does not know").nth(1).unwrap_or_else(|| panic!("{subject}"));
        for source in ["vdem", "unga_votes", "cow_igo"] {
            let line = unknown.lines().find(|l| l.contains(&format!("`blocwatch fetch {source}`")));
            assert!(line.is_some_and(|l| l.contains("not held")), "{subject} does not say that {source} is missing: {unknown}");
        }
        // a value that is missing is a word or is left out with its column, never a zero
        assert!(!brief.contains("| 0.00 |") && !brief.contains("olyarchy 0."), "{subject}");
    }
    let kgz = markdown(&home, "KGZ");
    has_row(&kgz, &["2024".to_owned(), "Electoral autocracy".to_owned()]);
    assert!(kgz.contains("Only categories are held"), "{kgz}");
    assert!(kgz.contains("closed autocracy 1990–1994 and electoral autocracy 1995–2024"), "the categories are embedded");
    let region = markdown(&home, SUBJECTS[3]);
    has_row(&region, &["Abkhazia".to_owned(), "*not covered*".to_owned()]);
    assert!(!kgz.contains("kappa 0"), "there are no votes");
}

#[test]
fn every_organisation_of_the_casebook_and_states_of_every_kind_have_a_brief() {
    let home = Home::built();
    // gone, never in the list, never in V-Dem, without a casebook entry, with several numbers, with an odd name
    let states = "SUN DDR YUG CSK YMD VDR ZAN PSE HKG XKX VAT LIE DEU YEM SRB CIV ABK SMR TWN USA".split(' ');
    let known: BTreeSet<String> = home.rows("SELECT state FROM state").iter().map(|r| text(r, "state").to_owned()).collect();
    let states = states.filter(|s| known.contains(*s)).map(str::to_owned);
    let organisations = home.rows("SELECT org FROM organisation ORDER BY org").into_iter().map(|r| text(&r, "org").to_owned());
    let regions = home
        .rows("SELECT DISTINCT region FROM state WHERE region <> '' ORDER BY region")
        .into_iter()
        .map(|r| text(&r, "region").to_owned());
    let all: Vec<String> = states.chain(organisations).chain(regions).chain(["DDR-SUN", "PSE-ISR", "VAT-XKX"].map(str::to_owned)).collect();
    assert!(all.len() > 55, "{all:?}");
    for subject in all {
        let brief = markdown(&home, &subject);
        check_notes(&subject, &brief);
        assert!(brief.contains("## What this brief does not know"), "{subject}");
    }
}

#[test]
fn an_actor_that_is_only_named_does_not_take_part() {
    let home = Home::built();
    let named = home.rows(
        "SELECT f.statement FROM finding f JOIN (SELECT p.actor FROM case_party p JOIN \"case\" c ON c.case_id = p.case_id \
           WHERE c.kind = 'collaboration' AND p.role NOT IN ('target_state', 'challenger') GROUP BY p.actor \
           HAVING count(*) FILTER (WHERE p.role NOT IN ('venue', 'host', 'home')) = 0) n ON n.actor = f.subject WHERE f.kind = 'case-profile'",
    );
    assert!(!named.is_empty());
    for f in &named {
        assert!(!text(f, "statement").contains("takes part"), "{}", text(f, "statement"));
    }
}
