//! The real files of sources on pairs of states: alliances, arms, conflicts, sanctions, exercises, finance.

use blocwatch_core::coverage::Knowledge;
use blocwatch_sources::Reading;

use super::help::{cell, count, fetch, sample_folder, show, table};
use super::published::{accounts, read};

/// The one row of a table for which all `(column, value)` hold.
fn row_with(t: &arrow::record_batch::RecordBatch, wanted: &[(&str, &str)]) -> usize {
    let mut fits = (0..t.num_rows()).filter(|&r| wanted.iter().all(|(c, v)| cell(t, c, r).as_deref() == Some(*v)));
    let row = fits.next().unwrap_or_else(|| panic!("no row with {wanted:?}"));
    assert_eq!(fits.next(), None, "more than one row with {wanted:?}");
    row
}

fn covered(reading: &Reading, gwcode: u16, year: i32) -> Option<Knowledge> {
    reading.coverage.iter().find(|c| c.gwcode == Some(gwcode) && (c.year_from..=c.year_to).contains(&year)).map(|c| c.knowledge)
}

#[test]
fn published_alliances_are_all_there() {
    let Some((_, reading)) = read("atop", "data/alliances") else { return };
    assert_eq!(
        accounts(&reading),
        [("atop_v5.1_dyad_year.csv.gz", 273_296, 273_194), ("atop5_1m.csv.gz", 2510, 2510), ("atop5_1a.csv.gz", 789, 789)]
    );
    let t = table(&reading, "alliance_dyad_year");
    assert_eq!(count(t, &[("year", "2018")]), 8456);
    assert_eq!(count(t, &[("year", "2018"), ("atop_defense", "1")]), 3412);
    let row = row_with(t, &[("gwcode1", "370"), ("gwcode2", "365"), ("year", "1992")]);
    assert_eq!(["atop_neutral", "atop_nonagg", "atop_consul"].map(|c| cell(t, c, row).unwrap()), ["1", "0", "1"]);
    assert_eq!(count(table(&reading, "alliance"), &[("defense", "1")]), 280);
    assert_eq!(count(table(&reading, "alliance_member"), &[("gwcode", "365")]), 167);
    assert_eq!(covered(&reading, 365, 2018), Some(Knowledge::Covered));
}

#[test]
fn published_arms_transfers_are_all_there() {
    let Some((_, reading)) = read("sipri_arms", "data/arms") else { return };
    assert_eq!(
        accounts(&reading),
        [("sipri_tiv_dyads_360info_1950_2021.csv.gz", 21_324, 21_324), ("sipri_tiv_dyad_year_1970_2014.csv.gz", 81_335, 81_335)]
    );
    let t = table(&reading, "arms_dyad_year");
    let of = |column: &str, kind: &str| count(t, &[("edition", "360info"), (column, kind)]);
    assert_eq!([of("supplier_kind", "organisation"), of("supplier_kind", "unknown")], [2, 231]);
    assert_eq!([of("recipient_kind", "organisation"), of("recipient_kind", "unknown")], [71, 94]);
    let pair = |year| [("edition", "360info"), ("gwcode1", "365"), ("gwcode2", "705"), ("year", year)];
    let row = row_with(t, &pair("2015"));
    assert_eq!(cell(t, "value", row).as_deref(), Some("441"));
    let row = row_with(t, &[("edition", "dodl"), ("gwcode1", "365"), ("gwcode2", "705"), ("year", "2012")]);
    assert_eq!(cell(t, "value", row).as_deref(), Some("75"));
    // a group is not the state in which it fights
    let groups = count(t, &[("recipient", "Mujahedin (Afghanistan)*")]);
    assert!(groups > 0 && count(t, &[("recipient", "Mujahedin (Afghanistan)*"), ("gwcode2", "700")]) == 0);
    assert_eq!(count(t, &[("edition", "dodl"), ("value", "0")]), 67_833);
}

#[test]
fn published_conflicts_are_all_there() {
    let Some((_, reading)) = read("ucdp_acd", "data/conflict") else { return };
    assert_eq!(accounts(&reading), [("ucdp_acd.csv.gz", 5652, 2752)]);
    assert_eq!(reading.accounts[0].dropped_total(), 2900);
    let t = table(&reading, "conflict_year");
    assert_eq!(count(t, &[("year", "2024")]), 61);
    let sides = table(&reading, "conflict_state_year");
    row_with(sides, &[("year", "2022"), ("conflict_id", "13306"), ("gwcode", "365"), ("side", "b_2nd")]);
}

#[test]
fn published_sanctions_are_all_there() {
    let Some((_, reading)) = read("gsdb_sanctions", "data/sanctions") else { return };
    assert_eq!(accounts(&reading), [("gsdb_v4.csv.gz", 1547, 1547)]);
    let parties = table(&reading, "sanction_party");
    let senders = |name: &str| count(parties, &[("role", "sender"), ("party", name)]);
    assert_eq!([senders("EU"), senders("United States")], [160, 589]);
    let dyads = table(&reading, "sanction_dyad_year");
    assert_eq!(count(dyads, &[("gwcode1", "2"), ("gwcode2", "370"), ("year", "2022")]), 3);
    assert_eq!(count(dyads, &[("gwcode1", "2"), ("gwcode2", "365"), ("year", "1991")]), 1);
}

#[test]
fn published_exercises_are_all_there() {
    let Some((_, reading)) = read("military_exercises", "data/military") else { return };
    assert_eq!(
        accounts(&reading),
        [
            ("mme_v7_participants_long.csv.gz", 13_818, 13_801),
            ("jme_v3_participants_long.csv.gz", 6343, 6337),
            ("joint_military_exercises_v3.csv.gz", 1790, 1790),
            ("mme_v7_exercises.csv.gz", 3707, 3707),
        ]
    );
    let t = table(&reading, "exercise_state_year");
    assert_eq!(count(t, &[("participant", "Vietnam"), ("gwcode", "817")]), 0);
    assert_eq!(count(t, &[("gwcode", "365"), ("year", "2005")]), 27);
    assert_eq!(count(table(&reading, "exercise_participant"), &[("gwcode", "710")]), 43);
}

#[test]
fn published_chinese_finance_is_all_there() {
    let Some((_, reading)) = read("aiddata_china", "data/finance") else { return };
    assert_eq!(
        accounts(&reading),
        [
            ("aiddata_gcdf_v3_country_year_cow.csv.gz", 2458, 2458),
            ("aiddata_chinese_financial_diplomacy_projects.csv.gz", 1308, 1308),
            ("aiddata_chinese_official_finance_v1_projects.csv.gz", 5466, 5466),
            ("aiddata_chinese_public_diplomacy_v2.csv.gz", 741, 741),
        ]
    );
    let t = table(&reading, "china_finance_project");
    assert_eq!(count(t, &[("edition", "official_finance"), ("recipient_kind", "region")]), 85);
    assert_eq!(count(t, &[("edition", "official_finance"), ("gwcode", "703")]), 53);
    let port = row_with(t, &[("edition", "official_finance"), ("project_id", "3")]);
    assert_eq!(cell(t, "usd_defl", port).as_deref(), Some("396886330.8"));
    let known =
        (0..t.num_rows()).filter(|&r| cell(t, "edition", r).as_deref() == Some("official_finance") && cell(t, "amount", r).is_some());
    assert_eq!(known.count(), 5466 - 1951);
    let t = table(&reading, "china_diplomacy_state_year");
    let mongolia = row_with(t, &[("gwcode", "712"), ("year", "2011")]);
    assert_eq!(cell(t, "inbound_students_to_china", mongolia).as_deref(), Some("7112"));
    assert_eq!(cell(t, "total_elite_visits", mongolia).as_deref(), Some("7"));
}

#[test]
fn published_lists_of_chinese_partners_are_all_there() {
    let Some((_, deals)) = read("china_investment", "data/finance") else { return };
    assert_eq!(accounts(&deals), [("aei_china_global_investment_tracker_2018.csv.gz", 2908, 2908)]);
    let t = table(&deals, "china_investment_deal");
    assert_eq!(["705", "484"].map(|g| count(t, &[("gwcode", g)])), [35, 24]);
    assert_eq!(count(t, &[("bri", "true")]), 785);
    let Some((_, states)) = read("belt_and_road", "data/finance") else { return };
    assert_eq!(accounts(&states), [("bri_countries.csv.gz", 145, 145)]);
    assert_eq!(count(table(&states, "belt_and_road_state"), &[("isCoreCountry", "true"), ("gwcode", "710")]), 1);
}

#[test]
fn published_nuclear_agreements_are_all_there() {
    let Some((_, reading)) = read("nuclear_cooperation", "data/treaties") else { return };
    assert_eq!(accounts(&reading), [("nuclear_cooperation_agreements_fuhrmann.csv.gz", 3152, 3152)]);
    let t = table(&reading, "nuclear_agreement_dyad_year");
    assert_eq!(count(t, &[("gwcode1", "365")]), 312);
    assert_eq!(count(t, &[("gwcode1", "2"), ("gwcode2", "20"), ("year", "1987")]), 2);
}

/// Made-up samples hold the invented name Doe wherever a publisher's free text could name a person.
#[test]
fn no_person_of_a_free_text_comes_through() {
    for id in ["military_exercises", "aiddata_china", "china_investment"] {
        let fetched = fetch(&sample_folder(id), &[id]);
        let folder = sample_folder(id);
        let texts: String = std::fs::read_dir(folder).unwrap().map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap()).collect();
        assert!(texts.contains("Doe"), "{id}");
        let (reading, notices) = fetched.read(id);
        let shown = show(&reading.unwrap(), notices);
        assert!(!shown.contains("Doe"), "{id}: {shown}");
    }
}

#[test]
fn published_contiguities_are_all_there() {
    let Some((_, reading)) = read("cow_contiguity", "data/crosswalk") else { return };
    assert_eq!(accounts(&reading), [("cow_direct_contiguity.csv.gz", 1874, 1874)]);
    let t = table(&reading, "contiguity_dyad_spell");
    assert_eq!(["0", "1", "2", "3", "4", "5"].map(|k| count(t, &[("conttype", k)])), [180, 948, 50, 50, 256, 390]);
    let row = row_with(t, &[("ccode1", "345"), ("ccode2", "346")]);
    assert_eq!(
        ["gwcode1", "gwcode2", "from", "year_to", "conttype"].map(|c| cell(t, c, row).unwrap()),
        ["345", "346", "1992-04-01", "2016", "1"]
    );
    // each pair stands both ways
    let pairs = |a: &str, b: &str| -> std::collections::BTreeSet<[String; 4]> {
        (0..t.num_rows()).map(|r| [a, b, "from", "conttype"].map(|c| cell(t, c, r).unwrap())).collect()
    };
    assert_eq!(pairs("ccode1", "ccode2"), pairs("ccode2", "ccode1"));
    assert_eq!([covered(&reading, 310, 2016), covered(&reading, 310, 2017)], [Some(Knowledge::Covered), None]);
}

#[test]
fn published_rivalries_are_all_there() {
    let Some((_, reading)) = read("rivalries", "data/conflict") else { return };
    assert_eq!(accounts(&reading), [("thompson_dreyer_rivalries.csv.gz", 197, 197)]);
    let t = table(&reading, "rivalry_dyad_spell");
    assert_eq!(["spatial", "positional", "ideological", "interventionary"].map(|k| count(t, &[("type1", k)])), [89, 65, 30, 13]);
    assert_eq!(count(t, &[("endyear", "2010")]), 42);
    // Venice is on no list of states
    let without: Vec<_> = (0..t.num_rows()).filter(|&r| cell(t, "gwcode1", r).is_none() || cell(t, "gwcode2", r).is_none()).collect();
    assert_eq!(
        without.iter().map(|&r| cell(t, "rivalryname", r).unwrap()).collect::<Vec<_>>(),
        ["Ottoman Empire-Venice", "Portugal-Venice"]
    );
}
