//! What passages and pairs are, and who came first.
//!
//! What belongs here: kinds and directions, from dates, quotation marks and third documents. What does not: how sure a pair is (`judge`).
//!
//! A third document explains a passage if it is earlier than both and shares the passage with both. Only documents that share something
//! with both ends can do so; what lies further off in the same cluster says nothing about these two, so that a comparison of two sets
//! judges its pairs as the comparison of all would.

use std::collections::BTreeMap;
use std::ops::Range;

use blocwatch_core::time::FuzzyDate;
use blocwatch_stats::parallel;

use super::cluster::mostly_over;
use super::{Corpus, Direction, Kind, Pair, Passage, Settings};

/// Fills in the kinds of passages and pairs, and the directions.
pub(super) fn finish<C: Corpus + ?Sized>(corpus: &C, settings: &Settings, pairs: &mut [Pair]) {
    let date = |document: usize| corpus.meta(document).date.as_ref();
    let earlier = |a: usize, b: usize| direction(date(a), date(b)) == Some(Direction::FromAToB);
    let is_model = |document: usize| settings.models.contains(&document);
    let thirds = Thirds::of(pairs);
    let kinds = parallel::map_on(
        settings.threads,
        pairs.len(),
        || (),
        |(), i| {
            let pair = &pairs[i];
            let model = is_model(pair.a) || is_model(pair.b);
            let of = |passage: &Passage| match kind(passage.weight, passage.identical, passage.kind == Kind::Quotation, model) {
                Kind::Copy if thirds.explain(pair, passage, &earlier) => Kind::CommonAncestor,
                kind => kind,
            };
            pair.passages.iter().map(of).collect::<Vec<_>>()
        },
    );
    for (pair, kinds) in pairs.iter_mut().zip(kinds) {
        pair.direction = direction(date(pair.a), date(pair.b));
        let mut by_kind = [0u64; 4];
        for (passage, kind) in pair.passages.iter_mut().zip(kinds) {
            passage.kind = kind;
            by_kind[kind as usize] += u64::from(passage.identical);
        }
        // the kind that most shared words have; of equals the plainest
        let kinds = [Kind::Copy, Kind::CommonAncestor, Kind::Quotation, Kind::Boilerplate];
        pair.kind = kinds.into_iter().rev().max_by_key(|k| by_kind[*k as usize]).unwrap_or(Kind::Copy);
        if pair.passages.is_empty() {
            pair.kind = Kind::Boilerplate;
        }
    }
}

/// Which pairs have passages, by either document and then by the other.
struct Thirds<'p> {
    sharing: BTreeMap<usize, BTreeMap<usize, &'p Pair>>,
}

impl<'p> Thirds<'p> {
    fn of(pairs: &'p [Pair]) -> Self {
        let mut sharing: BTreeMap<usize, BTreeMap<usize, &Pair>> = BTreeMap::new();
        for pair in pairs.iter().filter(|p| !p.passages.is_empty()) {
            sharing.entry(pair.a).or_default().insert(pair.b, pair);
            sharing.entry(pair.b).or_default().insert(pair.a, pair);
        }
        Self { sharing }
    }

    /// Whether both have a passage from one document that is earlier than both.
    fn explain(&self, pair: &Pair, passage: &Passage, earlier: &dyn Fn(usize, usize) -> bool) -> bool {
        let (Some(a), Some(b)) = (self.sharing.get(&pair.a), self.sharing.get(&pair.b)) else { return false };
        // what the two share beyond what each has of the third one did not come from it
        let has_all = |with: &BTreeMap<usize, &Pair>, third: usize, document: usize, stretch: &Range<usize>| {
            with.get(&third).is_some_and(|p| f64::from(passage.identical) <= 1.05 * f64::from(shared_at(p, document, stretch)))
        };
        let explains = |third: usize| {
            earlier(third, pair.a)
                && earlier(third, pair.b)
                && has_all(a, third, pair.a, &passage.a)
                && has_all(b, third, pair.b, &passage.b)
        };
        let fewer = if a.len() <= b.len() { a } else { b };
        fewer.keys().any(|third| explains(*third))
    }
}

/// Equal words of the passages of a pair that lie over a stretch of one of its documents.
fn shared_at(pair: &Pair, document: usize, stretch: &Range<usize>) -> u32 {
    let place = |p: &Passage| if document == pair.a { p.a.clone() } else { p.b.clone() };
    pair.passages.iter().filter(|p| mostly_over(&place(p), stretch)).map(|p| p.identical).sum()
}

/// Who is earlier, if the dates say so in every reading of them.
pub(super) fn direction(a: Option<&FuzzyDate>, b: Option<&FuzzyDate>) -> Option<Direction> {
    let (a, b) = (a?, b?);
    // a date said to be approximate puts nothing in order
    if a.approximate() || b.approximate() {
        return None;
    }
    if a.last_day() < b.first_day() {
        Some(Direction::FromAToB)
    } else if b.last_day() < a.first_day() {
        Some(Direction::FromBToA)
    } else {
        None
    }
}

/// What a passage is, without regard to third documents.
fn kind(weight: f64, identical: u32, quoted: bool, model: bool) -> Kind {
    if model || quoted {
        Kind::Quotation
    } else if weight < 0.25 && identical < 60 {
        Kind::Boilerplate
    } else {
        Kind::Copy
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_overlap_leave_the_direction_open() {
        let date = |text: &str| FuzzyDate::parse(text).ok();
        let of = |a, b| direction(date(a).as_ref(), date(b).as_ref());
        assert_eq!(of("2012", "2013-01-01"), Some(Direction::FromAToB));
        assert_eq!(of("2014", "2013-01-01"), Some(Direction::FromBToA));
        assert_eq!(of("2012", "2012-07-20"), None);
        assert_eq!(of("~2010", "2012-07-20"), None);
        assert_eq!(direction(None, date("2012").as_ref()), None);
    }
}
