//! Upper tails of sums of independent events of unequal probability (Poisson-binomial), exactly, many at a time.

/// Columns that are convolved at one go.
const AT_ONCE: usize = 8;
/// Sums that are made side by side, which the machine does faster.
const ABREAST: usize = 4;

/// Room for convolutions.
#[derive(Debug, Default)]
pub(super) struct Convolution {
    /// P(k) for k below the greatest count asked for, after [`AT_ONCE`] zeros.
    now: Vec<f64>,
    next: Vec<f64>,
}

impl Convolution {
    /// P(at least k) for k = 0 to `most` of a sum of independent events. What reaches `most` stays there: only sums of positive terms are
    /// made, so that small tails keep their digits, and nothing above `most` is computed.
    pub(super) fn tails(&mut self, mut p: impl Iterator<Item = f64>, most: usize) -> Vec<f64> {
        if most == 0 {
            return vec![1.0];
        }
        // what lies above `most` in the last block is never read: mass moves upwards only
        let room = AT_ONCE + most.next_multiple_of(ABREAST);
        for buffer in [&mut self.now, &mut self.next] {
            buffer.clear();
            buffer.resize(room, 0.0);
        }
        self.now[AT_ONCE] = 1.0;
        // the greatest count that can have come about so far, and how likely `most` has
        let (mut greatest, mut reached) = (0, 0.0);
        loop {
            let mut some = [0.0; AT_ONCE + 1];
            some[0] = 1.0;
            let mut taken = 0;
            for p in p.by_ref().take(AT_ONCE) {
                taken += 1;
                for k in (1..=taken).rev() {
                    some[k] = some[k] * (1.0 - p) + some[k - 1] * p;
                }
                some[0] *= 1.0 - p;
            }
            if taken == 0 {
                break;
            }
            greatest = (greatest + taken).min(most);
            // at least k of these
            let mut or_more = some;
            for k in (0..AT_ONCE).rev() {
                or_more[k] += or_more[k + 1];
            }
            let short_by = self.now[..AT_ONCE + most].iter().rev();
            reached += short_by.zip(&or_more[1..]).take(most).map(|(before, enough)| before * enough).sum::<f64>();
            let upto = (greatest + 1).min(most);
            let (sums, _) = self.next[AT_ONCE..].as_chunks_mut::<ABREAST>();
            for (block, sums) in sums.iter_mut().take(upto.div_ceil(ABREAST)).enumerate() {
                let window = &self.now[block * ABREAST..][..AT_ONCE + ABREAST];
                let mut made = [0.0; ABREAST];
                for (i, p) in some.iter().enumerate() {
                    for (made, before) in made.iter_mut().zip(&window[AT_ONCE - i..][..ABREAST]) {
                        *made += p * before;
                    }
                }
                *sums = made;
            }
            std::mem::swap(&mut self.now, &mut self.next);
        }
        let mut tail = vec![0.0; most + 1];
        tail[most] = reached.min(1.0);
        for k in (0..most).rev() {
            tail[k] = (tail[k + 1] + self.now[AT_ONCE + k]).min(1.0);
        }
        tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::majority;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn tails_equal_the_whole_convolution(p in prop::collection::vec(prop_oneof![0.0f64..=1.0, Just(0.0), Just(1.0), 0.0f64..1e-4], 0..130), most in 0usize..140) {
            let whole = majority::pmf(&p);
            let mut scratch = Convolution::default();
            // twice, to see that nothing is left over
            scratch.tails(p.iter().rev().copied(), most / 2);
            let tails = scratch.tails(p.iter().copied(), most);
            prop_assert_eq!(tails.len(), most + 1);
            for (k, got) in tails.iter().enumerate() {
                let expected: f64 = whole.iter().skip(k).rev().sum::<f64>().min(1.0);
                prop_assert!((got - expected).abs() <= 1e-11 * expected, "P(at least {k}): {got:e} is not {expected:e}");
            }
        }
    }
}
