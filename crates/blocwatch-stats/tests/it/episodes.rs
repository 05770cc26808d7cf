//! Regimes and episodes against the published data set (ERT version 15) and against counts computed by the original code.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use blocwatch_stats::episodes::{Direction, Elections, Episode, Episodes, Outcome, Parameters, Series, Termination, episodes};

use crate::ert::{self, Inputs};
use crate::shared::{self, Row};

static INPUTS: LazyLock<Option<Inputs>> = LazyLock::new(ert::inputs);

fn all(inputs: &Inputs, parameters: &Parameters) -> BTreeMap<String, Episodes> {
    inputs.series.iter().map(|(id, s)| (id.clone(), episodes(s, parameters))).collect()
}

fn of(found: &BTreeMap<String, Episodes>, direction: Direction) -> Vec<(&str, &Episode)> {
    found.iter().flat_map(|(id, all)| all.episodes.iter().filter(|e| e.direction == direction).map(|e| (id.as_str(), e))).collect()
}

/// Compares one published cell with a value of ours; a cell that is empty must be `None`.
fn same(row: &Row, column: &str, ours: Option<i32>, differing: &mut Vec<String>) {
    let published = row.number(column).map(|v| v as i32);
    if published != ours {
        differing.push(format!("{} {} {column}: {ours:?} is not {published:?}", row.text("country_text_id"), row.text("year")));
    }
}

#[test]
fn published_columns_of_every_country_year_held() {
    let Some(inputs) = INPUTS.as_ref() else { return };
    let Some(rows) = shared::rows("reference/ert_v15_episodes_some_countries.csv.gz") else { return };
    let found = all(inputs, &Parameters::default());
    let mut differing = Vec::new();
    for row in &rows {
        let id = row.text("country_text_id");
        let year: i32 = row.text("year").parse().unwrap();
        let (series, found) = (&inputs.series[id], &found[id]);
        let regime = &found.regimes[(year - series.first_year) as usize];
        let mut check = |column: &str, ours: Option<i32>| same(row, column, ours, &mut differing);
        check("reg_start_year", regime.spell.map(|s| s.0));
        check("reg_type", regime.kind.map(i32::from));
        check("reg_trans", regime.transition.map(i32::from));
        check("row_regch_event", regime.event.map(i32::from));
        check("row_regch_censored", regime.event_censored.map(i32::from));
        check("dem_founding_elec", regime.democratic_election);
        check("aut_founding_elec", regime.autocratic_election);
        // the published file has an end for years before the first spell, and no start; we leave both empty
        if let Some((start, end)) = regime.spell {
            check("reg_end_year", Some(end));
            assert_eq!(row.text("reg_id"), format!("{id}_{start}_{end}"));
        }
        for (prefix, direction, after) in
            [("dem", Direction::Democratization, ["ptr", "subdep"]), ("aut", Direction::Autocratization, ["pbr", "subreg"])]
        {
            let episode = found.at(direction, year);
            let inside = episode.filter(|e| e.start <= year);
            check(&format!("{prefix}_ep"), Some(i32::from(inside.is_some())));
            check(&format!("{prefix}_pre_ep_year"), Some(i32::from(episode.is_some() && inside.is_none())));
            check(&format!("{prefix}_ep_start_year"), episode.map(|e| e.start));
            check(&format!("{prefix}_ep_end_year"), episode.map(|e| e.end));
            check(&format!("{prefix}_ep_termination"), inside.map(|e| i32::from(e.termination.unwrap().code())));
            check(&format!("{prefix}_ep_prch"), inside.map(|e| i32::from(e.change_possible.unwrap())));
            check(&format!("{prefix}_ep_outcome"), Some(inside.map_or(0, |e| i32::from(e.outcome.unwrap().code()))));
            check(&format!("{prefix}_ep_outcome_agg"), Some(inside.map_or(0, |e| i32::from(e.outcome.unwrap().group()))));
            check(&format!("{prefix}_ep_censored"), Some(i32::from(inside.is_some_and(Episode::censored))));
            check(&format!("{prefix}_ep_{}", after[0]), inside.map(|e| i32::from(found.after_change(e, year))));
            check(&format!("{prefix}_ep_{}", after[1]), inside.map(|e| i32::from(e.after_change > 0)));
        }
    }
    assert_eq!(rows.len(), 6_772);
    assert!(differing.is_empty(), "{} cells differ: {:#?}", differing.len(), &differing[..differing.len().min(20)]);
}

#[test]
fn published_tallies() {
    let Some(inputs) = INPUTS.as_ref() else { return };
    let found = all(inputs, &Parameters::default());
    let count = |direction, wanted: &dyn Fn(&Episode) -> bool| of(&found, direction).into_iter().filter(|(_, e)| wanted(e)).count();
    for (direction, number, outcomes, terminations) in [
        (Direction::Autocratization, 254, [70, 1, 1, 10, 161, 11], [47, 68, 126, 1, 12]),
        (Direction::Democratization, 417, [147, 11, 82, 131, 38, 8], [21, 234, 110, 0, 52]),
    ] {
        assert_eq!(of(&found, direction).len(), number);
        for (code, expected) in (1..).zip(outcomes) {
            assert_eq!(count(direction, &|e| e.outcome.map(Outcome::code) == Some(code)), expected, "{direction:?} outcome {code}");
        }
        for (code, expected) in (0..).zip(terminations) {
            assert_eq!(count(direction, &|e| e.termination.map(Termination::code) == Some(code)), expected, "{direction:?} ending {code}");
        }
    }
}

#[test]
fn published_year_counts() {
    let Some(inputs) = INPUTS.as_ref() else { return };
    let Some(reference) = shared::rows("reference/ert_v15_year_counts_some.csv") else { return };
    let found = all(inputs, &Parameters::default());
    // 2024 and 2010 stand in the methods reference, not in the file
    let mut expected: Vec<(i32, [Option<f64>; 7])> = reference
        .iter()
        .map(|r| {
            let columns = ["countries", "closed", "electoral_aut", "electoral_dem", "liberal_dem", "aut_ep", "dem_ep"];
            (r.text("year").parse().unwrap(), columns.map(|c| r.number(c)))
        })
        .collect();
    expected.push((2024, [Some(179.0), Some(35.0), Some(56.0), Some(59.0), Some(29.0), Some(45.0), Some(19.0)]));
    expected.push((2010, [None, Some(24.0), Some(61.0), Some(49.0), Some(44.0), None, None]));
    assert_eq!(expected.len(), 27);
    for (year, numbers) in expected {
        let here: Vec<&String> = inputs.series.keys().filter(|id| inputs.years[*id].contains(&year)).collect();
        let class = |c| here.iter().filter(|id| inputs.series[**id].regime[(year - 1900) as usize] == Some(c)).count();
        let within = |d| here.iter().filter(|id| found[**id].at(d, year).is_some_and(|e| e.start <= year)).count();
        let (aut, dem) = (within(Direction::Autocratization), within(Direction::Democratization));
        let ours = [here.len(), class(0), class(1), class(2), class(3), aut, dem];
        for (ours, number) in ours.into_iter().zip(numbers) {
            assert!(number.is_none_or(|n| n == ours as f64), "{year}: {ours} is not {number:?}");
        }
    }
}

#[test]
fn published_cases() {
    let Some(inputs) = INPUTS.as_ref() else { return };
    let found = all(inputs, &Parameters::default());
    let from = |id: &str, year: i32| -> Vec<(i32, i32, u8, u8)> {
        let late = of(&found, Direction::Autocratization).into_iter().filter(|(i, e)| *i == id && e.end >= year);
        late.map(|(_, e)| (e.start, e.end, e.termination.unwrap().code(), e.outcome.unwrap().code())).collect()
    };
    assert_eq!(from("HUN", 1990), [(2006, 2024, 0, 1)]);
    assert_eq!(from("TUR", 2000), [(2005, 2017, 1, 1)]);
    assert_eq!(from("VEN", 1995).iter().map(|e| (e.0, e.1)).collect::<Vec<_>>(), [(1998, 2018)]);
    assert_eq!(from("RUS", 1990).iter().map(|e| (e.0, e.1, e.3)).collect::<Vec<_>>()[0], (1993, 2012, 5));
    assert_eq!(from("POL", 1990), [(2016, 2021, 2, 4)]);
    assert_eq!(from("BLR", 1990).iter().map(|e| (e.0, e.1)).collect::<Vec<_>>(), [(1995, 2001), (2020, 2024)]);
    assert_eq!(from("TUN", 1990), [(2014, 2022, 2, 1)]);
    for (id, start) in [("NIC", 2006), ("SLV", 2018), ("IND", 2000), ("SRB", 2010)] {
        assert_eq!(from(id, 2024).iter().map(|e| (e.0, e.1)).collect::<Vec<_>>(), [(start, 2024)], "{id}");
    }
    assert!(from("USA", 1990).is_empty());
}

#[test]
fn published_sensitivity() {
    let Some(inputs) = INPUTS.as_ref() else { return };
    let spans = |p: &Parameters| -> BTreeSet<(String, i32, i32)> {
        of(&all(inputs, p), Direction::Autocratization).into_iter().map(|(id, e)| (id.to_owned(), e.start, e.end)).collect()
    };
    let published = spans(&Parameters::default());
    assert_eq!(spans(&Parameters { cum_incl: 0.05, ..Parameters::default() }).len(), 415);
    assert_eq!(spans(&Parameters { cum_incl: 0.15, ..Parameters::default() }).len(), 171);
    let replaced = |p: Parameters| published.difference(&spans(&p)).count();
    assert_eq!(replaced(Parameters { tolerance: 3, ..Parameters::default() }), 53);
    assert_eq!(replaced(Parameters { start_incl: 0.02, ..Parameters::default() }), 88);
}
/// What is lost where nothing is known of elections: no false certainty.
#[test]
fn published_without_facts_on_elections() {
    let Some(inputs) = INPUTS.as_ref() else { return };
    let known = all(inputs, &Parameters::default());
    let blind = |s: &Series| episodes(&Series { elections: Elections::Unknown, ..s.clone() }, &Parameters::default());
    let blind: BTreeMap<String, Episodes> = inputs.series.iter().map(|(id, s)| (id.clone(), blind(s))).collect();
    for (direction, spans_found, assumed, assumed_wrong) in
        [(Direction::Autocratization, 253, 40, 11), (Direction::Democratization, 415, 51, 17)]
    {
        let published: BTreeMap<(&str, i32, i32), &Episode> =
            of(&known, direction).into_iter().map(|(id, e)| ((id, e.start, e.end), e)).collect();
        let ours = of(&blind, direction);
        let same = |(id, e): &(&str, &Episode)| published.get(&(*id, e.start, e.end)).map(|p| (p.outcome, p.termination));
        assert_eq!(ours.iter().filter(|one| same(one).is_some()).count(), spans_found);
        let (open, firm): (Vec<_>, Vec<_>) = ours.iter().partition(|(_, e)| e.assumed);
        assert!(firm.iter().all(|one| same(one) == Some((one.1.outcome, one.1.termination))), "what is not marked is as published");
        assert_eq!(open.len(), assumed);
        assert_eq!(open.iter().filter(|one| same(one).map(|s| s.0) != Some(one.1.outcome)).count(), assumed_wrong);
    }
}
