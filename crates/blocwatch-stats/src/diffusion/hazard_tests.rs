use super::*;
use proptest::prelude::*;

/// A number in 0 to 1 from two, the same in any language: so that the made-up data below can be made elsewhere.
fn hashed(i: u32, k: u32) -> f64 {
    let mut z = i.wrapping_mul(2_654_435_761).wrapping_add(k.wrapping_mul(2_246_822_519));
    z ^= z >> 15;
    z = z.wrapping_mul(2_246_822_519);
    z ^= z >> 13;
    z = z.wrapping_mul(3_266_489_917);
    z ^= z >> 16;
    f64::from(z) / 4_294_967_296.0
}

struct MadeUp {
    adopts: Vec<bool>,
    columns: [Vec<f64>; 3],
    unit: Vec<u32>,
    item: Vec<u32>,
}

/// 2,000 rows of 40 units and 25 items, whose effects are not among the columns.
fn made_up() -> MadeUp {
    let n = 2000u32;
    let columns: [Vec<f64>; 3] = [
        (0..n).map(|i| hashed(i, 1)).collect(),
        (0..n).map(|i| (1.0 + (20.0 * hashed(i, 2)).floor()).ln()).collect(),
        (0..n).map(|i| f64::from(u8::from(hashed(i % 40, 3) < 0.4))).collect(),
    ];
    let adopts = (0..n)
        .map(|i| {
            let effects = hashed(i % 40, 4) - 0.5 + hashed((i / 40) % 25 + 1000, 4) - 0.5;
            let row = i as usize;
            let eta = -2.0 + 1.5 * columns[0][row] - 0.4 * columns[1][row] + 0.5 * columns[2][row] + effects;
            hashed(i, 5) < 1.0 / (1.0 + (-eta).exp())
        })
        .collect();
    MadeUp { adopts, columns, unit: (0..n).map(|i| i % 40).collect(), item: (0..n).map(|i| (i / 40) % 25).collect() }
}

fn close(got: impl Iterator<Item = f64>, expected: &[f64], what: &str) {
    let got: Vec<f64> = got.collect();
    assert_eq!(got.len(), expected.len());
    for (g, e) in got.iter().zip(expected) {
        assert!((g - e).abs() < 1e-8, "{what}: {got:?} is not {expected:?}");
    }
}

/// Expected numbers: statsmodels 0.14 (`GLM`, binomial, links `Logit` and `CLogLog`, tol=1e-14) on the same data made in Python;
/// clustered errors by numpy from its scores and expected information with factor G/(G−1), which for the logit equals its
/// `cov_type="cluster"` but for its factor (n−1)/(n−k).
#[test]
fn both_links_and_all_errors_are_those_of_statsmodels() {
    let data = made_up();
    assert_eq!(data.adopts.iter().filter(|a| **a).count(), 295);
    let columns = [("a", &data.columns[0][..]), ("b", &data.columns[1][..]), ("c", &data.columns[2][..])];
    for (link, estimates, independent, by_unit, by_both, ln) in EXPECTED {
        let fitted = |clusters: &[&[u32]]| fit(&Model { link: *link, adopts: &data.adopts, columns: &columns, clusters }).unwrap().unwrap();
        let (plain, one, two) = (fitted(&[]), fitted(&[&data.unit]), fitted(&[&data.unit, &data.item]));
        close(plain.terms.iter().map(|t| t.estimate), estimates, "estimates");
        close(plain.terms.iter().map(|t| t.se), independent, "errors of independent rows");
        close(one.terms.iter().map(|t| t.se), by_unit, "errors by unit");
        close(two.terms.iter().map(|t| t.se), by_both, "errors by unit and item");
        close(std::iter::once(two.log_likelihood), &[*ln], "log-likelihood");
        assert_eq!((one.clusters, two.clusters, two.mended), (vec![40], vec![40, 25], false));
    }
}

#[test]
fn separation_is_named_and_not_followed() {
    for link in [Link::Logit, Link::Cloglog] {
        // whoever has the first column adopts: the rest is open
        let x: Vec<f64> = (0..400).map(|i| f64::from(u8::from(i % 4 == 0))).collect();
        let noise: Vec<f64> = (0..400).map(|i| hashed(i, 9)).collect();
        let some: Vec<bool> = (0..400).map(|i| i % 4 == 0 || hashed(i, 8) < 0.3).collect();
        let quasi = fit(&Model { link, adopts: &some, columns: &[("noise", &noise), ("seal", &x)], clusters: &[] }).unwrap();
        assert_eq!(quasi, Err(Absent::Separated(vec!["seal".to_owned()])), "{link:?}");
        // and nobody else does: complete
        let all: Vec<bool> = (0..400).map(|i| i % 4 == 0).collect();
        let complete = fit(&Model { link, adopts: &all, columns: &[("seal", &x)], clusters: &[] }).unwrap();
        assert_eq!(complete, Err(Absent::Separated(vec!["seal".to_owned()])), "{link:?}");
        // nobody with the column adopts
        let none: Vec<bool> = (0..400).map(|i| i % 4 != 0 && hashed(i, 8) < 0.3).collect();
        let never = fit(&Model { link, adopts: &none, columns: &[("noise", &noise), ("seal", &x)], clusters: &[] }).unwrap();
        assert_eq!(never, Err(Absent::Separated(vec!["seal".to_owned()])), "{link:?}");
        // a rare event that is not separated is fitted
        let rare: Vec<bool> = (0..400).map(|i| i % 97 == 0 || i % 181 == 3).collect();
        let fitted = fit(&Model { link, adopts: &rare, columns: &[("noise", &noise)], clusters: &[] }).unwrap();
        assert!(fitted.is_ok_and(|f| f.steps < 15), "{link:?}");
    }
}

#[test]
fn what_data_do_not_determine_is_said() {
    let adopts = [true, false, true, false, false, true];
    let a = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0];
    let twice = a.map(|v| 2.0 * v - 1.0);
    let model = |adopts: &'static [bool], columns: &'static [(&'static str, &'static [f64])]| Model {
        link: Link::Logit,
        adopts,
        columns,
        clusters: &[],
    };
    let columns = [("a", &a[..]), ("twice", &twice[..])];
    let collinear = fit(&Model { link: Link::Logit, adopts: &adopts, columns: &columns, clusters: &[] }).unwrap();
    assert_eq!(collinear, Err(Absent::Collinear("twice".to_owned())));
    assert_eq!(fit(&model(&[true, false], &[("same", &[3.0, 3.0])])).unwrap(), Err(Absent::Collinear("same".to_owned())));
    assert_eq!(fit(&model(&[true, true], &[])).unwrap(), Err(Absent::NoVariation));
    assert_eq!(fit(&model(&[], &[])).unwrap(), Err(Absent::NoVariation));
    let one = Model { link: Link::Logit, adopts: &adopts, columns: &columns[..1], clusters: &[&[7, 7, 7, 7, 7, 7]] };
    assert_eq!(fit(&one).unwrap(), Err(Absent::FewClusters));
    assert!(matches!(fit(&model(&[true, false], &[("x", &[1.0])])), Err(DiffusionError::Length { got: 1, expected: 2, .. })));
    assert!(matches!(fit(&model(&[true, false], &[("x", &[1.0, f64::NAN])])), Err(DiffusionError::Value { row: 1, .. })));
    let three: &[&[u32]] = &[&[1; 6], &[2; 6], &[3; 6]];
    assert!(matches!(
        fit(&Model { link: Link::Logit, adopts: &adopts, columns: &columns[..1], clusters: three }),
        Err(DiffusionError::Clusters(3))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What a binary column does in a logit is the log of the odds ratio of its two-by-two table; in a cloglog the difference of
    /// ln(−ln(1−p)).
    #[test]
    fn a_binary_column_gives_the_two_by_two_table(a in 1u32..40, b in 1u32..40, c in 1u32..40, d in 1u32..40) {
        let mut adopts = Vec::new();
        let mut x = Vec::new();
        for (n, y, v) in [(a, true, 1.0), (b, false, 1.0), (c, true, 0.0), (d, false, 0.0)] {
            adopts.extend(std::iter::repeat_n(y, n as usize));
            x.extend(std::iter::repeat_n(v, n as usize));
        }
        let share = |y: u32, n: u32| f64::from(y) / f64::from(y + n);
        let fitted = |link| fit(&Model { link, adopts: &adopts, columns: &[("x", &x)], clusters: &[] }).unwrap().unwrap();
        let logit = fitted(Link::Logit);
        let odds = (f64::from(a) * f64::from(d) / (f64::from(b) * f64::from(c))).ln();
        prop_assert!((logit.terms[1].estimate - odds).abs() < 1e-7);
        let se = (1.0 / f64::from(a) + 1.0 / f64::from(b) + 1.0 / f64::from(c) + 1.0 / f64::from(d)).sqrt();
        prop_assert!((logit.terms[1].se - se).abs() < 1e-7);
        let eta = |y, n| (-(1.0 - share(y, n)).ln()).ln();
        prop_assert!((fitted(Link::Cloglog).terms[1].estimate - (eta(a, b) - eta(c, d))).abs() < 1e-7);
    }

    /// With every row its own cluster, twice the same set of clusters is that set.
    #[test]
    fn a_set_of_clusters_taken_twice_is_that_set(seed in 0u32..50) {
        let n = 200u32;
        let x: Vec<f64> = (0..n).map(|i| hashed(i + 1000 * seed, 1)).collect();
        let adopts: Vec<bool> = (0..n).map(|i| hashed(i + 1000 * seed, 2) < 0.2 + 0.3 * x[i as usize]).collect();
        let unit: Vec<u32> = (0..n).map(|i| i % 17).collect();
        let se = |clusters: &[&[u32]]| {
            let fitted = fit(&Model { link: Link::Logit, adopts: &adopts, columns: &[("x", &x)], clusters });
            fitted.unwrap().unwrap().terms.iter().map(|t| t.se).collect::<Vec<_>>()
        };
        for (one, two) in se(&[&unit]).iter().zip(se(&[&unit, &unit])) {
            prop_assert!((one - two).abs() < 1e-9);
        }
    }
}

/// Link, estimates, errors of independent rows, by unit, by unit and item, log-likelihood.
type Expected = (Link, [f64; 4], [f64; 4], [f64; 4], [f64; 4], f64);

const EXPECTED: &[Expected] = &[
    (
        Link::Logit,
        [-1.944001104496, 1.255493784016, -0.397219760376, 0.57897013971],
        [0.215519449258, 0.231369694133, 0.073668241429, 0.131305323461],
        [0.159044043508, 0.184400617218, 0.063921925142, 0.146081851482],
        [0.227199431592, 0.225296590387, 0.06887792795, 0.145038860992],
        -798.0307799918457,
    ),
    (
        Link::Cloglog,
        [-2.04062235372, 1.148842508997, -0.351667941912, 0.526157611329],
        [0.196385752732, 0.210681399701, 0.064905233442, 0.120028493489],
        [0.144906685626, 0.167433298274, 0.056826833854, 0.133308272979],
        [0.20845165412, 0.212872544746, 0.060172590046, 0.132666107309],
        -798.2434603750394,
    ),
];
