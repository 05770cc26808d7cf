//! Columns that many tables share, declared once. Not here: columns of one source.

use blocwatch_core::table::{Column, Kind, col, opt};

/// Number of a state.
pub(crate) const GWCODE: Column = col("gwcode", Kind::U16, "-", "Gleditsch-Ward number as of the year");

/// Year of a row.
pub(crate) const YEAR: Column = col("year", Kind::I32, "year", "Calendar year");

/// Whether the number of a row is in force.
pub(crate) const IN_SYSTEM: Column = col("in_system", Kind::Bool, "-", "Whether the number is in the Gleditsch-Ward system in the year");

/// The same where a row may have no number.
pub(crate) const IN_SYSTEM_OR_NULL: Column =
    opt("in_system", Kind::Bool, "-", "Whether the number is in the Gleditsch-Ward system in the year");

/// Where a row stands in its file; the last column of every table.
pub(crate) const LINE: Column =
    col("source_row", Kind::U32, "line", "Line of the unpacked file on which the row starts; the header is line 1");
