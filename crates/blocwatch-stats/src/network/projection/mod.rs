//! Networks that are projections, such as states by the organisations they share: which shared counts are more than membership in many
//! organisations makes likely.
//!
//! The stochastic degree sequence model (Neal 2014) asks how many organisations two states would share if each joined as many as it did
//! and each organisation had as many members as it has, on average. The probabilities of joining are those of the bipartite
//! configuration model (Saracco et al. 2015), p = x y / (1 + x y); the count shared is then Poisson-binomial, taken exactly. Degrees vary
//! in the model while the data's are given, so the test is conservative: where nothing is planted, far fewer pairs than the level says
//! are significant.

mod climb;
mod convolution;

use crate::joint::Memberships;
use crate::parallel;
use crate::random::Random;

use climb::{Climb, Side, joins};
use convolution::Convolution;

/// The bipartite configuration model of given memberships: how likely each row (state) is in each column (organisation). Rows of one degree
/// are alike, and columns of one degree, so probabilities are kept by degree.
#[derive(Debug, Clone, PartialEq)]
pub struct Configuration {
    /// Class of each row, and of each column.
    row_class: Vec<usize>,
    column_class: Vec<usize>,
    /// Columns in each class of columns.
    column_count: Vec<u32>,
    /// `probability[row class][column class]`.
    probability: Vec<Vec<f64>>,
}

/// The fit did not reach the degrees; the greatest difference is given.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("the configuration model does not reach the degrees: the greatest difference is {0}")]
pub struct NotFitted(pub f64);

impl Configuration {
    /// Fits both degree sequences.
    ///
    /// # Errors
    /// [`NotFitted`], if the iteration does not settle.
    pub fn fit(memberships: &Memberships) -> Result<Self, NotFitted> {
        let (rows, columns) = memberships.degrees();
        let (row_degree, row_class, row_count) = classes(&rows);
        let (column_degree, column_class, column_count) = classes(&columns);
        let mut fit = Self { row_class, column_class, probability: vec![vec![0.0; column_degree.len()]; row_degree.len()], column_count };
        // Whoever is in nothing or in everything has no finite parameter. Take these off, lowering the others' degrees, until none is left.
        let (mut row_left, mut column_left) = (row_degree, column_degree);
        let (mut row_open, mut column_open) = (vec![true; row_left.len()], vec![true; column_left.len()]);
        loop {
            let of = |open: &[bool], count: &[u32]| open.iter().zip(count).filter(|(o, _)| **o).map(|(_, c)| *c).sum::<u32>();
            let (rows, columns) = (of(&row_open, &row_count), of(&column_open, &fit.column_count));
            if let Some(r) = (0..row_left.len()).find(|r| row_open[*r] && (row_left[*r] == 0 || row_left[*r] == columns)) {
                row_open[r] = false;
                let full = row_left[r] > 0;
                for c in (0..column_left.len()).filter(|c| column_open[*c]) {
                    fit.probability[r][c] = f64::from(u8::from(full));
                    column_left[c] -= if full { row_count[r] } else { 0 };
                }
            } else if let Some(c) = (0..column_left.len()).find(|c| column_open[*c] && (column_left[*c] == 0 || column_left[*c] == rows)) {
                column_open[c] = false;
                let full = column_left[c] > 0;
                for r in (0..row_left.len()).filter(|r| row_open[*r]) {
                    fit.probability[r][c] = f64::from(u8::from(full));
                    row_left[r] -= if full { fit.column_count[c] } else { 0 };
                }
            } else {
                break;
            }
        }
        let pick = |open: &[bool], degree: &[u32], count: &[u32]| -> Vec<(usize, f64, f64)> {
            (0..open.len()).filter(|i| open[*i]).map(|i| (i, f64::from(degree[i]), f64::from(count[i]))).collect()
        };
        fit.solve(&pick(&row_open, &row_left, &row_count), &pick(&column_open, &column_left, &fit.column_count))?;
        Ok(fit)
    }

    /// Solves for the open classes, each with its number, degree and count.
    fn solve(&mut self, rows: &[Side], columns: &[Side]) -> Result<(), NotFitted> {
        if rows.is_empty() || columns.is_empty() {
            return Ok(());
        }
        let mut fit = Climb::start(rows, columns);
        fit.climb()?;
        for (x, row) in fit.x.iter().zip(rows) {
            for (y, column) in fit.y.iter().zip(columns) {
                self.probability[row.0][column.0] = joins(*x, *y);
            }
        }
        Ok(())
    }

    /// How likely a row is in a column.
    pub fn probability(&self, row: usize, column: usize) -> f64 {
        self.probability[self.row_class[row]][self.column_class[column]]
    }

    /// Memberships drawn from the model.
    pub fn draw(&self, random: &mut Random) -> Memberships {
        let mut out = Memberships::new(self.row_class.len(), self.column_class.len());
        for (row, class) in self.row_class.iter().enumerate() {
            let p = &self.probability[*class];
            for (column, class) in self.column_class.iter().enumerate() {
                if random.uniform() < p[*class] {
                    out.join(row, column);
                }
            }
        }
        out
    }

    /// Sizes of the columns in memberships drawn from the model: how many rows of a group and how many of all are in each.
    ///
    /// # Panics
    /// If `group` has not one entry for each row.
    pub fn draw_sizes(&self, group: &[bool], random: &mut Random) -> Vec<(u32, u32)> {
        assert_eq!(group.len(), self.row_class.len(), "one entry for each row");
        let mut sizes = vec![(0, 0); self.column_class.len()];
        for (class, in_group) in self.row_class.iter().zip(group) {
            let p = &self.probability[*class];
            for (size, class) in sizes.iter_mut().zip(&self.column_class) {
                let joins = u32::from(random.uniform() < p[*class]);
                size.0 += joins * u32::from(*in_group);
                size.1 += joins;
            }
        }
        sizes
    }

    /// For every pair of rows `a < b` in order: how many columns they share, how many the model expects, and how likely the model shares
    /// at least as many (the upper tail, exact).
    ///
    /// # Panics
    /// If the memberships have other rows or columns than those fitted.
    pub fn shared(&self, memberships: &Memberships) -> Vec<Shared> {
        assert!(
            (memberships.states(), memberships.organisations()) == (self.row_class.len(), self.column_class.len()),
            "the memberships that the model was fitted to, or others of the same shape"
        );
        let pairs: Vec<_> = memberships.pairs(&[]).map(|p| (p.a, p.b, p.joint)).collect();
        // pairs of classes share a distribution, of which the tails are wanted up to the greatest count that any of them shares
        let classes = self.probability.len();
        let of = |a: u32, b: u32| {
            let (a, b) = (self.row_class[a as usize], self.row_class[b as usize]);
            a.min(b) * classes + a.max(b)
        };
        let mut most: Vec<Option<u32>> = vec![None; classes * classes];
        for (a, b, joint) in &pairs {
            let most = &mut most[of(*a, *b)];
            *most = (*most).max(Some(*joint));
        }
        let asked: Vec<(usize, usize)> = most.iter().enumerate().filter_map(|(i, most)| Some((i, (*most)? as usize))).collect();
        let made = parallel::map(asked.len(), Convolution::default, |scratch, i| {
            let (pair, most) = asked[i];
            self.tails(pair / classes, pair % classes, most, scratch)
        });
        let mut tails = vec![None; classes * classes];
        for ((pair, _), tail) in asked.iter().zip(&made) {
            tails[*pair] = Some(tail);
        }
        pairs
            .iter()
            .filter_map(|(a, b, joint)| {
                let (tail, expected) = tails[of(*a, *b)]?;
                Some(Shared { a: *a, b: *b, shared: *joint, expected: *expected, p: tail[*joint as usize] })
            })
            .collect()
    }

    /// P(at least k) for every k up to `most`, and the mean, of the number of columns that rows of two classes share.
    fn tails(&self, x: usize, y: usize, most: usize, scratch: &mut Convolution) -> (Vec<f64>, f64) {
        let both = || self.probability[x].iter().zip(&self.probability[y]).map(|(a, b)| a * b).zip(&self.column_count);
        let each = both().filter(|(p, _)| *p > 0.0).flat_map(|(p, count)| std::iter::repeat_n(p, *count as usize));
        (scratch.tails(each, most), both().map(|(p, count)| p * f64::from(*count)).sum())
    }
}

/// What two rows share, against the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shared {
    /// First row.
    pub a: u32,
    /// Second row.
    pub b: u32,
    /// Columns both are in.
    pub shared: u32,
    /// Columns the model expects both to be in.
    pub expected: f64,
    /// P(at least `shared`) in the model.
    pub p: f64,
}

/// Distinct degrees in order, the class of each item, and how many items each class has.
fn classes(degree: &[u32]) -> (Vec<u32>, Vec<usize>, Vec<u32>) {
    let mut distinct = degree.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let class: Vec<usize> = degree.iter().map(|d| distinct.partition_point(|other| other < d)).collect();
    let mut count = vec![0; distinct.len()];
    class.iter().for_each(|c| count[*c] += 1);
    (distinct, class, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn memberships() -> impl Strategy<Value = Memberships> {
        (1usize..12, 1usize..90).prop_flat_map(|(r, c)| {
            prop::collection::vec(any::<bool>(), r * c).prop_map(move |bits| {
                let mut m = Memberships::new(r, c);
                (0..r * c).filter(|i| bits[*i]).for_each(|i| m.join(i / c, i % c));
                m
            })
        })
    }

    proptest! {
        #[test]
        fn expected_degrees_are_the_observed_ones(m in memberships()) {
            let fit = Configuration::fit(&m).unwrap();
            let (rows, columns) = m.degrees();
            for (r, degree) in rows.iter().enumerate() {
                let expected: f64 = (0..columns.len()).map(|c| fit.probability(r, c)).sum();
                prop_assert!((expected - f64::from(*degree)).abs() < 1e-6);
            }
            for (c, degree) in columns.iter().enumerate() {
                let expected: f64 = (0..rows.len()).map(|r| fit.probability(r, c)).sum();
                prop_assert!((expected - f64::from(*degree)).abs() < 1e-6);
            }
        }

        #[test]
        fn tails_are_those_of_every_outcome(m in (2usize..5, 1usize..8).prop_flat_map(|(r, c)| prop::collection::vec(any::<bool>(), r * c).prop_map(move |bits| {
            let mut m = Memberships::new(r, c);
            (0..r * c).filter(|i| bits[*i]).for_each(|i| m.join(i / c, i % c));
            (m, c)
        }))) {
            let (m, columns) = m;
            let fit = Configuration::fit(&m).unwrap();
            for s in fit.shared(&m) {
                let p: Vec<f64> = (0..columns).map(|c| fit.probability(s.a as usize, c) * fit.probability(s.b as usize, c)).collect();
                let mut tail = 0.0;
                for outcome in 0u32..1 << columns {
                    if outcome.count_ones() >= s.shared {
                        tail += (0..columns).map(|c| if outcome >> c & 1 == 1 { p[c] } else { 1.0 - p[c] }).product::<f64>();
                    }
                }
                prop_assert!((s.p - tail).abs() < 1e-12, "{} is not {tail}", s.p);
                prop_assert!((s.expected - p.iter().sum::<f64>()).abs() < 1e-12);
                prop_assert_eq!(s.shared as usize, (0..columns).filter(|c| m.is_in(s.a as usize, *c) && m.is_in(s.b as usize, *c)).count());
            }
        }
    }

    #[test]
    fn full_and_empty_rows_and_columns_are_certain() {
        // a full and an empty row, and a full column: all that is left is even
        let mut m = Memberships::new(4, 4);
        (0..4).for_each(|c| m.join(0, c));
        for (r, c) in [(1, 0), (1, 1), (2, 0), (2, 2)] {
            m.join(r, c);
        }
        let fit = Configuration::fit(&m).unwrap();
        let p: Vec<f64> = (0..4).flat_map(|r| (0..4).map(move |c| (r, c))).map(|(r, c)| fit.probability(r, c)).collect();
        let half = 0.5;
        let expected = [1.0, 1.0, 1.0, 1.0, 1.0, half, half, 0.0, 1.0, half, half, 0.0, 0.0, 0.0, 0.0, 0.0];
        assert!(p.iter().zip(expected).all(|(p, e)| (p - e).abs() < 1e-7), "{p:?}");
    }

    /// A made-up network, whose model was also fitted in numpy (fixed point, to 1e-15) and convolved in fractions, without rounding; and
    /// the same tails by the refined normal approximation that the R package backbone takes, which errs most where little is shared.
    #[test]
    fn p_values_equal_an_exact_computation_elsewhere() {
        let mut m = Memberships::new(9, 14);
        for (r, c) in (0..9usize).flat_map(|r| (0..14usize).map(move |c| (r, c))) {
            if (7 * r * r + 3 * c * c + 5 * r * c + c) % 11 < 2 + r % 4 + c % 3 {
                m.join(r, c);
            }
        }
        assert_eq!(m.degrees(), (vec![7, 2, 3, 3, 4, 1, 4, 5, 5], vec![2, 2, 3, 1, 3, 5, 1, 5, 4, 0, 3, 3, 1, 1]));
        let shared = Configuration::fit(&m).unwrap().shared(&m);
        let expected = [
            (0, 1, 1, 0.7785366965136601, 1.3474734167317435, 0.7825209885765437),
            (0, 7, 5, 0.17209479661076188, 3.194593514103663, 0.17415443261019725),
            (1, 3, 0, 1.0, 0.6673118658302772, 0.963931762076886),
            (1, 8, 2, 0.2759401352288166, 1.0353008700355928, 0.2759625658601025),
            (2, 5, 1, 0.29974595896230594, 0.3440115749012423, 0.3008321808545823),
            (3, 6, 2, 0.3640886261908359, 1.2528779272318937, 0.36458758924060897),
            (7, 8, 2, 0.7517093078234833, 2.4045494523089905, 0.7522002605720486),
        ];
        for (a, b, count, p, mean, backbone) in expected {
            let s = shared.iter().find(|s| (s.a, s.b) == (a, b)).unwrap();
            assert_eq!(s.shared, count, "{a} {b}");
            assert!((s.p - p).abs() < 1e-12, "{a} {b}: {} is not {p}", s.p);
            assert!((s.expected - mean).abs() < 1e-12, "{a} {b}: {} is not {mean}", s.expected);
            assert!((s.p - backbone).abs() < 0.04, "{a} {b}: {} is far from {backbone}", s.p);
        }
    }

    #[test]
    fn the_test_holds_its_level() {
        // states that join by their own inclination and the body's size only
        let mut random = Random::new(2);
        let incline: Vec<f64> = (0..60).map(|_| random.normal()).collect();
        let size: Vec<f64> = (0..200).map(|_| random.normal() - 1.0).collect();
        let mut m = Memberships::new(60, 200);
        for (r, i) in incline.iter().enumerate() {
            for (c, s) in size.iter().enumerate() {
                if random.uniform() < 1.0 / (1.0 + (-i - s).exp()) {
                    m.join(r, c);
                }
            }
        }
        let fit = Configuration::fit(&m).unwrap();
        let share = |shared: &[Shared]| shared.iter().filter(|s| s.p < 0.05).count() as f64 / shared.len() as f64;
        // draws of the fitted model meet the level; the counts are whole, so a little below
        let drawn: Vec<f64> = (0..10).map(|i| share(&fit.shared(&fit.draw(&mut Random::stream(3, i))))).collect();
        let mean = drawn.iter().sum::<f64>() / 10.0;
        assert!((0.035..=0.055).contains(&mean), "{mean}");
        // data from which the degrees are taken keep well below it
        assert!(share(&fit.shared(&m)) < 0.02);
    }

    #[test]
    fn a_planted_club_is_found() {
        let mut random = Random::new(9);
        let mut m = Memberships::new(40, 150);
        for r in 0..40 {
            for c in 0..150 {
                if random.uniform() < if r < 8 && c < 20 { 0.9 } else { 0.1 } {
                    m.join(r, c);
                }
            }
        }
        let found: Vec<_> = Configuration::fit(&m).unwrap().shared(&m).into_iter().filter(|s| s.p < 0.01).map(|s| (s.a, s.b)).collect();
        let (inside, outside) = (found.iter().filter(|p| p.1 < 8).count(), found.iter().filter(|p| p.1 >= 8).count());
        assert!(inside >= 14 && outside <= 8, "{inside} of 28 pairs of the club, {outside} of 752 others");
    }
}
