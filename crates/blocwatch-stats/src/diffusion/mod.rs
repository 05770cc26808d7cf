//! Diffusion: who is followed by whom in dated adoptions, and what makes adoption likely (METHODS, section 5).
//!
//! What belongs here: adoptions as numbers ([`Cascades`]), the likely network of influence ([`netinf`]) and how sure its edges are
//! ([`permuted`]), the rows of units at risk ([`risk`]), the discrete-time hazard model on them ([`hazard`]) and that model with one layer of
//! ties at a time ([`layers`]). What does not: what is adopted, which states and years, tables.
//!
//! Whatever is found here is order in time. A shock that all adopters share, a body that recommends a policy to all, and states that are
//! alike look the same as one following another.

pub mod hazard;
pub mod layers;
pub mod netinf;
pub mod permuted;
pub mod risk;

/// Why adoptions, a delay or a model cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DiffusionError {
    /// A time that is no number.
    #[error("the time of node {node} in cascade {cascade} is not a finite number")]
    Time {
        /// Cascade.
        cascade: u32,
        /// Node.
        node: u32,
    },
    /// A node at or beyond the number of nodes.
    #[error("node {node} in cascade {cascade} is beyond the {nodes} nodes")]
    Node {
        /// Cascade.
        cascade: u32,
        /// Node.
        node: u32,
        /// Nodes.
        nodes: u32,
    },
    /// A node that adopts the same thing twice: which of the two counts is for the caller to say.
    #[error("node {node} adopts twice in cascade {cascade}")]
    Twice {
        /// Cascade.
        cascade: u32,
        /// Node.
        node: u32,
    },
    /// A parameter of a delay that is not a positive number.
    #[error("the parameter {name} of the delay is {value}; it must be a positive number")]
    Delay {
        /// Parameter.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// No cascade has two adopters at different times, so that no delay can be seen.
    #[error("no cascade has an adopter that follows another")]
    NoDelay,
    /// Columns of a model that differ in length.
    #[error("the column {name} has {got} rows, the outcome {expected}")]
    Length {
        /// Column.
        name: String,
        /// Its rows.
        got: usize,
        /// Rows of the outcome.
        expected: usize,
    },
    /// More than two sets of clusters.
    #[error("{0} sets of clusters; errors are made for two at most")]
    Clusters(usize),
    /// A value of a model that is no number.
    #[error("the column {name} holds a value that is not a finite number in row {row}")]
    Value {
        /// Column.
        name: String,
        /// Row, from 0.
        row: usize,
    },
}

/// One adoption.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adoption {
    /// What is adopted.
    pub cascade: u32,
    /// Who adopts.
    pub node: u32,
    /// When, in any unit that differences make sense in.
    pub time: f64,
}

/// Adoptions by cascade, the earliest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Cascades {
    nodes: u32,
    /// Number of each cascade, ascending.
    ids: Vec<u32>,
    /// Where the adopters of each cascade begin, and one past the last.
    start: Vec<usize>,
    node: Vec<u32>,
    time: Vec<f64>,
}

impl Cascades {
    /// Adoptions in any order, of nodes numbered from 0 to `nodes` - 1. Adopters at the same time stand in the order of their numbers.
    ///
    /// # Errors
    /// [`DiffusionError::Time`], [`DiffusionError::Node`], [`DiffusionError::Twice`].
    ///
    /// ```
    /// use blocwatch_stats::diffusion::{Adoption, Cascades};
    /// let at = |cascade, node, time| Adoption { cascade, node, time };
    /// let cascades = Cascades::new(3, [at(9, 2, 1995.0), at(9, 0, 1990.0)])?;
    /// assert_eq!(cascades.len(), 1);
    /// assert!(Cascades::new(3, [at(9, 2, 1995.0), at(9, 2, 1990.0)]).is_err());
    /// # Ok::<(), blocwatch_stats::diffusion::DiffusionError>(())
    /// ```
    pub fn new(nodes: u32, adoptions: impl IntoIterator<Item = Adoption>) -> Result<Self, DiffusionError> {
        let mut all: Vec<Adoption> = adoptions.into_iter().collect();
        for a in &all {
            if !a.time.is_finite() {
                return Err(DiffusionError::Time { cascade: a.cascade, node: a.node });
            }
            if a.node >= nodes {
                return Err(DiffusionError::Node { cascade: a.cascade, node: a.node, nodes });
            }
        }
        all.sort_by_key(|a| (a.cascade, a.node));
        if let Some(pair) = all.windows(2).find(|p| (p[0].cascade, p[0].node) == (p[1].cascade, p[1].node)) {
            return Err(DiffusionError::Twice { cascade: pair[0].cascade, node: pair[0].node });
        }
        // stable, so that those at the same time stay in the order of their numbers
        all.sort_by(|a, b| a.cascade.cmp(&b.cascade).then(a.time.total_cmp(&b.time)));
        let mut out =
            Self { nodes, ids: Vec::new(), start: vec![0], node: Vec::with_capacity(all.len()), time: Vec::with_capacity(all.len()) };
        for cascade in all.chunk_by(|a, b| a.cascade == b.cascade) {
            out.ids.push(cascade[0].cascade);
            out.node.extend(cascade.iter().map(|a| a.node));
            out.time.extend(cascade.iter().map(|a| a.time));
            out.start.push(out.node.len());
        }
        Ok(out)
    }

    /// Number of cascades.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no cascade.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Number of nodes, adopters or not.
    pub fn nodes(&self) -> u32 {
        self.nodes
    }

    /// Number of adoptions.
    pub fn adoptions(&self) -> usize {
        self.node.len()
    }

    /// Adopters and times of the cascade at a place, the earliest first.
    fn adopters(&self, at: usize) -> (&[u32], &[f64]) {
        let range = self.start[at]..self.start[at + 1];
        (&self.node[range.clone()], &self.time[range])
    }

    /// The same adopters of each cascade with the times of the cascade handed out anew by `shuffle`.
    #[cfg(test)]
    fn with_times(&self, mut shuffle: impl FnMut(&mut [f64])) -> Self {
        let mut out = self.clone();
        for at in 0..self.len() {
            let range = self.start[at]..self.start[at + 1];
            let mut times = self.time[range.clone()].to_vec();
            shuffle(&mut times);
            let mut both: Vec<(f64, u32)> = times.into_iter().zip(self.node[range.clone()].iter().copied()).collect();
            both.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (place, (time, node)) in range.zip(both) {
                out.time[place] = time;
                out.node[place] = node;
            }
        }
        out
    }
}

/// How long it takes until one follows another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Delay {
    /// Density λ·exp(−λΔ).
    Exponential {
        /// λ, per unit of time.
        rate: f64,
    },
    /// Density Δ/α²·exp(−Δ²/(2α²)).
    Rayleigh {
        /// α, the delay that is most likely.
        mode: f64,
    },
    /// Density of a normal distribution of ln Δ.
    LogNormal {
        /// Mean of ln Δ.
        mean: f64,
        /// Standard deviation of ln Δ.
        sd: f64,
    },
}

impl Delay {
    /// Whether the parameters are such that the density exists.
    ///
    /// # Errors
    /// [`DiffusionError::Delay`].
    pub fn check(self) -> Result<(), DiffusionError> {
        let (name, value) = match self {
            Self::Exponential { rate } => ("rate", rate),
            Self::Rayleigh { mode } => ("mode", mode),
            Self::LogNormal { mean, sd } if mean.is_finite() => ("sd", sd),
            Self::LogNormal { mean, .. } => return Err(DiffusionError::Delay { name: "mean", value: mean }),
        };
        if value.is_finite() && value > 0.0 { Ok(()) } else { Err(DiffusionError::Delay { name, value }) }
    }

    /// The exponential delay that cascades suggest: λ is the mean of one over the mean time since the first adopter and one over the mean
    /// time since the adopter before, over all adopters but the first of their cascade.
    ///
    /// # Errors
    /// [`DiffusionError::NoDelay`].
    pub fn suggested(cascades: &Cascades) -> Result<Self, DiffusionError> {
        let (mut since_first, mut since_last, mut n) = (0.0, 0.0, 0u32);
        for at in 0..cascades.len() {
            let (_, times) = cascades.adopters(at);
            for pair in times.windows(2) {
                since_first += pair[1] - times[0];
                since_last += pair[1] - pair[0];
                n += 1;
            }
        }
        if n == 0 || since_last <= 0.0 {
            return Err(DiffusionError::NoDelay);
        }
        let n = f64::from(n);
        Ok(Self::Exponential { rate: (n / since_first + n / since_last) / 2.0 })
    }

    /// The same up to a constant that all delays share, which costs less.
    fn ln_shape(self, delay: f64) -> f64 {
        match self {
            Self::Exponential { rate } => -rate * delay,
            other => other.ln_density(delay),
        }
    }

    /// Logarithm of the density at a positive delay.
    fn ln_density(self, delay: f64) -> f64 {
        match self {
            Self::Exponential { rate } => libm::log(rate) - rate * delay,
            Self::Rayleigh { mode } => libm::log(delay) - 2.0 * libm::log(mode) - delay * delay / (2.0 * mode * mode),
            Self::LogNormal { mean, sd } => {
                let z = (libm::log(delay) - mean) / sd;
                -libm::log(delay * sd) - libm::log(2.0 * std::f64::consts::PI) / 2.0 - z * z / 2.0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_must_have_a_density() {
        for (delay, good) in [
            (Delay::Exponential { rate: 0.5 }, true),
            (Delay::Exponential { rate: 0.0 }, false),
            (Delay::Rayleigh { mode: f64::INFINITY }, false),
            (Delay::LogNormal { mean: -1.0, sd: 2.0 }, true),
            (Delay::LogNormal { mean: f64::NAN, sd: 2.0 }, false),
        ] {
            assert_eq!(delay.check().is_ok(), good, "{delay:?}");
        }
    }

    #[test]
    fn densities_integrate_to_one() {
        for delay in [Delay::Exponential { rate: 0.7 }, Delay::Rayleigh { mode: 3.0 }, Delay::LogNormal { mean: 0.5, sd: 0.8 }] {
            let step = 1e-3;
            let whole: f64 = (0..100_000).map(|i| libm::exp(delay.ln_density((f64::from(i) + 0.5) * step)) * step).sum();
            assert!((whole - 1.0).abs() < 1e-5, "{delay:?}: {whole}");
        }
    }

    #[test]
    fn the_suggested_rate_is_the_mean_of_two() {
        let at = |cascade, node, time| Adoption { cascade, node, time };
        // delays since the first: 2, 6, 1; since the one before: 2, 4, 1
        let cascades = Cascades::new(3, [at(1, 0, 0.0), at(1, 1, 2.0), at(1, 2, 6.0), at(2, 1, 5.0), at(2, 0, 6.0)]).unwrap();
        let Ok(Delay::Exponential { rate }) = Delay::suggested(&cascades) else { panic!("no rate") };
        assert!((rate - (3.0 / 9.0 + 3.0 / 7.0) / 2.0).abs() < 1e-15);
        let alone = Cascades::new(3, [at(1, 0, 1.0), at(1, 1, 1.0), at(2, 2, 3.0)]).unwrap();
        assert_eq!(Delay::suggested(&alone), Err(DiffusionError::NoDelay));
    }
}
