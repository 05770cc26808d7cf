//! Tables without columns that hold nothing.

use crate::table::{Cell, Table};

/// The table without the columns in which no row has a value. Why they are missing is said once, under what the brief does not know,
/// and not in every cell.
pub(super) fn tidy(mut table: Table) -> Table {
    let empty = |c: usize| {
        c > 0 && !table.rows.is_empty() && table.rows.iter().all(|r| r.get(c).is_none_or(|cell| matches!(cell, Cell::Missing { .. })))
    };
    let keep: Vec<bool> = (0..table.columns.len()).map(|c| !empty(c)).collect();
    let mut at = keep.iter();
    table.columns.retain(|_| at.next().copied().unwrap_or(true));
    for row in &mut table.rows {
        let mut at = keep.iter();
        row.retain(|_| at.next().copied().unwrap_or(true));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;
    use blocwatch_core::coverage::Knowledge;

    #[test]
    fn a_column_without_a_value_goes_and_one_with_a_gap_stays() {
        let none = || Cell::missing(Knowledge::NotCovered);
        let columns = ["a", "b", "c"].map(|n| Column::number(n, "")).to_vec();
        let table = Table::new("t", columns).row([none(), none(), Cell::number(1.0, 0)]).row([none(), none(), none()]);
        let table = tidy(table);
        assert_eq!(table.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(table.rows, [[none(), Cell::number(1.0, 0)], [none(), none()]]);
        assert_eq!(tidy(Table::new("t", vec![Column::key("x"), Column::key("y")])).columns.len(), 2);
    }
}
