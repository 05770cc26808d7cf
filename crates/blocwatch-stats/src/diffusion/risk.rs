//! Units at risk of adopting: the rows of an event history, one for each unit, item and year.
//!
//! A unit is at risk of an item from the year after the item's first adoption, while it exists and may adopt, until it adopts. All that
//! is said of others is of the year before: who had adopted by then, and who was a partner then. What does not belong here: the model.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Until when units are at risk of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Until the item's last adoption: as Desmarais, Harden & Boehmke (2015) do. It knows the future: that nobody follows later.
    LastAdoption,
    /// Until a year, the last of what was observed.
    Year(i32),
    /// So many years after the first adoption.
    After(i32),
}

/// Partners of each unit by year, with weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    years: RangeInclusive<i32>,
    /// Where the partners of each unit and year begin, unit by unit, and one past the last.
    start: Vec<usize>,
    partners: Vec<(u32, f64)>,
}

impl Layer {
    /// Ties as (unit, partner, year, weight), from the first to the last year that the layer covers. Weights that are not positive, ties
    /// of a unit to itself and ties outside these years are none.
    pub fn new(years: RangeInclusive<i32>, ties: impl IntoIterator<Item = (u32, u32, i32, f64)>) -> Self {
        let mut ties: Vec<(u32, i32, u32, f64)> = ties
            .into_iter()
            .filter(|(unit, partner, year, weight)| *weight > 0.0 && unit != partner && years.contains(year))
            .map(|(unit, partner, year, weight)| (unit, year, partner, weight))
            .collect();
        // sums do not depend on the order given
        ties.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then(a.3.total_cmp(&b.3)));
        let spans = (i64::from(*years.end()) - i64::from(*years.start()) + 1).max(0) as usize;
        let units = ties.last().map_or(0, |t| t.0 as usize + 1);
        let mut start = vec![0; units * spans + 1];
        for (unit, year, ..) in &ties {
            start[*unit as usize * spans + (year - years.start()) as usize + 1] += 1;
        }
        for cell in 1..start.len() {
            start[cell] += start[cell - 1];
        }
        Self { years, start, partners: ties.into_iter().map(|t| (t.2, t.3)).collect() }
    }

    /// Share of the weight of a unit's ties in `year` that goes to those who had adopted by then: 0 without a tie, `None` where the layer
    /// does not cover the year.
    fn share(&self, unit: u32, year: i32, adopted: &[Option<i32>]) -> Option<f64> {
        self.covers(year).then(|| self.share_of_partners(unit, year, adopted).unwrap_or(0.0))
    }

    /// Whether the layer covers a year.
    pub(super) fn covers(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// The same where the layer covers the year: `None` where the unit has no tie in it.
    pub(super) fn share_of_partners(&self, unit: u32, year: i32, adopted: &[Option<i32>]) -> Option<f64> {
        if !self.covers(year) {
            return None;
        }
        let spans = (self.years.end() - self.years.start() + 1) as usize;
        let cell = unit as usize * spans + (year - self.years.start()) as usize;
        let (Some(from), Some(to)) = (self.start.get(cell), self.start.get(cell + 1)) else { return None };
        let (mut with, mut all) = (0.0, 0.0);
        for (partner, weight) in &self.partners[*from..*to] {
            all += weight;
            if adopted.get(*partner as usize).copied().flatten().is_some_and(|y| y <= year) {
                with += weight;
            }
        }
        (all > 0.0).then(|| with / all)
    }
}

/// The year in which each unit first adopted each item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adopted(BTreeMap<u32, Vec<Option<i32>>>);

impl Adopted {
    /// From adoptions as (item, unit, year), of so many units; those of other units are passed over.
    pub fn new(adoptions: &[(u32, u32, i32)], units: usize) -> Self {
        let mut items: BTreeMap<u32, Vec<Option<i32>>> = BTreeMap::new();
        for (item, unit, year) in adoptions {
            let adopted = items.entry(*item).or_insert_with(|| vec![None; units]);
            if let Some(slot) = adopted.get_mut(*unit as usize) {
                *slot = Some(slot.map_or(*year, |y: i32| y.min(*year)));
            }
        }
        Self(items)
    }

    /// First years of an item by unit; none where nobody adopted it.
    pub(super) fn of(&self, item: u32) -> &[Option<i32>] {
        self.0.get(&item).map_or(&[], Vec::as_slice)
    }
}

/// What is observed.
#[derive(Debug, Clone)]
pub struct Observed<'a> {
    /// Spells of years in which each unit exists.
    pub units: &'a [Vec<RangeInclusive<i32>>],
    /// Adoptions as (item, unit, year); the first of a unit and item counts.
    pub adoptions: &'a [(u32, u32, i32)],
    /// Units that may adopt an item; all where the item is not named.
    pub eligible: &'a BTreeMap<u32, Vec<u32>>,
    /// Whom each unit follows.
    pub sources: &'a [Vec<u32>],
    /// Layers of ties.
    pub layers: &'a [Layer],
}

/// One unit at risk of one item in one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Item.
    pub item: u32,
    /// Unit.
    pub unit: u32,
    /// Year.
    pub year: i32,
    /// Whether it adopts in the year.
    pub adopts: bool,
    /// Share of the unit's sources that had adopted by the year before; 0 without a source.
    pub share_sources: f64,
    /// Share of all units that exist and may adopt that had adopted by the year before.
    pub share_all: f64,
    /// Years since the item's first adoption.
    pub duration: i32,
}

/// Rows of units at risk, with the share of partners in each layer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Risk {
    /// Rows by item, unit and year.
    pub rows: Vec<Row>,
    /// For each layer, the share of the unit's partners of the year before that had adopted by then, in the order of the rows; `None`
    /// where the layer does not cover that year.
    pub partners: Vec<Vec<Option<f64>>>,
}

/// The rows from `years`, of items with at least `least` adopters.
///
/// ```
/// use std::collections::BTreeMap;
/// use blocwatch_stats::diffusion::risk::{End, Layer, Observed, at_risk};
/// let units = vec![vec![1990..=2020]; 3];
/// // 0 adopts in 2000, its partner 1 in 2002, 2 never
/// let observed = Observed {
///     units: &units,
///     adoptions: &[(7, 0, 2000), (7, 1, 2002)],
///     eligible: &BTreeMap::new(),
///     sources: &[vec![], vec![0], vec![]],
///     layers: &[Layer::new(1990..=2020, [(1, 0, 2000, 1.0), (1, 2, 2000, 1.0)])],
/// };
/// let risk = at_risk(&observed, 1990..=2020, End::LastAdoption, 2);
/// let rows: Vec<_> = risk.rows.iter().map(|r| (r.unit, r.year, r.adopts, r.share_sources)).collect();
/// assert_eq!(rows, [(1, 2001, false, 1.0), (1, 2002, true, 1.0), (2, 2001, false, 0.0), (2, 2002, false, 0.0)]);
/// // in 2000 unit 1 had two partners, one of whom had adopted; in 2001 it had none
/// assert_eq!(risk.partners[0][..2], [Some(0.5), Some(0.0)]);
/// ```
pub fn at_risk(observed: &Observed<'_>, years: RangeInclusive<i32>, end: End, least: usize) -> Risk {
    let items = Adopted::new(observed.adoptions, observed.units.len());
    let mut out = Risk { rows: Vec::new(), partners: vec![Vec::new(); observed.layers.len()] };
    for (item, adopted) in &items.0 {
        let (Some(first), Some(last)) = (adopted.iter().flatten().min(), adopted.iter().flatten().max()) else { continue };
        if adopted.iter().flatten().count() < least {
            continue;
        }
        let end = match end {
            End::LastAdoption => *last,
            End::Year(year) => year,
            End::After(years) => first.saturating_add(years),
        };
        let window = (*first + 1).max(*years.start())..=end.min(*years.end());
        let may = |unit: u32| observed.eligible.get(item).is_none_or(|e| e.contains(&unit));
        let able: Vec<u32> = (0..observed.units.len() as u32).filter(|u| may(*u)).collect();
        let share_all: BTreeMap<i32, f64> = window.clone().map(|year| (year, share_of_all(observed, &able, adopted, year))).collect();
        for unit in &able {
            let own = adopted[*unit as usize];
            for year in window.clone() {
                if own.is_some_and(|y| y < year) {
                    break;
                }
                if !exists(observed, *unit, year) {
                    continue;
                }
                let sources = observed.sources.get(*unit as usize).map_or(&[][..], Vec::as_slice);
                let with = sources.iter().filter(|s| adopted.get(**s as usize).copied().flatten().is_some_and(|y| y < year)).count();
                out.rows.push(Row {
                    item: *item,
                    unit: *unit,
                    year,
                    adopts: own == Some(year),
                    share_sources: if sources.is_empty() { 0.0 } else { with as f64 / sources.len() as f64 },
                    share_all: share_all.get(&year).copied().unwrap_or(0.0),
                    duration: year - first,
                });
                for (layer, column) in observed.layers.iter().zip(&mut out.partners) {
                    column.push(layer.share(*unit, year - 1, adopted));
                }
            }
        }
    }
    out
}

fn exists(observed: &Observed<'_>, unit: u32, year: i32) -> bool {
    observed.units[unit as usize].iter().any(|spell| spell.contains(&year))
}

/// Share of those that may adopt and existed the year before that had adopted by then; an adopter that is gone no longer counts.
fn share_of_all(observed: &Observed<'_>, able: &[u32], adopted: &[Option<i32>], year: i32) -> f64 {
    let there: Vec<u32> = able.iter().copied().filter(|u| exists(observed, *u, year - 1)).collect();
    let with = there.iter().filter(|u| adopted[**u as usize].is_some_and(|y| y < year)).count();
    if there.is_empty() { 0.0 } else { with as f64 / there.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nobody_is_at_risk_before_the_first_or_out_of_existence() {
        let units = vec![vec![1950..=2000], vec![1950..=1960, 1990..=2000], vec![1950..=2000]];
        let eligible = BTreeMap::from([(1, vec![0, 1])]);
        let observed = Observed {
            units: &units,
            adoptions: &[(1, 0, 1955), (1, 1, 1992)],
            eligible: &eligible,
            sources: &[],
            layers: &[Layer::new(1989..=1990, [(1, 0, 1990, 2.0)])],
        };
        let risk = at_risk(&observed, 1950..=2000, End::Year(2000), 1);
        let years: Vec<i32> = risk.rows.iter().map(|r| r.year).collect();
        assert_eq!(years, [1956, 1957, 1958, 1959, 1960, 1990, 1991, 1992], "unit 2 may not adopt, unit 1 was gone for thirty years");
        assert_eq!(risk.partners[0][4..], [None, Some(0.0), Some(1.0), None], "outside its years a layer says nothing");
        assert!(risk.rows.iter().all(|r| r.adopts == (r.year == 1992)));
        assert!(at_risk(&observed, 1950..=2000, End::Year(2000), 3).rows.is_empty());
    }

    proptest! {
        #[test]
        fn every_unit_leaves_once(adoptions in prop::collection::btree_map((0u32..4, 0u32..6), 1990i32..2010, 0..20)) {
            let adoptions: Vec<(u32, u32, i32)> = adoptions.into_iter().map(|((i, u), y)| (i, u, y)).collect();
            let units = vec![vec![1980..=2020]; 6];
            let eligible = BTreeMap::new();
            let observed = Observed { units: &units, adoptions: &adoptions, eligible: &eligible, sources: &[], layers: &[] };
            let risk = at_risk(&observed, 1980..=2020, End::Year(2015), 1);
            for item in 0..4 {
                let mine: Vec<_> = adoptions.iter().filter(|a| a.0 == item).collect();
                let first = mine.iter().map(|a| a.2).min();
                for unit in 0..6 {
                    let rows: Vec<_> = risk.rows.iter().filter(|r| (r.item, r.unit) == (item, unit)).collect();
                    let own = mine.iter().find(|a| a.1 == unit).map(|a| a.2);
                    let expected = match (first, own) {
                        (None, _) => 0,
                        (Some(first), Some(own)) => own - first,
                        (Some(first), None) => 2015 - first,
                    };
                    prop_assert_eq!(rows.len() as i32, expected);
                    prop_assert_eq!(rows.iter().filter(|r| r.adopts).count(), usize::from(own > first));
                    prop_assert!(rows.iter().all(|r| r.duration >= 1 && (0.0..=1.0).contains(&r.share_all)));
                }
            }
        }
    }
}
