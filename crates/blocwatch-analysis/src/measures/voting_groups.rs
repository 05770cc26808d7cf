//! Groups of states whose votes are looked at together: organisations with their members of the year, and regimes. What belongs here: who
//! is in which group in which session. What does not: any number of their votes.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::Result;
use crate::frame::Columns;
use crate::measures::Parameter;
use crate::measures::similarity::ballots::Record;
use crate::measures::{Settings, Takes};
use crate::step::{Context, Input};

/// Tables that [`Groups::read`] reads.
pub(crate) const INPUTS: [Input; 3] =
    [Input::Table("membership_org_state_year"), Input::Table("organisation"), Input::Table("regime_measure_state_year")];

/// Organisations of COW IGO that caucus in the Assembly and are not in the casebook.
const CAUCUSES: &str = "'AU', 'EEC', 'NAM', 'OAS', 'OAU', 'OIC', 'ECOWAS', 'Mercosur'";
/// A forum whose list was read for one year only, held fixed under a name that says so: who was like-minded in 2005.
const FIXED: (&str, i32, &str) = ("LMG", 2005, "LMG:2005");

pub(crate) const GROUPS: Parameter = Parameter {
    name: "groups",
    takes: Takes::Choice(&["caucuses", "all"]),
    doc: "The casebook's organisations, a few caucuses of COW IGO (African Union, Non-Aligned Movement, OIC and others) and regimes, or every \
          organisation.",
};
pub(crate) const MEMBERS: Parameter = Parameter {
    name: "members",
    takes: Takes::Count { default: 3, least: 2, most: 200 },
    doc: "Members that must have voted in the session for a group to be looked at.",
};

/// Groups by year.
pub(crate) struct Groups {
    by_year: BTreeMap<i32, BTreeMap<String, BTreeSet<u16>>>,
    fixed: BTreeSet<u16>,
    least: usize,
}

impl Groups {
    /// Full members of organisations and the two sides of the regime measure.
    pub(crate) fn read(context: &Context<'_>, settings: &Settings) -> Result<Self> {
        let which = match settings.choice(GROUPS.name)? {
            "all" => String::new(),
            _ => format!(" AND (o.source = 'casebook' OR o.org IN ({CAUCUSES}))"),
        };
        let batch = context.sql(&format!(
            "SELECT m.org, m.gwcode, m.year FROM membership_org_state_year m JOIN organisation o ON o.org = m.org \
             WHERE m.status = 1 AND m.year >= 1946{which}"
        ))?;
        let c = Columns(&batch);
        let (org, gwcode, year) = (c.text("org")?, c.u16("gwcode")?, c.i32("year")?);
        let mut by_year: BTreeMap<i32, BTreeMap<String, BTreeSet<u16>>> = BTreeMap::new();
        let mut fixed = BTreeSet::new();
        for i in 0..batch.num_rows() {
            by_year.entry(year.value(i)).or_default().entry(org.value(i).to_owned()).or_default().insert(gwcode.value(i));
            if (org.value(i), year.value(i)) == (FIXED.0, FIXED.1) {
                fixed.insert(gwcode.value(i));
            }
        }
        for ((gwcode, year), autocracy) in settings.regime()?.autocracies(context)? {
            let group = if autocracy { "autocracies" } else { "democracies" };
            by_year.entry(year).or_default().entry(group.to_owned()).or_default().insert(gwcode);
        }
        Ok(Self { by_year, fixed, least: settings.count(MEMBERS.name)? as usize })
    }

    /// The groups of a session with enough voting members and not nearly all of the Assembly, each with the positions of its members.
    pub(crate) fn of_session(&self, record: &Record, session: usize, voting: &[usize]) -> Vec<(String, Vec<usize>)> {
        let year = i32::from(record.sessions[session]) + 1945;
        let at =
            |members: &BTreeSet<u16>| -> Vec<usize> { voting.iter().copied().filter(|s| members.contains(&record.states[*s])).collect() };
        let mut out: Vec<(String, Vec<usize>)> =
            self.by_year.get(&year).into_iter().flatten().map(|(org, members)| (org.clone(), at(members))).collect();
        if !self.fixed.is_empty() && year != FIXED.1 {
            out.push((FIXED.2.to_owned(), at(&self.fixed)));
        }
        // the whole membership has no outside to be compared with
        out.retain(|(_, members)| members.len() >= self.least && members.len() * 10 < voting.len() * 9);
        out.sort();
        out
    }
}

/// States of the system that voted in a session, by position.
pub(crate) fn voting(record: &Record, session: usize) -> Vec<usize> {
    let votes = record.votes.session(session);
    (0..record.states.len())
        .filter(|s| record.in_system(session, *s) && (0..votes.rollcalls()).any(|r| votes.get(*s, r).is_some()))
        .collect()
}
