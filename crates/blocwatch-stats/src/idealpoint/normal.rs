//! The standard normal distribution, fast: what both estimators of ideal points evaluate for every vote in every round.
//!
//! What belongs here: the distribution function with its density from a table, and its inverse. Within six standard deviations the table
//! holds ten terms of the Taylor series around the middle of each sixteenth (relative error below 1e-13); beyond, `libm` computes.

use std::sync::LazyLock;

use crate::random::Random;

/// The table reaches from minus this to this.
const REACH: f64 = 6.0;
/// Cells a unit.
const FINE: f64 = 16.0;
/// Terms of the series.
const TERMS: usize = 10;
const INV_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

/// Distribution function and density of the standard normal distribution.
#[derive(Debug)]
pub(super) struct Normal {
    cells: Vec<[f64; TERMS]>,
}

static TABLE: LazyLock<Normal> = LazyLock::new(|| {
    let cells = (0..(2.0 * REACH * FINE) as usize).map(|i| series(-REACH + (i as f64 + 0.5) / FINE)).collect();
    Normal { cells }
});

/// Coefficients of the distribution function's Taylor series at a point.
fn series(x: f64) -> [f64; TERMS] {
    let mut out = [0.0; TERMS];
    out[0] = slow_cdf(x);
    // derivatives of the density are the density times Hermite polynomials with changing sign
    let (mut before, mut hermite, mut scale) = (0.0, 1.0, slow_pdf(x));
    for (k, c) in out.iter_mut().enumerate().skip(1) {
        scale /= k as f64;
        *c = if k % 2 == 1 { scale * hermite } else { -scale * hermite };
        let next = x * hermite - (k as f64 - 1.0) * before;
        (before, hermite) = (hermite, next);
    }
    out
}

fn slow_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

fn slow_pdf(x: f64) -> f64 {
    INV_SQRT_2PI * (-0.5 * x * x).exp()
}

impl Normal {
    /// The table, made at first use.
    pub(super) fn table() -> &'static Self {
        &TABLE
    }

    #[inline(always)]
    fn cell(&self, x: f64) -> Option<(&[f64; TERMS], f64)> {
        let place = (x + REACH) * FINE;
        // a negative place or none becomes 0 on the way to a whole number, so it is asked for first
        if place.is_nan() || place < 0.0 {
            return None;
        }
        let i = place as usize;
        Some((self.cells.get(i)?, (place - i as f64 - 0.5) * (1.0 / FINE)))
    }

    /// Probability of a value below `x`, with full relative precision in the lower tail.
    #[inline(always)]
    pub(super) fn cdf(&self, x: f64) -> f64 {
        let Some((c, d)) = self.cell(x) else { return slow_cdf(x) };
        c.iter().rev().fold(0.0, |sum, c| sum * d + c)
    }

    /// The same with the density at `x`.
    #[inline(always)]
    pub(super) fn cdf_pdf(&self, x: f64) -> (f64, f64) {
        let Some((c, d)) = self.cell(x) else { return (slow_cdf(x), slow_pdf(x)) };
        let (mut value, mut slope) = (c[TERMS - 1], 0.0);
        for c in c[..TERMS - 1].iter().rev() {
            slope = slope * d + value;
            value = value * d + c;
        }
        (value, slope)
    }
}

/// The value below which a share `p` of the distribution lies, to about sixteen digits (algorithm AS 241, Wichura 1988).
#[inline]
pub(super) fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(&CENTRE, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = (-tail.ln()).sqrt();
    let x = if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    if q < 0.0 { -x } else { x }
}

#[inline(always)]
fn ratio((above, below): &([f64; 8], [f64; 8]), r: f64) -> f64 {
    let at = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * r + c);
    at(above) / at(below)
}

const CENTRE: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);
const TAIL: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);
const FAR: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_104,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

/// A number strictly between 0 and 1.
#[inline(always)]
pub(super) fn open_uniform(random: &mut Random) -> f64 {
    random.uniform() + f64::EPSILON / 4.0
}

/// A number of the standard normal distribution.
#[inline]
pub(super) fn draw(random: &mut Random) -> f64 {
    quantile(open_uniform(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_distribution() {
        let table = Normal::table();
        for i in -90_000..=90_000 {
            let x = f64::from(i) / 10_000.0;
            let (p, d) = table.cdf_pdf(x);
            assert!((p / slow_cdf(x) - 1.0).abs() < 1e-13, "cdf of {x}: {p} is not {}", slow_cdf(x));
            assert!((d / slow_pdf(x) - 1.0).abs() < 1e-11, "pdf of {x}: {d} is not {}", slow_pdf(x));
            assert_eq!(table.cdf(x).to_bits(), p.to_bits());
        }
        assert_eq!((table.cdf(f64::NEG_INFINITY), table.cdf(f64::INFINITY)), (0.0, 1.0));
        assert!(table.cdf(-37.0) > 0.0 && table.cdf(f64::NAN).is_nan());
    }

    #[test]
    fn the_quantile_undoes_the_distribution() {
        for i in -80_000..=60_000 {
            let x = f64::from(i) / 10_000.0;
            // above 0 the share itself is rounded to 1e-16, which is worth more the farther out it is
            let tolerance = if x > 0.0 { 1e-14 + 2e-16 / slow_pdf(x) } else { 1e-12 };
            assert!((quantile(slow_cdf(x)) - x).abs() < tolerance, "{x}: {}", quantile(slow_cdf(x)));
        }
        assert_eq!((quantile(0.0), quantile(0.5), quantile(1.0)), (f64::NEG_INFINITY, 0.0, f64::INFINITY));
        // published check values of the algorithm
        assert!((quantile(0.25) + 0.674_489_750_196_081_7).abs() < 1e-15);
        assert!((quantile(0.001) + 3.090_232_306_167_813_5).abs() < 1e-14);
        assert!((quantile(1e-20) + 9.262_340_089_798_408).abs() < 1e-13);
    }
}
