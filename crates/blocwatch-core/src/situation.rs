//! Titles of resolutions on the human rights situation of a state: which state they name.
//!
//! The bodies of the United Nations name a state in the title when they hold its conduct up to criticism; titles on assistance and
//! cooperation in the field of human rights name states too, and hold nothing up. A rule on titles finds what is said openly there, and
//! misses resolutions that name nobody, or a territory instead of the state that holds it.

use crate::state::{State, States};
use crate::time::Year;

/// What stands before the name of the state, or before a group of people in it.
const MARKS: [&str; 5] = [
    "situation of human rights in ",
    "situation of human rights of ",
    "situation of human rights and fundamental freedoms in ",
    "human rights situation in ",
    "human rights and humanitarian situation in ",
];
/// Words of titles that offer help.
const HELP: [&str; 5] = ["assistance", "cooperation", "co-operation", "capacity", "advisory"];
/// What ends the name.
const ENDS: [char; 10] = [':', ';', '/', '(', '[', '.', '"', '_', '<', '\u{201d}'];

/// The states whose human rights situation a title is about, each once, in the order of the title; none for most titles.
///
/// ```
/// use blocwatch_core::{situation, state::States};
/// let states = States::embedded()?;
/// let named = |title: &str| situation::named(title, 1994, states).iter().map(|s| s.id.as_str()).collect::<Vec<_>>();
/// assert_eq!(named("Situation of human rights in the Islamic Republic of Iran : resolution / adopted"), ["IRN"]);
/// assert_eq!(named("Technical assistance to improve the human rights situation in the Sudan"), [""; 0]);
/// # Ok::<(), blocwatch_core::CoreError>(())
/// ```
pub fn named<'a>(title: &str, year: Year, states: &'a States) -> Vec<&'a State> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    // lower-casing ASCII alone keeps byte positions
    let lower = title.to_ascii_lowercase();
    if HELP.iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let mut out: Vec<&State> = Vec::new();
    for mark in MARKS {
        for (at, _) in lower.match_indices(mark) {
            let rest = &title[at + mark.len()..];
            let names = rest.split(ENDS).next().unwrap_or("");
            for state in list(names, year, states) {
                if !out.iter().any(|s| s.id == state.id) {
                    out.push(state);
                }
            }
        }
    }
    out
}

/// The states in "the Republic of Bosnia and Herzegovina, the Republic of Croatia and Yugoslavia", or in "Belarus in the run-up to the
/// election".
fn list<'a>(names: &str, year: Year, states: &'a States) -> Vec<&'a State> {
    if let Some(state) = one(names, year, states) {
        return vec![state];
    }
    for between in [",", " and ", " AND ", " in ", " IN "] {
        if let Some((left, right)) = names.split_once(between) {
            let mut out = list(left, year, states);
            out.extend(list(right, year, states));
            return out;
        }
    }
    Vec::new()
}

fn one<'a>(name: &str, year: Year, states: &'a States) -> Option<&'a State> {
    let mut name = name.trim();
    for before in ["in ", "and ", "the ", "The ", "THE "] {
        name = name.strip_prefix(before).unwrap_or(name).trim_start();
    }
    states.by_name(name, year).or_else(|| {
        let short = ["Federal Republic of ", "Republic of ", "State of ", "Kingdom of ", "Union of "];
        short.iter().find_map(|before| name.strip_prefix(before)).and_then(|rest| states.by_name(rest.trim_start_matches("the "), year))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ids(title: &str, year: Year) -> Vec<String> {
        let states = States::embedded().expect("the embedded list parses");
        named(title, year, states).into_iter().map(|s| s.id.clone()).collect()
    }

    #[test]
    fn titles_of_situations_name_their_states() {
        for (title, year, expected) in [
            ("Situation of human rights in Belarus: resolution / adopted by the General Assembly", 2006, &["BLR"][..]),
            ("TO NOTE THE SITUATION OF HUMAN RIGHTS AND FUNDAMENTAL FREEDOMS IN EL SALVADOR.", 1984, &["SLV"]),
            ("reiterating grave concern at the human rights situation in Chile.", 1981, &["CHL"]),
            ("Situation of human rights in the Democratic People's Republic of Korea", 2014, &["PRK"]),
            ("The deteriorating situation of human rights in Eastern Ghouta, in the Syrian Arab Republic", 2018, &["SYR"]),
            ("Situation of human rights in Bosnia and Herzegovina", 1994, &["BIH"]),
            ("Draft resolution III is entitled \"Situation of human rights in Iraq\". Separate votes", 2002, &["IRQ"]),
            ("Situation of human rights in Belarus in the run-up to the 2020 presidential election and in its aftermath", 2020, &["BLR"]),
            ("Situation of human rights of Rohingya Muslims and other minorities in Myanmar", 2019, &["MMR"]),
            ("Human rights  situation\u{a0} in Belarus", 2015, &["BLR"]),
            (
                "Situation of human rights in the Republic of Bosnia and Herzegovina, the Republic of Croatia and Yugoslavia",
                1994,
                &["BIH", "HRV", "YUG"],
            ),
            ("Human rights situation in the occupied territories", 2002, &[]),
            ("Cooperation with Georgia on the human rights situation in Abkhazia", 2018, &[]),
            ("Human rights in armed conflicts", 1970, &[]),
        ] {
            assert_eq!(ids(title, year), expected, "{title}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(title in "\\PC*", year in 1900i32..2030) {
            ids(&title, year);
            let marked = format!("Situation of human rights in {title}");
            prop_assert!(ids(&marked, year).len() <= title.len() + 1);
        }
    }
}
