//! Names as people type them.

use blocwatch_core::CoreError;
use blocwatch_core::state::States;

#[test]
fn a_name_in_any_language_or_spelling_finds_its_state() {
    let states = States::embedded().unwrap();
    for (typed, id) in [
        ("kyrgyzstan", "KGZ"),
        ("Киргизия", "KGZ"),
        ("Кыргызстан", "KGZ"),
        ("KG", "KGZ"),
        ("kgz", "KGZ"),
        (" Kirghizia ", "KGZ"),
        ("Côte d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("cote d ivoire", "CIV"),
        ("Ivory Coast", "CIV"),
        ("Burma", "MMR"),
        ("Myanmar", "MMR"),
        ("朝鲜", "PRK"),
        ("Китай", "CHN"),
        ("中国", "CHN"),
        ("ایران", "IRN"),
        ("Türkiye", "TUR"),
        ("TURKIYE", "TUR"),
        ("USA", "USA"),
        ("Hong Kong", "HKG"),
        ("Taiwan", "TWN"),
        ("Kosovo", "XKX"),
        ("Eswatini", "SWZ"),
        ("Swaziland", "SWZ"),
        ("gw:365", "RUS"),
        ("gw:678", "YEM"),
        ("cow:679", "YEM"),
        ("cow:255", "DEU"),
    ] {
        match states.resolve(typed, 2024) {
            Ok(state) => assert_eq!(state.id, id, "{typed}"),
            Err(e) => panic!("{typed}: {e}"),
        }
    }
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    let states = States::embedded().unwrap();
    for (typed, nearest) in [
        ("Kirgyzstan", "Kyrgyzstan"),
        ("Kazachstan", "Kazakhstan"),
        ("Uzbekstan", "Uzbekistan"),
        ("Phillipines", "Philippines"),
        ("Byelorussia", "Belarus"),
        ("Saudi-Arabien", "Saudi Arabia"),
    ] {
        match states.resolve(typed, 2024) {
            Ok(state) => assert_eq!(state.name, nearest, "{typed}"),
            Err(CoreError::UnknownState { message, nearest: names }) => {
                assert_eq!(names.first().map(String::as_str), Some(nearest), "{typed}: {message}");
                assert!(message.contains("did you mean"), "{message}");
            }
            Err(e) => panic!("{typed}: {e}"),
        }
    }
}

#[test]
fn an_ambiguous_name_is_never_guessed() {
    let states = States::embedded().unwrap();
    for (typed, ids) in [("Korea", ["JOS", "KOR", "PRK"].as_slice()), ("Congo", &["COD", "COG"])] {
        match states.resolve(typed, 2024) {
            Err(CoreError::UnknownState { message, nearest }) => {
                assert_eq!(nearest, ids);
                assert!(message.contains("several"), "{message}");
            }
            other => panic!("{typed}: {other:?}"),
        }
    }
    assert!(states.resolve("Atlantis", 2024).is_err());
}

#[test]
fn every_state_is_found_by_its_own_id_and_name() {
    let states = States::embedded().unwrap();
    for state in states.iter() {
        // the last year at whose end it is there: in the year of its end its successor may have its name already
        let year = (1816..=2024).rev().find(|y| state.exists_in(*y) && state.exists_in(*y + 1)).unwrap();
        for name in [&state.id, &state.name] {
            assert_eq!(states.by_name(name, year).map(|s| s.id.as_str()), Some(state.id.as_str()), "{name} in {year}");
        }
    }
}
