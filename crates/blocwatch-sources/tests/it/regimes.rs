//! The real files on regimes and rights beside the workspace, against values looked up in them by hand.

use std::collections::BTreeMap;

use blocwatch_core::coverage::Knowledge;
use blocwatch_sources::Reading;

use super::help::{cell, count, fetch, sample_folder, table};
use super::published::read;
use super::shared;

const FOLDER: &str = "data/regime";

/// The only row with these values, as the values of `columns`; `-` for null.
fn row(reading: &Reading, name: &str, wanted: &[(&str, &str)], columns: &[&str]) -> Vec<String> {
    let t = table(reading, name);
    let hits: Vec<usize> = (0..t.num_rows()).filter(|&r| wanted.iter().all(|(c, v)| cell(t, c, r).as_deref() == Some(*v))).collect();
    assert_eq!(hits.len(), 1, "{name} {wanted:?}");
    columns.iter().map(|c| cell(t, c, hits[0]).unwrap_or_else(|| "-".to_owned())).collect()
}

/// State-years in the system in which the number that the carrying package adds is another one, counted by name and both numbers.
fn differs(reading: &Reading, name: &str, edition: &str, file: &str, label: &str) -> Option<(usize, Vec<(String, u32)>)> {
    let rows = shared::rows(&format!("{FOLDER}/{file}"))?;
    let t = table(reading, name);
    let mut ours: BTreeMap<usize, String> = BTreeMap::new();
    for r in 0..t.num_rows() {
        if cell(t, "edition", r).as_deref() == Some(edition) && cell(t, "in_system", r).as_deref() == Some("true") {
            ours.insert(cell(t, "source_row", r).unwrap().parse().unwrap(), cell(t, "gwcode", r).unwrap());
        }
    }
    let (mut compared, mut out) = (0, BTreeMap::new());
    for (i, row) in rows.iter().enumerate().filter(|(_, r)| r.text("in_GW_system") == "True") {
        let Some(gwcode) = ours.get(&(i + 2)) else { continue };
        compared += 1;
        if *gwcode != row.text("GWn") {
            *out.entry(format!("{} {gwcode} here, {} there", row.text(label), row.text("GWn"))).or_default() += 1;
        }
    }
    Some((compared, out.into_iter().collect()))
}

fn knowledge(reading: &Reading, gwcode: u16, year: i32) -> Option<Knowledge> {
    reading.coverage.iter().find(|c| c.gwcode == Some(gwcode) && (c.year_from..=c.year_to).contains(&year)).map(|c| c.knowledge)
}

/// The account of each file in one line.
fn told(reading: &Reading) -> Vec<String> {
    let one = |a: &blocwatch_core::accounting::RowAccount| {
        let dropped: Vec<String> = a.dropped.iter().map(|(rule, n)| format!("; {n} {rule}")).collect();
        format!("{}: {} in, {} kept{}", a.file, a.rows_in, a.kept, dropped.concat())
    };
    reading.accounts.iter().map(one).collect()
}

const SUCCESSION: &str = "succession: another unit of the same state goes on after the year";
const OUTSIDE: &str = "unit that no list of states has";

#[test]
fn published_democracies_of_boix_miller_rosato() {
    let Some((_, reading)) = read("bmr", FOLDER) else { return };
    let name = "bmr_state_year";
    // Germany, Yugoslavia and the Soviet Union in years of succession; West Germany in 1945 carries no value
    assert_eq!(
        told(&reading),
        [format!("dd_bmr.csv.gz: 19775 in, 19771 kept; 1 no value, where another unit of the same state has one; 3 {SUCCESSION}")]
    );
    let columns = ["democracy", "democracy_duration", "democracy_femalesuffrage", "in_system", "bmr_ccode"];
    assert_eq!(row(&reading, name, &[("gwcode", "310"), ("year", "2020")], &columns), ["1", "31", "1", "true", "310"]);
    // the publisher's own number of Germany since 1990, and of Serbia
    assert_eq!(row(&reading, name, &[("gwcode", "260"), ("year", "1990")], &columns)[4], "255");
    assert_eq!(row(&reading, name, &[("gwcode", "340"), ("year", "2020")], &columns)[4], "342");
    let of = |d| count(table(&reading, name), &[("year", "2020"), ("democracy", d)]);
    assert_eq!([of("0"), of("1")], [77, 118]);
    assert_eq!(knowledge(&reading, 310, 2020), Some(Knowledge::Covered));
    let differs = differs(&reading, name, "democracydata", "dd_bmr.csv.gz", "bmr_country").unwrap();
    assert_eq!(differs, (18_264, vec![]));
}

#[test]
fn published_ratings_of_freedom_house() {
    let Some((_, reading)) = read("freedom_house", FOLDER) else { return };
    let name = "freedom_house_state_year";
    assert_eq!(
        told(&reading),
        [
            // the Soviet Union and Russia in 1991
            format!("dd_fh_electoral.csv.gz: 6997 in, 6944 kept; 1 {SUCCESSION}; 52 {OUTSIDE}"),
            format!("dd_fh.csv.gz: 9965 in, 9701 kept; 264 {OUTSIDE}"),
            format!("dd_fh_full.csv.gz: 2723 in, 2639 kept; 84 {OUTSIDE}"),
        ]
    );
    let columns = ["pr", "cl", "status", "fh_total", "electoral", "A1", "AddA", "pr_full", "cl_full", "total"];
    let hungary = |edition| row(&reading, name, &[("gwcode", "310"), ("year", "2024"), ("edition", edition)], &columns).join(" ");
    assert_eq!(hungary("ratings"), "3 3 PF 6 - - - - - -");
    assert_eq!(hungary("scores"), "3 3 PF - - 2 - 24 41 65");
    let palestine = [("gwcode", "1128"), ("year", "2000"), ("edition", "ratings")];
    assert_eq!(row(&reading, name, &palestine, &["fh_country"]), ["Palestinian Authority-Administered Territories"]);
    // there was no report on 1981
    assert_eq!(knowledge(&reading, 310, 1981), Some(Knowledge::NotCovered));
    let differs = |edition, file, label| differs(&reading, name, edition, file, label).unwrap();
    assert_eq!(differs("ratings", "dd_fh.csv.gz", "fh_country"), (9455, vec![]));
    assert_eq!(differs("electoral", "dd_fh_electoral.csv.gz", "fh_electoral_country"), (6888, vec![]));
    assert_eq!(differs("scores", "dd_fh_full.csv.gz", "fh_full_country"), (2561, vec![]));
}

/// Another package carries the scores of the questions by themselves.
#[test]
fn published_scores_of_questions_agree_with_another_carrier() {
    let Some((_, reading)) = read("freedom_house", FOLDER) else { return };
    let Some(rows) = shared::rows(&format!("{FOLDER}/fh_item_scores_2012_2023.csv.gz")) else { return };
    let t = table(&reading, "freedom_house_state_year");
    let mut ours: BTreeMap<(String, String), usize> = BTreeMap::new();
    for r in (0..t.num_rows()).filter(|&r| cell(t, "edition", r).as_deref() == Some("scores")) {
        ours.insert((cell(t, "fh_country", r).unwrap(), cell(t, "year", r).unwrap()), r);
    }
    let (mut both, mut differ) = (0, 0);
    for row in &rows {
        let Some(&r) = ours.get(&(row.text("country").to_owned(), row.text("year").to_owned())) else { continue };
        both += 1;
        differ += u32::from(cell(t, row.text("sub_item"), r).as_deref() != Some(row.text("score")));
    }
    assert_eq!((both, differ), (60_900, 0));
}

#[test]
fn published_polities() {
    let Some((_, reading)) = read("polity5", FOLDER) else { return };
    let name = "polity5_state_year";
    assert_eq!(told(&reading), [format!("dd_polity5.csv.gz: 17574 in, 17564 kept; 10 {SUCCESSION}")]);
    let columns = ["democ", "autoc", "polity", "polity2", "durable", "xconst", "change"];
    let of = |gwcode, year| row(&reading, name, &[("gwcode", gwcode), ("year", year)], &columns).join(" ");
    assert_eq!(of("310", "2018"), "10 0 10 10 28 7 -");
    // the unified Yemen in its first year, in transition: the code stays beside the resolved score
    assert_eq!(of("678", "1990")[..13], *"-88 -88 -88 0");
    assert_eq!(row(&reading, name, &[("gwcode", "365"), ("year", "1922")], &["scode"]), ["USR"]);
    assert_eq!(count(table(&reading, name), &[("year", "2018")]), 167);
    let differs = differs(&reading, name, "democracydata", "dd_polity5.csv.gz", "polity_annual_country").unwrap();
    assert_eq!(differs, (16_558, vec![]));
}

#[test]
fn published_autocracies_of_geddes_wright_frantz() {
    let Some((_, reading)) = read("gwf", FOLDER) else { return };
    let name = "gwf_state_year";
    assert_eq!(told(&reading), ["dd_gwf_all_extended.csv.gz: 9411 in, 9411 kept"]);
    let columns = ["gwf_casename", "gwf_regimetype", "gwf_fail", "gwf_personal", "gwf_nonautocracy"];
    let kyrgyzstan = row(&reading, name, &[("gwcode", "703"), ("year", "2010")], &columns).join(" ");
    assert_eq!(kyrgyzstan, "Kyrgyzstan 05-10 personal 1 1 -");
    let of = |kind| count(table(&reading, name), &[("year", "2010"), ("gwf_regimetype", kind)]);
    assert_eq!([of("personal"), of("party"), of("monarchy"), of("party-personal")], [25, 16, 7, 6]);
    let differs = differs(&reading, name, "all_extended", "dd_gwf_all_extended.csv.gz", "gwf_country").unwrap();
    assert_eq!(differs, (9310, vec![]));
}

#[test]
fn published_lexical_index() {
    let Some((_, reading)) = read("lied", FOLDER) else { return };
    let name = "lied_state_year";
    assert_eq!(told(&reading), [format!("dd_LIED.csv.gz: 32891 in, 32683 kept; 208 {OUTSIDE}")]);
    let columns = ["lexical_index", "lexical_index_plus", "political_liberties", "two_turnover_period", "sovereign"];
    assert_eq!(row(&reading, name, &[("gwcode", "310"), ("year", "2024")], &columns).join(" "), "6 6 0 1 1");
    let of = |n| count(table(&reading, name), &[("year", "2024"), ("sovereign", "1"), ("lexical_index", n)]);
    assert_eq!([of("0"), of("1"), of("2"), of("3"), of("6")], [21, 14, 7, 37, 116]);
    let (compared, differ) = differs(&reading, name, "democracydata", "dd_LIED.csv.gz", "lied_country").unwrap();
    assert_eq!(compared, 20_207);
    // the package leaves the Correlates of War number where the other list has another, and states outside that list empty
    let there = |d: &(String, u32)| {
        d.0.ends_with(", 255 there") || d.0.starts_with("Serbia") || d.0.starts_with("Yemen") || d.0.ends_with(",  there")
    };
    let pacific = ["Kiribati", "Nauru", "Tonga", "Tuvalu"];
    let differ: Vec<_> = differ.into_iter().filter(|d| !there(d) && !pacific.iter().any(|p| d.0.starts_with(p))).collect();
    assert_eq!(differ, []);
}

#[test]
fn published_governments_of_reign() {
    let Some((_, reading)) = read("reign", FOLDER) else { return };
    let name = "reign_state_year";
    let account = told(&reading).remove(0);
    let rules = [
        "429 spell that ended within the year: a later one of the same state follows",
        "1 spell that starts only after the year",
        &format!("2 {SUCCESSION}"),
        "100 year before 1700, earlier than any state number",
    ];
    assert_eq!(account, format!("dd_REIGN.csv.gz: 13937 in, 13405 kept; {}", rules.join("; ")));
    let columns = ["gwf_regimetype", "Start", "End"];
    let of = |gwcode, year| row(&reading, name, &[("gwcode", gwcode), ("year", year)], &columns).join(" ");
    assert_eq!(of("310", "2019"), "parliamentary 1990-03-25 2020-03-30");
    assert_eq!(of("310", "2020"), "party-based 2020-03-30 2020-12-31");
    // the package lets this spell end before it starts; it counts from its first day on
    assert_eq!(of("483", "2020"), "personal 1990-12-01 2021-04-23");
    assert_eq!(of("483", "2021"), "provisional military 2021-04-23 2020-12-31");
    let differs = differs(&reading, name, "democracydata", "dd_REIGN.csv.gz", "reign_country").unwrap();
    assert_eq!(differs, (13_059, vec![]));
}

#[test]
fn leaders_are_dropped_at_the_edge() {
    let fetched = fetch(&sample_folder("reign"), &["reign"]);
    let raw = std::fs::read_to_string(sample_folder("reign").join("dd_REIGN.made_up.csv")).unwrap();
    assert!(raw.contains("Invented Person"), "the sample names leaders");
    let (reading, notices) = fetched.read("reign");
    let shown = super::help::show(&reading.unwrap(), notices);
    assert!(shown.contains("technocracy") && !shown.contains("Invented Person"), "{shown}");
}

#[test]
fn published_scores_of_human_rights() {
    let Some((_, reading)) = read("human_rights_scores", FOLDER) else { return };
    let name = "human_rights_scores_state_year";
    assert_eq!(told(&reading), ["fariss_human_rights_protection_owid.csv.gz: 11273 in, 11273 kept"]);
    let of = |gwcode, year| row(&reading, name, &[("gwcode", gwcode), ("year", year)], &["entity", "human_rights_protection"]).join(" ");
    assert_eq!(of("310", "2019"), "Hungary 1.45179141006147");
    assert_eq!(of("484", "1960"), "Congo -0.27930821735834");
    assert_eq!(of("315", "1980").split(' ').next(), Some("Czechia"), "the carrier gives Czechoslovakia's past to Czechia");
    // years before a state was in the system: Soviet republics since 1985, Namibia since 1976, and the like
    assert_eq!(count(table(&reading, name), &[("in_system", "false")]), 75);
    assert_eq!(knowledge(&reading, 365, 1946), Some(Knowledge::Covered));
}

#[test]
fn published_classes_of_the_press() {
    let Some((_, reading)) = read("press_freedom", FOLDER) else { return };
    let name = "press_freedom_state_year";
    assert_eq!(told(&reading), [format!("owid_press_freedom_freedom_house_2017_.csv.gz: 6528 in, 6507 kept; 21 {OUTSIDE}")]);
    let of = |gwcode, year| row(&reading, name, &[("gwcode", gwcode), ("year", year)], &["freedom_of_the_press"]).join(" ");
    assert_eq!([of("310", "2010"), of("310", "2016"), of("390", "2015"), of("710", "2015")], ["2", "1", "2", "0"]);
    // no report speaks of these years
    assert_eq!([1981, 1989].map(|y| knowledge(&reading, 310, y)), [Some(Knowledge::NotCovered); 2]);
}

#[test]
fn published_lists_of_regimes_side_by_side() {
    let Some((_, reading)) = read("regime_lists", FOLDER) else { return };
    let name = "regime_list_state_year";
    assert_eq!(
        told(&reading),
        [
            "dd_anckar.csv.gz: 18777 in, 18777 kept".to_owned(),
            "dd_bti.csv.gz: 1370 in, 1370 kept".to_owned(),
            "dd_kailitz.csv.gz: 9606 in, 9606 kept".to_owned(),
            "dd_magaloni.csv.gz: 8629 in, 8628 kept; 1 no value, where another unit of the same state has one".to_owned(),
            format!("dd_pacl_update.csv.gz: 14768 in, 13845 kept; 923 {OUTSIDE}"),
            format!("dd_pitf.csv.gz: 16582 in, 16575 kept; 7 {SUCCESSION}"),
            format!("dd_svolik_regime.csv.gz: 8977 in, 8976 kept; 1 {SUCCESSION}"),
        ]
    );
    let t = table(&reading, name);
    let of =
        |edition| row(&reading, name, &[("gwcode", "310"), ("year", "2006"), ("edition", edition)], &["democracy", "regime"]).join(" ");
    assert_eq!(of("anckar"), "1 Parliamentarism");
    assert_eq!(of("bti"), "- Democracies in consolidation");
    assert_eq!(of("kailitz"), "1 Liberal Democracy");
    assert_eq!(of("magaloni"), "1 Democracy");
    assert_eq!(of("pacl_update"), "1 Parliamentary democracy");
    assert_eq!(of("pitf"), "1 4-Full democracy");
    assert_eq!(of("svolik_regime"), "1 democracy");
    assert_eq!(["0", "1"].map(|d| count(t, &[("edition", "kailitz"), ("democracy", d)])), [5651, 3955]);
    assert_eq!(knowledge(&reading, 310, 2020), Some(Knowledge::Covered));
    let files = [
        ("anckar", "anckar_country"),
        ("bti", "bti_country"),
        ("kailitz", "kailitz_country"),
        ("magaloni", "magaloni_country"),
        ("pitf", "polity_annual_country"),
        ("svolik_regime", "svolik_regime_country"),
    ];
    for (edition, label) in files {
        let (compared, differ) = differs(&reading, name, edition, &format!("dd_{edition}.csv.gz"), label).unwrap();
        assert_eq!((compared > 1000, differ), (true, vec![]), "{edition}");
    }
    // cells of this list hold line ends, so that its rows are found by name and year
    let Some(rows) = shared::rows(&format!("{FOLDER}/dd_pacl_update.csv.gz")) else { return };
    let pacl = |r: &usize| cell(t, "edition", *r).as_deref() == Some("pacl_update") && cell(t, "in_system", *r).as_deref() == Some("true");
    let ours: BTreeMap<(String, String), String> = (0..t.num_rows())
        .filter(pacl)
        .map(|r| ((cell(t, "country", r).unwrap(), cell(t, "year", r).unwrap()), cell(t, "gwcode", r).unwrap()))
        .collect();
    let found = rows.iter().filter(|r| r.text("in_GW_system") == "True").filter_map(|r| {
        let number = ours.get(&(r.text("pacl_update_country").to_owned(), r.text("year").to_owned()))?;
        Some((number != r.text("GWn"), format!("{} {number} here, {} there", r.text("pacl_update_country"), r.text("GWn"))))
    });
    let (differ, same): (Vec<_>, Vec<_>) = found.partition(|(differs, _)| *differs);
    assert_eq!((differ, same.len() > 10_000), (vec![], true));
}
