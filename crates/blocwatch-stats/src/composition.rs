//! What the members of an organisation are: how many are autocracies, how democratic they are on average, and both without one of them.
//!
//! Members that the source does not rate (microstates such as Brunei) count as members and never in a share or mean: nothing is
//! imputed, and `members_rated` beside `members` says how much is known. The leave-one-out values are for regressions in which a
//! state's own regime is the outcome: with itself in the mean it would predict itself.

use crate::majority;

/// What is known of one member in one year.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Member {
    /// Whether a regime measure takes it for an autocracy; `None` if the measure does not rate it.
    pub autocracy: Option<bool>,
    /// `v2x_polyarchy`, 0 to 1.
    pub polyarchy: Option<f64>,
    /// `v2x_polyarchy_codelow`: lower end of its 68 % interval.
    pub low: Option<f64>,
    /// `v2x_polyarchy_codehigh`: upper end.
    pub high: Option<f64>,
}

impl Member {
    /// P(autocracy): the probability that polyarchy lies below the line, given its interval; 0 or 1 by class where no interval is known;
    /// `None` if unrated.
    ///
    /// A class also asks for contested elections and other things that have no interval, so this is about measurement error in
    /// polyarchy alone.
    pub fn probability_autocratic(&self, line: f64) -> Option<f64> {
        let class = self.autocracy?;
        Some(match (self.polyarchy, self.low, self.high) {
            (Some(mean), Some(low), Some(high)) => majority::normal_below(line, mean, low, high),
            _ => f64::from(u8::from(class)),
        })
    }
}

/// How much of an organisation makes it autocratic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Majority {
    /// More than half of the rated members, strictly.
    #[default]
    Half,
    /// Two thirds of the rated members, or more.
    TwoThirds,
}

impl Majority {
    /// The smallest number of `n` members that makes this majority.
    ///
    /// ```
    /// use blocwatch_stats::composition::Majority;
    /// assert_eq!((Majority::Half.least(4), Majority::TwoThirds.least(6), Majority::TwoThirds.least(7)), (3, 4, 5));
    /// ```
    pub const fn least(self, n: usize) -> usize {
        match self {
            Self::Half => n / 2 + 1,
            Self::TwoThirds => (2 * n).div_ceil(3),
        }
    }
}

/// What counts as an autocracy and as a majority of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// The majority asked for.
    pub majority: Majority,
    /// Polyarchy below which a member counts as an autocracy when its interval is let vary.
    pub line: f64,
}

impl Default for Rule {
    /// More than half; .5, the line between the two halves of Regimes of the World.
    fn default() -> Self {
        Self { majority: Majority::Half, line: 0.5 }
    }
}

/// Why a value is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// The organisation has no members.
    NoMembers,
    /// It has members, and none of them is rated.
    NoneRated,
}

impl Absent {
    /// The reason as a short sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoMembers => "no members",
            Self::NoneRated => "no member is rated",
        }
    }
}

/// Mean and spread of polyarchy over rated members.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Members with a value.
    pub rated: u32,
    /// Mean.
    pub mean: f64,
    /// Lowest.
    pub min: f64,
    /// Highest.
    pub max: f64,
    /// Sample standard deviation (n − 1); `None` with one value.
    pub sd: Option<f64>,
}

/// The organisation as one of its members finds it: without that member.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Others {
    /// Share of autocracies among the other rated members; `None` if none of them is rated.
    pub share_autocracies: Option<f64>,
    /// Mean polyarchy of the other members with a value.
    pub mean_polyarchy: Option<f64>,
}

/// The composition of an organisation in a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Composition {
    /// Members given.
    pub members: u32,
    /// Members that the regime measure rates: the denominator of shares.
    pub members_rated: u32,
    /// Autocracies among them.
    pub autocracies: u32,
    /// `autocracies / members_rated`.
    pub share_autocracies: Option<f64>,
    /// Whether the rated members hold the majority asked for.
    pub majority_autocratic: Option<bool>,
    /// P(as many of the rated members are autocracies as the majority asks for), given the intervals of polyarchy and independence between members.
    pub p_majority_autocratic: Option<f64>,
    /// Polyarchy; `None` if no member has a value.
    pub polyarchy: Option<Spread>,
    /// The organisation without each member, in the order given.
    pub without: Vec<Others>,
    /// Why shares and flags are `None`; `None` where they are there.
    pub absent: Option<Absent>,
}

/// Describes an organisation by its members of one year.
///
/// ```
/// use blocwatch_stats::composition::{Member, Rule, composition};
/// let member = |autocracy, polyarchy| Member { autocracy, polyarchy, ..Member::default() };
/// let members = [member(Some(true), Some(0.1)), member(Some(true), Some(0.3)), member(Some(false), Some(0.9)), member(None, None)];
/// let c = composition(&members, Rule::default());
/// assert_eq!((c.members, c.members_rated, c.autocracies, c.majority_autocratic), (4, 3, 2, Some(true)));
/// assert_eq!(c.without[0].share_autocracies, Some(0.5));
/// ```
pub fn composition(members: &[Member], rule: Rule) -> Composition {
    let rated = members.iter().filter(|m| m.autocracy.is_some()).count();
    let autocracies = members.iter().filter(|m| m.autocracy == Some(true)).count();
    let values: Vec<f64> = members.iter().filter_map(|m| m.polyarchy).collect();
    let sum: f64 = values.iter().sum();
    let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
    let without = members
        .iter()
        .map(|m| {
            let own = usize::from(m.autocracy.is_some());
            let own_autocracy = usize::from(m.autocracy == Some(true));
            let others = values.len() - usize::from(m.polyarchy.is_some());
            Others {
                share_autocracies: share(autocracies - own_autocracy, rated - own),
                mean_polyarchy: (others > 0).then(|| (sum - m.polyarchy.unwrap_or(0.0)) / others as f64),
            }
        })
        .collect();
    let probabilities: Vec<f64> = members.iter().filter_map(|m| m.probability_autocratic(rule.line)).collect();
    Composition {
        members: members.len() as u32,
        members_rated: rated as u32,
        autocracies: autocracies as u32,
        share_autocracies: share(autocracies, rated),
        majority_autocratic: (rated > 0).then_some(autocracies >= rule.majority.least(rated)),
        p_majority_autocratic: (rated > 0).then(|| majority::probability_at_least(&probabilities, rule.majority.least(rated))),
        polyarchy: spread(&values),
        without,
        absent: if members.is_empty() {
            Some(Absent::NoMembers)
        } else if rated == 0 {
            Some(Absent::NoneRated)
        } else {
            None
        },
    }
}

fn spread(values: &[f64]) -> Option<Spread> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    Some(Spread {
        rated: values.len() as u32,
        mean,
        min: values.iter().copied().fold(f64::INFINITY, f64::min),
        max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        sd: (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members() -> impl Strategy<Value = Vec<Member>> {
        let member =
            (prop::option::of(any::<bool>()), prop::option::of(0.0f64..1.0), 0.0f64..0.2).prop_map(|(autocracy, polyarchy, half)| Member {
                autocracy,
                polyarchy,
                low: polyarchy.map(|p| p - half),
                high: polyarchy.map(|p| p + half),
            });
        prop::collection::vec(member, 0..40)
    }

    fn close(a: Option<f64>, b: Option<f64>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a == b,
        }
    }

    proptest! {
        #[test]
        fn leaving_one_out_is_the_composition_of_the_rest(members in members()) {
            let all = composition(&members, Rule::default());
            for (i, others) in all.without.iter().enumerate() {
                let mut rest = members.clone();
                rest.remove(i);
                let rest = composition(&rest, Rule::default());
                prop_assert!(close(others.share_autocracies, rest.share_autocracies));
                prop_assert!(close(others.mean_polyarchy, rest.polyarchy.map(|p| p.mean)));
            }
        }

        #[test]
        fn what_is_unrated_has_a_reason_and_nothing_else(members in members()) {
            let c = composition(&members, Rule::default());
            prop_assert_eq!(c.absent.is_some(), c.share_autocracies.is_none());
            prop_assert_eq!(c.absent.is_some(), c.majority_autocratic.is_none());
            prop_assert_eq!(c.absent.is_some(), c.p_majority_autocratic.is_none());
            prop_assert!(c.autocracies <= c.members_rated && c.members_rated <= c.members);
            if let Some(share) = c.share_autocracies {
                prop_assert_eq!(c.majority_autocratic, Some(share > 0.5));
            }
            if let Some(p) = c.polyarchy {
                prop_assert!(p.min <= p.mean + 1e-12 && p.mean <= p.max + 1e-12);
            }
        }
    }

    #[test]
    fn without_intervals_the_probability_is_the_flag() {
        let of = |list: &[bool], majority| {
            let members: Vec<Member> = list.iter().map(|a| Member { autocracy: Some(*a), ..Member::default() }).collect();
            composition(&members, Rule { majority, ..Rule::default() })
        };
        assert_eq!(of(&[true, true, false], Majority::Half).p_majority_autocratic, Some(1.0));
        assert_eq!(of(&[true, true, false, false], Majority::Half).p_majority_autocratic, Some(0.0));
        assert_eq!(of(&[true, true, false], Majority::TwoThirds).majority_autocratic, Some(true));
        assert_eq!(of(&[true, true, true, false, false], Majority::TwoThirds).majority_autocratic, Some(false));
        assert_eq!(of(&[], Majority::Half).absent, Some(Absent::NoMembers));
        assert_eq!(composition(&[Member::default()], Rule::default()).absent, Some(Absent::NoneRated));
    }
}
