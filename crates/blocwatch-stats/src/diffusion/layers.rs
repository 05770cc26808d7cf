//! Whether adoption follows partners in one layer of ties: the hazard model with the share of partners in it, one layer at a time.
//!
//! A tie table has dozens of layers and a treaty data set half a million rows at risk. Rows that do not adopt are therefore drawn, so many
//! for each that does: in a logistic model this moves the intercept and no slope (Prentice & Pyke 1979; King & Zeng 2001), and makes
//! errors a tenth larger at five for one. A row is drawn by a hash of its unit, item and year, so that the draw does not depend on order,
//! threads or the layer. What does not belong here: which layers there are, correction for how many were tested.

use std::collections::BTreeSet;

use super::DiffusionError;
use super::hazard::{self, Fit, Link, Model, Term};
use super::risk::{Adopted, Layer, Row};

/// The least that a test needs. Errors that are clustered rest on how many units there are: of a layer whose ties all begin at one state
/// they come out far too small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Least {
    /// Adoptions in the years that the layer covers.
    pub adoptions: usize,
    /// Items among the rows.
    pub items: usize,
    /// Units with a partner in some row.
    pub tied_units: usize,
    /// Adoptions of units with a partner the year before.
    pub tied_adoptions: usize,
}

/// What one test is made of.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Rows at risk.
    pub rows: &'a [Row],
    /// All adoptions, of units that are never at risk too.
    pub adopted: &'a Adopted,
    /// Columns that are held fixed, one value for each row; a row with one that is not finite is left out.
    pub held: &'a [(&'a str, &'a [f64])],
    /// Rows drawn of those that do not adopt, for each that does; 0 for all.
    pub controls: u32,
    /// What there must be for a test.
    pub least: Least,
    /// Seed of the draw.
    pub seed: u64,
}

/// What was found, or why nothing was.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The slope of the share of partners that had adopted; the reason where there is none.
    pub term: Result<Term, String>,
    /// Rows of the years that the layer covers.
    pub rows: usize,
    /// Rows among them that the model was fitted to.
    pub fitted: usize,
    /// Adoptions among them.
    pub adoptions: usize,
    /// Units among them.
    pub units: usize,
    /// Items among them.
    pub items: usize,
    /// Rows among those fitted whose unit had a partner in the layer the year before.
    pub tied: usize,
}

/// Fits the hazard with the share of partners in one layer.
///
/// # Errors
/// Columns that do not fit the rows. That data do not determine the model is said in [`Found::term`].
pub fn test(asked: &Asked<'_>, layer: &Layer) -> Result<Found, DiffusionError> {
    for (name, column) in asked.held {
        if column.len() != asked.rows.len() {
            return Err(DiffusionError::Length { name: (*name).to_owned(), got: column.len(), expected: asked.rows.len() });
        }
    }
    let complete = |i: &usize| layer.covers(asked.rows[*i].year - 1) && asked.held.iter().all(|(_, c)| c[*i].is_finite());
    let covered: Vec<usize> = (0..asked.rows.len()).filter(complete).collect();
    let adoptions = covered.iter().filter(|i| asked.rows[**i].adopts).count();
    let drawn: Vec<usize> = match draw_below(asked.controls, adoptions, covered.len() - adoptions) {
        None => covered.clone(),
        Some(bound) => covered.iter().copied().filter(|i| asked.rows[*i].adopts || hash(asked.seed, &asked.rows[*i]) < bound).collect(),
    };
    let (unit, item): (Vec<u32>, Vec<u32>) = drawn.iter().map(|i| (asked.rows[*i].unit, asked.rows[*i].item)).unzip();
    let count = |of: &[u32]| of.iter().collect::<BTreeSet<_>>().len();
    let shares = shares(asked, layer, &drawn);
    let mut found = Found {
        term: Err(String::new()),
        rows: covered.len(),
        fitted: drawn.len(),
        adoptions,
        units: count(&unit),
        items: count(&item),
        tied: shares.iter().flatten().count(),
    };
    let share: Vec<f64> = shares.iter().map(|s| s.unwrap_or(0.0)).collect();
    // those without partners are no comparison for those whose partners have not adopted
    let tied: Vec<f64> = shares.iter().map(|s| f64::from(u8::from(s.is_some()))).collect();
    if covered.is_empty() {
        found.term = Err("the layer covers no year at risk".to_owned());
        return Ok(found);
    }
    let least = asked.least;
    if adoptions < least.adoptions || found.items < least.items {
        found.term = Err(format!("fewer than {} adoptions of {} items in the years that the layer covers", least.adoptions, least.items));
        return Ok(found);
    }
    let with: Vec<usize> = drawn.iter().zip(&shares).filter(|(_, s)| s.is_some()).map(|(i, _)| *i).collect();
    let tied_units = count(&with.iter().map(|i| asked.rows[*i].unit).collect::<Vec<_>>());
    let tied_adoptions = with.iter().filter(|i| asked.rows[**i].adopts).count();
    if tied_units < least.tied_units.max(1) || tied_adoptions < least.tied_adoptions {
        let (units, wanted) = (least.tied_units, least.tied_adoptions);
        found.term = Err(format!(
            "of states with partners in the layer there are {tied_units} with {tied_adoptions} adoptions; {units} with {wanted} are needed"
        ));
        return Ok(found);
    }
    let held: Vec<(&str, Vec<f64>)> = asked.held.iter().map(|(n, c)| (*n, drawn.iter().map(|i| c[*i]).collect())).collect();
    let mut columns: Vec<(&str, &[f64])> = held.iter().map(|(n, c)| (*n, c.as_slice())).collect();
    if found.tied < drawn.len() {
        columns.push(("has_partner", &tied));
    }
    columns.push(("share_partners", &share));
    let adopts: Vec<bool> = drawn.iter().map(|i| asked.rows[*i].adopts).collect();
    let fitted = hazard::fit(&Model { link: Link::Logit, adopts: &adopts, columns: &columns, clusters: &[&unit, &item] })?;
    found.term = match fitted {
        Ok(Fit { terms, .. }) => match terms.last() {
            Some(t) if t.se > 0.0 && t.estimate.is_finite() => Ok(t.clone()),
            _ => Err("the error of the share of partners cannot be told".to_owned()),
        },
        Err(absent) => Err(absent.reason()),
    };
    Ok(found)
}

/// The bound below which a hash is drawn; `None` where all rows are.
fn draw_below(controls: u32, adoptions: usize, others: usize) -> Option<u64> {
    let wanted = u64::from(controls).checked_mul(adoptions as u64).filter(|w| *w > 0 && *w < others as u64)?;
    Some((wanted as f64 / others as f64 * u64::MAX as f64) as u64)
}

/// A number that is spread evenly over rows: three rounds of splitmix64.
fn hash(seed: u64, row: &Row) -> u64 {
    let mix = |x: u64| {
        let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    };
    mix(mix(mix(seed ^ u64::from(row.item)) ^ u64::from(row.unit)) ^ u64::from(row.year.unsigned_abs()))
}

/// For each row drawn, the share of its unit's partners of the year before that had adopted by then; `None` without a partner.
fn shares(asked: &Asked<'_>, layer: &Layer, drawn: &[usize]) -> Vec<Option<f64>> {
    drawn
        .iter()
        .map(|i| {
            let row = &asked.rows[*i];
            layer.share_of_partners(row.unit, row.year - 1, asked.adopted.of(row.item))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap as Map;

    use super::super::risk::{End, Observed, Risk, at_risk};
    use super::*;
    use crate::random::Random;

    const LEAST: Least = Least { adoptions: 30, items: 5, tied_units: 20, tied_adoptions: 10 };
    const UNITS: u32 = 80;
    const ITEMS: u32 = 120;
    const YEARS: std::ops::RangeInclusive<i32> = 1990..=2015;

    /// Ties of every unit to so many others, the same in all years.
    fn ties(random: &mut Random, partners: usize) -> Vec<(u32, u32, i32, f64)> {
        let mut all = Vec::new();
        for unit in 0..UNITS {
            let mut others: Vec<u32> = (0..UNITS).filter(|o| *o != unit).collect();
            random.choose_front(&mut others, partners);
            for partner in &others[..partners] {
                all.extend(YEARS.map(|year| (unit, *partner, year, 1.0)));
            }
        }
        all
    }

    struct World {
        risk: Risk,
        adopted: Adopted,
        followed: Layer,
        other: Layer,
    }

    /// Units adopt with log odds of −4.5 and `slope` more if all their partners in the first layer have; the second layer plays no part.
    fn world(slope: f64, seed: u64) -> World {
        let mut random = Random::new(seed);
        let (first, second) = (ties(&mut random, 4), ties(&mut random, 4));
        let mut partners = vec![Vec::new(); UNITS as usize];
        first.iter().filter(|t| t.2 == 1990).for_each(|t| partners[t.0 as usize].push(t.1));
        let mut adoptions = Vec::new();
        for item in 0..ITEMS {
            let mut since: Vec<Option<i32>> = vec![None; UNITS as usize];
            for pioneer in 0..6 {
                since[(random.below(UNITS / 6) + pioneer * (UNITS / 6)) as usize] = Some(1990);
            }
            for year in 1991..=2015 {
                let before = since.clone();
                for unit in 0..UNITS as usize {
                    if before[unit].is_none() {
                        let with = partners[unit].iter().filter(|p| before[**p as usize].is_some()).count() as f64;
                        let eta = -4.5 + slope * with / partners[unit].len() as f64;
                        if random.uniform() < 1.0 / (1.0 + (-eta).exp()) {
                            since[unit] = Some(year);
                        }
                    }
                }
            }
            adoptions.extend((0..UNITS).filter_map(|u| Some((item, u, since[u as usize]?))));
        }
        let units = vec![vec![1980..=2020]; UNITS as usize];
        let observed = Observed { units: &units, adoptions: &adoptions, eligible: &Map::new(), sources: &[], layers: &[] };
        let risk = at_risk(&observed, YEARS, End::Year(2015), 2);
        World {
            risk,
            adopted: Adopted::new(&adoptions, UNITS as usize),
            followed: Layer::new(YEARS, first),
            other: Layer::new(YEARS, second),
        }
    }

    fn asked<'a>(world: &'a World, held: &'a [(&'a str, &'a [f64])], controls: u32) -> Asked<'a> {
        Asked { rows: &world.risk.rows, adopted: &world.adopted, held, controls, least: LEAST, seed: 1 }
    }

    #[test]
    fn the_layer_that_is_followed_is_found_with_its_slope_and_the_other_is_not() {
        let mut covered = 0;
        for seed in 0..6 {
            let world = world(2.0, seed);
            let all: Vec<f64> = world.risk.rows.iter().map(|r| r.share_all).collect();
            let held = [("share_all", &all[..])];
            for controls in [0, 5] {
                let followed = test(&asked(&world, &held, controls), &world.followed).unwrap();
                let term = followed.term.clone().unwrap();
                assert!(term.p < 1e-8, "seed {seed}, {controls} controls: {term:?}");
                assert!((term.estimate - 2.0).abs() < 0.7, "seed {seed}, {controls} controls: {term:?}");
                covered += u32::from(term.interval.0 < 2.0 && 2.0 < term.interval.1);
                let other = test(&asked(&world, &held, controls), &world.other).unwrap().term.unwrap();
                assert!(other.p > 0.001 && other.estimate.abs() < 0.8, "seed {seed}, {controls} controls: {other:?}");
                if controls > 0 {
                    let ratio = (followed.fitted - followed.adoptions) as f64 / followed.adoptions as f64;
                    assert!((ratio - 5.0).abs() < 0.5, "{followed:?}");
                }
            }
        }
        assert!(covered >= 10, "{covered} of 12 intervals hold the slope that was put in");
    }

    #[test]
    fn what_cannot_be_tested_says_why() {
        let world = world(1.0, 3);
        let late = Layer::new(2030..=2040, []);
        let reason = |layer: &Layer, asked: Asked<'_>| test(&asked, layer).unwrap().term.unwrap_err();
        assert_eq!(reason(&late, asked(&world, &[], 5)), "the layer covers no year at risk");
        let none = "of states with partners in the layer there are 0 with 0 adoptions; 20 with 10 are needed";
        assert_eq!(reason(&Layer::new(YEARS, []), asked(&world, &[], 5)), none);
        // all ties begin at one unit: however many rows it has, it is one
        let hub = Layer::new(YEARS, (1..UNITS).flat_map(|u| YEARS.map(move |year| (0, u, year, 1.0))));
        assert!(reason(&hub, asked(&world, &[], 5)).starts_with("of states with partners in the layer there are 1 with "));
        let few = Asked { least: Least { adoptions: 1_000_000, ..LEAST }, ..asked(&world, &[], 5) };
        assert!(reason(&world.followed, few).starts_with("fewer than 1000000 adoptions of 5 items"));
        // a column that says the same as the layer leaves nothing to estimate
        let same = shares(&asked(&world, &[], 0), &world.followed, &(0..world.risk.rows.len()).collect::<Vec<_>>());
        let same: Vec<f64> = same.into_iter().map(|s| s.unwrap_or(0.0)).collect();
        assert!(reason(&world.followed, asked(&world, &[("twin", &same)], 0)).contains("share_partners does not vary or follows"));
        let short = [0.0];
        assert!(test(&asked(&world, &[("short", &short)], 5), &world.followed).is_err());
    }
}
