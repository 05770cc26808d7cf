//! How much of what a state gets comes from whom: shares, concentration, reliance, and the share that autocracies supply.
//!
//! What goes in are deliveries (or commitments) of one kind over a window of years, in one unit. Where a publisher does not know the
//! supplier, the unknown is a bucket of its own in the denominator: it is never spread over the known ones, and what it could change is
//! given as bounds.

/// One delivery: what a supplier sent in one year, or one contract.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// Year it counts in.
    pub year: i32,
    /// Who sent it; `None` if not known.
    pub supplier: Option<u32>,
    /// How much, 0 or more; 0 is a delivery below the publisher's unit.
    pub amount: f64,
    /// Whether the supplier was an autocracy in that year; `None` if it is not rated or not known.
    pub autocratic: Option<bool>,
}

/// Why shares are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Nothing was delivered: a state that imports nothing depends on nobody in particular, which is not a share of 0.
    NoImports,
    /// Something was delivered, all of it below the publisher's unit.
    BelowUnit,
}

impl Absent {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoImports => "no_imports",
            Self::BelowUnit => "below_unit",
        }
    }
}

/// Windows with fewer deliveries than this say little.
pub const FEW: u32 = 3;

/// How evenly amounts are spread over suppliers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concentration {
    /// Suppliers with an amount above 0.
    pub suppliers: u32,
    /// Herfindahl-Hirschman index Σ s², 1/suppliers to 1.
    pub hhi: f64,
    /// (HHI − 1/n)/(1 − 1/n), 0 if all supply the same, 1 if one supplies all; with a single supplier 1 by convention, where the formula
    /// divides nothing by nothing.
    pub normalised: f64,
    /// 1/HHI: as many equal suppliers would be as concentrated.
    pub effective: f64,
}

/// Concentration of amounts, one for each supplier; `None` if nothing is above 0.
///
/// # Panics
/// If an amount is negative or not finite.
///
/// ```
/// use blocwatch_stats::dependence::concentration;
/// let c = concentration(&[5.0, 3.0, 2.0]).unwrap();
/// assert!((c.hhi - 0.38).abs() < 1e-12 && (c.effective - 2.631_578_947).abs() < 1e-9 && (c.normalised - 0.07).abs() < 1e-12);
/// assert_eq!(concentration(&[7.0]).unwrap().hhi, 1.0);
/// assert_eq!(concentration(&[]), None);
/// ```
pub fn concentration(amounts: &[f64]) -> Option<Concentration> {
    assert!(amounts.iter().all(|a| *a >= 0.0 && a.is_finite()), "amounts are finite and not negative");
    let total: f64 = amounts.iter().sum();
    if total == 0.0 {
        return None;
    }
    let suppliers = amounts.iter().filter(|a| **a > 0.0).count();
    let hhi: f64 = amounts.iter().map(|a| (a / total) * (a / total)).sum();
    let even = 1.0 / suppliers as f64;
    let normalised = if suppliers == 1 { 1.0 } else { (hhi - even) / (1.0 - even) };
    Some(Concentration { suppliers: suppliers as u32, hhi, normalised, effective: 1.0 / hhi })
}

/// A supplier's part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Who.
    pub supplier: u32,
    /// How much, in the unit of the deliveries.
    pub amount: f64,
    /// Of all, the unknown included.
    pub share: f64,
}

/// A recipient's dependence over one window.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependence {
    /// Deliveries in the window, whatever their amount.
    pub deliveries: u32,
    /// Fewer than [`FEW`] deliveries.
    pub few: bool,
    /// All amounts together, the unknown included.
    pub total: f64,
    /// Known suppliers with an amount above 0, largest share first, then by number.
    pub shares: Vec<Share>,
    /// Shares of the whole; `None` for the reason in `absent`.
    pub of_total: Option<OfTotal>,
    /// Why there are no shares.
    pub absent: Option<Absent>,
}

/// What exists where something was delivered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OfTotal {
    /// Concentration with the unknown as one supplier: the most it can be, if the unknown is none of the known.
    pub concentration: Concentration,
    /// HHI if the unknown were many small suppliers: the least it can be.
    pub hhi_low: f64,
    /// Share of unknown suppliers.
    pub unknown: f64,
    /// Share of suppliers known to be autocracies in the year of delivery; `None` if the regime of none is known.
    pub autocratic: Option<f64>,
    /// The same if all unknown and unrated suppliers were autocracies too.
    pub autocratic_high: f64,
    /// The largest known supplier; `None` if none is known.
    pub main: Option<Share>,
}

impl OfTotal {
    /// Whether one known supplier has at least this share.
    pub fn relies(&self, share: f64) -> bool {
        // thresholds such as .9 are not binary fractions
        self.main.is_some_and(|m| m.share >= share - 1e-12)
    }
}

/// Dependence over the deliveries of one window.
///
/// # Panics
/// If an amount is negative or not finite.
///
/// ```
/// use blocwatch_stats::dependence::{Absent, Delivery, dependence};
/// let of = |supplier, amount, autocratic| Delivery { year: 2020, supplier, amount, autocratic };
/// let d = dependence(&[of(Some(365), 6.0, Some(true)), of(Some(220), 2.0, Some(false)), of(None, 2.0, None)]);
/// let part = d.of_total.unwrap();
/// assert_eq!((part.autocratic, part.autocratic_high, part.unknown), (Some(0.6), 0.8, 0.2));
/// assert!(part.relies(0.5) && !part.relies(0.9));
/// assert_eq!(dependence(&[]).absent, Some(Absent::NoImports));
/// ```
pub fn dependence(deliveries: &[Delivery]) -> Dependence {
    let mut by_supplier = std::collections::BTreeMap::new();
    let (mut total, mut unknown, mut autocratic, mut unrated, mut rated) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for d in deliveries {
        assert!(d.amount >= 0.0 && d.amount.is_finite(), "the amount {} of {} is negative or not finite", d.amount, d.year);
        total += d.amount;
        match d.supplier {
            Some(supplier) => *by_supplier.entry(supplier).or_insert(0.0) += d.amount,
            None => unknown += d.amount,
        }
        match (d.supplier, d.autocratic) {
            (Some(_), Some(of)) => {
                rated += d.amount;
                autocratic += if of { d.amount } else { 0.0 };
            }
            _ => unrated += d.amount,
        }
    }
    let mut shares: Vec<Share> = by_supplier
        .into_iter()
        .filter(|(_, amount)| *amount > 0.0)
        .map(|(supplier, amount)| Share { supplier, amount, share: amount / total })
        .collect();
    shares.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.supplier.cmp(&b.supplier)));
    let amounts: Vec<f64> = shares.iter().map(|s| s.amount).chain([unknown]).collect();
    let of_total = concentration(&amounts).map(|concentration| OfTotal {
        concentration,
        hhi_low: shares.iter().map(|s| s.share * s.share).sum(),
        unknown: unknown / total,
        autocratic: (rated > 0.0).then(|| autocratic / total),
        autocratic_high: (autocratic + unrated) / total,
        main: shares.first().copied(),
    });
    let absent = match (&of_total, deliveries.is_empty()) {
        (Some(_), _) => None,
        (None, true) => Some(Absent::NoImports),
        (None, false) => Some(Absent::BelowUnit),
    };
    Dependence { deliveries: deliveries.len() as u32, few: (deliveries.len() as u32) < FEW, total, shares, of_total, absent }
}

/// Dependence for every window of `length` years that ends in `first`..=`last`. Windows that begin before `covered_from` are `None`: the
/// source does not speak of all their years.
///
/// # Panics
/// If `length` is 0, or as [`dependence`].
pub fn windows(deliveries: &[Delivery], length: u32, covered_from: i32, first: i32, last: i32) -> Vec<(i32, Option<Dependence>)> {
    assert!(length > 0, "a window has at least one year");
    (first..=last)
        .map(|year| {
            let from = year - length as i32 + 1;
            let inside: Vec<Delivery> = deliveries.iter().filter(|d| (from..=year).contains(&d.year)).copied().collect();
            (year, (from >= covered_from).then(|| dependence(&inside)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn deliveries() -> impl Strategy<Value = Vec<Delivery>> {
        let one = (2000i32..2020, prop::option::weighted(0.9, 0u32..6), 0u32..50, prop::option::of(any::<bool>()));
        let delivery =
            one.prop_map(|(year, supplier, amount, autocratic)| Delivery { year, supplier, amount: f64::from(amount) / 4.0, autocratic });
        prop::collection::vec(delivery, 0..30)
    }

    proptest! {
        #[test]
        fn shares_and_the_unknown_make_a_whole(d in deliveries()) {
            let got = dependence(&d);
            prop_assert_eq!(got.of_total.is_none(), got.absent.is_some());
            prop_assert_eq!(got.few, d.len() < 3);
            if let Some(part) = got.of_total {
                let whole: f64 = got.shares.iter().map(|s| s.share).sum::<f64>() + part.unknown;
                prop_assert!((whole - 1.0).abs() < 1e-9);
                prop_assert!(part.autocratic.unwrap_or(0.0) <= part.autocratic_high + 1e-12 && part.autocratic_high <= 1.0 + 1e-12);
                prop_assert!(part.autocratic_high >= part.unknown - 1e-12);
                let c = part.concentration;
                prop_assert!(part.hhi_low <= c.hhi + 1e-12 && c.hhi <= 1.0 + 1e-12);
                prop_assert!(c.effective <= f64::from(c.suppliers) + 1e-9 && c.effective >= 1.0 - 1e-9);
                prop_assert!((-1e-12..=1.0 + 1e-12).contains(&c.normalised));
                prop_assert!(got.shares.windows(2).all(|w| w[0].share >= w[1].share));
                prop_assert!(!part.relies(0.9) || part.relies(0.5));
            }
        }

        #[test]
        fn order_and_unit_do_not_matter(d in deliveries(), by in 0.25f64..8.0) {
            let mut turned: Vec<Delivery> = d.iter().rev().copied().collect();
            turned.iter_mut().for_each(|d| d.amount *= by);
            match (dependence(&d).of_total, dependence(&turned).of_total) {
                (Some(a), Some(b)) => {
                    prop_assert!((a.concentration.hhi - b.concentration.hhi).abs() < 1e-9);
                    prop_assert_eq!(a.autocratic.is_some(), b.autocratic.is_some());
                    prop_assert!((a.autocratic.unwrap_or(0.0) - b.autocratic.unwrap_or(0.0)).abs() < 1e-9);
                }
                (a, b) => prop_assert!(a.is_none() && b.is_none()),
            }
        }

        #[test]
        fn a_window_is_the_dependence_of_its_years(d in deliveries(), year in 2000i32..2020) {
            for (last, got) in windows(&d, 5, 2000, year, year + 3) {
                let inside: Vec<Delivery> = d.iter().filter(|d| d.year > last - 5 && d.year <= last).copied().collect();
                prop_assert_eq!(got, (last >= 2004).then(|| dependence(&inside)));
            }
        }
    }

    #[test]
    fn nothing_and_next_to_nothing_are_not_zero() {
        let small = Delivery { year: 2000, supplier: Some(1), amount: 0.0, autocratic: Some(true) };
        let d = dependence(&[small]);
        assert_eq!((d.absent, d.of_total, d.deliveries, d.few), (Some(Absent::BelowUnit), None, 1, true));
        let unknown = dependence(&[Delivery { supplier: None, amount: 2.0, autocratic: None, ..small }]).of_total.unwrap();
        assert_eq!((unknown.main, unknown.unknown, unknown.autocratic, unknown.hhi_low), (None, 1.0, None, 0.0));
        assert!(!unknown.relies(0.5));
        let nine = [(1, 0.9), (2, 0.1)].map(|(s, amount)| Delivery { supplier: Some(s), amount, ..small });
        assert!(dependence(&nine).of_total.unwrap().relies(0.9));
    }
}
