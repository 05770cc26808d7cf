//! Damaged bytes: samples are cut, flipped and spliced at random. Reading never panics, accounts always balance, and where lines can be
//! counted from outside, every one of them is accounted for.

use blocwatch_core::Notices;
use blocwatch_sources::{Probe, registry};
use proptest::prelude::*;
use std::sync::LazyLock;
use tempfile::TempDir;

use super::help::{check, held, sample, source, states};

struct Clean {
    id: &'static str,
    role: &'static str,
    shape: &'static str,
    bytes: Vec<u8>,
    /// Roll calls that votes of this shape need.
    calls: Option<Vec<u8>>,
}

static CLEAN: LazyLock<Vec<Clean>> = LazyLock::new(|| {
    let mut out = Vec::new();
    // sources of events yield no tables of their own; their damage is tested in `events`
    for source in registry().iter().filter(|s| !s.tables().is_empty()) {
        for shape in source.shapes() {
            let id = source.meta().id.as_str();
            let bytes = sample(id, shape.role, shape.id).1;
            let needs_calls = shape.role == "votes" && matches!(shape.id, "unvotes" | "voeten");
            let calls = needs_calls.then(|| sample(id, "rollcalls", shape.id).1);
            out.push(Clean { id, role: shape.role, shape: shape.id, bytes, calls });
        }
    }
    out
});

#[derive(Debug, Clone)]
enum Damage {
    Flip(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize, usize),
    Insert(usize, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0usize..4096;
    let bits = prop_oneof![
        Just(b"\n".to_vec()),
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"\xff".to_vec()),
        Just(b"NA".to_vec()),
        Just(b"\0".to_vec()),
        prop::collection::vec(any::<u8>(), 1..8),
    ];
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(a, b)| Damage::Flip(a, b)),
        at.clone().prop_map(Damage::Cut),
        (at.clone(), 1usize..64).prop_map(|(a, n)| Damage::Remove(a, n)),
        (at.clone(), 1usize..200, at.clone()).prop_map(|(a, n, b)| Damage::Repeat(a, n, b)),
        (at, bits).prop_map(|(a, b)| Damage::Insert(a, b)),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let n = bytes.len().max(1);
    match damage {
        Damage::Flip(at, b) if !bytes.is_empty() => bytes[at % n] ^= b,
        Damage::Cut(at) => bytes.truncate(at % n),
        Damage::Remove(at, k) if !bytes.is_empty() => {
            let from = at % n;
            let to = (from + k).min(bytes.len());
            bytes.drain(from..to);
        }
        Damage::Repeat(at, k, to) if !bytes.is_empty() => {
            let from = at % n;
            let piece = bytes[from..(from + k).min(bytes.len())].to_vec();
            let to = to % n;
            bytes.splice(to..to, piece);
        }
        Damage::Insert(at, piece) => {
            let to = at % (bytes.len() + 1);
            bytes.splice(to..to, piece.iter().copied());
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_neither_panic_nor_lose_rows(which in any::<prop::sample::Index>(), damages in prop::collection::vec(damage(), 1..6)) {
        let clean = which.get(&CLEAN);
        let mut bytes = clean.bytes.clone();
        for d in &damages {
            apply(&mut bytes, d);
        }
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("damaged.csv");
        std::fs::write(&path, &bytes).unwrap();
        let mut files = vec![held(&path, clean.id, clean.role, clean.shape)];
        if let Some(bytes) = &clean.calls {
            let calls = folder.path().join("calls.csv");
            std::fs::write(&calls, bytes).unwrap();
            files.push(held(&calls, clean.id, "rollcalls", clean.shape));
        }
        for source in registry() {
            let probe = Probe { name: "un_votes.vdem_v9_regimes_of_the_world.csv", member: None, head: &bytes };
            let _ = (source.recognise(&probe), source.why_not(&probe));
        }
        let mut notices = Notices::new();
        let Ok(reading) = source(clean.id).read(&files, states(), &mut notices) else { return Ok(()) };
        check(clean.id, &reading);
        let account = reading.accounts.iter().find(|a| a.file == "damaged.csv").unwrap();
        let named = |name: &str| reading.tables.iter().find(|(n, _)| *n == name).map_or(0, |(_, b)| b.num_rows() as u64);
        let rows = match (clean.id, clean.role) {
            ("vdem", _) => Some(named("vdem_state_year")),
            ("cow_igo", "state_year") => Some(named("igo_state_year")),
            ("cow_igo", _) => Some(named("igo_year")),
            ("atop", "dyad_year") => Some(named("alliance_dyad_year")),
            ("atop", "member") => Some(named("alliance_member")),
            ("atop", _) => Some(named("alliance")),
            ("sipri_arms", _) => Some(named("arms_dyad_year")),
            ("gsdb_sanctions", _) => Some(named("sanction_case")),
            ("military_exercises", "participant_year") => Some(named("exercise_state_year")),
            ("military_exercises", "participant") => Some(named("exercise_participant")),
            ("military_exercises", _) => Some(named("exercise")),
            ("aiddata_china", "finance_state_year") => Some(named("china_finance_state_year")),
            ("aiddata_china", "project") => Some(named("china_finance_project")),
            ("aiddata_china", _) => Some(named("china_diplomacy_state_year")),
            ("china_investment", _) => Some(named("china_investment_deal")),
            ("belt_and_road", _) => Some(named("belt_and_road_state")),
            ("nuclear_cooperation", _) => Some(named("nuclear_agreement_dyad_year")),
            ("ucdp_acd", _) => Some(named("conflict_year")),
            ("ait_incidents", "tools") => Some(named("ait_tool_count")),
            ("ait_incidents", _) => Some(named("ait_incident")),
            ("treaties", "parties") => Some(named("treaty_party")),
            ("treaties", _) => Some(named("treaty_agreement")),
            ("leader_visits", "to_us") => Some(named("us_leader_visit")),
            ("leader_visits", "engagements") => Some(named("china_leader_engagement")),
            ("leader_visits", _) => Some(named("china_leader_visit")),
            ("hrc", "resolutions") => Some(named("hrc_resolution")),
            ("hrc", _) => Some(named("hrc_position")),
            ("elections", "counts") => Some(named("elections_state_year")),
            ("elections", _) => Some(named("observed_elections_year")),
            (_, "rollcalls") => Some(named("unga_rollcall")),
            (_, "votes") => Some(named("unga_vote")),
            (_, "issues") => Some(named("unga_issue")),
            ("text_matches", _) => Some(named("text_match")),
            (_, "matches") => Some(named("unga_match")),
            // sources with one table: whatever is kept is there
            _ if reading.tables.len() == 1 => Some(reading.tables[0].1.num_rows() as u64),
            _ => None,
        };
        prop_assert_eq!(Some(account.kept), rows);
        // without quotes and odd line ends a row is a line: all of them, less titles and header, must be in the account
        if !bytes.iter().any(|b| matches!(b, b'"' | b'\r')) && !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff]) {
            let lines = bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count() as u64;
            let titles = notices.iter().find(|n| n.code == "title-rows" && n.place == "damaged.csv");
            let titles: u64 = titles.map_or(0, |n| n.what.split(' ').next().unwrap().parse().unwrap());
            // a record of the wide form counts as its cells
            if clean.shape != "wide" {
                prop_assert_eq!(account.rows_in, lines - titles - 1);
            }
        }
    }

    #[test]
    fn damaged_packing_does_not_panic(which in any::<prop::sample::Index>(), zipped: bool, damages in prop::collection::vec(damage(), 0..4)) {
        let clean = which.get(&CLEAN);
        let mut bytes = if zipped { super::dirt::zip(&[("a/b.csv", &clean.bytes)]) } else { super::dirt::gzip(&clean.bytes) };
        for d in &damages {
            apply(&mut bytes, d);
        }
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("un_votes.vdem_v9_regimes_of_the_world.csv");
        std::fs::write(&path, &bytes).unwrap();
        let files = [held(&path, clean.id, clean.role, clean.shape)];
        if let Ok(reading) = source(clean.id).read(&files, states(), &mut Notices::new()) {
            check(clean.id, &reading);
        }
    }
}
