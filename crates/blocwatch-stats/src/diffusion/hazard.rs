//! The discrete-time hazard model: whether a unit at risk adopts in a year, by logistic or complementary log-log regression, with errors
//! that allow rows of the same cluster to depend on one another.
//!
//! Estimation is by iteratively reweighted least squares (Fisher scoring) on standardised columns. Errors are clustered (Liang & Zeger
//! 1986, factor G/(G−1)), by one or two sets of clusters (Cameron, Gelbach & Miller 2011). Where a column tells adopters from others
//! without error the likelihood has no maximum: such separation is found and named, no number is given. Intervals are of the normal
//! distribution and too narrow where clusters are few (under forty or so).

use std::collections::HashMap;

use nalgebra::{Cholesky, DMatrix, DVector, SymmetricEigen};

use super::DiffusionError;
use crate::parallel;

/// How the probability of adopting depends on the linear predictor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Log odds.
    Logit,
    /// Complementary log-log: what a proportional hazard in continuous time looks like by years.
    Cloglog,
}

/// What is fitted. An intercept is always there.
#[derive(Debug, Clone)]
pub struct Model<'a> {
    /// Link.
    pub link: Link,
    /// Whether each row adopts.
    pub adopts: &'a [bool],
    /// Columns with their names.
    pub columns: &'a [(&'a str, &'a [f64])],
    /// None, one or two sets of clusters: the cluster of each row.
    pub clusters: &'a [&'a [u32]],
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Column; `(intercept)` for the constant.
    pub name: String,
    /// Change of the linear predictor by one unit of the column.
    pub estimate: f64,
    /// Standard error, robust to clusters where there are any.
    pub se: f64,
    /// Standard error if all rows were independent.
    pub se_independent: f64,
    /// Ends of the 95 % interval.
    pub interval: (f64, f64),
    /// Probability of an estimate as far from 0 if it were 0, two-sided.
    pub p: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The constant, then the columns.
    pub terms: Vec<Term>,
    /// Log-likelihood.
    pub log_likelihood: f64,
    /// Rows.
    pub rows: usize,
    /// Rows that adopt.
    pub events: usize,
    /// Clusters of each set.
    pub clusters: Vec<usize>,
    /// Whether the two-way covariance had to be moved to the nearest that is one: then errors are rough.
    pub mended: bool,
    /// Steps taken.
    pub steps: u32,
}

/// Why there is no fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absent {
    /// No row adopts, or all do.
    NoVariation,
    /// A column does not vary, or is a sum of others before it.
    Collinear(String),
    /// These columns tell those who adopt from those who do not without error in some direction.
    Separated(Vec<String>),
    /// Fewer than two clusters in a set.
    FewClusters,
    /// The search did not settle.
    Unsettled,
}

impl Absent {
    /// The reason in a few words.
    pub fn reason(&self) -> String {
        match self {
            Self::NoVariation => "all rows or none adopt".to_owned(),
            Self::Collinear(name) => format!("{name} does not vary or follows from the other columns"),
            Self::Separated(names) => format!("{} tells adopters from others without error", names.join(" with ")),
            Self::FewClusters => "fewer than two clusters".to_owned(),
            Self::Unsettled => "the search did not settle".to_owned(),
        }
    }
}

/// Rows that one thread takes at a time; fixed, so that sums do not depend on how many threads there are.
const CHUNK: usize = 16_384;
const MOST_STEPS: u32 = 60;

/// Fits a model.
///
/// # Errors
/// [`DiffusionError::Length`], [`DiffusionError::Value`], [`DiffusionError::Clusters`]: columns that do not fit each other. That data do not determine the model is no
/// error but an [`Absent`].
///
/// ```
/// use blocwatch_stats::diffusion::hazard::{Link, Model, fit};
/// // 1 of 4 adopts without, 3 of 4 with an adopting partner: odds 1/3 and 3
/// let adopts = [true, false, false, false, true, true, true, false];
/// let partner = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
/// let model = Model { link: Link::Logit, adopts: &adopts, columns: &[("partner", &partner)], clusters: &[] };
/// let fitted = fit(&model)?.expect("neither separated nor collinear");
/// assert!((fitted.terms[1].estimate - 9.0f64.ln()).abs() < 1e-9);
/// # Ok::<(), blocwatch_stats::diffusion::DiffusionError>(())
/// ```
pub fn fit(model: &Model<'_>) -> Result<std::result::Result<Fit, Absent>, DiffusionError> {
    let n = model.adopts.len();
    for (name, column) in model.columns {
        if column.len() != n {
            return Err(DiffusionError::Length { name: (*name).to_owned(), got: column.len(), expected: n });
        }
        if let Some(row) = column.iter().position(|v| !v.is_finite()) {
            return Err(DiffusionError::Value { name: (*name).to_owned(), row });
        }
    }
    if model.clusters.len() > 2 {
        return Err(DiffusionError::Clusters(model.clusters.len()));
    }
    for (set, clusters) in model.clusters.iter().enumerate() {
        if clusters.len() != n {
            return Err(DiffusionError::Length { name: format!("clusters {}", set + 1), got: clusters.len(), expected: n });
        }
    }
    Ok(fit_checked(model))
}

fn fit_checked(model: &Model<'_>) -> std::result::Result<Fit, Absent> {
    let n = model.adopts.len();
    let events = model.adopts.iter().filter(|a| **a).count();
    if events == 0 || events == n {
        return Err(Absent::NoVariation);
    }
    let design = Design::new(model)?;
    let k = design.scale.len() + 1;
    let mut beta = DVector::zeros(k);
    let share = events as f64 / n as f64;
    beta[0] = match model.link {
        Link::Logit => libm::log(share / (1.0 - share)),
        Link::Cloglog => libm::log(-libm::log1p(-share)),
    };
    let mut now = design.evaluate(&beta);
    let mut steps = 0;
    let information = loop {
        let Some(information) = Cholesky::new(now.information.clone()) else { return Err(design.separated(&beta)) };
        let step = information.solve(&now.score);
        if steps >= MOST_STEPS {
            return Err(Absent::Unsettled);
        }
        steps += 1;
        let (mut next, mut taken) = (design.evaluate(&(&beta + &step)), step.clone());
        let mut halvings = 0;
        while (next.log_likelihood.is_nan() || next.log_likelihood < now.log_likelihood - 1e-10 * now.log_likelihood.abs()) && halvings < 30
        {
            taken *= 0.5;
            next = design.evaluate(&(&beta + &taken));
            halvings += 1;
        }
        let rise = next.log_likelihood - now.log_likelihood;
        beta += &taken;
        now = next;
        let largest = taken.amax();
        if largest < 1e-9 * (1.0 + beta.amax()) {
            match Cholesky::new(now.information.clone()) {
                Some(information) => break information,
                None => return Err(design.separated(&beta)),
            }
        }
        // Newton's steps shrink by squares near a maximum; where there is none they stay near 1 while the likelihood no longer rises
        if steps > 10 && rise.abs() < 1e-7 * (1.0 + now.log_likelihood.abs()) && largest > 1e-2 {
            return Err(design.separated(&taken));
        }
    };
    let bread = information.inverse();
    let (robust, clusters, mended) = design.robust(model, &beta, &bread)?;
    let back = design.back();
    let estimates = &back * &beta;
    let independent = &back * &bread * back.transpose();
    let robust = &back * robust * back.transpose();
    let quantile = 1.959_963_984_540_054;
    let terms = (0..k)
        .map(|j| {
            let (estimate, se) = (estimates[j], robust[(j, j)].max(0.0).sqrt());
            Term {
                name: if j == 0 { "(intercept)".to_owned() } else { model.columns[j - 1].0.to_owned() },
                estimate,
                se,
                se_independent: independent[(j, j)].max(0.0).sqrt(),
                interval: (estimate - quantile * se, estimate + quantile * se),
                p: libm::erfc((estimate / se).abs() / std::f64::consts::SQRT_2),
            }
        })
        .collect();
    Ok(Fit { terms, log_likelihood: now.log_likelihood, rows: n, events, clusters, mended, steps })
}

/// Standardised columns.
struct Design<'a> {
    model: &'a Model<'a>,
    mean: Vec<f64>,
    scale: Vec<f64>,
}

/// The likelihood and its derivatives at some coefficients.
struct At {
    log_likelihood: f64,
    score: DVector<f64>,
    information: DMatrix<f64>,
}

/// One row: log-likelihood, derivative of it by the linear predictor, expected information on the predictor.
fn of_row(link: Link, eta: f64, adopts: bool) -> (f64, f64, f64) {
    match link {
        Link::Logit => {
            // ln(1 + e^-|eta|) is exact on both sides
            let small = libm::exp(-eta.abs());
            let tail = libm::log1p(small);
            let p = if eta >= 0.0 { 1.0 / (1.0 + small) } else { small / (1.0 + small) };
            let ln = if adopts == (eta >= 0.0) { -tail } else { -eta.abs() - tail };
            (ln, f64::from(u8::from(adopts)) - p, small / (1.0 + small).powi(2))
        }
        Link::Cloglog => {
            let hazard = libm::exp(eta.min(700.0));
            let p = -libm::expm1(-hazard);
            // d ln L / d eta: hazard·(1−p)/p for an adopter, −hazard for others
            let odds = if hazard < 1e-8 { 1.0 - hazard / 2.0 } else { hazard * libm::exp(-hazard) / p };
            if adopts {
                (if hazard < 1e-8 { eta - hazard / 2.0 } else { libm::log(p) }, odds, hazard * odds)
            } else {
                (-hazard, -hazard, hazard * odds)
            }
        }
    }
}

impl<'a> Design<'a> {
    fn new(model: &'a Model<'a>) -> std::result::Result<Self, Absent> {
        let n = model.adopts.len() as f64;
        let mean: Vec<f64> = model.columns.iter().map(|(_, c)| c.iter().sum::<f64>() / n).collect();
        let scale: Vec<f64> =
            model.columns.iter().zip(&mean).map(|((_, c), m)| (c.iter().map(|v| (v - m).powi(2)).sum::<f64>() / n).sqrt()).collect();
        for (j, (name, column)) in model.columns.iter().enumerate() {
            let largest = column.iter().fold(0.0, |a: f64, v| a.max(v.abs()));
            if scale[j] <= 1e-12 * largest || scale[j] == 0.0 {
                return Err(Absent::Collinear((*name).to_owned()));
            }
        }
        let k = scale.len();
        let correlation = DMatrix::from_fn(k, k, |a, b| {
            let (x, y) = (model.columns[a].1, model.columns[b].1);
            x.iter().zip(y).map(|(x, y)| (x - mean[a]) / scale[a] * ((y - mean[b]) / scale[b])).sum::<f64>() / n
        });
        for j in 1..=k {
            // the last diagonal element squared is the share of the column that the earlier ones leave
            let left = Cholesky::new(correlation.view((0, 0), (j, j)).into_owned()).map_or(0.0, |c| c.l_dirty()[(j - 1, j - 1)].powi(2));
            if left < 1e-9 {
                return Err(Absent::Collinear(model.columns[j - 1].0.to_owned()));
            }
        }
        Ok(Self { model, mean, scale })
    }

    fn row(&self, i: usize, into: &mut [f64]) {
        into[0] = 1.0;
        for (j, (_, column)) in self.model.columns.iter().enumerate() {
            into[j + 1] = (column[i] - self.mean[j]) / self.scale[j];
        }
    }

    fn evaluate(&self, beta: &DVector<f64>) -> At {
        let (n, k) = (self.model.adopts.len(), beta.len());
        let parts = parallel::map(
            n.div_ceil(CHUNK),
            || vec![0.0; k],
            |x, chunk| {
                let (mut ln, mut score, mut information) = (0.0, vec![0.0; k], vec![0.0; k * k]);
                for i in chunk * CHUNK..((chunk + 1) * CHUNK).min(n) {
                    self.row(i, x);
                    let eta: f64 = x.iter().zip(beta.iter()).map(|(x, b)| x * b).sum();
                    let (l, d, w) = of_row(self.model.link, eta, self.model.adopts[i]);
                    ln += l;
                    for a in 0..k {
                        score[a] += d * x[a];
                        let wx = w * x[a];
                        for b in 0..=a {
                            information[a * k + b] += wx * x[b];
                        }
                    }
                }
                (ln, score, information)
            },
        );
        let mut out = At { log_likelihood: 0.0, score: DVector::zeros(k), information: DMatrix::zeros(k, k) };
        for (ln, score, information) in parts {
            out.log_likelihood += ln;
            out.score += DVector::from_vec(score);
            out.information += DMatrix::from_row_slice(k, k, &information);
        }
        out.information.fill_upper_triangle_with_lower_triangle();
        out
    }

    /// The columns along which a search moves without end.
    fn separated(&self, direction: &DVector<f64>) -> Absent {
        let largest = direction.iter().skip(1).fold(0.0, |a: f64, v| a.max(v.abs()));
        let names = self.model.columns.iter().zip(direction.iter().skip(1)).filter(|(_, v)| v.abs() >= 0.1 * largest);
        Absent::Separated(names.map(|((name, _), _)| (*name).to_owned()).collect())
    }

    /// Covariance of the standardised coefficients, robust to each set of clusters; the number of clusters of each set.
    fn robust(
        &self,
        model: &Model<'_>,
        beta: &DVector<f64>,
        bread: &DMatrix<f64>,
    ) -> std::result::Result<(DMatrix<f64>, Vec<usize>, bool), Absent> {
        let k = beta.len();
        let key = |i: usize| -> (u32, u32) { (model.clusters.first().map_or(0, |c| c[i]), model.clusters.get(1).map_or(0, |c| c[i])) };
        // sums of scores by cluster of both sets, in the order of first appearance: those of one set are sums of these
        let (mut number, mut keys, mut sums): (HashMap<(u32, u32), usize>, Vec<(u32, u32)>, Vec<f64>) = Default::default();
        if model.clusters.is_empty() {
            return Ok((bread.clone(), Vec::new(), false));
        }
        let mut x = vec![0.0; k];
        let mut last: Option<((u32, u32), usize)> = None;
        for i in 0..model.adopts.len() {
            self.row(i, &mut x);
            let eta: f64 = x.iter().zip(beta.iter()).map(|(x, b)| x * b).sum();
            let (_, d, _) = of_row(model.link, eta, model.adopts[i]);
            let at = match last {
                Some((k, at)) if k == key(i) => at,
                _ => {
                    let next = keys.len();
                    let at = *number.entry(key(i)).or_insert(next);
                    if at == next {
                        keys.push(key(i));
                        sums.extend(std::iter::repeat_n(0.0, k));
                    }
                    at
                }
            };
            last = Some((key(i), at));
            for (sum, x) in sums[at * k..].iter_mut().zip(&x) {
                *sum += d * x;
            }
        }
        let meat = |of: &dyn Fn((u32, u32)) -> (u32, u32)| -> std::result::Result<(DMatrix<f64>, usize), Absent> {
            let (mut number, mut grouped): (HashMap<(u32, u32), usize>, Vec<DVector<f64>>) = Default::default();
            for (at, key) in keys.iter().enumerate() {
                let next = grouped.len();
                let group = *number.entry(of(*key)).or_insert(next);
                if group == next {
                    grouped.push(DVector::zeros(k));
                }
                for (sum, s) in grouped[group].iter_mut().zip(&sums[at * k..(at + 1) * k]) {
                    *sum += s;
                }
            }
            let groups = grouped.len();
            if groups < 2 {
                return Err(Absent::FewClusters);
            }
            let mut meat = DMatrix::zeros(k, k);
            for g in &grouped {
                meat.ger(1.0, g, g, 1.0);
            }
            Ok((meat * (groups as f64 / (groups as f64 - 1.0)), groups))
        };
        let (first, groups) = meat(&|key| (key.0, 0))?;
        let mut clusters = vec![groups];
        let mut whole = first;
        let mut mended = false;
        if model.clusters.len() > 1 {
            let (second, groups) = meat(&|key| (0, key.1))?;
            clusters.push(groups);
            whole = whole + second - meat(&|key| key)?.0;
        }
        let mut covariance = bread * whole * bread;
        if model.clusters.len() > 1 {
            // a difference of covariances need not be one: negative eigenvalues are set to 0
            let mut eigen = SymmetricEigen::new((&covariance + covariance.transpose()) * 0.5);
            let least = -1e-12 * eigen.eigenvalues.amax();
            if eigen.eigenvalues.iter().any(|v| *v < least) {
                mended = true;
                eigen.eigenvalues.iter_mut().for_each(|v| *v = v.max(0.0));
                covariance = eigen.recompose();
            }
        }
        Ok((covariance, clusters, mended))
    }

    /// From standardised coefficients to those of the columns as they came.
    fn back(&self) -> DMatrix<f64> {
        let k = self.scale.len() + 1;
        let mut back = DMatrix::identity(k, k);
        for j in 1..k {
            back[(j, j)] = 1.0 / self.scale[j - 1];
            back[(0, j)] = -self.mean[j - 1] / self.scale[j - 1];
        }
        back
    }
}

#[cfg(test)]
#[path = "hazard_tests.rs"]
mod tests;
