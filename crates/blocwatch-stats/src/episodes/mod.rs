//! Episodes of Regime Transformation (ERT; Maerz, Edgell, Wilson, Hellmeier & Lindberg 2024, version 15): when a state democratises or
//! autocratises, how the movement ends and what comes of it.
//!
//! What belongs here: the rules and their types ([`Parameters`], [`Series`], [`Episodes`]). [`spells`] finds democratic and autocratic
//! spells of the regime, [`sequences`] the candidate movements of polyarchy, [`outcome`] their end and their outcome. What does not:
//! reading V-Dem, the choice between editions, tables.
//!
//! Thresholds are compared with differences of IEEE doubles in the order of the original, because rounding decides episodes: some
//! published changes of .010 compute to .00999…, and exact arithmetic finds 257 and 418 episodes where the original finds 254 and 417.

mod outcome;
mod sequences;
mod spells;

use std::ops::RangeInclusive;

use spells::Open;

/// The thresholds. The defaults are those of the published data set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Least change within a year that opens an episode, and that continues it.
    pub start_incl: f64,
    /// Least distance between the highest and the lowest polyarchy of an episode.
    pub cum_incl: f64,
    /// A change within a year in the other direction that exceeds this ends an episode.
    pub year_turn: f64,
    /// A cumulative change in the other direction that reaches this ends an episode.
    pub cum_turn: f64,
    /// Years without a further change after which an episode has ended.
    pub tolerance: usize,
    /// End an autocratization where the regime rises into liberal democracy, which the original means to do and does not: it tests for
    /// category 4, and there is none. `false` is the published behaviour.
    pub strict: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { start_incl: 0.01, cum_incl: 0.1, year_turn: 0.03, cum_turn: 0.1, tolerance: 5, strict: false }
    }
}

/// What is known of the elections of a state: they confirm a transition, and some breakdowns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Elections {
    /// One entry per year of the series.
    Known(Vec<Election>),
    /// Nothing is known. Changes of regime that only an election could confirm are then answered by what is more often right, and the
    /// episodes that hang on it are marked ([`Episode::assumed`]).
    Unknown,
}

/// The elections of one year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Election {
    /// A first round to the lower chamber, a constituent assembly or the presidency was held (`v2eltype_0`, `_4`, `_6`).
    pub held: bool,
    /// Its winners assumed office at least in part (`v2elasmoff_ord` above 1).
    pub winners_took_office: bool,
}

/// One state from the first to the last year of the data set, years without a value included: whether a series ends with the data set
/// or with the state makes a difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Year of the first entry; published episodes begin with 1900.
    pub first_year: i32,
    /// `v2x_polyarchy`, NaN where there is none.
    pub polyarchy: Vec<f64>,
    /// `v2x_regime`, 0 to 3. Entries that one of the two lists has beyond the other are not read.
    pub regime: Vec<Option<u8>>,
    /// Elections.
    pub elections: Elections,
    /// Last year coded (`codingend`).
    pub coding_end: i32,
    /// Gaps in coding, first and last year without a code, in order.
    pub gaps: Vec<RangeInclusive<i32>>,
}

impl Series {
    fn len(&self) -> usize {
        self.polyarchy.len().min(self.regime.len())
    }

    fn year(&self, at: usize) -> i32 {
        self.first_year + at as i32
    }

    /// Last coded year before the next gap or the end, seen from a year.
    fn coded_until(&self, year: i32) -> i32 {
        self.gaps.iter().map(|g| *g.start()).find(|start| *start > year).map_or(self.coding_end, |start| (start - 1).min(self.coding_end))
    }
}

/// The direction of an episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Polyarchy falls.
    Autocratization,
    /// Polyarchy rises.
    Democratization,
}

impl Direction {
    /// Both, in the order of tables.
    pub const ALL: [Self; 2] = [Self::Autocratization, Self::Democratization];

    /// −1 or +1.
    const fn sign(self) -> i8 {
        match self {
            Self::Autocratization => -1,
            Self::Democratization => 1,
        }
    }

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Autocratization => "autocratization",
            Self::Democratization => "democratization",
        }
    }
}

/// How an episode ended, by the published codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Termination {
    /// 0: it has not: coding ends within the tolerance.
    Censored = 0,
    /// 1: as many years as the tolerance asks for passed without a further change.
    Stasis = 1,
    /// 2: a change in the other direction within a year.
    YearTurn = 2,
    /// 3: a cumulative change in the other direction.
    CumulativeTurn = 3,
    /// 4: a change of regime in the other direction.
    RegimeChange = 4,
}

impl Termination {
    /// The published code.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Censored => "not ended when coding ends",
            Self::Stasis => "years without further change",
            Self::YearTurn => "a turn within a year",
            Self::CumulativeTurn => "a cumulative turn",
            Self::RegimeChange => "a change of regime the other way",
        }
    }
}

/// What came of an episode, by the published codes; each has one name per direction ([`Outcome::label`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// 1: the regime changed.
    Transition = 1,
    /// 2: it changed and changed back before that was confirmed.
    Preempted = 2,
    /// 3: it came to rest without a change of regime.
    Stabilised = 3,
    /// 4: it was turned round, or never left the outermost category.
    Turned = 4,
    /// 5: it began on the side it moves to, so that no change of regime was possible.
    SameSide = 5,
    /// 6: it has not ended when coding ends.
    Censored = 6,
}

impl Outcome {
    /// The published code.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The published grouping: 1 transition, 2 none although possible, 3 none possible, 4 censored.
    pub const fn group(self) -> u8 {
        match self {
            Self::Transition => 1,
            Self::Preempted | Self::Stabilised | Self::Turned => 2,
            Self::SameSide => 3,
            Self::Censored => 4,
        }
    }

    /// In words, by direction.
    pub const fn label(self, direction: Direction) -> &'static str {
        match (direction, self) {
            (Direction::Autocratization, Self::Transition) => "democratic breakdown",
            (Direction::Autocratization, Self::Preempted) => "preempted democratic breakdown",
            (Direction::Autocratization, Self::Stabilised) => "diminished democracy",
            (Direction::Autocratization, Self::Turned) => "averted democratic regression",
            (Direction::Autocratization, Self::SameSide) => "regressed autocracy",
            (Direction::Democratization, Self::Transition) => "democratic transition",
            (Direction::Democratization, Self::Preempted) => "preempted democratic transition",
            (Direction::Democratization, Self::Stabilised) => "stabilised electoral autocracy",
            (Direction::Democratization, Self::Turned) => "reverted liberalisation",
            (Direction::Democratization, Self::SameSide) => "deepened democracy",
            (_, Self::Censored) => "outcome censored",
        }
    }
}

/// One episode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// Which way.
    pub direction: Direction,
    /// First year of change; the year before it is the pre-episode year.
    pub start: i32,
    /// Last year.
    pub end: i32,
    /// How it ended; `None` where years without a value keep the rules from saying.
    pub termination: Option<Termination>,
    /// Whether a change of regime was possible (`prch`): it began on the other side. `None` if the regime was not coded then.
    pub change_possible: Option<bool>,
    /// What came of it; `None` where `termination` and the regime do not say.
    pub outcome: Option<Outcome>,
    /// Years of the episode after the change of regime, if there are any (`ptr`, `pbr`).
    pub after_change: u16,
    /// Whether nothing is known of elections and another answer about them would give another episode here, or none, or another
    /// outcome. `false` where the facts are known, and where they do not matter.
    pub assumed: bool,
}

impl Episode {
    /// The year before the first change, in which the level is taken that the episode departs from.
    pub const fn pre_year(&self) -> i32 {
        self.start - 1
    }

    /// Whether coding ends before the end can be known.
    pub fn censored(&self) -> bool {
        self.termination == Some(Termination::Censored)
    }
}

/// The regime of one year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RegimeYear {
    /// Spell of one type of regime, first and last year (`reg_start_year`, `reg_end_year`).
    pub spell: Option<(i32, i32)>,
    /// 0 autocracy, 1 democracy (`reg_type`): the class of the first year of the spell, whatever the class of this year is.
    pub kind: Option<u8>,
    /// −1 breakdown, 1 transition, 0 neither (`reg_trans`); `None` in the first coded year and after gaps.
    pub transition: Option<i8>,
    /// −1 or 1 where `v2x_regime` crosses between autocracy and democracy, 0 where not (`row_regch_event`).
    pub event: Option<i8>,
    /// At an event: whether coding ends before it can be confirmed (`row_regch_censored`).
    pub event_censored: Option<bool>,
    /// Year of the election that confirms the last rise to democracy (`dem_founding_elec`).
    pub democratic_election: Option<i32>,
    /// Year of the first election after the last fall to autocracy (`aut_founding_elec`).
    pub autocratic_election: Option<i32>,
    /// Whether nothing is known of elections and another answer about them would give another spell, kind or transition here.
    pub assumed: bool,
}

/// Regimes and episodes of one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episodes {
    /// One entry per year of the series.
    pub regimes: Vec<RegimeYear>,
    /// Episodes in order of time, autocratizations first.
    pub episodes: Vec<Episode>,
}

impl Episodes {
    /// Whether a year of an episode comes after the change of regime that the episode brought (`ptr`, `pbr`).
    pub fn after_change(&self, episode: &Episode, year: i32) -> bool {
        episode.after_change > 0 && episode.end - i32::from(episode.after_change) < year && year <= episode.end
    }

    /// The episode of a direction that a year belongs to, the pre-episode year included.
    pub fn at(&self, direction: Direction, year: i32) -> Option<&Episode> {
        let here = |e: &&Episode| e.direction == direction && (e.start..=e.end).contains(&year);
        let before = |e: &&Episode| e.direction == direction && e.pre_year() == year;
        self.episodes.iter().find(here).or_else(|| self.episodes.iter().find(before))
    }
}

/// Finds the regimes and episodes of one state.
///
/// ```
/// use blocwatch_stats::episodes::{Direction, Elections, Parameters, Series, Termination, episodes};
/// let polyarchy = vec![0.80, 0.80, 0.74, 0.66, 0.66, 0.66, 0.66, 0.66, 0.66];
/// let series = Series {
///     first_year: 2000,
///     regime: vec![Some(2); polyarchy.len()],
///     polyarchy,
///     elections: Elections::Unknown,
///     coding_end: 2008,
///     gaps: vec![],
/// };
/// let found = episodes(&series, &Parameters::default());
/// let [one] = found.episodes[..] else { panic!("one episode") };
/// assert_eq!((one.direction, one.start, one.end), (Direction::Autocratization, 2002, 2003));
/// assert_eq!(one.termination, Some(Termination::Stasis));
/// ```
pub fn episodes(series: &Series, parameters: &Parameters) -> Episodes {
    let mut found = find(series, parameters, Open::Likely);
    if series.elections == Elections::Unknown {
        let others = Open::FIXED.map(|open| find(series, parameters, open));
        for episode in &mut found.episodes {
            episode.assumed = others.iter().any(|other| !other.episodes.contains(episode));
        }
        for (t, year) in found.regimes.iter_mut().enumerate() {
            let said = |y: &RegimeYear| (y.spell, y.kind, y.transition);
            year.assumed = others.iter().any(|other| said(&other.regimes[t]) != said(year));
        }
    }
    found
}

fn find(series: &Series, parameters: &Parameters, open: Open) -> Episodes {
    let regimes = spells::regimes(series, parameters, open);
    let mut episodes = Vec::new();
    for direction in Direction::ALL {
        for candidate in sequences::candidates(series, &regimes, direction, parameters) {
            episodes.extend(outcome::episode(series, &regimes, direction, candidate, parameters));
        }
    }
    Episodes { regimes, episodes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Steps on a grid of thousandths, as published, with years missing, classes that follow the index and elections here and there.
    fn series() -> impl Strategy<Value = Series> {
        let year = (-120i32..120, 0u8..12, 0u8..20, any::<bool>(), any::<bool>());
        (prop::collection::vec(year, 0..80), 0usize..12, prop::option::of((0i32..70, 1i32..12)), any::<bool>()).prop_map(
            |(years, late, gap, known)| {
                let mut level: i32 = 450;
                let (mut polyarchy, mut regime, mut elections) = (Vec::new(), Vec::new(), Vec::new());
                for (at, (change, calm, missing, held, winners_took_office)) in years.into_iter().enumerate() {
                    level = (level + if calm < 6 { change / 10 } else { change }).clamp(5, 950);
                    let absent = at < late || missing == 0 || gap.is_some_and(|(from, n)| (from..from + n).contains(&(at as i32)));
                    polyarchy.push(if absent { f64::NAN } else { f64::from(level) / 1000.0 });
                    regime.push((!absent).then_some((level / 240).min(3) as u8));
                    elections.push(Election { held, winners_took_office });
                }
                let gaps = gap.map(|(from, n)| (1900 + from)..=(1900 + from + n - 1)).into_iter().collect();
                let coding_end = 1900 + polyarchy.len() as i32 - 1;
                let elections = if known { Elections::Known(elections) } else { Elections::Unknown };
                Series { first_year: 1900, polyarchy, regime, elections, coding_end, gaps }
            },
        )
    }

    fn parameters() -> impl Strategy<Value = Parameters> {
        (1u8..40, 20u8..200, 5u8..80, 20u8..200, 0usize..8, any::<bool>()).prop_map(|(start, cum, turn, cum_turn, tolerance, strict)| {
            let thousandths = |v: u8| f64::from(v) / 1000.0;
            Parameters {
                start_incl: thousandths(start),
                cum_incl: thousandths(cum),
                year_turn: thousandths(turn),
                cum_turn: thousandths(cum_turn),
                tolerance,
                strict,
            }
        })
    }

    proptest! {
        #[test]
        fn episodes_of_a_direction_do_not_overlap_and_hold_no_missing_year(s in series(), p in parameters()) {
            let found = episodes(&s, &p);
            for direction in Direction::ALL {
                let spans: Vec<_> = found.episodes.iter().filter(|e| e.direction == direction).map(|e| (e.start, e.end)).collect();
                prop_assert!(spans.iter().all(|(start, end)| start <= end));
                prop_assert!(spans.windows(2).all(|w| w[0].1 < w[1].0));
            }
            for e in &found.episodes {
                let years = (e.pre_year() - 1900) as usize..=(e.end - 1900) as usize;
                prop_assert!(s.polyarchy[years].iter().all(|v| !v.is_nan()));
            }
        }

        #[test]
        fn an_episode_begins_and_ends_with_a_change_and_is_manifest(s in series(), p in parameters()) {
            for e in episodes(&s, &p).episodes {
                let at = |year: i32| (year - s.first_year) as usize;
                let change = |year: i32| f64::from(e.direction.sign()) * (s.polyarchy[at(year)] - s.polyarchy[at(year) - 1]);
                prop_assert!(change(e.start) >= p.start_incl);
                if !matches!(e.termination, Some(Termination::Censored) | None) {
                    prop_assert!(change(e.end) >= p.start_incl);
                }
                // the pause after the last change belongs to what has to be manifest
                let until = (at(e.end) + p.tolerance).min(s.len() - 1);
                let values = s.polyarchy[at(e.pre_year())..=until].iter().filter(|v| !v.is_nan());
                let (low, high) = values.fold((f64::INFINITY, 0.0f64), |(l, h), v| (l.min(*v), h.max(*v)));
                prop_assert!(high - low >= p.cum_incl);
                prop_assert_eq!(e.censored(), e.termination == Some(Termination::Censored));
            }
        }

        #[test]
        fn another_calendar_changes_years_alone(s in series(), p in parameters(), by in -300i32..300) {
            let mut moved = s.clone();
            moved.first_year += by;
            moved.coding_end += by;
            moved.gaps = s.gaps.iter().map(|g| g.start() + by..=g.end() + by).collect();
            let back: Vec<Episode> =
                episodes(&moved, &p).episodes.into_iter().map(|e| Episode { start: e.start - by, end: e.end - by, ..e }).collect();
            prop_assert_eq!(back, episodes(&s, &p).episodes);
        }

        #[test]
        fn years_before_the_first_value_change_nothing(s in series(), p in parameters(), years in 1usize..30) {
            let lead = |n| std::iter::repeat_n(f64::NAN, n);
            let mut longer = s.clone();
            longer.first_year -= years as i32;
            longer.polyarchy = lead(years).chain(s.polyarchy.iter().copied()).collect();
            longer.regime = std::iter::repeat_n(None, years).chain(s.regime.iter().copied()).collect();
            if let Elections::Known(known) = &mut longer.elections {
                known.splice(0..0, std::iter::repeat_n(Election::default(), years));
            }
            let (longer, own) = (episodes(&longer, &p), episodes(&s, &p));
            prop_assert_eq!(&longer.regimes[years..], &own.regimes[..]);
            prop_assert_eq!(longer.episodes, own.episodes);
        }

        #[test]
        fn without_regimes_a_mirrored_series_has_mirrored_episodes(s in series(), p in parameters()) {
            let plain = Series { regime: vec![None; s.polyarchy.len()], ..s };
            let mirrored = Series { polyarchy: plain.polyarchy.iter().map(|v| -v).collect(), ..plain.clone() };
            let spans = |s: &Series, direction| -> Vec<_> {
                let found = episodes(s, &p).episodes.into_iter().filter(|e| e.direction == direction);
                found.map(|e| (e.start, e.end, e.termination)).collect()
            };
            prop_assert_eq!(spans(&plain, Direction::Autocratization), spans(&mirrored, Direction::Democratization));
            prop_assert_eq!(spans(&plain, Direction::Democratization), spans(&mirrored, Direction::Autocratization));
        }

        #[test]
        fn asking_for_more_change_finds_a_subset(s in series(), p in parameters(), more in 1u8..100) {
            let stricter = Parameters { cum_incl: p.cum_incl + f64::from(more) / 1000.0, ..p };
            let found = episodes(&s, &p).episodes;
            // whether an episode hangs on elections may differ; that it is there may not
            let known = matches!(s.elections, Elections::Known(_));
            for e in episodes(&s, &stricter).episodes {
                let there = found.iter().any(|f| Episode { assumed: e.assumed, ..*f } == e);
                prop_assert!(there);
                prop_assert!(!known || !e.assumed);
            }
        }

        #[test]
        fn spells_partition_the_coded_years_and_change_kind_or_follow_a_gap(s in series(), p in parameters()) {
            let regimes = episodes(&s, &p).regimes;
            prop_assert_eq!(regimes.len(), s.len());
            for (t, year) in regimes.iter().enumerate() {
                prop_assert_eq!(year.spell.is_some(), year.kind.is_some());
                if let Some((start, end)) = year.spell {
                    prop_assert!((start..=end).contains(&s.year(t)));
                }
                if t > 0 && year.spell.is_some() && regimes[t - 1].spell.is_some() && year.spell != regimes[t - 1].spell {
                    prop_assert!(year.transition.is_some_and(|v| v != 0) || s.gaps.iter().any(|g| g.end() + 1 == s.year(t)));
                }
            }
        }
    }

    #[test]
    fn lists_of_different_length_and_no_years_are_read_as_far_as_they_go() {
        let none = Series {
            first_year: 1900,
            polyarchy: vec![],
            regime: vec![Some(1)],
            elections: Elections::Known(vec![]),
            coding_end: 1800,
            gaps: vec![],
        };
        assert!(episodes(&none, &Parameters::default()).episodes.is_empty());
        let short = Series { polyarchy: vec![0.9, 0.8, 0.1], regime: vec![Some(3), Some(2), Some(0), Some(3)], coding_end: 1902, ..none };
        let found = episodes(&short, &Parameters::default());
        assert_eq!(found.regimes.len(), 3);
        assert_eq!(found.episodes.len(), 1);
    }

    #[test]
    fn strict_ends_an_autocratization_at_liberal_democracy() {
        // the class rises into liberal democracy in a year in which polyarchy stands still
        let series = Series {
            first_year: 2000,
            polyarchy: vec![0.85, 0.80, 0.74, 0.74, 0.74, 0.74, 0.74, 0.74, 0.74],
            regime: [3, 3, 2, 3, 3, 3, 3, 3, 3].map(Some).to_vec(),
            elections: Elections::Unknown,
            coding_end: 2008,
            gaps: vec![],
        };
        let ending = |strict| episodes(&series, &Parameters { strict, ..Parameters::default() }).episodes[0].termination;
        assert_eq!((ending(false), ending(true)), (Some(Termination::Stasis), Some(Termination::RegimeChange)));
    }
}
