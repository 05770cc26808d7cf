//! Dates with the precision they have, and ranges of years.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{CoreError, Result};

/// A calendar year, CE.
pub type Year = i32;

/// How precisely a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
}

/// A date as a person knows it: `2012`, `2012-03`, `2012-03-12`, each possibly approximate (`~2012`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FuzzyDate {
    first: NaiveDate,
    precision: Precision,
    approximate: bool,
}

impl FuzzyDate {
    /// Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD` with an optional leading `~`.
    ///
    /// ```
    /// use blocwatch_core::time::FuzzyDate;
    /// let d = FuzzyDate::parse("~2013-02").unwrap();
    /// assert!(d.approximate());
    /// assert_eq!(d.year(), 2013);
    /// assert_eq!(d.last_day().to_string(), "2013-02-28");
    /// assert!(FuzzyDate::parse("2013-13").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let fail = || CoreError::Date { text: text.to_owned() };
        let (approximate, rest) = match text.strip_prefix('~') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let parts: Vec<&str> = rest.split('-').collect();
        let digits = |s: &str, n: usize| -> Result<u32> {
            if s.len() == n && s.bytes().all(|b| b.is_ascii_digit()) { s.parse().map_err(|_| fail()) } else { Err(fail()) }
        };
        let year = digits(parts.first().copied().unwrap_or(""), 4)? as i32;
        let (month, day, precision) = match parts.len() {
            1 => (1, 1, Precision::Year),
            2 => (digits(parts[1], 2)?, 1, Precision::Month),
            3 => (digits(parts[1], 2)?, digits(parts[2], 2)?, Precision::Day),
            _ => return Err(fail()),
        };
        let first = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(fail)?;
        Ok(Self { first, precision, approximate })
    }

    /// The year.
    pub fn year(&self) -> Year {
        self.first.year()
    }

    /// First day the date can mean.
    pub fn first_day(&self) -> NaiveDate {
        self.first
    }

    /// Last day the date can mean.
    pub fn last_day(&self) -> NaiveDate {
        let next = match self.precision {
            Precision::Day => return self.first,
            Precision::Month if self.first.month() == 12 => NaiveDate::from_ymd_opt(self.first.year() + 1, 1, 1),
            Precision::Month => NaiveDate::from_ymd_opt(self.first.year(), self.first.month() + 1, 1),
            Precision::Year => NaiveDate::from_ymd_opt(self.first.year() + 1, 1, 1),
        };
        next.and_then(|d| d.pred_opt()).unwrap_or(self.first)
    }

    /// How precisely it is known.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// Whether it is marked approximate.
    pub fn approximate(&self) -> bool {
        self.approximate
    }
}

impl std::fmt::Display for FuzzyDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.approximate {
            f.write_str("~")?;
        }
        match self.precision {
            Precision::Year => write!(f, "{:04}", self.first.year()),
            Precision::Month => write!(f, "{}", self.first.format("%Y-%m")),
            Precision::Day => write!(f, "{}", self.first.format("%Y-%m-%d")),
        }
    }
}

impl Serialize for FuzzyDate {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FuzzyDate {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The end of a span: a date, or still open when the source was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Ended at this date.
    At(FuzzyDate),
    /// Standing when its source was written.
    Open,
}

impl End {
    /// The year of the end; `None` while open.
    pub fn year(&self) -> Option<Year> {
        match self {
            Self::At(d) => Some(d.year()),
            Self::Open => None,
        }
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::At(d) => d.fmt(f),
            Self::Open => f.write_str("open"),
        }
    }
}

impl Serialize for End {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for End {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        if text == "open" {
            return Ok(Self::Open);
        }
        FuzzyDate::parse(&text).map(Self::At).map_err(serde::de::Error::custom)
    }
}

/// An inclusive range of years, open at either end: `2005`, `1990:2024`, `1990:`, `:2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Years {
    /// First year, or `Year::MIN`.
    pub from: Year,
    /// Last year, or `Year::MAX`.
    pub to: Year,
}

impl Years {
    /// Every year.
    pub const ALL: Self = Self { from: Year::MIN, to: Year::MAX };

    /// Reads a range.
    ///
    /// ```
    /// use blocwatch_core::time::Years;
    /// let y = Years::parse("1990:2024").unwrap();
    /// assert!(y.contains(1990) && y.contains(2024) && !y.contains(2025));
    /// assert!(Years::parse("2024:1990").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self> {
        let fail = || CoreError::Years { text: text.to_owned() };
        let one = |s: &str, open: Year| -> Result<Year> { if s.is_empty() { Ok(open) } else { s.trim().parse().map_err(|_| fail()) } };
        let (from, to) = match text.split_once(':') {
            None => {
                let y = text.trim().parse().map_err(|_| fail())?;
                (y, y)
            }
            Some((a, b)) => (one(a, Year::MIN)?, one(b, Year::MAX)?),
        };
        if from > to { Err(fail()) } else { Ok(Self { from, to }) }
    }

    /// Whether a year lies in the range.
    pub fn contains(&self, year: Year) -> bool {
        (self.from..=self.to).contains(&year)
    }
}

impl std::str::FromStr for Years {
    type Err = CoreError;
    fn from_str(s: &str) -> Result<Self> {
        Self::parse(s)
    }
}

/// The last day of a year: the day at which a state-year is resolved, unless the state ended earlier in it.
pub fn last_day_of(year: Year) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_date_prints_as_it_was_written(y in 1000i32..3000, m in 1u32..13, d in 1u32..29, p in 0u8..3, approx: bool) {
            let body = match p { 0 => format!("{y:04}"), 1 => format!("{y:04}-{m:02}"), _ => format!("{y:04}-{m:02}-{d:02}") };
            let text = if approx { format!("~{body}") } else { body };
            let date = FuzzyDate::parse(&text).unwrap();
            prop_assert_eq!(date.to_string(), text);
            prop_assert!(date.first_day() <= date.last_day());
            prop_assert_eq!(date.last_day().year(), y);
        }

        #[test]
        fn nothing_else_is_a_date(text in "\\PC{0,12}") {
            if let Ok(date) = FuzzyDate::parse(&text) {
                prop_assert_eq!(date.to_string(), text);
            }
        }
    }
}
