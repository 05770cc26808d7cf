//! One record of a file, its cells under the names of their columns, and what may become of it. Not here: sorting, arrays.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use blocwatch_core::time::{FuzzyDate, Precision};

use super::{Place, Rows, Value, Var};
use crate::tabular::{Bad, Row, Tally};

/// Where the columns of a sheet are, as far as they were asked for.
pub(super) struct Places<'s> {
    sheet: &'s dyn Fn(&str) -> Option<usize>,
    known: RefCell<Vec<(&'static str, Option<usize>)>>,
    /// Where the next name is looked for first: every record is asked for the same cells in the same order.
    next: Cell<usize>,
}

impl<'s> Places<'s> {
    pub(super) fn new(sheet: &'s dyn Fn(&str) -> Option<usize>) -> Self {
        Self { sheet, known: RefCell::default(), next: Cell::new(0) }
    }

    /// Names that were asked for and are not there.
    pub(super) fn absent(&self) -> BTreeSet<String> {
        self.known.borrow().iter().filter(|(_, at)| at.is_none()).map(|(name, _)| (*name).to_owned()).collect()
    }

    fn of(&self, name: &'static str) -> Option<usize> {
        let mut known = self.known.borrow_mut();
        let n = known.len();
        let found = (0..n).map(|i| (self.next.get() + i) % n).find(|&i| known[i].0 == name);
        let at = found.unwrap_or_else(|| {
            known.push((name, (self.sheet)(name)));
            n
        });
        self.next.set(at + 1);
        known[at].1
    }
}

/// One record. A column that the file does not have is missing in every record.
pub(crate) struct Record<'r> {
    pub(super) row: &'r Row<'r>,
    pub(super) places: &'r Places<'r>,
    /// Shape of the file.
    pub shape: &'static str,
}

impl Record<'_> {
    /// A cell as text; `None` where the publisher marks it as missing.
    pub(crate) fn text(&self, name: &'static str) -> Option<String> {
        self.places.of(name).and_then(|at| self.row.text(at)).map(Cow::into_owned)
    }

    /// A cell as text, whatever it says; empty where there is none.
    pub(crate) fn verbatim(&self, name: &'static str) -> String {
        self.seen(name).into_owned()
    }

    /// The same without a copy.
    pub(crate) fn seen(&self, name: &'static str) -> Cow<'_, str> {
        self.places.of(name).map(|at| self.row.verbatim(at)).unwrap_or_default()
    }

    /// Text that must be there.
    pub(crate) fn need_text(&self, name: &'static str) -> Result<String, Bad> {
        self.text(name).ok_or_else(|| self.not_a("missing value", name))
    }

    /// A whole number; `None` where missing.
    pub(crate) fn integer(&self, name: &'static str) -> Result<Option<i64>, Bad> {
        self.places.of(name).map_or(Ok(None), |at| self.row.whole(at))
    }

    /// A whole number of a 32-bit column; `None` where missing.
    pub(crate) fn whole(&self, name: &'static str) -> Result<Option<i32>, Bad> {
        let value = self.integer(name)?.map(i32::try_from).transpose();
        value.map_err(|_| self.not_a("number out of range", name))
    }

    /// A whole number that must be there.
    pub(crate) fn need(&self, name: &'static str) -> Result<i32, Bad> {
        self.whole(name)?.ok_or_else(|| self.not_a("missing value", name))
    }

    /// A number of a list of states, which must be there.
    pub(crate) fn code(&self, name: &'static str) -> Result<u16, Bad> {
        u16::try_from(self.need(name)?).map_err(|_| self.not_a("number out of range", name))
    }

    /// A year that must be there, between 1700 and 2200.
    pub(crate) fn year(&self, name: &'static str) -> Result<i32, Bad> {
        self.places.of(name).map_or_else(|| Err(self.not_a("missing value", name)), |at| self.row.year(at))
    }

    /// A number; `None` where missing.
    pub(crate) fn decimal(&self, name: &'static str) -> Result<Option<f64>, Bad> {
        self.places.of(name).map_or(Ok(None), |at| self.row.decimal(at))
    }

    /// 0 or 1; `None` where missing.
    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, Bad> {
        match self.whole(name)? {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(_) => Err(self.not_a("neither 0 nor 1", name)),
        }
    }

    /// A day that must be there, `2018-06-01` or `20180601`, as year and ISO date.
    pub(crate) fn day(&self, name: &'static str) -> Result<(i32, String), Bad> {
        let text = self.need_text(name)?;
        day(&text).ok_or_else(|| self.not_a("not a date", name))
    }

    /// Published variables, in order, behind `values`.
    pub(crate) fn read(&self, vars: &[Var], values: &mut Vec<Value>) -> Result<(), Bad> {
        vars.iter().try_for_each(|var| {
            values.push(var.read(self)?);
            Ok(())
        })
    }

    /// A fault of one cell.
    pub(crate) fn not_a(&self, fault: &str, name: &'static str) -> Bad {
        match self.places.of(name) {
            Some(at) => self.row.not_a(fault, at),
            None => Bad::new(format!("{fault} in column '{name}'"), ""),
        }
    }
}

/// What the function of a record may do with it.
pub(crate) struct Take<'t> {
    pub(super) rows: &'t mut Rows,
    pub(super) tally: &'t mut Tally,
    /// Where the record stands.
    pub place: Place,
}

impl Take<'_> {
    /// Makes a row of the values of all columns but `edition` and `source_row`.
    pub(crate) fn keep(&mut self, values: Vec<Value>) {
        self.keep_ranked(values, 0);
    }

    /// Makes a row that stays only if no row of the same key ranks lower.
    pub(crate) fn keep_ranked(&mut self, values: Vec<Value>, rank: u8) {
        self.rows.push(values, rank, self.place);
        self.tally.keep(1);
    }

    /// Leaves out `n` rows by a declared rule.
    pub(crate) fn drop_by(&mut self, rule: &'static str, n: u64) {
        self.tally.drop_by(rule, n);
    }
}

/// A day of the calendar as year and ISO date.
pub(crate) fn day(text: &str) -> Option<(i32, String)> {
    let compact = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let text = if compact { format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]) } else { text.to_owned() };
    let date = FuzzyDate::parse(&text).ok()?;
    (date.precision() == Precision::Day && !date.approximate()).then(|| (date.year(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_days_and_nothing_else() {
        assert_eq!(day("20180601").unwrap(), (2018, "2018-06-01".to_owned()));
        assert_eq!(day("2018-06-01").unwrap().0, 2018);
        for text in ["2018", "2018-06", "~2018-06-01", "20180631", "201806011", "abcdefgh", "ééee"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
