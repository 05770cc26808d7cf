//! Alignment of words.
//!
//! What belongs here: the exact local alignment of Smith and Waterman, kept as the reference; and the alignment used at scale, which
//! chains shared n-grams, fills the gaps between them and extends beyond them. What does not: what a passage is worth.
//!
//! At scale a pair of equal words gains what it tells (`gain`, in bits) and every place set against another word or against nothing
//! loses a constant, so that agreement on `of the` neither holds a passage together nor stretches it.

/// Loss of a column of an alignment that is not a pair of equal words, in bits; smaller units lose in proportion.
const LOSS: f32 = 2.0;
/// Bits that an alignment may lose before it has ended.
const DROP: f32 = 32.0;
/// Longest stretch between shared n-grams that is aligned word by word, per side.
const FILL: usize = 64;
/// Words looked at in one step of an extension, and how far its two sides may shift against each other.
const STEP: usize = 48;
const BAND: usize = 16;

/// The best local alignment of two sequences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Local {
    /// Its score; 0 where nothing is equal.
    pub score: i32,
    /// Items of the first sequence that it spans.
    pub a: std::ops::Range<usize>,
    /// Items of the second sequence that it spans.
    pub b: std::ops::Range<usize>,
}

/// The best local alignment of two sequences with linear gaps (Smith & Waterman 1981), exact: all cells of the matrix, row by row, so
/// that memory grows with `b` alone. Of alignments with one score it gives the one that ends first.
///
/// ```
/// use blocwatch_texts::reuse::align::smith_waterman;
/// let best = smith_waterman(&[1, 2, 3, 9], &[7, 1, 2, 4, 3], 2, -1, -1);
/// assert_eq!((best.score, best.a, best.b), (5, 0..3, 1..5));
/// ```
pub fn smith_waterman(a: &[u32], b: &[u32], equal: i32, unequal: i32, gap: i32) -> Local {
    // score and beginning of the best alignment that ends in each cell of the row
    let mut row: Vec<(i32, usize, usize)> = (0..=b.len()).map(|j| (0, 0, j)).collect();
    let mut best = Local::default();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = (0, i, 0);
        row[0] = (0, i + 1, 0);
        for (j, y) in b.iter().enumerate() {
            let mut here = (diagonal.0 + if x == y { equal } else { unequal }, diagonal.1, diagonal.2);
            diagonal = row[j + 1];
            for before in [row[j], row[j + 1]] {
                if before.0 + gap > here.0 {
                    here = (before.0 + gap, before.1, before.2);
                }
            }
            if here.0 <= 0 {
                here = (0, i + 1, j + 1);
            }
            row[j + 1] = here;
            if here.0 > best.score {
                best = Local { score: here.0, a: here.1..i + 1, b: here.2..j + 1 };
            }
        }
    }
    best
}

/// Words of two documents that are compared, and what equal words are worth.
pub(super) struct Sides<'a> {
    pub(super) a: &'a [u32],
    pub(super) b: &'a [u32],
    /// Bits gained by a match of each word of `a`; none where it stands in a formula of drafting.
    pub(super) gain: &'a [f32],
    /// 1 for words; smaller for smaller units.
    pub(super) scale: f32,
}

impl Sides<'_> {
    /// What is lost between two neighbouring matches.
    pub(super) fn loss(&self, before: (u32, u32), after: (u32, u32)) -> f32 {
        let columns = (after.0 - before.0).max(after.1 - before.1) - 1;
        columns as f32 * LOSS * self.scale
    }
}

/// A stretch of equal words in both documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) length: u32,
}

/// Reusable memory.
#[derive(Default)]
pub(super) struct Work {
    score: Vec<f32>,
    from: Vec<u8>,
    steps: Vec<(u32, u32)>,
}

/// The alignment through the runs of a chain: pairs of equal words, rising on both sides, extended to both ends and filled between.
/// What lies between two runs but is too long to fill stays open.
pub(super) fn through(sides: &Sides<'_>, chain: &[Run], work: &mut Work) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let Some(first) = chain.first() else { return pairs };
    extend_left(sides, (first.a, first.b), work, &mut pairs);
    for run in chain {
        if let Some(&(a, b)) = pairs.last() {
            let (from_a, from_b) = (a as usize + 1, b as usize + 1);
            let (to_a, to_b) = (run.a as usize, run.b as usize);
            if from_a < to_a && from_b < to_b && to_a - from_a <= FILL && to_b - from_b <= FILL {
                best_path(sides, (from_a, from_b), (to_a - from_a, to_b - from_b), FILL, true, work);
                pairs.extend(work.steps.iter().rev());
            }
        }
        pairs.extend((0..run.length).map(|k| (run.a + k, run.b + k)));
    }
    if let Some(&(a, b)) = pairs.last() {
        extend_right(sides, (a + 1, b + 1), work, &mut pairs);
    }
    pairs
}

fn extend_right(sides: &Sides<'_>, mut from: (u32, u32), work: &mut Work, pairs: &mut Vec<(u32, u32)>) {
    loop {
        let (a, b) = (from.0 as usize, from.1 as usize);
        let size = (sides.a.len().saturating_sub(a).min(STEP), sides.b.len().saturating_sub(b).min(STEP));
        best_path(sides, (a, b), size, BAND, false, work);
        let Some(&(last_a, last_b)) = work.steps.first() else { return };
        pairs.extend(work.steps.iter().rev());
        // the text may go on where the match reached the far part of what was looked at
        if (last_a - from.0).max(last_b - from.1) < STEP as u32 / 2 {
            return;
        }
        from = (last_a + 1, last_b + 1);
    }
}

fn extend_left(sides: &Sides<'_>, before: (u32, u32), work: &mut Work, pairs: &mut Vec<(u32, u32)>) {
    // the same on both texts turned round
    let (a_end, b_end) = (before.0 as usize, before.1 as usize);
    let mut found = Vec::new();
    let (mut done_a, mut done_b) = (0usize, 0usize);
    loop {
        let reach = |done: usize, end: usize| (end - done).min(STEP);
        let (na, nb) = (reach(done_a, a_end), reach(done_b, b_end));
        let turn = |words: &[u32], end: usize, n: usize| words[end - n..end].iter().rev().copied().collect::<Vec<u32>>();
        let (a, b) = (turn(sides.a, a_end - done_a, na), turn(sides.b, b_end - done_b, nb));
        let gain: Vec<f32> = sides.gain[a_end - done_a - na..a_end - done_a].iter().rev().copied().collect();
        let turned = Sides { a: &a, b: &b, gain: &gain, scale: sides.scale };
        best_path(&turned, (0, 0), (na, nb), BAND, false, work);
        let Some(&(last_a, last_b)) = work.steps.first() else { break };
        found.extend(work.steps.iter().rev().map(|(i, j)| ((a_end - done_a) as u32 - 1 - i, (b_end - done_b) as u32 - 1 - j)));
        if (last_a.max(last_b) as usize) < STEP / 2 {
            break;
        }
        done_a += last_a as usize + 1;
        done_b += last_b as usize + 1;
    }
    pairs.extend(found.into_iter().rev());
}

/// The best path from the corner `from` through a rectangle of `size`: to its far corner if `whole`, else to wherever the score is
/// highest. Leaves its matches in `work.steps`, last first.
fn best_path(sides: &Sides<'_>, from: (usize, usize), size: (usize, usize), band: usize, whole: bool, work: &mut Work) {
    const STOP: u8 = 0;
    const MATCH: u8 = 1;
    const CHANGE: u8 = 2;
    const UP: u8 = 3;
    const LEFT: u8 = 4;
    work.steps.clear();
    let (rows, columns) = (size.0 + 1, size.1 + 1);
    if rows == 1 || columns == 1 {
        return;
    }
    let loss = LOSS * sides.scale;
    work.score.clear();
    work.score.resize(rows * columns, f32::NEG_INFINITY);
    work.from.clear();
    work.from.resize(rows * columns, STOP);
    work.score[0] = 0.0;
    let (mut best, mut end) = (0.0f32, 0usize);
    for i in 0..rows {
        let mut row_best = f32::NEG_INFINITY;
        for j in i.saturating_sub(band)..columns.min(i + band + 1) {
            let here = i * columns + j;
            if here > 0 {
                let mut score = f32::NEG_INFINITY;
                let mut way = STOP;
                if i > 0 && j > 0 {
                    let diagonal = work.score[here - columns - 1];
                    if sides.a[from.0 + i - 1] == sides.b[from.1 + j - 1] {
                        (score, way) = (diagonal + sides.gain[from.0 + i - 1], MATCH);
                    } else {
                        (score, way) = (diagonal - loss, CHANGE);
                    }
                }
                if i > 0 && work.score[here - columns] - loss > score {
                    (score, way) = (work.score[here - columns] - loss, UP);
                }
                if j > 0 && work.score[here - 1] - loss > score {
                    (score, way) = (work.score[here - 1] - loss, LEFT);
                }
                work.score[here] = score;
                work.from[here] = way;
            }
            row_best = row_best.max(work.score[here]);
            if work.score[here] > best {
                (best, end) = (work.score[here], here);
            }
        }
        if !whole && row_best < best - DROP {
            break;
        }
    }
    let mut here = if whole { rows * columns - 1 } else { end };
    if whole && work.score[here] == f32::NEG_INFINITY {
        return;
    }
    loop {
        let (i, j) = (here / columns, here % columns);
        match work.from[here] {
            MATCH => {
                work.steps.push(((from.0 + i - 1) as u32, (from.1 + j - 1) as u32));
                here -= columns + 1;
            }
            CHANGE => here -= columns + 1,
            UP => here -= columns,
            LEFT => here -= 1,
            _ => return,
        }
    }
}

/// Cuts an alignment where more is lost than [`DROP`] and trims each part to where its score is highest. Returns ranges of `pairs` with
/// their scores.
pub(super) fn stretches(sides: &Sides<'_>, pairs: &[(u32, u32)], max_gap: u32) -> Vec<(std::ops::Range<usize>, f32)> {
    let mut out = Vec::new();
    let mut from = 0;
    while from < pairs.len() {
        // from here on, the score of the part so far and the best end of it
        let (mut score, mut best, mut end) = (0.0f32, 0.0f32, from);
        let (mut begin, mut i) = (from, from);
        while i < pairs.len() {
            if i > begin {
                let (before, after) = (pairs[i - 1], pairs[i]);
                if (after.0 - before.0).max(after.1 - before.1) > max_gap {
                    break;
                }
                score -= sides.loss(before, after);
            }
            if score <= 0.0 && best <= 0.0 {
                (begin, score) = (i, 0.0);
            }
            score += sides.gain[pairs[i].0 as usize];
            i += 1;
            if score > best {
                (best, end) = (score, i);
            }
            // a part that has been lost altogether cannot help what follows
            if score < best - DROP || score <= 0.0 {
                break;
            }
        }
        if best > 0.0 {
            out.push((begin..end, best));
            from = end;
        } else {
            from = i.max(from + 1);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook's full matrix.
    fn full(a: &[u32], b: &[u32]) -> i32 {
        let mut m = vec![vec![0i32; b.len() + 1]; a.len() + 1];
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                let s = if a[i - 1] == b[j - 1] { 2 } else { -1 };
                m[i][j] = 0.max(m[i - 1][j - 1] + s).max(m[i - 1][j] - 1).max(m[i][j - 1] - 1);
            }
        }
        m.into_iter().flatten().max().unwrap()
    }

    proptest! {
        #[test]
        fn the_row_by_row_score_is_that_of_the_whole_matrix(a in prop::collection::vec(0u32..5, 0..40), b in prop::collection::vec(0u32..5, 0..40)) {
            let best = smith_waterman(&a, &b, 2, -1, -1);
            prop_assert_eq!(best.score, full(&a, &b));
            prop_assert_eq!(smith_waterman(&b, &a, 2, -1, -1).score, best.score);
            // what it spans has that score by itself
            prop_assert_eq!(full(&a[best.a], &b[best.b]), best.score);
        }

        #[test]
        fn an_alignment_pairs_equal_words_in_rising_order(a in prop::collection::vec(0u32..6, 8..120), b in prop::collection::vec(0u32..6, 8..120), at in 0usize..8, to in 0usize..8) {
            let mut b = b;
            b[to] = a[at];
            let gain = vec![3.0; a.len()];
            let sides = Sides { a: &a, b: &b, gain: &gain, scale: 1.0 };
            let pairs = through(&sides, &[Run { a: at as u32, b: to as u32, length: 1 }], &mut Work::default());
            prop_assert!(pairs.contains(&(at as u32, to as u32)));
            for two in pairs.windows(2) {
                prop_assert!(two[0].0 < two[1].0 && two[0].1 < two[1].1);
            }
            prop_assert!(pairs.iter().all(|(i, j)| a[*i as usize] == b[*j as usize]));
            let parts = stretches(&sides, &pairs, 100);
            prop_assert!(parts.windows(2).all(|w| w[0].0.end <= w[1].0.start));
            prop_assert!(parts.iter().all(|(range, score)| range.end > range.start && *score > 0.0));
        }
    }

    #[test]
    fn an_equal_text_is_aligned_from_one_match_to_both_ends() {
        let a: Vec<u32> = (0..500).collect();
        let gain = vec![4.0; 500];
        let sides = Sides { a: &a, b: &a, gain: &gain, scale: 1.0 };
        let pairs = through(&sides, &[Run { a: 250, b: 250, length: 5 }], &mut Work::default());
        assert_eq!(pairs, (0..500).map(|i| (i, i)).collect::<Vec<_>>());
        assert_eq!(stretches(&sides, &pairs, 100), [(0..500, 2000.0)]);
    }
}
