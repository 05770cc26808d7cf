//! Votes of the General Assembly as sessions of bit sets, with country names as units. Also used by the example that takes the time.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use blocwatch_stats::agreement::{ABSTAIN, NO, SessionVotes, YES};

use crate::shared;

/// One session: its members' names, sorted, and their votes.
pub(crate) struct Session {
    pub(crate) names: Vec<String>,
    pub(crate) votes: SessionVotes,
    pub(crate) cast: usize,
}

/// All sessions of `unga/un_votes`, by number; `None` where the files are absent.
pub(crate) fn sessions() -> Option<BTreeMap<u16, Session>> {
    let session_of: HashMap<String, u16> = shared::rows("data/unga/un_roll_calls.csv.gz")?
        .iter()
        .map(|r| (r.text("rcid").to_owned(), r.text("session").parse().unwrap()))
        .collect();
    let mut cast: BTreeMap<u16, Vec<(String, String, u8)>> = BTreeMap::new();
    for row in shared::rows("data/unga/un_votes.csv.gz")? {
        let code = match row.text("vote") {
            "yes" => YES,
            "abstain" => ABSTAIN,
            "no" => NO,
            other => panic!("unknown vote '{other}'"),
        };
        let rollcall = row.text("rcid");
        cast.entry(session_of[rollcall]).or_default().push((row.text("country").to_owned(), rollcall.to_owned(), code));
    }
    let build = |cast: Vec<(String, String, u8)>| {
        let names: Vec<String> = cast.iter().map(|c| c.0.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let rollcalls: Vec<String> = cast.iter().map(|c| c.1.clone()).collect::<BTreeSet<_>>().into_iter().collect();
        let mut votes = SessionVotes::new(names.len(), rollcalls.len());
        for (name, rollcall, code) in &cast {
            let (state, rollcall) = (names.binary_search(name).unwrap(), rollcalls.binary_search(rollcall).unwrap());
            assert_eq!(votes.get(state, rollcall), None, "{name} votes twice");
            votes.set(state, rollcall, *code);
        }
        Session { names, votes, cast: cast.len() }
    };
    Some(cast.into_iter().map(|(session, cast)| (session, build(cast))).collect())
}
