//! Ties of coded events: from the publisher's file without a row of names to the tie, the panel, the brief, and back again by `why`.
//!
//! The files are made up, in the publisher's format. What they name as a person or address must not come out anywhere.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::real;
use crate::run::{Home, number, text, whole};

/// A line of GDELT, format 1 (58 columns) or 2 (61), in the publisher's order and without names.
fn line(id: u32, day: &str, actors: [(&str, &str); 2], what: [&str; 3], article: &str, columns: usize) -> String {
    let [code, quad, goldstein] = what;
    let mut cells: Vec<String> = vec![id.to_string(), day.to_owned(), day[..6].to_owned(), day[..4].to_owned(), format!("{}.2", &day[..4])];
    for (country, role) in actors {
        cells.extend([format!("{country}{role}"), "HIDDEN PERSON".to_owned(), country.to_owned()]);
        cells.extend(["", "", "", ""].map(str::to_owned));
        cells.extend([role.to_owned(), String::new(), String::new()]);
    }
    cells.extend(["1", code, &code[..3], &code[..2], quad, goldstein, "3", "1", "3", "-1.5"].map(str::to_owned));
    let place = if columns == 61 { 8 } else { 7 };
    for _ in 0..3 {
        let mut own = vec![String::new(); place];
        own[0] = "1".to_owned();
        own[1] = "HIDDEN PLACE".to_owned();
        cells.extend(own);
    }
    cells.extend([day.to_owned(), format!("https://hidden.example/{article}")]);
    assert_eq!(cells.len(), columns);
    cells.join("\t") + "\n"
}

const RUS: (&str, &str) = ("RUS", "GOV");
const CHN: (&str, &str) = ("CHN", "GOV");

/// Two days of format 1 and a quarter hour of format 2.
fn write_exports(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let visit = |id, day, actors, article, columns| line(id, day, actors, ["042", "1", "1.9"], article, columns);
    let first = [
        visit(1, "20130402", [RUS, CHN], "a", 58),
        // a second report of the same article is no second event
        visit(2, "20130402", [RUS, CHN], "a", 58),
        line(3, "20130402", [("USA", "GOV"), RUS], ["042", "1", "1.9"], "a", 58),
        line(4, "20130402", [RUS, CHN], ["190", "4", "-10.0"], "a", 58),
    ];
    fs::write(folder.join("20130402.export.CSV"), first.concat()).unwrap();
    fs::write(folder.join("20130403.export.CSV"), visit(5, "20130403", [RUS, CHN], "b", 58)).unwrap();
    fs::write(folder.join("20150218230000.export.CSV"), visit(6, "20150218", [CHN, RUS], "c", 61)).unwrap();
}

fn held() -> Home {
    let home = Home::new();
    let folder = home.path().with_file_name("download");
    write_exports(&folder);
    home.run(["fetch", "events_gdelt", "--from", folder.to_str().unwrap()]).ok();
    home.run(["build"]).ok();
    home
}

fn places<'a>(nodes: &'a [Value], out: &mut Vec<&'a Value>) {
    for node in nodes {
        out.push(node);
        places(node["from"].as_array().unwrap(), out);
    }
}

/// The publisher's lines at the end of a walk, as `file line`, with their fields.
fn lines(home: &Home, id: &str, rows: &str) -> Vec<(String, Vec<(String, String)>)> {
    let out = home.run(["why", id, "--json", "--rows", rows]).ok().out;
    assert!(!out.contains("HIDDEN") && !out.contains("hidden.example"), "{id} shows a personal column: {out}");
    let nodes: Vec<Value> = serde_json::from_str(&out).unwrap();
    let mut all = Vec::new();
    places(&nodes, &mut all);
    let field = |p: &Value| (p[0].as_str().unwrap().to_owned(), p[1].as_str().unwrap().to_owned());
    all.into_iter()
        .filter(|n| n["place"].as_str().unwrap().contains(".CSV line "))
        .map(|n| (n["place"].as_str().unwrap().to_owned(), n["row"].as_array().unwrap().iter().map(field).collect()))
        .collect()
}

#[test]
fn every_cell_of_events_leads_to_lines_of_a_file_without_names_with_the_names_of_the_codebook() {
    let home = held();
    let pair = "gwcode1 = 365 AND gwcode2 = 710 AND year = 2013";
    let cell = format!("event_dyad_month:{pair} AND month = 4 AND root = '04'");
    let found = lines(&home, &cell, "12");
    let at: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
    // all three reports, in both files
    assert_eq!(at, ["20130402.export.CSV line 1", "20130402.export.CSV line 2", "20130403.export.CSV line 1"]);
    for (place, fields) in &found {
        let value = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        assert_eq!(value("Actor1CountryCode"), Some("RUS"), "{place}");
        assert_eq!((value("EventCode"), value("QuadClass"), value("GoldsteinScale")), (Some("042"), Some("1"), Some("1.9")), "{place}");
        assert_eq!(value("AvgTone"), Some("-1.5"), "{place}");
        for personal in ["Actor1Name", "Actor2Name", "SOURCEURL", "ActionGeo_FullName"] {
            assert_eq!(value(personal), None, "{place}");
        }
    }
    let counted = home.row(&format!("SELECT events, days, reports FROM event_dyad_month WHERE {pair} AND root = '04'"));
    assert_eq!((whole(&counted, "events"), whole(&counted, "days"), whole(&counted, "reports")), (2, 2, 3));
    for (id, n) in [
        (format!("event_code_dyad_year:{pair} AND event_code = '042'"), 3),
        (format!("event_tactic_dyad_year:{pair} AND tactic = 'symbolic-visit'"), 3),
        (format!("tie_dyad_year:{pair} AND layer = 'event-symbolic-visit'"), 3),
        (format!("event_balance_dyad_month:{pair} AND month = 4"), 4),
        ("event_dyad_month:gwcode1 = 710 AND gwcode2 = 365 AND year = 2015".to_owned(), 1),
    ] {
        assert_eq!(lines(&home, &id, "12").len(), n, "{id}");
    }
    // what is not shown is counted
    let short: Vec<Value> = serde_json::from_str(&home.run(["why", &cell, "--json", "--rows", "1"]).ok().out).unwrap();
    assert_eq!(short[0]["from"].as_array().unwrap().last().unwrap()["left_out"], 2);
}

#[test]
fn events_are_ties_by_tactic_with_mapping_and_unknown_share_and_never_counted_twice() {
    let home = held();
    let ties = home.rows("SELECT * FROM tie_dyad_year WHERE layer LIKE 'event-%' ORDER BY year, gwcode1");
    assert_eq!(ties.len(), 2, "the visit of a democracy and the attack are no tactic: {ties:?}");
    let tie = &ties[0];
    assert_eq!((whole(tie, "gwcode1"), whole(tie, "gwcode2"), whole(tie, "year")), (365, 710, 2013));
    assert_eq!((text(tie, "layer"), text(tie, "source"), text(tie, "unit")), ("event-symbolic-visit", "events_gdelt", "events"));
    assert_eq!((text(tie, "statement"), number(tie, "weight")), ("events-1/cameo-visit", Some(2.0)));
    assert_eq!((tie["directed"].as_bool(), text(tie, "series")), (Some(true), "event-symbolic-visit@events_gdelt"));
    // the detailed table and the ties are the same events
    let sums = home.row(
        "SELECT (SELECT sum(events) FROM event_tactic_dyad_year) AS detail, (SELECT sum(weight) FROM tie_dyad_year WHERE layer LIKE 'event-%') AS ties",
    );
    assert_eq!(number(&sums, "detail"), number(&sums, "ties"));
    let layer = home.row("SELECT * FROM tie_layer WHERE layer LIKE 'event-%'");
    assert_eq!((text(&layer, "mapping"), layer["share_right"].is_null()), ("events-1", true));
    assert!(text(&layer, "doc").contains("upper bound"), "{layer:?}");
    // single days are held: what is not there is not known to be none
    let known = home.rows(
        "SELECT DISTINCT year_from, year_to, state_of_knowledge AS k FROM coverage WHERE \"table\" = 'tie_dyad_year' \
         AND starts_with(note, 'event-symbolic-visit@events_gdelt') ORDER BY year_from",
    );
    let words: Vec<&str> = known.iter().map(|r| text(r, "k")).collect();
    assert_eq!(words, ["not-covered", "censored"], "{known:?}");
    let brief = home.run(["brief", "RUS"]).ok().out;
    for part in ["Symbolic visits", "China (2)", "not known", "An event is a report that a program has coded"] {
        assert!(brief.contains(part), "'{part}' is not in the brief");
    }
}

/// Rows of a panel whose first state is Russia or China, as maps of columns to text.
fn panel(home: &Home, args: &[&str]) -> Vec<std::collections::BTreeMap<String, String>> {
    let out = home.run(["panel"].iter().chain(args)).ok().out;
    let mut csv = csv::Reader::from_reader(out.as_bytes());
    let head: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let of = |r: csv::StringRecord| head.iter().cloned().zip(r.iter().map(str::to_owned)).collect();
    csv.records().map(Result::unwrap).filter(|r| ["365", "710"].contains(&&r[0])).map(of).collect()
}

#[test]
fn a_year_of_which_each_day_is_held_has_zeros_and_others_have_none() {
    let home = Home::new();
    let folder = home.path().with_file_name("download");
    fs::create_dir_all(&folder).unwrap();
    let mut lines = Vec::new();
    for month in 1..=12 {
        let days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
        for day in 1..=days {
            let date = format!("2014{month:02}{day:02}");
            lines.push(line(1, &date, [("USA", "GOV"), RUS], ["042", "1", "1.9"], &date, 58));
        }
    }
    lines.push(line(2, "20140510", [RUS, CHN], ["042", "1", "1.9"], "visit", 58));
    fs::write(folder.join("2014.csv"), lines.concat()).unwrap();
    home.run(["fetch", "events_gdelt", "--from", folder.to_str().unwrap()]).ok();
    home.run(["build"]).ok();

    let mut months = panel(&home, &["dyad-month", "--years", "2014"]);
    months.extend(panel(&home, &["dyad-month", "--years", "2013", "--columns", "event_balance.*"]));
    let find = |one: &str, two: &str, year: &str, month: &str| {
        let has = |r: &&std::collections::BTreeMap<String, String>| {
            (r["gwcode1"].as_str(), r["gwcode2"].as_str(), r["year"].as_str(), r["month"].as_str()) == (one, two, year, month)
        };
        months.iter().find(has).unwrap()
    };
    let (may, june) = (find("365", "710", "2014", "5"), find("365", "710", "2014", "6"));
    assert_eq!((may["verbal_cooperation"].as_str(), may["balance"].as_str()), ("1", "1.0"), "{may:?}");
    // a share of nothing is no zero
    assert_eq!((june["verbal_cooperation"].as_str(), june["balance"].as_str(), june["goldstein"].as_str()), ("0", "", ""), "{june:?}");
    let before = find("365", "710", "2013", "6");
    assert_eq!((before["verbal_cooperation"].as_str(), before["balance"].as_str()), ("", ""), "{before:?}");

    let years = panel(&home, &["dyad-year", "--years", "2014", "--layers", "event-symbolic-visit"]);
    let column = years[0].keys().find(|k| k.starts_with("tie.event-symbolic-visit")).unwrap().clone();
    let tie = |one: &str, two: &str| years.iter().find(|r| r["gwcode1"] == one && r["gwcode2"] == two).unwrap()[&column].as_str();
    assert_eq!((tie("365", "710"), tie("710", "365"), tie("365", "2")), ("1.0", "0.0", "0.0"));
    // of Monaco's regime nothing is known, so that no rule can say no
    assert_eq!(tie("365", "221"), "");
    let why = |cell: &str| home.run(["panel", "dyad-year", "--why", cell]).ok().out;
    let silent = why(&format!("gwcode1=710,gwcode2=365,year=2014,column={column}"));
    assert!(silent.contains("each day has events"), "{silent}");
}

/// A tie of every series, from the real files, leads to the publisher's lines or to the casebook.
#[test]
fn published_ties_of_every_series_lead_to_where_they_were_read() {
    let Some(home) = real::home() else { return };
    let series = home.rows("SELECT series FROM tie_layer ORDER BY series");
    assert!(series.len() > 20, "{series:?}");
    for row in &series {
        let series = text(row, "series");
        let tie = home.rows(&format!(
            "SELECT gwcode1, gwcode2, year FROM tie_dyad_year WHERE series = '{series}' ORDER BY weight DESC, year, gwcode1, gwcode2 LIMIT 1"
        ));
        let [one, two, year] = ["gwcode1", "gwcode2", "year"].map(|c| whole(&tie[0], c));
        let id = format!("tie_dyad_year:series = '{series}' AND gwcode1 = {one} AND gwcode2 = {two} AND year = {year}");
        let nodes: Vec<Value> = serde_json::from_str(&home.run(["why", &id, "--json", "--rows", "3"]).ok().out).unwrap();
        let mut all = Vec::new();
        places(&nodes, &mut all);
        let ends: Vec<&str> =
            all.iter().filter(|n| n["from"].as_array().unwrap().is_empty()).map(|n| n["place"].as_str().unwrap()).collect();
        assert!(!ends.is_empty() && ends.iter().all(|p| p.contains(" line ")), "{id} ends at {ends:?}");
    }
}
