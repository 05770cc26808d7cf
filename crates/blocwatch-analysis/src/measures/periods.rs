//! Layers of ties over whole periods: what does not hang on a single year.

use std::collections::BTreeMap;

use blocwatch_stats::joint::Memberships;

use crate::error::Result;
use crate::measures::layers::{Loaded, Network, Nodes, SHARED, joined, members};
use crate::step::Context;

/// A layer over some years: a network of mean ties among the states that were in the layer in more than half of the years.
pub(crate) struct Period {
    /// First and last of its years, whether or not the layer has them all.
    pub(crate) years: (i32, i32),
    /// The years that the layer has.
    pub(crate) held: Vec<i32>,
    /// The network; its year is the last.
    pub(crate) network: Network,
    /// In the layer [`SHARED`], who was in what in more than half of the years: its ties count these.
    pub(crate) memberships: Option<Memberships>,
}

/// Layers over periods of `length` years, the first of which is divisible by `length`: periods of ten years are decades, 1990 to 1999.
/// A tie is the mean over the years in which the pair has a value. Since two states that are both there in more than half of the years
/// meet in one at least, no pair is without a value for want of a common year.
pub(crate) fn periods(context: &Context<'_>, loaded: &Loaded, length: u32) -> Result<Vec<Period>> {
    let networks = loaded.networks(1);
    let joined = joined(context, &networks)?;
    Ok(grouped(&networks, &joined, i32::try_from(length).unwrap_or(i32::MAX)))
}

fn grouped(networks: &[Network], joined: &BTreeMap<i32, Vec<(u32, u16)>>, length: i32) -> Vec<Period> {
    let mut out = Vec::new();
    for group in networks.chunk_by(|a, b| a.layer == b.layer && a.year.div_euclid(length) == b.year.div_euclid(length)) {
        let (layer, first) = (group[0].layer, group[0].year.div_euclid(length) * length);
        let mut there: BTreeMap<u16, usize> = BTreeMap::new();
        group.iter().flat_map(|n| &n.states).for_each(|s| *there.entry(*s).or_default() += 1);
        let states: Vec<u16> = there.into_iter().filter(|(_, years)| 2 * years > group.len()).map(|(s, _)| s).collect();
        let at = |state: u16| states.binary_search(&state).ok().map(|p| p as u32);
        let memberships = (layer.id == SHARED).then(|| majority(group, joined, &states));
        let ties = if let Some(m) = &memberships {
            m.pairs(&[]).map(|p| (p.a, p.b, f64::from(p.joint))).collect()
        } else {
            let mut sums: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
            for network in group {
                for (a, b, tie) in &network.ties {
                    if let (Some(a), Some(b)) = (at(network.states[*a as usize]), at(network.states[*b as usize])) {
                        let sum = sums.entry((a, b)).or_default();
                        *sum = (sum.0 + tie, sum.1 + 1.0);
                    }
                }
            }
            // where no tie is a zero, the mean is over the years in which both states were there
            let met = |a: u32, b: u32| {
                let both = |n: &&Network| [a, b].iter().all(|s| n.states.binary_search(&states[*s as usize]).is_ok());
                group.iter().filter(both).count() as f64
            };
            sums.into_iter().map(|((a, b), (sum, n))| (a, b, sum / if layer.nodes == Nodes::System { met(a, b) } else { n })).collect()
        };
        out.push(Period {
            years: (first, first + length - 1),
            held: group.iter().map(|n| n.year).collect(),
            network: Network { layer, year: group[group.len() - 1].year, states, ties },
            memberships,
        });
    }
    out
}

/// Who was in what in more than half of some years.
fn majority(years: &[Network], joined: &BTreeMap<i32, Vec<(u32, u16)>>, states: &[u16]) -> Memberships {
    let mut count: BTreeMap<(u32, u16), usize> = BTreeMap::new();
    years.iter().filter_map(|n| joined.get(&n.year)).flatten().for_each(|key| *count.entry(*key).or_default() += 1);
    members(count.into_iter().filter(|(_, n)| 2 * n > years.len()).map(|(key, _)| key).collect(), states)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::layers::LAYERS;

    fn year(id: &str, year: i32, states: &[u16], ties: &[(u32, u32, f64)]) -> Network {
        let layer = LAYERS.iter().find(|l| l.id == id).expect("a layer");
        Network { layer, year, states: states.to_vec(), ties: ties.to_vec() }
    }

    #[test]
    fn a_tie_of_a_period_is_its_mean_and_years_without_one_are_zeros_or_nothing() {
        let networks = [
            year("vote-kappa", 1999, &[10, 20], &[(0, 1, 0.9)]),
            year("vote-kappa", 2000, &[10, 20, 30], &[(0, 1, 0.2), (0, 2, 0.4)]),
            year("vote-kappa", 2002, &[10, 20, 30, 40], &[(0, 1, 0.6), (0, 3, 1.0)]),
            year("arms", 2000, &[10, 20, 30], &[(0, 1, 4.0)]),
            year("arms", 2001, &[10, 20, 30], &[]),
            year("arms", 2002, &[10, 20], &[(0, 1, 2.0)]),
        ];
        let periods = grouped(&networks, &BTreeMap::new(), 10);
        let of: Vec<_> = periods.iter().map(|p| (p.years, p.held.len(), p.network.states.clone(), p.network.ties.clone())).collect();
        assert_eq!(of[0], ((1990, 1999), 1, vec![10, 20], vec![(0, 1, 0.9)]));
        // 40 was there in one of two years; kappa has no value, and so no zero, where a pair has no row
        assert_eq!(of[1], ((2000, 2009), 2, vec![10, 20, 30], vec![(0, 1, 0.4), (0, 2, 0.4)]));
        // arms have a zero in 2001
        assert_eq!(of[2], ((2000, 2009), 3, vec![10, 20, 30], vec![(0, 1, 2.0)]));
    }

    #[test]
    fn who_was_in_an_organisation_in_most_years_shares_it() {
        let networks: Vec<Network> = (2000..2003).map(|y| year(SHARED, y, &[10, 20], &[(0, 1, 9.0)])).collect();
        // body 1 in all years, body 2 in one
        let joined = (2000..2003).map(|y| (y, if y == 2000 { vec![(1, 10), (1, 20), (2, 10), (2, 20)] } else { vec![(1, 10), (1, 20)] }));
        let periods = grouped(&networks, &joined.collect(), 10);
        assert_eq!(periods[0].network.ties, vec![(0, 1, 1.0)]);
        assert_eq!(periods[0].memberships.as_ref().map(Memberships::organisations), Some(1));
    }
}
