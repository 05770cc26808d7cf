//! Who takes something up after whom, more often than those who spoke beside it.
//!
//! Given the first use of each of many things by each speaker: second echoes first in a thing if its first use comes after, within some
//! years. In each draw the speakers of one stratum (a region in a year) are exchanged at random, once for all things together: what is
//! said when, and how much each speech takes up at once, stays. Somebody may then play two parts in one thing: such pairs with oneself are
//! lost to the draws, about one in as many as the stratum has speakers, so that what is expected within a stratum is a little low. What does
//! not belong here: what the things are.

use crate::parallel;
use crate::random::Random;

/// The first use of a thing by a speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct First {
    /// Speaker, from 0.
    pub speaker: u32,
    /// Year.
    pub year: i32,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Years within which a first use is an echo; one of the same year is none.
    pub within: i32,
    /// Fewest things that a pair must share to be told.
    pub shared: u32,
    /// Draws.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
}

/// One ordered pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Echo {
    /// Who is first.
    pub first: u32,
    /// Who comes after.
    pub second: u32,
    /// Things that second takes up after first.
    pub echoes: u32,
    /// Things that both use.
    pub shared: u32,
    /// Mean of echoes over draws, the data counted as one of them.
    pub expected: f64,
    /// Echoes less that, over the standard deviation of draws; `None` where they do not vary.
    pub z: Option<f64>,
    /// Share of draws with as many echoes, the data counted as one of them.
    pub p: f64,
    /// Share of draws in which any pair has as great a z, the data counted as one of them; `None` as `z`.
    pub p_family: Option<f64>,
}

/// Every ordered pair with enough in common, ascending. `things` has the first uses of each thing; `strata` the speakers of each year that
/// may be exchanged. The result does not depend on the number of threads.
///
/// ```
/// use blocwatch_stats::echo::{First, Options, echoes};
/// // speaker 1 takes up each of ten things a year after 0; 2 to 5 speak beside them and say nothing
/// let things: Vec<Vec<First>> = (0..10)
///     .map(|t| vec![First { speaker: 0, year: 2000 + 2 * t }, First { speaker: 1, year: 2001 + 2 * t }])
///     .collect();
/// let strata: Vec<(i32, Vec<u32>)> = (2000..2020).map(|y| (y, (0..6).collect())).collect();
/// let found = echoes(6, &things, &strata, Options { within: 1, shared: 5, draws: 99, seed: 1 });
/// assert_eq!((found[0].first, found[0].second, found[0].echoes), (0, 1, 10));
/// assert!(found[0].p == 0.01 && found[0].expected < 2.0);
/// ```
pub fn echoes(speakers: usize, things: &[Vec<First>], strata: &[(i32, Vec<u32>)], options: Options) -> Vec<Echo> {
    let count = |things: &mut dyn Iterator<Item = Vec<First>>| -> Vec<u32> {
        let mut out = vec![0u32; speakers * speakers];
        for firsts in things {
            for a in &firsts {
                for b in &firsts {
                    if a.year < b.year && b.year - a.year <= options.within {
                        out[a.speaker as usize * speakers + b.speaker as usize] += 1;
                    }
                }
            }
        }
        out
    };
    let mut shared = vec![0u32; speakers * speakers];
    for firsts in things {
        for a in firsts {
            for b in firsts.iter().filter(|b| b.speaker != a.speaker) {
                shared[a.speaker as usize * speakers + b.speaker as usize] += 1;
            }
        }
    }
    let told: Vec<usize> = (0..speakers * speakers).filter(|c| shared[*c] >= options.shared.max(1)).collect();
    let begin = strata.iter().map(|s| s.0).min().unwrap_or(0);
    let years = strata.iter().map(|s| (s.0 - begin) as usize + 1).max().unwrap_or(0);
    let observed = count(&mut things.iter().cloned());
    let drawn: Vec<Vec<u32>> = parallel::map(
        options.draws as usize,
        || (),
        |(), draw| {
            let mut random = Random::stream(options.seed, draw as u64);
            // the part that each speaker plays in each year
            let mut part: Vec<u32> = (0..years * speakers).map(|cell| (cell % speakers) as u32).collect();
            for (year, who) in strata {
                let mut other = who.clone();
                random.shuffle(&mut other);
                let from = (year - begin) as usize * speakers;
                for (a, b) in who.iter().zip(other) {
                    part[from + *a as usize] = b;
                }
            }
            let played = |firsts: &Vec<First>| -> Vec<First> {
                let speaker = |f: &First| match usize::try_from(f.year - begin) {
                    Ok(year) if year < years => part[year * speakers + f.speaker as usize],
                    _ => f.speaker,
                };
                firsts.iter().map(|f| First { speaker: speaker(f), ..*f }).collect()
            };
            let all = count(&mut things.iter().map(played));
            told.iter().map(|c| all[*c]).collect()
        },
    );
    // the data are one of the draws: only then is their z as any other's, and the family-wise p exact
    let n = f64::from(options.draws) + 1.0;
    let moments: Vec<(f64, f64)> = told
        .iter()
        .enumerate()
        .map(|(place, cell)| {
            let all = || drawn.iter().map(|d| d[place]).chain(std::iter::once(observed[*cell])).map(f64::from);
            let mean = all().sum::<f64>() / n;
            (mean, (all().map(|e| (e - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
        })
        .collect();
    let z = |echoes: u32, place: usize| (moments[place].1 > 0.0).then(|| (f64::from(echoes) - moments[place].0) / moments[place].1);
    let mut greatest: Vec<f64> =
        drawn.iter().map(|d| (0..told.len()).filter_map(|e| z(d[e], e)).fold(f64::NEG_INFINITY, f64::max)).collect();
    greatest.sort_by(f64::total_cmp);
    told.iter()
        .enumerate()
        .map(|(place, cell)| {
            let echoes = observed[*cell];
            let z = z(echoes, place);
            let share = |count: usize| (count as f64 + 1.0) / n;
            Echo {
                first: (cell / speakers) as u32,
                second: (cell % speakers) as u32,
                echoes,
                shared: shared[*cell],
                expected: moments[place].0,
                z,
                p: share(drawn.iter().filter(|d| d[place] >= echoes).count()),
                p_family: z.map(|z| share(greatest.len() - greatest.partition_point(|g| *g < z - 1e-9))),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn strata(speakers: u32) -> Vec<(i32, Vec<u32>)> {
        (1990..2020).map(|y| (y, (0..speakers).collect())).collect()
    }

    /// Things used by random speakers in random years; a speaker that echoes 0 a year after in half of them.
    fn made_up(seed: u64, echo: bool) -> Vec<Vec<First>> {
        (0..150)
            .map(|t| {
                let mut random = Random::stream(seed, t);
                let mut used: BTreeMap<u32, i32> = BTreeMap::new();
                for _ in 0..8 {
                    used.entry(random.below(20)).or_insert(1990 + random.below(28) as i32);
                }
                if let (true, Some(year), true) = (echo, used.get(&0).copied(), random.uniform() < 0.7) {
                    used.insert(1, year + 1);
                }
                used.into_iter().map(|(speaker, year)| First { speaker, year }).collect()
            })
            .collect()
    }

    const OPTIONS: Options = Options { within: 2, shared: 5, draws: 199, seed: 3 };

    #[test]
    fn a_planted_echo_is_found_in_its_direction() {
        let found = echoes(20, &made_up(1, true), &strata(20), OPTIONS);
        let of = |a, b| found.iter().find(|e| (e.first, e.second) == (a, b)).copied().unwrap();
        assert!(of(0, 1).p <= 0.005 && of(0, 1).z.unwrap() > 4.0 && of(0, 1).p_family.unwrap() <= 0.05, "{:?}", of(0, 1));
        assert!(of(1, 0).p > 0.05, "{:?}", of(1, 0));
    }

    #[test]
    fn without_echoes_p_is_as_likely_small_as_it_says() {
        let all: Vec<f64> = (0..6).flat_map(|seed| echoes(20, &made_up(10 + seed, false), &strata(20), OPTIONS)).map(|e| e.p).collect();
        let small = all.iter().filter(|p| **p <= 0.05).count() as f64 / all.len() as f64;
        assert!(all.len() > 1500 && small < 0.06, "{small} of {}", all.len());
    }
}
