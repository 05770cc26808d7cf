//! The casebook as it could have been written on a day: only what rests on works that had been published by then.
//!
//! A work's day is the full date that it carries, else the last day of its year; a web page had been published by the day on which it was
//! read. A work without any of these is taken to be unknown. What is cut is left out, never altered, but for what the day itself bounds:
//! a list of members speaks only to the year before the first spell that is left out, and never of years after the day, since a list
//! with a hole gives wrong counts; and no documented use points at a case that is left out.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::{Casebook, Work};
use crate::time::last_day_of;

/// The work that the starter table of regimes is taken from.
pub const REGIMES_WORK: &str = "coppedge-2025-vdem";

/// How many records rest on works that were not there yet, or whose day is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Cases.
    pub cases: usize,
    /// Organisations.
    pub organisations: usize,
    /// Membership spells of the organisations that remain, or that follow one which is left out.
    pub memberships: usize,
    /// Interruptions.
    pub interruptions: usize,
    /// Works.
    pub works: usize,
}

impl Work {
    /// The first day on which the work had certainly been published.
    pub fn published_by(&self) -> Option<NaiveDate> {
        let dated = self.date.map(|d| d.last_day()).or_else(|| self.year.map(last_day_of));
        let read = self.accessed.map(|d| d.last_day());
        match (dated, read) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

impl Casebook {
    /// What remains of the casebook on a day, and how much does not.
    pub fn as_of(mut self, day: NaiveDate) -> (Self, LeftOut) {
        let before = (self.cases.len(), self.organisations.len(), self.interruptions.len(), self.works.len());
        self.works.retain(|w| w.published_by().is_some_and(|d| d <= day));
        let known: BTreeSet<String> = self.works.iter().map(|w| w.id.clone()).collect();
        let there = |id: &str| known.contains(id);
        // a coding rests on all of its sources
        self.cases.retain(|c| c.source.iter().all(|s| there(&s.work)));
        for case in &mut self.cases {
            case.correction.retain(|c| c.date.last_day() <= day && there(&c.work));
        }
        let cases: BTreeSet<String> = self.cases.iter().map(|c| c.id.clone()).collect();
        // that an organisation exists was known as soon as one source said so; who is in it stands spell by spell
        self.organisations.retain(|o| o.source.iter().any(|s| there(&s.work)) || o.member.iter().any(|m| there(&m.work)));
        let mut memberships = 0;
        for organisation in &mut self.organisations {
            let cut = organisation.member.iter().filter(|m| !there(&m.work));
            let whole_to = cut.map(|m| m.from.year() - 1).min().unwrap_or(day.year());
            let before = organisation.member.len();
            organisation.member.retain(|m| there(&m.work) && m.from.year() <= whole_to);
            memberships += before - organisation.member.len();
            organisation.covered_to = organisation.covered_to.map(|year| year.min(whole_to).min(day.year()));
        }
        self.interruptions.retain(|i| i.source.iter().all(|s| there(&s.work)));
        for interruption in &mut self.interruptions {
            interruption.record.retain(|u| cases.contains(&u.case));
            interruption.adaptations.retain(|a| (a.case.is_empty() || cases.contains(&a.case)) && (a.work.is_empty() || there(&a.work)));
        }
        if !there(REGIMES_WORK) {
            self.regimes.clear();
        }
        let left = LeftOut {
            cases: before.0 - self.cases.len(),
            organisations: before.1 - self.organisations.len(),
            memberships,
            interruptions: before.2 - self.interruptions.len(),
            works: before.3 - self.works.len(),
        };
        (self, left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_work_is_known_from_its_day_the_end_of_its_year_or_the_day_it_was_read() {
        let book = Casebook::embedded().unwrap();
        let work = |id: &str| book.work(id).unwrap().clone();
        let vdem = work(REGIMES_WORK);
        assert_eq!(vdem.published_by(), Some(day("2025-03-13")));
        let year_only = work("gleditsch-1999-revised");
        assert_eq!(year_only.published_by(), Some(day("1999-12-31")));
        let read = Work { accessed: Some(crate::time::FuzzyDate::parse("1999-05-02").unwrap()), ..year_only.clone() };
        assert_eq!(read.published_by(), Some(day("1999-05-02")));
        assert_eq!(Work { year: None, ..year_only }.published_by(), None);
    }

    #[test]
    fn on_an_early_day_nothing_later_remains_and_on_a_late_day_everything_dated_does() {
        let whole = Casebook::embedded().unwrap();
        let (early, left) = whole.clone().as_of(day("2010-06-30"));
        assert!(early.cases.len() < whole.cases.len() && left.cases == whole.cases.len() - early.cases.len());
        assert!(early.regimes.is_empty());
        for case in &early.cases {
            assert!(case.source.iter().all(|s| early.work(&s.work).is_some()), "{}", case.id);
        }
        for member in early.organisations.iter().flat_map(|o| &o.member) {
            assert!(early.work(&member.work).unwrap().published_by().unwrap() <= day("2010-06-30"));
        }
        assert!(early.organisations.iter().all(|o| o.covered_to.is_none_or(|y| y <= 2010)));
        let (late, _) = whole.clone().as_of(day("2999-12-31"));
        let undated = whole.works.iter().filter(|w| w.published_by().is_none()).count();
        assert_eq!(late.works.len() + undated, whole.works.len());
        assert_eq!(late.regimes, whole.regimes);
    }

    #[test]
    fn what_remains_only_grows_with_the_day() {
        let whole = Casebook::embedded().unwrap();
        let counts = |year: i32| {
            let (book, _) = whole.clone().as_of(last_day_of(year));
            (book.works.len(), book.cases.len(), book.organisations.len(), book.organisations.iter().map(|o| o.member.len()).sum::<usize>())
        };
        let all: Vec<_> = (1990..=2029).step_by(3).map(counts).collect();
        assert!(all.windows(2).all(|w| w[0].0 <= w[1].0 && w[0].1 <= w[1].1 && w[0].2 <= w[1].2 && w[0].3 <= w[1].3), "{all:?}");
    }
}
