//! Which passages are one text.
//!
//! What belongs here: passages of many pairs brought together by where they lie. What does not: what a passage is (`kinds`).

use std::collections::BTreeMap;
use std::ops::Range;

use blocwatch_core::time::FuzzyDate;

use super::kinds::direction;
use super::{Cluster, Corpus, Pair, Place};

/// Unites passages that lie over each other in a document, and gives them numbers in the order of their first places.
pub(super) fn cluster<C: Corpus + ?Sized>(corpus: &C, pairs: &mut [Pair]) -> Vec<Cluster> {
    // each passage is one place in two documents
    let mut places: Vec<(usize, Range<usize>, usize)> = Vec::new();
    let mut number = 0;
    for pair in pairs.iter() {
        for passage in &pair.passages {
            places.push((pair.a, passage.a.clone(), number));
            places.push((pair.b, passage.b.clone(), number));
            number += 1;
        }
    }
    places.sort_unstable_by_key(|(document, bytes, number)| (*document, bytes.start, bytes.end, *number));
    let mut sets = Sets::new(number);
    for of_document in places.chunk_by(|x, y| x.0 == y.0) {
        // places still open, each standing for one set
        let mut open: Vec<(&Range<usize>, usize)> = Vec::new();
        for (_, bytes, number) in of_document {
            open.retain(|(o, _)| o.end > bytes.start);
            let mut joined = false;
            for (o, other) in &open {
                if mostly_over(o, bytes) {
                    sets.join(*other, *number);
                    joined |= o.end >= bytes.end;
                }
            }
            if !joined {
                open.push((bytes, *number));
            }
        }
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    let mut members: Vec<Vec<Place>> = Vec::new();
    let mut number = 0;
    for pair in pairs.iter_mut() {
        for passage in &mut pair.passages {
            let fresh = numbers.len();
            passage.cluster = *numbers.entry(sets.find(number)).or_insert(fresh);
            members.resize_with(numbers.len(), Vec::new);
            members[passage.cluster].push(Place { document: pair.a, bytes: passage.a.clone() });
            members[passage.cluster].push(Place { document: pair.b, bytes: passage.b.clone() });
            number += 1;
        }
    }
    members.into_iter().map(|m| cluster_of(corpus, m)).collect()
}

fn cluster_of<C: Corpus + ?Sized>(corpus: &C, mut places: Vec<Place>) -> Cluster {
    places.sort_unstable_by_key(|p| (p.document, p.bytes.start, p.bytes.end));
    let mut members: Vec<Place> = Vec::new();
    for place in places {
        match members.last_mut() {
            Some(last) if last.document == place.document && last.bytes.end > place.bytes.start => {
                last.bytes.end = last.bytes.end.max(place.bytes.end)
            }
            _ => members.push(place),
        }
    }
    let date = |i: usize| corpus.meta(members[i].document).date.as_ref();
    // the one whose every reading is before all others', if all are dated
    let earliest = (0..members.len())
        .filter(|i| date(*i).is_some_and(|d| !d.approximate()))
        .min_by_key(|i| (date(*i).map(FuzzyDate::last_day), *i))
        .filter(|e| (0..members.len()).all(|i| members[i].document == members[*e].document || direction(date(*e), date(i)).is_some()));
    Cluster { members, earliest }
}

/// Whether two stretches of one document share more than half of the shorter one.
pub(super) fn mostly_over(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.end.min(b.end).saturating_sub(a.start.max(b.start)) * 2 > a.len().min(b.len())
}

/// Sets that grow together.
struct Sets(Vec<usize>);

impl Sets {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    /// The least member of the set of `i`.
    fn find(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, i: usize, j: usize) {
        let (i, j) = (self.find(i), self.find(j));
        // the least number stays at the root, so that the order of joining does not matter
        self.0[i.max(j)] = i.min(j);
    }
}
