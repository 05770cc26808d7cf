//! Measures asked of small observatories from made-up files, where the answer can be counted by hand.

use crate::run::{Home, number, text, whole};

#[test]
fn seats_in_the_human_rights_council_are_those_of_recorded_votes() {
    let home = Home::new();
    let folder = home.path().join("download");
    std::fs::create_dir_all(&folder).unwrap();
    // two votes of one year, made up: France votes in the first only; the Commission is another body
    let rows = "record_id,symbol,date,year,body,vote_type,seq,iso3,country,vote\n\
                90001,A/HRC/RES/99/1,2020-07-01,2020,Human Rights Council,RECORDED,1,FRA,FRANCE,Y\n\
                90001,A/HRC/RES/99/1,2020-07-01,2020,Human Rights Council,RECORDED,2,CHN,CHINA,N\n\
                90001,A/HRC/RES/99/1,2020-07-01,2020,Human Rights Council,RECORDED,3,CUB,CUBA,A\n\
                90002,A/HRC/RES/99/2,2020-07-02,2020,Human Rights Council,RECORDED,1,CHN,CHINA,Y\n\
                90003,E/CN.4/RES/1,2005-04-01,2005,Commission on Human Rights,RECORDED,1,CHN,CHINA,Y\n";
    std::fs::write(folder.join("votes_long_made_up.csv"), rows).unwrap();
    home.run(["fetch", "hrc", "--from", folder.to_str().unwrap()]).ok();
    home.run(["build"]).ok();
    let row = home.row("SELECT * FROM capture_org_year WHERE org = 'UNHRC' AND members_rated IS NOT NULL");
    assert_eq!((whole(&row, "year"), whole(&row, "members_rated"), whole(&row, "autocracies")), (2020, 3, 2));
    assert_eq!(text(&row, "seats_from"), "recorded-votes");
    assert!((number(&row, "share_autocracies").unwrap() - 2.0 / 3.0).abs() < 1e-12);
}

#[test]
fn a_table_without_states_is_answered_with_the_one_that_has_them() {
    let home = Home::built();
    home.run(["measure", "composition", "--state", "KGZ"]).refused(&["composition_org_year", "add --table composition_org_state_year"]);
    let shown = home.run(["measure", "composition", "--org", "SCO", "--years", "2005:2005"]).ok().out;
    assert!(!shown.split_whitespace().any(|w| w.starts_with("0.") && w.len() > 9), "more digits than a reader wants: {shown}");
}
