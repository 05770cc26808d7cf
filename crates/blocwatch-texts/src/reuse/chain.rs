//! From matches of n-grams in a pair of documents to chains that one alignment can follow.

use super::align::Run;

/// Runs looked back at for the one to go on from.
const LOOK_BACK: usize = 64;

/// Joins matches that follow one another into runs of equal words. Matches are word numbers in both documents, in any order.
pub(super) fn runs(matches: &mut [(u32, u32)], ngram: u32, out: &mut Vec<Run>) {
    out.clear();
    // runs lie on diagonals of the matrix of words by words
    matches.sort_unstable_by_key(|(a, b)| (i64::from(*a) - i64::from(*b), *a));
    for &(a, b) in matches.iter() {
        match out.last_mut() {
            Some(run) if i64::from(run.a) - i64::from(run.b) == i64::from(a) - i64::from(b) && a <= run.a + run.length => {
                run.length = run.length.max(a + ngram - run.a);
            }
            _ => out.push(Run { a, b, length: ngram }),
        }
    }
    out.sort_unstable_by_key(|r| (r.a, r.b));
}

/// Chains of runs that rise on both sides with gaps of at most `gap` words, best first; each run is in one chain at most. Overlaps of
/// neighbours are cut off the later run.
pub(super) fn chains(runs: &[Run], gap: u32) -> Vec<Vec<Run>> {
    let mut score: Vec<f32> = Vec::with_capacity(runs.len());
    let mut before: Vec<Option<usize>> = Vec::with_capacity(runs.len());
    for (i, run) in runs.iter().enumerate() {
        let (mut best, mut from) = (run.length as f32, None);
        for j in (i.saturating_sub(LOOK_BACK)..i).rev() {
            let Some((overlap, gap_a, gap_b)) = follows(&runs[j], run) else { continue };
            if gap_a > gap || gap_b > gap {
                continue;
            }
            let cost = 0.05 * gap_a.max(gap_b) as f32 + 0.2 * gap_a.abs_diff(gap_b) as f32;
            let here = score[j] + (run.length - overlap) as f32 - cost;
            if here > best {
                (best, from) = (here, Some(j));
            }
        }
        score.push(best);
        before.push(from);
    }
    let mut ends: Vec<usize> = (0..runs.len()).collect();
    ends.sort_unstable_by(|i, j| score[*j].total_cmp(&score[*i]).then(i.cmp(j)));
    let mut used = vec![false; runs.len()];
    let mut out = Vec::new();
    for end in ends {
        let mut chain = Vec::new();
        let mut at = Some(end);
        while let Some(i) = at.filter(|i| !used[*i]) {
            used[i] = true;
            chain.push(runs[i]);
            at = before[i];
        }
        if chain.is_empty() {
            continue;
        }
        chain.reverse();
        let mut trimmed: Vec<Run> = Vec::with_capacity(chain.len());
        for run in chain {
            let over = trimmed.last().map_or(0, |l| (l.a + l.length).saturating_sub(run.a).max((l.b + l.length).saturating_sub(run.b)));
            // the run before may itself begin later than it did; nothing of this one may be left
            if over < run.length {
                trimmed.push(Run { a: run.a + over, b: run.b + over, length: run.length - over });
            }
        }
        out.push(trimmed);
    }
    out
}

/// Overlap and gaps between a run and a later one; `None` if nothing of the later one is left beyond the first on both sides.
fn follows(first: &Run, then: &Run) -> Option<(u32, u32, u32)> {
    let (end_a, end_b) = (first.a + first.length, first.b + first.length);
    if then.a <= first.a || then.b <= first.b {
        return None;
    }
    let overlap = end_a.saturating_sub(then.a).max(end_b.saturating_sub(then.b));
    (overlap < then.length).then(|| (overlap, (then.a + overlap) - end_a, (then.b + overlap) - end_b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn matches_in_a_row_are_one_run_and_a_gap_is_bridged() {
        let mut matches: Vec<(u32, u32)> = (0..10).map(|i| (i, i + 100)).chain((20..25).map(|i| (i, i + 103))).collect();
        let mut out = Vec::new();
        runs(&mut matches, 5, &mut out);
        assert_eq!(out, [Run { a: 0, b: 100, length: 14 }, Run { a: 20, b: 123, length: 9 }]);
        assert_eq!(chains(&out, 100).len(), 1);
        assert_eq!(chains(&out, 5).len(), 2);
    }

    proptest! {
        #[test]
        fn chains_rise_on_both_sides_and_use_no_run_twice(matches in prop::collection::btree_set((0u32..60, 0u32..60), 1..60)) {
            let mut matches: Vec<(u32, u32)> = matches.into_iter().collect();
            let mut all = Vec::new();
            runs(&mut matches, 3, &mut all);
            let chains = chains(&all, 20);
            prop_assert!(chains.iter().map(Vec::len).sum::<usize>() <= all.len());
            prop_assert!(chains.iter().all(|c| !c.is_empty()));
            for chain in chains {
                for two in chain.windows(2) {
                    prop_assert!(two[0].a + two[0].length <= two[1].a && two[0].b + two[0].length <= two[1].b);
                }
            }
        }
    }
}
